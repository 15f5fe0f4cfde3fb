//! How it looks: widths, colours, none of them, plain and dumb terminals, Spanish.

use super::support::Peers;
use super::terminal::{Setup, count};
use super::{Server, real, same};

#[test]
fn a_resize_leaves_the_line_whole_and_notes_follow_the_width() {
    let (mut t, mut peer) = Server::new().greet(same, "smtp", "220 lab ESMTP");
    t.prompt();
    t.keys("NOOP abcdefghijklmnopqrstuvwxyz0123456789");
    t.sees("0123456789");
    t.resize(60, 50);
    peer.say("421 4.3.2 going down");
    t.sees("S: 421 4.3.2 going down");
    t.at("C: NOOP abcdefghijklmnopqrstuvwxyz0123456789");
    t.line("");
    peer.hears("NOOP abcdefghijklmnopqrstuvwxyz0123456789");
    peer.say("250 ok");
    t.prompt();
    t.line("/help");
    t.sees("# /help");
    t.sees("/quit");
    let screen = t.screen();
    let help = &screen[screen.find("# /help").expect("help")..];
    assert!(help.lines().all(|line| line.chars().count() <= 60), "{help}");
    assert!(help.lines().any(|line| line.chars().count() > 40), "{help}");
}

#[test]
fn a_line_longer_than_the_screen_is_wide_is_wiped_whole() {
    let (mut t, mut peer) = Server::new().greet(|s| s.size(40, 30), "smtp", "220 lab ESMTP");
    t.prompt();
    for length in [36, 37, 38, 76, 77, 78, 100] {
        let line = format!("NOOP {}", "ñ".repeat(length - 5));
        t.line(&line);
        peer.hears(&line);
        peer.say("250 ok");
        t.sees("S: 250 ok");
        t.prompt();
        let screen = t.screen().replace('\n', "");
        assert_eq!(count(&screen, &format!("C: {line}")), 1, "{length}: {}", t.screen());
        assert_eq!(count(&screen, "NOOP ñ"), 1, "{length}: {}", t.screen());
        t.keys("\x0c");
        t.prompt();
    }
}

#[test]
fn no_color_means_none_but_ghost_text_is_still_told_apart() {
    let setup = |s: Setup| s.env("NO_COLOR", "1");
    let (mut t, mut peer) = Server::new().greet(setup, "smtp", "220 lab ESMTP");
    t.prompt();
    t.keys("EHLO");
    t.at("C: EHLO domain");
    t.line(" me");
    peer.hears("EHLO me");
    peer.say("550 no");
    t.sees("S: 550 no");
    t.prompt();
    let bytes = t.bytes();
    for colour in (30..38).chain(90..98) {
        assert!(!bytes.contains(&format!("\x1b[{colour}m")), "colour {colour}");
        assert!(!bytes.contains(&format!("\x1b[1;{colour}m")), "colour {colour}");
    }
    assert!(bytes.contains("\x1b[2m domain\x1b[0m"));
}

#[test]
fn a_dumb_terminal_gets_no_escapes_and_no_line_twice() {
    let peers = Peers::shared();
    let me = peers.account();
    let mut t = real(peers, "pop").env("TERM", "dumb").start();
    t.until("the prompt", |t| t.cursor().0.starts_with("client:"));
    t.line("AUTH PLAIN");
    t.until("the question", |t| t.cursor().0.trim_end() == "#   user:");
    t.line(&me.user);
    t.until("the question", |t| t.cursor().0.trim_end() == "#   password:");
    t.line(&me.password);
    t.sees("server: +OK Logged in.");
    t.until("the prompt", |t| t.cursor().0.trim_end() == "client:");
    t.line("STAT");
    t.sees("server: +OK 0 0");
    t.until("the prompt", |t| t.cursor().0.trim_end() == "client:");
    t.keys("\x04");
    t.sees("EXIT=0");
    let screen = t.screen();
    assert!(!screen.contains("TERMINAL CHANGED"), "{screen}");
    assert_eq!(count(&screen, "AUTH PLAIN\n"), 1, "{screen}");
    assert_eq!(count(&screen, "client: STAT"), 1, "{screen}");
    assert!(!t.bytes().contains('\x1b'), "{}", t.bytes());
    assert!(!t.bytes().contains(&me.password));
}

#[test]
fn plain_neither_repaints_nor_hints() {
    let (mut t, mut peer) = Server::new().greet(|s| s.args(["--plain"]), "smtp", "220 lab ESMTP");
    t.at("client:");
    for (line, reply) in [
        ("EHLO me", "250 lab"),
        ("MAIL FROM:<a@b>", "250 ok"),
        ("RCPT TO:<c@d>", "250 ok"),
        ("DATA", "354 go on"),
    ] {
        t.line(line);
        peer.hears(line);
        peer.say(reply);
        t.sees(&format!("server: {reply}"));
    }
    t.sees("#   the message's header, then an empty line; a lone dot ends it");
    t.at("client:");
    t.line("Subject: x");
    peer.hears("Subject: x");
    t.keys("\x04");
    t.ends(2);
    let screen = t.screen();
    for line in ["client: EHLO me", "client: MAIL FROM:<a@b>", "client: DATA", "client: Subject: x"] {
        assert_eq!(count(&screen, line), 1, "{line}:\n{screen}");
    }
    assert!(!screen.contains("reverse-path"), "{screen}");
}

#[test]
fn spanish_is_spanish() {
    let (mut t, mut peer) = Server::new().greet(|s| s.args(["--lang", "es"]), "smtp", "220 lab ESMTP");
    t.sees("C: Tab muestra qué se puede decir ahora; /help");
    t.keys("\t");
    t.sees("#     EHLO  presentarse");
    t.line("NOOP");
    peer.hears("NOOP");
    peer.say("250 ok");
    t.prompt();
    t.keys("\x12N");
    t.sees("(búsqueda inversa)`N': NOOP");
    t.keys("\x07\x03\x03");
    t.sees("#   para salir: QUIT");
    t.keys("\x04");
    peer.hears("QUIT");
    peer.say("221 chau");
    drop(peer);
    t.ends(0);
}
