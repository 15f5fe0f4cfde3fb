//! The recorder, the waist: events in, and to every view the same redacted, annotated steps. All sources of a
//! dialogue meet here, so redaction, explanation and the reports are written once.

use std::io;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::annotate::Annotator;
use crate::annotate::redact::{Redactor, Secrets};
use crate::dialect::{Dialect, Expect, Stamp, State};
use crate::dialogue::event::Carried;
use crate::dialogue::{Event, Level, Mark, Note, Piece, Protocol, Shape, Side, Step, What, Wire};
use crate::view::{Begin, Summary, View};

/// Notes of one exchange that are kept to be said again. A server that never ends its answer must not fill
/// the memory with them.
const MOST_SAID: usize = 1000;

/// Records one dialogue.
pub struct Recorder {
    dialect: Box<dyn Dialect>,
    redactor: Redactor,
    annotator: Annotator,
    views: Vec<Box<dyn View>>,
    tally: Tally,
    secrets: Secrets,
    told_weak: bool,
    /// What was said of the last exchange, to be said again.
    last_said: Vec<Note>,
    fresh_command: bool,
    /// The input's line that was given to a unit last, and to which.
    line: (u64, u64),
}

/// Counts for the summary.
#[derive(Clone, Debug, Default)]
struct Tally {
    commands: u64,
    /// The exchange of the command that was counted last.
    asked: Option<u64>,
    exchanges: u64,
    round_trips: u64,
    client_spoke: bool,
    octets: [u64; 2],
    digests: Option<[Sha256; 2]>,
    last: Option<Duration>,
    /// What the source says that went over the wire.
    carried: Option<Box<[Carried; 2]>>,
}

impl Recorder {
    /// A recorder for a dialogue of a protocol, with the run's secrets.
    pub fn new(dialect: Box<dyn Dialect>, secrets: Secrets) -> Self {
        Recorder {
            redactor: Redactor::new(secrets.clone()),
            annotator: Annotator::new(dialect.protocol()),
            dialect,
            views: Vec::new(),
            tally: Tally::default(),
            secrets,
            told_weak: false,
            last_said: Vec::new(),
            fresh_command: false,
            line: (0, 0),
        }
    }

    /// The same for a dialogue between others: in the notes, neither side is "this" one.
    #[must_use]
    pub fn watching(mut self) -> Self {
        self.annotator.watch();
        self
    }

    /// The same for a record that may be damaged: what looks so is said.
    #[must_use]
    pub fn suspecting(mut self) -> Self {
        self.annotator.suspect();
        self
    }

    /// All views have been added: where there is none, what changes no state need not be taken apart.
    pub fn ready(&mut self) {
        if self.views.is_empty() {
            self.dialect.unwatched();
        }
    }

    /// Adds a view; it sees what comes from now on.
    ///
    /// # Errors
    /// What the view's output says.
    pub fn add_view(&mut self, mut view: Box<dyn View>, begin: &Begin) -> io::Result<()> {
        view.begin(begin)?;
        if view.wants_digests() {
            self.tally.digests.get_or_insert_default();
        }
        self.views.push(view);
        Ok(())
    }

    /// Records an event; `observe` is shown every step before redaction, with the state it made.
    ///
    /// # Errors
    /// What a view's output says; the event is recorded all the same.
    pub fn push(&mut self, event: Event, observe: &mut dyn FnMut(&Step, &State)) -> io::Result<()> {
        let stamp = Stamp { at: event.at, origin: event.origin };
        self.tally.last = event.at.or(self.tally.last);
        match event.what {
            What::Chunk(side, wire) => {
                self.count(side, &wire);
                self.dialect.push(side, &wire, stamp);
            }
            What::Mark(mark) => self.dialect.mark(&mark, stamp),
            What::Carried(carried) => {
                self.tally.carried = Some(carried);
                return Ok(());
            }
            What::Noise(text) => {
                let lines = stamp.origin.lines().into_iter().collect();
                return self.show(Step::Noise { text, lines }, observe);
            }
        }
        self.drain(observe)
    }

    fn count(&mut self, side: Side, wire: &Wire) {
        self.tally.octets[side as usize] += wire.len() as u64;
        if let Some(digests) = &mut self.tally.digests {
            digests[side as usize].update(&wire.bytes);
        }
        match side {
            Side::Client => self.tally.client_spoke = true,
            Side::Server if self.tally.client_spoke => {
                self.tally.round_trips += 1;
                self.tally.client_spoke = false;
            }
            Side::Server => {}
        }
    }

    fn drain(&mut self, observe: &mut dyn FnMut(&Step, &State)) -> io::Result<()> {
        let mut result = Ok(());
        while let Some(step) = self.dialect.next_step() {
            result = result.and(self.show(step, observe));
        }
        let flushed = self.views.iter_mut().try_for_each(|v| v.flush());
        result.and(flushed)
    }

    fn show(&mut self, mut step: Step, observe: &mut dyn FnMut(&Step, &State)) -> io::Result<()> {
        if let Step::Piece(piece) = &mut step {
            self.share_lines(piece);
        }
        observe(&step, self.dialect.state());
        match &step {
            // What follows a literal, and the DONE of an IDLE, belong to a command that was counted; what
            // nobody will answer is none.
            Step::Open(head) if head.shape == Shape::Command && head.exchange > self.tally.asked => {
                self.tally.asked = head.exchange;
                self.tally.commands += 1;
                self.fresh_command = true;
            }
            Step::Close(end) if end.last => self.tally.exchanges += 1,
            _ => {}
        }
        if self.views.is_empty() {
            // Nobody looks: a lab that is quiet need not mask and explain what it says.
            return Ok(());
        }
        let raw = self.views.iter().any(|v| v.sees_secrets()).then(|| step.clone());
        if let Some(raw) = &raw {
            for view in self.views.iter_mut().filter(|v| v.sees_secrets()) {
                view.step(raw, &[])?;
            }
        }
        let mut masked = Vec::new();
        self.redactor.step(step, &mut masked);
        for step in masked {
            let mut notes = self.annotator.step(&step, self.dialect.state());
            self.weak_secrets(&step, &mut notes);
            self.mask_notes(&mut notes);
            if !notes.is_empty() {
                // Everything since the last command.
                if matches!(&step, Step::Close(_)) && self.fresh_command {
                    self.last_said.clear();
                    self.fresh_command = false;
                }
                let room = MOST_SAID.saturating_sub(self.last_said.len());
                self.last_said.extend(notes.iter().take(room).cloned());
            }
            for view in &mut self.views {
                if view.sees_secrets() {
                    view.notes(&notes)?;
                } else {
                    view.step(&step, &notes)?;
                }
            }
        }
        Ok(())
    }

    /// A line of the input belongs to one unit: that in which it begins. A literal may end inside of it.
    fn share_lines(&mut self, piece: &mut Piece) {
        if let Some((first, last)) = piece.lines.first_mut()
            && *first == self.line.0
            && piece.n != self.line.1
        {
            *first += 1;
            if *first > *last {
                piece.lines.remove(0);
            }
        }
        if let Some((_, last)) = piece.lines.last() {
            self.line = (*last, piece.n);
        }
    }

    /// A text for people without the secrets that are known.
    pub fn mask(&mut self, text: &str) -> String {
        self.redactor.mask_text(text).unwrap_or_else(|| text.to_owned())
    }

    /// The state that notes are made of is the dialect's, which reads before redaction: a server that calls
    /// itself, or a capability, by a password must not get it into a note.
    fn mask_notes(&mut self, notes: &mut [Note]) {
        for note in notes {
            let args = note.args.iter_mut().map(|(_, value)| value);
            for text in args.chain([&mut note.label]) {
                if let Some(masked) = self.redactor.mask_text(text) {
                    *text = masked;
                }
            }
        }
    }

    /// Says once that a short or common secret is masked by its place only.
    fn weak_secrets(&mut self, step: &Step, notes: &mut Vec<Note>) {
        if !self.told_weak && matches!(step, Step::Close(end) if end.last) && !self.secrets.weak().is_empty()
        {
            self.told_weak = true;
            notes.push(Note::new(Level::Hint, "note-weak-secret"));
        }
    }

    /// Shows notes that hang on no unit.
    ///
    /// # Errors
    /// What a view's output says.
    pub fn say(&mut self, notes: &[Note]) -> io::Result<()> {
        let mut notes = notes.to_vec();
        self.mask_notes(&mut notes);
        for view in &mut self.views {
            view.notes(&notes)?;
            view.flush()?;
        }
        Ok(())
    }

    /// The same for some of the views, by their number from 0.
    ///
    /// # Errors
    /// What a view's output says.
    pub fn say_some(&mut self, notes: &[Note], some: impl Fn(usize) -> bool) -> io::Result<()> {
        let mut notes = notes.to_vec();
        self.mask_notes(&mut notes);
        for (_, view) in self.views.iter_mut().enumerate().filter(|(i, _)| some(*i)) {
            view.notes(&notes)?;
            view.flush()?;
        }
        Ok(())
    }

    /// Says again, in full, what was said of the last exchange.
    ///
    /// # Errors
    /// What a view's output says.
    pub fn say_again(&mut self) -> io::Result<()> {
        let mut notes = std::mem::take(&mut self.last_said);
        notes.iter_mut().for_each(|n| n.repeat = false);
        let said = self.explain(&notes);
        self.last_said = notes;
        said
    }

    /// Shows notes in full.
    ///
    /// # Errors
    /// What a view's output says.
    pub fn explain(&mut self, notes: &[Note]) -> io::Result<()> {
        let mut notes = notes.to_vec();
        self.mask_notes(&mut notes);
        for view in &mut self.views {
            view.explain(&notes)?;
            view.flush()?;
        }
        Ok(())
    }

    /// Ends the record: what is buffered, then the summary.
    ///
    /// # Errors
    /// What a view's output says.
    pub fn end(&mut self) -> io::Result<Summary> {
        self.dialect.finish();
        let result = self.drain(&mut |_, _| {});
        let notes = self.annotator.end(self.dialect.state());
        let summary = Summary {
            commands: self.tally.commands,
            exchanges: self.tally.exchanges,
            round_trips: self.tally.round_trips,
            octets: self.tally.carried.as_deref().map_or(self.tally.octets, |[c, s]| [c.octets, s.octets]),
            sha256: match (self.tally.digests.take(), &self.tally.carried) {
                (Some(_), Some(carried)) => carried.each_ref().map(|side| Some(hex(&side.sha256))),
                (Some(digests), None) => digests.map(|d| Some(hex(&d.finalize()))),
                (None, _) => [None, None],
            },
            masked: [self.redactor.touched(Side::Client), self.redactor.touched(Side::Server)],
            redacted: self.redactor.masked(),
            warnings: self.annotator.warnings(),
            seconds: self.tally.last.unwrap_or_default().as_secs_f64(),
            notes,
        };
        let ended = self.views.iter_mut().try_for_each(|v| v.end(&summary));
        result.and(ended).map(|()| summary)
    }

    /// The protocol, where there is one: of a session there always is, and elsewhere nobody asks.
    pub fn protocol(&self) -> Protocol {
        self.dialect.protocol().unwrap_or(Protocol::Smtp)
    }

    /// The state after all that was recorded.
    pub fn state(&self) -> &State {
        self.dialect.state()
    }

    /// Whose turn it is.
    pub fn expect(&self) -> Expect {
        self.dialect.expect()
    }

    /// Octets of a side that make no whole line yet.
    pub fn pending(&self, side: Side) -> usize {
        self.dialect.pending(side)
    }

    /// A copy of the dialect, to try a line on before it is sent.
    pub fn trial(&self) -> Box<dyn Dialect> {
        self.dialect.clone()
    }

    /// The run's secrets.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Lets everything be explained anew.
    pub fn forget_said(&mut self) {
        self.annotator.forget();
    }

    /// Records a mark.
    ///
    /// # Errors
    /// What a view's output says.
    pub fn mark(&mut self, mark: Mark, at: Option<Duration>) -> io::Result<()> {
        let what = What::Mark(mark);
        self.push(Event { stream: 1, at, origin: crate::dialogue::Origin::None, what }, &mut |_, _| {})
    }

    /// The views, to change how they show.
    pub fn views(&mut self) -> impl Iterator<Item = &mut Box<dyn View>> {
        self.views.iter_mut()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").field("tally", &self.tally).finish_non_exhaustive()
    }
}
