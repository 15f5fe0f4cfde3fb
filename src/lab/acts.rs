//! What can be done to a lab from outside, beside mail: the same for one that runs and for what it keeps.

use serde_json::{Value, json};

use super::Lab;
use crate::error::{Error, Exit};

/// Does what is wanted; the answer says what came of it.
///
/// # Errors
/// What cannot be done.
pub fn act(_lab: &Lab, wanted: &Value) -> Result<Value, Error> {
    match wanted["do"].as_str() {
        Some("fault") => Ok(json!({"faults": []})),
        _ => Err(Error::new(Exit::Usage, "error-lab-cannot")),
    }
}
