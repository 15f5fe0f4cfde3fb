//! Name servers that do what no good one would: each ends in a clear line, the right code, in time.

use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::thread;

use serde_json::Value;

use super::cases::mx;
use super::support::hostile::closed_port;
use super::support::{Output, Test};

/// A name server over UDP and TCP on one port, in threads that end with the test: each query is answered with
/// what a function makes of it; over TCP the answer is sent as it is, its length in front being the function's.
fn server(udp: fn(&[u8]) -> Option<Vec<u8>>, tcp: fn(&[u8]) -> Vec<u8>) -> u16 {
    let (listener, socket) = loop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        if let Ok(socket) = UdpSocket::bind(("127.0.0.1", port)) {
            break (listener, socket);
        }
    };
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut buffer = [0; 2048];
        while let Ok((got, from)) = socket.recv_from(&mut buffer) {
            if let Some(answer) = udp(&buffer[..got]) {
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = [0; 2];
            if stream.read_exact(&mut head).is_err() {
                continue;
            }
            let mut query = vec![0; usize::from(u16::from_be_bytes(head))];
            if stream.read_exact(&mut query).is_ok() {
                let answer = tcp(&query);
                let _ = stream.write_all(&answer);
                if answer.is_empty() {
                    // Never ends, and never says anything.
                    thread::spawn(move || stream.read_exact(&mut [0; 1]));
                }
            }
        }
    });
    port
}

/// A query made an answer: the flags of one, and this code.
fn answer(query: &[u8], rcode: u8) -> Vec<u8> {
    let mut answer = question(query);
    answer[3] = 0x80 | rcode;
    answer
}

/// Header and question of a query, without its EDNS.
fn question(query: &[u8]) -> Vec<u8> {
    let end = 12 + query[12..].iter().position(|b| *b == 0).unwrap() + 5;
    let mut answer = query[..end].to_vec();
    answer[2] = 0x81;
    answer[10..12].copy_from_slice(&[0, 0]);
    answer
}

fn framed(message: &[u8]) -> Vec<u8> {
    let mut framed = u16::try_from(message.len()).unwrap().to_be_bytes().to_vec();
    framed.extend_from_slice(message);
    framed
}

fn truncated(query: &[u8]) -> Option<Vec<u8>> {
    let mut answer = answer(query, 0);
    answer[2] |= 2;
    Some(answer)
}

#[track_caller]
fn expect(port: u16, arguments: &[&str], warning: &str, words: &str) -> Output {
    let args = ["five.mxlab.test", "--timeout", "600ms"];
    let json = mx(port).args(args).args(arguments).arg("--json").run().code(4);
    let got: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(got["status"], "dns-failure");
    assert_eq!(got["warnings"][0]["id"], warning, "{}", json.stdout);
    assert_eq!(got["enhanced"], "4.4.3");
    mx(port).args(args).args(arguments).run().code(4).stdout_has(words)
}

#[test]
fn nobody_listens() {
    let port = closed_port();
    let output = expect(port, &[], "connection-refused", "Nothing listens at");
    assert!(output.stdout.contains(&format!("127.0.0.1:{port}")));
    expect(port, &["--tcp"], "connection-refused", "(TCP)");
}

#[test]
fn silence_is_told_after_the_time_limit() {
    let port = server(|_| None, |_| Vec::new());
    expect(port, &[], "dns-timeout", "No answer from the name server");
    expect(port, &["--tcp"], "dns-timeout", "over TCP");
}

#[test]
fn garbage_is_told() {
    let port =
        server(|_| Some(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()), |_| framed(b"\x1b[2J nonsense"));
    expect(port, &[], "dns-garbage", "no DNS message");
    let output = expect(port, &["--tcp"], "dns-garbage", "no DNS message");
    assert!(!output.stdout.contains('\u{1b}'));
}

#[test]
fn a_wrong_identifier_is_no_answer() {
    fn other(query: &[u8]) -> Vec<u8> {
        let mut answer = answer(query, 3);
        answer[0] ^= 0xff;
        answer
    }
    let port = server(|query| Some(other(query)), |query| framed(&other(query)));
    expect(port, &[], "dns-wrong-id", "another identifier");
    expect(port, &["--tcp"], "dns-wrong-id", "another identifier");
}

#[test]
fn another_question_is_no_answer() {
    fn other(query: &[u8]) -> Vec<u8> {
        let mut answer = answer(query, 3);
        answer[13] ^= 1;
        answer
    }
    let port = server(|query| Some(other(query)), |query| framed(&other(query)));
    expect(port, &[], "dns-other-question", "another question");
    expect(port, &["--tcp"], "dns-other-question", "another question");
}

#[test]
fn half_a_message_over_tcp_is_told() {
    // The answer over UDP is cut, so that TCP follows.
    let port = server(truncated, |query| framed(&answer(query, 0))[..20].to_vec());
    expect(port, &[], "dns-cut", "in the midst of the answer");
    let port = server(truncated, |_| vec![0]);
    expect(port, &[], "dns-cut", "in the midst of the answer");
}

#[test]
fn a_message_that_never_ends_does_not_hold_us() {
    fn drip(query: &[u8]) -> Vec<u8> {
        let mut endless = framed(&answer(query, 0));
        endless[..2].copy_from_slice(&[0xff, 0xff]);
        // The rest never comes; the connection stays open only while the thread sleeps.
        thread::sleep(std::time::Duration::from_secs(5));
        endless
    }
    let port = server(truncated, drip);
    expect(port, &[], "dns-timeout", "over TCP");
}

#[test]
fn truncated_even_over_tcp_is_no_answer() {
    let port = server(truncated, |query| framed(&truncated(query).unwrap()));
    mx(port).args(["five.mxlab.test", "--json"]).run().code(4).stdout_has("\"status\":\"dns-failure\"");
}

#[test]
fn an_old_server_is_asked_without_edns() {
    // FORMERR to whoever has an additional record; else no such name.
    let port = server(|query| Some(answer(query, if query[11] == 1 { 1 } else { 3 })), |_| Vec::new());
    let output = mx(port).args(["five.mxlab.test", "--json"]).run().code(1);
    let got: Value = serde_json::from_str(&output.stdout).unwrap();
    let codes: Vec<&Value> = got["queries"].as_array().unwrap().iter().map(|q| &q["rcode"]).collect();
    assert_eq!(codes, ["FORMERR", "NXDOMAIN"]);
}

#[test]
fn other_codes_say_nothing_of_the_domain() {
    let port = server(|query| Some(answer(query, 9)), |_| Vec::new());
    expect(port, &[], "dns-other-code", "RCODE9");
}

#[test]
fn a_forged_datagram_does_not_keep_the_answer_out() {
    // Datagrams that are not the answer are passed over: here the first of each query, by its identifier.
    fn late(query: &[u8]) -> Option<Vec<u8>> {
        static SEEN: std::sync::Mutex<Vec<u8>> = std::sync::Mutex::new(Vec::new());
        let mut seen = SEEN.lock().unwrap();
        if *seen == query[..2] {
            return Some(answer(query, 3));
        }
        *seen = query[..2].to_vec();
        Some(b"garbage".to_vec())
    }
    let port = server(late, |_| Vec::new());
    mx(port).args(["five.mxlab.test", "--short"]).run().code(1).stderr_has("there is no such domain");
}

#[test]
fn an_address_of_a_name_server_is_needed() {
    for bad in ["dns.google", "127.0.0.1:0", "127.0.0.1:x", ""] {
        Test::new(["mx", "gmail.com", "--server", bad]).run().code(2).stderr_has("name server");
    }
}
