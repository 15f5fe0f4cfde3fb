//! How the server writes strings, names, flags (RFC 9051 §9): quoted where that is possible, else as literals,
//! which a server may always send.

use crate::dialect::imap::utf7;

/// Writes a string.
pub fn push_string(out: &mut Vec<u8>, bytes: &[u8]) {
    if bytes.len() <= 4096 && bytes.iter().all(|b| matches!(b, b'\t' | b' '..=b'~')) {
        out.push(b'"');
        for &b in bytes {
            if matches!(b, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(b);
        }
        out.push(b'"');
        return;
    }
    out.extend_from_slice(format!("{{{}}}\r\n", bytes.len()).as_bytes());
    // A literal has no NUL (RFC 9051 §9, CHAR8).
    out.extend(bytes.iter().map(|b| if *b == 0 { 0x80 } else { *b }));
}

/// Writes a string, or NIL.
pub fn push_nstring(out: &mut Vec<u8>, bytes: Option<&[u8]>) {
    match bytes {
        Some(bytes) => push_string(out, bytes),
        None => out.extend_from_slice(b"NIL"),
    }
}

/// A string that is known to be printable, as text.
pub fn string(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    push_string(&mut out, bytes);
    String::from_utf8_lossy(&out).into_owned()
}

/// A mailbox name: modified UTF-7, as an atom where it is one.
pub fn mailbox(name: &str) -> String {
    let wire = utf7::encode(name);
    let atom = |b: u8| b > b' ' && b < 0x7f && !b"(){%*\"\\[]".contains(&b);
    match !wire.is_empty() && wire.bytes().all(atom) && !wire.eq_ignore_ascii_case("NIL") {
        true => wire,
        false => string(wire.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_they_must() {
        for (name, said) in [
            ("INBOX", "INBOX"),
            ("Sent Mail", "\"Sent Mail\""),
            ("Prácticas", "Pr&AOE-cticas"),
            ("R&D", "R&-D"),
            ("a\"b", "\"a\\\"b\""),
            ("", "\"\""),
            ("nil", "\"nil\""),
        ] {
            assert_eq!(mailbox(name), said);
        }
        let mut out = Vec::new();
        push_nstring(&mut out, Some("ñ\0".as_bytes()));
        assert_eq!(out, b"{3}\r\n\xc3\xb1\x80");
    }
}
