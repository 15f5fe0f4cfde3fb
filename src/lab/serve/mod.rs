//! The lab on its sockets: listeners, a task for each connection, limits, the word to leave.
//!
//! - [`service`]: what is served, and on which ports.
//! - [`Hub`]: what all connections share.
//! - `connection`: one client, from the greeting to the end.
//! - [`guests`]: who is here, and how many may be.
//!
//! How the dialogues are shown is [`crate::show`].
//!
//! A few threads serve all connections: the store's transactions wait for the disk, and nobody else should.

mod connection;
pub mod guests;
mod hub;
mod servants;
pub mod service;
mod stream;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

pub use guests::Count;
pub use hub::Hub;
pub use service::{Open, Service};

use crate::annotate::redact::Secrets;
use crate::dialogue::Protocol;
use crate::show::{Label, Visit};
use connection::Connection;
use hub::left;

/// How long sessions have for their last words.
const LEAVE: Duration = Duration::from_secs(3);

/// Serves on what was opened, until [`Hub::leave`] says so; listeners are closed then, and no session is left.
pub async fn serve(hub: Arc<Hub>, opened: Vec<Open>) {
    let tasks: Vec<_> = opened
        .into_iter()
        .flat_map(|open| open.listeners.into_iter().map(move |listener| (open.service, listener)))
        .map(|(service, listener)| tokio::spawn(accept(hub.clone(), service, listener)))
        .collect();
    for task in tasks {
        let _ = task.await;
    }
    let _ = tokio::time::timeout(LEAVE, hub.guests.everybody_gone()).await;
}

async fn accept(hub: Arc<Hub>, service: Service, listener: TcpListener) {
    let mut leave = hub.leave.subscribe();
    loop {
        tokio::select! {
            taken = listener.accept() => match taken {
                Ok((stream, peer)) => admit(&hub, service, stream, peer).await,
                // Out of file descriptors, mostly: those who are here go on, and make room.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            () = left(&mut leave) => return,
        }
    }
}

async fn admit(hub: &Arc<Hub>, service: Service, stream: TcpStream, peer: SocketAddr) {
    let Some(place) = hub.guests.admit(peer.ip()) else { return turn_away(hub, service, &stream) };
    // A reply is one small write that is waited for.
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else { return };
    let label = Label::new(place.number);
    let secrets = Secrets::default();
    secrets.exempt(&hub.lab.settings.host);
    secrets.exempt(&hub.lab.settings.domain);
    let visit = Visit {
        source: "lab",
        name: service.name(),
        protocol: Some(service.protocol()),
        tls: service.tls(),
        client: peer,
        server: &local.to_string(),
    };
    let (recorder, written) = hub.show.recorder(&visit, &label, secrets);
    hub.written(written);
    let connection = Connection::new(hub.clone(), service, (stream, peer), recorder, label);
    tokio::spawn(async move {
        connection.run(peer, local).await;
        drop(place);
    });
}

/// Too many are here: said without waiting, and closed. With TLS first there is nothing that could be said.
fn turn_away(hub: &Hub, service: Service, stream: &TcpStream) {
    let host = &hub.lab.settings.host;
    let text = match service.protocol() {
        _ if service.tls() => return,
        Protocol::Smtp | Protocol::Lmtp => format!("421 4.7.0 {host} Error: too many connections\r\n"),
        Protocol::Pop3 => "-ERR [SYS/TEMP] too many connections\r\n".to_owned(),
        Protocol::Imap => "* BYE [UNAVAILABLE] too many connections\r\n".to_owned(),
    };
    let _: io::Result<usize> = stream.try_write(text.as_bytes());
}
