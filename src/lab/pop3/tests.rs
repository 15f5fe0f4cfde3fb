//! Dialogues with the POP3 server: the exercise sheet's, line by line, and what goes wrong.

use proptest::prelude::*;

use super::*;
use crate::dialect::sasl::make::apop;
use crate::lab::profile::Profile;
use crate::lab::store::{Delivery, System};
use crate::lab::table::{SHEET_DAY, Table, lab, run};

fn table(lab: &Arc<Lab>) -> (Table, String) {
    Table::new(Protocol::Pop3, Box::new(Pop3Servant::new(lab)))
}

fn deliver(lab: &Lab, account: &str, mail: &str) {
    let mut draft = lab.store.draft();
    draft.write(mail.as_bytes()).unwrap();
    let to =
        Delivery { account: account.into(), mailbox: "INBOX".into(), date: SHEET_DAY, ..Delivery::default() };
    draft.commit(&[to]).unwrap();
}

const MENSAJE_7: &str = "Return-Path: <alumnoimap@redes.unlp.edu.ar>\r\n\
    X-Original-To: alumnopop@redes.unlp.edu.ar\r\n\
    Delivered-To: alumnopop@redes.unlp.edu.ar\r\n\
    Received: from redes (unknown [172.28.0.1])\r\n\
    \tby mail.redes.unlp.edu.ar (Postfix) with ESMTP id 42F2333F\r\n\
    \tfor <alumnopop@redes.unlp.edu.ar>; Thu,  5 Apr 2018 21:55:02 +0000 (UTC)\r\n\
    \r\n\
    mensaje 7\r\n";

/// The sheet's maildrop, as far as the sheet shows it: sizes, and the third message.
fn sheet(profile: Profile) -> Arc<Lab> {
    let lab = lab(|settings| settings.profile = profile);
    let filled = |size: usize| format!("Subject: x\r\n\r\n{}\r\n", "l".repeat(size - 16));
    for mail in [filled(717), filled(334), MENSAJE_7.to_owned(), filled(728)] {
        deliver(&lab, "alumnopop", &mail);
    }
    lab
}

fn logged_in(lab: &Arc<Lab>) -> Table {
    let (mut table, _) = table(lab);
    assert_eq!(table.say("user alumnopop\npass alumnopoppass"), "+OK\n+OK Logged in.");
    table
}

#[test]
fn exercises_3e_and_3f_go_as_on_the_sheet() {
    let lab = sheet(Profile::Sheet);
    let (mut table, greeting) = table(&lab);
    assert_eq!(greeting, "+OK Dovecot (ehlo lab) ready.\r\n");
    run(
        &mut table,
        "",
        "C: AUTH
         S: +OK
         S: PLAIN
         S: .
         C: CAPA
         S: +OK
         S: CAPA
         S: TOP
         S: UIDL
         S: RESP-CODES
         S: PIPELINING
         S: AUTH-RESP-CODE
         S: USER
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
         S: 2 334
         S: 3 326
         S: 4 728
         S: .
         C: RETR 3
         S: +OK 326 octets
         S: Return-Path: <alumnoimap@redes.unlp.edu.ar>
         S: X-Original-To: alumnopop@redes.unlp.edu.ar
         S: Delivered-To: alumnopop@redes.unlp.edu.ar
         S: Received: from redes (unknown [172.28.0.1])
         S: \tby mail.redes.unlp.edu.ar (Postfix) with ESMTP id 42F2333F
         S: \tfor <alumnopop@redes.unlp.edu.ar>; Thu,  5 Apr 2018 21:55:02 +0000 (UTC)
         S:
         S: mensaje 7
         S: .
         C: UIDL
         S: +OK
         S: 1 00000001…
         S: 2 00000002…
         S: 3 00000003…
         S: 4 00000004…
         S: .
         C: RETR 4
         S: +OK 728 octets
         S: Subject: x
         S:
         S: lll…
         S: .
         C: QUIT
         S: +OK Logging out."
            .replace("\\t", "\t")
            .as_str(),
    );
    assert_eq!(table.ended, "close");
    let entries = lab.store.mailbox("alumnopop", "INBOX").unwrap().snapshot();
    let seen: Vec<bool> = entries.iter().map(|e| e.flags.has(System::Seen)).collect();
    assert_eq!(seen, [false, false, true, true], "RETR sets it, as Dovecot's does");
}

/// Each line was said to a Dovecot 2.3 as well, which answered so.
#[test]
fn what_is_wrong_is_answered_as_dovecot_answers_it() {
    let lab = sheet(Profile::Sheet);
    run(
        &mut logged_in(&lab),
        "",
        "C: CAPA
         S: +OK
         S: CAPA
         S: TOP
         S: UIDL
         S: RESP-CODES
         S: PIPELINING
         S: AUTH-RESP-CODE
         S: .
         C: LIST 1
         S: +OK 1 717
         C: LIST 99
         S: -ERR There's no message 99.
         C: LIST x
         S: -ERR Invalid message number: x
         C: LIST 0
         S: -ERR There's no message 0.
         C: LIST 1 2
         S: -ERR Noise after message number:  2
         C: UIDL 99
         S: -ERR There's no message 99.
         C: RETR
         S: -ERR Invalid message number: 
         C: DELE -1
         S: -ERR Invalid message number: -1
         C: RETR 18446744073709551617
         S: -ERR Message number too large: 18446744073709551617
         C: TOP 1
         S: -ERR Noise after message number: 
         C: TOP 1 x
         S: -ERR Invalid size: x
         C: TOP 1 1 1
         S: -ERR Noise after size:  1
         C: DELE 1
         S: +OK Marked to be deleted.
         C: DELE 1
         S: -ERR Message is deleted.
         C: RETR 1
         S: -ERR Message is deleted.
         C: LIST
         S: +OK 3 messages:
         S: 2 334
         S: 3 326
         S: 4 728
         S: .
         C: STAT
         S: +OK 3 1388
         C: RSET
         S: +OK
         C: STAT x
         S: +OK 4 2105
         C: NOOP
         S: +OK
         C: FOO
         S: -ERR Unknown command: FOO
         C: AUTH
         S: -ERR Unknown command: AUTH
         C: STLS
         S: -ERR Unknown command: STLS
         C: TOP 3 0
         S: +OK
         S: Return-Path: <alumnoimap@redes.unlp.edu.ar>
         S: X-Original-To: alumnopop@redes.unlp.edu.ar
         S: Delivered-To: alumnopop@redes.unlp.edu.ar
         S: Received: from redes (unknown [172.28.0.1])
         S: …id 42F2333F
         S: …(UTC)
         S:
         S: .
         C: QUIT
         S: +OK Logging out.",
    );
}

#[test]
fn before_the_login_mistakes_are_told_and_counted() {
    let lab = sheet(Profile::Sheet);
    let (mut table, _) = table(&lab);
    run(
        &mut table,
        "",
        "C: PASS x
         S: -ERR No username given.
         C: USER alumnopop
         S: +OK
         C: PASS wrong
         S: -ERR [AUTH] Authentication failed.
         C: USER nadie
         S: +OK
         C: PASS x
         S: -ERR [AUTH] Authentication failed.
         C: AUTH FOO
         S: -ERR [AUTH] Unsupported authentication mechanism.
         C: AUTH CRAM-MD5
         S: -ERR [AUTH] Unsupported authentication mechanism.
         C: AUTH PLAIN
         S: + 
         C: *
         S: -ERR Authentication aborted by client.
         C: AUTH PLAIN
         S: + 
         C: ?
         S: -ERR [AUTH] Invalid base64 data in continued response
         C: AUTH PLAIN =
         S: -ERR [AUTH] Authentication failed.
         C: APOP alumnopop x
         S: -ERR Unknown command.
         C: STAT
         S: -ERR Unknown command.
         C: FOO
         S: -ERR Unknown command.
         S: -ERR Too many invalid bad commands.",
    );
    assert_eq!(table.ended, "close");
    let (mut table, _) = super::tests::table(&lab);
    assert_eq!(table.say("quit"), "+OK Logging out");
    let (mut table, _) = super::tests::table(&lab);
    assert_eq!((table.wait().as_str(), table.ended), ("-ERR Disconnected for inactivity.\r\n", "close"));
}

#[test]
fn one_session_has_the_maildrop_and_only_quit_deletes() {
    let lab = sheet(Profile::Sheet);
    let mut first = logged_in(&lab);
    let (mut second, _) = table(&lab);
    let locked = second.say("user alumnopop@redes.unlp.edu.ar\npass alumnopoppass");
    assert_eq!(locked, "+OK\n-ERR [IN-USE] Mailbox is locked by another session.");
    // New mail is not in the picture; a connection that breaks deletes nothing.
    deliver(&lab, "alumnopop", "Subject: new\r\n\r\n");
    assert_eq!(first.say("dele 1\nstat"), "+OK Marked to be deleted.\n+OK 3 1388");
    drop(first);
    let mut third = logged_in(&lab);
    assert_eq!(third.say("stat"), "+OK 5 2121");
    assert_eq!(third.say("dele 1\nquit"), "+OK Marked to be deleted.\n+OK Logging out, messages deleted.");
    let mut fourth = logged_in(&lab);
    assert_eq!(fourth.say("stat"), "+OK 4 1404");
    assert!(fourth.say("uidl 1").starts_with("+OK 1 00000002"), "a unique-id is never another's");
}

#[test]
fn dots_are_doubled_and_top_counts_lines() {
    let lab = lab(|_| ());
    deliver(&lab, "alumnopop", "Subject: x\r\n\r\n.\r\n..a\r\nlast");
    let mut table = logged_in(&lab);
    assert_eq!(table.say("retr 1"), "+OK 26 octets\nSubject: x\n\n..\n...a\nlast\n.");
    assert_eq!(table.say("top 1 0"), "+OK\nSubject: x\n\n.");
    assert_eq!(table.say("top 1 2"), "+OK\nSubject: x\n\n..\n...a\n.");
    assert_eq!(table.say("top 1 99999999999999999999"), "+OK\nSubject: x\n\n..\n...a\nlast\n.");
    assert_eq!(table.faults, Vec::<String>::new());
}

#[test]
fn bare_has_what_rfc_1939_makes_everybody_have() {
    let lab = sheet(Profile::Bare);
    let (mut table, _) = table(&lab);
    let said =
        table.say("capa\nauth\nuser alumnopop\npass wrong\nuser alumnopop\npass alumnopoppass\nuidl\nstat");
    assert_eq!(
        said,
        "-ERR Unknown command.\n-ERR Unknown command.\n+OK\n-ERR Authentication failed.\n+OK\n+OK Logged in.\n\
         -ERR Unknown command: UIDL\n+OK 4 2105"
    );
}

#[test]
fn modern_has_tls_apop_and_every_mechanism() {
    use crate::dialect::sasl::decode;
    use crate::dialect::sasl::make::{Client, Credentials};
    let lab = sheet(Profile::Modern);
    let (mut first, greeting) = table(&lab);
    let stamp = &greeting[greeting.find('<').unwrap()..=greeting.find('>').unwrap()];
    let digest = apop(stamp, b"alumnopoppass");
    assert_eq!(
        first.say("apop alumnopop\napop alumnopop x"),
        "-ERR Invalid parameters.\n-ERR [AUTH] Authentication failed."
    );
    assert_eq!(first.say(&format!("utf8\napop alumnopop {digest}")), "+OK UTF8 enabled\n+OK Logged in.");
    drop(first);
    for mechanism in crate::lab::profile::MECHANISMS {
        let (mut table, _) = table(&lab);
        // What was said in the same breath as STLS is not heard.
        assert_eq!(table.say("stls\nuser alumnopop"), "+OK Begin TLS negotiation now.");
        assert_eq!(table.say("pass alumnopoppass"), "-ERR No username given.");
        let capa = table.say("capa");
        assert!(!capa.contains("STLS") && capa.contains("SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1"), "{capa}");
        let credentials = Credentials::password("alumnopop", "alumnopoppass");
        let mut client = Client::new(mechanism, credentials, "nonce").unwrap();
        let first = client.initial().map_or(String::new(), |a| format!(" {}", a.initial_wire()));
        let mut said = table.send(format!("auth {mechanism}{first}\r\n").as_bytes());
        while let Some(challenge) = said.strip_prefix("+ ") {
            let challenge = decode(challenge.trim().as_bytes()).unwrap();
            said = table.send(format!("{}\r\n", client.answer(&challenge).unwrap().wire()).as_bytes());
        }
        assert_eq!(said, "+OK Logged in.\r\n", "{mechanism}");
        assert_eq!((table.user.as_deref(), table.faults.len()), (Some("alumnopop"), 0));
    }
}

#[test]
fn faults_happen_where_they_are_told_to() {
    let lab = sheet(Profile::Sheet);
    lab.faults.set(&["stat refuse once", "retr drop after 10 once", "quit silent once", "list bye"]).unwrap();
    let mut table = logged_in(&lab);
    assert_eq!(table.say("stat\nstat"), "-ERR [SYS/TEMP] A fault of the lab, on purpose.\n+OK 4 2105");
    assert_eq!(table.say("retr 1"), "+OK 717 octets\nSubject: x");
    assert_eq!(table.ended, "drop");
    drop(table);
    let mut table = logged_in(&lab);
    assert_eq!((table.say("dele 1\nquit").as_str(), table.ended), ("+OK Marked to be deleted.", "drop"));
    let mut table = logged_in(&lab);
    assert_eq!(table.say("stat\nlist"), "+OK 3 1388\n-ERR Server shutting down.");
    assert_eq!(table.ended, "close");
}

fn answers(bytes: &[u8], cut: usize) -> (String, &'static str, Vec<String>) {
    let lab = sheet(Profile::Sheet);
    let (mut table, mut said) = table(&lab);
    for chunk in bytes.chunks(cut.max(1)) {
        said += &table.send(chunk);
    }
    (said, table.ended, table.faults)
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    let line = prop::sample::select(vec![
        "user alumnopop",
        "pass alumnopoppass",
        "pass",
        "auth",
        "auth plain",
        "AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz",
        "capa",
        "stat",
        "list",
        "list 1",
        "uidl",
        "uidl 9",
        "retr 3",
        "retr x",
        "top 3 1",
        "dele 2",
        "rset",
        "noop",
        "quit",
        "",
        "*",
        "stls",
        "foo",
        "apop a b",
    ]);
    let login = Just(b"user alumnopop\r\npass alumnopoppass\r\n".to_vec());
    let text = prop_oneof![
        8 => line.prop_map(|l| format!("{l}\r\n").into_bytes()),
        2 => login,
        1 => prop::collection::vec(any::<u8>(), 0..12)
    ];
    prop::collection::vec(text, 0..20).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn cuts_change_no_answer_and_every_answer_is_well_formed(bytes in lines(), cut in 1usize..30) {
        let whole = answers(&bytes, bytes.len());
        prop_assert_eq!(&whole, &answers(&bytes, cut));
        prop_assert_eq!(whole.2, Vec::<String>::new());
    }
}
