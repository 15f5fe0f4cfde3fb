//! Reading the notation, a line at a time. What each line means for a replay or a transcript is decided by
//! those who read it ([`crate::source`]); here a line is told apart and its holes are found.

use super::super::{Hole, Side, Wire};

/// A line of a script or a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// `C: text`, `S2?: text`.
    Line {
        /// Who says it.
        side: Side,
        /// Which connection, from 1.
        conn: u32,
        /// What stands between the letter and the colon: `-`, `+`, `?`, `*`, `!`, `=`.
        mark: Option<char>,
        /// The bytes, without a line end.
        text: Wire,
    },
    /// `C<<WORD`: a body or a literal begins; it ends at a line that is the word alone.
    Block {
        /// Who says it.
        side: Side,
        /// Which connection, from 1.
        conn: u32,
        /// The word that ends it; `.` ends it as DATA does.
        word: String,
        /// The word was quoted: its lines have no holes.
        quoted: bool,
        /// `<<-`: its last line has no line end.
        open: bool,
    },
    /// `C< path`, `S> path`: a file is sent, or what was received is saved.
    File {
        /// Whose body it is.
        side: Side,
        /// Which connection, from 1.
        conn: u32,
        /// The file.
        path: String,
    },
    /// `C & S: <...>`: a stage direction of a document's.
    Direction(String),
    /// `@name args`.
    Directive {
        /// The name, without `@`.
        name: String,
        /// What stands behind it.
        args: String,
    },
    /// `#  text`: ehlo's own, made anew on every reading.
    Generated,
    /// `# text`: a person's.
    Comment(String),
    /// An empty line.
    Blank,
}

/// What is wrong with a line, and at which character (from 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The column.
    pub column: usize,
    /// A text id: `notation-unknown-line`.
    pub id: &'static str,
}

/// Reads one line (without its line end).
///
/// # Errors
/// [`Trouble`] if the line is none of the notation's.
pub fn read_line(line: &str) -> Result<Item, Trouble> {
    let trimmed = line.trim_end();
    if trimmed.is_empty() {
        return Ok(Item::Blank);
    }
    if let Some(rest) = line.strip_prefix('#') {
        let generated = rest.starts_with("  ") || rest.trim().is_empty();
        return Ok(if generated { Item::Generated } else { Item::Comment(rest.trim().to_owned()) });
    }
    if let Some(rest) = trimmed.strip_prefix('@') {
        let (name, args) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        return Ok(Item::Directive { name: name.to_owned(), args: args.trim().to_owned() });
    }
    let unknown = Trouble { column: 1, id: "notation-unknown-line" };
    let side = match line.as_bytes()[0] {
        b'C' => Side::Client,
        b'S' => Side::Server,
        _ => return Err(unknown),
    };
    if let Some(text) = line.strip_prefix("C & S:").or_else(|| line.strip_prefix("S & C:")) {
        return Ok(Item::Direction(text.trim().to_owned()));
    }
    if let Some(item) = block_or_file(trimmed, side)? {
        return Ok(item);
    }
    let (head, text) = line[1..].split_once(':').ok_or(unknown.clone())?;
    let digits = head.len() - head.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (conn, mark) = head.split_at(digits);
    let mut marks = mark.chars();
    let (mark, rest) = (marks.next(), marks.next());
    if rest.is_some() || mark.is_some_and(|m| !"-+?*!=".contains(m)) {
        return Err(unknown);
    }
    let conn = if conn.is_empty() { Ok(1) } else { conn.parse() };
    let conn = conn.map_err(|_| Trouble { column: 2, id: "notation-connection" })?;
    let text = text.strip_prefix(' ').unwrap_or(text);
    let column = line.len() - text.len() + 1;
    Ok(Item::Line { side, conn, mark, text: unescape(text, column)? })
}

/// A quoted string after its first quote: its value, and what stands behind it.
pub fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        match c {
            c if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Some((value, &text[i + 1..])),
            c => value.push(c),
        }
    }
    None
}

/// `C<<WORD`, `C< path`, `S> path`; none if it is another line.
fn block_or_file(line: &str, side: Side) -> Result<Option<Item>, Trouble> {
    let digits = line[1..].len() - line[1..].trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (conn, rest) = line[1..].split_at(digits);
    let number = || {
        let conn = if conn.is_empty() { Ok(1) } else { conn.parse() };
        conn.map_err(|_| Trouble { column: 2, id: "notation-connection" })
    };
    let column = digits + 2;
    if let Some(word) = rest.strip_prefix("<<") {
        let (open, word) = word.strip_prefix('-').map_or((false, word), |word| (true, word));
        let bare = word.strip_prefix('"').and_then(|word| word.strip_suffix('"'));
        let (quoted, word) = (bare.is_some(), bare.unwrap_or(word));
        if word.is_empty() || word.contains(|c: char| c.is_whitespace() || c == '"') {
            return Err(Trouble { column, id: "notation-block-word" });
        }
        return Ok(Some(Item::Block { side, conn: number()?, word: word.to_owned(), quoted, open }));
    }
    let arrow = if side == Side::Client { '<' } else { '>' };
    let Some(path) = rest.strip_prefix(arrow) else { return Ok(None) };
    let path = path.trim();
    if path.is_empty() {
        return Err(Trouble { column, id: "notation-path" });
    }
    Ok(Some(Item::File { side, conn: number()?, path: path.to_owned() }))
}

/// The bytes that a text stands for, holes as placeholders.
///
/// # Errors
/// [`Trouble`] if a hole does not close or its hex is none; `column` is where the text begins.
pub fn unescape(text: &str, column: usize) -> Result<Wire, Trouble> {
    let mut wire = Wire::default();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        wire.push(&rest.as_bytes()[..start]);
        let inner = &rest[start + 2..];
        let column = column + (text.len() - rest.len()) + start;
        let end = hole_end(inner).ok_or(Trouble { column, id: "notation-hole-open" })?;
        let make = inner[..end].trim();
        match make.strip_prefix("hex(").and_then(|h| h.strip_suffix(')')) {
            Some(digits) => {
                let bytes = hex(digits).ok_or(Trouble { column, id: "notation-hex" })?;
                wire.push(&bytes);
            }
            None => wire.push_placeholder(make),
        }
        rest = &inner[end + 2..];
    }
    wire.push(rest.as_bytes());
    // A literal of untold length: `{n}`, or `{n+}` (RFC 7888).
    if let Some(end) = ["{n}", "{n+}", "{n-}"].iter().find(|e| rest.ends_with(*e)) {
        let start = wire.len() - end.len() + 1;
        wire.holes.push(Hole { start, end: start + 1, make: Wire::UNTOLD.into() });
    }
    Ok(wire)
}

/// Where `}}` closes a hole; a quoted string inside may hold one.
fn hole_end(inner: &str) -> Option<usize> {
    // A regular expression may hold braces and quotes of its own.
    let name = inner.trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    if name.starts_with('/') || name.starts_with("=/") {
        return inner.find("/}}").map(|i| i + 1);
    }
    let (mut quoted, mut escaped) = (false, false);
    for (i, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '}' if !quoted && inner[i..].starts_with("}}") => return Some(i),
            _ => {}
        }
    }
    None
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    let compact: Vec<u8> = digits.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let pair = |p: &[u8]| {
        let text = std::str::from_utf8(p).ok().filter(|t| t.len() == 2)?;
        u8::from_str_radix(text, 16).ok()
    };
    compact.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Writer;
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        let line = |l: &str| read_line(l);
        assert_eq!(line(""), Ok(Item::Blank));
        assert_eq!(line("#   220  ready"), Ok(Item::Generated));
        assert_eq!(line("# my own"), Ok(Item::Comment("my own".into())));
        assert_eq!(
            line("@smtp host:25 tls"),
            Ok(Item::Directive { name: "smtp".into(), args: "host:25 tls".into() })
        );
        let Ok(Item::Line { side, conn, mark, text }) = line("S2?: * OK") else { panic!() };
        assert_eq!((side, conn, mark, text.bytes.as_slice()), (Side::Server, 2, Some('?'), &b"* OK"[..]));
        let block = |word: &str, quoted, open| Item::Block {
            side: Side::Client,
            conn: 1,
            word: word.into(),
            quoted,
            open,
        };
        assert_eq!(line("C<<."), Ok(block(".", false, false)));
        assert_eq!(line("C<<-\"END\""), Ok(block("END", true, true)));
        assert_eq!(line("C<<").unwrap_err().id, "notation-block-word");
        let file = Item::File { side: Side::Server, conn: 2, path: "a b.eml".into() };
        assert_eq!(line("S2> a b.eml"), Ok(file));
        assert_eq!(line("C & S: <TLS>"), Ok(Item::Direction("<TLS>".into())));
        let Ok(Item::Line { text, .. }) = line("S: {{x=/[\"0-9]{2}/}}!") else { panic!() };
        assert_eq!(text.holes[0].make, "x=/[\"0-9]{2}/");
        assert_eq!(line("prose").unwrap_err().id, "notation-unknown-line");
        assert_eq!(line("C: {{x").unwrap_err(), Trouble { column: 4, id: "notation-hole-open" });
        assert_eq!(line("C: ab{{hex(0g)}}").unwrap_err().column, 6);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..8)) {
            let mut writer = Writer::default();
            let mut lines = Vec::new();
            for chunk in &chunks {
                writer.push(Side::Server, &Wire::new(chunk.clone()), &mut lines);
            }
            writer.flush(&mut lines);
            let mut back = Vec::new();
            for line in &lines {
                prop_assert!(line.chars().all(super::super::write::is_safe));
                let Ok(Item::Line { mark, text, .. }) = read_line(line) else { panic!("{line}") };
                back.extend_from_slice(&text.bytes);
                if mark.is_none() {
                    back.extend_from_slice(b"\r\n");
                }
            }
            prop_assert_eq!(back, chunks.concat());
        }
    }
}
