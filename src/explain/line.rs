//! A pasted line of a dialogue, explained token by token: the protocol's own reader takes it apart, so what is said of a
//! token here is what a session would say of it.
//!
//! A line alone does not tell what came before it. Its reader is shown a greeting first, and where the line is an
//! answer, a command that such an answer may follow; codes are explained as they are without a command before them.

use std::collections::HashSet;

use super::article::{Link, brief, link};
use crate::annotate::redact::{Redactor, Secrets};
use crate::annotate::topics::human_size;
use crate::dialect::{self, Stamp};
use crate::dialogue::text::Writer;
use crate::dialogue::text::write::safe;
use crate::dialogue::{Piece, Protocol, Side, Step, TokenKind, Wire};
use crate::error::Args;
use crate::i18n::Catalog;
use crate::knowledge::{self, Fact, Table};

/// Characters of a token that are shown.
const LONGEST: usize = 40;

/// A line, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The protocol it was read as.
    pub protocol: Protocol,
    /// Who says it.
    pub side: Side,
    /// The line in the notation, secrets masked.
    pub line: String,
    /// Who says it, in words.
    pub said: String,
    /// Each token, and what it is.
    pub tokens: Vec<(String, String)>,
    /// The same for programs: kind, text, and the row's id, where one explains it.
    pub kinds: Vec<(&'static str, String, Option<&'static str>)>,
    /// What is not as the protocol wants it, and what else there is to say.
    pub remarks: Vec<String>,
    /// What leads on.
    pub see: Vec<Link>,
}

/// Takes a line apart; none, if it reads as no line of a dialogue.
pub fn parse(text: &str, catalog: &Catalog) -> Option<Parsed> {
    let text = text.trim_end_matches(['\r', '\n']);
    if text.contains('\n') {
        return None;
    }
    let marked = match text.get(..2) {
        Some("C:") => Some(Side::Client),
        Some("S:") => Some(Side::Server),
        _ => None,
    };
    let bare = if marked.is_some() { text[2..].strip_prefix(' ').unwrap_or(&text[2..]) } else { text };
    let (protocol, side) = guess(bare, marked)?;
    let pieces = read(bare, protocol, side);
    let first = pieces.first()?;
    let mut writer = Writer::default();
    let mut shown = Vec::new();
    pieces.iter().for_each(|piece| writer.push(side, &piece.wire, &mut shown));
    writer.flush(&mut shown);
    let id = match side {
        Side::Client => "explain-line-client",
        Side::Server => "explain-line-server",
    };
    let mut parsed = Parsed {
        protocol,
        side,
        line: shown.first().cloned().unwrap_or_default(),
        said: catalog.say(id, &vec![("protocol", name(protocol).to_owned())]),
        tokens: Vec::new(),
        kinds: Vec::new(),
        remarks: Vec::new(),
        see: Vec::new(),
    };
    let mut told = HashSet::new();
    for (i, token) in first.tokens.iter().enumerate() {
        let wire = first.text(token);
        let fact = if first.hole(token).is_some() { None } else { fact_of(token.kind, &wire, protocol) };
        let shown = match first.hole(token) {
            Some(make) => Wire::notation(make),
            None => safe(&wire, LONGEST),
        };
        if shown.is_empty() {
            continue;
        }
        let meaning = match fact {
            Some(fact) => catalog.say(fact.id, &arguments(first, i)),
            None => catalog.word(&token_id(token.kind, &wire)),
        };
        parsed.kinds.push((token.kind.name(), shown.clone(), fact.map(|fact| fact.id)));
        parsed.tokens.push((shown, meaning));
        if let Some(fact) = fact.filter(|fact| told.insert(fact.id)) {
            parsed.see.push(link(fact, catalog));
        }
    }
    // A line that nothing is known of is none of a dialogue.
    if parsed.see.is_empty() {
        return None;
    }
    parsed.see.truncate(4);
    parsed.remarks = remarks(first, bare, side, catalog);
    Some(parsed)
}

/// What is said of a token that no row explains.
fn token_id(kind: TokenKind, wire: &str) -> String {
    match (kind, wire) {
        (TokenKind::Tag, "*") => "explain-token-untagged".to_owned(),
        (TokenKind::Word, word) if word.eq_ignore_ascii_case("FROM:") => "explain-token-from".to_owned(),
        (TokenKind::Word, word) if word.eq_ignore_ascii_case("TO:") => "explain-token-to".to_owned(),
        _ => format!("explain-token-{}", kind.name()),
    }
}

/// What a token's sentence is filled with: the value behind its name, the words after it, or the number before.
fn arguments(piece: &Piece, at: usize) -> Args {
    let token = &piece.tokens[at];
    let wire = piece.text(token);
    let around = match token.kind {
        TokenKind::Kind => at.checked_sub(1).and_then(|at| piece.tokens.get(at)),
        _ => piece.tokens.get(at + 1),
    };
    let around = around.filter(|other| piece.hole(other).is_none()).map(|other| piece.text(other));
    let arg = match wire.split_once('=') {
        Some((_, value)) => value.to_owned(),
        None => around.unwrap_or_default(),
    };
    vec![("size", human_size(&arg)), ("arg", arg)]
}

/// What is wrong with the line, and what the server's own words mean.
fn remarks(piece: &Piece, text: &str, side: Side, catalog: &Catalog) -> Vec<String> {
    let mut remarks: Vec<String> = Vec::new();
    for fault in &piece.faults {
        let said = catalog.say(fault.id, &vec![("column", (fault.at + 1).to_string())]);
        let said = format!("{} {said}", catalog.word("level-warn"));
        if !remarks.contains(&said) {
            remarks.push(said);
        }
    }
    if let Some(fact) = Some(text).filter(|_| side == Side::Server).and_then(knowledge::phrase) {
        let full = catalog.full(fact.id, &Vec::new()).unwrap_or_default();
        remarks.push(format!("\"{}\": {}. {full}", fact.name, brief(fact, catalog)));
    }
    remarks
}

/// The protocol's name for people.
fn name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Smtp => "SMTP",
        Protocol::Lmtp => "LMTP",
        Protocol::Pop3 => "POP3",
        Protocol::Imap => "IMAP",
    }
}

/// Whose line it is, by its first words.
fn guess(text: &str, marked: Option<Side>) -> Option<(Protocol, Side)> {
    let mut words = text.split_whitespace();
    let (first, second) = (words.next()?, words.next().unwrap_or_default());
    let status = |word: &str| {
        ["OK", "NO", "BAD", "BYE", "PREAUTH"].iter().any(|status| word.eq_ignore_ascii_case(status))
    };
    let is = |table: Table, word: &str| {
        knowledge::find(table, word).is_some_and(|fact| fact.name.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let code = text.len() >= 3 && text.is_char_boundary(3) && text[..3].bytes().all(|b| b.is_ascii_digit());
    let coded = code
        && (text.len() == 3 || text[3..].starts_with([' ', '-']))
        && text.starts_with(['2', '3', '4', '5']);
    // A number with a word behind it is no reply yet, unless it is marked as one.
    let coded = coded && (marked.is_some() || knowledge::find(Table::SmtpReply, &text[..3]).is_some());
    let server = |protocol| (marked != Some(Side::Client)).then_some((protocol, Side::Server));
    let client = |protocol| (marked != Some(Side::Server)).then_some((protocol, Side::Client));
    if coded && !is(Table::ImapCommand, second) {
        return server(Protocol::Smtp);
    }
    if first == "*" && !second.is_empty() {
        return server(Protocol::Imap);
    }
    if ["+OK", "-ERR"].iter().any(|word| first.eq_ignore_ascii_case(word)) {
        return server(Protocol::Pop3);
    }
    if first == "+" {
        return server(Protocol::Imap);
    }
    if status(second) {
        return server(Protocol::Imap);
    }
    // A word alone is a topic, not a line.
    if is(Table::ImapCommand, second) && first.chars().any(|c| c.is_ascii_digit())
        || second.eq_ignore_ascii_case("UID")
    {
        return client(Protocol::Imap);
    }
    let smtp = is(Table::SmtpCommand, first);
    if (smtp || is(Table::PopCommand, first)) && !second.is_empty() {
        let pop = !smtp || first.eq_ignore_ascii_case("AUTH") && marked.is_none() && second.is_empty();
        return client(if pop { Protocol::Pop3 } else { Protocol::Smtp });
    }
    None
}

/// The line's pieces, as the reader of the protocol sees them, redacted.
fn read(text: &str, protocol: Protocol, side: Side) -> Vec<Piece> {
    let mut dialect = dialect::of(protocol);
    let mut redactor = Redactor::new(Secrets::default());
    let first = text.split(' ').next().unwrap_or_default();
    let greeting = side == Side::Server && (text.starts_with("220") || text.starts_with("* PREAUTH"));
    let mut before: Vec<(Side, String)> = Vec::new();
    if !greeting {
        let hello = match protocol {
            Protocol::Smtp | Protocol::Lmtp => "220 x ESMTP",
            Protocol::Pop3 => "+OK",
            Protocol::Imap => "* OK x",
        };
        before.push((Side::Server, hello.to_owned()));
    }
    if side == Side::Server && !greeting {
        let keyword = text.get(4..).and_then(|rest| rest.split([' ', '=']).next()).unwrap_or_default();
        let offered = text.starts_with("250") && knowledge::find(Table::SmtpExtension, keyword).is_some();
        match protocol {
            Protocol::Smtp | Protocol::Lmtp if offered => {
                before.push((Side::Client, "EHLO x".to_owned()));
                before.push((Side::Server, "250-x".to_owned()));
            }
            Protocol::Imap if !matches!(first, "*" | "+") => {
                before.push((Side::Client, format!("{first} NOOP")))
            }
            Protocol::Imap => {}
            _ => before.push((Side::Client, "NOOP".to_owned())),
        }
    }
    let mut steps = Vec::new();
    for (side, line) in before.iter().map(|(side, line)| (*side, line.as_str())).chain([(side, text)]) {
        dialect.push(side, &Wire::new(format!("{line}\r\n").into_bytes()), Stamp::default());
        steps.clear();
        while let Some(step) = dialect.next_step() {
            steps.push(step);
        }
    }
    // What waits for an answer (DATA, AUTH) was told apart already; the rest of a line is never held for long.
    if !steps.iter().any(|step| matches!(step, Step::Piece(_))) {
        dialect.finish();
        while let Some(step) = dialect.next_step() {
            steps.push(step);
        }
    }
    let mut masked = Vec::new();
    steps.into_iter().for_each(|step| redactor.step(step, &mut masked));
    let pieces =
        masked.into_iter().filter_map(|step| if let Step::Piece(piece) = step { Some(piece) } else { None });
    pieces.collect()
}

/// The row that explains a token.
fn fact_of(kind: TokenKind, wire: &str, protocol: Protocol) -> Option<&'static Fact> {
    let smtp = matches!(protocol, Protocol::Smtp | Protocol::Lmtp);
    let find = knowledge::find;
    match kind {
        TokenKind::Verb => find(crate::annotate::commands(protocol), wire),
        TokenKind::Code => find(Table::SmtpReply, wire).or_else(|| knowledge::class(Table::SmtpReply, wire)),
        TokenKind::Enhanced => {
            find(Table::SmtpEnhanced, wire).or_else(|| knowledge::class(Table::SmtpEnhanced, wire))
        }
        TokenKind::Status if protocol == Protocol::Imap => find(Table::ImapStatus, wire),
        TokenKind::Status => find(Table::PopStatus, wire),
        TokenKind::Tag if wire == "+" => find(Table::ImapResponse, wire),
        TokenKind::ResponseCode if protocol == Protocol::Imap => find(Table::ImapCode, wire),
        TokenKind::ResponseCode => find(Table::PopCode, wire),
        TokenKind::Capability => find(crate::annotate::topics::capabilities(protocol), wire),
        TokenKind::Parameter if smtp => {
            let name = wire.split('=').next().unwrap_or(wire);
            let fact = knowledge::find_after(Table::SmtpExtension, name, "PARAMETER");
            fact.filter(|fact| fact.after == "PARAMETER")
        }
        TokenKind::Mechanism => find(Table::Sasl, wire),
        TokenKind::Flag => find(Table::ImapFlag, wire),
        TokenKind::Item => find(Table::ImapItem, wire).or_else(|| find(Table::ImapFlag, wire)),
        TokenKind::Key => find(Table::ImapKey, wire),
        TokenKind::Kind => find(Table::ImapResponse, wire),
        TokenKind::Dot => find(Table::SmtpCommand, "."),
        _ => None,
    }
}
