//! One error for all of ehlo: what was tried and what came back, as a text id with arguments, and the exit
//! code it leads to. The sentences, and what to try next, are in the catalogs (`i18n`); this file has none.

use std::{fmt, io};

/// The exit codes of the program, one table for all subcommands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: as wished.
    Ok,
    /// 1: the dialogue went otherwise than wished, or the answer is "no".
    No,
    /// 2: the command line or the input cannot be meant so.
    Usage,
    /// 3: a file cannot be read or written.
    File,
    /// 4: network, DNS or TLS.
    Network,
    /// 5: a defect of ehlo.
    Bug,
}

impl Exit {
    /// The number the process exits with.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The worse of two, in the order 0, 1, 4, 3, 2, 5.
    pub fn worse(self, other: Exit) -> Exit {
        const ORDER: [Exit; 6] = [Exit::Ok, Exit::No, Exit::Network, Exit::File, Exit::Usage, Exit::Bug];
        let rank = |exit: Exit| ORDER.iter().position(|&o| o == exit).unwrap_or(ORDER.len());
        if rank(other) > rank(self) { other } else { self }
    }
}

/// What a sentence is filled with: names and wire text, in the order they were given.
pub type Args = Vec<(&'static str, String)>;

/// Something that stops what was asked for: a text id, its arguments, and the exit code.
///
/// Malformed input from a peer is never an error but a unit with a fault; a refusal by a server is a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The exit code.
    pub exit: Exit,
    /// The catalog's message: what was tried, what came back, what to try next.
    pub id: &'static str,
    /// The message's arguments.
    pub args: Args,
    /// The foreign words (of the system, of TLS, of a parser), shown in `--notes full`.
    pub detail: Option<String>,
}

impl Error {
    /// An error with a text id and an exit code.
    pub fn new(exit: Exit, id: &'static str) -> Self {
        Error { exit, id, args: Vec::new(), detail: None }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// A file cannot be read: which, and why.
    pub fn unreadable(file: impl fmt::Display, why: &io::Error) -> Self {
        Error::of_file("error-file-read", file, why.kind()).detail(why)
    }

    /// A file cannot be written: which, and why.
    pub fn unwritable(file: impl fmt::Display, why: &io::Error) -> Self {
        Error::of_file("error-file-write", file, why.kind()).detail(why)
    }

    /// A file that was to be new could not be made; `exists` is what is said where there is one already.
    pub fn unmade(exists: &'static str, file: impl fmt::Display, why: &io::Error) -> Self {
        match why.kind() {
            io::ErrorKind::AlreadyExists => Error::new(Exit::File, exists).with("file", file).detail(why),
            _ => Error::unwritable(file, why),
        }
    }

    /// What is wrong with a file: the sentence's `$why` is a word of ours, since the system's have no second language.
    pub fn of_file(id: &'static str, file: impl fmt::Display, why: io::ErrorKind) -> Self {
        use io::ErrorKind::*;
        let why = match why {
            NotFound => "missing",
            PermissionDenied => "denied",
            IsADirectory => "folder",
            NotADirectory => "no-folder",
            StorageFull | QuotaExceeded => "full",
            ReadOnlyFilesystem => "read-only",
            _ => "other",
        };
        Error::new(Exit::File, id).with("file", file).with("why", why)
    }

    /// The same with the foreign words.
    #[must_use]
    pub fn detail(mut self, words: impl fmt::Display) -> Self {
        self.detail = Some(words.to_string());
        self
    }
}

impl fmt::Display for Error {
    /// For developers: the id and its arguments. People see the catalog's sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)?;
        for (name, value) in &self.args {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_made_says_why() {
        use io::ErrorKind::*;
        for (kind, id, why) in [
            (AlreadyExists, "x-exists", None),
            (NotFound, "error-file-write", Some("missing")),
            (PermissionDenied, "error-file-write", Some("denied")),
            (StorageFull, "error-file-write", Some("full")),
            (TimedOut, "error-file-write", Some("other")),
        ] {
            let error = Error::unmade("x-exists", "mail.eml", &kind.into());
            let said = error.args.iter().find(|(name, _)| *name == "why").map(|(_, why)| why.as_str());
            assert_eq!((error.exit, error.id, said), (Exit::File, id, why));
            assert_eq!(error.args[0], ("file", "mail.eml".to_owned()));
        }
    }

    #[test]
    fn the_worst_exit_wins_in_the_documented_order() {
        for (a, b, worst) in [
            (Exit::Ok, Exit::No, Exit::No),
            (Exit::No, Exit::Network, Exit::Network),
            (Exit::Network, Exit::File, Exit::File),
            (Exit::File, Exit::Usage, Exit::Usage),
            (Exit::Usage, Exit::No, Exit::Usage),
        ] {
            assert_eq!(a.worse(b), worst);
            assert_eq!(b.worse(a), worst);
        }
    }
}
