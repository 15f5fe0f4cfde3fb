//! IMAP's commands: what their arguments are, how a line is told to lack its tag, and tags for lines that do.

use std::collections::HashSet;

use super::grammar::Role;
use crate::dialogue::TokenKind;

use Role::{Any, Is, Opt, Seq};
use TokenKind::{Capability, Item, Key, Mailbox, Mechanism, Parameter, Secret, Set, Text, User, Word};

/// A command: how many arguments it takes, and what they are.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// In upper case: `UID FETCH`.
    pub name: &'static str,
    /// The least number of arguments.
    pub min: usize,
    /// The greatest number of arguments.
    pub max: usize,
    /// What they are.
    pub args: Role,
}

const fn verb(name: &'static str, min: usize, max: usize, args: Role) -> Verb {
    Verb { name, min, max, args }
}

const MANY: usize = usize::MAX;
const BOX: Role = Is(Mailbox);
const BOX_AND_WORDS: Role = Seq(&[BOX, Any]);
const FETCH: Role = Seq(&[Is(Set), Role::Items, Role::Modifiers]);
const STORE: Role = Seq(&[Is(Set), Opt(&Any), Role::Store]);
const COPY: Role = Seq(&[Is(Set), BOX]);
const SORT: Role = Seq(&[Is(Key), Is(Word), Role::Search]);
const THREAD: Role = Seq(&[Is(Word), Is(Word), Role::Search]);
const LIST: Role = Seq(&[Opt(&Is(Parameter)), BOX, BOX, Is(Word), Is(Parameter)]);
const SELECT: Role = Seq(&[BOX, Is(Parameter)]);
const REPLACE: Role = Seq(&[Is(Set), BOX, Role::Append]);

/// The commands of IMAP4rev1, rev2 and their extensions.
const VERBS: &[Verb] = &[
    verb("APPEND", 2, MANY, Seq(&[BOX, Role::Append])),
    verb("AUTHENTICATE", 1, 2, Seq(&[Is(Mechanism), Is(Secret)])),
    verb("CANCELUPDATE", 1, MANY, Is(Text)),
    verb("CAPABILITY", 0, 0, Any),
    verb("CHECK", 0, 0, Any),
    verb("CLOSE", 0, 0, Any),
    verb("COMPARATOR", 0, MANY, Any),
    verb("COMPRESS", 1, 1, Is(Mechanism)),
    verb("CONVERSIONS", 2, 2, Any),
    verb("CONVERT", 3, MANY, Seq(&[Is(Set), Any])),
    verb("COPY", 2, 2, COPY),
    verb("CREATE", 1, 2, Seq(&[BOX, Any])),
    verb("DELETE", 1, 1, BOX),
    verb("DELETEACL", 2, 2, BOX_AND_WORDS),
    verb("ENABLE", 1, MANY, Is(Capability)),
    verb("ESEARCH", 1, MANY, Role::Search),
    verb("EXAMINE", 1, 2, SELECT),
    verb("EXPUNGE", 0, 0, Any),
    verb("FETCH", 2, 3, FETCH),
    verb("GENURLAUTH", 2, MANY, Any),
    verb("GETACL", 1, 1, BOX),
    verb("GETANNOTATION", 3, 3, BOX_AND_WORDS),
    verb("GETJMAPACCESS", 0, 0, Any),
    verb("GETMETADATA", 2, MANY, Seq(&[Opt(&Any), BOX, Any])),
    verb("GETQUOTA", 1, 1, Is(Word)),
    verb("GETQUOTAROOT", 1, 1, BOX),
    verb("ID", 1, 1, Role::Fields),
    verb("IDLE", 0, 0, Any),
    verb("LANGUAGE", 0, MANY, Any),
    verb("LIST", 2, 5, LIST),
    verb("LISTRIGHTS", 2, 2, BOX_AND_WORDS),
    verb("LOGIN", 2, 2, Seq(&[Is(User), Is(Secret)])),
    verb("LOGOUT", 0, 0, Any),
    verb("LSUB", 2, 2, BOX),
    verb("MOVE", 2, 2, COPY),
    verb("MYRIGHTS", 1, 1, BOX),
    verb("NAMESPACE", 0, 0, Any),
    verb("NOOP", 0, 0, Any),
    verb("NOTIFY", 1, MANY, Any),
    verb("PARTIAL", 4, 4, Seq(&[Is(Set), Role::Items, Any])),
    verb("RENAME", 2, 2, BOX),
    verb("REPLACE", 3, MANY, REPLACE),
    verb("RESETKEY", 0, MANY, BOX_AND_WORDS),
    verb("RLIST", 2, 2, BOX),
    verb("RLSUB", 2, 2, BOX),
    verb("SEARCH", 1, MANY, Role::Search),
    verb("SELECT", 1, 2, SELECT),
    verb("SETACL", 3, 3, BOX_AND_WORDS),
    verb("SETANNOTATION", 3, 3, BOX_AND_WORDS),
    verb("SETMETADATA", 2, 2, BOX_AND_WORDS),
    verb("SETQUOTA", 2, 2, Seq(&[Is(Word), Role::Counters])),
    verb("SORT", 3, MANY, SORT),
    verb("STARTTLS", 0, 0, Any),
    verb("STATUS", 2, 2, Seq(&[BOX, Is(Item)])),
    verb("STORE", 3, MANY, STORE),
    verb("SUBSCRIBE", 1, 1, BOX),
    verb("THREAD", 3, MANY, THREAD),
    verb("UID CONVERT", 3, MANY, Seq(&[Is(Set), Any])),
    verb("UID COPY", 2, 2, COPY),
    verb("UID EXPUNGE", 1, 1, Is(Set)),
    verb("UID FETCH", 2, 3, FETCH),
    verb("UID MOVE", 2, 2, COPY),
    verb("UID REPLACE", 3, MANY, REPLACE),
    verb("UID SEARCH", 1, MANY, Role::Search),
    verb("UID SORT", 3, MANY, SORT),
    verb("UID STORE", 3, MANY, STORE),
    verb("UID THREAD", 3, MANY, THREAD),
    verb("UIDBATCHES", 1, 2, Any),
    verb("UNAUTHENTICATE", 0, 0, Any),
    verb("UNSELECT", 0, 0, Any),
    verb("UNSUBSCRIBE", 1, 1, BOX),
    verb("URLFETCH", 1, MANY, Any),
    verb("XAPPLEPUSHSERVICE", 1, MANY, Any),
    verb("XCLIENT", 1, MANY, Any),
    verb("XLIST", 2, 2, BOX),
];

/// The command of that name, in any case; `UID FETCH` with one blank.
pub fn find(name: &str) -> Option<&'static Verb> {
    VERBS.iter().find(|v| v.name.eq_ignore_ascii_case(name))
}

/// What the arguments of a word that is no command are. A misspelled LOGIN still has a password behind it,
/// and so has a LOGIN with a word too many in front of it.
pub fn unknown(tag: &str, name: &str, next: &str) -> Role {
    let near = |word: &str, verb: &str| strsim::damerau_levenshtein(&word.to_ascii_uppercase(), verb) <= 2;
    if next.eq_ignore_ascii_case("LOGIN") {
        Seq(&[Is(Word), Is(User), Is(Secret)])
    } else if next.eq_ignore_ascii_case("AUTHENTICATE") {
        Seq(&[Is(Word), Is(Mechanism), Is(Secret)])
    } else if near(name, "LOGIN") {
        Seq(&[Is(User), Is(Secret)])
    } else if near(name, "AUTHENTICATE") || name.eq_ignore_ascii_case("AUTH") {
        Seq(&[Is(Mechanism), Is(Secret)])
    } else if near(tag, "LOGIN") || near(tag, "AUTHENTICATE") || tag.eq_ignore_ascii_case("AUTH") {
        Is(Secret)
    } else {
        Any
    }
}

/// How well a line reads as a command from `words[0]` on: 0 not at all, 1 as a known verb with too many or too
/// few arguments, 2 as it should be.
fn reads(words: &[&str]) -> u8 {
    let two = words.get(1).map(|second| format!("{} {second}", words[0]));
    let (found, used) = match two.and_then(|name| find(&name)) {
        Some(found) => (Some(found), 2),
        None => (words.first().and_then(|name| find(name)), 1),
    };
    let Some(found) = found else { return 0 };
    let args = words.len() - used;
    // ID takes a list or NIL, so `ID LOGOUT` is a tag and a command.
    let odd = found.name == "ID" && words.get(1).is_some_and(|w| !w.starts_with('(') && !eq(w, "NIL"));
    if odd || args < found.min || args > found.max { 1 } else { 2 }
}

fn eq(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether a bracket behind that word begins a section: `BODY.PEEK[HEADER.FIELDS (A B)]`.
fn section(word: &str) -> bool {
    let word = word.trim_start_matches('(').to_ascii_uppercase();
    word.starts_with("BODY") || word.starts_with("BINARY")
}

/// The words of a line, lists and quoted strings as one each.
fn words(line: &str) -> Vec<&str> {
    let bytes = line.as_bytes();
    let (mut found, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0u32, false);
    let mut escaped = false;
    for (i, &b) in bytes.iter().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b'[' if !quoted && section(&line[start..i]) => depth += 1,
            b')' | b']' if !quoted => depth = depth.saturating_sub(1),
            b' ' if !quoted && depth == 0 => {
                if i > start {
                    found.push(&line[start..i]);
                }
                start = i + 1;
            }
            _ => {}
        }
    }
    if start < line.len() {
        found.push(&line[start..]);
    }
    found
}

/// Whether a line lacks its tag: it reads as a command from its first word, and not better from its second.
pub fn needs_tag(line: &str) -> bool {
    let words = words(line.trim_end_matches(['\r', '\n']));
    if words.is_empty() {
        return false;
    }
    let first = reads(&words);
    first > 0 && (words.len() == 1 || first >= reads(&words[1..]))
}

/// Hands out tags: `a1`, `a2`, … without those that were used already.
#[derive(Clone, Debug, Default)]
pub struct Tags {
    count: u64,
    used: HashSet<String>,
}

impl Tags {
    /// Remembers a tag that the user typed. Only those that could be handed out are kept.
    pub fn used(&mut self, tag: &str) {
        let ours = tag.strip_prefix('a').is_some_and(|n| n.parse::<u64>().is_ok_and(|n| n > self.count));
        if ours && self.used.len() < 10_000 {
            self.used.insert(tag.to_owned());
        }
    }

    /// The next tag.
    pub fn next_tag(&mut self) -> String {
        loop {
            self.count += 1;
            let tag = format!("a{}", self.count);
            if !self.used.remove(&tag) {
                return tag;
            }
        }
    }

    /// The tag that would come next, not handed out yet.
    pub fn peek(&self) -> String {
        self.clone().next_tag()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_reads_as_a_command_from_its_first_word_needs_a_tag() {
        for line in [
            "login ana secret",
            "LOGIN \"ana\" {6}",
            "noop",
            "SELECT INBOX",
            "select create",
            "uid fetch 1:* (FLAGS)",
            "UID FETCH 1 FLAGS",
            "fetch 1 (FLAGS UID)",
            "list \"\" *",
            "IDLE",
            "logout",
            "authenticate plain",
            "LOGIN",
            "ID NIL",
            "id (\"name\" \"x\")",
            "SEARCH UNSEEN",
            "APPEND x {3}",
        ] {
            assert!(needs_tag(line), "{line}");
        }
    }

    #[test]
    fn a_line_that_reads_better_from_its_second_word_has_one() {
        for line in [
            "a1 login ana secret",
            "a FOO",
            "LOGIN LOGIN ana secret",
            "NOOP NOOP",
            "1 select INBOX",
            "x uid fetch 1 FLAGS",
            "DONE",
            "",
            " ",
            "hello",
            "ID LOGOUT",
            "SELCT INBOX",
        ] {
            assert!(!needs_tag(line), "{line}");
        }
    }

    #[test]
    fn tags_skip_the_users() {
        let mut tags = Tags::default();
        assert_eq!(tags.next_tag(), "a1");
        tags.used("a2");
        tags.used("a1");
        tags.used("x");
        assert_eq!(tags.peek(), "a3");
        assert_eq!(tags.next_tag(), "a3");
        assert_eq!(tags.next_tag(), "a4");
    }
}
