//! The server's lines: greeting, untagged data, continuation requests, tagged responses (RFC 9051 §7), and
//! what they do to the state.

use super::client::{Fragment, is_part, read_fragment};
use super::effect::{Effect, MOST, set_size};
use super::grammar::{self, Reader};
use super::lex::Cursor;
use super::{Flow, Framing, Head, Imap, Pending, Said, Side};
use crate::dialect::Phase;
use crate::dialect::frame::{Taken, line_faults};
use crate::dialogue::{Fault, Shape, Token, TokenKind, Wire};

/// What a response has said so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Saying {
    /// It ends this command.
    ends: Option<u64>,
    greeting: bool,
    /// `OK`, `NO` … in upper case.
    status: String,
    code: String,
    /// `EXISTS`, `FETCH` … in upper case.
    kind: String,
    number: Option<u64>,
    flags: Vec<String>,
    capabilities: Vec<String>,
    mailbox: Option<String>,
    gone: u64,
    earlier: bool,
}

impl Saying {
    /// Takes note of a word that changes the state.
    pub(super) fn hear(&mut self, kind: TokenKind, text: String) {
        let upper = || text.to_ascii_uppercase();
        match kind {
            TokenKind::Status if self.status.is_empty() => self.status = upper(),
            TokenKind::ResponseCode if self.code.is_empty() => self.code = upper(),
            TokenKind::Kind if self.kind.is_empty() => self.kind = upper(),
            TokenKind::Number if self.number.is_none() && self.kind.is_empty() => {
                self.number = text.parse().ok();
            }
            TokenKind::Flag if self.kind == "FLAGS" && self.flags.len() < MOST => self.flags.push(text),
            TokenKind::Capability
                if (self.kind == "CAPABILITY" || self.code == "CAPABILITY")
                    && self.capabilities.len() < MOST =>
            {
                self.capabilities.push(text);
            }
            TokenKind::Mailbox if matches!(self.kind.as_str(), "LIST" | "LSUB" | "XLIST") => {
                self.mailbox.get_or_insert(text);
            }
            TokenKind::Set | TokenKind::Number if self.kind == "VANISHED" => self.gone += set_size(&text),
            TokenKind::Parameter if self.kind == "VANISHED" => self.earlier = true,
            _ => {}
        }
    }
}

/// What a line is, by its first words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// `tag OK …`.
    Tagged,
    /// `* OK …`.
    Status,
    /// `* 3 EXISTS`, `* FLAGS (…)`.
    Data,
    /// `+ …`.
    Continuation,
    Junk,
}

/// A line's first words, and where the rest begins.
struct Opening {
    line: Line,
    tokens: Vec<Token>,
    rest: usize,
}

fn opening(wire: &Wire, len: usize) -> Opening {
    let text = &wire.bytes[..len];
    let word = |from: usize| {
        let end = text[from..].iter().position(|&b| b == b' ').map_or(len, |i| from + i);
        (from, end)
    };
    let junk = Opening { line: Line::Junk, tokens: Vec::new(), rest: 0 };
    let (_, first) = word(0);
    if first == 0 || (first == len && text != b"+") {
        return junk;
    }
    let mut tokens = vec![Token::new(TokenKind::Tag, 0, first)];
    if text[..first] == *b"+" {
        return Opening { line: Line::Continuation, tokens, rest: first };
    }
    let (mut start, mut end) = word(first + 1);
    let is = |words: &[&str], (a, b): (usize, usize)| {
        words.iter().any(|w| text[a..b].eq_ignore_ascii_case(w.as_bytes()))
    };
    if text[..first] != *b"*" {
        if !is(&["OK", "NO", "BAD"], (start, end)) {
            return junk;
        }
        tokens.push(Token::new(TokenKind::Status, start, end));
        return Opening { line: Line::Tagged, tokens, rest: end };
    }
    if is(&["OK", "NO", "BAD", "BYE", "PREAUTH"], (start, end)) {
        tokens.push(Token::new(TokenKind::Status, start, end));
        return Opening { line: Line::Status, tokens, rest: end };
    }
    if start < end && text[start..end].iter().all(u8::is_ascii_digit) && end < len {
        tokens.push(Token::new(TokenKind::Number, start, end));
        (start, end) = word(end + 1);
    }
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let stop = text[start..end].iter().position(|b| !name(b)).map_or(end, |i| start + i);
    let odd = stop == start || !text[start].is_ascii_alphabetic() || (stop < end && text[stop] != b'(');
    if odd {
        return junk;
    }
    tokens.push(Token::new(TokenKind::Kind, start, stop));
    Opening { line: Line::Data, tokens, rest: stop }
}

/// The reader of what follows a status: `[CODE args] text`.
fn status_reader(wire: &Wire, rest: &mut usize, len: usize, tokens: &mut Vec<Token>) -> Reader {
    let text = &wire.bytes[..len];
    let start = *rest + 1;
    if text.get(start) != Some(&b'[') {
        return Reader::text();
    }
    let stop = |b: &u8| matches!(b, b' ' | b']');
    let end = text[start + 1..].iter().position(stop).map_or(len, |i| start + 1 + i);
    if end == start + 1 {
        return Reader::text();
    }
    tokens.push(Token::new(TokenKind::ResponseCode, start + 1, end));
    *rest = end;
    let name = String::from_utf8_lossy(&text[start + 1..end]).to_ascii_uppercase();
    Reader::code(grammar::of_code(&name))
}

/// Whether a line is a FETCH reply that announces no literal: it changes nothing.
fn is_plain_fetch(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"* ") else { return false };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && rest[digits..].starts_with(b" FETCH (") && rest.ends_with(b")\r\n")
}

/// Response codes that a greeting does not have: the line belongs to a SELECT.
const OF_SELECT: [&str; 7] =
    ["UIDVALIDITY", "UIDNEXT", "UNSEEN", "PERMANENTFLAGS", "HIGHESTMODSEQ", "NOMODSEQ", "CLOSED"];

impl Imap {
    /// Reads a line of the server's, or the first part of an overlong one.
    pub(super) fn server_line(&mut self, taken: Taken) {
        if self.server.head.is_some() {
            return self.go_on(Side::Server, taken);
        }
        if self.unwatched && self.greeted && taken.whole && is_plain_fetch(&taken.wire.bytes) {
            return;
        }
        let len = taken.text_len();
        let Opening { line, mut tokens, mut rest } = opening(&taken.wire, len);
        let first = !std::mem::replace(&mut self.greeted, true);
        let early = first.then_some(Phase::NotAuthenticated).filter(|_| self.state.phase == Phase::Connected);
        match line {
            Line::Junk => {
                self.effects.extend(early.map(Effect::Phase));
                return self.junk(Side::Server, taken, Vec::new());
            }
            Line::Continuation => return self.continuation(taken, tokens),
            _ => {}
        }
        let word = |kind| {
            let token: Option<&Token> = tokens.iter().find(|t: &&Token| t.kind == kind);
            token.map(|t| String::from_utf8_lossy(&taken.wire.bytes[t.start..t.end]).to_ascii_uppercase())
        };
        let reader = match (line, word(TokenKind::Kind)) {
            (Line::Data, Some(kind)) => Reader::new(grammar::of_response(&kind), false),
            _ => status_reader(&taken.wire, &mut rest, len, &mut tokens),
        };
        let mut saying = Saying::default();
        let mut fault = None;
        let (shape, exchange) = match line {
            Line::Tagged => {
                let tag = &taken.wire.bytes[..tokens[0].end];
                let exchange = self.pending.iter().find(|p| p.tag == tag).map(|p| p.exchange);
                if exchange.is_none() {
                    fault = Some(Fault { at: 0, id: "fault-unknown-tag" });
                }
                saying.ends = exchange;
                (Shape::Response, exchange)
            }
            Line::Status if first && is_greeting(&tokens, &taken.wire) => {
                saying.greeting = true;
                (Shape::Greeting, None)
            }
            _ => (Shape::Untagged, self.sole_exchange()),
        };
        if !saying.greeting {
            self.effects.extend(early.map(Effect::Phase));
        }
        let unit = self.out.open(Side::Server, shape, exchange, None);
        let mut head = Head { unit, shape, exchange, reader, said: Said::Server(saying) };
        let mut fragment = read_fragment(&mut head.reader, &taken, rest);
        fragment.tokens.splice(0..0, tokens);
        fragment.faults.splice(0..0, line_faults(&taken, true));
        fragment.faults.extend(fault);
        self.server.head = Some(head);
        self.put(Side::Server, taken, fragment);
    }

    /// A `+` line: go on with the literal, with the SASL exchange, or (IDLE) wait.
    fn continuation(&mut self, taken: Taken, mut tokens: Vec<Token>) {
        let len = taken.text_len();
        let mut faults = line_faults(&taken, true);
        let mut exchange = self.sole_exchange();
        let mut rest = tokens[0].end;
        let mut is_text = true;
        if let Framing::Wait(literal) = self.client.framing {
            exchange = self.client.head.as_ref().and_then(|h| h.exchange);
            self.client.framing = Framing::Literal(literal);
        } else {
            match &mut self.flow {
                Flow::Sasl { holder, exchange: sasl, asked } => {
                    (exchange, *asked, is_text) = (Some(*holder), true, false);
                    let start = (rest + 1).min(len);
                    if start < len {
                        let kind = sasl.server(&taken.wire.bytes[start..len]);
                        tokens.push(Token::new(kind, start, len));
                    }
                }
                Flow::Idle { holder, asked, .. } => (exchange, *asked) = (Some(*holder), true),
                _ => faults.push(Fault { at: 0, id: "fault-unasked-continuation" }),
            }
        }
        if is_text && rest < len {
            let mut reader = status_reader(&taken.wire, &mut rest, len, &mut tokens);
            let mut cursor = Cursor::new(&taken.wire, rest, len, len);
            reader.read(&mut cursor, &mut tokens);
        }
        let unit = self.out.open(Side::Server, Shape::Continuation, exchange, None);
        let said = Said::Server(Saying::default());
        let head = Head { unit, shape: Shape::Continuation, exchange, reader: Reader::text(), said };
        self.server.head = Some(head);
        debug_assert!(!is_part(&taken) || len > 0);
        self.put(Side::Server, taken, Fragment { tokens, faults, literal: None });
    }

    /// A response is over: what it does. Gives whether its exchange ends.
    pub(super) fn conclude(&mut self, saying: Saying, exchange: Option<u64>) -> bool {
        if !saying.capabilities.is_empty() {
            self.effects.push(Effect::Capabilities(saying.capabilities.clone()));
        }
        if let Some(ended) = saying.ends {
            self.end_command(ended, &saying);
            return true;
        }
        if saying.status.is_empty() {
            self.data(saying);
            return false;
        }
        match saying.status.as_str() {
            "BYE" => {
                self.effects.push(Effect::Phase(Phase::Logout));
                self.over |= !self.pending.iter().any(|p| p.verb == "LOGOUT");
            }
            "PREAUTH" if saying.greeting => self.effects.push(Effect::Phase(Phase::Authenticated)),
            "OK" if saying.greeting => self.effects.push(Effect::Phase(Phase::NotAuthenticated)),
            _ => {}
        }
        match saying.code.as_str() {
            "READ-ONLY" => self.mailbox_change(Effect::ReadOnly(true)),
            "READ-WRITE" => self.mailbox_change(Effect::ReadOnly(false)),
            // RFC 7162 §3.2.11: the mailbox before is closed, what follows is of the next one.
            "CLOSED" => self.effects.push(Effect::Phase(Phase::Authenticated)),
            _ => {}
        }
        // What has no tag, or no verb, may get no other answer.
        if saying.status == "BAD"
            && let Some(exchange) = exchange
            && self.pending_mut(exchange).is_some_and(|p| p.garbled)
        {
            self.pending.retain(|p| p.exchange != exchange);
            self.refuse_literal(exchange);
            return true;
        }
        false
    }

    /// Untagged data.
    fn data(&mut self, saying: Saying) {
        let Saying { kind, number, flags, mailbox, gone, earlier, .. } = saying;
        match (kind.as_str(), number) {
            ("EXISTS", Some(n)) => self.mailbox_change(Effect::Exists(n)),
            ("EXPUNGE", Some(_)) => self.mailbox_change(Effect::Gone(1)),
            ("VANISHED", None) if !earlier => self.mailbox_change(Effect::Gone(gone)),
            ("FLAGS", None) => self.mailbox_change(Effect::Flags(flags)),
            ("LIST" | "LSUB" | "XLIST", None) => {
                self.effects.extend(mailbox.filter(|m| m.len() <= 1000).map(Effect::Name));
            }
            _ => {}
        }
    }

    /// Changes the mailbox that a SELECT under way is opening, else the open one.
    fn mailbox_change(&mut self, effect: Effect) {
        match self.pending.iter_mut().find_map(|p| p.opening.as_mut()) {
            Some(opening) => effect.change(opening),
            None => self.effects.push(effect),
        }
    }

    /// The client's literal will not be sent, or not be read as one.
    fn refuse_literal(&mut self, exchange: u64) {
        let Framing::Wait(literal) = self.client.framing else { return };
        if self.client.head.as_ref().and_then(|h| h.exchange) != Some(exchange) {
            return;
        }
        if literal.kind == Some(TokenKind::Secret) {
            let sent = self.client.inbox.len() as u64;
            self.leak = literal.left.unwrap_or(sent).min(sent);
        }
        self.client.framing = Framing::Line;
        self.client.head = None;
    }

    fn end_command(&mut self, exchange: u64, saying: &Saying) {
        self.refuse_literal(exchange);
        let Some(at) = self.pending.iter().position(|p| p.exchange == exchange) else { return };
        let Some(pending) = self.pending.remove(at) else { return };
        let held = self.flow.holder() == Some(exchange);
        let flow = if held { std::mem::take(&mut self.flow) } else { Flow::Command };
        let sasl_user = match &flow {
            Flow::Sasl { exchange, .. } => exchange.user().map(str::to_owned),
            _ => None,
        };
        if let Flow::Sasl { .. } = flow {
            self.effects.push(Effect::Sasl(None));
        }
        if saying.status == "OK" {
            self.succeed(pending, saying, sasl_user, held);
        } else if saying.status == "NO" && pending.opening.is_some() {
            // RFC 9051 §6.3.2: a SELECT that fails leaves no mailbox open.
            self.effects.push(Effect::Phase(Phase::Authenticated));
        }
    }

    /// What a command does when it succeeds.
    fn succeed(&mut self, pending: Pending, saying: &Saying, sasl_user: Option<String>, held: bool) {
        let Pending { verb, exchange, user, opening, .. } = pending;
        match verb.as_str() {
            "LOGIN" => self.effects.push(Effect::LoggedIn(user)),
            "AUTHENTICATE" => self.effects.push(Effect::LoggedIn(sasl_user)),
            "SELECT" | "EXAMINE" => {
                let mut opened = opening.unwrap_or_default();
                match saying.code.as_str() {
                    "READ-ONLY" => opened.read_only = true,
                    "READ-WRITE" => opened.read_only = false,
                    _ => {}
                }
                self.effects.push(Effect::Opened(opened));
            }
            "CLOSE" | "UNSELECT" => self.effects.push(Effect::Phase(Phase::Authenticated)),
            "UNAUTHENTICATE" => self.effects.push(Effect::LoggedOut),
            "STARTTLS" if held => self.flow = Flow::Tls { holder: exchange, agreed: true },
            "LOGOUT" => {
                self.effects.push(Effect::Phase(Phase::Logout));
                self.over = true;
            }
            _ => {}
        }
    }
}

fn is_greeting(tokens: &[Token], wire: &Wire) -> bool {
    let word = |kind| {
        let token: Option<&Token> = tokens.iter().find(|t: &&Token| t.kind == kind);
        token.map_or(String::new(), |t| {
            String::from_utf8_lossy(&wire.bytes[t.start..t.end]).to_ascii_uppercase()
        })
    };
    matches!(word(TokenKind::Status).as_str(), "OK" | "PREAUTH" | "BYE")
        && !OF_SELECT.contains(&word(TokenKind::ResponseCode).as_str())
}
