//! Input that nobody should send.

use super::*;

#[test]
fn nothing_in_a_literal_is_protocol() {
    let mut imap = logged_in();
    let units = read(
        &mut imap,
        "C: a FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {32}\nS: a OK done\nS: + go {5}\nS: * BYE\nS: xx\nS: )\nS: a OK done",
    );
    assert_eq!(
        units,
        ["C1 command", "S1 untagged", "S1 literal of 3", "S1 untagged of 3", "S1 response last"]
    );
    assert_eq!(imap.state().phase, Phase::Authenticated);
}

#[test]
fn counts_that_cannot_be_are_text() {
    for line in ["* 1 FETCH (BODY[] {-1}", "* 1 FETCH (BODY[] {99999999999999999999}"] {
        let mut imap = logged_in();
        let units = read(&mut imap, &format!("S: {line}\nS: * 1 EXISTS"));
        assert!(units[0].contains("fault-literal-count"), "{units:?}");
        assert_eq!(units[1], "S untagged");
    }
    let mut imap = logged_in();
    let units = read(&mut imap, "S: * 1 FETCH (BODY[] {4294967296}\nS: x\n@closed");
    assert_eq!(units, ["S untagged fault-literal-count", "S literal of 2 incomplete"]);
    assert_eq!(imap.expect().client, Turn::Over);
    let mut imap = logged_in();
    assert_eq!(read(&mut imap, "C: a APPEND x {-5}"), ["C1 command fault-literal-count"]);
    assert_eq!(imap.expect().client, Turn::Command);
}

#[test]
fn what_fits_nowhere_is_junk() {
    let mut imap = Imap::new();
    let units = read(
        &mut imap,
        "S: SSH-2.0-OpenSSH_9\nS: HTTP/1.1 400 Bad Request\nS: *\nS: * 12\nS: * <html>\nS: +OK\nS: \nS: * é x",
    );
    assert!(units.iter().all(|u| u.starts_with("S junk")), "{units:?}");
    assert_eq!(imap.state().phase, Phase::NotAuthenticated);
}

#[test]
fn odd_lines_have_their_faults() {
    for (line, faults) in [
        ("C: a  NOOP", "fault-extra-space"),
        ("C: \u{20}a NOOP", "fault-extra-space"),
        ("C: a NOOP ", "fault-extra-space"),
        ("C: a SELECT \"x", "fault-open-quote"),
        ("C: a SELECT \"x {5}", "fault-open-quote"),
        ("C: a FETCH 1 (FLAGS", "fault-parenthesis"),
        ("C: a FETCH 1 FLAGS)", "fault-parenthesis"),
        ("C: a FETCH 1 BODY[", "fault-parenthesis"),
        ("C: +a NOOP", "fault-bad-tag"),
        ("C: a", "fault-missing-command"),
        ("C: a\u{0} NOOP", "fault-nul fault-bad-tag"),
        ("S: * OK [ALERT x", "fault-bracket"),
        ("S: * LIST (\\X \"/\" x", "fault-parenthesis"),
        ("S: + go", "fault-unasked-continuation"),
        ("S: * OK a\rb", "fault-bare-cr"),
    ] {
        let units = read(&mut logged_in(), line);
        let found: Vec<&str> = units[0].split(' ').filter(|w| w.starts_with("fault")).collect();
        assert_eq!(found.join(" "), faults, "{line}");
    }
}

#[test]
fn deep_lists_and_many_literals_stay_flat() {
    let mut imap = logged_in();
    let deep = "(".repeat(60_000);
    let units = read(&mut imap, &format!("S: * 1 FETCH {deep}\nS: * 1 EXISTS"));
    assert_eq!(units, ["S untagged fault-parenthesis", "S untagged"]);
    let lines: String = (0..500).map(|_| "S: ({0}\n".to_owned()).collect();
    let units = read(&mut imap, &format!("S: * 1 FETCH ({{0}}\n{lines}"));
    assert_eq!(units.len(), 1002);
}

#[test]
fn a_line_without_end_comes_in_parts() {
    let mut imap = Imap::new();
    let long = "x".repeat(200_000);
    let units = read(&mut imap, &format!("S| * OK {long}\nC| a LOGIN ana {long}"));
    assert_eq!(units, ["S greeting", "C1 command"]);
    assert!(imap.pending(Side::Server) < MAX_PIECE && imap.pending(Side::Client) < MAX_PIECE);
    let units = read(&mut imap, "S: x\nS: * 3 EXISTS\n@closed");
    assert_eq!(units, ["…", "… incomplete", "S1 untagged"]);
}

#[test]
fn every_part_of_an_overlong_password_is_secret() {
    let mut imap = logged_in();
    let found = tokens(&mut imap, &format!("C: a LOGIN ana {}", "p".repeat(200_000)));
    let secret: usize = found.split(' ').filter_map(|w| w.strip_prefix("secret:")).map(str::len).sum();
    assert_eq!(secret, 200_000);
}

#[test]
fn a_literal_at_the_end_of_an_overlong_line_is_one() {
    let mut imap = logged_in();
    let set = "1,".repeat(80_000);
    let units =
        read(&mut imap, &format!("C: a FETCH {set}1 (BODY[HEADER.FIELDS ({{4+}}\nC: DATE)])\nC: b NOOP"));
    assert_eq!(units, ["C1 command", "C1 literal of 2", "C1 command of 2", "C2 command"]);
}

#[test]
fn a_gap_inside_a_literal_is_counted() {
    let mut imap = logged_in();
    let units = read(
        &mut imap,
        "C: a FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {20}\nS| 01234\n@gap S 10\nS| 56789)\nS: \nS: a OK x",
    );
    assert_eq!(
        units,
        [
            "C1 command",
            "S1 untagged",
            "S1 literal of 3 incomplete",
            "S1 literal of 3",
            "S1 untagged of 3",
            "S1 response last"
        ]
    );
}

#[test]
fn after_a_gap_reading_finds_its_way_again() {
    let mut imap = logged_in();
    let units = read(
        &mut imap,
        "C: a FETCH 1 BODY[]\nS: * 1 FETCH (BODY[] {20}\nS| 01234\n@gap S\nS: 56789)\nS: a OK x",
    );
    assert_eq!(
        units,
        ["C1 command", "S1 untagged", "S1 literal of 3 incomplete", "S junk", "S1 response last"]
    );
    let units = read(&mut imap, "C| b NO\n@gap C\nC: OP x\nC: c NOOP\nS: c OK x");
    assert_eq!(units, ["C2 command incomplete", "C junk", "C3 command", "S3 response last"]);
}

#[test]
fn a_dialogue_may_begin_in_the_middle() {
    let mut imap = Imap::new();
    let units = read(&mut imap, "@gap S\nS: a7 OK done\nC: c2VjcmV0MQ==\nC: a8 NOOP\nS: a8 OK x");
    assert_eq!(units, ["S response", "C junk", "C1 command", "S1 response last"]);
    let mut imap = Imap::new();
    imap.mark(&crate::dialogue::Mark::Gap { side: Side::Server, octets: None }, Default::default());
    imap.push(Side::Client, &crate::dialogue::Wire::from("c2VjcmV0MQ==\r\n"), Default::default());
    let mut secrets = Vec::new();
    while let Some(step) = imap.next_step() {
        if let crate::dialogue::Step::Piece(piece) = step {
            secrets.extend(piece.words(crate::dialogue::TokenKind::Secret));
        }
    }
    assert_eq!(secrets, ["c2VjcmV0MQ=="]);
}

#[test]
fn what_is_buffered_at_the_end_comes_out() {
    let mut imap = logged_in();
    read(&mut imap, "C: a APPEND x {8}\nC: b NOOP\nC| c\nS| * 3 EX");
    imap.finish();
    let mut units = BTreeMap::new();
    while let Some(step) = imap.next_step() {
        note(&mut units, step);
    }
    let units: Vec<String> = units.into_values().collect();
    assert_eq!(units, ["C1 literal of 2", "C1 command of 2 incomplete", "S1 untagged incomplete"]);
}

#[test]
fn commands_that_are_never_answered_are_bounded() {
    let mut imap = logged_in();
    for i in 0..3000 {
        read(&mut imap, &format!("C: t{i} NOOP"));
    }
    assert_eq!(imap.expect().owed, MOST_PENDING);
    for i in 0..3000 {
        read(&mut imap, &format!("S: * LIST () \"/\" box{i}"));
    }
    assert_eq!(imap.state().mailboxes.len(), effect::MOST);
}
