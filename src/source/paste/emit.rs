//! Verdicts become events: lines get the wire's line end, wrapped ones are joined, losses become marks, and what a
//! literal lacks of its count is a gap, so that what stands behind it is read as what it is.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::moves::Verdict;
use crate::dialogue::mark::Missing;
use crate::dialogue::{Event, Mark, Origin, Protocol, Side, What, Wire};
use crate::source::layout::Row;
use crate::source::{Found, Opening};

/// Lines of noise that are kept as one.
const TOGETHER: u64 = 200;
/// Octets of whole lines that are told at once.
const TOGETHER_OCTETS: usize = 16 * 1024;
/// Octets of noise that are kept.
const KEPT: usize = 8 * 1024;

/// Makes events.
#[derive(Debug, Default)]
pub struct Emitter {
    /// What was found and not asked for yet.
    pub found: VecDeque<Found>,
    stream: u32,
    protocol: Option<Protocol>,
    /// The line that may go on: its side, and where it stands.
    held: Option<(Side, Vec<u8>, u64)>,
    /// Noise that may go on.
    noise: Option<(u64, u64, String)>,
    /// `host:port`, from a telnet command or its words.
    target: String,
    /// A literal under way: whose, and the octets that its count still promises.
    literal: Option<(Side, u64)>,
}

impl Emitter {
    /// Takes a line and what it was found to be.
    pub fn take(&mut self, row: Row, verdict: Verdict) {
        let Some(side) = verdict.side else { return self.add_noise(&row) };
        self.end_noise();
        if let Some(protocol) = verdict.opens {
            self.open(protocol);
        }
        if row.joined && self.go_on(&row) {
            return;
        }
        let text = if verdict.content { content(&row.text) } else { row.text.trim_ascii() };
        if verdict.wraps && self.wrap(side, text, row.line) {
            return;
        }
        self.end_line();
        let lost = verdict.lost.into_iter().flatten();
        if !verdict.content || verdict.lost[0].is_some() {
            self.end_literal();
        }
        lost.for_each(|missing| self.lose(missing));
        if let Some((_, left)) = self.literal.as_mut().filter(|(whose, _)| *whose == side) {
            *left = left.saturating_sub(text.len() as u64 + 2);
        }
        let counted = match self.protocol {
            Some(Protocol::Imap) => row.features.literal.map(|(n, _)| n),
            Some(Protocol::Smtp) if !verdict.content => chunk(text),
            _ => None,
        };
        if let Some(n) = counted {
            self.literal = Some((side, n));
        }
        self.held = Some((side, text.to_vec(), row.line));
    }

    /// No more lines come.
    pub fn finish(&mut self) {
        self.end_noise();
        self.end_line();
        if self.protocol.take().is_some() {
            self.found.push_back(Found::End(self.stream));
        }
    }

    fn open(&mut self, protocol: Protocol) {
        self.end_line();
        self.end_literal();
        if self.protocol.is_some() {
            self.found.push_back(Found::End(self.stream));
        }
        self.stream += 1;
        self.protocol = Some(protocol);
        let target = std::mem::take(&mut self.target);
        let opening = Opening { stream: self.stream, protocol: Some(protocol), target, ..Opening::default() };
        self.found.push_back(Found::Dialogue(Box::new(opening)));
    }

    /// A part of an overlong line: as the part before.
    fn go_on(&mut self, row: &Row) -> bool {
        let Some((side, text, line)) = self.held.take() else { return false };
        self.chunk(side, text, line);
        self.held = Some((side, row.text.clone(), row.line));
        true
    }

    fn wrap(&mut self, side: Side, text: &[u8], line: u64) -> bool {
        let Some((held_side, held, held_line)) = self.held.take() else { return false };
        if held_side != side {
            self.held = Some((held_side, held, held_line));
            return false;
        }
        // What was broken inside a run of base64 has lost no blank.
        let solid = |t: &[u8]| t.rsplit(|b| *b == b' ').next().is_some_and(|w| w.len() >= 20 && base64(w));
        let joined = base64(text) && solid(&held);
        self.chunk(side, held, held_line);
        let text = if joined { text.to_vec() } else { [b" ", text].concat() };
        self.held = Some((side, text, line));
        true
    }

    fn chunk(&mut self, side: Side, text: Vec<u8>, line: u64) {
        self.event(line, line, What::Chunk(side, Wire::new(text)));
    }

    fn end_line(&mut self) {
        let Some((side, mut text, line)) = self.held.take() else { return };
        if let Some(Found::Event(event)) = self.found.back_mut()
            && let Event { stream, origin: Origin::Each(_, last), what: What::Chunk(whose, wire), .. } =
                &mut **event
            && (*stream, *whose, *last + 1) == (self.stream, side, line)
            && wire.len() < TOGETHER_OCTETS
        {
            *last = line;
            wire.push(&text);
            return wire.push(b"\r\n");
        }
        text.extend_from_slice(b"\r\n");
        let (origin, what) = (Origin::Each(line, line), What::Chunk(side, Wire::new(text)));
        self.found.push_back(found(self.stream.max(1), origin, what));
    }

    fn end_literal(&mut self) {
        if let Some((side, left)) = self.literal.take().filter(|(_, left)| *left > 0) {
            let gap = What::Mark(Mark::Gap { side, octets: Some(left) });
            self.found.push_back(found(self.stream, Origin::None, gap));
        }
    }

    fn lose(&mut self, missing: Missing) {
        let Some(protocol) = self.protocol else { return };
        if missing == Missing::Rest {
            return;
        }
        let mark = What::Mark(Mark::Missing(missing, protocol));
        self.found.push_back(found(self.stream, Origin::None, mark));
    }

    fn event(&mut self, first: u64, last: u64, what: What) {
        self.found.push_back(found(self.stream.max(1), Origin::Lines(first, last), what));
    }

    fn add_noise(&mut self, row: &Row) {
        self.end_line();
        self.end_literal();
        let text = String::from_utf8_lossy(&row.text);
        self.look_for_target(text.trim());
        let text = without_login(&text, row.features.plain);
        match &mut self.noise {
            Some((first, last, words)) if *last - *first < TOGETHER => {
                *last = row.line;
                if words.len() + text.len() < KEPT {
                    words.push('\n');
                    words.push_str(&text);
                }
            }
            _ => {
                self.end_noise();
                self.noise = Some((row.line, row.line, text.chars().take(KEPT).collect()));
            }
        }
    }

    fn end_noise(&mut self) {
        if let Some((first, last, text)) = self.noise.take() {
            self.event(first, last, What::Noise(text));
        }
    }

    /// `telnet mail.example.org 25`, `Connected to mail.example.org.`
    fn look_for_target(&mut self, text: &str) {
        let mut words = text.split_whitespace().skip_while(|w| !matches!(*w, "telnet" | "nc"));
        let (host, port) = (words.nth(1), words.next());
        if let (Some(host), Some(port)) = (host, port.and_then(|p| p.parse::<u16>().ok())) {
            let safe = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
            if host.len() < 256 && host.chars().all(safe) {
                self.target = format!("{host}:{port}");
            }
        }
    }
}

/// Noise as it may be shown: tools repeat what they send, and a login that was taken for noise must not be seen.
fn without_login(text: &str, plain: bool) -> Cow<'_, str> {
    const WORDS: [&str; 5] = ["pass", "login", "auth", "apop", "secret"];
    if plain {
        return Cow::Borrowed("…");
    }
    let lower = text.to_ascii_lowercase();
    let at = WORDS.iter().filter_map(|word| Some(lower.find(word)? + word.len())).min();
    match at.filter(|at| !lower[*at..].trim().is_empty()) {
        // What stands behind the word is not looked at any further.
        Some(at) => Cow::Owned(format!("{} …", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

fn found(stream: u32, origin: Origin, what: What) -> Found {
    Found::Event(Box::new(Event { stream, at: None, origin, what }))
}

/// RFC 3030 §2: `BDAT 324 LAST`.
fn chunk(text: &[u8]) -> Option<u64> {
    let mut words = std::str::from_utf8(text).ok()?.split_ascii_whitespace();
    words.next().filter(|verb| verb.eq_ignore_ascii_case("BDAT"))?;
    words.next()?.parse().ok()
}

/// RFC 3030 spells out the line ends of counted octets.
fn content(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"<CR><LF>").unwrap_or(text)
}

fn base64(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b))
}
