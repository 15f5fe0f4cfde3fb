//! The tests' own ground, proved without `ehlo`: the real servers say and do what the other tests
//! rely on, and the hand-made ones follow their scripts.

mod support;

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use support::certificates::{cert_expired, cert_other_name, cert_self_signed, cert_valid};
use support::{Peers, Script, Wire, hostile};

const SASL: [&str; 7] =
    ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"];

/// Fails unless each of these words stands in one of the lines.
#[track_caller]
fn has_words<'a>(lines: &[String], words: impl IntoIterator<Item = &'a str>) {
    for word in words {
        assert!(
            lines.iter().any(|line| line.split([' ', '-', '=']).any(|w| w == word) || line.contains(word)),
            "{word} is missing in {lines:#?}"
        );
    }
}

#[test]
fn postfix_offers_what_the_course_has() {
    let peers = Peers::shared();
    for port in [peers.smtp, peers.submission] {
        let mut smtp = Wire::plain(port);
        assert_eq!(smtp.line(), "220 mail.redes.unlp.edu.ar ESMTP Postfix");
        let ehlo = smtp.smtp("EHLO tests");
        has_words(
            &ehlo,
            ["SIZE 10240000", "STARTTLS", "CHUNKING", "PIPELINING", "8BITMIME", "SMTPUTF8", "DSN"],
        );
        has_words(&ehlo, SASL);
        assert_eq!(smtp.smtp("QUIT"), ["221 2.0.0 Bye"]);
    }
}

#[test]
fn postfix_relays_for_nobody_unknown() {
    let peers = Peers::shared();
    let mut smtp = Wire::plain(peers.smtp);
    smtp.line();
    smtp.smtp("EHLO tests");
    smtp.smtp("MAIL FROM:<pepe@example.com>");
    let relay = smtp.smtp("RCPT TO:<someone@example.net>");
    assert!(relay[0].starts_with("554 5.7.1"), "{relay:?}");
    let unknown = smtp.smtp("RCPT TO:<nadie@redes.unlp.edu.ar>");
    assert!(unknown[0].starts_with("550 5.1.1"), "{unknown:?}");
    assert!(smtp.smtp("RCPT TO:<postmaster>")[0].starts_with("250 "));
}

#[test]
fn submission_wants_a_login_first() {
    let mut smtp = Wire::plain(Peers::shared().submission);
    smtp.line();
    smtp.smtp("EHLO tests");
    smtp.smtp("MAIL FROM:<alumnopop@redes.unlp.edu.ar>");
    assert!(smtp.smtp("RCPT TO:<alumnopop@redes.unlp.edu.ar>")[0].starts_with("554 5.7.1"));
    // NUL alumnopop NUL alumnopoppass
    assert!(smtp.smtp("AUTH PLAIN AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz")[0].starts_with("503"));
    smtp.smtp("RSET");
    assert_eq!(
        smtp.smtp("AUTH PLAIN AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz"),
        ["235 2.7.0 Authentication successful"]
    );
    assert!(smtp.smtp("MAIL FROM:<alumnopop@redes.unlp.edu.ar>")[0].starts_with("250"));
    assert!(smtp.smtp("RCPT TO:<alumnopop@redes.unlp.edu.ar>")[0].starts_with("250"));
}

#[test]
fn dovecot_pop3_offers_what_the_course_has() {
    let mut pop = Wire::plain(Peers::shared().pop3);
    let greeting = pop.line();
    assert!(greeting.starts_with("+OK Dovecot") && greeting.ends_with('>'), "no APOP stamp: {greeting}");
    let capa = pop.pop("CAPA");
    has_words(&capa, ["TOP", "UIDL", "RESP-CODES", "PIPELINING", "AUTH-RESP-CODE", "STLS", "USER", "SASL"]);
    has_words(&capa, SASL);
}

#[test]
fn dovecot_imap_offers_what_the_course_has() {
    let peers = Peers::shared();
    let me = peers.account();
    let mut imap = Wire::plain(peers.imap);
    let greeting = vec![imap.line()];
    has_words(&greeting, ["IMAP4rev1", "LITERAL+", "SASL-IR", "ID", "ENABLE", "IDLE", "STARTTLS"]);
    has_words(&greeting, SASL);
    let login = imap.imap("a1", &format!("LOGIN {} {}", me.user, me.password));
    has_words(&login, ["UIDPLUS", "MOVE", "NAMESPACE", "SPECIAL-USE", "CONDSTORE", "STATUS=SIZE"]);
    assert!(imap.imap("a2", "SELECT INBOX").contains(&"* 0 EXISTS".to_owned()));
    assert!(imap.imap("a3", "LOGOUT")[0].starts_with("* BYE"));
}

#[test]
fn lmtp_answers_for_each_recipient() {
    let peers = Peers::shared();
    let (one, two) = (peers.account(), peers.account());
    let mut lmtp = Wire::plain(peers.lmtp);
    assert!(lmtp.line().starts_with("220 mail.redes.unlp.edu.ar"));
    has_words(&lmtp.smtp("LHLO tests"), ["8BITMIME", "CHUNKING", "ENHANCEDSTATUSCODES", "PIPELINING"]);
    lmtp.smtp("MAIL FROM:<>");
    for to in [&one.address, &two.address] {
        assert!(lmtp.smtp(&format!("RCPT TO:<{to}>"))[0].starts_with("250"));
    }
    assert!(lmtp.smtp("RCPT TO:<nadie@redes.unlp.edu.ar>")[0].starts_with("550 5.1.1"));
    assert!(lmtp.smtp("DATA")[0].starts_with("354"));
    lmtp.send(b"Subject: dos\r\n\r\nhola\r\n.\r\n");
    // RFC 2033 §4.2: a reply for each accepted RCPT.
    assert!(lmtp.line().starts_with(&format!("250 2.0.0 <{}>", one.address)));
    assert!(lmtp.line().starts_with(&format!("250 2.0.0 <{}>", two.address)));
}

#[test]
fn tls_holds_against_the_ca_on_every_port() {
    let peers = Peers::shared();
    assert!(Wire::tls(peers.smtps, &peers.ca).line().starts_with("220 "));
    assert!(Wire::tls(peers.pop3s, &peers.ca).line().starts_with("+OK "));
    assert!(Wire::tls(peers.imaps, &peers.ca).line().starts_with("* OK "));
    for name in ["127.0.0.1", "localhost", "::1", peers.host.as_str()] {
        for (port, ask) in [(peers.smtp, "STARTTLS"), (peers.pop3, "STLS"), (peers.imap, "a STARTTLS")] {
            let mut wire = Wire::plain(port);
            wire.line();
            if port == peers.smtp {
                wire.smtp("EHLO tests");
            }
            wire.say(ask);
            wire.line();
            wire.start_tls(name, &peers.ca).unwrap_or_else(|e| panic!("{ask} as {name}: {e}"));
        }
    }
    assert!(Wire::plain(peers.smtps).start_tls("other.example", &peers.ca).is_err());
    assert!(Wire::plain(peers.smtps).start_tls("localhost", &cert_valid().ca).is_err());
}

#[test]
fn a_token_logs_in_and_a_password_is_none() {
    let peers = Peers::shared();
    let mut imap = Wire::plain(peers.imap);
    imap.line();
    let response = |token: &str| base64(&format!("user=alumnoimap\x01auth=Bearer {token}\x01\x01"));
    imap.say(&format!("a AUTHENTICATE XOAUTH2 {}", response("alumnoimappass")));
    assert!(imap.line().starts_with("+ "));
    imap.say("");
    assert!(imap.line().starts_with("a NO "));
    let login = imap.imap("b", &format!("AUTHENTICATE XOAUTH2 {}", response(&peers.token_imap)));
    assert!(login.last().expect("a reply").starts_with("b OK "), "{login:?}");
}

#[test]
fn a_delivered_mail_shows_up_everywhere() {
    let peers = Peers::shared();
    let me = peers.account();
    peers.deliver(&me.address, "Subject: uno\n\n.punto\n..\n");
    peers.deliver(&me.user, "Subject: dos\r\n\r\nsin fin");
    let stored = peers.wait_for_mail(&me.address, 2);
    assert!(String::from_utf8_lossy(&stored[0]).ends_with("Subject: uno\n\n.punto\n..\n"));
    assert!(String::from_utf8_lossy(&stored[1]).ends_with("Subject: dos\n\nsin fin\n"));
    let mut pop = Wire::plain(peers.pop3);
    pop.line();
    for login in [format!("USER {}", me.address), format!("PASS {}", me.password)] {
        pop.say(&login);
        assert!(pop.line().starts_with("+OK"), "{login}");
    }
    assert_eq!(pop.pop("LIST").len(), 3);
    has_words(&pop.pop("RETR 1"), ["..punto", "..."]);
}

#[test]
fn seeds_go_through_postfix_in_order() {
    let peers = Peers::shared().course();
    peers.seed();
    for user in ["alumnopop", "alumnoimap@redes.unlp.edu.ar"] {
        let mails = peers.wait_for_mail(user, 8);
        for (mail, n) in mails.iter().zip(1..) {
            let mail = String::from_utf8_lossy(mail);
            assert!(mail.contains(&format!("<seed-0{n}@mail.redes.unlp.edu.ar>")), "not seed {n}: {mail}");
            assert!(mail.contains("by mail.redes.unlp.edu.ar (Postfix"), "no Received: of Postfix: {mail}");
        }
    }
    drop(peers);
    assert!(Peers::shared().course().wait_for_mail("alumnopop", 0).is_empty(), "the mailbox is not empty");
}

#[test]
fn pairs_run_side_by_side_and_end() {
    let began = Instant::now();
    let pairs = std::thread::scope(|scope| {
        let start = || scope.spawn(|| Peers::start(&[("PEERS_MAX_SIZE", "20000")]));
        [start(), start()].map(|pair| pair.join().expect("a pair"))
    });
    assert_ne!(pairs[0].smtp, pairs[1].smtp);
    for peers in &pairs {
        let mut smtp = Wire::plain(peers.smtp);
        smtp.line();
        has_words(&smtp.smtp("EHLO tests"), ["SIZE 20000"]);
        assert!(smtp.smtp("MAIL FROM:<> SIZE=20001")[0].starts_with("552 5.3.4"));
    }
    eprintln!("two pairs started in {:?}", began.elapsed());
    let left = pairs.map(|peers| (peers.dir.clone(), peers.smtp));
    for (dir, port) in left {
        assert!(!dir.exists(), "{} is left", dir.display());
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "{port} still answers");
    }
}

/// `peers-up`'s promise to a test that dies: whoever held the pipe, its end stops the servers.
#[test]
fn a_killed_holder_takes_its_pair_along() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/peers-up");
    // It stops itself instead of sleeping, because a sleep would outlive it.
    let holder = r#"coproc "$0" --until-eof
        while read -r line <&"${COPROC[0]}"; do echo "$line"; [ "$line" != READY=yes ] || kill -STOP $$; done"#;
    let mut holder = Command::new("bash")
        .args(["-c", holder])
        .arg(script)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("bash");
    let mut facts = holder.stdout.take().expect("a pipe");
    let mut text = String::new();
    let mut chunk = [0; 512];
    while !text.contains("READY=yes\n") {
        let n = facts.read(&mut chunk).expect("facts");
        assert!(n > 0, "peers-up gave up: {text}");
        text += &String::from_utf8_lossy(&chunk[..n]);
    }
    let fact = |key| text.lines().find_map(|line| line.strip_prefix(key)).expect("a fact");
    let (dir, port) = (fact("DIR="), fact("SMTP_PORT=").parse::<u16>().expect("a port"));
    holder.kill().expect("our own child");
    holder.wait().expect("our own child");
    let until = Instant::now() + Duration::from_secs(10);
    while Path::new(dir).exists() {
        assert!(Instant::now() < until, "{dir} is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "{port} still answers");
}

#[test]
fn a_script_is_followed_line_by_line() {
    let server = Script::new()
        .send("220 hi\r\n")
        .expect("EHLO")
        .drip("250 slow\r\n", Duration::from_millis(1))
        .expect_until(".")
        .expect_bytes("QUIT\r\n")
        .expect_end()
        .listen();
    let mut client = Wire::plain(server.port);
    assert_eq!(client.line(), "220 hi");
    client.say("EHLO me");
    assert_eq!(client.line(), "250 slow");
    client.send(b"one\r\ntwo\n.\r\nQUIT\r\n");
    client.half_close();
    assert_eq!(server.finish(), ["EHLO me", "one", "two", ".", "QUIT\\r\\n"]);
}

#[test]
#[should_panic(expected = "step 2: expected \"EHLO\", came \"HELO me\"")]
fn a_script_that_is_not_followed_fails_its_test() {
    let server = Script::new().send("220 hi\r\n").expect("EHLO").listen();
    let mut client = Wire::plain(server.port);
    client.say("HELO me");
    server.finish();
}

#[test]
fn scripts_end_as_they_say() {
    let server = Script::new().reset().accept().half_close().expect("still").accept().cut().listen();
    let mut end = [0];
    let reset = Wire::plain(server.port).read(&mut end).expect_err("a reset");
    assert_eq!(reset.kind(), ErrorKind::ConnectionReset);
    let mut half = Wire::plain(server.port);
    assert_eq!(half.read(&mut end).expect("an end"), 0);
    half.say("still here");
    drop(half);
    assert_eq!(Wire::plain(server.port).read(&mut end).expect("an end"), 0);
    server.finish();
    assert!(TcpStream::connect(("127.0.0.1", hostile::closed_port())).is_err());
}

#[test]
fn certificates_are_as_wrong_as_they_say() {
    let good = cert_valid();
    let server = Script::new().send("go\r\n").tls(&good.config).send("safe\r\n").listen();
    let mut client = Wire::plain(server.port);
    assert_eq!(client.line(), "go");
    assert_eq!(client.start_tls("localhost", &good.ca).expect("a handshake").line(), "safe");
    server.finish();
    for (cert, why) in [
        (cert_expired(), "Expired"),
        (cert_other_name(), "NotValidForName"),
        (cert_self_signed(), "UnknownIssuer"),
    ] {
        let server = Script::new().tls_refused(&cert.config).listen();
        let Err(error) = Wire::plain(server.port).start_tls("localhost", &cert.ca) else {
            panic!("a certificate that is {why} was taken");
        };
        let error = format!("{error:?}");
        assert!(error.contains(why), "{error}");
        server.finish();
    }
}

/// RFC 4648 base64, for one SASL response.
fn base64(text: &str) -> String {
    use ::base64::Engine;
    ::base64::engine::general_purpose::STANDARD.encode(text)
}
