//! The certificates that an exchange's TLSA records bind it to (RFC 7672), and what they are worth.

use crate::net::dns::RData;

/// What TLSA records are worth to a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dane {
    /// There are none.
    None,
    /// They hold: a sender that knows DANE wants TLS with such a certificate, or does not deliver.
    Usable,
    /// None of them is of a kind that holds between mail servers (RFC 7672 §3.1.3).
    Unusable,
    /// An answer on the way was not secure: they are no better than none.
    Ignored,
}

impl Dane {
    /// Its word, for machines and text ids.
    pub fn word(self) -> &'static str {
        match self {
            Dane::None => "none",
            Dane::Usable => "usable",
            Dane::Unusable => "unusable",
            Dane::Ignored => "ignored",
        }
    }
}

/// A record: usage, selector, matching type, data (RFC 6698 §2.1).
pub type Record = (u8, u8, u8, Vec<u8>);

/// The records of one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tlsa {
    /// The exchange.
    pub host: String,
    /// Where they are: `_25._tcp.` and the host.
    pub owner: String,
    /// Them.
    pub records: Vec<Record>,
    /// Whether the answers with them and with the addresses were secure.
    pub secure: bool,
    /// What they are worth.
    pub dane: Dane,
}

/// A record's fields.
pub(super) fn fields(data: &RData) -> Option<Record> {
    match data {
        RData::TLSA(tlsa) => {
            Some((tlsa.cert_usage.into(), tlsa.selector.into(), tlsa.matching.into(), tlsa.cert_data.clone()))
        }
        _ => None,
    }
}

/// Whether a record is of a kind that holds: usages 2 (DANE-TA) and 3 (DANE-EE); selectors 0 (the certificate)
/// and 1 (its key); the whole, SHA-256, SHA-512.
pub(super) fn holds((usage, selector, matching, data): &Record) -> bool {
    let length = match matching {
        0 => !data.is_empty(),
        1 => data.len() == 32,
        2 => data.len() == 64,
        _ => false,
    };
    matches!(usage, 2 | 3) && matches!(selector, 0 | 1) && length
}

/// What records are worth.
pub(super) fn worth(records: &[Record], secure: bool) -> Dane {
    match (records.is_empty(), secure) {
        (true, _) => Dane::None,
        (false, false) => Dane::Ignored,
        (false, true) if records.iter().any(holds) => Dane::Usable,
        (false, true) => Dane::Unusable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_worth_something_if_secure_and_of_the_right_kind() {
        let record = |usage, selector, matching, length| vec![(usage, selector, matching, vec![0; length])];
        for (records, secure, dane) in [
            (vec![], true, Dane::None),
            (vec![], false, Dane::None),
            (record(3, 1, 1, 32), true, Dane::Usable),
            (record(2, 0, 2, 64), true, Dane::Usable),
            (record(3, 1, 1, 32), false, Dane::Ignored),
            (record(1, 1, 1, 32), true, Dane::Unusable),
            (record(0, 1, 1, 32), true, Dane::Unusable),
            (record(3, 1, 1, 20), true, Dane::Unusable),
            (record(3, 7, 1, 32), true, Dane::Unusable),
            (record(3, 1, 9, 32), true, Dane::Unusable),
        ] {
            assert_eq!(worth(&records, secure), dane, "{records:?}");
        }
    }
}
