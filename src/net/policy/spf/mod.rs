//! SPF, evaluated (RFC 7208): may this address send with that domain in the envelope?
//!
//! Terms: a *term* of a record is a mechanism with its qualifier (`-all`, `include:x`) or a modifier
//! (`redirect=x`); a *verdict* is what check_host() comes to; a *step* is one term as it was evaluated. The
//! steps are the point: a library that only tells the verdict shows no student why it came out so.
//!
//! [`record`] reads a record, [`macros`] fills in names, [`check`] evaluates: pure functions over whoever
//! [`Ask`]s the DNS. `exp=` is checked for its syntax and not fetched: it is words for a human reader of a bounce.

mod check;
mod macros;
mod record;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

pub(super) use check::{Answer, Ask, check};
pub(super) use record::is_record;

/// Terms of all records together that may ask the DNS (RFC 7208 §4.6.4).
pub const LOOKUPS: usize = 10;
/// Names that may have no answer (RFC 7208 §4.6.4).
pub const VOIDS: usize = 2;

/// What an evaluation comes to (RFC 7208 §2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no record.
    None,
    /// The record says nothing of this address.
    Neutral,
    /// The address may send.
    Pass,
    /// It may not.
    Fail,
    /// It probably may not.
    SoftFail,
    /// The DNS did not answer.
    TempError,
    /// The records cannot be evaluated.
    PermError,
}

impl Verdict {
    /// Its word, which is the RFC's in every language.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::None => "none",
            Verdict::Neutral => "neutral",
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::SoftFail => "softfail",
            Verdict::TempError => "temperror",
            Verdict::PermError => "permerror",
        }
    }
}

/// Why an evaluation stops without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A term that is none.
    Syntax(String),
    /// More terms ask the DNS than may.
    TooManyLookups,
    /// More names have no answer than may.
    TooManyVoids,
    /// An `mx` with more than ten exchanges.
    TooManyExchanges,
    /// So many SPF records at one name.
    Several(usize),
    /// An include or redirect to a name without a record.
    NoRecord(String),
    /// The DNS did not answer for a name.
    Dns(String),
}

impl Fault {
    /// Its word, for machines and text ids.
    pub fn word(&self) -> &'static str {
        match self {
            Fault::Syntax(_) => "syntax",
            Fault::TooManyLookups => "too-many-lookups",
            Fault::TooManyVoids => "too-many-void-lookups",
            Fault::TooManyExchanges => "too-many-exchanges",
            Fault::Several(_) => "several-records",
            Fault::NoRecord(_) => "no-record",
            Fault::Dns(_) => "dns",
        }
    }

    /// The verdict that it means.
    pub fn verdict(&self) -> Verdict {
        if matches!(self, Fault::Dns(_)) { Verdict::TempError } else { Verdict::PermError }
    }
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A record is evaluated from here on: the term is its text, the target its name.
    Record,
    /// There is no record at the target.
    NoRecord,
    /// The term matches, and decides.
    Matches(Verdict),
    /// It does not match.
    Differs,
    /// It leads to another record.
    Goes,
    /// An include came back with this, which is no match.
    Included(Verdict),
    /// Nothing matched up to the record's end.
    End,
    /// Nothing more can be evaluated.
    Stops(Fault),
}

impl Told {
    /// Its word, for machines.
    pub fn word(&self) -> &'static str {
        match self {
            Told::Record => "record",
            Told::NoRecord => "no-record",
            Told::Matches(_) => "match",
            Told::Differs => "no-match",
            Told::Goes => "goes-on",
            Told::Included(_) => "included",
            Told::End => "end",
            Told::Stops(_) => "stops",
        }
    }
}

/// A term as it was evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How many includes it is inside of.
    pub depth: usize,
    /// The term as it stands in the record.
    pub term: String,
    /// The name that it asks for, macros filled in.
    pub target: Option<String>,
    /// The addresses or hosts that the DNS gave.
    pub found: Vec<String>,
    /// What came of it.
    pub told: Told,
}

/// Who sends: an address, and what it says in MAIL FROM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The client's address.
    pub ip: IpAddr,
    /// The mailbox's local part (RFC 7208 §4.3: `postmaster`, where there is none).
    pub local: String,
    /// Its domain, which is taken for the name in HELO too.
    pub domain: String,
}

impl Sender {
    /// The sender by what was typed, a mailbox or a domain. An IPv4 address in IPv6's clothes is one of IPv4 (§5).
    pub fn new(ip: IpAddr, typed: &str, domain: &str) -> Sender {
        let local = typed.trim().rsplit_once('@').map_or("", |(local, _)| local);
        let local = if local.is_empty() { "postmaster" } else { local };
        Sender { ip: ip.to_canonical(), local: local.to_owned(), domain: domain.to_owned() }
    }

    /// What stands in MAIL FROM.
    pub fn mailbox(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }
}

/// An evaluation, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spf {
    /// For whom.
    pub sender: Sender,
    /// What it comes to.
    pub verdict: Verdict,
    /// Why it stopped, if it did.
    pub fault: Option<Fault>,
    /// Terms that asked the DNS.
    pub lookups: usize,
    /// Names without an answer.
    pub voids: usize,
    /// How it came to that.
    pub steps: Vec<Step>,
}
