//! What can be done to a lab from outside, beside mail: the same for one that runs and for what it keeps.

use serde_json::{Value, json};

use super::{Lab, fault_error};
use crate::error::{Error, Exit};

/// Does what is wanted; the answer says what came of it.
///
/// # Errors
/// What cannot be done.
pub fn act(lab: &Lab, wanted: &Value) -> Result<Value, Error> {
    match wanted["do"].as_str() {
        Some("fault") => fault(lab, wanted),
        _ => Err(Error::new(Exit::Usage, "error-lab-cannot")),
    }
}

/// More faults, or none any more (`off`); the answer is those that hold.
fn fault(lab: &Lab, wanted: &Value) -> Result<Value, Error> {
    let more = wanted["rules"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let more: Vec<String> = more.map(str::to_owned).collect();
    if more == ["off"] {
        lab.faults.set::<&str>(&[]).map_err(|bad| fault_error(&bad))?;
    } else if !more.is_empty() {
        let mut rules = lab.faults.rules();
        rules.extend(more);
        lab.faults.set(&rules).map_err(|bad| fault_error(&bad))?;
    }
    Ok(json!({"faults": lab.faults.rules()}))
}
