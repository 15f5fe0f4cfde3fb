//! IMAP4rev1 and rev2 (RFC 3501, 9051) as an observer reads it.
//!
//! Framing comes first: a line that announces a literal closes its unit, the literal is a unit of its own,
//! and what follows it is one more unit that continues the first. Inside a literal nothing is protocol, so
//! a literal whose content looks like `a1 OK` misleads nobody.
//!
//! ```text
//!            ┌── line ──┬─ ends in {n} ──▶ Wait ── + ──▶ Literal ─┐
//!  Line ─────┤          ├─ ends in {n+}, or the server's ▶ Literal ┤
//!    ▲       └── 64 KiB of a longer line ──▶ Long ───┐             │
//!    └───────────────────────────────────────────────┴─────────────┘
//! ```
//!
//! One thing waits for the other side: what follows a client's `{n}` is not looked at before the server's `+`,
//! or its refusal, tells whether it is the literal; or until [`MAX_PIECE`] octets of it are there.
//!
//! Not here: what words mean (the knowledge tables), and what they do to a mail store (the lab).

pub mod effect;
pub mod grammar;
pub mod lex;
pub mod utf7;
pub mod verbs;

mod client;
mod marks;
mod server;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

pub use verbs::{Tags, needs_tag};

use super::frame::{Inbox, Outbox, Taken};
use super::sasl::Exchange;
use super::{Dialect, Expect, Mailbox, Stamp, State, Turn};
use crate::dialogue::unit::MAX_PIECE;
use crate::dialogue::{Fault, Mark, Protocol, Shape, Side, Step, Token, TokenKind, Wire};
use effect::Effect;
use grammar::Reader;
use lex::{Announced, Tail};

/// Commands that may be pending; beyond, the oldest is forgotten.
const MOST_PENDING: usize = 1000;
/// A literal that is a name or a secret is waited for whole up to here, so that it is one token.
const SMALL: u64 = 4096;

/// The reader of an IMAP dialogue.
#[derive(Clone, Debug, Default)]
pub struct Imap {
    state: State,
    out: Outbox,
    client: Half,
    server: Half,
    /// What was pushed and not looked at yet.
    input: VecDeque<Input>,
    /// Nothing can be made of what is in the inboxes.
    drained: bool,
    /// Whose bytes came last: what the other side still has is older.
    fed: Option<Side>,
    /// Commands without their tagged response.
    pending: VecDeque<Pending>,
    flow: Flow,
    /// What the line being read does, when its unit closes.
    effects: Vec<Effect>,
    greeted: bool,
    over: bool,
    /// Nobody looks at the units.
    unwatched: bool,
    /// Octets of a secret that were sent although its literal was refused.
    leak: u64,
    ending: Option<marks::Ending>,
}

#[derive(Clone, Debug)]
enum Input {
    Chunk(Side, Wire, Stamp),
    Mark(Mark, Stamp),
    Finish,
}

/// How one side is read.
#[derive(Clone, Debug, Default)]
struct Half {
    inbox: Inbox,
    framing: Framing,
    /// The command or response that a literal interrupted.
    head: Option<Head>,
    /// After a gap: only what surely is a line counts as one.
    lost: bool,
}

#[derive(Clone, Debug, Default)]
enum Framing {
    #[default]
    Line,
    /// In a line of more than 64 KiB, with its last octets.
    Long { last: Vec<u8>, kind: Option<TokenKind> },
    /// A literal is announced; the server has to agree first.
    Wait(Literal),
    /// In a literal.
    Literal(Literal),
}

/// A literal that is announced or under way.
#[derive(Clone, Copy, Debug)]
struct Literal {
    /// How many octets are left; none where it is exactly the next hole.
    left: Option<u64>,
    /// What it is, if it is one word.
    kind: Option<TokenKind>,
    /// Whether its unit was opened (and may have been closed by a gap).
    begun: bool,
}

/// A command or response that goes on after a literal.
#[derive(Clone, Debug)]
struct Head {
    unit: u64,
    shape: Shape,
    exchange: Option<u64>,
    reader: Reader,
    said: Said,
}

/// What a command or response has said so far, as far as it matters later.
#[derive(Clone, Debug)]
enum Said {
    Command,
    Server(server::Saying),
}

/// A command that waits for its tagged response.
#[derive(Clone, Debug)]
struct Pending {
    tag: Vec<u8>,
    exchange: u64,
    verb: String,
    /// Whether a server would not understand it: then an untagged BAD may be all its answer.
    garbled: bool,
    user: Option<String>,
    /// SELECT's and EXAMINE's.
    opening: Option<Mailbox>,
}

/// What the client's lines are.
#[derive(Clone, Debug, Default)]
enum Flow {
    /// Commands.
    #[default]
    Command,
    /// AUTHENTICATE's answers. `asked`: the server waits for one.
    Sasl { holder: u64, exchange: Exchange, asked: bool },
    /// IDLE. `asked`: the server has said `+`; `done`: the client DONE.
    Idle { holder: u64, asked: bool, done: bool },
    /// STARTTLS was sent; `agreed`: and accepted.
    Tls { holder: u64, agreed: bool },
}

impl Flow {
    fn holder(&self) -> Option<u64> {
        match self {
            Flow::Command => None,
            Flow::Sasl { holder, .. } | Flow::Idle { holder, .. } | Flow::Tls { holder, .. } => Some(*holder),
        }
    }
}

impl Imap {
    /// At the beginning of a connection.
    pub fn new() -> Self {
        Imap::default()
    }

    fn half(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Makes one unit's steps, or a part of them, out of the bytes so far.
    fn advance(&mut self) -> bool {
        if !self.drained {
            let newer = self.fed.unwrap_or(Side::Client);
            let older = if newer == Side::Client { Side::Server } else { Side::Client };
            if self.try_side(older) || self.try_side(newer) {
                return true;
            }
            if self.end_one() {
                return true;
            }
            self.drained = true;
        }
        match self.input.pop_front() {
            None => return false,
            Some(Input::Chunk(side, wire, stamp)) => self.feed(side, &wire, stamp),
            Some(Input::Mark(mark, stamp)) => self.take_mark(mark, stamp),
            Some(Input::Finish) => self.take_finish(),
        }
        true
    }

    fn feed(&mut self, side: Side, wire: &Wire, stamp: Stamp) {
        self.half(side).inbox.push(wire, stamp);
        self.fed = Some(side);
        self.drained = false;
    }

    fn try_side(&mut self, side: Side) -> bool {
        if self.half(side).inbox.is_empty() && !self.has_empty_literal(side) {
            return false;
        }
        match self.half(side).framing.clone() {
            Framing::Line => match self.half(side).inbox.line() {
                None => return false,
                Some(taken) if side == Side::Client => self.client_line(taken),
                Some(taken) => self.server_line(taken),
            },
            Framing::Long { last, kind } => match self.half(side).inbox.line() {
                None => return false,
                Some(taken) => self.long(side, taken, last, kind),
            },
            Framing::Wait(literal) => {
                if self.half(side).inbox.len() < MAX_PIECE && self.ending.is_none() {
                    return false;
                }
                self.half(side).framing = Framing::Literal(literal);
            }
            Framing::Literal(literal) => return self.literal(side, literal),
        }
        true
    }

    fn has_empty_literal(&mut self, side: Side) -> bool {
        matches!(self.half(side).framing, Framing::Literal(Literal { left: Some(0), .. }))
    }

    /// Opens the unit that an interruption closed, or the first of its kind.
    fn ensure_open(&mut self, side: Side, shape: Shape) {
        if self.out.current(side).is_some() {
            return;
        }
        let head = self.half(side).head.as_ref();
        let (exchange, continues) = head.map_or((None, None), |h| (h.exchange, Some(h.unit)));
        self.out.open(side, shape, exchange, continues);
    }

    /// Reads a part of a literal.
    fn literal(&mut self, side: Side, mut literal: Literal) -> bool {
        let inbox = &self.half(side).inbox;
        let (len, hole) = (inbox.len(), inbox.hole_here());
        let ending = self.ending.is_some();
        let take = match literal.left {
            // Never announced in numbers: it is the next hole, or it is not there.
            None => match hole {
                Some(n) => n as u64,
                None if len == 0 => return false,
                None => 0,
            },
            Some(left) if !ending && (len as u64) < whole(literal.kind, left) => return false,
            Some(left) => left.min(len as u64),
        };
        let begun = std::mem::replace(&mut literal.begun, true);
        if !begun || take > 0 {
            self.ensure_open(side, Shape::Literal);
        }
        let mut left = literal.left.unwrap_or(take);
        if let Some(taken) = self.half(side).inbox.run(take) {
            left -= taken.wire.len() as u64;
            // What is too long to be one word is none; a secret is one in any part of it.
            let word = |kind: &TokenKind| *kind == TokenKind::Secret || (!begun && left == 0);
            let kind = literal.kind.filter(word).map(|kind| Token::new(kind, 0, taken.wire.len()));
            if let (Some(kind), true) = (literal.kind, left == 0) {
                self.hear(side, kind, &taken.wire.bytes);
            }
            self.out.piece(side, taken, kind.into_iter().collect(), Vec::new());
        }
        if left == 0 {
            self.out.close(side, true, false);
            self.half(side).framing = Framing::Line;
        } else {
            literal.left = Some(left);
            self.half(side).framing = Framing::Literal(literal);
        }
        true
    }

    /// A word that came as a literal.
    fn hear(&mut self, side: Side, kind: TokenKind, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        match side {
            Side::Client => self.client_word(kind, text),
            Side::Server => {
                if let Some(Head { said: Said::Server(saying), .. }) = &mut self.server.head {
                    saying.hear(kind, text);
                }
            }
        }
    }

    /// A further part of an overlong line. It has no tokens, but where it may hold a secret.
    fn long(&mut self, side: Side, taken: Taken, mut last: Vec<u8>, kind: Option<TokenKind>) {
        let shape = self.half(side).head.as_ref().map_or(Shape::Junk, |h| h.shape);
        self.ensure_open(side, shape);
        last.extend_from_slice(&taken.wire.bytes);
        last.drain(..last.len().saturating_sub(64));
        let tokens = kind.map(|kind| Token::new(kind, 0, taken.text_len())).into_iter().collect();
        if !taken.whole && taken.wire.len() == MAX_PIECE {
            self.out.piece(side, taken, tokens, Vec::new());
            self.half(side).framing = Framing::Long { last, kind };
            return;
        }
        let faults = if taken.whole && !last.ends_with(b"\r\n") { bare_lf(&taken) } else { Vec::new() };
        let wire = Wire::new(last);
        let tail = match shape {
            Shape::Command | Shape::Untagged | Shape::Response => {
                lex::tail(&wire, super::frame::text_len(&wire.bytes))
            }
            _ => Tail::None,
        };
        let whole = taken.whole;
        self.out.piece(side, taken, tokens, faults);
        self.half(side).framing = Framing::Line;
        match tail {
            Tail::Literal(literal) if whole => {
                self.announce(side, literal, None);
                self.out.close(side, true, false);
            }
            _ => self.end_line(side, whole),
        }
    }

    /// A literal follows: who has to speak first.
    fn announce(&mut self, side: Side, announced: Announced, kind: Option<TokenKind>) {
        let literal = Literal { left: announced.octets, kind, begun: false };
        let wait = side == Side::Client && announced.waits;
        self.half(side).framing = if wait { Framing::Wait(literal) } else { Framing::Literal(literal) };
    }

    /// The command's or response's last line has come.
    fn end_line(&mut self, side: Side, whole: bool) {
        let head = self.half(side).head.take();
        match (side, head) {
            (Side::Server, Some(Head { said: Said::Server(saying), exchange, .. })) => {
                let last = self.conclude(saying, exchange);
                self.out.close(side, whole, last);
            }
            _ => self.out.close(side, whole, false),
        }
    }

    fn sole_exchange(&self) -> Option<u64> {
        if let Flow::Idle { holder, done: false, .. } = self.flow {
            return Some(holder);
        }
        match self.pending.len() {
            1 => self.pending.front().map(|p| p.exchange),
            _ => None,
        }
    }

    fn pending_mut(&mut self, exchange: u64) -> Option<&mut Pending> {
        self.pending.iter_mut().find(|p| p.exchange == exchange)
    }

    fn turn(&self) -> Turn {
        match (&self.client.framing, &self.flow) {
            _ if self.over => Turn::Over,
            (Framing::Literal(literal), _) => Turn::Counted(literal.left.unwrap_or(0)),
            (Framing::Wait(_), _) => Turn::Hold,
            _ if self.client.head.is_some() => Turn::Rest,
            _ if !self.greeted || self.pending.iter().any(|p| p.verb == "LOGOUT") => Turn::Hold,
            (_, Flow::Sasl { asked: true, .. }) => Turn::Sasl,
            (_, Flow::Idle { asked: true, done: false, .. }) => Turn::Idle,
            (_, Flow::Tls { agreed: true, .. }) => Turn::Tls,
            (_, Flow::Command) => Turn::Command,
            _ => Turn::Hold,
        }
    }
}

/// How much of a literal must be there before it is looked at. A secret is masked whole, not in the runs in
/// which it came; what is longer than a piece, in pieces of the same length however it came.
fn whole(kind: Option<TokenKind>, left: u64) -> u64 {
    match kind {
        Some(TokenKind::Secret) => left.min(MAX_PIECE as u64),
        Some(_) if left <= SMALL => left,
        _ => 0,
    }
}

fn bare_lf(taken: &Taken) -> Vec<Fault> {
    vec![Fault { at: taken.text_len(), id: "fault-bare-lf" }]
}

impl Dialect for Imap {
    fn protocol(&self) -> Protocol {
        Protocol::Imap
    }

    fn push(&mut self, side: Side, wire: &Wire, stamp: Stamp) {
        if self.input.is_empty() && self.drained && self.effects.is_empty() {
            self.feed(side, wire, stamp);
        } else {
            self.input.push_back(Input::Chunk(side, wire.clone(), stamp));
        }
    }

    fn mark(&mut self, mark: &Mark, stamp: Stamp) {
        self.input.push_back(Input::Mark(mark.clone(), stamp));
    }

    fn finish(&mut self) {
        self.input.push_back(Input::Finish);
    }

    fn next_step(&mut self) -> Option<Step> {
        loop {
            if let Some(step) = self.out.pop() {
                if matches!(step, Step::Close(_) | Step::Mark { .. }) {
                    for effect in std::mem::take(&mut self.effects) {
                        effect.apply(&mut self.state);
                    }
                }
                return Some(step);
            }
            if !self.advance() {
                return None;
            }
        }
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn expect(&self) -> Expect {
        Expect { client: self.turn(), owed: self.pending.len() + usize::from(!self.greeted && !self.over) }
    }

    fn pending(&self, side: Side) -> usize {
        let half = if side == Side::Client { &self.client } else { &self.server };
        let queued = self.input.iter().map(|input| match input {
            Input::Chunk(from, wire, _) if *from == side => wire.len(),
            _ => 0,
        });
        half.inbox.len() + queued.sum::<usize>()
    }

    fn unwatched(&mut self) {
        self.unwatched = true;
    }

    fn boxed_clone(&self) -> Box<dyn Dialect> {
        Box::new(self.clone())
    }
}
