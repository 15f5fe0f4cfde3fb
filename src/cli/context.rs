//! What is known before a subcommand runs: the language, the config file, the terminal.

use std::env;
use std::io::{self, IsTerminal};

use super::config::Config;
use super::output::When;
use crate::i18n::Lang;

/// What a subcommand is run with, beside its arguments.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// The language, as chosen before parsing.
    pub lang: Lang,
    /// The config file.
    pub config: Config,
    /// Where input and output go.
    pub terminal: Terminal,
}

/// Where input and output go, and what the environment says about looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// Standard input is a terminal.
    pub stdin: bool,
    /// Standard output is one.
    pub stdout: bool,
    /// Standard error is one.
    pub stderr: bool,
    /// It can do nothing but print (TERM=dumb).
    pub dumb: bool,
    /// NO_COLOR.
    pub no_color: bool,
    /// CLICOLOR_FORCE.
    pub force_color: bool,
}

impl Terminal {
    /// Looks around.
    pub fn look() -> Terminal {
        let value = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        Terminal {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
            dumb: value("TERM").is_some_and(|term| term == "dumb"),
            no_color: value("NO_COLOR").is_some(),
            force_color: value("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
        }
    }

    /// Whether to paint what goes to an output. What the user said about ehlo is heard before what the
    /// environment says about all programs, and NO_COLOR before CLICOLOR_FORCE.
    pub fn colour(self, wanted: When, is_terminal: bool) -> bool {
        match wanted {
            When::Always => true,
            When::Never => false,
            When::Auto if self.no_color => false,
            When::Auto => self.force_color || is_terminal && !self.dumb,
        }
    }
}
