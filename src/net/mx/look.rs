//! Asks the DNS as a sending server does, and puts the report together. The first question is MX; addresses are
//! asked for afterwards, all at once, whatever came in ADDITIONAL (RFC 2181 §5.4.1 ranks that lowest).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::list::{List, list};
use super::plan::{Addresses, Shuffle, plan};
use super::{Asked, Host, Own, Purpose, Report, Source, Status, Target, Tier, Warning};
use crate::net::dns::{
    Client, Fault, Found, Lookup, Meaning, Name, RData, RecordType, Transport, plain, read,
};

/// Questions in flight for one domain.
const AT_ONCE: usize = 16;
/// Aliases that are asked again for.
const CHASES: usize = 8;

/// How to plan.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The sending server, if it may be in the list.
    pub own: Own,
    /// The order of equals, to have it again.
    pub seed: Option<u64>,
}

/// Finds out how mail would go to a target.
pub async fn look(client: &Arc<Client>, query: &str, target: Target, options: &Options) -> Report {
    let mut report = Report::new(query, target);
    let domain = match &report.target {
        Target::Literal(address) => {
            let name = match address {
                IpAddr::V4(v4) => format!("[{v4}]"),
                IpAddr::V6(v6) => format!("[IPv6:{v6}]"),
            };
            report.source = Some(Source::Literal);
            let hosts = vec![Host { name, addresses: vec![*address] }];
            report.plan.push(Tier { preference: None, hosts });
            return report;
        }
        Target::Domain(domain) => domain.clone(),
    };
    let chased = chase(client, domain.name.clone(), RecordType::MX, client.until()).await;
    let records = note_exchanges(&mut report, &chased);
    let found = chased.found.clone();
    report.asked.extend(chased.asked(Purpose::Exchanges));
    match found.meaning {
        Meaning::Records => {
            let list = list(&records);
            report.warnings.extend(list.warnings.iter().cloned());
            if list.null {
                report.status = Status::NullMx;
                return report;
            }
            let addresses = resolve(client, &list, &mut report).await;
            finish(&mut report, Source::Mx, &list, &addresses, options);
        }
        Meaning::NoData => {
            let list = List::implicit(&found.name);
            let addresses = resolve(client, &list, &mut report).await;
            match addresses.values().next() {
                Some(Addresses::Found(..)) => {
                    report.warn(Warning::new("implicit-mx").with("name", plain(&found.name)));
                    finish(&mut report, Source::Implicit, &list, &addresses, options);
                }
                Some(Addresses::Failed) => {
                    report.status = Status::DnsFailure;
                    let failed = report.asked.iter().rev().find_map(|asked| trouble(&asked.lookup));
                    report.warnings.extend(failed);
                }
                _ => report.status = Status::NoMailHost,
            }
        }
        Meaning::NxDomain => {
            report.status = Status::NxDomain;
            report.warn(Warning::new("nxdomain").with("name", plain(&found.name)));
        }
        _ => fail(&mut report, &found),
    }
    note_truncation(&mut report);
    report
}

/// What the MX answer says of itself, into the report; and its records.
fn note_exchanges(report: &mut Report, chased: &Chased) -> Vec<(u16, Name)> {
    if chased.found.hops > 0 {
        report.hops = chased.found.hops;
        report.final_name = Some(plain(&chased.found.name));
        if chased.found.meaning != Meaning::AliasLoop {
            report.warn(Warning::new("owner-is-alias").with("name", plain(&chased.found.name)));
        }
    }
    let Some(reply) = chased.lookups.last().and_then(Lookup::reply) else { return Vec::new() };
    let address = |kind| matches!(kind, RecordType::A | RecordType::AAAA);
    let exchange = |data: &RData| match data {
        RData::MX(mx) => Some((mx.preference, mx.exchange.clone())),
        _ => None,
    };
    let records: Vec<(u16, Name)> =
        chased.found.records(reply, RecordType::MX).filter_map(|(data, _)| exchange(data)).collect();
    // A name server's own address may be there too.
    let ours = |name: &Name| records.iter().any(|(_, target)| target == name);
    let additional = reply.message.additionals.iter();
    report.volunteered = additional.filter(|r| address(r.record_type()) && ours(&r.name)).count();
    records
}

fn finish(
    report: &mut Report,
    source: Source,
    list: &List,
    addresses: &HashMap<String, Addresses>,
    options: &Options,
) {
    let planned = plan(list, addresses, &options.own, &mut Shuffle::new(options.seed));
    report.status = planned.status;
    report.source = (planned.status == Status::Ok).then_some(source);
    report.plan = planned.tiers;
    report.skipped = planned.skipped;
    report.warnings.extend(planned.warnings);
}

/// The MX question has no answer that says anything of the domain.
fn fail(report: &mut Report, found: &Found) {
    report.status = Status::DnsFailure;
    let last = report.asked.last().map(|asked| &asked.lookup);
    let server = last.and_then(|lookup| lookup.tries.last()).map(|attempt| attempt.server.to_string());
    let server = server.unwrap_or_default();
    let warning = match found.meaning {
        Meaning::AliasLoop | Meaning::AliasOpen => {
            Some(Warning::new("alias-loop").with("name", plain(&found.name)))
        }
        Meaning::Referral => Some(Warning::new("referral").with("server", server)),
        _ => last.and_then(trouble),
    };
    report.warnings.extend(warning);
}

/// What went wrong with a question.
fn trouble(lookup: &Lookup) -> Option<Warning> {
    let last = lookup.tries.last()?;
    let id = match &last.result {
        Ok(reply) => match reply.rcode().as_str() {
            "NOERROR" | "NXDOMAIN" => return None,
            "SERVFAIL" => "servfail",
            "REFUSED" => "refused",
            _ => "dns-other-code",
        },
        Err(Fault::TimedOut) => "dns-timeout",
        Err(Fault::Refused) => "connection-refused",
        Err(Fault::Unreachable(_)) => "dns-unreachable",
        Err(Fault::Garbage) => "dns-garbage",
        Err(Fault::WrongId) => "dns-wrong-id",
        Err(Fault::OtherQuestion) => "dns-other-question",
        Err(Fault::Cut) => "dns-cut",
    };
    let code = last.result.as_ref().map(super::super::dns::Reply::rcode).unwrap_or_default();
    let warning = Warning::new(id).with("server", last.server).with("transport", last.transport.title());
    Some(warning.with("seconds", last.took.as_secs().max(1)).with("code", code))
}

fn note_truncation(report: &mut Report) {
    let cut = report.asked.iter().flat_map(|asked| &asked.lookup.tries).find(|attempt| {
        let truncated = attempt.result.as_ref().is_ok_and(|reply| reply.message.metadata.truncation);
        truncated && attempt.transport == Transport::Udp
    });
    if let Some(attempt) = cut {
        let warning = Warning::new("truncated-retried-over-tcp").with("kind", attempt.kind);
        report.warn(warning.with("name", attempt.name.clone()));
    }
}

/// A question with the aliases that had to be asked again for.
pub(in crate::net) struct Chased {
    pub(in crate::net) lookups: Vec<Lookup>,
    pub(in crate::net) found: Found,
}

impl Chased {
    /// The questions, for the report.
    pub(in crate::net) fn asked(self, purpose: Purpose) -> impl Iterator<Item = Asked> {
        self.lookups.into_iter().map(move |lookup| Asked { purpose, lookup })
    }
}

impl Client {
    /// When a phase that begins now must have ended.
    pub(super) fn until(&self) -> Instant {
        Instant::now() + self.timeout
    }
}

/// Asks, and asks again with the name that an alias leads to, where the answer does not say what is there.
pub(in crate::net) async fn chase(client: &Client, name: Name, kind: RecordType, until: Instant) -> Chased {
    let (mut lookups, mut seen, mut hops) = (Vec::new(), vec![name], 0);
    loop {
        let last = seen[seen.len() - 1].clone();
        let lookup = client.ask(&last, kind, until).await;
        let mut found = read(&lookup, &last, kind);
        lookups.push(lookup);
        hops += found.hops;
        found.hops = hops;
        if found.meaning == Meaning::AliasOpen {
            if seen.contains(&found.name) || seen.len() > CHASES {
                found.meaning = Meaning::AliasLoop;
            } else {
                seen.push(found.name);
                continue;
            }
        }
        return Chased { lookups, found };
    }
}

/// Asks for the addresses of all exchanges at once; the report keeps the questions in the list's order.
async fn resolve(client: &Arc<Client>, list: &List, report: &mut Report) -> HashMap<String, Addresses> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let until = client.until();
    let mut tasks = JoinSet::new();
    for (i, exchange) in list.exchanges.iter().enumerate() {
        for kind in [RecordType::A, RecordType::AAAA] {
            let (client, places, name) = (client.clone(), places.clone(), exchange.name.clone());
            tasks.spawn(async move {
                let _place = places.acquire().await;
                ((i, kind == RecordType::AAAA), chase(&client, name, kind, until).await)
            });
        }
    }
    let mut done: Vec<((usize, bool), Chased)> = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        done.extend(joined);
    }
    done.sort_by_key(|(place, _)| *place);
    let both =
        |i: usize| done.iter().filter(move |((exchange, _), _)| *exchange == i).map(|(_, chased)| chased);
    let found =
        list.exchanges.iter().enumerate().map(|(i, e)| (e.plain.clone(), addresses(both(i)))).collect();
    report.asked.extend(done.into_iter().flat_map(|(_, chased)| chased.asked(Purpose::Address)));
    found
}

/// The addresses of a host by its answers to A and AAAA.
fn addresses<'a>(answers: impl Iterator<Item = &'a Chased>) -> Addresses {
    let (mut found, mut alias, mut gone, mut failed) = (Vec::new(), false, false, false);
    for chased in answers {
        alias |= chased.found.hops > 0;
        match chased.found.meaning {
            Meaning::NoData => {}
            Meaning::NxDomain => gone = true,
            Meaning::Records => {
                let Some(reply) = chased.lookups.last().and_then(Lookup::reply) else { continue };
                let both = [RecordType::A, RecordType::AAAA];
                for (data, _) in both.into_iter().flat_map(|kind| chased.found.records(reply, kind)) {
                    let address = match data {
                        RData::A(a) => IpAddr::V4(a.0),
                        RData::AAAA(aaaa) => IpAddr::V6(aaaa.0),
                        _ => continue,
                    };
                    if !found.contains(&address) {
                        found.push(address);
                    }
                }
            }
            _ => failed = true,
        }
    }
    match (found.is_empty(), failed, gone) {
        (false, ..) => Addresses::Found(found, alias),
        (true, true, _) => Addresses::Failed,
        (true, false, true) => Addresses::NxDomain,
        (true, false, false) => Addresses::None,
    }
}
