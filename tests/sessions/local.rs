//! The local commands in piped input: what they print, and what they do.

use crate::support::{Account, Peers, Test};
use crate::{Told, imap, pop, said};

#[test]
fn help_lists_all_and_explains_one() {
    let lines = "/help\n/help RCPT\n/help /save\n/help 550\n/help xyzzy\n/foo\n/stat\n";
    let out = Test::smtp(Peers::shared()).stdin(lines).run().code(0);
    for name in
        ["/help", "/state", "/caps", "/auth", "/explain", "/notes", "/lang", "/bytes", "/attach", "/save"]
    {
        assert!(out.stdout.contains(&format!("#     {name} ")), "{name}: {}", out.stdout);
    }
    out.says("RCPT one recipient on the envelope")
        .says("550 ")
        .says("/foo is no local command. /help shows all")
        .says("/stat is no local command; /state is the nearest")
        .says("1 command, 1 round trip");
}

#[test]
fn state_tells_where_the_dialogue_stands() {
    let peers = Peers::shared();
    let lines = "/state\nEHLO me\nMAIL FROM:<a@b.example>\nRCPT TO:<alumnopop@redes.unlp.edu.ar>\n/state\n";
    let out = Test::smtp(peers).stdin(lines).run().code(0);
    out.says("not encrypted")
        .says("nobody is logged in")
        .says("from <a@b.example> to alumnopop@redes.unlp.edu.ar")
        .says("now possible: EHLO, HELO, RCPT, DATA");
    let me = peers.account();
    peers.deliver(&me.address, "Subject: x\n\nx\n");
    let out = pop(&me).stdin("LIST\nDELE 1\n/state\n").run().code(0);
    out.says(&format!("logged in as {}", me.user)).says("1 message is marked");
    let out = imap(&me).stdin("SELECT INBOX\n/state\n").run().code(0);
    out.says("mailbox INBOX, 1 message");
}

#[test]
fn caps_are_explained_again_on_request() {
    let peers = Peers::shared();
    let out = Test::smtp(peers).stdin("/caps\nEHLO me\n/caps\n").run().code(0);
    out.says("EHLO").says("8BITMIME text may hold accents as they are");
    assert_eq!(
        said(&Test::imap(peers).stdin("/caps\n").run()).matches("IDLE tells of new mail at once").count(),
        2
    );
    Test::pop(peers).stdin("/caps\n").run().code(0).says("CAPA");
}

#[test]
fn notes_and_language_change_on_the_way() {
    let lines =
        "NOOP\n/notes none\nNOOP\nRSET\n/notes full\nVRFY alumnopop\n/lang es\nHELO yo\n/notes\n/lang fr\n";
    let out = Test::smtp(Peers::shared()).stdin(lines).run().code(0);
    out.says("notes: full")
        .says("RFC 5321 §")
        .says("en español desde aquí")
        .says("HELO")
        .says("hecho; a HELO no se contesta")
        .never_says("transaction dropped");
}

#[test]
fn bytes_shows_line_ends() {
    let out = Test::smtp(Peers::shared()).stdin("/bytes\nNOOP\n/bytes off\nRSET\n").run().code(0);
    out.says("6 octets: NOOP\\r\\n").says("250 2.0.0 Ok\\r\\n").never_says("RSET\\r\\n");
}

#[test]
fn raw_sends_exactly_that() {
    let peers = Peers::shared();
    let lines =
        "/raw NO\n/raw OP{{crlf}}\n/raw VRFY {{user}}{{hex(0d 0a)}}\n/raw {{nobody}}\n/raw {{hex(0z)}}\n";
    let out = Test::smtp(peers).args(["--user", "alumnopop"]).stdin(lines).run().code(0);
    out.wire_has(&["C: NOOP", "S: 250 2.0.0", "C: VRFY alumnopop", "S: 252 2.0.0 alumnopop", "C: QUIT"])
        .says("nobody");
}

#[test]
fn save_keeps_the_last_reply_or_message_exactly() {
    let peers = Peers::shared();
    let me = peers.account();
    peers.deliver(&me.address, "Subject: x\n\n.con punto\nñandú\n");
    let lines =
        "/show\n/save nothing.txt\nRETR 1\n/save a.eml\n/show\n/save a.eml\nNOOP\n/save c.txt\n/save\n";
    let out = pop(&me).stdin(lines).run().code(0);
    let mail = out.file("a.eml");
    assert!(mail.contains("Subject: x\r\n") && mail.ends_with("\r\n\r\n.con punto\r\nñandú\r\n"), "{mail}");
    let octets = format!("saved: a.eml, {} octets", mail.len());
    out.says(&octets).says("a.eml exists already");
}

#[test]
fn what_was_named_and_did_not_come_is_told() {
    let me = Peers::shared().account();
    let out = pop(&me)
        .stdin("/save a.eml next\nNOOP\n")
        .run()
        .code(0)
        .says("a.eml was not written: no message came");
    assert!(!out.dir().join("a.eml").exists());
}

/// A mail of this many octets in an account's mailbox, put there without Postfix.
fn big_mail(octets: usize) -> (Account, String) {
    let peers = Peers::shared();
    let me = peers.account();
    let line = ".0123456789 relleno de setenta y dos octetos, con un punto al principio\r\n";
    let mail = format!("From: a@b.example\r\nSubject: grande\r\n\r\n{}", line.repeat(octets / line.len()));
    peers.deliver(&me.address, &mail);
    (me, mail)
}

#[test]
fn fifty_megabytes_go_to_a_file_in_flat_memory() {
    let (me, mail) = big_mail(50_000_000);
    let mut run = pop(&me).arg("--log").arg("x.ehlo").start();
    run.say("/save big.eml next");
    run.say("RETR 1");
    run.wait_for("saved: big.eml");
    let peak = peak_memory(run.id());
    let out = run.finish().code(0);
    let got = std::fs::read(out.dir().join("big.eml")).expect("what was saved");
    let at = got.len() - mail.len();
    assert!(got[at..] == *mail.as_bytes(), "{} octets are not what was sent", got.len());
    assert!(at < 1000, "{at} octets of Return-Path and Received");
    assert!(peak < 40_000, "{peak} KiB");
    assert!(out.stdout.len() < 20_000, "the message is in the file, not on the screen");
    assert!(out.file("x.ehlo").len() < 200_000);
}

/// The most memory that a process had so far, in KiB.
fn peak_memory(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("a Linux process");
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn a_log_may_begin_on_the_way() {
    let out =
        Test::smtp(Peers::shared()).stdin("NOOP\n/log x.ehlo\n/log x.ehlo\n/log x.txt\n/log\nRSET\n").run();
    let out = out.code(0).says("x.ehlo exists already");
    let log = out.file("x.ehlo");
    assert!(
        log.starts_with("@smtp 127.0.0.1:") && log.contains("C: RSET") && !log.contains("C: NOOP"),
        "{log}"
    );
}

#[test]
fn tags_can_be_switched_off() {
    let lines = "NOOP\n/tags off\nNOOP\n/tags\nNOOP\n";
    let out = Test::imap(Peers::shared()).stdin(lines).run().code(0);
    out.wire_has(&["C: a1 NOOP", "S: a1 OK", "C: NOOP", "S: NOOP BAD", "C: a2 NOOP", "S: a2 OK"]);
}

#[test]
fn quit_takes_leave() {
    let out = Test::imap(Peers::shared()).stdin("/quit\nNOOP\n").run().code(0);
    out.wire_has(&["C: a1 LOGOUT", "S: a1 OK"]).stdout_lacks("NOOP");
}

#[test]
fn attach_tells_what_it_cannot() {
    let peers = Peers::shared();
    let out = Test::pop(peers).file("m.eml", "x").stdin("/attach m.eml\n").run().code(0);
    out.says("POP3 only fetches; sending is SMTP's");
    let out = Test::smtp(peers).stdin("/attach\n/attach none.eml\nNOOP\n").run().code(0);
    out.says("none.eml").wire_has(&["C: NOOP"]);
    // DATA is refused without an envelope: nothing of the file goes out.
    let out =
        Test::smtp(peers).file("m.eml", "secreto").stdin("EHLO me\n/attach m.eml\nNOOP\n").run().code(0);
    out.wire_has(&["C: DATA", "S: 503", "C: NOOP"]).stdout_lacks("secreto").says("the file was not sent");
}
