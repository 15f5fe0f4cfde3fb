//! IMAP: commands, capabilities, response codes in the response that carries them, statuses after each command,
//! untagged responses, fetch items in the command and in the answer, search and sort keys.

use ehlo::dialogue::Protocol;
use ehlo::knowledge::{Fact, Table, all};

use super::fill::fill;
use super::{Scene, client, every_row, server};

pub const IMAP: Protocol = Protocol::Imap;

const GREETING: &str = "S: * OK x\n";

pub fn logged_in() -> String {
    GREETING.to_owned() + "C: a1 LOGIN ana secret\nS: a1 OK x\n"
}

pub fn selected() -> String {
    logged_in() + "C: a2 SELECT INBOX\nS: * 3 EXISTS\nS: a2 OK [READ-WRITE] x\n"
}

fn row_of(verb: &str) -> Option<&'static Fact> {
    all(Table::ImapCommand).iter().find(|f| f.name == verb)
}

/// The state in which a command belongs.
fn state_of(verb: &str) -> String {
    match row_of(verb) {
        Some(row) if row.states.contains(&"selected") => selected(),
        Some(row) if row.states == ["not-authenticated"] => GREETING.to_owned(),
        Some(row) if row.states.contains(&"authenticated") => logged_in(),
        _ => selected(),
    }
}

/// The lines of a command, tag `a3`; the last one is not answered.
pub fn command(verb: &str) -> String {
    let line = match verb {
        "APPEND" => return "C: a3 APPEND INBOX {3+}\nC: abc\n".to_owned(),
        "REPLACE" | "UID REPLACE" => return format!("C: a3 {verb} 1 INBOX {{3+}}\nC: abc\n"),
        "STORE" | "UID STORE" => format!(r"{verb} 1 +FLAGS (\Seen)"),
        "FETCH" | "UID FETCH" => format!("{verb} 1 (FLAGS)"),
        "SEARCH" | "UID SEARCH" => format!("{verb} SEEN"),
        "SORT" | "UID SORT" => format!("{verb} (DATE) UTF-8 ALL"),
        "LIST" => "LIST \"\" \"*\"".to_owned(),
        "UID" => "UID XYZ 1".to_owned(),
        "X" => "XYZ".to_owned(),
        verb => match row_of(verb).map_or(verb, |row| row.syntax) {
            syntax if syntax.contains("[+|-]") => fill(&syntax.replace("[+|-]", "+")),
            syntax => fill(syntax),
        },
    };
    client(&format!("a3 {line}"))
}

#[test]
fn every_command() {
    let scenes = |fact: &'static Fact| match fact.name {
        "DONE" => vec![Scene::new(IMAP, selected() + "C: a3 IDLE\nS: + idling\n", "C: DONE\n")],
        name => vec![
            Scene::new(IMAP, state_of(name), command(name)).shows(name.split('<').next().unwrap_or(name)),
        ],
    };
    every_row(Table::ImapCommand, scenes, &[]);
}

#[test]
fn every_capability() {
    let scenes = |fact: &'static Fact| {
        let name = fact.name.to_owned() + if fact.name.ends_with('=') { "9" } else { "" };
        let listed = format!("S: * CAPABILITY IMAP4rev1 {name}\nS: a1 OK x\n");
        let code = format!("S: * OK [CAPABILITY IMAP4rev1 {name}] x\n");
        vec![
            Scene::new(IMAP, GREETING.to_owned() + "C: a1 CAPABILITY\n", listed).shows(name.clone()),
            Scene::new(IMAP, "", code).shows(name),
        ]
    };
    every_row(Table::ImapCapability, scenes, &[]);
}

/// The command that a response code answers.
fn asked_for(code: &str) -> &'static str {
    match code {
        "APPENDUID" | "TOOBIG" | "BADURL" | "OVERQUOTA" | "TRYCREATE" => "APPEND",
        "COPYUID" => "COPY",
        "AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED" | "PRIVACYREQUIRED" => "LOGIN",
        "BADCHARSET" | "NOTSAVED" => "SEARCH",
        "MODIFIED" => "STORE",
        "UNKNOWN-CTE" | "EXPUNGEISSUED" => "FETCH",
        "READ-ONLY" | "READ-WRITE" | "NONEXISTENT" | "INUSE" | "CORRUPTION" => "SELECT",
        "HASCHILDREN" => "DELETE",
        "ALREADYEXISTS" | "USEATTR" | "CANNOT" | "MAILBOXID" => "CREATE",
        _ => "NOOP",
    }
}

#[test]
fn every_response_code_in_its_response() {
    let scenes = |fact: &'static Fact| {
        let code = fill(if fact.syntax.is_empty() { fact.name } else { fact.syntax });
        let verb = asked_for(fact.name);
        let scene = |status: &&str| match *status {
            "BYE" => Scene::new(IMAP, selected(), server(&format!("* BYE [{code}] x"))),
            status => {
                Scene::new(IMAP, state_of(verb) + &command(verb), server(&format!("a3 {status} [{code}] x")))
            }
        };
        let mut scenes: Vec<Scene> = fact.codes.iter().map(scene).collect();
        if fact.codes.contains(&"OK") {
            // Untagged, as while a mailbox is opened.
            let untagged = format!("S: * OK [{code}] x\nS: a3 OK x\n");
            scenes.push(Scene::new(IMAP, logged_in() + "C: a3 SELECT INBOX\n", untagged));
        }
        scenes.into_iter().map(|scene| scene.shows(fact.name)).collect()
    };
    let told = "a warning, lint-imap-alert, says it with the server's words";
    every_row(Table::ImapCode, scenes, &[("imap-code-alert", told)]);
}

fn status(fact: &'static Fact) -> Vec<Scene> {
    let name = fact.name;
    vec![
        match (name, fact.after) {
            (_, "GREETING") | ("PREAUTH", _) => Scene::new(IMAP, "", server(&format!("* {name} x"))),
            (_, "UNTAGGED") => Scene::new(IMAP, selected(), server(&format!("* {name} x"))),
            ("BYE", "LOGOUT") => Scene::new(IMAP, selected() + "C: a3 LOGOUT\n", "S: * BYE x\nS: a3 OK x\n"),
            ("BYE", _) => Scene::new(IMAP, selected(), server("* BYE x")),
            (_, "IDLE") => {
                let idling = selected() + "C: a3 IDLE\nS: + idling\nC: DONE\n";
                Scene::new(IMAP, idling, server(&format!("a3 {name} x")))
            }
            (_, "") => Scene::new(IMAP, selected() + "C: a3 XYZ\n", server(&format!("a3 {name} x"))),
            (_, verb) => Scene::new(IMAP, state_of(verb) + &command(verb), server(&format!("a3 {name} x"))),
        }
        .shows(name),
    ]
}

#[test]
fn every_status_after_each_command() {
    let told = "a warning, lint-imap-bye, says it with the server's words";
    every_row(Table::ImapStatus, status, &[("imap-status-bye", told)]);
}

/// What a response belongs to, and how it may look.
const RESPONSES: &[(&str, &str, &str)] = &[
    ("ACL", "GETACL", "* ACL INBOX ana lrs"),
    ("ANNOTATION", "GETANNOTATION", r#"* ANNOTATION "INBOX" "/comment" ("value.priv" "x")"#),
    ("CAPABILITY", "CAPABILITY", "* CAPABILITY IMAP4rev1"),
    ("COMPARATOR", "COMPARATOR", "* COMPARATOR i;unicode-casemap"),
    ("CONVERSION", "CONVERSIONS", r#"* CONVERSION "image/tiff" "image/jpeg""#),
    ("CONVERTED", "CONVERT", r#"* 1 CONVERTED (TAG "a3") (BINARY[1] NIL)"#),
    ("COPY", "NOOP", "* 1 COPY"),
    ("ENABLED", "ENABLE", "* ENABLED CONDSTORE"),
    ("ESEARCH", "SEARCH", r#"* ESEARCH (TAG "a3") COUNT 5"#),
    ("EXISTS", "SELECT", "* 9 EXISTS"),
    ("EXPUNGE", "STORE", "* 1 EXPUNGE"),
    ("FETCH", "FETCH", r"* 1 FETCH (FLAGS (\Seen))"),
    ("FLAGS", "SELECT", r"* FLAGS (\Seen)"),
    ("GENURLAUTH", "GENURLAUTH", r#"* GENURLAUTH "imap://example.org/INBOX""#),
    ("ID", "ID", r#"* ID ("name" "x")"#),
    ("JMAPACCESS", "GETJMAPACCESS", r#"* JMAPACCESS "https://example.org/jmap""#),
    ("LANGUAGE", "LANGUAGE", "* LANGUAGE (ES)"),
    ("LIST", "LIST", r#"* LIST (\HasNoChildren) "/" INBOX"#),
    ("LISTRIGHTS", "LISTRIGHTS", "* LISTRIGHTS INBOX ana l r"),
    ("LSUB", "LSUB", r#"* LSUB () "/" INBOX"#),
    ("MAILBOX", "NOOP", "* MAILBOX INBOX"),
    ("METADATA", "GETMETADATA", r#"* METADATA INBOX (/private/comment "x")"#),
    ("MYRIGHTS", "MYRIGHTS", "* MYRIGHTS INBOX lr"),
    ("NAMESPACE", "NAMESPACE", r#"* NAMESPACE (("" "/")) NIL NIL"#),
    ("QUOTA", "GETQUOTA", r#"* QUOTA "" (STORAGE 10 512)"#),
    ("QUOTAROOT", "GETQUOTAROOT", r#"* QUOTAROOT INBOX """#),
    ("RECENT", "SELECT", "* 1 RECENT"),
    ("SEARCH", "SEARCH", "* SEARCH 1 2"),
    ("SORT", "SORT", "* SORT 2 1"),
    ("STATUS", "STATUS", "* STATUS INBOX (MESSAGES 3)"),
    ("STORE", "NOOP", r"* 1 STORE (FLAGS (\Seen))"),
    ("THREAD", "THREAD", "* THREAD (1)(2 3)"),
    ("UIDBATCHES", "UIDBATCHES", r#"* UIDBATCHES (TAG "a3") 9:5,4:1"#),
    ("UIDFETCH", "UID FETCH", r"* 5 UIDFETCH (FLAGS (\Seen))"),
    ("URLFETCH", "URLFETCH", r#"* URLFETCH "imap://example.org/INBOX" NIL"#),
    ("VANISHED", "NOOP", "* VANISHED 5"),
    ("XLIST", "XLIST", r#"* XLIST (\Inbox) "/" INBOX"#),
];

fn response(fact: &'static Fact) -> Vec<Scene> {
    let (before, lines) = match (fact.name, fact.after) {
        ("+", "") => (selected(), "S: + x\n".to_owned()),
        ("+", "LITERAL") => (logged_in() + "C: a3 APPEND INBOX {3}\n", "S: + go on\n".to_owned()),
        ("+", "IDLE") => (selected() + "C: a3 IDLE\n", "S: + idling\n".to_owned()),
        ("+", _) => (GREETING.to_owned() + "C: a3 AUTHENTICATE PLAIN\n", "S: +\n".to_owned()),
        (name, after) => {
            let known = RESPONSES.iter().find(|(response, ..)| *response == name);
            let (_, verb, line) = *known.unwrap_or_else(|| panic!("{name} has no sample"));
            match after {
                "UNASKED" => (selected(), server(line)),
                _ => {
                    let verb = if after.is_empty() { verb } else { after };
                    (state_of(verb) + &command(verb), format!("S: {line}\nS: a3 OK x\n"))
                }
            }
        }
    };
    vec![Scene::new(IMAP, before, lines).shows(fact.name)]
}

#[test]
fn every_untagged_response() {
    every_row(Table::ImapResponse, response, &[]);
}

/// An item as a client writes it.
fn written(name: &str) -> String {
    let header = name.replace("HEADER.FIELDS.NOT]", "HEADER.FIELDS.NOT (SUBJECT)]");
    let header = header.replace("HEADER.FIELDS]", "HEADER.FIELDS (SUBJECT)]");
    header.replace("part", "1.2")
}

fn item(fact: &'static Fact) -> Vec<Scene> {
    let name = written(fact.name);
    let asks = |line: String| Scene::new(IMAP, selected(), client(&format!("a3 {line}")));
    let answers = |data: &str| {
        let lines = format!("S: * 1 FETCH ({data})\nS: a3 OK x\n");
        Scene::new(IMAP, selected() + "C: a3 NOOP\n", lines)
    };
    match (fact.name, fact.after) {
        (_, "STORE") | ("+FLAGS" | "-FLAGS" | "FLAGS.SILENT" | "+FLAGS.SILENT" | "-FLAGS.SILENT", _) => {
            vec![asks(format!(r"STORE 1 {name} (\Seen)"))]
        }
        ("<>", _) => vec![asks("FETCH 1 BODY[]<0.100>".to_owned())],
        ("CHANGEDSINCE", _) => vec![asks("FETCH 1 FLAGS (CHANGEDSINCE 9)".to_owned())],
        ("VANISHED", _) => vec![asks("UID FETCH 1:* FLAGS (CHANGEDSINCE 9 VANISHED)".to_owned())],
        ("UNCHANGEDSINCE", _) => vec![asks(r"STORE 1 (UNCHANGEDSINCE 9) FLAGS (\Seen)".to_owned())],
        ("PARTIAL", _) => vec![asks("UID FETCH 1:* FLAGS (PARTIAL -1:-100)".to_owned())],
        ("ANNOTATION", _) => vec![asks("FETCH 1 (ANNOTATION (/comment value))".to_owned())],
        ("RFC822.HEADER.LINES" | "RFC822.HEADER.LINES.NOT", _) => {
            vec![asks(format!("FETCH 1 {name} (SUBJECT)"))]
        }
        ("ALL" | "FAST" | "FULL", _) => vec![asks(format!("FETCH 1 {name}"))],
        (plain, _) if plain.contains("PEEK") => vec![asks(format!("FETCH 1 ({name})"))],
        (plain, _) => {
            let value = match plain {
                "FLAGS" => r"(\Seen)",
                "UID" | "RFC822.SIZE" | "BINARY.SIZE[part]" | "X-GM-MSGID" | "X-GM-THRID" => "5",
                "MODSEQ" | "EMAILID" | "THREADID" => "(5)",
                "X-GM-LABELS" => "()",
                "ENVELOPE" => "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)",
                "BODY" | "BODYSTRUCTURE" => r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 3 1)"#,
                _ => "\"x\"",
            };
            vec![asks(format!("FETCH 1 ({name})")), answers(&format!("{name} {value}"))]
        }
    }
}

#[test]
fn every_fetch_item_asked_for_and_answered() {
    every_row(Table::ImapItem, item, &[]);
}

fn key(fact: &'static Fact) -> Vec<Scene> {
    let line = match (fact.name, fill(fact.syntax)) {
        ("sequence-set", _) => "SEARCH 2,4:7,*".to_owned(),
        ("(", _) => "SEARCH (SEEN FLAGGED)".to_owned(),
        ("$", _) => "SEARCH $".to_owned(),
        ("CHARSET", _) => "SEARCH CHARSET UTF-8 TEXT x".to_owned(),
        ("REVERSE", _) => "SORT (REVERSE DATE) UTF-8 ALL".to_owned(),
        (_, form) if form.starts_with("RETURN") => {
            format!("SEARCH {} ALL", form.replace("first:last", "1:9"))
        }
        (_, form) if form.starts_with("SORT") => format!("{form} UTF-8 ALL"),
        (_, form) => format!("SEARCH {form}"),
    };
    vec![Scene::new(IMAP, selected(), client(&format!("a3 {line}")))]
}

#[test]
fn every_search_key_option_and_sort_key() {
    every_row(Table::ImapKey, key, &[]);
}
