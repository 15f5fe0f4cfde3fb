//! Which servant a service has.

use std::net::IpAddr;
use std::sync::Arc;

use super::service::Service;
use crate::lab::Lab;
use crate::lab::imap::ImapServant;
use crate::lab::pop3::Pop3Servant;
use crate::lab::servant::Servant;
use crate::lab::smtp::{self, SmtpServant};

/// The servant of a connection from there. Who comes from another machine (`--bind`) logs in before he sends,
/// on port 25 too: what the lab is to its own user, a network must not have.
pub(super) fn of(lab: &Arc<Lab>, service: Service, peer: IpAddr) -> Box<dyn Servant> {
    let smtp = |service| Box::new(SmtpServant::new(lab, service).from_peer(peer));
    match service {
        Service::Imap | Service::Imaps => Box::new(ImapServant::new(lab)),
        Service::Pop3 | Service::Pop3s => Box::new(Pop3Servant::new(lab)),
        Service::Smtp if peer.is_loopback() => smtp(smtp::Service::Smtp),
        Service::Smtp | Service::Submission | Service::Smtps => smtp(smtp::Service::Submission),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::Protocol;
    use crate::lab::table::{Table, lab};

    #[test]
    fn strangers_log_in_before_they_send() {
        let lab = lab(|_| {});
        for (peer, code) in
            [("127.0.0.1", "250"), ("::1", "250"), ("192.0.2.7", "530"), ("2001:db8::7", "530")]
        {
            let servant = of(&lab, Service::Smtp, peer.parse().unwrap());
            let (mut table, _) = Table::new(Protocol::Smtp, servant);
            table.say("EHLO me");
            let said = table.say("MAIL FROM:<alumnopop@redes.unlp.edu.ar>");
            assert!(said.starts_with(code), "{peer}: {said}");
        }
    }
}
