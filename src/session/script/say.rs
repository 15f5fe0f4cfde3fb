//! Saying a client's line: its holes filled, its turn waited for, its body stuffed or counted.

use super::model::{Block, Do, Level, Pos, Send, Text};
use super::result::Kind;
use super::run::{Runner, Stop};
use super::template::{Announced, Part, Template};
use crate::dialect::Turn;
use crate::dialect::stuff::{END, Stuff};
use crate::dialogue::{Hole, Protocol, Wire};
use crate::error::Error;

/// The largest file that is sent, in octets.
const LARGEST: u64 = 64 * 1024 * 1024;

impl Runner<'_> {
    /// Sends the line or body of an item.
    pub async fn say(&mut self, i: usize, send: &Send) -> Result<(), Stop> {
        let (pos, number) = (self.script.items[i].pos, self.script.items[i].conn);
        self.connected(number, pos).await?;
        self.settle(number).await?;
        self.turn(number, pos).await?;
        self.capabilities(number, pos).await?;
        let wire = self.wire(i, send, pos, number)?;
        let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
        if conn.guarded && !conn.recorder.state().tls && !wire.holes.is_empty() {
            return Err(Stop::Fail(self.failure(Kind::Clear, number, pos)));
        }
        if conn.turn() == Turn::Command {
            let line = wire.lossy().to_ascii_uppercase();
            let mut words = line.split_whitespace();
            let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            conn.guarded |= ["STARTTLS", "STLS"].iter().any(|verb| first == *verb || second == *verb);
        }
        conn.sent += 1;
        conn.spoke = Some(pos);
        conn.said = wire.lossy().split_whitespace().next_back().unwrap_or_default().as_bytes().to_vec();
        for hole in &wire.holes {
            self.setup.secrets.learn_make(&hole.make, &wire.bytes[hole.start..hole.end]);
        }
        let sent = conn.send(wire);
        sent.map_err(|error| self.broken(number, pos, error))
    }

    /// Waits until the line may be sent; a new window begins, or a batch goes on.
    async fn turn(&mut self, number: u32, pos: Pos) -> Result<(), Stop> {
        let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
        let batch = conn.sent > 0 && !conn.settled;
        if batch && conn.turn() == Turn::Command && conn.recorder.expect().owed > 0 {
            let state = conn.recorder.state();
            if conn.protocol() == Protocol::Imap || state.offers("PIPELINING") {
                return Ok(());
            }
            if self.level > Level::Status {
                return Err(Stop::Fail(self.failure(Kind::Batch, number, pos)));
            }
        }
        self.until_ready(number, pos).await?;
        if let Some(conn) = self.conns.get_mut(&number)
            && conn.turn() == Turn::Tls
        {
            let started = conn.start_tls().await;
            started.map_err(|error| self.broken(number, pos, error))?;
        }
        let strict = self.strict;
        let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
        if conn.settled {
            if strict && let Some(unit) = conn.gather.units.iter().find(|unit| !unit.taken).cloned() {
                let mut failure = self.failure(Kind::Unlisted, number, pos);
                failure.got = vec![self.shown(number, unit.first())];
                return Err(Stop::Fail(failure));
            }
            conn.gather.clear();
            conn.sent = 0;
            conn.settled = false;
            if self.setup.pause {
                self.pause().await;
            }
        }
        Ok(())
    }

    /// `--pause`: Enter goes on.
    async fn pause(&self) {
        let read = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
        let _ = read.await;
    }

    /// Asks what the server offers, where the script needs something and does not ask in time itself.
    async fn capabilities(&mut self, number: u32, pos: Pos) -> Result<(), Stop> {
        let needs = self.needs(number);
        let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
        use crate::dialect::Phase::{Authenticated, Selected};
        let command = match conn.protocol() {
            Protocol::Imap if matches!(conn.recorder.state().phase, Authenticated | Selected) => {
                "ehlo CAPABILITY\r\n"
            }
            Protocol::Pop3 if conn.recorder.state().capabilities.is_none() => "CAPA\r\n",
            _ => return Ok(()),
        };
        if !needs || conn.asked || conn.turn() != Turn::Command {
            return Ok(());
        }
        conn.asked = true;
        if self.lacking(number, false).is_none() && self.offered(number) {
            return Ok(());
        }
        let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
        let sent = conn.send(Wire::from(command));
        sent.map_err(|error| self.broken(number, pos, error))?;
        self.until_ready(number, pos).await?;
        if let Some(conn) = self.conns.get_mut(&number) {
            conn.gather.clear();
        }
        self.lacking(number, false).map_or(Ok(()), |missing| Err(Stop::Skip(missing)))
    }

    fn offered(&self, number: u32) -> bool {
        self.conns.get(&number).is_some_and(|conn| conn.recorder.state().capabilities.is_some())
    }

    /// The bytes of an item.
    fn wire(&mut self, i: usize, send: &Send, pos: Pos, number: u32) -> Result<Wire, Stop> {
        match &send.what {
            Text::Line(text) => {
                let count = match text.announces() {
                    Some(Announced::Any) => self.count(i, number)?,
                    _ => None,
                };
                let mut wire = self.filled(text, pos, number, count)?;
                if send.mark != Some('-') {
                    wire.push(b"\r\n");
                }
                Ok(wire)
            }
            Text::Block(block) => {
                let content = self.content(block, pos, number)?;
                Ok(self.body(i, content, block.dot, number))
            }
            Text::File(path) => {
                let read = std::fs::metadata(path).and_then(|meta| match meta.len() {
                    octets if octets > LARGEST => Err(std::io::ErrorKind::FileTooLarge.into()),
                    _ => std::fs::read(path),
                });
                let content = read.map_err(|error| {
                    let error = Error::unreadable(path.display(), &error);
                    self.broken(number, pos, error)
                })?;
                Ok(self.body(i, Wire::new(crlf(&content)), true, number))
            }
        }
    }

    fn filled(&mut self, text: &Template, pos: Pos, number: u32, count: Option<u64>) -> Result<Wire, Stop> {
        let Some(conn) = self.conns.get_mut(&number) else { return Ok(Wire::default()) };
        let line = String::from_utf8_lossy(text.start()).into_owned();
        let filled = self.setup.names.fill(text, &mut conn.scene(&line), count);
        filled.map_err(|empty| self.empty(number, pos, empty))
    }

    /// A block's content, its lines ended.
    fn content(&mut self, block: &Block, pos: Pos, number: u32) -> Result<Wire, Stop> {
        let mut content = Wire::default();
        for (n, line) in block.lines.iter().enumerate() {
            let pos = Pos { line: pos.line + 1 + n, ..pos };
            content.append(&self.filled(line, pos, number, None)?);
            if n + 1 < block.lines.len() || !block.open {
                content.push(b"\r\n");
            }
        }
        Ok(content)
    }

    /// A body as its turn wants it: stuffed and ended after DATA; a literal followed by the end of its command, unless
    /// the script goes on with `C+:`.
    fn body(&self, i: usize, content: Wire, dot: bool, number: u32) -> Wire {
        let Some(conn) = self.conns.get(&number) else { return content };
        let mut wire = content;
        match conn.turn() {
            Turn::Data => {
                wire = stuffed(&wire);
                if dot {
                    wire.push(END);
                }
            }
            _ if conn.protocol() == Protocol::Imap => {
                let below = self.script.items[i + 1..].iter().filter(|item| item.conn == number);
                let next = below.into_iter().find_map(|item| match &item.what {
                    Do::Send(send) => Some(send.mark),
                    _ => None,
                });
                if next != Some(Some('+')) {
                    wire.push(b"\r\n");
                }
            }
            _ => {}
        }
        wire
    }

    /// The octets of the literal that a line announces: a block's, a file's, or, in a record, of the secret that the
    /// next line begins with.
    fn count(&mut self, i: usize, number: u32) -> Result<Option<u64>, Stop> {
        let script = self.script;
        let below = script.items[i + 1..].iter().filter(|item| item.conn == number);
        let next = below.into_iter().find_map(|item| match &item.what {
            Do::Send(send) => Some((item.pos, &send.what)),
            _ => None,
        });
        Ok(match next {
            Some((pos, Text::Block(block))) => Some(self.content(block, pos, number)?.len() as u64),
            Some((_, Text::File(path))) => {
                std::fs::read(path).ok().map(|content| crlf(&content).len() as u64)
            }
            Some((pos, Text::Line(text))) => {
                let first = match text.parts.first() {
                    Some(part @ Part::Value(_)) => Template { parts: vec![part.clone()] },
                    _ => text.clone(),
                };
                Some(self.filled(&first, pos, number, None)?.len() as u64)
            }
            None => None,
        })
    }
}

/// Content with its line ends as the wire has them.
fn crlf(content: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(content.len() + content.len() / 32);
    let mut last = 0;
    for &byte in content {
        if byte == b'\n' && last != b'\r' {
            wire.push(b'\r');
        }
        wire.push(byte);
        last = byte;
    }
    wire
}

/// A content dot-stuffed; its holes stay where they are.
fn stuffed(content: &Wire) -> Wire {
    let mut stuff = Stuff::new();
    let mut wire = Wire::default();
    let mut from = 0;
    for Hole { start, end, make } in &content.holes {
        stuff.feed(&content.bytes[from..*start], &mut wire.bytes);
        let mut secret = Vec::new();
        stuff.feed(&content.bytes[*start..*end], &mut secret);
        wire.push_secret(&secret, make.clone());
        from = *end;
    }
    stuff.feed(&content.bytes[from..], &mut wire.bytes);
    stuff.finish(&mut wire.bytes);
    wire
}
