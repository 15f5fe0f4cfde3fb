//! The lab: a practice mail server inside ehlo, on loopback. It acts on top of the same readers as everything
//! else: what a dialect reads of a client comes in as units (before redaction), bytes go out.
//!
//! - [`servant`]: the contract between a connection and the three servers.
//! - [`store`]: accounts, mailboxes, messages, the queue; transactional (redb), in memory or in a file.
//! - `smtp`, `pop3`, `imap`: the servers, without sockets.
//! - `sasl`: the server's side of the mechanisms.
//! - `profile`: what is offered: sheet, bare, modern. `fault`: what goes wrong on purpose.
//! - `serve`: listeners, TLS, limits, the recorder of each connection.
//! - `tls`: the lab's own authority. `control`: one lab per user, found by the others.
//! - [`seed`], [`exchange`]: the first mails; export and import.
//!
//! It never listens on anything but loopback unless told so, and nothing ever leaves the machine.

pub mod dates;
pub mod exchange;
pub mod seed;
pub mod servant;
pub mod store;
