//! The lines of a text, whatever their ends (LF, CR LF, CR CR LF) and their encoding (UTF-8, UTF-16 with a byte
//! order mark, Latin-1 as Windows writes it), in flat memory: an endless line comes in parts.

use std::io::{self, BufRead, Read};

/// The longest part of a line.
const LONGEST: usize = 64 * 1024;

/// A line, or a part of one, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Which, from 1.
    pub number: u64,
    /// Its bytes, in UTF-8 where the input's encoding could be told.
    pub text: Vec<u8>,
    /// It goes on with the part before.
    pub joined: bool,
}

/// Reads lines.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    number: u64,
    /// The last part did not end its line.
    inside: bool,
}

impl<R: BufRead> Lines<R> {
    /// The lines of an input.
    pub fn new(input: R) -> Self {
        Lines { input, number: 0, inside: false }
    }

    /// The next line; none at the end.
    ///
    /// # Errors
    /// What the input says.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut text = Vec::new();
        let mut part = (&mut self.input).take(LONGEST as u64);
        if part.read_until(b'\n', &mut text)? == 0 {
            return Ok(None);
        }
        let joined = self.inside;
        self.inside = text.last() != Some(&b'\n');
        if !joined {
            self.number += 1;
        }
        while let Some(b'\n' | b'\r') = text.last() {
            text.pop();
        }
        if std::str::from_utf8(&text).is_err() && !joined && !self.inside {
            text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&text).0.into_owned().into_bytes();
        }
        Ok(Some(Line { number: self.number, text, joined }))
    }
}

/// An input that may be UTF-16, as UTF-8; a byte order mark is taken off.
///
/// # Errors
/// What the input says.
pub fn utf8(mut input: Box<dyn BufRead + Send>) -> io::Result<Box<dyn BufRead + Send>> {
    let encoding = match input.fill_buf()? {
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE,
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE,
        [0xef, 0xbb, 0xbf, ..] => {
            input.consume(3);
            return Ok(input);
        }
        [0, b, 0, c, ..] if is_ascii(*b) && is_ascii(*c) => encoding_rs::UTF_16BE,
        [b, 0, c, 0, ..] if is_ascii(*b) && is_ascii(*c) => encoding_rs::UTF_16LE,
        _ => return Ok(input),
    };
    let decoder =
        Decoder { input, decoder: encoding.new_decoder_with_bom_removal(), out: Vec::new(), ended: false };
    Ok(Box::new(io::BufReader::with_capacity(LONGEST, decoder)))
}

fn is_ascii(b: u8) -> bool {
    (b' '..0x7f).contains(&b) || b"\t\r\n".contains(&b)
}

/// UTF-16 read as UTF-8.
struct Decoder {
    input: Box<dyn BufRead + Send>,
    decoder: encoding_rs::Decoder,
    out: Vec<u8>,
    ended: bool,
}

impl Read for Decoder {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.out.is_empty() && !self.ended {
            let raw = self.input.fill_buf()?;
            let last = raw.is_empty();
            let mut text =
                String::with_capacity(self.decoder.max_utf8_buffer_length(raw.len()).unwrap_or(16));
            let (_, read, _) = self.decoder.decode_to_string(raw, &mut text, last);
            self.input.consume(read);
            self.ended = last;
            self.out = text.into_bytes();
        }
        let n = self.out.len().min(buf.len());
        buf[..n].copy_from_slice(&self.out[..n]);
        self.out.drain(..n);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &'static [u8]) -> Vec<String> {
        let mut lines = Lines::new(utf8(Box::new(bytes)).unwrap());
        let mut found = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            found.push(String::from_utf8(line.text).unwrap());
        }
        found
    }

    #[test]
    fn ends_and_encodings_are_told() {
        assert_eq!(lines(b"a\r\nb\r\r\nc\nd"), ["a", "b", "c", "d"]);
        assert_eq!(lines(b"\xff\xfeS\0\xf1\0\r\0\n\0x\0"), ["S\u{f1}", "x"]);
        assert_eq!(lines(b"\0+\0O\0K\0\n"), ["+OK"]);
        assert_eq!(lines(b"\xef\xbb\xbfa\nse\xf1or"), ["a", "se\u{f1}or"]);
    }
}
