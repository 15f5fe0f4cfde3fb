//! Arriving: the views are opened, the addresses tried, TLS started where it comes first, and the protocol
//! found where nobody named it.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::live::{Live, Source, output_error};
use super::options::{Input, Options, Security};
use super::output;
use super::prompt::Prompt;
use super::source::Lines;
use crate::annotate::redact::Secrets;
use crate::dialect;
use crate::dialogue::mark::Close;
use crate::dialogue::{Mark, Protocol};
use crate::error::{Error, Exit};
use crate::net::{Channel, ConnectFault, Moved, Progress, Stranger, TlsClient, sniff};
use crate::recorder::Recorder;
use crate::view::View;

/// How long a server may take to say who it is, where the port does not tell.
const GREETING: Duration = Duration::from_secs(10);

/// How long a QUIT may take to an exchange that is not used.
const FAREWELL: Duration = Duration::from_millis(200);

/// The port of a protocol.
pub fn default_port(protocol: Protocol, tls: bool) -> u16 {
    match (protocol, tls) {
        (Protocol::Smtp, false) => 25,
        (Protocol::Smtp, true) => 465,
        // RFC 2033 §5 forbids 25 and names no other; 24 is for "any private mail system".
        (Protocol::Lmtp, _) => 24,
        (Protocol::Pop3, false) => 110,
        (Protocol::Pop3, true) => 995,
        (Protocol::Imap, false) => 143,
        (Protocol::Imap, true) => 993,
    }
}

/// The protocol that a port is known for.
pub fn protocol_of_port(port: u16) -> Option<Protocol> {
    match port {
        25 | 26 | 465 | 587 | 2525 => Some(Protocol::Smtp),
        24 => Some(Protocol::Lmtp),
        110 | 995 => Some(Protocol::Pop3),
        143 | 993 => Some(Protocol::Imap),
        _ => None,
    }
}

/// The port, and whether TLS comes before anything else.
pub(super) fn way_in(options: &Options) -> Result<(u16, bool), Error> {
    let implicit = options.security == Security::Implicit;
    let port = match (options.endpoint.port, options.protocol) {
        (Some(port), _) => port,
        (None, Some(protocol)) => default_port(protocol, implicit),
        (None, None) => {
            return Err(Error::new(Exit::Usage, "usage-open-port").with("host", &options.endpoint.host));
        }
    };
    // A lab's port says nothing by its number.
    let implied = matches!(port, 465 | 993 | 995) && options.lab.is_none();
    Ok((port, implicit || (implied && options.security == Security::ByPort)))
}

/// Opens everything up to the first word of the server.
pub(super) async fn arrive(mut options: Options) -> Result<Live, Error> {
    let (port, tls_first) = way_in(&options)?;
    // Files first: nothing is sent before they are known to be sound.
    let tls = match tls_first || options.security == Security::StartTls {
        true => Some(TlsClient::new(&options.tls).map_err(|f| super::faults::tls_setup(&f))?),
        false => None,
    };
    let mut views: Vec<Box<dyn View>> = Vec::new();
    let (source, screen) = source(&options)?;
    views.push(output::main_view(&options, screen));
    for log in &options.output.logs {
        views.push(output::log_view(log, &options)?);
    }
    let mut door = Door::new(&options, port, tls_first, views, Secrets::default());
    let protocol = options.protocol.or_else(|| protocol_of_port(port));
    if let Some(protocol) = protocol {
        door.open(protocol)?;
    }
    let start = Instant::now();
    let (mut channel, mut first) = door.follow(start).await?;
    if tls_first && let Some(client) = &tls {
        door.tls(&mut channel, client, start).await?;
    }
    if door.recorder.is_none() {
        first = greeting(&mut channel, GREETING).await;
        let protocol = match sniff(&first) {
            Some(Stranger::Smtp) => Protocol::Smtp,
            Some(Stranger::Pop3) => Protocol::Pop3,
            Some(Stranger::Imap) => Protocol::Imap,
            other => {
                let host = &options.endpoint.host;
                let known = other.and_then(|who| super::faults::stranger(who, host, port));
                let unknown = Error::new(Exit::Network, "error-stranger-unknown");
                return Err(known.unwrap_or(unknown.with("host", host).with("port", port)));
            }
        };
        door.open(protocol)?;
    }
    let Door { recorder, .. } = door;
    let Some(recorder) = recorder else { return Err(Error::new(Exit::Bug, "error-runtime")) };
    options.endpoint.host = reached(&options, &channel);
    let mut live = Live::new(options, recorder, channel, tls.map(Rc::new), source, start);
    if !first.is_empty() {
        live.received(&first).await?;
    }
    Ok(live)
}

/// Goes on with a connection that a script has talked on, at the prompt.
pub(super) async fn go_on(
    conn: super::script::Handed,
    options: Options,
    screen: &mut dyn FnMut(Box<dyn std::io::Write + Send>),
) -> Result<Exit, Error> {
    let prompt = Prompt::start(&options);
    screen(prompt.screen());
    let source = Source::Prompt(Box::new(prompt));
    let mut live = Live::new(options, conn.recorder, conn.channel, conn.tls, source, conn.start);
    live.observer = conn.observer;
    live.first = None;
    live.heard = true;
    let result = live.talk().await;
    live.finish(result).await
}

/// The host that took the connection.
fn reached(options: &Options, channel: &Channel) -> String {
    let found = options.lab.as_ref().and_then(|lab| {
        let at = lab.addresses.iter().position(|address| Some(*address) == channel.peer())?;
        lab.hosts.get(at).cloned()
    });
    found.unwrap_or_else(|| options.endpoint.host.clone())
}

type Screen = Option<Box<dyn std::io::Write + Send>>;

fn source(options: &Options) -> Result<(Source, Screen), Error> {
    Ok(match &options.input {
        Input::Lines(lines) => (Source::Lines(Lines::given(lines.clone())), None),
        Input::Stdin => (Source::Lines(Lines::stdin()), None),
        Input::Prompt => {
            let prompt = Prompt::start(options);
            let screen = prompt.screen();
            (Source::Prompt(Box::new(prompt)), Some(screen))
        }
    })
}

/// The way in: marks are told as they happen, or kept until the protocol is known.
pub(super) struct Door<'a> {
    options: &'a Options,
    port: u16,
    tls_first: bool,
    views: Vec<Box<dyn View>>,
    marks: Vec<(Mark, Duration)>,
    pub recorder: Option<Recorder>,
    secrets: Secrets,
}

impl<'a> Door<'a> {
    /// Before it is opened.
    pub fn new(
        options: &'a Options,
        port: u16,
        tls_first: bool,
        views: Vec<Box<dyn View>>,
        secrets: Secrets,
    ) -> Self {
        Door { options, port, tls_first, views, marks: Vec::new(), recorder: None, secrets }
    }

    pub fn open(&mut self, protocol: Protocol) -> Result<(), Error> {
        let secrets = self.secrets.clone();
        secrets.exempt(&self.options.endpoint.host);
        if let Some((_, domain)) = self.options.endpoint.host.split_once('.') {
            secrets.exempt(domain);
        }
        if let Some(user) = &self.options.login.user {
            secrets.exempt(user);
        }
        let mut recorder = Recorder::new(dialect::of(protocol), secrets);
        let begin = output::begin(self.options, protocol, self.port, self.tls_first);
        for view in self.views.drain(..) {
            recorder.add_view(view, &begin).map_err(output_error)?;
        }
        if let Some(lab) = &self.options.lab {
            recorder.say(&lab.notes).map_err(output_error)?;
        }
        for (mark, at) in self.marks.drain(..) {
            recorder.mark(mark, Some(at)).map_err(output_error)?;
        }
        self.recorder = Some(recorder);
        Ok(())
    }

    fn mark(&mut self, mark: Mark, at: Duration) {
        match &mut self.recorder {
            // An output that fails is told when the session uses it next.
            Some(recorder) => drop(recorder.mark(mark, Some(at))),
            None => self.marks.push((mark, at)),
        }
    }

    /// Connects; along a delivery plan past every exchange that greets with 4yz or does not greet, since a sender
    /// goes on to the next address then (RFC 5321 §5.1). The last one is left to the session, whatever it says.
    /// With the channel comes what the server has said already.
    async fn follow(&mut self, start: Instant) -> Result<(Channel, Vec<u8>), Error> {
        let plan = self.options.lab.as_ref().filter(|lab| !lab.hosts.is_empty() && !self.tls_first);
        let mut from = 0;
        loop {
            let mut channel = self.connect_from(start, from).await?;
            let Some(lab) = plan else { return Ok((channel, Vec::new())) };
            let reached = lab.addresses[from..].iter().position(|one| Some(*one) == channel.peer());
            let Some(at) = reached.map(|at| from + at).filter(|at| at + 1 < lab.addresses.len()) else {
                return Ok((channel, Vec::new()));
            };
            let first = greeting(&mut channel, self.options.timeout).await;
            let why = match first.first() {
                Some(b'4') => "connect-later",
                None => "connect-silent",
                Some(_) => return Ok((channel, first)),
            };
            let detail = String::from_utf8_lossy(&first).trim_end().to_owned();
            let address = lab.addresses[at].to_string();
            self.mark(Mark::Failed { address, why, detail }, start.elapsed());
            channel.send(b"QUIT\r\n");
            let _ = tokio::time::timeout(FAREWELL, channel.flush()).await;
            from = at + 1;
        }
    }

    pub async fn connect(&mut self, start: Instant) -> Result<Channel, Error> {
        self.connect_from(start, 0).await
    }

    /// Connects; along a plan from one of its addresses on.
    async fn connect_from(&mut self, start: Instant, from: usize) -> Result<Channel, Error> {
        let (options, port, tls) = (self.options, self.port, self.tls_first);
        // A lab's port is any: the facts about its number are not about it.
        let known = if options.lab.as_ref().is_some_and(|lab| lab.hosts.is_empty()) { 0 } else { port };
        let mut tell = |progress: Progress| {
            let mark = match progress {
                Progress::Trying { address } => Mark::Trying { address: address.to_string() },
                Progress::Failed { address, why } => Mark::Failed {
                    address: address.to_string(),
                    why: connect_id(&why),
                    detail: match why {
                        ConnectFault::Other(words) => words,
                        _ => String::new(),
                    },
                },
                Progress::Connected { address, local } => Mark::Connected {
                    address: address.to_string(),
                    port: known,
                    local: Some(local.to_string()),
                    tls,
                },
                Progress::Via { command } => Mark::Connected { address: command, port, local: None, tls },
                Progress::Resolving { .. } | Progress::Resolved { .. } => return,
            };
            self.mark(mark, start.elapsed());
        };
        let (endpoint, connect) = (&options.endpoint, &options.connect);
        let connected = match &options.lab {
            Some(lab) => {
                Channel::connect_to(&endpoint.host, &lab.addresses[from..], connect, &mut tell).await
            }
            None => Channel::connect(endpoint, port, connect, &mut tell).await,
        };
        connected.map_err(|e| super::faults::net_error(&e))
    }

    pub async fn tls(
        &mut self,
        channel: &mut Channel,
        client: &TlsClient,
        start: Instant,
    ) -> Result<(), Error> {
        let host = &self.options.endpoint.host;
        match channel.start_tls(host, client, &[]).await {
            Ok(info) => {
                self.mark(Mark::Tls(info), start.elapsed());
                Ok(())
            }
            Err(error) => {
                self.mark(Mark::Closed(Close::Refused), start.elapsed());
                Err(super::faults::tls_error(&error, host))
            }
        }
    }
}

/// The first bytes of a server whose port does not tell what it is; none if it does not speak first.
async fn greeting(channel: &mut Channel, limit: Duration) -> Vec<u8> {
    let mut buffer = [0; 4096];
    let read = async {
        loop {
            match channel.step(&mut buffer).await {
                Moved::Received(n) => return n,
                Moved::Sent => {}
                Moved::Ended(_) => return 0,
            }
        }
    };
    let n = tokio::time::timeout(limit, read).await.unwrap_or(0);
    buffer[..n].to_vec()
}

/// The text id of why an address did not take the connection.
fn connect_id(fault: &ConnectFault) -> &'static str {
    match fault {
        ConnectFault::Refused => "connect-refused",
        ConnectFault::TimedOut => "connect-timeout",
        ConnectFault::Unreachable | ConnectFault::HostUnreachable => "connect-unreachable",
        ConnectFault::PermissionDenied => "connect-forbidden",
        ConnectFault::Reset => "connect-reset",
        ConnectFault::Other(_) => "connect-other",
    }
}
