//! What the command line itself prints: help on standard output, errors on standard error.

use std::io::{self, Write};

use colored::Colorize;

use super::context::Terminal;
use super::output::When;
use crate::error::{Error, Exit};
use crate::i18n::{Catalog, Lang};
use crate::view::notes::wrap;

/// In front of every error, as programs do: in a pipe of several, it tells who speaks.
const NAME: &str = "ehlo: ";

/// Columns of a line of prose, at most: longer ones are hard to read.
const WIDEST: usize = 80;

/// Prints on standard output. Whoever closed it has read enough.
pub fn out(text: &str) -> Exit {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Exit::Ok,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Ok,
        Err(_) => Exit::File,
    }
}

/// Prints an error on standard error: what was tried, what came back, what to try next. A usage error also
/// says where the help is.
pub fn error(error: &Error, subcommand: Option<&str>, catalog: &Catalog, detail: bool, terminal: Terminal) {
    let mut said = catalog.error(error, detail);
    if error.id.starts_with("usage-") {
        let command = subcommand.map_or("ehlo help".to_owned(), |name| format!("ehlo help {name}"));
        said.push('\n');
        said.push_str(&catalog.say("usage-see", &vec![("command", command)]));
    }
    // Wrapped for people; whole for whatever reads a pipe.
    let width = if terminal.stderr { width() } else { usize::MAX };
    let colour = terminal.colour(When::Auto, terminal.stderr);
    let mut text = String::new();
    for paragraph in said.lines() {
        for line in wrap(paragraph, width, NAME.len(), NAME.len()) {
            match (text.is_empty(), colour) {
                (true, true) => text.push_str(&NAME.red().bold().to_string()),
                (true, false) => text.push_str(NAME),
                (false, _) => text.push_str(&" ".repeat(NAME.len())),
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    // Without standard error there is nobody to tell; the exit code is left.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// The columns that prose is wrapped to.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(WIDEST, |(width, _)| usize::from(width.0).clamp(40, WIDEST))
}

/// A panic is a defect of ehlo: said in the user's language, with the place for whoever mends it.
pub fn report_defects(lang: Lang) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let said = Catalog::new(lang).say("error-defect", &vec![("version", version)]);
        let _ = writeln!(io::stderr().lock(), "{NAME}{said}");
        usual(panic);
    }));
}
