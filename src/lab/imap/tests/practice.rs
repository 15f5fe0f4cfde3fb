//! The practice's own exercises: 3g, 3h, 3i, 3j, and what a session says between them.

use super::*;

/// As the sheet's mailbox: 13 messages, UIDs 3 to 15.
fn sheet() -> Arc<Lab> {
    let lab = lab(Profile::Sheet);
    fill(&lab, 15);
    let inbox = lab.store.mailbox("alumnoimap", "INBOX").unwrap();
    inbox.expunge(&[1, 2]).unwrap();
    let all: Vec<u32> = (3..=15).collect();
    let seen = Flags::parse("\\Seen").unwrap();
    inbox.change_flags(&all, crate::lab::store::FlagChange::Set, &seen).unwrap();
    inbox.take_recent().unwrap();
    lab.store.subscribe("alumnoimap", "Drafts", false).unwrap();
    lab
}

#[test]
fn exercise_3g_line_for_line() {
    let lab = sheet();
    let validity = lab.store.mailbox("alumnoimap", "INBOX").unwrap().uid_validity();
    let fetched: String =
        (1..=13).map(|n| format!("S: * {n} FETCH (UID {} FLAGS (\\Seen))\n", n + 2)).collect();
    play(
        &lab,
        &format!(
            r#"S: * OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE AUTH=PLAIN] Dovecot (Ubuntu) ready.
            C: 1 authenticate plain
            S: + 
            C: AGFsdW1ub2ltYXAAYWx1bW5vaW1hcHBhc3M=
            S: 1 OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED ESEARCH WITHIN LIST-STATUS SPECIAL-USE MOVE STATUS=SIZE] Logged in
            C: 2 namespace
            S: * NAMESPACE (("" ".")) NIL NIL
            S: 2 OK Namespace completed.
            C: 3 ID ("name" "Icedove" "version" "38.6.0")
            S: * ID ("name" "Dovecot")
            S: 3 OK ID completed.
            C: 4 list (subscribed) "" "*" return (special-use)
            S: * LIST (\Subscribed \Sent) "." Sent
            S: * LIST (\Subscribed \Trash) "." Trash
            S: 4 OK List completed.
            C: 5 list "" "INBOX"
            S: * LIST (\HasNoChildren) "." INBOX
            S: 5 OK List completed.
            C: 6 select "INBOX"
            S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
            S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags permitted.
            S: * 13 EXISTS
            S: * 0 RECENT
            S: * OK [UIDVALIDITY {validity}] UIDs valid
            S: * OK [UIDNEXT 16] Predicted next UID
            S: * OK [NOMODSEQ] No permanent modsequences
            S: 6 OK [READ-WRITE] Select completed (0.000 secs).
            C: 7 UID fetch 1:* (FLAGS)
            {fetched}
            S: 7 OK Fetch completed.
            C: 8 IDLE
            S: + idling
            C: DONE
            S: 8 OK Idle completed.
            C: 9 UID FETCH 1 (FLAGS)
            S: 9 OK Fetch completed.
            C: 10 LOGOUT
            S: * BYE Logging out
            S: 10 OK Logout completed."#
        ),
    );
}

#[test]
fn exercise_3h_the_first_mail_by_hand() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 2);
    play(
        &lab,
        r#"S: …
        C: a1 login alumnoimap alumnoimappass
        S: a1 OK [CAPABILITY …
        C: a2 select inbox
        S: …
        C: a3 fetch 1 (flags body[header.fields (subject from)])
        S: * 1 FETCH (FLAGS (\Seen \Recent) BODY[HEADER.FIELDS (subject from)] {14}
        S: Subject: 1
        S: 
        S: )
        S: a3 OK Fetch completed.
        C: a4 fetch 1 body[text]
        S: * 1 FETCH (BODY[TEXT] {8}
        S: body 1
        S: )
        S: a4 OK Fetch completed.
        C: a5 fetch 2 body[]
        S: * 2 FETCH (BODY[] {22}
        S: Subject: 2
        S: 
        S: body 2
        S:  FLAGS (\Seen \Recent))
        S: a5 OK Fetch completed.
        C: a6 fetch 3 body[]
        S: a6 BAD Error in IMAP command FETCH: there is no message 3, the mailbox has 2 messages (for UIDs there is UID FETCH, UID STORE and so on)
        C: a7 logout
        S: …"#,
    );
}

#[test]
fn exercises_3i_and_3j_two_views_of_one_account() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 2);
    play(
        &lab,
        r#"S: …
        C: a LOGIN alumnoimap alumnoimappass
        S: …
        C: b SELECT INBOX
        S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
        S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags permitted.
        S: * 2 EXISTS
        S: * 2 RECENT
        S: * OK [UNSEEN 1] First unseen.
        S: …
        S2: * OK …
        C2: a LOGIN "alumnoimap@redes.unlp.edu.ar" alumnoimappass
        S2: …
        C2: b SELECT INBOX
        S2: …
        C2: c NOOP
        S2: c OK NOOP completed.
        C: c STORE 1:* +FLAGS (\Seen)
        S: * 1 FETCH (FLAGS (\Seen \Recent))
        S: * 2 FETCH (FLAGS (\Seen \Recent))
        S: c OK Store completed.
        C: d CREATE IMAP
        S: d OK Create completed.
        C: e SUBSCRIBE IMAP
        S: e OK Subscribe completed.
        C2: d NOOP
        S2: * 1 FETCH (FLAGS (\Seen))
        S2: * 2 FETCH (FLAGS (\Seen))
        S2: d OK NOOP completed.
        C2: e LSUB "" "I*"
        S2: * LSUB () "." IMAP
        S2: e OK Lsub completed.
        C2: f SEARCH UNSEEN
        S2: * SEARCH
        S2: f OK Search completed."#,
    );
}

#[test]
fn two_sessions_see_what_the_other_does() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 3);
    play(
        &lab,
        r#"S: …
        C: a LOGIN alumnoimap alumnoimappass
        S: …
        C: b SELECT INBOX
        S: …
        S2: * OK …
        C2: a LOGIN alumnoimap alumnoimappass
        S2: …
        C2: b SELECT INBOX
        S2: …
        C2: c IDLE
        S2: + idling
        C: c STORE 2 +FLAGS.SILENT (\Deleted $Forwarded)
        S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded)
        S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded \*)] Flags permitted.
        S: c OK Store completed.
        P2:
        S2: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded)
        S2: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded \*)] Flags permitted.
        S2: * 2 FETCH (FLAGS (\Deleted $Forwarded))
        C2: DONE
        S2: c OK Idle completed.
        C: d EXPUNGE
        S: * 2 EXPUNGE
        S: d OK Expunge completed.
        C2: d FETCH 1:3 (UID)
        S2: * 1 FETCH (UID 1)
        S2: * 2 FETCH (UID 2)
        S2: * 3 FETCH (UID 3)
        S2: d OK Fetch completed.
        C2: e FETCH 2 BODY.PEEK[TEXT]
        S2: e NO [EXPUNGEISSUED] Some of the requested messages no longer exist.
        C2: f SEARCH ALL
        S2: * SEARCH 1 2 3
        S2: f OK Search completed.
        C2: g NOOP
        S2: * 2 EXPUNGE
        S2: g OK NOOP completed.
        C: e APPEND INBOX (\Seen) {4}
        S: + OK
        C- a: b
        C:
        S: * 3 EXISTS
        S: * 3 RECENT
        S: e OK [APPENDUID …
        C2: h NOOP
        S2: * 3 EXISTS
        S2: * 0 RECENT
        S2: h OK NOOP completed."#,
    );
}

#[test]
fn faults_teach() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 1);
    let mut session = Session::new(&lab);
    session.fresh();
    for (line, said) in [
        ("a SELECT INBOX", "a BAD Error in IMAP command SELECT: log in first, with LOGIN or AUTHENTICATE"),
        ("a LOGIN x", "a BAD Error in IMAP command LOGIN: column 10: expected a blank and a password"),
        ("a LOGIN alumnoimap wrong", "a NO [AUTHENTICATIONFAILED] Authentication failed."),
        (
            "login alumnoimap wrong",
            "* BAD Error in IMAP command received by server: column 1: expected a tag before login, as in a1 login: the answer will bear it",
        ),
        (
            "a STARTTLS",
            "a BAD Error in IMAP command STARTTLS: column 3: STARTTLS is of an extension that this server does not offer",
        ),
        ("a AUTHENTICATE CRAM-MD5", "a NO [CANNOT] Unsupported authentication mechanism. There is PLAIN"),
    ] {
        assert_eq!(session.ask(line), format!("{said}\r\n"), "{line}");
    }
    session.check();
    let mut session = Session::selected(&lab);
    for (line, said) in [
        (
            "",
            "* BAD Error in IMAP command received by server: column 1: an empty line: expected a tag and a command, such as a1 NOOP",
        ),
        (
            "a FETHC 1 FLAGS",
            "a BAD Error in IMAP command FETHC: column 3: unknown command: did you mean FETCH?",
        ),
        (
            "a FETCH 1 BODY[HEDDER]",
            "a BAD Error in IMAP command FETCH: column 16: expected a section, such as BODY[] or BODY[HEADER], BODY[TEXT] or BODY[1], not HEDDER]",
        ),
        ("a NOOP ", "a BAD Error in IMAP command NOOP: column 7: expected the end of the line, not a blank"),
        (
            "a NOOP INBOX",
            "a BAD Error in IMAP command NOOP: column 8: expected the end of the line, not INBOX",
        ),
        ("a ID NIL", "a OK ID completed."),
        (
            "a ID \"ehlo\"",
            "a BAD Error in IMAP command ID: column 6: expected NIL, or pairs of strings, as in (\"name\" \"ehlo\")",
        ),
        (
            "a ID (NIL \"ehlo\")",
            "a BAD Error in IMAP command ID: column 7: a field of ID has a name: only its value may be NIL",
        ),
        (
            "a  NOOP",
            "a BAD Error in IMAP command received by server: column 3: expected one blank, not several",
        ),
        (
            "a FETCH x FLAGS",
            "a BAD Error in IMAP command FETCH: column 9: expected message numbers, such as 1 or 2:4,7 or 1:*, not x",
        ),
        (
            "a STORE 1 +FLAGS (\\Read)",
            "a BAD Error in IMAP command STORE: column 19: no system flag is called \\Read: there are \\Seen \\Answered \\Flagged \\Deleted \\Draft, and keywords without a backslash",
        ),
        (
            "a SORT (DATE) UTF-8 ALL",
            "a BAD Error in IMAP command SORT: column 3: SORT is of an extension that this server does not offer",
        ),
        ("a SEARCH CHARSET latin1 ALL", "a NO [BADCHARSET (US-ASCII UTF-8)] This charset is not known here."),
        ("a SELECT Nope", "a NO [NONEXISTENT] Mailbox doesn't exist: Nope"),
        (
            "a SELECT R&D",
            "a NO [CANNOT] This mailbox name is not modified UTF-7: & begins a run of base64, and is itself written &-",
        ),
        ("a CLOSE", "a BAD Error in IMAP command CLOSE: no mailbox is open: SELECT or EXAMINE one first"),
        (
            "a CREATE Prácticas",
            "a BAD Error in IMAP command CREATE: column 10: mailbox names are written in modified UTF-7: Pr&AOE-cticas (RFC 3501 5.1.3)",
        ),
        ("a APPEND Nope {3}", "a NO [TRYCREATE] Mailbox doesn't exist: Nope"),
        (
            "a APPEND INBOX hello",
            "a BAD Error in IMAP command APPEND: column 16: expected a message as a literal, such as {42}, not hello",
        ),
    ] {
        let answer = session.ask(line);
        let last = answer.trim_end().rsplit("\r\n").next().unwrap();
        assert_eq!(last, said, "{line}");
    }
    session.check();
}

#[test]
fn bare_does_what_it_says_and_no_more() {
    let lab = lab(Profile::Bare);
    let mut session = Session::logged_in(&lab);
    for line in ["a IDLE", "a NAMESPACE", "a ID NIL", "a ENABLE X", "a UNSELECT", "a LIST () \"\" *"] {
        assert!(session.ask(line).starts_with("a BAD "), "{line}");
    }
    session.ask("a SELECT INBOX");
    assert_eq!(
        session.ask("a UID EXPUNGE 1"),
        "a BAD Error in IMAP command EXPUNGE: column 3: UID EXPUNGE is of an extension that this server does not offer\r\n"
    );
    session.send(b"a APPEND INBOX {3+}\r\nabc\r\nb NOOP\r\n");
    let said = session.fresh();
    assert!(said.starts_with("a BAD ") && said.ends_with("b OK NOOP completed.\r\n"), "{said}");
    assert!(session.ask("a LIST \"\" *").starts_with("* LIST () \".\" INBOX\r\n"));
    session.check();
}

#[test]
fn a_special_use_can_be_given_where_that_is_offered() {
    let create = "a CREATE Spam (USE (\\Junk))";
    for (profile, said) in [
        (
            Profile::Sheet,
            "a BAD Error in IMAP command CREATE: column 15: expected the end of the line, not (USE\r\n",
        ),
        (Profile::Modern, "a OK Create completed.\r\n"),
    ] {
        let lab = lab(profile);
        let mut session = Session::logged_in(&lab);
        assert_eq!(session.ask(create), said);
        let offered = session.ask("a CAPABILITY").contains(" CREATE-SPECIAL-USE");
        assert_eq!(offered, profile == Profile::Modern);
        session.check();
    }
}

#[test]
fn modern_knows_all_mechanisms() {
    let lab = lab(Profile::Modern);
    let mut session = Session::new(&lab);
    assert!(session.fresh().contains("STARTTLS AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 AUTH=SCRAM-SHA-1"));
    assert_eq!(session.ask("a AUTHENTICATE LOGIN"), "+ VXNlcm5hbWU6\r\n");
    assert_eq!(session.ask("YWx1bW5vaW1hcA=="), "+ UGFzc3dvcmQ6\r\n");
    assert_eq!(session.ask("*"), "a BAD Authentication cancelled, as you asked.\r\n");
    assert!(session.ask("b AUTHENTICATE PLAIN AGFsdW1ub2ltYXAAYWx1bW5vaW1hcHBhc3M=").starts_with("b OK "));
    session.check();
    let mut session = Session::new(&lab);
    session.fresh();
    session.send(b"a STARTTLS\r\nb NOOP\r\n");
    assert_eq!(session.fresh(), "a OK Begin TLS negotiation now.\r\n");
    session.servant.tls_started();
    assert!(!session.servant.capabilities().contains(&"STARTTLS".to_owned()));
}
