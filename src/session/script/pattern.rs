//! A text with holes as a pattern for bytes: anchored at both ends, what stands between the holes literal.

use regex::bytes::{Regex, RegexBuilder};

use super::names::{Names, Scene};
use super::template::{Part, Template};

/// What captures gave.
pub type Captured = Vec<(String, Vec<u8>)>;

/// What `{{*}}` stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Any text in the line.
    Line,
    /// One token.
    Token,
}

/// The largest compiled pattern, in octets.
const LARGEST: usize = 4 * 1024 * 1024;

/// Matches a text against all of the bytes; none if it does not fit, or a name in it has no value yet.
pub fn matches(text: &Template, bytes: &[u8], names: &Names, fold: bool, reach: Reach) -> Option<Captured> {
    if let Some(plain) = text.plain() {
        let same = if fold { plain.eq_ignore_ascii_case(bytes) } else { plain == bytes };
        return same.then(Vec::new);
    }
    let (regex, groups) = compile(text, names, fold, reach)?;
    let found = regex.captures(bytes)?;
    let value = |(group, name): (String, String)| Some((name, found.name(&group)?.as_bytes().to_vec()));
    Some(groups.into_iter().filter_map(value).collect())
}

fn compile(
    text: &Template,
    names: &Names,
    fold: bool,
    reach: Reach,
) -> Option<(Regex, Vec<(String, String)>)> {
    let mut source = String::from(r"(?-u)\A");
    let mut groups = Vec::new();
    for part in &text.parts {
        match part {
            Part::Text(bytes) => literal(bytes, &mut source),
            Part::Count => source.push_str("[0-9]+"),
            Part::Value(_) => {
                let one = Template { parts: vec![part.clone()] };
                let value = names.fill(&one, &mut Scene::default(), None).ok()?;
                literal(&value.bytes, &mut source);
            }
            Part::Capture(name, inner) => {
                let group = format!("g{}", groups.len());
                source.push_str(&format!("(?P<{group}>"));
                wild(inner, reach, &mut source);
                source.push(')');
                groups.push((group, name.clone()));
            }
            wildcard => wild(wildcard, reach, &mut source),
        }
    }
    source.push_str(r"\z");
    let regex = RegexBuilder::new(&source).case_insensitive(fold).size_limit(LARGEST).build().ok()?;
    Some((regex, groups))
}

fn wild(part: &Part, reach: Reach, source: &mut String) {
    match (part, reach) {
        (Part::Digits, _) => source.push_str("[0-9]+"),
        (Part::Regex(regex), _) => source.push_str(&format!("(?:(?u){regex})")),
        (_, Reach::Line) => source.push_str(r"[^\r\n]*?"),
        (_, Reach::Token) => source.push_str(r"[^\r\n ]*?"),
    }
}

fn literal(bytes: &[u8], source: &mut String) {
    for &b in bytes {
        if b.is_ascii_alphanumeric() {
            source.push(b as char);
        } else {
            source.push_str(&format!("\\x{b:02x}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::text::read::unescape;

    fn of(text: &str) -> Template {
        Template::of(&unescape(text, 1).unwrap()).unwrap()
    }

    #[test]
    fn holes_take_what_they_may() {
        let mut names = Names::default();
        names.set("uid", "7");
        for (text, bytes, wanted) in [
            ("3 {{octets=#}}", "3 2038", Some(vec![("octets", "2038")])),
            ("3 {{octets=#}}", "3 x", None),
            ("UID {{uid}}", "UID 7", Some(vec![])),
            ("UID {{uid}}", "UID 77", None),
            ("{{*}}queued as {{q=/[0-9A-Z]+/}}{{*}}", "2.0.0 Ok: queued as 4B", Some(vec![("q", "4B")])),
            ("a.b{{*}}", "axb", None),
            ("{{*}}", "", Some(vec![])),
            ("{{missing}}", "missing", None),
        ] {
            let found = matches(&of(text), bytes.as_bytes(), &names, false, Reach::Line);
            let wanted: Option<Captured> =
                wanted.map(|w| w.iter().map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec())).collect());
            assert_eq!(found, wanted, "{text} on {bytes}");
        }
    }
}
