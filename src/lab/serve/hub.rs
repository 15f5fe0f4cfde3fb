//! What all connections of a lab share: the lab itself, its certificate, how dialogues are shown, who is here,
//! and the word to leave.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use super::show::Show;
use crate::lab::Lab;
use crate::lab::tls::{Identity, Wrong};

/// Connections at once from an address that is not this machine's (`--bind`).
const STRANGER: usize = 32;

/// What all connections share.
#[derive(Debug)]
pub struct Hub {
    /// The lab.
    pub lab: Arc<Lab>,
    /// How dialogues are shown.
    pub show: Show,
    /// Whether everybody is to take leave.
    pub leave: watch::Sender<bool>,
    /// Told when a connection has ended.
    pub ended: Notify,
    identity: Arc<Identity>,
    wrong: Mutex<Option<Arc<Identity>>>,
    guests: Mutex<Guests>,
    fault: Mutex<Option<io::Error>>,
}

/// Who is here.
#[derive(Debug)]
struct Guests {
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

impl Hub {
    /// A hub; connections are numbered from after `before`.
    pub fn new(lab: Arc<Lab>, identity: Identity, show: Show, before: u32) -> Arc<Hub> {
        let guests = Guests {
            open: HashMap::new(),
            now: 0,
            served: before,
            turned_away: 0,
            quiet_since: Instant::now(),
        };
        Arc::new(Hub {
            lab,
            show,
            leave: watch::channel(false).0,
            ended: Notify::new(),
            identity: Arc::new(identity),
            wrong: Mutex::default(),
            guests: Mutex::new(guests),
            fault: Mutex::new(None),
        })
    }

    /// What is shown in handshakes.
    pub fn identity(&self) -> Arc<Identity> {
        self.identity.clone()
    }

    /// What is shown where the certificate is wrong on purpose: another host's, made when it is first wanted.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn wrong_identity(&self) -> io::Result<Arc<Identity>> {
        let mut wrong = lock(&self.wrong);
        if let Some(made) = &*wrong {
            return Ok(made.clone());
        }
        let folder = self.identity.ca.parent().unwrap_or(Path::new("."));
        let made = Arc::new(Identity::wrong(folder, &[], Wrong::OtherName)?);
        Ok(wrong.insert(made).clone())
    }

    /// Takes a connection from an address: a place, with its number, or none if there are too many.
    pub fn admit(self: &Arc<Hub>, from: IpAddr) -> Option<Place> {
        let limits = &self.lab.settings.limits;
        let mut guests = lock(&self.guests);
        let here = guests.open.get(&from).copied().unwrap_or(0);
        let most = if from.is_loopback() { limits.per_address } else { limits.per_address.min(STRANGER) };
        if guests.now >= limits.connections || here >= most {
            guests.turned_away += 1;
            return None;
        }
        guests.now += 1;
        guests.served += 1;
        *guests.open.entry(from).or_default() += 1;
        Some(Place { hub: self.clone(), from, number: guests.served })
    }

    /// How many are here.
    pub fn count(&self) -> Count {
        let guests = lock(&self.guests);
        Count { open: guests.now, served: guests.served, turned_away: guests.turned_away }
    }

    /// For how long nobody was here.
    pub fn quiet(&self) -> Option<Duration> {
        let guests = lock(&self.guests);
        (guests.now == 0).then(|| guests.quiet_since.elapsed())
    }

    /// Somebody asked for the lab: it counts as a visit.
    pub fn touch(&self) {
        lock(&self.guests).quiet_since = Instant::now();
    }

    /// Keeps what went wrong with a view, for the end.
    pub fn written(&self, result: io::Result<()>) {
        if let Err(error) = result {
            lock(&self.fault).get_or_insert(error);
        }
    }

    /// What went wrong with a view.
    pub fn fault(&self) -> Option<io::Error> {
        lock(&self.fault).take()
    }
}

/// A connection's place; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    hub: Arc<Hub>,
    from: IpAddr,
    /// The connection's number, from 1.
    pub number: u32,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut guests = lock(&self.hub.guests);
        guests.now -= 1;
        guests.quiet_since = Instant::now();
        if let Some(here) = guests.open.get_mut(&self.from) {
            *here -= 1;
            if *here == 0 {
                guests.open.remove(&self.from);
            }
        }
        drop(guests);
        self.hub.ended.notify_waiters();
    }
}

/// Waits for the word to leave. Cancel-safe.
pub async fn left(leave: &mut watch::Receiver<bool>) {
    // A lab that is gone is left too.
    let _ = leave.wait_for(|leave| *leave).await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
