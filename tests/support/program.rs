//! The program under test: `ehlo` in an empty folder, with nothing of the caller's environment.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{env, fs};

use tempfile::TempDir;

use super::Peers;

/// After this long a program is killed, and its test fails.
const LIMIT: Duration = Duration::from_secs(30);

/// Runs `ehlo` with these arguments and this input, and returns what it answered.
#[track_caller]
pub fn ehlo<I>(args: I, stdin: &str) -> Output
where
    I: IntoIterator,
    I::Item: AsRef<OsStr>,
{
    Test::new(args).stdin(stdin).run()
}

/// A run of `ehlo` that is being prepared.
pub struct Test {
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    stdin: Vec<u8>,
    pipe: Option<Stdio>,
    dir: TempDir,
}

impl Test {
    /// `ehlo` with these arguments.
    pub fn new<I>(args: I) -> Test
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let dir = tempfile::tempdir().expect("a temporary folder");
        Test { args: Vec::new(), env: Vec::new(), stdin: Vec::new(), pipe: None, dir }.args(args)
    }

    /// `ehlo smtp` on the real Postfix, whose CA is trusted.
    pub fn smtp(peers: &Peers) -> Test {
        Test::on(peers, "smtp", peers.smtp)
    }

    /// `ehlo pop` on the real Dovecot.
    pub fn pop(peers: &Peers) -> Test {
        Test::on(peers, "pop", peers.pop3)
    }

    /// `ehlo imap` on the real Dovecot.
    pub fn imap(peers: &Peers) -> Test {
        Test::on(peers, "imap", peers.imap)
    }

    /// A subcommand on any port of the real servers: `Test::on(peers, "smtp", peers.submission)`.
    pub fn on(peers: &Peers, subcommand: &str, port: u16) -> Test {
        Test::new([subcommand, &format!("127.0.0.1:{port}")]).arg("--ca").arg(&peers.ca)
    }

    /// One more argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Test {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// More arguments.
    pub fn args<I>(mut self, args: I) -> Test
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// A variable; without any, there are PATH, HOME (the run's own folder), TERM=dumb and
    /// LC_ALL=C.UTF-8.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Test {
        self.env.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// What the program reads, from a pipe that then ends.
    pub fn stdin(mut self, input: impl AsRef<[u8]>) -> Test {
        self.stdin = input.as_ref().to_vec();
        self
    }

    /// Its standard input is another program's pipe.
    pub fn stdin_from(mut self, pipe: impl Into<Stdio>) -> Test {
        self.pipe = Some(pipe.into());
        self
    }

    /// A file in the folder where the program runs.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Test {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file");
        self
    }

    /// Runs it to its end.
    #[track_caller]
    pub fn run(self) -> Output {
        self.start().finish()
    }

    /// Starts it, for a dialogue with it that goes to and fro. Its input stays open.
    #[track_caller]
    pub fn start(self) -> Running {
        // There is no program without the feature cli, but the rest of this module has its use.
        let Some(program) = option_env!("CARGO_BIN_EXE_ehlo") else {
            panic!("this test needs the feature cli");
        };
        let mut command = Command::new(program);
        command
            .args(&self.args)
            .current_dir(&self.dir)
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path())
            .env("TERM", "dumb")
            .env("LC_ALL", "C.UTF-8")
            .envs(self.env)
            .stdin(self.pipe.unwrap_or_else(Stdio::piped))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = Killed(command.spawn().expect("the program starts"));
        let stdout = Tail::of(child.0.stdout.take().expect("a pipe"));
        let stderr = Tail::of(child.0.stderr.take().expect("a pipe"));
        let stdin = child.0.stdin.take();
        let line = format!("ehlo {}", self.args.join(OsStr::new(" ")).to_string_lossy());
        let mut running =
            Running { child, stdin, stdout, stderr, line, dir: self.dir, started: Instant::now() };
        if !self.stdin.is_empty() {
            running.write(self.stdin);
        }
        running
    }
}

/// `ehlo` at work.
pub struct Running {
    child: Killed,
    stdin: Option<ChildStdin>,
    stdout: Tail,
    stderr: Tail,
    line: String,
    dir: TempDir,
    started: Instant,
}

impl Running {
    /// Types a line.
    pub fn say(&mut self, line: &str) {
        self.write(format!("{line}\n").into_bytes());
    }

    /// Waits until it has printed this on its standard output.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        self.wait_until(&format!("{text:?} on standard output"), |run| run.stdout.text().contains(text));
    }

    /// What it has printed so far.
    pub fn stdout(&self) -> String {
        self.stdout.text()
    }

    /// The folder where it runs.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.0.id()
    }

    /// Ends its input, and waits for its end.
    #[track_caller]
    pub fn finish(mut self) -> Output {
        self.stdin = None;
        let mut status = None;
        self.wait_until("its end", |run| {
            status = run.child.0.try_wait().expect("a child");
            // A child of its own may hold the pipes for a moment longer.
            status.is_some() && run.stdout.ended() && run.stderr.ended()
        });
        let status: ExitStatus = status.expect("it has ended");
        let Running { stdout, stderr, line, dir, .. } = self;
        Output {
            code: status.code().unwrap_or(-1),
            stdout_bytes: stdout.bytes(),
            stdout: stdout.text(),
            stderr: stderr.text(),
            line,
            dir,
        }
    }

    /// From a thread, because a program that prints without reading would block both. Whoever
    /// ends without reading its input breaks the pipe, and may.
    fn write(&mut self, bytes: Vec<u8>) {
        let mut stdin = self.stdin.take().expect("input that is still open");
        if bytes.len() <= 4096 {
            let _ = stdin.write_all(&bytes);
            self.stdin = Some(stdin);
        } else {
            thread::spawn(move || stdin.write_all(&bytes));
        }
    }

    #[track_caller]
    fn wait_until(&mut self, what: &str, mut done: impl FnMut(&mut Running) -> bool) {
        while !done(self) {
            if self.started.elapsed() > LIMIT {
                let (out, err) = (self.stdout.text(), self.stderr.text());
                panic!(
                    "{}: killed after {LIMIT:?}, waiting for {what}\n--- stdout\n{out}\n--- stderr\n{err}",
                    self.line
                );
            }
            thread::sleep(Duration::from_millis(3));
        }
    }
}

/// A process that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a run of `ehlo` answered. Each expectation returns it again, so that they can be chained.
pub struct Output {
    /// The exit code; -1 if a signal ended it.
    pub code: i32,
    /// Standard output, read as UTF-8.
    pub stdout: String,
    /// Standard output as it came.
    pub stdout_bytes: Vec<u8>,
    /// Standard error.
    pub stderr: String,
    line: String,
    dir: TempDir,
}

impl Output {
    /// It ended with this exit code.
    #[track_caller]
    pub fn code(self, code: i32) -> Output {
        assert!(self.code == code, "expected exit code {code}{}", self.told());
        self
    }

    /// This stands somewhere on standard output.
    #[track_caller]
    pub fn stdout_has(self, text: &str) -> Output {
        assert!(self.stdout.contains(text), "expected {text:?} on stdout{}", self.told());
        self
    }

    /// This stands nowhere on standard output.
    #[track_caller]
    pub fn stdout_lacks(self, text: &str) -> Output {
        assert!(!self.stdout.contains(text), "expected no {text:?} on stdout{}", self.told());
        self
    }

    /// Standard output is this, and nothing else.
    #[track_caller]
    pub fn stdout_is(self, text: &str) -> Output {
        assert!(self.stdout == text, "expected stdout to be {text:?}{}", self.told());
        self
    }

    /// This stands somewhere on standard error.
    #[track_caller]
    pub fn stderr_has(self, text: &str) -> Output {
        assert!(self.stderr.contains(text), "expected {text:?} on stderr{}", self.told());
        self
    }

    /// Standard error is this; "" for nothing.
    #[track_caller]
    pub fn stderr_is(self, text: &str) -> Output {
        assert!(self.stderr == text, "expected stderr to be {text:?}{}", self.told());
        self
    }

    /// A file that it left in its folder.
    #[track_caller]
    pub fn file(&self, name: &str) -> String {
        let path = self.dir.path().join(name);
        fs::read_to_string(path).unwrap_or_else(|e| panic!("{name}: {e}{}", self.told()))
    }

    /// The folder where it ran, and its HOME.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    fn told(&self) -> String {
        let Output { line, code, stdout, stderr, .. } = self;
        format!("\n--- {line}\n--- exit code {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// A pipe that a thread empties, so that the program never waits for us.
struct Tail {
    read: Arc<Mutex<Vec<u8>>>,
    thread: JoinHandle<()>,
}

impl Tail {
    fn of(mut pipe: impl Read + Send + 'static) -> Tail {
        let read = Arc::new(Mutex::new(Vec::new()));
        let into = read.clone();
        let thread = thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(n @ 1..) = pipe.read(&mut chunk) {
                into.lock().expect("no panic inside").extend_from_slice(&chunk[..n]);
            }
        });
        Tail { read, thread }
    }

    fn ended(&self) -> bool {
        self.thread.is_finished()
    }

    fn bytes(&self) -> Vec<u8> {
        self.read.lock().expect("no panic inside").clone()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}
