//! Dialogues and what is said about them.

use super::*;
use crate::annotate::Annotator;
use crate::dialect::{Dialect, Stamp, imap::Imap};
use crate::dialogue::{Protocol, Wire};
use crate::i18n::{Catalog, Lang};

/// A dialogue of `C: ` and `S: ` lines, with what is said after each as `level id label`.
fn said(dialogue: &str) -> Vec<String> {
    run(dialogue, |notes| {
        notes
            .iter()
            .filter(|n| !n.repeat || n.level == Level::Warn)
            .map(|n| {
                let inner = if n.depth > 0 { "  " } else { "" };
                format!("{inner}{} {}", n.id, n.label).trim_end().to_owned()
            })
            .collect()
    })
}

fn run(dialogue: &str, mut show: impl FnMut(&[Note]) -> Vec<String>) -> Vec<String> {
    let mut imap = Imap::new();
    let mut annotator = Annotator::new(Protocol::Imap);
    let mut out = Vec::new();
    for line in dialogue.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
        let (side, text) = line.split_at(2);
        let text = text.strip_prefix(' ').unwrap_or(text);
        let side = if side.starts_with('C') { Side::Client } else { Side::Server };
        imap.push(side, &Wire::from(&*format!("{text}\r\n")), Stamp::default());
        while let Some(step) = imap.next_step() {
            out.extend(show(&annotator.step(&step, imap.state())));
        }
    }
    out
}

/// The ids alone, of a dialogue after a greeting and login.
fn ids(dialogue: &str) -> Vec<String> {
    let start = "S: * PREAUTH hi\n";
    let skip = said(start).len();
    said(&format!("{start}{dialogue}")).split_off(skip)
}

fn has(notes: &[String], id: &str) -> bool {
    notes.iter().any(|n| n.trim_start().split(' ').next() == Some(id))
}

const SHEET: &str = r#"
S: * OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR LOGIN-REFERRALS ID ENABLE IDLE AUTH=PLAIN] Dovecot (Ubuntu) ready.
C: 1 authenticate plain
S: +
C: AGFsdW1ub2ltYXAAYWx1bW5vaW1hcHBhc3M=
S: 1 OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT NAMESPACE UIDPLUS MOVE] Logged in
C: 2 namespace
S: * NAMESPACE (("" ".")) NIL NIL
S: 2 OK Namespace completed.
C: 3 ID ("name" "Icedove" "version" "38.6.0")
S: * ID ("name" "Dovecot")
S: 3 OK ID completed.
C: 4 list (subscribed) "" "*" return (special-use)
S: * LIST (\Subscribed \Trash) "." Trash
S: * LIST (\Subscribed \Sent) "." Sent
S: 4 OK List completed.
C: 5 list "" "INBOX"
S: * LIST (\HasNoChildren) "." INBOX
S: 5 OK List completed.
C: 6 select "INBOX"
S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags permitted.
S: * 13 EXISTS
S: * 0 RECENT
S: * OK [UIDVALIDITY 1458218191] UIDs valid
S: * OK [UIDNEXT 16] Predicted next UID
S: * OK [NOMODSEQ] No permanent modsequences
S: 6 OK [READ-WRITE] Select completed (0.000 secs).
C: 7 UID fetch 1:* (FLAGS)
S: * 1 FETCH (UID 3 FLAGS (\Seen))
S: * 2 FETCH (UID 4 FLAGS (\Seen))
S: * 13 FETCH (UID 15 FLAGS (\Seen))
S: 7 OK Fetch completed.
C: 8 IDLE
S: + idling
S: * 14 EXISTS
C: DONE
S: 8 OK Idle completed.
C: 9 UID FETCH 14 BODY.PEEK[HEADER]
S: * 14 FETCH (UID 16 BODY[HEADER] {15}
S: Subject: hola
S: )
S: 9 OK Fetch completed.
C: 10 logout
S: * BYE Logging out
S: 10 OK Logout completed.
"#;

/// Who asks for some fields misses none of the others.
#[test]
fn chosen_fields_are_no_whole_header() {
    let lacks = |item: &str| {
        let dialogue = format!(
            "@imap x\nS: * OK x\nC: 1 FETCH 1 {item}\nS: * 1 FETCH ({item} {{15}}\nS: Subject: hola\nS: )\nS: 1 OK x\n"
        );
        let notes = said(&dialogue);
        let has = |id: &str| notes.iter().any(|note| note.contains(id));
        assert!(has("header-subject"), "{item}: {notes:?}");
        has("note-header-lacks")
    };
    assert!(lacks("BODY[HEADER]"));
    assert!(!lacks("BODY[HEADER.FIELDS (SUBJECT)]"));
}

#[test]
fn the_sheets_session_is_explained() {
    let notes = said(SHEET);
    for id in [
        "imap-status-ok-greeting",
        "imap-cmd-authenticate",
        "lint-imap-authenticate-clear",
        "state-imap-logged-in",
        "note-imap-capabilities-gone",
        "note-imap-separator",
        "state-imap-opened",
        "note-imap-fetch-summary",
        "note-imap-uid",
        "lint-imap-idle",
        "state-imap-new-mail",
        "note-imap-literal-server",
        "imap-status-bye-logout",
        "state-imap-logged-out",
    ] {
        assert!(has(&notes, id), "{id}\n{}", notes.join("\n"));
    }
    let fetches = notes.iter().filter(|n| n.contains("imap-resp-fetch ")).count();
    assert_eq!(fetches, 1, "the single one of command 9");
}

#[test]
fn mistakes_are_named() {
    for (dialogue, id) in [
        ("C: select INBOX", "fault-missing-tag"),
        ("C: a NOOP\nC: a NOOP", "lint-imap-tag-reused"),
        ("C: a FETCH 1 FLAGS", "lint-imap-state"),
        ("C: a SELCT INBOX", "lint-imap-misspelled"),
        ("C: SELCT INBOX", "lint-imap-misspelled-untagged"),
        ("C: a FROB", "lint-imap-unknown-command"),
        ("C: DONE", "lint-imap-done"),
        ("S: * CAPABILITY IMAP4rev1\nC: a IDLE", "lint-imap-not-offered"),
        ("S: * CAPABILITY IMAP4rev1\nC: a CREATE {3+}", "lint-imap-literal-plus"),
        ("C: a SELECT x\nS: a OK x\nC: b FETCH 1 BODY[]", "lint-imap-sets-seen"),
        ("C: a SELECT x\nS: a OK x\nC: b FETCH 1 rfc822", "lint-imap-sets-seen"),
        ("C: a SELECT x\nS: a OK x\nC: b EXPUNGE", "lint-imap-expunge"),
        ("C: a SELECT x\nS: a OK x\nC: b CLOSE\nS: b OK x", "state-imap-closed"),
        ("C: a SELECT x\nS: a OK x\nC: b UID FETCH 1 FLAGS\nS: b OK x", "lint-imap-uid-empty"),
        ("C: a SELECT x\nS: a OK x\nC: b SELECT y\nS: b NO x", "imap-status-no-select"),
        ("C: a APPEND x {3}\nS: + go\nC: abcdef\nS: a BAD x", "lint-imap-literal-count"),
        ("C: a CREATE Prácticas", "lint-imap-mailbox-ascii"),
        ("C: a SELECT Pr&AOE-cticas", "note-imap-utf7"),
        ("S: * BYE idle for too long", "lint-imap-bye"),
        ("S: * NO [ALERT] disk full", "lint-imap-alert"),
        ("S: HTTP/1.1 400", "note-imap-junk"),
        ("S: * FROB x", "note-imap-unknown-response"),
        ("S: * OK [FROB 1] x", "note-imap-unknown-code"),
        ("C: a IDLE\nS: + x\nC: b NOOP", "fault-not-done"),
        ("C: a SELECT x\nS: * 3 EXISTS\nS: a OK x\nS: * 4 EXISTS", "state-imap-new-mail"),
        ("C: a SEARCH UNSEEN\nS: * SEARCH\nS: a OK x", "note-imap-found"),
        ("C: a STORE 1 +FLAGS x", "note-imap-keyword"),
    ] {
        let notes = ids(dialogue);
        assert!(has(&notes, id), "{dialogue}\n{}", notes.join("\n"));
    }
}

#[test]
fn a_login_in_clear_is_warned_about() {
    let hi = "S: * OK hi\n";
    assert!(has(&said(&format!("{hi}C: a LOGIN ana secret")), "lint-imap-login-clear"));
    let off = "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=SCRAM-SHA-1] hi\n";
    assert!(has(&said(&format!("{off}C: a LOGIN ana secret")), "lint-imap-logindisabled"));
    assert!(has(&said(&format!("{off}C: a AUTHENTICATE PLAIN")), "lint-imap-mechanism-not-offered"));
    assert!(has(&said(&format!("{off}C: a AUTHENTICATE PLAIN AGEAYg==")), "lint-imap-sasl-ir"));
}

#[test]
fn what_is_in_order_is_not_warned_about() {
    for dialogue in [
        "C: a NOOP\nS: a OK x",
        "C: a SELECT x\nS: a OK x\nC: b FETCH 1 (FLAGS BODY.PEEK[])\nC: c STORE 1 FLAGS \\Seen",
        "C: a EXAMINE x\nS: a OK [READ-ONLY] x\nC: b FETCH 1 BODY[]",
        "C: a SELECT x\nC: b FETCH 1 FLAGS",
        "C: a LOGOUT\nS: * BYE x\nS: a OK x",
    ] {
        let notes = ids(dialogue);
        assert!(!notes.iter().any(|n| n.contains("lint-") || n.contains("fault-")), "{notes:?}");
    }
}

#[test]
fn every_sentence_is_there_in_both_languages() {
    for lang in Lang::ALL {
        let catalog = Catalog::new(lang);
        run(SHEET, |notes| {
            notes.iter().for_each(|n| assert!(catalog.has(&n.id), "{} in {}", n.id, lang.code()));
            Vec::new()
        });
    }
}
