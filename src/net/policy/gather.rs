//! Asks for the policy records, all at once.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::Instant;

use super::dane::{fields, worth};
use super::spf::{Answer, Ask, Sender, check};
use super::{Found, Kind, Policy, Tlsa, Wanted};
use crate::net::dns::{Client, Lookup, Meaning, Name, RData, RecordType, plain, read};
use crate::net::mx::{Chased, Purpose, Report, chase};

/// Exchanges whose TLSA records are asked for, at most.
const HOSTS: usize = 20;
/// Names that are asked for a DMARC record, from the domain up (RFC 9989's tree walk).
const STEPS: usize = 8;

/// Finds out what the report's domain says of its mail, and notes it there.
pub async fn gather(client: &Arc<Client>, report: &mut Report, wanted: &Wanted) {
    let Some(domain) = report.domain().map(|domain| domain.wire.clone()) else { return };
    let until = Instant::now() + client.timeout;
    let mut tasks = JoinSet::new();
    for (i, kind) in Kind::ALL.into_iter().enumerate() {
        let owners = owners(kind, &domain, wanted.selector.as_deref());
        if owners.is_empty() {
            continue;
        }
        let client = client.clone();
        tasks.spawn(async move { (i, Kept::Text(text(&client, kind, owners, until).await)) });
    }
    let hosts: Vec<String> =
        report.plan.iter().flat_map(|tier| &tier.hosts).map(|host| host.name.clone()).take(HOSTS).collect();
    for (i, host) in hosts.into_iter().enumerate() {
        let client = client.clone();
        tasks.spawn(async move { (100 + i, Kept::Tlsa(tlsa(&client, host, until).await)) });
    }
    let mut kept = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        kept.extend(joined);
    }
    kept.sort_by_key(|(place, _)| *place);
    let secure = wanted.trusted && report.asked(Purpose::Exchanges).all(authentic);
    let mut policy = Policy { secure, trusted: wanted.trusted, ..Policy::default() };
    for (_, one) in kept {
        match one {
            Kept::Text((found, asked)) => {
                policy.found.push(found);
                report.asked.extend(asked.into_iter().flat_map(|chased| chased.asked(Purpose::Policy)));
            }
            Kept::Tlsa(Some((mut tlsa, chased))) => {
                let addresses = report.asked(Purpose::Address);
                let ours =
                    |lookup: &&Lookup| lookup.tries.first().is_some_and(|first| first.name == tlsa.host);
                let addresses = addresses.filter(ours).all(authentic);
                tlsa.secure = secure && addresses && chased.lookups.iter().all(authentic);
                tlsa.dane = worth(&tlsa.records, tlsa.secure);
                report.asked.extend(chased.asked(Purpose::Policy));
                policy.tlsa.push(tlsa);
            }
            Kept::Tlsa(None) => {}
        }
    }
    if let Some(ip) = wanted.from {
        let sender = Sender::new(ip, &report.query, &domain);
        let mut asker = Asker { client, until: Instant::now() + client.timeout, report };
        policy.spf = Some(check(sender, &mut asker).await);
    }
    policy.warn(report);
    report.policy = Some(policy);
}

/// Asks for SPF, and notes it in the report; what was asked before is not asked again.
struct Asker<'a> {
    client: &'a Client,
    until: Instant,
    report: &'a mut Report,
}

impl Ask for Asker<'_> {
    async fn ask(&mut self, name: &Name, kind: RecordType) -> Answer {
        let text = plain(name);
        let same = |lookup: &&Lookup| lookup.tries.first().is_some_and(|t| t.kind == kind && t.name == text);
        let known = self.report.asked.iter().map(|asked| &asked.lookup).find(same);
        if let Some(lookup) = known {
            let found = read(lookup, name, kind);
            if found.meaning != Meaning::AliasOpen {
                return answer(lookup, &found, kind);
            }
        }
        let chased = chase(self.client, name.clone(), kind, self.until).await;
        let answered = chased.lookups.last().map_or(Answer::Failed, |l| answer(l, &chased.found, kind));
        self.report.asked.extend(chased.asked(Purpose::Policy));
        answered
    }
}

/// What a look-up says, as SPF sees it.
fn answer(lookup: &Lookup, found: &crate::net::dns::Found, kind: RecordType) -> Answer {
    match (found.meaning, lookup.reply()) {
        (Meaning::Records, Some(reply)) => {
            Answer::Found(found.records(reply, kind).map(|(data, _)| data.clone()).collect())
        }
        (Meaning::NoData | Meaning::NxDomain, _) => Answer::Void,
        _ => Answer::Failed,
    }
}

/// What a task brings.
enum Kept {
    Text((Found, Vec<Chased>)),
    Tlsa(Option<(Tlsa, Chased)>),
}

/// Whether the server says that it has checked the answer's signatures.
fn authentic(lookup: &Lookup) -> bool {
    lookup.reply().is_some_and(|reply| reply.message.metadata.authentic_data)
}

/// Where a kind of record is, the first that has one.
fn owners(kind: Kind, domain: &str, selector: Option<&str>) -> Vec<String> {
    match kind {
        Kind::Spf => vec![domain.to_owned()],
        Kind::Dmarc => {
            let mut owners = vec![format!("_dmarc.{domain}")];
            let mut rest = domain;
            while let Some((_, above)) = rest.split_once('.')
                && above.contains('.')
                && owners.len() < STEPS
            {
                owners.push(format!("_dmarc.{above}"));
                rest = above;
            }
            owners
        }
        Kind::Dkim => {
            selector.map(|selector| format!("{selector}._domainkey.{domain}")).into_iter().collect()
        }
        Kind::MtaSts => vec![format!("_mta-sts.{domain}")],
        Kind::TlsRpt => vec![format!("_smtp._tls.{domain}")],
        Kind::Bimi => vec![format!("default._bimi.{domain}")],
    }
}

async fn text(client: &Client, kind: Kind, owners: Vec<String>, until: Instant) -> (Found, Vec<Chased>) {
    let mut asked = Vec::new();
    let mut found = Found { kind, owner: owners[0].clone(), texts: Vec::new(), failed: false };
    for owner in owners {
        let Some(name) = name(&owner) else { continue };
        let chased = chase(client, name, RecordType::TXT, until).await;
        let meaning = chased.found.meaning;
        // Above the domain another server may be asked that does not answer us: that decides nothing.
        found.failed |=
            asked.is_empty() && !matches!(meaning, Meaning::Records | Meaning::NoData | Meaning::NxDomain);
        let texts: Vec<String> = texts(&chased).into_iter().filter(|text| kind.is_one(text)).collect();
        asked.push(chased);
        if !texts.is_empty() {
            (found.owner, found.texts) = (owner, texts);
            break;
        }
    }
    (found, asked)
}

/// The texts of an answer, the strings of each put together (RFC 7208 §3.3).
fn texts(chased: &Chased) -> Vec<String> {
    let Some(reply) = chased.lookups.last().and_then(Lookup::reply) else { return Vec::new() };
    let text = |data: &RData| match data {
        RData::TXT(txt) => Some(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned()),
        _ => None,
    };
    chased.found.records(reply, RecordType::TXT).filter_map(|(data, _)| text(data)).collect()
}

async fn tlsa(client: &Client, host: String, until: Instant) -> Option<(Tlsa, Chased)> {
    let owner = format!("_25._tcp.{host}");
    let chased = chase(client, name(&owner)?, RecordType::TLSA, until).await;
    let reply = chased.lookups.last().and_then(Lookup::reply);
    let records = reply
        .map(|reply| {
            chased.found.records(reply, RecordType::TLSA).filter_map(|(data, _)| fields(data)).collect()
        })
        .unwrap_or_default();
    let dane = super::Dane::None;
    Some((Tlsa { host, owner, records, secure: false, dane }, chased))
}

/// A text as a name, with or without the dot at its end; none, where it cannot be one.
pub(super) fn name(text: &str) -> Option<Name> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let mut name = Name::from_labels(text.split('.').map(str::as_bytes)).ok()?;
    name.set_fqdn(true);
    Some(name)
}
