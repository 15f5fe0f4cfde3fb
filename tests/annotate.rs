//! `ehlo annotate`: pastes, the RFCs' examples and the layouts of many tools, with the side of every line; the
//! damage that is found; what must never be shown; inputs that are none.

use std::fs;
use std::path::{Path, PathBuf};

use ehlo::dialogue::{Event, Origin, What};
use ehlo::source::paste::Paste;
use ehlo::source::{Found, Source};

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
    letters.into_iter().enumerate().map(|(i, l)| l.unwrap_or_else(|| panic!("{name}:{} nowhere", i + 1))).collect()
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
    all_right("layouts", 19);
}

#[test]
fn who_said_each_line_of_an_example() {
    all_right("rfc", 26);
}
