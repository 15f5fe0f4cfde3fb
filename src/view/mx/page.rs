//! Lines for people: paragraphs, headings, cells in columns.

use colored::Colorize;
use unicode_width::UnicodeWidthStr;

use crate::error::Args;
use crate::i18n::Catalog;
use crate::view::notes::wrap;

/// Where the lines go.
pub(super) struct Page<'a> {
    catalog: &'a Catalog,
    pub(super) colour: bool,
    pub(super) width: usize,
    text: String,
}

impl<'a> Page<'a> {
    pub(super) fn new(catalog: &'a Catalog, colour: bool, width: usize) -> Page<'a> {
        Page { catalog, colour, width, text: String::new() }
    }

    pub(super) fn text(self) -> String {
        self.text
    }

    pub(super) fn say(&self, id: &str, args: &[(&'static str, String)]) -> String {
        self.catalog.say(id, &args.to_vec() as &Args)
    }

    pub(super) fn word(&self, id: &str) -> String {
        self.catalog.word(id)
    }

    pub(super) fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A paragraph that hangs at a column: `first` stands in front of it, painted already.
    pub(super) fn hang(&mut self, first: &str, columns: usize, text: &str) {
        self.hang_from(first, columns, columns, text);
    }

    /// The same where the front's width is another than that of the following lines' indent.
    pub(super) fn hang_from(&mut self, first: &str, front: usize, columns: usize, text: &str) {
        for (i, line) in wrap(text, self.width, front, columns).iter().enumerate() {
            let front = if i == 0 { first.to_owned() } else { " ".repeat(columns) };
            self.line(&format!("{front}{line}"));
        }
    }

    pub(super) fn prose(&mut self, indent: usize, text: &str) {
        self.hang(&" ".repeat(indent), indent, text);
    }

    pub(super) fn heading(&mut self, id: &str) {
        let title = self.word(id);
        self.blank();
        self.line(&if self.colour { title.bold().to_string() } else { title });
    }

    /// Why a step is as it is, for `--explain`.
    pub(super) fn why(&mut self, indent: usize, id: &str, args: &[(&'static str, String)]) {
        let front = format!("{}{} ", " ".repeat(indent), self.word("mx-why"));
        let columns = front.width();
        let front = if self.colour { front.dimmed().to_string() } else { front };
        let text = self.say(id, args);
        self.hang(&front, columns, &text);
    }
}

/// A cell with blanks behind it.
pub(super) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// A number with blanks in front of it.
pub(super) fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(text.width())))
}
