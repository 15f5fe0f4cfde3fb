//! ehlo.

pub mod knowledge;
