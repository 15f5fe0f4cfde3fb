//! `ehlo smtp --mx`: the delivery plan first; then a session with the first exchange that takes the connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::super::context::Context;
use super::super::mx::{Server, usage};
use super::super::{lab, session};
use super::Smtp;
use crate::dialogue::{Level, Note};
use crate::error::{Error, Exit};
use crate::net::dns::{Client, system};
use crate::net::mx::input::parse;
use crate::net::mx::{Host, PORT, Report, Status, look};
use crate::session::options::{Lab, Options};

/// How long a question to the DNS may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Finds the way, and has the session.
///
/// # Errors
/// What cannot be meant so; there is no way; what stopped the session.
pub(super) fn run(mut smtp: Smtp, context: &Context) -> Result<Exit, Error> {
    let typed = smtp.session.target.host.clone();
    let plan = Plan::find(&typed, smtp.mx_server, context)?;
    smtp.session.target.host = plan.host();
    let given = smtp.session.target.port.is_some();
    let mut options = smtp.options(context)?;
    plan.apply(&mut options, given, context)?;
    session::had(options)
}

/// A delivery plan with at least one exchange.
pub struct Plan {
    typed: String,
    server: Option<Server>,
    report: Report,
}

impl Plan {
    /// Asks the DNS.
    ///
    /// # Errors
    /// What cannot be meant so; there is no exchange.
    pub fn find(typed: &str, server: Option<Server>, context: &Context) -> Result<Plan, Error> {
        let report = plan(typed, server, context)?;
        if report.plan.iter().any(|tier| !tier.hosts.is_empty()) {
            return Ok(Plan { typed: typed.to_owned(), server, report });
        }
        let exit = if report.status == Status::DnsFailure { Exit::Network } else { Exit::No };
        Err(Error::new(exit, "error-mx-none").with("name", typed).with("status", report.status.word()))
    }

    fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.report.plan.iter().flat_map(|tier| &tier.hosts)
    }

    /// The first exchange.
    pub fn host(&self) -> String {
        self.hosts().next().map(named).unwrap_or_default()
    }

    /// Makes a session one with the first exchange that takes the connection; `given`: the port was typed.
    ///
    /// # Errors
    /// The lab cannot be started.
    pub fn apply(&self, options: &mut Options, given: bool, context: &Context) -> Result<(), Error> {
        let hosts: Vec<&Host> = self.hosts().collect();
        let domain = self.report.domain().map_or(self.typed.as_str(), |domain| &domain.wire);
        let note = Note::new(Level::State, "note-mx-plan")
            .with("domain", domain)
            .with("hosts", hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(", "))
            .with("count", hosts.len());
        let mut port = options.endpoint.port.unwrap_or(PORT);
        let here = hosts.iter().flat_map(|host| &host.addresses).all(std::net::IpAddr::is_loopback);
        if self.server == Some(Server::Lab) && !given && here {
            // The lab's SMTP has a port of its own.
            let (lab_port, ca) = lab::smtp(context)?;
            port = lab_port;
            options.tls.ca = options.tls.ca.take().or(Some(ca));
        }
        let family = options.connect.family;
        let all = hosts.iter().flat_map(|host| host.addresses.iter().map(|address| (*address, named(host))));
        let (addresses, hosts) = all
            .filter(|(address, _)| family.allows(*address))
            .map(|(a, h)| (SocketAddr::new(a, port), h))
            .unzip();
        options.endpoint.port = Some(port);
        let target = format!("{}:{port}", options.endpoint.host);
        options.lab = Some(Lab { addresses, target, hosts, notes: vec![note] });
        Ok(())
    }
}

/// Of a literal the address alone; a session has no brackets.
fn named(host: &Host) -> String {
    match host.addresses.first() {
        Some(address) if host.name.starts_with('[') => address.to_string(),
        _ => host.name.clone(),
    }
}

/// The plan.
fn plan(typed: &str, server: Option<Server>, context: &Context) -> Result<Report, Error> {
    let target = parse(typed).map_err(|fault| usage(typed, &fault))?;
    let servers = match server {
        Some(Server::At(address)) => vec![address],
        Some(Server::Lab) => lab::name_servers(true, context)?,
        None => system(),
    };
    let client = Arc::new(Client::new(servers, false, TIMEOUT));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::new(Exit::Bug, "error-runtime").detail(error))?;
    Ok(runtime.block_on(look(&client, typed, target, &crate::net::mx::Options::default())))
}
