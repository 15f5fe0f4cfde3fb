//! Recognising what is at the other end by the first bytes it sent.
//!
//! For two uses: the protocol of a server whose port does not tell it, and the explanation when it is not a
//! mail server at all, or speaks TLS where plain text was expected. It is a guess from a greeting, and it
//! says nothing where the bytes are too few or unknown; ask again when more have come.

/// Who seems to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// A TLS record other than an alert (RFC 8446 §5.1).
    Tls,
    /// A TLS alert in the clear, with its description (RFC 8446 §6) if that much has come: the other side
    /// expected TLS and got plain text.
    TlsAlert(Option<u8>),
    /// A web server (RFC 9112).
    Http,
    /// SSH (RFC 4253 §4.2).
    Ssh,
    /// FTP (RFC 959 §5.4), told from SMTP by naming itself.
    Ftp,
    /// SMTP or LMTP (RFC 5321 §4.2).
    Smtp,
    /// POP3 (RFC 1939 §3).
    Pop3,
    /// IMAP (RFC 9051 §7.1).
    Imap,
    /// ManageSieve (RFC 5804), a neighbour of IMAP.
    Sieve,
    /// Telnet, by its option negotiation (RFC 854).
    Telnet,
}

/// Recognises a peer by the first bytes that it sent; none, if they do not tell.
pub fn sniff(first_bytes: &[u8]) -> Option<Stranger> {
    tls(first_bytes)
        .or_else(|| telnet(first_bytes))
        .or_else(|| http(first_bytes))
        .or_else(|| ssh(first_bytes))
        .or_else(|| pop3(first_bytes))
        .or_else(|| imap(first_bytes))
        .or_else(|| sieve(first_bytes))
        .or_else(|| reply_code(first_bytes))
}

/// Type, version 3.x, length: `16 03 03 00 7a`. The type alone could be a control character, so the version is
/// needed too.
fn tls(bytes: &[u8]) -> Option<Stranger> {
    let [kind @ 0x14..=0x18, 3, 0..=4, rest @ ..] = bytes else { return None };
    if *kind != 0x15 {
        return Some(Stranger::Tls);
    }
    // length 2, level, description
    match rest {
        [0, 2, 1 | 2, description, ..] => Some(Stranger::TlsAlert(Some(*description))),
        [0, 2, ..] | [0] | [] => Some(Stranger::TlsAlert(None)),
        _ => Some(Stranger::Tls),
    }
}

/// IAC, then WILL, WONT, DO or DONT.
fn telnet(bytes: &[u8]) -> Option<Stranger> {
    matches!(bytes, [0xff, 0xfb..=0xfe, ..]).then_some(Stranger::Telnet)
}

fn http(bytes: &[u8]) -> Option<Stranger> {
    // A server that takes our line for HTTP/0.9 answers with the page alone.
    let page = bytes.trim_ascii_start();
    let is_http = starts(bytes, "HTTP/") || starts(page, "<html") || starts(page, "<!doctype html");
    is_http.then_some(Stranger::Http)
}

/// Other lines may come before the identification.
fn ssh(bytes: &[u8]) -> Option<Stranger> {
    let identifies = |line: &[u8]| line.starts_with(b"SSH-1.") || line.starts_with(b"SSH-2.");
    bytes.split(|&b| b == b'\n').take(16).any(identifies).then_some(Stranger::Ssh)
}

fn pop3(bytes: &[u8]) -> Option<Stranger> {
    (word(bytes, "+OK") || word(bytes, "-ERR")).then_some(Stranger::Pop3)
}

/// The three greetings: OK, PREAUTH, BYE.
fn imap(bytes: &[u8]) -> Option<Stranger> {
    let greets = |status: &str| word(bytes, status);
    ["* OK", "* PREAUTH", "* BYE"].into_iter().any(greets).then_some(Stranger::Imap)
}

fn sieve(bytes: &[u8]) -> Option<Stranger> {
    starts(bytes, "\"IMPLEMENTATION\"").then_some(Stranger::Sieve)
}

/// SMTP and FTP greet alike: `220 text`. FTP servers say what they are; anything else is taken for SMTP. Only
/// codes that open a connection count: 220, or a refusal (421, 521, 554).
fn reply_code(bytes: &[u8]) -> Option<Stranger> {
    let (code, rest) = bytes.split_at_checked(3)?;
    if !matches!(code, b"220" | [b'4' | b'5', b'0'..=b'5', b'0'..=b'9']) {
        return None;
    }
    if !matches!(rest.first(), None | Some(b' ' | b'-' | b'\r' | b'\n')) {
        return None;
    }
    // "220" alone would fit both.
    let text = rest.get(1..).filter(|text| !text.is_empty())?;
    let names = |name: &str| contains(text, name);
    let is_ftp = (names("ftp") || names("filezilla")) && !names("smtp") && !names("lmtp");
    Some(if is_ftp { Stranger::Ftp } else { Stranger::Smtp })
}

fn starts(bytes: &[u8], with: &str) -> bool {
    bytes.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
}

/// Begins with the word, and the word ends there.
fn word(bytes: &[u8], word: &str) -> bool {
    starts(bytes, word) && bytes.get(word.len()).is_none_or(|b| b" \r\n".contains(b))
}

fn contains(text: &[u8], name: &str) -> bool {
    text.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name.as_bytes()))
}
