//! `ehlo open`: telnet's habit, a host and a port; the protocol is the port's, else the greeting tells it.

use clap::Args;

use super::context::Context;
use super::help::Example;
use super::session::{Session, run};
use crate::error::{Error, Exit};
use crate::session::Options;

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-open", "ehlo open mail.redes.unlp.edu.ar 25"),
    Example("example-open-tls", "ehlo open imap.gmail.com 993"),
    Example("example-open-other", "ehlo open localhost 2525"),
];

/// The arguments of `ehlo open`.
#[derive(Args, Clone, Debug)]
pub struct Open {
    /// What all sessions share.
    #[command(flatten)]
    pub session: Session,
    /// `--no-tags`.
    #[arg(long, help_heading = "dialogue")]
    pub no_tags: bool,
}

impl Open {
    /// The session asked for.
    ///
    /// # Errors
    /// What cannot be meant so, and logs that cannot be written.
    pub fn options(self, context: &Context) -> Result<Options, Error> {
        self.session.options(None, self.no_tags, context)
    }

    /// Has the session.
    ///
    /// # Errors
    /// What stopped it.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let session = self.session.clone();
        run(self.options(context)?, session, context)
    }
}
