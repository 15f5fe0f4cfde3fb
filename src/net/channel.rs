//! One byte stream, in both directions at once, upgradable in place to TLS: a session's, or one of the two that a tap
//! has, where this side may be the server.
//!
//! A session must go on reading while it sends: a server that answers a long upload stops reading when its
//! answers are not taken, and both would wait for ever. So sending never waits: [`Channel::send`] puts bytes
//! into a queue, and [`Channel::step`] moves both ways, whichever is possible first. All state is in the
//! channel, so a step may be dropped at any await (`tokio::select!`) and nothing is lost or sent twice.
//!
//! What the peer does to the connection is not an error here but its end, told apart by [`EndKind`].

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::process::ExitStatus;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::process::Child;
use tokio::time::timeout;
use tokio_rustls::TlsStream;

use super::connect::{ConnectOptions, NetError, NetFault, Progress, dial, resolve};
use super::endpoint::Endpoint;
use super::tls::{TlsClient, TlsError, TlsFault, TlsInfo, alert_name, handshake, tls_error, welcome};
use super::transport::{Transport, fill};

/// How much written data the queue keeps before it is moved together.
const COMPACT_AT: usize = 64 * 1024;

/// One full-duplex byte stream to a server.
pub struct Channel {
    stream: Stream,
    outgoing: Outgoing,
    peer: Option<SocketAddr>,
    local: Option<SocketAddr>,
    tls: Option<TlsInfo>,
    command: Option<Child>,
    timeout: Duration,
}

enum Stream {
    Plain(Transport),
    Tls(Box<TlsStream<Transport>>),
    /// A handshake failed, or was abandoned.
    Gone,
}

/// What waits to be sent.
#[derive(Default)]
struct Outgoing {
    queue: Vec<u8>,
    /// How much of the queue has been written.
    written: usize,
    /// Written, but perhaps still in a buffer of ours.
    unflushed: bool,
    /// What becomes of this direction when all is written.
    ending: Ending,
    /// The queue ran empty, and that has not been told yet.
    sent: bool,
    /// The last thing told was that the queue ran empty.
    told_sent: bool,
    /// Writing failed so; reading goes on, for what the server said last.
    failed: Option<EndKind>,
}

/// Whether a direction ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ending {
    #[default]
    No,
    /// When all is written.
    Wanted,
    Done,
}

/// What a step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// So many bytes were received, into the start of the buffer.
    Received(usize),
    /// All that was queued has been handed to the system.
    Sent,
    /// Nothing more will be received. Sending may still be possible (a half-closed connection).
    Ended(EndKind),
}

/// How the peer's direction ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndKind {
    /// As it should: a FIN, within TLS after a close_notify (RFC 8446 §6.1).
    Clean,
    /// A FIN within TLS without close_notify: what was received may have been cut off.
    WithoutCloseNotify,
    /// A reset (RST).
    Reset,
    /// The system gave the connection up for dead.
    TimedOut,
    /// A TLS alert, by its name or number; after a handshake, mostly about the client's certificate.
    Alert(String),
    /// It broke the rules of TLS; the library's words.
    BadTls(String),
    /// This side has closed it: a handshake failed.
    Ours,
    /// Anything else, in the system's words.
    Other(String),
}

impl Channel {
    /// Resolves the host and tries each address in turn, or starts the command of `--via`. The system's
    /// look-up runs on a thread that cannot be stopped, so after [`NetFault::ResolverTimedOut`] end the runtime
    /// without waiting for it (`shutdown_background`).
    pub async fn connect(
        endpoint: &Endpoint,
        port: u16,
        options: &ConnectOptions,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Channel, NetError> {
        let host = &endpoint.host;
        let error = |kind, detail| NetError { kind, host: host.clone(), port, attempts: Vec::new(), detail };
        if let Some(template) = &options.via {
            let command = fill(template, host, port).map_err(|kind| error(kind, None))?;
            progress(Progress::Via { command: command.clone() });
            return Channel::through(&command, options).map_err(|kind| error(kind, None));
        }
        match resolve(host, port, options, progress).await {
            Ok(addresses) => Channel::connect_to(host, &addresses, options, progress).await,
            Err((kind, detail)) => Err(error(kind, detail)),
        }
    }

    /// Tries addresses that are known already; the host is only for the error.
    pub async fn connect_to(
        host: &str,
        addresses: &[SocketAddr],
        options: &ConnectOptions,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Channel, NetError> {
        match dial(addresses, options, progress).await {
            Ok((stream, peer, local)) => Ok(Channel {
                peer: Some(peer),
                local: Some(local),
                ..Channel::over(Transport::tcp(stream), options.timeout)
            }),
            Err((kind, attempts, detail)) => {
                let port = addresses.first().map_or(0, SocketAddr::port);
                Err(NetError { kind, host: host.to_owned(), port, attempts, detail })
            }
        }
    }

    /// The stream of a client that has come. Handshakes may take so long.
    pub fn accepted(stream: TcpStream, timeout: Duration) -> Channel {
        let (peer, local) = (stream.peer_addr().ok(), stream.local_addr().ok());
        Channel { peer, local, ..Channel::over(Transport::tcp(stream), timeout) }
    }

    fn through(command: &str, options: &ConnectOptions) -> Result<Channel, NetFault> {
        let (transport, child) = Transport::command(command)?;
        Ok(Channel { command: Some(child), ..Channel::over(transport, options.timeout) })
    }

    fn over(transport: Transport, timeout: Duration) -> Channel {
        Channel {
            stream: Stream::Plain(transport),
            outgoing: Outgoing::default(),
            peer: None,
            local: None,
            tls: None,
            command: None,
            timeout,
        }
    }

    /// Queues bytes; they go with the next steps. Whoever sends much waits for [`Moved::Sent`] before the
    /// next portion, or watches [`Channel::unsent`], so that the queue stays small.
    pub fn send(&mut self, bytes: &[u8]) {
        self.outgoing.push(bytes);
    }

    /// How many octets are queued and not yet handed to the system. After a failed write: those that never
    /// will be.
    pub fn unsent(&self) -> usize {
        self.outgoing.queue.len() - self.outgoing.written
    }

    /// Whether all that was queued has gone, and the end, if it was asked for; or never will.
    pub fn is_sent(&self) -> bool {
        self.outgoing.is_done() || self.outgoing.failed.is_some()
    }

    /// Moves bytes: sends what is queued as far as possible, and receives into the buffer, which must not be
    /// empty. Cancel-safe.
    pub async fn step(&mut self, buf: &mut [u8]) -> Moved {
        debug_assert!(!buf.is_empty(), "a step needs room to receive into");
        poll_fn(|cx| self.poll_step(cx, buf)).await
    }

    /// The same, but receives only if it is told to: whoever hands bytes on, and has enough that wait, does not take
    /// more. Without receiving it is done when the queue has run empty, or cannot. Cancel-safe.
    pub async fn step_if(&mut self, receive: bool, buf: &mut [u8]) -> Moved {
        if receive {
            return self.step(buf).await;
        }
        poll_fn(|cx| {
            self.outgoing.poll(&mut self.stream, cx);
            match &self.outgoing.failed {
                Some(kind) => Poll::Ready(Moved::Ended(kind.clone())),
                None if self.outgoing.sent => Poll::Ready(self.outgoing.tell()),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Sends as much of the queue as the system takes at once; does not wait.
    pub async fn nudge(&mut self) {
        poll_fn(|cx| {
            self.outgoing.poll(&mut self.stream, cx);
            Poll::Ready(())
        })
        .await;
    }

    /// Ends this side's direction as soon as the queue is empty, with the next steps.
    pub fn end_sending(&mut self) {
        if self.outgoing.ending == Ending::No {
            self.outgoing.ending = Ending::Wanted;
        }
    }

    /// Closes without more words: no close_notify within TLS, so that nobody takes the end for a clean one.
    pub fn close(&mut self) {
        self.stream = Stream::Gone;
    }

    /// Breaks the connection off with a reset (RST), as the other side's peer has done.
    pub fn reset(&mut self) {
        let transport = match std::mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Plain(transport) => transport,
            Stream::Tls(stream) => match *stream {
                TlsStream::Client(stream) => stream.into_inner().0,
                TlsStream::Server(stream) => stream.into_inner().0,
            },
            Stream::Gone => return,
        };
        transport.reset();
    }

    fn poll_step(&mut self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<Moved> {
        self.outgoing.poll(&mut self.stream, cx);
        // Told at once, but never twice in a row while there is something to receive: a long upload must not
        // keep the server's answers from the screen.
        if self.outgoing.sent && !self.outgoing.told_sent {
            return Poll::Ready(self.outgoing.tell());
        }
        match self.poll_receive(cx, buf) {
            Poll::Ready(moved) => {
                self.outgoing.told_sent = false;
                Poll::Ready(moved)
            }
            Poll::Pending if self.outgoing.sent => Poll::Ready(self.outgoing.tell()),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>, buf: &mut [u8]) -> Poll<Moved> {
        let Some(io) = self.stream.io() else { return Poll::Ready(Moved::Ended(EndKind::Ours)) };
        let mut buf = ReadBuf::new(buf);
        Poll::Ready(match ready!(io.poll_read(cx, &mut buf)) {
            Ok(()) if !buf.filled().is_empty() => Moved::Received(buf.filled().len()),
            // A reset that a write met first is only seen as an end by the read after it.
            Ok(()) => Moved::Ended(self.outgoing.failed.clone().unwrap_or(EndKind::Clean)),
            Err(error) => Moved::Ended(EndKind::of(&error)),
        })
    }

    /// Sends what is queued without receiving: for a last command before leaving, not for a dialogue. The
    /// error says how the peer had ended already; what it said before that can still be received.
    pub async fn flush(&mut self) -> Result<(), EndKind> {
        poll_fn(|cx| {
            self.outgoing.poll(&mut self.stream, cx);
            match &self.outgoing.failed {
                Some(kind) => Poll::Ready(Err(kind.clone())),
                None if self.outgoing.is_done() => Poll::Ready(Ok(())),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Starts TLS: at once for implicit TLS, or after the reply to STARTTLS. `host` is the name to check
    /// unless the client was set up with another; `already_read` is what the caller has read of the server
    /// beyond that reply, which must be nothing. If it fails, or is dropped before it is done, the connection
    /// is closed.
    pub async fn start_tls(
        &mut self,
        host: &str,
        client: &TlsClient,
        already_read: &[u8],
    ) -> Result<TlsInfo, TlsError> {
        if !matches!(self.stream, Stream::Plain(_)) {
            return Err(TlsError::new(TlsFault::NotPossible));
        }
        if !already_read.is_empty() {
            // CVE-2011-0411: whoever sits in between has put it there, or the server is broken. Nothing is to be
            // believed on this connection any more.
            self.stream = Stream::Gone;
            return Err(TlsError::new(TlsFault::BytesBefore(already_read.to_vec())));
        }
        let transport = self.plain_transport().await?;
        let (stream, info) = handshake(transport, host, client, self.timeout).await?;
        self.stream = Stream::Tls(Box::new(stream.into()));
        self.tls = Some(info.clone());
        Ok(info)
    }

    /// Takes the transport out for a handshake. What was queued before is plain text, and goes first: it must not slip
    /// into the encrypted part.
    async fn plain_transport(&mut self) -> Result<Transport, TlsError> {
        match timeout(self.timeout, self.flush()).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(TlsError::new(TlsFault::Reset)),
            Err(_) => return Err(TlsError::new(TlsFault::TimedOut)),
        }
        let Stream::Plain(transport) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(TlsError::new(TlsFault::NotPossible));
        };
        Ok(transport)
    }

    /// Starts TLS as the server: at once, or after the reply to STARTTLS, which is sent first. What the client asked
    /// for stands in the result; what it was shown, the configuration knows. If it fails, the connection is closed.
    ///
    /// # Errors
    /// Why there was no handshake; the client's own words are those of an alert, mostly about trust.
    pub async fn accept_tls(&mut self, config: Arc<ServerConfig>) -> Result<TlsInfo, TlsError> {
        let transport = self.plain_transport().await?;
        let (stream, info) = welcome(transport, config, self.timeout).await?;
        self.stream = Stream::Tls(Box::new(stream.into()));
        self.tls = Some(info.clone());
        Ok(info)
    }

    /// Sends what is queued, then ends this side's direction: close_notify within TLS, and a FIN. Receiving
    /// goes on until the peer ends its own. A peer that does not read can make it wait: limit it.
    pub async fn shutdown(&mut self) {
        // Whoever closes does not mind that the peer was quicker.
        let _ = self.flush().await;
        let _ = poll_fn(|cx| match self.stream.io() {
            Some(io) => io.poll_shutdown(cx),
            None => Poll::Ready(Ok(())),
        })
        .await;
    }

    /// Waits for the command of `--via` to end; none, if there is no command. It ends when its input does:
    /// after [`Channel::shutdown`]. Limit it.
    pub async fn command_status(&mut self) -> Option<ExitStatus> {
        self.command.as_mut()?.wait().await.ok()
    }

    /// What the handshake agreed on, if TLS is on.
    pub fn tls(&self) -> Option<&TlsInfo> {
        self.tls.as_ref()
    }

    /// The server's address; none behind a command.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// This side's address; none behind a command.
    pub fn local(&self) -> Option<SocketAddr> {
        self.local
    }
}

trait Duplex: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Duplex for T {}

impl Stream {
    fn io(&mut self) -> Option<Pin<&mut dyn Duplex>> {
        match self {
            Stream::Plain(transport) => Some(Pin::new(transport)),
            Stream::Tls(stream) => Some(Pin::new(stream)),
            Stream::Gone => None,
        }
    }
}

impl Outgoing {
    fn push(&mut self, bytes: &[u8]) {
        // Whoever always keeps something queued never lets it run empty: the written part must go all the same.
        if self.written == self.queue.len() || self.written >= COMPACT_AT {
            self.queue.drain(..self.written);
            self.written = 0;
        }
        self.queue.extend_from_slice(bytes);
    }

    fn is_done(&self) -> bool {
        self.written == self.queue.len() && !self.unflushed && self.ending != Ending::Wanted
    }

    fn tell(&mut self) -> Moved {
        self.sent = false;
        self.told_sent = true;
        Moved::Sent
    }

    /// Writes as much as the system takes now.
    fn poll(&mut self, stream: &mut Stream, cx: &mut Context<'_>) {
        if self.failed.is_some() || self.is_done() {
            return;
        }
        match self.poll_write(stream, cx) {
            Poll::Ready(Ok(())) => self.sent = true,
            Poll::Ready(Err(kind)) => self.failed = Some(kind),
            Poll::Pending => {}
        }
    }

    fn poll_write(&mut self, stream: &mut Stream, cx: &mut Context<'_>) -> Poll<Result<(), EndKind>> {
        let Some(mut io) = stream.io() else { return Poll::Ready(Err(EndKind::Ours)) };
        while self.written < self.queue.len() {
            match ready!(io.as_mut().poll_write(cx, &self.queue[self.written..])) {
                Ok(0) => return Poll::Ready(Err(EndKind::Clean)),
                Ok(n) => self.written += n,
                Err(error) => return Poll::Ready(Err(EndKind::of(&error))),
            }
            self.unflushed = true;
        }
        match ready!(io.as_mut().poll_flush(cx)) {
            Ok(()) => self.unflushed = false,
            Err(error) => return Poll::Ready(Err(EndKind::of(&error))),
        }
        if self.ending == Ending::Wanted {
            match ready!(io.poll_shutdown(cx)) {
                Ok(()) => self.ending = Ending::Done,
                Err(error) => return Poll::Ready(Err(EndKind::of(&error))),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl EndKind {
    fn of(error: &io::Error) -> EndKind {
        match (tls_error(error), error.kind()) {
            (Some(rustls::Error::AlertReceived(alert)), _) => EndKind::Alert(alert_name(*alert)),
            (Some(other), _) => EndKind::BadTls(other.to_string()),
            (None, io::ErrorKind::UnexpectedEof) => EndKind::WithoutCloseNotify,
            (None, io::ErrorKind::TimedOut) => EndKind::TimedOut,
            (None, io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted) => EndKind::Reset,
            // Written after an end that had come without a reset: it is that end that counts.
            (None, io::ErrorKind::BrokenPipe | io::ErrorKind::NotConnected) => EndKind::Clean,
            (None, _) => EndKind::Other(error.to_string()),
        }
    }
}
