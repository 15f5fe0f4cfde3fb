//! The prompt on a real pseudo-terminal, with real and hand-made servers: what is on the screen.

#![cfg(unix)]

mod leaving;
mod looks;
#[path = "../support/mod.rs"]
mod support;
mod terminal;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use support::Peers;
use terminal::{Setup, Terminal, count};

/// A server that a test plays itself.
struct Server {
    listener: TcpListener,
}

/// Its connection.
struct Peer {
    lines: BufReader<TcpStream>,
}

impl Server {
    fn new() -> Server {
        Server { listener: TcpListener::bind("127.0.0.1:0").expect("a port") }
    }

    fn setup(&self, verb: &str) -> Setup {
        let port = self.listener.local_addr().expect("an address").port();
        Setup::new([verb.to_owned(), format!("127.0.0.1:{port}")])
    }

    /// Starts a session, and greets it.
    fn greet(self, setup: impl FnOnce(Setup) -> Setup, verb: &str, greeting: &str) -> (Terminal, Peer) {
        let terminal = setup(self.setup(verb)).start();
        let (stream, _) = self.listener.accept().expect("a client");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let mut peer = Peer { lines: BufReader::new(stream) };
        peer.say(greeting);
        (terminal, peer)
    }
}

impl Peer {
    fn say(&mut self, line: &str) {
        self.lines.get_mut().write_all(format!("{line}\r\n").as_bytes()).expect("a client that listens");
    }

    #[track_caller]
    fn hears(&mut self, line: &str) {
        assert_eq!(self.line().as_deref(), Some(line));
    }

    /// The next line; none at the end.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let n = self.lines.read_line(&mut line).expect("a client that speaks");
        (n > 0).then(|| line.trim_end_matches("\r\n").to_owned())
    }
}

fn same(setup: Setup) -> Setup {
    setup
}

/// A session with the real Postfix or Dovecot.
fn real(peers: &Peers, verb: &str) -> Setup {
    let port = match verb {
        "smtp" => peers.smtp,
        "pop" => peers.pop3,
        _ => peers.imap,
    };
    Setup::new([verb.to_owned(), format!("127.0.0.1:{port}")])
}

#[test]
fn tab_lists_what_is_legal_with_its_meaning() {
    let mut t = real(Peers::shared(), "smtp").start();
    t.prompt();
    t.keys("\t");
    t.sees("#     EHLO  introduce oneself");
    assert!(!t.screen().contains("MAIL"), "MAIL is not legal yet:\n{}", t.screen());
    // The prompt is there once: what was listed stands above it, as a note.
    t.until("one prompt", |t| count(&t.screen(), "\nC:") == 1);
    t.line("EHLO me");
    t.sees("S: 250 CHUNKING");
    t.prompt();
    t.keys("ma\t");
    t.until("the bracket", |t| t.cursor().0.starts_with("C: mail from:<") && t.cursor().1 == 14);
    t.line("ana@redes.unlp.edu.ar>");
    t.sees("S: 250 2.1.0 Ok");
    t.keys("RCPT TO:<\t");
    t.until("the address used before", |t| t.cursor().0.starts_with("C: RCPT TO:<ana@redes.unlp.edu.ar>"));
    t.keys("\x03AUTH \t");
    t.until("nothing to complete inside a transaction", |t| t.cursor().0.starts_with("C: AUTH"));
    t.line("\x03RSET");
    t.sees("S: 250 2.0.0 Ok");
    t.keys("AUTH SCR\t");
    t.sees("SCRAM-SHA-256  ");
    t.until("what both have", |t| t.cursor().0.starts_with("C: AUTH SCRAM-SHA-"));
    t.keys("\x03");
    t.prompt();
    t.keys("\x04");
    t.ends(0);
}

#[test]
fn ghost_text_is_the_syntax_and_is_gone_when_sent() {
    let (mut t, mut peer) = Server::new().greet(same, "smtp", "220 lab ESMTP");
    t.prompt();
    t.keys("E");
    t.at("C: EHLO domain");
    t.keys("\x03EHLO");
    t.at("C: EHLO domain");
    t.line(" me");
    peer.hears("EHLO me");
    t.sees("C: EHLO me\n");
    assert!(!t.screen().contains("domain"), "{}", t.screen());
    peer.say("250 lab");
    t.prompt();
    t.keys("mail");
    t.at("C: mail from:<reverse-path> [size=octets] [body=8bitmime]");
    t.line(" from:<>");
    peer.hears("mail from:<>");
    peer.say("250 ok");
    t.prompt();
    t.line("rcpt to:<a@b>");
    peer.hears("rcpt to:<a@b>");
    peer.say("250 ok");
    t.prompt();
    t.line("DATA");
    peer.hears("DATA");
    peer.say("354 go on");
    t.sees("C: the message's header, then an empty line; a lone dot ends it");
    t.line("Subject: x");
    t.line("");
    t.sees("C: message text; a lone dot ends it");
    t.line("/help");
    for line in ["Subject: x", "", "/help"] {
        peer.hears(line);
    }
    t.sees("C: /help");
}

#[test]
fn history_is_kept_over_sessions_without_secrets() {
    let peers = Peers::shared();
    let me = peers.account();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("history");
    let mut t = real(peers, "pop").env("EHLO_HISTORY", &file).start();
    t.prompt();
    t.line(&format!("USER {}", me.user));
    t.sees("S: +OK");
    t.prompt();
    t.line(&format!("PASS {}", me.password));
    t.sees("C: PASS {{password}}");
    t.sees("S: +OK Logged in.");
    t.prompt();
    t.line("STAT");
    t.sees("S: +OK 0 0");
    t.prompt();
    t.line("/state");
    t.sees("# /state");
    t.prompt();
    t.line("QUIT");
    t.ends(0);
    let kept = std::fs::read_to_string(&file).expect("a history");
    assert_eq!(kept, format!("USER {}\nSTAT\n/state\nQUIT\n", me.user));

    let mut t = real(peers, "pop").env("EHLO_HISTORY", &file).start();
    t.prompt();
    t.keys("\x1b[A");
    t.at("C: QUIT");
    t.keys("\x1b[A\x1b[A\x1b[A");
    t.until("the first", |t| t.cursor().0.starts_with(&format!("C: USER {}", me.user)));
    t.keys("\x1b[B\x1b[B\x1b[B");
    t.at("C: QUIT");
    t.keys("\x03\x12STA");
    t.sees("(reverse-i-search)`STA': STAT");
    t.keys("\x07\x03\x04");
    t.ends(0);
}

#[test]
fn a_misspelled_secret_and_a_login_by_literal_leave_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("history");
    let greeting = "* OK [CAPABILITY IMAP4rev1] lab";
    let with = |s: Setup| s.env("EHLO_HISTORY", &file);
    let (mut t, mut peer) = Server::new().greet(with, "imap", greeting);
    t.prompt();
    for (typed, heard, reply) in [
        ("LOGN ana hunter22", "LOGN ana hunter22", "LOGN BAD what?"),
        ("a1 login ana {8}", "a1 login ana {8}", "+ go on"),
    ] {
        t.line(typed);
        peer.hears(heard);
        peer.say(reply);
        t.prompt();
    }
    t.line("hunter22");
    peer.hears("hunter22");
    peer.say("a1 NO");
    t.sees("S: a1 NO");
    t.prompt();
    t.keys("\x04");
    peer.hears("a2 LOGOUT");
    peer.say("* BYE\r\na2 OK bye");
    drop(peer);
    t.ends(0);
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(!kept.contains("hunter22"), "{kept}");
}

#[test]
fn what_comes_unasked_stands_above_the_half_typed_line() {
    let (mut t, mut peer) = Server::new().greet(same, "imap", "* PREAUTH lab");
    t.prompt();
    t.line("IDLE");
    peer.hears("a1 IDLE");
    peer.say("+ idling");
    t.sees("C: the server tells news by itself; DONE ends IDLE");
    t.keys("DÑON");
    t.at("C: DÑON");
    t.keys("\x1b[D\x1b[D\x1b[D\x08");
    peer.say("* 4 EXISTS");
    t.sees("S: * 4 EXISTS");
    t.until("the line as it was", |t| t.cursor() == ("C: ÑON".to_owned(), 3));
    peer.say("* 5 EXISTS");
    t.sees("S: * 5 EXISTS");
    t.until("the line as it was", |t| t.cursor() == ("C: ÑON".to_owned(), 3));
    let screen = t.screen();
    assert_eq!(count(&screen, "C: ÑON"), 1, "{screen}");
    assert!(screen.find("4 EXISTS") < screen.find("5 EXISTS"), "{screen}");
    t.line("\x03DONE");
    peer.hears("DONE");
    peer.say("a1 OK done");
    t.prompt();
    t.keys("\x04");
    peer.hears("a2 LOGOUT");
    peer.say("* BYE\r\na2 OK bye");
    drop(peer);
    t.ends(0);
}

#[test]
fn nothing_is_lost_and_nothing_overtakes_while_lines_are_typed() {
    let (mut t, mut peer) = Server::new().greet(|s| s.size(80, 24), "imap", "* PREAUTH lab");
    t.prompt();
    t.line("IDLE");
    peer.hears("a1 IDLE");
    peer.say("+ idling");
    t.prompt();
    let flood = std::thread::spawn(move || {
        for n in 1..=300 {
            peer.say(&format!("* {n} EXISTS"));
        }
        peer
    });
    for _ in 0..60 {
        t.keys("x\x08");
    }
    let mut peer = flood.join().expect("a flood");
    t.line("DONE");
    peer.hears("DONE");
    peer.say("a1 OK done");
    t.sees("S: a1 OK done");
    let bytes = t.bytes();
    let places: Vec<_> = (1..=300).map(|n| bytes.find(&format!("* {n} EXISTS"))).collect();
    assert!(places.iter().all(Option::is_some));
    assert!(places.is_sorted(), "out of order");
    assert!(places.last() < Some(&bytes.rfind("a1 OK done")), "out of order");
}

#[test]
fn a_password_is_asked_for_and_never_seen() {
    let peers = Peers::shared();
    let me = peers.account();
    let mut t = real(peers, "smtp").args(["--ca", peers.ca.to_str().unwrap(), "--starttls"]).start();
    t.sees("@tls");
    t.prompt();
    t.line("EHLO me");
    t.sees("AUTH PLAIN");
    t.prompt();
    t.line("AUTH PLAIN");
    t.until("the question", |t| t.cursor().0.trim_end() == "#   user:");
    t.line(&me.user);
    t.until("the question", |t| t.cursor().0.trim_end() == "#   password:");
    // What is thrown away by Ctrl-U is thrown away.
    t.keys("wrongpass\x15");
    t.line(&me.password);
    t.sees("S: 235 2.7.0 Authentication successful");
    t.sees(&format!("#   user: {}\n", me.user));
    t.sees(&format!("C: {{{{plain(\"{}\", password)}}}}", me.user));
    t.prompt();
    // Nor does it come back where cut text is kept.
    t.keys("x\x19");
    t.until("a line", |t| t.cursor().0.starts_with("C: x"));
    t.keys("\x03\x04");
    t.ends(0);
    for secret in [&me.password, "wrongpass"] {
        assert!(!t.bytes().contains(secret), "{secret} was shown");
    }
}

#[test]
fn who_would_rather_answer_in_person_can() {
    let (mut t, mut peer) = Server::new().greet(same, "pop", "+OK lab");
    t.prompt();
    t.line("AUTH PLAIN");
    peer.hears("AUTH PLAIN");
    peer.say("+ ");
    t.until("the question", |t| t.cursor().0.trim_end() == "#   user:");
    t.line("");
    t.sees("C: base64, or * to cancel");
    t.line("*");
    peer.hears("*");
    peer.say("-ERR cancelled");
    t.prompt();
    t.keys("\x04");
    peer.hears("QUIT");
    peer.say("+OK bye");
    drop(peer);
    t.ends(0);
}

#[test]
fn a_pasted_dialogue_goes_line_by_line() {
    let peers = Peers::shared();
    let me = peers.account();
    let mut t = real(peers, "smtp").args(["--notes", "none"]).start();
    t.prompt();
    let to = &me.address;
    t.paste(&format!(
        "EHLO redes\nMAIL FROM:<pepe@redes.unlp.edu.ar>\nRCPT TO:<{to}>\nDATA\nFrom: pepe@redes.unlp.edu.ar\n\
         Subject: pegado\n\nhola\n\nchau\n.\nQUIT\n"
    ));
    t.sees("Enter sends 12 lines");
    assert!(!t.screen().contains("S: 250"), "sent before Enter");
    t.line("");
    let screen = t.ends(0);
    for pair in ["DATA\nS: 354 ", "C: .\nS: 250 2.0.0 Ok", "C: hola\nC:\nC: chau\n", "C: QUIT\nS: 221 "] {
        assert!(screen.contains(pair), "{pair:?}:\n{screen}");
    }
    assert_eq!(count(&screen, "EHLO redes"), 1, "{screen}");
    let mail = peers.wait_for_mail(&me.user, 1).remove(0);
    assert!(mail.ends_with(b"\n\nhola\n\nchau\n") || mail.ends_with(b"\r\n\r\nhola\r\n\r\nchau\r\n"));
}

#[test]
fn a_paste_waits_for_a_slow_server_and_stops_at_control_c() {
    let (mut t, mut peer) = Server::new().greet(same, "pop", "+OK lab");
    t.prompt();
    t.paste("NOOP\nSTAT\nLIST");
    t.line("");
    peer.hears("NOOP");
    // Longer than the prompt waits for an answer to what was typed.
    std::thread::sleep(Duration::from_millis(1500));
    peer.lines.get_ref().set_read_timeout(Some(Duration::from_millis(100))).expect("a timeout");
    assert!(peer.lines.fill_buf().is_err(), "the second line did not wait");
    t.keys("\x03");
    t.sees("#   2 pasted lines are not sent");
    t.prompt();
    t.line("RSET");
    peer.lines.get_ref().set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    peer.hears("RSET");
}

#[test]
fn keys_are_kept_while_the_server_is_waited_for() {
    let (mut t, mut peer) = Server::new().greet(same, "pop", "+OK lab");
    t.prompt();
    t.line("CAPA");
    peer.hears("CAPA");
    t.keys("STAT");
    t.sees("C: CAPA");
    // It comes back by itself after a second, with what was typed meanwhile.
    t.at("C: STAT");
    assert_eq!(count(&t.screen(), "STAT"), 1, "{}", t.screen());
    peer.say("+OK\r\n.");
    t.sees("S: .");
    t.at("C: STAT");
    t.keys("\r");
    peer.hears("STAT");
}

#[test]
fn a_late_greeting_and_a_silent_server_do_not_keep_the_prompt_away() {
    let server = Server::new();
    let mut t = server.setup("smtp").start();
    let (stream, _) = server.listener.accept().expect("a client");
    let mut peer = Peer { lines: BufReader::new(stream) };
    // After a second the prompt is there without a greeting.
    t.prompt();
    t.keys("EHLO m");
    t.at("C: EHLO m");
    peer.say("220 lab ESMTP");
    t.sees("S: 220 lab ESMTP");
    t.at("C: EHLO m");
    t.line("e");
    peer.hears("EHLO me");
    // Nothing burns while the server is waited for.
    t.prompt();
    let before = t.cpu_ticks();
    std::thread::sleep(Duration::from_millis(1500));
    let used = t.cpu_ticks() - before;
    assert!(used < 20, "{used} ticks of the processor in 1.5 s of waiting");
}

#[test]
fn a_block_taller_than_the_screen_is_not_drawn_before_it_is_sent() {
    let (mut t, mut peer) = Server::new().greet(|s| s.size(80, 24), "pop", "+OK lab");
    t.prompt();
    let lines: Vec<String> = (1..=60).map(|n| format!("NOOP {n}")).collect();
    t.paste(&(lines.join("\r") + "\r"));
    t.sees("C: Enter sends 60 lines");
    assert!(!t.bytes().contains("NOOP"), "drawn: {}", t.screen());
    t.keys("\x03");
    t.prompt();
    t.paste(&lines.join("\r\n"));
    t.sees("C: Enter sends 60 lines");
    t.line("");
    for line in &lines {
        peer.hears(line);
        peer.say("+OK");
    }
    t.prompt();
    assert_eq!(count(&t.bytes(), "NOOP 60"), 1);
}
