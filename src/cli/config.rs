//! The config file: defaults for language, notes and looks. `config.toml` in the folder `ehlo` where the
//! platform keeps such files; EHLO_CONFIG names another one, and empty: none.
//!
//! ```toml
//! lang = "es"         # en, es
//! notes = "full"      # none, brief, full
//! color = "never"     # auto, always, never
//! plain = true        # on terminals; a pipe gets the notation
//! ```
//!
//! Options and EHLO_LANG win over it. A key or value that is not understood is an error: a setting that is
//! silently ignored is worse than none.

use std::env;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::output::{COLORS, LANGS, NOTES, When};
use crate::error::{Error, Exit};
use crate::i18n::Lang;
use crate::view::notes::Detail;

/// The keys there are.
pub const KEYS: [&str; 4] = ["lang", "notes", "color", "plain"];

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// `lang`.
    pub lang: Option<Lang>,
    /// `notes`.
    pub notes: Option<Detail>,
    /// `color`.
    pub color: Option<When>,
    /// `plain`.
    pub plain: Option<bool>,
}

impl Config {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// A file that cannot be read, or one that EHLO_CONFIG names and is not there ([`Exit::File`]); what
    /// stands in it cannot be meant so ([`Exit::Usage`]).
    pub fn load() -> Result<Config, Error> {
        let named = env::var_os("EHLO_CONFIG");
        let Some(path) = path(named.clone()) else { return Ok(Config::default()) };
        match std::fs::read_to_string(&path) {
            Ok(text) => Config::read(&text, &path),
            Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => Ok(Config::default()),
            Err(error) => {
                let id = if named.is_some() { "error-config-named" } else { "error-config-read" };
                Err(Error::new(Exit::File, id).with("file", path.display()).detail(error))
            }
        }
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// [`Exit::Usage`], with the file, the line, the key, and what is allowed.
    pub fn read(text: &str, path: &Path) -> Result<Config, Error> {
        let fault = |id, at: usize| {
            let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
            Error::new(Exit::Usage, id).with("file", path.display()).with("line", line)
        };
        let table = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            fault("error-config-toml", at).detail(error.message())
        })?;
        let mut config = Config::default();
        for (key, value) in table.get_ref() {
            let name: &str = key.get_ref();
            let known = match name {
                "lang" => config.set_lang(value),
                "notes" => config.set_notes(value),
                "color" => config.set_color(value),
                "plain" => config.set_plain(value),
                _ => {
                    let error = fault("error-config-key", key.span().start).with("key", name);
                    return Err(error.with("known", KEYS.join(", ")));
                }
            };
            known.map_err(|known| {
                fault("error-config-value", value.span().start).with("key", name).with("known", known)
            })?;
        }
        Ok(config)
    }

    fn set_lang(&mut self, value: &Spanned<DeValue>) -> Result<(), String> {
        self.lang = Some(word(value, &LANGS).and_then(Lang::parse).ok_or_else(|| quoted(&LANGS))?);
        Ok(())
    }

    fn set_notes(&mut self, value: &Spanned<DeValue>) -> Result<(), String> {
        self.notes = Some(word(value, &NOTES).and_then(Detail::parse).ok_or_else(|| quoted(&NOTES))?);
        Ok(())
    }

    fn set_color(&mut self, value: &Spanned<DeValue>) -> Result<(), String> {
        self.color = Some(word(value, &COLORS).and_then(When::parse).ok_or_else(|| quoted(&COLORS))?);
        Ok(())
    }

    fn set_plain(&mut self, value: &Spanned<DeValue>) -> Result<(), String> {
        let DeValue::Boolean(plain) = value.get_ref() else { return Err("true, false".to_owned()) };
        self.plain = Some(*plain);
        Ok(())
    }
}

/// A text that is one of a few words.
fn word<'a>(value: &'a Spanned<DeValue>, known: &[&str]) -> Option<&'a str> {
    let DeValue::String(text) = value.get_ref() else { return None };
    known.contains(&text.as_ref()).then_some(text.as_ref())
}

fn quoted(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    words.join(", ")
}

/// Where the file is: the one named, else the platform's place.
fn path(named: Option<OsString>) -> Option<PathBuf> {
    match named {
        Some(path) if path.is_empty() => None,
        Some(path) => Some(path.into()),
        None => Some(folder()?.join("config.toml")),
    }
}

/// `~/.config/ehlo` on Unix, with XDG_CONFIG_HOME; `%APPDATA%\ehlo` on Windows.
fn folder() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("ehlo"))
}

/// Where the file is, for people: `~` instead of their folder.
pub fn shown_path() -> String {
    let Some(path) = path(None) else { return "config.toml".to_owned() };
    let home = etcetera::home_dir().ok();
    match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned)) {
        Some(rest) if cfg!(unix) => format!("~/{}", rest.display()),
        _ => path.display().to_string(),
    }
}
