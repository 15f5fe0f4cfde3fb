//! Help: laid out from clap's `Command`, so that no option can be forgotten; every word from the catalog.
//!
//! What it is for, then examples to be copied, since that is what most people look for; then usage, arguments and
//! options under their headings; for a session its local commands; variables, the config file, exit codes.
//! Text ids are made of clap's own: `arg-tls-name` for the option `--tls-name`, `arg-port-pop` where it differs
//! for one subcommand, `heading-tls`, `value-file`.

use clap::{Arg, ArgAction, Args};
use colored::Colorize;
use unicode_width::UnicodeWidthStr;

use super::context::{Context, Terminal};
use super::output::When;
use super::{
    annotate, config, explain, imap, lab, manual, mx, open, pop, print, replay, send, smtp, tap, usage,
};
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::view::notes::wrap;

/// Something to copy: what it does (a text id), and the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example(pub &'static str, pub &'static str);

/// Shown in the help of `ehlo` itself.
pub const EXAMPLES: &[Example] = &[
    Example("example-root-lab", "ehlo smtp lab"),
    Example("example-root-smtp", "ehlo smtp mail.redes.unlp.edu.ar"),
    Example("example-root-pop", "ehlo pop mail.redes.unlp.edu.ar --user alumnopop"),
    Example("example-root-imap", "ehlo imap mail.redes.unlp.edu.ar --log 3h.ehlo"),
    Example("example-root-open", "ehlo open mail.redes.unlp.edu.ar 25"),
    Example("example-root-mx", "ehlo mx gmail.com"),
    Example("example-root-tap", "ehlo tap --listen 2143 mail.redes.unlp.edu.ar:143"),
    Example("example-root-annotate", "ehlo annotate session.txt"),
    Example("example-root-explain", "ehlo explain 550"),
    Example("example-root-lang", "ehlo help smtp --lang es"),
];

/// The local commands of a session, as they are written. What each does is said by the session's own texts.
pub const LOCAL: [(&str, &str); 15] = [
    ("help", "/help"),
    ("state", "/state"),
    ("caps", "/caps"),
    ("auth", "/auth"),
    ("explain", "/explain"),
    ("notes", "/notes"),
    ("lang", "/lang"),
    ("bytes", "/bytes"),
    ("attach", "/attach FILE"),
    ("save", "/save FILE"),
    ("show", "/show"),
    ("raw", "/raw TEXT"),
    ("tags", "/tags"),
    ("log", "/log FILE"),
    ("quit", "/quit"),
];

/// The variables that are heeded.
pub const VARIABLES: [&str; 8] = [
    "EHLO_PASSWORD",
    "EHLO_LANG",
    "EHLO_CONFIG",
    "EHLO_LAB_HOME",
    "LC_ALL",
    "NO_COLOR",
    "CLICOLOR_FORCE",
    "TERM=dumb",
];

/// The headings of options, in this order; those without one come last.
const HEADINGS: [Option<&str>; 11] = [
    Some("query"),
    Some("lab"),
    Some("tap"),
    Some("script"),
    Some("message"),
    Some("connection"),
    Some("tls"),
    Some("login"),
    Some("dialogue"),
    Some("output"),
    None,
];

/// The exit codes.
const EXITS: [Exit; 6] = [Exit::Ok, Exit::No, Exit::Usage, Exit::File, Exit::Network, Exit::Bug];

/// The widest label that has its description beside it; wider ones have it below.
const LABEL: usize = 25;

/// The arguments of `ehlo help`.
#[derive(Args, Clone, Debug)]
pub struct Help {
    /// The subcommand.
    #[arg(value_name = "SUBCOMMAND")]
    pub subcommand: Option<String>,
}

impl Help {
    /// Shows it.
    ///
    /// # Errors
    /// There is no such subcommand.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let name = match &self.subcommand {
            Some(name) => Some(subcommand(name).ok_or_else(|| usage::no_such_help(name))?),
            None => None,
        };
        Ok(show(name, &Catalog::new(context.lang), context.terminal))
    }
}

/// The first name of a subcommand, by any of its names.
pub fn subcommand(name: &str) -> Option<&'static str> {
    match name {
        "smtp" => Some("smtp"),
        "pop" | "pop3" => Some("pop"),
        "imap" => Some("imap"),
        "open" => Some("open"),
        "mx" => Some("mx"),
        "annotate" => Some("annotate"),
        "lab" => Some("lab"),
        "tap" => Some("tap"),
        "send" => Some("send"),
        "replay" => Some("replay"),
        "explain" => Some("explain"),
        "completions" => Some("completions"),
        "man" => Some("man"),
        "help" => Some("help"),
        _ => None,
    }
}

/// Prints the help of a subcommand, or of the whole.
pub fn show(subcommand: Option<&str>, catalog: &Catalog, terminal: Terminal) -> Exit {
    let colour = terminal.colour(When::Auto, terminal.stdout);
    print::out(&render(subcommand, catalog, print::width(), colour))
}

/// The examples of a subcommand, or of the whole.
pub fn examples(subcommand: Option<&str>) -> &'static [Example] {
    match subcommand {
        Some("smtp") => smtp::EXAMPLES,
        Some("pop") => pop::EXAMPLES,
        Some("imap") => imap::EXAMPLES,
        Some("open") => open::EXAMPLES,
        Some("mx") => mx::EXAMPLES,
        Some("annotate") => annotate::EXAMPLES,
        Some("lab") => lab::EXAMPLES,
        Some("tap") => tap::EXAMPLES,
        Some("send") => send::EXAMPLES,
        Some("replay") => replay::EXAMPLES,
        Some("explain") => explain::EXAMPLES,
        Some("completions") => manual::COMPLETIONS,
        Some("man") => manual::MAN,
        Some(_) => &[],
        None => EXAMPLES,
    }
}

/// The help of a subcommand, or of the whole, as text.
pub fn render(subcommand: Option<&str>, catalog: &Catalog, width: usize, colour: bool) -> String {
    let root = super::command();
    let found = subcommand.and_then(|name| root.find_subcommand(name));
    let command = found.unwrap_or(&root);
    let mut page = Page { catalog, width, colour, text: String::new() };
    let name = command.get_name();
    page.prose(&catalog.word(&format!("help-{name}")));
    page.examples(examples(subcommand));
    page.heading("usage");
    for line in usage_lines(command) {
        page.line(&localise(&line, catalog));
    }
    if found.is_none() {
        page.heading("commands");
        let rows = command.get_subcommands().map(|sub| {
            let names: Vec<&str> = std::iter::once(sub.get_name()).chain(sub.get_visible_aliases()).collect();
            (names.join(", "), catalog.word(&format!("command-{}", sub.get_name())))
        });
        page.rows(rows.collect());
    }
    if name == "lab" {
        page.heading("actions");
        let rows = lab::ACTIONS.iter().map(|(id, syntax)| (*id, localise(syntax, catalog)));
        page.section("help-lab-", rows);
    }
    page.arguments(command);
    // `ehlo help` takes no more than that.
    if found.is_none() || !examples(subcommand).is_empty() {
        if found.is_some() && matches!(name, "smtp" | "pop" | "imap" | "open") {
            page.heading("local");
            // Tags are IMAP's.
            let ours = |(id, _): &&(&str, &str)| *id != "tags" || matches!(name, "imap" | "open");
            let local = LOCAL.iter().filter(ours).map(|(id, syntax)| (*id, localise(syntax, catalog)));
            page.section("local-help-", local);
        }
        page.heading("variables");
        page.section("help-env-", VARIABLES.iter().map(|name| (*name, (*name).to_owned())));
        page.heading("config");
        page.indented(&catalog.say("help-config", &vec![("file", config::shown_path())]));
        page.heading("exit");
        page.rows(exits(name, catalog));
    }
    page.text
}

/// Where the words go.
struct Page<'a> {
    catalog: &'a Catalog,
    width: usize,
    colour: bool,
    text: String,
}

impl Page<'_> {
    fn heading(&mut self, id: &str) {
        let title = self.catalog.word(&format!("heading-{id}"));
        let title = if self.colour { title.bold().to_string() } else { title };
        self.text.push_str(&format!("\n{title}\n"));
    }

    fn line(&mut self, text: &str) {
        self.text.push_str("  ");
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn prose(&mut self, text: &str) {
        for line in wrap(text, self.width, 0, 0) {
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    fn indented(&mut self, text: &str) {
        for line in wrap(text, self.width, 2, 2) {
            self.line(&line);
        }
    }

    fn examples(&mut self, examples: &[Example]) {
        if examples.is_empty() {
            return;
        }
        self.heading("examples");
        for Example(id, command) in examples {
            let comment = format!("# {}", self.catalog.word(id));
            self.line(&if self.colour { comment.dimmed().to_string() } else { comment });
            self.line(&if self.colour { command.cyan().to_string() } else { (*command).to_owned() });
        }
    }

    /// A label and what it means, the latter with a hanging indent.
    fn rows(&mut self, rows: Vec<(String, String)>) {
        let column = LABEL + 4;
        for (label, text) in rows {
            let painted = if self.colour { label.cyan().to_string() } else { label.clone() };
            self.text.push_str("  ");
            self.text.push_str(&painted);
            let pad = match label.width() {
                wide if wide > LABEL => format!("\n{}", " ".repeat(column)),
                fits => " ".repeat(column - 2 - fits),
            };
            self.text.push_str(&pad);
            for (i, line) in wrap(&text, self.width, column, column).iter().enumerate() {
                if i > 0 {
                    self.text.push_str(&" ".repeat(column));
                }
                self.text.push_str(line);
                self.text.push('\n');
            }
        }
    }

    /// Rows whose text ids are made of a word each.
    fn section<'b>(&mut self, prefix: &str, rows: impl Iterator<Item = (&'b str, String)>) {
        let rows = rows.map(|(word, label)| (label, self.catalog.word(&row_id(prefix, word))));
        self.rows(rows.collect());
    }

    /// The positional arguments, and the options under their headings.
    fn arguments(&mut self, command: &clap::Command) {
        for (heading, rows) in sections(command, self.catalog) {
            self.heading(heading);
            self.rows(rows);
        }
    }
}

/// A heading's id, and the rows under it: what is typed, and what it does.
type Section = (&'static str, Vec<(String, String)>);

/// The positional arguments, and the options under their headings.
pub fn sections(command: &clap::Command, catalog: &Catalog) -> Vec<Section> {
    let row = |arg: &Arg| (label(arg, catalog), describe(arg, command, catalog));
    // What stands behind `ehlo lab` is listed as actions.
    let listed = |arg: &&Arg| !matches!(arg.get_id().as_str(), "action" | "what");
    let positional: Vec<_> = command.get_positionals().filter(listed).map(row).collect();
    let options = HEADINGS.iter().map(|heading| {
        let ours =
            |arg: &&Arg| !arg.is_positional() && !arg.is_hide_set() && arg.get_help_heading() == *heading;
        (heading.unwrap_or("other"), command.get_arguments().filter(ours).map(row).collect())
    });
    let all: Vec<Section> = std::iter::once(("arguments", positional)).chain(options).collect();
    all.into_iter().filter(|(_, rows)| !rows.is_empty()).collect()
}

/// The command line with the catalog's words in it, for what is made of clap's own definitions: completions.
pub fn filled(catalog: &Catalog) -> clap::Command {
    let mut root = super::command();
    let names: Vec<String> = root.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    root = fill(root, catalog);
    for name in names {
        root = root.mut_subcommand(name, |sub| fill(sub, catalog));
    }
    root
}

fn fill(command: clap::Command, catalog: &Catalog) -> clap::Command {
    let name = command.get_name().to_owned();
    let about = match name.as_str() {
        "ehlo" => catalog.word("help-ehlo"),
        name => catalog.word(&format!("command-{name}")),
    };
    let said = |arg: &Arg| match arg.get_id().as_str() {
        "action" | "what" => String::new(),
        _ => catalog.word(&arg_text(arg, &name, catalog)),
    };
    command.about(about).mut_args(|arg| {
        let help = said(&arg);
        arg.help(help)
    })
}

/// The exit codes of a command with what they mean there: those that it can end with.
pub fn exits(command: &str, catalog: &Catalog) -> Vec<(String, String)> {
    let can = |exit: &Exit| match exit {
        Exit::No => !matches!(command, "tap" | "completions" | "man"),
        Exit::Network => !matches!(command, "annotate" | "explain" | "completions" | "man"),
        _ => true,
    };
    // The four that open a session end alike.
    let kind = if matches!(command, "smtp" | "pop" | "imap" | "open") { "session" } else { command };
    let row = |exit: Exit| {
        let code = exit.code().to_string();
        let own = format!("help-exit-{code}-{kind}");
        let id = if catalog.has(&own) { own } else { format!("help-exit-{code}") };
        (code, catalog.word(&id))
    };
    EXITS.into_iter().filter(can).map(row).collect()
}

/// The usage of a command: `ehlo smtp HOST[:PORT] [PORT] [OPTIONS]`.
pub fn usage_lines(command: &clap::Command) -> Vec<String> {
    if command.get_subcommands().next().is_some() {
        return ["ehlo COMMAND [OPTIONS]", "ehlo help [SUBCOMMAND]"].map(str::to_owned).to_vec();
    }
    if command.get_name() == "lab" {
        return lab::USAGE.map(str::to_owned).to_vec();
    }
    let mut line = format!("ehlo {}", command.get_name());
    for arg in command.get_positionals() {
        let many = matches!(arg.get_action(), ArgAction::Append);
        let name = format!("{}{}", written(arg), if many { "..." } else { "" });
        line.push_str(&if arg.is_required_set() { format!(" {name}") } else { format!(" [{name}]") });
    }
    line.push_str(" [OPTIONS]");
    vec![line]
}

/// A positional argument as it is written: the host may have its port behind it.
fn written(arg: &Arg) -> String {
    match arg.get_id().as_str() {
        "host" => "HOST[:PORT]".to_owned(),
        "domain-name" => "DOMAIN|ADDRESS".to_owned(),
        _ => {
            arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string).unwrap_or_default()
        }
    }
}

/// `--ca FILE`, `-h, --help`, `--notes none|brief|full`.
fn label(arg: &Arg, catalog: &Catalog) -> String {
    if arg.is_positional() {
        return localise(&written(arg), catalog);
    }
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = arg.get_long().map(|long| format!("--{long}"));
    let mut label = [short, long].into_iter().flatten().collect::<Vec<_>>().join(", ");
    if matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) {
        label.push(' ');
        label.push_str(&localise(&written(arg), catalog));
    }
    label
}

/// The text id of a row, made of its word: `help-env-no-color`.
pub fn row_id(prefix: &str, word: &str) -> String {
    format!("{prefix}{}", word.to_ascii_lowercase().replace(['_', '='], "-"))
}

/// The text id of an argument: its own for this subcommand, else the common one.
pub fn text_id(arg: &Arg, command: &clap::Command, catalog: &Catalog) -> String {
    arg_text(arg, command.get_name(), catalog)
}

fn arg_text(arg: &Arg, command: &str, catalog: &Catalog) -> String {
    let common = format!("arg-{}", arg.get_id().as_str().replace('_', "-"));
    let own = format!("{common}-{command}");
    if catalog.has(&own) { own } else { common }
}

fn describe(arg: &Arg, command: &clap::Command, catalog: &Catalog) -> String {
    catalog.word(&text_id(arg, command, catalog))
}

/// Placeholders in the language: every word in capitals that the catalog has as a `value-…`. clap puts angle
/// brackets around them, which go.
pub fn localise(text: &str, catalog: &Catalog) -> String {
    let text = text.replace(['<', '>'], "");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_ascii_uppercase()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end.max(c.len_utf8()));
        let id = format!("value-{}", word.to_ascii_lowercase());
        match catalog.text(&id, &Vec::new()).filter(|_| end > 1) {
            Some(placeholder) => out.push_str(&placeholder),
            None => out.push_str(word),
        }
        rest = after;
    }
    out
}
