//! The lab's SMTP server: RFC 5321 on top of [`crate::dialect::smtp`], with the words of the practice's Postfix.
//!
//! ```text
//!  step ─▶ unit ─▶ command ─▶ verbs (EHLO … RCPT), login (AUTH), data (DATA, BDAT) ─▶ deliver ─▶ bounce
//! ```
//!
//! What it is strict on is what smuggling needs: a bare LF ends the connection, in a command or in a message,
//! and the reply says so. What the practice's server lets pass, it lets pass: MAIL before EHLO, no brackets,
//! no header, anybody's name as the sender.
//!
//! Nothing leaves the machine: a mail for another domain wants a login, and comes back as a bounce. Out of
//! scope: LMTP, BINARYMIME, relaying.

mod address;
mod bounce;
mod data;
mod deliver;
mod intake;
mod login;
mod verbs;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use super::fault::{Act, Point};
use super::servant::{Outcome, Servant};
use super::{Lab, sasl};
use crate::dialect::State;
use crate::dialogue::{Piece, Protocol, Shape, Side, Step, TokenKind, UnitHead};

pub use super::profile::Service;
pub use bounce::run_queue;

/// Postfix's `smtpd_hard_error_limit` and `smtpd_soft_error_limit`, and its `smtpd_junk_command_limit`.
const HARD_LIMIT: usize = 20;
const SOFT_LIMIT: usize = 10;
const JUNK_LIMIT: usize = 100;

/// The longest command line: RFC 4954 §4.2 wants that of an AUTH, RFC 5321 §4.5.3.1.4 less of the others.
const LONGEST_LINE: usize = 12_288;

/// One connection's server.
pub struct SmtpServant {
    lab: Arc<Lab>,
    service: Service,
    peer: IpAddr,
    tls: bool,
    /// What the client calls itself, and whether it said EHLO.
    helo: Option<(String, bool)>,
    user: Option<String>,
    sasl: Option<sasl::Server>,
    mail: Option<Mail>,
    incoming: Option<data::Incoming>,
    chunk: Option<data::Chunk>,
    /// The client's unit under way.
    unit: Option<Unit>,
    errors: usize,
    junk: usize,
    /// Nothing more is read: the connection ends, or TLS begins.
    deaf: bool,
    /// A fault: the connection breaks after so many octets of the message.
    breaks: Option<u64>,
    /// A fault: the message is kept, and nobody says so.
    silent: bool,
}

/// A mail transaction.
#[derive(Clone, Debug, Default)]
struct Mail {
    /// The sender, with its domain; empty for the null reverse-path.
    from: String,
    utf8: bool,
    ret: Option<String>,
    envid: Option<String>,
    recipients: Vec<Recipient>,
}

/// Somebody it is for.
#[derive(Clone, Debug, Default)]
struct Recipient {
    address: String,
    /// Whose mailbox; none for another domain's.
    account: Option<String>,
    notify: Option<String>,
    orcpt: Option<String>,
}

/// What has come of a unit.
struct Unit {
    head: UnitHead,
    /// A command's or a SASL step's first piece.
    piece: Option<Piece>,
    octets: usize,
}

impl SmtpServant {
    /// A server for a connection that has just been made.
    pub fn new(lab: &Arc<Lab>, service: Service) -> SmtpServant {
        SmtpServant {
            lab: lab.clone(),
            service,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            tls: false,
            helo: None,
            user: None,
            sasl: None,
            mail: None,
            incoming: None,
            chunk: None,
            unit: None,
            errors: 0,
            junk: 0,
            deaf: false,
            breaks: None,
            silent: false,
        }
    }

    /// Where the client comes from, for the `Received` field.
    #[must_use]
    pub fn from_peer(mut self, peer: IpAddr) -> SmtpServant {
        self.peer = peer;
        self
    }

    /// Says a reply. An enhanced status code is left out where it is not offered (RFC 2034 §3); errors are
    /// counted, and too many end it, as Postfix does.
    fn reply(&mut self, reply: &str, out: &mut Outcome) {
        let plain = if self.lab.settings.profile.enhanced_codes() { reply.to_owned() } else { basic(reply) };
        out.text(plain + "\r\n");
        if reply.starts_with(['4', '5']) {
            self.errors += 1;
            if self.errors > SOFT_LIMIT {
                out.delay = out.delay.max(Some(Duration::from_secs(1)));
            }
        }
        if reply.starts_with("421") || reply.starts_with("521") {
            self.end(out);
        } else if self.errors >= HARD_LIMIT && !self.deaf {
            let host = self.lab.settings.host.clone();
            self.reply(&format!("421 4.7.0 {host} Error: too many errors"), out);
        }
    }

    fn end(&mut self, out: &mut Outcome) {
        out.close = true;
        self.forget();
    }

    /// Nothing more is read, and what was under way does not count.
    fn forget(&mut self) {
        self.deaf = true;
        (self.mail, self.incoming, self.chunk, self.sasl) = (None, None, None, None);
    }

    fn reset(&mut self) {
        (self.mail, self.incoming, self.chunk) = (None, None, None);
    }

    /// Whether a fault happens here; then it has been answered. `whom`: whom the reply is about.
    fn fails(&mut self, point: Point<'_>, key: &str, whom: &str, out: &mut Outcome) -> bool {
        let Some(act) = self.lab.faults.at(Protocol::Smtp, point, key) else { return false };
        let about = |text: &str| if whom.is_empty() { text.to_owned() } else { format!("<{whom}>: {text}") };
        let reply = match act {
            Act::Wrong => return false,
            Act::Slow(time) => {
                out.delay = out.delay.max(Some(time));
                return false;
            }
            Act::Drop(0) => {
                out.drop = true;
                self.forget();
                return true;
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
                let text = text.unwrap_or_else(|| "Service closing transmission channel".into());
                format!("421 4.3.2 {} {text}", self.lab.settings.host)
            }
            Act::Full => format!("452 4.2.2 {}", about("Recipient address rejected: Mailbox full")),
            Act::Greylist => format!("450 4.2.0 {}", about("Recipient address rejected: Greylisted")),
            Act::Refuse(text) => format!("451 4.3.0 {}", about(&text.unwrap_or_else(|| ON_PURPOSE.into()))),
            Act::Reply(code, text) => {
                let text = text.unwrap_or_else(|| ON_PURPOSE.into());
                let class = code / 100;
                match enhanced(&text, class) {
                    Some((enhanced, text)) => format!("{code} {enhanced} {}", about(text)),
                    // RFC 3463 §2: of a 3yz there is none.
                    None if class == 3 => format!("{code} {}", about(&text)),
                    None => format!("{code} {class}.3.0 {}", about(&text)),
                }
            }
        };
        self.reply(&reply, out);
        true
    }

    fn open(&mut self, head: &UnitHead) {
        // What came in clear after STARTTLS was said before TLS stood is nobody's word (CVE-2011-0411).
        let fits = head.side == Side::Client && head.tls == self.tls;
        self.unit = fits.then(|| Unit { head: head.clone(), piece: None, octets: 0 });
    }

    fn piece(&mut self, piece: &Piece, out: &mut Outcome) {
        let Some(unit) = self.unit.as_mut().filter(|u| u.head.n == piece.n) else { return };
        match unit.head.shape {
            Shape::Data if piece.token(TokenKind::Dot).is_some() => {}
            Shape::Data => self.content(&piece.wire.bytes, out),
            _ => {
                unit.octets += piece.wire.len();
                if unit.piece.is_none() {
                    unit.piece = Some(piece.clone());
                }
            }
        }
    }

    fn close(&mut self, n: u64, complete: bool, out: &mut Outcome) {
        let Some(unit) = self.unit.take_if(|u| u.head.n == n) else { return };
        match (unit.head.shape, unit.piece) {
            _ if !complete => {}
            (Shape::Data, _) => self.end_of_content(out),
            (Shape::Command | Shape::Sasl, Some(piece)) => {
                if piece.faults.iter().any(|f| f.id == "fault-bare-lf") {
                    return self.bare_lf(out);
                }
                match unit.head.shape {
                    _ if unit.octets > LONGEST_LINE => self.too_long(out),
                    Shape::Sasl => self.sasl_line(&piece, out),
                    _ => self.command(&piece, out),
                }
            }
            _ => {}
        }
    }

    /// Postfix 3.9's words for `smtpd_forbid_bare_newline = reject`.
    fn bare_lf(&mut self, out: &mut Outcome) {
        let host = self.lab.settings.host.clone();
        self.reply(&format!("521 5.5.2 {host} Error: bare <LF> received"), out);
    }

    fn too_long(&mut self, out: &mut Outcome) {
        self.sasl = None;
        self.reply("500 5.5.6 Error: line too long", out);
    }
}

/// What a refusal says whose rule has no words of its own.
const ON_PURPOSE: &str = "Error: a fault of the lab, on purpose";

/// A rule's own enhanced status code, where its text begins with one of the code's class (RFC 3463 §2), and the rest.
fn enhanced(text: &str, class: u16) -> Option<(&str, &str)> {
    let (enhanced, rest) = text.split_once(' ')?;
    let numbers = enhanced.split('.').map(|part| part.parse::<u16>().ok()).collect::<Option<Vec<_>>>()?;
    (numbers.len() == 3 && numbers[0] == class).then_some((enhanced, rest))
}

/// A reply without its enhanced status code.
fn basic(reply: &str) -> String {
    let mut words = reply.splitn(3, ' ');
    match (words.next(), words.next(), words.next()) {
        (Some(code), Some(enhanced), Some(text)) if enhanced.split('.').count() == 3 && !text.is_empty() => {
            format!("{code} {text}")
        }
        _ => reply.to_owned(),
    }
}

impl Servant for SmtpServant {
    fn greet(&mut self, out: &mut Outcome) {
        if !self.fails(Point::Greeting, "", "", out) {
            let host = self.lab.settings.host.clone();
            self.reply(&format!("220 {host} ESMTP Postfix (ehlo lab)"), out);
        }
    }

    fn step(&mut self, step: &Step, _: &State, out: &mut Outcome) {
        if self.deaf {
            return;
        }
        match step {
            Step::Open(head) if head.side == Side::Client => self.open(head),
            Step::Piece(piece) => self.piece(piece, out),
            Step::Close(end) => self.close(end.n, end.complete, out),
            _ => {}
        }
    }

    fn tls_started(&mut self) {
        // RFC 3207 §4.2: what was known before is forgotten.
        self.forget();
        (self.tls, self.deaf, self.unit) = (true, false, None);
        (self.helo, self.user) = (None, None);
    }

    fn poke(&mut self, out: &mut Outcome) {
        if !self.deaf {
            let host = self.lab.settings.host.clone();
            self.reply(&format!("421 4.4.2 {host} Error: timeout exceeded"), out);
        }
    }

    fn patience(&self) -> Duration {
        // RFC 5321 §4.5.3.2.7 and Postfix's `smtpd_timeout`.
        self.lab.settings.limits.idle.min(Duration::from_secs(300))
    }

    fn gone(&mut self) {
        self.forget();
    }
}

#[cfg(test)]
mod tests;
