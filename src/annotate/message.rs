//! A message on its way: read from the wire in flat memory, and what there is to say about its header, about
//! what is missing before it is sent, and about its envelope beside it.
//!
//! Terms: the **header** is made of fields (`From: …`), the **body** follows after an empty line, and neither
//! is the **envelope**: that is what MAIL FROM and RCPT TO said (RFC 5321 §2.3.1, 5322 §2.1).

mod address;
mod decode;
mod envelope;
mod parts;
mod received;

use memchr::memchr;

use crate::dialect::stuff::Unstuff;
use crate::dialogue::{Level, Note};
use crate::knowledge::{Table, find};
pub use address::addresses;
pub use decode::{decoded, extended};
pub use envelope::envelope_notes;
pub use parts::Part;
pub use received::Received;

/// The most octets of a header that are kept.
const MAX_HEADER: usize = 64 * 1024;

/// RFC 5322 §2.1.1: a line has at most 998 octets before its CRLF.
const MAX_LINE: u64 = 998;

/// The most hops that are told one by one.
const MAX_HOPS: usize = 12;

/// A field of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderField {
    /// Its name, as written.
    pub name: String,
    /// Its value, unfolded: line ends and the blanks at them are one blank.
    pub value: String,
    /// The line of the message in which it begins, from 1.
    pub line: u64,
}

/// A line of text and its number in the message, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The number.
    pub number: u64,
    /// The text; shortened, if it is long.
    pub text: String,
}

/// What was read of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The fields, in order.
    pub headers: Vec<HeaderField>,
    /// Whether an empty line ends the header.
    pub blank_line: bool,
    /// Without an empty line: the first line that is no field, where the body begins all the same.
    pub stray: Option<Line>,
    /// Whether fields follow that line: then it was meant for one, and its colon is missing.
    pub fields_after_stray: bool,
    /// Lines of the header that look like folded ones whose blank or tab is gone, as in a paste.
    pub unfolded: u64,
    /// Octets, not stuffed.
    pub octets: u64,
    /// Octets of the body.
    pub body_octets: u64,
    /// Lines of the body.
    pub body_lines: u64,
    /// Lines that had a dot more on the wire.
    pub stuffed_lines: u64,
    /// The first line on the wire that began with a single dot, which the receiver takes off.
    pub eaten_dot: Option<Line>,
    /// Octets of the longest line, without its end.
    pub longest_line: u64,
    /// Whether it has octets above 127.
    pub eight_bit: bool,
    /// Whether the header was too long to be kept whole.
    pub header_shortened: bool,
    /// The tree of its parts, itself first; empty, where it is no multipart.
    pub parts: Vec<Part>,
}

impl Message {
    /// The first field of that name.
    pub fn header(&self, name: &str) -> Option<&HeaderField> {
        self.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name))
    }

    /// All fields of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a HeaderField> {
        self.headers.iter().filter(move |h| h.name.eq_ignore_ascii_case(name))
    }
}

/// Reads a message in pieces cut anywhere. The lone dot that ends it is not fed.
#[derive(Clone, Debug, Default)]
pub struct MessageReader {
    unstuff: Option<Unstuff>,
    scratch: Vec<u8>,
    message: Message,
    place: Place,
    /// The line under way, as far as it is kept.
    line: Vec<u8>,
    /// Its octets so far.
    length: u64,
    /// Whether its last octet is a CR.
    after_cr: bool,
    /// Octets of the lines before it.
    done: u64,
    /// Where the body begins.
    body_at: Option<u64>,
    /// Lines begun.
    number: u64,
    kept: usize,
    /// Lines after the first that was no field, since the last that was one.
    strays: u64,
    /// Its parts, where it is a multipart.
    parts: Option<parts::Parts>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Header,
    /// In the body, before its first empty line, where no empty line had ended the header.
    Stray,
    Body,
}

impl MessageReader {
    /// `stuffed`: the bytes are dot-stuffed, as after SMTP's DATA and in POP3.
    pub fn new(stuffed: bool) -> Self {
        MessageReader { unstuff: stuffed.then(Unstuff::new), ..MessageReader::default() }
    }

    /// The next bytes.
    pub fn feed(&mut self, bytes: &[u8]) {
        let Some(mut unstuff) = self.unstuff.take() else { return self.read(bytes) };
        if unstuff.pass(bytes) {
            self.unstuff = Some(unstuff);
            return self.read(bytes);
        }
        let mut content = std::mem::take(&mut self.scratch);
        // By lines, so that a dot that is eaten can be told with its line.
        for run in bytes.split_inclusive(|b| *b == b'\n') {
            let eaten = unstuff.eaten;
            content.clear();
            unstuff.feed(run, &mut content);
            if unstuff.eaten > eaten && self.message.eaten_dot.is_none() {
                let number = self.number + u64::from(self.length == 0);
                let text = format!(".{}", text(&content));
                self.message.eaten_dot = Some(Line { number, text });
            }
            self.read(&content);
        }
        self.message.stuffed_lines = unstuff.dots;
        content.clear();
        (self.unstuff, self.scratch) = (Some(unstuff), content);
    }

    fn read(&mut self, mut content: &[u8]) {
        self.message.octets += content.len() as u64;
        self.message.eight_bit = self.message.eight_bit || !content.is_ascii();
        while !content.is_empty() {
            let end = memchr(b'\n', content).map_or(content.len(), |i| i + 1);
            let (run, rest) = content.split_at(end);
            content = rest;
            self.number += u64::from(self.length == 0);
            self.length += run.len() as u64;
            if self.place != Place::Body {
                let room = MAX_HEADER.saturating_sub(self.line.len());
                self.line.extend_from_slice(&run[..run.len().min(room)]);
            } else if self.parts.is_some() {
                let room = parts::MOST_LINE.saturating_sub(self.line.len());
                self.line.extend_from_slice(&run[..run.len().min(room)]);
            }
            match run {
                [.., b'\r', b'\n'] => self.end_line(2),
                [b'\n'] => self.end_line(1 + u64::from(self.after_cr)),
                [.., b'\n'] => self.end_line(1),
                _ => self.after_cr = run.ends_with(b"\r"),
            }
        }
    }

    /// A line is whole; `end` octets of it are its end.
    fn end_line(&mut self, end: u64) {
        let length = self.length - end;
        self.message.longest_line = self.message.longest_line.max(length);
        let line = std::mem::take(&mut self.line);
        let content = &line[..line.len().min(length as usize)];
        match self.place {
            Place::Header => self.header_line(content),
            Place::Stray => {
                if content.is_empty() {
                    self.place = Place::Body;
                } else {
                    self.stray_line(content);
                }
            }
            Place::Body => {
                if let Some(parts) = &mut self.parts {
                    parts.line(content, self.length);
                }
            }
        }
        self.message.body_lines += u64::from(self.body_at.is_some_and(|at| at <= self.done));
        self.done += self.length;
        (self.length, self.after_cr) = (0, false);
        self.line = line;
        self.line.clear();
    }

    fn header_line(&mut self, line: &[u8]) {
        if line.is_empty() {
            self.message.blank_line = true;
            self.place = Place::Body;
            self.body_at = Some(self.done + self.length);
            self.parts = self.message.header("Content-Type").and_then(|h| parts::Parts::of(&h.value));
            return;
        }
        let folded = matches!(line.first(), Some(b' ' | b'\t')) && !self.message.headers.is_empty();
        let read = if folded { None } else { field(line) };
        if !folded && read.is_none() {
            // RFC 5322 has no such line; servers take it for the body's first and put the empty line in.
            let text = text(line);
            self.message.stray = Some(Line { number: self.number, text });
            self.body_at = Some(self.done);
            self.place = Place::Stray;
            self.stray_line(line);
            return;
        }
        self.kept += line.len();
        if self.kept > MAX_HEADER || self.length as usize > MAX_HEADER {
            self.message.header_shortened = true;
            return;
        }
        match (read, self.message.headers.last_mut()) {
            (Some((name, value)), _) => {
                self.message.headers.push(HeaderField { name, value, line: self.number });
            }
            (None, Some(last)) => {
                let more = String::from_utf8_lossy(line.trim_ascii()).into_owned();
                if !last.value.is_empty() && !more.is_empty() {
                    last.value.push(' ');
                }
                last.value.push_str(&more);
            }
            (None, None) => {}
        }
    }

    /// A line in a header that has gone astray: one that lost its fold (RFC 5322 §2.2.3) is followed by a field,
    /// or goes on as Received does.
    fn stray_line(&mut self, line: &[u8]) {
        let goes_on =
            ["by ", "for ", "with ", "id ", "via "].iter().any(|word| line.starts_with(word.as_bytes()));
        let received = self.message.headers.last().is_some_and(|h| h.name.eq_ignore_ascii_case("Received"));
        self.strays += 1;
        if field(line).is_some() {
            self.message.fields_after_stray = true;
            self.message.unfolded += self.strays - 1;
            self.strays = 0;
        } else if goes_on && received && self.strays == 1 {
            self.message.unfolded += 1;
            self.strays = 0;
        }
    }

    /// What was read.
    pub fn finish(mut self) -> Message {
        if self.length > 0 {
            self.end_line(0);
        }
        self.message.parts = self.parts.map(parts::Parts::finish).unwrap_or_default();
        self.message.body_octets = self.body_at.map_or(0, |at| self.message.octets - at);
        self.message
    }
}

/// A field's name and value: `name:` with printable ASCII before the colon (RFC 5322 §2.2, and §4.5 for a
/// blank before it).
fn field(line: &[u8]) -> Option<(String, String)> {
    let colon = line.iter().position(|b| *b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let named = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    named.then(|| (text(name), text(line[colon + 1..].trim_ascii())))
}

/// A line for people, at most 200 octets of it.
fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(&line[..line.len().min(200)]).trim_end().to_owned()
}

/// What there is to say about the header of a message that arrived: each known field once, each hop, and
/// what is not there, if it is the `whole` header and not some fields of it that were asked for.
pub fn header_notes(message: &Message, whole: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut seen: Vec<&'static str> = Vec::new();
    let mut hops = received::hops(message, MAX_HOPS);
    for field in &message.headers {
        if let Some(fact) = find(Table::Header, &field.name).filter(|f| !seen.contains(&f.id)) {
            seen.push(fact.id);
            let mut note = Note::new(Level::Explain, fact.id).label(&field.name).inner();
            note.cites.extend(fact.cites);
            notes.push(note);
        }
        notes.extend(decoded_note(field));
        if field.name.eq_ignore_ascii_case("Received") {
            notes.extend(hops.next());
        }
    }
    notes.extend(received::way(message));
    let lacks: Vec<&str> = ["From", "Date"].into_iter().filter(|n| message.header(n).is_none()).collect();
    if whole && !lacks.is_empty() {
        let note = Note::new(Level::Hint, "note-header-lacks").with("names", lacks.join(", "));
        notes.push(note.cite("RFC 5322 §3.6"));
    }
    if message.header_shortened {
        notes.push(Note::new(Level::Hint, "note-header-shortened").inner());
    }
    notes.extend(parts::notes(&message.parts));
    notes
}

/// What the encoded words of a field say.
fn decoded_note(field: &HeaderField) -> Option<Note> {
    let note = Note::new(Level::Explain, "note-header-decoded").label(&field.name);
    Some(note.with("text", decoded(&field.value)?).cite("RFC 2047").inner())
}

/// What is odd about a message that is being sent. `eight_bit_ok`: octets above 127 were announced
/// (BODY=8BITMIME), so that the next server may turn them into something else instead of guessing.
pub fn compose_lints(message: &Message, eight_bit_ok: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut say = |note: Note| notes.push(note);
    let note = |level, id: &'static str| Note::new(level, id).cite("RFC 5322 §3.6");
    if message.octets == 0 {
        say(note(Level::Hint, "lint-message-empty"));
    } else if message.headers.is_empty() && !message.header_shortened {
        // One note says it all: no From, no Date, no Subject either.
        say(note(Level::Warn, "lint-message-no-header"));
    } else {
        if let Some(stray) = &message.stray {
            let id = match message.fields_after_stray {
                true => "lint-message-no-colon",
                false => "lint-message-no-blank-line",
            };
            let at = Note::new(Level::Warn, id).with("line", stray.number).with("text", &stray.text);
            say(at.cite("RFC 5322 §2.1"));
        }
        for (name, level, id) in [
            ("From", Level::Warn, "lint-message-no-from"),
            ("Date", Level::Warn, "lint-message-no-date"),
            ("Subject", Level::Hint, "lint-message-no-subject"),
        ] {
            if message.header(name).is_none() {
                say(note(level, id));
            }
        }
    }
    if let Some(dot) = &message.eaten_dot {
        let eaten = Note::new(Level::Warn, "lint-message-dot-eaten");
        say(eaten.with("line", dot.number).with("text", &dot.text).cite("RFC 5321 §4.5.2"));
    }
    if message.eight_bit && !eight_bit_ok {
        say(Note::new(Level::Warn, "lint-message-8bit").cite("RFC 6152"));
    }
    if message.longest_line > MAX_LINE {
        let long = Note::new(Level::Warn, "lint-message-long-line").with("octets", message.longest_line);
        say(long.cite("RFC 5322 §2.1.1"));
    }
    if message.header("Bcc").is_some() {
        say(note(Level::Warn, "lint-message-bcc"));
    }
    notes.extend(message.headers.iter().filter_map(decoded_note));
    notes.extend(parts::notes(&message.parts));
    notes
}

#[cfg(test)]
mod tests;
