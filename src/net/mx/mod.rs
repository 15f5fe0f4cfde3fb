//! The delivery plan of a domain: what a sending mail server does before it delivers (RFC 5321 §5).
//!
//! Terms:
//! - a *mail exchange* is a host that an MX record names; its *preference* says when it is tried, lower first;
//! - an *implicit MX* is the domain itself, where it has an address and no MX record;
//! - a *null MX* says that a domain takes no mail (RFC 7505);
//! - a *tier* is all exchanges of one preference, in random order.
//!
//! [`input`] reads what was typed; [`list`] and [`mod@plan`] are pure functions from records to a plan, its skipped
//! exchanges and its warnings; [`look()`] asks the DNS and puts it together;
//! [`probe`] goes to the exchanges, where that is asked for. There are no sentences here.

pub mod input;
pub mod list;
mod look;
pub mod plan;
pub mod probe;

use std::fmt::Display;
use std::net::IpAddr;

use crate::error::Args;
use crate::net::dns::Lookup;
use crate::net::policy::Policy;
use input::Domain;
pub use input::{InputFault, Target};
pub(super) use look::{Chased, chase};
pub use look::{Options, look};
pub use plan::Own;

/// The port of relay between mail servers; SRV records and submission ports never change it.
pub const PORT: u16 = 25;

/// What it comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// There is a plan.
    #[default]
    Ok,
    /// The domain takes no mail, and says so.
    NullMx,
    /// There is no such domain.
    NxDomain,
    /// Neither MX nor an address.
    NoMailHost,
    /// No exchange of the list can be used.
    NoUsableMx,
    /// The sending server is itself the best exchange.
    Loop,
    /// The DNS did not answer: later, again.
    DnsFailure,
}

impl Status {
    /// Its word, for machines and text ids.
    pub fn word(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::NullMx => "null-mx",
            Status::NxDomain => "nxdomain",
            Status::NoMailHost => "no-mail-host",
            Status::NoUsableMx => "no-usable-mx",
            Status::Loop => "loop",
            Status::DnsFailure => "dns-failure",
        }
    }

    /// The enhanced status code that a bounce would carry (RFC 3463, RFC 7505 §4.1); of a failed look-up, the
    /// one that a queue shows meanwhile.
    pub fn enhanced(self) -> Option<&'static str> {
        match self {
            Status::Ok => None,
            Status::NullMx => Some("5.1.10"),
            Status::NxDomain => Some("5.1.2"),
            Status::NoMailHost | Status::NoUsableMx => Some("5.4.4"),
            Status::Loop => Some("5.4.6"),
            Status::DnsFailure => Some("4.4.3"),
        }
    }
}

/// Where the plan comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From MX records.
    Mx,
    /// From the domain's own address.
    Implicit,
    /// From an address literal.
    Literal,
}

impl Source {
    /// Its word, for machines.
    pub fn word(self) -> &'static str {
        match self {
            Source::Mx => "mx",
            Source::Implicit => "implicit",
            Source::Literal => "literal",
        }
    }
}

/// Exchanges of one preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// None for an address literal.
    pub preference: Option<u16>,
    /// In the order in which they are tried.
    pub hosts: Vec<Host>,
}

/// An exchange with its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its name, lower case, no dot at the end; or the literal.
    pub name: String,
    /// Its addresses, as they were received.
    pub addresses: Vec<IpAddr>,
}

/// Why an exchange is not tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its name does not exist.
    NxDomain,
    /// It has no address.
    NoAddress,
    /// Its name looks like an address.
    IpLiteral,
    /// It is `localhost`.
    Localhost,
    /// The DNS did not say its addresses.
    DnsFailure,
    /// It is the sending server itself.
    Own,
    /// It is not better than the sending server itself.
    NotBetter,
    /// Its name cannot be a host's.
    BadHostname,
    /// It is the root: no host.
    Null,
}

impl Reason {
    /// Its word, for machines and text ids.
    pub fn word(self) -> &'static str {
        match self {
            Reason::NxDomain => "nxdomain",
            Reason::NoAddress => "no-address",
            Reason::IpLiteral => "ip-literal",
            Reason::Localhost => "localhost",
            Reason::DnsFailure => "dns-failure",
            Reason::Own => "self",
            Reason::NotBetter => "not-better-than-self",
            Reason::BadHostname => "bad-hostname",
            Reason::Null => "null",
        }
    }
}

/// An exchange that is not tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its name.
    pub name: String,
    /// Its preference.
    pub preference: Option<u16>,
    /// Why.
    pub reason: Reason,
}

/// Something odd: an id, which is part of a text id, and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The id, for machines; `mx-warning-ID` is its text.
    pub id: &'static str,
    /// What the text is filled with.
    pub args: Args,
}

impl Warning {
    /// A warning.
    pub fn new(id: &'static str) -> Warning {
        Warning { id, args: Args::new() }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Warning {
        self.args.push((name, value.to_string()));
        self
    }

    /// What it rests on.
    pub fn cites(&self) -> &'static [&'static str] {
        match self.id {
            "implicit-mx" | "owner-is-alias" | "self-in-list" | "duplicate-target" => &["RFC 5321 §5.1"],
            "null-mx" => &["RFC 7505 §3", "RFC 7505 §4.1"],
            "null-mx-not-alone" | "null-mx-nonzero-preference" => &["RFC 7505 §3"],
            "alias-loop" => &["RFC 1034 §3.6.2"],
            "mx-target-is-alias" => &["RFC 2181 §10.3", "RFC 5321 §5.1"],
            "mx-target-nxdomain" | "mx-target-no-address" | "nxdomain" => &["RFC 5321 §5.1"],
            "mx-target-is-ip" => &["RFC 1035 §3.3.9", "RFC 5321 §5.1"],
            "mx-target-localhost" => &["RFC 6761 §6.3"],
            "mx-target-loopback" => &["RFC 1122 §3.2.1.3"],
            "mx-target-private" => &["RFC 1918 §3", "RFC 4193 §4.1"],
            "mx-target-bad-hostname" => &["RFC 1123 §2.1", "RFC 5321 §2.3.5"],
            "mx-target-dns-failure" | "servfail" => &["RFC 5321 §5.1", "RFC 5321 §4.5.4.1"],
            "ipv6-only" => &["RFC 3974", "RFC 5321 §5.2"],
            "too-many-targets" | "duplicate-address" => &["RFC 5321 §5.1"],
            "truncated-retried-over-tcp" => &["RFC 1035 §4.2.1", "RFC 7766 §5"],
            "refused" => &["RFC 1035 §4.1.1"],
            "referral" => &["RFC 1034 §4.3.1", "RFC 2308 §2.2"],
            "dns-wrong-id" | "dns-other-question" => &["RFC 5452 §9"],
            "dns-cut" => &["RFC 7766 §8"],
            "mta-sts-multiple-records" => &["RFC 8461 §3.1"],
            "tlsa-not-secure" => &["RFC 7672 §2.2"],
            "tlsa-unusable-usage" => &["RFC 7672 §3.1.3"],
            _ => &["RFC 1035 §7.3"],
        }
    }
}

/// What a question was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The exchanges.
    Exchanges,
    /// The addresses of one.
    Address,
    /// What the domain says of its mail (`--policy`).
    Policy,
}

/// A question that was asked, and why.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Why.
    pub purpose: Purpose,
    /// What it took, and led to.
    pub lookup: Lookup,
}

/// All that was found out about one domain.
#[derive(Clone, Debug)]
pub struct Report {
    /// As typed.
    pub query: String,
    /// What it means.
    pub target: Target,
    /// What it comes to.
    pub status: Status,
    /// Where the plan comes from.
    pub source: Option<Source>,
    /// Whom to try, in which order.
    pub plan: Vec<Tier>,
    /// Whom not.
    pub skipped: Vec<Skipped>,
    /// What is odd.
    pub warnings: Vec<Warning>,
    /// What was asked, in order.
    pub asked: Vec<Asked>,
    /// Addresses that came in ADDITIONAL of the MX answer.
    pub volunteered: usize,
    /// Where aliases of the domain led to.
    pub final_name: Option<String>,
    /// Over how many.
    pub hops: usize,
    /// What the domain says of its mail, if that was asked for.
    pub policy: Option<Policy>,
    /// What came of trying each address, if that was asked for.
    pub probed: Option<Vec<probe::Probed>>,
}

impl Report {
    /// A report with nothing in it yet.
    pub fn new(query: &str, target: Target) -> Report {
        Report {
            query: query.to_owned(),
            target,
            status: Status::Ok,
            source: None,
            plan: Vec::new(),
            skipped: Vec::new(),
            warnings: Vec::new(),
            asked: Vec::new(),
            volunteered: 0,
            final_name: None,
            hops: 0,
            policy: None,
            probed: None,
        }
    }

    /// The domain, unless it is a literal.
    pub fn domain(&self) -> Option<&Domain> {
        match &self.target {
            Target::Domain(domain) => Some(domain),
            Target::Literal(_) => None,
        }
    }

    /// The questions of a purpose.
    pub fn asked(&self, purpose: Purpose) -> impl Iterator<Item = &Lookup> {
        self.asked.iter().filter(move |asked| asked.purpose == purpose).map(|asked| &asked.lookup)
    }

    /// Adds a warning, once.
    pub fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}
