//! Access rights (RFC 4314): a word of letters, each of which is a right. Which word it is, its place tells.

use super::{Word, fact_note};
use crate::dialogue::{Note, TokenKind};
use crate::knowledge::{Table, find_after};

/// The rights that a command gives or takes: `SETACL mailbox identifier +lr`.
pub(super) fn of_command(verb: &str, words: &[Word]) -> Vec<Note> {
    match verb {
        "SETACL" => letters(behind_mailbox(words).nth(1).into_iter()),
        _ => Vec::new(),
    }
}

/// The rights in a response: one's own, those of each identifier, or those that can be given.
pub(super) fn of_response(kind: &str, words: &[Word]) -> Vec<Note> {
    let words = behind_mailbox(words);
    match kind {
        "MYRIGHTS" => letters(words.take(1)),
        "ACL" => letters(words.skip(1).step_by(2)),
        "LISTRIGHTS" => letters(words.skip(1)),
        _ => Vec::new(),
    }
}

fn behind_mailbox(words: &[Word]) -> impl Iterator<Item = &str> {
    let behind = words.iter().skip_while(|w| !w.is(TokenKind::Mailbox)).skip(1);
    behind.take_while(|w| !w.is(TokenKind::Count)).map(|w| w.text.as_str())
}

/// A note for each letter, once.
fn letters<'a>(words: impl Iterator<Item = &'a str>) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for letter in words.flat_map(str::chars).filter(char::is_ascii_alphabetic) {
        let letter = letter.to_ascii_lowercase().to_string();
        let fact = find_after(Table::ImapFlag, &letter, "ACL").filter(|fact| fact.after == "ACL");
        if let Some(fact) = fact
            && !notes.iter().any(|note| note.id == fact.id)
        {
            notes.push(fact_note(fact, letter, "").inner());
        }
    }
    notes
}
