//! The dialogues of `scripts/` and their annotated records in `transcripts/`: the scripts run on the lab and on real
//! servers, the records come out of the lab again to the last byte, and hold what every record must.
//!
//! `EHLO_GOLDEN=write cargo test --test records` writes the records anew.
#![cfg(all(feature = "cli", unix))]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::dialogue::{Event, What, Wire};
use ehlo::i18n::{Catalog, Lang};
use ehlo::recorder::Recorder;
use ehlo::source::transcript::Transcript;
use ehlo::source::{Found, Source};
use ehlo::view::Begin;
use ehlo::view::notes::Detail;
use ehlo::view::text::{Look, Text};
use support::lab::Home;
use support::{Peers, Test};

/// When the records were made, as the lab sees it: a first day of classes.
const CLOCK: &str = "2026-03-02T13:00:00Z";
const ACCOUNTS: [&str; 2] = ["alumnopop", "alumnoimap"];

fn root(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// The files of a folder, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root(folder)).expect("the folder");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.sort();
    found
}

fn name(path: &Path) -> &str {
    assert_eq!(path.extension().expect("an extension"), "ehlo", "{path:?}");
    path.file_stem().and_then(|stem| stem.to_str()).expect("a name")
}

/// What the lab must offer: the exercises need what the sheet's server has, the lessons more.
fn profile(name: &str) -> &'static str {
    if name.starts_with('3') { "sheet" } else { "modern" }
}

/// Does something for each, several at a time: most of it is waiting for processes.
fn each<T: Sync>(all: &[T], act: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    act(one);
                }
            });
        }
    });
}

/// A script's record on a lab that nobody has used, whose time stands still. The lab's passwords are not given: ehlo
/// asks the lab.
fn record(script: &Path, lang: &str) -> String {
    let home = Home::new();
    let lab = home.lab(&format!("--memory --quiet --profile {} --clock {CLOCK}", profile(name(script))));
    let run = home.args(["replay"]).arg(script).args(["--to", "lab", "--notes", "none", "--lang", lang]);
    let run = run.args(["--log", "x.ehlo", "--reproducible"]).run().code(0);
    let run = run.stderr_has(if lang == "es" { ": bien, " } else { ": passed, " });
    let text = run.file("x.ehlo");
    drop(home);
    drop(lab);
    text
}

#[test]
fn the_lab_says_again_what_the_transcripts_have() {
    let scripts = files("scripts");
    let write = std::env::var_os("EHLO_GOLDEN").is_some_and(|value| value == "write");
    let names: BTreeSet<&str> = scripts.iter().map(|path| name(path)).collect();
    for lang in ["en", "es"] {
        for path in files(&format!("transcripts/{lang}")) {
            if write && !names.contains(name(&path)) {
                fs::remove_file(&path).expect("removed");
            }
        }
    }
    let all: Vec<(&PathBuf, &str)> = scripts.iter().flat_map(|path| [(path, "en"), (path, "es")]).collect();
    each(&all, |(script, lang)| {
        let now = record(script, lang);
        let path = root("transcripts").join(lang).join(script.file_name().expect("a name"));
        if write {
            fs::write(&path, &now).expect("written");
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        let differs = || now.lines().zip(kept.lines()).find(|(now, kept)| now != kept);
        assert!(now == kept, "{path:?}: {:?}\nEHLO_GOLDEN=write writes what the lab says", differs());
    });
    for lang in ["en", "es"] {
        let kept = files(&format!("transcripts/{lang}"));
        assert_eq!(kept.iter().map(|path| name(path)).collect::<BTreeSet<_>>(), names);
    }
}

/// Each exercise that has a dialogue has a script, and each script tells what to look at.
#[test]
fn the_exercises_are_there_and_explained() {
    let scripts = files("scripts");
    let names: Vec<&str> = scripts.iter().map(|path| name(path)).collect();
    for exercise in
        ["3c-smtp", "3d-smtp-forged", "3f-pop", "3h-imap", "3i-pop", "3i-imap", "3j-pop", "3j-imap"]
    {
        assert!(names.contains(&exercise), "{exercise}");
    }
    for path in &scripts {
        let text = fs::read_to_string(path).expect("a script");
        let begins = text.starts_with("# en: ") && text.contains("\n# en: Look at");
        assert!(begins && text.contains("\n@step \""), "{path:?} does not say what to look at");
        let said = |lang: &str| text.lines().filter(|line| line.starts_with(&format!("# {lang}: "))).count();
        let comments = text.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(
            (said("en"), said("es")),
            (comments / 2, comments / 2),
            "{path:?}: one language lacks a comment"
        );
        for step in text.lines().filter(|line| line.starts_with("@step ")) {
            assert!(step.contains("\" es \""), "{path:?}: {step} has no Spanish");
        }
        assert!(!text.contains("@match status"), "{path:?} is a recording");
    }
}

/// All of them in one run, as a student would do it: no password is asked for, and none is given.
#[test]
fn a_fresh_lab_runs_them_all() {
    let home = Home::new();
    let run = home.args(["replay", "--to", "lab", "--notes", "none"]).args(files("scripts"));
    // The sheet's server does not offer all that the lessons need.
    let run = run.run();
    assert!(!run.stderr.contains("EHLO_PASSWORD") && run.code <= 1, "{}", run.stderr);
    for path in files("scripts").iter().filter(|path| profile(name(path)) == "sheet") {
        let passed = format!("{}: passed, ", path.display());
        assert!(run.stderr.contains(&passed), "{path:?}\n{}", run.stderr);
    }
}

/// The real servers, a role each, with both passwords.
fn real(test: Test, peers: &Peers) -> Test {
    let roles =
        [("smtp", peers.smtp), ("submission", peers.submission), ("pop", peers.pop3), ("imap", peers.imap)];
    let mut test = test.arg("--ca").arg(&peers.ca);
    for (role, port) in roles {
        test = test.args(["--to".to_owned(), format!("{role}=127.0.0.1:{port}")]);
    }
    for user in ACCOUNTS {
        test = test.env(&format!("EHLO_PASSWORD_{}", user.to_uppercase()), format!("{user}pass"));
    }
    test
}

#[test]
fn the_scripts_run_on_the_real_servers() {
    let peers = Peers::shared();
    let course = peers.course();
    for user in ACCOUNTS {
        course.deliver(user, "From: profesor@redes.unlp.edu.ar\nSubject: uno\n\nhola\n");
    }
    let scripts = files("scripts");
    let run = real(Test::new(["replay", "--notes", "none"]), peers).args(&scripts).run().code(0);
    run.stderr_has(&format!("{} passed, 0 failed, 0 skipped", scripts.len()));
}

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic inside").write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What arrives in pieces of so many octets; a secret's placeholder stays whole.
fn cut(event: Event, octets: usize) -> Vec<Event> {
    let What::Chunk(side, wire) = &event.what else { return vec![event] };
    if !wire.holes.is_empty() {
        return vec![event];
    }
    let piece = |bytes: &[u8]| Event { what: What::Chunk(*side, Wire::from(bytes)), ..event.clone() };
    wire.bytes.chunks(octets).map(piece).collect()
}

/// What a transcript looks like when it is recorded again, from pieces of so many octets.
fn again(text: &str, octets: usize) -> String {
    let mut transcript = Transcript::new(text.as_bytes());
    let paper = Paper::default();
    let mut recorders: BTreeMap<u32, Recorder> = BTreeMap::new();
    while let Some(found) = transcript.next_found().expect("a transcript") {
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
                new.add_view(Box::new(view.stream(opening.stream)), &begin).expect("a view");
                recorders.insert(opening.stream, new);
            }
            Found::End(_) => {}
            Found::Event(event) => {
                assert!(!matches!(event.what, What::Noise(_)), "noise: {event:?}");
                // A title may stand above the first dialogue.
                let Some(recorder) = recorders.get_mut(&event.stream) else {
                    assert!(matches!(event.what, What::Mark(_)), "before the dialogue: {event:?}");
                    continue;
                };
                for event in cut(*event, octets) {
                    recorder.push(event, &mut |_, _| {}).expect("a view");
                }
            }
        }
    }
    assert!(!recorders.is_empty(), "no dialogue");
    for mut recorder in recorders.into_values() {
        recorder.end().expect("a view");
        assert_eq!(recorder.expect().owed, 0, "an answer is missing");
    }
    String::from_utf8(paper.0.lock().expect("no panic inside").clone()).expect("UTF-8")
}

/// The wire and the facts beside it, without comments, notes and titles.
fn wire(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("@step")).collect()
}

fn transcripts() -> Vec<(PathBuf, String)> {
    let paths = ["en", "es"].into_iter().flat_map(|lang| files(&format!("transcripts/{lang}")));
    paths.map(|path| (path.clone(), fs::read_to_string(path).expect("a transcript"))).collect()
}

/// The bytes are what counts: recorded again, whole or octet by octet, they are the same, and so is what is said of them.
#[test]
fn what_is_recorded_again_is_the_same() {
    each(&transcripts(), |(path, text)| {
        let whole = again(text, usize::MAX);
        assert_eq!(wire(&whole), wire(text), "{path:?}");
        assert_eq!(again(text, 1), whole, "{path:?}");
    });
}

#[test]
fn both_languages_have_the_same_wire() {
    for path in files("transcripts/en") {
        let [en, es] = ["en", "es"].map(|lang| {
            let path = root("transcripts").join(lang).join(path.file_name().expect("a name"));
            fs::read_to_string(path).expect("a transcript")
        });
        assert_eq!(wire(&en), wire(&es), "{path:?}");
        let notes = |text: &str| text.lines().filter(|line| line.starts_with("#  ")).count();
        assert!(notes(&en) > 5 && en != es, "{path:?} says nothing");
    }
}

/// The wire of each connection: in one record they take turns under their numbers, else they stand one after the other.
fn connections(text: &str) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    let mut last = 0;
    for line in wire(text) {
        let opens = ["@smtp ", "@pop ", "@imap "].iter().any(|open| line.starts_with(open));
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let numbered =
            ["C2:", "S2:"].contains(&words[0]) || line.starts_with('@') && words.get(1) == Some(&"2");
        let bare = match words[..] {
            [first, _, rest] if first.starts_with('@') => format!("{first} {rest}"),
            _ => line.replacen("2:", ":", 1),
        };
        if opens {
            all.push(Vec::new());
            last = all.len() - 1;
        }
        // `@match` and `@secret` belong to the line beside them.
        let side = line.starts_with("C") || line.starts_with("S") || line.starts_with("@closed");
        let at = if side && !opens && !numbered && text.contains("\nS2:") { 0 } else { last };
        let line = if numbered { bare } else { line.to_owned() };
        if !line.starts_with("@secret") {
            all[at].push(line);
        }
    }
    all
}

/// JSON holds all that the notation does.
#[test]
fn they_go_through_json_and_back() {
    each(&files("transcripts/en"), |path| {
        let text = fs::read_to_string(path).expect("a transcript");
        let json =
            Test::new(["annotate"]).arg(path).args(["-o", "x.json", "--bodies"]).run().code(0).file("x.json");
        let back = Test::new(["annotate", "x.json", "-o", "y.ehlo"]).file("x.json", json).run().code(0);
        assert_eq!(connections(&back.file("y.ehlo")), connections(&text), "{path:?}");
    });
}

#[test]
fn no_password_is_in_them_in_any_form() {
    for (path, text) in transcripts() {
        for user in ACCOUNTS {
            let password = format!("{user}pass");
            assert!(!text.contains(&password), "{path:?}");
            // In base64, whatever stands before it: the octets that do not depend on that.
            for before in 0..3 {
                let coded = STANDARD.encode(format!("{}{password}", "x".repeat(before)));
                let own = &coded[if before == 0 { 0 } else { 4 }..coded.len() - 4];
                assert!(!text.contains(own), "{path:?}");
            }
        }
        // What is computed from it, too: each answer to a challenge is what would make it.
        let mut challenged = false;
        for line in wire(&text) {
            let said = line.split_once(": ").map_or("", |(_, said)| said);
            if line.starts_with('C') && challenged {
                let known =
                    said.contains("{{") || said.is_empty() || said.starts_with("biws") || is_user(said);
                assert!(known, "{path:?}: {line}");
            }
            challenged = line.starts_with('S') && ["334 ", "+ "].iter().any(|begin| said.starts_with(begin));
            // The `+` of a literal and of IDLE asks for no secret.
            challenged &= !text.contains("APPEND") && !text.contains("IDLE\n");
        }
    }
}

/// AUTH LOGIN's name, which is no secret.
fn is_user(said: &str) -> bool {
    ACCOUNTS.iter().any(|user| said == STANDARD.encode(user) || said == *user)
}

/// A record handed in runs again where it was made, and what it says of the wire is compared by its outcome.
#[test]
fn the_transcripts_replay_on_the_lab_and_on_the_real_servers() {
    let home = Home::new();
    let lab = home.lab("--memory --quiet --profile modern");
    let peers = Peers::shared();
    let course = peers.course();
    for user in ACCOUNTS {
        course.deliver(user, "From: profesor@redes.unlp.edu.ar\nSubject: uno\n\nhola\n");
    }
    for user in ACCOUNTS {
        let of_user = |path: &PathBuf| {
            let script = fs::read_to_string(root("scripts").join(path.file_name().expect("a name")));
            script.expect("a script").contains("user = alumnoimap") == (user == "alumnoimap")
        };
        let paths: Vec<PathBuf> = files("transcripts/en").into_iter().filter(of_user).collect();
        let run = |test: Test, paths: &[PathBuf]| {
            let test = test.args(["--notes", "none"]).env("EHLO_PASSWORD", format!("{user}pass"));
            // The one that is tried before the right one.
            let run = test.env("EHLO_SECRET_PASSWORD2", "not-the-password").args(paths).run().code(0);
            run.stderr_has(&format!("{} passed, 0 failed, 0 skipped", paths.len()));
        };
        run(home.args(["replay", "--to", "lab"]), &paths);
        // A mailbox of the lab has ten mails then, this one has less: number 10 is not there.
        let paths: Vec<PathBuf> = paths.into_iter().filter(|path| name(path) != "smtp-dots").collect();
        run(real(Test::new(["replay"]), peers), &paths);
    }
    drop(course);
    drop(home);
    drop(lab);
}

/// A wrong password is a secret like the right one, and a replay of the login fails as the first one did not. What is
/// given comes before what the lab knows.
#[test]
fn a_wrong_password_is_a_failure_of_the_replay() {
    let home = Home::new();
    let path = root("scripts").join("3f-pop.ehlo");
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
