//! Reading a script, whole, before anything is sent: files and what they include, lines, blocks. All that is
//! wrong is gathered, each with its place.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::check;
use super::directive::{self, Given};
use super::model::{Block, Broken, Do, Expect, Fault, Item, Pos, Script, Seen, Send, SourceFile, Text};
use super::template::Template;
use crate::dialogue::Side;
use crate::dialogue::text::read::unescape;
use crate::dialogue::text::{Item as Line, read_line};
use crate::error::Error;
use crate::i18n::Lang;
use crate::i18n::tongues::comment;

/// The most octets of a script, includes too.
const LARGEST: u64 = 16 * 1024 * 1024;
/// How deep includes may go.
const DEEPEST: usize = 8;
/// Faults that are told at once.
const MOST: usize = 10;

/// Why a script cannot be run.
#[derive(Clone, Debug)]
pub enum Unread {
    /// It cannot be read at all.
    File(Error),
    /// It cannot be meant so.
    Broken(Broken),
}

impl Script {
    /// Reads a script's file, for who reads a language; `names` are defined by the command line.
    ///
    /// # Errors
    /// The file, or what is wrong in it.
    pub fn read(path: &Path, names: &[String], lang: Lang) -> Result<Script, Unread> {
        let text = read_file(path, LARGEST).map_err(|error| Unread::File(file_error(path, &error)))?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let root = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let whole = root.join(path.file_name().unwrap_or_default());
        Script::parse(&path.display().to_string(), &text, &root, Some(whole), names, lang)
            .map_err(Unread::Broken)
    }

    /// Reads a script made in memory, in one language; what it includes and sends is looked for in `root`.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn from_text(name: &str, text: &str, root: &Path, names: &[String]) -> Result<Script, Broken> {
        Script::parse(name, text.as_bytes(), root, None, names, Lang::default())
    }

    fn parse(
        name: &str,
        text: &[u8],
        root: &Path,
        path: Option<PathBuf>,
        names: &[String],
        lang: Lang,
    ) -> Result<Script, Broken> {
        let mut reader = Reader {
            script: Script { root: root.to_owned(), ..Script::default() },
            faults: Vec::new(),
            stack: Vec::new(),
            octets: 0,
            lang,
        };
        reader.file(name, text, path, root);
        let Reader { mut script, mut faults, .. } = reader;
        if faults.is_empty() {
            faults = check::check(&mut script, names);
        }
        if faults.is_empty() {
            return Ok(script);
        }
        faults.truncate(MOST);
        Err(Broken { files: script.files, faults })
    }
}

struct Reader {
    script: Script,
    faults: Vec<Fault>,
    /// The files that are open, one inside the other.
    stack: Vec<PathBuf>,
    octets: u64,
    /// Who reads it.
    lang: Lang,
}

impl Reader {
    fn file(&mut self, name: &str, text: &[u8], path: Option<PathBuf>, folder: &Path) {
        let number = self.script.files.len();
        let start = Pos { file: number, line: 1, column: 1, width: 1 };
        self.octets += text.len() as u64;
        let whole = match std::str::from_utf8(text) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
            Err(error) => {
                let line = 1 + memchr::memchr_iter(b'\n', &text[..error.valid_up_to()]).count();
                let lossy = String::from_utf8_lossy(text).into_owned();
                self.keep(name, &lossy);
                return self.fault(Fault::new(Pos { line, ..start }, "script-utf8"));
            }
        };
        self.keep(name, &whole);
        if self.octets > LARGEST {
            return self.fault(Fault::new(start, "script-large").with("octets", LARGEST));
        }
        self.stack.extend(path.clone());
        let mut at = 0;
        while at < self.script.files[number].lines.len() {
            let line = self.script.files[number].lines[at].clone();
            at += 1;
            let shown = line.trim_end().chars().count().max(1);
            let pos = Pos { file: number, line: at, column: 1, width: shown };
            match read_line(&line) {
                Err(trouble) => {
                    let width = if trouble.column == 1 { shown.min(40) } else { 2 };
                    let fault = Fault::new(Pos { column: trouble.column, width, ..pos }, trouble.id);
                    self.fault(fault.with("line", line.trim()));
                }
                Ok(Line::Blank | Line::Generated) => {}
                Ok(Line::Comment(text)) => {
                    if let Some(text) = comment(&text, self.lang) {
                        self.item(pos, 1, Do::Note(text.to_owned()));
                    }
                }
                Ok(Line::Direction(text)) => self.direction(pos, 1, &text),
                Ok(Line::Directive { name, args }) if name == "include" => self.include(pos, &args, folder),
                Ok(Line::Directive { name, args }) => self.directive(pos, &name, &args),
                Ok(Line::Line { side, conn, mark, text }) => {
                    let column = line.find(':').map_or(1, |i| line[..i].chars().count() + 1);
                    let rest = line[line.find(':').map_or(0, |i| i + 1)..].trim();
                    let lead = if line.contains(": ") { 2 } else { 1 };
                    let place = Pos { column: column + lead, width: rest.chars().count().max(1), ..pos };
                    if rest.starts_with('<')
                        && rest.ends_with('>')
                        && rest.contains(' ')
                        && !rest.contains('@')
                    {
                        self.direction(pos, conn, rest);
                        continue;
                    }
                    let what = match (side, Template::of(&text)) {
                        (_, Err(trouble)) => {
                            self.hole(place, &line, trouble);
                            continue;
                        }
                        (Side::Client, Ok(text)) => Do::Send(Send { mark, what: Text::Line(text) }),
                        (Side::Server, Ok(_)) if rest == "..." => {
                            Do::Expect(Expect { mark, what: Seen::Skip })
                        }
                        (Side::Server, Ok(text)) => Do::Expect(Expect { mark, what: Seen::Line(text) }),
                    };
                    self.item(place, conn, what);
                }
                Ok(Line::Block { side, conn, word, quoted, open }) => {
                    at = self.block(pos, (side, conn), (&word, quoted, open), at);
                }
                Ok(Line::File { side: Side::Client, conn, path }) => {
                    if let Some(path) = self.below(pos, &path, folder) {
                        self.item(pos, conn, Do::Send(Send { mark: None, what: Text::File(path) }));
                    }
                }
                Ok(Line::File { side: Side::Server, conn, path }) => {
                    let sound = !path.is_empty()
                        && Path::new(&path).components().all(|part| matches!(part, Component::Normal(_)));
                    if sound {
                        self.item(pos, conn, Do::Save(PathBuf::from(path)));
                    } else {
                        self.fault(Fault::new(pos, "script-save-outside").with("file", path));
                    }
                }
            }
        }
        if path.is_some() {
            self.stack.pop();
        }
    }

    fn keep(&mut self, name: &str, text: &str) {
        let lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line).to_owned());
        let mut lines: Vec<String> = lines.collect();
        if lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        self.script.files.push(SourceFile { name: name.to_owned(), lines });
    }

    fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MOST {
            self.faults.push(fault);
        }
    }

    fn item(&mut self, pos: Pos, conn: u32, what: Do) {
        self.script.items.push(Item { pos, conn, what });
    }

    /// A hole that cannot be read, with the caret under it.
    fn hole(&mut self, pos: Pos, line: &str, (id, about): super::template::Trouble) {
        self.fault(Fault::new(place(pos, line, &about), id).with("name", &about));
    }

    /// `<starts TLS negotiation>`: what a document says instead of a line.
    fn direction(&mut self, pos: Pos, conn: u32, text: &str) {
        if text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.eq_ignore_ascii_case("tls")) {
            // Documents say it of either side, and twice: TLS that has begun is not begun again.
            return self.item(pos, conn, Do::Tls);
        }
        self.script.lints.push(Fault::new(pos, "script-lint-direction"));
        self.item(pos, conn, Do::Note(text.to_owned()));
    }

    fn directive(&mut self, pos: Pos, name: &str, args: &str) {
        match directive::read(name, args, self.lang) {
            Ok(Given::Do(conn, what)) => {
                if matches!(*what, Do::Sleep(_)) {
                    self.script.lints.push(Fault::new(pos, "script-lint-sleep"));
                }
                self.item(pos, conn, *what);
            }
            Ok(Given::Nothing) => {}
            Err((id, about)) => {
                let width = name.chars().count() + 1;
                let at = if id == "script-directive" { Pos { width, ..pos } } else { pos };
                let meant = near(name, directive::NAMES.iter().copied()).filter(|_| id == "script-directive");
                let id = if meant.is_some() { "script-directive-meant" } else { id };
                let fault = Fault::new(at, id).with("name", about);
                self.fault(fault.with("meant", meant.unwrap_or_default()));
            }
        }
    }

    /// A block: its lines up to the word; where to go on.
    fn block(&mut self, pos: Pos, who: (Side, u32), how: (&str, bool, bool), from: usize) -> usize {
        let (word, quoted, open) = how;
        let text = &self.script.files[pos.file].lines;
        let all = text.len();
        let Some(end) = text[from..].iter().position(|line| line == word).map(|n| from + n) else {
            self.fault(Fault::new(pos, "script-block-open").with("word", word));
            return all;
        };
        let mut lines = Vec::new();
        for (n, line) in text[from..end].to_vec().iter().enumerate() {
            let here = Pos { line: from + n + 1, column: 1, width: line.chars().count().max(1), ..pos };
            if quoted {
                lines.push(Template::text(line.as_bytes()));
                continue;
            }
            // A literal's announcement means nothing inside a body.
            let read = unescape(line, 1).map(|mut wire| {
                wire.holes.retain(|hole| hole.make != crate::dialogue::Wire::UNTOLD);
                wire
            });
            match read {
                Err(trouble) => {
                    let at = Pos { column: trouble.column, width: 2, ..here };
                    self.fault(Fault::new(at, trouble.id).with("line", line));
                }
                Ok(wire) => match Template::of(&wire) {
                    Ok(template) => lines.push(template),
                    Err(trouble) => self.hole(here, line, trouble),
                },
            }
        }
        let block = Block { lines, dot: word == ".", open };
        let what = match who.0 {
            Side::Client => Do::Send(Send { mark: None, what: Text::Block(block) }),
            Side::Server => Do::Expect(Expect { mark: None, what: Seen::Block(block) }),
        };
        self.item(pos, who.1, what);
        end + 1
    }

    /// A file that a script names, relative to the file that names it, if it stays below the first one's folder.
    fn below(&mut self, pos: Pos, name: &str, folder: &Path) -> Option<PathBuf> {
        let joined = folder.join(name);
        let Ok(whole) = joined.canonicalize() else {
            self.fault(Fault::new(pos, "script-file-missing").with("file", name));
            return None;
        };
        let root = self.script.root.canonicalize().unwrap_or_else(|_| self.script.root.clone());
        if Path::new(name).is_absolute() || !whole.starts_with(&root) {
            self.fault(Fault::new(pos, "script-file-outside").with("file", name));
            return None;
        }
        Some(whole)
    }

    fn include(&mut self, pos: Pos, args: &str, folder: &Path) {
        let name = args.trim_matches('"');
        let Some(path) = self.below(pos, name, folder) else { return };
        if self.stack.contains(&path) {
            return self.fault(Fault::new(pos, "script-include-cycle").with("file", name));
        }
        if self.stack.len() >= DEEPEST {
            return self.fault(Fault::new(pos, "script-include-deep").with("depth", DEEPEST));
        }
        match read_file(&path, LARGEST.saturating_sub(self.octets)) {
            Ok(text) => {
                let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
                self.file(name, &text, Some(path), &folder);
            }
            Err(error) => {
                self.fault(Fault::new(pos, "script-file-unread").with("file", name).with("words", error));
            }
        }
    }
}

/// The place of a word in a line.
pub fn place(pos: Pos, line: &str, word: &str) -> Pos {
    match line.find(word) {
        Some(at) if !word.is_empty() => {
            Pos { column: line[..at].chars().count() + 1, width: word.chars().count(), ..pos }
        }
        _ => pos,
    }
}

/// The nearest of some names, if one is near.
pub fn near<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let typed = typed.to_lowercase();
    let scored = known.map(|name| (strsim::damerau_levenshtein(&typed, &name.to_lowercase()), name));
    let best = scored.min_by_key(|(far, _)| *far)?;
    (best.0 <= 2.min(typed.chars().count() / 2)).then(|| best.1.to_owned())
}

/// A file whole, if it is not larger than that; one octet more tells that it is.
fn read_file(path: &Path, largest: u64) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    std::fs::File::open(path)?.take(largest + 1).read_to_end(&mut text)?;
    Ok(text)
}

fn file_error(path: &Path, error: &std::io::Error) -> Error {
    Error::unreadable(path.display(), error)
}
