//! Bytes with holes: what travels from a source to a view.
//!
//! A **hole** is a span of bytes that is a secret, or stands for one, with what would make it again: the
//! `make` of `{{plain("ana", password)}}` is `plain("ana", password)`. Until the redactor has run, the span
//! holds the real bytes (the session knows what it computed from a password); afterwards, and in anything
//! read from a transcript, it holds the placeholder's own notation, so that no view can show more.

/// A span that is a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hole {
    /// First octet.
    pub start: usize,
    /// One past the last octet.
    pub end: usize,
    /// What would make it: a name (`password`) or a call (`plain("ana", password)`), without braces.
    pub make: String,
}

/// Bytes of one side, with the spans that are secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Wire {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The secret spans, ascending, not overlapping.
    pub holes: Vec<Hole>,
}

impl Wire {
    /// What makes a literal's count that would tell a secret's length.
    pub const UNTOLD: &str = "n";

    /// Plain bytes, no secret known.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Wire { bytes: bytes.into(), holes: Vec::new() }
    }

    /// The notation of a placeholder: `{{make}}`; of a literal's untold count, the `n` of `{n}`.
    pub fn notation(make: &str) -> String {
        if make == Self::UNTOLD {
            return make.to_owned();
        }
        format!("{{{{{make}}}}}")
    }

    /// How many octets.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Adds plain bytes at the end.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Adds real bytes that are a secret with a known make.
    pub fn push_secret(&mut self, bytes: &[u8], make: impl Into<String>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.holes.push(Hole { start, end: self.bytes.len(), make: make.into() });
    }

    /// Adds a placeholder whose bytes are not known: its own notation stands for them.
    pub fn push_placeholder(&mut self, make: &str) {
        self.push_secret(Wire::notation(make).as_bytes(), make);
    }

    /// Appends another wire.
    pub fn append(&mut self, other: &Wire) {
        let base = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        self.holes.extend(other.holes.iter().map(|h| Hole {
            start: h.start + base,
            end: h.end + base,
            make: h.make.clone(),
        }));
    }

    /// A part of it. A hole that is cut keeps its make on both sides of the cut.
    pub fn slice(&self, start: usize, end: usize) -> Wire {
        let holes = self
            .holes
            .iter()
            .filter(|h| h.start < end && h.end > start)
            .map(|h| Hole {
                start: h.start.max(start) - start,
                end: h.end.min(end) - start,
                make: h.make.clone(),
            })
            .collect();
        Wire { bytes: self.bytes[start..end].to_vec(), holes }
    }

    /// The hole that covers any of `start..end`.
    pub fn hole_in(&self, start: usize, end: usize) -> Option<&Hole> {
        self.holes.iter().find(|h| h.start < end && h.end > start)
    }

    /// Whether this hole's bytes are its own notation: nothing secret is here any more.
    pub fn is_placeholder(&self, hole: &Hole) -> bool {
        self.bytes[hole.start..hole.end] == *Wire::notation(&hole.make).as_bytes()
    }

    /// The bytes as text, invalid UTF-8 replaced. For look-ups, never for a record.
    pub fn lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }
}

impl From<&[u8]> for Wire {
    fn from(bytes: &[u8]) -> Self {
        Wire::new(bytes)
    }
}

impl From<&str> for Wire {
    fn from(text: &str) -> Self {
        Wire::new(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_follow_their_bytes_through_append_and_slice() {
        let mut wire = Wire::from("PASS ");
        wire.push_secret(b"hunter2", "password");
        let mut two = Wire::from("x");
        two.append(&wire);
        assert_eq!(two.holes[0].start..two.holes[0].end, 6..13);
        let cut = two.slice(3, 10);
        assert_eq!(cut.bytes, b"SS hunt"[..].to_vec());
        assert_eq!((cut.holes[0].start, cut.holes[0].end), (3, 7));
        assert!(!two.is_placeholder(&two.holes[0]));
    }

    #[test]
    fn a_placeholder_is_its_own_notation() {
        let mut wire = Wire::default();
        wire.push_placeholder("plain(\"ana\", password)");
        assert_eq!(wire.lossy(), "{{plain(\"ana\", password)}}");
        assert!(wire.is_placeholder(&wire.holes[0]));
    }
}
