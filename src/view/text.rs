//! The notation as a view: on a terminal (colours, long bodies folded), piped, and as a log. The wire's lines
//! are left whole; notes are `#` lines below.

use std::collections::HashSet;
use std::io::{self, Write};

use colored::{Color, ColoredString, Colorize};

use super::noise;
use super::notes::{self, Detail, Run, Tone};
use super::{Begin, Control, Summary, View};
use crate::dialogue::mark::Close;
use crate::dialogue::text::Writer;
use crate::dialogue::text::write::safe;
use crate::dialogue::{Hole, Level, Mark, Note, Piece, Shape, Side, Step, TokenKind, UnitHead};
use crate::i18n::Catalog;

/// Lines that are not worth folding.
const FEW: usize = 3;

/// Characters of a comment that are shown.
const LONG: usize = 4000;

/// How the notation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours.
    pub colour: bool,
    /// Sides spelled out instead of letters, for screen readers and dumb terminals (`--plain`).
    pub plain: bool,
    /// Columns that notes are wrapped to.
    pub width: usize,
    /// How much is said.
    pub detail: Detail,
    /// Lines of a body after which the rest is folded.
    pub fold: Option<usize>,
    /// Octets of a server's body after which the rest is left out of a log.
    pub limit: Option<u64>,
    /// Wire lines before redaction (`--show-secrets`).
    pub secrets: bool,
}

impl Look {
    /// As a log: everything but the rest of very long bodies.
    pub fn log(detail: Detail) -> Look {
        let detail = if detail == Detail::None { Detail::Brief } else { detail };
        Look {
            colour: false,
            plain: false,
            width: 80,
            detail,
            fold: None,
            limit: Some(64 * 1024),
            secrets: false,
        }
    }
}

/// The notation on an output.
pub struct Text {
    out: Box<dyn Write + Send>,
    catalog: Catalog,
    look: Look,
    writer: Writer,
    open: [Option<Open>; 2],
    named: HashSet<String>,
    /// `/bytes`: octets made visible.
    bytes: bool,
    /// Bodies go elsewhere (`/save`).
    hide: bool,
    /// A line of the client that is on the screen already.
    typed: Option<String>,
    /// The connection, where there are several: it stands behind the letter and in directives.
    stream: u32,
}

/// A unit that is being shown.
struct Open {
    head: UnitHead,
    refusal: bool,
    lines: usize,
    octets: u64,
    hidden_lines: usize,
    hidden_octets: u64,
    /// The first of the hidden lines.
    held: Vec<String>,
}

impl Text {
    /// A view on an output, in a language.
    pub fn new(out: Box<dyn Write + Send>, catalog: Catalog, look: Look) -> Self {
        Text {
            out,
            catalog,
            look,
            writer: Writer::default(),
            open: [None, None],
            named: HashSet::new(),
            bytes: false,
            hide: false,
            typed: None,
            stream: 1,
        }
    }

    /// The same for another connection than the first, where there are several: `C2:`, `@tls 2`.
    #[must_use]
    pub fn stream(mut self, number: u32) -> Self {
        self.stream = number;
        self
    }

    /// What a directive has behind it to say which connection it is about.
    fn which(&self) -> String {
        if self.stream == 1 { String::new() } else { format!(" {}", self.stream) }
    }

    fn paint(&self, text: &str, style: impl Fn(ColoredString) -> ColoredString) -> String {
        if self.look.colour && !text.is_empty() { style(text.normal()).to_string() } else { text.to_owned() }
    }

    fn wire_line(&mut self, line: &str, side: Side, refusal: bool) -> io::Result<()> {
        if side == Side::Client && self.typed.take().is_some_and(|t| t == line) {
            return Ok(());
        }
        let (head, text) = line.split_once(':').unwrap_or((line, ""));
        let numbered = format!("{}{}{}", &head[..1], self.stream, &head[1..]);
        let head = if self.stream == 1 { head } else { &numbered };
        let head = if self.look.plain {
            let id = if side == Side::Client { "side-client" } else { "side-server" };
            format!("{}:", self.catalog.word(id))
        } else {
            format!("{head}:")
        };
        let colour = match (side, refusal) {
            (Side::Client, _) => Color::BrightBlue,
            (Side::Server, false) => Color::Green,
            (Side::Server, true) => Color::Red,
        };
        let head = self.paint(&head, |t| t.color(colour).bold());
        let text = self.paint(text, |t| t.color(colour));
        writeln!(self.out, "{head}{text}")
    }

    fn note_lines(&mut self, notes: &[Note]) -> io::Result<()> {
        for line in notes::lines(notes, &self.catalog, self.look.detail, self.look.width) {
            let line: String = line.iter().map(|run| self.run(run)).collect();
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn run(&self, (tone, text): &Run) -> String {
        match tone {
            Tone::Quiet => self.paint(text, |t| t.dimmed()),
            Tone::Label => self.paint(text, |t| t.bold()),
            Tone::Warn => self.paint(text, |t| t.red().bold()),
            Tone::Hint => self.paint(text, |t| t.magenta().bold()),
            Tone::State => self.paint(text, |t| t.cyan()),
        }
    }

    fn remark(&mut self, text: &str) -> io::Result<()> {
        let line = self.paint(&format!("#   {text}"), |t| t.dimmed());
        writeln!(self.out, "{line}")
    }

    /// `@secret name` above its first use.
    fn name_secrets(&mut self, holes: &[Hole]) -> io::Result<()> {
        for name in holes.iter().flat_map(|h| names(&h.make)) {
            if self.named.insert(name.clone()) {
                writeln!(self.out, "@secret {name}")?;
            }
        }
        Ok(())
    }

    fn piece(&mut self, piece: &Piece) -> io::Result<()> {
        let Some(side) = [Side::Client, Side::Server]
            .into_iter()
            .find(|s| self.open[*s as usize].as_ref().is_some_and(|o| o.head.n == piece.n))
        else {
            return Ok(());
        };
        if side == Side::Client && !self.look.secrets {
            self.name_secrets(&piece.wire.holes)?;
        }
        let Some(open) = self.open[side as usize].as_mut() else { return Ok(()) };
        open.refusal |= is_refusal(piece);
        let refusal = open.refusal;
        let body = open.head.shape.is_body() && side == Side::Server;
        let ends = piece.token(TokenKind::Dot).is_some();
        open.octets += piece.wire.len() as u64;
        let over = self.look.limit.is_some_and(|limit| open.octets > limit);
        if body && !ends && (self.hide || over) {
            let first = open.hidden_octets == 0;
            open.hidden_octets += piece.wire.len() as u64;
            // What is left out begins in the middle of a line, as a rule.
            return if first { self.break_line() } else { Ok(()) };
        }
        let mut lines = Vec::new();
        self.writer.push(side, &piece.wire, &mut lines);
        for line in lines {
            let Some(open) = self.open[side as usize].as_mut() else { break };
            open.lines += 1;
            if body && !ends && self.look.fold.is_some_and(|max| open.lines > max) {
                open.hidden_lines += 1;
                open.hidden_octets += line.len() as u64;
                if open.held.len() < FEW {
                    open.held.push(line);
                }
                continue;
            }
            if ends {
                self.unfold_mark(side)?;
            }
            self.wire_line(&line, side, refusal)?;
        }
        if self.bytes && !body {
            let count = piece.wire.len();
            let shown = piece.wire.bytes.escape_ascii().to_string();
            let args = vec![("octets", count.to_string()), ("bytes", shown)];
            let text = self.catalog.say("bytes-line", &args);
            self.remark(&text)?;
        }
        Ok(())
    }

    /// Says what was folded, or left out of a log, where it would have stood.
    fn unfold_mark(&mut self, side: Side) -> io::Result<()> {
        let Some(open) = self.open[side as usize].as_mut() else { return Ok(()) };
        let (lines, octets) =
            (std::mem::take(&mut open.hidden_lines), std::mem::take(&mut open.hidden_octets));
        let held = std::mem::take(&mut open.held);
        if octets == 0 {
            return Ok(());
        }
        if lines > 0 && lines <= FEW {
            // To say that they are hidden would take as much room.
            return held.iter().try_for_each(|line| self.wire_line(line, side, false));
        }
        let args = vec![("lines", lines.to_string()), ("octets", octets.to_string())];
        if self.look.fold.is_none() {
            // Those who read the log count it: the octets are missing, not unsaid.
            writeln!(self.out, "@gap {octets}")?;
        }
        let id = match (self.hide, self.look.fold.is_some()) {
            (true, _) => "fold-saved",
            (_, true) => "fold-lines",
            (_, false) => "fold-log",
        };
        let text = self.catalog.say(id, &args);
        self.remark(&text)
    }

    fn break_line(&mut self) -> io::Result<()> {
        let mut lines = Vec::new();
        self.writer.flush(&mut lines);
        for line in lines {
            let side = if line.starts_with('C') { Side::Client } else { Side::Server };
            let refusal = self.open[side as usize].as_ref().is_some_and(|o| o.refusal);
            self.wire_line(&line, side, refusal)?;
        }
        Ok(())
    }

    fn mark(&mut self, mark: &Mark) -> io::Result<()> {
        match mark {
            Mark::Tls(_) => writeln!(self.out, "@tls{}", self.which()),
            Mark::Gap { octets, .. } => match octets {
                Some(n) => writeln!(self.out, "@gap {n}"),
                None => writeln!(self.out, "@gap"),
            },
            Mark::Missing(missing, _) => {
                writeln!(self.out, "@missing {} {}", missing.side().name(), missing.name())
            }
            Mark::Closed(Close::Client) => writeln!(self.out, "@close{}", self.which()),
            Mark::Closed(close) => writeln!(self.out, "@closed{} {}", self.which(), close.name()),
            Mark::Comment(text) => writeln!(self.out, "# {}", safe(text, LONG)),
            Mark::Step(title) => writeln!(self.out, "@step {}", quoted(title)),
            _ => Ok(()),
        }
    }
}

/// How the summary is said: in a paste nobody has measured the time.
fn summary_id(summary: &Summary) -> &'static str {
    match (summary.masked[0], summary.seconds > 0.0) {
        (true, true) => "summary-masked",
        (true, false) => "summary-masked-untimed",
        (false, true) => "summary",
        (false, false) => "summary-untimed",
    }
}

/// A title as a directive's quoted argument; what would end the quotes or the line is made harmless.
fn quoted(title: &str) -> String {
    format!("\"{}\"", safe(title, 200).replace('"', "'"))
}

/// The names in a make: `password` in `plain("ana", password)`.
pub(super) fn names(make: &str) -> Vec<String> {
    if make == crate::dialogue::Wire::UNTOLD {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut quoted = false;
    let mut word = String::new();
    for c in make.chars().chain([' ']) {
        match c {
            '"' => quoted = !quoted,
            _ if quoted => {}
            c if c.is_ascii_alphanumeric() || c == '_' => word.push(c),
            // A function, not a name.
            '(' => word.clear(),
            _ if !word.is_empty() => names.push(std::mem::take(&mut word)),
            _ => {}
        }
    }
    names
}

/// Whether a line of a server refuses: 4yz, 5yz, -ERR, NO, BAD.
fn is_refusal(piece: &Piece) -> bool {
    let code = piece.word(TokenKind::Code).is_some_and(|c| c.starts_with(['4', '5']));
    let status = piece.word(TokenKind::Status);
    code || status.is_some_and(|s| ["-ERR", "NO", "BAD"].iter().any(|w| s.eq_ignore_ascii_case(w)))
}

impl View for Text {
    fn begin(&mut self, begin: &Begin) -> io::Result<()> {
        if let Some(protocol) = begin.protocol {
            let tls = if begin.tls { " tls" } else { "" };
            let lmtp = if protocol == crate::dialogue::Protocol::Lmtp { " lmtp" } else { "" };
            let line = format!("@{}{} {}{tls}{lmtp}", protocol.word(), self.which(), begin.target);
            writeln!(self.out, "{}", line.trim_end())?;
            writeln!(self.out, "@match status")?;
        }
        if self.look.secrets {
            let note = Note::new(Level::Warn, "note-secrets-shown");
            self.note_lines(&[note])?;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step, notes: &[Note]) -> io::Result<()> {
        match step {
            Step::Open(head) => {
                if self.writer.is_inside_line() {
                    self.break_line()?;
                }
                self.open[head.side as usize] = Some(Open {
                    head: head.clone(),
                    refusal: false,
                    lines: 0,
                    octets: 0,
                    hidden_lines: 0,
                    hidden_octets: 0,
                    held: Vec::new(),
                });
            }
            Step::Piece(piece) => self.piece(piece)?,
            Step::Close(end) => {
                for side in [Side::Client, Side::Server] {
                    let open = self.open[side as usize].as_ref().filter(|o| o.head.n == end.n);
                    if let Some(shape) = open.map(|o| o.head.shape) {
                        self.unfold_mark(side)?;
                        // A literal may end inside a line; its unit goes on.
                        if shape != Shape::Literal && !end.complete {
                            self.break_line()?;
                        }
                    }
                }
            }
            Step::Mark { mark, .. } => {
                self.break_line()?;
                self.mark(mark)?;
            }
            Step::Noise { text, .. } => {
                self.break_line()?;
                let lines = noise::lines(text, &self.catalog);
                lines.iter().try_for_each(|line| self.remark(line))?;
            }
        }
        self.notes(notes)
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        if notes.is_empty() || self.look.detail == Detail::None {
            return Ok(());
        }
        self.break_line()?;
        self.note_lines(notes)
    }

    fn explain(&mut self, notes: &[Note]) -> io::Result<()> {
        let detail = std::mem::replace(&mut self.look.detail, Detail::Full);
        let said = self.notes(notes);
        self.look.detail = detail;
        said
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.break_line()?;
        let [sent, received] = summary.octets;
        let mut notes = vec![
            // With the octets that were sent, the length of a masked password would be told.
            Note::new(Level::State, summary_id(summary))
                .with("commands", summary.commands)
                .with("trips", summary.round_trips)
                .with("sent", sent)
                .with("received", received)
                .with("seconds", format!("{:.2}", summary.seconds)),
        ];
        notes.extend(summary.notes.iter().cloned());
        self.note_lines(&notes)?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn sees_secrets(&self) -> bool {
        self.look.secrets
    }

    fn control(&mut self, control: &Control) {
        match control {
            Control::Lang(lang) => self.catalog = Catalog::new(*lang),
            Control::Detail(detail) => self.look.detail = *detail,
            Control::Bytes(on) => self.bytes = *on,
            Control::HideBodies(on) => self.hide = *on,
            Control::Typed(line) => self.typed = Some(line.clone()),
            Control::Width(width) => self.look.width = *width,
            Control::Fold(lines) => self.look.fold = self.look.fold.map(|_| *lines),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_make_names_its_secrets() {
        assert_eq!(names(r#"plain("ana", password)"#), ["password"]);
        assert_eq!(names("secret1"), ["secret1"]);
        assert_eq!(names("n"), Vec::<String>::new());
    }
}
