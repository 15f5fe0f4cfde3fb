//! One lab per user, found by the others: a private file says where it is, and a handshake proves that it is
//! there still and that both know the token.
//!
//! The control port is on loopback, where every user of the machine can come; the token is in a file that only
//! one can read, and never goes over the wire (HMAC, RFC 2104):
//!
//! ```text
//! client: ehlo-lab 1 NONCE
//! lab:    NONCE HMAC(token, "lab" client's nonce, lab's nonce)
//! client: HMAC(token, "client" lab's nonce, client's nonce) {"do":"status"}
//! lab:    {"pid":4711,…}
//! ```

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::home::Home;
use crate::error::{Error, Exit};

/// How long the other side may take for a line.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the lab may take to take in or write out all mail.
const WORK: Duration = Duration::from_secs(3600);
/// The longest line of the other side.
const LINE: u64 = 1024 * 1024;

/// What the private file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The lab's process.
    pub pid: u32,
    /// The control port, on 127.0.0.1.
    pub control: u16,
    /// What both know.
    pub token: String,
}

impl Card {
    /// A card with a fresh token.
    pub fn new(control: u16) -> Card {
        Card { pid: std::process::id(), control, token: random() }
    }

    /// Reads the private file.
    pub fn read(home: &Home) -> Option<Card> {
        let value: Value = serde_json::from_str(&fs::read_to_string(home.card()).ok()?).ok()?;
        Some(Card {
            pid: u32::try_from(value["pid"].as_u64()?).ok()?,
            control: u16::try_from(value["control"].as_u64()?).ok()?,
            token: value["token"].as_str()?.to_owned(),
        })
    }

    /// Writes it, whole.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, home: &Home) -> Result<(), Error> {
        let text = json!({"pid": self.pid, "control": self.control, "token": self.token}).to_string();
        super::tls::write(&home.card(), &text, true)
            .map_err(|error| Error::unwritable(home.card().display(), &error))
    }

    /// Removes the private file, if it is still this lab's.
    pub fn remove(&self, home: &Home) {
        if Card::read(home).is_some_and(|card| card == *self) {
            let _ = fs::remove_file(home.card());
        }
    }

    /// What the lab proves itself with, and what a client does.
    pub(super) fn proof(&self, who: &str, first: &str, second: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.token.as_bytes()) else { return String::new() };
        mac.update(format!("{who} {first} {second}").as_bytes());
        hex(&mac.finalize().into_bytes())
    }

    /// Asks the lab for something.
    ///
    /// # Errors
    /// Nobody is there, or somebody else is.
    pub fn ask(&self, wanted: &Value) -> io::Result<Value> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.control));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mine = random();
        stream.write_all(format!("ehlo-lab 1 {mine}\n").as_bytes())?;
        let mut reader = BufReader::new(stream.try_clone()?).take(LINE);
        let stranger = || io::Error::new(io::ErrorKind::InvalidData, "not the lab");
        let line = read_line(&mut reader)?;
        let (theirs, proof) = line.split_once(' ').ok_or_else(stranger)?;
        if !same(proof, &self.proof("lab", &mine, theirs)) {
            return Err(stranger());
        }
        if matches!(wanted["do"].as_str(), Some("import" | "export")) {
            stream.set_read_timeout(Some(WORK))?;
        }
        let proof = self.proof("client", theirs, &mine);
        stream.write_all(format!("{proof} {wanted}\n").as_bytes())?;
        serde_json::from_str(&read_line(&mut reader)?).map_err(|_| stranger())
    }
}

fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

/// Compares without telling by the time how much is right.
pub(super) fn same(one: &str, other: &str) -> bool {
    let differ = one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
    one.len() == other.len() && differ == 0
}

/// 128 bits that nobody can guess.
pub(super) fn random() -> String {
    let mut bytes = [0; 16];
    // Without a random source there is no TLS either; then the proof fails.
    let _ = rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes);
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The lab that runs, as it was when it answered.
#[derive(Clone, Debug)]
pub struct Running {
    card: Card,
    /// What it says of itself.
    pub status: Value,
}

impl Running {
    /// The lab that runs, if there is one.
    pub fn find(home: &Home) -> Option<Running> {
        let card = Card::read(home)?;
        let status = card.ask(&json!({"do": "status"})).ok()?;
        Some(Running { card, status })
    }

    /// Asks it for something; what it cannot do comes back as an error.
    ///
    /// # Errors
    /// It has gone; or what it says.
    pub fn ask(&self, wanted: &Value) -> Result<Value, Error> {
        let gone = |error| Error::new(Exit::Network, "error-lab-gone").detail(error);
        let said = self.card.ask(wanted).map_err(gone)?;
        match said["error"].as_str() {
            Some(words) => {
                let exits = [Exit::Usage, Exit::File, Exit::Network];
                let exit = exits.into_iter().find(|exit| said["exit"] == exit.code());
                Err(Error::new(exit.unwrap_or(Exit::No), "error-lab-said").with("words", words))
            }
            None => Ok(said),
        }
    }

    /// A port of it by the service's name.
    pub fn port(&self, service: &str) -> Option<u16> {
        u16::try_from(self.status["ports"][service].as_u64()?).ok()
    }

    /// A text of its status.
    pub fn text(&self, name: &str) -> &str {
        self.status[name].as_str().unwrap_or_default()
    }

    /// A number of its status.
    pub fn number(&self, name: &str) -> u64 {
        self.status[name].as_u64().unwrap_or_default()
    }

    /// Ends it, and waits until it has gone.
    ///
    /// # Errors
    /// It does not go.
    pub fn stop(&self, home: &Home) -> Result<(), Error> {
        self.ask(&json!({"do": "stop"}))?;
        for _ in 0..500 {
            if home.hold()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Err(Error::new(Exit::Network, "error-lab-stays").with("pid", self.card.pid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_for_one_side_and_one_pair_of_nonces() {
        let card = Card::new(1);
        let proof = card.proof("lab", "a", "b");
        assert_eq!(proof.len(), 64);
        assert!(same(&proof, &card.proof("lab", "a", "b")));
        assert!(!same(&proof, &card.proof("client", "a", "b")));
        assert!(!same(&proof, &card.proof("lab", "b", "a")));
        assert!(!same(&proof, &Card::new(1).proof("lab", "a", "b")));
        assert!(!same("", &proof));
    }
}
