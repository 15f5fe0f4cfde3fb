//! `--reproducible`: what changes from run to run by itself (times, our own port, the address a name has today, when a
//! certificate was made) is taken off on the way to a view, so that two runs give the same record as far as the server
//! says the same. What the server says is never changed.

use std::io;

use super::{Begin, Control, Summary, View};
use crate::dialogue::{Mark, Note, Step};

/// What is said of one certificate and not of the next.
const OF_A_CERTIFICATE: [&str; 2] = ["mark-certificate-dates", "mark-certificate-issuer"];

/// A view that sees nothing that changes by itself.
pub struct Still {
    view: Box<dyn View>,
    target: String,
}

impl Still {
    /// The same view, kept still.
    pub fn new(view: Box<dyn View>) -> Still {
        Still { view, target: String::new() }
    }

    /// A step without what changes from run to run; none where nothing is left of it.
    fn quiet(&self, step: &Step, notes: &[Note]) -> Option<(Step, Vec<Note>)> {
        let mut step = step.clone();
        let mut notes = notes.to_vec();
        match &mut step {
            Step::Piece(piece) => piece.at = None,
            Step::Mark { mark, at, .. } => {
                *at = None;
                match mark {
                    Mark::Trying { .. } => return None,
                    Mark::Connected { address, local, .. } => {
                        *local = None;
                        let known = std::mem::replace(address, self.target.clone());
                        let args = notes.iter_mut().flat_map(|note| &mut note.args);
                        args.filter(|(_, value)| *value == known)
                            .for_each(|(_, v)| v.clone_from(&self.target));
                    }
                    // A lab makes its certificates anew wherever it begins, and others are renewed.
                    Mark::Tls(info) => {
                        info.certificate = None;
                        notes.retain(|note| !OF_A_CERTIFICATE.contains(&&*note.id));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Some((step, notes))
    }
}

impl std::fmt::Debug for Still {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Still").field("target", &self.target).finish_non_exhaustive()
    }
}

/// What is known when a record begins, and will be so again.
pub fn beginning(begin: &Begin) -> Begin {
    Begin { started: None, client: None, server: None, ..begin.clone() }
}

impl View for Still {
    fn begin(&mut self, begin: &Begin) -> io::Result<()> {
        self.target.clone_from(&begin.target);
        self.view.begin(&beginning(begin))
    }

    fn step(&mut self, step: &Step, notes: &[Note]) -> io::Result<()> {
        match self.quiet(step, notes) {
            Some((step, notes)) => self.view.step(&step, &notes),
            None => Ok(()),
        }
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        self.view.notes(notes)
    }

    fn explain(&mut self, notes: &[Note]) -> io::Result<()> {
        self.view.explain(notes)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.view.end(&Summary { seconds: 0.0, ..summary.clone() })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.view.flush()
    }

    fn control(&mut self, control: &Control) {
        self.view.control(control);
    }

    fn wants_digests(&self) -> bool {
        self.view.wants_digests()
    }
}
