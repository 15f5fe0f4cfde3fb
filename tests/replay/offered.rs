//! `@need` against what is offered at first; how a replay went, in its reports; what `S>` saves, with `--force`.

use super::support::lab::Home;

const STARTTLS: &str = "@imap lab\n@set user = alumnoimap\n@secret password\n@need STARTTLS\nS: * OK\nC: a1 STARTTLS\nS: a1 OK\n@tls\nC: a2 CAPABILITY\nS: a2 OK\nC: a4 LOGIN {{quoted(user)}} {{quoted(password)}}\nS: a4 OK\nC: a5 LOGOUT\nS: a5 OK\n";
const STLS: &str = "@pop lab\n@set user = alumnopop\n@secret password\n@need STLS\nS: +OK\nC: STLS\nS: +OK\n@tls\nC: CAPA\nS: +OK\nC: USER {{user}}\nS: +OK\nC: PASS {{password}}\nS: +OK\nC: QUIT\nS: +OK\n";
const SCRAM: &str = "@imap lab\n@set user = alumnoimap\n@secret password\n@need AUTH=SCRAM-SHA-256\nS: * OK\nC: a1 AUTHENTICATE SCRAM-SHA-256\nS: +\nC: {{scram(user, password)}}\nS: +\nC: {{scram(user, password)}}\nS: +\nC: {{scram(user, password)}}\nS: a1 OK\nC: a2 LOGOUT\nS: a2 OK\n";

/// What a server offered before TLS, or before a login, it offered.
#[test]
fn what_was_offered_at_first_counts() {
    let home = Home::new();
    let _lab = home.lab("--memory --profile modern");
    for (script, password) in
        [(STARTTLS, "alumnoimappass"), (STLS, "alumnopoppass"), (SCRAM, "alumnoimappass")]
    {
        let run = home.args(["replay", "x.ehlo", "--notes", "none"]).file("x.ehlo", script);
        run.env("EHLO_PASSWORD", password).run().code(0).stderr_has("x.ehlo: passed");
    }
    let lacking = STLS.replace("@need STLS", "@need STLS NEVERHEARD");
    let run = home.args(["replay", "x.ehlo", "--notes", "none"]).file("x.ehlo", lacking);
    run.env("EHLO_PASSWORD", "alumnopoppass").run().code(0).stderr_has("does not offer NEVERHEARD");
}

#[test]
fn reports_have_the_steps_and_the_verdict() {
    let home = Home::new();
    let _lab = home.lab("--memory");
    let script = "@step \"Before all\"\n@smtp lab\nS: 220 other words\nC: NOOP\nS: CODE\n@close\n";
    for (code, verdict) in
        [("250", "the script passed: 2 exchanges"), ("550", "the script failed: expected 550")]
    {
        let logs = ["--log", "a.html", "--log", "a.md", "--log", "a.txt", "--notes", "full"];
        let run = home.args(["replay", "x.ehlo"]).args(logs).file("x.ehlo", script.replace("CODE", code));
        let output = run.run().code(i32::from(code == "550"));
        for name in ["a.html", "a.md", "a.txt"] {
            let text = output.file(name).split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains("Before all") && text.contains(verdict), "{name}: {text}");
        }
        output.stdout_has("another wording than in the script: 220 other words");
    }
}

#[test]
fn force_is_about_what_is_saved_too() {
    let home = Home::new();
    let _lab = home.lab("--memory");
    let script = "@pop lab\n@secret password\nS: +OK\nC: USER alumnopop\nS: +OK\nC: PASS {{password}}\nS: +OK\nC: RETR 1\nS: +OK\nS> x.eml\nC: QUIT\nS: +OK\n";
    let run = |more: &[&str]| {
        let run = home.args(["replay", "x.ehlo", "--notes", "none"]).args(more).file("x.ehlo", script);
        run.file("x.eml", "old").env("EHLO_PASSWORD", "alumnopoppass").run()
    };
    run(&[]).code(3);
    assert!(run(&["--force"]).code(0).file("x.eml").contains("Subject"));
    super::support::Test::new(["smtp", "127.0.0.1:1", "--force"]).run().code(2).stderr_has("--log");
}
