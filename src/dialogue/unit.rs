//! Units: what a dialect reads in the bytes. A unit streams: it is opened, comes in pieces, and is closed, so
//! that a stalled multi-line reply is already on the screen and a literal of 1 GiB passes in flat memory.
//!
//! A piece of a command or of a response is one of its lines (an overlong line comes in pieces of at most
//! [`MAX_PIECE`] octets, the first of which has the tokens). A piece of message data or of a literal is a run
//! of bytes, cut anywhere. *Law: any re-chunking of the events gives the same units, tokens and bytes; only
//! where a body is cut in pieces, and times, may differ.*
//!
//! What an IMAP response says before and after a literal are units of their own that name the unit they
//! continue ([`UnitHead::continues`]); units never nest.

use std::time::Duration;

use super::{Mark, Side, Wire};

/// The most octets of one piece.
pub const MAX_PIECE: usize = 64 * 1024;

/// What kind of thing a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// The server's first words.
    Greeting,
    /// A command.
    Command,
    /// The answer that ends a command: an SMTP reply, a POP3 response, an IMAP tagged response.
    Response,
    /// An IMAP untagged response.
    Untagged,
    /// The server asks for more: 354, 334, `+`.
    Continuation,
    /// A counted literal (IMAP).
    Literal,
    /// A message on the wire: after DATA and BDAT, or after RETR's and TOP's status line.
    Data,
    /// A client's line inside a SASL exchange.
    Sasl,
    /// Bytes that fit nowhere.
    Junk,
}

impl Shape {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Greeting => "greeting",
            Shape::Command => "command",
            Shape::Response => "response",
            Shape::Untagged => "untagged",
            Shape::Continuation => "continuation",
            Shape::Literal => "literal",
            Shape::Data => "data",
            Shape::Sasl => "sasl",
            Shape::Junk => "junk",
        }
    }

    /// Whether its pieces are runs of bytes rather than lines.
    pub fn is_body(self) -> bool {
        matches!(self, Shape::Literal | Shape::Data)
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// An IMAP tag; also `*` and `+`.
    Tag,
    /// A command's verb, in full: `MAIL`, `UID FETCH`.
    Verb,
    /// A three-digit SMTP reply code.
    Code,
    /// An enhanced status code.
    Enhanced,
    /// `+OK`, `-ERR`, `OK`, `NO`, `BAD`, `BYE`, `PREAUTH`.
    Status,
    /// A response code's name: `UIDVALIDITY` of `[UIDVALIDITY 3]`, POP3's `IN-USE`.
    ResponseCode,
    /// An EHLO keyword or capability, without its arguments.
    Capability,
    /// A SASL mechanism.
    Mechanism,
    /// A parameter, whole: `SIZE=100`; also a capability's arguments.
    Parameter,
    /// A mailbox address, brackets left out.
    Address,
    /// A host or domain.
    Domain,
    /// A user's name in a login.
    User,
    /// An IMAP mailbox name, quotes left out.
    Mailbox,
    /// A number.
    Number,
    /// A message number or set.
    Set,
    /// An IMAP flag or attribute: `\Seen`.
    Flag,
    /// A fetch item: `BODY.PEEK[]`, `FLAGS`; also STATUS and STORE items.
    Item,
    /// A search key.
    Key,
    /// The kind of an untagged response: `EXISTS`, `FETCH`.
    Kind,
    /// `{n}`, braces left out.
    Count,
    /// Base64 in a SASL exchange, no secret.
    Base64,
    /// A secret; its hole says what makes it.
    Secret,
    /// The lone dot that ends a block.
    Dot,
    /// Text for people.
    Text,
    /// Any other word.
    Word,
}

impl TokenKind {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        use TokenKind::*;
        match self {
            Tag => "tag",
            Verb => "verb",
            Code => "code",
            Enhanced => "enhanced",
            Status => "status",
            ResponseCode => "response-code",
            Capability => "capability",
            Mechanism => "mechanism",
            Parameter => "parameter",
            Address => "address",
            Domain => "domain",
            User => "user",
            Mailbox => "mailbox",
            Number => "number",
            Set => "set",
            Flag => "flag",
            Item => "item",
            Key => "key",
            Kind => "kind",
            Count => "count",
            Base64 => "base64",
            Secret => "secret",
            Dot => "dot",
            Text => "text",
            Word => "word",
        }
    }
}

/// Adds line ranges, joined to the last one where they touch.
pub fn join_lines(lines: &mut Vec<(u64, u64)>, more: &[(u64, u64)]) {
    for &(first, last) in more {
        match lines.last_mut() {
            Some(end) if first <= end.1 + 1 => end.1 = end.1.max(last),
            _ => lines.push((first, last)),
        }
    }
}

/// A word of a piece: what it is, and where in the piece it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First octet in the piece.
    pub start: usize,
    /// One past the last octet.
    pub end: usize,
}

impl Token {
    /// A token of that span.
    pub fn new(kind: TokenKind, start: usize, end: usize) -> Self {
        Token { kind, start, end }
    }
}

/// What is not as the protocol wants it: where, and which rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The octet of the piece at which it shows.
    pub at: usize,
    /// The rule's text id: `fault-bare-lf`.
    pub id: &'static str,
}

/// The beginning of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitHead {
    /// Its number in the dialogue, from 1.
    pub n: u64,
    /// Who speaks.
    pub side: Side,
    /// What it is.
    pub shape: Shape,
    /// The exchange (a command and all that answers it), from 1; none where that cannot be told.
    pub exchange: Option<u64>,
    /// The unit that this one goes on with, after a literal.
    pub continues: Option<u64>,
    /// Whether it went over TLS.
    pub tls: bool,
}

/// A part of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The unit it belongs to.
    pub n: u64,
    /// Its bytes, line end included.
    pub wire: Wire,
    /// Its words.
    pub tokens: Vec<Token>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// When its last byte came.
    pub at: Option<Duration>,
    /// The input's lines that it stands in, ascending.
    pub lines: Vec<(u64, u64)>,
}

impl Piece {
    /// The first token of that kind.
    pub fn token(&self, kind: TokenKind) -> Option<&Token> {
        self.tokens.iter().find(|t| t.kind == kind)
    }

    /// The text of a token (invalid UTF-8 replaced).
    pub fn text(&self, token: &Token) -> String {
        String::from_utf8_lossy(&self.wire.bytes[token.start..token.end]).into_owned()
    }

    /// The text of the first token of that kind.
    pub fn word(&self, kind: TokenKind) -> Option<String> {
        self.token(kind).map(|t| self.text(t))
    }

    /// The texts of all tokens of that kind.
    pub fn words(&self, kind: TokenKind) -> impl Iterator<Item = String> + '_ {
        self.tokens.iter().filter(move |t| t.kind == kind).map(|t| self.text(t))
    }

    /// The hole that makes a token, where it is secret.
    pub fn hole(&self, token: &Token) -> Option<&str> {
        self.wire.hole_in(token.start, token.end).map(|h| h.make.as_str())
    }
}

/// The end of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitEnd {
    /// The unit.
    pub n: u64,
    /// All its octets.
    pub octets: u64,
    /// Whether it came whole.
    pub complete: bool,
    /// Whether its exchange ends here.
    pub last: bool,
}

/// What a dialect hands out, one at a time.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A unit begins.
    Open(UnitHead),
    /// A part of the open unit.
    Piece(Piece),
    /// The open unit ends.
    Close(UnitEnd),
    /// A mark, at its place among the units.
    Mark {
        /// What happened.
        mark: Mark,
        /// When.
        at: Option<Duration>,
        /// The input's lines.
        lines: Vec<(u64, u64)>,
    },
    /// Noise, at its place.
    Noise {
        /// The words.
        text: String,
        /// The input's lines.
        lines: Vec<(u64, u64)>,
    },
}
