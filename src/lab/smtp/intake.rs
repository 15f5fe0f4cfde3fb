//! A message as it comes in, made into what is kept, streaming and in flat memory: what the practice's
//! Postfix does to a mail that students typed, no more.
//!
//! - **Line ends** must be CRLF (RFC 5321 §2.3.8). A bare LF ends it all: where a mail ends must not be open to
//!   two readings (SMTP smuggling, CVE-2023-51764). A bare CR becomes a blank.
//! - **The header** ends where a line is none: then the empty line that the client forgot is put in before it.
//!   No From, no Date, no Message-ID is made up.
//! - `Return-Path`, `Bcc`, `Resent-Bcc` and `Content-Length` are taken out, as Postfix's
//!   `message_drop_headers`; a mailbox file's `From ` line becomes `X-Mailbox-Line`.

use memchr::{memchr, memchr2};

/// How much of a header line is looked at before it is decided what it is.
const LOOK: usize = 4096;

/// A message under way.
#[derive(Debug, Default)]
pub struct Intake {
    /// A CR was the last byte, and waits for what follows.
    after_cr: bool,
    at: At,
    /// The beginning of a header line that is not decided yet.
    line: Vec<u8>,
    begun: bool,
    /// Whether what was kept ends in the middle of a line.
    open: bool,
    had_header: bool,
    /// Whether the header field under way is kept.
    keep: bool,
    /// `Received` fields so far, which tell a loop.
    pub hops: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// In a header line that is still looked at.
    #[default]
    Line,
    /// In the rest of a very long one.
    Rest,
    Body,
}

/// A bare LF was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BareLf;

impl Intake {
    /// Adds the next bytes of the content (no dot-stuffing) to `out`, as they are kept.
    ///
    /// # Errors
    /// A bare LF.
    pub fn feed(&mut self, content: &[u8], out: &mut Vec<u8>) -> Result<(), BareLf> {
        let mut clean = Vec::with_capacity(content.len() + 1);
        self.line_ends(content, &mut clean)?;
        self.open = clean.last().map_or(self.open, |last| *last != b'\n');
        self.header(&clean, out);
        Ok(())
    }

    /// No more comes: the last line is ended if nobody did (after BDAT).
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.after_cr) {
            self.open = true;
            self.header(b" ", out);
        }
        if self.open {
            self.header(b"\r\n", out);
        }
    }

    fn line_ends(&mut self, mut content: &[u8], clean: &mut Vec<u8>) -> Result<(), BareLf> {
        if self.after_cr
            && let Some(&first) = content.first()
        {
            self.after_cr = false;
            if first == b'\n' {
                clean.extend_from_slice(b"\r\n");
                content = &content[1..];
            } else {
                clean.push(b' ');
            }
        }
        while let Some(end) = memchr2(b'\r', b'\n', content) {
            clean.extend_from_slice(&content[..end]);
            match &content[end..] {
                [b'\r', b'\n', ..] => {
                    clean.extend_from_slice(b"\r\n");
                    content = &content[end + 2..];
                }
                [b'\r'] => {
                    self.after_cr = true;
                    return Ok(());
                }
                [b'\r', ..] => {
                    clean.push(b' ');
                    content = &content[end + 1..];
                }
                _ => return Err(BareLf),
            }
        }
        clean.extend_from_slice(content);
        Ok(())
    }

    fn header(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while !bytes.is_empty() {
            let end = memchr(b'\n', bytes).map(|i| i + 1);
            let (part, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
            match self.at {
                At::Body => return out.extend_from_slice(bytes),
                At::Rest => {
                    if self.keep {
                        out.extend_from_slice(part);
                    }
                    if end.is_some() {
                        self.at = At::Line;
                    }
                }
                At::Line => {
                    self.line.extend_from_slice(part);
                    if end.is_some() || self.line.len() >= LOOK {
                        self.decide(end.is_some(), out);
                    }
                }
            }
            bytes = rest;
        }
    }

    /// What the line is, and so whether the header goes on.
    fn decide(&mut self, whole: bool, out: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        let first = !std::mem::replace(&mut self.begun, true);
        let blank = line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
        let arrows = line.iter().take_while(|b| **b == b'>').count();
        let mailbox = line[arrows..].starts_with(b"From ") && !self.had_header;
        if mailbox {
            out.extend_from_slice(b"X-Mailbox-Line: ");
            (self.had_header, self.keep) = (true, true);
        } else if line == b"\r\n" {
            self.at = At::Body;
            return out.extend_from_slice(&line);
        } else if let Some(name) = field_name(&line) {
            self.keep = !DROPPED.iter().any(|dropped| name.eq_ignore_ascii_case(dropped));
            self.hops += usize::from(name.eq_ignore_ascii_case(b"Received"));
            self.had_header = true;
        } else if !blank || first || !self.had_header {
            // The body begins without the empty line that should come before it (RFC 5322 §2.1).
            out.extend_from_slice(b"\r\n");
            self.at = At::Body;
            return out.extend_from_slice(&line);
        }
        if self.keep {
            out.extend_from_slice(&line);
        }
        self.at = if whole { At::Line } else { At::Rest };
    }
}

/// What Postfix takes out of a header.
const DROPPED: [&[u8]; 4] = [b"Return-Path", b"Bcc", b"Resent-Bcc", b"Content-Length"];

/// A header field's name (RFC 5322 §2.2); blanks before the colon are taken, as the obsolete syntax has them.
fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = memchr(b':', line)?;
    let name = line[..colon].trim_ascii_end();
    let printable = |b: &u8| (33..=126).contains(b);
    (!name.is_empty() && name.iter().all(printable)).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(content: &[u8], cut: usize) -> Option<Vec<u8>> {
        let (mut intake, mut out) = (Intake::default(), Vec::new());
        for chunk in content.chunks(cut.max(1)) {
            intake.feed(chunk, &mut out).ok()?;
        }
        intake.finish(&mut out);
        Some(out)
    }

    #[test]
    fn a_mail_is_kept_as_postfix_keeps_it() {
        for (content, expected) in [
            ("", ""),
            ("mensaje 7\r\n", "\r\nmensaje 7\r\n"),
            ("From: a\r\nsubject:x\r\nffff\r\n", "From: a\r\nsubject:x\r\n\r\nffff\r\n"),
            ("Subject: x\r\n", "Subject: x\r\n"),
            ("Subject: x\r\n\r\na\r\n", "Subject: x\r\n\r\na\r\n"),
            ("Subject: x\r\n y\r\nBcc: b\r\n c\r\nTo: d\r\n\r\n", "Subject: x\r\n y\r\nTo: d\r\n\r\n"),
            ("From x y\r\nSubject: x\r\nhola\r\n", "X-Mailbox-Line: From x y\r\nSubject: x\r\n\r\nhola\r\n"),
            (" x\r\nhola\r\n", "\r\n x\r\nhola\r\n"),
            ("Return-Path: <evil@x>\r\nSubject: y\r\n\r\nx\r\n", "Subject: y\r\n\r\nx\r\n"),
            ("\r\na\rb\r\n", "\r\na b\r\n"),
            (": foo\r\n", "\r\n: foo\r\n"),
            ("Subject: x\r\n\r\nno end", "Subject: x\r\n\r\nno end\r\n"),
        ] {
            let found = kept(content.as_bytes(), 7).map(|k| String::from_utf8(k).unwrap());
            assert_eq!(found.as_deref(), Some(expected), "{content:?}");
        }
        assert_eq!(kept(b"a\nb\r\n", 9), None);
        assert_eq!(kept(b"\n", 9), None);
        let long = [b"X: ".to_vec(), vec![b'a'; 3 * LOOK], b"\r\n".to_vec()].concat();
        assert_eq!(kept(&long, 1000), Some(long));
    }

    proptest! {
        #[test]
        fn cuts_change_nothing(content in prop::collection::vec(prop::sample::select(b"aB: .\r\n\t".to_vec()), 0..60), cut in 1usize..9) {
            prop_assert_eq!(kept(&content, cut), kept(&content, 1000));
        }
    }
}
