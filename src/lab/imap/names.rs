//! How the arguments about mailboxes are read: names in modified UTF-7, LIST with its options (RFC 5258, 5819,
//! 6154), STATUS items, special uses.

use super::command::{List, MAILBOX, Offer, next};
use super::line::{Parser, Read, Text, Wrong};
use crate::dialect::imap::utf7;

/// A mailbox name as the lab keeps it: decoded, INBOX in capitals.
fn name(text: &Text) -> Read<String> {
    let wrong = |what: &str| Err(Wrong::at(text.at, what));
    let Ok(wire) = std::str::from_utf8(&text.bytes) else {
        return wrong("this mailbox name is neither modified UTF-7 nor UTF-8");
    };
    if !wire.is_ascii() {
        let what =
            format!("mailbox names are written in modified UTF-7: {} (RFC 3501 5.1.3)", utf7::encode(wire));
        return wrong(&what);
    }
    match utf7::decode(wire) {
        // One name has one form (RFC 3501 §5.1.3).
        Some(name) if utf7::encode(&name) == wire => Ok(inbox(name)),
        // An atom or a string all the same (RFC 3501 §9): it names no mailbox that could be here.
        _ if wire.contains('&') => Err(Wrong::refused(
            "[CANNOT] This mailbox name is not modified UTF-7: & begins a run of base64, and is itself written &-",
        )),
        _ => wrong("this mailbox name has a control character"),
    }
}

/// INBOX is one in any case, also as the first level (RFC 3501 §5.1).
fn inbox(name: String) -> String {
    match name.get(..5) {
        Some(first)
            if first.eq_ignore_ascii_case("INBOX") && matches!(name.as_bytes().get(5), None | Some(b'.')) =>
        {
            format!("INBOX{}", &name[5..])
        }
        _ => name,
    }
}

pub(super) fn mailbox(parser: &mut Parser<'_>) -> Read<String> {
    name(&next(parser, MAILBOX)?)
}

pub(super) fn reference(parser: &mut Parser<'_>) -> Read<String> {
    parser.space("a reference name, mostly \"\"")?;
    decoded(&parser.astring("a reference name, mostly \"\"")?)
}

pub(super) fn pattern(parser: &mut Parser<'_>) -> Read<String> {
    parser.space("a mailbox pattern, such as \"*\"")?;
    decoded(&parser.pattern("a mailbox pattern, such as \"*\"")?)
}

/// A pattern, decoded; one that cannot be decoded matches nothing.
fn decoded(text: &Text) -> Read<String> {
    let wire = String::from_utf8_lossy(&text.bytes).into_owned();
    Ok(utf7::decode(&wire).unwrap_or(wire))
}

/// The special uses of RFC 6154.
pub const SPECIAL: [&str; 7] = ["\\All", "\\Archive", "\\Drafts", "\\Flagged", "\\Junk", "\\Sent", "\\Trash"];

/// CREATE's `(USE (\Sent))`, which SPECIAL-USE alone does not offer (RFC 6154 §3).
pub(super) fn special_use(parser: &mut Parser<'_>, offer: &Offer) -> Read<Option<String>> {
    const WHAT: &str = "a special use, as in (USE (\\Sent))";
    if parser.at_end() || !offer.has("CREATE-SPECIAL-USE") {
        return Ok(None);
    }
    parser.space(WHAT)?;
    let at = parser.pos;
    if !parser.eat(b'(') || parser.keyword() != "USE" {
        parser.pos = at;
        return parser.expected(WHAT);
    }
    parser.space(WHAT)?;
    let uses = parser.list(WHAT, false, |parser| {
        let at = parser.pos;
        parser.eat(b'\\');
        let name = format!("\\{}", parser.atom(WHAT)?);
        let found = SPECIAL.iter().find(|s| s.eq_ignore_ascii_case(&name));
        found
            .map(|s| (*s).to_owned())
            .ok_or_else(|| Wrong::at(at, format!("expected one of {}", SPECIAL.join(" "))))
    })?;
    if !parser.eat(b')') {
        return parser.expected("a closing parenthesis");
    }
    match uses.len() {
        0 | 1 => Ok(uses.into_iter().next()),
        _ => Err(Wrong::at(at, "a mailbox here has one special use")),
    }
}

pub(super) fn status_items(parser: &mut Parser<'_>, offer: &Offer) -> Read<Vec<String>> {
    const WHAT: &str = "MESSAGES, RECENT, UIDNEXT, UIDVALIDITY or UNSEEN";
    let size = offer.has("STATUS=SIZE");
    let at = parser.pos;
    let items = parser.list(WHAT, false, |parser| {
        let at = parser.pos;
        let item = parser.keyword();
        match item.as_str() {
            "MESSAGES" | "RECENT" | "UIDNEXT" | "UIDVALIDITY" | "UNSEEN" => Ok(item),
            "SIZE" if size => Ok(item),
            _ => {
                parser.pos = at;
                parser.expected(WHAT)
            }
        }
    })?;
    match items.is_empty() {
        true => Err(Wrong::at(at, format!("expected {WHAT}, not an empty list"))),
        false => Ok(items),
    }
}

/// LIST, as RFC 3501 has it or RFC 5258.
pub(super) fn list(parser: &mut Parser<'_>, offer: &Offer) -> Read<List> {
    let mut found = List::default();
    let extended = offer.has("LIST-EXTENDED");
    let mut select = parser.clone();
    if extended && select.eat(b' ') && select.peek() == Some(b'(') {
        *parser = select;
        selection(parser, offer, &mut found)?;
        found.extended = true;
    }
    found.reference = reference(parser)?;
    parser.space("a mailbox pattern, such as \"*\"")?;
    if extended && parser.peek() == Some(b'(') {
        let one = |parser: &mut Parser<'_>| decoded(&parser.pattern("a mailbox pattern, such as \"*\"")?);
        found.patterns = parser.list("mailbox patterns", false, one)?;
        found.extended = true;
    } else {
        found.patterns = vec![decoded(&parser.pattern("a mailbox pattern, such as \"*\"")?)?];
    }
    if extended && !parser.at_end() {
        parser.space("RETURN (...)")?;
        let at = parser.pos;
        if parser.keyword() != "RETURN" {
            parser.pos = at;
            return parser.expected("RETURN (...), or the end of the line");
        }
        returns(parser, offer, &mut found)?;
        found.extended = true;
    }
    Ok(found)
}

fn selection(parser: &mut Parser<'_>, offer: &Offer, found: &mut List) -> Read<()> {
    const WHAT: &str = "SUBSCRIBED, RECURSIVEMATCH, REMOTE or SPECIAL-USE";
    let at = parser.pos;
    let words = parser.list(WHAT, false, |parser| {
        let at = parser.pos;
        let word = parser.keyword();
        match word.as_str() {
            "SUBSCRIBED" | "RECURSIVEMATCH" | "REMOTE" => Ok(word),
            "SPECIAL-USE" if offer.has("SPECIAL-USE") => Ok(word),
            _ => {
                parser.pos = at;
                parser.expected(WHAT)
            }
        }
    })?;
    let has = |word: &str| words.iter().any(|w| w == word);
    found.subscribed = has("SUBSCRIBED");
    found.recursive = has("RECURSIVEMATCH");
    found.special = has("SPECIAL-USE");
    // RFC 5258 §3.1: it says nothing by itself.
    if found.recursive && !found.subscribed && !found.special {
        return Err(Wrong::at(at, "RECURSIVEMATCH needs another option beside it, such as SUBSCRIBED"));
    }
    Ok(())
}

fn returns(parser: &mut Parser<'_>, offer: &Offer, found: &mut List) -> Read<()> {
    const WHAT: &str = "SUBSCRIBED, CHILDREN, SPECIAL-USE or STATUS (...)";
    parser.space("what to return, in parentheses")?;
    parser.list(WHAT, false, |parser| {
        let at = parser.pos;
        match parser.keyword().as_str() {
            "SUBSCRIBED" => found.return_subscribed = true,
            "CHILDREN" => found.return_children = true,
            "SPECIAL-USE" if offer.has("SPECIAL-USE") => found.return_special = true,
            "STATUS" if offer.has("LIST-STATUS") => {
                parser.space("what to tell, as in (MESSAGES UNSEEN)")?;
                found.return_status = Some(status_items(parser, offer)?);
            }
            _ => {
                parser.pos = at;
                return parser.expected(WHAT);
            }
        }
        Ok(())
    })?;
    Ok(())
}
