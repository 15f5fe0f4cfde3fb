//! `ehlo mx` beside dig, kdig and drill, on name servers of this machine: `cargo bench --bench mx` (release
//! build; needs nsd, unbound, bind9-dnsutils, knot-dnsutils, ldnsutils).
//!
//! One look-up as a process; 10,000 names in one run; and names on a server that answers after 50 ms. The
//! commands take turns, so that a slow moment slows all of them; printed are the minimum, the median and the
//! maximum. ehlo asks for MX and for the addresses of each exchange; the others ask for MX alone.

#[path = "../tests/support/mod.rs"]
mod support;

use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::Dns;

const EHLO: &str = env!("CARGO_BIN_EXE_ehlo");
/// Names of a long list.
const NAMES: usize = 10_000;
/// Names of the list for the slow server.
const SLOW: usize = 200;

fn zone() -> Vec<(String, String)> {
    let mut lines = vec!["mx1 IN A 192.0.2.1".to_owned(), "five IN MX 10 mx1".to_owned()];
    lines.extend((0..NAMES).map(|i| format!("n{i} IN MX 10 mx1")));
    lines.into_iter().map(|line| ("mxlab.test".to_owned(), line)).collect()
}

/// Runs commands in turn; seconds for each.
fn compare(title: &str, rounds: usize, commands: &[(&str, Vec<String>)]) {
    println!("\n{title} ({rounds} rounds, in turn): wall ms, min med max");
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); commands.len()];
    for _ in 0..rounds {
        for (i, (name, command)) in commands.iter().enumerate() {
            let start = Instant::now();
            let done = Command::new(&command[0]).args(&command[1..]).stdout(Stdio::null()).status();
            assert!(done.unwrap_or_else(|error| panic!("{name}: {error}")).success(), "{name}");
            times[i].push(start.elapsed());
        }
    }
    for ((name, _), mut times) in commands.iter().zip(times) {
        times.sort();
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let (first, middle, last) = (times[0], times[times.len() / 2], times[times.len() - 1]);
        println!("  {name:<22} {:>10.2} {:>10.2} {:>10.2}", ms(first), ms(middle), ms(last));
    }
}

/// A name server that hands on to another, and gives each answer 50 ms later.
fn slow(behind: u16) -> u16 {
    let front = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let port = front.local_addr().expect("its number").port();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((got, from)) = front.recv_from(&mut buffer) {
            let (query, answers) = (buffer[..got].to_vec(), front.try_clone().expect("a second handle"));
            std::thread::spawn(move || {
                let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
                let _ = socket.send_to(&query, ("127.0.0.1", behind));
                let mut answer = [0; 4096];
                if let Ok(got) = socket.recv(&mut answer) {
                    std::thread::sleep(Duration::from_millis(50));
                    let _ = answers.send_to(&answer[..got], from);
                }
            });
        }
    });
    port
}

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

fn main() {
    // `cargo test --benches` must not take minutes.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let dns = Dns::shared(zone);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = |count: usize, kind: &str| {
        let path = folder.path().join(format!("{count}{kind}"));
        let lines: String = (0..count).map(|i| format!("n{i}.mxlab.test{kind}\n")).collect();
        std::fs::write(&path, lines).expect("a list");
        path.display().to_string()
    };
    let one = |port: u16| {
        vec![
            (
                "ehlo mx --short",
                words(&format!("{EHLO} mx --short five.mxlab.test --server 127.0.0.1:{port}")),
            ),
            ("kdig", words(&format!("kdig +short @127.0.0.1 -p {port} five.mxlab.test MX"))),
            ("drill", words(&format!("drill -p {port} five.mxlab.test @127.0.0.1 MX"))),
            ("dig", words(&format!("dig +short @127.0.0.1 -p {port} five.mxlab.test MX"))),
        ]
    };
    let many = |port: u16, count: usize| {
        let (names, queries) = (list(count, ""), list(count, " MX"));
        vec![
            (
                "ehlo mx --file",
                words(&format!("{EHLO} mx --short --file {names} --server 127.0.0.1:{port} --jobs 64")),
            ),
            ("dig -f", words(&format!("dig +short @127.0.0.1 -p {port} -f {queries}"))),
        ]
    };
    compare("One look-up as a process", 101, &one(dns.authoritative));
    compare("10000 names", 3, &many(dns.authoritative, NAMES));
    let slow = slow(dns.authoritative);
    compare("One look-up, 50 ms away", 11, &one(slow));
    compare("200 names, 50 ms away", 3, &many(slow, SLOW));
}
