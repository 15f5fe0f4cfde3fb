//! What a line looks like, by itself: a reply code, a verb, a header, a telnet program's own words. Computed once
//! a line; what it then *is* hangs on what came before it, and the search decides that.
//!
//! Terms: a *stage direction* is a printed example's `<open connection>` or `...time passes...`; a line is
//! *greetish* when it reads as the end of a greeting whose beginning was lost.

use crate::dialect::{imap, sasl};
use crate::knowledge::{Table, find};

/// What an SMTP command makes the server answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SmtpVerb {
    /// One reply.
    Plain,
    /// DATA.
    Data,
    /// AUTH, with or without initial response.
    Auth,
    /// STARTTLS.
    Tls,
    /// BDAT.
    Chunk,
    /// QUIT.
    Quit,
}

/// What a POP3 command makes the server answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PopVerb {
    /// A status line.
    Plain,
    /// LIST of all: pairs of numbers.
    List,
    /// UIDL of all: a number and a unique-id.
    Uidl,
    /// CAPA.
    Capa,
    /// AUTH alone: mechanisms.
    Mechanisms,
    /// LANG alone, and other lists.
    Other,
    /// RETR and TOP: a message.
    Message,
    /// AUTH with a mechanism.
    Auth,
    /// QUIT.
    Quit,
}

/// What an IMAP command makes the server answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImapVerb {
    /// Responses.
    Plain,
    /// AUTHENTICATE without initial response.
    Auth,
    /// IDLE.
    Idle,
    /// LOGOUT.
    Logout,
}

/// What is not said by either side, by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// A terminal program's words, a shell's prompt, a certificate's frame.
    Program,
    /// A stage direction.
    Stage,
    /// A fence, a page's foot, a comment: layout.
    Frame,
}

/// The looks of one line.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// Nothing but blanks.
    pub blank: bool,
    /// A lone dot.
    pub dot: bool,
    /// `+`, alone or with text behind a blank.
    pub plus: bool,
    /// A three-digit code, and whether more lines follow.
    pub code: Option<(u16, bool)>,
    /// The reply's words are those of one: an enhanced code, `ok`, `queued`.
    pub worded: bool,
    /// An SMTP command; whether its arguments are as they should be.
    pub smtp: Option<(SmtpVerb, bool)>,
    /// `+OK` (true) or `-ERR`.
    pub status: Option<bool>,
    /// A POP3 command; whether its arguments are as they should be.
    pub pop: Option<(PopVerb, bool)>,
    /// `* …`; whether its kind is known.
    pub untagged: Option<bool>,
    /// The first word, hashed, where it could be a tag.
    pub tag: Option<u32>,
    /// OK, NO or BAD behind the tag.
    pub tagged: bool,
    /// An IMAP command behind the tag; whether its arguments are as they should be.
    pub imap: Option<(ImapVerb, bool)>,
    /// DONE.
    pub done: bool,
    /// `{n}` at the end: how many octets, and whether the client goes on unasked.
    pub literal: Option<(u64, bool)>,
    /// Base64, 8 characters or more.
    pub base64: bool,
    /// What base64 stands for holds a PLAIN login.
    pub plain: bool,
    /// A header's field.
    pub header: bool,
    /// How many numbers, where there is nothing else.
    pub numbers: u8,
    /// A number and one word.
    pub pair: bool,
    /// A capability or mechanism, by name.
    pub capability: bool,
    /// The end of a greeting.
    pub greetish: bool,
    /// Brackets that this line opens, less those that it closes.
    pub depth: i16,
    /// Many characters: it may have been wrapped.
    pub long: bool,
    /// Octets, without blanks at the end.
    pub len: usize,
    /// Neither side's.
    pub odd: Option<Odd>,
}

impl Features {
    /// The looks of a line.
    pub fn of(raw: &[u8]) -> Features {
        let text = raw.trim_ascii();
        let mut f =
            Features { blank: text.is_empty(), len: raw.trim_ascii_end().len(), ..Features::default() };
        if f.blank {
            return f;
        }
        f.dot = text == b".";
        f.plus = text[0] == b'+' && (text.len() == 1 || text[1] == b' ');
        f.long = text.len() >= 55;
        f.depth = depth(text);
        f.odd = odd(raw, text);
        let words: Vec<&[u8]> = text.splitn(64, |b| *b == b' ').filter(|w| !w.is_empty()).collect();
        f.reply(text);
        f.smtp = smtp(&words, text);
        f.status = status(words[0]);
        f.pop = pop(&words);
        f.imap(&words);
        f.literal = literal(text);
        f.base64 = text.len() >= 8 && words.len() == 1 && sasl::decode(text).is_some();
        f.plain = f.base64 && sasl::decode(text).is_some_and(|m| sasl::read_plain(&m).is_some());
        f.header = header(text);
        let number = |w: &&[u8]| w.iter().all(u8::is_ascii_digit);
        if words.iter().all(number) {
            f.numbers = words.len().min(9) as u8;
        }
        f.pair = words.len() == 2 && number(&words[0]) && words[0].len() < 10;
        if let Ok(word) = std::str::from_utf8(words[0]) {
            f.capability = find(Table::PopCapability, word).is_some()
                || find(Table::Sasl, word).is_some()
                || word.eq_ignore_ascii_case("SASL");
        }
        let lower = text.to_ascii_lowercase();
        f.greetish = text.len() < 80 && f.code.is_none() && lower.ends_with(b"ready.");
        f
    }

    /// Whether somebody who reads mail protocols would take it for a line of one.
    pub fn wirelike(&self) -> bool {
        self.code.is_some() && self.worded
            || self.status.is_some()
            || self.untagged == Some(true)
            || self.tagged
            || matches!(self.smtp, Some((_, true)))
            || matches!(self.imap, Some((_, true)))
            || self.plain
    }

    /// Whether it is nothing to any protocol: what most lines of a message are.
    pub fn dull(&self) -> bool {
        let smtp = self.code.is_some() || self.smtp.is_some();
        let pop = self.status.is_some() || self.pop.is_some();
        let imap = self.untagged.is_some() || self.tagged || self.imap.is_some() || self.literal.is_some();
        let other = self.dot || self.plus || self.plain || self.done || self.greetish;
        !smtp && !pop && !imap && !other && self.odd.is_none() && self.depth == 0
    }

    fn reply(&mut self, text: &[u8]) {
        let [a @ b'1'..=b'5', b, c, rest @ ..] = text else { return };
        if !b.is_ascii_digit() || !c.is_ascii_digit() || !matches!(rest.first(), None | Some(b' ' | b'-')) {
            return;
        }
        let code = u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0');
        self.code = Some((code, rest.first() == Some(&b'-')));
        let rest = rest.get(1..).unwrap_or_default();
        let enhanced = matches!(rest, [b'2' | b'4' | b'5', b'.', b'0'..=b'9', ..]);
        let word = rest.split(|b| !b.is_ascii_alphanumeric()).next().unwrap_or_default();
        let known =
            [&b"ok"[..], b"bye", b"end", b"queued", b"message", b"go", b"start", b"sender", b"accepted"];
        self.worded = enhanced || matches!(code, 220 | 221 | 250 | 334 | 354 | 235) || {
            known.iter().any(|k| word.eq_ignore_ascii_case(k))
        };
    }

    fn imap(&mut self, words: &[&[u8]]) {
        let first = words[0];
        self.done = words.len() == 1 && first.eq_ignore_ascii_case(b"DONE");
        let Some(second) = words.get(1).and_then(|w| std::str::from_utf8(w).ok()) else { return };
        let upper = second.to_ascii_uppercase();
        if first == b"*" {
            let numbered = second.bytes().all(|b| b.is_ascii_digit());
            let kind = match words.get(2).filter(|_| numbered) {
                Some(kind) => String::from_utf8_lossy(kind).to_ascii_uppercase(),
                None => upper,
            };
            let status = ["OK", "NO", "BAD", "BYE", "PREAUTH"].contains(&kind.as_str());
            self.untagged = Some(status || find(Table::ImapResponse, &kind).is_some());
            return;
        }
        let may_be_tag =
            first.len() <= 16 && first.iter().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b));
        if !may_be_tag {
            return;
        }
        self.tag = Some(hash(first));
        self.tagged = ["OK", "NO", "BAD"].contains(&upper.as_str());
        let name = match (upper.as_str(), words.get(2)) {
            ("UID", Some(next)) => format!("UID {}", String::from_utf8_lossy(next).to_ascii_uppercase()),
            _ => upper,
        };
        let Some(verb) = imap::verbs::find(&name) else { return };
        let args = words.len() - 2 - usize::from(name.starts_with("UID "));
        // A word that is a command of its own, or prose, is no tag.
        let digits = first.iter().any(u8::is_ascii_digit) || first.len() <= 4;
        let good = args >= verb.min && (args == 0 || verb.max > 0) && digits;
        let kind = match verb.name {
            "AUTHENTICATE" if args < 2 => ImapVerb::Auth,
            "IDLE" => ImapVerb::Idle,
            "LOGOUT" => ImapVerb::Logout,
            _ => ImapVerb::Plain,
        };
        self.imap = Some((kind, good));
    }
}

/// FNV-1a: tags are compared, not kept.
fn hash(word: &[u8]) -> u32 {
    word.iter().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0193))
}

fn depth(text: &[u8]) -> i16 {
    let (mut depth, mut quoted, mut escaped) = (0i16, false, false);
    for &b in text {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'(' | b'[' if !quoted => depth = depth.saturating_add(1),
            b')' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth
}

fn status(word: &[u8]) -> Option<bool> {
    let ok = word.eq_ignore_ascii_case(b"+OK");
    (ok || word.eq_ignore_ascii_case(b"-ERR")).then_some(ok)
}

fn smtp(words: &[&[u8]], text: &[u8]) -> Option<(SmtpVerb, bool)> {
    let upper = words[0].to_ascii_uppercase();
    let args = words.len() - 1;
    let lower = text.to_ascii_lowercase();
    Some(match upper.as_slice() {
        b"HELO" | b"EHLO" | b"LHLO" => (SmtpVerb::Plain, (1..=2).contains(&args)),
        _ if upper.starts_with(b"MAIL") || upper.starts_with(b"RCPT") => {
            let path = lower.starts_with(b"mail from:") || lower.starts_with(b"rcpt to:");
            if !path && args == 0 {
                return None;
            }
            (SmtpVerb::Plain, path)
        }
        b"DATA" => (SmtpVerb::Data, args == 0),
        b"RSET" | b"NOOP" | b"HELP" => (SmtpVerb::Plain, args == 0),
        b"VRFY" | b"EXPN" | b"ETRN" | b"XCLIENT" | b"XFORWARD" | b"BURL" => (SmtpVerb::Plain, args >= 1),
        b"AUTH" => (SmtpVerb::Auth, (1..=2).contains(&args)),
        b"STARTTLS" => (SmtpVerb::Tls, args == 0),
        b"BDAT" => (SmtpVerb::Chunk, (1..=2).contains(&args)),
        b"QUIT" => (SmtpVerb::Quit, args == 0),
        _ => return None,
    })
}

fn pop(words: &[&[u8]]) -> Option<(PopVerb, bool)> {
    let upper = words[0].to_ascii_uppercase();
    let args = words.len() - 1;
    let number = words.get(1).is_some_and(|w| w.iter().all(u8::is_ascii_digit));
    Some(match upper.as_slice() {
        b"USER" | b"PASS" => (PopVerb::Plain, args >= 1),
        b"APOP" => (PopVerb::Plain, args == 2),
        b"STAT" | b"NOOP" | b"RSET" | b"STLS" | b"UTF8" => (PopVerb::Plain, args == 0),
        b"DELE" => (PopVerb::Plain, args == 1 && number),
        b"LIST" | b"UIDL" if args > 0 => (PopVerb::Plain, args == 1 && number),
        b"LIST" => (PopVerb::List, true),
        b"UIDL" => (PopVerb::Uidl, true),
        b"CAPA" => (PopVerb::Capa, args == 0),
        b"RETR" => (PopVerb::Message, args == 1 && number),
        b"TOP" => (PopVerb::Message, args == 2 && number),
        b"LANG" if args == 0 => (PopVerb::Other, true),
        b"LANG" => (PopVerb::Plain, args == 1),
        b"AUTH" if args == 0 => (PopVerb::Mechanisms, true),
        b"AUTH" => (PopVerb::Auth, args <= 2),
        b"QUIT" => (PopVerb::Quit, args == 0),
        _ => return None,
    })
}

fn literal(text: &[u8]) -> Option<(u64, bool)> {
    let inner = text.strip_suffix(b"}")?;
    let open = inner.iter().rposition(|b| *b == b'{')?;
    let digits = &inner[open + 1..];
    let (digits, unasked) = match digits.strip_suffix(b"+").or_else(|| digits.strip_suffix(b"-")) {
        Some(digits) => (digits, true),
        None => (digits, false),
    };
    let n = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((n, unasked))
}

fn header(text: &[u8]) -> bool {
    let Some(colon) = text.iter().position(|b| *b == b':') else { return false };
    let name = &text[..colon];
    name.len() >= 2
        && name.len() <= 40
        && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
        && std::str::from_utf8(name)
            .is_ok_and(|n| find(Table::Header, n).is_some() || n.to_ascii_uppercase().starts_with("X-"))
}

/// What telnet, the shell and the OpenSSL program say by themselves: beginnings of lines.
const PROGRAM: &[&str] = &[
    "Trying ",
    "Connected to ",
    "Escape character is",
    "Connection closed by",
    "Connection to ",
    "telnet ",
    "telnet>",
    "CONNECTED(",
    "-----BEGIN ",
    "-----END ",
    "read R BLOCK",
    "DONE",
    "DEBUG",
    "---",
    "depth=",
    "verify ",
    "Server certificate",
    "Certificate chain",
    "SSL handshake",
    "SSL-Session:",
    "No client certificate",
    "Verify return code",
    "Verification",
    "Protocol  :",
    "Cipher    :",
    "closed",
];

fn odd(raw: &[u8], text: &[u8]) -> Option<Odd> {
    let says = |p: &&str| text.starts_with(p.as_bytes());
    let prompt = memchr::memmem::find(text, b"$ telnet ").is_some()
        || memchr::memmem::find(text, b"$ openssl ").is_some()
        || memchr::memmem::find(text, b"$ nc ").is_some();
    if prompt || text != b"DONE" && PROGRAM.iter().any(says) {
        return Some(Odd::Program);
    }
    let direction = match text {
        [b'<', b'a'..=b'z' | b'T', .., last] => {
            *last == b'>' || !text.contains(&b'>') && !text.contains(&b'@')
        }
        [b'.', b'.', b'.', rest @ ..] => {
            rest.is_empty() || rest.ends_with(b"...") || raw.starts_with(b"    ")
        }
        [b'(', b'a'..=b'z', ..] => text.iter().filter(|b| **b == b' ').count() >= 4,
        _ => false,
    };
    if direction {
        return Some(Odd::Stage);
    }
    let frame = text.starts_with(b"```")
        || text.starts_with(b"# ")
        || text.ends_with(b"]") && memchr::memmem::find(text, b"[Page ").is_some()
        || text.starts_with(b"RFC ") && text.len() > 50;
    frame.then_some(Odd::Frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_look_as_what_they_are() {
        let f = Features::of;
        assert_eq!(f(b"250-PIPELINING").code, Some((250, true)));
        assert_eq!(f(b"rcpt to: <a@b>").smtp, Some((SmtpVerb::Plain, true)));
        assert_eq!(f(b"AUTH  ").pop, Some((PopVerb::Mechanisms, true)));
        assert_eq!(f(b"7 UID fetch 1:* (FLAGS)").imap, Some((ImapVerb::Plain, true)));
        assert!(f(b"2 OK Namespace completed.").tagged);
        assert_eq!(f(b"* 12 FETCH (BODY[HEADER] {342}").literal, Some((342, false)));
        assert_eq!(f(b"* 12 FETCH (FLAGS (\\Seen)").depth, 1);
        assert!(f(b"AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz").plain);
        assert_eq!(f(b"S: <wait").odd, None);
        assert_eq!(f(b"<wait for connection on TCP port").odd, Some(Odd::Stage));
        assert_eq!(f(b"redes@redes:~$ telnet mail 25").odd, Some(Odd::Program));
        assert!(f(b"2 3 3 4").numbers == 4 && f(b"1717").numbers == 1);
    }
}
