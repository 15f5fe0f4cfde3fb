//! TLS with servers that have the wrong certificate, none, or no TLS; and what is slipped in before it.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;

use super::certs::{Authority, Identity, expired, file, make_ca, to_come};
use super::*;

fn config(identity: &Identity) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Arc::new(builder.expect("versions").with_no_client_auth().with_cert_resolver(identity.resolver()))
}

/// Implicit TLS: the check that failed is named, with the option that goes on; `--insecure` does, and says it.
#[track_caller]
fn refused(name: &str, identity: &Identity, ca: &Authority, en: &str, es: &str, note: &str) {
    let config = config(identity);
    let ca = file(&format!("hostile-{name}.pem"), &ca.certificate.pem());
    for (lang, told) in [("en", en), ("es", es)] {
        let server = Script::new().tls_refused(&config).listen();
        let test = on(&server, "smtp", &["NOOP"]).args(["--tls", "--lang", lang, "--ca"]).arg(&ca);
        let seen = look(test).code(4).fails(told).fails("--insecure").says("@closed refused");
        assert!(seen.from_ehlo(ehlo::dialogue::Side::Client).is_empty(), "nothing was sent");
        server.finish();
    }
    let script = Script::new().tls(&config).send("220 x\r\n").expect("QUIT").send("221 x\r\n");
    let server = script.listen();
    let test = on(&server, "smtp", &["QUIT"]).args(["--tls", "--insecure", "--ca"]).arg(&ca);
    look(test).code(0).notes_id("mark-tls-unverified").notes_id(note).exact(b"220 x\r\n221 x\r\n");
    server.finish();
}

#[test]
fn certificates_that_fail_a_check() {
    let (ours, other) = (Authority::new("our CA"), Authority::new("another CA"));
    let (late, early) = (ours.issue(expired), ours.issue(to_come));
    refused("expired", &late, &ours, "expired", "venci", "tls-fault-expired");
    refused("early", &early, &ours, "valid only from 2090-01-01", "2090-01-01", "tls-fault-not-yet-valid");
    let elsewhere = ours.issue(|params| {
        params.subject_alt_names =
            vec![rcgen::SanType::DnsName("mail.other.example".try_into().expect("a name"))];
    });
    refused("name", &elsewhere, &ours, "mail.other.example", "mail.other.example", "tls-fault-other-name");
    let alone = Identity::self_signed(|_| {});
    refused("self", &alone, &ours, "signed by itself", "por sí mismo", "tls-fault-self-signed");
    refused("ca", &other.issue(|_| {}), &ours, "another CA", "another CA", "tls-fault-unknown-issuer");
    refused("leaf", &ours.issue(make_ca), &ours, "authority", "autoridad", "tls-fault-ca-as-leaf");
    let mut garbage = ours.issue(|_| {});
    garbage.chain = vec![CertificateDer::from(b"no certificate at all".to_vec())];
    let config = config(&garbage);
    let server = Script::new().tls_refused(&config).listen();
    look(on(&server, "smtp", &["NOOP"]).arg("--tls")).code(4).fails("is none").fails("--insecure");
    server.finish();
}

/// The names in a certificate are a server's words as well.
#[test]
fn names_with_controls() {
    let ours = Authority::new("our CA\x1b]0;owned\x07\u{202e}");
    let identity = ours.issue(|params| {
        params.distinguished_name.push(rcgen::DnType::CommonName, "x\x1b[2J\u{9b}31m\u{202e}y");
        params.subject_alt_names.clear();
    });
    let config = config(&identity);
    let server = Script::new().tls_refused(&config).listen();
    look(on(&server, "smtp", &["NOOP"]).args(["--tls", "--notes", "full"])).code(4);
    server.finish();
    let server = Script::new().tls(&config).send("220 x\r\n").expect("QUIT").send("221 x\r\n").listen();
    let test =
        on(&server, "smtp", &["QUIT"]).args(["--tls", "--insecure", "--notes", "full", "--color", "always"]);
    look(test).code(0).notes_id("mark-certificate-names");
    server.finish();
}

#[test]
fn no_tls_where_it_was_to_begin() {
    for (greeting, told) in [
        (&b"220 mx ESMTP\r\n"[..], "--starttls instead of --tls"),
        (b"+OK POP3 ready\r\n", "--starttls"),
        (b"SSH-2.0-x\r\n", "SSH"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "web server"),
        (b"\x00\xff\x1b]0;owned\x07\r\n", "where TLS was to begin"),
        (b"", "--starttls"),
    ] {
        let server = Script::new().send(greeting).listen();
        look(on(&server, "smtp", &["QUIT"]).arg("--tls")).code(4).fails(told);
        server.finish();
    }
    let server = Script::new().sleep(Duration::from_secs(3)).listen();
    look(on(&server, "smtp", &["QUIT"]).args(["--tls", "--timeout", "1"])).code(4).fails("--starttls");
    server.finish();
    // Half of a handshake record, then nothing; and an alert.
    let server = Script::new().send(b"\x16\x03\x03\x40\x00\x02").sleep(Duration::from_secs(3)).listen();
    look(on(&server, "smtp", &["QUIT"]).args(["--tls", "--timeout", "1"])).code(4);
    server.finish();
    let server = Script::new().send(b"\x15\x03\x01\x00\x02\x02\x28").listen();
    look(on(&server, "smtp", &["QUIT"]).arg("--tls")).code(4).fails("handshake");
    server.finish();
}

/// Begins TLS in each protocol: what is said up to there, and the command.
const UPGRADES: [(&str, &str, &str, &str); 3] = [
    ("smtp", "220 x\r\n", "STARTTLS", "220 2.0.0 go\r\n"),
    ("pop", "+OK x\r\n", "STLS", "+OK go\r\n"),
    ("imap", "* OK x\r\n", "a1 STARTTLS", "a1 OK go\r\n"),
];

/// CVE-2011-0411, in the client's direction (CVE-2021-38084 and others of NO STARTTLS): what stands in plain
/// text behind the agreement is nobody's answer.
#[test]
fn words_slipped_in_before_tls() {
    let injected =
        "250-AUTH PLAIN\r\n250 owned\r\n* OK [CAPABILITY OWNED] owned\r\na2 OK owned\r\n+OK owned\r\n";
    for (subcommand, greeting, command, go) in UPGRADES {
        for at_once in [true, false] {
            let script = Script::new().send(greeting).expect(command);
            let script = match at_once {
                true => script.send(format!("{go}{injected}")),
                false => script.send(go).send(injected),
            };
            let server = script.listen();
            let seen = look(on(&server, subcommand, &[command, "NOOP"])).code(4).says("@closed refused");
            let came = seen.from_ehlo(ehlo::dialogue::Side::Server);
            assert_eq!(String::from_utf8_lossy(&came), format!("{greeting}{go}"));
            assert_eq!(seen.from_json(ehlo::dialogue::Side::Server), came);
            if at_once {
                assert!(
                    seen.output.stderr.contains("CVE-2011-0411") && !seen.output.stderr.contains("$answer")
                );
            }
            drop(server);
        }
    }
}

/// With `--starttls` nothing goes in clear: not the script's lines, not the login.
#[test]
fn starttls_refused_means_no_session() {
    for (subcommand, greeting, no) in [
        (
            "smtp",
            "220 x\r\n",
            &["EHLO", "250-x\r\n250 STARTTLS\r\n", "STARTTLS", "454 4.7.0 not now\r\n"][..],
        ),
        ("smtp", "220 x\r\n", &["EHLO", "250 x\r\n", "STARTTLS", "502 5.5.1 what?\r\n"]),
        ("pop", "+OK x\r\n", &["STLS", "-ERR what?\r\n"]),
        ("imap", "* OK x\r\n", &["", "* X\r\n", "", "e1 BAD what?\r\n"]),
        ("imap", "* PREAUTH x\r\n", &["", "* X\r\n", "", "e1 BAD what?\r\n"]),
    ] {
        let mut script = Script::new().send(greeting);
        for turn in no.chunks(2).filter(|turn| !turn[0].is_empty()) {
            script = script.expect(turn[0]).send(turn[1]);
        }
        if subcommand == "imap" {
            // Whatever tag ehlo gives, the same comes back.
            script = script.expect("a1 STARTTLS").send("a1 BAD what?\r\n");
        }
        let server = script.expect_end().listen();
        let test = on(&server, subcommand, &["PASS hunter2222"]);
        let test =
            test.args(["--starttls", "--user", "ana", "--auth", "plain"]).env("EHLO_PASSWORD", "hunter2222");
        look(test).code(4).fails("--starttls").never("hunter2222");
        let heard = server.finish();
        assert!(!heard.iter().any(|line| line.contains("PASS") || line.contains("AUTH")), "{heard:?}");
    }
}

/// The server ends TLS without close_notify: what came may have been cut off.
#[test]
fn cut_off_inside_tls() {
    let ours = Authority::new("our CA");
    let config = config(&ours.issue(|_| {}));
    let ca = file("hostile-cut.pem", &ours.certificate.pem());
    let server =
        Script::new().tls(&config).send("+OK x\r\n").expect("RETR").send("+OK\r\nSubj").cut().listen();
    let seen = look(on(&server, "pop", &["RETR 1"]).args(["--tls", "--ca"]).arg(&ca)).code(4);
    seen.notes_id("mark-closed-unclean").exact(b"+OK x\r\n+OK\r\nSubj");
    server.finish();
}
