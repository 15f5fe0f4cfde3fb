//! Annotation: what there is to say about each unit, as notes. It sees units after the redactor, so nothing
//! it says can give a secret away; and it keeps no prose: notes are ids with arguments.
//!
//! [`Annotator`] serves every protocol: it keeps the state before and after each step, turns faults and marks
//! into notes, and knows what was said before. What a protocol's words mean is said by its [`Explain`].

pub mod message;
pub mod redact;

use std::collections::HashSet;

use crate::dialect::State;
use crate::dialogue::{Note, Step};

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
}

/// Marks what was said before, so that repeats shrink.
#[derive(Debug, Default)]
pub struct Memory(HashSet<(String, String)>);

impl Memory {
    /// Sets [`Note::repeat`] on what was said before with the same label.
    pub fn mark(&mut self, notes: &mut [Note]) {
        for note in notes {
            note.repeat = !self.0.insert((note.id.to_string(), note.label.clone()));
        }
    }
}
