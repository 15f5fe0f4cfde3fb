//! `ehlo mx` beside dig, kdig and drill, on name servers of this machine: `cargo bench --bench mx` (release
//! build; needs nsd, unbound, bind9-dnsutils, knot-dnsutils, ldnsutils).
//!
//! One look-up as a process; 10,000 names in one run; and names on a server that answers after 50 ms. The
//! commands take turns, so that a slow moment slows all of them; printed are the minimum, the median and the
//! maximum of the time, how many queries were made, the median for each of them, and the peak of the memory.
//! ehlo asks for MX and for the addresses of each exchange, three queries a name here; the others ask for MX alone.

#[path = "../tests/support/mod.rs"]
mod support;

use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// A command, and how many queries it makes.
struct Row {
    name: &'static str,
    command: Vec<String>,
    queries: usize,
}

/// Runs commands in turn; times for each.
fn compare(title: &str, rounds: usize, rows: &[Row]) {
    println!("\n{title} ({rounds} rounds, in turn)");
    println!(
        "  {:<18} {:>9} {:>9} {:>9} {:>8} {:>9} {:>8}",
        "", "min ms", "median", "max", "queries", "µs/query", "peak MB"
    );
    let mut times: Vec<Vec<Duration>> = rows.iter().map(|_| Vec::new()).collect();
    let mut peaks = vec![0; rows.len()];
    for _ in 0..rounds {
        for (i, row) in rows.iter().enumerate() {
            let (took, peak) = run(row);
            times[i].push(took);
            peaks[i] = peaks[i].max(peak);
        }
    }
    for ((row, mut times), peak) in rows.iter().zip(times).zip(peaks) {
        times.sort();
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let (first, middle, last) = (times[0], times[times.len() / 2], times[times.len() - 1]);
        let each = middle.as_secs_f64() * 1e6 / row.queries as f64;
        // A process of a millisecond is gone before its memory can be looked at.
        let peak = if peak == 0 { "-".to_owned() } else { format!("{:.1}", peak as f64 / 1024.0) };
        println!(
            "  {:<18} {:>9.2} {:>9.2} {:>9.2} {:>8} {each:>9.1} {peak:>8}",
            row.name,
            ms(first),
            ms(middle),
            ms(last),
            row.queries
        );
    }
}

/// One run: how long it took, and the most memory it was seen to have, in KiB. Who runs for long is looked at
/// now and then; the time is the process's own, not the onlooker's.
fn run(row: &Row) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = Command::new(&row.command[0])
        .args(&row.command[1..])
        .stdout(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", row.name));
    let (status, done) = (format!("/proc/{}/status", child.id()), Arc::new(AtomicBool::new(false)));
    let over = done.clone();
    let onlooker = std::thread::spawn(move || {
        let mut peak = 0;
        while !over.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(10));
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let seen = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            peak = peak.max(seen.unwrap_or(0));
        }
        peak
    });
    let ended = child.wait().expect("its end");
    let took = start.elapsed();
    done.store(true, Ordering::Relaxed);
    assert!(ended.success(), "{}", row.name);
    (took, onlooker.join().expect("the onlooker"))
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
    let row = |name, line: String, queries| Row { name, command: words(&line), queries };
    let one = |port: u16| {
        [
            row("ehlo mx --short", format!("{EHLO} mx --short five.mxlab.test --server 127.0.0.1:{port}"), 3),
            row("kdig", format!("kdig +short @127.0.0.1 -p {port} five.mxlab.test MX"), 1),
            row("drill", format!("drill -p {port} five.mxlab.test @127.0.0.1 MX"), 1),
            row("dig", format!("dig +short @127.0.0.1 -p {port} five.mxlab.test MX"), 1),
        ]
    };
    let many = |port: u16, count: usize| {
        let (names, queries) = (list(count, ""), list(count, " MX"));
        let ours = format!("{EHLO} mx --short --file {names} --server 127.0.0.1:{port} --jobs 64");
        [
            row("ehlo mx --file", ours, 3 * count),
            row("dig -f", format!("dig +short @127.0.0.1 -p {port} -f {queries}"), count),
        ]
    };
    compare("One look-up as a process", 101, &one(dns.authoritative));
    compare("10000 names", 3, &many(dns.authoritative, NAMES));
    let slow = slow(dns.authoritative);
    compare("One look-up, 50 ms away", 11, &one(slow));
    compare("200 names, 50 ms away", 3, &many(slow, SLOW));
}
