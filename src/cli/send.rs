//! `ehlo send`: one message sent, the dialogue shown and explained, the exit code by what became of it.
//!
//! The dialogue is a script that is made here and replayed, so `--print-script` can show it. Without `--server` it goes
//! to the exchanges of the first recipient's domain.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::asked::Asked;
use super::connection::{Connection, Tls};
use super::context::Context;
use super::dialogue::LoginArgs;
use super::help::Example;
use super::output::{OutputArgs, words};
use super::print;
use super::replay::RunArgs;
use super::smtp::route::Plan;
use crate::annotate::redact::Secrets;
use crate::dialogue::Protocol;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::net::Endpoint;
use crate::net::mx::input::{Target, parse};
use crate::session::faults;
use crate::session::options::{Input, Login, Options, Security};
use crate::session::script::model::Do;
use crate::session::script::names::Names;
use crate::session::script::{Paper, Script, Setup, play, report};
use crate::session::send::message::{lines, with_headers};
use crate::session::send::{Attached, Cover, End, LARGEST, Letter, MECHANISMS, Order, Stage, verdict};

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-send", "ehlo send --to alumnoimap@redes.unlp.edu.ar --server lab"),
    Example("example-send-subject", "ehlo send --to pepe@gmail.com --subject '¿Llegó?' --body 'Hola'"),
    Example("example-send-attach", "ehlo send --to ana@example.org --server lab --attach tp3.pdf"),
    Example("example-send-login", "ehlo send --to ana@example.org --server lab:587 --user alumnopop"),
    Example("example-send-data", "ehlo send --to ana@example.org --server lab --data message.eml"),
    Example("example-send-quit", "ehlo send --to ana@example.org --server lab --quit-after rcpt"),
    Example("example-send-print", "ehlo send --to ana@example.org --server lab --print-script > send.ehlo"),
];

/// The arguments of `ehlo send`.
#[derive(Args, Clone, Debug)]
pub struct Send {
    /// The envelope and the content.
    #[command(flatten)]
    pub message: MessageArgs,
    /// `--server`.
    #[arg(long, value_name = "HOST[:PORT]", help_heading = "connection", conflicts_with = "mx_server")]
    pub server: Option<String>,
    /// `--mx-server`.
    #[arg(long, value_name = "ADDRESS", value_parser = super::mx::server, help_heading = "connection")]
    pub mx_server: Option<super::mx::Server>,
    /// How to reach it.
    #[command(flatten)]
    pub connection: Connection,
    /// TLS.
    #[command(flatten)]
    pub tls: Tls,
    /// Who logs in.
    #[command(flatten)]
    pub login: LoginArgs,
    /// How the dialogue goes.
    #[command(flatten)]
    pub course: CourseArgs,
    /// How it is shown.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The envelope and the content.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "message")]
pub struct MessageArgs {
    /// `--to`.
    #[arg(long, value_name = "ADDRESS", required = true)]
    pub to: Vec<String>,
    /// `--from`.
    #[arg(long, value_name = "ADDRESS")]
    pub from: Option<String>,
    /// `--subject`.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "data")]
    pub subject: Option<String>,
    /// `--body`.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "data")]
    pub body: Option<String>,
    /// `--header`.
    #[arg(long, value_name = "LINE")]
    pub header: Vec<String>,
    /// `--attach`.
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    pub attach: Vec<PathBuf>,
    /// `--data`.
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
}

/// How the dialogue goes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "dialogue")]
pub struct CourseArgs {
    /// `--helo`.
    #[arg(long, value_name = "NAME")]
    pub helo: Option<String>,
    /// `--pipeline`.
    #[arg(long)]
    pub pipeline: bool,
    /// `--quit-after`.
    #[arg(long, value_name = "STAGE", value_parser = words(&Stage::WORDS, Stage::parse), conflicts_with = "drop_after")]
    pub quit_after: Option<Stage>,
    /// `--drop-after`.
    #[arg(long, value_name = "STAGE", value_parser = words(&Stage::WORDS, Stage::parse))]
    pub drop_after: Option<Stage>,
    /// `--print-script`.
    #[arg(long)]
    pub print_script: bool,
}

/// Where it goes, and how.
struct Way {
    endpoint: Endpoint,
    cover: Cover,
    plan: Option<(Plan, bool)>,
}

impl Send {
    /// Sends it.
    ///
    /// # Errors
    /// What cannot be meant so, files, no exchange. What the server refuses is in the exit code.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let catalog = Catalog::new(context.lang);
        let print = self.course.print_script;
        let (from, to) = self.addresses()?;
        // Files first: whoever waits for the DNS in vain learns of a slip too late.
        let mut order = self.order(from, to, &catalog)?;
        let way = self.way(&order, context)?;
        order.cover = way.cover;
        order.target = target(&way.endpoint);
        self.stages(&mut order)?;
        let text = order.script(&catalog);
        if text.len() > LARGEST {
            return Err(Error::new(Exit::Usage, "usage-send-large").with("octets", text.len()));
        }
        if print {
            return Ok(print::out(&text));
        }
        let root = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        let script = Script::from_text("ehlo send", &text, &root, &[]).map_err(|broken| {
            Error::new(Exit::Bug, "error-runtime").detail(report::broken(&broken, &catalog))
        })?;
        self.play(&order, &script, way, context)
    }

    /// The reverse-path and the recipients, as they go over the wire.
    fn addresses(&self) -> Result<(String, Vec<String>), Error> {
        let to: Vec<String> =
            self.message.to.iter().map(|to| address("--to", to)).collect::<Result<_, _>>()?;
        let user = self.login.user.as_deref().filter(|user| user.contains('@'));
        let from = match (self.message.from.as_deref(), user) {
            (Some("" | "<>"), _) => String::new(),
            (Some(from), _) => address("--from", from)?,
            (None, Some(user)) => address("--user", user)?,
            // Nobody named: whoever gets it is a sender that the server knows.
            (None, None) => to.first().cloned().unwrap_or_default(),
        };
        Ok((from, to))
    }

    /// What is sent, but for the server.
    fn order(&self, from: String, to: Vec<String>, catalog: &Catalog) -> Result<Order, Error> {
        let MessageArgs { subject, body, header, attach, data, .. } = &self.message;
        let plain = [("--helo", &self.course.helo), ("--subject", subject), ("--user", &self.login.user)];
        for (option, text) in plain {
            text.as_ref().map_or(Ok(()), |text| controls(option, text))?;
        }
        if self.course.helo.as_ref().is_some_and(|helo| helo.trim().is_empty()) {
            return Err(Error::new(Exit::Usage, "usage-send-helo"));
        }
        let fields = header.iter().map(|line| field(line)).collect::<Result<Vec<_>, _>>()?;
        let domain =
            to.first().and_then(|to| to.rsplit_once('@')).map_or("", |(_, domain)| domain).to_owned();
        let (message, made) = match data {
            Some(path) => (read(path)?, None),
            None => {
                let author = if from.is_empty() { format!("mailer-daemon@{domain}") } else { from.clone() };
                let own = author.rsplit_once('@').map_or("", |(_, domain)| domain).to_owned();
                let body = match body.as_deref() {
                    Some("-") => String::from_utf8_lossy(&read(Path::new("-"))?).into_owned(),
                    Some(body) => body.to_owned(),
                    None => catalog.word("send-body"),
                };
                let letter = Letter {
                    from: author,
                    to: to.clone(),
                    subject: subject.clone().unwrap_or_else(|| catalog.word("send-subject")),
                    body,
                    files: attach.iter().map(|path| attached(path)).collect::<Result<_, _>>()?,
                };
                (letter.message()?, Some(own))
            }
        };
        let message = if fields.is_empty() { message } else { with_headers(&message, &fields) };
        let mut parameters = Vec::new();
        if !message.is_ascii() {
            // RFC 6152 §3.
            parameters.push("BODY=8BITMIME");
        }
        if std::iter::once(&from).chain(&to).any(|address| !address.is_ascii()) {
            // RFC 6531 §3.4.
            parameters.push("SMTPUTF8");
        }
        Ok(Order {
            helo: self.course.helo.clone(),
            login: self.mechanism()?,
            content: lines(&message, made.as_deref()),
            pipeline: self.course.pipeline,
            parameters,
            from,
            to,
            ..Order::default()
        })
    }

    /// Who logs in, and how. A script cannot choose among what a server offers.
    fn mechanism(&self) -> Result<Option<(String, String)>, Error> {
        let known = || MECHANISMS.join(", ");
        let (user, auth) = (&self.login.user, self.login.auth.as_deref());
        match (user, auth) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(Error::new(Exit::Usage, "usage-send-user")),
            (Some(user), None) => Ok(Some((user.clone(), "PLAIN".to_owned()))),
            (Some(user), Some(named)) if MECHANISMS.contains(&named) => {
                Ok(Some((user.clone(), named.to_owned())))
            }
            (Some(_), Some(_)) => Err(Error::new(Exit::Usage, "usage-send-auth").with("known", known())),
        }
    }

    /// The server, its port, and when TLS begins there.
    fn way(&self, order: &Order, context: &Context) -> Result<Way, Error> {
        let security = self.tls.security();
        let (mut endpoint, plan) = match &self.server {
            Some(server) => (Endpoint::parse(server, None).map_err(|fault| faults::endpoint(&fault))?, None),
            None => {
                let domain = one_domain(&order.to)?;
                let plan = Plan::find(&domain, self.mx_server, context)?;
                let host = plan.host();
                (Endpoint { host, port: None }, Some((plan, false)))
            }
        };
        // Submission has a port of its own (RFC 6409 §3.1); exchanges listen on 25.
        let port = match (security, order.login.is_some() && plan.is_none()) {
            (Security::Implicit, _) => 465,
            (_, true) => 587,
            _ => 25,
        };
        let port = *endpoint.port.get_or_insert(port);
        let first = security == Security::Implicit || port == 465 && security == Security::ByPort;
        let cover = match security {
            _ if first => Cover::First,
            Security::StartTls => Cover::StartTls,
            // A password goes in the clear only where that was asked for.
            Security::ByPort if order.login.is_some() => Cover::StartTls,
            _ => Cover::None,
        };
        Ok(Way { endpoint, cover, plan })
    }

    /// Where it ends; a stage must be one that comes.
    fn stages(&self, order: &mut Order) -> Result<(), Error> {
        let CourseArgs { quit_after, drop_after, .. } = self.course;
        order.end = match (quit_after, drop_after) {
            // In the midst of the content, QUIT would be a line of it.
            (Some(Stage::Data), _) => return Err(Error::new(Exit::Usage, "usage-send-quit-data")),
            (Some(Stage::Dot), _) | (None, None) => End::Done,
            (Some(stage), _) => End::Quit(stage),
            (None, Some(stage)) => End::Drop(stage),
        };
        let stage = quit_after.or(drop_after);
        let id = match stage {
            Some(Stage::Tls) if order.cover == Cover::None => "usage-send-stage-tls",
            Some(Stage::Auth) if order.login.is_none() => "usage-send-stage-auth",
            _ => return Ok(()),
        };
        Err(Error::new(Exit::Usage, id))
    }

    /// Runs the script, and says what became of the message.
    fn play(self, order: &Order, script: &Script, way: Way, context: &Context) -> Result<Exit, Error> {
        let catalog = Catalog::new(context.lang);
        let run = RunArgs { password_file: self.login.password_file, ..RunArgs::default() };
        let mut asked = Asked::new(&run)?;
        let (mut names, secrets) = (Names::default(), Secrets::default());
        for name in script.secrets() {
            let on_lab = super::lab::is_lab(&way.endpoint.host);
            let value = asked.secret(&name, self.login.user.as_deref(), on_lab, context)?;
            secrets.learn_make(&name, &value);
            names.secret(&name, value);
        }
        for address in order.to.iter().chain([&order.from]).chain(self.login.user.as_ref()) {
            secrets.exempt(address);
            address.split('@').for_each(|part| secrets.exempt(part));
        }
        let (logs, force, timeout) = (self.output.log.clone(), self.output.force, self.connection.timeout());
        let mut output = self.output.output(context)?;
        output.logs = Vec::new();
        let mut options = Options {
            protocol: Some(Protocol::Smtp),
            endpoint: way.endpoint,
            connect: self.connection.options()?,
            lab: None,
            security: if way.cover == Cover::First { Security::Implicit } else { Security::Plain },
            tls: self.tls.options(),
            timeout,
            login: Login { user: self.login.user, ..Login::default() },
            input: Input::Lines(Vec::new()),
            output,
            fail: false,
            tags: true,
        };
        match way.plan {
            Some((plan, given)) => plan.apply(&mut options, given, context)?,
            None => super::lab::arrive(&mut options, context)?,
        }
        let mut opens = BTreeMap::new();
        if let Some(at) = script.items.iter().position(|item| matches!(item.what, Do::Open(_))) {
            opens.insert(at, options);
        }
        let folder = PathBuf::from(".");
        let setup = Setup {
            opens,
            names,
            secrets,
            level: None,
            timeout,
            folder,
            force: false,
            pause: false,
            verdict: false,
        };
        let mut paper = Paper::open(Some(Paper::stdout()), &logs, force)?;
        let (outcome, _) = play(script, setup, &mut paper, None, &mut |_| {})?;
        let said = verdict(order, script, &outcome, &catalog);
        let _ = io::stderr().lock().write_all(said.text.as_bytes());
        Ok(said.exit)
    }
}

/// `host:port` as a script has it.
fn target(endpoint: &Endpoint) -> String {
    let port = endpoint.port.unwrap_or(25);
    match endpoint.host.parse::<std::net::Ipv6Addr>() {
        Ok(address) => format!("[{address}]:{port}"),
        Err(_) => format!("{}:{port}", endpoint.host),
    }
}

/// The domain of the recipients, who are of one domain: each domain has exchanges of its own.
fn one_domain(to: &[String]) -> Result<String, Error> {
    let domain = |to: &String| to.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
    let mut domains: Vec<String> = to.iter().filter_map(domain).collect();
    domains.dedup();
    match domains.as_slice() {
        [one] => Ok(one.clone()),
        several => Err(Error::new(Exit::Usage, "usage-send-domains").with("domains", several.join(", "))),
    }
}

/// No line end, and nothing else that is no text: it would become a line of its own on the wire.
fn controls(option: &str, text: &str) -> Result<(), Error> {
    match text.chars().find(|c| c.is_control()) {
        None => Ok(()),
        Some(found) => Err(Error::new(Exit::Usage, "usage-send-control")
            .with("option", option)
            .with("code", format!("U+{:04X}", u32::from(found)))),
    }
}

/// A mailbox as it goes over the wire: the domain in A-labels.
fn address(option: &str, typed: &str) -> Result<String, Error> {
    controls(option, typed)?;
    let bare = typed.trim();
    let bare = bare.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(bare);
    let fault = || Error::new(Exit::Usage, "usage-send-address").with("option", option).with("typed", typed);
    let target = parse(bare).map_err(|fault| super::mx::usage(typed, &fault))?;
    let (local, domain) = bare.rsplit_once('@').ok_or_else(fault)?;
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    // RFC 5321 §4.1.2: a dot-string, or a quoted string.
    let odd = |c: char| c.is_whitespace() || "()<>[]:;@\\,\"".contains(c);
    if local.is_empty() || !quoted && local.contains(odd) {
        return Err(fault());
    }
    Ok(match target {
        Target::Domain(domain) => format!("{local}@{}", domain.wire),
        Target::Literal(_) => format!("{local}@{domain}"),
    })
}

/// `Name: value`.
fn field(line: &str) -> Result<(String, String), Error> {
    controls("--header", line)?;
    let fault = || Error::new(Exit::Usage, "usage-send-header").with("typed", line);
    let (name, value) = line.split_once(':').ok_or_else(fault)?;
    // RFC 5322 §2.2: printable ASCII without a colon.
    if name.is_empty() || !name.bytes().all(|b| (b'!'..=b'~').contains(&b)) {
        return Err(fault());
    }
    Ok((name.to_owned(), value.trim().to_owned()))
}

/// A file, or standard input, of no more than a script holds.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let fault = |error| Error::unreadable(path.display(), &error);
    let mut bytes = Vec::new();
    let most = LARGEST as u64 + 1;
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    read.map_err(fault)?;
    if bytes.len() > LARGEST {
        return Err(Error::new(Exit::Usage, "usage-send-large").with("octets", bytes.len()));
    }
    Ok(bytes)
}

/// A file to go with the message; its media type is guessed by its name.
fn attached(path: &Path) -> Result<Attached, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    controls("--attach", &name)?;
    let kind = mime_guess::from_path(path).first_or_octet_stream().to_string();
    Ok(Attached { name, kind, bytes: read(path)? })
}
