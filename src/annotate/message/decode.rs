//! Header values for people: encoded words (RFC 2047) parameters (RFC 2231), and dates (RFC 5322 §3.3).

use mail_parser::HeaderValue;
use mail_parser::parsers::MessageStream;

/// The most octets of a value that are decoded.
const MOST: usize = 4096;

/// A value with its encoded words decoded (`=?UTF-8?Q?a=C3=B1o?=` is `año`); none, where there is none to decode.
pub fn decoded(value: &str) -> Option<String> {
    if !value.contains("=?") || value.len() > MOST {
        return None;
    }
    let line = format!("{value}\n");
    let HeaderValue::Text(text) = MessageStream::new(line.as_bytes()).parse_unstructured() else {
        return None;
    };
    (text != value).then(|| text.into_owned())
}

/// A date in seconds since 1970; the comment behind it is passed over.
pub fn seconds(value: &str) -> Option<i64> {
    let line = format!("{}\n", value.get(..MOST.min(value.len()))?);
    let HeaderValue::DateTime(date) = MessageStream::new(line.as_bytes()).parse_date() else { return None };
    date.is_valid().then(|| date.to_timestamp())
}

/// The text of a parameter as RFC 2231 §4 writes it, `filename*` with `UTF-8''a%C3%B1o.txt`; only UTF-8 and
/// its part, ASCII.
pub fn extended(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let text = rest.split_once('\'')?.1.as_bytes();
    if !["utf-8", "us-ascii"].iter().any(|known| charset.eq_ignore_ascii_case(known)) {
        return None;
    }
    let (mut bytes, mut at) = (Vec::new(), 0);
    while let Some(byte) = text.get(at) {
        let hex =
            text.get(at + 1..at + 3).filter(|_| *byte == b'%').and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(octet) => {
                bytes.push(octet);
                at += 3;
            }
            None => {
                bytes.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_dates_are_read() {
        assert_eq!(
            decoded("=?UTF-8?Q?Reuni=C3=B3n_del_?= =?utf-8?b?dmllcm5lcw==?=").as_deref(),
            Some("Reunión del viernes")
        );
        assert_eq!(
            decoded("Ana =?iso-8859-1?q?Nu=F1ez?= <ana@example.org>").as_deref(),
            Some("Ana Nuñez <ana@example.org>")
        );
        assert_eq!(decoded("plain = text?"), None);
        assert_eq!(decoded("=?broken"), None);
        let date = "Thu, 5 Apr 2018 21:55:02 +0000 (UTC)";
        assert_eq!(seconds(date), Some(1_522_965_302));
        assert_eq!(seconds("Thu,  5 Apr 2018 18:55:02 -0300"), Some(1_522_965_302));
        assert_eq!(seconds("yesterday"), None);
    }
}
