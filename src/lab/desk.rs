//! The lab's side of the control port: who proves that it knows the token is answered.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::control::{Card, random, same};
use super::serve::{Hub, Service};

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest line.
const LINE: u64 = 64 * 1024;
/// Conversations at once: strangers on the machine shall not fill it.
const AT_ONCE: usize = 16;

/// What there is to know of a lab that does not change.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The ports.
    pub ports: Vec<(Service, u16)>,
    /// The addresses.
    pub addresses: Vec<String>,
    /// Where the mail is kept; none is `--memory`.
    pub data: Option<String>,
    /// Whether it was started for a session, and ends by itself.
    pub background: bool,
}

/// The control port.
#[derive(Debug)]
pub struct Desk {
    /// Its port is in the card.
    pub listener: TcpListener,
    /// The token.
    pub card: Card,
    /// All connections.
    pub hub: Arc<Hub>,
    /// What does not change.
    pub facts: Facts,
    /// Told when somebody wants the lab to end.
    pub stop: watch::Sender<bool>,
}

impl Desk {
    /// Answers for as long as the lab runs.
    pub async fn serve(self: Arc<Desk>) {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let desk = self.clone();
            tokio::spawn(async move {
                // A stranger gets no answer.
                let _ = timeout(PATIENCE, desk.converse(stream)).await;
                drop(place);
            });
        }
    }

    async fn converse(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let _ = stream.set_nodelay(true);
        let (read, mut write) = stream.split();
        let mut reader = BufReader::new(read).take(LINE);
        let mut line = String::new();
        reader.read_line(&mut line).await?;
        let Some(theirs) = line.trim_end().strip_prefix("ehlo-lab 1 ") else { return Ok(()) };
        let mine = random();
        let proof = self.card.proof("lab", theirs, &mine);
        write.write_all(format!("{mine} {proof}\n").as_bytes()).await?;
        let mut line = String::new();
        reader.read_line(&mut line).await?;
        let Some((proof, wanted)) = line.trim_end().split_once(' ') else { return Ok(()) };
        let expected = self.card.proof("client", &mine, theirs);
        if !same(proof, &expected) {
            return Ok(());
        }
        let wanted: Value = serde_json::from_str(wanted).unwrap_or_default();
        let answer = self.answer(&wanted);
        write.write_all(format!("{answer}\n").as_bytes()).await?;
        write.shutdown().await
    }

    fn answer(&self, wanted: &Value) -> Value {
        match wanted["do"].as_str() {
            Some("status") => {
                self.hub.touch();
                self.status()
            }
            Some("stop") => {
                let _ = self.stop.send(true);
                json!({})
            }
            _ => json!({"error": "?"}),
        }
    }

    /// What a lab says of itself.
    fn status(&self) -> Value {
        let settings = &self.hub.lab.settings;
        let count = self.hub.count();
        let ports: Map<String, Value> = self
            .facts
            .ports
            .iter()
            .map(|(service, port)| (service.name().to_owned(), (*port).into()))
            .collect();
        let accounts: Map<String, Value> =
            settings.accounts.iter().map(|a| (a.name.clone(), a.password.clone().into())).collect();
        json!({
            "pid": self.card.pid,
            "version": env!("CARGO_PKG_VERSION"),
            "background": self.facts.background,
            "host": settings.host,
            "domain": settings.domain,
            "profile": settings.profile.name(),
            "addresses": self.facts.addresses,
            "ports": ports,
            "accounts": accounts,
            "ca": self.hub.identity().ca.display().to_string(),
            "data": self.facts.data,
            "open": count.open,
            "served": count.served,
        })
    }
}
