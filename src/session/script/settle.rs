//! Settling a window: waiting until what is written has come, or cannot come any more.

use std::time::Instant;

use super::super::live::output_error;
use super::compare::{Miss, compare};
use super::conn::Conn;
use super::gather::Unit;
use super::model::{Level, Pos};
use super::names::Names;
use super::result::{Failure, Kind};
use super::run::{Runner, Stop};
use super::template::Template;
use super::want::{Part2, Want, Written, wants};
use crate::dialect::Turn;
use crate::dialogue::{Level as NoteLevel, Note, Protocol, Shape};
use crate::knowledge::{self, Table};

/// Unmatched lines that an error shows.
const SHOWN: usize = 5;

/// Lines of an answer that an error shows whole.
const SAID: usize = 15;

/// How far a window has come.
enum Judged {
    /// All that is required is there.
    Done,
    /// More must come.
    Wait,
    /// It went otherwise: which expectation, where, and what came.
    Missed(Kind, usize, Option<Miss>, Option<usize>),
}

impl Runner<'_> {
    /// Settles every connection.
    pub async fn settle_all(&mut self) -> Result<(), Stop> {
        let numbers: Vec<u32> = self.conns.keys().copied().collect();
        for number in numbers {
            self.settle(number).await?;
        }
        Ok(())
    }

    /// Waits for the lines that are written so far on a connection.
    pub async fn settle(&mut self, number: u32) -> Result<(), Stop> {
        let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
        let written = std::mem::take(&mut conn.written);
        let Some(first) = written.first().map(|w| w.pos) else { return Ok(()) };
        conn.settled = true;
        let mut wants = expected(conn, &written);
        let before = self.differ.len();
        let limit = self.limit();
        let began = Instant::now();
        let deadline = began + limit.0;
        loop {
            let (ordered, strict) = (self.ordered, self.strict);
            let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
            let judged = judge(conn, &mut wants, &mut self.setup.names, &mut self.differ, (ordered, strict));
            match judged {
                Judged::Done => break,
                Judged::Missed(kind, which, miss, unit) => {
                    return Err(self.missed(number, &wants, kind, which, (miss, unit)));
                }
                Judged::Wait => {}
            }
            let at = wants.iter().position(|w| !w.met && w.is_required()).unwrap_or(0);
            let pos = wants.get(at).map_or(first, Want::pos);
            let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
            if conn.over.is_some() {
                let fault = conn.fault.take();
                return Err(match fault {
                    Some(error) => self.broken(number, pos, error),
                    None => self.missed(number, &wants, Kind::Closed, at, (None, None)),
                });
            }
            if !self.pumped(deadline, number, pos).await? {
                let mut stop = self.missed(number, &wants, Kind::Wait, at, (None, None));
                if let Stop::Fail(failure) = &mut stop {
                    failure.limit = Some(limit);
                }
                return Err(stop);
            }
        }
        self.within = None;
        self.windows += 1;
        // Who was told goodbye closes: the end belongs to this window.
        if self.conns.get(&number).is_some_and(|conn| conn.turn() == Turn::Over) {
            self.until_over(number).await;
        }
        self.differing(number, before)?;
        match self.lacking(number, false) {
            Some(missing) => Err(Stop::Skip(missing)),
            None => Ok(()),
        }
    }

    /// Lines that passed at their level and say something else than the script: quiet notes, in full only. A line that
    /// is the beginning of what came says no more than it wants.
    fn differing(&mut self, number: u32, from: usize) -> Result<(), Stop> {
        let mut notes = Vec::new();
        for (pos, came) in self.differ.iter().skip(from) {
            let item = self.script.items.iter().find(|item| item.pos == *pos);
            let plain = item.and_then(|item| match item.what.templates().as_slice() {
                [one] => one.plain(),
                _ => None,
            });
            let Some(written) = plain.filter(|plain| !came.as_bytes().starts_with(plain)) else { continue };
            let written = String::from_utf8_lossy(&written).into_owned();
            let mut note = Note::new(NoteLevel::Explain, "note-replay-differs").with("written", written);
            note.repeat = true;
            notes.push(note);
        }
        let Some(conn) = self.conns.get_mut(&number).filter(|_| !notes.is_empty()) else { return Ok(()) };
        let told = conn.recorder.say(&notes).map_err(output_error);
        told.map_err(|error| {
            self.broken(number, self.differ.get(from).map_or(Pos::default(), |d| d.0), error)
        })
    }

    /// Waits until the server owes nothing that must come before the next line.
    pub async fn until_ready(&mut self, number: u32, pos: Pos) -> Result<(), Stop> {
        let limit = self.limit();
        let deadline = Instant::now() + limit.0;
        loop {
            let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
            if conn.over.is_some() {
                let fault = conn.fault.take();
                return Err(match fault {
                    Some(error) => self.broken(number, pos, error),
                    None => Stop::Fail(self.failure(Kind::Closed, number, pos)),
                });
            }
            if conn.ready() {
                return Ok(());
            }
            if !self.pumped(deadline, number, pos).await? {
                let mut failure = self.failure(Kind::Wait, number, pos);
                failure.limit = Some(limit);
                return Err(Stop::Fail(failure));
            }
        }
    }

    fn missed(
        &mut self,
        number: u32,
        wants: &[Want],
        kind: Kind,
        which: usize,
        (miss, unit): (Option<Miss>, Option<usize>),
    ) -> Stop {
        if let Some(missing) = self.lacking(number, true) {
            return Stop::Skip(missing);
        }
        let pos =
            miss.as_ref().map_or_else(|| wants.get(which).map_or_else(Pos::default, Want::pos), |m| m.pos);
        let mut failure = self.failure(kind, number, pos);
        let Some(conn) = self.conns.get(&number) else { return Stop::Fail(failure) };
        let protocol = conn.protocol();
        let mut units: Vec<Unit> =
            conn.gather.units.iter().filter(|u| !u.taken).rev().take(SHOWN).cloned().collect();
        units.reverse();
        let answered = unit.and_then(|i| conn.gather.units.get(i)).cloned();
        let want = wants.get(which);
        failure.expected = want.map(|want| summary(protocol, want.start())).unwrap_or_default();
        failure.open = wants
            .iter()
            .enumerate()
            .filter(|(i, w)| *i != which && !w.met && w.is_required())
            .map(|(_, w)| w.pos())
            .collect();
        if let (Some(_), Some(Miss { got: None, .. })) = (&answered, &miss) {
            // A line of a listing or a message that is not there: the answer as such was right.
            failure.kind = Kind::Missing;
            failure.expected = String::new();
            let lines = answered.iter().flat_map(|unit| unit.lines().take(SAID)).map(<[u8]>::to_vec);
            failure.unmatched = lines.collect::<Vec<_>>().iter().map(|l| self.shown(number, l)).collect();
        } else if let Some(unit) = &answered {
            // Inside a body, the answer's own word was right.
            if miss.as_ref().is_none_or(|m| Some(m.pos) == want.map(Want::pos)) {
                facts(protocol, unit, &mut failure);
            } else {
                failure.expected = String::new();
            }
            let first = miss.and_then(|m| m.got).unwrap_or_else(|| unit.first().to_vec());
            failure.got = vec![self.shown(number, &first)];
            if first == unit.first() && protocol != Protocol::Imap && unit.lines().count() <= SHOWN {
                let rest: Vec<Vec<u8>> = unit.lines().skip(1).map(<[u8]>::to_vec).collect();
                failure.got.extend(rest.iter().map(|line| self.shown(number, line)).collect::<Vec<_>>());
            }
        } else {
            failure.unmatched = units.iter().map(|unit| self.shown(number, unit.first())).collect();
            failure.closest = want.and_then(|want| closest(want, &failure.unmatched));
        }
        Stop::Fail(failure)
    }
}

/// What a window expects. At `status`, only its outcome.
fn expected(conn: &Conn, written: &[Written]) -> Vec<Want> {
    let protocol = conn.protocol();
    let mut wants = wants(protocol, written, conn.sent <= 1);
    let greeting = conn.spoke.is_none();
    wants.retain(|want| {
        let start = want.start();
        let outcome = match protocol {
            // A record may hold what is no reply at all.
            Protocol::Smtp | Protocol::Lmtp => start.first().is_some_and(u8::is_ascii_digit),
            Protocol::Pop3 => true,
            Protocol::Imap => greeting || !start.starts_with(b"* "),
        };
        outcome || want.level > Level::Status || want.captures()
    });
    wants
}

/// Looks at what has come.
fn judge(
    conn: &mut Conn,
    wants: &mut [Want],
    names: &mut Names,
    differ: &mut Vec<(Pos, String)>,
    (ordered, strict): (bool, bool),
) -> Judged {
    let protocol = conn.protocol();
    let judged = if protocol == Protocol::Imap {
        responses(conn, wants, names, differ, ordered)
    } else {
        replies(conn, wants, names, differ)
    };
    if !matches!(judged, Judged::Done) {
        return judged;
    }
    for (i, want) in wants.iter().enumerate().filter(|(_, want)| want.mark == Some('!')) {
        let came = conn.gather.units.iter().position(|unit| compare(protocol, want, unit, names).is_ok());
        if came.is_some() {
            return Judged::Missed(Kind::Forbidden, i, None, came);
        }
    }
    if strict && let Some(more) = conn.gather.units.iter().position(|unit| !unit.taken) {
        return Judged::Missed(Kind::Unlisted, wants.len().saturating_sub(1), None, Some(more));
    }
    // What may come, and what must not, is known when the answer has ended.
    let open_end = wants.iter().all(|want| !want.is_required());
    if open_end && !conn.ready() && conn.over.is_none() { Judged::Wait } else { Judged::Done }
}

/// Half a reply meets nothing, `250-` no `250`; but a record may hold one, where a connection broke.
fn whole(want: &Want, unit: &Unit) -> bool {
    unit.complete || want.level == Level::Status
}

/// A met expectation: its captures, and the lines that came otherwise.
fn take(
    conn: &mut Conn,
    at: usize,
    met: super::compare::Met,
    names: &mut Names,
    differ: &mut Vec<(Pos, String)>,
) {
    conn.gather.units[at].taken = true;
    for (name, value) in met.captured {
        names.set(&name, value);
    }
    for (pos, came) in met.pairs {
        let came = String::from_utf8_lossy(&came).into_owned();
        let came = conn.recorder.mask(&came);
        differ.push((pos, came));
    }
}

/// SMTP and POP3: one after the other.
fn replies(
    conn: &mut Conn,
    wants: &mut [Want],
    names: &mut Names,
    differ: &mut Vec<(Pos, String)>,
) -> Judged {
    let protocol = conn.protocol();
    for (i, want) in wants.iter_mut().enumerate() {
        let mark = want.mark;
        if want.met || mark == Some('!') {
            continue;
        }
        loop {
            let Some(at) = conn.gather.units.iter().position(|unit| !unit.taken && whole(want, unit)) else {
                if mark.is_none() || !conn.ready() && conn.over.is_none() {
                    return Judged::Wait;
                }
                break;
            };
            match compare(protocol, want, &conn.gather.units[at], names) {
                Ok(met) => take(conn, at, met, names, differ),
                Err(miss) if mark.is_none() => return Judged::Missed(Kind::Reply, i, Some(miss), Some(at)),
                Err(_) => break,
            }
            if mark != Some('*') {
                break;
            }
        }
        want.met = true;
    }
    Judged::Done
}

/// IMAP: untagged responses in any order, up to the tagged ones.
fn responses(
    conn: &mut Conn,
    wants: &mut [Want],
    names: &mut Names,
    differ: &mut Vec<(Pos, String)>,
    ordered: bool,
) -> Judged {
    for want in wants.iter_mut() {
        if want.met || want.mark == Some('!') {
            continue;
        }
        let from =
            if ordered { conn.gather.units.iter().rposition(|u| u.taken).map_or(0, |i| i + 1) } else { 0 };
        for at in from..conn.gather.units.len() {
            if conn.gather.units[at].taken || !whole(want, &conn.gather.units[at]) {
                continue;
            }
            if let Ok(met) = compare(Protocol::Imap, want, &conn.gather.units[at], names) {
                take(conn, at, met, names, differ);
                want.met = true;
                if want.mark != Some('*') {
                    break;
                }
            }
        }
    }
    let tag = |want: &Want| want.start().split(|b| *b == b' ').next().unwrap_or_default().to_vec();
    let tagged = |want: &Want| !tag(want).is_empty() && tag(want) != b"*" && tag(want) != b"+";
    let units = &conn.gather.units;
    // An answer with the right tag, or a greeting, that says something else.
    for (i, want) in wants.iter().enumerate().filter(|(_, w)| !w.met && w.is_required()) {
        let wrong = units.iter().position(|unit| {
            let same = tagged(want) && unit.first().split(|b| *b == b' ').next() == Some(&tag(want));
            let greeting = unit.shape == Shape::Greeting;
            let refused = tag(want) == b"+" && unit.shape == Shape::Response;
            !unit.taken && (same || greeting || refused)
        });
        if let Some(at) = wrong {
            let miss = compare(Protocol::Imap, want, &units[at], names).err();
            return Judged::Missed(Kind::Reply, i, miss, Some(at));
        }
    }
    let open = wants.iter().position(|want| !want.met && want.is_required());
    let Some(open) = open else { return Judged::Done };
    let answered = wants.iter().any(|w| tagged(w) && w.is_required());
    if answered && wants.iter().all(|want| !tagged(want) || want.met) {
        // Nothing more belongs to the command: the nearest untagged response is what it said instead.
        let kind = wants[open].start().split(|b| *b == b' ').nth(2).map(<[u8]>::to_vec).unwrap_or_default();
        let near = units.iter().position(|unit| {
            let mut words = unit.first().split(|b| *b == b' ').skip(1);
            !unit.taken && !kind.is_empty() && words.any(|w| w.eq_ignore_ascii_case(&kind))
        });
        let miss = near.and_then(|at| compare(Protocol::Imap, &wants[open], &units[at], names).err());
        return Judged::Missed(Kind::Missing, open, miss, near);
    }
    Judged::Wait
}

/// What an expectation is called in a sentence: `250`, `+OK`, `a1 OK`, `* 2 EXISTS`.
fn summary(protocol: Protocol, start: &[u8]) -> String {
    let text = String::from_utf8_lossy(start).into_owned();
    let words: Vec<&str> = text.split(' ').collect();
    let count = match protocol {
        Protocol::Smtp | Protocol::Lmtp => return text.chars().take(3).collect(),
        Protocol::Pop3 => 1,
        Protocol::Imap if words.first() == Some(&"*") => 3,
        Protocol::Imap => 2,
    };
    words.into_iter().take(count).collect::<Vec<_>>().join(" ")
}

/// What the tables know of a reply's words.
fn facts(protocol: Protocol, unit: &Unit, failure: &mut Failure) {
    let first = String::from_utf8_lossy(unit.first()).into_owned();
    let words: Vec<&str> = first.split([' ', '-']).collect();
    let mut tell = |table: Table, word: &str| {
        let fact = knowledge::find_after(table, word, &unit.verb).or_else(|| knowledge::class(table, word));
        if let Some(fact) = fact {
            let cite = fact.cites.first().copied().unwrap_or_default();
            failure.facts.push((word.to_owned(), fact.id.to_owned(), cite));
        }
    };
    match protocol {
        Protocol::Smtp | Protocol::Lmtp => {
            if let Some(code) = first.get(..3) {
                tell(Table::SmtpReply, code);
            }
            if let Some(code) = words.get(1).filter(|w| w.split('.').count() == 3) {
                tell(Table::SmtpEnhanced, code);
            }
        }
        Protocol::Pop3 => {
            let status = first.split(' ').next().unwrap_or_default().to_ascii_uppercase();
            tell(Table::PopStatus, &status);
            let code = first.split('[').nth(1).and_then(|rest| rest.split([']', ' ']).next());
            if let Some(code) = code {
                tell(Table::PopCode, &code.to_ascii_uppercase());
            }
        }
        Protocol::Imap => {
            if let Some(status) = words.get(1).filter(|w| ["OK", "NO", "BAD", "BYE"].contains(w)) {
                tell(Table::ImapStatus, status);
            }
            let code = first.split('[').nth(1).and_then(|rest| rest.split([']', ' ']).next());
            if let Some(code) = code {
                tell(Table::ImapCode, &code.to_ascii_uppercase());
            }
        }
    }
}

/// The line that is most like what is expected.
fn closest(want: &Want, came: &[String]) -> Option<String> {
    let text = want.lines.first().map(|line| match &line.what {
        Part2::Line(text) => text.clone(),
        _ => Template::default(),
    })?;
    let text = String::from_utf8_lossy(text.start()).to_lowercase();
    let score = |line: &String| strsim::jaro_winkler(&text, &line.to_lowercase());
    let best = came.iter().max_by(|a, b| score(a).total_cmp(&score(b)))?;
    (score(best) > 0.8).then(|| best.clone())
}
