//! The house: imports go down the floors only (lib.rs has the plan), every file says what it is, and no file
//! or function is a tower.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, by floor.
const FLOORS: &[&[&str]] = &[
    &["error"],
    &["dialogue", "knowledge", "i18n"],
    &["dialect", "net"],
    &["annotate", "source"],
    &["view"],
    &["recorder", "explain", "show"],
    &["session", "lab", "tap"],
    &["cli"],
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn all() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&src, &mut found);
    let name = |path: &Path| path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
    found.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The room of a file: its first folder, or its own name.
fn room(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

/// The code of a file without its tests, which may look wherever they want.
fn code(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests").next().unwrap()
}

#[test]
fn imports_go_down_the_floors_only() {
    let mut wrong = Vec::new();
    let mut imports = 0;
    for (file, text) in all() {
        let Some(here) = floor(room(&file)) else {
            assert!(["lib", "main"].contains(&room(&file)), "{file} is in no room of the plan");
            continue;
        };
        if file.contains("tests") {
            continue;
        }
        let lines = code(&text).lines().filter(|l| !l.trim_start().starts_with("//"));
        let lines = lines.collect::<Vec<_>>().join("\n");
        for part in lines.split("crate::").skip(1) {
            let target: String =
                part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let Some(there) = floor(&target) else { continue };
            imports += 1;
            if there > here {
                wrong.push(format!("{file} (floor {}) uses {target} (floor {})", here + 1, there + 1));
            }
        }
    }
    assert!(imports > 100, "the test has found only {imports} imports: it reads the wrong thing");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<_> = all().into_iter().filter(|(_, t)| !t.starts_with("//!")).map(|(f, _)| f).collect();
    assert!(silent.is_empty(), "no `//!` header: {}", silent.join(", "));
}

#[test]
fn no_file_is_a_tower() {
    let long: Vec<_> = all()
        .into_iter()
        .map(|(file, text)| (code(&text).lines().count(), file))
        .filter(|(lines, _)| *lines > 600)
        .collect();
    assert!(long.is_empty(), "files of more than 600 lines: {long:?}");
}
