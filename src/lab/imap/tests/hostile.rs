//! Whatever comes: it may be cut anywhere, it may be anything, there may be too much of it.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// A whole session as the client sends it, literals pipelined.
const SESSION: &[u8] = b"a LOGIN {10+}\r\nalumnoimap {14+}\r\nalumnoimappass\r\nb SELECT INBOX\r\n\
    c FETCH 1:2 (FLAGS BODY[] ENVELOPE)\r\nd APPEND INBOX (\\Seen) {5+}\r\nA: b\n\r\ne UID SEARCH SUBJECT {1+}\r\n1\r\n\
    f STORE 1 +FLAGS (\\Deleted)\r\ng EXPUNGE\r\nh IDLE\r\nDONE\r\ni FETHC\r\nj LIST \"\" *\r\nk LOGOUT\r\n";

fn play_chunks(chunks: &[&[u8]]) -> Session {
    let lab = lab(Profile::Sheet);
    fill(&lab, 2);
    let mut session = Session::new(&lab);
    for chunk in chunks {
        session.send(chunk);
    }
    session
}

#[test]
fn chunks_do_not_matter() {
    let whole = play_chunks(&[SESSION]);
    let text = String::from_utf8_lossy(&whole.said);
    assert!(text.ends_with("k OK Logout completed.\r\n"), "{text}");
    whole.check();
    for size in [1, 7, 100] {
        let cut = play_chunks(&SESSION.chunks(size).collect::<Vec<_>>());
        assert_eq!(String::from_utf8_lossy(&cut.said), text);
    }
}

#[test]
fn floods_end() {
    let lab = lab(Profile::Sheet);
    let mut session = Session::new(&lab);
    for _ in 0..30 {
        session.send(b"GET / HTTP/1.1\r\n");
    }
    assert!(session.closed && session.fresh().ends_with("* BYE Too many invalid IMAP commands.\r\n"));
    session.check();
    let mut session = Session::new(&lab);
    session.send(&b"a LOGIN ".repeat(20_000));
    assert!(session.closed && session.fresh().ends_with("* BYE The command line is too long.\r\n"));
    let mut session = Session::new(&lab);
    session.fresh();
    assert!(session.ask("a LOGIN {9000}").starts_with("a BAD "));
    session.send(b"b LOGIN {9000+}\r\n");
    assert_eq!(session.fresh(), "");
    session.send(&[b'x'; 9000]);
    assert!(session.ask("").starts_with("b BAD "));
    assert!(
        session.ask("c LOGIN {4000000000+}").ends_with("* BYE The literal is too big to be waited for.\r\n")
    );
    session.check();
}

#[test]
fn silence_ends() {
    let mut settings = Settings { clock: Clock::fixed(NOW), ..Settings::default() };
    settings.limits.idle = Duration::ZERO;
    let lab = Arc::new(Lab::on(Store::memory(), settings).unwrap());
    let mut session = Session::new(&lab);
    session.fresh();
    session.poke();
    assert_eq!(session.fresh(), "* BYE Disconnected for inactivity.\r\n");
    assert!(session.closed);
    session.poke();
    assert_eq!(session.fresh(), "");
}

#[test]
fn faults_happen_where_they_are_told_to() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 1);
    lab.faults.set(&["fetch refuse once", "uid-fetch bye", "imap:append full"]).unwrap();
    let mut session = Session::selected(&lab);
    assert!(session.ask("a FETCH 1 FLAGS").starts_with("a NO [UNAVAILABLE] "));
    assert!(session.ask("a FETCH 1 FLAGS").starts_with("* 1 FETCH "));
    assert_eq!(
        session.ask("a APPEND INBOX {3}"),
        "a NO [OVERQUOTA] Quota exceeded (mailbox for user is full)\r\n"
    );
    assert_eq!(session.ask("a UID FETCH 1 FLAGS"), "* BYE Server shutting down.\r\n");
    assert!(session.closed);
    session.check();
    lab.faults.set(&["greeting bye"]).unwrap();
    assert_eq!(Session::new(&lab).fresh(), "* BYE The server is not available now.\r\n");
}

#[test]
fn ten_sessions_share_an_account() {
    let lab = lab(Profile::Sheet);
    fill(&lab, 1);
    let mut all: Vec<Session> = (0..10).map(|_| Session::selected(&lab)).collect();
    all.iter_mut().for_each(|s| assert_eq!(s.ask("i IDLE"), "+ idling\r\n"));
    put(&lab, "INBOX", "", b"A: b\r\n\r\n");
    for (n, session) in all.iter_mut().enumerate() {
        session.poke();
        let recent = if n == 0 { 2 } else { 0 };
        assert_eq!(session.fresh(), format!("* 2 EXISTS\r\n* {recent} RECENT\r\n"));
        session.check();
    }
}

/// Words that matter, in any order.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        "a",
        "FETCH",
        "UID",
        "SEARCH",
        "STORE",
        "COPY",
        "LIST",
        "APPEND",
        "SELECT",
        "STATUS",
        "INBOX",
        "1:*",
        "1,2",
        "*",
        "(",
        ")",
        "(FLAGS)",
        "BODY[]",
        "BODY[1.MIME]<0.5>",
        "ENVELOPE",
        "BODYSTRUCTURE",
        "\"x\"",
        "\"",
        "{3}",
        "{3+}",
        "NOT",
        "OR",
        "TEXT",
        "HEADER",
        "+FLAGS",
        "\\Seen",
        "RETURN",
        "CREATE",
        "DELETE",
        "RENAME",
        "a.b",
        "&AOE-",
        "&",
        "IDLE",
        "DONE",
        "NOOP",
        "EXPUNGE",
        "MOVE",
        "CLOSE",
        "\r\na",
        "\r\n",
        "CHARSET",
        "UTF-8",
        "SINCE",
        "1-Feb-2026",
    ]);
    prop_oneof![
        4 => prop::collection::vec(word, 1..9).prop_map(|words| (words.join(" ") + "\r\n").into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..60),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_lines_are_answered(lines in prop::collection::vec(line(), 1..12), seed in prop::collection::vec(any::<u8>(), 0..300)) {
        let lab = lab(Profile::Modern);
        fill(&lab, 1);
        if !seed.is_empty() {
            put(&lab, "INBOX", "", &seed);
        }
        let mut session = Session::selected(&lab);
        for line in lines {
            session.send(&line);
        }
        session.send(b"\r\n\r\nz FETCH 1:* (ENVELOPE BODYSTRUCTURE BODY.PEEK[1] BODY.PEEK[1.1.HEADER])\r\nz SEARCH TEXT x\r\n");
        check(&session.said);
    }
}
