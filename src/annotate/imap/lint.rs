//! What goes wrong, or will: said after a command is sent, and after its answer.

use super::{Exchange, Word, all, first};
use crate::annotate::possible;
use crate::dialect::imap::utf7;
use crate::dialect::{Phase, State};
use crate::dialogue::{Level, Note, Protocol, TokenKind};
use crate::knowledge::{Fact, Table, find, nearest, needs};

fn warn(id: &'static str) -> Note {
    Note::new(Level::Warn, id)
}

fn hint(id: &'static str) -> Note {
    Note::new(Level::Hint, id)
}

/// A line of one word.
pub(super) fn no_verb(tag: &str) -> Option<Note> {
    if tag.eq_ignore_ascii_case("DONE") {
        return Some(warn("lint-imap-done").label("DONE"));
    }
    let meant = nearest(Table::ImapCommand, tag)?;
    Some(hint("lint-imap-misspelled").label(tag).with("nearest", meant.name))
}

/// What is wrong with a command.
pub(super) fn command(
    tag: &str,
    verb: &str,
    words: &[Word],
    state: &State,
    alone: bool,
    say: &mut Vec<Note>,
) {
    if verb.is_empty() {
        return;
    }
    let fact = find(Table::ImapCommand, verb);
    match fact {
        None => unknown(tag, verb, say),
        Some(fact) if alone && state.phase != Phase::Connected => {
            let phase = state.phase.name();
            if !fact.states.is_empty() && !fact.states.contains(&phase) {
                let note = warn("lint-imap-state").label(verb).with("state", phase);
                say.push(
                    note.with("states", fact.states.join("-"))
                        .with("possible", possible(Protocol::Imap, state)),
                );
            }
        }
        Some(_) => {}
    }
    // AUTHENTICATE's mechanisms are looked at by themselves.
    if let Some(fact) = fact.filter(|f| verb != "AUTHENTICATE" && !offered(f, state)) {
        say.push(hint("lint-imap-not-offered").label(verb).with("capability", needs(fact).join(", ")));
    }
    login(verb, words, state, say);
    literal(words, state, say);
    messages(verb, words, state, say);
    say.extend(blank_in_name(verb, words));
    for name in all(words, TokenKind::Mailbox).filter(|name| !name.is_ascii()) {
        let note = hint("lint-imap-mailbox-ascii").label(name).with("encoded", utf7::encode(name));
        say.push(note.cite("RFC 3501 §5.1.3"));
    }
}

fn unknown(tag: &str, verb: &str, say: &mut Vec<Note>) {
    if let Some(meant) = nearest(Table::ImapCommand, verb) {
        say.push(warn("lint-imap-misspelled").label(verb).with("nearest", meant.name));
    } else if let Some(meant) = nearest(Table::ImapCommand, tag) {
        // `SELCT INBOX`: no tag, and a slip besides.
        say.push(warn("lint-imap-misspelled-untagged").label(tag).with("nearest", meant.name));
    } else if !verb.starts_with('X') {
        say.push(warn("lint-imap-unknown-command").label(verb));
    }
}

/// `SELECT Mis cursos`: a name with a blank in it is two words without quotes.
fn blank_in_name(verb: &str, words: &[Word]) -> Option<Note> {
    if !matches!(verb, "SELECT" | "EXAMINE" | "CREATE" | "DELETE" | "STATUS" | "SUBSCRIBE" | "UNSUBSCRIBE") {
        return None;
    }
    let at = words.iter().position(|w| w.is(TokenKind::Mailbox))?;
    let more: Vec<&str> = words[at + 1..]
        .iter()
        .take_while(|w| verb != "STATUS" || find(Table::ImapFlag, &w.text).is_none())
        .map(|w| w.text.as_str())
        .collect();
    // A parenthesis begins SELECT's and CREATE's parameters, which are no part of the name.
    let known = |text: &&str| find(Table::ImapCapability, text).is_some() || *text == "USE";
    if more.is_empty() || more.first().is_some_and(known) {
        return None;
    }
    let name = format!("{} {}", words[at].text, more.join(" "));
    Some(hint("lint-imap-mailbox-blank").label(verb).with("name", name).cite("RFC 9051 §4.3"))
}

/// Whether the server offers a command's extension, as far as it has told.
fn offered(fact: &Fact, state: &State) -> bool {
    let needs = needs(fact);
    let has = |need: &&str| match need.strip_suffix('=') {
        Some(_) => state.capabilities.iter().flatten().any(|c| starts(&c.name, need)),
        None => state.offers(need),
    };
    state.capabilities.is_none() || needs.is_empty() || needs.iter().any(has)
}

fn starts(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
}

fn login(verb: &str, words: &[Word], state: &State, say: &mut Vec<Note>) {
    match verb {
        "LOGIN" if state.offers("LOGINDISABLED") => say.push(warn("lint-imap-logindisabled").label(verb)),
        "LOGIN" if !state.tls => say.push(warn("lint-imap-login-clear").label(verb)),
        "AUTHENTICATE" => {
            let mechanism = first(words, TokenKind::Mechanism).unwrap_or_default().to_ascii_uppercase();
            let initial = words.iter().any(|w| matches!(w.kind, TokenKind::Secret | TokenKind::Base64));
            let offers = state.mechanisms();
            if state.capabilities.is_some() && !mechanism.is_empty() && !offers.contains(&mechanism) {
                let note = hint("lint-imap-mechanism-not-offered").label(&mechanism);
                say.push(note.with("offered", if offers.is_empty() { "-".into() } else { offers.join(" ") }));
            }
            // With an initial response the lesson about base64 says it.
            if !initial && !state.tls && matches!(mechanism.as_str(), "PLAIN" | "LOGIN") {
                say.push(warn("lint-imap-authenticate-clear").label(mechanism));
            }
            let ir = state.offers("SASL-IR") || state.offers("IMAP4rev2");
            if initial && state.capabilities.is_some() && !ir {
                say.push(hint("lint-imap-sasl-ir"));
            }
        }
        _ => {}
    }
}

/// `{n+}` where the server has not offered it (RFC 7888).
fn literal(words: &[Word], state: &State, say: &mut Vec<Note>) {
    let plus = words.last().filter(|w| w.is(TokenKind::Count) && w.text.ends_with(['+', '-']));
    let offers = ["LITERAL+", "LITERAL-", "IMAP4rev2"].iter().any(|name| state.offers(name));
    if let Some(word) = plus
        && state.capabilities.is_some()
        && !offers
    {
        say.push(hint("lint-imap-literal-plus").label(format!("{{{}}}", word.text)));
    }
}

/// What happens to messages that one might not expect.
fn messages(verb: &str, words: &[Word], state: &State, say: &mut Vec<Note>) {
    let read_only = state.mailbox.as_ref().is_some_and(|m| m.read_only);
    match verb {
        "FETCH" | "UID FETCH" if !read_only => {
            let item = all(words, TokenKind::Item).find(|item| sets_seen(item));
            if let Some(item) = item {
                let upper = item.to_ascii_uppercase();
                let peek = match upper.split_once('[') {
                    Some((word, section)) => format!("{word}.PEEK[{section}"),
                    None if upper == "RFC822.TEXT" => "BODY.PEEK[TEXT]".to_owned(),
                    None => "BODY.PEEK[]".to_owned(),
                };
                say.push(hint("lint-imap-sets-seen").label(upper).with("peek", peek));
            }
        }
        "EXPUNGE" if !read_only => say.push(hint("lint-imap-expunge").label(verb)),
        "CLOSE" if !read_only => say.push(hint("lint-imap-close").label(verb)),
        _ => {}
    }
}

/// Whether fetching an item marks the message as read (RFC 9051 §6.4.5).
fn sets_seen(item: &str) -> bool {
    let upper = item.to_ascii_uppercase();
    upper.starts_with("BODY[")
        || upper.starts_with("BINARY[")
        || matches!(upper.as_str(), "RFC822" | "RFC822.TEXT")
}

/// What an answer shows to have gone wrong.
pub(super) fn answer(exchange: &Exchange, status: &str, say: &mut Vec<Note>) {
    let literal = exchange.words.iter().any(|w| w.is(TokenKind::Count));
    match status {
        "BAD" if literal => say.push(hint("lint-imap-literal-count").label(&exchange.verb)),
        "OK" if exchange.verb == "UID FETCH" && exchange.gathered.fetched() == 0 => {
            let set = first(&exchange.words, TokenKind::Set).unwrap_or_default();
            say.push(hint("lint-imap-uid-empty").label("UID FETCH").with("set", set));
        }
        _ => {}
    }
}
