//! An article: all that is known of one meaning, in one language, before anybody decides how it looks.

use super::example::{self, Example};
use super::find::{Meaning, question};
use super::page::{self, Block};
use crate::error::Args;
use crate::i18n::{Catalog, pages};
use crate::knowledge::{self, Fact, Status, Table};

/// A row that an article leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// How to ask for it.
    pub question: String,
    /// What it is, in one line.
    pub brief: String,
}

/// What is known of one meaning.
#[derive(Clone, Debug)]
pub struct Article {
    /// The row.
    pub fact: &'static Fact,
    /// Its name on the wire, an enhanced code with the class that was asked for; a concept's, in the language.
    pub name: String,
    /// What kind of thing it is, in words: `SMTP reply code`.
    pub kind: String,
    /// The command or situation after which it holds, in words; empty: always.
    pub after: String,
    /// One line.
    pub brief: String,
    /// What it is, why it happens and who mends it, what to do next.
    pub full: String,
    /// The facts: a label, and what stands beside it.
    pub rows: Vec<(String, String)>,
    /// What it means after commands: each as on the wire or in words, with its line.
    pub variants: Vec<(String, String)>,
    /// A concept's page.
    pub page: Vec<Block>,
    /// Wrong and right.
    pub examples: Vec<Example>,
    /// What it is confused with.
    pub confused: Vec<Link>,
    /// What leads on.
    pub see: Vec<Link>,
}

impl Article {
    /// The article of a meaning.
    pub fn new(meaning: Meaning, catalog: &Catalog) -> Article {
        let fact = meaning.fact;
        let links = |ids: &[&str]| -> Vec<Link> {
            ids.iter().filter_map(|id| knowledge::by_id(id)).map(|fact| link(fact, catalog)).collect()
        };
        let (see, confused) = knowledge::links(fact);
        // What is about a code is about it after a command too.
        let base = knowledge::rows(fact.table, fact.name).first().unwrap_or(fact);
        let mut examples: Vec<Example> = example::about(fact.id);
        if examples.is_empty() {
            examples.extend(example::about(base.id));
        }
        let variants = if meaning.narrowed { Vec::new() } else { meaning.variants().collect() };
        Article {
            fact,
            name: match meaning.class {
                Some(class) => format!("{class}{}", &fact.name[1..]),
                None => name(fact, catalog).to_owned(),
            },
            kind: kind(fact.table, catalog),
            after: situation(fact, catalog),
            brief: brief(fact, catalog),
            full: catalog.full(fact.id, &unfilled()).unwrap_or_default(),
            rows: class(meaning, catalog).into_iter().chain(rows(fact, catalog)).collect(),
            variants: variants
                .into_iter()
                .map(|row| (situation(row, catalog), brief(row, catalog)))
                .collect(),
            page: page_of(fact, catalog).map(page::blocks).unwrap_or_default(),
            examples,
            confused: links(confused),
            see: links(if see.is_empty() { knowledge::links(base).0 } else { see }),
        }
    }
}

/// What kind of thing a table's rows are, in words.
pub fn kind(table: Table, catalog: &Catalog) -> String {
    catalog.word(&format!("explain-kind-{}", word(table)))
}

/// A table's word in JSON and in text ids.
pub fn word(table: Table) -> &'static str {
    use Table::*;
    match table {
        SmtpReply => "smtp-reply",
        SmtpEnhanced => "smtp-enhanced",
        SmtpCommand => "smtp-command",
        SmtpExtension => "smtp-extension",
        PopCommand => "pop-command",
        PopCapability => "pop-capability",
        PopCode => "pop-code",
        PopStatus => "pop-status",
        ImapCommand => "imap-command",
        ImapCapability => "imap-capability",
        ImapCode => "imap-code",
        ImapResponse => "imap-response",
        ImapStatus => "imap-status",
        ImapFlag => "imap-flag",
        ImapItem => "imap-item",
        ImapKey => "imap-key",
        Sasl => "sasl",
        Header => "header",
        DnsRecord => "dns-record",
        Port => "port",
        Concept => "concept",
        Phrase => "phrase",
    }
}

/// How far a row still holds, as a word.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Current => "current",
        Status::Optional => "optional",
        Status::Obsolete => "obsolete",
        Status::Historic => "historic",
        Status::Experimental => "experimental",
        Status::Vendor => "vendor",
        Status::Folklore => "folklore",
    }
}

/// Away from a dialogue there is no wire text to put in.
pub(super) fn unfilled() -> Args {
    vec![("arg", "…".to_owned()), ("size", "…".to_owned())]
}

/// A row in one line.
pub fn brief(fact: &Fact, catalog: &Catalog) -> String {
    catalog.say(fact.id, &unfilled())
}

/// A concept's page.
fn page_of(fact: &Fact, catalog: &Catalog) -> Option<&'static str> {
    pages::page(catalog.lang(), fact.id.strip_prefix("concept-")?)
}

/// A row's name: on the wire, or a concept's in the language.
pub fn name(fact: &'static Fact, catalog: &Catalog) -> &'static str {
    page_of(fact, catalog).and_then(page::title).unwrap_or(fact.name)
}

/// A row as a link.
pub fn link(fact: &'static Fact, catalog: &Catalog) -> Link {
    let question = match page_of(fact, catalog).and_then(page::title) {
        Some(title) => title.to_owned(),
        None => question(fact),
    };
    Link { question, brief: brief(fact, catalog) }
}

/// After what a row holds: a command as on the wire, a situation in words.
fn situation(fact: &Fact, catalog: &Catalog) -> String {
    const SITUATIONS: [&str; 13] = [
        "GREETING",
        "ESMTP",
        "LMTP",
        "UNTAGGED",
        "LITERAL",
        "UNASKED",
        "AUTH LIST",
        "PARAMETER",
        "UNLIMITED",
        "RETURN",
        "SORT",
        "STORE",
        "ACL",
    ];
    // LIST is a command too, but not for what a mailbox has.
    let attribute = fact.after == "LIST" && fact.table == Table::ImapFlag;
    let option = matches!(fact.table, Table::ImapStatus | Table::ImapResponse)
        && matches!(fact.after, "SORT" | "STORE");
    if attribute || SITUATIONS.contains(&fact.after) && !option {
        return catalog.word(&format!("explain-after-{}", fact.after.to_ascii_lowercase().replace(' ', "-")));
    }
    fact.after.to_owned()
}

/// What the class says, where the row is of all classes.
fn class(meaning: Meaning, catalog: &Catalog) -> Option<(String, String)> {
    let class = knowledge::by_id(&format!("smtp-enh-{}-x-x", meaning.class?))?;
    let (digit, _) = class.name.split_once('.')?;
    Some((catalog.word("explain-row-class"), format!("{digit}: {}", brief(class, catalog))))
}

/// The facts beside the prose.
fn rows(fact: &Fact, catalog: &Catalog) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut row = |id: &str, value: String| {
        if !value.is_empty() {
            rows.push((catalog.word(id), value));
        }
    };
    let form = match fact.table {
        Table::DnsRecord => "explain-row-record",
        Table::Phrase => "explain-row-codes",
        _ => "explain-row-syntax",
    };
    row(form, if fact.syntax == fact.name { String::new() } else { fact.syntax.to_owned() });
    let states = fact.states.iter().map(|state| catalog.word(&format!("explain-state-{state}")));
    row("explain-row-states", states.collect::<Vec<_>>().join(", "));
    let answers = matches!(fact.table, Table::SmtpCommand | Table::PopCommand | Table::ImapCommand);
    row(if answers { "explain-row-answers" } else { "explain-row-codes" }, fact.codes.join(" "));
    let needs: Vec<String> = knowledge::needs(fact)
        .iter()
        .map(|need| format!("{need}{}", if need.ends_with('=') { "…" } else { "" }))
        .collect();
    row("explain-row-needs", needs.join(&format!(" {} ", catalog.word("explain-or"))));
    if !matches!(fact.status, Status::Current) {
        row("explain-row-status", catalog.word(&format!("explain-status-{}", status(fact.status))));
    }
    row("explain-row-cites", fact.cites.join(", "));
    rows
}
