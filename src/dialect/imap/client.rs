//! The client's lines: commands, what follows a literal in them, AUTHENTICATE's answers, and DONE.

use super::effect::Effect;
use super::grammar::{Reader, Role};
use super::lex::{self, Announced, Cursor, Tail};
use super::verbs::{self, Verb};
use super::{Flow, Framing, Head, Imap, MOST_PENDING, Pending, Said, Side};
use crate::dialect::Mailbox;
use crate::dialect::frame::{Taken, line_faults};
use crate::dialect::sasl::Exchange;
use crate::dialogue::unit::MAX_PIECE;
use crate::dialogue::{Fault, Shape, Token, TokenKind, Wire};

/// The words of a fragment, what is wrong with it, and the literal that it announces.
pub(super) struct Fragment {
    pub tokens: Vec<Token>,
    pub faults: Vec<Fault>,
    pub literal: Option<(Announced, Option<TokenKind>)>,
}

/// Whether more of the line follows in the next part.
pub(super) fn is_part(taken: &Taken) -> bool {
    !taken.whole && taken.wire.len() == MAX_PIECE
}

/// Reads a line, or what follows a literal in it, from `from` on.
pub(super) fn read_fragment(reader: &mut Reader, taken: &Taken, from: usize) -> Fragment {
    let (wire, len) = (&taken.wire, taken.text_len());
    let tail = if is_part(taken) { Tail::None } else { lex::tail(wire, len) };
    let end = match tail {
        Tail::Literal(literal) if literal.start >= from => literal.start,
        _ => len,
    };
    let mut cursor = Cursor::new(wire, from.min(len), end, len);
    let mut tokens = Vec::new();
    reader.read(&mut cursor, &mut tokens);
    let open = end < len && !cursor.passed_announcement();
    let mut faults = std::mem::take(&mut cursor.faults);
    let literal = match tail {
        Tail::Literal(literal) if open => {
            let (start, end) = literal.count;
            let kind = reader.literal();
            if kind == Some(TokenKind::Secret) && wire.hole_in(start, end).is_none() {
                // The count tells the secret's length: the redactor masks it too.
                tokens.push(Token::new(TokenKind::Secret, start, end));
            }
            tokens.push(Token::new(TokenKind::Count, start, end));
            if literal.is_huge() {
                faults.push(Fault { at: start, id: "fault-literal-count" });
            }
            Some((literal, kind))
        }
        Tail::BadCount(at) if !reader.is_text() => {
            faults.push(Fault { at, id: "fault-literal-count" });
            None
        }
        _ => None,
    };
    if literal.is_none() && !is_part(taken) && !reader.is_whole() {
        faults.push(Fault { at: len, id: reader.unclosed() });
    }
    Fragment { tokens, faults, literal }
}

/// Where a command line's tag and verb stand.
#[derive(Debug, Default)]
struct Opening {
    tag: Option<(usize, usize)>,
    verb: Option<(usize, usize)>,
    /// The verb in upper case: `UID FETCH`.
    name: String,
    known: Option<&'static Verb>,
    /// Where the arguments begin.
    rest: usize,
}

fn opening(wire: &Wire, len: usize) -> Opening {
    let text = |span: Option<(usize, usize)>| {
        span.map_or(String::new(), |(a, b)| String::from_utf8_lossy(&wire.bytes[a..b]).into_owned())
    };
    let mut cursor = Cursor::new(wire, 0, len, len);
    let untagged = verbs::needs_tag(&String::from_utf8_lossy(&wire.bytes[..len]));
    let tag = if untagged { None } else { cursor.word() };
    let mut verb = cursor.word();
    let mut rest = cursor.pos;
    let mut name = text(verb).to_ascii_uppercase();
    if name == "UID" {
        let second = cursor.word();
        let both = format!("UID {}", text(second).to_ascii_uppercase());
        if let (Some(found), Some((_, end))) = (verbs::find(&both), second) {
            verb = verb.map(|(start, _)| (start, end));
            (name, rest) = (found.name.to_owned(), end);
        }
    }
    Opening { tag, verb, known: verbs::find(&name), name, rest }
}

impl Imap {
    /// Reads a line of the client's, or the first part of an overlong one.
    pub(super) fn client_line(&mut self, taken: Taken) {
        if self.client.head.is_some() {
            return self.go_on(Side::Client, taken);
        }
        if self.leak > 0 {
            return self.leaked(taken);
        }
        let len = taken.text_len();
        let text = &taken.wire.bytes[..len];
        match self.flow {
            Flow::Sasl { asked, .. } if asked || is_answer(&taken.wire, text) => self.sasl_line(taken),
            Flow::Idle { done: false, .. } if text.trim_ascii().eq_ignore_ascii_case(b"DONE") => {
                self.done_line(taken);
            }
            Flow::Idle { holder, asked: true, done: false } => self.command_line(taken, Some(holder)),
            _ => self.command_line(taken, None),
        }
    }

    /// Octets of a secret whose literal the server refused, and which the client sent all the same.
    fn leaked(&mut self, taken: Taken) {
        let octets = taken.wire.len() as u64;
        self.leak = self.leak.saturating_sub(octets);
        self.out.open(Side::Client, Shape::Junk, None, None);
        let secret = Token::new(TokenKind::Secret, 0, taken.text_len());
        let whole = taken.whole;
        self.out.piece(Side::Client, taken, vec![secret], Vec::new());
        self.out.close(Side::Client, whole, false);
    }

    fn sasl_line(&mut self, taken: Taken) {
        let Flow::Sasl { holder, exchange, asked } = &mut self.flow else { return };
        let (holder, len) = (*holder, taken.text_len());
        *asked = false;
        let kind = exchange.client(&taken.wire, 0, len);
        let faults = line_faults(&taken, true);
        let unit = self.out.open(Side::Client, Shape::Sasl, Some(holder), None);
        if is_part(&taken) {
            self.client.head = Some(head(unit, Shape::Sasl, Some(holder), Reader::text()));
            self.client.framing = Framing::Long { last: Vec::new(), kind: Some(TokenKind::Secret) };
            return self.out.piece(Side::Client, taken, vec![Token::new(kind, 0, len)], faults);
        }
        let whole = taken.whole;
        let tokens = if len > 0 { vec![Token::new(kind, 0, len)] } else { Vec::new() };
        self.out.piece(Side::Client, taken, tokens, faults);
        self.out.close(Side::Client, whole, false);
    }

    fn done_line(&mut self, taken: Taken) {
        let Flow::Idle { holder, done, .. } = &mut self.flow else { return };
        *done = true;
        let text = &taken.wire.bytes;
        let start = text.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(0);
        self.out.open(Side::Client, Shape::Command, Some(*holder), None);
        let (faults, whole) = (line_faults(&taken, true), taken.whole);
        self.out.piece(Side::Client, taken, vec![Token::new(TokenKind::Verb, start, start + 4)], faults);
        self.out.close(Side::Client, whole, false);
    }

    /// Reads a command's first line. `idle`: it was sent where only DONE is understood.
    fn command_line(&mut self, taken: Taken, idle: Option<u64>) {
        let len = taken.text_len();
        let found = opening(&taken.wire, len);
        if self.client.lost {
            if found.known.is_none() && !is_part(&taken) {
                // It may be the rest of a login.
                return self.leaked(taken);
            }
            self.client.lost = false;
        }
        let text = &taken.wire.bytes[..len];
        if text.trim_ascii().is_empty() {
            let fault = Fault { at: 0, id: "fault-empty-line" };
            self.out.open(Side::Client, Shape::Command, idle, None);
            let whole = taken.whole;
            self.out.piece(Side::Client, taken, Vec::new(), vec![fault]);
            return self.out.close(Side::Client, whole, false);
        }
        let exchange = idle.unwrap_or_else(|| self.out.exchange());
        let unit = self.out.open(Side::Client, Shape::Command, Some(exchange), None);
        let mut reader = Reader::new(role(&found, &taken.wire, len), true);
        let mut fragment = read_fragment(&mut reader, &taken, found.rest);
        let tokens = &mut fragment.tokens;
        tokens.splice(0..0, found.verb.map(|(a, b)| Token::new(TokenKind::Verb, a, b)));
        tokens.splice(0..0, found.tag.map(|(a, b)| Token::new(TokenKind::Tag, a, b)));
        let mut faults = line_faults(&taken, true);
        faults.extend(opening_faults(&found, &taken.wire));
        if idle.is_some() {
            faults.push(Fault { at: 0, id: "fault-not-done" });
        }
        fragment.faults.splice(0..0, faults);
        let tag = taken.wire.bytes[..len].trim_ascii_start().split(|&b| b == b' ').next().unwrap_or_default();
        if idle.is_none() {
            self.add_pending(Pending {
                tag: tag.to_vec(),
                exchange,
                verb: found.name.clone(),
                garbled: found.known.is_none() || found.tag.is_none(),
                user: None,
                opening: None,
            });
            self.begin(&found.name, exchange, &taken.wire, &mut fragment);
        }
        self.client.head = Some(head(unit, Shape::Command, Some(exchange), reader));
        self.put(Side::Client, taken, fragment);
    }

    fn add_pending(&mut self, pending: Pending) {
        if self.pending.len() >= MOST_PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back(pending);
    }

    /// What a command changes in how the next lines are read.
    fn begin(&mut self, name: &str, holder: u64, wire: &Wire, fragment: &mut Fragment) {
        let flow = match name {
            "IDLE" => Flow::Idle { holder, asked: false, done: false },
            "STARTTLS" => Flow::Tls { holder, agreed: false },
            "AUTHENTICATE" => {
                let Some(mechanism) = fragment.tokens.iter().find(|t| t.kind == TokenKind::Mechanism) else {
                    return;
                };
                let word = String::from_utf8_lossy(&wire.bytes[mechanism.start..mechanism.end]).into_owned();
                let mut exchange = Exchange::new(&word);
                self.effects.push(Effect::Sasl(Some(exchange.mechanism.clone())));
                // An initial response (RFC 4959): what it is depends on the mechanism.
                if let Some(first) = fragment.tokens.iter_mut().find(|t| t.kind == TokenKind::Secret) {
                    first.kind = exchange.client(wire, first.start, first.end);
                }
                Flow::Sasl { holder, exchange, asked: false }
            }
            _ => return,
        };
        self.flow = flow;
    }

    /// Reads what follows a literal in a command or response.
    pub(super) fn go_on(&mut self, side: Side, taken: Taken) {
        let half = self.half(side);
        let Some(head) = half.head.as_mut() else { return };
        let fragment = read_fragment(&mut head.reader, &taken, 0);
        let (shape, exchange, unit) = (head.shape, head.exchange, head.unit);
        let mut fragment = fragment;
        fragment.faults.splice(0..0, line_faults(&taken, true));
        self.out.open(side, shape, exchange, Some(unit));
        self.put(side, taken, fragment);
    }

    /// Puts out a line that was read, and sees to what comes behind it.
    pub(super) fn put(&mut self, side: Side, taken: Taken, fragment: Fragment) {
        for token in &fragment.tokens {
            let bytes = &taken.wire.bytes[token.start..token.end];
            let quoted = token.start > 0 && taken.wire.bytes[token.start - 1] == b'"';
            let word = if quoted { lex::unescape(bytes) } else { bytes.to_vec() };
            self.hear(side, token.kind, &word);
        }
        let Fragment { tokens, faults, literal } = fragment;
        let (part, whole) = (is_part(&taken), taken.whole);
        if part {
            let login = |t: &Token| {
                matches!(t.kind, TokenKind::Secret | TokenKind::User | TokenKind::Mechanism)
                    && side == Side::Client
            };
            let kind = tokens.iter().any(login).then_some(TokenKind::Secret);
            let last = taken.wire.bytes[taken.wire.len().saturating_sub(64)..].to_vec();
            let half = self.half(side);
            half.framing = Framing::Long { last, kind };
            if let Some(head) = &mut half.head {
                head.reader = Reader::loose();
            }
        }
        self.out.piece(side, taken, tokens, faults);
        match literal {
            _ if part => {}
            Some((announced, kind)) if whole => {
                self.announce(side, announced, kind);
                self.out.close(side, true, false);
            }
            _ => self.end_line(side, whole),
        }
    }

    /// Puts out a line that fits nowhere.
    pub(super) fn junk(&mut self, side: Side, taken: Taken, mut faults: Vec<Fault>) {
        faults.splice(0..0, line_faults(&taken, true));
        self.out.open(side, Shape::Junk, None, None);
        let (part, whole) = (is_part(&taken), taken.whole);
        self.out.piece(side, taken, Vec::new(), faults);
        if part {
            self.half(side).framing = Framing::Long { last: Vec::new(), kind: None };
        } else {
            self.out.close(side, whole, false);
        }
    }

    /// A word of the client's that matters later, however it was written.
    pub(super) fn client_word(&mut self, kind: TokenKind, text: String) {
        let Some(exchange) = self.client.head.as_ref().and_then(|h| h.exchange) else { return };
        let Some(pending) = self.pending_mut(exchange) else { return };
        match (pending.verb.as_str(), kind) {
            ("LOGIN", TokenKind::User) => pending.user = Some(text),
            ("SELECT" | "EXAMINE", TokenKind::Mailbox) if pending.opening.is_none() => {
                let read_only = pending.verb == "EXAMINE";
                pending.opening = Some(Mailbox { name: text, read_only, ..Mailbox::default() });
            }
            _ => {}
        }
    }
}

fn head(unit: u64, shape: Shape, exchange: Option<u64>, reader: Reader) -> Head {
    Head { unit, shape, exchange, reader, said: Said::Command }
}

/// Whether a line reads as an answer to a challenge that was not seen: one word.
fn is_answer(wire: &Wire, text: &[u8]) -> bool {
    !text.contains(&b' ') || wire.holes.first().is_some_and(|h| h.start == 0 && h.end >= text.len())
}

fn role(found: &Opening, wire: &Wire, len: usize) -> Role {
    if let Some(verb) = found.known {
        return verb.args;
    }
    let mut cursor = Cursor::new(wire, found.rest, len, len);
    let text = |(a, b): (usize, usize)| String::from_utf8_lossy(&wire.bytes[a..b]).into_owned();
    let tag = found.tag.map(text).unwrap_or_default();
    let next = cursor.word().map(text).unwrap_or_default();
    verbs::unknown(&tag, &found.name, &next)
}

fn opening_faults(found: &Opening, wire: &Wire) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Some((start, end)) = found.tag else {
        return vec![Fault { at: 0, id: "fault-missing-tag" }];
    };
    let first = start.min(found.verb.map_or(start, |v| v.0));
    if first > 0 || found.verb.is_some_and(|(verb, _)| verb > end + 1) {
        faults.push(Fault { at: if first > 0 { 0 } else { end }, id: "fault-extra-space" });
    }
    // RFC 9051 §9: a tag is any ASTRING-CHAR except "+".
    let odd = |b: &u8| !b.is_ascii_graphic() || b"(){%*\"\\+".contains(b);
    if let Some(at) = wire.bytes[start..end].iter().position(odd) {
        faults.push(Fault { at: start + at, id: "fault-bad-tag" });
    }
    if found.verb.is_none() {
        faults.push(Fault { at: end, id: "fault-missing-command" });
    }
    faults
}
