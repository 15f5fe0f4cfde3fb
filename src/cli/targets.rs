//! Which machine a script's connections go to: `--to` by role, and `--allow` for scripts that name another machine.

use std::io::{BufRead, Write};
use std::net::IpAddr;
use std::path::Path;

use super::context::Context;
use crate::dialogue::Protocol;
use crate::dialogue::text::write::safe;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::net::Endpoint;
use crate::session::options::Options;
use crate::session::script::Script;
use crate::session::script::model::Do;
use crate::session::script::names::{Names, Scene};
use crate::session::{default_port, faults};

/// The roles, as `--to` names them: protocol, port, TLS at once.
const ROLES: [(&str, Protocol, u16, bool); 8] = [
    ("smtp", Protocol::Smtp, 25, false),
    ("submission", Protocol::Smtp, 587, false),
    ("smtps", Protocol::Smtp, 465, true),
    ("lmtp", Protocol::Lmtp, 24, false),
    ("pop", Protocol::Pop3, 110, false),
    ("pops", Protocol::Pop3, 995, true),
    ("imap", Protocol::Imap, 143, false),
    ("imaps", Protocol::Imap, 993, true),
];

/// What the command line says of machines.
#[derive(Debug, Default)]
pub struct Targets {
    /// For every role.
    all: Option<Endpoint>,
    /// For one role.
    roles: Vec<(&'static str, Endpoint)>,
    allow: Vec<String>,
}

impl Targets {
    /// Reads `--to` and `--allow`.
    ///
    /// # Errors
    /// An unknown role, what can be no host.
    pub fn new(to: &[String], allow: &[String]) -> Result<Targets, Error> {
        let mut targets = Targets { allow: allow.to_vec(), ..Targets::default() };
        for text in to {
            let (role, host) = match text.split_once('=') {
                Some((role, host)) => (Some(role), host),
                None => (None, text.as_str()),
            };
            let endpoint = Endpoint::parse(host, None).map_err(|fault| faults::endpoint(&fault))?;
            match role {
                None => targets.all = Some(endpoint),
                Some(role) => {
                    let known = ROLES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(role));
                    let Some((name, ..)) = known else {
                        let names = ROLES.map(|(name, ..)| name).join(", ");
                        return Err(Error::new(Exit::Usage, "usage-role")
                            .with("role", role)
                            .with("known", names));
                    };
                    targets.roles.push((name, endpoint));
                }
            }
        }
        Ok(targets)
    }

    /// Where a role is: its own target, else one of the same protocol that also speaks (no) TLS at once, else the
    /// common one.
    fn find(&self, protocol: Protocol, port: u16, tls: bool) -> Option<Endpoint> {
        let same = |name: &str, exact: bool| {
            ROLES
                .iter()
                .any(|(n, p, at, t)| *n == name && *p == protocol && *t == tls && (!exact || *at == port))
        };
        let own = |exact: bool| self.roles.iter().find(|(name, _)| same(name, exact)).map(|(_, e)| e.clone());
        own(true).or_else(|| own(false)).or_else(|| self.all.clone())
    }

    /// Whether the user wants that machine to be talked to: named on the command line, this machine, allowed, or asked.
    ///
    /// # Errors
    /// Nobody can be asked, or the answer is no.
    pub fn allowed(
        &self,
        role: &Role,
        options: &Options,
        path: &Path,
        context: &Context,
    ) -> Result<(), Error> {
        let host = &role.endpoint.host;
        let here =
            host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let named = self.allow.iter().any(|allowed| allowed.eq_ignore_ascii_case(host));
        if role.mapped || here || named || options.lab.is_some() {
            return Ok(());
        }
        let refused =
            Error::new(Exit::Usage, "error-script-host").with("file", path.display()).with("host", host);
        if !context.terminal.stdin || !context.terminal.stderr {
            return Err(refused);
        }
        let args = vec![("file", path.display().to_string()), ("host", safe(host, 100))];
        let question = Catalog::new(context.lang).say("ask-script-host", &args);
        let mut stderr = std::io::stderr().lock();
        let _ = write!(stderr, "{question} ").and_then(|()| stderr.flush());
        let mut answer = String::new();
        let _ = std::io::stdin().lock().read_line(&mut answer);
        let yes = answer.trim().to_lowercase();
        if ["y", "yes", "s", "si", "sí"].contains(&yes.as_str()) { Ok(()) } else { Err(refused) }
    }
}

/// A connection that a script opens.
#[derive(Clone, Debug)]
pub struct Role {
    /// The protocol.
    pub protocol: Protocol,
    /// Where to.
    pub endpoint: Endpoint,
    /// TLS before anything else.
    pub tls: bool,
    /// The command line said where.
    pub mapped: bool,
}

impl Role {
    /// The connections of a script, by the number of their item.
    ///
    /// # Errors
    /// A host that nobody named, or that can be none.
    pub fn all(script: &Script, names: &mut Names, targets: &Targets) -> Result<Vec<(usize, Role)>, Error> {
        let mut roles = Vec::new();
        let mut names = names.clone();
        for (i, item) in script.items.iter().enumerate() {
            match &item.what {
                Do::Set(name, value) => {
                    if let Ok(wire) = names.fill(value, &mut Scene::default(), None) {
                        names.set(name, wire.bytes);
                    }
                }
                Do::Open(open) => {
                    // `{{host}}` is the command line's: what the script says of the port is what counts here.
                    let mut here = names.clone();
                    if here.get("host").is_none() {
                        here.set("host", "lab");
                    }
                    let filled = here.fill(&open.target, &mut Scene::default(), None);
                    let text = filled.map(|wire| wire.lossy().into_owned()).unwrap_or_default();
                    let written = Endpoint::parse(&text, None).map_err(|fault| faults::endpoint(&fault))?;
                    let port = written.port.unwrap_or_else(|| default_port(open.protocol, open.tls));
                    let tls = open.tls || matches!(port, 465 | 993 | 995);
                    let target = targets.find(open.protocol, port, tls);
                    let wants_host = open.target.names().iter().any(|name| name == "host");
                    if target.is_none() && wants_host && names.get("host").is_none() {
                        return Err(Error::new(Exit::Usage, "error-script-to").with("file", script.name()));
                    }
                    let mapped = target.is_some();
                    // A port of the script's own machine means nothing on another one: there, the role counts.
                    let standard = ROLES.iter().any(|(_, p, at, _)| *p == open.protocol && *at == port);
                    let role = if mapped && !standard { default_port(open.protocol, tls) } else { port };
                    let mut endpoint = target.unwrap_or(written);
                    endpoint.port = endpoint.port.or(Some(role));
                    roles.push((i, Role { protocol: open.protocol, endpoint, tls, mapped }));
                }
                _ => {}
            }
        }
        Ok(roles)
    }
}
