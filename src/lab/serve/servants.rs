//! Which servant a service has.

use std::net::IpAddr;
use std::sync::Arc;

use super::service::Service;
use crate::lab::Lab;
use crate::lab::imap::ImapServant;
use crate::lab::pop3::Pop3Servant;
use crate::lab::servant::Servant;
use crate::lab::smtp::{self, SmtpServant};

/// The servant of a connection from there.
pub(super) fn of(lab: &Arc<Lab>, service: Service, peer: IpAddr) -> Box<dyn Servant> {
    let smtp = |service| Box::new(SmtpServant::new(lab, service).from_peer(peer));
    match service {
        Service::Imap | Service::Imaps => Box::new(ImapServant::new(lab)),
        Service::Pop3 | Service::Pop3s => Box::new(Pop3Servant::new(lab)),
        Service::Smtp => smtp(smtp::Service::Smtp),
        Service::Submission | Service::Smtps => smtp(smtp::Service::Submission),
    }
}
