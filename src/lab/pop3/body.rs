//! A message on its way to the client: dots doubled, the lone dot at the end, a portion at a time.

use std::io;

use crate::dialect::stuff::{END, Stuff};
use crate::lab::servant::Body;

/// A message, dot-stuffed (RFC 1939 §3); of TOP the header and some lines.
pub(super) struct Dotted {
    body: Option<Box<dyn Body>>,
    stuff: Stuff,
    /// Lines of the body still to come; none: all.
    lines: Option<u64>,
    /// Whether the empty line has passed, and what the line under way has so far.
    in_body: bool,
    line_is_empty: bool,
}

impl Dotted {
    pub(super) fn whole(body: Box<dyn Body>) -> Dotted {
        Dotted { body: Some(body), stuff: Stuff::new(), lines: None, in_body: false, line_is_empty: true }
    }

    pub(super) fn top(body: Box<dyn Body>, lines: u64) -> Dotted {
        Dotted { lines: Some(lines), ..Dotted::whole(body) }
    }

    /// How much of a portion TOP wants, and whether that is all.
    fn wanted(&mut self, portion: &[u8]) -> (usize, bool) {
        let Some(lines) = &mut self.lines else { return (portion.len(), false) };
        if self.in_body && *lines == 0 {
            return (0, true);
        }
        for (i, &byte) in portion.iter().enumerate() {
            match byte {
                b'\n' if self.in_body => *lines -= 1,
                b'\n' if self.line_is_empty => self.in_body = true,
                b'\n' => self.line_is_empty = true,
                b'\r' => {}
                _ => self.line_is_empty = false,
            }
            if self.in_body && *lines == 0 {
                return (i + 1, true);
            }
        }
        (portion.len(), false)
    }
}

impl Body for Dotted {
    fn next(&mut self) -> io::Result<Vec<u8>> {
        let Some(body) = &mut self.body else { return Ok(Vec::new()) };
        let portion = body.next()?;
        let (end, over) = self.wanted(&portion);
        let mut wire = Vec::with_capacity(end + 16);
        self.stuff.feed(&portion[..end], &mut wire);
        if over || portion.is_empty() {
            self.body = None;
            self.stuff.finish(&mut wire);
            wire.extend_from_slice(END);
        }
        Ok(wire)
    }
}

/// A body that breaks off, as a fault wants it.
pub(super) struct Breaking {
    body: Box<dyn Body>,
    left: u64,
}

impl Breaking {
    pub(super) fn after(octets: Option<u64>, body: Box<dyn Body>) -> Box<dyn Body> {
        match octets {
            Some(left) => Box::new(Breaking { body, left }),
            None => body,
        }
    }
}

impl Body for Breaking {
    fn next(&mut self) -> io::Result<Vec<u8>> {
        if self.left == 0 {
            return Err(io::Error::other("a fault of the lab, on purpose"));
        }
        let mut portion = self.body.next()?;
        portion.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= portion.len() as u64;
        Ok(portion)
    }
}
