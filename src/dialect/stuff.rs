//! Transparency, or dot-stuffing (RFC 5321 §4.5.2, 1939 §3): a line of a message that begins with a dot has
//! one more on the wire, so that a lone dot can end the message. Streaming, in flat memory, any cut.
//!
//! [`Stuff`] makes the wire of a content and [`Unstuff`] the content of a wire. The lone dot itself belongs
//! to neither: it is [`END`], sent after the one and never fed to the other.
//!
//! # Line ends
//!
//! A line is what ends with LF. [`Stuff`] writes every line end as CRLF and ends the last line, since a
//! file may have bare LFs and the wire must not; a CR that no LF follows stays as it is. [`Unstuff`] changes no
//! line end. So `unstuff(stuff(x))` is `x` with its line ends normalised in that way, and
//! `unstuff(stuff(unstuff(w))) == unstuff(w)` for any wire of whole CRLF lines.

use memchr::memchr;

/// What ends a message on the wire, after its last line.
pub const END: &[u8] = b".\r\n";

/// Content to wire.
#[derive(Clone, Debug)]
pub struct Stuff {
    line_start: bool,
    after_cr: bool,
}

impl Default for Stuff {
    fn default() -> Self {
        Stuff { line_start: true, after_cr: false }
    }
}

impl Stuff {
    /// At the beginning of a message.
    pub fn new() -> Self {
        Stuff::default()
    }

    /// Adds a run of content's wire form to `wire`.
    pub fn feed(&mut self, mut content: &[u8], wire: &mut Vec<u8>) {
        while let Some(&first) = content.first() {
            if self.line_start && first == b'.' {
                wire.push(b'.');
            }
            let Some(end) = memchr(b'\n', content) else {
                wire.extend_from_slice(content);
                self.line_start = false;
                self.after_cr = content.ends_with(b"\r");
                return;
            };
            let cr = if end == 0 { self.after_cr } else { content[end - 1] == b'\r' };
            wire.extend_from_slice(&content[..end]);
            wire.extend_from_slice(if cr { b"\n" } else { b"\r\n" });
            (self.line_start, self.after_cr) = (true, false);
            content = &content[end + 1..];
        }
    }

    /// Ends the last line, if it is not ended; [`END`] may follow.
    pub fn finish(&mut self, wire: &mut Vec<u8>) {
        if !self.line_start {
            wire.extend_from_slice(b"\r\n");
        }
        *self = Stuff::default();
    }
}

/// Wire to content. The lone dot that ends a message is not fed.
#[derive(Clone, Debug, Default)]
pub struct Unstuff {
    at: At,
    /// Lines that had a dot taken off.
    pub dots: u64,
    /// Lines among them where no second dot followed: nobody had stuffed them, and they lost their own.
    pub eaten: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    LineStart,
    AfterDot,
    Inside,
}

impl Unstuff {
    /// At the beginning of a message.
    pub fn new() -> Self {
        Unstuff::default()
    }

    /// Whether a run of wire is its own content, which saves the copy; then it counts as fed.
    pub fn pass(&mut self, wire: &[u8]) -> bool {
        let first = wire.first().copied();
        let at_dot = match self.at {
            At::LineStart => first == Some(b'.'),
            // What follows the dot decides whether it was eaten.
            At::AfterDot => first.is_some(),
            At::Inside => false,
        };
        if at_dot || memchr::memmem::find(wire, b"\n.").is_some() {
            return false;
        }
        if first.is_some() {
            self.at = if wire.ends_with(b"\n") { At::LineStart } else { At::Inside };
        }
        true
    }

    /// Adds a run of wire's content to `content`.
    pub fn feed(&mut self, mut wire: &[u8], content: &mut Vec<u8>) {
        while let Some(&first) = wire.first() {
            match self.at {
                At::LineStart if first == b'.' => {
                    self.dots += 1;
                    self.at = At::AfterDot;
                    wire = &wire[1..];
                    continue;
                }
                At::AfterDot if first != b'.' => self.eaten += 1,
                _ => {}
            }
            // As far as the next line that begins with a dot.
            match memchr::memmem::find(wire, b"\n.") {
                Some(end) => {
                    content.extend_from_slice(&wire[..=end]);
                    self.at = At::LineStart;
                    wire = &wire[end + 1..];
                }
                None => {
                    content.extend_from_slice(wire);
                    self.at = if wire.ends_with(b"\n") { At::LineStart } else { At::Inside };
                    return;
                }
            }
        }
    }
}

/// A whole content as wire, its last line ended, without the lone dot.
pub fn stuff(content: &[u8]) -> Vec<u8> {
    let (mut stuff, mut wire) = (Stuff::new(), Vec::with_capacity(content.len() + 2));
    stuff.feed(content, &mut wire);
    stuff.finish(&mut wire);
    wire
}

/// A whole wire as content.
pub fn unstuff(wire: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(wire.len());
    Unstuff::new().feed(wire, &mut content);
    content
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dots_at_line_beginnings_are_doubled_and_halved() {
        for (content, wire) in [
            (&b""[..], &b""[..]),
            (b"a\r\n", b"a\r\n"),
            (b"a\n.b\n", b"a\r\n..b\r\n"),
            (b".", b"..\r\n"),
            (b".\r\n..\r\n", b"..\r\n...\r\n"),
            (b"\n.\n", b"\r\n..\r\n"),
            (b"a\rb.c", b"a\rb.c\r\n"),
            (b"\r", b"\r\r\n"),
        ] {
            assert_eq!(stuff(content), wire);
        }
        assert_eq!(unstuff(b"..a\r\n.b\r\n...\r\n.\r\n"), b".a\r\nb\r\n..\r\n\r\n");
        let mut unstuff = Unstuff::new();
        unstuff.feed(b"..a\r\n.b\r\n", &mut Vec::new());
        assert_eq!((unstuff.dots, unstuff.eaten), (2, 1));
    }

    /// The line ends that the module's head promises.
    fn normal(content: &[u8]) -> Vec<u8> {
        let mut out: Vec<u8> = Vec::new();
        for &b in content {
            if b == b'\n' && out.last() != Some(&b'\r') {
                out.push(b'\r');
            }
            out.push(b);
        }
        if !out.is_empty() && !out.ends_with(b"\n") {
            out.extend_from_slice(b"\r\n");
        }
        out
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(b"ab.\r\n\0\xff".to_vec()), 0..60)
    }

    proptest! {
        #[test]
        fn what_is_stuffed_is_unstuffed(content in text()) {
            let wire = stuff(&content);
            let lone = wire.split(|b| *b == b'\n').any(|line| line == b".\r" || line == b".");
            prop_assert!(!lone, "a lone dot would end it");
            prop_assert_eq!(unstuff(&wire), normal(&content));
        }

        #[test]
        fn cuts_change_nothing(bytes in text(), cut in 1usize..5) {
            let (mut s, mut wire) = (Stuff::new(), Vec::new());
            bytes.chunks(cut).for_each(|c| s.feed(c, &mut wire));
            s.finish(&mut wire);
            prop_assert_eq!(wire, stuff(&bytes));
            let (mut u, mut content) = (Unstuff::new(), Vec::new());
            bytes.chunks(cut).for_each(|c| u.feed(c, &mut content));
            let mut whole = Unstuff::new();
            whole.feed(&bytes, &mut Vec::new());
            prop_assert_eq!(content, unstuff(&bytes));
            prop_assert_eq!((u.dots, u.eaten), (whole.dots, whole.eaten));
        }
    }
}
