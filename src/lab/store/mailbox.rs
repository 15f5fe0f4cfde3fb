//! An open mailbox: its index in memory, one for all who have it open, changed only after the disk has it.
//!
//! A view takes [`Mailbox::snapshot`], which is cheap and never changes; [`Mailbox::watch`] tells when there is
//! a newer one, and what happened is the difference of the two, by UID.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};

use redb::ReadableDatabase;
use tokio::sync::watch;

use super::Inner;
use super::body::{self, Stored};
use super::changes;
use super::error::{Result, StoreError};
use super::flags::{FlagChange, Flags};
use super::rows::{BOXES, BoxState, ENTRIES, KEYWORDS, Keywords, Record};
use super::writer::{Keep, lock};
use crate::lab::servant::Body;

/// How many mailboxes that nobody has open stay in memory, so that a client's STATUS of each costs nothing.
const KEPT: usize = 16;

/// A message in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its UID.
    pub uid: u32,
    /// The message, shared by its copies; what [`Mailbox::read`] wants.
    pub message: u64,
    /// Its size in octets.
    pub size: u64,
    /// INTERNALDATE, in seconds since 1970.
    pub date: i64,
    /// Its flags.
    pub flags: Flags,
    /// The change that made it as it is (RFC 7162).
    pub modseq: u64,
    /// When it came into this mailbox (SAVEDATE, RFC 8514).
    pub saved: i64,
}

/// What a transaction has changed, told to the open mailboxes once the disk has it.
#[derive(Default)]
pub(super) struct Effects(Vec<(u64, Effect)>);

/// One change of one mailbox.
pub(super) enum Effect {
    Appended(Vec<Entry>),
    Flags(Vec<(u32, Flags)>, u64),
    Expunged(Vec<u32>, u64),
    Keywords(Vec<String>),
    Recent(u32),
    Named(String),
    Deleted,
}

impl Effects {
    pub(super) fn push(&mut self, mailbox: u64, effect: Effect) {
        self.0.push((mailbox, effect));
    }
}

/// What all views of a mailbox share.
pub(super) struct Index {
    id: u64,
    account: String,
    uid_validity: u32,
    now: Mutex<Now>,
    version: watch::Sender<u64>,
    deleted: AtomicBool,
}

struct Now {
    name: String,
    entries: Arc<Vec<Entry>>,
    keywords: Arc<Vec<String>>,
    uid_next: u32,
    modseq: u64,
    recent: u32,
}

impl Index {
    fn load(inner: &Inner, account: &str, name: &str, id: u64) -> Result<Index> {
        let txn = inner.database.begin_read()?;
        let row = txn.open_table(BOXES)?.get(id)?.ok_or(StoreError::NoMailbox)?.value();
        let state = BoxState { uid_validity: row.0, uid_next: row.1, modseq: row.2, recent: row.3 };
        let names = txn.open_table(KEYWORDS)?.get(id)?;
        let mut keywords = names.map(|v| Keywords::read(v.value())).unwrap_or_default();
        let rows = txn.open_table(ENTRIES)?;
        // Counted first: a list that grows to its size has twice the memory in the end.
        let mut many = 0;
        for row in rows.range((id, 0)..=(id, u32::MAX))? {
            many += Record::count(row?.1.value());
        }
        let mut entries = Vec::with_capacity(many);
        for row in rows.range((id, 0)..=(id, u32::MAX))? {
            entries.extend(Record::read_all(row?.1.value())?.iter().map(|r| r.entry(&mut keywords)));
        }
        let now = Now {
            name: name.to_owned(),
            entries: Arc::new(entries),
            keywords: Arc::new(keywords.names),
            uid_next: state.uid_next,
            modseq: state.modseq,
            recent: state.recent,
        };
        Ok(Index {
            id,
            account: account.to_owned(),
            uid_validity: state.uid_validity,
            now: Mutex::new(now),
            version: watch::Sender::new(0),
            deleted: AtomicBool::new(false),
        })
    }

    fn apply(&self, effect: Effect) {
        let mut now = lock(&self.now);
        match effect {
            Effect::Appended(new) => {
                now.uid_next = new.last().map_or(now.uid_next, |e| e.uid + 1);
                now.modseq = new.last().map_or(now.modseq, |e| e.modseq);
                Arc::make_mut(&mut now.entries).extend(new);
            }
            Effect::Flags(changed, modseq) => {
                now.modseq = modseq;
                let mut changed = changed.into_iter().peekable();
                for entry in Arc::make_mut(&mut now.entries) {
                    if let Some((_, flags)) = changed.next_if(|(uid, _)| *uid == entry.uid) {
                        entry.flags = flags;
                        entry.modseq = modseq;
                    }
                }
            }
            Effect::Expunged(gone, modseq) => {
                now.modseq = modseq;
                let mut gone = gone.into_iter().peekable();
                Arc::make_mut(&mut now.entries).retain(|e| gone.next_if_eq(&e.uid).is_none());
            }
            Effect::Keywords(names) => now.keywords = Arc::new(names),
            Effect::Recent(uid) => now.recent = uid,
            Effect::Named(name) => now.name = name,
            Effect::Deleted => {
                self.deleted.store(true, Ordering::Relaxed);
                now.entries = Arc::new(Vec::new());
            }
        }
    }
}

/// The indexes in memory: those somebody has open, and the last few.
#[derive(Default)]
pub(super) struct Open {
    known: HashMap<u64, Weak<Index>>,
    last: VecDeque<Arc<Index>>,
}

impl Open {
    fn find(&mut self, id: u64) -> Option<Arc<Index>> {
        self.known.get(&id).and_then(Weak::upgrade)
    }

    fn keep(&mut self, index: &Arc<Index>) {
        self.known.insert(index.id, Arc::downgrade(index));
        self.last.push_back(index.clone());
        while self.last.len() > KEPT {
            self.last.pop_front();
        }
        self.known.retain(|_, known| known.strong_count() > 0);
    }

    /// Tells the open mailboxes what has changed, and those who watch them, once each.
    pub(super) fn apply(&mut self, effects: Effects) {
        let mut touched: Vec<Arc<Index>> = Vec::new();
        for (id, effect) in effects.0 {
            let Some(index) = self.find(id) else { continue };
            if matches!(effect, Effect::Deleted) {
                self.last.retain(|kept| kept.id != id);
            }
            index.apply(effect);
            if !touched.iter().any(|t| t.id == id) {
                touched.push(index);
            }
        }
        touched.iter().for_each(|index| index.version.send_modify(|v| *v += 1));
    }
}

impl Inner {
    /// The index of a mailbox, from memory or from the disk.
    pub(super) fn index(&self, account: &str, name: &str, id: u64) -> Result<Arc<Index>> {
        if let Some(index) = lock(&self.open).find(id) {
            return Ok(index);
        }
        // While nobody writes, what is read cannot miss a change that is told only to the open ones.
        let _quiet = self.writer.quiet();
        if let Some(index) = lock(&self.open).find(id) {
            return Ok(index);
        }
        let index = Arc::new(Index::load(self, account, name, id)?);
        lock(&self.open).keep(&index);
        Ok(index)
    }
}

/// An open mailbox.
#[derive(Clone)]
pub struct Mailbox {
    inner: Arc<Inner>,
    index: Arc<Index>,
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailbox").field("account", &self.index.account).field("name", &self.name()).finish()
    }
}

impl Mailbox {
    pub(super) fn new(inner: Arc<Inner>, index: Arc<Index>) -> Self {
        Mailbox { inner, index }
    }

    /// Its name as it is now: it can be renamed while it is open.
    pub fn name(&self) -> String {
        lock(&self.index.now).name.clone()
    }

    /// Whose it is.
    pub fn account(&self) -> &str {
        &self.index.account
    }

    /// UIDVALIDITY.
    pub fn uid_validity(&self) -> u32 {
        self.index.uid_validity
    }

    /// UIDNEXT.
    pub fn uid_next(&self) -> u32 {
        lock(&self.index.now).uid_next
    }

    /// HIGHESTMODSEQ (RFC 7162).
    pub fn highest_modseq(&self) -> u64 {
        lock(&self.index.now).modseq
    }

    /// The keywords that messages of it have or had.
    pub fn keywords(&self) -> Arc<Vec<String>> {
        lock(&self.index.now).keywords.clone()
    }

    /// Its messages as they are now, by ascending UID.
    pub fn snapshot(&self) -> Arc<Vec<Entry>> {
        lock(&self.index.now).entries.clone()
    }

    /// Grows with every change.
    pub fn version(&self) -> u64 {
        *self.index.version.borrow()
    }

    /// Tells of every change.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.index.version.subscribe()
    }

    /// Whether it has been deleted while it was open.
    pub fn deleted(&self) -> bool {
        self.index.deleted.load(Ordering::Relaxed)
    }

    /// The first UID that no session was told of as `\Recent`, without taking it: STATUS, EXAMINE.
    pub fn recent(&self) -> u32 {
        lock(&self.index.now).recent
    }

    /// The same for the session that SELECTs: messages from this UID on are its `\Recent` ones, and nobody
    /// else's any more.
    ///
    /// # Errors
    /// The database's.
    pub fn take_recent(&self) -> Result<u32> {
        let (first, next) = {
            let now = lock(&self.index.now);
            (now.recent, now.uid_next)
        };
        if first == next {
            return Ok(first);
        }
        let id = self.index.id;
        self.inner.write(Keep::Soon, move |tables, effects| {
            let mut state = tables.state(id)?;
            let first = state.recent;
            state.recent = state.uid_next;
            tables.set_state(id, state)?;
            effects.push(id, Effect::Recent(state.recent));
            Ok(first)
        })
    }

    /// Changes flags; says which messages are different now.
    ///
    /// # Errors
    /// [`StoreError::Full`] at the 65th keyword; the database's.
    pub fn change_flags(&self, uids: &[u32], change: FlagChange, flags: &Flags) -> Result<Vec<u32>> {
        let (id, uids, flags) = (self.index.id, sorted(uids), flags.clone());
        self.inner.write(Keep::Durable, move |t, e| changes::flags(t, e, id, &uids, change, &flags))
    }

    /// Removes messages, whatever their flags; those that are gone already do not matter.
    ///
    /// # Errors
    /// The database's.
    pub fn expunge(&self, uids: &[u32]) -> Result<()> {
        let (id, uids) = (self.index.id, sorted(uids));
        self.inner.write(Keep::Durable, move |t, e| changes::expunge(t, e, id, &uids))
    }

    /// Copies messages, which share their bodies; their UIDs here and there, ascending.
    ///
    /// # Errors
    /// [`StoreError::NoMailbox`] where the other has been deleted; the database's.
    pub fn copy_to(&self, uids: &[u32], other: &Mailbox) -> Result<Vec<(u32, u32)>> {
        self.carry(uids, other, false)
    }

    /// Copies messages and removes them here, in one transaction.
    ///
    /// # Errors
    /// As [`Mailbox::copy_to`].
    pub fn move_to(&self, uids: &[u32], other: &Mailbox) -> Result<Vec<(u32, u32)>> {
        self.carry(uids, other, true)
    }

    fn carry(&self, uids: &[u32], other: &Mailbox, away: bool) -> Result<Vec<(u32, u32)>> {
        let (from, to, uids) = (self.index.id, other.index.id, sorted(uids));
        let (saved, limit) = (self.inner.now(), self.inner.limits.bytes);
        self.inner.write(Keep::Durable, move |t, e| {
            let pairs = changes::copy(t, e, (from, to), &uids, saved, limit)?;
            if away {
                changes::expunge(t, e, from, &uids)?;
            }
            Ok(pairs)
        })
    }

    /// A piece of a message; past the end, what there is.
    ///
    /// # Errors
    /// [`StoreError::NoMessage`] where it has been expunged; the database's.
    pub fn read(&self, message: u64, from: u64, len: usize) -> Result<Vec<u8>> {
        body::read(&self.inner, message, from, len)
    }

    /// A piece of a message, a portion at a time. It can be read to its end even if the message is expunged
    /// meanwhile.
    ///
    /// # Errors
    /// As [`Mailbox::read`].
    pub fn body(&self, message: u64, from: u64, len: u64) -> Result<Box<dyn Body>> {
        Ok(Box::new(Stored::open(&self.inner, message, from, len)?))
    }

    /// A message's header, with the empty line; all of a message that has none, to a mebibyte.
    ///
    /// # Errors
    /// As [`Mailbox::read`].
    pub fn header(&self, message: u64) -> Result<Vec<u8>> {
        body::header(&self.inner, message)
    }
}

fn sorted(uids: &[u32]) -> Vec<u32> {
    let mut uids = uids.to_vec();
    uids.sort_unstable();
    uids.dedup();
    uids
}
