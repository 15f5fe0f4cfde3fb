//! SMTP as a paste is read: which line may be whose (RFC 5321).

use super::feature::{Features, SmtpVerb};
use super::turns::{Machine, Queue, Reading};
use crate::dialogue::Side;
use crate::dialogue::mark::Missing;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Greeting,
    Plain,
    Data,
    Auth,
    Tls,
    Quit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mode {
    Command,
    /// Inside a reply of that code.
    Reply(u16),
    Data,
    Sasl,
    /// After BDAT: its octets.
    Chunk,
    Over,
}

/// Where an SMTP dialogue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Smtp {
    queue: Queue<Kind>,
    mode: Mode,
}

impl Smtp {
    /// Before the greeting.
    pub fn fresh() -> Smtp {
        Smtp { queue: Queue::of(Some(Kind::Greeting)), mode: Mode::Command }
    }

    /// In the midst of a dialogue.
    pub fn middle() -> Smtp {
        Smtp { queue: Queue::of(None), mode: Mode::Command }
    }

    /// What a reply does to who waits for it.
    fn answered(self, code: u16) -> Reading<Smtp> {
        let Some(kind) = self.queue.front() else {
            // 421 may come at any time.
            return (Smtp { mode: Mode::Command, ..self }, if code == 421 { 4 } else { 20 });
        };
        let class = code / 100;
        let cost = match (kind, code) {
            (Kind::Greeting, 220 | 421 | 554) => 0,
            (Kind::Greeting, _) => 15,
            (Kind::Data, 354) | (Kind::Auth, 334 | 235) | (Kind::Tls, 220) | (Kind::Quit, 221) => 0,
            (_, 354 | 334) | (Kind::Data, 200..300) => 12,
            (_, 220) => 10,
            (_, 221) => 6,
            _ if class == 2 || class >= 4 => 0,
            _ => 3,
        };
        let queue = if code == 334 { self.queue } else { self.queue.pop() };
        let mode = match (kind, code) {
            (Kind::Data, 354) => Mode::Data,
            (Kind::Auth, 334) => Mode::Sasl,
            (Kind::Quit, 200..300) => Mode::Over,
            _ => Mode::Command,
        };
        (Smtp { queue, mode }, cost)
    }

    fn command(self, verb: SmtpVerb) -> Smtp {
        let kind = match verb {
            SmtpVerb::Plain | SmtpVerb::Chunk => Kind::Plain,
            SmtpVerb::Data => Kind::Data,
            SmtpVerb::Auth => Kind::Auth,
            SmtpVerb::Tls => Kind::Tls,
            SmtpVerb::Quit => Kind::Quit,
        };
        let mode = if verb == SmtpVerb::Chunk { Mode::Chunk } else { Mode::Command };
        Smtp { queue: self.queue.push(kind), mode }
    }
}

impl Machine for Smtp {
    fn server(self, line: &Features, _: bool, out: &mut Vec<Reading<Self>>) {
        if matches!(self.mode, Mode::Data | Mode::Over | Mode::Sasl) {
            return;
        }
        let Some((code, more)) = line.code else {
            if !self.queue.is_empty() && !line.blank {
                out.push((self, 22));
            }
            return;
        };
        let other = matches!(self.mode, Mode::Reply(c) if c != code);
        let cost = if other { 12 } else { 0 };
        if more {
            let owed = if self.queue.is_empty() { 20 } else { 0 };
            out.push((Smtp { mode: Mode::Reply(code), ..self }, cost + owed));
        } else {
            let (state, odd) = self.answered(code);
            out.push((state, cost + odd));
        }
    }

    fn client(self, line: &Features, marked: bool, out: &mut Vec<Reading<Self>>) {
        match self.mode {
            Mode::Over | Mode::Reply(_) => {}
            Mode::Data if line.dot => {
                out.push((Smtp { queue: self.queue.push_front(Kind::Plain), mode: Mode::Command }, 0));
            }
            Mode::Data => {
                let cost = match line {
                    _ if marked => 0,
                    Features { code: Some(_), worded: true, .. } => 16,
                    Features { code: Some(_), .. } => 4,
                    Features { smtp: Some((_, true)), .. } => 3,
                    _ => 0,
                };
                out.push((self, cost));
            }
            Mode::Sasl => {
                let fits = line.base64 || line.blank && marked || line.len > 0 && line.len < 8;
                out.push((Smtp { mode: Mode::Command, ..self }, if fits { 0 } else { 15 }));
            }
            Mode::Command | Mode::Chunk => {
                if self.mode == Mode::Chunk && (line.smtp.is_none() || marked) && line.code.is_none() {
                    out.push((self, u32::from(!marked) * 2));
                }
                // RFC 2920: several at once, which an unmarked paste rarely shows.
                let waits = self.queue.len() as u32;
                let early = if marked { 0 } else { waits * 5 };
                let early = early + if self.queue.front() == Some(Kind::Greeting) { 12 } else { 0 };
                match line.smtp {
                    Some((verb, good)) => out.push((self.command(verb), early + if good { 0 } else { 5 })),
                    None if line.blank || line.code.is_some() => {}
                    None => out.push((self.command(SmtpVerb::Plain), early + if marked { 6 } else { 18 })),
                }
            }
        }
    }

    fn lost(self, out: &mut Vec<(Self, u32, Missing)>) {
        let front = self.queue.front();
        match (self.mode, front) {
            (Mode::Data, _) => {
                let queue = self.queue.push_front(Kind::Plain);
                out.push((Smtp { queue, mode: Mode::Command }, 9, Missing::ClientDot));
            }
            (Mode::Command, Some(Kind::Data)) if self.queue.len() == 1 => {
                out.push((Smtp { queue: self.queue.pop(), mode: Mode::Data }, 14, Missing::GoAhead));
            }
            (Mode::Command, Some(Kind::Auth)) if self.queue.len() == 1 => {
                out.push((Smtp { mode: Mode::Sasl, ..self }, 10, Missing::Challenge));
            }
            (Mode::Command, None) => out.push((self.command(SmtpVerb::Plain), 11, Missing::Command)),
            (Mode::Command, Some(Kind::Plain)) => {
                out.push((Smtp { queue: self.queue.pop(), ..self }, 12, Missing::Reply));
            }
            _ => {}
        }
    }

    fn in_body(self) -> bool {
        matches!(self.mode, Mode::Data | Mode::Chunk)
    }

    fn flows(self) -> Option<Side> {
        (self.mode == Mode::Data).then_some(Side::Client)
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
