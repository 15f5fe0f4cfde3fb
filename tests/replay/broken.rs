//! Scripts that cannot be run: told with file, line and column before anything is sent.

use super::check;
use super::support::{Output, Test};

fn replay(script: &str) -> Output {
    let run = Test::new(["replay", "x.ehlo", "--to", "127.0.0.1:1", "--user", "ana"]);
    run.file("x.ehlo", script).file("sub/in.ehlo", "@include ../x.ehlo\n").run()
}

#[test]
fn each_mistake_has_its_place() {
    for (name, script) in [
        ("prose", "@smtp {{host}}\nS: 220\nwhat is this\n"),
        ("directive", "@smtp {{host}}\n@secrte password\nS: 220\n"),
        ("arguments", "@smtp {{host}}\n@timeout soon\n@retry 0\n@match exactly\n"),
        ("name", "@smtp {{host}}\nS: 220 {{name=*}}\nC: EHLO {{nmae}}\nC: RSET {{other}}\n"),
        (
            "hole",
            "@smtp {{host}}\nS: 220\nC: AUTH PLAIN {{plian(user, password)}}\nC: {{plain(user)}}\nC: {{x\n",
        ),
        ("block", "@smtp {{host}}\nS: 220\nC<<END\nbody\n"),
        ("before", "S: 220\n@smtp {{host}}\n"),
        ("second", "@imap {{host}}\nS: * OK\nC2: a NOOP\n"),
        ("sent", "@smtp {{host}}\nS: 220\nC: MAIL FROM:<{{*}}>\n"),
        ("cycle", "@include sub/in.ehlo\n@smtp {{host}}\n"),
        ("outside", "@smtp {{host}}\nS: 220\nC< /etc/hostname\nS> ../x\n@include ../../etc/hostname\n"),
        ("nothing", "# only a comment\n"),
    ] {
        let output = replay(script).code(2);
        assert!(!output.stdout.contains("C:") && !output.stdout.contains("trying"), "{name}");
        check(&format!("broken-{name}.txt"), &output);
    }
}

#[test]
fn what_is_no_text_or_too_large_is_told() {
    let run = Test::new(["replay", "x.ehlo", "--to", "127.0.0.1:1"]).file("x.ehlo", b"@smtp a\nS: \xff\n");
    run.run().code(2).stderr_has("x.ehlo:2:1");
    let run =
        Test::new(["replay", "x.ehlo", "--to", "127.0.0.1:1"]).file("x.ehlo", vec![b'#'; 17 * 1024 * 1024]);
    run.run().code(2).stderr_has("larger than");
    Test::new(["replay", "none.ehlo"]).run().code(3).stderr_has("none.ehlo cannot be read");
}

#[test]
fn secrets_and_machines_are_asked_for_first() {
    let script =
        "@smtp mail.example.org\n@secret password\nS: 220\nC: AUTH PLAIN {{plain(\"ana\", password)}}\n";
    let run = || Test::new(["replay", "x.ehlo"]).file("x.ehlo", script);
    run().run().code(2).stderr_has("--allow mail.example.org").stdout_is("");
    let run = || Test::new(["replay", "x.ehlo", "--to", "127.0.0.1:1"]).file("x.ehlo", script);
    run().run().code(2).stderr_has("EHLO_PASSWORD").stdout_is("");
    // With the secret, it gets as far as the port where nobody listens.
    run().env("EHLO_SECRET_PASSWORD", "geheim").run().code(4);
    run().file("p", "geheim\n").args(["--secret", "password=p"]).run().code(4);
    let host = "@smtp {{host}}\nS: 220\n";
    Test::new(["replay", "x.ehlo"]).file("x.ehlo", host).run().code(2).stderr_has("--to");
}
