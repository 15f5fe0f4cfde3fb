//! `ehlo tap` beside socat, on loopback: `cargo bench --bench tap` (release build; needs socat).
//!
//! Latency: a NOOP and its reply, one after the other, straight to a server of this file, through socat, and through
//! the tap: quiet, shown (standard output to nowhere), as JSON lines. Throughput: one long literal. The ways take
//! turns, so that a slow moment slows all of them; printed are minimum, median, maximum, and at the end what each
//! program has cost in all (socat has a process for each connection, whose memory is not counted; Linux, for /proc).

mod cost;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const EHLO: &str = env!("CARGO_BIN_EXE_ehlo");
/// Requests in a round.
const REQUESTS: usize = 2000;
const ROUNDS: usize = 7;
/// Octets of the literal.
const LONG: usize = 256 * 1024 * 1024;

/// An IMAP server that knows two commands.
fn server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its number").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    port
}

fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.write_all(b"* OK bench\r\n")?;
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    let body = [b'x'; 64 * 1024];
    while lines.read_line(&mut line)? > 0 {
        let tag = line.split(' ').next().unwrap_or("*").to_owned();
        if line.contains("FETCH") {
            stream.write_all(format!("* 1 FETCH (BODY[] {{{LONG}}}\r\n").as_bytes())?;
            for _ in 0..LONG / body.len() {
                stream.write_all(&body)?;
            }
            stream.write_all(b")\r\n")?;
        }
        stream.write_all(format!("{tag} OK done\r\n").as_bytes())?;
        line.clear();
    }
    Ok(())
}

/// A program that lives as long as this.
struct Way {
    name: &'static str,
    port: u16,
    child: Option<Killed>,
}

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn way(name: &'static str, port: u16, command: &mut Command) -> Way {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let child = Killed(child.unwrap_or_else(|error| panic!("{name}: {error}")));
    for _ in 0..500 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Way { name, port, child: Some(child) };
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{name} does not listen");
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port()
}

fn open(port: u16) -> (TcpStream, BufReader<TcpStream>) {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream.set_nodelay(true).expect("an option");
    let mut lines = BufReader::with_capacity(64 * 1024, stream.try_clone().expect("a handle"));
    lines.read_line(&mut String::new()).expect("a greeting");
    (stream, lines)
}

/// Seconds for a request, on average.
fn latency(port: u16) -> f64 {
    let (mut stream, mut lines) = open(port);
    let mut line = String::new();
    let start = Instant::now();
    for n in 0..REQUESTS {
        stream.write_all(format!("a{n} NOOP\r\n").as_bytes()).expect("a request");
        line.clear();
        lines.read_line(&mut line).expect("an answer");
    }
    start.elapsed().as_secs_f64() / REQUESTS as f64
}

/// Octets in a second.
fn throughput(port: u16) -> f64 {
    let (mut stream, mut lines) = open(port);
    let start = Instant::now();
    stream.write_all(b"a FETCH 1 BODY[]\r\n").expect("a request");
    lines.read_line(&mut String::new()).expect("the literal's line");
    let got = std::io::copy(&mut lines.by_ref().take(LONG as u64), &mut std::io::sink()).expect("octets");
    assert_eq!(got, LONG as u64);
    LONG as f64 / start.elapsed().as_secs_f64()
}

/// CPU seconds of a process and of those it has waited for, and its peak memory in MB.
fn spent(child: &Killed) -> Option<(f64, u64)> {
    let of = |file: &str| std::fs::read_to_string(format!("/proc/{}/{file}", child.0.id())).ok();
    let stat = of("stat")?;
    // What follows the name, which may hold blanks: the state is the third field, utime the fourteenth.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks: f64 = fields.get(11..15)?.iter().filter_map(|n| n.parse::<f64>().ok()).sum();
    let status = of("status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some((ticks / 100.0, peak.split_whitespace().next()?.parse::<u64>().ok()? / 1000))
}

fn compare(title: &str, ways: &[Way], measure: impl Fn(u16) -> f64) {
    println!("\n{title} ({ROUNDS} rounds, in turn): min med max");
    let mut found: Vec<Vec<f64>> = vec![Vec::new(); ways.len()];
    for _ in 0..ROUNDS {
        for (way, found) in ways.iter().zip(&mut found) {
            found.push(measure(way.port));
        }
    }
    for (way, mut found) in ways.iter().zip(found) {
        found.sort_by(f64::total_cmp);
        println!(
            "  {:<16} {:>9.1} {:>9.1} {:>9.1}",
            way.name,
            found[0],
            found[ROUNDS / 2],
            found[ROUNDS - 1]
        );
    }
}

fn main() {
    // `cargo test --benches` must not take minutes.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    cost::need(&[("socat", "socat")]);
    let straight = server();
    let [socat, quiet, shown, json] = [(); 4].map(|()| free_port());
    let to = format!("127.0.0.1:{straight}");
    let tap = |port: u16, more: &[&str]| {
        let mut command = Command::new(EHLO);
        command.args(["tap", "--listen", &port.to_string(), &to, "--protocol", "imap"]).args(more);
        command
    };
    let listen = format!("TCP-LISTEN:{socat},bind=127.0.0.1,fork,reuseaddr,nodelay");
    let ways = [
        Way { name: "straight", port: straight, child: None },
        way("socat", socat, Command::new("socat").args([&listen, &format!("TCP:{to},nodelay")])),
        way("tap --quiet", quiet, &mut tap(quiet, &["--quiet"])),
        way("tap", shown, &mut tap(shown, &[])),
        way("tap --json", json, &mut tap(json, &["--json"])),
    ];
    compare("a request and its answer, microseconds", &ways, |port| latency(port) * 1e6);
    compare("a literal of 256 MiB, MB/s", &ways, |port| throughput(port) / 1e6);
    println!("\nin all:           cpu s  peak MB");
    for way in &ways {
        if let Some((cpu, peak)) = way.child.as_ref().and_then(spent) {
            println!("  {:<14} {cpu:>7.2} {peak:>8}", way.name);
        }
    }
}
