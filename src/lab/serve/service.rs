//! The seven services, and the ports they listen on.

use std::io;
use std::net::IpAddr;

use tokio::net::TcpListener;

use crate::dialogue::Protocol;
use crate::net::listen::{addresses, listen};

/// What a port is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Mail from other servers, and for the lab's own users: port 25.
    Smtp,
    /// Mail of the users, after a login: port 587 (RFC 6409).
    Submission,
    /// The same with TLS from the start: port 465 (RFC 8314).
    Smtps,
    /// Port 110.
    Pop3,
    /// Port 995.
    Pop3s,
    /// Port 143.
    Imap,
    /// Port 993.
    Imaps,
}

impl Service {
    /// All, in the order of the table that is printed.
    pub const ALL: [Service; 7] = [
        Service::Smtp,
        Service::Submission,
        Service::Smtps,
        Service::Pop3,
        Service::Pop3s,
        Service::Imap,
        Service::Imaps,
    ];

    /// Its name for machines, and in the private file.
    pub fn name(self) -> &'static str {
        ["smtp", "submission", "smtps", "pop3", "pop3s", "imap", "imaps"][self as usize]
    }

    /// Its name for people.
    pub fn title(self) -> &'static str {
        ["SMTP", "Submission", "SMTPS", "POP3", "POP3S", "IMAP", "IMAPS"][self as usize]
    }

    /// The port that the world knows it by.
    pub fn standard_port(self) -> u16 {
        [25, 587, 465, 110, 995, 143, 993][self as usize]
    }

    /// The port that a lab takes first: above 1024, so that nobody needs to be root.
    pub fn free_port(self) -> u16 {
        2000 + self.standard_port() + if self == Service::Smtp { 500 } else { 0 }
    }

    /// What is spoken.
    pub fn protocol(self) -> Protocol {
        match self {
            Service::Smtp | Service::Submission | Service::Smtps => Protocol::Smtp,
            Service::Pop3 | Service::Pop3s => Protocol::Pop3,
            Service::Imap | Service::Imaps => Protocol::Imap,
        }
    }

    /// Whether TLS comes first.
    pub fn tls(self) -> bool {
        matches!(self, Service::Smtps | Service::Pop3s | Service::Imaps)
    }

    /// The service of a protocol: with TLS from the start, or not.
    pub fn of(protocol: Protocol, tls: bool) -> Service {
        match (protocol, tls) {
            (Protocol::Smtp | Protocol::Lmtp, false) => Service::Smtp,
            (Protocol::Smtp | Protocol::Lmtp, true) => Service::Smtps,
            (Protocol::Pop3, false) => Service::Pop3,
            (Protocol::Pop3, true) => Service::Pop3s,
            (Protocol::Imap, false) => Service::Imap,
            (Protocol::Imap, true) => Service::Imaps,
        }
    }
}

/// A service that listens.
#[derive(Debug)]
pub struct Open {
    /// Which one.
    pub service: Service,
    /// Where: the same port on every address.
    pub port: u16,
    /// One for each address.
    pub listeners: Vec<TcpListener>,
}

/// How far a free port is looked for.
const FAR: u16 = 200;

/// Opens all services.
///
/// # Errors
/// A standard port that cannot be had, with the service; or no free port near where it should be.
pub fn open_all(bind: Option<IpAddr>, standard: bool) -> Result<Vec<Open>, (Service, u16, io::Error)> {
    let addresses = addresses(bind);
    let mut opened: Vec<Open> = Vec::new();
    for service in Service::ALL {
        let open = if standard {
            let port = service.standard_port();
            listen(&addresses, port).map(|listeners| Open { service, port, listeners })
        } else {
            free(&addresses, service, &opened)
        };
        let port = if standard { service.standard_port() } else { service.free_port() };
        opened.push(open.map_err(|error| (service, port, error))?);
    }
    Ok(opened)
}

/// The service's own free port, or the next one that nobody has and no other service would take first.
fn free(addresses: &[IpAddr], service: Service, opened: &[Open]) -> io::Result<Open> {
    let wanted = service.free_port();
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for port in wanted..wanted + FAR {
        let other = |s: &Service| *s != service && s.free_port() == port;
        if Service::ALL.iter().any(other) || opened.iter().any(|open| open.port == port) {
            continue;
        }
        match listen(addresses, port) {
            Ok(listeners) => return Ok(Open { service, port, listeners }),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_ports_are_those_the_sheet_knows_and_a_little_more() {
        let ports = Service::ALL.map(Service::free_port);
        assert_eq!(ports, [2525, 2587, 2465, 2110, 2995, 2143, 2993]);
    }
}
