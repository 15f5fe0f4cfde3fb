//! TLS on the real servers: asked for, typed, implied, and what goes wrong with its certificate.

use crate::Told;
use crate::support::certificates::cert_valid;
use crate::support::{Peers, Test};

#[test]
fn typed_starttls_upgrades_and_tells() {
    let peers = Peers::shared();
    for (test, lines, ask) in [
        (Test::smtp(peers), "EHLO me\nSTARTTLS\nEHLO me\nSTARTTLS\nQUIT\n", "ask EHLO again"),
        (Test::pop(peers), "STLS\nCAPA\nSTLS\nQUIT\n", "ask CAPA again"),
        (Test::imap(peers), "STARTTLS\nCAPABILITY\nSTARTTLS\nLOGOUT\n", "ask CAPABILITY again"),
    ] {
        let out = test.stdin(lines).run().code(0).stdout_has("\n@tls\n");
        out.says("TLS 1.3 from here on encrypted")
            .says("certificate for mail.redes.unlp.edu.ar")
            .says("issued by O=ehlo tests, CN=ehlo tests CA")
            .says("verified: a trusted authority says it is 127.0.0.1")
            .says(&format!("hint: {ask}"));
    }
}

#[test]
fn a_session_in_clear_goes_on_encrypted_by_option() {
    let peers = Peers::shared();
    for (test, first) in
        [(Test::smtp(peers), "EHLO"), (Test::pop(peers), "STLS"), (Test::imap(peers), "a1 STARTTLS")]
    {
        let out = test.arg("--starttls").run().code(0).stdout_has("\n@tls\n");
        out.wire_has(&[&format!("C: {first}")]);
    }
}

#[test]
fn starttls_that_is_not_offered_is_not_forced() {
    // Where TLS comes first, STARTTLS has no place any more.
    let peers = Peers::shared();
    let out =
        Test::on(peers, "smtp", peers.smtps).arg("--tls").stdin("EHLO me\nSTARTTLS\nNOOP\n").run().code(0);
    out.wire_has(&["C: STARTTLS", "S: 554 5.5.1", "C: NOOP", "S: 250"]).says("STARTTLS");
}

#[test]
fn an_unknown_authority_ends_the_session_and_says_how_to_go_on() {
    let peers = Peers::shared();
    let stranger = cert_valid();
    let ca = &stranger.ca;
    let address = format!("127.0.0.1:{}", peers.imaps);
    let out = Test::new(["imap", &address, "--tls", "--ca"]).arg(ca).stdin("LOGOUT\n").run();
    let out = out.code(4).stdout_lacks("C:");
    assert!(out.stderr.contains("--insecure"), "{}", out.stderr);
    let out = Test::new(["imap", &address, "--tls", "--insecure", "--ca"]).arg(ca).stdin("LOGOUT\n").run();
    out.code(0).says("warning:").wire_has(&["C: a1 LOGOUT", "S: a1 OK"]);
}

#[test]
fn another_name_is_asked_for_by_option() {
    let peers = Peers::shared();
    let test = |name: &str| {
        Test::on(peers, "pop", peers.pop3s).args(["--tls", "--tls-name", name]).stdin("QUIT\n").run()
    };
    test("redes.unlp.edu.ar").code(0).says("a trusted authority says it is redes.unlp.edu.ar");
    let wrong = test("mail.example.org").code(4);
    assert!(wrong.stderr.contains("mail.example.org"), "{}", wrong.stderr);
}
