//! `ehlo tap`: between a mail program and its server, showing both sides live.

use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use unicode_width::UnicodeWidthStr;

use super::connection;
use super::context::Context;
use super::help::Example;
use super::lab::{self, Page};
use super::output::words;
use super::print;
use super::shown::ShownArgs;
use crate::dialogue::Protocol;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::lab::home::{Home, shown};
use crate::net::{Endpoint, TlsOptions};
use crate::session::{default_port, faults};
use crate::source::guess::of_port;
use crate::tap::{Begun, Ended, Plan, Server, Terminate, run};
use crate::view::stage::Stage;

/// How long to wait, where `--timeout` does not say it.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-tap", "ehlo tap --listen 2143 mail.redes.unlp.edu.ar:143"),
    Example("example-tap-smtp", "ehlo tap --listen 2525 mail.redes.unlp.edu.ar:25"),
    Example("example-tap-lab", "ehlo tap --listen 8110 lab:110"),
    Example("example-tap-log", "ehlo tap --listen 2143 mail.redes.unlp.edu.ar:143 --log session.html"),
    Example("example-tap-terminate", "ehlo tap --listen 8993 --terminate-tls lab:993"),
];

/// The words of `--protocol`.
const PROTOCOLS: [&str; 3] = ["smtp", "pop", "imap"];

/// The arguments of `ehlo tap`.
#[derive(Args, Clone, Debug)]
pub struct Tap {
    /// Where it leads.
    #[arg(value_name = "HOST")]
    pub host: String,
    /// What it does.
    #[command(flatten)]
    pub tap: TapArgs,
    /// How it reaches the server.
    #[command(flatten)]
    pub way: WayArgs,
    /// How it is shown.
    #[command(flatten)]
    pub output: ShownArgs,
}

/// What the tap does.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "tap")]
pub struct TapArgs {
    /// `--listen`.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = listening)]
    pub listen: Listening,
    /// `--protocol`.
    #[arg(long, value_name = "smtp|pop|imap", value_parser = words(&PROTOCOLS, protocol))]
    pub protocol: Option<Protocol>,
    /// `--terminate-tls`.
    #[arg(long)]
    pub terminate_tls: bool,
}

/// How the tap reaches the server.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "tls")]
pub struct WayArgs {
    /// `--timeout`.
    #[arg(long, value_name = "TIME", value_parser = connection::time, help_heading = "connection")]
    pub timeout: Option<Duration>,
    /// `--tls`.
    #[arg(long)]
    pub tls: bool,
    /// `--ca`.
    #[arg(long, value_name = "FILE", requires = "terminate_tls")]
    pub ca: Option<PathBuf>,
    /// `--tls-name`.
    #[arg(long, value_name = "NAME", requires = "terminate_tls")]
    pub tls_name: Option<String>,
    /// `--insecure`.
    #[arg(long, requires = "terminate_tls")]
    pub insecure: bool,
}

/// An address, where one was given, and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listening {
    /// None: loopback.
    pub address: Option<IpAddr>,
    /// 0: a free one.
    pub port: u16,
}

/// `2143`, `192.0.2.1:2143`, `[::]:2143`.
fn listening(text: &str) -> Result<Listening, Error> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        let port = text.parse().map_err(|_| Error::new(Exit::Usage, "usage-listen"))?;
        return Ok(Listening { address: None, port });
    }
    let address: SocketAddr = text.parse().map_err(|_| Error::new(Exit::Usage, "usage-listen"))?;
    Ok(Listening { address: Some(address.ip()), port: address.port() })
}

fn protocol(word: &str) -> Option<Protocol> {
    [Protocol::Smtp, Protocol::Pop3, Protocol::Imap].into_iter().find(|known| known.word() == word)
}

impl Tap {
    /// Runs the tap until Ctrl-C.
    ///
    /// # Errors
    /// What cannot be meant so; a port that cannot be had.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let catalog = Catalog::new(context.lang);
        let stage = Stage::new(Box::new(io::stdout()));
        let show = self.output.show(&stage, context)?;
        let (server, tls) = self.server(context)?;
        let terminate = match self.tap.terminate_tls {
            true => Some(Terminate { tls, home: Home::find()? }),
            false => None,
        };
        let ShownArgs { json, quiet, .. } = self.output;
        let (colour, width) = (show.look.colour, print::width());
        let plan = Plan {
            address: self.tap.listen.address,
            port: self.tap.listen.port,
            server: server.clone(),
            terminate,
            show,
            timeout: self.way.timeout.unwrap_or(TIMEOUT),
        };
        let said = |begun: &Begun| {
            let page = page(begun, &server, &catalog, colour, width);
            // JSON lines alone on standard output: the page is for people.
            drop(if json { io::stderr().write_all(page.as_bytes()) } else { stage.write(&page) });
        };
        let ended = run(plan, said)?;
        if !json || io::stderr().is_terminal() {
            let last = farewell(&ended, &catalog, colour, width);
            drop(if json || quiet { io::stderr().write_all(last.as_bytes()) } else { stage.write(&last) });
        }
        Ok(Exit::Ok)
    }

    /// Where it leads, and how TLS is verified there.
    fn server(&self, context: &Context) -> Result<(Server, TlsOptions), Error> {
        let mut endpoint = Endpoint::parse(&self.host, None).map_err(|fault| faults::endpoint(&fault))?;
        let port = endpoint.port.or_else(|| self.tap.protocol.map(|p| default_port(p, self.way.tls)));
        let port = port.ok_or_else(|| Error::new(Exit::Usage, "usage-tap-port").with("host", &self.host))?;
        endpoint.port = Some(port);
        let WayArgs { ca, tls_name: name, insecure, .. } = self.way.clone();
        let mut tls = TlsOptions { ca, insecure, name, ..TlsOptions::default() };
        let usual = of_port(port);
        let mut server = Server {
            endpoint,
            addresses: Vec::new(),
            protocol: self.tap.protocol.or(usual.map(|(protocol, _)| protocol)),
            tls: self.way.tls || usual.is_some_and(|(_, tls)| tls),
        };
        if lab::is_lab(&server.endpoint.host) {
            let behind = lab::behind(port, context)?;
            server.addresses = vec![behind.address];
            if let Some(service) = behind.service {
                server.protocol = self.tap.protocol.or(Some(service.protocol()));
                server.tls = service.tls();
            }
            if tls.ca.is_none() && !tls.insecure {
                tls.ca = Some(behind.ca);
            }
        }
        Ok((server, tls))
    }
}

/// What listens where, what to set in the mail program, and the warning.
fn page(begun: &Begun, server: &Server, catalog: &Catalog, colour: bool, width: usize) -> String {
    let mut page = Page::new(catalog, colour, width);
    let port = begun.listening.first().map_or(0, SocketAddr::port).to_string();
    let protocol = server.protocol.map_or("", Protocol::title);
    page.prose(&page.say("tap-title", &[("server", &server.endpoint.to_string()), ("protocol", protocol)]));
    let addresses: Vec<String> = begun.listening.iter().map(|a| a.ip().to_string()).collect();
    page.prose(&page.say("tap-where", &[("addresses", &addresses.join(", ")), ("port", &port)]));
    if begun.listening.iter().any(|address| !address.ip().is_loopback()) {
        page.prose(&page.word("tap-open"));
    }
    page.blank();
    let host = match begun.listening.first() {
        Some(address) if !address.ip().is_loopback() && !address.ip().is_unspecified() => {
            address.ip().to_string()
        }
        _ => "localhost".to_owned(),
    };
    let security = match (begun.ca.is_some(), server.tls) {
        (_, true) => "tap-security-tls",
        (true, false) => "tap-security-starttls",
        (false, false) => "tap-security-none",
    };
    let mut rows = vec![
        (page.word("tap-set-server"), host),
        (page.word("tap-set-port"), port),
        (page.word("tap-set-security"), page.word(security)),
    ];
    if let Some(ca) = &begun.ca {
        rows.push((page.word("tap-set-ca"), shown(Path::new(ca))));
    }
    page.prose(&page.word("tap-set"));
    let column = rows.iter().map(|(label, _)| label.width()).max().unwrap_or(0);
    for (label, text) in rows {
        page.row(&[(&label, column)], &text, false);
    }
    page.blank();
    if begun.ca.is_some() {
        page.prose(&page.word("tap-middle"));
        page.blank();
    } else if server.tls {
        page.prose(&page.word("tap-opaque"));
        page.blank();
    }
    page.prose(&page.word("tap-follows"));
    page.blank();
    page.text()
}

/// The last words.
fn farewell(ended: &Ended, catalog: &Catalog, colour: bool, width: usize) -> String {
    let mut page = Page::new(catalog, colour, width);
    let seen = &ended.seen;
    page.blank();
    let mut said = page.say("tap-farewell", &[("served", &ended.count.served.to_string())]);
    let mut add = |id: &str, count: u64| {
        if count > 0 {
            said.push(' ');
            said.push_str(&page.say(id, &[("count", &count.to_string())]));
        }
    };
    add("tap-farewell-cut", ended.cut as u64);
    add("tap-farewell-vain", seen.vain);
    add("tap-farewell-turned-away", ended.count.turned_away);
    page.prose(&said);
    let mut said = String::new();
    if seen.commands > 0 {
        let (commands, warnings) = (seen.commands.to_string(), seen.warnings.to_string());
        said = page.say("tap-farewell-seen", &[("commands", &commands), ("warnings", &warnings)]);
    }
    if seen.opaque > 0 {
        said.push(' ');
        said.push_str(&page.say("tap-farewell-opaque", &[("count", &seen.opaque.to_string())]));
    }
    if !said.is_empty() {
        page.prose(said.trim_start());
    }
    page.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_listen_is_a_port_with_or_without_an_address() {
        let read = |text: &str| listening(text).ok().map(|l| (l.address.map(|a| a.to_string()), l.port));
        assert_eq!(read("2143"), Some((None, 2143)));
        assert_eq!(read("0"), Some((None, 0)));
        assert_eq!(read("192.0.2.1:25"), Some((Some("192.0.2.1".to_owned()), 25)));
        assert_eq!(read("[::]:25"), Some((Some("::".to_owned()), 25)));
        for wrong in ["", "65536", "localhost:25", "::1", "-1", "25x"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
