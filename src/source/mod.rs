//! Sources that are files: a transcript in the notation. They push events, as a live session does.
//!
//! A source is pulled: [`Source::next_found`] gives openings, events and ends, in the order of the input, in flat
//! memory. Several dialogues may be open at once (a capture); they are told apart by their `stream`.

pub mod json;
pub mod layout;
pub mod lines;
pub mod paste;
pub mod sniff;
pub mod transcript;

use std::io;

use crate::dialogue::{Event, Protocol};

/// What an input holds, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A dialogue begins. Events of its stream that come before belong to none.
    Dialogue(Box<Opening>),
    /// Something happened.
    Event(Box<Event>),
    /// No more events of this stream will come.
    End(u32),
}

/// What is known of a dialogue when it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// Its number, from 1; its events carry the same.
    pub stream: u32,
    /// The protocol; none where it could not be told.
    pub protocol: Option<Protocol>,
    /// The server as it was asked for, `host:port`; may be empty.
    pub target: String,
    /// Whether TLS came before anything else.
    pub tls: bool,
    /// The client's end, `address:port`, where known.
    pub client: Option<String>,
    /// The server's end, `address:port`, where known.
    pub server: Option<String>,
    /// When it began, RFC 3339, where known.
    pub started: Option<String>,
}

/// An input that holds dialogues.
pub trait Source {
    /// The next thing found; none at the end.
    ///
    /// # Errors
    /// What the input says.
    fn next_found(&mut self) -> io::Result<Option<Found>>;
}
