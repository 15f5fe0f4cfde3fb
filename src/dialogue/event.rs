//! Events: the facts that sources push. An event says which dialogue, when, from which line of an input, and
//! what: bytes of one side, a mark, or noise.

use std::fmt;
use std::time::Duration;

use super::{Mark, Wire};

/// Which protocol a dialogue speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// SMTP, RFC 5321.
    Smtp,
    /// LMTP, RFC 2033: SMTP's last hop, one reply per recipient after the data.
    Lmtp,
    /// POP3, RFC 1939.
    Pop3,
    /// IMAP4, RFC 3501 and 9051.
    Imap,
}

impl Protocol {
    /// The name in JSON: `smtp`, `lmtp`, `pop3`, `imap`.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Smtp => "smtp",
            Protocol::Lmtp => "lmtp",
            Protocol::Pop3 => "pop3",
            Protocol::Imap => "imap",
        }
    }

    /// The subcommand and notation directive: `smtp` (LMTP too), `pop`, `imap`.
    pub fn word(self) -> &'static str {
        match self {
            Protocol::Smtp | Protocol::Lmtp => "smtp",
            Protocol::Pop3 => "pop",
            Protocol::Imap => "imap",
        }
    }

    /// The name for people: `SMTP`.
    pub fn title(self) -> &'static str {
        match self {
            Protocol::Smtp => "SMTP",
            Protocol::Lmtp => "LMTP",
            Protocol::Pop3 => "POP3",
            Protocol::Imap => "IMAP",
        }
    }
}

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The client, `C:`.
    Client,
    /// The server, `S:`.
    Server,
}

impl Side {
    /// `client` or `server`, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Side::Client => "client",
            Side::Server => "server",
        }
    }

    /// `C` or `S`, as the RFCs print dialogues.
    pub fn letter(self) -> char {
        match self {
            Side::Client => 'C',
            Side::Server => 'S',
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where an event came from: a range (1-based, inclusive) of a text's lines or of a capture's frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere to point at: a live session.
    #[default]
    None,
    /// Lines, or frames, `first..=last` of the input.
    Lines(u64, u64),
    /// Several lines, from the first to the last: each line of the chunk, to its LF, is one of the input's.
    Each(u64, u64),
}

impl Origin {
    /// All of it.
    pub fn lines(self) -> Option<(u64, u64)> {
        match self {
            Origin::None => None,
            Origin::Lines(first, last) | Origin::Each(first, last) => Some((first, last)),
        }
    }

    /// Where the next octets of the chunk stand; the rest of it stands in what is left.
    pub fn take(&mut self, octets: &[u8]) -> Option<(u64, u64)> {
        let Origin::Each(first, last) = *self else { return self.lines() };
        let ends = memchr::memchr_iter(b'\n', octets).count() as u64;
        *self = Origin::Each((first + ends).min(last), last);
        let inside = u64::from(!octets.ends_with(b"\n"));
        (!octets.is_empty()).then(|| (first, (first + ends + inside).saturating_sub(1).clamp(first, last)))
    }
}

/// One fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Which dialogue: a connection's number, from 1.
    pub stream: u32,
    /// When, since the dialogue's start; unknown in a transcript.
    pub at: Option<Duration>,
    /// Where it stands in the input.
    pub origin: Origin,
    /// What happened.
    pub what: What,
}

/// What an event says.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Bytes that one side sent, however they happened to be cut.
    Chunk(Side, Wire),
    /// Something beside the bytes.
    Mark(Mark),
    /// Input that neither side said: prose, a prompt, telnet's own words.
    Noise(String),
    /// What the connection carried from the client and from the server, where the chunks are not all of it: TLS.
    Carried(Box<[Carried; 2]>),
}

/// All octets of one side on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// How many.
    pub octets: u64,
    /// Their digest.
    pub sha256: [u8; 32],
}
