//! What POP3's words mean, and what goes wrong with them.
//!
//! Notes on a command are said at its close ([`lint`] has what is odd about it), those on a response after its
//! last line ([`reply`]); those on RETR's and TOP's status line wait for the message to end.

mod lint;
mod reply;

use std::collections::BTreeMap;

use super::checks::fit;
use super::message::{Message, MessageReader, header_notes};
use super::{Explain, Moment, sasl};
use crate::dialect::{Phase, State};
use crate::dialogue::{Level, Note, Piece, Shape, Side, Step, Token, TokenKind, UnitEnd, UnitHead};
use crate::knowledge::{Fact, Table, find};

/// The most commands whose responses are waited for.
const MAX_ASKED: usize = 10_000;

/// Explains one POP3 dialogue.
#[derive(Debug, Default)]
pub struct Pop3Explain {
    open: [Option<Unit>; 2],
    /// Commands without their response yet, by exchange.
    asked: BTreeMap<u64, Asked>,
    /// What RETR's or TOP's status line said, until its message has come.
    fetch: Option<Fetch>,
    /// The SASL exchange under way: mechanism, and messages of the client so far.
    mechanism: String,
    steps: usize,
    /// USER was taken, so PASS may come.
    named: bool,
    /// Commands before the login that made no sense to the server.
    bad: u64,
    /// What the last CAPA listed.
    capabilities: Vec<String>,
    /// It is known that the session was a login's.
    logged_in: bool,
}

/// An open unit.
#[derive(Debug)]
struct Unit {
    head: UnitHead,
    /// The first line.
    first: Option<Piece>,
    /// Notes of its lines.
    inner: Vec<Note>,
    tally: Tally,
}

/// What the lines of a list add up to.
#[derive(Debug, Default)]
struct Tally {
    lines: u64,
    octets: u64,
    capabilities: Vec<String>,
    /// The first unique-id, and whether all are of Dovecot's form with the same second half.
    uid: Option<String>,
    dovecot: bool,
}

/// A command that waits for its response.
#[derive(Clone, Debug, Default)]
struct Asked {
    verb: String,
    argument: String,
    /// No table knows the verb.
    unknown: bool,
}

/// A message under way.
#[derive(Debug)]
struct Fetch {
    verb: String,
    announced: Option<u64>,
    notes: Vec<Note>,
    reader: MessageReader,
    /// Something was masked, so its octets are not the wire's.
    masked: bool,
}

/// The octets are not those announced; where white space seems lost, what would make them fit.
fn octets_differ(announced: u64, message: &Message) -> Note {
    let note = |id| Note::new(Level::Hint, id).with("announced", announced).with("received", message.octets);
    match fit(announced, message) {
        Some(fit) => note("lint-pop-octets-fit")
            .with("folds", fit.folds)
            .with("empty", fit.empty)
            .with("blanks", fit.blanks),
        None => note("lint-pop-octets-differ"),
    }
}

/// A note of a fact.
fn fact_note(level: Level, fact: &'static Fact) -> Note {
    let mut note = Note::new(level, fact.id);
    note.cites.extend(fact.cites);
    note
}

impl Explain for Pop3Explain {
    fn step(&mut self, step: &Step, moment: Moment<'_>, say: &mut Vec<Note>) {
        match step {
            Step::Open(head) => {
                let unit = Unit {
                    head: head.clone(),
                    first: None,
                    inner: Vec::new(),
                    tally: Tally { dovecot: true, ..Tally::default() },
                };
                self.open[head.side as usize] = Some(unit);
            }
            Step::Piece(piece) => self.piece(piece),
            Step::Close(end) => self.close(end, moment, say),
            _ => {}
        }
    }

    fn end(&mut self, state: &State, say: &mut Vec<Note>) {
        let marked = state.deleted.len() as u64;
        if !self.logged_in {
            return;
        }
        if state.phase != Phase::Logout {
            if marked > 0 {
                let note = Note::new(Level::Warn, "end-pop-not-deleted").with("marked", marked);
                say.push(note.cite("RFC 1939 §6"));
            }
            return;
        }
        if let Some(messages) = state.messages {
            let left = messages.saturating_sub(marked);
            say.push(Note::new(Level::State, "end-pop-stays").with("left", left).with("deleted", marked));
        } else if marked == 0 {
            // Nobody asked how many there are; what DELE did not mark stays all the same.
            say.push(Note::new(Level::State, "end-pop-stays-all"));
        }
    }
}

impl Pop3Explain {
    fn side_of(&self, n: u64) -> Option<usize> {
        self.open.iter().position(|o| o.as_ref().is_some_and(|u| u.head.n == n))
    }

    fn piece(&mut self, piece: &Piece) {
        let Some(side) = self.side_of(piece.n) else { return };
        let Some(unit) = self.open[side].as_mut() else { return };
        if unit.head.shape == Shape::Data {
            if let Some(fetch) = &mut self.fetch
                && piece.token(TokenKind::Dot).is_none()
            {
                fetch.masked |= !piece.wire.holes.is_empty();
                fetch.reader.feed(&piece.wire.bytes);
            }
            return;
        }
        if unit.first.is_none() {
            unit.first = Some(piece.clone());
        } else if unit.head.side == Side::Server && piece.token(TokenKind::Dot).is_none() {
            unit.list_line(piece);
        }
    }

    fn close(&mut self, end: &UnitEnd, moment: Moment<'_>, say: &mut Vec<Note>) {
        let Some(unit) = self.side_of(end.n).and_then(|side| self.open[side].take()) else { return };
        let exchange = unit.head.exchange;
        match unit.head.shape {
            Shape::Command => self.command(&unit, moment, say),
            Shape::Sasl => self.sasl_line(&unit, say),
            Shape::Continuation => self.continuation(&unit, say),
            Shape::Greeting => reply::greeting(&unit, moment, say),
            Shape::Response => self.response(unit, end, moment, say),
            Shape::Data => self.message(end, say),
            _ => {}
        }
        if end.last
            && let Some(exchange) = exchange
        {
            self.asked.remove(&exchange);
        }
        self.logged_in |= moment.after.phase == Phase::Transaction;
    }

    fn command(&mut self, unit: &Unit, moment: Moment<'_>, say: &mut Vec<Note>) {
        let Some(piece) = &unit.first else { return };
        let verb = piece.word(TokenKind::Verb).unwrap_or_default().to_ascii_uppercase();
        let argument = lint::argument(piece);
        let fact = find(Table::PopCommand, &verb);
        if let Some(fact) = fact {
            say.push(fact_note(Level::Explain, fact).label(&verb));
        }
        if let Some(fact) = find(Table::Sasl, &argument).filter(|_| verb == "AUTH") {
            say.push(fact_note(Level::Explain, fact).label(&argument).inner());
        }
        let seen = lint::Seen {
            verb: &verb,
            argument: &argument,
            fact,
            // A command changes nothing yet, and `before` does not know of TLS that started since.
            state: moment.after,
            // With answers outstanding nobody knows the state in which this one will be read.
            settled: self.asked.is_empty(),
            named: self.named,
            tls: unit.head.tls,
        };
        lint::command(&seen, say);
        if verb == "AUTH" && !argument.is_empty() {
            (self.mechanism, self.steps) = (argument.to_ascii_uppercase(), 0);
            // The token behind the mechanism is the initial response.
            if let Some(token) = piece.tokens.get(2) {
                say.extend(sasl::client_note(&argument, 0, piece, token, unit.head.tls));
                self.steps = 1;
            }
        }
        if let Some(exchange) = unit.head.exchange
            && self.asked.len() < MAX_ASKED
        {
            let unknown = fact.is_none();
            self.asked.insert(exchange, Asked { verb, argument, unknown });
        }
    }

    fn sasl_line(&mut self, unit: &Unit, say: &mut Vec<Note>) {
        let Some(piece) = &unit.first else { return };
        let empty = Token::new(TokenKind::Word, 0, 0);
        let token = piece.tokens.first().unwrap_or(&empty);
        say.extend(sasl::client_note(&self.mechanism, self.steps, piece, token, unit.head.tls));
        self.steps += 1;
    }

    fn continuation(&mut self, unit: &Unit, say: &mut Vec<Note>) {
        let Some(piece) = &unit.first else { return };
        if let Some(fact) = find(Table::PopStatus, "+") {
            say.push(fact_note(Level::Explain, fact).label("+"));
        }
        if unit.head.exchange.is_some() {
            say.extend(sasl::server_note(&self.mechanism, piece, piece.tokens.get(1)));
        }
    }

    /// The message after RETR's or TOP's status line has come.
    fn message(&mut self, end: &UnitEnd, say: &mut Vec<Note>) {
        let Some(fetch) = self.fetch.take() else { return };
        say.extend(fetch.notes);
        let message = fetch.reader.finish();
        if !end.complete {
            say.push(Note::new(Level::Warn, "lint-pop-message-cut").with("octets", message.octets));
        } else if fetch.verb == "RETR" {
            let received = message.octets;
            say.push(match fetch.announced {
                _ if fetch.masked => Note::new(Level::Explain, "note-pop-stays"),
                Some(n) if n == received => {
                    Note::new(Level::Explain, "note-pop-octets-same").with("octets", received)
                }
                Some(n) => octets_differ(n, &message),
                None => Note::new(Level::Explain, "note-pop-octets").with("octets", received),
            });
        } else {
            say.push(Note::new(Level::Explain, "note-pop-top").with("lines", message.body_lines));
        }
        if message.stuffed_lines > 0 {
            let note = Note::new(Level::Explain, "note-pop-stuffed").with("lines", message.stuffed_lines);
            say.push(note.cite("RFC 1939 §3"));
        }
        say.extend(header_notes(&message, true));
    }
}

#[cfg(test)]
mod tests;
