//! Whether a reply is what was expected, at a level: SMTP and POP3 here, IMAP in [`super::responses`].
//!
//! | | at `status` | at `code` | at `text` |
//! |---|---|---|---|
//! | SMTP | the code's class | the code, an enhanced code if written, EHLO's lines as words | the lines |
//! | POP3 | `+OK`, `-ERR`, `+` | a `[CODE]` if written, a listing's or message's lines | the status line too |
//! | IMAP | the tagged line's `OK`, `NO`, `BAD` | the code, untagged data | the lines |

use super::gather::Unit;
use super::model::{Level, Pos};
use super::names::Names;
use super::pattern::{Captured, Reach, matches};
use super::responses;
use super::template::{Part, Template};
use super::want::{Part2, Want};
use crate::dialogue::Protocol;

/// An expectation was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// What it captured.
    pub captured: Captured,
    /// The lines, and what came for them.
    pub pairs: Vec<(Pos, Vec<u8>)>,
}

/// It was not: the line that says so, and what stands there instead, where that is a line of the reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// The line of the script.
    pub pos: Pos,
    /// The line of the reply.
    pub got: Option<Vec<u8>>,
}

/// Compares.
///
/// # Errors
/// Where they differ.
pub fn compare(protocol: Protocol, want: &Want, unit: &Unit, names: &Names) -> Result<Met, Miss> {
    if want.level == Level::Octets {
        return octets(want, unit, names);
    }
    match protocol {
        Protocol::Imap => responses::compare(want, unit, names),
        Protocol::Pop3 => pop(want, unit, names),
        Protocol::Smtp | Protocol::Lmtp => smtp(want, unit, names),
    }
}

/// The lines of an expectation; any lines are none.
fn texts(want: &Want) -> impl Iterator<Item = (Pos, Option<&Template>)> {
    want.lines.iter().map(|line| match &line.what {
        Part2::Line(text) => (line.pos, Some(text)),
        _ => (line.pos, None),
    })
}

fn octets(want: &Want, unit: &Unit, names: &Names) -> Result<Met, Miss> {
    let mut whole = Template::default();
    for line in &want.lines {
        match &line.what {
            Part2::Line(text) => whole.parts.extend(text.parts.iter().cloned()),
            Part2::Literal(Some(lines)) => {
                for (i, text) in lines.iter().enumerate() {
                    whole.parts.extend(text.parts.iter().cloned());
                    if i + 1 < lines.len() {
                        whole.parts.push(Part::Text(b"\r\n".to_vec()));
                    }
                }
                continue;
            }
            _ => whole.parts.push(Part::Any),
        }
        whole.parts.push(Part::Text(b"\r\n".to_vec()));
    }
    // The written form of a literal ends its lines itself.
    match matches(&whole, &unit.raw, names, false, Reach::Line) {
        Some(captured) => Ok(Met { captured, pairs: vec![(want.pos(), unit.first().to_vec())] }),
        None => {
            let lines: Vec<&[u8]> = unit.lines().collect();
            let differs = texts(want).enumerate().find_map(|(i, (pos, text))| {
                let line = lines.get(i).copied();
                let same =
                    text.zip(line).is_some_and(|(t, l)| matches(t, l, names, false, Reach::Line).is_some());
                (!same).then(|| Miss { pos, got: line.map(<[u8]>::to_vec) })
            });
            Err(differs.unwrap_or(Miss { pos: want.pos(), got: Some(unit.first().to_vec()) }))
        }
    }
}

fn smtp(want: &Want, unit: &Unit, names: &Names) -> Result<Met, Miss> {
    let miss = |pos, got: Option<&[u8]>| Miss { pos, got: got.map(<[u8]>::to_vec) };
    let lines: Vec<&[u8]> = unit.lines().collect();
    let first = lines.first().copied().unwrap_or_default();
    let mut met = Met::default();
    let class = |text: &[u8], n: usize| {
        text.get(..n).filter(|c| c.iter().all(u8::is_ascii_digit)).map(<[u8]>::to_vec)
    };
    for (i, (pos, text)) in texts(want).enumerate() {
        let Some(text) = text else { continue };
        let start = text.start();
        if want.level == Level::Status {
            if let Some(wanted) = class(start, 3).and(class(start, 1))
                && Some(wanted) != class(first, 1)
            {
                return Err(miss(pos, Some(first)));
            }
            met.pairs.extend(lines.get(i).map(|line| (pos, line.to_vec())));
            continue;
        }
        let Some(code) = class(start, 3) else {
            // Not a reply's line: compared as it is.
            let found = lines.iter().find_map(|l| Some((l, matches(text, l, names, false, Reach::Line)?)));
            let Some((line, captured)) = found else { return Err(miss(pos, Some(first))) };
            met.captured.extend(captured);
            met.pairs.push((pos, line.to_vec()));
            continue;
        };
        if Some(code) != class(first, 3) {
            return Err(miss(pos, Some(first)));
        }
        let rest = text.skip(4);
        let after = |line: &[u8]| line.get(4..).unwrap_or_default().to_vec();
        let exact =
            lines.iter().find_map(|l| Some((*l, matches(&rest, &after(l), names, false, Reach::Line)?)));
        let found = match exact {
            Some(found) => Some(found),
            None if want.level >= Level::Text && !rest.parts.is_empty() => None,
            None => smtp_code(&rest, &lines, i, unit, names),
        };
        let Some((line, captured)) = found else {
            // The nearest line, by its first word.
            let word = rest.start().split(|b| *b == b' ').next().unwrap_or_default().to_ascii_uppercase();
            let near =
                lines.iter().find(|l| !word.is_empty() && after(l).to_ascii_uppercase().starts_with(&word));
            return Err(miss(pos, near.copied().or((lines.len() == 1).then_some(first))));
        };
        met.captured.extend(captured);
        met.pairs.push((pos, line.to_vec()));
    }
    Ok(met)
}

/// At `code`: an enhanced code counts if it is written, text only if there is a hole in it; EHLO's lines are words.
fn smtp_code<'a>(
    rest: &Template,
    lines: &[&'a [u8]],
    at: usize,
    unit: &Unit,
    names: &Names,
) -> Option<(&'a [u8], Captured)> {
    let after = |line: &'a [u8]| line.get(4..).unwrap_or_default();
    if matches!(unit.verb.as_str(), "EHLO" | "LHLO") && lines.len() > 1 {
        let words = words(rest);
        let found = lines.iter().skip(1).find_map(|l| Some((*l, keyword(&words, after(l), names)?)));
        // The first line is the server's name, which is no keyword.
        let name =
            at == 0 && words.first().is_none_or(|w| w.start().contains(&b'.') || w.start().contains(&b'['));
        let named = |l: &&'a [u8]| {
            let first = after(l).split(|b| *b == b' ').next().unwrap_or_default();
            name || words.first().and_then(Template::plain).is_some_and(|w| w.eq_ignore_ascii_case(first))
        };
        return found.or_else(|| lines.first().filter(|l| at == 0 && named(l)).map(|l| (*l, Vec::new())));
    }
    let wanted = enhanced(rest.start());
    let line = lines.get(at).or(lines.first()).copied()?;
    if wanted.is_some() && !lines.iter().any(|l| enhanced(after(l)) == wanted) {
        return None;
    }
    (!rest.has_hole()).then(|| (line, Vec::new()))
}

/// `5.1.1` at the beginning of a reply's text (RFC 2034 §4).
fn enhanced(text: &[u8]) -> Option<&[u8]> {
    let word = text.split(|b| *b == b' ').next()?;
    let parts: Vec<&[u8]> = word.split(|b| *b == b'.').collect();
    let number = |p: &&[u8]| (1..=3).contains(&p.len()) && p.iter().all(u8::is_ascii_digit);
    (parts.len() == 3 && parts.iter().all(number) && b"245".contains(&word[0])).then_some(word)
}

/// A text cut at its blanks.
pub fn words(text: &Template) -> Vec<Template> {
    let mut words = vec![Template::default()];
    for part in &text.parts {
        let Part::Text(bytes) = part else {
            if let Some(word) = words.last_mut() {
                word.parts.push(part.clone());
            }
            continue;
        };
        for (i, piece) in bytes.split(|b| *b == b' ').enumerate() {
            if i > 0 {
                words.push(Template::default());
            }
            if let (Some(word), false) = (words.last_mut(), piece.is_empty()) {
                word.parts.push(Part::Text(piece.to_vec()));
            }
        }
    }
    words.retain(|word| !word.parts.is_empty());
    words
}

/// An EHLO keyword: the first word the same, the others among the line's.
fn keyword(words: &[Template], line: &[u8], names: &Names) -> Option<Captured> {
    let there: Vec<&[u8]> = line.split(|b| *b == b' ').filter(|w| !w.is_empty()).collect();
    let (first, rest) = words.split_first()?;
    let mut captured = matches(first, there.first()?, names, true, Reach::Token)?;
    for word in rest {
        let found = there[1..].iter().find_map(|w| matches(word, w, names, true, Reach::Token));
        captured.extend(found?);
    }
    Some(captured)
}

fn status(text: &[u8]) -> Option<&'static str> {
    let word = text.split(|b| *b == b' ').next().unwrap_or_default();
    ["+OK", "-ERR", "+"].into_iter().find(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

fn pop(want: &Want, unit: &Unit, names: &Names) -> Result<Met, Miss> {
    let mut met = Met::default();
    let lines: Vec<&[u8]> = unit.lines().collect();
    let first = lines.first().copied().unwrap_or_default();
    let miss = |pos, got: Option<&[u8]>| Miss { pos, got: got.map(<[u8]>::to_vec) };
    let mut at = 0;
    let mut skip = false;
    for (i, (pos, text)) in texts(want).enumerate() {
        let Some(text) = text else {
            skip = true;
            continue;
        };
        if i == 0 {
            let captured =
                pop_status(text, first, want.level, names).ok_or_else(|| miss(pos, Some(first)))?;
            met.captured.extend(captured);
            met.pairs.push((pos, first.to_vec()));
            at = 1;
            continue;
        }
        if want.level == Level::Status {
            continue;
        }
        let stuffed = text.start().starts_with(b"..");
        let text = if stuffed { text.skip(1) } else { text.clone() };
        let rest = &lines[at.min(lines.len())..];
        let reach = if skip { rest.len() } else { 1 };
        let found = rest.iter().take(reach).enumerate();
        let found =
            found.into_iter().find_map(|(n, l)| Some((n, *l, matches(&text, l, names, false, Reach::Line)?)));
        let Some((n, line, captured)) = found else {
            return Err(miss(pos, if skip { None } else { rest.first().copied() }));
        };
        met.captured.extend(captured);
        met.pairs.push((pos, line.to_vec()));
        at += n + 1;
        skip = false;
    }
    Ok(met)
}

/// A status line: the status; a `[CODE]` if written; the text if there is a hole in it, and at `text`.
fn pop_status(text: &Template, line: &[u8], level: Level, names: &Names) -> Option<Captured> {
    if let Some(captured) = matches(text, line, names, false, Reach::Line) {
        return Some(captured);
    }
    let start = text.start();
    if status(start) != status(line) || level >= Level::Text {
        return None;
    }
    if level == Level::Status {
        return Some(Vec::new());
    }
    let code = |line: &[u8]| -> Option<Vec<u8>> {
        let open =
            line.iter().position(|b| *b == b' ').map(|i| i + 1).filter(|i| line.get(*i) == Some(&b'['))?;
        let end = line[open..].iter().position(|b| *b == b']')?;
        Some(line[open..open + end].to_ascii_uppercase())
    };
    if code(start).is_some() && code(start) != code(line) {
        return None;
    }
    if !text.has_hole() {
        return Some(Vec::new());
    }
    // A server may add words to its numbers.
    let mut longer = text.clone();
    longer.parts.extend([Part::Text(b" ".to_vec()), Part::Any]);
    matches(&longer, line, names, false, Reach::Line)
}
