//! How a dialogue is shown: the output options, the config file's defaults, and the environment's, made one.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::context::Context;
use crate::error::{Error, Exit};
use crate::i18n::Lang;
use crate::session::options::Output;
use crate::view::notes::Detail;

/// The words of `--lang`.
pub const LANGS: [&str; 2] = ["en", "es"];
/// The words of `--notes`.
pub const NOTES: [&str; 3] = ["none", "brief", "full"];
/// The words of `--color`.
pub const COLORS: [&str; 3] = ["auto", "always", "never"];
/// The forms of a log, by extension.
pub const FORMS: [&str; 2] = ["ehlo", "json"];

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
    #[arg(long, requires = "log")]
    pub force: bool,
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
        let logs_json = self.log.iter().any(|path| form(path) == Some("json"));
        for (given, heeded, option) in [
            (self.bodies, self.json || !self.log.is_empty(), "--bodies"),
            (self.digests, self.json || logs_json, "--digests"),
        ] {
            if given && !heeded {
                return Err(Error::new(Exit::Usage, "usage-needs-json").with("option", option));
            }
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
        })
    }

    /// Before connecting: the log of a session that was had in vain is no use.
    fn check_logs(&self) -> Result<(), Error> {
        for (i, path) in self.log.iter().enumerate() {
            let fault = |exit, id| Err(Error::new(exit, id).with("file", path.display()));
            if form(path).is_none() {
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

/// The form of a log, by its extension.
fn form(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    FORMS.into_iter().find(|form| *form == extension)
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
