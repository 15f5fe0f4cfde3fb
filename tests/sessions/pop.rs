//! Every POP3 command on Dovecot.

use crate::support::{Account, Peers, Test};
use crate::{Told, body_of, pop};

/// An account with this many mails.
fn with_mails(n: usize) -> Account {
    let peers = Peers::shared();
    let me = peers.account();
    for i in 1..=n {
        peers.deliver(
            &me.address,
            format!("From: p@example.org\nSubject: mail {i}\n\nlinea {i}\n.punto\nfin\n"),
        );
    }
    me
}

#[test]
fn user_and_pass_in_clear_are_warned_of_and_masked() {
    let me = with_mails(1);
    let lines = format!("USER {}\nPASS {}\nSTAT\nQUIT\n", me.user, me.password);
    Test::pop(Peers::shared())
        .stdin(lines)
        .run()
        .code(0)
        .stdout_lacks(&me.password)
        .wire_has(&["C: USER", "S: +OK", "C: PASS {{password}}", "S: +OK Logged in.", "C: STAT", "S: +OK 1 "])
        .says("warning: the password went over the wire for all to read")
        .says("1 message,")
        .says("on the server: 1 message; 0 deleted");
}

#[test]
fn lists_are_read_to_their_dot_by_the_argument() {
    let me = with_mails(3);
    let lines = "LIST\nLIST 2\nUIDL\nUIDL 2\nCAPA\nTOP 3 1\nRETR 3\nNOOP\nQUIT\n";
    let out = pop(&me).stdin(lines).run().code(0).wire_has(&[
        "C: LIST",
        "S: +OK 3 messages:",
        "S: 1 ",
        "S: 3 ",
        "S: .",
        "C: LIST 2",
        "S: +OK 2 ",
        "C: UIDL",
        "S: +OK",
        "S: 1 00000001",
        "S: .",
        "C: UIDL 2",
        "S: +OK 2 00000002",
        "C: CAPA",
        "S: +OK",
        "S: UIDL",
        "S: .",
        "C: TOP 3 1",
        "S: +OK",
        "S: linea 3",
        "S: .",
        "C: RETR 3",
        "S: +OK ",
        "S: ..punto",
        "S: fin",
        "S: .",
        "C: NOOP",
        "S: +OK",
        "C: QUIT",
        "S: +OK Logging out.",
    ]);
    let message = body_of(&out.stdout, "C: RETR 3", "S: .");
    assert_eq!(&message[message.len() - 3..], ["linea 3", "..punto", "fin"]);
    out.says("the header and 1 line")
        .says("octets, as announced. It stays here until DELE and QUIT")
        .says("Dovecot's form")
        .says("Subject the subject")
        .says("on the server");
}

#[test]
fn dele_counts_only_at_quit() {
    let me = with_mails(3);
    let out = pop(&me).stdin("DELE 1\nDELE 2\nLIST\nRETR 1\nRSET\nDELE 3\nQUIT\n").run().code(0).wire_has(&[
        "C: DELE 1",
        "S: +OK Marked",
        "C: LIST",
        "S: +OK 1 messages",
        "C: RETR 1",
        "S: -ERR",
        "C: RSET",
        "S: +OK",
        "C: DELE 3",
        "C: QUIT",
        "S: +OK Logging out, messages deleted.",
    ]);
    out.says("2 messages are marked; QUIT deletes")
        .says("nothing will be deleted")
        .says("1 message was deleted");
    assert_eq!(Peers::shared().wait_for_mail(&me.user, 2).len(), 2);
}

#[test]
fn an_end_of_input_deletes_nothing() {
    let me = with_mails(2);
    let out = pop(&me).stdin("DELE 1\n").run().code(0).wire_has(&[
        "C: DELE 1",
        "S: +OK Marked",
        "C: RSET",
        "S: +OK",
        "C: QUIT",
        "S: +OK Logging out.",
    ]);
    out.says("leaving without QUIT's deletions: RSET takes the marks off first");
    assert_eq!(Peers::shared().wait_for_mail(&me.user, 2).len(), 2);
    // The other way round: QUIT typed is meant.
    pop(&me).stdin("DELE 1\nQUIT\n").run().code(0).wire_has(&[
        "C: DELE 1",
        "C: QUIT",
        "S: +OK Logging out, ",
    ]);
    assert_eq!(Peers::shared().wait_for_mail(&me.user, 1).len(), 1);
}

#[test]
fn refusals_and_slips_are_named() {
    let me = with_mails(1);
    let lines = "STAT\nRETR 9\nRETR\nLIST 9\nTOP 1\nSTAT 1 2\nLSIT\nSTLS\nUSER x\nXYZZY\nQUIT\n";
    let out = pop(&me).stdin(lines).run().code(0);
    out.wire_has(&[
        "C: RETR 9",
        "S: -ERR There's no message 9.",
        "C: TOP 1",
        "S: -ERR",
        "C: LSIT",
        "S: -ERR",
    ])
    .says("there is no message 9")
    .says("something is missing behind the verb")
    .says("LIST")
    .says("warning: STLS only before login")
    // After login it is not the name that was refused.
    .never_says("name refused");
}

#[test]
fn tls_by_stls_and_from_the_start() {
    let peers = Peers::shared();
    let me = with_mails(1);
    crate::of(Test::pop(peers), &me)
        .args(["--starttls", "--auth", "best"])
        .stdin("STAT\nSTLS\nQUIT\n")
        .run()
        .code(0)
        .wire_has(&[
            "C: STLS",
            "S: +OK Begin TLS",
            "C: CAPA",
            "C: AUTH SCRAM-SHA-256",
            "S: +OK Logged in.",
            "C: STAT",
        ])
        .says("TLS 1.3 from here on encrypted")
        .never_says("warning: not encrypted");
    let lines = format!("USER {}\nPASS {}\nSTAT\nQUIT\n", me.user, me.password);
    Test::on(peers, "pop", peers.pop3s)
        .arg("--tls")
        .stdin(lines)
        .run()
        .code(0)
        .stdout_has(" tls\n")
        .wire_has(&["S: +OK Dovecot", "C: PASS {{password}}", "S: +OK Logged in."])
        .never_says("for all to read");
}

#[test]
fn pop3_is_another_name_for_pop() {
    let peers = Peers::shared();
    Test::on(peers, "pop3", peers.pop3).stdin("QUIT\n").run().code(0).wire_has(&["C: QUIT", "S: +OK"]);
}
