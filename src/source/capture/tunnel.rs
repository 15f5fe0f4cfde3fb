//! A connection through a proxy begins with talk of its own: SOCKS 4, 4a and 5 (RFC 1928, with a login by RFC 1929),
//! or HTTP's CONNECT (RFC 9110 §9.3.6). It is peeled off, and what follows is read as if there were no proxy.
//!
//! Both sides' first octets are kept until they are a whole negotiation or can be none, a few hundred octets at most.
//!
//! Not here: other ways to ask (SOCKS's BIND, GSSAPI, a proxy's login over HTTP); they are left as they are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Octets of a side within which the negotiation must be over.
const MOST: usize = 8 * 1024;

/// What a proxy was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// `SOCKS5`, `SOCKS4`, `HTTP CONNECT`.
    pub by: &'static str,
    /// `host:port`, as the client says it.
    pub target: String,
    /// Its port.
    pub port: u16,
    /// Whether the proxy did it.
    pub granted: bool,
}

/// What octets turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Peeled {
    /// The negotiation, and which end asked.
    Tunnel(usize, Asked),
    /// What an end said to the other one.
    Said(usize, Vec<u8>),
}

/// The beginning of a connection.
#[derive(Debug, Default)]
pub struct Tunnel {
    /// What both ends have said, and in which order.
    said: [Vec<u8>; 2],
    order: Vec<(usize, usize)>,
}

impl Tunnel {
    /// Octets of an end. None while it cannot be told; then this is over.
    pub fn push(&mut self, end: usize, octets: &[u8]) -> Option<Vec<Peeled>> {
        self.said[end].extend_from_slice(octets);
        self.order.push((end, octets.len()));
        // Who speaks first asks; the greeting of a mail server is no question.
        let client = self.order[0].0;
        match negotiation(&self.said[client], &self.said[1 - client]) {
            Talk::More if self.said.iter().all(|said| said.len() < MOST) => None,
            Talk::Done(asked, used) => {
                let used = if client == 0 { used } else { [used[1], used[0]] };
                let mut peeled = vec![Peeled::Tunnel(client, asked)];
                peeled.extend(self.rest(used));
                Some(peeled)
            }
            _ => Some(self.give_up()),
        }
    }

    /// It was none, or its rest is missing: all of it was said.
    pub fn give_up(&mut self) -> Vec<Peeled> {
        self.rest([0, 0])
    }

    /// What both have said, in its order, but for their first octets.
    fn rest(&mut self, mut used: [usize; 2]) -> Vec<Peeled> {
        let mut said = std::mem::take(&mut self.said).map(Vec::into_iter);
        let mut peeled = Vec::new();
        for (end, length) in std::mem::take(&mut self.order) {
            let skipped = used[end].min(length);
            used[end] -= skipped;
            let part: Vec<u8> = said[end].by_ref().take(length).skip(skipped).collect();
            if !part.is_empty() {
                peeled.push(Peeled::Said(end, part));
            }
        }
        peeled
    }
}

enum Talk {
    /// It may become a negotiation.
    More,
    /// It is none.
    None,
    /// It is one, of so many octets of the client and the server.
    Done(Asked, [usize; 2]),
}

fn negotiation(client: &[u8], server: &[u8]) -> Talk {
    let talk = match client {
        [5, ..] => socks5(&mut Words(client, 0), &mut Words(server, 0)),
        [4, ..] => socks4(&mut Words(client, 0), &mut Words(server, 0)),
        _ if client.starts_with(&b"CONNECT "[..client.len().min(8)]) => connect(client, server),
        _ => Err(true),
    };
    talk.unwrap_or_else(|senseless| if senseless { Talk::None } else { Talk::More })
}

/// Reads on; an error is `false` where octets are still to come, `true` where they make no sense.
struct Words<'o>(&'o [u8], usize);

type Read<T> = Result<T, bool>;

impl<'o> Words<'o> {
    fn take(&mut self, n: usize) -> Read<&'o [u8]> {
        let part = self.0.get(self.1..self.1 + n).ok_or(false)?;
        self.1 += n;
        Ok(part)
    }

    fn octet(&mut self) -> Read<u8> {
        Ok(self.take(1)?[0])
    }

    fn expect(&mut self, octet: u8) -> Read<()> {
        if self.octet()? == octet { Ok(()) } else { Err(true) }
    }

    fn counted(&mut self) -> Read<&'o [u8]> {
        let n = self.octet()?;
        self.take(n.into())
    }

    fn until(&mut self, end: &[u8]) -> Read<&'o [u8]> {
        let n = memchr::memmem::find(&self.0[self.1..], end).ok_or(false)?;
        let part = self.take(n)?;
        self.1 += end.len();
        Ok(part)
    }

    fn port(&mut self) -> Read<u16> {
        let port = self.take(2)?;
        Ok(u16::from_be_bytes([port[0], port[1]]))
    }

    fn ip4(&mut self) -> Read<Ipv4Addr> {
        let b = self.take(4)?;
        Ok([b[0], b[1], b[2], b[3]].into())
    }

    /// RFC 1928 §5.
    fn address(&mut self) -> Read<String> {
        Ok(match self.octet()? {
            1 => self.ip4()?.to_string(),
            3 => String::from_utf8_lossy(self.counted()?).into_owned(),
            4 => {
                let ip: [u8; 16] = self.take(16)?.try_into().map_err(|_| true)?;
                format!("[{}]", IpAddr::V6(Ipv6Addr::from(ip)))
            }
            _ => return Err(true),
        })
    }
}

fn done(by: &'static str, host: &str, port: u16, granted: bool, c: &Words<'_>, s: &Words<'_>) -> Talk {
    Talk::Done(Asked { by, target: format!("{host}:{port}"), port, granted }, [c.1, s.1])
}

/// RFC 1928 §3 to §6.
fn socks5(c: &mut Words<'_>, s: &mut Words<'_>) -> Read<Talk> {
    c.expect(5)?;
    if c.counted()?.is_empty() {
        return Err(true);
    }
    s.expect(5)?;
    match s.octet()? {
        0 => {}
        // RFC 1929: name and password, which nobody here looks at.
        2 => {
            c.expect(1)?;
            c.counted()?;
            c.counted()?;
            s.expect(1)?;
            if s.octet()? != 0 {
                return Err(true);
            }
        }
        _ => return Err(true),
    }
    c.expect(5)?;
    c.expect(1)?;
    c.expect(0)?;
    let (host, port) = (c.address()?, c.port()?);
    s.expect(5)?;
    let granted = s.octet()? == 0;
    s.expect(0)?;
    s.address()?;
    s.port()?;
    Ok(done("SOCKS5", &host, port, granted, c, s))
}

/// SOCKS 4, and 4a: an address 0.0.0.x stands for a name at the end.
fn socks4(c: &mut Words<'_>, s: &mut Words<'_>) -> Read<Talk> {
    c.expect(4)?;
    c.expect(1)?;
    let (port, ip) = (c.port()?, c.ip4()?);
    c.until(&[0])?;
    let host = match ip.octets() {
        [0, 0, 0, last] if last > 0 => String::from_utf8_lossy(c.until(&[0])?).into_owned(),
        _ => ip.to_string(),
    };
    s.expect(0)?;
    let granted = s.octet()? == 90;
    s.take(6)?;
    Ok(done("SOCKS4", &host, port, granted, c, s))
}

fn connect(client: &[u8], server: &[u8]) -> Read<Talk> {
    let (c, s) = (&mut Words(client, 0), &mut Words(server, 0));
    let head = c.until(b"\r\n\r\n")?;
    let line = head.split(|b| *b == b'\r').next().unwrap_or(head);
    let line = String::from_utf8_lossy(line).into_owned();
    let mut words = line.split(' ').skip(1);
    let (target, version) = (words.next().ok_or(true)?, words.next().ok_or(true)?);
    let (host, port) = target.rsplit_once(':').ok_or(true)?;
    if !version.starts_with("HTTP/1.") {
        return Err(true);
    }
    let status = s.until(b"\r\n\r\n")?;
    if !status.starts_with(b"HTTP/1.") {
        return Err(true);
    }
    let granted = status.split(|b| *b == b' ').nth(1).is_some_and(|code| code.starts_with(b"2"));
    Ok(done("HTTP CONNECT", host, port.parse().map_err(|_| true)?, granted, c, s))
}
