//! Which servant a service has.

use std::net::IpAddr;
use std::sync::Arc;

use super::service::Service;
use crate::lab::Lab;
use crate::lab::imap::ImapServant;
use crate::lab::pop3::Pop3Servant;
use crate::lab::profile;
use crate::lab::servant::Servant;
use crate::lab::smtp::SmtpServant;

/// The servant of a connection from an address.
pub(super) fn of(lab: &Arc<Lab>, service: Service, peer: IpAddr) -> Box<dyn Servant> {
    match service {
        Service::Smtp => Box::new(SmtpServant::new(lab, profile::Service::Smtp).from_peer(peer)),
        Service::Submission | Service::Smtps => {
            Box::new(SmtpServant::new(lab, profile::Service::Submission).from_peer(peer))
        }
        Service::Pop3 | Service::Pop3s => Box::new(Pop3Servant::new(lab)),
        Service::Imap | Service::Imaps => Box::new(ImapServant::new(lab)),
    }
}
