//! Which protocol two byte streams speak, and which of them is the server's, from what they say. For captures: on
//! unusual ports, without the beginning, with one side only.
//!
//! Every line that could be a command or a response of a protocol speaks for it; ports and the handshake only help.
//! FTP, NNTP and the web are told from mail by their own words. Pastes, where the lines of both sides are mixed, are
//! not read here.

use crate::dialogue::Protocol;

/// Lines of each side that are looked at.
const MOST_LINES: usize = 200;
/// What speaks clearly enough.
const ENOUGH: i32 = 3;

/// What seems to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The protocol.
    pub protocol: Protocol,
    /// Which stream is the server's: 0 or 1.
    pub server: usize,
}

/// What is known beside the octets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints {
    /// Which stream is the server's, where the handshake was seen.
    pub server: Option<usize>,
    /// The ports of both ends.
    pub ports: [u16; 2],
}

/// The mail protocol of a well-known port, and whether TLS comes first there.
pub fn of_port(port: u16) -> Option<(Protocol, bool)> {
    Some(match port {
        24 => (Protocol::Lmtp, false),
        25 | 587 | 2525 => (Protocol::Smtp, false),
        465 => (Protocol::Smtp, true),
        110 => (Protocol::Pop3, false),
        995 => (Protocol::Pop3, true),
        143 => (Protocol::Imap, false),
        993 => (Protocol::Imap, true),
        _ => return None,
    })
}

/// Guesses from the beginnings of both streams; none, if they do not tell.
pub fn guess(streams: [&[u8]; 2], hints: Hints) -> Option<Guess> {
    let mut best: Option<(i32, Guess)> = None;
    for server in [0, 1] {
        if hints.server.is_some_and(|known| known != server) {
            continue;
        }
        let (said, answered) = (streams[1 - server], streams[server]);
        for protocol in [Protocol::Smtp, Protocol::Lmtp, Protocol::Pop3, Protocol::Imap] {
            let words: i32 = lines(said).map(|line| command(protocol, line)).sum();
            let answers: i32 = lines(answered).map(|line| response(protocol, line)).sum();
            let mut score = words + answers;
            if of_port(hints.ports[server]).is_some_and(|(usual, _)| usual == protocol) && score > 0 {
                score += 2;
            }
            if score >= ENOUGH && best.is_none_or(|(most, _)| score > most) {
                best = Some((score, Guess { protocol, server }));
            }
        }
    }
    best.map(|(_, guess)| guess)
}

/// Whole lines, but for the last one.
fn lines(octets: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = octets.split(|b| *b == b'\n').take(MOST_LINES);
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).filter(|line| !line.is_empty())
}

fn upper(octets: &[u8]) -> String {
    octets.iter().take(64).map(|b| b.to_ascii_uppercase() as char).collect()
}

fn is_number(word: Option<&str>) -> bool {
    word.is_some_and(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit()))
}

/// How much a client's line speaks for a protocol.
fn command(protocol: Protocol, line: &[u8]) -> i32 {
    let text = upper(line);
    let mut words = text.split(' ');
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    match protocol {
        Protocol::Smtp | Protocol::Lmtp => match (first, second) {
            ("LHLO", Some(_)) if protocol == Protocol::Lmtp => 5,
            ("EHLO" | "HELO", Some(_)) if protocol == Protocol::Smtp => 4,
            ("MAIL", Some(path)) if path.starts_with("FROM:") => 4,
            ("RCPT", Some(path)) if path.starts_with("TO:") => 4,
            ("BDAT", size) if is_number(size) => 3,
            ("DATA" | "STARTTLS", None) => 2,
            ("AUTH", Some(_)) | ("VRFY" | "EXPN", Some(_)) | ("QUIT" | "RSET", None) => 1,
            // FTP's way of logging in.
            ("USER" | "PASS" | "PASV" | "RETR" | "TYPE", _) => -3,
            _ => 0,
        },
        Protocol::Pop3 => match (first, second) {
            ("APOP", Some(_)) | ("CAPA" | "STLS" | "UIDL", None) => 3,
            ("RETR" | "DELE" | "UIDL", n) if is_number(n) => 3,
            ("TOP", n) if is_number(n) && is_number(words.next()) => 3,
            ("STAT", None) => 2,
            ("LIST", n) if n.is_none() || is_number(n) => 2,
            ("USER" | "PASS" | "AUTH", Some(_)) | ("QUIT" | "RSET", None) => 1,
            ("PASV" | "TYPE" | "CWD" | "PORT" | "EPSV", _) => -4,
            _ => 0,
        },
        Protocol::Imap => {
            let tag = !first.is_empty() && first.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
            let verb = second.unwrap_or_default();
            let known = crate::dialect::imap::verbs::find(verb).is_some();
            if tag && (known || verb == "UID") { 3 } else { 0 }
        }
    }
}

/// How much a server's line speaks for a protocol.
fn response(protocol: Protocol, line: &[u8]) -> i32 {
    let text = upper(line);
    let mut words = text.split(' ');
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match protocol {
        Protocol::Smtp | Protocol::Lmtp => reply(line, &text) - i32::from(protocol == Protocol::Lmtp),
        Protocol::Pop3 => match first {
            "+OK" => 3,
            "-ERR" => 3,
            _ => 0,
        },
        Protocol::Imap => match (first, second) {
            ("*", "OK" | "PREAUTH" | "BYE" | "CAPABILITY" | "FLAGS" | "LIST" | "LSUB") => 4,
            ("*", "SEARCH" | "STATUS" | "NAMESPACE" | "NO" | "BAD" | "ID" | "ENABLED" | "VANISHED") => 3,
            ("*", n) if is_number(Some(n)) => {
                let kind = words.next().unwrap_or_default();
                if matches!(kind, "EXISTS" | "RECENT" | "EXPUNGE" | "FETCH") { 3 } else { 0 }
            }
            // `250 OK` is SMTP's.
            (tag, "OK" | "NO" | "BAD") if tag.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                if tag.len() == 3 && is_number(Some(tag)) { 0 } else { 2 }
            }
            _ => 0,
        },
    }
}

/// A line that may be an SMTP reply.
fn reply(line: &[u8], text: &str) -> i32 {
    let [a @ b'2'..=b'5', b @ b'0'..=b'5', c @ b'0'..=b'9', rest @ ..] = line else { return 0 };
    if !matches!(rest, [] | [b' ' | b'-', ..]) {
        return 0;
    }
    let said = text.get(4..).unwrap_or_default();
    match (a, b, c) {
        (b'2', b'2', b'0') if text.contains("SMTP") || text.contains("LMTP") => 4,
        (b'2', b'2', b'0') if text.contains("FTP") => -5,
        // What FTP says and SMTP never does, and NNTP's greetings.
        (b'2', b'3', b'0') | (b'3', b'3', b'1') | (b'2', b'2', b'7') | (b'2', b'2', b'6') => -5,
        (b'1', ..) | (b'2', b'0', b'0' | b'1') => -2,
        (b'3', b'5', b'4') => 2,
        _ if ["2.", "4.", "5."].iter().any(|class| said.starts_with(class)) => 3,
        _ if ["SIZE", "PIPELINING", "8BITMIME", "STARTTLS", "ENHANCED", "CHUNKING", "AUTH "]
            .iter()
            .any(|word| said.starts_with(word)) =>
        {
            3
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(a: &str, b: &str) -> Option<(Protocol, usize)> {
        guess([a.as_bytes(), b.as_bytes()], Hints::default()).map(|g| (g.protocol, g.server))
    }

    /// From the beginning, from the middle, with one side only, in either order.
    #[test]
    fn what_is_said_tells_the_protocol_and_the_server() {
        use Protocol::*;
        let cases = [
            (Smtp, "EHLO a\r\n", "220 x ESMTP\r\n250-x\r\n250 SIZE 10\r\n"),
            (Smtp, "RCPT TO:<a@b>\r\nDATA\r\n", "250 2.1.5 Ok\r\n354 go\r\n"),
            (Smtp, "", "220 mail.example.org ESMTP Postfix\r\n"),
            (Smtp, "MAIL FROM:<a@b>\r\n", ""),
            (Smtp, "", "250 OK\r\n250 OK\r\n354 go\r\n"),
            (Lmtp, "LHLO a\r\nMAIL FROM:<>\r\n", "220 x LMTP\r\n250 x\r\n"),
            (Pop3, "USER a\r\nPASS b\r\n", "+OK\r\n+OK\r\n+OK\r\n"),
            (Pop3, "RETR 1\r\n", ""),
            (Imap, "a1 LOGIN a b\r\n", "* OK hi\r\na1 OK done\r\n"),
            (Imap, "", "* 3 FETCH (FLAGS ())\r\n"),
            (Imap, "7 UID FETCH 1 ALL\r\n", ""),
        ];
        for (protocol, client, server) in cases {
            assert_eq!(of(client, server), Some((protocol, 1)), "{client} {server}");
            assert_eq!(of(server, client), Some((protocol, 0)), "{client} {server}");
        }
    }

    #[test]
    fn what_is_no_mail_is_none() {
        for (client, server) in [
            ("USER a\r\nPASS b\r\nPASV\r\n", "220 ftp.example.org FTP\r\n331 a?\r\n230 ok\r\n227 x\r\n"),
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"),
            ("SSH-2.0-a\r\n", "SSH-2.0-b\r\n"),
            ("ARTICLE 1\r\n", "200 news.example.org\r\n220 1 <a@b>\r\n"),
            ("", ""),
            ("\0\x01\x02", "\u{1}\u{2}"),
        ] {
            assert_eq!(of(client, server), None, "{client} {server}");
        }
    }

    /// One short line is enough where the port says the same.
    #[test]
    fn a_port_helps() {
        let hints = Hints { server: None, ports: [40_000, 25] };
        let found = guess([b"QUIT\r\n", b""], hints);
        assert_eq!(found, Some(Guess { protocol: Protocol::Smtp, server: 1 }));
        assert_eq!(of("QUIT\r\n", ""), None);
    }
}
