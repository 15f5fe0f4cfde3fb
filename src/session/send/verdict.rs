//! What became of a message: taken, taken for some, refused, ended on purpose, or stopped by the network.

use super::super::script::model::{Do, Pos, Script, Send, Text};
use super::super::script::report;
use super::super::script::result::{Kind, Outcome};
use super::{End, Order, Stage};
use crate::dialogue::text::write::safe;
use crate::error::Exit;
use crate::i18n::Catalog;

/// Characters of an answer that are shown.
const SHOWN: usize = 300;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// 0 taken, or ended where it was to end; 1 refused, by one recipient too; else the fault's own.
    pub exit: Exit,
    /// What there is to say, lines for a terminal.
    pub text: String,
}

/// Reads the verdict from a run of the order's script.
pub fn verdict(order: &Order, script: &Script, outcome: &Outcome, catalog: &Catalog) -> Verdict {
    let mut lines = Vec::new();
    let refused = refused(script, outcome);
    for (line, answer) in &refused {
        lines.push(catalog.say("send-refused", &vec![("line", line.clone()), ("answer", answer.clone())]));
    }
    let taken = answer_to_content(script, outcome);
    let dropped = order.end == End::Drop(Stage::Dot);
    let mut exit = if refused.is_empty() { Exit::Ok } else { Exit::No };
    match (&taken, outcome.failure(), order.end) {
        (Some(answer), _, _) => {
            let (id, some) = if refused.is_empty() {
                ("send-accepted", 0)
            } else {
                ("send-accepted-some", order.to.len().saturating_sub(refused.len()))
            };
            let args = vec![
                ("answer", answer.clone()),
                ("taken", some.to_string()),
                ("all", order.to.len().to_string()),
            ];
            lines.push(catalog.say(id, &args));
            if dropped {
                lines.push(catalog.word("send-ended-dot"));
            }
        }
        (None, Some(_), _) => {
            // Who falls silent or hangs up has refused nothing.
            let broke = outcome.failure().is_some_and(|f| matches!(f.kind, Kind::Wait | Kind::Closed));
            exit = exit.worse(if broke { Exit::Network } else { outcome.exit() });
            lines.push(failed(script, outcome, catalog));
        }
        (None, None, End::Quit(stage) | End::Drop(stage)) => {
            lines.push(catalog.say("send-ended", &vec![("stage", stage.word().to_owned())]));
        }
        (None, None, End::Done) => lines.push(catalog.word("send-unknown")),
    }
    Verdict { exit, text: lines.join("\n") + "\n" }
}

/// The answers that came for the lines of a script, by their place.
fn came(outcome: &Outcome, pos: Pos) -> Option<String> {
    outcome.differ.iter().find(|(at, _)| *at == pos).map(|(_, answer)| safe(answer, SHOWN))
}

/// The client's RCPT lines and their answers, where those are no 2xx. Under pipelining the answers stand below all of
/// them, in their order.
fn refused(script: &Script, outcome: &Outcome) -> Vec<(String, String)> {
    let mut said: std::collections::VecDeque<String> = std::collections::VecDeque::new();
    let mut refused = Vec::new();
    for item in &script.items {
        match &item.what {
            Do::Send(Send { what: Text::Line(text), .. }) => {
                let line = text.plain().unwrap_or_default();
                let line = String::from_utf8_lossy(&line).into_owned();
                if line.starts_with("RCPT ") {
                    said.push_back(safe(&line, SHOWN));
                }
            }
            Do::Expect(expect) => {
                let capture = Do::Expect(expect.clone());
                let any = capture.templates().iter().any(|t| t.captures().next().is_some());
                let Some(line) = any.then(|| said.pop_front()).flatten() else { continue };
                if let Some(answer) = came(outcome, item.pos).filter(|answer| !answer.starts_with('2')) {
                    refused.push((line, answer));
                }
            }
            _ => {}
        }
    }
    refused
}

/// The answer to the content, if it was taken.
fn answer_to_content(script: &Script, outcome: &Outcome) -> Option<String> {
    let at = script.items.iter().position(
        |item| matches!(&item.what, Do::Send(Send { what: Text::Block(block), .. }) if block.dot),
    )?;
    came(outcome, script.items.get(at + 1)?.pos)
}

/// What stopped it.
fn failed(script: &Script, outcome: &Outcome, catalog: &Catalog) -> String {
    let Some(failure) = outcome.failure() else { return String::new() };
    if let Some(error) = &failure.error {
        return catalog.error(error, true);
    }
    let said = said(script, failure.pos).or(failure.provoked.and_then(|pos| line_at(script, pos)));
    let line = said.unwrap_or_else(|| catalog.word("send-greeting"));
    let mut text = match (failure.kind, failure.got.is_empty()) {
        (Kind::Reply | Kind::Missing | Kind::Unlisted, false) => {
            let answer = failure.got.join("\n  ");
            catalog.say("send-refused", &vec![("line", line), ("answer", answer)])
        }
        _ => {
            let words = report::headline(failure, &outcome.files, catalog);
            catalog.say("send-stopped", &vec![("line", line), ("words", words)])
        }
    };
    let wide = failure.facts.iter().map(|(word, ..)| word.chars().count()).max().unwrap_or(0);
    for (word, id, cite) in &failure.facts {
        if let Some(meaning) = catalog.text(id, &Vec::new()) {
            let cite = if cite.is_empty() { String::new() } else { format!(" ({cite})") };
            text.push_str(&format!("\n  {word:wide$}  {meaning}{cite}"));
        }
    }
    let code = failure.got.first().and_then(|line| line.get(..3)).unwrap_or_default();
    let verb = said_verb(script, failure.pos);
    let hint = match (verb.as_str(), code) {
        ("STARTTLS", _) => Some("send-hint-starttls"),
        ("AUTH", "502" | "503" | "504") => Some("send-hint-auth"),
        ("AUTH" | "", "535") => Some("send-hint-password"),
        (_, "530") => Some("send-hint-login"),
        _ => None,
    };
    if let Some(hint) = hint {
        text.push('\n');
        text.push_str(&catalog.word(hint));
    }
    text
}

/// The client's line that an `S:` line answers: under pipelining the n-th of the batch.
fn said(script: &Script, pos: Pos) -> Option<String> {
    let at = script.items.iter().position(|item| item.pos == pos)?;
    let mut first = at;
    while first > 0 && matches!(script.items[first - 1].what, Do::Expect(_)) {
        first -= 1;
    }
    let mut lines = first;
    while lines > 0 && matches!(script.items[lines - 1].what, Do::Send(_)) {
        lines -= 1;
    }
    let said = script.items.get(lines + (at - first)).filter(|_| lines + (at - first) < first)?;
    line_at(script, said.pos)
}

fn said_verb(script: &Script, pos: Pos) -> String {
    said(script, pos).and_then(|line| line.split(' ').next().map(str::to_owned)).unwrap_or_default()
}

/// A client's line as the script has it, holes and all; of a content, its dot.
fn line_at(script: &Script, pos: Pos) -> Option<String> {
    let line = script.files.get(pos.file)?.lines.get(pos.line.checked_sub(1)?)?;
    let text = line.strip_prefix("C: ").unwrap_or(if line == "C<<." { "." } else { line });
    Some(safe(text, SHOWN))
}
