//! The envelope beside the header: two senders and two lists of recipients that nothing in SMTP compares.

use super::address::{addresses, domain, same};
use super::{HeaderField, Message};
use crate::dialogue::{Level, Note};

/// Envelope and header compared, after DATA: `envelope_from` and `recipients` are what MAIL and RCPT said.
pub fn envelope_notes(envelope_from: &str, recipients: &[String], message: &Message) -> Vec<Note> {
    let mut notes = vec![sender(envelope_from, message)];
    let named: Vec<String> =
        ["To", "Cc"].iter().flat_map(|n| message.all(n)).flat_map(|h| addresses(&h.value)).collect();
    let outside = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|a| !those.iter().any(|b| same(a, b))).cloned().collect()
    };
    let hidden = outside(recipients, &named);
    let unsent = outside(&named, recipients);
    let note = |id: &'static str, who: &[String]| {
        Note::new(Level::Explain, id).with("addresses", who.join(", ")).cite("RFC 5321 §3.3")
    };
    if named.is_empty() && !recipients.is_empty() {
        notes.push(note("note-envelope-no-to", recipients));
    } else {
        if !hidden.is_empty() {
            notes.push(note("note-envelope-hidden", &hidden));
        }
        if !unsent.is_empty() {
            notes.push(note("note-envelope-unsent", &unsent));
        }
    }
    notes
}

/// The envelope's sender beside From:.
fn sender(envelope: &str, message: &Message) -> Note {
    let authors: Vec<String> =
        message.header("From").map(|HeaderField { value, .. }| addresses(value)).unwrap_or_default();
    let header = authors.join(", ");
    let note = |level, id: &'static str| {
        Note::new(level, id).with("envelope", envelope).with("header", &header).cite("RFC 5321 §7.1")
    };
    let at_home = |author: &String| domain(author).eq_ignore_ascii_case(domain(envelope));
    if envelope.is_empty() {
        note(Level::Explain, "note-envelope-null")
    } else if authors.is_empty() {
        note(Level::Hint, "lint-envelope-no-from")
    } else if authors.iter().any(|a| same(a, envelope)) {
        note(Level::Explain, "note-envelope-same")
    } else if authors.iter().any(at_home) {
        // SPF, DKIM and DMARC know domains, not people (RFC 7208 §2.4, 6376 §1.2, 9989).
        note(Level::Hint, "lint-envelope-from-other-user")
    } else {
        note(Level::Hint, "lint-envelope-from-differs")
    }
}
