//! The ghost text behind the cursor: the syntax of the command being typed, so far as it is not typed yet.

use super::scene::Scene;
use crate::annotate;
use crate::dialogue::Protocol;
use crate::knowledge::{self, Fact};

/// What stands behind the cursor, for a line whose cursor is at its end.
pub fn hint(scene: &Scene, line: &str) -> Option<String> {
    if line.is_empty() {
        return scene.ghost();
    }
    if line.contains('\n') {
        return Some(format!("   {}", pasted(scene, line)));
    }
    if !scene.is_command() {
        return None;
    }
    match line.strip_prefix('/') {
        Some(local) if !line.starts_with("//") => local_hint(scene, local),
        Some(_) => None,
        None => command_hint(scene, line),
    }
}

/// What becomes of a pasted block.
pub fn pasted(scene: &Scene, block: &str) -> String {
    let count = block.trim_end_matches('\n').matches('\n').count() + 1;
    scene.catalog.say("prompt-paste", &vec![("count", count.to_string())])
}

/// The syntax of the local commands, behind their names.
const LOCAL: &[(&str, &str)] = &[
    ("help", "[topic]"),
    ("auth", "[mechanism]"),
    ("explain", "[word]"),
    ("notes", "none|brief|full"),
    ("lang", "en|es"),
    ("bytes", "[off]"),
    ("attach", "FILE"),
    ("save", "FILE [next]"),
    ("raw", "TEXT{{hex(0d 0a)}}"),
    ("tags", "on|off"),
    ("log", "FILE.ehlo|FILE.json"),
];

fn local_hint(scene: &Scene, line: &str) -> Option<String> {
    let names = crate::session::local::COMMANDS;
    let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut matching = names.iter().filter(|n| n.starts_with(name));
    let exact = names.iter().find(|n| **n == name);
    let found = match exact {
        Some(found) => found,
        None => matching.next().filter(|_| matching.next().is_none() && !line.contains(' '))?,
    };
    let syntax = LOCAL.iter().find(|(n, _)| n == found).map_or("", |(_, s)| s);
    let save = *found == "attach" && scene.protocol == Protocol::Imap;
    let syntax = if save { "FILE [to MAILBOX]" } else { syntax };
    if !line.contains(' ') {
        return ghost(format!("{} {syntax}", &found[name.len()..]));
    }
    if rest.is_empty() { ghost(syntax.to_owned()) } else { None }
}

fn ghost(text: String) -> Option<String> {
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

fn command_hint(scene: &Scene, line: &str) -> Option<String> {
    let (_, command) = untagged(scene, line);
    // `UID F` is the beginning of `UID FETCH`.
    let half =
        |fact: &Fact| is_two_worded(scene.protocol, command) && fact.name == "UID" && command.len() > 4;
    if let Some(fact) = verb_of(scene, command).filter(|f| !half(f)) {
        return rest_of(fact.syntax, command);
    }
    // A verb in the making, if it can be but one; with a whole word behind it, it is none.
    if command.is_empty() || command.contains(' ') && !is_two_worded(scene.protocol, command) {
        return None;
    }
    let begins = |f: &&Fact| f.name.get(..command.len()).is_some_and(|b| b.eq_ignore_ascii_case(command));
    let legal = annotate::possible_facts(scene.protocol, &scene.state);
    let mut matching = legal.into_iter().filter(|f| begins(f));
    let first = matching.next()?;
    match matching.next() {
        Some(_) => None,
        None => rest_of(first.syntax, command),
    }
}

/// Splits a tag off an IMAP line: what is in front of the command with its blank, and the command.
pub fn untagged<'a>(scene: &Scene, line: &'a str) -> (&'a str, &'a str) {
    if scene.protocol != Protocol::Imap {
        return ("", line);
    }
    let Some((first, _)) = line.split_once(' ') else { return ("", line) };
    if knowledge::find(knowledge::Table::ImapCommand, first).is_some() && first.len() > 1 {
        return ("", line);
    }
    line.split_at(first.len() + 1)
}

/// The command that a line begins with, whole words only.
pub fn verb_of(scene: &Scene, line: &str) -> Option<&'static Fact> {
    let table = annotate::commands(scene.protocol);
    let words: Vec<&str> = line.split(' ').collect();
    if let [first, second, ..] = words.as_slice()
        && let Some(fact) = exact(table, &format!("{first} {second}"))
    {
        return Some(fact);
    }
    exact(table, words.first()?)
}

fn exact(table: knowledge::Table, name: &str) -> Option<&'static Fact> {
    knowledge::find(table, name).filter(|f| f.name.eq_ignore_ascii_case(name))
}

/// What of a syntax is not typed yet, in the letters that the user likes.
fn rest_of(syntax: &str, typed: &str) -> Option<String> {
    let verb = typed.split(' ').next().unwrap_or_default();
    let low = verb.chars().any(char::is_lowercase) && !verb.chars().any(char::is_uppercase);
    let rest = missing(syntax, typed)?;
    Some(if low { rest.to_lowercase() } else { rest })
}

fn missing(syntax: &str, typed: &str) -> Option<String> {
    let parts = split(syntax);
    let words = split(typed);
    let open = typed.ends_with(' ');
    if open || words.is_empty() {
        return ghost(parts.get(words.len()..)?.join(" "));
    }
    let last = words[words.len() - 1];
    let part = parts.get(words.len() - 1)?;
    let following = parts[words.len()..].join(" ");
    let rest = unfinished(part, last)?;
    let gap = if following.is_empty() { "" } else { " " };
    ghost(format!("{rest}{gap}{following}"))
}

/// Splits at blanks, but not inside brackets: `[(USE (attributes))]` is one part.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start, mut quoted) = (0_i32, 0, false);
    for (i, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '<' | '{' if !quoted => depth += 1,
            ')' | ']' | '>' | '}' if !quoted => depth -= 1,
            ' ' if depth <= 0 && !quoted => {
                if i > start {
                    parts.push(&text[start..i]);
                }
                start = i + 1;
            }
            _ => {}
        }
    }
    if start < text.len() {
        parts.push(&text[start..]);
    }
    parts
}

/// What is missing of a word: `F` of `FROM:<reverse-path>` lacks `ROM:<reverse-path>`, `FROM:<ana` a `>`.
/// None where what is typed is something else.
fn unfinished(part: &str, typed: &str) -> Option<String> {
    let fixed = part.find(['<', '(', '"']).map_or(part.len(), |i| i + 1);
    let wire = part.starts_with(|c: char| c.is_ascii_uppercase() || c == '<' || c == '(');
    if wire && typed.len() <= fixed && part.is_char_boundary(typed.len()) {
        let begin = &part[..typed.len()];
        return begin.eq_ignore_ascii_case(typed).then(|| part[typed.len()..].to_owned());
    }
    if part[..fixed].ends_with('<')
        && !typed.get(..fixed).is_some_and(|b| b.eq_ignore_ascii_case(&part[..fixed]))
    {
        return None;
    }
    let opens = |a: char, b: char| typed.matches(a).count() > typed.matches(b).count();
    match () {
        () if opens('<', '>') => Some(">".to_owned()),
        () if opens('(', ')') => Some(")".to_owned()),
        () if typed.matches('"').count() % 2 == 1 => Some("\"".to_owned()),
        () => Some(String::new()),
    }
}

/// Whether a line may be the beginning of a command of two words.
pub fn is_two_worded(protocol: Protocol, line: &str) -> bool {
    protocol == Protocol::Imap && line.get(..4).is_some_and(|l| l.eq_ignore_ascii_case("UID "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Phase;

    fn scene(protocol: Protocol, phase: Phase) -> Scene {
        let mut scene = Scene { protocol, fresh: false, ..Scene::default() };
        scene.state.phase = phase;
        scene
    }

    #[test]
    fn ghosts_follow_the_users_letters() {
        let smtp = scene(Protocol::Smtp, Phase::Ready);
        let lower = " from:<reverse-path> [size=octets] [body=8bitmime]";
        assert_eq!(hint(&smtp, "mail").as_deref(), Some(lower));
        assert_eq!(hint(&smtp, "mail fr").as_deref(), Some(&lower[3..]));
    }

    #[test]
    fn the_syntax_shrinks_as_it_is_typed() {
        let smtp = scene(Protocol::Smtp, Phase::Ready);
        let imap = scene(Protocol::Imap, Phase::Selected);
        let rest = " [SIZE=octets] [BODY=8BITMIME]";
        for (scene, line, expected) in [
            (&smtp, "MA", Some(format!("IL FROM:<reverse-path>{rest}"))),
            (&smtp, "MAIL", Some(format!(" FROM:<reverse-path>{rest}"))),
            (&smtp, "MAIL ", Some(format!("FROM:<reverse-path>{rest}"))),
            (&smtp, "MAIL fr", Some(format!("OM:<reverse-path>{rest}"))),
            (&smtp, "MAIL FROM:<", Some(format!("reverse-path>{rest}"))),
            (&smtp, "MAIL FROM:<ana", Some(format!(">{rest}"))),
            (&smtp, "MAIL FROM:<ana@lab>", Some(rest.to_owned())),
            (&smtp, "MAIL nonsense", None),
            (&smtp, "R", Some("SET".to_owned())),
            (&smtp, "RC", None),
            (&smtp, "NOOP", Some(" [string]".to_owned())),
            (&smtp, "RSET", None),
            (&imap, "FETCH", Some(" set (items)".to_owned())),
            (&imap, "x1 fetch 1", Some(" (items)".to_owned())),
            (&imap, "a1 FETCH 1 ", Some("(items)".to_owned())),
            (&imap, "a1 FETCH 1 (FLA", Some(")".to_owned())),
            (&imap, "uid fet", Some("ch uid-set (items)".to_owned())),
            (&smtp, "/not", Some("es none|brief|full".to_owned())),
            (&smtp, "/save ", Some("FILE [next]".to_owned())),
            (&smtp, "//x", None),
        ] {
            assert_eq!(hint(scene, line), expected, "{line}");
        }
    }

    #[test]
    fn data_has_no_syntax() {
        let mut scene = scene(Protocol::Smtp, Phase::Data);
        scene.turn = crate::dialect::Turn::Data;
        assert_eq!(hint(&scene, "MAIL"), None);
        assert_eq!(hint(&scene, "/help"), None);
    }
}
