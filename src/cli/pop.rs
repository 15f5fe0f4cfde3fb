//! `ehlo pop`, also `ehlo pop3`: a session with a server that hands out the mail of one mailbox.

use clap::Args;

use super::context::Context;
use super::help::Example;
use super::session::{Session, run};
use crate::dialogue::Protocol;
use crate::error::{Error, Exit};
use crate::session::Options;

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-pop", "ehlo pop mail.redes.unlp.edu.ar"),
    Example("example-pop-user", "ehlo pop mail.redes.unlp.edu.ar --user alumnopop --auth PLAIN"),
    Example("example-pop-log", "ehlo pop mail.redes.unlp.edu.ar --user alumnopop --log 3f.ehlo"),
    Example("example-pop-tls", "ehlo pop mail.redes.unlp.edu.ar --starttls"),
    Example("example-pop-send", "ehlo pop mail.redes.unlp.edu.ar --send CAPA --send QUIT"),
];

/// The arguments of `ehlo pop`.
#[derive(Args, Clone, Debug)]
pub struct Pop {
    /// What all sessions share.
    #[command(flatten)]
    pub session: Session,
}

impl Pop {
    /// The session asked for.
    ///
    /// # Errors
    /// What cannot be meant so, and logs that cannot be written.
    pub fn options(self, context: &Context) -> Result<Options, Error> {
        self.session.options(Some(Protocol::Pop3), false, context)
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
