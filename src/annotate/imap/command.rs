//! The client's side: the verb, its arguments, literals, and the lines of a login.

use super::gather::Gathered;
use super::{Exchange, ImapExplain, MOST_PENDING, Unit, Word, all, fact_note, first, lint, rights};
use crate::annotate::{Moment, sasl};
use crate::dialect::imap::utf7;
use crate::dialogue::{Level, Note, Piece, Shape, Side, Token, TokenKind, UnitHead};
use crate::knowledge::{Fact, Table, find, find_after, nearest};

impl ImapExplain {
    /// A command's line, or what follows a literal in it.
    pub(super) fn command_line(&mut self, unit: Unit, moment: Moment<'_>, say: &mut Vec<Note>) {
        let id = unit.head.exchange;
        let announced = unit.words.last().filter(|w| w.is(TokenKind::Count)).map(|w| w.text.clone());
        if unit.head.continues.is_none() {
            self.begin_command(&unit, moment, say);
        }
        let verb = self.exchange(id).map(|e| e.verb.clone()).unwrap_or_default();
        let mut notes = arguments(&verb, &unit.words);
        notes.extend(rights::of_command(&verb, &unit.words));
        notes.extend(unit.notes.iter().cloned());
        if let Some(count) = announced {
            let braces = format!("{{{count}}}");
            if let Some(exchange) = self.exchange(id) {
                exchange.literal = true;
            }
            let (id, octets) = match count.strip_suffix('+') {
                Some(octets) => ("note-imap-literal-plus", octets),
                None => ("note-imap-literal", count.as_str()),
            };
            notes.push(Note::new(Level::Explain, id).label(braces).with("octets", octets).inner());
        }
        // What a lint says comes last.
        let at = say.iter().position(|n| n.level > Level::Explain).unwrap_or(say.len());
        say.splice(at..at, notes);
        if let Some(line) = self.assemble(unit)
            && let Some(exchange) = self.exchange(id)
        {
            exchange.words = line.words;
        }
    }

    fn begin_command(&mut self, unit: &Unit, moment: Moment<'_>, say: &mut Vec<Note>) {
        let words = &unit.words;
        let tag = first(words, TokenKind::Tag).unwrap_or_default().to_owned();
        let verb = first(words, TokenKind::Verb).unwrap_or_default();
        let verb = verb.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_uppercase();
        let verb = two_words(&verb, words).map_or(verb, |fact| fact.name.to_owned());
        if verb == "DONE" && tag.is_empty() {
            say.extend(find(Table::ImapCommand, "DONE").map(|fact| fact_note(fact, "DONE", "")));
            return;
        }
        if verb.is_empty() {
            say.extend(lint::no_verb(&tag));
        } else if let Some(fact) = find(Table::ImapCommand, &verb).or_else(|| experiment(&verb)) {
            say.push(fact_note(fact, &verb, ""));
        }
        if !tag.is_empty() && !verb.is_empty() && self.first_time("tag") {
            say.push(Note::new(Level::Explain, "note-imap-tag").label(&tag).with("tag", &tag).inner());
        }
        let Some(id) = unit.head.exchange else { return };
        if self.pending.iter().any(|e| e.id == id) {
            return;
        }
        let reused = !tag.is_empty() && self.pending.iter().any(|e| e.tag == tag);
        if reused {
            say.push(Note::new(Level::Warn, "lint-imap-tag-reused").label(&tag).with("tag", &tag));
        }
        let mechanism = first(words, TokenKind::Mechanism).filter(|_| verb == "AUTHENTICATE");
        // A pipelined command may find another state than the present one.
        let alone = self.pending.is_empty();
        lint::command(&tag, &verb, words, moment.before, alone, say);
        if self.pending.len() >= MOST_PENDING {
            self.pending.pop_front();
        }
        let initial = words.iter().any(|w| matches!(w.kind, TokenKind::Secret | TokenKind::Base64));
        self.pending.push_back(Exchange {
            id,
            tag,
            sasl: mechanism.map(|m| (m.to_owned(), usize::from(initial))),
            verb,
            words: words.clone(),
            literal: false,
            gathered: Gathered::default(),
        });
    }

    /// What a line of a SASL exchange is made of; of a command, its initial response.
    pub(super) fn sasl_notes(&mut self, head: &UnitHead, piece: &Piece, tls: bool) -> Vec<Note> {
        let secret = |t: &&Token| matches!(t.kind, TokenKind::Secret | TokenKind::Base64);
        match (head.side, head.shape) {
            (Side::Client, Shape::Sasl) => {
                let Some((mechanism, step)) = self.exchange(head.exchange).and_then(|e| e.sasl.as_mut())
                else {
                    return Vec::new();
                };
                let empty = Token::new(TokenKind::Word, 0, 0);
                let token = piece.tokens.first().unwrap_or(&empty);
                *step += 1;
                sasl::client_note(mechanism, *step - 1, piece, token, tls)
            }
            (Side::Client, Shape::Command) if head.continues.is_none() => {
                let Some(mechanism) = piece.word(TokenKind::Mechanism) else { return Vec::new() };
                let Some(token) = piece.tokens.iter().find(secret) else { return Vec::new() };
                let inner = |n: Note| if n.level > Level::Explain { n } else { n.inner() };
                sasl::client_note(&mechanism, 0, piece, token, tls).into_iter().map(inner).collect()
            }
            (Side::Server, Shape::Continuation) => {
                let Some((mechanism, _)) = self.exchange(head.exchange).and_then(|e| e.sasl.as_ref()) else {
                    return Vec::new();
                };
                sasl::server_note(mechanism, piece, piece.tokens.get(1))
            }
            _ => Vec::new(),
        }
    }
}

/// The commands of IMAP4 (RFC 1730) that were two words: `FIND MAILBOXES *`, `SUBSCRIBE MAILBOX name`.
fn two_words(verb: &str, words: &[Word]) -> Option<&'static Fact> {
    let mut behind = words.iter().skip_while(|w| !w.is(TokenKind::Verb)).skip(1);
    let (second, _) = (behind.next()?, behind.next()?);
    matches!(verb, "FIND" | "SUBSCRIBE" | "UNSUBSCRIBE")
        .then(|| find(Table::ImapCommand, &format!("{verb} {}", second.text)))
        .flatten()
}

/// A command that some maker has made up: names that begin with X (RFC 3501 §6.5.1).
fn experiment(verb: &str) -> Option<&'static Fact> {
    // One with a slip in it is another's, which the lint tells.
    let made_up = verb.starts_with('X') && nearest(Table::ImapCommand, verb).is_none();
    made_up.then(|| find(Table::ImapCommand, "X")).flatten()
}

/// A part of a body: `BODY[]<0.100>`.
fn range(item: &str) -> Option<Note> {
    let begin = item.find('<')?;
    find(Table::ImapItem, "<>").map(|fact| fact_note(fact, &item[begin..], ""))
}

/// What may stand behind the items of FETCH and before those of STORE.
const MODIFIERS: &[&str] = &["CHANGEDSINCE", "PARTIAL", "UNCHANGEDSINCE", "VANISHED"];
/// How THREAD may put messages together.
const ALGORITHMS: &[&str] = &["ORDEREDSUBJECT", "REFERENCES"];

/// What the words of a command are, each kind once.
fn arguments(verb: &str, words: &[Word]) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    let mut add = |note: Option<Note>| {
        notes.extend(
            note.map(Note::inner).filter(|n| !notes.iter().any(|m| m.id == n.id && m.label == n.label)),
        );
    };
    let bare = verb.strip_prefix("UID ").unwrap_or(verb);
    let mut after = "";
    for word in words {
        let text = word.text.as_str();
        let upper = text.to_ascii_uppercase();
        let fact = |table| find_after(table, text, bare).map(|f| fact_note(f, &upper, ""));
        match word.kind {
            TokenKind::Mechanism if verb == "AUTHENTICATE" => add(fact(Table::Sasl)),
            TokenKind::Item if matches!(bare, "STATUS" | "SETQUOTA") => add(fact(Table::ImapFlag)),
            TokenKind::Item => {
                add(fact(Table::ImapItem));
                add(range(text));
            }
            TokenKind::Word if matches!(bare, "FETCH" | "STORE") && MODIFIERS.contains(&upper.as_str()) => {
                add(fact(Table::ImapItem));
            }
            TokenKind::Word if bare == "THREAD" && ALGORITHMS.contains(&upper.as_str()) => {
                add(fact(Table::ImapFlag));
            }
            TokenKind::Set if text == "$" => add(fact(Table::ImapKey)),
            TokenKind::Set if bare == "SEARCH" && !after.eq_ignore_ascii_case("UID") => {
                add(find(Table::ImapKey, "sequence-set").map(|f| fact_note(f, text, "")));
            }
            TokenKind::Flag => add(flag(text, bare)),
            TokenKind::Key => {
                after = text;
                let sort = if bare == "SORT" { "SORT" } else { "" };
                let found = find_after(Table::ImapKey, text, sort);
                add(found.map(|f| fact_note(f, text.to_ascii_uppercase(), "")));
            }
            TokenKind::Parameter if after.eq_ignore_ascii_case("RETURN") && bare != "LIST" => {
                let found = find_after(Table::ImapKey, text, "RETURN");
                add(found.map(|f| fact_note(f, text.to_ascii_uppercase(), "")));
            }
            TokenKind::Parameter if bare == "LIST" => {
                let found = find_after(Table::ImapFlag, text, after);
                add(found.map(|f| fact_note(f, text.to_ascii_uppercase(), "")));
            }
            TokenKind::Word if text.eq_ignore_ascii_case("RETURN") => after = "RETURN",
            TokenKind::Capability => add(find(Table::ImapCapability, text).map(|f| fact_note(f, text, ""))),
            TokenKind::Mailbox => add(mailbox(text)),
            _ => {}
        }
    }
    let pattern = if bare == "LIST" || bare == "LSUB" { all(words, TokenKind::Mailbox).nth(1) } else { None };
    if let Some(pattern) = pattern.filter(|p| p.contains(['*', '%'])) {
        add(Some(Note::new(Level::Explain, "note-imap-pattern").label(pattern)));
    }
    if let Some(set) = first(words, TokenKind::Set).filter(|s| s.contains('*')) {
        add(Some(Note::new(Level::Explain, "note-imap-star").label(set)));
    }
    notes
}

/// A flag or attribute; keywords that no table has are the user's or the mail program's own.
pub(super) fn flag(text: &str, after: &str) -> Option<Note> {
    match find_after(Table::ImapFlag, text, after) {
        Some(fact) => Some(fact_note(fact, text, "")),
        None if text.starts_with('\\') => None,
        None => Some(Note::new(Level::Explain, "note-imap-keyword").label(text)),
    }
}

/// A mailbox name in modified UTF-7, as people read it (RFC 3501 §5.1.3).
pub(super) fn mailbox(text: &str) -> Option<Note> {
    let decoded = utf7::decode(text).filter(|decoded| decoded != text)?;
    let note = Note::new(Level::Explain, "note-imap-utf7").label(text).with("name", decoded);
    Some(note.cite("RFC 3501 §5.1.3"))
}
