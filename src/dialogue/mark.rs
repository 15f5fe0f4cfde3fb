//! Marks: what happened beside the bytes of a dialogue.

use super::{Protocol, Side};

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
        /// Whether TLS comes before anything else (implicit TLS, RFC 8314 §3).
        tls: bool,
    },
    /// A proxy was asked for another server, and the dialogue goes through it.
    Tunnel {
        /// How: `SOCKS5`.
        by: String,
        /// The server that was asked for, `host:port`.
        target: String,
        /// Whether the proxy did it.
        granted: bool,
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
    /// Something about how the octets came that asks for attention.
    Odd {
        /// Whose octets.
        side: Side,
        /// What: a text id, `mark-odd-…`.
        id: &'static str,
    },
    /// A line that a damaged record must have lost here.
    Missing(Missing, Protocol),
    /// A person's comment.
    Comment(String),
    /// A step of a script or a report begins; its title.
    Step(String),
    /// The connection ended.
    Closed(Close),
}

/// What a damaged record has lost. The bytes that would have stood there are told by [`Missing::would_be`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// The lone dot that ends the client's message (RFC 5321 §4.1.1.4).
    ClientDot,
    /// The lone dot that ends a multi-line response (RFC 1939 §3).
    ServerDot,
    /// SMTP's 354.
    GoAhead,
    /// 334, or `+`: the challenge or request that the client's next line answers.
    Challenge,
    /// The command that a response answers.
    Command,
    /// The response to a command.
    Reply,
    /// RETR and its +OK, before a message.
    Retrieval,
    /// The beginning of the greeting.
    Greeting,
    /// Everything before: the record begins in the midst of the dialogue.
    Opening,
    /// What ends a literal's command; nobody misses it.
    Rest,
}

impl Missing {
    /// The word in JSON and in text ids (`paste-missing-dot`).
    pub fn name(self) -> &'static str {
        match self {
            Missing::ClientDot | Missing::ServerDot => "dot",
            Missing::GoAhead => "go-ahead",
            Missing::Challenge => "challenge",
            Missing::Command => "command",
            Missing::Reply => "reply",
            Missing::Retrieval => "retrieval",
            Missing::Greeting => "greeting",
            Missing::Opening => "opening",
            Missing::Rest => "rest",
        }
    }

    /// The loss of that word and side.
    pub fn from_name(name: &str, side: Side) -> Option<Missing> {
        use Missing::*;
        let all = [ClientDot, ServerDot, GoAhead, Challenge, Command, Reply, Retrieval, Greeting, Opening];
        all.into_iter().find(|m| m.name() == name && m.side() == side)
    }

    /// Who would have said it.
    pub fn side(self) -> Side {
        match self {
            Missing::ClientDot | Missing::Command | Missing::Retrieval | Missing::Rest => Side::Client,
            _ => Side::Server,
        }
    }

    /// What would have stood there, as far as it can be told: lines, each with who says it.
    pub fn would_be(self, protocol: Protocol) -> &'static [(Side, &'static str)] {
        use Side::{Client, Server};
        let smtp = matches!(protocol, Protocol::Smtp | Protocol::Lmtp);
        match self {
            Missing::ClientDot => &[(Client, ".")],
            Missing::ServerDot => &[(Server, ".")],
            Missing::GoAhead => &[(Server, "354 go ahead")],
            Missing::Challenge if smtp => &[(Server, "334 ")],
            Missing::Challenge => &[(Server, "+ ")],
            Missing::Reply if smtp => &[(Server, "250 ok")],
            Missing::Reply if protocol == Protocol::Pop3 => &[(Server, "+OK")],
            Missing::Retrieval => &[(Client, "RETR n"), (Server, "+OK")],
            Missing::Greeting | Missing::Opening if smtp => &[(Server, "220 ")],
            Missing::Greeting | Missing::Opening if protocol == Protocol::Pop3 => &[(Server, "+OK ")],
            Missing::Greeting | Missing::Opening => &[(Server, "* OK ")],
            Missing::Command | Missing::Reply | Missing::Rest => &[],
        }
    }
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
    /// The record ends before the connection does.
    Unseen,
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
            Close::Unseen => "unseen",
        }
    }

    /// The end of that name.
    pub fn from_name(name: &str) -> Option<Close> {
        use Close::*;
        [Client, Server, Unclean, Reset, TimedOut, Refused, Unseen].into_iter().find(|c| c.name() == name)
    }
}

/// What a finished handshake agreed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsInfo {
    /// `TLS 1.3` or `TLS 1.2`.
    pub version: String,
    /// The cipher suite by its IANA name: `TLS_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// The name that was asked for and checked.
    pub server_name: String,
    /// The server's own certificate, if it could be read.
    pub certificate: Option<Certificate>,
    /// Those that the server sent after its own, each of which should vouch for the one before it.
    pub chain: Vec<Certificate>,
    /// Whether the certificate passed the checks; it can have failed only with `insecure`.
    pub verified: Verdict,
}

/// What the checks of a certificate came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It passed every check.
    Verified,
    /// Not known: a record that does not tell.
    #[default]
    Unknown,
    /// It failed these; never empty.
    Failed(Vec<CertificateFault>),
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is: a distinguished name, `CN=mail.example.org`.
    pub subject: String,
    /// The DNS names and addresses it is for (RFC 5280 §4.2.1.6); only these count, not the subject.
    pub names: Vec<String>,
    /// Who signed it.
    pub issuer: String,
    /// When it begins to be valid, in seconds since 1970.
    pub not_before: i64,
    /// When it ceases to be valid, in seconds since 1970.
    pub not_after: i64,
    /// Whether subject and issuer are the same, so that only itself vouches for it.
    pub self_signed: bool,
    /// The whole, as it was sent (DER, RFC 5280 §4.1); empty where only what it says is known.
    pub der: Vec<u8>,
}

/// A check that a certificate failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// It is past its time.
    Expired {
        /// When that was, in seconds since 1970.
        at: i64,
        /// It is not the server's own certificate but one above it.
        issuer: bool,
    },
    /// Its time has not come.
    NotYetValid {
        /// When it will, in seconds since 1970.
        at: i64,
        /// It is not the server's own certificate but one above it.
        issuer: bool,
    },
    /// It is for other names.
    OtherName {
        /// The name wanted.
        wanted: String,
        /// The names it is for.
        names: Vec<String>,
    },
    /// No root leads to it.
    UnknownIssuer {
        /// The issuer at the top of what the server sent, whom nobody here knows.
        issuer: String,
        /// How many certificates the server sent; one alone often means a forgotten intermediate.
        sent: usize,
    },
    /// It is signed by itself, and not trusted as a root.
    SelfSigned,
    /// It was withdrawn by its issuer.
    Revoked,
    /// It is no certificate: the encoding is broken.
    NotACertificate,
    /// It is a certificate authority's (CA:TRUE), not a server's.
    CaAsLeaf,
    /// A signature does not fit: in the chain, or the server's over the handshake.
    BadSignature,
    /// It may not be used for servers (extended key usage, RFC 5280 §4.2.1.12).
    WrongPurpose,
    /// Its key or signature is of a kind not accepted today, such as SHA-1 or a short RSA key.
    WeakAlgorithm,
    /// Anything else, in the TLS library's words.
    Other(String),
}

impl CertificateFault {
    /// Whether it says that nobody trusted vouches for the certificate: a date or a name is no fault of the chain.
    pub fn is_of_chain(&self) -> bool {
        use CertificateFault::{Expired, NotYetValid, OtherName};
        !matches!(self, Expired { .. } | NotYetValid { .. } | OtherName { .. })
    }

    /// The word in JSON and in text ids (`tls-fault-expired`).
    pub fn name(&self) -> &'static str {
        match self {
            CertificateFault::Expired { .. } => "expired",
            CertificateFault::NotYetValid { .. } => "not-yet-valid",
            CertificateFault::OtherName { .. } => "other-name",
            CertificateFault::UnknownIssuer { .. } => "unknown-issuer",
            CertificateFault::SelfSigned => "self-signed",
            CertificateFault::Revoked => "revoked",
            CertificateFault::NotACertificate => "not-a-certificate",
            CertificateFault::CaAsLeaf => "ca-as-leaf",
            CertificateFault::BadSignature => "bad-signature",
            CertificateFault::WrongPurpose => "wrong-purpose",
            CertificateFault::WeakAlgorithm => "weak-algorithm",
            CertificateFault::Other(_) => "other",
        }
    }
}
