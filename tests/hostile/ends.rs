//! How a dialogue stops: silence, resets, closings, servers that do not read or that drip.

use std::io::Read;
use std::net::TcpListener;

use super::*;

/// Runs with a short patience; told, and exit 4, since nobody is there to decide.
#[track_caller]
fn falls_silent(script: Script, subcommand: &str, lines: &[&str], note: &str) -> Seen {
    let server = script.expect_end().listen();
    let seen = look(on(&server, subcommand, lines).args(["--timeout", "1"])).code(4).notes_id(note);
    server.finish();
    seen.says("@closed timeout")
}

#[test]
fn silence_is_told() {
    let said = |text: &str| Script::new().send(text);
    falls_silent(Script::new(), "smtp", &["QUIT"], "note-timeout-greeting");
    falls_silent(Script::new(), "imap", &[], "note-timeout-greeting");
    falls_silent(said("220 x\r\n").expect("EHLO"), "smtp", &["EHLO me"], "note-timeout");
    falls_silent(said("+OK x\r\n").expect("STAT").send("+OK 1"), "pop", &["STAT"], "note-timeout-partial");
    falls_silent(
        said("220 x\r\n").expect("EHLO").send("250-x\r\n250-"),
        "smtp",
        &["EHLO me"],
        "note-timeout-partial",
    );
    falls_silent(said("220 x\r\n").expect("EHLO").send("250-x\r\n"), "smtp", &["EHLO me"], "note-timeout")
        .exact(b"220 x\r\n250-x\r\n");
    let literal = b"* OK x\r\n* 1 FETCH (BODY[] {4294967296}\r\nSubject: a";
    let seen = falls_silent(
        Script::new().send(literal).expect("a1"),
        "imap",
        &["a1 FETCH 1 BODY[]"],
        "note-timeout",
    );
    seen.exact(literal);
    let mail = b"+OK x\r\n+OK\r\nSubject: a\r\n";
    falls_silent(said("+OK x\r\n").expect("RETR").send(&mail[7..]), "pop", &["RETR 1"], "note-timeout")
        .exact(mail);
}

/// What the option says is said in Spanish too.
#[test]
fn silence_is_told_in_spanish() {
    let server = Script::new().send("220 x\r\n").expect("EHLO").expect_end().listen();
    look(on(&server, "smtp", &["EHLO me"]).args(["--timeout", "1", "--lang", "es"]))
        .code(4)
        .says("respuesta");
    server.finish();
}

/// Our own leave-taking is not answered: told, and not waited for longer.
#[test]
fn silence_after_the_leave_taking() {
    let script = Script::new().send("220 x\r\n").expect("NOOP").send("250 x\r\n");
    let server = script.expect("QUIT").expect_end().listen();
    look(on(&server, "smtp", &["NOOP"]).args(["--timeout", "1"])).code(4).notes_id("note-timeout");
    server.finish();
}

#[test]
fn a_reset_in_the_middle_of_a_reply() {
    for (subcommand, greeting, command, half) in [
        ("smtp", "220 x\r\n", "EHLO me", "250-x\r\n250-SI"),
        ("pop", "+OK x\r\n", "LIST", "+OK\r\n1 2\r\n"),
        ("imap", "* OK x\r\n", "a1 FETCH 1 BODY[]", "* 1 FETCH (BODY[] {9}\r\nabc"),
    ] {
        // A moment: a reset that is quicker than the reader takes what is unread with it.
        let script = Script::new().send(greeting).expect(command).send(half).sleep(MOMENT * 5).reset();
        let server = script.listen();
        let sent = format!("{greeting}{half}");
        look(on(&server, subcommand, &[command])).code(4).exact(sent.as_bytes()).says("@closed reset");
        server.finish();
    }
}

#[test]
fn a_server_that_closes_alone() {
    for (subcommand, greeting, lines, told) in [
        ("smtp", "", &["QUIT"][..], "mark-closed-server-alone"),
        ("smtp", "421 4.3.2 too busy\r\n", &["EHLO me"], "mark-closed-server-alone"),
        ("smtp", "220 x\r\n", &["EHLO me"], "mark-closed-server-alone"),
        ("imap", "* BYE too busy\r\n", &["a1 NOOP"], "mark-closed-server"),
        ("pop", "-ERR in use\r\n", &["STAT"], "mark-closed-server-alone"),
    ] {
        let server = Script::new().send(greeting).listen();
        look(on(&server, subcommand, lines)).code(4).exact(greeting.as_bytes()).notes_id(told);
        server.finish();
    }
}

/// RFC 5321 §3.8: 421 may be the answer to any command, and the connection is gone.
#[test]
fn closes_after_421_and_bye() {
    let server = Script::new().send("220 x\r\n").expect("EHLO").send("421 4.4.2 x timeout\r\n").listen();
    look(on(&server, "smtp", &["EHLO me", "NOOP"])).code(4).says("421").says("@closed server");
    server.finish();
    let server = Script::new().send("* OK x\r\n").expect("a1").send("a1 OK\r\n* BYE idle\r\n").listen();
    look(on(&server, "imap", &["a1 NOOP", "a2 NOOP"])).code(4).says("* BYE idle");
    server.finish();
}

#[test]
fn half_closed_by_the_server() {
    let script = Script::new().send("220 x\r\n").expect("EHLO").send("250 x\r\n").half_close();
    let server = script.sleep(MOMENT * 5).listen();
    look(on(&server, "smtp", &["EHLO me", "NOOP"]))
        .code(4)
        .exact(b"220 x\r\n250 x\r\n")
        .says("@closed server");
    server.finish();
}

#[test]
fn a_slow_drip_ends_right() {
    let pause = Duration::from_millis(20);
    let said = "220 mx.example.net ESMTP\r\n";
    let reply = "250-x\r\n250 SIZE 1\r\n";
    let script = Script::new().drip(said, pause).expect("EHLO me").drip(reply, pause);
    let server = script.expect("QUIT").drip("221 x\r\n", pause).listen();
    let seen = look(on(&server, "smtp", &["EHLO me", "QUIT"]).args(["--timeout", "1"])).code(0);
    seen.exact(format!("{said}{reply}221 x\r\n").as_bytes());
    server.finish();
}

/// A message of so many MB, and the command before it.
fn upload(megabytes: usize) -> Vec<u8> {
    let line = [&[b'x'; 1022][..], b"\r\n"].concat();
    [b"DATA\r\n", &line.repeat(1024).repeat(megabytes)[..], b".\r\nQUIT\r\n"].concat()
}

/// Takes an upload of so many octets, but talks before it reads, as IMAP lets it.
fn talks_back(listener: &TcpListener, octets: u64) {
    let (tcp, _) = listener.accept().expect("a client");
    let mut wire = support::Wire::over(tcp);
    wire.send(b"* OK x\r\n");
    wire.line();
    wire.send(b"+ go\r\n");
    std::thread::sleep(MOMENT * 5);
    let news = format!("* OK still here {}\r\n", "y".repeat(4000));
    (0..4096).for_each(|_| wire.send(news.as_bytes()));
    let taken = std::io::copy(&mut wire.tcp().take(octets), &mut std::io::sink()).expect("an upload");
    assert_eq!(taken, octets);
    wire.line();
    wire.send(b"a1 OK kept\r\n");
    wire.line();
    wire.send(b"* BYE\r\na2 OK\r\n");
}

/// If ehlo did not read while it sends, both would wait for ever.
#[test]
fn a_server_that_talks_back_while_50_mb_are_sent() {
    let line = [&[b'x'; 16382][..], b"\r\n"].concat();
    let body = line.repeat(50 << 6);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let octets = body.len() as u64;
    let server = std::thread::spawn(move || talks_back(&listener, octets));
    let command = format!("a1 APPEND INBOX {{{octets}}}\r\n");
    let test = Test::new(["imap", &address, "--notes", "none"]);
    let test = test.stdin([command.as_bytes(), &body, b"\r\na2 LOGOUT\r\n"].concat()).start();
    let peak = looking::watch(test.id());
    let output = test.finish();
    server.join().expect("the server was served");
    assert!(output.code == 0 && output.stdout.contains("a1 OK kept"), "exit code {}", output.code);
    assert!(peak.join().expect("no panic") < looking::MOST_MEMORY);
}

#[test]
fn a_server_that_never_reads() {
    let script = Script::new().send("220 x\r\n").expect("DATA").send("354 go\r\n");
    let server = script.sleep(Duration::from_secs(6)).reset().listen();
    let test = Test::new(["smtp", &server.address(), "--timeout", "1", "--notes", "brief"]);
    let test = test.stdin(upload(20)).start();
    let peak = looking::watch(test.id());
    test.finish().code(4).stdout_has("octets wait to be sent");
    assert!(peak.join().expect("no panic") < looking::MOST_MEMORY);
    server.finish();
}
