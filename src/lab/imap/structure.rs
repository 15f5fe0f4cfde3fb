//! Where the parts of a message begin and end, ENVELOPE, BODY and BODYSTRUCTURE (RFC 9051 §7.5.2), and which
//! octets a section names (§6.4.5.1).
//!
//! The tree has offsets only, found by looking for delimiter lines (RFC 2046 §5.1.1): IMAP wants octets as they
//! are, and nothing is decoded for it. A part ends where its parent ends, so a missing last delimiter harms
//! nobody else.

use std::ops::Range;

use super::header::{self, Field, Mime};
use super::items::{Of, Section};
use super::say::{push_nstring, push_string};

/// A part, or the message itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its header, the empty line included.
    pub header: Range<usize>,
    /// What follows it.
    pub body: Range<usize>,
    /// What it holds.
    pub inside: Inside,
    /// In a multipart/digest: what has no type is a message (RFC 2046 §5.1.5).
    digest: bool,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// No parts.
    Leaf,
    /// The parts of a multipart: one at least.
    Parts(Vec<Part>),
    /// A message/rfc822.
    Message(Box<Part>),
}

/// How deep parts are looked for; what is deeper is a leaf.
const DEPTH: usize = 30;
/// How many parts are looked for in one multipart.
const PARTS: usize = 1000;

/// Finds the parts of a message.
pub fn parse(message: &[u8]) -> Part {
    part(message, 0..message.len(), 0, false)
}

fn part(message: &[u8], whole: Range<usize>, depth: usize, digest: bool) -> Part {
    let split = whole.start + header::end(&message[whole.clone()]);
    let (header, body) = (whole.start..split, split..whole.end);
    let fields = header::fields(&message[header.clone()]);
    let kind = Kind::of(&fields, digest);
    let inside = match kind.main.as_str() {
        _ if depth >= DEPTH => Inside::Leaf,
        "multipart" => {
            let boundary = kind.mime.param("boundary").unwrap_or_default().trim_ascii_end();
            let mut ranges = delimited(message, body.clone(), boundary);
            if ranges.is_empty() {
                // The grammar wants one part at least: all of it, without a header of its own.
                let text =
                    Part { header: split..split, body: body.clone(), inside: Inside::Leaf, digest: false };
                return Part { header, body, inside: Inside::Parts(vec![text]), digest };
            }
            ranges.truncate(PARTS);
            let digest = kind.sub == "digest";
            let inner = ranges.into_iter().map(|range| part(message, range, depth + 1, digest));
            Inside::Parts(inner.collect())
        }
        "message" if kind.is_message() => {
            Inside::Message(Box::new(part(message, body.clone(), depth + 1, false)))
        }
        _ => Inside::Leaf,
    };
    Part { header, body, inside, digest }
}

/// The parts between delimiter lines. The line end before a delimiter belongs to the delimiter.
fn delimited(message: &[u8], body: Range<usize>, boundary: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = body.start;
    while at < body.end && !boundary.is_empty() {
        let end = memchr::memchr(b'\n', &message[at..body.end]).map_or(body.end, |lf| at + lf + 1);
        if let Some(rest) = message[at..end].strip_prefix(b"--").and_then(|l| l.strip_prefix(boundary)) {
            let (last, rest) = rest.strip_prefix(b"--").map_or((false, rest), |r| (true, r));
            if rest.trim_ascii().is_empty() {
                if let Some(start) = open.take() {
                    found.push(start..before(message, start, at));
                }
                if last {
                    return found;
                }
                open = Some(end);
            }
        }
        at = end;
    }
    found.extend(open.map(|start| start..body.end));
    found
}

/// Where a part ends whose delimiter line begins at `at`.
fn before(message: &[u8], start: usize, at: usize) -> usize {
    let text = &message[start..at.max(start)];
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    start + text.strip_suffix(b"\r").unwrap_or(text).len()
}

/// A part's type.
struct Kind {
    main: String,
    sub: String,
    mime: Mime,
}

impl Kind {
    fn of(fields: &[Field<'_>], digest: bool) -> Kind {
        let mime = header::value(fields, "Content-Type").map(|v| header::mime(&v)).unwrap_or_default();
        let value = String::from_utf8_lossy(&mime.value).to_ascii_lowercase();
        let (main, sub) = match value.split_once('/') {
            Some((main, sub)) if !main.is_empty() && !sub.is_empty() => (main, sub),
            _ if digest => ("message", "rfc822"),
            _ => ("text", "plain"),
        };
        let mut mime = mime;
        // RFC 2045 §5.2: US-ASCII, unless somebody says otherwise.
        if main == "text" && mime.param("charset").is_none() {
            mime.params.push((b"charset".to_vec(), b"us-ascii".to_vec()));
        }
        Kind { main: main.to_owned(), sub: sub.to_owned(), mime }
    }

    fn is_message(&self) -> bool {
        self.main == "message" && matches!(self.sub.as_str(), "rfc822" | "global")
    }
}

impl Part {
    /// The octets that a section names; none where there is no such part.
    pub fn find(&self, section: &Section) -> Option<Found> {
        if section.path.is_empty() {
            return match &section.of {
                Of::All => Some(Found::Range(self.header.start..self.body.end)),
                Of::Mime => None,
                of => Some(self.of_message(of)),
            };
        }
        let part = self.descend(&section.path)?;
        match (&section.of, &part.inside) {
            (Of::All, _) => Some(Found::Range(part.body.clone())),
            (Of::Mime, _) => Some(Found::Range(part.header.clone())),
            (of, Inside::Message(inner)) => Some(inner.of_message(of)),
            _ => None,
        }
    }

    fn of_message(&self, of: &Of) -> Found {
        match of {
            Of::Text => Found::Range(self.body.clone()),
            Of::Fields(..) => Found::Fields(self.header.clone()),
            _ => Found::Range(self.header.clone()),
        }
    }

    /// Follows a path. What is no multipart has one part: itself.
    fn descend(&self, path: &[u32]) -> Option<&Part> {
        let mut here = self;
        let mut single = true;
        for &n in path {
            if let Inside::Message(inner) = &here.inside
                && !(single && std::ptr::eq(here, self))
            {
                (here, single) = (inner, true);
            }
            here = match &here.inside {
                Inside::Parts(parts) => parts.get(usize::try_from(n).ok()?.checked_sub(1)?)?,
                _ if single && n == 1 => here,
                _ => return None,
            };
            single = false;
        }
        Some(here)
    }
}

/// What a section names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// These octets.
    Range(Range<usize>),
    /// Some of the fields of the header that is there.
    Fields(Range<usize>),
}

/// The fields that HEADER.FIELDS asks for, or all but those, with the empty line that ends a header.
pub fn pick(header: &[u8], names: &[String], not: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for field in header::fields(header) {
        let named = names.iter().any(|n| field.name.eq_ignore_ascii_case(n.as_bytes()));
        if named != not {
            out.extend_from_slice(field.raw);
        }
    }
    if !out.is_empty() && !out.ends_with(b"\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out
}

/// Writes ENVELOPE's value.
pub fn envelope(out: &mut Vec<u8>, raw: &[u8]) {
    let fields = header::fields(raw);
    let text = |name| header::value(&fields, name);
    let list = |name: &str| {
        let all = fields.iter().filter(|f| f.name.eq_ignore_ascii_case(name.as_bytes()));
        all.flat_map(|f| header::addresses(f.value)).collect::<Vec<_>>()
    };
    out.push(b'(');
    push_nstring(out, text("Date").as_deref());
    out.push(b' ');
    push_nstring(out, text("Subject").as_deref());
    let from = list("From");
    for name in ["From", "Sender", "Reply-To", "To", "Cc", "Bcc"] {
        let mut found = list(name);
        // RFC 9051 §7.5.2: without Sender or Reply-To, they are as From.
        if found.is_empty() && matches!(name, "Sender" | "Reply-To") {
            found.clone_from(&from);
        }
        out.push(b' ');
        addresses(out, &found);
    }
    for name in ["In-Reply-To", "Message-Id"] {
        out.push(b' ');
        push_nstring(out, text(name).as_deref());
    }
    out.push(b')');
}

fn addresses(out: &mut Vec<u8>, list: &[header::Address]) {
    if list.is_empty() {
        return out.extend_from_slice(b"NIL");
    }
    out.push(b'(');
    for address in list {
        let parts = [&address.name, &address.route, &address.mailbox, &address.host];
        for (i, part) in parts.into_iter().enumerate() {
            out.push(if i == 0 { b'(' } else { b' ' });
            push_nstring(out, part.as_deref());
        }
        out.push(b')');
    }
    out.push(b')');
}

/// Writes BODY's value, or BODYSTRUCTURE's, which has extension data.
pub fn structure(out: &mut Vec<u8>, message: &[u8], part: &Part, extended: bool) {
    let fields = header::fields(&message[part.header.clone()]);
    let kind = Kind::of(&fields, part.digest);
    out.push(b'(');
    if let Inside::Parts(parts) = &part.inside {
        for part in parts {
            structure(out, message, part, extended);
        }
        out.push(b' ');
        push_string(out, kind.sub.as_bytes());
        if extended {
            out.push(b' ');
            params(out, &kind.mime);
        }
    } else {
        leaf(out, message, part, &fields, &kind, extended);
    }
    if extended {
        disposition(out, &fields);
        languages(out, &fields);
        out.push(b' ');
        let location = header::value(&fields, "Content-Location");
        push_nstring(out, location.filter(|v| !v.is_empty()).as_deref());
    }
    out.push(b')');
}

fn leaf(out: &mut Vec<u8>, message: &[u8], part: &Part, fields: &[Field<'_>], kind: &Kind, extended: bool) {
    let text = |name| header::value(fields, name).filter(|v| !v.is_empty());
    // A multipart that is too deep to be taken apart cannot say that it is one.
    let main = if kind.main == "multipart" { "application" } else { &kind.main };
    // So the rest of the grammar follows (RFC 9051 §9, body-type-msg): only what was read as a message is one.
    let sub = if kind.is_message() && part.inside == Inside::Leaf { "octet-stream" } else { &kind.sub };
    push_string(out, main.as_bytes());
    out.push(b' ');
    push_string(out, sub.as_bytes());
    out.push(b' ');
    params(out, &kind.mime);
    for name in ["Content-Id", "Content-Description"] {
        out.push(b' ');
        push_nstring(out, text(name).as_deref());
    }
    out.push(b' ');
    let encoding = text("Content-Transfer-Encoding").map(|v| header::mime(&v).value);
    push_string(out, encoding.as_deref().filter(|e| !e.is_empty()).unwrap_or(b"7bit"));
    let body = &message[part.body.clone()];
    out.extend_from_slice(format!(" {}", body.len()).as_bytes());
    let lines = || format!(" {}", memchr::memchr_iter(b'\n', body).count()).into_bytes();
    if let Inside::Message(inner) = &part.inside {
        out.push(b' ');
        envelope(out, &message[inner.header.clone()]);
        out.push(b' ');
        structure(out, message, inner, extended);
        out.extend(lines());
    } else if main == "text" {
        out.extend(lines());
    }
    if extended {
        out.push(b' ');
        push_nstring(out, text("Content-MD5").as_deref());
    }
}

fn params(out: &mut Vec<u8>, mime: &Mime) {
    if mime.params.is_empty() {
        return out.extend_from_slice(b"NIL");
    }
    for (i, (name, value)) in mime.params.iter().enumerate() {
        out.push(if i == 0 { b'(' } else { b' ' });
        push_string(out, name);
        out.push(b' ');
        push_string(out, value);
    }
    out.push(b')');
}

fn disposition(out: &mut Vec<u8>, fields: &[Field<'_>]) {
    out.push(b' ');
    match header::value(fields, "Content-Disposition").map(|v| header::mime(&v)) {
        Some(mime) if !mime.value.is_empty() => {
            out.push(b'(');
            push_string(out, &mime.value);
            out.push(b' ');
            params(out, &mime);
            out.push(b')');
        }
        _ => out.extend_from_slice(b"NIL"),
    }
}

fn languages(out: &mut Vec<u8>, fields: &[Field<'_>]) {
    let value = header::value(fields, "Content-Language").unwrap_or_default();
    let tags: Vec<&[u8]> =
        value.split(|b| *b == b',').map(<[u8]>::trim_ascii).filter(|t| !t.is_empty()).collect();
    if tags.is_empty() {
        return out.extend_from_slice(b" NIL");
    }
    for (i, tag) in tags.into_iter().enumerate() {
        out.extend_from_slice(if i == 0 { b" (" } else { b" " });
        push_string(out, tag);
    }
    out.push(b')');
}
