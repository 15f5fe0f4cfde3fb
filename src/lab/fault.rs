//! What goes wrong on purpose, so that it can be learned from: rules in a line of words each, set before the
//! lab runs or while it does, and asked at the points where a server can fail.
//!
//! ```text
//! rcpt 450 once              the first RCPT is told to come again
//! rcpt greylist              each sender and recipient is, the first time they meet
//! greeting slow 10s          the server takes its time
//! data drop after 1000       the connection ends in the middle of the message
//! end silent                 the message is kept, and nobody says so: the client will send it again
//! rcpt full                  the mailbox is full
//! mail 550 "Not today" 3 times
//! rcpt 550 "5.1.2 No such host"    SMTP: with an enhanced status code of its own
//! fetch bye 1 in 4           IMAP: one FETCH in four is answered by an unsolicited BYE
//! pop:retr refuse            only POP3's
//! certificate wrong          TLS shows another's certificate
//! seed 7                     what chance decides is the same for a whole class
//! ```
//!
//! A rule is `[PROTOCOL:]POINT ACT ["TEXT"] [after OCTETS] [once | N times | N in M]`. A point is `greeting`,
//! `end` (the end of a message), `certificate`, `any` (command), or a command's verb (`uid-fetch` for two
//! words). The servers ask [`Faults::at`] and do what it says as well as their protocol can.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::dialogue::Protocol;

/// Where something can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point<'a> {
    /// The server's first words.
    Greeting,
    /// A command, by its verb in capitals: `RCPT`, `UID FETCH`.
    Command(&'a str),
    /// The end of a message: it is whole and not yet kept.
    End,
    /// The certificate that TLS shows.
    Certificate,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// SMTP: this code, whatever it means there. In POP3 and IMAP the same as [`Act::Refuse`].
    Reply(u16, Option<String>),
    /// The protocol's refusal: 451, `-ERR`, NO.
    Refuse(Option<String>),
    /// The mailbox is full: 452, `-ERR`, NO [OVERQUOTA].
    Full,
    /// This recipient's first mail from this sender: 450.
    Greylist,
    /// The answer takes so long.
    Slow(Duration),
    /// The connection ends without a word, after so many octets of what is sent.
    Drop(u64),
    /// It is done, and not answered: the connection ends.
    Silent,
    /// The server takes leave unasked: 421, `-ERR`, `* BYE`.
    Bye(Option<String>),
    /// Another's certificate.
    Wrong,
}

/// A rule that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRule {
    /// The rule.
    pub rule: String,
    /// The word at which it shows; empty at the end.
    pub word: String,
    /// What was expected there: `point`, `act`, `time`, `number`, `frequency`.
    pub expected: &'static str,
}

/// How often a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Often {
    Always,
    Times(u64),
    InMany(u64, u64),
}

#[derive(Clone, Debug)]
struct Rule {
    text: String,
    protocol: Option<Protocol>,
    /// In capitals; `ANY` is any command.
    point: String,
    act: Act,
    often: Often,
}

#[derive(Debug, Default)]
struct Inner {
    rules: Vec<Rule>,
    /// Who has been greylisted once.
    met: HashSet<String>,
    chance: u64,
}

/// The rules of a lab, shared by its servers.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Inner>);

/// How many pairs of sender and recipient are remembered.
const MAX_MET: usize = 10_000;

impl Faults {
    /// These rules.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub fn new<S: AsRef<str>>(rules: &[S]) -> Result<Faults, BadRule> {
        let faults = Faults::default();
        faults.set(rules)?;
        Ok(faults)
    }

    /// Other rules from now on; what was counted is forgotten.
    ///
    /// # Errors
    /// The first that cannot be read; then all stays as it was.
    pub fn set<S: AsRef<str>>(&self, rules: &[S]) -> Result<(), BadRule> {
        let mut inner = Inner { chance: 1, ..Inner::default() };
        for rule in rules {
            match read(rule.as_ref())? {
                Read::Rule(rule) => inner.rules.push(rule),
                Read::Seed(seed) => inner.chance = seed,
            }
        }
        *self.lock() = inner;
        Ok(())
    }

    /// The rules that still hold, as they were written.
    pub fn rules(&self) -> Vec<String> {
        let holds = |rule: &&Rule| rule.often != Often::Times(0);
        self.lock().rules.iter().filter(holds).map(|rule| rule.text.clone()).collect()
    }

    /// What goes wrong here, if something does. `key` tells one occasion from another for greylisting: sender
    /// and recipient; elsewhere it may be empty.
    pub fn at(&self, protocol: Protocol, point: Point<'_>, key: &str) -> Option<Act> {
        let mut inner = self.lock();
        let Inner { rules, met, chance } = &mut *inner;
        let protocol = if protocol == Protocol::Lmtp { Protocol::Smtp } else { protocol };
        for rule in rules {
            if rule.protocol.is_some_and(|p| p != protocol) || !fits(&rule.point, point) {
                continue;
            }
            let new = rule.act != Act::Greylist || (met.len() < MAX_MET && met.insert(key.to_owned()));
            if new && holds(&mut rule.often, chance) {
                return Some(rule.act.clone());
            }
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves rules that can still be read.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fits(name: &str, point: Point<'_>) -> bool {
    match point {
        Point::Greeting => name == "GREETING",
        Point::End => name == "END",
        Point::Certificate => name == "CERTIFICATE",
        Point::Command(verb) => name == "ANY" || name == verb,
    }
}

fn holds(often: &mut Often, chance: &mut u64) -> bool {
    match often {
        Often::Always => true,
        Often::Times(0) => false,
        Often::Times(n) => {
            *n -= 1;
            true
        }
        Often::InMany(n, of) => {
            // A congruential sequence (Knuth's MMIX): the same on every machine, which is all that is wanted.
            *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (*chance >> 33) % *of < *n
        }
    }
}

enum Read {
    Rule(Rule),
    Seed(u64),
}

/// Words, of which one may be quoted.
fn words(rule: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (i, part) in rule.split('"').enumerate() {
        match i % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_ascii_lowercase)),
            // A reply is one line, whatever was written.
            _ => words.push(format!("\"{}", part.replace(char::is_control, " "))),
        }
    }
    words
}

fn read(text: &str) -> Result<Read, BadRule> {
    let bad = |word: Option<&String>, expected| BadRule {
        rule: text.to_owned(),
        word: word.map_or(String::new(), |w| w.trim_start_matches('"').to_owned()),
        expected,
    };
    let words = words(text);
    let mut rest = words.iter().peekable();
    let point = rest.next().filter(|w| !w.starts_with('"')).ok_or_else(|| bad(words.first(), "point"))?;
    if point == "seed" {
        let word = rest.next();
        let seed = word.and_then(|w| w.parse().ok()).ok_or_else(|| bad(word, "number"))?;
        return Ok(Read::Seed(seed));
    }
    let (protocol, point) = protocol(point).ok_or_else(|| bad(Some(point), "point"))?;
    let word = rest.next();
    let mut act = word.and_then(|w| act(w)).ok_or_else(|| bad(word, "act"))?;
    if let Act::Slow(time) = &mut act {
        let word = rest.next();
        *time = word.and_then(|w| seconds(w)).ok_or_else(|| bad(word, "time"))?;
    }
    if let (Act::Reply(_, say) | Act::Refuse(say) | Act::Bye(say), Some(word)) = (&mut act, rest.peek())
        && let Some(quoted) = word.strip_prefix('"')
    {
        *say = Some(quoted.to_owned());
        rest.next();
    }
    if let (Act::Drop(octets), Some("after")) = (&mut act, rest.peek().map(|w| w.as_str())) {
        rest.next();
        let word = rest.next();
        *octets = word.and_then(|w| w.parse().ok()).ok_or_else(|| bad(word, "number"))?;
    }
    let often: Vec<&str> = rest.map(String::as_str).collect();
    let often = frequency(&often).ok_or_else(|| bad(words.last(), "frequency"))?;
    Ok(Read::Rule(Rule { text: text.to_owned(), protocol, point, act, often }))
}

fn protocol(word: &str) -> Option<(Option<Protocol>, String)> {
    let (protocol, point) = match word.split_once(':') {
        None => (None, word),
        Some(("smtp", point)) => (Some(Protocol::Smtp), point),
        Some(("pop" | "pop3", point)) => (Some(Protocol::Pop3), point),
        Some(("imap", point)) => (Some(Protocol::Imap), point),
        Some(_) => return None,
    };
    let verb = !point.is_empty() && point.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    verb.then(|| (protocol, point.replace('-', " ").to_ascii_uppercase()))
}

fn act(word: &str) -> Option<Act> {
    Some(match word {
        "refuse" => Act::Refuse(None),
        "full" => Act::Full,
        "greylist" => Act::Greylist,
        "slow" => Act::Slow(Duration::ZERO),
        "drop" => Act::Drop(0),
        "silent" => Act::Silent,
        "bye" => Act::Bye(None),
        "wrong" => Act::Wrong,
        code => Act::Reply(code.parse().ok().filter(|c| (200..600).contains(c))?, None),
    })
}

/// `10s`, `500ms`, `10`: at most an hour.
fn seconds(word: &str) -> Option<Duration> {
    let time = match word.strip_suffix("ms") {
        Some(ms) => Duration::from_millis(ms.parse().ok()?),
        None => Duration::from_secs(word.strip_suffix('s').unwrap_or(word).parse().ok()?),
    };
    (time <= Duration::from_secs(3600)).then_some(time)
}

fn frequency(words: &[&str]) -> Option<Often> {
    match words {
        [] | ["always"] => Some(Often::Always),
        ["once"] => Some(Often::Times(1)),
        ["twice"] => Some(Often::Times(2)),
        [n, "times"] => n.parse().ok().map(Often::Times),
        [n, "in", of] => {
            let (n, of) = (n.parse().ok()?, of.parse().ok()?);
            (of > 0).then_some(Often::InMany(n, of))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMTP: Protocol = Protocol::Smtp;

    fn rcpt(faults: &Faults) -> Option<Act> {
        faults.at(SMTP, Point::Command("RCPT"), "a b")
    }

    #[test]
    fn rules_hold_where_and_as_often_as_they_say() {
        let faults =
            Faults::new(&["rcpt 450 once", "pop:retr drop after 10", "UID-FETCH bye \"So long\""]).unwrap();
        assert_eq!(rcpt(&faults), Some(Act::Reply(450, None)));
        assert_eq!(rcpt(&faults), None);
        assert_eq!(faults.rules().len(), 2, "the first is used up");
        assert_eq!(faults.at(SMTP, Point::Command("RETR"), ""), None);
        assert_eq!(faults.at(Protocol::Pop3, Point::Command("RETR"), ""), Some(Act::Drop(10)));
        let bye = faults.at(Protocol::Imap, Point::Command("UID FETCH"), "");
        assert_eq!(bye, Some(Act::Bye(Some("So long".into()))));
        assert_eq!(faults.at(SMTP, Point::Greeting, ""), None);
        faults.set(&["greeting slow 1500ms", "any refuse 2 times"]).unwrap();
        assert_eq!(faults.at(SMTP, Point::Greeting, ""), Some(Act::Slow(Duration::from_millis(1500))));
        assert_eq!([rcpt(&faults), rcpt(&faults), rcpt(&faults)].iter().flatten().count(), 2);
    }

    #[test]
    fn greylisting_lets_in_who_comes_again() {
        let faults = Faults::new(&["rcpt greylist"]).unwrap();
        let at = |key| faults.at(SMTP, Point::Command("RCPT"), key);
        assert_eq!([at("a b"), at("a c")], [Some(Act::Greylist), Some(Act::Greylist)]);
        assert_eq!([at("a b"), at("a c")], [None, None]);
    }

    #[test]
    fn chance_is_the_same_for_the_same_seed() {
        let run = |seed: &str| {
            let faults = Faults::new(&[seed, "rcpt 451 1 in 4"]).unwrap();
            (0..400).map(|_| rcpt(&faults).is_some()).collect::<Vec<_>>()
        };
        assert_eq!(run("seed 7"), run("seed 7"));
        assert_ne!(run("seed 7"), run("seed 8"));
        let hits = run("seed 7").iter().filter(|hit| **hit).count();
        assert!((60..140).contains(&hits), "{hits} of 400");
    }

    #[test]
    fn a_bad_rule_is_told_where() {
        for (rule, word, expected) in [
            ("", "", "point"),
            ("rcpt", "", "act"),
            ("rcpt maybe", "maybe", "act"),
            ("rcpt 99", "99", "act"),
            ("x:rcpt 450", "x:rcpt", "point"),
            ("greeting slow", "", "time"),
            ("greeting slow 2h", "2h", "time"),
            ("data drop after x", "x", "number"),
            ("rcpt 450 often", "often", "frequency"),
            ("rcpt 450 1 in 0", "0", "frequency"),
            ("seed x", "x", "number"),
            ("\"rcpt\"", "rcpt", "point"),
        ] {
            let bad = Faults::new(&[rule]).unwrap_err();
            assert_eq!((bad.word.as_str(), bad.expected), (word, expected), "{rule}");
        }
    }
}
