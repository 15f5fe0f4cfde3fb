//! The sheet's exercises, whole, with its own accounts: 3c, 3d, 3f, 3h, and IMAP's half of 3i.

use crate::support::{Peers, Test};
use crate::{Told, said};

/// Both languages: the option, and a note that only one of them has.
const LANGUAGES: [(&str, &str); 2] = [("en", "connected over TCP"), ("es", "conexión TCP establecida")];

/// 3c's dialogue, in one printf.
const MAIL_WITHOUT_HEADER: &str = "ehlo redes
mail from:<alumnopop@redes.unlp.edu.ar>
rcpt to:<alumnoimap@redes.unlp.edu.ar>
data
hola, esto es una prueba
.
quit
";

#[test]
fn exercise_3c_a_mail_by_hand() {
    let peers = Peers::shared();
    let course = peers.course();
    for (n, (lang, connected)) in LANGUAGES.into_iter().enumerate() {
        let out = Test::smtp(peers).args(["--lang", lang]).stdin(MAIL_WITHOUT_HEADER).run();
        let out = out.code(0).stderr_is("").says(connected).wire_has(&[
            "S: 220 mail.redes.unlp.edu.ar ESMTP Postfix",
            "C: ehlo redes",
            "S: 250-mail.redes.unlp.edu.ar",
            "S: 250 CHUNKING",
            "C: mail from:<alumnopop@redes.unlp.edu.ar>",
            "S: 250 2.1.0 Ok",
            "C: rcpt to:<alumnoimap@redes.unlp.edu.ar>",
            "S: 250 2.1.5 Ok",
            "C: data",
            "S: 354 ",
            "C: hola, esto es una prueba",
            "C: .",
            "S: 250 2.0.0 Ok: queued as ",
            "C: quit",
            "S: 221 2.0.0 Bye",
        ]);
        match lang {
            "en" => out
                .says("warning: no header at all: no From, no Date")
                .says("5 commands, 6 round trips")
                .says("1 message was accepted"),
            _ => out
                .says("aviso: sin encabezado")
                .says("5 comandos, 6 idas y vueltas")
                .says("se aceptó 1 mensaje"),
        };
        let stored = course.wait_for_mail("alumnoimap", n + 1).pop().expect("a mail");
        let stored = String::from_utf8(stored).expect("text");
        assert!(stored.ends_with("\nhola, esto es una prueba\n"), "{stored}");
        assert!(stored.contains("Received: from redes (unknown"), "{stored}");
    }
}

#[test]
fn exercise_3d_a_forged_sender() {
    let peers = Peers::shared();
    let course = peers.course();
    for (n, (lang, connected)) in LANGUAGES.into_iter().enumerate() {
        let lines = "EHLO redes
MAIL FROM:<alumnopop@redes.unlp.edu.ar>
RCPT TO:<alumnoimap@redes.unlp.edu.ar>
DATA
From: La Rectora <rectora@unlp.edu.ar>
To: alumnoimap@redes.unlp.edu.ar
Date: Sat, 21 Nov 2026 10:00:00 -0300
Subject: aprobado

Todos tienen un diez.
.
QUIT
";
        let out = Test::smtp(peers).args(["--lang", lang, "--notes", "full"]).stdin(lines).run();
        let out = out.code(0).says(connected).says("alumnopop@redes.unlp.edu.ar").says("rectora@unlp.edu.ar");
        // What would have stopped it is said below the reply that took it.
        let below = out.stdout.split("queued as").nth(1).expect("it was taken").to_owned();
        for defence in ["SPF", "DKIM", "DMARC"] {
            assert!(below.contains(defence), "{lang}, no {defence}: {below}");
        }
        let stored = String::from_utf8(course.wait_for_mail("alumnoimap", n + 1).pop().expect("a mail"));
        let stored = stored.expect("text");
        assert!(stored.contains("From: La Rectora <rectora@unlp.edu.ar>"), "{stored}");
        assert!(stored.starts_with("Return-Path: <alumnopop@redes.unlp.edu.ar>"), "{stored}");
    }
}

#[test]
fn exercise_3d_is_told_in_brief_too() {
    let peers = Peers::shared();
    let lines = format!(
        "EHLO redes\nMAIL FROM:<alumnopop@redes.unlp.edu.ar>\nRCPT TO:<{}>\nDATA\nFrom: rectora@unlp.edu.ar\n\nx\n.\n",
        peers.account().address
    );
    let out = Test::smtp(peers).stdin(lines).run().code(0);
    let said = said(&out);
    let hint = said.split("hint: ").find(|s| s.contains("rectora@unlp.edu.ar")).expect("a hint").to_owned();
    assert!(hint.contains("alumnopop@redes.unlp.edu.ar"), "{hint}");
}

#[test]
fn exercise_3f_the_first_mail_by_pop() {
    let peers = Peers::shared();
    let course = peers.course();
    course.deliver("alumnopop", "From: profesor@redes.unlp.edu.ar\nSubject: primero\n\nUno.\n");
    course.deliver("alumnopop", "From: profesor@redes.unlp.edu.ar\nSubject: segundo\n\nDos.\n");
    for (lang, connected) in LANGUAGES {
        let out = Test::pop(peers)
            .args(["--lang", lang, "--user", "alumnopop"])
            .env("EHLO_PASSWORD", "alumnopoppass")
            .stdin("CAPA\nAUTH PLAIN\nLIST\nRETR 1\nQUIT\n")
            .run();
        let out = out.code(0).says(connected).stdout_lacks("alumnopoppass").wire_has(&[
            "S: +OK Dovecot",
            "C: AUTH PLAIN",
            "S: +",
            "C: {{plain(\"alumnopop\", password)}}",
            "S: +OK Logged in.",
            "C: LIST",
            "S: +OK 2 messages:",
            "C: RETR 1",
            "S: Subject: primero",
            "S: Uno.",
            "S: .",
            "C: QUIT",
        ]);
        match lang {
            "en" => out
                .says("base64 of NUL alumnopop NUL password")
                .says("as announced. It stays here until DELE"),
            _ => out.says("base64 de NUL alumnopop NUL").says("como se anunció. Sigue aquí hasta DELE"),
        };
    }
    assert_eq!(course.wait_for_mail("alumnopop", 2).len(), 2, "POP took nothing away");
}

#[test]
fn exercise_3h_the_first_mail_by_imap() {
    let peers = Peers::shared();
    let course = peers.course();
    course.deliver("alumnoimap", "From: profesor@redes.unlp.edu.ar\nSubject: primero\n\nUno.\n");
    for (n, (lang, connected)) in LANGUAGES.into_iter().enumerate() {
        let out = Test::imap(peers)
            .args(["--lang", lang])
            .stdin("LOGIN alumnoimap alumnoimappass\nSELECT INBOX\nFETCH 1 BODY[]\nFETCH 1 FLAGS\nLOGOUT\n")
            .run();
        let out = out.code(0).says(connected).stdout_lacks("alumnoimappass").wire_has(&[
            "S: * OK [CAPABILITY IMAP4rev1 ",
            "C: a1 LOGIN alumnoimap {{password}}",
            "S: a1 OK ",
            "C: a2 SELECT INBOX",
            "S: * 1 EXISTS",
            "S: a2 OK [READ-WRITE]",
            "C: a3 FETCH 1 BODY[]",
            "S: Subject: primero",
            "S: Uno.",
            "S: )",
            "S: a3 OK",
            "C: a4 FETCH 1 FLAGS",
            "S: * 1 FETCH (FLAGS (\\Seen",
            "C: a5 LOGOUT",
            "S: * BYE",
            "S: a5 OK",
        ]);
        let out = match lang {
            "en" => out.says("hint: BODY[] marks the message \\Seen").says("on the server stays everything"),
            _ => out.says("\\Seen").says("en el servidor queda todo"),
        };
        // The first time it was not read before.
        assert_eq!(out.stdout.contains("FETCH (FLAGS (\\Seen \\Recent) BODY[]"), n == 0);
    }
}

#[test]
fn exercise_3i_read_marks_and_a_folder() {
    let peers = Peers::shared();
    let course = peers.course();
    for subject in ["uno", "dos", "tres"] {
        course.deliver("alumnoimap", format!("Subject: {subject}\n\nx\n"));
    }
    let lines = "LOGIN alumnoimap alumnoimappass\nSELECT INBOX\nSTORE 1:* +FLAGS (\\Seen)\nCREATE IMAP\nLIST \"\" *\n";
    let out = Test::imap(peers).stdin(lines).run().code(0).wire_has(&[
        "C: a3 STORE 1:* +FLAGS (\\Seen)",
        "S: * 1 FETCH (FLAGS (\\Seen",
        "S: * 3 FETCH (FLAGS (\\Seen",
        "S: a3 OK",
        "C: a4 CREATE IMAP",
        "S: a4 OK",
        "C: a5 LIST",
        "S: a5 OK",
        "C: a6 LOGOUT",
    ]);
    out.stdout_has(" IMAP\n")
        .says("the flags are changed, on the server")
        .says("mailbox created, on the server");
    // Another program sees both: they live on the server.
    let second = "LOGIN alumnoimap alumnoimappass\nSTATUS INBOX (UNSEEN)\nSELECT IMAP\n";
    Test::imap(peers)
        .stdin(second)
        .run()
        .code(0)
        .stdout_has("S: * STATUS INBOX (UNSEEN 0)")
        .stdout_has("S: * 0 EXISTS");
    // POP has neither word.
    let pop = "USER alumnoimap\nPASS alumnoimappass\nSTORE 1 \\Seen\nCREATE POP\nQUIT\n";
    Test::pop(peers).stdin(pop).run().code(0).wire_has(&[
        "C: STORE 1",
        "S: -ERR",
        "C: CREATE POP",
        "S: -ERR",
    ]);
}
