//! `ehlo annotate`: explains what is in a file, whatever wrote it: a transcript, JSON of ours, a paste.

use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::help::Example;
use super::output::OutputArgs;
use super::print;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::session::annotate::{self, Options, Told};
use crate::source::capture::Settings;
use crate::source::tls::keys::KeyLog;

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-annotate", "ehlo annotate session.txt"),
    Example("example-annotate-pipe", "swaks --to ana@example.org --server lab 2>&1 | ehlo annotate -"),
    Example("example-annotate-log", "ehlo annotate session.txt -o session.html --notes full"),
    Example("example-annotate-list", "ehlo annotate sheet.md --list"),
    Example("example-annotate-capture", "ehlo annotate capture.pcapng --stream 3"),
    Example("example-annotate-live", "tcpdump -i lo -U -w - | ehlo annotate -"),
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
    /// `--host`.
    #[arg(long = "host", id = "capture-host", value_name = "ADDRESS", help_heading = "dialogue")]
    pub host: Option<std::net::IpAddr>,
    /// `--port`.
    #[arg(long, value_name = "PORT", help_heading = "dialogue")]
    pub port: Option<u16>,
    /// `--keylog`.
    #[arg(long, value_name = "FILE", help_heading = "dialogue")]
    pub keylog: Option<PathBuf>,
    /// `--save-messages`.
    #[arg(long, value_name = "DIR", help_heading = "dialogue")]
    pub save_messages: Option<PathBuf>,
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
        let mut keys = KeyLog::default();
        if let Some(path) = &self.keylog {
            let unread = |e| Error::new(Exit::File, "error-file-read").with("file", path.display()).detail(e);
            keys.add(&std::fs::read(path).map_err(unread)?);
        }
        let options = Options {
            capture: Settings { host: self.host, port: self.port, keys: keys.into(), ..Settings::default() },
            save: self.save_messages,
            file: Some(self.file).filter(|file| file.as_os_str() != "-"),
            stream: self.stream,
            list: self.list,
            output: self.output.output(context)?,
            terminal: context.terminal.stdout,
        };
        let told = annotate::annotate(&options)?;
        let catalog = Catalog::new(context.lang);
        for remark in told.remarks(&catalog) {
            eprintln!("{remark}");
        }
        if options.list {
            return Ok(print::out(&told.table(&catalog)));
        }
        Ok(match &told {
            Told::Capture(rows, _) if rows.is_empty() => Exit::No,
            _ => Exit::Ok,
        })
    }
}
