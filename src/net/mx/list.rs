//! From the records of an MX answer to the list of exchanges: in order, each once, without those that can never
//! be one. Nothing is asked here.

use std::net::IpAddr;

use super::{Reason, Skipped, Warning};
use crate::net::dns::{Name, plain};

/// A mail exchange, as a record names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Lower comes first.
    pub preference: u16,
    /// The host's name.
    pub name: Name,
    /// The same as text: lower case, no dot at the end.
    pub plain: String,
}

/// The exchanges of a domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// By preference; equal ones as they were received.
    pub exchanges: Vec<Exchange>,
    /// What can never be an exchange.
    pub skipped: Vec<Skipped>,
    /// What is odd.
    pub warnings: Vec<Warning>,
    /// The domain says that it takes no mail (RFC 7505).
    pub null: bool,
}

/// Exchanges that are asked for, at most: an answer can name thousands, and nobody tries them.
pub const MOST: usize = 100;

/// Reads the records: preference and target of each, in the order of the answer.
pub fn list(records: &[(u16, Name)]) -> List {
    let mut list = List::default();
    if let [(0, root)] = records
        && root.is_root()
    {
        list.null = true;
        list.warnings.push(Warning::new("null-mx"));
        return list;
    }
    let mut records: Vec<(u16, &Name)> =
        records.iter().map(|(preference, name)| (*preference, name)).collect();
    records.sort_by_key(|(preference, _)| *preference);
    let alone = records.len() == 1;
    for (preference, name) in records {
        let plain = plain(name);
        if let Some(reason) = list.impossible(preference, name, &plain, alone) {
            let skipped = Skipped { name: plain, preference: Some(preference), reason };
            // The root among other targets is no host that could have been tried: the warning says it.
            if !(list.skipped.contains(&skipped) || reason == Reason::Null && !alone) {
                list.skipped.push(skipped);
            }
            continue;
        }
        if let Some(first) = list.exchanges.iter().find(|exchange| exchange.plain == plain) {
            let warning = Warning::new("duplicate-target").with("name", &plain);
            let warning = warning.with("first", first.preference).with("second", preference);
            list.warn(warning);
        } else if list.exchanges.len() == MOST {
            list.warn(Warning::new("too-many-targets").with("count", MOST));
        } else {
            list.exchanges.push(Exchange { preference, name: name.clone(), plain });
        }
    }
    list
}

impl List {
    /// The list of a domain without MX: the domain itself, preference 0 (RFC 5321 §5.1).
    pub fn implicit(name: &Name) -> List {
        let exchange = Exchange { preference: 0, name: name.clone(), plain: plain(name) };
        List { exchanges: vec![exchange], ..List::default() }
    }

    fn warn(&mut self, warning: Warning) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Why a target can never be an exchange, if it cannot.
    fn impossible(&mut self, preference: u16, name: &Name, plain: &str, alone: bool) -> Option<Reason> {
        if name.is_root() {
            let id = if alone { "null-mx-nonzero-preference" } else { "null-mx-not-alone" };
            self.warn(Warning::new(id).with("preference", preference));
            return Some(Reason::Null);
        }
        if plain.parse::<IpAddr>().is_ok() {
            self.warn(Warning::new("mx-target-is-ip").with("name", plain));
            return Some(Reason::IpLiteral);
        }
        if plain == "localhost" || plain.ends_with(".localhost") {
            self.warn(Warning::new("mx-target-localhost").with("name", plain));
            return Some(Reason::Localhost);
        }
        let spelling = spelling(name);
        if spelling != Spelling::Good {
            self.warn(Warning::new("mx-target-bad-hostname").with("name", plain));
        }
        (spelling == Spelling::Bad).then_some(Reason::BadHostname)
    }
}

/// How a host's name is spelled (RFC 1123 §2.1: letters, digits, hyphens inside).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    Good,
    /// With an underscore: wrong, and yet mail servers try it.
    Lax,
    Bad,
}

fn spelling(name: &Name) -> Spelling {
    let mut spelling = Spelling::Good;
    for label in name.iter() {
        let edge = [label.first(), label.last()].into_iter().flatten().any(|b| *b == b'-');
        let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if edge || !label.iter().all(plain) {
            return Spelling::Bad;
        }
        if label.contains(&b'_') {
            spelling = Spelling::Lax;
        }
    }
    spelling
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name as it may come from the wire: any octets.
    fn wire(text: &str) -> Name {
        let labels = text.trim_end_matches('.').split('.').filter(|label| !label.is_empty());
        Name::from_labels(labels.map(str::as_bytes)).unwrap()
    }

    fn read(records: &[(u16, &str)]) -> List {
        list(&records.iter().map(|(preference, target)| (*preference, wire(target))).collect::<Vec<_>>())
    }

    fn ids(list: &List) -> Vec<&'static str> {
        list.warnings.iter().map(|warning| warning.id).collect()
    }

    fn exchanges(list: &List) -> Vec<(u16, &str)> {
        list.exchanges.iter().map(|exchange| (exchange.preference, exchange.plain.as_str())).collect()
    }

    #[test]
    fn lower_numbers_come_first_and_duplicates_count_once() {
        let list = read(&[(20, "A.test."), (10, "b.test."), (10, "a.TEST."), (5, "c.test.")]);
        assert_eq!(exchanges(&list), [(5, "c.test"), (10, "b.test"), (10, "a.test")]);
        assert_eq!(ids(&list), ["duplicate-target"]);
    }

    #[test]
    fn a_null_mx_is_alone_has_preference_0_and_the_root() {
        let null = read(&[(0, ".")]);
        assert!(null.null && null.exchanges.is_empty());
        assert_eq!(ids(&null), ["null-mx"]);
        for (records, warning) in [
            (&[(0, "."), (10, "a.test.")][..], "null-mx-not-alone"),
            (&[(0, "."), (0, ".")][..], "null-mx-not-alone"),
            (&[(10, ".")][..], "null-mx-nonzero-preference"),
        ] {
            let list = read(records);
            assert!(!list.null);
            assert_eq!(ids(&list), [warning]);
            assert!(list.skipped.iter().all(|skipped| skipped.reason == Reason::Null));
        }
        assert!(!read(&[(0, "a.test.")]).null);
    }

    #[test]
    fn what_can_never_be_an_exchange_is_not_asked_for() {
        let records = [
            (1, "192.0.2.1."),
            (2, "localhost."),
            (3, "x.localhost."),
            (4, "mx_bad.test."),
            (5, "-a.test."),
            (6, "a b.test."),
            (7, "good-1.test."),
        ];
        let list = read(&records);
        assert_eq!(exchanges(&list), [(4, "mx_bad.test"), (7, "good-1.test")]);
        let reasons: Vec<Reason> = list.skipped.iter().map(|skipped| skipped.reason).collect();
        use Reason::*;
        assert_eq!(reasons, [IpLiteral, Localhost, Localhost, BadHostname, BadHostname]);
        let bad = "mx-target-bad-hostname";
        assert_eq!(
            ids(&list),
            ["mx-target-is-ip", "mx-target-localhost", "mx-target-localhost", bad, bad, bad]
        );
    }

    #[test]
    fn thousands_of_targets_do_not_lead_to_thousands_of_queries() {
        let records: Vec<(u16, Name)> =
            (0..3000).map(|i| (i, Name::from_ascii(format!("m{i}.test.")).unwrap())).collect();
        let list = list(&records);
        assert_eq!((list.exchanges.len(), ids(&list)), (MOST, vec!["too-many-targets"]));
    }
}
