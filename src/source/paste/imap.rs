//! IMAP as a paste is read: which line may be whose (RFC 3501, 9051, 2177, 7888).

use super::feature::{Features, ImapVerb};
use super::turns::{Machine, Queue, Reading};
use crate::dialogue::Side;
use crate::dialogue::mark::Missing;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mode {
    Command,
    /// Inside a literal: whose, and what is left of it by its count.
    Literal(Side, i64),
    /// The client has announced a literal and waits.
    Announced(u32),
    Sasl,
    Over,
}

/// Where an IMAP dialogue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Imap {
    /// Tags, hashed, and what they are for.
    queue: Queue<(u32, ImapVerb)>,
    greeted: bool,
    mode: Mode,
}

impl Imap {
    /// Before the greeting.
    pub fn fresh() -> Imap {
        Imap { queue: Queue::of(None), greeted: false, mode: Mode::Command }
    }

    /// In the midst of a dialogue.
    pub fn middle() -> Imap {
        Imap { greeted: true, ..Imap::fresh() }
    }

    fn awaits(self, verb: ImapVerb) -> bool {
        self.queue.take(|(_, kind)| *kind == verb).is_some()
    }

    /// After a line of a side: a literal may follow.
    fn then(self, side: Side, line: &Features) -> Imap {
        let mode = match line.literal {
            Some((n, _)) if side == Side::Server => Mode::Literal(side, n as i64),
            Some((n, true)) => Mode::Literal(side, n as i64),
            Some((n, false)) => Mode::Announced(n as u32),
            None => Mode::Command,
        };
        Imap { mode, ..self }
    }

    fn content(self, side: Side, left: i64, line: &Features, out: &mut Vec<Reading<Self>>) {
        let rest = left - line.len as i64 - 2;
        // The count is that of the wire; a paste has lost blanks and line ends.
        let cost = if left <= 0 { 7 } else { 0 };
        let taken = if line.tagged || line.untagged == Some(true) { 16 } else { 0 };
        out.push((Imap { mode: Mode::Literal(side, rest.max(-1)), ..self }, cost + taken));
    }

    fn tagged(self, line: &Features, out: &mut Vec<Reading<Self>>) {
        let Some(tag) = line.tag.filter(|_| line.tagged) else { return };
        match self.queue.take(|(known, _)| *known == tag) {
            Some((queue, (_, verb))) => {
                let mode = if verb == ImapVerb::Logout { Mode::Over } else { Mode::Command };
                out.push((Imap { queue, mode, ..self }, 0));
            }
            None => {
                out.push((Imap { mode: Mode::Command, ..self }, if self.queue.is_empty() { 16 } else { 18 }))
            }
        }
    }
}

impl Machine for Imap {
    fn server(self, line: &Features, marked: bool, out: &mut Vec<Reading<Self>>) {
        match self.mode {
            Mode::Over => return,
            Mode::Literal(Side::Server, left) => {
                self.content(Side::Server, left, line, out);
                // What is left of the response: `)`, ` FLAGS (\Seen))`.
                if line.depth < 0 {
                    let early = if left > 30 { 3 } else { 0 };
                    out.push((self.then(Side::Server, line), early));
                }
                return;
            }
            Mode::Literal(Side::Client, left) if line.tagged && left > 2 => return,
            _ => {}
        }
        if line.plus {
            let waits = matches!(self.mode, Mode::Announced(_));
            let mode = match self.mode {
                Mode::Announced(n) => Mode::Literal(Side::Client, i64::from(n)),
                _ if self.awaits(ImapVerb::Auth) => Mode::Sasl,
                other => other,
            };
            let wanted = waits || mode == Mode::Sasl || self.awaits(ImapVerb::Idle);
            out.push((Imap { mode, ..self }, if wanted { 0 } else { 18 }));
        }
        if let Some(known) = line.untagged {
            let next = Imap { greeted: true, ..self }.then(Side::Server, line);
            out.push((next, if known { 0 } else { 6 }));
        }
        Imap { greeted: true, ..self }.tagged(line, out);
        let strange = line.untagged.is_none() && !line.tagged && !line.plus && !line.blank;
        if strange && (marked || !self.queue.is_empty()) {
            out.push((self, if marked { 8 } else { 22 }));
        }
    }

    fn client(self, line: &Features, marked: bool, out: &mut Vec<Reading<Self>>) {
        match self.mode {
            Mode::Over | Mode::Announced(_) | Mode::Literal(Side::Server, _) => {}
            Mode::Literal(side, left) => {
                // The line end behind the literal ends the command.
                if line.blank && left <= 2 {
                    out.push((Imap { mode: Mode::Command, ..self }, 0));
                }
                match line.literal {
                    Some((n, _)) => out.push((Imap { mode: Mode::Literal(side, n as i64), ..self }, 0)),
                    None => self.content(side, left, line, out),
                }
            }
            Mode::Sasl => {
                let fits = line.base64 || line.blank && marked || line.len > 0 && line.len < 8;
                out.push((Imap { mode: Mode::Command, ..self }, if fits { 0 } else { 15 }));
            }
            Mode::Command => self.command(line, marked, out),
        }
    }

    fn lost(self, out: &mut Vec<(Self, u32, Missing)>) {
        match self.mode {
            Mode::Announced(n) => {
                let mode = Mode::Literal(Side::Client, i64::from(n));
                out.push((Imap { mode, ..self }, 8, Missing::Challenge));
            }
            Mode::Literal(Side::Client, left) => {
                let cost = if left <= 2 { 1 } else { 8 };
                out.push((Imap { mode: Mode::Command, ..self }, cost, Missing::Rest));
            }
            Mode::Command if self.awaits(ImapVerb::Auth) => {
                out.push((Imap { mode: Mode::Sasl, ..self }, 10, Missing::Challenge));
            }
            _ => {}
        }
    }

    fn in_body(self) -> bool {
        matches!(self.mode, Mode::Literal(..))
    }

    fn flows(self) -> Option<Side> {
        None
    }

    fn waiting(self) -> usize {
        self.queue.len()
    }

    fn settled(self) -> bool {
        self.queue.is_empty() && self.mode == Mode::Command
    }

    fn over(self) -> bool {
        self.mode == Mode::Over
    }
}

impl Imap {
    fn command(self, line: &Features, marked: bool, out: &mut Vec<Reading<Self>>) {
        let early = if marked { 0 } else { self.queue.len() as u32 * 4 };
        if line.done && self.awaits(ImapVerb::Idle) {
            out.push((self, 0));
            return;
        }
        if line.tagged || line.untagged.is_some() || line.plus || line.blank {
            return;
        }
        let wait = |verb| Imap { queue: self.queue.push((line.tag.unwrap_or(0), verb)), ..self };
        match line.imap {
            Some((verb, good)) => {
                out.push((wait(verb).then(Side::Client, line), early + if good { 0 } else { 5 }));
            }
            None => {
                let strange = if marked { 8 } else { 18 };
                out.push((wait(ImapVerb::Plain).then(Side::Client, line), early + strange));
            }
        }
    }
}
