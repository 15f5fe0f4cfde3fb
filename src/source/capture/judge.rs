//! What a connection is: mail, and which protocol and whose server; or something else, as far as it can be told.

use std::io;
use std::sync::Arc;

use super::Settings;
use super::layers::{Layer, Layers};
use super::spool::Spool;
use super::streams::Stream;
use super::track::{Entry, Reader};
use crate::dialogue::Protocol;
use crate::net::{Stranger, sniff};
use crate::source::guess::{Hints, guess, of_port};

/// Octets of each end that are looked at first; most connections tell by these.
const FIRST: usize = 1024;
/// Octets of each end that are looked at.
const MOST: usize = 64 * 1024;

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is told.
    Mail(Verdict),
    /// It is not.
    Other(Kind),
}

/// A dialogue that is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The protocol; none, where only the port speaks for mail.
    pub protocol: Option<Protocol>,
    /// Which end is the client's.
    pub client: usize,
    /// Whether TLS came first.
    pub tls: bool,
    /// Whether its beginning is missing.
    pub middle: bool,
}

/// What is no mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Nothing was said.
    Silent,
    /// TLS, and no mail port.
    Tls,
    /// The web.
    Http,
    /// SSH.
    Ssh,
    /// FTP.
    Ftp,
    /// Something else.
    Unknown,
}

/// The beginnings of both ends, inside TLS where that can be read.
struct Beginning {
    said: [Vec<u8>; 2],
    /// Who spoke first.
    first: Option<usize>,
    tls: bool,
    /// TLS came before anything that could be read.
    tls_first: bool,
    /// TLS's client, or who asked a proxy.
    client: Option<usize>,
    /// The port that a proxy was asked for, and whether it did it.
    tunnel: Option<(u16, bool)>,
    /// All of it was seen.
    whole: bool,
}

/// Decides what a connection is.
///
/// # Errors
/// What the temporary file says.
pub fn judge(stream: &Stream, spool: &mut Spool, settings: &Settings) -> io::Result<Fate> {
    let mut seen = beginning(stream, spool, settings, FIRST)?;
    let mut found = mail(stream, &seen);
    if found.is_none() && !seen.whole {
        seen = beginning(stream, spool, settings, MOST)?;
        found = mail(stream, &seen);
    }
    Ok(found.unwrap_or_else(|| other(stream, &seen)))
}

fn beginning(stream: &Stream, spool: &mut Spool, settings: &Settings, most: usize) -> io::Result<Beginning> {
    let mut layers = Layers::new(Arc::clone(&settings.keys), stream.client).with_tunnel();
    let mut reader = Reader::default();
    let mut seen = Beginning {
        said: Default::default(),
        first: None,
        tls: false,
        tls_first: false,
        client: stream.client,
        tunnel: None,
        whole: false,
    };
    let mut read = [0, 0];
    let mut found = Vec::new();
    while read[0].min(read[1]) < most && read[0].max(read[1]) < 4 * most {
        let Some(record) = reader.next_record(spool, &stream.track)? else {
            seen.whole = true;
            break;
        };
        match record.entry {
            Entry::Bytes(octets) => {
                read[record.end] += octets.len();
                layers.push(record.end, octets, &mut found);
            }
            Entry::Gap(_) => drop(layers.lose(record.end, &mut found)),
            _ => {}
        }
        if layers.has_tls() && seen.first.is_none() {
            seen.tls_first = true;
        }
        for layer in found.drain(..) {
            let (end, octets) = match layer {
                Layer::Said(end, octets) => (end, octets),
                Layer::Tunnel(end, asked) => {
                    (seen.client, seen.tunnel) =
                        (seen.client.or(Some(end)), Some((asked.port, asked.granted)));
                    continue;
                }
                Layer::Tls(_) => continue,
            };
            seen.first.get_or_insert(end);
            let said = &mut seen.said[end];
            let room = most.saturating_sub(said.len());
            said.extend_from_slice(&octets[..octets.len().min(room)]);
        }
    }
    seen.tls = layers.has_tls();
    seen.client = seen.client.or(layers.client());
    Ok(seen)
}

/// The ports of both ends; behind a proxy, that of the server which was asked for.
fn ports(stream: &Stream, seen: &Beginning) -> [u16; 2] {
    let mut ports = stream.ends.map(|end| end.port());
    if let (Some(client), Some((port, _))) = (seen.client, seen.tunnel) {
        ports[1 - client] = port;
    }
    ports
}

fn mail(stream: &Stream, seen: &Beginning) -> Option<Fate> {
    let ports = ports(stream, seen);
    let web = seen.said.iter().any(|said| matches!(sniff(said), Some(Stranger::Http | Stranger::Ssh)));
    if web || seen.said.iter().any(|said| is_web_request(said)) {
        return None;
    }
    let hints = Hints { server: seen.client.map(|client| 1 - client), ports };
    let guess = guess([&seen.said[0], &seen.said[1]], hints)?;
    let client = 1 - guess.server;
    let greeted = seen.first == Some(guess.server) && is_greeting(&seen.said[guess.server]);
    Some(Fate::Mail(Verdict {
        protocol: Some(guess.protocol),
        client,
        tls: seen.tls_first,
        middle: !stream.begun && !greeted,
    }))
}

/// No words tell; a mail port may.
fn other(stream: &Stream, seen: &Beginning) -> Fate {
    let ports = ports(stream, seen);
    let client = seen.client.unwrap_or(usize::from(of_port(ports[0]).is_some()));
    let usual = of_port(ports[1 - client]);
    let silent = seen.said.iter().all(Vec::is_empty);
    let refused = matches!(seen.tunnel, Some((_, false)));
    match usual {
        Some((protocol, _)) if refused && silent => {
            Fate::Mail(Verdict { protocol: Some(protocol), client, tls: false, middle: false })
        }
        Some((protocol, _)) if seen.tls && silent => {
            Fate::Mail(Verdict { protocol: Some(protocol), client, tls: true, middle: false })
        }
        Some(_) if !silent => {
            Fate::Mail(Verdict { protocol: None, client, tls: seen.tls_first, middle: !stream.begun })
        }
        _ => Fate::Other(kind(seen)),
    }
}

fn kind(seen: &Beginning) -> Kind {
    if seen.said.iter().any(|said| is_web_request(said)) {
        return Kind::Http;
    }
    for said in &seen.said {
        match sniff(said) {
            Some(Stranger::Http) => return Kind::Http,
            Some(Stranger::Ssh) => return Kind::Ssh,
            Some(Stranger::Ftp) => return Kind::Ftp,
            _ => {}
        }
    }
    match (seen.tls, seen.said.iter().all(Vec::is_empty)) {
        (true, _) => Kind::Tls,
        (_, true) => Kind::Silent,
        _ => Kind::Unknown,
    }
}

/// `GET / HTTP/1.1`.
fn is_web_request(said: &[u8]) -> bool {
    let line = said.split(|b| *b == b'\n').next().unwrap_or_default();
    memchr::memmem::find(line, b" HTTP/1.").is_some()
}

/// Whether a server's first words are a greeting.
fn is_greeting(said: &[u8]) -> bool {
    [&b"220"[..], b"421", b"554", b"+OK", b"-ERR", b"* OK", b"* PREAUTH", b"* BYE"]
        .iter()
        .any(|word| said.starts_with(word))
}
