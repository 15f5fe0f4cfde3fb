//! Every token gets its own explanation where it stands. Dialogues are made out of the tables of facts: each row is
//! put on the wire in the form that its syntax gives, in the state in which it is said, and must come back as a note
//! of its own, in both languages. Rows that are no token of a dialogue stand in lists, with the reason.

use std::io;
use std::sync::{Arc, Mutex};

use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::dialogue::text::{Item, read_line};
use ehlo::dialogue::{Event, Mark, Note, Origin, Protocol, Step, What, Wire};
use ehlo::i18n::{Catalog, Lang};
use ehlo::knowledge::{Fact, Table, all};
use ehlo::recorder::Recorder;
use ehlo::view::{Begin, Summary, View};

#[path = "tokens/fill.rs"]
mod fill;
#[path = "tokens/hand.rs"]
mod hand;
#[path = "tokens/imap.rs"]
mod imap;
#[path = "tokens/imap_flags.rs"]
mod imap_flags;
#[path = "tokens/message.rs"]
mod message;
#[path = "tokens/pop.rs"]
mod pop;
#[path = "tokens/smtp.rs"]
mod smtp;

/// What was noted, whatever it hangs on.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<Vec<Note>>>);

impl Noted {
    fn take(&self) -> Vec<Note> {
        std::mem::take(&mut self.0.lock().expect("no panic inside"))
    }
}

impl View for Noted {
    fn begin(&mut self, _: &Begin) -> io::Result<()> {
        Ok(())
    }

    fn step(&mut self, _: &Step, notes: &[Note]) -> io::Result<()> {
        self.notes(notes)
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        self.0.lock().expect("no panic inside").extend_from_slice(notes);
        Ok(())
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A row in its place: what was said before, and the lines in which it stands, in the notation.
struct Scene {
    protocol: Protocol,
    before: String,
    lines: String,
    /// What the note has to show of the line: its argument. Empty: nothing.
    shows: String,
}

impl Scene {
    fn new(protocol: Protocol, before: impl Into<String>, lines: impl Into<String>) -> Scene {
        Scene { protocol, before: before.into(), lines: lines.into(), shows: String::new() }
    }

    fn shows(mut self, argument: impl Into<String>) -> Scene {
        self.shows = argument.into();
        self
    }
}

/// Pushes lines of the notation: `C: NOOP`, `S: 250 Ok`.
fn push(recorder: &mut Recorder, lines: &str) {
    for line in lines.lines() {
        let Ok(Item::Line { side, mark, text, .. }) = read_line(line) else { panic!("no line: {line}") };
        let mut bytes = text.bytes;
        bytes.extend_from_slice(if mark.is_none() { b"\r\n" } else { b"" });
        event(recorder, What::Chunk(side, Wire::from(bytes.as_slice())));
    }
}

fn event(recorder: &mut Recorder, what: What) {
    let event = Event { stream: 1, at: None, origin: Origin::None, what };
    recorder.push(event, &mut |_, _| {}).expect("a view that cannot fail");
}

/// The notes that a fresh dialogue has for its last lines.
fn told(scene: &Scene) -> Vec<Note> {
    told_after(scene.protocol, &scene.before, |recorder| push(recorder, &scene.lines))
}

fn told_after(protocol: Protocol, before: &str, last: impl FnOnce(&mut Recorder)) -> Vec<Note> {
    let noted = Noted::default();
    let mut recorder = Recorder::new(dialect::of(protocol), Secrets::default());
    recorder.add_view(Box::new(noted.clone()), &Begin::default()).expect("a view that cannot fail");
    push(&mut recorder, before);
    noted.take();
    last(&mut recorder);
    noted.take()
}

/// What is wrong with the note of a row in a scene; nothing, where it is as it should be.
fn wrong(fact: &Fact, scene: &Scene) -> Option<String> {
    let notes = told(scene);
    let Some(note) = notes.iter().find(|note| note.id == fact.id) else {
        let ids: Vec<String> = notes.iter().map(|n| format!("{} {}", n.label, n.id)).collect();
        return Some(format!("{}: not among {ids:?} after {:?}", fact.id, scene.lines));
    };
    if note.cites != fact.cites {
        return Some(format!("{} cites {:?}", fact.id, note.cites));
    }
    for lang in [Lang::En, Lang::Es] {
        let Some(text) = Catalog::new(lang).text(&note.id, &note.args) else {
            return Some(format!("{} has no text in {lang:?}", fact.id));
        };
        if text.contains("{$") || text.contains("{ $") {
            return Some(format!("{} lacks an argument in {lang:?}: {text}", fact.id));
        }
        if !note.label.contains(&scene.shows) && !text.contains(&scene.shows) {
            return Some(format!("{} does not show {:?}: {:?} {text}", fact.id, scene.shows, note.label));
        }
    }
    None
}

/// Every row of a table gets its note in each of its scenes, but for those that are excepted, with a reason each.
fn every_row(table: Table, scenes: impl Fn(&'static Fact) -> Vec<Scene>, except: &[(&str, &str)]) {
    let rows = all(table);
    let mut missing = Vec::new();
    let mut own = 0;
    for fact in rows {
        let scenes = scenes(fact);
        let faults: Vec<String> = scenes.iter().filter_map(|scene| wrong(fact, scene)).collect();
        let whole = !scenes.is_empty() && faults.is_empty();
        own += usize::from(whole);
        match except.iter().find(|(id, _)| *id == fact.id) {
            Some((id, reason)) => assert!(!whole && !reason.is_empty(), "{id} is excepted, and told"),
            None if scenes.is_empty() => missing.push(format!("{} is in no scene", fact.id)),
            None => missing.extend(faults),
        }
    }
    for (id, _) in except {
        assert!(rows.iter().any(|fact| fact.id == *id), "{id} is no row of {table:?}");
    }
    println!("{table:?}: {own} of {} rows have a note of their own", rows.len());
    assert!(missing.is_empty(), "{table:?}, {} faults: {missing:#?}", missing.len());
}

/// A line of the notation said by the server.
fn server(line: &str) -> String {
    format!("S: {line}\n")
}

/// A line of the notation said by the client.
fn client(line: &str) -> String {
    format!("C: {line}\n")
}

#[test]
fn each_port_is_explained_when_a_connection_stands() {
    let mut count = 0;
    for fact in all(Table::Port) {
        let Ok(port) = fact.name.parse() else { panic!("{} is no number", fact.name) };
        let mark = Mark::Connected { address: "192.0.2.1".to_owned(), port, local: None, tls: false };
        let notes = told_after(Protocol::Imap, "", |recorder| event(recorder, What::Mark(mark)));
        assert!(notes.iter().any(|note| note.id == fact.id), "{}: {notes:?}", fact.id);
        count += 1;
    }
    println!("Port: {count} of {count} rows have a note of their own");
}

/// Two tables have no rows that are words of the wire: ideas, which `ehlo explain` has pages for, and DNS records, which
/// `ehlo mx` asks for. All others are walked here.
#[test]
fn a_new_table_is_walked_or_has_a_reason() {
    assert_eq!(Table::ALL.len(), 20 + 2, "walk it as the others, or say above why not");
    assert!(Table::ALL.contains(&Table::Concept) && Table::ALL.contains(&Table::DnsRecord));
}
