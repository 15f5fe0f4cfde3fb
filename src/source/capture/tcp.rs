//! One TCP connection put together (RFC 9293): segments in any order, again, overlapping, or never seen.
//!
//! Octets are numbered with 64 bits whose lower half is TCP's own number, so a wrap needs no thought. Each side's
//! octets are delivered in order, once; the first copy of an octet counts, and a later one that differs is told.
//!
//! Between the sides, order is by *cause*: a segment that acknowledges octets which were not delivered yet waits for
//! them, so that no reply stands before its command. How long: what the other end acknowledged is lost to the
//! capture, or merely out of place, so some dozens of segments are waited for; what nobody acknowledged is lost on
//! the way and will be sent again. Then the gap is told, with its length.
//!
//! Not here: which connection a segment belongs to, and what the octets mean.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::packet::Segment;

/// Segments of a connection that are waited for where the missing octets were acknowledged.
const PATIENCE: u32 = 64;
/// The same where they were not.
const LONG_PATIENCE: u32 = 2000;
/// Octets of one connection that may wait.
const MOST_HELD: usize = 1 << 20;
/// What an octet's number may be ahead of the last one: beyond, the segment is none of this connection's.
const WINDOW: u64 = 1 << 30;
/// How far behind the first octets a SYN may come.
const LATE: u32 = 1 << 20;
/// Delivered segments whose digests are kept, to know one that comes again with other octets.
const RECENT: usize = 16;

/// What is delivered, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery<'a> {
    /// Octets of that end.
    Bytes(&'a [u8]),
    /// So many are missing.
    Gap(u64),
    /// Octets came again, and were others.
    Differs,
    /// That end has said all.
    Fin,
    /// That end has broken off.
    Reset,
}

/// When and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Since 1970, as far as it is known.
    pub time: Duration,
    /// The frame.
    pub frame: u64,
}

/// What takes the deliveries: which end (0 or 1), when, what.
pub type Sink<'s> = dyn FnMut(usize, Moment, Delivery<'_>) + 's;

/// A connection.
#[derive(Debug, Default)]
pub struct Connection {
    halves: [Half; 2],
    /// Segments since something waits and nothing moves.
    stalled: u32,
    last: Moment,
    over: bool,
}

#[derive(Debug, Default)]
struct Half {
    /// The number of its SYN.
    syn: Option<u32>,
    /// The next octet to deliver.
    next: Option<u64>,
    /// What cannot be delivered yet, by its first octet.
    waiting: BTreeMap<u64, Waiting>,
    held: usize,
    /// Up to where the other end has it.
    acked: u64,
    /// The lowest number that the other end has waited for, while nothing of this one was seen.
    hint: Option<u64>,
    /// Anything was delivered, or given up.
    begun: bool,
    seen: bool,
    /// Where it ends.
    fin: Option<u64>,
    finished: bool,
    recent: VecDeque<(u64, usize, u64)>,
}

#[derive(Debug)]
struct Waiting {
    octets: Vec<u8>,
    cut: u64,
    ack: Option<u64>,
    moment: Moment,
}

impl Connection {
    /// Whether it has ended, so that nothing more is delivered.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Octets that wait.
    pub fn held(&self) -> usize {
        self.halves[0].held + self.halves[1].held
    }

    /// Whether a SYN with this number is of this connection: it came again, or late.
    pub fn fits(&self, end: usize, seq: u32) -> bool {
        let half = &self.halves[end];
        match (half.syn, half.next) {
            (Some(syn), _) => syn == seq,
            (None, Some(next)) => !self.over && next.wrapping_sub(base(seq)) as u32 <= LATE,
            (None, None) => !self.over,
        }
    }

    /// A segment of that end.
    pub fn segment(&mut self, end: usize, segment: &Segment<'_>, moment: Moment, sink: &mut Sink<'_>) {
        if self.over {
            return;
        }
        self.last = moment;
        self.halves[end].seen = true;
        if segment.syn {
            self.halves[end].syn.get_or_insert(segment.seq);
        }
        if segment.syn && !self.halves[end].begun {
            self.halves[end].next = Some(base(segment.seq.wrapping_add(1)));
        }
        let ack = segment.ack.filter(|_| !segment.rst).and_then(|ack| self.acknowledge(1 - end, ack));
        let first = segment.seq.wrapping_add(segment.syn.into());
        let half = &mut self.halves[end];
        // What the other end waited for first may stand before what came first.
        let hint = half.hint.filter(|hint| near(*hint, first).is_some_and(|first| *hint <= first));
        let next = *half.next.get_or_insert(hint.unwrap_or(base(first)));
        let Some(at) = near(next, first) else { return };
        let length = (segment.data.len() + segment.cut) as u64;
        if segment.fin {
            self.halves[end].fin.get_or_insert(at + length);
        }
        if length > 0 {
            let free = self.halves[end].waiting.is_empty() && self.allowed(end, ack);
            if free && at == next {
                self.deliver(end, segment.data, segment.cut as u64, moment, sink);
            } else if at + length > next {
                let octets = segment.data.to_vec();
                self.keep(end, at, Waiting { octets, cut: segment.cut as u64, ack, moment }, sink);
            } else {
                self.compare(end, at, segment.data, moment, sink);
            }
        }
        self.advance(moment, sink);
        if segment.rst {
            self.flush(sink);
            if !self.over {
                self.over = true;
                sink(end, moment, Delivery::Reset);
            }
        }
    }

    /// Nothing more will come: what waits is delivered, gaps and all.
    pub fn flush(&mut self, sink: &mut Sink<'_>) {
        while self.force(sink) {
            self.deliver_ready(sink);
        }
        for end in [0, 1] {
            self.finish(end, self.last, sink);
        }
    }

    /// Notes how far the other end has it; gives the octet's number.
    fn acknowledge(&mut self, end: usize, ack: u32) -> Option<u64> {
        let half = &mut self.halves[end];
        let ack = near(half.next.or(half.hint).unwrap_or(base(ack)), ack)?;
        if half.next.is_none() {
            half.hint = Some(half.hint.map_or(ack, |hint| hint.min(ack)));
        }
        half.acked = half.acked.max(ack);
        Some(ack)
    }

    /// Whether what a segment acknowledges was delivered.
    fn allowed(&self, end: usize, ack: Option<u64>) -> bool {
        let other = &self.halves[1 - end];
        match (ack, other.next) {
            (Some(ack), Some(next)) => ack <= next + u64::from(other.fin.is_some_and(|fin| fin <= next)),
            // The handshake is seen, so the other end's part of it will be.
            (Some(ack), None) => self.halves[end].syn.is_none() && other.hint.is_none_or(|hint| ack <= hint),
            _ => true,
        }
    }

    fn deliver(&mut self, end: usize, octets: &[u8], cut: u64, moment: Moment, sink: &mut Sink<'_>) {
        let half = &mut self.halves[end];
        let Some(next) = half.next else { return };
        if !octets.is_empty() {
            if half.recent.len() >= RECENT {
                half.recent.pop_front();
            }
            half.recent.push_back((next, octets.len(), digest(octets)));
            sink(end, moment, Delivery::Bytes(octets));
        }
        if cut > 0 {
            sink(end, moment, Delivery::Gap(cut));
        }
        half.next = Some(next + octets.len() as u64 + cut);
        half.begun = true;
        self.stalled = 0;
        self.finish(end, moment, sink);
    }

    fn finish(&mut self, end: usize, moment: Moment, sink: &mut Sink<'_>) {
        let half = &mut self.halves[end];
        if half.finished || half.fin.is_none_or(|fin| half.next < Some(fin)) {
            return;
        }
        half.finished = true;
        sink(end, moment, Delivery::Fin);
        self.over = self.halves.iter().all(|h| h.finished);
    }

    /// Octets that were delivered come again: are they the same?
    fn compare(&mut self, end: usize, at: u64, octets: &[u8], moment: Moment, sink: &mut Sink<'_>) {
        // A keep-alive probe is one octet, which means nothing (RFC 9293 §3.8.4).
        if octets.len() <= 1 {
            return;
        }
        let differs = self.halves[end].recent.iter().any(|(start, length, known)| {
            let from = start.checked_sub(at).and_then(|n| usize::try_from(n).ok());
            let again = from.and_then(|from| octets.get(from..from.checked_add(*length)?));
            again.is_some_and(|again| digest(again) != *known)
        });
        if differs {
            sink(end, moment, Delivery::Differs);
        }
    }

    fn keep(&mut self, end: usize, at: u64, waiting: Waiting, sink: &mut Sink<'_>) {
        let half = &mut self.halves[end];
        let moment = waiting.moment;
        let new_end = at + waiting.octets.len() as u64;
        let differs = half
            .waiting
            .range(at.saturating_sub(70_000)..new_end)
            .any(|(start, other)| overlap_differs(at, &waiting.octets, *start, &other.octets));
        let longer = |old: &Waiting| old.octets.len() >= waiting.octets.len();
        if !half.waiting.get(&at).is_some_and(longer) {
            half.held += waiting.octets.len() + 64;
            if let Some(old) = half.waiting.insert(at, waiting) {
                half.held -= old.octets.len() + 64;
            }
        }
        if differs {
            sink(end, moment, Delivery::Differs);
        }
    }

    fn advance(&mut self, moment: Moment, sink: &mut Sink<'_>) {
        self.deliver_ready(sink);
        for end in [0, 1] {
            self.finish(end, moment, sink);
        }
        let settled = |h: &Half| h.waiting.is_empty() && h.fin.is_none_or(|fin| Some(fin) <= h.next);
        if self.halves.iter().all(settled) {
            self.stalled = 0;
            return;
        }
        self.stalled += 1;
        let acked = self.halves.iter().any(|h| h.next.is_some_and(|next| h.acked > next));
        let patience = match acked {
            // Nothing of this end has ever come, and was waited for before: one direction was captured.
            true if self.halves.iter().any(|h| !h.seen && h.begun) => 0,
            true => PATIENCE,
            false => LONG_PATIENCE,
        };
        while (self.stalled > patience || self.held() > MOST_HELD) && self.force(sink) {
            self.deliver_ready(sink);
        }
    }

    /// Delivers all that can be, in the order in which it came.
    fn deliver_ready(&mut self, sink: &mut Sink<'_>) {
        loop {
            let ready = |end: usize| {
                let half = &self.halves[end];
                let (at, first) = half.waiting.first_key_value()?;
                let ready = half.next.is_some_and(|next| *at <= next) && self.allowed(end, first.ack);
                ready.then_some((first.moment.frame, end))
            };
            let Some((_, end)) = [ready(0), ready(1)].into_iter().flatten().min() else { return };
            self.take(end, sink);
        }
    }

    /// Takes the first that waits; its octets begin at the next one, or before.
    fn take(&mut self, end: usize, sink: &mut Sink<'_>) {
        let half = &mut self.halves[end];
        let (Some((at, first)), Some(next)) = (half.waiting.pop_first(), half.next) else { return };
        half.held -= first.octets.len() + 64;
        let old = (next.saturating_sub(at)) as usize;
        if old < first.octets.len() + first.cut as usize {
            let cut = first.cut - (old.saturating_sub(first.octets.len())) as u64;
            let fresh = first.octets.get(old..).unwrap_or_default();
            self.deliver(end, fresh, cut, first.moment, sink);
        }
    }

    /// Gives up waiting for what stands before the oldest segment that waits. False where none does.
    fn force(&mut self, sink: &mut Sink<'_>) -> bool {
        let oldest = |end: usize| {
            let (at, first) = self.halves[end].waiting.first_key_value()?;
            Some((first.moment.frame, end, *at, first.ack, first.moment))
        };
        let Some((_, end, at, ack, moment)) =
            [oldest(0), oldest(1)].into_iter().flatten().min_by_key(|(frame, ..)| *frame)
        else {
            // Nothing waits but an end whose last octets are missing.
            // or was acknowledged. (One octet more may be an end that was not seen.)
            let short = |end: usize| {
                let half = &self.halves[end];
                let next = half.next.or(half.hint)?;
                let to = half.fin.unwrap_or(if half.acked > next + 1 { half.acked } else { next });
                Some((end, to.checked_sub(next).filter(|n| *n > 0)?))
            };
            let Some((end, lost)) = short(0).or_else(|| short(1)) else { return false };
            self.lose(end, lost, self.last, sink);
            return true;
        };
        match (self.halves[end].next, ack) {
            (Some(next), _) if at > next => self.lose(end, at - next, moment, sink),
            (_, Some(ack)) if !self.allowed(end, Some(ack)) => {
                let other = &self.halves[1 - end];
                let Some(next) = other.next else {
                    let hint = other.hint;
                    self.halves[1 - end].next = hint.or(Some(ack));
                    return true;
                };
                let before = other.waiting.keys().next().map_or(ack, |at| ack.min(*at));
                match before.saturating_sub(next) {
                    // It waits in turn for something: that is out of order by nobody's fault.
                    0 => drop(self.halves[end].waiting.entry(at).and_modify(|w| w.ack = None)),
                    // A FIN that was not seen counts one.
                    1 if other.waiting.is_empty() => self.halves[1 - end].next = Some(before),
                    lost => self.lose(1 - end, lost, moment, sink),
                }
            }
            _ => self.take(end, sink),
        }
        true
    }

    fn lose(&mut self, end: usize, octets: u64, moment: Moment, sink: &mut Sink<'_>) {
        let half = &mut self.halves[end];
        half.next = half.next.or(half.hint).map(|next| next + octets);
        half.begun = true;
        sink(end, moment, Delivery::Gap(octets));
        self.finish(end, moment, sink);
    }
}

/// The first number of a side: high enough to go below it.
fn base(seq: u32) -> u64 {
    1 << 32 | u64::from(seq)
}

/// The 64-bit number of an octet near another; none, if it is too far away.
fn near(next: u64, seq: u32) -> Option<u64> {
    let ahead = i64::from(seq.wrapping_sub(next as u32) as i32);
    let at = next.checked_add_signed(ahead)?;
    (at < next + WINDOW).then_some(at)
}

/// What tells octets that come again from others; it is asked of every segment, so it takes eight at a time.
fn digest(octets: &[u8]) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = octets.as_chunks::<8>();
    let mut tail = [0; 8];
    tail[..rest.len()].copy_from_slice(rest);
    let words = words.iter().chain([&tail]).map(|word| u64::from_le_bytes(*word));
    words.fold(octets.len() as u64, |hash, word| {
        let wide = u128::from(hash ^ word ^ ODD) * u128::from(ODD ^ 0x5bd1_e995_cafe_f00d);
        (wide >> 64) as u64 ^ wide as u64 ^ hash.rotate_left(23)
    })
}

fn overlap_differs(at: u64, octets: &[u8], other_at: u64, other: &[u8]) -> bool {
    let from = at.max(other_at);
    let to = (at + octets.len() as u64).min(other_at + other.len() as u64);
    if from >= to {
        return false;
    }
    let part = |at: u64, octets: &[u8]| octets[(from - at) as usize..(to - at) as usize].to_vec();
    part(at, octets) != part(other_at, other)
}
