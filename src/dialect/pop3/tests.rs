//! Dialogues, the units read in them, hostile servers, and the law of re-chunking.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::dialogue::mark::{Close, TlsInfo};

/// Feeds `C: `, `S: ` and `@tls`, `@gap C`, `@gap S`, `@closed` lines; gives each unit as
/// `side exchange shape`, its tokens' kinds and its faults.
fn read(dialect: &mut Pop3, dialogue: &str) -> Vec<String> {
    let mut units = BTreeMap::new();
    for line in dialogue.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
        let (side, text) = line.split_at(2);
        let text = text.strip_prefix(' ').unwrap_or(text);
        let gap = |side| Mark::Gap { side, octets: None };
        let push = |d: &mut Pop3, side| {
            d.push(side, &Wire::from(&*format!("{text}\r\n")), Stamp::default());
        };
        match (side, line) {
            ("C:", _) => push(dialect, Side::Client),
            ("S:", _) => push(dialect, Side::Server),
            (_, "@tls") => dialect.mark(&Mark::Tls(TlsInfo::default()), Stamp::default()),
            (_, "@gap C") => dialect.mark(&gap(Side::Client), Stamp::default()),
            (_, "@gap S") => dialect.mark(&gap(Side::Server), Stamp::default()),
            _ => dialect.mark(&Mark::Closed(Close::Server), Stamp::default()),
        }
        while let Some(step) = dialect.next_step() {
            note(&mut units, step);
        }
    }
    units.into_values().collect()
}

fn note(units: &mut BTreeMap<u64, String>, step: Step) {
    match step {
        Step::Open(head) => {
            let exchange = head.exchange.map_or(String::new(), |e| e.to_string());
            units.insert(head.n, format!("{}{exchange} {}", head.side.letter(), head.shape.name()));
        }
        Step::Piece(piece) => {
            let unit = units.entry(piece.n).or_insert_with(|| "…".into());
            piece.faults.iter().for_each(|f| unit.push_str(&format!(" {}", f.id)));
        }
        Step::Close(end) if !end.complete => {
            units.entry(end.n).or_insert_with(|| "…".into()).push_str(" incomplete");
        }
        _ => {}
    }
}

/// The tokens of one line of a side, as `kind=text`.
fn tokens(dialect: &mut Pop3, side: Side, line: &str) -> String {
    dialect.push(side, &Wire::from(&*format!("{line}\r\n")), Stamp::default());
    let mut words = Vec::new();
    while let Some(step) = dialect.next_step() {
        if let Step::Piece(p) = step {
            words.extend(p.tokens.iter().map(|t| format!("{}={}", t.kind.name(), p.text(t))));
        }
    }
    words.join(" ")
}

#[test]
fn rfc_1939_section_10_is_read() {
    let mut pop = Pop3::new();
    let units = read(
        &mut pop,
        "S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>
         C: APOP mrose c4c9334bac560ecc979e58001b3e22fb
         S: +OK mrose's maildrop has 2 messages (320 octets)
         C: STAT
         S: +OK 2 320
         C: LIST
         S: +OK 2 messages (320 octets)
         S: 1 120
         S: 2 200
         S: .
         C: RETR 1
         S: +OK 120 octets
         S: <the POP3 server sends message 1>
         S: .
         C: DELE 1
         S: +OK message 1 deleted",
    );
    assert_eq!(
        units,
        [
            "S greeting",
            "C1 command",
            "S1 response",
            "C2 command",
            "S2 response",
            "C3 command",
            "S3 response",
            "C4 command",
            "S4 response",
            "S4 data",
            "C5 command",
            "S5 response"
        ]
    );
    let state = pop.state();
    assert_eq!(state.timestamp.as_deref(), Some("<1896.697170952@dbc.mtview.ca.us>"));
    assert_eq!((state.phase, state.user.as_deref()), (Phase::Transaction, Some("mrose")));
    assert_eq!((state.messages, state.deleted.as_slice()), (Some(2), &[1][..]));
    read(&mut pop, "C: STAT\nS: +OK 1 200");
    assert_eq!(pop.state().messages, Some(2), "marked messages keep their numbers");
    read(&mut pop, "C: QUIT");
    assert_eq!((pop.state().phase, pop.expect().client), (Phase::Update, Turn::Hold));
    read(&mut pop, "S: +OK dewey POP3 server signing off (maildrop empty)");
    assert_eq!((pop.state().phase, pop.expect()), (Phase::Logout, Expect { client: Turn::Over, owed: 0 }));
}

#[test]
fn the_sheets_session_is_read() {
    let mut pop = Pop3::new();
    let units = read(
        &mut pop,
        "S: +OK Dovecot (Ubuntu) ready.
         C: AUTH
         S: +OK
         S: PLAIN
         S: .
         C: CAPA
         S: +OK
         S: CAPA
         S: TOP
         S: RESP-CODES
         S: SASL PLAIN
         S: .
         C: AUTH PLAIN
         S: +
         C: AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz
         S: +OK Logged in.
         C: STAT
         S: +OK 4 2105
         C: LIST
         S: +OK 4 messages:
         S: 1 717
         S: .
         C: UIDL
         S: +OK
         S: 1 0000000356eaa394
         S: .
         C: RETR 3
         S: +OK 326 octets
         S: Return-Path: <alumnoimap@redes.unlp.edu.ar>
         S:
         S: mensaje 7
         S: .
         C: QUIT
         S: +OK Logging out.",
    );
    assert_eq!(
        units[..6],
        ["S greeting", "C1 command", "S1 response", "C2 command", "S2 response", "C3 command"]
    );
    assert_eq!(units[6..9], ["S3 continuation", "C3 sasl", "S3 response"]);
    assert_eq!(units[15..], ["C7 command", "S7 response", "S7 data", "C8 command", "S8 response"]);
    assert!(units.iter().all(|u| !u.contains("fault")), "{units:?}");
    let state = pop.state();
    assert_eq!(
        (state.user.as_deref(), state.mechanisms().as_slice()),
        (Some("alumnopop"), &["PLAIN".into()][..])
    );
    assert_eq!((state.messages, state.phase), (Some(4), Phase::Logout));
}

#[test]
fn words_are_told_apart() {
    let mut pop = Pop3::new();
    let (c, s) = (Side::Client, Side::Server);
    for (side, line, words) in [
        (s, "+OK ready <1.2@h> hi", "status=+OK text=ready word=<1.2@h> text=hi"),
        (c, "USER ana", "verb=USER user=ana"),
        (s, "+OK", "status=+OK"),
        (c, "PASS se cret ", "verb=PASS secret=se cret "),
        (s, "-ERR [IN-USE] busy", "status=-ERR response-code=IN-USE text=busy"),
        (c, "PASS x", "verb=PASS secret=x"),
        (s, "-ERR [192.168.0.1] no", "status=-ERR text=[192.168.0.1] no"),
        (c, "AUTH LOGIN", "verb=AUTH mechanism=LOGIN"),
        (s, "+ VXNlcm5hbWU6", "status=+ base64=VXNlcm5hbWU6"),
        (c, "YW5h", "base64=YW5h"),
        (s, "+ UGFzc3dvcmQ6", "status=+ base64=UGFzc3dvcmQ6"),
        (c, "c2VjcmV0bw==", "secret=c2VjcmV0bw=="),
        (s, "+OK 2 messages", "status=+OK text=2 messages"),
        (c, "STAT", "verb=STAT"),
        (s, "+OK 2 320 x", "status=+OK number=2 number=320 text=x"),
        (c, "LIST 2", "verb=LIST set=2"),
        (s, "+OK 2 200", "status=+OK set=2 number=200"),
        (c, "UIDL 2", "verb=UIDL set=2"),
        (s, "+OK 2 whqtswO00WBw418f9t5JxYwZ", "status=+OK set=2 word=whqtswO00WBw418f9t5JxYwZ"),
        (c, "CAPA", "verb=CAPA"),
        (s, "+OK list", "status=+OK text=list"),
        (s, "SASL CRAM-MD5 PLAIN", "capability=SASL parameter=CRAM-MD5 parameter=PLAIN"),
        (s, ".", "dot=."),
        (c, "TOP 1 5", "verb=TOP set=1 number=5"),
        (s, "+OK", "status=+OK"),
        (s, ".", "dot=."),
        (c, "AUTH PLAIN AGEAYg==", "verb=AUTH mechanism=PLAIN secret=AGEAYg=="),
        (s, "-ERR no", "status=-ERR text=no"),
        (c, "LAST", "verb=LAST"),
        (s, "+OK 7", "status=+OK number=7"),
    ] {
        assert_eq!(tokens(&mut pop, side, line), words, "{line}");
    }
}

#[test]
fn pipelined_commands_pair_with_their_responses() {
    let mut pop = Pop3::new();
    let units = read(
        &mut pop,
        "S: +OK x
         C: STAT
         C: LIST 1
         C: RETR 9
         C: NOOP
         S: +OK 1 100
         S: +OK 1 100
         S: -ERR no such message
         S: +OK",
    );
    assert_eq!(units[5..], ["S1 response", "S2 response", "S3 response", "S4 response"]);
    assert_eq!(pop.expect(), Expect { client: Turn::Command, owed: 0 });
}

#[test]
fn a_body_is_not_read_for_what_it_looks_like() {
    let mut pop = Pop3::new();
    let units = read(
        &mut pop,
        "S: +OK x
         C: RETR 1
         C: NOOP
         S: +OK
         S: +OK 3 messages
         S: -ERR [IN-USE] no
         S: ..
         S: . not the end
         S: .
         S: +OK",
    );
    assert_eq!(units, ["S greeting", "C1 command", "C2 command", "S1 response", "S1 data", "S2 response"]);
}

#[test]
fn what_comes_after_auth_waits_for_the_answer() {
    let mut pop = Pop3::new();
    read(&mut pop, "S: +OK x\nC: AUTH PLAIN\nC: STAT");
    assert_eq!(pop.expect().client, Turn::Hold);
    // Refused: the line was a command after all.
    assert_eq!(read(&mut pop, "S: -ERR no such mechanism"), ["S1 response", "C2 command"]);
    // Granted: it was a SASL message.
    read(&mut pop, "S: -ERR log in\nC: AUTH PLAIN\nC: AGFuYQBz");
    assert_eq!(read(&mut pop, "S: + "), ["S3 continuation", "C3 sasl"]);
    assert_eq!(pop.state().sasl.as_deref(), Some("PLAIN"));
    read(&mut pop, "S: +OK");
    assert_eq!((pop.state().user.as_deref(), pop.state().sasl.as_deref()), (Some("ana"), None));
}

#[test]
fn a_login_given_up_leaves_nothing_behind() {
    let mut pop = Pop3::new();
    let units = read(
        &mut pop,
        "S: +OK x\nC: AUTH LOGIN\nS: + VXNlcm5hbWU6\nC: *\nS: -ERR cancelled\nC: CAPA\nS: -ERR what",
    );
    assert_eq!(units[2..], ["S1 continuation", "C1 sasl", "S1 response", "C2 command", "S2 response"]);
    assert_eq!((pop.state().user.clone(), pop.state().phase), (None, Phase::Authorization));
    read(&mut pop, "C: USER ana\nS: +OK\nC: PASS x\nS: -ERR [AUTH] no");
    assert_eq!(pop.state().user, None);
    read(&mut pop, "C: USER ana\nS: +OK\nC: PASS y\nS: +OK ana's maildrop contains 3 messages (320 octets)");
    assert_eq!((pop.state().user.as_deref(), pop.state().messages), (Some("ana"), Some(3)));
}

#[test]
fn tls_makes_the_client_forget() {
    let mut pop = Pop3::new();
    read(&mut pop, "S: +OK x\nC: CAPA\nS: +OK\nS: STLS\nS: .\nC: STLS\nS: +OK Begin TLS negotiation");
    assert!(pop.state().offers("stls"));
    assert_eq!(pop.expect().client, Turn::Tls);
    read(&mut pop, "@tls");
    assert_eq!((pop.state().tls, pop.state().capabilities.clone()), (true, None));
    assert_eq!(read(&mut pop, "C: CAPA"), ["C3 command"]);
    // What was injected before the handshake comes out before the mark.
    let mut pop = Pop3::new();
    read(&mut pop, "S: +OK x\nC: STLS\nC: USER eve");
    assert_eq!(read(&mut pop, "S: +OK\nS: +OK injected\n@tls")[1..], ["C2 command", "S2 response"]);
    assert_eq!(pop.expect(), Expect { client: Turn::Command, owed: 0 });
}

#[test]
fn deletions_are_remembered_until_taken_back() {
    let mut pop = Pop3::new();
    read(&mut pop, "S: +OK x\nC: DELE 2\nS: +OK\nC: DELE 2\nS: +OK\nC: DELE 9\nS: -ERR no");
    assert_eq!((pop.state().deleted.as_slice(), pop.state().phase), (&[2][..], Phase::Transaction));
    read(&mut pop, "C: RSET\nS: +OK");
    assert!(pop.state().deleted.is_empty());
}

#[test]
fn odd_servers_are_kept_and_named() {
    let mut pop = Pop3::new();
    let units = read(
        &mut pop,
        "S: +OK x
         S: +OK nobody asked
         S: + go on
         S: -ERR Disconnected for inactivity.
         C: NOOP
         S: +ok
         S: HTTP/1.1 400 Bad Request
         C:
         C: LIST
         C: QUIT
         S: -ERR what
         S: +OK
         S: 1 2
         S: +OK bye",
    );
    assert_eq!(
        units,
        [
            "S greeting",
            "S response fault-unasked",
            "S continuation fault-unasked",
            "S response",
            "C1 command",
            "S1 response fault-status-case",
            "S junk fault-no-status",
            "C2 command fault-empty-line",
            "C3 command",
            "C4 command",
            "S2 response",
            "S3 response incomplete",
            "S4 response"
        ]
    );
    assert_eq!(read(&mut pop, "C: NOOP"), ["C5 command fault-after-quit"]);
}

#[test]
fn bare_line_feeds_end_lines_and_lists() {
    let mut pop = Pop3::new();
    let mut units = BTreeMap::new();
    for (side, text) in [
        (Side::Server, "+OK x\n"),
        (Side::Client, "LIST\n"),
        (Side::Server, "+OK\n1 2\n.\n"),
        (Side::Client, "RETR 1\n"),
        (Side::Server, "+OK\nx\n..y\n.\n"),
    ] {
        pop.push(side, &Wire::from(text), Stamp::default());
        while let Some(step) = pop.next_step() {
            note(&mut units, step);
        }
    }
    let f = "fault-bare-lf";
    assert_eq!(
        units.into_values().collect::<Vec<_>>(),
        [
            format!("S greeting {f}"),
            format!("C1 command {f}"),
            format!("S1 response {f} {f} {f}"),
            format!("C2 command {f}"),
            format!("S2 response {f}"),
            format!("S2 data {f}"),
        ]
    );
}

#[test]
fn a_close_in_the_middle_is_told() {
    let mut pop = Pop3::new();
    read(&mut pop, "S: +OK x\nC: RETR 1");
    assert_eq!(read(&mut pop, "S: +OK 10 octets\nS: x\n@closed"), ["S1 response", "S1 data incomplete"]);
    assert_eq!(pop.expect().owed, 1);
}

#[test]
fn after_a_gap_the_way_is_found_again() {
    // The end of a message is missing: the next command's answer shows it.
    let mut pop = Pop3::new();
    read(&mut pop, "S: +OK x\nC: RETR 1\nS: +OK\nS: text\n@gap S\nC: STAT");
    assert_eq!(read(&mut pop, "S: rest of it"), ["…"]);
    assert_eq!(read(&mut pop, "S: +OK 1 2"), ["… incomplete", "S2 response"]);
    // A whole answer is missing.
    let mut pop = Pop3::new();
    read(&mut pop, "S: +OK x\nC: NOOP\n@gap S\nC: STAT");
    assert_eq!(read(&mut pop, "S: +OK 1 2"), ["S2 response"]);
    assert_eq!(pop.state().messages, Some(1));
    // A command is missing: its answer is no fault.
    let mut pop = Pop3::new();
    assert_eq!(read(&mut pop, "S: +OK x\n@gap C\nS: +OK done")[1..], ["S response"]);
    // The beginning is missing.
    let mut pop = Pop3::new();
    read(&mut pop, "@gap S\nC: STAT\nS: +OK 4 2105");
    assert_eq!((pop.state().phase, pop.state().messages), (Phase::Transaction, Some(4)));
}

#[test]
fn what_follows_missing_octets_may_be_a_login() {
    let mut pop = Pop3::new();
    pop.mark(&Mark::Gap { side: Side::Server, octets: None }, Stamp::default());
    pop.push(Side::Client, &Wire::from("c2VjcmV0MQ==\r\n"), Stamp::default());
    let mut secrets = Vec::new();
    while let Some(step) = pop.next_step() {
        if let Step::Piece(piece) = step {
            secrets.extend(piece.words(TokenKind::Secret));
        }
    }
    assert_eq!(secrets, ["c2VjcmV0MQ=="]);
}

#[test]
fn what_is_held_and_what_is_kept_is_bounded() {
    let mut pop = Pop3::new();
    read(&mut pop, "S: +OK x\nC: AUTH PLAIN");
    for _ in 0..2_000 {
        pop.push(Side::Client, &Wire::from(&*"x".repeat(99)), Stamp::default());
        while pop.next_step().is_some() {}
        assert!(pop.pending(Side::Client) <= MAX_PIECE);
    }
    let mut pop = Pop3::new();
    read(&mut pop, "S: +OK x\nC: CAPA\nS: +OK");
    for _ in 0..3_000 {
        read(&mut pop, &format!("S: X{}", "y".repeat(99)));
    }
    read(&mut pop, "S: .");
    assert!(pop.state().capabilities.as_ref().unwrap().len() < 1_000);
}

#[test]
fn the_rest_of_an_overlong_secret_is_secret() {
    let mut pop = Pop3::new();
    let line = format!("PASS {}\r\n", "p".repeat(2 * MAX_PIECE));
    pop.push(Side::Client, &Wire::from(&*line), Stamp::default());
    let mut kinds = Vec::new();
    while let Some(step) = pop.next_step() {
        if let Step::Piece(p) = step {
            kinds.push(p.tokens.last().unwrap().kind);
        }
    }
    assert_eq!(kinds, [TokenKind::Secret; 3]);
}

/// All units of a dialogue whose bytes come in these cuts, with their bytes, tokens and faults; the runs of
/// a body joined.
fn digest(chunks: &[(Side, Vec<u8>)]) -> (Vec<String>, State) {
    let mut pop = Pop3::new();
    let mut units: BTreeMap<u64, (bool, String)> = BTreeMap::new();
    let mut take = |pop: &mut Pop3| {
        while let Some(step) = pop.next_step() {
            match step {
                Step::Piece(p) => {
                    let (body, text) = units.get_mut(&p.n).unwrap();
                    text.extend(p.wire.bytes.iter().map(|b| char::from(*b)));
                    if !*body || !p.tokens.is_empty() {
                        text.push_str(&format!("{:?} {:?}", p.tokens, p.faults));
                    }
                }
                Step::Open(head) => {
                    units.insert(head.n, (head.shape.is_body(), format!("{head:?}")));
                }
                Step::Close(end) => units.get_mut(&end.n).unwrap().1.push_str(&format!("{end:?}")),
                _ => {}
            }
        }
    };
    for (side, bytes) in chunks {
        pop.push(*side, &Wire::new(bytes.clone()), Stamp::default());
        take(&mut pop);
    }
    pop.mark(&Mark::Closed(Close::Server), Stamp::default());
    take(&mut pop);
    (units.into_values().map(|(_, text)| text).collect(), pop.state().clone())
}

fn dialogue() -> impl Strategy<Value = Vec<(Side, Vec<u8>)>> {
    let client = prop::sample::select(vec![
        "USER ana\r\n",
        "PASS a b \r\n",
        "APOP ana 00ff\r\n",
        "AUTH\r\n",
        "AUTH PLAIN\r\n",
        "AUTH LOGIN YW5h\r\n",
        "AGEAYg==\r\n",
        "*\r\n",
        "CAPA\r\n",
        "LIST\r\n",
        "LIST 1\n",
        "RETR 1\r\n",
        "TOP 1 0\r\n",
        "DELE 1\r\n",
        "STLS\r\n",
        "QUIT\r\n",
        "\0\u{ff}\r",
    ]);
    let server = prop::sample::select(vec![
        "+OK ready <1@h>\r\n",
        "+OK\r\n",
        "+OK 2 320\r\n",
        "-ERR [IN-USE] no\r\n",
        "+ \r\n",
        "+\r\n",
        "1 120\r\n",
        "..x\r\n",
        ".\r\n",
        ".\n",
        ".",
        "\r",
        "\n",
        "body\n",
        "+O",
        "K yes\r\n",
    ]);
    let line = prop_oneof![
        client.prop_map(|l| (Side::Client, l.as_bytes().to_vec())),
        server.prop_map(|l| (Side::Server, l.as_bytes().to_vec())),
    ];
    prop::collection::vec(line, 0..40)
}

proptest! {
    #[test]
    fn any_rechunking_gives_the_same_units(lines in dialogue(), cut in 1usize..7) {
        let cut_up: Vec<_> = lines
            .iter()
            .flat_map(|(side, bytes)| bytes.chunks(cut).map(|c| (*side, c.to_vec())))
            .collect();
        prop_assert_eq!(digest(&lines), digest(&cut_up));
    }

    #[test]
    fn no_byte_is_lost_and_nothing_panics(
        chunks in prop::collection::vec(
            prop_oneof![
                (any::<bool>(), prop::collection::vec(any::<u8>(), 0..40)),
                dialogue().prop_map(|d| d.into_iter().next().map_or((true, vec![]), |(s, b)| (s == Side::Client, b))),
            ],
            0..40,
        ),
        marks in prop::collection::vec(0u8..30, 40),
    ) {
        let mut pop = Pop3::new();
        let mut got = [Vec::new(), Vec::new()];
        let mut sent = [Vec::new(), Vec::new()];
        let mut steps = Vec::new();
        for ((client, bytes), mark) in chunks.iter().zip(marks) {
            let side = if *client { Side::Client } else { Side::Server };
            sent[side as usize].extend_from_slice(bytes);
            pop.push(side, &Wire::new(bytes.clone()), Stamp::default());
            steps.extend(std::iter::from_fn(|| pop.next_step()));
            match mark {
                0 => pop.mark(&Mark::Gap { side, octets: Some(3) }, Stamp::default()),
                1 => pop.mark(&Mark::Tls(TlsInfo::default()), Stamp::default()),
                _ => {}
            }
        }
        pop.finish();
        steps.extend(std::iter::from_fn(|| pop.next_step()));
        let (mut side_of, mut open) = (BTreeMap::new(), std::collections::BTreeSet::new());
        for step in steps {
            match step {
                Step::Open(head) => {
                    side_of.insert(head.n, head.side);
                    open.insert(head.n);
                }
                Step::Piece(p) => {
                    prop_assert!(open.contains(&p.n));
                    got[side_of[&p.n] as usize].extend_from_slice(&p.wire.bytes);
                }
                Step::Close(end) => prop_assert!(open.remove(&end.n)),
                _ => {}
            }
        }
        prop_assert!(open.is_empty());
        prop_assert_eq!(got, sent);
    }
}
