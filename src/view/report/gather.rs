//! A unit under way, as a report keeps it: the lines that will be shown, and of the rest how much it was.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::block::{Hidden, Line, Pair, Said, Skipped, Unit};
use super::parts::Parts;
use crate::dialogue::text::Writer;
use crate::dialogue::{Note, Piece, Side, TokenKind, UnitHead};

/// Lines beyond the limit that are shown all the same if there are no more: to say so would take as much room.
const FEW: usize = 3;
/// Characters of a line that are shown of a shortened unit.
const LONG: usize = 4000;
/// Octets of a unit that is shown whole, after which it goes out in parts.
const PART: usize = 64 * 1024;
/// Characters of a command in the table at the end.
const TITLE: usize = 60;

/// A unit under way.
pub struct Gather {
    /// Its beginning.
    pub head: UnitHead,
    /// What there is to say about it so far.
    pub notes: Vec<Note>,
    /// Secrets that are named here first.
    pub secrets: Vec<String>,
    /// The server's code, with the enhanced one.
    pub outcome: String,
    /// Whether it refuses.
    pub refusal: bool,
    /// Whether anything in it was masked: then how long it was is not told.
    pub masked: bool,
    /// When its last byte came.
    pub at: Option<Duration>,
    /// Its octets.
    pub octets: u64,
    /// Its octets without the lone dot.
    body: u64,
    /// Whether a lone dot ends it.
    dotted: bool,
    writer: Writer,
    lines: Vec<Line>,
    /// The first of those left out.
    held: Vec<Line>,
    /// Its last line, where that one counts.
    last: Option<Line>,
    hidden: Hidden,
    /// Of a body, its parts, and what is left out of the one under way.
    parts: Option<Parts>,
    skipped: Option<Skipped>,
    /// Of a body, its bytes' digest.
    digest: Option<Sha256>,
    pending: usize,
    /// Whether parts of it are out already.
    begun: bool,
}

impl Gather {
    /// A unit that begins.
    pub fn new(head: UnitHead) -> Gather {
        Gather {
            parts: head.shape.is_body().then(Parts::default),
            skipped: None,
            digest: head.shape.is_body().then(Sha256::default),
            head,
            notes: Vec::new(),
            secrets: Vec::new(),
            outcome: String::new(),
            refusal: false,
            masked: false,
            at: None,
            octets: 0,
            body: 0,
            dotted: false,
            writer: Writer::default(),
            lines: Vec::new(),
            held: Vec::new(),
            last: None,
            hidden: Hidden::default(),
            pending: 0,
            begun: false,
        }
    }

    /// Takes a part of it in.
    pub fn piece(&mut self, piece: &Piece, limit: Option<usize>) {
        self.octets += piece.wire.len() as u64;
        self.masked |= !piece.wire.holes.is_empty();
        self.at = piece.at.or(self.at);
        self.read(piece);
        let ends = piece.token(TokenKind::Dot).is_some();
        if !ends {
            self.body += piece.wire.len() as u64;
        }
        self.dotted |= ends;
        if let Some(digest) = self.digest.as_mut().filter(|_| !ends) {
            digest.update(&piece.wire.bytes);
        }
        let strong = strong(piece);
        let mut lines = Vec::new();
        self.writer.push(self.head.side, &piece.wire, &mut lines);
        for (i, line) in lines.iter().enumerate() {
            let strong = if i == 0 && self.pending == 0 { strong.clone() } else { Vec::new() };
            self.line(Line::new(line, strong), limit, ends);
        }
        self.pending = if self.writer.is_inside_line() { self.pending + piece.wire.len() } else { 0 };
    }

    fn read(&mut self, piece: &Piece) {
        let code = piece.word(TokenKind::Code).or_else(|| piece.word(TokenKind::Status));
        let Some(code) = code.filter(|_| self.head.side == Side::Server) else { return };
        self.refusal |= code.len() == 3 && code.starts_with(['4', '5'])
            || ["-ERR", "NO", "BAD"].iter().any(|word| code.eq_ignore_ascii_case(word));
        self.outcome = match piece.word(TokenKind::Enhanced) {
            Some(enhanced) => format!("{code} {enhanced}"),
            None => code,
        };
    }

    fn line(&mut self, line: Line, limit: Option<usize>, ends: bool) {
        let Some(limit) = limit else { return self.lines.push(line) };
        if let Some(part) = self.parts.as_mut().and_then(|parts| parts.line(&line.text)) {
            let skipped =
                self.skipped.get_or_insert_with(|| Skipped { part: part.clone(), ..Skipped::default() });
            skipped.lines += 1;
            skipped.octets += line.octets;
            if skipped.held.len() < FEW {
                skipped.held.push(line);
            }
            return;
        }
        self.part_ends(limit);
        self.show(line, limit, ends);
    }

    /// What was left out of an attachment is told after its last line that is shown.
    fn part_ends(&mut self, limit: usize) {
        let Some(mut skipped) = self.skipped.take() else { return };
        let held = std::mem::take(&mut skipped.held);
        if skipped.lines as usize <= held.len() {
            return held.into_iter().for_each(|line| self.show(line, limit, false));
        }
        match self.lines.last_mut().filter(|_| self.hidden.lines == 0) {
            Some(line) => line.skipped = Some(skipped),
            None => {
                self.hidden.lines += skipped.lines;
                self.hidden.octets += skipped.octets;
            }
        }
    }

    fn show(&mut self, mut line: Line, limit: usize, ends: bool) {
        if line.text.len() > LONG {
            let cut = line.text.floor_char_boundary(LONG);
            line.text.truncate(cut);
            line.text.push('…');
            line.cut = true;
        }
        if self.lines.len() < limit {
            self.lines.push(line);
        } else {
            // A reply's last line has no hyphen, a block's last is its dot: neither is left out.
            if let Some(before) = self.last.replace(line) {
                self.hide(before);
            }
            if !ends
                && self.head.shape.is_body()
                && let Some(line) = self.last.take()
            {
                self.hide(line);
            }
        }
    }

    fn hide(&mut self, line: Line) {
        self.hidden.lines += 1;
        self.hidden.octets += line.octets;
        if self.held.len() < FEW {
            self.held.push(line);
        }
    }

    /// Whether it has grown so long that what there is goes out; never, where it is shortened.
    pub fn is_full(&self, limit: Option<usize>) -> bool {
        limit.is_none()
            && (self.lines.len() > PART / 64 || self.lines.iter().map(|l| l.text.len()).sum::<usize>() > PART)
    }

    /// What is held is let go: the rest of a line, and few lines beyond the limit.
    pub fn finish(&mut self, whole: bool) {
        self.part_ends(usize::MAX);
        if whole {
            let mut lines = Vec::new();
            self.writer.flush(&mut lines);
            self.lines.extend(lines.iter().map(|line| Line::new(line, Vec::new())));
        }
        if self.hidden.lines as usize <= self.held.len() {
            self.hidden.octets -= self.held.iter().map(|line| line.octets).sum::<u64>();
            self.lines.append(&mut self.held);
            self.hidden.lines = 0;
        }
    }

    /// Gives its lines their numbers in the dialogue; those left out count.
    pub fn number_lines(&mut self, mut number: u64) -> u64 {
        for line in &mut self.lines {
            number += 1;
            line.number = number;
            number += line.skipped.as_ref().map_or(0, |skipped| skipped.lines);
        }
        number += self.hidden.lines;
        if let Some(line) = &mut self.last {
            number += 1;
            line.number = number;
        }
        number
    }

    /// The number of its first line.
    pub fn first_number(&self) -> u64 {
        self.lines.first().map_or(0, |line| line.number)
    }

    /// Its first line, for the table at the end.
    pub fn first_line(&self) -> String {
        let text = self.lines.first().map_or("", |line| line.text.as_str());
        let mut title: String = text.chars().take(TITLE).collect();
        if title.len() < text.len() {
            title.push('…');
        }
        title
    }

    /// As it is drawn.
    pub fn drawn(&mut self, pair: Option<Pair>, notes: Vec<Said>, complete: bool) -> Unit {
        let digest = self.digest.take().filter(|_| self.hidden.lines > 0 && !self.masked);
        self.hidden.sha256 = digest.map(|d| d.finalize().iter().map(|b| format!("{b:02x}")).collect());
        self.hidden.masked = self.masked;
        Unit {
            side: self.head.side,
            shape: self.head.shape,
            secrets: std::mem::take(&mut self.secrets),
            lines: std::mem::take(&mut self.lines),
            hidden: std::mem::take(&mut self.hidden),
            last: self.last.take(),
            octets: (!self.masked).then_some(self.body),
            dotted: self.dotted,
            refusal: self.refusal,
            at: self.at,
            continues: self.begun || self.head.continues.is_some(),
            complete,
            pair,
            notes,
        }
    }

    /// What comes after a part that went out.
    pub fn rest(mut self) -> Gather {
        self.begun = true;
        self
    }
}

/// The words of a line that matter most, as spans of its text; empty where text and bytes may differ.
fn strong(piece: &Piece) -> Vec<(usize, usize)> {
    use TokenKind::{Capability, Code, Enhanced, Status, Verb};
    let wanted =
        piece.tokens.iter().filter(|t| matches!(t.kind, Verb | Code | Enhanced | Status | Capability));
    let mut spans: Vec<(usize, usize)> = wanted.map(|t| (t.start, t.end)).filter(|(a, b)| a < b).collect();
    spans.sort_unstable();
    let plain = |b: &u8| (b' '..0x7f).contains(b) && *b != b'{';
    let safe = piece.wire.bytes.iter().take_while(|b| plain(b)).count();
    let mut free = 0;
    spans.retain(|(from, to)| {
        let fits = *from >= free && *to <= safe;
        free = if fits { *to } else { free };
        fits
    });
    spans
}
