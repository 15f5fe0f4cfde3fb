//! `ehlo imap`: a session with a server that keeps mail, with its folders and marks.

use clap::Args;

use super::context::Context;
use super::help::Example;
use super::session::{Session, run};
use crate::dialogue::Protocol;
use crate::error::{Error, Exit};
use crate::session::Options;

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-imap", "ehlo imap mail.redes.unlp.edu.ar"),
    Example("example-imap-user", "ehlo imap mail.redes.unlp.edu.ar --user alumnoimap --auth PLAIN"),
    Example("example-imap-log", "ehlo imap mail.redes.unlp.edu.ar --user alumnoimap --log 3h.ehlo"),
    Example("example-imap-tls", "ehlo imap imap.gmail.com --tls"),
    Example("example-imap-tags", "ehlo imap mail.redes.unlp.edu.ar --no-tags"),
    Example("example-imap-send", "ehlo imap mail.redes.unlp.edu.ar --send CAPABILITY --send LOGOUT"),
];

/// The arguments of `ehlo imap`.
#[derive(Args, Clone, Debug)]
pub struct Imap {
    /// What all sessions share.
    #[command(flatten)]
    pub session: Session,
    /// `--no-tags`.
    #[arg(long, help_heading = "dialogue")]
    pub no_tags: bool,
}

impl Imap {
    /// The session asked for.
    ///
    /// # Errors
    /// What cannot be meant so, and logs that cannot be written.
    pub fn options(self, context: &Context) -> Result<Options, Error> {
        self.session.options(Some(Protocol::Imap), self.no_tags, context)
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
