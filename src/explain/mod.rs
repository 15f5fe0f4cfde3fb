//! Explaining on request: what a code, a verb, a word of a server or an idea is, and what a single line says.
//!
//! [`find`] looks a topic up in all tables, by its name, by other names, by what servers say, and ranks what it finds;
//! [`article`] puts together what is known of one meaning: the facts, the sentences, a concept's page, the examples,
//! what it is confused with; [`line`] takes a pasted line apart; [`show`] makes lines or JSON of an article.
//!
//! # Terms
//! - **topic**: what somebody asks for: `550`, `smtp 250`, `MAIL FROM`, `pop vs imap`, `relay access denied`.
//! - **meaning**: a name in one table, with its rows: `LIST` is a POP3 command, an IMAP command and an IMAP response.
//! - **page**: the text of a concept, in [`page`]'s few marks.
//! - **example**: a small dialogue, first wrong and then right, that the lab really answers so ([`example`]).
//!
//! Nothing here knows a terminal or a socket.

pub mod article;
pub mod example;
pub mod find;
pub mod line;
pub mod page;
pub mod show;

use crate::annotate::topics::fact_note;
use crate::dialogue::Note;
use crate::knowledge::Fact;

pub use article::Article;
pub use find::{Meaning, find, nearest};

/// A row as a note in a dialogue: its name, its line and, in full, the rest.
pub fn note(fact: &'static Fact) -> Note {
    let mut note = fact_note(fact, fact.name);
    note.args = article::unfilled();
    note
}
