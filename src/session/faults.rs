//! placeholder
use crate::error::{Error, Exit};
use crate::net::*;
pub fn net_error(e: &NetError) -> Error {
    Error::new(Exit::Network, "error-net").detail(format!("{e:?}"))
}
pub fn tls_setup(e: &TlsSetupFault) -> Error {
    Error::new(Exit::Network, "error-tls-setup").detail(format!("{e:?}"))
}
pub fn tls_error(e: &TlsError, _host: &str) -> Error {
    Error::new(Exit::Network, "error-tls").detail(format!("{e:?}"))
}
