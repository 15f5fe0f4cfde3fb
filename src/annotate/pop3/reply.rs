//! What a response means, after the command it answers.

use super::{Asked, Fetch, Pop3Explain, Unit, fact_note};
use crate::annotate::Moment;
use crate::annotate::message::MessageReader;
use crate::annotate::topics::phrase_note;
use crate::dialect::Phase;
use crate::dialogue::{Level, Note, Piece, TokenKind, UnitEnd};
use crate::knowledge::{Table, find, find_after};

/// Bad commands before login after which a hint is due: Dovecot hangs up at the third.
const MANY_BAD: u64 = 2;

impl Unit {
    /// A line of a list.
    pub(super) fn list_line(&mut self, piece: &Piece) {
        self.tally.lines += 1;
        let number = piece.word(TokenKind::Number).and_then(|n| n.parse().ok());
        self.tally.octets = self.tally.octets.saturating_add(number.unwrap_or(0));
        if let Some(name) = piece.word(TokenKind::Capability) {
            self.capability(name, piece);
        } else if let Some(mechanism) = piece.word(TokenKind::Mechanism) {
            if let Some(fact) = find(Table::Sasl, &mechanism) {
                self.inner(fact_note(Level::Explain, fact).label(mechanism).inner());
            }
        } else if let (Some(_), Some(uid)) = (piece.token(TokenKind::Set), piece.word(TokenKind::Word)) {
            let hex = uid.len() == 16 && uid.bytes().all(|b| b.is_ascii_hexdigit());
            let first = self.tally.uid.get_or_insert_with(|| uid.clone());
            self.tally.dovecot &= hex && first.get(8..) == uid.get(8..);
        }
    }

    /// Memory stays bounded whatever a server lists.
    fn inner(&mut self, note: Note) {
        if self.inner.len() < 200 {
            self.inner.push(note);
        }
    }

    fn capability(&mut self, name: String, piece: &Piece) {
        let args: Vec<String> = piece.words(TokenKind::Parameter).collect();
        let args = args.join(" ");
        let label = if args.is_empty() { name.clone() } else { format!("{name} {args}") };
        let note = match find(Table::PopCapability, &name) {
            Some(fact) => fact_note(Level::Explain, fact).with("arg", args),
            None => Note::new(Level::Explain, "note-pop-cap-unknown"),
        };
        self.inner(note.label(label).inner());
        if self.tally.capabilities.len() < 200 {
            self.tally.capabilities.push(name.to_ascii_uppercase());
        }
    }
}

/// A status line's status and response code, as written.
fn label(piece: &Piece) -> (String, Option<String>) {
    let status = piece.word(TokenKind::Status).unwrap_or_default();
    (status, piece.word(TokenKind::ResponseCode))
}

/// The server's first words.
pub(super) fn greeting(unit: &Unit, moment: Moment<'_>, say: &mut Vec<Note>) {
    let Some(piece) = &unit.first else { return };
    status(piece, "GREETING", say);
    if let Some(stamp) = &moment.after.timestamp {
        let note = Note::new(Level::Explain, "note-pop-timestamp").label(stamp).inner();
        say.push(note.cite("RFC 1939 §7"));
    }
}

/// The status line's fact, and its response code's.
fn status(piece: &Piece, after: &str, say: &mut Vec<Note>) {
    let (status, code) = label(piece);
    let refused = status.starts_with('-');
    let level = if refused { Level::Warn } else { Level::Explain };
    if let Some(fact) = find_after(Table::PopStatus, &status, after) {
        say.push(fact_note(level, fact).label(&status));
    }
    let Some(code) = code else { return };
    say.push(match find(Table::PopCode, &code) {
        Some(fact) => fact_note(level, fact),
        None => Note::new(level, "note-pop-code-unknown").cite("RFC 2449 §8"),
    });
    if let Some(last) = say.last_mut() {
        last.label = format!("[{code}]");
        last.depth = 1;
    }
}

impl Pop3Explain {
    pub(super) fn response(&mut self, unit: Unit, end: &UnitEnd, moment: Moment<'_>, say: &mut Vec<Note>) {
        let Some(piece) = &unit.first else { return };
        let positive = label(piece).0.starts_with('+');
        let Some(asked) = unit.head.exchange.and_then(|e| self.asked.get(&e)).cloned() else {
            // Nobody asked. With +OK the dialect has a fault for it already.
            if !positive && unit.head.exchange.is_none() {
                status(piece, "", say);
                say.push(Note::new(Level::Hint, "note-pop-farewell"));
            }
            return;
        };
        let after = match (asked.verb.as_str(), asked.argument.as_str()) {
            ("AUTH", "") => "AUTH LIST",
            // After login it is not the password that was refused.
            ("USER" | "PASS" | "APOP" | "AUTH", _) if !positive && self.logged_in => "",
            (verb, _) => verb,
        };
        let mut notes = Vec::new();
        status(piece, after, &mut notes);
        let own = find_after(Table::PopStatus, "-ERR", after).is_some_and(|fact| !fact.after.is_empty());
        if !positive && !own && label(piece).1.is_none() {
            let text = piece.word(TokenKind::Text);
            notes.extend(text.and_then(|text| phrase_note(&text)));
        }
        if positive && !end.last && matches!(asked.verb.as_str(), "RETR" | "TOP") {
            // The message comes first.
            self.fetch = Some(Fetch {
                verb: asked.verb,
                announced: piece.word(TokenKind::Number).and_then(|n| n.parse().ok()),
                notes,
                reader: MessageReader::new(true),
                masked: false,
            });
            return;
        }
        say.append(&mut notes);
        if positive {
            self.taken(&asked, unit, moment, say);
        } else {
            self.refused(&asked, moment, say);
        }
    }

    fn taken(&mut self, asked: &Asked, unit: Unit, moment: Moment<'_>, say: &mut Vec<Note>) {
        self.named = asked.verb == "USER";
        say.extend(unit.inner);
        let tally = unit.tally;
        let state = |id: &'static str| Note::new(Level::State, id);
        let single = !asked.argument.is_empty();
        match asked.verb.as_str() {
            "STAT" => {
                let mut numbers = unit.first.iter().flat_map(|p| p.words(TokenKind::Number));
                if let (Some(messages), Some(octets)) = (numbers.next(), numbers.next()) {
                    say.push(state("note-pop-stat").with("messages", messages).with("octets", octets));
                }
            }
            "LIST" if !single => {
                say.push(state("note-pop-list").with("messages", tally.lines).with("octets", tally.octets));
            }
            "UIDL" if !single => uidl(&tally, say),
            "CAPA" => self.capa(tally.capabilities, say),
            "DELE" => {
                let marked = moment.after.deleted.len() as u64;
                say.push(state("note-pop-deleted").with("marked", marked).cite("RFC 1939 §5"));
            }
            "RSET" if !moment.before.deleted.is_empty() => {
                say.push(state("note-pop-undeleted").with("marked", moment.before.deleted.len()));
            }
            "QUIT" if !moment.before.deleted.is_empty() => {
                say.push(state("note-pop-gone").with("deleted", moment.before.deleted.len()));
            }
            _ => {}
        }
        let (before, after) = (moment.before, moment.after);
        if before.phase == Phase::Authorization && after.phase == Phase::Transaction {
            let user = after.user.as_deref().unwrap_or("?");
            say.push(match after.messages {
                Some(n) => state("note-pop-logged-in-messages").with("user", user).with("messages", n),
                None => state("note-pop-logged-in").with("user", user),
            });
        }
    }

    /// What a second CAPA no longer lists (RFC 2449 §5: it may change with TLS and login).
    fn capa(&mut self, now: Vec<String>, say: &mut Vec<Note>) {
        let gone: Vec<&str> =
            self.capabilities.iter().filter(|c| !now.contains(c)).map(String::as_str).collect();
        if !gone.is_empty() {
            let note = Note::new(Level::State, "note-pop-cap-gone").with("names", gone.join(", "));
            say.push(note.inner().cite("RFC 2449 §5"));
        }
        self.capabilities = now;
    }

    fn refused(&mut self, asked: &Asked, moment: Moment<'_>, say: &mut Vec<Note>) {
        self.named = false;
        let login = matches!(asked.verb.as_str(), "USER" | "PASS" | "APOP" | "AUTH");
        if moment.before.phase == Phase::Authorization && !login {
            self.bad += 1;
            if self.bad >= MANY_BAD {
                say.push(Note::new(Level::Hint, "lint-pop-many-bad").with("bad", self.bad));
            }
        }
        if asked.unknown && moment.before.capabilities.is_none() {
            say.push(Note::new(Level::Hint, "note-pop-ask-capa").cite("RFC 2449 §5"));
        }
    }
}

/// Dovecot makes a unique-id of the UID and UIDVALIDITY that IMAP shows, in hexadecimal.
fn uidl(tally: &super::Tally, say: &mut Vec<Note>) {
    say.push(Note::new(Level::State, "note-pop-uidl").with("messages", tally.lines));
    let Some(uid) = tally.uid.as_ref().filter(|_| tally.dovecot) else { return };
    let hex = |digits: Option<&str>| digits.and_then(|d| u64::from_str_radix(d, 16).ok());
    if let (Some(number), Some(validity)) = (hex(uid.get(..8)), hex(uid.get(8..))) {
        let note = Note::new(Level::Hint, "note-pop-uidl-dovecot").with("uid", uid);
        say.push(note.with("number", number).with("validity", validity));
    }
}
