//! The grammar of SMTP commands (RFC 5321 §4.1): words of one line, where they stand, and what is not as the
//! RFC wants it. Reading never fails; the lab uses the same.

use crate::dialogue::{Fault, Hole, Token, TokenKind};

/// A command line, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The verb in capitals: `MAIL`, `EHLO`; whatever the first word was.
    pub verb: String,
    /// MAIL's and RCPT's path, brackets left out; EHLO's domain; AUTH's mechanism; BDAT's size.
    pub argument: String,
    /// The words.
    pub tokens: Vec<Token>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// AUTH's initial response, if there is one: its span.
    pub initial: Option<(usize, usize)>,
    /// BDAT's LAST.
    pub last: bool,
}

/// Reads a command line (without its line end). A blank inside a hole, as in `{{plain("ana", password)}}`,
/// ends no word.
pub fn read(line: &[u8], holes: &[Hole]) -> Command {
    let mut command = Command::default();
    let words = join_holes(words(line, 0), holes);
    let Some(&(start, end)) = words.first() else {
        command.faults.push(Fault { at: 0, id: "fault-empty-line" });
        return command;
    };
    if start > 0 {
        command.faults.push(Fault { at: 0, id: "fault-leading-blank" });
    }
    command.verb = String::from_utf8_lossy(&line[start..end]).to_ascii_uppercase();
    command.tokens.push(Token::new(TokenKind::Verb, start, end));
    let rest = &words[1..];
    match command.verb.as_str() {
        // `MAIL FROM:` in one word or, wrongly, in pieces.
        "MAIL" => path(line, end, "FROM:", &mut command),
        "RCPT" => path(line, end, "TO:", &mut command),
        "EHLO" | "HELO" | "LHLO" => {
            each(rest, TokenKind::Domain, TokenKind::Word, &mut command);
            if rest.is_empty() {
                command.faults.push(Fault { at: line.len(), id: "fault-missing-domain" });
            }
            command.argument = text(line, rest.first());
        }
        "AUTH" => auth(line, rest, &mut command),
        "BDAT" => {
            each(rest, TokenKind::Number, TokenKind::Word, &mut command);
            command.argument = text(line, rest.first());
            command.last = rest.get(1).is_some_and(|&w| line[w.0..w.1].eq_ignore_ascii_case(b"LAST"));
        }
        "VRFY" | "EXPN" => {
            each(rest, TokenKind::Address, TokenKind::Word, &mut command);
            command.argument = text(line, rest.first());
        }
        _ => each(rest, TokenKind::Word, TokenKind::Word, &mut command),
    }
    let bare = matches!(command.verb.as_str(), "DATA" | "RSET" | "QUIT" | "STARTTLS");
    if bare && let Some(&(at, _)) = rest.first() {
        command.faults.push(Fault { at, id: "fault-argument-not-allowed" });
    }
    if line.last().is_some_and(|b| *b == b' ' || *b == b'\t') {
        command.faults.push(Fault { at: line.len() - 1, id: "fault-trailing-blank" });
    }
    command
}

/// The words of a line from `from` on, as spans.
pub fn words(line: &[u8], from: usize) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (i, &b) in line.iter().enumerate().skip(from) {
        match (b == b' ' || b == b'\t', start) {
            (false, None) => start = Some(i),
            (true, Some(s)) => {
                words.push((s, i));
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|s| (s, line.len())));
    words
}

/// Joins words that one hole covers: `{{plain("ana", password)}}` has a blank inside.
pub fn join_holes(words: Vec<(usize, usize)>, holes: &[Hole]) -> Vec<(usize, usize)> {
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(words.len());
    for (start, end) in words {
        let inside = |last: &(usize, usize)| holes.iter().any(|h| h.start < last.1 && h.end > start);
        match joined.last_mut() {
            Some(last) if inside(last) => last.1 = end,
            _ => joined.push((start, end)),
        }
    }
    joined
}

fn text(line: &[u8], span: Option<&(usize, usize)>) -> String {
    span.map(|&(s, e)| String::from_utf8_lossy(&line[s..e]).into_owned()).unwrap_or_default()
}

fn each(spans: &[(usize, usize)], first: TokenKind, others: TokenKind, command: &mut Command) {
    for (i, &(start, end)) in spans.iter().enumerate() {
        command.tokens.push(Token::new(if i == 0 { first } else { others }, start, end));
    }
}

fn auth(line: &[u8], rest: &[(usize, usize)], command: &mut Command) {
    command.argument = text(line, rest.first()).to_ascii_uppercase();
    if let Some(&(start, end)) = rest.first() {
        command.tokens.push(Token::new(TokenKind::Mechanism, start, end));
    } else {
        command.faults.push(Fault { at: line.len(), id: "fault-missing-mechanism" });
    }
    // The dialect says what kind of token the initial response is; a second one is a plain word.
    command.initial = rest.get(1).copied();
    for &(start, end) in rest.iter().skip(2) {
        command.tokens.push(Token::new(TokenKind::Secret, start, end));
    }
}

/// Reads `FROM:<path> params` or `TO:<path> params` behind the verb.
fn path(line: &[u8], from: usize, keyword: &str, command: &mut Command) {
    let Some(start) = line[from..].iter().position(|b| *b != b' ').map(|i| from + i) else {
        let id = if keyword == "TO:" { "fault-missing-to" } else { "fault-missing-from" };
        command.faults.push(Fault { at: line.len(), id });
        return;
    };
    let bare = &keyword[..keyword.len() - 1];
    let rest = &line[start..];
    let has =
        |word: &str| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word.as_bytes());
    let mut pos = if has(keyword) {
        start + keyword.len()
    } else {
        let id = if keyword == "TO:" { "fault-missing-to" } else { "fault-missing-from" };
        command.faults.push(Fault { at: start, id });
        start + if has(bare) { bare.len() } else { 0 }
    };
    if pos > start {
        command.tokens.push(Token::new(TokenKind::Word, start, pos));
    }
    let skipped = line[pos..].iter().take_while(|b| **b == b' ').count();
    if skipped > 0 && pos > start && pos + skipped < line.len() {
        command.faults.push(Fault { at: pos, id: "fault-blank-after-colon" });
    }
    pos += skipped;
    let end = address(line, pos, command);
    for (start, end) in words(line, end) {
        command.tokens.push(Token::new(TokenKind::Parameter, start, end));
    }
}

/// Reads the mailbox at `pos`, in brackets or not, and gives where it ends.
fn address(line: &[u8], pos: usize, command: &mut Command) -> usize {
    if line.get(pos) != Some(&b'<') {
        let end = line[pos..].iter().position(|b| *b == b' ').map_or(line.len(), |i| pos + i);
        let id = if end == pos { "fault-missing-path" } else { "fault-no-brackets" };
        command.faults.push(Fault { at: pos, id });
        if end > pos {
            command.tokens.push(Token::new(TokenKind::Address, pos, end));
        }
        command.argument = String::from_utf8_lossy(&line[pos..end]).into_owned();
        return end;
    }
    // A quoted local part may hold `>` (RFC 5321 §4.1.2).
    let (mut quoted, mut escaped) = (false, false);
    let close = line[pos..].iter().position(|&b| {
        let ends = b == b'>' && !quoted;
        quoted ^= b == b'"' && !escaped;
        escaped = b == b'\\' && quoted && !escaped;
        ends
    });
    let end = match close {
        Some(i) => pos + i,
        None => {
            command.faults.push(Fault { at: line.len(), id: "fault-bracket-open" });
            line.len()
        }
    };
    command.tokens.push(Token::new(TokenKind::Address, pos + 1, end));
    command.argument = String::from_utf8_lossy(&line[pos + 1..end]).into_owned();
    (end + 1).min(line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines, the argument read, and the faults found.
    #[test]
    fn commands_are_read_as_students_type_them() {
        for (line, verb, argument, faults) in [
            ("EHLO redes", "EHLO", "redes", &[][..]),
            ("ehlo", "EHLO", "", &["fault-missing-domain"]),
            ("mail from:<a@b>", "MAIL", "a@b", &[]),
            ("MAIL FROM:<>", "MAIL", "", &[]),
            ("MAIL FROM:<a@[127.0.0.1]> SIZE=10", "MAIL", "a@[127.0.0.1]", &[]),
            (r#"MAIL FROM:<"a>b"@c>"#, "MAIL", r#""a>b"@c"#, &[]),
            ("rcpt to: <a@b>", "RCPT", "a@b", &["fault-blank-after-colon"]),
            ("mail from:pepe@b", "MAIL", "pepe@b", &["fault-no-brackets"]),
            (
                "mail from pepe@b",
                "MAIL",
                "pepe@b",
                &["fault-missing-from", "fault-blank-after-colon", "fault-no-brackets"],
            ),
            ("RCPT <a@b>", "RCPT", "a@b", &["fault-missing-to"]),
            ("RCPT TO:<Postmaster>", "RCPT", "Postmaster", &[]),
            ("MAIL FROM:<a@b", "MAIL", "a@b", &["fault-bracket-open"]),
            ("MAIL FROM:", "MAIL", "", &["fault-missing-path"]),
            ("MAIL", "MAIL", "", &["fault-missing-from"]),
            ("DATA x", "DATA", "", &["fault-argument-not-allowed"]),
            ("quit ", "QUIT", "", &["fault-trailing-blank"]),
            (" noop", "NOOP", "", &["fault-leading-blank"]),
            ("", "", "", &["fault-empty-line"]),
            ("AUTH plain AGFhAGI=", "AUTH", "PLAIN", &[]),
            ("BDAT 12 LAST", "BDAT", "12", &[]),
        ] {
            let command = read(line.as_bytes(), &[]);
            assert_eq!((command.verb.as_str(), command.argument.as_str()), (verb, argument), "{line}");
            assert_eq!(command.faults.iter().map(|f| f.id).collect::<Vec<_>>(), faults, "{line}");
        }
    }

    #[test]
    fn a_blank_inside_a_hole_ends_no_word() {
        let mut wire = crate::dialogue::Wire::from("AUTH PLAIN ");
        wire.push_placeholder("plain(\"ana\", password)");
        let command = read(&wire.bytes, &wire.holes);
        assert_eq!(command.initial, Some((11, wire.len())));
        assert!(command.tokens.iter().all(|t| t.kind != TokenKind::Secret), "{:?}", command.tokens);
    }

    #[test]
    fn parameters_are_tokens_of_their_own() {
        let line = b"MAIL FROM:<a@b> SIZE=100 BODY=8BITMIME";
        let words: Vec<_> =
            read(line, &[]).tokens.iter().map(|t| (t.kind, text(line, Some(&(t.start, t.end))))).collect();
        assert_eq!(
            words.iter().map(|(_, w)| w.as_str()).collect::<Vec<_>>(),
            ["MAIL", "FROM:", "a@b", "SIZE=100", "BODY=8BITMIME"]
        );
        assert_eq!(words[3].0, TokenKind::Parameter);
    }
}
