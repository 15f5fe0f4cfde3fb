//! Killed in the middle: what the logs have is whole lines that read, and JSON that parses.

use ehlo::dialogue::text::read_line;

use super::*;

#[test]
fn killed_in_mid_session() {
    let script = Script::new()
        .send("220 x\r\n")
        .expect("EHLO")
        .send("250 x\r\n")
        .expect("NOOP")
        .send("250-half\r\n250");
    let server = script.sleep(MOMENT).listen();
    let mut test = Test::new(["smtp", &server.address(), "--log", "x.ehlo", "--log", "y.json"]).start();
    test.say("EHLO me");
    test.say("NOOP");
    test.wait_for("250-half");
    let (dir, id) = (test.dir().to_owned(), test.id().to_string());
    let (text, json) = (dir.join("x.ehlo"), dir.join("y.json"));
    let killed = std::process::Command::new("kill").args(["-9", &id]).status().expect("kill");
    assert!(killed.success());
    let text = std::fs::read_to_string(text).expect("a log");
    assert!(text.contains("C: NOOP\n") && text.contains("\nS: 250-half\n"), "{text}");
    for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        read_line(line.trim_end_matches('\n')).unwrap_or_else(|e| panic!("{e:?} in {line}"));
    }
    let json = std::fs::read_to_string(json).expect("a log");
    assert!(json.contains("NOOP"));
    for line in json.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(object["kind"].is_string());
    }
    drop((test, server));
}

/// Text on standard output and JSON in a log: each is in its own form, and both are whole.
#[test]
fn text_and_json_of_one_session() {
    let script = Script::new().send("220 x\r\n").expect("QUIT").send("221 x\r\n");
    let server = script.listen();
    let seen = look(on(&server, "smtp", &["QUIT"])).code(0).exact(b"220 x\r\n221 x\r\n");
    assert!(seen.output.stdout.starts_with("@smtp 127.0.0.1:") && !seen.output.stdout.contains("\"kind\""));
    let kinds: Vec<_> = seen.json.iter().filter_map(|o| o["kind"].as_str()).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(&"dialogue"), Some(&"end")));
    server.finish();
}

/// A log on a disk that is full, and a reader of the pipe that goes away.
#[test]
fn outputs_that_fail() {
    let script = Script::new().send("220 x\r\n");
    let server = script.listen();
    let test = Test::new(["smtp", &server.address(), "--log", "missing/x.ehlo", "--send", "QUIT"]);
    test.run().code(3);
    drop(server);
}
