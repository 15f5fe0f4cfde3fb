//! The lab's side of the control port: who proves that it knows the token is answered.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use super::acts;
use super::control::{Card, random, same};
use super::serve::{Hub, Service};
use crate::i18n::{Catalog, Lang};

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
    /// The name server's ports, by the name of each.
    pub dns: Vec<(&'static str, u16)>,
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
                if let Ok(Ok(Some((stream, wanted)))) =
                    timeout(PATIENCE, Desk::listen(&desk.card, stream)).await
                {
                    let _ = desk.reply(stream, wanted).await;
                }
                drop(place);
            });
        }
    }

    /// The handshake; then what is wanted, if the other side knows the token.
    async fn listen(card: &Card, mut stream: TcpStream) -> std::io::Result<Option<(TcpStream, Value)>> {
        let _ = stream.set_nodelay(true);
        let (read, mut write) = stream.split();
        let mut reader = BufReader::new(read).take(LINE);
        let mut line = String::new();
        reader.read_line(&mut line).await?;
        let Some(theirs) = line.trim_end().strip_prefix("ehlo-lab 1 ") else { return Ok(None) };
        let mine = random();
        let proof = card.proof("lab", theirs, &mine);
        write.write_all(format!("{mine} {proof}\n").as_bytes()).await?;
        let mut said = String::new();
        reader.read_line(&mut said).await?;
        let Some((proof, wanted)) = said.trim_end().split_once(' ') else { return Ok(None) };
        if !same(proof, &card.proof("client", &mine, theirs)) {
            return Ok(None);
        }
        let wanted = serde_json::from_str(wanted).unwrap_or_default();
        Ok(Some((stream, wanted)))
    }

    async fn reply(self: Arc<Desk>, mut stream: TcpStream, wanted: Value) -> std::io::Result<()> {
        let (desk, stop) = (self.clone(), wanted["do"] == "stop");
        // An export takes its time, and reads the disk.
        let answer = tokio::task::spawn_blocking(move || desk.answer(&wanted)).await.unwrap_or_default();
        let said = stream.write_all(format!("{answer}\n").as_bytes()).await;
        let said = said.and(stream.shutdown().await);
        if stop {
            // Answered first: afterwards there is nobody left to answer.
            let _ = self.stop.send(true);
        }
        said
    }

    fn answer(&self, wanted: &Value) -> Value {
        match wanted["do"].as_str() {
            Some("status") => {
                self.hub.guests.touch();
                self.status()
            }
            Some("stop") => json!({}),
            _ => acts::act(&self.hub.lab, wanted).unwrap_or_else(|error| {
                let lang = wanted["lang"].as_str().and_then(Lang::parse).unwrap_or_default();
                json!({"error": Catalog::new(lang).error(&error, false), "exit": error.exit.code()})
            }),
        }
    }

    /// What a lab says of itself.
    fn status(&self) -> Value {
        let settings = &self.hub.lab.settings;
        let count = self.hub.guests.count();
        let ports: Map<String, Value> = self
            .facts
            .ports
            .iter()
            .map(|(service, port)| (service.name().to_owned(), (*port).into()))
            .chain(self.facts.dns.iter().map(|(name, port)| ((*name).to_owned(), (*port).into())))
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
            "starttls": settings.starttls,
            "open_to_others": settings.is_open(),
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
