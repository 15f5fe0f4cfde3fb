//! ehlo teaches how mail works on the wire, and replaces telnet for it.
//!
//! One idea carries everything: **a dialogue is a record of facts; reading it, explaining it and showing it
//! are three further steps, and every feature is a source at one end or a view at the other.**
//!
//! ```text
//!  sources push events      the waist                           views are pushed to
//!  live session  ──┐    ┌────────────────────────────┐      ┌── terminal
//!  transcript    ──┼──▶ │ dialect: frame, pair       │ ───▶ ├── text (.ehlo, the notation)
//!  (paste,         │    │ redact: mask the secrets   │      ├── JSON lines
//!   capture, …)  ──┘    │ annotate: explain, warn    │      └── (Markdown, HTML, …)
//!                       └────────────────────────────┘
//! ```
//!
//! # Terms
//!
//! - **Event**: a fact: bytes of one side (a *chunk*), a *mark* beside the bytes, or *noise* that neither
//!   side said ([`dialogue::event`]).
//! - **Unit**: what a dialect read in the bytes: a greeting, a command, a response, message data …
//!   ([`dialogue::unit`]).
//! - **Note**: what ehlo has to say about a unit: an id and arguments, no prose ([`dialogue::note`]).
//! - **Dialect**: a reader of one protocol; it observes and cannot fail ([`dialect`]).
//! - **Hole**: a span of bytes that is a secret, with what would make it again: `{{password}}`
//!   ([`dialogue::wire`]).
//!
//! # The floors
//!
//! Imports go down only; `tests/house.rs` proves it.
//!
//! 1. [`error`]
//! 2. [`dialogue`], [`knowledge`], [`i18n`]
//! 3. [`dialect`], `net`
//! 4. [`annotate`], [`source`]
//! 5. [`view`]
//! 6. [`recorder`], the waist; [`explain`]; [`show`], of several dialogues at once
//! 7. `session`, `lab`, `tap`
//! 8. `cli`
//!
//! # Scope
//!
//! In: the dialogues of SMTP (and LMTP), POP3 and IMAP, their explanation, in English and Spanish. Out: being
//! a mail program, a mail library, or a mail server for the world.

pub mod annotate;
#[cfg(feature = "cli")]
pub mod cli;
pub mod dialect;
pub mod dialogue;
pub mod error;
pub mod explain;
pub mod i18n;
pub mod knowledge;
#[cfg(feature = "lab")]
pub mod lab;
#[cfg(feature = "net")]
pub mod net;
pub mod recorder;
#[cfg(feature = "cli")]
pub mod session;
pub mod show;
pub mod source;
#[cfg(feature = "cli")]
pub mod tap;
pub mod view;
