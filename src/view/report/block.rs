//! What a report shows, made ready to be drawn: words in the report's language, wire text safe, long things cut.
//! A [`Sheet`] draws it and decides nothing but the looks.

use std::collections::BTreeSet;
use std::time::Duration;

use super::parts::Attachment;
use crate::dialogue::text::write::safe;
use crate::dialogue::text::{Item, read_line};
use crate::dialogue::{Level, Note, Protocol, Shape, Side};
use crate::i18n::Catalog;
use crate::view::files::Paper;
use crate::view::notes::Detail;
use crate::view::{Begin, Summary};

/// Characters of a word in front of a note.
const LABEL: usize = 60;

/// How a form draws a report. Everything is added to a text.
pub trait Sheet: Send {
    /// The document's beginning: its title.
    fn head(&self, head: &Head) -> String;
    /// A dialogue begins.
    fn section(&mut self, section: &Section, out: &mut String);
    /// A step of a script begins.
    fn step(&mut self, title: &str, out: &mut String);
    /// A unit, with its notes.
    fn unit(&mut self, unit: &Unit, out: &mut String);
    /// What happened beside the bytes, as its directive in the notation, and what there is to say about it.
    fn aside(&mut self, notation: Option<&str>, notes: &[Said], out: &mut String);
    /// A person's comment.
    fn comment(&mut self, text: &str, out: &mut String);
    /// What neither side said.
    fn noise(&mut self, lines: &[String], out: &mut String);
    /// A dialogue ends.
    fn closing(&mut self, closing: &Closing, out: &mut String);
    /// A dialogue was given up without an end.
    fn broken_off(&mut self, out: &mut String);
    /// The document's end.
    fn tail(&self) -> String;
}

/// A name and a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// In the report's language.
    pub name: String,
    /// Words or wire text, safe.
    pub value: String,
    /// Whether it is wire text: names, addresses, numbers as they are typed.
    pub wire: bool,
}

/// What stands at the top of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The title.
    pub title: String,
    /// Whose it is.
    pub author: Option<String>,
    /// What made it; none where the version would differ from run to run.
    pub maker: String,
}

impl Head {
    /// Of what is known when the first dialogue begins.
    pub fn new(paper: &Paper, begin: &Begin, catalog: &Catalog) -> Head {
        let version = env!("CARGO_PKG_VERSION");
        let given = paper.title.as_deref().map(|title| safe(title, 200));
        Head {
            title: given.unwrap_or_else(|| name(begin, catalog)),
            author: paper.author.as_deref().map(|author| safe(author, 200)),
            maker: if paper.reproducible { "ehlo".to_owned() } else { format!("ehlo {version}") },
        }
    }
}

/// `SMTP with mail.example.org:25`.
fn name(begin: &Begin, catalog: &Catalog) -> String {
    let protocol = begin.protocol.map_or("", Protocol::title);
    let id = match (protocol.is_empty(), begin.target.is_empty()) {
        (true, true) => "report-title-nothing",
        (false, true) => "report-title-untold",
        (true, false) => "report-title-unread",
        (false, false) => "report-title",
    };
    catalog.say(id, &vec![("protocol", protocol.to_owned()), ("target", safe(&begin.target, 120))])
}

/// A dialogue's beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its number in the document, from 1.
    pub number: u32,
    /// Its heading; none for the first where the title says the same.
    pub heading: Option<String>,
    /// Who talks with whom, and when.
    pub facts: Vec<Fact>,
    /// Its directives in the notation.
    pub notation: Vec<String>,
}

/// A dialogue's heading.
pub fn heading(begin: &Begin, number: u32, paper: &Paper, catalog: &Catalog) -> Option<String> {
    let name = name(begin, catalog);
    match number {
        1 => paper.title.as_ref().map(|_| name),
        _ => Some(catalog.say("report-dialogue", &vec![("number", number.to_string()), ("name", name)])),
    }
}

/// The directives that a transcript of this dialogue begins with.
pub fn notation(begin: &Begin) -> Vec<String> {
    let Some(protocol) = begin.protocol else { return Vec::new() };
    let tls = if begin.tls { " tls" } else { "" };
    let lmtp = if protocol == Protocol::Lmtp { " lmtp" } else { "" };
    vec![
        format!("@{} {}{tls}{lmtp}", protocol.word(), safe(&begin.target, 300)).trim_end().to_owned(),
        "@match status".to_owned(),
    ]
}

/// What is known when a dialogue begins.
pub fn facts(begin: &Begin, paper: &Paper, catalog: &Catalog) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |id: &str, value: Option<String>, wire: bool| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            facts.push(Fact { name: catalog.word(id), value: safe(&value, 300), wire });
        }
    };
    add("report-fact-protocol", begin.protocol.map(|p| p.title().to_owned()), false);
    add("report-fact-server", Some(begin.target.clone()), true);
    add("report-fact-address", begin.server.clone().filter(|s| *s != begin.target), true);
    add("report-fact-client", begin.client.clone(), true);
    add("report-fact-started", begin.started.as_deref().map(moment), false);
    let source = match begin.source {
        "session" => "report-source-session",
        "script" => "report-source-script",
        "paste" => "report-source-paste",
        "transcript" => "report-source-transcript",
        "capture" => "report-source-capture",
        "tap" => "report-source-tap",
        "lab" => "report-source-lab",
        _ => "",
    };
    add("report-fact-source", Some(source).filter(|s| !s.is_empty()).map(|s| catalog.word(s)), false);
    let version = (!paper.reproducible).then(|| format!("ehlo {}", env!("CARGO_PKG_VERSION")));
    add("report-fact-version", version, false);
    facts
}

/// `2026-11-22 01:20:10 UTC` of RFC 3339.
fn moment(started: &str) -> String {
    let zoned = match started.strip_suffix('Z') {
        Some(utc) => format!("{utc} UTC"),
        None => started.to_owned(),
    };
    zoned.replacen('T', " ", 1)
}

/// A line of the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its number in the dialogue, from 1.
    pub number: u64,
    /// Its text in the notation, without its side.
    pub text: String,
    /// Whether its line end came.
    pub ended: bool,
    /// Its octets on the wire, the line end included.
    pub octets: u64,
    /// Whether its text is cut.
    pub cut: bool,
    /// The words that matter most: spans of the text.
    pub strong: Vec<(usize, usize)>,
    /// What was left out right after it.
    pub skipped: Option<Skipped>,
}

/// Lines of an attachment that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Of what.
    pub part: Attachment,
    /// How many.
    pub lines: u64,
    /// Their octets, line ends included.
    pub octets: u64,
    /// The first of them.
    pub held: Vec<Line>,
}

impl Line {
    /// Of a line of the notation, `S: text`.
    pub fn new(notation: &str, strong: Vec<(usize, usize)>) -> Line {
        let (head, text) = notation.split_once(':').unwrap_or(("", notation));
        let ended = !head.ends_with('-');
        let text = text.strip_prefix(' ').unwrap_or(text);
        let written = match read_line(notation) {
            Ok(Item::Line { text, .. }) if notation.contains("{{") => text.len(),
            _ => text.len(),
        };
        let octets = written as u64 + if ended { 2 } else { 0 };
        Line { number: 0, text: text.to_owned(), ended, octets, cut: false, strong, skipped: None }
    }
}

/// What was left out of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Whole lines.
    pub lines: u64,
    /// Their octets, line ends included.
    pub octets: u64,
    /// The digest of the whole body, in hex, where it may be told.
    pub sha256: Option<String>,
    /// Whether anything in the unit was masked: then octets are not told.
    pub masked: bool,
}

/// What a unit answers, or is answered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The exchange.
    pub n: u64,
    /// The command's line.
    pub line: u64,
    /// The command.
    pub command: String,
    /// Whether no other command was said in between.
    pub near: bool,
    /// Whether this is the first unit of its side in the exchange.
    pub first: bool,
}

/// A unit to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Who speaks.
    pub side: Side,
    /// What it is.
    pub shape: Shape,
    /// Secrets that are named in it first: the notation declares them before.
    pub secrets: Vec<String>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What was left out after them.
    pub hidden: Hidden,
    /// The line after that, if one is shown.
    pub last: Option<Line>,
    /// Its octets, where they may be told; the lone dot that ends a message is not counted.
    pub octets: Option<u64>,
    /// Whether a lone dot ends it.
    pub dotted: bool,
    /// Whether it refuses.
    pub refusal: bool,
    /// When its last byte came.
    pub at: Option<Duration>,
    /// Whether it goes on with the unit before.
    pub continues: bool,
    /// Whether it came whole.
    pub complete: bool,
    /// What it belongs to.
    pub pair: Option<Pair>,
    /// What there is to say.
    pub notes: Vec<Said>,
}

impl Unit {
    /// All lines that are shown, with the place of the gap: before the second of the pair.
    pub fn shown(&self) -> (&[Line], Option<&Line>) {
        (&self.lines, self.last.as_ref())
    }

    /// Its lines, those left out too; the lone dot is not counted.
    pub fn count(&self) -> u64 {
        let last = self.last.iter().len() as u64;
        let skipped: u64 =
            self.lines.iter().flat_map(|line| &line.skipped).map(|skipped| skipped.lines).sum();
        self.lines.len() as u64 + skipped + self.hidden.lines + last - u64::from(self.dotted)
    }

    /// What is said of an attachment's lines that were left out after this line.
    pub fn skipped(&self, line: &Line, catalog: &Catalog) -> Option<String> {
        let skipped = line.skipped.as_ref()?;
        let id = if self.hidden.masked { "report-skipped-masked" } else { "report-skipped" };
        let kind = [&skipped.part.name, &skipped.part.kind].into_iter().filter(|word| !word.is_empty());
        let args = vec![
            ("part", safe(&kind.map(String::as_str).collect::<Vec<_>>().join(", "), 120)),
            ("lines", skipped.lines.to_string()),
            ("octets", skipped.octets.to_string()),
        ];
        Some(catalog.say(id, &args))
    }

    /// What is said of lines that were left out, and of the digest.
    pub fn gap(&self, catalog: &Catalog) -> Option<String> {
        if self.hidden.lines == 0 {
            return None;
        }
        let id = if self.hidden.masked { "report-gap-masked" } else { "report-gap" };
        let args = vec![("lines", self.hidden.lines.to_string()), ("octets", self.hidden.octets.to_string())];
        let mut said = catalog.say(id, &args);
        if let Some(digest) = &self.hidden.sha256 {
            said.push_str(&catalog.say("report-gap-digest", &vec![("digest", digest.clone())]));
        }
        Some(said)
    }
}

/// A note in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// How much it asks.
    pub level: Level,
    /// `warning:`, `hint:`; empty for others.
    pub tone: String,
    /// Protocol words in front; may be empty.
    pub label: String,
    /// The sentence.
    pub text: String,
    /// The rest of it, where everything is said.
    pub more: Option<String>,
    /// RFCs and sections, each RFC named once; may be empty.
    pub cites: String,
    /// Whether it is about a part of the unit.
    pub inner: bool,
}

/// Notes in words; what was said before is left out, unless everything is said.
pub fn said(notes: &[Note], catalog: &Catalog, detail: Detail) -> Vec<Said> {
    let full = detail == Detail::Full;
    let shown = notes.iter().filter(|n| full || !n.repeat || n.level >= Level::Warn);
    let word = |note: &Note| match note.level {
        Level::Warn if note.depth == 0 => catalog.word("level-warn"),
        Level::Hint if note.depth == 0 => catalog.word("level-hint"),
        _ => String::new(),
    };
    shown
        .map(|note| Said {
            level: note.level,
            tone: word(note),
            label: safe(&note.label, LABEL),
            text: catalog.say(&note.id, &note.args),
            more: if full && !note.repeat { catalog.full(&note.id, &note.args) } else { None },
            cites: if note.repeat { String::new() } else { cites(&note.cites) },
            inner: note.depth > 0,
        })
        .collect()
}

/// `RFC 5321 §4.2.3, §3.1; RFC 3463`.
fn cites(cites: &[&str]) -> String {
    let mut out = String::new();
    let mut known = "";
    for cite in cites {
        let (rfc, section) = cite.split_once(" §").map_or((*cite, ""), |(rfc, section)| (rfc, section));
        if rfc == known && !section.is_empty() {
            out = format!("{out}, §{section}");
        } else if rfc != known {
            let gap = if out.is_empty() { "" } else { "; " };
            out = format!("{out}{gap}{cite}");
        }
        known = rfc;
    }
    out
}

impl Said {
    /// Sentence and rest as one.
    pub fn whole(&self) -> String {
        let Some(more) = &self.more else { return self.text.clone() };
        let dot = if self.text.ends_with(['.', ':', '?', '!', '…']) { "" } else { "." };
        format!("{}{dot} {more}", self.text)
    }
}

/// A command and what came of it, for the table at the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The exchange; 0 is the greeting.
    pub n: u64,
    /// The line of the dialogue.
    pub line: u64,
    /// What was said, shortened.
    pub command: String,
    /// Whether it is the greeting: then there is no command.
    pub greeting: bool,
    /// The server's code; empty where none came.
    pub outcome: String,
    /// Whether it refused.
    pub refused: bool,
    /// What the code means here.
    pub meaning: String,
    /// Octets of the client and of the server.
    pub octets: [u64; 2],
    /// Whether anything of them was masked.
    pub masked: [bool; 2],
    /// Whether the server has said something.
    pub answered: bool,
    /// When the command had left, and when the last answer had come.
    pub at: [Option<Duration>; 2],
}

impl Row {
    /// Adds a unit.
    pub fn add(&mut self, side: Side, octets: u64, masked: bool, at: Option<Duration>) {
        self.octets[side as usize] += octets;
        self.masked[side as usize] |= masked;
        if side == Side::Server || self.at[0].is_none() {
            self.at[side as usize] = at.or(self.at[side as usize]);
        }
    }

    /// From the command to the end of its answer.
    pub fn took(&self) -> Option<Duration> {
        Some(self.at[1]?.saturating_sub(self.at[0]?))
    }

    /// Octets of both sides, for people.
    pub fn octets(&self) -> String {
        let show =
            |side: usize| if self.masked[side] { "–".to_owned() } else { self.octets[side].to_string() };
        match self.greeting {
            true => format!("– / {}", show(1)),
            false => format!("{} / {}", show(0), show(1)),
        }
    }
}

/// A time for people: milliseconds, or seconds from ten on.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        s if s < 0.01 => format!("{:.1} ms", s * 1e3),
        s if s < 10.0 => format!("{:.0} ms", s * 1e3),
        s => format!("{s:.1} s"),
    }
}

/// What a reply means, as its notes say.
pub fn meaning(outcome: &str, notes: &[Note], catalog: &Catalog) -> String {
    let code = outcome.split(' ').next().unwrap_or_default();
    let outer = || notes.iter().filter(|n| n.depth == 0);
    let found = outer().find(|n| !code.is_empty() && n.label.starts_with(code)).or_else(|| outer().next());
    let Some(note) = found else { return String::new() };
    let text = catalog.say(&note.id, &note.args);
    if note.level == Level::State || note.label.is_empty() && !outcome.is_empty() && note.level != Level::Warn
    {
        return String::new();
    }
    // `done. It can:` goes on in the notes, not here.
    match (text.strip_suffix(':'), text.rsplit_once(". ")) {
        (Some(_), Some((before, _))) => before.to_owned(),
        (Some(text), None) => text.to_owned(),
        _ => text.trim_end_matches('.').to_owned(),
    }
}

/// The end of a dialogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The table of commands.
    pub rows: Vec<Row>,
    /// Commands that found no room in it.
    pub unlisted: u64,
    /// Counts.
    pub totals: Vec<Fact>,
    /// What stays on the server, and whatever was found only at the end.
    pub notes: Vec<Said>,
    /// What was redacted; one sentence each.
    pub redacted: Vec<String>,
}

/// Counts of a dialogue.
pub fn totals(summary: &Summary, tls: Option<&str>, catalog: &Catalog) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |id: &str, value: String| facts.push(Fact { name: catalog.word(id), value, wire: false });
    add("report-total-commands", summary.commands.to_string());
    add("report-total-trips", summary.round_trips.to_string());
    let untold = catalog.word("report-untold");
    let octets = |side: usize| match summary.masked[side] {
        true => untold.clone(),
        false => summary.octets[side].to_string(),
    };
    add("report-total-sent", octets(0));
    add("report-total-received", octets(1));
    if summary.seconds > 0.0 {
        add("report-total-time", duration(Duration::from_secs_f64(summary.seconds)));
    }
    add("report-total-warnings", summary.warnings.to_string());
    let plain = catalog.word("report-total-plain");
    add("report-total-tls", tls.map_or(plain, |tls| safe(tls, 120)));
    facts
}

/// What was redacted: by which rule, and how often; and how it is written.
pub fn redacted(summary: &Summary, names: &BTreeSet<String>, catalog: &Catalog) -> Vec<String> {
    let masked = &summary.redacted;
    if masked.total() == 0 {
        return vec![catalog.word("report-redacted-none")];
    }
    let mut said = Vec::new();
    for (id, count) in [
        ("report-redacted-flow", masked.flow),
        ("report-redacted-position", masked.position),
        ("report-redacted-value", masked.value),
        ("report-redacted-before", masked.before),
    ] {
        if count > 0 {
            said.push(catalog.say(id, &vec![("count", count.to_string())]));
        }
    }
    if !names.is_empty() {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        said.push(catalog.say("report-redacted-names", &vec![("names", names.join(", "))]));
    }
    if summary.masked.contains(&true) {
        said.push(catalog.word("report-redacted-octets"));
    }
    said
}
