//! `ehlo annotate`: explains what is in a file, whatever wrote it: a transcript, JSON of ours, a paste.

use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::help::Example;
use super::output::OutputArgs;
use super::print;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::session::annotate::{self, Options};

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-annotate", "ehlo annotate session.txt"),
    Example("example-annotate-pipe", "swaks --to ana@example.org --server lab 2>&1 | ehlo annotate -"),
    Example("example-annotate-log", "ehlo annotate session.txt -o session.ehlo --notes full"),
    Example("example-annotate-list", "ehlo annotate sheet.md --list"),
];

/// The arguments of `ehlo annotate`.
#[derive(Args, Clone, Debug)]
pub struct Annotate {
    /// The file, or `-`.
    #[arg(value_name = "FILE", required = true)]
    pub file: PathBuf,
    /// `--stream`.
    #[arg(long, value_name = "NUMBER", help_heading = "dialogue")]
    pub stream: Option<u32>,
    /// `--list`.
    #[arg(long, help_heading = "dialogue")]
    pub list: bool,
    /// How it is shown.
    #[command(flatten)]
    pub output: OutputArgs,
}

impl Annotate {
    /// Annotates.
    ///
    /// # Errors
    /// What cannot be meant so, what holds no dialogue, and files that cannot be read or written.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let options = Options {
            file: Some(self.file).filter(|file| file.as_os_str() != "-"),
            stream: self.stream,
            list: self.list,
            output: self.output.output(context)?,
            terminal: context.terminal.stdout,
        };
        let rows = annotate::annotate(&options)?;
        if options.list {
            return Ok(print::out(&annotate::table(&rows, &Catalog::new(context.lang))));
        }
        Ok(Exit::Ok)
    }
}
