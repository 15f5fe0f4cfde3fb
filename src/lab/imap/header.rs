//! A message's header as raw octets: its fields, and the two grammars in it that IMAP takes apart itself,
//! addresses (RFC 5322 §3.4, the obsolete forms too) and MIME parameters (RFC 2045 §5.1). Encoded words stay as
//! they are: to decode them is the client's task (RFC 9051 §7.5.2).

/// A field: its name, what stands behind the colon, and all its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The name; empty for a line that has no colon.
    pub name: &'a [u8],
    /// The value with its folds, line end included.
    pub value: &'a [u8],
    /// The whole field, line end included.
    pub raw: &'a [u8],
}

/// Where the header ends: behind the first empty line, or at the end where there is none.
pub fn end(message: &[u8]) -> usize {
    let mut at = 0;
    while let Some(lf) = memchr::memchr(b'\n', &message[at..]) {
        let line = &message[at..at + lf];
        at += lf + 1;
        if matches!(line, b"" | b"\r") {
            return at;
        }
    }
    message.len()
}

/// The fields of a header.
pub fn fields(header: &[u8]) -> Vec<Field<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < header.len() {
        let end = memchr::memchr(b'\n', &header[at..]).map_or(header.len(), |lf| at + lf + 1);
        if matches!(&header[at..end], b"\n" | b"\r\n") {
            break;
        }
        at = end;
        let folded = matches!(header.get(at), Some(b' ' | b'\t'));
        if !folded {
            found.push(field(&header[start..at]));
            start = at;
        }
    }
    if start < at {
        found.push(field(&header[start..at]));
    }
    found
}

fn field(raw: &[u8]) -> Field<'_> {
    match memchr::memchr(b':', raw) {
        Some(colon) => Field { name: raw[..colon].trim_ascii_end(), value: &raw[colon + 1..], raw },
        None => Field { name: b"", value: b"", raw },
    }
}

/// A value on one line: folds taken back, blanks at the ends left out.
pub fn unfold(value: &[u8]) -> Vec<u8> {
    let line: Vec<u8> = value.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    line.trim_ascii().to_vec()
}

/// The first field of that name, unfolded.
pub fn value(fields: &[Field<'_>], name: &str) -> Option<Vec<u8>> {
    let found = fields.iter().find(|f| f.name.eq_ignore_ascii_case(name.as_bytes()))?;
    Some(unfold(found.value))
}

/// A word of a structured field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Atom(Vec<u8>),
    Quoted(Vec<u8>),
    Comment(Vec<u8>),
    Special(u8),
}

/// Cuts a structured field into words. `specials` end an atom and are words themselves.
fn words(text: &[u8], specials: &[u8]) -> Vec<Word> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&b) = text.get(at) {
        at += 1;
        match b {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'"' => found.push(Word::Quoted(delimited(text, &mut at, b'"'))),
            b'(' => found.push(Word::Comment(delimited(text, &mut at, b')'))),
            b'[' => {
                let inner = delimited(text, &mut at, b']');
                found.push(Word::Atom([b"[", &inner[..], b"]"].concat()));
            }
            _ if specials.contains(&b) => found.push(Word::Special(b)),
            _ => {
                let rest = &text[at..];
                let stop = |c: &u8| c.is_ascii_whitespace() || b"\"(".contains(c) || specials.contains(c);
                let end = rest.iter().position(stop).unwrap_or(rest.len());
                found.push(Word::Atom(text[at - 1..at + end].to_vec()));
                at += end;
            }
        }
    }
    found
}

/// Reads up to a closing octet, which may be quoted by a backslash; comments nest.
fn delimited(text: &[u8], at: &mut usize, close: u8) -> Vec<u8> {
    let mut inner = Vec::new();
    let mut depth = 0usize;
    while let Some(&b) = text.get(*at) {
        *at += 1;
        match b {
            b'\\' if *at < text.len() => {
                inner.push(text[*at]);
                *at += 1;
                continue;
            }
            b'(' if close == b')' => depth += 1,
            _ if b == close && depth == 0 => return inner,
            b')' if close == b')' => depth -= 1,
            b'\r' | b'\n' => continue,
            _ => {}
        }
        inner.push(b);
    }
    inner
}

/// An address of an envelope (RFC 9051 §7.5.2). A group begins with one that has no host, and ends with one that
/// has neither host nor mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The name for people.
    pub name: Option<Vec<u8>>,
    /// The source route of old.
    pub route: Option<Vec<u8>>,
    /// What stands before the `@`.
    pub mailbox: Option<Vec<u8>>,
    /// What stands behind it.
    pub host: Option<Vec<u8>>,
}

/// What stands for a host that is not there: NIL would begin a group.
const NO_HOST: &[u8] = b"MISSING_DOMAIN";
/// And for a mailbox.
const NO_MAILBOX: &[u8] = b"MISSING_MAILBOX";

/// Reads an address list.
pub fn addresses(text: &[u8]) -> Vec<Address> {
    let words = words(text, b"<>,;:@");
    let mut reader = Addresses { found: Vec::new(), phrase: Vec::new(), comment: None, group: false };
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        match word {
            Word::Special(b'<') => reader.angle(&words, &mut at),
            Word::Special(b'@') => reader.bare(&words, &mut at),
            Word::Special(b',') => reader.flush(),
            Word::Special(b':') if !reader.group => reader.open(),
            Word::Special(b';') => reader.close(),
            Word::Special(_) => {}
            Word::Comment(text) => reader.comment(text),
            word => reader.phrase.push(word.clone()),
        }
    }
    reader.flush();
    if reader.group {
        reader.close();
    }
    reader.found
}

struct Addresses {
    found: Vec<Address>,
    phrase: Vec<Word>,
    comment: Option<Vec<u8>>,
    group: bool,
}

impl Addresses {
    fn phrase(&mut self, between: &[u8]) -> Vec<u8> {
        let text = |word: Word| match word {
            Word::Atom(text) | Word::Quoted(text) | Word::Comment(text) => text,
            Word::Special(b) => vec![b],
        };
        std::mem::take(&mut self.phrase).into_iter().map(text).collect::<Vec<_>>().join(between)
    }

    /// `ana@example.org (Ana)` was how names were written once.
    fn comment(&mut self, text: &[u8]) {
        match self.found.last_mut() {
            Some(last) if self.phrase.is_empty() && last.name.is_none() && last.host.is_some() => {
                last.name = Some(text.to_vec());
            }
            _ => self.comment = Some(text.to_vec()),
        }
    }

    /// `<ana@example.org>`, with the phrase before it.
    fn angle(&mut self, words: &[Word], at: &mut usize) {
        let name = self.phrase(b" ");
        let mut parts = vec![Vec::new()];
        let mut route = None;
        while let Some(word) = words.get(*at) {
            *at += 1;
            match word {
                Word::Special(b'>') => break,
                Word::Special(b':') => route = Some(parts.join(&b"@"[..])),
                Word::Special(b'@') => {
                    parts.push(Vec::new());
                    continue;
                }
                Word::Special(b) => parts.last_mut().into_iter().for_each(|p| p.push(*b)),
                Word::Atom(text) | Word::Quoted(text) => {
                    parts.last_mut().into_iter().for_each(|p| p.extend_from_slice(text));
                }
                Word::Comment(_) => {}
            }
            if matches!(word, Word::Special(b':')) {
                parts = vec![Vec::new()];
            }
        }
        let host = (parts.len() > 1).then(|| parts.split_off(1).join(&b"@"[..]));
        let name = Some(name).filter(|n| !n.is_empty()).or(self.comment.take());
        self.push(name, route, parts.concat(), host);
    }

    /// `ana@example.org`, of which what precedes the `@` was read already.
    fn bare(&mut self, words: &[Word], at: &mut usize) {
        let mailbox = self.phrase(b"");
        let mut host = Vec::new();
        while let Some(Word::Atom(text)) = words.get(*at) {
            host.extend_from_slice(text);
            *at += 1;
        }
        let name = self.comment.take();
        self.push(name, None, mailbox, Some(host));
    }

    fn push(
        &mut self,
        name: Option<Vec<u8>>,
        route: Option<Vec<u8>>,
        mailbox: Vec<u8>,
        host: Option<Vec<u8>>,
    ) {
        let or = |text: Vec<u8>, other: &[u8]| if text.is_empty() { other.to_vec() } else { text };
        let mailbox = Some(or(mailbox, NO_MAILBOX));
        let host = Some(or(host.unwrap_or_default(), NO_HOST));
        self.found.push(Address { name, route, mailbox, host });
    }

    /// What was only words is a mailbox without a host.
    fn flush(&mut self) {
        if !self.phrase.is_empty() {
            let mailbox = self.phrase(b" ");
            self.push(None, None, mailbox, None);
        }
        self.comment = None;
    }

    fn open(&mut self) {
        let name = self.phrase(b" ");
        self.found.push(Address { mailbox: Some(name), ..Address::default() });
        self.group = true;
    }

    fn close(&mut self) {
        self.flush();
        if std::mem::take(&mut self.group) {
            self.found.push(Address::default());
        }
    }
}

/// A MIME field: `text/plain; charset=utf-8`, `attachment; filename="x"`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mime {
    /// What stands before the first semicolon, comments left out.
    pub value: Vec<u8>,
    /// The parameters, in order.
    pub params: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Mime {
    /// The parameter of that name.
    pub fn param(&self, name: &str) -> Option<&[u8]> {
        let found = self.params.iter().find(|(n, _)| n.eq_ignore_ascii_case(name.as_bytes()))?;
        Some(&found.1)
    }
}

/// Reads a MIME field.
pub fn mime(text: &[u8]) -> Mime {
    let words = words(text, b";=");
    let mut found = Mime::default();
    let mut parts = words.split(|w| *w == Word::Special(b';'));
    let join = |words: &[Word], between: &[u8]| {
        let text = |word: &Word| match word {
            Word::Atom(text) | Word::Quoted(text) => Some(text.clone()),
            Word::Special(b) => Some(vec![*b]),
            Word::Comment(_) => None,
        };
        words.iter().filter_map(text).collect::<Vec<_>>().join(between)
    };
    found.value = join(parts.next().unwrap_or_default(), b"");
    for part in parts {
        let Some(equals) = part.iter().position(|w| *w == Word::Special(b'=')) else { continue };
        let name = join(&part[..equals], b"");
        // An unquoted value with `=` or blanks in it is wrong, and common.
        let value = &part[equals + 1..];
        let between: &[u8] = if value.contains(&Word::Special(b'=')) { b"" } else { b" " };
        if !name.is_empty() {
            found.params.push((name, join(value, between)));
        }
    }
    found.params = continued(found.params);
    found
}

/// Joins `name*0`, `name*1*` … (RFC 2231 §3) into `name` or, where one is in percents, `name*`.
fn continued(params: Vec<(Vec<u8>, Vec<u8>)>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let numbered = |name: &[u8]| {
        let (name, encoded) = name.strip_suffix(b"*").map_or((name, false), |n| (n, true));
        let star = memchr::memrchr(b'*', name)?;
        let n: u32 = std::str::from_utf8(&name[star + 1..]).ok()?.parse().ok()?;
        Some((name[..star].to_ascii_lowercase(), n, encoded))
    };
    let mut joined: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    let mut done: Vec<Vec<u8>> = Vec::new();
    for (name, value) in &params {
        let Some((base, ..)) = numbered(name) else {
            joined.push((name.clone(), value.clone()));
            continue;
        };
        if done.contains(&base) {
            continue;
        }
        let mut parts: Vec<(u32, bool, &[u8])> = params
            .iter()
            .filter_map(|(n, v)| numbered(n).filter(|(b, ..)| *b == base).map(|(_, at, e)| (at, e, &v[..])))
            .collect();
        parts.sort_by_key(|(at, ..)| *at);
        let encoded = parts.iter().any(|(_, encoded, _)| *encoded);
        let mut whole = Vec::new();
        for (_, is_encoded, part) in parts {
            match encoded && !is_encoded {
                true => part.iter().for_each(|b| percent(&mut whole, *b)),
                false => whole.extend_from_slice(part),
            }
        }
        let star: &[u8] = if encoded { b"*" } else { b"" };
        joined.push(([&base[..], star].concat(), whole));
        done.push(base);
    }
    joined
}

/// Writes an octet of an extended value (RFC 2231 §7, attribute-char).
fn percent(out: &mut Vec<u8>, b: u8) {
    if b.is_ascii_graphic() && !b"*'%()<>@,;:\\\"/[]?=".contains(&b) {
        out.push(b);
    } else {
        out.extend_from_slice(format!("%{b:02X}").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let part =
            |p: &Option<Vec<u8>>| p.as_ref().map_or("-".into(), |p| String::from_utf8_lossy(p).into_owned());
        let one = |a: &Address| {
            format!("{}|{}|{}|{}", part(&a.name), part(&a.route), part(&a.mailbox), part(&a.host))
        };
        addresses(text.as_bytes()).iter().map(one).collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn addresses_of_all_kinds() {
        for (text, said) in [
            ("ana@example.org", "-|-|ana|example.org"),
            ("Ana María <ana@example.org>", "Ana María|-|ana|example.org"),
            ("\"Ana, \\\"M\\\"\" <a.b@x>, luis@y", "Ana, \"M\"|-|a.b|x / -|-|luis|y"),
            ("=?utf-8?q?Jos=C3=A9?= <j@x>", "=?utf-8?q?Jos=C3=A9?=|-|j|x"),
            ("ana@x (Ana M)", "Ana M|-|ana|x"),
            ("Team: a@x, B <b@y>;, c@z", "-|-|Team|- / -|-|a|x / B|-|b|y / -|-|-|- / -|-|c|z"),
            ("undisclosed-recipients:;", "-|-|undisclosed-recipients|- / -|-|-|-"),
            ("<@a,@b:ana@x>", "-|@a,@b|ana|x"),
            ("pepe", "-|-|pepe|MISSING_DOMAIN"),
            ("Ana <>", "Ana|-|MISSING_MAILBOX|MISSING_DOMAIN"),
            ("\"odd local\"@x", "-|-|odd local|x"),
            ("a@[127.0.0.1]", "-|-|a|[127.0.0.1]"),
            ("", ""),
            (",,;", ""),
            ("<a@x", "-|-|a|x"),
            ("Group: a@x", "-|-|Group|- / -|-|a|x / -|-|-|-"),
        ] {
            assert_eq!(shown(text), said, "{text}");
        }
    }

    #[test]
    fn fields_fold() {
        let header = b"A: 1\r\nB: 2\r\n 3\r\nodd\r\n\r\nC: body\r\n";
        let found = fields(header);
        assert_eq!(found.len(), 3);
        assert_eq!(value(&found, "b"), Some(b"2 3".to_vec()));
        assert_eq!(found[2].raw, b"odd\r\n");
        assert_eq!(end(header), header.len() - 9);
        assert_eq!((end(b"\r\nx"), end(b"x"), end(b"")), (2, 1, 0));
    }

    #[test]
    fn mime_parameters() {
        let of = |text: &str| {
            let found = mime(text.as_bytes());
            let param = |(n, v): &(Vec<u8>, Vec<u8>)| {
                format!(" {}={}", String::from_utf8_lossy(n), String::from_utf8_lossy(v))
            };
            String::from_utf8_lossy(&found.value).into_owned()
                + &found.params.iter().map(param).collect::<String>()
        };
        assert_eq!(
            of("text/plain; charset=\"utf-8\" (x); format=flowed"),
            "text/plain charset=utf-8 format=flowed"
        );
        assert_eq!(of("multipart/mixed;\r\n boundary=\"a=_b;c\""), "multipart/mixed boundary=a=_b;c");
        assert_eq!(of("multipart/mixed; boundary=a=_b"), "multipart/mixed boundary=a=_b");
        assert_eq!(of("attachment; filename=my file.txt"), "attachment filename=my file.txt");
        assert_eq!(
            of("x; filename*0*=utf-8''a%20; filename*1=\"b c\"; filename*2=d"),
            "x filename*=utf-8''a%20b%20cd"
        );
        assert_eq!(of("x; name*1=b; name*0=a"), "x name=ab");
        assert_eq!(of("x; filename*=utf-8''%C3%B1"), "x filename*=utf-8''%C3%B1");
    }
}
