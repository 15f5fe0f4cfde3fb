//! The store under `kill -9`: what was acknowledged is there, whole, and nothing is damaged. A child (this
//! program again) appends, changes flags, copies and expunges with several threads, and says each thing once it
//! has been acknowledged; it is killed at a random moment, again and again on the same file.
//!
//! `EHLO_KILL_ROUNDS` (300), `EHLO_KILL_SECONDS` (45, whichever comes first) and `EHLO_KILL_SEED` change that.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ehlo::lab::store::{Delivery, FlagChange, Flags, Store, StoreError, System};

const FILE: &str = "EHLO_KILL_FILE";
const ROUND: &str = "EHLO_KILL_ROUND";

/// Numbers that look random, the same for the same seed.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

fn env(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// The message that a number stands for: every size from nothing to some chunks that are written ahead.
fn message(number: u64) -> Vec<u8> {
    let mut dice = Dice(number);
    let size = match dice.throw(20) {
        0 => dice.throw(600_000),
        1..4 => dice.throw(80_000),
        _ => dice.throw(3_000),
    };
    let mut bytes = format!("Number: {number}\r\n\r\n").into_bytes();
    bytes.extend((0..size).map(|i| (i ^ number) as u8));
    bytes
}

/// The number in a message's first line.
fn number_of(bytes: &[u8]) -> Option<u64> {
    let end = bytes.iter().position(|b| *b == b'\r')?;
    std::str::from_utf8(&bytes[..end]).ok()?.strip_prefix("Number: ")?.parse().ok()
}

fn say(line: &str) {
    // One write, so that a line is whole or not there.
    let _ = std::io::stdout().lock().write_all(format!("{line}\n").as_bytes());
}

fn work(store: &Store, mut dice: Dice, mut number: u64) -> Result<(), StoreError> {
    let inbox = store.mailbox("ana", "INBOX")?;
    let trash = store.mailbox("ana", "Trash")?;
    let delivery =
        |mailbox: &str| Delivery { account: "ana".into(), mailbox: mailbox.into(), ..Default::default() };
    loop {
        let mut draft = store.draft();
        for piece in message(number).chunks(10_000) {
            draft.write(piece)?;
        }
        let two = [delivery("INBOX"), delivery("Trash")];
        let to = if dice.throw(5) == 0 { &two[..] } else { &two[..1] };
        let appended = draft.commit(to)?;
        say(&format!("+ {} {number}", appended[0].uid));
        number += 1;
        let all = inbox.snapshot();
        let uid = all[dice.throw(all.len() as u64) as usize].uid;
        match dice.throw(8) {
            0 => {
                inbox.change_flags(&[uid], FlagChange::Add, &Flags::new().with(System::Seen))?;
                say(&format!("s {uid} 0"));
            }
            1 => {
                say(&format!("x {uid} 0"));
                inbox.expunge(&[uid])?;
                say(&format!("X {uid} 0"));
            }
            2 => {
                inbox.copy_to(&[uid], &trash)?;
            }
            3 => {
                // Left unfinished: a draft that the kill may find half written.
                let mut draft = store.draft();
                draft.write(&vec![7; 400_000])?;
            }
            _ => {}
        }
    }
}

/// The child; in an ordinary run it does nothing.
#[test]
fn the_child_that_is_killed() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let round = env(ROUND, 0);
    let store = Store::open(Path::new(&path)).unwrap();
    match store.add_account("ana", "x") {
        Ok(()) | Err(StoreError::Exists) => {}
        Err(error) => panic!("{error}"),
    }
    std::thread::scope(|scope| {
        for thread in 0..3 {
            let store = &store;
            let first = (round * 3 + thread) * 1_000_000;
            scope.spawn(move || work(store, Dice(first + 1), first).unwrap());
        }
    });
}

/// What the children have said.
#[derive(Default)]
struct Said {
    /// UID to number.
    kept: BTreeMap<u32, u64>,
    seen: BTreeSet<u32>,
    /// Perhaps expunged, and surely.
    going: BTreeSet<u32>,
    gone: BTreeSet<u32>,
}

impl Said {
    fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        let [what, uid, number] = words[..] else { return };
        let (Ok(uid), Ok(number)) = (uid.parse(), number.parse()) else { return };
        match what {
            "+" => {
                assert_eq!(self.kept.insert(uid, number), None, "UID {uid} was given twice");
            }
            "s" => drop(self.seen.insert(uid)),
            "x" => drop(self.going.insert(uid)),
            "X" => drop(self.gone.insert(uid)),
            _ => {}
        }
    }

    /// Whether the store has all of it; `all`: every octet, not only of the newest.
    fn check(&self, path: &Path, all: bool) {
        let store = Store::open(path).expect("it opens after a kill");
        if let Err(error) = store.check() {
            panic!("{error}");
        }
        let Ok(inbox) = store.mailbox("ana", "INBOX") else {
            assert!(self.kept.is_empty(), "the account is gone");
            return;
        };
        let now = inbox.snapshot();
        let there: BTreeMap<u32, _> = now.iter().map(|e| (e.uid, e)).collect();
        for uid in self.kept.keys() {
            assert!(there.contains_key(uid) || self.going.contains(uid), "UID {uid} is lost");
        }
        for uid in &self.gone {
            assert!(!there.contains_key(uid), "UID {uid} is back");
        }
        for uid in self.seen.difference(&self.going) {
            assert!(there[uid].flags.has(System::Seen), "UID {uid} has lost its flag");
        }
        let from = if all { 0 } else { now.len().saturating_sub(60) };
        for entry in &now[from..] {
            let bytes = inbox.read(entry.message, 0, usize::MAX).unwrap();
            let number = number_of(&bytes).expect("a number");
            assert!(bytes == message(number), "UID {} is damaged", entry.uid);
            let said = self.kept.get(&entry.uid);
            assert!(said.is_none_or(|n| *n == number), "UID {} is another message", entry.uid);
        }
    }
}

/// One child, killed after some acknowledged messages and a moment.
fn round(path: &Path, number: u64, dice: &mut Dice, said: &mut Said) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_child_that_is_killed", "--nocapture"])
        .env(FILE, path)
        .env(ROUND, number.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // Sometimes while it opens the file, or makes it.
    let mut wait = dice.throw(6);
    while wait > 0 {
        let Some(Ok(line)) = lines.next() else { panic!("the child ended by itself") };
        wait -= u64::from(line.starts_with('+'));
        said.hear(&line);
    }
    std::thread::sleep(Duration::from_micros(dice.throw(20_000)));
    child.kill().unwrap();
    child.wait().unwrap();
    lines.map_while(Result::ok).for_each(|line| said.hear(&line));
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut path: PathBuf = folder.path().join("0.redb");
    let (rounds, seconds) = (env("EHLO_KILL_ROUNDS", 300), env("EHLO_KILL_SECONDS", 45));
    let mut dice = Dice(env("EHLO_KILL_SEED", 1));
    let (mut said, mut kept, mut done) = (Said::default(), 0, 0);
    let began = Instant::now();
    while done < rounds && began.elapsed() < Duration::from_secs(seconds) {
        round(&path, done, &mut dice, &mut said);
        done += 1;
        let last = done % 50 == 0;
        said.check(&path, last);
        if last {
            // A fresh file: making one is killed too, and checking stays quick.
            kept += said.kept.len();
            said = Said::default();
            path = folder.path().join(format!("{done}.redb"));
        }
    }
    said.check(&path, true);
    kept += said.kept.len();
    println!("{done} kills, {kept} acknowledged messages, all there; {:.1?}", began.elapsed());
    assert!(done > 0 && kept as u64 >= done, "{kept} messages in {done} rounds: it kills too early");
}
