//! Dialogues and what is read in them; the laws are in [`laws`], hostile input in [`hostile`].

mod hostile;
mod laws;

use std::collections::BTreeMap;

use super::*;
use crate::dialect::Phase;
use crate::dialogue::mark::{Close, TlsInfo};

/// Feeds `C: `, `S: ` (with CRLF), `C| `, `S| ` (without), `@tls`, `@gap C`, `@gap S 10`, `@closed`; gives each
/// unit as `side exchange shape (continued unit) faults`.
pub(super) fn read(imap: &mut Imap, dialogue: &str) -> Vec<String> {
    let mut units = BTreeMap::new();
    for line in dialogue.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
        feed(imap, line);
        while let Some(step) = imap.next_step() {
            note(&mut units, step);
        }
    }
    units.into_values().collect()
}

fn feed(imap: &mut Imap, line: &str) {
    let (mark, text) = line.split_at(2);
    let text = text.strip_prefix(' ').unwrap_or(text);
    let side = if line.starts_with('C') { Side::Client } else { Side::Server };
    match mark {
        "C:" | "S:" => imap.push(side, &Wire::from(&*format!("{text}\r\n")), Stamp::default()),
        "C|" | "S|" => imap.push(side, &Wire::from(text), Stamp::default()),
        _ if line == "@tls" => imap.mark(&Mark::Tls(TlsInfo::default()), Stamp::default()),
        _ if line == "@closed" => imap.mark(&Mark::Closed(Close::Server), Stamp::default()),
        _ => {
            let mut words = line.split(' ').skip(1);
            let side = if words.next() == Some("C") { Side::Client } else { Side::Server };
            let octets = words.next().and_then(|n| n.parse().ok());
            imap.mark(&Mark::Gap { side, octets }, Stamp::default());
        }
    }
}

fn note(units: &mut BTreeMap<u64, String>, step: Step) {
    match step {
        Step::Open(head) => {
            let exchange = head.exchange.map_or(String::new(), |e| e.to_string());
            let on = head.continues.map_or(String::new(), |n| format!(" of {n}"));
            let unit = format!("{}{exchange} {}{on}", head.side.letter(), head.shape.name());
            units.insert(head.n, unit);
        }
        Step::Piece(piece) => {
            let unit = units.entry(piece.n).or_insert_with(|| "…".into());
            piece.faults.iter().for_each(|f| unit.push_str(&format!(" {}", f.id)));
        }
        Step::Close(end) => {
            let unit = units.entry(end.n).or_insert_with(|| "…".into());
            unit.push_str(if end.complete { "" } else { " incomplete" });
            unit.push_str(if end.last { " last" } else { "" });
        }
        _ => {}
    }
}

/// The tokens of what is read in some lines, as `kind:text`.
pub(super) fn tokens(imap: &mut Imap, dialogue: &str) -> String {
    let mut words = Vec::new();
    for line in dialogue.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
        feed(imap, line);
        while let Some(step) = imap.next_step() {
            if let Step::Piece(p) = step {
                words.extend(p.tokens.iter().map(|t| format!("{}:{}", t.kind.name(), p.text(t))));
            }
        }
    }
    words.join(" ")
}

fn logged_in() -> Imap {
    let mut imap = Imap::new();
    read(&mut imap, "S: * PREAUTH [CAPABILITY IMAP4rev1] hi");
    imap
}

#[test]
fn rfc_3501_section_8_is_read() {
    let mut imap = Imap::new();
    let units = read(
        &mut imap,
        r#"S: * OK IMAP4rev1 Service Ready
           C: a001 login mrc secret
           S: a001 OK LOGIN completed
           C: a002 select inbox
           S: * 18 EXISTS
           S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
           S: * 2 RECENT
           S: * OK [UNSEEN 17] Message 17 is the first unseen message
           S: * OK [UIDVALIDITY 3857529045] UIDs valid
           S: a002 OK [READ-WRITE] SELECT completed
           C: a004 fetch 12 body[header]
           S: * 12 FETCH (BODY[HEADER] {39}
           S: Date: Wed, 17 Jul 1996 02:23:25 -0700
           S: )
           S: a004 OK FETCH completed
           C: a005 store 12 +flags \deleted
           S: * 12 FETCH (FLAGS (\Seen \Deleted))
           S: a005 OK +FLAGS completed
           C: a006 logout
           S: * BYE IMAP4rev1 server terminating connection"#,
    );
    assert_eq!(
        units,
        [
            "S greeting",
            "C1 command",
            "S1 response last",
            "C2 command",
            "S2 untagged",
            "S2 untagged",
            "S2 untagged",
            "S2 untagged",
            "S2 untagged",
            "S2 response last",
            "C3 command",
            "S3 untagged",
            "S3 literal of 12",
            "S3 untagged of 12",
            "S3 response last",
            "C4 command",
            "S4 untagged",
            "S4 response last",
            "C5 command",
            "S5 untagged",
        ]
    );
    let state = imap.state();
    assert_eq!((state.phase, state.user.as_deref()), (Phase::Logout, Some("mrc")));
    assert_eq!(imap.expect(), Expect { client: Turn::Hold, owed: 1 });
    read(&mut imap, "S: a006 OK LOGOUT completed");
    assert_eq!(imap.expect(), Expect { client: Turn::Over, owed: 0 });
}

#[test]
fn the_sheets_session_is_read() {
    let mut imap = Imap::new();
    assert_eq!(imap.expect(), Expect { client: Turn::Hold, owed: 1 });
    let units = read(
        &mut imap,
        r#"S: * OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR IDLE AUTH=PLAIN] Dovecot ready.
           C: 1 authenticate plain"#,
    );
    assert_eq!(units, ["S greeting", "C1 command"]);
    assert_eq!(imap.expect(), Expect { client: Turn::Hold, owed: 1 });
    assert_eq!(imap.state().sasl.as_deref(), Some("PLAIN"));
    assert_eq!(imap.state().mechanisms(), ["PLAIN"]);
    let units = read(&mut imap, "S: + ");
    assert_eq!(units, ["S1 continuation"]);
    assert_eq!(imap.expect().client, Turn::Sasl);
    assert_eq!(
        tokens(&mut imap, "C: AGFsdW1ub2ltYXAAYWx1bW5vaW1hcHBhc3M="),
        "secret:AGFsdW1ub2ltYXAAYWx1bW5vaW1hcHBhc3M="
    );
    read(&mut imap, "S: 1 OK [CAPABILITY IMAP4rev1 MOVE] Logged in");
    let state = imap.state();
    assert_eq!((state.phase, state.user.as_deref()), (Phase::Authenticated, Some("alumnoimap")));
    assert!(state.offers("MOVE") && !state.offers("IDLE") && state.sasl.is_none());
    let units = read(
        &mut imap,
        r#"C: 2 namespace
           S: * NAMESPACE (("" ".")) NIL NIL
           S: 2 OK Namespace completed.
           C: 4 list (subscribed) "" "*" return (special-use)
           S: * LIST (\Subscribed \Trash) "." Trash
           S: * LIST (\Subscribed \Sent) "." "Sent"
           S: 4 OK List completed.
           C: 6 select "INBOX"
           S: * FLAGS (\Answered \Seen)
           S: * 13 EXISTS
           S: * OK [PERMANENTFLAGS (\Answered \Seen \*)] Flags permitted."#,
    );
    assert!(units.iter().all(|u| !u.contains("fault") && !u.contains("junk")), "{units:?}");
    assert_eq!(imap.state().mailboxes, ["Trash", "Sent"]);
    assert_eq!(imap.state().mailbox, None, "not before it succeeds");
    read(&mut imap, "S: 6 OK [READ-WRITE] Select completed (0.000 secs).");
    let open = imap.state().mailbox.clone().unwrap();
    assert_eq!((open.name.as_str(), open.exists, open.read_only), ("INBOX", Some(13), false));
    assert_eq!(open.flags, ["\\Answered", "\\Seen"]);
    let units = read(
        &mut imap,
        r#"C: 8 IDLE
           S: + idling
           S: * 14 EXISTS
           C: done
           S: 8 OK Idle completed.
           S: * 3 EXPUNGE"#,
    );
    assert_eq!(
        units,
        ["C5 command", "S5 continuation", "S5 untagged", "C5 command", "S5 response last", "S untagged"]
    );
    assert_eq!(imap.state().mailbox.as_ref().unwrap().exists, Some(13));
}

#[test]
fn words_are_told_apart() {
    for (line, expected) in [
        ("C: a login \"ana maria\" \"se\\\"cret\"", "tag:a verb:login user:ana maria secret:se\\\"cret"),
        ("C: a LOGIN ana secret", "tag:a verb:LOGIN user:ana secret:secret"),
        ("C: login ana secret", "verb:login user:ana secret:secret"),
        ("C: a logn ana secret", "tag:a verb:logn user:ana secret:secret"),
        ("C: a b login ana secret", "tag:a verb:b word:login user:ana secret:secret"),
        ("C: lgoin ana secret", "tag:lgoin verb:ana secret:secret"),
        ("C: a AUTHENTICATE PLAIN AGEAYg==", "tag:a verb:AUTHENTICATE mechanism:PLAIN secret:AGEAYg=="),
        ("C: a AUTHENTICATE LOGIN YW5h", "tag:a verb:AUTHENTICATE mechanism:LOGIN base64:YW5h"),
        (
            "C: a uid fetch 1:* (FLAGS BODY.PEEK[])",
            "tag:a verb:uid fetch set:1:* item:FLAGS item:BODY.PEEK[]",
        ),
        ("C: a FETCH 1 full", "tag:a verb:FETCH set:1 item:full"),
        ("C: a FETCH 1 (UID) (CHANGEDSINCE 5)", "tag:a verb:FETCH set:1 item:UID word:CHANGEDSINCE number:5"),
        ("C: a STORE 1 +FLAGS (\\Seen x)", "tag:a verb:STORE set:1 item:+FLAGS flag:\\Seen flag:x"),
        (
            "C: a STORE 1 (UNCHANGEDSINCE 5) FLAGS.SILENT \\Seen",
            "tag:a verb:STORE set:1 word:UNCHANGEDSINCE number:5 item:FLAGS.SILENT flag:\\Seen",
        ),
        ("C: a STATUS x (MESSAGES)", "tag:a verb:STATUS mailbox:x item:MESSAGES"),
        (
            "C: a LIST (SUBSCRIBED) \"\" (\"a\" b) RETURN (CHILDREN)",
            "tag:a verb:LIST parameter:SUBSCRIBED mailbox: mailbox:a mailbox:b word:RETURN parameter:CHILDREN",
        ),
        (
            "C: a SEARCH RETURN (MIN) CHARSET UTF-8 OR (FROM \"x y\" 1:3) NOT HEADER A b LARGER 5 KEYWORD k",
            "tag:a verb:SEARCH key:RETURN parameter:MIN key:CHARSET word:UTF-8 key:OR key:FROM text:x y set:1:3 \
             key:NOT key:HEADER parameter:A text:b key:LARGER number:5 key:KEYWORD flag:k",
        ),
        ("C: a COPY 1 \"x\"", "tag:a verb:COPY set:1 mailbox:x"),
        ("C: a MOVE 1,3 x", "tag:a verb:MOVE set:1,3 mailbox:x"),
        ("C: a CREATE x (USE (\\Sent))", "tag:a verb:CREATE mailbox:x word:USE flag:\\Sent"),
        ("C: a ENABLE CONDSTORE", "tag:a verb:ENABLE capability:CONDSTORE"),
        ("C: a ID (\"name\" \"x\")", "tag:a verb:ID parameter:name text:x"),
        ("C: a FOO bar 1 \\x", "tag:a verb:FOO word:bar number:1 flag:\\x"),
        ("C: a SORT (REVERSE DATE) UTF-8 ALL", "tag:a verb:SORT key:REVERSE key:DATE word:UTF-8 key:ALL"),
        ("C: a", "tag:a"),
        ("C: noop", "verb:noop"),
        ("S: * BYE so long (5}", "tag:* status:BYE text:so long (5}"),
        ("S: * OK text {5}", "tag:* status:OK text:text {5}"),
        ("S: + go {5}", "tag:+ text:go {5}"),
        ("S: +", "tag:+"),
        ("S: * 3 EXISTS", "tag:* number:3 kind:EXISTS"),
        (
            "S: x NO [APPENDUID 3 4:5] done",
            "tag:x status:NO response-code:APPENDUID number:3 set:4:5 text:done",
        ),
        ("S: x OK [READ-WRITE] done", "tag:x status:OK response-code:READ-WRITE text:done"),
        (
            "S: x NO [BADCHARSET (UTF-8 \"x]\")] no",
            "tag:x status:NO response-code:BADCHARSET parameter:UTF-8 parameter:x] text:no",
        ),
        ("S: * XFOO bar", "tag:* kind:XFOO word:bar"),
    ] {
        assert_eq!(tokens(&mut logged_in(), line), expected, "{line}");
    }
}

#[test]
fn a_literal_waits_for_the_server() {
    let mut imap = logged_in();
    let units = read(&mut imap, "C: a APPEND x (\\Seen) {7}");
    assert_eq!(units, ["C1 command"]);
    assert_eq!(imap.expect(), Expect { client: Turn::Hold, owed: 1 });
    read(&mut imap, "S: + Ready");
    assert_eq!(imap.expect().client, Turn::Counted(7));
    let units = read(&mut imap, "C| a1");
    assert_eq!(units, ["C1 literal of 2"]);
    assert_eq!(imap.expect().client, Turn::Counted(5));
    read(&mut imap, "C: NO");
    assert_eq!(imap.expect().client, Turn::Counted(1));
    read(&mut imap, "C| !");
    assert_eq!(imap.expect().client, Turn::Rest);
    assert_eq!(read(&mut imap, "C: \nS: a OK done"), ["C1 command of 2", "S1 response last"]);
    assert_eq!(imap.expect(), Expect { client: Turn::Command, owed: 0 });
}

#[test]
fn login_has_three_forms_of_strings() {
    for lines in [
        "C: a LOGIN {3}\nC| ana\nC: \u{20}{6}\nC| secret\nC: ",
        "C: a LOGIN {3+}\nC: ana {6+}\nC: secret",
        "C: a LOGIN {3}\nS: + \nC: ana {6}\nS: + \nC: secret",
    ] {
        let mut imap = Imap::new();
        read(&mut imap, "S: * OK hi");
        let found = tokens(&mut imap, &format!("{lines}\nS: + x\nS: + y\nS: a OK in"));
        assert!(found.contains("user:ana"), "{found}");
        assert!(found.contains("secret:secret"), "{found}");
        assert_eq!(imap.state().user.as_deref(), Some("ana"), "{lines}");
        assert_eq!(imap.expect(), Expect { client: Turn::Command, owed: 0 });
    }
}

#[test]
fn an_impatient_clients_literal_is_read_when_the_server_has_spoken() {
    let mut imap = logged_in();
    assert_eq!(read(&mut imap, "C: a APPEND x {8}\nC: a NOOP\nC: "), ["C1 command"]);
    assert_eq!(imap.pending(Side::Client), 10);
    let units = read(&mut imap, "S: + go");
    assert_eq!(units, ["S1 continuation", "C1 literal of 2", "C1 command of 2"]);
}

#[test]
fn a_refused_literal_is_no_literal() {
    let mut imap = logged_in();
    let units = read(&mut imap, "C: a APPEND x {8}\nC: b NOOP\nS: a NO [TRYCREATE] no");
    assert_eq!(units, ["C1 command", "S1 response last", "C2 command"]);
    assert_eq!(imap.expect(), Expect { client: Turn::Command, owed: 1 });
    let mut imap = logged_in();
    read(&mut imap, "C: a LOGIN ana {6}\nC: secret");
    assert_eq!(tokens(&mut imap, "S: a BAD no"), "tag:a status:BAD text:no secret:secret");
}

#[test]
fn a_placeholder_stands_for_a_literal_of_any_length() {
    let mut imap = logged_in();
    let mut wire = Wire::from("a LOGIN ana {");
    wire.push_secret(b"n", "len(password)");
    wire.push(b"+}\r\n");
    wire.push_placeholder("password");
    wire.push(b"\r\n");
    imap.push(Side::Client, &wire, Stamp::default());
    let found = tokens(&mut imap, "S: a OK in");
    assert_eq!(found, "tag:a verb:LOGIN user:ana count:n secret:{{password}} tag:a status:OK text:in");
    let mut wire = Wire::from("b LOGIN ana ");
    wire.push_placeholder("quoted(\"x (y\", password)");
    wire.push(b"\r\n");
    imap.push(Side::Client, &wire, Stamp::default());
    assert!(tokens(&mut imap, "S: b OK in").starts_with("tag:b verb:LOGIN user:ana secret:{{quoted("));
}

#[test]
fn tls_makes_capabilities_forgotten() {
    let mut imap = Imap::new();
    read(&mut imap, "S: * OK [CAPABILITY STARTTLS LOGINDISABLED IMAP4rev2] hi\nC: a starttls");
    assert_eq!(imap.expect(), Expect { client: Turn::Hold, owed: 1 });
    read(&mut imap, "S: a OK go");
    assert_eq!(imap.expect(), Expect { client: Turn::Tls, owed: 0 });
    assert!(imap.state().offers("STARTTLS"));
    read(&mut imap, "@tls");
    assert!(imap.state().tls && imap.state().capabilities.is_none());
    assert_eq!(imap.expect(), Expect { client: Turn::Command, owed: 0 });
    let units = read(&mut imap, "C: b STARTTLS\nS: b BAD already");
    assert_eq!(units, ["C2 command", "S2 response last"]);
    assert_eq!(imap.expect().client, Turn::Command);
}

#[test]
fn a_mailbox_is_open_as_long_as_the_server_says() {
    let mut imap = logged_in();
    let open = |imap: &Imap| imap.state().mailbox.as_ref().map(|m| m.name.clone());
    read(&mut imap, "C: a SELECT {5+}\nC: INBOX\nS: * 4 EXISTS\nS: a OK [READ-ONLY] x");
    assert_eq!(open(&imap).as_deref(), Some("INBOX"));
    assert!(imap.state().mailbox.as_ref().unwrap().read_only);
    read(&mut imap, "S: * VANISHED 1:2\nS: * VANISHED (EARLIER) 1:9");
    assert_eq!(imap.state().mailbox.as_ref().unwrap().exists, Some(2));
    read(&mut imap, "C: b SELECT\nS: b BAD what");
    assert!(open(&imap).is_some(), "BAD: nothing was done");
    read(&mut imap, "C: c SELECT nowhere\nS: c NO [NONEXISTENT] no");
    assert_eq!((open(&imap), imap.state().phase), (None, Phase::Authenticated));
    read(&mut imap, "C: d EXAMINE x\nS: d OK x\nC: e CLOSE\nS: e OK x");
    assert_eq!((open(&imap), imap.state().phase), (None, Phase::Authenticated));
    read(&mut imap, "C: f SELECT x\nS: f OK x\nC: g UNAUTHENTICATE\nS: g OK x");
    assert_eq!((open(&imap), imap.state().phase), (None, Phase::NotAuthenticated));
}

#[test]
fn pipelined_commands_are_told_apart_by_their_tags() {
    let mut imap = logged_in();
    let units = read(
        &mut imap,
        "C: a NOOP\nC: b CAPABILITY\nS: * CAPABILITY IMAP4rev1\nS: b OK x\nS: * OK still\nS: a OK x\nS: c OK x",
    );
    assert_eq!(
        units,
        [
            "C1 command",
            "C2 command",
            "S untagged",
            "S2 response last",
            "S1 untagged",
            "S1 response last",
            "S response fault-unknown-tag"
        ]
    );
}

#[test]
fn only_done_ends_idle() {
    let mut imap = logged_in();
    let units = read(&mut imap, "C: a IDLE\nS: + idling\nC: b NOOP\nS: a BAD Expected DONE.\nC: DONE");
    assert_eq!(
        units,
        [
            "C1 command",
            "S1 continuation",
            "C1 command fault-not-done",
            "S1 response last",
            "C2 command fault-missing-command",
        ]
    );
}

#[test]
fn a_command_without_its_tag_still_gets_its_answer() {
    let mut imap = logged_in();
    let units = read(&mut imap, "C: SELECT INBOX\nS: SELECT BAD Error\nC: LOGIN\nS: * BAD Error\nC: ");
    assert_eq!(
        units,
        [
            "C1 command fault-missing-tag",
            "S1 response last",
            "C2 command fault-missing-tag",
            "S2 untagged last",
            "C command fault-empty-line"
        ]
    );
    assert_eq!(imap.expect(), Expect { client: Turn::Command, owed: 0 });
}

#[test]
fn a_scram_login_keeps_its_proofs_secret() {
    let mut imap = Imap::new();
    let found = tokens(
        &mut imap,
        "S: * OK hi
         C: A001 AUTHENTICATE SCRAM-SHA-256 biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8=
         S: + cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodllEcFdVYTJSYVRDQWZ1eEZJbGopaE5sRiRrMCxzPVcyMlphSjBTTlk3c29Fc1VFamI2Z1E9PSxpPTQwOTY=
         C: Yz1iaXdz
         S: + dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==
         C: 
         S: A001 OK in",
    );
    let kinds: Vec<&str> = found.split(' ').filter_map(|w| w.split_once(':')).map(|(k, _)| k).collect();
    assert_eq!(
        kinds,
        [
            "tag",
            "status",
            "text",
            "tag",
            "verb",
            "mechanism",
            "base64",
            "tag",
            "base64",
            "secret",
            "tag",
            "secret",
            "tag",
            "status",
            "text"
        ]
    );
    assert_eq!(imap.state().user.as_deref(), Some("user"));
}

#[test]
fn dovecots_answers_to_slips_are_read() {
    // As Dovecot 2.3 says it.
    let mut imap = logged_in();
    let units = read(
        &mut imap,
        "C: c APPEND INBOX {-1}
         S: c BAD Error in IMAP command APPEND: Invalid literal size (0.012 + 0.000 + 0.017 secs).
         S: -1} BAD Error in IMAP command: Invalid command name (0.001 + 0.000 secs).
         C: NOOP
         S: NOOP BAD Error in IMAP command: Invalid command name (0.001 + 0.000 secs).
         C: k FETCH 1 (BODY[HEADER.FIELDS ({4}
         S: + OK
         C: DATE)] UID)
         S: * 1 FETCH (UID 1 FLAGS (\\Seen) BODY[HEADER.FIELDS (\"DATE\")] {2}
         S| \r
         S: k OK Fetch completed (0.010 + 0.704 + 0.008 secs).",
    );
    assert_eq!(
        units[..6],
        [
            "C1 command fault-literal-count",
            "S1 response last",
            "S response fault-unknown-tag",
            "C2 command fault-missing-tag",
            "S2 response last",
            "C3 command",
        ]
    );
    assert_eq!(units[6..9], ["S3 continuation", "C3 literal of 7", "C3 command of 7"]);
}

/// What nobody looks at leaves the state as it would be.
#[test]
fn unwatched_replies_change_nothing() {
    let dialogue = "S: * OK ready
        C: a LOGIN u p
        S: a OK in
        C: b SELECT INBOX
        S: * 3 EXISTS
        S: b OK [READ-WRITE] open
        C: c FETCH 1:3 (FLAGS BODY[])
        S: * 1 FETCH (FLAGS (\\Seen))
        S: * 2 FETCH (BODY[] {2}
        S| ab
        S: )
        S: * 3 FETCH (FLAGS ())
        S: * 4 EXISTS
        S: c OK done";
    let (mut watched, mut unwatched) = (Imap::default(), Imap::default());
    unwatched.unwatched();
    let (all, some) = (read(&mut watched, dialogue), read(&mut unwatched, dialogue));
    assert_eq!(all.len(), some.len() + 2, "{some:#?}");
    assert_eq!(format!("{:?}", watched.state()), format!("{:?}", unwatched.state()));
    assert_eq!(watched.expect(), unwatched.expect());
}
