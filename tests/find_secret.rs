//! `ehlo annotate --find-secret`: what sessions wrote has no password in it, and what somebody else wrote is seen through.

mod support;

use support::{Output, Script, Test};

const SECRET: &str = "clave-2026";

/// What is found in a text.
fn find(text: &str) -> Output {
    let run = Test::new(["annotate", "x.txt", "--find-secret"])
        .file("x.txt", text)
        .env("EHLO_PASSWORD", SECRET)
        .run();
    assert!(!run.stdout.contains(SECRET) && !run.stderr.contains(SECRET));
    run
}

#[test]
fn what_is_there_is_told_by_line() {
    find("C: a1 OK\nC: a2 LOGIN ana clave-2026\n").code(1).stdout_has("line 2: as it is");
    find("S: 535 no such login: ana/clave-2026\n").code(1).stdout_has("line 1");
    // A user name typed as the password, in AUTH LOGIN; and NUL ana NUL clave-2026.
    find("C: AUTH LOGIN\nC: Y2xhdmUtMjAyNg==\n").code(1).stdout_has("line 2: in base64");
    find("C: AUTH PLAIN AGFuYQBjbGF2ZS0yMDI2\n").code(1).stdout_has("base64, inside something longer");
    find("C: PASS {{password}}\n").code(0).stdout_has("one line");
    let run = Test::new(["annotate", "-", "--find-secret", "--secret-file", "s"]).file("s", "clave-2026\n");
    run.stdin("x clave%2d2026").run().code(1);
    Test::new(["annotate", "x", "--secret-file", "s"]).file("x", "").file("s", "").run().code(2);
    Test::new(["annotate", "x", "--find-secret"]).file("x", "").env("EHLO_PASSWORD", "abc").run().code(2);
    Test::new(["annotate", "x", "--find-secret"]).env("EHLO_PASSWORD", SECRET).run().code(3);
}

/// Logs of every form: a login that is refused by a server that repeats it.
#[test]
fn what_ehlo_wrote_is_clean() {
    for extension in ["ehlo", "html", "md", "txt", "json", "cast"] {
        let server = Script::new().send("* OK hi\r\n").expect("a1 LOGIN");
        let server = server
            .send("a1 NO I know no \"ana\" \"clave-2026\"\r\n")
            .expect("a2 LOGOUT")
            .send("* BYE\r\na2 OK\r\n");
        let server = server.listen();
        let log = format!("x.{extension}");
        let run = Test::new([
            "imap",
            &server.address(),
            "--log",
            &log,
            "--send",
            "a1 LOGIN ana clave-2026",
            "--send",
            "a2 LOGOUT",
        ]);
        let text = run.run().code(0).file(&log);
        server.finish();
        assert!(text.contains("LOGIN"), "{text}");
        find(&text).code(0);
    }
}
