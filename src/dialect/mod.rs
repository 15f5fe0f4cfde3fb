//! Dialects: readers of one protocol each. They observe and cannot fail: events go in, units come out;
//! malformed text is a unit with a fault, never an error, never lost. They know no socket, no clock and no
//! language.
//!
//! A dialect is *pulled*: after [`Dialect::push`] the caller takes steps with [`Dialect::next_step`] until
//! there is none. [`Dialect::state`] and [`Dialect::expect`] are those right after the step last taken, so
//! whoever explains a reply sees the state that it made.
//!
//! A dialect can be cloned, so that a line can be tried before it is sent.

pub mod frame;
pub mod imap;
mod lines;
pub mod pop3;
pub mod sasl;
pub mod smtp;
pub mod stuff;
pub mod unknown;

use std::time::Duration;

use crate::dialogue::mark::Missing;
use crate::dialogue::{Mark, Origin, Protocol, Side, Step, Wire};

/// When and where a chunk came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// When, since the dialogue's start.
    pub at: Option<Duration>,
    /// Where in the input.
    pub origin: Origin,
}

/// A reader of one protocol.
pub trait Dialect: Send {
    /// Which one; none where nobody knows.
    fn protocol(&self) -> Option<Protocol>;
    /// Bytes of one side.
    fn push(&mut self, side: Side, wire: &Wire, stamp: Stamp);
    /// Something beside the bytes. What is buffered and cannot go on across it comes out first, as
    /// incomplete units; then the mark itself, as a step.
    fn mark(&mut self, mark: &Mark, stamp: Stamp);
    /// No more will come: what is buffered comes out as incomplete units.
    fn finish(&mut self);
    /// The next step, if the bytes so far make one.
    fn next_step(&mut self) -> Option<Step>;
    /// The state after the step last taken.
    fn state(&self) -> &State;
    /// Who may speak now, and how.
    fn expect(&self) -> Expect;
    /// Octets of a side that make no whole piece yet.
    fn pending(&self, side: Side) -> usize;
    /// Nobody looks at the units: those that change no state need not come out.
    fn unwatched(&mut self) {}
    /// A copy, to try things on.
    fn boxed_clone(&self) -> Box<dyn Dialect>;
}

/// What a record has lost, line by line with line ends; empty where it cannot be told well enough to go on with.
fn lost_lines(missing: Missing, protocol: Protocol) -> Vec<(Side, Wire)> {
    let line = |(side, text): &(Side, &str)| (*side, Wire::new(format!("{text}\r\n")));
    missing.would_be(protocol).iter().map(line).collect()
}

impl Clone for Box<dyn Dialect> {
    fn clone(&self) -> Self {
        self.boxed_clone()
    }
}

/// Whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expect {
    /// What the client may send now.
    pub client: Turn,
    /// How many commands still wait for the response that ends them (the greeting counts as one).
    pub owed: usize,
}

/// What the client may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing before the server has spoken: its greeting, its answer to DATA, STARTTLS, a literal's count or
    /// an AUTH without initial response.
    Hold,
    /// A command.
    Command,
    /// Lines of a message, until a lone dot.
    Data,
    /// So many octets, counted: a literal or a BDAT chunk.
    Counted(u64),
    /// What is left of an IMAP command after a literal: further arguments, or the line end alone. No tag.
    Rest,
    /// A line of a SASL exchange, base64; `*` gives up.
    Sasl,
    /// DONE, which ends IDLE.
    Idle,
    /// The TLS handshake.
    Tls,
    /// Nothing more: the dialogue is over.
    Over,
}

/// Where a dialogue stands. The names in the knowledge tables' column `states` are [`Phase::name`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Before the greeting.
    #[default]
    Connected,
    /// SMTP: greeted by the server, no EHLO yet.
    Unintroduced,
    /// SMTP: no mail transaction open.
    Ready,
    /// SMTP: after MAIL.
    Mail,
    /// SMTP: after a RCPT that was taken.
    Rcpt,
    /// SMTP: in the message.
    Data,
    /// POP3: not logged in (RFC 1939 §4).
    Authorization,
    /// POP3: logged in (RFC 1939 §5).
    Transaction,
    /// POP3: after QUIT (RFC 1939 §6).
    Update,
    /// IMAP: not logged in (RFC 9051 §3.1).
    NotAuthenticated,
    /// IMAP: logged in (RFC 9051 §3.2).
    Authenticated,
    /// IMAP: a mailbox is open (RFC 9051 §3.3).
    Selected,
    /// IMAP: after LOGOUT or BYE (RFC 9051 §3.4); SMTP: after QUIT.
    Logout,
}

impl Phase {
    /// The name in the knowledge tables.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Connected => "connected",
            Phase::Unintroduced => "unintroduced",
            Phase::Ready => "ready",
            Phase::Mail => "mail",
            Phase::Rcpt => "rcpt",
            Phase::Data => "data",
            Phase::Authorization => "authorization",
            Phase::Transaction => "transaction",
            Phase::Update => "update",
            Phase::NotAuthenticated => "not-authenticated",
            Phase::Authenticated => "authenticated",
            Phase::Selected => "selected",
            Phase::Logout => "logout",
        }
    }
}

/// A capability as offered: `AUTH` with `PLAIN LOGIN`; IMAP's `AUTH=PLAIN` has no arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// The keyword, as the server wrote it.
    pub name: String,
    /// What stands behind it, separated by blanks.
    pub args: String,
}

/// SMTP's envelope: what MAIL and RCPT said and the server took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// The sender, brackets left out; empty for `<>`.
    pub reverse_path: String,
    /// The recipients that were taken.
    pub forward_paths: Vec<String>,
}

/// IMAP's open mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailbox {
    /// Its name, as on the wire.
    pub name: String,
    /// How many messages.
    pub exists: Option<u64>,
    /// Whether it was opened for reading only.
    pub read_only: bool,
    /// The flags it knows.
    pub flags: Vec<String>,
}

/// What is known of a dialogue's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Where it stands.
    pub phase: Phase,
    /// Whether TLS protects it.
    pub tls: bool,
    /// Who is logged in.
    pub user: Option<String>,
    /// What the server offers; none before it was asked, and again after STARTTLS.
    pub capabilities: Option<Vec<Capability>>,
    /// The SASL mechanism of the exchange that is under way.
    pub sasl: Option<String>,
    /// SMTP's open mail transaction.
    pub envelope: Option<Envelope>,
    /// IMAP's open mailbox.
    pub mailbox: Option<Mailbox>,
    /// IMAP: mailbox names that LIST and LSUB showed.
    pub mailboxes: Vec<String>,
    /// POP3: how many messages the maildrop has, from the server's words; IMAP: see `mailbox`.
    pub messages: Option<u64>,
    /// POP3: messages marked by DELE.
    pub deleted: Vec<u64>,
    /// The name by which the server calls itself.
    pub server_name: Option<String>,
    /// POP3's time stamp in the greeting, brackets included, for APOP (RFC 1939 §7).
    pub timestamp: Option<String>,
}

impl State {
    /// Whether the server offers a capability (of that whole word, case-blind).
    pub fn offers(&self, name: &str) -> bool {
        self.capability(name).is_some()
    }

    /// A capability that the server offers.
    pub fn capability(&self, name: &str) -> Option<&Capability> {
        self.capabilities.as_ref()?.iter().find(|c| c.name.eq_ignore_ascii_case(name))
    }

    /// The SASL mechanisms on offer, in the server's order: of `AUTH PLAIN LOGIN` (SMTP), `SASL PLAIN`
    /// (POP3), `AUTH=PLAIN` (IMAP, and old SMTP servers).
    pub fn mechanisms(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for c in self.capabilities.iter().flatten() {
            let upper = c.name.to_ascii_uppercase();
            let words: Vec<&str> = match upper.strip_prefix("AUTH=") {
                Some(_) => std::iter::once(&c.name[5..]).chain(c.args.split_whitespace()).collect(),
                None if upper == "AUTH" || upper == "SASL" => c.args.split_whitespace().collect(),
                None => continue,
            };
            for word in words.into_iter().map(str::to_ascii_uppercase) {
                if !found.contains(&word) {
                    found.push(word);
                }
            }
        }
        found
    }
}

/// The dialect of a protocol, at the beginning of a connection.
pub fn of(protocol: Protocol) -> Box<dyn Dialect> {
    match protocol {
        Protocol::Imap => Box::new(imap::Imap::new()),
        Protocol::Smtp => Box::new(smtp::Smtp::new(false)),
        Protocol::Lmtp => Box::new(smtp::Smtp::new(true)),
        Protocol::Pop3 => Box::new(pop3::Pop3::new()),
    }
}

/// The dialect of a dialogue whose protocol is not known: nothing is read in it.
pub fn unknown() -> Box<dyn Dialect> {
    Box::new(unknown::Unknown::new())
}
