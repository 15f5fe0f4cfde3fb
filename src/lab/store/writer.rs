//! The one writer: works that come at the same time share a transaction, and so one wait for the disk.
//!
//! There is no thread for it. Who comes while nobody writes, writes; who comes meanwhile leaves the work in
//! the queue and waits for the turn, and the first of those does the works of all of them. A work must look
//! before it changes anything, since what it has changed when it fails is the other works' too; so a failure
//! of the database fails them all, and nothing of them is kept.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::{Database, Durability};

use super::error::{Result, StoreError};
use super::mailbox::Effects;
use super::rows::Tables;

/// A lock that outlives a panic in another thread: what it guards is only changed whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Works in one transaction at most; each is short, but a transaction is in memory.
const BATCH: usize = 64;

/// Whether who asks must know it on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// On the disk before it returns.
    Durable,
    /// With the next durable one.
    Soon,
}

/// A piece of work that waits for its turn.
trait Work: Send {
    fn keep(&self) -> Keep;
    /// # Errors
    /// Only where the database failed in the middle of it: then nothing of the transaction is kept.
    fn run(&mut self, tables: &mut Tables<'_>, effects: &mut Effects) -> Result<()>;
    /// Tells who waits: what came out, or what went wrong with the transaction.
    fn tell(&mut self, transaction: &Result<()>);
}

struct Job<T, F> {
    keep: Keep,
    work: Option<F>,
    result: Option<Result<T>>,
    to: SyncSender<Result<T>>,
}

impl<T, F> Work for Job<T, F>
where
    T: Send,
    F: FnOnce(&mut Tables<'_>, &mut Effects) -> Result<T> + Send,
{
    fn keep(&self) -> Keep {
        self.keep
    }

    fn run(&mut self, tables: &mut Tables<'_>, effects: &mut Effects) -> Result<()> {
        let Some(work) = self.work.take() else { return Ok(()) };
        let result = work(tables, effects);
        let broke = match &result {
            Err(error @ (StoreError::Io(_) | StoreError::Damaged(_))) => Err(error.clone()),
            _ => Ok(()),
        };
        self.result = Some(result);
        broke
    }

    fn tell(&mut self, transaction: &Result<()>) {
        let result = match (transaction, self.result.take()) {
            (Ok(()), Some(result)) => result,
            (Err(error), _) => Err(error.clone()),
            (Ok(()), None) => Err(StoreError::Io("not done".into())),
        };
        // Who waits cannot be gone: it holds the receiver until this.
        let _ = self.to.try_send(result);
    }
}

/// The one writer.
#[derive(Default)]
pub(super) struct Writer {
    waiting: Mutex<Vec<Box<dyn Work>>>,
    turn: Mutex<()>,
}

impl Writer {
    /// Nobody writes while this is held; so what is read meanwhile is the newest.
    pub(super) fn quiet(&self) -> MutexGuard<'_, ()> {
        lock(&self.turn)
    }

    /// Does a work, alone or with others. `apply` tells the open mailboxes, before the next work begins.
    pub(super) fn write<T, F>(
        &self,
        database: &Database,
        keep: Keep,
        apply: &dyn Fn(Effects),
        work: F,
    ) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tables<'_>, &mut Effects) -> Result<T> + Send + 'static,
    {
        let (to, from): (_, Receiver<Result<T>>) = sync_channel(1);
        lock(&self.waiting).push(Box::new(Job { keep, work: Some(work), result: None, to }));
        loop {
            let _turn = lock(&self.turn);
            if let Ok(result) = from.try_recv() {
                return result;
            }
            let mut batch: Vec<_> = {
                let mut waiting = lock(&self.waiting);
                let many = waiting.len().min(BATCH);
                waiting.drain(..many).collect()
            };
            let mut effects = Effects::default();
            let done = run(database, &mut batch, &mut effects);
            if done.is_ok() {
                apply(effects);
            }
            batch.iter_mut().for_each(|work| work.tell(&done));
        }
    }
}

fn run(database: &Database, batch: &mut [Box<dyn Work>], effects: &mut Effects) -> Result<()> {
    let mut txn = database.begin_write()?;
    if batch.iter().all(|work| work.keep() == Keep::Soon) {
        txn.set_durability(Durability::None)?;
    } else {
        // Opening after a crash takes a millisecond instead of a walk through everything.
        txn.set_quick_repair(true);
    }
    {
        let mut tables = Tables::open(&txn)?;
        batch.iter_mut().try_for_each(|work| work.run(&mut tables, effects))?;
    }
    txn.commit()?;
    Ok(())
}
