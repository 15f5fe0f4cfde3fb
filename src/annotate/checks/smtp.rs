//! SMTP: what was said before TLS counts no more (RFC 3207 §4.2).

use crate::annotate::{Explain, Moment};
use crate::dialogue::{Level, Mark, Note, Shape, Side, Step, TokenKind, UnitHead};

/// Holds an SMTP session's lines against each other.
#[derive(Debug, Default)]
pub(super) struct Checks {
    command: Option<UnitHead>,
    /// TLS began in the middle, and the client has not introduced itself since.
    anonymous: bool,
    introduced: bool,
}

impl Explain for Checks {
    fn step(&mut self, step: &Step, _: Moment<'_>, say: &mut Vec<Note>) {
        match step {
            Step::Mark { mark: Mark::Tls(_), .. } => self.anonymous = self.introduced,
            Step::Open(head) if head.side == Side::Client && head.shape == Shape::Command => {
                self.command = Some(head.clone());
            }
            Step::Piece(piece) if self.command.as_ref().is_some_and(|head| head.n == piece.n) => {
                self.command = None;
                let verb = piece.word(TokenKind::Verb).unwrap_or_default().to_ascii_uppercase();
                match verb.as_str() {
                    "EHLO" | "HELO" | "LHLO" => (self.introduced, self.anonymous) = (true, false),
                    "MAIL" | "AUTH" | "RCPT" | "DATA" if std::mem::take(&mut self.anonymous) => {
                        say.push(Note::new(Level::Warn, "check-smtp-ehlo-after-tls").cite("RFC 3207 §4.2"));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}
