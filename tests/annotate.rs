//! `ehlo annotate`: pastes, the RFCs' examples and the layouts of many tools, with the side of every line; the
//! damage that is found; what must never be shown; inputs that are none.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use ehlo::dialogue::{Event, Origin, What};
use ehlo::source::paste::Paste;
use ehlo::source::{Found, Source};
use proptest::prelude::*;
use serde_json::Value;
use support::Test;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/annotate").join(name)
}

/// The samples of a folder: a text, and one letter for each of its lines.
fn samples(name: &str) -> Vec<(String, Vec<u8>, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder(name)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "expect") {
            let expect = fs::read_to_string(&path).unwrap();
            let text = fs::read(path.with_extension("txt")).unwrap();
            let letters = expect.split_whitespace().collect();
            found.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), text, letters));
        }
    }
    found.sort();
    found
}

fn found(text: &[u8]) -> Vec<Found> {
    let mut paste = Paste::new(text);
    let mut all = Vec::new();
    while let Some(found) = paste.next_found().unwrap() {
        all.push(found);
    }
    all
}

fn events(text: &[u8]) -> Vec<Event> {
    let event = |f| match f {
        Found::Event(event) => Some(*event),
        _ => None,
    };
    found(text).into_iter().filter_map(event).collect()
}

/// One letter for each line, by the events' origins; every line exactly once.
fn letters(name: &str, text: &[u8]) -> String {
    let count = String::from_utf8_lossy(text).lines().count();
    let mut letters = vec![None; count];
    for event in events(text) {
        let Origin::Lines(first, last) = event.origin else { continue };
        let letter = match event.what {
            What::Chunk(side, _) => side.letter(),
            _ => 'N',
        };
        for line in first..=last {
            let place = &mut letters[line as usize - 1];
            // One line of a log may hold several lines of one side.
            assert!(place.is_none() || *place == Some(letter) && letter != 'N', "{name}:{line} twice");
            *place = Some(letter);
        }
    }
    letters
        .into_iter()
        .enumerate()
        .map(|(i, l)| l.unwrap_or_else(|| panic!("{name}:{} nowhere", i + 1)))
        .collect()
}

fn all_right(folder: &str, least: usize) {
    let samples = samples(folder);
    assert!(samples.len() >= least, "{} samples in {folder}", samples.len());
    let (mut wrong, mut right, mut lines) = (Vec::new(), 0, 0);
    for (name, text, expect) in samples {
        let got = letters(&name, &text);
        assert_eq!(got.len(), expect.len(), "{name}");
        for (i, (got, want)) in got.chars().zip(expect.chars()).enumerate() {
            lines += 1;
            if got == want {
                right += 1;
            } else {
                let line = String::from_utf8_lossy(&text).lines().nth(i).unwrap_or_default().to_owned();
                wrong.push(format!("{name}:{} {got} not {want}: {line}", i + 1));
            }
        }
    }
    println!("{folder}: {right} of {lines} lines right");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_said_each_line_of_a_paste() {
    all_right("pasted", 9);
}

#[test]
fn who_said_each_line_in_the_layouts_of_tools() {
    all_right("layouts", 21);
}

#[test]
fn who_said_each_line_of_an_example() {
    all_right("rfc", 26);
}

/// The JSON lines of an annotated sample.
fn json(args: &[&str], text: &[u8]) -> Vec<Value> {
    let test = Test::new(["annotate", "paste.txt", "--json"]).args(args).file("paste.txt", text);
    let out = test.run().code(0).stdout;
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn everything() -> Vec<(String, Vec<u8>, String)> {
    ["pasted", "rfc", "layouts"].into_iter().flat_map(samples).collect()
}

#[test]
fn every_line_is_in_exactly_one_unit_mark_note_or_noise() {
    let sheet = fs::read(folder("pasted").join("sheet-3c-to-3g.md")).unwrap();
    let all = everything().into_iter().map(|(name, text, _)| (name, text));
    for (name, text) in all.chain([("sheet".to_owned(), sheet)]) {
        let mut times = vec![0; String::from_utf8_lossy(&text).lines().count()];
        for object in json(&[], &text) {
            for range in object["lines"].as_array().into_iter().flatten() {
                for line in range[0].as_u64().unwrap()..=range[1].as_u64().unwrap() {
                    times[line as usize - 1] += 1;
                }
            }
        }
        let wrong: Vec<_> = times.iter().enumerate().filter(|(_, n)| **n != 1).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

#[test]
fn no_login_is_in_any_output() {
    let secrets =
        ["alumnopoppass", "alumnoimappass", "AGFsdW1ub3B", "AGFsdW1ub2lt", "secretisimo", "fat man"];
    for (name, text, _) in everything() {
        for args in [&["--notes", "full"][..], &["--json", "--bodies"]] {
            let test = Test::new(["annotate", "p.txt", "--log", "log.ehlo", "-o", "log.json"]).args(args);
            let run = test.file("p.txt", &text).run().code(0);
            let all = [&run.stdout, &run.stderr, &run.file("log.ehlo"), &run.file("log.json")];
            for secret in secrets {
                let shown = all.iter().any(|text| text.contains(secret));
                assert!(!shown, "{name} {args:?}: {secret}");
            }
        }
    }
}

/// The damage that is named, in order: its id, and what would have stood there.
fn damage(name: &str) -> Vec<(String, String)> {
    let text = fs::read(folder("pasted").join(name)).unwrap();
    let mut found = Vec::new();
    for object in json(&["--lang", "en"], &text) {
        for note in object["notes"].as_array().into_iter().flatten() {
            let id = note["id"].as_str().unwrap();
            if let Some(id) = id.strip_prefix("paste-") {
                let text = note["text"].as_str().unwrap().lines().next().unwrap().to_owned();
                let would_be = text.split_once("would have stood: ").map_or("", |(_, w)| w);
                found.push((id.to_owned(), would_be.to_owned()));
            }
        }
    }
    found
}

#[test]
fn damage_is_named_with_what_would_have_stood_there() {
    let dot = ("missing-dot", "S: .");
    let expected: [(&str, Vec<(&str, &str)>); 6] = [
        ("3c-smtp-send.txt", vec![("misspelled-capability", "VRFY")]),
        ("3c-smtp-send.spaced.txt", vec![]),
        ("3d-smtp-forged.unfinished.txt", vec![("missing-dot", "C: .")]),
        (
            "3e-pop-captured.damaged.txt",
            vec![
                dot,
                dot,
                ("missing-challenge", "S: +"),
                ("glued-number", "1 717"),
                ("split-number", "2 334"),
                ("split-number", "3 326"),
                dot,
                dot,
            ],
        ),
        (
            "3f-pop-telnet.damaged.txt",
            vec![
                dot,
                dot,
                ("missing-challenge", "S: +"),
                ("split-number", "3 326"),
                dot,
                ("missing-retrieval", "C: RETR n / S: +OK (with the message's number)"),
                dot,
                ("glued-number", "1 717"),
                dot,
                ("odd-unique-id", ""),
                dot,
                dot,
                dot,
            ],
        ),
        (
            "3g-imap-captured.damaged.txt",
            vec![("missing-greeting", "S: * OK"), ("missing-challenge", "S: +")],
        ),
    ];
    for (name, want) in expected {
        let found = damage(name);
        let found: Vec<(&str, &str)> = found.iter().map(|(id, w)| (id.as_str(), w.as_str())).collect();
        assert_eq!(found, want, "{name}");
    }
}

#[test]
fn the_five_dialogues_of_the_sheet_are_found() {
    let sheet = fs::read(folder("pasted").join("sheet-3c-to-3g.md")).unwrap();
    let objects = json(&[], &sheet);
    let of = |kind: &str| objects.iter().filter(|o| o["kind"] == kind).cloned().collect::<Vec<_>>();
    let protocols: Vec<_> =
        of("dialogue").iter().map(|o| o["protocol"].as_str().unwrap().to_owned()).collect();
    assert_eq!(protocols, ["smtp", "smtp", "pop3", "pop3", "imap"]);
    let commands: Vec<_> = of("end").iter().map(|o| o["commands"].as_u64().unwrap()).collect();
    assert_eq!(commands, [5, 5, 8, 10, 8]);
    let junk = of("unit").into_iter().filter(|o| o["shape"] == "junk").count();
    assert_eq!(junk, 0);
    let list = Test::new(["annotate", "s.md", "--list"]).file("s.md", &sheet).run().code(0).stdout;
    assert_eq!(list.lines().count(), 6, "{list}");
    let third = Test::new(["annotate", "s.md", "--stream", "3"]).file("s.md", &sheet).run().code(0);
    assert!(third.stdout.starts_with("@pop") && !third.stdout.contains("@imap"), "{}", third.stdout);
    Test::new(["annotate", "s.md", "--stream", "6"]).file("s.md", &sheet).run().code(2).stderr_has("5");
}

#[test]
fn the_notes_of_a_file_do_not_speak_to_its_client() {
    for (name, text, _) in everything() {
        let out =
            Test::new(["annotate", "p.txt", "--notes", "full"]).file("p.txt", &text).run().code(0).stdout;
        let notes = out.lines().filter(|l| l.starts_with("#   "));
        let you: Vec<_> = notes.filter(|l| l.contains(" you ") && l.contains("connected")).collect();
        assert!(you.is_empty(), "{name}: {you:?}");
    }
}

#[test]
fn what_is_no_dialogue_is_told_clearly() {
    let mut pcap = vec![0xd4, 0xc3, 0xb2, 0xa1];
    pcap.extend([0; 40]);
    let binary: Vec<u8> = (0..2000u32).map(|n| (n * 7 % 31) as u8).collect();
    let cases: [(&[u8], i32, &str); 6] = [
        (b"", 2, "empty"),
        (b"\n\n \r\n", 2, "empty"),
        (&binary, 2, "not a text"),
        (b"\x1f\x8b\x08\0\0\0", 2, "gzip"),
        (&pcap, 1, "no mail dialogue"),
        (b"Querida Ana:\n\nMuchas gracias por todo.\n", 1, "No mail dialogue"),
    ];
    for (text, code, words) in cases {
        let run = Test::new(["annotate", "x"]).file("x", text).run().code(code).stderr_has(words);
        assert_eq!(run.stdout, "");
    }
    Test::new(["annotate", "nowhere.txt"]).run().code(3).stderr_has("nowhere.txt");
    Test::new(["annotate"]).run().code(2).stderr_has("FILE");
}

#[test]
fn encodings_and_line_ends_make_no_difference() {
    let text = fs::read_to_string(folder("pasted").join("3f-pop-telnet.txt")).unwrap() + "\u{f1}and\u{fa}\n";
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin1: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let forms =
        [utf16, latin1, text.replace('\n', "\r\r\n").into_bytes(), format!("\u{feff}{text}").into_bytes()];
    let show = |bytes: &[u8]| Test::new(["annotate", "-"]).stdin(bytes).run().code(0).stdout;
    let plain = show(text.as_bytes());
    for form in forms {
        assert_eq!(show(&form), plain);
    }
}

/// What is annotated can be annotated again, from the notation and from JSON.
#[test]
fn text_and_json_are_read_back() {
    for (name, text, _) in everything() {
        let run =
            Test::new(["annotate", "p.txt", "-o", "a.ehlo", "-o", "a.json", "--bodies"]).file("p.txt", &text);
        let run = run.run().code(0);
        let wire = |text: &str| -> Vec<String> {
            text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).map(str::to_owned).collect()
        };
        let first = wire(&run.stdout);
        for form in ["a.ehlo", "a.json"] {
            let again = Test::new(["annotate", form]).file(form, run.file(form)).run().code(0).stdout;
            assert_eq!(wire(&again), first, "{name} from {form}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Marks that stand at every line are believed: the bytes come back as they were.
    #[test]
    fn marked_text_gives_back_the_same_bytes(
        body in prop::collection::vec("[ -~]{0,60}", 0..12),
        name in "[a-z]{1,12}",
        extra in 0usize..3,
    ) {
        let mut lines: Vec<(char, String)> = vec![('S', "220 mail.example.org ESMTP".into()), ('C', format!("EHLO {name}"))];
        lines.extend((0..extra).map(|n| ('S', format!("250-X{n}"))));
        lines.push(('S', "250 DSN".into()));
        for (command, reply) in [("MAIL FROM:<a@b>", "250 ok"), ("RCPT TO:<c@d>", "250 ok"), ("DATA", "354 go")] {
            lines.extend([('C', command.into()), ('S', reply.into())]);
        }
        let stuffed = body.iter().map(|l| if l.starts_with('.') { format!(".{l}") } else { l.clone() });
        // A line that is itself set like a stage direction is what a person would write in between.
        lines.extend(stuffed.filter(|l| !l.trim_start().starts_with(['<', '(']) && !l.contains("$ ")).map(|l| ('C', l)));
        lines.extend([('C', ".".into()), ('S', "250 queued".into()), ('C', "QUIT".into()), ('S', "221 bye".into())]);
        let text: String = lines.iter().map(|(side, line)| format!("{side}: {line}\n")).collect();
        let mut sides = [Vec::new(), Vec::new()];
        for event in events(text.as_bytes()) {
            if let What::Chunk(side, wire) = event.what {
                sides[side as usize].extend_from_slice(&wire.bytes);
            }
        }
        for (i, letter) in ['C', 'S'].into_iter().enumerate() {
            let said: String = lines.iter().filter(|(l, _)| *l == letter).map(|(_, l)| format!("{l}\r\n")).collect();
            prop_assert_eq!(String::from_utf8_lossy(&sides[i]), said, "{}", text);
        }
    }

    /// No text is too strange: every line is somewhere, and nothing breaks.
    #[test]
    fn any_text_is_read_to_its_end(lines in prop::collection::vec(prop_oneof![
        "[ -~]{0,30}", Just("220 x".to_owned()), Just("+OK".to_owned()), Just("* OK x".to_owned()), Just("a FETCH 1 {9}".to_owned()),
        Just("data".to_owned()), Just("354 go".to_owned()), Just("RETR 1".to_owned()), Just(".".to_owned()), Just("C: quit".to_owned()),
        Just("S: 221 bye".to_owned()), Just("* 1 FETCH (BODY[] {20}".to_owned()), Just(")".to_owned()), Just("a OK x".to_owned()),
    ], 0..40)) {
        let text: String = lines.iter().map(|l| format!("{l}\n")).collect();
        let _ = letters("any", text.as_bytes());
    }
}
