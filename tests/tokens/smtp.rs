//! SMTP and LMTP: commands, EHLO's keywords, parameters, reply codes, enhanced codes, mechanisms, phrases.

use ehlo::dialogue::Protocol;
use ehlo::knowledge::{Fact, Table, all};

use super::fill::fill;
use super::{Scene, client, every_row, server};

const SMTP: Protocol = Protocol::Smtp;

/// After the greeting and EHLO, which offered much.
fn ready() -> String {
    "S: 220 mx.example.org ESMTP\nC: EHLO me\nS: 250-mx.example.org\nS: 250-DSN\nS: 250-SIZE 1000000\n\
     S: 250-STARTTLS\nS: 250-CHUNKING\nS: 250-8BITMIME\nS: 250 AUTH PLAIN LOGIN\n"
        .to_owned()
}

fn mail() -> String {
    ready() + "C: MAIL FROM:<ana@example.org>\nS: 250 Ok\n"
}

fn rcpt() -> String {
    mail() + "C: RCPT TO:<bea@example.org>\nS: 250 Ok\n"
}

/// After the lone dot.
fn data() -> String {
    rcpt() + "C: DATA\nS: 354 go on\nC: From: ana@example.org\nC:\nC: hi\nC: .\n"
}

fn lhlo() -> String {
    "S: 220 mx.example.org LMTP\nC: LHLO me\nS: 250-mx.example.org\nS: 250 PIPELINING\n".to_owned()
}

/// What was said before the reply to a command: the command itself is the last line.
fn asked(verb: &str) -> (Protocol, String) {
    let before = match verb {
        "GREETING" | "ESMTP" => String::new(),
        "EHLO" | "HELO" => format!("S: 220 mx.example.org ESMTP\nC: {verb} me\n"),
        "LHLO" => "S: 220 mx.example.org LMTP\nC: LHLO me\n".to_owned(),
        "MAIL" => ready() + "C: MAIL FROM:<ana@example.org>\n",
        "RCPT" => mail() + "C: RCPT TO:<bea@example.org>\n",
        "DATA" => data(),
        "BDAT" => rcpt() + "C: BDAT 5 LAST\nC: abc\n",
        "AUTH" => ready() + "C: AUTH PLAIN\n",
        "LMTP" => {
            let envelope =
                "C: MAIL FROM:<ana@example.org>\nS: 250 Ok\nC: RCPT TO:<bea@example.org>\nS: 250 Ok\n";
            lhlo() + envelope + "C: DATA\nS: 354 go on\nC: From: ana@example.org\nC:\nC: hi\nC: .\n"
        }
        verb => {
            let row = all(Table::SmtpCommand).iter().find(|f| f.name == verb);
            ready() + &client(&fill(row.map_or(verb, |row| row.syntax)))
        }
    };
    (if matches!(verb, "LMTP" | "LHLO") { Protocol::Lmtp } else { SMTP }, before)
}

/// A command after which a code has no meaning of its own.
fn plain(code: &str) -> &'static str {
    let own = |verb: &str| all(Table::SmtpReply).iter().any(|f| f.name == code && f.after == verb);
    ["NOOP", "HELP", "VRFY", "QUIT", "MAIL"]
        .into_iter()
        .find(|verb| !own(verb))
        .expect("a command without its own row")
}

fn reply(fact: &'static Fact) -> Vec<Scene> {
    let code = fact.name.replace("yz", "99");
    let verb = if fact.after.is_empty() { plain(fact.name) } else { fact.after };
    let (protocol, before) = asked(verb);
    let text = if verb == "ESMTP" { "mx.example.org ESMTP ready" } else { "x" };
    vec![Scene::new(protocol, before, server(&format!("{code} {text}"))).shows(code)]
}

#[test]
fn every_reply_code_after_each_command() {
    every_row(Table::SmtpReply, reply, &[]);
}

/// A code of a row for any class, in a class that has no row of its own.
fn numbers(name: &str) -> Option<String> {
    let own = |code: &str| all(Table::SmtpEnhanced).iter().any(|f| f.name == code);
    let digits = |class: &str| {
        let parts: Vec<&str> = name.split('.').collect();
        let class = if parts[0] == "x" { class } else { parts[0] };
        let subject = if parts[1] == "x" { "99" } else { parts[1] };
        let detail = if parts[2] == "x" { "99" } else { parts[2] };
        format!("{class}.{subject}.{detail}")
    };
    let classes = ["5", "4", "2"].map(digits);
    classes.into_iter().find(|code| code == name || !own(code))
}

#[test]
fn every_enhanced_code() {
    let scenes = |fact: &'static Fact| {
        let Some(code) = numbers(fact.name) else { return Vec::new() };
        let basic = match &code[..1] {
            "2" => "250",
            "4" => "451",
            _ => "550",
        };
        let (protocol, before) = asked("NOOP");
        vec![Scene::new(protocol, before, server(&format!("{basic} {code} x"))).shows(code)]
    };
    let none = "2.7.0, 4.7.0 and 5.7.0 have rows of their own, and there are no other classes";
    every_row(Table::SmtpEnhanced, scenes, &[("smtp-enh-x-7-0", none)]);
}

#[test]
fn every_command() {
    let scenes = |fact: &'static Fact| {
        let scene = match fact.name {
            "." => Scene::new(
                SMTP,
                rcpt() + "C: DATA\nS: 354 go on\nC: From: a@example.org\nC:\n",
                "C: .\nS: 250 Ok\n",
            ),
            "*" => Scene::new(SMTP, ready() + "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n", "C: *\nS: 501 x\n"),
            "LHLO" => Scene::new(Protocol::Lmtp, "S: 220 x LMTP\n", client("LHLO me")),
            "EHLO" | "HELO" => Scene::new(SMTP, "S: 220 x ESMTP\n", client(&fill(fact.syntax))),
            "RCPT" | "DATA" | "BDAT" => Scene::new(SMTP, rcpt(), client(&fill(fact.syntax))),
            _ => Scene::new(SMTP, ready(), client(&fill(fact.syntax))),
        };
        vec![scene]
    };
    every_row(Table::SmtpCommand, scenes, &[]);
}

/// Parameters of RCPT; the others are MAIL's.
const OF_RCPT: &[&str] = &["NOTIFY", "ORCPT", "RRVS", "CONNEG"];

fn extension(fact: &'static Fact) -> Vec<Scene> {
    let line = match (fact.name, fact.after) {
        (name, "UNLIMITED") => name.to_owned(),
        ("AUTH=", _) => "AUTH=PLAIN LOGIN".to_owned(),
        (name, _) if fact.syntax.is_empty() => name.to_owned() + if name.ends_with('=') { "x" } else { "" },
        _ => fill(fact.syntax),
    };
    if fact.after == "PARAMETER" {
        let (before, command) = match OF_RCPT.contains(&fact.name) {
            true => (mail(), format!("RCPT TO:<bea@example.org> {line}")),
            false => (ready(), format!("MAIL FROM:<ana@example.org> {line}")),
        };
        return vec![Scene::new(SMTP, before, client(&command)).shows(line)];
    }
    let before = "S: 220 x ESMTP\nC: EHLO me\n";
    let alone = Scene::new(SMTP, before, format!("S: 250-x\nS: 250 {line}\n")).shows(line.clone());
    let among = format!("S: 250-x\nS: 250-{line}\nS: 250 HELP\n");
    vec![alone, Scene::new(SMTP, before, among).shows(line)]
}

#[test]
fn every_keyword_of_ehlo_and_every_parameter() {
    every_row(Table::SmtpExtension, extension, &[]);
}

/// A mechanism of a family: `SCRAM-*`.
pub fn mechanism(fact: &Fact) -> String {
    fact.name.replace('*', "X")
}

#[test]
fn every_mechanism_in_all_three_protocols() {
    let scenes = |fact: &'static Fact| {
        let name = mechanism(fact);
        let imap = "S: * OK x\n";
        vec![
            Scene::new(SMTP, ready(), client(&format!("AUTH {name}"))).shows(name.clone()),
            Scene::new(Protocol::Pop3, "S: +OK x\n", client(&format!("AUTH {name}"))).shows(name.clone()),
            Scene::new(Protocol::Imap, imap, client(&format!("a1 AUTHENTICATE {name}"))).shows(name),
        ]
    };
    every_row(Table::Sasl, scenes, &[]);
}

#[test]
fn every_phrase_of_a_refusal() {
    let scenes = |fact: &'static Fact| {
        let (protocol, before) = asked("VRFY");
        vec![Scene::new(protocol, before, server(&format!("550 {}", fact.name)))]
    };
    let own = "that a command was not understood, its own note says, and why";
    every_row(Table::Phrase, scenes, &[("phrase-not-recognized", own), ("phrase-imap-bad", own)]);
}
