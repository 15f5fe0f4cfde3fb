//! How things stand in the database: the tables, and the packed rows of a mailbox's index.
//!
//! A row of the index holds up to 64 messages, fixed in size, so that opening a mailbox reads a sixty-fourth
//! of the rows, marking all as read writes as few, and adding one rewrites less than a page. A keyword is a
//! bit; which one, the mailbox's own list tells.

use std::collections::HashMap;
use std::sync::Arc;

use redb::{ReadableTable, Table, TableDefinition, WriteTransaction};

use super::error::{Result, StoreError};
use super::flags::Flags;
use super::mailbox::Entry;

/// The schema this ehlo writes; a change that an older one cannot read takes the next number.
pub(super) const SCHEMA: u64 = 1;

/// Bytes of a body in one value. Less than 64 KiB by more than a leaf's own words, since the database gives
/// out powers of two.
pub(super) const CHUNK: usize = 64 * 1024 - 256;

/// `schema`, `validity` (the last UIDVALIDITY given), `bytes` (kept in messages).
pub(super) const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// Name to password. In clear: CRAM-MD5, APOP and SCRAM need it, and the accounts are for practice.
pub(super) const ACCOUNTS: TableDefinition<&str, &str> = TableDefinition::new("accounts");
/// Account and name to number and special use.
pub(super) const MAILBOXES: TableDefinition<(&str, &str), (u64, &str)> = TableDefinition::new("mailboxes");
/// Account and name; a subscription outlives its mailbox (RFC 9051 §6.3.7).
pub(super) const SUBSCRIBED: TableDefinition<(&str, &str), ()> = TableDefinition::new("subscribed");
/// Mailbox to UIDVALIDITY, UIDNEXT, highest MODSEQ, and the first UID that no session was told of as recent.
pub(super) const BOXES: TableDefinition<u64, (u32, u32, u64, u32)> = TableDefinition::new("boxes");
/// Mailbox to its keywords, a space between.
pub(super) const KEYWORDS: TableDefinition<u64, &str> = TableDefinition::new("keywords");
/// Mailbox and UID / 64 to packed records.
pub(super) const ENTRIES: TableDefinition<(u64, u32), &[u8]> = TableDefinition::new("entries");
/// Message to how often it is in a mailbox, its body, its size, and what stands before the body.
pub(super) const MESSAGES: TableDefinition<u64, (u32, u64, u64, &[u8])> = TableDefinition::new("messages");
/// Body to how many messages share it, and its size.
pub(super) const BODIES: TableDefinition<u64, (u32, u64)> = TableDefinition::new("bodies");
/// Body and number to bytes.
pub(super) const CHUNKS: TableDefinition<(u64, u32), &[u8]> = TableDefinition::new("chunks");
/// Bodies that are being written; after a crash they are swept away.
pub(super) const DRAFTS: TableDefinition<u64, ()> = TableDefinition::new("drafts");
/// Queue number to message and envelope.
pub(super) const QUEUE: TableDefinition<u64, (u64, &[u8])> = TableDefinition::new("queue");

/// All tables of a transaction that writes.
pub(super) struct Tables<'t> {
    pub meta: Table<'t, &'static str, u64>,
    pub accounts: Table<'t, &'static str, &'static str>,
    pub mailboxes: Table<'t, (&'static str, &'static str), (u64, &'static str)>,
    pub subscribed: Table<'t, (&'static str, &'static str), ()>,
    pub boxes: Table<'t, u64, (u32, u32, u64, u32)>,
    pub keywords: Table<'t, u64, &'static str>,
    pub entries: Table<'t, (u64, u32), &'static [u8]>,
    pub messages: Table<'t, u64, (u32, u64, u64, &'static [u8])>,
    pub bodies: Table<'t, u64, (u32, u64)>,
    pub chunks: Table<'t, (u64, u32), &'static [u8]>,
    pub drafts: Table<'t, u64, ()>,
    pub queue: Table<'t, u64, (u64, &'static [u8])>,
}

impl<'t> Tables<'t> {
    pub(super) fn open(txn: &'t WriteTransaction) -> Result<Self> {
        Ok(Tables {
            meta: txn.open_table(META)?,
            accounts: txn.open_table(ACCOUNTS)?,
            mailboxes: txn.open_table(MAILBOXES)?,
            subscribed: txn.open_table(SUBSCRIBED)?,
            boxes: txn.open_table(BOXES)?,
            keywords: txn.open_table(KEYWORDS)?,
            entries: txn.open_table(ENTRIES)?,
            messages: txn.open_table(MESSAGES)?,
            bodies: txn.open_table(BODIES)?,
            chunks: txn.open_table(CHUNKS)?,
            drafts: txn.open_table(DRAFTS)?,
            queue: txn.open_table(QUEUE)?,
        })
    }

    /// A number of `meta`, 0 where it was never set.
    pub(super) fn number(&self, name: &str) -> Result<u64> {
        Ok(self.meta.get(name)?.map_or(0, |v| v.value()))
    }

    /// The number of a mailbox.
    pub(super) fn mailbox(&self, account: &str, name: &str) -> Result<u64> {
        if self.accounts.get(account)?.is_none() {
            return Err(StoreError::NoAccount);
        }
        let found = self.mailboxes.get((account, name))?.map(|v| v.value().0);
        found.ok_or(StoreError::NoMailbox)
    }

    /// What changes of a mailbox with every message.
    pub(super) fn state(&self, mailbox: u64) -> Result<BoxState> {
        let row = self.boxes.get(mailbox)?.ok_or(StoreError::NoMailbox)?.value();
        Ok(BoxState { uid_validity: row.0, uid_next: row.1, modseq: row.2, recent: row.3 })
    }

    /// Writes it back.
    pub(super) fn set_state(&mut self, mailbox: u64, state: BoxState) -> Result<()> {
        let row = (state.uid_validity, state.uid_next, state.modseq, state.recent);
        self.boxes.insert(mailbox, row)?;
        Ok(())
    }

    /// The keywords of a mailbox.
    pub(super) fn keywords(&self, mailbox: u64) -> Result<Keywords> {
        Ok(self.keywords.get(mailbox)?.map(|v| Keywords::read(v.value())).unwrap_or_default())
    }

    /// The records of one row.
    pub(super) fn page(&self, mailbox: u64, page: u32) -> Result<Vec<Record>> {
        match self.entries.get((mailbox, page))? {
            Some(row) => Record::read_all(row.value()),
            None => Ok(Vec::new()),
        }
    }

    /// Writes them back; an empty row goes.
    pub(super) fn set_page(&mut self, mailbox: u64, page: u32, records: &[Record]) -> Result<()> {
        if records.is_empty() {
            self.entries.remove((mailbox, page))?;
        } else {
            self.entries.insert((mailbox, page), Record::write_all(records).as_slice())?;
        }
        Ok(())
    }
}

/// What changes of a mailbox with every message.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoxState {
    pub uid_validity: u32,
    pub uid_next: u32,
    pub modseq: u64,
    pub recent: u32,
}

/// The row a UID is in.
pub(super) fn page_of(uid: u32) -> u32 {
    uid / 64
}

/// A message's record in the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub uid: u32,
    pub system: u8,
    pub keywords: u64,
    pub message: u64,
    pub size: u64,
    pub date: i64,
    pub saved: i64,
    pub modseq: u64,
}

const RECORD: usize = 53;

impl Record {
    pub(super) fn read_all(row: &[u8]) -> Result<Vec<Record>> {
        if row.is_empty() || !row.len().is_multiple_of(RECORD) {
            return Err(StoreError::Damaged(format!("index row of {} bytes", row.len())));
        }
        Ok(row.as_chunks::<RECORD>().0.iter().map(Record::read).collect())
    }

    /// How many records a row has.
    pub(super) fn count(row: &[u8]) -> usize {
        row.len() / RECORD
    }

    fn read(bytes: &[u8; RECORD]) -> Record {
        let word = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[at..at + 8]);
            eight
        };
        Record {
            uid: u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
            system: bytes[4],
            keywords: u64::from_le_bytes(word(5)),
            message: u64::from_le_bytes(word(13)),
            size: u64::from_le_bytes(word(21)),
            date: i64::from_le_bytes(word(29)),
            saved: i64::from_le_bytes(word(37)),
            modseq: u64::from_le_bytes(word(45)),
        }
    }

    fn write_all(records: &[Record]) -> Vec<u8> {
        let mut row = Vec::with_capacity(records.len() * RECORD);
        for r in records {
            row.extend_from_slice(&r.uid.to_le_bytes());
            row.push(r.system);
            row.extend_from_slice(&r.keywords.to_le_bytes());
            row.extend_from_slice(&r.message.to_le_bytes());
            row.extend_from_slice(&r.size.to_le_bytes());
            row.extend_from_slice(&r.date.to_le_bytes());
            row.extend_from_slice(&r.saved.to_le_bytes());
            row.extend_from_slice(&r.modseq.to_le_bytes());
        }
        row
    }

    /// As the mailbox shows it.
    pub(super) fn entry(&self, keywords: &mut Keywords) -> Entry {
        Entry {
            uid: self.uid,
            message: self.message,
            size: self.size,
            date: self.date,
            flags: keywords.flags(self.system, self.keywords),
            modseq: self.modseq,
            saved: self.saved,
        }
    }
}

/// The keywords of a mailbox: the nth is the nth bit.
#[derive(Clone, Debug, Default)]
pub(super) struct Keywords {
    pub names: Vec<String>,
    /// One list for all messages with the same keywords.
    shared: HashMap<u64, Arc<Vec<String>>>,
}

impl Keywords {
    pub(super) fn read(row: &str) -> Self {
        Keywords { names: row.split_ascii_whitespace().map(str::to_owned).collect(), shared: HashMap::new() }
    }

    /// The bits of a message's keywords; new ones are given the next bits where that is wished.
    pub(super) fn bits(&mut self, flags: &Flags, learn: bool) -> Result<u64> {
        let mut bits = 0;
        for word in flags.keywords() {
            let known = self.names.iter().position(|n| n.eq_ignore_ascii_case(word));
            let at = match known {
                Some(at) => at,
                None if !learn => continue,
                None if self.names.len() == 64 => return Err(StoreError::Full),
                None => {
                    self.names.push(word.clone());
                    self.names.len() - 1
                }
            };
            bits |= 1 << at;
        }
        Ok(bits)
    }

    /// The flags of bits.
    pub(super) fn flags(&mut self, system: u8, bits: u64) -> Flags {
        if bits == 0 {
            return Flags::stored(system, None);
        }
        if let Some(shared) = self.shared.get(&bits) {
            return Flags::stored(system, Some(shared.clone()));
        }
        let mut flags = Flags::new();
        let named = self.names.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
        named.for_each(|(_, name)| flags.insert_keyword(name));
        if let Some(names) = flags.shared() {
            self.shared.insert(bits, names);
        }
        Flags::stored(system, flags.shared())
    }
}
