//! What a lab is told before it runs. The practice's own values are the defaults, here and nowhere else.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::profile::Profile;

/// The practice's mail domain.
pub const DOMAIN: &str = "redes.unlp.edu.ar";
/// The practice's server.
pub const HOST: &str = "mail.redes.unlp.edu.ar";
/// The practice's accounts, with their passwords, which the exercise sheet prints.
pub const ACCOUNTS: [(&str, &str); 2] = [("alumnopop", "alumnopoppass"), ("alumnoimap", "alumnoimappass")];

/// Somebody who has a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name before the `@`.
    pub name: String,
    /// The password. CRAM-MD5 and APOP need it in clear (RFC 2195 §2), so it is kept so: a practice's password.
    pub password: String,
}

/// What a lab is told before it runs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The domain that mail is taken for.
    pub domain: String,
    /// The name by which the servers call themselves.
    pub host: String,
    /// Who has a mailbox.
    pub accounts: Vec<Account>,
    /// What is offered.
    pub profile: Profile,
    /// Whether STARTTLS and STLS are offered.
    pub starttls: bool,
    /// Makes queue ids, dates and words of an install its own.
    pub vary: Option<String>,
    /// An address to listen on beside loopback (`--bind`); then everything wants a login.
    pub bind: Option<IpAddr>,
    /// What is too much.
    pub limits: Limits,
    /// What time it is.
    pub clock: Clock,
    /// What goes wrong on purpose from the beginning, as it was written: `rcpt 450 once`.
    pub faults: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let account =
            |(name, password): (&str, &str)| Account { name: name.into(), password: password.into() };
        Settings {
            domain: DOMAIN.to_owned(),
            host: HOST.to_owned(),
            accounts: ACCOUNTS.map(account).to_vec(),
            profile: Profile::default(),
            starttls: true,
            vary: None,
            bind: None,
            limits: Limits::default(),
            clock: Clock::system(),
            faults: Vec::new(),
        }
    }
}

impl Settings {
    /// Whether others than this machine can come.
    pub fn is_open(&self) -> bool {
        self.bind.is_some_and(|address| !address.is_loopback())
    }
}

/// What is too much. A practice machine is small, and a flood must not fill it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once, in all.
    pub connections: usize,
    /// Connections at once from one address.
    pub per_address: usize,
    /// Octets of a command line without what a literal holds. The client is told, and the connection ends.
    pub line: usize,
    /// Octets of an IMAP literal that is no message.
    pub literal: usize,
    /// Octets of a message, as `SIZE` announces it.
    pub message: u64,
    /// Recipients of a mail (RFC 5321 §4.5.3.1.8 wants 100 at least).
    pub recipients: usize,
    /// Mailboxes of an account.
    pub mailboxes: usize,
    /// How long a client may be silent.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 500,
            // All of a class behind one machine's name still get in: on loopback everybody has one address.
            per_address: 300,
            line: 64 * 1024,
            literal: 1024 * 1024,
            // Postfix's default, which the practice's server announces.
            message: 10_240_000,
            recipients: 1000,
            mailboxes: 1000,
            // RFC 9051 §5.4 wants 30 minutes for IMAP; SMTP and POP3 are content with less.
            idle: Duration::from_secs(30 * 60),
        }
    }
}

/// What time it is: the system's, or one that stands still, so that a record can be made again.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> i64 + Send + Sync>,
    fixed: bool,
}

impl Clock {
    /// The system's time.
    pub fn system() -> Clock {
        let now = || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
        };
        Clock { now: Arc::new(now), fixed: false }
    }

    /// A time that stands still, in seconds since 1970.
    pub fn fixed(seconds: i64) -> Clock {
        Clock { now: Arc::new(move || seconds), fixed: true }
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        (self.now)()
    }

    /// Whether it stands still.
    pub fn is_fixed(&self) -> bool {
        self.fixed
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
