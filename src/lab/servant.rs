//! The contract between a connection and a server: units in, bytes out, no socket.
//!
//! The connection pushes what it received into its recorder, and hands every step of the client's side to the
//! [`Servant`], with the reader's state right after it. What the servant says goes to the socket *and* into
//! the recorder, which may free client bytes that were held (a message after 354, a literal after `+`), and
//! so on until nothing more comes. A servant never waits: what takes time is asked for in [`Outcome`].

use std::io;
use std::time::Duration;

use crate::dialect::State;
use crate::dialogue::Step;

/// A body that is too large to hold: read a portion at a time.
pub trait Body: Send {
    /// The next portion, at most 64 KiB; empty at the end.
    ///
    /// # Errors
    /// What the store says; the connection is closed then, since what was announced cannot be kept.
    fn next(&mut self) -> io::Result<Vec<u8>>;
}

/// Something to say.
pub enum Say {
    /// These bytes.
    Bytes(Vec<u8>),
    /// This body, as it can be read.
    Body(Box<dyn Body>),
}

/// What a servant wants done, in this order: say, then the rest.
#[derive(Default)]
pub struct Outcome {
    /// What to say, in order.
    pub say: Vec<Say>,
    /// Wait so long before saying it: a slow greeting, a tarpit.
    pub delay: Option<Duration>,
    /// Start TLS once all is said.
    pub start_tls: bool,
    /// Close once all is said.
    pub close: bool,
    /// Close without saying anything more, as a crash would.
    pub drop: bool,
    /// Who is logged in now, for the label of the dialogue.
    pub user: Option<String>,
    /// Poke when this changes, from now on: [`store`](super)'s watch of the mailbox that was opened.
    pub watch: Option<tokio::sync::watch::Receiver<u64>>,
}

impl Outcome {
    /// Whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        let does = self.start_tls || self.close || self.drop;
        let knows = self.user.is_some() || self.watch.is_some() || self.delay.is_some();
        self.say.is_empty() && !does && !knows
    }

    /// Says a text; the line end is in it.
    pub fn text(&mut self, text: impl Into<String>) {
        self.bytes(text.into().into_bytes());
    }

    /// Says bytes, joined to those before them.
    pub fn bytes(&mut self, bytes: Vec<u8>) {
        match self.say.last_mut() {
            Some(Say::Bytes(before)) => before.extend_from_slice(&bytes),
            _ => self.say.push(Say::Bytes(bytes)),
        }
    }

    /// Says a body.
    pub fn body(&mut self, body: Box<dyn Body>) {
        self.say.push(Say::Body(body));
    }
}

/// The server's side of one connection.
pub trait Servant: Send {
    /// The first words. `tls`: the connection began with TLS.
    fn greet(&mut self, out: &mut Outcome);

    /// A step of the client's side; `state` is the reader's, right after it.
    fn step(&mut self, step: &Step, state: &State, out: &mut Outcome);

    /// TLS stands now.
    fn tls_started(&mut self);

    /// Somebody else changed something, or time has passed: what an IDLE pushes, what a limit ends.
    fn poke(&mut self, out: &mut Outcome);

    /// How long the client may be silent before [`Servant::poke`] should be asked to end it.
    fn patience(&self) -> Duration;

    /// The connection is gone: what was not finished does not count.
    fn gone(&mut self);
}
