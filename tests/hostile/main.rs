//! `ehlo` against servers that do what no good one would. Whatever they send, it ends in a clear message, with
//! nothing lost, no hang, no panic, bounded memory, and the documented exit code.

#[path = "../support/mod.rs"]
mod support;

mod bytes;
#[path = "../net/certs.rs"]
#[allow(dead_code)]
mod certs;
mod crash;
mod ends;
mod floods;
mod framing;
mod login;
mod looking;
mod strangers;
mod tls;

use std::time::Duration;

pub use looking::{Seen, look};
pub use support::certificates;
pub use support::{Output, Script, Server, Test};

/// `ehlo` on a script, without a terminal, with lines to send.
pub fn on(server: &Server, subcommand: &str, lines: &[&str]) -> Test {
    let test = Test::new([subcommand, &server.address()]);
    lines.iter().fold(test, |test, line| test.args(["--send", line]))
}

/// A moment: long enough that two writes are two segments.
pub const MOMENT: Duration = Duration::from_millis(60);
