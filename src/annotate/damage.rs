//! What a paste did to a line without losing it: numbers that are glued or have come apart, a capability with a
//! letter too many, a unique-id that lost a digit. Said only of records that may be damaged: in a live session the
//! same line is what the server said.

use crate::dialogue::{Level, Note, Protocol, Shape, Step, TokenKind};
use crate::knowledge::{Table, find, nearest};

/// Lines of a list that are looked at.
const MOST: usize = 1000;

/// Looks for damage in one dialogue.
#[derive(Debug)]
pub struct Damage {
    protocol: Protocol,
    /// The command that was last, in capitals; with an argument none of the lists.
    verb: String,
    /// What STAT said: messages and octets.
    stat: Option<(u64, u64)>,
    /// The lines of the response under way, its status line first.
    lines: Vec<String>,
    /// The unit under way that is looked at.
    unit: Option<(u64, Shape)>,
    found: Vec<Note>,
}

impl Damage {
    /// For a dialogue of this protocol.
    pub fn new(protocol: Protocol) -> Damage {
        let (verb, found) = (String::new(), Vec::new());
        Damage { protocol, verb, stat: None, lines: Vec::new(), unit: None, found }
    }

    /// Looks at a step; what is found is said when its unit ends.
    pub fn step(&mut self, step: &Step, say: &mut Vec<Note>) {
        match step {
            Step::Open(head) if matches!(head.shape, Shape::Command | Shape::Response | Shape::Untagged) => {
                self.unit = Some((head.n, head.shape));
                self.lines.clear();
            }
            Step::Piece(piece) => {
                let Some((_, shape)) = self.unit.filter(|(n, _)| *n == piece.n) else { return };
                for name in piece.words(TokenKind::Capability) {
                    self.capability(&name);
                }
                if self.protocol != Protocol::Pop3 || self.lines.len() >= MOST {
                    return;
                }
                let text = String::from_utf8_lossy(&piece.wire.bytes).trim_end().to_owned();
                match shape {
                    Shape::Command if piece.wire.holes.is_empty() => self.verb = text.to_ascii_uppercase(),
                    Shape::Response => self.lines.push(text),
                    _ => {}
                }
            }
            Step::Close(end) if self.unit.is_some_and(|(n, _)| n == end.n) => {
                if self.unit.take().is_some_and(|(_, shape)| shape == Shape::Response) {
                    self.response();
                }
                say.append(&mut self.found);
            }
            _ => {}
        }
    }

    fn capability(&mut self, name: &str) {
        let table = match self.protocol {
            Protocol::Smtp | Protocol::Lmtp => Table::SmtpExtension,
            Protocol::Pop3 => Table::PopCapability,
            Protocol::Imap => Table::ImapCapability,
        };
        let upper = name.to_ascii_uppercase();
        let known = find(table, &upper).is_some() || upper.starts_with('X') || upper.contains('=');
        if let Some(fact) = nearest(table, &upper).filter(|_| !known && name.len() >= 4) {
            let note = Note::new(Level::Hint, "paste-misspelled-capability").with("found", name);
            self.found.push(note.with("wouldbe", fact.name));
        }
    }

    fn response(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let list = lines.get(1..).unwrap_or_default();
        match self.verb.as_str() {
            "STAT" => {
                let mut numbers = lines.iter().flat_map(|l| l.split(' ')).skip(1).map(str::parse);
                self.stat = match (numbers.next(), numbers.next()) {
                    (Some(Ok(messages)), Some(Ok(octets))) => Some((messages, octets)),
                    _ => None,
                };
            }
            "LIST" => self.sizes(list),
            "UIDL" => self.unique_ids(list),
            _ => {}
        }
    }

    /// RFC 1939 §5: a message's number, a blank, its size.
    fn sizes(&mut self, list: &[String]) {
        let mut total = 0u64;
        let mut mended = Vec::new();
        for (i, line) in list.iter().enumerate().filter(|(_, line)| *line != ".") {
            let number = (i + 1).to_string();
            let words: Vec<&str> = line.split_whitespace().collect();
            let digits = words.concat();
            if words.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                continue;
            }
            let (size, id) = match words.len() {
                2 => (words[1].to_owned(), None),
                // Lists begin at 1 and skip only what was deleted.
                1 => match digits.strip_prefix(&number) {
                    Some(size) if !size.is_empty() => (size.to_owned(), Some("paste-glued-number")),
                    _ => continue,
                },
                _ => (words[1..].concat(), Some("paste-split-number")),
            };
            let number = if words.len() > 1 { words[0] } else { &number };
            total = total.saturating_add(size.parse().unwrap_or(0));
            mended.extend(id.map(|id| (id, line.clone(), format!("{number} {size}"))));
        }
        // With the server's own sum it is certain, without it likely.
        let fits = self.stat.is_some_and(|(_, octets)| octets == total);
        let level = if fits { Level::Warn } else { Level::Hint };
        for (id, line, would_be) in mended {
            self.found.push(Note::new(level, id).with("found", line).with("wouldbe", would_be));
        }
    }

    fn unique_ids(&mut self, list: &[String]) {
        let ids: Vec<&str> = list.iter().filter_map(|l| l.split_once(' ')).map(|(_, id)| id).collect();
        let Some(usual) = ids.first().map(|id| id.len()) else { return };
        let odd: Vec<&&str> = ids.iter().filter(|id| id.len() != usual).collect();
        let hex = ids.iter().all(|id| id.bytes().all(|b| b.is_ascii_hexdigit()));
        if let [one] = odd[..]
            && ids.len() > 2
            && hex
        {
            self.found.push(Note::new(Level::Hint, "paste-odd-unique-id").with("found", one));
        }
    }
}
