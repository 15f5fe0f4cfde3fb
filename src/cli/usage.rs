//! Usage errors: from the kind and the context of clap's error to a sentence in the user's language.
//!
//! clap is asked what went wrong and with which words, never for a sentence. What was meant perhaps is guessed
//! here: by the habits of other programs, by the other subcommands, by the nearest name.

use clap::Error as Fault;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::help::localise;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;

/// What people type who know other programs, and what does it here.
const HABITS: [(&str, &str); 20] = [
    ("--ssl", "--tls"),
    ("--tls-on-connect", "--tls"),
    ("--no-tls", "--plaintext"),
    ("--cacert", "--ca"),
    ("--cafile", "--ca"),
    ("-k", "--insecure"),
    ("--no-verify", "--insecure"),
    ("--port", "HOST:PORT"),
    ("-p", "HOST:PORT"),
    ("--server", "HOST"),
    ("--host", "HOST"),
    ("--username", "--user"),
    ("-u", "--user"),
    ("--mechanism", "--auth"),
    ("--ehlo", "--helo"),
    ("--add-header", "--header"),
    ("-v", "--notes full"),
    ("--verbose", "--notes full"),
    ("-q", "--notes none"),
    ("--quiet", "--notes none"),
];

/// How near a name must be to be proposed (Jaro and Winkler's measure).
const NEAR: f64 = 0.8;

/// What was wrong with the command line.
pub fn explain(fault: &Fault, subcommand: Option<&str>, catalog: &Catalog) -> Error {
    let usage = |id| Error::new(Exit::Usage, id);
    let text = |kind| text(fault, kind).unwrap_or_default();
    let (arg, value) = (text(ContextKind::InvalidArg), text(ContextKind::InvalidValue));
    let option = localise(arg.split(" <").next().unwrap_or(&arg), catalog);
    match fault.kind() {
        ErrorKind::UnknownArgument => unknown(&arg, subcommand, catalog),
        ErrorKind::InvalidSubcommand => no_such_command(&text(ContextKind::InvalidSubcommand)),
        ErrorKind::InvalidValue if value.is_empty() => {
            usage("usage-value-missing").with("option", localise(&arg, catalog))
        }
        ErrorKind::InvalidValue => {
            let known = list(fault, ContextKind::ValidValue);
            let meant = near(&value, &known);
            let error = usage(if meant.is_some() { "usage-value-meant" } else { "usage-value" });
            let error = error.with("option", option).with("value", &value).with("known", known.join(", "));
            error.with("meant", meant.unwrap_or_default())
        }
        ErrorKind::ValueValidation => {
            use std::error::Error as _;
            // Our own parsers return our own errors.
            let ours = fault.source().and_then(|source| source.downcast_ref::<Error>());
            let error = ours.cloned().unwrap_or_else(|| usage("usage-value-bad"));
            error.with("option", option).with("value", value)
        }
        ErrorKind::TooManyValues => usage("usage-no-value").with("option", option).with("value", value),
        ErrorKind::ArgumentConflict => {
            let others = list(fault, ContextKind::PriorArg);
            let others: Vec<&str> = others.iter().filter_map(|arg| arg.split(" <").next()).collect();
            let other = localise(&others.join(", "), catalog);
            usage("usage-conflict").with("option", option).with("other", other)
        }
        ErrorKind::MissingRequiredArgument => missing(fault, subcommand, catalog),
        ErrorKind::InvalidUtf8 => usage("usage-utf8"),
        // What clap may come to say in a later version.
        _ => usage("usage-other").detail(fault.kind()),
    }
}

/// What is missing: an argument, or an option that another one needs.
fn missing(fault: &Fault, subcommand: Option<&str>, catalog: &Catalog) -> Error {
    let missing = list(fault, ContextKind::InvalidArg);
    let shown = localise(&missing.join(", "), catalog);
    match missing.first().map(String::as_str) {
        Some("<HOST>") => {
            let name = subcommand.unwrap_or("smtp");
            let port = if name == "open" { " 25" } else { "" };
            let example = format!("ehlo {name} mail.redes.unlp.edu.ar{port}");
            Error::new(Exit::Usage, "usage-host-missing").with("name", shown).with("example", example)
        }
        Some("--cert <FILE>") => Error::new(Exit::Usage, "error-tls-key-alone"),
        _ => Error::new(Exit::Usage, "usage-missing").with("name", shown),
    }
}

/// An option or an argument too many.
fn unknown(arg: &str, subcommand: Option<&str>, catalog: &Catalog) -> Error {
    let usage = |id| Error::new(Exit::Usage, id);
    if !arg.starts_with('-') {
        return usage("usage-argument").with("argument", arg);
    }
    if arg == "--password" || arg == "--pass" {
        return usage("usage-password").with("option", arg);
    }
    let elsewhere = commands_with(arg);
    // A session's port and server are no options, though those of `mx` are.
    let habit = matches!(arg, "--port" | "--server") && subcommand.is_some_and(|name| name != "mx");
    if !elsewhere.is_empty() && !habit {
        // One that the subcommand has was met before it.
        let first = subcommand.is_none_or(|name| elsewhere.iter().any(|other| other == name));
        let id = if first { "usage-option-first" } else { "usage-option-elsewhere" };
        return usage(id).with("option", arg).with("commands", elsewhere.join(", "));
    }
    let habit = HABITS.iter().find(|(typed, _)| *typed == arg).map(|(_, ours)| localise(ours, catalog));
    match habit.or_else(|| near(arg, &options(subcommand))) {
        Some(meant) => usage("usage-option-meant").with("option", arg).with("meant", meant),
        None => usage("usage-option").with("option", arg),
    }
}

fn no_such_command(name: &str) -> Error {
    let error = |id| Error::new(Exit::Usage, id).with("name", name);
    let known = names();
    if let Some(meant) = near(name, &known) {
        return error("usage-command-meant").with("meant", meant);
    }
    // telnet's habit: a server where a command is due.
    if name.contains(['.', ':']) || name == "localhost" {
        return error("usage-command-host");
    }
    error("usage-command").with("known", known.join(", "))
}

/// `ehlo help` of something that is no subcommand.
pub fn no_such_help(name: &str) -> Error {
    match near(name, &names()) {
        Some(meant) => no_such_command(name).with("meant", meant),
        None => Error::new(Exit::Usage, "usage-command").with("name", name).with("known", names().join(", ")),
    }
}

/// The nearest of some names, if one is near.
fn near(typed: &str, known: &[String]) -> Option<String> {
    let typed = typed.to_lowercase();
    let score = |name: &String| strsim::jaro_winkler(&typed, name);
    let best = known.iter().max_by(|a, b| score(a).total_cmp(&score(b)))?;
    (score(best) >= NEAR).then(|| best.clone())
}

/// The subcommands, aliases too.
fn names() -> Vec<String> {
    let command = super::command();
    let names = command.get_subcommands().flat_map(|sub| {
        std::iter::once(sub.get_name())
            .chain(sub.get_visible_aliases())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    names.collect()
}

/// The long options of a subcommand.
fn options(subcommand: Option<&str>) -> Vec<String> {
    let command = super::command();
    let command = subcommand.and_then(|name| command.find_subcommand(name)).unwrap_or(&command);
    command.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}")).collect()
}

/// The subcommands that have such an option.
fn commands_with(option: &str) -> Vec<String> {
    let command = super::command();
    let has = |sub: &&clap::Command| {
        sub.get_arguments().any(|arg| match (option.strip_prefix("--"), arg.get_short()) {
            (Some(long), _) => arg.get_long() == Some(long),
            (None, Some(short)) => option.chars().eq(['-', short]),
            (None, None) => false,
        })
    };
    command.get_subcommands().filter(has).map(|sub| sub.get_name().to_owned()).collect()
}

/// A piece of clap's context, as one text.
fn text(fault: &Fault, kind: ContextKind) -> Option<String> {
    match fault.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        ContextValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn list(fault: &Fault, kind: ContextKind) -> Vec<String> {
    match fault.get(kind) {
        Some(ContextValue::Strings(texts)) => texts.clone(),
        Some(ContextValue::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    }
}
