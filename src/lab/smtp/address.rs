//! Addresses in MAIL and RCPT, and the parameters behind them (RFC 5321 §4.1.1.11), read as generously as
//! Postfix does: no domain, a source route and a quoted local part are all right.

/// An address of the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The local part, without quotes.
    pub local: String,
    /// The domain; none where the client left it out.
    pub domain: Option<String>,
}

impl Address {
    /// Reads what stood in the brackets; none if it is no address. The null path is not read here.
    pub fn read(path: &str) -> Option<Address> {
        // RFC 5321 §4.1.1.3: a source route is taken and not looked at.
        let address = match path.strip_prefix('@').and_then(|p| p.split_once(':')) {
            Some((_, address)) => address,
            None => path,
        };
        let (local, domain) = match split(address)? {
            (local, Some(domain)) if domain_fits(domain) => (local, Some(domain.to_owned())),
            (_, Some(_)) => return None,
            (local, None) => (local, None),
        };
        Some(Address { local: local_part(local)?, domain })
    }

    /// As it stands in replies and headers; `domain` where there is none.
    pub fn with(&self, domain: &str) -> String {
        let atom = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.@".contains(c) || !c.is_ascii();
        let domain = self.domain.as_deref().unwrap_or(domain);
        if self.local.chars().all(atom) {
            return format!("{}@{domain}", self.local);
        }
        let quoted = self.local.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{quoted}\"@{domain}")
    }
}

/// The two sides of the last `@` that is in no quotes.
fn split(address: &str) -> Option<(&str, Option<&str>)> {
    let (mut quoted, mut escaped, mut at) = (false, false, None);
    for (i, c) in address.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '@' if !quoted => at = Some(i),
            _ => {}
        }
    }
    if quoted || escaped {
        return None;
    }
    Some(at.map_or((address, None), |at| (&address[..at], Some(&address[at + 1..]))))
}

fn local_part(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let (mut local, mut escaped) = (String::new(), false);
    for c in inner.unwrap_or(text).chars() {
        let plain = !c.is_control() && c != char::REPLACEMENT_CHARACTER;
        // RFC 5321 §4.1.2: blanks and specials stand in quotes only.
        if !plain || (inner.is_none() && (c == ' ' || "<>()[];:,\"".contains(c))) {
            return None;
        }
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            local.push(c);
            escaped = false;
        }
    }
    (!local.is_empty()).then_some(local)
}

fn domain_fits(domain: &str) -> bool {
    let literal = domain.starts_with('[') && domain.ends_with(']');
    let allowed =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_') || (literal && "[]:".contains(c));
    !domain.is_empty() && !domain.starts_with('.') && domain.chars().all(allowed)
}

/// What MAIL and RCPT may say behind the path: `KEY=value` or `KEY`.
pub fn parameter(word: &str) -> (String, Option<&str>) {
    match word.split_once('=') {
        Some((key, value)) => (key.to_ascii_uppercase(), Some(value)),
        None => (word.to_ascii_uppercase(), None),
    }
}

/// Whether a value is an `xtext` (RFC 3461 §4): printable, and `+` only before two hexadecimal digits.
pub fn is_xtext(value: &str) -> bool {
    let bytes = value.as_bytes();
    let hex = |i: usize| bytes.get(i).is_some_and(|b| b.is_ascii_digit() || (b'A'..=b'F').contains(b));
    bytes.iter().enumerate().all(|(i, &b)| match b {
        b'+' => hex(i + 1) && hex(i + 2),
        b => (b'!'..=b'~').contains(&b) && b != b'=',
    })
}

/// What an `xtext` stands for, made fit for a field of a report: no control character.
pub fn xtext(value: &str) -> String {
    let bytes = value.as_bytes();
    let (mut out, mut i) = (Vec::new(), 0);
    while let Some(&byte) = bytes.get(i) {
        let hex =
            (byte == b'+').then(|| value.get(i + 1..i + 3).and_then(|h| u8::from_str_radix(h, 16).ok()));
        match hex.flatten() {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).replace(char::is_control, "?")
}

/// Whether NOTIFY's value is as RFC 3461 §4.1 wants it: NEVER alone, or some of the three others.
pub fn is_notify(value: &str) -> bool {
    let words: Vec<String> = value.split(',').map(str::to_ascii_uppercase).collect();
    words == ["NEVER"] || words.iter().all(|w| matches!(w.as_str(), "SUCCESS" | "FAILURE" | "DELAY"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_postfix_reads_them() {
        for (path, read) in [
            ("a@b", Some("a@b")),
            ("alumnopop", Some("alumnopop@here")),
            ("@x,@y:a@b", Some("a@b")),
            (r#""a b"@c"#, Some(r#""a b"@c"#)),
            (r#""a"@c"#, Some("a@c")),
            (r#""a\"@b"@c"#, Some(r#""a\"@b"@c"#)),
            ("a@b@c", Some("a@b@c")),
            ("a..b@c", Some("a..b@c")),
            ("a@[127.0.0.1]", Some("a@[127.0.0.1]")),
            ("ñandú@españa.ar", Some("ñandú@españa.ar")),
            ("a b@c", None),
            ("a@", None),
            ("@b", None),
            ("", None),
            ("a@b c", None),
            ("a@b>", None),
            (r#""a@b"#, None),
            ("a\u{7}@b", None),
        ] {
            assert_eq!(Address::read(path).map(|a| a.with("here")).as_deref(), read, "{path}");
        }
    }

    #[test]
    fn dsn_values_are_checked() {
        assert!(is_notify("success,FAILURE") && is_notify("never"));
        assert!(!is_notify("NEVER,DELAY") && !is_notify("") && !is_notify("x"));
        assert!(is_xtext("a+2Bb") && !is_xtext("a+b") && !is_xtext("a=b") && !is_xtext("a b"));
    }
}
