//! What the lab's name server knows: zones, by a text of one record a line, and the practice's own.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use hickory_resolver::proto::rr::rdata::{A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TLSA, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record};

/// The lab's zones.
const TEXT: &str = include_str!("lab.zone");
/// How long a "no" may be kept, in seconds.
const NO: u32 = 60;

/// What goes wrong on purpose at a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mishap {
    /// SERVFAIL.
    ServFail,
    /// No answer at all.
    Silence,
}

/// All zones.
#[derive(Debug, Default)]
pub struct Zones {
    apexes: Vec<(Name, Record, Vec<Record>)>,
    records: BTreeMap<Name, Vec<Record>>,
    mishaps: BTreeMap<Name, Mishap>,
}

impl Zones {
    /// The lab's zones, and the practice's: its domain, whose exchange is the lab itself.
    pub fn new(domain: &str, host: &str) -> Zones {
        let mut zones = Zones::default();
        let practice =
            format!("zone {domain} ns.{domain}\nns.{domain} 300 A 127.0.0.1\n{domain} 300 MX 10 {host}\n");
        // A host outside of the domain has its address in a zone of its own.
        let apart = if host == domain || host.ends_with(&format!(".{domain}")) {
            String::new()
        } else {
            format!("zone {host} ns.{domain}\n")
        };
        let text = format!("{practice}{apart}{host} 300 A 127.0.0.1\n");
        // What the lab was told comes first: `--domain example.com` is the lab's own then.
        for line in text.lines().chain(TEXT.lines()) {
            let words: Vec<&str> = line.splitn(4, ' ').collect();
            if line.is_empty() || line.starts_with(';') || zones.line(&words).is_some() {
                continue;
            }
            debug_assert!(false, "the lab's zones cannot be read: {line}");
        }
        zones
    }

    /// Reads a line.
    fn line(&mut self, words: &[&str]) -> Option<()> {
        if let ["zone", apex, servers @ ..] = words {
            let apex = name(apex)?;
            if self.apexes.iter().any(|(known, ..)| *known == apex) {
                return Some(());
            }
            let servers: Vec<Name> = servers.iter().flat_map(|s| s.split(' ')).filter_map(name).collect();
            let soa =
                SOA::new(servers.first()?.clone(), name("hostmaster.invalid")?, 1, 3600, 600, 86400, NO);
            let soa = Record::from_rdata(apex.clone(), NO, RData::SOA(soa));
            let ns = |server| Record::from_rdata(apex.clone(), 3600, RData::NS(NS(server)));
            let servers: Vec<Record> = servers.into_iter().map(ns).collect();
            self.add(soa.clone());
            servers.iter().for_each(|server| self.add(server.clone()));
            self.apexes.push((apex, soa, servers));
            return Some(());
        }
        let [owner, ttl, kind, data] = words else { return None };
        let (owner, ttl) = (name(owner)?, ttl.parse().ok()?);
        let data = match *kind {
            "A" => RData::A(A(data.parse::<Ipv4Addr>().ok()?)),
            "AAAA" => RData::AAAA(AAAA(data.parse::<Ipv6Addr>().ok()?)),
            "CNAME" => RData::CNAME(CNAME(name(data)?)),
            "NS" => RData::NS(NS(name(data)?)),
            "PTR" => RData::PTR(PTR(name(data)?)),
            "SRV" => RData::SRV(srv(data)?),
            "TLSA" => RData::TLSA(tlsa(data)?),
            "TXT" => RData::TXT(TXT::new(strings(data))),
            "MX" => {
                let (preference, target) = data.split_once(' ')?;
                RData::MX(MX::new(preference.parse().ok()?, name(target)?))
            }
            "FAULT" => {
                let mishap = if *data == "SILENCE" { Mishap::Silence } else { Mishap::ServFail };
                self.mishaps.insert(owner, mishap);
                return Some(());
            }
            "MANY" => return self.many(&owner, data.parse().ok()?),
            _ => return None,
        };
        self.add(Record::from_rdata(owner, ttl, data));
        Some(())
    }

    /// So many exchanges that their answer does not fit into a datagram.
    fn many(&mut self, owner: &Name, count: u8) -> Option<()> {
        for i in 1..=count {
            let host = Name::from_ascii(format!("exchange-host-number-{i:02}.{owner}")).ok()?;
            let mx = MX::new(u16::from(i) * 10, host.clone());
            self.add(Record::from_rdata(owner.clone(), 300, RData::MX(mx)));
            let address = Ipv4Addr::new(198, 51, 100, 100_u8.saturating_add(i));
            self.add(Record::from_rdata(host, 300, RData::A(A(address))));
        }
        Some(())
    }

    fn add(&mut self, record: Record) {
        self.records.entry(record.name.to_lowercase()).or_default().push(record);
    }

    /// The zone that a name is in: its SOA and its name servers.
    pub(super) fn zone(&self, name: &Name) -> Option<(&Name, &Record, &[Record])> {
        let inside = self.apexes.iter().filter(|(apex, ..)| apex.zone_of(name));
        let deepest = inside.max_by_key(|(apex, ..)| apex.num_labels());
        deepest.map(|(apex, soa, servers)| (apex, soa, servers.as_slice()))
    }

    /// The servers that a part of a zone was given to.
    pub(super) fn cut(&self, apex: &Name, name: &Name) -> Vec<&Record> {
        let mut above = name.clone();
        while above != *apex && above.num_labels() > apex.num_labels() {
            let servers: Vec<&Record> =
                self.at(&above).iter().filter(|record| matches!(record.data, RData::NS(_))).collect();
            if !servers.is_empty() {
                return servers;
            }
            above = above.base_name();
        }
        Vec::new()
    }

    /// The records of a name.
    pub(super) fn at(&self, name: &Name) -> &[Record] {
        self.records.get(&name.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// What goes wrong there.
    pub(super) fn mishap(&self, name: &Name) -> Option<Mishap> {
        self.mishaps.get(&name.to_lowercase()).copied()
    }

    /// Whether a name exists: it has records, or a name below it has.
    pub(super) fn exists(&self, name: &Name) -> bool {
        !self.at(name).is_empty() || self.records.keys().any(|known| name.zone_of(known))
    }
}

/// One string, or several of which each stands in quotes.
fn strings(data: &str) -> Vec<String> {
    let quoted = data.strip_prefix('"').and_then(|data| data.strip_suffix('"'));
    quoted.map_or_else(|| vec![data.to_owned()], |inner| inner.split("\" \"").map(str::to_owned).collect())
}

/// Priority, weight, port, host (RFC 2782).
fn srv(data: &str) -> Option<SRV> {
    let words: Vec<&str> = data.split(' ').collect();
    let [priority, weight, port, target] = words.as_slice() else { return None };
    Some(SRV::new(priority.parse().ok()?, weight.parse().ok()?, port.parse().ok()?, name(target)?))
}

/// Usage, selector, matching type, and the hash in hexadecimal (RFC 6698 §2.2).
fn tlsa(data: &str) -> Option<TLSA> {
    let words: Vec<&str> = data.split(' ').collect();
    let [usage, selector, matching, hash] = words.as_slice() else { return None };
    let numbers = [usage, selector, matching].map(|word| word.parse::<u8>().ok());
    let [Some(usage), Some(selector), Some(matching)] = numbers else { return None };
    let hash =
        hash.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    Some(TLSA::new(usage.into(), selector.into(), matching.into(), hash.collect::<Option<Vec<u8>>>()?))
}

fn name(text: &str) -> Option<Name> {
    let mut name = Name::from_ascii(text).ok()?;
    name.set_fqdn(true);
    Some(name)
}
