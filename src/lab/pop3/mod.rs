//! The lab's POP3 server: RFC 1939 on top of [`crate::dialect::pop3`], with the words of the practice's Dovecot,
//! and CAPA (2449), STLS (2595), SASL (5034), RESP-CODES, AUTH-RESP-CODE (3206), PIPELINING, UTF8 (6856).
//!
//! ```text
//!  authorization ─PASS, APOP, AUTH─▶ transaction ─QUIT─▶ update: only here are messages deleted
//! ```
//!
//! A login takes the maildrop's lock and a picture of the INBOX as it stands; mail that comes later is there in
//! the next session (RFC 1939 §4). RETR sets `\Seen`, as Dovecot does. Out of scope: LANG, LAST, XTND.

mod body;
mod login;
mod maildrop;

use std::sync::Arc;
use std::time::Duration;

use maildrop::Maildrop;

use super::fault::{Act, Point};
use super::servant::{Outcome, Servant};
use super::{Lab, sasl};
use crate::dialect::State;
use crate::dialogue::{Piece, Protocol, Shape, Side, Step, TokenKind, UnitHead};

/// Dovecot's limits: commands that nobody knows, before and after the login.
const STRANGERS: usize = 3;
const MISTAKES: usize = 20;

/// The longest command line: an AUTH's (RFC 5034 §4).
const LONGEST_LINE: usize = 12_288;

/// One connection's server.
pub struct Pop3Servant {
    lab: Arc<Lab>,
    /// APOP's time stamp.
    stamp: Option<String>,
    tls: bool,
    /// USER's name.
    named: Option<String>,
    sasl: Option<sasl::Server>,
    maildrop: Option<Maildrop>,
    unit: Option<Unit>,
    bad: usize,
    /// Nothing more is read: the connection ends, or TLS begins.
    deaf: bool,
    /// A fault: the next message breaks off after so many octets.
    breaks: Option<u64>,
    /// A fault: the next command is done, and nobody says so.
    silent: bool,
}

/// What has come of a unit.
struct Unit {
    head: UnitHead,
    piece: Option<Piece>,
    octets: usize,
}

impl Pop3Servant {
    /// A server for a connection that has just been made.
    pub fn new(lab: &Arc<Lab>) -> Pop3Servant {
        Pop3Servant {
            lab: lab.clone(),
            stamp: None,
            tls: false,
            named: None,
            sasl: None,
            maildrop: None,
            unit: None,
            bad: 0,
            deaf: false,
            breaks: None,
            silent: false,
        }
    }

    /// Says a line. A response code is left out where none are announced (RFC 2449 §8).
    fn say(&self, line: &str, out: &mut Outcome) {
        let codes = self.lab.settings.profile.pop_capabilities(false, false).is_some();
        match line.strip_prefix("-ERR [").and_then(|rest| rest.split_once("] ")) {
            Some((_, text)) if !codes => out.text(format!("-ERR {text}\r\n")),
            _ => out.text(format!("{line}\r\n")),
        }
    }

    fn end(&mut self, out: &mut Outcome) {
        out.close = true;
        self.forget();
    }

    /// What was not ended by QUIT does not count (RFC 1939 §6).
    fn forget(&mut self) {
        self.deaf = true;
        (self.maildrop, self.sasl, self.named) = (None, None, None);
    }

    /// Whether a fault happens here; then it has been answered.
    fn fails(&mut self, point: Point<'_>, out: &mut Outcome) -> bool {
        let Some(act) = self.lab.faults.at(Protocol::Pop3, point, "") else { return false };
        match act {
            Act::Wrong => return false,
            Act::Slow(time) => {
                out.delay = Some(time);
                return false;
            }
            Act::Drop(0) => {
                out.drop = true;
                self.forget();
            }
            Act::Drop(octets) => {
                self.breaks = Some(octets);
                return false;
            }
            Act::Silent => {
                self.silent = true;
                return false;
            }
            Act::Bye(text) => {
                self.say(&format!("-ERR {}", text.as_deref().unwrap_or("Server shutting down.")), out);
                self.end(out);
            }
            Act::Full => self.say("-ERR [SYS/TEMP] Mailbox is full.", out),
            // RFC 3206 §4: a passing trouble.
            Act::Greylist | Act::Refuse(None) | Act::Reply(_, None) => {
                self.say("-ERR [SYS/TEMP] A fault of the lab, on purpose.", out);
            }
            Act::Refuse(Some(text)) | Act::Reply(_, Some(text)) => self.say(&format!("-ERR {text}"), out),
        }
        true
    }

    fn close(&mut self, n: u64, complete: bool, out: &mut Outcome) {
        let Some(unit) = self.unit.take_if(|u| u.head.n == n) else { return };
        let Some(piece) = unit.piece.filter(|_| complete) else { return };
        if unit.octets > LONGEST_LINE {
            self.say("-ERR Input line too long, aborting.", out);
            return self.end(out);
        }
        match unit.head.shape {
            Shape::Sasl => self.sasl_line(&piece, out),
            Shape::Command => self.command(&piece, out),
            _ => {}
        }
        if std::mem::take(&mut self.silent) {
            out.say.clear();
            out.drop = true;
            self.forget();
        }
    }

    fn command(&mut self, piece: &Piece, out: &mut Outcome) {
        let verb = piece.word(TokenKind::Verb).unwrap_or_default().to_ascii_uppercase();
        if self.fails(Point::Command(&verb), out) {
            return;
        }
        if verb == "QUIT" {
            return self.quit(out);
        }
        if verb == "CAPA" {
            let (logged_in, stls) = (self.maildrop.is_some(), self.stls_offered());
            if let Some(lines) = self.lab.settings.profile.pop_capabilities(logged_in, stls) {
                return self.list("+OK", lines.into_iter(), out);
            }
        }
        match self.maildrop.is_some() {
            true => self.transaction(&verb, piece, out),
            false => self.authorization(&verb, piece, out),
        }
    }

    fn stls_offered(&self) -> bool {
        self.lab.settings.starttls && !self.tls && self.lab.settings.profile.pop_stls()
    }

    fn list(&self, first: &str, lines: impl Iterator<Item = String>, out: &mut Outcome) {
        let mut text = format!("{first}\r\n");
        for line in lines {
            text += &line;
            text += "\r\n";
        }
        out.text(text + ".\r\n");
    }

    /// RFC 1939 §6: now, and only now, what is marked is deleted.
    fn quit(&mut self, out: &mut Outcome) {
        match self.maildrop.take().map(Maildrop::update) {
            None => self.say("+OK Logging out", out),
            Some(Ok(0)) => self.say("+OK Logging out.", out),
            Some(Ok(_)) => self.say("+OK Logging out, messages deleted.", out),
            Some(Err(_)) => self.say("-ERR [SYS/TEMP] Some messages could not be deleted.", out),
        }
        self.end(out);
    }
}

impl Servant for Pop3Servant {
    fn greet(&mut self, out: &mut Outcome) {
        if self.fails(Point::Greeting, out) {
            return;
        }
        let settings = &self.lab.settings;
        // RFC 1939 §7: a time stamp that never was before, in the form of a message-id.
        self.stamp = settings.profile.pop_stamp().then(|| {
            let nonce = self.lab.nonce().replace(['+', '/', '='], ".");
            format!("<{:x}.{nonce}@{}>", self.lab.now(), settings.host)
        });
        let stamp = self.stamp.as_ref().map_or(String::new(), |stamp| format!(" {stamp}"));
        self.say(&format!("+OK Dovecot (ehlo lab) ready.{stamp}"), out);
    }

    fn step(&mut self, step: &Step, _: &State, out: &mut Outcome) {
        if self.deaf {
            return;
        }
        match step {
            Step::Open(head) if head.side == Side::Client => {
                // What came in clear after STLS was said before TLS stood is nobody's word (RFC 2595 §4).
                let fits = head.tls == self.tls;
                self.unit = fits.then(|| Unit { head: head.clone(), piece: None, octets: 0 });
            }
            Step::Piece(piece) => {
                if let Some(unit) = self.unit.as_mut().filter(|u| u.head.n == piece.n) {
                    unit.octets += piece.wire.len();
                    unit.piece.get_or_insert_with(|| piece.clone());
                }
            }
            Step::Close(end) => self.close(end.n, end.complete, out),
            _ => {}
        }
    }

    fn tls_started(&mut self) {
        self.forget();
        (self.tls, self.deaf, self.unit) = (true, false, None);
    }

    fn poke(&mut self, out: &mut Outcome) {
        if !self.deaf {
            self.say("-ERR Disconnected for inactivity.", out);
            self.end(out);
        }
    }

    fn patience(&self) -> Duration {
        // RFC 1939 §3: ten minutes at least. Who has not logged in has three, as with Dovecot.
        let long = if self.maildrop.is_some() { 600 } else { 180 };
        self.lab.settings.limits.idle.min(Duration::from_secs(long))
    }

    fn gone(&mut self) {
        self.forget();
    }
}

#[cfg(test)]
mod tests;
