//! The syntax of a row made a line: the first of what may stand in a place, with samples for the placeholders.

/// What stands for a placeholder.
const SAMPLES: &[(&str, &str)] = &[
    ("mailbox", "INBOX"),
    ("reverse-path", "ana@example.org"),
    ("forward-path", "bea@example.org"),
    ("mechanism", "PLAIN"),
    ("domain", "example.org"),
    ("address", "ana@example.org"),
    ("octets", "1000"),
    ("size", "5"),
    ("minimum", "240"),
    ("seconds", "60"),
    ("days", "7"),
    ("n", "3"),
    ("number", "17"),
    ("uid", "5"),
    ("uids", "5"),
    ("uidvalidity", "17"),
    ("source-uids", "5"),
    ("dest-uids", "9"),
    ("uid-set", "5"),
    ("seq", "1"),
    ("set", "1"),
    ("modseq", "9"),
    ("count", "3"),
    ("start", "1"),
    ("msg", "1"),
    ("done", "1"),
    ("total", "2"),
    ("max-interval", "86400"),
    ("max-datetime", "2026-12-01T00:00:00Z"),
    ("date-time", "2026-12-01T00:00:00Z"),
    ("date", "1-Feb-2026"),
    ("url", "imap://example.org/INBOX"),
    ("url-prefix", "imap://example.org"),
    ("type", "rfc822"),
    ("capability", "CONDSTORE"),
    ("capabilities", "IMAP4rev1 CONDSTORE"),
    ("resource", "STORAGE"),
    ("limit", "512"),
    ("usage", "10"),
    ("key", "SEEN"),
    ("keys", "SEEN"),
    ("items", "FLAGS"),
    ("charset", "UTF-8"),
    ("charsets", "UTF-8"),
    ("cs", "UTF-8"),
    ("criteria", "DATE"),
    ("algorithm", "REFERENCES"),
    ("rights", "lr"),
    ("identifier", "bea"),
    ("flags", r"\Seen"),
    ("attributes", r"\Sent"),
    ("digest", "c4c9334bac560ecc979e58001b3e22fb"),
    ("language-tag", "es"),
];

/// A line in a form that the syntax allows.
pub fn fill(syntax: &str) -> String {
    let first = syntax.split(" | ").next().unwrap_or_default();
    let open: String = first.chars().filter(|c| !"[]".contains(*c)).collect();
    let open = open.replace(" ...", "").replace("...", "");
    open.split(' ').map(alternative).map(|word| sample(&word)).collect::<Vec<_>>().join(" ")
}

/// The first of several: `BODY=7BIT|8BITMIME` is `BODY=7BIT`.
fn alternative(word: &str) -> String {
    word.split('|').next().unwrap_or_default().to_owned()
}

/// Puts samples where placeholders stand.
fn sample(word: &str) -> String {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit();
    let mut out = String::new();
    let mut name = String::new();
    for c in word.chars().chain(['\0']) {
        if is_name(c) {
            name.push(c);
            continue;
        }
        let known = SAMPLES.iter().find(|(placeholder, _)| *placeholder == name);
        out.push_str(known.map_or(name.as_str(), |(_, sample)| sample));
        name.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}
