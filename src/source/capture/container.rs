//! The container of a capture: classic pcap and pcapng, told by their first octets, read packet by packet as they
//! come, so that a file which is still being written is followed.
//!
//! A *record* (pcap) or *block* (pcapng, draft-ietf-opsawg-pcapng) is looked at when it is there whole. Whatever
//! cannot be a record ends the reading: what came before it counts, and [`Damage`] says where it stands and why.
//! Blocks that nobody here needs are skipped without being kept.
//!
//! Not here: gzip (below), and what is in a packet (`packet`).

use std::io::{self, Read};
use std::time::Duration;

/// No link layer makes packets longer than this; a length beyond it is damage.
const MOST_PACKET: usize = 4 << 20;
/// Secrets (key log lines) that one block may hold.
const MOST_SECRETS: usize = 16 << 20;
/// Interfaces of one section.
const MOST_INTERFACES: usize = 65_536;
const READ: usize = 128 * 1024;

/// One captured frame.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Its number in the file, from 1, as Wireshark counts.
    pub frame: u64,
    /// When, since 1970; none in a pcapng "simple packet".
    pub time: Option<Duration>,
    /// The link type (LINKTYPE_ number).
    pub link: u16,
    /// What was kept of it.
    pub data: &'a [u8],
}

/// What a container holds.
#[derive(Clone, Copy, Debug)]
pub enum Record<'a> {
    /// A frame.
    Packet(Packet<'a>),
    /// Key log lines that travel in the file (pcapng's Decryption Secrets Block).
    Secrets(&'a [u8]),
}

/// Why reading ended before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Whether the file ends in the middle of a record; else a record makes no sense.
    pub cut: bool,
    /// Where that record begins, in octets from the beginning (of what gzip holds).
    pub octet: u64,
    /// How many frames were read before.
    pub frames: u64,
}

/// Whether a file that begins so is a capture (at least four octets are needed).
pub fn is_container(first: &[u8]) -> bool {
    Form::of(first).is_some()
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Classic { big: bool, nano: bool, long: bool },
    Ng,
}

impl Form {
    fn of(first: &[u8]) -> Option<Form> {
        Some(match first.get(..4)? {
            [0xa1, 0xb2, 0xc3, 0xd4] => Form::Classic { big: true, nano: false, long: false },
            [0xd4, 0xc3, 0xb2, 0xa1] => Form::Classic { big: false, nano: false, long: false },
            [0xa1, 0xb2, 0x3c, 0x4d] => Form::Classic { big: true, nano: true, long: false },
            [0x4d, 0x3c, 0xb2, 0xa1] => Form::Classic { big: false, nano: true, long: false },
            // Kuznetzov's variant, of old Linux systems: eight octets more in each record.
            [0xa1, 0xb2, 0xcd, 0x34] => Form::Classic { big: true, nano: false, long: true },
            [0x34, 0xcd, 0xb2, 0xa1] => Form::Classic { big: false, nano: false, long: true },
            [0x0a, 0x0d, 0x0d, 0x0a] => Form::Ng,
            _ => return None,
        })
    }
}

/// An interface of a pcapng section.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u16,
    snap: usize,
    /// Ticks in a second.
    ticks: u64,
    /// Seconds to add.
    offset: i64,
}

/// Reads a container.
#[derive(Debug)]
pub struct Container<R> {
    input: Input<R>,
    form: Form,
    big: bool,
    /// Of a classic file.
    link: u16,
    interfaces: Vec<Interface>,
    frames: u64,
    damage: Option<Damage>,
    over: bool,
}

impl<R: Read> Container<R> {
    /// Reads the beginning. None where the input is no capture.
    ///
    /// # Errors
    /// What the input says.
    pub fn open(input: R) -> io::Result<Option<Self>> {
        let mut input = Input { input, buffer: Vec::new(), head: 0, gone: 0, ended: false, broken: false };
        input.want(4)?;
        let Some(form) = Form::of(input.peek()) else { return Ok(None) };
        let mut me = Container {
            input,
            form,
            big: false,
            link: 0,
            interfaces: Vec::new(),
            frames: 0,
            damage: None,
            over: false,
        };
        if let Form::Classic { big, .. } = form {
            me.big = big;
            if me.input.want(24)? {
                // The upper half of the field says how long the frame check sequence is.
                me.link = (me.u32(20) & 0xffff) as u16;
                me.input.skip(24)?;
            } else {
                me.stop(true);
            }
        }
        Ok(Some(me))
    }

    /// The next packet or secrets; none at the end, or where the file is damaged.
    ///
    /// # Errors
    /// What the input says.
    pub fn next_record(&mut self) -> io::Result<Option<Record<'_>>> {
        if self.over {
            return Ok(None);
        }
        match self.form {
            Form::Classic { nano, long, .. } => self.classic(nano, long),
            Form::Ng => self.blocks(),
        }
    }

    /// Why reading ended early.
    pub fn damage(&self) -> Option<Damage> {
        self.damage
    }

    /// How many frames were read.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    fn stop(&mut self, cut: bool) {
        self.over = true;
        self.damage = Some(Damage { cut, octet: self.input.gone, frames: self.frames });
    }

    fn u16(&self, at: usize) -> u16 {
        let b = &self.input.peek()[at..at + 2];
        let b = [b[0], b[1]];
        if self.big { u16::from_be_bytes(b) } else { u16::from_le_bytes(b) }
    }

    fn u32(&self, at: usize) -> u32 {
        let b = &self.input.peek()[at..at + 4];
        let b = [b[0], b[1], b[2], b[3]];
        if self.big { u32::from_be_bytes(b) } else { u32::from_le_bytes(b) }
    }

    fn classic(&mut self, nano: bool, long: bool) -> io::Result<Option<Record<'_>>> {
        let head = if long { 24 } else { 16 };
        if !self.input.want(head)? {
            self.end();
            return Ok(None);
        }
        let (seconds, fraction, kept) = (self.u32(0), self.u32(4), self.u32(8) as usize);
        let (unit, whole) = if nano { (1, 1_000_000_000) } else { (1000, 1_000_000) };
        if kept > MOST_PACKET || fraction >= whole {
            self.stop(false);
            return Ok(None);
        }
        if !self.input.want(head + kept)? {
            self.end();
            return Ok(None);
        }
        self.frames += 1;
        let time = Some(Duration::new(seconds.into(), fraction * unit));
        let (frame, link) = (self.frames, self.link);
        let data = &self.input.take(head + kept)[head..];
        Ok(Some(Record::Packet(Packet { frame, time, link, data })))
    }

    /// The input is over: in the middle of a record, or where one might begin.
    fn end(&mut self) {
        self.over = true;
        if !self.input.peek().is_empty() || self.input.broken {
            self.stop(true);
        }
    }

    fn blocks(&mut self) -> io::Result<Option<Record<'_>>> {
        loop {
            if !self.input.want(12)? {
                self.end();
                return Ok(None);
            }
            if self.input.peek()[..4] == [0x0a, 0x0d, 0x0d, 0x0a] {
                // A section says anew in which order its octets stand, and has its own interfaces.
                self.big = self.input.peek()[8..12] == [0x1a, 0x2b, 0x3c, 0x4d];
                if !self.big && self.input.peek()[8..12] != [0x4d, 0x3c, 0x2b, 0x1a] {
                    self.stop(false);
                    return Ok(None);
                }
                self.interfaces.clear();
            }
            let (kind, length) = (self.u32(0), self.u32(4) as usize);
            if length < 12 || !length.is_multiple_of(4) {
                self.stop(false);
                return Ok(None);
            }
            let most = match kind {
                1 | 2 | 3 | 6 => MOST_PACKET,
                0x0a => MOST_SECRETS,
                _ => {
                    if !self.input.skip(length)? {
                        self.stop(true);
                        return Ok(None);
                    }
                    continue;
                }
            };
            if length > most {
                self.stop(false);
                return Ok(None);
            }
            if !self.input.want(length)? {
                self.end();
                return Ok(None);
            }
            if self.u32(length - 4) as usize != length {
                self.stop(false);
                return Ok(None);
            }
            match self.block(kind, length) {
                Err(()) => {
                    self.stop(false);
                    return Ok(None);
                }
                Ok(None) => drop(self.input.take(length)),
                Ok(Some(Seen::Secrets(from, to))) => {
                    return Ok(Some(Record::Secrets(&self.input.take(length)[from..to])));
                }
                Ok(Some(Seen::Packet { from, to, time, link })) => {
                    self.frames += 1;
                    let frame = self.frames;
                    let data = &self.input.take(length)[from..to];
                    return Ok(Some(Record::Packet(Packet { frame, time, link, data })));
                }
            }
        }
    }

    /// What a whole block says; an error where it contradicts itself.
    fn block(&mut self, kind: u32, length: usize) -> Result<Option<Seen>, ()> {
        match kind {
            1 => {
                if length < 20 || self.interfaces.len() >= MOST_INTERFACES {
                    return Err(());
                }
                let interface = self.interface(length);
                self.interfaces.push(interface);
                Ok(None)
            }
            // The enhanced packet block, and the obsolete one.
            2 | 6 => {
                if length < 32 {
                    return Err(());
                }
                let id = if kind == 6 { self.u32(8) } else { self.u16(8).into() };
                let kept = self.u32(20) as usize;
                let interface = self.interfaces.get(id as usize).ok_or(())?;
                if kept > length - 32 {
                    return Err(());
                }
                let ticks = u64::from(self.u32(12)) << 32 | u64::from(self.u32(16));
                let seen = Seen::Packet {
                    from: 28,
                    to: 28 + kept,
                    time: interface.time(ticks),
                    link: interface.link,
                };
                Ok(Some(seen))
            }
            3 => {
                if length < 16 {
                    return Err(());
                }
                let interface = self.interfaces.first().ok_or(())?;
                let snap = if interface.snap == 0 { usize::MAX } else { interface.snap };
                let kept = (self.u32(8) as usize).min(length - 16).min(snap);
                Ok(Some(Seen::Packet { from: 12, to: 12 + kept, time: None, link: interface.link }))
            }
            _ => {
                if length < 20 {
                    return Err(());
                }
                // "TLSK": NSS key log lines. Others (SSH, WireGuard, ZigBee) are of no use here.
                let kept = self.u32(12) as usize;
                if kept > length - 20 {
                    return Err(());
                }
                Ok((self.u32(8) == 0x544c_534b).then_some(Seen::Secrets(16, 16 + kept)))
            }
        }
    }

    fn interface(&self, length: usize) -> Interface {
        let (link, snap) = (self.u16(8), self.u32(12) as usize);
        let mut interface = Interface { link, snap, ticks: 1_000_000, offset: 0 };
        let mut at = 16;
        while at + 4 <= length - 4 {
            let (code, size) = (self.u16(at), usize::from(self.u16(at + 2)));
            if code == 0 || at + 4 + size > length - 4 {
                break;
            }
            let value = &self.input.peek()[at + 4..at + 4 + size];
            match (code, value) {
                (9, [power]) if power & 0x80 == 0 => {
                    interface.ticks = 10u64.checked_pow((*power).into()).unwrap_or(1_000_000);
                }
                (9, [power]) => {
                    interface.ticks = 1u64.checked_shl((power & 0x7f).into()).unwrap_or(1_000_000)
                }
                (14, [a, b, c, d, e, f, g, h]) => {
                    let octets = [*a, *b, *c, *d, *e, *f, *g, *h];
                    let value =
                        if self.big { i64::from_be_bytes(octets) } else { i64::from_le_bytes(octets) };
                    interface.offset = value;
                }
                _ => {}
            }
            at += 4 + size.next_multiple_of(4);
        }
        interface
    }
}

impl Interface {
    fn time(self, ticks: u64) -> Option<Duration> {
        let (seconds, rest) = (ticks / self.ticks, ticks % self.ticks);
        let nanos = u128::from(rest) * 1_000_000_000 / u128::from(self.ticks);
        Some(Duration::new(seconds.checked_add_signed(self.offset)?, nanos as u32))
    }
}

/// Where in its block something stands.
enum Seen {
    Packet { from: usize, to: usize, time: Option<Duration>, link: u16 },
    Secrets(usize, usize),
}

/// The input, as far as it is looked at.
#[derive(Debug)]
struct Input<R> {
    input: R,
    buffer: Vec<u8>,
    head: usize,
    /// Octets before `head`.
    gone: u64,
    ended: bool,
    /// It ended because gzip's own container is damaged or cut.
    broken: bool,
}

impl<R: Read> Input<R> {
    fn peek(&self) -> &[u8] {
        &self.buffer[self.head..]
    }

    /// Whether so many octets are there; reads until they are, and no further.
    fn want(&mut self, n: usize) -> io::Result<bool> {
        while self.peek().len() < n && !self.ended {
            self.read(n)?;
        }
        Ok(self.peek().len() >= n)
    }

    fn read(&mut self, n: usize) -> io::Result<()> {
        self.buffer.drain(..self.head);
        self.head = 0;
        let held = self.buffer.len();
        // What a length claims is believed as it comes, not before.
        self.buffer.resize(held + READ.max((n - held).min(1 << 20)), 0);
        let got = loop {
            match self.input.read(&mut self.buffer[held..]) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e)
                    if matches!(e.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput)
                        || e.kind() == io::ErrorKind::InvalidData =>
                {
                    self.broken = true;
                    break Ok(0);
                }
                other => break other,
            }
        };
        self.buffer.truncate(held + *got.as_ref().unwrap_or(&0));
        self.ended = got? == 0;
        Ok(())
    }

    /// Takes octets that are there.
    fn take(&mut self, n: usize) -> &[u8] {
        let from = self.head;
        self.head += n;
        self.gone += n as u64;
        &self.buffer[from..from + n]
    }

    /// Passes over octets; false where the input ends before.
    fn skip(&mut self, mut n: usize) -> io::Result<bool> {
        while n > 0 {
            if !self.want(1)? {
                return Ok(false);
            }
            let step = n.min(self.peek().len());
            self.take(step);
            n -= step;
        }
        Ok(true)
    }
}
