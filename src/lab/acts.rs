//! What can be done to a lab from outside, beside mail: the same for one that runs and for what it keeps.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Lab, exchange, fault_error};
use crate::error::{Error, Exit};

/// Does what is wanted; the answer says what came of it.
///
/// # Errors
/// What cannot be done.
pub fn act(lab: &Lab, wanted: &Value) -> Result<Value, Error> {
    match wanted["do"].as_str() {
        Some("fault") => fault(lab, wanted),
        Some("export") => {
            let folder = PathBuf::from(wanted["folder"].as_str().unwrap_or_default());
            Ok(json!({"count": exchange::export(&lab.store, &folder)?}))
        }
        Some("import") => import(lab, wanted),
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

/// Messages into an account: the one that is named first, or the only one there is.
fn import(lab: &Lab, wanted: &Value) -> Result<Value, Error> {
    let mut files: Vec<PathBuf> = wanted["files"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(PathBuf::from)
        .collect();
    let named = wanted["first"].as_str().and_then(|word| lab.store.account_of(word));
    let accounts = lab.store.accounts();
    let account = match (named, accounts.as_slice()) {
        (Some(account), _) if files.first().is_some_and(|file| !file.exists()) => {
            files.remove(0);
            account
        }
        (_, [only]) => only.clone(),
        _ => return Err(Error::new(Exit::Usage, "usage-lab-import").with("known", accounts.join(", "))),
    };
    if files.is_empty() {
        return Err(Error::new(Exit::Usage, "usage-lab-import").with("known", accounts.join(", ")));
    }
    Ok(json!({"count": exchange::import(&lab.store, &account, &files)?, "account": account}))
}
