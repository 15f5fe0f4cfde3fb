//! Servers that answer garbage, fall silent, close in the middle, or will not have TLS.

use proptest::prelude::*;

use super::support::{Output, Script, Test};

fn replay(server: Script, script: &str) -> (Output, Vec<String>) {
    let server = server.listen();
    let run =
        Test::new(["replay", "x.ehlo", "--to", &server.address(), "--notes", "none", "--timeout", "400ms"]);
    let output = run.env("EHLO_PASSWORD", "geheimnis").file("x.ehlo", script).run();
    (output, server.finish())
}

const LOGIN: &str = "@smtp {{host}}\n@secret password\nS: 220\nC: EHLO x\nS: 250\nC: STARTTLS\nS?: 220\nC: AUTH PLAIN {{plain(\"ana\", password)}}\nS: 235\n";

/// Whoever strips STARTTLS gets no password.
#[test]
fn no_secret_goes_in_the_clear_after_a_refusal() {
    let server = Script::new().send("220 a\r\n").expect("EHLO").send("250 a\r\n").expect("STARTTLS");
    let server = server.send("454 no TLS\r\n").expect("QUIT").send("221 bye\r\n");
    let (output, heard) = replay(server, LOGIN);
    output.code(1).stderr_has("error[clear]: TLS was asked for and is not on");
    assert!(!heard.iter().any(|line| line.contains("AUTH")), "{heard:?}");
}

/// Plain text behind the reply to STARTTLS is what an attack looks like (CVE-2011-0411).
#[test]
fn what_was_said_before_tls_ends_the_run() {
    let server = Script::new().send("220 a\r\n").expect("EHLO").send("250 a\r\n").expect("STARTTLS");
    let server = server.send("220 go\r\n250 injected\r\n").expect_end();
    let (output, heard) = replay(server, LOGIN);
    assert_eq!(output.code, 4, "{}", output.stderr);
    assert!(!heard.iter().any(|line| line.contains("AUTH")), "{heard:?}");
}

#[test]
fn garbage_silence_and_an_early_end_are_told() {
    let script = "@smtp {{host}}\nS: 220\nC: EHLO x\nS: 250\nC: QUIT\n";
    let garbage = Script::new().send(b"\x16\x03\x01\x00\xff\x1b]0;x\x07\r\n");
    let (output, _) = replay(garbage, script);
    let output = output.code(1);
    assert!(!output.stderr.contains('\x1b') && !output.stdout.contains('\x1b'));
    let silent = Script::new().send("220 a\r\n").expect("EHLO").expect_end();
    replay(silent, script).0.code(1).stderr_has("error[wait]: nothing matched within 0.4 s");
    let half = Script::new().send("220 a\r\n").expect("EHLO").send("250-a\r\n").close();
    replay(half, script).0.code(1).stderr_has("x.ehlo:4:4");
    let reset = Script::new().send("220 a\r\n").expect("EHLO").reset();
    replay(reset, script).0.code(1).stderr_has("error[closed]");
}

/// A body that has no end, and lines that look like answers in a literal.
#[test]
fn frames_come_before_matching() {
    let server = Script::new().send("* OK hi\r\n").expect("a1 FETCH");
    let server = server.send("* 1 FETCH (BODY[] {22}\r\na1 OK not the answer\r\n)\r\na1 NO really\r\n");
    let server = server.expect("ehlo LOGOUT").send("* BYE\r\nehlo OK\r\n");
    let script = "@imap {{host}}\nS: * OK\nC: a1 FETCH 1 BODY[]\nS: a1 OK\n";
    replay(server, script).0.code(1).stderr_has("expected a1 OK, the server answered a1 NO");
}

/// `{n}` counts the block below it, CRLF and all, however the file's lines end; a dot is stuffed.
#[test]
fn bodies_are_counted_and_stuffed() {
    let server = Script::new().send("* OK hi\r\n").expect_bytes("a1 APPEND x {9}\r\n").send("+\r\n");
    let server = server.expect_bytes("one\r\n.two\r\n");
    let server = server.send("a1 OK\r\n").expect("ehlo LOGOUT").send("* BYE\r\nehlo OK\r\n");
    let script = "@imap {{host}}\nS: * OK\nC: a1 APPEND x {n}\nS: +\nC<<-END\none\n.two\nEND\nS: a1 OK\n";
    replay(server, script).0.code(0);
    let server = Script::new().send("220 a\r\n").expect("DATA").send("354 go\r\n");
    let server =
        server.expect_bytes("..a\r\nb\r\n.\r\n").send("250 ok\r\n").expect("QUIT").send("221 bye\r\n");
    let script = "@smtp {{host}}\nS: 220\nC: DATA\nS: 354\nC<<.\n.a\nb\n.\nS: 250\nC: QUIT\nS: 221\n";
    replay(server, script).0.code(0);
}

/// Each try of a step connects anew: a maildrop is a snapshot.
#[test]
fn retries_reconnect() {
    let try_it = |server: Script, count: u8| {
        server
            .send("+OK hi\r\n")
            .expect("STAT")
            .send(format!("+OK {count} 0\r\n"))
            .expect("QUIT")
            .send("+OK\r\n")
    };
    let server = try_it(try_it(Script::new(), 0).accept(), 2);
    let script = "@pop {{host}}\n@step \"wait\"\n@retry 5 every 10ms\nS: +OK\nC: STAT\nS: +OK {{n1=/[1-9]+/}} 0\nC: QUIT\nS: +OK\n";
    replay(server, script).0.code(0);
}

proptest! {
    // Each case runs the program twice.
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever was said to a live session: its log replays against a server that says the same.
    #[test]
    fn what_was_recorded_replays(replies in prop::collection::vec(reply(), 1..6)) {
        let script = |replies: &[String]| {
            let mut server = Script::new().send("220 hi\r\n");
            for reply in replies {
                server = server.expect("NOOP").send(reply);
            }
            server.expect("QUIT").send("221 bye\r\n")
        };
        let live = script(&replies).listen();
        let run = Test::new(["smtp", &live.address(), "--log", "x.ehlo"]);
        let log = run.stdin(format!("{}QUIT\n", "NOOP x\n".repeat(replies.len()))).run().file("x.ehlo");
        live.finish();
        let again = script(&replies).listen();
        let run = Test::new(["replay", "x.ehlo", "--to", &again.address()]).file("x.ehlo", &log).run();
        prop_assert!(run.code == 0, "{log}\n{}", run.stderr);
        again.finish();
    }
}

/// A reply of one or several lines, of any text that is none of SMTP's line ends.
fn reply() -> impl Strategy<Value = String> {
    let line = "[^\r\n\x00]{0,12}";
    let code = prop::sample::select(vec!["250", "251", "450", "500", "502", "550"]);
    (code, prop::collection::vec(line, 1..4)).prop_map(|(code, lines)| {
        let last = lines.len() - 1;
        let line =
            |(i, text): (usize, &String)| format!("{code}{}{text}\r\n", if i == last { ' ' } else { '-' });
        lines.iter().enumerate().map(line).collect()
    })
}
