//! Several dialogues on one output at once: whole lines only, each with whose it is in front, and the lines of a
//! unit together as far as possible.
//!
//! A [`Part`] is the view of one dialogue. What it shows waits until its unit has ended, and goes to the stage
//! in one piece; a unit that grows long goes in portions, since nothing of unknown length is kept back.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use colored::{Color, Colorize};

use super::json::Json;
use super::text::{Look, Text};
use super::{Begin, Control, Summary, View};
use crate::dialogue::text::write::safe;
use crate::dialogue::{Note, Step};
use crate::i18n::Catalog;

/// Octets of an open unit that wait for its end.
const WAIT: usize = 16 * 1024;
/// Columns that a note has at least, however long the label is.
const NARROW: usize = 40;
/// The colours of labels, by turns; none of them is one of the two sides'.
const COLOURS: [Color; 4] = [Color::Yellow, Color::Cyan, Color::Magenta, Color::White];

/// Where several dialogues are shown.
#[derive(Clone)]
pub struct Stage(Arc<Mutex<Box<dyn Write + Send>>>);

impl Stage {
    /// A stage on an output.
    pub fn new(out: Box<dyn Write + Send>) -> Stage {
        Stage(Arc::new(Mutex::new(out)))
    }

    /// Writes lines that belong to no dialogue.
    ///
    /// # Errors
    /// What the output says.
    pub fn write(&self, text: &str) -> io::Result<()> {
        let mut out = lock(&self.0);
        out.write_all(text.as_bytes())?;
        out.flush()
    }
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stage")
    }
}

/// Whose lines these are. Whoever knows more later says so.
#[derive(Clone, Debug)]
pub struct Label(Arc<Mutex<(u32, Option<String>)>>);

impl Label {
    /// A dialogue's number.
    pub fn new(number: u32) -> Label {
        Label(Arc::new(Mutex::new((number, None))))
    }

    /// The number.
    pub fn number(&self) -> u32 {
        lock(&self.0).0
    }

    /// Who it is.
    pub fn user(&self, name: &str) {
        lock(&self.0).1 = Some(safe(name, 32));
    }

    /// `[2 alumnoimap]`.
    fn text(&self) -> String {
        match &*lock(&self.0) {
            (number, None) => format!("[{number}]"),
            (number, Some(user)) => format!("[{number} {user}]"),
        }
    }
}

/// The notation of one dialogue, on a stage.
pub struct Part {
    text: Text,
    shelf: Shelf,
    stage: Stage,
    label: Label,
    width: usize,
    colour: bool,
    open: usize,
    /// The label's columns that the notes are wrapped for.
    fitted: usize,
}

impl Part {
    /// A dialogue's view.
    pub fn new(stage: Stage, label: Label, catalog: Catalog, look: Look) -> Part {
        let shelf = Shelf::default();
        let text = Text::new(Box::new(shelf.clone()), catalog, look);
        let (width, colour) = (look.width, look.colour);
        Part { text, shelf, stage, label, width, colour, open: 0, fitted: 0 }
    }

    /// Wraps the notes to what the label leaves.
    fn fit(&mut self) {
        let label = self.label.text().chars().count() + 1;
        if label != self.fitted {
            self.fitted = label;
            self.text.control(&Control::Width(self.width.saturating_sub(label).max(NARROW)));
        }
    }

    /// Puts the whole lines that wait on the stage.
    fn release(&mut self) -> io::Result<()> {
        let text = self.shelf.take_lines();
        if text.is_empty() {
            return Ok(());
        }
        let label = self.label.text();
        let colour = COLOURS[self.label.number() as usize % COLOURS.len()];
        let label = if self.colour { label.color(colour).to_string() } else { label };
        let mut lines = Vec::with_capacity(text.len() + 16);
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            lines.extend_from_slice(label.as_bytes());
            lines.push(b' ');
            lines.extend_from_slice(line);
        }
        let mut out = lock(&self.stage.0);
        out.write_all(&lines)?;
        out.flush()
    }
}

impl View for Part {
    fn begin(&mut self, begin: &Begin) -> io::Result<()> {
        self.fit();
        self.text.begin(begin)
    }

    fn step(&mut self, step: &Step, notes: &[Note]) -> io::Result<()> {
        match step {
            Step::Open(_) => self.open += 1,
            Step::Close(_) => self.open = self.open.saturating_sub(1),
            _ => {}
        }
        self.fit();
        self.text.step(step, notes)?;
        if self.open > 0 && self.shelf.len() > WAIT { self.release() } else { Ok(()) }
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        self.text.notes(notes)
    }

    fn explain(&mut self, notes: &[Note]) -> io::Result<()> {
        self.text.explain(notes)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.text.end(summary)?;
        self.release()
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.open == 0 { self.release() } else { Ok(()) }
    }

    fn control(&mut self, control: &Control) {
        match control {
            Control::Width(width) => {
                self.width = *width;
                self.fitted = 0;
            }
            other => self.text.control(other),
        }
    }
}

/// JSON lines of one dialogue on a stage: each line is an object and says whose it is.
pub fn json(stage: Stage, stream: u32, catalog: Catalog, bodies: bool, digests: bool) -> Json {
    let lines = Lines { stage, shelf: Shelf::default() };
    Json::new(Box::new(lines), catalog, bodies, digests).stream(stream)
}

/// An output that gives the stage whole lines.
struct Lines {
    stage: Stage,
    shelf: Shelf,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.shelf.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = self.shelf.take_lines();
        let mut out = lock(&self.stage.0);
        out.write_all(&text)?;
        out.flush()
    }
}

/// Where lines wait.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Vec<u8>>>);

impl Shelf {
    fn len(&self) -> usize {
        lock(&self.0).len()
    }

    /// Takes all that ends with a line end.
    fn take_lines(&self) -> Vec<u8> {
        let mut waiting = lock(&self.0);
        let end = memchr::memrchr(b'\n', &waiting).map_or(0, |at| at + 1);
        let rest = waiting.split_off(end);
        std::mem::replace(&mut *waiting, rest)
    }
}

impl Write for Shelf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::redact::Secrets;
    use crate::dialogue::{Event, Origin, Protocol, Side, What, Wire};
    use crate::i18n::Lang;
    use crate::recorder::Recorder;
    use crate::view::notes::Detail;

    fn push(recorder: &mut Recorder, side: Side, text: &str) {
        let what = What::Chunk(side, Wire::from(text));
        let event = Event { stream: 1, at: None, origin: Origin::None, what };
        recorder.push(event, &mut |_, _| {}).unwrap();
    }

    #[test]
    fn units_stay_together_and_say_whose_they_are() {
        let shelf = Shelf::default();
        let stage = Stage::new(Box::new(shelf.clone()));
        let look = Look { detail: Detail::None, ..Look::log(Detail::None) };
        let look = Look { detail: Detail::None, ..look };
        let mut two = [1, 2].map(|number| {
            let label = Label::new(number);
            let mut recorder = Recorder::new(crate::dialect::of(Protocol::Smtp), Secrets::default());
            let part = Part::new(stage.clone(), label.clone(), Catalog::new(Lang::En), look);
            recorder.add_view(Box::new(part), &Begin::default()).unwrap();
            (recorder, label)
        });
        push(&mut two[0].0, Side::Server, "220-one\r\n");
        push(&mut two[1].0, Side::Server, "220 two\r\n");
        push(&mut two[0].0, Side::Server, "220 end\r\n");
        two[1].1.user("ana\u{1b}");
        push(&mut two[1].0, Side::Client, "NOOP\r\n");
        let shown = String::from_utf8(shelf.take_lines()).unwrap();
        let shown: Vec<&str> = shown.lines().collect();
        assert_eq!(shown[..3], ["[2] S: 220 two", "[1] S: 220-one", "[1] S: 220 end"]);
        assert!(shown[3].starts_with("[2 ana") && shown[3].ends_with("] C: NOOP"), "{shown:?}");
        assert!(!shown[3].contains('\u{1b}'));
    }
}
