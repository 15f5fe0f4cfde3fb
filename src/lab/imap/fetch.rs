//! FETCH's replies, made while they are said: a mailbox of any size and messages of any size pass in flat
//! memory. The tagged response is the last of it, since only then is it known whether all was there.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use super::items::{Item, Of, Part};
use super::structure::{self, Found};
use super::view::push_flags;
use super::{date, set};
use crate::lab::servant::Body;
use crate::lab::store::{Entry, Mailbox, StoreError};

/// How much is said at once.
const PORTION: usize = 64 * 1024;

/// A reply of flags and the like: most are no longer.
const SHORT: usize = 128;

/// The parts of the message that was taken apart last: clients ask for one after the other.
pub type Cache = Arc<Mutex<Option<(u64, Arc<structure::Part>)>>>;

/// What FETCH says.
pub struct Replies {
    /// The mailbox.
    pub mailbox: Arc<Mailbox>,
    /// The messages, and which of them.
    pub shown: Arc<Vec<Entry>>,
    /// The places that are still to come, ascending.
    pub places: VecDeque<(usize, usize)>,
    /// What to tell of each.
    pub items: Vec<Item>,
    /// Whether UID is told, asked for or not.
    pub uid: bool,
    /// Which UIDs are \Recent.
    pub recent: Vec<(u32, u32)>,
    /// Which got \Seen by this very command, ascending: that is told too.
    pub seen: Vec<u32>,
    /// The last line if all went well, and if some messages were gone; with what precedes it.
    pub end: (Vec<u8>, Vec<u8>),
    /// See [`Cache`].
    pub cache: Cache,
    /// What is to be said now.
    pub queue: VecDeque<Piece>,
    /// Whether some message was gone.
    pub missed: bool,
}

/// A piece of what is said.
pub enum Piece {
    /// Octets.
    Bytes(Vec<u8>),
    /// Octets of a message: so many are still to come.
    Body(Box<dyn Body>, u64),
}

impl Body for Replies {
    fn next(&mut self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        while out.len() < PORTION {
            match self.queue.pop_front() {
                Some(Piece::Bytes(bytes)) if out.is_empty() => out = bytes,
                Some(Piece::Bytes(bytes)) => out.extend_from_slice(&bytes),
                // A body comes in portions of its own.
                Some(body @ Piece::Body(..)) if !out.is_empty() => {
                    self.queue.push_front(body);
                    return Ok(out);
                }
                Some(Piece::Body(body, left)) => return self.portion(body, left),
                None if !self.message(&mut out)? => break,
                None => {}
            }
        }
        Ok(out)
    }
}

impl Replies {
    fn portion(&mut self, mut body: Box<dyn Body>, left: u64) -> io::Result<Vec<u8>> {
        let mut bytes = body.next()?;
        let len = bytes.len() as u64;
        if len == 0 || len > left {
            return Err(io::Error::other("a message is not as long as its index says"));
        }
        // A literal has no NUL (RFC 9051 §9, CHAR8); Dovecot puts the same octet there.
        bytes.iter_mut().filter(|b| **b == 0).for_each(|b| *b = 0x80);
        if len < left {
            self.queue.push_front(Piece::Body(body, left - len));
        }
        Ok(bytes)
    }

    /// Puts the next message's reply in front, or the end; false where that has been said too.
    fn message(&mut self, out: &mut Vec<u8>) -> io::Result<bool> {
        let Some((from, to)) = self.places.pop_front() else {
            let (all, some) = std::mem::take(&mut self.end);
            let end = if self.missed { some } else { all };
            out.extend_from_slice(&end);
            return Ok(!end.is_empty());
        };
        if from + 1 < to {
            self.places.push_front((from + 1, to));
            // Many are to come: room for all that is said at once.
            out.reserve(if out.is_empty() { PORTION + SHORT } else { 0 });
        }
        let shown = self.shown.clone();
        let mut reply = Reply {
            run: self,
            entry: &shown[from],
            bytes: Vec::with_capacity(SHORT),
            pieces: VecDeque::new(),
        };
        match reply.write(from + 1) {
            Ok(()) => {
                let Reply { bytes, mut pieces, .. } = reply;
                if pieces.is_empty() {
                    out.extend_from_slice(&bytes);
                } else {
                    pieces.push_back(Piece::Bytes(bytes));
                    self.queue = pieces;
                }
            }
            // Half a reply would be a promise broken; the last line tells (RFC 5530, EXPUNGEISSUED).
            Err(StoreError::NoMessage) => self.missed = true,
            Err(e) => return Err(e.into()),
        }
        Ok(true)
    }
}

/// One message's reply.
struct Reply<'a> {
    run: &'a Replies,
    entry: &'a Entry,
    /// What follows the pieces.
    bytes: Vec<u8>,
    pieces: VecDeque<Piece>,
}

impl Reply<'_> {
    fn put(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn write(&mut self, n: usize) -> Result<(), StoreError> {
        let _ = write!(self.bytes, "* {n} FETCH (");
        let mut first = true;
        let run = self.run;
        // UID first: more than one client reads the rest by it.
        if run.uid || run.items.contains(&Item::Uid) {
            let _ = write!(self.bytes, "UID {}", self.entry.uid);
            first = false;
        }
        for item in run.items.iter().filter(|i| **i != Item::Uid) {
            if !std::mem::take(&mut first) {
                self.put(" ");
            }
            self.item(item)?;
        }
        if run.seen.binary_search(&self.entry.uid).is_ok() && !run.items.contains(&Item::Flags) {
            self.put(" ");
            self.flags();
        }
        self.put(")\r\n");
        Ok(())
    }

    fn flags(&mut self) {
        let recent = set::holds(&self.run.recent, self.entry.uid);
        push_flags(&mut self.bytes, &self.entry.flags, recent);
    }

    fn item(&mut self, item: &Item) -> Result<(), StoreError> {
        match item {
            Item::Uid => {}
            Item::Flags => self.flags(),
            Item::Date => self.put(&format!("INTERNALDATE \"{}\"", date::write(self.entry.date))),
            Item::Size => self.put(&format!("RFC822.SIZE {}", self.entry.size)),
            Item::Envelope => {
                let header = self.run.mailbox.header(self.entry.message)?;
                self.put("ENVELOPE ");
                structure::envelope(&mut self.bytes, &header);
            }
            Item::Structure(extended) => {
                let message = self.whole()?;
                let tree = self.tree(Some(&message))?;
                self.put(if *extended { "BODYSTRUCTURE " } else { "BODY " });
                structure::structure(&mut self.bytes, &message, &tree, *extended);
            }
            Item::Part(part) => self.part(part)?,
        }
        Ok(())
    }

    fn read(&self, range: Range<u64>) -> Result<Vec<u8>, StoreError> {
        let len = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
        let bytes = self.run.mailbox.read(self.entry.message, range.start, len)?;
        match bytes.len() == len {
            true => Ok(bytes),
            false => Err(StoreError::Damaged("a message is not as long as its index says".into())),
        }
    }

    fn whole(&self) -> Result<Vec<u8>, StoreError> {
        self.read(0..self.entry.size)
    }

    /// The parts of the message.
    fn tree(&self, message: Option<&[u8]>) -> Result<Arc<structure::Part>, StoreError> {
        let id = self.entry.message;
        let mut cache = self.run.cache.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((_, tree)) = cache.as_ref().filter(|(of, _)| *of == id) {
            return Ok(tree.clone());
        }
        let tree = Arc::new(match message {
            Some(message) => structure::parse(message),
            None => structure::parse(&self.whole()?),
        });
        *cache = Some((id, tree.clone()));
        Ok(tree)
    }

    fn part(&mut self, part: &Part) -> Result<(), StoreError> {
        let (size, message) = (self.entry.size, self.entry.message);
        let section = &part.section;
        if section.path.is_empty() {
            // All, header and body of the message are known without taking it apart.
            if section.of == Of::All {
                return self.range(part, 0..size);
            }
            let header = self.run.mailbox.header(message)?;
            let end = header.len() as u64;
            return match &section.of {
                Of::Text => self.range(part, end.min(size)..size),
                Of::Fields(names, not) => self.octets(part, structure::pick(&header, names, *not)),
                _ => self.octets(part, header),
            };
        }
        match self.tree(None)?.find(section) {
            None => self.put(&format!("{} NIL", part.label)),
            Some(Found::Range(range)) => return self.range(part, range.start as u64..range.end as u64),
            Some(Found::Fields(range)) => {
                let header = self.read(range.start as u64..range.end as u64)?;
                let Of::Fields(names, not) = &section.of else { return Ok(()) };
                return self.octets(part, structure::pick(&header, names, *not));
            }
        }
        Ok(())
    }

    /// Says the label and announces what follows: clamped first, so that what is announced is there.
    fn announce(&mut self, part: &Part, all: u64) -> Range<u64> {
        let range = match part.partial {
            None => 0..all,
            Some((from, most)) => from.min(all)..from.saturating_add(most).min(all),
        };
        self.put(&part.label);
        if let Some((from, _)) = part.partial {
            self.put(&format!("<{from}>"));
        }
        match range.end - range.start {
            0 => self.put(" \"\""),
            n => self.put(&format!(" {{{n}}}\r\n")),
        }
        range
    }

    fn octets(&mut self, part: &Part, all: Vec<u8>) -> Result<(), StoreError> {
        let range = self.announce(part, all.len() as u64);
        let bytes = &all[range.start as usize..range.end as usize];
        self.bytes.extend(bytes.iter().map(|b| if *b == 0 { 0x80 } else { *b }));
        Ok(())
    }

    fn range(&mut self, part: &Part, of: Range<u64>) -> Result<(), StoreError> {
        let range = self.announce(part, of.end - of.start);
        let len = range.end - range.start;
        let range = of.start + range.start..of.start + range.end;
        if len <= PORTION as u64 {
            let bytes = self.read(range)?;
            self.bytes.extend(bytes.iter().map(|b| if *b == 0 { 0x80 } else { *b }));
            return Ok(());
        }
        let body = self.run.mailbox.body(self.entry.message, range.start, len)?;
        self.pieces.push_back(Piece::Bytes(std::mem::take(&mut self.bytes)));
        self.pieces.push_back(Piece::Body(body, len));
        Ok(())
    }
}
