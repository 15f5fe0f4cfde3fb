//! Reading messages: what stands before the body for this recipient, then the body's chunks.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use redb::{ReadOnlyTable, ReadableDatabase};

use super::Inner;
use super::error::{Result, StoreError};
use super::rows::{CHUNK, CHUNKS, MESSAGES};
use crate::lab::servant::Body;

/// A header longer than this is cut: nobody writes one, and it is held in memory.
const MAX_HEADER: u64 = 1 << 20;

/// A message, or a piece of it, as the database had it when it was opened.
pub(super) struct Stored {
    chunks: ReadOnlyTable<(u64, u32), &'static [u8]>,
    prefix: Vec<u8>,
    body: u64,
    left: Range<u64>,
}

impl Stored {
    pub(super) fn open(inner: &Arc<Inner>, message: u64, from: u64, len: u64) -> Result<Self> {
        let txn = inner.database.begin_read()?;
        let messages = txn.open_table(MESSAGES)?;
        let row = messages.get(message)?.ok_or(StoreError::NoMessage)?;
        let (_, body, size, prefix) = row.value();
        let from = from.min(size);
        let to = from.saturating_add(len).min(size);
        Ok(Stored { chunks: txn.open_table(CHUNKS)?, prefix: prefix.to_vec(), body, left: from..to })
    }

    /// The next portion: what is left of the prefix, or of one chunk.
    fn portion(&mut self) -> Result<Vec<u8>> {
        if self.left.is_empty() {
            return Ok(Vec::new());
        }
        let before = self.prefix.len() as u64;
        let many = |room: usize| room.min(usize::try_from(self.left.end - self.left.start).unwrap_or(room));
        let bytes = if self.left.start < before {
            let at = self.left.start as usize;
            let room = (self.prefix.len() - at).min(CHUNK);
            self.prefix[at..at + many(room)].to_vec()
        } else {
            let at = self.left.start - before;
            let (number, within) = (at / CHUNK as u64, (at % CHUNK as u64) as usize);
            let missing = || StoreError::Damaged(format!("body {} has no chunk {number}", self.body));
            let number = u32::try_from(number).map_err(|_| missing())?;
            let row = self.chunks.get((self.body, number))?.ok_or_else(missing)?;
            let rest = row.value().get(within..).filter(|rest| !rest.is_empty()).ok_or_else(missing)?;
            rest[..many(rest.len())].to_vec()
        };
        self.left.start += bytes.len() as u64;
        Ok(bytes)
    }
}

impl Body for Stored {
    fn next(&mut self) -> io::Result<Vec<u8>> {
        Ok(self.portion()?)
    }
}

/// A piece of a message.
pub(super) fn read(inner: &Arc<Inner>, message: u64, from: u64, len: usize) -> Result<Vec<u8>> {
    let mut stored = Stored::open(inner, message, from, len as u64)?;
    let mut all = stored.portion()?;
    loop {
        let more = stored.portion()?;
        if more.is_empty() {
            return Ok(all);
        }
        all.extend_from_slice(&more);
    }
}

/// A message's header, with the empty line.
pub(super) fn header(inner: &Arc<Inner>, message: u64) -> Result<Vec<u8>> {
    let mut stored = Stored::open(inner, message, 0, MAX_HEADER)?;
    let mut all = Vec::new();
    loop {
        let more = stored.portion()?;
        if more.is_empty() {
            return Ok(all);
        }
        // The empty line may lie across two portions.
        let searched = all.len().saturating_sub(3);
        all.extend_from_slice(&more);
        if all.starts_with(b"\r\n") {
            all.truncate(2);
            return Ok(all);
        }
        if let Some(at) = memchr::memmem::find(&all[searched..], b"\r\n\r\n") {
            all.truncate(searched + at + 4);
            return Ok(all);
        }
    }
}
