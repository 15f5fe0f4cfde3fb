//! The lab under test: a home of its own, in a temporary folder.

use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::{Output, Running, Test};

/// A home of labs; what runs there ends with it.
pub struct Home {
    dir: TempDir,
}

impl Home {
    /// An empty one.
    pub fn new() -> Home {
        Home { dir: tempfile::tempdir().expect("a temporary folder") }
    }

    /// `ehlo` with this home; a lab in the background waits for 30 seconds at most.
    pub fn test(&self, line: &str) -> Test {
        self.args(line.split_whitespace())
    }

    /// `ehlo` with these arguments and this home.
    pub fn args<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Test {
        Test::new(args).env("EHLO_LAB_HOME", self.dir.path()).env("EHLO_LAB_LINGER", "30")
    }

    /// Runs it.
    #[track_caller]
    pub fn run(&self, line: &str) -> Output {
        self.test(line).run()
    }

    /// The same with lines to say.
    #[track_caller]
    pub fn run_with(&self, line: &str, stdin: &str) -> Output {
        self.test(line).stdin(stdin).run()
    }

    /// How many messages alumnopop has.
    #[track_caller]
    pub fn messages(&self) -> usize {
        let status = self.test("pop lab --user alumnopop --auth best").env("EHLO_PASSWORD", "alumnopoppass");
        let said = status.stdin("STAT\nQUIT\n").run().code(0).stdout;
        // `S: +OK 9 6022`
        let words = said.lines().map(|line| line.split(' ').collect::<Vec<_>>());
        let numbers =
            |w: &Vec<&str>| w.len() == 4 && w[1] == "+OK" && w[2..].iter().all(|n| n.parse::<u64>().is_ok());
        words.filter(numbers).find_map(|w| w[2].parse().ok()).expect("STAT's answer")
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    /// `ehlo lab` in the foreground, when clients can come.
    #[track_caller]
    pub fn lab(&self, options: &str) -> Running {
        let mut lab = self.test(&format!("lab {options}")).start();
        lab.wait_for("Ctrl-C");
        lab
    }

    /// What the lab says of itself.
    #[track_caller]
    pub fn status(&self) -> Value {
        let said = self.run("lab status --json").code(0).stdout;
        serde_json::from_str(&said).expect("JSON")
    }

    /// A port of the lab that runs.
    #[track_caller]
    pub fn port(&self, service: &str) -> u16 {
        u16::try_from(self.status()["ports"][service].as_u64().expect("a port")).expect("a port")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.path("run/lab.json").exists() {
            self.run("lab stop");
        }
    }
}

/// Sends a process a signal.
#[cfg(unix)]
pub fn signal(pid: u64, name: &str) {
    let kill = std::process::Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
    assert!(kill.expect("kill").success());
}

/// Waits for something, for 20 seconds at most.
#[track_caller]
pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
