//! The `S:` lines of a window, put together into what the server is to say: a reply of several lines is one, an IMAP
//! response with its literals is one.

use super::model::{Expect, Level, Pos, Seen};
use super::template::{Announced, Part, Template};
use crate::dialogue::Protocol;

/// A line that is expected, with its level.
#[derive(Clone, Debug)]
pub struct Written {
    /// Where it stands.
    pub pos: Pos,
    /// What it says.
    pub expect: Expect,
    /// How much of it counts.
    pub level: Level,
}

/// One unit that is expected.
#[derive(Clone, Debug)]
pub struct Want {
    /// `?`, `*`, `!`; none: exactly once.
    pub mark: Option<char>,
    /// How much of it counts.
    pub level: Level,
    /// What it says.
    pub lines: Vec<Line>,
    /// Whether it has been met.
    pub met: bool,
}

/// A line of what is expected.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where it stands.
    pub pos: Pos,
    /// What it is.
    pub what: Part2,
}

/// A line, a literal, or any lines.
#[derive(Clone, Debug)]
pub enum Part2 {
    /// A line.
    Line(Template),
    /// A literal; none: any.
    Literal(Option<Vec<Template>>),
    /// `...`.
    Skip,
}

impl Want {
    /// Where it begins.
    pub fn pos(&self) -> Pos {
        self.lines.first().map(|line| line.pos).unwrap_or_default()
    }

    /// The first line's text before its first hole.
    pub fn start(&self) -> &[u8] {
        match self.lines.first().map(|line| &line.what) {
            Some(Part2::Line(text)) => text.start(),
            _ => b"",
        }
    }

    /// Whether it must come.
    pub fn is_required(&self) -> bool {
        !matches!(self.mark, Some('?' | '*' | '!'))
    }

    /// Whether it gives names their values.
    pub fn captures(&self) -> bool {
        self.lines.iter().any(|line| match &line.what {
            Part2::Line(text) => text.captures().next().is_some(),
            Part2::Literal(Some(lines)) => lines.iter().any(|l| l.captures().next().is_some()),
            _ => false,
        })
    }
}

/// Puts the lines of a window together. `commands`: how many replies are due, where that is known.
pub fn wants(protocol: Protocol, written: &[Written], one: bool) -> Vec<Want> {
    match protocol {
        Protocol::Imap => imap(written),
        Protocol::Pop3 => lines(written, one, pop_begins),
        Protocol::Smtp | Protocol::Lmtp => {
            let one = one && protocol == Protocol::Smtp;
            lines(written, one, smtp_begins)
        }
    }
}

/// Whether a line begins a new reply, after the text of the lines of the one before.
type Begins = fn(before: &[Line], text: &Template, one: bool) -> bool;

fn lines(written: &[Written], one: bool, begins: Begins) -> Vec<Want> {
    let mut wants: Vec<Want> = Vec::new();
    for w in written {
        let mark = w.expect.mark.filter(|m| "?*!".contains(*m));
        let level = if w.expect.mark == Some('=') { w.level.max(Level::Text) } else { w.level };
        let new = match &w.expect.what {
            Seen::Line(text) => {
                wants.last().is_none_or(|last: &Want| begins(&last.lines, text, one) || last.mark != mark)
            }
            _ => wants.is_empty(),
        };
        if new {
            wants.push(Want { mark, level, lines: Vec::new(), met: false });
        }
        let Some(want) = wants.last_mut() else { continue };
        want.level = want.level.max(level);
        let pos = w.pos;
        match &w.expect.what {
            Seen::Line(text) => want.lines.push(Line { pos, what: Part2::Line(text.clone()) }),
            Seen::Skip => want.lines.push(Line { pos, what: Part2::Skip }),
            Seen::Block(block) => {
                for (i, text) in block.lines.iter().enumerate() {
                    // The wire's form, as in `S:` lines.
                    let mut text = text.clone();
                    if let Some(Part::Text(start)) = text.parts.first_mut()
                        && start.starts_with(b".")
                    {
                        start.insert(0, b'.');
                    }
                    let pos = Pos { line: pos.line + 1 + i, ..pos };
                    want.lines.push(Line { pos, what: Part2::Line(text) });
                }
                if block.dot {
                    let pos = Pos { line: pos.line + 1 + block.lines.len(), width: 1, ..pos };
                    want.lines.push(Line { pos, what: Part2::Line(Template::text(b".")) });
                }
            }
        }
    }
    wants
}

fn code(text: &[u8]) -> Option<&[u8]> {
    text.get(..3).filter(|code| code.iter().all(u8::is_ascii_digit))
}

/// SMTP: `250-` goes on, `250 ` and `250` end (RFC 5321 §4.2.1); where one reply is due, its lines may all be
/// written with a blank.
fn smtp_begins(before: &[Line], text: &Template, one: bool) -> bool {
    let last = before.iter().rev().find_map(|line| match &line.what {
        Part2::Line(text) => Some(text.start()),
        _ => None,
    });
    let (Some(last), here) = (last, text.start()) else { return false };
    let (Some(a), Some(b)) = (code(last), code(here)) else {
        // Where several replies are due, a line that begins with a hole is one of its own.
        return !one && (last.is_empty() || here.is_empty() && text.has_wildcard());
    };
    a != b || (last.get(3) != Some(&b'-') && !one)
}

/// POP3: a status line, unless it stands in a body that is still open.
fn pop_begins(before: &[Line], text: &Template, one: bool) -> bool {
    let starts =
        |line: &[u8], word: &[u8]| line.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word));
    let here = text.start();
    let status = starts(here, b"+OK") || starts(here, b"-ERR") || here == b"+" || here.starts_with(b"+ ");
    let ends = |line: &Line| matches!(&line.what, Part2::Line(t) if t.plain().is_some_and(|t| t == b"."));
    let in_body = before.len() > 1 && !before.last().is_some_and(ends);
    status && !(one || in_body)
}

/// IMAP: a line, and as many more as its literals take.
fn imap(written: &[Written]) -> Vec<Want> {
    let mut wants = Vec::new();
    let mut at = 0;
    while let Some(w) = written.get(at) {
        let mark = w.expect.mark.filter(|m| "?*!".contains(*m));
        let level = if w.expect.mark == Some('=') { w.level.max(Level::Text) } else { w.level };
        let mut lines = Vec::new();
        let mut pos = w.pos;
        let mut next = Some(w.expect.what.clone());
        at += 1;
        while let Some(Seen::Line(text)) = next.take() {
            lines.push(Line { pos, what: Part2::Line(text.clone()) });
            let Some(announced) = text.announces() else { break };
            let (literal, used, rest) = literal(&written[at..], announced);
            lines.push(Line { pos, what: Part2::Literal(literal) });
            at += used;
            next = match rest {
                Some(rest) => Some(Seen::Line(rest)),
                None => {
                    written.get(at).filter(|w| goes_on(w)).map(|w| w.expect.what.clone()).inspect(|_| at += 1)
                }
            };
            pos = written.get(at.saturating_sub(1)).map_or(pos, |w| w.pos);
        }
        if !lines.is_empty() {
            wants.push(Want { mark, level, lines, met: false });
        }
    }
    wants
}

/// Whether a line is what a response says after its literal, and no response of its own.
fn goes_on(w: &Written) -> bool {
    let Seen::Line(text) = &w.expect.what else { return false };
    let start = text.start();
    !(start.starts_with(b"* ") || start.starts_with(b"+"))
        && (start.starts_with(b")") || start.starts_with(b" "))
}

/// The literal that is written below its announcement: a block, or, as records have it, so many octets of lines, the
/// last of which may go on behind it. What it is, how many entries it takes, and what is left of the last line.
fn literal(below: &[Written], announced: Announced) -> (Option<Vec<Template>>, usize, Option<Template>) {
    if let Some(Seen::Block(block)) = below.first().map(|w| &w.expect.what) {
        let mut lines = block.lines.clone();
        if !block.open {
            lines.push(Template::default());
        }
        return (Some(lines), 1, None);
    }
    let Announced::Octets(mut left) = announced else { return (None, 0, None) };
    let mut lines = Vec::new();
    for (i, w) in below.iter().enumerate() {
        let (Seen::Line(text), false) = (&w.expect.what, w.expect.mark.is_some_and(|m| m != '-')) else {
            return (None, 0, None);
        };
        let Some(plain) = text.plain() else { return (None, 0, None) };
        let whole = plain.len() as u64 + if w.expect.mark == Some('-') { 0 } else { 2 };
        if left >= whole {
            left -= whole;
            lines.push(text.clone());
            if left == 0 {
                lines.push(Template::default());
                return (Some(lines), i + 1, None);
            }
        } else {
            let cut = usize::try_from(left).unwrap_or(usize::MAX).min(plain.len());
            lines.push(Template::text(&plain[..cut]));
            return (Some(lines), i + 1, Some(Template::text(&plain[cut..])));
        }
    }
    (None, 0, None)
}
