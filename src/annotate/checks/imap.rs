//! IMAP: message numbers, UIDs and counts of one mailbox must agree (RFC 9051 §2.3.1), and every tag gets its answer.

use std::collections::BTreeMap;
use std::collections::HashMap;

use super::{MOST, Teller};
use crate::annotate::{Explain, Moment};
use crate::dialect::State;
use crate::dialogue::{Level, Note, Piece, Shape, Side, Step, TokenKind, UnitHead};

/// Tags that are named when nobody answered them.
const MOST_TAGS: usize = 10;

/// Holds an IMAP session's lines against each other.
#[derive(Debug, Default)]
pub(super) struct Checks {
    open: [Option<Unit>; 2],
    /// What a FETCH line began with, for what follows its literal.
    fetch: Option<Fetch>,
    /// Commands without their answer: exchange, tag and verb, unit.
    asked: BTreeMap<u64, Asked>,
    /// Tags in use, and how often.
    tags: HashMap<String, u32>,
    mailbox: Mailbox,
    told: Teller,
}

#[derive(Debug)]
struct Unit {
    head: UnitHead,
    words: Vec<(TokenKind, String)>,
}

#[derive(Debug)]
struct Asked {
    tag: String,
    verb: String,
    /// `1:*`: all there are.
    all: bool,
    /// FETCH lines that came for it.
    fetched: u64,
}

#[derive(Clone, Copy, Debug)]
struct Fetch {
    number: u64,
    item_uid: bool,
}

/// What was said of the open mailbox, and which unit said it.
#[derive(Debug, Default)]
struct Mailbox {
    exists: Option<(u64, u64)>,
    uid_next: Option<(u64, u64)>,
    uids: BTreeMap<u64, u64>,
    told_gone: bool,
}

fn note(level: Level, id: &'static str, about: Option<u64>) -> Note {
    let mut note = Note::new(level, id).cite("RFC 9051 §2.3.1");
    note.about.extend(about);
    note
}

impl Explain for Checks {
    fn step(&mut self, step: &Step, _: Moment<'_>, say: &mut Vec<Note>) {
        match step {
            Step::Open(head) => {
                self.open[head.side as usize] = Some(Unit { head: head.clone(), words: Vec::new() });
            }
            Step::Piece(piece) => self.piece(piece),
            Step::Close(end) => {
                let of = |unit: &Option<Unit>| unit.as_ref().is_some_and(|unit| unit.head.n == end.n);
                let Some(unit) = self.open.iter().position(of).and_then(|side| self.open[side].take()) else {
                    return;
                };
                match (unit.head.side, unit.head.shape) {
                    (Side::Client, Shape::Command) if unit.head.continues.is_none() => {
                        self.command(&unit, say)
                    }
                    (Side::Server, Shape::Response) => self.tagged(&unit, say),
                    (Side::Server, Shape::Untagged | Shape::Greeting) => self.untagged(&unit, say),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, _: &State, say: &mut Vec<Note>) {
        if self.asked.is_empty() {
            return;
        }
        let named = self.asked.values().take(MOST_TAGS).map(|asked| format!("{} {}", asked.tag, asked.verb));
        let tags: Vec<String> = named.collect();
        let note = Note::new(Level::Hint, "check-imap-unanswered").with("tags", tags.join(", "));
        say.push(note.with("count", self.asked.len()).cite("RFC 9051 §2.2.1"));
    }
}

impl Checks {
    fn piece(&mut self, piece: &Piece) {
        let of = |unit: &&mut Unit| unit.head.n == piece.n;
        let Some(unit) = self.open.iter_mut().flatten().find(of) else { return };
        if matches!(unit.head.shape, Shape::Literal | Shape::Data) {
            return;
        }
        let wanted = piece.tokens.iter().filter(|token| {
            use TokenKind::{Item, Kind, Number, ResponseCode, Set, Status, Tag, Verb};
            matches!(token.kind, Tag | Verb | Kind | Number | Set | Item | Status | ResponseCode)
        });
        // A FETCH line's first few words tell its UID; the structure of a message may be long.
        let room = 64usize.saturating_sub(unit.words.len());
        unit.words.extend(wanted.take(room).map(|token| (token.kind, piece.text(token))));
    }

    fn command(&mut self, unit: &Unit, say: &mut Vec<Note>) {
        let word = |kind| unit.words.iter().find(|(k, _)| *k == kind).map(|(_, text)| text.clone());
        let (Some(tag), Some(exchange)) = (word(TokenKind::Tag), unit.head.exchange) else { return };
        let Some(verb) = word(TokenKind::Verb).map(|verb| verb.to_ascii_uppercase()) else { return };
        if self.tags.len() < MOST {
            let used = self.tags.entry(tag.clone()).or_default();
            *used += 1;
            // While the first is under way it is worse, and said elsewhere.
            if *used == 2 && !self.asked.values().any(|asked| asked.tag == tag) {
                let note = Note::new(Level::Hint, "check-imap-tag-again").label(&tag);
                self.told.say(note.cite("RFC 9051 §2.2.1"), "check-imap-tag-again", say);
            }
        }
        if matches!(verb.as_str(), "SELECT" | "EXAMINE" | "CLOSE" | "UNSELECT") {
            self.mailbox = Mailbox::default();
        }
        let all = word(TokenKind::Set).is_some_and(|set| set == "1:*");
        if self.asked.len() < MOST {
            self.asked.insert(exchange, Asked { tag, verb, all, fetched: 0 });
        }
    }

    fn tagged(&mut self, unit: &Unit, say: &mut Vec<Note>) {
        let Some(asked) = unit.head.exchange.and_then(|exchange| self.asked.remove(&exchange)) else {
            return;
        };
        let ok =
            unit.words.iter().any(|(k, text)| *k == TokenKind::Status && text.eq_ignore_ascii_case("OK"));
        if !ok || !asked.all || !asked.verb.ends_with("FETCH") {
            return;
        }
        let Some((exists, at)) = self.mailbox.exists else { return };
        if asked.fetched < exists {
            let note = note(Level::Hint, "check-imap-fetched-fewer", Some(at));
            let note = note.with("exists", exists).with("fetched", asked.fetched);
            self.told.say(note, "check-imap-fetched-fewer", say);
        }
        let (Some((next, told)), false) = (self.mailbox.uid_next, self.mailbox.told_gone) else { return };
        // All UIDs are known, so those below UIDNEXT that are not among them were given and are gone.
        if self.mailbox.uids.len() as u64 == exists && next > exists + 1 {
            self.mailbox.told_gone = true;
            let highest = self.mailbox.uids.values().max().copied().unwrap_or_default();
            let note = note(Level::Hint, "check-imap-uids-gone", Some(told)).with("gone", next - 1 - exists);
            say.push(note.with("next", next).with("exists", exists).with("highest", highest));
        }
    }

    fn untagged(&mut self, unit: &Unit, say: &mut Vec<Note>) {
        let words = &unit.words;
        if unit.head.continues.is_some() {
            // What stands behind a literal: `UID 3)`.
            let Some(fetch) = self.fetch else { return };
            let at =
                words.iter().position(|(k, text)| *k == TokenKind::Item && text.eq_ignore_ascii_case("UID"));
            if let Some(uid) = at.and_then(|at| number_after(words, at)).filter(|_| !fetch.item_uid) {
                self.uid(fetch.number, uid, say);
            }
            return;
        }
        if let Some(at) = words.iter().position(|(k, _)| *k == TokenKind::ResponseCode) {
            if words[at].1.eq_ignore_ascii_case("UIDNEXT") {
                self.mailbox.uid_next = number_after(words, at).map(|next| (next, unit.head.n));
            }
            return;
        }
        let Some(at) = words.iter().position(|(k, _)| *k == TokenKind::Kind) else { return };
        let number =
            words[..at].iter().find(|(k, _)| *k == TokenKind::Number).and_then(|(_, n)| n.parse().ok());
        match (words[at].1.to_ascii_uppercase().as_str(), number) {
            ("EXISTS", Some(count)) => {
                self.mailbox.exists = Some((count, unit.head.n));
            }
            // Numbers shift, and new UIDs may come: what was noted is no more.
            ("EXPUNGE", _) | ("VANISHED", _) => self.mailbox = Mailbox::default(),
            ("FETCH", Some(number)) => self.fetched(number, unit, at, say),
            _ => {}
        }
    }

    fn fetched(&mut self, number: u64, unit: &Unit, at: usize, say: &mut Vec<Note>) {
        if let Some(asked) = unit.head.exchange.and_then(|exchange| self.asked.get_mut(&exchange)) {
            asked.fetched += 1;
        }
        if let Some((exists, told)) = self.mailbox.exists.filter(|(exists, _)| number > *exists) {
            let note = note(Level::Warn, "check-imap-beyond", Some(told));
            let note = note.with("number", number).with("exists", exists);
            self.told.say(note, "check-imap-beyond", say);
        }
        let words = &unit.words[at..];
        let item =
            words.iter().position(|(k, text)| *k == TokenKind::Item && text.eq_ignore_ascii_case("UID"));
        let uid = item.and_then(|item| number_after(words, item));
        self.fetch = Some(Fetch { number, item_uid: uid.is_some() });
        if let Some(uid) = uid {
            self.uid(number, uid, say);
        }
    }

    /// A message's UID: higher numbers have higher ones, none is UIDNEXT or above, and none changes.
    fn uid(&mut self, number: u64, uid: u64, say: &mut Vec<Note>) {
        let known = self.mailbox.uids.get(&number).copied();
        let below = self.mailbox.uids.range(..number).next_back().map(|(n, u)| (*n, *u));
        let above = self.mailbox.uids.range(number + 1..).next().map(|(n, u)| (*n, *u));
        let order = |other: u64, than: u64| {
            let id = "check-imap-uid-order";
            let note = note(Level::Warn, id, None).with("number", number);
            Some((id, note.with("other", other).with("than", than)))
        };
        let found = match (known, below, above) {
            (Some(before), _, _) if before != uid => {
                let id = "check-imap-uid-changed";
                Some((id, note(Level::Warn, id, None).with("number", number).with("before", before)))
            }
            (_, Some((other, least)), _) if least >= uid => order(other, least),
            (_, _, Some((other, most))) if most <= uid => order(other, most),
            _ => match self.mailbox.uid_next.filter(|(next, _)| uid >= *next && known.is_none()) {
                // A message that came since has moved it on.
                Some((next, told)) if self.mailbox.exists.is_none_or(|(_, at)| at < told) => {
                    let id = "check-imap-uid-next";
                    Some((id, note(Level::Warn, id, Some(told)).with("number", number).with("next", next)))
                }
                _ => None,
            },
        };
        if let Some((id, note)) = found {
            self.told.say(note.with("uid", uid), id, say);
        } else if self.mailbox.uids.len() < MOST {
            self.mailbox.uids.insert(number, uid);
        }
    }
}

fn number_after(words: &[(TokenKind, String)], at: usize) -> Option<u64> {
    words.get(at + 1).filter(|(kind, _)| *kind == TokenKind::Number).and_then(|(_, n)| n.parse().ok())
}
