//! What the user typed: a domain, a mailbox, or an address literal, made the name that is asked for.
//!
//! A bare IP address is none of them (RFC 5321 §4.1.3 wants brackets). Names are absolute, with or without the
//! dot at their end. Letters of other scripts become A-labels by UTS 46, non-transitional (RFC 5891), so
//! that `faß` and `fass` stay two names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::net::dns::Name;

/// Where mail is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A domain.
    Domain(Domain),
    /// An address literal, which needs no DNS: `[192.0.2.1]`.
    Literal(IpAddr),
}

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// As it is asked for.
    pub name: Name,
    /// On the wire: A-labels, lower case, no dot at the end.
    pub wire: String,
    /// For people: U-labels.
    pub unicode: String,
}

/// What cannot be meant so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputFault {
    /// Nothing, or nothing behind the `@`.
    Empty,
    /// A mailbox without its local part: `@example.org`.
    NoLocalPart,
    /// More than one `@` outside of quotes.
    TwoAts,
    /// An IP address without brackets.
    BareAddress(IpAddr),
    /// Brackets without an address in them.
    BadLiteral(String),
    /// A URL, with the host in it if there is one.
    Url(String),
    /// A port behind the name, and the name.
    Port(String),
    /// A blank in the name.
    Blank,
    /// A character that no domain name has.
    Character(String),
    /// Two dots in a row, or one at the beginning.
    EmptyLabel,
    /// A label of more than 63 octets: the label and its length.
    LabelTooLong(String, usize),
    /// A name of more than 253 octets: its length.
    NameTooLong(usize),
    /// Letters that cannot be in a name, by the rules of internationalised names.
    BadIdn,
}

/// Octets of a label (RFC 1035 §2.3.4).
const LABEL: usize = 63;
/// Octets of a name as text, without the dot at its end: 255 on the wire.
const NAME: usize = 253;

/// Reads what was typed.
///
/// # Errors
/// What cannot be meant so.
pub fn parse(typed: &str) -> Result<Target, InputFault> {
    let typed = typed.trim();
    if let Some((_, rest)) = typed.split_once("://") {
        let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let host = host.rsplit('@').next().unwrap_or(host);
        return Err(InputFault::Url(host.split(':').next().unwrap_or(host).to_owned()));
    }
    let domain = behind_at(typed)?;
    if domain.is_empty() {
        return Err(InputFault::Empty);
    }
    if domain.starts_with('[') {
        return literal(domain).map(Target::Literal).ok_or_else(|| InputFault::BadLiteral(domain.to_owned()));
    }
    if let Ok(address) = domain.trim_end_matches('.').parse::<IpAddr>() {
        return Err(InputFault::BareAddress(address));
    }
    name(domain).map(Target::Domain)
}

/// What stands behind the `@` that ends a local part; in quotes an `@` is a letter (RFC 5321 §4.1.2).
fn behind_at(typed: &str) -> Result<&str, InputFault> {
    let (mut quoted, mut escaped, mut at) = (false, false, None);
    for (i, c) in typed.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '@' if !quoted && at.is_some() => return Err(InputFault::TwoAts),
            '@' if !quoted => at = Some(i),
            _ => {}
        }
    }
    match at {
        Some(0) => Err(InputFault::NoLocalPart),
        Some(at) => Ok(&typed[at + 1..]),
        None => Ok(typed),
    }
}

/// `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3).
fn literal(text: &str) -> Option<IpAddr> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    match inner.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("ipv6:") => inner[5..].parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        _ => inner.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

fn name(text: &str) -> Result<Domain, InputFault> {
    if text.contains(char::is_whitespace) {
        return Err(InputFault::Blank);
    }
    if let Some((host, port)) = text.split_once(':')
        && !port.is_empty()
        && port.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(InputFault::Port(host.to_owned()));
    }
    if let Some((host, _)) = text.split_once('/') {
        return Err(InputFault::Url(host.to_owned()));
    }
    let ascii = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii(text)
            .map_err(|_| if text.contains("..") { InputFault::EmptyLabel } else { InputFault::BadIdn })?
    };
    let wire = ascii.strip_suffix('.').unwrap_or(&ascii).to_owned();
    // The user may ask for what no host may be called: `_dmarc`.
    let odd = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if let Some(odd) = wire.chars().find(odd) {
        return Err(InputFault::Character(odd.to_string()));
    }
    if wire.split('.').any(str::is_empty) {
        return Err(InputFault::EmptyLabel);
    }
    if let Some(long) = wire.split('.').find(|label| label.len() > LABEL) {
        return Err(InputFault::LabelTooLong(long.to_owned(), long.len()));
    }
    if wire.len() > NAME {
        return Err(InputFault::NameTooLong(wire.len()));
    }
    // Octet by octet: hickory's own reading of text refuses what the wire can carry, a hyphen in front.
    let labels = wire.split('.').map(str::as_bytes);
    let mut name = Name::from_labels(labels).map_err(|_| InputFault::NameTooLong(wire.len()))?;
    name.set_fqdn(true);
    let unicode = if wire.contains("xn--") { idna::domain_to_unicode(&wire).0 } else { wire.clone() };
    Ok(Domain { name, wire, unicode })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_and_mailboxes_name_a_domain() {
        let long = format!("{}.{}.{}.{}", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61));
        for (typed, wire, unicode) in [
            ("gmail.com", "gmail.com", "gmail.com"),
            ("GMail.com.", "gmail.com", "gmail.com"),
            ("pepe@gmail.com", "gmail.com", "gmail.com"),
            ("\"a @ b\"@gmail.com", "gmail.com", "gmail.com"),
            ("\"a\\\"@b\"@gmail.com", "gmail.com", "gmail.com"),
            ("bücher.test", "xn--bcher-kva.test", "bücher.test"),
            ("faß.test", "xn--fa-hia.test", "faß.test"),
            ("fass.test", "fass.test", "fass.test"),
            ("xn--bcher-kva.test", "xn--bcher-kva.test", "bücher.test"),
            ("-x.gmail.com", "-x.gmail.com", "-x.gmail.com"),
            ("_dmarc.gmail.com", "_dmarc.gmail.com", "_dmarc.gmail.com"),
            (&long, &long, &long),
        ] {
            let Ok(Target::Domain(domain)) = parse(typed) else { panic!("{typed}: {:?}", parse(typed)) };
            assert_eq!((domain.wire.as_str(), domain.unicode.as_str()), (wire, unicode), "{typed}");
            assert!(domain.name.is_fqdn());
        }
    }

    #[test]
    fn literals_need_their_brackets_and_ipv6_its_tag() {
        for (typed, address) in
            [("[192.0.2.1]", "192.0.2.1"), ("[IPv6:2001:db8::1]", "2001:db8::1"), ("pepe@[ipv6:::1]", "::1")]
        {
            assert_eq!(parse(typed), Ok(Target::Literal(address.parse().unwrap())), "{typed}");
        }
        for typed in
            ["[IPv6:2001:db8::zz]", "[2001:db8::1]", "[192.0.2]", "[]", "[192.0.2.1", "[192.0.2.1]x", "[é]"]
        {
            assert_eq!(parse(typed), Err(InputFault::BadLiteral(typed.into())), "{typed}");
        }
        for typed in ["192.0.2.1", "192.0.2.1.", "2001:db8::1", "::1", "pepe@192.0.2.1"] {
            assert!(matches!(parse(typed), Err(InputFault::BareAddress(_))), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_told_apart() {
        let label = "a".repeat(64);
        for (typed, fault) in [
            ("", InputFault::Empty),
            ("pepe@", InputFault::Empty),
            ("@gmail.com", InputFault::NoLocalPart),
            ("a@b@gmail.com", InputFault::TwoAts),
            ("a..b", InputFault::EmptyLabel),
            ("ñ..b", InputFault::EmptyLabel),
            (".", InputFault::EmptyLabel),
            (".gmail.com", InputFault::EmptyLabel),
            ("gmail.com..", InputFault::EmptyLabel),
            ("g mail.com", InputFault::Blank),
            ("gmail.com:25", InputFault::Port("gmail.com".into())),
            ("https://mail.google.com/x", InputFault::Url("mail.google.com".into())),
            ("http://u@h.test:80/", InputFault::Url("h.test".into())),
            ("gmail.com/", InputFault::Url("gmail.com".into())),
            ("gm!ail.com", InputFault::Character("!".into())),
            ("a\u{1b}b", InputFault::Character("\u{1b}".into())),
            (&format!("{label}.test"), InputFault::LabelTooLong(label.clone(), 64)),
            (&"ab.".repeat(90), InputFault::NameTooLong(269)),
        ] {
            assert_eq!(parse(typed), Err(fault), "{typed}");
        }
        assert_eq!(parse("\u{200d}é.test"), Err(InputFault::BadIdn));
    }
}
