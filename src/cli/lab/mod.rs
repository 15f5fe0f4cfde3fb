//! `ehlo lab`: the practice's servers on this machine; and what can be asked of the lab that runs.

mod actions;
mod host;
mod settings;
mod table;

pub use host::{arrive, behind, is_lab, name_servers, password, smtp};
pub use table::Page;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::context::Context;
use super::help::Example;
use super::output::words;
use super::print;
use super::shown::ShownArgs;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::lab::control::Running;
use crate::lab::home::Home;
use crate::lab::profile::Profile;
use crate::lab::run::{Begun, Plan, run};
use crate::lab::{Lab as Servers, join};
use crate::show::Show;
use crate::view::stage::Stage;

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-lab", "ehlo lab"),
    Example("example-lab-smtp", "ehlo smtp lab"),
    Example("example-lab-log", "ehlo lab --log practice/"),
    Example("example-lab-fault", "ehlo lab --fault 'rcpt 450 once'"),
    Example("example-lab-account", "ehlo lab --account ana:password.txt --domain example.org"),
    Example("example-lab-thunderbird", "ehlo lab thunderbird profile/"),
];

/// How it is called, for the help.
pub const USAGE: [&str; 5] = [
    "ehlo lab [OPTIONS]",
    "ehlo lab status|stop|reset",
    "ehlo lab export DIR|import NAME FILE...",
    "ehlo lab fault TEXT...",
    "ehlo lab thunderbird DIR [NAME...]",
];

/// What can be asked of a lab: the word, and how it is written in the help.
pub const ACTIONS: [(&str, &str); 7] = [
    ("status", "status"),
    ("stop", "stop"),
    ("reset", "reset"),
    ("export", "export DIR"),
    ("import", "import NAME FILE..."),
    ("fault", "fault TEXT..."),
    ("thunderbird", "thunderbird DIR"),
];

/// The arguments of `ehlo lab`.
#[derive(Args, Clone, Debug)]
pub struct Lab {
    /// What to ask of the lab; nothing: run one.
    #[arg(value_name = "ACTION", value_parser = actions())]
    pub action: Option<String>,
    /// What the action is about.
    #[arg(value_name = "WHAT")]
    pub what: Vec<OsString>,
    /// What it is.
    #[command(flatten)]
    pub servers: ServerArgs,
    /// How it is shown.
    #[command(flatten)]
    pub output: ShownArgs,
    /// Started for a session; see [`join`].
    #[arg(long, hide = true)]
    pub background: bool,
}

/// What the servers are.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "lab")]
pub struct ServerArgs {
    /// `--domain`.
    #[arg(long, value_name = "NAME")]
    pub domain: Option<String>,
    /// `--host`.
    #[arg(long = "host", id = "lab-host", value_name = "NAME")]
    pub host: Option<String>,
    /// `--account`.
    #[arg(long, value_name = "NAME:FILE")]
    pub account: Vec<String>,
    /// `--profile`.
    #[arg(long, value_name = "sheet|bare|modern", value_parser = words(&Profile::NAMES, Profile::parse))]
    pub profile: Option<Profile>,
    /// `--no-starttls`.
    #[arg(long)]
    pub no_starttls: bool,
    /// `--vary`.
    #[arg(long, value_name = "KEY")]
    pub vary: Option<String>,
    /// `--clock`.
    #[arg(long, value_name = "TIME", value_parser = settings::clock)]
    pub clock: Option<i64>,
    /// `--fault`.
    #[arg(long, value_name = "TEXT")]
    pub fault: Vec<String>,
    /// `--config`.
    #[arg(long = "config", id = "lab-config", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// `--data`.
    #[arg(long, value_name = "DIR", conflicts_with = "memory")]
    pub data: Option<PathBuf>,
    /// `--memory`.
    #[arg(long)]
    pub memory: bool,
    /// `--standard-ports`.
    #[arg(long)]
    pub standard_ports: bool,
    /// `--bind`.
    #[arg(long, value_name = "ADDRESS", value_parser = super::connection::address)]
    pub bind: Option<IpAddr>,
}

impl Lab {
    /// Runs the lab, or asks one.
    ///
    /// # Errors
    /// What cannot be meant so; what the lab cannot do.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let home = Home::find()?;
        match &self.action {
            Some(action) => actions::run(action, &self, &home, context),
            None if self.background => background(self, home, context),
            None => foreground(self, home, context),
        }
    }
}

/// A lab that a session has started: it says one word, and then nothing.
fn background(lab: Lab, home: Home, context: &Context) -> Result<Exit, Error> {
    join::leave_terminal();
    let plan = Plan {
        settings: settings::of(&lab.servers, &home)?,
        data: Some(home.mail()),
        show: Show::nothing(context.lang),
        standard_ports: false,
        background: true,
        home,
    };
    run(plan, |_| {
        print::out(&format!("{}\n", join::READY));
    })?;
    Ok(Exit::Ok)
}

fn foreground(lab: Lab, home: Home, context: &Context) -> Result<Exit, Error> {
    let catalog = Catalog::new(context.lang);
    let settings = settings::of(&lab.servers, &home)?;
    let data = actions::data(&lab.servers, &home)?;
    let took_over = take_over(&home)?;
    let ShownArgs { json, quiet, .. } = lab.output;
    let stage = Stage::new(Box::new(io::stdout()));
    let show = lab.output.show(&stage, context)?;
    let colour = show.look.colour;
    let plan =
        Plan { home, settings, data, show, standard_ports: lab.servers.standard_ports, background: false };
    let width = print::width();
    let said = |begun: &Begun| {
        let page = table::page(begun, took_over, &catalog, colour, width);
        // JSON lines alone on standard output: the table is for people.
        let written = if json { io::stderr().write_all(page.as_bytes()) } else { stage.write(&page) };
        drop(written);
    };
    let ended = run(plan, said)?;
    if !json || io::stderr().is_terminal() {
        let last = table::farewell(&ended, &catalog, colour);
        drop(if json || quiet { io::stderr().write_all(last.as_bytes()) } else { stage.write(&last) });
    }
    Ok(Exit::Ok)
}

/// A lab in the background that nobody uses makes room; one that is used is not cut off.
fn take_over(home: &Home) -> Result<bool, Error> {
    let Some(running) = Running::find(home) else { return Ok(false) };
    let (pid, open) = (running.number("pid"), running.number("open"));
    if running.status["background"].as_bool() == Some(true) && open == 0 {
        running.stop(home)?;
        return Ok(true);
    }
    Err(Error::new(Exit::No, "error-lab-runs-already").with("pid", pid).with("open", open))
}

/// Reads the action; clap knows the words, so that errors can list them.
fn actions() -> impl TypedValueParser<Value = String> {
    PossibleValuesParser::new(ACTIONS.map(|(word, _)| word))
}
