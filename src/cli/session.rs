//! What all sessions share: the arguments together, made into [`Options`].

use clap::Args;

use super::connection::{Connection, Target, Tls};
use super::context::Context;
use super::dialogue::{Dialogue, LoginArgs};
use super::output::OutputArgs;
use crate::dialogue::Protocol;
use crate::error::{Error, Exit};
use crate::net::Endpoint;
use crate::session::options::Security;
use crate::session::{self, Options, default_port, faults};

/// The arguments of a session.
#[derive(Args, Clone, Debug)]
pub struct Session {
    /// The server.
    #[command(flatten)]
    pub target: Target,
    /// How to reach it.
    #[command(flatten)]
    pub connection: Connection,
    /// TLS.
    #[command(flatten)]
    pub tls: Tls,
    /// Who logs in.
    #[command(flatten)]
    pub login: LoginArgs,
    /// What is sent.
    #[command(flatten)]
    pub dialogue: Dialogue,
    /// How it is shown.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl Session {
    /// The session asked for; without a protocol, the port must be given.
    ///
    /// # Errors
    /// What cannot be meant so, and logs that cannot be written.
    pub fn options(
        mut self,
        protocol: Option<Protocol>,
        no_tags: bool,
        context: &Context,
    ) -> Result<Options, Error> {
        let Target { host, port } = &self.target;
        let mut endpoint =
            Endpoint::parse(host, port.as_deref()).map_err(|fault| faults::endpoint(&fault))?;
        let security = self.tls.security();
        endpoint.port = endpoint
            .port
            .or_else(|| protocol.map(|protocol| default_port(protocol, security == Security::Implicit)));
        if endpoint.port.is_none() {
            return Err(Error::new(Exit::Usage, "usage-open-port").with("host", host));
        }
        Ok(Options {
            protocol,
            endpoint,
            lab: None,
            connect: self.connection.options()?,
            security,
            tls: self.tls.options(),
            timeout: self.connection.timeout(),
            login: self.login.login(protocol)?,
            input: self.dialogue.input(self.output.json, context.terminal),
            output: self.output.output(context)?,
            fail: self.dialogue.fail,
            tags: !no_tags,
        })
    }
}

/// Has the session; with the host `lab`, the lab is found or started first, with `--script` the script comes first.
///
/// # Errors
/// What stopped it.
pub fn run(mut options: Options, session: Session, context: &Context) -> Result<Exit, Error> {
    if session.dialogue.script.is_some() {
        return super::replay::of_session(session, context);
    }
    super::lab::arrive(&mut options, context)?;
    session::run(options)
}

/// Has a session whose way is known.
///
/// # Errors
/// What stopped it.
pub fn had(options: Options) -> Result<Exit, Error> {
    session::run(options)
}
