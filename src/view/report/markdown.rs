//! A report as Markdown, as GitHub and others read it (CommonMark with tables). The dialogue stands in fences that
//! hold the notation, directives included: put one after the other they are a script that can be run again. The
//! notes are prose between them.
//!
//! A fence is longer than any run of backticks in it; what a peer said outside of fences stands in code spans, or
//! is escaped.

use std::fmt::Write;

use super::block::{Closing, Fact, Head, Line, Row, Said, Section, Sheet, Unit, duration};
use crate::dialogue::{Level, Side};
use crate::i18n::{Catalog, Lang};

/// The sheet.
pub struct Markdown {
    catalog: Catalog,
    /// The fence that is open: how many backticks.
    fence: Option<usize>,
    /// The rank of a step's heading.
    rank: usize,
}

impl Markdown {
    /// A sheet in a language.
    pub fn new(lang: Lang) -> Markdown {
        Markdown { catalog: Catalog::new(lang), fence: None, rank: 2 }
    }

    /// Lines in a fence: the one that is open, if it is long enough.
    fn fenced(&mut self, lines: &[String], out: &mut String) {
        let longest = lines.iter().map(|line| run_of_backticks(line)).max().unwrap_or(0);
        if self.fence.is_none_or(|fence| fence <= longest) {
            self.prose(out);
            let fence = (longest + 1).max(3);
            let _ = writeln!(out, "{}ehlo", "`".repeat(fence));
            self.fence = Some(fence);
        }
        lines.iter().for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
    }

    /// Ends the open fence.
    fn prose(&mut self, out: &mut String) {
        if let Some(fence) = self.fence.take() {
            let _ = writeln!(out, "{}\n", "`".repeat(fence));
        }
    }

    fn facts(&self, facts: &[Fact], out: &mut String) {
        out.push_str("| | |\n|---|---|\n");
        for fact in facts {
            let value = if fact.wire { cell(&code(&fact.value)) } else { prose(&fact.value) };
            let _ = writeln!(out, "| {} | {value} |", prose(&fact.name));
        }
        out.push('\n');
    }

    fn notes(&mut self, notes: &[Said], out: &mut String) {
        if notes.is_empty() {
            return;
        }
        self.prose(out);
        for run in notes.chunk_by(|a, b| a.inner == b.inner) {
            for note in run {
                let label = if note.label.is_empty() { String::new() } else { code(&note.label) };
                let said = sentence(note);
                let _ = match (note.inner, note.level) {
                    (true, _) if label.is_empty() => writeln!(out, "- {said}"),
                    (true, _) => writeln!(out, "- {label} – {said}"),
                    (false, Level::Warn | Level::Hint) => {
                        let gap = if label.is_empty() { "" } else { " " };
                        writeln!(out, "> **{}** {label}{gap}{said}\n", prose(&note.tone))
                    }
                    (false, Level::State) if label.is_empty() => writeln!(out, "*{said}*\n"),
                    (false, _) if label.is_empty() => writeln!(out, "{said}\n"),
                    (false, _) => writeln!(out, "**{label}** {said}\n"),
                };
            }
            if run[0].inner {
                out.push('\n');
            }
        }
    }

    fn row(&self, row: &Row, timed: bool, out: &mut String) {
        let n = if row.greeting { "–".to_owned() } else { row.n.to_string() };
        let command = if row.greeting { prose(&row.command) } else { cell(&code(&row.command)) };
        let outcome = match (row.outcome.is_empty(), row.refused) {
            (true, _) => prose(&self.catalog.word("report-no-reply")),
            (_, false) => cell(&code(&row.outcome)),
            (_, true) => format!("{} **{}**", cell(&code(&row.outcome)), self.catalog.word("report-refused")),
        };
        let time = match timed {
            true => format!(" {} |", row.took().map(duration).unwrap_or_default()),
            false => String::new(),
        };
        let meaning = prose(&row.meaning);
        let _ = writeln!(out, "| {n} | {command} | {outcome} | {meaning} |{time} {} |", row.octets());
    }

    fn table(&self, closing: &Closing, out: &mut String) {
        if closing.rows.is_empty() {
            return;
        }
        let timed = closing.rows.iter().any(|row| row.took().is_some());
        let _ = writeln!(out, "{} {}\n", "#".repeat(self.rank), self.catalog.word("report-table"));
        let mut rule = String::from("|");
        out.push('|');
        for (id, align, there) in [
            ("report-table-n", "--:", true),
            ("report-table-command", "---", true),
            ("report-table-outcome", "---", true),
            ("report-table-meaning", "---", true),
            ("report-table-time", "--:", timed),
            ("report-table-octets", "--:", true),
        ] {
            if there {
                let _ = write!(out, " {} |", self.catalog.word(id));
                let _ = write!(rule, "{align}|");
            }
        }
        let _ = writeln!(out, "\n{rule}");
        closing.rows.iter().for_each(|row| self.row(row, timed, out));
        out.push('\n');
        if closing.unlisted > 0 {
            let args = vec![("count", closing.unlisted.to_string())];
            let _ = writeln!(out, "{}\n", prose(&self.catalog.say("report-table-more", &args)));
        }
    }
}

impl Sheet for Markdown {
    fn head(&self, head: &Head) -> String {
        let mut out = format!("# {}\n\n", prose(&head.title));
        if let Some(author) = &head.author {
            let said = self.catalog.say("report-author", &vec![("author", author.clone())]);
            let _ = writeln!(out, "*{}*\n", prose(&said));
        }
        out
    }

    fn section(&mut self, section: &Section, out: &mut String) {
        self.rank = 2;
        if let Some(heading) = &section.heading {
            let _ = writeln!(out, "## {}\n", prose(heading));
            self.rank = 3;
        }
        self.facts(&section.facts, out);
        if !section.notation.is_empty() {
            self.fenced(&section.notation, out);
        }
    }

    fn step(&mut self, title: &str, out: &mut String) {
        self.prose(out);
        let _ = writeln!(out, "{} {}\n", "#".repeat(self.rank), prose(title));
    }

    fn unit(&mut self, unit: &Unit, out: &mut String) {
        let (shown, last) = unit.shown();
        let mut lines: Vec<String> = unit.secrets.iter().map(|name| format!("@secret {name}")).collect();
        for line in shown {
            lines.push(notation(unit.side, line));
            if let Some((said, skipped)) = unit.skipped(line, &self.catalog).zip(line.skipped.as_ref()) {
                lines.extend((!unit.hidden.masked).then(|| format!("@gap {}", skipped.octets)));
                lines.push(format!("#   {said}"));
            }
        }
        let gap = unit.gap(&self.catalog);
        if gap.is_some() && !unit.hidden.masked {
            lines.push(format!("@gap {}", unit.hidden.octets));
        }
        if let Some(gap) = &gap {
            lines.push(format!("#   {gap}"));
        }
        lines.extend(last.map(|line| notation(unit.side, line)));
        if let Some(pair) = unit.pair.as_ref().filter(|p| unit.side == Side::Server && !p.near && p.first) {
            let args = vec![("n", pair.n.to_string()), ("command", pair.command.clone())];
            lines.insert(0, format!("#   {}", self.catalog.say("report-answers", &args)));
        }
        if !unit.complete {
            lines.push(format!("#   {}", self.catalog.word("report-incomplete")));
        }
        self.fenced(&lines, out);
        self.notes(&unit.notes, out);
    }

    fn aside(&mut self, directive: Option<&str>, notes: &[Said], out: &mut String) {
        if let Some(directive) = directive {
            self.fenced(&[directive.to_owned()], out);
        }
        self.notes(notes, out);
    }

    fn comment(&mut self, comment: &str, out: &mut String) {
        self.prose(out);
        let _ = writeln!(out, "> {}\n", prose(comment));
    }

    fn noise(&mut self, lines: &[String], out: &mut String) {
        let lines: Vec<String> = lines.iter().map(|line| format!("#   {line}")).collect();
        self.fenced(&lines, out);
    }

    fn closing(&mut self, closing: &Closing, out: &mut String) {
        self.prose(out);
        let rank = "#".repeat(self.rank);
        if !closing.notes.is_empty() {
            let _ = writeln!(out, "{rank} {}\n", self.catalog.word("report-left"));
            self.notes(&closing.notes, out);
        }
        self.table(closing, out);
        let _ = writeln!(out, "{rank} {}\n", self.catalog.word("report-totals"));
        self.facts(&closing.totals, out);
        let _ = writeln!(out, "{rank} {}\n", self.catalog.word("report-redacted"));
        for said in &closing.redacted {
            let _ = writeln!(out, "- {}", prose(said));
        }
        out.push('\n');
    }

    fn broken_off(&mut self, out: &mut String) {
        self.prose(out);
    }

    fn tail(&self) -> String {
        String::new()
    }
}

/// A line of the wire in the notation.
fn notation(side: Side, line: &Line) -> String {
    let mark = if line.ended { "" } else { "-" };
    let blank = if line.text.is_empty() { "" } else { " " };
    format!("{}{mark}:{blank}{}", side.letter(), line.text)
}

fn sentence(note: &Said) -> String {
    let cites = if note.cites.is_empty() { String::new() } else { format!(" <sub>{}</sub>", note.cites) };
    format!("{}{cites}", prose(&note.whole()))
}

/// The longest run of backticks.
fn run_of_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A code span; it may hold backticks.
fn code(text: &str) -> String {
    let ticks = "`".repeat(run_of_backticks(text) + 1);
    let edge = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    let pad = if edge || text.is_empty() { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// In a table a pipe ends a cell, in a code span too.
fn cell(code: &str) -> String {
    code.replace('|', "\\|")
}

/// Words outside of code: nothing in them is markup, and they are one line.
fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (i, c) in text.chars().enumerate() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' | '#' => {
                out.push('\\');
                out.push(c);
            }
            // Only at a line's beginning do these mean something.
            '-' | '+' | '=' if i == 0 => {
                out.push('\\');
                out.push(c);
            }
            '\n' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_of_a_peer_end_no_fence_and_no_span() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
        let mut sheet = Markdown::new(Lang::En);
        let mut out = String::new();
        sheet.fenced(&["S: one".to_owned()], &mut out);
        sheet.fenced(&["S: ````".to_owned()], &mut out);
        sheet.fenced(&["S: two".to_owned()], &mut out);
        sheet.prose(&mut out);
        assert_eq!(out, "```ehlo\nS: one\n```\n\n`````ehlo\nS: ````\nS: two\n`````\n\n");
    }

    #[test]
    fn words_are_no_markup() {
        assert_eq!(prose("<b>|*x*\n# y"), "\\<b\\>\\|\\*x\\* \\# y");
        assert_eq!(prose("- x-y"), "\\- x-y");
    }
}
