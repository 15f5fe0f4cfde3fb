//! A connection told as a dialogue: its records as events, through TLS where the keys are known.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Settings;
use super::judge::Verdict;
use super::layers::{Layer, Layers};
use super::spool::Spool;
use super::streams::Stream;
use super::track::{Entry, Reader, Record};
use super::tunnel::Asked;
use crate::dialogue::event::Carried;
use crate::dialogue::mark::Close;
use crate::dialogue::{Event, Mark, Origin, Side, What, Wire};
use crate::source::{Found, Opening};

/// A dialogue that is being told.
#[derive(Debug)]
pub struct Telling {
    stream: Stream,
    client: usize,
    reader: Reader,
    layers: Layers,
    queue: VecDeque<Found>,
    close: Option<Close>,
    /// Octets that are missing inside TLS.
    holes: [u64; 2],
    at: Duration,
    frames: (u64, u64),
    over: bool,
}

impl Telling {
    /// Begins.
    pub fn new(stream: Stream, verdict: Verdict, settings: &Settings) -> Self {
        let client = verdict.client;
        let (from, to) = (stream.ends[client], stream.ends[1 - client]);
        let opening = Opening {
            stream: stream.number,
            protocol: verdict.protocol,
            target: to.to_string(),
            tls: verdict.tls,
            client: Some(from.to_string()),
            server: Some(to.to_string()),
            started: date(stream.first),
        };
        let mut telling = Telling {
            client,
            reader: Reader::default(),
            layers: Layers::new(Arc::clone(&settings.keys), Some(client)).with_tunnel(),
            queue: VecDeque::new(),
            close: None,
            holes: [0, 0],
            at: Duration::ZERO,
            frames: (0, 0),
            over: false,
            stream,
        };
        telling.queue.push_back(Found::Dialogue(Box::new(opening)));
        telling.begin(from, to, verdict);
        telling
    }

    fn begin(&mut self, from: SocketAddr, to: SocketAddr, verdict: Verdict) {
        if self.stream.begun {
            let (address, port) = (from.to_string(), to.port());
            self.mark(Mark::Connected { address, port, local: None, tls: verdict.tls });
        } else if verdict.middle {
            // How much was said before, nobody knows.
            self.mark(Mark::Gap { side: Side::Server, octets: None });
        }
        for end in [0, 1] {
            if !self.stream.heard[end] {
                let side = self.side(end);
                self.mark(Mark::Odd { side, id: "mark-odd-one-way" });
            }
        }
    }

    /// The next thing to tell; none when all is told.
    ///
    /// # Errors
    /// What the temporary file says.
    pub fn next_found(&mut self, spool: &mut Spool) -> io::Result<Option<Found>> {
        loop {
            if let Some(found) = self.queue.pop_front() {
                return Ok(Some(found));
            }
            if self.over {
                return Ok(None);
            }
            match self.reader.next_record(spool, &self.stream.track)? {
                Some(record) => self.tell(record),
                None => self.end(spool)?,
            }
        }
    }

    /// Gives back what it held.
    pub fn forget(mut self, spool: &mut Spool) {
        spool.forget(&mut self.stream.track);
    }

    fn side(&self, end: usize) -> Side {
        if end == self.client { Side::Client } else { Side::Server }
    }

    fn tell(&mut self, record: Record) {
        (self.at, self.frames) = (record.at, record.frames);
        let side = self.side(record.end);
        match record.entry {
            Entry::Bytes(octets) => {
                let mut layers = Vec::new();
                self.layers.push(record.end, octets, &mut layers);
                self.layers_found(layers);
            }
            // Inside TLS nobody can tell what a hole means; how much is missing is said at the end.
            Entry::Gap(octets) => {
                let mut layers = Vec::new();
                let inside_tls = self.layers.lose(record.end, &mut layers);
                self.layers_found(layers);
                match inside_tls {
                    true => self.holes[record.end] += octets,
                    false => self.mark(Mark::Gap { side, octets: Some(octets) }),
                }
            }
            Entry::Differs => self.mark(Mark::Odd { side, id: "mark-odd-differs" }),
            Entry::Fin => {
                let close = if side == Side::Client { Close::Client } else { Close::Server };
                self.close.get_or_insert(close);
            }
            Entry::Reset => {
                self.close.get_or_insert(Close::Reset);
            }
        }
    }

    fn layers_found(&mut self, layers: Vec<Layer>) {
        for layer in layers {
            match layer {
                Layer::Said(end, octets) => {
                    let side = self.side(end);
                    self.event(What::Chunk(side, Wire::new(octets)));
                }
                Layer::Tls(info) => self.mark(Mark::Tls(*info)),
                Layer::Tunnel(_, asked) => {
                    let Asked { by, target, granted, .. } = *asked;
                    self.mark(Mark::Tunnel { by: by.to_owned(), target, granted });
                }
            }
        }
    }

    fn end(&mut self, spool: &mut Spool) -> io::Result<()> {
        self.over = true;
        let mut layers = Vec::new();
        let opaque = self.layers.finish(&mut layers);
        self.layers_found(layers);
        for end in [self.client, 1 - self.client] {
            let side = self.side(end);
            if opaque[end] > 0 {
                self.mark(Mark::Opaque { side, octets: opaque[end] });
            }
            if self.holes[end] > 0 {
                self.mark(Mark::Gap { side, octets: Some(self.holes[end]) });
            }
        }
        self.mark(Mark::Closed(self.close.unwrap_or(Close::Unseen)));
        if self.layers.unwraps() {
            let carried = self.carried(spool)?;
            self.event(What::Carried(Box::new(carried)));
        }
        self.queue.push_back(Found::End(self.stream.number));
        Ok(())
    }

    /// What went over TCP, where the events show something else.
    fn carried(&self, spool: &mut Spool) -> io::Result<[Carried; 2]> {
        let mut digests: [Sha256; 2] = Default::default();
        let mut octets = [0; 2];
        let mut reader = Reader::default();
        while let Some(record) = reader.next_record(spool, &self.stream.track)? {
            if let Entry::Bytes(bytes) = &record.entry {
                let side = self.side(record.end) as usize;
                digests[side].update(bytes);
                octets[side] += bytes.len() as u64;
            }
        }
        let [client, server] = digests.map(|d| d.finalize().into());
        Ok([Carried { octets: octets[0], sha256: client }, Carried { octets: octets[1], sha256: server }])
    }

    fn mark(&mut self, mark: Mark) {
        self.event(What::Mark(mark));
    }

    fn event(&mut self, what: What) {
        let origin = match self.frames {
            (0, _) => Origin::None,
            (first, last) => Origin::Lines(first, last),
        };
        let event = Event { stream: self.stream.number, at: Some(self.at), origin, what };
        self.queue.push_back(Found::Event(Box::new(event)));
    }
}

/// A time since 1970 in RFC 3339.
fn date(time: Duration) -> Option<String> {
    let nanos = i128::try_from(time.as_nanos()).ok().filter(|n| *n > 0)?;
    OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()?.format(&Rfc3339).ok()
}
