//! TLS as an onlooker sees it (RFC 8446, RFC 5246): what the handshake says in the clear, and, where the secrets of
//! a connection are known from a key log, the octets inside.
//!
//! Terms: a *record* is TLS's unit on the wire (type, version, length, octets); a *secret* is a line of a key log
//! ([`keys`]); the *client's random* ties the two together.
//!
//! What can be read: TLS 1.3, and TLS 1.2 with AEAD suites ([`cipher`]). Everything else stays opaque, by name. An
//! onlooker verifies nothing: neither certificates nor the handshake's signatures.

pub mod cipher;
mod hello;
pub mod keys;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use cipher::{Cipher, Suite};
use keys::{KeyLog, Label};

use crate::dialogue::Side;
use crate::dialogue::mark::{Certificate, TlsInfo};

/// A record's octets (RFC 8446 §5.2: 2^14 and 256; RFC 5246 §6.2.3: 2^14 and 2048).
const MOST_RECORD: usize = (1 << 14) + 2048;
/// A handshake message; a chain of certificates is the longest.
const MOST_MESSAGE: usize = 256 * 1024;

/// What an onlooker learns.
#[derive(Clone, Debug, PartialEq)]
pub enum Learned {
    /// The handshake is done, as far as it can be told.
    Started(Box<TlsInfo>),
    /// What a side said inside.
    Inside(Side, Vec<u8>),
}

/// Looks at one TLS connection from its first octet on.
#[derive(Debug)]
pub struct Onlooker {
    keys: Arc<KeyLog>,
    sides: [Half; 2],
    client_random: Option<[u8; 32]>,
    server_random: Option<[u8; 32]>,
    /// The suite's number.
    number: Option<u16>,
    version: u16,
    server_name: String,
    certificate: Option<Certificate>,
    started: bool,
}

/// One side.
#[derive(Debug, Default)]
struct Half {
    records: Vec<u8>,
    messages: Vec<u8>,
    cipher: Option<Cipher>,
    /// The secret that the next one is made of (TLS 1.3).
    secret: Vec<u8>,
    stage: Stage,
    /// Octets are missing, or are no records: nothing more can be told.
    lost: bool,
    opaque: u64,
    octets: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// In the clear.
    #[default]
    Clear,
    /// TLS 1.3: under the handshake's keys.
    Handshake,
    /// What is inside is the protocol's.
    Inside,
}

/// Whether octets look like the beginning of a TLS record: type, version 3.x.
pub fn is_record(octets: &[u8]) -> bool {
    matches!(octets, [0x14..=0x17, 3, 0..=4, ..])
}

/// Whether octets look like the beginning of a client's or server's hello.
pub fn is_hello(octets: &[u8]) -> bool {
    matches!(octets, [0x16, 3, 0..=4])
        || matches!(octets, [0x16, 3, 0..=4, _])
        || matches!(octets, [0x16, 3, 0..=4, _, _])
        || matches!(octets, [0x16, 3, 0..=4, _, _, 1 | 2, ..])
}

/// The random number of a client's hello, by which its secrets are found.
pub fn client_random(octets: &[u8]) -> Option<[u8; 32]> {
    let [0x16, 3, _, _, _, 1, _, _, _, 3, _, random @ ..] = octets else { return None };
    random.first_chunk().copied()
}

impl Onlooker {
    /// An onlooker with what keys there are.
    pub fn new(keys: Arc<KeyLog>) -> Self {
        Onlooker {
            keys,
            sides: Default::default(),
            client_random: None,
            server_random: None,
            number: None,
            version: 0,
            server_name: String::new(),
            certificate: None,
            started: false,
        }
    }

    /// Octets of a side.
    pub fn push(&mut self, side: Side, octets: &[u8], learned: &mut Vec<Learned>) {
        let half = &mut self.sides[side as usize];
        half.octets += octets.len() as u64;
        if half.lost {
            half.opaque += octets.len() as u64;
            return;
        }
        let mut records = std::mem::take(&mut half.records);
        records.extend_from_slice(octets);
        let mut at = 0;
        while let Some(record) = whole_record(&records[at..]) {
            match record {
                Err(()) => {
                    self.lose(side);
                    let half = &mut self.sides[side as usize];
                    half.opaque += (records.len() - at) as u64;
                    return;
                }
                Ok(length) => {
                    self.record(side, &records[at..at + length], learned);
                    at += length;
                }
            }
        }
        records.drain(..at);
        self.sides[side as usize].records = records;
    }

    /// Octets of a side are missing: its records cannot be found again.
    pub fn lose(&mut self, side: Side) {
        let half = &mut self.sides[side as usize];
        half.lost = true;
        half.opaque += half.records.len() as u64;
        half.records = Vec::new();
    }

    /// The end: what was never said, and how many octets of each side nobody could read. Where nothing was read at
    /// all, these are all octets since TLS began.
    pub fn finish(&mut self, learned: &mut Vec<Learned>) -> [u64; 2] {
        for half in &mut self.sides {
            half.opaque += half.records.len() as u64;
            half.records = Vec::new();
        }
        if !self.started && self.sides.iter().any(|h| h.octets > 0) {
            self.start(learned);
        }
        let read = self.sides.iter().any(|h| h.cipher.is_some() && h.stage == Stage::Inside);
        [&self.sides[0], &self.sides[1]].map(|h| if read { h.opaque } else { h.octets })
    }

    fn start(&mut self, learned: &mut Vec<Learned>) {
        if self.started {
            return;
        }
        self.started = true;
        let version = match self.version {
            0x0304 => "TLS 1.3",
            0x0303 => "TLS 1.2",
            0x0302 => "TLS 1.1",
            0x0301 => "TLS 1.0",
            0x0300 => "SSL 3.0",
            _ => "TLS",
        };
        let info = TlsInfo {
            version: version.to_owned(),
            cipher: self.number.map(cipher::name).unwrap_or_default(),
            server_name: self.server_name.clone(),
            certificate: self.certificate.clone(),
            ..TlsInfo::default()
        };
        learned.push(Learned::Started(Box::new(info)));
    }

    fn record(&mut self, side: Side, record: &[u8], learned: &mut Vec<Learned>) {
        let kind = record[0];
        let half = &self.sides[side as usize];
        match (kind, half.stage) {
            // TLS 1.3 sends it for the sake of old boxes on the way; it means nothing.
            (0x14, _) if self.version == 0x0304 => {}
            (0x14, Stage::Clear) => {
                self.change_cipher(side);
                if side == Side::Server {
                    self.start(learned);
                }
            }
            (0x16, Stage::Clear) => self.handshake(side, &record[5..], learned),
            (_, Stage::Clear) if self.version != 0x0304 && kind != 0x17 => {}
            _ => self.sealed(side, record, learned),
        }
    }

    /// TLS 1.2: from here on this side's records are under the negotiated keys (RFC 5246 §7.1).
    fn change_cipher(&mut self, side: Side) {
        let master = self.client_random.and_then(|r| self.keys.find(Label::Master, &r));
        let suite = self.number.and_then(Suite::of);
        if let (Some(master), Some(suite), Some(client), Some(server)) =
            (master, suite, self.client_random, self.server_random)
        {
            self.sides[side as usize].cipher = Cipher::tls12(suite, master, &client, &server, side);
        }
        self.sides[side as usize].stage = Stage::Inside;
    }

    /// A record that is encrypted.
    fn sealed(&mut self, side: Side, record: &[u8], learned: &mut Vec<Learned>) {
        if self.version == 0x0304 && self.sides[side as usize].stage == Stage::Clear {
            self.sides[side as usize].stage = Stage::Handshake;
            self.key(side, Label::handshake(side));
        }
        let handshaking = self.sides[side as usize].stage == Stage::Handshake;
        let mut open = self.open(side, record);
        if open.is_none() && handshaking && self.version == 0x0304 {
            // The handshake's secrets may be missing in the log: is it the first record under the others?
            let before = self.sides[side as usize].cipher.take();
            if self.key(side, Label::traffic(side)) {
                open = self.open(side, record);
            }
            if open.is_some() {
                self.sides[side as usize].stage = Stage::Inside;
            } else {
                self.sides[side as usize].cipher = before;
            }
        }
        let Some((kind, octets)) = open else {
            self.sides[side as usize].opaque += record.len() as u64;
            if side == Side::Server || self.version != 0x0304 {
                self.start(learned);
            }
            return;
        };
        match kind {
            0x16 => self.handshake(side, &octets, learned),
            0x17 if !octets.is_empty() => {
                self.start(learned);
                learned.push(Learned::Inside(side, octets));
            }
            _ => {}
        }
    }

    fn open(&mut self, side: Side, record: &[u8]) -> Option<(u8, Vec<u8>)> {
        self.sides[side as usize].cipher.as_mut()?.open(record)
    }

    /// Takes a secret of the log into use (TLS 1.3).
    fn key(&mut self, side: Side, label: Label) -> bool {
        let suite = self.number.and_then(Suite::of);
        let secret = self.client_random.and_then(|r| self.keys.find(label, &r)).map(<[u8]>::to_vec);
        let (Some(suite), Some(secret)) = (suite, secret) else { return false };
        let half = &mut self.sides[side as usize];
        half.cipher = Cipher::tls13(suite, &secret);
        half.secret = secret;
        half.cipher.is_some()
    }

    /// Handshake messages, which may be cut anywhere among records.
    fn handshake(&mut self, side: Side, octets: &[u8], learned: &mut Vec<Learned>) {
        let mut messages = std::mem::take(&mut self.sides[side as usize].messages);
        messages.extend_from_slice(octets);
        let mut at = 0;
        while let Some([kind, a, b, c]) = messages.get(at..at + 4) {
            let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
            if length > MOST_MESSAGE {
                at = messages.len();
                break;
            }
            let Some(body) = messages.get(at + 4..at + 4 + length) else { break };
            self.message(side, *kind, body, learned);
            at += 4 + length;
        }
        messages.drain(..at);
        self.sides[side as usize].messages = messages;
    }

    fn message(&mut self, side: Side, kind: u8, body: &[u8], learned: &mut Vec<Learned>) {
        match (kind, side) {
            (1, Side::Client) => {
                if let Some(hello) = hello::client(body) {
                    self.client_random = Some(hello.random);
                    self.server_name = hello.server_name;
                }
            }
            (2, Side::Server) => {
                if let Some(hello) = hello::server(body) {
                    self.server_random = Some(hello.random);
                    self.number = Some(hello.suite);
                    self.version = hello.version;
                }
            }
            (11, Side::Server) => {
                let der = hello::certificate(body, self.version == 0x0304);
                self.certificate = der.and_then(Certificate::read);
            }
            (20, _) if self.version == 0x0304 => {
                self.key(side, Label::traffic(side));
                self.sides[side as usize].stage = Stage::Inside;
                if side == Side::Server {
                    self.start(learned);
                }
            }
            // KeyUpdate, RFC 8446 §4.6.3.
            (24, _) if self.version == 0x0304 => {
                let suite = self.number.and_then(Suite::of);
                let half = &mut self.sides[side as usize];
                if let Some(suite) = suite {
                    half.secret = cipher::next_secret(suite, &half.secret);
                    half.cipher = Cipher::tls13(suite, &half.secret);
                }
            }
            _ => {}
        }
    }
}

/// The length of the record that octets begin with: none, if more are needed; an error, if they are no record.
fn whole_record(octets: &[u8]) -> Option<Result<usize, ()>> {
    let head = octets.get(..5)?;
    let length = usize::from(u16::from_be_bytes([head[3], head[4]]));
    if !(0x14..=0x18).contains(&head[0]) || head[1] != 3 || length > MOST_RECORD {
        return Some(Err(()));
    }
    (octets.len() >= 5 + length).then_some(Ok(5 + length))
}
