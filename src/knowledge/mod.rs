//! The facts: what a verb, reply code, capability, flag, header, record or port *is*.
//!
//! A [`Fact`] is a row of a table (`src/knowledge/*.csv`, one file per [`Table`]): its form on the wire, its syntax,
//! the states it is legal in, the codes to expect, the RFC. There is no prose in it: what is said about it is the
//! Fluent message of the same id, in `src/i18n/{en,es}/facts-*.ftl`. The message's value is the brief, one line that
//! says what the thing means *here*; its attribute `full` says what it is, why it happens, and what to do next.
//!
//! # Terms
//! - **name**: the wire form: `250`, `5.1.1`, `MAIL`, `\Seen`, `BODY[]`, `587`. Names compare without regard to ASCII
//!   case.
//! - **after**: the command or situation after which a row's meaning holds: `250` after `DATA` is not `250` after
//!   `RSET`. Commands are in upper case. A row with an empty `after` is the one to fall back to. The situations:
//!   `GREETING`; `ESMTP` (a greeting with that word); `LMTP` (its reply for one recipient, after the final dot);
//!   `UNTAGGED` (an IMAP status without a tag); `LITERAL` (a `+` that asks for one); `UNASKED` (an IMAP response
//!   that no command asked for); `AUTH LIST` (POP3's AUTH alone); `PARAMETER` (a word after MAIL FROM or RCPT
//!   TO); `UNLIMITED` (SIZE without a limit); `LIST` (a mailbox attribute whose name is also a flag); `RETURN` and
//!   `SORT` (options whose name is also a search key or a LIST option); `STORE` (an item whose name is also FETCH's);
//!   `ACL` (the letters of access rights).
//! - **class row**: what can be said of a code that no table has: `5yz`, `5.x.x`, `x.7.x`.
//!
//! Build time makes the tables into sorted constants; a look-up is a binary search, and starting up costs nothing.
//! This module knows no language and no dialogue: which command a reply belongs to is the dialect's to say.

use std::cmp::Ordering;

include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

/// One table of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// SMTP's three-digit reply codes.
    SmtpReply,
    /// Enhanced status codes (RFC 3463): `5.1.1`, and `x.1.1` for any class of it.
    SmtpEnhanced,
    /// SMTP and LMTP commands, and the two lines that are none: `.` and `*`.
    SmtpCommand,
    /// Keywords of the EHLO reply; after `PARAMETER`, the words that follow MAIL FROM and RCPT TO.
    SmtpExtension,
    /// POP3 commands.
    PopCommand,
    /// What CAPA lists.
    PopCapability,
    /// POP3's response codes in brackets (RFC 2449).
    PopCode,
    /// `+OK`, `-ERR` and `+`, by the command they answer.
    PopStatus,
    /// IMAP commands; `UID FETCH` is one.
    ImapCommand,
    /// What CAPABILITY lists; `AUTH=` stands for every `AUTH=name`.
    ImapCapability,
    /// IMAP's response codes in brackets.
    ImapCode,
    /// Untagged responses, and `+`.
    ImapResponse,
    /// `OK`, `NO`, `BAD`, `BYE`, `PREAUTH`, by the command they answer.
    ImapStatus,
    /// Flags, keywords, mailbox attributes, STATUS items, LIST options, quota resources, access rights.
    ImapFlag,
    /// FETCH and STORE items.
    ImapItem,
    /// SEARCH keys, search return options (after `RETURN`), sort keys (after `SORT`).
    ImapKey,
    /// SASL mechanisms.
    Sasl,
    /// Header fields.
    Header,
    /// DNS records that mail uses.
    DnsRecord,
    /// Ports.
    Port,
    /// What is no word of the wire: the envelope, the queue, POP against IMAP. Each has a page.
    Concept,
    /// What servers say in their own words: `relay access denied`. The codes are those it usually comes with.
    Phrase,
}

impl Table {
    /// All tables, in the order of their declaration.
    pub const ALL: &'static [Table] = &[
        Table::SmtpReply,
        Table::SmtpEnhanced,
        Table::SmtpCommand,
        Table::SmtpExtension,
        Table::PopCommand,
        Table::PopCapability,
        Table::PopCode,
        Table::PopStatus,
        Table::ImapCommand,
        Table::ImapCapability,
        Table::ImapCode,
        Table::ImapResponse,
        Table::ImapStatus,
        Table::ImapFlag,
        Table::ImapItem,
        Table::ImapKey,
        Table::Sasl,
        Table::Header,
        Table::DnsRecord,
        Table::Port,
        Table::Concept,
        Table::Phrase,
    ];
}

/// How far a fact still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// In force.
    Current,
    /// In force, and a server may do without it (POP3's optional commands).
    Optional,
    /// Replaced: the sentences say by what.
    Obsolete,
    /// No longer used.
    Historic,
    /// Published as an experiment.
    Experimental,
    /// One maker's own.
    Vendor,
    /// Seen in lists and habits, in no standard.
    Folklore,
}

/// A row of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Fact {
    /// The table it is in.
    pub table: Table,
    /// The form on the wire.
    pub name: &'static str,
    /// The command or situation after which this meaning holds; empty: always.
    pub after: &'static str,
    /// The id of its Fluent message, unique over all tables.
    pub id: &'static str,
    /// A command's arguments, with the verb before them; else the form of what follows the name, or empty.
    pub syntax: &'static str,
    /// The states a command is legal in.
    pub states: &'static [&'static str],
    /// The codes or statuses to expect, success first.
    pub codes: &'static [&'static str],
    /// What defines it: `RFC 5321 §4.2.3`.
    pub cites: &'static [&'static str],
    /// How far it still holds.
    pub status: Status,
}

/// All rows of a table, by name and then by `after`.
pub fn all(table: Table) -> &'static [Fact] {
    TABLES[table as usize]
}

/// The row of that name with an empty `after`.
///
/// Where the exact name is not in the table: a capability falls back to its prefix (`AUTH=PLAIN` to `AUTH=`,
/// `THREAD=REFS` to `THREAD`), a mechanism to its family (`SCRAM-SHA-512` to `SCRAM-*`), an enhanced code to the row
/// of any class (`4.1.1` to `x.1.1`), a FETCH item to its general form (`BODY[1.2]<0.100>` to `BODY[part]`).
pub fn find(table: Table, name: &str) -> Option<&'static Fact> {
    exact(table, name, "").or_else(|| general(table, name, ""))
}

/// The row of that name after that command or situation; else what [`find`] gives.
///
/// After `UID FETCH`, the row after `FETCH` does.
pub fn find_after(table: Table, name: &str, after: &str) -> Option<&'static Fact> {
    let bare = match after.get(..4) {
        Some(uid) if uid.eq_ignore_ascii_case("UID ") => &after[4..],
        _ => after,
    };
    exact(table, name, after)
        .or_else(|| exact(table, name, bare))
        .or_else(|| general(table, name, bare))
        .or_else(|| find(table, name))
}

/// The class row of a code: `2yz` for `299`; of an enhanced code the subject's (`x.1.x` for `5.1.99`), where there is
/// one, else the class's (`5.x.x` for `5.99.1`). Other tables have no classes.
pub fn class(table: Table, name: &str) -> Option<&'static Fact> {
    match table {
        Table::SmtpReply => exact(table, &format!("{}yz", name.chars().next()?), ""),
        Table::SmtpEnhanced => {
            let mut parts = name.split('.');
            let class = parts.next()?;
            let subject = parts.next().and_then(|subject| exact(table, &format!("x.{subject}.x"), ""));
            subject.or_else(|| exact(table, &format!("{class}.x.x"), ""))
        }
        _ => None,
    }
}

/// The commands that are legal in a state, without the obsolete, the historic and the makers' own.
///
/// What needs an extension is among them: [`needs`] says which, and the caller knows whether the server offers it.
/// LHLO is not: LMTP has it in place of EHLO and HELO.
pub fn commands_in<'a>(table: Table, state: &'a str) -> impl Iterator<Item = &'static Fact> + 'a {
    let alive = |fact: &Fact| matches!(fact.status, Status::Current | Status::Optional);
    all(table).iter().filter(move |fact| fact.after.is_empty() && alive(fact) && fact.states.contains(&state))
}

/// The capabilities of which one must be offered before a command can be used; none: every server has it. A name that
/// ends in `=` stands for all that begin so (`AUTH=`).
pub fn needs(command: &Fact) -> &'static [&'static str] {
    let row = NEEDS.iter().find(|(table, name, _)| *table == command.table && *name == command.name);
    row.map_or(&[], |(_, _, needs)| needs)
}

/// All rows of that name, by `after`; the one without it first.
pub fn rows(table: Table, name: &str) -> &'static [Fact] {
    let rows = all(table);
    let from = rows.partition_point(|fact| caseless(fact.name, name) == Ordering::Less);
    let count = rows[from..].partition_point(|fact| caseless(fact.name, name) == Ordering::Equal);
    &rows[from..from + count]
}

/// The row of that id. A search through all tables: for people's questions, not for dialogues.
pub fn by_id(id: &str) -> Option<&'static Fact> {
    Table::ALL.iter().flat_map(|table| all(*table)).find(|fact| fact.id == id)
}

/// Other names that people ask by, in either language, each with the id of its row; the wordings of phrases too.
pub fn aliases() -> &'static [(&'static str, &'static str)] {
    ALIASES
}

/// What leads on from a row, and what it is confused with: ids.
pub fn links(fact: &Fact) -> (&'static [&'static str], &'static [&'static str]) {
    let row = LINKS.iter().find(|(id, ..)| *id == fact.id);
    row.map_or((&[], &[]), |(_, see, confused)| (see, confused))
}

/// What was measured with the lab: a name and a number, for the pages.
pub fn figure(name: &str) -> Option<&'static str> {
    FIGURES.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// What a server says in its own words, where it is one of the phrases that are known: the longest wording that
/// stands in the text.
pub fn phrase(text: &str) -> Option<&'static Fact> {
    let text = text.to_ascii_lowercase();
    let own = all(Table::Phrase).iter().map(|fact| (fact.name, fact.id));
    let wordings = own.chain(ALIASES.iter().copied().filter(|(_, id)| id.starts_with("phrase-")));
    let said = wordings.filter(|(wording, _)| text.contains(&wording.to_ascii_lowercase()));
    said.max_by_key(|(wording, _)| wording.len()).and_then(|(_, id)| by_id(id))
}

/// The row a misspelled word was probably meant to be: at most two edits away (a transposition is one), and fewer than
/// half of the word's letters. Case counts as no edit. Of several equally near, one still in force.
pub fn nearest(table: Table, name: &str) -> Option<&'static Fact> {
    let word = name.to_ascii_lowercase();
    let letters = word.chars().count();
    let distance = |fact: &Fact| strsim::damerau_levenshtein(&word, &fact.name.to_ascii_lowercase());
    all(table)
        .iter()
        .filter(|fact| fact.after.is_empty() && fact.name.chars().count().abs_diff(letters) <= 2)
        .map(|fact| (distance(fact), fact))
        .filter(|(edits, _)| *edits <= 2 && edits * 2 < letters)
        .min_by_key(|(edits, fact)| (*edits, !matches!(fact.status, Status::Current | Status::Optional)))
        .map(|(_, fact)| fact)
}

/// The row with just that name and that `after`.
fn exact(table: Table, name: &str, after: &str) -> Option<&'static Fact> {
    let rows = all(table);
    let key = |fact: &Fact| caseless(fact.name, name).then_with(|| caseless(fact.after, after));
    rows.binary_search_by(key).ok().map(|at| &rows[at])
}

/// Compares without regard to ASCII case, as the tables are sorted.
fn caseless(left: &str, right: &str) -> Ordering {
    left.bytes().map(|b| b.to_ascii_lowercase()).cmp(right.bytes().map(|b| b.to_ascii_lowercase()))
}

/// The row of the name's general form, where its table has one.
fn general(table: Table, name: &str, after: &str) -> Option<&'static Fact> {
    match table {
        Table::SmtpExtension | Table::PopCapability | Table::ImapCapability => {
            let equals = name.find('=')?;
            exact(table, &name[..=equals], after).or_else(|| exact(table, &name[..equals], after))
        }
        Table::SmtpEnhanced => {
            let (class, rest) = name.split_once('.')?;
            matches!(class, "2" | "4" | "5").then(|| exact(table, &format!("x.{rest}"), after)).flatten()
        }
        Table::ImapItem => general_item(name, after),
        Table::Sasl => exact(table, &format!("{}-*", name.split_once('-')?.0), after),
        _ => None,
    }
}

/// `BODY.PEEK[1.MIME]<0.10>` is looked up as `BODY.PEEK[part.MIME]`, then as `BODY.PEEK[]`.
fn general_item(name: &str, after: &str) -> Option<&'static Fact> {
    let (word, rest) = name.split_once('[')?;
    let section = rest.split_once(']').map_or(rest, |(section, _)| section);
    let section = section.split_once(' ').map_or(section, |(specifier, _fields)| specifier);
    let numbers = section.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(section.len());
    let form = match (numbers, &section[numbers..]) {
        (0, specifier) => specifier.to_owned(),
        (_, "") => "part".to_owned(),
        (_, specifier) => format!("part.{specifier}"),
    };
    exact(Table::ImapItem, &format!("{word}[{form}]"), after)
        .or_else(|| exact(Table::ImapItem, &format!("{word}[part]"), after))
        .or_else(|| exact(Table::ImapItem, &format!("{word}[]"), after))
}
