//! The flags of a message (RFC 9051 §2.3.2): five system flags as bits, and keywords, whose case is kept and
//! compared blindly. `\Recent` is not stored: it belongs to a session ([`super::Mailbox::take_recent`]).
//!
//! A value is two words long, since a mailbox of a hundred thousand messages has as many of them in memory;
//! those with the same keywords share them.

use std::fmt;
use std::sync::Arc;

/// A system flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum System {
    /// `\Answered`
    Answered = 1,
    /// `\Flagged`
    Flagged = 2,
    /// `\Deleted`
    Deleted = 4,
    /// `\Seen`
    Seen = 8,
    /// `\Draft`
    Draft = 16,
}

impl System {
    /// All, in the order Dovecot lists them.
    pub const ALL: [System; 5] =
        [System::Answered, System::Flagged, System::Deleted, System::Seen, System::Draft];

    /// Its word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            System::Answered => "\\Answered",
            System::Flagged => "\\Flagged",
            System::Deleted => "\\Deleted",
            System::Seen => "\\Seen",
            System::Draft => "\\Draft",
        }
    }
}

/// The flags of a message.
#[derive(Clone, Default)]
pub struct Flags {
    system: u8,
    /// In order, blind to case, without doubles; none is `None`.
    keywords: Option<Arc<Vec<String>>>,
}

/// What to do with flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagChange {
    /// These and no others.
    Set,
    /// These too.
    Add,
    /// Not these.
    Remove,
}

impl Flags {
    /// None.
    pub fn new() -> Self {
        Flags::default()
    }

    /// The flags of words with spaces between them, with or without parentheses round them: `\Seen Junk`.
    ///
    /// # Errors
    /// The first word that cannot be stored: `\Recent`, `\*`, an unknown system flag, not an atom.
    pub fn parse(text: &str) -> Result<Flags, String> {
        let text = text.trim();
        let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).unwrap_or(text);
        let mut flags = Flags::new();
        for word in inner.split_ascii_whitespace() {
            if !flags.insert_word(word) {
                return Err(word.to_owned());
            }
        }
        Ok(flags)
    }

    /// Adds a flag by its word; false where it is none that can be stored.
    pub fn insert_word(&mut self, word: &str) -> bool {
        if word.starts_with('\\') {
            let found = System::ALL.into_iter().find(|f| f.word().eq_ignore_ascii_case(word));
            found.map(|flag| self.insert(flag)).is_some()
        } else {
            is_keyword(word) && {
                self.insert_keyword(word);
                true
            }
        }
    }

    /// Whether it has a system flag.
    pub fn has(&self, flag: System) -> bool {
        self.system & flag as u8 != 0
    }

    /// Whether it has a keyword.
    pub fn has_keyword(&self, word: &str) -> bool {
        self.keywords().iter().any(|k| k.eq_ignore_ascii_case(word))
    }

    /// Whether none is set.
    pub fn is_empty(&self) -> bool {
        self.system == 0 && self.keywords.is_none()
    }

    /// Sets a system flag.
    pub fn insert(&mut self, flag: System) {
        self.system |= flag as u8;
    }

    /// Clears a system flag.
    pub fn remove(&mut self, flag: System) {
        self.system &= !(flag as u8);
    }

    /// The same with one more system flag.
    #[must_use]
    pub fn with(mut self, flag: System) -> Flags {
        self.insert(flag);
        self
    }

    /// Sets a keyword.
    pub fn insert_keyword(&mut self, word: &str) {
        let mut all = self.keywords.take().map(Arc::unwrap_or_clone).unwrap_or_default();
        if let Err(at) = all.binary_search_by(|k| blind(k, word)) {
            all.insert(at, word.to_owned());
        }
        self.keywords = Some(Arc::new(all));
    }

    /// The keywords.
    pub fn keywords(&self) -> &[String] {
        self.keywords.as_deref().map_or(&[], Vec::as_slice)
    }

    /// All words: system flags, then keywords.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let system = System::ALL.into_iter().filter(|f| self.has(*f));
        system.map(|f| -> &str { f.word() }).chain(self.keywords().iter().map(String::as_str))
    }

    /// The system flags as the store keeps them.
    pub(super) fn system(&self) -> u8 {
        self.system
    }

    /// Flags of stored bits and names.
    pub(super) fn stored(system: u8, keywords: Option<Arc<Vec<String>>>) -> Flags {
        Flags { system: system & 31, keywords }
    }

    /// The names, to be shared.
    pub(super) fn shared(&self) -> Option<Arc<Vec<String>>> {
        self.keywords.clone()
    }
}

/// Whether a word can be a keyword: an atom (RFC 9051 §9, flag-keyword) of a sane length.
fn is_keyword(word: &str) -> bool {
    let atom = |b: u8| b.is_ascii_graphic() && !b"(){%*\"\\]".contains(&b);
    !word.is_empty() && word.len() <= 100 && word.bytes().all(atom)
}

/// The order of keywords: blind to case.
pub(super) fn blind(a: &str, b: &str) -> std::cmp::Ordering {
    a.bytes().map(|c| c.to_ascii_lowercase()).cmp(b.bytes().map(|c| c.to_ascii_lowercase()))
}

impl PartialEq for Flags {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&String, &String)| a.eq_ignore_ascii_case(b);
        let (mine, others) = (self.keywords(), other.keywords());
        self.system == other.system && mine.len() == others.len() && mine.iter().zip(others).all(same)
    }
}

impl Eq for Flags {}

impl fmt::Display for Flags {
    /// As between the parentheses of a FETCH response.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, word) in self.words().enumerate() {
            let gap = if i == 0 { "" } else { " " };
            write!(f, "{gap}{word}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_and_written_as_on_the_wire() {
        for (text, said) in [
            ("\\seen", "\\Seen"),
            ("(\\Draft \\Answered NonJunk)", "\\Answered \\Draft NonJunk"),
            ("$Forwarded old OLD", "$Forwarded old"),
            ("()", ""),
        ] {
            assert_eq!(Flags::parse(text).unwrap().to_string(), said);
        }
        for wrong in ["\\Recent", "\\*", "a(b", "ñ", "x\\y"] {
            assert_eq!(Flags::parse(wrong), Err(wrong.to_owned()));
        }
        assert_eq!(Flags::parse("A b"), Flags::parse("B a"));
        assert!(size_of::<Flags>() <= 16);
    }
}
