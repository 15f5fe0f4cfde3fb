//! SMTP as an observer reads it (RFC 5321), and LMTP (RFC 2033).
//!
//! ```text
//!  greeting ─▶ unintroduced ─EHLO─▶ ready ─MAIL─▶ mail ─RCPT─▶ rcpt ─DATA 354─▶ data ─dot─▶ ready
//!                    ▲                │ ▲                        │
//!                    └── STARTTLS ────┘ └────────── RSET ────────┘
//! ```
//!
//! Commands wait in a queue for the reply that ends them, so pipelining (RFC 2920) pairs by itself. Where the
//! next client bytes mean different things by what the server answers (DATA, AUTH, STARTTLS), they are held
//! until it has; a client that does not wait is read as if the server had agreed once 64 KiB are held.

pub mod command;
mod reply;

use std::collections::VecDeque;

use super::frame::{Block, Inbox, Outbox, Taken, line_faults};
use super::lines::Lines;
use super::sasl::Exchange;
use super::{Capability, Dialect, Expect, Phase, Stamp, State, Turn};
use crate::dialogue::unit::MAX_PIECE;
use crate::dialogue::{Fault, Mark, Protocol, Shape, Side, Step, Token, TokenKind, Wire};

/// A reader of one SMTP or LMTP connection.
#[derive(Clone, Debug)]
pub struct Smtp {
    lmtp: bool,
    client: Inbox,
    server: Inbox,
    out: Outbox,
    state: State,
    turn: Mode,
    pending: VecDeque<Pending>,
    greeted: bool,
    /// The reply whose lines are coming.
    reply: Option<Reply>,
    sasl: Option<Exchange>,
    /// Whether the server's next bytes begin a line (they do not inside an overlong one).
    line_began: bool,
    /// Whether the overlong line under way is its reply's last.
    line_ends_reply: bool,
    /// Bytes of a side went missing, and pairing has not been settled since.
    lost: [bool; 2],
}

/// What the client's next bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Command,
    /// After DATA, until the server has answered.
    AwaitData,
    Data(Block, u64),
    Chunk {
        left: u64,
        exchange: u64,
    },
    AwaitSasl,
    Sasl(u64),
    AwaitTls,
    Tls,
}

/// A command that waits for its reply.
#[derive(Clone, Debug, Default)]
struct Pending {
    verb: String,
    argument: String,
    exchange: u64,
    /// BDAT … LAST; and the final dot, which waits as verb `.`.
    last: bool,
    /// LMTP: the replies still to come after the data.
    replies: usize,
}

/// A reply under way.
#[derive(Clone, Debug, Default)]
struct Reply {
    code: [u8; 3],
    lines: usize,
    capabilities: Vec<Capability>,
    /// Octets of the lines that those stand in.
    kept: usize,
    name: String,
}

impl Smtp {
    /// A connection before its greeting.
    pub fn new(lmtp: bool) -> Self {
        Smtp {
            lmtp,
            client: Inbox::default(),
            server: Inbox::default(),
            out: Outbox::default(),
            state: State::default(),
            turn: Mode::Command,
            pending: VecDeque::new(),
            greeted: false,
            reply: None,
            sasl: None,
            line_began: true,
            line_ends_reply: false,
            lost: [false; 2],
        }
    }

    fn advance_client(&mut self) -> bool {
        // An overlong line goes on, whatever its beginning made of the turn.
        if let Some(shape) = self.out.current(Side::Client).map(|u| u.shape)
            && matches!(shape, Shape::Command | Shape::Sasl)
        {
            return match self.client.line() {
                None => false,
                Some(taken) => {
                    self.rest_of_line(taken, shape);
                    true
                }
            };
        }
        if matches!(self.turn, Mode::AwaitData | Mode::AwaitSasl | Mode::AwaitTls) {
            if self.lost[Side::Server as usize] {
                if self.client.is_empty() {
                    return false;
                }
                self.go_on_unanswered();
                return true;
            }
            if self.client.len() < MAX_PIECE {
                return false;
            }
            self.turn = match self.turn {
                Mode::AwaitData => Mode::Data(Block::LineStart, self.open_data()),
                _ => Mode::Command,
            };
        }
        match self.turn {
            Mode::Data(mut at, exchange) => match self.client.block(&mut at, false) {
                None => false,
                Some(taken) => {
                    self.turn = Mode::Data(at, exchange);
                    self.data_piece(taken, exchange);
                    true
                }
            },
            Mode::Chunk { left, exchange } => match self.client.run(left) {
                None => false,
                Some(taken) => {
                    let left = left - taken.wire.len() as u64;
                    self.turn = if left == 0 { Mode::Command } else { Mode::Chunk { left, exchange } };
                    self.out.piece(Side::Client, taken, Vec::new(), Vec::new());
                    if left == 0 {
                        self.out.close(Side::Client, true, false);
                    }
                    true
                }
            },
            Mode::Sasl(exchange) => match self.client.line() {
                None => false,
                Some(taken) => {
                    self.sasl_line(taken, exchange);
                    true
                }
            },
            _ => match self.client.line() {
                None => false,
                Some(taken) => {
                    self.command_line(taken);
                    true
                }
            },
        }
    }

    fn junk(&mut self, side: Side, taken: Taken) {
        let going_on = self.out.current(side).is_some_and(|u| u.shape == Shape::Junk);
        if !going_on {
            self.out.open(side, Shape::Junk, None, None);
        }
        let whole = taken.whole;
        let faults = line_faults(&taken, true);
        self.out.piece(side, taken, Vec::new(), faults);
        if whole {
            self.out.close(side, true, false);
        }
    }

    fn command_line(&mut self, taken: Taken) {
        let mut read = command::read(&taken.wire.bytes[..taken.text_len()], &taken.wire.holes);
        if std::mem::take(&mut self.lost[Side::Client as usize]) && !is_known(&read.verb) {
            return self.lost_line(taken);
        }
        if std::mem::take(&mut self.lost[Side::Server as usize]) {
            // A client in lock-step goes on: what waited was answered in the bytes that are missing.
            self.pending.truncate(usize::from(self.reply.is_some()));
        }
        let exchange = self.out.exchange();
        if self.pending.len() < 10_000 {
            self.pending.push_back(Pending {
                verb: read.verb.clone(),
                argument: read.argument.clone(),
                exchange,
                last: read.last,
                replies: 1,
            });
        }
        let mut chunk = None;
        // A transcript may have lost the mark of the TLS that started here.
        self.turn = Mode::Command;
        match read.verb.as_str() {
            "DATA" => self.turn = Mode::AwaitData,
            "STARTTLS" => self.turn = Mode::AwaitTls,
            "AUTH" => {
                let mut sasl = Exchange::new(&read.argument);
                if let Some((start, end)) = read.initial {
                    let kind = sasl.client(&taken.wire, start, end);
                    read.tokens.insert(2, Token::new(kind, start, end));
                }
                self.sasl = Some(sasl);
                self.turn = Mode::AwaitSasl;
            }
            "BDAT" => chunk = read.argument.parse::<u64>().ok(),
            _ => {}
        }
        let mut faults = line_faults(&taken, true);
        faults.extend(read.faults);
        let whole = taken.whole;
        self.out.open(Side::Client, Shape::Command, Some(exchange), None);
        self.out.piece(Side::Client, taken, read.tokens, faults);
        if whole {
            self.out.close(Side::Client, true, false);
        }
        // RFC 3030 §2: the octets follow at once, whatever the server will say.
        if let Some(left) = chunk.filter(|n| *n > 0) {
            self.out.open(Side::Client, Shape::Data, Some(exchange), None);
            self.turn = Mode::Chunk { left, exchange };
        }
    }

    /// The rest of an overlong line; a login's is as secret as its beginning.
    fn rest_of_line(&mut self, taken: Taken, shape: Shape) {
        let (whole, end) = (taken.whole, taken.text_len());
        let secret = end > 0 && (shape == Shape::Sasl || self.turn == Mode::AwaitSasl);
        let tokens = if secret { vec![Token::new(TokenKind::Secret, 0, end)] } else { Vec::new() };
        self.out.piece(Side::Client, taken, tokens, Vec::new());
        if whole {
            self.out.close(Side::Client, true, false);
        }
    }

    /// What follows missing bytes and is no command may be the rest of a login: it is kept secret.
    fn lost_line(&mut self, taken: Taken) {
        self.lost[Side::Client as usize] = true;
        self.out.open(Side::Client, Shape::Junk, None, None);
        let (whole, secret) = (taken.whole, Token::new(TokenKind::Secret, 0, taken.text_len()));
        self.out.piece(Side::Client, taken, vec![secret], Vec::new());
        self.out.close(Side::Client, whole, false);
    }

    /// The answer that the client waited for is among what is missing; what it does next tells which one it was.
    fn go_on_unanswered(&mut self) {
        let next: Vec<u8> =
            self.client.peek().iter().take(10).take_while(|b| b.is_ascii_alphabetic()).copied().collect();
        let command = is_known(&String::from_utf8_lossy(&next).to_ascii_uppercase());
        match self.turn {
            Mode::AwaitData if !command => {
                self.turn = Mode::Data(Block::LineStart, self.open_data());
                self.pending.pop_front();
                self.state.phase = Phase::Data;
                self.lost[Side::Server as usize] = false;
            }
            Mode::AwaitSasl if !command => {
                self.turn = Mode::Sasl(self.pending.front().map_or(0, |p| p.exchange));
            }
            _ => self.turn = Mode::Command,
        }
    }

    fn open_data(&mut self) -> u64 {
        let exchange = self.pending.front().map_or(0, |p| p.exchange);
        self.out.open(Side::Client, Shape::Data, Some(exchange), None);
        exchange
    }

    fn data_piece(&mut self, taken: Taken, exchange: u64) {
        if !taken.whole {
            // Where a body ends must not be open to two readings (SMTP smuggling).
            let faults = smuggled(&taken.wire.bytes)
                .map(|at| Fault { at, id: "fault-bare-lf-dot" })
                .into_iter()
                .collect();
            self.out.piece(Side::Client, taken, Vec::new(), faults);
            return;
        }
        self.out.piece(Side::Client, taken, vec![Token::new(TokenKind::Dot, 0, 1)], Vec::new());
        self.end_data(exchange, true);
    }

    fn end_data(&mut self, exchange: u64, complete: bool) {
        self.out.close(Side::Client, complete, false);
        self.turn = Mode::Command;
        // LMTP: one reply for each recipient that was taken (RFC 2033 §4.2).
        let taken = self.state.envelope.as_ref().map_or(1, |e| e.forward_paths.len());
        let replies = if self.lmtp { taken.max(1) } else { 1 };
        self.pending.push_front(Pending { verb: ".".into(), exchange, replies, ..Pending::default() });
    }

    fn sasl_line(&mut self, taken: Taken, exchange: u64) {
        let end = taken.text_len();
        let kind = match &mut self.sasl {
            Some(sasl) => sasl.client(&taken.wire, 0, end),
            None => TokenKind::Secret,
        };
        let (whole, faults) = (taken.whole, line_faults(&taken, true));
        self.out.open(Side::Client, Shape::Sasl, Some(exchange), None);
        self.out.piece(Side::Client, taken, vec![Token::new(kind, 0, end)], faults);
        if whole {
            self.out.close(Side::Client, true, false);
        }
        self.turn = Mode::AwaitSasl;
    }
}

fn is_known(verb: &str) -> bool {
    crate::knowledge::find(crate::knowledge::Table::SmtpCommand, verb).is_some_and(|f| f.name.len() > 1)
}

/// Where `<LF>.<CR><LF>` or `<LF>.<LF>` stands without a CR before it.
fn smuggled(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, b"\n.").find(|&i| {
        let bare = i == 0 || bytes[i - 1] != b'\r';
        let ends = matches!(bytes.get(i + 2..), Some([b'\n', ..] | [b'\r', b'\n', ..]));
        bare && ends && i > 0
    })
}

impl Lines for Smtp {
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
        // A reply decides what held client bytes mean; once it has, they come before the server's next line, for
        // they were there first, and however the server's lines are cut.
        if matches!(self.turn, Mode::AwaitData | Mode::AwaitSasl | Mode::AwaitTls) {
            return self.advance_server() || self.advance_client();
        }
        self.advance_client() || self.advance_server()
    }
}

impl Dialect for Smtp {
    fn protocol(&self) -> Option<Protocol> {
        Some(if self.lmtp { Protocol::Lmtp } else { Protocol::Smtp })
    }

    fn push(&mut self, side: Side, wire: &Wire, stamp: Stamp) {
        self.inbox(side).push(wire, stamp);
    }

    fn mark(&mut self, mark: &Mark, stamp: Stamp) {
        match mark {
            Mark::Tls(_) => {
                self.finish();
                self.client.reopen();
                self.server.reopen();
                let implicit = !self.greeted;
                self.state.tls = true;
                self.out.tls = true;
                self.turn = Mode::Command;
                // Nothing that was said before the handshake is answered after it.
                self.pending.clear();
                self.sasl = None;
                if !implicit {
                    // RFC 3207 §4.2: both sides forget what they knew.
                    self.state.phase = Phase::Unintroduced;
                    self.state.capabilities = None;
                    self.state.envelope = None;
                    self.state.user = None;
                }
            }
            Mark::Gap { side, octets } => self.gap(*side, *octets),
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
        // What was held may hold back the rest again: a DATA behind a DATA.
        let waits = |turn| matches!(turn, Mode::AwaitData | Mode::AwaitSasl | Mode::AwaitTls);
        while waits(self.turn) {
            self.turn = Mode::Command;
            if !self.client.is_empty() {
                while self.advance() {}
            }
        }
        self.out.close_all();
        self.reply = None;
    }

    fn next_step(&mut self) -> Option<Step> {
        self.next_of_lines()
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn expect(&self) -> Expect {
        let client = match self.turn {
            _ if self.state.phase == Phase::Logout => Turn::Over,
            _ if !self.greeted => Turn::Hold,
            Mode::Command => Turn::Command,
            Mode::AwaitData | Mode::AwaitSasl | Mode::AwaitTls => Turn::Hold,
            Mode::Data(..) => Turn::Data,
            Mode::Chunk { left, .. } => Turn::Counted(left),
            Mode::Sasl(_) => Turn::Sasl,
            Mode::Tls => Turn::Tls,
        };
        let owed = self.pending.iter().map(|p| p.replies).sum::<usize>() + usize::from(!self.greeted);
        Expect { client, owed }
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

impl Smtp {
    /// Bytes are missing: count down what was counted, else give up what was open.
    fn gap(&mut self, side: Side, octets: Option<u64>) {
        if side == Side::Server {
            return self.server_gap(octets);
        }
        match (side, self.turn, octets) {
            (Side::Client, Mode::Chunk { left, exchange }, Some(n)) if n <= left => {
                self.turn = if n == left { Mode::Command } else { Mode::Chunk { left: left - n, exchange } };
                if n == left {
                    self.out.close(Side::Client, false, false);
                }
            }
            (Side::Client, Mode::Data(_, exchange), _) => {
                self.turn = Mode::Data(Block::Inside, exchange);
            }
            _ => {
                self.client.close();
                while self.advance_client() {}
                self.client.reopen();
                self.out.close(Side::Client, false, false);
                self.lost[side as usize] = true;
                if matches!(self.turn, Mode::Chunk { .. }) {
                    self.turn = Mode::Command;
                }
            }
        }
    }

    /// The same of the server's: a line that was cut in its text still says what its code says.
    fn server_gap(&mut self, octets: Option<u64>) {
        self.server.close();
        while self.advance_server() {}
        self.server.reopen();
        self.line_began = true;
        if self.reply.is_some() && self.line_ends_reply {
            self.end_reply();
        } else {
            self.reply = None;
            self.out.close(Side::Server, false, false);
            self.lost[Side::Server as usize] = true;
        }
        if !self.greeted {
            self.greeted = true;
            if octets.is_none() {
                // The record begins in the middle: what the client says first may be the rest of something.
                self.lost[Side::Client as usize] = true;
                self.state.phase = Phase::Ready;
            } else {
                self.state.phase = Phase::Unintroduced;
            }
        }
    }
}

#[cfg(test)]
mod tests;
