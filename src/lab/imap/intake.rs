//! How a command comes together: from the reader's units, lines and literals, to a [`Line`]; and which literals
//! are taken. An APPEND's message goes into a draft of the store while it comes.

use super::command::{self, Offer, Refused};
use super::line::{Line, Parser, Wrong};
use crate::dialect::imap::lex::{self, Announced, Tail};
use crate::dialogue::{Piece, Shape, TokenKind, Wire};
use crate::lab::store::Draft;

/// What a command is waiting for.
#[derive(Default)]
pub struct Intake {
    /// The command so far.
    pub line: Line,
    /// What is done with what comes.
    pub mode: Mode,
    /// The unit that is open: its number and shape.
    unit: Option<(u64, Shape)>,
    /// A literal that the unit's line announces: where, and how.
    announced: Option<(usize, Announced)>,
}

/// What is done with what comes.
#[derive(Default)]
pub enum Mode {
    /// It is kept.
    #[default]
    Collect,
    /// The literal is a message.
    Append(Box<Incoming>),
    /// It is thrown away, and then this is said.
    Refuse(String),
}

/// A message that is being appended.
pub struct Incoming {
    /// APPEND's tag and arguments.
    pub tag: String,
    /// Where it goes.
    pub to: command::Append,
    /// The message so far.
    pub draft: Draft,
    /// Whether it has come whole.
    pub whole: bool,
}

/// What the end of a unit means.
pub enum Ended {
    /// Nothing yet.
    Nothing,
    /// The command is whole.
    Command,
    /// A line of a SASL exchange.
    Sasl(Vec<u8>),
    /// A literal follows.
    Literal(Announced, usize),
    /// Bytes that belong nowhere.
    Junk,
}

impl Intake {
    /// A unit begins.
    pub fn open(&mut self, n: u64, shape: Shape) {
        self.unit = Some((n, shape));
        self.announced = None;
        if matches!(shape, Shape::Sasl | Shape::Junk) {
            self.line = Line::default();
        }
    }

    /// A part of the unit; the shape of it, if it is ours.
    pub fn piece(&mut self, piece: &Piece) -> Option<Shape> {
        let (n, shape) = self.unit?;
        if n != piece.n {
            return None;
        }
        let bytes = &piece.wire.bytes;
        if shape == Shape::Literal {
            match &mut self.mode {
                Mode::Collect => self.line.literal(bytes),
                // A draft that cannot go on refuses the command: see the servant.
                Mode::Append(_) | Mode::Refuse(_) => {}
            }
            return Some(shape);
        }
        let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let text = if text.len() < bytes.len() { text.strip_suffix(b"\r").unwrap_or(text) } else { text };
        let counted = piece.token(TokenKind::Count).is_some();
        self.announced = match lex::tail(&Wire::new(text.to_vec()), text.len()) {
            Tail::Literal(literal) if counted => Some((self.line.bytes.len() + literal.start, literal)),
            _ => None,
        };
        self.line.text(text);
        Some(shape)
    }

    /// The unit ends.
    pub fn close(&mut self, n: u64, complete: bool) -> Ended {
        let Some((_, shape)) = self.unit.take_if(|(unit, _)| *unit == n) else { return Ended::Nothing };
        if !complete {
            // After a gap nobody knows what was meant.
            self.reset();
            return Ended::Nothing;
        }
        match (shape, self.announced.take()) {
            (Shape::Literal, _) => {
                self.line.close_literal();
                if let Mode::Append(incoming) = &mut self.mode {
                    incoming.whole = true;
                }
                Ended::Nothing
            }
            (Shape::Command, Some((at, literal))) => Ended::Literal(literal, at),
            (Shape::Command, None) => Ended::Command,
            (Shape::Sasl, _) => Ended::Sasl(std::mem::take(&mut self.line).bytes),
            _ => {
                self.line = Line::default();
                Ended::Junk
            }
        }
    }

    /// Forgets the command.
    pub fn reset(&mut self) {
        self.line = Line::default();
        self.mode = Mode::Collect;
    }

    /// The command, which is whole, and what was done with it.
    pub fn take(&mut self) -> (Line, Mode) {
        (std::mem::take(&mut self.line), std::mem::take(&mut self.mode))
    }

    /// Whether the literal announced at `at` is an APPEND's message: its tag and arguments then.
    ///
    /// # Errors
    /// What is wrong with the arguments before it.
    pub fn appends(&self, at: usize) -> Result<Option<(String, command::Append)>, Refused> {
        let mut parser = Parser::new(&self.line);
        let Ok(parsed) = command::opening(&mut parser, &self.line) else { return Ok(None) };
        if parsed.verb != "APPEND" {
            return Ok(None);
        }
        match command::append(&mut parser) {
            Ok(to) if parser.pos == at => Ok(Some((parsed.tag, to))),
            // The mailbox's name is the literal.
            Err(wrong) if wrong.at == Some(at) => Ok(None),
            Ok(_) => {
                let wrong = Wrong::at(parser.pos, "expected a message as a literal, such as {42}");
                Err(Refused { tag: Some(parsed.tag), verb: parsed.verb, wrong })
            }
            Err(wrong) => Err(Refused { tag: Some(parsed.tag), verb: parsed.verb, wrong }),
        }
    }

    /// The tag and verb so far, for an answer.
    pub fn named(&self) -> (Option<String>, String) {
        let mut parser = Parser::new(&self.line);
        match command::opening(&mut parser, &self.line) {
            Ok(parsed) => (Some(parsed.tag), parsed.verb),
            Err(refused) => (refused.tag, refused.verb),
        }
    }

    /// What is wrong with a literal's form, if something is.
    pub fn odd(&self, literal: &Announced, at: usize, offer: &Offer) -> Option<Wrong> {
        if !literal.waits && !offer.has("LITERAL+") {
            let what = "a literal that does not wait, {n+}, needs the capability LITERAL+: write {n}, and send \
                        the octets after the server's +";
            return Some(Wrong::at(at, what));
        }
        None
    }
}
