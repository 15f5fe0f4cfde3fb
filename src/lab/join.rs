//! HOST `lab`: the lab that runs, else one that is started in the background and ends by itself.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::control::{Card, Running};
use super::home::Home;
use crate::error::{Error, Exit};

/// What the background process says when clients can come.
pub const READY: &str = "ready";
/// How long a lab that goes may take.
const GOING: Duration = Duration::from_secs(8);

/// How the lab came to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// It ran already.
    Found,
    /// It was started now; the process of the last one, if that ended without taking leave.
    Started(Option<u32>),
}

/// Finds the lab, or starts one with this program; `arguments` come after `lab --background`.
///
/// # Errors
/// It cannot be started: its own words.
pub fn join(home: &Home, program: &Path, arguments: &[&str]) -> Result<(Running, Joined), Error> {
    if let Some(running) = Running::find(home) {
        return Ok((running, Joined::Found));
    }
    home.prepare()?;
    // Two terminals at the same moment: the second waits here, and finds what the first has started.
    let starting = home.hold_start()?;
    if let Some(running) = Running::find(home) {
        return Ok((running, Joined::Found));
    }
    wait_for_the_last(home)?;
    let crashed = Card::read(home).map(|card| card.pid);
    start(program, arguments)?;
    let running = Running::find(home).ok_or_else(|| Error::new(Exit::Network, "error-lab-gone"))?;
    drop(starting);
    Ok((running, Joined::Started(crashed)))
}

/// Somebody who holds the lock and does not answer is about to go.
fn wait_for_the_last(home: &Home) -> Result<(), Error> {
    let start = Instant::now();
    while home.hold()?.is_none() {
        if start.elapsed() > GOING {
            return Err(Error::new(Exit::Network, "error-lab-mute"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// Starts the process and waits for its word.
fn start(program: &Path, arguments: &[&str]) -> Result<(), Error> {
    let mut command = Command::new(program);
    command.args(["lab", "--background"]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        // DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP: no console, and no Ctrl-C of ours.
        command.creation_flags(0x0000_0008 | 0x0000_0200);
    }
    let child = command.spawn();
    let mut child = child.map_err(|error| Error::new(Exit::Bug, "error-lab-start").with("words", error))?;
    let mut said = String::new();
    if let Some(stdout) = child.stdout.take() {
        let _ = BufReader::new(stdout).read_line(&mut said);
    }
    if said.trim_end() == READY { Ok(()) } else { Err(failed(child)) }
}

/// The words of a process that could not.
fn failed(mut child: Child) -> Error {
    let mut words = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut words);
    }
    let _ = child.wait();
    let words = words.trim().trim_start_matches("ehlo: ").to_owned();
    Error::new(Exit::Network, "error-lab-start").with("words", words)
}

/// Leaves the terminal that started this process: its end is not the lab's.
pub fn leave_terminal() {
    #[cfg(unix)]
    // It fails only where this process leads a group already, and then it is as good.
    let _ = rustix::process::setsid();
}
