//! The dialect of no protocol: whatever is said is junk, piece by piece, so that it can be shown and counted. It
//! finds no faults, since nobody knows the rules.

use super::frame::{Inbox, Outbox};
use super::{Dialect, Expect, Stamp, State, Turn};
use crate::dialogue::{Mark, Protocol, Shape, Side, Step, Wire};

/// A reader of a dialogue whose protocol is not known.
#[derive(Clone, Debug, Default)]
pub struct Unknown {
    inboxes: [Inbox; 2],
    out: Outbox,
    state: State,
}

impl Unknown {
    /// At the beginning of a connection.
    pub fn new() -> Self {
        Unknown::default()
    }

    /// Reads a line, or a part of a long one.
    fn advance(&mut self, side: Side) -> bool {
        let Some(taken) = self.inboxes[side as usize].line() else { return false };
        if self.out.current(side).is_none() {
            self.out.open(side, Shape::Junk, None, None);
        }
        let whole = taken.whole;
        self.out.piece(side, taken, Vec::new(), Vec::new());
        if whole {
            self.out.close(side, true, false);
        }
        true
    }
}

impl Dialect for Unknown {
    fn protocol(&self) -> Option<Protocol> {
        None
    }

    fn push(&mut self, side: Side, wire: &Wire, stamp: Stamp) {
        self.inboxes[side as usize].push(wire, stamp);
    }

    fn mark(&mut self, mark: &Mark, stamp: Stamp) {
        match mark {
            Mark::Tls(_) => {
                self.finish();
                self.inboxes.iter_mut().for_each(Inbox::reopen);
                self.state.tls = true;
                self.out.tls = true;
            }
            Mark::Gap { .. } | Mark::Closed(_) => {
                self.finish();
                self.inboxes.iter_mut().for_each(Inbox::reopen);
            }
            _ => {}
        }
        self.out.mark(mark, stamp);
    }

    fn finish(&mut self) {
        self.inboxes.iter_mut().for_each(Inbox::close);
        while self.advance(Side::Client) || self.advance(Side::Server) {}
        self.out.close_all();
    }

    fn next_step(&mut self) -> Option<Step> {
        loop {
            if let Some(step) = self.out.pop() {
                return Some(step);
            }
            if !self.advance(Side::Client) && !self.advance(Side::Server) {
                return None;
            }
        }
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn expect(&self) -> Expect {
        Expect { client: Turn::Command, owed: 0 }
    }

    fn pending(&self, side: Side) -> usize {
        self.inboxes[side as usize].len()
    }

    fn boxed_clone(&self) -> Box<dyn Dialect> {
        Box::new(self.clone())
    }
}
