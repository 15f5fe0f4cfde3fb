//! Captures: every TCP stream of twelve files, octet for octet as Wireshark follows it, in every form of container
//! and under every link layer.

mod hostile;
mod mails;
mod make;
mod odd;
mod proxies;
mod talk;
mod tls;

use std::collections::BTreeMap;

use make::{Dialogue, Frame, classic, file, frames, gzip, ng, read};
use serde_json::Value;

/// The reference's streams, by file and number.
fn reference() -> BTreeMap<(String, u64), Value> {
    let text = String::from_utf8(file("REFERENCE.jsonl")).unwrap();
    let lines = text.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    lines.map(|v| ((v["file"].as_str().unwrap().to_owned(), v["stream"].as_u64().unwrap()), v)).collect()
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = reference().into_keys().map(|(name, _)| name).collect();
    names.dedup();
    assert_eq!(names.len(), 12);
    names
}

/// What is wrong with the dialogues of a file.
fn wrong(name: &str, dialogues: &[Dialogue]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut wanted: BTreeMap<_, _> = reference().into_iter().filter(|((file, _), _)| file == name).collect();
    for dialogue in dialogues {
        // Wireshark counts from 0.
        let number = dialogue.stream() - 1;
        let Some(known) = wanted.remove(&(name.to_owned(), number)) else {
            wrong.push(format!("{name}: no stream {number}"));
            continue;
        };
        let (opening, end) = (dialogue.opening(), dialogue.end());
        let mut same = |what: &str, ours: &Value, theirs: &Value| {
            if ours != theirs {
                wrong.push(format!("{name} {number}: {what} is {ours}, not {theirs}"));
            }
        };
        same("protocol", &opening["protocol"], &known["proto"]);
        same("client", &opening["client"], &known["client"]);
        same("server", &opening["server"], &known["server"]);
        for (side, direction) in [("client", "c2s"), ("server", "s2c")] {
            same(side, &end[side]["octets"], &known[direction]["bytes"]);
            same(side, &end[side]["sha256"], &known[direction]["sha256"]);
        }
    }
    wrong.extend(wanted.keys().map(|key| format!("{key:?} is missing")));
    wrong
}

#[test]
fn every_stream_is_as_wireshark_follows_it() {
    let mut all = Vec::new();
    let mut streams = 0;
    for name in names() {
        let (dialogues, contents) = read(file(&name));
        assert_eq!(contents.damage, None, "{name}");
        streams += dialogues.len();
        all.extend(wrong(&name, &dialogues));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    assert_eq!(streams, reference().len());
}

#[test]
fn every_form_of_container_holds_the_same() {
    for name in names() {
        let frames = frames(&file(&name));
        for (form, capture) in [
            ("big-endian", classic(&frames, true, false)),
            ("nanoseconds", classic(&frames, false, true)),
            ("big-endian nanoseconds", classic(&frames, true, true)),
            ("pcapng", ng(&frames, false, None)),
            ("pcapng big-endian", ng(&frames, true, None)),
            ("gzip", gzip(&file(&name))),
            ("pcapng in gzip", gzip(&ng(&frames, false, None))),
        ] {
            let (dialogues, contents) = read(capture);
            assert_eq!(contents.damage, None, "{name} {form}");
            let wrong = wrong(&name, &dialogues);
            assert!(wrong.is_empty(), "{form}: {}", wrong.join("\n"));
        }
    }
}

#[test]
fn every_link_layer_carries_the_same() {
    for name in names() {
        let frames = frames(&file(&name));
        for link in [0, 1, 1001, 101, 108, 113, 276, 228] {
            let other: Vec<Frame> = frames.iter().map(|f| f.under(link)).collect();
            let (dialogues, _) = read(classic(&other, false, true));
            let wrong = wrong(&name, &dialogues);
            assert!(wrong.is_empty(), "link type {link}: {}", wrong.join("\n"));
        }
    }
}
