//! The network floor against servers of its own, all on loopback and on free ports.
#![cfg(feature = "net")]

mod certs;
mod channel;
mod endpoint;
mod servers;
mod sniff;
mod tls;
mod tls_setup;
mod via;
