//! `ehlo smtp`: a session with a server that takes mail, by SMTP or, with `--lmtp`, by LMTP.

use clap::Args;

use super::context::Context;
use super::help::Example;
use super::session::{Session, run};
use crate::dialogue::Protocol;
use crate::error::{Error, Exit};
use crate::session::Options;

pub(super) mod route;

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-smtp", "ehlo smtp mail.redes.unlp.edu.ar"),
    Example("example-smtp-log", "ehlo smtp mail.redes.unlp.edu.ar --log 3c.ehlo"),
    Example("example-smtp-send", "ehlo smtp mail.redes.unlp.edu.ar --send 'EHLO me' --send QUIT"),
    Example("example-smtp-pipe", "ehlo smtp mail.redes.unlp.edu.ar < mail.txt"),
    Example("example-smtp-login", "ehlo smtp mail.redes.unlp.edu.ar:587 --starttls --user alumnopop"),
    Example("example-smtp-mx", "ehlo smtp --mx pepe@gmail.com"),
    Example("example-smtp-via", "ehlo smtp mail.redes.unlp.edu.ar --via 'ssh bastion -W %h:%p'"),
];

/// The arguments of `ehlo smtp`.
#[derive(Args, Clone, Debug)]
pub struct Smtp {
    /// What all sessions share.
    #[command(flatten)]
    pub session: Session,
    /// `--lmtp`.
    #[arg(long, help_heading = "dialogue")]
    pub lmtp: bool,
    /// `--mx`: HOST is a domain or an address, and the session is with the first exchange that answers.
    #[arg(long, help_heading = "connection", conflicts_with_all = ["lmtp", "via", "script"])]
    pub mx: bool,
    /// `--mx-server`.
    #[arg(long, value_name = "ADDRESS", value_parser = super::mx::server, help_heading = "connection", requires = "mx")]
    pub mx_server: Option<super::mx::Server>,
}

impl Smtp {
    /// The session asked for.
    ///
    /// # Errors
    /// What cannot be meant so, and logs that cannot be written.
    pub fn options(self, context: &Context) -> Result<Options, Error> {
        let protocol = if self.lmtp { Protocol::Lmtp } else { Protocol::Smtp };
        self.session.options(Some(protocol), false, context)
    }

    /// Has the session.
    ///
    /// # Errors
    /// What stopped it.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        if self.mx {
            return route::run(self, context);
        }
        let session = self.session.clone();
        run(self.options(context)?, session, context)
    }
}
