//! The one data model: what was said ([`event`], [`wire`], [`mark`]), what a dialect read in it ([`unit`]),
//! and what there is to say about it ([`note`]). No I/O, no prose, no protocol.

pub mod event;
pub mod mark;
pub mod note;
pub mod text;
pub mod unit;
pub mod wire;

pub use event::{Event, Origin, Protocol, Side, What};
pub use mark::Mark;
pub use note::{Level, Note};
pub use unit::{Fault, Piece, Shape, Step, Token, TokenKind, UnitEnd, UnitHead};
pub use wire::{Hole, Wire};
