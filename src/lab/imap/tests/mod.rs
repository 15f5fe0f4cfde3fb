//! Dialogues with the server, without sockets: the reader, the servant, and a store in memory.
//!
//! Every byte that the server says is read back: by our own reader, which must find no fault in it, and by
//! imap-codec, which must take it, but for what it does not know ([`UNKNOWN`]).

mod clients;
mod hostile;
mod messages;
mod practice;

use std::collections::BTreeMap;

use imap_codec::decode::Decoder;
use imap_codec::{GreetingCodec, ResponseCodec};

use super::*;
use crate::dialect::imap::Imap;
use crate::dialect::{Dialect, Stamp};
use crate::dialogue::Wire;
use crate::lab::servant::Say;
use crate::lab::settings::{Clock, Settings};
use crate::lab::store::{Delivery, Flags, Store};

/// 2026-02-03 12:00:00 UTC.
pub const NOW: i64 = 1_770_120_000;

/// What imap-codec alpha.10 does not know, by what is in the line.
const UNKNOWN: &[&str] = &[
    // RFC 4731.
    "* ESEARCH ",
    // RFC 5161 §3.2 lets it be empty.
    "* ENABLED\r",
    // RFC 5258 §4: its LIST-EXTENDED is unfinished.
    " (\"CHILDINFO\" (\"SUBSCRIBED\"))\r",
];

/// A lab in memory, at a fixed time.
pub fn lab(profile: Profile) -> Arc<Lab> {
    let settings = Settings { profile, clock: Clock::fixed(NOW), ..Settings::default() };
    Arc::new(Lab::on(Store::memory(), settings).unwrap())
}

/// Puts a message into a mailbox of alumnoimap's.
pub fn put(lab: &Lab, mailbox: &str, flags: &str, message: &[u8]) {
    let mut draft = lab.store.draft();
    draft.write(message).unwrap();
    let delivery = Delivery {
        account: "alumnoimap".into(),
        mailbox: mailbox.into(),
        prefix: Vec::new(),
        flags: Flags::parse(flags).unwrap(),
        date: NOW,
    };
    draft.commit(&[delivery]).unwrap();
}

/// So many short messages in INBOX.
pub fn fill(lab: &Lab, count: usize) {
    for n in 1..=count {
        put(lab, "INBOX", "", format!("Subject: {n}\r\n\r\nbody {n}\r\n").as_bytes());
    }
}

/// A connection: what a socket would join.
pub struct Session {
    pub imap: Imap,
    pub servant: ImapServant,
    /// All that the server said.
    pub said: Vec<u8>,
    /// What was not looked at yet.
    fresh: usize,
    units: BTreeMap<u64, Side>,
    pub faults: Vec<String>,
    pub closed: bool,
    pub watch: Option<tokio::sync::watch::Receiver<u64>>,
}

impl Session {
    /// After the greeting.
    pub fn new(lab: &Arc<Lab>) -> Session {
        let mut session = Session {
            imap: Imap::new(),
            servant: ImapServant::new(lab),
            said: Vec::new(),
            fresh: 0,
            units: BTreeMap::new(),
            faults: Vec::new(),
            closed: false,
            watch: None,
        };
        let mut out = Outcome::default();
        session.servant.greet(&mut out);
        session.flush(out);
        session.pump();
        session
    }

    /// Logged in; nothing of that is looked at any more.
    pub fn logged_in(lab: &Arc<Lab>) -> Session {
        let mut session = Session::new(lab);
        session.send(b"l LOGIN alumnoimap alumnoimappass\r\n");
        assert!(session.fresh().ends_with("Logged in\r\n"));
        session
    }

    /// With INBOX open.
    pub fn selected(lab: &Arc<Lab>) -> Session {
        let mut session = Session::logged_in(lab);
        session.send(b"s SELECT INBOX\r\n");
        session.fresh();
        session
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.imap.push(Side::Client, &Wire::new(bytes.to_vec()), Stamp::default());
        self.pump();
    }

    pub fn poke(&mut self) {
        let mut out = Outcome::default();
        self.servant.poke(&mut out);
        self.flush(out);
        self.pump();
    }

    fn flush(&mut self, out: Outcome) {
        for say in out.say {
            match say {
                Say::Bytes(bytes) => self.hear(bytes),
                Say::Body(mut body) => loop {
                    let bytes = body.next().unwrap();
                    assert!(bytes.len() < 1 << 20, "a portion of {} octets", bytes.len());
                    if bytes.is_empty() {
                        break;
                    }
                    self.hear(bytes);
                },
            }
        }
        self.closed |= out.close;
        self.watch = out.watch.or(self.watch.take());
    }

    fn hear(&mut self, bytes: Vec<u8>) {
        self.said.extend_from_slice(&bytes);
        self.imap.push(Side::Server, &Wire::new(bytes), Stamp::default());
    }

    fn pump(&mut self) {
        while let Some(step) = self.imap.next_step() {
            if let Step::Open(head) = &step {
                self.units.insert(head.n, head.side);
            }
            let n = match &step {
                Step::Open(head) => head.n,
                Step::Piece(piece) => piece.n,
                Step::Close(end) => end.n,
                _ => continue,
            };
            if self.units.get(&n) == Some(&Side::Client) {
                let mut out = Outcome::default();
                let state = self.imap.state().clone();
                self.servant.step(&step, &state, &mut out);
                self.flush(out);
            } else if let Step::Piece(piece) = &step {
                let text = String::from_utf8_lossy(&piece.wire.bytes).into_owned();
                self.faults.extend(piece.faults.iter().map(|f| format!("{}: {text}", f.id)));
            }
        }
    }

    /// What the server said since the last time.
    pub fn fresh(&mut self) -> String {
        let fresh = String::from_utf8_lossy(&self.said[self.fresh..]).into_owned();
        self.fresh = self.said.len();
        fresh
    }

    /// A command's answer.
    pub fn ask(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n").as_bytes());
        self.fresh()
    }

    /// Everything said was well said.
    pub fn check(&self) {
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
        check(&self.said);
    }
}

/// imap-codec takes all of it.
pub fn check(said: &[u8]) {
    let Ok((mut rest, _)) = GreetingCodec::new().decode(said) else {
        panic!("greeting: {}", String::from_utf8_lossy(said));
    };
    while !rest.is_empty() {
        match ResponseCodec::new().decode(rest) {
            Ok((after, _)) => rest = after,
            Err(error) => {
                let text = String::from_utf8_lossy(rest);
                let line = text.split('\n').next().unwrap_or_default();
                let known = UNKNOWN.iter().any(|what| line.contains(what));
                assert!(known, "imap-codec: {error:?} at {}", &text[..text.len().min(400)]);
                rest = &rest[text.find("\r\n").unwrap() + 2..];
            }
        }
    }
}

/// Plays a dialogue: `C: ` and `S: ` lines (`C2: ` and so on for further sessions, `P2:` pokes), `C- ` without a line
/// end. An `S:` line that ends in `…` says how a line begins; `…` alone passes over all that is left.
pub fn play(lab: &Arc<Lab>, text: &str) {
    let mut sessions: BTreeMap<u32, (Session, Vec<String>)> = BTreeMap::new();
    for line in text.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
        let (mark, rest) = line.split_at(line.find([':', '-']).unwrap() + 1);
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let n = mark[1..mark.len() - 1].parse().unwrap_or(1);
        let (session, owed) = sessions.entry(n).or_insert_with(|| (Session::new(lab), Vec::new()));
        match (&mark[..1], mark.ends_with(':')) {
            ("S", _) => {
                owed.extend(session.fresh().split_inclusive("\r\n").map(str::to_owned));
                if rest == "…" {
                    owed.clear();
                    continue;
                }
                assert!(!owed.is_empty(), "nothing was said, expected: {line}");
                let said = owed.remove(0);
                let said = said.strip_suffix("\r\n").unwrap_or(&said);
                match rest.strip_suffix('…') {
                    Some(begin) => assert!(said.starts_with(begin), "said: {said}\nexpected: {line}"),
                    None => assert_eq!(said, rest, "{owed:?}"),
                }
            }
            (side, whole) => {
                owed.extend(session.fresh().split_inclusive("\r\n").map(str::to_owned));
                assert!(owed.is_empty(), "before {line} this was said too: {owed:#?}");
                match side {
                    "P" => session.poke(),
                    _ if whole => session.send(format!("{rest}\r\n").as_bytes()),
                    _ => session.send(rest.as_bytes()),
                }
            }
        }
    }
    for (n, (mut session, owed)) in sessions {
        let left = owed.concat() + &session.fresh();
        assert!(left.is_empty(), "session {n} said at the end: {left}");
        session.check();
    }
}
