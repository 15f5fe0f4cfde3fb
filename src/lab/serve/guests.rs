//! Who is here, how many may be, and who was: connections at once, in all and from each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// Connections at once from an address that is not this machine's.
const STRANGER: usize = 32;

/// Who is here.
#[derive(Debug)]
pub struct Guests {
    book: Mutex<Book>,
    /// Told when a connection has ended.
    pub ended: Notify,
    most: usize,
    per_address: usize,
}

#[derive(Debug)]
struct Book {
    open: HashMap<IpAddr, usize>,
    now: usize,
    served: u32,
    turned_away: u64,
    quiet_since: Instant,
}

/// How many are here, and were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Connections that are open.
    pub open: usize,
    /// Connections that were taken, in all.
    pub served: u32,
    /// Connections that were refused, being too many.
    pub turned_away: u64,
}

impl Guests {
    /// Nobody yet; connections are numbered from after `before`. So many may come at once, and so many of them from
    /// one address of this machine.
    pub fn new(before: u32, most: usize, per_address: usize) -> Arc<Guests> {
        let book = Book {
            open: HashMap::new(),
            now: 0,
            served: before,
            turned_away: 0,
            quiet_since: Instant::now(),
        };
        Arc::new(Guests { book: Mutex::new(book), ended: Notify::new(), most, per_address })
    }

    /// Takes a connection from an address: a place, with its number, or none if there are too many.
    pub fn admit(self: &Arc<Guests>, from: IpAddr) -> Option<Place> {
        let mut book = lock(&self.book);
        let here = book.open.get(&from).copied().unwrap_or(0);
        let most = if from.is_loopback() { self.per_address } else { self.per_address.min(STRANGER) };
        if book.now >= self.most || here >= most {
            book.turned_away += 1;
            return None;
        }
        book.now += 1;
        book.served += 1;
        *book.open.entry(from).or_default() += 1;
        Some(Place { guests: self.clone(), from, number: book.served })
    }

    /// How many are here.
    pub fn count(&self) -> Count {
        let book = lock(&self.book);
        Count { open: book.now, served: book.served, turned_away: book.turned_away }
    }

    /// For how long nobody was here.
    pub fn quiet(&self) -> Option<Duration> {
        let book = lock(&self.book);
        (book.now == 0).then(|| book.quiet_since.elapsed())
    }

    /// Somebody asked for the lab: it counts as a visit.
    pub fn touch(&self) {
        lock(&self.book).quiet_since = Instant::now();
    }

    /// Waits until nobody is here.
    pub async fn everybody_gone(&self) {
        loop {
            let ended = self.ended.notified();
            if self.count().open == 0 {
                return;
            }
            ended.await;
        }
    }
}

/// A connection's place; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    guests: Arc<Guests>,
    from: IpAddr,
    /// The connection's number, from 1.
    pub number: u32,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut book = lock(&self.guests.book);
        book.now -= 1;
        book.quiet_since = Instant::now();
        if let Some(here) = book.open.get_mut(&self.from) {
            *here -= 1;
            if *here == 0 {
                book.open.remove(&self.from);
            }
        }
        drop(book);
        self.guests.ended.notify_waiters();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
