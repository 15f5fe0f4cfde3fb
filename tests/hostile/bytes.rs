//! What may stand in a line: controls, escapes, bidirectional controls, what is not UTF-8, and no end at all.
//! No view shows it raw, and both logs give it back octet by octet.

use super::looking::no_raw_control;
use super::*;

/// Title, clipboard (OSC 52), clear screen, colours, hyperlink (OSC 8), C1 raw and as UTF-8, bidirectional and
/// invisible controls, NUL, DEL, bytes that are not UTF-8, a bare CR, and a placeholder that is none.
const EVIL: &[u8] =
    b"x\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b[2J\x1b[5;41m\x1b]8;;http://evil/\x1b\\\x9b31m\xc2\x9b31m\
    \xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b\x00\x7f\xff\xfe\rX{{password}}{{hex(00)}}";

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// Each way to show a session.
const VIEWS: [&[&str]; 6] = [
    &[],
    &["--color", "always", "--notes", "full"],
    &["--plain"],
    &["--json"],
    &["--notes", "full", "--lang", "es"],
    &["--json", "--notes", "full", "--lang", "es"],
];

/// A server's turns: what it waits for, and what it says then.
type Turns<'a> = &'a [(&'a str, Vec<u8>)];

#[track_caller]
fn in_each_view(subcommand: &str, turns: Turns<'_>, lines: &[&str]) {
    let sent: Vec<u8> = turns.iter().flat_map(|(_, said)| said.clone()).collect();
    for view in VIEWS {
        let script = turns.iter().fold(Script::new(), |script, (wanted, said)| match *wanted {
            "" => script.send(said),
            wanted => script.expect(wanted).send(said),
        });
        let server = script.listen();
        look(on(&server, subcommand, lines).args(view.iter())).code(0).exact(&sent);
        server.finish();
    }
}

#[test]
fn smtp_controls_in_every_place() {
    use base64::Engine;
    let challenge = base64::engine::general_purpose::STANDARD.encode(EVIL);
    let turns = [
        ("", join(&[b"220 ", EVIL, b" ", EVIL, b"\r\n"])),
        (
            "EHLO me",
            join(&[
                b"250-",
                EVIL,
                b"\r\n250-",
                EVIL,
                b" ",
                EVIL,
                b"\r\n250-AUTH LOGIN ",
                EVIL,
                b"\r\n250 HELP\r\n",
            ]),
        ),
        ("AUTH LOGIN", join(&[b"334 ", challenge.as_bytes(), b"\r\n"])),
        ("*", join(&[b"501 5.5.0 ", EVIL, b"\r\n"])),
        ("NOOP", join(&[b"599-9.9.9 ", EVIL, b"\r\n599 9.9.9\r\n"])),
        ("QUIT", join(&[b"221 ", EVIL, b"\r\n"])),
    ];
    in_each_view("smtp", &turns, &["EHLO me", "AUTH LOGIN", "*", "NOOP", "QUIT"]);
}

#[test]
fn pop_controls_in_every_place() {
    let turns = [
        ("", join(&[b"+OK ", EVIL, b" <1.2@", EVIL, b">\r\n"])),
        ("CAPA", join(&[b"+OK ", EVIL, b"\r\n", EVIL, b" ", EVIL, b"\r\nSASL ", EVIL, b"\r\n.\r\n"])),
        ("USER ana", b"+OK\r\n".to_vec()),
        ("PASS", b"+OK\r\n".to_vec()),
        ("UIDL", join(&[b"+OK\r\n1 ", EVIL, b"\r\n.\r\n"])),
        (
            "RETR 1",
            join(&[
                b"+OK ",
                EVIL,
                b"\r\nSubject: ",
                EVIL,
                b"\r\nFrom: ",
                EVIL,
                b" <a@b>\r\nReceived: ",
                EVIL,
                b"\r\nX-",
                EVIL,
                b": y\r\n\r\n",
                EVIL,
                b"\r\n.\r\n",
            ]),
        ),
        ("QUIT", join(&[b"-ERR [", EVIL, b"] ", EVIL, b"\r\n"])),
    ];
    in_each_view("pop", &turns, &["CAPA", "USER ana", "PASS xyz", "UIDL", "RETR 1", "QUIT"]);
}

#[test]
fn imap_controls_in_every_place() {
    let header = join(&[b"Subject: ", EVIL, b"\r\nFrom: \"", EVIL, b"\" <a@", EVIL, b">\r\n\r\n"]);
    let literal = format!("* 1 FETCH (BODY[HEADER] {{{}}}\r\n", header.len());
    let name = format!("* LIST () \"/\" {{{}}}\r\n", EVIL.len());
    let turns = [
        ("", join(&[b"* OK [CAPABILITY IMAP4rev1 ", EVIL, b"] ", EVIL, b"\r\n"])),
        (
            "a1 CAPABILITY",
            join(&[b"* CAPABILITY IMAP4rev1 ", EVIL, b" AUTH=", EVIL, b"\r\na1 OK ", EVIL, b"\r\n"]),
        ),
        (
            "a2 LIST",
            join(&[
                b"* LIST (\\",
                EVIL,
                b") \"/\" \"",
                EVIL,
                b"\"\r\n",
                name.as_bytes(),
                EVIL,
                b"\r\n* LIST () \"/\" &BBLH,,-\r\na2 OK\r\n",
            ]),
        ),
        ("a3 SELECT", join(&[b"* FLAGS (\\", EVIL, b")\r\n* 3 EXISTS\r\na3 OK [", EVIL, b"] x\r\n"])),
        ("a4 FETCH", join(&[literal.as_bytes(), &header, b")\r\n* 1 ", EVIL, b"\r\na4 NO ", EVIL, b"\r\n"])),
        ("a5 LOGOUT", join(&[b"* BYE ", EVIL, b"\r\na5 OK ", EVIL, b"\r\n"])),
    ];
    let lines = ["a1 CAPABILITY", "a2 LIST \"\" *", "a3 SELECT x", "a4 FETCH 1 BODY[HEADER]", "a5 LOGOUT"];
    in_each_view("imap", &turns, &lines);
}

#[test]
fn odd_line_ends_are_told() {
    let said = b"220 bare LF\n";
    let reply = b"250-a\rb\n250-nul\x00\r\n250-\xff\r\n250 ok\r\n";
    let server =
        Script::new().send(said).expect("EHLO me").send(reply).expect("QUIT").send("221 x\r\n").listen();
    let seen = look(on(&server, "smtp", &["EHLO me", "QUIT"])).code(0);
    let seen = seen.exact(&join(&[said, reply, b"221 x\r\n"]));
    let seen = seen.notes_id("fault-bare-lf").notes_id("fault-bare-cr").notes_id("fault-nul");
    seen.notes_id("fault-not-utf8");
    server.finish();
}

/// What stands on the command line, in the script and in the answer of an error is the same sort of input.
#[test]
fn errors_show_no_controls_either() {
    let server = Script::new().send(join(&[EVIL, b"\r\n"])).listen();
    let seen = Test::new(["smtp", &server.address(), "--tls", "--insecure", "--send", "QUIT"]).run().code(4);
    no_raw_control("stderr", seen.stderr.as_bytes());
    no_raw_control("stdout", &seen.stdout_bytes);
}

/// Sends a line of so many MB without an end, after this.
fn endless(first: &str, megabytes: usize) -> Script {
    Script::new().send(first).flood(vec![b'a'; 1 << 20], megabytes)
}

#[test]
fn a_greeting_without_end() {
    let server = endless("220 ", 100).listen();
    // Only one log, and no notes in between: 100 MB through a debug build take their time.
    let test = Test::new(["smtp", &server.address(), "--send", "QUIT", "--log", "x.ehlo"]).start();
    let id = test.id();
    let peak = looking::watch(id);
    let output = test.finish().code(4);
    assert!(peak.join().expect("no panic") < looking::MOST_MEMORY);
    assert!(output.stdout.len() > 100 << 20);
    server.finish();
}

#[test]
fn replies_and_bodies_without_end() {
    let megabytes = 8;
    for (subcommand, first, command, begin) in [
        ("smtp", "220 x\r\n", "EHLO me", "250-"),
        ("imap", "* OK x\r\n", "a1 NOOP", "* "),
        ("imap", "* OK x\r\n", "a1 FETCH 1 BODY[]", "* 1 FETCH (BODY[] \""),
        ("pop", "+OK x\r\n", "RETR 1", "+OK\r\nSubject: "),
        ("pop", "+OK x\r\n", "LIST", "+OK\r\n"),
    ] {
        let flood = vec![b'a'; 1 << 20];
        let server = Script::new().send(first).expect(command).send(begin).flood(&flood, megabytes).listen();
        let sent = join(&[first.as_bytes(), begin.as_bytes(), &vec![b'a'; megabytes << 20]]);
        look(on(&server, subcommand, &[command])).code(4).exact(&sent);
        server.finish();
    }
}
