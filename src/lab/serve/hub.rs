//! What all connections of a lab share: the lab itself, its certificate, how dialogues are shown, who is here,
//! and the word to leave.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::guests::Guests;
use crate::lab::Lab;
use crate::lab::tls::{Identity, Wrong};
use crate::show::Show;

/// What all connections share.
#[derive(Debug)]
pub struct Hub {
    /// The lab.
    pub lab: Arc<Lab>,
    /// How dialogues are shown.
    pub show: Show,
    /// Whether everybody is to take leave.
    pub leave: watch::Sender<bool>,
    /// Who is here.
    pub guests: Arc<Guests>,
    identity: Arc<Identity>,
    wrong: Mutex<Option<Arc<Identity>>>,
    fault: Mutex<Option<io::Error>>,
}

impl Hub {
    /// A hub; connections are numbered from after `before`.
    pub fn new(lab: Arc<Lab>, identity: Identity, show: Show, before: u32) -> Arc<Hub> {
        let limits = &lab.settings.limits;
        let guests = Guests::new(before, limits.connections, limits.per_address);
        Arc::new(Hub {
            lab,
            show,
            leave: watch::channel(false).0,
            identity: Arc::new(identity),
            wrong: Mutex::default(),
            guests,
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

/// Waits for the word to leave. Cancel-safe.
pub async fn left(leave: &mut watch::Receiver<bool>) {
    // A lab that is gone is left too.
    let _ = leave.wait_for(|leave| *leave).await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
