//! One file with several dialogues, each a section of its own: a view is handed out for each, and they take
//! turns. The first that has not ended writes; those that were begun after it wait, in memory, until it has.
//!
//! So the order of the sections is the order in which the views were handed out, also where dialogues ran at
//! the same time (a capture, a mail program with five connections), and one dialogue alone streams.
//!
//! A document begins when its first dialogue does, and is finished when it was closed and the last one has
//! ended. `--reproducible` is [`Still`]'s affair, for every form alike.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cast::{self, Cast};
use super::files::{Form, Paper, Settings};
use super::json::Json;
use super::notes::Detail;
use super::report::{self, Report};
use super::still::{self, Still};
use super::text::{Look, Text};
use super::{Begin, Control, Summary, View};
use crate::dialogue::{Note, Step};
use crate::i18n::Catalog;

/// A file that takes dialogues.
pub struct Document {
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    out: Box<dyn Write + Send>,
    form: Form,
    settings: Settings,
    /// Dialogues handed out.
    handed: u32,
    /// Whose turn it is.
    turn: u32,
    /// What the others have to say, and whether they have ended.
    waiting: BTreeMap<u32, (Vec<u8>, bool)>,
    begun: bool,
    closed: bool,
    finished: bool,
    clock: cast::Clock,
}

impl Document {
    /// A document on an output.
    pub fn new(out: Box<dyn Write + Send>, form: Form, settings: Settings) -> Document {
        let shared = Shared {
            out,
            form,
            settings,
            handed: 0,
            turn: 1,
            waiting: BTreeMap::new(),
            begun: false,
            closed: false,
            finished: false,
            clock: cast::Clock::default(),
        };
        Document { shared: Arc::new(Mutex::new(shared)) }
    }

    /// The view of the next dialogue.
    pub fn dialogue(&self) -> Box<dyn View> {
        let next = lock(&self.shared).handed + 1;
        self.dialogue_numbered(next)
    }

    /// The view of the next dialogue, which has a number of its own where it comes from.
    pub fn dialogue_numbered(&self, stream: u32) -> Box<dyn View> {
        let mut shared = lock(&self.shared);
        shared.handed += 1;
        let number = shared.handed;
        let turn = Turn { shared: self.shared.clone(), number };
        let view = shared.view(stream, turn);
        let still = shared.settings.paper.reproducible;
        drop(shared);
        let place = Place { shared: self.shared.clone(), number, left: false };
        let view = if still { Box::new(Still::new(view)) } else { view };
        Box::new(Section { view, place, still })
    }

    /// No more dialogues come. The document is finished when those that were handed out have ended.
    ///
    /// # Errors
    /// What the output says.
    pub fn close(self) -> io::Result<()> {
        let mut shared = lock(&self.shared);
        shared.closed = true;
        shared.finish()
    }

    /// The same, where a dialogue has been handed out that has not begun: nothing is written yet.
    pub(super) fn seal(self) {
        lock(&self.shared).closed = true;
    }
}

impl Drop for Document {
    /// Whoever lets go of it hands out no more dialogues.
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.closed = true;
        if shared.begun {
            // There is nobody left to tell.
            drop(shared.finish());
        }
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Document")
    }
}

impl Shared {
    /// The view that draws a dialogue in this form.
    fn view(&self, number: u32, turn: Turn) -> Box<dyn View> {
        let settings = &self.settings;
        let catalog = Catalog::new(settings.lang);
        let detail = settings.detail.max(Detail::Brief);
        let out = Box::new(turn);
        match self.form {
            Form::Json => {
                let json = Json::new(out, catalog, settings.bodies, settings.digests).stream(number);
                Box::new(if settings.paper.reproducible { json.unversioned() } else { json })
            }
            Form::Notation => {
                let mut look = Look::log(detail);
                look.limit = look.limit.filter(|_| !settings.bodies);
                Box::new(Text::new(out, catalog, look))
            }
            Form::Cast => Box::new(Cast::new(out, catalog, detail, !settings.bodies)),
            Form::Markdown | Form::Html | Form::Plain => {
                let sheet = report::sheet(self.form, settings.lang);
                Box::new(Report::new(out, catalog, sheet, settings, number))
            }
        }
    }

    /// The document's head, once.
    fn begin(&mut self, begin: &Begin) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let catalog = Catalog::new(self.settings.lang);
        let paper: &Paper = &self.settings.paper;
        let head = match self.form {
            Form::Json | Form::Notation => String::new(),
            Form::Cast => cast::header(paper, begin, &catalog),
            Form::Markdown | Form::Html | Form::Plain => {
                let sheet = report::sheet(self.form, self.settings.lang);
                sheet.head(&report::Head::new(paper, begin, &catalog))
            }
        };
        self.out.write_all(head.as_bytes())
    }

    /// Bytes of a dialogue whose turn it is.
    fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.form {
            Form::Cast => self.clock.pass(bytes, &mut self.out),
            _ => self.out.write_all(bytes),
        }
    }

    /// A dialogue has ended: whoever waited comes next.
    fn ended(&mut self, number: u32) -> io::Result<()> {
        if number != self.turn {
            self.waiting.entry(number).or_default().1 = true;
            return Ok(());
        }
        loop {
            self.turn += 1;
            let Some((bytes, ended)) = self.waiting.remove(&self.turn) else { break };
            self.pass(&bytes)?;
            if !ended {
                break;
            }
        }
        self.finish()
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.closed && !self.finished && self.turn > self.handed {
            self.finished = true;
            self.begin(&Begin::default())?;
            if matches!(self.form, Form::Markdown | Form::Html | Form::Plain) {
                let tail = report::sheet(self.form, self.settings.lang).tail();
                self.out.write_all(tail.as_bytes())?;
            }
        }
        self.out.flush()
    }
}

/// What a dialogue's view writes to.
struct Turn {
    shared: Arc<Mutex<Shared>>,
    number: u32,
}

impl Write for Turn {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut shared = lock(&self.shared);
        if shared.turn == self.number {
            shared.pass(bytes)?;
        } else {
            shared.waiting.entry(self.number).or_default().0.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        lock(&self.shared).out.flush()
    }
}

/// A dialogue's view, and its place in the document.
struct Section {
    view: Box<dyn View>,
    /// Below the view, so that whatever the view writes when it is given up comes first.
    place: Place,
    /// `--reproducible`.
    still: bool,
}

/// A dialogue's place among the others.
struct Place {
    shared: Arc<Mutex<Shared>>,
    number: u32,
    left: bool,
}

impl Place {
    /// The next one's turn comes.
    fn leave(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.left, true) {
            return Ok(());
        }
        lock(&self.shared).ended(self.number)
    }
}

impl Drop for Place {
    /// A dialogue that was broken off must not keep the others waiting.
    fn drop(&mut self) {
        // There is nobody left to tell.
        drop(self.leave());
    }
}

impl View for Section {
    fn begin(&mut self, begin: &Begin) -> io::Result<()> {
        // The document's head tells no more than its sections.
        let head = if self.still { still::beginning(begin) } else { begin.clone() };
        lock(&self.place.shared).begin(&head)?;
        self.view.begin(begin)
    }

    fn step(&mut self, step: &Step, notes: &[Note]) -> io::Result<()> {
        self.view.step(step, notes)
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        self.view.notes(notes)
    }

    fn explain(&mut self, notes: &[Note]) -> io::Result<()> {
        self.view.explain(notes)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let ended = self.view.end(summary);
        let finished = self.place.leave();
        ended.and(finished)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.view.flush()
    }

    fn control(&mut self, control: &Control) {
        self.view.control(control);
    }

    fn wants_digests(&self) -> bool {
        self.view.wants_digests()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
