//! What the lab keeps: accounts, mailboxes, messages, the queue. One database (redb), in memory or in a file;
//! the code is the same.
//!
//! - A message that was acknowledged is on the disk: [`Draft::commit`] returns after that, and a `kill -9`
//!   at any moment loses nothing that was said to be kept, nor leaves half of anything.
//! - An open mailbox's index is in memory, shared by all who have it open ([`Mailbox`]).
//! - Bodies are in chunks, shared by copies and by recipients, and go with the last of them.
//!
//! All of it is synchronous, and short but for the wait for the disk; those who wait at the same time wait
//! for one transaction ([`writer`]).

mod accounts;
mod body;
mod changes;
mod check;
mod draft;
mod error;
mod flags;
mod mailbox;
mod queue;
mod rows;
mod writer;

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use redb::backends::InMemoryBackend;
use redb::{Builder, Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableError};

pub use accounts::MailboxInfo;
pub use check::Kept;
pub use draft::{Appended, Delivery, Draft};
pub use error::{Result, StoreError};
pub use flags::{FlagChange, Flags, System};
pub use mailbox::{Entry, Mailbox};
pub use queue::Queued;

use mailbox::{Effects, Open};
use rows::{BODIES, BOXES, DRAFTS, MESSAGES, META, SCHEMA, Tables};
use writer::{Keep, Writer, lock};

/// Between the levels of a mailbox's name, as on the practice's server.
pub const SEPARATOR: char = '.';

/// The domains that are ours where nobody says others.
pub const DOMAINS: [&str; 2] = ["redes.unlp.edu.ar", "mail.redes.unlp.edu.ar"];

/// What the database holds of the file in memory.
const CACHE: usize = 16 << 20;

/// What is never exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all messages together.
    pub bytes: u64,
    /// Mailboxes of an account.
    pub mailboxes: usize,
    /// Bytes of a mailbox's name.
    pub name: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 4 << 30, mailboxes: 500, name: 255 }
    }
}

impl Limits {
    /// For a store in memory: less.
    pub fn memory() -> Self {
        Limits { bytes: 256 << 20, ..Limits::default() }
    }
}

type Clock = Box<dyn Fn() -> i64 + Send + Sync>;

/// What all handles share.
pub(crate) struct Inner {
    database: Database,
    writer: Writer,
    open: Mutex<Open>,
    locked: Mutex<HashSet<String>>,
    domains: Mutex<Vec<String>>,
    clock: Mutex<Clock>,
    limits: Limits,
    ids: AtomicU64,
}

impl Inner {
    fn write<T, F>(&self, keep: Keep, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tables<'_>, &mut Effects) -> Result<T> + Send + 'static,
    {
        self.writer.write(&self.database, keep, &|effects| lock(&self.open).apply(effects), work)
    }

    /// The largest number in use, where there is nothing to do before the store is used: opening it then
    /// waits for no disk.
    fn tidy(&self) -> Result<Option<u64>> {
        let txn = self.database.begin_read()?;
        let meta = match txn.open_table(META) {
            Err(TableError::TableDoesNotExist(_)) => return Ok(None),
            meta => meta?,
        };
        let schema = meta.get("schema")?.map_or(0, |v| v.value());
        if schema > SCHEMA {
            return Err(StoreError::Newer(schema));
        }
        if schema < SCHEMA || !txn.open_table(DRAFTS)?.is_empty()? {
            return Ok(None);
        }
        last_id(&txn.open_table(MESSAGES)?, &txn.open_table(BODIES)?, &txn.open_table(BOXES)?).map(Some)
    }

    /// A number that no message, body or mailbox has.
    fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    fn now(&self) -> i64 {
        lock(&self.clock)()
    }
}

/// What the lab keeps.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// A store that is gone with the last handle.
    ///
    /// # Panics
    /// Never: memory cannot be damaged or in use.
    #[must_use]
    pub fn memory() -> Store {
        Store::memory_with(Limits::memory()).expect("a database in memory")
    }

    /// The same with other limits.
    ///
    /// # Errors
    /// None that is known.
    pub fn memory_with(limits: Limits) -> Result<Store> {
        let database = builder().create_with_backend(InMemoryBackend::new())?;
        Store::begin(database, limits)
    }

    /// The store in a file, which is made where there is none. One process at a time.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Newer`], [`StoreError::Damaged`], [`StoreError::Io`].
    pub fn open(path: &Path) -> Result<Store> {
        Store::open_with(path, Limits::default())
    }

    /// The same with other limits.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(path: &Path, limits: Limits) -> Result<Store> {
        Store::begin(builder().create(path)?, limits)
    }

    fn begin(database: Database, limits: Limits) -> Result<Store> {
        let mut inner = Inner {
            database,
            writer: Writer::default(),
            open: Mutex::default(),
            locked: Mutex::default(),
            domains: Mutex::new(DOMAINS.iter().map(|d| (*d).to_owned()).collect()),
            clock: Mutex::new(Box::new(system_clock)),
            limits,
            ids: AtomicU64::new(1),
        };
        let last = match inner.tidy()? {
            Some(last) => last,
            None => inner.write(Keep::Durable, |tables, _| {
                tables.meta.insert("schema", SCHEMA)?;
                sweep(tables)?;
                last_id(&tables.messages, &tables.bodies, &tables.boxes)
            })?,
        };
        inner.ids = AtomicU64::new(last + 1);
        Ok(Store { inner: Arc::new(inner) })
    }

    /// What is never exceeded.
    pub fn limits(&self) -> Limits {
        self.inner.limits
    }

    /// Another clock, in seconds since 1970: for runs that can be repeated.
    pub fn set_clock(&self, clock: impl Fn() -> i64 + Send + Sync + 'static) {
        *lock(&self.inner.clock) = Box::new(clock);
    }

    /// What time it is, by that clock.
    pub fn now(&self) -> i64 {
        self.inner.now()
    }

    /// A message on its way in.
    pub fn draft(&self) -> Draft {
        Draft::new(self.inner.clone())
    }

    /// Waits until all that was changed is on the disk.
    ///
    /// # Errors
    /// The database's.
    pub fn settle(&self) -> Result<()> {
        self.inner.write(Keep::Durable, |_, _| Ok(()))
    }

    /// A message, by its number: what is in the queue; what is in a mailbox, too.
    ///
    /// # Errors
    /// [`StoreError::NoMessage`]; the database's.
    pub fn read(&self, message: u64, from: u64, len: usize) -> Result<Vec<u8>> {
        body::read(&self.inner, message, from, len)
    }

    /// The lock of a POP session (RFC 1939 §4); none where another session has it.
    pub fn lock_maildrop(&self, account: &str) -> Option<MaildropLock> {
        let account = account.to_lowercase();
        let free = lock(&self.inner.locked).insert(account.clone());
        free.then(|| MaildropLock { inner: self.inner.clone(), account })
    }
}

/// The lock of a POP session; free when it is dropped.
pub struct MaildropLock {
    inner: Arc<Inner>,
    account: String,
}

impl std::fmt::Debug for MaildropLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MaildropLock").field("account", &self.account).finish_non_exhaustive()
    }
}

impl Drop for MaildropLock {
    fn drop(&mut self) {
        lock(&self.inner.locked).remove(&self.account);
    }
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE);
    builder
}

fn system_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.ok().and_then(|d| i64::try_from(d.as_secs()).ok()).unwrap_or(0)
}

/// Takes out what was being written when the process ended.
fn sweep(tables: &mut Tables<'_>) -> Result<()> {
    let mut left = Vec::new();
    for row in tables.drafts.iter()? {
        left.push(row?.0.value());
    }
    for body in left {
        tables.drafts.remove(body)?;
        changes::discard(tables, body)?;
    }
    Ok(())
}

/// The largest number that is in use.
fn last_id(
    messages: &impl ReadableTable<u64, (u32, u64, u64, &'static [u8])>,
    bodies: &impl ReadableTable<u64, (u32, u64)>,
    boxes: &impl ReadableTable<u64, (u32, u32, u64, u32)>,
) -> Result<u64> {
    let message = messages.last()?.map_or(0, |(k, _)| k.value());
    let body = bodies.last()?.map_or(0, |(k, _)| k.value());
    let mailbox = boxes.last()?.map_or(0, |(k, _)| k.value());
    Ok(message.max(body).max(mailbox))
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
