//! Notes: what ehlo has to say about a unit or a mark. A note is derived, never stored: an id in the
//! catalogs, arguments from the wire, and what it cites. It holds no prose, so an old record is explained
//! better by a newer ehlo, and in either language.

use std::borrow::Cow;
use std::fmt;

use crate::error::Args;

/// How much a note asks of the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What something is and means here.
    Explain,
    /// What changed in the dialogue's state.
    State,
    /// What might be tried, or looked at.
    Hint,
    /// What went wrong, or will.
    Warn,
}

impl Level {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Level::Explain => "explain",
            Level::State => "state",
            Level::Hint => "hint",
            Level::Warn => "warn",
        }
    }
}

/// One thing to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How much it asks.
    pub level: Level,
    /// Protocol words that it is about, shown in front: `550 5.1.1`, `SIZE 10240000`. May be empty.
    pub label: String,
    /// The catalog's message; its `.full` attribute has the rest.
    pub id: Cow<'static, str>,
    /// The message's arguments.
    pub args: Args,
    /// RFC and section, shown in `full`.
    pub cites: Vec<&'static str>,
    /// 0: of the unit; 1: of a part of it (a capability, a header), shown further in.
    pub depth: u8,
    /// Said before in this dialogue: `brief` leaves it out, `full` keeps it.
    pub repeat: bool,
    /// Earlier units that it is about.
    pub about: Vec<u64>,
}

impl Note {
    /// A note of that level and message.
    pub fn new(level: Level, id: impl Into<Cow<'static, str>>) -> Self {
        Note {
            level,
            label: String::new(),
            id: id.into(),
            args: Vec::new(),
            cites: Vec::new(),
            depth: 0,
            repeat: false,
            about: Vec::new(),
        }
    }

    /// The protocol words in front.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// One more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// One more citation.
    #[must_use]
    pub fn cite(mut self, rfc: &'static str) -> Self {
        self.cites.push(rfc);
        self
    }

    /// A note of a part of the unit.
    #[must_use]
    pub fn inner(mut self) -> Self {
        self.depth = 1;
        self
    }
}
