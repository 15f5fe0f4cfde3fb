//! Marks: what happened beside the bytes of a dialogue.

use super::Side;

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// An address is being tried.
    Trying {
        /// `address:port`.
        address: String,
    },
    /// An address did not take the connection.
    Failed {
        /// `address:port`.
        address: String,
        /// A text id of the kind of failure: `connect-refused`.
        why: &'static str,
        /// The system's own words.
        detail: String,
    },
    /// The transport stands.
    Connected {
        /// The peer, `address:port`, or the command that carries the dialogue (`--via`).
        address: String,
        /// The server's port.
        port: u16,
        /// Our own end, where known.
        local: Option<String>,
    },
    /// TLS has started.
    Tls(TlsInfo),
    /// Encrypted bytes that cannot be read.
    Opaque {
        /// Whose.
        side: Side,
        /// How many.
        octets: u64,
    },
    /// Bytes that are missing.
    Gap {
        /// Whose.
        side: Side,
        /// How many, if known.
        octets: Option<u64>,
    },
    /// A person's comment.
    Comment(String),
    /// The connection ended.
    Closed(Close),
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// The client closed.
    Client,
    /// The server closed, in good order.
    Server,
    /// The server ended TCP without ending TLS first: the end may have been forged (RFC 8446 §6.1).
    Unclean,
    /// The connection was reset.
    Reset,
    /// The peer fell silent.
    TimedOut,
    /// ehlo closed because going on would not be safe.
    Refused,
}

impl Close {
    /// The word in the notation and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Close::Client => "client",
            Close::Server => "server",
            Close::Unclean => "unclean",
            Close::Reset => "reset",
            Close::TimedOut => "timeout",
            Close::Refused => "refused",
        }
    }

    /// The end of that name.
    pub fn from_name(name: &str) -> Option<Close> {
        use Close::*;
        [Client, Server, Unclean, Reset, TimedOut, Refused].into_iter().find(|c| c.name() == name)
    }
}

/// What a TLS handshake settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsInfo {
    /// `TLS 1.3`.
    pub version: String,
    /// The cipher suite's registered name.
    pub cipher: String,
    /// The name that was asked for, and checked.
    pub server_name: String,
    /// The server's own certificate.
    pub certificate: Option<Certificate>,
    /// Whether it was verified, and what the check found.
    pub verified: Verdict,
}

/// The server's certificate, as far as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The subject's distinguished name.
    pub subject: String,
    /// The names and addresses it is valid for (subjectAltName).
    pub names: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    /// Valid from, in seconds since 1970.
    pub not_before: i64,
    /// Valid until, in seconds since 1970.
    pub not_after: i64,
    /// Whether it is its own issuer.
    pub self_signed: bool,
}

/// What the check of a certificate found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Chain, name and dates are right.
    #[default]
    Verified,
    /// Its time is over (seconds since 1970).
    Expired {
        /// When it ended.
        at: i64,
    },
    /// Its time has not begun (seconds since 1970).
    NotYetValid {
        /// When it begins.
        at: i64,
    },
    /// It is for other names.
    OtherName {
        /// The name asked for.
        wanted: String,
        /// The names it has.
        names: Vec<String>,
    },
    /// No known authority issued it.
    UnknownIssuer,
    /// It vouches for itself.
    SelfSigned,
    /// It was revoked.
    Revoked,
    /// The bytes are no certificate.
    NotACertificate,
    /// An authority's certificate is used as a server's own.
    CaAsLeaf,
    /// A signature does not fit.
    BadSignature,
    /// Anything else, in the TLS library's words.
    Other(String),
}

impl Verdict {
    /// The word in JSON and in text ids (`tls-verdict-expired`).
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Verified => "verified",
            Verdict::Expired { .. } => "expired",
            Verdict::NotYetValid { .. } => "not-yet-valid",
            Verdict::OtherName { .. } => "other-name",
            Verdict::UnknownIssuer => "unknown-issuer",
            Verdict::SelfSigned => "self-signed",
            Verdict::Revoked => "revoked",
            Verdict::NotACertificate => "not-a-certificate",
            Verdict::CaAsLeaf => "ca-as-leaf",
            Verdict::BadSignature => "bad-signature",
            Verdict::Other(_) => "other",
        }
    }
}
