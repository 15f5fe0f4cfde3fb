//! What the store answers when it cannot do as asked, without prose: the sentences are `lab-store-*` in the
//! catalogs, what a protocol says of it (TRYCREATE, 452, [IN-USE]) is the server's business.

use std::io;

use crate::error::{Error, Exit};

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// No such account.
    NoAccount,
    /// No such mailbox.
    NoMailbox,
    /// No such message any more: somebody has expunged it.
    NoMessage,
    /// There is one of that name.
    Exists,
    /// Never allowed; which rule: `inbox`, `name-empty`, `name-long`, `name-control`, `name-separator`,
    /// `account-name`, `into-itself`.
    NotAllowed(&'static str),
    /// A limit is reached: bytes kept, mailboxes of an account, keywords of a mailbox.
    Full,
    /// Another process has the file.
    InUse,
    /// Written by a newer ehlo: its schema.
    Newer(u64),
    /// The file is not what ehlo wrote.
    Damaged(String),
    /// The system's words.
    Io(String),
}

/// What the store returns.
pub type Result<T> = std::result::Result<T, StoreError>;

impl std::fmt::Display for StoreError {
    /// For developers; people see the catalog's sentence.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for StoreError {}

impl StoreError {
    fn of(error: redb::Error) -> StoreError {
        use redb::Error as E;
        match error {
            E::DatabaseAlreadyOpen | E::LockProtocolMismatch => StoreError::InUse,
            E::Io(e) if matches!(e.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => {
                StoreError::Damaged(e.to_string())
            }
            E::Io(e) if e.kind() == io::ErrorKind::StorageFull => StoreError::Full,
            E::Io(e) => StoreError::Io(e.to_string()),
            E::PreviousIo | E::DatabaseClosed | E::Unsupported => StoreError::Io(error.to_string()),
            other => StoreError::Damaged(other.to_string()),
        }
    }
}

macro_rules! from_redb {
    ($($kind:ident),*) => {
        $(impl From<redb::$kind> for StoreError {
            fn from(error: redb::$kind) -> Self {
                StoreError::of(error.into())
            }
        })*
    };
}

from_redb!(StorageError, TableError, TransactionError, CommitError, DatabaseError, SetDurabilityError);

impl From<StoreError> for io::Error {
    fn from(error: StoreError) -> Self {
        io::Error::other(error)
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let id = match &error {
            StoreError::NoAccount => "lab-store-no-account",
            StoreError::NoMailbox => "lab-store-no-mailbox",
            StoreError::NoMessage => "lab-store-no-message",
            StoreError::Exists => "lab-store-exists",
            StoreError::NotAllowed(_) => "lab-store-not-allowed",
            StoreError::Full => "lab-store-full",
            StoreError::InUse => "lab-store-in-use",
            StoreError::Newer(_) => "lab-store-newer",
            StoreError::Damaged(_) => "lab-store-damaged",
            StoreError::Io(_) => "lab-store-io",
        };
        let exit = match &error {
            StoreError::NoAccount | StoreError::NoMailbox | StoreError::NotAllowed(_) => Exit::Usage,
            _ => Exit::File,
        };
        let said = Error::new(exit, id);
        match error {
            StoreError::NotAllowed(rule) => said.with("rule", rule),
            StoreError::Newer(schema) => said.with("schema", schema),
            StoreError::Damaged(words) | StoreError::Io(words) => said.detail(words),
            _ => said,
        }
    }
}
