//! IMAP's data: FETCH and its literals, APPEND in its forms, IDLE.

use crate::imap::with_mails;
use crate::support::Peers;
use crate::{Told, imap};

#[test]
fn fetch_in_its_forms() {
    let me = with_mails(2);
    let lines = "SELECT INBOX\nFETCH 1 BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]\nFETCH 1:2 (UID FLAGS RFC822.SIZE)\nFETCH 1 ENVELOPE\nFETCH 2 BODYSTRUCTURE\nFETCH 1 FLAGS\nFETCH 2 BODY[TEXT]<0.5>\nFETCH 2 FLAGS\nFETCH 9 FLAGS\n";
    imap(&me)
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&[
            "S: * 1 FETCH (BODY[HEADER.FIELDS (FROM SUBJECT)] {",
            "S: From: p@example.org",
            "S: Subject: mail 1",
            "S: )",
            "S: a3 OK",
            "S: * 1 FETCH (UID 1 FLAGS (\\Recent) RFC822.SIZE ",
            "S: * 2 FETCH (UID 2 ",
            "S: a4 OK",
            "S: * 1 FETCH (ENVELOPE (",
            "S: a5 OK",
            "S: * 2 FETCH (BODYSTRUCTURE (\"text\" \"plain\"",
            "S: a6 OK",
            "S: * 1 FETCH (FLAGS (\\Recent))",
            "C: a8 FETCH 2 BODY[TEXT]<0.5>",
            "S-: linea",
            "S: a8 OK",
            "S: * 2 FETCH (FLAGS (\\Seen \\Recent))",
        ])
        .says("without marking it as read")
        .says("hint: BODY[TEXT]<0.5> marks the message \\Seen");
}

#[test]
fn append_counts_octets_not_letters() {
    let me = with_mails(0);
    // 14 letters are 16 octets: ñ and ú have two each. CR LF, twice, 4 more; "hola" and its CR LF 6.
    let literal = "Subject: ñandú\n\nhola\n\n";
    let lines = format!(
        "APPEND INBOX (\\Seen) {{26}}\n{literal}APPEND INBOX {{26+}}\n{literal}SELECT INBOX\nFETCH 1:* (RFC822.SIZE BODY.PEEK[])\n"
    );
    let out = imap(&me).stdin(lines).run().code(0).wire_has(&[
        "C: a2 APPEND INBOX (\\Seen) {26}",
        "S: +",
        "C: Subject: ñandú",
        "S: a2 OK [APPENDUID ",
        "C: a3 APPEND INBOX {26+}",
        "C: Subject: ñandú",
        "S: a3 OK [APPENDUID ",
        "S: * 2 EXISTS",
        "S: * 1 FETCH (RFC822.SIZE 26 BODY[] {26}",
        "S: Subject: ñandú",
        "S: hola",
        "S: * 2 FETCH (RFC822.SIZE 26 BODY[] {26}",
    ]);
    out.says("the message is in the mailbox").says("26 octets follow at once, without waiting for +");
}

#[test]
fn attach_appends_a_file_octet_for_octet() {
    let me = with_mails(0);
    let mail = "Subject: adjunto\r\n\r\n.ñandú\r\n..\r\n)\r\na1 OK no\r\n";
    let lines = "/attach m.eml\nCREATE Otra\n/attach m.eml to Otra\nSELECT Otra\n/save got.eml next\nFETCH 1 BODY.PEEK[]\n";
    let out = imap(&me).file("m.eml", mail).stdin(lines).run().code(0);
    let count = format!("{{{}+}}", mail.len());
    let out = out.wire_has(&[
        &format!("C: a2 APPEND INBOX {count}"),
        "C: .ñandú",
        "C: ..",
        "S: a2 OK [APPENDUID",
        &format!("C: a4 APPEND Otra {count}"),
        "S: a4 OK [APPENDUID",
        "S: * 1 EXISTS",
        "C: a6 FETCH 1 BODY.PEEK[]",
        "S: a6 OK",
    ]);
    assert_eq!(out.file("got.eml"), mail);
}

#[test]
fn idle_hears_a_mail_at_once() {
    let peers = Peers::shared();
    let me = with_mails(1);
    let mut run = imap(&me).start();
    run.say("SELECT INBOX");
    run.say("IDLE");
    run.wait_for("S: + idling\n");
    peers.deliver(&me.address, "Subject: nuevo\n\nx\n");
    run.wait_for("S: * 2 EXISTS\n");
    run.wait_for("new mail");
    run.say("DONE");
    run.wait_for("S: a3 OK");
    run.say("FETCH 2 BODY.PEEK[HEADER.FIELDS (SUBJECT)]");
    run.finish().code(0).wire_has(&[
        "C: DONE",
        "S: a3 OK",
        "C: a4 FETCH 2",
        "S: Subject: nuevo",
        "C: a5 LOGOUT",
    ]);
}

#[test]
fn news_is_told_when_the_next_command_asks() {
    let peers = Peers::shared();
    let me = with_mails(1);
    let mut run = imap(&me).start();
    run.say("SELECT INBOX");
    run.wait_for("S: a2 OK");
    peers.deliver(&me.address, "Subject: nuevo\n\nx\n");
    run.say("NOOP");
    run.finish().code(0).wire_has(&["C: a3 NOOP", "S: * 2 EXISTS", "S: a3 OK"]).says("new mail");
}

#[test]
fn an_end_of_input_in_idle_says_done_first() {
    let me = with_mails(0);
    imap(&me)
        .stdin("SELECT INBOX\nIDLE\n")
        .run()
        .code(0)
        .wire_has(&[
            "C: a3 IDLE",
            "S: + idling",
            "C: DONE",
            "S: a3 OK",
            "C: a4 LOGOUT",
            "S: * BYE",
            "S: a4 OK",
        ])
        .says("4 commands, 5 round trips");
}
