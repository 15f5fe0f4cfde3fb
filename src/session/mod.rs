//! Live sessions: what the user asked for ([`options`]), where the lines come from ([`source`]), the loop
//! between the server and whoever types ([`live`], [`typed`]), logging in ([`login`]), and the local commands
//! ([`local`]).

pub mod annotate;
mod arrive;
pub mod captured;
mod distrust;
pub mod faults;
mod live;
mod local;
mod login;
pub mod messages;
mod observe;
pub mod options;
mod output;
mod prompt;
mod save;
pub mod script;
pub mod send;
mod signals;
mod source;
mod typed;

pub use arrive::default_port;
pub use options::Options;
pub use prompt::Question;

use crate::error::{Error, Exit};

/// The columns of the terminal, and the rows of a body that are shown before it is folded.
pub fn screen() -> (usize, usize) {
    let (columns, rows) = output::size();
    (columns, rows.saturating_sub(output::SPARE))
}

/// Asks at the terminal, whatever standard input is; none if there is no terminal.
pub fn ask(question: Question, label: &str) -> Option<String> {
    prompt::ask_terminal(question, label).blocking_recv().ok().flatten()
}

/// Runs a session to its end.
///
/// # Errors
/// What stopped it before it could go as asked: no connection, no TLS, a file. A server's refusals are no
/// errors; with `--fail` they make [`Exit::No`].
pub fn run(options: Options) -> Result<Exit, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::new(Exit::Bug, "error-runtime").detail(e))?;
    let result = runtime.block_on(live::session(options));
    // A look-up that timed out, or a read of standard input, may still hold a thread.
    runtime.shutdown_background();
    result
}
