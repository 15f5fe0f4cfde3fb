//! The examples of the notation's own description, on the lab and on the real servers.

use super::support::lab::Home;
use super::support::{Peers, Test};
use super::{check, example};

#[test]
fn the_examples_pass_on_the_lab() {
    let home = Home::new();
    let submit = home.args(["replay"]).arg(example("submission.ehlo")).args(["--to", "lab", "--user"]);
    let submit = submit.args(["alumnopop@redes.unlp.edu.ar", "--set", "to=alumnopop@redes.unlp.edu.ar"]);
    let submit = submit.env("EHLO_PASSWORD", "alumnopoppass").run().code(0);
    submit
        .stdout_has("C: AUTH PLAIN {{plain(\"alumnopop@redes.unlp.edu.ar\", password)}}")
        .stdout_has("C: ..profile");
    let read =
        home.args(["replay"]).arg(example("reading.ehlo")).args(["--to", "lab", "--user", "alumnopop"]);
    let read = read.env("EHLO_PASSWORD", "alumnopoppass").run().code(0);
    // One dot more on the wire, none in the file.
    assert!(read.file("lab1.eml").contains("\r\n.profile starts"), "{}", read.file("lab1.eml"));
    let idle = home.args(["replay"]).arg(example("idle.ehlo")).args(["--to", "lab", "--user", "alumnoimap"]);
    let idle = idle.env("EHLO_PASSWORD", "alumnoimappass").args(["--log", "x.ehlo", "--notes", "none"]).run();
    let log = idle.code(0).file("x.ehlo");
    assert!(log.contains("\n@imap 2 lab\n") && log.contains("\nC2: b2 APPEND Lab3 {24}\n"), "{log}");
}

#[test]
fn the_examples_pass_on_the_real_servers() {
    let peers = Peers::shared();
    let account = peers.account();
    let role = |name: &str, port: u16| format!("{name}=127.0.0.1:{port}");
    let run = |script: &str| {
        let run = Test::new(["replay"]).arg(example(script)).arg("--ca").arg(&peers.ca);
        let run =
            run.args(["--to", &role("submission", peers.submission), "--to", &role("pops", peers.pop3s)]);
        let run = run.args(["--to", &role("imap", peers.imap), "--set", &format!("to={}", account.address)]);
        run.env("EHLO_PASSWORD", &account.password).args(["--notes", "none"])
    };
    run("submission.ehlo").args(["--user", &account.address]).run().code(0);
    run("reading.ehlo").args(["--user", &account.user]).run().code(0);
    run("idle.ehlo").args(["--user", &account.user]).run().code(0);
}

/// Several scripts at once say all they say in the order of the command line.
#[test]
fn many_scripts_keep_their_order() {
    let home = Home::new();
    let script = |code: &str| format!("@smtp {{{{host}}}}\n@step \"greet\"\nS: {code}\nC: QUIT\nS: 221\n");
    let need = "@smtp {{host}}\n@need NOSUCH\nS: 220\nC: EHLO x\nS: 250\nC: QUIT\nS: 221\n";
    let run = |more: &[&str]| {
        let run = home.args(["replay", "a.ehlo", "b.ehlo", "c.ehlo", "--to", "lab", "--notes", "none"]);
        let run = run.file("a.ehlo", script("220")).file("b.ehlo", script("554")).file("c.ehlo", need);
        run.args(more.iter().copied()).run().code(1)
    };
    let one = run(&["--junit", "x.xml"]);
    check("many.txt", &one);
    let xml = one.file("x.xml");
    assert!(
        xml.contains("<testsuite name=\"b.ehlo\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\""),
        "{xml}"
    );
    assert!(xml.contains("<skipped message=\"the server does not offer NOSUCH\"/>"), "{xml}");
    let many = run(&["--jobs", "3"]);
    assert_eq!(
        (super::still(&many), many.stdout.lines().count()),
        (super::still(&one), one.stdout.lines().count())
    );
    let tap = run(&["--tap"]).stdout;
    let expected = "TAP version 14\n1..3\n# Subtest: a.ehlo\n    1..1\n    ok 1 - greet\nok 1 - a.ehlo\n";
    assert!(tap.starts_with(expected), "{tap}");
    assert!(tap.contains("not ok 2 - b.ehlo\n") && tap.ends_with("ok 3 - c.ehlo # SKIP NOSUCH\n"), "{tap}");
}

/// What came is written back; holes stay holes; a failure writes nothing.
#[test]
fn accept_writes_what_came() {
    let home = Home::new();
    let script = "@smtp {{host}}\r\nS: 220\r\nC: EHLO x\r\nS: 250-{{*}}STARTTLS\r\nC: NOOP\r\nS: 250 what\r\nC: QUIT\r\n";
    let run = |text: &str| {
        let run = home.args(["replay", "a.ehlo", "--to", "lab", "--accept", "--notes", "none"]);
        run.file("a.ehlo", text).run()
    };
    let done = run(script).code(0);
    let written = done.file("a.ehlo");
    assert!(
        written.contains("\r\nS: 250 2.0.0 Ok\r\n") && written.contains("{{*}}STARTTLS\r\n"),
        "{written}"
    );
    let failed = run(&script.replace("250 what", "550 what")).code(1).stderr_has("a.ehlo stays as it is");
    assert!(failed.file("a.ehlo").contains("550 what"));
}
