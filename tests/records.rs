//! The dialogues in `scripts/` and `transcripts/`: all of them read as the notation, what is recorded again from
//! a transcript is the same wire, and the scripts' commands still get the same answers from the real servers.

mod support;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::dialogue::text::{Item, read_line};
use ehlo::dialogue::{Side, What};
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

/// The first word of an answer, after an IMAP tag: `250`, `+OK`, `OK`.
fn status(line: &str) -> String {
    let mut words = line.split([' ', '-']).filter(|w| !w.is_empty());
    let first = words.next().unwrap_or_default();
    let tagged = first.starts_with('a') && first[1..].chars().all(|c| c.is_ascii_digit());
    let word = if tagged { words.next().unwrap_or_default() } else { first };
    // `-ERR` begins with what separates an SMTP reply's code.
    if line.starts_with('-') { format!("-{word}") } else { word.to_owned() }
}

/// The answers that end a command: `250 …`, `+OK`, `a1 OK`; not lists, bodies and untagged data.
fn answers<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let ends = |l: &&str| {
        let bytes = l.as_bytes();
        let smtp = bytes.len() >= 4 && bytes[..3].iter().all(u8::is_ascii_digit) && bytes[3] == b' ';
        let imap = l.starts_with('a') && l.contains(" OK ");
        let pop = l.starts_with("+OK") || l.starts_with("-ERR");
        smtp || imap || pop
    };
    lines.filter(ends).map(status).collect()
}

#[test]
fn the_scripts_get_the_same_answers_from_the_real_servers() {
    let peers = Peers::shared();
    let course = peers.course();
    for user in ["alumnopop", "alumnoimap"] {
        peers.deliver(&format!("{user}@redes.unlp.edu.ar"), "Subject: uno\n\nhola\n");
    }
    for path in files("scripts") {
        let text = fs::read_to_string(&path).unwrap();
        let (mut sent, mut expected, mut word) = (String::new(), Vec::new(), "");
        for line in text.lines() {
            match read_line(line).unwrap() {
                // A login's answer is made anew from the password.
                Item::Line { side: Side::Client, text, .. } if text.holes.is_empty() => {
                    sent.push_str(&format!("{}\n", text.lossy()));
                }
                Item::Line { side: Side::Server, .. } => expected.push(line.trim_start_matches("S: ")),
                Item::Directive { name, .. } => match name.as_str() {
                    "smtp" => word = "smtp",
                    "pop" => word = "pop",
                    "imap" => word = "imap",
                    _ => {}
                },
                _ => {}
            }
        }
        let user = if word == "imap" { "alumnoimap" } else { "alumnopop" };
        let test = match word {
            "smtp" => Test::smtp(peers),
            "pop" => Test::pop(peers),
            _ => Test::imap(peers),
        };
        let output = test
            .args(["--user", user, "--notes", "none"])
            .env("EHLO_PASSWORD", format!("{user}pass"))
            .stdin(&sent)
            .run()
            .code(0);
        let got = answers(output.stdout.lines().filter_map(|l| l.strip_prefix("S: ")));
        assert_eq!(got, answers(expected.into_iter()), "{path:?}\n{}", output.stdout);
    }
    drop(course);
}
