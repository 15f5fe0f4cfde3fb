//! Little servers that accept one connection and do as told, and the client's end to them.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use ehlo::net::{Channel, ConnectOptions, EndKind, Moved};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Long enough that only a hang can reach it.
pub const HANG: Duration = Duration::from_secs(60);

/// Serves one connection; what the service returns is awaited by the handle.
pub async fn serve<F, S>(service: S) -> (SocketAddr, JoinHandle<F::Output>)
where
    S: FnOnce(TcpStream) -> F + Send + 'static,
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        service(stream).await
    });
    (address, task)
}

/// An address on which nobody listens.
pub async fn closed() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Options with a time limit that no passing test reaches.
pub fn patient() -> ConnectOptions {
    ConnectOptions { timeout: HANG, ..ConnectOptions::default() }
}

/// A connected channel.
pub async fn dial(address: SocketAddr) -> Channel {
    Channel::connect_to("localhost", &[address], &patient(), &mut |_| {}).await.unwrap()
}

/// Everything until the end, and how that was.
pub async fn receive_all(channel: &mut Channel) -> (Vec<u8>, EndKind) {
    let mut buf = vec![0; 64 * 1024];
    let mut all = Vec::new();
    loop {
        match channel.step(&mut buf).await {
            Moved::Received(n) => all.extend_from_slice(&buf[..n]),
            Moved::Sent => {}
            Moved::Ended(kind) => return (all, kind),
        }
    }
}

/// Exactly so many bytes.
pub async fn receive(channel: &mut Channel, length: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while all.len() < length {
        let mut buf = vec![0; length - all.len()];
        match channel.step(&mut buf).await {
            Moved::Received(n) => all.extend_from_slice(&buf[..n]),
            Moved::Sent => {}
            Moved::Ended(kind) => panic!("ended by {kind:?} after {} bytes", all.len()),
        }
    }
    all
}
