//! IMAP responses compared: parsed into values, so that the order of FETCH's items and of flags does not matter, nor
//! whether a string came quoted or as a literal (RFC 9051 §7).

use super::compare::{Met, Miss};
use super::gather::{Seg, Unit};
use super::model::{Level, Pos};
use super::names::Names;
use super::pattern::{Captured, Reach, matches};
use super::template::{Part, Template};
use super::want::{Part2, Want};
use crate::dialogue::Shape;

/// How deep parentheses may stand in one another; deeper ones are read flat.
const DEEPEST: usize = 64;

/// A value: of what is written, with its holes, or of what came.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Atom(Template),
    /// A quoted string or a literal.
    Text(Template),
    List(Vec<Value>),
    /// A literal that is not written out.
    Any,
}

#[derive(Clone, Debug)]
enum Sign {
    Byte(u8),
    Hole(Part),
    Literal(Option<Template>),
}

/// Compares.
pub fn compare(want: &Want, unit: &Unit, names: &Names) -> Result<Met, Miss> {
    let met = |captured| {
        let pairs = vec![(want.pos(), unit.first().to_vec())];
        Ok(Met { captured, pairs })
    };
    let whole = whole(want, unit, names);
    if let Ok(captured) = whole {
        return met(captured);
    }
    let miss = Miss { pos: want.pos(), got: Some(unit.first().to_vec()) };
    if want.level >= Level::Text {
        let (pos, got) = whole.err().unwrap_or((want.pos(), None));
        return Err(Miss { pos, got });
    }
    match loose(want, unit, names) {
        Some(captured) => met(captured),
        // A literal that differs is shown by its first line that does.
        None => match whole {
            Err((pos, got)) if pos != want.pos() => Err(Miss { pos, got }),
            _ => Err(miss),
        },
    }
}

/// Every line and literal as it is written; else the line that differs.
fn whole(want: &Want, unit: &Unit, names: &Names) -> Result<Captured, (Pos, Option<Vec<u8>>)> {
    let mut captured = Vec::new();
    for (i, line) in want.lines.iter().enumerate() {
        let seg = unit.segs.get(i);
        match (&line.what, seg) {
            (Part2::Line(text), Some(Seg::Text(got))) => {
                let here = matches(text, got, names, false, Reach::Line);
                captured.extend(here.ok_or_else(|| (line.pos, Some(got.clone())))?);
            }
            (Part2::Literal(None), Some(Seg::Literal(_))) => {}
            (Part2::Literal(Some(lines)), Some(Seg::Literal(got))) => {
                let mut there = got.split(|b| *b == b'\n');
                for (n, text) in lines.iter().enumerate() {
                    let got = there.next().map(|l| l.strip_suffix(b"\r").unwrap_or(l));
                    let here = got.and_then(|got| matches(text, got, names, false, Reach::Line));
                    let pos = Pos { line: line.pos.line + 1 + n, column: 1, ..line.pos };
                    captured.extend(here.ok_or_else(|| (pos, got.map(<[u8]>::to_vec)))?);
                }
                if let Some(more) = there.next() {
                    return Err((line.pos, Some(more.to_vec())));
                }
            }
            _ => return Err((line.pos, None)),
        }
    }
    if want.lines.len() < unit.segs.len() {
        return Err((want.pos(), None));
    }
    Ok(captured)
}

/// The meaning.
fn loose(want: &Want, unit: &Unit, names: &Names) -> Option<Captured> {
    let (wanted, got) = (signs(want), unit_signs(unit));
    let (tag, wanted) = word(&wanted);
    let (there, got) = word(&got);
    if tag.plain().as_deref() == Some(b"+") {
        if unit.shape != Shape::Continuation && there.plain().as_deref() != Some(b"+") {
            return None;
        }
        let text = template(wanted);
        let ignored = want.level == Level::Status || !text.has_hole();
        return if ignored { Some(Vec::new()) } else { fits(&text, got, names) };
    }
    let mut captured = matches(&tag, &there.plain()?, names, false, Reach::Token)?;
    let (kind, after) = word(wanted);
    let (kind_there, after_there) = word(got);
    let status = |t: &Template| {
        let word = t.plain().unwrap_or_default().to_ascii_uppercase();
        ["OK", "NO", "BAD", "BYE", "PREAUTH"].into_iter().find(|s| s.as_bytes() == word)
    };
    match (status(&kind), status(&kind_there)) {
        (Some(a), Some(b)) if a == b => {
            if want.level == Level::Code {
                captured.extend(status_text(after, after_there, names)?);
            }
            Some(captured)
        }
        (None, None) if there.plain().as_deref() == Some(b"*") => {
            captured.extend(data(&values(wanted), &values(got), names)?);
            Some(captured)
        }
        _ => None,
    }
}

/// Behind OK, NO, BAD: a `[CODE]` if it is written; the text if there is a hole in it.
fn status_text(wanted: &[Sign], got: &[Sign], names: &Names) -> Option<Captured> {
    let (code, text) = code(wanted);
    let (code_there, text_there) = self::code(got);
    let mut captured = Vec::new();
    if let Some(code) = code {
        let (a, b) = (values(code), values(code_there?));
        let (name, args) = a.split_first()?;
        let (name_there, args_there) = b.split_first()?;
        captured.extend(leaf(name, name_there, names, true)?);
        let kind = atom(name).to_ascii_uppercase();
        captured.extend(match kind.as_slice() {
            b"CAPABILITY" => subset(args, args_there, names)?,
            _ if args.is_empty() => Vec::new(),
            _ => sequence(args, args_there, names, true)?,
        });
    }
    let text = template(text);
    if text.has_hole() {
        captured.extend(fits(&text, text_there, names)?);
    }
    Some(captured)
}

fn fits(text: &Template, got: &[Sign], names: &Names) -> Option<Captured> {
    matches(text, &template(got).plain()?, names, false, Reach::Line)
}

/// Untagged data.
fn data(wanted: &[Value], got: &[Value], names: &Names) -> Option<Captured> {
    let upper = |v: Option<&Value>| v.map(|v| atom(v).to_ascii_uppercase()).unwrap_or_default();
    let first = upper(wanted.first());
    let second = upper(wanted.get(1));
    if second == b"FETCH" && upper(got.get(1)) == b"FETCH" {
        let mut captured = leaf(wanted.first()?, got.first()?, names, true)?;
        if let (Some(Value::List(items)), Some(Value::List(there))) = (wanted.get(2), got.get(2)) {
            captured.extend(pairs(items, there, names)?);
        } else if wanted.len() > 2 {
            captured.extend(sequence(&wanted[2..], got.get(2..)?, names, true)?);
        }
        return Some(captured);
    }
    if first != upper(got.first()) && !wanted.first()?.has_hole() {
        return None;
    }
    match first.as_slice() {
        b"CAPABILITY" | b"ENABLED" => subset(&wanted[1..], &got[1..], names),
        b"FLAGS" => sequence(&wanted[1..], &got[1..], names, true),
        b"SEARCH" => set(&wanted[1..], &got[1..], names),
        b"STATUS" => {
            let mut captured = mailbox(wanted.get(1)?, got.get(1)?, names)?;
            if let (Some(Value::List(items)), Some(Value::List(there))) = (wanted.get(2), got.get(2)) {
                captured.extend(pairs(items, there, names)?);
            }
            Some(captured)
        }
        b"LIST" | b"LSUB" | b"XLIST" => {
            let mut captured = match (wanted.get(1)?, got.get(1)?) {
                (Value::List(a), Value::List(b)) => subset(a, b, names)?,
                (a, b) => leaf(a, b, names, true)?,
            };
            captured.extend(leaf(wanted.get(2)?, got.get(2)?, names, true)?);
            captured.extend(mailbox(wanted.get(3)?, got.get(3)?, names)?);
            Some(captured)
        }
        _ => sequence(wanted, got, names, true),
    }
}

/// A mailbox's name: exact, but INBOX (RFC 9051 §5.1).
fn mailbox(wanted: &Value, got: &Value, names: &Names) -> Option<Captured> {
    let inbox = atom(wanted).eq_ignore_ascii_case(b"INBOX");
    leaf(wanted, got, names, inbox)
}

/// FETCH's and STATUS's items: those that are written, in any order.
fn pairs(wanted: &[Value], got: &[Value], names: &Names) -> Option<Captured> {
    let mut captured = Vec::new();
    for pair in wanted.chunks(2) {
        let name = &pair[0];
        let found = got.chunks(2).find_map(|there| {
            let mut here = leaf(name, &there[0], names, true)?;
            if let Some(value) = pair.get(1) {
                let flags = atom(name).eq_ignore_ascii_case(b"FLAGS");
                here.extend(match (value, there.get(1)?) {
                    (Value::List(a), Value::List(b)) if flags => set(a, b, names)?,
                    (a, b) => leaf(a, b, names, matches!(a, Value::Atom(_)))?,
                });
            }
            Some(here)
        });
        captured.extend(found?);
    }
    Some(captured)
}

/// Each of the written ones is there.
fn subset(wanted: &[Value], got: &[Value], names: &Names) -> Option<Captured> {
    let mut captured = Vec::new();
    for value in wanted {
        captured.extend(got.iter().find_map(|there| leaf(value, there, names, true))?);
    }
    Some(captured)
}

/// The same ones, in any order; `\Recent` is the server's affair.
fn set(wanted: &[Value], got: &[Value], names: &Names) -> Option<Captured> {
    let counts = |values: &[Value]| -> Vec<Value> {
        values.iter().filter(|v| !atom(v).eq_ignore_ascii_case(b"\\Recent")).cloned().collect()
    };
    let (wanted, got) = (counts(wanted), counts(got));
    if wanted.len() != got.len() {
        return None;
    }
    subset(&wanted, &got, names)
}

fn sequence(wanted: &[Value], got: &[Value], names: &Names, fold: bool) -> Option<Captured> {
    if wanted.len() != got.len() {
        return None;
    }
    let mut captured = Vec::new();
    for (a, b) in wanted.iter().zip(got) {
        captured.extend(match (a, b) {
            (Value::List(a), Value::List(b)) if a.iter().chain(b).all(is_flag) => set(a, b, names)?,
            _ => leaf(a, b, names, fold && matches!(a, Value::Atom(_)))?,
        });
    }
    Some(captured)
}

fn is_flag(value: &Value) -> bool {
    matches!(value, Value::Atom(_)) && atom(value).first().is_some_and(|b| *b == b'\\' || *b == b'$')
}

/// One value.
fn leaf(wanted: &Value, got: &Value, names: &Names, fold: bool) -> Option<Captured> {
    match (wanted, got) {
        (Value::Any, _) => Some(Vec::new()),
        (Value::Atom(text), _) if text.parts.as_slice() == [Part::Any] => Some(Vec::new()),
        (Value::List(a), Value::List(b)) => sequence(a, b, names, fold),
        (Value::Atom(text) | Value::Text(text), Value::Atom(there) | Value::Text(there)) => {
            let reach = if matches!(wanted, Value::Atom(_)) { Reach::Token } else { Reach::Line };
            matches(text, &there.plain()?, names, fold, reach)
        }
        _ => None,
    }
}

impl Value {
    fn has_hole(&self) -> bool {
        matches!(self, Value::Atom(text) | Value::Text(text) if text.has_hole())
    }
}

fn atom(value: &Value) -> Vec<u8> {
    match value {
        Value::Atom(text) => text.plain().unwrap_or_default(),
        Value::Text(text) => text.plain().unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn line_signs(text: &Template, signs: &mut Vec<Sign>) {
    for part in &text.parts {
        match part {
            Part::Text(bytes) => signs.extend(bytes.iter().map(|b| Sign::Byte(*b))),
            other => signs.push(Sign::Hole(other.clone())),
        }
    }
}

fn signs(want: &Want) -> Vec<Sign> {
    let mut signs = Vec::new();
    for (i, line) in want.lines.iter().enumerate() {
        match &line.what {
            Part2::Line(text) => {
                let announces = matches!(want.lines.get(i + 1).map(|l| &l.what), Some(Part2::Literal(_)));
                line_signs(&if announces { text.unannounced() } else { text.clone() }, &mut signs);
            }
            Part2::Literal(None) => signs.push(Sign::Literal(None)),
            Part2::Literal(Some(lines)) => {
                let mut whole = Template::default();
                for (i, text) in lines.iter().enumerate() {
                    if i > 0 {
                        whole.parts.push(Part::Text(b"\r\n".to_vec()));
                    }
                    whole.parts.extend(text.parts.iter().cloned());
                }
                signs.push(Sign::Literal(Some(whole)));
            }
            Part2::Skip => signs.push(Sign::Hole(Part::Any)),
        }
    }
    signs
}

fn unit_signs(unit: &Unit) -> Vec<Sign> {
    let mut signs = Vec::new();
    for (i, seg) in unit.segs.iter().enumerate() {
        match seg {
            Seg::Text(line) => {
                let text = Template::text(line);
                let announces = matches!(unit.segs.get(i + 1), Some(Seg::Literal(_)));
                line_signs(&if announces { text.unannounced() } else { text }, &mut signs);
            }
            Seg::Literal(bytes) => signs.push(Sign::Literal(Some(Template::text(bytes)))),
        }
    }
    signs
}

fn template(signs: &[Sign]) -> Template {
    let mut parts: Vec<Part> = Vec::new();
    for sign in signs {
        match sign {
            Sign::Byte(b) => match parts.last_mut() {
                Some(Part::Text(text)) => text.push(*b),
                _ => parts.push(Part::Text(vec![*b])),
            },
            Sign::Hole(part) => parts.push(part.clone()),
            Sign::Literal(text) => parts.extend(text.iter().flat_map(|t| t.parts.iter().cloned())),
        }
    }
    Template { parts }
}

fn is(sign: &Sign, byte: u8) -> bool {
    matches!(sign, Sign::Byte(b) if *b == byte)
}

/// The first word, and what stands behind its blank.
fn word(signs: &[Sign]) -> (Template, &[Sign]) {
    let end = signs.iter().position(|s| is(s, b' ')).unwrap_or(signs.len());
    (template(&signs[..end]), signs.get(end + 1..).unwrap_or_default())
}

/// A `[CODE …]` at the beginning, and the text behind it.
fn code(signs: &[Sign]) -> (Option<&[Sign]>, &[Sign]) {
    if !signs.first().is_some_and(|s| is(s, b'[')) {
        return (None, signs);
    }
    match signs.iter().position(|s| is(s, b']')) {
        Some(end) => {
            let text = &signs[end + 1..];
            let blank = text.first().is_some_and(|s| is(s, b' '));
            (Some(&signs[1..end]), &text[usize::from(blank)..])
        }
        None => (Some(&signs[1..]), &[]),
    }
}

fn values(signs: &[Sign]) -> Vec<Value> {
    let mut at = 0;
    list(signs, &mut at, 0)
}

fn list(signs: &[Sign], at: &mut usize, depth: usize) -> Vec<Value> {
    let mut found = Vec::new();
    while let Some(sign) = signs.get(*at) {
        match sign {
            Sign::Byte(b' ') => *at += 1,
            Sign::Byte(b')') => {
                *at += 1;
                if depth > 0 {
                    return found;
                }
            }
            Sign::Byte(b'(') if depth < DEEPEST => {
                *at += 1;
                found.push(Value::List(list(signs, at, depth + 1)));
            }
            Sign::Byte(b'(') => *at += 1,
            Sign::Byte(b'"') => found.push(quoted(signs, at)),
            Sign::Literal(text) => {
                *at += 1;
                found.push(text.clone().map_or(Value::Any, Value::Text));
            }
            _ => found.push(bare(signs, at)),
        }
    }
    found
}

fn quoted(signs: &[Sign], at: &mut usize) -> Value {
    *at += 1;
    let mut inside = Vec::new();
    while let Some(sign) = signs.get(*at) {
        *at += 1;
        match sign {
            Sign::Byte(b'"') => break,
            Sign::Byte(b'\\') => {
                inside.extend(signs.get(*at).cloned());
                *at += 1;
            }
            other => inside.push(other.clone()),
        }
    }
    Value::Text(template(&inside))
}

/// An atom; `BODY[HEADER.FIELDS (A B)]` is one.
fn bare(signs: &[Sign], at: &mut usize) -> Value {
    let from = *at;
    let mut brackets = 0usize;
    while let Some(sign) = signs.get(*at) {
        match sign {
            Sign::Byte(b'[') => brackets += 1,
            Sign::Byte(b']') => brackets = brackets.saturating_sub(1),
            Sign::Byte(b' ' | b'(' | b')') if brackets == 0 => break,
            Sign::Literal(_) => break,
            _ => {}
        }
        *at += 1;
    }
    Value::Atom(template(&signs[from..*at]))
}
