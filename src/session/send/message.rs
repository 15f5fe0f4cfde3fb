//! The content of a message: made of a subject, a text and files, or given whole; and its header fields replaced.
//!
//! Encoded words (RFC 2047), parameters (RFC 2231), boundaries and transfer encodings are mail-builder's. Files go in
//! base64, whatever they hold, so that their line ends arrive as they are.

use mail_builder::MessageBuilder;
use mail_builder::headers::Header as _;
use mail_builder::headers::address::Address;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};

use crate::dialect::sasl;
use crate::dialogue::text::write::escape;
use crate::dialogue::{Side, Wire};
use crate::error::{Error, Exit};

/// What stands where the script has `{{now()}}` and `{{uuid()}}`: each run has a date and an id of its own.
const HERE: &str = "ehlo-fills-this-in";
/// Characters of a line of base64 (RFC 2045 §6.8).
const BASE64: usize = 76;
/// Octets of a line above which a field is folded; 998 is the limit (RFC 5322 §2.1.1).
const LONG: usize = 900;

/// A message to make.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// The author's address.
    pub from: String,
    /// The recipients' addresses.
    pub to: Vec<String>,
    /// The subject, in any letters.
    pub subject: String,
    /// The text, its lines ended in any way.
    pub body: String,
    /// Files.
    pub files: Vec<Attached>,
}

/// A file that goes with a message.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its name, without folders.
    pub name: String,
    /// Its media type: `image/png`.
    pub kind: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Letter {
    /// The message, with CRLF line ends.
    ///
    /// # Errors
    /// What cannot be written down, which does not happen in memory.
    pub fn message(self) -> Result<Vec<u8>, Error> {
        let addresses = |list: Vec<String>| -> Vec<Address<'static>> {
            list.into_iter().map(|to| Address::new_address(None::<&str>, to)).collect()
        };
        let mut body = self.body.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
        if !body.ends_with("\r\n") {
            body.push_str("\r\n");
        }
        let mut message = MessageBuilder::new()
            .from(Address::new_address(None::<&str>, self.from))
            .to(Address::new_list(addresses(self.to)))
            .subject(self.subject)
            .header("Date", Raw::new(HERE))
            .header("Message-ID", Raw::new(HERE));
        let text = MimePart::new("text/plain", body);
        message = if self.files.is_empty() {
            message.body(text)
        } else {
            let mut parts = vec![text];
            parts.extend(self.files.into_iter().map(attachment));
            message.body(MimePart::new("multipart/mixed", parts))
        };
        message.write_to_vec().map_err(|error| Error::new(Exit::Bug, "error-runtime").detail(error))
    }
}

fn attachment(file: Attached) -> MimePart<'static> {
    let coded = sasl::encode(&file.bytes);
    let mut lines = Vec::with_capacity(coded.len() + coded.len() / BASE64 * 2 + 2);
    for line in coded.as_bytes().chunks(BASE64) {
        lines.extend_from_slice(line);
        lines.extend_from_slice(b"\r\n");
    }
    let part = MimePart::new(file.kind, BodyPart::Binary(lines.into()));
    part.attachment(file.name).transfer_encoding("base64")
}

/// The message with these fields instead of those it has by the same names; new ones come last. Fields with letters
/// beyond ASCII become encoded words.
pub fn with_headers(message: &[u8], fields: &[(String, String)]) -> Vec<u8> {
    let (head, body) = cut(message);
    let mut given: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, value) in fields {
        let mut written = format!("{name}: ").into_bytes();
        if value.is_ascii() && value.len() < LONG {
            written.extend_from_slice(value.as_bytes());
            written.extend_from_slice(b"\r\n");
        } else {
            Text::new(value.as_str()).write_header(&mut written, name.len() + 2);
        }
        given.push((name.to_ascii_lowercase(), written));
    }
    let mut out = Vec::with_capacity(message.len() + 100);
    let mut taken: Vec<String> = Vec::new();
    for field in self::fields(head) {
        let end = field.iter().position(|b| *b == b':').unwrap_or(0);
        let name = String::from_utf8_lossy(&field[..end]).trim().to_ascii_lowercase();
        if !given.iter().any(|(n, _)| *n == name) {
            out.extend_from_slice(field);
        } else if !taken.contains(&name) {
            given.iter().filter(|(n, _)| *n == name).for_each(|(_, written)| out.extend_from_slice(written));
            taken.push(name);
        }
    }
    if !out.is_empty() && !out.ends_with(b"\n") {
        out.extend_from_slice(b"\r\n");
    }
    let new = given.iter().filter(|(name, _)| !taken.contains(name));
    new.for_each(|(_, written)| out.extend_from_slice(written));
    out.extend_from_slice(if body.is_empty() { b"\r\n" } else { body });
    out
}

/// The header section with its line ends, and the empty line with what follows.
fn cut(message: &[u8]) -> (&[u8], &[u8]) {
    let mut from = 0;
    for line in message.split_inclusive(|b| *b == b'\n') {
        if matches!(line, b"\n" | b"\r\n") {
            return message.split_at(from);
        }
        from += line.len();
    }
    (message, b"")
}

/// The fields of a header section, folded lines together (RFC 5322 §2.2.3).
fn fields(head: &[u8]) -> Vec<&[u8]> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    for line in head.split_inclusive(|b| *b == b'\n') {
        match found.last_mut() {
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => last.1 += line.len(),
            _ => found.push((from, from + line.len())),
        }
        from += line.len();
    }
    found.into_iter().map(|(a, b)| &head[a..b]).collect()
}

/// The lines of a message in the notation, for a block that ends with a dot. `made`: the domain of its Message-ID, where
/// it was made here.
pub fn lines(message: &[u8], made: Option<&str>) -> Vec<String> {
    let head = cut(message).0.len();
    let mut lines = Vec::new();
    let mut from = 0;
    for line in message.split_inclusive(|b| *b == b'\n') {
        let inside = from < head;
        from += line.len();
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = if text.len() < line.len() { text.strip_suffix(b"\r").unwrap_or(text) } else { text };
        let filled = text.strip_suffix(HERE.as_bytes()).filter(|_| inside).zip(made);
        lines.push(match filled {
            Some((b"Date: ", _)) => "Date: {{now()}}".to_owned(),
            Some((b"Message-ID: ", domain)) => format!("Message-ID: <{{{{uuid()}}}}@{domain}>"),
            // A lone dot would end the block.
            _ if text == b"." => "{{hex(2e)}}".to_owned(),
            _ => escape(&Wire::from(text), Side::Client),
        });
    }
    lines
}
