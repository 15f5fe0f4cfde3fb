//! Small dialogues, and the checks that speak.

use crate::annotate::Annotator;
use crate::annotate::redact::{Redactor, Secrets};
use crate::dialect::{self, Stamp};
use crate::dialogue::mark::TlsInfo;
use crate::dialogue::{Mark, Note, Protocol, Side, Wire};

/// The notes of the checks on a dialogue, in order; those at its end last.
fn checked(protocol: Protocol, lines: &str) -> Vec<Note> {
    let mut dialect = dialect::of(protocol);
    let (mut redactor, mut annotator) = (Redactor::new(Secrets::default()), Annotator::new(protocol));
    let mut notes = Vec::new();
    for line in lines.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
        let (side, text) = line.split_at(2.min(line.len()));
        let wire = Wire::from(&*format!("{}\r\n", text.strip_prefix(' ').unwrap_or(text)));
        match side {
            "C:" => dialect.push(Side::Client, &wire, Stamp::default()),
            "S:" => dialect.push(Side::Server, &wire, Stamp::default()),
            _ => dialect.mark(&Mark::Tls(TlsInfo::default()), Stamp::default()),
        }
        while let Some(step) = dialect.next_step() {
            let mut steps = Vec::new();
            redactor.step(step, &mut steps);
            steps.iter().for_each(|step| notes.extend(annotator.step(step, dialect.state())));
        }
    }
    notes.extend(annotator.end(dialect.state()));
    notes.retain(|note| note.id.starts_with("check-") || note.id.starts_with("lint-pop-octets"));
    notes
}

fn ids(protocol: Protocol, lines: &str) -> Vec<String> {
    checked(protocol, lines).iter().map(|note| note.id.to_string()).collect()
}

fn arg<'a>(note: &'a Note, name: &str) -> &'a str {
    note.args.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
}

const MAILDROP: &str = "S: +OK\nC: USER a\nS: +OK\nC: PASS b\nS: +OK\nC: STAT\nS: +OK 4 2105\n";

fn pop(lines: &str) -> Vec<String> {
    ids(Protocol::Pop3, &format!("{MAILDROP}{lines}"))
}

#[test]
fn pop_figures_must_agree() {
    let sound =
        "C: LIST\nS: +OK 4 messages:\nS: 1 717\nS: 2 334\nS: 3 326\nS: 4 728\nS: .\nC: LIST 2\nS: +OK 2 334";
    assert!(pop(sound).is_empty());
    assert_eq!(pop(&sound.replace("S: 2 334", "S: 2 343")), ["check-pop-sum", "check-pop-size-changed"]);
    assert_eq!(pop(&sound.replace("S: 3 326\n", "")), ["check-pop-count"]);
    let glued = checked(Protocol::Pop3, &format!("{MAILDROP}{}", sound.replace("1 717", "1717")));
    assert_eq!(glued[0].id, "check-pop-sum-unread");
    assert_eq!(arg(&glued[0], "missing"), "717");
    assert_eq!(glued[0].about.len(), 1, "STAT's answer is named");
    assert_eq!(pop(&sound.replace("3 326", "3 3 2 6")), ["check-pop-sum-unread"]);
    // What DELE marked is counted no more.
    let deleted = "C: DELE 1\nS: +OK\nC: LIST\nS: +OK\nS: 2 334\nS: .";
    assert!(pop(deleted).is_empty());
}

#[test]
fn a_message_has_one_unique_id_and_one_size() {
    let twice = "C: UIDL 4\nS: +OK 4 0056\nC: UIDL\nS: +OK\nS: 1 0053\nS: 2 0054\nS: 3 0055\nS: 4 056\nS: .";
    assert_eq!(pop(twice), ["check-pop-two-ids"]);
    let same = "C: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: 3 b\nS: 4 c\nS: .";
    assert_eq!(pop(same), ["check-pop-same-id"]);
    let retr = "C: LIST 1\nS: +OK 1 6\nC: RETR 1\nS: +OK 7 octets\nS: a: b\nS: .";
    assert_eq!(pop(retr), ["check-pop-retr-size", "lint-pop-octets-differ"]);
}

/// The practice's paste: 728 octets are right with the white space of the folded lines.
#[test]
fn octets_fit_with_what_a_paste_loses() {
    let mail = |announced: u64, rest: &str| {
        format!(
            "{MAILDROP}C: RETR 4\nS: +OK {announced} octets\nS: Received: from redes\nS: by mail\n\
             S: for <a@b>; Thu, 5 Apr 2018 21:55:02 +0000\n{rest}S: .\n"
        )
    };
    let rest = "S: mensaje 7\n";
    let whole: u64 =
        ["Received: from redes", "by mail", "for <a@b>; Thu, 5 Apr 2018 21:55:02 +0000", "mensaje 7"]
            .iter()
            .map(|line| line.len() as u64 + 2)
            .sum();
    let fits = &checked(Protocol::Pop3, &mail(whole + 2 + 2, rest))[0];
    assert_eq!(fits.id, "lint-pop-octets-fit");
    assert_eq!(arg(fits, "received"), whole.to_string());
    assert_eq!([arg(fits, "folds"), arg(fits, "empty"), arg(fits, "blanks")], ["2", "1", "0"]);
    // Too many octets, or far too few, fit with nothing.
    assert_eq!(checked(Protocol::Pop3, &mail(whole - 3, rest))[0].id, "lint-pop-octets-differ");
    assert_eq!(checked(Protocol::Pop3, &mail(whole + 90, rest))[0].id, "lint-pop-octets-differ");
    // Nothing was lost where nothing shows it.
    let plain = format!("{MAILDROP}C: RETR 1\nS: +OK 14 octets\nS: a: b\nS:\nS: x\nS: .\n");
    assert_eq!(checked(Protocol::Pop3, &plain)[0].id, "lint-pop-octets-differ");
}

#[test]
fn smtp_begins_anew_after_tls() {
    let before = "S: 220 x ESMTP\nC: EHLO a\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n@t\n";
    let ids = |lines: &str| ids(Protocol::Smtp, &format!("{before}{lines}"));
    assert_eq!(ids("C: MAIL FROM:<a@b>\nS: 503 no"), ["check-smtp-ehlo-after-tls"]);
    assert!(ids("C: EHLO a\nS: 250 x\nC: MAIL FROM:<a@b>\nS: 250 ok").is_empty());
}

const MAILBOX: &str = "S: * OK hi\nC: 1 LOGIN a b\nS: 1 OK\nC: 6 select INBOX\nS: * 3 EXISTS\n\
    S: * OK [UIDNEXT 16] next\nS: 6 OK [READ-WRITE] done\nC: 7 UID fetch 1:* (FLAGS)\n";

fn imap(lines: &str) -> Vec<String> {
    ids(Protocol::Imap, &format!("{MAILBOX}{lines}"))
}

#[test]
fn imap_numbers_must_agree() {
    let line = |number: u64, uid: u64| format!("S: * {number} FETCH (UID {uid} FLAGS ())\n");
    let done = "S: 7 OK done\n";
    let all =
        |uids: [u64; 3]| (1..).zip(uids).map(|(number, uid)| line(number, uid)).collect::<String>() + done;
    assert_eq!(imap(&all([13, 14, 15])), ["check-imap-uids-gone"]);
    assert_eq!(imap(&all([13, 15, 14])), ["check-imap-uid-order"]);
    assert_eq!(imap(&all([13, 14, 16])), ["check-imap-uid-next"]);
    assert_eq!(imap(&(line(1, 3) + done)), ["check-imap-fetched-fewer"]);
    assert_eq!(
        imap(&(line(4, 3) + &line(4, 5))),
        ["check-imap-beyond", "check-imap-beyond", "check-imap-uid-changed", "check-imap-unanswered"]
    );
    // New mail may have UIDNEXT, and numbers move up when messages go.
    let news = all([13, 14, 15]) + "S: * 4 EXISTS\nC: 8 FETCH 4 (UID)\n" + &line(4, 16) + "S: 8 OK done\n";
    assert_eq!(imap(&news), ["check-imap-uids-gone"]);
    let gone = all([13, 14, 15]) + "S: * 1 EXPUNGE\n" + &line(1, 14);
    assert_eq!(imap(&gone), ["check-imap-uids-gone"]);
}

#[test]
fn imap_commands_get_answers_and_tags_of_their_own() {
    assert_eq!(
        imap("S: 7 OK done\nC: 8 IDLE\nS: + idling\n"),
        ["check-imap-fetched-fewer", "check-imap-unanswered"]
    );
    let again = imap("S: 7 NO\nC: 7 NOOP\nS: 7 OK\nC: 7 NOOP\nS: 7 OK\n");
    assert_eq!(again, ["check-imap-tag-again"]);
}

/// What stands behind a literal belongs to the same message.
#[test]
fn a_uid_behind_a_literal_counts() {
    let lines = "S: * 1 FETCH (BODY[] {3}\nS: a\nS:  UID 20)\nS: 7 OK\n";
    assert_eq!(imap(lines), ["check-imap-uid-next", "check-imap-fetched-fewer"]);
}
