//! Octets that are missing from a message: what a paste loses, tried until the announced figure fits.

use crate::annotate::message::Message;

/// Empty lines that a paste may have lost.
const MOST_EMPTY: u64 = 2;
/// Blanks at line ends that it may have lost.
const MOST_BLANKS: u64 = 3;

/// What makes the announced octets of the octets that are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::annotate) struct Fit {
    /// Folded lines of the header that have lost their tab or blank (RFC 5322 §2.2.3).
    pub folds: u64,
    /// Empty lines, of two octets each.
    pub empty: u64,
    /// Blanks at line ends.
    pub blanks: u64,
}

/// The likeliest reading under which the octets fit; none, if nothing shows that white space was lost.
pub(in crate::annotate) fn fit(announced: u64, message: &Message) -> Option<Fit> {
    let folds = message.unfolded;
    if folds == 0 && (message.blank_line || message.stray.is_none()) {
        return None;
    }
    let missing = announced.checked_sub(message.octets + folds)?;
    let least = u64::from(!message.blank_line).min(missing / 2);
    let readings =
        (0..=MOST_BLANKS).flat_map(|blanks| (least..=MOST_EMPTY).map(move |empty| (empty, blanks)));
    let (empty, blanks) = readings.into_iter().find(|(empty, blanks)| empty * 2 + blanks == missing)?;
    Some(Fit { folds, empty, blanks })
}
