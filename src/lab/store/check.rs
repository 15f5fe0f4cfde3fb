//! Whether everything hangs together: each message that a mailbox has is there, whole and counted, and
//! nothing is there that nobody has.

use std::collections::{BTreeSet, HashMap};

use redb::{ReadTransaction, ReadableDatabase, ReadableTable};

use super::Store;
use super::changes::OVERHEAD;
use super::error::{Result, StoreError};
use super::rows::{
    BODIES, BOXES, CHUNK, CHUNKS, DRAFTS, ENTRIES, KEYWORDS, MAILBOXES, MESSAGES, META, QUEUE, Record,
    page_of,
};

/// What is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Messages in mailboxes and in the queue, copies counted.
    pub messages: u64,
    /// Bodies, each once.
    pub bodies: u64,
    /// Octets of the bodies.
    pub octets: u64,
}

impl Store {
    /// Walks through everything.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing that does not fit.
    pub fn check(&self) -> Result<Kept> {
        let txn = self.inner.database.begin_read()?;
        let mut refs = mailboxes(&txn)?;
        for row in txn.open_table(QUEUE)?.iter()? {
            *refs.entry(row?.1.value().0).or_default() += 1;
        }
        let messages = refs.values().map(|n| u64::from(*n)).sum();
        let shared = check_messages(&txn, &refs)?;
        let (bodies, octets) = check_bodies(&txn, &shared)?;
        Ok(Kept { messages, bodies, octets })
    }
}

fn damaged<T>(what: String) -> Result<T> {
    Err(StoreError::Damaged(what))
}

/// How often each message is in a mailbox.
fn mailboxes(txn: &ReadTransaction) -> Result<HashMap<u64, u32>> {
    let mut named = BTreeSet::new();
    for row in txn.open_table(MAILBOXES)?.iter()? {
        named.insert(row?.1.value().0);
    }
    let boxes = txn.open_table(BOXES)?;
    let keywords = txn.open_table(KEYWORDS)?;
    let mut validities = BTreeSet::new();
    for row in boxes.iter()? {
        let (id, state) = row?;
        if !named.remove(&id.value()) || !validities.insert(state.value().0) {
            return damaged(format!("mailbox {} has no name, or no UIDVALIDITY of its own", id.value()));
        }
    }
    if !named.is_empty() {
        return damaged(format!("mailboxes {named:?} have no state"));
    }
    let mut refs = HashMap::new();
    let mut last = (0, 0);
    for row in txn.open_table(ENTRIES)?.iter()? {
        let (key, value) = row?;
        let (id, page) = key.value();
        let Some((_, next, modseq, _)) = boxes.get(id)?.map(|v| v.value()) else {
            return damaged(format!("row {page} of mailbox {id}, which is not there"));
        };
        let words = keywords.get(id)?.map_or(0, |v| v.value().split(' ').count());
        for record in Record::read_all(value.value())? {
            let known = u32::try_from(words).is_ok_and(|w| 64 - record.keywords.leading_zeros() <= w);
            let fits = page_of(record.uid) == page && record.uid < next && record.modseq <= modseq;
            if !known || !fits || (id, record.uid) <= last {
                return damaged(format!("mailbox {id}: {record:?}"));
            }
            last = (id, record.uid);
            *refs.entry(record.message).or_default() += 1;
        }
    }
    Ok(refs)
}

/// How many messages share each body.
fn check_messages(txn: &ReadTransaction, refs: &HashMap<u64, u32>) -> Result<HashMap<u64, (u32, u64)>> {
    let mut shared: HashMap<u64, (u32, u64)> = HashMap::new();
    let (mut seen, mut bytes) = (0, 0);
    for row in txn.open_table(MESSAGES)?.iter()? {
        let (key, value) = row?;
        let (count, body, size, prefix) = value.value();
        if refs.get(&key.value()) != Some(&count) {
            return damaged(format!("message {} is counted wrong", key.value()));
        }
        let in_body = size.wrapping_sub(prefix.len() as u64);
        let entry = shared.entry(body).or_insert((0, in_body));
        entry.0 += 1;
        if entry.1 != in_body {
            return damaged(format!("message {} has not the size of its body", key.value()));
        }
        seen += 1;
        bytes += u64::from(count) * (size + OVERHEAD);
    }
    let counted = txn.open_table(META)?.get("bytes")?.map_or(0, |v| v.value());
    if seen != refs.len() || bytes != counted {
        return damaged(format!("{seen} messages of {}, {bytes} octets of {counted}", refs.len()));
    }
    Ok(shared)
}

/// The bodies and their octets.
fn check_bodies(txn: &ReadTransaction, shared: &HashMap<u64, (u32, u64)>) -> Result<(u64, u64)> {
    let mut lengths: HashMap<u64, (u32, u64)> = HashMap::new();
    for row in txn.open_table(CHUNKS)?.iter()? {
        let (key, value) = row?;
        let (body, number) = key.value();
        let (next, length) = lengths.entry(body).or_default();
        if number != *next || *length != u64::from(number) * CHUNK as u64 {
            return damaged(format!("chunk {number} of body {body}"));
        }
        *next += 1;
        *length += value.value().len() as u64;
    }
    for row in txn.open_table(DRAFTS)?.iter()? {
        lengths.remove(&row?.0.value());
    }
    let (mut bodies, mut octets) = (0, 0);
    for row in txn.open_table(BODIES)?.iter()? {
        let (key, value) = row?;
        let length = lengths.remove(&key.value()).map_or(0, |(_, length)| length);
        if shared.get(&key.value()) != Some(&value.value()) || length != value.value().1 {
            return damaged(format!("body {} of {length} octets", key.value()));
        }
        bodies += 1;
        octets += length;
    }
    if bodies as usize != shared.len() || !lengths.is_empty() {
        return damaged(format!("bodies: {bodies} of {}, {} of nobody", shared.len(), lengths.len()));
    }
    Ok((bodies, octets))
}
