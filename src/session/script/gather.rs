//! What the server said, whole: replies with all their lines, IMAP responses with their literals folded in. Framed
//! first, matched later: a header in a message never looks like a tagged response.

use std::collections::VecDeque;
use std::time::Duration;

use crate::dialect::frame::text_len;
use crate::dialect::stuff::Unstuff;
use crate::dialogue::{Protocol, Shape, Side, Step, TokenKind};

/// Octets of one unit that are kept for comparing; the rest is counted.
const KEPT: usize = 8 * 1024 * 1024;
/// Octets of all units of a window that are kept.
const HELD: usize = 32 * 1024 * 1024;
/// Units of one window that are kept; a server may send any number.
const MOST: usize = 20_000;

/// A part of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seg {
    /// A line, without its line end.
    Text(Vec<u8>),
    /// A literal.
    Literal(Vec<u8>),
}

/// Something that the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// What it is.
    pub shape: Shape,
    /// The command it answers, upper case; empty where that is not known.
    pub verb: String,
    /// Its lines, and its literals.
    pub segs: Vec<Seg>,
    /// Its bytes as they came.
    pub raw: Vec<u8>,
    /// When its last byte came.
    pub at: Duration,
    /// An expectation was met by it.
    pub taken: bool,
    /// Whether it came whole.
    pub complete: bool,
}

impl Unit {
    /// Its lines, literals apart.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.segs.iter().filter_map(|seg| match seg {
            Seg::Text(line) => Some(line.as_slice()),
            Seg::Literal(_) => None,
        })
    }

    /// Its first line.
    pub fn first(&self) -> &[u8] {
        self.lines().next().unwrap_or_default()
    }
}

/// Gathers the units of a connection.
#[derive(Debug)]
pub struct Gather {
    imap: bool,
    pop: bool,
    /// What has come in this window.
    pub units: VecDeque<Unit>,
    /// Units that were left out, being too many.
    pub dropped: usize,
    now: Option<Unit>,
    open: Option<(u64, Shape)>,
    client: Option<(u64, Shape)>,
    unstuff: Unstuff,
    data: Vec<u8>,
    verbs: VecDeque<(u64, String)>,
    line_open: bool,
    held: usize,
}

impl Gather {
    /// For a protocol.
    pub fn new(protocol: Protocol) -> Gather {
        Gather {
            imap: protocol == Protocol::Imap,
            pop: protocol == Protocol::Pop3,
            units: VecDeque::new(),
            dropped: 0,
            now: None,
            open: None,
            client: None,
            unstuff: Unstuff::new(),
            data: Vec::new(),
            verbs: VecDeque::new(),
            line_open: false,
            held: 0,
        }
    }

    /// A new window begins.
    pub fn clear(&mut self) {
        self.units.clear();
        self.dropped = 0;
        self.held = 0;
    }

    /// Takes a step in.
    pub fn step(&mut self, step: &Step) {
        match step {
            Step::Open(head) if head.side == Side::Client => {
                self.client = Some((head.exchange.unwrap_or(0), head.shape));
            }
            Step::Open(head) => self.begin(head.n, head.shape, head.exchange, head.continues.is_some()),
            Step::Piece(piece) => {
                if self.open.is_some_and(|(n, _)| n == piece.n) {
                    let at = piece.at.unwrap_or_default();
                    self.piece(&piece.wire.bytes, piece.token(TokenKind::Dot).is_some(), at);
                } else if let (Some(verb), Some((exchange, Shape::Command))) =
                    (piece.word(TokenKind::Verb), self.client)
                {
                    self.verbs.push_back((exchange, verb.to_ascii_uppercase()));
                    if self.verbs.len() > 1000 {
                        self.verbs.pop_front();
                    }
                }
            }
            Step::Close(end) => {
                if let Some((_, shape)) = self.open.filter(|(n, _)| *n == end.n) {
                    self.open = None;
                    if let Some(unit) = &mut self.now {
                        unit.complete &= end.complete;
                    }
                    self.close(shape, end.last || !end.complete);
                }
            }
            _ => {}
        }
    }

    fn begin(&mut self, n: u64, shape: Shape, exchange: Option<u64>, continues: bool) {
        self.open = Some((n, shape));
        self.line_open = false;
        let goes_on = match shape {
            Shape::Literal => self.imap,
            Shape::Data => self.pop,
            _ => continues,
        };
        if goes_on && self.now.is_some() {
            if shape == Shape::Literal
                && let Some(unit) = &mut self.now
            {
                unit.segs.push(Seg::Literal(Vec::new()));
            }
            return;
        }
        self.finish();
        let verb = self.verbs.iter().rev().find(|(e, _)| Some(*e) == exchange).map(|(_, verb)| verb.clone());
        let verb = verb.unwrap_or_default();
        self.now = Some(Unit {
            shape,
            verb,
            segs: vec![],
            raw: vec![],
            at: Duration::ZERO,
            taken: false,
            complete: true,
        });
    }

    fn piece(&mut self, bytes: &[u8], dot: bool, at: Duration) {
        let Some((_, shape)) = self.open else { return };
        let Some(unit) = &mut self.now else { return };
        unit.at = at;
        let room = KEPT.saturating_sub(unit.raw.len());
        let kept = &bytes[..bytes.len().min(room)];
        unit.raw.extend_from_slice(kept);
        match shape {
            Shape::Literal => {
                if let Some(Seg::Literal(literal)) = unit.segs.last_mut() {
                    literal.extend_from_slice(kept);
                }
            }
            Shape::Data if !dot => self.unstuff.feed(kept, &mut self.data),
            _ => {
                if dot {
                    body(&mut self.data, &mut unit.segs);
                    self.unstuff = Unstuff::new();
                }
                let mut text = kept[..text_len(kept)].to_vec();
                // RFC 1939 §3: a listing's lines are stuffed like a message's.
                if self.pop && !unit.segs.is_empty() && !dot && text.starts_with(b"..") {
                    text.remove(0);
                }
                // An overlong line comes in parts.
                match unit.segs.last_mut() {
                    Some(Seg::Text(line)) if self.line_open => line.extend_from_slice(&text),
                    _ => unit.segs.push(Seg::Text(text)),
                }
                self.line_open = !bytes.ends_with(b"\n");
            }
        }
    }

    fn close(&mut self, shape: Shape, last: bool) {
        let Some(unit) = &mut self.now else { return };
        if shape == Shape::Data && !self.data.is_empty() {
            body(&mut self.data, &mut unit.segs);
            self.unstuff = Unstuff::new();
        }
        let done = if self.imap {
            let announced = matches!(unit.segs.last(), Some(Seg::Text(line)) if announces(line));
            shape != Shape::Literal && !announced
        } else if self.pop {
            last || matches!(shape, Shape::Continuation | Shape::Greeting)
        } else {
            true
        };
        if done {
            self.finish();
        }
    }

    /// What is held is all that will come of it.
    pub fn finish(&mut self) {
        if let Some(unit) = self.now.take() {
            self.held += unit.raw.len();
            self.units.push_back(unit);
            while self.units.len() > MOST || self.held > HELD && self.units.len() > 1 {
                self.held -= self.units.pop_front().map_or(0, |old| old.raw.len());
                self.dropped += 1;
            }
        }
    }
}

/// A message's lines.
fn body(data: &mut Vec<u8>, segs: &mut Vec<Seg>) {
    let data = std::mem::take(data);
    for line in data.split_inclusive(|byte| *byte == b'\n') {
        segs.push(Seg::Text(line[..text_len(line)].to_vec()));
    }
}

/// Whether a literal follows the line.
fn announces(line: &[u8]) -> bool {
    use crate::dialect::imap::lex::{Tail, tail};
    matches!(tail(&crate::dialogue::Wire::from(line), line.len()), Tail::Literal(_))
}
