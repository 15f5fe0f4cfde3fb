//! Each header of a message that is fetched, by POP3 and by IMAP.

use ehlo::dialogue::Protocol;
use ehlo::knowledge::{Fact, Table};

use super::{Scene, every_row};

#[test]
fn every_header_of_a_fetched_mail() {
    let scenes = |fact: &'static Fact| {
        let field = format!("{}: x", fact.name);
        let pop = "S: +OK x\nC: USER ana\nS: +OK\nC: PASS secret\nS: +OK\nC: RETR 1\n";
        let mail = format!("S: +OK 9 octets\nS: {field}\nS:\nS: hi\nS: .\n");
        let imap = "S: * OK x\nC: a1 LOGIN ana secret\nS: a1 OK x\nC: a2 SELECT INBOX\nS: * 1 EXISTS\nS: a2 OK x\n\
                    C: a3 FETCH 1 BODY[HEADER]\n";
        let octets = field.len() + 4;
        let answer = format!("S: * 1 FETCH (BODY[HEADER] {{{octets}}}\nS: {field}\nS:\nS: )\nS: a3 OK x\n");
        vec![
            Scene::new(Protocol::Pop3, pop, mail).shows(fact.name),
            Scene::new(Protocol::Imap, imap, answer).shows(fact.name),
        ]
    };
    every_row(Table::Header, scenes, &[]);
}
