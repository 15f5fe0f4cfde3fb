//! What goes otherwise, as it is shown: golden files, in both languages.

use super::check;
use super::support::{Output, Script, Test};

fn replay(server: Script, script: &str, more: &[&str]) -> Output {
    let server = server.listen();
    let run = Test::new(["replay", "lab1.ehlo", "--to", &server.address(), "--notes", "none"]);
    let run = run.args(more.iter().copied()).env("EHLO_PASSWORD", "geheimnis").file("lab1.ehlo", script);
    run.run()
}

fn smtp() -> Script {
    Script::new()
        .send("220 mail ESMTP\r\n")
        .expect("EHLO")
        .send("250-mail\r\n250-SIZE 1000\r\n250 8BITMIME\r\n")
}

const HELLO: &str = "@smtp {{host}}\n@step \"Envelope and content\"\nS: 220\nC: EHLO {{me}}\nS: 250\n";

#[test]
fn a_refusal() {
    let server = smtp()
        .expect("RCPT")
        .send("550 5.1.1 <bob@exmaple.net>: user \x1b[31munknown\r\n")
        .expect("QUIT")
        .send("221 2.0.0 Bye\r\n");
    let script = format!("{HELLO}C: RCPT TO:<bob@exmaple.net>\nS: 250\nC: DATA\nS: 354\nC: QUIT\nS: 221\n");
    check("refusal.en.txt", &replay(server, &script, &[]).code(1));
    let server = smtp()
        .expect("RCPT")
        .send("550 5.1.1 <bob@exmaple.net>: user unknown\r\n")
        .expect("QUIT")
        .send("221 2.0.0 Bye\r\n");
    check("refusal.es.txt", &replay(server, &script, &["--lang", "es"]).code(1));
}

#[test]
fn a_wait_in_idle() {
    let server = Script::new().send("* OK hi\r\n").expect("a1 IDLE").send("+ idling\r\n* OK Still here\r\n");
    let server =
        server.expect("DONE").send("a1 OK done\r\n").expect("ehlo LOGOUT").send("* BYE\r\nehlo OK\r\n");
    let script = "@imap {{host}}\nS: * OK\nC: a1 IDLE\nS: +\n@within 300ms\nS: * 2 EXISTS\nS: * 3 EXPUNGE\nC: DONE\nS: a1 OK\n";
    check("wait.txt", &replay(server, script, &[]).code(1));
}

#[test]
fn a_keyword_that_is_not_there() {
    let server = smtp().expect("QUIT").send("221 2.0.0 Bye\r\n");
    let script = "@smtp {{host}}\nS: 220\nC: EHLO {{me}}\nS: 250-SIZE\nS: 250-STARTTLS\nC: QUIT\n";
    check("keyword.txt", &replay(server, script, &[]).code(1));
}

#[test]
fn a_message_that_differs() {
    let server =
        Script::new().send("+OK hi\r\n").expect("RETR 1").send("+OK\r\nSubject: two\r\n\r\nbody\r\n.\r\n");
    let server = server.expect("QUIT").send("+OK bye\r\n");
    let script =
        "@pop {{host}}\nS: +OK\nC: RETR 1\nS: +OK\nS: Subject: one\nS:\nS: body\nS: .\nC: QUIT\nS: +OK\n";
    check("message.txt", &replay(server, script, &[]).code(1));
}

#[test]
fn lines_without_waiting() {
    let server = smtp().expect("MAIL").send("250 ok\r\n").expect("QUIT").send("221 bye\r\n");
    let script = format!("{HELLO}C: MAIL FROM:<>\nC: RCPT TO:<a@b>\nS: 250\nS: 250\n");
    check("batch.txt", &replay(server, &script, &[]).code(1));
}

#[test]
fn a_check_and_a_must_not() {
    let server =
        Script::new().send("+OK hi\r\n").expect("STAT").send("+OK 3 120\r\n").expect("QUIT").send("+OK\r\n");
    let script =
        "@pop {{host}}\nS: +OK\nC: STAT\nS: +OK {{count=#}} {{octets=#}}\n@check count == 4\nC: QUIT\n";
    check("check.txt", &replay(server, script, &[]).code(1));
    let server = Script::new().send("* OK hi\r\n").expect("a1").send("* 3 EXISTS\r\na1 OK\r\n");
    let server = server.expect("ehlo LOGOUT").send("* BYE\r\nehlo OK\r\n");
    let script = "@imap {{host}}\nS: * OK\nC: a1 NOOP\nS!: * {{#}} EXISTS\nS: a1 OK\n";
    check("forbidden.txt", &replay(server, script, &[]).code(1));
}
