//! JSON lines: the machine form of a dialogue. One object a line, in the order in which units end, so that it
//! streams. Names are stable; a reader skips kinds and fields that it does not know.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::{Begin, Control, Summary, View};
use crate::dialogue::mark::{TlsInfo, Verdict};
use crate::dialogue::text::write::is_safe;
use crate::dialogue::unit::join_lines;
use crate::dialogue::{Mark, Note, Piece, Side, Step, Token, TokenKind, UnitHead};
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
    tokens: Vec<Value>,
    lines: Vec<(u64, u64)>,
    notes: Vec<Value>,
    redacted: bool,
    faults: Vec<Value>,
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

    fn write(&mut self, kind: &str, fields: Map<String, Value>) -> io::Result<()> {
        let mut object = Map::new();
        object.insert("kind".into(), kind.into());
        object.insert("stream".into(), self.stream.into());
        object.extend(fields);
        let text = serde_json::to_string(&object)?;
        let out: &mut dyn Write = match &mut self.opening {
            Some((_, below)) => below,
            None => &mut self.out,
        };
        out.write_all(safe(&text).as_bytes())?;
        out.write_all(b"\n")
    }

    /// Writes the object that opens the dialogue, and what has waited for it.
    fn open_dialogue(&mut self) -> io::Result<()> {
        let Some((begin, below)) = self.opening.take() else { return Ok(()) };
        let mut fields = Map::new();
        fields.insert("version".into(), 1.into());
        fields.insert("protocol".into(), begin.protocol.map_or("unknown", |p| p.name()).into());
        fields.insert("source".into(), begin.source.into());
        for (name, value) in [("client", begin.client), ("server", begin.server), ("started", begin.started)]
        {
            if let Some(value) = value {
                fields.insert(name.into(), value.into());
            }
        }
        fields.insert("target".into(), begin.target.into());
        if self.versioned {
            fields.insert("ehlo".into(), env!("CARGO_PKG_VERSION").into());
        }
        if self.digests {
            fields.insert("digests".into(), true.into());
        }
        self.write("dialogue", fields)?;
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

    fn note(&self, note: &Note) -> Value {
        let mut text = self.catalog.say(&note.id, &note.args);
        if let Some(full) = self.catalog.full(&note.id, &note.args) {
            text = format!("{text}\n{full}");
        }
        let mut object = json!({"id": note.id, "level": note.level.name(), "text": text});
        if !note.label.is_empty() {
            object["label"] = note.label.clone().into();
        }
        object["cites"] = note.cites.clone().into();
        object["about"] = note.about.clone().into();
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
            unit.tokens.extend(piece.tokens.iter().filter(inside).map(|t| token(piece, t, base)));
            unit.faults.extend(piece.faults.iter().map(|f| json!({"id": f.id, "at": base + f.at})));
        }
        if self.bodies && piece.wire.len() > room {
            let mut fields = Map::new();
            fields.insert("n".into(), piece.n.into());
            bytes(&piece.wire.bytes[room..], &mut fields);
            self.write("piece", fields)?;
        }
        Ok(())
    }

    fn close(&mut self, side: usize, complete: bool, notes: &[Note]) -> io::Result<()> {
        let Some(mut unit) = self.open[side].take() else { return Ok(()) };
        unit.notes.extend(notes.iter().map(|n| self.note(n)));
        let mut fields = Map::new();
        let head = &unit.head;
        fields.insert("n".into(), head.n.into());
        fields.insert("exchange".into(), head.exchange.map_or(Value::Null, Value::from));
        fields.insert("side".into(), head.side.name().into());
        fields.insert("shape".into(), head.shape.name().into());
        if let Some(n) = head.continues {
            fields.insert("continues".into(), n.into());
        }
        insert_at(unit.at, &mut fields);
        fields.insert("tls".into(), head.tls.into());
        if !unit.redacted || self.digests {
            fields.insert("octets".into(), unit.octets.into());
        }
        bytes(&unit.bytes, &mut fields);
        insert_lines(self.places, &unit.lines, &mut fields);
        fields.insert("tokens".into(), unit.tokens.into());
        if !unit.faults.is_empty() {
            fields.insert("faults".into(), unit.faults.into());
        }
        fields.insert("notes".into(), unit.notes.into());
        if unit.redacted {
            fields.insert("redacted".into(), true.into());
        }
        if !complete {
            fields.insert("incomplete".into(), true.into());
        }
        let left = unit.octets - unit.bytes.len() as u64;
        if left > 0 {
            fields.insert("shortened".into(), left.into());
        }
        self.write("unit", fields)
    }

    fn mark(&mut self, mark: &Mark, at: Option<f64>, lines: &[(u64, u64)], notes: &[Note]) -> io::Result<()> {
        let mut fields = Map::new();
        insert_at(at, &mut fields);
        let mut put = |name: &str, value: Value| fields.insert(name.into(), value);
        match mark {
            Mark::Trying { address } => {
                put("what", "trying".into());
                put("address", address.clone().into());
            }
            Mark::Failed { address, why, detail } => {
                put("what", "failed".into());
                put("address", address.clone().into());
                put("why", (*why).into());
                put("detail", detail.clone().into());
            }
            Mark::Connected { address, local, .. } => {
                put("what", "connected".into());
                put("address", address.clone().into());
                put("local", local.clone().into());
            }
            Mark::Tls(info) => {
                put("what", "tls".into());
                tls(info, &mut fields);
            }
            Mark::Opaque { side, octets } => {
                put("what", "opaque".into());
                put("side", side.name().into());
                put("octets", (*octets).into());
            }
            Mark::Gap { side, octets } => {
                put("what", "gap".into());
                put("side", side.name().into());
                put("octets", octets.map_or(Value::Null, Value::from));
            }
            Mark::Odd { side, id } => {
                put("what", "odd".into());
                put("side", side.name().into());
                put("id", (*id).into());
            }
            Mark::Missing(missing, protocol) => {
                put("what", "missing".into());
                put("side", missing.side().name().into());
                put("missing", missing.name().into());
                let line = |(side, text): &(Side, &str)| json!({"side": side.name(), "text": text});
                put("would_be", missing.would_be(*protocol).iter().map(line).collect());
            }
            Mark::Comment(text) => {
                put("what", "comment".into());
                put("text", text.clone().into());
            }
            Mark::Step(title) => {
                put("what", "step".into());
                put("text", title.clone().into());
            }
            Mark::Closed(close) => {
                put("what", "closed".into());
                put("by", close.name().into());
            }
        }
        insert_lines(self.places, lines, &mut fields);
        let notes: Vec<Value> = notes.iter().map(|n| self.note(n)).collect();
        fields.insert("notes".into(), notes.into());
        self.write("mark", fields)
    }
}

fn insert_at(at: Option<f64>, fields: &mut Map<String, Value>) {
    if let Some(at) = at {
        // Microseconds are what the clock gives.
        fields.insert("at".into(), ((at * 1e6).round() / 1e6).into());
    }
}

fn insert_lines(places: &str, lines: &[(u64, u64)], fields: &mut Map<String, Value>) {
    if !lines.is_empty() {
        fields.insert(places.into(), lines.iter().map(|(a, b)| json!([a, b])).collect());
    }
}

/// JSON that a terminal may see: what [`is_safe`] forbids is written `\u009b`, also where JSON would not need it
/// (DEL, C1, bidirectional controls). Outside of strings JSON has none of it, so the text stays exact.
fn safe(json: &str) -> Cow<'_, str> {
    if json.bytes().all(|b| (b' '..0x7f).contains(&b)) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if is_safe(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    Cow::Owned(out)
}

/// `text` where it is UTF-8, else `base64`.
fn bytes(bytes: &[u8], fields: &mut Map<String, Value>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => fields.insert("text".into(), text.into()),
        Err(_) => fields.insert("base64".into(), STANDARD.encode(bytes).into()),
    };
}

fn token(piece: &Piece, token: &Token, base: usize) -> Value {
    let mut object = json!({"type": token.kind.name(), "span": [base + token.start, base + token.end]});
    // A server's proof is a text of the protocol's, and masked all the same.
    if let Some(hole) = piece.wire.hole_in(token.start, token.end)
        && (token.kind == TokenKind::Secret || (hole.start, hole.end) == (token.start, token.end))
    {
        object["hole"] = hole.make.as_str().into();
    }
    object
}

fn tls(info: &TlsInfo, fields: &mut Map<String, Value>) {
    fields.insert("version".into(), info.version.clone().into());
    fields.insert("cipher".into(), info.cipher.clone().into());
    fields.insert("server_name".into(), info.server_name.clone().into());
    if let Some(c) = &info.certificate {
        fields.insert(
            "certificate".into(),
            json!({
                "subject": c.subject, "names": c.names, "issuer": c.issuer,
                "not_before": c.not_before, "not_after": c.not_after, "self_signed": c.self_signed,
            }),
        );
    }
    let verdict = match &info.verified {
        Verdict::Verified => json!("verified"),
        Verdict::Unknown => Value::Null,
        Verdict::Failed(faults) => faults.iter().map(|f| f.name()).collect::<Vec<_>>().into(),
    };
    fields.insert("verified".into(), verdict);
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
                    tokens: Vec::new(),
                    lines: Vec::new(),
                    notes: Vec::new(),
                    redacted: false,
                    faults: Vec::new(),
                });
            }
            Step::Piece(piece) => {
                self.piece(piece)?;
                let said: Vec<Value> = notes.iter().map(|n| self.note(n)).collect();
                if let Some(unit) = self.open.iter_mut().flatten().find(|u| u.head.n == piece.n) {
                    unit.notes.extend(said);
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
                let mut fields = Map::new();
                insert_lines(self.places, lines, &mut fields);
                self.write("noise", fields)?;
            }
        }
        Ok(())
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        for note in notes {
            let Value::Object(fields) = self.note(note) else { continue };
            self.write("note", fields)?;
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.open_dialogue()?;
        self.notes(&summary.notes)?;
        let mut fields = Map::new();
        for side in [Side::Client, Side::Server] {
            let i = side as usize;
            let mut object = Map::new();
            if !summary.masked[i] || self.digests {
                object.insert("octets".into(), summary.octets[i].into());
                if let Some(digest) = &summary.sha256[i] {
                    object.insert("sha256".into(), digest.clone().into());
                }
            }
            fields.insert(side.name().into(), object.into());
        }
        for (name, value) in [
            ("commands", summary.commands),
            ("round_trips", summary.round_trips),
            ("exchanges", summary.exchanges),
            ("warnings", summary.warnings),
        ] {
            fields.insert(name.into(), value.into());
        }
        fields.insert("seconds".into(), ((summary.seconds * 1e6).round() / 1e6).into());
        self.write("end", fields)?;
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
