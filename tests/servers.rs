//! What other servers say: sessions that were recorded with Exim, OpenSMTPD, Courier and Cyrus (`tests/servers`).
//! Each line that one of them says gets a note of its own meaning. Postfix and Dovecot are asked by
//! `tests/sessions/coverage.rs`, live.
#![cfg(feature = "cli")]

mod support;
#[path = "support/told.rs"]
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::ehlo;

/// What a server said and no table has: capabilities, codes, responses.
fn unknown(log: &str) -> Vec<String> {
    let units = log.lines().map(|l| serde_json::from_str::<Value>(l).expect("JSON"));
    let server = units.filter(|u| u["kind"] == "unit" && u["side"] == "server");
    let notes = server.flat_map(|u| u["notes"].as_array().cloned().unwrap_or_default());
    let told = notes.map(|n| (n["id"].as_str().unwrap_or_default().to_owned(), n["label"].to_string()));
    told.filter(|(id, _)| id.contains("-unknown") && !id.starts_with("phrase-"))
        .map(|(id, label)| format!("{id} {label}"))
        .collect()
}

#[test]
fn every_line_of_the_recorded_servers_is_explained_by_itself() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers");
    let mut figures: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut without: BTreeSet<String> = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "ehlo") {
            continue;
        }
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let path = path.to_str().expect("UTF-8").to_owned();
        let output = ehlo(["annotate", path.as_str(), "--json"], "").code(0).stdout;
        let server = name.split('-').next().unwrap_or_default().to_owned();
        let (told, all) = figures.entry(server).or_default();
        without.extend(unknown(&output).into_iter().map(|line| format!("{name}: {line}")));
        for (text, specific) in told::lines(&output) {
            *all += 1;
            *told += usize::from(specific);
            if !specific {
                without.insert(format!("{name}: {text}"));
            }
        }
    }
    for (server, (told, all)) in &figures {
        println!("{server}: {told} of {all} lines with a specific note");
        assert!(*all >= 40, "{server}: only {all} lines");
    }
    assert_eq!(figures.len(), 4, "{figures:?}");
    assert!(without.is_empty(), "{figures:?}\n{without:#?}");
}
