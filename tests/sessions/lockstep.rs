//! Lines from a pipe, or by `--send`: each waits for what the protocol says must come first, and the end of
//! the input takes leave as is right where it happens.

use std::time::Duration;

use crate::support::{Peers, Script, Test};
use crate::{Told, imap, wire};

#[test]
fn a_printf_works_where_telnet_fails() {
    let out = Test::smtp(Peers::shared()).stdin("EHLO me\nQUIT\n").run().code(0).stderr_is("");
    let lines = wire(&out.stdout);
    // The reply stands whole between the two commands.
    assert_eq!(lines[1], "C: EHLO me");
    assert_eq!(lines[lines.len() - 2..], ["C: QUIT", "S: 221 2.0.0 Bye"]);
    out.says("2 commands, 2 round trips, 15 octets sent");
}

#[test]
fn send_is_a_line_each() {
    let test = Test::smtp(Peers::shared()).args(["--send", "EHLO me", "--send", "NOOP"]);
    // Standard input is not read then.
    test.stdin("VRFY x\n")
        .run()
        .code(0)
        .wire_has(&["C: EHLO me", "C: NOOP", "C: QUIT", "S: 221"])
        .stdout_lacks("VRFY x");
}

#[test]
fn windows_line_ends_and_a_missing_last_one() {
    let test = Test::smtp(Peers::shared()).stdin("EHLO me\r\nNOOP");
    test.run().code(0).wire_has(&["C: EHLO me", "C: NOOP", "C: QUIT"]).never_says("warning");
}

#[test]
fn an_end_of_input_at_the_prompt_takes_leave() {
    let peers = Peers::shared();
    Test::smtp(peers).run().code(0).wire_has(&["S: 220", "C: QUIT", "S: 221"]);
    Test::pop(peers).run().code(0).wire_has(&["S: +OK", "C: QUIT", "S: +OK"]);
    Test::imap(peers).run().code(0).wire_has(&["S: * OK", "C: a1 LOGOUT", "S: * BYE", "S: a1 OK"]);
}

#[test]
fn an_end_of_input_inside_data_sends_nothing_by_half() {
    let peers = Peers::shared();
    let me = peers.account();
    let lines = format!("EHLO me\nMAIL FROM:<a@b.example>\nRCPT TO:<{}>\nDATA\nSubject: x\n", me.address);
    let out = Test::smtp(peers).stdin(lines).run().code(2).stdout_lacks("C: .\n").stdout_lacks("C: QUIT");
    out.stdout_has("\n@close\n")
        .says("the connection is closed without finishing")
        .says("no message was handed over");
    // A mail after it comes through, and is alone.
    peers.deliver(&me.address, "Subject: y\n\ny\n");
    assert_eq!(peers.wait_for_mail(&me.user, 1).len(), 1);
}

#[test]
fn an_end_of_input_inside_a_literal_or_a_login() {
    let me = Peers::shared().account();
    let out = imap(&me).stdin("APPEND INBOX {100}\nSubject: x\n").run().code(2);
    out.wire_has(&["C: a2 APPEND INBOX {100}", "S: +"]).stdout_lacks("LOGOUT");
    // `*` cancels a SASL exchange (RFC 4954 §4).
    Test::smtp(Peers::shared())
        .stdin("EHLO me\nAUTH LOGIN\nYWx1bW5v\n")
        .run()
        .code(0)
        .wire_has(&["S: 334", "S: 334", "C: *", "S: 501", "C: QUIT", "S: 221"]);
}

#[test]
fn fail_makes_a_refusal_the_exit_code() {
    let peers = Peers::shared();
    Test::smtp(peers).args(["--fail", "--send", "RCPT TO:<x@y.z>"]).run().code(1);
    Test::smtp(peers).args(["--send", "RCPT TO:<x@y.z>"]).run().code(0);
    Test::smtp(peers).args(["--fail", "--send", "NOOP"]).run().code(0);
    Test::pop(peers).args(["--fail", "--send", "RETR 1"]).run().code(1);
    Test::imap(peers).args(["--fail", "--send", "SELECT INBOX"]).run().code(1);
    Test::imap(peers).args(["--fail", "--send", "NOOP"]).run().code(0);
}

#[test]
fn what_begins_with_two_slashes_is_sent_with_one() {
    let peers = Peers::shared();
    Test::pop(peers).stdin("//x\nQUIT\n").run().code(0).wire_has(&["C: /x", "S: -ERR", "C: QUIT"]);
}

#[test]
fn lines_that_were_not_sent_are_told() {
    let server = Script::new().send("220 hi\r\n").expect("EHLO").send("421 closing\r\n").cut().listen();
    let out = Test::new(["smtp", &server.address()]).stdin("EHLO me\nMAIL FROM:<a@b.c>\n").run().code(4);
    out.says("the rest was not sent").stdout_lacks("C: MAIL");
    server.finish();
    // Behind a QUIT it is a slip, no failure.
    let out = Test::smtp(Peers::shared()).stdin("QUIT\nNOOP\n").run().code(0);
    out.says("the rest was not sent").stdout_lacks("C: NOOP");
    Test::smtp(Peers::shared()).stdin("NOOP\nQUIT\n").run().code(0).never_says("the rest was not sent");
}

#[test]
fn a_line_waits_for_a_slow_answer() {
    let server = Script::new()
        .sleep(Duration::from_millis(300))
        .send("220-slow\r\n")
        .sleep(Duration::from_millis(200))
        .send("220 hi\r\n")
        .expect("EHLO me")
        .send("250-a\r\n")
        .sleep(Duration::from_millis(200))
        .send("250 b\r\n")
        .expect("QUIT")
        .send("221 bye\r\n")
        .cut()
        .listen();
    let out = Test::new(["smtp", &server.address()]).stdin("EHLO me\nQUIT\n").run().code(0);
    assert_eq!(
        wire(&out.stdout),
        ["S: 220-slow", "S: 220 hi", "C: EHLO me", "S: 250-a", "S: 250 b", "C: QUIT", "S: 221 bye"]
    );
    server.finish();
}
