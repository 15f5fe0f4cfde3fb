//! A run's result for programs: JUnit (a suite is a script, a case a step) and TAP 14 (a subtest for each script).

use std::fmt::Write as _;

use super::report;
use super::result::{Outcome, State, Step};
use crate::i18n::Catalog;
use crate::view::markup::escaped;

/// JUnit's XML.
pub fn junit(outcomes: &[Outcome], catalog: &Catalog) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for outcome in outcomes {
        let count = |wanted: fn(&State) -> bool| outcome.steps.iter().filter(|s| wanted(&s.state)).count();
        let network = outcome.failure().is_some_and(|f| f.error.is_some());
        let failed = count(|state| matches!(state, State::Failed(_)));
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3}\">",
            escaped(&outcome.name),
            outcome.steps.len(),
            if network { 0 } else { failed },
            if network { failed } else { 0 },
            count(|state| matches!(state, State::Skipped(_) | State::NotRun)),
            outcome.took.as_secs_f64(),
        );
        for step in &outcome.steps {
            case(&mut out, outcome, step, catalog);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, outcome: &Outcome, step: &Step, catalog: &Catalog) {
    let _ = write!(
        out,
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\" time=\"{:.3}\"",
        escaped(&outcome.name),
        escaped(&title(step, catalog)),
        escaped(&report::file_name(&outcome.files, step.pos)),
        step.pos.line,
        step.took.as_secs_f64(),
    );
    match &step.state {
        State::Passed => out.push_str("/>\n"),
        State::NotRun => {
            let said = catalog.word("script-step-not-run");
            let _ = writeln!(out, "><skipped message=\"{}\"/></testcase>", escaped(&said));
        }
        State::Skipped(why) => {
            let said = catalog.say("script-lacks", &vec![("why", why.clone())]);
            let _ = writeln!(out, "><skipped message=\"{}\"/></testcase>", escaped(&said));
        }
        State::Failed(failure) => {
            let element = if failure.error.is_some() { "error" } else { "failure" };
            let message = report::headline(failure, &outcome.files, catalog);
            let place = format!("{}:{}", report::file_name(&outcome.files, failure.pos), failure.pos.line);
            let _ = writeln!(
                out,
                ">\n      <{element} type=\"{}\" message=\"{}: {}\">{}</{element}>\n    </testcase>",
                failure.kind.name(),
                escaped(&place),
                escaped(&message),
                escaped(&report::failure(outcome, catalog)),
            );
        }
    }
}

fn title(step: &Step, catalog: &Catalog) -> String {
    if step.title.is_empty() { catalog.word("script-step-untitled") } else { step.title.clone() }
}

/// TAP 14.
pub fn tap(outcomes: &[Outcome], catalog: &Catalog) -> String {
    let mut out = format!("TAP version 14\n1..{}\n", outcomes.len());
    for (i, outcome) in outcomes.iter().enumerate() {
        let _ = writeln!(out, "# Subtest: {}", tap_text(&outcome.name));
        let _ = writeln!(out, "    1..{}", outcome.steps.len());
        for (n, step) in outcome.steps.iter().enumerate() {
            let name = tap_text(&title(step, catalog));
            match &step.state {
                State::Passed => {
                    let _ = writeln!(out, "    ok {} - {name}", n + 1);
                }
                State::NotRun => {
                    let said = catalog.word("script-step-not-run");
                    let _ = writeln!(out, "    ok {} - {name} # SKIP {said}", n + 1);
                }
                State::Skipped(why) => {
                    let _ = writeln!(out, "    ok {} - {name} # SKIP {}", n + 1, tap_text(why));
                }
                State::Failed(failure) => {
                    let _ = writeln!(out, "    not ok {} - {name}", n + 1);
                    let message = report::headline(failure, &outcome.files, catalog);
                    let _ = writeln!(out, "      ---");
                    let _ = writeln!(out, "      message: {}", yaml(&message));
                    let _ = writeln!(out, "      severity: {}", failure.kind.name());
                    let place = report::file_name(&outcome.files, failure.pos);
                    let _ = writeln!(out, "      at: {{file: {}, line: {}}}", yaml(&place), failure.pos.line);
                    if let Some(got) = failure.got.first() {
                        let _ = writeln!(out, "      got: {}", yaml(got));
                    }
                    let _ = writeln!(out, "      ...");
                }
            }
        }
        let name = tap_text(&outcome.name);
        match (outcome.failure(), outcome.skipped()) {
            (Some(_), _) => {
                let _ = writeln!(out, "not ok {} - {name}", i + 1);
            }
            (None, Some(why)) => {
                let _ = writeln!(out, "ok {} - {name} # SKIP {}", i + 1, tap_text(why));
            }
            (None, None) => {
                let _ = writeln!(out, "ok {} - {name}", i + 1);
            }
        }
    }
    out
}

/// A description: `#` would begin a directive.
fn tap_text(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#").replace('\n', " ")
}

/// A YAML string: JSON's form is one.
fn yaml(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_begins_no_directive() {
        assert_eq!(tap_text("a # SKIP b"), "a \\# SKIP b");
        assert_eq!(yaml("a: \"b\""), "\"a: \\\"b\\\"\"");
    }
}
