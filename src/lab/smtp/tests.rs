//! Dialogues with the SMTP server: the exercise sheet's, line by line, and what goes wrong.

use proptest::prelude::*;

use super::*;
use crate::lab::profile::Profile;
use crate::lab::store::Queued;
use crate::lab::table::{SHEET_DAY, Table, lab, run};

fn table(lab: &Arc<Lab>, service: Service) -> (Table, String) {
    let peer = "172.28.0.1".parse().unwrap();
    Table::new(Protocol::Smtp, Box::new(SmtpServant::new(lab, service).from_peer(peer)))
}

fn with_profile(profile: Profile) -> Arc<Lab> {
    lab(|settings| settings.profile = profile)
}

/// A dialogue on a fresh lab of that profile, from the greeting on.
fn dialogue(profile: Profile, service: Service, text: &str) -> Arc<Lab> {
    let lab = with_profile(profile);
    let (mut table, greeting) = table(&lab, service);
    assert_eq!(greeting, "220 mail.redes.unlp.edu.ar ESMTP Postfix (ehlo lab)\r\n");
    run(&mut table, "", text);
    lab
}

fn inbox(lab: &Lab, account: &str) -> Vec<String> {
    let mailbox = lab.store.mailbox(account, "INBOX").unwrap();
    let read = |entry: &crate::lab::store::Entry| {
        let bytes = mailbox.read(entry.message, 0, usize::try_from(entry.size).unwrap()).unwrap();
        assert_eq!(bytes.len() as u64, entry.size);
        String::from_utf8(bytes).unwrap()
    };
    mailbox.snapshot().iter().map(read).collect()
}

const EHLO: &str = "C: ehlo redes
    S: 250-mail.redes.unlp.edu.ar
    S: 250-PIPELINING
    S: 250-SIZE 10240000
    S: 250-VRFY
    S: 250-ETRN
    S: 250-STARTTLS
    S: 250-ENHANCEDSTATUSCODES
    S: 250-8BITMIME
    S: 250 DSN\n";

#[test]
fn exercise_3c_goes_as_on_the_sheet() {
    let text = "C: mail from:<alumnoimap@redes.unlp.edu.ar>
        S: 250 2.1.0 Ok
        C: rcpt to: <alumnopop@redes.unlp.edu.ar>
        S: 250 2.1.5 Ok
        C: data
        S: 354 End data with <CR><LF>.<CR><LF>
        C: mensaje 7
        C: .
        S: 250 2.0.0 Ok: queued as …33F
        C: quit
        S: 221 2.0.0 Bye";
    let lab = dialogue(Profile::Sheet, Service::Smtp, &format!("{EHLO}{text}"));
    let mail = &inbox(&lab, "alumnopop")[0];
    let id = mail.split(" id ").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap();
    assert_eq!(
        *mail,
        format!(
            "Return-Path: <alumnoimap@redes.unlp.edu.ar>\r\n\
             X-Original-To: alumnopop@redes.unlp.edu.ar\r\n\
             Delivered-To: alumnopop@redes.unlp.edu.ar\r\n\
             Received: from redes (unknown [172.28.0.1])\r\n\
             \tby mail.redes.unlp.edu.ar (Postfix) with ESMTP id {id}\r\n\
             \tfor <alumnopop@redes.unlp.edu.ar>; Thu,  5 Apr 2018 21:55:02 +0000 (UTC)\r\n\
             \r\n\
             mensaje 7\r\n"
        )
    );
    // The sheet's own figure: `+OK 326 octets`.
    assert_eq!(mail.len(), 326);
}

#[test]
fn exercise_3d_goes_as_on_the_sheet() {
    let text = "C: mail from:pepe@redes.unlp.edu.ar
        S: 250 2.1.0 Ok
        C: rcpt to: alumnoimap@redes.unlp.edu.ar
        S: 250 2.1.5 Ok
        C: data
        S: 354 End data with <CR><LF>.<CR><LF>
        C: From: pepe@redes.unlp.edu.ar
        C: subject:fff
        C: ffff
        C: .
        S: 250 2.0.0 Ok: queued as …33F
        C: quit
        S: 221 2.0.0 Bye";
    let lab = dialogue(Profile::Sheet, Service::Smtp, &format!("{EHLO}{text}"));
    let mail = &inbox(&lab, "alumnoimap")[0];
    assert!(mail.starts_with("Return-Path: <pepe@redes.unlp.edu.ar>\r\n"), "{mail}");
    let own = "(UTC)\r\nFrom: pepe@redes.unlp.edu.ar\r\nsubject:fff\r\n\r\nffff\r\n";
    assert!(mail.ends_with(own), "the empty line is put in, and nothing made up: {mail}");
}

/// Each line was said to a Postfix 3.7 as well, which answered so.
#[test]
fn what_is_wrong_is_answered_as_postfix_answers_it() {
    let text = "C: mail from:<a@b>
        S: 250 2.1.0 Ok
        C: mail from:<a@b>
        S: 503 5.5.1 Error: nested MAIL command
        C: data
        S: 554 5.5.1 Error: no valid recipients
        C: rcpt to:<nadie@redes.unlp.edu.ar>
        S: 550 5.1.1 <nadie@redes.unlp.edu.ar>: Recipient address rejected: User unknown in local recipient table
        C: rcpt to:<x@gmail.com>
        S: 554 5.7.1 <x@gmail.com>: Relay access denied
        C: rcpt to:<Postmaster>
        S: 250 2.1.5 Ok
        C: rcpt to:<@x:ALUMNOPOP@Redes.unlp.edu.ar>
        S: 250 2.1.5 Ok
        C: rcpt to:<>
        S: 501 5.1.3 Bad recipient address syntax
        C: rcpt to:
        S: 501 5.5.4 Syntax: RCPT TO:<address>
        C: rcpt to:<alumnopop@redes.unlp.edu.ar> NOTIFY=NEVER,DELAY
        S: 501 5.5.4 Error: Bad NOTIFY parameter syntax
        C: rcpt to:<alumnopop@redes.unlp.edu.ar> FOO=1
        S: 555 5.5.4 Unsupported option: FOO=1
        C: data x
        S: 501 5.5.4 Syntax: DATA
        C: rset x
        S: 501 5.5.4 Syntax: RSET
        C: rset
        S: 250 2.0.0 Ok
        C: data
        S: 503 5.5.1 Error: need RCPT command
        C: rcpt to:<a@b>
        S: 503 5.5.1 Error: need MAIL command
        C: quit
        S: 221 2.0.0 Bye";
    dialogue(Profile::Sheet, Service::Smtp, text);
    let text = "C: helo
        S: 501 Syntax: HELO hostname
        C: ehlo
        S: 501 Syntax: EHLO hostname
        C: helo redes
        S: 250 mail.redes.unlp.edu.ar
        C: help
        S: 500 5.5.2 Error: command not recognized
        C: expn alumnopop
        S: 500 5.5.2 Error: command not recognized
        C: vrfy
        S: 501 5.5.4 Syntax: VRFY address [SMTPUTF8]
        C: vrfy alumnopop
        S: 252 2.0.0 alumnopop
        C: vrfy x@gmail.com
        S: 554 5.7.1 <x@gmail.com>: Relay access denied
        C: etrn
        S: 500 Syntax: ETRN domain
        C: etrn gmail.com
        S: 459 <gmail.com>: service unavailable
        C: noop x y
        S: 250 2.0.0 Ok
        C:
        S: 500 5.5.2 Error: bad syntax
        C: mail from
        S: 501 5.5.4 Syntax: MAIL FROM:<address>
        C: mail from:<a@b>x
        S: 501 5.1.7 Bad sender address syntax
        C: mail from:<a b@c>
        S: 501 5.1.7 Bad sender address syntax
        C: mail from:<a@b> SIZE=20000000
        S: 552 5.3.4 Message size exceeds fixed limit
        C: mail from:<a@b> SIZE=abc
        S: 501 5.5.4 Bad message size syntax
        C: mail from:<a@b> SMTPUTF8
        S: 555 5.5.4 Unsupported option: SMTPUTF8
        C: auth plain
        S: 503 5.5.1 Error: authentication not enabled
        C: Subject: hola
        S: 221 2.7.0 Error: I can break rules, too. Goodbye.";
    dialogue(Profile::Sheet, Service::Smtp, text);
}

#[test]
fn too_many_errors_and_silence_end_it() {
    let (mut table, _) = table(&with_profile(Profile::Sheet), Service::Smtp);
    let said = table.say(&"foo\n".repeat(25));
    assert_eq!(said.lines().count(), 21);
    assert!(said.ends_with("421 4.7.0 mail.redes.unlp.edu.ar Error: too many errors"));
    assert_eq!(table.ended, "close");
    let (mut table, _) = super::tests::table(&with_profile(Profile::Sheet), Service::Smtp);
    assert_eq!(table.wait(), "421 4.4.2 mail.redes.unlp.edu.ar Error: timeout exceeded\r\n");
}

#[test]
fn a_bare_lf_ends_it_in_a_command_and_in_a_message() {
    let said = "521 5.5.2 mail.redes.unlp.edu.ar Error: bare <LF> received\r\n";
    let lab = with_profile(Profile::Sheet);
    let (mut table, _) = table(&lab, Service::Smtp);
    assert_eq!((table.send(b"ehlo redes\n").as_str(), table.ended), (said, "close"));
    for body in ["a\n.\nb\r\n.\r\n", "a\r\n.\nMAIL FROM:<x@y>\r\n.\r\n", "a\n.\r\n"] {
        let (mut table, _) = super::tests::table(&lab, Service::Smtp);
        table.say("mail from:<a@b>\nrcpt to:<alumnopop>\ndata");
        assert_eq!((table.send(body.as_bytes()).as_str(), table.ended), (said, "close"), "{body:?}");
    }
    assert!(inbox(&lab, "alumnopop").is_empty());
}

#[test]
fn submission_wants_a_login_and_takes_what_goes_elsewhere() {
    let text = "C: ehlo redes
        S: 250-mail.redes.unlp.edu.ar
        S: 250-PIPELINING
        S: 250-SIZE 10240000
        S: 250-VRFY
        S: 250-ETRN
        S: 250-STARTTLS
        S: 250-AUTH PLAIN LOGIN
        S: 250-ENHANCEDSTATUSCODES
        S: 250-8BITMIME
        S: 250 DSN
        C: mail from:<a@b>
        S: 530 5.7.0 Authentication required
        C: auth
        S: 501 5.5.4 Syntax: AUTH mechanism
        C: auth cram-md5
        S: 535 5.7.8 Error: authentication failed: Invalid authentication mechanism
        C: auth plain
        S: 334 
        C: *
        S: 501 5.7.0 Authentication aborted
        C: auth plain
        S: 334 
        C: xx
        S: 535 5.7.8 Error: authentication failed: (reason unavailable)
        C: auth plain ?
        S: 535 5.7.8 Error: authentication failed: Invalid base64 data in initial response
        C: auth plain AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz
        S: 235 2.7.0 Authentication successful
        C: auth login
        S: 503 5.5.1 Error: already authenticated
        C: mail from:<alumnopop@redes.unlp.edu.ar>
        S: 250 2.1.0 Ok
        C: rcpt to:<x@gmail.com> ORCPT=rfc822;x@gmail.com
        S: 250 2.1.5 Ok
        C: rcpt to:<alumnoimap@redes.unlp.edu.ar>
        S: 250 2.1.5 Ok
        C: data
        S: 354 End data with <CR><LF>.<CR><LF>
        C: Subject: two ways
        C:
        C: hola
        C: .
        S: 250 2.0.0 Ok: queued as …33F";
    let lab = dialogue(Profile::Sheet, Service::Submission, text);
    assert_eq!(lab.store.queue().unwrap(), Vec::<Queued>::new());
    let here = &inbox(&lab, "alumnoimap")[0];
    assert!(here.contains("with ESMTPA id ") && !here.contains("for <"), "{here}");
    let bounce = &inbox(&lab, "alumnopop")[0];
    assert!(
        bounce.starts_with("Return-Path: <>\r\nX-Original-To: alumnopop@redes.unlp.edu.ar\r\n"),
        "{bounce}"
    );
    for part in [
        "From: MAILER-DAEMON@redes.unlp.edu.ar (Mail Delivery System)\r\n",
        "Subject: Undelivered Mail Returned to Sender\r\n",
        "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"",
        "\r\n<x@gmail.com>: this practice server reaches no other host\r\n",
        "Este es un servidor de práctica",
        "\r\n\r\nFinal-Recipient: rfc822; x@gmail.com\r\nOriginal-Recipient: rfc822;x@gmail.com\r\nAction: failed\r\nStatus: 5.4.4\r\n",
        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\nReturn-Path: <alumnopop@redes.unlp.edu.ar>\r\nReceived: ",
        "Subject: two ways\r\n\r\nhola\r\n",
        "Message-Id: <20180405215502.",
    ] {
        assert!(bounce.contains(part), "{part:?} is not in {bounce}");
    }
}

#[test]
fn a_queue_that_a_crash_left_is_brought_to_its_end() {
    let lab = with_profile(Profile::Modern);
    let mail = Mail {
        from: "alumnopop@redes.unlp.edu.ar".into(),
        ret: Some("HDRS".into()),
        recipients: vec![Recipient { address: "x@y".into(), ..Recipient::default() }],
        ..Mail::default()
    };
    let envelope = bounce::Envelope::of(&mail, "42F2333F".into(), "Received: x\r\n".into(), SHEET_DAY);
    let mut draft = lab.store.draft();
    draft.write(b"Subject: s\r\n\r\nbody\r\n").unwrap();
    draft.commit_queued(&[], &envelope.to_bytes()).unwrap();
    run_queue(&lab).unwrap();
    let bounce = &inbox(&lab, "alumnopop")[0];
    assert!(bounce.contains("text/rfc822-headers") && !bounce.contains("body"), "{bounce}");
    run_queue(&lab).unwrap();
    assert_eq!(inbox(&lab, "alumnopop").len(), 1);
}

#[test]
fn nobody_is_told_where_nobody_wants_to_be() {
    let login = "C: auth plain AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz
        S: 235 2.7.0 Authentication successful\n";
    let data = "C: data
        S: 354 End data with <CR><LF>.<CR><LF>
        C: .
        S: 250 2.0.0 Ok: queued as …\n";
    for (from, to, bounces) in [
        ("<>", "<x@y>", 0),
        ("<alumnopop>", "<x@y> NOTIFY=NEVER", 0),
        ("<alumnopop>", "<x@y> NOTIFY=SUCCESS", 0),
        ("<alumnopop>", "<x@y> NOTIFY=DELAY,FAILURE", 1),
        ("<alumnopop>", "<alumnoimap> NOTIFY=SUCCESS", 1),
        ("<alumnopop>", "<alumnoimap>", 0),
    ] {
        let text =
            format!("{login}C: mail from:{from}\nS: 250 2.1.0 Ok\nC: rcpt to:{to}\nS: 250 2.1.5 Ok\n{data}");
        let lab = dialogue(Profile::Modern, Service::Smtp, &text);
        assert_eq!(inbox(&lab, "alumnopop").len(), bounces, "{from} {to}");
    }
}

#[test]
fn bare_speaks_the_base_protocol_only() {
    let text = "C: ehlo redes
        S: 250-mail.redes.unlp.edu.ar
        S: 250 SIZE 10240000
        C: mail from:<a@b>
        S: 250 Ok
        C: rcpt to:<x@y>
        S: 554 <x@y>: Relay access denied
        C: starttls
        S: 502 Error: command not implemented
        C: etrn x
        S: 500 Error: command not recognized
        C: quit
        S: 221 Bye";
    dialogue(Profile::Bare, Service::Smtp, text);
}

#[test]
fn modern_takes_chunks_and_utf8() {
    let text = "C: ehlo redes
        S: 250-mail.redes.unlp.edu.ar
        S: 250-PIPELINING
        S: 250-SIZE 10240000
        S: 250-VRFY
        S: 250-ETRN
        S: 250-STARTTLS
        S: 250-AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256
        S: 250-ENHANCEDSTATUSCODES
        S: 250-8BITMIME
        S: 250-DSN
        S: 250-SMTPUTF8
        S: 250 CHUNKING
        C: mail from:<ñandú@españa.ar> SMTPUTF8
        S: 250 2.1.0 Ok
        C: rcpt to:<alumnopop>
        S: 250 2.1.5 Ok
        C: bdat 6
        C: hola
        S: 250 2.0.0 Ok: 6 bytes
        C: data
        S: 503 5.5.1 Error: DATA after BDAT
        C: bdat 0 last
        S: 250 2.0.0 Ok: 6 bytes queued as …33F
        C: bdat 4
        C: ab
        S: 503 5.5.1 Error: need RCPT command
        C: help
        S: 214 2.0.0 EHLO HELO MAIL RCPT DATA BDAT RSET NOOP VRFY AUTH STARTTLS QUIT: RFC 5321
        C: bdat x
        S: 521 5.5.4 Syntax: BDAT count [LAST]";
    let lab = dialogue(Profile::Modern, Service::Smtp, text);
    let mail = &inbox(&lab, "alumnopop")[0];
    assert!(
        mail.starts_with("Return-Path: <ñandú@españa.ar>") && mail.contains("with UTF8SMTP id"),
        "{mail}"
    );
    assert!(mail.ends_with("\r\n\r\nhola\r\n"), "{mail}");
}

#[test]
fn after_starttls_nothing_is_known_and_nothing_early_is_heard() {
    let lab = with_profile(Profile::Modern);
    let (mut table, _) = table(&lab, Service::Smtp);
    let said =
        table.say("ehlo redes\nauth plain AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz\nmail from:<a@b>\nstarttls\nrset");
    assert!(said.ends_with("220 2.0.0 Ready to start TLS"), "{said}");
    let said = table.say("ehlo redes");
    assert!(!said.contains("STARTTLS"), "{said}");
    assert_eq!(table.say("starttls"), "554 5.5.1 Error: TLS already active");
    assert_eq!(table.say("rcpt to:<x@y>"), "503 5.5.1 Error: need MAIL command");
    assert_eq!(table.say("mail from:<a@b>\nrcpt to:<x@y>\nrcpt to:<alumnopop>\ndata\n.").lines().count(), 5);
    assert!(inbox(&lab, "alumnopop")[0].contains(" with ESMTPS id "));
}

#[test]
fn limits_hold() {
    let lab = lab(|settings| (settings.limits.message, settings.limits.recipients) = (1000, 2));
    let (mut table, _) = table(&lab, Service::Smtp);
    let many = "rcpt to:<alumnopop>\n".repeat(3);
    let said = table.say(&format!("mail from:<a@b>\n{many}data"));
    assert_eq!(said.lines().nth(3), Some("452 4.5.3 Error: too many recipients"));
    let long = format!("{}\n.", "x".repeat(1001));
    assert_eq!(table.say(&long), "552 5.3.4 Error: message file too big");
    let said = table.say("mail from:<a@b>\nrcpt to:<alumnopop>\nrcpt to:<alumnopop@localhost>\ndata\nx\n.");
    assert!(said.ends_with("33F"), "{said}");
    assert_eq!(inbox(&lab, "alumnopop").len(), 1, "one mailbox, one copy");
    let loops = "Received: x\n".repeat(51);
    let said = table.say(&format!("mail from:<a@b>\nrcpt to:<alumnopop>\ndata\n{loops}\n."));
    assert!(said.ends_with("554 5.4.0 Error: too many hops"), "{said}");
    assert_eq!(table.say(&format!("noop {}", "x".repeat(13_000))), "500 5.5.6 Error: line too long");
}

#[test]
fn faults_happen_where_they_are_told_to() {
    let lab = with_profile(Profile::Sheet);
    let mail = "mail from:<a@b>\nrcpt to:<alumnopop>\ndata";
    let rules = |rules: &[&str]| lab.faults.set(rules).unwrap();
    let at = |rule: &str, lines: &str| {
        rules(&[rule]);
        let (mut table, _) = table(&lab, Service::Smtp);
        let said = table.say(lines);
        (said.lines().last().unwrap_or_default().to_owned(), table.ended)
    };
    let rcpt = "mail from:<a@b>\nrcpt to:<alumnopop>";
    assert_eq!(at("rcpt greylist", rcpt).0, "450 4.2.0 <alumnopop>: Recipient address rejected: Greylisted");
    assert_eq!(at("rcpt full", rcpt).0, "452 4.2.2 <alumnopop>: Recipient address rejected: Mailbox full");
    assert_eq!(at("rcpt 550 \"No\"", rcpt).0, "550 5.3.0 <alumnopop>: No");
    assert_eq!(at("rcpt 550 \"5.1.2 No host\"", rcpt).0, "550 5.1.2 <alumnopop>: No host");
    assert_eq!(at("rcpt 450 \"5.1.2 No host\"", rcpt).0, "450 4.3.0 <alumnopop>: 5.1.2 No host");
    assert_eq!(at("data 451", mail).0, "451 4.3.0 Error: a fault of the lab, on purpose");
    assert_eq!(at("mail bye", rcpt).1, "close");
    assert_eq!(at("data drop after 3", &format!("{mail}\nhola\n.")).1, "drop");
    assert_eq!(
        at("end 452", &format!("{mail}\nhola\n.")).0,
        "452 4.3.0 Error: a fault of the lab, on purpose"
    );
    assert!(inbox(&lab, "alumnopop").is_empty());
    let silent = at("end silent", &format!("{mail}\nhola\n."));
    assert_eq!(silent.1, "drop");
    assert_eq!(inbox(&lab, "alumnopop").len(), 1, "kept, and nobody knows");
}

#[test]
fn every_mechanism_logs_in_over_the_wire() {
    use crate::dialect::sasl::decode;
    use crate::dialect::sasl::make::{Client, Credentials};
    let lab = with_profile(Profile::Modern);
    for mechanism in crate::lab::profile::MECHANISMS {
        for initial in [false, true] {
            let (mut table, _) = table(&lab, Service::Submission);
            let credentials = Credentials::password("alumnopop", "alumnopoppass");
            let mut client = Client::new(mechanism, credentials, "nonce").unwrap();
            let first = if initial { client.initial() } else { None };
            let first = first.map_or(String::new(), |a| format!(" {}", a.initial_wire()));
            let mut said = table.say(&format!("auth {mechanism}{first}"));
            while let Some(challenge) = said.strip_prefix("334") {
                let challenge = decode(challenge.trim().as_bytes()).unwrap();
                said = table
                    .say(&format!("{}\n", client.answer(&challenge).unwrap().wire()).replace("\n\n", "\n"));
            }
            assert_eq!(said, "235 2.7.0 Authentication successful", "{mechanism}");
            assert_eq!(table.user.as_deref(), Some("alumnopop"));
            assert_eq!(table.faults, Vec::<String>::new());
        }
    }
}

/// What the server says is read by the oracle too.
#[test]
fn smtp_proto_reads_the_replies() {
    let lab = with_profile(Profile::Modern);
    let (mut table, greeting) = table(&lab, Service::Smtp);
    let mut said = vec![greeting];
    for line in
        ["ehlo redes", "mail from:<a@b>", "rcpt to:<x@y>", "rcpt to:<alumnopop>", "foo", "vrfy x y", "quit"]
    {
        said.push(table.send(format!("{line}\r\n").as_bytes()));
    }
    for reply in said {
        let mut parser = smtp_proto::response::parser::ResponseReceiver::default();
        let read = parser.parse(&mut reply.as_bytes().iter()).expect(&reply);
        assert!(reply.starts_with(&read.code.to_string()), "{reply}");
    }
}

#[test]
fn a_long_mail_is_streamed() {
    let lab = lab(|settings| settings.limits.message = 50 << 20);
    let (mut table, _) = table(&lab, Service::Smtp);
    table.say("mail from:<a@b>\nrcpt to:<alumnopop>\ndata");
    table.say("Subject: long\n");
    let line = [b".".as_slice(), &[b'x'; 75], b"\r\n"].concat().repeat(800);
    for _ in 0..64 {
        assert_eq!(table.send(&line), "");
    }
    let said = table.say(".");
    assert!(said.starts_with("250 2.0.0 Ok: queued as"), "{said}");
    let size = lab.store.mailbox("alumnopop", "INBOX").unwrap().snapshot()[0].size;
    assert!(size > 64 * 800 * 77 && size < 64 * 800 * 77 + 1000, "the dots are off: {size}");
}

/// All that is said to a lab, whatever the cuts.
fn answers(profile: Profile, bytes: &[u8], cut: usize) -> (String, &'static str, Vec<String>) {
    let lab = with_profile(profile);
    let (mut table, mut said) = table(&lab, Service::Smtp);
    for chunk in bytes.chunks(cut.max(1)) {
        said += &table.send(chunk);
    }
    (said, table.ended, table.faults)
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    let line = prop::sample::select(vec![
        "ehlo x",
        "helo",
        "mail from:<a@b>",
        "mail from:<> SIZE=10 BODY=8BITMIME",
        "rcpt to:<alumnopop>",
        "rcpt to:<x@y>",
        "data",
        "hola",
        ".",
        "..",
        "",
        "rset",
        "bdat 5",
        "bdat 3 last",
        "auth plain",
        "AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz",
        "noop",
        "vrfy x",
        "etrn x",
        "*",
        "Subject: x",
    ]);
    let text = prop_oneof![8 => line.prop_map(|l| format!("{l}\r\n").into_bytes()), 1 => prop::collection::vec(any::<u8>(), 0..12)];
    prop::collection::vec(text, 0..25).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn cuts_change_no_answer_and_every_answer_is_well_formed(bytes in lines(), cut in 1usize..30, modern: bool) {
        let profile = if modern { Profile::Modern } else { Profile::Sheet };
        let whole = answers(profile, &bytes, bytes.len());
        prop_assert_eq!(&whole, &answers(profile, &bytes, cut));
        prop_assert_eq!(whole.2, Vec::<String>::new());
    }
}
