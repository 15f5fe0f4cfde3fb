//! The key log: lines `LABEL CLIENT_RANDOM SECRET` in hexadecimal, as TLS libraries write them where SSLKEYLOGFILE
//! is set (RFC 9850). Whoever has it can read the connections; it is kept in memory alone and never shown.

use std::collections::HashMap;

use crate::dialogue::Side;

/// Secrets that are kept.
const MOST_SECRETS: usize = 1_000_000;

/// Which secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// TLS 1.2's master secret (`CLIENT_RANDOM`).
    Master,
    /// TLS 1.3, the client's, in the handshake.
    ClientHandshake,
    /// The server's.
    ServerHandshake,
    /// The client's, after it.
    ClientTraffic,
    /// The server's.
    ServerTraffic,
}

impl Label {
    fn of(word: &str) -> Option<Label> {
        Some(match word {
            "CLIENT_RANDOM" => Label::Master,
            "CLIENT_HANDSHAKE_TRAFFIC_SECRET" => Label::ClientHandshake,
            "SERVER_HANDSHAKE_TRAFFIC_SECRET" => Label::ServerHandshake,
            "CLIENT_TRAFFIC_SECRET_0" => Label::ClientTraffic,
            "SERVER_TRAFFIC_SECRET_0" => Label::ServerTraffic,
            _ => return None,
        })
    }

    /// A side's in the handshake.
    pub fn handshake(side: Side) -> Label {
        match side {
            Side::Client => Label::ClientHandshake,
            Side::Server => Label::ServerHandshake,
        }
    }

    /// A side's after it.
    pub fn traffic(side: Side) -> Label {
        match side {
            Side::Client => Label::ClientTraffic,
            Side::Server => Label::ServerTraffic,
        }
    }
}

/// The secrets of many connections.
#[derive(Clone, Default)]
pub struct KeyLog {
    secrets: HashMap<(Label, [u8; 32]), Vec<u8>>,
}

impl KeyLog {
    /// Adds the lines of a log; gives how many secrets they held. What is no such line is passed over.
    pub fn add(&mut self, text: &[u8]) -> usize {
        let mut found = 0;
        for line in text.split(|b| matches!(b, b'\n' | b'\r')) {
            let Ok(line) = std::str::from_utf8(line) else { continue };
            let mut words = line.split_ascii_whitespace();
            let (Some(label), Some(random), Some(secret)) = (words.next(), words.next(), words.next()) else {
                continue;
            };
            let random = unhex(random).and_then(|r| <[u8; 32]>::try_from(r).ok());
            let (Some(label), Some(random), Some(secret)) = (Label::of(label), random, unhex(secret)) else {
                continue;
            };
            if (16..=64).contains(&secret.len()) && self.secrets.len() < MOST_SECRETS {
                self.secrets.insert((label, random), secret);
                found += 1;
            }
        }
        found
    }

    /// A connection's secret, by its client's random.
    pub fn find(&self, label: Label, random: &[u8; 32]) -> Option<&[u8]> {
        self.secrets.get(&(label, *random)).map(Vec::as_slice)
    }

    /// Whether there is any secret of a connection.
    pub fn knows(&self, random: &[u8; 32]) -> bool {
        [Label::Master, Label::ClientTraffic, Label::ServerTraffic]
            .iter()
            .any(|label| self.secrets.contains_key(&(*label, *random)))
    }

    /// How many secrets there are.
    pub fn len(&self) -> usize {
        self.secrets.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }
}

impl std::fmt::Debug for KeyLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyLog").field("secrets", &self.secrets.len()).finish()
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}
