//! A capture as a source: pcap and pcapng, gzip or not, and in it the mail dialogues, each told like a live session.
//!
//! ```text
//!  gzip ▶ container ▶ packet ▶ streams ─ tcp ▶ track (spool) ▶ judge ▶ tell ─ layers ─ tls ▶ events
//!         frames      IP, TCP  connections                     mail?          plain text, TLS
//! ```
//!
//! **Order.** Each dialogue comes whole, in the order of the ends: connections interleave, and a reader wants one
//! after the other. Until its end a dialogue waits in the spool, in memory or, where that would be much, in a
//! temporary file; so the consumer needs one recorder at a time, and memory stays flat. Dialogues that are open
//! at the capture's end come last, in the order of their beginning.
//!
//! **Numbers.** A dialogue's number is that of its TCP connection among all in the capture, from 1: Wireshark's
//! `tcp.stream` plus one. Frames are numbered as Wireshark does, and stand where a text has lines.
//!
//! **Which connections** are told: those whose content is mail ([`crate::source::guess`]), on any port; and those on
//! mail's ports that say something nobody knows (protocol none), or speak TLS whose keys are not known.
//!
//! Not here: what the octets mean, and saving messages.

pub mod container;
mod judge;
pub mod layers;
mod packet;
mod spool;
mod streams;
mod tcp;
mod tell;
mod track;
pub mod tunnel;

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, BufReader, Read};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use flate2::bufread::MultiGzDecoder;

pub use container::{Damage, is_container};
pub use judge::Kind;

use super::tls::keys::KeyLog;
use super::{Found, Source};
use container::{Container, Record};
use judge::Fate;
use packet::{Frame, Frames};
use streams::Streams;
use tcp::Moment;
use tell::Telling;

/// What is wanted of a capture.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// This dialogue alone.
    pub stream: Option<u32>,
    /// Only connections with this address at one end.
    pub host: Option<IpAddr>,
    /// Only connections with this port at one end.
    pub port: Option<u16>,
    /// The secrets of TLS connections.
    pub keys: Arc<KeyLog>,
}

impl Settings {
    fn wants(&self, number: u32, ends: &[SocketAddr; 2]) -> bool {
        self.stream.is_none_or(|wanted| wanted == number)
            && self.host.is_none_or(|host| ends.iter().any(|end| end.ip() == host))
            && self.port.is_none_or(|port| ends.iter().any(|end| end.port() == port))
    }
}

/// What a capture held, for whoever has to say that there was no mail in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Frames.
    pub frames: u64,
    /// Frames without IP.
    pub not_ip: u64,
    /// IP packets without TCP.
    pub other_ip: u64,
    /// Frames of link layers that nobody reads here, by link type.
    pub unknown_links: BTreeMap<u16, u64>,
    /// TCP connections.
    pub connections: u32,
    /// Dialogues told.
    pub dialogues: u32,
    /// Connections that are no mail.
    pub others: BTreeMap<Kind, u32>,
    /// Secrets that the capture brought along.
    pub secrets: usize,
    /// Why reading ended early.
    pub damage: Option<Damage>,
}

/// Whether an input that begins so is a capture, gzip or not. Some hundred octets are enough.
pub fn is_capture(first: &[u8]) -> bool {
    if !is_gzip(first) {
        return is_container(first);
    }
    let mut inside = [0; 4];
    MultiGzDecoder::new(first).read_exact(&mut inside).is_ok() && is_container(&inside)
}

fn is_gzip(first: &[u8]) -> bool {
    first.starts_with(&[0x1f, 0x8b, 8])
}

/// A capture under way.
pub struct Capture {
    container: Container<Box<dyn Read + Send>>,
    frames: Frames,
    streams: Streams,
    settings: Settings,
    waiting: VecDeque<streams::Stream>,
    telling: Option<Telling>,
    contents: Contents,
    consumed: Arc<AtomicU64>,
    last: Duration,
    over: bool,
}

impl Capture {
    /// Begins to read. None where the input is no capture.
    ///
    /// # Errors
    /// What the input says.
    pub fn open(input: Box<dyn Read + Send>, settings: Settings) -> io::Result<Option<Self>> {
        let consumed = Arc::new(AtomicU64::new(0));
        let mut input = BufReader::new(Counting { input, count: Arc::clone(&consumed) });
        let mut first = [0; 3];
        let n = read_some(&mut input, &mut first)?;
        let input = io::Cursor::new(first[..n].to_vec()).chain(input);
        let input: Box<dyn Read + Send> = match is_gzip(&first[..n]) {
            true => Box::new(MultiGzDecoder::new(BufReader::new(input))),
            false => Box::new(input),
        };
        let container = Container::open(input)?;
        Ok(container.map(|container| Capture {
            container,
            frames: Frames::default(),
            streams: Streams::default(),
            settings,
            waiting: VecDeque::new(),
            telling: None,
            contents: Contents::default(),
            consumed,
            last: Duration::ZERO,
            over: false,
        }))
    }

    /// How many octets of the input were read, to tell how far it has come: whoever keeps this may ask from
    /// anywhere.
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    /// What the capture has held so far.
    pub fn contents(&self) -> Contents {
        Contents {
            frames: self.container.frames(),
            connections: self.streams.count(),
            damage: self.container.damage(),
            ..self.contents.clone()
        }
    }

    /// Reads a frame. False at the end.
    fn frame(&mut self) -> io::Result<bool> {
        let packet = match self.container.next_record()? {
            None => return Ok(false),
            Some(Record::Secrets(text)) => {
                self.contents.secrets += Arc::make_mut(&mut self.settings.keys).add(text);
                return Ok(true);
            }
            Some(Record::Packet(packet)) => packet,
        };
        self.last = packet.time.unwrap_or(self.last);
        let moment = Moment { time: self.last, frame: packet.frame };
        match self.frames.read(packet.link, packet.data) {
            Frame::Tcp(segment) => self.streams.segment(&segment, moment, &self.settings)?,
            Frame::OtherIp => self.contents.other_ip += 1,
            Frame::NotIp => self.contents.not_ip += 1,
            Frame::UnknownLink => *self.contents.unknown_links.entry(packet.link).or_default() += 1,
        }
        Ok(true)
    }

    /// The next connection that has ended and is to be told.
    fn next_telling(&mut self) -> io::Result<Option<Telling>> {
        loop {
            while let Some(mut stream) = self.waiting.pop_front() {
                match stream.fate {
                    Some(Fate::Mail(verdict)) => {
                        self.contents.dialogues += 1;
                        return Ok(Some(Telling::new(stream, verdict, &self.settings)));
                    }
                    Some(Fate::Other(kind)) => *self.contents.others.entry(kind).or_default() += 1,
                    None => {}
                }
                self.streams.spool.forget(&mut stream.track);
            }
            if self.over {
                return Ok(None);
            }
            if !self.frame()? {
                self.over = true;
                self.streams.finish(&self.settings)?;
            }
            self.waiting.extend(self.streams.ended.drain(..));
        }
    }
}

impl Source for Capture {
    fn next_found(&mut self) -> io::Result<Option<Found>> {
        loop {
            if let Some(telling) = &mut self.telling {
                if let Some(found) = telling.next_found(&mut self.streams.spool)? {
                    return Ok(Some(found));
                }
                if let Some(told) = self.telling.take() {
                    told.forget(&mut self.streams.spool);
                }
            }
            self.telling = self.next_telling()?;
            if self.telling.is_none() {
                return Ok(None);
            }
        }
    }
}

impl std::fmt::Debug for Capture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Capture").field("contents", &self.contents()).finish_non_exhaustive()
    }
}

/// An input that counts.
struct Counting {
    input: Box<dyn Read + Send>,
    count: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(into)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Reads until the space is full or the input is over.
fn read_some(input: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < into.len() {
        match input.read(&mut into[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(n)
}
