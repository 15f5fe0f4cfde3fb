//! What IMAP's words mean, and what goes wrong with them (RFC 9051).
//!
//! What a command is gets said when it is sent; what came back, after its tagged response, since the untagged
//! lines before it are part of the answer: they are *gathered*, so that thirteen FETCH lines become one note.
//! What belongs to no command (news, IDLE's pushes) is said at once.

mod command;
mod gather;
mod lint;
mod response;
mod rights;
mod state;
mod structure;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::message::{MessageReader, header_notes};
use super::{Explain, Moment, topics};
use crate::dialect::{Phase, State};
use crate::dialogue::{Level, Note, Piece, Shape, Side, Step, Token, TokenKind, UnitEnd, UnitHead};
use crate::knowledge::Fact;
use gather::Gathered;

/// Words of one line that are looked at.
const MOST_WORDS: usize = 4096;
/// Commands that may be pending; beyond, the oldest is forgotten.
const MOST_PENDING: usize = 1000;

/// The explainer of one IMAP dialogue.
#[derive(Debug, Default)]
pub struct ImapExplain {
    /// Units that are open, at most one a side.
    open: Vec<Unit>,
    /// A command (first) or response that goes on after a literal.
    partial: [Option<Line>; 2],
    /// Commands that have not been answered.
    pending: VecDeque<Exchange>,
    /// What was explained of the capabilities.
    capabilities: Option<Vec<String>>,
    /// What is explained once in a dialogue, whatever the words are.
    once: Vec<&'static str>,
    /// Whether anybody has logged in.
    inside: bool,
    /// Messages that an EXPUNGE of this session removed.
    deleted: u64,
}

/// A unit under way.
#[derive(Debug)]
struct Unit {
    head: UnitHead,
    words: Vec<Word>,
    /// A SASL line: said when its unit closes.
    notes: Vec<Note>,
    reader: Option<MessageReader>,
    /// The server's text, up to a limit, with the literals in it.
    raw: Vec<u8>,
}

/// A word of a line. A secret's text is left out.
#[derive(Clone, Debug)]
struct Word {
    kind: TokenKind,
    text: String,
}

/// A command or response with its parts around literals put together.
#[derive(Debug)]
struct Line {
    head: UnitHead,
    words: Vec<Word>,
    /// What the literals said of messages.
    notes: Vec<Note>,
    /// A FETCH answer's text, where it has lists that are taken apart.
    raw: Vec<u8>,
}

/// A command and what has come for it.
#[derive(Debug)]
struct Exchange {
    id: u64,
    tag: String,
    /// In upper case: `UID FETCH`.
    verb: String,
    words: Vec<Word>,
    /// Whether a literal was announced whose octets have not gone out.
    literal: bool,
    /// SASL: the mechanism, and how many messages the client has sent.
    sasl: Option<(String, usize)>,
    gathered: Gathered,
}

impl Exchange {
    /// The verb without `UID `.
    fn bare(&self) -> &str {
        self.verb.strip_prefix("UID ").unwrap_or(&self.verb)
    }
}

impl Line {
    /// The last item that it names, in capitals.
    fn item(&self) -> String {
        let item = self.words.iter().rev().find(|word| word.is(TokenKind::Item));
        item.map(|word| word.text.to_ascii_uppercase()).unwrap_or_default()
    }

    /// A literal among the text, as the quoted string that it could have been.
    fn add_literal(&mut self, content: &[u8]) {
        let room = structure::MOST.saturating_sub(self.raw.len());
        let begin = self.raw.iter().rposition(|b| *b == b'{').unwrap_or(self.raw.len());
        self.raw.truncate(begin);
        let escaped = content.iter().flat_map(|b| {
            let escape = matches!(b, b'"' | b'\\').then_some(b'\\');
            escape.into_iter().chain([*b])
        });
        self.raw.extend(std::iter::once(b'"').chain(escaped.take(room)).chain([b'"']));
    }

    /// What its lists say, where it has some that are taken apart.
    fn structure(&self) -> Vec<Note> {
        let listed =
            |w: &Word| ["ENVELOPE", "BODYSTRUCTURE", "BODY"].iter().any(|i| w.text.eq_ignore_ascii_case(i));
        match self.words.iter().any(|w| w.is(TokenKind::Item) && listed(w)) {
            true => structure::notes(&self.raw),
            false => Vec::new(),
        }
    }
}

impl Word {
    fn is(&self, kind: TokenKind) -> bool {
        self.kind == kind
    }
}

fn word(piece: &Piece, token: &Token) -> Word {
    let text = match (token.kind, piece.wire.bytes.get(token.end)) {
        (TokenKind::Secret, _) => String::new(),
        // The sign of a literal that does not wait (RFC 7888) stands behind its number.
        (TokenKind::Count, Some(b'+' | b'-')) => format!("{}+", piece.text(token)),
        _ => piece.text(token),
    };
    Word { kind: token.kind, text }
}

/// Whether a parenthesis stands before a search key, which is no token.
fn opens_group(piece: &Piece, token: &Token) -> bool {
    let before = token.start.checked_sub(1).and_then(|at| piece.wire.bytes.get(at));
    matches!(token.kind, TokenKind::Key | TokenKind::Set) && before == Some(&b'(')
}

fn is_search(verb: &str) -> bool {
    verb.split_whitespace().next_back().is_some_and(|last| last.eq_ignore_ascii_case("SEARCH"))
}

/// The first word of a kind.
fn first(words: &[Word], kind: TokenKind) -> Option<&str> {
    words.iter().find(|w| w.kind == kind).map(|w| w.text.as_str())
}

/// The texts of a kind.
fn all(words: &[Word], kind: TokenKind) -> impl Iterator<Item = &str> {
    words.iter().filter(move |w| w.kind == kind).map(|w| w.text.as_str())
}

/// A note that says what a fact's word means here.
fn fact_note(fact: &'static Fact, label: impl Into<String>, arg: &str) -> Note {
    topics::fact_note(fact, label).with("arg", arg)
}

impl Explain for ImapExplain {
    fn step(&mut self, step: &Step, moment: Moment<'_>, say: &mut Vec<Note>) {
        match step {
            Step::Open(head) => self.begin(head),
            Step::Piece(piece) => self.piece(piece, moment),
            Step::Close(end) => self.close(end, moment, say),
            _ => {}
        }
        self.inside |= matches!(moment.after.phase, Phase::Authenticated | Phase::Selected);
    }

    /// RFC 9051 §1: the mailboxes are the server's; a session leaves nothing behind but what it changed there.
    fn end(&mut self, _state: &State, say: &mut Vec<Note>) {
        let id = match (self.inside, self.deleted) {
            (false, _) => return,
            (true, 0) => "end-imap-stays",
            (true, _) => "end-imap-deleted",
        };
        say.push(Note::new(Level::State, id).with("count", self.deleted));
    }
}

impl ImapExplain {
    fn begin(&mut self, head: &UnitHead) {
        let whole = head.shape == Shape::Literal && self.is_message(head.side);
        let reader = whole.then(|| MessageReader::new(false));
        self.open.retain(|unit| unit.head.side != head.side);
        self.open.push(Unit {
            head: head.clone(),
            words: Vec::new(),
            notes: Vec::new(),
            reader,
            raw: Vec::new(),
        });
    }

    /// Whether a literal that begins now holds a message, or its header.
    fn is_message(&self, side: Side) -> bool {
        let Some(line) = &self.partial[side as usize] else { return false };
        if side == Side::Client {
            return matches!(first(&line.words, TokenKind::Verb), Some(v) if v.eq_ignore_ascii_case("APPEND"));
        }
        let item = line.item();
        matches!(item.as_str(), "BODY[]" | "RFC822" | "RFC822.HEADER" | "RFC822.PEEK")
            || item.starts_with("BODY[HEADER")
    }

    fn piece(&mut self, piece: &Piece, moment: Moment<'_>) {
        let Some(at) = self.open.iter().position(|unit| unit.head.n == piece.n) else { return };
        let mut unit = self.open.swap_remove(at);
        if let Some(reader) = &mut unit.reader {
            reader.feed(&piece.wire.bytes);
        }
        if unit.head.side == Side::Server && unit.reader.is_none() {
            let room = structure::MOST.saturating_sub(unit.raw.len());
            unit.raw.extend(piece.wire.bytes.iter().take(room));
        }
        let notes = self.sasl_notes(&unit.head, piece, moment.after.tls);
        unit.notes.extend(notes);
        let room = MOST_WORDS.saturating_sub(unit.words.len());
        for token in piece.tokens.iter().take(room) {
            if opens_group(piece, token) && first(&unit.words, TokenKind::Verb).is_some_and(is_search) {
                unit.words.push(Word { kind: TokenKind::Key, text: "(".to_owned() });
            }
            unit.words.push(word(piece, token));
        }
        self.open.push(unit);
    }

    fn close(&mut self, end: &UnitEnd, moment: Moment<'_>, say: &mut Vec<Note>) {
        let Some(at) = self.open.iter().position(|unit| unit.head.n == end.n) else { return };
        let unit = self.open.swap_remove(at);
        match (unit.head.side, unit.head.shape) {
            (_, Shape::Literal) => self.literal(unit, end.complete),
            (Side::Client, Shape::Command) => self.command_line(unit, moment, say),
            (Side::Client, _) => say.extend(unit.notes),
            (Side::Server, Shape::Junk) => say.push(Note::new(Level::Warn, "note-imap-junk")),
            (Side::Server, Shape::Continuation) => self.continuation(unit, say),
            (Side::Server, _) => self.response_line(unit, moment, end.last, say),
        }
        state::notes(moment, say);
    }

    /// A literal is over.
    fn literal(&mut self, unit: Unit, complete: bool) {
        let Some(line) = &mut self.partial[unit.head.side as usize] else { return };
        let whole = !line.item().starts_with("BODY[HEADER.FIELDS");
        line.words.extend(unit.words);
        line.add_literal(&unit.raw);
        if let (Some(reader), Side::Server, true) = (unit.reader, unit.head.side, complete) {
            line.notes.extend(header_notes(&reader.finish(), whole));
        }
        let id = unit.head.exchange;
        if let Some(exchange) = self.pending.iter_mut().find(|e| Some(e.id) == id) {
            exchange.literal = false;
        }
    }

    /// Puts a line together with what came of it before a literal. None while more of it is to come.
    fn assemble(&mut self, unit: Unit) -> Option<Line> {
        let side = unit.head.side as usize;
        let more = unit.words.last().is_some_and(|w| w.is(TokenKind::Count));
        let begun = self.partial[side].take().filter(|_| unit.head.continues.is_some());
        let mut line =
            begun.unwrap_or(Line { head: unit.head, words: Vec::new(), notes: Vec::new(), raw: Vec::new() });
        let room = structure::MOST.saturating_sub(line.raw.len());
        line.raw.extend(unit.raw.into_iter().take(room));
        let room = MOST_WORDS.saturating_sub(line.words.len());
        line.words.extend(unit.words.into_iter().take(room));
        line.notes.extend(unit.notes);
        line.notes.truncate(MOST_WORDS);
        if !more {
            return Some(line);
        }
        self.partial[side] = Some(line);
        None
    }

    fn exchange(&mut self, id: Option<u64>) -> Option<&mut Exchange> {
        self.pending.iter_mut().find(|e| Some(e.id) == id)
    }

    /// Whether something that is explained once comes for the first time.
    fn first_time(&mut self, what: &'static str) -> bool {
        let new = !self.once.contains(&what);
        if new {
            self.once.push(what);
        }
        new
    }
}
