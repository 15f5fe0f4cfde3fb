//! Checks across lines: what a teacher holds one line against another for. STAT and the sum of LIST, one message
//! with two unique-ids, EXISTS and what FETCH shows, a tag that nobody answered, a session that goes on after TLS as
//! if it had not begun anew.
//!
//! A check keeps figures and the numbers of the units that said them, never text that could grow; what it finds names
//! those units ([`Note::about`]). What can be said of one line alone is said by the protocol's
//! [`Explain`](super::Explain), not here.

mod imap;
mod octets;
mod pop3;
mod smtp;
#[cfg(test)]
mod tests;

use super::Explain;
use crate::dialogue::{Note, Piece, Protocol, TokenKind};

pub(super) use octets::fit;

/// The most messages whose figures are kept.
const MOST: usize = 100_000;
/// The most findings of one kind: a server that is wrong throughout is told so a few times only.
const MOST_TOLD: u32 = 5;

/// The checks of a protocol.
pub(super) fn of(protocol: Protocol) -> Box<dyn Explain> {
    match protocol {
        Protocol::Smtp | Protocol::Lmtp => Box::new(smtp::Checks::default()),
        Protocol::Pop3 => Box::new(pop3::Checks::default()),
        Protocol::Imap => Box::new(imap::Checks::default()),
    }
}

/// The first token of a kind as a number.
fn number(piece: &Piece, kind: TokenKind) -> Option<u64> {
    piece.word(kind)?.parse().ok()
}

/// Says a thing, the first few times.
#[derive(Debug, Default)]
struct Teller(Vec<(&'static str, u32)>);

impl Teller {
    fn say(&mut self, note: Note, id: &'static str, say: &mut Vec<Note>) {
        let told = match self.0.iter_mut().find(|(known, _)| *known == id) {
            Some((_, told)) => told,
            None => {
                self.0.push((id, 0));
                let last = self.0.len() - 1;
                &mut self.0[last].1
            }
        };
        *told += 1;
        if *told <= MOST_TOLD {
            say.push(note);
        }
    }
}
