//! `--probe` and `ehlo smtp --mx`: the plan followed on loopback, where addresses 127.0.0.x are hosts.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::Value;

use super::cases::{dns, mx};
use super::support::Test;

/// An SMTP server at an address and port: it greets so, offers so, and says goodbye; what it was told comes back.
fn smtp(
    listener: TcpListener,
    greeting: &'static str,
    offers: &'static str,
) -> std::sync::mpsc::Receiver<String> {
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.write_all(greeting.as_bytes());
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in lines.map_while(Result::ok) {
                let answer = if line.starts_with("EHLO") { offers } else { "221 bye\r\n" };
                let _ = tell.send(line);
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    told
}

/// Listeners on 127.0.0.2 and 127.0.0.3 with one port, which nobody has on 127.0.0.1.
fn two() -> (TcpListener, TcpListener, u16) {
    for _ in 0..50 {
        let first = TcpListener::bind("127.0.0.2:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if let Ok(second) = TcpListener::bind(("127.0.0.3", port))
            && TcpListener::bind(("127.0.0.1", port)).is_ok()
        {
            return (first, second, port);
        }
    }
    panic!("no port is free on all three addresses");
}

#[test]
fn every_address_is_tried_in_order_and_no_recipient_named() {
    let (busy, good, port) = two();
    let busy = smtp(busy, "421 4.3.2 not now\r\n", "");
    let good = smtp(good, "220-hello\r\n220 there\r\n", "250-me\r\n250-SIZE 100\r\n250 \x1b[31mX\r\n");
    let dns = dns();
    let args = ["way.mxlab.test", "--probe", "--port", &port.to_string(), "--timeout", "2"];
    let json = mx(dns.recursive).args(args).arg("--json").run().code(0);
    let got: Value = serde_json::from_str(&json.stdout).unwrap();
    let outcomes: Vec<(&str, &str)> = got["probe"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["address"].as_str().unwrap(), one["outcome"].as_str().unwrap()))
        .collect();
    assert_eq!(outcomes, [("127.0.0.1", "refused"), ("127.0.0.2", "greeted"), ("127.0.0.3", "took")]);
    assert_eq!(got["probe"][2]["tls"]["offered"], false);
    let page = mx(dns.recursive).args(args).args(["--lang", "es"]).run().code(0);
    assert!(!page.stdout.contains('\u{1b}'));
    page.stdout_has("rechazada").stdout_has("saluda con 421").stdout_has("usaría up.mxlab.test en 127.0.0.3");
    let said: Vec<String> = good.try_iter().chain(busy.try_iter()).collect();
    assert!(said.iter().all(|line| line.starts_with("EHLO [127.0.0.") || line == "QUIT"), "{said:?}");
}

#[test]
fn a_session_follows_the_plan_and_tells_the_fallbacks() {
    // One that greets with 4yz is left for the next, politely.
    let (busy, good, port) = two();
    let busy = smtp(busy, "421 4.3.2 not now\r\n", "");
    let _up = smtp(good, "220 there\r\n", "250 me\r\n");
    let server = format!("127.0.0.1:{}", dns().recursive);
    Test::new(["smtp", "--mx", "pepe@way.mxlab.test", &port.to_string(), "--mx-server", &server])
        .args(["--send", "EHLO me", "--send", "QUIT"])
        .run()
        .code(0)
        .stdout_has(&format!("127.0.0.1:{port}: refused"))
        .stdout_has(&format!("127.0.0.2:{port}: greets with 4yz"))
        .stdout_lacks("S: 421")
        .stdout_has("S: 220 there\n")
        .stdout_has("S: 250 me");
    assert_eq!(busy.iter().next().as_deref(), Some("QUIT"));
    let (busy, good, port) = two();
    drop(busy);
    let _good = smtp(good, "220 there\r\n", "250 me\r\n");
    let server = format!("127.0.0.1:{}", dns().recursive);
    Test::new(["smtp", "--mx", "pepe@way.mxlab.test", &port.to_string(), "--mx-server", &server])
        .args(["--send", "EHLO me", "--send", "QUIT"])
        .run()
        .code(0)
        .stdout_has("in this order: down.mxlab.test,")
        .stdout_has(&format!("127.0.0.1:{port}: refused"))
        .stdout_has(&format!("127.0.0.2:{port}: refused"))
        .stdout_has("S: 220 there");
    Test::new(["smtp", "--mx", "x@null.mxlab.test", "--mx-server", &server])
        .run()
        .code(1)
        .stderr_has("takes no mail");
    Test::new(["smtp", "--mx", "192.0.2.1", "--mx-server", &server]).run().code(2).stderr_has("[192.0.2.1]");
}
