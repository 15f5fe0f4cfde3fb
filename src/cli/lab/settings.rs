//! What a lab is told: the practice's values, then the file's, then the command line's.
//!
//! ```toml
//! domain = "example.org"
//! host = "mail.example.org"      # if not given: mail. and the domain
//! profile = "modern"             # sheet, bare, modern
//! starttls = false
//! vary = "course-2026-a"
//! faults = ["rcpt 450 once"]
//!
//! [accounts]                     # instead of the practice's two
//! ana = "her password"
//!
//! [limits]                       # message, recipients, connections, mailboxes
//! message = 1000000
//! ```

use std::path::Path;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ServerArgs;
use crate::error::{Error, Exit};
use crate::lab::home::Home;
use crate::lab::profile::Profile;
use crate::lab::settings::{Clock, HOST};
use crate::lab::{Account, Settings};

/// The keys of the file.
const KEYS: [&str; 8] = ["domain", "host", "profile", "starttls", "vary", "faults", "accounts", "limits"];
const LIMITS: [&str; 4] = ["message", "recipients", "connections", "mailboxes"];

/// All of it, decided.
///
/// # Errors
/// A file that cannot be read, or meant so; a domain that is none.
pub fn of(args: &ServerArgs, home: &Home) -> Result<Settings, Error> {
    let mut settings = Settings::default();
    let mut host = None;
    let own = home.settings();
    if let Some(path) = args.config.as_deref().or_else(|| own.exists().then_some(own.as_path())) {
        let text = read(path)?;
        file(&text, path, &mut settings, &mut host)?;
    }
    if let Some(domain) = &args.domain {
        settings.domain.clone_from(domain);
    }
    settings.domain = name(&settings.domain, "--domain")?;
    let changed = settings.domain != Settings::default().domain;
    settings.host = match args.host.clone().or(host) {
        Some(host) => name(&host, "--host")?,
        None if changed => format!("mail.{}", settings.domain),
        None => HOST.to_owned(),
    };
    for account in &args.account {
        let account = self::account(account)?;
        settings.accounts.retain(|other| other.name != account.name);
        settings.accounts.push(account);
    }
    settings.profile = args.profile.unwrap_or(settings.profile);
    settings.starttls &= !args.no_starttls;
    settings.vary = args.vary.clone().or(settings.vary);
    settings.faults.extend(args.fault.iter().cloned());
    settings.bind = args.bind;
    if let Some(seconds) = args.clock {
        settings.clock = Clock::fixed(seconds);
    }
    Ok(settings)
}

/// A time that stands still, RFC 3339, so that a record can be made again; in seconds since 1970.
///
/// # Errors
/// What is no such time.
pub fn clock(text: &str) -> Result<i64, Error> {
    OffsetDateTime::parse(text, &Rfc3339)
        .map(OffsetDateTime::unix_timestamp)
        .map_err(|_| Error::new(Exit::Usage, "usage-lab-clock").with("value", text))
}

fn read(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|error| Error::unreadable(path.display(), &error))
}

/// A domain or host name, as the wire has it: letters, digits, hyphens and dots.
fn name(text: &str, option: &'static str) -> Result<String, Error> {
    let text = text.trim_end_matches('.').to_ascii_lowercase();
    let label = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        plain && !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    if text.len() <= 253 && text.split('.').all(label) {
        return Ok(text);
    }
    Err(Error::new(Exit::Usage, "usage-lab-name").with("option", option).with("value", text))
}

/// `NAME:PASSWORD-FILE`; one line end at the file's end is no part of the password.
fn account(text: &str) -> Result<Account, Error> {
    let (name, file) = text
        .split_once(':')
        .filter(|(name, file)| !name.is_empty() && !file.is_empty())
        .ok_or_else(|| Error::new(Exit::Usage, "usage-lab-account").with("value", text))?;
    let text = read(Path::new(file))?;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password).to_owned();
    Ok(Account { name: name.to_ascii_lowercase(), password })
}

/// Reads the file's text.
fn file(text: &str, path: &Path, settings: &mut Settings, host: &mut Option<String>) -> Result<(), Error> {
    let fault = |id, at: usize| {
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        Error::new(Exit::Usage, id).with("file", path.display()).with("line", line)
    };
    let table = DeTable::parse(text).map_err(|error| {
        fault("error-config-toml", error.span().map_or(0, |span| span.start)).detail(error.message())
    })?;
    for (key, value) in table.get_ref() {
        let name: &str = key.get_ref();
        if !KEYS.contains(&name) {
            let error = fault("error-config-key", key.span().start).with("key", name);
            return Err(error.with("known", KEYS.join(", ")));
        }
        set(name, value, settings, host).map_err(|known| {
            fault("error-config-value", value.span().start).with("key", name).with("known", known)
        })?;
    }
    Ok(())
}

/// What a key says; else what it could say.
fn set(
    key: &str,
    value: &Spanned<DeValue>,
    settings: &mut Settings,
    host: &mut Option<String>,
) -> Result<(), String> {
    let text = || match value.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        _ => Err("\"…\"".to_owned()),
    };
    match key {
        "domain" => settings.domain = text()?,
        "host" => *host = Some(text()?),
        "vary" => settings.vary = Some(text()?),
        "profile" => {
            settings.profile = Profile::parse(&text()?).ok_or_else(|| Profile::NAMES.join(", "))?;
        }
        "starttls" => match value.get_ref() {
            DeValue::Boolean(on) => settings.starttls = *on,
            _ => return Err("true, false".to_owned()),
        },
        "faults" => {
            let DeValue::Array(all) = value.get_ref() else { return Err("[\"…\"]".to_owned()) };
            for one in all.iter() {
                let DeValue::String(fault) = one.get_ref() else { return Err("[\"…\"]".to_owned()) };
                settings.faults.push(fault.to_string());
            }
        }
        "accounts" => {
            let DeValue::Table(all) = value.get_ref() else { return Err("name = \"password\"".to_owned()) };
            settings.accounts.clear();
            for (name, password) in all {
                let DeValue::String(password) = password.get_ref() else {
                    return Err("name = \"password\"".to_owned());
                };
                let name = name.get_ref().to_ascii_lowercase();
                settings.accounts.push(Account { name, password: password.to_string() });
            }
        }
        _ => limits(value, settings)?,
    }
    Ok(())
}

fn limits(value: &Spanned<DeValue>, settings: &mut Settings) -> Result<(), String> {
    let known = || LIMITS.join(", ");
    let DeValue::Table(all) = value.get_ref() else { return Err(known()) };
    for (name, number) in all {
        let DeValue::Integer(number) = number.get_ref() else { return Err("1, 2, …".to_owned()) };
        let number: u64 = number.as_str().replace('_', "").parse().map_err(|_| "1, 2, …".to_owned())?;
        let small = usize::try_from(number).unwrap_or(usize::MAX);
        match name.get_ref().as_ref() {
            "message" => settings.limits.message = number,
            "recipients" => settings.limits.recipients = small,
            "connections" => settings.limits.connections = small,
            "mailboxes" => settings.limits.mailboxes = small,
            _ => return Err(known()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, Error> {
        let mut settings = Settings::default();
        file(text, Path::new("lab.toml"), &mut settings, &mut None).map(|()| settings)
    }

    #[test]
    fn a_file_says_it_all() {
        let text = "domain = 'example.org'\nprofile = 'bare'\nstarttls = false\nfaults = ['rcpt 450 once']\n\
                    [accounts]\nana = 'x y'\n[limits]\nmessage = 1_000\n";
        let settings = read(text).unwrap();
        assert_eq!(settings.domain, "example.org");
        assert_eq!(settings.profile, Profile::Bare);
        assert!(!settings.starttls);
        assert_eq!(settings.faults, ["rcpt 450 once"]);
        assert_eq!(settings.accounts, [Account { name: "ana".into(), password: "x y".into() }]);
        assert_eq!(settings.limits.message, 1000);
    }

    #[test]
    fn what_is_not_understood_is_told_with_its_line() {
        for (text, id) in [
            ("x = 1", "error-config-key"),
            ("\nprofile = 'huge'", "error-config-value"),
            ("[limits]\nmessages = 1", "error-config-value"),
            ("=", "error-config-toml"),
        ] {
            assert_eq!(read(text).unwrap_err().id, id, "{text}");
        }
    }

    #[test]
    fn names_are_names() {
        assert_eq!(name("Mail.Example.org.", "--host").unwrap(), "mail.example.org");
        for bad in ["", "a..b", "a b", "-a", "a\r\nb", "ñ"] {
            assert_eq!(name(bad, "--host").unwrap_err().id, "usage-lab-name", "{bad:?}");
        }
    }
}
