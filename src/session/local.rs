//! The local commands: `/help`, `/state`, `/caps`, `/auth`, `/notes`, … They work at the prompt and in piped
//! input, and are shown as `#` lines.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use super::live::Live;
use super::output;
use crate::dialect::stuff::{END, Stuff};
use crate::dialect::{State, Turn};
use crate::dialogue::text::read::unescape;
use crate::dialogue::{Level, Note, Protocol, Wire};
use crate::error::Error;
use crate::explain::{self, show};
use crate::i18n::{Catalog, Lang};
use crate::view::Control;
use crate::view::files::{create_new, unwritable};
use crate::view::notes::Detail;

/// The local commands, in the order of the help.
pub const COMMANDS: &[&str] = &[
    "help", "state", "caps", "auth", "explain", "notes", "lang", "bytes", "attach", "save", "show", "raw",
    "tags", "log", "quit",
];

/// Meanings of a word that /help shows.
const MOST_MEANINGS: usize = 5;
/// Columns of an article's lines, behind `#` and its blanks.
const ARTICLE: usize = 76;

/// Octets read from a file at once.
const PORTION: usize = 64 * 1024;

impl Live {
    /// Carries out a local command.
    pub(super) async fn local(&mut self, line: &str) -> Result<(), Error> {
        let (name, rest) = line[1..].split_once(char::is_whitespace).unwrap_or((&line[1..], ""));
        let rest = rest.trim();
        match name {
            "help" => self.help(rest),
            "state" => self.state_lines(),
            "caps" => self.caps(),
            "auth" => {
                let mechanism = (!rest.is_empty()).then(|| rest.to_ascii_uppercase());
                self.login.want(mechanism);
                Ok(())
            }
            "explain" => self.explain(rest),
            "notes" => match Detail::parse(rest) {
                Some(detail) => {
                    self.control(&Control::Detail(detail));
                    self.tell("local-notes", &[("detail", rest)])
                }
                None => self.tell("local-notes-usage", &[]),
            },
            "lang" => match Lang::parse(rest) {
                Some(lang) => {
                    self.catalog = Catalog::new(lang);
                    self.control(&Control::Lang(lang));
                    self.tell("local-lang", &[])
                }
                None => self.tell("local-lang-usage", &[]),
            },
            "bytes" => {
                let on = !matches!(rest, "off");
                self.control(&Control::Bytes(on));
                self.tell(if on { "local-bytes-on" } else { "local-bytes-off" }, &[])
            }
            "attach" => self.attach(rest),
            "save" => self.save(rest),
            "show" => self.show(),
            "raw" => self.raw(rest),
            "tags" => {
                self.options.tags = !matches!(rest, "off");
                self.tell(if self.options.tags { "local-tags-on" } else { "local-tags-off" }, &[])
            }
            "log" => self.log(rest),
            "quit" => self.leave(),
            _ => {
                let near = COMMANDS.iter().min_by_key(|c| strsim::damerau_levenshtein(c, name));
                // More slips than every third letter make another word.
                let slips = (name.chars().count() / 3).max(1);
                let near = near.filter(|c| strsim::damerau_levenshtein(c, name) <= slips);
                let name = format!("/{name}");
                match near {
                    Some(near) => {
                        self.tell("local-unknown", &[("name", &name), ("near", &format!("/{near}"))])
                    }
                    None => self.tell("local-unknown-far", &[("name", &name)]),
                }
            }
        }
    }

    /// A line for the person, as a `#` line.
    fn tell(&mut self, id: &'static str, args: &[(&'static str, &str)]) -> Result<(), Error> {
        let mut note = Note::new(Level::State, id);
        for (name, value) in args {
            note = note.with(name, value);
        }
        self.say(&[note])
    }

    fn help(&mut self, topic: &str) -> Result<(), Error> {
        let topic = topic.trim_start_matches('/');
        if topic.is_empty() {
            let mut notes = vec![Note::new(Level::State, "local-help")];
            notes.extend(COMMANDS.iter().map(|name| {
                Note::new(Level::State, format!("local-help-{name}")).label(format!("/{name}")).inner()
            }));
            notes.push(Note::new(Level::State, "local-help-more"));
            return self.say(&notes);
        }
        if COMMANDS.contains(&topic) {
            let note = Note::new(Level::State, format!("local-help-{topic}")).label(format!("/{topic}"));
            return self.say(&[note]);
        }
        // What it is in a line or three; /explain has the whole article.
        let found = explain::find(topic, Some(self.recorder.protocol()));
        let notes: Vec<Note> =
            found.iter().take(MOST_MEANINGS).map(|meaning| explain::note(meaning.fact)).collect();
        if notes.is_empty() { self.unknown_topic(topic) } else { self.shown_in_full(&notes) }
    }

    /// As `ehlo explain` does, the protocol's own meanings first; without a topic, what was said last, in full.
    fn explain(&mut self, topic: &str) -> Result<(), Error> {
        if topic.is_empty() {
            return self.recorder.say_again().map_err(super::live::output_error);
        }
        let found = explain::find(topic, Some(self.recorder.protocol()));
        let lines = if found.is_empty() {
            let parsed = explain::line::parse(topic, &self.catalog);
            parsed.map(|parsed| show::parsed(&parsed, &self.catalog, ARTICLE)).unwrap_or_default()
        } else {
            show::meanings(&found, false, &self.catalog, ARTICLE)
        };
        if lines.is_empty() {
            return self.unknown_topic(topic);
        }
        let line = |line: show::Line| line.into_iter().map(|(_, text)| text).collect::<String>();
        let notes = lines.into_iter().map(line);
        let note = |line: String| Note::new(Level::Explain, "local-show-line").with("line", line.trim_end());
        let notes: Vec<Note> = notes.map(note).collect();
        self.shown_in_full(&notes)
    }

    fn shown_in_full(&mut self, notes: &[Note]) -> Result<(), Error> {
        self.recorder.explain(notes).map_err(super::live::output_error)
    }

    fn unknown_topic(&mut self, topic: &str) -> Result<(), Error> {
        let near = explain::nearest(topic).join(", ");
        if near.is_empty() {
            return self.tell("local-explain-unknown", &[("word", topic)]);
        }
        self.tell("local-explain-near", &[("word", topic), ("near", &near)])
    }

    fn state_lines(&mut self) -> Result<(), Error> {
        let state = self.recorder.state().clone();
        let mut notes = vec![
            Note::new(Level::State, if state.tls { "state-tls" } else { "state-plain" }),
            Note::new(Level::State, format!("state-phase-{}", state.phase.name())),
        ];
        match &state.user {
            Some(user) => notes.push(Note::new(Level::State, "state-user").with("user", user)),
            None => notes.push(Note::new(Level::State, "state-nobody")),
        }
        if let Some(envelope) = &state.envelope {
            let note = Note::new(Level::State, "state-envelope")
                .with("from", format!("<{}>", envelope.reverse_path))
                .with("count", envelope.forward_paths.len())
                .with("to", envelope.forward_paths.join(", "));
            notes.push(note);
        }
        if let Some(mailbox) = &state.mailbox {
            let exists = mailbox.exists.map_or("?".to_owned(), |n| n.to_string());
            notes.push(
                Note::new(Level::State, "state-mailbox").with("name", &mailbox.name).with("count", exists),
            );
        }
        if !state.deleted.is_empty() {
            notes.push(Note::new(Level::State, "state-deleted").with("count", state.deleted.len()));
        }
        notes.push(Note::new(Level::State, "state-possible").with("verbs", self.possible(&state)));
        self.say(&notes)
    }

    /// The verbs that are legal now.
    fn possible(&self, state: &State) -> String {
        crate::annotate::possible(self.recorder.protocol(), state)
    }

    fn caps(&mut self) -> Result<(), Error> {
        let Some(capabilities) = self.recorder.state().capabilities.clone() else {
            let ask = match self.recorder.protocol() {
                Protocol::Smtp => "EHLO",
                Protocol::Lmtp => "LHLO",
                Protocol::Pop3 => "CAPA",
                Protocol::Imap => "CAPABILITY",
            };
            return self.tell("local-caps-unknown", &[("ask", ask)]);
        };
        let protocol = self.recorder.protocol();
        let notes: Vec<Note> =
            capabilities.iter().map(|c| crate::annotate::capability_note(protocol, c)).collect();
        self.say(&notes)
    }

    /// Sends the notation exactly: placeholders filled, no CR LF added.
    fn raw(&mut self, text: &str) -> Result<(), Error> {
        let wire = match unescape(text, 6) {
            Ok(wire) => wire,
            Err(trouble) => {
                return self.tell("local-raw-trouble", &[("column", &trouble.column.to_string())]);
            }
        };
        let mut filled = Wire::default();
        let mut from = 0;
        for hole in &wire.holes {
            filled.push(&wire.bytes[from..hole.start]);
            match self.fill(&hole.make) {
                Some(value) => filled.push(&value),
                None => return self.tell("local-raw-name", &[("name", &hole.make)]),
            }
            from = hole.end;
        }
        filled.push(&wire.bytes[from..]);
        self.send(filled)
    }

    /// What a placeholder stands for, where that is known without asking.
    fn fill(&self, make: &str) -> Option<Vec<u8>> {
        match make {
            "host" => Some(self.options.endpoint.host.clone().into_bytes()),
            "me" => Some(self.me().into_bytes()),
            "user" => self.options.login.user.clone().map(String::into_bytes),
            "crlf" => Some(b"\r\n".to_vec()),
            _ => self.recorder.secrets().value(make),
        }
    }

    fn log(&mut self, path: &str) -> Result<(), Error> {
        if path.is_empty() {
            return self.tell("local-log-usage", &[]);
        }
        match output::log_view(&PathBuf::from(path), &self.options) {
            Ok(view) => {
                let port = self.channel.peer().map_or(0, |p| p.port());
                let mut begin = output::begin(&self.options, self.recorder.protocol(), port, false);
                begin.server = self.channel.peer().map(|a| a.to_string());
                begin.client = self.channel.local().map(|a| a.to_string());
                self.recorder.add_view(view, &begin).map_err(super::live::output_error)?;
                self.tell("local-log", &[("file", path)])
            }
            Err(error) => self.complain(&error),
        }
    }

    /// An error that does not end the session.
    fn complain(&mut self, error: &Error) -> Result<(), Error> {
        let mut note = Note::new(Level::Warn, error.id);
        note.args.clone_from(&error.args);
        self.say(&[note])
    }

    fn save(&mut self, rest: &str) -> Result<(), Error> {
        let (path, next) = match rest.strip_suffix(" next") {
            Some(path) => (path.trim(), true),
            None => (rest, self.observer.spool.kept().is_none()),
        };
        if path.is_empty() {
            return self.tell("local-save-usage", &[]);
        }
        let mut file = match create_new(&PathBuf::from(path), self.options.output.force) {
            Ok(file) => file,
            Err(e) => {
                return self.complain(&unwritable(path.as_ref(), &e));
            }
        };
        if next {
            self.observer.spool.save_next(PathBuf::from(path), file);
            self.control(&Control::HideBodies(true));
            return self.tell("local-save-next", &[("file", path)]);
        }
        let written = self.observer.spool.write_to(&mut file);
        match written {
            Ok(octets) => self.tell("note-saved", &[("file", path), ("octets", &octets.to_string())]),
            Err(e) => Err(Error::unwritable(path, &e)),
        }
    }

    /// Shows what was folded.
    fn show(&mut self) -> Result<(), Error> {
        let mut content = Vec::new();
        if self.observer.spool.kept().is_none() {
            return self.tell("local-show-nothing", &[]);
        }
        self.observer.spool.write_to(&mut content).map_err(super::live::output_error)?;
        let mut lines = Vec::new();
        let mut writer = crate::dialogue::text::Writer::default();
        writer.push(crate::dialogue::Side::Server, &Wire::new(content), &mut lines);
        writer.flush(&mut lines);
        // Lines of the notation, as `#` lines: they were said before.
        for line in lines {
            let text = line.split_once(':').map_or("", |(_, t)| t.strip_prefix(' ').unwrap_or(t)).to_owned();
            let text = self.recorder.mask(&text);
            self.say(&[Note::new(Level::Explain, "local-show-line").with("line", text)])?;
        }
        Ok(())
    }

    /// `/attach FILE`: given at the prompt, DATA, the file and the dot; inside DATA, the file and the dot; or
    /// APPEND with its literal.
    fn attach(&mut self, rest: &str) -> Result<(), Error> {
        let (path, mailbox) = match rest.rsplit_once(" to ") {
            Some((path, mailbox)) => (path.trim(), mailbox.trim()),
            None => (rest, "INBOX"),
        };
        if path.is_empty() {
            return self.tell("local-attach-usage", &[]);
        }
        let upload = match self.recorder.protocol() {
            Protocol::Pop3 => return self.tell("local-attach-pop", &[]),
            Protocol::Imap => {
                let tag = self.tags.next_tag();
                let plus = self.recorder.state().offers("LITERAL+");
                Upload::append(PathBuf::from(path), &tag, mailbox, plus)
            }
            _ => Upload::data(PathBuf::from(path)),
        };
        match upload {
            Ok(upload) => {
                self.upload.push_back(upload);
                Ok(())
            }
            Err(error) => self.complain(&error),
        }
    }
}

/// A file on its way to the server.
#[derive(Debug)]
pub(super) struct Upload {
    path: PathBuf,
    file: File,
    stage: Stage,
    stuff: Option<Stuff>,
    command: Vec<u8>,
    left: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Command,
    Granted,
    Content,
    End,
}

/// What an upload does next.
pub(super) enum Portion {
    /// The server must speak first.
    Wait,
    /// These bytes are to be sent.
    Bytes(Vec<u8>),
    /// All is sent.
    Done,
    /// The server did not take it.
    Refused,
}

impl Upload {
    fn open(path: PathBuf) -> Result<(File, u64, PathBuf), Error> {
        let fault = |e: std::io::Error| Error::unreadable(path.display(), &e);
        let file = File::open(&path).map_err(fault)?;
        let size = file.metadata().map_err(fault)?.len();
        Ok((file, size, path))
    }

    fn data(path: PathBuf) -> Result<Upload, Error> {
        let (file, left, path) = Upload::open(path)?;
        let command = b"DATA\r\n".to_vec();
        Ok(Upload { path, file, stage: Stage::Command, stuff: Some(Stuff::new()), command, left })
    }

    fn append(path: PathBuf, tag: &str, mailbox: &str, plus: bool) -> Result<Upload, Error> {
        let (file, left, path) = Upload::open(path)?;
        // RFC 7888 §4: with LITERAL+ nobody needs to wait.
        let mark = if plus { "+" } else { "" };
        let command = format!("{tag} APPEND {mailbox} {{{left}{mark}}}\r\n").into_bytes();
        Ok(Upload { path, file, stage: Stage::Command, stuff: None, command, left })
    }

    /// The next portion, if it is the client's turn for it.
    pub fn next(&mut self, turn: Turn, owed: usize) -> Result<Portion, Error> {
        match (self.stage, turn) {
            (Stage::Command, Turn::Command) if owed == 0 => {
                self.stage = Stage::Granted;
                Ok(Portion::Bytes(std::mem::take(&mut self.command)))
            }
            (Stage::Granted, Turn::Data | Turn::Counted(_)) => {
                self.stage = Stage::Content;
                self.content()
            }
            (Stage::Granted, Turn::Command) if owed == 0 => Ok(Portion::Refused),
            (Stage::Content, Turn::Data | Turn::Counted(_)) => self.content(),
            // The literal is complete: its command's line still needs an end.
            (Stage::Content | Stage::End, _) if self.stuff.is_none() => {
                self.stage = Stage::End;
                if self.left == 0 {
                    self.left = u64::MAX;
                    return Ok(Portion::Bytes(b"\r\n".to_vec()));
                }
                Ok(Portion::Done)
            }
            (Stage::End, _) => Ok(Portion::Done),
            // Inside DATA already: the file goes on from here.
            (Stage::Command, Turn::Data) => {
                self.stage = Stage::Content;
                self.content()
            }
            _ => Ok(Portion::Wait),
        }
    }

    fn content(&mut self) -> Result<Portion, Error> {
        let mut buffer = vec![0; PORTION];
        let n = self.file.read(&mut buffer).map_err(|e| Error::unreadable(self.path.display(), &e))?;
        buffer.truncate(n);
        let Some(stuff) = &mut self.stuff else {
            self.left = self.left.saturating_sub(n as u64);
            return Ok(if n == 0 { Portion::Done } else { Portion::Bytes(buffer) });
        };
        let mut wire = Vec::with_capacity(n + n / 16);
        stuff.feed(&buffer, &mut wire);
        if n == 0 {
            stuff.finish(&mut wire);
            wire.extend_from_slice(END);
            self.stage = Stage::End;
        }
        Ok(Portion::Bytes(wire))
    }
}
