//! Commands as values, and how they are read. The grammar is that of RFC 3501 §9 and of the extensions that the
//! lab knows; an extension that is not offered is not known here either ([`Offer`]), so that what a server says
//! it cannot do, it does not do.

use super::date;
use super::items::{self, Item};
use super::keys::{self, Search};
use super::line::{Line, Parser, Read, Text, Wrong, shown};
use super::names::{list, mailbox, pattern, reference, special_use, status_items};
use super::set::Set;
use crate::dialect::imap::{needs_tag, verbs};

/// The capabilities on offer, before and after login together.
#[derive(Clone, Debug, Default)]
pub struct Offer(pub Vec<String>);

impl Offer {
    /// Whether a capability is offered.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|c| c.eq_ignore_ascii_case(name))
    }
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// What the server can do.
    Capability,
    /// Nothing; what changed may be told.
    Noop,
    /// The end.
    Logout,
    /// TLS from here on.
    StartTls,
    /// A SASL exchange, with an initial response perhaps (RFC 4959).
    Authenticate(String, Option<String>),
    /// User and password.
    Login(Vec<u8>, Vec<u8>),
    /// Opens a mailbox; read-only for EXAMINE.
    Select(String, bool),
    /// Makes a mailbox, for a special use perhaps (RFC 6154).
    Create(String, Option<String>),
    /// Removes a mailbox.
    Delete(String),
    /// Renames a mailbox.
    Rename(String, String),
    /// Subscribes, or no more.
    Subscribe(String, bool),
    /// LIST with its options; LSUB.
    List(List),
    /// What a mailbox holds, without opening it.
    Status(String, Vec<String>),
    /// A checkpoint, which is nothing here.
    Check,
    /// Leaves the mailbox, and removes what is \Deleted.
    Close,
    /// Leaves the mailbox.
    Unselect,
    /// Removes what is \Deleted; of these UIDs only.
    Expunge(Option<Set>),
    /// Looks for messages.
    Search(Search),
    /// Reads messages.
    Fetch(Set, Vec<Item>),
    /// Changes flags.
    Store(Set, Change),
    /// Copies messages; moves them (RFC 6851).
    Copy(Set, String, bool),
    /// Waits for news (RFC 2177).
    Idle,
    /// Which prefixes names have (RFC 2342).
    Namespace,
    /// Who is who (RFC 2971).
    Id,
    /// Switches extensions on (RFC 5161).
    Enable,
}

/// STORE's item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `+` adds, `-` removes, else these are the flags.
    pub sign: Option<char>,
    /// Whether no reply is wanted.
    pub silent: bool,
    /// The flags.
    pub flags: Vec<String>,
}

/// LIST and LSUB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// LSUB, of old.
    pub lsub: bool,
    /// Whether it has anything of RFC 5258.
    pub extended: bool,
    /// Only what is subscribed.
    pub subscribed: bool,
    /// What has such a mailbox below it too.
    pub recursive: bool,
    /// Only what has a special use.
    pub special: bool,
    /// What the patterns are relative to.
    pub reference: String,
    /// The patterns, decoded.
    pub patterns: Vec<String>,
    /// Tell of subscription.
    pub return_subscribed: bool,
    /// Tell of children.
    pub return_children: bool,
    /// Tell of special uses.
    pub return_special: bool,
    /// Tell STATUS too (RFC 5819).
    pub return_status: Option<Vec<String>>,
}

/// A command with what was in front of it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tag.
    pub tag: String,
    /// The verb, in upper case, without UID.
    pub verb: String,
    /// Whether it is about UIDs.
    pub uid: bool,
}

/// Why a line is no command.
#[derive(Clone, Debug)]
pub struct Refused {
    /// The tag, if there is one.
    pub tag: Option<String>,
    /// The verb, as far as it was found.
    pub verb: String,
    /// What is wrong.
    pub wrong: Wrong,
}

/// Reads tag and verb.
pub fn opening(parser: &mut Parser<'_>, line: &Line) -> Result<Parsed, Refused> {
    let refuse = |tag: Option<&str>, verb: &str, wrong| Refused {
        tag: tag.map(str::to_owned),
        verb: verb.to_owned(),
        wrong,
    };
    if line.bytes.is_empty() {
        let what = "an empty line: expected a tag and a command, such as a1 NOOP";
        return Err(refuse(None, "", Wrong::at(0, what)));
    }
    let text = String::from_utf8_lossy(&line.bytes);
    if needs_tag(&text) {
        let word = shown(text.split(' ').next().unwrap_or_default().as_bytes());
        let what = format!("expected a tag before {word}, as in a1 {word}: the answer will bear it");
        return Err(refuse(None, "", Wrong::at(0, what)));
    }
    // RFC 9051 §9: a tag is ASTRING-CHARs, without `+`.
    let tag = parser.run(|b| b > b' ' && b < 0x7f && !b"(){%*\"\\+".contains(&b));
    let tag = String::from_utf8_lossy(tag).into_owned();
    if tag.is_empty() || !matches!(parser.peek(), None | Some(b' ')) {
        let what = "expected a tag: letters and digits of your choice, such as a1";
        return Err(refuse(None, "", Wrong::at(parser.pos, what)));
    }
    let fail = |verb: &str, wrong| refuse(Some(&tag), verb, wrong);
    parser.space("a command").map_err(|w| fail("", w))?;
    let at = parser.pos;
    let mut verb = parser.keyword();
    let mut uid = false;
    if verb == "UID" {
        let what = "what UID goes with: FETCH, STORE, SEARCH, COPY, MOVE or EXPUNGE";
        parser.space(what).map_err(|w| fail("UID", w))?;
        verb = parser.keyword();
        uid = true;
        if !["FETCH", "STORE", "SEARCH", "COPY", "MOVE", "EXPUNGE"].contains(&verb.as_str()) {
            return Err(fail("UID", Wrong::at(parser.pos - verb.len(), format!("expected {what}"))));
        }
    }
    if verb.is_empty() || !matches!(parser.peek(), None | Some(b' ')) {
        return Err(fail("", Wrong::at(at, "expected a command, such as NOOP or SELECT")));
    }
    Ok(Parsed { tag, verb, uid })
}

/// What a word that is no command is answered.
fn unknown(verb: &str, at: usize) -> Wrong {
    let near = |name: &&&str| strsim::damerau_levenshtein(verb, name) <= 2;
    let what =
        match (verbs::find(verb), VERBS.iter().filter(near).min_by_key(|n| strsim::levenshtein(verb, n))) {
            (Some(_), _) => format!("{verb} is of an extension that this server does not offer"),
            (None, Some(near)) => format!("unknown command: did you mean {near}?"),
            (None, None) => "unknown command".to_owned(),
        };
    Wrong::at(at, what)
}

const VERBS: [&str; 25] = [
    "CAPABILITY",
    "NOOP",
    "LOGOUT",
    "STARTTLS",
    "AUTHENTICATE",
    "LOGIN",
    "SELECT",
    "EXAMINE",
    "CREATE",
    "DELETE",
    "RENAME",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "LIST",
    "LSUB",
    "STATUS",
    "APPEND",
    "CHECK",
    "CLOSE",
    "EXPUNGE",
    "SEARCH",
    "FETCH",
    "STORE",
    "COPY",
    "UID",
];

pub(super) const MAILBOX: &str = "a mailbox name, such as INBOX";

/// Reads a command's arguments, up to the end.
pub fn arguments(parser: &mut Parser<'_>, parsed: &Parsed, offer: &Offer) -> Read<Command> {
    let at = parser.pos - parsed.verb.len();
    let known = |extension: &str| match offer.has(extension) {
        true => Ok(()),
        false => Err(unknown(&parsed.verb, at)),
    };
    if parsed.uid && parsed.verb == "EXPUNGE" && !offer.has("UIDPLUS") {
        return Err(unknown("UID EXPUNGE", at - "UID ".len()));
    }
    let command = match parsed.verb.as_str() {
        "CAPABILITY" => Command::Capability,
        "NOOP" => Command::Noop,
        "LOGOUT" => Command::Logout,
        "STARTTLS" => known("STARTTLS").map(|()| Command::StartTls)?,
        "CHECK" => Command::Check,
        "CLOSE" => Command::Close,
        "UNSELECT" => known("UNSELECT").map(|()| Command::Unselect)?,
        "IDLE" => known("IDLE").map(|()| Command::Idle)?,
        "NAMESPACE" => known("NAMESPACE").map(|()| Command::Namespace)?,
        "EXPUNGE" if !parsed.uid => Command::Expunge(None),
        "MOVE" => known("MOVE").and_then(|()| about_messages(parser, parsed, offer))?,
        "EXPUNGE" | "SEARCH" | "FETCH" | "STORE" | "COPY" => about_messages(parser, parsed, offer)?,
        "AUTHENTICATE" => authenticate(parser, offer)?,
        "LOGIN" => {
            let user = next(parser, "a user name")?.bytes;
            Command::Login(user, next(parser, "a password")?.bytes)
        }
        "ID" => known("ID").and_then(|()| id(parser))?,
        "ENABLE" => known("ENABLE").and_then(|()| enable(parser))?,
        _ => match about_mailboxes(parser, &parsed.verb, offer)? {
            Some(command) => command,
            None => return Err(unknown(&parsed.verb, at)),
        },
    };
    parser.end()?;
    Ok(command)
}

/// The next argument, of any form.
pub(super) fn next(parser: &mut Parser<'_>, what: &str) -> Read<Text> {
    parser.space(what)?;
    parser.astring(what)
}

fn about_messages(parser: &mut Parser<'_>, parsed: &Parsed, offer: &Offer) -> Read<Command> {
    if parsed.verb == "SEARCH" {
        parser.space("a search key, such as ALL or UNSEEN")?;
        return keys::search(parser, offer.has("ESEARCH"), offer.has("WITHIN")).map(Command::Search);
    }
    parser.space("message numbers, such as 1 or 2:4,7 or 1:*")?;
    let set = parser.set()?;
    match parsed.verb.as_str() {
        "EXPUNGE" => Ok(Command::Expunge(Some(set))),
        "FETCH" => {
            parser.space("something to fetch, such as FLAGS or BODY[]")?;
            Ok(Command::Fetch(set, items::items(parser)?))
        }
        "STORE" => Ok(Command::Store(set, change(parser)?)),
        _ => Ok(Command::Copy(set, mailbox(parser)?, parsed.verb == "MOVE")),
    }
}

fn about_mailboxes(parser: &mut Parser<'_>, verb: &str, offer: &Offer) -> Read<Option<Command>> {
    Ok(Some(match verb {
        "SELECT" | "EXAMINE" => Command::Select(mailbox(parser)?, verb == "EXAMINE"),
        "CREATE" => {
            let name = mailbox(parser)?;
            Command::Create(name, special_use(parser, offer)?)
        }
        "DELETE" => Command::Delete(mailbox(parser)?),
        "RENAME" => {
            let from = mailbox(parser)?;
            Command::Rename(from, mailbox(parser)?)
        }
        "SUBSCRIBE" | "UNSUBSCRIBE" => Command::Subscribe(mailbox(parser)?, verb == "SUBSCRIBE"),
        "LIST" => Command::List(list(parser, offer)?),
        "LSUB" => {
            let reference = reference(parser)?;
            let patterns = vec![pattern(parser)?];
            Command::List(List { lsub: true, reference, patterns, ..List::default() })
        }
        "STATUS" => {
            let name = mailbox(parser)?;
            parser.space("what to tell, as in (MESSAGES UNSEEN)")?;
            Command::Status(name, status_items(parser, offer)?)
        }
        // Without its message: whoever reads literals has taken the others apart.
        "APPEND" => {
            append(parser)?;
            return parser.expected("a message as a literal, such as {42}");
        }
        _ => return Ok(None),
    }))
}

fn authenticate(parser: &mut Parser<'_>, offer: &Offer) -> Read<Command> {
    parser.space("a mechanism, such as PLAIN")?;
    let mechanism = parser.atom("a mechanism, such as PLAIN")?.to_ascii_uppercase();
    if parser.at_end() {
        return Ok(Command::Authenticate(mechanism, None));
    }
    if !offer.has("SASL-IR") {
        let what = "an initial response needs the capability SASL-IR: send it after the server's +";
        return Err(Wrong::at(parser.pos + 1, what));
    }
    parser.space("an initial response in base64")?;
    let first = parser.run(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    if first.is_empty() {
        return parser.expected("an initial response in base64, or = for an empty one");
    }
    Ok(Command::Authenticate(mechanism, Some(String::from_utf8_lossy(first).into_owned())))
}

fn change(parser: &mut Parser<'_>) -> Read<Change> {
    const WHAT: &str = "FLAGS, +FLAGS or -FLAGS, perhaps with .SILENT";
    parser.space(WHAT)?;
    let at = parser.pos;
    let sign = match parser.peek() {
        Some(b @ (b'+' | b'-')) => {
            parser.pos += 1;
            Some(char::from(b))
        }
        _ => None,
    };
    let word = parser.keyword();
    if !matches!(word.as_str(), "FLAGS" | "FLAGS.SILENT") {
        parser.pos = at;
        return parser.expected(WHAT);
    }
    parser.space("flags, such as (\\Seen)")?;
    let flags = match parser.peek() {
        Some(b'(') => parser.list("a flag, such as \\Seen", false, Parser::flag)?,
        // Without parentheses, as curl writes it.
        _ => {
            let mut flags = vec![parser.flag()?];
            while !parser.at_end() {
                parser.space("a flag")?;
                flags.push(parser.flag()?);
            }
            flags
        }
    };
    Ok(Change { sign, silent: word.ends_with("SILENT"), flags })
}

fn id(parser: &mut Parser<'_>) -> Read<Command> {
    const WHAT: &str = "NIL, or pairs of strings, as in (\"name\" \"ehlo\")";
    parser.space(WHAT)?;
    let at = parser.pos;
    if parser.peek() != Some(b'(') {
        // RFC 2971 §4: a list or nil, and no string beside them.
        return match parser.nstring(WHAT)? {
            None => Ok(Command::Id),
            Some(_) => Err(Wrong::at(at, format!("expected {WHAT}"))),
        };
    }
    let mut field = false;
    let words = parser.list(WHAT, false, |parser| {
        field = !field;
        let at = parser.pos;
        match parser.nstring(WHAT)? {
            None if field => Err(Wrong::at(at, "a field of ID has a name: only its value may be NIL")),
            word => Ok(word),
        }
    })?;
    // RFC 2971 §3.3: at most 30 pairs.
    match words.len() {
        n if n % 2 == 1 => Err(Wrong::at(at, "ID wants pairs: a field and its value")),
        n if n > 60 => Err(Wrong::at(at, "ID takes 30 pairs at most")),
        _ => Ok(Command::Id),
    }
}

fn enable(parser: &mut Parser<'_>) -> Read<Command> {
    const WHAT: &str = "a capability to enable";
    parser.space(WHAT)?;
    parser.atom(WHAT)?;
    while !parser.at_end() {
        parser.space(WHAT)?;
        parser.atom(WHAT)?;
    }
    Ok(Command::Enable)
}

/// APPEND's arguments before its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// Where to.
    pub mailbox: String,
    /// The flags.
    pub flags: Vec<String>,
    /// INTERNALDATE, if it is told.
    pub date: Option<i64>,
}

/// Reads APPEND's arguments up to its message, the blank before it included.
pub fn append(parser: &mut Parser<'_>) -> Read<Append> {
    const DATE: &str = "a date such as \"01-Feb-2026 21:52:25 -0300\"";
    let mut found = Append { mailbox: mailbox(parser)?, flags: Vec::new(), date: None };
    parser.space("a message as a literal, such as {42}")?;
    if parser.peek() == Some(b'(') {
        found.flags = parser.list("a flag, such as \\Seen", false, Parser::flag)?;
        parser.space("a message as a literal, such as {42}")?;
    }
    if parser.peek() == Some(b'"') {
        let text = parser.astring(DATE)?;
        let date = std::str::from_utf8(&text.bytes).ok().and_then(date::parse);
        let wrong = || Wrong::at(text.at, format!("expected {DATE}, not {}", shown(&text.bytes)));
        found.date = Some(date.ok_or_else(wrong)?);
        parser.space("a message as a literal, such as {42}")?;
    }
    Ok(found)
}
