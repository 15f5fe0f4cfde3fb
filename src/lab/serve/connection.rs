//! One connection: what the client sends goes into the recorder, each step of it to the servant, and what the
//! servant says to the socket and into the recorder.
//!
//! What comes is answered before more is read, so a client that floods waits in its own send buffer, and what
//! is kept of it stays small.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::{sleep, sleep_until, timeout};

use super::hub::{Hub, left};
use super::service::Service;
use super::stream::Stream;
use crate::dialect::{State, Turn};
use crate::dialogue::mark::Close;
use crate::dialogue::{Event, Level, Mark, Note, Origin, Protocol, Shape, Side, Step, What, Wire};
use crate::lab::fault::Point;
use crate::lab::servant::{Outcome, Say, Servant};
use crate::recorder::Recorder;
use crate::show::Label;

/// How long a handshake may take, and a client to take what it asked for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the last words may take.
const LEAVE: Duration = Duration::from_secs(2);
/// How long is listened to a client that has had the last words.
const LISTEN: Duration = Duration::from_millis(300);
/// Octets said before they are sent, at most.
const ROOM: usize = 64 * 1024;

/// One connection.
pub(super) struct Connection {
    hub: Arc<Hub>,
    service: Service,
    stream: Stream,
    recorder: Recorder,
    acts: Acts,
    label: Label,
    start: Instant,
    /// When the client was heard last.
    heard: Instant,
    /// When the servant was asked last what its silence means.
    asked: Instant,
    /// Said, and not sent yet.
    out: Vec<u8>,
    watch: Option<watch::Receiver<u64>>,
    over: Option<Close>,
}

/// The servant, and what it wants done.
struct Acts {
    servant: Box<dyn Servant>,
    wanted: VecDeque<Outcome>,
    /// The client's unit that is open: its number, its shape, and its octets so far.
    unit: Option<(u64, Shape, usize)>,
    /// The longest line.
    limit: usize,
    too_long: bool,
    /// Nothing more is read: the servant has closed, or TLS is due.
    deaf: bool,
}

impl Acts {
    /// Hands a step of the client's side to the servant.
    fn step(&mut self, step: &Step, state: &State) {
        let ours = match step {
            Step::Open(head) if head.side == Side::Client => {
                self.unit = Some((head.n, head.shape, 0));
                true
            }
            Step::Open(_) | Step::Mark { .. } | Step::Noise { .. } => false,
            Step::Piece(piece) => match &mut self.unit {
                Some((n, shape, octets)) if *n == piece.n => {
                    *octets += piece.wire.len();
                    self.too_long |= !shape.is_body() && *octets > self.limit;
                    true
                }
                _ => false,
            },
            Step::Close(end) => self.unit.take_if(|(n, ..)| *n == end.n).is_some(),
        };
        if !ours || self.deaf || self.too_long {
            return;
        }
        let mut out = Outcome::default();
        self.servant.step(step, state, &mut out);
        self.want(out);
    }

    fn want(&mut self, out: Outcome) {
        self.deaf |= out.close || out.drop || out.start_tls;
        if !out.is_empty() {
            self.wanted.push_back(out);
        }
    }
}

impl Connection {
    /// A connection that was taken.
    pub fn new(
        hub: Arc<Hub>,
        service: Service,
        (stream, peer): (tokio::net::TcpStream, SocketAddr),
        recorder: Recorder,
        label: Label,
    ) -> Connection {
        let acts = Acts {
            servant: super::servants::of(&hub.lab, service, peer.ip().to_canonical()),
            wanted: VecDeque::new(),
            unit: None,
            limit: hub.lab.settings.limits.line,
            too_long: false,
            deaf: false,
        };
        let (start, stream) = (Instant::now(), Stream::Plain(stream));
        let (out, watch, over) = (Vec::new(), None, None);
        let (heard, asked) = (start, start);
        Connection { hub, service, stream, recorder, acts, label, start, heard, asked, out, watch, over }
    }

    /// Serves the client until one of both goes. A view that cannot write is told by the hub, once; the client
    /// is served all the same.
    pub async fn run(mut self, peer: SocketAddr, local: SocketAddr) {
        self.mark(Mark::Connected {
            address: peer.to_string(),
            port: local.port(),
            local: Some(local.to_string()),
            tls: self.service.tls(),
        });
        if self.serve().await.is_err() {
            self.over.get_or_insert(Close::Reset);
        }
        self.acts.servant.gone();
        self.mark(Mark::Closed(self.over.unwrap_or(Close::Server)));
        let _ = timeout(LEAVE, self.stream.shutdown()).await;
        let _ = timeout(LISTEN, self.pour_away()).await;
        let ended = self.recorder.end();
        self.hub.written(ended.map(drop));
    }

    /// Reads what the client still sends, to no use: a socket that is closed with octets unread resets the connection,
    /// and on some systems takes the last words from the client with it.
    async fn pour_away(&mut self) {
        let mut leave = self.hub.leave.subscribe();
        while self.over == Some(Close::Server) {
            let read = tokio::select! { read = self.stream.read() => read, () = left(&mut leave) => return };
            if !read.is_ok_and(|bytes| !bytes.is_empty()) {
                return;
            }
        }
    }

    async fn serve(&mut self) -> io::Result<()> {
        let mut leave = self.hub.leave.subscribe();
        if self.service.tls() {
            self.start_tls().await?;
        }
        if self.over.is_none() {
            let mut out = Outcome::default();
            self.acts.servant.greet(&mut out);
            self.acts.want(out);
            self.settle().await?;
        }
        while self.over.is_none() {
            let idle = self.heard + self.hub.lab.settings.limits.idle;
            let deadline = idle.min(self.heard.max(self.asked) + self.acts.servant.patience());
            tokio::select! {
                read = self.stream.read() => self.received(read).await?,
                () = changed(&mut self.watch) => self.poke().await?,
                () = sleep_until(deadline.into()) => self.waited().await?,
                () = left(&mut leave) => return self.take_leave().await,
            }
        }
        Ok(())
    }

    async fn received(&mut self, read: io::Result<Vec<u8>>) -> io::Result<()> {
        let bytes = match read {
            Ok(bytes) => bytes,
            // The client ended TCP without ending TLS first.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Vec::new(),
            Err(error) => return Err(error),
        };
        if bytes.is_empty() {
            self.over = Some(Close::Client);
            return Ok(());
        }
        self.heard = Instant::now();
        self.record(Side::Client, Wire::new(bytes));
        self.settle().await
    }

    async fn poke(&mut self) -> io::Result<()> {
        let mut out = Outcome::default();
        self.acts.servant.poke(&mut out);
        self.acts.want(out);
        self.settle().await
    }

    /// The client was silent for as long as it may.
    async fn waited(&mut self) -> io::Result<()> {
        let whole = self.heard.elapsed() >= self.hub.lab.settings.limits.idle;
        self.asked = Instant::now();
        self.poke().await?;
        if self.over.is_none() && whole {
            self.say_last("4.4.2", "timeout exceeded");
            self.over = Some(Close::TimedOut);
            return self.send().await;
        }
        Ok(())
    }

    async fn take_leave(&mut self) -> io::Result<()> {
        self.say_last("4.3.2", "the lab is shutting down");
        self.over = Some(Close::Server);
        timeout(LEAVE, self.send()).await.unwrap_or(Ok(()))
    }

    /// The last words of a server that goes on its own: RFC 5321 §3.8, RFC 9051 §7.1.5. POP3 has none.
    fn say_last(&mut self, enhanced: &str, why: &str) {
        let host = &self.hub.lab.settings.host;
        let text = match self.service.protocol() {
            Protocol::Smtp | Protocol::Lmtp => format!("421 {enhanced} {host} Error: {why}\r\n"),
            Protocol::Imap => format!("* BYE {host}: {why}\r\n"),
            Protocol::Pop3 => return,
        };
        self.say(text.into_bytes());
    }

    /// Does what the servant wants, until it wants nothing more.
    async fn settle(&mut self) -> io::Result<()> {
        loop {
            while let Some(outcome) = self.acts.wanted.pop_front() {
                self.carry_out(outcome).await?;
            }
            if !self.too_long() {
                break;
            }
            self.acts.too_long = false;
            self.acts.deaf = true;
            self.refuse_line();
        }
        self.send().await
    }

    /// Whether the client's line is longer than any may be.
    fn too_long(&self) -> bool {
        let line =
            matches!(self.recorder.expect().client, Turn::Command | Turn::Sasl | Turn::Rest | Turn::Idle);
        let pending = line && self.recorder.pending(Side::Client) > self.acts.limit;
        !self.acts.deaf && (self.acts.too_long || pending)
    }

    fn refuse_line(&mut self) {
        let limit = self.acts.limit;
        let text = match self.service.protocol() {
            Protocol::Smtp | Protocol::Lmtp => {
                format!("500 5.5.2 Error: line longer than {limit} octets\r\n")
            }
            Protocol::Imap => format!("* BYE line longer than {limit} octets\r\n"),
            Protocol::Pop3 => format!("-ERR line longer than {limit} octets\r\n"),
        };
        self.say(text.into_bytes());
        self.over = Some(Close::Server);
    }

    async fn carry_out(&mut self, outcome: Outcome) -> io::Result<()> {
        if let Some(user) = &outcome.user {
            self.label.user(user);
            self.recorder.secrets().exempt(user);
        }
        self.watch = outcome.watch.or(self.watch.take());
        if let Some(delay) = outcome.delay {
            self.send().await?;
            let mut leave = self.hub.leave.subscribe();
            // Whoever closes the lab does not wait for a tarpit.
            tokio::select! { () = sleep(delay) => {}, () = left(&mut leave) => {} }
        }
        for say in outcome.say {
            match say {
                Say::Bytes(bytes) => self.say(bytes),
                Say::Body(mut body) => loop {
                    let portion = body.next()?;
                    if portion.is_empty() {
                        break;
                    }
                    self.say(portion);
                    if self.out.len() >= ROOM {
                        self.send().await?;
                    }
                },
            }
        }
        if outcome.drop {
            self.out.clear();
            self.stream = Stream::Gone;
            self.over = Some(Close::Server);
        } else if outcome.start_tls {
            self.send().await?;
            self.start_tls().await?;
        } else if outcome.close {
            self.over = Some(Close::Server);
        }
        Ok(())
    }

    /// Starts TLS. What the client sent in the clear after it asked for TLS counts as never said: somebody else
    /// may have put it there (CVE-2011-0411).
    async fn start_tls(&mut self) -> io::Result<()> {
        let early = self.recorder.pending(Side::Client);
        if early > 0 {
            self.tell(Note::new(Level::Warn, "note-lab-early").with("octets", early));
        }
        let mut leave = self.hub.leave.subscribe();
        let wrong = self.hub.lab.faults.at(self.service.protocol(), Point::Certificate, "");
        let identity = if wrong.is_some() { self.hub.wrong_identity()? } else { self.hub.identity() };
        let config = identity.config.clone();
        let shaken = tokio::select! {
            shaken = timeout(PATIENCE, self.stream.start_tls(config)) => {
                shaken.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            }
            () = left(&mut leave) => Err(io::ErrorKind::Interrupted.into()),
        };
        match shaken {
            Ok(mut info) => {
                info.certificate = identity.certificate.clone();
                self.mark(Mark::Tls(info));
                self.acts.deaf = false;
                self.acts.servant.tls_started();
            }
            Err(error) => {
                self.tell(Note::new(Level::Warn, "note-lab-handshake").with("why", error));
                self.over = Some(Close::Reset);
            }
        }
        Ok(())
    }

    /// Says something: into the record at once, to the client with the next [`Connection::send`].
    fn say(&mut self, bytes: Vec<u8>) {
        self.out.extend_from_slice(&bytes);
        self.record(Side::Server, Wire::new(bytes));
    }

    async fn send(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let out = std::mem::take(&mut self.out);
        let sent = timeout(PATIENCE, self.stream.write(&out)).await;
        sent.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }

    fn record(&mut self, side: Side, wire: Wire) {
        let what = What::Chunk(side, wire);
        let event = Event { stream: 1, at: Some(self.start.elapsed()), origin: Origin::None, what };
        let acts = &mut self.acts;
        let written = self.recorder.push(event, &mut |step, state| acts.step(step, state));
        self.hub.written(written);
    }

    fn mark(&mut self, mark: Mark) {
        let written = self.recorder.mark(mark, Some(self.start.elapsed()));
        self.hub.written(written);
    }

    fn tell(&mut self, note: Note) {
        let written = self.recorder.say(&[note]);
        self.hub.written(written);
    }
}

/// Waits for a change of what is watched. Cancel-safe.
async fn changed(watch: &mut Option<watch::Receiver<u64>>) {
    if let Some(receiver) = watch {
        if receiver.changed().await.is_ok() {
            return;
        }
        // The mailbox has gone.
        *watch = None;
    }
    std::future::pending().await
}
