//! A transcript: the notation of [`crate::dialogue::text`], read back into events. What was recorded comes
//! back byte for byte; generated notes are dropped, since they are made anew.
//!
//! A block (`C<<WORD`) becomes what it was on the wire: stuffed where dots are, counted where `{n}` announced it.
//!
//! A line that is none of the notation's is noise, not an error: a person may have written around it.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use memchr::{memchr, memmem};

use super::{Found, Opening, Source};
use crate::dialogue::mark::{Close, Missing, TlsInfo};
use crate::dialogue::text::read::unescape;
use crate::dialogue::text::{Item, read_line};
use crate::dialogue::{Event, Mark, Origin, Protocol, Side, What, Wire};
use crate::i18n::Lang;
use crate::i18n::tongues::{comment, title};

/// Octets that are looked ahead for a block's end, when its literal was announced by `{n}`.
const AHEAD: usize = 64 * 1024 * 1024;
/// Lines between an announcement and its block.
const BETWEEN: usize = 64;
/// Octets of plain lines that are handed on at once.
const RUN: usize = 16 * 1024;

/// Reads a transcript from an input, in flat memory but for its longest line, and the blocks that `{n}` announces.
#[derive(Debug)]
pub struct Transcript<R> {
    input: R,
    line: u64,
    /// The side that spoke last: whose bytes a `@gap` misses.
    spoke: Side,
    /// Lines that were looked at before their turn.
    ahead: VecDeque<String>,
    /// What is spoken, once a directive has told.
    protocol: Option<Protocol>,
    block: Option<Block>,
    /// Who reads it: titles and comments may stand in several languages.
    lang: Lang,
}

/// A block that is being read.
#[derive(Debug)]
struct Block {
    side: Side,
    conn: u32,
    word: String,
    quoted: bool,
    open: bool,
    /// The last line: how it ends is told by the next.
    held: Option<Wire>,
}

impl<R: BufRead> Source for Transcript<R> {
    fn next_found(&mut self) -> io::Result<Option<Found>> {
        loop {
            if self.block.is_none()
                && self.ahead.is_empty()
                && let Some(found) = self.run()?
            {
                return Ok(Some(found));
            }
            let text = match self.ahead.pop_front() {
                Some(text) => text,
                None => match self.next_line()? {
                    Some(text) => text,
                    // A block that never ends: what came of it counts.
                    None => return Ok(self.block.take().and_then(|block| self.held(block))),
                },
            };
            self.line += 1;
            let found = if self.block.is_some() { self.block_line(&text)? } else { self.read(&text)? };
            if let Some(found) = found {
                return Ok(Some(found));
            }
        }
    }
}

impl<R: BufRead> Transcript<R> {
    /// A transcript on an input.
    pub fn new(input: R) -> Self {
        let ahead = VecDeque::new();
        let lang = Lang::default();
        Transcript { input, line: 0, spoke: Side::Server, ahead, protocol: None, block: None, lang }
    }

    /// The same for who reads a language: its titles and comments, where there are several.
    #[must_use]
    pub fn read_in(self, lang: Lang) -> Self {
        Transcript { lang, ..self }
    }

    fn is_imap(&self) -> bool {
        self.protocol == Some(Protocol::Imap)
    }

    /// Plain lines of one side, as far as they are there: what most of a transcript is. Anything else is read by the
    /// notation's reader.
    fn run(&mut self) -> io::Result<Option<Found>> {
        let seen = match self.input.fill_buf() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => return Ok(None),
            seen => seen?,
        };
        let side = match seen {
            [b'C', b':', ..] => Side::Client,
            [b'S', b':', ..] => Side::Server,
            _ => return Ok(None),
        };
        let (mark, mut at, mut lines) = (&seen[..2], 0, 0);
        let mut bytes = Vec::with_capacity(seen.len().min(RUN + 1024));
        while bytes.len() < RUN
            && let Some(end) = memchr(b'\n', &seen[at..])
            && let Some(text) = plain(&seen[at..at + end], mark)
        {
            bytes.extend_from_slice(text);
            bytes.extend_from_slice(b"\r\n");
            at += end + 1;
            lines += 1;
        }
        self.input.consume(at);
        if lines == 0 {
            return Ok(None);
        }
        let first = self.line + 1;
        self.line += lines;
        self.spoke = side;
        let (origin, what) = (Origin::Each(first, self.line), What::Chunk(side, Wire::new(bytes)));
        Ok(Some(Found::Event(Box::new(Event { stream: 1, at: None, origin, what }))))
    }

    fn next_line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        if self.input.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        while let Some(b'\n' | b'\r') = line.last() {
            line.pop();
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }

    /// The nth line after this one.
    fn peek(&mut self, n: usize) -> io::Result<Option<&str>> {
        while self.ahead.len() <= n {
            match self.next_line()? {
                Some(line) => self.ahead.push_back(line),
                None => return Ok(None),
            }
        }
        Ok(self.ahead.get(n).map(String::as_str))
    }

    /// A line of the block; its last one is told when the next has come.
    fn block_line(&mut self, text: &str) -> io::Result<Option<Found>> {
        let Some(mut block) = self.block.take() else { return Ok(None) };
        if text != block.word {
            let line = content(text, block.quoted);
            let last = block.held.replace(line);
            let (side, conn) = (block.side, block.conn);
            self.block = Some(block);
            return Ok(last.map(|wire| self.chunk(side, conn, wire, b"\r\n")));
        }
        let mut end = if block.open || block.held.is_none() { Vec::new() } else { b"\r\n".to_vec() };
        if self.is_imap() {
            // The command ends behind its literal, unless it goes on.
            let goes_on = self.peek(0)?.is_some_and(|line| line.starts_with("C+") || line.starts_with("C2+"));
            if block.side == Side::Client && !goes_on {
                end.extend_from_slice(b"\r\n");
            }
        } else if block.word == "." {
            end.extend_from_slice(b".\r\n");
        }
        let wire = block.held.take().unwrap_or_default();
        Ok(Some(self.chunk(block.side, block.conn, wire, &end)))
    }

    fn held(&self, mut block: Block) -> Option<Found> {
        let wire = block.held.take()?;
        Some(self.chunk(block.side, block.conn, wire, b"\r\n"))
    }

    /// A line of a block as it was on the wire.
    fn chunk(&self, side: Side, conn: u32, line: Wire, end: &[u8]) -> Found {
        let mut wire = Wire::default();
        if !self.is_imap() && line.bytes.starts_with(b".") {
            wire.push(b".");
        }
        wire.append(&line);
        wire.push(end);
        self.event(conn, What::Chunk(side, wire))
    }

    /// The octets of the block that a `{n}` of this side announces.
    fn count(&mut self, side: Side) -> io::Result<Option<u64>> {
        let mut n = 0;
        let (word, quoted, open) = loop {
            let Some(line) = self.peek(n)? else { return Ok(None) };
            n += 1;
            match read_line(line) {
                Ok(Item::Block { side: whose, word, quoted, open, .. }) if whose == side => {
                    break (word, quoted, open);
                }
                Ok(Item::Line { side: whose, .. }) if whose == side => return Ok(None),
                _ if n >= BETWEEN => return Ok(None),
                _ => {}
            }
        };
        let mut octets = 0;
        while octets < AHEAD {
            let Some(line) = self.peek(n)? else { return Ok(None) };
            if line == word {
                let last = if open { 2 } else { 0 };
                return Ok(Some(octets.saturating_sub(last) as u64));
            }
            octets += content(line, quoted).len() + 2;
            n += 1;
        }
        Ok(None)
    }

    fn read(&mut self, text: &str) -> io::Result<Option<Found>> {
        Ok(match read_line(text) {
            Ok(Item::Line { side, conn, mark, text: mut wire }) => {
                self.spoke = side;
                if let Some(hole) = wire.holes.last().filter(|hole| hole.make == Wire::UNTOLD).cloned()
                    && let Some(count) = self.count(side)?
                {
                    wire.holes.pop();
                    wire.bytes.splice(hole.start..hole.end, count.to_string().into_bytes());
                }
                if mark != Some('-') {
                    wire.push(b"\r\n");
                }
                Some(self.event(conn, What::Chunk(side, wire)))
            }
            Ok(Item::Directive { name, args }) => self.directive(&name, &args),
            Ok(Item::Comment(text)) => comment(&text, self.lang)
                .map(|text| self.event(1, What::Mark(Mark::Comment(text.to_owned())))),
            Ok(Item::Block { side, conn, word, quoted, open }) => {
                self.spoke = side;
                self.block = Some(Block { side, conn, word, quoted, open, held: None });
                None
            }
            // What a file held is not known here; what is saved into one was said already.
            Ok(Item::File { side: Side::Client, conn, .. }) => {
                let gap = Mark::Gap { side: Side::Client, octets: None };
                Some(self.event(conn, What::Mark(gap)))
            }
            Ok(Item::Direction(text)) => Some(self.event(1, What::Mark(Mark::Comment(text)))),
            Ok(Item::Generated | Item::Blank | Item::File { .. }) => None,
            Err(_) => Some(self.event(1, What::Noise(text.to_owned()))),
        })
    }

    fn directive(&mut self, name: &str, args: &str) -> Option<Found> {
        let mut words = args.split_whitespace();
        // Where there are several connections: `@tls 2`, `@closed 2 server`, `@imap 2 host`.
        let stream = words.clone().next().and_then(|word| word.parse::<u32>().ok()).filter(|n| *n > 0);
        let numbered = ["tls", "close", "closed", "smtp", "pop", "imap"].contains(&name) && stream.is_some();
        let stream = stream.filter(|_| numbered).unwrap_or(1);
        if numbered {
            words.next();
        }
        let protocol = match name {
            "smtp" if args.split_whitespace().any(|w| w == "lmtp") => Protocol::Lmtp,
            "smtp" => Protocol::Smtp,
            "pop" => Protocol::Pop3,
            "imap" => Protocol::Imap,
            "step" => {
                return Some(self.event(1, What::Mark(Mark::Step(title(args, self.lang)))));
            }
            "tls" => return Some(self.event(stream, What::Mark(Mark::Tls(TlsInfo::default())))),
            "gap" => {
                let octets = words.next().and_then(|n| n.parse().ok());
                return Some(self.event(1, What::Mark(Mark::Gap { side: self.spoke, octets })));
            }
            "missing" => {
                let side = if words.next() == Some("client") { Side::Client } else { Side::Server };
                let missing = Missing::from_name(words.next()?, side)?;
                return Some(self.event(1, What::Mark(Mark::Missing(missing, self.protocol?))));
            }
            "close" => return Some(self.event(stream, What::Mark(Mark::Closed(Close::Client)))),
            "closed" => {
                let close = words.next().and_then(Close::from_name).unwrap_or(Close::Server);
                return Some(self.event(stream, What::Mark(Mark::Closed(close))));
            }
            // What only a replay follows.
            _ => return None,
        };
        self.protocol = Some(protocol);
        let target = words.next().unwrap_or_default().to_owned();
        let tls = words.any(|w| w == "tls");
        let opening = Opening { stream, protocol: Some(protocol), target, tls, ..Opening::default() };
        Some(Found::Dialogue(Box::new(opening)))
    }

    fn event(&self, stream: u32, what: What) -> Found {
        let origin = Origin::Lines(self.line, self.line);
        Found::Event(Box::new(Event { stream, at: None, origin, what }))
    }
}

/// What stands behind the mark of a line that is nothing but its own octets.
fn plain<'a>(line: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let ends = line.iter().rev().take_while(|b| **b == b'\r').count();
    let text = match line[..line.len() - ends].strip_prefix(mark)? {
        [] => &[],
        [b' ', text @ ..] => text,
        _ => return None,
    };
    let untold = matches!(text, [.., b'{', b'n', b'}'] | [.., b'{', b'n', _, b'}']);
    let hole = memchr(b'{', text).is_some_and(|at| memmem::find(&text[at..], b"{{").is_some());
    (!untold && !hole && std::str::from_utf8(text).is_ok()).then_some(text)
}

/// A block's line.
fn content(line: &str, quoted: bool) -> Wire {
    let read = if quoted { None } else { unescape(line, 1).ok() };
    let Some(mut wire) = read else { return Wire::from(line) };
    // A literal's announcement means nothing inside a body.
    wire.holes.retain(|hole| hole.make != Wire::UNTOLD);
    wire
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::annotate::redact::Secrets;
    use crate::dialect;
    use crate::dialogue::Wire;
    use crate::i18n::{Catalog, Lang};
    use crate::recorder::Recorder;
    use crate::view::Begin;
    use crate::view::notes::Detail;
    use crate::view::text::{Look, Text};

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What a log of these events looks like.
    fn log(protocol: Protocol, events: &[Event]) -> String {
        let paper = Paper::default();
        let mut recorder = Recorder::new(dialect::of(protocol), Secrets::default());
        let look = Look { limit: Some(2000), ..Look::log(Detail::Brief) };
        let view = Text::new(Box::new(paper.clone()), Catalog::new(Lang::En), look);
        let begin = Begin { protocol: Some(protocol), target: "mail:25".into(), ..Begin::default() };
        recorder.add_view(Box::new(view), &begin).unwrap();
        for event in events {
            recorder.push(event.clone(), &mut |_, _| {}).unwrap();
        }
        recorder.end().unwrap();
        String::from_utf8(paper.0.lock().unwrap().clone()).unwrap()
    }

    fn read(text: &str) -> (Protocol, Vec<Event>) {
        let mut transcript = Transcript::new(text.as_bytes());
        let mut protocol = Protocol::Smtp;
        let mut events = Vec::new();
        while let Some(found) = transcript.next_found().unwrap() {
            match found {
                Found::Dialogue(opening) => protocol = opening.protocol.unwrap_or(protocol),
                Found::Event(event) => events.push(*event),
                Found::End(_) => {}
            }
        }
        (protocol, events)
    }

    fn bytes(events: &[Event]) -> [Vec<u8>; 2] {
        let mut sides = [Vec::new(), Vec::new()];
        for event in events {
            if let What::Chunk(side, wire) = &event.what {
                sides[*side as usize].extend_from_slice(&wire.bytes);
            }
        }
        sides
    }

    fn spoken(lines: &[(Side, &[u8])]) -> Vec<Event> {
        let event = |(side, bytes): &(Side, &[u8])| Event {
            stream: 1,
            at: None,
            origin: Origin::None,
            what: What::Chunk(*side, Wire::from(*bytes)),
        };
        lines.iter().map(event).collect()
    }

    /// A log is read back byte for byte, and its own log is the same again.
    #[test]
    fn what_a_log_holds_is_read_back() {
        use Side::{Client, Server};
        let smtp = spoken(&[
            (Server, b"220 x \x1b[2J ESMTP\r\n"),
            (Client, b"EHLO a\r\n"),
            (Server, b"250-x\r\n250 8BIT"),
            (Server, b"MIME\n"),
            (Client, b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"),
            (Server, b"250 ok\r\n250 \xff {{x}}\r\n"),
            (Client, b"DATA\r\n"),
            (Server, b"354 go\r\n"),
            (Client, b"Subject: x\r\n\r\n..\r\nbare\nand cut"),
            (Client, b" here\r\n.\r\n"),
            (Server, b"250 done\r\n"),
        ]);
        let imap = spoken(&[
            (Server, b"* OK hi\r\n"),
            (Client, b"a1 FETCH 1 BODY[]\r\n"),
            (Server, b"* 1 FETCH (BODY[] {10}\r\nab\r\ncd\r\n.x)\r\na1 OK\r\n"),
        ]);
        for (protocol, events) in [(Protocol::Smtp, smtp), (Protocol::Imap, imap)] {
            let first = log(protocol, &events);
            let (found, back) = read(&first);
            assert_eq!(found, protocol);
            assert_eq!(bytes(&back), bytes(&events), "{first}");
            assert_eq!(log(found, &back), first);
        }
    }

    /// A login is read back as its placeholder, and stays one.
    #[test]
    fn a_placeholder_stays_one() {
        let text = "@pop mail:25\n@match status\nS: +OK\nC: AUTH PLAIN\nS: +\n@secret password\n\
                    C: {{plain(\"ana\", password)}}\nS: +OK\n";
        let (protocol, events) = read(text);
        let again = log(protocol, &events);
        assert!(again.contains("@secret password\nC: {{plain(\"ana\", password)}}\n"), "{again}");
    }

    /// A block is what it was on the wire.
    #[test]
    fn blocks_are_counted_stuffed_and_ended() {
        for (text, wanted) in [
            ("@smtp m\nC: DATA\nS: 354\nC<<.\n.a\nb{n}\n.\nS: 250\n", "DATA\r\n..a\r\nb{n}\r\n.\r\n"),
            ("@imap m\nC: a A x {n}\nS: +\nC<<E\n.a\n\nE\nS: a OK\n", "a A x {6}\r\n.a\r\n\r\n\r\n"),
            ("@imap m\nC: a L {n}\nS: +\nC<<-\"E\"\n{{x\nE\nC+:  y\n", "a L {3}\r\n{{x y\r\n"),
            ("@imap m\nC: a A x {n}\nC<<E\nE\n", "a A x {0}\r\n\r\n"),
        ] {
            let (_, events) = read(text);
            assert_eq!(String::from_utf8_lossy(&bytes(&events)[0]), wanted, "{text}");
        }
        let (_, events) = read("@imap m\nS: * 1 FETCH (BODY[] {n}\nS<<E\nab\nE\nS: )\n@closed 2 reset\n");
        assert_eq!(bytes(&events)[1], b"* 1 FETCH (BODY[] {4}\r\nab\r\n)\r\n");
        assert!(matches!(events.last(), Some(Event { stream: 2, .. })));
    }

    /// A shortened body is a gap that counts: what stands after it is still read as what it is.
    #[test]
    fn a_shortened_literal_is_counted() {
        use Side::{Client, Server};
        let body = "0123456789abcdef\r\n".repeat(1000);
        let response = format!("* 1 FETCH (BODY[] {{{}}}\r\n{body})\r\na1 OK done\r\n", body.len());
        let events = spoken(&[
            (Server, b"* OK hi\r\n"),
            (Client, b"a1 FETCH 1 BODY[]\r\n"),
            (Server, response.as_bytes()),
        ]);
        let first = log(Protocol::Imap, &events);
        assert!(first.contains("@gap ") && first.len() < 5000, "{first}");
        let (protocol, back) = read(&first);
        let mut dialect = dialect::of(protocol);
        for event in back {
            match event.what {
                What::Chunk(side, wire) => dialect.push(side, &wire, Default::default()),
                What::Mark(mark) => dialect.mark(&mark, Default::default()),
                What::Noise(_) | What::Carried(_) => {}
            }
            while dialect.next_step().is_some() {}
        }
        assert_eq!(dialect.expect().owed, 0, "{first}");
    }
}
