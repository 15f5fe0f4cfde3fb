//! The parts of a message while it passes: `multipart` bodies taken apart at their boundaries (RFC 2046 §5.1), in flat
//! memory: of each part its header's first octets and a count, never its content. Decodes nothing.

use super::decode::{decoded, extended};
use crate::dialogue::{Level, Note};

/// The deepest multipart in a multipart.
const DEEPEST: usize = 8;
/// The most parts that are told.
const MOST_PARTS: usize = 40;
/// The most octets of a part's header that are kept.
const MOST_HEADER: usize = 4096;
/// The longest line that is looked at: a boundary has at most 70 octets (RFC 2046 §5.1.1).
pub(super) const MOST_LINE: usize = 998;

/// One part, or a multipart that holds others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// As FETCH numbers it: `1.2`; empty for the message itself.
    pub number: String,
    /// Its media type: `text/plain`.
    pub kind: String,
    /// How it is encoded: `base64`.
    pub encoding: String,
    /// The charset of its text, if one is named.
    pub charset: Option<String>,
    /// The file's name, if it is one.
    pub name: Option<String>,
    /// Octets as they passed, with the line ends between.
    pub octets: u64,
    /// Parts in it.
    pub parts: u64,
}

/// A multipart that has not ended.
#[derive(Clone, Debug)]
struct Open {
    boundary: String,
    /// Its place in the list.
    at: usize,
}

/// The reader of a multipart's lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    open: Vec<Open>,
    list: Vec<Part>,
    /// The part whose lines come now; none between parts.
    current: Option<usize>,
    /// Its header so far, while it lasts.
    header: Option<String>,
}

impl Parts {
    /// The reader for a message of that Content-Type; none, where it is no multipart.
    pub(super) fn of(content_type: &str) -> Option<Parts> {
        let mut parts = Parts::default();
        let part = Part { kind: media(content_type, "text/plain"), ..Part::default() };
        parts.list.push(part);
        parts.enter(0, content_type);
        (!parts.open.is_empty()).then_some(parts)
    }

    /// A multipart begins, where its type says so.
    fn enter(&mut self, at: usize, content_type: &str) {
        let multipart = self.list.get(at).is_some_and(|part| part.kind.starts_with("multipart/"));
        if let Some(boundary) = parameter(content_type, "boundary").filter(|b| multipart && !b.is_empty())
            && self.open.len() < DEEPEST
        {
            self.open.push(Open { boundary, at });
            self.current = None;
        }
    }

    /// A line without its end; `octets` has its end too.
    pub(super) fn line(&mut self, line: &[u8], octets: u64) {
        if let Some((depth, last)) = self.delimiter(line) {
            return self.boundary(depth, last);
        }
        if let Some(header) = &mut self.header {
            if line.is_empty() {
                return self.header_ends();
            }
            let folded = matches!(line.first(), Some(b' ' | b'\t'));
            if header.len() + line.len() < MOST_HEADER {
                header.push_str(if folded { " " } else { "\n" });
                header.push_str(String::from_utf8_lossy(line).trim());
            }
            return;
        }
        if let Some(part) = self.current.and_then(|at| self.list.get_mut(at)) {
            part.octets += octets;
        }
    }

    /// The multipart whose boundary this is, and whether it ends there.
    fn delimiter(&self, line: &[u8]) -> Option<(usize, bool)> {
        let text = line.strip_prefix(b"--")?.trim_ascii_end();
        self.open.iter().enumerate().rev().find_map(|(depth, open)| {
            match text.strip_prefix(open.boundary.as_bytes())? {
                b"" => Some((depth, false)),
                b"--" => Some((depth, true)),
                _ => None,
            }
        })
    }

    fn boundary(&mut self, depth: usize, last: bool) {
        // What is deeper has ended, even if it did not say so.
        self.open.truncate(depth + 1);
        (self.current, self.header) = (None, None);
        if last {
            self.open.truncate(depth);
            return;
        }
        let Some(whole) = self.open.last().map(|open| open.at).and_then(|at| self.list.get_mut(at)) else {
            return;
        };
        whole.parts += 1;
        let number = match whole.number.as_str() {
            "" => whole.parts.to_string(),
            above => format!("{above}.{}", whole.parts),
        };
        if self.list.len() < MOST_PARTS {
            self.current = Some(self.list.len());
            self.list.push(Part { number, ..Part::default() });
            self.header = Some(String::new());
        }
    }

    fn header_ends(&mut self) {
        let header = self.header.take().unwrap_or_default();
        let field = |name: &str| {
            let fields = header.lines().filter_map(|line| line.split_once(':'));
            fields.into_iter().find(|(n, _)| n.trim().eq_ignore_ascii_case(name)).map(|(_, v)| v.trim())
        };
        let content_type = field("Content-Type").unwrap_or_default();
        let disposition = field("Content-Disposition").unwrap_or_default();
        let Some(at) = self.current else { return };
        let Some(part) = self.list.get_mut(at) else { return };
        // RFC 2045 §5.2 and §6.1: what stands where nothing does.
        part.kind = media(content_type, "text/plain");
        part.encoding = field("Content-Transfer-Encoding").unwrap_or("7bit").to_ascii_lowercase();
        part.charset = parameter(content_type, "charset").map(|c| c.to_ascii_lowercase());
        part.name = named(disposition, "filename").or_else(|| named(content_type, "name"));
        self.enter(at, content_type);
    }

    /// What was read; nothing, where no part came, as of a header alone.
    pub(super) fn finish(self) -> Vec<Part> {
        if self.list.len() > 1 { self.list } else { Vec::new() }
    }
}

/// The media type of a Content-Type.
fn media(content_type: &str, default: &str) -> String {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind.is_empty() { default.to_owned() } else { kind }
}

/// A file's name: as RFC 2231 writes it, else plain, its encoded words read.
fn named(value: &str, name: &str) -> Option<String> {
    let plain = || parameter(value, name).map(|text| decoded(&text).unwrap_or(text));
    parameter(value, &format!("{name}*")).and_then(|text| extended(&text)).or_else(plain)
}

/// A parameter of a structured field: `boundary="a;b"` (RFC 2045 §5.1).
fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = &value[value.find(';')? + 1..];
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (text, behind) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(text);
        }
        rest = &behind[behind.find(';')? + 1..];
    }
}

/// The text of a quoted string, and what stands behind it.
fn unquoted(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (text, &quoted[at + 1..]),
            '\\' => text.extend(letters.next().map(|(_, escaped)| escaped)),
            letter => text.push(letter),
        }
    }
    (text, "")
}

/// The tree of a message's parts, in the words of BODYSTRUCTURE's notes.
pub(super) fn notes(parts: &[Part]) -> impl Iterator<Item = Note> + '_ {
    parts.iter().map(|part| {
        let note = |id: &'static str| {
            Note::new(Level::Explain, id).label(format!("[{}]", part.number)).cite("RFC 2046 §5.1").inner()
        };
        if let Some(kind) = part.kind.strip_prefix("multipart/").filter(|_| part.parts > 0) {
            return note("note-imap-structure-multipart").with("kind", kind).with("parts", part.parts);
        }
        let note = match (&part.name, &part.charset) {
            (Some(name), _) => note("note-imap-structure-file").with("name", name),
            (None, Some(charset)) => note("note-imap-structure-text").with("charset", charset),
            (None, None) => note("note-imap-structure-part"),
        };
        note.with("kind", &part.kind).with("encoding", &part.encoding).with("octets", part.octets)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{MessageReader, header_notes};
    use super::*;

    fn read(text: &str, cut: usize) -> Vec<Part> {
        let mut reader = MessageReader::new(false);
        for run in text.replace('\n', "\r\n").as_bytes().chunks(cut) {
            reader.feed(run);
        }
        reader.finish().parts
    }

    const MAIL: &str = "Content-Type: multipart/mixed;\n boundary=\"a;b\"\n\nfor old programs\n--a;b\n\
        Content-Type: multipart/alternative; boundary=in\n\n--in\n\nuno\n--in\n\
        Content-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: Quoted-Printable\n\n<p>\n--in--\n\n\
        --a;b\nContent-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\
        Content-Disposition: attachment;\n filename*=UTF-8''a%C3%B1o.pdf\n\nAAAA\n--a;b--\n--a;b\nafter the end\n";

    #[test]
    fn parts_have_the_numbers_that_fetch_wants() {
        let shown = |p: &Part| {
            let name = p.name.as_deref().or(p.charset.as_deref()).unwrap_or("-");
            format!("[{}] {} {} {name} {} {}", p.number, p.kind, p.encoding, p.octets, p.parts)
        };
        for cut in [1, 7, 10_000] {
            let parts: Vec<String> = read(MAIL, cut).iter().map(shown).collect();
            let expected = [
                "[] multipart/mixed  - 0 2",
                "[1] multipart/alternative 7bit - 0 2",
                "[1.1] text/plain 7bit - 5 0",
                "[1.2] text/html quoted-printable utf-8 5 0",
                "[2] application/pdf base64 año.pdf 6 0",
            ];
            assert_eq!(parts, expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_message_without_parts_has_none() {
        assert!(read("Content-Type: text/plain; boundary=x\n\n--x\n\nuno\n", 99).is_empty());
        assert!(read("Subject: x\n\n--x\n", 99).is_empty());
        assert!(read("Content-Type: multipart/mixed\n\n--x\n", 99).is_empty());
        assert!(read("Content-Type: multipart/mixed; boundary=x\n\n", 99).is_empty());
    }

    #[test]
    fn a_hostile_message_stays_small() {
        let head = "Content-Type: multipart/mixed; boundary=x\n\n";
        assert_eq!(read(&format!("{head}{}", "--x\n\n".repeat(5000)), 4096).len(), MOST_PARTS);
        let nested = "--x\nContent-Type: multipart/mixed; boundary=x\n\n".repeat(100);
        assert!(read(&format!("{head}{nested}"), 4096).len() <= MOST_PARTS);
        let endless = format!("{head}--x\n{}\n", "X-Y: z\n".repeat(100_000));
        assert_eq!(read(&endless, 4096).len(), 2);
        for value in ["multipart/mixed; boundary=\"", "multipart/mixed;=;", "multipart/mixed; boundary=\"\\"]
        {
            assert!(read(&format!("Content-Type: {value}\n\n--\n"), 5).is_empty(), "{value}");
        }
    }

    #[test]
    fn the_parts_are_told_after_the_header() {
        let mut reader = MessageReader::new(false);
        reader.feed(MAIL.replace('\n', "\r\n").as_bytes());
        let notes = header_notes(&reader.finish(), true);
        let told: Vec<&str> =
            notes.iter().filter(|n| n.id.contains("structure")).map(|n| &*n.label).collect();
        assert_eq!(told, ["[]", "[1]", "[1.1]", "[1.2]", "[2]"]);
    }
}
