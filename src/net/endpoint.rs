//! What the user wrote as `HOST[:PORT] [PORT]`, taken apart.
//!
//! An IPv6 address is full of colons, so a colon separates a port only where it cannot belong to an address:
//! after `]`, or when it is the only one. A host is kept as typed (case, a trailing dot, letters of an
//! internationalised name); it is not looked up here. The form in brackets is that of RFC 3986 §3.2.2.

use std::fmt;
use std::net::Ipv6Addr;

/// A host, and a port if one was given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// A name or an address, as typed, without the brackets of an IPv6 address.
    pub host: String,
    /// The port, if one was typed; otherwise the protocol's own applies.
    pub port: Option<u16>,
}

/// Why a text is not an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointFault {
    /// There is no host: an empty text, a lone dot, or nothing before the colon.
    EmptyHost,
    /// Something that can be neither a name nor an address: a URL, a mail address, a blank inside, or two
    /// colons in what is not an IPv6 address.
    BadHost(String),
    /// Not a number from 1 to 65535.
    BadPort(String),
    /// A port behind the host's colon and another one after it.
    TwoPorts {
        /// The one behind the colon.
        inside: String,
        /// The one given by itself.
        beside: String,
    },
    /// `[` without `]`, or something other than `:PORT` after `]`.
    BadBrackets(String),
    /// What stands in brackets is not an IPv6 address.
    NotIpv6(String),
}

impl Endpoint {
    /// Reads `HOST[:PORT]` and the port that may stand beside it.
    pub fn parse(text: &str, port: Option<&str>) -> Result<Endpoint, EndpointFault> {
        let (host, inside) = split(text)?;
        let port = match (inside, port) {
            (Some(inside), Some(beside)) => {
                return Err(EndpointFault::TwoPorts { inside: inside.into(), beside: beside.into() });
            }
            (Some(port), None) | (None, Some(port)) => Some(parse_port(port)?),
            (None, None) => None,
        };
        Ok(Endpoint { host: host.to_owned(), port })
    }
}

/// The form that [`Endpoint::parse`] reads back: an IPv6 address stands in brackets.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.host.contains(':'), self.port) {
            (true, None) => write!(f, "[{}]", self.host),
            (true, Some(port)) => write!(f, "[{}]:{port}", self.host),
            (false, None) => f.write_str(&self.host),
            (false, Some(port)) => write!(f, "{}:{port}", self.host),
        }
    }
}

/// The host, and the text behind its colon.
fn split(text: &str) -> Result<(&str, Option<&str>), EndpointFault> {
    if let Some(rest) = text.strip_prefix('[') {
        return split_brackets(text, rest);
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || "/\\@[]<>\"".contains(c)) {
        return Err(EndpointFault::BadHost(text.into()));
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host, Some(port)),
        Some(_) if is_ipv6(text) => (text, None),
        Some(_) => return Err(EndpointFault::BadHost(text.into())),
        None => (text, None),
    };
    if host.trim_end_matches('.').is_empty() {
        return Err(EndpointFault::EmptyHost);
    }
    Ok((host, port))
}

fn split_brackets<'a>(text: &str, rest: &'a str) -> Result<(&'a str, Option<&'a str>), EndpointFault> {
    let brackets = || EndpointFault::BadBrackets(text.into());
    let (host, after) = rest.split_once(']').ok_or_else(brackets)?;
    if host.is_empty() {
        return Err(EndpointFault::EmptyHost);
    }
    if !is_ipv6(host) {
        return Err(EndpointFault::NotIpv6(host.into()));
    }
    match after.strip_prefix(':') {
        Some(port) => Ok((host, Some(port))),
        None if after.is_empty() => Ok((host, None)),
        None => Err(brackets()),
    }
}

/// An IPv6 address, perhaps with a zone: `fe80::1%eth0` (RFC 4007).
fn is_ipv6(text: &str) -> bool {
    let (address, zone) = text.split_once('%').map_or((text, None), |(a, z)| (a, Some(z)));
    let zone_is_one = zone.is_none_or(|z| !z.is_empty() && z.chars().all(|c| c.is_ascii_graphic()));
    address.parse::<Ipv6Addr>().is_ok() && zone_is_one
}

fn parse_port(text: &str) -> Result<u16, EndpointFault> {
    // u16::from_str would take "+25".
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if digits && port != 0 => Ok(port),
        _ => Err(EndpointFault::BadPort(text.into())),
    }
}
