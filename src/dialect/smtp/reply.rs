//! The server's side: replies (RFC 5321 §4.2), enhanced status codes (RFC 2034), EHLO's keywords, and what a
//! reply changes.

use super::super::frame::{Taken, line_faults};
use super::{Mode, Reply, Smtp};
use crate::dialect::frame::Block;
use crate::dialect::{Capability, Envelope, Phase};
use crate::dialogue::unit::MAX_PIECE;
use crate::dialogue::{Fault, Shape, Side, Token, TokenKind};

impl Smtp {
    pub(super) fn advance_server(&mut self) -> bool {
        let Some(taken) = self.server.line() else { return false };
        // The rest of an overlong line.
        if self.out.current(Side::Server).is_some() && !self.line_began {
            self.line_began = taken.whole;
            let whole = taken.whole;
            self.out.piece(Side::Server, taken, Vec::new(), Vec::new());
            if whole && self.line_ends_reply {
                self.end_reply();
            }
            return true;
        }
        self.line_began = taken.whole;
        let text = &taken.wire.bytes[..taken.text_len()];
        let Some((code, more)) = code(text) else {
            self.stray_line(taken);
            return true;
        };
        let mut faults = line_faults(&taken, true);
        let first = self.reply.is_none();
        if first {
            self.open_reply(code, &mut faults);
        } else if self.reply.as_ref().is_some_and(|r| r.code != code) {
            faults.push(Fault { at: 0, id: "fault-code-changed" });
        }
        let tokens = self.reply_tokens(text, code, first);
        let whole = taken.whole;
        self.out.piece(Side::Server, taken, tokens, faults);
        self.line_ends_reply = !more;
        if !more && whole {
            self.end_reply();
        }
        true
    }

    /// A line without a code: inside a multi-line reply a piece with a fault, elsewhere junk.
    fn stray_line(&mut self, taken: Taken) {
        if self.reply.is_some() {
            let mut faults = line_faults(&taken, true);
            faults.push(Fault { at: 0, id: "fault-no-code" });
            let end = taken.text_len();
            self.line_ends_reply = false;
            self.out.piece(Side::Server, taken, vec![Token::new(TokenKind::Text, 0, end)], faults);
        } else {
            self.line_ends_reply = true;
            self.junk(Side::Server, taken);
        }
    }

    fn open_reply(&mut self, code: [u8; 3], faults: &mut Vec<Fault>) {
        // A reply in the middle of the message: the server took something else for its end.
        // (A client that did not wait for the 354 has begun already.)
        let granted = &code == b"354" && self.pending.front().is_some_and(|p| p.verb == "DATA");
        if let Mode::Data(_, exchange) = self.turn
            && !granted
        {
            self.end_data(exchange, false);
        }
        self.reply = Some(Reply { code, ..Reply::default() });
        self.catch_up(code);
        let front = self.pending.front();
        let exchange = front.map(|p| p.exchange);
        let shape = match (self.greeted, front.map(|p| p.verb.as_str()), &code) {
            (false, ..) => Shape::Greeting,
            (_, Some("DATA"), b"354") | (_, Some("AUTH"), b"334") => Shape::Continuation,
            _ => Shape::Response,
        };
        // 421 may come at any time (RFC 5321 §3.8); anything else unasked is odd.
        let excused = self.lost[Side::Client as usize];
        if self.greeted && exchange.is_none() && &code != b"421" && !excused {
            faults.push(Fault { at: 0, id: "fault-unasked" });
        }
        let exchange = if shape == Shape::Greeting { None } else { exchange };
        self.out.open(Side::Server, shape, exchange, None);
    }

    /// After missing bytes, some codes tell which command they answer; what waited before it was answered there.
    fn catch_up(&mut self, code: [u8; 3]) {
        let verb = match &code {
            b"354" => "DATA",
            b"334" => "AUTH",
            b"221" => "QUIT",
            _ => return,
        };
        if self.lost[Side::Server as usize]
            && let Some(at) = self.pending.iter().position(|p| p.verb == verb)
        {
            self.pending.drain(..at);
            self.lost[Side::Server as usize] = false;
        }
    }

    fn reply_tokens(&mut self, text: &[u8], code: [u8; 3], first: bool) -> Vec<Token> {
        let mut tokens = vec![Token::new(TokenKind::Code, 0, 3)];
        let start = 4.min(text.len());
        let verb = self.pending.front().map(|p| p.verb.clone()).unwrap_or_default();
        let Some(reply) = &mut self.reply else { return tokens };
        reply.lines += 1;
        let introduces = matches!(verb.as_str(), "EHLO" | "LHLO") && code[0] == b'2' && self.greeted;
        if introduces && !first {
            let spans = super::command::words(text, start);
            let part = |s: &(usize, usize)| String::from_utf8_lossy(&text[s.0..s.1]).into_owned();
            if let (Some(name), Some(end)) = (spans.first(), spans.last()) {
                tokens.push(Token::new(TokenKind::Capability, name.0, name.1));
                for &(start, end) in &spans[1..] {
                    tokens.push(Token::new(TokenKind::Parameter, start, end));
                }
                let args = spans.get(1).map_or(String::new(), |s| part(&(s.0, end.1)));
                // A reply may have no end.
                if reply.kept + text.len() <= MAX_PIECE {
                    reply.kept += text.len();
                    reply.capabilities.push(Capability { name: part(name), args });
                }
            }
            return tokens;
        }
        if &code == b"334" && verb == "AUTH" {
            let kind = self.sasl.as_ref().map_or(TokenKind::Text, |s| s.server(&text[start..]));
            if start < text.len() {
                tokens.push(Token::new(kind, start, text.len()));
            }
            return tokens;
        }
        let mut from = start;
        if let Some(end) = enhanced(&text[start..]).map(|n| start + n) {
            tokens.push(Token::new(TokenKind::Enhanced, start, end));
            from = (end + 1).min(text.len());
        }
        if first && (introduces || !self.greeted || verb == "HELO") {
            let end = text[from..].iter().position(|b| *b == b' ').map_or(text.len(), |i| from + i);
            if end > from {
                tokens.push(Token::new(TokenKind::Domain, from, end));
                reply.name = String::from_utf8_lossy(&text[from..end]).into_owned();
                from = (end + 1).min(text.len());
            }
        }
        if from < text.len() {
            tokens.push(Token::new(TokenKind::Text, from, text.len()));
        }
        tokens
    }

    pub(super) fn end_reply(&mut self) {
        let Some(reply) = self.reply.take() else {
            self.out.close(Side::Server, true, false);
            return;
        };
        let class = reply.code[0];
        if !self.greeted {
            self.greeted = true;
            self.state.phase = if class == b'2' { Phase::Unintroduced } else { self.state.phase };
            self.state.server_name = Some(reply.name);
            self.out.close(Side::Server, true, false);
            return;
        }
        let continues = matches!(
            (self.pending.front().map(|p| p.verb.as_str()), &reply.code),
            (Some("DATA"), b"354") | (Some("AUTH"), b"334")
        );
        if continues {
            self.out.close(Side::Server, true, false);
            self.continuation(&reply);
            return;
        }
        let Some(pending) = self.pending.front_mut() else {
            self.out.close(Side::Server, true, false);
            return;
        };
        pending.replies = pending.replies.saturating_sub(1);
        if pending.replies > 0 {
            self.out.close(Side::Server, true, false);
            return;
        }
        self.out.close(Side::Server, true, true);
        self.effect(reply);
    }

    /// 354 and 334: the client's next bytes are a message, a SASL line.
    fn continuation(&mut self, reply: &Reply) {
        let exchange = self.pending.front().map_or(0, |p| p.exchange);
        if &reply.code == b"354" {
            // The command itself is answered; the final dot will wait for its own reply.
            self.pending.pop_front();
            self.state.phase = Phase::Data;
            if !matches!(self.turn, Mode::Data(..)) {
                self.out.open(Side::Client, Shape::Data, Some(exchange), None);
                self.turn = Mode::Data(Block::LineStart, exchange);
            }
        } else {
            self.state.sasl = self.sasl.as_ref().map(|s| s.mechanism.clone());
            self.turn = Mode::Sasl(exchange);
        }
    }

    /// What the reply that ends an exchange changes.
    fn effect(&mut self, reply: Reply) {
        let Some(pending) = self.pending.pop_front() else { return };
        let done = reply.code[0] == b'2';
        let state = &mut self.state;
        match pending.verb.as_str() {
            "EHLO" | "LHLO" if done => {
                state.phase = Phase::Ready;
                state.envelope = None;
                state.server_name = Some(reply.name);
                state.capabilities = Some(reply.capabilities);
            }
            "HELO" if done => {
                state.phase = Phase::Ready;
                state.envelope = None;
                state.capabilities = Some(Vec::new());
            }
            "MAIL" if done => {
                state.phase = Phase::Mail;
                state.envelope = Some(Envelope { reverse_path: pending.argument, forward_paths: Vec::new() });
            }
            "RCPT" if done => {
                state.phase = Phase::Rcpt;
                if let Some(envelope) = &mut state.envelope
                    && envelope.forward_paths.len() < 10_000
                {
                    envelope.forward_paths.push(pending.argument);
                }
            }
            "." => state.forget_transaction(),
            "BDAT" if pending.last || !done => state.forget_transaction(),
            "BDAT" => state.phase = Phase::Data,
            "RSET" if done => state.forget_transaction(),
            "DATA" => self.turn = Mode::Command,
            "STARTTLS" => self.turn = if done { Mode::Tls } else { Mode::Command },
            "AUTH" => {
                state.sasl = None;
                let sasl = self.sasl.take();
                if done {
                    state.user = sasl.and_then(|s| s.user().map(str::to_owned));
                }
                self.turn = Mode::Command;
            }
            "QUIT" if done => state.phase = Phase::Logout,
            _ => {}
        }
    }
}

impl crate::dialect::State {
    /// The mail transaction is over; where EHLO was never said, it still was not.
    fn forget_transaction(&mut self) {
        self.envelope = None;
        if matches!(self.phase, Phase::Mail | Phase::Rcpt | Phase::Data) {
            self.phase = if self.capabilities.is_some() { Phase::Ready } else { Phase::Unintroduced };
        }
    }
}

/// A reply line's code, and whether more lines follow.
fn code(line: &[u8]) -> Option<([u8; 3], bool)> {
    let code: [u8; 3] = line.get(..3)?.try_into().ok()?;
    // RFC 5321 §4.2: the first digit is 2 to 5, the second 0 to 5; odd ones are still codes.
    let digits = code.iter().all(u8::is_ascii_digit) && (b'1'..=b'5').contains(&code[0]);
    match line.get(3) {
        None | Some(b' ') if digits => Some((code, false)),
        Some(b'-') if digits => Some((code, true)),
        _ => None,
    }
}

/// The length of the enhanced status code at the beginning (RFC 2034 §4, RFC 3463 §2).
fn enhanced(text: &[u8]) -> Option<usize> {
    let end = text.iter().position(|b| *b == b' ').unwrap_or(text.len());
    let mut parts = text[..end].split(|b| *b == b'.');
    let class = parts.next()?;
    let (subject, detail) = (parts.next()?, parts.next()?);
    let number = |p: &[u8]| (1..=3).contains(&p.len()) && p.iter().all(u8::is_ascii_digit);
    let fits = matches!(class, b"2" | b"4" | b"5") && number(subject) && number(detail);
    (fits && parts.next().is_none()).then_some(end)
}
