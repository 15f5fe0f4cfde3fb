//! A dialogue as an asciicast, version 2: a recording that `asciinema play` and web players show, with the
//! colours of the terminal. Output events only: no keys, no command line, no environment. A marker for each
//! step and each command, to jump to.
//!
//! Where the times of a dialogue are not known (a transcript, `--reproducible`), it goes at an even pace. Each
//! line is written with the time *since the line before*, and [`Clock`] makes them times since the start, which
//! version 2 wants; so several dialogues in one file follow one another.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;

use super::files::Paper;
use super::notes::Detail;
use super::report::Head;
use super::text::{Look, Text};
use super::{Begin, Control, Summary, View};
use crate::dialogue::text::write::{escape, safe};
use crate::dialogue::{Mark, Note, Shape, Side, Step};
use crate::i18n::Catalog;

/// Columns and rows of the recorded terminal.
const SIZE: (usize, usize) = (80, 24);
/// The longest wait that a player shows, in seconds.
const IDLE: f64 = 2.0;
/// Seconds for a unit of a side whose times are not known: a line to be read, and its answer.
const PACE: [f64; 2] = [1.2, 0.6];
/// Characters of a marker.
const MARKER: usize = 60;

/// The first line of the file.
pub fn header(paper: &Paper, begin: &Begin, catalog: &Catalog) -> String {
    let head = Head::new(paper, begin, catalog);
    let mut object = json!({
        "version": 2, "width": SIZE.0, "height": SIZE.1, "idle_time_limit": IDLE, "title": head.title,
    });
    let form = &time::format_description::well_known::Rfc3339;
    let started = begin.started.as_deref().and_then(|t| time::OffsetDateTime::parse(t, form).ok());
    if let Some(started) = started {
        object["timestamp"] = started.unix_timestamp().into();
    }
    format!("{object}\n")
}

/// Makes times since the line before times since the start.
#[derive(Debug, Default)]
pub struct Clock(f64);

impl Clock {
    /// Writes whole lines on.
    ///
    /// # Errors
    /// What the output says.
    pub fn pass(&mut self, lines: &[u8], out: &mut dyn Write) -> io::Result<()> {
        for line in lines.split_inclusive(|b| *b == b'\n') {
            let comma = memchr::memchr(b',', line).unwrap_or(line.len());
            let since = std::str::from_utf8(&line[..comma]).unwrap_or_default().trim_start_matches('[');
            self.0 += since.parse().unwrap_or(0.0);
            write!(out, "[{:.6}", self.0)?;
            out.write_all(&line[comma..])?;
        }
        Ok(())
    }
}

/// The recording of one dialogue.
pub struct Cast {
    out: Box<dyn Write + Send>,
    text: Text,
    shelf: Shelf,
    /// When what was recorded last was.
    last: Option<Duration>,
    /// Seconds that have passed and are not written yet.
    passed: f64,
    open: [Option<Shape>; 2],
}

impl Cast {
    /// A recording on an output; `shorten`: long bodies folded.
    pub fn new(out: Box<dyn Write + Send>, catalog: Catalog, detail: Detail, shorten: bool) -> Cast {
        let shelf = Shelf::default();
        let look = Look {
            colour: true,
            width: SIZE.0,
            fold: shorten.then_some(super::report::LINES),
            limit: None,
            ..Look::log(detail)
        };
        let text = Text::new(Box::new(shelf.clone()), catalog, look);
        Cast { out, text, shelf, last: None, passed: 0.0, open: [None, None] }
    }

    /// Writes an event at the time that has come.
    fn event(&mut self, code: &str, data: &str) -> io::Result<()> {
        let passed = std::mem::take(&mut self.passed);
        // In one piece: the clock takes whole lines.
        let line = format!("[{passed:.6},\"{code}\",{}]\n", serde_json::Value::from(data));
        self.out.write_all(line.as_bytes())
    }

    /// Writes what the terminal got.
    fn release(&mut self) -> io::Result<()> {
        let text = self.shelf.take();
        if text.is_empty() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&text).replace('\n', "\r\n");
        self.event("o", &text)
    }

    fn time(&mut self, at: Option<Duration>, side: Option<Side>) {
        match (at, self.last) {
            (Some(at), last) => {
                self.passed += at.saturating_sub(last.unwrap_or_default()).as_secs_f64();
                self.last = Some(at.max(last.unwrap_or_default()));
            }
            (None, _) => self.passed += side.map_or(0.0, |side| PACE[side as usize]),
        }
    }
}

impl View for Cast {
    fn begin(&mut self, begin: &Begin) -> io::Result<()> {
        self.text.begin(begin)?;
        self.release()
    }

    fn step(&mut self, step: &Step, notes: &[Note]) -> io::Result<()> {
        match step {
            Step::Open(head) => {
                self.release()?;
                self.time(None, self.last.is_none().then_some(head.side));
                self.open[head.side as usize] = Some(head.shape);
            }
            Step::Piece(piece) => {
                if piece.at.is_some_and(|at| Some(at) > self.last) {
                    self.release()?;
                    self.time(piece.at, None);
                }
                if let Some(Shape::Command) = self.open[Side::Client as usize].take() {
                    self.release()?;
                    let line = escape(&piece.wire, Side::Client);
                    self.event("m", &safe(line.trim_end_matches("{{hex(0d 0a)}}"), MARKER))?;
                }
            }
            Step::Mark { mark, at, .. } => {
                self.release()?;
                self.time(*at, None);
                if let Mark::Step(title) = mark {
                    self.event("m", &safe(title, MARKER))?;
                }
            }
            _ => {}
        }
        self.text.step(step, notes)?;
        if matches!(step, Step::Piece(_)) { Ok(()) } else { self.release() }
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        self.text.notes(notes)?;
        self.release()
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.text.end(summary)?;
        self.release()?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.release()?;
        self.out.flush()
    }

    /// A recording keeps its language and its size.
    fn control(&mut self, _control: &Control) {}
}

/// Where the text view writes.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Vec<u8>>>);

impl Shelf {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Shelf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
