//! From the list of exchanges and their addresses to the plan: a pure function, with all rules of who is tried,
//! who is not, and what is odd (RFC 5321 §5.1).

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use super::list::{Exchange, List};
use super::{Host, Reason, Skipped, Status, Tier, Warning};

/// What asking for a host's addresses led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addresses {
    /// Some; and whether the name is an alias.
    Found(Vec<IpAddr>, bool),
    /// The name does not exist.
    NxDomain,
    /// It exists and has none.
    None,
    /// The DNS did not say.
    Failed,
}

/// The sending server itself, if it may be in the list.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// Its names: lower case, no dot at the end.
    pub names: Vec<String>,
    /// Its addresses.
    pub addresses: Vec<IpAddr>,
}

/// A plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// Whom to try, in which order.
    pub tiers: Vec<Tier>,
    /// Whom not, and why; by preference.
    pub skipped: Vec<Skipped>,
    /// What is odd.
    pub warnings: Vec<Warning>,
    /// What it comes to.
    pub status: Status,
}

/// An order that is as good as any other, and the same again for the same seed.
#[derive(Clone, Debug)]
pub struct Shuffle(u64);

impl Shuffle {
    /// By a seed, or afresh.
    pub fn new(seed: Option<u64>) -> Shuffle {
        // The standard library's hashing keys are random for each process and each call.
        Shuffle(seed.unwrap_or_else(|| RandomState::new().hash_one(std::process::id())))
    }

    /// The next number (SplitMix64).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Fisher and Yates.
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let below = u64::try_from(i).unwrap_or(0) + 1;
            let j = usize::try_from(self.next() % below).unwrap_or(0);
            items.swap(i, j);
        }
    }
}

/// Makes the plan. `addresses` has what each exchange's name led to.
pub fn plan(
    list: &List,
    addresses: &HashMap<String, Addresses>,
    own: &Own,
    shuffle: &mut Shuffle,
) -> Planned {
    let of = |exchange: &Exchange| addresses.get(&exchange.plain).unwrap_or(&Addresses::Failed);
    let mut planned = Planned { skipped: list.skipped.clone(), ..Planned::default() };
    let is_own = |exchange: &Exchange| {
        let address = match of(exchange) {
            Addresses::Found(found, _) => found.iter().any(|address| own.addresses.contains(address)),
            _ => false,
        };
        address || own.names.contains(&exchange.plain)
    };
    // Ourselves, and all that is not better: mail would go round (RFC 5321 §5.1).
    let limit = list.exchanges.iter().filter(|exchange| is_own(exchange)).map(|e| e.preference).min();
    let mut failed = false;
    for exchange in &list.exchanges {
        let reason = match limit {
            Some(limit) if exchange.preference >= limit => {
                if is_own(exchange) {
                    let warning = Warning::new("self-in-list").with("name", &exchange.plain);
                    planned.warn(warning.with("preference", exchange.preference));
                    Some(Reason::Own)
                } else {
                    Some(Reason::NotBetter)
                }
            }
            _ => planned.take(exchange, of(exchange)),
        };
        if let Some(reason) = reason {
            failed |= reason == Reason::DnsFailure;
            let preference = Some(exchange.preference);
            planned.skipped.push(Skipped { name: exchange.plain.clone(), preference, reason });
        }
    }
    planned.skipped.sort_by_key(|skipped| skipped.preference);
    for tier in &mut planned.tiers {
        // Servers turn their answers round: without this a seed would not repeat the order.
        tier.hosts.sort_by(|a, b| a.name.cmp(&b.name));
        shuffle.shuffle(&mut tier.hosts);
    }
    planned.look_at_addresses();
    planned.status = match (planned.tiers.is_empty(), failed, limit.is_some()) {
        (false, ..) => Status::Ok,
        (true, true, _) => Status::DnsFailure,
        (true, false, true) => Status::Loop,
        (true, false, false) => Status::NoUsableMx,
    };
    planned
}

impl Planned {
    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Puts an exchange into its tier, or says why not.
    fn take(&mut self, exchange: &Exchange, addresses: &Addresses) -> Option<Reason> {
        let name = &exchange.plain;
        let (id, reason) = match addresses {
            Addresses::Found(found, alias) => {
                if *alias {
                    self.warn(Warning::new("mx-target-is-alias").with("name", name));
                }
                let host = Host { name: name.clone(), addresses: found.clone() };
                match self.tiers.last_mut() {
                    Some(tier) if tier.preference == Some(exchange.preference) => tier.hosts.push(host),
                    _ => self.tiers.push(Tier { preference: Some(exchange.preference), hosts: vec![host] }),
                }
                return None;
            }
            Addresses::NxDomain => ("mx-target-nxdomain", Reason::NxDomain),
            Addresses::None => ("mx-target-no-address", Reason::NoAddress),
            Addresses::Failed => ("mx-target-dns-failure", Reason::DnsFailure),
        };
        self.warn(Warning::new(id).with("name", name));
        Some(reason)
    }

    /// What is odd about the addresses.
    fn look_at_addresses(&mut self) {
        let all: Vec<(String, IpAddr)> = self
            .tiers
            .iter()
            .flat_map(|tier| &tier.hosts)
            .flat_map(|host| host.addresses.iter().map(|address| (host.name.clone(), *address)))
            .collect();
        for (i, (name, address)) in all.iter().enumerate() {
            if let Some((other, _)) = all[..i].iter().find(|(other, same)| same == address && other != name) {
                let warning = Warning::new("duplicate-address").with("name", name);
                self.warn(warning.with("other", other).with("address", address));
            }
            let id = match place(*address) {
                Place::Loopback => "mx-target-loopback",
                Place::Private => "mx-target-private",
                Place::World => continue,
            };
            self.warn(Warning::new(id).with("name", name).with("address", address));
        }
        if !all.is_empty() && all.iter().all(|(_, address)| address.is_ipv6()) {
            self.warn(Warning::new("ipv6-only"));
        }
    }
}

/// From where an address can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// From its own machine only.
    Loopback,
    /// From its own network only.
    Private,
    World,
}

fn place(address: IpAddr) -> Place {
    match address.to_canonical() {
        IpAddr::V4(v4) => match v4.octets() {
            [127, ..] | [0, ..] => Place::Loopback,
            // RFC 1918, RFC 3927, RFC 6598
            [10, ..] | [192, 168, ..] | [169, 254, ..] => Place::Private,
            [172, 16..=31, ..] | [100, 64..=127, ..] => Place::Private,
            _ => Place::World,
        },
        IpAddr::V6(v6) if v6.is_loopback() || v6.is_unspecified() => Place::Loopback,
        // RFC 4193, RFC 4291 §2.5.6
        IpAddr::V6(v6) if v6.is_unique_local() || v6.is_unicast_link_local() => Place::Private,
        IpAddr::V6(_) => Place::World,
    }
}

#[cfg(test)]
mod tests;
