//! Who logs in, where the lines come from, and what a refusal is worth.

use std::path::PathBuf;

use clap::Args;

use super::context::Terminal;
use crate::dialogue::Protocol;
use crate::error::{Error, Exit};
use crate::session::options::{Input, Login};

/// What `--auth` takes instead of a mechanism: the best that the server offers.
const BEST: &str = "BEST";

/// The mechanisms whose answers ehlo can make. APOP is POP3's own (RFC 1939 §7).
const MECHANISMS: [&str; 10] = [
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "OAUTHBEARER",
    "EXTERNAL",
    "ANONYMOUS",
    "APOP",
];

/// Who logs in.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "login")]
pub struct LoginArgs {
    /// `--user`.
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// `--auth`.
    #[arg(long, value_name = "MECHANISM", value_parser = mechanism)]
    pub auth: Option<String>,
    /// `--password-file`.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// The lines to send, and what a refusal is worth.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "dialogue")]
pub struct Dialogue {
    /// `--send`. A line may begin with a dash: in a message, `-- ` comes before the signature.
    #[arg(long, value_name = "LINE", allow_hyphen_values = true)]
    pub send: Vec<String>,
    /// `--fail`.
    #[arg(long)]
    pub fail: bool,
    /// `--script`: a dialogue first, then the prompt.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["send", "fail", "auth"])]
    pub script: Option<PathBuf>,
}

impl LoginArgs {
    /// Who logs in.
    ///
    /// # Errors
    /// APOP outside of POP3; a password file that is not there.
    pub fn login(self, protocol: Option<Protocol>) -> Result<Login, Error> {
        if self.auth.as_deref() == Some("APOP") && protocol.is_some_and(|p| p != Protocol::Pop3) {
            return Err(Error::new(Exit::Usage, "usage-apop"));
        }
        if let Some(Err(error)) = self.password_file.as_ref().map(|file| file.metadata()) {
            let file = self.password_file.unwrap_or_default();
            return Err(Error::unreadable(file.display(), &error));
        }
        Ok(Login {
            user: self.user,
            at_once: self.auth.is_some(),
            mechanism: self.auth.filter(|mechanism| mechanism != BEST),
            password_file: self.password_file,
        })
    }
}

impl Dialogue {
    /// Where the lines come from. JSON lines are for programs, which have no use for a prompt.
    pub fn input(&mut self, json: bool, terminal: Terminal) -> Input {
        if !self.send.is_empty() {
            Input::Lines(std::mem::take(&mut self.send))
        } else if terminal.stdin && terminal.stdout && !json {
            Input::Prompt
        } else {
            Input::Stdin
        }
    }
}

fn mechanism(text: &str) -> Result<String, Error> {
    let name = text.to_ascii_uppercase();
    if name == BEST || MECHANISMS.contains(&name.as_str()) {
        return Ok(name);
    }
    Err(Error::new(Exit::Usage, "usage-mechanism").with("known", MECHANISMS.join(", ")))
}
