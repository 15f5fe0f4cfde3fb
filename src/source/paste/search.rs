//! The search for the cheapest reading of all lines: Viterbi's, over the machines' states. Equal hypotheses merge;
//! what all that are left agree on is handed out at once, so memory is flat however long the input is, and where
//! marks decide there is one hypothesis and nothing is searched.

use std::collections::VecDeque;

use super::moves::{BEAM, LEFT, NOISE, Talk, Verdict, follow};
use crate::dialogue::Side;
use crate::source::layout::{Row, Said};

/// Hypotheses that are followed at most.
const MOST: usize = 48;
/// Lines between two looks at what is agreed.
const PACE: u64 = 128;
/// Lines that may wait for a decision.
const PATIENCE: usize = 4096;

/// Dull lines of a message after which no other reading of it can be left: each costs any of them 3 or more.
const RUN: u32 = BEAM / 3 + 8;
/// The same of readings that leave the message among dull lines: each line costs those 5 or more.
const TAIL: u32 = BEAM / 5 + 2;

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
        best.state?.flows()
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
            Some(talk) if talk.flows().is_some() => talk.flip == best.flip,
            Some(talk) => {
                let kind = std::mem::discriminant(&talk.machine) == std::mem::discriminant(&best.machine);
                kind && talk.flip == best.flip && !talk.in_body()
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
            for survivor in
                before.into_iter().filter(|s| s.state.as_ref().is_some_and(|talk| talk.flows().is_some()))
            {
                self.go_on(survivor, &row);
            }
            if self.lines.is_multiple_of(PACE) {
                self.agree(out);
            }
        }
    }

    fn go_on(&mut self, survivor: Survivor, row: &Row) {
        let Some(talk) = survivor.state else { return };
        let (side, f) = (talk.flows(), &row.features);
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
            follow(survivor.state, row, |state, cost, verdict| {
                next.push((state, survivor.cost + cost, survivor.node, verdict));
            });
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
