//! Live sessions: what the user asked for, the loop between the server and whoever types, logging in, and the
//! local commands.

pub mod options;

pub use options::Options;
