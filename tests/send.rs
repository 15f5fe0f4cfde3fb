//! `ehlo send`: on the lab, on a real Postfix, on hand-made servers; what arrives is what was sent.

mod support;

use ehlo::dialogue::text::{Item, read_line};
use mail_parser::MimeHeaders as _;
use proptest::prelude::*;
use support::lab::Home;
use support::{Peers, Script, Test, Wire};

const TO: &str = "alumnopop@redes.unlp.edu.ar";

/// The newest message of alumnopop, as POP3 gives it: without the trace fields that the server put in front.
#[track_caller]
fn newest(home: &Home) -> Vec<u8> {
    let mut pop = Wire::plain(home.port("pop3"));
    assert!(pop.line().starts_with("+OK"));
    for line in ["USER alumnopop", "PASS alumnopoppass"] {
        pop.send(format!("{line}\r\n").as_bytes());
        assert!(pop.line().starts_with("+OK"), "{line}");
    }
    pop.send(b"STAT\r\n");
    let stat = pop.line();
    let count: u32 = stat.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("STAT's answer");
    pop.send(format!("RETR {count}\r\n").as_bytes());
    assert!(pop.line().starts_with("+OK"));
    let mut message = Vec::new();
    loop {
        let line = pop.read_line().expect("a line");
        if line == b".\r\n" {
            break;
        }
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
    pop.send(b"DELE ");
    pop.send(format!("{count}\r\nQUIT\r\n").as_bytes());
    assert!(pop.line().starts_with("+OK"));
    assert!(pop.line().starts_with("+OK"));
    message
}

/// `ehlo send` on the lab.
fn send(home: &Home) -> Test {
    home.args(["send", "--to", TO, "--server", "lab", "--notes", "none"])
}

#[test]
fn a_message_is_taken_and_the_script_of_it_passes() {
    let home = Home::new();
    let _lab = home.lab("--memory");
    let output = send(&home).args(["--subject", "¿Llegó?", "--header", "X-Lab: ñ"]).run().code(0);
    output.stderr_has("Accepted: 250 2.0.0");
    let message = String::from_utf8(newest(&home)).expect("7-bit");
    assert!(message.contains("Subject: =?utf-8?"), "{message}");
    assert!(message.contains("X-Lab: =?utf-8?"), "{message}");
    assert!(message.contains("\r\nDate: ") && message.contains("\r\nMessage-ID: <"), "{message}");
    // What is printed is what would be done, and replays.
    for more in [&[][..], &["--pipeline"], &["--starttls"], &["--quit-after", "rcpt"]] {
        let script = send(&home).args(more).arg("--print-script").run().code(0).stdout;
        assert!(script.contains("C<<.\n") || more.contains(&"--quit-after"), "{script}");
        let run = home.args(["replay", "x.ehlo", "--notes", "none"]).file("x.ehlo", &script);
        run.run().code(0);
    }
    let script = send(&home).args(["--user", "alumnopop", "--print-script"]).run().code(0).stdout;
    assert!(script.contains("{{plain(\"alumnopop\", password)}}"), "{script}");
    let run = home.args(["replay", "x.ehlo", "--notes", "none"]).file("x.ehlo", &script);
    run.env("EHLO_PASSWORD", "alumnopoppass").run().code(0);
}

#[test]
fn logins_of_all_kinds_and_a_wrong_password() {
    let home = Home::new();
    let _lab = home.lab("--memory --profile modern");
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"] {
        let run = send(&home).args(["--user", "alumnopop", "--auth", mechanism]);
        let output = run.env("EHLO_PASSWORD", "alumnopoppass").run();
        assert!(!output.stdout.contains("alumnopoppass"));
        output.code(0).stdout_has("@tls");
    }
    let wrong = send(&home).args(["--user", "alumnopop"]).env("EHLO_PASSWORD", "wrongwrong").run().code(1);
    assert!(!wrong.stdout.contains("wrongwrong") && !wrong.stderr.contains("wrongwrong"));
    wrong.stderr_has("535").stderr_has("Hint: the user, or the password");
}

#[test]
fn files_arrive_as_they_are() {
    let home = Home::new();
    let _lab = home.lab("--memory");
    let bytes: Vec<u8> = (0..=255u8).cycle().take(5000).collect();
    let text = "line\nother\r\n.\nlast without an end";
    let run = send(&home).args(["--attach", "a b.bin", "--attach", "notas ñ.txt", "--body", "."]);
    run.file("a b.bin", &bytes).file("notas ñ.txt", text).run().code(0);
    let raw = newest(&home);
    let message = mail_parser::MessageParser::default().parse(&raw).expect("a message");
    let found: Vec<_> =
        message.parts.iter().filter(|part| part.is_content_type("application", "octet-stream")).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].contents(), bytes);
    let raw_text = String::from_utf8_lossy(&raw).into_owned();
    assert!(raw_text.contains("text/plain") && raw_text.contains("filename*="), "{raw_text}");
    use base64::Engine as _;
    let coded = base64::engine::general_purpose::STANDARD.encode(text);
    assert!(raw_text.contains(&coded), "{raw_text}");
}

#[test]
fn some_recipients_may_be_refused() {
    let home = Home::new();
    let _lab = home.lab("--memory");
    let before = home.messages();
    for more in [&[][..], &["--pipeline"]] {
        let run = send(&home).args(["--to", "nobody-here@redes.unlp.edu.ar"]).args(more).run().code(1);
        run.stderr_has("Refused: RCPT TO:<nobody-here@redes.unlp.edu.ar>").stderr_has("Accepted for 1 of 2");
    }
    assert_eq!(home.messages(), before + 2);
    let all = ["send", "--to", "n1@redes.unlp.edu.ar", "--to", "n2@redes.unlp.edu.ar", "--server", "lab"];
    for more in [&[][..], &["--pipeline"]] {
        let run = home.args(all).args(more).run().code(1);
        let run = run.stderr_has("RCPT TO:<n1@redes").stderr_has("RCPT TO:<n2@redes");
        assert!(!run.stderr.contains("Accepted"), "{}", run.stderr);
    }
    home.args(all[..3].iter().copied())
        .args(["--server", "lab"])
        .run()
        .code(1)
        .stderr_has("550")
        .stderr_has("5.1.1");
}

#[test]
fn it_ends_where_it_was_to_end() {
    let home = Home::new();
    let _lab = home.lab("--memory");
    let before = home.messages();
    let said = |more: &[&str]| send(&home).args(more).run().code(0).stdout;
    for (stage, last, never) in [
        ("connect", "S: 220", "EHLO"),
        ("ehlo", "C: EHLO", "MAIL"),
        ("tls", "@tls", "MAIL"),
        ("mail", "C: MAIL", "RCPT"),
        ("rcpt", "C: RCPT", "C: DATA"),
    ] {
        let tls = ["--starttls"];
        let tls = if stage == "tls" { &tls[..] } else { &[] };
        let quit = said(&[&["--quit-after", stage], tls].concat());
        assert!(quit.contains(last) && quit.contains("C: QUIT") && !quit.contains(never), "{stage}: {quit}");
        let drop = said(&[&["--drop-after", stage], tls].concat());
        assert!(drop.contains(last) && !drop.contains("QUIT") && !drop.contains(never), "{stage}: {drop}");
    }
    let data = said(&["--drop-after", "data"]);
    assert!(data.contains("S: 354") && !data.contains("Subject"), "{data}");
    assert_eq!(home.messages(), before, "nothing was sent");
    let dot = said(&["--drop-after", "dot"]);
    assert!(dot.contains("S: 250 2.0.0") && !dot.contains("QUIT"), "{dot}");
    assert_eq!(home.messages(), before + 1);
    for (more, why) in [
        (&["--quit-after", "data"][..], "QUIT would be a line of it"),
        (&["--quit-after", "tls"], "--starttls or --tls"),
        (&["--drop-after", "auth"], "--user NAME"),
        (&["--auth", "PLAIN"], "--user NAME"),
        (&["--user", "x", "--auth", "best"], "cannot choose"),
        (&["--quit-after", "later"], "connect, ehlo, tls"),
    ] {
        send(&home).args(more).run().code(2).stderr_has(why);
    }
}

/// A line end in a value would be a command of its own.
#[test]
fn nothing_can_be_injected() {
    let server = Script::new().send("220 a\r\n").expect("QUIT").send("221 a\r\n").close().listen();
    for value in ["a@b.c\r\nRCPT TO:<evil@b.c>", "a@b.c\nDATA", "a@b.c\rX", "a\u{0}@b.c", "x: a\u{85}b"] {
        for option in ["--from", "--to", "--helo", "--subject", "--header", "--user"] {
            if value.contains('\0') {
                continue;
            }
            let run = Test::new(["send", "--to", "a@b.c", "--server", &server.address(), option, value]);
            let run = run.env("EHLO_PASSWORD", "x").run().code(2);
            run.stderr_has(&format!("{option} has a control character"));
        }
    }
    for (option, value) in [
        ("--from", "a@b.c> SIZE=1 X=<"),
        ("--from", "a b@b.c"),
        ("--to", "nobody"),
        ("--to", "<a@b.c"),
        ("--header", "no colon"),
        ("--header", "Two words: x"),
        ("--helo", " "),
    ] {
        Test::new(["send", "--to", "a@b.c", "--server", &server.address(), option, value]).run().code(2);
    }
    // The first that anybody says is this.
    Test::new(["smtp", &server.address(), "--send", "QUIT"]).run().code(0);
    server.finish();
}

#[test]
fn a_whole_message_and_its_fields_replaced() {
    let home = Home::new();
    let _lab = home.lab("--memory");
    let mail = "From: a@b.c\nSubject: old\n folded\nX: 1\n\n.dots\n..\n.\nend";
    let run = send(&home).args(["--data", "-", "--header", "subject: new", "--header", "Y: 2"]).stdin(mail);
    run.run().code(0);
    let got = String::from_utf8(newest(&home)).expect("text");
    assert!(
        got.ends_with("From: a@b.c\r\nsubject: new\r\nX: 1\r\nY: 2\r\n\r\n.dots\r\n..\r\n.\r\nend\r\n"),
        "{got}"
    );
    send(&home).args(["--data", "missing.eml"]).run().code(3);
    send(&home).args(["--data", "-", "--subject", "x"]).run().code(2);
}

#[test]
fn who_falls_silent_or_hangs_up_is_the_network() {
    let run = |server: Script, code: i32, said: &str| {
        let server = server.listen();
        let args =
            ["send", "--to", "a@b.c", "--server", &server.address(), "--timeout", "500ms", "--notes", "none"];
        Test::new(args).run().code(code).stderr_has(said);
        server.finish();
    };
    run(Script::new().send("220 a\r\n").expect("EHLO").reset(), 4, "Not sent. After EHLO");
    run(Script::new().send("220 a\r\n").expect("EHLO").expect_end(), 4, "Not sent. After EHLO");
    run(Script::new().send("554 go away\r\n").expect("QUIT").send("221 a\r\n"), 1, "554 go away");
    let taken =
        Script::new().send("220 a\r\n").expect("EHLO").send("250 a\r\n").expect("MAIL").send("250 ok\r\n");
    let taken = taken.expect("RCPT").send("251 will forward\r\n").expect("DATA").send("354 go\r\n");
    // A server that hangs up after it took the message has taken it.
    run(taken.expect_until(".").send("250 ok\r\n").close(), 0, "Accepted: 250 ok");
    Test::new(["send", "--to", "a@b.c", "--server", "127.0.0.1:1"]).run().code(4);
}

#[test]
fn a_real_postfix_takes_it() {
    let peers = Peers::shared();
    let me = peers.account();
    let server = |port: u16| format!("127.0.0.1:{port}");
    let base = |port: u16| {
        Test::new(["send", "--to", &me.address, "--server", &server(port), "--notes", "none", "--ca"])
            .arg(&peers.ca)
            .args(["--from", &me.address, "--subject", "acentuación"])
    };
    base(peers.smtp).run().code(0).stderr_has("Accepted: 250 2.0.0");
    base(peers.smtp).args(["--pipeline", "--starttls"]).run().code(0).stdout_has("@tls");
    let login = |test: Test| test.args(["--user", &me.user]).env("EHLO_PASSWORD", &me.password);
    login(base(peers.submission)).run().code(0).stdout_has("S: 235");
    login(base(peers.smtps)).arg("--tls").run().code(0).stdout_has("S: 235");
    let mails = peers.wait_for_mail(&me.address, 4);
    assert!(mails.iter().all(|mail| String::from_utf8_lossy(mail).contains("Subject: =?utf-8?")));
    let unknown = ["--to", &format!("nadie@{}", peers.domain)];
    base(peers.smtp).args(unknown).run().code(1).stderr_has("Accepted for 1 of 2").stderr_has("550");
}

/// Without a server, the exchange of the domain.
#[test]
fn the_exchange_of_the_domain_is_found() {
    let home = Home::new();
    let _lab = home.lab("--memory");
    let run = |to: &str| home.args(["send", "--to", to, "--mx-server", "lab", "--notes", "brief"]).run();
    run(TO).code(0).stderr_has("Accepted: 250");
    run("x@no-such-domain.example").code(4).stderr_has("no-such-domain.example");
    let two = home.args(["send", "--to", "a@b.example", "--to", "a@c.example", "--mx-server", "lab"]);
    two.run().code(2).stderr_has("b.example, c.example");
}

#[test]
fn both_languages_help() {
    for (lang, words) in [("en", "Sends one message"), ("es", "Envía un mensaje")] {
        let help = Test::new(["help", "send", "--lang", lang]).run().code(0);
        let help = help.stdout_has(words).stdout_has("--print-script").stdout_has("ehlo send --to");
        assert!(!help.stdout.contains("arg-"), "{}", help.stdout);
    }
}

/// Bytes with line ends as the wire has them.
fn wired(bytes: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    for (i, byte) in bytes.iter().enumerate() {
        if *byte == b'\n' && (i == 0 || bytes[i - 1] != b'\r') {
            wire.push(b'\r');
        }
        wire.push(*byte);
    }
    if !wire.ends_with(b"\r\n") {
        wire.extend_from_slice(b"\r\n");
    }
    wire
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever the content holds, the block of the script says it, and ends where it is to end.
    #[test]
    fn any_content_is_written_and_read_back(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..12),
                prop::sample::select(vec!["\r\n", "\n", ".", "..", "{{", "}}", "{{x}}", "{n}", "C: ", "S: ", " ", "\t", "\r", "@step x"])
                    .prop_map(|s| s.as_bytes().to_vec()),
            ],
            0..30,
        )
    ) {
        let content = pieces.concat();
        let lines = ehlo::session::send::message::lines(&content, None);
        let mut read = Vec::new();
        for line in &lines {
            prop_assert!(line != "." && !line.contains(['\r', '\n']));
            // The notation's own reader, by way of a client's line.
            let Ok(Item::Line { text, .. }) = read_line(&format!("C: {line}")) else {
                return Err(TestCaseError::fail(format!("{line:?}")));
            };
            read.extend_from_slice(&text.bytes);
            read.extend_from_slice(b"\r\n");
        }
        let whole = if content.is_empty() { Vec::new() } else { wired(&content) };
        prop_assert_eq!(read, whole);
    }
}

/// The same through a server: what stands between DATA and the dot is the content, stuffed.
#[test]
fn any_content_goes_through_data() {
    let home = Home::new();
    let _lab = home.lab("--memory");
    let all: Vec<u8> = (1..=255u8).filter(|b| *b != b'\r').collect();
    let contents: [Vec<u8>; 6] = [
        b"A: b\n\n.\n..\n.x\n\n.".to_vec(),
        b"A: b\r\n\r\n{{x}} {{hex(41)}} {n}\r\nS: 250\r\n@close\r\n".to_vec(),
        [b"A: b\n\n".to_vec(), all].concat(),
        "A: ñ\n\n\u{85}\u{2028}\u{202e} ñandú\u{feff}\n".as_bytes().to_vec(),
        b"A: b\n\n \n\t\n trailing \n".to_vec(),
        [b"A: b\n\n".to_vec(), vec![b'.'; 900], b"\n".to_vec()].concat(),
    ];
    for content in contents {
        send(&home).args(["--data", "-"]).stdin(&content).run().code(0);
        let got = newest(&home);
        let want = wired(&content);
        assert!(
            got.ends_with(&want),
            "{:?}\n{:?}",
            String::from_utf8_lossy(&want),
            String::from_utf8_lossy(&got)
        );
    }
}
