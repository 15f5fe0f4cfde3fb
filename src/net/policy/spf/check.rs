//! Evaluates (RFC 7208 §4): check_host(), with every step kept.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

use super::macros::{Template, Values};
use super::record::{Directive, Mechanism, Prefixes, Record, is_record, read};
use super::{Fault, LOOKUPS, Sender, Spf, Step, Told, VOIDS, Verdict};
use crate::net::dns::{Name, RData, RecordType, plain};

/// Exchanges of an `mx`, and names of an address, that are looked at (§4.6.4).
const HOSTS: usize = 10;

/// What the DNS says to a question.
#[derive(Clone, Debug)]
pub(in crate::net::policy) enum Answer {
    /// Records of the type asked for.
    Found(Vec<RData>),
    /// No such name, or no such record there.
    Void,
    /// It did not say.
    Failed,
}

/// Who asks the DNS.
pub(in crate::net::policy) trait Ask {
    /// Asks.
    async fn ask(&mut self, name: &Name, kind: RecordType) -> Answer;
}

/// Whether a sender may use its domain in the envelope.
pub(in crate::net::policy) async fn check(sender: Sender, asker: &mut impl Ask) -> Spf {
    let domain = sender.domain.clone();
    let mut check =
        Check { asker, sender, lookups: 0, voids: 0, depth: 0, steps: Vec::new(), validated: None };
    // §4.3: of a name without a dot nothing can be said.
    let verdict = if domain.trim_end_matches('.').contains('.') {
        check.host(domain).await
    } else {
        check.step(String::new(), Some(domain), Vec::new(), Told::NoRecord);
        Verdict::None
    };
    let Check { sender, lookups, voids, steps, .. } = check;
    let fault = steps.iter().rev().find_map(|step| match &step.told {
        Told::Stops(fault) => Some(fault.clone()),
        _ => None,
    });
    Spf { sender, verdict, fault, lookups: lookups.min(LOOKUPS), voids: voids.min(VOIDS), steps }
}

/// An evaluation under way.
struct Check<'a, A> {
    asker: &'a mut A,
    sender: Sender,
    lookups: usize,
    voids: usize,
    depth: usize,
    steps: Vec<Step>,
    /// Names of the address that lead back to it, once they were asked for.
    validated: Option<Vec<String>>,
}

/// What a mechanism compared.
struct Compared {
    matches: bool,
    target: Option<String>,
    found: Vec<String>,
}

impl Compared {
    fn new(matches: bool) -> Compared {
        Compared { matches, target: None, found: Vec::new() }
    }
}

impl<A: Ask> Check<'_, A> {
    fn step(&mut self, term: String, target: Option<String>, found: Vec<String>, told: Told) {
        self.steps.push(Step { depth: self.depth, term, target, found, told });
    }

    /// An end without an answer.
    fn stop(&mut self, term: &str, target: Option<String>, fault: Fault) -> Verdict {
        let verdict = fault.verdict();
        self.step(term.to_owned(), target, Vec::new(), Told::Stops(fault));
        verdict
    }

    /// check_host() for a domain. Boxed, since an include leads back here.
    fn host(&mut self, domain: String) -> Pin<Box<dyn Future<Output = Verdict> + '_>> {
        Box::pin(async move {
            let text = match self.record(&domain).await {
                Ok(Some(text)) => text,
                Ok(None) => {
                    self.step(String::new(), Some(domain), Vec::new(), Told::NoRecord);
                    return Verdict::None;
                }
                Err(fault) => return self.stop("", Some(domain), fault),
            };
            self.step(text.clone(), Some(domain.clone()), Vec::new(), Told::Record);
            match read(&text) {
                Ok(record) => self.evaluate(&domain, record).await,
                Err(term) => self.stop(&term.clone(), None, Fault::Syntax(term)),
            }
        })
    }

    /// The one SPF record of a name. A name without an answer here is no void look-up: it ends the matter by itself.
    async fn record(&mut self, domain: &str) -> Result<Option<String>, Fault> {
        let Some(name) = super::super::gather::name(domain) else { return Ok(None) };
        let data = match self.asker.ask(&name, RecordType::TXT).await {
            Answer::Found(data) => data,
            Answer::Void => Vec::new(),
            Answer::Failed => return Err(Fault::Dns(domain.to_owned())),
        };
        let text = |data: &RData| match data {
            // §3.3: the strings of a record are put together, with nothing between.
            RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
            _ => None,
        };
        let mut texts: Vec<String> = data.iter().filter_map(text).filter(|text| is_record(text)).collect();
        match texts.len() {
            0 | 1 => Ok(texts.pop()),
            several => Err(Fault::Several(several)),
        }
    }

    /// The terms of a record, one after the other, until one decides.
    async fn evaluate(&mut self, domain: &str, record: Record) -> Verdict {
        for directive in &record.directives {
            let decided = match &directive.mechanism {
                Mechanism::Include(target) => self.include(domain, directive, target).await,
                _ => self.compare(domain, directive).await,
            };
            if let Some(verdict) = decided {
                return verdict;
            }
        }
        let Some((term, target)) = record.redirect else {
            self.step(String::new(), None, Vec::new(), Told::End);
            return Verdict::Neutral;
        };
        let target = match self.lead(domain, &term, &target).await {
            Ok(target) => target,
            Err(verdict) => return verdict,
        };
        match self.host(target.clone()).await {
            // §6.1.
            Verdict::None => self.stop(&term, None, Fault::NoRecord(target)),
            verdict => verdict,
        }
    }

    /// Where an include or a redirect leads.
    async fn lead(&mut self, domain: &str, term: &str, target: &Template) -> Result<String, Verdict> {
        if let Err(fault) = self.count() {
            return Err(self.stop(term, None, fault));
        }
        let filled = self.fill(domain, Some(target)).await.unwrap_or_default();
        self.step(term.to_owned(), Some(filled.clone()), Vec::new(), Told::Goes);
        Ok(filled)
    }

    /// §5.2: a pass in there is a match here; a fail in there is none.
    async fn include(&mut self, domain: &str, directive: &Directive, target: &Template) -> Option<Verdict> {
        let target = match self.lead(domain, &directive.text, target).await {
            Ok(target) => target,
            Err(verdict) => return Some(verdict),
        };
        self.depth += 1;
        let verdict = self.host(target.clone()).await;
        self.depth -= 1;
        let told = match verdict {
            Verdict::Pass => Told::Matches(directive.verdict),
            Verdict::Fail | Verdict::SoftFail | Verdict::Neutral => Told::Included(verdict),
            Verdict::None => return Some(self.stop(&directive.text, None, Fault::NoRecord(target))),
            Verdict::TempError | Verdict::PermError => return Some(verdict),
        };
        let decided = matches!(told, Told::Matches(_)).then_some(directive.verdict);
        self.step(directive.text.clone(), None, Vec::new(), told);
        decided
    }

    /// Any other mechanism.
    async fn compare(&mut self, domain: &str, directive: &Directive) -> Option<Verdict> {
        let compared = match self.matches(domain, &directive.mechanism).await {
            Ok(compared) => compared,
            Err(fault) => return Some(self.stop(&directive.text, None, fault)),
        };
        let told = if compared.matches { Told::Matches(directive.verdict) } else { Told::Differs };
        self.step(directive.text.clone(), compared.target, compared.found, told);
        compared.matches.then_some(directive.verdict)
    }

    async fn matches(&mut self, domain: &str, mechanism: &Mechanism) -> Result<Compared, Fault> {
        let ip = self.sender.ip;
        let (target, mut compared) = match mechanism {
            Mechanism::All => return Ok(Compared::new(true)),
            Mechanism::Ip4(network, bits) => {
                return Ok(Compared::new(within(ip, (*network).into(), Prefixes { v4: *bits, v6: 128 })));
            }
            Mechanism::Ip6(network, bits) => {
                return Ok(Compared::new(within(ip, (*network).into(), Prefixes { v4: 32, v6: *bits })));
            }
            Mechanism::Include(target) | Mechanism::Exists(target) => (Some(target), Compared::new(false)),
            Mechanism::A(target, _) | Mechanism::Mx(target, _) | Mechanism::Ptr(target) => {
                (target.as_ref(), Compared::new(false))
            }
        };
        self.count()?;
        compared.target = self.fill(domain, target).await;
        // A name that cannot be one matches nothing.
        let Some(name) = compared.target.as_deref().and_then(super::super::gather::name) else {
            return Ok(compared);
        };
        match mechanism {
            Mechanism::A(_, prefixes) => {
                let addresses = self.addresses(&name).await?;
                compared.matches = addresses.iter().any(|address| within(ip, *address, *prefixes));
                compared.found = addresses.iter().map(ToString::to_string).collect();
            }
            Mechanism::Mx(_, prefixes) => self.exchanges(&name, *prefixes, &mut compared).await?,
            Mechanism::Ptr(_) => {
                compared.found = self.validated().await.to_vec();
                let wanted = plain(&name);
                compared.matches = compared.found.iter().any(|found| is_below(found, &wanted));
            }
            // §5.7: of type A, also where the client comes by IPv6.
            Mechanism::Exists(_) => {
                let data = self.look(&name, RecordType::A).await?;
                compared.matches = !data.is_empty();
                compared.found = data.iter().filter_map(address).map(|a| a.to_string()).collect();
            }
            Mechanism::All | Mechanism::Include(_) | Mechanism::Ip4(..) | Mechanism::Ip6(..) => {}
        }
        Ok(compared)
    }

    /// §5.4.
    async fn exchanges(
        &mut self,
        name: &Name,
        prefixes: Prefixes,
        compared: &mut Compared,
    ) -> Result<(), Fault> {
        let data = self.look(name, RecordType::MX).await?;
        let host = |data: &RData| match data {
            RData::MX(mx) => Some(mx.exchange.clone()),
            _ => None,
        };
        let hosts: Vec<Name> = data.iter().filter_map(host).collect();
        if hosts.len() > HOSTS {
            return Err(Fault::TooManyExchanges);
        }
        for host in hosts.iter().filter(|host| !host.is_root()) {
            let addresses = self.addresses(host).await?;
            compared.found.extend(addresses.iter().map(ToString::to_string));
            if addresses.iter().any(|address| within(self.sender.ip, *address, prefixes)) {
                compared.matches = true;
                return Ok(());
            }
        }
        Ok(())
    }

    /// A name's addresses of the client's kind.
    async fn addresses(&mut self, name: &Name) -> Result<Vec<IpAddr>, Fault> {
        let kind = if self.sender.ip.is_ipv4() { RecordType::A } else { RecordType::AAAA };
        Ok(self.look(name, kind).await?.iter().filter_map(address).collect())
    }

    /// §5.5: the client's names that lead back to its address. Whatever fails here is passed over.
    async fn validated(&mut self) -> &[String] {
        if self.validated.is_none() {
            let mut validated = Vec::new();
            let reverse = Name::from(self.sender.ip);
            let data = self.asker.ask(&reverse, RecordType::PTR).await;
            let names = match &data {
                Answer::Found(data) => data.as_slice(),
                Answer::Void | Answer::Failed => &[],
            };
            for data in names.iter().take(HOSTS) {
                let RData::PTR(ptr) = data else { continue };
                let kind = if self.sender.ip.is_ipv4() { RecordType::A } else { RecordType::AAAA };
                if let Answer::Found(data) = self.asker.ask(&ptr.0, kind).await
                    && data.iter().filter_map(address).any(|address| address == self.sender.ip)
                {
                    validated.push(plain(&ptr.0));
                }
            }
            self.validated = Some(validated);
        }
        self.validated.as_deref().unwrap_or_default()
    }

    /// A name with its macros filled in; without one, the domain itself.
    async fn fill(&mut self, domain: &str, target: Option<&Template>) -> Option<String> {
        let Some(target) = target else { return Some(domain.to_owned()) };
        let mut validated = None;
        if target.needs_validated() {
            // §7.3: the domain itself is best, then what is below it, then any.
            let names = self.validated().await;
            let best = names.iter().find(|name| *name == domain);
            let below = || names.iter().find(|name| is_below(name, domain));
            validated = best.or_else(below).or(names.first()).cloned();
        }
        let values = Values { sender: &self.sender, domain, validated: validated.as_deref() };
        target.fill(&values)
    }

    /// One more term that asks the DNS.
    fn count(&mut self) -> Result<(), Fault> {
        self.lookups += 1;
        if self.lookups > LOOKUPS { Err(Fault::TooManyLookups) } else { Ok(()) }
    }

    async fn look(&mut self, name: &Name, kind: RecordType) -> Result<Vec<RData>, Fault> {
        match self.asker.ask(name, kind).await {
            Answer::Found(data) => return Ok(data),
            Answer::Failed => return Err(Fault::Dns(plain(name))),
            Answer::Void => self.voids += 1,
        }
        if self.voids > VOIDS { Err(Fault::TooManyVoids) } else { Ok(Vec::new()) }
    }
}

fn address(data: &RData) -> Option<IpAddr> {
    match data {
        RData::A(a) => Some(IpAddr::V4(a.0)),
        RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
        _ => None,
    }
}

/// Whether a name is another, or below it.
fn is_below(name: &str, above: &str) -> bool {
    let (name, above) = (name.to_ascii_lowercase(), above.trim_end_matches('.').to_ascii_lowercase());
    name.strip_suffix(&above).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether an address is in a network. Of different kinds none is.
fn within(ip: IpAddr, network: IpAddr, prefixes: Prefixes) -> bool {
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefixes.v4)).unwrap_or(0);
            ip.to_bits() & mask == network.to_bits() & mask
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefixes.v6)).unwrap_or(0);
            ip.to_bits() & mask == network.to_bits() & mask
        }
        _ => false,
    }
}
