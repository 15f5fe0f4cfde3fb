//! What SEARCH asks for (RFC 9051 §6.4.4): keys, dates, strings; RETURN (RFC 4731) and WITHIN (RFC 5032).

use super::date;
use super::line::{Parser, Read, Wrong, shown};
use super::set::Set;

/// A search key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Every message.
    All,
    /// A flag is set, or not; written as on the wire.
    Flag(String, bool),
    /// \Recent, or not.
    Recent(bool),
    /// \Recent, and not \Seen.
    New,
    /// Messages by number.
    Numbers(Set),
    /// Messages by UID.
    Uids(Set),
    /// INTERNALDATE's day, compared.
    Received(When, i64),
    /// The Date field's day, compared.
    Sent(When, i64),
    /// INTERNALDATE is younger than so many seconds, or not (RFC 5032).
    Younger(u32, bool),
    /// More octets than that.
    Larger(u32),
    /// Fewer octets.
    Smaller(u32),
    /// A header field of that name has the text.
    Header(String, String),
    /// The body has the text.
    Body(String),
    /// Header or body has it.
    Text(String),
    /// None of these.
    Not(Box<Key>),
    /// One or the other.
    Or(Box<Key>, Box<Key>),
    /// All of them.
    And(Vec<Key>),
}

/// How days are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Earlier.
    Before,
    /// That day.
    On,
    /// That day, or later.
    Since,
}

/// What SEARCH shall tell (RFC 4731).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Return {
    /// The smallest.
    pub min: bool,
    /// The largest.
    pub max: bool,
    /// All.
    pub all: bool,
    /// How many.
    pub count: bool,
}

/// A SEARCH command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// RETURN's options; without it the old reply is given.
    pub returns: Option<Return>,
    /// The charset that was named, if it is none that is known here.
    pub bad_charset: bool,
    /// All of these.
    pub key: Key,
}

/// How deep NOT, OR and parentheses may go.
const DEPTH: usize = 100;

const SUCH: &str = "a search key, such as ALL, UNSEEN, FROM \"ana\" or SINCE 1-Feb-2026";

/// Reads SEARCH's arguments. `extended`, `within`: ESEARCH and WITHIN are offered.
pub fn search(parser: &mut Parser<'_>, extended: bool, within: bool) -> Read<Search> {
    let mut found = Search { returns: None, bad_charset: false, key: Key::All };
    if extended && parser.peek_keyword() == "RETURN" {
        parser.keyword();
        parser.space("what to return, as in (MIN COUNT)")?;
        found.returns = Some(returns(parser)?);
        parser.space(SUCH)?;
    }
    if parser.peek_keyword() == "CHARSET" {
        parser.keyword();
        parser.space("a charset, such as UTF-8")?;
        let charset = parser.astring("a charset, such as UTF-8")?.bytes.to_ascii_uppercase();
        found.bad_charset = !matches!(&charset[..], b"UTF-8" | b"US-ASCII");
        parser.space(SUCH)?;
    }
    let mut keys = vec![key(parser, within, 0)?];
    while !parser.at_end() {
        parser.space(SUCH)?;
        keys.push(key(parser, within, 0)?);
    }
    found.key = Key::And(keys);
    Ok(found)
}

fn returns(parser: &mut Parser<'_>) -> Read<Return> {
    const WHAT: &str = "MIN, MAX, ALL or COUNT";
    let mut found = Return::default();
    let words = parser.list(WHAT, false, |parser| {
        let at = parser.pos;
        let word = parser.keyword();
        match word.as_str() {
            "MIN" | "MAX" | "ALL" | "COUNT" => Ok(word),
            _ => {
                parser.pos = at;
                parser.expected(WHAT)
            }
        }
    })?;
    // RFC 4731 §3.1: an empty list is ALL.
    found.all = words.is_empty();
    for word in words {
        match word.as_str() {
            "MIN" => found.min = true,
            "MAX" => found.max = true,
            "COUNT" => found.count = true,
            _ => found.all = true,
        }
    }
    Ok(found)
}

fn key(parser: &mut Parser<'_>, within: bool, depth: usize) -> Read<Key> {
    if depth > DEPTH {
        return Err(Wrong::at(parser.pos, "no search is as deep as this"));
    }
    match parser.peek() {
        Some(b'(') => {
            let keys = parser.list(SUCH, false, |parser| key(parser, within, depth + 1))?;
            return match keys.is_empty() {
                true => Err(Wrong::at(parser.pos, format!("expected {SUCH} in the parentheses"))),
                false => Ok(Key::And(keys)),
            };
        }
        Some(b'0'..=b'9' | b'*') => return parser.set().map(Key::Numbers),
        _ => {}
    }
    let at = parser.pos;
    let word = parser.keyword();
    let flag = |name: &str, set| Ok(Key::Flag(name.to_owned(), set));
    match word.as_str() {
        "ALL" => Ok(Key::All),
        "ANSWERED" => flag("\\Answered", true),
        "DELETED" => flag("\\Deleted", true),
        "DRAFT" => flag("\\Draft", true),
        "FLAGGED" => flag("\\Flagged", true),
        "SEEN" => flag("\\Seen", true),
        "UNANSWERED" => flag("\\Answered", false),
        "UNDELETED" => flag("\\Deleted", false),
        "UNDRAFT" => flag("\\Draft", false),
        "UNFLAGGED" => flag("\\Flagged", false),
        "UNSEEN" => flag("\\Seen", false),
        "NEW" => Ok(Key::New),
        "OLD" => Ok(Key::Recent(false)),
        "RECENT" => Ok(Key::Recent(true)),
        "NOT" => {
            parser.space(SUCH)?;
            Ok(Key::Not(Box::new(key(parser, within, depth + 1)?)))
        }
        "OR" => {
            parser.space("two search keys")?;
            let one = key(parser, within, depth + 1)?;
            parser.space("a second search key for OR")?;
            Ok(Key::Or(Box::new(one), Box::new(key(parser, within, depth + 1)?)))
        }
        _ => match argument(parser, &word, within)? {
            Some(key) => Ok(key),
            None => {
                parser.pos = at;
                parser.expected(SUCH)
            }
        },
    }
}

/// A key with an argument; none if it is no key.
fn argument(parser: &mut Parser<'_>, word: &str, within: bool) -> Read<Option<Key>> {
    let known = [
        "BCC",
        "BODY",
        "CC",
        "FROM",
        "SUBJECT",
        "TEXT",
        "TO",
        "HEADER",
        "KEYWORD",
        "UNKEYWORD",
        "LARGER",
        "SMALLER",
        "UID",
        "BEFORE",
        "ON",
        "SINCE",
        "SENTBEFORE",
        "SENTON",
        "SENTSINCE",
    ];
    if !(known.contains(&word) || within && ["OLDER", "YOUNGER"].contains(&word)) {
        return Ok(None);
    }
    parser.space(&format!("what {word} is about"))?;
    let key = match word {
        "BCC" | "CC" | "FROM" | "SUBJECT" | "TO" => Key::Header(word.to_owned(), text(parser)?),
        "BODY" => Key::Body(text(parser)?),
        "TEXT" => Key::Text(text(parser)?),
        "HEADER" => {
            let name = text(parser)?;
            parser.space("the text to look for; \"\" for any")?;
            Key::Header(name, text(parser)?)
        }
        "KEYWORD" | "UNKEYWORD" => Key::Flag(parser.atom("a keyword")?, word == "KEYWORD"),
        "LARGER" => Key::Larger(parser.number("a number of octets")?),
        "SMALLER" => Key::Smaller(parser.number("a number of octets")?),
        "UID" => Key::Uids(parser.set()?),
        "OLDER" | "YOUNGER" => {
            let at = parser.pos;
            match parser.number("a number of seconds")? {
                0 => return Err(Wrong::at(at, "expected one second at least")),
                seconds => Key::Younger(seconds, word == "YOUNGER"),
            }
        }
        _ => {
            let day = day(parser)?;
            let when = match word.trim_start_matches("SENT") {
                "BEFORE" => When::Before,
                "ON" => When::On,
                _ => When::Since,
            };
            if word.starts_with("SENT") { Key::Sent(when, day) } else { Key::Received(when, day) }
        }
    };
    Ok(Some(key))
}

/// A string to look for, which has to be UTF-8.
fn text(parser: &mut Parser<'_>) -> Read<String> {
    let text = parser.astring("a text to look for, in quotes if it has blanks")?;
    String::from_utf8(text.bytes)
        .map_err(|e| Wrong::at(text.at, format!("{} is not UTF-8", shown(e.as_bytes()))))
}

/// A day, as days since 1970.
fn day(parser: &mut Parser<'_>) -> Read<i64> {
    const WHAT: &str = "a day, such as 1-Feb-2026";
    let text = parser.astring(WHAT)?;
    let day = std::str::from_utf8(&text.bytes).ok().and_then(date::parse_day);
    day.ok_or_else(|| Wrong::at(text.at, format!("expected {WHAT}, not {}", shown(&text.bytes))))
}

#[cfg(test)]
mod tests {
    use super::super::line::Line;
    use super::*;

    fn read(text: &str) -> Result<Search, String> {
        let mut line = Line::default();
        line.text(text.as_bytes());
        search(&mut Parser::new(&line), true, true).map_err(|wrong| wrong.say(&line))
    }

    #[test]
    fn keys_nest() {
        let found = read("CHARSET utf-8 OR (SEEN NOT DELETED) FROM \"ana maria\" 2:4").unwrap();
        let flag = |name: &str| Key::Flag(name.to_owned(), true);
        let left = Key::And(vec![flag("\\Seen"), Key::Not(Box::new(flag("\\Deleted")))]);
        let right = Key::Header("FROM".into(), "ana maria".into());
        let numbers = Key::Numbers(Set::parse("2:4").unwrap());
        assert_eq!(found.key, Key::And(vec![Key::Or(Box::new(left), Box::new(right)), numbers]));
        assert!(!found.bad_charset);
        let returns = read("RETURN (MIN COUNT) ALL").unwrap().returns.unwrap();
        assert!(returns.min && returns.count && !returns.all);
        assert!(read("RETURN () YOUNGER 60").unwrap().returns.unwrap().all);
        assert!(read("CHARSET X ALL").unwrap().bad_charset);
    }

    #[test]
    fn faults_teach() {
        for (text, said) in [
            (
                "",
                "column 1: expected a search key, such as ALL, UNSEEN, FROM \"ana\" or SINCE 1-Feb-2026, not the end of the command",
            ),
            ("FROM", "column 5: expected a blank and what FROM is about"),
            ("SINCE 2026-02-01", "column 7: expected a day, such as 1-Feb-2026, not 2026-02-01"),
            ("SEEN  ALL", "column 6: expected one blank, not several"),
            ("OR SEEN", "column 8: expected a blank and a second search key for OR"),
            ("RETURN (SOME) ALL", "column 9: expected MIN, MAX, ALL or COUNT, not SOME)"),
        ] {
            assert_eq!(read(text), Err(said.to_owned()), "{text}");
        }
    }
}
