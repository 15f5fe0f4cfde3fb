//! Outputs that were read line by line. What a run cannot repeat (ports, queue ids, times, dates) is made
//! the same first; `EHLO_GOLDEN=write` writes them anew, to be read again.

use std::path::Path;

use crate::support::{Output, Peers, Test};

/// What differs from run to run, as a word that does not.
fn still(output: &Output, port: u16) -> String {
    let text = output.stdout.replace(&format!(":{port}"), ":PORT");
    let mut kept: Vec<String> = Vec::new();
    let mut left_out = false;
    for shown in text.lines() {
        // Notes whose label has another width each time are wrapped otherwise each time.
        let changing = ["#     <", "#     UIDVALIDITY "].iter().any(|begin| shown.starts_with(begin));
        left_out = changing || left_out && shown.starts_with("#      ");
        if !left_out {
            kept.push(line(shown));
        }
    }
    kept.join("\n") + "\n"
}

fn line(line: &str) -> String {
    let known = [
        ("queued as ", "ID"),
        ("S: +OK Dovecot (Debian) ready. ", "<STAMP>"),
        ("\tid ", "ID"),
        ("with ESMTP id ", "ID"),
        ("redes.unlp.edu.ar>; ", "DATE"),
        ("[UIDVALIDITY ", "N] UIDs valid"),
        (" completed (", "T secs)."),
    ];
    let after =
        |begin: &str, word: &str| line.find(begin).map(|at| format!("{}{word}", &line[..at + begin.len()]));
    let found = known.iter().find_map(|(begin, word)| after(begin, word));
    let line = found.unwrap_or_else(|| line.to_owned());
    let summary = ["received, ", "recibidos, "].iter().find_map(|word| Some((word, line.find(word)?)));
    match summary.filter(|_| line.starts_with("#   ")) {
        // What comes back holds queue ids and Dovecot's own timing; seconds are never the same.
        Some((word, at)) => {
            let before = line[..at].trim_end().trim_end_matches(|c: char| c.is_ascii_digit());
            format!("{before}N {word}T s")
        }
        None => line,
    }
}

#[track_caller]
fn check(name: &str, shown: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions/golden").join(name);
    if std::env::var("EHLO_GOLDEN").is_ok_and(|v| v == "write") {
        std::fs::write(&path, shown).expect("the golden file");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == shown, "{name} is otherwise now; EHLO_GOLDEN=write writes it:\n{shown}");
}

#[test]
fn exercise_3c_in_spanish() {
    let peers = Peers::shared();
    let _course = peers.course();
    let lines = "ehlo redes\nmail from:<alumnopop@redes.unlp.edu.ar>\nrcpt to:<alumnoimap@redes.unlp.edu.ar>\ndata\nhola\n.\nquit\n";
    let out = Test::smtp(peers).args(["--lang", "es"]).stdin(lines).run().code(0);
    check("3c.es.ehlo", &still(&out, peers.smtp));
}

#[test]
fn exercise_3f_in_spanish() {
    let peers = Peers::shared();
    let course = peers.course();
    course.deliver("alumnopop", "From: profesor@redes.unlp.edu.ar\nSubject: primero\n\nUno.\n");
    let out = Test::pop(peers)
        .args(["--lang", "es", "--user", "alumnopop"])
        .env("EHLO_PASSWORD", "alumnopoppass")
        .stdin("AUTH PLAIN\nSTAT\nRETR 1\nQUIT\n")
        .run();
    check("3f.es.ehlo", &still(&out.code(0), peers.pop3));
}

#[test]
fn exercise_3h_in_english() {
    let peers = Peers::shared();
    let course = peers.course();
    course.deliver("alumnoimap", "From: profesor@redes.unlp.edu.ar\nSubject: primero\n\nUno.\n");
    let out =
        Test::imap(peers).stdin("LOGIN alumnoimap alumnoimappass\nSELECT INBOX\nFETCH 1 BODY[]\n").run();
    check("3h.en.ehlo", &still(&out.code(0), peers.imap));
}
