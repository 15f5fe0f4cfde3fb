//! Every line that Postfix and Dovecot say in ordinary use gets a note of its own meaning (`support/told.rs`);
//! `tests/servers.rs` proves it for other servers, from records.

use std::collections::BTreeSet;

use crate::of;
use crate::support::{Peers, Test};
use crate::told::lines;

#[test]
fn every_line_of_postfix_and_dovecot_is_explained_by_itself() {
    let peers = Peers::shared();
    let me = peers.account();
    for n in 1..=3 {
        peers.deliver(&me.address, format!("From: p@example.org\nDate: x\nSubject: {n}\n\nx\n"));
    }
    let (user, to) = (&me.user, &me.address);
    let smtp = format!(
        "HELO me\nEHLO me\nNOOP\nVRFY {user}\nVRFY nadie\nEXPN x\nHELP\nRCPT TO:<{to}>\nDATA\nMAIL FROM:<a@b.example> SIZE=99999999\nMAIL FROM:<a@b.example>\nMAIL FROM:<a@b.example>\nRCPT TO:<nadie@redes.unlp.edu.ar>\nRCPT TO:<x@gmail.com>\nRCPT TO:<{to}>\nRSET\nMAIL FROM:<a@b.example>\nRCPT TO:<{to}>\nDATA\nSubject: x\n\nx\n.\nMAIL FROM:<a@b.example>\nRCPT TO:<{to}>\nBDAT 14\nSubject: x\n\nBDAT 3 LAST\nx\nAUTH LOGIN\nAUTH PLAIN\nETRN redes.unlp.edu.ar\nVERFY x\nMAIL FROM\nSTARTTLS\nQUIT\n"
    );
    let pop = format!(
        "CAPA\nUSER {user}\nPASS mal-escrita\nAUTH\nUSER {user}\nPASS {}\nSTAT\nLIST\nLIST 1\nLIST 99\nUIDL\nUIDL 1\nTOP 1 0\nRETR 1\nRETR 99\nDELE 1\nDELE 1\nRSET\nNOOP\nSTLS\nFOO\nDELE 2\nQUIT\n",
        me.password
    );
    let imap = "CAPABILITY\nNOOP\nAUTHENTICATE PLAIN\nLIST \"\" *\nLSUB \"\" *\nNAMESPACE\nID NIL\nENABLE CONDSTORE\nCREATE Uno\nCREATE Uno\nCREATE Dos\nRENAME Dos Tres\nDELETE Tres\nDELETE Tres\nSUBSCRIBE Uno\nUNSUBSCRIBE Uno\nSTATUS Uno (MESSAGES)\nSTATUS Nada (MESSAGES)\nSELECT Nada\nEXAMINE INBOX\nSELECT INBOX\nCHECK\nFETCH 1:2 (FLAGS UID)\nFETCH 1 BODY[]\nFETCH 1 BODY[HEADER]\nFETCH 1 ENVELOPE\nFETCH 1 BODYSTRUCTURE\nUID FETCH 1 INTERNALDATE\nSEARCH ALL\nUID SEARCH UNSEEN\nSORT (DATE) UTF-8 ALL\nTHREAD REFERENCES UTF-8 ALL\nSTORE 1 +FLAGS (\\Flagged)\nCOPY 1 Uno\nCOPY 1 Nada\nMOVE 1 Uno\nAPPEND INBOX {3+}\nx\n\nAPPEND Nada {3+}\nx\n\nSTORE 1 +FLAGS.SILENT (\\Deleted)\nEXPUNGE\nIDLE\nDONE\nFOO BAR\nCLOSE\nUNSELECT\nSTARTTLS\nLOGOUT\n";
    let runs = [
        of(Test::smtp(peers), &me).stdin(smtp),
        of(Test::pop(peers), &me).stdin(pop),
        of(Test::imap(peers), &me).stdin(imap),
        Test::on(peers, "smtp", peers.lmtp).arg("--lmtp").stdin(format!(
            "LHLO me\nMAIL FROM:<a@b.example>\nRCPT TO:<{to}>\nRCPT TO:<nadie@redes.unlp.edu.ar>\nDATA\nX: y\n\nx\n.\nRSET\nNOOP\nVRFY x\nQUIT\n"
        )),
        of(Test::pop(peers), &me).args(["--starttls", "--auth", "CRAM-MD5"]).stdin("QUIT\n"),
        of(Test::imap(peers), &me).args(["--starttls", "--auth", "LOGIN"]).stdin("LOGOUT\n"),
    ];
    let mut all = Vec::new();
    for run in runs {
        all.extend(lines(&run.arg("--json").run().code(0).stdout));
    }
    let without: BTreeSet<&str> =
        all.iter().filter(|(_, told)| !told).map(|(text, _)| text.as_str()).collect();
    let bare = all.iter().filter(|(_, told)| !told).count();
    assert!(all.len() > 180, "{} lines", all.len());
    assert!(bare == 0, "{bare} of {}: {without:#?}", all.len());
}
