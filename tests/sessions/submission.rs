//! Submission (RFC 6409, 8314): port 587 with STARTTLS and AUTH, and the port where TLS comes first.

use crate::support::{Peers, Test};
use crate::{Told, of};

#[test]
fn starttls_then_login_then_a_mail() {
    let peers = Peers::shared();
    let (me, friend) = (peers.account(), peers.account());
    let lines = format!(
        "MAIL FROM:<{}>\nRCPT TO:<{}>\nDATA\nFrom: {}\nSubject: x\n\nx\n.\nQUIT\n",
        me.address, friend.address, me.address
    );
    let test = of(Test::on(peers, "smtp", peers.submission), &me);
    test.args(["--starttls", "--auth", "best"])
        .stdin(lines)
        .run()
        .code(0)
        .stdout_lacks(&me.password)
        .wire_has(&[
            "C: EHLO [127.0.0.1]",
            "S: 250-STARTTLS",
            "C: STARTTLS",
            "S: 220 2.0.0",
            "C: EHLO [127.0.0.1]",
            "S: 250-AUTH PLAIN",
            "C: AUTH SCRAM-SHA-256 ",
            "S: 334 ",
            "C: {{scram(",
            "S: 235 2.7.0",
            "C: MAIL FROM",
            "S: 250 2.1.0",
            "S: 250 2.1.5",
            "C: .",
            "S: 250 2.0.0",
        ])
        .says("TLS 1.3 from here on encrypted")
        .says("verified: a trusted authority says it is 127.0.0.1")
        .says("- STARTTLS no longer offered")
        .says(&format!("state: logged in as {}", me.user));
    let stored = String::from_utf8(peers.wait_for_mail(&friend.user, 1).remove(0)).expect("text");
    assert!(stored.contains("with ESMTPSA"), "{stored}");
}

#[test]
fn without_login_submission_relays_nothing() {
    let peers = Peers::shared();
    let lines = "EHLO me\nMAIL FROM:<a@redes.unlp.edu.ar>\nRCPT TO:<alumnopop@redes.unlp.edu.ar>\nQUIT\n";
    Test::on(peers, "smtp", peers.submission)
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&["C: RCPT", "S: 554 5.7.1", "C: QUIT"])
        .says("warning: 554 5.7.1");
}

#[test]
fn tls_may_come_first() {
    let peers = Peers::shared();
    let me = peers.account();
    let lines = "EHLO me\nAUTH PLAIN\nAUTH PLAIN\nSTARTTLS\nQUIT\n";
    of(Test::on(peers, "smtp", peers.smtps), &me)
        .arg("--tls")
        .stdin(lines)
        .run()
        .code(0)
        .stdout_has(" tls\n")
        .wire_has(&[
            "S: 220 ",
            "C: EHLO me",
            "C: AUTH PLAIN",
            "S: 334",
            "C: {{plain(",
            "S: 235",
            "C: AUTH PLAIN",
            "S: 503 5.5.1",
            "C: STARTTLS",
            "S: 554 5.5.1",
            "C: QUIT",
        ])
        .says("already logged in: AUTH is possible once in a session")
        .never_says("the connection is not encrypted");
}

#[test]
fn a_mail_program_may_send_for_itself_only_what_it_may() {
    let peers = Peers::shared();
    let me = peers.account();
    let lines = "MAIL FROM:<a@redes.unlp.edu.ar>\nRCPT TO:<pepe@gmail.com>\nQUIT\n";
    // The tests' Postfix has no way out of the machine: it says so at once.
    of(Test::on(peers, "smtp", peers.smtps), &me)
        .args(["--tls", "--auth", "LOGIN", "--fail"])
        .stdin(lines)
        .run()
        .code(1)
        .wire_has(&["C: AUTH LOGIN", "S: 235", "C: RCPT TO:<pepe@gmail.com>", "S: 550"]);
}
