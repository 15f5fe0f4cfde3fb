//! Small dialogues, and the notes said about them.

use super::*;
use crate::annotate::Annotator;
use crate::dialect::smtp::Smtp;
use crate::dialect::{Dialect, Stamp};
use crate::dialogue::Wire;

/// The ids of the notes that each line calls for, with their labels.
fn said(dialogue: &str) -> Vec<String> {
    let mut smtp = Smtp::new(false);
    let mut annotator = Annotator::new(Protocol::Smtp);
    let mut ids = Vec::new();
    for line in dialogue.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
        let side = if line.starts_with('C') { Side::Client } else { Side::Server };
        smtp.push(side, &Wire::from(&*format!("{}\r\n", &line[3..])), Stamp::default());
        while let Some(step) = smtp.next_step() {
            let notes = annotator.step(&step, smtp.state());
            ids.extend(notes.iter().filter(|n| !n.repeat).map(|n| format!("{} {}", n.label, n.id)));
        }
    }
    ids.iter().map(|id| id.trim().to_owned()).collect()
}

fn has(said: &[String], id: &str) -> bool {
    said.iter().any(|s| s.split(' ').next_back() == Some(id))
}

const HELLO: &str = "S: 220 x ESMTP\nC: EHLO a\nS: 250-x\nS: 250-SIZE 1000\nS: 250 AUTH PLAIN\n";

#[test]
fn a_code_means_what_it_means_here() {
    let said = said(&format!(
        "{HELLO}C: MAIL FROM:<a@b>\nS: 250 2.1.0 Ok\nC: RCPT TO:<c@d>\nS: 250 2.1.5 Ok\nC: DATA\nS: 354 go
         C: From: a@b\nC: Date: Thu, 5 Apr 2018 21:55:02 +0000\nC: \nC: x\nC: .\nS: 250 2.0.0 queued"
    ));
    for id in ["smtp-reply-250-ehlo", "smtp-reply-250-mail", "smtp-reply-250-rcpt", "smtp-reply-250-data"] {
        assert!(has(&said, id), "{id} in {said:#?}");
    }
    assert!(said.contains(&"SIZE 1000 smtp-ext-size".to_owned()), "{said:#?}");
}

#[test]
fn the_mistakes_of_students_are_named() {
    for (dialogue, id) in [
        ("C: RCPT TO:<a@b>\nS: 503 5.5.1 Error: need MAIL command", "lint-smtp-rcpt-before-mail"),
        ("C: DATA\nS: 503 5.5.1 Error: need RCPT command", "lint-smtp-data-before-mail"),
        ("C: MIAL FROM:<a@b>\nS: 500 what", "lint-misspelled"),
        ("C: SELECT INBOX\nS: 500 what", "lint-foreign-verb"),
        ("C: FROBNICATE\nS: 500 what", "lint-unknown-verb"),
        ("C: MAIL FROM:a@b\nS: 250 ok", "fault-no-brackets"),
        ("C: MAIL FROM: <a@b>\nS: 250 ok", "fault-blank-after-colon"),
        ("C: STARTTLS\nS: 502 no", "lint-smtp-not-offered"),
        ("C: MAIL FROM:<a@b> SMTPUTF8\nS: 250 ok", "lint-smtp-not-offered"),
        ("C: AUTH PLAIN\nS: 334", "lint-login-clear"),
        ("C: AUTH CRAM-MD5\nS: 504 no", "lint-smtp-not-offered"),
        ("C: MAIL FROM\nS: 501 syntax", "hint-syntax"),
    ] {
        let said = said(&format!("{HELLO}{dialogue}"));
        assert!(has(&said, id), "{dialogue}: {id} in {said:#?}");
    }
}

#[test]
fn a_refusal_is_a_warning_with_both_codes() {
    let said = said(&format!("{HELLO}C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 550 5.1.1 unknown"));
    assert!(said.contains(&"550 5.1.1 smtp-reply-550-rcpt".to_owned()), "{said:#?}");
    assert!(said.contains(&"5.1.1 smtp-enh-5-1-1".to_owned()), "{said:#?}");
}

#[test]
fn capabilities_are_explained_once_and_then_what_changed() {
    let said = said(&format!("{HELLO}C: EHLO a\nS: 250-x\nS: 250-SIZE 1000\nS: 250 STARTTLS"));
    let sizes = said.iter().filter(|s| s.contains("smtp-ext-size")).count();
    assert_eq!(sizes, 1, "{said:#?}");
    assert!(has(&said, "smtp-ext-starttls") && has(&said, "note-capabilities-gone"), "{said:#?}");
}
