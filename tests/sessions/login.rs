//! Logging in: every mechanism on the three protocols, asked for at once, in one step, or typed bare and
//! answered at the challenge; refusals; and where the password comes from.

use crate::support::{Peers, Test};
use crate::{Told, of};

/// Mechanisms that want a password.
const MECHANISMS: [&str; 5] = ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"];

/// The three protocols on the real servers, with how a login that worked is answered.
fn protocols(peers: &Peers) -> [(Test, &'static str); 3] {
    [
        (Test::smtp(peers), "S: 235 2.7.0"),
        (Test::pop(peers), "S: +OK Logged in."),
        (Test::imap(peers), "S: a2 OK "),
    ]
}

#[test]
fn every_mechanism_at_once() {
    let peers = Peers::shared();
    let me = peers.account();
    for mechanism in MECHANISMS {
        for (test, taken) in protocols(peers) {
            // Dovecot's IMAP greeting tells its capabilities: nothing need be asked first.
            let taken = taken.replace("a2", "a1");
            let out = of(test, &me).args(["--auth", mechanism]).run().code(0).stdout_lacks(&me.password);
            let out = out.wire_has(&[&taken]).says(&format!("logged in as {}", me.user));
            assert!(out.stdout.contains(&format!(" {mechanism}")), "{mechanism}: {}", out.stdout);
            if mechanism.starts_with("SCRAM") {
                out.says("the proof that the client knows the password").says("the server's proof");
            }
        }
    }
}

#[test]
fn a_bare_auth_is_answered_at_the_challenge() {
    let peers = Peers::shared();
    let me = peers.account();
    for mechanism in MECHANISMS {
        for (n, (test, taken)) in protocols(peers).into_iter().enumerate() {
            let lines = match n {
                0 => format!("EHLO me\nAUTH {mechanism}\n"),
                1 => format!("CAPA\nauth {}\n", mechanism.to_lowercase()),
                _ => format!("CAPABILITY\nAUTHENTICATE {mechanism}\n"),
            };
            let out = of(test, &me).stdin(lines).run().code(0).stdout_lacks(&me.password);
            let shown = match mechanism {
                "PLAIN" => "{{plain(",
                "LOGIN" => "{{b64(password)}}",
                "CRAM-MD5" => "{{cram(",
                _ => "{{scram(",
            };
            out.stdout_has("@secret password\n").wire_has(&[&format!("C: {shown}"), taken]);
        }
    }
}

#[test]
fn tokens_log_in_where_they_are_taken() {
    let peers = Peers::shared();
    let _course = peers.course();
    for mechanism in ["XOAUTH2", "OAUTHBEARER"] {
        for (test, _) in protocols(peers) {
            let test = test.args(["--user", "alumnopop", "--auth", mechanism]);
            let out = test.env("EHLO_PASSWORD", &peers.token_pop).run().code(0);
            let call = mechanism.to_ascii_lowercase();
            out.stdout_lacks(&peers.token_pop[..40])
                .says("logged in as alumnopop")
                .stdout_has(&format!("{{{{{call}("));
        }
    }
}

#[test]
fn auth_in_one_step_takes_the_best() {
    let peers = Peers::shared();
    let me = peers.account();
    for (n, (test, _)) in protocols(peers).into_iter().enumerate() {
        let asked = ["C: EHLO [127.0.0.1]", "C: CAPA", "S: * OK [CAPABILITY"][n];
        of(test, &me).stdin("/auth\n").run().code(0).wire_has(&[asked]).stdout_has(" SCRAM-SHA-256 ");
    }
    of(Test::pop(peers), &me)
        .stdin("/auth APOP\n")
        .run()
        .code(0)
        .wire_has(&[&format!("C: APOP {} {{{{apop(password)}}}}", me.user), "S: +OK Logged in."]);
    of(Test::pop(peers), &me)
        .stdin("/auth cram-md5\n/auth\n")
        .run()
        .code(0)
        .says("no login is possible in this state");
}

#[test]
fn apop_is_filled_in() {
    let peers = Peers::shared();
    let me = peers.account();
    let digest = format!("C: APOP {} {{{{apop(password)}}}}", me.user);
    let bare = of(Test::pop(peers), &me).stdin("APOP\nQUIT\n").run();
    bare.code(0).wire_has(&[&digest, "S: +OK Logged in."]).says("the digest is MD5 of <");
    let named = Test::pop(peers).args(["--user", "nadie"]).env("EHLO_PASSWORD", &me.password);
    named.stdin(format!("APOP {}\n", me.user)).run().code(0).wire_has(&[&digest, "S: +OK Logged in."]);
}

#[test]
fn a_wrong_password_is_refused_and_masked_all_the_same() {
    let peers = Peers::shared();
    let me = peers.account();
    for (n, (test, _)) in protocols(peers).into_iter().enumerate() {
        let refused = ["S: 535 5.7.8", "S: -ERR [AUTH]", "S: a1 NO [AUTHENTICATIONFAILED]"][n];
        let out =
            test.args(["--user", &me.user, "--auth", "PLAIN", "--fail"]).env("EHLO_PASSWORD", "incorrecta");
        let out = out.run().code(1).stdout_lacks("incorrecta").wire_has(&[refused]);
        // base64 of NUL user NUL password holds it too.
        let base64 = base64(&format!("\0{}\0incorrecta", me.user));
        out.stdout_lacks(&base64).says("refused");
    }
}

#[test]
fn without_a_password_nothing_is_sent() {
    let peers = Peers::shared();
    for (lines, options) in [("EHLO me\nAUTH PLAIN\n", ""), ("EHLO me\n/auth\n", ""), ("", "PLAIN")] {
        let mut test = Test::smtp(peers).args(["--user", "alumnopop"]).stdin(lines);
        if !options.is_empty() {
            test = test.args(["--auth", options]);
        }
        let out = test.run().code(2).stdout_lacks("C: AUTH");
        out.stderr_has("EHLO_PASSWORD");
    }
}

#[test]
fn a_script_may_bring_its_own_base64() {
    let peers = Peers::shared();
    let me = peers.account();
    let own = base64(&format!("\0{}\0{}", me.user, me.password));
    for (n, (test, taken)) in protocols(peers).into_iter().enumerate() {
        let lines = match n {
            0 => format!("EHLO me\nAUTH PLAIN\n{own}\n"),
            1 => format!("CAPA\nAUTH PLAIN\n{own}\n"),
            _ => format!("CAPABILITY\nAUTHENTICATE PLAIN\n{own}\n"),
        };
        let out = test.stdin(lines).run().code(0).stdout_lacks(&own).stdout_lacks(&me.password);
        out.wire_has(&[&format!("C: {{{{plain(\"{}\", password)}}}}", me.user), taken]);
    }
    // An initial response of one's own, and a cancelled exchange.
    let lines = format!("EHLO me\nAUTH PLAIN {own}\n");
    Test::smtp(peers)
        .stdin(lines)
        .run()
        .code(0)
        .stdout_lacks(&own)
        .wire_has(&["C: AUTH PLAIN {{plain(", "S: 235"]);
    let cancelled = Test::smtp(peers).stdin("EHLO me\nAUTH PLAIN\n*\nNOOP\n").run().code(0);
    cancelled.wire_has(&["C: AUTH PLAIN", "S: 334", "C: *", "S: 501", "C: NOOP", "S: 250"]);
}

#[test]
fn a_password_file_loses_one_line_end() {
    let peers = Peers::shared();
    let me = peers.account();
    let test =
        || Test::imap(peers).args(["--user", &me.user, "--auth", "PLAIN", "--password-file", "secret"]);
    for end in ["", "\n", "\r\n"] {
        let out = test().file("secret", format!("{}{end}", me.password)).run();
        out.code(0).wire_has(&["S: a1 OK"]);
    }
    test().file("secret", format!("{}\n\n", me.password)).run().code(0).wire_has(&["S: a1 NO"]);
    test().run().code(3).stdout_lacks("C: a1 AUTH").stderr_has("secret");
}

#[test]
fn a_password_of_ones_own_is_masked_wherever_it_is_typed() {
    let peers = Peers::shared();
    let me = peers.account();
    // No protocol has a password here: the tag is missing, so the literal was refused.
    let lines = format!("LOGIN {} {{{}}}\n{}\nLOGOUT\n", me.user, me.password.len(), me.password);
    let out = of(Test::imap(peers), &me).arg("--no-tags").stdin(lines).run();
    out.stdout_lacks(&me.password).wire_has(&["C: LOGIN", "S: LOGIN BAD"]);
}

/// RFC 4648.
fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}
