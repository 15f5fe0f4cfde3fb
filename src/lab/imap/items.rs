//! What FETCH asks for (RFC 9051 §6.4.5, and RFC 3501's RFC822 items): names, sections, partial ranges.

use super::line::{Parser, Read, Wrong};

/// One thing to tell of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// `FLAGS`.
    Flags,
    /// `UID`.
    Uid,
    /// `INTERNALDATE`.
    Date,
    /// `RFC822.SIZE`.
    Size,
    /// `ENVELOPE`.
    Envelope,
    /// `BODY` and `BODYSTRUCTURE`: whether with extension data.
    Structure(bool),
    /// Octets of the message.
    Part(Part),
}

/// Octets of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What the reply calls it: `BODY[1.MIME]`, `RFC822.HEADER`.
    pub label: String,
    /// Which octets.
    pub section: Section,
    /// Whether reading it leaves \Seen alone.
    pub peek: bool,
    /// From which octet, at most how many.
    pub partial: Option<(u64, u64)>,
}

/// A section: of which part, and what of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// `1.2` of `BODY[1.2.TEXT]`.
    pub path: Vec<u32>,
    /// What follows it.
    pub of: Of,
}

/// What of a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Of {
    /// All of it: the message, or the part's body.
    #[default]
    All,
    /// The header of a message.
    Header,
    /// Some fields of it; or all but these.
    Fields(Vec<String>, bool),
    /// The body of a message.
    Text,
    /// The header of a part.
    Mime,
}

/// How deep a section may go.
const DEPTH: usize = 50;

const SUCH: &str = "something to fetch, such as FLAGS, UID, ENVELOPE, BODYSTRUCTURE or BODY[]";
const SECTION: &str = "a section, such as BODY[] or BODY[HEADER]";

/// Reads FETCH's items: one, a macro, or a list.
pub fn items(parser: &mut Parser<'_>) -> Read<Vec<Item>> {
    use Item::{Date, Envelope, Flags, Size, Structure};
    let at = parser.pos;
    let whole = match parser.keyword().as_str() {
        "ALL" => Some(vec![Flags, Date, Size, Envelope]),
        "FAST" => Some(vec![Flags, Date, Size]),
        "FULL" => Some(vec![Flags, Date, Size, Envelope, Structure(false)]),
        _ => None,
    };
    if let Some(items) = whole {
        return Ok(items);
    }
    parser.pos = at;
    let mut found: Vec<Item> = Vec::new();
    for item in parser.list(SUCH, true, item)? {
        if !found.contains(&item) {
            found.push(item);
        }
    }
    match found.is_empty() {
        true => Err(Wrong::at(at, format!("expected {SUCH}, not an empty list"))),
        false => Ok(found),
    }
}

fn item(parser: &mut Parser<'_>) -> Read<Item> {
    let at = parser.pos;
    let old = |label: &str, of, peek| {
        let section = Section { path: Vec::new(), of };
        Ok(Item::Part(Part { label: label.to_owned(), section, peek, partial: None }))
    };
    match parser.keyword().as_str() {
        "FLAGS" => Ok(Item::Flags),
        "UID" => Ok(Item::Uid),
        "INTERNALDATE" => Ok(Item::Date),
        "RFC822.SIZE" => Ok(Item::Size),
        "ENVELOPE" => Ok(Item::Envelope),
        "BODYSTRUCTURE" => Ok(Item::Structure(true)),
        "RFC822" => old("RFC822", Of::All, false),
        "RFC822.HEADER" => old("RFC822.HEADER", Of::Header, true),
        "RFC822.TEXT" => old("RFC822.TEXT", Of::Text, false),
        "BODY" if parser.peek() != Some(b'[') => Ok(Item::Structure(false)),
        "BODY" => part(parser, false),
        "BODY.PEEK" if parser.peek() == Some(b'[') => part(parser, true),
        "BODY.PEEK" => parser.expected(SECTION),
        "ALL" | "FAST" | "FULL" => {
            Err(Wrong::at(at, "ALL, FAST and FULL stand alone, outside of parentheses"))
        }
        _ => {
            parser.pos = at;
            parser.expected(SUCH)
        }
    }
}

/// Reads `[...]<a.b>` behind BODY or BODY.PEEK.
fn part(parser: &mut Parser<'_>, peek: bool) -> Read<Item> {
    parser.eat(b'[');
    let section = section(parser)?;
    if !parser.eat(b']') {
        return parser.expected("] to end the section");
    }
    let mut partial = None;
    if parser.eat(b'<') {
        let from = parser.number("the first octet, as in <0.1024>")?;
        if !parser.eat(b'.') {
            return parser.expected("a dot and how many octets, as in <0.1024>");
        }
        let at = parser.pos;
        let count = parser.number("how many octets, as in <0.1024>")?;
        if count == 0 {
            return Err(Wrong::at(at, "expected one octet at least, not 0"));
        }
        if !parser.eat(b'>') {
            return parser.expected("> to end the range");
        }
        partial = Some((u64::from(from), u64::from(count)));
    }
    Ok(Item::Part(Part { label: label(&section), section, peek, partial }))
}

fn section(parser: &mut Parser<'_>) -> Read<Section> {
    let mut path = Vec::new();
    while parser.peek().is_some_and(|b| b.is_ascii_digit()) {
        let at = parser.pos;
        match parser.number("a part's number")? {
            0 => return Err(Wrong::at(at, "parts count from 1")),
            n => path.push(n),
        }
        if path.len() > DEPTH {
            return Err(Wrong::at(at, "no message has parts as deep as this"));
        }
        if !parser.eat(b'.') {
            return Ok(Section { path, of: Of::All });
        }
    }
    let at = parser.pos;
    let of = match parser.keyword().as_str() {
        "" if path.is_empty() && parser.peek() == Some(b']') => Of::All,
        "HEADER" => Of::Header,
        "TEXT" => Of::Text,
        "MIME" if path.is_empty() => {
            return Err(Wrong::at(at, "MIME is of a part: expected its number first, as in BODY[1.MIME]"));
        }
        "MIME" => Of::Mime,
        "HEADER.FIELDS" => Of::Fields(names(parser)?, false),
        "HEADER.FIELDS.NOT" => Of::Fields(names(parser)?, true),
        _ => {
            parser.pos = at;
            let dot = if path.is_empty() { "" } else { "a part's number, MIME, or " };
            return parser.expected(&format!("{dot}{SECTION}, BODY[TEXT] or BODY[1]"));
        }
    };
    Ok(Section { path, of })
}

/// The names of header fields. Parentheses belong there, but some clients leave them out.
fn names(parser: &mut Parser<'_>) -> Read<Vec<String>> {
    const WHAT: &str = "header names in parentheses, as in (FROM SUBJECT)";
    let name = |parser: &mut Parser<'_>| {
        let text = match parser.peek() {
            Some(b'"' | b'{') => parser.astring(WHAT)?.bytes,
            _ => parser.run(|b| b > b' ' && b < 0x7f && !b"()\"\\{]".contains(&b)).to_vec(),
        };
        // RFC 5322 §2.2: a field's name is printable, without a colon.
        match !text.is_empty() && text.iter().all(|b| b.is_ascii_graphic() && *b != b':') {
            true => Ok(String::from_utf8_lossy(&text).into_owned()),
            false => parser.expected(WHAT),
        }
    };
    parser.space(WHAT)?;
    let at = parser.pos;
    if parser.peek() == Some(b'(') {
        let names = parser.list(WHAT, false, name)?;
        return match names.is_empty() {
            true => Err(Wrong::at(at, format!("expected {WHAT}, not an empty list"))),
            false => Ok(names),
        };
    }
    let mut names = vec![name(parser)?];
    while parser.peek() == Some(b' ') {
        parser.space(WHAT)?;
        names.push(name(parser)?);
    }
    Ok(names)
}

/// What a reply calls a section.
fn label(section: &Section) -> String {
    let path: Vec<String> = section.path.iter().map(u32::to_string).collect();
    let list = |names: &[String]| {
        let plain = |n: &String| n.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        let write = |n: &String| if plain(n) { n.clone() } else { super::say::string(n.as_bytes()) };
        names.iter().map(write).collect::<Vec<_>>().join(" ")
    };
    let of = match &section.of {
        Of::All => String::new(),
        Of::Header => "HEADER".to_owned(),
        Of::Text => "TEXT".to_owned(),
        Of::Mime => "MIME".to_owned(),
        Of::Fields(names, false) => format!("HEADER.FIELDS ({})", list(names)),
        Of::Fields(names, true) => format!("HEADER.FIELDS.NOT ({})", list(names)),
    };
    let dot = if path.is_empty() || of.is_empty() { "" } else { "." };
    format!("BODY[{}{dot}{of}]", path.join("."))
}

#[cfg(test)]
mod tests {
    use super::super::line::Line;
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let mut line = Line::default();
        line.text(text.as_bytes());
        let mut parser = Parser::new(&line);
        let found = items(&mut parser).and_then(|items| parser.end().map(|()| items));
        let name = |item: &Item| match item {
            Item::Part(part) => format!("{}{:?}", part.label, part.partial.unwrap_or_default()),
            item => format!("{item:?}"),
        };
        found.map(|items| items.iter().map(name).collect()).map_err(|wrong| wrong.say(&line))
    }

    #[test]
    fn what_clients_fetch_is_read() {
        for (text, said) in [
            ("(FLAGS)", "Flags"),
            (
                "(UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From To)])",
                "Uid Size Flags BODY[HEADER.FIELDS (From To)](0, 0)",
            ),
            (
                "(UID BODY.PEEK[HEADER.FIELDS Date \"Subject\"] FLAGS)",
                "Uid BODY[HEADER.FIELDS (Date Subject)](0, 0) Flags",
            ),
            ("body.peek[text]<0.2048>", "BODY[TEXT](0, 2048)"),
            ("BODY[1.2.mime]", "BODY[1.2.MIME](0, 0)"),
            ("BODY[3]", "BODY[3](0, 0)"),
            ("fast", "Flags Date Size"),
            ("BODY", "Structure(false)"),
            ("RFC822.HEADER", "RFC822.HEADER(0, 0)"),
        ] {
            assert_eq!(read(text).map(|items| items.join(" ")), Ok(said.to_owned()), "{text}");
        }
    }

    #[test]
    fn faults_teach() {
        for (text, said) in [
            (
                "BODY[HEDDER]",
                "column 6: expected a section, such as BODY[] or BODY[HEADER], BODY[TEXT] or BODY[1], not HEDDER]",
            ),
            ("BODY[MIME]", "column 6: MIME is of a part: expected its number first, as in BODY[1.MIME]"),
            ("BODY[]<0>", "column 9: expected a dot and how many octets, as in <0.1024>, not >"),
            (
                "BODY[",
                "column 6: expected a section, such as BODY[] or BODY[HEADER], BODY[TEXT] or BODY[1], not the end of the command",
            ),
            ("(FLAGS", "column 7: expected a blank or a closing parenthesis, not the end of the command"),
            ("(FLAGS FAST)", "column 8: ALL, FAST and FULL stand alone, outside of parentheses"),
            (
                "()",
                "column 1: expected something to fetch, such as FLAGS, UID, ENVELOPE, BODYSTRUCTURE or BODY[], not an empty list",
            ),
            (
                "FLAG",
                "column 1: expected something to fetch, such as FLAGS, UID, ENVELOPE, BODYSTRUCTURE or BODY[], not FLAG",
            ),
        ] {
            assert_eq!(read(text), Err(said.to_owned()), "{text}");
        }
    }
}
