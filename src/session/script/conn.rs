//! One connection of a script: the same channel, recorder and views as a live session has, and what is expected on it.

use std::rc::Rc;
use std::time::{Duration, Instant};

use super::super::arrive::{Door, way_in};
use super::super::live::output_error;
use super::super::observe::Observer;
use super::super::options::Options;
use super::gather::Gather;
use super::model::Pos;
use super::names::Scene;
use super::want::Written;
use crate::annotate::redact::Secrets;
use crate::dialect::sasl::make::Client;
use crate::dialect::{Phase, Turn};
use crate::dialogue::mark::Close;
use crate::dialogue::{Event, Mark, Origin, Protocol, Side, What, Wire};
use crate::error::{Error, Exit};
use crate::net::{Channel, EndKind, Moved, TlsClient, TlsError, TlsFault};
use crate::recorder::Recorder;
use crate::view::View;

/// Octets read at once.
const BUFFER: usize = 64 * 1024;

/// A connection.
pub struct Conn {
    /// What was asked for.
    pub options: Options,
    /// Its record.
    pub recorder: Recorder,
    /// Challenges, and bodies to save.
    pub observer: Observer,
    /// What the server said in this window.
    pub gather: Gather,
    /// The bytes.
    pub channel: Channel,
    /// TLS as it was set up.
    pub tls: Option<Rc<TlsClient>>,
    /// The beginning of the record.
    pub start: Instant,
    /// Where what is received is put.
    pub buffer: Vec<u8>,
    /// How it ended.
    pub over: Option<Close>,
    /// The fault that ended it.
    pub fault: Option<Error>,
    /// Client's lines in this window.
    pub sent: usize,
    /// Lines that are expected and not settled yet.
    pub written: Vec<Written>,
    /// Whether anything was settled since the client spoke.
    pub settled: bool,
    /// The client's last line.
    pub spoke: Option<Pos>,
    /// TLS was asked for: secrets do not go in the clear any more.
    pub guarded: bool,
    /// A SCRAM exchange.
    pub scram: Option<Client>,
    /// What the client said last, for SCRAM's nonce.
    pub said: Vec<u8>,
    /// Whether the server's capabilities were asked for by the runner itself.
    pub asked: bool,
}

impl Conn {
    /// Connects, and starts TLS where it comes first.
    ///
    /// # Errors
    /// No connection, no TLS.
    pub async fn open(
        options: Options,
        views: Vec<Box<dyn View>>,
        secrets: &Secrets,
        protocol: Protocol,
    ) -> Result<Conn, Error> {
        let (port, tls_first) = way_in(&options)?;
        let tls = match tls_first {
            true => Some(TlsClient::new(&options.tls).map_err(|f| super::super::faults::tls_setup(&f))?),
            false => None,
        };
        let start = Instant::now();
        let mut door = Door::new(&options, port, tls_first, views, secrets.clone());
        door.open(protocol)?;
        let opened = async {
            let mut channel = door.connect(start).await?;
            if let Some(client) = &tls {
                door.tls(&mut channel, client, start).await?;
            }
            Ok::<_, Error>(channel)
        };
        let opened = opened.await;
        let Some(mut recorder) = door.recorder else { return Err(Error::new(Exit::Bug, "error-runtime")) };
        let channel = opened.inspect_err(|_| drop(recorder.end()))?;
        Ok(Conn {
            gather: Gather::new(protocol),
            recorder,
            observer: Observer::default(),
            channel,
            guarded: tls_first,
            tls: tls.map(Rc::new),
            start,
            buffer: vec![0; BUFFER],
            over: None,
            fault: None,
            sent: 0,
            written: Vec::new(),
            settled: false,
            spoke: None,
            scram: None,
            said: Vec::new(),
            asked: false,
            options,
        })
    }

    /// The protocol.
    pub fn protocol(&self) -> Protocol {
        self.recorder.protocol()
    }

    /// Whose turn it is.
    pub fn turn(&self) -> Turn {
        self.recorder.expect().client
    }

    /// Whether the next line may be sent: the server owes nothing that must come first.
    pub fn ready(&self) -> bool {
        let expect = self.recorder.expect();
        match expect.client {
            Turn::Hold => false,
            Turn::Command | Turn::Over => expect.owed == 0,
            _ => true,
        }
    }

    /// What a step of the channel brought.
    ///
    /// # Errors
    /// What an output says.
    pub fn moved(&mut self, moved: Moved) -> Result<(), Error> {
        match moved {
            Moved::Received(n) => {
                let buffer = std::mem::take(&mut self.buffer);
                let received = self.received(&buffer[..n]);
                self.buffer = buffer;
                received
            }
            Moved::Sent => Ok(()),
            Moved::Ended(kind) => self.end(match kind {
                EndKind::Clean => Close::Server,
                EndKind::WithoutCloseNotify => Close::Unclean,
                EndKind::TimedOut => Close::TimedOut,
                EndKind::Ours => Close::Client,
                _ => Close::Reset,
            }),
        }
    }

    /// Waits for something to come; whether it did.
    pub async fn step_until(&mut self, until: Instant) -> bool {
        match tokio::time::timeout_at(until.into(), self.channel.step(&mut self.buffer)).await {
            Ok(moved) => self.moved(moved).is_ok(),
            Err(_) => false,
        }
    }

    /// Records what came; while an answer to STARTTLS is awaited, a line at a time (CVE-2011-0411).
    fn received(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let mut rest = bytes;
        while !rest.is_empty() && self.over.is_none() {
            if self.turn() == Turn::Tls {
                let fault = TlsFault::BytesBefore(rest.to_vec());
                let error = TlsError { fault, certificate: None, detail: None };
                self.fault = Some(super::super::faults::tls_error(&error, &self.options.endpoint.host));
                return self.end(Close::Refused);
            }
            let end = match memchr::memchr(b'\n', rest) {
                Some(i) if self.turn() == Turn::Hold => i + 1,
                _ => rest.len(),
            };
            self.record(Side::Server, Wire::from(&rest[..end]))?;
            rest = &rest[end..];
        }
        Ok(())
    }

    fn record(&mut self, side: Side, wire: Wire) -> Result<(), Error> {
        let at = Some(self.start.elapsed());
        let event = Event { stream: 1, at, origin: Origin::None, what: What::Chunk(side, wire) };
        let Conn { recorder, observer, gather, .. } = self;
        let mut look = |step: &_, state: &_| {
            observer.step(step, state);
            gather.step(step);
        };
        recorder.push(event, &mut look).map_err(output_error)
    }

    /// Sends bytes, recorded first: the command stands above its reply.
    ///
    /// # Errors
    /// What an output says.
    pub fn send(&mut self, wire: Wire) -> Result<(), Error> {
        let bytes = wire.bytes.clone();
        self.record(Side::Client, wire)?;
        self.channel.send(&bytes);
        Ok(())
    }

    /// Records the end, once.
    ///
    /// # Errors
    /// What an output says.
    pub fn end(&mut self, close: Close) -> Result<(), Error> {
        if self.over.is_some() {
            return Ok(());
        }
        self.over = Some(close);
        let at = Some(self.start.elapsed());
        let event = Event { stream: 1, at, origin: Origin::None, what: What::Mark(Mark::Closed(close)) };
        let Conn { recorder, gather, .. } = self;
        let pushed = recorder.push(event, &mut |step, _| gather.step(step)).map_err(output_error);
        self.gather.finish();
        pushed
    }

    /// Shakes hands.
    ///
    /// # Errors
    /// TLS did not come about; the connection is closed.
    pub async fn start_tls(&mut self) -> Result<(), Error> {
        let tls = match &self.tls {
            Some(tls) => tls.clone(),
            None => {
                let setup = |f| super::super::faults::tls_setup(&f);
                self.tls.insert(Rc::new(TlsClient::new(&self.options.tls).map_err(setup)?)).clone()
            }
        };
        let host = self.options.endpoint.host.clone();
        match self.channel.start_tls(&host, &tls, &[]).await {
            Ok(info) => {
                let at = Some(self.start.elapsed());
                self.recorder.mark(Mark::Tls(info), at).map_err(output_error)
            }
            Err(error) => {
                self.end(Close::Refused)?;
                Err(super::super::faults::tls_error(&error, &host))
            }
        }
    }

    /// What the functions of a hole know.
    pub fn scene(&mut self, line: &str) -> Scene<'_> {
        let challenge = self.observer.challenge.clone();
        let challenge = challenge.map(|c| crate::dialect::sasl::decode(&c).unwrap_or(c));
        let state = self.recorder.state();
        let words: Vec<&str> = line.split_whitespace().collect();
        let named = words.iter().find(|w| w.to_ascii_uppercase().starts_with("SCRAM-"));
        let mechanism = named.map(|w| (*w).to_owned()).or(state.sasl.clone()).unwrap_or_default();
        let me = match self.channel.local().map(|a| a.ip().to_canonical()) {
            Some(std::net::IpAddr::V4(ip)) => format!("[{ip}]"),
            Some(std::net::IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
            None => "localhost".to_owned(),
        };
        let port = self.channel.peer().map_or(0, |p| p.port());
        let at = (self.options.endpoint.host.clone(), port);
        Scene {
            challenge,
            timestamp: self.recorder.state().timestamp.as_deref(),
            me,
            mechanism,
            said: self.said.clone(),
            scram: Some(&mut self.scram),
            at,
        }
    }

    /// What takes leave here, in order; empty where closing is all that can be done.
    pub fn farewell(&self) -> Vec<&'static str> {
        let state = self.recorder.state();
        if self.over.is_some() || matches!(state.phase, Phase::Logout | Phase::Update) {
            return Vec::new();
        }
        let mut lines = match self.turn() {
            // Who does not answer will not answer a QUIT either.
            Turn::Command if self.recorder.expect().owed > 0 => return Vec::new(),
            Turn::Command => Vec::new(),
            Turn::Sasl => vec!["*"],
            Turn::Idle => vec!["DONE"],
            _ => return Vec::new(),
        };
        if self.protocol() == Protocol::Pop3 && !state.deleted.is_empty() {
            // What the script did not end with QUIT is not meant to be deleted.
            lines.push("RSET");
        }
        lines.push(if self.protocol() == Protocol::Imap { "ehlo LOGOUT" } else { "QUIT" });
        lines
    }

    /// Takes leave where the protocol allows, and waits for the server to close, in this time.
    pub async fn goodbye(&mut self, limit: Duration) {
        let lines = self.farewell();
        let until = Instant::now() + limit;
        for line in &lines {
            if self.over.is_some() || self.send(Wire::from(&*format!("{line}\r\n"))).is_err() {
                break;
            }
            while self.over.is_none() && !self.ready() {
                if !self.step_until(until).await {
                    break;
                }
            }
        }
        // Who said goodbye closes (RFC 5321 §4.1.1.10).
        while self.over.is_none() && !lines.is_empty() {
            if !self.step_until(until).await {
                break;
            }
        }
    }

    /// Closes. The record is not ended yet.
    ///
    /// # Errors
    /// What an output says.
    pub async fn close(&mut self) -> Result<(), Error> {
        self.end(Close::Client)?;
        let _ = tokio::time::timeout(Duration::from_millis(500), self.channel.shutdown()).await;
        Ok(())
    }
}
