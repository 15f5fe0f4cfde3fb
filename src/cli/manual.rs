//! `ehlo completions` and `ehlo man`: both made of the same definitions as the command line itself, with the catalog's
//! sentences filled in. Man pages come in both languages, in the folders where `man` looks for them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Command};
use clap_complete::Shell;
use roff::{Inline, Roff, bold, italic, roman};

use super::context::Context;
use super::help::{self, Example};
use super::output::words;
use super::{config, print};
use crate::error::{Error, Exit};
use crate::i18n::{Catalog, Lang};

/// The shells that can be served.
const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

/// Shown in the help, to be copied.
pub const COMPLETIONS: &[Example] = &[
    Example(
        "example-completions-bash",
        "ehlo completions bash > ~/.local/share/bash-completion/completions/ehlo",
    ),
    Example("example-completions-fish", "ehlo completions fish > ~/.config/fish/completions/ehlo.fish"),
];

/// Shown in the help, to be copied.
pub const MAN: &[Example] =
    &[Example("example-man", "ehlo man ~/.local/share/man"), Example("example-man-read", "man ehlo-smtp")];

/// The arguments of `ehlo completions`.
#[derive(Args, Clone, Debug)]
pub struct Completions {
    /// Which shell.
    #[arg(value_name = "SHELL", value_parser = words(&SHELLS, shell))]
    pub shell: Shell,
}

/// The arguments of `ehlo man`.
#[derive(Args, Clone, Debug)]
pub struct Pages {
    /// Where the pages go: in it, `man1/` and `es/man1/`.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

impl Completions {
    /// Prints the script.
    ///
    /// # Errors
    /// None; the signature is that of all commands.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let mut command = help::filled(&Catalog::new(context.lang));
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "ehlo", &mut script);
        Ok(print::out(&String::from_utf8_lossy(&script)))
    }
}

impl Pages {
    /// Writes the pages, in both languages.
    ///
    /// # Errors
    /// A folder or file that cannot be written.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let fault = |path: &Path, error: io::Error| Error::unwritable(path.display(), &error);
        let mut count = 0;
        for lang in Lang::ALL {
            let catalog = Catalog::new(lang);
            let folder = match lang {
                Lang::En => self.folder.join("man1"),
                other => self.folder.join(other.code()).join("man1"),
            };
            fs::create_dir_all(&folder).map_err(|error| fault(&folder, error))?;
            let root = help::filled(&catalog);
            for command in std::iter::once(&root).chain(root.get_subcommands()) {
                let path = folder.join(format!("{}.1", page_name(command)));
                fs::write(&path, page(command, &root, &catalog)).map_err(|error| fault(&path, error))?;
                count += 1;
            }
        }
        let args = vec![("count", count.to_string()), ("folder", self.folder.display().to_string())];
        Ok(print::out(&format!("{}\n", Catalog::new(context.lang).say("man-written", &args))))
    }
}

fn shell(word: &str) -> Option<Shell> {
    Some(match word {
        "bash" => Shell::Bash,
        "zsh" => Shell::Zsh,
        "fish" => Shell::Fish,
        "powershell" => Shell::PowerShell,
        "elvish" => Shell::Elvish,
        _ => return None,
    })
}

/// `ehlo`, `ehlo-smtp`.
fn page_name(command: &Command) -> String {
    match command.get_name() {
        "ehlo" => "ehlo".to_owned(),
        name => format!("ehlo-{name}"),
    }
}

/// A page: what the help has, under the headings that man pages have.
fn page(command: &Command, root: &Command, catalog: &Catalog) -> String {
    let name = page_name(command);
    let mut roff = Roff::new();
    let version = format!("ehlo {}", env!("CARGO_PKG_VERSION"));
    // An empty date would be no argument at all.
    roff.control("TH", [name.to_uppercase().as_str(), "1", " ", version.as_str(), "ehlo"]);
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    section(&mut roff, "name", catalog);
    roff.text([roman(format!("{name} - {about}"))]);
    section(&mut roff, "usage", catalog);
    for line in help::usage_lines(command) {
        roff.control("nf", []);
        roff.text([bold(help::localise(&line, catalog))]);
        roff.control("fi", []);
    }
    section(&mut roff, "description", catalog);
    roff.text([roman(catalog.word(&format!("help-{}", command.get_name())))]);
    let examples = help::examples(Some(command.get_name()).filter(|name| *name != "ehlo"));
    if !examples.is_empty() {
        section(&mut roff, "examples", catalog);
        for Example(id, line) in examples {
            roff.control("TP", []);
            roff.text([roman(catalog.word(id))]);
            roff.text([bold(*line)]);
        }
    }
    if command.get_name() == "ehlo" {
        section(&mut roff, "commands", catalog);
        for sub in root.get_subcommands() {
            roff.control("TP", []);
            roff.text([bold(format!("ehlo-{}(1)", sub.get_name()))]);
            roff.text([roman(catalog.word(&format!("command-{}", sub.get_name())))]);
        }
    }
    options(&mut roff, command, catalog);
    section(&mut roff, "variables", catalog);
    rows(&mut roff, "help-env-", help::VARIABLES.map(str::to_owned), catalog);
    section(&mut roff, "config", catalog);
    roff.text([roman(catalog.say("help-config", &vec![("file", config::shown_path())]))]);
    section(&mut roff, "exit", catalog);
    for (code, meaning) in help::exits(command.get_name(), catalog) {
        roff.control("TP", []);
        roff.text([bold(code)]);
        roff.text([roman(meaning)]);
    }
    roff.render()
}

fn section(roff: &mut Roff, id: &str, catalog: &Catalog) {
    let title = catalog.word(&format!("heading-{id}")).to_uppercase();
    roff.control("SH", [title.as_str()]);
}

/// Options and arguments under the headings of the help.
fn options(roff: &mut Roff, command: &Command, catalog: &Catalog) {
    for (heading, labels) in help::sections(command, catalog) {
        section(roff, heading, catalog);
        for (label, text) in labels {
            roff.control("TP", []);
            let (option, value) = label.split_once(' ').unwrap_or((&label, ""));
            let value: Vec<Inline> =
                if value.is_empty() { Vec::new() } else { vec![roman(" "), italic(value)] };
            roff.text([vec![bold(option)], value].concat());
            roff.text([roman(text)]);
        }
    }
}

fn rows<const N: usize>(roff: &mut Roff, prefix: &str, words: [String; N], catalog: &Catalog) {
    for word in words {
        roff.control("TP", []);
        roff.text([bold(word.as_str())]);
        roff.text([roman(catalog.word(&help::row_id(prefix, &word)))]);
    }
}
