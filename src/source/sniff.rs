//! What an input is, told from its first bytes; and the source that reads it.

use std::io::{self, BufRead};

use super::Source;
use super::json::Json;
use super::lines::utf8;
use super::paste::Paste;
use super::transcript::Transcript;
use crate::i18n::Lang;

/// Lines in which a directive shows that a text is the notation.
const HEAD: usize = 60;

/// What an input turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Nothing at all.
    Empty,
    /// No text, and no capture.
    Binary,
    /// Compressed, by its first bytes: `gzip`, `zip` ….
    Packed(&'static str),
    /// A capture: pcap or pcapng.
    Capture,
    /// The notation (`.ehlo`).
    Notation,
    /// JSON lines of ours.
    Json,
    /// Any other text.
    Text,
}

impl Form {
    /// What a dialogue's source is called in JSON.
    pub fn source(self) -> &'static str {
        match self {
            Form::Notation | Form::Json => "transcript",
            Form::Capture => "capture",
            _ => "paste",
        }
    }
}

/// An input that is looked at and not yet read.
pub type Input = Box<dyn BufRead + Send>;

/// Tells what an input is. What is given back reads from its beginning, as UTF-8 where it was UTF-16.
///
/// # Errors
/// What the input says.
pub fn sniff(mut input: Input) -> io::Result<(Form, Input)> {
    let head = input.fill_buf()?;
    let form = match head {
        [] => Form::Empty,
        // libpcap in both byte orders and both resolutions, and pcapng.
        [0xd4, 0xc3, 0xb2, 0xa1, ..] | [0xa1, 0xb2, 0xc3, 0xd4, ..] => Form::Capture,
        [0x4d, 0x3c, 0xb2, 0xa1, ..] | [0xa1, 0xb2, 0x3c, 0x4d, ..] => Form::Capture,
        [0x0a, 0x0d, 0x0d, 0x0a, ..] => Form::Capture,
        #[cfg(feature = "capture")]
        _ if super::capture::is_capture(head) => Form::Capture,
        [0x1f, 0x8b, ..] => Form::Packed("gzip"),
        [b'P', b'K', 3, 4, ..] => Form::Packed("zip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Form::Packed("zstd"),
        [b'%', b'P', b'D', b'F', b'-', ..] => Form::Binary,
        _ => Form::Text,
    };
    if form != Form::Text {
        return Ok((form, input));
    }
    let mut input = utf8(input)?;
    let form = text(input.fill_buf()?);
    Ok((form, input))
}

/// Which text.
fn text(head: &[u8]) -> Form {
    let controls = head.iter().filter(|b| **b < 0x20 && !b"\t\r\n\x1b\x08\x0c".contains(b)).count();
    if controls * 20 > head.len() {
        return Form::Binary;
    }
    if head.iter().all(u8::is_ascii_whitespace) && head.len() < 4096 {
        return Form::Empty;
    }
    let mut lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|l| !l.is_empty());
    let first = lines.clone().next().unwrap_or_default();
    if first.starts_with(b"{\"kind\":") {
        return Form::Json;
    }
    let directive = |line: &[u8]| {
        let word = line.split(|b| *b == b' ').next().unwrap_or_default();
        [&b"@smtp"[..], b"@pop", b"@imap"].contains(&word)
    };
    // A shell's prompt may begin with `@` too; a fence is a page's, whatever stands in it.
    match lines.by_ref().take(HEAD).take_while(|l| !l.starts_with(b"```")).any(directive) {
        true => Form::Notation,
        false => Form::Text,
    }
}

/// The source that reads an input of a form, for who reads a language; none where there is no dialogue to be read.
pub fn open(form: Form, input: Input, lang: Lang) -> Option<Box<dyn Source>> {
    match form {
        Form::Notation => Some(Box::new(Transcript::new(input).read_in(lang))),
        Form::Json => Some(Box::new(Json::new(input))),
        Form::Text => Some(Box::new(Paste::new(input))),
        // Here a capture goes to its own source.
        Form::Capture | Form::Empty | Form::Binary | Form::Packed(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_told_apart() {
        let form = |bytes: &'static [u8]| sniff(Box::new(bytes)).unwrap().0;
        assert_eq!(form(b""), Form::Empty);
        assert_eq!(form(b"\n \r\n"), Form::Empty);
        assert_eq!(form(b"\xd4\xc3\xb2\xa1\x02\0\x04\0"), Form::Capture);
        assert_eq!(form(b"\x0a\x0d\x0d\x0a\x1c\0\0\0"), Form::Capture);
        assert_eq!(form(b"\x1f\x8b\x08\0"), Form::Packed("gzip"));
        assert_eq!(form(b"\x7fELF\x02\x01\x01\0\0\0\0\0"), Form::Binary);
        assert_eq!(form(b"# mine\n\n@pop lab\nS: +OK\n"), Form::Notation);
        assert_eq!(form(b"@redes:~$ telnet mail 25\n220 x\n"), Form::Text);
        assert_eq!(form(b"{\"kind\":\"dialogue\",\"stream\":1}\n"), Form::Json);
        assert_eq!(form(b"\xff\xfeS\0:\0 \0+\0O\0K\0\n\0"), Form::Text);
    }
}
