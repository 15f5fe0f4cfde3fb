//! The lines that begin with `@`: their names, their arguments.

use std::time::Duration;

use super::model::{Do, Level, Open};
use super::template::{Template, Trouble, is_name};
use crate::dialogue::Protocol;
use crate::dialogue::text::read::unescape;
use crate::i18n::Lang;
use crate::i18n::tongues::title;

/// All there are.
pub const NAMES: [&str; 25] = [
    "smtp", "pop", "imap", "connect", "close", "closed", "tls", "set", "secret", "need", "include", "step",
    "note", "match", "strict", "ordered", "timeout", "within", "retry", "sleep", "check", "spec", "gap",
    "pop3", "lmtp",
];

/// What a directive gives.
pub enum Given {
    /// Something to do, and on which connection.
    Do(u32, Box<Do>),
    /// Nothing for a replay.
    Nothing,
}

/// Reads a directive, for who reads this language.
///
/// # Errors
/// A text id, and what it is about.
pub fn read(name: &str, args: &str, lang: Lang) -> Result<Given, Trouble> {
    let bad = || ("script-directive-args", format!("@{name}"));
    let one = |what: Do| Ok(Given::Do(1, Box::new(what)));
    let nothing = args.is_empty();
    match name {
        "smtp" | "pop" | "imap" | "pop3" | "lmtp" => open(name, args).ok_or_else(bad)?,
        "connect" => numbered(args, Do::Connect).filter(|_| !nothing).ok_or_else(bad),
        "close" => numbered(args, Do::Close).ok_or_else(bad),
        "closed" => {
            let first = args.split_whitespace().next().unwrap_or_default();
            numbered(if first.parse::<u32>().is_ok() { first } else { "" }, Do::Closed).ok_or_else(bad)
        }
        "tls" => numbered(args, Do::Tls).ok_or_else(bad),
        "set" => {
            let (key, value) = args.split_once('=').ok_or_else(bad)?;
            if !is_name(key.trim()) {
                return Err(bad());
            }
            one(Do::Set(key.trim().to_owned(), value_of(value.trim())?))
        }
        "secret" => {
            let names: Vec<String> = words(args);
            if names.is_empty() || !names.iter().all(|name| is_name(name)) {
                return Err(bad());
            }
            one(Do::Secret(names))
        }
        "need" if !nothing => one(Do::Need(words(args))),
        "step" if !nothing => one(Do::Step(title(args, lang))),
        "note" => one(Do::Note(args.to_owned())),
        "match" => one(Do::Match(Level::parse(args).ok_or_else(bad)?)),
        "strict" => one(Do::Strict(switch(args).ok_or_else(bad)?)),
        "ordered" => one(Do::Ordered(switch(args).ok_or_else(bad)?)),
        "timeout" => one(Do::Timeout(time(args).ok_or_else(bad)?)),
        "within" => one(Do::Within(time(args).ok_or_else(bad)?)),
        "sleep" => one(Do::Sleep(time(args).ok_or_else(bad)?)),
        "retry" => one(retry(args).ok_or_else(bad)?),
        "check" => one(check(args)?.ok_or_else(bad)?),
        "gap" => match args.parse() {
            Ok(octets) => one(Do::Gap(octets)),
            Err(_) => Ok(Given::Nothing),
        },
        // A pointer for readers.
        "spec" => Ok(Given::Nothing),
        _ if NAMES.contains(&name) => Err(bad()),
        _ => Err(("script-directive", format!("@{name}"))),
    }
}

fn words(args: &str) -> Vec<String> {
    args.split([' ', '\t', ',']).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn switch(args: &str) -> Option<bool> {
    match args {
        "" | "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

fn numbered(args: &str, what: Do) -> Option<Given> {
    let conn = if args.is_empty() { 1 } else { args.parse().ok().filter(|n| *n > 0)? };
    Some(Given::Do(conn, Box::new(what)))
}

/// `[conn] host[:port] [tls] [lmtp]`.
fn open(name: &str, args: &str) -> Option<Result<Given, Trouble>> {
    let mut words = args.split_whitespace().peekable();
    let conn = words.peek().and_then(|word| word.parse::<u32>().ok()).filter(|n| *n > 0);
    if conn.is_some() {
        words.next();
    }
    let target = words.next()?;
    let rest: Vec<&str> = words.collect();
    if rest.iter().any(|word| !["tls", "lmtp"].contains(word)) {
        return None;
    }
    let protocol = match name {
        "lmtp" => Protocol::Lmtp,
        "smtp" if rest.contains(&"lmtp") => Protocol::Lmtp,
        "smtp" => Protocol::Smtp,
        "imap" => Protocol::Imap,
        _ => Protocol::Pop3,
    };
    let target = match value_of(target) {
        Ok(target) => target,
        Err(trouble) => return Some(Err(trouble)),
    };
    let open = Open { protocol, target, tls: rest.contains(&"tls") };
    Some(Ok(Given::Do(conn.unwrap_or(1), Box::new(Do::Open(open)))))
}

/// A text with holes; quotes around it are left out.
fn value_of(text: &str) -> Result<Template, Trouble> {
    let bare = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    let wire = unescape(bare, 1).map_err(|trouble| (trouble.id, bare.to_owned()))?;
    Template::of(&wire)
}

/// `10`, `10s`, `500ms`, `2m`, `1h`; a day at most.
pub fn time(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    let time = match text[digits..].trim() {
        "" | "s" => Duration::from_secs(number),
        "ms" => Duration::from_millis(number),
        "m" => Duration::from_secs(number.checked_mul(60)?),
        "h" => Duration::from_secs(number.checked_mul(3600)?),
        _ => return None,
    };
    (time <= Duration::from_secs(24 * 3600)).then_some(time)
}

/// `5 every 2s`.
fn retry(args: &str) -> Option<Do> {
    let words: Vec<&str> = args.split_whitespace().collect();
    let times = words.first()?.parse().ok().filter(|n| (1..=1000).contains(n))?;
    let every = match words.get(1..)? {
        [] => Duration::from_secs(1),
        ["every", every] => time(every)?,
        _ => return None,
    };
    Some(Do::Retry(times, every))
}

/// `a == b`, `a != b`: names, quoted strings, numbers, or text with holes.
fn check(args: &str) -> Result<Option<Do>, Trouble> {
    let Some((a, equal, b)) = args
        .split_once("==")
        .map(|(a, b)| (a, true, b))
        .or_else(|| args.split_once("!=").map(|(a, b)| (a, false, b)))
    else {
        return Ok(None);
    };
    let side = |text: &str| {
        let text = text.trim();
        if is_name(text) { value_of(&format!("{{{{{text}}}}}")) } else { value_of(text) }
    };
    Ok(Some(Do::Check(side(a)?, equal, side(b)?)))
}
