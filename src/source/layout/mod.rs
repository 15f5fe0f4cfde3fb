//! Layouts: how tools and people write a dialogue down. A line loses its time stamps, ids and marks here, and
//! what is left goes to the search as a [`Row`]. Marks are evidence, not truth: some tools have the arrows the
//! other way round, and the search may turn them.

pub mod detect;
mod rules;

use super::paste::Features;
use crate::dialogue::Side;

/// Whose a line is by its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The layout says so.
    Mark(Side),
    /// The layout marks lines, and this one has no mark.
    Bare,
    /// The layout has no marks.
    Unmarked,
}

/// A line without what its layout added.
#[derive(Clone, Debug)]
pub struct Row {
    /// The input's line, from 1.
    pub line: u64,
    /// What is left of it.
    pub text: Vec<u8>,
    /// Whose it is, by its mark.
    pub said: Said,
    /// It stands right below another and further in than that one's mark: the rest of a wrapped line.
    pub hang: bool,
    /// The lines around it have blank lines between them.
    pub spaced: bool,
    /// It goes on with a line that was too long to be held.
    pub joined: bool,
    /// Its looks.
    pub features: Features,
}
