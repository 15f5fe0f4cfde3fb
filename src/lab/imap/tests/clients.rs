//! What real clients send, and what bit others with them: each row of the list of known bugs is a test.

use super::*;

const MIXED: &str = "From: Ana <ana@example.org>\r\nTo: luis@example.org\r\nSubject: =?utf-8?q?Ma=C3=B1ana?=\r\n\
    Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\npreamble\r\n--x\r\nContent-Type: text/plain; \
    charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nYWRpw7NzIGFtaWdv\r\n--x\r\n\
    Content-Type: message/rfc822\r\nContent-Description: a \"quoted\" one\r\n\r\n\
    Subject: inner\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\n\r\none\r\n--y\r\n\
    Content-Type: text/html\r\n\r\n<p>two\r\n--y--\r\n\r\n--x\r\n\
    Content-Type: application/pdf; name*0*=utf-8''a%20; name*1=\"b.pdf\"\r\n\
    Content-Disposition: inline; filename=\"b.pdf\"\r\n\r\nPDF\r\n--x--\r\nepilogue\r\n";

fn mixed() -> Session {
    let lab = lab(Profile::Sheet);
    put(&lab, "INBOX", "", MIXED.as_bytes());
    Session::selected(&lab)
}

/// What one item's reply says.
fn item(session: &mut Session, item: &str) -> String {
    let said = session.ask(&format!("a FETCH 1 ({item})"));
    let said = said.strip_prefix("* 1 FETCH (").unwrap_or_else(|| panic!("{said}"));
    let end = said.rfind(")\r\na OK").unwrap_or_else(|| panic!("{said}"));
    said[..end].to_owned()
}

#[test]
fn parts_have_their_octets() {
    let mut session = mixed();
    for (section, octets) in [
        ("1", "YWRpw7NzIGFtaWdv"),
        ("1.MIME", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
        ("2.MIME", "Content-Type: message/rfc822\r\nContent-Description: a \"quoted\" one\r\n\r\n"),
        ("2.HEADER", "Subject: inner\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n"),
        ("2.HEADER.FIELDS (SUBJECT)", "Subject: inner\r\n\r\n"),
        ("2.TEXT", "--y\r\n\r\none\r\n--y\r\nContent-Type: text/html\r\n\r\n<p>two\r\n--y--\r\n"),
        ("2.1", "one"),
        ("2.2", "<p>two"),
        ("2.2.MIME", "Content-Type: text/html\r\n\r\n"),
        ("3", "PDF"),
    ] {
        let said = item(&mut session, &format!("BODY.PEEK[{section}]"));
        assert_eq!(said, format!("BODY[{section}] {{{}}}\r\n{octets}", octets.len()));
    }
    for section in ["4", "1.1", "2.3", "1.HEADER", "2.2.TEXT"] {
        assert_eq!(item(&mut session, &format!("BODY.PEEK[{section}]")), format!("BODY[{section}] NIL"));
    }
    session.check();
}

#[test]
fn structure_and_envelope() {
    let mut session = mixed();
    assert_eq!(
        item(&mut session, "BODYSTRUCTURE"),
        "BODYSTRUCTURE ((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"base64\" 16 0 NIL NIL NIL NIL)\
         (\"message\" \"rfc822\" NIL NIL \"a \\\"quoted\\\" one\" \"7bit\" 126 (NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) \
         ((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 3 0 NIL NIL NIL NIL)\
         (\"text\" \"html\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 6 0 NIL NIL NIL NIL) \"alternative\" (\"boundary\" \"y\") NIL NIL NIL) \
         11 NIL NIL NIL NIL)\
         (\"application\" \"pdf\" (\"name*\" \"utf-8''a%20b.pdf\") NIL NIL \"7bit\" 3 NIL \
         (\"inline\" (\"filename\" \"b.pdf\")) NIL NIL) \"mixed\" (\"boundary\" \"x\") NIL NIL NIL)"
    );
    let from = "((\"Ana\" NIL \"ana\" \"example.org\"))";
    assert_eq!(
        item(&mut session, "ENVELOPE"),
        format!(
            "ENVELOPE (NIL \"=?utf-8?q?Ma=C3=B1ana?=\" {from} {from} {from} ((NIL NIL \"luis\" \"example.org\")) \
             NIL NIL NIL NIL)"
        )
    );
    session.check();
}

#[test]
fn uid_is_first_and_replies_ascend() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 4);
    lab.store.mailbox("alumnoimap", "INBOX").unwrap().expunge(&[1]).unwrap();
    let mut session = Session::selected(&lab);
    let said = session.ask("a UID FETCH 4,2:3 (FLAGS RFC822.SIZE)");
    assert_eq!(
        said,
        "* 1 FETCH (UID 2 FLAGS (\\Recent) RFC822.SIZE 22)\r\n* 2 FETCH (UID 3 FLAGS (\\Recent) RFC822.SIZE 22)\r\n\
         * 3 FETCH (UID 4 FLAGS (\\Recent) RFC822.SIZE 22)\r\na OK Fetch completed.\r\n"
    );
    assert!(session.ask("a FETCH 3 (FLAGS UID)").starts_with("* 3 FETCH (UID 4 FLAGS (\\Recent))\r\n"));
    // `*` is the newest message, also where the set begins beyond it.
    assert!(session.ask("a UID FETCH 100:* (UID)").starts_with("* 3 FETCH (UID 4)\r\n"));
    assert!(session.ask("a FETCH * (UID)").starts_with("* 3 FETCH (UID 4)\r\n"));
    session.check();
}

#[test]
fn partial_is_clamped_first() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 1);
    let mut session = Session::selected(&lab);
    assert_eq!(item(&mut session, "BODY.PEEK[]<20.100>"), "BODY[]<20> {2}\r\n\r\n");
    assert_eq!(item(&mut session, "BODY.PEEK[TEXT]<2.3>"), "BODY[TEXT]<2> {3}\r\ndy ");
    assert_eq!(item(&mut session, "BODY.PEEK[]<22.5>"), "BODY[]<22> \"\"");
    assert_eq!(item(&mut session, "BODY.PEEK[]<4000000000.4000000000>"), "BODY[]<4000000000> \"\"");
    session.check();
}

#[test]
fn header_lists_with_and_without_parentheses() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 1);
    let mut session = Session::selected(&lab);
    for list in ["(Subject Date)", "Subject Date", "(\"Subject\" Date)"] {
        let said = session.ask(&format!("a UID FETCH 1 (UID BODY.PEEK[HEADER.FIELDS {list}] RFC822.SIZE)"));
        let begin =
            "* 1 FETCH (UID 1 BODY[HEADER.FIELDS (Subject Date)] {14}\r\nSubject: 1\r\n\r\n RFC822.SIZE 22)";
        assert!(said.starts_with(begin), "{said}");
    }
    assert_eq!(
        item(&mut session, "BODY.PEEK[HEADER.FIELDS.NOT (Subject)]"),
        "BODY[HEADER.FIELDS.NOT (Subject)] {2}\r\n\r\n"
    );
    session.check();
}

#[test]
fn lists_in_all_forms() {
    let lab = lab(Profile::Sheet);
    let mut session = Session::logged_in(&lab);
    assert!(session.ask("a CREATE Work.2026.May").starts_with("a OK"));
    assert!(session.ask("a DELETE Work.2026").starts_with("a OK"));
    assert!(session.ask("a SUBSCRIBE Work.2026.May").starts_with("a OK"));
    assert!(session.ask("a UNSUBSCRIBE Drafts").starts_with("a OK"));
    for (line, said) in [
        ("LIST \"\" \"\"", "(\\Noselect) \".\" \"\""),
        (
            "LIST \"\" *",
            "(\\HasNoChildren) \".\" INBOX|(\\HasNoChildren \\Drafts) \".\" Drafts|(\\HasNoChildren \\Sent) \".\" Sent|\
          (\\HasNoChildren \\Trash) \".\" Trash|(\\HasChildren) \".\" Work|(\\Noselect \\HasChildren) \".\" Work.2026|\
          (\\HasNoChildren) \".\" Work.2026.May",
        ),
        ("LIST Work. %", "(\\Noselect \\HasChildren) \".\" Work.2026"),
        (
            "LIST (SUBSCRIBED) \"\" *",
            "(\\Subscribed) \".\" Sent|(\\Subscribed) \".\" Trash|(\\Subscribed) \".\" Work.2026.May",
        ),
        (
            "LIST (SUBSCRIBED RECURSIVEMATCH) \"\" %",
            "(\\Subscribed) \".\" Sent|(\\Subscribed) \".\" Trash|() \".\" Work (\"CHILDINFO\" (\"SUBSCRIBED\"))",
        ),
        // What is told of itself needs no word about it at its parent (imaptest).
        ("LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (Work Work.2026.May)", "(\\Subscribed) \".\" Work.2026.May"),
        ("LIST (SPECIAL-USE) \"\" *", "(\\Drafts) \".\" Drafts|(\\Sent) \".\" Sent|(\\Trash) \".\" Trash"),
        (
            "LIST \"\" (INBOX S*) RETURN (CHILDREN SUBSCRIBED)",
            "(\\HasNoChildren) \".\" INBOX|(\\Subscribed \\HasNoChildren) \".\" Sent",
        ),
        ("LSUB \"\" %", "() \".\" Sent|() \".\" Trash|(\\Noselect) \".\" Work"),
    ] {
        let answer = session.ask(&format!("a {line}"));
        let verb = &line[..4];
        let lines: Vec<&str> = answer.lines().filter_map(|l| l.strip_prefix(&format!("* {verb} "))).collect();
        assert_eq!(lines.join("|"), said, "{line}");
    }
    let said = session.ask("a LIST \"\" INBOX RETURN (STATUS (MESSAGES SIZE))");
    assert_eq!(
        said,
        "* LIST () \".\" INBOX\r\n* STATUS INBOX (MESSAGES 0 SIZE 0)\r\na OK List completed.\r\n"
    );
    assert!(session.ask("a CREATE Pr&AOE-cticas").starts_with("a OK"));
    assert!(session.ask("a LIST \"\" P*").starts_with("* LIST (\\HasNoChildren) \".\" Pr&AOE-cticas\r\n"));
    assert!(session.ask("a RENAME Work Play").starts_with("a OK"));
    assert!(
        session
            .ask("a STATUS Play.2026.May (UIDNEXT UNSEEN)")
            .starts_with("* STATUS Play.2026.May (UIDNEXT 1 UNSEEN 0)\r\n")
    );
    assert!(session.ask("a CREATE inbox").starts_with("a NO [ALREADYEXISTS]"));
    session.check();
}

/// Each client's commands, on the server that it met: none is answered BAD, and all is well said.
#[test]
fn what_each_client_sends_is_answered() {
    let clients: [(&str, &[&str]); 8] = [
        (
            "Thunderbird",
            &[
                "LIST \"\" \"*\"",
                "LSUB \"\" \"*\"",
                "LIST \"\" INBOX",
                "SELECT INBOX",
                "UID FETCH 1:* (FLAGS)",
                "UID FETCH 1:2 (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From To Cc Bcc Subject Date Message-ID Priority X-Priority References Newsgroups In-Reply-To Content-Type Reply-To)])",
                "UID FETCH 1 (UID RFC822.SIZE BODY.PEEK[])",
                "NOOP",
                "STATUS \"Trash\" (UIDNEXT MESSAGES UNSEEN RECENT)",
                "UID STORE 1 +FLAGS (\\Seen NonJunk)",
                "UID COPY 1 \"Trash\"",
                "EXPUNGE",
                "CLOSE",
            ],
        ),
        (
            "Thunderbird, with all",
            &[
                "NAMESPACE",
                "ID (\"name\" \"Thunderbird\" \"version\" \"153.7\")",
                "list (subscribed) \"\" \"*\" return (special-use)",
                "list \"\" \"INBOX\"",
                "create \"New\"",
                "subscribe \"New\"",
                "select \"INBOX\"",
                "UID fetch 1:2 (UID BODY.PEEK[TEXT]<0.2048>)",
                "uid move 1 \"New\"",
                "close",
                "rename \"New\" \"Newer\"",
                "subscribe \"Newer\"",
                "unsubscribe \"New\"",
            ],
        ),
        (
            "mutt",
            &[
                "CAPABILITY",
                "LIST \"\" \"\"",
                "ENABLE UTF8=ACCEPT",
                "SELECT \"INBOX\"",
                "FETCH 1:2 (UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (DATE FROM SENDER SUBJECT TO CC MESSAGE-ID REFERENCES CONTENT-TYPE CONTENT-DESCRIPTION IN-REPLY-TO REPLY-TO LINES LIST-POST X-LABEL)])",
                "UID FETCH 1 BODY.PEEK[]",
                "UID STORE 1 +FLAGS (\\Seen Old)",
                "STATUS \"Sent\" (UIDNEXT UIDVALIDITY UNSEEN RECENT)",
                "LIST \"\" \"%\" RETURN (CHILDREN)",
                "CREATE \"copies\"",
                "UID COPY 1 \"copies\"",
                "CLOSE",
            ],
        ),
        (
            "curl",
            &[
                "CAPABILITY",
                "SELECT INBOX",
                "UID FETCH 1 BODY[]",
                "LIST \"\" *",
                "SEARCH NEW",
                "STORE 1 +Flags \\Seen",
            ],
        ),
        (
            "imaplib",
            &[
                "CAPABILITY",
                "SELECT INBOX",
                "SEARCH ALL",
                "FETCH 1 (RFC822)",
                "FETCH 1 (BODY[HEADER] FLAGS)",
                "CREATE py",
                "SUBSCRIBE py",
            ],
        ),
        (
            "mbsync",
            &[
                "NAMESPACE",
                "LIST \"\" \"*\"",
                "SELECT \"INBOX\"",
                "UID FETCH 1:2147483647 (UID FLAGS)",
                "UID FETCH 1 (BODY.PEEK[])",
                "UID STORE 1 +FLAGS.SILENT (\\Seen)",
                "CHECK",
                "CLOSE",
                "CREATE \"far\"",
            ],
        ),
        (
            "fetchmail",
            &[
                "SELECT \"INBOX\"",
                "SEARCH UNSEEN UNDELETED",
                "FETCH 1:2 RFC822.SIZE",
                "FETCH 1 RFC822.HEADER",
                "FETCH 1 BODY.PEEK[TEXT]",
                "STORE 1 +FLAGS (\\Seen \\Deleted)",
                "EXPUNGE",
            ],
        ),
        (
            "offlineimap and imapfilter",
            &[
                "LIST \"\" \"%\"",
                "SELECT INBOX",
                "EXAMINE INBOX",
                "FETCH 1:* (FLAGS UID INTERNALDATE)",
                "UID FETCH 1 (BODY.PEEK[])",
                "SELECT INBOX",
                "UID SEARCH ALL FROM \"ana\" SINCE 1-Jan-2020",
                "UID STORE 1 +FLAGS (\\Answered)",
                "UID COPY 1 Trash",
                "EXPUNGE",
            ],
        ),
    ];
    for (client, commands) in clients {
        let lab = lab(Profile::Sheet);
        fill(&lab, 2);
        let mut session = Session::logged_in(&lab);
        for command in commands {
            let said = session.ask(&format!("t {command}"));
            let last = said.trim_end().rsplit("\r\n").next().unwrap();
            assert!(last.starts_with("t OK "), "{client}: {command}\n{said}");
            if command.contains("BODY") {
                assert!(said.contains("BODY["), "{client}: {command}\n{said}");
            }
        }
        assert!(session.ask("t LOGOUT").ends_with("t OK Logout completed.\r\n") && session.closed);
        session.check();
    }
}
