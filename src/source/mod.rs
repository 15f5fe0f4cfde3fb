//! Sources that are files: a transcript in the notation. They push events, as a live session does.

pub mod transcript;
