//! What stops a script that runs, told: where, what was expected and what came, and how much was not run.

use super::model::{Do, Pos};
use super::names::Empty;
use super::result::{Failure, Kind};
use super::run::{Runner, Stop};
use crate::dialogue::text::write::safe;
use crate::error::{Error, Exit};

/// Characters of a server's line that an error shows.
pub(super) const SHOWN: usize = 300;

impl Runner<'_> {
    /// A failure at a place, with what is known of the connection.
    pub fn failure(&mut self, kind: Kind, number: u32, pos: Pos) -> Box<Failure> {
        let conn = self.conns.get_mut(&number);
        let farewell = conn.as_ref().and_then(|conn| conn.farewell().last().copied());
        Box::new(Failure {
            kind,
            pos,
            provoked: conn.and_then(|conn| conn.spoke),
            conn: number,
            step: self.step.clone(),
            at: self.start.elapsed(),
            expected: String::new(),
            got: Vec::new(),
            open: Vec::new(),
            limit: None,
            unmatched: Vec::new(),
            closest: None,
            facts: Vec::new(),
            not_run: self.not_run(pos),
            farewell: farewell.map(|line| line.trim_start_matches("ehlo ")),
            error: None,
        })
    }

    /// Windows below a place.
    fn not_run(&self, pos: Pos) -> usize {
        let at = self.script.items.iter().position(|item| item.pos == pos);
        let below = at.map_or(&[][..], |at| &self.script.items[at + 1..]);
        let mut expects = true;
        let mut windows = 0;
        for item in below {
            match &item.what {
                Do::Send(_) if expects => {
                    windows += 1;
                    expects = false;
                }
                Do::Expect(_) => expects = true,
                _ => {}
            }
        }
        windows
    }

    /// The network, TLS or a file stopped it.
    pub fn broken(&mut self, number: u32, pos: Pos, error: Error) -> Stop {
        let mut failure = self.failure(Kind::Error, number, pos);
        failure.error = Some(error);
        Stop::Fail(failure)
    }

    /// A hole that stays empty.
    pub fn empty(&mut self, number: u32, pos: Pos, (id, about): Empty) -> Stop {
        let mut failure = self.failure(Kind::Hole, number, pos);
        failure.error = Some(Error::new(Exit::No, id).with("name", about));
        Stop::Fail(failure)
    }

    /// A server's line for an error: without secrets, safe for a terminal.
    pub fn shown(&mut self, number: u32, line: &[u8]) -> String {
        let text = String::from_utf8_lossy(line).into_owned();
        let text = match self.conns.get_mut(&number) {
            Some(conn) => conn.recorder.mask(&text),
            None => text,
        };
        safe(&text, SHOWN)
    }
}
