//! Sessions of the real program on a real Postfix and a real Dovecot, without a terminal: lines from a pipe or
//! by `--send`, in lock-step. What is asserted is what a session means (which lines went over the wire, what
//! was said of them, how it ended, what the mailbox holds), not how a whole output looks; `golden` has the few
//! outputs that were read line by line.
#![cfg(feature = "cli")]

#[path = "../support/mod.rs"]
mod support;
#[path = "../support/told.rs"]
mod told;

mod arrive;
mod coverage;
mod exercises;
mod golden;
mod imap;
mod imap_data;
mod local;
mod lockstep;
mod log;
mod login;
mod pop;
mod smtp;
mod submission;
mod tls;

use support::{Account, Output, Peers, Test};

/// The lines of the wire, as the notation shows them, without ehlo's own.
fn wire(shown: &str) -> Vec<&str> {
    shown.lines().filter(|line| line.starts_with(['C', 'S'])).collect()
}

/// All that was said in notes, unwrapped: one blank where a line was broken or words were lined up.
fn said(output: &Output) -> String {
    let notes = output.stdout.lines().filter_map(|line| line.strip_prefix('#'));
    notes.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Expectations of a session, in chains.
trait Told: Sized {
    /// Lines of the wire begin so, in this order; others may stand between.
    fn wire_has(self, begins: &[&str]) -> Self;
    /// This was said, however it was wrapped.
    fn says(self, words: &str) -> Self;
    /// This was not said.
    fn never_says(self, words: &str) -> Self;
}

impl Told for Output {
    #[track_caller]
    fn wire_has(self, begins: &[&str]) -> Output {
        let mut lines = wire(&self.stdout).into_iter();
        for begin in begins {
            assert!(lines.any(|l| l.starts_with(begin)), "no {begin:?} in its place:\n{}", self.stdout);
        }
        self
    }

    #[track_caller]
    fn says(self, words: &str) -> Output {
        assert!(said(&self).contains(words), "nobody says {words:?}:\n{}", self.stdout);
        self
    }

    #[track_caller]
    fn never_says(self, words: &str) -> Output {
        assert!(!said(&self).contains(words), "somebody says {words:?}:\n{}", self.stdout);
        self
    }
}

/// A session of an account: `--user` and the password are at hand.
fn of(test: Test, account: &Account) -> Test {
    test.args(["--user", &account.user]).env("EHLO_PASSWORD", &account.password)
}

/// `ehlo pop` of an account, logged in before the first line.
fn pop(account: &Account) -> Test {
    of(Test::pop(Peers::shared()), account).args(["--auth", "PLAIN"])
}

/// `ehlo imap` of an account, logged in before the first line.
fn imap(account: &Account) -> Test {
    of(Test::imap(Peers::shared()), account).args(["--auth", "PLAIN"])
}

/// The body of what POP3 or IMAP showed behind a header, as the notation has it, unstuffed.
fn body_of(shown: &str, begin: &str, end: &str) -> Vec<String> {
    let lines = wire(shown).into_iter().skip_while(|line| !line.starts_with(begin)).skip(1);
    let lines = lines.take_while(|line| *line != end);
    lines
        .map(|line| line.strip_prefix("S:").map_or(line, |t| t.strip_prefix(' ').unwrap_or(t)).to_owned())
        .collect()
}
