//! Searching, copying, moving, appending; odd messages.

use super::*;

#[test]
fn searches() {
    let lab = lab(Profile::Sheet);
    let messages: [(&str, &str); 4] = [
        (
            "\\Seen",
            "From: Ana <ana@example.org>\r\nSubject: =?utf-8?b?TWHDsWFuYQ==?= plans\r\nDate: Mon, 2 Feb 2026 10:00:00 -0300\r\n\r\nhello\r\n",
        ),
        (
            "$Forwarded",
            "From: <luis (L) @ (here) example.org>\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nadi=F3s\r\n",
        ),
        ("\\Flagged \\Deleted", "Subject: base\r\nContent-Transfer-Encoding: base64\r\n\r\nZXNjb25kaWRv\r\n"),
        ("", "no header at all\r\n"),
    ];
    for (flags, message) in messages {
        put(&lab, "INBOX", flags, message.as_bytes());
    }
    lab.store.mailbox("alumnoimap", "INBOX").unwrap().take_recent().unwrap();
    let mut session = Session::selected(&lab);
    for (keys, found) in [
        ("ALL", " 1 2 3 4"),
        ("UNSEEN", " 2 3 4"),
        ("KEYWORD $forwarded", " 2"),
        ("UNKEYWORD $Forwarded UNDELETED", " 1 4"),
        ("FROM ANA", " 1"),
        ("FROM luis@Example.org", " 2"),
        ("TO luis@example.org", ""),
        ("SUBJECT \"plans\"", " 1"),
        ("NOT SUBJECT \"\"", " 2 4"),
        ("BODY adi", " 2"),
        ("BODY escondido", " 3"),
        ("TEXT \"no header\"", ""),
        ("OR FLAGGED 1", " 1 3"),
        ("2:* UNFLAGGED", " 2 4"),
        ("UID 3,4", " 3 4"),
        ("SENTON 2-Feb-2026", " 1"),
        ("SENTBEFORE 2-Feb-2026", ""),
        ("ON 3-Feb-2026", " 1 2 3 4"),
        ("SINCE \"4-Feb-2026\"", ""),
        ("LARGER 100", " 1 2"),
        ("SMALLER 20", " 4"),
        ("YOUNGER 60", " 1 2 3 4"),
        ("OLDER 60", ""),
        ("NEW", ""),
        ("OLD", " 1 2 3 4"),
        ("HEADER Content-Type 8859", " 2"),
    ] {
        assert_eq!(
            session.ask(&format!("a SEARCH {keys}")),
            format!("* SEARCH{found}\r\na OK Search completed.\r\n"),
            "{keys}"
        );
    }
    session.send("a SEARCH CHARSET UTF-8 SUBJECT {7+}\r\nMAÑANA\r\n".as_bytes());
    assert!(session.fresh().starts_with("* SEARCH 1\r\n"));
    for (keys, said) in [
        ("RETURN (MIN MAX COUNT) UNSEEN", "* ESEARCH (TAG \"a\") MIN 2 MAX 4 COUNT 3\r\n"),
        ("RETURN () ALL", "* ESEARCH (TAG \"a\") ALL 1:4\r\n"),
        ("RETURN (ALL COUNT) SUBJECT nothing", "* ESEARCH (TAG \"a\") COUNT 0\r\n"),
    ] {
        assert!(session.ask(&format!("a SEARCH {keys}")).starts_with(said), "{keys}");
    }
    assert!(
        session.ask("a UID SEARCH RETURN (MIN) FLAGGED").starts_with("* ESEARCH (TAG \"a\") UID MIN 3\r\n")
    );
    session.check();
}

#[test]
fn copies_moves_and_appends() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 3);
    let trash = lab.store.mailbox("alumnoimap", "Trash").unwrap().uid_validity();
    let inbox = lab.store.mailbox("alumnoimap", "INBOX").unwrap().uid_validity();
    play(
        &lab,
        &format!(
            r#"S: …
        C: l LOGIN alumnoimap alumnoimappass
        S: …
        C: s SELECT INBOX
        S: …
        C: a UID COPY 1,3 Trash
        S: a OK [COPYUID {trash} 1,3 1:2] Copy completed.
        C: b MOVE 2 Trash
        S: * OK [COPYUID {trash} 2 3] Moved UIDs.
        S: * 2 EXPUNGE
        S: b OK Move completed.
        C: c COPY 1 Nowhere
        S: c NO [TRYCREATE] Mailbox doesn't exist: Nowhere
        C: d UID COPY 77 Trash
        S: d OK No messages found.
        C: e APPEND INBOX (\Draft Work) " 1-Feb-2026 21:52:25 -0300" {{8+}}
        C- A: bcdef
        C:
        S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft Work)
        S: …
        C: f FETCH 3 (FLAGS INTERNALDATE)
        S: * 3 FETCH (FLAGS (\Draft \Recent Work) INTERNALDATE " 2-Feb-2026 00:52:25 +0000")
        S: f OK Fetch completed.
        C: g STORE 1:3 +FLAGS.SILENT (\Deleted)
        S: g OK Store completed.
        C: h UID EXPUNGE 3:4
        S: * 3 EXPUNGE
        S: * 2 EXPUNGE
        S: h OK Expunge completed.
        C: i EXAMINE INBOX
        S: * OK [CLOSED] Previous mailbox closed.
        S: …
        C: j STORE 1 -FLAGS (\Deleted)
        S: j NO Mailbox is read-only: it was opened with EXAMINE.
        C: k CLOSE
        S: k OK Close completed.
        C: m STATUS INBOX (MESSAGES UIDVALIDITY)
        S: * STATUS INBOX (MESSAGES 1 UIDVALIDITY {inbox})
        S: m OK Status completed."#
        ),
    );
}

#[test]
fn appends_that_fail_leave_nothing() {
    let lab = lab(Profile::Sheet);
    let mut session = Session::logged_in(&lab);
    assert_eq!(session.ask("a APPEND INBOX {0}"), "+ OK\r\n");
    assert!(session.ask("").starts_with("a NO A message of no octets"));
    assert!(session.ask("a APPEND INBOX {99999999}").starts_with("a NO [TOOBIG]"));
    session.send(b"a APPEND INBOX {3+}\r\nabc {3+}\r\nabc\r\nb NOOP\r\n");
    let said = session.fresh();
    assert!(said.starts_with("a BAD ") && said.ends_with("b OK NOOP completed.\r\n"), "{said}");
    session.send(b"c APPEND {5+}\r\nINBOX {3}\r\n");
    assert_eq!(session.fresh(), "+ OK\r\n");
    session.send(b"ab");
    session.servant.gone();
    assert_eq!(lab.store.mailbox("alumnoimap", "INBOX").unwrap().snapshot().len(), 0);
    session.check();
}

#[test]
fn odd_messages_are_told() {
    let lab = lab(Profile::Sheet);
    let odd: [&[u8]; 8] = [
        b"no header at all",
        b"\r\nonly a body\r\n",
        b"Subject: no body\r\n\r\n",
        b"Subject: \xf1and\xfa\r\nFrom: \"a\\\"b\" <x>\r\n\r\nnul \0 here\r\n",
        b"Content-Type: multipart/mixed; boundary=z\r\n\r\nno delimiter",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n--z\r\n\r\n--z--",
        b"Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\n\r\n",
    ];
    for message in odd {
        put(&lab, "INBOX", "", message);
    }
    let mut session = Session::selected(&lab);
    let said = session.ask(
        "a FETCH 1:* (ENVELOPE BODY BODYSTRUCTURE BODY.PEEK[] BODY.PEEK[1] BODY.PEEK[1.1] BODY.PEEK[1.MIME] \
         BODY.PEEK[HEADER] RFC822.TEXT BODY.PEEK[1.HEADER])",
    );
    assert!(said.ends_with("a OK Fetch completed.\r\n"), "{said}");
    session.ask("a SEARCH TEXT x BODY y FROM z SENTSINCE 1-Feb-2026");
    session.check();
}

#[test]
fn a_large_message_passes_in_portions() {
    let lab = lab(Profile::Sheet);
    let body = "0123456789abcde\n".repeat(20_000);
    put(&lab, "INBOX", "", format!("A: b\r\n\r\n{body}").as_bytes());
    let mut session = Session::selected(&lab);
    session.send(b"a FETCH 1 (BODY[1] BODY[]<5.100000>)\r\n");
    let said = session.fresh();
    assert!(said.contains(&format!("BODY[1] {{320000}}\r\n{body} BODY[]<5> {{100000}}\r\n")));
    assert!(said.ends_with(" FLAGS (\\Seen \\Recent))\r\na OK Fetch completed.\r\n"));
    session.check();
}
