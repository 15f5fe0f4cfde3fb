//! What came for a command before its tagged response, put together: each kind of thing once.

use super::command::{flag, mailbox};
use super::{Exchange, Word, all, fact_note, first};
use crate::dialogue::{Level, Note, TokenKind};
use crate::knowledge::{Table, find, find_after};

/// Notes that are kept of one answer.
const MOST: usize = 200;

/// Names of extended data in LIST.
const EXTENDED: &[&str] = &["CHILDINFO", "OLDNAME"];

/// The untagged responses of a command.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    notes: Vec<Note>,
    /// FETCH responses, or UIDFETCH.
    fetched: u64,
    kind: String,
    first: String,
    last: String,
    /// Items and flags in them.
    items: Vec<String>,
    flags: Vec<String>,
    /// The first message's number and UID.
    uid: Option<(String, String)>,
    /// LIST, LSUB, and numbers in SEARCH.
    listed: u64,
    found: Option<u64>,
    more: Vec<Note>,
}

fn add_word(list: &mut Vec<String>, word: &str) {
    if list.len() < MOST && !list.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        list.push(word.to_owned());
    }
}

impl Gathered {
    /// How many FETCH responses came.
    pub(super) fn fetched(&self) -> u64 {
        self.fetched
    }

    fn add(&mut self, note: Note) {
        if self.notes.len() < MOST && !self.notes.iter().any(|n| n.id == note.id && n.label == note.label) {
            self.notes.push(note.inner());
        }
    }

    /// Notes of a line that stands for itself.
    pub(super) fn extend(&mut self, notes: Vec<Note>) {
        notes.into_iter().for_each(|note| self.add(note));
    }

    /// A FETCH response.
    pub(super) fn fetch(&mut self, kind: &str, words: &[Word], messages: Vec<Note>) {
        kind.clone_into(&mut self.kind);
        let number = first(words, TokenKind::Number).unwrap_or_default().to_owned();
        if self.fetched == 0 {
            self.first.clone_from(&number);
        }
        self.fetched += 1;
        let mut item = "";
        for word in words {
            match word.kind {
                TokenKind::Item => {
                    item = &word.text;
                    add_word(&mut self.items, item);
                }
                TokenKind::Flag if item.eq_ignore_ascii_case("FLAGS") => {
                    add_word(&mut self.flags, &word.text)
                }
                TokenKind::Number if item.eq_ignore_ascii_case("UID") && self.uid.is_none() => {
                    self.uid = Some((number.clone(), word.text.clone()));
                }
                _ => {}
            }
        }
        self.last = number;
        if self.more.len() < MOST {
            self.more.extend(messages);
        }
    }

    /// A LIST, LSUB or XLIST response.
    pub(super) fn list(&mut self, kind: &str, words: &[Word]) {
        self.listed += 1;
        if self.listed == 1
            && let Some(fact) = find(Table::ImapResponse, kind)
        {
            self.add(fact_note(fact, kind, ""));
        }
        for word in all(words, TokenKind::Flag) {
            self.extend(flag(word, "LIST").into_iter().collect());
        }
        let separator = words
            .iter()
            .skip_while(|w| !w.is(TokenKind::Kind))
            .find(|w| w.is(TokenKind::Text) || (w.is(TokenKind::Word) && w.text.eq_ignore_ascii_case("NIL")));
        if let Some(separator) = separator.filter(|w| w.is(TokenKind::Text)) {
            self.add(
                Note::new(Level::Explain, "note-imap-separator").label(format!("\"{}\"", separator.text)),
            );
        }
        self.extend(first(words, TokenKind::Mailbox).and_then(mailbox).into_iter().collect());
        // What LIST-EXTENDED adds behind the name (RFC 9051 §6.3.9.6, §6.3.9.7).
        let extended = words.iter().skip_while(|w| !w.is(TokenKind::Mailbox)).skip(1);
        for word in extended.filter(|w| EXTENDED.iter().any(|name| w.text.eq_ignore_ascii_case(name))) {
            self.extend(flag(&word.text, "LIST").into_iter().collect());
        }
    }

    /// A SEARCH or SORT response.
    pub(super) fn search(&mut self, kind: &str, verb: &str, words: &[Word]) {
        self.found = Some(self.found.unwrap_or(0) + all(words, TokenKind::Number).count() as u64);
        if let Some(fact) = find_after(Table::ImapResponse, kind, verb) {
            self.add(fact_note(fact, kind, ""));
        }
    }
}

/// What an answer's untagged part says, after the status.
pub(super) fn notes(exchange: &mut Exchange, uid_told: &mut bool) -> Vec<Note> {
    let bare = exchange.bare().to_owned();
    let asked: Vec<String> = all(&exchange.words, TokenKind::Item).map(plain).collect();
    let gathered = std::mem::take(&mut exchange.gathered);
    let mut notes = gathered.notes;
    if gathered.listed > 1 {
        notes.push(Note::new(Level::Explain, "note-imap-list-count").with("count", gathered.listed).inner());
    }
    if let Some(count) = gathered.found {
        notes.push(Note::new(Level::Explain, "note-imap-found").with("count", count).inner());
    }
    let fetch = if bare == "FETCH" || bare == "STORE" { bare.as_str() } else { "UNASKED" };
    match gathered.fetched {
        0 => {}
        1 => {
            let label = format!("{} {}", gathered.first, gathered.kind);
            let fact = find_after(Table::ImapResponse, &gathered.kind, fetch);
            notes.extend(fact.map(|f| fact_note(f, label, &gathered.first).inner()));
        }
        count => {
            let note =
                Note::new(Level::Explain, "note-imap-fetch-summary").label("FETCH").with("count", count);
            notes.push(note.with("first", &gathered.first).with("last", &gathered.last).inner());
        }
    }
    for item in gathered.items.iter().filter(|item| !asked.contains(&plain(item))) {
        let fact = find(Table::ImapItem, item);
        notes.extend(fact.map(|f| fact_note(f, item.to_ascii_uppercase(), "").inner()));
    }
    notes.extend(gathered.flags.iter().filter_map(|f| flag(f, "")).map(Note::inner));
    if let Some((number, uid)) = gathered.uid.filter(|(number, uid)| number != uid)
        && !std::mem::replace(uid_told, true)
    {
        let note = Note::new(Level::Explain, "note-imap-uid").label(format!("UID {uid}"));
        notes.push(note.with("number", number).with("uid", uid).cite("RFC 9051 §2.3.1.1").inner());
    }
    notes.extend(gathered.more);
    notes
}

/// An item as asked for and as answered: without `.PEEK` and without a range's length.
fn plain(item: &str) -> String {
    let upper = item.to_ascii_uppercase().replace(".PEEK", "");
    upper.split('<').next().unwrap_or_default().to_owned()
}
