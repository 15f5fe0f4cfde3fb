//! The search for the cheapest reading of all lines: Viterbi's, over the machines' states. Equal hypotheses merge;
//! what all that are left agree on is handed out at once, so memory is flat however long the input is, and where
//! marks decide there is one hypothesis and nothing is searched.

use std::collections::VecDeque;

use super::feature::{Features, Odd};
use super::imap::Imap;
use super::pop::Pop;
use super::smtp::Smtp;
use super::turns::Machine;
use crate::dialogue::mark::Missing;
use crate::dialogue::{Protocol, Side};
use crate::source::layout::{Row, Said};

/// Hypotheses that are followed at most.
const MOST: usize = 48;
/// What the best may be ahead of another that is still followed.
const BEAM: u32 = 70;
/// What it costs to leave a dialogue where somebody still waits.
const LEFT: u32 = 18;
/// Lines between two looks at what is agreed.
const PACE: u64 = 128;
/// Lines that may wait for a decision.
const PATIENCE: usize = 4096;

/// Dull lines of a message after which no other reading of it can be left: each costs any of them 3 or more.
const RUN: u32 = BEAM / 3 + 8;
/// The same of readings that leave the message among dull lines: each line costs those 5 or more.
const TAIL: u32 = BEAM / 5 + 2;

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
enum Machines {
    Smtp(Smtp),
    Pop(Pop),
    Imap(Imap),
}

/// A hypothesis' state: outside of all dialogues, or in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Talk {
    machine: Machines,
    /// The marks stand for the other side than they say.
    flip: bool,
    /// Who said the line before; none after noise.
    last: Option<Side>,
    /// Brackets that are open.
    depth: i16,
    long: bool,
    /// The line before was base64.
    base64: bool,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    prev: u32,
    line: u64,
    verdict: Verdict,
}

#[derive(Clone, Copy, Debug)]
struct Survivor {
    state: Option<Talk>,
    cost: u32,
    node: u32,
}

/// The search.
#[derive(Debug)]
pub struct Search {
    survivors: Vec<Survivor>,
    nodes: Vec<Node>,
    lines: u64,
    /// Lines that were handed out.
    told: u64,
    next: Vec<(Option<Talk>, u32, u32, Verdict)>,
    /// Dull lines so far, without blank ones.
    run: u32,
    /// The last lines of a long dull run, without their texts, and how many of them are not blank: they wait, since
    /// readings that leave the message in one of them are still to be looked at when something else comes.
    tail: VecDeque<Row>,
    weight: u32,
}

const NOISE: Verdict = Verdict { side: None, wraps: false, content: false, opens: None, lost: [None; 3] };

macro_rules! each {
    ($machine:expr, $m:ident => $body:expr) => {
        match $machine {
            Machines::Smtp($m) => $body,
            Machines::Pop($m) => $body,
            Machines::Imap($m) => $body,
        }
    };
}

impl Default for Search {
    fn default() -> Self {
        let root = Node { prev: 0, line: 0, verdict: NOISE };
        Search {
            survivors: vec![Survivor { state: None, cost: 0, node: 0 }],
            nodes: vec![root],
            lines: 0,
            told: 0,
            next: Vec::new(),
            run: 0,
            tail: VecDeque::new(),
            weight: 0,
        }
    }
}

impl Search {
    /// Takes a line; `out` gets the verdicts of lines that are decided, oldest first.
    pub fn line(&mut self, row: &Row, out: &mut Vec<Verdict>) {
        let dull = row.features.dull() && !row.spaced && !row.hang;
        match self.message().filter(|_| dull) {
            Some(side) if row.said == Said::Unmarked || self.is_marked(row, side) => {
                let weight = u32::from(!row.features.blank);
                self.run += weight;
                if self.run > RUN && (!self.tail.is_empty() || self.alone()) {
                    let (text, features) = (Vec::new(), row.features.clone());
                    self.tail.push_back(Row { text, features, ..*row });
                    self.weight += weight;
                    return self.flow(out);
                }
            }
            _ => self.run = 0,
        }
        self.end_flow(out);
        self.search(row, out);
    }

    /// The cheapest reading, where the line stands in the midst of a message: whose.
    fn message(&self) -> Option<Side> {
        let best = self.survivors.first().filter(|s| s.cost == 0)?;
        each!(best.state?.machine, m => m.flows())
    }

    fn is_marked(&self, row: &Row, side: Side) -> bool {
        let flip = self.survivors[0].state.is_some_and(|talk| talk.flip);
        matches!(row.said, Said::Mark(mark) if (mark == side) != flip)
    }

    /// Whether all other readings are in the midst of a message too, or such as leave it just now.
    fn alone(&self) -> bool {
        let Some(Survivor { state: Some(best), .. }) = self.survivors.first() else { return false };
        self.survivors[1..].iter().all(|s| match s.state {
            None => s.cost >= LEFT,
            Some(talk) if flows(&talk) => talk.flip == best.flip,
            Some(talk) => {
                let kind = std::mem::discriminant(&talk.machine) == std::mem::discriminant(&best.machine);
                kind && talk.flip == best.flip && !each!(talk.machine, m => m.in_body())
            }
        })
    }

    /// In a long dull run nothing is searched but its end: readings that are in a message stay there.
    fn flow(&mut self, out: &mut Vec<Verdict>) {
        while let Some(row) = self.tail.front()
            && self.weight >= TAIL + u32::from(!row.features.blank)
            && let Some(row) = self.tail.pop_front()
        {
            self.weight -= u32::from(!row.features.blank);
            self.lines += 1;
            let before = std::mem::take(&mut self.survivors);
            for survivor in before.into_iter().filter(|s| s.state.as_ref().is_some_and(flows)) {
                self.go_on(survivor, &row);
            }
            if self.lines.is_multiple_of(PACE) {
                self.agree(out);
            }
        }
    }

    fn go_on(&mut self, survivor: Survivor, row: &Row) {
        let Some(talk) = survivor.state else { return };
        let (side, f) = (each!(talk.machine, m => m.flows()), &row.features);
        let state = Some(Talk { last: side, depth: 0, long: f.long, base64: f.base64, ..talk });
        // Readings that the line makes equal are one, the cheapest; they are in that order.
        if self.survivors.iter().any(|known| known.state == state) {
            return;
        }
        let verdict = Verdict { side, content: true, ..NOISE };
        self.nodes.push(Node { prev: survivor.node, line: self.lines, verdict });
        self.survivors.push(Survivor { state, node: self.nodes.len() as u32 - 1, ..survivor });
    }

    fn end_flow(&mut self, out: &mut Vec<Verdict>) {
        self.weight = 0;
        for row in std::mem::take(&mut self.tail) {
            self.search(&row, out);
        }
    }

    fn search(&mut self, row: &Row, out: &mut Vec<Verdict>) {
        self.lines += 1;
        let mut next = std::mem::take(&mut self.next);
        next.clear();
        for survivor in std::mem::take(&mut self.survivors) {
            follow(survivor, row, &mut next);
        }
        self.keep(&next);
        self.next = next;
        if self.lines.is_multiple_of(PACE) {
            self.agree(out);
        }
    }

    /// Decides all lines so far: no more come, or too much waits.
    pub fn settle(&mut self, out: &mut Vec<Verdict>) {
        self.end_flow(out);
        self.run = 0;
        self.survivors.sort_by_key(|s| s.cost);
        self.survivors.truncate(1);
        self.agree(out);
    }

    /// The cheapest hypotheses go on, one for each state.
    fn keep(&mut self, next: &[(Option<Talk>, u32, u32, Verdict)]) {
        let best = next.iter().map(|n| n.1).min().unwrap_or(0);
        let mut kept: Vec<(Option<Talk>, u32, usize)> = Vec::with_capacity(MOST);
        for (i, (state, cost, _, _)) in next.iter().enumerate() {
            if *cost > best + BEAM {
                continue;
            }
            match kept.iter_mut().find(|k| k.0 == *state) {
                Some(known) if known.1 <= *cost => {}
                Some(known) => *known = (*state, *cost, i),
                None => kept.push((*state, *cost, i)),
            }
        }
        kept.sort_by_key(|k| k.1);
        kept.truncate(MOST);
        for (state, cost, i) in kept {
            let (_, _, prev, verdict) = next[i];
            self.nodes.push(Node { prev, line: self.lines, verdict });
            self.survivors.push(Survivor { state, cost: cost - best, node: self.nodes.len() as u32 - 1 });
        }
    }

    /// Hands out what all hypotheses agree on.
    fn agree(&mut self, out: &mut Vec<Verdict>) {
        if (self.lines - self.told) as usize > PATIENCE {
            self.survivors.sort_by_key(|s| s.cost);
            self.survivors.truncate(1);
        }
        // All of a line's nodes are numbered after those of the line before.
        let mut heads: Vec<u32> = self.survivors.iter().map(|s| s.node).collect();
        heads.sort_unstable();
        heads.dedup();
        while heads.len() > 1 {
            heads.iter_mut().for_each(|h| *h = self.nodes[*h as usize].prev);
            heads.sort_unstable();
            heads.dedup();
        }
        let common = heads[0];
        let mut path = Vec::new();
        let mut at = common;
        while self.nodes[at as usize].line > self.told {
            path.push(self.nodes[at as usize].verdict);
            at = self.nodes[at as usize].prev;
        }
        self.told += path.len() as u64;
        out.extend(path.into_iter().rev());
        self.compact(common);
    }

    fn compact(&mut self, common: u32) {
        let mut moved = vec![u32::MAX; self.nodes.len()];
        let mut used = vec![false; self.nodes.len()];
        used[common as usize] = true;
        for survivor in &self.survivors {
            let mut at = survivor.node;
            while !used[at as usize] {
                used[at as usize] = true;
                at = self.nodes[at as usize].prev;
            }
        }
        let mut kept = Vec::new();
        for (i, node) in self.nodes.iter().enumerate().filter(|(i, _)| used[*i]) {
            moved[i] = kept.len() as u32;
            // The common node is the first that is kept; nothing goes behind it.
            let prev = moved[node.prev as usize];
            kept.push(Node { prev: if prev == u32::MAX { 0 } else { prev }, ..*node });
        }
        self.nodes = kept;
        self.survivors.iter_mut().for_each(|s| s.node = moved[s.node as usize]);
    }
}

/// Whether it is in the midst of a message, where a dull line changes nothing.
fn flows(talk: &Talk) -> bool {
    each!(talk.machine, m => m.flows()).is_some()
}

/// All that a line may be after this hypothesis.
fn follow(from: Survivor, row: &Row, next: &mut Vec<(Option<Talk>, u32, u32, Verdict)>) {
    let mut put = |state, cost, verdict| next.push((state, from.cost + cost, from.node, verdict));
    let Some(talk) = from.state else {
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
    if f.blank || matches!(row.said, Said::Mark(_)) || each!(talk.machine, m => m.in_body()) {
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
