//! Live sessions: what the user asked for, the loop between the server and whoever types, logging in, and the
//! local commands.

pub mod options;

pub use options::Options;

pub mod faults;

/// TEMPORARY: the session loop comes with the next merge.
///
/// # Errors
/// Always.
pub fn run(_options: Options) -> Result<crate::error::Exit, crate::error::Error> {
    Err(crate::error::Error::new(crate::error::Exit::Bug, "error-defect").with("version", "0"))
}
