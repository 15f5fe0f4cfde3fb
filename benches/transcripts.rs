//! Texts of 5,000 mail sessions, 200 MB: how fast `ehlo annotate` makes JSON of them, and in how much memory; as a
//! transcript (`.ehlo`), as a paste with marks, and as one without (those of 20 MB). It makes the texts itself (kept
//! in `target/tmp` for the next time); needs GNU time:
//!
//! `cargo bench --bench transcripts`
//!
//! Goals for the transcript: 100 MB of input in a second of one processor, with less than 64 MB.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const EHLO: &str = env!("CARGO_BIN_EXE_ehlo");
/// Octets of a message.
const MESSAGE: usize = 40_000;
const ROUNDS: usize = 3;

/// Writes sessions; `head` begins each, `client` and `server` each side's lines.
fn make(path: &Path, sessions: u32, head: &str, client: &str, server: &str) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut body = String::new();
    let mut octets = 0;
    while octets < MESSAGE {
        let line = format!("{octets:>8} some text of a usual length in a mail's body");
        octets += line.len() + 2;
        body += &format!("{client}{line}\n");
    }
    for n in 0..sessions {
        write!(
            file,
            "{head}{server}220 mx.example.org ESMTP Postfix\n{client}EHLO client.example.org\n\
             {server}250-mx.example.org\n{server}250-PIPELINING\n{server}250-SIZE 10240000\n\
             {server}250 8BITMIME\n{client}MAIL FROM:<a{n}@example.org>\n{server}250 2.1.0 Ok\n\
             {client}RCPT TO:<b@example.org>\n{server}250 2.1.5 Ok\n{client}DATA\n\
             {server}354 End data with <CR><LF>.<CR><LF>\n{client}From: <a{n}@example.org>\n\
             {client}To: <b@example.org>\n{client}Subject: {n}\n{client}\n{body}{client}.\n\
             {server}250 2.0.0 Ok: queued as 4D5E6F\n{client}QUIT\n{server}221 2.0.0 Bye\n"
        )?;
    }
    file.flush()
}

/// CPU seconds and peak memory in MB of one run.
fn run(path: &Path) -> io::Result<(f64, f64)> {
    let report = tempfile::NamedTempFile::new()?;
    let done = Command::new("time")
        .args(["-f", "%U %S %M", "-o"])
        .arg(report.path())
        .args([EHLO, "annotate", "--json"])
        .arg(path)
        .stdout(Stdio::null())
        .status()?;
    assert!(done.success(), "{}: {done}", path.display());
    let text = std::fs::read_to_string(report.path())?;
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    Ok((numbers[0] + numbers[1], numbers[2] / 1000.0))
}

fn main() -> io::Result<()> {
    // `cargo test --benches` must not take minutes.
    if std::env::args().any(|a| a == "--test") {
        return Ok(());
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    for (name, sessions, head, client, server) in [
        ("bench-sessions.ehlo", 5000, "@smtp mx.example.org:25\n", "C: ", "S: "),
        ("bench-marked.txt", 500, "", "C: ", "S: "),
        ("bench-bare.txt", 500, "", "", ""),
    ] {
        let path = folder.join(name);
        if !path.exists() {
            make(&path, sessions, head, client, server)?;
        }
        let size = std::fs::metadata(&path)?.len() as f64 / 1e6;
        for _ in 0..ROUNDS {
            let (cpu, memory) = run(&path)?;
            println!(
                "{name}: {size:.0} MB, {cpu:.2} s of CPU, {:.0} MB/s, {memory:.0} MB at most",
                size / cpu
            );
        }
    }
    Ok(())
}
