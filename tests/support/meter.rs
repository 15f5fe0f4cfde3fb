//! A meter on a connection's way: it hands on what comes, and keeps it, so that a test knows to the octet what a
//! client and a server have said.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use sha2::{Digest, Sha256};

/// The octets of a client and of a server.
pub type Pair = [Vec<u8>; 2];

/// Hands on, and keeps what it handed on.
pub struct Meter {
    /// Where it listens.
    pub port: u16,
    seen: Arc<Mutex<Vec<Arc<Mutex<Pair>>>>>,
}

impl Meter {
    /// One that listens on a port of its own, and hands on to another of this machine.
    pub fn to(server: u16) -> Meter {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let seen: Arc<Mutex<Vec<Arc<Mutex<Pair>>>>> = Arc::default();
        let all = seen.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let pair: Arc<Mutex<Pair>> = Arc::default();
                all.lock().unwrap().push(pair.clone());
                let ends = [client, server];
                for side in [0, 1] {
                    let from = ends[side].try_clone().expect("a handle");
                    let to = ends[1 - side].try_clone().expect("a handle");
                    let pair = pair.clone();
                    thread::spawn(move || hand_on(from, to, &pair, side));
                }
            }
        });
        Meter { port, seen }
    }

    /// What each connection carried, in an order of its own.
    pub fn seen(&self) -> Vec<Pair> {
        let mut all: Vec<Pair> =
            self.seen.lock().unwrap().iter().map(|p| p.lock().unwrap().clone()).collect();
        all.sort();
        all
    }

    /// The digests of each connection's two sides, sorted.
    pub fn digests(&self) -> Vec<[String; 2]> {
        let mut all: Vec<_> = self.seen().iter().map(|pair| [sha256(&pair[0]), sha256(&pair[1])]).collect();
        all.sort();
        all
    }
}

fn hand_on(mut from: TcpStream, mut to: TcpStream, pair: &Mutex<Pair>, side: usize) {
    let mut buffer = [0; 8192];
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        pair.lock().unwrap()[side].extend_from_slice(&buffer[..n]);
        if to.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// In hexadecimal, as our JSON has it.
pub fn sha256(octets: &[u8]) -> String {
    Sha256::digest(octets).iter().map(|b| format!("{b:02x}")).collect()
}
