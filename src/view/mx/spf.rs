//! SPF as it was evaluated for an address: each term with what came of it, includes inside of one another.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::page::{Page, pad};
use crate::dialogue::text::write::safe;
use crate::net::policy::spf::{Fault, LOOKUPS, Spf, Step, Told, VOIDS};

/// The widest term that has its outcome beside it.
const TERM: usize = 28;
/// The widest record or name that is shown.
const TEXT: usize = 400;
/// Addresses that are shown of one answer.
const FOUND: usize = 4;

/// For people.
pub(super) fn tell(page: &mut Page<'_>, spf: &Spf) {
    page.heading("mx-spf");
    let (ip, sender) = (spf.sender.ip.to_string(), safe(&spf.sender.mailbox(), TEXT));
    let text = page.say("mx-spf-for", &[("ip", ip), ("sender", sender)]);
    page.prose(2, &text);
    for step in &spf.steps {
        one(page, step);
    }
    let text = page.say(&format!("mx-spf-result-{}", spf.verdict.word()), &[]);
    page.prose(2, &format!("{}: {text}", spf.verdict.word()));
    let counts = [
        ("lookups", spf.lookups.to_string()),
        ("most", LOOKUPS.to_string()),
        ("voids", spf.voids.to_string()),
        ("void", VOIDS.to_string()),
    ];
    let text = page.say("mx-spf-lookups", &counts);
    page.prose(2, &text);
}

/// A step: the term in its column, the outcome behind it.
fn one(page: &mut Page<'_>, step: &Step) {
    let indent = " ".repeat(4 + 2 * step.depth);
    let target = step.target.as_deref().map(|target| safe(target, TEXT)).unwrap_or_default();
    if step.told == Told::Record {
        let front = " ".repeat(2 + 2 * step.depth);
        let columns = front.width() + 2;
        page.hang_from(&front, front.width(), columns, &format!("{target}: {}", safe(&step.term, TEXT)));
        return;
    }
    let term = safe(&step.term, TEXT);
    // What the term does not say by itself: the name that macros or nothing stood for, and what is there.
    let mut found: Vec<String> = step.found.iter().take(FOUND).map(|one| safe(one, TEXT)).collect();
    found.extend((step.found.len() > FOUND).then(|| "…".to_owned()));
    let looked: Vec<String> = [target, found.join(", ")]
        .into_iter()
        .filter(|text| !text.is_empty() && (term.is_empty() || !term.ends_with(text.as_str())))
        .collect();
    let mut told = looked.join(" → ");
    if !told.is_empty() {
        told.push_str(": ");
    }
    told.push_str(&outcome(page, step));
    let front = format!("{indent}{}  ", pad(&term, TERM.saturating_sub(2 * step.depth)));
    match (term.is_empty(), front.width() <= 4 + TERM + 2) {
        (true, _) => page.prose(indent.width(), &told),
        (false, true) => page.hang(&front, front.width(), &told),
        // A wide term has its outcome below it.
        (false, false) => {
            page.prose(indent.width(), &term);
            page.prose(4 + TERM + 2, &told);
        }
    }
}

fn outcome(page: &Page<'_>, step: &Step) -> String {
    let verdict = |verdict: crate::net::policy::spf::Verdict| [("verdict", verdict.word().to_owned())];
    match &step.told {
        Told::Record => String::new(),
        Told::NoRecord => page.word("mx-spf-no-record"),
        Told::Matches(found) => page.say("mx-spf-match", &verdict(*found)),
        Told::Differs => page.word("mx-spf-no-match"),
        Told::Goes => page.word("mx-spf-goes-on"),
        Told::Included(found) => page.say("mx-spf-included", &verdict(*found)),
        Told::End => page.word("mx-spf-end"),
        Told::Stops(fault) => {
            let what = match fault {
                Fault::NoRecord(name) | Fault::Dns(name) => safe(name, TEXT),
                Fault::Several(count) => count.to_string(),
                _ => String::new(),
            };
            page.say(&format!("mx-spf-fault-{}", fault.word()), &[("what", what)])
        }
    }
}

/// For machines.
pub(super) fn json(spf: &Spf) -> Value {
    let step = |step: &Step| {
        let verdict = match &step.told {
            Told::Matches(verdict) | Told::Included(verdict) => Some(verdict.word()),
            Told::Stops(fault) => Some(fault.verdict().word()),
            _ => None,
        };
        json!({
            "depth": step.depth,
            "term": step.term,
            "name": step.target,
            "found": step.found,
            "outcome": step.told.word(),
            "verdict": verdict,
        })
    };
    json!({
        "ip": spf.sender.ip,
        "mail_from": spf.sender.mailbox(),
        "lookups": spf.lookups,
        "void_lookups": spf.voids,
        "reason": spf.fault.as_ref().map(Fault::word),
        "steps": spf.steps.iter().map(step).collect::<Vec<Value>>(),
    })
}
