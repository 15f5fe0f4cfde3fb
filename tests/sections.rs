//! What ehlo cites: each section of an RFC that is named anywhere has a row in `tests/sections.csv`, with the RFC's
//! own heading. A row is written by somebody who has looked the section up, so that nobody is sent to read what is
//! not there. What could not be looked up is cited without a section. Drafts and RFCs as a whole are not listed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// An RFC's number and a section: `5321`, `4.2.3`.
type Section = (u32, String);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The sections that were looked up, with their headings.
fn known() -> BTreeMap<Section, String> {
    let mut rows = csv::Reader::from_path(root().join("tests/sections.csv")).expect("the list");
    let mut known = BTreeMap::new();
    let mut before: Option<(u32, Vec<u32>)> = None;
    for row in rows.records() {
        let row = row.expect("a row of three");
        let rfc: u32 = row[0].parse().expect("a number");
        let parts: Vec<u32> = row[1].split('.').map(|n| n.parse().expect("a section")).collect();
        assert!(row[2].len() > 2, "{rfc} §{} has no heading", &row[1]);
        let here = Some((rfc, parts));
        assert!(before < here, "{rfc} §{} is not in order, or twice", &row[1]);
        before = here;
        known.insert((rfc, row[1].to_owned()), row[2].to_owned());
    }
    known
}

/// A number at the beginning, and what follows it.
fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok().map(|n| (n, &text[end..]))
}

/// A section at the beginning, `§4.2.3`, and what follows it.
fn section(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('§')?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let name = rest[..end].trim_end_matches('.');
    (!name.is_empty()).then(|| (name, &rest[name.len()..]))
}

/// The sections that a text cites: `RFC 5321 §4.2`, and what is added to it by `, §4.3`, `and §4.3`, `, 5322 §2.1`.
fn cited(text: &str) -> Vec<Section> {
    let mut found = Vec::new();
    for (at, mark) in text.match_indices("RFC ") {
        let Some((mut rfc, mut rest)) = number(&text[at + mark.len()..]) else { continue };
        while let Some((name, after)) = rest.strip_prefix(' ').and_then(section) {
            found.push((rfc, name.to_owned()));
            let more = [", and ", ", ", " and ", " y "].iter().find_map(|word| after.strip_prefix(word));
            let Some(more) = more else { break };
            match number(more) {
                Some((other, tail)) => (rfc, rest) = (other, tail),
                // A blank stands before every section, here it was the separator's.
                None => rest = &after[after.len() - more.len() - 1..],
            }
        }
    }
    found
}

fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, endings, found);
        } else if path.extension().and_then(|e| e.to_str()).is_some_and(|e| endings.contains(&e)) {
            found.push(path);
        }
    }
}

/// All that is written here and may cite: tables, code, texts, scripts, the papers beside them, the tests.
fn citing() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "build.rs"]
        .iter()
        .map(|f| root().join(f))
        .collect();
    files(&root().join("src"), &["rs", "csv", "ftl", "txt", "ehlo"], &mut found);
    files(&root().join("scripts"), &["ehlo"], &mut found);
    files(&root().join("tests"), &["rs"], &mut found);
    found
}

#[test]
fn every_section_that_is_cited_was_looked_up() {
    let known = known();
    let mut used = BTreeSet::new();
    let mut unknown = BTreeSet::new();
    for path in citing().into_iter().filter(|path| !path.ends_with("tests/sections.rs")) {
        let text = fs::read_to_string(&path).expect("UTF-8");
        for section in cited(&text) {
            if !known.contains_key(&section) {
                unknown.insert(format!("RFC {} §{} in {}", section.0, section.1, path.display()));
            }
            used.insert(section);
        }
    }
    assert!(unknown.is_empty(), "cited, and in no row of tests/sections.csv: {unknown:#?}");
    let unused: Vec<_> = known.keys().filter(|section| !used.contains(*section)).collect();
    assert!(unused.is_empty(), "listed, and cited nowhere: {unused:?}");
    println!(
        "{} sections of {} RFCs",
        used.len(),
        used.iter().map(|(rfc, _)| rfc).collect::<BTreeSet<_>>().len()
    );
}

#[test]
fn citations_are_found_in_all_their_forms() {
    let cases: &[(&str, &[(u32, &str)])] = &[
        ("(RFC 5321 §4.5.2).", &[(5321, "4.5.2")]),
        ("RFC 2045 §5.2 and §6.1: what", &[(2045, "5.2"), (2045, "6.1")]),
        ("RFC 7208 §2.4, 6376 §1.2, 9989)", &[(7208, "2.4"), (6376, "1.2")]),
        ("RFC 3463 §3.1, §3.6, §3.8: u", &[(3463, "3.1"), (3463, "3.6"), (3463, "3.8")]),
        ("RFC 5321 §4.1; RFC 3463", &[(5321, "4.1")]),
        ("RFC 3848, RFC 6531 §4.3.", &[(6531, "4.3")]),
        ("RFC 5321 y RFC 5322", &[]),
    ];
    for (text, wanted) in cases {
        let wanted: Vec<Section> = wanted.iter().map(|(rfc, s)| (*rfc, (*s).to_owned())).collect();
        assert_eq!(cited(text), wanted, "{text}");
    }
}
