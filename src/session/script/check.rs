//! What must hold before anything is sent: every name is defined above its use, every line has a connection,
//! what is sent has no wildcards.

use std::collections::HashSet;

use super::model::{Do, Fault, Item, Level, Pos, Script, Seen, Send, Text};
use super::parse::{near, place};

/// The names that are always there.
pub const PREDEFINED: [&str; 7] = ["host", "port", "me", "user", "password", "token", "n"];

/// What is wrong; lints go to the script.
pub fn check(script: &mut Script, given: &[String]) -> Vec<Fault> {
    let mut walk = Walk {
        script,
        names: PREDEFINED.iter().map(|n| (*n).to_owned()).chain(given.iter().cloned()).collect(),
        conns: HashSet::new(),
        level: Level::default(),
        faults: Vec::new(),
    };
    for item in &walk.script.items {
        // A `@secret` may stand below a first use only by mistake; but captures define for what follows.
        let (mut faults, names) = (walk.item(item), walk.defined(item));
        walk.faults.append(&mut faults);
        walk.names.extend(names);
        match &item.what {
            Do::Open(_) | Do::Connect => {
                walk.conns.insert(item.conn);
            }
            Do::Match(level) => walk.level = *level,
            _ => {}
        }
    }
    let mut faults = walk.faults;
    if faults.is_empty() && walk.conns.is_empty() {
        let pos = Pos { file: 0, line: 1, column: 1, width: 1 };
        faults.push(Fault::new(pos, "script-no-connection"));
    }
    let mut lints = reused_tags(script);
    script.lints.append(&mut lints);
    faults
}

struct Walk<'a> {
    script: &'a Script,
    names: HashSet<String>,
    conns: HashSet<u32>,
    level: Level,
    faults: Vec<Fault>,
}

impl Walk<'_> {
    fn item(&self, item: &Item) -> Vec<Fault> {
        let mut faults = Vec::new();
        let spoken = matches!(item.what, Do::Send(_) | Do::Expect(_) | Do::Save(_) | Do::Close | Do::Tls);
        if spoken && !self.conns.contains(&item.conn) {
            let (id, used) = match (&item.what, self.conns.is_empty()) {
                (_, true) => ("script-before-connection", String::new()),
                _ => ("script-other-connection", item.conn.to_string()),
            };
            return vec![Fault::new(item.pos, id).with("conn", used)];
        }
        match &item.what {
            Do::Connect if !self.conns.contains(&1) => {
                return vec![Fault::new(item.pos, "script-before-connection").with("conn", "")];
            }
            Do::Connect if self.conns.contains(&item.conn) => {
                return vec![Fault::new(item.pos, "script-connection-twice").with("conn", item.conn)];
            }
            Do::Send(Send { what, .. }) => {
                let templates = match what {
                    Text::Line(text) => std::slice::from_ref(text),
                    Text::Block(block) => &block.lines,
                    Text::File(_) => &[],
                };
                if templates.iter().any(super::template::Template::has_wildcard) {
                    faults.push(Fault::new(item.pos, "script-wildcard-sent"));
                }
            }
            _ => {}
        }
        // A reply's names at `status` are compared with nothing: a record may hold what was masked in an echo.
        let lenient = self.level == Level::Status && matches!(item.what, Do::Expect(_));
        if !lenient {
            faults.extend(self.names(item));
        }
        faults
    }

    /// Names that nothing defines.
    fn names(&self, item: &Item) -> Vec<Fault> {
        // What a line captures may be used in the same line, and in the same block.
        let own = self.defined(item);
        let unknown = |name: &String| !self.names.contains(name) && !own.contains(name);
        let names = item.what.templates().into_iter().flat_map(super::template::Template::names);
        let fault = |name: String| {
            let mut pos = item.pos;
            let lines = &self.script.files[pos.file].lines;
            // In a block, the line that has it.
            let block = matches!(&item.what, Do::Send(Send { what: Text::Block(_), .. }))
                || matches!(&item.what, Do::Expect(e) if matches!(e.what, Seen::Block(_)));
            if block {
                let below = lines.iter().enumerate().skip(pos.line);
                let found = below.map(|(i, line)| (i + 1, line)).find(|(_, line)| line.contains(&name));
                pos.line = found.map_or(pos.line, |(line, _)| line);
            }
            let line = lines.get(pos.line - 1).map_or("", String::as_str);
            let pos = place(pos, line, &format!("{{{{{name}}}}}"));
            let pos = if pos.width > 4 { pos } else { place(pos, line, &name) };
            let known = self.names.iter().filter(|n| *n != "n").map(String::as_str);
            let meant = near(&name, known);
            let id = if meant.is_some() { "script-name-meant" } else { "script-name" };
            Fault::new(pos, id).with("name", name).with("meant", meant.unwrap_or_default())
        };
        names.filter(unknown).map(fault).collect()
    }

    /// The names that an item defines.
    fn defined(&self, item: &Item) -> Vec<String> {
        match &item.what {
            Do::Set(name, _) => vec![name.clone()],
            Do::Secret(names) => names.clone(),
            what @ Do::Expect(_) => {
                what.templates().iter().flat_map(|t| t.captures()).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// IMAP tags that are used twice on a connection: legal, and hard to read.
fn reused_tags(script: &Script) -> Vec<Fault> {
    let mut imap = HashSet::new();
    let mut seen = HashSet::new();
    let mut lints = Vec::new();
    let mut literal = false;
    for item in &script.items {
        match &item.what {
            Do::Open(open) if open.protocol == crate::dialogue::Protocol::Imap => {
                imap.insert(item.conn);
            }
            Do::Connect if imap.contains(&1) => {
                imap.insert(item.conn);
            }
            Do::Send(Send { what: Text::Line(text), mark: None }) if imap.contains(&item.conn) => {
                let start = String::from_utf8_lossy(text.start()).into_owned();
                let mut words = start.split(' ');
                let (tag, verb) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let command = verb.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
                if command && !literal && !tag.is_empty() && !seen.insert((item.conn, tag.to_owned())) {
                    lints.push(Fault::new(item.pos, "script-lint-tag").with("tag", tag));
                }
                literal = text.announces().is_some();
            }
            _ => {}
        }
    }
    lints
}
