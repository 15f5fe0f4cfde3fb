//! The facts and their sentences: every fact is explained in both languages, in the same terms and within its line.

use ehlo::knowledge::{Fact, Table, all, class, commands_in, find, find_after, nearest, needs};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use fluent_syntax::ast;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

const LANGUAGES: [(&str, usize); 2] = [("en", 58), ("es", 62)];

/// One message of the catalog, taken apart.
struct Message {
    file: String,
    value: Option<String>,
    full: Option<String>,
    attributes: usize,
    arguments: BTreeSet<String>,
}

fn folder(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/i18n").join(language)
}

/// All messages of the facts-*.ftl files of a language, by id.
fn catalog(language: &str) -> BTreeMap<String, Message> {
    let mut messages = BTreeMap::new();
    for entry in std::fs::read_dir(folder(language)).expect("the language's folder") {
        let path = entry.expect("a readable folder").path();
        let file = path.file_name().expect("a name").to_string_lossy().into_owned();
        if !file.starts_with("facts-") {
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("UTF-8");
        let resource = fluent_syntax::parser::parse(source.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{language}/{file}: {errors:?}"));
        for entry in resource.body {
            match entry {
                ast::Entry::Message(message) => {
                    let id = message.id.name.to_owned();
                    let old = messages.insert(id.clone(), read(&file, &message));
                    assert!(old.is_none(), "{language}/{file}: {id} occurs twice");
                }
                ast::Entry::Term(term) => panic!("{language}/{file}: a term, -{}", term.id.name),
                ast::Entry::Junk { content } => panic!("{language}/{file}: junk: {content}"),
                _ => {}
            }
        }
    }
    messages
}

fn read(file: &str, message: &ast::Message<&str>) -> Message {
    let mut arguments = BTreeSet::new();
    let full = message.attributes.iter().find(|attribute| attribute.id.name == "full");
    let value = message.value.as_ref().map(|pattern| flat(pattern, &mut arguments));
    let full = full.map(|attribute| flat(&attribute.value, &mut arguments));
    Message { file: file.to_owned(), value, full, attributes: message.attributes.len(), arguments }
}

/// A pattern's text, an argument shown as eight characters.
fn flat(pattern: &ast::Pattern<&str>, arguments: &mut BTreeSet<String>) -> String {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            ast::PatternElement::TextElement { value } => text.push_str(value),
            ast::PatternElement::Placeable { expression } => match expression {
                ast::Expression::Inline(ast::InlineExpression::VariableReference { id }) => {
                    arguments.insert(id.name.to_owned());
                    text.push_str("10.24 MB");
                }
                ast::Expression::Inline(ast::InlineExpression::StringLiteral { value }) => {
                    text.push_str(value)
                }
                other => panic!("a placeable of another kind: {other:?}"),
            },
        }
    }
    text
}

fn facts() -> impl Iterator<Item = &'static Fact> {
    Table::ALL.iter().flat_map(|table| all(*table))
}

#[test]
fn every_fact_is_explained_in_both_languages_and_nothing_else_is() {
    let ids: BTreeSet<&str> = facts().map(|fact| fact.id).collect();
    for (language, _) in LANGUAGES {
        let messages = catalog(language);
        for id in &ids {
            let message = messages.get(*id).unwrap_or_else(|| panic!("{language}: no message {id}"));
            assert!(message.value.is_some(), "{language}: {id} has no value");
            assert!(message.full.is_some(), "{language}: {id} has no .full");
            assert_eq!(message.attributes, 1, "{language}: {id} has other attributes than .full");
        }
        for (id, message) in &messages {
            assert!(ids.contains(id.as_str()), "{language}/{}: {id} explains no fact", message.file);
        }
    }
}

#[test]
fn both_languages_take_the_same_arguments() {
    let (en, es) = (catalog("en"), catalog("es"));
    for (id, message) in &en {
        let other = &es[id];
        assert_eq!(message.arguments, other.arguments, "{id}");
        assert_eq!(message.file, other.file, "{id} stands in different files");
        assert!(message.arguments.iter().all(|name| name == "arg" || name == "size"), "{id}");
    }
}

#[test]
fn a_brief_is_one_short_line() {
    for (language, longest) in LANGUAGES {
        for (id, message) in catalog(language) {
            let (value, full) = (message.value.unwrap_or_default(), message.full.unwrap_or_default());
            let length = value.chars().count();
            assert!((1..=longest).contains(&length), "{language}: {id} has {length} characters: {value}");
            assert!(!value.contains('\n') && !full.contains('\n'), "{language}: {id} has a line break");
            assert!(!value.ends_with('.'), "{language}: {id} ends with a full stop: {value}");
            assert!(
                full.ends_with(['.', '?', ':']),
                "{language}: {id}: .full does not end as a sentence: {full}"
            );
            assert_eq!(full.trim(), full, "{language}: {id}");
            for text in [&value, &full] {
                assert!(!text.contains("  "), "{language}: {id} has two blanks");
            }
        }
    }
}

#[test]
fn every_message_renders() {
    for (language, _) in LANGUAGES {
        let mut bundle = FluentBundle::new(vec![language.parse().expect("a language")]);
        bundle.set_use_isolating(false);
        for file in ["smtp", "pop3", "imap", "sasl", "header", "net", "concept"] {
            let path = folder(language).join(format!("facts-{file}.ftl"));
            let source = std::fs::read_to_string(path).expect("UTF-8");
            let resource = FluentResource::try_new(source).expect("no junk");
            bundle.add_resource(resource).expect("no id twice");
        }
        let mut arguments = FluentArgs::new();
        arguments.set("arg", "10240000");
        arguments.set("size", "10.24 MB");
        let render = |pattern| {
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
            assert!(errors.is_empty(), "{language}: {text}: {errors:?}");
            text
        };
        for fact in facts() {
            let message = bundle.get_message(fact.id).expect("a message");
            render(message.value().expect("a value"));
            render(message.get_attribute("full").expect("a full text").value());
        }
        let size = bundle.get_message("smtp-ext-size").and_then(|message| message.value()).expect("SIZE");
        assert!(render(size).ends_with("10.24 MB"));
    }
}

#[test]
fn the_glossary_is_kept_to_in_spanish() {
    const AVOIDED: &[&str] = &[
        "cabecera",
        "cabeceras",
        "fichero",
        "ficheros",
        "ordenador",
        "ordenadores",
        "réplica",
        "réplicas",
        "presentación",
        "bandera",
        "banderas",
        "tú",
        "usted",
        "ustedes",
        "vos",
        "vosotros",
        "tienes",
        "puedes",
        "debes",
        "quieres",
        "tenés",
        "podés",
        "querés",
        "tu",
        "tus",
        "te",
        "os",
        "vuestro",
        "encriptado",
        "encriptada",
        "autentificación",
        "password",
    ];
    for (id, message) in catalog("es") {
        for text in [message.value.unwrap_or_default(), message.full.unwrap_or_default()] {
            let lower = text.to_lowercase();
            for word in lower.split(|c: char| !c.is_alphanumeric()) {
                assert!(!AVOIDED.contains(&word), "es: {id} says {word:?}: {text}");
            }
        }
    }
}

#[test]
fn ids_are_unique_and_rows_are_in_order() {
    let mut seen = HashMap::new();
    for fact in facts() {
        if let Some(other) = seen.insert(fact.id, fact) {
            panic!("{other:?} and {fact:?}");
        }
    }
    for table in Table::ALL {
        let key = |fact: &Fact| (fact.name.to_ascii_lowercase(), fact.after.to_ascii_lowercase());
        assert!(all(*table).windows(2).all(|pair| key(&pair[0]) < key(&pair[1])), "{table:?}");
        assert!(all(*table).iter().all(|fact| fact.table == *table), "{table:?}");
    }
    csv_rows_are_in_order();
}

/// The files themselves too, so that a diff shows a new row where one looks for it.
fn csv_rows_are_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/knowledge");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).expect("the tables") {
        let path = entry.expect("a readable folder").path();
        if path.extension().is_none_or(|extension| extension != "csv")
            || ["needs.csv", "alias.csv", "see.csv", "figures.csv"].iter().any(|name| path.ends_with(name))
        {
            continue;
        }
        files += 1;
        let mut reader = csv::Reader::from_path(&path).expect("a table");
        let keys: Vec<(String, String)> = reader
            .records()
            .map(|record| record.expect("a row"))
            .map(|row| (row[0].to_ascii_lowercase(), row[1].to_ascii_lowercase()))
            .collect();
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1], "{}: {:?} stands before {:?}", path.display(), pair[0], pair[1]);
        }
    }
    assert_eq!(files, Table::ALL.len());
}

#[test]
fn every_fact_is_found_by_its_own_name() {
    for fact in facts() {
        let found = find_after(fact.table, fact.name, fact.after).expect("itself");
        assert_eq!(found.id, fact.id);
        let lower = fact.name.to_ascii_lowercase();
        assert_eq!(
            find_after(fact.table, &lower, &fact.after.to_ascii_lowercase()).map(|f| f.id),
            Some(fact.id)
        );
    }
}

#[test]
fn look_ups() {
    use Table::*;
    let cases = [
        (SmtpReply, "250", "", Some("smtp-reply-250")),
        (SmtpReply, "250", "DATA", Some("smtp-reply-250-data")),
        (SmtpReply, "250", "data", Some("smtp-reply-250-data")),
        (SmtpReply, "250", "HELP", Some("smtp-reply-250")),
        (SmtpReply, "220", "GREETING", Some("smtp-reply-220-greeting")),
        (SmtpReply, "220", "STARTTLS", Some("smtp-reply-220-starttls")),
        (SmtpReply, "454", "AUTH", Some("smtp-reply-454-auth")),
        (SmtpReply, "454", "STARTTLS", Some("smtp-reply-454-starttls")),
        (SmtpReply, "299", "", None),
        (SmtpEnhanced, "5.1.1", "", Some("smtp-enh-5-1-1")),
        (SmtpEnhanced, "2.1.1", "", Some("smtp-enh-x-1-1")),
        (SmtpEnhanced, "4.4.1", "RCPT", Some("smtp-enh-x-4-1")),
        (SmtpEnhanced, "3.1.1", "", None),
        (SmtpEnhanced, "5.1.99", "", None),
        (SmtpCommand, "mail", "", Some("smtp-cmd-mail")),
        (SmtpCommand, ".", "", Some("smtp-cmd-dot")),
        (SmtpExtension, "SIZE", "", Some("smtp-ext-size")),
        (SmtpExtension, "SIZE", "UNLIMITED", Some("smtp-ext-size-unlimited")),
        (SmtpExtension, "SIZE", "PARAMETER", Some("smtp-ext-size-parameter")),
        (SmtpExtension, "AUTH=LOGIN", "", Some("smtp-ext-auth-equals")),
        (PopCommand, "Retr", "", Some("pop-cmd-retr")),
        (PopCapability, "UIDL", "", Some("pop-cap-uidl")),
        (PopCode, "IN-USE", "", Some("pop-code-in-use")),
        (PopStatus, "+OK", "RETR", Some("pop-status-ok-retr")),
        (PopStatus, "-ERR", "XYZZY", Some("pop-status-err")),
        (ImapCommand, "uid fetch", "", Some("imap-cmd-uid-fetch")),
        (ImapStatus, "OK", "SELECT", Some("imap-status-ok-select")),
        (ImapStatus, "OK", "UID FETCH", Some("imap-status-ok-fetch")),
        (ImapStatus, "OK", "uid fetch", Some("imap-status-ok-fetch")),
        (ImapCapability, "IDLE", "", Some("imap-cap-idle")),
        (ImapCapability, "AUTH=PLAIN", "", Some("imap-cap-auth-plain")),
        (ImapCapability, "AUTH=SCRAM-SHA-256", "", Some("imap-cap-auth")),
        (ImapCapability, "THREAD=NEW", "", Some("imap-cap-thread")),
        (ImapCode, "UIDVALIDITY", "", Some("imap-code-uidvalidity")),
        (ImapResponse, "EXISTS", "", Some("imap-resp-exists")),
        (ImapFlag, "\\seen", "", Some("imap-flag-seen")),
        (ImapItem, "BODY[]", "", Some("imap-item-body-whole")),
        (ImapItem, "BODY.PEEK[]", "", Some("imap-item-body-peek")),
        (ImapItem, "BODY.PEEK[TEXT]<0.2048>", "", Some("imap-item-body-peek")),
        (ImapItem, "body[header.fields (FROM TO)]", "", Some("imap-item-body-header-fields")),
        (ImapItem, "BODY[1.2]", "", Some("imap-item-body-part")),
        (ImapItem, "BODY[1.2.MIME]<0>", "", Some("imap-item-body-part-mime")),
        (ImapItem, "BINARY.PEEK[2]", "", Some("imap-item-binary-peek-part")),
        (ImapItem, "FLAGS", "STORE", Some("imap-item-flags-store")),
        (ImapFlag, "\\Junk", "LIST", Some("imap-flag-junk")),
        (ImapFlag, "$Junk", "", Some("imap-flag-dollar-junk")),
        (ImapFlag, "\\Flagged", "LIST", Some("imap-flag-flagged-list")),
        (ImapFlag, "x", "ACL", Some("imap-right-x")),
        (ImapFlag, "x", "", None),
        (ImapKey, "ALL", "RETURN", Some("imap-key-all-return")),
        (ImapKey, "COUNT", "RETURN", Some("imap-key-count")),
        (ImapKey, "from", "SORT", Some("imap-key-from-sort")),
        (ImapItem, "BODY", "", Some("imap-item-body")),
        (Sasl, "plain", "", Some("sasl-plain")),
        (Header, "received", "", Some("header-received")),
        (DnsRecord, "mx", "", Some("dns-mx")),
        (Port, "587", "", Some("port-587")),
        (Port, "", "", None),
        (SmtpReply, "é", "é", None),
        (SmtpExtension, "=", "", None),
        (ImapItem, "[", "", None),
    ];
    for (table, name, after, id) in cases {
        assert_eq!(
            find_after(table, name, after).map(|fact| fact.id),
            id,
            "{table:?} {name} after {after:?}"
        );
        if after.is_empty() {
            assert_eq!(find(table, name).map(|fact| fact.id), id, "{table:?} {name}");
        }
    }
}

#[test]
fn classes() {
    assert_eq!(class(Table::SmtpReply, "299").map(|fact| fact.name), Some("2yz"));
    assert_eq!(class(Table::SmtpReply, "5").map(|fact| fact.name), Some("5yz"));
    assert_eq!(class(Table::SmtpReply, "999"), None);
    assert_eq!(class(Table::SmtpReply, ""), None);
    assert_eq!(class(Table::SmtpEnhanced, "5.1.99").map(|fact| fact.name), Some("x.1.x"));
    assert_eq!(class(Table::SmtpEnhanced, "5.99.1").map(|fact| fact.name), Some("5.x.x"));
    assert_eq!(class(Table::SmtpEnhanced, "5").map(|fact| fact.name), Some("5.x.x"));
    assert_eq!(class(Table::SmtpEnhanced, "7.99.1"), None);
    assert_eq!(class(Table::Header, "From"), None);
}

#[test]
fn commands_that_are_legal_now() {
    let names = |table, state| commands_in(table, state).map(|fact| fact.name).collect::<Vec<_>>();
    let ready = names(Table::SmtpCommand, "ready");
    assert!(
        ["MAIL", "AUTH", "STARTTLS", "QUIT", "NOOP"].iter().all(|name| ready.contains(name)),
        "{ready:?}"
    );
    assert!(
        ["RCPT", "DATA", "TURN", "XCLIENT", "LHLO", "."].iter().all(|name| !ready.contains(name)),
        "{ready:?}"
    );
    assert_eq!(names(Table::SmtpCommand, "data"), ["."]);
    assert!(!names(Table::SmtpCommand, "mail").contains(&"DATA"));
    assert!(names(Table::SmtpCommand, "rcpt").contains(&"DATA"));
    assert!(names(Table::PopCommand, "authorization").contains(&"USER"));
    assert!(!names(Table::PopCommand, "authorization").contains(&"RETR"));
    assert!(names(Table::PopCommand, "transaction").contains(&"UIDL"));
    assert!(!names(Table::ImapCommand, "authenticated").contains(&"FETCH"));
    assert!(names(Table::ImapCommand, "selected").contains(&"UID FETCH"));
    assert!(names(Table::ImapCommand, "nowhere").is_empty());
}

#[test]
fn what_a_command_needs() {
    let cases: &[(Table, &str, &[&str])] = &[
        (Table::SmtpCommand, "BDAT", &["CHUNKING"]),
        (Table::SmtpCommand, "MAIL", &[]),
        (Table::PopCommand, "STLS", &["STLS"]),
        (Table::PopCommand, "STAT", &[]),
        (Table::ImapCommand, "IDLE", &["IDLE", "IMAP4rev2"]),
        (Table::ImapCommand, "AUTHENTICATE", &["AUTH="]),
        (Table::ImapCommand, "FETCH", &[]),
    ];
    for (table, name, wanted) in cases {
        assert_eq!(needs(find(*table, name).expect("a command")), *wanted, "{name}");
    }
}

#[test]
fn misspelled_words() {
    let cases = [
        (Table::SmtpExtension, "VERFY", Some("VRFY")),
        (Table::SmtpCommand, "HELLO", Some("HELO")),
        (Table::SmtpCommand, "ehlo", Some("EHLO")),
        (Table::SmtpCommand, "RCTP", Some("RCPT")),
        (Table::SmtpCommand, "QUTI", Some("QUIT")),
        (Table::SmtpCommand, "X", None),
        (Table::SmtpCommand, "", None),
        (Table::SmtpCommand, "mensaje", None),
        (Table::PopCommand, "RETER", Some("RETR")),
        (Table::ImapCommand, "SELCT", Some("SELECT")),
        (Table::ImapFlag, "\\Seeen", Some("\\Seen")),
    ];
    for (table, word, name) in cases {
        assert_eq!(nearest(table, word).map(|fact| fact.name), name, "{word}");
    }
}

#[test]
fn facts_are_well_made() {
    for fact in facts() {
        let commands = [Table::SmtpCommand, Table::PopCommand, Table::ImapCommand];
        assert!(fact.states.is_empty() || commands.contains(&fact.table), "{}", fact.id);
        if commands.contains(&fact.table) {
            assert!(fact.syntax.starts_with(fact.name), "{}: {}", fact.id, fact.syntax);
        }
        if matches!(fact.table, Table::SmtpCommand | Table::SmtpEnhanced) {
            for code in fact.codes {
                assert!(find(Table::SmtpReply, code).is_some(), "{}: {code}", fact.id);
            }
        }
    }
}

#[test]
fn a_meaning_holds_after_something_known() {
    const SITUATIONS: &[&str] = &[
        "GREETING",
        "ESMTP",
        "LMTP",
        "UNTAGGED",
        "LITERAL",
        "UNASKED",
        "AUTH LIST",
        "PARAMETER",
        "UNLIMITED",
        "LIST",
        "RETURN",
        "SORT",
        "STORE",
        "ACL",
    ];
    for fact in facts().filter(|fact| !fact.after.is_empty()) {
        let commands = match fact.table {
            Table::SmtpReply | Table::SmtpEnhanced | Table::SmtpExtension => Table::SmtpCommand,
            Table::PopStatus | Table::PopCode => Table::PopCommand,
            _ => Table::ImapCommand,
        };
        let known = SITUATIONS.contains(&fact.after) || find(commands, fact.after).is_some();
        assert!(known, "{} holds after {}", fact.id, fact.after);
    }
}
