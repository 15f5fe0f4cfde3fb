//! Notes as `#` lines: their words in one language, wrapped to a width. Only these lines are ever wrapped.

use unicode_width::UnicodeWidthStr;

use crate::dialogue::text::write::safe;
use crate::dialogue::{Level, Note};
use crate::i18n::Catalog;

/// How much is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// Nothing.
    None,
    /// One line each; what was said before is left out.
    #[default]
    Brief,
    /// With the reasons, what to do next, and the RFC.
    Full,
}

impl Detail {
    /// By its word on the command line.
    pub fn parse(word: &str) -> Option<Detail> {
        match word {
            "none" => Some(Detail::None),
            "brief" => Some(Detail::Brief),
            "full" => Some(Detail::Full),
            _ => None,
        }
    }
}

/// How a line, or the word in front of it, is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// A note.
    Quiet,
    /// A protocol word in front of a note.
    Label,
    /// `warning:`.
    Warn,
    /// `hint:`.
    Hint,
    /// A state change.
    State,
}

/// A run of text of one tone.
pub type Run = (Tone, String);

/// The longest label that others are lined up with, in columns.
const LABEL: usize = 22;

/// Renders notes that stand together, each as lines of runs; every line begins with `#`.
pub fn lines(notes: &[Note], catalog: &Catalog, detail: Detail, width: usize) -> Vec<Vec<Run>> {
    if detail == Detail::None {
        return Vec::new();
    }
    let full = detail == Detail::Full;
    let shown: Vec<&Note> = notes.iter().filter(|n| full || !n.repeat || n.level >= Level::Warn).collect();
    // Labels of parts are lined up.
    let column = shown
        .iter()
        .filter(|n| n.depth > 0)
        .map(|n| safe(&n.label, 60).width())
        .filter(|w| *w <= LABEL)
        .max()
        .unwrap_or(0);
    shown.iter().flat_map(|note| one(note, catalog, full && !note.repeat, width, column)).collect()
}

fn one(note: &Note, catalog: &Catalog, full: bool, width: usize, column: usize) -> Vec<Vec<Run>> {
    let margin = if note.depth > 0 { "#     " } else { "#   " };
    let mut head: Vec<Run> = Vec::new();
    match note.level {
        Level::Warn if note.depth == 0 => head.push((Tone::Warn, format!("{} ", catalog.word("level-warn")))),
        Level::Hint if note.depth == 0 => head.push((Tone::Hint, format!("{} ", catalog.word("level-hint")))),
        _ => {}
    }
    let label = safe(&note.label, 60);
    if !label.is_empty() {
        let pad = if note.depth > 0 { column.saturating_sub(label.width()) } else { 0 };
        head.push((Tone::Label, format!("{label}{}  ", " ".repeat(pad))));
    }
    // A label too long to line up with the others has a line of its own.
    let alone = note.depth > 0 && label.width() > LABEL && column > 0;
    let mut said = catalog.say(&note.id, &note.args);
    if full {
        if let Some(more) = catalog.full(&note.id, &note.args) {
            if !said.ends_with(['.', ':', '?', '!', '…']) {
                said.push('.');
            }
            said.push(' ');
            said.push_str(&more);
        }
        if !note.cites.is_empty() {
            said.push_str("   ");
            said.push_str(&note.cites.join(", "));
        }
    }
    let indent = margin.len() + head.iter().map(|(_, t)| t.width()).sum::<usize>();
    // A long label must not push its text against the right edge.
    let indent = if indent > width / 2 { margin.len() + 2 } else { indent };
    let first = margin.len() + head.iter().map(|(_, t)| t.width()).sum::<usize>();
    let tone = if note.level == Level::State { Tone::State } else { Tone::Quiet };
    let mut out = Vec::new();
    let (indent, first) = if alone {
        let mut line = vec![(Tone::Quiet, margin.to_owned())];
        line.append(&mut head);
        out.push(line);
        (margin.len() + column + 2, margin.len() + column + 2)
    } else {
        (indent, first)
    };
    for (i, text) in wrap(&said, width, first, indent).into_iter().enumerate() {
        let mut line = Vec::new();
        if i == 0 && !alone {
            line.push((Tone::Quiet, margin.to_owned()));
            line.append(&mut head);
        } else {
            line.push((Tone::Quiet, format!("#{}", " ".repeat(indent - 1))));
        }
        line.push((tone, text));
        out.push(line);
    }
    out
}

/// Breaks a text at blanks: the first line has `width - first` columns, the others `width - indent`.
pub fn wrap(text: &str, width: usize, first: usize, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        // Blanks in front are meant: a drawing, a table.
        let words = paragraph.trim_start_matches(' ');
        let mut line = " ".repeat(paragraph.len() - words.len());
        let mut begun = false;
        for word in words.split(' ') {
            let used = if lines.is_empty() { first } else { indent };
            let room = width.saturating_sub(used).max(20);
            if begun && line.width() + 1 + word.width() > room {
                lines.push(std::mem::take(&mut line).trim_end().to_owned());
            } else if begun {
                line.push(' ');
            }
            line.push_str(word);
            begun = true;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_with_a_hanging_indent() {
        let text = "one two three four five six seven eight nine ten";
        assert_eq!(wrap(text, 30, 10, 4), ["one two three four", "five six seven eight nine", "ten"]);
        assert_eq!(wrap("", 30, 4, 4), [""]);
        assert_eq!(
            wrap("   a drawing, and more of it than fits", 30, 4, 4),
            ["   a drawing, and more of", "it than fits"]
        );
    }
}
