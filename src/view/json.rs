//! JSON lines: the machine form of a dialogue. One object a line, in the order in which units end, so that it
//! streams. Names are stable; a reader skips kinds and fields that it does not know.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{Begin, Control, Summary, View};
use crate::dialogue::mark::{TlsInfo, Verdict};
use crate::dialogue::text::write::is_safe;
use crate::dialogue::unit::join_lines;
use crate::dialogue::{Mark, Note, Piece, Side, Step, Token, TokenKind, UnitHead, Wire};
use crate::i18n::Catalog;

/// Octets of a unit that are shown; the rest is counted, or comes as `piece` objects with `--bodies`.
const LIMIT: usize = 64 * 1024;

/// JSON lines on an output.
pub struct Json {
    out: Box<dyn Write + Send>,
    catalog: Catalog,
    stream: u32,
    open: [Option<Unit>; 2],
    /// The opening object, until it is known who talks with whom, and what is to stand below it.
    opening: Option<(Begin, Vec<u8>)>,
    bodies: bool,
    digests: bool,
    versioned: bool,
    /// What the input's places are called: `lines`, or in a capture `frames`.
    places: &'static str,
}

/// A unit under way.
struct Unit {
    head: UnitHead,
    at: Option<f64>,
    bytes: Vec<u8>,
    octets: u64,
    tokens: List,
    lines: Vec<(u64, u64)>,
    notes: List,
    redacted: bool,
    faults: List,
}

impl Json {
    /// A view on an output. `bodies`: long units whole; `digests`: octets and digests even where something
    /// was masked.
    pub fn new(out: Box<dyn Write + Send>, catalog: Catalog, bodies: bool, digests: bool) -> Self {
        Json {
            out,
            catalog,
            stream: 1,
            open: [None, None],
            opening: None,
            bodies,
            digests,
            versioned: true,
            places: "lines",
        }
    }

    /// The same for another dialogue than the first, where there are several.
    #[must_use]
    pub fn stream(mut self, number: u32) -> Self {
        self.stream = number;
        self
    }

    /// The same without saying which ehlo wrote it (`--reproducible`).
    #[must_use]
    pub fn unversioned(mut self) -> Self {
        self.versioned = false;
        self
    }

    /// An object of the dialogue.
    fn object(&self, kind: &str) -> Object {
        let mut object = Object::default();
        object.text("kind", kind);
        object.put("stream", self.stream);
        object
    }

    fn write(&mut self, object: Object) -> io::Result<()> {
        let mut line = object.end();
        line.push(b'\n');
        let out: &mut dyn Write = match &mut self.opening {
            Some((_, below)) => below,
            None => &mut self.out,
        };
        match std::str::from_utf8(&line) {
            Ok(json) => write_safe(out, json),
            Err(_) => write_safe(out, &String::from_utf8_lossy(&line)),
        }
    }

    /// Writes the object that opens the dialogue, and what has waited for it.
    fn open_dialogue(&mut self) -> io::Result<()> {
        let Some((begin, below)) = self.opening.take() else { return Ok(()) };
        let mut fields = self.object("dialogue");
        fields.put("version", 1);
        fields.put("protocol", begin.protocol.map_or("unknown", |p| p.name()));
        fields.put("source", begin.source);
        for (name, value) in [("client", begin.client), ("server", begin.server), ("started", begin.started)]
        {
            if let Some(value) = value {
                fields.text(name, &value);
            }
        }
        fields.put("target", begin.target);
        if self.versioned {
            fields.put("ehlo", env!("CARGO_PKG_VERSION"));
        }
        if self.digests {
            fields.put("digests", true);
        }
        self.write(fields)?;
        self.out.write_all(&below)
    }

    /// Who talks with whom is known when one address has taken the connection.
    fn addresses(&mut self, mark: &Mark) -> io::Result<()> {
        match mark {
            Mark::Trying { .. } | Mark::Failed { .. } => Ok(()),
            Mark::Connected { address, local, .. } => {
                if let Some((begin, _)) = &mut self.opening {
                    // Through a command there is no address of the server's.
                    let known = Some(address).filter(|a| a.parse::<std::net::SocketAddr>().is_ok());
                    begin.server = begin.server.take().or(known.cloned());
                    begin.client = begin.client.take().or(local.clone());
                }
                self.open_dialogue()
            }
            _ => self.open_dialogue(),
        }
    }

    fn note(&self, note: &Note, mut object: Object) -> Object {
        let mut text = self.catalog.say(&note.id, &note.args);
        if let Some(full) = self.catalog.full(&note.id, &note.args) {
            text = format!("{text}\n{full}");
        }
        object.text("id", &note.id);
        object.text("level", note.level.name());
        object.text("text", &text);
        if !note.label.is_empty() {
            object.text("label", &note.label);
        }
        object.put("cites", note.cites.clone());
        object.put("about", note.about.clone());
        object
    }

    fn piece(&mut self, piece: &Piece) -> io::Result<()> {
        let Some(unit) = self.open.iter_mut().flatten().find(|u| u.head.n == piece.n) else { return Ok(()) };
        let base = unit.bytes.len();
        unit.octets += piece.wire.len() as u64;
        unit.redacted |= !piece.wire.holes.is_empty();
        unit.at = piece.at.map(|at| at.as_secs_f64()).or(unit.at);
        join_lines(&mut unit.lines, &piece.lines);
        let room = LIMIT.saturating_sub(base);
        if room > 0 {
            let taken = piece.wire.len().min(room);
            unit.bytes.extend_from_slice(&piece.wire.bytes[..taken]);
            let inside = |t: &&Token| t.end <= taken;
            piece.tokens.iter().filter(inside).for_each(|t| unit.tokens.add(token(piece, t, base)));
            for fault in &piece.faults {
                let mut object = Object::default();
                object.text("id", fault.id);
                object.put("at", base + fault.at);
                unit.faults.add(object);
            }
        }
        if self.bodies && piece.wire.len() > room {
            let mut fields = self.object("piece");
            fields.put("n", piece.n);
            bytes(&piece.wire.bytes[room..], &mut fields);
            self.write(fields)?;
        }
        Ok(())
    }

    fn close(&mut self, side: usize, complete: bool, notes: &[Note]) -> io::Result<()> {
        let Some(mut unit) = self.open[side].take() else { return Ok(()) };
        notes.iter().for_each(|n| unit.notes.add(self.note(n, Object::default())));
        let mut fields = self.object("unit");
        let head = &unit.head;
        fields.put("n", head.n);
        fields.put("exchange", head.exchange);
        fields.put("side", head.side.name());
        fields.put("shape", head.shape.name());
        if let Some(n) = head.continues {
            fields.put("continues", n);
        }
        insert_at(unit.at, &mut fields);
        fields.put("tls", head.tls);
        if !unit.redacted || self.digests {
            fields.put("octets", unit.octets);
        }
        bytes(&unit.bytes, &mut fields);
        insert_lines(self.places, &unit.lines, &mut fields);
        fields.list("tokens", unit.tokens);
        if !unit.faults.0.is_empty() {
            fields.list("faults", unit.faults);
        }
        fields.list("notes", unit.notes);
        if unit.redacted {
            fields.put("redacted", true);
        }
        if !complete {
            fields.put("incomplete", true);
        }
        let left = unit.octets - unit.bytes.len() as u64;
        if left > 0 {
            fields.put("shortened", left);
        }
        self.write(fields)
    }

    fn mark(&mut self, mark: &Mark, at: Option<f64>, lines: &[(u64, u64)], notes: &[Note]) -> io::Result<()> {
        let mut fields = self.object("mark");
        insert_at(at, &mut fields);
        match mark {
            Mark::Trying { address } => {
                fields.text("what", "trying");
                fields.put("address", address.clone());
            }
            Mark::Failed { address, why, detail } => {
                fields.text("what", "failed");
                fields.put("address", address.clone());
                fields.put("why", *why);
                fields.put("detail", detail.clone());
            }
            Mark::Connected { address, local, .. } => {
                fields.text("what", "connected");
                fields.put("address", address.clone());
                fields.put("local", local.clone());
            }
            Mark::Tls(info) => {
                fields.text("what", "tls");
                tls(info, &mut fields);
            }
            Mark::Tunnel { by, target, granted } => {
                fields.text("what", "tunnel");
                fields.put("by", by.clone());
                fields.put("target", target.clone());
                fields.put("granted", *granted);
            }
            Mark::Opaque { side, octets } => {
                fields.text("what", "opaque");
                fields.text("side", side.name());
                fields.put("octets", *octets);
            }
            Mark::Gap { side, octets } => {
                fields.text("what", "gap");
                fields.text("side", side.name());
                fields.put("octets", *octets);
            }
            Mark::Odd { side, id } => {
                fields.text("what", "odd");
                fields.text("side", side.name());
                fields.put("id", *id);
            }
            Mark::Missing(missing, protocol) => {
                fields.text("what", "missing");
                fields.text("side", missing.side().name());
                fields.text("missing", missing.name());
                let mut lines = List::default();
                for (side, text) in missing.would_be(*protocol) {
                    let mut line = Object::default();
                    line.text("side", side.name());
                    line.text("text", text);
                    lines.add(line);
                }
                fields.list("would_be", lines);
            }
            Mark::Comment(text) => {
                fields.text("what", "comment");
                fields.put("text", text.clone());
            }
            Mark::Step(title) => {
                fields.text("what", "step");
                fields.put("text", title.clone());
            }
            Mark::Closed(close) => {
                fields.text("what", "closed");
                fields.text("by", close.name());
            }
        }
        insert_lines(self.places, lines, &mut fields);
        fields.list("notes", self.listed(notes));
        self.write(fields)
    }

    fn listed(&self, notes: &[Note]) -> List {
        let mut list = List::default();
        notes.iter().for_each(|note| list.add(self.note(note, Object::default())));
        list
    }
}

fn insert_at(at: Option<f64>, fields: &mut Object) {
    if let Some(at) = at {
        // Microseconds are what the clock gives.
        fields.put("at", (at * 1e6).round() / 1e6);
    }
}

fn insert_lines(places: &str, lines: &[(u64, u64)], fields: &mut Object) {
    if !lines.is_empty() {
        fields.put(places, lines.iter().map(|(a, b)| vec![*a, *b]).collect::<Vec<_>>());
    }
}

/// Writes JSON; what is written here always can be: no map whose keys are no texts.
fn write_value<T: ?Sized + serde::Serialize>(out: &mut Vec<u8>, value: &T) {
    // Memory takes all.
    let _ = serde_json::to_writer(out, value);
}

/// A JSON object that is being written; it holds no more than its text.
struct Object(Vec<u8>);

impl Default for Object {
    fn default() -> Self {
        Object(vec![b'{'])
    }
}

impl Object {
    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(b',');
        }
        write_value(&mut self.0, name);
        self.0.push(b':');
    }

    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.name(name);
        write_value(&mut self.0, &value.into());
    }

    /// The same for a text, without a copy.
    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        write_value(&mut self.0, text);
    }

    fn list(&mut self, name: &str, list: List) {
        self.name(name);
        self.0.push(b'[');
        self.0.extend_from_slice(&list.0);
        self.0.push(b']');
    }

    fn inner(&mut self, name: &str, object: Object) {
        self.name(name);
        self.0.extend_from_slice(&object.end());
    }

    fn end(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}

/// Objects, a comma between.
#[derive(Default)]
struct List(Vec<u8>);

impl List {
    fn add(&mut self, object: Object) {
        if !self.0.is_empty() {
            self.0.push(b',');
        }
        self.0.extend_from_slice(&object.end());
    }
}

/// Writes JSON that a terminal may see: what [`is_safe`] forbids is written `\u009b`, also where JSON would not need it
/// (DEL, C1, bidirectional controls). Outside of strings JSON has none of it, so the text stays exact; the end of the
/// line stays one.
fn write_safe(out: &mut dyn Write, json: &str) -> io::Result<()> {
    let (mut written, mut at) = (0, 0);
    loop {
        at += plain(&json.as_bytes()[at..]);
        let Some(c) = json[at..].chars().next() else { break };
        let next = at + c.len_utf8();
        if !is_safe(c) && c != '\n' {
            out.write_all(&json.as_bytes()[written..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            written = next;
        }
        at = next;
    }
    out.write_all(&json.as_bytes()[written..])
}

/// How many octets at the beginning are printable ASCII. So many are looked at together that the processor can do it.
fn plain(json: &[u8]) -> usize {
    let odd = |b: &u8| !(b' '..0x7f).contains(b);
    let whole = json.chunks(64).take_while(|part| !part.iter().fold(false, |any, b| any | odd(b)));
    let begin = whole.map(<[u8]>::len).sum();
    begin + json[begin..].iter().position(odd).unwrap_or(json.len() - begin)
}

/// `text` where it is UTF-8, else `base64`.
fn bytes(bytes: &[u8], fields: &mut Object) {
    match std::str::from_utf8(bytes) {
        Ok(text) => fields.text("text", text),
        Err(_) => fields.put("base64", STANDARD.encode(bytes)),
    };
}

fn token(piece: &Piece, token: &Token, base: usize) -> Object {
    let mut object = Object::default();
    object.text("type", token.kind.name());
    object.put("span", vec![base + token.start, base + token.end]);
    // A server's proof is a text of the protocol's, and masked all the same.
    if let Some(hole) = piece.wire.hole_in(token.start, token.end)
        && hole.make != Wire::UNTOLD
        && (token.kind == TokenKind::Secret || (hole.start, hole.end) == (token.start, token.end))
    {
        object.text("hole", &hole.make);
    }
    object
}

fn tls(info: &TlsInfo, fields: &mut Object) {
    fields.put("version", info.version.clone());
    fields.put("cipher", info.cipher.clone());
    fields.put("server_name", info.server_name.clone());
    if let Some(c) = &info.certificate {
        let mut object = Object::default();
        object.put("subject", c.subject.clone());
        object.put("names", c.names.clone());
        object.put("issuer", c.issuer.clone());
        object.put("not_before", c.not_before);
        object.put("not_after", c.not_after);
        object.put("self_signed", c.self_signed);
        fields.inner("certificate", object);
    }
    let verdict = match &info.verified {
        Verdict::Verified => Value::from("verified"),
        Verdict::Unknown => Value::Null,
        Verdict::Failed(faults) => faults.iter().map(|f| f.name()).collect::<Vec<_>>().into(),
    };
    fields.put("verified", verdict);
}

impl View for Json {
    fn begin(&mut self, begin: &Begin) -> io::Result<()> {
        self.opening = Some((begin.clone(), Vec::new()));
        if begin.source == "capture" {
            self.places = "frames";
        }
        Ok(())
    }

    fn step(&mut self, step: &Step, notes: &[Note]) -> io::Result<()> {
        match step {
            Step::Mark { mark, .. } => self.addresses(mark)?,
            _ => self.open_dialogue()?,
        }
        match step {
            Step::Open(head) => {
                self.open[head.side as usize] = Some(Unit {
                    head: head.clone(),
                    at: None,
                    bytes: Vec::new(),
                    octets: 0,
                    tokens: List::default(),
                    lines: Vec::new(),
                    notes: List::default(),
                    redacted: false,
                    faults: List::default(),
                });
            }
            Step::Piece(piece) => {
                self.piece(piece)?;
                let said: Vec<Object> = notes.iter().map(|n| self.note(n, Object::default())).collect();
                if let Some(unit) = self.open.iter_mut().flatten().find(|u| u.head.n == piece.n) {
                    said.into_iter().for_each(|note| unit.notes.add(note));
                }
            }
            Step::Close(end) => {
                let side = self.open.iter().position(|u| u.as_ref().is_some_and(|u| u.head.n == end.n));
                if let Some(side) = side {
                    self.close(side, end.complete, notes)?;
                }
            }
            Step::Mark { mark, at, lines } => {
                self.mark(mark, at.map(|at| at.as_secs_f64()), lines, notes)?;
            }
            Step::Noise { lines, .. } => {
                let mut fields = self.object("noise");
                insert_lines(self.places, lines, &mut fields);
                self.write(fields)?;
            }
        }
        Ok(())
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        for note in notes {
            let fields = self.note(note, self.object("note"));
            self.write(fields)?;
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.open_dialogue()?;
        self.notes(&summary.notes)?;
        let mut fields = self.object("end");
        for side in [Side::Client, Side::Server] {
            let i = side as usize;
            let mut object = Object::default();
            if !summary.masked[i] || self.digests {
                object.put("octets", summary.octets[i]);
                if let Some(digest) = &summary.sha256[i] {
                    object.put("sha256", digest.clone());
                }
            }
            fields.inner(side.name(), object);
        }
        for (name, value) in [
            ("commands", summary.commands),
            ("round_trips", summary.round_trips),
            ("exchanges", summary.exchanges),
            ("warnings", summary.warnings),
        ] {
            fields.put(name, value);
        }
        fields.put("seconds", (summary.seconds * 1e6).round() / 1e6);
        self.write(fields)?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn control(&mut self, control: &Control) {
        if let Control::Lang(lang) = control {
            self.catalog = Catalog::new(*lang);
        }
    }

    fn wants_digests(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_must_not_see_is_written_by_its_number() {
        let long = "x".repeat(200);
        for (json, wanted) in [
            ("{}\n".to_owned(), "{}\n".to_owned()),
            ("\"§ ñ\"\n".to_owned(), "\"§ ñ\"\n".to_owned()),
            ("\"a\u{9b}b\u{7f}\"".to_owned(), "\"a\\u009bb\\u007f\"".to_owned()),
            ("\u{202e}".to_owned(), "\\u202e".to_owned()),
            // Outside of the basic plane: two numbers.
            ("\u{e0041}z".to_owned(), "\\udb40\\udc41z".to_owned()),
            (format!("{long}§\u{9b}{long}"), format!("{long}§\\u009b{long}")),
        ] {
            let mut out = Vec::new();
            write_safe(&mut out, &json).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), wanted);
        }
    }

    #[test]
    fn as_many_octets_are_plain_as_there_are_before_the_first_that_is_not() {
        for n in [0, 1, 63, 64, 65, 128, 200] {
            let plain_ones = "y".repeat(n);
            assert_eq!(plain(plain_ones.as_bytes()), n);
            assert_eq!(plain(format!("{plain_ones}\u{e9}abc").as_bytes()), n);
            assert_eq!(plain(format!("{plain_ones}\n").as_bytes()), n);
        }
    }
}
