//! The examples and the figures of `ehlo explain` are true: the lab answers every example as it says, and sessions with
//! it give the figures. `EHLO_GOLDEN=write cargo test --test examples` writes what it answers today.
#![cfg(all(feature = "cli", unix))]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ehlo::dialogue::Protocol;
use ehlo::explain::example::{self, Example};
use ehlo::knowledge;
use serde_json::Value;
use support::lab::Home;

fn knowledge_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge").join(name)
}

fn writes() -> bool {
    std::env::var_os("EHLO_GOLDEN").is_some_and(|value| value == "write")
}

/// What a client says, and the step it opens.
fn said(example: &Example) -> Vec<(Option<&str>, &str)> {
    let client =
        |line: &&'static str| line.strip_prefix("C:").map(|text| text.strip_prefix(' ').unwrap_or(text));
    let own_tags = example.options.is_some_and(|options| options.contains("--no-tags"));
    let before = example.before.iter().filter_map(client);
    let mut lines: Vec<(Option<&str>, &str)> = before.map(|text| (None, text)).collect();
    for (title, step) in &example.steps {
        let mut title = Some(*title);
        // The tag is given by ehlo.
        let bare = |text: &'static str| if own_tags { text } else { untagged(text, example.protocol) };
        lines.extend(step.iter().filter_map(client).map(|text| (title.take(), bare(text))));
    }
    lines
}

/// An IMAP command without the tag that ehlo gave it: `a2 NOOP`.
fn untagged(text: &'static str, protocol: Protocol) -> &'static str {
    match text.split_once(' ') {
        Some((tag, rest)) if protocol == Protocol::Imap && tag.len() > 1 && tag.starts_with('a') => {
            if tag[1..].bytes().all(|b| b.is_ascii_digit()) { rest } else { text }
        }
        _ => text,
    }
}

/// The dialogue that the lab really has, as an example.
fn replay(home: &Home, example: &Example) -> String {
    home.run("lab reset").code(0);
    if let Some(fault) = example.fault {
        // The reset has ended the lab.
        home.run("smtp lab --send QUIT").code(0);
        home.args(["lab", "fault"].into_iter().chain(fault.split(' '))).run().code(0);
    }
    let lines = said(example);
    let mut args = vec![example.protocol.word(), "lab", "--notes", "none"];
    if let Some(user) = example.user {
        args.extend(["--user", user, "--auth", "plain"]);
    }
    args.extend(example.options.iter().flat_map(|options| options.split(' ')));
    let test = home.args(args).env("EHLO_PASSWORD", format!("{}pass", example.user.unwrap_or_default()));
    let input: String = lines.iter().map(|(_, text)| format!("{text}\n")).collect();
    let output = test.stdin(input).run();
    let mut text = format!("# about {}\n", example.about.join(" "));
    for (name, value) in [("fault", example.fault), ("options", example.options), ("user", example.user)] {
        if let Some(value) = value {
            writeln!(text, "# {name} {value}").expect("a String takes all");
        }
    }
    writeln!(text, "@{} lab", example.protocol.word()).expect("a String takes all");
    let mut next = lines.iter();
    let mut wanted = next.next();
    // What comes before the first step is kept as it was typed, without its answers.
    let mut begun = false;
    let wire = output.stdout.lines().filter(|line| line.starts_with("C:") || line.starts_with("S:"));
    for line in wire {
        if let (Some((title, said)), Some(text_of)) = (wanted, line.strip_prefix("C:"))
            && (text_of.trim_start() == *said || text_of.ends_with(&format!(" {said}")))
        {
            if let Some(title) = title {
                writeln!(text, "@step \"{title}\"").expect("a String takes all");
            }
            begun |= title.is_some();
            wanted = next.next();
            if !begun {
                writeln!(text, "C: {said}").expect("a String takes all");
            }
        }
        // What ehlo says to take leave, when the input ends, is no part of it.
        if wanted.is_none()
            && line.starts_with("C:")
            && leave(line)
            && lines.last().is_none_or(|(_, last)| !leave(last))
        {
            break;
        }
        if begun {
            text.push_str(line);
            text.push('\n');
        }
    }
    assert!(wanted.is_none(), "{wanted:?} was not sent:\n{}\n{}", output.stdout, output.stderr);
    text
}

fn leave(line: &str) -> bool {
    line.ends_with("QUIT") || line.ends_with("LOGOUT")
}

/// A line without what moves from day to day: queue ids, dates, UIDVALIDITY.
fn still(line: &str) -> String {
    // Dovecot's words have the time it took.
    let line = if line.ends_with(" secs).") {
        line.rsplit_once(" (").map_or(line, |(words, _)| words)
    } else {
        line
    };
    let moves = |word: &&str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.len() >= 6 && word.bytes().any(|b| b.is_ascii_digit()) && !line.starts_with("C:")
    };
    line.split(' ').map(|word| if moves(&word) { "#" } else { word }).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_lab_answers_every_example_as_it_says() {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    for (name, kept) in example::FILES {
        let text: Vec<String> = example::of(kept).map(|example| replay(&home, &example)).collect();
        assert!(!text.is_empty(), "{name}: no example");
        let text = text.join("\n");
        if writes() {
            fs::write(knowledge_file(&format!("examples/{name}.ehlo")), text).expect("written");
            continue;
        }
        let [now, kept] = [text.as_str(), kept].map(|text| text.lines().map(still).collect::<Vec<_>>());
        for (now, kept) in now.iter().zip(&kept) {
            assert_eq!(now, kept, "{name}: the lab answers otherwise; EHLO_GOLDEN=write writes what it says");
        }
        assert_eq!(now.len(), kept.len(), "{name}");
    }
}

#[test]
fn examples_are_about_rows_that_there_are_and_show_a_refusal_where_they_say_wrong() {
    for example in example::all() {
        for id in &example.about {
            assert!(knowledge::by_id(id).is_some(), "there is no {id}");
        }
        assert!(!example.steps.is_empty(), "{:?} has no step", example.about);
        for (title, lines) in &example.steps {
            assert!(["wrong", "right"].contains(title), "{title}");
            let last = lines.iter().rfind(|line| line.starts_with("S:")).copied().unwrap_or_default();
            let refused = lines.iter().any(|line| refuses(line));
            if *title == "right" {
                assert!(!refused, "{:?}: {lines:#?}", example.about);
            }
            assert!(!last.is_empty(), "{:?}: nothing is answered in {title}", example.about);
        }
    }
}

fn refuses(line: &str) -> bool {
    let Some(text) = line.strip_prefix("S: ") else { return false };
    let second = text.split(' ').nth(1).unwrap_or_default();
    let code = text
        .get(..3)
        .is_some_and(|code| code.bytes().all(|b| b.is_ascii_digit()) && code.starts_with(['4', '5']));
    code || text.starts_with("-ERR") || second == "NO" || second == "BAD"
}

/// A session's round trips, and the octets the server sent.
fn measure(home: &Home, protocol: Protocol, lines: &[String]) -> (u64, u64) {
    let user = if protocol == Protocol::Imap { "alumnoimap" } else { "alumnopop" };
    let args = [protocol.word(), "lab", "--json", "--digests", "--user", user, "--auth", "plain"];
    let test = home.args(args).env("EHLO_PASSWORD", format!("{user}pass"));
    let output = test.stdin(lines.iter().map(|line| format!("{line}\n")).collect::<String>()).run().code(0);
    let end = output.stdout.lines().last().expect("an end");
    let end: Value = serde_json::from_str(end).expect("JSON");
    (end["round_trips"].as_u64().expect("a number"), end["server"]["octets"].as_u64().expect("a number"))
}

#[test]
fn the_figures_of_pop_and_imap_are_measured() {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    let count = home.messages();
    let status = home.test("imap lab --user alumnoimap --auth plain").env("EHLO_PASSWORD", "alumnoimappass");
    let status =
        status.stdin("EXAMINE INBOX\nSTATUS INBOX (MESSAGES UIDNEXT)\nLOGOUT\n").run().code(0).stdout;
    let next = status.split("UIDNEXT ").nth(2).or(status.split("UIDNEXT ").nth(1)).expect("UIDNEXT");
    let next: String = next.chars().take_while(char::is_ascii_digit).collect();
    let lines = |first: &[&str], each: Option<&str>, last: &str| -> Vec<String> {
        let each = (1..=count).filter_map(|n| each.map(|verb| verb.replace('#', &n.to_string())));
        first.iter().map(|line| (*line).to_owned()).chain(each).chain([last.to_owned()]).collect()
    };
    let pop = |first: &[&str], each| measure(&home, Protocol::Pop3, &lines(first, each, "QUIT"));
    let imap = |first: &[&str]| measure(&home, Protocol::Imap, &lines(first, None, "LOGOUT"));
    let since = format!("UID FETCH {next}:* FLAGS");
    let rows = [
        ("p1", pop(&["STAT", "UIDL"], Some("TOP # 0"))),
        ("i1", imap(&["EXAMINE INBOX", "FETCH 1:* (UID FLAGS BODY.PEEK[HEADER])"])),
        ("p2", pop(&["STAT", "UIDL"], Some("RETR #"))),
        ("i2", imap(&["EXAMINE INBOX", "FETCH 1:* (UID FLAGS BODY.PEEK[])"])),
        ("p3", pop(&["UIDL"], None)),
        ("i3", imap(&["EXAMINE INBOX", &since])),
    ];
    let noop = |times: usize| imap(&vec!["NOOP"; times]);
    let (once, twice) = (noop(1), noop(2));
    let octets = {
        let test = home.test("pop lab --user alumnopop --auth plain").env("EHLO_PASSWORD", "alumnopoppass");
        let said = test.stdin("STAT\nQUIT\n").run().code(0).stdout;
        let answer =
            said.lines().find(|line| line.starts_with(&format!("S: +OK {count} "))).expect("STAT's answer");
        answer.split(' ').nth(3).expect("octets").to_owned()
    };
    let mut text = format!("name,value\nmailbox-messages,{count}\nmailbox-octets,{octets}\n");
    for (name, (trips, octets)) in rows.into_iter().chain([("i4", (twice.0 - once.0, twice.1 - once.1))]) {
        writeln!(text, "{name}t,{trips}\n{name}o,{octets}").expect("a String takes all");
    }
    if writes() {
        fs::write(knowledge_file("figures.csv"), text).expect("written");
        return;
    }
    let kept = fs::read_to_string(knowledge_file("figures.csv")).expect("the figures");
    assert_eq!(kept, text, "EHLO_GOLDEN=write writes what was measured");
}
