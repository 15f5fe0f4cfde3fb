//! Tables of what matches what: by protocol and level. The server's bytes go through the real dialects.

use std::path::Path;

use super::compare::compare;
use super::gather::Gather;
use super::model::{Do, Level, Script};
use super::names::Names;
use super::pattern::Captured;
use super::want::{Written, wants};
use crate::dialect::{Stamp, of};
use crate::dialogue::{Protocol, Side, Wire};

/// What the server said after a command; its last unit compared with the `S:` lines, at a level.
fn matched(protocol: Protocol, command: &str, said: &str, written: &str, level: Level) -> Option<Captured> {
    let (greeting, word) = match protocol {
        Protocol::Imap => ("* PREAUTH hi\r\n", "imap"),
        Protocol::Pop3 => ("+OK hi\r\n", "pop"),
        _ => ("220 hi\r\n", "smtp"),
    };
    let mut dialect = of(protocol);
    let mut gather = Gather::new(protocol);
    for (side, bytes) in [
        (Side::Server, greeting.to_owned()),
        (Side::Client, format!("{command}\r\n")),
        (Side::Server, said.replace('\n', "\r\n")),
    ] {
        dialect.push(side, &Wire::from(&*bytes), Stamp::default());
        while let Some(step) = dialect.next_step() {
            gather.step(&step);
        }
    }
    gather.units.pop_front();
    let text = format!("@{word} h\n@set seven = 7\n{written}");
    let script =
        Script::from_text("x", &text, Path::new("."), &[]).unwrap_or_else(|b| panic!("{:?}", b.faults));
    let lines = script.items.iter().filter_map(|item| match &item.what {
        Do::Expect(expect) => Some(Written { pos: item.pos, expect: expect.clone(), level }),
        _ => None,
    });
    let lines: Vec<Written> = lines.collect();
    let wanted = wants(protocol, &lines, true);
    assert_eq!(wanted.len(), 1, "{written}");
    let mut names = Names::default();
    names.set("seven", "7");
    let met = gather.units.iter().find_map(|unit| compare(protocol, &wanted[0], unit, &names).ok());
    met.map(|met| met.captured)
}

#[track_caller]
fn table(protocol: Protocol, command: &str, said: &str, rows: &[(Level, &str, bool)]) {
    for (level, written, wanted) in rows {
        let found = matched(protocol, command, said, written, *level);
        assert_eq!(found.is_some(), *wanted, "{level:?}\n{written}\non\n{said}");
    }
}

use Level::{Code, Octets, Status, Text};

#[test]
fn smtp_replies() {
    let said = "550-5.1.1 no such\n550 5.1.1 user\n";
    table(
        Protocol::Smtp,
        "RCPT TO:<a@b>",
        said,
        &[
            (Status, "S: 550\n", true),
            (Status, "S: 554 whatever\n", true),
            (Status, "S: 450\n", false),
            (Code, "S: 550\n", true),
            (Code, "S: 554\n", false),
            (Code, "S: 550 other words\n", true),
            (Code, "S: 550 5.1.1\n", true),
            (Code, "S: 550 5.7.1\n", false),
            (Code, "S: 550 5.1.1 {{*}}user\n", true),
            (Code, "S: 550 {{*}}user\n", true),
            (Code, "S: 550 {{*}}nobody\n", false),
            (Text, "S: 550 5.1.1 user\n", true),
            (Text, "S: 550 5.1.1 users\n", false),
            (Text, "S: 550-5.1.1 user\nS: 550 5.1.1 no such\n", true),
            (Code, "S=: 550 5.1.1 users\n", false),
            (Octets, "S: 550-5.1.1 no such\nS: 550 5.1.1 user\n", true),
            (Octets, "S: 550 5.1.1 user\n", false),
        ],
    );
}

#[test]
fn ehlo_is_words_in_any_order() {
    let said = "250-mail.example.org hi\n250-SIZE 1000\n250-AUTH PLAIN LOGIN\n250 8BITMIME\n";
    table(
        Protocol::Smtp,
        "EHLO x",
        said,
        &[
            (Code, "S: 250\n", true),
            (Code, "S: 250-8BITMIME\nS: 250 SIZE\n", true),
            (Code, "S: 250 size 1000\n", true),
            (Code, "S: 250 SIZE 2000\n", false),
            (Code, "S: 250-STARTTLS\n", false),
            (Code, "S: 250 AUTH LOGIN\n", true),
            (Code, "S: 250 AUTH CRAM-MD5\n", false),
            (Code, "S: 250-AUTH {{*}}PLAIN{{*}}\n", true),
            (Code, "S: 250-other.example.net\nS: 250 8BITMIME\n", true),
            (Code, "S: 250-SIZE {{#}}\n", true),
        ],
    );
}

#[test]
fn pop_responses() {
    let said = "-ERR [IN-USE] wait\n";
    table(
        Protocol::Pop3,
        "PASS x",
        said,
        &[
            (Status, "S: -ERR\n", true),
            (Status, "S: +OK\n", false),
            (Code, "S: -ERR whatever\n", true),
            (Code, "S: -ERR [IN-USE]\n", true),
            (Code, "S: -ERR [AUTH]\n", false),
            (Text, "S: -ERR [IN-USE] wait\n", true),
            (Text, "S: -ERR [IN-USE]\n", false),
        ],
    );
    let said = "+OK 3 messages\n1 10\n2 20\n3 30\n.\n";
    table(
        Protocol::Pop3,
        "LIST",
        said,
        &[
            (Code, "S: +OK\n", true),
            (Code, "S: +OK\nS: 1 10\n", true),
            (Code, "S: +OK\nS: 1 11\n", false),
            (Status, "S: +OK\nS: 1 11\n", true),
            (Code, "S: +OK\nS: 2 20\n", false),
            (Code, "S: +OK\nS: ...\nS: 3 {{#}}\nS: .\n", true),
            (Code, "S: +OK\nS: 1 10\nS: .\n", false),
            (Code, "S: +OK {{n1=#}} messages\n", true),
            (Code, "S: +OK {{#}}\n", true),
            (Text, "S: +OK {{#}}\n", false),
        ],
    );
    let said = "+OK\nSubject: x\n\n..dot\n.\n";
    table(
        Protocol::Pop3,
        "RETR 1",
        said,
        &[
            (Code, "S: +OK\nS: ...\nS: ..dot\nS: .\n", true),
            (Code, "S: +OK\nS<<.\nSubject: x\n\n.dot\n.\n", true),
            (Code, "S: +OK\nS: ...\nS: .dot\n", true),
            (Code, "S: +OK\nS: ...\nS: ...dot\n", false),
        ],
    );
}

#[test]
fn imap_responses() {
    let said = "* 1 FETCH (UID 7 FLAGS (\\Seen \\Recent) BODY[HEADER.FIELDS (SUBJECT)] {14}\nSubject: one\n)\na1 OK [READ-WRITE] done\n";
    table(
        Protocol::Imap,
        "a1 FETCH 1 X",
        said,
        &[
            (Code, "S: a1 OK\n", true),
            (Code, "S: a1 NO\n", false),
            (Code, "S: a2 OK\n", false),
            (Code, "S: a1 OK [READ-WRITE]\n", true),
            (Code, "S: a1 OK [READ-ONLY]\n", false),
            (Status, "S: a1 OK [READ-ONLY]\n", true),
            (Code, "S: a1 OK other words\n", true),
            (Text, "S: a1 OK other words\n", false),
            (Code, "S: * 1 FETCH (FLAGS (\\Seen))\n", true),
            (Code, "S: * 1 FETCH (FLAGS (\\Flagged))\n", false),
            (Code, "S: * 1 fetch (flags (\\seen) uid {{seven}})\n", true),
            (Code, "S: * 2 FETCH (FLAGS (\\Seen))\n", false),
            (Code, "S: * {{n1=#}} FETCH (UID {{u=#}})\n", true),
            (Code, "S: * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)] {n}\nS: )\n", true),
            (Code, "S: * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)] {n}\nS<<E\nSubject: one\nE\nS: )\n", true),
            (Code, "S: * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)] {n}\nS<<E\nSubject: two\nE\nS: )\n", false),
            (Code, "S: * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT)] \"x\")\n", false),
            (Octets, "S: a1 OK [READ-WRITE] done\n", true),
        ],
    );
    let said = "* CAPABILITY IMAP4rev1 IDLE UIDPLUS\n* FLAGS (\\Seen \\Draft)\n* LIST (\\HasNoChildren) \"/\" Lab3\n* STATUS \"a b\" (UNSEEN 1 MESSAGES 3)\n* SEARCH 3 1 2\n* OK [UIDVALIDITY 7] x\n";
    table(
        Protocol::Imap,
        "a1 NOOP",
        said,
        &[
            (Code, "S: * CAPABILITY idle\n", true),
            (Code, "S: * CAPABILITY MOVE\n", false),
            (Code, "S: * FLAGS (\\Draft \\Seen)\n", true),
            (Code, "S: * FLAGS (\\Draft)\n", false),
            (Code, "S: * LIST () \"/\" \"Lab3\"\n", true),
            (Code, "S: * LIST () \"/\" LAB3\n", false),
            (Code, "S: * LIST {{*}} {{*}} Lab3\n", true),
            (Code, "S: * STATUS \"a b\" (MESSAGES {{#}})\n", true),
            (Code, "S: * STATUS ab (MESSAGES 3)\n", false),
            (Code, "S: * SEARCH 1 2 3\n", true),
            (Code, "S: * SEARCH 1 2\n", false),
            (Code, "S: * OK [UIDVALIDITY {{seven}}]\n", true),
            (Code, "S: * OK [UIDVALIDITY 8]\n", false),
        ],
    );
}

#[test]
fn captures_are_what_stood_there() {
    let found = matched(
        Protocol::Imap,
        "a1 APPEND",
        "a1 OK [APPENDUID 38505 3955] x\n",
        "S: a1 OK [APPENDUID {{v=#}} {{u=*}}]\n",
        Code,
    );
    assert_eq!(found, Some(vec![("v".into(), b"38505".to_vec()), ("u".into(), b"3955".to_vec())]));
}

#[test]
fn what_comes_as_parentheses_without_end_is_read() {
    let said = format!("* X {}\n", "(".repeat(5000));
    table(Protocol::Imap, "a1 NOOP", &said, &[(Code, "S: * X ()\n", false), (Code, "S: * Y\n", false)]);
}
