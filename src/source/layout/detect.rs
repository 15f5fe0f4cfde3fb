//! Which layout an input has, told from its first lines; and the rows of its lines.

use super::rules::{Form, RULES, Rule};
use super::{Row, Said};
use crate::dialogue::Side;
use crate::source::paste::Features;

/// The longest prefix that is taken for time stamps and ids.
const PREFIX: usize = 100;

/// A layout, and where its lines stand.
#[derive(Debug, Default)]
pub struct Layout {
    rule: Option<&'static Rule>,
    /// Packets with a head line each, as ngrep prints them.
    flow: Option<Flow>,
    /// Blanks behind the marks of the client and of the server that belong to the layout.
    strip: [usize; 2],
    /// Where the last mark stood, while nothing but its line's rest has followed.
    column: Option<usize>,
    /// Which of the last four lines were blank, newest first.
    blanks: [bool; 4],
}

impl Layout {
    /// The layout of these lines.
    pub fn detect(lines: &[Vec<u8>]) -> Layout {
        let mut best: Option<(usize, &'static Rule)> = None;
        for rule in RULES {
            let mut counts = [0; 2];
            for line in lines {
                if let Some((side, at, _)) = find(rule, line)
                    && (rule.form != Form::Repr || unquote(line[at..].trim_ascii()).is_some())
                    && (rule.form != Form::Peer || peer(&line[at..]).is_some())
                {
                    counts[side as usize] += 1;
                }
            }
            let total = counts[0] + counts[1];
            let fits = counts[0] > 0 && counts[1] > 0 && total >= rule.least;
            if fits && best.is_none_or(|(most, _)| total > most) {
                best = Some((total, rule));
            }
        }
        if best.is_none_or(|(most, _)| most < 4) && lines.iter().filter(|l| head(l).is_some()).count() >= 2 {
            return Layout { flow: Some(Flow::default()), ..Layout::default() };
        }
        let mut layout = Layout { rule: best.map(|(_, rule)| rule), ..Layout::default() };
        layout.strip = layout.blanks_behind(lines);
        layout
    }

    /// The name of the rule, where there are marks.
    pub fn name(&self) -> Option<&'static str> {
        self.rule.map(|rule| rule.name)
    }

    /// The blanks behind each side's marks: one, or where all lines have more, as in RFCs, what most have.
    fn blanks_behind(&self, lines: &[Vec<u8>]) -> [usize; 2] {
        let Some(rule) = self.rule.filter(|r| r.form == Form::Text) else { return [0; 2] };
        let mut counts = [[0usize; 16]; 2];
        for line in lines {
            let Some((side, at, _)) = find(rule, line) else { continue };
            let text = &line[at..];
            let blanks = text.iter().take_while(|b| **b == b' ').count();
            // What people write in between is set otherwise.
            if blanks < text.len() && text[blanks] != b'<' {
                counts[side as usize][blanks.min(15)] += 1;
            }
        }
        counts.map(|counts| {
            let least = counts.iter().position(|n| *n > 0).unwrap_or(1);
            let most = (0..16).max_by_key(|i| (counts[*i], 16 - i)).unwrap_or(1);
            if least > 1 { most } else { least }
        })
    }

    /// The rows of a line, as a rule one.
    pub fn rows(&mut self, line: u64, text: &[u8], joined: bool, out: &mut Vec<Row>) {
        let blank = text.trim_ascii().is_empty();
        let [one, two, three, four] = self.blanks;
        let spaced = blank && !one && two && !three && four;
        if !joined {
            self.blanks = [blank, one, two, three];
        }
        let mut row = |text: &[u8], said, hang| {
            out.push(Row {
                line,
                said,
                hang,
                spaced,
                joined,
                features: Features::of(text),
                text: text.to_vec(),
            });
        };
        if let Some(flow) = &mut self.flow {
            let (said, text) = flow.line(text);
            return row(text, said, false);
        }
        let Some(rule) = self.rule else { return row(text, Said::Unmarked, false) };
        let Some((side, at, column)) = find(rule, text) else {
            let indent = text.iter().take_while(|b| **b == b' ' || **b == b'\t').count();
            let hang = !blank && self.column.is_some_and(|c| indent >= c && indent > 0);
            if !hang {
                self.column = None;
            }
            return row(text, Said::Bare, hang);
        };
        self.column = Some(column);
        let rest = &text[at..];
        match rule.form {
            Form::Text => {
                let strip = self.strip[side as usize].min(rest.iter().take_while(|b| **b == b' ').count());
                row(&rest[strip..], Said::Mark(side), false);
            }
            Form::Peer => match peer(rest) {
                Some(rest) => row(rest, Said::Mark(side), false),
                None => row(text, Said::Bare, false),
            },
            Form::Repr => match unquote(rest.trim_ascii()) {
                Some(bytes) => {
                    let bytes = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
                    for line in bytes.split(|b| *b == b'\n') {
                        row(line.strip_suffix(b"\r").unwrap_or(line), Said::Mark(side), false);
                    }
                }
                None => row(text, Said::Bare, false),
            },
        }
    }
}

/// ngrep's output, by lines (`-W byline`): a head line for each packet, `T 10.0.0.1:4242 -> 10.0.0.2:25 [AP] #3`.
#[derive(Debug, Default)]
struct Flow {
    /// Who spoke first, which is the server.
    first: Vec<u8>,
    /// Whose packet this is.
    side: Option<Side>,
}

impl Flow {
    fn line<'a>(&mut self, text: &'a [u8]) -> (Said, &'a [u8]) {
        if let Some(from) = head(text) {
            if self.first.is_empty() {
                self.first = from.to_vec();
            }
            self.side = Some(if from == self.first { Side::Server } else { Side::Client });
            return (Said::Bare, text);
        }
        match self.side {
            Some(side) if text.iter().any(|b| *b != b'#') => {
                // A dot stands for what cannot be printed: here the CR.
                (Said::Mark(side), text.strip_suffix(b".").unwrap_or(text))
            }
            _ => (Said::Bare, text),
        }
    }
}

/// Who sends the packet that this line heads.
fn head(line: &[u8]) -> Option<&[u8]> {
    let mut words = line.splitn(5, |b| *b == b' ');
    let (kind, from, arrow, to) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let end = |word: &[u8]| word.contains(&b':') && word.last().is_some_and(u8::is_ascii_digit);
    (kind == b"T" && arrow == b"->" && end(from) && end(to)).then_some(from)
}

/// The first mark of a line: whose, where the text behind it begins, and where it stands itself.
fn find(rule: &Rule, line: &[u8]) -> Option<(Side, usize, usize)> {
    let head = &line[..line.len().min(PREFIX + 20)];
    let mut found: Option<(Side, usize, usize)> = None;
    for (side, marks) in [(Side::Client, rule.client), (Side::Server, rule.server)] {
        for mark in marks {
            // In what a side says, a mark may stand once more; the prefix has none.
            let Some(at) = memchr::memmem::find(head, mark.as_bytes()) else { continue };
            let end = at + mark.len();
            let apart = matches!(line.get(end), None | Some(b' ' | b'\t'));
            let earlier = found.is_none_or(|(_, _, known)| at < known);
            if apart && earlier && at <= PREFIX && is_prefix(&line[..at]) {
                found = Some((side, end, at));
            }
        }
    }
    found
}

/// Whether this is what tools put in front: nothing, time stamps, numbers, names that end with a colon or stand
/// in brackets.
fn is_prefix(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let Some(last) = text.last() else { return true };
    let plain = text.iter().all(|b| b.is_ascii_alphanumeric() || b" :.,-+/()[]|=_#*".contains(b));
    let stamped = text.iter().any(u8::is_ascii_digit);
    plain && (b":])|".contains(last) || stamped && (last.is_ascii_digit() || b"ZMs".contains(last)))
}

/// What stands behind `name[address]:` or `name[address]:port:`.
fn peer(text: &[u8]) -> Option<&[u8]> {
    let close = text.iter().take(200).position(|b| *b == b']')?;
    let open = text[..close].iter().position(|b| *b == b'[')?;
    let name = text[..open].trim_ascii();
    if name.is_empty() || name.contains(&b' ') {
        return None;
    }
    let rest = text[close + 1..].strip_prefix(b":")?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = if digits > 0 { rest[digits..].strip_prefix(b":")? } else { rest };
    Some(rest.strip_prefix(b" ").unwrap_or(rest))
}

/// What Python's `repr` of a string or of bytes stands for.
fn unquote(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_prefix(b"b").unwrap_or(text);
    let quote = *text.first().filter(|q| matches!(q, b'\'' | b'"'))?;
    let inner = text[1..].strip_suffix(&[quote])?;
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied();
    while let Some(b) = bytes.next() {
        if b != b'\\' {
            out.push(b);
            continue;
        }
        match bytes.next()? {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'x' => {
                let digits = [bytes.next()?, bytes.next()?];
                out.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            other => out.push(other),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> (Option<&'static str>, Vec<(Said, String)>) {
        let lines: Vec<Vec<u8>> = text.lines().map(|l| l.as_bytes().to_vec()).collect();
        let mut layout = Layout::detect(&lines);
        let mut out = Vec::new();
        for (i, line) in lines.iter().enumerate() {
            layout.rows(i as u64 + 1, line, false, &mut out);
        }
        let text = |r: &Row| (r.said, String::from_utf8_lossy(&r.text).into_owned());
        (layout.name(), out.iter().map(text).collect())
    }

    #[test]
    fn what_tools_put_in_front_is_taken_off() {
        use Side::{Client, Server};
        for (name, text, client, server) in [
            ("rfc", "S:    +OK x\nC:    STAT", "STAT", "+OK x"),
            ("swaks", "=== Trying\n<-  220 x\n -> EHLO y", "EHLO y", "220 x"),
            ("curl", "* Connected\n< 220 x\n> EHLO y\n< 250 y", "EHLO y", "220 x"),
            ("msmtp", "<-- 220 x\n--> EHLO y", "EHLO y", "220 x"),
            ("net-smtp", "Net::SMTP=GLOB(0x55)<<< 220 x\nNet::SMTP=GLOB(0x55)>>> EHLO y", "EHLO y", "220 x"),
            ("fetchmail", "fetchmail: POP3< +OK x\nfetchmail: POP3> CAPA", "CAPA", "+OK x"),
            ("smtplib", "reply: b'220 x\\r\\n'\nsend: 'ehlo y\\r\\n'", "ehlo y", "220 x"),
            ("imaplib", "  11:22.33 < b'* OK x'\n  11:22.34 > b'A1 NOOP'", "A1 NOOP", "* OK x"),
            (
                "phpmailer",
                "2024-01-01 10:00:00 SERVER -> CLIENT: 220 x\n2024-01-01 10:00:00 CLIENT -> SERVER: EHLO y",
                "EHLO y",
                "220 x",
            ),
            (
                "postfix",
                "Nov 22 10:00:01 h postfix/smtpd[12]: > a[::1]: 220 x\nNov 22 10:00:01 h postfix/smtpd[12]: < a[::1]: EHLO y",
                "EHLO y",
                "220 x",
            ),
            (
                "net-smtp",
                "2024-01-01T10:00:00.123Z [7] <<< 220 x\n2024-01-01T10:00:00.124Z [7] >>> EHLO y",
                "EHLO y",
                "220 x",
            ),
        ] {
            let (found, rows) = rows(text);
            assert_eq!(found, Some(name), "{text}");
            assert!(rows.contains(&(Said::Mark(Client), client.into())), "{name}: {rows:?}");
            assert!(rows.contains(&(Said::Mark(Server), server.into())), "{name}: {rows:?}");
        }
        assert_eq!(rows("> quoted prose\nsaid < he\n").0, None);
    }

    #[test]
    fn a_python_string_is_its_bytes() {
        assert_eq!(unquote(b"b'a\\r\\n\\xff\\'\\\\'").unwrap(), b"a\r\n\xff'\\");
        assert_eq!(unquote(b"retcode (250)"), None);
    }
}
