//! A paste: text in which dialogues stand, with marks or without, whole or damaged, among prose. What protocol it
//! is, who said each line and what was lost is searched ([`search`]) over small machines of the protocols
//! ([`turns`], [`moves`]); what is found is given out as events, like those of any source.
//!
//! Memory is flat: undecided lines wait, a few thousand at most.

mod emit;
mod feature;
mod imap;
mod moves;
mod pop;
mod search;
mod smtp;
mod turns;

use std::collections::VecDeque;
use std::io::{self, BufRead};

pub use feature::Features;

use self::emit::Emitter;
use self::moves::Verdict;
use self::search::Search;
use super::layout::{Row, detect::Layout};
use super::lines::Lines;
use super::{Found, Source};

/// Lines that tell the layout.
const SAMPLE: usize = 2000;
/// Octets of them at most.
const SAMPLE_OCTETS: usize = 512 * 1024;

/// Octets of lines that may wait for a decision.
const WAITING: usize = 4 * 1024 * 1024;

/// Dialogues in a text.
#[derive(Debug)]
pub struct Paste<R> {
    lines: Lines<R>,
    layout: Option<Layout>,
    search: Search,
    rows: VecDeque<Row>,
    emitter: Emitter,
    /// Octets of the lines in `rows`.
    waiting: usize,
    over: bool,
}

impl<R: BufRead> Paste<R> {
    /// A paste on an input.
    pub fn new(input: R) -> Self {
        Paste {
            lines: Lines::new(input),
            layout: None,
            search: Search::default(),
            rows: VecDeque::new(),
            emitter: Emitter::default(),
            waiting: 0,
            over: false,
        }
    }

    /// Reads until something is found or the input ends.
    fn advance(&mut self) -> io::Result<()> {
        let mut fresh = Vec::new();
        if self.layout.is_none() {
            let (mut texts, mut octets) = (Vec::new(), 0);
            while texts.len() < SAMPLE && octets < SAMPLE_OCTETS {
                let Some(line) = self.lines.next_line()? else { break };
                octets += line.text.len();
                texts.push(line);
            }
            let sample: Vec<Vec<u8>> = texts.iter().map(|l| l.text.clone()).collect();
            let layout = self.layout.insert(Layout::detect(&sample));
            for line in texts {
                layout.rows(line.number, &line.text, line.joined, &mut fresh);
            }
        } else if let (Some(layout), Some(line)) = (&mut self.layout, self.lines.next_line()?) {
            layout.rows(line.number, &line.text, line.joined, &mut fresh);
        }
        let mut verdicts = Vec::new();
        if fresh.is_empty() {
            self.over = true;
            self.search.settle(&mut verdicts);
        }
        for row in fresh {
            self.search.line(&row, &mut verdicts);
            self.waiting += row.text.len();
            self.rows.push_back(row);
        }
        if self.waiting > WAITING {
            self.search.settle(&mut verdicts);
        }
        self.decided(verdicts);
        if self.over {
            self.emitter.finish();
        }
        Ok(())
    }

    fn decided(&mut self, verdicts: Vec<Verdict>) {
        for verdict in verdicts {
            if let Some(row) = self.rows.pop_front() {
                self.waiting -= row.text.len();
                self.emitter.take(row, verdict);
            }
        }
    }
}

impl<R: BufRead> Source for Paste<R> {
    fn next_found(&mut self) -> io::Result<Option<Found>> {
        loop {
            if let Some(found) = self.emitter.found.pop_front() {
                return Ok(Some(found));
            }
            if self.over {
                return Ok(None);
            }
            self.advance()?;
        }
    }
}
