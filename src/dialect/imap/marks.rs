//! Marks, and the end: what is buffered and cannot go on across them comes out first.

use super::effect::Effect;
use super::{Flow, Framing, Imap, Literal, Side};
use crate::dialect::{Stamp, lost_lines};
use crate::dialogue::{Mark, Shape, Wire};

/// Everything buffered is coming out, before a mark or for good.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    /// Whose bytes cannot go on.
    client: bool,
    server: bool,
    mark: Option<(Mark, Stamp)>,
}

impl Imap {
    pub(super) fn take_mark(&mut self, mark: Mark, stamp: Stamp) {
        let (client, server) = match &mark {
            Mark::Tls(_) | Mark::Closed(_) => (true, true),
            Mark::Gap { side, octets: Some(n) } if self.skip(*side, *n, &mark, stamp) => return,
            Mark::Gap { side, .. } | Mark::Opaque { side, .. } => {
                (*side == Side::Client, *side == Side::Server)
            }
            // What it ends is ended first: the mark stands where the line would have stood.
            Mark::Missing(missing, protocol) => {
                for (side, wire) in lost_lines(*missing, *protocol) {
                    self.suppose(side, &wire);
                }
                return self.out.mark(&mark, stamp);
            }
            // Nothing breaks.
            _ => return self.out.mark(&mark, stamp),
        };
        self.begin_ending(client, server, Some((mark, stamp)));
    }

    /// Reads a line that was lost as if it stood there, unless what came before it is still held.
    fn suppose(&mut self, side: Side, wire: &Wire) {
        if !self.half(side).inbox.is_empty() {
            return;
        }
        self.out.phantom = true;
        self.half(side).inbox.push(wire, Stamp::default());
        while !self.half(side).inbox.is_empty() && self.try_side(side) {}
        let left = self.half(side).inbox.len();
        if left > 0 {
            // What could not be read yet was never said.
            self.half(side).inbox.take(left, true);
        }
        self.out.phantom = false;
    }

    pub(super) fn take_finish(&mut self) {
        self.begin_ending(true, true, None);
    }

    fn begin_ending(&mut self, client: bool, server: bool, mark: Option<(Mark, Stamp)>) {
        if client {
            self.client.inbox.close();
        }
        if server {
            self.server.inbox.close();
        }
        self.ending = Some(Ending { client, server, mark });
        self.drained = false;
    }

    /// Octets missing inside a literal: it goes on behind them, if it is long enough.
    fn skip(&mut self, side: Side, octets: u64, mark: &Mark, stamp: Stamp) -> bool {
        let literal = match self.half(side).framing {
            Framing::Literal(literal) | Framing::Wait(literal) => literal,
            _ => return false,
        };
        let held = self.half(side).inbox.len() as u64;
        let Some(left) = literal.left.and_then(|left| left.checked_sub(held)) else { return false };
        if octets > left {
            return false;
        }
        if held > 0 || !literal.begun {
            self.ensure_open(side, Shape::Literal);
        }
        if let Some(taken) = self.half(side).inbox.run(held) {
            let kind = literal.kind.map(|kind| crate::dialogue::Token::new(kind, 0, taken.wire.len()));
            self.out.piece(side, taken, kind.into_iter().collect(), Vec::new());
        }
        self.out.close(side, false, false);
        self.out.mark(mark, stamp);
        let left = left - octets;
        let half = self.half(side);
        half.framing = match left {
            0 => Framing::Line,
            left => Framing::Literal(Literal { left: Some(left), kind: literal.kind, begun: true }),
        };
        self.drained = false;
        true
    }

    /// Nothing more can be read: gives up one thing that waits, or ends the ending.
    pub(super) fn end_one(&mut self) -> bool {
        let Some(ending) = self.ending.clone() else { return false };
        for (side, due) in [(Side::Server, ending.server), (Side::Client, ending.client)] {
            if due && self.is_open(side) {
                self.give_up(side);
                return true;
            }
        }
        self.end(ending);
        true
    }

    fn is_open(&mut self, side: Side) -> bool {
        let open = self.out.current(side).is_some();
        let half = self.half(side);
        open || half.head.is_some() || !matches!(half.framing, Framing::Line)
    }

    /// A side's command or response will not be whole.
    fn give_up(&mut self, side: Side) {
        self.out.close(side, false, false);
        let half = self.half(side);
        half.head = None;
        half.framing = Framing::Line;
        half.lost = true;
    }

    fn end(&mut self, ending: Ending) {
        self.ending = None;
        let Some((mark, stamp)) = ending.mark else { return };
        for (side, due) in [(Side::Server, ending.server), (Side::Client, ending.client)] {
            if due {
                let half = self.half(side);
                half.inbox.reopen();
                half.lost = matches!(mark, Mark::Gap { .. });
            }
        }
        self.out.mark(&mark, stamp);
        match mark {
            Mark::Tls(_) => {
                self.out.tls = true;
                self.effects.push(Effect::Tls);
                if let Flow::Tls { .. } = self.flow {
                    self.flow = Flow::Command;
                }
            }
            Mark::Closed(_) => self.over = true,
            _ => {}
        }
    }
}
