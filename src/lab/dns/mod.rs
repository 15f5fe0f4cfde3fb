//! The lab's name server, on loopback, over UDP and TCP: the practice's domain, `example.com` and `gmail.com`
//! for exercise 5, and `rules.test`, where each rule of delivery has its name.
//!
//! It answers on two ports: as a zone's own server does, with addresses in ADDITIONAL, and as a resolver does,
//! without. It looks nothing up: of other names it says that they are not its own (REFUSED).

mod answer;
mod zone;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::time::timeout;

pub use answer::Manner;
pub use zone::Zones;

/// The first port that is tried.
const FIRST: u16 = 2053;
/// How far a free one is looked for.
const FAR: u16 = 200;
/// TCP connections at once.
const AT_ONCE: usize = 64;
/// How long a TCP client may be silent.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest datagram that is read.
const DATAGRAM: usize = 4096;

/// A port that listens.
#[derive(Debug)]
pub struct Open {
    /// How it answers.
    pub manner: Manner,
    /// UDP and TCP.
    pub port: u16,
    udp: UdpSocket,
    tcp: TcpListener,
}

impl Manner {
    /// The port's name in the lab's private file.
    pub fn service(self) -> &'static str {
        match self {
            Manner::Generous => "dns",
            Manner::Minimal => "dns-minimal",
        }
    }
}

/// Opens both ports.
///
/// # Errors
/// No port is free near the first.
pub async fn open() -> io::Result<Vec<Open>> {
    let mut opened: Vec<Open> = Vec::new();
    for manner in [Manner::Generous, Manner::Minimal] {
        let from = opened.last().map_or(FIRST, |last| last.port + 1);
        opened.push(free(manner, from).await?);
    }
    Ok(opened)
}

async fn free(manner: Manner, from: u16) -> io::Result<Open> {
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for port in from..from + FAR {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let udp = UdpSocket::bind(address).await;
        match (udp, TcpListener::bind(address).await) {
            (Ok(udp), Ok(tcp)) => return Ok(Open { manner, port, udp, tcp }),
            (Err(error), _) | (_, Err(error)) => last = error,
        }
    }
    Err(last)
}

/// Answers for as long as the lab runs.
pub async fn serve(zones: Arc<Zones>, open: Open) {
    let Open { manner, udp, tcp, .. } = open;
    tokio::join!(datagrams(&zones, manner, &udp), connections(&zones, manner, &tcp));
}

async fn datagrams(zones: &Zones, manner: Manner, socket: &UdpSocket) {
    let mut buffer = vec![0; DATAGRAM];
    loop {
        // On some systems an earlier answer to a closed port comes back as an error here.
        let Ok((got, from)) = socket.recv_from(&mut buffer).await else {
            tokio::time::sleep(Duration::from_millis(5)).await;
            continue;
        };
        if let Some(said) = answer::answer(zones, manner, &buffer[..got], true) {
            let _ = socket.send_to(&said, from).await;
        }
    }
}

async fn connections(zones: &Arc<Zones>, manner: Manner, listener: &TcpListener) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let zones = zones.clone();
        tokio::spawn(async move {
            let _ = connection(&zones, manner, stream).await;
            drop(place);
        });
    }
}

/// Queries of one connection, one after the other (RFC 7766 §6.2.1).
async fn connection(zones: &Zones, manner: Manner, mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        let length = timeout(PATIENCE, stream.read_u16()).await??;
        let mut query = vec![0; usize::from(length)];
        timeout(PATIENCE, stream.read_exact(&mut query)).await??;
        let Some(said) = answer::answer(zones, manner, &query, false) else { return Ok(()) };
        let Ok(length) = u16::try_from(said.len()) else { return Ok(()) };
        let mut framed = length.to_be_bytes().to_vec();
        framed.extend_from_slice(&said);
        timeout(PATIENCE, stream.write_all(&framed)).await??;
    }
}
