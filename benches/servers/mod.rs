//! The lab beside Dovecot, as a server of mail that is there: a large message by both protocols (curl), a
//! mailbox of a hundred thousand messages, two hundred clients that wait for news (RFC 2177).
//!
//! Needs root for Dovecot's mail files; Linux, for /proc.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::cost::{compare, run};
use crate::support::Peers;

/// Octets of the large message.
const LARGE: usize = 50_000_000;
/// Messages of the large mailbox.
const MANY: usize = 100_000;
/// Clients that wait.
const IDLE: usize = 200;
/// Dovecot lets one account have ten sessions.
const EACH: usize = 10;
/// Rounds of the large mailbox.
const ROUNDS: usize = 9;

/// The lab of this bench: its command, its process and ports.
struct Lab {
    command: String,
    status: serde_json::Value,
}

impl Lab {
    fn start(folder: &Path) -> Lab {
        let home = folder.join("beside").display().to_string();
        let command = format!("EHLO_LAB_HOME={home} {}", crate::EHLO);
        run(&format!("{command} smtp lab --notes none --send QUIT"), 1);
        let status = Command::new("sh").args(["-c", &format!("{command} lab status --json")]).output();
        let status = serde_json::from_slice(&status.expect("ehlo lab status").stdout).expect("JSON");
        Lab { command, status }
    }

    fn port(&self, service: &str) -> u16 {
        self.status["ports"][service].as_u64().and_then(|n| n.try_into().ok()).expect("a port")
    }
}

fn message(n: usize) -> String {
    format!(
        "From: Ana <ana@example.org>\nTo: luis@example.org\nSubject: mensaje {n}\nMessage-ID: <m{n}@example.org>\n\
         Date: Mon, 2 Mar 2026 10:00:00 -0300\n\nhola {n}\n"
    )
}

/// All of it.
pub fn beside_dovecot(folder: &Path) {
    let (lab, peers) = (Lab::start(folder), Peers::shared());
    large_message(folder, &lab, peers);
    large_mailbox(folder, &lab, peers);
    idle_clients(&lab, peers);
    run(&format!("{} lab stop", lab.command), 1);
}

fn large_message(folder: &Path, lab: &Lab, peers: &Peers) {
    let account = peers.account();
    let line = "0123456789".repeat(7) + "abcdef\n";
    let mail = format!("Subject: large\n\n{}", line.repeat(LARGE / (line.len() + 1)));
    peers.deliver(&account.user, &mail);
    let file = crate::write(&folder.join("large.eml"), &mail);
    // Accounts of the bench's own have only what is put there; the course's have the first mails, too.
    run(&format!("{} lab import alumnopop {file}", lab.command), 1);
    run(&format!("{} lab import alumnoimap {file}", lab.command), 1);
    let out = folder.join("large.out").display().to_string();
    let login = format!("{}:{}", account.user, account.password);
    let curl = |url: String, login: &str| format!("curl -s -u {login} '{url}' -o {out}");
    let (pop, imap) = ("alumnopop:alumnopoppass", "alumnoimap:alumnoimappass");
    compare(
        "A message of 50 MB, by curl",
        9,
        1,
        &[
            ("ehlo lab RETR", curl(format!("pop3://127.0.0.1:{}/10", lab.port("pop3")), pop)),
            ("Dovecot RETR", curl(format!("pop3://127.0.0.1:{}/1", peers.pop3), &login)),
            (
                "ehlo lab FETCH",
                curl(format!("imap://127.0.0.1:{}/INBOX;MAILINDEX=10", lab.port("imap")), imap),
            ),
            ("Dovecot FETCH", curl(format!("imap://127.0.0.1:{}/INBOX;MAILINDEX=1", peers.imap), &login)),
        ],
    );
}

fn large_mailbox(folder: &Path, lab: &Lab, peers: &Peers) {
    let account = peers.account();
    let home = peers.dir.join("mail").join(&account.user);
    let maildir = home.join("Maildir");
    ["cur", "new", "tmp"].iter().for_each(|part| fs::create_dir_all(maildir.join(part)).expect("a folder"));
    let mut mbox = std::io::BufWriter::new(fs::File::create(folder.join("many.mbox")).expect("a file"));
    for n in 0..MANY {
        let mail = message(n);
        fs::write(maildir.join(format!("cur/{}.M{n}.bench:2,S", 1_700_000_000 + n)), &mail).expect("a mail");
        write!(mbox, "From ana@example.org Mon Mar  2 10:00:00 2026\n{mail}\n").expect("an mbox");
    }
    drop(mbox);
    run(&format!("chown -R mail:mail {}", home.display()), 1);
    let mbox = folder.join("many.mbox").display().to_string();
    let cost = run(&format!("{} lab import alumnoimap {mbox}", lab.command), 1);
    println!("\nImport of {MANY} messages into the lab: {:.1} s", cost.wall);

    let mut clients = [
        ("ehlo lab", Client::login(lab.port("imap"), "alumnoimap", "alumnoimappass")),
        ("Dovecot", Client::login(peers.imap, &account.user, &account.password)),
    ];
    let mut times = [[const { Vec::new() }; 2], [const { Vec::new() }; 2]];
    // Once, so that neither reads the disk; then in turn.
    for round in 0..=ROUNDS {
        for ((_, client), times) in clients.iter_mut().zip(&mut times) {
            for (line, times) in ["SELECT INBOX", "UID FETCH 1:* (FLAGS)"].iter().zip(times) {
                let began = Instant::now();
                client.ask(line);
                if round > 0 {
                    times.push(began.elapsed().as_secs_f64() * 1000.0);
                }
            }
            client.ask("CLOSE");
        }
    }
    println!("\nA mailbox of {MANY} messages ({ROUNDS} rounds, in turn; ms: min med max)");
    for ((name, _), times) in clients.iter().zip(&mut times) {
        for (line, times) in ["SELECT", "UID FETCH 1:* (FLAGS)"].iter().zip(times) {
            times.sort_by(f64::total_cmp);
            let [min, med, max] = [times[0], times[times.len() / 2], times[times.len() - 1]];
            println!("  {name:<10} {line:<24} {min:8.2} {med:8.2} {max:8.2}");
        }
    }
}

fn idle_clients(lab: &Lab, peers: &Peers) {
    let pid = lab.status["pid"].as_u64().expect("its process");
    let master = fs::read_to_string(peers.dir.join("dovecot/run/master.pid")).expect("Dovecot's process");
    println!("\n{IDLE} IMAP clients in IDLE (PSS, kB for one)");
    let before = memory(&pid.to_string());
    let waiting: Vec<Client> =
        (0..IDLE).map(|_| Client::idle(lab.port("imap"), "alumnopop", "alumnopoppass")).collect();
    println!("  ehlo lab   {:8.1}", (memory(&pid.to_string()) - before) / IDLE as f64);
    drop(waiting);
    let before = sessions(master.trim());
    let accounts = (0..IDLE / EACH).map(|_| peers.account());
    let waiting: Vec<Client> = accounts
        .flat_map(|a| (0..EACH).map(move |_| Client::idle(peers.imap, &a.user, &a.password)))
        .collect();
    println!("  Dovecot    {:8.1}", (sessions(master.trim()) - before) / IDLE as f64);
    drop(waiting);
}

/// The proportional set size of a process, in kB; 0 where it has gone.
fn memory(pid: &str) -> f64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0.0)
}

/// The same of Dovecot's processes that serve IMAP sessions and logins.
fn sessions(master: &str) -> f64 {
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    let pids = entries.filter_map(|e| e.file_name().into_string().ok());
    let ours = pids.filter(|pid| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // `4711 (imap) S 4700 …`
        let Some((head, tail)) = stat.rsplit_once(')') else { return false };
        let imap = head.ends_with("(imap") || head.ends_with("(imap-login");
        imap && tail.split_whitespace().nth(1) == Some(master)
    });
    ours.map(|pid| memory(&pid)).sum()
}

/// A client of IMAP that looks at nothing.
struct Client {
    lines: BufReader<TcpStream>,
    line: Vec<u8>,
}

impl Client {
    fn login(port: u16, user: &str, password: &str) -> Client {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("a server");
        stream.set_nodelay(true).expect("a socket");
        let mut client = Client { lines: BufReader::with_capacity(256 * 1024, stream), line: Vec::new() };
        client.until(b"* ");
        client.ask(&format!("LOGIN {user} {password}"));
        client
    }

    /// One that waits in IDLE.
    fn idle(port: u16, user: &str, password: &str) -> Client {
        let mut client = Client::login(port, user, password);
        client.ask("SELECT INBOX");
        client.lines.get_mut().write_all(b"b IDLE\r\n").expect("a server that reads");
        client.until(b"+ ");
        client
    }

    fn ask(&mut self, line: &str) {
        self.lines.get_mut().write_all(format!("a {line}\r\n").as_bytes()).expect("a server that reads");
        self.until(b"a ");
        assert!(self.line.starts_with(b"a OK"), "{line}: {}", String::from_utf8_lossy(&self.line));
    }

    fn until(&mut self, start: &[u8]) {
        loop {
            self.line.clear();
            let read = self.lines.read_until(b'\n', &mut self.line).expect("a server that answers");
            assert!(read > 0, "the server has gone");
            if self.line.starts_with(start) {
                return;
            }
        }
    }
}
