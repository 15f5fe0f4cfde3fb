//! What a domain says in the DNS about its mail: SPF, DMARC, DKIM, MTA-STS, TLS-RPT, BIMI, and the certificates
//! of its exchanges (TLSA).
//!
//! Terms: a *policy record* is a TXT record that begins with its version, `v=spf1`; *secure* is an answer whose
//! AD bit is set by a resolver that we trust, which is one on this machine or one that the user has named.
//!
//! Not here: what MTA-STS's policy says, which is behind HTTPS; whether a mail passes DKIM, which needs the mail.
//! SPF needs the sender's address only, and is evaluated for one: [`spf`].

mod dane;
mod fits;
mod gather;
pub mod spf;

use std::net::IpAddr;

use super::mx::{Report, Warning};
pub use dane::{Dane, Record, Tlsa};
pub use fits::{Fit, Misfit, fits};
pub use gather::gather;
use spf::{Spf, Verdict};

/// What is looked for, and what is believed.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The DKIM selector, which only a signed mail tells.
    pub selector: Option<String>,
    /// The address of a sender that SPF is evaluated for.
    pub from: Option<IpAddr>,
    /// Whether the server's AD bit is believed.
    pub trusted: bool,
}

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who may send with this domain in the envelope.
    Spf,
    /// What receivers do with a From: that neither SPF nor DKIM vouches for.
    Dmarc,
    /// The key of a signature.
    Dkim,
    /// That there is a policy for TLS between servers.
    MtaSts,
    /// Where reports about TLS go.
    TlsRpt,
    /// A logo.
    Bimi,
}

impl Kind {
    /// All, in the order in which they are shown.
    pub const ALL: [Kind; 6] = [Kind::Spf, Kind::Dmarc, Kind::Dkim, Kind::MtaSts, Kind::TlsRpt, Kind::Bimi];

    /// Its word, for machines and text ids.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Spf => "spf",
            Kind::Dmarc => "dmarc",
            Kind::Dkim => "dkim",
            Kind::MtaSts => "mta-sts",
            Kind::TlsRpt => "tls-rpt",
            Kind::Bimi => "bimi",
        }
    }

    /// Its name for people, and where it is defined.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Kind::Spf => ("SPF", "RFC 7208 §4.5"),
            Kind::Dmarc => ("DMARC", "RFC 9989"),
            Kind::Dkim => ("DKIM", "RFC 6376 §3.6"),
            Kind::MtaSts => ("MTA-STS", "RFC 8461 §3.1"),
            Kind::TlsRpt => ("TLS-RPT", "RFC 8460 §3"),
            Kind::Bimi => ("BIMI", "draft-brand-indicators-for-message-identification"),
        }
    }

    /// What its records begin with, and whether a text is one: the version is a word of its own.
    fn is_one(self, text: &str) -> bool {
        let version = match self {
            Kind::Spf => return spf::is_record(text),
            Kind::Dmarc => "v=DMARC1",
            // A key record may leave its version out (RFC 6376 §3.6.1).
            Kind::Dkim => return text.split(';').any(|tag| tag.trim_start().starts_with("p=")),
            Kind::MtaSts => "v=STSv1",
            Kind::TlsRpt => "v=TLSRPTv1",
            Kind::Bimi => "v=BIMI1",
        };
        let Some(begin) = text.get(..version.len()) else { return false };
        let after = text[version.len()..].chars().next();
        begin == version && after.is_none_or(|c| matches!(c, ' ' | ';'))
    }
}

/// A record that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub kind: Kind,
    /// At which name.
    pub owner: String,
    /// The texts that are of this kind; more than one is one too many.
    pub texts: Vec<String>,
    /// The DNS did not say.
    pub failed: bool,
}

impl Found {
    /// The record that counts: the only one.
    pub fn text(&self) -> Option<&str> {
        match self.texts.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// A tag's value: `p` in `v=DMARC1; p=reject`.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.text()?.split(';').find_map(|tag| {
            let (key, value) = tag.split_once('=')?;
            (key.trim() == name).then_some(value.trim())
        })
    }
}

/// All that a domain says.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The records that were looked for.
    pub found: Vec<Found>,
    /// The certificates of each exchange.
    pub tlsa: Vec<Tlsa>,
    /// SPF, evaluated for an address, if that was asked for.
    pub spf: Option<Spf>,
    /// Whether the answer with the exchanges was secure.
    pub secure: bool,
    /// Whether the server's AD bit was believed at all.
    pub trusted: bool,
}

/// How a mail of somebody else's would fare that has this domain in its From:, as in exercise 3d.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// DMARC: refused.
    Rejected,
    /// DMARC: aside, mostly among the spam.
    Quarantined,
    /// SPF: refused where the envelope has the domain too; not for From: alone.
    EnvelopeOnly,
    /// SPF is unsure, and DMARC asks for nothing.
    Noted,
    /// SPF passes for this address: nobody can tell the mail from the domain's own.
    Vouched,
    /// Nothing stops it.
    Passes,
    /// The DNS did not say.
    Unknown,
}

impl Forgery {
    /// Its word, for machines and text ids.
    pub fn word(self) -> &'static str {
        match self {
            Forgery::Rejected => "rejected",
            Forgery::Quarantined => "quarantined",
            Forgery::EnvelopeOnly => "envelope-only",
            Forgery::Noted => "noted",
            Forgery::Vouched => "vouched",
            Forgery::Passes => "passes",
            Forgery::Unknown => "unknown",
        }
    }
}

impl Policy {
    /// What was found of a kind.
    pub fn of(&self, kind: Kind) -> Option<&Found> {
        self.found.iter().find(|found| found.kind == kind)
    }

    /// The id of the MTA-STS policy; none, where there is none, or more than one (RFC 8461 §3.1).
    pub fn sts_id(&self) -> Option<&str> {
        self.of(Kind::MtaSts)?.tag("id")
    }

    /// What the exchanges' TLSA records are worth, the best of all.
    pub fn dane(&self) -> Dane {
        let worth = [Dane::Usable, Dane::Unusable, Dane::Ignored];
        worth.into_iter().find(|dane| self.tlsa.iter().any(|tlsa| tlsa.dane == *dane)).unwrap_or(Dane::None)
    }

    /// What becomes of a forged mail at a receiver that checks; from the address that SPF was evaluated for, if
    /// it was.
    pub fn forgery(&self) -> Forgery {
        let dmarc = self.of(Kind::Dmarc).and_then(|found| found.tag("p")).map(str::to_ascii_lowercase);
        if let Some(spf) = &self.spf {
            return match (spf.verdict, dmarc.as_deref()) {
                // DMARC is content with SPF's pass, if the envelope has the domain of From: (RFC 9989).
                (Verdict::Pass, _) => Forgery::Vouched,
                (_, Some("reject")) => Forgery::Rejected,
                (_, Some("quarantine")) => Forgery::Quarantined,
                _ if self.of(Kind::Dmarc).is_some_and(|found| found.failed) => Forgery::Unknown,
                (Verdict::TempError, _) => Forgery::Unknown,
                (Verdict::Fail, _) => Forgery::EnvelopeOnly,
                (Verdict::SoftFail | Verdict::PermError, _) | (_, Some(_)) => Forgery::Noted,
                (Verdict::Neutral | Verdict::None, None) => Forgery::Passes,
            };
        }
        let spf = self.of(Kind::Spf).and_then(Found::text).unwrap_or_default().to_ascii_lowercase();
        let ends = |all: &str| spf.split_ascii_whitespace().any(|term| term == all);
        match dmarc.as_deref() {
            Some("reject") => Forgery::Rejected,
            Some("quarantine") => Forgery::Quarantined,
            _ if self.found.iter().any(|f| f.failed && matches!(f.kind, Kind::Spf | Kind::Dmarc)) => {
                Forgery::Unknown
            }
            _ if ends("-all") => Forgery::EnvelopeOnly,
            Some(_) => Forgery::Noted,
            _ if ends("~all") || spf.contains("redirect=") => Forgery::Noted,
            _ => Forgery::Passes,
        }
    }

    /// What is odd, for the report.
    fn warn(&self, report: &mut Report) {
        if let Some(sts) = self.of(Kind::MtaSts).filter(|found| found.texts.len() > 1) {
            report.warn(Warning::new("mta-sts-multiple-records").with("count", sts.texts.len()));
        }
        for tlsa in &self.tlsa {
            let id = match tlsa.dane {
                Dane::Ignored => "tlsa-not-secure",
                Dane::Unusable => "tlsa-unusable-usage",
                Dane::Usable | Dane::None => continue,
            };
            report.warn(Warning::new(id).with("name", &tlsa.host).with("owner", &tlsa.owner));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(spf: &str, dmarc: &str) -> Policy {
        let found = |kind: Kind, text: &str| Found {
            kind,
            owner: String::new(),
            texts: if text.is_empty() { Vec::new() } else { vec![text.to_owned()] },
            failed: false,
        };
        Policy { found: vec![found(Kind::Spf, spf), found(Kind::Dmarc, dmarc)], ..Policy::default() }
    }

    #[test]
    fn a_version_is_a_word_of_its_own() {
        for (kind, text, is_one) in [
            (Kind::Spf, "v=spf1 -all", true),
            (Kind::Spf, "V=SPF1", true),
            (Kind::Spf, "v=spf10 -all", false),
            (Kind::Spf, "spf2.0/pra", false),
            (Kind::Dmarc, "v=DMARC1; p=none", true),
            (Kind::Dmarc, "v=DMARC1;p=none", true),
            (Kind::Dmarc, "p=none; v=DMARC1", false),
            (Kind::MtaSts, "v=STSv1; id=1;", true),
            (Kind::MtaSts, "v=STSv12; id=1;", false),
            (Kind::Dkim, "v=DKIM1; p=AAAA", true),
            (Kind::Dkim, "p=", true),
            (Kind::Dkim, "hello", false),
            (Kind::Bimi, "é", false),
        ] {
            assert_eq!(kind.is_one(text), is_one, "{text}");
        }
    }

    #[test]
    fn an_address_makes_the_verdict_on_a_forged_mail_its_own() {
        use Verdict as V;
        for (verdict, dmarc, forgery) in [
            (V::Pass, "v=DMARC1; p=reject", Forgery::Vouched),
            (V::Fail, "v=DMARC1; p=reject", Forgery::Rejected),
            (V::None, "v=DMARC1; p=reject", Forgery::Rejected),
            (V::TempError, "v=DMARC1; p=quarantine", Forgery::Quarantined),
            (V::Fail, "v=DMARC1; p=none", Forgery::EnvelopeOnly),
            (V::Fail, "", Forgery::EnvelopeOnly),
            (V::SoftFail, "", Forgery::Noted),
            (V::PermError, "", Forgery::Noted),
            (V::Neutral, "v=DMARC1; p=none", Forgery::Noted),
            (V::Neutral, "", Forgery::Passes),
            (V::None, "", Forgery::Passes),
            (V::TempError, "", Forgery::Unknown),
        ] {
            let sender = spf::Sender::new(IpAddr::from([203, 0, 113, 9]), "", "a.test");
            let (lookups, voids, steps) = (0, 0, Vec::new());
            // The record's end says something else: what was evaluated counts.
            let mut policy = policy("v=spf1 ~all", dmarc);
            policy.spf = Some(Spf { sender, verdict, fault: None, lookups, voids, steps });
            assert_eq!(policy.forgery(), forgery, "{verdict:?} / {dmarc}");
        }
    }

    #[test]
    fn what_becomes_of_a_forged_mail() {
        for (spf, dmarc, forgery) in [
            ("", "", Forgery::Passes),
            ("v=spf1 mx", "", Forgery::Passes),
            ("v=spf1 +all", "", Forgery::Passes),
            ("v=spf1 mx ~all", "", Forgery::Noted),
            ("v=spf1 redirect=x.test", "", Forgery::Noted),
            ("v=spf1 mx -all", "", Forgery::EnvelopeOnly),
            ("v=spf1 mx -all", "v=DMARC1; p=none", Forgery::EnvelopeOnly),
            ("", "v=DMARC1; p=none", Forgery::Noted),
            ("", "v=DMARC1; p=quarantine", Forgery::Quarantined),
            ("v=spf1 mx -all", "v=DMARC1;p = REJECT ;", Forgery::Rejected),
        ] {
            assert_eq!(policy(spf, dmarc).forgery(), forgery, "{spf} / {dmarc}");
        }
    }
}
