//! `ehlo annotate`: explains what is in a file, whatever wrote it: a transcript, JSON of ours, a paste.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::path::PathBuf;

use clap::Args;

use super::asked::Asked;
use super::context::Context;
use super::help::Example;
use super::output::OutputArgs;
use super::print;
use super::replay::RunArgs;
use crate::annotate::redact::search::{LEAST, needles, search};
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::session;
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
    Example("example-annotate-find-secret", "ehlo annotate report.html --find-secret"),
];

/// Places of a secret that are listed.
const SHOWN: usize = 50;

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
    /// `--find-secret`: nothing is annotated.
    #[arg(long, help_heading = "dialogue", conflicts_with_all = ["stream", "list", "capture-host", "port", "keylog", "save_messages", "log"])]
    pub find_secret: bool,
    /// `--secret-file`.
    #[arg(long, value_name = "FILE", help_heading = "dialogue")]
    pub secret_file: Option<PathBuf>,
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
        if self.find_secret {
            return self.find(context);
        }
        if self.secret_file.is_some() {
            return Err(Error::new(Exit::Usage, "usage-secret-file"));
        }
        let mut keys = KeyLog::default();
        if let Some(path) = &self.keylog {
            let unread = |e| Error::unreadable(path.display(), &e);
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
            return Ok(print::out(&told.table(&catalog, options.columns())));
        }
        Ok(match &told {
            Told::Capture(_, contents) if contents.dialogues == 0 => Exit::No,
            _ => Exit::Ok,
        })
    }

    /// Looks for a secret in the file. Never prints it, nor the line that has it.
    fn find(&self, context: &Context) -> Result<Exit, Error> {
        let catalog = Catalog::new(context.lang);
        let run = RunArgs { password_file: self.secret_file.clone(), ..RunArgs::default() };
        let asked = Asked::new(&run)?;
        let given = asked.into_given().next();
        let given = given.or_else(|| std::env::var_os("EHLO_PASSWORD").map(OsString::into_encoded_bytes));
        let ask = || session::ask(session::Question::Password, &catalog.word("ask-find-secret"));
        let secret = given.or_else(|| ask().map(String::into_bytes));
        let secret = secret.ok_or_else(|| Error::new(Exit::Usage, "error-find-secret"))?;
        if secret.len() < LEAST {
            let error = Error::new(Exit::Usage, "error-find-secret-short");
            return Err(error.with("octets", secret.len()).with("least", LEAST));
        }
        let mut file = Vec::new();
        let read = if self.file.as_os_str() == "-" {
            io::stdin().lock().read_to_end(&mut file)
        } else {
            std::fs::File::open(&self.file).and_then(|mut input| input.read_to_end(&mut file))
        };
        let name = self.file.display().to_string();
        read.map_err(|e| Error::unreadable(&name, &e))?;
        let places = search(&file, &secret);
        if places.is_empty() {
            let lines = file.split(|b| *b == b'\n').count() - usize::from(file.ends_with(b"\n"));
            let forms = needles(&secret).len();
            let args = vec![("file", name), ("lines", lines.to_string()), ("forms", forms.to_string())];
            return Ok(print::out(&format!("{}\n", catalog.say("find-secret-none", &args))));
        }
        let mut text = catalog.say("find-secret-found", &vec![("file", name)]);
        for (line, form) in places.iter().take(SHOWN) {
            let args = vec![("line", line.to_string()), ("form", catalog.word(form))];
            text.push_str(&format!("\n  {}", catalog.say("find-secret-line", &args)));
        }
        if places.len() > SHOWN {
            let args = vec![("count", (places.len() - SHOWN).to_string())];
            text.push_str(&format!("\n  {}", catalog.say("find-secret-more", &args)));
        }
        text.push('\n');
        Ok(Exit::No.worse(print::out(&text)))
    }
}
