//! Languages: which one, and its sentences. Fluent messages in `en/*.ftl` and `es/*.ftl`, the same ids and
//! arguments in both; wire text comes in as arguments, made safe on the way. A file is parsed when the
//! first sentence that may be in it is wanted, never before.

pub mod pages;
pub mod tongues;

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::dialogue::text::write::safe;
use crate::error::{Args, Error};

/// The longest piece of wire text that a sentence quotes, in characters.
const MAX_ARG: usize = 200;

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

macro_rules! files {
    ($lang:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!($lang, "/", $name, ".ftl")))),*]
    };
}

impl Lang {
    /// All there are.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Es];

    /// `en`, `es`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Es => "es",
        }
    }

    /// The language of a code or locale name: `es`, `es_AR.UTF-8`, `en-US`.
    pub fn parse(name: &str) -> Option<Lang> {
        let word = name.split(['_', '-', '.', '@']).next()?.to_ascii_lowercase();
        Lang::ALL.into_iter().find(|l| l.code() == word)
    }

    /// The language by the environment: EHLO_LANG, then the configured one, then LC_ALL, LC_MESSAGES, LANG.
    /// An unknown one is English.
    pub fn choose(configured: Option<Lang>) -> Lang {
        let var = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        if let Some(lang) = var("EHLO_LANG").and_then(|v| Lang::parse(&v)).or(configured) {
            return lang;
        }
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(var);
        locale.or_else(system_locale).and_then(|l| Lang::parse(&l)).unwrap_or_default()
    }

    /// The catalog's files: name and text.
    pub fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Lang::En => files!(
                "en": "notes", "session", "annotate", "notes-smtp", "notes-pop3", "notes-imap", "notes-checks", "notes-message", "notes-sasl", "cli", "lab", "facts-smtp", "facts-pop3", "facts-imap", "facts-sasl", "facts-header", "facts-net", "script", "report", "capture", "facts-concept", "explain", "manual", "mx", "tap", "send",
            ),
            Lang::Es => files!(
                "es": "notes", "session", "annotate", "notes-smtp", "notes-pop3", "notes-imap", "notes-checks", "notes-message", "notes-sasl", "cli", "lab", "facts-smtp", "facts-pop3", "facts-imap", "facts-sasl", "facts-header", "facts-net", "script", "report", "capture", "facts-concept", "explain", "manual", "mx", "tap", "send",
            ),
        }
    }
}

/// What the system says where no variable does.
#[cfg(feature = "cli")]
fn system_locale() -> Option<String> {
    sys_locale::get_locale()
}

#[cfg(not(feature = "cli"))]
fn system_locale() -> Option<String> {
    None
}

type Bundle = FluentBundle<FluentResource>;

/// The sentences of one language. Each file is parsed when the first sentence that may be in it is wanted, and once
/// for all catalogs: a capture has thousands of dialogues, each with a view of its own.
#[derive(Clone)]
pub struct Catalog {
    lang: Lang,
    bundles: &'static [OnceLock<Bundle>],
}

/// The parsed files of each language.
static PARSED: [OnceLock<Vec<OnceLock<Bundle>>>; Lang::ALL.len()] =
    [const { OnceLock::new() }; Lang::ALL.len()];

impl std::fmt::Debug for Catalog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Catalog").field("lang", &self.lang).finish_non_exhaustive()
    }
}

/// The file of the ids that begin so: facts, and the delivery plan's; all other files are searched in order.
fn facts_of(id: &str) -> Option<&'static str> {
    Some(match id.split('-').next()? {
        "smtp" => "facts-smtp",
        "pop" => "facts-pop3",
        "imap" => "facts-imap",
        "sasl" if !id.starts_with("sasl-fault-") => "facts-sasl",
        "header" => "facts-header",
        "dns" | "port" => "facts-net",
        "concept" | "phrase" => "facts-concept",
        _ => return None,
    })
}

impl Catalog {
    /// A language's catalog; nothing is parsed yet.
    pub fn new(lang: Lang) -> Self {
        let files = || lang.files().iter().map(|_| OnceLock::new()).collect();
        Catalog { lang, bundles: PARSED[lang as usize].get_or_init(files) }
    }

    /// Its language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    fn bundle(&self, file: usize) -> &Bundle {
        self.bundles[file].get_or_init(|| {
            let id: LanguageIdentifier = self.lang.code().parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![id]);
            // Isolation marks are bidirectional controls: they would break copying from a terminal.
            bundle.set_use_isolating(false);
            // A file that does not parse whole is caught by the tests; what parses is used.
            let text = self.lang.files()[file].1;
            let resource = match FluentResource::try_new(text.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
            bundle
        })
    }

    /// The file that has a message.
    fn home(&self, id: &str) -> Option<&Bundle> {
        let facts = facts_of(id);
        let may_have = |name: &str| match facts {
            Some(facts) => name == facts,
            None => !name.starts_with("facts-"),
        };
        let files = self.lang.files().iter().enumerate().filter(|(_, (name, _))| may_have(name));
        files.map(|(i, _)| self.bundle(i)).find(|b| b.has_message(id))
    }

    /// A sentence.
    pub fn text(&self, id: &str, args: &Args) -> Option<String> {
        let bundle = self.home(id)?;
        Some(format(bundle, bundle.get_message(id)?.value()?, args))
    }

    /// The rest of a sentence, its `.full` attribute.
    pub fn full(&self, id: &str, args: &Args) -> Option<String> {
        let bundle = self.home(id)?;
        Some(format(bundle, bundle.get_message(id)?.get_attribute("full")?.value(), args))
    }

    /// A sentence that is in every catalog; the id itself where it is not, which the tests find.
    pub fn say(&self, id: &str, args: &Args) -> String {
        self.text(id, args).unwrap_or_else(|| id.to_owned())
    }

    /// A sentence without arguments.
    pub fn word(&self, id: &str) -> String {
        self.say(id, &Vec::new())
    }

    /// Whether there is such a sentence.
    pub fn has(&self, id: &str) -> bool {
        self.home(id).is_some()
    }

    /// What an error says: one to three lines.
    pub fn error(&self, error: &Error, with_detail: bool) -> String {
        let mut said = self.say(error.id, &error.args);
        if with_detail && let Some(detail) = &error.detail {
            said.push_str("\n  (");
            said.push_str(&safe(detail, MAX_ARG));
            said.push(')');
        }
        said
    }
}

fn format(bundle: &Bundle, pattern: &fluent_syntax::ast::Pattern<&str>, args: &Args) -> String {
    let mut fluent = FluentArgs::with_capacity(args.len());
    for (name, value) in args {
        fluent.set(*name, value_of(value));
    }
    bundle.format_pattern(pattern, Some(&fluent), &mut Vec::new()).into_owned()
}

/// Small whole numbers take part in plurals; all else is text.
fn value_of(value: &str) -> FluentValue<'static> {
    let digits = !value.is_empty() && value.len() < 10 && value.bytes().all(|b| b.is_ascii_digit());
    let plain = digits && (value == "0" || !value.starts_with('0'));
    match value.parse::<u32>() {
        Ok(n) if plain => FluentValue::from(n),
        _ => FluentValue::from(safe(value, MAX_ARG)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_name_languages() {
        for (name, lang) in [
            ("es", Some(Lang::Es)),
            ("es_AR.UTF-8", Some(Lang::Es)),
            ("EN-us", Some(Lang::En)),
            ("C", None),
            ("pt_BR", None),
        ] {
            assert_eq!(Lang::parse(name), lang, "{name}");
        }
    }
}
