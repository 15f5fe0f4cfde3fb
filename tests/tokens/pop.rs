//! POP3: commands, capabilities, status lines after each command, response codes.

use ehlo::dialogue::Protocol;
use ehlo::knowledge::{Fact, Table, all};

use super::fill::fill;
use super::{Scene, client, every_row, server};

const POP: Protocol = Protocol::Pop3;

fn logged_in() -> String {
    "S: +OK x\nC: USER ana\nS: +OK\nC: PASS secret\nS: +OK\n".to_owned()
}

/// The state in which a command belongs.
fn state_of(verb: &str) -> String {
    let row = all(Table::PopCommand).iter().find(|f| f.name == verb);
    let before = row.is_some_and(|row| row.states.contains(&"authorization"));
    if verb == "PASS" {
        "S: +OK <1.2@example.org>\nC: USER ana\nS: +OK\n".to_owned()
    } else if before || row.is_none_or(|row| row.states.is_empty()) {
        "S: +OK <1.2@example.org>\n".to_owned()
    } else {
        logged_in()
    }
}

fn command(verb: &str) -> String {
    let row = all(Table::PopCommand).iter().find(|f| f.name == verb);
    client(&row.map_or_else(|| verb.to_owned(), |row| fill(row.syntax)))
}

#[test]
fn every_command() {
    let scenes = |fact: &'static Fact| vec![Scene::new(POP, state_of(fact.name), command(fact.name))];
    every_row(Table::PopCommand, scenes, &[]);
}

#[test]
fn every_capability() {
    let scenes = |fact: &'static Fact| {
        let line = if fact.syntax.is_empty() { fact.name.to_owned() } else { fill(fact.syntax) };
        let list = format!("S: +OK list\nS: {line}\nS: .\n");
        vec![Scene::new(POP, "S: +OK x\nC: CAPA\n", list).shows(line)]
    };
    every_row(Table::PopCapability, scenes, &[]);
}

#[test]
fn every_response_code() {
    let scenes = |fact: &'static Fact| {
        let before = state_of("PASS") + "C: PASS secret\n";
        vec![Scene::new(POP, before, server(&format!("-ERR [{}] no", fact.name))).shows(fact.name)]
    };
    every_row(Table::PopCode, scenes, &[]);
}

fn status(fact: &'static Fact) -> Vec<Scene> {
    let answer = match (fact.name, fact.after) {
        ("+", _) => return vec![Scene::new(POP, "S: +OK x\nC: AUTH PLAIN\n", "S: +\n")],
        (status, "GREETING") => return vec![Scene::new(POP, "", server(&format!("{status} x")))],
        ("+OK", "STAT") => "S: +OK 2 300\n".to_owned(),
        ("+OK", "CAPA" | "LANG" | "AUTH LIST") => "S: +OK x\nS: USER\nS: .\n".to_owned(),
        ("+OK", "RETR" | "TOP") => "S: +OK 12 octets\nS: A: b\nS: .\n".to_owned(),
        (status, _) => format!("S: {status} x\n"),
    };
    let verb = match fact.after {
        "" => "XTND",
        "AUTH LIST" => "AUTH",
        verb => verb,
    };
    let asked = match fact.after {
        "AUTH" => "C: AUTH PLAIN AGFuYQBzZWNyZXQ=\n".to_owned(),
        "AUTH LIST" => "C: AUTH\n".to_owned(),
        _ => command(verb),
    };
    vec![Scene::new(POP, state_of(verb) + &asked, answer).shows(fact.name)]
}

#[test]
fn every_status_after_each_command() {
    every_row(Table::PopStatus, status, &[]);
}
