//! At the other end is something else: recognised, explained, and nothing of ours is sent to it.

use super::*;

#[track_caller]
fn meets(subcommand: &str, greeting: impl AsRef<[u8]>, note: &str) {
    for drip in [false, true] {
        let script = Script::new();
        let script = match drip {
            true => script.drip(&greeting, Duration::from_millis(5)),
            false => script.send(&greeting),
        };
        let server = script.expect_end().listen();
        look(on(&server, subcommand, &["PASS secreto"])).code(4).notes_id(note).never("secreto");
        // Known by its first line, it is left before it has said the rest.
        if !drip {
            server.finish();
        }
    }
}

#[test]
fn other_services_are_recognised() {
    meets("smtp", "SSH-2.0-OpenSSH_9.9\r\n", "error-stranger-ssh");
    meets("imap", "SSH-2.0-OpenSSH_9.9\r\n", "error-stranger-ssh");
    meets("smtp", "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "error-stranger-http");
    meets("pop", "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "error-stranger-http");
    meets("pop", "220 ProFTPD ready\r\n", "error-stranger-ftp");
    meets("imap", "220 ProFTPD ready\r\n", "error-stranger-ftp");
}

#[test]
fn other_mail_protocols_are_recognised() {
    meets("smtp", "+OK POP3 ready\r\n", "note-wrong-protocol");
    meets("smtp", "* OK IMAP4rev1 ready\r\n", "note-wrong-protocol");
    meets("pop", "220 mx ESMTP\r\n", "note-wrong-protocol");
    meets("pop", "* OK IMAP4rev1 ready\r\n", "note-wrong-protocol");
    meets("imap", "220 mx ESMTP\r\n", "note-wrong-protocol");
    meets("imap", "+OK POP3 ready\r\n", "note-wrong-protocol");
}

/// An FTP server's greeting is one of SMTP's too: told, and the user decides.
#[test]
fn ftp_is_guessed_but_not_sure() {
    let script = Script::new().send("220 ftp.example.net ready\r\n").expect("EHLO me").send("500 ?\r\n");
    let server = script.expect("QUIT").send("221 x\r\n").listen();
    look(on(&server, "smtp", &["EHLO me", "QUIT"])).code(4).notes_id("error-stranger-ftp");
    server.finish();
}

/// A TLS server answers plain text with an alert; some send one of themselves.
#[test]
fn tls_on_a_plain_port() {
    for record in [
        &b"\x15\x03\x01\x00\x02\x02\x28"[..],
        b"\x15\x03\x03\x00\x02\x01\x00",
        b"\x16\x03\x03\x00\x7a\x02\x00\x00",
    ] {
        for subcommand in ["smtp", "pop", "imap"] {
            let server = Script::new().send(record).expect_end().listen();
            let seen = look(on(&server, subcommand, &["QUIT"])).code(4).exact(record);
            seen.notes_id("error-stranger-tls").says("--tls");
            server.finish();
        }
    }
    let server =
        Script::new().send("220 x\r\n").expect("EHLO").send(b"\x15\x03\x01\x00\x02\x02\x28").listen();
    look(on(&server, "smtp", &["EHLO me"])).code(4);
    server.finish();
}

#[test]
fn open_by_the_greeting_meets_strangers_too() {
    for (greeting, told) in [
        (&b"SSH-2.0-x\r\n"[..], "SSH"),
        (b"HTTP/1.1 400 x\r\n", "HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x28", "--tls"),
        (b"\x1b]0;owned\x07\r\n", "mail server"),
        (b"", "mail server"),
    ] {
        let server = Script::new().send(greeting).listen();
        let port = server.port.to_string();
        let output = Test::new(["open", "127.0.0.1", &port, "--send", "QUIT"]).run().code(4);
        looking::no_raw_control("stderr", output.stderr_has(told).stderr.as_bytes());
        server.finish();
    }
}
