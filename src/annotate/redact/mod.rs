//! Redaction: no view can leak what it never got. Three nets, in this order:
//!
//! - by *flow*: the session marks what it computed from a password as a hole with its make;
//! - by *position*: what the protocol says is a password, a digest or a token ([`TokenKind::Secret`]);
//! - by *value*, the last net: a known secret anywhere else, raw and in base64 at each alignment.
//!
//! A secret is written as the placeholder that would make it, never as asterisks and never with its length.
//! A wrong password is a secret like the right one.

mod net;
pub mod search;
mod store;

pub use store::Secrets;

use crate::dialect::sasl;
use crate::dialogue::unit::MAX_PIECE;
use crate::dialogue::{Piece, Shape, Side, Step, Token, TokenKind, Wire};

use net::Net;

/// How much was masked, and by which net.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// By flow: computed from a password that the session knew.
    pub flow: u64,
    /// By position: where the protocol says that a secret stands.
    pub position: u64,
    /// By value: a known secret that stood elsewhere, in notes too.
    pub value: u64,
    /// Placeholders of the input: masked before it was read.
    pub before: u64,
}

impl Masked {
    /// All of it.
    pub fn total(&self) -> u64 {
        self.flow + self.position + self.value + self.before
    }
}

/// Masks the secrets of one dialogue.
#[derive(Debug)]
pub struct Redactor {
    secrets: Secrets,
    net: Net,
    /// The open units of both sides: number, shape, and bytes that wait for the rest of a line.
    open: [Option<Open>; 2],
    /// The SASL mechanism under way.
    mechanism: String,
    /// Whether something of a side was masked.
    touched: [bool; 2],
    masked: Masked,
}

#[derive(Debug)]
struct Open {
    n: u64,
    shape: Shape,
    held: Option<Piece>,
}

impl Redactor {
    /// A redactor that shares the run's store of secrets.
    pub fn new(secrets: Secrets) -> Self {
        Redactor {
            secrets,
            net: Net::default(),
            open: [None, None],
            mechanism: String::new(),
            touched: [false; 2],
            masked: Masked::default(),
        }
    }

    /// Whether something that this side said was masked: then its octets and digest would be an offline test
    /// for the password.
    pub fn touched(&self, side: Side) -> bool {
        self.touched[side as usize]
    }

    /// How much was masked so far.
    pub fn masked(&self) -> Masked {
        self.masked
    }

    /// Masks known values in a text for people; none if there is none in it.
    pub fn mask_text(&mut self, text: &str) -> Option<String> {
        self.net.refresh(&self.secrets);
        if self.net.is_empty() {
            return None;
        }
        let mut wire = Wire::from(text);
        let hits = self.net.mask(&wire);
        self.masked.value += hits.len() as u64;
        for hit in &hits {
            wire.bytes.splice(hit.start..hit.end, Wire::notation(&hit.make).into_bytes());
        }
        (!hits.is_empty()).then(|| wire.lossy().into_owned())
    }

    /// Masks a step. A run of bytes that ends inside a line is held back by as much as a secret could go on;
    /// it comes with the next step of its unit.
    pub fn step(&mut self, step: Step, out: &mut Vec<Step>) {
        match step {
            Step::Open(head) => {
                self.open[head.side as usize] = Some(Open { n: head.n, shape: head.shape, held: None });
                out.push(Step::Open(head));
            }
            Step::Piece(piece) => {
                let Some(side) = self.side_of(piece.n) else { return out.push(Step::Piece(piece)) };
                out.extend(self.piece(side, piece).map(Step::Piece));
            }
            Step::Close(end) => {
                if let Some(side) = self.side_of(end.n)
                    && let Some(open) = self.open[side].take()
                {
                    out.extend(open.held.map(Step::Piece));
                }
                out.push(Step::Close(end));
            }
            other => out.push(other),
        }
    }

    fn side_of(&self, n: u64) -> Option<usize> {
        self.open.iter().position(|o| o.as_ref().is_some_and(|o| o.n == n))
    }

    fn piece(&mut self, side: usize, mut piece: Piece) -> Option<Piece> {
        if let Some(mechanism) = piece.word(TokenKind::Mechanism) {
            self.mechanism = mechanism.to_ascii_uppercase();
        }
        let shape = self.open[side].as_ref().map_or(Shape::Junk, |o| o.shape);
        let overlong = piece.wire.len() >= MAX_PIECE;
        self.by_position(&mut piece, shape, side);
        self.net.refresh(&self.secrets);
        if self.net.is_empty() {
            return Some(piece);
        }
        let open = self.open[side].as_mut()?;
        if let Some(mut held) = open.held.take() {
            // Only runs without tokens are held, so spans need no shift but the new piece's own.
            let base = held.wire.len();
            held.wire.append(&piece.wire);
            piece.tokens.iter_mut().for_each(|t| {
                t.start += base;
                t.end += base;
            });
            held.tokens = piece.tokens;
            held.faults.extend(piece.faults);
            held.at = piece.at;
            held.lines.extend(piece.lines);
            piece = held;
        }
        let masked = self.net.mask(&piece.wire);
        for hit in masked {
            self.touched[side] = true;
            self.masked.value += 1;
            replace(&mut piece, hit.start, hit.end, &hit.make);
        }
        let ends = piece.wire.bytes.ends_with(b"\n");
        // The first part of an overlong line has tokens, and a secret may go on in the next part.
        let keep = if ends || !(piece.tokens.is_empty() || overlong) { 0 } else { self.net.longest() - 1 };
        let cut = piece.wire.len().saturating_sub(keep);
        // Never cut a placeholder.
        let cut = piece.wire.hole_in(cut, cut + 1).map_or(cut, |h| h.end);
        if cut < piece.wire.len() {
            let rest = piece.wire.slice(cut, piece.wire.len());
            self.open[side].as_mut()?.held =
                Some(Piece { wire: rest, tokens: Vec::new(), faults: Vec::new(), ..piece.clone() });
            piece.wire = piece.wire.slice(0, cut);
            piece.tokens.retain(|t| t.start < cut);
            piece.tokens.iter_mut().for_each(|t| t.end = t.end.min(cut));
        }
        (!piece.wire.is_empty()).then_some(piece)
    }

    /// Masks what the session marked and what the dialect says is secret, from the last to the first, so that
    /// spans before stay right.
    fn by_position(&mut self, piece: &mut Piece, shape: Shape, side: usize) {
        let mut spans: Vec<(usize, usize, Option<String>)> =
            piece.wire.holes.iter().map(|h| (h.start, h.end, Some(h.make.clone()))).collect();
        for token in piece.tokens.iter().filter(|t| t.kind == TokenKind::Secret && t.end > t.start) {
            if piece.wire.hole_in(token.start, token.end).is_none() {
                spans.push((token.start, token.end, None));
            }
        }
        spans.sort_by_key(|s| std::cmp::Reverse(s.0));
        for (start, end, make) in spans {
            self.touched[side] = true;
            match make {
                Some(make) => {
                    if Wire::notation(&make).as_bytes() != &piece.wire.bytes[start..end] {
                        self.secrets.learn_make(&make, &piece.wire.bytes[start..end]);
                        replace(piece, start, end, &make);
                        self.masked.flow += 1;
                    } else if make != Wire::UNTOLD {
                        self.masked.before += 1;
                    }
                }
                None => {
                    let (start, end, make) = self.make(piece, shape, start, end);
                    replace(piece, start, end, &make);
                    self.masked.position += u64::from(make != Wire::UNTOLD);
                    if make == Wire::UNTOLD {
                        // It is a count all the same, and a literal follows.
                        let count = piece.tokens.iter_mut().find(|t| t.start == start);
                        count.into_iter().for_each(|t| t.kind = TokenKind::Count);
                    }
                }
            }
        }
    }

    /// What would make the secret at this place, and the span that the placeholder takes.
    fn make(&mut self, piece: &Piece, shape: Shape, start: usize, end: usize) -> (usize, usize, String) {
        let bytes = &piece.wire.bytes[start..end];
        let verb = piece.word(TokenKind::Verb).unwrap_or_default().to_ascii_uppercase();
        let make = match (shape, verb.as_str()) {
            (Shape::Command, "PASS") | (Shape::Literal, _) => self.secrets.learn("password", bytes),
            (Shape::Command, "LOGIN") => return self.login(piece, start, end),
            (Shape::Command, "AUTH" | "AUTHENTICATE") | (Shape::Sasl, _) => self.sasl(bytes),
            // `{14}` before a secret literal tells its length.
            (Shape::Command, _) if piece.wire.bytes.get(start.wrapping_sub(1)) == Some(&b'{') => {
                Wire::UNTOLD.to_owned()
            }
            _ => self.secrets.learn("secret", bytes),
        };
        (start, end, make)
    }

    /// IMAP's LOGIN: an atom, or a quoted string, whose escapes only `quoted()` brings back.
    fn login(&mut self, piece: &Piece, start: usize, end: usize) -> (usize, usize, String) {
        let bytes = &piece.wire.bytes;
        if start > 0 && bytes[start - 1] == b'{' {
            return (start, end, Wire::UNTOLD.to_owned());
        }
        let quoted = start > 0 && bytes[start - 1] == b'"' && bytes.get(end) == Some(&b'"');
        if !quoted || !bytes[start..end].contains(&b'\\') {
            return (start, end, self.secrets.learn("password", &bytes[start..end]));
        }
        let mut value = Vec::new();
        let mut escaped = false;
        for &b in &bytes[start..end] {
            escaped = b == b'\\' && !escaped;
            if !escaped {
                value.push(b);
            }
        }
        (start - 1, end + 1, format!("quoted({})", self.secrets.learn("password", &value)))
    }

    fn sasl(&mut self, bytes: &[u8]) -> String {
        let Some(message) = sasl::decode(bytes) else { return self.secrets.learn("secret", bytes) };
        let text = String::from_utf8_lossy(&message).into_owned();
        let exact = |again: Vec<u8>| sasl::encode(&again).as_bytes() == bytes;
        match self.mechanism.as_str() {
            "PLAIN" => {
                if let Some(p) = sasl::read_plain(&message)
                    && exact([p.authzid.as_bytes(), b"\0", p.user.as_bytes(), b"\0", &p.password].concat())
                {
                    self.secrets.exempt(&p.user);
                    let name = self.secrets.learn("password", &p.password);
                    let authzid =
                        if p.authzid.is_empty() { String::new() } else { format!(", {}", quote(&p.authzid)) };
                    return format!("plain({}, {name}{authzid})", quote(&p.user));
                }
            }
            "LOGIN" if exact(message.clone()) => {
                return format!("b64({})", self.secrets.learn("password", &message));
            }
            "XOAUTH2" => {
                let user = text.strip_prefix("user=").and_then(|t| t.split('\u{1}').next());
                let token = text.split('\u{1}').find_map(|f| f.strip_prefix("auth=Bearer "));
                if let (Some(user), Some(token)) = (user, token) {
                    let again = format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}");
                    if exact(again.into_bytes()) {
                        let name = self.secrets.learn("token", token.as_bytes());
                        return format!("xoauth2({}, {name})", quote(user));
                    }
                }
            }
            _ => {}
        }
        // What the message holds may be a password all the same.
        self.secrets.learn("secret", bytes)
    }
}

/// A literal value in the notation's calls.
pub fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Puts a placeholder in the place of a span, and moves tokens, faults and holes behind it.
fn replace(piece: &mut Piece, start: usize, end: usize, make: &str) {
    let mut wire = piece.wire.slice(0, start);
    wire.push_placeholder(make);
    let grown = wire.len();
    wire.append(&piece.wire.slice(end, piece.wire.len()));
    piece.wire = wire;
    let moved = |at: usize| at + grown - end;
    let mut placed = false;
    piece.tokens.retain_mut(|t| {
        if t.start >= end && !(t.start == end && t.end == end) {
            (t.start, t.end) = (moved(t.start), moved(t.end));
        } else if t.end > start {
            // Tokens that the secret was part of become the one secret token.
            let first = !placed;
            placed = true;
            *t = Token::new(
                TokenKind::Secret,
                start.min(t.start),
                grown.max(if t.end > end { moved(t.end) } else { grown }),
            );
            if t.start < start || t.end > grown {
                t.kind = TokenKind::Word;
            }
            return first;
        }
        true
    });
    for fault in &mut piece.faults {
        fault.at = if fault.at >= end { moved(fault.at) } else { fault.at.min(start) };
    }
}

#[cfg(test)]
mod tests;
