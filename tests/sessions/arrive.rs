//! Finding the server: ports, addresses, families, `ehlo open`, `--via`, `--source`.

use std::net::{TcpListener, ToSocketAddrs};

use crate::Told;
use crate::support::hostile::closed_port;
use crate::support::{Peers, Script, Test};

#[test]
fn open_finds_the_protocol_by_the_greeting() {
    let peers = Peers::shared();
    for (port, begin, bye) in [
        (peers.smtp, "@smtp", "C: QUIT"),
        (peers.pop3, "@pop", "C: QUIT"),
        (peers.imap, "@imap", "C: a2 LOGOUT"),
    ] {
        let out = Test::new(["open", "127.0.0.1", &port.to_string()]).stdin("NOOP\n").run().code(0);
        // The way there was told before the protocol was known; it is not lost.
        out.stdout_has(&format!("{begin} 127.0.0.1:{port}\n"))
            .says("connected over TCP")
            .wire_has(&["S: ", bye]);
    }
    // By the greeting also under TLS.
    let port = peers.imaps.to_string();
    let test = Test::new(["open", "localhost", &port, "--tls", "--ca"]).arg(&peers.ca);
    test.run().code(0).stdout_has("@imap localhost:").wire_has(&["S: * OK", "C: a1 LOGOUT"]);
}

#[test]
fn open_says_who_is_no_mail_server() {
    let server = Script::new().send("HTTP/1.1 400 Bad Request\r\n\r\n").cut().listen();
    let port = server.port.to_string();
    Test::new(["open", "127.0.0.1", &port]).stdin("QUIT\n").run().code(4).stderr_has("HTTP");
    server.finish();
    let server = Script::new().send("buenas\r\n").cut().listen();
    let port = server.port.to_string();
    Test::new(["open", "127.0.0.1", &port])
        .stdin("QUIT\n")
        .run()
        .code(4)
        .stderr_has("greets as no mail server");
    server.finish();
}

#[test]
fn two_ports_are_a_usage_error() {
    let out = Test::new(["smtp", "127.0.0.1:2525", "25"]).stdin("QUIT\n").run().code(2).stdout_is("");
    assert!(out.stderr.contains("2525") && out.stderr.contains("25"), "{}", out.stderr);
    // An address with colons is never split at one.
    let port = Peers::shared().smtp.to_string();
    Test::new(["smtp", "::1", &port])
        .stdin("QUIT\n")
        .run()
        .code(0)
        .stdout_has(&format!("@smtp [::1]:{port}\n"));
}

#[test]
fn addresses_and_families() {
    let peers = Peers::shared();
    let port = peers.smtp;
    let run = |arguments: &[&str]| Test::new(["smtp"]).args(arguments).stdin("QUIT\n").run();
    let six = format!("[::1]:{port}");
    let name = format!("localhost:{port}");
    run(&[&six]).code(0).says(&format!("[::1]:{port}: connected over TCP"));
    run(&["-4", &name]).code(0).says(&format!("127.0.0.1:{port}: connected over TCP"));
    let six_too = ("localhost", port).to_socket_addrs().is_ok_and(|mut all| all.any(|a| a.is_ipv6()));
    let out = run(&["-6", &name]).code(if six_too { 0 } else { 4 });
    if six_too {
        out.says(&format!("[::1]:{port}: connected over TCP"));
    } else {
        out.stdout_lacks("S:").stderr_has("localhost has addresses, but not of the family asked for");
    }
    run(&["-6", &format!("127.0.0.1:{port}")]).code(4).stdout_lacks("S:");
    // The server sees the address that was asked for.
    let me = peers.account();
    let lines = format!("HELO me\nMAIL FROM:<a@b.example>\nRCPT TO:<{}>\nDATA\nX: y\n\nx\n.\n", me.address);
    let test = Test::new(["smtp", &format!("127.0.0.1:{port}"), "--source", "127.0.0.7"]);
    test.stdin(lines).run().code(0).wire_has(&["S: 250 2.0.0 Ok: queued"]);
    let stored = String::from_utf8(peers.wait_for_mail(&me.user, 1).remove(0)).expect("text");
    assert!(stored.contains("[127.0.0.7]"), "{stored}");
}

#[test]
fn every_address_is_tried_and_told() {
    // localhost has two addresses, and only one of them is listened on.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    if TcpListener::bind(("::1", port)).is_err() {
        return; // A machine without IPv6 has nothing to try twice.
    }
    let server = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().expect("a client");
        stream.write_all(b"220 hi\r\n").expect("a greeting");
        let mut line = [0; 64];
        let _ = stream.read(&mut line);
        let _ = stream.write_all(b"221 bye\r\n");
    });
    let out = Test::new(["smtp", &format!("localhost:{port}")]).stdin("QUIT\n").run().code(0);
    let out = out.says(&format!("trying 127.0.0.1:{port}")).says(&format!("127.0.0.1:{port}: connected"));
    if out.stdout.contains(&format!("trying [::1]:{port}")) {
        out.says(&format!("[::1]:{port}: refused"));
    }
    server.join().expect("the server ends");
}

#[test]
fn nobody_listens() {
    let port = closed_port();
    let out = Test::new(["pop", &format!("127.0.0.1:{port}")]).stdin("QUIT\n").run().code(4);
    out.says(&format!("trying 127.0.0.1:{port}")).stdout_lacks("C:").stderr_has(&port.to_string());
}

#[test]
fn through_a_command() {
    let peers = Peers::shared();
    let via = "bash -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & cat >&3; kill %%1 2>/dev/null'";
    let out = Test::smtp(peers).args(["--via", via]).stdin("EHLO me\nQUIT\n").run().code(0);
    out.wire_has(&["S: 220 ", "C: EHLO me", "S: 250 ", "C: QUIT", "S: 221"]).says("bash -c");
    // TLS inside it, as through any tunnel.
    let test = Test::imap(peers).args(["--via", via, "--starttls"]).stdin("NOOP\n").run().code(0);
    test.stdout_has("\n@tls\n").wire_has(&["C: a2 NOOP", "S: a2 OK"]);
}
