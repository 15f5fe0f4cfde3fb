//! ehlo beside the tools that people reach for today, in the same run on the same machine:
//! `cargo bench` (release build; needs curl, swaks, nc, GNU time, and the tests' Postfix: as root).
//!
//! What a whole SMTP send costs as a process; how fast a message of 500 MB is fetched to a file, and with how much
//! memory; what starting costs; how many mails the lab takes in, beside Postfix; a thousand dialogues replayed; how
//! the lab serves what it has, beside Dovecot ([`servers`]). Each command runs in turn with the others, so that a machine that slows down slows all of
//! them; printed are the minimum, the median and the maximum. `cargo bench -- lab` does one: starting, sends,
//! fetches, lab, dovecot.

mod cost;
mod servers;
#[path = "../tests/support/mod.rs"]
mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;

use cost::{compare, run};
use support::Peers;

const EHLO: &str = env!("CARGO_BIN_EXE_ehlo");
/// Octets of the large message.
const LARGE: usize = 500_000_000;

/// How often a short command runs for one figure: GNU time counts hundredths of a second.
const SHORT: usize = 20;

/// A server of POP3 and IMAP that has one large message, so that the disk has no part in it.
fn large_message_server(imap: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream, imap));
        }
    });
    port
}

fn serve(mut stream: TcpStream, imap: bool) {
    let line = format!("{}\r\n", "0123456789".repeat(7) + "abcdef");
    let block = line.repeat(840);
    let lines = BufReader::new(stream.try_clone().expect("a second handle"));
    let hello = if imap { "* OK [CAPABILITY IMAP4rev1] ready\r\n" } else { "+OK ready\r\n" };
    let _ = stream.write_all(hello.as_bytes());
    for command in lines.lines().map_while(Result::ok) {
        let upper = command.to_ascii_uppercase();
        let tag = command.split(' ').next().unwrap_or_default().to_owned();
        let large = upper.starts_with("RETR") || upper.contains("FETCH");
        if large && imap {
            let size = LARGE / block.len() * block.len();
            let _ = write!(stream, "* 1 FETCH (UID 1 BODY[] {{{size}}}\r\n");
        } else if large {
            let _ = write!(stream, "+OK {LARGE} octets\r\n");
        }
        if large {
            for _ in 0..LARGE / block.len() {
                if stream.write_all(block.as_bytes()).is_err() {
                    return;
                }
            }
        }
        let answer = match (imap, large) {
            (true, true) => format!(")\r\n{tag} OK done\r\n"),
            (false, true) => ".\r\n".to_owned(),
            (true, false) if upper.contains("CAPABILITY") => {
                format!("* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n")
            }
            (true, false) if upper.contains("SELECT") => {
                format!("* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n{tag} OK [READ-WRITE] done\r\n")
            }
            (true, false) if upper.contains("LOGOUT") => format!("* BYE\r\n{tag} OK done\r\n"),
            (true, false) => format!("{tag} OK done\r\n"),
            (false, false) if upper == "CAPA" => "+OK\r\nUSER\r\n.\r\n".to_owned(),
            (false, false) => "+OK\r\n".to_owned(),
        };
        if stream.write_all(answer.as_bytes()).is_err()
            || upper.ends_with("QUIT")
            || upper.ends_with("LOGOUT")
        {
            return;
        }
    }
}

fn write(path: &Path, text: &str) -> String {
    std::fs::write(path, text).expect("a file of the bench");
    path.display().to_string()
}

fn sends(folder: &Path) {
    let peers = Peers::shared();
    let me = peers.account();
    let (port, to) = (peers.smtp, &me.address);
    let mail = write(&folder.join("mail"), "From: a@b.example\r\nSubject: x\r\n\r\nhello\r\n");
    let dialogue = format!(
        "EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<{to}>\r\nDATA\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nhello\r\n.\r\nQUIT\r\n"
    );
    let dialogue = write(&folder.join("dialogue"), &dialogue);
    // As people do it with nc: a line, then a guess at how long the server takes.
    let slow = write(
        &folder.join("nc.sh"),
        &format!(
            "while read -r line; do printf '%s\\n' \"$line\"; sleep 0.05; done < {dialogue} | nc -N 127.0.0.1 {port}\n"
        ),
    );
    compare(
        "One mail to a local Postfix, process start to QUIT",
        9,
        5,
        &[
            ("ehlo", format!("{EHLO} smtp 127.0.0.1:{port} < {dialogue}")),
            ("ehlo --notes none", format!("{EHLO} smtp 127.0.0.1:{port} --notes none < {dialogue}")),
            (
                "curl",
                format!("curl -s smtp://127.0.0.1:{port} --mail-from a@b.example --mail-rcpt {to} -T {mail}"),
            ),
            (
                "swaks",
                format!("swaks --server 127.0.0.1 --port {port} --from a@b.example --to {to} --hide-all"),
            ),
            ("nc, 50 ms a line", format!("sh {slow}")),
        ],
    );
}

fn fetches(folder: &Path) {
    let out = folder.join("fetched").display().to_string();
    let (pop, imap) = (large_message_server(false), large_message_server(true));
    compare(
        "A message of 500 MB into a file",
        5,
        1,
        &[
            (
                "ehlo pop RETR",
                format!(
                    "{EHLO} pop 127.0.0.1:{pop} --send 'USER a' --send 'PASS secret12' --send \"/save {out}.$$ next\" --send 'RETR 1' --send QUIT"
                ),
            ),
            ("curl pop3", format!("curl -s pop3://a:secret12@127.0.0.1:{pop}/1 -o {out}.$$")),
            (
                "ehlo imap FETCH",
                format!(
                    "{EHLO} imap 127.0.0.1:{imap} --send 'LOGIN a secret12' --send 'SELECT INBOX' --send \"/save {out}.$$ next\" --send 'FETCH 1 BODY[]' --send LOGOUT"
                ),
            ),
            (
                "curl imap",
                format!("curl -s 'imap://a:secret12@127.0.0.1:{imap}/INBOX;MAILINDEX=1' -o {out}.$$"),
            ),
        ],
    );
}

/// Mails taken in by the lab, on kept data, beside Postfix; and how soon the lab is there.
fn lab(folder: &Path) {
    let peers = Peers::shared();
    let home = folder.join("lab").display().to_string();
    let lab = |command: &str| format!("EHLO_LAB_HOME={home} {EHLO} {command}");
    let hello = lab("smtp lab --notes none --send QUIT");
    // Made once, so that it is the lab that is measured and not its first mails.
    run(&hello, 1);
    let status = Command::new("sh").args(["-c", &lab("lab status")]).output().expect("ehlo lab status");
    let status = String::from_utf8_lossy(&status.stdout).into_owned();
    let port = status.lines().find_map(|l| l.trim_start().strip_prefix("SMTP ")).expect("the lab's table");
    let port: u16 = port.split_whitespace().find_map(|w| w.parse().ok()).expect("its SMTP port");
    for (sessions, mails) in [(1, 300), (20, 2000)] {
        let source = |port| {
            let to = "alumnopop@redes.unlp.edu.ar";
            format!("smtp-source -s {sessions} -m {mails} -l 2000 -f a@b.example -t {to} 127.0.0.1:{port}")
        };
        compare(
            &format!("{mails} mails of 2 kB in {sessions} sessions"),
            5,
            1,
            &[("ehlo lab", source(port)), ("Postfix and Dovecot", source(peers.smtp))],
        );
    }
    replays(folder, &home, port);
    compare("A session with the lab that runs", 5, 10, &[("ehlo smtp lab", hello.clone())]);
    let again = format!("{} >/dev/null; {hello}", lab("lab stop"));
    compare("The lab ended, and begun again on what it kept", 5, 1, &[("ehlo smtp lab", again)]);
    run(&lab("lab stop"), 1);
}

/// A thousand dialogues, twenty at once, against the lab that runs.
fn replays(folder: &Path, home: &str, port: u16) {
    let (to, scripts) = ("alumnopop@redes.unlp.edu.ar", folder.join("scripts"));
    std::fs::create_dir_all(&scripts).expect("a folder");
    for n in 0..1000 {
        let text = format!(
            "@smtp lab\n@match code\nS: 220\nC: EHLO me\nS: 250\nC: MAIL FROM:<a@b.example>\nS: 250\n\
             C: RCPT TO:<{to}>\nS: 250\nC: DATA\nS: 354\nC: Subject: x\nC: \nC: hello\nC: .\nS: 250\n\
             C: QUIT\nS: 221\n"
        );
        write(&scripts.join(format!("{n}.ehlo")), &text);
    }
    let scripts = scripts.display();
    let swaks = format!(
        "swaks --server 127.0.0.1 --port {port} --from a@b.example --to {to} --body hello --hide-all"
    );
    compare(
        "1000 mails, each a dialogue of its own, 20 at once (swaks: 100)",
        3,
        1,
        &[
            (
                "ehlo replay",
                format!(
                    "EHLO_LAB_HOME={home} {EHLO} replay {scripts}/*.ehlo --to 127.0.0.1:{port} --jobs 20 --tap"
                ),
            ),
            (
                "smtp-source",
                format!("smtp-source -d -s 20 -m 1000 -l 20 -f a@b.example -t {to} 127.0.0.1:{port}"),
            ),
            ("swaks, 100", format!("seq 100 | xargs -P 20 -I{{}} {swaks}")),
        ],
    );
}

/// A part of the bench, in a folder of its own.
type Bench = fn(&Path);

fn main() {
    // `cargo test --benches` must not take minutes.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let all: [(&str, Bench); 5] = [
        ("starting", |_| starting()),
        ("sends", sends),
        ("fetches", fetches),
        ("lab", lab),
        ("dovecot", servers::beside_dovecot),
    ];
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    for (name, bench) in all {
        if wanted.is_empty() || wanted.iter().any(|w| w == name) {
            bench(folder.path());
        }
    }
}

fn starting() {
    let smtp = Peers::shared().smtp;
    compare(
        "Starting",
        9,
        SHORT,
        &[
            ("ehlo --version", format!("{EHLO} --version")),
            ("a session with notes", format!("{EHLO} smtp 127.0.0.1:{smtp} --send 'EHLO me' --send QUIT")),
            ("curl --version", "curl --version".to_owned()),
            ("swaks --version", "swaks --version".to_owned()),
        ],
    );
}
