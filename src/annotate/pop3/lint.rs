//! What is odd about a command: in the wrong state, misspelled, for a message that is not there, in clear.

use crate::annotate::possible;
use crate::dialect::{Phase, State};
use crate::dialogue::{Level, Note, Piece, Protocol, TokenKind};
use crate::knowledge::{Fact, Table, find, nearest};

/// A command and what is known when it is sent.
pub(super) struct Seen<'a> {
    pub verb: &'a str,
    pub argument: &'a str,
    pub fact: Option<&'static Fact>,
    pub state: &'a State,
    /// No earlier command waits for its response.
    pub settled: bool,
    /// USER was taken.
    pub named: bool,
    pub tls: bool,
}

/// The argument that tells commands of one verb apart: a message number, a mechanism, a word. Never a secret.
pub(super) fn argument(piece: &Piece) -> String {
    let token = piece.tokens.get(1).filter(|t| t.kind != TokenKind::Secret);
    token.map(|t| piece.text(t)).unwrap_or_default()
}

/// Says what is odd.
pub(super) fn command(seen: &Seen<'_>, say: &mut Vec<Note>) {
    if seen.verb.is_empty() {
        return;
    }
    if seen.fact.is_none() {
        say.push(unknown(seen));
        return;
    }
    if !seen.settled {
        pipelined(seen, say);
    } else if let Some(note) = wrong_state(seen) {
        say.push(note);
        return;
    }
    not_offered(seen, say);
    match seen.verb {
        "USER" | "PASS" => in_clear(seen, say),
        "APOP" => apop(seen, say),
        "RETR" | "TOP" | "DELE" | "LIST" | "UIDL" => number(seen, say),
        "QUIT" if !seen.state.deleted.is_empty() => {
            let n = seen.state.deleted.len();
            say.push(Note::new(Level::Hint, "note-pop-quit-deletes").with("marked", n).cite("RFC 1939 §6"));
        }
        _ => {}
    }
}

/// A verb that POP3 does not have: misspelled, or another protocol's.
fn unknown(seen: &Seen<'_>) -> Note {
    let note = |id: &'static str| Note::new(Level::Warn, id).label(seen.verb);
    let other = [(Table::SmtpCommand, "SMTP"), (Table::ImapCommand, "IMAP")];
    if let Some(fact) = nearest(Table::PopCommand, seen.verb) {
        return note("lint-pop-misspelled").with("nearest", fact.name);
    }
    match other.into_iter().find(|(table, _)| find(*table, seen.verb).is_some()) {
        Some((_, protocol)) => note("lint-pop-other-protocol").with("protocol", protocol),
        None => note("lint-pop-unknown-verb"),
    }
}

/// RFC 2449 §6.6: several commands at once only where PIPELINING is offered.
fn pipelined(seen: &Seen<'_>, say: &mut Vec<Note>) {
    if seen.state.capabilities.is_some() && !seen.state.offers("PIPELINING") {
        say.push(Note::new(Level::Hint, "lint-pop-pipelining").cite("RFC 2449 §6.6"));
    }
}

fn wrong_state(seen: &Seen<'_>) -> Option<Note> {
    let (fact, phase) = (seen.fact?, seen.state.phase);
    // QUIT itself makes the UPDATE state.
    let known = matches!(phase, Phase::Authorization | Phase::Transaction) && seen.verb != "QUIT";
    if !known || fact.states.is_empty() || fact.states.contains(&phase.name()) {
        if seen.verb == "PASS" && !seen.named && phase == Phase::Authorization {
            return Some(Note::new(Level::Warn, "lint-pop-pass-without-user").cite("RFC 1939 §7"));
        }
        return None;
    }
    let legal = possible(Protocol::Pop3, seen.state);
    let possible: Vec<&str> = legal
        .split(", ")
        .filter(|name| seen.state.capabilities.is_none() || offered(seen.state, name, ""))
        .filter(|name| *name != "APOP" || seen.state.timestamp.is_some())
        .collect();
    let note = Note::new(Level::Warn, "lint-pop-wrong-state").label(seen.verb);
    Some(
        note.with("states", fact.states.join(", ")).with("possible", possible.join(", ")).cite("RFC 1939 §3"),
    )
}

/// Whether CAPA lists what a command needs; a command that every server has needs nothing.
fn offered(state: &State, verb: &str, argument: &str) -> bool {
    match verb {
        "TOP" | "UIDL" | "STLS" | "UTF8" | "LANG" => state.offers(verb),
        "USER" | "PASS" => state.offers("USER"),
        "AUTH" if argument.is_empty() => state.offers("SASL"),
        "AUTH" => state.mechanisms().iter().any(|m| m.eq_ignore_ascii_case(argument)),
        // No capability announces it: the greeting does.
        "APOP" => state.timestamp.is_some(),
        _ => true,
    }
}

fn not_offered(seen: &Seen<'_>, say: &mut Vec<Note>) {
    let bare_auth = seen.verb == "AUTH" && seen.argument.is_empty();
    let unasked = seen.state.capabilities.is_none();
    if unasked || bare_auth || seen.verb == "APOP" || offered(seen.state, seen.verb, seen.argument) {
        return;
    }
    if seen.verb == "AUTH" {
        let list = seen.state.mechanisms().join(" ");
        let note = Note::new(Level::Warn, "lint-pop-mechanism-not-offered").label(seen.argument);
        say.push(note.with("offered", if list.is_empty() { "-" } else { &list }).cite("RFC 5034 §3"));
    } else {
        say.push(Note::new(Level::Warn, "lint-pop-not-offered").label(seen.verb).cite("RFC 2449 §5"));
    }
}

/// A password in clear, told at USER already, when it is not too late.
fn in_clear(seen: &Seen<'_>, say: &mut Vec<Note>) {
    if seen.tls {
        return;
    }
    let stls = seen.state.offers("STLS");
    let (level, id) = match (seen.verb, stls) {
        ("USER", false) => (Level::Hint, "lint-pop-clear-ahead"),
        ("USER", true) => (Level::Hint, "lint-pop-clear-ahead-stls"),
        (_, false) => (Level::Warn, "lint-pop-clear"),
        (_, true) => (Level::Warn, "lint-pop-clear-stls"),
    };
    say.push(Note::new(level, id).cite("RFC 8314 §3"));
}

fn apop(seen: &Seen<'_>, say: &mut Vec<Note>) {
    say.push(match &seen.state.timestamp {
        Some(stamp) => Note::new(Level::Explain, "note-pop-apop").with("stamp", stamp).cite("RFC 1939 §7"),
        None => Note::new(Level::Warn, "lint-pop-apop-no-stamp").cite("RFC 1939 §7"),
    });
}

/// A message number that cannot be: 0, beyond the last, or marked.
fn number(seen: &Seen<'_>, say: &mut Vec<Note>) {
    let Ok(n) = seen.argument.parse::<u64>() else { return };
    let note = |id: &'static str| Note::new(Level::Warn, id).with("number", n).cite("RFC 1939 §5");
    match seen.state.messages {
        _ if seen.state.deleted.contains(&n) => say.push(note("lint-pop-marked")),
        Some(messages) if n > messages => say.push(note("lint-pop-no-such").with("messages", messages)),
        _ if n == 0 => say.push(note("lint-pop-zero")),
        _ => {}
    }
}
