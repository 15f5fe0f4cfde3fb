//! Looking a topic up: every table, every name, the best meaning first; and what was perhaps meant.
//!
//! A topic may begin with a word that narrows it: `smtp 250`, `header from`, `port 25`. It may end with the command
//! after which a meaning holds: `250 DATA`, `+OK RETR`. What surrounds a word on the wire does not matter:
//! `Received:`, `[UIDVALIDITY]`, `"MAIL FROM:"`.

use std::cmp::Reverse;

use crate::dialogue::Protocol;
use crate::knowledge::{self, Fact, Status, Table};

/// How many names are proposed where nothing is found.
const PROPOSALS: usize = 5;

/// The tables, those first whose meaning is more often meant.
const ORDER: [Table; 22] = [
    Table::Concept,
    Table::SmtpReply,
    Table::SmtpEnhanced,
    Table::SmtpCommand,
    Table::PopCommand,
    Table::ImapCommand,
    Table::PopStatus,
    Table::ImapStatus,
    Table::SmtpExtension,
    Table::PopCapability,
    Table::ImapCapability,
    Table::ImapCode,
    Table::PopCode,
    Table::ImapResponse,
    Table::ImapFlag,
    Table::ImapItem,
    Table::Sasl,
    Table::Header,
    Table::DnsRecord,
    Table::Port,
    Table::ImapKey,
    Table::Phrase,
];

/// Words of a topic that only join others.
const JOINING: [&str; 19] = [
    "vs", "versus", "and", "or", "against", "the", "a", "of", "y", "e", "o", "contra", "el", "la", "los",
    "las", "de", "del", "en",
];

/// A name in one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The row that answers the question.
    pub fact: &'static Fact,
    /// Whether it was asked for as it is after some command.
    pub narrowed: bool,
    /// Whether it was asked for by its own name.
    pub named: bool,
    /// The class that was asked for, 2, 4 or 5, where the row is of all of them: `x.7.26`.
    pub class: Option<char>,
}

impl Meaning {
    /// The other rows of the same name in the same table: what it means after this or that command.
    pub fn variants(&self) -> impl Iterator<Item = &'static Fact> + use<> {
        let fact = self.fact;
        let rows = knowledge::rows(fact.table, fact.name).iter();
        rows.filter(move |row| row.id != fact.id && !row.after.is_empty())
    }
}

/// The word that narrows a topic to some tables, as it stands in front of one: a protocol's, a kind's, or a table's own
/// (`imap-response`). `explain --list` takes it too.
pub fn tables(word: &str) -> Option<&'static [Table]> {
    use Table::*;
    let word = word.to_ascii_lowercase();
    if let Some(at) = Table::ALL.iter().position(|table| super::article::word(*table) == word) {
        return Some(&Table::ALL[at..=at]);
    }
    Some(match word.as_str() {
        "smtp" | "esmtp" | "lmtp" => &[SmtpReply, SmtpEnhanced, SmtpCommand, SmtpExtension],
        "pop" | "pop3" => &[PopCommand, PopStatus, PopCapability, PopCode],
        "imap" | "imap4" => {
            &[ImapCommand, ImapStatus, ImapResponse, ImapCode, ImapFlag, ImapItem, ImapKey, ImapCapability]
        }
        "sasl" => &[Sasl],
        "header" | "encabezado" => &[Header],
        "dns" => &[DnsRecord],
        "port" | "puerto" => &[Port],
        "concept" | "concepto" => &[Concept],
        "phrase" | "frase" => &[Phrase],
        _ => return None,
    })
}

/// The word that narrows a topic to a table's meaning.
pub fn scope(table: Table) -> &'static str {
    use Table::*;
    match table {
        SmtpReply | SmtpEnhanced | SmtpCommand | SmtpExtension => "smtp",
        PopCommand | PopCapability | PopCode | PopStatus => "pop",
        Sasl => "sasl",
        Header => "header",
        DnsRecord => "dns",
        Port => "port",
        Concept => "concept",
        Phrase => "phrase",
        _ => "imap",
    }
}

/// Everything that a topic is, the best meaning first; in a dialogue, its protocol's before the others'.
pub fn find(topic: &str, protocol: Option<Protocol>) -> Vec<Meaning> {
    let topic = topic.trim();
    if let Some((first, rest)) = topic.split_once(char::is_whitespace)
        && let Some(tables) = tables(first)
    {
        let mut found = all_meanings(rest.trim());
        found.retain(|meaning| tables.contains(&meaning.fact.table));
        if !found.is_empty() {
            return ranked(found, rest.trim(), protocol);
        }
    }
    ranked(all_meanings(topic), topic, protocol)
}

/// All meanings, in no order.
fn all_meanings(topic: &str) -> Vec<Meaning> {
    let mut found: Vec<Meaning> = Vec::new();
    let mut add = |fact: &'static Fact, narrowed: bool, named: bool| {
        let known = |m: &Meaning| m.fact.table == fact.table && m.fact.name == fact.name;
        if !found.iter().any(known) {
            found.push(Meaning { fact, narrowed, named, class: class_of(fact, topic) });
        }
    };
    for name in spellings(topic) {
        for table in Table::ALL {
            if let Some(fact) = knowledge::rows(*table, &name).first() {
                add(fact, false, true);
            }
        }
    }
    // `250 DATA`, `250 after DATA`.
    if let Some((name, after)) = topic.split_once(' ') {
        let after = after.trim();
        let after = ["after ", "tras "].iter().find_map(|word| after.strip_prefix(word)).unwrap_or(after);
        for table in Table::ALL {
            let rows = knowledge::rows(*table, name).iter();
            if let Some(fact) =
                rows.into_iter().find(|row| !after.is_empty() && row.after.eq_ignore_ascii_case(after))
            {
                add(fact, true, true);
            }
        }
    }
    let wanted = key(topic);
    for (_, id) in knowledge::aliases().iter().filter(|(alias, _)| key(alias) == wanted && !wanted.is_empty())
    {
        if let Some(fact) = knowledge::by_id(id) {
            add(fact, false, false);
        }
    }
    for fact in [Table::Concept, Table::Phrase].iter().flat_map(|table| knowledge::all(*table)) {
        if key(fact.name) == wanted {
            add(fact, false, true);
        }
    }
    if found.is_empty() && !topic.is_empty() {
        let general = Table::ALL.iter().filter_map(|table| knowledge::find(*table, topic));
        let class = [Table::SmtpReply, Table::SmtpEnhanced].into_iter().filter(|_| is_code(topic));
        let class = class.filter_map(|table| match (table, topic.contains('.')) {
            (Table::SmtpReply, false) | (Table::SmtpEnhanced, true) => knowledge::class(table, topic),
            _ => None,
        });
        let phrase = topic.contains(' ').then(|| phrase(topic)).flatten();
        // A header's line: `Subject: hello`.
        let field = topic.split_once(": ").and_then(|(name, _)| knowledge::find(Table::Header, name));
        found.extend(general.chain(class).chain(field).chain(phrase).map(|fact| Meaning {
            fact,
            narrowed: false,
            named: false,
            class: class_of(fact, topic),
        }));
    }
    found
}

/// The class of an enhanced code that stands in a row of all classes (RFC 3463 §2).
fn class_of(fact: &Fact, topic: &str) -> Option<char> {
    let all = fact.table == Table::SmtpEnhanced && fact.name.starts_with("x.") && !fact.name.ends_with(".x");
    topic.split_whitespace().find(|word| all && is_code(word))?.chars().next()
}

/// The phrase that stands in what was asked for, unless it is a line of a dialogue: that is taken apart.
fn phrase(topic: &str) -> Option<&'static Fact> {
    let status = |word: &str| ["OK", "NO", "BAD", "BYE"].contains(&word);
    let coded = topic.starts_with(|c: char| c.is_ascii_digit() || "+-*".contains(c))
        || ["S:", "C:"].iter().any(|side| topic.starts_with(side))
        || topic.split_whitespace().nth(1).is_some_and(status);
    if coded { None } else { knowledge::phrase(topic) }
}

/// A reply code or an enhanced one, by its form.
fn is_code(topic: &str) -> bool {
    let parts: Vec<&str> = topic.split('.').collect();
    let digits =
        |part: &&str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    parts.iter().all(digits) && matches!((parts.len(), topic.len()), (1, 3) | (3, _))
}

/// A name as it is written in the tables: without what surrounds it on the wire, and with what a shell takes away.
fn spellings(topic: &str) -> Vec<String> {
    let bare = topic.trim_end_matches(':');
    let bare = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(bare);
    if bare.is_empty() {
        return vec![topic.to_owned()];
    }
    vec![topic.to_owned(), bare.to_owned(), format!("\\{bare}"), format!("${bare}")]
}

/// What is alike in topics that mean the same: words in lower case, without those that only join, in no order.
fn key(topic: &str) -> Vec<String> {
    let lower = topic.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric() && !"+.\\$<>{}&".contains(c));
    let mut words: Vec<String> = words
        .filter(|word| !word.is_empty() && !JOINING.contains(word))
        .map(|word| match word {
            "pop3" => "pop".to_owned(),
            "imap4" => "imap".to_owned(),
            other => other.to_owned(),
        })
        .collect();
    words.sort();
    words
}

fn ranked(mut found: Vec<Meaning>, topic: &str, protocol: Option<Protocol>) -> Vec<Meaning> {
    let own = match protocol {
        Some(Protocol::Smtp | Protocol::Lmtp) => tables("smtp"),
        Some(Protocol::Pop3) => tables("pop"),
        Some(Protocol::Imap) => tables("imap"),
        None => None,
    };
    let alive = |fact: &Fact| matches!(fact.status, Status::Current | Status::Optional);
    found.sort_by_key(|meaning| {
        let fact = meaning.fact;
        let order = ORDER.iter().position(|table| *table == fact.table);
        (
            Reverse(meaning.narrowed),
            Reverse(own.is_some_and(|own| own.contains(&fact.table))),
            Reverse(meaning.named),
            Reverse(fact.table == Table::Concept),
            Reverse(alive(fact)),
            Reverse(fact.name == topic),
            order,
        )
    });
    found
}

/// How to ask for just this meaning, so that it comes first: the name, or a word in front of it.
pub fn question(fact: &Fact) -> String {
    let name =
        if fact.after.is_empty() { fact.name.to_owned() } else { format!("{} {}", fact.name, fact.after) };
    let narrower = [scope(fact.table), super::article::word(fact.table)].map(|word| format!("{word} {name}"));
    let finds = |question: &&String| find(question, None).first().is_some_and(|best| best.fact.id == fact.id);
    [&name].into_iter().chain(&narrower).find(finds).unwrap_or(&name).clone()
}

/// The names that were perhaps meant, the nearest first: a few slips away, or with the topic in them.
pub fn nearest(topic: &str) -> Vec<&'static str> {
    let topic = topic.trim().to_lowercase();
    let letters = topic.chars().count();
    // More slips than every third letter make another word.
    let slips = (letters / 3).max(1);
    let facts = Table::ALL.iter().flat_map(|table| knowledge::all(*table)).map(|fact| fact.name);
    let names = facts.chain(knowledge::aliases().iter().map(|(alias, _)| *alias));
    let mut near: Vec<(usize, &'static str)> = names
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let distance = strsim::damerau_levenshtein(&topic, &lower);
            let bare = strsim::damerau_levenshtein(&topic, lower.trim_start_matches(['\\', '$']));
            let distance = distance.min(bare);
            let within = letters >= 3 && lower.contains(&topic);
            match (distance <= slips && distance < letters, within) {
                (true, _) => Some((distance, name)),
                (false, true) => Some((slips + 1, name)),
                (false, false) => None,
            }
        })
        .collect();
    near.sort();
    near.dedup_by_key(|(_, name)| name.to_lowercase());
    near.into_iter().take(PROPOSALS).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(topic: &str) -> Vec<&'static str> {
        find(topic, None).into_iter().map(|meaning| meaning.fact.id).collect()
    }

    #[test]
    fn topics_are_found_the_best_meaning_first() {
        for (topic, id) in [
            ("550", "smtp-reply-550"),
            ("5.1.1", "smtp-enh-5-1-1"),
            ("4.1.1", "smtp-enh-4-1-1"),
            ("5.1.99", "smtp-enh-x-1-x"),
            ("299", "smtp-reply-2yz"),
            ("smtp 250", "smtp-reply-250"),
            ("250 DATA", "smtp-reply-250-data"),
            ("250 after data", "smtp-reply-250-data"),
            ("MAIL FROM", "smtp-cmd-mail"),
            ("mail from:", "smtp-cmd-mail"),
            ("uidvalidity", "imap-code-uidvalidity"),
            ("[UIDVALIDITY]", "imap-code-uidvalidity"),
            ("\\Seen", "imap-flag-seen"),
            ("seen", "imap-flag-seen"),
            ("+OK", "pop-status-ok"),
            ("587", "port-587"),
            ("220", "smtp-reply-220"),
            ("port 220", "port-220"),
            ("mx", "concept-mx"),
            ("dns mx", "dns-mx"),
            ("dot-stuffing", "concept-dot"),
            ("relleno de puntos", "concept-dot"),
            ("envelope", "concept-envelope"),
            ("envelope vs header", "concept-envelope"),
            ("pop vs imap", "concept-pop-imap"),
            ("IMAP4 or POP3?", "concept-pop-imap"),
            ("relay access denied", "phrase-relay"),
            ("Recipient address rejected: User unknown", "phrase-user-unknown"),
            ("imap list", "imap-cmd-list"),
            ("header received", "header-received"),
            ("Message-ID:", "header-message-id"),
            ("Subject: hello", "header-subject"),
            ("BODY[1.2]", "imap-item-body-part"),
            ("AUTH=SCRAM-SHA-256", "imap-cap-auth"),
            (".", "smtp-cmd-dot"),
        ] {
            assert_eq!(ids(topic).first(), Some(&id), "{topic}: {:?}", ids(topic));
        }
        assert!(ids("list").len() >= 3, "{:?}", ids("list"));
        let own = find("LIST", Some(Protocol::Imap));
        assert_eq!(own[0].fact.id, "imap-cmd-list");
    }

    #[test]
    fn what_is_nothing_is_nothing() {
        for topic in ["", " ", "xyzzy", "999", "\u{e9}", "smtp", "-", "()"] {
            assert!(ids(topic).iter().all(|id| id.starts_with("concept-")), "{topic:?}: {:?}", ids(topic));
        }
    }

    #[test]
    fn names_that_were_perhaps_meant() {
        for (topic, name) in
            [("RCTP", "RCPT"), ("sobe", "sobre"), ("uidvaliditi", "UIDVALIDITY"), ("Seeen", "\\Seen")]
        {
            assert!(nearest(topic).contains(&name), "{topic}: {:?}", nearest(topic));
        }
        assert!(nearest("qqqqqqqq").is_empty());
        assert!(nearest("a").len() <= PROPOSALS);
    }

    #[test]
    fn every_row_can_be_asked_for() {
        for fact in Table::ALL.iter().flat_map(|table| knowledge::all(*table)) {
            let asked = find(&question(fact), None);
            assert!(
                asked.iter().any(|m| m.fact.id == fact.id || m.variants().any(|v| v.id == fact.id)),
                "{}",
                fact.id
            );
        }
    }
}
