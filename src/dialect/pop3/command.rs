//! The grammar of POP3 commands (RFC 1939 §3, 2449 §4): words of one line, where they stand, and what is not
//! as the RFCs want it. Reading never fails; the lab uses the same.

use crate::dialect::smtp::command::{join_holes, words};
use crate::dialogue::{Fault, Hole, Token, TokenKind};

/// A command line, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The verb in capitals; whatever the first word was.
    pub verb: String,
    /// The first argument: USER's and APOP's name, AUTH's mechanism (capitals), a message number. PASS's
    /// argument is not kept.
    pub argument: String,
    /// The words.
    pub tokens: Vec<Token>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// AUTH's initial response, if there is one: its span.
    pub initial: Option<(usize, usize)>,
}

impl Command {
    /// Whether a `+OK` to it is followed by lines up to a lone dot (RFC 1939 §5, 2449 §5, 6856 §3). A bare
    /// AUTH lists the mechanisms, as servers did before CAPA; no RFC says so.
    pub fn is_multi_line(&self) -> bool {
        is_multi_line(&self.verb, &self.argument)
    }

    /// Whether its words may be secret, so that the rest of an overlong line is.
    pub fn is_secret(&self) -> bool {
        matches!(self.verb.as_str(), "PASS" | "APOP" | "AUTH")
    }
}

/// [`Command::is_multi_line`], of a verb in capitals and its first argument.
pub fn is_multi_line(verb: &str, argument: &str) -> bool {
    match verb {
        "CAPA" | "RETR" | "TOP" => true,
        "LIST" | "UIDL" | "LANG" | "AUTH" => argument.is_empty(),
        _ => false,
    }
}

/// Reads a command line (without its line end), with its holes: a placeholder is one word, blanks and all.
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
    arguments(line, end, &words[1..], &mut command);
    let blank_end = line.last().is_some_and(|b| *b == b' ' || *b == b'\t');
    // A blank at the end of a password is part of it (RFC 1939 §7).
    if blank_end && command.verb != "PASS" {
        command.faults.push(Fault { at: line.len() - 1, id: "fault-trailing-blank" });
    }
    command
}

fn arguments(line: &[u8], verb_end: usize, rest: &[(usize, usize)], command: &mut Command) {
    let kinds: &[TokenKind] = match command.verb.as_str() {
        "USER" | "RPOP" => return user(line, rest, command),
        "PASS" => return pass(line, verb_end, command),
        "APOP" => &[TokenKind::User, TokenKind::Secret],
        "AUTH" => return auth(line, rest, command),
        "LIST" | "UIDL" | "RETR" | "DELE" => &[TokenKind::Set],
        "TOP" => &[TokenKind::Set, TokenKind::Number],
        "STAT" | "RSET" | "NOOP" | "QUIT" | "CAPA" | "STLS" | "LAST" | "UTF8" => &[],
        _ => &[TokenKind::Word],
    };
    let known = !kinds.contains(&TokenKind::Word) && command.verb != "LANG";
    // What follows a digest may be the rest of a password with blanks.
    let beyond = if command.verb == "APOP" { TokenKind::Secret } else { TokenKind::Word };
    for (i, &(start, end)) in rest.iter().enumerate() {
        command.tokens.push(Token::new(kinds.get(i).copied().unwrap_or(beyond), start, end));
        let number = matches!(kinds.get(i), Some(TokenKind::Set | TokenKind::Number));
        if number && !line[start..end].iter().all(u8::is_ascii_digit) {
            command.faults.push(Fault { at: start, id: "fault-not-a-number" });
        }
        if known && i == kinds.len() {
            command.faults.push(Fault { at: start, id: "fault-argument-not-allowed" });
        }
    }
    let optional = matches!(command.verb.as_str(), "LIST" | "UIDL");
    if known && !optional && rest.len() < kinds.len() {
        command.faults.push(Fault { at: line.len(), id: "fault-missing-argument" });
    }
    command.argument = text(line, rest.first());
}

/// A mailbox name is all that follows: old servers have names with blanks.
fn user(line: &[u8], rest: &[(usize, usize)], command: &mut Command) {
    match (rest.first(), rest.last()) {
        (Some(first), Some(last)) => {
            command.tokens.push(Token::new(TokenKind::User, first.0, last.1));
            command.argument = text(line, Some(&(first.0, last.1)));
        }
        _ => command.faults.push(Fault { at: line.len(), id: "fault-missing-argument" }),
    }
}

/// RFC 1939 §7: PASS has exactly one argument, so a server may take blanks as part of the password. All
/// behind the first blank is the secret.
fn pass(line: &[u8], verb_end: usize, command: &mut Command) {
    let start = (verb_end + 1).min(line.len());
    if start == line.len() {
        command.faults.push(Fault { at: line.len(), id: "fault-missing-argument" });
    } else {
        command.tokens.push(Token::new(TokenKind::Secret, start, line.len()));
    }
}

fn auth(line: &[u8], rest: &[(usize, usize)], command: &mut Command) {
    command.argument = text(line, rest.first()).to_ascii_uppercase();
    if let Some(&(start, end)) = rest.first() {
        command.tokens.push(Token::new(TokenKind::Mechanism, start, end));
    }
    // The dialect says what kind of token the initial response is; what follows it is secret as well.
    command.initial = rest.get(1).copied();
    for &(start, end) in rest.iter().skip(2) {
        command.tokens.push(Token::new(TokenKind::Secret, start, end));
    }
}

/// The most octets of an argument that are kept.
const MAX_ARGUMENT: usize = 1024;

fn text(line: &[u8], span: Option<&(usize, usize)>) -> String {
    span.map(|&(s, e)| String::from_utf8_lossy(&line[s..e.min(s + MAX_ARGUMENT)]).into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines: verb, argument, token kinds behind the verb, faults.
    #[test]
    fn commands_are_read_as_students_type_them() {
        for (line, argument, kinds, faults) in [
            ("USER alumnopop", "alumnopop", "user", &[][..]),
            ("user a b", "a b", "user", &[]),
            ("USER", "", "", &["fault-missing-argument"]),
            ("PASS a secret ", "", "secret", &[]),
            ("PASS  x", "", "secret", &[]),
            ("PASS ", "", "", &["fault-missing-argument"]),
            ("APOP mrose c4c9334bac560ecc979e58001b3e22fb", "mrose", "user secret", &[]),
            ("APOP mrose", "mrose", "user", &["fault-missing-argument"]),
            ("AUTH", "", "", &[]),
            ("auth plain", "PLAIN", "mechanism", &[]),
            ("LIST", "", "", &[]),
            ("LIST 2", "2", "set", &[]),
            ("LIST 2 3", "2", "set word", &["fault-argument-not-allowed"]),
            ("RETR", "", "", &["fault-missing-argument"]),
            ("RETR one", "one", "set", &["fault-not-a-number"]),
            ("TOP 1 0", "1", "set number", &[]),
            ("TOP 1", "1", "set", &["fault-missing-argument"]),
            ("STAT  ", "", "", &["fault-trailing-blank"]),
            ("QUIT now", "now", "word", &["fault-argument-not-allowed"]),
            (" NOOP", "", "", &["fault-leading-blank"]),
            ("LANG es", "es", "word", &[]),
            ("XTND BBOARDS x", "BBOARDS", "word word", &[]),
            ("HELO x", "x", "word", &[]),
            ("", "", "", &["fault-empty-line"]),
        ] {
            let command = read(line.as_bytes(), &[]);
            let found: Vec<_> = command.tokens.iter().skip(1).map(|t| t.kind.name()).collect();
            assert_eq!((command.argument.as_str(), found.join(" ").as_str()), (argument, kinds), "{line}");
            assert_eq!(command.faults.iter().map(|f| f.id).collect::<Vec<_>>(), faults, "{line}");
        }
    }

    #[test]
    fn a_placeholder_is_one_word() {
        let line = br#"AUTH PLAIN {{plain("ana", password)}}"#;
        let hole = Hole { start: 11, end: line.len(), make: r#"plain("ana", password)"#.into() };
        let command = read(line, &[hole]);
        assert_eq!(command.initial, Some((11, line.len())));
        assert_eq!(command.tokens.len(), 2, "the dialect adds the third");
    }

    #[test]
    fn how_many_lines_an_answer_has_hangs_on_verb_and_argument() {
        let multi = |line: &str| read(line.as_bytes(), &[]).is_multi_line();
        for line in ["CAPA", "list", "LIST ", "UIDL", "RETR 1", "TOP 1 0", "LANG", "AUTH"] {
            assert!(multi(line), "{line}");
        }
        for line in ["LIST 1", "UIDL 1", "LANG es", "AUTH PLAIN", "STAT", "NOOP", "XTND x"] {
            assert!(!multi(line), "{line}");
        }
    }
}
