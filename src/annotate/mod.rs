//! Annotation: what there is to say about each unit, as notes. It sees units after the redactor, so nothing
//! it says can give a secret away; and it keeps no prose: notes are ids with arguments.
//!
//! [`Annotator`] serves every protocol: it keeps the state before and after each step, turns faults and marks
//! into notes, and knows what was said before. What a protocol's words mean is said by its [`Explain`].

mod checks;
pub mod damage;
pub mod imap;
pub mod marks;
pub mod message;
pub mod pop3;
pub mod redact;
pub mod sasl;
pub mod smtp;
pub mod topics;

pub use topics::{capability_note, commands, possible, possible_facts};

use std::collections::HashSet;

use crate::dialect::State;
use crate::dialogue::{Fault, Level, Mark, Note, Protocol, Step};

/// What is remembered of what was said. Labels are a peer's words, and may all be different.
const MOST_SAID: usize = 10_000;

/// Notes that show a value rather than explain a word: with another one they are news again.
const NEWS: [&str; 4] =
    ["note-received-", "note-header-decoded", "note-imap-envelope-", "note-imap-structure-"];

/// The state on both sides of a step.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Before the step's unit began.
    pub before: &'a State,
    /// After the step.
    pub after: &'a State,
}

/// What a protocol's words mean, and what goes wrong with them.
pub trait Explain: Send {
    /// Looks at a step and says what there is to say after it. Notes of a unit are said at its close;
    /// those of a reply stand together after its last line.
    fn step(&mut self, step: &Step, moment: Moment<'_>, say: &mut Vec<Note>);

    /// What there is to say at the end: what stays on the server.
    fn end(&mut self, _state: &State, _say: &mut Vec<Note>) {}
}

/// Notes for one dialogue.
pub struct Annotator {
    explain: Box<dyn Explain>,
    /// What holds one line against another.
    checks: Box<dyn Explain>,
    before: State,
    said: HashSet<(String, String)>,
    /// The faults of the units that are open.
    faults: Vec<(u64, Fault)>,
    protocol: Option<Protocol>,
    warnings: u64,
    /// Whether the dialogue is somebody else's, so that neither side is "this" one.
    watching: bool,
    /// A part of it could not be read.
    opaque: bool,
    /// The record may be damaged.
    damage: Option<damage::Damage>,
}

impl Annotator {
    /// The annotator of a protocol; of none, it says only what happened beside the octets.
    pub fn new(protocol: impl Into<Option<Protocol>>) -> Self {
        let protocol = protocol.into();
        Annotator {
            explain: protocol.map_or_else(|| Box::new(Silent) as Box<dyn Explain>, explain_of),
            checks: protocol.map_or_else(|| Box::new(Silent) as Box<dyn Explain>, checks::of),
            before: State::default(),
            said: HashSet::new(),
            faults: Vec::new(),
            protocol,
            warnings: 0,
            watching: false,
            opaque: false,
            damage: None,
        }
    }

    /// The dialogue is one between others.
    pub fn watch(&mut self) {
        self.watching = true;
    }

    /// The record may be damaged.
    pub fn suspect(&mut self) {
        self.damage = self.protocol.map(damage::Damage::new);
    }

    /// What to say after a step; `after` is the state that it made.
    pub fn step(&mut self, step: &Step, after: &State) -> Vec<Note> {
        let mut notes = Vec::new();
        let moment = Moment { before: &self.before, after };
        match step {
            Step::Piece(piece) => {
                for fault in &piece.faults {
                    // Each is told once a unit: a reply without end must not gather them.
                    if !self.faults.iter().any(|(n, known)| *n == piece.n && known.id == fault.id) {
                        self.faults.push((piece.n, fault.clone()));
                    }
                }
            }
            Step::Mark { mark: mark @ Mark::Opaque { .. }, .. } if self.watching => {
                self.opaque = true;
                marks::watched(mark, after, &mut notes);
            }
            Step::Mark { mark, .. } if self.watching => marks::watched(mark, after, &mut notes),
            Step::Mark { mark, .. } => {
                marks::notes(mark, self.protocol.unwrap_or(Protocol::Smtp), after, &mut notes);
            }
            _ => {}
        }
        self.explain.step(step, moment, &mut notes);
        self.checks.step(step, moment, &mut notes);
        if let Some(damage) = &mut self.damage {
            damage.step(step, &mut notes);
        }
        if let Step::Close(end) = step {
            self.fault_notes(end.n, &mut notes);
        }
        if matches!(step, Step::Close(_) | Step::Mark { .. }) && self.before != *after {
            self.before.clone_from(after);
        }
        self.remember(&mut notes);
        notes
    }

    /// What to say at the end of the dialogue.
    pub fn end(&mut self, state: &State) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.opaque {
            // What was done in the part that nobody could read, nobody knows.
            return notes;
        }
        self.explain.end(state, &mut notes);
        self.checks.end(state, &mut notes);
        self.remember(&mut notes);
        notes
    }

    /// How many warnings were said.
    pub fn warnings(&self) -> u64 {
        self.warnings
    }

    /// Everything may be said anew, in another language or at another length.
    pub fn forget(&mut self) {
        self.said.clear();
    }

    fn fault_notes(&mut self, n: u64, notes: &mut Vec<Note>) {
        let mut told: Vec<&str> = Vec::new();
        self.faults.retain(|(unit, fault)| {
            if *unit != n {
                return true;
            }
            // A lint that knows more has said it already.
            if !told.contains(&fault.id) && !notes.iter().any(|note| note.id == fault.id) {
                told.push(fault.id);
                notes.push(Note::new(Level::Warn, fault.id).with("column", fault.at + 1));
            }
            false
        });
    }

    fn remember(&mut self, notes: &mut [Note]) {
        for note in notes {
            self.warnings += u64::from(note.level == Level::Warn);
            let mut label: String = note.label.chars().take(60).collect();
            // A hint about something else is another hint.
            if note.level == Level::Hint || NEWS.iter().any(|prefix| note.id.starts_with(prefix)) {
                note.args.iter().for_each(|(_, value)| label.extend(["\n", value]));
            }
            let key = (note.id.to_string(), label);
            let known = self.said.contains(&key);
            if self.said.len() < MOST_SAID {
                self.said.insert(key);
            }
            // What has changed is news each time.
            note.repeat = known && note.level != Level::State;
        }
    }
}

impl std::fmt::Debug for Annotator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Annotator").field("protocol", &self.protocol).finish_non_exhaustive()
    }
}

/// Who knows no protocol has nothing to explain.
struct Silent;

impl Explain for Silent {
    fn step(&mut self, _: &Step, _: Moment<'_>, _: &mut Vec<Note>) {}
}

fn explain_of(protocol: Protocol) -> Box<dyn Explain> {
    match protocol {
        Protocol::Smtp | Protocol::Lmtp => Box::new(smtp::SmtpExplain::new(protocol)),
        Protocol::Pop3 => Box::new(pop3::Pop3Explain::default()),
        Protocol::Imap => Box::new(imap::ImapExplain::default()),
    }
}
