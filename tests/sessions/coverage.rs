//! Every line that Postfix and Dovecot say in ordinary use gets a note of its own meaning, not only of its
//! class: 250 after MAIL is not 250 after RSET.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::of;
use crate::support::{Peers, Test};

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
    let class = id.ends_with("yz") || id.contains("-unknown");
    // A reply code's row without a command is for any command.
    let bare =
        id.strip_prefix("smtp-reply-").is_some_and(|rest| rest.len() == 3 && !GOOD_BARE.contains(&rest));
    !GENERAL.contains(&id) && !class && !bare
}

/// Codes that mean one thing only, or the same after any command (503's hints know the order; 459 is ETRN's).
const GOOD_BARE: [&str; 8] = ["220", "221", "354", "459", "500", "503", "535", "552"];

/// The lines of a log that a server said, and whether each has a specific note: on itself, or, of what is
/// gathered until the command's end, on its exchange.
fn lines(log: &str) -> Vec<(String, bool)> {
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
                    || (kind == "bad" && has("imap-status-bad-untagged"))
            }
            _ => {
                // A message comes between a status line and what is said of it; and what was wrong with a
                // command was said above its refusal.
                let fetched = text.starts_with("+OK") && has("header-");
                let refused = !text.contains("OK") && (has("lint-") || has("fault-"));
                notes(unit).iter().any(specific) || fetched || refused
            }
        };
        found.push((text, told));
    }
    found
}

#[test]
fn every_line_of_postfix_and_dovecot_is_explained_by_itself() {
    let peers = Peers::shared();
    let me = peers.account();
    for n in 1..=3 {
        peers.deliver(&me.address, format!("From: p@example.org\nDate: x\nSubject: {n}\n\nx\n"));
    }
    let (user, to) = (&me.user, &me.address);
    let smtp = format!(
        "HELO me\nEHLO me\nNOOP\nVRFY {user}\nVRFY nadie\nEXPN x\nHELP\nRCPT TO:<{to}>\nDATA\nMAIL FROM:<a@b.example> SIZE=99999999\nMAIL FROM:<a@b.example>\nMAIL FROM:<a@b.example>\nRCPT TO:<nadie@redes.unlp.edu.ar>\nRCPT TO:<x@gmail.com>\nRCPT TO:<{to}>\nRSET\nMAIL FROM:<a@b.example>\nRCPT TO:<{to}>\nDATA\nSubject: x\n\nx\n.\nMAIL FROM:<a@b.example>\nRCPT TO:<{to}>\nBDAT 14\nSubject: x\n\nBDAT 3 LAST\nx\nAUTH LOGIN\nAUTH PLAIN\nETRN redes.unlp.edu.ar\nVERFY x\nMAIL FROM\nSTARTTLS\nQUIT\n"
    );
    let pop = format!(
        "CAPA\nUSER {user}\nPASS mal-escrita\nAUTH\nUSER {user}\nPASS {}\nSTAT\nLIST\nLIST 1\nLIST 99\nUIDL\nUIDL 1\nTOP 1 0\nRETR 1\nRETR 99\nDELE 1\nDELE 1\nRSET\nNOOP\nSTLS\nFOO\nDELE 2\nQUIT\n",
        me.password
    );
    let imap = "CAPABILITY\nNOOP\nAUTHENTICATE PLAIN\nLIST \"\" *\nLSUB \"\" *\nNAMESPACE\nID NIL\nENABLE CONDSTORE\nCREATE Uno\nCREATE Uno\nCREATE Dos\nRENAME Dos Tres\nDELETE Tres\nDELETE Tres\nSUBSCRIBE Uno\nUNSUBSCRIBE Uno\nSTATUS Uno (MESSAGES)\nSTATUS Nada (MESSAGES)\nSELECT Nada\nEXAMINE INBOX\nSELECT INBOX\nCHECK\nFETCH 1:2 (FLAGS UID)\nFETCH 1 BODY[]\nFETCH 1 BODY[HEADER]\nFETCH 1 ENVELOPE\nFETCH 1 BODYSTRUCTURE\nUID FETCH 1 INTERNALDATE\nSEARCH ALL\nUID SEARCH UNSEEN\nSORT (DATE) UTF-8 ALL\nTHREAD REFERENCES UTF-8 ALL\nSTORE 1 +FLAGS (\\Flagged)\nCOPY 1 Uno\nCOPY 1 Nada\nMOVE 1 Uno\nAPPEND INBOX {3+}\nx\n\nAPPEND Nada {3+}\nx\n\nSTORE 1 +FLAGS.SILENT (\\Deleted)\nEXPUNGE\nIDLE\nDONE\nFOO BAR\nCLOSE\nUNSELECT\nSTARTTLS\nLOGOUT\n";
    let runs = [
        of(Test::smtp(peers), &me).stdin(smtp),
        of(Test::pop(peers), &me).stdin(pop),
        of(Test::imap(peers), &me).stdin(imap),
        Test::on(peers, "smtp", peers.lmtp).arg("--lmtp").stdin(format!(
            "LHLO me\nMAIL FROM:<a@b.example>\nRCPT TO:<{to}>\nRCPT TO:<nadie@redes.unlp.edu.ar>\nDATA\nX: y\n\nx\n.\nRSET\nNOOP\nVRFY x\nQUIT\n"
        )),
        of(Test::pop(peers), &me).args(["--starttls", "--auth", "CRAM-MD5"]).stdin("QUIT\n"),
        of(Test::imap(peers), &me).args(["--starttls", "--auth", "LOGIN"]).stdin("LOGOUT\n"),
    ];
    let mut all = Vec::new();
    for run in runs {
        all.extend(lines(&run.arg("--json").run().code(0).stdout));
    }
    let without: BTreeSet<&str> =
        all.iter().filter(|(_, told)| !told).map(|(text, _)| text.as_str()).collect();
    let bare = all.iter().filter(|(_, told)| !told).count();
    assert!(all.len() > 180, "{} lines", all.len());
    assert!(bare == 0, "{bare} of {}: {without:#?}", all.len());
}
