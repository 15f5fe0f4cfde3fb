//! Views: a dialogue on a terminal, as text, as JSON. The recorder pushes to them; they never look back.
//!
//! A view has three calls, as an encoder of recordings has: [`View::begin`], [`View::step`] for each step
//! with what there is to say after it, [`View::end`].

pub mod cast;
pub mod document;
pub mod files;
pub mod json;
pub mod markup;
#[cfg(feature = "net")]
pub mod mx;
pub mod noise;
pub mod notes;
pub mod report;
pub mod stage;
pub mod still;
pub mod text;

use std::io;

use crate::annotate::redact::Masked;
use crate::dialogue::{Note, Protocol, Step};

/// What is known when a record begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begin {
    /// Where the dialogue comes from: `session`, `script`, ….
    pub source: &'static str,
    /// The protocol.
    pub protocol: Option<Protocol>,
    /// The server as it was asked for: `mail.example.org:25`.
    pub target: String,
    /// The server's address, where known.
    pub server: Option<String>,
    /// Our own address, where known.
    pub client: Option<String>,
    /// Whether TLS comes first (implicit TLS).
    pub tls: bool,
    /// When it began, RFC 3339.
    pub started: Option<String>,
}

/// What is known when a record ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Commands sent.
    pub commands: u64,
    /// Exchanges that ended.
    pub exchanges: u64,
    /// How often the client had to wait for the server.
    pub round_trips: u64,
    /// Octets of the client and of the server, as the protocol carried them.
    pub octets: [u64; 2],
    /// SHA-256 of all bytes of the client and of the server, in hex, where a view wanted it.
    pub sha256: [Option<String>; 2],
    /// Whether anything of the client or the server was masked.
    pub masked: [bool; 2],
    /// How much was masked, and why.
    pub redacted: Masked,
    /// Warnings said.
    pub warnings: u64,
    /// How long it took.
    pub seconds: f64,
    /// What stays on the server, and whatever was found only at the end.
    pub notes: Vec<Note>,
}

/// A way to show a dialogue.
pub trait View: Send {
    /// The record begins.
    ///
    /// # Errors
    /// What the output says.
    fn begin(&mut self, begin: &Begin) -> io::Result<()>;

    /// A step, and what there is to say after it.
    ///
    /// # Errors
    /// What the output says.
    fn step(&mut self, step: &Step, notes: &[Note]) -> io::Result<()>;

    /// Notes that hang on no step.
    ///
    /// # Errors
    /// What the output says.
    fn notes(&mut self, notes: &[Note]) -> io::Result<()>;

    /// Notes in full, whatever the detail is.
    ///
    /// # Errors
    /// What the output says.
    fn explain(&mut self, notes: &[Note]) -> io::Result<()> {
        self.notes(notes)
    }

    /// The record ends.
    ///
    /// # Errors
    /// What the output says.
    fn end(&mut self, summary: &Summary) -> io::Result<()>;

    /// Nothing more comes for now: what is buffered should be seen.
    ///
    /// # Errors
    /// What the output says.
    fn flush(&mut self) -> io::Result<()>;

    /// Something changes about how it shows; what does not concern a view, it ignores.
    fn control(&mut self, _control: &Control) {}

    /// Whether it needs the digests of both sides' bytes.
    fn wants_digests(&self) -> bool {
        false
    }

    /// Whether it is shown steps before redaction (`--show-secrets`: the terminal alone).
    fn sees_secrets(&self) -> bool {
        false
    }
}

/// What may change while a view shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// The language.
    Lang(crate::i18n::Lang),
    /// How much is said.
    Detail(notes::Detail),
    /// Octets made visible.
    Bytes(bool),
    /// Bodies go elsewhere.
    HideBodies(bool),
    /// This line of the client is on the screen already.
    Typed(String),
    /// The columns.
    Width(usize),
    /// Lines of a body before the rest is folded.
    Fold(usize),
}
