//! The smallest parts of an IMAP line: atoms, quoted strings, parentheses, and the announcement of a literal
//! at its end (RFC 9051 §4). Lenient: what no rule allows still becomes a lexeme, with a fault where a server
//! would stumble. A hole (a secret's placeholder) is never cut: whatever it holds, it counts as one word.

use crate::dialogue::{Fault, Hole, Wire};

/// What a lexeme is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexKind {
    /// A run of anything but blanks and parentheses.
    Atom,
    /// A quoted string; its span leaves the quotes out.
    Quoted,
    /// `(`.
    Open,
    /// `)`.
    Close,
}

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub kind: LexKind,
    /// First octet.
    pub start: usize,
    /// One past the last octet.
    pub end: usize,
}

/// Where atoms end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// At a blank or a parenthesis.
    Plain,
    /// The same, but `BODY[HEADER.FIELDS (A B)]<0.9>` is one atom.
    Item,
    /// Also at `]`: inside a response code.
    Code,
}

/// A literal's announcement, `{n}` at the end of a line (RFC 9051 §4.3, RFC 7888).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Where it begins: at `{`, or at the `~` of a literal8.
    pub start: usize,
    /// Where the number stands.
    pub count: (usize, usize),
    /// How many octets; none where a placeholder stands for the number.
    pub octets: Option<u64>,
    /// Whether the client must wait for the server's `+`.
    pub waits: bool,
}

impl Announced {
    /// Whether the count is beyond the 32 bits that IMAP4rev1 has for it (RFC 3501 §9, `number`).
    pub fn is_huge(&self) -> bool {
        self.octets.is_some_and(|n| n > u64::from(u32::MAX))
    }
}

/// What stands at the end of a line, where a literal may be announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// No announcement.
    None,
    /// A literal follows.
    Literal(Announced),
    /// Something like an announcement with a number that cannot be: negative, or beyond 63 bits.
    BadCount(usize),
}

/// Looks for a literal's announcement at the end of `wire[..len]`.
pub fn tail(wire: &Wire, len: usize) -> Tail {
    let text = &wire.bytes[..len];
    let Some(inner) = text.strip_suffix(b"}") else { return Tail::None };
    // The longest number that counts has 19 digits; a few more are looked at to tell what is wrong.
    let from = inner.len().saturating_sub(64);
    let Some(brace) = memchr::memrchr(b'{', &inner[from..]).map(|i| from + i) else { return Tail::None };
    let start = if brace > 0 && text[brace - 1] == b'~' { brace - 1 } else { brace };
    let mut end = inner.len();
    let mut waits = true;
    if let Some(b'+' | b'-') = inner.last()
        && end > brace + 1
    {
        (end, waits) = (end - 1, false);
    }
    let number = &text[brace + 1..end];
    if number.is_empty() {
        return Tail::None;
    }
    let literal = |octets| Tail::Literal(Announced { start, count: (brace + 1, end), octets, waits });
    if wire.holes.iter().any(|h| h.start <= brace + 1 && h.end >= end && h.start > brace) {
        return literal(None);
    }
    if wire.hole_in(brace, end).is_some() {
        return Tail::None;
    }
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Tail::None;
    }
    match std::str::from_utf8(number).ok().and_then(|n| n.parse::<i64>().ok()) {
        Some(n) if n >= 0 && !number.starts_with(b"-") => literal(Some(n.unsigned_abs())),
        _ => Tail::BadCount(brace),
    }
}

/// Walks over a line's text.
#[derive(Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    holes: &'a [Hole],
    /// Where the next lexeme is looked for.
    pub pos: usize,
    /// Lexemes end here: at a literal's announcement, or at `full`.
    pub end: usize,
    /// Where the text ends.
    pub full: usize,
    /// A section `[...]` was still open at the end.
    pub section: bool,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Whether superfluous blanks are a fault: servers take them ill, clients do not.
    pub strict_blanks: bool,
}

impl<'a> Cursor<'a> {
    /// Over `wire[pos..full]`, stopping at `end`.
    pub fn new(wire: &'a Wire, pos: usize, end: usize, full: usize) -> Self {
        let (bytes, holes) = (&wire.bytes[..], &wire.holes[..]);
        Cursor { bytes, holes, pos, end, full, section: false, faults: Vec::new(), strict_blanks: false }
    }

    /// Whether the announcement turned out to be part of a text or of a quoted string.
    pub fn passed_announcement(&self) -> bool {
        self.end == self.full
    }

    /// Records a fault.
    pub fn fault(&mut self, at: usize, id: &'static str) {
        self.faults.push(Fault { at, id });
    }

    /// A copy, to look ahead with.
    pub fn fork(&self) -> Cursor<'a> {
        Cursor { faults: Vec::new(), ..*self }
    }

    /// A lexeme's text, backslashes left out.
    pub fn text(&self, lexeme: Lexeme) -> String {
        let bytes = &self.bytes[lexeme.start..lexeme.end];
        match lexeme.kind {
            LexKind::Quoted => String::from_utf8_lossy(&unescape(bytes)).into_owned(),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    /// The octet at the position.
    pub fn peek(&self) -> Option<u8> {
        (self.pos < self.end).then(|| self.bytes[self.pos])
    }

    /// The hole that begins at `pos`: where it ends.
    fn hole_at(&self, pos: usize) -> Option<usize> {
        self.holes.iter().find(|h| h.start == pos && h.end > pos).map(|h| h.end.min(self.end))
    }

    /// Skips blanks.
    pub fn blanks(&mut self) {
        let start = self.pos;
        while self.peek() == Some(b' ') {
            self.pos += 1;
        }
        if self.strict_blanks && (self.pos > start + 1 || (self.pos > start && self.pos == self.full)) {
            self.fault(start, "fault-extra-space");
        }
    }

    /// The rest of the text; what looked like an announcement belongs to it.
    pub fn rest(&mut self) -> Option<(usize, usize)> {
        self.end = self.full;
        let start = self.pos;
        self.pos = self.full;
        (start < self.full).then_some((start, self.full))
    }

    /// A word up to the next blank, whatever it holds.
    pub fn word(&mut self) -> Option<(usize, usize)> {
        self.blanks();
        let start = self.pos;
        while let Some(b) = self.peek()
            && b != b' '
        {
            self.pos = self.hole_at(self.pos).unwrap_or(self.pos + 1);
        }
        (self.pos > start).then_some((start, self.pos))
    }

    /// The next lexeme. In [`Mode::Code`] a `]` ends them.
    pub fn next(&mut self, mode: Mode) -> Option<Lexeme> {
        self.blanks();
        let start = self.pos;
        let lexeme = |kind, start, end| Some(Lexeme { kind, start, end });
        match self.peek()? {
            b']' if mode == Mode::Code => None,
            b'(' => {
                self.pos += 1;
                lexeme(LexKind::Open, start, start + 1)
            }
            b')' => {
                self.pos += 1;
                lexeme(LexKind::Close, start, start + 1)
            }
            b'"' if mode != Mode::Code || self.bytes[start + 1..self.full].contains(&b'"') => {
                let end = self.quoted();
                lexeme(LexKind::Quoted, start + 1, end)
            }
            _ => {
                self.atom(mode);
                lexeme(LexKind::Atom, start, self.pos)
            }
        }
    }

    /// Walks over a quoted string; gives the place of its closing quote.
    fn quoted(&mut self) -> usize {
        let start = self.pos;
        self.pos += 1;
        while self.pos < self.full {
            if let Some(end) = self.holes.iter().find(|h| h.start == self.pos).map(|h| h.end)
                && end > self.pos
            {
                self.pos = end.min(self.full);
                continue;
            }
            match self.bytes[self.pos] {
                b'\\' => self.pos = (self.pos + 2).min(self.full),
                b'"' => {
                    self.pos += 1;
                    return self.pos - 1;
                }
                _ => self.pos += 1,
            }
        }
        self.fault(start, "fault-open-quote");
        self.end = self.full;
        self.full
    }

    fn atom(&mut self, mode: Mode) {
        while let Some(b) = self.peek() {
            if let Some(end) = self.hole_at(self.pos) {
                self.pos = end;
                continue;
            }
            match b {
                b' ' | b'(' | b')' => return,
                b']' if mode == Mode::Code => return,
                b'[' if mode == Mode::Item => self.section(),
                _ => self.pos += 1,
            }
        }
    }

    /// Walks over `[...]`, or over what is left of one after a literal; and over `<...>` behind it.
    pub fn section(&mut self) {
        self.section = true;
        let mut depth = 0u32;
        while let Some(b) = self.peek() {
            match b {
                b'"' => {
                    self.quoted();
                }
                // A `]` may be part of a header's name in the list (RFC 9051 §9, ASTRING-CHAR).
                b']' if depth == 0 => {
                    self.pos += 1;
                    self.section = false;
                    return;
                }
                _ => {
                    depth = match b {
                        b'(' => depth + 1,
                        b')' => depth.saturating_sub(1),
                        _ => depth,
                    };
                    self.pos += 1;
                }
            }
        }
    }
}

/// The text of a quoted string without its backslashes.
pub fn unescape(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut escaped = false;
    for &b in bytes {
        if b == b'\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            plain.push(b);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail_of(text: &str) -> Tail {
        let wire = Wire::from(text);
        tail(&wire, wire.len())
    }

    #[test]
    fn literals_are_announced_in_five_ways() {
        for (text, octets, waits) in [
            ("a LOGIN {4}", 4, true),
            ("a LOGIN {4+}", 4, false),
            ("a LOGIN {4-}", 4, false),
            ("a APPEND x ~{0}", 0, true),
            ("x {9223372036854775807}", i64::MAX.unsigned_abs(), true),
        ] {
            let Tail::Literal(found) = tail_of(text) else { panic!("{text}") };
            assert_eq!((found.octets, found.waits), (Some(octets), waits), "{text}");
        }
        let mut wire = Wire::from("a LOGIN x {");
        wire.push_secret(b"n", "len(password)");
        wire.push(b"}");
        assert!(matches!(tail(&wire, wire.len()), Tail::Literal(Announced { octets: None, .. })));
    }

    #[test]
    fn impossible_counts_are_no_literals() {
        for text in ["{-1}", "{9223372036854775808}", "{99999999999999999999999999}", "{-}{-5}"] {
            assert!(matches!(tail_of(text), Tail::BadCount(_)), "{text}");
        }
        for text in ["{}", "{+}", "{x}", "{4} ", "4}", "{4", "{ 4}", "{--4}", "{n}"] {
            assert_eq!(tail_of(text), Tail::None, "{text}");
        }
    }

    fn lexemes(text: &str, mode: Mode) -> Vec<String> {
        let wire = Wire::from(text);
        let mut cursor = Cursor::new(&wire, 0, wire.len(), wire.len());
        let mut found = Vec::new();
        while let Some(l) = cursor.next(mode) {
            found.push(text[l.start..l.end].to_owned());
        }
        found
    }

    #[test]
    fn a_section_is_one_word() {
        assert_eq!(
            lexemes("(UID BODY.PEEK[HEADER.FIELDS (\"a]\" B)]<0.9> x)", Mode::Item),
            ["(", "UID", "BODY.PEEK[HEADER.FIELDS (\"a]\" B)]<0.9>", "x", ")"]
        );
        assert_eq!(lexemes(r#""a \"b\\" c"#, Mode::Plain), [r#"a \"b\\"#, "c"]);
        assert_eq!(lexemes("A B] c", Mode::Code), ["A", "B"]);
    }

    #[test]
    fn a_hole_is_never_cut() {
        let mut wire = Wire::from("a LOGIN ana ");
        wire.push_placeholder("quoted(\"x y\", password)");
        wire.push(b" z");
        let mut cursor = Cursor::new(&wire, 12, wire.len(), wire.len());
        let first = cursor.next(Mode::Plain).unwrap();
        assert_eq!(first.end, wire.len() - 2);
    }
}
