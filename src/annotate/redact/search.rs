//! Looking for a secret in a finished file, whatever wrote it: as it is and in every disguise that a dialogue, a report
//! or a data format may have given it. The answer has lines and forms, never the secret.
//!
//! Base64 is cut into lines by MIME, and a record puts `C: ` before each; so lines are looked through one by one and
//! joined.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use super::net::forms;
use crate::dialect::imap::utf7;

/// The shortest secret that is looked for, in octets: shorter ones stand anywhere by chance.
pub const LEAST: usize = 4;

/// The shortest disguise that is looked for, in octets.
const SHORTEST: usize = 4;

/// A place: the line, from 1, and the form, a text id.
pub type Place = (usize, &'static str);

/// The needles of a secret: their octets, and the form's text id.
pub fn needles(secret: &[u8]) -> Vec<(Vec<u8>, &'static str)> {
    let mut all: Vec<(Vec<u8>, &'static str)> = Vec::new();
    for (i, (form, make)) in forms("x", secret).into_iter().enumerate() {
        let id = match make.as_str() {
            "x" if i == 0 => "find-form-raw",
            "x" => "find-form-quoted",
            "b64(x)" => "find-form-base64",
            _ => "find-form-base64-part",
        };
        all.push((form, id));
    }
    let coded = |prefix: &str, upper: bool, plain: &dyn Fn(u8) -> bool| -> Vec<u8> {
        let one = |b: &u8| match (plain(*b), upper) {
            (true, _) => vec![*b],
            (false, true) => format!("{prefix}{b:02X}").into_bytes(),
            (false, false) => format!("{prefix}{b:02x}").into_bytes(),
        };
        secret.iter().flat_map(one).collect()
    };
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let printable = |b: u8| (b'!'..=b'~').contains(&b) && b != b'=';
    for upper in [false, true] {
        all.push((coded("%", upper, &unreserved), "find-form-percent"));
        all.push((coded("%", upper, &|b| b.is_ascii_alphanumeric()), "find-form-percent"));
        all.push((coded("%", upper, &|_| false), "find-form-percent"));
        all.push((coded("", upper, &|_| false), "find-form-hex"));
        for between in [" ", ":"] {
            let spaced = coded(between, upper, &|_| false);
            all.push((spaced[1.min(spaced.len())..].to_vec(), "find-form-hex"));
        }
        all.push((coded("=", upper, &printable), "find-form-printable"));
        all.push((coded("=", upper, &|b| printable(b) || b == b' '), "find-form-printable"));
        all.push((coded("=", upper, &|b| printable(b) && b != b'_' && b != b'?'), "find-form-printable"));
    }
    let text = String::from_utf8_lossy(secret).into_owned();
    if text.as_bytes() == secret {
        all.push((utf7::encode(&text).into_bytes(), "find-form-utf7"));
        for quote in ["&#39;", "&#x27;", "'", "&apos;"] {
            let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
            for text in [&text, &quoted] {
                let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                let html = html.replace('\'', quote);
                all.push((html.replace('"', "&quot;").into_bytes(), "find-form-html"));
                all.push((html.replace('"', "&#34;").into_bytes(), "find-form-html"));
                all.push((html.into_bytes(), "find-form-html"));
            }
        }
        let json = serde_json::Value::from(text.as_str()).to_string();
        all.push((json.as_bytes()[1..json.len() - 1].to_vec(), "find-form-json"));
        let mut ascii = String::new();
        for unit in json[1..json.len() - 1].encode_utf16() {
            match u8::try_from(unit) {
                Ok(byte) if byte.is_ascii() => ascii.push(char::from(byte)),
                _ => ascii.push_str(&format!("\\u{unit:04x}")),
            }
        }
        all.push((ascii.into_bytes(), "find-form-json"));
    }
    let mut seen: BTreeSet<Vec<u8>> = BTreeSet::new();
    all.retain(|(needle, _)| needle.len() >= SHORTEST && seen.insert(needle.clone()));
    all
}

/// Where the secret stands in a file, by line; each form of a line once.
pub fn search(file: &[u8], secret: &[u8]) -> BTreeSet<Place> {
    let needles = needles(secret);
    let mut found = BTreeSet::new();
    let Ok(finder) = AhoCorasick::new(needles.iter().map(|(needle, _)| needle)) else { return found };
    let mut joined = Vec::with_capacity(file.len());
    let mut starts = Vec::new();
    for (i, line) in file.split(|b| *b == b'\n').enumerate() {
        for hit in finder.find_overlapping_iter(line) {
            found.insert((i + 1, needles[hit.pattern().as_usize()].1));
        }
        starts.push(joined.len());
        joined.extend_from_slice(content(line));
    }
    for hit in finder.find_overlapping_iter(&joined) {
        let line = starts.partition_point(|start| *start <= hit.start());
        found.insert((line, needles[hit.pattern().as_usize()].1));
    }
    found
}

/// A line without its end and without what a record puts in front: `C: `, `S2-: `; blanks.
fn content(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let bare = line.trim_ascii_start();
    let Some(rest) = bare.strip_prefix(b"C").or_else(|| bare.strip_prefix(b"S")) else { return bare };
    let mark = rest.iter().position(|b| !(b.is_ascii_digit() || b"-+".contains(b))).unwrap_or(rest.len());
    match rest[mark..].strip_prefix(b":") {
        Some(text) => text.strip_prefix(b" ").unwrap_or(text),
        None => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::sasl;

    const SECRET: &str = "s3cr\"t <&ñ> \\pass";

    #[test]
    fn every_disguise_is_seen_through() {
        let plain = sasl::encode(format!("\0ana\0{SECRET}").as_bytes());
        let longer =
            sasl::encode(format!("Content: x\r\n{}{SECRET}{}", "y".repeat(40), "z".repeat(40)).as_bytes());
        let wrapped: Vec<String> =
            longer.as_bytes().chunks(24).map(|l| format!("C: {}", String::from_utf8_lossy(l))).collect();
        let hex: Vec<String> = SECRET.bytes().map(|b| format!("{b:02X}")).collect();
        let percent: String = SECRET.bytes().map(|b| format!("%{b:02x}")).collect();
        for (text, form) in [
            (format!("C: PASS {SECRET}"), "find-form-raw"),
            (sasl::encode(SECRET.as_bytes()), "find-form-base64"),
            (plain.replace('+', "-").replace('/', "_"), "find-form-base64-part"),
            (plain, "find-form-base64-part"),
            (wrapped.join("\r\n"), "find-form-base64-part"),
            (
                format!("a1 LOGIN ana \"{}\"", SECRET.replace('\\', "\\\\").replace('"', "\\\"")),
                "find-form-quoted",
            ),
            (hex.concat(), "find-form-hex"),
            (hex.join(" ").to_lowercase(), "find-form-hex"),
            (percent, "find-form-percent"),
            // JSON escapes as IMAP's quoted strings do, but for letters beyond ASCII.
            (serde_json::Value::from(SECRET).to_string(), "find-form-quoted"),
            (serde_json::Value::from(SECRET).to_string().replace('ñ', "\\u00f1"), "find-form-json"),
            ("s3cr&quot;t &lt;&amp;ñ&gt; \\pass".to_owned(), "find-form-html"),
            (utf7::encode(SECRET), "find-form-utf7"),
        ] {
            let file = format!("first line\n{text}\nlast");
            let found = search(file.as_bytes(), SECRET.as_bytes());
            assert!(found.iter().any(|(line, id)| *line >= 2 && *id == form), "{form}: {found:?} in {text}");
            assert!(found.iter().all(|(line, _)| *line >= 2), "{found:?}");
        }
        assert!(search(b"nothing of the kind\nC: PASS {{password}}\n", SECRET.as_bytes()).is_empty());
    }
}
