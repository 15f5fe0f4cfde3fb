//! The server's side: status lines, response codes (RFC 2449 §8), lists, messages, and what they change.

use super::super::frame::{Block, Taken, line_faults};
use super::command::is_multi_line;
use super::{Answer, Ends, Found, Mode, Pending, Pop3};
use crate::dialect::smtp::command::words;
use crate::dialect::{Capability, Phase};
use crate::dialogue::unit::MAX_PIECE;
use crate::dialogue::{Fault, Shape, Side, Token, TokenKind};

/// What a status line begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Ok,
    Err,
    More,
}

impl Status {
    /// The status, and where it ends.
    fn of(line: &[u8]) -> Option<(Status, usize)> {
        let begins = |word: &[u8]| line.get(..word.len()).is_some_and(|l| l.eq_ignore_ascii_case(word));
        match line {
            _ if begins(b"+OK") => Some((Status::Ok, 3)),
            _ if begins(b"-ERR") => Some((Status::Err, 4)),
            // RFC 5034 §4: `+` and a blank; pastes lose the blank.
            [b'+'] | [b'+', b' ', ..] => Some((Status::More, 1)),
            _ => None,
        }
    }
}

impl Pop3 {
    pub(super) fn advance_server(&mut self) -> bool {
        if let Answer::Body { at, lost: false, .. } = &mut self.answer {
            let Some(taken) = self.server.block(at, true) else { return false };
            if taken.whole {
                self.end_body(taken)
            } else {
                self.body_piece(taken)
            }
            return true;
        }
        let Some(taken) = self.server.line() else { return false };
        if let Some(ends) = self.overlong {
            self.server_rest(taken, ends);
            return true;
        }
        match self.answer {
            Answer::Status => self.status_line(taken),
            Answer::List(_) => self.list_line(taken),
            Answer::Body { .. } => self.lost_body_line(taken),
        }
        true
    }

    fn body_piece(&mut self, taken: Taken) {
        self.out.piece(Side::Server, taken, Vec::new(), Vec::new());
    }

    fn end_body(&mut self, taken: Taken) {
        let faults = line_faults(&taken, true);
        self.out.piece(Side::Server, taken, vec![Token::new(TokenKind::Dot, 0, 1)], faults);
        self.out.close(Side::Server, true, true);
        self.answer = Answer::Status;
        self.settle();
    }

    /// A message with a gap in it is read by lines: its dot may be among what is missing, and then a status
    /// line that answers another command is the first sign of it.
    fn lost_body_line(&mut self, taken: Taken) {
        let Answer::Body { begins, .. } = &mut self.answer else { return };
        let fresh = std::mem::replace(begins, taken.whole);
        let text = &taken.wire.bytes[..taken.text_len()];
        if fresh && text == b"." && taken.whole {
            return self.end_body(taken);
        }
        if fresh && self.pending.len() > 1 && matches!(Status::of(text), Some((Status::Ok | Status::Err, _)))
        {
            self.give_up_answer();
            return self.status_line(taken);
        }
        self.body_piece(taken);
    }

    /// The answer under way will not be ended: the next one has begun.
    fn give_up_answer(&mut self) {
        self.out.close(Side::Server, false, true);
        self.answer = Answer::Status;
        self.settle();
    }

    /// The rest of an overlong line.
    fn server_rest(&mut self, taken: Taken, ends: Ends) {
        let whole = taken.whole;
        self.out.piece(Side::Server, taken, Vec::new(), Vec::new());
        if whole {
            self.overlong = None;
            self.end_line(ends);
        }
    }

    /// Adds a line to the open unit; if it is whole, what it ends is ended.
    fn line(&mut self, taken: Taken, tokens: Vec<Token>, faults: Vec<Fault>, ends: Ends) {
        let whole = taken.whole;
        self.out.piece(Side::Server, taken, tokens, faults);
        match whole {
            true => self.end_line(ends),
            false => self.overlong = Some(ends),
        }
    }

    fn end_line(&mut self, ends: Ends) {
        match ends {
            Ends::Line => {}
            Ends::Unit => self.out.close(Side::Server, true, false),
            Ends::Status { positive } => self.end_status(positive),
        }
    }

    fn status_line(&mut self, taken: Taken) {
        let text = &taken.wire.bytes[..taken.text_len()];
        let mut faults = line_faults(&taken, true);
        let Some((status, end)) = Status::of(text) else {
            faults.push(Fault { at: 0, id: "fault-no-status" });
            self.out.open(Side::Server, Shape::Junk, None, None);
            return self.line(taken, Vec::new(), faults, Ends::Unit);
        };
        if !matches!(&text[..end], b"+OK" | b"-ERR" | b"+") {
            // RFC 1939 §3: the server must send the status in capitals.
            faults.push(Fault { at: 0, id: "fault-status-case" });
        }
        let front = if self.greeted { self.pending.front() } else { None };
        let exchange = front.map(|p| p.exchange);
        let asked = front.map(|p| p.verb == "AUTH" && !p.argument.is_empty());
        if status == Status::More {
            if asked != Some(true) {
                faults.push(Fault { at: 0, id: "fault-unasked" });
            }
            return self.continuation(taken, exchange.filter(|_| asked == Some(true)), faults);
        }
        // A server that hangs up may say `-ERR` unasked; anything else is odd.
        let excused = status == Status::Err || self.lost[Side::Client as usize];
        if self.greeted && asked.is_none() && !excused {
            faults.push(Fault { at: 0, id: "fault-unasked" });
        }
        self.lost[Side::Server as usize] = false;
        let shape = if self.greeted { Shape::Response } else { Shape::Greeting };
        let tokens = self.status_tokens(text, status, end);
        self.out.open(Side::Server, shape, exchange, None);
        self.line(taken, tokens, faults, Ends::Status { positive: status == Status::Ok });
    }

    fn continuation(&mut self, taken: Taken, exchange: Option<u64>, faults: Vec<Fault>) {
        let text = &taken.wire.bytes[..taken.text_len()];
        let mut tokens = vec![Token::new(TokenKind::Status, 0, 1)];
        if text.len() > 2 {
            let kind = self.sasl.as_ref().map_or(TokenKind::Text, |s| s.server(&text[2..]));
            tokens.push(Token::new(kind, 2, text.len()));
        }
        if let Some(exchange) = exchange {
            self.state.sasl = self.sasl.as_ref().map(|s| s.mechanism.clone());
            self.mode = Mode::Sasl(exchange);
        }
        self.out.open(Side::Server, Shape::Continuation, exchange, None);
        self.line(taken, tokens, faults, Ends::Unit);
    }

    /// The words of a status line; what the human text tells is kept at once.
    fn status_tokens(&mut self, text: &[u8], status: Status, end: usize) -> Vec<Token> {
        let mut tokens = vec![Token::new(TokenKind::Status, 0, end)];
        let mut from = text[end..].iter().position(|b| *b != b' ').map_or(text.len(), |n| end + n);
        if status == Status::Err
            && let Some(len) = response_code(&text[from..])
        {
            tokens.push(Token::new(TokenKind::ResponseCode, from + 1, from + len - 1));
            from = (from + len + 1).min(text.len());
        }
        if !self.greeted {
            if let Some((start, stop)) = timestamp(text, from) {
                if start > from {
                    tokens.push(Token::new(TokenKind::Text, from, trimmed(text, from, start)));
                }
                tokens.push(Token::new(TokenKind::Word, start, stop));
                let stamp = String::from_utf8_lossy(&text[start..stop]).into_owned();
                let host = stamp.trim_end_matches('>').rsplit('@').next().map(str::to_owned);
                self.state.server_name = host;
                self.state.timestamp = Some(stamp);
                from = text[stop..].iter().position(|b| *b != b' ').map_or(text.len(), |n| stop + n);
            }
        } else if status == Status::Ok {
            from = self.figures(text, from, &mut tokens);
        }
        if from < text.len() {
            tokens.push(Token::new(TokenKind::Text, from, text.len()));
        }
        tokens
    }

    /// The figures at the beginning of a positive answer: `2 320` to STAT, `2 200` to LIST 2, `120` to RETR.
    /// Gives where the text begins.
    fn figures(&mut self, text: &[u8], from: usize, tokens: &mut Vec<Token>) -> usize {
        use TokenKind::{Number, Set, Word};
        let Some(front) = self.pending.front() else { return from };
        let single = !front.argument.is_empty();
        let kinds: &[TokenKind] = match front.verb.as_str() {
            "STAT" => &[Number, Number],
            "LIST" if single => &[Set, Number],
            "UIDL" if single => &[Set, Word],
            "RETR" | "TOP" | "LAST" | "LIST" => &[Number],
            _ => &[],
        };
        let mut end = from;
        for (kind, &(start, stop)) in kinds.iter().zip(&words(text, from)) {
            if *kind != Word && number(&text[start..stop]).is_none() {
                break;
            }
            tokens.push(Token::new(*kind, start, stop));
            end = (stop + 1).min(text.len());
        }
        let told = match front.verb.as_str() {
            "STAT" => words(text, from).first().and_then(|w| number(&text[w.0..w.1])),
            "PASS" | "APOP" | "AUTH" | "LIST" if !single || front.verb != "LIST" => messages(text, from),
            _ => None,
        };
        if let Some(n) = told {
            // Marked messages are not counted by the server, but keep their numbers (RFC 1939 §5).
            self.state.messages = Some(n.saturating_add(self.state.deleted.len() as u64));
        }
        end
    }

    /// The status line is whole: lines follow it, or the exchange ends.
    fn end_status(&mut self, positive: bool) {
        if !self.greeted {
            self.greeted = true;
            if positive {
                self.state.phase = Phase::Authorization;
            }
            self.out.close(Side::Server, true, false);
            return;
        }
        let Some(front) = self.pending.front() else {
            self.out.close(Side::Server, true, false);
            return;
        };
        let (body, exchange) = (matches!(front.verb.as_str(), "RETR" | "TOP"), front.exchange);
        if positive && is_multi_line(&front.verb, &front.argument) {
            if body {
                self.out.close(Side::Server, true, false);
                self.out.open(Side::Server, Shape::Data, Some(exchange), None);
                self.answer = Answer::Body { at: Block::LineStart, lost: false, begins: true };
            } else {
                self.answer = Answer::List(Found::default());
            }
            self.logged_in_it_seems();
            return;
        }
        self.out.close(Side::Server, true, true);
        if positive {
            self.logged_in_it_seems();
        }
        self.effect(positive);
    }

    fn list_line(&mut self, taken: Taken) {
        let text = &taken.wire.bytes[..taken.text_len()];
        let mut faults = line_faults(&taken, true);
        if text.trim_ascii_end() == b"." && taken.whole {
            if text.len() > 1 {
                faults.push(Fault { at: 1, id: "fault-trailing-blank" });
            }
            return self.end_list(taken, faults);
        }
        // No list has such a line: its dot is missing, and the next command is being answered.
        if self.pending.len() > 1 && matches!(Status::of(text), Some((Status::Ok | Status::Err, _))) {
            self.give_up_answer();
            return self.status_line(taken);
        }
        let tokens = self.list_tokens(text);
        self.line(taken, tokens, faults, Ends::Line);
    }

    fn list_tokens(&mut self, text: &[u8]) -> Vec<Token> {
        use TokenKind::{Capability as Name, Mechanism, Number, Parameter, Set, Text, Word};
        let (Some(front), Answer::List(found)) = (self.pending.front(), &mut self.answer) else {
            return Vec::new();
        };
        found.lines += 1;
        // A line that begins with a dot has one more on the wire (RFC 1939 §3).
        let spans = words(text, usize::from(text.first() == Some(&b'.')));
        let (kinds, rest) = match front.verb.as_str() {
            "CAPA" => (&[Name][..], Parameter),
            "LIST" => (&[Set, Number][..], Word),
            "UIDL" => (&[Set, Word][..], Word),
            "AUTH" => (&[Mechanism][..], Text),
            _ => (&[Word][..], Text),
        };
        if front.verb == "CAPA"
            && let (Some(name), Some(last)) = (spans.first(), spans.last())
            && found.kept + text.len() <= MAX_PIECE
        {
            found.kept += text.len();
            let part = |s: usize, e: usize| String::from_utf8_lossy(&text[s..e]).into_owned();
            let args = spans.get(1).map_or(String::new(), |second| part(second.0, last.1));
            found.capabilities.push(Capability { name: part(name.0, name.1), args });
        }
        let kind = |i: usize| kinds.get(i).copied().unwrap_or(rest);
        spans.iter().enumerate().map(|(i, &(start, end))| Token::new(kind(i), start, end)).collect()
    }

    fn end_list(&mut self, taken: Taken, faults: Vec<Fault>) {
        self.out.piece(Side::Server, taken, vec![Token::new(TokenKind::Dot, 0, 1)], faults);
        self.out.close(Side::Server, true, true);
        let answer = std::mem::take(&mut self.answer);
        if let (Answer::List(found), Some(front)) = (answer, self.pending.front()) {
            match front.verb.as_str() {
                "CAPA" => self.state.capabilities = Some(found.capabilities),
                // What the server says in figures comes first: a record may be shortened.
                "LIST" if self.state.messages.is_none() => {
                    let n = found.lines.saturating_add(self.state.deleted.len() as u64);
                    self.state.messages = Some(n);
                }
                _ => {}
            }
        }
        self.settle();
    }

    /// A multi-line answer is over.
    fn settle(&mut self) {
        self.pending.pop_front();
        self.look_ahead();
    }

    /// A dialogue that was seen from its middle on: what only works after a login tells of one.
    fn logged_in_it_seems(&mut self) {
        let verb = self.pending.front().map(|p| p.verb.as_str());
        let needs_login =
            matches!(verb, Some("STAT" | "LIST" | "UIDL" | "RETR" | "TOP" | "DELE" | "RSET" | "LAST"));
        if needs_login && matches!(self.state.phase, Phase::Connected | Phase::Authorization) {
            self.state.phase = Phase::Transaction;
        }
    }

    /// What a single-line response changes.
    fn effect(&mut self, positive: bool) {
        let Some(Pending { verb, argument, .. }) = self.pending.pop_front() else { return };
        let state = &mut self.state;
        match verb.as_str() {
            "USER" => self.named = positive.then_some(argument),
            "PASS" if positive => {
                state.phase = Phase::Transaction;
                state.user = self.named.take();
            }
            "APOP" if positive => {
                state.phase = Phase::Transaction;
                state.user = Some(argument);
            }
            "AUTH" if !argument.is_empty() => {
                state.sasl = None;
                let sasl = self.sasl.take();
                if positive {
                    state.phase = Phase::Transaction;
                    state.user = sasl.and_then(|s| s.user().map(str::to_owned));
                }
                self.mode = Mode::Command;
            }
            "STLS" => self.mode = if positive { Mode::Tls } else { Mode::Command },
            "DELE" if positive => {
                if let Ok(n) = argument.parse()
                    && !state.deleted.contains(&n)
                    && state.deleted.len() < super::MAX_PENDING
                {
                    state.deleted.push(n);
                }
            }
            "RSET" if positive => state.deleted.clear(),
            "QUIT" => {
                // Also after -ERR, some messages not removed (RFC 1939 §6), the server closes.
                state.phase = Phase::Logout;
                self.mode = Mode::Command;
            }
            _ => {}
        }
        self.look_ahead();
    }
}

/// The length of `[CODE]` or `[LEVEL/LEVEL]` at the beginning (RFC 2449 §3, §8); an address in brackets is none.
fn response_code(text: &[u8]) -> Option<usize> {
    let end = text.iter().position(|b| *b == b']')?;
    let inside = text[..end].strip_prefix(b"[")?;
    let level = |l: &[u8]| l.iter().all(|b| b.is_ascii_graphic() && *b != b'[') && !l.is_empty();
    let named = inside.first().is_some_and(u8::is_ascii_alphabetic);
    (named && inside.split(|b| *b == b'/').all(level)).then_some(end + 1)
}

/// Where APOP's time stamp stands: `<process.clock@host>` (RFC 1939 §7).
fn timestamp(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut start = None;
    for i in from..text.len() {
        match (text[i], start) {
            (b'<', _) => start = Some(i),
            (b'>', Some(open)) => {
                let inside = &text[open + 1..i];
                let at = inside.iter().position(|b| *b == b'@').unwrap_or(0);
                if at > 0 && at + 1 < inside.len() {
                    return Some((open, i + 1));
                }
                start = None;
            }
            (b, _) if !b.is_ascii_graphic() => start = None,
            _ => {}
        }
    }
    None
}

/// `text[from..end]` without the blanks at its end: where it ends then.
fn trimmed(text: &[u8], from: usize, end: usize) -> usize {
    from + text[from..end].trim_ascii_end().len()
}

fn number(word: &[u8]) -> Option<u64> {
    let digits = !word.is_empty() && word.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(word).ok().filter(|_| digits)?.parse().ok()
}

/// How many messages a text for people tells: `2 messages (320 octets)`.
fn messages(text: &[u8], from: usize) -> Option<u64> {
    let spans = words(text, from);
    spans.windows(2).find_map(|pair| {
        let noun = &text[pair[1].0..pair[1].1];
        let message = noun.get(..7).is_some_and(|w| w.eq_ignore_ascii_case(b"message"));
        number(&text[pair[0].0..pair[0].1]).filter(|_| message)
    })
}
