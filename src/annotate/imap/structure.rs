//! ENVELOPE and BODYSTRUCTURE, taken apart: which field says what, and the tree of a message's parts
//! (RFC 9051 §7.5.2). Both are lists whose elements are known by their place alone, which nobody learns by heart.

use crate::annotate::message::{decoded, extended};
use crate::dialogue::{Level, Note};

/// The most octets of one answer that are looked at.
pub(super) const MOST: usize = 64 * 1024;
/// The deepest list; a message's parts do not nest so far.
const DEEPEST: usize = 40;
/// The most parts that are told.
const MOST_PARTS: usize = 40;

/// What stands in such a list.
#[derive(Debug)]
enum Node {
    List(Vec<Node>),
    Text(String),
    Nil,
}

impl Node {
    fn text(&self) -> &str {
        if let Node::Text(text) = self { text } else { "" }
    }

    fn list(&self) -> &[Node] {
        if let Node::List(nodes) = self { nodes } else { &[] }
    }
}

/// The notes on a FETCH answer's text.
pub(super) fn notes(raw: &[u8]) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(node) = item(raw, b"ENVELOPE") {
        envelope(node.list(), &mut notes);
    }
    if let Some(node) = item(raw, b"BODYSTRUCTURE").or_else(|| item(raw, b"BODY")) {
        part(&node, "", &mut notes);
    }
    notes
}

/// The list behind an item's name.
fn item(raw: &[u8], name: &[u8]) -> Option<Node> {
    let head = [name, b" ("].concat();
    let at = raw.windows(head.len()).position(|window| window.eq_ignore_ascii_case(&head))?;
    let before = at.checked_sub(1).map(|before| raw[before]);
    if !matches!(before, Some(b' ' | b'(')) {
        return None;
    }
    read(&mut &raw[at + head.len() - 1..], 0)
}

/// Reads an element; none, where it does not end.
fn read(rest: &mut &[u8], depth: usize) -> Option<Node> {
    *rest = rest.trim_ascii_start();
    match rest.first()? {
        b'(' if depth < DEEPEST => {
            *rest = &rest[1..];
            let mut nodes = Vec::new();
            loop {
                *rest = rest.trim_ascii_start();
                if rest.first()? == &b')' {
                    *rest = &rest[1..];
                    return Some(Node::List(nodes));
                }
                nodes.push(read(rest, depth + 1)?);
            }
        }
        b'(' | b')' => None,
        b'"' => quoted(rest),
        _ => {
            let end = rest.iter().position(|b| b" ()\r\n".contains(b)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            *rest = after;
            let nil = word.eq_ignore_ascii_case(b"NIL");
            Some(if nil { Node::Nil } else { Node::Text(String::from_utf8_lossy(word).into_owned()) })
        }
    }
}

fn quoted(rest: &mut &[u8]) -> Option<Node> {
    let mut text = Vec::new();
    let mut bytes = rest[1..].iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                *rest = &rest[at + 2..];
                return Some(Node::Text(String::from_utf8_lossy(&text).into_owned()));
            }
            b'\\' => text.push(*bytes.next()?.1),
            byte => text.push(*byte),
        }
    }
    None
}

const FIELDS: [&str; 10] =
    ["date", "subject", "from", "sender", "reply-to", "to", "cc", "bcc", "in-reply-to", "message-id"];

/// RFC 9051 §7.5.2: ten fields in this order.
fn envelope(fields: &[Node], notes: &mut Vec<Note>) {
    let field = |name: &str, value: String| {
        let note = Note::new(Level::Explain, "note-imap-envelope-field").label(name);
        note.with("value", value).cite("RFC 9051 §7.5.2").inner()
    };
    if fields.len() != FIELDS.len() {
        return;
    }
    let shown: Vec<String> = fields.iter().map(value).collect();
    let mut absent = Vec::new();
    for (name, value) in FIELDS.into_iter().zip(&shown) {
        match value.as_str() {
            "" => absent.push(name),
            // A server fills these two from From where the header has none.
            value if matches!(name, "sender" | "reply-to") && value == shown[2] => {
                notes.push(Note::new(Level::Explain, "note-imap-envelope-same").label(name).inner());
            }
            value => notes.push(field(name, value.to_owned())),
        }
    }
    if !absent.is_empty() {
        let note = Note::new(Level::Explain, "note-imap-envelope-nil").label("NIL");
        notes.push(note.with("names", absent.join(", ")).cite("RFC 9051 §7.5.2").inner());
    }
}

/// A field for people: its text, or its addresses.
fn value(node: &Node) -> String {
    match node {
        Node::Nil => String::new(),
        Node::Text(text) => decoded(text).unwrap_or_else(|| text.clone()),
        Node::List(addresses) => addresses.iter().map(address).collect::<Vec<_>>().join(", "),
    }
}

/// `(name source-route mailbox host)`; a group begins with an address without host, and ends with one of NILs.
fn address(node: &Node) -> String {
    let [name, _, mailbox, host] = node.list() else { return String::new() };
    let name = decoded(name.text()).unwrap_or_else(|| name.text().to_owned());
    match (name.as_str(), host) {
        (_, Node::Nil) => mailbox.text().to_owned(),
        ("", host) => format!("{}@{}", mailbox.text(), host.text()),
        (name, host) => format!("{name} <{}@{}>", mailbox.text(), host.text()),
    }
}

/// A part and those in it. Parts are numbered as FETCH BODY[1.2] wants them.
fn part(node: &Node, number: &str, notes: &mut Vec<Note>) {
    let nodes = node.list();
    if notes.len() >= MOST_PARTS {
        return;
    }
    let label = |id: &'static str| {
        let label = if number.is_empty() { "[]".to_owned() } else { format!("[{number}]") };
        Note::new(Level::Explain, id).label(label).cite("RFC 9051 §7.5.2").inner()
    };
    let below = |n: usize| if number.is_empty() { n.to_string() } else { format!("{number}.{n}") };
    if let Some(Node::List(_)) = nodes.first() {
        let parts = nodes.iter().take_while(|node| matches!(node, Node::List(_))).count();
        let kind = nodes.get(parts).map_or("", Node::text).to_ascii_lowercase();
        notes.push(label("note-imap-structure-multipart").with("kind", kind).with("parts", parts));
        for (at, node) in nodes[..parts].iter().enumerate() {
            part(node, &below(at + 1), notes);
        }
        return;
    }
    let [kind, sub, params, _, _, encoding, octets, ..] = nodes else { return };
    let kind = format!("{}/{}", kind.text(), sub.text()).to_ascii_lowercase();
    // A message without parts has one all the same: its number is 1.
    let label = |id| {
        let note = label(id);
        if number.is_empty() { note.label("[1]") } else { note }
    };
    let note = match file_name(nodes, params) {
        Some(name) => label("note-imap-structure-file").with("name", name),
        None => match parameter(params, "charset") {
            Some(charset) => label("note-imap-structure-text").with("charset", charset.to_ascii_lowercase()),
            None => label("note-imap-structure-part"),
        },
    };
    let note = note.with("kind", &kind).with("encoding", encoding.text().to_ascii_lowercase());
    notes.push(note.with("octets", octets.text()));
    if kind == "message/rfc822"
        && let Some(inside) = nodes.get(8)
    {
        part(inside, number, notes);
    }
}

fn parameter(params: &Node, name: &str) -> Option<String> {
    let pair = params.list().chunks_exact(2).find(|pair| pair[0].text().eq_ignore_ascii_case(name))?;
    Some(pair[1].text().to_owned())
}

fn named(params: &Node, name: &str) -> Option<String> {
    let written = parameter(params, &format!("{name}*")).and_then(|value| extended(&value));
    written.or_else(|| parameter(params, name))
}

/// The name that a file came with: the disposition's, else the type's.
fn file_name(nodes: &[Node], params: &Node) -> Option<String> {
    let disposition = |node: &Node| {
        let [kind, params] = node.list() else { return None };
        let known = ["attachment", "inline"].iter().any(|word| kind.text().eq_ignore_ascii_case(word));
        if known { named(params, "filename") } else { None }
    };
    let name = nodes.iter().skip(7).find_map(disposition).or_else(|| named(params, "name"))?;
    Some(decoded(&name).unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(raw: &str) -> Vec<String> {
        let say = |note: Note| {
            let args: Vec<&str> = note.args.iter().map(|(_, value)| value.as_str()).collect();
            format!("{} {} {}", note.label, note.id.rsplit('-').next().unwrap_or_default(), args.join("|"))
        };
        notes(raw.as_bytes()).into_iter().map(say).collect()
    }

    #[test]
    fn an_envelope_is_read_by_its_places() {
        let raw = r#"* 1 FETCH (ENVELOPE ("Mon, 2 Mar 2026 10:00:00 -0300" "=?utf-8?q?A=C3=B1o_\"x\"?=" (("Ana" NIL "ana" "a.example")) (("Ana" NIL "ana" "a.example")) (("Ana" NIL "ana" "a.example")) ((NIL NIL "b" "c")(NIL NIL "d" "e")) NIL NIL NIL "<1@a>") UID 3)"#;
        let expected = [
            "date field Mon, 2 Mar 2026 10:00:00 -0300",
            "subject field Año \"x\"",
            "from field Ana <ana@a.example>",
            "sender same ",
            "reply-to same ",
            "to field b@c, d@e",
            "message-id field <1@a>",
            "NIL nil cc, bcc, in-reply-to",
        ];
        assert_eq!(told(raw), expected);
    }

    #[test]
    fn parts_have_the_numbers_that_fetch_wants() {
        let text = r#"("text" "plain" ("charset" "UTF-8") NIL NIL "7bit" 284 10)"#;
        let file = r#"("application" "pdf" ("name" "x.pdf") NIL NIL "base64" 9000 NIL ("attachment" ("filename*" "UTF-8''a%C3%B1o%2.pdf")))"#;
        let mail = format!(
            r#"("message" "rfc822" NIL NIL NIL "7bit" 500 ("d" "s" NIL NIL NIL NIL NIL NIL NIL NIL) {text} 20)"#
        );
        let raw = format!(r#"* 1 FETCH (BODYSTRUCTURE (({text}{text} "alternative"){file}{mail} "mixed"))"#);
        let expected = [
            "[] multipart mixed|3",
            "[1] multipart alternative|2",
            "[1.1] text utf-8|text/plain|7bit|284",
            "[1.2] text utf-8|text/plain|7bit|284",
            "[2] file año%2.pdf|application/pdf|base64|9000",
            "[3] part message/rfc822|7bit|500",
            "[3] text utf-8|text/plain|7bit|284",
        ];
        assert_eq!(told(&raw), expected);
        assert_eq!(told(&format!("* 1 FETCH (BODY {text})")), ["[1] text utf-8|text/plain|7bit|284"]);
    }

    /// A server may say anything.
    #[test]
    fn what_is_broken_says_nothing() {
        for raw in
            ["ENVELOPE (", "(ENVELOPE (1 2 3))", "(BODY (((((", "(BODYSTRUCTURE (\"a", "(BODY[] {3}", ""]
        {
            assert!(told(raw).is_empty(), "{raw}");
        }
        assert!(told(&format!("(BODY {}", "(".repeat(100_000))).is_empty());
    }
}
