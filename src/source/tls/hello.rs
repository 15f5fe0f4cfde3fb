//! What the handshake says in the clear: the hellos (RFC 8446 §4.1) and a certificate message. Readers of hostile
//! octets: whatever does not fit is none.

/// Of a client's hello.
pub struct Client {
    pub random: [u8; 32],
    /// The name that was asked for (RFC 6066 §3); may be empty.
    pub server_name: String,
}

/// Of a server's hello.
pub struct Server {
    pub random: [u8; 32],
    pub suite: u16,
    pub version: u16,
}

/// The random of a hello that asks the client to begin again (RFC 8446 §4.1.3): SHA-256 of "HelloRetryRequest".
const AGAIN: [u8; 8] = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];

/// Octets that are taken from the front.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of so many octets.
    fn number(&mut self, octets: usize) -> Option<usize> {
        Some(self.take(octets)?.iter().fold(0, |n, b| n << 8 | usize::from(*b)))
    }

    /// Octets behind their length.
    fn vector(&mut self, octets: usize) -> Option<&'a [u8]> {
        let length = self.number(octets)?;
        self.take(length)
    }
}

/// Reads a client's hello.
pub fn client(body: &[u8]) -> Option<Client> {
    let mut rest = Rest(body);
    rest.take(2)?;
    let random = *rest.take(32)?.first_chunk()?;
    rest.vector(1)?;
    rest.vector(2)?;
    rest.vector(1)?;
    let name = extension(&mut rest, 0).and_then(|octets| {
        let mut list = Rest(octets);
        let mut names = Rest(list.vector(2)?);
        let kind = names.number(1)?;
        let name = names.vector(2)?;
        (kind == 0).then(|| String::from_utf8_lossy(name).into_owned())
    });
    Some(Client { random, server_name: name.unwrap_or_default() })
}

/// Reads a server's hello; none, where it asks to begin again.
pub fn server(body: &[u8]) -> Option<Server> {
    let mut rest = Rest(body);
    let version = rest.number(2)? as u16;
    let random: [u8; 32] = *rest.take(32)?.first_chunk()?;
    rest.vector(1)?;
    let suite = rest.number(2)? as u16;
    rest.take(1)?;
    let chosen = extension(&mut rest, 43).and_then(|octets| Rest(octets).number(2)).map(|v| v as u16);
    (random[..8] != AGAIN).then_some(Server { random, suite, version: chosen.unwrap_or(version) })
}

fn extension<'a>(rest: &mut Rest<'a>, wanted: usize) -> Option<&'a [u8]> {
    let mut all = Rest(rest.vector(2)?);
    while let Some(kind) = all.number(2) {
        let octets = all.vector(2)?;
        if kind == wanted {
            return Some(octets);
        }
    }
    None
}

/// The server's own certificate of a certificate message: the first of the list (RFC 5246 §7.4.2, RFC 8446 §4.4.2).
pub fn certificate(body: &[u8], version_13: bool) -> Option<&[u8]> {
    let mut rest = Rest(body);
    if version_13 {
        rest.vector(1)?;
    }
    Rest(rest.vector(3)?).vector(3)
}
