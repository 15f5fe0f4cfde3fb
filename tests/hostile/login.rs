//! Logging in to servers that lie: SASL that is none, SCRAM without proof, passwords that come back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

const PASSWORD: &str = "hunter2222";

fn b64(text: impl AsRef<[u8]>) -> String {
    STANDARD.encode(text)
}

fn with_password(test: Test) -> Test {
    test.args(["--user", "ana"]).env("EHLO_PASSWORD", PASSWORD)
}

/// AUTH on a server that then says this; and may go on.
fn auth(mechanism: &str, challenge: &str) -> Script {
    let hello = format!("250-x\r\n250 AUTH {mechanism}\r\n");
    let begin = format!("AUTH {mechanism}");
    Script::new().send("220 x\r\n").expect("EHLO").send(hello).expect(&begin).send(challenge)
}

fn bye(script: Script) -> Server {
    script.expect("QUIT").send("221 x\r\n").listen()
}

#[test]
fn challenges_that_are_none() {
    let big = format!("334 {}\r\n", b64(vec![b'x'; 1 << 20]));
    for challenge in ["334 no base64!\r\n", "334 \r\n", "334\r\n", "334 ====\r\n", "334 \x1b[2J\r\n", &big] {
        let script = auth("CRAM-MD5", challenge).expect("").send("535 5.7.8 no\r\n");
        let server = bye(script);
        let seen = look(with_password(on(&server, "smtp", &["EHLO me", "AUTH CRAM-MD5", "QUIT"])));
        seen.never(PASSWORD);
        drop(server);
    }
}

#[test]
fn a_challenge_without_end() {
    let script = auth("CRAM-MD5", "334 ").flood("QUJD".repeat(1 << 18), 8);
    let server = script.listen();
    look(with_password(on(&server, "smtp", &["EHLO me", "AUTH CRAM-MD5"]))).code(4).never(PASSWORD);
    drop(server);
    let script = Script::new()
        .send("* OK x\r\n")
        .expect("a1 AUTHENTICATE")
        .send("+ ")
        .flood("QUJD".repeat(1 << 18), 8);
    let server = script.listen();
    look(with_password(on(&server, "imap", &["a1 AUTHENTICATE CRAM-MD5"]))).code(4).never(PASSWORD);
    drop(server);
}

/// Challenge after challenge: the client gives up, and says so.
#[test]
fn challenges_that_never_stop() {
    let challenge = format!("334 {}\r\n", b64("more"));
    let mut script = auth("PLAIN", "334 \r\n");
    for _ in 0..3 {
        script = script.expect("").send(&challenge);
    }
    let server = script.expect("").send("501 x\r\n").listen();
    look(with_password(on(&server, "smtp", &["EHLO me", "AUTH PLAIN"])).args(["--timeout", "2"]))
        .never(PASSWORD);
    drop(server);
}

/// Takes SCRAM's first message, and answers with what `challenge` makes of its nonce.
fn scram(
    rounds: &str,
    nonce: impl Fn(&str) -> String + Send + 'static,
    end: &'static str,
) -> (u16, std::thread::JoinHandle<Vec<String>>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let rounds = rounds.to_owned();
    let thread = std::thread::spawn(move || {
        let (tcp, _) = listener.accept().expect("a client");
        let mut wire = support::Wire::over(tcp);
        let mut heard = Vec::new();
        wire.send(b"220 x\r\n");
        heard.push(wire.line());
        wire.send(b"250-x\r\n250 AUTH SCRAM-SHA-256\r\n");
        heard.push(wire.line());
        wire.send(b"334 \r\n");
        let first = wire.line();
        let message = String::from_utf8(STANDARD.decode(&first).expect("base64")).expect("text");
        heard.push(first);
        let theirs = message.rsplit_once("r=").expect("a nonce").1.to_owned();
        let challenge = format!("r={},s={},i={rounds}", nonce(&theirs), b64("salt"));
        wire.send(format!("334 {}\r\n", b64(challenge)).as_bytes());
        heard.push(wire.line());
        wire.send(end.as_bytes());
        while let Ok(line) = wire.read_line()
            && !line.is_empty()
        {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let quits = line == "QUIT";
            heard.push(line);
            wire.send(if quits { b"221 x\r\n" } else { b"501 x\r\n" });
            if quits {
                break;
            }
        }
        heard
    });
    (port, thread)
}

#[track_caller]
fn scram_session(server: (u16, std::thread::JoinHandle<Vec<String>>), note: &str) -> Vec<String> {
    let address = format!("127.0.0.1:{}", server.0);
    let lines = ["--send", "EHLO me", "--send", "AUTH SCRAM-SHA-256", "--send", "QUIT"];
    look(with_password(Test::new(["smtp", &address]).args(lines))).notes_id(note).never(PASSWORD);
    server.1.join().expect("no panic")
}

#[test]
fn scram_servers_that_cheat() {
    let honest = |nonce: &str| format!("{nonce}more");
    let refused = "501 5.5.2 x\r\n";
    for rounds in ["1000000000", "99999999999999999999999", "0", "-1", "x"] {
        let note =
            if rounds.starts_with(['1', '9']) { "sasl-fault-iterations" } else { "sasl-fault-malformed" };
        let heard = scram_session(scram(rounds, honest, refused), note);
        assert_eq!(heard[3], "*", "no proof is made for {rounds} rounds");
    }
    let heard = scram_session(scram("4096", |_| "other".to_owned(), refused), "sasl-fault-nonce");
    assert_eq!(heard[3], "*");
    // A signature that is none: whoever made it does not know the password.
    let wrong = "334 dj1BQUFB\r\n";
    let heard = scram_session(scram("4096", honest, wrong), "sasl-fault-signature");
    assert_eq!(heard[4], "*");
    // None at all, and yet "235": RFC 5802 §3 wants the proof.
    scram_session(scram("4096", honest, "235 2.7.0 welcome\r\n"), "note-sasl-unproven");
}

/// The password in every form that a server may give it back in.
fn echoes() -> Vec<String> {
    let plain = format!("\0ana\0{PASSWORD}");
    vec![
        format!("no such password: {PASSWORD}"),
        format!("\"{PASSWORD}\" <{PASSWORD}>{PASSWORD}"),
        format!("{PASSWORD} {}", b64(PASSWORD)),
        format!("AUTH PLAIN {}", b64(plain)),
        format!(
            "{} {} {}",
            b64(format!("x{PASSWORD}")),
            b64(format!("xy{PASSWORD}")),
            b64(format!("xyz{PASSWORD}z"))
        ),
    ]
}

#[test]
fn a_password_that_comes_back_is_masked() {
    for echo in echoes() {
        for pause in [None, Some(Duration::from_millis(1))] {
            let reply = format!("535-5.7.8 {echo}\r\n535 5.7.8 {echo}\r\n");
            let script = auth("PLAIN", "334 \r\n").expect("");
            let script = match pause {
                None => script.send(&reply),
                Some(pause) => script.drip(&reply, pause),
            };
            // And once more, where no login is under way.
            let script = script.expect("NOOP").send(format!("250 {echo}\r\n"));
            let script =
                script.expect("EHLO").send(format!("250-x\r\n250-{PASSWORD} {echo}\r\n250 {PASSWORD}\r\n"));
            let server = bye(script);
            let lines = ["EHLO me", "AUTH PLAIN", "NOOP", "EHLO me", "QUIT"];
            let test = with_password(on(&server, "smtp", &lines)).args(["--notes", "full"]);
            look(test).code(0).never(PASSWORD).never(&b64(PASSWORD)[..11]).says("password");
            server.finish();
        }
    }
}

#[test]
fn pop_and_imap_passwords_come_back() {
    for echo in echoes() {
        let script = Script::new().send("+OK x\r\n").expect("USER ana").send("+OK\r\n").expect("PASS");
        let script = script.send(format!("-ERR {echo}\r\n")).expect("USER").send(format!("-ERR {echo}\r\n"));
        let server = script.expect("QUIT").send("+OK\r\n").listen();
        let lines = ["USER ana", &format!("PASS {PASSWORD}"), "USER ana", "QUIT"];
        look(on(&server, "pop", &lines)).code(0).never(PASSWORD).says("C: PASS {{password}}");
        server.finish();
        let quoted = format!("a1 LOGIN ana \"{PASSWORD}\"");
        let script = Script::new()
            .send("* OK x\r\n")
            .expect("a1 LOGIN")
            .send(format!("* OK {echo}\r\na1 NO {echo}\r\n"));
        let script = script
            .expect("a2 NOOP")
            .send(format!("* LIST () \"/\" \"{echo}\"\r\n* OK [X {echo}] y\r\na2 OK\r\n"));
        let server = script.expect("a3 LOGOUT").send("* BYE\r\na3 OK\r\n").listen();
        look(on(&server, "imap", &[&quoted, "a2 NOOP", "a3 LOGOUT"])).code(0).never(PASSWORD);
        server.finish();
    }
}

/// Both words of LOGIN as literals (RFC 9051 §4.3): neither the password nor its length is told.
#[test]
fn a_login_in_literals() {
    for (user, password) in [("{3}", "{10}"), ("{3+}", "{10+}")] {
        let waits = user == "{3}";
        let mut script = Script::new().send("* OK x\r\n").expect("a1 LOGIN");
        if waits {
            script = script.send("+ go\r\n");
        }
        script = script.expect("ana");
        if waits {
            script = script.send("+ go\r\n");
        }
        let script = script.expect(PASSWORD).send(format!("a1 NO {PASSWORD} is wrong\r\n"));
        let server = script.expect("a2 LOGOUT").send("* BYE\r\na2 OK\r\n").listen();
        let begin = format!("a1 LOGIN {user}");
        let middle = format!("ana {password}");
        let seen =
            look(on(&server, "imap", &[&begin, &middle, PASSWORD, "a2 LOGOUT"])).code(0).never(PASSWORD);
        let untold = if waits { "C:  {n}\n" } else { "C:  {n+}\n" };
        let seen = seen.says(untold).says("{{password}}");
        assert!(!seen.ehlo.contains("{10"), "{}", seen.ehlo);
        server.finish();
    }
}

/// Too short to be looked for by value: masked where the protocol says it is one, and a note says so.
#[test]
fn short_passwords_are_masked_by_their_place() {
    for password in ["q", "qz", "qzj", "qzjx", "qzjxw"] {
        let script =
            Script::new().send("+OK x\r\n").expect("USER ana").send("+OK\r\n").expect("PASS").send("+OK\r\n");
        let server = script.expect("QUIT").send("+OK\r\n").listen();
        let lines = ["USER ana", &format!("PASS {password}"), "QUIT"];
        let seen = look(on(&server, "pop", &lines)).code(0).notes_id("note-weak-secret");
        seen.says("C: PASS {{password}}").never(&format!("PASS {password}"));
        server.finish();
    }
}

/// The likely mistakes: the password where the user's name belongs, and the user's name as the password.
#[test]
fn user_and_password_mixed_up() {
    let script =
        Script::new().send("+OK x\r\n").expect("USER").send("+OK\r\n").expect("PASS ana").send("-ERR no\r\n");
    let server = script.expect("QUIT").send("+OK\r\n").listen();
    let seen = look(on(&server, "pop", &["USER ana", "PASS ana", "QUIT"])).code(0);
    seen.says("C: USER ana").says("C: PASS {{password}}");
    server.finish();
    // AUTH LOGIN, the password at the first prompt: known, so masked there as well.
    let script = auth("PLAIN", "334 \r\n")
        .expect("")
        .send("535 x\r\n")
        .expect("AUTH LOGIN")
        .send("334 VXNlcm5hbWU6\r\n");
    let script = script.expect(&b64(PASSWORD)).send("334 UGFzc3dvcmQ6\r\n").expect("*").send("501 x\r\n");
    let server = bye(script);
    let lines = ["EHLO me", "AUTH PLAIN", "AUTH LOGIN", &b64(PASSWORD), "*", "QUIT"];
    // The answer to LOGIN is typed, so nobody is to answer by itself.
    let plain = b64(format!("\0ana\0{PASSWORD}"));
    let lines = [lines[0], lines[1], &plain, lines[2], lines[3], lines[4], lines[5]];
    look(on(&server, "smtp", &lines)).code(0).never(PASSWORD).never(&b64(PASSWORD));
    server.finish();
}
