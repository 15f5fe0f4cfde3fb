//! One connection through the tap: two streams, and what comes on one goes out on the other, unchanged.
//!
//! What waits for one side is bounded: the other is not read meanwhile, and so waits in its own send buffer. An end of
//! one direction is handed on when all before it has gone; a reset as a reset.
//!
//! Where TLS ends here, a client's STARTTLS goes to the server, and the server's answer to the client; what the client
//! sent after it in the clear goes to nobody (CVE-2011-0411).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use super::record::Record;
use super::{Hub, Middle, left};
use crate::dialect::Turn;
use crate::dialogue::mark::Close;
use crate::dialogue::{Level, Note, Side};
use crate::error::{Error, Exit};
use crate::net::{Channel, EndKind, Moved, TlsError, TlsFault};
use crate::session::faults;
use crate::source::capture::layers::asks_for_tls;

/// Octets read at once.
const PORTION: usize = 32 * 1024;
/// Octets that may wait for a side before the other is no longer read.
const ROOM: usize = 256 * 1024;
/// How long the last octets may take.
const LEAVE: Duration = Duration::from_secs(2);
/// How long a connection that has ended one way may be silent the other way.
const LINGER: Duration = Duration::from_secs(600);
/// Octets of the client's last line that are kept to know a STARTTLS.
const LINE: usize = 80;

/// One connection.
struct Relay {
    hub: Arc<Hub>,
    record: Record,
    client: Channel,
    server: Channel,
    leave: watch::Receiver<bool>,
    /// Which sides have ended their direction.
    ended: [bool; 2],
    /// How it ended, where it has begun to.
    close: Option<Close>,
    over: bool,
    /// The last line of the client, as far as it has come.
    line: Vec<u8>,
    /// The client has asked for TLS, which shall end here; what it sent after that.
    asked: Option<Vec<u8>>,
    /// The server has agreed to TLS; what it sent after that.
    agreed: Option<Vec<u8>>,
    /// TLS has begun on both sides.
    inside: bool,
    heard: Instant,
}

/// Hands on what a client and the server say, to the end.
pub(super) async fn serve(hub: Arc<Hub>, stream: TcpStream, mut record: Record) {
    let client = Channel::accepted(stream, hub.connect.timeout);
    let mut leave = hub.leave.subscribe();
    let connected = tokio::select! {
        connected = connect(&hub) => connected,
        () = left(&mut leave) => return record.end(Close::Refused),
    };
    let server = match connected {
        Ok(server) => server,
        Err(error) => {
            record.fault(&error);
            return record.end(Close::Refused);
        }
    };
    if let Some(address) = server.peer() {
        record.say(vec![Note::new(Level::State, "note-tap-server").with("address", address)]);
    }
    let mut relay = Relay {
        record,
        client,
        server,
        leave,
        ended: [false, false],
        close: None,
        over: false,
        line: Vec::new(),
        asked: None,
        agreed: None,
        inside: false,
        heard: Instant::now(),
        hub,
    };
    if relay.hub.server.tls && relay.hub.terminate.is_some() {
        relay.agreed = Some(Vec::new());
    }
    relay.hand_on().await;
    let Relay { record, close, mut client, mut server, .. } = relay;
    let _ = timeout(LEAVE, async { tokio::join!(client.shutdown(), server.shutdown()) }).await;
    record.end(close.unwrap_or(Close::Refused));
}

async fn connect(hub: &Hub) -> Result<Channel, Error> {
    let endpoint = &hub.server.endpoint;
    let port = endpoint.port.unwrap_or_default();
    let channel = if hub.server.addresses.is_empty() {
        Channel::connect(endpoint, port, &hub.connect, &mut |_| {}).await
    } else {
        Channel::connect_to(&endpoint.host, &hub.server.addresses, &hub.connect, &mut |_| {}).await
    };
    let channel = channel.map_err(|error| faults::net_error(&error))?;
    if channel.peer().is_some_and(|peer| is_ours(peer, &hub.listening)) {
        return Err(Error::new(Exit::Network, "error-tap-itself").with("port", port));
    }
    Ok(channel)
}

/// Whether an address is one that this tap listens on: it would talk to itself without end.
fn is_ours(peer: SocketAddr, listening: &[SocketAddr]) -> bool {
    listening.iter().any(|here| {
        here.port() == peer.port()
            && (here.ip() == peer.ip() || here.ip().is_unspecified() && peer.ip().is_loopback())
    })
}

impl Relay {
    async fn hand_on(&mut self) {
        let mut buffers = [vec![0; PORTION], vec![0; PORTION]];
        while !self.over {
            if let Some(early) = self.agreed.take() {
                self.tls(&early).await;
                continue;
            }
            if self.ended == [true, true] && self.client.is_sent() && self.server.is_sent() {
                return;
            }
            // An answer to STARTTLS comes first.
            let from_client = !self.ended[0] && self.asked.is_none() && self.server.unsent() < ROOM;
            let from_server = !self.ended[1] && self.client.unsent() < ROOM;
            let [one, other] = &mut buffers;
            let (side, moved) = tokio::select! {
                moved = self.client.step_if(from_client, one) => (Side::Client, moved),
                moved = self.server.step_if(from_server, other) => (Side::Server, moved),
                () = left(&mut self.leave) => return self.take_leave(),
                () = sleep_until(self.heard + LINGER), if self.ended != [false, false] => return,
            };
            match moved {
                Moved::Received(n) => {
                    self.heard = Instant::now();
                    let buffer = std::mem::take(&mut buffers[side as usize]);
                    self.received(side, &buffer[..n]).await;
                    buffers[side as usize] = buffer;
                }
                Moved::Sent => {}
                Moved::Ended(kind) => self.has_ended(side, &kind).await,
            }
        }
    }

    fn take_leave(&mut self) {
        self.record.say(vec![Note::new(Level::State, "note-tap-leave")]);
        self.close = Some(Close::Refused);
    }

    fn other(&mut self, side: Side) -> &mut Channel {
        match side {
            Side::Client => &mut self.server,
            Side::Server => &mut self.client,
        }
    }

    async fn received(&mut self, side: Side, octets: &[u8]) {
        if self.hub.terminate.is_none() || self.inside {
            return self.pass(side, octets).await;
        }
        match side {
            Side::Client => self.client_in_clear(octets).await,
            Side::Server if self.asked.is_some() => self.answered(octets).await,
            Side::Server => self.pass(side, octets).await,
        }
    }

    /// Hands octets on, and then records them.
    async fn pass(&mut self, side: Side, octets: &[u8]) {
        let other = self.other(side);
        other.send(octets);
        other.nudge().await;
        self.record.octets(side, octets);
    }

    /// What a client says before TLS: after a line that asks for it nothing is handed on until the server has answered.
    async fn client_in_clear(&mut self, octets: &[u8]) {
        let mut rest = octets;
        while !rest.is_empty() {
            let end = self.end_of_asking(rest);
            let (now, later) = rest.split_at(end.unwrap_or(rest.len()));
            self.pass(Side::Client, now).await;
            if end.is_some() && self.record.turn() == Turn::Hold {
                self.asked = Some(later.to_vec());
                return;
            }
            rest = later;
        }
    }

    /// Where the first line ends that asks for TLS.
    fn end_of_asking(&mut self, octets: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(end) = memchr::memchr(b'\n', &octets[at..]).map(|i| at + i + 1) {
            self.line.extend_from_slice(&octets[at.max(end.saturating_sub(LINE))..end]);
            let asks = asks_for_tls(&self.line);
            self.line.clear();
            if asks {
                return Some(end);
            }
            at = end;
        }
        let rest = &octets[at.max(octets.len().saturating_sub(LINE))..];
        self.line.extend_from_slice(rest);
        self.line.drain(..self.line.len().saturating_sub(LINE));
        None
    }

    /// The server's answer to STARTTLS, a line at a time: what comes after it in the clear must be told apart.
    async fn answered(&mut self, octets: &[u8]) {
        let mut rest = octets;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
            let (line, later) = rest.split_at(end);
            self.pass(Side::Server, line).await;
            rest = later;
            match self.record.turn() {
                Turn::Hold => {}
                Turn::Tls => {
                    self.agreed = Some(rest.to_vec());
                    return;
                }
                _ => {
                    // It refused: what the client has said meanwhile goes on in the clear.
                    let held = self.asked.take().unwrap_or_default();
                    Box::pin(self.client_in_clear(&held)).await;
                    if self.asked.is_none() {
                        return self.pass(Side::Server, rest).await;
                    }
                }
            }
        }
    }

    /// Ends TLS here: first with the server, which is verified, then with the client.
    async fn tls(&mut self, early: &[u8]) {
        let hub = self.hub.clone();
        let Some(middle) = &hub.terminate else { return };
        let held = self.asked.take().unwrap_or_default();
        let mut leave = self.leave.clone();
        tokio::select! {
            () = self.handshakes(middle, early, &held) => {}
            () = left(&mut leave) => self.over = true,
        }
        self.inside = true;
    }

    async fn handshakes(&mut self, middle: &Middle, early: &[u8], held: &[u8]) {
        // The go-ahead is the client's, whatever becomes of the server.
        self.client.nudge().await;
        let host = self.hub.server.endpoint.host.clone();
        let server = match self.server.start_tls(&host, &middle.client, early).await {
            Ok(info) => info,
            Err(error) => {
                self.record.fault(&faults::tls_error(&error, &host));
                self.over = true;
                return;
            }
        };
        let mut seen = match self.client.accept_tls(middle.config.clone()).await {
            Ok(info) => info,
            Err(error) => {
                self.record.say(vec![untrusted(&error)]);
                self.close = Some(Close::Client);
                self.over = true;
                return;
            }
        };
        seen.certificate = middle.names.certificate(&seen.server_name);
        if !held.is_empty() {
            // The reader of the dialogue drops it at the mark that follows.
            self.record.octets(Side::Client, held);
        }
        self.record.tls(seen, &server, held.len());
    }

    /// A side has ended its direction, or has gone.
    async fn has_ended(&mut self, side: Side, kind: &EndKind) {
        let close = match (kind, side) {
            (EndKind::Clean | EndKind::WithoutCloseNotify, Side::Client) => Close::Client,
            (EndKind::Clean, Side::Server) => Close::Server,
            (EndKind::WithoutCloseNotify, Side::Server) => Close::Unclean,
            (EndKind::TimedOut, _) => Close::TimedOut,
            _ => Close::Reset,
        };
        self.close.get_or_insert(close);
        if *kind == EndKind::Clean && !self.ended[side as usize] {
            self.ended[side as usize] = true;
            self.other(side).end_sending();
            return;
        }
        // What was said before still arrives; then the other side sees what this one did.
        let other = self.other(side);
        let _ = timeout(LEAVE, other.flush()).await;
        match kind {
            EndKind::Reset => other.reset(),
            _ => other.close(),
        }
        self.over = true;
    }
}

/// Why a client did not take TLS that ends here.
fn untrusted(error: &TlsError) -> Note {
    let id = match &error.fault {
        TlsFault::Alert(_) => "note-tap-client-alert",
        TlsFault::PlainAnswer(_) => "note-tap-client-in-clear",
        TlsFault::TimedOut => "note-tap-client-silent",
        TlsFault::Eof | TlsFault::Reset => "note-tap-client-gone",
        _ => "note-tap-client-tls",
    };
    let note = Note::new(Level::Warn, id);
    match &error.fault {
        TlsFault::Alert(alert) => note.with("alert", alert),
        TlsFault::Eof | TlsFault::Reset | TlsFault::TimedOut | TlsFault::PlainAnswer(_) => note,
        _ => note.with("why", error.detail.clone().unwrap_or_default()),
    }
}
