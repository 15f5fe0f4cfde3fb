//! The mails that pass in a dialogue between others, counted and, where that is wanted, each saved into a file of
//! its own: what DATA and BDAT send, what RETR gets and FETCH of a whole message. Looked at before redaction, exact:
//! without the dots that transparency adds, with the line ends of the wire.
//!
//! A mail with a hole in it, or cut short, is saved as `…-incomplete.eml`. Parts of a message (TOP, BODY[TEXT],
//! partial FETCHes) are none.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::dialect::stuff::Unstuff;
use crate::dialogue::{Mark, Shape, Side, Step, TokenKind};
use crate::view::files::create_new;

/// Commands that wait for their answer, whose verbs are kept.
const MOST_COMMANDS: usize = 10_000;

/// Looks for the mails of one dialogue.
#[derive(Debug, Default)]
pub struct Messages {
    /// Where they go, and the beginning of their names.
    folder: Option<(PathBuf, String)>,
    count: u64,
    /// The commands under way: `DATA`, `RETR`, and whether a BDAT is the last.
    verbs: HashMap<u64, (String, bool)>,
    /// What each side has open.
    open: [Option<Unit>; 2],
    /// The item that an IMAP response named last.
    item: String,
    /// A message that comes in chunks.
    chunks: Option<Mail>,
    fault: Option<Fault>,
}

/// A file of a mail that could not be written.
#[derive(Debug)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// What the system says.
    pub error: io::Error,
}

#[derive(Debug)]
struct Unit {
    n: u64,
    exchange: Option<u64>,
    shape: Shape,
    mail: Option<Mail>,
}

#[derive(Debug, Default)]
struct Mail {
    file: Option<(File, PathBuf)>,
    unstuff: Option<Unstuff>,
    holed: bool,
}

impl Messages {
    /// Counts only.
    pub fn counted() -> Self {
        Messages::default()
    }

    /// Saves each into a folder as `NAME-1.eml` and so on; an existing file is never written over.
    pub fn saved(folder: &Path, name: String) -> Self {
        Messages { folder: Some((folder.to_owned(), name)), ..Messages::default() }
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// A fault of a file, told once.
    pub fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    /// Takes a step in.
    pub fn step(&mut self, step: &Step) {
        match step {
            Step::Open(head) => {
                let mail = match (head.shape, head.side) {
                    (Shape::Data, Side::Client) => self.begin_sent(head.exchange),
                    (Shape::Data, Side::Server) => {
                        let retrieved = self.verb(head.exchange).is_some_and(|(verb, _)| verb == "RETR");
                        retrieved.then(|| self.begin(true))
                    }
                    (Shape::Literal, Side::Server) if is_whole(&self.item) => {
                        self.item.clear();
                        Some(self.begin(false))
                    }
                    _ => None,
                };
                let (n, exchange, shape) = (head.n, head.exchange, head.shape);
                self.open[head.side as usize] = Some(Unit { n, exchange, shape, mail });
            }
            Step::Piece(piece) => {
                let Some(unit) = self.open.iter_mut().flatten().find(|u| u.n == piece.n) else { return };
                match &mut unit.mail {
                    Some(mail) if piece.token(TokenKind::Dot).is_none() => {
                        let written = mail.write(&piece.wire.bytes);
                        let path = mail.path();
                        self.note(&path, written);
                    }
                    Some(_) => {}
                    None if unit.shape == Shape::Command => {
                        let exchange = unit.exchange;
                        if let (Some(exchange), Some(verb)) = (exchange, piece.word(TokenKind::Verb))
                            && self.verbs.len() < MOST_COMMANDS
                        {
                            let last = piece.words(TokenKind::Word).any(|w| w.eq_ignore_ascii_case("LAST"));
                            self.verbs.insert(exchange, (verb.to_ascii_uppercase(), last));
                        }
                    }
                    None if unit.shape == Shape::Untagged => {
                        if let Some(item) = piece.words(TokenKind::Item).last() {
                            self.item = item;
                        }
                    }
                    None => {}
                }
            }
            Step::Close(end) => self.close(end.n, end.complete, end.last),
            Step::Mark { mark: Mark::Gap { side, .. }, .. } => {
                let open = self.open[*side as usize].as_mut().and_then(|u| u.mail.as_mut());
                let chunks = self.chunks.as_mut().filter(|_| *side == Side::Client);
                open.into_iter().chain(chunks).for_each(|mail| mail.holed = true);
            }
            _ => {}
        }
    }

    /// The dialogue is over: what is still open is incomplete.
    pub fn end(&mut self) {
        let open = self.open.iter_mut().filter_map(|u| u.take()?.mail);
        let left: Vec<Mail> = open.chain(self.chunks.take()).collect();
        left.into_iter().for_each(|mail| self.put(mail, false));
    }

    fn verb(&self, exchange: Option<u64>) -> Option<&(String, bool)> {
        self.verbs.get(&exchange?)
    }

    /// What a client sends: stuffed lines after DATA, or a chunk of a message.
    fn begin_sent(&mut self, exchange: Option<u64>) -> Option<Mail> {
        match self.verb(exchange).map(|(verb, _)| verb.as_str()) {
            Some("BDAT") => match self.chunks.take() {
                Some(mail) => Some(mail),
                None => Some(self.begin(false)),
            },
            _ => Some(self.begin(true)),
        }
    }

    fn begin(&mut self, stuffed: bool) -> Mail {
        self.count += 1;
        let mut mail = Mail { unstuff: stuffed.then(Unstuff::default), ..Mail::default() };
        if let Some((folder, name)) = &self.folder {
            let path = folder.join(format!("{name}-{}.eml", self.count));
            match create_new(&path, false) {
                Ok(file) => mail.file = Some((file, path)),
                Err(error) => self.note(&path, Err(error)),
            }
        }
        mail
    }

    fn close(&mut self, n: u64, complete: bool, last: bool) {
        let Some(unit) = self.open.iter_mut().find_map(|u| u.take_if(|u| u.n == n)) else { return };
        if let Some(mail) = unit.mail {
            let chunk = self.verb(unit.exchange).is_some_and(|(verb, last)| verb == "BDAT" && !last);
            if chunk && complete {
                self.chunks = Some(mail);
            } else {
                self.put(mail, complete);
            }
        } else if unit.shape == Shape::Command
            && self
                .verb(unit.exchange)
                .is_some_and(|(verb, _)| matches!(verb.as_str(), "RSET" | "MAIL" | "QUIT"))
            && let Some(mail) = self.chunks.take()
        {
            // The chunks were never ended: no message.
            self.put(mail, false);
        }
        if last && let Some(exchange) = unit.exchange {
            self.verbs.remove(&exchange);
        }
    }

    fn put(&mut self, mail: Mail, complete: bool) {
        if let Some((mut file, path)) = mail.file {
            self.note(&path, file.flush());
            if !complete || mail.holed {
                let name = path.file_stem().map(|n| format!("{}-incomplete.eml", n.to_string_lossy()));
                let other = path.with_file_name(name.unwrap_or_default());
                self.note(&path, std::fs::rename(&path, other));
            }
        }
    }

    fn note(&mut self, path: &Path, result: io::Result<()>) {
        if let Err(error) = result {
            self.fault.get_or_insert_with(|| Fault { path: path.to_owned(), error });
        }
    }
}

impl Mail {
    fn path(&self) -> PathBuf {
        self.file.as_ref().map(|(_, path)| path.clone()).unwrap_or_default()
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        let Some((file, _)) = &mut self.file else { return Ok(()) };
        match &mut self.unstuff {
            Some(unstuff) => {
                let mut content = Vec::new();
                unstuff.feed(octets, &mut content);
                file.write_all(&content)
            }
            None => file.write_all(octets),
        }
    }
}

/// Whether a FETCH item is a whole message.
fn is_whole(item: &str) -> bool {
    ["BODY[]", "RFC822", "BINARY[]"].iter().any(|whole| item.eq_ignore_ascii_case(whole))
}
