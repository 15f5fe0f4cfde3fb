//! The dialogues of a capture, one after the other: each with a recorder and views of its own, its mails saved where
//! that is wanted, and a row for the table.

use std::io::{self, Read};
use std::path::Path;

use super::messages::{self, Messages};
use crate::annotate::redact::Secrets;
use crate::dialect;
use crate::dialogue::mark::Close;
use crate::dialogue::text::write::safe;
use crate::dialogue::{Level, Mark, Note, Protocol, Step};
use crate::i18n::Catalog;
use crate::recorder::Recorder;
use crate::source::capture::{Capture, Contents, Kind, Settings};
use crate::source::{Found, Opening, Source};
use crate::view::{Begin, View};

/// A dialogue in the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its number.
    pub stream: u32,
    /// What it speaks.
    pub protocol: Option<Protocol>,
    /// The client's end.
    pub client: String,
    /// The server's end.
    pub server: String,
    /// When it began, RFC 3339; may be empty.
    pub started: String,
    /// How long it took.
    pub seconds: f64,
    /// Who logged in; may be empty.
    pub user: String,
    /// Mails that passed.
    pub mails: u64,
    /// Octets of the client and of the server.
    pub octets: [u64; 2],
    /// What is odd about it: text ids, each once.
    pub odd: Vec<&'static str>,
}

/// Why a capture could not be told to its end.
#[derive(Debug)]
pub enum Fault {
    /// It could not be read.
    Input(io::Error),
    /// A view could not be written.
    Output(io::Error),
    /// A mail could not be saved.
    Mail(messages::Fault),
}

/// Makes the views of a dialogue.
pub type MakeViews<'m> = dyn FnMut(&Opening) -> io::Result<Vec<Box<dyn View>>> + 'm;

/// Tells all dialogues of a capture. `views` makes the views of each; `save` is the folder for the mails, which is
/// made where it is not there; `list`: whether the rows are wanted (those of a capture of some days are many). None where
/// the input is no capture.
///
/// # Errors
/// What the input, a view's output or a file of a mail says.
pub fn annotate(
    input: Box<dyn Read + Send>,
    settings: Settings,
    save: Option<&Path>,
    list: bool,
    views: &mut MakeViews<'_>,
) -> Result<Option<(Vec<Row>, Contents)>, Fault> {
    let Some(mut capture) = Capture::open(input, settings).map_err(Fault::Input)? else { return Ok(None) };
    if let Some(folder) = save {
        let unmade = |error| Fault::Mail(messages::Fault { path: folder.to_owned(), error });
        std::fs::create_dir_all(folder).map_err(unmade)?;
    }
    let mut rows = Vec::new();
    let mut open: Option<Open> = None;
    while let Some(found) = capture.next_found().map_err(Fault::Input)? {
        match found {
            Found::Dialogue(opening) => {
                let shown = views(&opening).map_err(Fault::Output)?;
                open = Some(Open::new(*opening, save, shown).map_err(Fault::Output)?);
            }
            Found::Event(event) => {
                if let Some(open) = &mut open {
                    open.push(*event)?;
                }
            }
            Found::End(_) => {
                if let Some(open) = open.take() {
                    let row = open.end()?;
                    rows.extend(list.then_some(row));
                }
            }
        }
    }
    Ok(Some((rows, capture.contents())))
}

/// A dialogue under way.
struct Open {
    recorder: Recorder,
    messages: Messages,
    row: Row,
}

impl Open {
    fn new(opening: Opening, save: Option<&Path>, views: Vec<Box<dyn View>>) -> io::Result<Self> {
        let dialect = opening.protocol.map_or_else(dialect::unknown, dialect::of);
        let mut recorder = Recorder::new(dialect, Secrets::default()).watching();
        let messages = match save {
            Some(folder) => Messages::saved(folder, format!("{:04}", opening.stream)),
            None => Messages::counted(),
        };
        let row = Row {
            stream: opening.stream,
            protocol: opening.protocol,
            client: opening.client.clone().unwrap_or_default(),
            server: opening.server.clone().unwrap_or_default(),
            started: opening.started.clone().unwrap_or_default(),
            ..Row::default()
        };
        let begin = Begin {
            source: "capture",
            protocol: opening.protocol,
            target: opening.target,
            server: opening.server,
            client: opening.client,
            tls: opening.tls,
            started: opening.started,
        };
        for view in views {
            recorder.add_view(view, &begin)?;
        }
        Ok(Open { recorder, messages, row })
    }

    fn push(&mut self, event: crate::dialogue::Event) -> Result<(), Fault> {
        let Open { recorder, messages, row } = self;
        let pushed = recorder.push(event, &mut |step, state| {
            messages.step(step);
            if let Some(user) = &state.user
                && row.user != *user
            {
                row.user.clone_from(user);
            }
            if let Step::Mark { mark, .. } = step
                && let Some(id) = odd(mark)
                && !row.odd.contains(&id)
            {
                row.odd.push(id);
            }
        });
        pushed.map_err(Fault::Output)?;
        messages.take_fault().map_or(Ok(()), |fault| Err(Fault::Mail(fault)))
    }

    fn end(mut self) -> Result<Row, Fault> {
        let summary = self.recorder.end().map_err(Fault::Output)?;
        self.messages.end();
        self.messages.take_fault().map_or(Ok(()), |fault| Err(Fault::Mail(fault)))?;
        let (mails, octets, seconds) = (self.messages.count(), summary.octets, summary.seconds);
        let user = self.recorder.mask(&self.row.user);
        Ok(Row { mails, octets, seconds, user, ..self.row })
    }
}

/// What about a mark is worth a word in the table.
fn odd(mark: &Mark) -> Option<&'static str> {
    Some(match mark {
        Mark::Gap { octets: None, .. } => "odd-middle",
        Mark::Gap { .. } => "odd-gap",
        Mark::Odd { id: "mark-odd-one-way", .. } => "odd-one-way",
        Mark::Odd { .. } => "odd-differs",
        Mark::Opaque { .. } => "odd-opaque",
        Mark::Tls(_) => "odd-tls",
        Mark::Closed(Close::Reset) => "odd-reset",
        Mark::Closed(Close::Unseen) => "odd-open",
        _ => return None,
    })
}

/// The table of the dialogues; where it is wider than that, two lines for each instead.
pub fn table(rows: &[Row], catalog: &Catalog, width: usize) -> String {
    let table = wide(rows, catalog);
    if table.lines().all(|line| line.chars().count() <= width) { table } else { narrow(rows, catalog) }
}

/// Who, whose, when; below it the rest.
fn narrow(rows: &[Row], catalog: &Catalog) -> String {
    let widest = |of: fn(&Row) -> &str| rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0);
    let (client, server) = (widest(|row| &row.client), widest(|row| &row.server));
    let mut text = String::new();
    for row in rows {
        let protocol = row.protocol.map_or("?", Protocol::title);
        let first = format!(
            "{:<4} {protocol:<4}  {:<client$} → {:<server$}  {}",
            row.stream,
            row.client,
            row.server,
            row.when()
        );
        let mut facts = Vec::new();
        if !row.user.is_empty() {
            facts.push(catalog.say("capture-brief-user", &vec![("user", safe(&row.user, 40))]));
        }
        if row.mails > 0 {
            facts.push(catalog.say("capture-brief-mails", &vec![("count", row.mails.to_string())]));
        }
        facts.push(catalog.say("capture-brief-octets", &vec![("octets", row.both())]));
        facts.push(format!("{:.2} s", row.seconds));
        facts.extend(row.oddities(catalog));
        text.push_str(&format!("{}\n     {}\n", first.trim_end(), facts.join(", ")));
    }
    text
}

impl Row {
    /// To the second: the date, then the time of day in UTC.
    fn when(&self) -> String {
        self.started.get(..19).map(|t| t.replace('T', " ")).unwrap_or_default()
    }

    fn both(&self) -> String {
        format!("{}+{}", self.octets[0], self.octets[1])
    }

    fn oddities(&self, catalog: &Catalog) -> Vec<String> {
        self.odd.iter().map(|id| catalog.word(&format!("capture-{id}"))).collect()
    }
}

fn wide(rows: &[Row], catalog: &Catalog) -> String {
    let heads = [
        "capture-list-number",
        "capture-list-protocol",
        "capture-list-client",
        "capture-list-server",
        "capture-list-started",
        "capture-list-seconds",
        "capture-list-user",
        "capture-list-mails",
        "capture-list-octets",
        "capture-list-odd",
    ];
    let heads = heads.map(|id| catalog.word(id));
    let cells = |row: &Row| {
        [
            row.stream.to_string(),
            row.protocol.map_or("?", Protocol::title).to_owned(),
            row.client.clone(),
            row.server.clone(),
            row.when(),
            format!("{:.2}", row.seconds),
            safe(&row.user, 40),
            row.mails.to_string(),
            row.both(),
            row.oddities(catalog).join(", "),
        ]
    };
    // The cells are made twice: those of many thousand rows would be more than the rows.
    let mut widths = heads.each_ref().map(|head| head.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(cells(row)) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [String; 10]| {
        let cells: Vec<String> = cells.iter().zip(widths).map(|(cell, w)| format!("{cell:<w$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    std::iter::once(heads).chain(rows.iter().map(cells)).map(line).collect()
}

/// What has to be said of a capture beside its dialogues: damage, what could not be read, and, where there was no
/// mail in it, what there was.
pub fn notes(contents: &Contents) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(damage) = contents.damage {
        let id = if damage.cut { "capture-cut" } else { "capture-damaged" };
        notes.push(Note::new(Level::Warn, id).with("frames", damage.frames).with("octet", damage.octet));
    }
    for (link, frames) in &contents.unknown_links {
        notes.push(Note::new(Level::Warn, "capture-unknown-link").with("link", link).with("frames", frames));
    }
    if contents.dialogues > 0 {
        return notes;
    }
    let seen = Note::new(Level::State, "capture-no-mail").with("frames", contents.frames);
    notes.push(seen.with("connections", contents.connections));
    for (kind, count) in &contents.others {
        let id = match kind {
            Kind::Silent => "capture-other-silent",
            Kind::Tls => "capture-other-tls",
            Kind::Http => "capture-other-http",
            Kind::Ssh => "capture-other-ssh",
            Kind::Ftp => "capture-other-ftp",
            Kind::Unknown => "capture-other-unknown",
        };
        notes.push(Note::new(Level::State, id).with("count", count).inner());
    }
    for (id, count) in [("capture-other-ip", contents.other_ip), ("capture-not-ip", contents.not_ip)] {
        if count > 0 {
            notes.push(Note::new(Level::State, id).with("count", count).inner());
        }
    }
    notes
}
