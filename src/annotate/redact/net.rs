//! The last net: known values, raw and in base64 at each alignment, wherever they stand.

use memchr::memmem::Finder;

use super::store::Secrets;
use crate::dialect::sasl;
use crate::dialogue::Wire;

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct Net {
    version: u64,
    needles: Vec<(Finder<'static>, String)>,
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
        self.needles.clear();
        for (name, value) in &values {
            for (form, make) in forms(name, value) {
                self.needles.push((Finder::new(&form).into_owned(), make));
            }
        }
        // The longest first: a whole is better named than a part of it.
        self.needles.sort_by_key(|(f, _)| std::cmp::Reverse(f.needle().len()));
        self.longest = self.needles.first().map_or(1, |(f, _)| f.needle().len());
    }

    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    /// The longest needle, in octets; at least 1.
    pub fn longest(&self) -> usize {
        self.longest.max(1)
    }

    /// All hits outside holes, from the last to the first, not overlapping.
    pub fn mask(&self, wire: &Wire) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for (finder, make) in &self.needles {
            for start in finder.find_iter(&wire.bytes) {
                let end = start + finder.needle().len();
                let free = hits.iter().all(|h| h.end <= start || h.start >= end);
                if free && wire.hole_in(start, end).is_none() {
                    hits.push(Hit { start, end, make: make.clone() });
                }
            }
        }
        hits.sort_by_key(|h| std::cmp::Reverse(h.start));
        hits
    }
}

/// The forms that a value takes: itself, in an IMAP quoted string, in base64 whole and inside more.
fn forms(name: &str, value: &[u8]) -> Vec<(Vec<u8>, String)> {
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
