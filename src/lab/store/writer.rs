//! The one writer: works that come at the same time share a transaction, and so one wait for the disk.
//!
//! There is no thread for it. Who comes while nobody writes, writes; who comes meanwhile leaves the work in
//! the queue and waits, and is told the outcome, or that it is its turn to write for all who wait. Where
//! several have been writing lately, who writes first waits a moment for the others, a fraction of what the
//! disk takes: otherwise one goes alone, and the rest together, in turns.
//!
//! A work must look before it changes anything, since its transaction is the others' too; where the database
//! itself fails, all fail, and nothing of them is kept.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redb::{Database, Durability};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::error::{Result, StoreError};
use super::mailbox::Effects;
use super::rows::Tables;

/// A lock that outlives a panic in another thread: what it guards is only changed whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Works in one transaction at most; each is short, but a transaction is in memory.
const BATCH: usize = 64;

/// The longest wait for others.
const PATIENCE: Duration = Duration::from_millis(2);

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
    /// Tells who waits that it is its turn to write.
    fn lead(&self);
}

/// What who waits is told.
enum Told<T> {
    Done(Result<T>),
    Lead,
}

struct Job<T, F> {
    keep: Keep,
    work: Option<F>,
    result: Option<Result<T>>,
    to: SyncSender<Told<T>>,
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
        let _ = self.to.try_send(Told::Done(result));
    }

    fn lead(&self) {
        let _ = self.to.try_send(Told::Lead);
    }
}

/// The works that wait, and what is known of those who bring them.
#[derive(Default)]
struct Queue {
    waiting: Vec<Box<dyn Work>>,
    /// Somebody writes.
    busy: bool,
    /// How many wrote at the same time, lately.
    company: usize,
    /// How long the last transaction took.
    took: Duration,
}

/// The one writer.
#[derive(Default)]
pub(super) struct Writer {
    queue: Mutex<Queue>,
    arrived: Condvar,
    turn: Mutex<()>,
}

/// Whose turn it is; passed on when it is dropped, so also by a panic.
struct Leader<'w>(&'w Writer);

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        let mut queue = lock(&self.0.queue);
        match queue.waiting.first() {
            Some(next) => next.lead(),
            None => queue.busy = false,
        }
    }
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
        beside(|| self.written(database, keep, apply, work))
    }

    fn written<T, F>(&self, database: &Database, keep: Keep, apply: &dyn Fn(Effects), work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tables<'_>, &mut Effects) -> Result<T> + Send + 'static,
    {
        let (to, from): (_, Receiver<Told<T>>) = sync_channel(2);
        let mine = {
            let mut queue = lock(&self.queue);
            queue.waiting.push(Box::new(Job { keep, work: Some(work), result: None, to }));
            !std::mem::replace(&mut queue.busy, true)
        };
        self.arrived.notify_one();
        if mine {
            self.lead(database, apply);
        }
        loop {
            match from.recv() {
                Ok(Told::Done(result)) => return result,
                Ok(Told::Lead) => self.lead(database, apply),
                // A work in the same transaction has panicked.
                Err(_) => return Err(StoreError::Io("not done".into())),
            }
        }
    }

    /// Writes for all who wait.
    fn lead(&self, database: &Database, apply: &dyn Fn(Effects)) {
        let _leader = Leader(self);
        let mut batch = self.gather();
        let _turn = lock(&self.turn);
        let began = Instant::now();
        let mut effects = Effects::default();
        let done = run(database, &mut batch, &mut effects);
        if done.is_ok() {
            apply(effects);
        }
        let mut queue = lock(&self.queue);
        queue.company = batch.len() + queue.waiting.len();
        queue.took = began.elapsed();
        drop(queue);
        batch.iter_mut().for_each(|work| work.tell(&done));
    }

    /// The works of the next transaction.
    fn gather(&self) -> Vec<Box<dyn Work>> {
        let mut queue = lock(&self.queue);
        let until = Instant::now() + (queue.took / 4).min(PATIENCE);
        while queue.waiting.len() < queue.company.min(BATCH) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.arrived.wait_timeout(queue, left);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let many = queue.waiting.len().min(BATCH);
        queue.waiting.drain(..many).collect()
    }
}

/// Waits for the disk while others serve the sessions of this thread: so as many share a transaction as there are
/// sessions that write, and not as there are threads.
fn beside<T>(wait: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
        _ => wait(),
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
