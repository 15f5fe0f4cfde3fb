//! The moves of the search: what a line may be after a hypothesis, and what each costs. The costs are small numbers that
//! were found by trying them on the pastes of the tests; only their order matters.

use super::feature::{Features, Odd};
use super::imap::Imap;
use super::pop::Pop;
use super::smtp::Smtp;
use super::turns::Machine;
use crate::dialogue::mark::Missing;
use crate::dialogue::{Protocol, Side};
use crate::source::layout::{Row, Said};

/// What the best may be ahead of another that is still followed.
pub(super) const BEAM: u32 = 70;
/// What it costs to leave a dialogue where somebody still waits.
pub(super) const LEFT: u32 = 18;

/// How a line was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Who said it; none: noise.
    pub side: Option<Side>,
    /// It goes on with the line before, which was wrapped.
    pub wraps: bool,
    /// It stands in a message or a literal.
    pub content: bool,
    /// A dialogue begins with it.
    pub opens: Option<Protocol>,
    /// What was lost before it.
    pub lost: [Option<Missing>; 3],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Machines {
    Smtp(Smtp),
    Pop(Pop),
    Imap(Imap),
}

/// A hypothesis' state: outside of all dialogues, or in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Talk {
    pub(super) machine: Machines,
    /// The marks stand for the other side than they say.
    pub(super) flip: bool,
    /// Who said the line before; none after noise.
    pub(super) last: Option<Side>,
    /// Brackets that are open.
    pub(super) depth: i16,
    pub(super) long: bool,
    /// The line before was base64.
    pub(super) base64: bool,
}

pub(super) const NOISE: Verdict =
    Verdict { side: None, wraps: false, content: false, opens: None, lost: [None; 3] };

macro_rules! each {
    ($machine:expr, $m:ident => $body:expr) => {
        match $machine {
            Machines::Smtp($m) => $body,
            Machines::Pop($m) => $body,
            Machines::Imap($m) => $body,
        }
    };
}

impl Talk {
    /// In the midst of a message, where a dull line changes nothing: whose.
    pub(super) fn flows(&self) -> Option<Side> {
        each!(self.machine, m => m.flows())
    }

    /// Inside of a message, a list or a literal.
    pub(super) fn in_body(&self) -> bool {
        each!(self.machine, m => m.in_body())
    }
}

/// All that a line may be after a hypothesis: `put` is told the next one, what it costs, and how the line is read.
pub(super) fn follow(state: Option<Talk>, row: &Row, mut put: impl FnMut(Option<Talk>, u32, Verdict)) {
    let Some(talk) = state else {
        put(None, outside(row), NOISE);
        enter(row, 0, &mut put);
        return;
    };
    let (over, settled) = each!(talk.machine, m => (m.over(), m.settled()));
    let quiet = Talk { last: None, depth: 0, ..talk };
    put(Some(quiet), noise(row, &talk), NOISE);
    put(
        None,
        outside(row)
            + if over {
                0
            } else if settled {
                10
            } else {
                LEFT
            },
        NOISE,
    );
    if over || settled {
        enter(row, if over { 0 } else { 10 }, &mut put);
    }
    if over {
        return;
    }
    wrapped(row, &talk, &mut put);
    speak(row, &talk, [None; 3], 0, &mut put);
}

/// The line as said, with up to three losses before it.
fn speak(
    row: &Row,
    talk: &Talk,
    lost: [Option<Missing>; 3],
    cost: u32,
    put: &mut impl FnMut(Option<Talk>, u32, Verdict),
) {
    said(row, talk, lost, cost, put);
    let Some(free) = lost.iter().position(Option::is_none) else { return };
    if row.features.blank {
        return;
    }
    let mut losses: Vec<(Machines, u32, Missing)> = Vec::new();
    match talk.machine {
        Machines::Smtp(m) => lose(m, Machines::Smtp, &mut losses),
        Machines::Pop(m) => lose(m, Machines::Pop, &mut losses),
        Machines::Imap(m) => lose(m, Machines::Imap, &mut losses),
    }
    for (machine, more, missing) in losses {
        if cost + more > BEAM {
            continue;
        }
        let mut lost = lost;
        lost[free] = Some(missing);
        speak(row, &Talk { machine, ..*talk }, lost, cost + more, put);
    }
}

fn lose<M: Machine>(machine: M, of: fn(M) -> Machines, out: &mut Vec<(Machines, u32, Missing)>) {
    let mut found = Vec::new();
    machine.lost(&mut found);
    out.extend(found.into_iter().map(|(m, cost, missing)| (of(m), cost, missing)));
}

/// The line as said by either side.
fn said(
    row: &Row,
    talk: &Talk,
    lost: [Option<Missing>; 3],
    cost: u32,
    put: &mut impl FnMut(Option<Talk>, u32, Verdict),
) {
    let f = &row.features;
    let (content, waiting) = each!(talk.machine, m => (m.in_body(), m.waiting()));
    let strange = match (f.odd, content) {
        (None, _) => 0,
        (Some(Odd::Program), true) => 8,
        (Some(Odd::Program), false) => 14,
        (Some(Odd::Stage), true) => 1,
        (Some(Odd::Frame), true) => 9,
        (Some(_), false) => 12,
    };
    let open = if talk.depth > 0 && !content { 6 } else { 0 };
    // A blank line between all lines is how a word processor pastes.
    let spaced = if f.blank && row.spaced { 5 } else { 0 };
    for side in [Side::Client, Side::Server] {
        let (marked, mark) = match row.said {
            Said::Mark(m) if (m == side) != talk.flip => (true, 0),
            Said::Mark(_) => (false, 28),
            Said::Bare => (false, 16),
            Said::Unmarked => (false, 0),
        };
        let cost = cost + mark + strange + open + spaced;
        let mut step = |machine, more: u32| {
            let next = Talk {
                machine,
                last: Some(side),
                depth: f.depth.max(0),
                long: f.long,
                base64: f.base64,
                ..*talk
            };
            // The line that ends a body is none of it, nor is the next BDAT.
            let content = content && each!(machine, m => m.in_body() && m.waiting() <= waiting);
            let verdict = Verdict { side: Some(side), content, lost, ..NOISE };
            put(Some(next), cost + more, verdict);
        };
        match talk.machine {
            Machines::Smtp(m) => read(m, side, f, marked, &mut |m, c| step(Machines::Smtp(m), c)),
            Machines::Pop(m) => read(m, side, f, marked, &mut |m, c| step(Machines::Pop(m), c)),
            Machines::Imap(m) => read(m, side, f, marked, &mut |m, c| step(Machines::Imap(m), c)),
        }
    }
}

fn read<M: Machine>(machine: M, side: Side, f: &Features, marked: bool, step: &mut impl FnMut(M, u32)) {
    let mut found = Vec::with_capacity(4);
    match side {
        Side::Client => machine.client(f, marked, &mut found),
        Side::Server => machine.server(f, marked, &mut found),
    }
    found.into_iter().for_each(|(m, cost)| step(m, cost));
}

/// The line as the rest of the one before.
fn wrapped(row: &Row, talk: &Talk, put: &mut impl FnMut(Option<Talk>, u32, Verdict)) {
    let (Some(side), f) = (talk.last, &row.features) else { return };
    if f.blank || matches!(row.said, Said::Mark(_)) || talk.in_body() {
        return;
    }
    let base64 = talk.base64 && f.base64;
    let shape = match talk.depth {
        d if d > 0 => 1,
        _ if base64 && row.hang => 0,
        _ if row.hang && (side == Side::Server || f.base64) => 1,
        _ if row.hang => 8,
        _ if talk.long && side == Side::Server => {
            if f.greetish {
                1
            } else {
                6
            }
        }
        _ => 14,
    };
    let odd = if f.odd.is_some() { 12 } else { 0 };
    let wire = if f.wirelike() || f.dot || f.code.is_some() { 16 } else { 0 };
    let next = Talk { depth: (talk.depth + f.depth).max(0), long: f.long, base64: f.base64, ..*talk };
    put(Some(next), shape + odd + wire, Verdict { side: Some(side), wraps: true, ..NOISE });
}

/// A dialogue begins with this line.
fn enter(row: &Row, cost: u32, put: &mut impl FnMut(Option<Talk>, u32, Verdict)) {
    let f = &row.features;
    if f.blank || f.odd.is_some() || row.said == Said::Bare {
        return;
    }
    if f.greetish {
        // The beginning of the greeting is lost, and with it what makes it one.
        greetish(row, cost + 6, put);
    }
    let marked = matches!(row.said, Said::Mark(_));
    let middle = if marked { 8 } else { 13 };
    let late = Some(Missing::Opening);
    let mut open = |machine: Machines, protocol, more, first: Option<Missing>| {
        // Marks that lie, lie throughout: one hypothesis each way.
        for flip in [false, true] {
            if flip && !marked {
                continue;
            }
            let talk = Talk { machine, flip, last: None, depth: 0, long: false, base64: false };
            said(
                row,
                &talk,
                [first, None, None],
                cost + more + u32::from(flip),
                &mut |state, cost, verdict| {
                    put(state, cost, Verdict { opens: Some(protocol), ..verdict });
                },
            );
        }
    };
    if matches!(f.code, Some((220 | 421 | 554, _))) {
        open(Machines::Smtp(Smtp::fresh()), Protocol::Smtp, 3, None);
    }
    if f.status.is_some() {
        open(Machines::Pop(Pop::fresh()), Protocol::Pop3, 4, None);
    }
    if f.untagged.is_some() {
        open(
            Machines::Imap(Imap::fresh()),
            Protocol::Imap,
            if f.untagged == Some(true) { 5 } else { 15 },
            None,
        );
    }
    if f.smtp.is_some() {
        open(Machines::Smtp(Smtp::middle()), Protocol::Smtp, middle, late);
    }
    if f.pop.is_some() {
        open(Machines::Pop(Pop::middle()), Protocol::Pop3, middle, late);
    }
    if f.imap.is_some() {
        open(Machines::Imap(Imap::middle()), Protocol::Imap, middle - 4, late);
    }
}

fn greetish(row: &Row, cost: u32, put: &mut impl FnMut(Option<Talk>, u32, Verdict)) {
    let both = [
        (Machines::Imap(Imap::middle()), Protocol::Imap),
        (Machines::Pop(Pop::middle()), Protocol::Pop3),
        (Machines::Smtp(Smtp::middle()), Protocol::Smtp),
    ];
    for (machine, protocol) in both {
        let flip = row.said == Said::Mark(Side::Client);
        let talk = Talk { machine, flip, last: Some(Side::Server), depth: 0, long: false, base64: false };
        let lost = [Some(Missing::Greeting), None, None];
        let verdict = Verdict { side: Some(Side::Server), opens: Some(protocol), lost, ..NOISE };
        put(Some(talk), cost, verdict);
    }
}

/// What it costs to say that a line outside of all dialogues is nobody's.
fn outside(row: &Row) -> u32 {
    let f = &row.features;
    let mark = if matches!(row.said, Said::Mark(_)) { 6 } else { 0 };
    match f.odd {
        Some(_) => mark / 4,
        None if f.wirelike() => 12 + mark,
        None if matches!(f.pop, Some((_, true))) => 6 + mark,
        None if f.header || f.numbers > 0 || f.base64 || f.dot || f.plus => 2 + mark,
        None => mark,
    }
}

/// What it costs to say that a line in the midst of a dialogue is nobody's.
fn noise(row: &Row, talk: &Talk) -> u32 {
    let f = &row.features;
    let (body, settled) = each!(talk.machine, m => (m.in_body(), m.settled()));
    if f.blank {
        return match row.said {
            Said::Mark(_) => 12,
            _ if !body || row.spaced => 0,
            Said::Bare => 1,
            Said::Unmarked => 4,
        };
    }
    let odd = match f.odd {
        Some(Odd::Program | Odd::Frame) => return if body { 5 } else { 1 },
        Some(Odd::Stage) if row.said != Said::Unmarked => return 2,
        Some(Odd::Stage) => return if body { 6 } else { 2 },
        None => 0,
    };
    let wire = if f.wirelike() { 16 } else { 0 };
    odd + match row.said {
        Said::Mark(_) => 14,
        Said::Bare => 1 + wire * 2 / 3 + if row.hang && talk.last.is_some() { 4 } else { 0 },
        Said::Unmarked => {
            let word = f.dot || f.plain || f.pop.is_some() || f.smtp.is_some();
            let word = if word { 12 } else { u32::from(f.plus) * 5 };
            wire.max(word)
                + if body {
                    8
                } else if settled {
                    3
                } else {
                    5
                }
        }
    }
}
