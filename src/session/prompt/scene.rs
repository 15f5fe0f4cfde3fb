//! What the line editor knows of the session: set anew each time somebody is asked.

use crate::dialect::{State, Turn};
use crate::dialogue::Protocol;
use crate::i18n::{Catalog, Lang};

/// What is being asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A line of the dialogue.
    #[default]
    Line,
    /// An answer that may be seen.
    Open,
    /// An answer that must not be seen.
    Secret,
}

/// What the line is for.
#[derive(Debug)]
pub struct Scene {
    /// What is being asked for.
    pub kind: Kind,
    /// The protocol.
    pub protocol: Protocol,
    /// Where the dialogue stands.
    pub state: State,
    /// Whose turn it is; the state is kept by the loop, so this is as of the moment of asking.
    pub turn: Turn,
    /// In message data, whether the header is still being typed.
    pub header: bool,
    /// The server has closed; whether something is kept that can be saved.
    pub gone: Option<bool>,
    /// Whether nothing was typed yet in this session.
    pub fresh: bool,
    /// Addresses used before, the last one first.
    pub addresses: Vec<String>,
    /// The sentences.
    pub catalog: Catalog,
}

impl Default for Scene {
    fn default() -> Self {
        Scene {
            kind: Kind::Line,
            protocol: Protocol::Smtp,
            state: State::default(),
            turn: Turn::Command,
            header: false,
            gone: None,
            fresh: true,
            addresses: Vec::new(),
            catalog: Catalog::new(Lang::default()),
        }
    }
}

impl Scene {
    /// Whether a line is a command, so that `/` begins a local one.
    pub fn is_command(&self) -> bool {
        self.gone.is_some() || matches!(self.turn, Turn::Command | Turn::Over | Turn::Hold | Turn::Tls)
    }

    /// What an empty line is told: what is expected when it is no command.
    pub fn ghost(&self) -> Option<String> {
        let catalog = &self.catalog;
        if let Some(kept) = self.gone {
            return Some(catalog.word(if kept { "prompt-gone-kept" } else { "prompt-gone" }));
        }
        Some(match self.turn {
            Turn::Data if self.header => catalog.word("prompt-data-header"),
            Turn::Data => catalog.word("prompt-data"),
            Turn::Counted(octets) => catalog.say("prompt-counted", &vec![("octets", octets.to_string())]),
            Turn::Rest => catalog.word("prompt-rest"),
            Turn::Sasl => catalog.word("prompt-sasl"),
            Turn::Idle => catalog.word("prompt-idle"),
            Turn::Command if self.fresh => catalog.word("prompt-fresh"),
            Turn::Command | Turn::Hold | Turn::Tls | Turn::Over => return None,
        })
    }

    /// How leaving works here, for those who look for telnet's `^]`.
    pub fn leave(&self) -> String {
        let id = match (self.gone, self.turn) {
            (Some(_), _) => "prompt-leave-gone",
            (None, Turn::Data | Turn::Counted(_) | Turn::Rest) => "prompt-leave-data",
            _ => "prompt-leave",
        };
        let bye = if self.protocol == Protocol::Imap { "LOGOUT" } else { "QUIT" };
        self.catalog.say(id, &vec![("bye", bye.to_owned())])
    }
}
