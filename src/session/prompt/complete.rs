//! What Tab offers: what is legal now, each with its meaning, and what the server said before: mechanisms,
//! mailbox names, message numbers, flags.

use super::hint::{is_two_worded, untagged, verb_of};
use super::scene::Scene;
use crate::annotate;
use crate::dialect::Turn;
use crate::dialect::imap::utf7;
use crate::dialogue::Protocol;
use crate::knowledge::{self, Fact, Status, Table};

/// One thing that could stand here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is put in, from the start of the word on.
    pub insert: String,
    /// What is shown.
    pub label: String,
    /// What it means; empty where there is nothing to say.
    pub meaning: String,
}

/// What can stand where the cursor is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Where the word begins, in octets.
    pub start: usize,
    /// What it could be.
    pub choices: Vec<Choice>,
}

/// The most message numbers that are listed.
const NUMBERS: u64 = 9;
/// FETCH's items, those first that are asked for most.
const ITEMS: &[&str] = &[
    "FLAGS",
    "ENVELOPE",
    "BODY.PEEK[HEADER]",
    "BODY.PEEK[]",
    "BODY.PEEK[TEXT]",
    "BODY[]",
    "BODYSTRUCTURE",
    "RFC822.SIZE",
    "INTERNALDATE",
    "UID",
    "FAST",
    "ALL",
    "FULL",
];
/// FETCH's items that need an extension.
const MORE_ITEMS: &[(&str, &str)] = &[
    ("MODSEQ", "CONDSTORE"),
    ("PREVIEW", "PREVIEW"),
    ("SAVEDATE", "SAVEDATE"),
    ("EMAILID", "OBJECTID"),
    ("THREADID", "OBJECTID"),
];
const STATUS_ITEMS: &[&str] = &["MESSAGES", "UNSEEN", "RECENT", "UIDNEXT", "UIDVALIDITY", "SIZE"];
const STORE_ITEMS: &[&str] = &["+FLAGS", "-FLAGS", "FLAGS", "+FLAGS.SILENT", "-FLAGS.SILENT", "FLAGS.SILENT"];
const FLAGS: &[&str] = &["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"];
/// The header fields that a person types.
const HEADERS: &[&str] = &[
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Cc",
    "Reply-To",
    "In-Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

/// What can stand at the end of `line`, which is what is typed up to the cursor.
pub fn complete(scene: &Scene, line: &str) -> Completion {
    if line.contains('\n') {
        return Completion::default();
    }
    let (start, mut choices) = match scene.turn {
        _ if scene.is_command() && line.starts_with('/') => local(scene, line),
        Turn::Idle => (0, vec![scene.choice(Table::ImapCommand, "DONE")]),
        Turn::Data if scene.header && !line.contains(':') => {
            let named =
                |name: &&str| Choice { insert: format!("{name}: "), ..scene.choice(Table::Header, name) };
            (0, HEADERS.iter().map(named).collect())
        }
        _ if scene.is_command() && scene.gone.is_none() => command(scene, line),
        _ => return Completion::default(),
    };
    let typed = &line[start..];
    choices.retain(|c| begins(&c.insert, typed) || begins(&c.label, typed));
    Completion { start, choices }
}

fn begins(text: &str, begin: &str) -> bool {
    text.get(..begin.len()).is_some_and(|b| b.eq_ignore_ascii_case(begin))
}

impl Scene {
    /// What a fact means, in a line.
    fn meaning(&self, fact: &Fact) -> String {
        self.catalog.say(fact.id, &vec![("arg", String::new()), ("size", String::new())])
    }

    fn choice(&self, table: Table, name: &str) -> Choice {
        let meaning = knowledge::find(table, name).map_or(String::new(), |fact| self.meaning(fact));
        Choice { insert: name.to_owned(), label: name.to_owned(), meaning }
    }

    fn choices(&self, table: Table, names: &[&str]) -> Vec<Choice> {
        names.iter().map(|name| self.choice(table, name)).collect()
    }

    fn mechanisms(&self) -> Vec<Choice> {
        self.state.mechanisms().iter().map(|m| self.choice(Table::Sasl, m)).collect()
    }
}

fn local(scene: &Scene, line: &str) -> (usize, Vec<Choice>) {
    let Some((name, rest)) = line.split_once(' ') else {
        let named = |name: &&str| Choice {
            insert: format!("/{name}"),
            label: format!("/{name}"),
            meaning: scene.catalog.word(&format!("local-help-{name}")),
        };
        return (0, crate::session::local::COMMANDS.iter().map(named).collect());
    };
    let at = line.len() - rest.len();
    let words = |words: &[&str]| words.iter().map(|w| plain(w)).collect();
    match name {
        "/notes" => (at, words(&["none", "brief", "full"])),
        "/lang" => (at, words(&["en", "es"])),
        "/bytes" | "/tags" => (at, words(&["on", "off"])),
        "/auth" => (at, scene.mechanisms()),
        "/attach" | "/save" | "/log" => files(at, rest),
        "/help" | "/explain" => {
            let facts = annotate::possible_facts(scene.protocol, &scene.state);
            (at, facts.into_iter().map(|f| scene.choice(f.table, f.name)).collect())
        }
        _ => (line.len(), Vec::new()),
    }
}

/// A word that says what it is.
fn plain(word: &str) -> Choice {
    Choice { insert: word.to_owned(), label: word.to_owned(), meaning: String::new() }
}

fn files(at: usize, typed: &str) -> (usize, Vec<Choice>) {
    let (folder, _) = typed.rsplit_once('/').map_or(("", typed), |(f, n)| (f, n));
    let prefix = if typed.contains('/') { format!("{folder}/") } else { String::new() };
    let place = if prefix.is_empty() { "./" } else { &prefix };
    let hidden = typed[prefix.len()..].starts_with('.');
    let mut found: Vec<Choice> = std::fs::read_dir(place)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let shown = !name.starts_with('.') || hidden;
            let end = if entry.path().is_dir() { "/" } else { "" };
            let safe = !name.chars().any(char::is_control);
            (shown && safe)
                .then(|| Choice { label: format!("{name}{end}"), ..plain(&format!("{prefix}{name}{end}")) })
        })
        .collect();
    found.sort_by(|a, b| a.insert.cmp(&b.insert));
    (at, found)
}

fn command(scene: &Scene, line: &str) -> (usize, Vec<Choice>) {
    let (tag, command) = untagged(scene, line);
    let after_tag = tag.len();
    if !command.contains(' ') || (is_two_worded(scene.protocol, command) && command.matches(' ').count() == 1)
    {
        return (after_tag, verbs(scene, command));
    }
    let Some(fact) = verb_of(scene, command) else { return (line.len(), Vec::new()) };
    let args = command.get(fact.name.len() + 1..).unwrap_or_default();
    let at = line.len() - args.len();
    let (start, found) = match scene.protocol {
        Protocol::Smtp | Protocol::Lmtp => smtp(scene, fact.name, args),
        Protocol::Pop3 => pop(scene, fact.name, args),
        Protocol::Imap => imap(scene, fact.name.trim_start_matches("UID "), args),
    };
    (at + start, found)
}

/// The commands that are legal now, in the letters that the user likes.
fn verbs(scene: &Scene, typed: &str) -> Vec<Choice> {
    let low = typed.chars().any(char::is_lowercase) && !typed.chars().any(char::is_uppercase);
    let verb = |fact: &'static Fact| {
        let rest = fact.syntax.strip_prefix(fact.name).unwrap_or_default();
        let insert = match rest.find('<') {
            Some(at) => format!("{}{}", fact.name, &rest[..=at]),
            // An argument that may be left out: no blank that would be sent.
            None if rest.is_empty() || rest.starts_with(" [") => fact.name.to_owned(),
            None => format!("{} ", fact.name),
        };
        Choice {
            label: insert.trim_end_matches([' ', '<']).to_owned(),
            insert: if low { insert.to_lowercase() } else { insert },
            meaning: scene.meaning(fact),
        }
    };
    annotate::possible_facts(scene.protocol, &scene.state).into_iter().map(verb).collect()
}

/// Where the last word begins.
fn word(args: &str) -> usize {
    args.rfind([' ', '(']).map_or(0, |i| i + 1)
}

fn smtp(scene: &Scene, verb: &str, args: &str) -> (usize, Vec<Choice>) {
    let path = match verb {
        "MAIL" => "FROM:<",
        "RCPT" => "TO:<",
        "AUTH" => return (0, scene.mechanisms()),
        _ => return (args.len(), Vec::new()),
    };
    if !args.contains('<') {
        return (0, vec![plain(path)]);
    }
    if let (Some(open), false) = (args.find('<'), args.contains('>')) {
        let mut found: Vec<Choice> =
            scene.addresses.iter().map(|a| Choice { insert: format!("{a}>"), ..plain(a) }).collect();
        if verb == "MAIL" && args.ends_with('<') {
            let empty = scene.catalog.word("prompt-empty-sender");
            found.push(Choice { insert: ">".to_owned(), label: "<>".to_owned(), meaning: empty });
        }
        return (open + 1, found);
    }
    let wanted: &[(&str, &str)] = match verb {
        "MAIL" => &[
            ("SIZE", "SIZE"),
            ("BODY", "8BITMIME"),
            ("SMTPUTF8", "SMTPUTF8"),
            ("RET", "DSN"),
            ("ENVID", "DSN"),
            ("REQUIRETLS", "REQUIRETLS"),
            ("HOLDFOR", "FUTURERELEASE"),
            ("AUTH", "AUTH"),
        ],
        _ => &[("NOTIFY", "DSN"), ("ORCPT", "DSN"), ("RRVS", "RRVS")],
    };
    let offered = wanted.iter().filter(|(_, extension)| scene.state.offers(extension));
    let found = offered.filter_map(|(name, _)| {
        let fact = knowledge::find_after(Table::SmtpExtension, name, "PARAMETER")?;
        let insert = fact.syntax.find('=').map_or(fact.syntax, |i| &fact.syntax[..=i]).to_owned();
        Some(Choice { insert, label: fact.syntax.to_owned(), meaning: scene.meaning(fact) })
    });
    (word(args), found.collect())
}

fn pop(scene: &Scene, verb: &str, args: &str) -> (usize, Vec<Choice>) {
    match verb {
        "AUTH" => (0, scene.mechanisms()),
        "RETR" | "LIST" | "UIDL" | "TOP" | "DELE" if !args.contains(' ') => {
            (0, numbers(scene.state.messages.unwrap_or(0), &scene.state.deleted))
        }
        _ => (args.len(), Vec::new()),
    }
}

/// The first message numbers, and the last.
fn numbers(count: u64, without: &[u64]) -> Vec<Choice> {
    let first = (1..=count.min(NUMBERS)).chain((count > NUMBERS).then_some(count));
    first.filter(|n| !without.contains(n)).map(|n| plain(&n.to_string())).collect()
}

fn imap(scene: &Scene, verb: &str, args: &str) -> (usize, Vec<Choice>) {
    let at = word(args);
    let second = args.contains(' ') && !args.starts_with('"') || args.contains("\" ");
    match verb {
        "AUTHENTICATE" => (0, scene.mechanisms()),
        "SELECT" | "EXAMINE" | "STATUS" | "DELETE" | "RENAME" | "SUBSCRIBE" | "UNSUBSCRIBE" | "APPEND"
            if !second =>
        {
            (0, mailboxes(scene, args))
        }
        "STATUS" => (at, in_list(args, scene.choices(Table::ImapFlag, STATUS_ITEMS))),
        "LIST" | "LSUB" if args.is_empty() => (0, vec![plain("\"\" \"*\"")]),
        "COPY" | "MOVE" if second => {
            let at = args.find(' ').map_or(0, |i| i + 1);
            (at, mailboxes(scene, &args[at..]))
        }
        "FETCH" | "STORE" | "COPY" | "MOVE" if !second => (0, set(scene)),
        "FETCH" => (at, items(scene)),
        "STORE" if args.matches(' ').count() == 1 => {
            let spaced = |c: Choice| Choice { insert: format!("{} ", c.insert), ..c };
            (at, scene.choices(Table::ImapItem, STORE_ITEMS).into_iter().map(spaced).collect())
        }
        "STORE" => (at, flags(scene)),
        "SEARCH" => (at, keys(scene)),
        _ => (args.len(), Vec::new()),
    }
}

/// What only parentheses can hold: where they are missing yet, the first brings its own.
fn in_list(args: &str, mut choices: Vec<Choice>) -> Vec<Choice> {
    if !args.contains('(') && args.ends_with(' ') {
        choices.iter_mut().for_each(|c| c.insert.insert(0, '('));
    }
    choices
}

fn set(scene: &Scene) -> Vec<Choice> {
    let count = scene.state.mailbox.as_ref().and_then(|m| m.exists).unwrap_or(0);
    let spaced = |c: Choice| Choice { insert: format!("{} ", c.insert), ..c };
    let mut found = numbers(count, &[]);
    if count > 1 {
        found.push(Choice { meaning: scene.catalog.word("prompt-set-all"), ..plain("1:*") });
    }
    found.into_iter().map(spaced).collect()
}

fn items(scene: &Scene) -> Vec<Choice> {
    let mut found = scene.choices(Table::ImapItem, ITEMS);
    let more = MORE_ITEMS.iter().filter(|(_, extension)| scene.state.offers(extension));
    found.extend(more.map(|(name, _)| scene.choice(Table::ImapItem, name)));
    found
}

fn flags(scene: &Scene) -> Vec<Choice> {
    let known = scene.state.mailbox.as_ref().map_or(&[][..], |m| &m.flags);
    if known.is_empty() {
        return scene.choices(Table::ImapFlag, FLAGS);
    }
    // \Recent is the server's alone (RFC 3501 §2.3.2).
    let own = known.iter().filter(|f| !f.eq_ignore_ascii_case("\\Recent"));
    own.map(|f| scene.choice(Table::ImapFlag, f)).collect()
}

fn keys(scene: &Scene) -> Vec<Choice> {
    let usual = |f: &&Fact| {
        f.after.is_empty()
            && f.status == Status::Current
            && f.name.bytes().all(|b| b.is_ascii_alphabetic())
            && f.syntax.starts_with(f.name)
    };
    let own = knowledge::all(Table::ImapKey).iter().filter(usual).filter(|f| {
        let needs = knowledge::needs(f);
        needs.is_empty() || needs.iter().any(|n| scene.state.offers(n))
    });
    own.map(|fact| Choice {
        insert: if fact.syntax == fact.name { fact.name.to_owned() } else { format!("{} ", fact.name) },
        label: fact.syntax.to_owned(),
        meaning: scene.meaning(fact),
    })
    .collect()
}

fn mailboxes(scene: &Scene, typed: &str) -> Vec<Choice> {
    let inbox = scene.choice(Table::ImapFlag, "INBOX");
    let known = scene.state.mailboxes.iter().filter(|n| !n.eq_ignore_ascii_case("INBOX"));
    let named = |name: &String| {
        let decoded = utf7::decode(name).filter(|d| d != name);
        Choice { meaning: decoded.unwrap_or_default(), label: name.clone(), insert: quoted(name) }
    };
    let mut found: Vec<Choice> = std::iter::once(inbox).chain(known.map(named)).collect();
    if typed.starts_with('"') {
        for choice in found.iter_mut().filter(|c| !c.insert.starts_with('"')) {
            choice.insert = format!("\"{}\"", choice.insert);
        }
    }
    found
}

/// A mailbox name as the grammar takes it: quoted where it is no atom (RFC 9051 §9).
fn quoted(name: &str) -> String {
    let atom = |b: u8| b.is_ascii_graphic() && !b"(){%*\"\\".contains(&b);
    if !name.is_empty() && name.bytes().all(atom) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{Capability, Mailbox, Phase};

    fn scene(protocol: Protocol, phase: Phase, offers: &[(&str, &str)]) -> Scene {
        let mut scene = Scene { protocol, ..Scene::default() };
        scene.state.phase = phase;
        let capability =
            |(name, args): &(&str, &str)| Capability { name: (*name).into(), args: (*args).into() };
        scene.state.capabilities = Some(offers.iter().map(capability).collect());
        scene
    }

    fn offered(scene: &Scene, line: &str) -> Vec<String> {
        complete(scene, line).choices.into_iter().map(|c| c.insert).collect()
    }

    #[test]
    fn smtp_completes_what_is_legal() {
        let offers = [("AUTH", "PLAIN LOGIN"), ("SIZE", "1000"), ("8BITMIME", "")];
        let mut scene = scene(Protocol::Smtp, Phase::Ready, &offers);
        scene.addresses = vec!["ana@lab".into(), "beto@lab".into()];
        assert_eq!(offered(&scene, "MA"), ["MAIL FROM:<"]);
        assert_eq!(offered(&scene, "ma"), ["mail from:<"]);
        assert_eq!(offered(&scene, "AUTH "), ["PLAIN", "LOGIN"]);
        assert_eq!(offered(&scene, "MAIL FROM:<an"), ["ana@lab>"]);
        assert_eq!(offered(&scene, "MAIL FROM:<a@b> "), ["SIZE=", "BODY=", "AUTH="]);
        assert!(!offered(&scene, "").contains(&"DATA".to_owned()));
        assert!(complete(&scene, "").choices.iter().all(|c| !c.meaning.is_empty()));
    }

    #[test]
    fn imap_completes_with_and_without_a_tag() {
        let mut scene = scene(Protocol::Imap, Phase::Selected, &[("IDLE", "")]);
        scene.state.mailbox = Some(Mailbox { exists: Some(3), ..Mailbox::default() });
        scene.state.mailboxes = vec!["INBOX".into(), "Trabajos Pr&AOE-cticos".into()];
        for tag in ["", "a1 "] {
            assert_eq!(offered(&scene, &format!("{tag}SEL")), ["SELECT "]);
            assert_eq!(offered(&scene, &format!("{tag}uid f")), ["uid fetch "]);
            let names = offered(&scene, &format!("{tag}SELECT "));
            assert_eq!(names, ["INBOX", "\"Trabajos Pr&AOE-cticos\""]);
            assert_eq!(offered(&scene, &format!("{tag}FETCH ")), ["1 ", "2 ", "3 ", "1:* "]);
            assert_eq!(offered(&scene, &format!("{tag}FETCH 1 (FLAGS ENV")), ["ENVELOPE"]);
            assert_eq!(offered(&scene, &format!("{tag}FETCH 1 RFC")), ["RFC822.SIZE"]);
            assert_eq!(offered(&scene, &format!("{tag}STORE 1 +FLAGS (\\S")), ["\\Seen"]);
            assert!(offered(&scene, &format!("{tag}SEARCH UNS")).contains(&"UNSEEN".to_owned()));
        }
    }

    #[test]
    fn pop_completes_numbers_that_are_there() {
        let mut scene = scene(Protocol::Pop3, Phase::Transaction, &[]);
        scene.state.messages = Some(334);
        scene.state.deleted = vec![2];
        let numbers = offered(&scene, "RETR ");
        assert_eq!(numbers, ["1", "3", "4", "5", "6", "7", "8", "9", "334"]);
    }

    #[test]
    fn local_commands_and_headers() {
        let mut scene = scene(Protocol::Smtp, Phase::Ready, &[]);
        assert_eq!(offered(&scene, "/no"), ["/notes"]);
        assert_eq!(offered(&scene, "/notes f"), ["full"]);
        scene.turn = Turn::Data;
        scene.header = true;
        assert_eq!(offered(&scene, "Su"), ["Subject: "]);
        scene.header = false;
        assert_eq!(offered(&scene, "Su"), [""; 0]);
    }
}
