//! The command line: which language, which subcommand, with what; and what is said when it cannot be meant so.
//!
//! One file per subcommand, each a struct of its arguments with a `run`. What sessions share is in
//! [`session`], made of [`connection`], [`dialogue`] and [`output`]. clap parses; its own words are English, so
//! help ([`help`]) and usage errors ([`usage`]) are written here, from clap's `Command` and the kind of its
//! error, with sentences of the catalog.
//!
//! The language is known before anything is parsed: `--lang`, else EHLO_LANG, the config file, the locale.
//! `ehlo` alone shows the help and ends with 0: nothing was asked for, and nothing failed.
//!
//! Not here: what a session does. [`crate::session::run`] gets its [`Options`](crate::session::Options).

pub mod annotate;
mod asked;
pub mod config;
pub mod connection;
pub mod context;
pub mod dialogue;
pub mod explain;
pub mod help;
pub mod imap;
pub mod lab;
pub mod manual;
pub mod mx;
pub mod open;
pub mod output;
pub mod pop;
mod print;
pub mod replay;
pub mod send;
pub mod session;
pub mod shown;
pub mod smtp;
pub mod tap;
pub mod targets;
pub mod usage;

use std::ffi::{OsStr, OsString};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgAction, CommandFactory, Parser, Subcommand};

use crate::error::{Error, Exit};
use crate::i18n::{Catalog, Lang};
use crate::view::notes::Detail;
use config::Config;
use context::{Context, Terminal};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "ehlo",
    version,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    args_override_self = true
)]
pub struct Cli {
    /// `--lang`.
    #[arg(long, global = true, value_name = "en|es", value_parser = output::lang(), help_heading = "output")]
    pub lang: Option<Lang>,
    /// `--help`, which ends the parsing.
    #[arg(short = 'h', long, global = true, action = ArgAction::Help)]
    pub help: Option<bool>,
    /// `--version`, likewise.
    #[arg(short = 'V', long, action = ArgAction::Version)]
    pub version: Option<bool>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// `ehlo smtp`.
    Smtp(Box<smtp::Smtp>),
    /// `ehlo pop`.
    #[command(visible_alias = "pop3")]
    Pop(Box<pop::Pop>),
    /// `ehlo imap`.
    Imap(Box<imap::Imap>),
    /// `ehlo open`.
    Open(Box<open::Open>),
    /// `ehlo mx`.
    Mx(Box<mx::Mx>),
    /// `ehlo annotate`.
    Annotate(Box<annotate::Annotate>),
    /// `ehlo send`.
    Send(Box<send::Send>),
    /// `ehlo replay`.
    Replay(Box<replay::Replay>),
    /// `ehlo lab`.
    Lab(Box<lab::Lab>),
    /// `ehlo tap`.
    Tap(Box<tap::Tap>),
    /// `ehlo explain`.
    Explain(explain::Explain),
    /// `ehlo completions`.
    Completions(manual::Completions),
    /// `ehlo man`.
    Man(manual::Pages),
    /// `ehlo help`.
    Help(help::Help),
}

/// The command line as clap knows it, whole: global options are in each subcommand.
pub fn command() -> clap::Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// Runs the program: the arguments begin with its own name.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let exit = catch_unwind(AssertUnwindSafe(|| run_caught(&args))).unwrap_or(Exit::Bug);
    ExitCode::from(exit.code())
}

fn run_caught(args: &[OsString]) -> Exit {
    // The first argument only, and before anything is loaded: whoever asks for the version wants it now.
    if args.get(1).is_some_and(|arg| arg == "--version" || arg == "-V") {
        return print::out(&version());
    }
    let terminal = Terminal::look();
    // Whoever paints has decided already whether there are colours.
    colored::control::set_override(true);
    #[cfg(windows)]
    let _ = colored::control::set_virtual_terminal(true);
    let config = Config::load();
    let configured = config.as_ref().ok().and_then(|config| config.lang);
    let lang = language(args).unwrap_or_else(|| Lang::choose(configured));
    let catalog = Catalog::new(lang);
    print::report_defects(lang);
    if args.len() < 2 {
        return help::show(None, &catalog, terminal);
    }
    let args: Vec<OsString> = match subcommand(args) {
        Some("explain") => args.iter().cloned().map(explain::topic_argument).collect(),
        _ => args.to_vec(),
    };
    let args = args.as_slice();
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return unparsed(&error, args, &catalog, terminal),
    };
    let detail = cli.command.detail();
    // Whoever asks for help gets it, also about a config file with a mistake in it.
    let config =
        if matches!(cli.command, Command::Help(_)) { Ok(config.unwrap_or_default()) } else { config };
    let result = config.and_then(|config| cli.command.run(&Context { lang, config, terminal }));
    result.unwrap_or_else(|error| {
        print::error(&error, subcommand(args), &catalog, detail == Some(Detail::Full), terminal);
        error.exit
    })
}

/// Help or the version, where they were asked for in the midst of other arguments; else what was wrong.
fn unparsed(error: &clap::Error, args: &[OsString], catalog: &Catalog, terminal: Terminal) -> Exit {
    let subcommand = subcommand(args);
    match error.kind() {
        // Nothing but `--lang`: as without arguments.
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            help::show(None, catalog, terminal)
        }
        ErrorKind::DisplayHelp => help::show(subcommand, catalog, terminal),
        ErrorKind::DisplayVersion => print::out(&version()),
        _ => {
            let fault = usage::explain(error, subcommand, catalog);
            print::error(&fault, subcommand, catalog, false, terminal);
            fault.exit
        }
    }
}

fn version() -> String {
    format!("ehlo {}\n", env!("CARGO_PKG_VERSION"))
}

impl Command {
    fn run(self, context: &Context) -> Result<Exit, Error> {
        match self {
            Command::Smtp(command) => command.run(context),
            Command::Pop(command) => command.run(context),
            Command::Imap(command) => command.run(context),
            Command::Open(command) => command.run(context),
            Command::Mx(command) => command.run(context),
            Command::Annotate(command) => command.run(context),
            Command::Send(command) => command.run(context),
            Command::Replay(command) => command.run(context),
            Command::Lab(command) => command.run(context),
            Command::Tap(command) => command.run(context),
            Command::Explain(command) => command.run(context),
            Command::Completions(command) => command.run(context),
            Command::Man(command) => command.run(context),
            Command::Help(command) => command.run(context),
        }
    }

    /// `--notes`, which errors heed too.
    fn detail(&self) -> Option<Detail> {
        let session = match self {
            Command::Smtp(command) => &command.session,
            Command::Pop(command) => &command.session,
            Command::Imap(command) => &command.session,
            Command::Open(command) => &command.session,
            Command::Annotate(command) => return command.output.notes,
            Command::Send(command) => return command.output.notes,
            Command::Replay(command) => return command.output.notes,
            Command::Lab(command) => return command.output.notes,
            Command::Tap(command) => return command.output.notes,
            Command::Explain(_)
            | Command::Completions(_)
            | Command::Man(_)
            | Command::Mx(_)
            | Command::Help(_) => return None,
        };
        session.output.notes
    }
}

/// The language of `--lang`, the last one if there are several, as in the parsing.
fn language(args: &[OsString]) -> Option<Lang> {
    let known = |value: &OsStr| Lang::ALL.into_iter().find(|lang| value == lang.code());
    let args = before_dashes(args);
    let mut found = None;
    for (i, arg) in args.iter().enumerate() {
        let value = match arg.to_str() {
            Some("--lang") => args.get(i + 1).map(OsString::as_os_str),
            Some(text) => text.strip_prefix("--lang=").map(OsStr::new),
            None => None,
        };
        found = value.and_then(known).or(found);
    }
    found
}

/// The subcommand that the arguments begin with, by its first name. clap's error does not tell it.
fn subcommand(args: &[OsString]) -> Option<&'static str> {
    let mut args = before_dashes(args).iter().skip(1);
    while let Some(arg) = args.next() {
        // The only option with a value that may stand before a subcommand.
        if arg == "--lang" {
            args.next();
        } else if !arg.as_encoded_bytes().starts_with(b"-") {
            return help::subcommand(arg.to_str()?);
        }
    }
    None
}

fn before_dashes(args: &[OsString]) -> &[OsString] {
    let end = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    &args[..end]
}

#[cfg(test)]
mod tests;
