//! The history: one per protocol, kept over sessions, never a line with a secret in it.
//!
//! Every line is added to the file when it is sent, so several sessions can share one, and a killed session
//! loses nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::dialogue::Protocol;

/// How many lines are kept.
pub const KEPT: usize = 1000;

/// The file of a protocol's history; none: nothing is kept.
pub fn path(protocol: Protocol) -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("EHLO_HISTORY").filter(|v| !v.is_empty()) {
        return (given != "/dev/null").then(|| PathBuf::from(given));
    }
    let name = match protocol {
        Protocol::Smtp | Protocol::Lmtp => "smtp",
        Protocol::Pop3 => "pop",
        Protocol::Imap => "imap",
    };
    let base = etcetera::choose_base_strategy().ok()?;
    let folder = base.state_dir().unwrap_or_else(|| base.data_dir());
    Some(folder.join("ehlo").join(format!("history-{name}")))
}

/// The lines of earlier sessions, oldest first. A file that has grown long is cut to what is kept.
pub fn load(path: &Path) -> Vec<String> {
    let text = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<String> = text.lines().filter(|l| !l.is_empty()).map(str::to_owned).collect();
    if lines.len() <= KEPT {
        return lines;
    }
    let last = lines[lines.len() - KEPT..].to_vec();
    if lines.len() > KEPT + KEPT / 2 {
        let _ = shorten(path, &last);
    }
    last
}

/// Puts a shorter file in the place of the long one, whole or not at all.
fn shorten(path: &Path, lines: &[String]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all((lines.join("\n") + "\n").as_bytes())?;
    file.persist(path).map(drop).map_err(|e| e.error)
}

/// Adds a line; a history that cannot be written is done without.
pub fn add(path: &Path, line: &str) {
    let _ = open(path).and_then(|mut file| file.write_all(format!("{line}\n").as_bytes()));
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether a command may carry a secret: PASS, LOGIN, APOP, AUTH with more than a mechanism; misspelled ones
/// and those behind a word too many as well.
pub fn is_secret(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.iter().enumerate().take(4).any(|(i, word)| {
        let word = word.trim_start_matches('/').to_ascii_uppercase();
        let after = words.len() - i - 1;
        let near = |verb: &str| strsim::damerau_levenshtein(&word, verb) <= 1;
        let args = match () {
            () if near("PASS") => 0,
            () if near("LOGIN") || near("APOP") => 0,
            () if near("AUTH") || near("AUTHENTICATE") || near("AUTHINFO") => 1,
            () => return false,
        };
        // `AUTH LOGIN` names a mechanism.
        let mechanism = i > 0 && words[i - 1].to_ascii_uppercase().starts_with("AUTH");
        after > args && !(mechanism && after == 0)
    })
}

/// The addresses in a line of an envelope.
pub fn addresses(line: &str) -> impl Iterator<Item = &str> {
    let envelope =
        ["mail ", "rcpt "].iter().any(|v| line.get(..5).is_some_and(|l| l.eq_ignore_ascii_case(v)));
    let line = if envelope { line } else { "" };
    line.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(address, _)| address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_secrets_are_known() {
        for line in [
            "PASS hunter2",
            "pas hunter2",
            "PASSS x",
            "a1 LOGIN ana secret",
            "login ana secret",
            "x y LOGIN ana secret",
            "AUTH PLAIN AGFuYQBz",
            "AUTH LOGIN YW5h",
            "a AUTHENTICATE PLAIN AGFuYQBz",
            "apop ana c4c9334bac560ecc979e58001b3e22fb",
            "/raw PASS x",
        ] {
            assert!(is_secret(line), "{line}");
        }
        for line in [
            "USER ana",
            "AUTH PLAIN",
            "AUTH LOGIN",
            "a1 AUTHENTICATE PLAIN",
            "MAIL FROM:<a@b>",
            "a SELECT INBOX",
            "/auth plain",
            "APOP",
            "PASS",
            "DATA",
        ] {
            assert!(!is_secret(line), "{line}");
        }
    }

    #[test]
    fn a_long_file_is_shortened_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/history");
        for n in 0..KEPT + KEPT / 2 + 1 {
            add(&path, &format!("NOOP {n}"));
        }
        let lines = load(&path);
        assert_eq!((lines.len(), lines[0].as_str()), (KEPT, "NOOP 501"));
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), KEPT);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn addresses_of_the_envelope_are_found() {
        assert_eq!(addresses("MAIL FROM:<a@b> SIZE=3").collect::<Vec<_>>(), ["a@b"]);
        assert_eq!(addresses("rcpt to:<c@d>").collect::<Vec<_>>(), ["c@d"]);
        assert_eq!(addresses("NOOP <x>").count(), 0);
    }
}
