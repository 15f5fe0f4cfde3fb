//! A text with holes: what stands between `{{` and `}}`, read into parts.

use crate::dialogue::Wire;
use crate::dialogue::text::read::unquote;

/// A text with holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Its parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Bytes as they are.
    Text(Vec<u8>),
    /// `{{name}}`, `{{plain(user, password)}}`.
    Value(Expr),
    /// `{{*}}`: any text in the line; inside data, one token.
    Any,
    /// `{{#}}`: digits.
    Digits,
    /// `{{/…/}}`.
    Regex(String),
    /// `{{name=…}}`.
    Capture(String, Box<Part>),
    /// The `n` of `{n}`: a literal's octets.
    Count,
}

/// What fills a hole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// A name.
    Name(String),
    /// A function.
    Call(String, Vec<Arg>),
}

/// A function's argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A name.
    Name(String),
    /// A quoted string.
    Text(String),
}

/// The functions, with the least and the most arguments.
pub const FUNCTIONS: [(&str, usize, usize); 11] = [
    ("plain", 2, 3),
    ("b64", 1, 1),
    ("cram", 2, 2),
    ("scram", 2, 2),
    ("apop", 1, 1),
    ("xoauth2", 2, 2),
    ("oauthbearer", 2, 4),
    ("quoted", 1, 1),
    ("now", 0, 0),
    ("uuid", 0, 0),
    ("hex", 0, 0),
];

/// Why a hole cannot be read: a text id, and what it is about.
pub type Trouble = (&'static str, String);

impl Template {
    /// The parts of a line that the notation's reader has taken apart.
    pub fn of(wire: &Wire) -> Result<Template, Trouble> {
        let mut parts = Vec::new();
        let mut from = 0;
        let text = |parts: &mut Vec<Part>, bytes: &[u8]| {
            if !bytes.is_empty() {
                parts.push(Part::Text(bytes.to_vec()));
            }
        };
        for hole in &wire.holes {
            text(&mut parts, &wire.bytes[from..hole.start]);
            from = hole.end;
            parts.push(if hole.make == Wire::UNTOLD { Part::Count } else { part(&hole.make)? });
        }
        text(&mut parts, &wire.bytes[from..]);
        Ok(Template { parts })
    }

    /// Bytes without holes.
    pub fn text(bytes: &[u8]) -> Template {
        Template { parts: vec![Part::Text(bytes.to_vec())] }
    }

    /// The names that it needs.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for part in &self.parts {
            match part {
                Part::Value(Expr::Name(name)) => names.push(name.clone()),
                Part::Value(Expr::Call(_, args)) => {
                    names.extend(args.iter().filter_map(|arg| match arg {
                        Arg::Name(name) => Some(name.clone()),
                        Arg::Text(_) => None,
                    }));
                }
                _ => {}
            }
        }
        names
    }

    /// The names that it gives.
    pub fn captures(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Capture(name, _) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether there is a hole that only a reply can fill.
    pub fn has_wildcard(&self) -> bool {
        let wild = |p: &Part| matches!(p, Part::Any | Part::Digits | Part::Regex(_) | Part::Capture(..));
        self.parts.iter().any(wild)
    }

    /// Whether there is any hole, the `n` of a literal apart.
    pub fn has_hole(&self) -> bool {
        self.has_wildcard() || self.parts.iter().any(|p| matches!(p, Part::Value(_)))
    }

    /// The text before the first hole.
    pub fn start(&self) -> &[u8] {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => b"",
        }
    }

    /// The text, where there is nothing else.
    pub fn plain(&self) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => all.extend_from_slice(text),
                Part::Count => all.push(b'n'),
                _ => return None,
            }
        }
        Some(all)
    }

    /// What is left without its first octets, which are text.
    pub fn skip(&self, octets: usize) -> Template {
        let mut parts = self.parts.clone();
        if let Some(Part::Text(text)) = parts.first_mut() {
            text.drain(..octets.min(text.len()));
            if text.is_empty() {
                parts.remove(0);
            }
        }
        Template { parts }
    }

    /// Whether it ends with `{n}` or `{12}`: a literal is announced.
    pub fn announces(&self) -> Option<Announced> {
        let ends = |text: &[u8]| text == b"}" || text == b"+}" || text == b"-}";
        match self.parts.as_slice() {
            [.., Part::Count, Part::Text(end)] if ends(end) => Some(Announced::Any),
            [.., Part::Text(end)] => {
                let inner = end.strip_suffix(b"}")?;
                let inner = inner.strip_suffix(b"+").or(inner.strip_suffix(b"-")).unwrap_or(inner);
                let at = memchr::memrchr(b'{', inner)?;
                let digits = std::str::from_utf8(&inner[at + 1..]).ok()?;
                digits.parse().ok().map(Announced::Octets)
            }
            _ => None,
        }
    }

    /// The same without the announcement at its end.
    pub fn unannounced(&self) -> Template {
        let mut parts = self.parts.clone();
        if let [.., Part::Count, Part::Text(_)] = parts.as_slice() {
            parts.truncate(parts.len() - 2);
        }
        if let Some(Part::Text(text)) = parts.last_mut()
            && let Some(at) = memchr::memrchr(b'{', text)
        {
            text.truncate(at);
        }
        Template { parts }
    }
}

/// A literal's announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announced {
    /// `{n}`.
    Any,
    /// `{12}`.
    Octets(u64),
}

/// Reads what stands in a hole.
pub fn part(make: &str) -> Result<Part, Trouble> {
    let unreadable = || ("script-hole", make.to_owned());
    if let Some(inner) = make.strip_prefix('/') {
        let regex = inner.strip_suffix('/').ok_or_else(unreadable)?;
        return match regex::bytes::Regex::new(&format!("(?:{regex})")) {
            Ok(_) => Ok(Part::Regex(regex.to_owned())),
            Err(_) => Err(("script-regex", regex.to_owned())),
        };
    }
    match make {
        "*" => return Ok(Part::Any),
        "#" => return Ok(Part::Digits),
        _ => {}
    }
    if is_name(make) {
        return Ok(Part::Value(Expr::Name(make.to_owned())));
    }
    if let Some((name, rest)) = make.split_once('=')
        && is_name(name.trim())
    {
        let inner = part(rest.trim())?;
        if matches!(inner, Part::Any | Part::Digits | Part::Regex(_)) {
            return Ok(Part::Capture(name.trim().to_owned(), Box::new(inner)));
        }
        return Err(unreadable());
    }
    let (name, args) = make.split_once('(').ok_or_else(unreadable)?;
    let args = args.strip_suffix(')').ok_or_else(unreadable)?;
    if !is_name(name) {
        return Err(unreadable());
    }
    let args = arguments(args).ok_or_else(unreadable)?;
    match FUNCTIONS.iter().find(|(known, ..)| *known == name) {
        None => Err(("script-function", name.to_owned())),
        Some((_, least, most)) if args.len() < *least || args.len() > *most => {
            Err(("script-arguments", name.to_owned()))
        }
        Some(_) => Ok(Part::Value(Expr::Call(name.to_owned(), args))),
    }
}

/// Whether it can be a name.
pub fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn arguments(text: &str) -> Option<Vec<Arg>> {
    let mut args = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (value, after) = unquote(quoted)?;
            args.push(Arg::Text(value));
            rest = after.trim_start();
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            let name = rest[..end].trim();
            if !is_name(name) {
                return None;
            }
            args.push(Arg::Name(name.to_owned()));
            rest = &rest[end..];
        }
        match rest.strip_prefix(',') {
            Some(after) if !after.trim().is_empty() => rest = after.trim_start(),
            Some(_) => return None,
            None if rest.is_empty() => {}
            None => return None,
        }
    }
    Some(args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_told_apart() {
        let name = |n: &str| Arg::Name(n.into());
        for (make, wanted) in [
            ("*", Ok(Part::Any)),
            ("#", Ok(Part::Digits)),
            ("uid", Ok(Part::Value(Expr::Name("uid".into())))),
            ("uid=#", Ok(Part::Capture("uid".into(), Box::new(Part::Digits)))),
            ("q=/[0-9]+/", Ok(Part::Capture("q".into(), Box::new(Part::Regex("[0-9]+".into()))))),
            (
                "plain(\"a \\\"b\", password)",
                Ok(Part::Value(Expr::Call(
                    "plain".into(),
                    vec![Arg::Text("a \"b".into()), name("password")],
                ))),
            ),
            ("now()", Ok(Part::Value(Expr::Call("now".into(), vec![])))),
            ("plain(user)", Err(("script-arguments", "plain".into()))),
            ("plian(user, password)", Err(("script-function", "plian".into()))),
            ("/[/", Err(("script-regex", "[".into()))),
            ("a b", Err(("script-hole", "a b".into()))),
            ("a=b", Err(("script-hole", "a=b".into()))),
            ("b64(x,)", Err(("script-hole", "b64(x,)".into()))),
        ] {
            assert_eq!(part(make), wanted, "{make}");
        }
    }

    #[test]
    fn a_literal_is_announced_at_the_end() {
        let of = |text: &str| Template::of(&crate::dialogue::text::read::unescape(text, 1).unwrap()).unwrap();
        assert_eq!(of("a1 APPEND x {n}").announces(), Some(Announced::Any));
        assert_eq!(of("a1 APPEND x {12+}").announces(), Some(Announced::Octets(12)));
        assert_eq!(of("a1 NOOP").announces(), None);
        assert_eq!(of("a {n}").unannounced(), of("a "));
    }
}
