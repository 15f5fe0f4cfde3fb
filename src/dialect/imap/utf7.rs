//! Modified UTF-7, the way IMAP4rev1 writes mailbox names that are not ASCII (RFC 3501 §5.1.3): `&` begins a
//! run of base64 over UTF-16, `-` ends it, and `&-` is an ampersand.

use base64::Engine;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{GeneralPurposeConfig, NO_PAD};

/// Base64 with `,` in the place of `/`, which would look like a hierarchy separator.
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

fn engine(config: GeneralPurposeConfig) -> Option<GeneralPurpose> {
    let alphabet = base64::alphabet::Alphabet::new(ALPHABET).ok()?;
    Some(GeneralPurpose::new(&alphabet, config))
}

/// What a mailbox name says; none where it is not modified UTF-7.
pub fn decode(name: &str) -> Option<String> {
    let engine = engine(NO_PAD.with_decode_allow_trailing_bits(true))?;
    let mut text = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let (run, after) = rest[at + 1..].split_once('-')?;
        if run.is_empty() {
            text.push('&');
        } else {
            let bytes = engine.decode(run).ok()?;
            let units: Vec<u16> = bytes.chunks(2).map(pair).collect::<Option<_>>()?;
            text.push_str(&String::from_utf16(&units).ok()?);
        }
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

fn pair(bytes: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

/// Writes a name in modified UTF-7.
pub fn encode(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut run: Vec<u8> = Vec::new();
    let flush = |run: &mut Vec<u8>, name: &mut String| {
        if let Some(engine) = engine(NO_PAD)
            && !run.is_empty()
        {
            name.push('&');
            name.push_str(&engine.encode(&*run));
            name.push('-');
        }
        run.clear();
    };
    for c in text.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut run, &mut name);
            name.push(c);
            if c == '&' {
                name.push('-');
            }
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                run.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    flush(&mut run, &mut name);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (wire, text) in [
            ("INBOX", "INBOX"),
            ("Pr&AOE-cticas", "Prácticas"),
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("R&-D", "R&D"),
            ("&2D3eAA-", "😀"),
        ] {
            assert_eq!(decode(wire).as_deref(), Some(text), "{wire}");
            assert_eq!(encode(text), wire);
        }
    }

    #[test]
    fn what_is_no_modified_utf7_stays_undecoded() {
        for wire in ["&", "a&b", "&A-", "&AAA*-", "&2D0-"] {
            assert_eq!(decode(wire), None, "{wire}");
        }
    }
}
