//! Reports: a dialogue as a page of a textbook. One record of what is to be shown ([`block`]), made here from the
//! redacted steps, and three ways to draw it: Markdown, HTML, plain text ([`Sheet`]).
//!
//! A unit is drawn when it has ended, with its notes below, so a report is in the order of the ends, as the JSON
//! is. It grows while the dialogue goes on, in flat memory: of a body no more is kept than is shown
//! ([`LINES`]; the rest is counted and digested), and of the table at the end no more than [`MOST_ROWS`] rows.
//!
//! A report keeps the language and the detail that it began with. It knows nothing of files: see
//! [`super::files`]; nor of several dialogues: see [`super::document`].

pub mod block;
mod gather;
mod html;
mod markdown;
mod parts;
mod plain;

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};

pub use block::{Head, Sheet};

use super::files::{Form, Paper, Settings};
use super::noise;
use super::notes::Detail;
use super::text::names;
use super::{Begin, Control, Summary, View};
use crate::dialogue::text::write::safe;
use crate::dialogue::{Mark, Note, Piece, Shape, Side, Step, UnitEnd};
use crate::i18n::{Catalog, Lang};
use block::{Closing, Fact, Pair, Row, Said, Section};
use gather::Gather;

/// Lines of a unit after which the rest is left out.
pub const LINES: usize = 40;
/// Rows of the table of commands.
const MOST_ROWS: usize = 1000;
/// Placeholders that are listed at the end.
const MOST_NAMES: usize = 20;

/// The sheet of a form.
pub fn sheet(form: Form, lang: Lang) -> Box<dyn Sheet> {
    match form {
        Form::Html => Box::new(html::Html::new(lang)),
        Form::Markdown => Box::new(markdown::Markdown::new(lang)),
        _ => Box::new(plain::Plain::new(lang)),
    }
}

/// A report of one dialogue.
pub struct Report {
    out: Box<dyn Write + Send>,
    catalog: Catalog,
    detail: Detail,
    paper: Paper,
    limit: Option<usize>,
    sheet: Box<dyn Sheet>,
    number: u32,
    /// The opening, until it is known who talks with whom, and the notes that are to stand below it.
    opening: Option<(Begin, Vec<Note>)>,
    open: [Option<Gather>; 2],
    /// Whether it has begun and not ended.
    running: bool,
    /// Lines of the dialogue so far.
    lines: u64,
    rows: Vec<Row>,
    /// Commands that found no room in the table.
    unlisted: u64,
    /// The exchange of the last command.
    asked: Option<u64>,
    names: BTreeSet<String>,
    /// Secrets that the notation has declared.
    declared: HashSet<String>,
    tls: Option<String>,
}

impl Report {
    /// A report on an output; `number` is the dialogue's in its document.
    pub fn new(
        out: Box<dyn Write + Send>,
        catalog: Catalog,
        sheet: Box<dyn Sheet>,
        settings: &Settings,
        number: u32,
    ) -> Report {
        Report {
            out,
            catalog,
            detail: settings.detail.max(Detail::Brief),
            paper: settings.paper.clone(),
            limit: (!settings.bodies).then_some(LINES),
            sheet,
            number,
            opening: None,
            open: [None, None],
            running: false,
            lines: 0,
            rows: Vec::new(),
            unlisted: 0,
            asked: None,
            names: BTreeSet::new(),
            declared: HashSet::new(),
            tls: None,
        }
    }

    fn draw(&mut self, with: impl FnOnce(&mut dyn Sheet, &mut String)) -> io::Result<()> {
        let mut text = String::new();
        with(&mut *self.sheet, &mut text);
        self.out.write_all(text.as_bytes())
    }

    fn said(&self, notes: &[Note]) -> Vec<Said> {
        block::said(notes, &self.catalog, self.detail)
    }

    /// Writes the opening, and what has waited for it.
    fn begun(&mut self) -> io::Result<()> {
        let Some((begin, below)) = self.opening.take() else { return Ok(()) };
        let section = Section {
            number: self.number,
            heading: block::heading(&begin, self.number, &self.paper, &self.catalog),
            facts: block::facts(&begin, &self.paper, &self.catalog),
            notation: block::notation(&begin),
        };
        self.draw(|sheet, out| sheet.section(&section, out))?;
        self.aside(None, &below)
    }

    /// Who talks with whom is known when one address has taken the connection.
    fn addresses(&mut self, mark: &Mark) -> io::Result<()> {
        match mark {
            Mark::Trying { .. } | Mark::Failed { .. } => Ok(()),
            Mark::Connected { address, local, .. } => {
                if let Some((begin, _)) = &mut self.opening {
                    let known = Some(address).filter(|a| a.parse::<std::net::SocketAddr>().is_ok());
                    begin.server = begin.server.take().or(known.cloned());
                    begin.client = begin.client.take().or(local.clone());
                }
                self.begun()
            }
            _ => self.begun(),
        }
    }

    fn piece(&mut self, piece: &Piece, notes: &[Note]) -> io::Result<()> {
        let Some(side) = self.open.iter().position(|u| u.as_ref().is_some_and(|u| u.head.n == piece.n))
        else {
            return self.aside(None, notes);
        };
        for hole in piece.wire.holes.iter().filter(|h| h.make != crate::dialogue::Wire::UNTOLD) {
            if self.names.len() < MOST_NAMES {
                self.names.insert(safe(&crate::dialogue::Wire::notation(&hole.make), 80));
            }
        }
        let Some(unit) = self.open[side].as_mut() else { return Ok(()) };
        if side == Side::Client as usize {
            let named = piece.wire.holes.iter().flat_map(|hole| names(&hole.make));
            unit.secrets.extend(named.filter(|name| self.declared.insert(name.clone())));
        }
        unit.notes.extend_from_slice(notes);
        unit.piece(piece, self.limit);
        if unit.is_full(self.limit) { self.emit(side, None) } else { Ok(()) }
    }

    /// Draws an open unit, or what there is of it.
    fn emit(&mut self, side: usize, end: Option<&UnitEnd>) -> io::Result<()> {
        let Some(mut unit) = self.open[side].take() else { return Ok(()) };
        unit.finish(end.is_some());
        self.lines = unit.number_lines(self.lines);
        let notes = std::mem::take(&mut unit.notes);
        if end.is_some() {
            self.count(&unit, &notes);
        }
        let said = if end.is_some() { self.said(&notes) } else { Vec::new() };
        let pair = self.pair(&unit);
        let drawn = unit.drawn(pair, said, end.is_none_or(|e| e.complete));
        self.draw(|sheet, out| sheet.unit(&drawn, out))?;
        if end.is_none() {
            self.open[side] = Some(unit.rest());
        }
        Ok(())
    }

    /// Draws what is left open.
    fn emit_open(&mut self) -> io::Result<()> {
        let end = UnitEnd { n: 0, octets: 0, complete: false, last: false };
        [Side::Client, Side::Server].into_iter().try_for_each(|side| self.emit(side as usize, Some(&end)))
    }

    /// Notes a unit in the table at the end.
    fn count(&mut self, unit: &Gather, notes: &[Note]) {
        let greeting = unit.head.shape == Shape::Greeting;
        let Some(n) = unit.head.exchange.or(greeting.then_some(0)) else { return };
        let opens = greeting || unit.head.shape == Shape::Command && self.asked.is_none_or(|asked| n > asked);
        if opens {
            if !greeting {
                self.asked = Some(n);
            }
            let command = if greeting { self.catalog.word("report-greeting") } else { unit.first_line() };
            if self.rows.len() < MOST_ROWS && self.rows.last().is_none_or(|row| row.n < n) {
                self.rows.push(Row { n, line: unit.first_number(), command, greeting, ..Row::default() });
            } else {
                self.unlisted += 1;
            }
        }
        let Some(row) = row(&mut self.rows, n) else { return };
        row.add(unit.head.side, unit.octets, unit.masked, unit.at);
        if matches!(unit.head.shape, Shape::Response | Shape::Greeting) {
            row.outcome.clone_from(&unit.outcome);
            row.refused = unit.refusal;
        }
        // What POP3's status line means is said after the message that it announces.
        if unit.head.side == Side::Server && row.meaning.is_empty() && !row.outcome.is_empty() {
            row.meaning = block::meaning(&row.outcome, notes, &self.catalog);
        }
    }

    /// What a unit answers, or is answered by.
    fn pair(&mut self, unit: &Gather) -> Option<Pair> {
        let n = unit.head.exchange?;
        let near = self.asked == Some(n);
        let row = row(&mut self.rows, n)?;
        let answers = unit.head.side == Side::Server;
        let first = if answers { !row.answered } else { unit.first_number() == row.line };
        row.answered |= answers;
        Some(Pair { n, line: row.line, command: row.command.clone(), near, first })
    }

    /// What stands beside the dialogue: a mark, noise, notes that hang on no unit.
    fn aside(&mut self, notation: Option<&str>, notes: &[Note]) -> io::Result<()> {
        if let Some((_, below)) = &mut self.opening {
            below.extend_from_slice(notes);
            return Ok(());
        }
        let said = self.said(notes);
        if said.is_empty() && notation.is_none() {
            return Ok(());
        }
        self.draw(|sheet, out| sheet.aside(notation, &said, out))
    }

    fn mark(&mut self, mark: &Mark, notes: &[Note]) -> io::Result<()> {
        match mark {
            Mark::Step(title) => {
                let title = safe(title, 200);
                self.draw(|sheet, out| sheet.step(&title, out))?;
                self.aside(None, notes)
            }
            Mark::Comment(text) => {
                let text = safe(text, 2000);
                self.draw(|sheet, out| sheet.comment(&text, out))
            }
            Mark::Tls(info) => {
                self.tls = Some(format!("{} {}", info.version, info.cipher).trim().to_owned());
                self.aside(Some("@tls"), notes)
            }
            Mark::Gap { octets, .. } => {
                let line = octets.map_or_else(|| "@gap".to_owned(), |n| format!("@gap {n}"));
                self.aside(Some(&line), notes)
            }
            Mark::Closed(crate::dialogue::mark::Close::Client) => self.aside(Some("@close"), notes),
            Mark::Closed(close) => self.aside(Some(&format!("@closed {}", close.name())), notes),
            _ => self.aside(None, notes),
        }
    }
}

impl Drop for Report {
    /// Where nobody answered, or the session broke off: what there is, is told.
    fn drop(&mut self) {
        if std::mem::take(&mut self.running) {
            let drawn = self.begun().and_then(|()| self.emit_open());
            // There is nobody left to tell.
            drop(drawn.and_then(|()| self.draw(|sheet, out| sheet.broken_off(out))));
        }
    }
}

/// The row of an exchange.
fn row(rows: &mut [Row], exchange: u64) -> Option<&mut Row> {
    let at = rows.binary_search_by_key(&exchange, |row| row.n).ok()?;
    rows.get_mut(at)
}

impl View for Report {
    fn begin(&mut self, begin: &Begin) -> io::Result<()> {
        self.opening = Some((begin.clone(), Vec::new()));
        self.running = true;
        Ok(())
    }

    fn step(&mut self, step: &Step, notes: &[Note]) -> io::Result<()> {
        match step {
            Step::Mark { mark, .. } => self.addresses(mark)?,
            _ => self.begun()?,
        }
        match step {
            Step::Open(head) => {
                let mut unit = Gather::new(head.clone());
                unit.notes.extend_from_slice(notes);
                self.open[head.side as usize] = Some(unit);
                Ok(())
            }
            Step::Piece(piece) => self.piece(piece, notes),
            Step::Close(end) => {
                let side = self.open.iter().position(|u| u.as_ref().is_some_and(|u| u.head.n == end.n));
                let Some(side) = side else { return self.aside(None, notes) };
                if let Some(unit) = self.open[side].as_mut() {
                    unit.notes.extend_from_slice(notes);
                }
                self.emit(side, Some(end))
            }
            Step::Mark { mark, .. } => self.mark(mark, notes),
            Step::Noise { text, .. } => {
                let lines = noise::lines(text, &self.catalog);
                if !lines.is_empty() {
                    self.draw(|sheet, out| sheet.noise(&lines, out))?;
                }
                self.aside(None, notes)
            }
        }
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        self.aside(None, notes)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.begun()?;
        self.emit_open()?;
        self.running = false;
        let totals: Vec<Fact> = block::totals(summary, self.tls.as_deref(), &self.catalog);
        let closing = Closing {
            rows: std::mem::take(&mut self.rows),
            unlisted: self.unlisted,
            totals,
            notes: self.said(&summary.notes),
            redacted: block::redacted(summary, &self.names, &self.catalog),
        };
        self.draw(|sheet, out| sheet.closing(&closing, out))?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// What began in one language ends in it.
    fn control(&mut self, _control: &Control) {}
}
