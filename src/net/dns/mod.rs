//! The DNS as a sending mail server uses it: one question, and everything that came back.
//!
//! Terms:
//! - a *query* is one question (name, type) sent to one server over one transport; a [`Try`] is such a query
//!   and what came of it, a [`Reply`] or a [`Fault`];
//! - a [`Lookup`] is all tries that one question took: again over TCP after a truncated answer (RFC 7766 §5),
//!   again without EDNS for an old server (RFC 6891 §7), the next server of the system's list;
//! - [`read()`] says what an answer means: records, NODATA, NXDOMAIN, a referral, an alias loop … (RFC 2308).
//!
//! hickory writes and reads the messages, and finds the system's servers. The exchange itself is here, because
//! it is what ehlo shows: hickory's client hides size, truncation, transport and whatever else arrived, and its
//! sockets are not connected, so that a closed port looks like silence.
//!
//! Names are absolute: no search list, no hosts file, no cache. No DNSSEC validation: the AD bit is the server's
//! word.

mod exchange;
mod meaning;
mod pool;
mod servers;

use std::net::SocketAddr;
use std::time::Duration;

pub use hickory_resolver::proto::op::{Message, ResponseCode};
pub use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
pub use meaning::{Found, Meaning, read};
pub use servers::{PORT, system};

/// How a query travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// One datagram each way.
    Udp,
    /// A connection, each message with its length in front (RFC 1035 §4.2.2).
    Tcp,
}

impl Transport {
    /// `UDP`, `TCP`.
    pub fn title(self) -> &'static str {
        match self {
            Transport::Udp => "UDP",
            Transport::Tcp => "TCP",
        }
    }
}

/// Whom to ask, and how.
#[derive(Clone, Debug)]
pub struct Client {
    /// The servers, in this order.
    pub servers: Vec<SocketAddr>,
    /// Whether TCP is used from the beginning.
    pub tcp: bool,
    /// The limit for a question, all its tries together.
    pub timeout: Duration,
    /// Sockets that can be used again.
    pool: pool::Pool,
}

impl Client {
    /// A client that asks these servers, in this order; `tcp`: over TCP from the beginning; `timeout`: for each
    /// question, all its tries together.
    pub fn new(servers: Vec<SocketAddr>, tcp: bool, timeout: Duration) -> Client {
        Client { servers, tcp, timeout, pool: pool::Pool::default() }
    }
}

/// An answer: the message, and its size on the wire.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The message with all its sections; the OPT record of EDNS is apart.
    pub message: Message,
    /// Its octets.
    pub bytes: usize,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing came in time.
    TimedOut,
    /// Nothing listens there: the machine says so itself.
    Refused,
    /// The server cannot be reached; the text is the system's.
    Unreachable(String),
    /// What came is no DNS message.
    Garbage,
    /// What came has another identifier than the query: an answer to somebody else, or a forged one.
    WrongId,
    /// What came answers another question.
    OtherQuestion,
    /// The TCP connection ended in the midst of the message.
    Cut,
}

impl Fault {
    /// Its word, for machines and text ids.
    pub fn word(&self) -> &'static str {
        match self {
            Fault::TimedOut => "timeout",
            Fault::Refused => "refused",
            Fault::Unreachable(_) => "unreachable",
            Fault::Garbage => "garbage",
            Fault::WrongId => "wrong-id",
            Fault::OtherQuestion => "other-question",
            Fault::Cut => "cut",
        }
    }
}

/// A query as it was made, and what came of it.
#[derive(Clone, Debug)]
pub struct Try {
    /// The name, as on the wire, without the dot at its end.
    pub name: String,
    /// The type.
    pub kind: RecordType,
    /// To whom.
    pub server: SocketAddr,
    /// Over what.
    pub transport: Transport,
    /// How long it took.
    pub took: Duration,
    /// How often the datagram was sent.
    pub sent: u8,
    /// What came back.
    pub result: Result<Reply, Fault>,
}

/// All tries of a question; the last one decides.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    /// In order; at least one, unless there was no server to ask.
    pub tries: Vec<Try>,
}

impl Lookup {
    /// The answer that counts.
    pub fn reply(&self) -> Option<&Reply> {
        self.tries.last()?.result.as_ref().ok()
    }

    /// Why there is none.
    pub fn fault(&self) -> Option<&Fault> {
        self.tries.last()?.result.as_ref().err()
    }
}

impl Reply {
    /// The header's flags that are set, in dig's words.
    pub fn flags(&self) -> Vec<&'static str> {
        let m = &self.message.metadata;
        let all = [
            (true, "qr"),
            (m.authoritative, "aa"),
            (m.truncation, "tc"),
            (m.recursion_desired, "rd"),
            (m.recursion_available, "ra"),
            (m.authentic_data, "ad"),
            (m.checking_disabled, "cd"),
        ];
        all.into_iter().filter(|(set, _)| *set).map(|(_, word)| word).collect()
    }

    /// The extended error (RFC 8914): its number and its text, if the server sent one.
    pub fn extended_error(&self) -> Option<(u16, String)> {
        use hickory_resolver::proto::rr::rdata::opt::{EdnsCode, EdnsOption};
        let edns = self.message.edns.as_ref()?;
        edns.options().options.iter().find_map(|(code, option)| match (code, option) {
            (EdnsCode::Unknown(15), EdnsOption::Unknown(_, data)) if data.len() >= 2 => {
                let number = u16::from_be_bytes([data[0], data[1]]);
                Some((number, String::from_utf8_lossy(&data[2..]).trim_end_matches('\0').to_owned()))
            }
            _ => None,
        })
    }

    /// The answer's code, in the registry's words.
    pub fn rcode(&self) -> String {
        match self.message.metadata.response_code {
            ResponseCode::NoError => "NOERROR".to_owned(),
            ResponseCode::FormErr => "FORMERR".to_owned(),
            ResponseCode::ServFail => "SERVFAIL".to_owned(),
            ResponseCode::NXDomain => "NXDOMAIN".to_owned(),
            ResponseCode::NotImp => "NOTIMP".to_owned(),
            ResponseCode::Refused => "REFUSED".to_owned(),
            other => format!("RCODE{}", u16::from(other)),
        }
    }
}

/// A name for people and for JSON: as on the wire, lower case, without the dot at its end; the root is `.`.
/// Octets that are no letters are written as in a zone file (RFC 1035 §5.1).
pub fn plain(name: &Name) -> String {
    let mut text = String::new();
    for label in name.iter() {
        if !text.is_empty() {
            text.push('.');
        }
        for byte in label {
            match byte {
                b'.' | b'\\' | b'"' => text.extend(['\\', char::from(*byte)]),
                0x21..=0x7e => text.push(char::from(byte.to_ascii_lowercase())),
                _ => text.push_str(&format!("\\{byte:03}")),
            }
        }
    }
    if text.is_empty() { ".".to_owned() } else { text }
}
