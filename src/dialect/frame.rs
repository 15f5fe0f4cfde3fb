//! Framing: lines, blocks that end at a lone dot, and counted runs, out of chunks cut anywhere. Framing comes
//! before grammar, so boundaries survive malformed text.
//!
//! [`Inbox`] holds the bytes of one side that are not read yet; [`Outbox`] numbers the units and queues steps.

use std::collections::VecDeque;
use std::time::Duration;

use memchr::memchr;

use super::Stamp;
use crate::dialogue::unit::{MAX_PIECE, join_lines};
use crate::dialogue::{Fault, Hole, Mark, Piece, Shape, Side, Step, Token, UnitEnd, UnitHead, Wire};

/// The unread bytes of one side.
#[derive(Clone, Debug, Default)]
pub struct Inbox {
    buf: Vec<u8>,
    /// Read up to here.
    head: usize,
    /// No line end before here (from `head` on).
    scanned: usize,
    holes: VecDeque<Hole>,
    /// Where each chunk ends in `buf`, and its stamp.
    stamps: VecDeque<(usize, Stamp)>,
    closed: bool,
}

/// Bytes taken out of an inbox.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// The bytes, with the line end if there was one.
    pub wire: Wire,
    /// Whether the line (or counted run, or block) ends here.
    pub whole: bool,
    /// When its last byte came.
    pub at: Option<Duration>,
    /// The input's lines it stands in.
    pub lines: Vec<(u64, u64)>,
}

impl Taken {
    /// The length without the line end.
    pub fn text_len(&self) -> usize {
        text_len(&self.wire.bytes)
    }
}

/// The length of a line without its line end.
pub fn text_len(line: &[u8]) -> usize {
    match line {
        [.., b'\r', b'\n'] => line.len() - 2,
        [.., b'\n'] => line.len() - 1,
        _ => line.len(),
    }
}

/// Where a block that ends at a lone dot stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// At the beginning of a line that a CRLF began.
    LineStart,
    /// At the beginning of a line that a bare LF began.
    BareStart,
    /// Inside a line.
    Inside,
    /// A CR was the last byte.
    AfterCr,
}

impl Inbox {
    /// Adds a chunk.
    pub fn push(&mut self, wire: &Wire, stamp: Stamp) {
        if self.head > 0 && (self.head == self.buf.len() || self.head >= MAX_PIECE) {
            self.compact();
        }
        let base = self.buf.len();
        self.buf.extend_from_slice(&wire.bytes);
        self.holes.extend(wire.holes.iter().map(|h| Hole {
            start: h.start + base,
            end: h.end + base,
            make: h.make.clone(),
        }));
        self.stamps.push_back((self.buf.len(), stamp));
    }

    fn compact(&mut self) {
        self.buf.drain(..self.head);
        for hole in &mut self.holes {
            hole.start = hole.start.saturating_sub(self.head);
            hole.end -= self.head;
        }
        for (end, _) in &mut self.stamps {
            *end -= self.head;
        }
        self.scanned = self.scanned.saturating_sub(self.head);
        self.head = 0;
    }

    /// How many octets are unread.
    pub fn len(&self) -> usize {
        self.buf.len() - self.head
    }

    /// Whether all is read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The unread bytes.
    pub fn peek(&self) -> &[u8] {
        &self.buf[self.head..]
    }

    /// No more will come: what is left counts as whole.
    pub fn close(&mut self) {
        self.closed = true;
    }

    /// More may come again (after a gap).
    pub fn reopen(&mut self) {
        self.closed = false;
    }

    /// The hole that begins right here: in a transcript, a literal of untold length is exactly one hole.
    pub fn hole_here(&self) -> Option<usize> {
        self.holes.front().filter(|h| h.start <= self.head && h.end > self.head).map(|h| h.end - self.head)
    }

    /// Takes `n` octets.
    pub fn take(&mut self, n: usize, whole: bool) -> Taken {
        let (start, end) = (self.head, self.head + n);
        let mut wire = Wire::new(&self.buf[start..end]);
        while let Some(hole) = self.holes.front() {
            if hole.start >= end {
                break;
            }
            wire.holes.push(Hole {
                start: hole.start.max(start) - start,
                end: hole.end.min(end) - start,
                make: hole.make.clone(),
            });
            if hole.end > end {
                break;
            }
            self.holes.pop_front();
        }
        let mut taken = Taken { wire, whole, ..Taken::default() };
        let mut from = start;
        while let Some((chunk_end, stamp)) = self.stamps.front_mut() {
            let chunk_end = *chunk_end;
            if chunk_end > start {
                taken.at = stamp.at;
                let part = &self.buf[from..chunk_end.min(end)];
                join_lines(&mut taken.lines, stamp.origin.take(part).as_slice());
                from = chunk_end;
            }
            if chunk_end > end {
                break;
            }
            self.stamps.pop_front();
            if chunk_end == end {
                break;
            }
        }
        self.head = end;
        self.scanned = self.scanned.max(end);
        taken
    }

    /// Takes a line with its line end; or a part of an overlong one, always [`MAX_PIECE`] octets; or, when no
    /// more will come, what is left.
    pub fn line(&mut self) -> Option<Taken> {
        let from = self.scanned.max(self.head);
        let limit = self.buf.len().min(self.head + MAX_PIECE);
        if from < limit
            && let Some(i) = memchr(b'\n', &self.buf[from..limit])
        {
            return Some(self.take(from + i + 1 - self.head, true));
        }
        self.scanned = limit;
        if self.len() >= MAX_PIECE {
            return Some(self.take(MAX_PIECE, false));
        }
        (self.closed && !self.is_empty()).then(|| self.take(self.len(), false))
    }

    /// Takes up to `left` octets of a counted run.
    pub fn run(&mut self, left: u64) -> Option<Taken> {
        let n = (self.len() as u64).min(left).min(MAX_PIECE as u64) as usize;
        (n > 0).then(|| self.take(n, n as u64 == left))
    }

    /// Takes a run of a block that ends at a lone dot, or that dot's line (then `whole`).
    ///
    /// With `lenient`, a line that a bare LF began may be the dot too: what a server sends is ended so by
    /// nobody else; what a client sends may be smuggled so, and only CRLF counts (RFC 5321 §4.1.1.4).
    pub fn block(&mut self, at: &mut Block, lenient: bool) -> Option<Taken> {
        let limit = self.buf.len().min(self.head + MAX_PIECE);
        let mut pos = self.head;
        while pos < limit {
            let may_end = *at == Block::LineStart || (lenient && *at == Block::BareStart);
            if may_end && self.buf[pos] == b'.' {
                let end = match &self.buf[pos + 1..] {
                    [b'\r', b'\n', ..] => Some(3),
                    [b'\n', ..] if lenient => Some(2),
                    [] | [b'\r'] if !self.closed => None,
                    _ => Some(0),
                };
                match end {
                    Some(0) => {}
                    Some(n) if pos == self.head => return Some(self.take(n, true)),
                    _ if pos > self.head => break,
                    _ => return None,
                }
            }
            match memchr(b'\n', &self.buf[pos..limit]) {
                Some(i) => {
                    let cr = if i > 0 { self.buf[pos + i - 1] == b'\r' } else { *at == Block::AfterCr };
                    *at = if cr { Block::LineStart } else { Block::BareStart };
                    pos += i + 1;
                }
                None => {
                    *at = if self.buf[limit - 1] == b'\r' { Block::AfterCr } else { Block::Inside };
                    pos = limit;
                }
            }
        }
        (pos > self.head).then(|| self.take(pos - self.head, false))
    }
}

/// Numbers units and queues steps for one dialogue. Each side may have one unit open: while a client's data
/// goes out the server may speak, and their pieces interleave.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    steps: VecDeque<Step>,
    units: u64,
    exchanges: u64,
    open: [Option<(UnitHead, u64)>; 2],
    /// Whether units go over TLS.
    pub tls: bool,
    /// Bytes that a damaged record has lost are being read as they would have stood there: what they do
    /// counts, but nobody said them, so no step shows them.
    pub phantom: bool,
    /// Which side's open unit is such a one.
    unsaid: [bool; 2],
}

impl Outbox {
    /// The next step in the queue.
    pub fn pop(&mut self) -> Option<Step> {
        self.steps.pop_front()
    }

    /// A new exchange's number.
    pub fn exchange(&mut self) -> u64 {
        self.exchanges += 1;
        self.exchanges
    }

    /// Opens a unit (closing one that this side has open) and gives its number.
    pub fn open(&mut self, side: Side, shape: Shape, exchange: Option<u64>, continues: Option<u64>) -> u64 {
        self.close(side, false, false);
        self.unsaid[side as usize] = self.phantom;
        if self.phantom {
            let head = UnitHead { n: self.units, side, shape, exchange, continues, tls: self.tls };
            self.open[side as usize] = Some((head, 0));
            return self.units;
        }
        self.units += 1;
        let head = UnitHead { n: self.units, side, shape, exchange, continues, tls: self.tls };
        self.open[side as usize] = Some((head.clone(), 0));
        self.steps.push_back(Step::Open(head));
        self.units
    }

    /// The unit that this side has open.
    pub fn current(&self, side: Side) -> Option<&UnitHead> {
        self.open[side as usize].as_ref().map(|(head, _)| head)
    }

    /// Adds a piece to the side's open unit.
    pub fn piece(&mut self, side: Side, taken: Taken, tokens: Vec<Token>, faults: Vec<Fault>) {
        let Some((head, octets)) = &mut self.open[side as usize] else { return };
        if self.phantom {
            return;
        }
        if std::mem::take(&mut self.unsaid[side as usize]) {
            // Its beginning was lost, the rest is here.
            self.units += 1;
            head.n = self.units;
            self.steps.push_back(Step::Open(head.clone()));
        }
        *octets += taken.wire.len() as u64;
        let (n, Taken { wire, at, lines, .. }) = (head.n, taken);
        self.steps.push_back(Step::Piece(Piece { n, wire, tokens, faults, at, lines }));
    }

    /// Closes the side's open unit, if there is one. `last`: its exchange ends here.
    pub fn close(&mut self, side: Side, complete: bool, last: bool) {
        if let Some((head, octets)) = self.open[side as usize].take() {
            if std::mem::take(&mut self.unsaid[side as usize]) {
                return;
            }
            let complete = complete && !self.phantom;
            self.steps.push_back(Step::Close(UnitEnd { n: head.n, octets, complete, last }));
        }
    }

    /// Closes what either side has open, as incomplete.
    pub fn close_all(&mut self) {
        self.close(Side::Client, false, false);
        self.close(Side::Server, false, false);
    }

    /// Queues a mark, at its place among the pieces.
    pub fn mark(&mut self, mark: &Mark, stamp: Stamp) {
        let lines = stamp.origin.lines().into_iter().collect();
        self.steps.push_back(Step::Mark { mark: mark.clone(), at: stamp.at, lines });
    }
}

/// The faults that any line may have: bare LF or CR (RFC 5321 §2.3.8), NUL, bytes that are not UTF-8, and an
/// end that never came.
pub fn line_faults(taken: &Taken, whole: bool) -> Vec<Fault> {
    let bytes = &taken.wire.bytes;
    let text = &bytes[..taken.text_len()];
    let mut faults = Vec::new();
    let mut add = |at: Option<usize>, id| faults.extend(at.map(|at| Fault { at, id }));
    if whole && taken.whole {
        add((!bytes.ends_with(b"\r\n")).then_some(text.len()), "fault-bare-lf");
    }
    add(memchr(b'\r', text), "fault-bare-cr");
    add(memchr(0, text), "fault-nul");
    if let Err(e) = std::str::from_utf8(text) {
        add(Some(e.valid_up_to()), "fault-not-utf8");
    }
    faults
}
