//! POP3 as an observer reads it (RFC 1939, 2449, 2595, 5034, 6856).
//!
//! ```text
//!  greeting ─▶ authorization ─PASS, APOP, AUTH─▶ transaction ─QUIT─▶ update ─▶ logout
//!                  │  ▲                                                           ▲
//!                  │  └ STLS                                                      │
//!                  └──────────────────────────── QUIT ────────────────────────────┘
//! ```
//!
//! Commands wait in a queue for the response that ends them, so pipelining (RFC 2449 §6.6) pairs by itself.
//! Whether lines follow a `+OK` hangs on the command that it answers, its argument included. Where the next
//! client bytes mean different things by what the server answers (AUTH, STLS, QUIT), they are held until it
//! has; a client that does not wait is read as if it sent commands once 64 KiB are held.
//!
//! RETR and TOP: the status line is a response, and the message after it a unit of its own, still
//! dot-stuffed; the other lists are pieces of their response.

pub mod command;
mod response;

use std::collections::VecDeque;

use super::frame::{Block, Inbox, Outbox, Taken, line_faults};
use super::lines::Lines;
use super::sasl::Exchange;
use super::{Capability, Dialect, Expect, Phase, Stamp, State, Turn};
use crate::dialogue::unit::MAX_PIECE;
use crate::dialogue::{Fault, Mark, Protocol, Shape, Side, Step, Token, TokenKind, Wire};

/// The most commands that wait for their responses; more are read but not paired.
const MAX_PENDING: usize = 10_000;

/// A reader of one POP3 connection.
#[derive(Clone, Debug, Default)]
pub struct Pop3 {
    client: Inbox,
    server: Inbox,
    out: Outbox,
    state: State,
    mode: Mode,
    pending: VecDeque<Pending>,
    greeted: bool,
    /// What the server's next line is.
    answer: Answer,
    /// The server is inside an overlong line: what it ends.
    overlong: Option<Ends>,
    /// The client is inside an overlong command whose rest is secret.
    secret_rest: bool,
    /// USER's name, once the server has taken it.
    named: Option<String>,
    sasl: Option<Exchange>,
    /// Bytes of a side went missing, and pairing has not been settled since.
    lost: [bool; 2],
}

/// What the client's next bytes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Command,
    /// After AUTH or a SASL line, until the server has spoken.
    AwaitSasl,
    Sasl(u64),
    AwaitTls,
    Tls,
    AwaitQuit,
}

impl Mode {
    fn holds(self) -> bool {
        matches!(self, Mode::AwaitSasl | Mode::AwaitTls | Mode::AwaitQuit)
    }
}

/// What the server's next line is.
#[derive(Clone, Debug, Default)]
enum Answer {
    /// A status line.
    #[default]
    Status,
    /// A line of a list, up to the dot.
    List(Found),
    /// Message text, up to the dot; `lost`: with a gap in it, so the dot may never come.
    Body { at: Block, lost: bool, begins: bool },
}

/// What a list has shown so far.
#[derive(Clone, Debug, Default)]
struct Found {
    capabilities: Vec<Capability>,
    /// Octets kept in `capabilities`.
    kept: usize,
    lines: u64,
}

/// What the end of an overlong server line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// A status line.
    Status { positive: bool },
    /// A continuation or junk: the unit, and no more.
    Unit,
    /// Only itself: it stands in a list.
    Line,
}

/// A command that waits for its response.
#[derive(Clone, Debug, Default)]
struct Pending {
    verb: String,
    argument: String,
    exchange: u64,
}

impl Pop3 {
    /// A connection before its greeting.
    pub fn new() -> Self {
        Pop3::default()
    }

    fn advance_client(&mut self) -> bool {
        if self.mode.holds() {
            if self.client.len() < MAX_PIECE {
                return false;
            }
            self.mode = Mode::Command;
        }
        let Some(taken) = self.client.line() else { return false };
        match self.out.current(Side::Client).map(|u| u.shape) {
            Some(_) => self.client_rest(taken),
            None => match self.mode {
                Mode::Sasl(exchange) => self.sasl_line(taken, exchange),
                _ => self.command_line(taken),
            },
        }
        true
    }

    /// The rest of an overlong line.
    fn client_rest(&mut self, taken: Taken) {
        let (whole, end) = (taken.whole, taken.text_len());
        let tokens = match self.secret_rest {
            true => vec![Token::new(TokenKind::Secret, 0, end)],
            false => Vec::new(),
        };
        self.out.piece(Side::Client, taken, tokens, Vec::new());
        if whole {
            self.out.close(Side::Client, true, false);
        }
    }

    fn command_line(&mut self, taken: Taken) {
        let mut read = command::read(&taken.wire.bytes[..taken.text_len()], &taken.wire.holes);
        let mut faults = line_faults(&taken, true);
        faults.append(&mut read.faults);
        if matches!(self.state.phase, Phase::Logout) {
            faults.push(Fault { at: 0, id: "fault-after-quit" });
        }
        if self.lost[Side::Client as usize] && self.pending.is_empty() && !is_known(&read.verb) {
            return self.lost_line(taken);
        }
        let exchange = self.enqueue(&read);
        // A transcript may have lost the mark of the TLS that started here.
        self.mode = match (read.verb.as_str(), read.argument.as_str()) {
            ("STLS", _) => Mode::AwaitTls,
            ("QUIT", _) => Mode::AwaitQuit,
            ("AUTH", mechanism) if !mechanism.is_empty() => {
                let mut sasl = Exchange::new(mechanism);
                if let Some((start, end)) = read.initial {
                    let kind = sasl.client(&taken.wire, start, end);
                    read.tokens.insert(2, Token::new(kind, start, end));
                }
                self.sasl = Some(sasl);
                Mode::AwaitSasl
            }
            _ => Mode::Command,
        };
        self.secret_rest = read.is_secret();
        self.client_unit(Shape::Command, exchange, taken, read.tokens, faults);
        self.look_ahead();
    }

    /// What follows missing bytes and is no command may be the rest of a login: it is kept secret.
    fn lost_line(&mut self, taken: Taken) {
        self.out.open(Side::Client, Shape::Junk, None, None);
        let (whole, secret) = (taken.whole, Token::new(TokenKind::Secret, 0, taken.text_len()));
        self.out.piece(Side::Client, taken, vec![secret], Vec::new());
        self.secret_rest = true;
        if whole {
            self.out.close(Side::Client, true, false);
        }
    }

    /// Puts a command in the queue and gives its exchange.
    fn enqueue(&mut self, read: &command::Command) -> u64 {
        if std::mem::take(&mut self.lost[Side::Server as usize]) {
            // A client in lock-step goes on: what waited was answered in the bytes that are missing.
            let under_way = !matches!(self.answer, Answer::Status);
            self.pending.truncate(usize::from(under_way));
        }
        if self.pending.is_empty() {
            self.lost[Side::Client as usize] = false;
        }
        let exchange = self.out.exchange();
        if self.pending.len() < MAX_PENDING {
            let (verb, argument) = (read.verb.clone(), read.argument.clone());
            let verb = if verb.len() > 64 { String::new() } else { verb };
            self.pending.push_back(Pending { verb, argument, exchange });
        }
        exchange
    }

    /// RFC 1939 §6: QUIT, when its turn comes, takes a logged-in session to UPDATE.
    fn look_ahead(&mut self) {
        let quits = self.pending.front().is_some_and(|p| p.verb == "QUIT");
        if quits && self.state.phase == Phase::Transaction {
            self.state.phase = Phase::Update;
        }
    }

    fn sasl_line(&mut self, taken: Taken, exchange: u64) {
        let end = taken.text_len();
        let kind = match &mut self.sasl {
            Some(sasl) => sasl.client(&taken.wire, 0, end),
            None => TokenKind::Secret,
        };
        let faults = line_faults(&taken, true);
        self.secret_rest = true;
        self.mode = Mode::AwaitSasl;
        self.client_unit(Shape::Sasl, exchange, taken, vec![Token::new(kind, 0, end)], faults);
    }

    fn client_unit(&mut self, shape: Shape, exchange: u64, taken: Taken, tokens: Vec<Token>, f: Vec<Fault>) {
        let whole = taken.whole;
        self.out.open(Side::Client, shape, Some(exchange), None);
        self.out.piece(Side::Client, taken, tokens, f);
        if whole {
            self.out.close(Side::Client, true, false);
        }
    }

    /// Bytes of a side are missing: what is buffered comes out, and both sides find their way again.
    fn gap(&mut self, side: Side) {
        self.lost[side as usize] = true;
        match side {
            Side::Client => {
                self.client.close();
                self.release();
                self.client.reopen();
                self.out.close(Side::Client, false, false);
                if matches!(self.mode, Mode::Sasl(_)) {
                    self.mode = Mode::AwaitSasl;
                }
            }
            Side::Server => {
                self.server.close();
                while self.advance_server() {}
                self.server.reopen();
                if self.overlong.take().is_some_and(|ends| ends != Ends::Line) {
                    self.out.close(Side::Server, false, false);
                }
                if let Answer::Body { lost, begins, .. } = &mut self.answer {
                    (*lost, *begins) = (true, false);
                }
                if !self.greeted {
                    self.greeted = true;
                    self.lost[Side::Client as usize] = true;
                    self.state.phase = Phase::Authorization;
                }
            }
        }
    }

    /// Reads what the client sent, held bytes as commands.
    fn release(&mut self) {
        while self.advance_client() {}
        while self.mode.holds() && !self.client.is_empty() {
            self.mode = Mode::Command;
            while self.advance_client() {}
        }
    }

    /// TLS stands. RFC 2595 §4: the client forgets what the server said it can do.
    fn start_tls(&mut self) {
        self.finish();
        self.client.reopen();
        self.server.reopen();
        self.state.tls = true;
        self.out.tls = true;
        self.mode = Mode::Command;
        // Nothing that was said before the handshake is answered after it.
        self.pending.clear();
        (self.named, self.sasl, self.state.sasl) = (None, None, None);
        self.state.capabilities = None;
    }
}

fn is_known(verb: &str) -> bool {
    crate::knowledge::find(crate::knowledge::Table::PopCommand, verb).is_some()
}

impl Lines for Pop3 {
    fn inbox(&mut self, side: Side) -> &mut Inbox {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    fn outbox(&mut self) -> &mut Outbox {
        &mut self.out
    }

    fn advance(&mut self) -> bool {
        // The server first: its answer decides what held client bytes mean.
        self.advance_server() || self.advance_client()
    }
}

impl Dialect for Pop3 {
    fn protocol(&self) -> Option<Protocol> {
        Some(Protocol::Pop3)
    }

    fn push(&mut self, side: Side, wire: &Wire, stamp: Stamp) {
        self.inbox(side).push(wire, stamp);
    }

    fn mark(&mut self, mark: &Mark, stamp: Stamp) {
        match mark {
            Mark::Tls(_) => self.start_tls(),
            Mark::Gap { side, .. } => self.gap(*side),
            // What it ends is ended first: the mark stands where the line would have stood.
            Mark::Missing(missing, protocol) => self.suppose(*missing, *protocol),
            Mark::Closed(_) => self.finish(),
            _ => {}
        }
        self.out.mark(mark, stamp);
    }

    fn finish(&mut self) {
        self.client.close();
        self.server.close();
        while self.advance() {}
        self.release();
        self.out.close_all();
        self.overlong = None;
        self.answer = Answer::Status;
    }

    fn next_step(&mut self) -> Option<Step> {
        self.next_of_lines()
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn expect(&self) -> Expect {
        let client = match self.mode {
            _ if self.state.phase == Phase::Logout => Turn::Over,
            _ if !self.greeted || self.mode.holds() => Turn::Hold,
            Mode::Sasl(_) => Turn::Sasl,
            Mode::Tls => Turn::Tls,
            _ => Turn::Command,
        };
        Expect { client, owed: self.pending.len() + usize::from(!self.greeted) }
    }

    fn pending(&self, side: Side) -> usize {
        match side {
            Side::Client => self.client.len(),
            Side::Server => self.server.len(),
        }
    }

    fn boxed_clone(&self) -> Box<dyn Dialect> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests;
