//! Dialogues, the units read in them, and the law of re-chunking.

use proptest::prelude::*;

use super::*;
use crate::dialogue::mark::{Close, TlsInfo};

/// Feeds `C: ` and `S: ` lines (`C| ` and `S| ` without a line end), `@gap S`, `@gap C 10`, `@tls`, and gives each unit as `side shape`, with the faults.
fn read(dialect: &mut Smtp, dialogue: &str) -> Vec<String> {
    let mut units = Vec::new();
    for line in dialogue.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
        let (side, text) = line.split_at(3);
        match side {
            "C: " => dialect.push(Side::Client, &Wire::from(&*format!("{text}\r\n")), Stamp::default()),
            "S: " => dialect.push(Side::Server, &Wire::from(&*format!("{text}\r\n")), Stamp::default()),
            "C| " => dialect.push(Side::Client, &Wire::from(text), Stamp::default()),
            "S| " => dialect.push(Side::Server, &Wire::from(text), Stamp::default()),
            "@ga" => {
                let mut words = text.split(' ').skip(1);
                let side = if words.next() == Some("C") { Side::Client } else { Side::Server };
                let octets = words.next().map(|n| n.parse().unwrap());
                dialect.mark(&Mark::Gap { side, octets }, Stamp::default());
            }
            _ => dialect.mark(&Mark::Tls(TlsInfo::default()), Stamp::default()),
        }
        while let Some(step) = dialect.next_step() {
            match step {
                Step::Open(head) => units.push(format!(
                    "{}{} {}",
                    head.side.letter(),
                    head.exchange.map_or(String::new(), |e| e.to_string()),
                    head.shape.name()
                )),
                Step::Piece(piece) => {
                    let last = units.last_mut().unwrap();
                    piece.faults.iter().for_each(|f| last.push_str(&format!(" {}", f.id)));
                }
                _ => {}
            }
        }
    }
    units
}

/// The secrets that the client said: what no view may show.
fn secrets(dialect: &mut Smtp, dialogue: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in dialogue.lines() {
        match line.split_at(3) {
            ("C: ", text) => {
                dialect.push(Side::Client, &Wire::from(&*format!("{text}\r\n")), Stamp::default());
            }
            ("S: ", text) => {
                dialect.push(Side::Server, &Wire::from(&*format!("{text}\r\n")), Stamp::default());
            }
            _ => dialect.mark(&Mark::Gap { side: Side::Server, octets: None }, Stamp::default()),
        }
        while let Some(step) = dialect.next_step() {
            if let Step::Piece(piece) = step {
                found.extend(piece.words(TokenKind::Secret));
            }
        }
    }
    found
}

#[test]
fn after_a_gap_the_way_is_found_again() {
    // A reply was cut in its text: its code still counts. Others are missing whole: the next command settles it.
    let mut smtp = Smtp::new(false);
    let units = read(
        &mut smtp,
        "S| 220 mx.example.org ESM
         @gap S 4
         C: EHLO a
         S: 250-mx.example.org
         S| 250-PIPELI
         @gap S 166
         C: MAIL FROM:<a@b>
         S: 250 2.1.0 Ok
         C: RCPT TO:<c@d>
         @gap S 14
         C: DATA
         S| 354 End data
         @gap S 20
         C| Subject: x
         @gap C 50
         S: 250 2.0.0 Ok
         C: QUIT
         S: 221 Bye",
    );
    let wanted = [
        "S greeting",
        "C1 command",
        "S1 response",
        "C2 command",
        "S2 response",
        "C3 command",
        "C4 command",
        "S4 continuation",
        "C4 data",
        "S4 response",
        "C5 command",
        "S5 response",
    ];
    assert_eq!(units, wanted);
    assert_eq!(smtp.state().phase, Phase::Logout);
}

#[test]
fn a_missing_go_ahead_does_not_make_commands_of_a_message() {
    let mut smtp = Smtp::new(false);
    let units =
        read(&mut smtp, "S: 220 x\nC: DATA\n@gap S\nC: Subject: x\nC: .\nS: 250 ok\nC: NOOP\nS: 250 ok");
    let wanted = ["S greeting", "C1 command", "C1 data", "S1 response", "C2 command", "S2 response"];
    assert_eq!(units, wanted);
    // What looks like a command was not let into a message.
    let mut smtp = Smtp::new(false);
    let units = read(&mut smtp, "S: 220 x\nC: DATA\n@gap S\nC: QUIT\nS: 221 bye");
    assert_eq!(units, ["S greeting", "C1 command", "C2 command", "S2 response"]);
}

#[test]
fn a_group_is_paired_by_the_codes_that_tell() {
    let mut smtp = Smtp::new(false);
    let units = read(
        &mut smtp,
        "S: 220 x\nC: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: DATA\nS: 250 ok\n@gap S 8\nS: 354 go\nC: .\nS: 250 ok",
    );
    assert_eq!(units[4..], ["S1 response", "S3 continuation", "C3 data", "S3 response"]);
}

#[test]
fn a_dialogue_may_begin_in_the_middle() {
    let mut smtp = Smtp::new(false);
    let units = read(&mut smtp, "@gap S\nS: 250 2.1.5 Ok\nC: DATA\nS: 354 go\nC: x\nC: .\nS: 250 ok");
    let wanted = ["S response", "C1 command", "S1 continuation", "C1 data", "S1 response"];
    assert_eq!(units, wanted);
}

#[test]
fn what_follows_missing_octets_may_be_a_login() {
    let mut smtp = Smtp::new(false);
    assert_eq!(secrets(&mut smtp, "@gap\nC: c2VjcmV0MQ==\nS: 235 ok\nC: MAIL FROM:<a@b>"), ["c2VjcmV0MQ=="]);
    let mut smtp = Smtp::new(false);
    let login = "S: 220 x\nC: AUTH LOGIN\n@gap\nC: YW5h\nC: c2VjcmV0MQ==\nS: 235 ok\nC: NOOP";
    assert_eq!(secrets(&mut smtp, login), ["c2VjcmV0MQ=="]);
}

#[test]
fn the_sheets_dialogue_is_read() {
    let mut smtp = Smtp::new(false);
    let units = read(
        &mut smtp,
        "S: 220 mail.redes.unlp.edu.ar ESMTP Postfix
         C: ehlo redes
         S: 250-mail.redes.unlp.edu.ar
         S: 250-SIZE 10240000
         S: 250 DSN
         C: mail from:<alumnoimap@redes.unlp.edu.ar>
         S: 250 2.1.0 Ok
         C: rcpt to: <alumnopop@redes.unlp.edu.ar>
         S: 250 2.1.5 Ok",
    );
    assert_eq!(
        units,
        [
            "S greeting",
            "C1 command",
            "S1 response",
            "C2 command",
            "S2 response",
            "C3 command fault-blank-after-colon",
            "S3 response"
        ]
    );
    assert_eq!(smtp.state().phase, Phase::Rcpt);
    assert_eq!(smtp.state().capability("size").unwrap().args, "10240000");
    let envelope = smtp.state().envelope.clone().unwrap();
    assert_eq!(envelope.reverse_path, "alumnoimap@redes.unlp.edu.ar");
    assert_eq!(envelope.forward_paths, ["alumnopop@redes.unlp.edu.ar"]);

    let units = read(&mut smtp, "C: data\nS: 354 End data\nC: mensaje 7\nC: .");
    assert_eq!(units, ["C4 command", "S4 continuation", "C4 data"]);
    assert_eq!(smtp.expect(), Expect { client: Turn::Command, owed: 1 });
    let units = read(&mut smtp, "S: 250 2.0.0 Ok: queued as 42F2333F\nC: quit\nS: 221 2.0.0 Bye");
    assert_eq!(units, ["S4 response", "C5 command", "S5 response"]);
    assert_eq!(smtp.expect().client, Turn::Over);
}

#[test]
fn pipelined_commands_pair_with_their_replies() {
    let mut smtp = Smtp::new(false);
    let units = read(
        &mut smtp,
        "S: 220 x
         C: MAIL FROM:<a@b>
         C: RCPT TO:<c@d>
         C: DATA
         S: 250 ok
         S: 550 5.1.1 no
         S: 554 no valid recipients
         C: QUIT",
    );
    assert_eq!(
        units,
        [
            "S greeting",
            "C1 command",
            "C2 command",
            "C3 command",
            "S1 response",
            "S2 response",
            "S3 response",
            "C4 command"
        ]
    );
    assert_eq!(smtp.state().envelope.as_ref().unwrap().forward_paths.len(), 0);
}

#[test]
fn what_comes_after_data_waits_for_the_answer() {
    let mut smtp = Smtp::new(false);
    read(&mut smtp, "S: 220 x\nC: DATA\nC: NOOP");
    assert_eq!(smtp.expect().client, Turn::Hold);
    // Refused: the line was a command after all.
    assert_eq!(read(&mut smtp, "S: 503 5.5.1 no"), ["S1 response", "C2 command"]);
    // Granted: it was message text.
    read(&mut smtp, "S: 250 ok\nC: DATA\nC: NOOP");
    assert_eq!(read(&mut smtp, "S: 354 go"), ["S3 continuation", "C3 data"]);
}

#[test]
fn logins_tell_who_and_hide_the_rest() {
    let mut smtp = Smtp::new(false);
    read(&mut smtp, "S: 220 x\nC: EHLO a\nS: 250-x\nS: 250 AUTH PLAIN LOGIN\nC: AUTH PLAIN");
    assert_eq!(smtp.state().mechanisms(), ["PLAIN", "LOGIN"]);
    assert_eq!(read(&mut smtp, "S: 334 "), ["S2 continuation"]);
    assert_eq!(smtp.expect().client, Turn::Sasl);
    let units = read(&mut smtp, "C: AGFuYQBzZWNyZXQ=\nS: 235 2.7.0 ok");
    assert_eq!(units, ["C2 sasl", "S2 response"]);
    assert_eq!(smtp.state().user.as_deref(), Some("ana"));
}

#[test]
fn tls_makes_both_sides_forget() {
    let mut smtp = Smtp::new(false);
    read(&mut smtp, "S: 220 x\nC: EHLO a\nS: 250-x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 2.0.0 go");
    assert_eq!(smtp.expect().client, Turn::Tls);
    read(&mut smtp, "@tls");
    assert_eq!((smtp.state().phase, smtp.state().tls), (Phase::Unintroduced, true));
    assert!(smtp.state().capabilities.is_none());
    assert_eq!(read(&mut smtp, "C: EHLO a"), ["C3 command"]);
}

#[test]
fn lmtp_answers_once_for_each_recipient() {
    let mut lmtp = Smtp::new(true);
    read(
        &mut lmtp,
        "S: 220 x\nC: LHLO a\nS: 250 x\nC: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<a@b>\nS: 250 ok
         C: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC: .",
    );
    assert_eq!(lmtp.expect().owed, 2);
    read(&mut lmtp, "S: 250 2.0.0 <a@b> saved");
    assert_eq!(lmtp.expect().owed, 1);
    read(&mut lmtp, "S: 452 4.2.2 <c@d> full");
    assert_eq!((lmtp.expect().owed, lmtp.state().phase), (0, Phase::Ready));
}

#[test]
fn a_chunk_is_counted_not_read() {
    let mut smtp = Smtp::new(false);
    let units = read(&mut smtp, "S: 220 x\nC: BDAT 6 LAST\nC: QUIT\nC: NOOP");
    assert_eq!(units, ["S greeting", "C1 command", "C1 data", "C2 command"]);
}

#[test]
fn odd_replies_are_kept_and_named() {
    let mut smtp = Smtp::new(false);
    let units = read(
        &mut smtp,
        "S: 220 x
         S: 250 nobody asked
         C: EHLO a
         S: 250-x
         S: 251-y
         S: nonsense
         S: 250 z
         S: HTTP/1.1 400 Bad Request",
    );
    assert_eq!(
        units,
        [
            "S greeting",
            "S response fault-unasked",
            "C1 command",
            "S1 response fault-code-changed fault-no-code",
            "S junk"
        ]
    );
}

/// All units of a dialogue whose bytes come in these cuts, with their bytes and tokens; the runs of a body
/// joined.
fn digest(chunks: &[(Side, Vec<u8>)]) -> Vec<String> {
    let mut smtp = Smtp::new(false);
    let mut units: std::collections::BTreeMap<u64, (bool, String)> = Default::default();
    let mut take = |smtp: &mut Smtp| {
        while let Some(step) = smtp.next_step() {
            match step {
                Step::Piece(p) => {
                    let (body, text) = units.get_mut(&p.n).unwrap();
                    text.extend(p.wire.bytes.iter().map(|b| char::from(*b)));
                    if !*body {
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
        smtp.push(*side, &Wire::new(bytes.clone()), Stamp::default());
        take(&mut smtp);
    }
    smtp.mark(&Mark::Closed(Close::Server), Stamp::default());
    take(&mut smtp);
    units.into_values().map(|(_, text)| text).collect()
}

fn dialogue() -> impl Strategy<Value = Vec<(Side, Vec<u8>)>> {
    let client = prop::sample::select(vec![
        "EHLO a\r\n",
        "MAIL FROM:<a@b>\r\n",
        "RCPT TO:<c@d>\r\n",
        "DATA\r\n",
        "x\r\n.y\r\n..\r\n.\r\n",
        "\r\n.\r\n",
        "AUTH PLAIN\r\n",
        "AGEAYg==\r\n",
        "BDAT 5\r\n",
        "\n.\n",
        "\0\u{ff}\r",
        "STARTTLS\r\n",
        "QUIT\r\n",
    ]);
    let server = prop::sample::select(vec![
        "220 x\r\n",
        "250 ok\r\n",
        "250-a\r\n",
        "354 go\r\n",
        "334 \r\n",
        "235 ok\r\n",
        "junk\r\n",
        "421 bye\r\n",
        "25",
        "0 ok\n",
    ]);
    let line = prop_oneof![
        client.prop_map(|l| (Side::Client, l.as_bytes().to_vec())),
        server.prop_map(|l| (Side::Server, l.as_bytes().to_vec())),
    ];
    prop::collection::vec(line, 0..30)
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
        chunks in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..40)), 0..20)
    ) {
        let mut smtp = Smtp::new(false);
        let mut got = [Vec::new(), Vec::new()];
        let mut sent = [Vec::new(), Vec::new()];
        let mut side_of = std::collections::HashMap::new();
        let mut steps = Vec::new();
        for (client, bytes) in &chunks {
            let side = if *client { Side::Client } else { Side::Server };
            sent[side as usize].extend_from_slice(bytes);
            smtp.push(side, &Wire::new(bytes.clone()), Stamp::default());
            while let Some(step) = smtp.next_step() { steps.push(step); }
        }
        smtp.finish();
        while let Some(step) = smtp.next_step() { steps.push(step); }
        for step in steps {
            match step {
                Step::Open(head) => { side_of.insert(head.n, head.side); }
                Step::Piece(p) => got[side_of[&p.n] as usize].extend_from_slice(&p.wire.bytes),
                _ => {}
            }
        }
        prop_assert_eq!(got, sent);
    }
}
