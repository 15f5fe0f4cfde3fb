//! A delivery plan, shown: as a page for people, as JSON, and in short for scripts.
//!
//! - [`text`]: the plan first, then how it was found, then what would happen next.
//! - [`json`]: one object, one line, stable names.
//! - [`short`]: preference, name, addresses.
//!
//! Text ids are `mx-…`; what was not said by ehlo is made safe on the way (the catalog does, for arguments).

pub mod json;
mod page;
mod policy;
mod probe;
pub mod short;
mod spf;
mod story;
pub mod text;

use crate::i18n::Catalog;
use crate::net::mx::Warning;

pub use text::Look;

/// The sentence of a warning.
pub(crate) fn warning(warning: &Warning, catalog: &Catalog) -> String {
    catalog.say(&format!("mx-warning-{}", warning.id), &warning.args)
}
