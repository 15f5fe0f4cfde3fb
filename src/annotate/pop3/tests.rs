//! Small dialogues, and the ids of the notes on their last line; the practice's sessions; both languages.

use crate::annotate::Annotator;
use crate::annotate::redact::{Redactor, Secrets};
use crate::dialect::pop3::Pop3;
use crate::dialect::{Dialect, Stamp};
use crate::dialogue::mark::{Close, TlsInfo};
use crate::dialogue::{Mark, Note, Protocol, Side, Step, Wire};
use crate::i18n::{Catalog, Lang};

struct Talk {
    dialect: Pop3,
    redactor: Redactor,
    annotator: Annotator,
}

impl Talk {
    fn new() -> Self {
        Talk {
            dialect: Pop3::new(),
            redactor: Redactor::new(Secrets::default()),
            annotator: Annotator::new(Protocol::Pop3),
        }
    }

    /// Logged in as ana, with three messages.
    fn inside() -> Self {
        let mut talk = Talk::new();
        talk.say("S: +OK x\nC: USER ana\nS: +OK\nC: PASS geheim1\nS: +OK 3 messages");
        talk
    }

    /// Feeds lines and gives the notes on the last one.
    fn say(&mut self, lines: &str) -> Vec<Note> {
        let mut notes = Vec::new();
        for line in lines.lines().map(str::trim_start) {
            notes.clear();
            let (side, text) = line.split_at(2.min(line.len()));
            let wire = Wire::from(&*format!("{}\r\n", text.strip_prefix(' ').unwrap_or(text)));
            match side {
                "C:" => self.dialect.push(Side::Client, &wire, Stamp::default()),
                "S:" => self.dialect.push(Side::Server, &wire, Stamp::default()),
                "@t" => self.dialect.mark(&Mark::Tls(TlsInfo::default()), Stamp::default()),
                _ => self.dialect.mark(&Mark::Closed(Close::Server), Stamp::default()),
            }
            while let Some(step) = self.dialect.next_step() {
                let mut steps: Vec<Step> = Vec::new();
                self.redactor.step(step, &mut steps);
                for step in steps {
                    notes.extend(self.annotator.step(&step, self.dialect.state()));
                }
            }
        }
        notes
    }

    fn ids(&mut self, lines: &str) -> Vec<String> {
        ids(&self.say(lines))
    }
}

fn ids(notes: &[Note]) -> Vec<String> {
    notes.iter().map(|n| n.id.to_string()).collect()
}

fn arg(notes: &[Note], id: &str, name: &str) -> String {
    let note = notes.iter().find(|n| n.id == id).unwrap_or_else(|| panic!("{id} in {notes:?}"));
    note.args.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()).unwrap_or_default()
}

#[test]
fn the_sheets_session_is_explained_line_by_line() {
    let mut talk = Talk::new();
    let catalogs = Lang::ALL.map(Catalog::new);
    for (lines, notes) in [
        ("S: +OK Dovecot (Ubuntu) ready.", &["pop-status-ok-greeting"][..]),
        ("C: AUTH", &["pop-cmd-auth"]),
        ("S: +OK\nS: PLAIN\nS: .", &["pop-status-ok-auth-list", "sasl-plain"]),
        ("C: CAPA", &["pop-cmd-capa"]),
        (
            "S: +OK\nS: CAPA\nS: TOP\nS: UIDL\nS: SASL PLAIN\nS: X-OWN 1\nS: .",
            &[
                "pop-status-ok-capa",
                "pop-cap-capa",
                "pop-cap-top",
                "pop-cap-uidl",
                "pop-cap-sasl",
                "note-pop-cap-unknown",
            ],
        ),
        ("C: AUTH PLAIN", &["pop-cmd-auth", "sasl-plain"]),
        ("S: +", &["pop-status-continue", "note-sasl-empty-challenge"]),
        ("C: AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz", &["note-sasl-made", "lint-sasl-clear"]),
        ("S: +OK Logged in.", &["pop-status-ok-auth", "note-pop-logged-in"]),
        ("C: STAT\nS: +OK 4 2105", &["pop-status-ok-stat", "note-pop-stat"]),
        (
            "C: LIST\nS: +OK 4 messages:\nS: 1 717\nS: 2 334\nS: 3 31\nS: 4 1023\nS: .",
            &["pop-status-ok-list", "note-pop-list"],
        ),
        (
            "C: UIDL\nS: +OK\nS: 1 0000000356eaa394\nS: 2 0000000456eaa394\nS: 3 0000000556eaa394\n\
             S: 4 0000000656eaa394\nS: .",
            &["pop-status-ok-uidl", "note-pop-uidl", "note-pop-uidl-dovecot"],
        ),
        (
            "C: RETR 3\nS: +OK 31 octets\nS: Return-Path: <a@b>\nS:\nS: mensaje\nS: .",
            &["pop-status-ok-retr", "note-pop-octets-same", "header-return-path", "note-header-lacks"],
        ),
        ("C: QUIT", &["pop-cmd-quit"]),
        ("S: +OK Logging out.", &["pop-status-ok-quit"]),
    ] {
        let said = talk.say(lines);
        assert_eq!(ids(&said), notes, "{lines}");
        for (catalog, note) in catalogs.iter().flat_map(|c| said.iter().map(move |n| (c, n))) {
            let text = catalog.say(&note.id, &note.args);
            assert!(text != note.id && !text.contains("{$"), "{:?} {} {text}", catalog.lang(), note.id);
        }
    }
    let end = talk.annotator.end(talk.dialect.state());
    assert_eq!(ids(&end), ["end-pop-stays"]);
    assert_eq!(arg(&end, "end-pop-stays", "left"), "4");
}

#[test]
fn dovecots_unique_ids_are_taken_apart() {
    let notes = Talk::inside().say("C: UIDL\nS: +OK\nS: 1 0000000356eaa394\nS: 2 0000000456eaa394\nS: .");
    assert_eq!(arg(&notes, "note-pop-uidl-dovecot", "number"), "3");
    assert_eq!(arg(&notes, "note-pop-uidl-dovecot", "validity"), "1458217876");
    let notes = Talk::inside().ids("C: UIDL\nS: +OK\nS: 1 whqtswO00WBw418f9t5JxYwZ\nS: .");
    assert_eq!(notes, ["pop-status-ok-uidl", "note-pop-uidl"]);
}

#[test]
fn what_students_get_wrong_is_named() {
    let stls = "S: +OK x\nC: CAPA\nS: +OK\nS: STLS\nS: TOP\nS: SASL PLAIN\nS: .\n";
    for (lines, notes) in [
        ("S: +OK x\nC: STAT", &["pop-cmd-stat", "lint-pop-wrong-state"][..]),
        ("S: +OK x\nC: STATT", &["lint-pop-misspelled"]),
        ("S: +OK x\nC: EHLO x", &["lint-pop-other-protocol"]),
        ("S: +OK x\nC: FROBNICATE", &["lint-pop-unknown-verb"]),
        ("S: +OK x\nC: PASS geheim1", &["pop-cmd-pass", "lint-pop-pass-without-user"]),
        ("S: +OK x\nC: USER ana", &["pop-cmd-user", "lint-pop-clear-ahead"]),
        ("S: +OK x\nC: USER ana\nS: +OK\nC: PASS geheim1", &["pop-cmd-pass", "lint-pop-clear"]),
        ("S: +OK x\nC: APOP ana 00ff", &["pop-cmd-apop", "lint-pop-apop-no-stamp"]),
        ("S: +OK <1@h>\nC: APOP ana 00ff", &["pop-cmd-apop", "note-pop-apop"]),
        ("S: +OK x\nC: RETR", &["pop-cmd-retr", "lint-pop-wrong-state", "fault-missing-argument"]),
        (
            "S: +OK x\nC: AUTH PLAIN secreto",
            &["pop-cmd-auth", "sasl-plain", "lint-sasl-odd-plain", "lint-sasl-clear"],
        ),
    ] {
        assert_eq!(Talk::new().ids(lines), notes, "{lines}");
    }
    for (lines, notes) in [
        ("C: USER ana", &["pop-cmd-user", "lint-pop-not-offered", "lint-pop-clear-ahead-stls"][..]),
        ("C: AUTH CRAM-MD5", &["pop-cmd-auth", "sasl-cram-md5", "lint-pop-mechanism-not-offered"]),
        ("C: NOOP\nC: CAPA", &["pop-cmd-capa", "lint-pop-pipelining"]),
        ("C: STLS\nS: +OK\n@tls\nC: USER ana", &["pop-cmd-user"]),
    ] {
        assert_eq!(Talk::new().ids(&format!("{stls}{lines}")), notes, "{lines}");
    }
    for (lines, notes) in [
        ("C: RETR 9", &["pop-cmd-retr", "lint-pop-no-such"][..]),
        ("C: LIST 0", &["pop-cmd-list", "lint-pop-zero"]),
        ("C: USER ana", &["pop-cmd-user", "lint-pop-wrong-state"]),
        ("C: DELE 2\nS: +OK\nC: RETR 2", &["pop-cmd-retr", "lint-pop-marked"]),
        (
            "C: RETR 1\nS: +OK 90 octets\nS: hola\nS: .",
            &["pop-status-ok-retr", "lint-pop-octets-differ", "note-header-lacks"],
        ),
        (
            "C: TOP 1 0\nS: +OK\nS: From: a@b\nS: Date: x\nS:\nS: .",
            &["pop-status-ok-top", "note-pop-top", "header-from", "header-date"],
        ),
        (
            "C: RETR 1\nS: +OK 9 octets\nS: hola\n@closed",
            &["pop-status-ok-retr", "lint-pop-message-cut", "note-header-lacks", "mark-closed-server-alone"],
        ),
        ("S: -ERR Disconnected for inactivity.", &["pop-status-err", "note-pop-farewell"]),
    ] {
        assert_eq!(Talk::inside().ids(lines), notes, "{lines}");
    }
}

#[test]
fn what_is_possible_now_is_listed() {
    let notes = Talk::new().say("S: +OK x\nC: RETR 1");
    assert_eq!(arg(&notes, "lint-pop-wrong-state", "states"), "transaction");
    assert_eq!(arg(&notes, "lint-pop-wrong-state", "possible"), "CAPA, USER, PASS, QUIT, LANG");
    let offered = "S: +OK x\nC: CAPA\nS: +OK\nS: USER\nS: .\nC: RETR 1";
    assert_eq!(arg(&Talk::new().say(offered), "lint-pop-wrong-state", "possible"), "CAPA, USER, PASS, QUIT");
    // With an answer outstanding the state is not known.
    assert_eq!(Talk::new().ids("S: +OK x\nC: USER ana\nC: PASS geheim1\nC: STAT"), ["pop-cmd-stat"]);
}

#[test]
fn deletions_are_followed_to_their_end() {
    let mut talk = Talk::inside();
    let notes = talk.say("C: DELE 1\nS: +OK\nC: DELE 3\nS: +OK Marked.");
    assert_eq!(ids(&notes), ["pop-status-ok-dele", "note-pop-deleted"]);
    assert_eq!(arg(&notes, "note-pop-deleted", "marked"), "2");
    assert_eq!(talk.ids("C: RSET\nS: +OK"), ["pop-status-ok-rset", "note-pop-undeleted"]);
    talk.say("C: DELE 1\nS: +OK");
    assert_eq!(talk.ids("C: QUIT"), ["pop-cmd-quit", "note-pop-quit-deletes"]);
    assert_eq!(talk.ids("S: +OK bye"), ["pop-status-ok-quit", "note-pop-gone"]);
    let end = talk.annotator.end(talk.dialect.state());
    assert_eq!(
        (arg(&end, "end-pop-stays", "left"), arg(&end, "end-pop-stays", "deleted")),
        ("2".into(), "1".into())
    );
    // A connection that breaks deletes nothing.
    let mut talk = Talk::inside();
    talk.say("C: DELE 1\nS: +OK\n@closed");
    assert_eq!(ids(&talk.annotator.end(talk.dialect.state())), ["end-pop-not-deleted"]);
}

#[test]
fn refusals_tell_what_they_can() {
    let login = "S: +OK x\nC: USER ana\nS: +OK\nC: PASS geheim1\n";
    let mut talk = Talk::new();
    assert_eq!(
        talk.ids(&format!("{login}S: -ERR [IN-USE] busy")),
        ["pop-status-err-pass", "pop-code-in-use"]
    );
    let mut talk = Talk::new();
    let notes = talk.say(&format!("{login}S: -ERR [X-OWN] busy"));
    assert_eq!((ids(&notes)[1].as_str(), notes[1].label.as_str()), ("note-pop-code-unknown", "[X-OWN]"));
    let mut talk = Talk::new();
    assert_eq!(
        talk.ids("S: +OK x\nC: HOLA\nS: -ERR Unknown command."),
        ["pop-status-err", "note-pop-ask-capa"]
    );
    assert_eq!(
        talk.ids("C: QUE\nS: -ERR Unknown command."),
        ["pop-status-err", "lint-pop-many-bad", "note-pop-ask-capa"]
    );
}

#[test]
fn capabilities_that_went_away_are_told() {
    let mut talk = Talk::new();
    talk.say("S: +OK x\nC: CAPA\nS: +OK\nS: STLS\nS: TOP\nS: .\nC: STLS\nS: +OK\n@tls");
    let notes = talk.say("C: CAPA\nS: +OK\nS: TOP\nS: USER\nS: .");
    assert_eq!(ids(&notes), ["pop-status-ok-capa", "pop-cap-top", "pop-cap-user", "note-pop-cap-gone"]);
    assert_eq!(arg(&notes, "note-pop-cap-gone", "names"), "STLS");
    assert!(notes[1].repeat && !notes[2].repeat);
}

#[test]
fn logins_are_told_with_what_there_is_to_read() {
    let mut talk = Talk::new();
    let notes = talk.say("S: +OK x\nC: USER ana\nS: +OK\nC: PASS geheim1\nS: +OK 3 messages");
    assert_eq!(ids(&notes), ["pop-status-ok-pass", "note-pop-logged-in-messages"]);
    assert_eq!(arg(&notes, "note-pop-logged-in-messages", "user"), "ana");
    assert!(!format!("{notes:?}").contains("geheim1"));
}
