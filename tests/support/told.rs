//! Which lines of a dialogue, as `--json` has it, are told by a note of their own meaning, not only of their
//! class: 250 after MAIL is not 250 after RSET.

use serde_json::Value;

/// Ids that say no more than that it went well, or not.
const GENERAL: [&str; 12] = [
    "imap-status-ok",
    "imap-status-no",
    "imap-status-bad",
    "imap-status-bye",
    "pop-status-ok",
    "pop-status-err",
    "pop-status-plus",
    "note-imap-unknown-response",
    "note-imap-unknown-code",
    "note-reply-unknown",
    "note-pop-cap-unknown",
    "note-pop-code-unknown",
];

/// Whether a note tells what a line means where it stands.
fn specific(note: &Value) -> bool {
    let id = note["id"].as_str().expect("an id");
    let class = id.ends_with("yz") || id.contains("-unknown") || id.starts_with("phrase-");
    // A reply code's row without a command is for any command.
    let bare =
        id.strip_prefix("smtp-reply-").is_some_and(|rest| rest.len() == 3 && !GOOD_BARE.contains(&rest));
    !GENERAL.contains(&id) && !class && !bare
}

/// Codes that mean one thing only, or the same after any command (214 is HELP's, 458 and 459 are ETRN's).
const GOOD_BARE: [&str; 9] = ["214", "220", "221", "354", "458", "459", "500", "535", "552"];

/// The lines of a log that a server said, and whether each has a specific note: on itself, or, of what is
/// gathered until the command's end, on its exchange.
pub fn lines(log: &str) -> Vec<(String, bool)> {
    let units: Vec<Value> = log.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let units: Vec<Value> = units.into_iter().filter(|o: &Value| o["kind"] == "unit").collect();
    let notes = |u: &Value| u["notes"].as_array().expect("notes").clone();
    let mut found = Vec::new();
    for unit in units.iter().filter(|u| u["side"] == "server") {
        let text = unit["text"].as_str().unwrap_or_default().lines().next().unwrap_or_default().to_owned();
        let token = |kind: &str| {
            let tokens = unit["tokens"].as_array().expect("tokens");
            let span = tokens.iter().find(|t| t["type"] == kind)?["span"].clone();
            let (from, to) = (span[0].as_u64()? as usize, span[1].as_u64()? as usize);
            Some(unit["text"].as_str()?[from..to].to_ascii_lowercase())
        };
        let exchange: Vec<Value> =
            units.iter().filter(|u| u["exchange"] == unit["exchange"]).flat_map(notes).collect();
        let has = |begin: &str| exchange.iter().any(|n| n["id"].as_str().expect("an id").starts_with(begin));
        let told = match unit["shape"].as_str().expect("a shape") {
            // What a message holds is told of its header; of another literal there is nothing to tell.
            "data" => has("header-") || has("note-"),
            "literal" => true,
            // The rest of a line behind a literal.
            "untagged" if unit["continues"].is_u64() => true,
            "untagged" => {
                let kind = token("response-code").or_else(|| token("kind")).or_else(|| token("status"));
                let kind = kind.unwrap_or_default();
                let own = notes(unit).iter().any(specific);
                let gathered =
                    [format!("imap-resp-{kind}"), format!("imap-code-{kind}"), "state-imap".to_owned()];
                own || gathered.iter().any(|id| has(id))
                    || (kind == "fetch" && has("note-imap-fetch"))
                    || (kind == "bye" && has("imap-status-bye-logout"))
                    || ["ok", "no", "bad"]
                        .iter()
                        .any(|word| kind == *word && has(&format!("imap-status-{word}-untagged")))
            }
            _ => {
                // A message comes between a status line and what is said of it; and what was wrong with a
                // command was said above its refusal.
                let fetched = text.starts_with("+OK") && has("header-");
                let refused = !text.contains("OK") && (has("lint-") || has("fault-"));
                // An enhanced code is a token of its own; beside 503 the hint that knows the order says more.
                let finer = token("enhanced").is_none() || text.starts_with("503") || has("smtp-enh-");
                finer && (notes(unit).iter().any(specific) || fetched || refused)
            }
        };
        found.push((text, told));
    }
    found
}
