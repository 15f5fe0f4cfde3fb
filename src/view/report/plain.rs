//! A report as plain text, for whoever reads it in a mail or prints it from an editor: 80 columns, the wire's lines
//! whole, notes below them and further in.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::block::{Closing, Fact, Head, Line, Row, Said, Section, Sheet, Unit, duration};
use crate::dialogue::Side;
use crate::i18n::{Catalog, Lang};
use crate::view::notes::wrap;

/// Columns.
const WIDTH: usize = 80;
/// What stands before a note.
const MARGIN: usize = 7;
/// The longest label that others are lined up with.
const LABEL: usize = 22;

/// The sheet.
pub struct Plain {
    catalog: Catalog,
    /// Whether the last thing drawn was a line of the wire.
    wire: bool,
}

impl Plain {
    /// A sheet in a language.
    pub fn new(lang: Lang) -> Plain {
        Plain { catalog: Catalog::new(lang), wire: false }
    }

    fn facts(&self, facts: &[Fact], out: &mut String) {
        let column = facts.iter().map(|fact| fact.name.width()).max().unwrap_or(0);
        for fact in facts {
            let _ = writeln!(out, "{}{}  {}", fact.name, " ".repeat(column - fact.name.width()), fact.value);
        }
        out.push('\n');
    }

    fn notes(&mut self, notes: &[Said], margin: usize, out: &mut String) {
        if notes.is_empty() {
            return;
        }
        let parts = notes.iter().filter(|n| n.inner).map(|n| n.label.width());
        let column = parts.filter(|w| *w <= LABEL).max().unwrap_or(0);
        for note in notes {
            let margin = margin + if note.inner { 2 } else { 0 };
            let mut first = " ".repeat(margin);
            if !note.tone.is_empty() {
                let _ = write!(first, "{} ", note.tone);
            }
            let mut indent = margin;
            if !note.label.is_empty() {
                let pad = if note.inner { column.saturating_sub(note.label.width()) } else { 0 };
                let _ = write!(first, "{}{}  ", note.label, " ".repeat(pad));
                indent = if note.inner { margin + column + 2 } else { first.width() };
            }
            if indent > WIDTH / 2 {
                indent = margin + 2;
            }
            // A citation is not broken: its blanks are others until the text is wrapped.
            let cites =
                note.cites.replace("RFC ", "RFC\u{a0}").replace(" §", "\u{a0}§").replace(",\u{a0}", ", ");
            let cites = if cites.is_empty() { cites } else { format!("   {cites}") };
            let said = format!("{}{cites}", note.whole());
            // A label too long to line up with the others has a line of its own.
            let alone = note.inner && note.label.width() > LABEL && column > 0;
            if alone {
                let _ = writeln!(out, "{}", first.trim_end());
                first = " ".repeat(indent);
            }
            for (i, line) in wrap(&said, WIDTH, first.width(), indent).iter().enumerate() {
                let before = if i == 0 { first.clone() } else { " ".repeat(indent) };
                let _ = writeln!(out, "{}", format!("{before}{line}").replace('\u{a0}', " ").trim_end());
            }
        }
        self.wire = false;
        out.push('\n');
    }

    fn heading(&mut self, title: &str, mark: &str, out: &mut String) {
        if std::mem::take(&mut self.wire) {
            out.push('\n');
        }
        let _ = writeln!(out, "{title}\n{}\n", mark.repeat(title.width().clamp(1, WIDTH)));
    }

    /// A remark among the lines of the wire.
    fn remark(&mut self, text: &str, out: &mut String) {
        for line in wrap(text, WIDTH, MARGIN, MARGIN) {
            let _ = writeln!(out, "{}{line}", " ".repeat(MARGIN));
        }
    }

    fn table(&self, closing: &Closing, out: &mut String) {
        let timed = closing.rows.iter().any(|row| row.took().is_some());
        let word = |id: &str| self.catalog.word(id);
        let mut rows = vec![[
            word("report-table-n"),
            word("report-table-command"),
            word("report-table-outcome"),
            if timed { word("report-table-time") } else { String::new() },
        ]];
        rows.extend(closing.rows.iter().map(|row| self.cells(row)));
        let widths: Vec<usize> =
            (0..4).map(|i| rows.iter().map(|cells| cells[i].width()).max().unwrap_or(0)).collect();
        for (i, cells) in rows.iter().enumerate() {
            let pad = |at: usize| " ".repeat(widths[at] - cells[at].width());
            let _ = writeln!(
                out,
                "{}",
                format!(
                    "{}{}  {}{}  {}{}  {}{}",
                    pad(0),
                    cells[0],
                    cells[1],
                    pad(1),
                    cells[2],
                    pad(2),
                    pad(3),
                    cells[3]
                )
                .trim_end()
            );
            if i == 0 {
                let total = (widths.iter().sum::<usize>() + 6).min(WIDTH);
                let _ = writeln!(out, "{}", "-".repeat(total));
            } else if let Some(row) = closing.rows.get(i - 1).filter(|row| !row.meaning.is_empty()) {
                let indent = widths[0] + 6;
                for line in wrap(&row.meaning, WIDTH, indent, indent) {
                    let _ = writeln!(out, "{}{line}", " ".repeat(indent));
                }
            }
        }
        out.push('\n');
        if closing.unlisted > 0 {
            let args = vec![("count", closing.unlisted.to_string())];
            let _ = writeln!(out, "{}\n", self.catalog.say("report-table-more", &args));
        }
    }

    fn cells(&self, row: &Row) -> [String; 4] {
        let n = if row.greeting { "–".to_owned() } else { row.n.to_string() };
        let outcome = match (row.outcome.is_empty(), row.refused) {
            (true, _) => self.catalog.word("report-no-reply"),
            (_, false) => row.outcome.clone(),
            (_, true) => format!("{} ({})", row.outcome, self.catalog.word("report-refused")),
        };
        let mut command: String = row.command.chars().take(44).collect();
        if command.len() < row.command.len() {
            command = format!("{}…", command.trim_end_matches('…'));
        }
        [n, command, outcome, row.took().map(duration).unwrap_or_default()]
    }
}

impl Sheet for Plain {
    fn head(&self, head: &Head) -> String {
        let mut out = format!("{}\n{}\n", head.title, "=".repeat(head.title.width().clamp(1, WIDTH)));
        if let Some(author) = &head.author {
            let _ = writeln!(out, "{}", self.catalog.say("report-author", &vec![("author", author.clone())]));
        }
        out.push('\n');
        out
    }

    fn section(&mut self, section: &Section, out: &mut String) {
        if let Some(heading) = &section.heading {
            if section.number > 1 {
                out.push('\n');
            }
            self.heading(heading, "=", out);
        }
        self.facts(&section.facts, out);
    }

    fn step(&mut self, title: &str, out: &mut String) {
        self.heading(title, "-", out);
    }

    fn unit(&mut self, unit: &Unit, out: &mut String) {
        if let Some(pair) = unit.pair.as_ref().filter(|p| unit.side == Side::Server && !p.near && p.first) {
            let args = vec![("n", pair.n.to_string()), ("command", pair.command.clone())];
            let said = self.catalog.say("report-answers", &args);
            self.remark(&said, out);
        }
        let (shown, last) = unit.shown();
        for line in shown {
            wire(unit.side, line, out);
            if let Some(skipped) = unit.skipped(line, &self.catalog) {
                self.remark(&skipped, out);
            }
        }
        if let Some(gap) = unit.gap(&self.catalog) {
            self.remark(&gap, out);
        }
        if let Some(line) = last {
            wire(unit.side, line, out);
        }
        if !unit.complete {
            let said = self.catalog.word("report-incomplete");
            self.remark(&said, out);
        }
        self.wire = true;
        self.notes(&unit.notes, MARGIN, out);
    }

    fn aside(&mut self, _directive: Option<&str>, notes: &[Said], out: &mut String) {
        self.notes(notes, MARGIN, out);
    }

    fn comment(&mut self, comment: &str, out: &mut String) {
        for line in wrap(comment, WIDTH, 0, 0) {
            let _ = writeln!(out, "{line}");
        }
        out.push('\n');
    }

    fn noise(&mut self, lines: &[String], out: &mut String) {
        lines.iter().for_each(|line| self.remark(line, out));
    }

    fn closing(&mut self, closing: &Closing, out: &mut String) {
        if !closing.notes.is_empty() {
            let title = self.catalog.word("report-left");
            self.heading(&title, "-", out);
            self.notes(&closing.notes, 0, out);
        }
        if !closing.rows.is_empty() {
            let title = self.catalog.word("report-table");
            self.heading(&title, "-", out);
            self.table(closing, out);
        }
        let title = self.catalog.word("report-totals");
        self.heading(&title, "-", out);
        self.facts(&closing.totals, out);
        let title = self.catalog.word("report-redacted");
        self.heading(&title, "-", out);
        for said in &closing.redacted {
            for line in wrap(said, WIDTH, 0, 0) {
                let _ = writeln!(out, "{line}");
            }
        }
    }

    fn broken_off(&mut self, out: &mut String) {
        out.push('\n');
    }

    fn tail(&self) -> String {
        String::new()
    }
}

fn wire(side: Side, line: &Line, out: &mut String) {
    let mark = if line.ended { " " } else { "-" };
    let _ = writeln!(out, "{}", format!("  {}{mark} {}", side.letter(), line.text).trim_end());
}
