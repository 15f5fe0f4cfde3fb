//! The dialogues in `scripts/` and `transcripts/`: all of them read as the notation, what is recorded again from
//! a transcript is the same wire, and each of them replays: on the real servers and on the lab, as do logs of logins.

mod support;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::dialogue::What;
use ehlo::i18n::{Catalog, Lang};
use ehlo::recorder::Recorder;
use ehlo::source::transcript::Transcript;
use ehlo::source::{Found, Source};
use ehlo::view::Begin;
use ehlo::view::notes::Detail;
use ehlo::view::text::{Look, Text};
use support::{Peers, Test};

fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(path.extension().unwrap(), "ehlo", "{path:?}");
                found.push(path);
            }
        }
    }
    assert!(found.len() >= 4, "nothing in {folder}");
    found
}

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a transcript looks like when it is recorded again, and what its dialect still waits for.
fn again(text: &str) -> (String, usize) {
    let mut transcript = Transcript::new(text.as_bytes());
    let paper = Paper::default();
    let mut recorder: Option<Recorder> = None;
    while let Some(found) = transcript.next_found().unwrap() {
        match found {
            Found::Dialogue(opening) => {
                let protocol = opening.protocol.expect("a protocol");
                let mut new = Recorder::new(dialect::of(protocol), Secrets::default());
                let view =
                    Text::new(Box::new(paper.clone()), Catalog::new(Lang::En), Look::log(Detail::Brief));
                let begin = Begin {
                    protocol: Some(protocol),
                    target: opening.target,
                    tls: opening.tls,
                    ..Begin::default()
                };
                new.add_view(Box::new(view), &begin).unwrap();
                recorder = Some(new);
            }
            Found::End(_) => {}
            Found::Event(event) => {
                assert!(!matches!(event.what, What::Noise(_)), "noise: {event:?}");
                match &mut recorder {
                    Some(recorder) => recorder.push(*event, &mut |_, _| {}).unwrap(),
                    // A title may stand above.
                    None => assert!(matches!(event.what, What::Mark(_)), "before the dialogue: {event:?}"),
                }
            }
        }
    }
    let mut recorder = recorder.expect("a dialogue");
    recorder.end().unwrap();
    let owed = recorder.expect().owed;
    (String::from_utf8(paper.0.lock().unwrap().clone()).unwrap(), owed)
}

/// The wire and the facts beside it, without comments and notes.
fn wire(text: &str) -> Vec<&str> {
    text.lines().filter(|l| !l.starts_with('#')).collect()
}

#[test]
fn what_is_recorded_again_is_the_same_wire() {
    for path in files("transcripts").into_iter().chain(files("scripts")) {
        let text = fs::read_to_string(&path).unwrap();
        let (again, owed) = again(&text);
        assert_eq!(wire(&again), wire(&text), "{path:?}");
        assert_eq!(owed, 0, "{path:?}: an answer is missing");
    }
}

#[test]
fn both_languages_have_the_same_records() {
    let names = |lang: &str| -> Vec<_> {
        let mut names: Vec<_> =
            files(&format!("transcripts/{lang}")).iter().map(|p| p.file_name().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names("en"), names("es"));
}

/// The real servers, a role each.
fn to(peers: &Peers) -> Vec<String> {
    let roles =
        [("smtp", peers.smtp), ("submission", peers.submission), ("pop", peers.pop3), ("imap", peers.imap)];
    roles.iter().flat_map(|(role, port)| ["--to".to_owned(), format!("{role}=127.0.0.1:{port}")]).collect()
}

#[test]
fn all_of_them_replay_on_the_real_servers() {
    let peers = Peers::shared();
    let course = peers.course();
    for user in ["alumnopop", "alumnoimap"] {
        peers.deliver(&format!("{user}@redes.unlp.edu.ar"), "Subject: uno\n\nhola\n");
    }
    for path in files("scripts").into_iter().chain(files("transcripts")) {
        let user = if path.to_string_lossy().contains("imap") { "alumnoimap" } else { "alumnopop" };
        let run = Test::new(["replay"]).arg(&path).args(to(peers)).arg("--ca").arg(&peers.ca);
        let run = run.args(["--notes", "none"]).env("EHLO_PASSWORD", format!("{user}pass")).run().code(0);
        run.stderr_has(": passed, ");
    }
    drop(course);
}

#[test]
fn all_of_them_replay_on_the_lab() {
    let home = support::lab::Home::new();
    for path in files("scripts").into_iter().chain(files("transcripts")) {
        let user = if path.to_string_lossy().contains("imap") { "alumnoimap" } else { "alumnopop" };
        let run = home.args(["replay"]).arg(&path).args(["--to", "lab", "--notes", "none"]);
        run.env("EHLO_PASSWORD", format!("{user}pass")).run().code(0).stderr_has(": passed, ");
    }
}

/// A wrong password is a secret like the right one, and a replay of the login fails as the first one did not.
#[test]
fn a_wrong_password_is_a_failure_of_the_replay() {
    let home = support::lab::Home::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/3f-pop.ehlo");
    let run = home.args(["replay"]).arg(&path).args(["--to", "lab", "--notes", "none"]);
    let run = run.env("EHLO_PASSWORD", "not-the-password").run().code(1);
    let run = run
        .stderr_has("error[reply]: expected +OK, the server answered -ERR")
        .stdout_lacks("not-the-password");
    assert!(!run.stderr.contains("not-the-password"));
}

/// What a live session logs replays as it is, whatever the login.
#[test]
fn logs_of_logins_replay() {
    let peers = Peers::shared();
    let account = peers.account();
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"] {
        for (test, lines, role) in [
            (Test::pop(peers), "STAT\nQUIT\n", "pop"),
            (Test::imap(peers), "a9 NOOP\na10 LOGOUT\n", "imap"),
            (Test::on(peers, "smtp", peers.submission).arg("--starttls"), "NOOP\nQUIT\n", "submission"),
        ] {
            let session = test.args(["--user", &account.user, "--auth", mechanism, "--log", "x.ehlo"]);
            let session = session.env("EHLO_PASSWORD", &account.password).stdin(lines).run().code(0);
            let log = session.file("x.ehlo");
            assert!(!log.contains(&account.password), "{log}");
            let port = match role {
                "pop" => peers.pop3,
                "imap" => peers.imap,
                _ => peers.submission,
            };
            let again = Test::new(["replay", "x.ehlo", "--to", &format!("127.0.0.1:{port}")])
                .arg("--ca")
                .arg(&peers.ca);
            let again = again.file("x.ehlo", &log).env("EHLO_PASSWORD", &account.password).run();
            assert!(
                again.code == 0 && again.stderr.contains("passed"),
                "{mechanism} {role}\n{log}\n{}",
                again.stderr
            );
        }
    }
}
