//! Every ordinary SMTP command on Postfix's port 25, the message in its three ways (typed dots, `/attach`,
//! BDAT), and what is refused.

use crate::support::{Peers, Test};
use crate::{Told, body_of, pop};

/// A message whose lines begin with dots, and without a line end at its end.
const DOTS: &str = "Subject: puntos\n\n.uno\n..dos\n.\n\nfin";

/// A session up to the recipient, with `rest` behind it.
fn to(address: &str, rest: &str) -> String {
    format!("EHLO me\nMAIL FROM:<ana@example.org>\nRCPT TO:<{address}>\n{rest}")
}

#[test]
fn the_old_hello_and_the_small_commands() {
    let lines = "HELO me\nNOOP\nVRFY alumnopop\nVRFY nadie\nEXPN lista\nHELP\nRSET\nQUIT\n";
    let out = Test::smtp(Peers::shared()).stdin(lines).run().code(0).wire_has(&[
        "C: HELO me",
        "S: 250 mail.redes.unlp.edu.ar",
        "C: NOOP",
        "S: 250 2.0.0 Ok",
        "C: VRFY alumnopop",
        "S: 252 2.0.0 alumnopop",
        "C: VRFY nadie",
        "S: 550 5.1.1",
        "C: EXPN lista",
        "S: 500 5.5.2",
        "C: HELP",
        "S: 500 5.5.2",
        "C: RSET",
        "S: 250 2.0.0 Ok",
        "C: QUIT",
        "S: 221 2.0.0 Bye",
    ]);
    out.says("250 done; HELO is not answered with a list of extensions")
        .says("252 2.0.0 not verified")
        .says("warning: 550 5.1.1 no such mailbox here")
        // EXPN and HELP are no slips: nothing is said of how they are written.
        .says("this server does not do EXPN")
        .says("this server does not do HELP")
        .never_says("it is written EXPN")
        .says("250 2.0.0 transaction dropped")
        .says("8 commands, 8 round trips")
        .says("nothing stays on the server: no message was handed over");
}

#[test]
fn order_is_explained_and_the_user_goes_on() {
    let me = Peers::shared().account();
    let lines = format!(
        "EHLO me\nRCPT TO:<{0}>\nDATA\nMAIL FROM: ana@example.org\nMAIL FROM:<b@example.org>\nDATA\nRCPT TO:<{0}>\nVERFY x\nQUIT\n",
        me.address
    );
    Test::smtp(Peers::shared())
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&[
            "C: RCPT",
            "S: 503 5.5.1",
            "C: DATA",
            "S: 503 5.5.1",
            "C: MAIL FROM: ana@example.org",
            "S: 250 2.1.0",
            "C: MAIL FROM:<b@example.org>",
            "S: 503 5.5.1",
            "C: DATA",
            "S: 554 5.5.1",
            "C: RCPT",
            "S: 250 2.1.5",
            "C: VERFY x",
            "S: 500 5.5.2",
        ])
        .says("RCPT belongs after MAIL")
        .says("DATA belongs after MAIL and RCPT")
        .says("warning: a blank after the colon, column 11")
        .says("the address wants brackets")
        .says("a transaction is open already")
        .says("VRFY")
        .says("the open transaction is forgotten: no message was handed over");
}

#[test]
fn refusals_are_named_by_their_reason() {
    let lines = to("nadie@redes.unlp.edu.ar", "RCPT TO:<pepe@gmail.com>\nQUIT\n");
    Test::smtp(Peers::shared())
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&["C: RCPT TO:<nadie@", "S: 550 5.1.1", "C: RCPT TO:<pepe@gmail.com>", "S: 554 5.7.1"])
        .says("warning: 550 5.1.1 recipient refused: no such mailbox")
        .says("warning: 554 5.7.1 recipient refused; often: no relaying for this client");
}

#[test]
fn too_big_is_refused_before_and_after() {
    let peers = Peers::start(&[("PEERS_MAX_SIZE", "20000")]);
    let me = peers.account();
    let announced = "EHLO me\nMAIL FROM:<ana@example.org> SIZE=99999\nQUIT\n";
    Test::smtp(&peers)
        .stdin(announced)
        .run()
        .code(0)
        .wire_has(&["S: 250-SIZE 20000", "C: MAIL FROM:<ana@example.org> SIZE=99999", "S: 552 5.3.4"])
        .says("SIZE=99999 the message is about 99999 octets")
        .says("warning: 552 5.3.4");
    let big = format!("Subject: x\n\n{}", "0123456789\n".repeat(3000));
    Test::smtp(&peers)
        .file("big.eml", big)
        .stdin(to(&me.address, "/attach big.eml\nQUIT\n"))
        .run()
        .code(0)
        .wire_has(&["C: DATA", "S: 354", "C: .", "S: 552 5.3.4", "C: QUIT", "S: 221"])
        .says("warning: 552 5.3.4")
        .says("no message was handed over");
}

/// What stands in the mailbox behind the header, read over POP3, wire lines unstuffed.
fn read_back(account: &crate::Account) -> Vec<String> {
    let out = pop(account).stdin("/save got.eml next\nRETR 1\nQUIT\n").run().code(0);
    let got = std::fs::read_to_string(out.dir().join("got.eml")).expect("what was saved");
    let body = got.split_once("\r\n\r\n").expect("a header and a body").1;
    body.split("\r\n").map(str::to_owned).collect()
}

#[test]
fn dots_typed_are_the_users_to_double() {
    let peers = Peers::shared();
    let me = peers.account();
    // What is typed is what is sent: one dot less arrives.
    let lines = to(&me.address, "DATA\nSubject: puntos\n\n..uno\n.dos\n.\nQUIT\n");
    let out = Test::smtp(peers).stdin(lines).run().code(0);
    out.wire_has(&["C: ..uno", "C: .dos", "C: .", "S: 250 2.0.0"]).says("dot");
    peers.wait_for_mail(&me.user, 1);
    assert_eq!(read_back(&me), [".uno", "dos", ""]);
}

#[test]
fn an_attached_file_arrives_octet_for_octet() {
    let peers = Peers::shared();
    let me = peers.account();
    let lines = to(&me.address, "/attach m.eml\nQUIT\n");
    let out = Test::smtp(peers).file("m.eml", DOTS).stdin(lines).run().code(0).wire_has(&[
        "C: DATA",
        "S: 354",
        "C: Subject: puntos",
        "C:",
        "C: ..uno",
        "C: ...dos",
        "C: ..",
        "C:",
        "C: fin",
        "C: .",
        "S: 250 2.0.0",
    ]);
    out.says("1 message was accepted");
    peers.wait_for_mail(&me.user, 1);
    assert_eq!(read_back(&me), [".uno", "..dos", ".", "", "fin", ""]);
}

#[test]
fn a_file_may_be_attached_inside_data() {
    let peers = Peers::shared();
    let me = peers.account();
    // Inside DATA a slash is text; the command is for the prompt of commands only.
    let lines = to(&me.address, "DATA\nSubject: barra\n\n/attach m.eml\n.\nQUIT\n");
    Test::smtp(peers).file("m.eml", DOTS).stdin(lines).run().code(0).wire_has(&["C: /attach m.eml", "C: ."]);
    peers.wait_for_mail(&me.user, 1);
    assert_eq!(read_back(&me), ["/attach m.eml", ""]);
}

#[test]
fn chunks_are_counted_and_not_stuffed() {
    let peers = Peers::shared();
    let me = peers.account();
    // "Subject: bdat" + CR LF + CR LF is 17 octets, ".uno" + CR LF is 6.
    let lines = to(&me.address, "BDAT 17\nSubject: bdat\n\nBDAT 6 LAST\n.uno\nQUIT\n");
    Test::smtp(peers)
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&[
            "C: BDAT 17",
            "C: Subject: bdat",
            "S: 250 2.0.0 Ok: 17 bytes",
            "C: BDAT 6 LAST",
            "C: .uno",
            "S: 250 2.0.0 Ok: 23 bytes queued as",
            "C: QUIT",
        ])
        .says("250 2.0.0 chunk received")
        .says("6 commands, 6 round trips")
        .says("1 message was accepted");
    peers.wait_for_mail(&me.user, 1);
    assert_eq!(read_back(&me), [".uno", ""]);
}

#[test]
fn lmtp_answers_once_per_recipient() {
    let peers = Peers::shared();
    let (one, two) = (peers.account(), peers.account());
    let lines = format!(
        "LHLO me\nMAIL FROM:<ana@example.org>\nRCPT TO:<{}>\nRCPT TO:<nadie@redes.unlp.edu.ar>\nRCPT TO:<{}>\nDATA\nSubject: lmtp\n\nhola\n.\nEHLO me\nQUIT\n",
        one.address, two.address
    );
    let stored = format!("S: 250 2.0.0 <{}>", one.address);
    let stored_too = format!("S: 250 2.0.0 <{}>", two.address);
    let out = Test::on(peers, "smtp", peers.lmtp).arg("--lmtp").stdin(lines).run().code(0);
    let out = out.wire_has(&[
        "S: 220 ",
        "C: LHLO me",
        "S: 250-mail.redes.unlp.edu.ar",
        "S: 250 2.1.5",
        "S: 550 5.1.1",
        "S: 250 2.1.5",
        "S: 354",
        "C: .",
        &stored,
        &stored_too,
        "C: EHLO me",
        "S: 500",
        "C: QUIT",
    ]);
    out.stdout_has(" lmtp\n").says("LMTP begins with LHLO instead of EHLO").says("2 messages were accepted");
    for account in [one, two] {
        assert_eq!(peers.wait_for_mail(&account.user, 1).len(), 1);
    }
}

#[test]
fn a_folded_header_and_accents_arrive_as_they_are() {
    let peers = Peers::shared();
    let me = peers.account();
    let lines = to(&me.address, "DATA\nFrom: ana@example.org\nTo: x@y.z,\n w@y.z\n\nñandú\n.\n");
    Test::smtp(peers).stdin(lines).run().code(0).wire_has(&["C:  w@y.z", "C: ñandú", "C: .", "S: 250 2.0.0"]);
    let stored = peers.wait_for_mail(&me.user, 1).remove(0);
    assert!(String::from_utf8(stored).expect("UTF-8").ends_with("\nñandú\n"));
    assert_eq!(body_of("S: +OK\nS: a\nS:\nS: .", "S: +OK", "S: ."), ["a", ""]);
}
