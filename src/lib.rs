//! ehlo.

#[cfg(feature = "net")]
pub mod net;
