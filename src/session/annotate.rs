//! Annotating what was recorded elsewhere: a transcript, our JSON, a paste. Every dialogue has a recorder of its
//! own; text views show them one after the other, JSON as they come.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::captured::Fault;
use super::options::Output;
use super::{captured, messages, output};
use crate::annotate::redact::Secrets;
use crate::dialect;
use crate::dialogue::{Event, Mark, Origin, Protocol, What};
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::recorder::Recorder;
use crate::source::capture::{Contents, Settings};
use crate::source::sniff::{Form, open, sniff};
use crate::source::{Found, Opening};
use crate::view::document::Document;
use crate::view::{Begin, View, files};

/// Octets of an input between two signs of life.
const SIGN: u64 = 16 * 1024 * 1024;
/// Octets of noise before the first dialogue that are kept.
const KEPT: usize = 16 * 1024;
/// Titles and comments before it that are.
const ABOVE: usize = 100;

/// What is to be annotated, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The file; none: standard input.
    pub file: Option<PathBuf>,
    /// Only this dialogue, from 1.
    pub stream: Option<u32>,
    /// A table of the dialogues instead of themselves.
    pub list: bool,
    /// How they are shown.
    pub output: Output,
    /// Standard output is a terminal.
    pub terminal: bool,
    /// Which connections of a capture, and the keys to them.
    pub capture: Settings,
    /// The folder for a capture's mails.
    pub save: Option<PathBuf>,
}

impl Options {
    /// How wide a table may be; where nobody looks on, as wide as it is.
    pub fn columns(&self) -> usize {
        let size = terminal_size::terminal_size().filter(|_| self.terminal);
        size.map_or(usize::MAX, |(width, _)| width.0.into())
    }
}

/// What was told.
#[derive(Clone, Debug)]
pub enum Told {
    /// Dialogues of a text.
    Text(Vec<Row>),
    /// Dialogues of a capture, and what else it held.
    Capture(Vec<captured::Row>, Contents),
}

impl Told {
    /// The table of the dialogues, on so many columns.
    pub fn table(&self, catalog: &Catalog, width: usize) -> String {
        match self {
            Told::Text(rows) => table(rows, catalog),
            Told::Capture(rows, _) => captured::table(rows, catalog, width),
        }
    }

    /// What has to be said beside the dialogues, a line each.
    pub fn remarks(&self, catalog: &Catalog) -> Vec<String> {
        match self {
            Told::Text(_) => Vec::new(),
            Told::Capture(_, contents) => {
                captured::notes(contents).iter().map(|note| catalog.say(&note.id, &note.args)).collect()
            }
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1.
    pub stream: u32,
    /// What it speaks.
    pub protocol: Option<Protocol>,
    /// The server, as far as it is known.
    pub target: String,
    /// The first and last line of the input.
    pub lines: Option<(u64, u64)>,
    /// Commands.
    pub commands: u64,
    /// Octets of both sides.
    pub octets: [u64; 2],
}

/// Annotates; gives a row for each dialogue.
///
/// # Errors
/// What the input is, if it holds no dialogue; what a file or an output says.
pub fn annotate(options: &Options) -> Result<Told, Error> {
    let name = options.file.as_deref().map_or("-".to_owned(), |path| path.display().to_string());
    let fault = |exit, id| Error::new(exit, id).with("file", &name);
    let unread = |e: io::Error| Error::unreadable(&name, &e);
    let (form, input) = sniff(input(options.file.as_deref()).map_err(unread)?).map_err(unread)?;
    if form == Form::Capture {
        let desk = Desk::new(options, form)?;
        let told = told(options, input, desk).map_err(|fault| match fault {
            Fault::Input(e) => unread(e),
            Fault::Output(e) => unwritten(e),
            Fault::Mail(fault) => unsaved(&fault),
        })?;
        return match (&told, options.stream) {
            (Told::Capture(_, contents), Some(n)) if contents.dialogues == 0 => {
                Err(fault(Exit::Usage, "annotate-no-such-stream").with("number", n))
            }
            _ => Ok(told),
        };
    }
    let Some(mut source) = open(form, input, options.output.lang) else {
        return Err(match form {
            Form::Empty => fault(Exit::Usage, "annotate-empty"),
            Form::Packed(how) => fault(Exit::Usage, "annotate-packed").with("how", how),
            _ => fault(Exit::Usage, "annotate-binary"),
        });
    };
    let mut desk = Desk::new(options, form)?;
    while let Some(found) = source.next_found().map_err(unread)? {
        desk.take(found).map_err(unwritten)?;
    }
    desk.finish().map_err(unwritten)?;
    match options.stream {
        _ if desk.rows.is_empty() => Err(fault(Exit::No, "annotate-nothing")),
        Some(n) if n as usize > desk.rows.len() || n == 0 => {
            Err(fault(Exit::Usage, "annotate-no-stream").with("number", n).with("count", desk.rows.len()))
        }
        _ => Ok(Told::Text(desk.rows)),
    }
}

fn unwritten(error: io::Error) -> Error {
    Error::new(Exit::File, "annotate-output").detail(error)
}

/// A mail that passed could not be saved.
fn unsaved(fault: &messages::Fault) -> Error {
    Error::unmade("annotate-save-exists", fault.path.display(), &fault.error)
}

/// A capture's dialogues come one after the other, each whole.
fn told(options: &Options, input: Box<dyn BufRead + Send>, mut desk: Desk<'_>) -> Result<Told, Fault> {
    let mut count = 0;
    let mut views = |opening: &Opening| -> io::Result<Vec<Box<dyn View>>> {
        if count > 0 {
            desk.shown.iter().try_for_each(|stage| stage.end(count))?;
        }
        count += 1;
        let shown = desk
            .shown
            .iter()
            .map(|stage| output::view(stage.lane(count), &options.output, opening.stream, options.terminal));
        Ok(shown.chain(desk.logs.iter().map(|log| log.dialogue_numbered(opening.stream))).collect())
    };
    let settings = Settings { stream: options.stream, ..options.capture.clone() };
    let found =
        captured::annotate(Box::new(input), settings, options.save.as_deref(), options.list, &mut views)?;
    desk.finish().map_err(Fault::Output)?;
    let (rows, contents) = found.unwrap_or_default();
    Ok(Told::Capture(rows, contents))
}

fn input(file: Option<&Path>) -> io::Result<Box<dyn BufRead + Send>> {
    let (raw, total): (Box<dyn Read + Send>, _) = match file {
        Some(path) => {
            let file = File::open(path)?;
            let total = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
            (Box::new(file), total)
        }
        None => (Box::new(io::stdin()), None),
    };
    let shown = io::stderr().is_terminal() && !io::stdout().is_terminal();
    let watched = Watched { raw, read: 0, told: 0, total, started: Instant::now(), shown };
    Ok(Box::new(BufReader::with_capacity(256 * 1024, watched)))
}

/// An input that shows how far it was read, where somebody waits before a terminal.
struct Watched {
    raw: Box<dyn Read + Send>,
    read: u64,
    told: u64,
    /// Octets of a file.
    total: Option<u64>,
    started: Instant,
    shown: bool,
}

impl Watched {
    /// How far, and how long it will probably take: `120 / 900 MB, 14 s`.
    fn progress(&self) -> String {
        let megabytes = |octets: u64| octets / 1_000_000;
        let Some(total) = self.total.filter(|total| *total >= self.read) else {
            return format!("{} MB", megabytes(self.read));
        };
        let rest =
            (total - self.read) as f64 * self.started.elapsed().as_secs_f64() / self.read.max(1) as f64;
        format!("{} / {} MB, {rest:.0} s", megabytes(self.read), megabytes(total))
    }
}

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.raw.read(buf)?;
        self.read += n as u64;
        if self.shown && self.read - self.told >= SIGN {
            self.told = self.read;
            // Whether anybody sees it changes nothing.
            let _ = write!(io::stderr(), "\r{:<30}", self.progress());
        }
        if n == 0 && self.told > 0 {
            self.told = 0;
            let _ = write!(io::stderr(), "\r{:<30}\r", "");
        }
        Ok(n)
    }
}

/// Where the dialogues are recorded.
struct Desk<'a> {
    options: &'a Options,
    form: Form,
    open: BTreeMap<u32, Open>,
    rows: Vec<Row>,
    /// Standard output, unless a table is wanted.
    shown: Option<Stage>,
    logs: Vec<Document>,
    /// What stood before the first dialogue: noise, titles and comments.
    before: Option<Event>,
    above: Vec<Event>,
}

/// A dialogue under way.
struct Open {
    recorder: Recorder,
    row: usize,
}

impl<'a> Desk<'a> {
    fn new(options: &'a Options, form: Form) -> Result<Desk<'a>, Error> {
        let stage = || Stage::new(output::standard(), options.output.json, options.terminal);
        let shown = (!options.list).then(stage);
        let settings = options.output.files();
        let logs = options.output.logs.iter().map(|path| files::document(path, &settings));
        let logs = logs.collect::<Result<_, _>>()?;
        Ok(Desk {
            options,
            form,
            open: BTreeMap::new(),
            rows: Vec::new(),
            shown,
            logs,
            before: None,
            above: Vec::new(),
        })
    }

    fn take(&mut self, found: Found) -> io::Result<()> {
        match found {
            Found::Dialogue(opening) => self.open(*opening),
            Found::Event(event) => match self.open.get_mut(&event.stream) {
                Some(open) => {
                    let row = &mut self.rows[open.row];
                    if let (Some((first, last)), What::Chunk(..)) = (event.origin.lines(), &event.what) {
                        row.lines = Some(row.lines.map_or((first, last), |(from, _)| (from, last)));
                    }
                    open.recorder.push(*event, &mut |_, _| {})
                }
                None => {
                    self.keep(*event);
                    Ok(())
                }
            },
            Found::End(stream) => self.end(stream),
        }
    }

    /// Noise before the first dialogue belongs to it, and so do a script's title and what to look at.
    fn keep(&mut self, event: Event) {
        let text = match &event.what {
            What::Noise(text) => text,
            What::Mark(Mark::Comment(_) | Mark::Step(_)) if self.above.len() < ABOVE => {
                return self.above.push(event);
            }
            _ => return,
        };
        match &mut self.before {
            Some(Event { origin: Origin::Lines(_, last), what: What::Noise(words), .. }) => {
                if let Origin::Lines(_, more) = event.origin {
                    *last = more;
                }
                if words.len() + text.len() < KEPT {
                    words.push('\n');
                    words.push_str(text);
                }
            }
            _ => self.before = Some(event),
        }
    }

    fn open(&mut self, opening: Opening) -> io::Result<()> {
        // A transcript may begin anew without having ended.
        self.end(opening.stream)?;
        let protocol = opening.protocol.unwrap_or(Protocol::Smtp);
        let number = self.rows.len() as u32 + 1;
        let mut recorder = Recorder::new(dialect::of(protocol), Secrets::default()).watching();
        if self.form == Form::Text {
            recorder = recorder.suspecting();
        }
        let begin = Begin {
            source: self.form.source(),
            protocol: opening.protocol,
            target: opening.target.clone(),
            server: opening.server.clone(),
            client: opening.client,
            tls: opening.tls,
            started: opening.started,
        };
        if self.options.stream.is_none_or(|wanted| wanted == number) {
            if let Some(stage) = &self.shown {
                let lane = stage.lane(number);
                let view = output::view(lane, &self.options.output, number, self.options.terminal);
                recorder.add_view(view, &begin)?;
            }
            for log in &self.logs {
                recorder.add_view(log.dialogue(), &begin)?;
            }
        }
        for event in self.before.take().into_iter().chain(self.above.drain(..)) {
            recorder.push(Event { stream: opening.stream, ..event }, &mut |_, _| {})?;
        }
        self.rows.push(Row {
            stream: number,
            protocol: opening.protocol,
            target: opening.server.unwrap_or(opening.target),
            ..Row::default()
        });
        self.open.insert(opening.stream, Open { recorder, row: self.rows.len() - 1 });
        Ok(())
    }

    fn end(&mut self, stream: u32) -> io::Result<()> {
        let Some(mut open) = self.open.remove(&stream) else { return Ok(()) };
        let summary = open.recorder.end()?;
        let row = &mut self.rows[open.row];
        row.commands = summary.commands;
        row.octets = summary.octets;
        let number = row.stream;
        drop(open);
        self.shown.iter().try_for_each(|stage| stage.end(number))
    }

    fn finish(&mut self) -> io::Result<()> {
        let open: Vec<u32> = self.open.keys().copied().collect();
        open.into_iter().try_for_each(|stream| self.end(stream))?;
        self.shown.iter().try_for_each(Stage::finish)?;
        self.logs.drain(..).try_for_each(Document::close)
    }
}

/// An output that several dialogues share: the one whose turn it is writes through, the others wait.
#[derive(Clone)]
struct Stage(Arc<Mutex<Lanes>>);

struct Lanes {
    out: Box<dyn Write + Send>,
    /// Whole lines of any dialogue may follow each other.
    mixed: bool,
    /// Somebody looks on: what is there is shown at once.
    live: bool,
    turn: u32,
    /// What the others have to say, and whether that is all.
    waiting: BTreeMap<u32, (Vec<u8>, bool)>,
    /// The dialogue whose turn it is has written.
    began: bool,
    /// Any has.
    used: bool,
}

impl Stage {
    fn new(out: Box<dyn Write + Send>, mixed: bool, live: bool) -> Stage {
        let waiting = BTreeMap::new();
        Stage(Arc::new(Mutex::new(Lanes { out, mixed, live, turn: 1, waiting, began: false, used: false })))
    }

    fn lock(&self) -> MutexGuard<'_, Lanes> {
        // Nothing in here panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lane(&self, stream: u32) -> Box<dyn Write + Send> {
        self.lock().waiting.insert(stream, (Vec::new(), false));
        Box::new(Lane { stage: self.clone(), stream })
    }

    /// A dialogue has said all; the next ones' turn comes.
    fn end(&self, stream: u32) -> io::Result<()> {
        let lanes = &mut *self.lock();
        if let Some((_, over)) = lanes.waiting.get_mut(&stream) {
            *over = true;
        }
        loop {
            let turn = lanes.turn;
            match lanes.waiting.get_mut(&turn) {
                Some((said, true)) => {
                    let said = std::mem::take(said);
                    lanes.write(&said)?;
                    lanes.waiting.remove(&turn);
                    lanes.turn += 1;
                    lanes.began = false;
                }
                // Not shown at all.
                None if turn <= stream => lanes.turn += 1,
                _ => return Ok(()),
            }
        }
    }

    fn finish(&self) -> io::Result<()> {
        let lanes = &mut *self.lock();
        for (said, _) in std::mem::take(&mut lanes.waiting).into_values() {
            lanes.write(&said)?;
        }
        lanes.out.flush()
    }
}

impl Lanes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.mixed && !self.began && self.used && !bytes.is_empty() {
            self.out.write_all(b"\n")?;
        }
        self.began |= !bytes.is_empty();
        self.used |= self.began;
        self.out.write_all(bytes)
    }
}

struct Lane {
    stage: Stage,
    stream: u32,
}

impl Write for Lane {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let lanes = &mut *self.stage.lock();
        match lanes.waiting.get_mut(&self.stream) {
            // JSON's lines come in one or two writes; both are under way in this thread alone.
            _ if lanes.mixed => lanes.out.write_all(bytes)?,
            _ if lanes.turn == self.stream => {
                if let Some((said, _)) = lanes.waiting.get_mut(&self.stream)
                    && !said.is_empty()
                {
                    let said = std::mem::take(said);
                    lanes.write(&said)?;
                }
                lanes.write(bytes)?;
            }
            Some((said, _)) => said.extend_from_slice(bytes),
            None => {}
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let lanes = &mut *self.stage.lock();
        if lanes.live { lanes.out.flush() } else { Ok(()) }
    }
}

impl Drop for Lane {
    /// A dialogue that was told is seen, though the input may go on for hours (a capture that is being written).
    fn drop(&mut self) {
        let lanes = &mut *self.stage.lock();
        if lanes.mixed || lanes.turn == self.stream {
            // What could not be written is tried again, and told, with the next words.
            let _ = lanes.out.flush();
        }
    }
}

/// The table of the dialogues.
pub fn table(rows: &[Row], catalog: &Catalog) -> String {
    let head = ["number", "protocol", "lines", "commands", "octets", "server"];
    let head: Vec<String> = head.iter().map(|id| catalog.word(&format!("annotate-list-{id}"))).collect();
    let cells = rows.iter().map(|row| {
        vec![
            row.stream.to_string(),
            row.protocol.map_or("?", Protocol::title).to_owned(),
            row.lines.map_or("-".to_owned(), |(first, last)| format!("{first}-{last}")),
            row.commands.to_string(),
            format!("{}+{}", row.octets[0], row.octets[1]),
            crate::dialogue::text::write::safe(&row.target, 80),
        ]
    });
    let cells: Vec<Vec<String>> = std::iter::once(head).chain(cells).collect();
    let width = |i: usize| cells.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    cells.iter().map(line).collect()
}
