//! `ehlo explain`: what a code, a verb, a word of a server, a port, a record or an idea is; what a pasted line says.
//!
//! The arguments together are one topic (`ehlo explain pop vs imap`), or a line; where that is nothing, each of them is
//! one. 1 if a topic is not known.

use std::fmt::Write as _;

use clap::Args;
use colored::Colorize;
use serde_json::json;

use super::context::Context;
use super::help::Example;
use super::output::{COLORS, When, words};
use super::print;
use crate::dialogue::text::write::safe;
use crate::error::{Error, Exit};
use crate::explain::article;
use crate::explain::find;
use crate::explain::show::{self, Ink, Line};
use crate::explain::{Article, Meaning, line, nearest};
use crate::i18n::Catalog;
use crate::knowledge::{self, Fact, Table};

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-explain-code", "ehlo explain 550"),
    Example("example-explain-narrow", "ehlo explain imap list"),
    Example("example-explain-phrase", "ehlo explain 'relay access denied'"),
    Example("example-explain-concept", "ehlo explain pop vs imap"),
    Example("example-explain-line", "ehlo explain 'MAIL FROM:<ana@example.org> SIZE=1000'"),
    Example("example-explain-list", "ehlo explain --list concept"),
];

/// Characters of a topic that an error quotes.
const LONGEST: usize = 60;

/// The arguments of `ehlo explain`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "output")]
pub struct Explain {
    /// What is asked for.
    #[arg(value_name = "TOPIC", required_unless_present = "list")]
    pub topic: Vec<String>,
    /// `--full`.
    #[arg(long)]
    pub full: bool,
    /// `--list`.
    #[arg(long, conflicts_with = "full")]
    pub list: bool,
    /// `--json`.
    #[arg(long)]
    pub json: bool,
    /// `--color`.
    #[arg(long, value_name = "auto|always|never", value_parser = words(&COLORS, When::parse))]
    pub color: Option<When>,
}

/// What a topic turned out to be.
enum Answer {
    Meanings(Vec<Meaning>),
    Line(Box<line::Parsed>),
}

impl Explain {
    /// Explains.
    ///
    /// # Errors
    /// A topic that is not known.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let catalog = Catalog::new(context.lang);
        let when = self.color.or(context.config.color).unwrap_or_default();
        let colour = !self.json && context.terminal.colour(when, context.terminal.stdout);
        let topics: Vec<&str> = self.topic.iter().map(|topic| topic.trim()).collect();
        if self.list {
            return list(&topics.join(" "), &catalog, self.json, colour);
        }
        let whole = topics.join(" ");
        let Some(answers) = answers(&whole, &topics, &catalog) else { return self.unknown(&whole) };
        let mut text = String::new();
        for (i, answer) in answers.iter().enumerate() {
            if i > 0 && !self.json {
                text.push('\n');
            }
            if self.json {
                text.push_str(&answer_json(answer, &catalog));
            } else {
                let width = print::width();
                let lines = answer_lines(answer, self.full, &catalog, width);
                text.push_str(&painted(&lines, colour));
            }
        }
        Ok(print::out(&text))
    }

    fn unknown(&self, topic: &str) -> Result<Exit, Error> {
        let near = nearest(topic);
        if self.json {
            let said = json!({"kind": "unknown", "topic": topic, "near": near});
            return Ok(print::out(&format!("{said}\n")).worse(Exit::No));
        }
        let id = if near.is_empty() { "error-explain-unknown" } else { "error-explain-near" };
        let error = Error::new(Exit::No, id).with("topic", safe(topic, LONGEST));
        Err(error.with("near", near.join(", ")))
    }
}

/// The arguments as one topic, else each as one, else together as a line.
fn answers(whole: &str, topics: &[&str], catalog: &Catalog) -> Option<Vec<Answer>> {
    let topic =
        |topic: &str| Some(find::find(topic, None)).filter(|found| !found.is_empty()).map(Answer::Meanings);
    let line = |text| line::parse(text, catalog).map(|parsed| Answer::Line(Box::new(parsed)));
    if let Some(found) = topic(whole) {
        return Some(vec![found]);
    }
    let each: Option<Vec<Answer>> = topics.iter().map(|text| topic(text)).collect();
    each.or_else(|| Some(vec![line(whole)?]))
        .or_else(|| topics.iter().map(|text| topic(text).or_else(|| line(text))).collect())
}

fn answer_lines(answer: &Answer, full: bool, catalog: &Catalog, width: usize) -> Vec<Line> {
    match answer {
        Answer::Line(parsed) => show::parsed(parsed, catalog, width),
        Answer::Meanings(found) => show::meanings(found, full, catalog, width),
    }
}

fn answer_json(answer: &Answer, catalog: &Catalog) -> String {
    let mut text = String::new();
    let mut object = |value: serde_json::Value| writeln!(text, "{value}").expect("a String takes all");
    match answer {
        Answer::Meanings(found) => {
            found.iter().for_each(|meaning| object(show::json(&Article::new(*meaning, catalog))));
        }
        Answer::Line(parsed) => {
            let tokens = parsed.kinds.iter().zip(&parsed.tokens).map(
                |((kind, text, id), (_, said))| json!({"type": kind, "text": text, "id": id, "brief": said}),
            );
            object(json!({
                "kind": "line",
                "protocol": parsed.protocol.name(),
                "side": if parsed.side == crate::dialogue::Side::Client { "client" } else { "server" },
                "line": parsed.line,
                "tokens": tokens.collect::<Vec<_>>(),
                "remarks": parsed.remarks,
            }));
        }
    }
    text
}

/// All rows, or those of some tables, or those with a word in their name or line.
fn list(filter: &str, catalog: &Catalog, as_json: bool, colour: bool) -> Result<Exit, Error> {
    let (first, rest) = filter.split_once(' ').unwrap_or((filter, ""));
    let (tables, word) = match find::tables(first) {
        Some(tables) => (tables, rest),
        None => (Table::ALL, filter),
    };
    let word = word.to_lowercase();
    let has = |fact: &'static Fact| {
        let said = || article::brief(fact, catalog).to_lowercase();
        let named = |name: &str| name.to_lowercase().contains(&word);
        word.is_empty() || named(fact.name) || named(article::name(fact, catalog)) || said().contains(&word)
    };
    let mut text = String::new();
    for table in tables {
        let rows: Vec<&'static Fact> =
            knowledge::all(*table).iter().filter(|fact| fact.after.is_empty() && has(fact)).collect();
        if rows.is_empty() {
            continue;
        }
        if as_json {
            for fact in rows {
                let (table, brief) = (article::word(*table), article::brief(fact, catalog));
                let status = article::status(fact.status);
                let row = json!({"kind": "topic", "table": table, "name": article::name(fact, catalog), "brief": brief, "status": status});
                writeln!(text, "{row}").expect("a String takes all");
            }
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let mut lines = vec![vec![(Ink::Title, article::kind(*table, catalog))]];
        for fact in rows {
            let name = article::name(fact, catalog);
            let pad = " ".repeat(26usize.saturating_sub(name.chars().count()).max(1));
            let brief = article::brief(fact, catalog);
            lines.push(vec![(Ink::Plain, "  ".into()), (Ink::Word, name.into()), (Ink::Plain, pad + &brief)]);
        }
        text.push_str(&painted(&lines, colour));
    }
    if text.is_empty() {
        return Err(Error::new(Exit::No, "error-explain-list").with("filter", safe(filter, LONGEST)));
    }
    Ok(print::out(&text))
}

/// Lines as text, painted as sessions are.
fn painted(lines: &[Line], colour: bool) -> String {
    let mut text = String::new();
    for line in lines {
        let mut whole = String::new();
        for (ink, run) in line {
            let run = match ink {
                _ if !colour => run.clone(),
                Ink::Plain => run.clone(),
                Ink::Title => run.bold().to_string(),
                Ink::Quiet => run.dimmed().to_string(),
                Ink::Word => run.cyan().to_string(),
                Ink::Client => run.bright_blue().to_string(),
                Ink::Server => run.green().to_string(),
                Ink::Refusal => run.red().to_string(),
            };
            whole.push_str(&run);
        }
        text.push_str(whole.trim_end());
        text.push('\n');
    }
    text
}

/// `-ERR` is a topic, not options: with a blank in front, the parser sees that too.
pub fn topic_argument(arg: std::ffi::OsString) -> std::ffi::OsString {
    match arg.to_str() {
        Some(text) if text.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("-ERR")) => {
            format!(" {text}").into()
        }
        // `-FLAGS`, an item of STORE.
        Some(text) if text.get(..6).is_some_and(|begin| begin.eq_ignore_ascii_case("-FLAGS")) => {
            format!(" {text}").into()
        }
        _ => arg,
    }
}
