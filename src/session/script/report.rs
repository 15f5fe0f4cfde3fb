//! Errors for people: the place, the client's line that provoked the reply, a caret, the server's own words, what is known
//! of its codes, what was not run, and what to try next.

use std::fmt::Write as _;

use super::model::{Broken, Fault, Pos, SourceFile};
use super::result::{Failure, Kind, Outcome, State};
use crate::dialogue::text::write::safe;
use crate::dialogue::{Level, Note};
use crate::error::{Args, Error};
use crate::i18n::Catalog;

/// Characters of a script's line that are shown.
const SHOWN: usize = 200;

/// What is wrong with a script that cannot be run.
pub fn broken(broken: &Broken, catalog: &Catalog) -> String {
    let mut out = String::new();
    for fault in &broken.faults {
        let word = catalog.word("script-error-word");
        out.push_str(&fault_text(&word, &broken.files, fault, catalog));
    }
    out
}

/// What is not wrong, but better otherwise.
pub fn lints(outcome: &Outcome, catalog: &Catalog) -> String {
    let word = catalog.word("script-lint-word");
    outcome.lints.iter().map(|lint| fault_text(&word, &outcome.files, lint, catalog)).collect()
}

fn fault_text(word: &str, files: &[SourceFile], fault: &Fault, catalog: &Catalog) -> String {
    let said = catalog.say(fault.id, &fault.args);
    let mut lines = said.lines();
    let mut out = format!("{word}: {}\n", lines.next().unwrap_or_default());
    let margin = margin(&[fault.pos]);
    arrow(&mut out, margin, files, fault.pos, "");
    source(&mut out, margin, files, fault.pos);
    caret(&mut out, margin, fault.pos, "");
    for line in lines {
        let _ = writeln!(out, "{:margin$} = {line}", "");
    }
    out.push('\n');
    out
}

/// A failure; none if there is none.
pub fn failure(outcome: &Outcome, catalog: &Catalog) -> String {
    let Some(failure) = outcome.failure() else { return String::new() };
    let files = &outcome.files;
    let mut out = format!("error[{}]: {}\n", failure.kind.name(), headline(failure, files, catalog));
    let above = failure.provoked.filter(|p| p.file == failure.pos.file && p.line < failure.pos.line);
    let margin = margin(&[failure.pos]);
    let seconds = format!("{:.3}", failure.at.as_secs_f64());
    let args: Args =
        vec![("conn", failure.conn.to_string()), ("step", failure.step.clone()), ("seconds", seconds)];
    let id = if failure.step.is_empty() { "script-where" } else { "script-where-step" };
    arrow(&mut out, margin, files, failure.pos, &catalog.say(id, &args));
    if let Some(above) = above {
        let _ = writeln!(out, "{:>margin$} | {}", above.line, line_of(files, above));
        if above.line + 1 < failure.pos.line {
            let _ = writeln!(out, "{:margin$} | ...", "");
        }
    }
    let _ = writeln!(out, "{:>margin$} | {}", failure.pos.line, line_of(files, failure.pos));
    let mut got = failure.got.iter();
    let said = match (failure.kind, got.next()) {
        (Kind::Wait | Kind::Missing | Kind::Closed, None) => still_open(failure, catalog),
        (_, Some(first)) => catalog.say("script-got", &vec![("line", first.clone())]),
        (_, None) => String::new(),
    };
    caret(&mut out, margin, failure.pos, &said);
    let indent = failure.pos.column.saturating_sub(1) + failure.pos.width + 6;
    for more in got {
        let _ = writeln!(out, "{:margin$} | {:indent$}{more}", "", "");
    }
    let _ = writeln!(out, "{:margin$} |", "");
    for line in below(failure, catalog) {
        let _ = writeln!(out, "{:margin$} = {line}", "");
    }
    out.push('\n');
    out
}

/// The first line: what was expected, what came.
pub fn headline(failure: &Failure, files: &[SourceFile], catalog: &Catalog) -> String {
    let mut args: Args = vec![("expected", failure.expected.clone())];
    let first = failure.got.first().cloned().unwrap_or_default();
    let mut words = first.split(' ');
    let answer = match words.next() {
        Some(code) if code.len() >= 3 && code.as_bytes()[..3].iter().all(u8::is_ascii_digit) => {
            code[..3].to_owned()
        }
        Some(tag) => match words.next() {
            Some(word) if !tag.starts_with(['+', '-']) => format!("{tag} {word}"),
            _ => tag.to_owned(),
        },
        None => String::new(),
    };
    args.push(("answer", answer.clone()));
    let id = match failure.kind {
        Kind::Reply if failure.expected.is_empty() || failure.expected == answer => "script-failed-text",
        Kind::Reply if first.is_empty() => "script-failed-text",
        Kind::Reply => "script-failed-reply",
        Kind::Missing => "script-failed-missing",
        Kind::Closed => "script-failed-closed",
        Kind::Forbidden => "script-failed-forbidden",
        Kind::Unlisted => "script-failed-unlisted",
        Kind::Check => "script-failed-check",
        Kind::Batch => "script-failed-batch",
        Kind::Clear => "script-failed-clear",
        Kind::NoTls => "script-failed-no-tls",
        Kind::Wait => {
            let (time, place) = failure.limit.unwrap_or_default();
            args.push(("seconds", time.as_secs_f64().to_string()));
            let place = place.map(|pos| format!("{}:{}", file_name(files, pos), pos.line));
            args.push(("place", place.clone().unwrap_or_default()));
            if place.is_some() { "script-failed-wait-set" } else { "script-failed-wait" }
        }
        Kind::Hole | Kind::Error => {
            return failure.error.as_ref().map(|error| first_line(error, catalog)).unwrap_or_default();
        }
    };
    catalog.say(id, &args)
}

fn first_line(error: &Error, catalog: &Catalog) -> String {
    catalog.error(error, false).lines().next().unwrap_or_default().to_owned()
}

fn still_open(failure: &Failure, catalog: &Catalog) -> String {
    let id = match (failure.kind, failure.open.is_empty()) {
        (Kind::Missing, _) => return catalog.word("script-not-there"),
        (_, true) => "script-open",
        (_, false) => "script-open-also",
    };
    let lines: Vec<String> = failure.open.iter().map(|pos| pos.line.to_string()).collect();
    catalog.say(id, &vec![("lines", lines.join(", "))])
}

/// The lines below the caret, each after an equals sign.
fn below(failure: &Failure, catalog: &Catalog) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(error) = &failure.error {
        lines.extend(catalog.error(error, true).lines().skip(1).map(|line| line.trim().to_owned()));
    }
    let wide = failure.facts.iter().map(|(word, ..)| word.chars().count()).max().unwrap_or(0);
    for (word, id, cite) in &failure.facts {
        if let Some(text) = catalog.text(id, &Vec::new()) {
            let cite = if cite.is_empty() { String::new() } else { format!(" ({cite})") };
            lines.push(format!("{word:wide$}  {text}{cite}"));
        }
    }
    for came in &failure.unmatched {
        let id = if failure.kind == Kind::Missing { "script-said" } else { "script-unmatched" };
        lines.push(catalog.say(id, &vec![("line", came.clone())]));
    }
    if matches!(failure.kind, Kind::Wait | Kind::Closed) {
        match &failure.closest {
            Some(line) if failure.unmatched.len() > 1 => {
                lines.push(catalog.say("script-closest", &vec![("line", line.clone())]));
            }
            _ if failure.unmatched.is_empty() => lines.push(catalog.word("script-nothing-unmatched")),
            _ => {}
        }
    }
    let args: Args = vec![
        ("windows", failure.not_run.to_string()),
        ("line", failure.pos.line.to_string()),
        ("farewell", failure.farewell.unwrap_or_default().to_owned()),
    ];
    let id = match (failure.not_run, failure.farewell) {
        (0, None) => None,
        (0, Some(_)) => Some("script-left"),
        (_, None) => Some("script-not-run"),
        (_, Some(_)) => Some("script-not-run-left"),
    };
    lines.extend(id.map(|id| catalog.say(id, &args)));
    let answer = failure.got.first().and_then(|line| line.get(..3)).unwrap_or_default().to_owned();
    let smtp = answer.len() == 3 && answer.bytes().all(|b| b.is_ascii_digit());
    let hint = match failure.kind {
        Kind::Reply if smtp && answer != failure.expected => Some("script-hint-refusal"),
        Kind::Batch => Some("script-hint-batch"),
        Kind::Clear => Some("script-hint-clear"),
        Kind::Unlisted => Some("script-hint-unlisted"),
        _ => None,
    };
    lines.extend(hint.map(|id| catalog.say(id, &vec![("answer", answer)])));
    lines
}

fn margin(places: &[Pos]) -> usize {
    places.iter().map(|pos| pos.line.to_string().len()).max().unwrap_or(1).max(2)
}

/// A file's name, by its place.
pub fn file_name(files: &[SourceFile], pos: Pos) -> String {
    files.get(pos.file).map_or_else(String::new, |file| safe(&file.name, SHOWN))
}

fn line_of(files: &[SourceFile], pos: Pos) -> String {
    let line = files.get(pos.file).and_then(|file| file.lines.get(pos.line.saturating_sub(1)));
    safe(line.map_or("", String::as_str), SHOWN).replace('\t', " ")
}

fn arrow(out: &mut String, margin: usize, files: &[SourceFile], pos: Pos, said: &str) {
    let place = format!("{}:{}:{}", file_name(files, pos), pos.line, pos.column);
    let line = format!("{:margin$}--> {place}     {said}", "");
    let _ = writeln!(out, "{}", line.trim_end());
    let _ = writeln!(out, "{:margin$} |", "");
}

fn source(out: &mut String, margin: usize, files: &[SourceFile], pos: Pos) {
    let _ = writeln!(out, "{:>margin$} | {}", pos.line, line_of(files, pos));
}

fn caret(out: &mut String, margin: usize, pos: Pos, said: &str) {
    let before = pos.column.saturating_sub(1).min(SHOWN);
    let carets = "^".repeat(pos.width.clamp(1, 60));
    let line = format!("{:margin$} | {:before$}{carets} {said}", "", "");
    let _ = writeln!(out, "{}", line.trim_end());
}

/// One line for a script: passed, failed, skipped.
pub fn summary(outcome: &Outcome, catalog: &Catalog) -> String {
    let steps = outcome.steps.iter().filter(|step| !step.title.is_empty()).count();
    let passed =
        outcome.steps.iter().filter(|s| !s.title.is_empty() && matches!(s.state, State::Passed)).count();
    let mut args: Args = vec![
        ("name", outcome.name.clone()),
        ("windows", outcome.windows.to_string()),
        ("steps", steps.to_string()),
        ("passed", passed.to_string()),
        ("seconds", format!("{:.2}", outcome.took.as_secs_f64())),
    ];
    let id = match (outcome.failure(), outcome.skipped()) {
        (Some(failure), _) => {
            args.push(("line", failure.pos.line.to_string()));
            args.push(("kind", failure.kind.name().to_owned()));
            "script-summary-failed"
        }
        (None, Some(why)) => {
            args.push(("why", why.to_owned()));
            "script-summary-skipped"
        }
        (None, None) => "script-summary-passed",
    };
    catalog.say(id, &args)
}

/// How it went, as a note for reports. Words of a failure are the catalog's.
pub fn note(outcome: &Outcome, catalog: &Catalog) -> Note {
    match (outcome.failure(), outcome.skipped()) {
        (Some(failure), _) => Note::new(Level::Warn, "note-replay-failed")
            .with("words", headline(failure, &outcome.files, catalog))
            .with("line", failure.pos.line),
        (None, Some(why)) => Note::new(Level::Warn, "note-replay-skipped").with("why", why),
        (None, None) => Note::new(Level::State, "note-replay-passed").with("windows", outcome.windows),
    }
}

/// One line for several scripts.
pub fn total(passed: usize, failed: usize, skipped: usize, catalog: &Catalog) -> String {
    let args: Args = vec![
        ("passed", passed.to_string()),
        ("failed", failed.to_string()),
        ("skipped", skipped.to_string()),
    ];
    catalog.say("script-total", &args)
}
