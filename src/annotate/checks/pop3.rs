//! POP3: a maildrop does not change while a session has it locked (RFC 1939 §4), so all that is said of it must agree.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{MOST, Teller, number};
use crate::annotate::{Explain, Moment};
use crate::dialogue::{Level, Note, Piece, Shape, Side, Step, TokenKind, UnitHead};

/// Holds a POP3 session's answers against each other.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// Commands without their answer: exchange, verb, and the message it asked for.
    asked: HashMap<u64, (String, Option<u64>)>,
    open: Option<Answer>,
    command: Option<UnitHead>,
    stat: Option<Stat>,
    /// What LIST said of each message, and which unit.
    sizes: HashMap<u64, (u64, u64)>,
    /// The unique-id of each message, and which unit said it.
    ids: HashMap<u64, (String, u64)>,
    /// The message of each unique-id.
    messages: HashMap<String, u64>,
    told: Teller,
}

#[derive(Clone, Copy, Debug)]
struct Stat {
    unit: u64,
    count: u64,
    octets: u64,
}

/// A response under way.
#[derive(Debug)]
struct Answer {
    head: UnitHead,
    lines: u64,
    sum: u64,
    /// Every line had its figures.
    sound: bool,
    found: Vec<(Note, &'static str)>,
    /// The status line has been read.
    begun: bool,
    positive: bool,
}

fn warn(id: &'static str, about: u64) -> (Note, &'static str) {
    let mut note = Note::new(Level::Warn, id);
    note.about.push(about);
    (note, id)
}

impl Explain for Checks {
    fn step(&mut self, step: &Step, _: Moment<'_>, say: &mut Vec<Note>) {
        match step {
            Step::Open(head) if head.side == Side::Client && head.shape == Shape::Command => {
                self.command = Some(head.clone());
            }
            Step::Open(head) if head.side == Side::Server && head.shape == Shape::Response => {
                self.open = Some(Answer {
                    head: head.clone(),
                    lines: 0,
                    sum: 0,
                    sound: true,
                    found: Vec::new(),
                    begun: false,
                    positive: false,
                });
            }
            Step::Piece(piece) if self.command.as_ref().is_some_and(|head| head.n == piece.n) => {
                self.command(piece);
            }
            Step::Piece(piece) if self.open.as_ref().is_some_and(|open| open.head.n == piece.n) => {
                self.line(piece);
            }
            Step::Close(end) if self.open.as_ref().is_some_and(|open| open.head.n == end.n) => {
                if let Some(open) = self.open.take() {
                    self.end_answer(open, end.complete, say);
                }
            }
            _ => {}
        }
    }
}

impl Checks {
    fn command(&mut self, piece: &Piece) {
        let Some(head) = self.command.take() else { return };
        let verb = piece.word(TokenKind::Verb).unwrap_or_default().to_ascii_uppercase();
        if let (Some(exchange), true) = (head.exchange, self.asked.len() < MOST) {
            self.asked.insert(exchange, (verb, number(piece, TokenKind::Set)));
        }
    }

    fn line(&mut self, piece: &Piece) {
        let Some(mut open) = self.open.take() else { return };
        let asked = open.head.exchange.and_then(|e| self.asked.get(&e)).cloned();
        let (verb, which) = asked.unwrap_or_default();
        if !open.begun {
            open.begun = true;
            open.positive = piece.word(TokenKind::Status).is_some_and(|status| status.starts_with('+'));
            if open.positive {
                self.status(&verb, which, piece, &mut open);
            }
        } else if piece.token(TokenKind::Dot).is_none() && !piece.wire.bytes.trim_ascii().is_empty() {
            open.lines += 1;
            match verb.as_str() {
                "LIST" => self.size(piece, &mut open),
                "UIDL" => self.unique_id(piece, &mut open),
                _ => {}
            }
        }
        self.open = Some(open);
    }

    fn status(&mut self, verb: &str, which: Option<u64>, piece: &Piece, open: &mut Answer) {
        match (verb, which) {
            ("STAT", _) => {
                let mut figures = piece.words(TokenKind::Number).map_while(|n| n.parse().ok());
                if let (Some(count), Some(octets)) = (figures.next(), figures.next()) {
                    self.stat = Some(Stat { unit: open.head.n, count, octets });
                }
            }
            ("LIST", Some(_)) => self.size(piece, open),
            ("UIDL", Some(_)) => self.unique_id(piece, open),
            ("RETR", Some(which)) => {
                let listed = self.sizes.get(&which).copied();
                if let (Some(octets), Some((size, unit))) = (number(piece, TokenKind::Number), listed)
                    && octets != size
                {
                    let (note, id) = warn("check-pop-retr-size", unit);
                    let note = note.with("number", which).with("listed", size).with("octets", octets);
                    open.found.push((note, id));
                }
            }
            // Numbers and sums are others from here on.
            ("DELE" | "RSET", _) => (self.stat, self.sizes) = (None, HashMap::new()),
            _ => {}
        }
    }

    fn size(&mut self, piece: &Piece, open: &mut Answer) {
        // More words than two: figures that came apart, `3 3 2 6`.
        let apart = piece.token(TokenKind::Word).is_some();
        let figures = (number(piece, TokenKind::Set), number(piece, TokenKind::Number));
        let (Some(which), Some(size), false) = (figures.0, figures.1, apart) else {
            open.sound = false;
            return;
        };
        open.sum = open.sum.saturating_add(size);
        match self.sizes.get(&which) {
            Some(&(before, unit)) if before != size => {
                let (note, id) = warn("check-pop-size-changed", unit);
                open.found.push((note.with("number", which).with("before", before).with("now", size), id));
            }
            Some(_) => {}
            None if self.sizes.len() < MOST => {
                self.sizes.insert(which, (size, open.head.n));
            }
            None => {}
        }
    }

    fn unique_id(&mut self, piece: &Piece, open: &mut Answer) {
        let (Some(which), Some(id)) = (number(piece, TokenKind::Set), piece.word(TokenKind::Word)) else {
            return;
        };
        if self.ids.len() >= MOST {
            return;
        }
        match self.ids.entry(which) {
            Entry::Occupied(known) if known.get().0 != id => {
                let (note, name) = warn("check-pop-two-ids", known.get().1);
                let note = note.with("number", which).with("before", &known.get().0).with("now", &id);
                open.found.push((note, name));
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(place) => {
                place.insert((id.clone(), open.head.n));
            }
        }
        let first = *self.messages.entry(id.clone()).or_insert(which);
        if first != which {
            let (note, name) = warn("check-pop-same-id", open.head.n);
            open.found.push((note.with("number", which).with("other", first).with("id", id), name));
        }
    }

    fn end_answer(&mut self, mut open: Answer, complete: bool, say: &mut Vec<Note>) {
        let (verb, which) = open.head.exchange.and_then(|e| self.asked.remove(&e)).unwrap_or_default();
        let whole = complete && open.positive && which.is_none();
        if let (Some(stat), true, "LIST" | "UIDL") = (self.stat, whole, verb.as_str()) {
            if open.lines != stat.count {
                let (note, id) = warn("check-pop-count", stat.unit);
                open.found.push((note.with("stat", stat.count).with("lines", open.lines), id));
            } else if verb == "LIST" && (open.sum != stat.octets || !open.sound) {
                let id = if open.sound { "check-pop-sum" } else { "check-pop-sum-unread" };
                let (note, id) = warn(id, stat.unit);
                let missing = stat.octets.saturating_sub(open.sum);
                open.found.push((
                    note.with("stat", stat.octets).with("sum", open.sum).with("missing", missing),
                    id,
                ));
            }
        }
        for (note, id) in open.found {
            self.told.say(note, id, say);
        }
    }
}
