//! A capture of 5,000 mail sessions, 200 MB: how long one of them takes, and all of them as JSON, and in how much
//! memory, beside tshark and tcpflow in the same run. It makes the capture itself (`target/tmp/bench-sessions.pcap`,
//! kept for the next time); needs tshark, tcpflow and GNU time:
//!
//! `cargo bench --bench captures`
//!
//! Goals: one in less than 0.5 s, all in less than 2 s, with less than 64 MB.

mod cost;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use cost::{compare, need};

const EHLO: &str = env!("CARGO_BIN_EXE_ehlo");
const SESSIONS: u32 = 5000;
/// Sessions that go on at the same time.
const TOGETHER: u32 = 100;
/// Octets of a message.
const MESSAGE: usize = 38_000;
const SEGMENT: usize = 1448;
const ROUNDS: usize = 5;
/// The one that is looked for; tshark counts from 0.
const ONE: u32 = 2500;

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

fn main() -> io::Result<()> {
    // `cargo test --benches` must not take minutes.
    if std::env::args().any(|a| a == "--test") {
        return Ok(());
    }
    need(&[("time", "time"), ("tshark", "tshark"), ("tcpflow", "tcpflow")]);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-sessions.pcap");
    if !path.exists() {
        make(&path)?;
    }
    println!("{} MB, {SESSIONS} sessions", std::fs::metadata(&path)?.len() / 1_000_000);
    let folder = tempfile::tempdir()?;
    let (file, flows) = (path.display(), folder.path().display());
    let (follow, port) = (ONE - 1, 20_000 + ONE - 1);
    // What tcpflow has written is no part of what it costs to write it again.
    let tcpflow =
        |filter: &str| format!("rm -rf {flows}/flows; tcpflow -q -r {file} -o {flows}/flows {filter} 2>&1");
    compare(
        "One session",
        ROUNDS,
        1,
        &[
            ("ehlo --stream", format!("{EHLO} annotate {file} --stream {ONE}")),
            ("ehlo --stream --json", format!("{EHLO} annotate {file} --stream {ONE} --json")),
            ("tshark -z follow", format!("tshark -r {file} -q -z follow,tcp,ascii,{follow}")),
            ("tcpflow, one port", tcpflow(&format!("port {port}"))),
        ],
    );
    let fields =
        "-e tcp.stream -e smtp.req.command -e smtp.req.parameter -e smtp.response.code -e smtp.rsp.parameter";
    compare(
        "All sessions",
        ROUNDS,
        1,
        &[
            ("ehlo --json", format!("{EHLO} annotate {file} --json")),
            ("ehlo --json --digests", format!("{EHLO} annotate {file} --json --digests")),
            ("ehlo --list", format!("{EHLO} annotate {file} --list")),
            ("ehlo, as text", format!("{EHLO} annotate {file}")),
            ("tshark -Y smtp", format!("tshark -r {file} -Y smtp -T fields {fields}")),
            ("tcpflow", tcpflow("")),
        ],
    );
    Ok(())
}
