//! Names with macros in them (RFC 7208 §7): `%{ir}.%{v}._spf.%{d2}`.

use std::fmt::Write;
use std::net::IpAddr;

use super::Sender;

/// Octets of a name as text.
const NAME: usize = 253;
/// What may divide a macro's value in parts.
const DELIMITERS: &str = ".-+,/_=";

/// A name as it stands in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Macro(Macro),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Macro {
    letter: char,
    /// How many parts are kept, from the right.
    keep: Option<usize>,
    reverse: bool,
    delimiters: String,
    /// A capital letter: what a URL has no room for is escaped.
    escape: bool,
}

/// What macros are filled with.
pub(super) struct Values<'a> {
    pub(super) sender: &'a Sender,
    /// The name whose record is evaluated.
    pub(super) domain: &'a str,
    /// A name of the client's address that leads back to it, where one was found.
    pub(super) validated: Option<&'a str>,
}

impl Template {
    /// Reads a macro-string; with `name`, a domain-spec, which ends as a name does or in a macro (§7.1).
    pub(super) fn read(text: &str, name: bool) -> Option<Template> {
        let (mut parts, mut plain, mut rest) = (Vec::new(), String::new(), text);
        let mut ends = false;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            ends = c == '%';
            match c {
                '%' => {
                    let next = rest.chars().next()?;
                    rest = &rest[next.len_utf8()..];
                    match next {
                        '%' => plain.push('%'),
                        '_' => plain.push(' '),
                        '-' => plain.push_str("%20"),
                        '{' => {
                            let (inner, after) = rest.split_once('}')?;
                            rest = after;
                            if !plain.is_empty() {
                                parts.push(Part::Text(std::mem::take(&mut plain)));
                            }
                            parts.push(Part::Macro(Macro::read(inner, name)?));
                        }
                        _ => return None,
                    }
                }
                '\x21'..='\x7e' => plain.push(c),
                _ => return None,
            }
        }
        let whole = !name || ends || ends_as_name(&plain);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        (whole && !(name && parts.is_empty())).then_some(Template(parts))
    }

    /// Whether it asks for a name of the client's address.
    pub(super) fn needs_validated(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Macro(one) if one.letter == 'p'))
    }

    /// The name. None, where it would have a mailbox in it that is not ASCII, which matches nothing (RFC 8616 §4).
    pub(super) fn fill(&self, values: &Values<'_>) -> Option<String> {
        let mut filled = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Macro(one) => filled.push_str(&one.fill(values)?),
            }
        }
        // §7.3: too long a name loses labels on its left.
        while filled.len() > NAME {
            let (_, shorter) = filled.split_once('.')?;
            filled = shorter.to_owned();
        }
        Some(filled)
    }
}

/// Whether a text ends with a dot and a top label (§7.1).
fn ends_as_name(plain: &str) -> bool {
    let plain = plain.strip_suffix('.').unwrap_or(plain);
    let Some((_, top)) = plain.rsplit_once('.') else { return false };
    let inside = top.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    inside && !top.starts_with('-') && !top.ends_with('-') && top.bytes().any(|b| !b.is_ascii_digit())
}

impl Macro {
    /// Reads what stands in the braces: letter, digits, `r`, delimiters.
    fn read(inner: &str, name: bool) -> Option<Macro> {
        let first = inner.chars().next()?;
        let letter = first.to_ascii_lowercase();
        // c, r and t belong into explanations only (§7.2).
        if !"slodiphv".contains(letter) && (name || !"crt".contains(letter)) {
            return None;
        }
        let rest = &inner[first.len_utf8()..];
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, rest) = rest.split_at(end);
        let keep = match digits {
            "" => None,
            digits => Some(digits.parse().ok().filter(|keep| *keep > 0)?),
        };
        let (reverse, delimiters) = match rest.strip_prefix(['r', 'R']) {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        if !delimiters.chars().all(|c| DELIMITERS.contains(c)) {
            return None;
        }
        let delimiters = if delimiters.is_empty() { "." } else { delimiters };
        let escape = first.is_ascii_uppercase();
        Some(Macro { letter, keep, reverse, delimiters: delimiters.to_owned(), escape })
    }

    fn fill(&self, values: &Values<'_>) -> Option<String> {
        let sender = values.sender;
        let value = match self.letter {
            's' => sender.mailbox(),
            'l' => sender.local.clone(),
            'o' | 'h' => sender.domain.clone(),
            'd' => values.domain.to_owned(),
            'i' => dotted(sender.ip),
            'p' => values.validated.unwrap_or("unknown").to_owned(),
            'v' => if sender.ip.is_ipv4() { "in-addr" } else { "ip6" }.to_owned(),
            _ => return None,
        };
        if !value.is_ascii() {
            return None;
        }
        let mut parts: Vec<&str> = value.split(|c| self.delimiters.contains(c)).collect();
        if self.reverse {
            parts.reverse();
        }
        let from = self.keep.map_or(0, |keep| parts.len().saturating_sub(keep));
        let filled = parts[from..].join(".");
        Some(if self.escape { escaped(&filled) } else { filled })
    }
}

/// `192.0.2.3`; of IPv6 all digits, each a label of its own.
fn dotted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let nibbles = v6.octets().into_iter().flat_map(|octet| [octet >> 4, octet & 15]);
            nibbles.map(|nibble| format!("{nibble:x}")).collect::<Vec<_>>().join(".")
        }
    }
}

/// The characters that a URL reserves, by their numbers (RFC 3986 §2.1).
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfcs_own_examples_come_out_as_it_has_them() {
        // RFC 7208 §7.4.
        let four = Sender {
            ip: "192.0.2.3".parse().unwrap(),
            local: "strong-bad".into(),
            domain: "email.example.com".into(),
        };
        let six = Sender { ip: "2001:db8::cb01".parse().unwrap(), ..four.clone() };
        for (sender, text, filled) in [
            (&four, "%{s}", "strong-bad@email.example.com"),
            (&four, "%{o}", "email.example.com"),
            (&four, "%{d}", "email.example.com"),
            (&four, "%{d4}", "email.example.com"),
            (&four, "%{d3}", "email.example.com"),
            (&four, "%{d2}", "example.com"),
            (&four, "%{d1}", "com"),
            (&four, "%{dr}", "com.example.email"),
            (&four, "%{d2r}", "example.email"),
            (&four, "%{l}", "strong-bad"),
            (&four, "%{l-}", "strong.bad"),
            (&four, "%{lr}", "strong-bad"),
            (&four, "%{lr-}", "bad.strong"),
            (&four, "%{l1r-}", "strong"),
            (&four, "%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
            (&four, "%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"),
            (&four, "%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"),
            (&four, "%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"),
            (
                &six,
                "%{ir}.%{v}._spf.%{d2}",
                "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com",
            ),
            (&four, "%{p}.test", "unknown.test"),
            (&four, "%{S}.test", "strong-bad%40email.example.com.test"),
            (&four, "a%%b%_c%-d.test", "a%b c%20d.test"),
        ] {
            let values = Values { sender, domain: "email.example.com", validated: None };
            let template = Template::read(text, true).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(template.fill(&values).as_deref(), Some(filled), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_with_macros_is_refused() {
        for text in [
            "",
            "%",
            "%a.test",
            "%{}.test",
            "%{x}.test",
            "%{d0}.test",
            "%{d*}.test",
            "%{d.test",
            "%{c}.test",
            "%{r}.test",
            "%{dé}.test",
            "single",
            "a.123",
            "a.-b",
            "a.b-",
            "a.",
            "é.test",
            "%{d}com",
            "%{d99999999999999999999}.test",
        ] {
            assert_eq!(Template::read(text, true), None, "{text}");
        }
        for text in ["a.b", "a.b.", "%{d}", "x%{i}", "a.b1", "a.1b", "a.x-1", "%{d}.com", "a/b.test"] {
            assert!(Template::read(text, true).is_some(), "{text}");
        }
        assert!(Template::read("%{t} and more", false).is_none(), "no blank");
        assert!(Template::read("", false).is_some() && Template::read("%{t}", false).is_some());
    }

    #[test]
    fn a_long_name_loses_labels_and_a_foreign_mailbox_matches_nothing() {
        let sender =
            Sender { ip: "::1".parse().unwrap(), local: "ana.".repeat(80), domain: "example.com".into() };
        let values = Values { sender: &sender, domain: "example.com", validated: None };
        let long = Template::read("%{l}.example.com", true).unwrap().fill(&values).unwrap();
        assert!(long.len() <= 253 && long.starts_with("ana.") && long.ends_with(".example.com"), "{long}");
        let sender = Sender { local: "peña".into(), ..sender };
        let values = Values { sender: &sender, domain: "example.com", validated: None };
        assert_eq!(Template::read("%{l}.test", true).unwrap().fill(&values), None);
        assert_eq!(Template::read("%{d}", true).unwrap().fill(&values).as_deref(), Some("example.com"));
    }
}
