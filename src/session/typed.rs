//! What becomes of a line that somebody typed: a local command, or bytes for the server, with the tag that an
//! IMAP command lacks; and what becomes of a session whose user goes.

use super::live::{Live, Source};
use super::source::Typed;
use crate::dialect::imap::needs_tag;
use crate::dialect::{Phase, Turn};
use crate::dialogue::mark::Close;
use crate::dialogue::{Level, Note, Protocol, Wire};
use crate::error::{Error, Exit};
use crate::view::Control;

impl Live {
    /// What somebody typed, or that nobody will any more.
    pub async fn typed(&mut self, typed: Typed) -> Result<(), Error> {
        match typed {
            Typed::Line(line) => self.line(line).await,
            Typed::End => self.leave(),
        }
    }

    /// A line that somebody typed.
    async fn line(&mut self, line: Vec<u8>) -> Result<(), Error> {
        let turn = self.recorder.expect().client;
        let typed = String::from_utf8_lossy(&line).into_owned();
        let command = self.over.is_some() || turn == Turn::Command || turn == Turn::Over;
        if command && line.starts_with(b"/") && !line.starts_with(b"//") {
            if let Source::Prompt(prompt) = &mut self.source {
                prompt.show_local(&typed);
                prompt.remember(&typed);
            }
            return self.local(&typed).await;
        }
        if self.over.is_some() {
            self.leaving = line.is_empty();
            if let Source::Prompt(prompt) = &mut self.source
                && !line.is_empty()
            {
                prompt.show_local(&typed);
            }
            return if line.is_empty() { Ok(()) } else { self.send(Wire::default()) };
        }
        let line = match line.strip_prefix(b"//") {
            Some(rest) if turn == Turn::Command => [b"/", rest].concat(),
            _ => line,
        };
        self.recognise(&line);
        let mut wire = self.tagged(line, turn)?;
        wire.push(b"\r\n");
        if turn == Turn::Command && !self.prepare_login(&wire).await? {
            return Ok(());
        }
        if let Source::Prompt(prompt) = &mut self.source
            && let Some(shown) = prompt.shown()
        {
            self.control(&Control::Typed(shown));
        }
        self.observer.secret = false;
        self.send(wire)?;
        self.goodbye |= turn == Turn::Command && is_goodbye(&typed);
        self.remember(&typed);
        Ok(())
    }

    /// Keeps a line that was sent in the history, unless there is a secret in it.
    fn remember(&mut self, line: &str) {
        let secret = self.observer.secret || self.recorder.mask(line) != line;
        if let Source::Prompt(prompt) = &mut self.source
            && !secret
        {
            prompt.remember(line);
        }
    }

    /// Adds the missing IMAP tag: the one help given unasked, and told.
    fn tagged(&mut self, line: Vec<u8>, turn: Turn) -> Result<Wire, Error> {
        if self.recorder.protocol() != Protocol::Imap || turn != Turn::Command {
            return Ok(Wire::new(line));
        }
        let text = String::from_utf8_lossy(&line).into_owned();
        if self.options.tags && needs_tag(&text) {
            let tag = self.tags.next_tag();
            return Ok(Wire::new([tag.as_bytes(), b" ", &line].concat()));
        }
        if let Some(tag) = text.split(' ').next() {
            self.tags.used(tag);
        }
        Ok(Wire::new(line))
    }

    /// The user goes: politely where the protocol allows, else by closing, which sends nothing by half.
    pub fn leave(&mut self) -> Result<(), Error> {
        self.leaving = true;
        let state = self.recorder.state();
        if self.over.is_some() || matches!(state.phase, Phase::Logout | Phase::Update) {
            return Ok(());
        }
        let protocol = self.recorder.protocol();
        let deletions = protocol == Protocol::Pop3 && !state.deleted.is_empty();
        match self.recorder.expect().client {
            Turn::Data | Turn::Counted(_) | Turn::Rest => {
                self.exit = self.exit.worse(Exit::Usage);
                self.say(&[Note::new(Level::Warn, "note-left-unfinished")])?;
                return self.end(Close::Client);
            }
            Turn::Sasl => self.auto.push_back(Wire::from("*\r\n")),
            Turn::Idle => self.auto.push_back(Wire::from("DONE\r\n")),
            _ => {}
        }
        if deletions {
            self.say(&[Note::new(Level::Warn, "note-left-deletions")])?;
            self.auto.push_back(Wire::from("RSET\r\n"));
        }
        let bye = match protocol {
            Protocol::Imap => format!("{} LOGOUT\r\n", self.tags.next_tag()),
            _ => "QUIT\r\n".to_owned(),
        };
        self.auto.push_back(Wire::from(&*bye));
        Ok(())
    }
}

/// Whether a command takes leave.
fn is_goodbye(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    first.eq_ignore_ascii_case("QUIT") || [first, second].iter().any(|w| w.eq_ignore_ascii_case("LOGOUT"))
}
