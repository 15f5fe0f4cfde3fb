//! The examples and the figures of `ehlo explain` are true: the lab answers every example as it says, and sessions with
//! it give the figures. `EHLO_GOLDEN=write cargo test --test examples` writes what it answers today.
#![cfg(all(feature = "cli", unix))]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ehlo::dialect::{self, Stamp};
use ehlo::dialogue::mark::TlsInfo;
use ehlo::dialogue::{Mark, Protocol, Shape, Side, Step, Wire};
use ehlo::explain::article;
use ehlo::explain::example::{self, Example};
use ehlo::knowledge::{self, Status, Table};
use ehlo::net::dns::{Client, Name, RData, Record, RecordType};
use serde_json::Value;
use support::lab::Home;

/// Labs at a time.
const LABS: usize = 4;

fn knowledge_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge").join(name)
}

fn writes() -> bool {
    std::env::var_os("EHLO_GOLDEN").is_some_and(|value| value == "write")
}

/// What a client says, and the step it opens. The session's own answers to challenges (`# options --user NAME`) are
/// not said: it makes them anew.
fn said(example: &Example) -> Vec<(Option<&str>, String)> {
    let own_tags = example.options.is_some_and(|options| options.contains("--no-tags"));
    let mut all = Vec::new();
    let before = [(None, &example.before)];
    let steps = example.steps.iter().map(|(title, lines)| (Some(*title), lines));
    for (mut title, lines) in before.into_iter().chain(steps) {
        let mut challenged = false;
        // `C-:` is a piece of what was typed: the line goes on.
        let mut piece = String::new();
        for line in lines {
            let Some((more, text)) = client(line) else {
                challenged =
                    session_answers(example) && (line.starts_with("S: +") || line.starts_with("S: 334"));
                continue;
            };
            // The tag is given by ehlo.
            let text = if own_tags { text } else { untagged(text, example.protocol()) };
            if challenged && text != "*" {
                continue;
            }
            piece.push_str(text);
            if !more {
                all.push((title.take(), std::mem::take(&mut piece)));
            }
        }
    }
    // That step is open when the server has greeted.
    if greets(example)
        && let Some(first) = all.first_mut()
    {
        first.0 = None;
    }
    all
}

/// What a client's line has, and whether the line goes on.
fn client(line: &str) -> Option<(bool, &str)> {
    let (more, text) = match line.strip_prefix("C-:") {
        Some(text) => (true, text),
        None => (false, line.strip_prefix("C:")?),
    };
    Some((more, text.strip_prefix(' ').unwrap_or(text)))
}

/// Whether the session has a name and a password, with which it answers challenges.
fn session_answers(example: &Example) -> bool {
    example.options.is_some_and(|options| options.contains("--user"))
}

/// What is typed for a line: `AUTH PLAIN {{plain(..)}}` is made by the session.
fn keys(said: &str) -> String {
    let mut words = said.split(' ');
    match (words.next(), words.next(), words.next()) {
        (Some("AUTH" | "AUTHENTICATE"), Some(mechanism), Some(hole)) if hole.starts_with("{{") => {
            format!("/auth {mechanism}")
        }
        _ => said.to_owned(),
    }
}

/// Whether the first step shows the server's greeting.
fn greets(example: &Example) -> bool {
    let first = example.steps.first().and_then(|(_, lines)| lines.first());
    example.before.is_empty() && first.is_some_and(|line| line.starts_with("S:"))
}

/// An IMAP command without the tag that ehlo gave it: `a2 NOOP`.
fn untagged(text: &str, protocol: Option<Protocol>) -> &str {
    match text.split_once(' ') {
        Some((tag, rest)) if protocol == Some(Protocol::Imap) && tag.len() > 1 && tag.starts_with('a') => {
            if tag[1..].bytes().all(|b| b.is_ascii_digit()) {
                rest
            } else {
                text
            }
        }
        _ => text,
    }
}

/// A lab that examples are said to, one after the other.
struct Bench {
    home: Home,
    profile: Option<&'static str>,
    runs: bool,
    /// Whether its mail is as on its first day.
    fresh: bool,
    fault: bool,
}

impl Bench {
    fn new() -> Bench {
        Bench { home: Home::new(), profile: None, runs: false, fresh: false, fault: false }
    }

    /// The lab as the example wants it: its mail as on the first day, its offers, its faults.
    fn prepare(&mut self, example: &Example) {
        // What was sent is seen by who fetches it alone.
        let fetches = matches!(example.protocol(), Some(Protocol::Pop3 | Protocol::Imap));
        if !self.runs || fetches && !self.fresh || self.profile != example.profile {
            // A session that has just ended may still be open on the lab's side, and a reset would mind.
            self.home.run("lab stop");
            self.home.run("lab reset").code(0);
            let settings = example.profile.map_or(String::new(), |name| format!("profile = \"{name}\"\n"));
            fs::write(self.home.path("lab.toml"), settings).expect("written");
            // The reset has ended the lab.
            self.home.run("smtp lab --send QUIT").code(0);
            (self.profile, self.fault) = (example.profile, false);
        }
        if self.fault {
            self.home.run("lab fault off").code(0);
        }
        if let Some(fault) = example.fault {
            self.home.args(["lab", "fault", fault]).run().code(0);
        }
        self.fault = example.fault.is_some();
        (self.runs, self.fresh) = (true, changes_nothing(example));
    }

    /// What the lab says to each line of the client's: the lines of the wire, in order.
    fn talk(&self, example: &Example) -> Vec<String> {
        let lines = said(example);
        let mut args = vec![example.word, example.target, "--notes", "none"];
        if let Some(user) = example.user {
            args.extend(["--user", user, "--auth", "plain"]);
        }
        args.extend(example.options.iter().flat_map(|options| options.split(' ')));
        let test = self.home.args(args);
        let named = example.options.and_then(|options| options.split_once("--user "));
        let named = named.and_then(|(_, rest)| rest.split(' ').next());
        let test = test.env("EHLO_PASSWORD", format!("{}pass", example.user.or(named).unwrap_or_default()));
        let input: String = lines.iter().map(|(_, text)| keys(text) + "\n").collect();
        let output = test.stdin(input).run();
        let marks = ["C:", "C-:", "S:", "S-:"];
        let wire = |line: &&str| marks.iter().any(|mark| line.starts_with(mark)) || *line == "@tls";
        let wire: Vec<String> = output.stdout.lines().filter(wire).map(str::to_owned).collect();
        assert!(!wire.is_empty(), "{lines:?}: {}\n{}", output.stdout, output.stderr);
        wire
    }

    /// What the lab's name server answers, in the form of a zone's file.
    fn ask(&self, example: &Example) -> Vec<String> {
        let port = self.home.port("dns-minimal");
        let servers = vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))];
        let client = Client::new(servers, false, Duration::from_secs(2));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut wire = Vec::new();
        for (_, query) in said(example) {
            wire.push(format!("C: {query}"));
            let (kind, name) = query.split_once(' ').expect("a type and a name");
            let kind: RecordType = kind.parse().expect("a type of record");
            let name = Name::from_ascii(format!("{}.", name.trim_end_matches('.'))).expect("a name");
            let until = tokio::time::Instant::now() + client.timeout;
            let lookup = runtime.block_on(client.ask(&name, kind, until));
            let Some(reply) = lookup.reply() else {
                wire.push(format!("S: ;; {}", lookup.fault().expect("a fault").word()));
                continue;
            };
            let answers: Vec<String> = reply.message.answers.iter().map(record).collect();
            if answers.is_empty() {
                wire.push(format!("S: ;; status: {}, ANSWER: 0", reply.rcode()));
            }
            wire.extend(answers);
        }
        wire
    }

    /// The dialogue that the lab really has, as an example.
    ///
    /// # Errors
    /// What came instead.
    fn replay(&mut self, example: &Example) -> Result<String, String> {
        if example.elsewhere {
            return Ok(as_it_is(example));
        }
        self.prepare(example);
        let lines = said(example);
        let wire = if example.word == "dns" { self.ask(example) } else { self.talk(example) };
        let mut text = head(example);
        let mut next = lines.iter();
        let mut wanted = next.next();
        // What comes before the first step is kept as it was typed, without its answers.
        let mut begun = greets(example);
        if begun {
            writeln!(text, "@step \"{}\"", example.steps[0].0).expect("a String takes all");
        }
        let mut piece = String::new();
        for line in &wire {
            // What ehlo says to take leave, when the input ends, is no part of it.
            if wanted.is_none() && line.starts_with("C:") && (!session_answers(example) || leaves(line)) {
                break;
            }
            let mut line = line.clone();
            if let Some((more, part)) = client(&line) {
                let whole = std::mem::take(&mut piece) + part;
                let split = whole.len() > part.len();
                if more {
                    piece = whole;
                } else if let Some((title, said)) = wanted
                    && let Some(typed) = typed(&whole, said, session_answers(example))
                {
                    if let Some(title) = title {
                        writeln!(text, "@step \"{title}\"").expect("a String takes all");
                    }
                    begun |= title.is_some();
                    wanted = next.next();
                    if !begun {
                        writeln!(text, "{}", format!("C: {said}").trim_end()).expect("a String takes all");
                    }
                    if !split {
                        line = format!("C: {typed}").trim_end().to_owned();
                    }
                }
            }
            if begun {
                text.push_str(&line);
                text.push('\n');
            }
        }
        match wanted {
            None => Ok(text),
            Some((_, said)) => {
                Err(format!("{:?}: {said:?} was not sent:\n{}", example.about, wire.join("\n")))
            }
        }
    }
}

/// A line of the wire as it was typed, if it is what was said: with IMAP's tag, and with the password, which ehlo writes
/// as `{{password}}`. (The practice's passwords are no secret.)
fn typed(text: &str, said: &str, answers: bool) -> Option<String> {
    if text == said || (!said.is_empty() && text.ends_with(&format!(" {said}"))) {
        return Some(text.to_owned());
    }
    // What the session says by itself was not typed.
    let (before, _) = text.split_once("{{").filter(|(before, _)| !answers || !before.is_empty())?;
    let tagged = before.split_once(' ').map(|(tag, rest)| (format!("{tag} "), rest));
    let forms = [Some((String::new(), before)), tagged];
    let mut fits = forms.into_iter().flatten().filter(|(_, rest)| said.starts_with(rest));
    fits.next().map(|(tag, _)| format!("{tag}{said}"))
}

fn leaves(line: &str) -> bool {
    line.ends_with("QUIT") || line.ends_with("LOGOUT")
}

/// Whether the next example finds the lab as this one did: nothing is sent, deleted, marked.
fn changes_nothing(example: &Example) -> bool {
    let moves = |line: &str| line.starts_with("DATA") || line.starts_with("BDAT");
    match example.protocol() {
        Some(Protocol::Smtp) => !said(example).iter().any(|(_, line)| moves(&line.to_ascii_uppercase())),
        Some(_) => false,
        None => true,
    }
}

/// A record as a zone's file has it, on one line.
fn record(record: &Record) -> String {
    let data = match &record.data {
        RData::TXT(txt) => {
            let strings = txt.txt_data.iter().map(|part| format!("\"{}\"", String::from_utf8_lossy(part)));
            strings.collect::<Vec<_>>().join(" ")
        }
        data => data.to_string(),
    };
    format!("S: {} {} IN {} {data}", record.name, record.ttl, record.record_type())
}

/// What stands above the dialogue.
fn head(example: &Example) -> String {
    let mut text = format!("# about {}\n", example.about.join(" "));
    if example.elsewhere {
        text.push_str("# elsewhere\n");
    }
    let directives = [
        ("profile", example.profile),
        ("fault", example.fault),
        ("options", example.options),
        ("user", example.user),
    ];
    for (name, value) in directives {
        if let Some(value) = value {
            writeln!(text, "# {name} {value}").expect("a String takes all");
        }
    }
    writeln!(text, "@{} {}", example.word, example.target).expect("a String takes all");
    text
}

/// An example that is not replayed.
fn as_it_is(example: &Example) -> String {
    let mut text = head(example);
    for line in &example.before {
        writeln!(text, "{line}").expect("a String takes all");
    }
    for (title, lines) in &example.steps {
        writeln!(text, "@step \"{title}\"\n{}", lines.join("\n")).expect("a String takes all");
    }
    text
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
    // SCRAM's first word has a number of the client's that is never the same.
    if line.strip_prefix("C: biws").is_some_and(|word| !word.contains(' ')) {
        return "C: #".to_owned();
    }
    line.split(' ').map(|word| if moves(&word) { "#" } else { word }).collect::<Vec<_>>().join(" ")
}

/// The files as they are on the disk now: what was just written counts, and needs no other build.
fn files() -> Vec<(&'static str, &'static str)> {
    let read = |name| fs::read_to_string(knowledge_file(&format!("examples/{name}.ehlo"))).expect("a file");
    example::FILES.iter().map(|(name, _)| (*name, &*read(name).leak())).collect()
}

#[test]
fn the_lab_answers_every_example_as_it_says() {
    let files = files();
    let mut work: Vec<(usize, Example)> = Vec::new();
    for (file, (name, text)) in files.iter().enumerate() {
        let before = work.len();
        work.extend(example::of(text).map(|example| (file, example)));
        assert!(work.len() > before, "{name}: no example");
    }
    // A lab that has a profile keeps it for a while.
    let mut order: Vec<usize> = (0..work.len()).collect();
    order.sort_by_key(|at| (work[*at].1.profile, work[*at].1.word));
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..LABS {
            scope.spawn(|| {
                let mut bench = Bench::new();
                while let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let now = bench.replay(&work[*at].1);
                    done.lock().expect("no panic").insert(*at, now);
                }
            });
        }
    });
    let done = done.into_inner().expect("no panic");
    let mut wanted: Vec<String> = files.iter().map(|_| String::new()).collect();
    let mut bad: Vec<String> = Vec::new();
    for ((file, example), now) in work.iter().zip(done.values()) {
        let kept = as_it_is(example);
        let now = match now {
            Ok(now) => now,
            Err(error) => {
                bad.push(error.clone());
                &kept
            }
        };
        let [was, is] = [kept.as_str(), now].map(|text| text.lines().map(still).collect::<Vec<_>>());
        if !writes() && was != is {
            bad.push(now.clone());
        }
        let text = &mut wanted[*file];
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text.push_str(if was == is { &kept } else { now });
    }
    if writes() {
        for ((name, _), text) in files.iter().zip(wanted) {
            fs::write(knowledge_file(&format!("examples/{name}.ehlo")), text).expect("written");
        }
    }
    let bad = bad.join("\n");
    assert!(bad.is_empty(), "the lab answers so, and not as it stands (EHLO_GOLDEN=write writes it):\n{bad}");
}

#[test]
fn examples_are_about_rows_that_there_are_and_show_a_refusal_where_they_say_wrong() {
    for example in files().into_iter().flat_map(|(_, text)| example::of(text)) {
        for id in &example.about {
            assert!(knowledge::by_id(id).is_some(), "there is no {id}");
        }
        assert!(!example.steps.is_empty(), "{:?} has no step", example.about);
        let other = example.protocol().is_none() && example.word != "dns";
        assert!(!other || example.elsewhere, "{:?}: the lab does not speak it", example.about);
        for (title, lines) in &example.steps {
            assert!(["wrong", "now", "between", "right", "later"].contains(title), "{title}");
            let last = lines.iter().rfind(|line| line.starts_with("S:")).copied().unwrap_or_default();
            let refused = lines.iter().any(|line| refuses(line));
            if matches!(*title, "right" | "later") {
                assert!(!refused, "{:?}: {lines:#?}", example.about);
            }
            assert!(!last.is_empty(), "{:?}: nothing is answered in {title}", example.about);
            assert!(*title != "now" || refused, "{:?}: nothing is refused", example.about);
        }
        let step = |wanted| example.steps.iter().find(|(title, _)| *title == wanted).map(|(_, lines)| lines);
        if let (Some(now), Some(later)) = (step("now"), step("later")) {
            let typed = |lines: &Vec<&'static str>| -> Vec<&'static str> {
                let text = |line: &&'static str| client(line).map(|(_, text)| text);
                lines.iter().filter_map(text).map(|text| untagged(text, example.protocol())).collect()
            };
            assert!(typed(later).ends_with(&typed(now)), "{:?}: not the same later", example.about);
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

/// What a server says first, where an example does not.
fn greeting(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Smtp | Protocol::Lmtp => "220 mail.redes.unlp.edu.ar ESMTP",
        Protocol::Pop3 => "+OK ready",
        Protocol::Imap => "* OK ready",
    }
}

/// The faults that the protocol's reader finds: with which side's line, and in which step.
fn faults(example: &Example, protocol: Protocol) -> Vec<(Side, &'static str, String)> {
    let mut dialect = dialect::of(protocol);
    let mut faults = Vec::new();
    let greeting = format!("S: {}", greeting(protocol));
    let greeting = (!greets(example)).then_some(("before", greeting.as_str()));
    let before = example.before.iter().map(|line| ("before", *line));
    let steps = example.steps.iter().flat_map(|(title, lines)| lines.iter().map(|line| (*title, *line)));
    for (step, line) in greeting.into_iter().chain(before).chain(steps) {
        let side = match line.as_bytes().first() {
            Some(b'C') => Side::Client,
            Some(b'S') => Side::Server,
            _ => {
                dialect.mark(&Mark::Tls(TlsInfo::default()), Stamp::default());
                continue;
            }
        };
        let text = line.get(2..).unwrap_or_default();
        let wire = format!("{}\r\n", text.strip_prefix(' ').unwrap_or(text));
        dialect.push(side, &Wire::new(wire.as_bytes()), Stamp::default());
        while let Some(read) = dialect.next_step() {
            match read {
                Step::Open(head) if head.shape == Shape::Junk => faults.push((side, step, line.to_owned())),
                Step::Piece(piece) => {
                    faults.extend(piece.faults.iter().map(|f| (side, step, format!("{line}: {}", f.id))));
                }
                _ => {}
            }
        }
    }
    faults
}

#[test]
fn what_is_said_elsewhere_is_read_without_a_fault() {
    for example in files().into_iter().flat_map(|(_, text)| example::of(text)).filter(|e| e.elsewhere) {
        let Some(protocol) = example.protocol() else { continue };
        let faults = faults(&example, protocol);
        // A client that does it wrong may be read as wrong.
        let bad: Vec<_> =
            faults.iter().filter(|(side, step, _)| *side == Side::Server || *step != "wrong").collect();
        assert!(bad.is_empty(), "{:?}: {bad:#?}", example.about);
    }
}

/// Whether every row that is in force has an example: ideas have pages, and some phrases are of a network that is silent.
fn is_whole(table: Table) -> bool {
    !matches!(table, Table::Concept | Table::Phrase)
}

#[test]
fn every_row_that_students_meet_has_an_example() {
    let examples: Vec<Example> = files().into_iter().flat_map(|(_, text)| example::of(text)).collect();
    let mut missing = Vec::new();
    for &table in Table::ALL {
        let (mut rows, mut shown, mut wrong, mut confused) = (0, 0, 0, 0);
        let current = |fact: &&'static knowledge::Fact| fact.status == Status::Current;
        for fact in knowledge::all(table).iter().filter(current) {
            let of_it: Vec<&Example> = examples.iter().filter(|e| e.about.contains(&fact.id)).collect();
            if of_it.is_empty() && is_whole(table) {
                missing.push(fact.id);
            }
            // What a row means after a command is a part of its page.
            if !fact.after.is_empty() {
                continue;
            }
            rows += 1;
            shown += usize::from(!of_it.is_empty());
            wrong += usize::from(
                of_it.iter().flat_map(|e| &e.steps).any(|(title, _)| matches!(*title, "wrong" | "now")),
            );
            confused += usize::from(!knowledge::links(fact).1.is_empty());
        }
        let name = article::word(table);
        println!(
            "{name}: {rows} rows, {shown} with an example, {wrong} with a wrong one, {confused} confused"
        );
    }
    assert!(missing.is_empty(), "no example: {missing:?}");
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
