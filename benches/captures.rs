//! A capture of 5,000 mail sessions, 200 MB: how long one of them takes, and all of them as JSON, and in how much
//! memory. It makes the capture itself (`target/bench-sessions.pcap`, kept for the next time):
//!
//! `cargo bench --bench captures`
//!
//! Goals: one in less than 0.5 s, all in less than 2 s, with less than 64 MB.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::i18n::{Catalog, Lang};
use ehlo::recorder::Recorder;
use ehlo::source::capture::{Capture, Settings};
use ehlo::source::{Found, Source};
use ehlo::view::Begin;
use ehlo::view::json::Json;

const SESSIONS: u32 = 5000;
/// Sessions that go on at the same time.
const TOGETHER: u32 = 100;
/// Octets of a message.
const MESSAGE: usize = 38_000;
const SEGMENT: usize = 1448;

/// What is said in a session, by whom.
fn script(n: u32) -> Vec<(bool, Vec<u8>)> {
    let mut message =
        format!("From: <a{n}@example.org>\r\nTo: <b@example.org>\r\nSubject: {n}\r\n\r\n").into_bytes();
    while message.len() < MESSAGE {
        message.extend_from_slice(
            format!("{:>8} some text of a usual length in a mail's body\r\n", message.len()).as_bytes(),
        );
    }
    message.extend_from_slice(b".\r\n");
    let line = |client: bool, text: &str| (client, text.replace('\n', "\r\n").into_bytes());
    let mut said = vec![
        line(false, "220 mx.example.org ESMTP Postfix\n"),
        line(true, "EHLO client.example.org\n"),
        line(
            false,
            "250-mx.example.org\n250-PIPELINING\n250-SIZE 10240000\n250-ENHANCEDSTATUSCODES\n250 8BITMIME\n",
        ),
        line(true, &format!("MAIL FROM:<a{n}@example.org>\nRCPT TO:<b@example.org>\nDATA\n")),
        line(false, "250 2.1.0 Ok\n250 2.1.5 Ok\n354 End data with <CR><LF>.<CR><LF>\n"),
    ];
    said.extend(message.chunks(SEGMENT).map(|part| (true, part.to_vec())));
    said.push(line(false, "250 2.0.0 Ok: queued as 4D5E6F\n"));
    said.push(line(true, "QUIT\n"));
    said.push(line(false, "221 2.0.0 Bye\n"));
    said
}

/// Ethernet, IPv4, TCP.
fn frame(out: &mut Vec<u8>, time: u64, port: u16, client: bool, seq: [u32; 2], flags: u8, said: &[u8]) {
    let (from, to) = if client { (port, 25) } else { (25, port) };
    let (own, other) = if client { (seq[0], seq[1]) } else { (seq[1], seq[0]) };
    let length = 54 + said.len() as u32;
    for n in [(time / 1_000_000) as u32, (time % 1_000_000) as u32, length, length] {
        out.extend(n.to_le_bytes());
    }
    out.extend([2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4, 8, 0, 0x45, 0]);
    out.extend((40 + said.len() as u16).to_be_bytes());
    out.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
    let ends = if client { [[10, 0, 0, 1], [10, 0, 0, 2]] } else { [[10, 0, 0, 2], [10, 0, 0, 1]] };
    out.extend(ends.concat());
    out.extend(from.to_be_bytes());
    out.extend(to.to_be_bytes());
    out.extend(own.to_be_bytes());
    out.extend(other.to_be_bytes());
    out.extend([5 << 4, flags, 0xff, 0xff, 0, 0, 0, 0]);
    out.extend(said);
}

fn make(path: &Path) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&0xa1b2_c3d4u32.to_le_bytes())?;
    file.write_all(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0])?;
    let mut time = 1_700_000_000_000_000;
    for group in 0..SESSIONS / TOGETHER {
        let scripts: Vec<_> = (0..TOGETHER).map(|n| script(group * TOGETHER + n)).collect();
        let mut seq = vec![[1000u32, 9000u32]; TOGETHER as usize];
        let most = scripts.iter().map(Vec::len).max().unwrap_or(0);
        for step in 0..most + 4 {
            for (n, said) in scripts.iter().enumerate() {
                let port = 20_000 + (group * TOGETHER) as u16 % 40_000 + n as u16;
                let (mut out, seq) = (Vec::new(), &mut seq[n]);
                time += 10;
                match step {
                    0 => {
                        frame(&mut out, time, port, true, [seq[0] - 1, 0], 2, b"");
                        frame(&mut out, time, port, false, [seq[0], seq[1] - 1], 18, b"");
                    }
                    _ if step <= said.len() => {
                        let (client, octets) = &said[step - 1];
                        frame(&mut out, time, port, *client, *seq, 24, octets);
                        seq[usize::from(!client)] += octets.len() as u32;
                        // An acknowledgement of its own.
                        frame(&mut out, time + 3, port, !client, *seq, 16, b"");
                    }
                    _ if step == said.len() + 1 => {
                        frame(&mut out, time, port, true, *seq, 17, b"");
                        seq[0] += 1;
                        frame(&mut out, time, port, false, *seq, 17, b"");
                    }
                    _ => {}
                }
                file.write_all(&out)?;
            }
        }
    }
    file.flush()
}

/// Counts what a view writes.
struct Count(std::sync::Arc<std::sync::atomic::AtomicU64>);

impl Write for Count {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.fetch_add(octets.len() as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(octets.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn read(path: &Path, stream: Option<u32>, json: bool) -> io::Result<(u32, u64)> {
    let settings = Settings { stream, ..Settings::default() };
    let Some(mut capture) = Capture::open(Box::new(File::open(path)?), settings)? else { return Ok((0, 0)) };
    let count = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let catalog = Catalog::new(Lang::En);
    let (mut open, mut dialogues): (Option<Recorder>, u32) = (None, 0);
    while let Some(found) = capture.next_found()? {
        match found {
            Found::Dialogue(o) if json => {
                let dialect = o.protocol.map_or_else(dialect::unknown, dialect::of);
                let mut recorder = Recorder::new(dialect, Secrets::default()).watching();
                let out = BufWriter::new(Count(std::sync::Arc::clone(&count)));
                let view = Json::new(Box::new(out), catalog.clone(), false, false).stream(o.stream);
                let begin =
                    Begin { source: "capture", protocol: o.protocol, target: o.target, ..Begin::default() };
                recorder.add_view(Box::new(view), &begin)?;
                open = Some(recorder);
            }
            Found::Dialogue(_) => {}
            Found::Event(event) => {
                if let Some(recorder) = &mut open {
                    recorder.push(*event, &mut |_, _| {})?;
                }
            }
            Found::End(_) => {
                dialogues += 1;
                if let Some(mut recorder) = open.take() {
                    recorder.end()?;
                }
            }
        }
    }
    Ok((dialogues, count.load(std::sync::atomic::Ordering::Relaxed)))
}

/// The most memory that this process has had, in MB, where the system says so.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kb| kb / 1024)
}

fn main() -> io::Result<()> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-sessions.pcap");
    if !path.exists() {
        make(&path)?;
    }
    println!("{} MB, {SESSIONS} sessions", std::fs::metadata(&path)?.len() / 1_000_000);
    for (what, stream, json) in
        [("one as JSON", Some(2500), true), ("all, read only", None, false), ("all as JSON", None, true)]
    {
        let start = Instant::now();
        let (dialogues, octets) = read(&path, stream, json)?;
        let took = start.elapsed().as_secs_f64();
        println!("{what}: {dialogues} dialogues, {octets} octets of JSON, {took:.2} s");
    }
    if let Some(peak) = peak() {
        println!("memory: {peak} MB at most");
    }
    Ok(())
}
