//! IMAP on Dovecot: logging in, tags, mailboxes, flags. What carries data is in `imap_data`.

use crate::support::{Account, Peers, Test};
use crate::{Told, imap};

/// An account with this many mails.
pub fn with_mails(n: usize) -> Account {
    let peers = Peers::shared();
    let me = peers.account();
    for i in 1..=n {
        peers.deliver(&me.address, format!("From: p@example.org\nSubject: mail {i}\n\nlinea {i}\n"));
    }
    me
}

#[test]
fn login_in_its_three_string_forms_never_shows_the_password() {
    let peers = Peers::shared();
    let me = peers.account();
    let (user, password) = (&me.user, &me.password);
    let atom = format!("LOGIN {user} {password}\n");
    let quoted = format!("LOGIN \"{user}\" \"{password}\"\n");
    let literal = format!("LOGIN {{{}}}\n{user} {{{}}}\n{password}\n", user.len(), password.len());
    let plus = format!("LOGIN {{{}+}}\n{user} {{{}+}}\n{password}\n", user.len(), password.len());
    for (form, lines) in [("atom", atom), ("quoted", quoted), ("literal", literal), ("literal+", plus)] {
        let out = Test::imap(peers).stdin(format!("{lines}LIST \"\" INBOX\nLOGOUT\n")).run().code(0);
        let out = out.stdout_lacks(password).says("warning: LOGIN not encrypted");
        assert!(
            out.stdout.contains("S: a1 OK ") && out.stdout.contains("{{password}}"),
            "{form}: {}",
            out.stdout
        );
        out.says(&format!("state: logged in as {user}")).says("3 commands,");
    }
}

#[test]
fn after_starttls_login_is_safe_and_nothing_warns() {
    let peers = Peers::shared();
    let me = peers.account();
    let lines = format!("CAPABILITY\nSTARTTLS\nCAPABILITY\nLOGIN {} {}\nLOGOUT\n", me.user, me.password);
    Test::imap(peers)
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&[
            "C: a2 STARTTLS",
            "S: a2 OK Begin TLS",
            "C: a3 CAPABILITY",
            "S: a3 OK",
            "C: a4 LOGIN",
            "S: a4 OK",
        ])
        .says("TLS 1.3 from here on encrypted")
        .says("- STARTTLS no longer offered")
        .never_says("not encrypted: anyone on the way can read this password");
}

#[test]
fn tags_are_added_kept_and_left_out() {
    let me = with_mails(0);
    imap(&me)
        .stdin("noop\nz9 NOOP\nNOOP\nSELCT INBOX\na1 NOOP\n")
        .run()
        .code(0)
        // a1 is AUTHENTICATE's.
        .wire_has(&["C: a2 noop", "S: a2 OK", "C: z9 NOOP", "S: z9 OK", "C: a3 NOOP", "S: a3 OK"])
        .wire_has(&["C: SELCT INBOX", "S: SELCT BAD", "C: a1 NOOP", "S: a1 OK", "C: a4 LOGOUT", "S: a4 OK"])
        .says("no tag, and perhaps SELECT was meant");
    Test::imap(Peers::shared())
        .args(["--no-tags"])
        .stdin("NOOP\n")
        .run()
        .code(0)
        .wire_has(&["C: NOOP", "S: NOOP BAD", "C: a1 LOGOUT", "S: a1 OK"])
        .says("warning: the tag is missing");
}

#[test]
fn mailboxes_are_listed_made_and_counted() {
    let me = with_mails(2);
    let lines = "LIST \"\" *\nCREATE Trabajo\nCREATE Trabajo/Lab\nSUBSCRIBE Trabajo\nLSUB \"\" *\nSTATUS INBOX (MESSAGES UNSEEN UIDNEXT)\nRENAME Trabajo Estudio\nDELETE Estudio/Lab\nUNSUBSCRIBE Trabajo\nNAMESPACE\nID NIL\nENABLE CONDSTORE\nCHECK\n";
    imap(&me)
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&[
            "S: * LIST (",
            "S: a2 OK",
            "S: a3 OK",
            "S: a4 OK",
            "S: a5 OK",
            "S: * LSUB (",
            "S: a6 OK",
            "S: * STATUS INBOX (MESSAGES 2 ",
            "S: a7 OK",
            "S: a8 OK",
            "S: a9 OK",
            "S: a10 OK",
            "S: * NAMESPACE ((\"\" \"/\")) NIL NIL",
            "S: a11 OK",
            "S: * ID (",
            "S: a12 OK",
            "S: * ENABLED CONDSTORE",
            "S: a13 OK",
            "C: a14 CHECK",
            "S: a14 BAD",
            "C: a15 LOGOUT",
        ])
        .says("mailbox created, on the server")
        .says("the counters have been told; the mailbox was not opened")
        .says("renamed; its messages came along")
        .says("CHECK legal only with a mailbox open")
        .never_says("ENABLE legal only");
}

#[test]
fn names_with_a_blank_or_accents() {
    let me = with_mails(0);
    let lines = "CREATE \"Mis cursos\"\nSELECT Mis cursos\nSELECT \"Mis cursos\"\nCREATE Prácticas\nCREATE Pr&AOE-cticas\nSELECT \"Pr&AOE-cticas\"\nUNSELECT\n";
    imap(&me)
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&[
            "C: a2 CREATE \"Mis cursos\"",
            "S: a2 OK",
            "C: a3 SELECT Mis cursos",
            "S: a3 ",
            "S: a4 OK [READ-WRITE]",
            "C: a5 CREATE Prácticas",
            "S: a5 ",
            "C: a6 CREATE Pr&AOE-cticas",
            "S: a6 OK",
            "S: a7 OK [READ-WRITE]",
            "S: a8 OK",
        ])
        .says("a name with a blank wants quotes: \"Mis cursos\"")
        .says("state: mailbox Mis cursos open")
        .says("in IMAP4rev1 this name is written Pr&AOE-cticas")
        .says("Pr&AOE-cticas read: Prácticas");
}

#[test]
fn select_examine_close_and_expunge() {
    let me = with_mails(3);
    let lines = "SELECT INBOX\nSTORE 1 +FLAGS (\\Deleted)\nEXPUNGE\nENABLE CONDSTORE\nCLOSE\nEXAMINE INBOX\nSTORE 1 +FLAGS (\\Deleted)\nCLOSE\nSELECT INBOX\nSTORE 1 +FLAGS.SILENT (\\Deleted)\nUNSELECT\n";
    imap(&me)
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&[
            "S: * 3 EXISTS",
            "S: a2 OK [READ-WRITE]",
            "S: * 1 FETCH (FLAGS (\\Deleted",
            "S: a3 OK",
            "S: * 1 EXPUNGE",
            "S: a4 OK",
            "C: a5 ENABLE",
            "C: a6 CLOSE",
            "S: a6 OK",
            "S: a7 OK [READ-ONLY]",
            "C: a8 STORE",
            "S: a8 OK",
            "S: a9 OK",
        ])
        .says("state: mailbox INBOX open, messages: 3")
        .says("all messages marked \\Deleted are gone for good")
        .says("ENABLE legal only before a mailbox is opened")
        .says("mailbox closed; messages marked \\Deleted are gone")
        .says("state: mailbox INBOX open for reading only, messages: 2")
        .says("warning: OK nothing was changed: the mailbox is open for reading only")
        .says("mailbox closed; nothing was deleted")
        .says("on the server stays everything but the message deleted by EXPUNGE");
    assert_eq!(Peers::shared().wait_for_mail(&me.user, 2).len(), 2);
}

#[test]
fn refusals_in_the_wrong_state() {
    let lines = "SELECT INBOX\nLOGIN nadie clavesecreta\nFETCH 1 FLAGS\nLOGOUT\n";
    Test::imap(Peers::shared())
        .stdin(lines)
        .run()
        .code(0)
        .stdout_lacks("clavesecreta")
        .wire_has(&[
            "C: a1 SELECT",
            "S: a1 BAD",
            "C: a2 LOGIN nadie {{password}}",
            "S: a2 NO [AUTHENTICATIONFAILED]",
        ])
        .says("warning: SELECT legal only after the login")
        .says("warning: NO login refused");
}

#[test]
fn copies_moves_and_searches() {
    let me = with_mails(3);
    let lines = "SELECT INBOX\nCREATE Copias\nCOPY 1:2 Copias\nMOVE 1 Copias\nSEARCH SUBJECT \"mail 3\"\nUID SEARCH ALL\nUID FETCH 1 FLAGS\nSTATUS Copias (MESSAGES)\n";
    imap(&me)
        .stdin(lines)
        .run()
        .code(0)
        .wire_has(&[
            "S: a4 OK [COPYUID ",
            "S: * OK [COPYUID ",
            "S: * 1 EXPUNGE",
            "S: a5 OK",
            "S: * SEARCH 2",
            "S: a6 OK",
            "S: * SEARCH 2 3",
            "S: a7 OK",
            "C: a8 UID FETCH 1 FLAGS",
            "S: a8 OK",
            "S: * STATUS Copias (MESSAGES 3)",
        ])
        .says("copied; the originals stay")
        .says("moved: copied there, gone here, in one step")
        .says("SEARCH the numbers of the messages found")
        .says("SEARCH the UIDs of the messages found")
        .says("OK, and nothing: no message here has the UID 1")
        // What MOVE takes away is not lost.
        .says("on the server stays everything, as it is now");
}
