//! A lab's life: the lock, the data, the sockets, the card; then it serves until somebody ends it, or, in the
//! background, until nobody has come for a while; then everybody takes leave.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::sleep;

use super::control::Card;
use super::desk::{Desk, Facts};
use super::home::{Held, Home, failed};
use super::serve::{self, Count, Hub, Open, service};
use super::tls::{Identity, names};
use super::{Lab, Settings};
use crate::error::{Error, Exit};
use crate::show::{Logs, Show};

/// How long a lab in the background waits for somebody.
const LINGER: Duration = Duration::from_secs(600);
/// Threads that serve. Few: a lab has a class at most, and the machine has other things to do.
const THREADS: usize = 4;

/// A lab, as asked for.
#[derive(Debug)]
pub struct Plan {
    /// Where its things are.
    pub home: Home,
    /// What it is told.
    pub settings: Settings,
    /// The file of the mail; none: in memory.
    pub data: Option<PathBuf>,
    /// How dialogues are shown.
    pub show: Show,
    /// 25, 110, 143 … instead of free ones.
    pub standard_ports: bool,
    /// Started for a session, by a process that has seen to the rest; it ends by itself.
    pub background: bool,
}

/// A lab that has begun.
#[derive(Debug)]
pub struct Begun {
    /// What does not change.
    pub facts: Facts,
    /// What it was told.
    pub settings: Settings,
    /// The authority's certificate.
    pub ca: PathBuf,
    /// The process of a lab that ended without taking leave, if the last one did.
    pub crashed: Option<u32>,
}

/// A lab that has ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ended {
    /// Who was there.
    pub count: Count,
    /// Sessions that were open when it was ended.
    pub cut: usize,
}

/// Runs a lab to its end; `ready` is told when clients can come.
///
/// # Errors
/// One runs already; what cannot be opened; a view that could not write.
pub fn run(plan: Plan, ready: impl FnOnce(&Begun)) -> Result<Ended, Error> {
    plan.home.prepare()?;
    let starting = if plan.background { None } else { Some(plan.home.hold_start()?) };
    let held: Held = plan.home.hold()?.ok_or_else(|| Error::new(Exit::No, "error-lab-runs"))?;
    // Nobody holds the lock, so whoever left a card did not take leave.
    let crashed = Card::read(&plan.home).map(|card| card.pid);
    let lab = Arc::new(Lab::open(plan.settings.clone(), plan.data.as_deref())?);
    let tls = plan.home.tls();
    let identity = Identity::kept(&tls, &names(&plan.settings.host, plan.settings.bind))
        .map_err(|error| failed("error-lab-tls", &tls, error))?;
    let workers = std::thread::available_parallelism().map_or(1, usize::from).clamp(2, THREADS);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
        .map_err(|error| Error::new(Exit::Bug, "error-runtime").detail(error))?;
    let result = runtime.block_on(live(plan, lab, identity, crashed, starting, ready));
    runtime.shutdown_timeout(Duration::from_millis(200));
    drop(held);
    result
}

async fn live(
    plan: Plan,
    lab: Arc<Lab>,
    identity: Identity,
    crashed: Option<u32>,
    starting: Option<Held>,
    ready: impl FnOnce(&Begun),
) -> Result<Ended, Error> {
    let settings = &plan.settings;
    let opened = service::open_all(settings.bind, plan.standard_ports).map_err(port_fault)?;
    // A machine without a free port for it has a lab all the same.
    let dns = super::dns::open().await.unwrap_or_default();
    let facts = Facts {
        dns: dns.iter().map(|open| (open.manner.service(), open.port)).collect(),
        ports: opened.iter().map(|open| (open.service, open.port)).collect(),
        addresses: addresses(&opened),
        data: plan.data.as_ref().map(|file| file.display().to_string()),
        background: plan.background,
    };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await;
    let listener = listener.map_err(|error| Error::new(Exit::Network, "error-lab-control").detail(error))?;
    let control = listener.local_addr().map_or(0, |address| address.port());
    let card = Card::new(control);
    let begun = Begun { facts: facts.clone(), settings: settings.clone(), ca: identity.ca.clone(), crashed };
    let before = plan.show.log.as_ref().map_or(0, Logs::highest);
    let hub = Hub::new(lab, identity, plan.show, before);
    let (stop, mut stopped) = watch::channel(false);
    let desk = Desk { listener, card: card.clone(), hub: hub.clone(), facts, stop };
    tokio::spawn(Arc::new(desk).serve());
    let zones = Arc::new(super::dns::Zones::new(&settings.domain, &settings.host));
    for open in dns {
        tokio::spawn(super::dns::serve(zones.clone(), open));
    }
    card.write(&plan.home)?;
    drop(starting);
    ready(&begun);
    let serving = tokio::spawn(serve::serve(hub.clone(), opened));
    tokio::select! {
        () = told(&mut stopped) => {}
        () = signalled() => {}
        () = deserted(&hub), if plan.background => {}
    }
    let cut = hub.guests.count().open;
    // The card goes first: whoever looks for a lab now starts another when this one has gone.
    card.remove(&plan.home);
    let _ = hub.leave.send(true);
    // Whoever cannot wait says so again.
    tokio::select! { _ = serving => {}, () = signalled() => {} }
    let mut count = hub.guests.count();
    count.served -= before;
    match hub.fault() {
        Some(fault) => Err(Error::new(Exit::File, "error-output").detail(fault)),
        None => Ok(Ended { count, cut }),
    }
}

async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Where it listens, each address once.
fn addresses(opened: &[Open]) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    let all = opened.iter().flat_map(|open| &open.listeners).filter_map(|l| l.local_addr().ok());
    for address in all.map(|address| address.ip().to_string()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

fn port_fault((service, port, error): (serve::Service, u16, std::io::Error)) -> Error {
    let id = match error.kind() {
        std::io::ErrorKind::PermissionDenied => "error-lab-port-forbidden",
        std::io::ErrorKind::AddrNotAvailable => "error-lab-bind",
        _ => "error-lab-port",
    };
    Error::new(Exit::Network, id).with("service", service.title()).with("port", port).detail(error)
}

/// Waits until nobody was there for a while.
async fn deserted(hub: &Hub) {
    let linger = linger();
    loop {
        match hub.guests.quiet() {
            Some(quiet) if quiet >= linger => return,
            Some(quiet) => sleep(linger - quiet).await,
            None => hub.guests.ended.notified().await,
        }
    }
}

/// Ten minutes; tests have less time.
fn linger() -> Duration {
    let told = std::env::var("EHLO_LAB_LINGER").ok();
    told.and_then(|text| text.parse::<f64>().ok())
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .unwrap_or(LINGER)
}

/// Waits for Ctrl-C, and for what else asks a process to end.
pub async fn signalled() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let wait = async |kind| match signal(kind) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        };
        tokio::select! {
            () = wait(SignalKind::interrupt()) => {}
            () = wait(SignalKind::terminate()) => {}
            () = wait(SignalKind::hangup()) => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
