//! What the readers of SMTP and POP3 share: two inboxes, an outbox, and lines that were lost. IMAP has its own, since
//! there marks wait in a queue. Not here: what a line means.

use super::frame::{Inbox, Outbox};
use super::{Dialect, Stamp, lost_lines};
use crate::dialogue::mark::Missing;
use crate::dialogue::{Protocol, Side, Step};

/// A reader that takes line by line.
pub(super) trait Lines: Dialect {
    /// What a side said and was not read yet.
    fn inbox(&mut self, side: Side) -> &mut Inbox;
    /// The steps that are ready.
    fn outbox(&mut self) -> &mut Outbox;
    /// Reads on by one piece, if there is one.
    fn advance(&mut self) -> bool;

    /// The next step; pieces are read until there is one.
    fn next_of_lines(&mut self) -> Option<Step> {
        loop {
            if let Some(step) = self.outbox().pop() {
                return Some(step);
            }
            if !self.advance() {
                return None;
            }
        }
    }

    /// Reads what was lost as if it stood there.
    fn suppose(&mut self, missing: Missing, protocol: Protocol) {
        for (side, wire) in lost_lines(missing, protocol) {
            while self.advance() {}
            // What came before it is still held.
            if !self.inbox(side).is_empty() {
                continue;
            }
            self.outbox().phantom = true;
            self.inbox(side).push(&wire, Stamp::default());
            while !self.inbox(side).is_empty() && self.advance() {}
            // What could not be read yet was never said.
            if !self.inbox(side).is_empty() {
                *self.inbox(side) = Inbox::default();
            }
            self.outbox().phantom = false;
        }
    }
}
