//! Reads a record (RFC 7208 §4.6.1, §12): all of it, before any of it is evaluated, since one bad term makes
//! the whole record void.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Verdict;
use super::macros::Template;

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// In the order in which they are evaluated.
    pub(super) directives: Vec<Directive>,
    /// Where the answer is, if nothing matches: the term and its name.
    pub(super) redirect: Option<(String, Template)>,
}

/// A mechanism and its qualifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// As it stands.
    pub(super) text: String,
    /// What a match means.
    pub(super) verdict: Verdict,
    /// What is compared.
    pub(super) mechanism: Mechanism,
}

/// How many bits of an address count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prefixes {
    pub(super) v4: u8,
    pub(super) v6: u8,
}

/// What is compared (§5). Without a name, the domain itself is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mechanism {
    All,
    Include(Template),
    A(Option<Template>, Prefixes),
    Mx(Option<Template>, Prefixes),
    Ptr(Option<Template>),
    Ip4(Ipv4Addr, u8),
    Ip6(Ipv6Addr, u8),
    Exists(Template),
}

/// The version, in front of every record.
const VERSION: &str = "v=spf1";

/// Whether a text is an SPF record: its version is a word of its own (§4.5).
pub(in crate::net::policy) fn is_record(text: &str) -> bool {
    let Some(begin) = text.get(..VERSION.len()) else { return false };
    begin.eq_ignore_ascii_case(VERSION) && matches!(text.as_bytes().get(VERSION.len()), None | Some(b' '))
}

/// Reads a record.
///
/// # Errors
/// The first term that is none.
pub(super) fn read(text: &str) -> Result<Record, String> {
    let mut record = Record { directives: Vec::new(), redirect: None };
    let mut explained = false;
    for term in text.get(VERSION.len()..).unwrap_or_default().split(' ').filter(|term| !term.is_empty()) {
        let bad = || term.to_owned();
        match modifier(term) {
            Some((name, value)) if name.eq_ignore_ascii_case("redirect") => {
                let target = Template::read(value, true).ok_or_else(bad)?;
                if record.redirect.replace((bad(), target)).is_some() {
                    return Err(bad());
                }
            }
            Some((name, value)) if name.eq_ignore_ascii_case("exp") => {
                Template::read(value, true).ok_or_else(bad)?;
                if std::mem::replace(&mut explained, true) {
                    return Err(bad());
                }
            }
            // One of a later standard: passed over (§6).
            Some((_, value)) => drop(Template::read(value, false).ok_or_else(bad)?),
            None => record.directives.push(directive(term).ok_or_else(bad)?),
        }
    }
    Ok(record)
}

/// `name=value`, where the name is one.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let inside = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    (inside && name.starts_with(|c: char| c.is_ascii_alphabetic())).then_some((name, value))
}

fn directive(term: &str) -> Option<Directive> {
    let (verdict, rest) = match term.as_bytes().first()? {
        b'+' => (Verdict::Pass, &term[1..]),
        b'-' => (Verdict::Fail, &term[1..]),
        b'~' => (Verdict::SoftFail, &term[1..]),
        b'?' => (Verdict::Neutral, &term[1..]),
        _ => (Verdict::Pass, term),
    };
    let end = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, value) = rest.split_at(end);
    let name = name.to_ascii_lowercase();
    let named = value.strip_prefix(':');
    let whole = |value: Option<&str>| Template::read(value?, true);
    let mechanism = match name.as_str() {
        "all" if value.is_empty() => Mechanism::All,
        "include" => Mechanism::Include(whole(named)?),
        "exists" => Mechanism::Exists(whole(named)?),
        "ptr" if value.is_empty() => Mechanism::Ptr(None),
        "ptr" => Mechanism::Ptr(Some(whole(named)?)),
        "a" | "mx" => {
            let (target, prefixes) = target(value)?;
            if name == "a" { Mechanism::A(target, prefixes) } else { Mechanism::Mx(target, prefixes) }
        }
        "ip4" => {
            let (address, bits) = network(named?, 32)?;
            Mechanism::Ip4(address.parse().ok()?, bits)
        }
        "ip6" => {
            let (address, bits) = network(named?, 128)?;
            Mechanism::Ip6(address.parse().ok()?, bits)
        }
        _ => return None,
    };
    Some(Directive { text: term.to_owned(), verdict, mechanism })
}

/// `192.0.2.0/24`: the address and how many of its bits count.
fn network(value: &str, most: u8) -> Option<(&str, u8)> {
    match value.split_once('/') {
        None => Some((value, most)),
        Some((address, digits)) => Some((address, bits(digits, most)?)),
    }
}

/// `:name/24//64`, each part of which may be left out. A slash may also stand inside of a macro, so prefixes are
/// taken from the end.
fn target(value: &str) -> Option<(Option<Template>, Prefixes)> {
    let mut prefixes = Prefixes { v4: 32, v6: 128 };
    let mut rest = value;
    if let Some((before, digits)) = rest.rsplit_once("//")
        && !digits.contains('}')
    {
        prefixes.v6 = bits(digits, 128)?;
        rest = before;
    }
    if let Some((before, digits)) = rest.rsplit_once('/')
        && !digits.contains('}')
    {
        prefixes.v4 = bits(digits, 32)?;
        rest = before;
    }
    let target = match rest.strip_prefix(':') {
        None if rest.is_empty() => None,
        None => return None,
        Some(name) => Some(Template::read(name, true)?),
    };
    Some((target, prefixes))
}

/// A number of bits, without zeros in front of it.
fn bits(digits: &str, most: u8) -> Option<u8> {
    let plain = digits == "0" || !digits.starts_with('0');
    let number = plain && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|bits| number && *bits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read() {
        let record = read(
            "V=SPF1  a mx:x.test/24//64 -ip4:192.0.2.0/24 ~IP6:2001:db8::/32 ?ptr include:y.test \
             exists:%{i}.z.test op=x%{t} a//64 a:%{d1/}/8 exp=e.test redirect=r.test -ALL",
        )
        .unwrap();
        let texts: Vec<&str> = record.directives.iter().map(|d| d.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "a",
                "mx:x.test/24//64",
                "-ip4:192.0.2.0/24",
                "~IP6:2001:db8::/32",
                "?ptr",
                "include:y.test",
                "exists:%{i}.z.test",
                "a//64",
                "a:%{d1/}/8",
                "-ALL"
            ]
        );
        let verdicts: Vec<Verdict> = record.directives[2..5].iter().map(|d| d.verdict).collect();
        assert_eq!(verdicts, [Verdict::Fail, Verdict::SoftFail, Verdict::Neutral]);
        assert_eq!(record.directives[1].mechanism, {
            Mechanism::Mx(Template::read("x.test", true), Prefixes { v4: 24, v6: 64 })
        });
        assert_eq!(record.directives[7].mechanism, Mechanism::A(None, Prefixes { v4: 32, v6: 64 }));
        assert_eq!(record.redirect.unwrap().0, "redirect=r.test");
        assert_eq!(read("v=spf1").unwrap().directives, []);
    }

    #[test]
    fn a_bad_term_is_named() {
        for bad in [
            "foo",
            "all:x.test",
            "all/8",
            "all.",
            "include",
            "include:",
            "exists",
            "a:",
            "a:x",
            "a/33",
            "a//129",
            "a/",
            "a/08",
            "a/-1",
            "a/24/24",
            "a:x.test//",
            "mx:x.test/",
            "ptr/24",
            "ptr:",
            "ip4",
            "ip4:",
            "ip4:192.0.2",
            "ip4:192.0.2.1/33",
            "ip4:192.0.2.1//24",
            "ip4:192.0.2.01",
            "ip4/24",
            "ip6:192.0.2.1",
            "ip6:2001:db8::/129",
            "ip6:zz",
            "--all",
            "=x",
            "-",
            "redirect=",
            "redirect:x.test",
            "-redirect=x.test",
            "exp=",
            "op=%",
            "1a=x",
            "mx\tall",
            "a:é.test",
            "-all;",
        ] {
            assert_eq!(read(&format!("v=spf1 mx {bad} -all")), Err(bad.to_owned()));
        }
        assert_eq!(read("v=spf1 redirect=a.test redirect=b.test"), Err("redirect=b.test".to_owned()));
        assert_eq!(read("v=spf1 exp=a.test exp=b.test"), Err("exp=b.test".to_owned()));
    }

    #[test]
    fn the_version_is_a_word_of_its_own() {
        for (text, is) in [
            ("v=spf1", true),
            ("v=SPF1 -all", true),
            ("v=spf10", false),
            ("v=spf1\tx", false),
            ("v=spf", false),
            (" v=spf1", false),
            ("vé=spf1", false),
        ] {
            assert_eq!(is_record(text), is, "{text}");
        }
    }
}
