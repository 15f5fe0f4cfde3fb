//! What the session itself wants to know of the steps, before redaction: challenges to answer, refusals to
//! count, bodies to save.

use crate::dialect::State;
use crate::dialogue::{Shape, Side, Step, TokenKind};

use super::save::Spool;

/// Looks at every step of a session.
#[derive(Debug, Default)]
pub struct Observer {
    shape: [Option<(u64, Shape)>; 2],
    refusal: bool,
    /// QUIT or LOGOUT was sent.
    pub farewell: bool,
    /// A SASL challenge that has come and is not answered yet: its text, still base64.
    pub challenge: Option<Vec<u8>>,
    /// Whether the server refused anything.
    pub refused: bool,
    /// The exchanges that ended, and whether the last was refused.
    pub ended: u64,
    /// Whether the last exchange that ended was refused.
    pub last_refused: bool,
    /// Whether the client said a secret; cleared by whoever wants to know.
    pub secret: bool,
    /// The last message or reply, for `/save` and `/show`.
    pub spool: Spool,
}

impl Observer {
    /// Takes a step in.
    pub fn step(&mut self, step: &Step, state: &State) {
        match step {
            Step::Open(head) => {
                self.shape[head.side as usize] = Some((head.n, head.shape));
                if head.side == Side::Server {
                    self.refusal = false;
                    self.spool.open(head.shape);
                }
            }
            Step::Piece(piece) => {
                let client = self.shape[Side::Client as usize].is_some_and(|(n, _)| n == piece.n);
                let secret = piece.token(TokenKind::Secret).is_some() || !piece.wire.holes.is_empty();
                self.secret |= client && secret;
                if let Some(verb) = piece.word(TokenKind::Verb) {
                    self.farewell |= ["QUIT", "LOGOUT"].iter().any(|w| verb.eq_ignore_ascii_case(w));
                }
                let Some((n, shape)) = self.shape[Side::Server as usize] else { return };
                if n != piece.n {
                    return;
                }
                if let Some(code) = piece.word(TokenKind::Code) {
                    self.refusal |= code.starts_with(['4', '5']);
                }
                if let Some(status) = piece.word(TokenKind::Status) {
                    self.refusal |=
                        ["-ERR", "NO", "BAD", "BYE"].iter().any(|w| status.eq_ignore_ascii_case(w));
                }
                if shape == Shape::Continuation {
                    let text = [TokenKind::Base64, TokenKind::Secret, TokenKind::Text]
                        .into_iter()
                        .find_map(|kind| piece.token(kind))
                        .map(|t| piece.wire.bytes[t.start..t.end].to_vec());
                    self.challenge = Some(text.unwrap_or_default());
                }
                let dot = piece.token(TokenKind::Dot).is_some();
                self.spool.piece(&piece.wire.bytes, dot);
            }
            Step::Close(end) => {
                let Some((_, shape)) = self.shape[Side::Server as usize].filter(|(n, _)| *n == end.n) else {
                    return;
                };
                self.spool.close();
                if matches!(shape, Shape::Response | Shape::Greeting) {
                    self.refused |= self.refusal;
                    self.last_refused = self.refusal;
                }
                if end.last {
                    self.ended += 1;
                    if state.sasl.is_none() {
                        self.challenge = None;
                    }
                }
            }
            _ => {}
        }
    }
}
