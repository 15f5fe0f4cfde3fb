//! A message on its way in: written a piece at a time, delivered as a whole or not at all.
//!
//! What is long goes into the database while it comes, marked as a draft, so that no message is held in
//! memory; a draft that is dropped is taken out again, and one that a crash left, at the next opening.

use std::collections::HashMap;
use std::sync::Arc;

use super::Inner;
use super::changes::{self, OVERHEAD};
use super::error::{Result, StoreError};
use super::flags::Flags;
use super::mailbox::Effects;
use super::rows::{CHUNK, Keywords, Record, Tables};
use super::writer::Keep;

/// What is held in memory of one draft: four chunks.
const HELD: usize = 4 * CHUNK;

/// Where a message goes, and how it looks there.
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    /// The account.
    pub account: String,
    /// The mailbox.
    pub mailbox: String,
    /// Header lines put in front for this recipient.
    pub prefix: Vec<u8>,
    /// Flags.
    pub flags: Flags,
    /// INTERNALDATE, in seconds since 1970.
    pub date: i64,
}

/// Where a message stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The mailbox's UIDVALIDITY.
    pub uid_validity: u32,
    /// The message's UID.
    pub uid: u32,
}

/// A message on its way in.
pub struct Draft {
    inner: Arc<Inner>,
    body: u64,
    /// Chunks that are in the database already.
    chunks: u32,
    size: u64,
    held: Vec<u8>,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Draft").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Draft {
    pub(super) fn new(inner: Arc<Inner>) -> Self {
        let body = inner.next_id();
        Draft { inner, body, chunks: 0, size: 0, held: Vec::new() }
    }

    /// How much has been written.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Writes the next bytes.
    ///
    /// # Errors
    /// [`StoreError::Full`], and the database's; the draft can only be dropped then.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as u64;
        while self.held.len() + bytes.len() >= HELD {
            let (now, later) = bytes.split_at(HELD - self.held.len());
            self.held.extend_from_slice(now);
            self.spill()?;
            bytes = later;
        }
        self.held.extend_from_slice(bytes);
        Ok(())
    }

    fn spill(&mut self) -> Result<()> {
        let held = std::mem::take(&mut self.held);
        let (body, from, limit, size) = (self.body, self.chunks, self.inner.limits.bytes, self.size);
        self.chunks += (held.len() / CHUNK) as u32;
        self.inner.write(Keep::Soon, move |tables, _| {
            if tables.number("bytes")? + size > limit {
                return Err(StoreError::Full);
            }
            tables.drafts.insert(body, ())?;
            put_chunks(tables, body, from, &held)
        })
    }

    /// Delivers it to all, in one transaction, which is on the disk on return.
    ///
    /// # Errors
    /// [`StoreError::NoAccount`], [`StoreError::NoMailbox`], [`StoreError::Full`], the database's: then it
    /// has been delivered to nobody.
    pub fn commit(self, deliveries: &[Delivery]) -> Result<Vec<Appended>> {
        Ok(self.deliver(deliveries, None, Keep::Durable)?.0)
    }

    /// Delivers it, not yet on the disk: it is there with the next change that is, at the latest with
    /// [`super::Store::settle`]. For many at once that nobody was told of.
    ///
    /// # Errors
    /// As [`Draft::commit`].
    pub fn commit_soon(self, deliveries: &[Delivery]) -> Result<Vec<Appended>> {
        Ok(self.deliver(deliveries, None, Keep::Soon)?.0)
    }

    /// Delivers it, and puts it in the queue with what is needed to go on with it, in one transaction. The
    /// number is the queue's.
    ///
    /// # Errors
    /// As [`Draft::commit`].
    pub fn commit_queued(self, deliveries: &[Delivery], envelope: &[u8]) -> Result<(Vec<Appended>, u64)> {
        self.deliver(deliveries, Some(envelope.to_vec()), Keep::Durable)
    }

    fn deliver(
        mut self,
        deliveries: &[Delivery],
        queued: Option<Vec<u8>>,
        keep: Keep,
    ) -> Result<(Vec<Appended>, u64)> {
        if deliveries.is_empty() && queued.is_none() {
            return Ok((Vec::new(), 0));
        }
        let letter = Letter {
            body: self.body,
            chunks: self.chunks,
            size: self.size,
            held: std::mem::take(&mut self.held),
            deliveries: deliveries.to_vec(),
            queued,
            saved: self.inner.now(),
            limit: self.inner.limits.bytes,
            ids: (0..=deliveries.len()).map(|_| self.inner.next_id()).collect(),
        };
        let done = self.inner.write(keep, move |tables, effects| letter.deliver(tables, effects))?;
        // It is a message now: nothing to take out again.
        self.chunks = 0;
        Ok(done)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.chunks == 0 {
            return;
        }
        let body = self.body;
        // If this fails, the next opening sweeps.
        let _ = self.inner.write(Keep::Soon, move |tables, _| {
            tables.drafts.remove(body)?;
            changes::discard(tables, body)
        });
    }
}

fn put_chunks(tables: &mut Tables<'_>, body: u64, from: u32, bytes: &[u8]) -> Result<()> {
    for (number, chunk) in (from..).zip(bytes.chunks(CHUNK)) {
        tables.chunks.insert((body, number), chunk)?;
    }
    Ok(())
}

/// What a delivery's transaction needs.
struct Letter {
    body: u64,
    chunks: u32,
    size: u64,
    held: Vec<u8>,
    deliveries: Vec<Delivery>,
    queued: Option<Vec<u8>>,
    saved: i64,
    limit: u64,
    /// Numbers for its messages.
    ids: Vec<u64>,
}

impl Letter {
    fn deliver(self, tables: &mut Tables<'_>, effects: &mut Effects) -> Result<(Vec<Appended>, u64)> {
        let (targets, mut keywords) = self.look(tables)?;
        put_chunks(tables, self.body, self.chunks, &self.held)?;
        if self.chunks > 0 {
            tables.drafts.remove(self.body)?;
        }
        let messages = self.put_messages(tables)?;
        let mut appended = Vec::with_capacity(targets.len());
        for ((delivery, mailbox), message) in self.deliveries.iter().zip(targets).zip(&messages) {
            let Some(names) = keywords.get_mut(&mailbox) else { continue };
            let before = tables.keywords(mailbox)?.names.len();
            changes::learn(tables, effects, mailbox, names, before)?;
            let mut record = [Record {
                uid: 0,
                system: delivery.flags.system(),
                keywords: names.bits(&delivery.flags, false)?,
                message: *message,
                size: self.size + delivery.prefix.len() as u64,
                date: delivery.date,
                saved: self.saved,
                modseq: 0,
            }];
            changes::append(tables, effects, mailbox, &mut record, names)?;
            let uid_validity = tables.state(mailbox)?.uid_validity;
            appended.push(Appended { uid_validity, uid: record[0].uid });
        }
        let mut number = 0;
        if let (Some(envelope), Some(message)) = (&self.queued, messages.last()) {
            number = *message;
            tables.queue.insert(number, (*message, envelope.as_slice()))?;
        }
        Ok((appended, number))
    }

    /// Whether all can be done, before anything is.
    fn look(&self, tables: &Tables<'_>) -> Result<(Vec<u64>, HashMap<u64, Keywords>)> {
        let mut targets = Vec::with_capacity(self.deliveries.len());
        let mut keywords: HashMap<u64, Keywords> = HashMap::new();
        let mut bytes = tables.number("bytes")?;
        if self.queued.is_some() {
            bytes += self.size + OVERHEAD;
        }
        for delivery in &self.deliveries {
            let mailbox = tables.mailbox(&delivery.account, &delivery.mailbox)?;
            changes::has_uids(tables, mailbox, self.deliveries.len())?;
            let names = match keywords.remove(&mailbox) {
                Some(names) => names,
                None => tables.keywords(mailbox)?,
            };
            let names = keywords.entry(mailbox).or_insert(names);
            names.bits(&delivery.flags, true)?;
            bytes += self.size + delivery.prefix.len() as u64 + OVERHEAD;
            targets.push(mailbox);
        }
        if bytes > self.limit { Err(StoreError::Full) } else { Ok((targets, keywords)) }
    }

    /// A message for each different prefix, and one for the queue; they share the body.
    fn put_messages(&self, tables: &mut Tables<'_>) -> Result<Vec<u64>> {
        let queued = self.queued.is_some().then_some(&[] as &[u8]);
        let prefixes = self.deliveries.iter().map(|d| d.prefix.as_slice()).chain(queued);
        let mut made: Vec<(&[u8], u64, u32)> = Vec::new();
        let mut messages = Vec::new();
        for (prefix, id) in prefixes.zip(&self.ids) {
            let message = match made.iter_mut().find(|(p, ..)| *p == prefix) {
                Some((_, message, refs)) => {
                    *refs += 1;
                    *message
                }
                None => {
                    made.push((prefix, *id, 1));
                    *id
                }
            };
            messages.push(message);
        }
        tables.bodies.insert(self.body, (made.len() as u32, self.size))?;
        for (prefix, message, refs) in made {
            let size = self.size + prefix.len() as u64;
            tables.messages.insert(message, (refs, self.body, size, prefix))?;
            changes::count(tables, u64::from(refs) * (size + OVERHEAD))?;
        }
        Ok(messages)
    }
}
