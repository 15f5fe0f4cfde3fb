//! How the dialogues of others are shown: the output options that `ehlo lab` and `ehlo tap` have in common.

use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::output::{COLORS, NOTES, When, words};
use crate::error::{Error, Exit};
use crate::show::{Logs, Show};
use crate::view::files;
use crate::view::notes::Detail;
use crate::view::stage::Stage;
use crate::view::text::Look;

/// How the dialogues are shown.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "output")]
pub struct ShownArgs {
    /// `--quiet`.
    #[arg(long, conflicts_with = "json")]
    pub quiet: bool,
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
    #[arg(long, value_name = "DIR")]
    pub log: Option<PathBuf>,
    /// `--json`.
    #[arg(long)]
    pub json: bool,
    /// `--bodies`.
    #[arg(long)]
    pub bodies: bool,
    /// `--digests`.
    #[arg(long)]
    pub digests: bool,
}

impl ShownArgs {
    /// All of it decided, with the folder of the logs made.
    ///
    /// # Errors
    /// `--bodies` or `--digests` where nothing heeds them; a folder that cannot be made.
    pub fn show(&self, stage: &Stage, context: &Context) -> Result<Show, Error> {
        for (given, option) in [(self.bodies, "--bodies"), (self.digests, "--digests")] {
            if given && !self.json && self.log.is_none() {
                return Err(Error::new(Exit::Usage, "usage-needs-json").with("option", option));
            }
        }
        let log = match &self.log {
            Some(path) => Some(Logs::of(path).map_err(|error| Error::unwritable(path.display(), &error))?),
            None => None,
        };
        let (config, terminal) = (&context.config, context.terminal);
        let when = self.color.or(config.color).unwrap_or_default();
        let colour = !self.json && terminal.colour(when, terminal.stdout);
        let (columns, rows) = crate::session::screen();
        let look = Look {
            colour,
            plain: self.plain || terminal.stdout && (terminal.dumb || config.plain.unwrap_or(false)),
            width: if terminal.stdout { columns } else { 80 },
            detail: self.notes.or(config.notes).unwrap_or_default(),
            // A message of a hundred pages must not push the other sessions off the screen.
            fold: terminal.stdout.then_some(rows),
            limit: None,
            secrets: false,
        };
        Ok(Show {
            stage: (!self.quiet).then(|| stage.clone()),
            json: self.json,
            look,
            files: files::Settings {
                lang: context.lang,
                detail: look.detail,
                bodies: self.bodies,
                digests: self.digests,
                ..files::Settings::default()
            },
            log,
        })
    }
}
