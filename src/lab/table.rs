//! Dialogues without sockets, for tests: a reader, a servant and a store in memory, driven as a connection
//! drives them. Every octet that a servant says must be read by the reader without fault.

use std::sync::Arc;

use super::servant::{Outcome, Say, Servant};
use super::settings::Clock;
use super::store::Store;
use super::{Lab, Settings};
use crate::dialect::{self, Dialect, Stamp};
use crate::dialogue::mark::TlsInfo;
use crate::dialogue::{Mark, Protocol, Shape, Side, Step, Wire};

/// 21:55:02 on the day of the exercise sheet's sessions.
pub(super) const SHEET_DAY: i64 = 1_522_965_302;

/// A lab in memory whose clock stands still.
pub(super) fn lab(change: impl FnOnce(&mut Settings)) -> Arc<Lab> {
    let mut settings = Settings { clock: Clock::fixed(SHEET_DAY), ..Settings::default() };
    change(&mut settings);
    Arc::new(Lab::on(Store::memory(), settings).unwrap())
}

/// One dialogue.
pub(super) struct Table {
    dialect: Box<dyn Dialect>,
    servant: Box<dyn Servant>,
    server_unit: u64,
    /// How it ended: `close`, `drop`; empty while it goes on.
    pub ended: &'static str,
    /// Who logged in.
    pub user: Option<String>,
    /// Faults of what the server said.
    pub faults: Vec<String>,
}

impl Table {
    /// Up to the greeting, which is the second value.
    pub fn new(protocol: Protocol, servant: Box<dyn Servant>) -> (Table, String) {
        let (ended, user, faults) = ("", None, Vec::new());
        let dialect = dialect::of(protocol);
        let mut table = Table { dialect, servant, server_unit: 0, ended, user, faults };
        let mut out = Outcome::default();
        table.servant.greet(&mut out);
        let greeting = table.settle(vec![out]);
        (table, String::from_utf8_lossy(&greeting).into_owned())
    }

    /// Sends octets and gives what is answered.
    pub fn send(&mut self, bytes: &[u8]) -> String {
        String::from_utf8_lossy(&self.send_raw(bytes)).into_owned()
    }

    /// As [`Table::send`].
    pub fn send_raw(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.dialect.push(Side::Client, &Wire::new(bytes), Stamp::default());
        let wanted = self.steps();
        self.settle(wanted)
    }

    /// Sends lines and gives the lines that are answered.
    pub fn say(&mut self, lines: &str) -> String {
        let wire: String = lines.lines().map(|line| format!("{line}\r\n")).collect();
        self.send(wire.as_bytes()).trim_end().replace("\r\n", "\n")
    }

    /// Time passes in silence.
    pub fn wait(&mut self) -> String {
        let mut out = Outcome::default();
        self.servant.poke(&mut out);
        String::from_utf8_lossy(&self.settle(vec![out])).into_owned()
    }

    fn steps(&mut self) -> Vec<Outcome> {
        let mut wanted = Vec::new();
        while let Some(step) = self.dialect.next_step() {
            match &step {
                Step::Open(head) if head.side == Side::Server => {
                    self.server_unit = head.n;
                    if head.shape == Shape::Junk {
                        self.faults.push("junk".into());
                    }
                }
                Step::Piece(piece) if piece.n == self.server_unit => {
                    let say = |f: &crate::dialogue::Fault| format!("{} in {:?}", f.id, piece.wire.lossy());
                    self.faults.extend(piece.faults.iter().map(say));
                }
                Step::Close(end) if end.n == self.server_unit => {}
                _ if self.ended.is_empty() => {
                    let mut out = Outcome::default();
                    self.servant.step(&step, self.dialect.state(), &mut out);
                    wanted.push(out);
                }
                _ => {}
            }
        }
        wanted
    }

    fn settle(&mut self, mut wanted: Vec<Outcome>) -> Vec<u8> {
        let mut said = Vec::new();
        while !wanted.is_empty() {
            let mut more = Vec::new();
            for out in wanted {
                if !self.ended.is_empty() {
                    break;
                }
                self.user = out.user.clone().or(self.user.take());
                let bytes = self.collect(&mut said, out.say);
                self.dialect.push(Side::Server, &Wire::new(bytes), Stamp::default());
                more.extend(self.steps());
                if out.start_tls {
                    self.dialect.mark(&Mark::Tls(TlsInfo::default()), Stamp::default());
                    self.servant.tls_started();
                    more.extend(self.steps());
                } else if out.drop || out.close {
                    self.ended = if out.drop { "drop" } else { "close" };
                    self.servant.gone();
                }
            }
            wanted = more;
        }
        said
    }

    fn collect(&mut self, said: &mut Vec<u8>, say: Vec<Say>) -> Vec<u8> {
        let before = said.len();
        for say in say {
            match say {
                Say::Bytes(bytes) => said.extend_from_slice(&bytes),
                Say::Body(mut body) => loop {
                    match body.next() {
                        Ok(portion) if portion.is_empty() => break,
                        Ok(portion) => said.extend_from_slice(&portion),
                        Err(_) => {
                            self.ended = "drop";
                            break;
                        }
                    }
                },
            }
        }
        said[before..].to_vec()
    }
}

/// Runs a dialogue of `C: ` and `S: ` lines; the client sends what stands between two answers in one piece.
/// `…` in a server's line stands for anything.
pub(super) fn run(table: &mut Table, greeting: &str, dialogue: &str) {
    let mut answers: Vec<String> = greeting.lines().map(str::to_owned).collect();
    let mut pending = String::new();
    for line in dialogue.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
        if let Some(text) = line.strip_prefix("C:") {
            assert!(answers.is_empty(), "also said: {answers:?}, before {line}");
            pending += text.strip_prefix(' ').unwrap_or(text);
            pending += "\r\n";
            continue;
        }
        if !pending.is_empty() {
            let said = table.send(std::mem::take(&mut pending).as_bytes());
            answers = said.lines().map(str::to_owned).collect();
        }
        let expected = line.strip_prefix("S:").unwrap_or(line);
        let expected = expected.strip_prefix(' ').unwrap_or(expected);
        assert!(!answers.is_empty(), "nothing is said, instead of: {expected}");
        let said = answers.remove(0);
        let fits = match expected.split_once('…') {
            Some((before, after)) => said.starts_with(before) && said.ends_with(after),
            None => said == expected,
        };
        assert!(fits, "said: {said}\nnot:  {expected}\nthen: {answers:?}");
    }
    let said = table.send(pending.as_bytes());
    assert_eq!((answers.len(), said.as_str()), (0, ""), "more was said: {answers:?}");
    assert_eq!(table.faults, Vec::<String>::new());
}
