//! HOST `lab` of a session: the lab that runs, else one that is started; its ports, and trust in its authority.
//!
//! `lab` is the lab; `lab.` asks the DNS, as every name with a dot at its end does.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use super::super::context::Context;
use crate::dialogue::{Level, Note};
use crate::error::{Error, Exit};
use crate::lab::control::Running;
use crate::lab::home::Home;
use crate::lab::join::{Joined, join};
use crate::lab::serve::Service;
use crate::net::Family;
use crate::session::options::{Lab, Options, Security};

/// Whether a host is the lab.
pub fn is_lab(host: &str) -> bool {
    host.eq_ignore_ascii_case("lab")
}

/// Makes a session with the lab one with its ports and addresses; any other session stays as it is.
///
/// # Errors
/// The lab cannot be started.
pub fn arrive(options: &mut Options, context: &Context) -> Result<(), Error> {
    if !is_lab(&options.endpoint.host) || options.connect.via.is_some() {
        return Ok(());
    }
    let typed = options.endpoint.port;
    let Some(Found { running, joined, service, port }) = find(typed, context)? else { return Ok(()) };
    if let Some(service) = service {
        options.protocol = options.protocol.or(Some(service.protocol()));
        if service.tls() && options.security == Security::ByPort {
            options.security = Security::Implicit;
        }
    }
    if options.tls.ca.is_none() && !options.tls.insecure {
        options.tls.ca = Some(PathBuf::from(running.text("ca")));
    }
    let plain = service.is_some_and(|s| matches!(s, Service::Submission)) || service.is_none();
    let target = if plain { format!("lab:{}", typed.unwrap_or(port)) } else { "lab".to_owned() };
    let notes = notes(joined);
    options.lab = Some(Lab { addresses: addresses(port, options), target, hosts: Vec::new(), notes });
    options.endpoint.port = Some(port);
    Ok(())
}

/// The lab, and what a port means there.
struct Found {
    running: Running,
    joined: Joined,
    service: Option<Service>,
    port: u16,
}

/// Finds the lab, or starts it, and the service of a port; none without a port.
fn find(typed: Option<u16>, context: &Context) -> Result<Option<Found>, Error> {
    let home = Home::find()?;
    let program = std::env::current_exe()
        .map_err(|error| Error::new(Exit::Bug, "error-lab-start").with("words", error))?;
    let (running, joined) = join(&home, &program, &["--lang", context.lang.code()])?;
    let service = typed.and_then(|port| service(port, &running));
    let port = match (service, typed) {
        (Some(service), _) => running
            .port(service.name())
            .ok_or_else(|| Error::new(Exit::Network, "error-lab-service").with("service", service.title()))?,
        (None, Some(port)) => port,
        (None, None) => return Ok(None),
    };
    Ok(Some(Found { running, joined, service, port }))
}

/// The lab as a tap's server: its address, what is spoken there, and its authority's certificate.
pub struct Behind {
    /// Where it listens.
    pub address: SocketAddr,
    /// What is spoken, where the lab has such a service.
    pub service: Option<Service>,
    /// For trust.
    pub ca: PathBuf,
}

/// Finds the lab, or starts it, for a tap that leads to one of its ports.
///
/// # Errors
/// The lab cannot be started, or has no such service.
pub fn behind(port: u16, context: &Context) -> Result<Behind, Error> {
    let gone = || Error::new(Exit::Network, "error-lab-gone");
    let Found { running, service, port, .. } = find(Some(port), context)?.ok_or_else(gone)?;
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
    Ok(Behind { address, service, ca: PathBuf::from(running.text("ca")) })
}

/// The service that a port means: by its number in the world, or by that of this lab.
fn service(port: u16, running: &Running) -> Option<Service> {
    let known = |s: &Service| s.standard_port() == port || running.port(s.name()) == Some(port);
    Service::ALL.into_iter().find(known)
}

/// Loopback of the families asked for; the lab listens on both, where the machine has both.
fn addresses(port: u16, options: &Options) -> Vec<SocketAddr> {
    let family = |address: &IpAddr| {
        let source = options.connect.source.is_none_or(|source| source.is_ipv4() == address.is_ipv4());
        source && options.connect.family.allows(*address)
    };
    let all = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    // The second is tried only where it was asked for: a lab refuses nobody, so a fault of the first is one.
    let all = if options.connect.family == Family::Any { &all[..1] } else { &all[..] };
    let all: Vec<IpAddr> = if options.connect.source.is_some_and(|s| s.is_ipv6()) {
        vec![IpAddr::V6(Ipv6Addr::LOCALHOST)]
    } else {
        all.to_vec()
    };
    all.into_iter().filter(family).map(|address| SocketAddr::new(address, port)).collect()
}

fn notes(joined: Joined) -> Vec<Note> {
    let Joined::Started(crashed) = joined else { return Vec::new() };
    let mut notes = Vec::new();
    if let Some(pid) = crashed {
        notes.push(Note::new(Level::State, "note-lab-crashed").with("pid", pid));
    }
    notes.push(Note::new(Level::State, "note-lab-started"));
    notes
}

/// The lab's name server: the one that volunteers addresses, or the one that does not.
///
/// # Errors
/// The lab cannot be started, or has none.
pub fn name_servers(generous: bool, context: &Context) -> Result<Vec<SocketAddr>, Error> {
    let running = running(context)?;
    let port = running.port(if generous { "dns" } else { "dns-minimal" });
    let port = port.ok_or_else(|| Error::new(Exit::Network, "error-lab-service").with("service", "DNS"))?;
    Ok(vec![SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)])
}

/// The port of the lab's SMTP, and its authority's certificate.
///
/// # Errors
/// The lab cannot be started.
pub fn smtp(context: &Context) -> Result<(u16, PathBuf), Error> {
    let running = running(context)?;
    let port = running.port(Service::Smtp.name());
    let port = port.ok_or_else(|| Error::new(Exit::Network, "error-lab-service").with("service", "SMTP"))?;
    Ok((port, PathBuf::from(running.text("ca"))))
}

/// The password of an account of the lab that runs, by name or address; the lab prints it too.
pub fn password(user: &str) -> Option<String> {
    let running = Running::find(&Home::find().ok()?)?;
    let (name, domain) = user.split_once('@').unwrap_or((user, ""));
    let here = ["", running.text("domain"), running.text("host")];
    if !here.iter().any(|known| known.eq_ignore_ascii_case(domain)) {
        return None;
    }
    running.status["accounts"][name.to_ascii_lowercase()].as_str().map(str::to_owned)
}

/// The lab that runs, else one that is started now.
fn running(context: &Context) -> Result<Running, Error> {
    let home = Home::find()?;
    let program = std::env::current_exe()
        .map_err(|error| Error::new(Exit::Bug, "error-lab-start").with("words", error))?;
    join(&home, &program, &["--lang", context.lang.code()]).map(|(running, _)| running)
}
