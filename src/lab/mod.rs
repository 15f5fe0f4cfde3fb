//! The lab: a practice mail server inside ehlo, on loopback. It acts on top of the same readers as everything
//! else: what a dialect reads of a client comes in as units (before redaction), bytes go out.
//!
//! - [`servant`]: the contract between a connection and the three servers.
//! - [`store`]: accounts, mailboxes, messages, the queue; transactional (redb), in memory or in a file.
//! - `smtp`, `pop3`, `imap`: the servers, without sockets.
//! - `sasl`: the server's side of the mechanisms.
//! - [`settings`]: what a lab is told before it runs.
//! - `profile`: what is offered: sheet, bare, modern. `fault`: what goes wrong on purpose.
//! - `dns`: a name server for the practice, `gmail.com` and the rules of delivery.
//! - `serve`: listeners, TLS, limits, the recorder of each connection.
//! - `tls`: the lab's own authority. `control`: one lab per user, found by the others.
//! - [`seed`], [`exchange`]: the first mails; export and import.
//!
//! It never listens on anything but loopback unless told so, and nothing ever leaves the machine.

pub mod acts;
pub mod control;
pub mod dates;
pub mod desk;
pub mod dns;
pub mod exchange;
pub mod fault;
pub mod home;
pub mod imap;
pub mod join;
pub mod pop3;
pub mod profile;
pub mod run;
pub mod sasl;
pub mod seed;
pub mod servant;
pub mod serve;
pub mod settings;
pub mod smtp;
pub mod store;
#[cfg(test)]
mod table;
pub mod thunderbird;
pub mod tls;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::dialect::sasl::encode;
use crate::error::{Error, Exit};

use fault::Faults;
pub use settings::{Account, Clock, Limits, Settings};
use store::{Store, StoreError};

/// A lab: what its servers share. One for all connections, behind an `Arc`.
#[derive(Debug)]
pub struct Lab {
    /// What it keeps.
    pub store: Store,
    /// What it was told.
    pub settings: Settings,
    /// What goes wrong on purpose; `settings.faults` at the beginning.
    pub faults: Faults,
    /// How many mails it has taken: their queue ids differ by it.
    pub mails: AtomicU64,
    /// How many nonces it has given, where its clock stands still.
    nonces: AtomicU64,
}

impl Lab {
    /// A lab on what is kept in a file, or in memory; the accounts of the settings are made where they are not
    /// there yet, and have the first mails.
    ///
    /// # Errors
    /// What the store says.
    pub fn open(settings: Settings, file: Option<&Path>) -> Result<Lab, Error> {
        let store = match file {
            Some(file) => Store::open(file)?,
            None => Store::memory(),
        };
        let lab = Lab::on(store, settings)?;
        lab.faults.set(&lab.settings.faults).map_err(|bad| fault_error(&bad))?;
        let Settings { domain, host, vary, .. } = &lab.settings;
        for account in lab.store.accounts() {
            seed::sow(&lab.store, &account, &seed::Place { domain, host, vary: vary.as_deref() })?;
        }
        // What a crash left in the queue. Where there is no room for a bounce it waits there for the next start.
        match smtp::run_queue(&lab) {
            Ok(()) | Err(StoreError::Full) => Ok(lab),
            Err(error) => Err(error.into()),
        }
    }

    /// A lab on a store.
    ///
    /// # Errors
    /// What the store says.
    pub fn on(store: Store, settings: Settings) -> Result<Lab, StoreError> {
        store.set_domains(&[&settings.domain, &settings.host]);
        let clock = settings.clock.clone();
        store.set_clock(move || clock.now());
        for Account { name, password } in &settings.accounts {
            match store.add_account(name, password) {
                Err(StoreError::Exists) if store.password(name).as_deref() != Some(password) => {
                    store.set_password(name, password)?;
                }
                Ok(()) | Err(StoreError::Exists) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Lab {
            store,
            settings,
            faults: Faults::default(),
            mails: AtomicU64::new(0),
            nonces: AtomicU64::new(0),
        })
    }

    /// Who logs in by that name or address, and the password: for the servers' SASL.
    pub fn login(&self, name: &str) -> Option<(String, String)> {
        let account = self.store.account_of(name)?;
        let password = self.store.password(&account)?;
        Some((account, password))
    }

    /// What a challenge is made of: printable text without a comma that was never used before. Where the clock stands
    /// still, all is to come out the same again, challenges too: then they follow from the time and how many there were.
    pub fn nonce(&self) -> String {
        if !self.settings.clock.is_fixed() {
            return sasl::nonce();
        }
        let number = self.nonces.fetch_add(1, Ordering::Relaxed);
        encode(&Sha256::digest(format!("ehlo lab nonce {} {number}", self.now()))[..18])
    }

    /// What time it is, in seconds since 1970.
    pub fn now(&self) -> i64 {
        self.settings.clock.now()
    }
}

/// What is wrong with a rule of [`fault`].
pub(crate) fn fault_error(bad: &fault::BadRule) -> Error {
    Error::new(Exit::Usage, "usage-lab-fault").with("rule", &bad.rule).with("expected", bad.expected)
}
