//! The connections of a capture: which segment belongs to which, what each has said so far, and which of them are
//! mail. A connection that is not is forgotten as soon as that is known.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use super::judge::{Fate, judge};
use super::packet::Segment;
use super::spool::{Spool, Track};
use super::tcp::{Connection, Delivery, Moment};
use super::{Settings, track};

/// Connections that are followed at once; beyond, those that were silent longest are ended.
const MOST_CONNECTIONS: usize = 40_000;
/// Ended connections that are remembered, so that what comes late begins no new one.
const MOST_STONES: usize = 4096;
/// Octets of all connections that wait for others before them.
const MOST_HELD: usize = 16 << 20;
/// After so many octets it is decided what a connection is.
const ENOUGH: u64 = 64 * 1024;

/// One TCP connection.
#[derive(Debug)]
pub struct Stream {
    /// Its number, from 1, in the order of the first segments.
    pub number: u32,
    /// Both ends; the first is whoever was seen first.
    pub ends: [SocketAddr; 2],
    /// The client's end, where the handshake tells it.
    pub client: Option<usize>,
    /// Whether its beginning was seen.
    pub begun: bool,
    /// Whether any segment of each end was seen.
    pub heard: [bool; 2],
    /// When it began.
    pub first: Duration,
    /// What was said.
    pub track: Track,
    /// What it is, once that is known.
    pub fate: Option<Fate>,
    connection: Connection,
    octets: u64,
    wanted: bool,
    touched: u64,
    told: bool,
}

/// All connections.
#[derive(Debug, Default)]
pub struct Streams {
    table: HashMap<(SocketAddr, SocketAddr), Stream>,
    /// Those of the table that have ended, the oldest first, with their numbers.
    stones: VecDeque<((SocketAddr, SocketAddr), u32)>,
    /// Where dialogues wait.
    pub spool: Spool,
    numbers: u32,
    held: usize,
    /// Those that have ended, in order.
    pub ended: Vec<Stream>,
}

impl Streams {
    /// How many there were.
    pub fn count(&self) -> u32 {
        self.numbers
    }

    /// A segment.
    ///
    /// # Errors
    /// What the temporary file says.
    pub fn segment(&mut self, segment: &Segment<'_>, moment: Moment, settings: &Settings) -> io::Result<()> {
        let key = (segment.from.min(segment.to), segment.from.max(segment.to));
        if let Some(stream) = self.table.get(&key)
            && segment.syn
            && !stream.connection.fits(usize::from(segment.from != stream.ends[0]), segment.seq)
        {
            // The same ports again, for another connection.
            if let Some(stream) = self.table.remove(&key).filter(|stream| !stream.told) {
                self.end(stream, settings)?;
            }
        }
        if self.table.len() >= MOST_CONNECTIONS && !self.table.contains_key(&key) {
            self.make_room(settings)?;
        }
        let numbers = &mut self.numbers;
        let stream = self.table.entry(key).or_insert_with(|| {
            *numbers += 1;
            Stream::new(*numbers, segment, moment, settings)
        });
        stream.touched = moment.frame;
        if stream.told {
            return Ok(());
        }
        let end = usize::from(segment.from != stream.ends[0]);
        stream.heard[end] = true;
        if segment.syn {
            stream.begun = true;
            stream.client = Some(if segment.ack.is_some() { 1 - end } else { end });
        }
        self.held -= stream.connection.held();
        let (connection, mut sink) = stream.sink(&mut self.spool);
        connection.segment(end, segment, moment, &mut |end, moment, what| sink.take(end, moment, what));
        if self.held + connection.held() > MOST_HELD {
            connection.flush(&mut |end, moment, what| sink.take(end, moment, what));
        }
        sink.result?;
        self.held += stream.connection.held();
        if stream.fate.is_none() && stream.wanted && stream.octets >= ENOUGH {
            stream.decide(&mut self.spool, settings)?;
        }
        if stream.connection.is_over() {
            let ended = stream.leave_stone();
            self.stones.push_back((key, ended.number));
            self.forget_stones();
            self.end(ended, settings)?;
        }
        Ok(())
    }

    fn forget_stones(&mut self) {
        while self.stones.len() > MOST_STONES
            && let Some((key, number)) = self.stones.pop_front()
        {
            // The ports may have been taken by another connection since.
            if self.table.get(&key).is_some_and(|stream| stream.told && stream.number == number) {
                self.table.remove(&key);
            }
        }
    }

    /// The capture is over: all that is open ends, in the order in which it began.
    ///
    /// # Errors
    /// What the temporary file says.
    pub fn finish(&mut self, settings: &Settings) -> io::Result<()> {
        let mut open: Vec<Stream> = self.table.drain().map(|(_, s)| s).filter(|s| !s.told).collect();
        open.sort_by_key(|s| s.number);
        open.into_iter().try_for_each(|stream| self.end(stream, settings))
    }

    fn end(&mut self, mut stream: Stream, settings: &Settings) -> io::Result<()> {
        self.held = self.held.saturating_sub(stream.connection.held());
        let (connection, mut sink) = stream.sink(&mut self.spool);
        connection.flush(&mut |end, moment, what| sink.take(end, moment, what));
        sink.result?;
        if stream.wanted && stream.fate.is_none() {
            stream.decide(&mut self.spool, settings)?;
        }
        self.ended.push(stream);
        Ok(())
    }

    /// Ends a quarter: those that were silent longest.
    fn make_room(&mut self, settings: &Settings) -> io::Result<()> {
        let mut touched: Vec<u64> = self.table.values().map(|s| s.touched).collect();
        let quarter = touched.len() / 4;
        let (_, limit, _) = touched.select_nth_unstable(quarter);
        let limit = *limit;
        let old: Vec<Stream> = self.table.extract_if(|_, s| s.touched <= limit).map(|(_, s)| s).collect();
        let mut open: Vec<Stream> = old.into_iter().filter(|s| !s.told).collect();
        open.sort_by_key(|s| s.number);
        open.into_iter().try_for_each(|stream| self.end(stream, settings))
    }
}

impl Stream {
    fn new(number: u32, segment: &Segment<'_>, moment: Moment, settings: &Settings) -> Self {
        let ends = [segment.from, segment.to];
        Stream {
            number,
            ends,
            client: None,
            begun: false,
            heard: [false; 2],
            first: moment.time,
            track: Track::default(),
            fate: None,
            connection: Connection::default(),
            octets: 0,
            wanted: settings.wants(number, &ends),
            touched: moment.frame,
            told: false,
        }
    }

    /// The connection, and what takes its deliveries.
    fn sink<'s>(&'s mut self, spool: &'s mut Spool) -> (&'s mut Connection, Sink<'s>) {
        let keep = self.wanted && !matches!(self.fate, Some(Fate::Other(_)));
        let sink = Sink {
            spool,
            track: &mut self.track,
            octets: &mut self.octets,
            first: self.first,
            keep,
            result: Ok(()),
        };
        (&mut self.connection, sink)
    }

    fn decide(&mut self, spool: &mut Spool, settings: &Settings) -> io::Result<()> {
        let fate = judge(self, spool, settings)?;
        if matches!(fate, Fate::Other(_)) {
            spool.forget(&mut self.track);
        }
        self.fate = Some(fate);
        Ok(())
    }

    /// What is told goes; a stone stays, so that what comes late begins no new connection.
    fn leave_stone(&mut self) -> Stream {
        let stone = Stream {
            track: Track::default(),
            fate: None,
            connection: std::mem::take(&mut self.connection),
            told: true,
            ..*self
        };
        let mut told = std::mem::replace(self, stone);
        told.connection = Connection::default();
        told
    }
}

/// Takes what a connection delivers to its track.
struct Sink<'s> {
    spool: &'s mut Spool,
    track: &'s mut Track,
    octets: &'s mut u64,
    first: Duration,
    keep: bool,
    result: io::Result<()>,
}

impl Sink<'_> {
    fn take(&mut self, end: usize, moment: Moment, what: Delivery<'_>) {
        if let Delivery::Bytes(octets) = what {
            *self.octets += octets.len() as u64;
        }
        if self.keep && self.result.is_ok() {
            let at = moment.time.saturating_sub(self.first);
            self.result = track::write(self.spool, self.track, end, at, moment, what);
        }
    }
}
