//! Which servant a service has.

use std::sync::Arc;

use super::service::Service;
use crate::lab::Lab;
use crate::lab::imap::ImapServant;
use crate::lab::servant::Servant;

/// The servant of a connection.
pub(super) fn of(lab: &Arc<Lab>, service: Service) -> Box<dyn Servant> {
    match service {
        Service::Imap | Service::Imaps => Box::new(ImapServant::new(lab)),
        _ => Box::new(super::stub::Stub::new(lab, service)),
    }
}
