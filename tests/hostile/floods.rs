//! More of something than there should be: lines, capabilities, responses, answers.

use super::looking::{MOST_MEMORY, watch};
use super::*;

/// Runs against a server that goes on until it is left, and leaves it after a while.
#[track_caller]
fn until_killed(subcommand: &str, greeting: &str, command: &str, unit: &str) {
    let server = Script::new().send(greeting).expect(command).flood(unit.repeat(4000), 1_000_000).listen();
    let mut test = Test::new([subcommand, &server.address(), "--log", "x.ehlo", "--log", "y.json"]).start();
    let peak = watch(test.id());
    test.say(command);
    let log = test.dir().join("y.json");
    let far = || std::fs::metadata(&log).map_or(0, |file| file.len()) > 4_000_000;
    // A reply is one JSON object, written when it ends; of that, the time must be enough.
    let begun = std::time::Instant::now();
    while !far() && begun.elapsed() < Duration::from_millis(2500) {
        std::thread::sleep(MOMENT);
    }
    drop(test);
    let peak = peak.join().expect("no panic");
    assert!(peak < MOST_MEMORY, "{peak} KiB for {unit:?}");
}

#[test]
fn replies_that_never_end() {
    until_killed("smtp", "220 x\r\n", "EHLO me", "250-X-CAPABILITY-OF-MANY and arguments\r\n");
    until_killed("pop", "+OK x\r\n", "CAPA", "+OK\r\nX-CAPABILITY-OF-MANY and arguments\r\n");
}

#[test]
fn untagged_responses_that_never_end() {
    until_killed("imap", "* OK x\r\n", "a1 NOOP", "* 7 FETCH (FLAGS (\\Seen) UID 9)\r\n* 9 EXISTS\r\n");
    until_killed(
        "imap",
        "* OK x\r\n",
        "a1 NOOP",
        "* OK [X] and on\r\n* LIST () \"/\" {3}\r\nabc\r\n+ go\r\n\x01\r\n",
    );
}

/// Unasked, and each different.
#[test]
fn answers_that_nobody_asked_for() {
    let many: String = (0..2000).map(|i| format!("250 2.0.{} number {i}\n", i % 1000)).collect();
    let sent = format!("220 x\r\n{many}250 ok\r\n221 x\r\n");
    let script = Script::new().send("220 x\r\n").send(&many).expect("NOOP").send("250 ok\r\n");
    let server = script.expect("QUIT").send("221 x\r\n").listen();
    look(on(&server, "smtp", &["NOOP", "QUIT"])).exact(sent.as_bytes()).notes_id("fault-unasked");
    drop(server);
}

#[test]
fn thousands_of_capabilities() {
    let words: String = (0..5000).map(|i| format!(" X-{i}")).collect();
    let lines: String = (0..5000).map(|i| format!("250-X-{i} a b\r\n")).collect();
    let listed: String = (0..5000).map(|i| format!("X-{i} a b\r\n")).collect();
    for (subcommand, greeting, command, reply, bye) in [
        ("smtp", "220 x\r\n", "EHLO me", format!("250-x\r\n{lines}250 END\r\n"), ("QUIT", "221 x\r\n")),
        ("pop", "+OK x\r\n", "CAPA", format!("+OK\r\n{listed}.\r\n"), ("QUIT", "+OK\r\n")),
        (
            "imap",
            "* OK x\r\n",
            "a1 CAPABILITY",
            format!("* CAPABILITY{words}\r\na1 OK\r\n"),
            ("a2 LOGOUT", "* BYE\r\na2 OK\r\n"),
        ),
    ] {
        let script = Script::new().send(greeting).expect(command).send(&reply);
        let server = script.expect(bye.0).send(bye.1).listen();
        let sent = format!("{greeting}{reply}{}", bye.1);
        look(on(&server, subcommand, &[command, bye.0])).code(0).exact(sent.as_bytes());
        server.finish();
    }
}
