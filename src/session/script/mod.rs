//! Scripts: dialogues in the notation that are run again, and compared. A transcript is a script.
//!
//! - [`model`], [`parse`], [`directive`], [`check`], [`template`]: a script is read whole and found sound before
//!   anything is sent; every line keeps its place, through includes;
//! - [`names`]: variables, secrets, and the functions that make a login's answers;
//! - [`run`], [`conn`], [`say`], [`needs`]: the connections, with the channel, recorder and views of a live session;
//! - [`gather`], [`want`], [`settle`], [`compare`], [`responses`], [`pattern`]: what the server said, framed first, and
//!   whether it is what was expected, window by window;
//! - [`result`]: what it came to; [`report`] and [`forms`] show it.
//!
//! A *window* runs from a client's line to the next one on the same connection. A *hole* is what stands in `{{…}}`.
//!
//! Not here: which machine a role is at (the command line decides), loops, conditions, a shell.

pub mod accept;
mod check;
mod compare;
mod conn;
mod conns;
pub mod directive;
mod fail;
pub mod forms;
mod gather;
pub mod model;
pub mod names;
mod needs;
mod paper;
pub mod parse;
mod pattern;
pub mod report;
mod responses;
pub mod result;
mod run;
mod say;
mod settle;
pub mod template;
mod want;

#[cfg(test)]
mod tests;

pub use model::{Broken, Fault, Level, Script};
pub use paper::{Paper, Shown};
pub use parse::Unread;
pub use result::Outcome;
pub use run::Setup;

use super::options::Options;
use crate::error::{Error, Exit};
pub(super) use conn::Conn as Handed;

/// Runs a script to its end. With `stay`, the first connection is handed over to the prompt afterwards, if it is still
/// open; what the session then came to is the second value.
///
/// # Errors
/// What the session after it was stopped by. What goes otherwise in the script is in the outcome.
pub fn play(
    script: &Script,
    setup: Setup,
    paper: &mut Paper,
    stay: Option<Options>,
    told: &mut dyn FnMut(&Outcome),
) -> Result<(Outcome, Exit), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::new(Exit::Bug, "error-runtime").detail(e))?;
    let result = runtime.block_on(async {
        let keep = stay.is_some();
        let (outcome, kept) = run::run(script, setup, paper, keep).await;
        told(&outcome);
        let exit = match (kept, stay) {
            (Some(conn), Some(options)) => {
                super::arrive::go_on(conn, options, &mut |screen| paper.turn_to(screen)).await?
            }
            _ => Exit::Ok,
        };
        Ok((outcome, exit))
    });
    runtime.shutdown_background();
    result
}
