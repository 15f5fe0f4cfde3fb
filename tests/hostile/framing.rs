//! Counts, codes and answers that are not as they should be: read, told, and nothing lost.

use super::*;

/// A literal that is announced larger than memory, or not a number: what comes is kept, nothing is reserved.
#[test]
fn literals_that_lie() {
    for count in
        ["4294967296", "18446744073709551615", "18446744073709551616", "99999999999999999999999", "-1", ""]
    {
        let said = format!("* OK x\r\n* 1 FETCH (BODY[] {{{count}}}\r\nSubject: a\r\n\r\nb)\r\na1 OK\r\n");
        let server = Script::new().send(&said).expect("a1").listen();
        let seen = look(on(&server, "imap", &["a1 FETCH 1 BODY[]"])).code(4).exact(said.as_bytes());
        if !matches!(count, "4294967296" | "") {
            seen.notes_id("fault-literal-count");
        }
        server.finish();
    }
}

#[test]
fn a_code_that_changes_in_the_middle() {
    let reply = "250-x\r\n251-y\r\nno code\r\n550 z\r\n";
    let server =
        Script::new().send("220 x\r\n").expect("EHLO").send(reply).expect("QUIT").send("221 x\r\n").listen();
    let seen = look(on(&server, "smtp", &["EHLO me", "QUIT"]))
        .exact(format!("220 x\r\n{reply}221 x\r\n").as_bytes());
    seen.notes_id("fault-code-changed").notes_id("fault-no-code");
    server.finish();
}

#[test]
fn answers_before_and_beyond_the_commands() {
    let sent = "220 x\r\n250 early\r\n250 mine\r\n250 twice\r\n221 x\r\n";
    let script =
        Script::new().send("220 x\r\n250 early\r\n").expect("NOOP").send("250 mine\r\n250 twice\r\n");
    let server = script.expect("QUIT").send("221 x\r\n").listen();
    let seen = look(on(&server, "smtp", &["NOOP", "QUIT"])).exact(sent.as_bytes()).notes_id("fault-unasked");
    assert!(seen.output.code == 0 || seen.output.code == 4);
    drop(server);
    let script =
        Script::new().send("* OK x\r\na1 OK early\r\n").expect("a1").send("a1 OK\r\na1 OK twice\r\n");
    let server = script.expect("a2").send("* BYE\r\na2 OK\r\n").listen();
    look(on(&server, "imap", &["a1 NOOP", "a2 LOGOUT"])).code(0).notes_id("fault-unknown-tag");
    server.finish();
    let script = Script::new().send("+OK x\r\n+OK early\r\n").expect("NOOP").send("+OK\r\n-ERR twice\r\n");
    let server = script.listen();
    look(on(&server, "pop", &["NOOP"]));
    drop(server);
}

/// A `+` that nobody waits for makes nobody send a literal, a login or a message.
#[test]
fn continuations_out_of_place() {
    let script =
        Script::new().send("* OK x\r\n+ go on\r\n+ \r\n").expect("a1 NOOP").send("+ more\r\na1 OK\r\n");
    let server = script.expect("a2 LOGOUT").send("* BYE\r\na2 OK\r\n").listen();
    look(on(&server, "imap", &["a1 NOOP", "a2 LOGOUT"])).code(0).notes_id("fault-unasked-continuation");
    server.finish();
    let script = Script::new().send("220 x\r\n334 UGFzcw==\r\n354 go\r\n").expect("NOOP").send("250 x\r\n");
    let server = script.listen();
    look(on(&server, "smtp", &["NOOP"])).notes_id("fault-unasked");
    drop(server);
}

/// An empty line, blanks, a lone CR, a digit, a brace: none is a reply, none ends anything.
#[test]
fn lines_that_are_nothing() {
    let odd = "\r\n \r\n\r\r\n2\r\n25\r\n{\r\n{}\r\n*\r\n* \r\n+\r\n-\r\n.\r\n";
    for (subcommand, greeting, command, answer) in [
        ("smtp", "220 x\r\n", "NOOP", "250 x\r\n"),
        ("imap", "* OK x\r\n", "a1 NOOP", "a1 OK\r\n"),
        ("pop", "+OK x\r\n", "NOOP", "+OK\r\n"),
    ] {
        let script = Script::new().send(greeting).send(odd).expect(command).send(answer);
        let server = script.listen();
        let sent = format!("{greeting}{odd}{answer}");
        let seen = look(on(&server, subcommand, &[command]).args(["--timeout", "1"]));
        let came = seen.from_ehlo(ehlo::dialogue::Side::Server);
        assert!(sent.as_bytes().starts_with(&came[..]), "{}", came.escape_ascii());
        drop(server);
    }
}
