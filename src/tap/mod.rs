//! The tap: a mail program connects to it, it connects to the server, and what both say is handed on unchanged,
//! shown, explained and logged as any dialogue is.
//!
//! - [`names`]: with TLS ended here, a certificate for each name that a client asks for.
//! - `relay`: one connection: two streams, each way with a limit of what waits.
//! - `record`: what is told of it: in the clear, inside TLS that ends here, or opaque.
//!
//! Terms: *terminating* TLS is to speak it to both ends, so that what is inside can be read: what an attacker in the
//! middle would do. STARTTLS is never taken away from what a server offers.
//!
//! Bytes are handed on first, and recorded then.

pub mod names;
mod record;
mod relay;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::dialogue::Protocol;
use crate::error::{Error, Exit};
use crate::lab::home::{Home, failed};
use crate::lab::run::signalled;
use crate::lab::serve::Count;
use crate::lab::serve::guests::Guests;
use crate::lab::tls::{Authority, CA};
use crate::net::{ConnectOptions, Endpoint, TlsClient, TlsOptions, listen};
use crate::session::faults;
use crate::show::{Label, Logs, Show};
use names::Names;

/// Connections at once: each has two sockets, and a process often has 1024.
const MOST: usize = 400;
/// Threads that hand on.
const THREADS: usize = 4;
/// How long connections have for the last octets.
const LEAVE: Duration = Duration::from_secs(3);
/// How often a free port is looked for that every address has.
const TRIES: usize = 20;

/// A tap, as asked for.
#[derive(Debug)]
pub struct Plan {
    /// The address to listen on; none: loopback.
    pub address: Option<IpAddr>,
    /// The port to listen on; 0: a free one.
    pub port: u16,
    /// Where it leads.
    pub server: Server,
    /// TLS ends here, and begins again.
    pub terminate: Option<Terminate>,
    /// How dialogues are shown.
    pub show: Show,
    /// For connecting, and for handshakes.
    pub timeout: Duration,
}

/// Where a tap leads.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its name, as typed, and its port.
    pub endpoint: Endpoint,
    /// Addresses that are known already: the lab's.
    pub addresses: Vec<SocketAddr>,
    /// What is spoken there, if that is known.
    pub protocol: Option<Protocol>,
    /// Whether it speaks TLS from the start.
    pub tls: bool,
}

/// How TLS is ended and begun again.
#[derive(Clone, Debug)]
pub struct Terminate {
    /// How the server's certificate is verified.
    pub tls: TlsOptions,
    /// Where the lab's authority is.
    pub home: Home,
}

/// A tap that has begun.
#[derive(Clone, Debug, Default)]
pub struct Begun {
    /// Where it listens.
    pub listening: Vec<SocketAddr>,
    /// The authority's certificate, where TLS ends here.
    pub ca: Option<PathBuf>,
}

/// A tap that has ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ended {
    /// Who was there.
    pub count: Count,
    /// Connections that were open when it was ended.
    pub cut: usize,
    /// What passed.
    pub seen: Seen,
}

/// What passed through a tap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Commands that could be read.
    pub commands: u64,
    /// Warnings said of them. (Octets are not counted up: with them, the length of a password would be told.)
    pub warnings: u64,
    /// Connections with a part that could not be read.
    pub opaque: u64,
    /// Connections for which the server could not be reached, or was not trusted.
    pub vain: u64,
}

/// What all connections share.
struct Hub {
    server: Server,
    terminate: Option<Middle>,
    show: Show,
    connect: ConnectOptions,
    listening: Vec<SocketAddr>,
    guests: Arc<Guests>,
    leave: watch::Sender<bool>,
    seen: Mutex<Seen>,
    fault: Mutex<Option<io::Error>>,
}

/// The one in the middle.
struct Middle {
    client: TlsClient,
    config: Arc<ServerConfig>,
    names: Arc<Names>,
}

impl Hub {
    /// Adds to what was seen.
    fn saw(&self, add: impl FnOnce(&mut Seen)) {
        add(&mut lock(&self.seen));
    }

    /// Keeps what went wrong with a view, for the end.
    fn written(&self, result: io::Result<()>) {
        if let Err(error) = result {
            lock(&self.fault).get_or_insert(error);
        }
    }
}

/// Runs a tap to its end; `ready` is told when clients can come.
///
/// # Errors
/// A port that cannot be had, files of TLS, a view that could not write. A server that cannot be reached is told with
/// each connection, and ends nothing.
pub fn run(plan: Plan, ready: impl FnOnce(&Begun)) -> Result<Ended, Error> {
    // Files first: nobody is listened to before they are known to be sound.
    let middle = plan.terminate.as_ref().map(|terminate| Middle::new(terminate, &plan.server)).transpose()?;
    let ca = plan.terminate.as_ref().map(|terminate| terminate.home.tls().join(CA));
    let workers = std::thread::available_parallelism().map_or(1, usize::from).clamp(2, THREADS);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .map_err(|error| Error::new(Exit::Bug, "error-runtime").detail(error))?;
    let result = runtime.block_on(live(plan, middle, ca, ready));
    // A look-up of a name may still wait for its server.
    runtime.shutdown_timeout(Duration::from_millis(200));
    result
}

async fn live(
    plan: Plan,
    terminate: Option<Middle>,
    ca: Option<PathBuf>,
    ready: impl FnOnce(&Begun),
) -> Result<Ended, Error> {
    let listeners = open(plan.address, plan.port)?;
    let listening: Vec<SocketAddr> = listeners.iter().filter_map(|l| l.local_addr().ok()).collect();
    let before = plan.show.log.as_ref().map_or(0, Logs::highest);
    let hub = Arc::new(Hub {
        server: plan.server,
        terminate,
        show: plan.show,
        connect: ConnectOptions { timeout: plan.timeout, ..ConnectOptions::default() },
        listening: listening.clone(),
        guests: Guests::new(before, MOST, MOST),
        leave: watch::channel(false).0,
        seen: Mutex::default(),
        fault: Mutex::new(None),
    });
    ready(&Begun { listening, ca });
    let accepting: Vec<_> = listeners.into_iter().map(|l| tokio::spawn(accept(hub.clone(), l))).collect();
    signalled().await;
    let cut = hub.guests.count().open;
    let _ = hub.leave.send(true);
    for task in accepting {
        let _ = task.await;
    }
    // Whoever cannot wait says so again.
    tokio::select! {
        _ = tokio::time::timeout(LEAVE, hub.guests.everybody_gone()) => {}
        () = signalled() => {}
    }
    let mut count = hub.guests.count();
    count.served -= before;
    let seen = *lock(&hub.seen);
    match lock(&hub.fault).take() {
        Some(fault) => Err(Error::new(Exit::File, "error-output").detail(fault)),
        None => Ok(Ended { count, cut, seen }),
    }
}

impl Middle {
    fn new(terminate: &Terminate, server: &Server) -> Result<Middle, Error> {
        let home = &terminate.home;
        home.prepare()?;
        let tls = home.tls();
        let unmade = |error| failed("error-lab-tls", &tls, error);
        // A lab that starts at the same moment must not make another authority.
        let starting = home.hold_start()?;
        let authority = Authority::kept(&tls).map_err(unmade)?;
        drop(starting);
        let names = Arc::new(Names::new(authority, &server.endpoint.host));
        let config = names.config().map_err(unmade)?;
        let client = TlsClient::new(&terminate.tls).map_err(|fault| faults::tls_setup(&fault))?;
        Ok(Middle { client, config: Arc::new(config), names })
    }
}

/// Listens on a port of each address; a free one must be free on all of them.
fn open(address: Option<IpAddr>, port: u16) -> Result<Vec<TcpListener>, Error> {
    let addresses = match address {
        Some(address) => vec![address],
        None => listen::addresses(None),
    };
    let mut tries = if port == 0 { TRIES } else { 1 };
    loop {
        tries -= 1;
        match open_all(&addresses, port) {
            Ok(listeners) => return Ok(listeners),
            Err(error) if tries == 0 => {
                let id = match error.kind() {
                    io::ErrorKind::PermissionDenied => "error-tap-port-forbidden",
                    io::ErrorKind::AddrNotAvailable => "error-tap-address",
                    _ => "error-tap-port",
                };
                let address = address.map(|address| address.to_string()).unwrap_or_default();
                let error = Error::new(Exit::Network, id).with("port", port).detail(error);
                return Err(error.with("address", address));
            }
            Err(_) => {}
        }
    }
}

fn open_all(addresses: &[IpAddr], port: u16) -> io::Result<Vec<TcpListener>> {
    let (first, rest) = addresses.split_at(1);
    let mut listeners = listen::listen(first, port)?;
    let port = listeners[0].local_addr()?.port();
    listeners.extend(listen::listen(rest, port)?);
    Ok(listeners)
}

async fn accept(hub: Arc<Hub>, listener: TcpListener) {
    let mut leave = hub.leave.subscribe();
    loop {
        tokio::select! {
            taken = listener.accept() => match taken {
                Ok((stream, peer)) => admit(&hub, stream, peer),
                // Out of file descriptors, mostly: those who are here go on, and make room.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            () = left(&mut leave) => return,
        }
    }
}

/// One too many is closed: what a server would say then is not ours to say.
fn admit(hub: &Arc<Hub>, stream: TcpStream, peer: SocketAddr) {
    let Some(place) = hub.guests.admit(peer.ip()) else { return };
    // A command is one small write that is waited for.
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else { return };
    let record = record::Record::new(hub.clone(), Label::new(place.number), peer, local);
    let hub = hub.clone();
    tokio::spawn(async move {
        relay::serve(hub, stream, record).await;
        drop(place);
    });
}

/// Waits for the word to leave. Cancel-safe.
async fn left(leave: &mut watch::Receiver<bool>) {
    // A tap that is gone is left too.
    let _ = leave.wait_for(|leave| *leave).await;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
