//! A transcript: the notation of [`crate::dialogue::text`], read back into events. What was recorded comes
//! back byte for byte; generated notes are dropped, since they are made anew.
//!
//! A line that is none of the notation's is noise, not an error: a person may have written around it.

use std::io::{self, BufRead};

use super::{Found, Opening, Source};
use crate::dialogue::mark::{Close, TlsInfo};
use crate::dialogue::text::{Item, read_line};
use crate::dialogue::{Event, Mark, Origin, Protocol, Side, What};

/// Reads a transcript from an input, in flat memory but for its longest line.
#[derive(Debug)]
pub struct Transcript<R> {
    input: R,
    line: u64,
    /// The side that spoke last: whose bytes a `@gap` misses.
    spoke: Side,
}

impl<R: BufRead> Source for Transcript<R> {
    fn next_found(&mut self) -> io::Result<Option<Found>> {
        let mut line = Vec::new();
        loop {
            line.clear();
            if self.input.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.line += 1;
            while let Some(b'\n' | b'\r') = line.last() {
                line.pop();
            }
            let text = String::from_utf8_lossy(&line);
            if let Some(found) = self.read(&text) {
                return Ok(Some(found));
            }
        }
    }
}

impl<R: BufRead> Transcript<R> {
    /// A transcript on an input.
    pub fn new(input: R) -> Self {
        Transcript { input, line: 0, spoke: Side::Server }
    }

    fn read(&mut self, text: &str) -> Option<Found> {
        match read_line(text) {
            Ok(Item::Line { side, conn, mark, text: mut wire }) => {
                self.spoke = side;
                if mark != Some('-') {
                    wire.push(b"\r\n");
                }
                Some(self.event(conn, What::Chunk(side, wire)))
            }
            Ok(Item::Directive { name, args }) => self.directive(&name, &args),
            Ok(Item::Comment(text)) => Some(self.event(1, What::Mark(Mark::Comment(text)))),
            Ok(
                Item::Generated | Item::Blank | Item::Block { .. } | Item::File { .. } | Item::Direction(_),
            ) => None,
            Err(_) => Some(self.event(1, What::Noise(text.to_owned()))),
        }
    }

    fn directive(&self, name: &str, args: &str) -> Option<Found> {
        let mut words = args.split_whitespace();
        let protocol = match name {
            "smtp" if args.split_whitespace().any(|w| w == "lmtp") => Protocol::Lmtp,
            "smtp" => Protocol::Smtp,
            "pop" => Protocol::Pop3,
            "imap" => Protocol::Imap,
            "step" => {
                let title = args.trim_matches('"').to_owned();
                return Some(self.event(1, What::Mark(Mark::Step(title))));
            }
            "tls" => return Some(self.event(1, What::Mark(Mark::Tls(TlsInfo::default())))),
            "gap" => {
                let octets = words.next().and_then(|n| n.parse().ok());
                return Some(self.event(1, What::Mark(Mark::Gap { side: self.spoke, octets })));
            }
            "close" => return Some(self.event(1, What::Mark(Mark::Closed(Close::Client)))),
            "closed" => {
                let close = words.next().and_then(Close::from_name).unwrap_or(Close::Server);
                return Some(self.event(1, What::Mark(Mark::Closed(close))));
            }
            // What only a replay follows.
            _ => return None,
        };
        let target = words.next().unwrap_or_default().to_owned();
        let tls = words.any(|w| w == "tls");
        let opening = Opening { stream: 1, protocol: Some(protocol), target, tls, ..Opening::default() };
        Some(Found::Dialogue(Box::new(opening)))
    }

    fn event(&self, stream: u32, what: What) -> Found {
        let origin = Origin::Lines(self.line, self.line);
        Found::Event(Box::new(Event { stream, at: None, origin, what }))
    }
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
