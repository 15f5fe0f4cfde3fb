//! Postfix and Dovecot on loopback, started by `peers-up` and stopped when this process is gone.

use std::fs;
use std::io::{BufRead, BufReader, Read, Seek};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::Wire;

/// How many accounts `peers-up` makes beside the course's two.
const SPARE_ACCOUNTS: usize = 99;

/// One running pair: where it listens, and what is needed to talk to it.
pub struct Peers {
    /// Configuration, logs and mail; gone when the pair is. PEERS_KEEP=1 keeps it.
    pub dir: PathBuf,
    /// The name that both servers give themselves.
    pub host: String,
    /// What stands behind the @ of every account.
    pub domain: String,
    /// For `--ca`: it signed the servers' certificate (the host's name, localhost, 127.0.0.1, ::1).
    pub ca: PathBuf,
    pub lmtp: u16,
    pub smtp: u16,
    pub smtps: u16,
    pub submission: u16,
    pub pop3: u16,
    pub pop3s: u16,
    pub imap: u16,
    pub imaps: u16,
    /// What alumnopop shows for XOAUTH2 or OAUTHBEARER instead of a password.
    pub token_pop: String,
    /// The same for alumnoimap.
    pub token_imap: String,
    accounts_given: AtomicUsize,
    course: Mutex<()>,
    // Its standard input is the life line: when this process ends, however it does, the pipe
    // closes, and the script stops the servers. A static is never dropped, a pipe always closed.
    script: Child,
}

/// A mailbox that only one test has.
pub struct Account {
    pub user: String,
    pub password: String,
    pub address: String,
}

/// The course's two accounts with empty mailboxes, for one test at a time; otherwise the pair itself.
pub struct Course<'a> {
    peers: &'a Peers,
    _turn: MutexGuard<'a, ()>,
}

impl Peers {
    /// The pair that all tests of this binary share.
    pub fn shared() -> &'static Peers {
        static SHARED: OnceLock<Peers> = OnceLock::new();
        SHARED.get_or_init(|| Peers::start(&[]))
    }

    /// A pair of one's own, started in under a second and stopped when dropped. `env` is for the
    /// script: `[("PEERS_MAX_SIZE", "20000")]`.
    pub fn start(env: &[(&str, &str)]) -> Peers {
        let mut errors = tempfile::tempfile().expect("a temporary file");
        let mut script = Command::new(support_file("peers-up"))
            .arg("--until-eof")
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors.try_clone().expect("a second handle"))
            .spawn()
            .expect("tests/support/peers-up runs");
        let facts = Facts::read(script.stdout.take().expect("a piped stdout"));
        if !facts.ready() {
            let mut said = String::new();
            errors.rewind().and_then(|()| errors.read_to_string(&mut said)).expect("its errors");
            panic!(
                "no mail servers to test with ({}). tests/run installs postfix dovecot-imapd dovecot-pop3d \
                 dovecot-lmtpd openssl and runs the tests as root",
                said.trim()
            );
        }
        if std::env::var_os("PEERS_KEEP").is_some() {
            eprintln!("peers-up: {} will be kept", facts.text("DIR"));
        }
        Peers::from_facts(&facts, script)
    }

    fn from_facts(facts: &Facts, script: Child) -> Peers {
        Peers {
            dir: facts.text("DIR").into(),
            host: facts.text("HOST"),
            domain: facts.text("DOMAIN"),
            ca: facts.text("CA").into(),
            lmtp: facts.port("LMTP"),
            smtp: facts.port("SMTP"),
            smtps: facts.port("SMTPS"),
            submission: facts.port("SUBMISSION"),
            pop3: facts.port("POP3"),
            pop3s: facts.port("POP3S"),
            imap: facts.port("IMAP"),
            imaps: facts.port("IMAPS"),
            token_pop: facts.text("TOKEN_POP"),
            token_imap: facts.text("TOKEN_IMAP"),
            accounts_given: AtomicUsize::new(0),
            course: Mutex::new(()),
            script,
        }
    }

    /// An account that no other test has, with an empty mailbox.
    pub fn account(&self) -> Account {
        let n = self.accounts_given.fetch_add(1, Ordering::Relaxed) + 1;
        assert!(n <= SPARE_ACCOUNTS, "all {SPARE_ACCOUNTS} accounts are given away: Peers::start a pair");
        let user = format!("alumno{n}");
        Account { password: format!("{user}pass"), address: format!("{user}@{}", self.domain), user }
    }

    /// alumnopop and alumnoimap with empty mailboxes; other tests that want them wait meanwhile.
    pub fn course(&self) -> Course<'_> {
        let turn = self.course.lock().unwrap_or_else(PoisonError::into_inner);
        for user in ["alumnopop", "alumnoimap"] {
            // Moved, not deleted file by file: a session that is just ending keeps what it has open.
            let aside = tempfile::tempdir_in(&self.dir).expect("a folder").keep();
            let _ = fs::rename(self.home(user), aside.join(user));
        }
        Course { peers: self, _turn: turn }
    }

    /// Puts a mail into a mailbox, by LMTP, so that it is there on return. Line ends may be LF.
    pub fn deliver(&self, to: &str, mail: impl AsRef<[u8]>) {
        let to = if to.contains('@') { to.to_owned() } else { format!("{to}@{}", self.domain) };
        let mut lmtp = Wire::plain(self.lmtp);
        assert!(lmtp.line().starts_with("220 "));
        for (say, code) in [
            ("LHLO tests".to_owned(), "250"),
            (format!("MAIL FROM:<profesor@{}>", self.host), "250"),
            (format!("RCPT TO:<{to}>"), "250"),
            ("DATA".to_owned(), "354"),
        ] {
            let reply = lmtp.smtp(&say);
            assert!(reply[0].starts_with(code), "{say}: {reply:?}");
        }
        lmtp.send(&end_of_data(mail.as_ref()));
        let stored = lmtp.line();
        assert!(stored.starts_with("250 "), "{to}: {stored}");
    }

    /// Sends the eight seed mails through Postfix to alumnopop and alumnoimap, in their order.
    /// Each then has its Received: lines, as a student sees them. Half a second.
    pub fn seed(&self) {
        let mut files: Vec<PathBuf> = fs::read_dir(support_file("seed"))
            .expect("tests/support/seed")
            .map(|f| f.unwrap().path())
            .collect();
        files.sort();
        let done = Command::new(support_file("peers-up")).arg("--seed").arg(&self.dir).args(files).output();
        let done = done.expect("tests/support/peers-up runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Waits until an account's INBOX holds `n` mails (10 seconds at most), and returns them as they
    /// are stored, in the order of their arrival.
    pub fn wait_for_mail(&self, account: &str, n: usize) -> Vec<Vec<u8>> {
        let user = account.split('@').next().expect("a part before the @").to_lowercase();
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            let files = self.inbox(&user);
            if files.len() >= n {
                assert_eq!(files.len(), n, "{user} has more mails than expected");
                return files.into_iter().map(|file| fs::read(file).expect("a stored mail")).collect();
            }
            assert!(
                Instant::now() < until,
                "{user} has {} of {n} mails; the end of Postfix's log:\n{}",
                files.len(),
                self.log_end("postfix")
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The last lines of the log of "postfix" or "dovecot".
    pub fn log_end(&self, server: &str) -> String {
        let log = fs::read_to_string(self.dir.join(format!("log/{server}.log"))).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(10)..].join("\n")
    }

    fn home(&self, user: &str) -> PathBuf {
        self.dir.join("mail").join(user)
    }

    fn inbox(&self, user: &str) -> Vec<PathBuf> {
        let maildir = self.home(user).join("Maildir");
        let mut files: Vec<PathBuf> = ["new", "cur"]
            .iter()
            .filter_map(|folder| fs::read_dir(maildir.join(folder)).ok())
            .flat_map(|entries| entries.map(|entry| entry.expect("a folder entry").path()))
            .collect();
        files.sort_by_key(|file| arrival(file));
        files
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

impl Deref for Course<'_> {
    type Target = Peers;
    fn deref(&self) -> &Peers {
        self.peers
    }
}

/// What `peers-up` prints: KEY=VALUE lines.
struct Facts(Vec<(String, String)>);

impl Facts {
    /// Reads all of them; READY is missing if the script gave up.
    fn read(stdout: impl Read) -> Facts {
        let mut facts = Vec::new();
        for line in BufReader::new(stdout).lines() {
            let line = line.expect("text from peers-up");
            let (key, value) = line.split_once('=').expect("KEY=VALUE from peers-up");
            facts.push((key.to_owned(), value.to_owned()));
        }
        Facts(facts)
    }

    fn ready(&self) -> bool {
        self.0.iter().any(|(key, _)| key == "READY")
    }

    fn text(&self, key: &str) -> String {
        let fact = self.0.iter().find(|(k, _)| k == key);
        fact.unwrap_or_else(|| panic!("peers-up names no {key}")).1.clone()
    }

    fn port(&self, service: &str) -> u16 {
        self.text(&format!("{service}_PORT")).parse().expect("a port")
    }
}

/// A file next to this one.
fn support_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support").join(name)
}

/// When a Maildir file arrived: its name begins with seconds, "M" and microseconds, not padded.
fn arrival(file: &Path) -> (u64, u64) {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let mut parts = name.split('.');
    let seconds = parts.next().and_then(|s| s.parse().ok()).unwrap_or(0);
    let micros = parts.next().and_then(|m| m.strip_prefix('M')?.split('P').next()?.parse().ok()).unwrap_or(0);
    (seconds, micros)
}

/// A mail as DATA wants it: CRLF, leading dots doubled, the lone dot at the end (RFC 5321 §4.5.2).
fn end_of_data(mail: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    let body = mail.strip_suffix(b"\n").unwrap_or(mail);
    for line in body.split(|&byte| byte == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}
