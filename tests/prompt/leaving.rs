//! Ways out: Ctrl-C, Ctrl-D, the server's end, the system's; the terminal is as it was.

use super::terminal::count;
use super::{Server, same};

#[test]
fn control_c_clears_and_tells_how_to_leave() {
    let (mut t, mut peer) = Server::new().greet(same, "smtp", "220 lab ESMTP");
    t.prompt();
    t.keys("RCPT nonsense");
    t.at("C: RCPT nonsense");
    t.keys("\x03");
    t.prompt();
    assert!(!t.screen().contains("nonsense"));
    t.keys("\x03");
    t.sees("#   to leave: QUIT, or Ctrl-D on an empty line");
    t.keys("NOOP\x1d");
    t.until("telnet's way out, answered", |t| count(&t.screen(), "#   to leave:") == 2);
    t.at("C: NOOP [string]");
    t.line("");
    peer.hears("NOOP");
    // While the server is waited for, Ctrl-C gives the prompt back at once.
    t.keys("\x03");
    t.prompt();
    peer.say("250 ok");
    t.sees("S: 250 ok");
    t.keys("\x04");
    peer.hears("QUIT");
    peer.say("221 bye");
    drop(peer);
    let screen = t.ends(0);
    assert!(screen.contains("C: QUIT\n"), "{screen}");
}

#[test]
fn leaving_in_the_middle_of_a_message_sends_nothing_of_it() {
    let (mut t, mut peer) = Server::new().greet(same, "smtp", "220 lab ESMTP");
    t.prompt();
    for (line, reply) in [
        ("EHLO me", "250 lab"),
        ("MAIL FROM:<a@b>", "250 ok"),
        ("RCPT TO:<c@d>", "250 ok"),
        ("DATA", "354 go on"),
    ] {
        t.line(line);
        peer.hears(line);
        peer.say(reply);
        t.prompt();
    }
    t.line("half a message");
    peer.hears("half a message");
    t.prompt();
    t.keys("\x04");
    assert_eq!(peer.line(), None);
    t.ends(2);
}

#[test]
fn a_server_that_closes_is_told_at_once_and_what_came_can_be_saved() {
    let (mut t, mut peer) = Server::new().greet(same, "pop", "+OK lab");
    t.prompt();
    t.line("CAPA");
    peer.hears("CAPA");
    peer.say("+OK\r\nUSER\r\n.");
    t.sees("S: .");
    t.prompt();
    t.keys("RETR 1");
    t.at("C: RETR 1");
    peer.say("-ERR autologout");
    drop(peer);
    t.sees("S: -ERR autologout");
    t.sees("@closed server");
    t.sees("#   the server has closed; /save FILE keeps what came last, Enter ends");
    t.at("C: RETR 1");
    t.line("");
    t.sees("# RETR 1\n");
    t.prompt();
    t.line("/save last.txt");
    t.sees("saved: last.txt");
    t.prompt();
    t.line("");
    t.sees("EXIT=");
    assert!(t.dir().join("last.txt").is_file());
    assert!(!t.screen().contains("TERMINAL CHANGED"));
}

#[test]
fn the_terminal_is_given_back_to_who_ends_the_session_from_outside() {
    let (mut t, _peer) = Server::new().greet(same, "smtp", "220 lab ESMTP");
    t.prompt();
    t.keys("NOOP half");
    t.at("C: NOOP half");
    t.terminate();
    let screen = t.ends(1);
    assert!(screen.contains("@close\n"), "{screen}");
    assert!(!screen.contains("half"), "{screen}");
}

#[test]
fn control_c_while_connecting_leaves_the_terminal_alone() {
    let server = Server::new();
    // The greeting would tell the protocol, and does not come.
    let mut t = server.setup("open").start();
    let _client = server.listener.accept().expect("a client");
    t.keys("\x03");
    t.sees("EXIT=");
    assert!(!t.screen().contains("TERMINAL CHANGED"), "{}", t.screen());
}
