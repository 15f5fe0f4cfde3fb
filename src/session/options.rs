//! What a session is asked to be. The command line fills it in; nothing here knows of arguments.

use std::path::PathBuf;
use std::time::Duration;

use crate::dialogue::Protocol;
use crate::i18n::Lang;
use crate::net::{ConnectOptions, Endpoint, TlsOptions};
use crate::view::files::{Paper, Settings};
use crate::view::notes::Detail;

/// A session, as asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The protocol; none: by the port, else by the greeting (`ehlo open`).
    pub protocol: Option<Protocol>,
    /// The server.
    pub endpoint: Endpoint,
    /// How to connect.
    pub connect: ConnectOptions,
    /// The lab, where the host is `lab`, or a delivery plan: no DNS is asked.
    pub lab: Option<Lab>,
    /// When TLS begins.
    pub security: Security,
    /// How TLS is verified.
    pub tls: TlsOptions,
    /// How long the server may be silent when it owes an answer.
    pub timeout: Duration,
    /// Who logs in.
    pub login: Login,
    /// Where the lines come from.
    pub input: Input,
    /// How the dialogue is shown.
    pub output: Output,
    /// Whether a negative reply makes the exit code 1 (`--fail`).
    pub fail: bool,
    /// Whether a missing IMAP tag is added (`/tags off`).
    pub tags: bool,
}

/// A server whose addresses are known already: the lab, or the exchanges of a delivery plan (`--mx`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lab {
    /// Where it listens.
    pub addresses: Vec<std::net::SocketAddr>,
    /// The host, and the port if one was typed, as the record names them: ports differ from run to run.
    pub target: String,
    /// Whose address each is, where they are of several hosts: TLS wants the right name.
    pub hosts: Vec<String>,
    /// What there is to say about how it came to be there.
    pub notes: Vec<crate::dialogue::Note>,
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Security {
    /// By the port: 465, 993 and 995 imply TLS (RFC 8314 §3); else when the user says so.
    #[default]
    ByPort,
    /// At once (`--tls`).
    Implicit,
    /// By STARTTLS or STLS before anything else (`--starttls`).
    StartTls,
    /// Never of itself, also on ports that imply it (`--plaintext`).
    Plain,
}

/// Who logs in, for AUTH and `/auth`.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// `--user`.
    pub user: Option<String>,
    /// `--auth`: the mechanism, upper case; none: the best that is offered. At the start of the session, if
    /// [`Login::at_once`].
    pub mechanism: Option<String>,
    /// Whether to log in as soon as the protocol allows (`--auth` was given).
    pub at_once: bool,
    /// `--password-file`; one line end at its end is no part of the password.
    pub password_file: Option<PathBuf>,
}

/// Where the lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A terminal: the prompt.
    Prompt,
    /// Standard input, a line at a time.
    Stdin,
    /// `--send`, in order; then the session takes leave.
    Lines(Vec<String>),
}

/// How the dialogue is shown.
#[derive(Clone, Debug, Default)]
pub struct Output {
    /// The language of the notes.
    pub lang: Lang,
    /// How much is said.
    pub detail: Detail,
    /// Colours (decided already from `--color`, NO_COLOR, CLICOLOR_FORCE and the terminal).
    pub colour: bool,
    /// No ghost text, no repainting, sides spelled out.
    pub plain: bool,
    /// JSON lines on standard output.
    pub json: bool,
    /// With JSON and logs: bodies whole.
    pub bodies: bool,
    /// With JSON: octets and digests even where something was masked.
    pub digests: bool,
    /// Secrets on the terminal.
    pub show_secrets: bool,
    /// Logs; the form is the extension's.
    pub logs: Vec<PathBuf>,
    /// Whether an existing log may be written over.
    pub force: bool,
    /// What stands on reports beside the dialogue, and what is left out.
    pub paper: Paper,
}

impl Output {
    /// How dialogues are written to files.
    pub fn files(&self) -> Settings {
        Settings {
            lang: self.lang,
            detail: self.detail,
            bodies: self.bodies,
            digests: self.digests,
            force: self.force,
            paper: self.paper.clone(),
        }
    }
}
