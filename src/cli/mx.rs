//! `ehlo mx`: how a sending server would deliver to a domain or an address: the plan, and how it was found.
//!
//! One name or many (`--file`, standard input); results come in the order of the names, several being asked for
//! at once. Who asks for little waits for little: a catalog is read when the first sentence is wanted.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, LocalSet, spawn_local};

use super::context::Context;
use super::help::Example;
use super::output::{COLORS, When, words};
use super::print;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::net::dns::{Client, system};
use crate::net::mx::input::parse;
use crate::net::mx::probe::Probe;
use crate::net::mx::{InputFault, Options, Own, Report, Status, look};
use crate::net::policy::{Wanted, gather};
use crate::net::{TlsClient, TlsOptions};
use crate::view::mx::{Look, json, short, text};

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-mx", "ehlo mx gmail.com"),
    Example("example-mx-lab", "ehlo mx pepe@gmail.com --server lab --explain"),
    Example("example-mx-additional", "ehlo mx gmail.com --server lab --lab-additional no"),
    Example("example-mx-policy", "ehlo mx example.com --policy --server lab"),
    Example("example-mx-from", "ehlo mx example.com --policy --from-ip 203.0.113.9 --server lab"),
    Example("example-mx-probe", "ehlo mx redes.unlp.edu.ar --probe"),
    Example("example-mx-server", "ehlo mx gmail.com --server 127.0.0.1:5353 --tcp"),
    Example("example-mx-short", "ehlo mx --short gmail.com"),
    Example("example-mx-many", "ehlo mx --json --file names.txt"),
];

/// How long a question may take, where `--timeout` does not say it.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long an exchange may take for a connection or an answer.
const PROBE: Duration = Duration::from_secs(10);
/// Names that are asked for at once, where `--jobs` does not say it.
const JOBS: usize = 32;
/// The longest line of a list of names.
const LINE: u64 = 4096;

/// The arguments of `ehlo mx`.
#[derive(Args, Clone, Debug)]
pub struct Mx {
    /// Domains, mailboxes, address literals.
    #[arg(value_name = "DOMAIN", id = "domain-name")]
    pub names: Vec<String>,
    /// `--file`.
    #[arg(long, value_name = "FILE", help_heading = "query")]
    pub file: Option<PathBuf>,
    /// What is asked, and whom.
    #[command(flatten)]
    pub query: QueryArgs,
    /// How it is shown.
    #[command(flatten)]
    pub output: MxOutput,
}

/// What is asked, and whom.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "query")]
pub struct QueryArgs {
    /// `--server`.
    #[arg(long, value_name = "ADDRESS", value_parser = server)]
    pub server: Option<Server>,
    /// `--lab-additional`.
    #[arg(long, value_name = "yes|no", value_parser = words(&["yes", "no"], yes))]
    pub lab_additional: Option<bool>,
    /// `--tcp`.
    #[arg(long)]
    pub tcp: bool,
    /// `--timeout`.
    #[arg(long, value_name = "TIME", value_parser = super::connection::time, id = "mx-timeout")]
    pub timeout: Option<Duration>,
    /// `--policy`.
    #[arg(long, conflicts_with = "short")]
    pub policy: bool,
    /// `--from-ip`.
    #[arg(long, value_name = "ADDRESS", value_parser = super::connection::address)]
    pub from_ip: Option<IpAddr>,
    /// `--dkim-selector`.
    #[arg(long, value_name = "NAME", value_parser = selector)]
    pub dkim_selector: Option<String>,
    /// `--probe`.
    #[arg(long, conflicts_with = "short")]
    pub probe: bool,
    /// `--port`.
    #[arg(long, value_name = "PORT", requires = "probe", id = "probe-port", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// `--jobs`.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub jobs: Option<u16>,
    /// `--seed`.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// `--self`.
    #[arg(long = "self", id = "self-name", value_name = "NAME")]
    pub own: Vec<String>,
    /// `--self-address`.
    #[arg(long, value_name = "ADDRESS", value_parser = super::connection::address)]
    pub self_address: Vec<IpAddr>,
}

/// How it is shown.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "output")]
pub struct MxOutput {
    /// `--explain`.
    #[arg(long, conflicts_with_all = ["mx-json", "short"])]
    pub explain: bool,
    /// `--short`.
    #[arg(long, conflicts_with = "mx-json")]
    pub short: bool,
    /// `--json`.
    #[arg(long = "json", id = "mx-json")]
    pub json: bool,
    /// `--color`.
    #[arg(long, value_name = "auto|always|never", value_parser = words(&COLORS, When::parse))]
    pub color: Option<When>,
}

/// Whom to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// A name server.
    At(SocketAddr),
    /// The lab's.
    Lab,
}

/// Reads `--server`: an address, with or without a port; or `lab`.
pub(super) fn server(text: &str) -> Result<Server, Error> {
    if super::lab::is_lab(text) {
        return Ok(Server::Lab);
    }
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let port = |address: IpAddr| SocketAddr::new(address, crate::net::dns::PORT);
    let found = bare.parse().map(port).or_else(|_| text.parse::<SocketAddr>());
    match found {
        Ok(address) if address.port() != 0 => Ok(Server::At(address)),
        _ => Err(Error::new(Exit::Usage, "usage-mx-server")),
    }
}

/// How the exchanges are tried: what TLS checks is told, and nothing is made of it.
fn probe(query: &QueryArgs) -> Result<Probe, Error> {
    let tls = TlsOptions { insecure: true, ..TlsOptions::default() };
    let tls = TlsClient::new(&tls).map_err(|fault| crate::session::faults::tls_setup(&fault))?;
    Ok(Probe {
        port: query.port.unwrap_or(crate::net::mx::PORT),
        timeout: query.timeout.unwrap_or(PROBE),
        tls: Arc::new(tls),
    })
}

/// Reads `--dkim-selector`: labels (RFC 6376 §3.1).
fn selector(text: &str) -> Result<String, Error> {
    let plain = |label: &str| {
        let inside = label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        inside && !label.is_empty() && label.len() <= 63
    };
    if text.len() <= 100 && text.split('.').all(plain) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Error::new(Exit::Usage, "usage-mx-selector"))
    }
}

fn yes(word: &str) -> Option<bool> {
    Some(word == "yes")
}

/// What all names share.
struct Run {
    client: Arc<Client>,
    options: Arc<Options>,
    policy: Option<Arc<Wanted>>,
    probe: Option<Probe>,
    output: MxOutput,
    catalog: Catalog,
    context: Context,
    look: Look,
    several: bool,
}

impl Mx {
    /// Finds out, and shows it.
    ///
    /// # Errors
    /// A file that cannot be read, a lab that cannot be started, output that cannot be written.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let lab = self.query.server == Some(Server::Lab);
        if self.query.lab_additional.is_some() && !lab {
            return Err(Error::new(Exit::Usage, "usage-mx-lab-additional"));
        }
        let (selector, from) = (self.query.dkim_selector.clone(), self.query.from_ip);
        let needs = [(selector.is_some(), "--dkim-selector"), (from.is_some(), "--from-ip")];
        if let Some((_, option)) = needs.iter().find(|(given, _)| *given && !self.query.policy) {
            return Err(Error::new(Exit::Usage, "usage-mx-needs-policy").with("option", option));
        }
        let source = self.source(context)?;
        let several = self.names.len() > 1 || matches!(source, Source::Lines(_));
        let servers = match self.query.server {
            Some(Server::At(address)) => vec![address],
            Some(Server::Lab) => super::lab::name_servers(self.query.lab_additional != Some(false), context)?,
            None => system(),
        };
        let timeout = self.query.timeout.unwrap_or(TIMEOUT);
        let jobs = self.query.jobs.map_or(JOBS, usize::from);
        let (config, terminal) = (&context.config, context.terminal);
        let colour = terminal.colour(self.output.color.or(config.color).unwrap_or_default(), terminal.stdout);
        let look = Look { colour, width: print::width(), explain: self.output.explain, lab };
        let names = self.query.own.iter().map(|name| name.trim_end_matches('.').to_ascii_lowercase());
        let own = Own { names: names.collect(), addresses: self.query.self_address.clone() };
        // AD is worth something only from a resolver that we chose, or that no wire is before.
        let trusted = self.query.server.is_some() || servers.iter().all(|server| server.ip().is_loopback());
        let wanted = Wanted { selector, from, trusted };
        let probe = if self.query.probe { Some(probe(&self.query)?) } else { None };
        let run = Run {
            probe,
            client: Arc::new(Client::new(servers, self.query.tcp, timeout)),
            policy: self.query.policy.then(|| Arc::new(wanted)),
            options: Arc::new(Options { own, seed: self.query.seed }),
            output: self.output,
            catalog: Catalog::new(context.lang),
            context: context.clone(),
            look,
            several,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::new(Exit::Bug, "error-runtime").detail(error))?;
        runtime.block_on(LocalSet::new().run_until(run.all(source, jobs)))
    }

    /// Where the names come from.
    fn source(&self, context: &Context) -> Result<Source, Error> {
        let fault = |path: &PathBuf, error| Error::unreadable(path.display(), &error);
        match &self.file {
            Some(path) if path.as_os_str() != "-" => {
                let file = File::open(path).map_err(|error| fault(path, error))?;
                if file.metadata().is_ok_and(|found| found.is_dir()) {
                    return Err(fault(path, io::ErrorKind::IsADirectory.into()));
                }
                Ok(Source::Lines(self.reader(Box::new(file))))
            }
            Some(_) => Ok(Source::Lines(self.reader(Box::new(io::stdin())))),
            None if !self.names.is_empty() => Ok(Source::Names(self.names.clone().into())),
            None if context.terminal.stdin => Err(Error::new(Exit::Usage, "usage-mx-missing")),
            None => Ok(Source::Lines(self.reader(Box::new(io::stdin())))),
        }
    }

    /// A thread that reads names, since reading may wait; the names of the command line come first.
    fn reader(&self, input: Box<dyn Read + Send>) -> mpsc::Receiver<String> {
        let (give, take) = mpsc::channel(256);
        let first = self.names.clone();
        std::thread::spawn(move || {
            let lines = Lines { reader: BufReader::new(input) };
            for name in first.into_iter().chain(lines) {
                if give.blocking_send(name).is_err() {
                    return;
                }
            }
        });
        take
    }
}

/// Where the names come from.
enum Source {
    Names(VecDeque<String>),
    Lines(mpsc::Receiver<String>),
}

impl Source {
    async fn next(&mut self) -> Option<String> {
        match self {
            Source::Names(names) => names.pop_front(),
            Source::Lines(lines) => lines.recv().await,
        }
    }
}

/// The lines of a list that name something; `#` begins a remark.
struct Lines<R> {
    reader: BufReader<R>,
}

impl<R: Read> Iterator for Lines<R> {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        loop {
            let mut line = Vec::new();
            let read = (&mut self.reader).take(LINE).read_until(b'\n', &mut line).ok()?;
            if read == 0 {
                return None;
            }
            let line = String::from_utf8_lossy(&line);
            let name = line.trim();
            if !name.is_empty() && !name.starts_with('#') {
                return Some(name.to_owned());
            }
        }
    }
}

/// A name that was taken up.
enum Taken {
    Asked(JoinHandle<Report>),
    Usage(String, Error),
}

impl Run {
    /// All names, several at once, shown in their order.
    async fn all(&self, mut source: Source, jobs: usize) -> Result<Exit, Error> {
        let mut flying: VecDeque<Taken> = VecDeque::new();
        let (mut exit, mut done, mut over) = (Exit::Ok, 0_u64, false);
        let progress = self.several && self.context.terminal.stderr && !io::stdout().is_terminal();
        loop {
            while !over && flying.len() < jobs {
                match source.next().await {
                    Some(name) => flying.push_back(self.take(name)),
                    None => over = true,
                }
            }
            let Some(first) = flying.pop_front() else { break };
            let (shown, one) = match first {
                Taken::Usage(name, error) => (self.refuse(&name, &error, progress), error.exit),
                Taken::Asked(task) => {
                    let report =
                        task.await.map_err(|error| Error::new(Exit::Bug, "error-runtime").detail(error))?;
                    let exit = exit_of(report.status);
                    (self.show(&report, done > 0), exit)
                }
            };
            exit = exit.worse(one);
            done += 1;
            match print::out(&shown) {
                Exit::Ok => {}
                _ => return Err(Error::new(Exit::File, "error-output")),
            }
            if progress && (done % 16 == 0 || flying.is_empty()) {
                let said = self.catalog.say("mx-progress", &vec![("count", done.to_string())]);
                let _ = write!(io::stderr(), "\r\x1b[K{said}");
            }
        }
        if progress {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
        Ok(exit)
    }

    fn take(&self, name: String) -> Taken {
        match parse(&name) {
            Err(fault) => {
                let error = usage(&name, &fault);
                Taken::Usage(name, error)
            }
            Ok(target) => {
                let (client, options, policy) =
                    (self.client.clone(), self.options.clone(), self.policy.clone());
                let probe = self.probe.clone();
                Taken::Asked(spawn_local(async move {
                    let mut report = look(&client, &name, target, &options).await;
                    if let Some(wanted) = policy {
                        gather(&client, &mut report, &wanted).await;
                    }
                    if let Some(probe) = probe {
                        report.probed = Some(probe.all(&report).await);
                    }
                    report
                }))
            }
        }
    }

    fn refuse(&self, name: &str, error: &Error, progress: bool) -> String {
        if progress {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
        print::error(error, Some("mx"), &self.catalog, false, self.context.terminal);
        if self.output.json {
            format!("{}\n", json::usage(name, error, &self.catalog))
        } else {
            String::new()
        }
    }

    fn show(&self, report: &Report, later: bool) -> String {
        if self.output.json {
            return format!("{}\n", json::render(report, self.look.lab, &self.catalog));
        }
        if self.output.short {
            let lines = short::render(report, self.several);
            if lines.is_empty() {
                let error = Error::new(exit_of(report.status), "error-mx-none");
                let error = error.with("name", &report.query).with("status", report.status.word());
                print::error(&error, Some("mx"), &self.catalog, false, self.context.terminal);
            }
            return lines;
        }
        let between = if later { "\n" } else { "" };
        format!("{between}{}", text::render(report, self.look, &self.catalog))
    }
}

/// The exit code of a result.
fn exit_of(status: Status) -> Exit {
    match status {
        Status::Ok => Exit::Ok,
        Status::DnsFailure => Exit::Network,
        _ => Exit::No,
    }
}

/// What is said of a name that cannot be meant so.
pub fn usage(typed: &str, fault: &InputFault) -> Error {
    let error = |id| Error::new(Exit::Usage, id).with("typed", typed);
    match fault {
        InputFault::Empty => error("usage-mx-empty"),
        InputFault::NoLocalPart => error("usage-mx-local-part"),
        InputFault::TwoAts => error("usage-mx-ats"),
        InputFault::BareAddress(IpAddr::V4(v4)) => error("usage-mx-address").with("meant", format!("[{v4}]")),
        InputFault::BareAddress(IpAddr::V6(v6)) => {
            error("usage-mx-address").with("meant", format!("[IPv6:{v6}]"))
        }
        InputFault::BadLiteral(literal) => error("usage-mx-literal").with("literal", literal),
        InputFault::Url(host) => error("usage-mx-url").with("meant", host),
        InputFault::Port(host) => error("usage-mx-port").with("meant", host),
        InputFault::Blank => error("usage-mx-blank"),
        InputFault::Character(character) => error("usage-mx-character").with("character", character),
        InputFault::EmptyLabel => error("usage-mx-empty-label"),
        InputFault::LabelTooLong(_, octets) => error("usage-mx-label").with("octets", octets),
        InputFault::NameTooLong(octets) => error("usage-mx-long").with("octets", octets),
        InputFault::BadIdn => error("usage-mx-idn"),
    }
}
