//! An article as lines of a terminal, wrapped to its width, each run with its ink; and as JSON. Who has colours paints.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::article::{self, Article, Link};
use super::example::Example;
use super::find::Meaning;
use super::line::Parsed;
use super::page::Block;
use crate::dialogue::Protocol;
use crate::i18n::Catalog;
use crate::view::notes::wrap;

/// How a run of text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Prose.
    Plain,
    /// A title or heading.
    Title,
    /// What may be passed over.
    Quiet,
    /// A word of the wire, a label, a question to copy.
    Word,
    /// A client's line.
    Client,
    /// A server's line.
    Server,
    /// A server's line that refuses.
    Refusal,
}

/// A line: runs of text.
pub type Line = Vec<(Ink, String)>;

/// The longest label that has its text beside it.
const LABEL: usize = 24;

/// An article as lines.
pub fn lines(article: &Article, catalog: &Catalog, width: usize) -> Vec<Line> {
    let mut sheet = Sheet { catalog, width, lines: Vec::new() };
    let fact = article.fact;
    let mut title = vec![(Ink::Title, article.name.clone())];
    let concept = fact.id.starts_with("concept-");
    if !article.after.is_empty() {
        title.push((
            Ink::Plain,
            format!(" {}", catalog.say("explain-after", &vec![("after", article.after.clone())])),
        ));
    }
    if !concept {
        title.push((Ink::Quiet, format!("   {}", article.kind)));
    }
    sheet.lines.push(title);
    sheet.prose(&article.brief);
    sheet.blank();
    sheet.prose(&article.full);
    if !article.rows.is_empty() && !concept {
        sheet.blank();
        sheet.table(&article.rows);
    }
    if !article.page.is_empty() {
        sheet.page(&article.page);
    }
    if !article.variants.is_empty() {
        sheet.heading("explain-heading-variants");
        sheet.table(&article.variants);
    }
    article.examples.iter().for_each(|example| sheet.example(example));
    sheet.links("explain-heading-confused", &article.confused);
    sheet.links("explain-heading-see", &article.see);
    if concept && !article.rows.is_empty() {
        sheet.blank();
        sheet.table(&article.rows);
    }
    sheet.lines
}

/// What a topic means: the best meaning as an article, the others in a line each, or all as articles.
pub fn meanings(found: &[Meaning], full: bool, catalog: &Catalog, width: usize) -> Vec<Line> {
    let shown = if full { found.len() } else { 1 };
    let mut sheet: Vec<Line> = Vec::new();
    for meaning in &found[..shown] {
        if !sheet.is_empty() {
            sheet.extend([Vec::new(), vec![(Ink::Quiet, "─".repeat(width.min(40)))], Vec::new()]);
        }
        sheet.extend(lines(&Article::new(*meaning, catalog), catalog, width));
    }
    let rest = found[shown..].iter().map(|meaning| {
        let fact = meaning.fact;
        (article::link(fact, catalog), article::kind(fact.table, catalog))
    });
    let rest: Vec<_> = rest.collect();
    if !rest.is_empty() {
        sheet.push(Vec::new());
        sheet.extend(others(&rest, catalog, width).into_iter().skip_while(Vec::is_empty));
    }
    sheet
}

/// Other meanings of the same topic, each in a line.
fn others(links: &[(Link, String)], catalog: &Catalog, width: usize) -> Vec<Line> {
    let mut sheet = Sheet { catalog, width, lines: Vec::new() };
    sheet.heading("explain-heading-others");
    let rows: Vec<_> =
        links.iter().map(|(link, kind)| (link.question.clone(), format!("{kind}: {}", link.brief))).collect();
    sheet.table(&rows);
    sheet.lines
}

/// A pasted line, taken apart.
pub fn parsed(parsed: &Parsed, catalog: &Catalog, width: usize) -> Vec<Line> {
    let mut sheet = Sheet { catalog, width, lines: vec![wire(&parsed.line)] };
    sheet.prose(&parsed.said);
    sheet.blank();
    sheet.table(&parsed.tokens);
    for remark in &parsed.remarks {
        sheet.blank();
        sheet.prose(remark);
    }
    if !parsed.see.is_empty() {
        sheet.links("explain-heading-see", &parsed.see);
    }
    sheet.lines
}

/// A line of the notation, in the ink of who says it.
pub fn wire(line: &str) -> Line {
    let text = line.split_once(':').map_or("", |(_, text)| text.trim_start());
    let word = text.split([' ', '-']).find(|word| !word.is_empty()).unwrap_or_default();
    let second = text.split(' ').nth(1).unwrap_or_default();
    let refuses = text.starts_with("-ERR")
        || word.len() == 3 && word.starts_with(['4', '5']) && word.bytes().all(|b| b.is_ascii_digit())
        || matches!(second, "NO" | "BAD");
    let ink = match line.as_bytes() {
        [b'C', b':' | b'-', ..] => Ink::Client,
        [b'S', b':' | b'-', ..] if refuses => Ink::Refusal,
        [b'S', b':' | b'-', ..] => Ink::Server,
        _ => Ink::Plain,
    };
    vec![(Ink::Plain, "  ".to_owned()), (ink, line.to_owned())]
}

/// Whether a server of SMTP takes what is wrong: it looks at the envelope, not at the message.
fn taken(example: &Example, lines: &[&str]) -> bool {
    let refused = |line: &&str| wire(line).iter().any(|(ink, _)| *ink == Ink::Refusal);
    example.protocol() == Some(Protocol::Smtp) && !lines.iter().any(refused)
}

struct Sheet<'a> {
    catalog: &'a Catalog,
    width: usize,
    lines: Vec<Line>,
}

impl Sheet<'_> {
    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_empty()) {
            self.lines.push(Vec::new());
        }
    }

    fn heading(&mut self, id: &str) {
        let title = self.catalog.word(id);
        self.title(&title);
    }

    fn title(&mut self, title: &str) {
        self.blank();
        self.lines.push(vec![(Ink::Title, title.to_owned())]);
    }

    fn prose(&mut self, text: &str) {
        self.lines.extend(wrap(text, self.width, 0, 0).into_iter().map(|line| vec![(Ink::Plain, line)]));
    }

    fn page(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading(title) => self.title(title),
                Block::Prose(text) => {
                    self.apart();
                    self.prose(text);
                }
                Block::Fixed(lines) => {
                    self.apart();
                    self.lines.extend(lines.iter().map(|line| wire(line)));
                }
            }
        }
    }

    /// Its steps, each under its word; above them, if it is so, that the lab does not say it.
    fn example(&mut self, example: &Example) {
        if example.elsewhere {
            self.heading("explain-heading-elsewhere");
        }
        let shown: Vec<_> = example.shown().collect();
        for (title, lines) in &shown {
            match (shown.len(), *title) {
                (1, "right") if example.elsewhere => {}
                (1, "right") => self.heading("explain-heading-example"),
                (_, "wrong") if taken(example, lines) => self.heading("explain-heading-wrong-taken"),
                (_, "wrong") => self.heading("explain-heading-wrong"),
                (_, "now") => self.heading("explain-heading-now"),
                (_, "later") => self.heading("explain-heading-later"),
                _ => self.heading("explain-heading-right"),
            }
            lines.iter().for_each(|line| self.said(line));
        }
    }

    /// A line of the wire; what is too long for the terminal goes on below, further in.
    fn said(&mut self, line: &str) {
        let whole = wire(line);
        if line.width() + 2 <= self.width {
            return self.lines.push(whole);
        }
        let ink = whole.last().map_or(Ink::Plain, |(ink, _)| *ink);
        for (i, part) in wrap(line, self.width, 2, 8).into_iter().enumerate() {
            let indent = if i == 0 { "  " } else { "        " };
            self.lines.push(vec![(Ink::Plain, indent.to_owned()), (ink, part)]);
        }
    }

    /// A paragraph stands apart from all but its heading.
    fn apart(&mut self) {
        let heading = |line: &Line| line.first().is_some_and(|(ink, _)| *ink == Ink::Title);
        if !self.lines.last().is_some_and(heading) {
            self.blank();
        }
    }

    /// Labels, and their texts in a column of their own.
    fn table(&mut self, rows: &[(String, String)]) {
        let widths = rows.iter().map(|(label, _)| label.width()).filter(|width| *width <= LABEL);
        let column = widths.max().unwrap_or(LABEL) + 4;
        for (label, text) in rows {
            let mut line = vec![(Ink::Plain, "  ".to_owned()), (Ink::Word, label.clone())];
            let beside = label.width() + 4 <= column;
            if beside {
                line.push((Ink::Plain, " ".repeat(column - 2 - label.width())));
            } else {
                self.lines.push(std::mem::take(&mut line));
            }
            for (i, text) in wrap(text, self.width, column, column).into_iter().enumerate() {
                let mut line = if i == 0 && beside {
                    std::mem::take(&mut line)
                } else {
                    vec![(Ink::Plain, " ".repeat(column))]
                };
                line.push((Ink::Plain, text));
                self.lines.push(line);
            }
        }
    }

    fn links(&mut self, heading: &str, links: &[Link]) {
        if !links.is_empty() {
            self.heading(heading);
            let rows: Vec<_> = links.iter().map(|link| (link.question.clone(), link.brief.clone())).collect();
            self.table(&rows);
        }
    }
}

/// An article for programs.
pub fn json(article: &Article) -> Value {
    let fact = article.fact;
    let links = |links: &[Link]| -> Value {
        links.iter().map(|link| json!({"topic": link.question, "brief": link.brief})).collect()
    };
    let pairs = |rows: &[(String, String)]| -> Value {
        rows.iter().map(|(after, brief)| json!({"after": after, "brief": brief})).collect()
    };
    let page: Vec<Value> = article
        .page
        .iter()
        .map(|block| match block {
            Block::Heading(title) => json!({"heading": title}),
            Block::Prose(text) => json!({"text": text}),
            Block::Fixed(lines) => json!({"lines": lines}),
        })
        .collect();
    let examples: Vec<Value> = article
        .examples
        .iter()
        .map(|example| {
            let elsewhere = example.elsewhere;
            let steps = example.shown();
            steps.map(|(step, lines)| json!({"step": step, "elsewhere": elsewhere, "lines": lines})).collect()
        })
        .collect();
    json!({
        "kind": "meaning",
        "table": article::word(fact.table),
        "name": article.name,
        "after": fact.after,
        "id": fact.id,
        "brief": article.brief,
        "full": article.full,
        "syntax": fact.syntax,
        "states": fact.states,
        "codes": fact.codes,
        "needs": crate::knowledge::needs(fact),
        "cites": fact.cites,
        "status": article::status(fact.status),
        "variants": pairs(&article.variants),
        "page": page,
        "examples": examples,
        "confused": links(&article.confused),
        "see": links(&article.see),
    })
}
