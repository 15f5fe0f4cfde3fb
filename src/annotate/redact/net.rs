//! The last net: known values, raw and in base64 at each alignment, wherever they stand.

use aho_corasick::{AhoCorasick, MatchKind};

use super::store::Secrets;
use crate::dialect::sasl;
use crate::dialogue::Wire;

/// What is looked for, in one pass over the bytes however many forms there are.
#[derive(Debug, Default)]
pub(super) struct Net {
    version: u64,
    finder: Option<AhoCorasick>,
    makes: Vec<String>,
    longest: usize,
}

/// A secret found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub start: usize,
    pub end: usize,
    pub make: String,
}

impl Net {
    /// Takes over what the store has learnt.
    pub fn refresh(&mut self, secrets: &Secrets) {
        if secrets.version() == self.version {
            return;
        }
        let (version, values) = secrets.searchable();
        self.version = version;
        let (needles, makes): (Vec<_>, Vec<_>) =
            values.iter().flat_map(|(name, value)| forms(name, value)).unzip();
        self.longest = needles.iter().map(Vec::len).max().unwrap_or(1);
        // The longest where several begin: a whole is better named than a part of it.
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&needles);
        self.finder = finder.ok().filter(|_| !needles.is_empty());
        self.makes = makes;
    }

    pub fn is_empty(&self) -> bool {
        self.finder.is_none()
    }

    /// The longest needle, in octets; at least 1.
    pub fn longest(&self) -> usize {
        self.longest.max(1)
    }

    /// All hits outside holes, from the last to the first, not overlapping.
    pub fn mask(&self, wire: &Wire) -> Vec<Hit> {
        let Some(finder) = &self.finder else { return Vec::new() };
        let mut hits: Vec<Hit> = Vec::new();
        let mut from = 0;
        let ends = wire.holes.iter().map(|h| (h.start, h.end)).chain([(wire.len(), wire.len())]);
        for (to, next) in ends {
            // A placeholder is nothing to look into.
            for found in finder.find_iter(&wire.bytes[from..to.max(from)]) {
                let (start, end) = (from + found.start(), from + found.end());
                hits.push(Hit { start, end, make: self.makes[found.pattern().as_usize()].clone() });
            }
            from = next.max(from);
        }
        hits.reverse();
        hits
    }
}

/// The forms that a value takes: itself, in an IMAP quoted string, in base64 whole and inside more.
pub(super) fn forms(name: &str, value: &[u8]) -> Vec<(Vec<u8>, String)> {
    let mut forms = vec![(value.to_vec(), name.to_owned())];
    let text = String::from_utf8_lossy(value);
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    if quoted.as_bytes() != value {
        forms.push((quoted.into_bytes(), name.to_owned()));
    }
    forms.push((sasl::encode(value).into_bytes(), format!("b64({name})")));
    for shift in 0..3 {
        // Only the characters that the value alone decides.
        let padded = [&[0u8; 3][..shift], value].concat();
        let coded = sasl::encode(&padded);
        let from = (shift * 8).div_ceil(6);
        let to = padded.len() * 8 / 6;
        let inner = coded.as_bytes()[from..to].to_vec();
        for url in [false, true] {
            let form: Vec<u8> = match url {
                false => inner.clone(),
                true => inner
                    .iter()
                    .map(|b| match b {
                        b'+' => b'-',
                        b'/' => b'_',
                        b => *b,
                    })
                    .collect(),
            };
            if form.len() >= 6 && !forms.iter().any(|(f, _)| *f == form) {
                forms.push((form, format!("part_of_{name}")));
            }
        }
    }
    forms
}
