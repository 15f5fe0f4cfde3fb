//! What changes messages, inside a transaction: append, flags, expunge, copy. Each looks first and changes
//! then, since it shares the transaction with others.

use redb::ReadableTable;

use super::error::{Result, StoreError};
use super::flags::{FlagChange, Flags};
use super::mailbox::{Effect, Effects};
use super::rows::{Keywords, Record, Tables, page_of};

/// What a message counts for beside its size: its rows.
pub(super) const OVERHEAD: u64 = 512;

/// Puts records at the end of a mailbox: they get their UIDs here. The keywords' bits are the mailbox's.
pub(super) fn append(
    tables: &mut Tables<'_>,
    effects: &mut Effects,
    mailbox: u64,
    records: &mut [Record],
    keywords: &mut Keywords,
) -> Result<()> {
    let mut state = tables.state(mailbox)?;
    state.modseq += 1;
    for record in records.iter_mut() {
        record.uid = state.uid_next;
        record.modseq = state.modseq;
        state.uid_next += 1;
    }
    for new in records.chunk_by(|a, b| page_of(a.uid) == page_of(b.uid)) {
        let page = page_of(new[0].uid);
        let mut all = tables.page(mailbox, page)?;
        all.extend_from_slice(new);
        tables.set_page(mailbox, page, &all)?;
    }
    tables.set_state(mailbox, state)?;
    effects.push(mailbox, Effect::Appended(records.iter().map(|r| r.entry(keywords)).collect()));
    Ok(())
}

/// Whether so many messages have room for a UID.
pub(super) fn has_uids(tables: &Tables<'_>, mailbox: u64, many: usize) -> Result<()> {
    let left = (u32::MAX - tables.state(mailbox)?.uid_next) as usize;
    if many < left { Ok(()) } else { Err(StoreError::Full) }
}

/// Writes a mailbox's keywords where there are new ones.
pub(super) fn learn(
    tables: &mut Tables<'_>,
    effects: &mut Effects,
    mailbox: u64,
    keywords: &Keywords,
    before: usize,
) -> Result<()> {
    if keywords.names.len() > before {
        tables.keywords.insert(mailbox, keywords.names.join(" ").as_str())?;
        effects.push(mailbox, Effect::Keywords(keywords.names.clone()));
    }
    Ok(())
}

/// Changes flags.
pub(super) fn flags(
    tables: &mut Tables<'_>,
    effects: &mut Effects,
    mailbox: u64,
    uids: &[u32],
    change: FlagChange,
    flags: &Flags,
) -> Result<Vec<u32>> {
    let mut state = tables.state(mailbox)?;
    let mut keywords = tables.keywords(mailbox)?;
    let before = keywords.names.len();
    let system = flags.system();
    let bits = keywords.bits(flags, change != FlagChange::Remove)?;
    learn(tables, effects, mailbox, &keywords, before)?;
    let modseq = state.modseq + 1;
    let mut changed = Vec::new();
    for wanted in uids.chunk_by(|a, b| page_of(*a) == page_of(*b)) {
        let page = page_of(wanted[0]);
        let mut records = tables.page(mailbox, page)?;
        let already = changed.len();
        for record in records.iter_mut().filter(|r| wanted.binary_search(&r.uid).is_ok()) {
            let (old_system, old_bits) = (record.system, record.keywords);
            (record.system, record.keywords) = match change {
                FlagChange::Set => (system, bits),
                FlagChange::Add => (old_system | system, old_bits | bits),
                FlagChange::Remove => (old_system & !system, old_bits & !bits),
            };
            if (old_system, old_bits) != (record.system, record.keywords) {
                record.modseq = modseq;
                changed.push((record.uid, keywords.flags(record.system, record.keywords)));
            }
        }
        if changed.len() > already {
            tables.set_page(mailbox, page, &records)?;
        }
    }
    let uids = changed.iter().map(|(uid, _)| *uid).collect();
    if !changed.is_empty() {
        state.modseq = modseq;
        tables.set_state(mailbox, state)?;
        effects.push(mailbox, Effect::Flags(changed, modseq));
    }
    Ok(uids)
}

/// Removes messages; the body goes with the last that shares it.
pub(super) fn expunge(
    tables: &mut Tables<'_>,
    effects: &mut Effects,
    mailbox: u64,
    uids: &[u32],
) -> Result<()> {
    let mut state = tables.state(mailbox)?;
    let mut gone = Vec::new();
    for wanted in uids.chunk_by(|a, b| page_of(*a) == page_of(*b)) {
        let page = page_of(wanted[0]);
        let records = tables.page(mailbox, page)?;
        let (out, left): (Vec<_>, Vec<_>) =
            records.iter().copied().partition(|r| wanted.binary_search(&r.uid).is_ok());
        if !out.is_empty() {
            tables.set_page(mailbox, page, &left)?;
            gone.extend(out);
        }
    }
    let mut freed = 0;
    for record in &gone {
        freed += release(tables, record.message)?;
    }
    if !gone.is_empty() {
        uncount(tables, freed)?;
        state.modseq += 1;
        tables.set_state(mailbox, state)?;
        let uids = gone.iter().map(|r| r.uid).collect();
        effects.push(mailbox, Effect::Expunged(uids, state.modseq));
    }
    Ok(())
}

/// One holder of a message less; what it counted, for [`uncount`].
pub(super) fn release(tables: &mut Tables<'_>, message: u64) -> Result<u64> {
    let Some((refs, body, size, prefix)) = row_of(tables, message)? else { return Ok(0) };
    let freed = size + OVERHEAD;
    if refs > 1 {
        tables.messages.insert(message, (refs - 1, body, size, prefix.as_slice()))?;
        return Ok(freed);
    }
    tables.messages.remove(message)?;
    let row = tables.bodies.get(body)?.map(|v| v.value());
    match row {
        Some((shared, size)) if shared > 1 => {
            tables.bodies.insert(body, (shared - 1, size))?;
        }
        _ => {
            tables.bodies.remove(body)?;
            discard(tables, body)?;
        }
    }
    Ok(freed)
}

/// A message's row, out of the table.
#[allow(clippy::type_complexity, reason = "it is the row as the table has it")]
fn row_of(tables: &Tables<'_>, message: u64) -> Result<Option<(u32, u64, u64, Vec<u8>)>> {
    let row = tables.messages.get(message)?;
    Ok(row.map(|v| {
        let (refs, body, size, prefix) = v.value();
        (refs, body, size, prefix.to_vec())
    }))
}

/// Removes the bytes of a body.
pub(super) fn discard(tables: &mut Tables<'_>, body: u64) -> Result<()> {
    tables.chunks.retain_in((body, 0)..=(body, u32::MAX), |_, _| false)?;
    Ok(())
}

/// Counts what is kept. A copy counts as a whole one, so that who empties a mailbox gets back what was taken.
pub(super) fn count(tables: &mut Tables<'_>, bytes: u64) -> Result<()> {
    let now = tables.number("bytes")?;
    tables.meta.insert("bytes", now + bytes)?;
    Ok(())
}

/// Counts what is kept no more.
pub(super) fn uncount(tables: &mut Tables<'_>, bytes: u64) -> Result<()> {
    let now = tables.number("bytes")?;
    tables.meta.insert("bytes", now.saturating_sub(bytes))?;
    Ok(())
}

/// Copies messages from one mailbox to another, or to itself.
pub(super) fn copy(
    tables: &mut Tables<'_>,
    effects: &mut Effects,
    (from, to): (u64, u64),
    uids: &[u32],
    saved: i64,
    limit: u64,
) -> Result<Vec<(u32, u32)>> {
    let mut records = Vec::new();
    for wanted in uids.chunk_by(|a, b| page_of(*a) == page_of(*b)) {
        let page = tables.page(from, page_of(wanted[0]))?;
        records.extend(page.into_iter().filter(|r| wanted.binary_search(&r.uid).is_ok()));
    }
    has_uids(tables, to, records.len())?;
    let size: u64 = records.iter().map(|r| r.size + OVERHEAD).sum();
    if tables.number("bytes")? + size > limit {
        return Err(StoreError::Full);
    }
    let mut theirs = tables.keywords(from)?;
    let mut ours = tables.keywords(to)?;
    let before = ours.names.len();
    for record in &mut records {
        let flags = theirs.flags(0, record.keywords);
        record.keywords = ours.bits(&flags, true)?;
        record.saved = saved;
    }
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let sources: Vec<u32> = records.iter().map(|r| r.uid).collect();
    learn(tables, effects, to, &ours, before)?;
    for record in &records {
        let Some((refs, body, size, prefix)) = row_of(tables, record.message)? else {
            return Err(StoreError::Damaged(format!("message {} is not there", record.message)));
        };
        tables.messages.insert(record.message, (refs + 1, body, size, prefix.as_slice()))?;
    }
    count(tables, size)?;
    append(tables, effects, to, &mut records, &mut ours)?;
    Ok(sources.into_iter().zip(records.iter().map(|r| r.uid)).collect())
}
