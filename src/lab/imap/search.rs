//! SEARCH: which messages of a view have what is asked for. Header and body are read only of those that the
//! index does not decide. Text is compared decoded and blind to case: encoded words, base64, quoted-printable
//! and the common charsets (RFC 9051 §6.4.4).

use std::cell::OnceCell;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::parsers::MessageStream;

use super::date::{DAY, sent_day};
use super::header;
use super::keys::{Key, When};
use super::set::holds;
use super::structure::{self, Inside, Part};
use super::view::View;
use crate::lab::store::{Entry, Mailbox, StoreError, System};

/// The fields of SEARCH that have addresses, as their keys name them.
const ADDRESSES: [&str; 4] = ["FROM", "TO", "CC", "BCC"];

/// A key, ready to be asked of many messages.
enum Test {
    All,
    System(System, bool),
    Keyword(String, bool),
    Recent(bool),
    /// Message numbers, or UIDs.
    Ranges(Vec<(u32, u32)>, bool),
    Received(When, i64),
    Sent(When, i64),
    /// INTERNALDATE is later than that, or not.
    After(i64, bool),
    Larger(u64),
    Smaller(u64),
    Header(String, String),
    Body(String),
    Text(String),
    Not(Box<Test>),
    Or(Box<Test>, Box<Test>),
    And(Vec<Test>),
}

/// The messages that have it: places in the view, ascending.
///
/// # Errors
/// The store's; a message that is gone is not found.
pub fn search(view: &View, key: Key, now: i64) -> Result<Vec<usize>, StoreError> {
    let test = Test::of(key, view, now);
    let mut found = Vec::new();
    for (at, entry) in view.shown.iter().enumerate() {
        let message = Message::new(&view.mailbox, entry, at + 1, view.is_recent(entry.uid));
        match test.holds(&message) {
            Ok(true) => found.push(at),
            Ok(false) | Err(StoreError::NoMessage) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(found)
}

impl Test {
    fn of(key: Key, view: &View, now: i64) -> Test {
        let of = |key: Box<Key>| Box::new(Test::of(*key, view, now));
        match key {
            Key::All => Test::All,
            Key::Flag(name, set) => match System::ALL.into_iter().find(|s| s.word() == name) {
                Some(flag) => Test::System(flag, set),
                None => Test::Keyword(name, set),
            },
            Key::Recent(is) => Test::Recent(is),
            Key::New => Test::And(vec![Test::Recent(true), Test::System(System::Seen, false)]),
            Key::Numbers(set) => {
                let last = u32::try_from(view.shown.len()).unwrap_or(u32::MAX);
                Test::Ranges(set.ranges(last), false)
            }
            Key::Uids(set) => Test::Ranges(set.ranges(view.shown.last().map_or(0, |e| e.uid)), true),
            Key::Received(when, day) => Test::Received(when, day),
            Key::Sent(when, day) => Test::Sent(when, day),
            Key::Younger(seconds, is) => Test::After(now - i64::from(seconds), is),
            Key::Larger(n) => Test::Larger(n.into()),
            Key::Smaller(n) => Test::Smaller(n.into()),
            Key::Header(name, text) => Test::Header(name, text.to_lowercase()),
            Key::Body(text) => Test::Body(text.to_lowercase()),
            Key::Text(text) => Test::Text(text.to_lowercase()),
            Key::Not(key) => Test::Not(of(key)),
            Key::Or(one, other) => Test::Or(of(one), of(other)),
            Key::And(keys) => Test::And(keys.into_iter().map(|k| Test::of(k, view, now)).collect()),
        }
    }

    fn holds(&self, message: &Message<'_>) -> Result<bool, StoreError> {
        let entry = message.entry;
        Ok(match self {
            Test::All => true,
            Test::System(flag, set) => entry.flags.has(*flag) == *set,
            Test::Keyword(name, set) => entry.flags.has_keyword(name) == *set,
            Test::Recent(is) => message.recent == *is,
            Test::Ranges(ranges, false) => holds(ranges, message.number),
            Test::Ranges(ranges, true) => holds(ranges, entry.uid),
            Test::Received(when, day) => compare(*when, entry.date.div_euclid(DAY), *day),
            Test::Sent(when, day) => {
                let fields = header::fields(message.header()?);
                let sent = header::value(&fields, "Date");
                let sent = sent.and_then(|v| sent_day(&String::from_utf8_lossy(&v)));
                sent.is_some_and(|sent| compare(*when, sent, *day))
            }
            Test::After(when, is) => (entry.date >= *when) == *is,
            Test::Larger(n) => entry.size > *n,
            Test::Smaller(n) => entry.size < *n,
            Test::Header(name, text) => message.in_header(Some(name), text)?,
            Test::Body(text) => message.in_body(text, false)?,
            Test::Text(text) => message.in_header(None, text)? || message.in_body(text, true)?,
            Test::Not(test) => !test.holds(message)?,
            Test::Or(one, other) => one.holds(message)? || other.holds(message)?,
            Test::And(tests) => {
                for test in tests {
                    if !test.holds(message)? {
                        return Ok(false);
                    }
                }
                true
            }
        })
    }
}

fn compare(when: When, day: i64, with: i64) -> bool {
    match when {
        When::Before => day < with,
        When::On => day == with,
        When::Since => day >= with,
    }
}

/// A message, read as far as somebody asks.
struct Message<'a> {
    mailbox: &'a Mailbox,
    entry: &'a Entry,
    number: u32,
    recent: bool,
    header: OnceCell<Vec<u8>>,
    whole: OnceCell<(Vec<u8>, Part)>,
}

impl<'a> Message<'a> {
    fn new(mailbox: &'a Mailbox, entry: &'a Entry, number: usize, recent: bool) -> Self {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        Message { mailbox, entry, number, recent, header: OnceCell::new(), whole: OnceCell::new() }
    }

    fn header(&self) -> Result<&[u8], StoreError> {
        if self.header.get().is_none() {
            let header = self.mailbox.header(self.entry.message)?;
            return Ok(self.header.get_or_init(|| header));
        }
        Ok(self.header.get().map_or(&[], Vec::as_slice))
    }

    fn whole(&self) -> Result<&(Vec<u8>, Part), StoreError> {
        if let Some(whole) = self.whole.get() {
            return Ok(whole);
        }
        let len = usize::try_from(self.entry.size).unwrap_or(usize::MAX);
        let bytes = self.mailbox.read(self.entry.message, 0, len)?;
        let tree = structure::parse(&bytes);
        Ok(self.whole.get_or_init(|| (bytes, tree)))
    }

    fn in_header(&self, name: Option<&str>, text: &str) -> Result<bool, StoreError> {
        Ok(fields_have(self.header()?, name, text))
    }

    fn in_body(&self, text: &str, headers: bool) -> Result<bool, StoreError> {
        let (bytes, tree) = self.whole()?;
        Ok(part_has(bytes, tree, text, headers))
    }
}

/// Whether a field has the text; of that name, or any.
fn fields_have(raw: &[u8], name: Option<&str>, text: &str) -> bool {
    let fields = header::fields(raw);
    let mut named = fields.iter().filter(|f| name.is_none_or(|n| f.name.eq_ignore_ascii_case(n.as_bytes())));
    named.any(|field| {
        if name.is_some_and(|n| ADDRESSES.contains(&n)) && addresses_have(field.value, text) {
            return true;
        }
        let value = unworded(field.value);
        let line = match name {
            Some(_) => value,
            None => format!("{}: {value}", String::from_utf8_lossy(field.name)),
        };
        line.to_lowercase().contains(text)
    })
}

/// Whether an address has the text, as it is without comments and blanks: `<ana (M) @ example.org>`.
fn addresses_have(value: &[u8], text: &str) -> bool {
    let addresses = header::addresses(&header::unfold(value));
    addresses
        .into_iter()
        .filter_map(|a| Some([a.mailbox?, a.host?].join(&b'@')))
        .any(|address| String::from_utf8_lossy(&address).to_lowercase().contains(text))
}

/// A field's value with its encoded words decoded (RFC 2047).
fn unworded(value: &[u8]) -> String {
    let line = [&header::unfold(value)[..], b"\n"].concat();
    let decoded = MessageStream::new(&line).parse_unstructured();
    decoded.as_text().map_or_else(String::new, str::to_owned)
}

/// Whether a part's text has it, or that of a part in it. `headers`: or a header of a part.
fn part_has(message: &[u8], part: &Part, text: &str, headers: bool) -> bool {
    let inner = |part: &Part| {
        (headers && fields_have(&message[part.header.clone()], None, text))
            || part_has(message, part, text, headers)
    };
    match &part.inside {
        Inside::Parts(parts) => parts.iter().any(inner),
        Inside::Message(part) => inner(part),
        Inside::Leaf => decoded(message, part).is_some_and(|body| body.to_lowercase().contains(text)),
    }
}

/// A text part's text; none where it is no text.
fn decoded(message: &[u8], part: &Part) -> Option<String> {
    let fields = header::fields(&message[part.header.clone()]);
    let mime = header::value(&fields, "Content-Type").map(|v| header::mime(&v)).unwrap_or_default();
    let is_text =
        mime.value.is_empty() || mime.value.get(..5).is_some_and(|t| t.eq_ignore_ascii_case(b"text/"));
    if !is_text {
        return None;
    }
    let raw = &message[part.body.clone()];
    let encoding = header::value(&fields, "Content-Transfer-Encoding").unwrap_or_default();
    let bytes = match encoding.to_ascii_lowercase().as_slice() {
        b"base64" => base64_decode(raw),
        b"quoted-printable" => quoted_printable_decode(raw),
        _ => None,
    };
    let bytes = bytes.as_deref().unwrap_or(raw);
    let decoder = mime.param("charset").and_then(charset_decoder);
    Some(decoder.map_or_else(|| String::from_utf8_lossy(bytes).into_owned(), |decode| decode(bytes)))
}
