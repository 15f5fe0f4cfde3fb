//! Our own JSON lines, read back into events: what was said byte for byte, placeholders as placeholders, marks as
//! marks; notes are dropped, since they are made anew. Kinds and fields that are not known are skipped.
//!
//! Units stand in the order of their ends, which is the order in which the two sides spoke but where one spoke
//! while the other's unit was open. What was shortened comes back as a gap that counts.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Found, Opening, Source};
use crate::dialogue::mark::{Close, Missing, TlsInfo, Verdict};
use crate::dialogue::{Event, Hole, Mark, Origin, Protocol, Side, What, Wire};

/// The longest line that is read: a unit of 64 KiB, escaped, with its notes.
const LONGEST: u64 = 8 * 1024 * 1024;

/// JSON lines on an input.
#[derive(Debug)]
pub struct Json<R> {
    input: R,
    line: u64,
    /// The rests of units that are still to come, by stream and number.
    pieces: HashMap<(u32, u64), Vec<u8>>,
    /// What the open dialogues speak.
    protocols: HashMap<u32, Protocol>,
    queue: std::collections::VecDeque<Found>,
}

impl<R: BufRead> Json<R> {
    /// JSON lines on an input.
    pub fn new(input: R) -> Self {
        Json { input, line: 0, pieces: HashMap::new(), protocols: HashMap::new(), queue: Default::default() }
    }

    fn object(&mut self, object: &Value) {
        let stream = object["stream"].as_u64().map_or(1, |n| n as u32);
        match object["kind"].as_str() {
            Some("dialogue") => {
                let opening = opening(stream, object);
                if let Some(protocol) = opening.protocol {
                    self.protocols.insert(stream, protocol);
                }
                self.queue.push_back(Found::Dialogue(Box::new(opening)));
            }
            Some("end") => {
                self.protocols.remove(&stream);
                self.pieces.retain(|(of, _), _| *of != stream);
                self.queue.push_back(Found::End(stream));
            }
            Some("piece") => {
                let key = (stream, object["n"].as_u64().unwrap_or(0));
                self.pieces.entry(key).or_default().extend(bytes(object));
            }
            Some("unit") => self.unit(stream, object),
            Some("mark") => {
                if let Some(mark) = mark(object, self.protocols.get(&stream).copied()) {
                    self.event(stream, object, What::Mark(mark));
                }
            }
            _ => {}
        }
    }

    fn unit(&mut self, stream: u32, object: &Value) {
        let side = if object["side"] == "client" { Side::Client } else { Side::Server };
        let mut wire = Wire::new(bytes(object));
        for token in object["tokens"].as_array().into_iter().flatten() {
            let span = (token["span"][0].as_u64(), token["span"][1].as_u64());
            if let (Some(make), (Some(start), Some(end))) = (token["hole"].as_str(), span)
                && start < end
                && end as usize <= wire.len()
            {
                wire.holes.push(Hole { start: start as usize, end: end as usize, make: make.into() });
            }
        }
        untold(&mut wire);
        wire.holes.sort_by_key(|h| h.start);
        let rest = self.pieces.remove(&(stream, object["n"].as_u64().unwrap_or(0))).unwrap_or_default();
        wire.push(&rest);
        self.event(stream, object, What::Chunk(side, wire));
        let left = object["shortened"].as_u64().unwrap_or(0).saturating_sub(rest.len() as u64);
        if left > 0 {
            self.event(stream, object, What::Mark(Mark::Gap { side, octets: Some(left) }));
        }
    }

    fn event(&mut self, stream: u32, object: &Value, what: What) {
        let seconds = object["at"].as_f64().filter(|at| (0.0..1e9).contains(at));
        let origin = Origin::Lines(self.line, self.line);
        let at = seconds.map(Duration::from_secs_f64);
        self.queue.push_back(Found::Event(Box::new(Event { stream, at, origin, what })));
    }
}

/// A literal whose count would tell a secret's length stands as `{n}`, which no peer can have sent.
fn untold(wire: &mut Wire) {
    let len = crate::dialect::frame::text_len(&wire.bytes);
    let ends = [&b"{n}"[..], b"{n+}", b"{n-}"];
    if let Some(end) = ends.into_iter().find(|end| wire.bytes[..len].ends_with(end)) {
        let start = len - end.len() + 1;
        wire.holes.push(Hole { start, end: start + 1, make: Wire::UNTOLD.into() });
    }
}

fn bytes(object: &Value) -> Vec<u8> {
    match (object["text"].as_str(), object["base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(text)) => STANDARD.decode(text).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn opening(stream: u32, object: &Value) -> Opening {
    let protocol = [Protocol::Smtp, Protocol::Lmtp, Protocol::Pop3, Protocol::Imap];
    let text = |name: &str| object[name].as_str().map(str::to_owned);
    Opening {
        stream,
        protocol: protocol.into_iter().find(|p| object["protocol"] == p.name()),
        target: text("target").unwrap_or_default(),
        client: text("client"),
        server: text("server"),
        started: text("started"),
        ..Opening::default()
    }
}

fn mark(object: &Value, protocol: Option<Protocol>) -> Option<Mark> {
    let text = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
    let side = if object["side"] == "client" { Side::Client } else { Side::Server };
    Some(match object["what"].as_str()? {
        "trying" => Mark::Trying { address: text("address") },
        "connected" => {
            let address = text("address");
            let port = address.rsplit(':').next().and_then(|p| p.parse().ok()).unwrap_or(0);
            Mark::Connected { address, port, local: object["local"].as_str().map(str::to_owned), tls: false }
        }
        "tls" => Mark::Tls(TlsInfo {
            version: text("version"),
            cipher: text("cipher"),
            server_name: text("server_name"),
            certificate: None,
            chain: Vec::new(),
            verified: if object["verified"] == "verified" { Verdict::Verified } else { Verdict::Unknown },
        }),
        "opaque" => Mark::Opaque { side, octets: object["octets"].as_u64()? },
        "gap" => Mark::Gap { side, octets: object["octets"].as_u64() },
        "tunnel" => {
            Mark::Tunnel { by: text("by"), target: text("target"), granted: object["granted"].as_bool()? }
        }
        "comment" => Mark::Comment(text("text")),
        "step" => Mark::Step(text("text")),
        "missing" => Mark::Missing(Missing::from_name(object["missing"].as_str()?, side)?, protocol?),
        "closed" => Mark::Closed(Close::from_name(object["by"].as_str()?)?),
        _ => return None,
    })
}

impl<R: BufRead> Source for Json<R> {
    fn next_found(&mut self) -> io::Result<Option<Found>> {
        loop {
            if let Some(found) = self.queue.pop_front() {
                return Ok(Some(found));
            }
            let mut line = Vec::new();
            let mut part = io::Read::take(&mut self.input, LONGEST);
            if part.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            match serde_json::from_slice::<Value>(&line) {
                Ok(object) => self.object(&object),
                Err(_) => {
                    let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                    self.event(1, &Value::Null, What::Noise(text));
                }
            }
        }
    }
}
