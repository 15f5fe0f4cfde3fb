//! The server's side: greeting, untagged data, continuation requests, tagged responses.

use super::command::{flag, mailbox};
use super::{ImapExplain, Line, Unit, Word, all, fact_note, first, gather, lint, rights};
use crate::annotate::topics::phrase_note;
use crate::annotate::{Moment, capability_note};
use crate::dialect::Capability;
use crate::dialogue::{Level, Note, Protocol, Shape, TokenKind};
use crate::knowledge::{Table, find, find_after};

/// The longest label made of wire words.
const LABEL: usize = 40;

impl ImapExplain {
    /// A line of the server's, or what follows a literal in it.
    pub(super) fn response_line(&mut self, unit: Unit, moment: Moment<'_>, last: bool, say: &mut Vec<Note>) {
        let announced = unit.words.last().filter(|w| w.is(TokenKind::Count)).map(|w| w.text.clone());
        let shape = unit.head.shape;
        if let Some(count) = announced
            && self.first_time("literal")
        {
            let label = format!("{{{count}}}");
            say.push(
                Note::new(Level::Explain, "note-imap-literal-server").label(label).with("octets", count),
            );
        }
        let Some(line) = self.assemble(unit) else { return };
        match shape {
            Shape::Greeting => self.greeting(&line, say),
            Shape::Response => self.tagged(&line, moment, say),
            _ if last => self.tagged(&line, moment, say),
            _ => self.untagged(line, moment, say),
        }
    }

    fn greeting(&mut self, line: &Line, say: &mut Vec<Note>) {
        let status = first(&line.words, TokenKind::Status).unwrap_or_default().to_ascii_uppercase();
        let fact = find_after(Table::ImapStatus, &status, "GREETING");
        say.extend(fact.map(|f| fact_note(f, status, "")));
        let notes = self.code_notes(&line.words);
        say.extend(notes.into_iter().map(|n| if n.level == Level::Warn { n } else { n.inner() }));
    }

    /// The response that ends a command, and all that came before it.
    fn tagged(&mut self, line: &Line, moment: Moment<'_>, say: &mut Vec<Note>) {
        let status = first(&line.words, TokenKind::Status).unwrap_or_default().to_ascii_uppercase();
        let at = self.pending.iter().position(|e| Some(e.id) == line.head.exchange);
        let exchange = at.and_then(|at| self.pending.remove(at));
        let verb = exchange.as_ref().map(|e| e.verb.clone()).unwrap_or_default();
        let read_only = moment.before.mailbox.as_ref().is_some_and(|m| m.read_only);
        let after = match verb.as_str() {
            // RFC 9051 §6.4.1: what EXAMINE opened, CLOSE leaves as it is.
            "CLOSE" if read_only => "UNSELECT",
            verb => verb,
        };
        let ignored = read_only && status == "OK" && matches!(after, "STORE" | "UID STORE");
        if ignored {
            say.push(
                Note::new(Level::Warn, "lint-imap-store-ignored").label(&status).cite("RFC 9051 §6.3.3"),
            );
        } else if let Some(fact) = find_after(Table::ImapStatus, &status, after) {
            let mut note = fact_note(fact, &status, "");
            let refused = status != "OK";
            if refused {
                note.level = Level::Warn;
            }
            say.push(note);
            // Where neither the command nor a code tells why, the server's words may.
            if refused && fact.after.is_empty() && first(&line.words, TokenKind::ResponseCode).is_none() {
                say.extend(first(&line.words, TokenKind::Text).and_then(phrase_note));
            }
        }
        let notes = self.code_notes(&line.words);
        say.extend(notes.into_iter().map(|n| if n.level == Level::Warn { n } else { n.inner() }));
        let Some(mut exchange) = exchange else { return };
        lint::answer(&exchange, &status, say);
        let mut told = self.once.contains(&"uid");
        let before = told;
        let notes = gather::notes(&mut exchange, &mut told);
        if told && !before {
            self.once.push("uid");
        }
        // Hints and warnings stand after what is explained.
        let at = say.iter().position(|n| n.level == Level::Hint).unwrap_or(say.len());
        say.splice(at..at, notes);
    }

    fn untagged(&mut self, mut line: Line, moment: Moment<'_>, say: &mut Vec<Note>) {
        let id = line.head.exchange;
        let kind = first(&line.words, TokenKind::Kind).unwrap_or_default().to_ascii_uppercase();
        let waiting = self.exchange(id).map(|e| (e.verb.clone(), e.literal));
        let idle = waiting.as_ref().is_some_and(|(verb, _)| verb == "IDLE");
        let verb = waiting.as_ref().map_or("", |(verb, _)| verb.as_str());
        // Of many messages the first is taken apart, as an example.
        let first = self.exchange(id).is_none_or(|exchange| exchange.gathered.fetched() == 0);
        if first && matches!(kind.as_str(), "FETCH" | "UIDFETCH") {
            let notes = line.structure();
            line.notes.extend(notes);
        }
        if let (Some(exchange), false) = (self.exchange(id), idle) {
            match kind.as_str() {
                "FETCH" | "UIDFETCH" => return exchange.gathered.fetch(&kind, &line.words, line.notes),
                "LIST" | "LSUB" | "XLIST" => return exchange.gathered.list(&kind, &line.words),
                "SEARCH" | "SORT" => {
                    let verb = exchange.verb.clone();
                    return exchange.gathered.search(&kind, &verb, &line.words);
                }
                _ => {}
            }
        }
        let (urgent, calm): (Vec<Note>, Vec<Note>) = self
            .line_notes(&kind, &line, verb, moment)
            .into_iter()
            .partition(|note| note.level > Level::Explain);
        match self.exchange(id) {
            Some(exchange) if !idle => exchange.gathered.extend(calm),
            _ => say.extend(calm),
        }
        say.extend(urgent);
    }

    /// Notes of one untagged line.
    fn line_notes(&mut self, kind: &str, line: &Line, verb: &str, moment: Moment<'_>) -> Vec<Note> {
        let words = &line.words;
        if let Some(status) = first(words, TokenKind::Status) {
            return self.status_line(&status.to_ascii_uppercase(), words, verb);
        }
        let number = first(words, TokenKind::Number).unwrap_or_default();
        let fact = |label: String, arg: &str| {
            // NOOP and IDLE ask for nothing but news.
            let news = matches!(verb, "" | "CHECK" | "IDLE" | "NOOP");
            let after = if kind == "FETCH" || news { "UNASKED" } else { verb };
            find_after(Table::ImapResponse, kind, after).map(|f| fact_note(f, label, arg))
        };
        let mut notes = Vec::new();
        match kind {
            "CAPABILITY" => {
                notes.extend(fact(kind.to_owned(), ""));
                notes.extend(self.capability_notes(words));
            }
            "EXISTS" => {
                notes.extend(fact(format!("{number} EXISTS"), number));
                notes.extend(news(number, verb, moment));
            }
            "RECENT" | "EXPUNGE" | "FETCH" | "UIDFETCH" => {
                // MOVE tells of the originals in the same way, but the messages live on elsewhere.
                self.deleted += u64::from(kind == "EXPUNGE" && matches!(verb, "EXPUNGE" | "UID EXPUNGE"));
                notes.extend(fact(format!("{number} {kind}"), number));
            }
            "FLAGS" => {
                notes.extend(fact(kind.to_owned(), ""));
                notes.extend(all(words, TokenKind::Flag).filter_map(|f| flag(f, "")));
            }
            "STATUS" | "QUOTA" => {
                notes.extend(fact(kind.to_owned(), ""));
                let items = all(words, TokenKind::Item).filter_map(|i| Some((i, find(Table::ImapFlag, i)?)));
                notes.extend(items.map(|(i, f)| fact_note(f, i.to_ascii_uppercase(), "")));
                notes.extend(first(words, TokenKind::Mailbox).and_then(mailbox));
            }
            "VANISHED" | "ENABLED" => {
                let arg = all_text(words, &[TokenKind::Set, TokenKind::Number, TokenKind::Capability]);
                notes.extend(fact(kind.to_owned(), &arg));
            }
            "LIST" | "LSUB" | "XLIST" => {
                notes.extend(fact(kind.to_owned(), ""));
                notes.extend(all(words, TokenKind::Flag).filter_map(|f| flag(f, "LIST")));
                notes.extend(first(words, TokenKind::Mailbox).and_then(mailbox));
            }
            _ => match fact(kind.to_owned(), number) {
                Some(note) => {
                    notes.push(note);
                    notes.extend(rights::of_response(kind, words));
                }
                None => notes.push(Note::new(Level::Explain, "note-imap-unknown-response").label(kind)),
            },
        }
        notes
    }

    /// `* OK`, `* NO`, `* BAD`, `* BYE`.
    fn status_line(&mut self, status: &str, words: &[Word], verb: &str) -> Vec<Note> {
        let mut notes = self.code_notes(words);
        match status {
            "BYE" if verb == "LOGOUT" => {
                let fact = find_after(Table::ImapStatus, status, "LOGOUT");
                notes.extend(fact.map(|f| fact_note(f, status, "")));
            }
            "BYE" => {
                let text = first(words, TokenKind::Text).unwrap_or_default();
                let lint = Note::new(Level::Warn, "lint-imap-bye").label(status).with("text", text);
                notes.push(lint.cite("RFC 9051 §7.1.5"));
            }
            _ if notes.is_empty() => {
                let fact = find_after(Table::ImapStatus, status, "UNTAGGED");
                notes.extend(fact.map(|f| fact_note(f, format!("* {status}"), "")));
            }
            _ => {}
        }
        notes
    }

    /// A response code, with its arguments.
    fn code_notes(&mut self, words: &[Word]) -> Vec<Note> {
        let Some(name) = first(words, TokenKind::ResponseCode) else { return Vec::new() };
        let upper = name.to_ascii_uppercase();
        let text = first(words, TokenKind::Text).unwrap_or_default();
        match upper.as_str() {
            "CAPABILITY" => {
                let fact = find(Table::ImapCode, &upper).filter(|_| self.first_time("capability"));
                let mut notes: Vec<Note> = fact.map(|f| fact_note(f, &upper, "")).into_iter().collect();
                notes.extend(self.capability_notes(words));
                return notes;
            }
            "ALERT" => {
                let note = Note::new(Level::Warn, "lint-imap-alert").label("ALERT").with("text", text);
                return vec![note.cite("RFC 9051 §7.1")];
            }
            _ => {}
        }
        let args = words.iter().skip_while(|w| !w.is(TokenKind::ResponseCode)).skip(1);
        let args: Vec<&str> = args.take_while(|w| !w.is(TokenKind::Text)).map(|w| w.text.as_str()).collect();
        let arg = args.join(" ");
        let mut label = format!("{upper} {arg}").trim_end().to_owned();
        if upper == "PERMANENTFLAGS" || label.chars().count() > LABEL {
            label.clone_from(&upper);
        }
        let mut notes = match find(Table::ImapCode, &upper) {
            Some(fact) => vec![fact_note(fact, label, &arg)],
            None => vec![Note::new(Level::Explain, "note-imap-unknown-code").label(label)],
        };
        if upper == "PERMANENTFLAGS" {
            notes.extend(all(words, TokenKind::Flag).filter_map(|f| flag(f, "")));
        }
        notes
    }

    /// The capabilities: all of them the first time, then what changed.
    fn capability_notes(&mut self, words: &[Word]) -> Vec<Note> {
        let now: Vec<String> = all(words, TokenKind::Capability).map(str::to_owned).collect();
        let before = self.capabilities.replace(now.clone());
        let has = |list: &[String], name: &str| list.iter().any(|n| n.eq_ignore_ascii_case(name));
        let note = |name: &String, sign: &str| {
            let capability = Capability { name: name.clone(), args: String::new() };
            let note = capability_note(Protocol::Imap, &capability);
            let label = format!("{sign}{}", note.label);
            note.label(label)
        };
        let Some(before) = before else { return now.iter().map(|name| note(name, "")).collect() };
        let mut notes: Vec<Note> =
            now.iter().filter(|name| !has(&before, name)).map(|name| note(name, "+ ")).collect();
        let gone: Vec<&str> = before.iter().filter(|name| !has(&now, name)).map(String::as_str).collect();
        if !gone.is_empty() {
            let label = format!("- {}", gone.join(" "));
            notes.push(Note::new(Level::Explain, "note-imap-capabilities-gone").label(label).inner());
        }
        if notes.is_empty() {
            notes.push(Note::new(Level::Explain, "note-imap-capabilities-same").inner());
        }
        notes
    }

    /// A `+` line.
    pub(super) fn continuation(&mut self, unit: Unit, say: &mut Vec<Note>) {
        let exchange = self.exchange(unit.head.exchange);
        let after = match exchange {
            Some(exchange) if exchange.literal => "LITERAL".to_owned(),
            Some(exchange) => exchange.verb.clone(),
            None => String::new(),
        };
        let fact = find_after(Table::ImapResponse, "+", &after);
        say.extend(fact.map(|f| fact_note(f, "+", "")));
        say.extend(unit.notes);
        if after == "IDLE" {
            say.push(Note::new(Level::Hint, "lint-imap-idle").label("IDLE").cite("RFC 9051 §6.3.13"));
        }
    }
}

/// New mail: more messages than before, and not because a mailbox was opened.
fn news(number: &str, verb: &str, moment: Moment<'_>) -> Option<Note> {
    let before = moment.before.mailbox.as_ref()?.exists?;
    let now: u64 = number.parse().ok()?;
    let opening = matches!(verb, "SELECT" | "EXAMINE");
    (now > before && !opening).then(|| {
        let label = format!("{number} EXISTS");
        Note::new(Level::State, "state-imap-new-mail").label(label).with("count", now - before)
    })
}

fn all_text(words: &[Word], kinds: &[TokenKind]) -> String {
    let texts: Vec<&str> =
        words.iter().filter(|w| kinds.contains(&w.kind)).map(|w| w.text.as_str()).collect();
    texts.join(" ")
}
