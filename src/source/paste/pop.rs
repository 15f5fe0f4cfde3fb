//! POP3 as a paste is read: which line may be whose (RFC 1939, 2449, 5034).

use super::feature::{Features, PopVerb};
use super::turns::{Machine, Queue, Reading};
use crate::dialogue::Side;
use crate::dialogue::mark::Missing;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Greeting,
    Answer(PopVerb),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mode {
    Command,
    List(PopVerb),
    /// A message; whether nothing of it has come yet.
    Message(bool),
    Sasl,
    Over,
}

/// Where a POP3 dialogue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pop {
    queue: Queue<Kind>,
    mode: Mode,
}

impl Pop {
    /// Before the greeting.
    pub fn fresh() -> Pop {
        Pop { queue: Queue::of(Some(Kind::Greeting)), mode: Mode::Command }
    }

    /// In the midst of a dialogue.
    pub fn middle() -> Pop {
        Pop { queue: Queue::of(None), mode: Mode::Command }
    }

    fn answered(self, positive: bool) -> Reading<Pop> {
        let Some(kind) = self.queue.front() else { return (self, 20) };
        let cost = if kind == Kind::Greeting && !positive { 6 } else { 0 };
        let mode = match kind {
            Kind::Answer(verb) if positive => match verb {
                PopVerb::Message => Mode::Message(true),
                PopVerb::Quit => Mode::Over,
                PopVerb::Plain | PopVerb::Auth => Mode::Command,
                list => Mode::List(list),
            },
            _ => Mode::Command,
        };
        (Pop { queue: self.queue.pop(), mode }, cost)
    }

    fn command(self, verb: PopVerb) -> Pop {
        Pop { queue: self.queue.push(Kind::Answer(verb)), ..self }
    }
}

/// How well a line fits in a list.
fn in_list(list: PopVerb, line: &Features) -> u32 {
    if line.status.is_some() || line.plus || line.blank {
        return 18;
    }
    match list {
        PopVerb::List if line.numbers == 2 => 0,
        PopVerb::List if line.numbers > 0 => 3,
        PopVerb::Uidl if line.pair => 0,
        PopVerb::Capa | PopVerb::Mechanisms if line.plain => 14,
        PopVerb::Capa | PopVerb::Mechanisms if line.capability => 0,
        PopVerb::Capa | PopVerb::Mechanisms => 3,
        PopVerb::Other => 1,
        _ if line.header => 12,
        _ => 10,
    }
}

impl Machine for Pop {
    fn server(self, line: &Features, marked: bool, out: &mut Vec<Reading<Self>>) {
        match self.mode {
            Mode::Over => {}
            Mode::List(_) | Mode::Message(_) if line.dot => {
                out.push((Pop { mode: Mode::Command, ..self }, 0))
            }
            Mode::List(list) => {
                let cost = in_list(list, line);
                out.push((self, if marked { cost.min(4) } else { cost }));
                if let (Some(positive), true) = (line.status, marked) {
                    // An example may leave the dot out.
                    out.push((Pop { mode: Mode::Command, ..self }.answered(positive).0, 9));
                }
            }
            Mode::Message(first) => {
                let cost = match line {
                    Features { status: Some(_), .. } => 18,
                    _ if marked => 0,
                    Features { pop: Some((_, true)), .. } => 4,
                    // A message begins with its header.
                    _ if first && !line.header && line.odd.is_none() => 7,
                    _ => 0,
                };
                out.push((Pop { mode: Mode::Message(false), ..self }, cost));
            }
            Mode::Command | Mode::Sasl => {
                if line.plus && self.mode == Mode::Command {
                    let wanted = self.queue.front() == Some(Kind::Answer(PopVerb::Auth));
                    out.push((Pop { mode: Mode::Sasl, ..self }, if wanted { 0 } else { 18 }));
                } else if let Some(positive) = line.status {
                    out.push(Pop { mode: Mode::Command, ..self }.answered(positive));
                } else if !self.queue.is_empty() && !line.blank {
                    out.push((self, 22));
                }
            }
        }
    }

    fn client(self, line: &Features, marked: bool, out: &mut Vec<Reading<Self>>) {
        match self.mode {
            Mode::Sasl => {
                let fits = line.base64 || line.blank && marked || line.len > 0 && line.len < 8;
                out.push((Pop { mode: Mode::Command, ..self }, if fits { 0 } else { 15 }));
            }
            Mode::Command => {
                let waits = self.queue.len() as u32;
                let early = if marked { 0 } else { waits * 7 };
                let early = early + if self.queue.front() == Some(Kind::Greeting) { 12 } else { 0 };
                match line.pop {
                    Some((verb, good)) => out.push((self.command(verb), early + if good { 0 } else { 5 })),
                    None if line.blank || line.status.is_some() || line.plus => {}
                    None => out.push((self.command(PopVerb::Plain), early + if marked { 6 } else { 18 })),
                }
            }
            Mode::List(_) | Mode::Message(_) | Mode::Over => {}
        }
    }

    fn lost(self, out: &mut Vec<(Self, u32, Missing)>) {
        let command = Pop { mode: Mode::Command, ..self };
        match (self.mode, self.queue.front()) {
            (Mode::List(_) | Mode::Message(_), _) => out.push((command, 8, Missing::ServerDot)),
            (Mode::Command, Some(Kind::Answer(PopVerb::Auth))) => {
                out.push((Pop { mode: Mode::Sasl, ..self }, 10, Missing::Challenge));
            }
            (Mode::Command, Some(Kind::Answer(PopVerb::Plain))) => {
                out.push((Pop { queue: self.queue.pop(), ..self }, 14, Missing::Reply));
            }
            (Mode::Command, None) => {
                out.push((Pop { mode: Mode::Message(true), ..self }, 14, Missing::Retrieval));
                out.push((self.command(PopVerb::Plain), 15, Missing::Command));
            }
            _ => {}
        }
    }

    fn in_body(self) -> bool {
        matches!(self.mode, Mode::Message(_))
    }

    fn flows(self) -> Option<Side> {
        (self.mode == Mode::Message(false)).then_some(Side::Server)
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
