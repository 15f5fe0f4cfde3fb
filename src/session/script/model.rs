//! A script as it was read: its files, and what it does, in order. Each thing knows where it stands, through
//! includes, so that whatever goes wrong can be shown in its place.

use std::path::PathBuf;
use std::time::Duration;

use super::template::Template;
use crate::dialogue::Protocol;
use crate::error::Args;

/// A place in a script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pos {
    /// Which of the script's files.
    pub file: usize,
    /// The line, from 1.
    pub line: usize,
    /// The character, from 1.
    pub column: usize,
    /// How many characters the caret underlines.
    pub width: usize,
}

/// A file of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceFile {
    /// As the user, or the `@include`, named it.
    pub name: String,
    /// Its lines, without line ends.
    pub lines: Vec<String>,
}

/// A script, read whole and found sound.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Its files; the first is the script itself.
    pub files: Vec<SourceFile>,
    /// The folder that nothing is read outside of.
    pub root: PathBuf,
    /// What it does.
    pub items: Vec<Item>,
    /// What is not wrong, but better otherwise.
    pub lints: Vec<Fault>,
}

impl Script {
    /// Its name: the first file's.
    pub fn name(&self) -> &str {
        self.files.first().map_or("", |file| &file.name)
    }

    /// The secrets that it wants, in order: declared and used.
    pub fn secrets(&self) -> Vec<String> {
        let mut declared = vec!["password".to_owned(), "token".to_owned()];
        let mut used: Vec<String> = Vec::new();
        for item in &self.items {
            match &item.what {
                Do::Secret(names) => declared.extend(names.iter().cloned()),
                what => {
                    let names = what.templates().into_iter().flat_map(Template::names);
                    used.extend(names.filter(|name| declared.contains(name)).collect::<Vec<_>>());
                }
            }
        }
        let mut wanted = Vec::new();
        for name in used {
            if !wanted.contains(&name) {
                wanted.push(name);
            }
        }
        wanted
    }

    /// Whether a name stands in it that only the command line can fill: `user`, `host`.
    pub fn uses(&self, name: &str) -> bool {
        let set = self.items.iter().any(|item| matches!(&item.what, Do::Set(n, _) if n == name));
        !set && self
            .items
            .iter()
            .flat_map(|i| i.what.templates())
            .flat_map(Template::names)
            .any(|n| n == name)
    }
}

/// One thing that a script does.
#[derive(Clone, Debug)]
pub struct Item {
    /// Where it stands.
    pub pos: Pos,
    /// On which connection; 1 where it is about none.
    pub conn: u32,
    /// What it is.
    pub what: Do,
}

/// What an item does.
#[derive(Clone, Debug)]
pub enum Do {
    /// `C:`, `C<<`, `C<`.
    Send(Send),
    /// `S:`, `S<<`.
    Expect(Expect),
    /// `S> path`.
    Save(PathBuf),
    /// `@smtp`, `@pop`, `@imap`.
    Open(Open),
    /// `@connect N`: a copy of connection 1.
    Connect,
    /// `@close [N]`.
    Close,
    /// `@closed how`: the server closed here when it was recorded.
    Closed,
    /// `@tls [N]`.
    Tls,
    /// `@set name = value`.
    Set(String, Template),
    /// `@secret name...`.
    Secret(Vec<String>),
    /// `@need CAP...`.
    Need(Vec<String>),
    /// `@step "title"`.
    Step(String),
    /// `@note text`, and a person's comments.
    Note(String),
    /// `@match level`.
    Match(Level),
    /// `@strict`.
    Strict(bool),
    /// `@ordered`.
    Ordered(bool),
    /// `@timeout`.
    Timeout(Duration),
    /// `@within`.
    Within(Duration),
    /// `@retry N every T`.
    Retry(u32, Duration),
    /// `@sleep`.
    Sleep(Duration),
    /// `@check a == b`; whether they are to be equal.
    Check(Template, bool, Template),
    /// `@gap n`: octets of a server's body that the record leaves out.
    Gap(u64),
}

impl Do {
    /// The texts with holes.
    pub fn templates(&self) -> Vec<&Template> {
        match self {
            Do::Send(Send { what: Text::Line(text), .. }) => vec![text],
            Do::Send(Send { what: Text::Block(block), .. }) => block.lines.iter().collect(),
            Do::Expect(Expect { what: Seen::Line(text), .. }) => vec![text],
            Do::Expect(Expect { what: Seen::Block(block), .. }) => block.lines.iter().collect(),
            Do::Open(open) => vec![&open.target],
            Do::Set(_, value) => vec![value],
            Do::Check(a, _, b) => vec![a, b],
            _ => Vec::new(),
        }
    }
}

/// What the client says.
#[derive(Clone, Debug)]
pub struct Send {
    /// `-`: no line end; `+`: it goes on after a literal.
    pub mark: Option<char>,
    /// The bytes.
    pub what: Text,
}

/// The bytes of a client.
#[derive(Clone, Debug)]
pub enum Text {
    /// A line.
    Line(Template),
    /// A body or a literal.
    Block(Block),
    /// The same from a file.
    File(PathBuf),
}

/// `<<WORD`.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its lines.
    pub lines: Vec<Template>,
    /// `<<.`: it ends as DATA does.
    pub dot: bool,
    /// `<<-`: its last line has no line end.
    pub open: bool,
}

/// What the server is expected to say.
#[derive(Clone, Debug)]
pub struct Expect {
    /// `?`, `*`, `!`, `=`, and `-` for a line that did not end.
    pub mark: Option<char>,
    /// The text.
    pub what: Seen,
}

/// A server's text.
#[derive(Clone, Debug)]
pub enum Seen {
    /// A line.
    Line(Template),
    /// A body or a literal.
    Block(Block),
    /// `...`: any lines.
    Skip,
}

/// `@smtp|@pop|@imap [conn] host[:port] [tls]`.
#[derive(Clone, Debug)]
pub struct Open {
    /// The protocol.
    pub protocol: Protocol,
    /// `host[:port]`.
    pub target: Template,
    /// TLS before anything else.
    pub tls: bool,
}

/// How much of a reply is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The outcome of each window.
    Status,
    /// The codes and the data.
    #[default]
    Code,
    /// The text too.
    Text,
    /// Every octet.
    Octets,
}

impl Level {
    /// The words.
    pub const WORDS: [&'static str; 4] = ["status", "code", "text", "octets"];

    /// By its word.
    pub fn parse(word: &str) -> Option<Level> {
        Some(match word {
            "status" => Level::Status,
            "code" => Level::Code,
            "text" => Level::Text,
            "octets" => Level::Octets,
            _ => return None,
        })
    }
}

/// What is wrong with a script, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place.
    pub pos: Pos,
    /// A text id.
    pub id: &'static str,
    /// Its arguments.
    pub args: Args,
}

impl Fault {
    /// A fault at a place.
    pub fn new(pos: Pos, id: &'static str) -> Fault {
        Fault { pos, id, args: Vec::new() }
    }

    /// One more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Fault {
        self.args.push((name, value.to_string()));
        self
    }
}

/// A script that cannot be run: its files as far as they were read, and what is wrong with them.
#[derive(Clone, Debug, Default)]
pub struct Broken {
    /// The files.
    pub files: Vec<SourceFile>,
    /// What is wrong; never empty.
    pub faults: Vec<Fault>,
}
