//! Makes the tables in `src/knowledge/*.csv` into Rust constants, so that ehlo reads no file when it starts.
//!
//! One CSV per table, all with the same columns; `needs.csv`, which command needs which capability; `alias.csv`, other
//! names people ask by; `see.csv`, what leads on from a fact, and what it is confused with; `figures.csv`, what was
//! measured. A bad row stops the build, and says the file and the line.
//! It checks the form of the facts only; that each has its sentences is a test (`tests/knowledge.rs`).

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The columns of every table, in this order.
const COLUMNS: [&str; 8] = ["name", "after", "id", "syntax", "states", "codes", "cites", "status"];

/// The tables: the file's stem, and the variant of `Table` (in the order of that enum).
const TABLES: [(&str, &str); 22] = [
    ("smtp-reply", "SmtpReply"),
    ("smtp-enhanced", "SmtpEnhanced"),
    ("smtp-command", "SmtpCommand"),
    ("smtp-extension", "SmtpExtension"),
    ("pop-command", "PopCommand"),
    ("pop-capability", "PopCapability"),
    ("pop-code", "PopCode"),
    ("pop-status", "PopStatus"),
    ("imap-command", "ImapCommand"),
    ("imap-capability", "ImapCapability"),
    ("imap-code", "ImapCode"),
    ("imap-response", "ImapResponse"),
    ("imap-status", "ImapStatus"),
    ("imap-flag", "ImapFlag"),
    ("imap-item", "ImapItem"),
    ("imap-key", "ImapKey"),
    ("sasl", "Sasl"),
    ("header", "Header"),
    ("dns-record", "DnsRecord"),
    ("port", "Port"),
    ("concept", "Concept"),
    ("phrase", "Phrase"),
];

/// The states a command may be legal in, by table.
const STATES: [(&str, &[&str]); 3] = [
    ("smtp-command", &["unintroduced", "ready", "mail", "rcpt", "data"]),
    ("pop-command", &["authorization", "transaction"]),
    ("imap-command", &["not-authenticated", "authenticated", "selected"]),
];

/// What the column `status` may say, and the variant of `Status`.
const STATUSES: [(&str, &str); 7] = [
    ("current", "Current"),
    ("obsolete", "Obsolete"),
    ("historic", "Historic"),
    ("experimental", "Experimental"),
    ("vendor", "Vendor"),
    ("folklore", "Folklore"),
    ("optional", "Optional"),
];

/// Which table a table of commands finds its capabilities in.
const OFFERS: [(&str, &str); 3] = [
    ("smtp-command", "smtp-extension"),
    ("pop-command", "pop-capability"),
    ("imap-command", "imap-capability"),
];

/// What has been read so far: ids with their places, and the names of each table, in lower case.
#[derive(Default)]
struct Seen {
    ids: HashMap<String, String>,
    names: HashSet<(String, String)>,
}

/// Where a row stands, for the complaint about it.
struct Place<'a> {
    file: &'a Path,
    line: u64,
}

impl Place<'_> {
    fn fail(&self, what: &str) -> ! {
        panic!("{}:{}: {what}", self.file.display(), self.line)
    }
}

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let folder = root.join("src/knowledge");
    println!("cargo::rerun-if-changed=build.rs");
    let mut seen = Seen::default();
    let mut out = String::new();
    for (stem, _) in TABLES {
        let file = folder.join(stem).with_extension("csv");
        println!("cargo::rerun-if-changed={}", file.display());
        out.push_str(&table(&file, stem, &mut seen));
    }
    out.push_str("static TABLES: [&[Fact]; 22] = [");
    for (stem, _) in TABLES {
        write!(out, "{}, ", constant(stem)).expect("a String takes all");
    }
    out.push_str("];\n");
    out.push_str(&needs(&folder.join("needs.csv"), &seen.names));
    out.push_str(&aliases(&folder.join("alias.csv"), &seen.ids));
    out.push_str(&links(&folder.join("see.csv"), &seen.ids));
    out.push_str(&figures(&folder.join("figures.csv")));
    let target = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("knowledge.rs");
    fs::write(&target, out).unwrap_or_else(|error| panic!("{}: {error}", target.display()));
}

/// The constant's name: `smtp-reply` is `SMTP_REPLY`.
fn constant(stem: &str) -> String {
    stem.to_ascii_uppercase().replace('-', "_")
}

/// One table as a sorted slice: by name, then by `after`, both without regard to case.
fn table(file: &Path, stem: &str, seen: &mut Seen) -> String {
    let variant = TABLES.iter().find(|(name, _)| *name == stem).expect("a table of the list").1;
    let mut reader =
        csv::Reader::from_path(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let headers = reader.headers().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    assert!(headers.iter().eq(COLUMNS), "{}:1: the columns must be {}", file.display(), COLUMNS.join(","));
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let line = record.position().map_or(0, csv::Position::line);
        let key = (record[0].to_ascii_lowercase(), record[1].to_ascii_lowercase());
        seen.names.insert((stem.to_owned(), key.0.clone()));
        rows.push((key, line, fact(&Place { file, line }, stem, variant, &record, &mut seen.ids)));
    }
    rows.sort();
    for pair in rows.windows(2) {
        if pair[0].0 == pair[1].0 {
            let place = Place { file, line: pair[1].1 };
            place.fail(&format!("the same name and after as in line {}", pair[0].1));
        }
    }
    let body: String = rows.into_iter().map(|(_, _, text)| text).collect();
    format!("static {}: &[Fact] = &[\n{body}];\n", constant(stem))
}

/// Which capabilities a command needs: `static NEEDS`, in the file's order.
fn needs(file: &Path, names: &HashSet<(String, String)>) -> String {
    println!("cargo::rerun-if-changed={}", file.display());
    let mut reader =
        csv::Reader::from_path(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut out = String::from("static NEEDS: &[(Table, &str, &[&str])] = &[\n");
    for record in reader.records() {
        let record = record.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let place = Place { file, line: record.position().map_or(0, csv::Position::line) };
        let (stem, command) = (&record[0], &record[1]);
        let known = |table: &str, name: &str| names.contains(&(table.to_owned(), name.to_ascii_lowercase()));
        let Some((_, offers)) = OFFERS.iter().find(|(table, _)| *table == stem) else {
            place.fail(&format!("{stem} is no table of commands"));
        };
        if !known(stem, command) {
            place.fail(&format!("{stem}.csv has no {command}"));
        }
        let needs: Vec<&str> = record[2].split_whitespace().collect();
        let missing = |need: &&&str| !known(offers, need) && !known(offers, need.trim_end_matches('='));
        if let Some(need) = needs.iter().find(missing) {
            place.fail(&format!("{offers}.csv has no {need}"));
        }
        let variant = TABLES.iter().find(|(name, _)| name == &stem).expect("a table of the list").1;
        writeln!(out, "    (Table::{variant}, {command:?}, &{needs:?}),").expect("a String takes all");
    }
    out + "];\n"
}

/// The records of a small table, each with its place.
fn records<'a>(file: &'a Path, mut each: impl FnMut(&Place<'a>, &csv::StringRecord)) {
    println!("cargo::rerun-if-changed={}", file.display());
    let mut reader =
        csv::Reader::from_path(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    for record in reader.records() {
        let record = record.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let line = record.position().map_or(0, csv::Position::line);
        each(&Place { file, line }, &record);
    }
}

/// Other names: `static ALIASES`, in the file's order.
fn aliases(file: &Path, ids: &HashMap<String, String>) -> String {
    let mut out = String::from("static ALIASES: &[(&str, &str)] = &[\n");
    let mut seen = HashSet::new();
    records(file, |place, record| {
        let (alias, id) = (&record[0], &record[1]);
        if !ids.contains_key(id) {
            place.fail(&format!("there is no fact {id}"));
        }
        if alias.is_empty() || !seen.insert((alias.to_lowercase(), id.to_owned())) {
            place.fail(&format!("{alias:?} is empty, or there twice"));
        }
        writeln!(out, "    ({alias:?}, {id:?}),").expect("a String takes all");
    });
    out + "];\n"
}

/// What leads on from a fact, and what it is confused with: `static LINKS`, in the file's order.
fn links(file: &Path, ids: &HashMap<String, String>) -> String {
    let mut out = String::from("static LINKS: &[(&str, &[&str], &[&str])] = &[\n");
    let mut seen = HashSet::new();
    records(file, |place, record| {
        let [see, confused] = [&record[1], &record[2]].map(|ids| ids.split_whitespace().collect::<Vec<_>>());
        let named = see.iter().chain(&confused).copied().chain([&record[0]]);
        if let Some(id) = named.into_iter().find(|id| !ids.contains_key(*id)) {
            place.fail(&format!("there is no fact {id}"));
        }
        if !seen.insert(record[0].to_owned()) {
            place.fail(&format!("{} has a row already", &record[0]));
        }
        writeln!(out, "    ({:?}, &{see:?}, &{confused:?}),", &record[0]).expect("a String takes all");
    });
    out + "];\n"
}

/// What was measured: `static FIGURES`, in the file's order.
fn figures(file: &Path) -> String {
    let mut out = String::from("static FIGURES: &[(&str, &str)] = &[\n");
    records(file, |_, record| {
        writeln!(out, "    ({:?}, {:?}),", &record[0], &record[1]).expect("a String takes all");
    });
    out + "];\n"
}

/// One row, checked, as the text of a `Fact`.
fn fact(
    place: &Place,
    stem: &str,
    variant: &str,
    row: &csv::StringRecord,
    ids: &mut HashMap<String, String>,
) -> String {
    if row.iter().any(|field| field != field.trim() || field.contains(['\n', '\r'])) {
        place.fail("a field begins or ends with white space, or has a line break in it");
    }
    let (name, after, id, syntax) = (&row[0], &row[1], &row[2], &row[3]);
    if name.is_empty() {
        place.fail("no name");
    }
    if after != after.to_ascii_uppercase() {
        place.fail(&format!("after is written in upper case: {after}"));
    }
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.starts_with(|c: char| c.is_ascii_lowercase()) || !id.chars().all(plain) {
        place.fail(&format!("an id is [a-z][a-z0-9-]*, not {id:?}"));
    }
    if let Some(other) = ids.insert(id.to_owned(), format!("{stem}.csv:{}", place.line)) {
        place.fail(&format!("the id {id} is taken by {other}"));
    }
    let states: Vec<&str> = row[4].split_whitespace().collect();
    let legal = STATES.iter().find(|(table, _)| *table == stem).map_or(&[][..], |(_, states)| states);
    if let Some(state) = states.iter().find(|state| !legal.contains(state)) {
        place.fail(&format!("unknown state {state:?}; known here: {legal:?}"));
    }
    let codes: Vec<&str> = row[5].split_whitespace().collect();
    let cites: Vec<&str> = row[6].split("; ").filter(|cite| !cite.is_empty()).collect();
    if let Some(cite) = cites.iter().find(|cite| !citable(cite)) {
        place.fail(&format!("cited as `RFC 5321 §4.2.3`, `RFC 5321` or `draft-...`, not {cite:?}"));
    }
    let Some((_, status)) = STATUSES.iter().find(|(word, _)| *word == &row[7]) else {
        place.fail(&format!("unknown status {:?}", &row[7]));
    };
    format!(
        "    Fact {{ table: Table::{variant}, name: {name:?}, after: {after:?}, id: {id:?}, syntax: {syntax:?}, \
         states: &{states:?}, codes: &{codes:?}, cites: &{cites:?}, status: Status::{status} }},\n"
    )
}

/// `RFC 5321`, `RFC 5321 §4.2.3`, or a draft's name.
fn citable(cite: &str) -> bool {
    if cite.starts_with("draft-") {
        return !cite.contains(' ');
    }
    let Some(rest) = cite.strip_prefix("RFC ") else { return false };
    let (number, section) = rest.split_once(" §").unwrap_or((rest, "1"));
    let parts = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) && !section.is_empty() && parts(section)
}
