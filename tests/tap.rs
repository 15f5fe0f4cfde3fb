//! `ehlo tap` between real clients and real servers: bytes unchanged, and what is shown of them.
//!
//! For bytes, a meter of the test's own stands on each side of the tap and keeps what it hands on: what the one in
//! front has seen must be what the one behind has seen.
#![cfg(all(feature = "cli", unix))]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use support::clients::{self, client};
use support::hostile::closed_port;
use support::lab::{Home, signal, wait_until};
use support::meter::{Meter, Pair};
use support::{Account, Output, Peers, Running, Script, Wire};

/// A tap that runs.
struct Tap {
    run: Running,
    port: u16,
}

impl Tap {
    #[track_caller]
    fn start(home: &Home, line: &str) -> Tap {
        let mut run = home.test(&format!("tap --listen 0 {line}")).start();
        run.wait_for("Ctrl-C");
        let page = run.stdout();
        let port = page.split(", port ").nth(1).and_then(|rest| rest.split('.').next()).expect(&page);
        Tap { port: port.parse().expect("a number"), run }
    }

    /// Waits until it has told the end of so many dialogues, ends it, and gives what it said.
    #[track_caller]
    fn finish(self, dialogues: usize) -> Output {
        wait_until("the ends of all dialogues", || {
            self.run.stdout().lines().filter(|l| l.contains("] @close")).count() >= dialogues
        });
        signal(self.run.id().into(), "INT");
        self.run.finish()
    }
}

/// Both meters have seen the same, and the tap's JSON has its digests; returns what passed.
#[track_caller]
fn compare(front: &Meter, back: &Meter, logs: &Path) -> Vec<Pair> {
    let (seen, arrived) = (front.seen(), back.seen());
    assert!(!seen.is_empty() && seen.iter().all(|pair| !pair[1].is_empty()));
    assert!(seen == arrived, "not the same: {seen:?}\n{arrived:?}");
    let mut told: Vec<[String; 2]> = fs::read_dir(logs)
        .expect("a folder")
        .map(|entry| {
            let text = fs::read_to_string(entry.expect("an entry").path()).expect("a log");
            let end: Value = serde_json::from_str(text.lines().last().expect("an end")).expect("JSON");
            assert_eq!(end["kind"], "end", "{text}");
            ["client", "server"].map(|side| end[side]["sha256"].as_str().expect("a digest").to_owned())
        })
        .collect();
    told.sort();
    assert_eq!(told, front.digests());
    seen
}

/// A client between meters: `use_it` is given the port; how many connections it makes does not matter.
#[track_caller]
fn measured(home: &Home, server: u16, options: &str, use_it: impl FnOnce(&Path, u16)) -> (Output, Vec<Pair>) {
    let (said, [seen]) = all_measured(home, [server], options, |folder, [port]| use_it(folder, port));
    let [said] = said;
    (said, seen)
}

/// The same with a tap before each of several servers, for a client that talks to all of them.
#[track_caller]
fn all_measured<const N: usize>(
    home: &Home,
    servers: [u16; N],
    options: &str,
    use_it: impl FnOnce(&Path, [u16; N]),
) -> ([Output; N], [Vec<Pair>; N]) {
    let folder = tempfile::tempdir().expect("a folder");
    let way = servers.map(|server| {
        let logs = folder.path().join(format!("logs-{server}"));
        fs::create_dir(&logs).expect("a folder");
        let back = Meter::to(server);
        let log = logs.join("out.json").display().to_string();
        let tap = Tap::start(home, &format!("127.0.0.1:{} --log {log} --digests {options}", back.port));
        (Meter::to(tap.port), tap, back, logs)
    });
    use_it(folder.path(), way.each_ref().map(|(front, ..)| front.port));
    let mut seen = [const { Vec::new() }; N];
    let mut next = seen.iter_mut();
    let said = way.map(|(front, tap, back, logs)| {
        let said = tap.finish(front.seen().len()).code(0).stderr_is("");
        *next.next().expect("one for each") = compare(&front, &back, &logs);
        for entry in fs::read_dir(&logs).expect("a folder") {
            no_password(&fs::read_to_string(entry.expect("an entry").path()).expect("a log"));
        }
        no_password(&said.stdout);
        said
    });
    (said, seen)
}

/// No password, neither as it is nor in base64.
#[track_caller]
fn no_password(text: &str) {
    for secret in ["alumnoimappass", "alumnopoppass", "YWx1bW5vaW1hcHBhc3", "YWx1bW5vcG9wcGFzc"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    // The real pair's accounts: alumno1 has the password alumno1pass.
    let shown = text.match_indices("pass").any(|(at, _)| {
        let before = text[..at].trim_end_matches(|c: char| c.is_ascii_digit());
        before.len() < at && before.ends_with("alumno")
    });
    assert!(!shown, "a password in {text}");
}

fn lab() -> Home {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    home
}

#[test]
fn curl_and_python_and_the_lab() {
    let home = lab();
    let (said, _) = measured(&home, home.port("imap"), "", |folder, port| {
        let url = format!("imap://localhost:{port}/INBOX;UID=3");
        let mail = client(folder, "curl", &["-sS", "--user", "alumnoimap:alumnoimappass", &url], "");
        assert!(mail.contains("Delivered-To: alumnoimap@redes.unlp.edu.ar"), "{mail}");
    });
    // The first words told the protocol.
    said.stdout_has("[1] @imap").stdout_has("C: A003 SELECT INBOX").stdout_has("One connection passed");
    let python = "import poplib, sys\np = poplib.POP3('localhost', int(sys.argv[1]))\n\
                  p.user('alumnopop'); p.pass_('alumnopoppass'); print(len(p.retr(1)[1])); p.quit()\n";
    let (said, _) = measured(&home, home.port("pop3"), "--protocol pop", |folder, port| {
        client(folder, "python3", &["-c", python, &port.to_string()], "");
    });
    said.stdout_has("C: PASS {{password}}").stdout_has("alumnopop] C: RETR 1");
}

/// curl by all three protocols, mutt by two at once, mbsync: a server's SMTP, submission, POP3 and IMAP.
#[track_caller]
fn every_client(home: &Home, me: &Account, [smtp, submission, pop3, imap]: [u16; 4]) {
    let (said, _) = measured(home, submission, "", |folder, port| {
        clients::curl_sends(folder, port, me, &[], "por el tap, con curl");
    });
    said.stdout_has("[1] @smtp").stdout_has("C: AUTH ").stdout_has("Subject: por el tap, con curl");
    let (said, seen) = all_measured(home, [smtp, imap], "", |folder, ports| {
        clients::mutt_sends(folder, ports, me, "por el tap, con mutt");
    });
    assert!(seen.iter().all(|passed| !passed.is_empty()));
    let [smtp, copy] = said;
    smtp.stdout_has("C: DATA").stdout_has("Subject: por el tap, con mutt");
    copy.stdout_has("[1] @imap").stdout_has(" APPEND \"Sent\"");
    let (said, _) = measured(home, pop3, "", |folder, port| {
        let mail = clients::curl_retrieves(folder, port, me, &[]);
        assert!(mail.contains("Received: "), "{mail}");
    });
    said.stdout_has("[1] @pop").stdout_has("C: RETR 1");
    let (said, _) = measured(home, imap, "", |folder, port| {
        let mail = clients::curl_fetches(folder, port, me, &[]);
        assert!(mail.contains("Received: "), "{mail}");
    });
    said.stdout_has("[1] @imap").stdout_has(" FETCH 1 BODY[]");
    let (said, _) = measured(home, imap, "", |folder, port| {
        assert!(clients::mbsync_fetches(folder, port, me) > 1);
    });
    said.stdout_has("[1] @imap").stdout_has("C: ").stdout_has(" UID FETCH ");
}

#[test]
fn every_client_and_the_lab() {
    let home = lab();
    let me = Account {
        user: "alumnoimap".to_owned(),
        password: "alumnoimappass".to_owned(),
        address: "alumnoimap@redes.unlp.edu.ar".to_owned(),
    };
    every_client(&home, &me, ["smtp", "submission", "pop3", "imap"].map(|service| home.port(service)));
}

#[test]
fn every_client_and_the_real_pair() {
    let (home, peers) = (Home::new(), Peers::shared());
    let me = peers.account();
    // Two, since what is sent comes in when Postfix has the time for it.
    for subject in ["uno", "dos"] {
        peers.deliver(&me.address, format!("Subject: {subject}\n\nque tal\n"));
    }
    every_client(&home, &me, [peers.smtp, peers.submission, peers.pop3, peers.imap]);
}

#[test]
fn starttls_goes_dark_and_through() {
    let home = lab();
    let ca = home.path("tls/ca.pem").display().to_string();
    let (said, seen) = measured(&home, home.port("submission"), "--protocol smtp", |folder, port| {
        let url = format!("smtp://localhost:{port}");
        let login = ["-sS", "--ssl-reqd", "--cacert", &ca, "--user", "alumnopop:alumnopoppass"];
        let (from, to) = ("alumnopop@redes.unlp.edu.ar", "alumnoimap@redes.unlp.edu.ar");
        let send = ["--mail-from", from, "--mail-rcpt", to, "--upload-file", "-", &url];
        client(folder, "curl", &[&login[..], &send].concat(), "Subject: a\r\n\r\nb\r\n");
    });
    said.stdout_has("C: STARTTLS")
        .stdout_has("the client asked for localhost (SNI)")
        .stdout_has("octets encrypted, which cannot be read")
        .stdout_has("encrypted, and was not read")
        .stdout_lacks("MAIL FROM");
    assert_eq!(seen.len(), 1);
}

#[test]
fn the_real_pair_in_the_clear_and_opaque() {
    let (home, peers) = (Home::new(), Peers::shared());
    let me = peers.account();
    peers.deliver(&me.address, "Subject: hola\n\nque tal\n");
    let user = format!("{}:{}", me.user, me.password);
    let ca = peers.ca.display().to_string();
    let clear = |text: &str| assert!(!text.contains(&me.password), "{text}");
    let (said, _) = measured(&home, peers.imap, "", |folder, port| {
        let url = format!("imap://127.0.0.1:{port}/INBOX;MAILINDEX=1");
        let mail = client(folder, "curl", &["-sS", "--user", &user, &url], "");
        assert!(mail.contains("que tal"), "{mail}");
    });
    clear(&said.stdout);
    // TLS from the start, which only --tls could tell: the port is any.
    let (said, _) = measured(&home, peers.pop3s, "--tls --protocol pop", |folder, port| {
        let url = format!("pop3s://127.0.0.1:{port}/1");
        client(folder, "curl", &["-sS", "--cacert", &ca, "--user", &user, &url], "");
    });
    clear(&said.stdout_has("TLS comes first").stdout_has("octets encrypted").stdout);
    let (said, _) = measured(&home, peers.smtp, "", |folder, port| {
        let to = me.address.as_str();
        let server = format!("127.0.0.1:{port}");
        client(folder, "swaks", &["--server", &server, "--to", to, "--from", to], "");
    });
    said.stdout_has("[1] @smtp").stdout_has("C: RCPT TO:");
}

#[test]
fn inside_tls_with_the_labs_authority() {
    let home = lab();
    let ca = home.path("tls/ca.pem").display().to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let user = ["--user", "alumnoimap:alumnoimappass"];
    // STARTTLS.
    let tap = Tap::start(&home, "--terminate-tls lab:587");
    let url = format!("smtp://localhost:{}", tap.port);
    let (from, to) = ("alumnoimap@redes.unlp.edu.ar", "alumnopop@redes.unlp.edu.ar");
    let send = ["--mail-from", from, "--mail-rcpt", to, "--upload-file", "-", &url];
    let secure = ["-sS", "--ssl-reqd", "--cacert", &ca];
    client(folder.path(), "curl", &[&secure[..], &user, &send].concat(), "Subject: a\r\n\r\nb\r\n");
    let said = tap.finish(1).code(0).stdout_has("attacker in the middle would do");
    let said = said.stdout_has("its certificate is for lab, signed by");
    no_password(&said.stdout_has("certificate for localhost").stdout_has("C: DATA").stdout);
    // TLS from the start, and a client that does not trust.
    let tap = Tap::start(&home, "--terminate-tls lab:993");
    let url = format!("imaps://localhost:{}/INBOX;UID=3", tap.port);
    let mail = client(folder.path(), "curl", &[&["-sS", "--cacert", &ca], &user[..], &[&url]].concat(), "");
    assert!(mail.contains("Delivered-To: alumnoimap@redes.unlp.edu.ar"), "{mail}");
    let refused = Command::new("curl").args(["-sS", &url]).output().expect("curl");
    assert_eq!(refused.status.code(), Some(60));
    let said = tap.finish(2).code(0).stdout_has("the client refused TLS (unknown_ca)");
    no_password(&said.stdout_has("] C: A003 SELECT INBOX").stdout);
}

#[test]
fn a_server_that_nobody_vouches_for_is_not_passed_on() {
    let (home, peers) = (Home::new(), Peers::shared());
    let ca = home.path("tls/ca.pem");
    let line = format!("127.0.0.1:{} --tls --terminate-tls --protocol imap", peers.imaps);
    // Not trusted: the system does not know that authority.
    let tap = Tap::start(&home, &line);
    assert!(Wire::plain(tap.port).start_tls("mail.example.org", &ca).is_err());
    let said = tap.finish(1).code(0);
    said.stdout_has("Nobody trusted vouches").stdout_has("the tap closed the connection").stdout_lacks("S: ");
}

#[test]
fn the_name_that_is_asked_for_is_the_certificates() {
    let (home, peers) = (Home::new(), Peers::shared());
    let ca = home.path("tls/ca.pem");
    let trusted = peers.ca.display();
    let line = format!("127.0.0.1:{} --tls --terminate-tls --protocol imap --ca {trusted}", peers.imaps);
    let tap = Tap::start(&home, &line);
    for name in ["mail.example.org", "otro.example.net"] {
        let mut wire = Wire::plain(tap.port).start_tls(name, &ca).expect("a certificate for that name");
        assert!(wire.line().starts_with("* OK"));
        wire.say("a LOGOUT");
    }
    let said = tap.finish(2).code(0);
    said.stdout_has("certificate for mail.example.org").stdout_has("certificate for otro.example.net");
}

#[test]
fn what_is_sent_early_reaches_nobody() {
    let home = lab();
    let ca = home.path("tls/ca.pem");
    let back = Meter::to(home.port("submission"));
    let trusted = ca.display();
    let line = format!("127.0.0.1:{} --terminate-tls --protocol smtp --ca {trusted}", back.port);
    let tap = Tap::start(&home, &line);
    let mut wire = Wire::plain(tap.port);
    assert!(wire.line().starts_with("220"));
    wire.smtp("EHLO yo");
    wire.send(b"STARTTLS\r\nRSET\r\n");
    assert!(wire.line().starts_with("220"));
    let mut wire = wire.start_tls("localhost", &ca).expect("TLS");
    // One reply, to the one command that counts.
    assert_eq!(wire.smtp("NOOP").len(), 1);
    assert!(wire.smtp("QUIT")[0].starts_with("221"));
    drop(wire);
    tap.finish(1).code(0).stdout_has("not handed on").stdout_has("C: NOOP");
    let seen = back.seen();
    let text = String::from_utf8_lossy(&seen[0][0]);
    assert!(text.contains("STARTTLS\r\n") && !text.contains("RSET"), "{text}");
}

#[test]
fn a_refused_starttls_goes_on_in_the_clear() {
    let server = Script::new()
        .send("220 x ESMTP\r\n")
        .expect("EHLO yo")
        .send("250-x\r\n250 STARTTLS\r\n")
        .expect("STARTTLS")
        .send("454 4.7.0 not now\r\n")
        .expect("NOOP")
        .send("250 Ok\r\n")
        .expect_end()
        .listen();
    let home = lab();
    let tap = Tap::start(&home, &format!("{} --terminate-tls --insecure", server.address()));
    let mut wire = Wire::plain(tap.port);
    wire.line();
    wire.smtp("EHLO yo");
    wire.send(b"STARTTLS\r\nNOOP\r\n");
    assert_eq!((wire.line().as_str(), wire.line().as_str()), ("454 4.7.0 not now", "250 Ok"));
    wire.half_close();
    server.finish();
    tap.finish(1).code(0).stdout_has("C: NOOP");
}

#[test]
fn half_closes_and_resets_are_handed_on() {
    let home = Home::new();
    // The client ends its direction; the server still answers.
    let server = Script::new().send("220 x ESMTP\r\n").expect("QUIT").expect_end().send("221 x\r\n").close();
    let server = server.listen();
    let tap = Tap::start(&home, &server.address());
    let mut wire = Wire::plain(tap.port);
    wire.line();
    wire.say("QUIT");
    wire.half_close();
    assert_eq!(wire.line(), "221 x");
    assert_eq!(wire.read_line().expect("an end"), b"");
    server.finish();
    tap.finish(1).code(0).stdout_has("S: 221 x");
    let server = Script::new().send("220 x ESMTP\r\n").expect("NOOP").reset().listen();
    let tap = Tap::start(&home, &server.address());
    let mut wire = Wire::plain(tap.port);
    wire.line();
    wire.say("NOOP");
    let error = wire.read_line().expect_err("a reset");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    tap.finish(1).code(0).stdout_has("@closed reset");
}

#[test]
fn a_server_that_cannot_be_reached_is_told_and_the_tap_stays() {
    let home = Home::new();
    let tap = Tap::start(&home, &format!("127.0.0.1:{} --protocol imap --lang en", closed_port()));
    for _ in 0..2 {
        assert_eq!(Wire::plain(tap.port).read_line().expect("an end"), b"");
    }
    let said = tap.finish(2).code(0).stdout_has("refused");
    said.stdout_has("the tap closed the connection").stdout_has("For 2 of them the");
}

#[test]
fn tls_where_clear_text_is_spoken_is_told() {
    let home = lab();
    let tap = Tap::start(&home, "lab:143");
    let mut wire = Wire::plain(tap.port);
    wire.line();
    // The beginning of a client's hello.
    wire.send(&[&[0x16, 3, 1, 0, 40, 1, 0, 0, 36, 3, 3][..], &[7; 34]].concat());
    wire.send(b"\r\n");
    wait_until("the warning", || tap.run.stdout().contains("the client speaks TLS at once"));
    drop(wire);
    tap.finish(1).code(0);
}

/// Much more than fits into any buffer: while the client does not read, the server cannot send on.
#[test]
fn a_slow_reader_holds_the_server_back() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let sent = Arc::new(Mutex::new(0_usize));
    let counter = sent.clone();
    const ALL: usize = 64 * 1024 * 1024;
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the tap");
        let line = [b"* OK ", &vec![b'x'; 1017][..], b"\r\n"].concat();
        while *counter.lock().unwrap() < ALL {
            stream.write_all(&line).expect("room, in the end");
            *counter.lock().unwrap() += line.len();
        }
    });
    let home = Home::new();
    let tap = Tap::start(&home, &format!("127.0.0.1:{port} --protocol imap --quiet"));
    let mut wire = TcpStream::connect(("127.0.0.1", tap.port)).expect("the tap");
    // It has stopped when nothing more was taken for a while.
    let mut last = usize::MAX;
    wait_until("the server to be held back", || {
        thread::sleep(Duration::from_millis(300));
        let now = *sent.lock().unwrap();
        now > 0 && std::mem::replace(&mut last, now) == now
    });
    assert!(last < ALL / 2, "{last} octets were taken from the server while nobody read");
    let status = fs::read_to_string(format!("/proc/{}/status", tap.run.id())).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    if let Some(kilobytes) = peak.and_then(|n| n.parse::<usize>().ok()) {
        assert!(kilobytes < 100 * 1024, "{kilobytes} kB");
    }
    let mut all = Vec::new();
    wire.read_to_end(&mut all).expect("all of it");
    server.join().expect("no panic");
    assert!(all.len() >= ALL);
    drop(wire);
    signal(tap.run.id().into(), "INT");
    tap.run.finish().code(0);
}

#[test]
fn a_hundred_at_once_do_not_mix() {
    let home = lab();
    let back = Meter::to(home.port("smtp"));
    let tap = Tap::start(&home, &format!("127.0.0.1:{}", back.port));
    let mut wires: Vec<Wire> = (0..100).map(|_| Wire::plain(tap.port)).collect();
    for (i, wire) in wires.iter_mut().enumerate() {
        assert!(wire.line().starts_with("220"));
        wire.say(&format!("HELO c{i}"));
    }
    for wire in &mut wires {
        assert!(wire.line().starts_with("250"));
    }
    for wire in &mut wires {
        assert!(wire.smtp("QUIT")[0].starts_with("221"));
    }
    drop(wires);
    let said = tap.finish(100).code(0).stdout_has("100 connections passed").stdout;
    let seen = back.seen();
    assert_eq!(seen.len(), 100);
    for i in 0..100 {
        let all = format!("HELO c{i}\r\nQUIT\r\n");
        assert_eq!(seen.iter().filter(|pair| pair[0] == all.as_bytes()).count(), 1);
        assert_eq!(said.matches(&format!("C: HELO c{i}\n")).count(), 1);
    }
}

#[test]
fn the_end_closes_both_sides_and_says_how_many() {
    let home = lab();
    let tap = Tap::start(&home, "lab:110 --lang en");
    let mut wire = Wire::plain(tap.port);
    assert!(wire.line().starts_with("+OK"));
    signal(tap.run.id().into(), "INT");
    assert_eq!(wire.read_line().expect("an end"), b"");
    let said = tap.run.finish().code(0).stdout_has("the tap ends: both sides are closed");
    said.stdout_has("One was open");
}

#[test]
fn what_cannot_be_meant_so_is_told() {
    let home = Home::new();
    home.run("tap --listen 0 mail.example.org").code(2).stderr_has("--protocol");
    home.run("tap --listen x mail.example.org:25").code(2).stderr_has("192.0.2.1:2143");
    home.run("tap mail.example.org:25").code(2).stderr_has("--listen");
    home.run("tap --listen 0 mail.example.org:25 --ca x").code(2).stderr_has("--terminate-tls");
    home.run("tap --listen 192.0.2.77:0 mail.example.org:25").code(4).stderr_has("192.0.2.77");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its number").port();
    home.run(&format!("tap --listen {port} mail.example.org:25")).code(4).stderr_has(&port.to_string());
    let here = closed_port();
    let tap = Tap::start(&home, &format!("--listen {here} 127.0.0.1:{here}"));
    assert_eq!(Wire::plain(here).read_line().expect("an end"), b"");
    tap.finish(1).code(0).stdout_has("it would talk to itself");
}
