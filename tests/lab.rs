//! The lab as a program: started and found, in the foreground and in the background; several clients at once; its
//! certificate; its limits; and how it ends. Each test has a home of its own, in a temporary folder.
#![cfg(feature = "cli")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use support::Running;
#[cfg(unix)]
use support::lab::signal;
use support::lab::{Home, wait_until};

/// A connection by hand.
struct Wire(BufReader<TcpStream>);

impl Wire {
    #[track_caller]
    fn to(port: u16) -> Wire {
        Wire::at(Ipv4Addr::LOCALHOST.into(), port)
    }

    #[track_caller]
    fn at(address: IpAddr, port: u16) -> Wire {
        let stream = TcpStream::connect((address, port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
        Wire(BufReader::new(stream))
    }

    #[track_caller]
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }

    fn say(&mut self, text: &str) {
        // Who was turned away cannot be spoken to.
        let _ = self.0.get_mut().write_all(text.as_bytes());
    }

    /// What comes until the end.
    fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        let _ = self.0.read_to_end(&mut rest);
        String::from_utf8_lossy(&rest).into_owned()
    }
}

#[test]
fn a_session_with_the_lab_starts_it_and_the_next_one_finds_it() {
    let home = Home::new();
    home.run("lab status").code(1).stdout_has("No lab is running");
    let first = home.run("smtp lab --send QUIT").code(0).stderr_is("");
    let first = first.stdout_has("@smtp lab\n").stdout_has("it was started in the background");
    first.stdout_has("S: 220 mail.redes.unlp.edu.ar ESMTP").stdout_has("127.0.0.1:");
    let pid = home.status()["pid"].as_u64();
    home.run("imap lab --send NOOP").code(0).stdout_lacks("was started").stdout_has("S: * OK");
    home.run("pop LAB --send QUIT").code(0).stdout_lacks("was started").stdout_has("S: +OK");
    assert_eq!(home.status()["pid"].as_u64(), pid);
    assert_eq!(home.status()["served"], 3);
    home.run("lab status").code(0).stdout_has("in the background").stdout_has("alumnopoppass");
    home.run("lab stop").code(0).stdout_has("has ended");
    home.run("lab stop").code(1).stdout_has("No lab is running");
    home.run("lab status").code(1);
}

#[test]
fn a_mail_that_was_sent_by_smtp_is_there_by_pop_and_imap() {
    let home = Home::new();
    let mail = "EHLO me\nMAIL FROM:<pepe@redes.unlp.edu.ar>\nRCPT TO:<alumnopop@redes.unlp.edu.ar>\n\
                RCPT TO:<alumnoimap@redes.unlp.edu.ar>\nDATA\nSubject: acuse 4711\n\nhola\n.\nQUIT\n";
    home.run_with("smtp lab", mail).code(0).stdout_has("S: 250 2.0.0 Ok: queued as");
    let pop = home.test("pop lab --user alumnopop --auth best").env("EHLO_PASSWORD", "alumnopoppass");
    let last = home.messages();
    let said = pop.stdin(format!("RETR {last}\nQUIT\n")).run().code(0);
    said.stdout_has("S: Subject: acuse 4711").stdout_has("S: Delivered-To: alumnopop@redes.unlp.edu.ar");
    let imap =
        home.test("imap lab --tls --user alumnoimap --auth best").env("EHLO_PASSWORD", "alumnoimappass");
    let said = imap.stdin("SELECT INBOX\nSEARCH SUBJECT \"acuse 4711\"\nLOGOUT\n").run().code(0);
    said.stdout_has(&format!("S: * SEARCH {last}\n"));
    // It is kept.
    home.run("lab stop").code(0);
    let pop = home.test("pop lab --user alumnopop --auth best").env("EHLO_PASSWORD", "alumnopoppass");
    pop.stdin(format!("TOP {last} 0\nQUIT\n")).run().code(0).stdout_has("S: Subject: acuse 4711");
    home.run("lab export out").code(0).stdout_has("written to");
    home.run("lab stop").code(0);
    home.run("lab reset").code(0).stdout_has("first day");
    let pop = home.test("pop lab --user alumnopop --auth best").env("EHLO_PASSWORD", "alumnopoppass");
    pop.stdin(format!("TOP {last} 0\nQUIT\n")).run().code(0).stdout_lacks("acuse").stdout_has("S: -ERR");
}

#[test]
fn messages_go_out_and_come_in_also_where_no_lab_runs() {
    let home = Home::new();
    let mail = "Subject: from outside\n\nhola\n";
    let import = |line: &str| home.test(line).file("one.eml", mail).run();
    import("lab import alumnopop one.eml")
        .code(0)
        .stdout_has("One message is in the INBOX of alumnopop now.");
    home.run("smtp lab --send QUIT").code(0);
    import("lab import alumnopop one.eml one.eml").code(0).stdout_has("2 messages are in");
    import("lab import one.eml").code(2).stderr_has("alumnoimap, alumnopop");
    import("lab import").code(2);
    let out = home.run("lab export out").code(0);
    assert!(out.dir().join("out/alumnopop/Maildir").is_dir());
    home.run("lab export").code(2);
}

#[test]
fn something_goes_wrong_on_purpose_and_no_more() {
    let home = Home::new();
    let mut lab = home.args(["lab", "--fault", "mail 451 once"]).start();
    lab.wait_for("Ctrl-C");
    let talk =
        |verb: &str| home.run_with("smtp lab", &format!("EHLO me\n{verb}\n{verb}\nQUIT\n")).code(0).stdout;
    let count = |text: &str, code: &str| text.matches(&format!("S: {code}")).count();
    let said = talk("MAIL FROM:<a@b.example>");
    assert_eq!(count(&said, "451"), 1, "{said}");
    home.args(["lab", "fault", "vrfy 550"]).run().code(0).stdout_is("vrfy 550\n");
    assert_eq!(count(&talk("VRFY alumnopop"), "550"), 2);
    home.run("lab fault certificate wrong").code(0).stdout_is("vrfy 550\ncertificate wrong\n");
    home.run("smtp lab --tls --send QUIT").code(4).stderr_has("other.example");
    home.run("lab fault off").code(0).stdout_has("No fault is set");
    assert_eq!(count(&talk("VRFY alumnopop"), "550"), 0);
    home.run("smtp lab --tls --send QUIT").code(0);
    home.args(["lab", "fault", "rcpt nonsense"]).run().code(2).stderr_has("rcpt 450 once");
}

#[test]
fn two_terminals_at_the_same_moment_start_one_lab() {
    let home = Home::new();
    let runs: Vec<Running> = (0..4).map(|_| home.test("smtp lab --send QUIT").start()).collect();
    let started: Vec<bool> =
        runs.into_iter().map(|run| run.finish().code(0).stdout.contains("was started")).collect();
    assert_eq!(started.iter().filter(|started| **started).count(), 1, "{started:?}");
    assert_eq!(home.status()["served"], 4);
}

#[test]
fn a_lab_in_the_background_ends_by_itself() {
    let home = Home::new();
    home.test("smtp lab --send QUIT").env("EHLO_LAB_LINGER", "0.5").run().code(0);
    wait_until("its end", || !home.path("run/lab.json").exists());
    home.run("lab status").code(1);
    home.run("smtp lab --send QUIT").code(0).stdout_has("was started");
}

#[cfg(unix)]
#[test]
fn a_lab_that_was_killed_is_followed_by_another_which_says_so() {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    let pid = home.status()["pid"].as_u64().expect("a process");
    signal(pid, "KILL");
    let next = home.run("smtp lab --send QUIT").code(0);
    next.stdout_has(&format!("(process {pid})")).stdout_has("without taking").stdout_has("was started");
    home.run("lab stop").code(0);
    home.run("smtp lab --send QUIT").code(0).stdout_lacks("without taking");
}

#[test]
fn what_a_stale_file_says_is_not_believed() {
    let home = Home::new();
    // Somebody else has the port, and answers whatever he is asked.
    let stranger = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = stranger.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in stranger.incoming().flatten() {
            let _ = (&stream).write_all(b"00 00\n{\"pid\":1,\"ports\":{\"smtp\":1}}\n");
        }
    });
    fs::create_dir_all(home.path("run")).expect("a folder");
    let card = format!("{{\"pid\":1,\"control\":{port},\"token\":\"00\"}}");
    fs::write(home.path("run/lab.json"), card).expect("a file");
    home.run("lab status").code(1);
    home.run("smtp lab --send QUIT").code(0).stdout_has("was started").stdout_has("S: 220 ");
}

#[test]
fn tls_is_verified_on_every_port_with_the_labs_own_authority() {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    for (line, target) in [
        ("smtp lab --tls --send QUIT", "@smtp lab tls\n"),
        ("smtp lab:465 --send QUIT", "@smtp lab tls\n"),
        ("pop lab --tls --send QUIT", "@pop lab tls\n"),
        ("imap lab --tls --send NOOP", "@imap lab tls\n"),
        ("open lab 993 --send NOOP", "@imap lab tls\n"),
        ("smtp lab:587 --starttls --send QUIT", "@smtp lab:587\n"),
    ] {
        let said = home.run(line).code(0).stderr_is("").stdout_has(target);
        said.stdout_has("@tls\n")
            .stdout_has("a trusted authority says it is lab")
            .stdout_has("ehlo lab authority");
    }
    // Whoever does not know the authority does not trust it.
    let port = home.port("imaps");
    home.run(&format!("imap localhost:{port} --tls --send NOOP")).code(4).stderr_has("ehlo lab authority");
    let ca = home.path("tls/ca.pem");
    let line = format!("imap localhost:{port} --tls --send NOOP --ca {}", ca.display());
    home.run(&line).code(0).stdout_has("a trusted authority says it is localhost");
}

#[cfg(unix)]
#[test]
fn the_private_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    let mode = |path: &Path| path.metadata().expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(&home.path("run")), 0o700);
    assert_eq!(mode(&home.path("run/lab.json")), 0o600);
    assert_eq!(mode(&home.path("tls/ca-key.pem")), 0o600);
}

#[test]
fn all_dialogues_are_on_one_terminal_with_whose_they_are() {
    let home = Home::new();
    let mut lab = home.lab("--log logs");
    let mut one = Wire::to(home.port("smtp"));
    let mut two = Wire::to(home.port("imap"));
    assert!(one.line().starts_with("220 ") && two.line().starts_with("* OK"));
    two.say("a1 LOGIN alumnoimap alumnoimappass\r\n");
    while !two.line().starts_with("a1 OK") {}
    one.say("EHLO one\r\n");
    while !one.line().starts_with("250 ") {}
    two.say("a2 LOGOUT\r\n");
    two.rest();
    one.say("QUIT\r\n");
    one.rest();
    lab.wait_for("[1] @closed server");
    lab.wait_for("[2 alumnoimap] @closed server");
    let shown = lab.stdout();
    for line in [
        "[1] @smtp 127.0.0.1:",
        "[1] S: 220 mail.redes.unlp.edu.ar",
        "[1] C: EHLO one",
        "[2] C: a1 LOGIN alumnoimap {{password}}",
        "[2 alumnoimap] S: a1 OK",
        "[2 alumnoimap] C: a2 LOGOUT",
    ] {
        assert!(shown.lines().any(|l| l.starts_with(line)), "{line}\n{shown}");
    }
    assert!(!shown.split("Ctrl-C").nth(1).expect("dialogues").contains("alumnoimappass"), "{shown}");
    let logs = lab.dir().join("logs");
    let read = |name: &str| fs::read_to_string(logs.join(name)).expect(name);
    wait_until("the logs", || {
        read("1-smtp.ehlo").contains("@closed") && read("2-imap.ehlo").contains("@closed")
    });
    assert!(read("1-smtp.ehlo").starts_with("@smtp 127.0.0.1:") && !read("1-smtp.ehlo").contains("LOGIN"));
    assert!(read("2-imap.ehlo").contains("C: a1 LOGIN alumnoimap {{password}}\n"));
}

#[test]
fn what_arrives_is_pushed_to_who_waits_for_it() {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    let mut imap = Wire::to(home.port("imap"));
    imap.say("a1 LOGIN alumnoimap alumnoimappass\r\na2 SELECT INBOX\r\na3 IDLE\r\n");
    while !imap.line().starts_with('+') {}
    let mail = "EHLO me\nMAIL FROM:<>\nRCPT TO:<alumnoimap@redes.unlp.edu.ar>\nDATA\n\nhola\n.\nQUIT\n";
    home.run_with("smtp lab", mail).code(0);
    assert!(imap.line().ends_with(" EXISTS"));
    imap.say("DONE\r\n");
    while !imap.line().starts_with("a3 OK") {}
}

#[test]
fn json_lines_say_which_stream_they_are_of() {
    let home = Home::new();
    let mut lab = home.test("lab --json").start();
    wait_until("the lab", || home.path("run/lab.json").exists());
    for _ in 0..2 {
        home.run("smtp lab --send QUIT").code(0);
    }
    lab.wait_for("\"kind\":\"end\",\"stream\":2");
    let lines: Vec<Value> =
        lab.stdout().lines().map(|l| serde_json::from_str(l).expect("an object")).collect();
    let kinds = |stream: u64| -> Vec<&str> {
        lines.iter().filter(|l| l["stream"] == stream).filter_map(|l| l["kind"].as_str()).collect()
    };
    for stream in [1, 2] {
        let kinds = kinds(stream);
        assert_eq!((kinds.first(), kinds.last()), (Some(&"dialogue"), Some(&"end")));
        assert!(kinds.contains(&"unit"));
    }
    let dialogue = lines.iter().find(|l| l["kind"] == "dialogue").expect("a dialogue");
    assert_eq!(dialogue["source"], "lab");
    assert!(dialogue["client"].as_str().is_some_and(|c| c.starts_with("127.0.0.1:")));
}

#[cfg(unix)]
#[test]
fn ctrl_c_takes_leave_of_those_who_are_there() {
    let home = Home::new();
    let lab = home.lab("--quiet");
    let mut smtp = Wire::to(home.port("smtp"));
    let mut imap = Wire::to(home.port("imap"));
    let mut pop = Wire::to(home.port("pop3"));
    smtp.line();
    imap.line();
    pop.line();
    signal(u64::from(lab.id()), "INT");
    assert!(smtp.rest().starts_with("421 4.3.2 mail.redes.unlp.edu.ar"));
    assert!(imap.rest().starts_with("* BYE mail.redes.unlp.edu.ar"));
    assert_eq!(pop.rest(), "");
    let said = lab.finish().code(0);
    assert!(format!("{}{}", said.stdout, said.stderr).contains("3 sessions were served. 3 were open"));
    assert!(!home.path("run/lab.json").exists());
}

#[cfg(unix)]
#[test]
fn a_lab_in_a_terminal_takes_the_place_of_an_unused_one_and_of_no_other() {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    let lab = home.lab("");
    assert!(lab.stdout().contains("made room for this one"), "{}", lab.stdout());
    home.run("smtp lab --send QUIT").code(0).stdout_lacks("was started");
    home.run("lab").code(1).stderr_has("A lab runs already").stderr_has("ehlo lab stop");
    home.run("lab reset").code(1).stderr_has("Ctrl-C");
    home.run("lab stop").code(0);
    lab.finish().code(0).stdout_has("The lab has ended. One session was served.");
}

#[test]
fn only_loopback_is_listened_on() {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    let addresses = home.status()["addresses"].clone();
    let addresses: Vec<&str> =
        addresses.as_array().expect("addresses").iter().filter_map(Value::as_str).collect();
    assert!(addresses.iter().all(|a| ["127.0.0.1", "::1"].contains(a)), "{addresses:?}");
    assert!(TcpStream::connect((outside(), home.port("smtp"))).is_err());
}

/// The machine's own address on a network.
fn outside() -> IpAddr {
    let address = || {
        let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
        // No packet is sent: this only asks which address of ours would be used.
        socket.connect("192.0.2.1:9").ok()?;
        Some(socket.local_addr().ok()?.ip()).filter(|address| !address.is_loopback())
    };
    address()
        .expect("this machine has no address but loopback, and --bind cannot be tested without: give it one")
}

#[cfg(target_os = "linux")]
#[test]
fn another_address_of_loopback_is_one_of_ones_own() {
    let home = Home::new();
    let lab = home.lab("--memory --bind 127.0.0.2");
    let mut wire = Wire::at("127.0.0.2".parse().expect("an address"), home.port("smtp"));
    assert!(wire.line().starts_with("220 "));
    wire.say("HELO me\r\nMAIL FROM:<a@b.example>\r\n");
    wire.line();
    assert!(wire.line().starts_with("250 2.1.0 "));
    assert!(!lab.stdout().contains("Others can come too"), "{}", lab.stdout());
}

/// From this machine to its own address on a network: to the lab a stranger, though no packet leaves.
#[test]
fn who_comes_from_a_network_logs_in_first() {
    let outside = outside();
    let home = Home::new();
    let lab = home.lab(&format!("--memory --bind {outside}"));
    assert!(lab.stdout().contains("Others can come too"), "{}", lab.stdout());
    assert_eq!(home.status()["open_to_others"], true);
    let mut wire = Wire::at(outside, home.port("smtp"));
    wire.line();
    wire.say("HELO me\r\nMAIL FROM:<alumnopop@redes.unlp.edu.ar>\r\n");
    wire.line();
    assert!(wire.line().starts_with("530 5.7.0 "));
    // At most 32 from one address; from this machine itself there are more.
    let others: Vec<Wire> = (1..32).map(|_| Wire::at(outside, home.port("imap"))).collect();
    wait_until("all of them", || home.status()["open"] == 32);
    assert!(Wire::at(outside, home.port("imap")).line().starts_with("* BYE [UNAVAILABLE]"));
    assert!(Wire::to(home.port("imap")).line().starts_with("* OK "));
    drop(others);
}

#[test]
fn standard_ports_are_had_or_refused_with_a_word() {
    let home = Home::new();
    // Held here, or by somebody else, or forbidden.
    let _held = std::net::TcpListener::bind(("127.0.0.1", 25));
    let refused = home.run("lab --memory --standard-ports");
    refused.code(4).stderr_has("25").stderr_has("SMTP");
}

#[test]
fn what_is_too_much_is_refused_and_said() {
    let home = Home::new();
    fs::write(home.path("lab.toml"), "[limits]\nconnections = 2\n").expect("a file");
    let lab = home.lab("--quiet");
    let (smtp, imap, pop) = (home.port("smtp"), home.port("imap"), home.port("pop3"));
    let mut one = Wire::to(smtp);
    let two = Wire::to(smtp);
    one.line();
    assert!(Wire::to(smtp).line().starts_with("421 4.7.0 "));
    assert!(Wire::to(imap).line().starts_with("* BYE [UNAVAILABLE]"));
    assert!(Wire::to(pop).line().starts_with("-ERR [SYS/TEMP]"));
    drop(two);
    wait_until("a place", || home.status()["open"] == 1);
    // A line without an end: told, and closed, before it fills anything.
    let mut flood = Wire::to(smtp);
    flood.line();
    flood.say(&"A".repeat(200_000));
    assert!(flood.line().starts_with("500 5.5.2 "));
    flood.rest();
    one.say("QUIT\r\n");
    assert!(one.line().starts_with("221 "));
    drop(lab);
}

#[test]
fn the_next_free_port_is_taken_and_said() {
    let home = Home::new();
    let taken: Vec<_> = [2525, 2143].map(|port| std::net::TcpListener::bind(("127.0.0.1", port)).ok()).into();
    let lab = home.lab("");
    let ports = home.status()["ports"].clone();
    for (service, port) in [("smtp", 2525), ("imap", 2143)] {
        assert_ne!(ports[service], port);
    }
    assert!(lab.stdout().contains(" taken"), "{}", lab.stdout());
    drop(taken);
}

#[test]
fn names_accounts_and_profiles_are_options() {
    let home = Home::new();
    let mut lab = home
        .args(["lab", "--domain", "example.org", "--account", "Ana:p.txt", "--profile", "modern", "--memory"])
        .file("p.txt", "sehr geheim\n")
        .start();
    lab.wait_for("Ctrl-C");
    let shown = lab.stdout();
    for text in ["mail.example.org", "ana@example.org", "sehr geheim", "memory, until the lab ends", "STLS"] {
        assert!(shown.contains(text), "{text}\n{shown}");
    }
    home.run("smtp lab --send QUIT").code(0).stdout_has("S: 220 mail.example.org ");
    home.run("lab --domain a..b").code(2).stderr_has("--domain").stderr_has("letters, digits");
    home.run("lab --account ana").code(2).stderr_has("--account ana:password.txt");
    home.run("lab --account ana:nothing.txt").code(3).stderr_has("nothing.txt");
    home.run("lab nonsense").code(2).stderr_has("thunderbird");
    home.run("lab status more").code(2);
}

#[test]
fn a_profile_for_thunderbird_has_the_labs_ports_and_accounts() {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    let said = home.run("lab thunderbird both").code(0).stdout_has("thunderbird --no-remote --profile");
    let prefs = said.file("both/prefs.js");
    assert!(prefs.contains(&format!("\"mail.server.server1.port\", {}", home.port("pop3"))), "{prefs}");
    assert!(prefs.contains("alumnoimap@redes.unlp.edu.ar"));
    let one = home.run("lab thunderbird one alumnoimap").code(0);
    assert!(!one.file("one/prefs.js").contains("alumnopop"));
    home.run("lab thunderbird one nobody").code(2).stderr_has("alumnopop, alumnoimap");
    home.run("lab thunderbird").code(2);
}

#[test]
fn a_dot_after_lab_asks_the_dns() {
    let home = Home::new();
    let said = home.run("smtp lab. --send QUIT").code(4);
    assert!(!said.stdout.contains("@smtp lab\n"), "{}", said.stdout);
    home.run("lab status").code(1);
}

#[test]
fn a_reset_takes_nothing_from_an_open_session() {
    let home = Home::new();
    home.run("smtp lab --send QUIT").code(0);
    let mut wire = Wire::at("127.0.0.1".parse().expect("an address"), home.port("smtp"));
    wire.line();
    home.run("lab reset").code(1).stderr_has("A session is open");
    wire.say("QUIT\r\n");
    wire.line();
    drop(wire);
    // The lab notices the end a moment later.
    for _ in 0..50 {
        if home.status()["open"] == 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    home.run("lab reset").code(0);
}
