//! How a dialogue is shown: the output options, the config file's defaults, and the environment's, made one.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::context::Context;
use crate::error::{Error, Exit};
use crate::i18n::Lang;
use crate::session::options::Output;
use crate::view::files::{Form, Paper};
use crate::view::notes::Detail;

/// The words of `--lang`.
pub const LANGS: [&str; 2] = ["en", "es"];
/// The words of `--notes`.
pub const NOTES: [&str; 3] = ["none", "brief", "full"];
/// The words of `--color`.
pub const COLORS: [&str; 3] = ["auto", "always", "never"];

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// On a terminal that can, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl When {
    /// By its word.
    pub fn parse(word: &str) -> Option<When> {
        match word {
            "auto" => Some(When::Auto),
            "always" => Some(When::Always),
            "never" => Some(When::Never),
            _ => None,
        }
    }
}

/// How a dialogue is shown.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "output")]
pub struct OutputArgs {
    /// `--notes`.
    #[arg(long, value_name = "none|brief|full", value_parser = words(&NOTES, Detail::parse))]
    pub notes: Option<Detail>,
    /// `--color`.
    #[arg(long, value_name = "auto|always|never", value_parser = words(&COLORS, When::parse))]
    pub color: Option<When>,
    /// `--plain`.
    #[arg(long)]
    pub plain: bool,
    /// `--log`.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub log: Vec<PathBuf>,
    /// `--force`.
    #[arg(long)]
    pub force: bool,
    /// `--title`.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// `--author`.
    #[arg(long, value_name = "TEXT")]
    pub author: Option<String>,
    /// `--reproducible`.
    #[arg(long)]
    pub reproducible: bool,
    /// `--json`.
    #[arg(long, conflicts_with = "show_secrets")]
    pub json: bool,
    /// `--bodies`.
    #[arg(long)]
    pub bodies: bool,
    /// `--digests`.
    #[arg(long)]
    pub digests: bool,
    /// `--show-secrets`.
    #[arg(long)]
    pub show_secrets: bool,
}

impl OutputArgs {
    /// All of it decided.
    ///
    /// # Errors
    /// A log of an unknown form, given twice, or there already; `--bodies` or `--digests` where nothing heeds
    /// them.
    pub fn output(self, context: &Context) -> Result<Output, Error> {
        self.check_logs()?;
        if self.force && self.log.is_empty() {
            return Err(Error::new(Exit::Usage, "usage-force"));
        }
        let logs_json = self.log.iter().any(|path| Form::of(path) == Some(Form::Json));
        for (given, heeded, option) in [
            (self.bodies, self.json || !self.log.is_empty(), "--bodies"),
            (self.digests, self.json || logs_json, "--digests"),
        ] {
            if given && !heeded {
                return Err(Error::new(Exit::Usage, "usage-needs-json").with("option", option));
            }
        }
        let reports = [
            (self.title.is_some(), "--title"),
            (self.author.is_some(), "--author"),
            (self.reproducible, "--reproducible"),
        ];
        if let Some((_, option)) = reports.iter().find(|(given, _)| *given && self.log.is_empty()) {
            return Err(Error::new(Exit::Usage, "usage-needs-log").with("option", option));
        }
        let (config, terminal) = (&context.config, context.terminal);
        let when = self.color.or(config.color).unwrap_or_default();
        Ok(Output {
            lang: context.lang,
            detail: self.notes.or(config.notes).unwrap_or_default(),
            colour: !self.json && terminal.colour(when, terminal.stdout),
            // What is piped is the notation, whatever the terminal is like; only an option changes that.
            plain: self.plain || terminal.stdout && (terminal.dumb || config.plain.unwrap_or(false)),
            json: self.json,
            bodies: self.bodies,
            digests: self.digests,
            show_secrets: self.show_secrets,
            logs: self.log,
            force: self.force,
            paper: Paper { title: self.title, author: self.author, reproducible: self.reproducible },
        })
    }

    /// Before connecting: the log of a session that was had in vain is no use.
    fn check_logs(&self) -> Result<(), Error> {
        for (i, path) in self.log.iter().enumerate() {
            let fault = |exit, id| Err(Error::new(exit, id).with("file", path.display()));
            if Form::of(path).is_none() {
                return fault(Exit::Usage, "error-log-extension");
            }
            if self.log[..i].contains(path) {
                return fault(Exit::Usage, "usage-log-twice");
            }
            // Not a slip in the command line, which would do in another folder: so 3, not 2.
            if !self.force && path.symlink_metadata().is_ok() {
                return fault(Exit::File, "error-log-exists");
            }
        }
        Ok(())
    }
}

/// Reads `--lang`.
pub fn lang() -> impl TypedValueParser<Value = Lang> {
    words(&LANGS, Lang::parse)
}

/// A parser of a few words. clap knows them, so that help and errors can list them.
pub fn words<T: Clone + Send + Sync + 'static>(
    known: &'static [&'static str],
    parse: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(known).try_map(move |word| parse(&word).ok_or("not one of the known words"))
}
