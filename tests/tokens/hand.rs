//! What a table does not say: the same code after different commands, words that are shown decoded, the way of a
//! mail, the lists of a message's structure.

use ehlo::dialogue::{Note, Protocol};
use ehlo::i18n::{Catalog, Lang};

use super::{Scene, told};

const SMTP: &str = "S: 220 x ESMTP\nC: EHLO me\nS: 250-x\nS: 250-STARTTLS\nS: 250 AUTH PLAIN\n";
const MAIL: &str = "C: MAIL FROM:<ana@example.org>\nS: 250 Ok\n";
const RCPT: &str = "C: RCPT TO:<bea@example.org>\nS: 250 Ok\n";
const DATA: &str = "C: DATA\nS: 354 go on\nC: From: ana@example.org\nC:\nC: hi\nC: .\n";
const IMAP: &str =
    "S: * OK x\nC: a1 LOGIN ana secret\nS: a1 OK x\nC: a2 SELECT INBOX\nS: * 3 EXISTS\nS: a2 OK x\n";
const POP: &str = "S: +OK x\nC: USER ana\nS: +OK\nC: PASS secret\nS: +OK\nC: RETR 1\n";

/// The note with that id; in both languages it says those words, wherever they stand.
fn says(protocol: Protocol, before: &str, lines: &str, id: &str, words: &[&str]) {
    let notes = told(&Scene::new(protocol, before, lines));
    let found: Vec<&Note> = notes.iter().filter(|note| note.id == id).collect();
    assert!(!found.is_empty(), "{id} after {lines:?}: {notes:#?}");
    for lang in [Lang::En, Lang::Es] {
        let catalog = Catalog::new(lang);
        let texts: Vec<String> = found
            .iter()
            .map(|note| format!("{} {}", note.label, catalog.say(&note.id, &note.args)))
            .collect();
        for word in words {
            assert!(texts.iter().any(|text| text.contains(word)), "{id} without {word:?}: {texts:?}");
        }
    }
}

fn smtp(before: &[&str], lines: &str, id: &str) {
    says(Protocol::Smtp, &before.concat(), lines, id, &[]);
}

#[test]
fn one_code_of_smtp_means_another_thing_after_another_command() {
    smtp(&[SMTP, "C: STARTTLS\n"], "S: 454 x\n", "smtp-reply-454-starttls");
    smtp(&[SMTP, "C: AUTH PLAIN AGEAYg==\n"], "S: 454 x\n", "smtp-reply-454-auth");
    smtp(&[SMTP, MAIL, "C: RCPT TO:<bea@example.org>\n"], "S: 454 x\n", "smtp-reply-454");
    smtp(&[SMTP, MAIL, RCPT, DATA], "S: 250 Ok\n", "smtp-reply-250-data");
    smtp(&[SMTP, MAIL, "C: RSET\n"], "S: 250 Ok\n", "smtp-reply-250-rset");
    smtp(&[SMTP, "C: MAIL FROM:<ana@example.org>\n"], "S: 250 Ok\n", "smtp-reply-250-mail");
    smtp(&[SMTP, MAIL, RCPT, "C: DATA\n"], "S: 550 x\n", "smtp-reply-550-data");
    // What is missing is told by the state; else the reply's own row says what it may be.
    smtp(&[SMTP, "C: RCPT TO:<bea@example.org>\n"], "S: 503 x\n", "lint-smtp-rcpt-before-mail");
    smtp(&[SMTP, MAIL, "C: RCPT TO:<bea@example.org>\n"], "S: 503 x\n", "smtp-reply-503-rcpt");
}

#[test]
fn lmtp_answers_for_each_recipient() {
    let lmtp = "S: 220 x LMTP\nC: LHLO me\nS: 250 x\n";
    let before = [lmtp, MAIL, RCPT, "C: RCPT TO:<cai@example.org>\nS: 250 Ok\n", DATA].concat();
    says(Protocol::Lmtp, &before, "S: 250 Ok\n", "smtp-reply-250-lmtp", &["250"]);
    let second = before + "S: 250 Ok\n";
    says(Protocol::Lmtp, &second, "S: 450 x\n", "smtp-reply-450-lmtp", &["450"]);
}

#[test]
fn one_status_of_imap_means_another_thing_after_another_command() {
    let imap =
        |before: &str, lines: &str, id: &str| says(Protocol::Imap, &[IMAP, before].concat(), lines, id, &[]);
    imap("C: a3 APPEND INBOX {3}\n", "S: + go on\n", "imap-resp-continue-literal");
    imap("C: a3 IDLE\n", "S: + idling\n", "imap-resp-continue-idle");
    imap("C: a3 SELECT Sent\n", "S: a3 OK x\n", "imap-status-ok-select");
    imap("C: a3 LOGOUT\n", "S: * BYE x\nS: a3 OK x\n", "imap-status-ok-logout");
    imap("", "S: * 4 EXISTS\n", "imap-resp-exists-unasked");
    imap("C: a3 IDLE\nS: + idling\n", "S: * 4 EXISTS\n", "imap-resp-exists-unasked");
    let login = "S: * OK x\nC: a1 AUTHENTICATE PLAIN\n";
    says(Protocol::Imap, login, "S: +\n", "imap-resp-continue-authenticate", &["+"]);
    says(Protocol::Imap, login, "S: +\n", "note-sasl-empty-challenge", &["PLAIN"]);
}

#[test]
fn each_fetch_modifier_and_each_right_is_said_where_it_stands() {
    let imap = |lines: &str, id: &str, words: &[&str]| says(Protocol::Imap, IMAP, lines, id, words);
    imap("C: a3 FETCH 1 BODY[]<0.100>\n", "imap-item-range", &["<0.100>"]);
    imap("C: a3 UID SEARCH OR (SEEN FLAGGED) DRAFT\n", "imap-key-group", &["("]);
    imap("C: a3 SETACL INBOX bea +lr\n", "imap-right-l", &["l"]);
    imap("C: a3 SETACL INBOX bea +lr\n", "imap-right-r", &["r"]);
    // The identifier is no right, whatever letters it has.
    let notes = told(&Scene::new(Protocol::Imap, IMAP, "C: a3 SETACL INBOX wax lr\n"));
    assert!(!notes.iter().any(|note| note.id == "imap-right-w"), "{notes:?}");
    let listed = "S: * ACL INBOX ana lr wax s\nS: a3 OK x\n";
    let notes = told(&Scene::new(Protocol::Imap, IMAP.to_owned() + "C: a3 GETACL INBOX\n", listed));
    let rights: Vec<&str> =
        notes.iter().filter(|n| n.id.starts_with("imap-right-")).map(|n| &*n.label).collect();
    assert_eq!(rights, ["l", "r", "s"]);
}

#[test]
fn encoded_words_and_mailbox_names_are_decoded() {
    let mail = "S: +OK 99 octets\nS: Subject: =?UTF-8?Q?A=C3=B1o_nuevo?=\nS:\nS: hi\nS: .\n";
    says(Protocol::Pop3, POP, mail, "note-header-decoded", &["Subject", "Año nuevo"]);
    let base64 = "S: +OK 99 octets\nS: From: =?ISO-8859-1?B?Sm9z6Q==?= <jose@example.org>\nS:\nS: .\n";
    says(Protocol::Pop3, POP, base64, "note-header-decoded", &["From", "José"]);
    says(
        Protocol::Imap,
        IMAP,
        "C: a3 SELECT \"Mensajes &AOE-rabes\"\n",
        "note-imap-utf7",
        &["Mensajes árabes"],
    );
    let listed = "S: * LIST () \"/\" &AMk-tudes\nS: a3 OK x\n";
    let before = IMAP.to_owned() + "C: a3 LIST \"\" \"*\"\n";
    says(Protocol::Imap, &before, listed, "note-imap-utf7", &["Études"]);
}

#[test]
fn the_way_of_a_mail_is_read_from_its_hops() {
    let mail = "S: +OK 999 octets\n\
                S: Received: from mx.example.org by store.example.org with LMTP; Mon, 2 Feb 2026 10:00:09 +0000\n\
                S: Received: from me.example.org (me [192.0.2.7]) by mx.example.org with ESMTPSA; Mon, 2 Feb 2026 10:00:02 +0000\n\
                S: From: ana@example.org\nS:\nS: hi\nS: .\n";
    let notes = told(&Scene::new(Protocol::Pop3, POP, mail));
    let hop = |label: &str| notes.iter().find(|note| note.label == label).map(|note| note.id.to_string());
    assert_eq!(hop("LMTP +7 s").as_deref(), Some("note-received-lmtp"), "{notes:?}");
    assert_eq!(hop("ESMTPSA").as_deref(), Some("note-received-tls-login"), "{notes:?}");
    says(Protocol::Pop3, POP, mail, "note-received-tls-login", &["me.example.org"]);
    says(Protocol::Pop3, POP, mail, "note-received-way", &["2", "7"]);
}

#[test]
fn the_parts_of_a_message_and_the_fields_of_an_envelope_are_named() {
    let mail = "S: +OK 999 octets\nS: Content-Type: multipart/mixed; boundary=\"b\"\nS:\nS: --b\n\
                S: Content-Type: text/plain; charset=utf-8\nS:\nS: hi\nS: --b\nS: Content-Type: image/png\n\
                S: Content-Transfer-Encoding: base64\nS:\nS: AAAA\nS: --b--\nS: .\n";
    let notes = told(&Scene::new(Protocol::Pop3, POP, mail));
    for part in ["[1]", "[2]"] {
        assert!(notes.iter().any(|note| note.label.contains(part)), "{part}: {notes:?}");
    }
    let envelope = "S: * 1 FETCH (ENVELOPE (\"Mon, 2 Feb 2026 10:00:00 +0000\" \"Hola\" ((\"Ana\" NIL \"ana\" \
                    \"example.org\")) NIL NIL ((NIL NIL \"bea\" \"example.org\")) NIL NIL NIL \"<1@example.org>\") \
                    BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 3 1)(\"IMAGE\" \"PNG\" NIL NIL NIL \
                    \"BASE64\" 9) \"MIXED\"))\nS: a3 OK x\n";
    let before = IMAP.to_owned() + "C: a3 FETCH 1 (ENVELOPE BODYSTRUCTURE)\n";
    let notes = told(&Scene::new(Protocol::Imap, before, envelope));
    for lang in [Lang::En, Lang::Es] {
        let catalog = Catalog::new(lang);
        let text: Vec<String> =
            notes.iter().map(|n| format!("{} {}", n.label, catalog.say(&n.id, &n.args))).collect();
        for word in ["Hola", "ana@example.org", "bea@example.org", "<1@example.org>"] {
            assert!(text.iter().any(|line| line.contains(word)), "{lang:?} without {word}: {text:#?}");
        }
        for kind in ["text/plain", "image/png"] {
            let found = text.iter().any(|line| line.to_ascii_lowercase().contains(kind));
            assert!(found, "{lang:?} without {kind}: {text:#?}");
        }
    }
}
