//! IMAP's flags and keywords, mailbox attributes, STATUS items, LIST options, quota resources, threading algorithms
//! and access rights: each where it is said.

use ehlo::knowledge::{Fact, Table};

use super::imap::{IMAP, command, logged_in, selected};
use super::{Scene, client, every_row};

/// Attributes of a mailbox, in LIST.
const ATTRIBUTES: &[&str] = &[
    r"\All",
    r"\AllMail",
    r"\Archive",
    r"\Drafts",
    r"\HasChildren",
    r"\HasNoChildren",
    r"\Important",
    r"\Inbox",
    r"\Junk",
    r"\Marked",
    r"\Memos",
    r"\NoInferiors",
    r"\NonExistent",
    r"\Noselect",
    r"\NoUTF8",
    r"\Remote",
    r"\Scheduled",
    r"\Sent",
    r"\Snoozed",
    r"\Spam",
    r"\Starred",
    r"\Subscribed",
    r"\Trash",
    r"\Unmarked",
    r"\UTF8Only",
];

/// Items of STATUS.
const ITEMS: &[&str] = &[
    "APPENDLIMIT",
    "DELETED",
    "DELETED-STORAGE",
    "HIGHESTMODSEQ",
    "MAILBOXID",
    "MESSAGES",
    "RECENT",
    "SIZE",
    "UIDNEXT",
    "UIDVALIDITY",
    "UNSEEN",
];

/// What LIST selects by.
const SELECTS: &[&str] = &["RECURSIVEMATCH", "REMOTE", "SPECIAL-USE", "SUBSCRIBED", "UTF8", "UTF8ONLY"];

/// What LIST returns.
const RETURNS: &[&str] = &["CHILDREN", "METADATA", "MYRIGHTS", "STATUS"];

const RESOURCES: &[&str] = &["ANNOTATION-STORAGE", "MAILBOX", "MESSAGE", "STORAGE"];

fn listed(options: &str) -> Scene {
    Scene::new(IMAP, logged_in(), client(&format!("a3 LIST {options}")))
}

fn scenes(fact: &'static Fact) -> Vec<Scene> {
    let name = fact.name;
    let scenes = match (name, fact.after) {
        (right, "ACL") => vec![
            Scene::new(IMAP, logged_in(), client(&format!("a3 SETACL INBOX bea {right}"))),
            Scene::new(
                IMAP,
                logged_in() + &command("MYRIGHTS"),
                format!("S: * MYRIGHTS INBOX {right}\nS: a3 OK x\n"),
            ),
            Scene::new(
                IMAP,
                logged_in() + &command("GETACL"),
                format!("S: * ACL INBOX bea {right}\nS: a3 OK x\n"),
            ),
        ],
        (_, "RETURN") => vec![listed(&format!(r#""" "*" RETURN ({name})"#))],
        (_, "LIST") => vec![attribute(name)],
        _ if ATTRIBUTES.contains(&name) => vec![attribute(name)],
        _ if ITEMS.contains(&name) => {
            let answer = format!("S: * STATUS INBOX ({name} 3)\nS: a3 OK x\n");
            vec![
                Scene::new(IMAP, logged_in(), client(&format!("a3 STATUS INBOX ({name})"))),
                Scene::new(IMAP, logged_in() + "C: a3 NOOP\n", answer),
            ]
        }
        _ if SELECTS.contains(&name) => vec![listed(&format!(r#"({name}) "" "*""#))],
        _ if RETURNS.contains(&name) => {
            let more = if name == "STATUS" { " (MESSAGES)" } else { "" };
            vec![listed(&format!(r#""" "*" RETURN ({name}{more})"#))]
        }
        _ if RESOURCES.contains(&name) => {
            let answer = format!("S: * QUOTA \"\" ({name} 10 512)\nS: a3 OK x\n");
            vec![
                Scene::new(IMAP, logged_in() + &command("GETQUOTA"), answer),
                Scene::new(IMAP, logged_in(), client(&format!(r#"a3 SETQUOTA "" ({name} 512)"#))),
            ]
        }
        ("CHILDINFO" | "OLDNAME", _) => {
            let data =
                if name == "OLDNAME" { r#"("OLDNAME" ("x"))"# } else { r#"("CHILDINFO" ("SUBSCRIBED"))"# };
            let answer = format!("S: * LIST () \"/\" INBOX {data}\nS: a3 OK x\n");
            vec![Scene::new(IMAP, logged_in() + &command("LIST"), answer)]
        }
        ("ORDEREDSUBJECT" | "REFERENCES", _) => {
            vec![Scene::new(IMAP, selected(), client(&format!("a3 THREAD {name} UTF-8 ALL")))]
        }
        (r"\*", _) => {
            let answer = "S: * OK [PERMANENTFLAGS (\\Seen \\*)] x\nS: a3 OK x\n";
            vec![Scene::new(IMAP, logged_in() + &command("SELECT"), answer)]
        }
        _ => {
            let answer = format!("S: * 1 FETCH (FLAGS ({name}))\nS: a3 OK x\n");
            let flags = format!("S: * FLAGS ({name})\nS: a3 OK x\n");
            vec![
                Scene::new(IMAP, selected(), client(&format!("a3 STORE 1 +FLAGS ({name})"))),
                Scene::new(IMAP, selected() + "C: a3 NOOP\n", answer),
                Scene::new(IMAP, logged_in() + &command("SELECT"), flags),
            ]
        }
    };
    scenes.into_iter().map(|scene| scene.shows(name)).collect()
}

fn attribute(name: &str) -> Scene {
    let answer = format!("S: * LIST ({name}) \"/\" INBOX\nS: a3 OK x\n");
    Scene::new(IMAP, logged_in() + &command("LIST"), answer)
}

#[test]
fn every_flag_attribute_item_option_and_right() {
    every_row(Table::ImapFlag, scenes, &[]);
}
