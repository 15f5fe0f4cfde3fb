//! A report as HTML: one file that opens from disk and asks the network for nothing. No script; the style sheet
//! is inside, and a content security policy lets in that one alone, by its digest, whatever a server may have
//! said. Every word is escaped here ([`text`]), at the moment it is written.
//!
//! A side is told by its letter and by its bar, so that a grey print can be read; every line has an anchor
//! (`#L12`), every exchange two (`#x3` its command, `#r3` the first of its replies).

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::block::{Closing, Fact, Head, Line, Pair, Row, Said, Section, Sheet, Unit, duration};
use crate::dialogue::{Level, Side};
use crate::i18n::{Catalog, Lang};
use crate::view::markup::escaped;

/// The style sheet, for screen and paper.
const STYLE: &str = include_str!("style.css");
/// The longest term that others are lined up with, in characters.
const TERM: usize = 28;
/// Lines of a body from which on it can be folded.
const FOLDS: usize = 4;

/// The sheet.
pub struct Html {
    catalog: Catalog,
    /// Before every anchor, so that two dialogues have none in common.
    prefix: String,
    /// The rank of a step's heading.
    rank: u8,
}

impl Html {
    /// A sheet in a language.
    pub fn new(lang: Lang) -> Html {
        Html { catalog: Catalog::new(lang), prefix: String::new(), rank: 2 }
    }

    fn word(&self, id: &str) -> String {
        escaped(&self.catalog.word(id))
    }

    fn facts(&self, class: &str, facts: &[Fact], out: &mut String) {
        let _ = writeln!(out, "<table class=\"{class}\">");
        for fact in facts {
            let value = if fact.wire {
                format!("<code>{}</code>", escaped(&fact.value))
            } else {
                escaped(&fact.value)
            };
            let _ = writeln!(out, "<tr><th scope=\"row\">{}</th><td>{value}</td></tr>", escaped(&fact.name));
        }
        out.push_str("</table>\n");
    }

    /// Notes that stand together: sentences, and a list of terms for the parts of a unit.
    fn notes(&self, notes: &[Said], out: &mut String) {
        if notes.is_empty() {
            return;
        }
        out.push_str("<div class=\"notes\">\n");
        for run in notes.chunk_by(|a, b| parts(a) == parts(b)) {
            if parts(&run[0]) {
                out.push_str("<dl>\n");
                for note in run {
                    let said = sentence(note);
                    // A word too long to line up with the others has a line of its own.
                    let long = if note.label.chars().count() > TERM { " class=\"long\"" } else { "" };
                    let _ =
                        writeln!(out, "<div><dt{long}>{}</dt><dd>{said}</dd></div>", wire(&note.label, &[]));
                }
                out.push_str("</dl>\n");
                continue;
            }
            for note in run {
                let class = match note.level {
                    Level::Warn => "warn",
                    Level::Hint => "hint",
                    Level::State => "state",
                    Level::Explain => "note",
                };
                let _ = write!(out, "<p class=\"{class}\">");
                if !note.tone.is_empty() {
                    let _ = write!(out, "<strong>{}</strong> ", escaped(&note.tone));
                }
                if !note.label.is_empty() {
                    let _ = write!(out, "<code class=\"label\">{}</code> ", wire(&note.label, &[]));
                }
                let _ = writeln!(out, "{}</p>", sentence(note));
            }
        }
        out.push_str("</div>\n");
    }

    fn line(&self, unit: &Unit, line: &Line, first: bool, out: &mut String) {
        let prefix = &self.prefix;
        let (letter, side) = match unit.side {
            Side::Client => ('C', "report-side-client"),
            Side::Server => ('S', "report-side-server"),
        };
        let _ = write!(out, "<div class=\"line\" id=\"{prefix}L{}\">", line.number);
        match unit.pair.as_ref().filter(|_| first && !unit.continues) {
            Some(pair) => self.number(pair, unit.side, out),
            None => out.push_str("<span class=\"n\"></span>"),
        }
        let mark = if line.ended { ":" } else { "-:" };
        let _ = write!(
            out,
            "<a class=\"who\" href=\"#{prefix}L{}\" title=\"{}\">{letter}{mark}</a> <code>{}</code>",
            line.number,
            self.word(side),
            wire(&line.text, &line.strong),
        );
        if let Some(at) = unit.at.filter(|_| first) {
            let _ = write!(out, "<span class=\"at\">{:.3}</span>", at.as_secs_f64());
        }
        out.push_str("</div>\n");
    }

    /// The exchange's number: from a command to its reply, from a reply to its command.
    fn number(&self, pair: &Pair, side: Side, out: &mut String) {
        let prefix = &self.prefix;
        let title = escaped(&self.catalog.say("report-exchange", &vec![("n", pair.n.to_string())]));
        let (own, other) = match side {
            Side::Client => ('x', 'r'),
            Side::Server => ('r', 'x'),
        };
        let (own, other) = (format!("{own}{}", pair.n), format!("{other}{}", pair.n));
        let id = if pair.first { format!(" id=\"{prefix}{own}\"") } else { String::new() };
        let _ = write!(out, "<a class=\"n\"{id} href=\"#{prefix}{other}\" title=\"{title}\">{}</a>", pair.n);
    }

    fn lines(&self, unit: &Unit, out: &mut String) {
        let (lines, last) = unit.shown();
        for (i, line) in lines.iter().enumerate() {
            self.line(unit, line, i == 0, out);
            if let Some(skipped) = unit.skipped(line, &self.catalog) {
                let _ = writeln!(out, "<div class=\"gap\">{}</div>", escaped(&skipped));
            }
        }
        if let Some(gap) = unit.gap(&self.catalog) {
            let _ = writeln!(out, "<div class=\"gap\">{}</div>", escaped(&gap));
        }
        if let Some(line) = last {
            self.line(unit, line, false, out);
        }
    }

    fn row(&self, row: &Row, timed: bool, out: &mut String) {
        let prefix = &self.prefix;
        let n = if row.greeting { String::from("–") } else { row.n.to_string() };
        // A command that nobody answered has its reply here, for the links to it.
        let id = if row.answered { String::new() } else { format!(" id=\"{prefix}r{}\"", row.n) };
        let command = match row.greeting {
            true => escaped(&row.command),
            false => format!("<code>{}</code>", wire(&row.command, &[])),
        };
        let outcome = match (row.outcome.is_empty(), row.refused) {
            (true, _) => self.word("report-no-reply"),
            (_, false) => format!("<code>{}</code>", escaped(&row.outcome)),
            (_, true) => format!(
                "<code>{}</code> <strong class=\"refused\">{}</strong>",
                escaped(&row.outcome),
                self.word("report-refused")
            ),
        };
        let time = match (timed, row.took()) {
            (false, _) => String::new(),
            (true, took) => format!("<td class=\"num\">{}</td>", took.map(duration).unwrap_or_default()),
        };
        let _ = writeln!(
            out,
            "<tr{id}><td class=\"num\"><a href=\"#{prefix}L{}\">{n}</a></td><td>{command}</td><td>{outcome}</td>\
             <td>{}</td>{time}<td class=\"num\">{}</td></tr>",
            row.line,
            escaped(&row.meaning),
            row.octets(),
        );
    }

    fn table(&self, closing: &Closing, rank: u8, out: &mut String) {
        if closing.rows.is_empty() {
            return;
        }
        let timed = closing.rows.iter().any(|row| row.took().is_some());
        let _ = write!(
            out,
            "<h{rank}>{}</h{rank}>\n<table class=\"rows\">\n<thead><tr>",
            self.word("report-table")
        );
        for (id, class, there) in [
            ("report-table-n", "num", true),
            ("report-table-command", "", true),
            ("report-table-outcome", "", true),
            ("report-table-meaning", "", true),
            ("report-table-time", "num", timed),
            ("report-table-octets", "num", true),
        ] {
            if there {
                let _ = write!(out, "<th scope=\"col\" class=\"{class}\">{}</th>", self.word(id));
            }
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        closing.rows.iter().for_each(|row| self.row(row, timed, out));
        out.push_str("</tbody>\n</table>\n");
        if closing.unlisted > 0 {
            let args = vec![("count", closing.unlisted.to_string())];
            let _ = writeln!(out, "<p>{}</p>", escaped(&self.catalog.say("report-table-more", &args)));
        }
    }
}

impl Sheet for Html {
    fn head(&self, head: &Head) -> String {
        let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        let policy =
            format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'");
        let title = escaped(&head.title);
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"generator\" content=\"{}\">\n",
            self.catalog.lang().code(),
            escaped(&head.maker),
        );
        if let Some(author) = &head.author {
            let _ = writeln!(out, "<meta name=\"author\" content=\"{}\">", escaped(author));
        }
        let _ = write!(
            out,
            "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<header>\n<h1>{title}</h1>\n"
        );
        if let Some(author) = &head.author {
            let said = self.catalog.say("report-author", &vec![("author", author.clone())]);
            let _ = writeln!(out, "<p class=\"author\">{}</p>", escaped(&said));
        }
        out.push_str("</header>\n");
        out
    }

    fn section(&mut self, section: &Section, out: &mut String) {
        self.prefix = if section.number > 1 { format!("d{}-", section.number) } else { String::new() };
        out.push_str("<article>\n");
        self.rank = 2;
        if let Some(heading) = &section.heading {
            let _ = writeln!(out, "<h2>{}</h2>", escaped(heading));
            self.rank = 3;
        }
        self.facts("facts", &section.facts, out);
    }

    fn step(&mut self, title: &str, out: &mut String) {
        let _ = writeln!(out, "<h{0} class=\"step\">{1}</h{0}>", self.rank, escaped(title));
    }

    fn unit(&mut self, unit: &Unit, out: &mut String) {
        let side = match (unit.side, unit.refusal) {
            (Side::Client, _) => "c",
            (Side::Server, false) => "s",
            (Side::Server, true) => "s no",
        };
        let (lines, _) = unit.shown();
        let folds = unit.shape.is_body() && lines.len() >= FOLDS;
        if let Some(pair) = unit.pair.as_ref().filter(|p| unit.side == Side::Server && !p.near && p.first) {
            let args = vec![("n", pair.n.to_string()), ("command", pair.command.clone())];
            let said = escaped(&self.catalog.say("report-answers", &args));
            let _ = writeln!(out, "<p class=\"answers\">{said}</p>");
        }
        let _ = writeln!(out, "<div class=\"unit {side}\">");
        if folds {
            let id = if unit.side == Side::Client { "report-body-client" } else { "report-body-server" };
            let mut said = self.catalog.say(id, &vec![("lines", unit.count().to_string())]);
            if let Some(octets) = unit.octets {
                said += &self.catalog.say("report-body-octets", &vec![("octets", octets.to_string())]);
            }
            let _ = writeln!(out, "<details open><summary>{}</summary>", escaped(&said));
        }
        self.lines(unit, out);
        if folds {
            out.push_str("</details>\n");
        }
        if !unit.complete {
            let _ = writeln!(out, "<div class=\"gap\">{}</div>", self.word("report-incomplete"));
        }
        out.push_str("</div>\n");
        self.notes(&unit.notes, out);
    }

    fn aside(&mut self, _notation: Option<&str>, notes: &[Said], out: &mut String) {
        self.notes(notes, out);
    }

    fn comment(&mut self, comment: &str, out: &mut String) {
        let title = self.word("report-comment");
        let _ = writeln!(out, "<p class=\"comment\" title=\"{title}\">{}</p>", escaped(comment));
    }

    fn noise(&mut self, lines: &[String], out: &mut String) {
        let title = self.word("report-noise");
        let lines: Vec<String> = lines.iter().map(|line| format!("<code>{}</code>", escaped(line))).collect();
        let _ = writeln!(out, "<p class=\"noise\" title=\"{title}\">{}</p>", lines.join("<br>"));
    }

    fn closing(&mut self, closing: &Closing, out: &mut String) {
        let rank = self.rank;
        out.push_str("<section class=\"closing\">\n");
        if !closing.notes.is_empty() {
            let _ = writeln!(out, "<h{rank}>{}</h{rank}>", self.word("report-left"));
            self.notes(&closing.notes, out);
        }
        self.table(closing, rank, out);
        out.push_str("<div class=\"ends\">\n<div>\n");
        let _ = writeln!(out, "<h{rank}>{}</h{rank}>", self.word("report-totals"));
        self.facts("totals", &closing.totals, out);
        let _ = writeln!(out, "</div>\n<div>\n<h{rank}>{}</h{rank}>", self.word("report-redacted"));
        for said in &closing.redacted {
            let _ = writeln!(out, "<p>{}</p>", wire(said, &[]));
        }
        out.push_str("</div>\n</div>\n</section>\n</article>\n");
    }

    fn broken_off(&mut self, out: &mut String) {
        out.push_str("</article>\n");
    }

    fn tail(&self) -> String {
        "</main>\n</body>\n</html>\n".to_owned()
    }
}

/// Whether a note is about a part of its unit, with a word in front.
fn parts(note: &Said) -> bool {
    note.inner && !note.label.is_empty()
}

/// A note's sentence, with its citations.
fn sentence(note: &Said) -> String {
    let mut out = wire(&note.whole(), &[]);
    if !note.cites.is_empty() {
        // Broken between citations only.
        let cites = escaped(&note.cites)
            .replace("RFC ", "RFC\u{a0}")
            .replace(" §", "\u{a0}§")
            .replace(",\u{a0}", ", ");
        let _ = write!(out, " <cite>{cites}</cite>");
    }
    out
}

/// Wire text in the notation: what stands in the place of bytes is marked, and so are the words that matter.
fn wire(line: &str, strong: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(line.len() + 32);
    let mut from = 0;
    for &(start, end) in strong {
        let (Some(before), Some(word)) = (line.get(from..start), line.get(start..end)) else { break };
        let _ = write!(out, "{}<b>{}</b>", holes(before), escaped(word));
        from = end;
    }
    out.push_str(&holes(line.get(from..).unwrap_or_default()));
    out
}

fn holes(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    let mut rest = line;
    while let Some((before, hole)) = rest.split_once("{{")
        && let Some((hole, after)) = hole.split_once("}}")
    {
        let class = if hole.starts_with("hex(") { "hex" } else { "hole" };
        let _ = write!(out, "{}<span class=\"{class}\">{{{{{}}}}}</span>", escaped(before), escaped(hole));
        rest = after;
    }
    out.push_str(&escaped(rest));
    out
}
