//! The network: one byte stream to a mail server, and what can be known about it.
//!
//! Terms:
//! - an [`Endpoint`] is what the user wrote: a host and perhaps a port;
//! - a [`Channel`] is the one full-duplex byte stream of a session: TCP, or the standard input and
//!   output of a command (`--via`), either of them upgradable in place to TLS;
//! - a *fault* is what went wrong, as a value: [`NetFault`], [`ConnectFault`], [`TlsFault`],
//!   [`CertificateFault`]. There are no sentences here; whoever shows a fault finds the words for it in the
//!   user's language. The system's own text is kept beside it as `detail`.
//!
//! The order of a session: [`Endpoint::parse`], [`Channel::connect`], perhaps [`Channel::start_tls`] (at once
//! for implicit TLS, RFC 8314, or when STARTTLS was answered, RFC 3207), then [`Channel::step`] until it has
//! ended. [`sniff()`] recognises what is at the other end by its first bytes.
//!
//! [`dns`] asks name servers by itself, and [`mx`] makes of the answers the plan of a
//! delivery; [`policy`] is what a domain says of its mail.
//!
//! Not here: what the bytes mean (the dialects), when to wait (the session). A session's own host is looked up as
//! every program of the system does it. Nothing is printed and nothing retried behind the caller's back.

mod certificate;
mod channel;
mod connect;
pub mod dns;
mod endpoint;
#[cfg(feature = "lab")]
pub mod listen;
pub mod mx;
pub mod policy;
mod sniff;
mod tls;
mod transport;
mod verify;

pub use channel::{Channel, EndKind, Moved};
pub use connect::{ConnectFault, ConnectOptions, Family, NetError, NetFault, Progress};
pub use endpoint::{Endpoint, EndpointFault};
pub use sniff::{Stranger, sniff};
#[cfg(feature = "lab")]
pub(crate) use tls::agreed;
pub use tls::{
    Certificate, CertificateFault, TlsClient, TlsError, TlsFault, TlsInfo, TlsOptions, TlsSetupFault, Verdict,
};
