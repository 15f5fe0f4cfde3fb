//! Writing the notation.

use std::fmt::Write as _;

use crate::dialogue::unit::MAX_PIECE;
use crate::dialogue::{Hole, Side, Wire};

/// Turns the bytes of both sides, however they are cut, into lines of the notation.
#[derive(Debug, Default)]
pub struct Writer {
    partial: [Wire; 2],
}

impl Writer {
    /// Adds bytes of a side; gives the lines that are whole now, each with its `C:` or `S:`, without line end.
    pub fn push(&mut self, side: Side, wire: &Wire, lines: &mut Vec<String>) {
        let held = &mut self.partial[side as usize];
        let mut rest = if held.is_empty() {
            wire.clone()
        } else {
            let mut joined = std::mem::take(held);
            joined.append(wire);
            joined
        };
        let mut from = 0;
        while let Some(end) = line_end(&rest, from) {
            let text = if end - from >= 2 && rest.bytes[end - 2] == b'\r' { end - 2 } else { end };
            let mark = if text == end { "-" } else { "" };
            lines.push(line(side, mark, &rest.slice(from, text)));
            from = end;
        }
        if from > 0 {
            rest = rest.slice(from, rest.len());
        }
        if rest.len() >= MAX_PIECE {
            lines.push(line(side, "-", &rest));
            rest = Wire::default();
        }
        self.partial[side as usize] = rest;
    }

    /// Gives what is held of a line that has not ended, as lines without line end. To be called before
    /// anything else is written between.
    pub fn flush(&mut self, lines: &mut Vec<String>) {
        for side in [Side::Client, Side::Server] {
            let held = std::mem::take(&mut self.partial[side as usize]);
            if !held.is_empty() {
                lines.push(line(side, "-", &held));
            }
        }
    }

    /// Whether the other side, or a note, would come in the middle of a line.
    pub fn is_inside_line(&self) -> bool {
        self.partial.iter().any(|held| !held.is_empty())
    }
}

/// One past the LF that ends the line at `from`, if it came; an LF inside a hole ends none.
fn line_end(wire: &Wire, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let i = memchr::memchr(b'\n', &wire.bytes[at..])? + at;
        match wire.hole_in(i, i + 1) {
            Some(hole) => at = hole.end,
            None => return Some(i + 1),
        }
    }
}

/// A line of the notation.
fn line(side: Side, mark: &str, text: &Wire) -> String {
    let body = escape(text, side);
    let blank = if body.is_empty() { "" } else { " " };
    format!("{}{mark}:{blank}{body}", side.letter())
}

/// The text of a line, with everything that could be taken for something else written as hex.
pub fn escape(wire: &Wire, side: Side) -> String {
    let mut out = String::with_capacity(wire.len() + 8);
    let mut from = 0;
    for Hole { start, end, make } in &wire.holes {
        // A record that was made elsewhere may tell one twice.
        if *start < from {
            continue;
        }
        plain(&wire.bytes[from..*start], &mut out);
        if make != Wire::UNTOLD && out.ends_with('{') {
            // Three braces in a row would be read as a hole that begins one too early.
            out.pop();
            hex(b"{", &mut out);
        }
        out.push_str(&Wire::notation(make));
        from = *end;
    }
    plain(&wire.bytes[from..], &mut out);
    // `S: ...` would skip lines when it is read.
    if side == Side::Server && out == "..." {
        out = String::from("{{hex(2e)}}..");
    }
    out
}

fn plain(bytes: &[u8], out: &mut String) {
    // Nearly every line is plain ASCII without braces.
    if bytes.iter().all(|b| (b' '..0x7f).contains(b) && *b != b'{') {
        out.push_str(std::str::from_utf8(bytes).unwrap_or_default());
        return;
    }
    for chunk in bytes.utf8_chunks() {
        let mut chars = chunk.valid().chars().peekable();
        while let Some(c) = chars.next() {
            if c == '{' && chars.peek() == Some(&'{') {
                chars.next();
                hex(b"{{", out);
            } else if is_safe(c) {
                out.push(c);
            } else {
                hex(c.encode_utf8(&mut [0; 4]).as_bytes(), out);
            }
        }
        if !chunk.invalid().is_empty() {
            hex(chunk.invalid(), out);
        }
    }
}

/// Adds bytes as hex, joined to a hex hole right before.
fn hex(bytes: &[u8], out: &mut String) {
    if out.ends_with('{') {
        out.pop();
        hex(b"{", out);
    }
    // The text after a hole may look like its end.
    let digits = out.rfind("{{hex(").and_then(|i| out[i + 6..].strip_suffix(")}}"));
    if digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit() || b == b' ')) {
        out.truncate(out.len() - 3);
        out.push(' ');
    } else {
        out.push_str("{{hex(");
    }
    for (i, b) in bytes.iter().enumerate() {
        let _ = write!(out, "{}{b:02x}", if i > 0 { " " } else { "" });
    }
    out.push_str(")}}");
}

/// Whether a character may reach a terminal as it is: no control (C0 but tab, DEL, C1), nothing that turns
/// the direction of writing, breaks a line, or cannot be seen.
pub fn is_safe(c: char) -> bool {
    match c {
        '\t' => true,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => false,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => false,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => false,
        c => !c.is_control(),
    }
}

/// A peer's text made safe inside a sentence: what [`is_safe`] forbids becomes `\u{…}`, and it is cut at `max`
/// characters.
pub fn safe(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        if i == max {
            out.push('…');
            break;
        }
        if is_safe(c) {
            out.push(c)
        } else {
            let _ = write!(out, "{}", c.escape_unicode());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_taken_for_something_else_is_hex() {
        for (bytes, text) in [
            (&b"250 ok"[..], "250 ok"),
            (b"\x1b]0;x\x07", "{{hex(1b)}}]0;x{{hex(07)}}"),
            (b"a\x00\xffb", "a{{hex(00 ff)}}b"),
            ("ñ\u{202e}x".as_bytes(), "ñ{{hex(e2 80 ae)}}x"),
            (b"{3}", "{3}"),
            (b"{{{x", "{{hex(7b 7b)}}{x"),
            (b"\xc2\x9b31m", "{{hex(c2 9b)}}31m"),
            (b"...", "{{hex(2e)}}.."),
            (b"a\rb", "a{{hex(0d)}}b"),
        ] {
            assert_eq!(escape(&Wire::from(bytes), Side::Server), text);
        }
    }

    #[test]
    fn lines_are_lines_however_they_are_cut() {
        let mut writer = Writer::default();
        let mut lines = Vec::new();
        for part in ["250", " ok\r", "\nbare\n", "half"] {
            writer.push(Side::Server, &Wire::from(part), &mut lines);
        }
        writer.flush(&mut lines);
        assert_eq!(lines, ["S: 250 ok", "S-: bare{{hex(0a)}}", "S-: half"]);
    }
}
