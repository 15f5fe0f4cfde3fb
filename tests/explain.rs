//! Explaining on request: every row of the registries is known in both languages, the pages are the same in both, and
//! the command says what it should. No test here needs a server.
#![cfg(feature = "cli")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use ehlo::explain::find::find;
use ehlo::explain::page::{Block, blocks, title};
use ehlo::i18n::pages::{PAGES, page};
use ehlo::i18n::{Catalog, Lang};
use ehlo::knowledge::{self, Table};
use serde_json::Value;
use support::{Output, Test};

/// The registries, and how many rows each has. `registries.csv` beside this file names all of them, each with the row
/// of ehlo's tables that explains it.
const REGISTRIES: [(&str, usize); 18] = [
    ("dns-mail-records", 42),
    ("imap-capabilities", 96),
    ("imap-commands", 81),
    ("imap-fetch-items", 51),
    ("imap-flags-and-attributes", 119),
    ("imap-response-codes", 65),
    ("imap-search-keys", 78),
    ("imap-untagged-responses", 43),
    ("message-headers", 120),
    ("pop3-capabilities", 13),
    ("pop3-commands", 21),
    ("pop3-response-codes", 6),
    ("ports", 37),
    ("sasl-mechanisms", 44),
    ("smtp-commands", 34),
    ("smtp-enhanced-codes", 92),
    ("smtp-extensions", 46),
    ("smtp-reply-codes", 63),
];

#[test]
fn every_row_of_every_registry_is_explained_in_both_languages() {
    let mut reader = csv::Reader::from_reader(include_str!("registries.csv").as_bytes());
    let catalogs = Lang::ALL.map(Catalog::new);
    let args = vec![("arg", "1".to_owned()), ("size", "1 kB".to_owned())];
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("a row");
        let (registry, row, id) = (&record[0], &record[1], &record[2]);
        *counts.entry(registry.to_owned()).or_default() += 1;
        assert!(knowledge::by_id(id).is_some(), "{registry}: {row}: there is no fact {id}");
        for catalog in &catalogs {
            let said = |text: Option<String>| text.is_some_and(|text| !text.trim().is_empty());
            let lang = catalog.lang().code();
            assert!(said(catalog.text(id, &args)), "{lang}: {registry}: {row} has no line");
            assert!(said(catalog.full(id, &args)), "{lang}: {registry}: {row} has no text");
        }
    }
    let known: BTreeMap<String, usize> = REGISTRIES.map(|(name, rows)| (name.to_owned(), rows)).into();
    assert_eq!(counts, known);
}

/// The lines of a page that a server or a client says.
fn wire(text: &str) -> Vec<&str> {
    let said = |line: &&str| line.starts_with("  C:") || line.starts_with("  S:");
    text.lines().filter(said).map(str::trim).collect()
}

/// `{names}` of figures in a page.
fn figures(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).map(str::trim).collect()
}

#[test]
fn every_concept_has_its_page_and_every_page_its_concept() {
    let concepts: BTreeSet<&str> = knowledge::all(Table::Concept).iter().map(|fact| fact.id).collect();
    let pages: BTreeSet<String> = PAGES.iter().map(|name| format!("concept-{name}")).collect();
    assert_eq!(concepts, pages.iter().map(String::as_str).collect());
    for lang in Lang::ALL {
        for name in PAGES {
            let text = page(lang, name).expect("a page");
            let title = title(text).unwrap_or_else(|| panic!("{}/{name}: no title", lang.code()));
            let found = find(title, None);
            let first = found.first().map(|meaning| meaning.fact.id);
            assert_eq!(first, Some(format!("concept-{name}").as_str()), "{}: {title}", lang.code());
        }
    }
}

#[test]
fn a_page_is_the_same_in_both_languages() {
    let kinds = |text: &str| -> Vec<&str> {
        let kind = |block: &Block| match block {
            Block::Heading(_) => "heading",
            Block::Prose(_) => "prose",
            Block::Fixed(_) => "fixed",
        };
        blocks(text).iter().map(kind).collect()
    };
    for name in PAGES {
        let [en, es] = Lang::ALL.map(|lang| page(lang, name).expect("a page"));
        assert_eq!(kinds(en), kinds(es), "{name}: other parts");
        let named =
            |text| figures(text).into_iter().filter(|n| knowledge::figure(n).is_some()).collect::<Vec<_>>();
        assert_eq!(named(en), named(es), "{name}: other figures");
        // What is a message's own text may be in its language.
        let first = |line: &&str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let (en, es): (Vec<_>, Vec<_>) =
            (wire(en).iter().map(first).collect(), wire(es).iter().map(first).collect());
        let differ = en.iter().zip(&es).filter(|(a, b)| a != b).count();
        assert!(en.len() == es.len() && differ <= 2, "{name}: {en:?} {es:?}");
    }
}

#[test]
fn a_page_fits_a_terminal_and_a_note() {
    for lang in Lang::ALL {
        for name in PAGES {
            let text = page(lang, name).expect("a page");
            for block in blocks(text) {
                let Block::Fixed(lines) = block else { continue };
                for line in lines {
                    let at = format!("{}/{name}: {line}", lang.code());
                    // Two blanks before it, and "#   " in a session.
                    assert!(line.chars().count() <= 74, "{at}");
                    assert!(!line.contains('\t'), "{at}");
                }
            }
            assert!(!text.contains("\n\n\n") && text.ends_with('\n'), "{}/{name}: empty lines", lang.code());
        }
    }
}

#[test]
fn links_lead_somewhere_else() {
    for fact in Table::ALL.iter().flat_map(|table| knowledge::all(*table)) {
        let (see, confused) = knowledge::links(fact);
        assert!(!see.contains(&fact.id) && !confused.contains(&fact.id), "{} leads to itself", fact.id);
    }
}

#[test]
fn a_phrase_is_found_in_what_a_server_says() {
    for (text, id) in [
        ("554 5.7.1 <x@gmail.com>: Relay access denied", "phrase-relay"),
        ("550 relay not permitted", "phrase-relay"),
        (
            "550 5.1.1 <x@y>: Recipient address rejected: User unknown in local recipient table",
            "phrase-user-unknown",
        ),
        ("450 4.2.0 <x@y>: Recipient address rejected: Greylisted, see http://x", "phrase-greylisted"),
        ("535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6", "phrase-auth-failed"),
        ("a1 NO [AUTHENTICATIONFAILED] Authentication failed.", "phrase-auth-failed"),
        ("503 5.5.1 Error: need MAIL command", "phrase-need-mail"),
        ("530 5.7.0 Must issue a STARTTLS command first", "phrase-need-tls"),
        ("250 2.0.0 Ok: queued as 4A1B2C3D", "phrase-queued"),
        (
            "554 5.7.1 Service unavailable; Client host [1.2.3.4] blocked using zen.spamhaus.org",
            "phrase-blocked",
        ),
        ("550 5.1.8 <a@b>: Sender address rejected: Domain not found", "phrase-sender-domain"),
        ("553 5.7.1 <a@b>: Sender address rejected: not owned by user ana", "phrase-not-owner"),
        ("504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname", "phrase-bad-hello"),
    ] {
        assert_eq!(knowledge::phrase(text).map(|fact| fact.id), Some(id), "{text}");
    }
    assert_eq!(knowledge::phrase("250 2.1.5 Ok"), None);
}

#[track_caller]
fn explain(lang: &str, topic: &[&str]) -> Output {
    Test::new(["explain"].into_iter().chain(topic.iter().copied())).env("EHLO_LANG", lang).run()
}

/// Whether the output says this, however it is wrapped.
#[track_caller]
fn says(output: &Output, wanted: &str) {
    let said = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(wanted), "{wanted:?} is not in\n{}", output.stdout);
}

#[test]
fn topics_lines_and_what_is_nothing() {
    let all = explain("en", &["250"]).code(0).stdout;
    assert!(all.starts_with("250   SMTP reply code\n") && all.contains("  DATA  "), "{all}");
    let one = explain("en", &["250", "DATA"]).code(0).stdout;
    assert!(one.starts_with("250 after DATA"), "{one}");
    let best = explain("en", &["list"]).code(0).stdout;
    assert!(best.contains("Other meanings") && best.contains("imap LIST"), "{best}");
    let full = explain("en", &["--full", "list"]).code(0).stdout;
    assert!(!full.contains("Other meanings") && full.contains("IMAP untagged response"), "{full}");
    says(&explain("en", &["-ERR"]).code(0), "POP3 status");
    let page = explain("es", &["pop", "vs", "imap"]).code(0);
    says(&page, "Medido");
    says(&page, "POP contra IMAP");
    // Each of several, where they are nothing together.
    let two = explain("en", &["587", "\\Seen"]).code(0).stdout;
    assert!(two.contains("submission of new mail") && two.contains("\\Seen"), "{two}");
    let near = explain("en", &["RCTP"]).code(1);
    assert!(near.stdout.is_empty() && near.stderr.contains("RCPT"), "{}", near.stderr);
    explain("en", &["587", "xyzzyx"]).code(1);
    explain("en", &[]).code(2);
    for line in explain("es", &["sobre"]).code(0).stdout.lines().chain(all.lines()) {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

/// Most enhanced codes stand in the tables once for all classes; whoever asks for one of them asks for its class too.
#[test]
fn an_enhanced_code_is_told_with_the_class_that_was_asked_for() {
    for (topic, title, class) in [
        ("5.7.26", "5.7.26 ", Some("5: failed for good")),
        ("smtp 4.2.2", "4.2.2 ", Some("4: failed for now")),
        ("x.2.2", "x.2.2 ", None),
        ("5.1.1", "5.1.1 ", None),
        ("5.9.99", "5.x.x ", None),
    ] {
        let said = explain("en", &[topic]).code(0).stdout;
        assert!(said.starts_with(title), "{topic}: {said}");
        let row = said.lines().find_map(|line| line.strip_prefix("  class")).map(str::trim);
        assert!(
            row.is_some() == class.is_some()
                && row.unwrap_or_default().starts_with(class.unwrap_or_default()),
            "{said}"
        );
    }
}

#[test]
fn a_line_is_taken_apart_and_its_secret_kept() {
    let line = explain("en", &["MAIL FROM:<ana@example.org> SIZE=1000"]).code(0);
    says(&line, "C: MAIL FROM:<ana@example.org> SIZE=1000");
    says(&line, "the message is about 1000 octets");
    says(&explain("es", &["a1 UID FETCH 1:* (FLAGS BODY.PEEK[])"]).code(0), "BODY.PEEK[]");
    says(&explain("en", &["S: 550 5.1.1 <x@y>: User unknown"]).code(0), "no mailbox of that name");
    // AUTH PLAIN with the password "secreto1".
    let login = explain("en", &["AUTH PLAIN AGFuYQBzZWNyZXRvMQ=="]).code(0);
    assert!(!login.stdout.contains("AGFuYQBz") && !login.stdout.contains("secreto1"), "{}", login.stdout);
    assert!(login.stdout.contains("{{plain(\"ana\", password)}}"), "{}", login.stdout);
    let pass = explain("en", &["PASS secreto1"]).code(0);
    assert!(!pass.stdout.contains("secreto1"), "{}", pass.stdout);
}

#[test]
fn programs_get_an_object_for_each_meaning() {
    let objects = |output: Output| -> Vec<Value> {
        output.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let list = objects(explain("en", &["--json", "list"]).code(0));
    assert!(list.len() >= 3 && list.iter().all(|object| object["kind"] == "meaning"), "{list:?}");
    let line = objects(explain("en", &["--json", "* 3 EXISTS"]).code(0));
    assert_eq!((&line[0]["kind"], &line[0]["side"]), (&Value::from("line"), &Value::from("server")));
    let unknown = objects(explain("en", &["--json", "RCTP"]).code(1));
    assert_eq!(
        (&unknown[0]["kind"], &unknown[0]["near"][0]),
        (&Value::from("unknown"), &Value::from("RCPT"))
    );
    let names = objects(explain("es", &["--list", "concept", "--json"]).code(0));
    assert_eq!(names.len(), PAGES.len());
    assert!(names.iter().any(|object| object["name"] == "sobre"));
    explain("en", &["--list", "qqqq"]).code(1);
    let all = explain("en", &["--list"]).code(0).stdout;
    assert!(all.lines().count() > 1000);
}
