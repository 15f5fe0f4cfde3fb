//! The queue: mails for other domains, waiting for their bounce. What the envelope means, who sends knows.

use redb::{ReadableDatabase, ReadableTable};

use super::Store;
use super::changes;
use super::error::Result;
use super::rows::{MESSAGES, QUEUE};
use super::writer::Keep;

/// A mail in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Its number in the queue.
    pub number: u64,
    /// The message, for [`Store::read`].
    pub message: u64,
    /// Its size in octets.
    pub size: u64,
    /// What was given to [`super::Draft::commit_queued`].
    pub envelope: Vec<u8>,
}

impl Store {
    /// What is in the queue, in the order it came.
    ///
    /// # Errors
    /// The database's.
    pub fn queue(&self) -> Result<Vec<Queued>> {
        let txn = self.inner.database.begin_read()?;
        let messages = txn.open_table(MESSAGES)?;
        let mut all = Vec::new();
        for row in txn.open_table(QUEUE)?.iter()? {
            let (key, value) = row?;
            let (message, envelope) = value.value();
            let size = messages.get(message)?.map_or(0, |v| v.value().2);
            all.push(Queued { number: key.value(), message, size, envelope: envelope.to_vec() });
        }
        Ok(all)
    }

    /// Takes a mail out of the queue; one that is not in it does not matter.
    ///
    /// # Errors
    /// The database's.
    pub fn dequeue(&self, number: u64) -> Result<()> {
        self.inner.write(Keep::Durable, move |tables, _| {
            let message = tables.queue.remove(number)?.map(|v| v.value().0);
            match message {
                Some(message) => {
                    let freed = changes::release(tables, message)?;
                    changes::uncount(tables, freed)
                }
                None => Ok(()),
            }
        })
    }
}
