//! What a connection's octets are, layer by layer: plain text, and TLS from its first octet on or from the middle
//! (STARTTLS, STLS); in a capture, a proxy's negotiation may come before. Used by captures twice, to find out what a
//! connection is and to tell it, and by the tap.

use std::sync::Arc;

use super::tunnel::{Asked, Peeled, Tunnel};
use crate::dialogue::Side;
use crate::dialogue::mark::TlsInfo;
use crate::source::tls::keys::KeyLog;
use crate::source::tls::{self, Learned, Onlooker};

/// What octets turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// What an end said.
    Said(usize, Vec<u8>),
    /// TLS stands.
    Tls(Box<TlsInfo>),
    /// An end has asked a proxy for another server.
    Tunnel(usize, Box<Asked>),
}

/// The layers of one connection.
#[derive(Debug)]
pub struct Layers {
    keys: Arc<KeyLog>,
    ends: [End; 2],
    tls: Option<Onlooker>,
    /// Which end is TLS's client.
    client: usize,
    /// As long as it may be a proxy that is talked to.
    tunnel: Option<Tunnel>,
    tunnelled: bool,
}

#[derive(Debug, Default)]
struct End {
    tls: bool,
    spoke: bool,
    /// The last octets in the clear, to know a STARTTLS.
    last: Vec<u8>,
}

impl Layers {
    /// Of a connection whose client is that end, if it is known.
    pub fn new(keys: Arc<KeyLog>, client: Option<usize>) -> Self {
        Layers {
            keys,
            ends: Default::default(),
            tls: None,
            client: client.unwrap_or(0),
            tunnel: None,
            tunnelled: false,
        }
    }

    /// The same where a proxy's negotiation may come first.
    #[must_use]
    pub fn with_tunnel(mut self) -> Self {
        self.tunnel = Some(Tunnel::default());
        self
    }

    /// Whether the octets told are others than those that TCP carried.
    pub fn unwraps(&self) -> bool {
        self.tls.is_some() || self.tunnelled
    }

    /// Whether TLS was met.
    pub fn has_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Which end is TLS's client, where TLS was met.
    pub fn client(&self) -> Option<usize> {
        self.tls.as_ref().map(|_| self.client)
    }

    /// Octets of an end.
    pub fn push(&mut self, end: usize, octets: Vec<u8>, layers: &mut Vec<Layer>) {
        match &mut self.tunnel {
            Some(tunnel) => {
                if let Some(peeled) = tunnel.push(end, &octets) {
                    self.leave_tunnel(peeled, layers);
                }
            }
            None => self.inside(end, octets, layers),
        }
    }

    fn leave_tunnel(&mut self, peeled: Vec<Peeled>, layers: &mut Vec<Layer>) {
        self.tunnel = None;
        for part in peeled {
            match part {
                Peeled::Said(end, octets) => self.inside(end, octets, layers),
                Peeled::Tunnel(end, asked) => {
                    self.tunnelled = true;
                    layers.push(Layer::Tunnel(end, Box::new(asked)));
                }
            }
        }
    }

    /// Octets behind a proxy, if there is one.
    fn inside(&mut self, end: usize, octets: Vec<u8>, layers: &mut Vec<Layer>) {
        if !self.ends[end].tls && self.begins_tls(end, &octets) {
            self.ends[end].tls = true;
            if self.tls.is_none() {
                // Who says the client's hello is the client.
                match octets.get(5) {
                    Some(1) => self.client = end,
                    Some(2) => self.client = 1 - end,
                    _ => {}
                }
                self.tls = Some(Onlooker::new(Arc::clone(&self.keys)));
            }
        }
        match &mut self.tls {
            Some(tls) if self.ends[end].tls => {
                let mut learned = Vec::new();
                tls.push(side(end, self.client), &octets, &mut learned);
                self.learn(learned, layers);
            }
            _ => {
                let me = &mut self.ends[end];
                me.spoke = true;
                let tail = &octets[octets.len().saturating_sub(80)..];
                me.last.extend_from_slice(tail);
                me.last.drain(..me.last.len().saturating_sub(80));
                layers.push(Layer::Said(end, octets));
            }
        }
    }

    /// Octets of an end are missing. Whether they were TLS's.
    pub fn lose(&mut self, end: usize, layers: &mut Vec<Layer>) -> bool {
        if let Some(mut tunnel) = self.tunnel.take() {
            self.leave_tunnel(tunnel.give_up(), layers);
        }
        self.ends[end].spoke = true;
        match &mut self.tls {
            Some(tls) if self.ends[end].tls => {
                tls.lose(side(end, self.client));
                true
            }
            _ => false,
        }
    }

    /// The end: what is left to be told, and how many octets of each end nobody could read.
    pub fn finish(&mut self, layers: &mut Vec<Layer>) -> [u64; 2] {
        if let Some(mut tunnel) = self.tunnel.take() {
            self.leave_tunnel(tunnel.give_up(), layers);
        }
        let Some(tls) = &mut self.tls else { return [0, 0] };
        let mut learned = Vec::new();
        let opaque = tls.finish(&mut learned);
        self.learn(learned, layers);
        match self.client {
            0 => opaque,
            _ => [opaque[1], opaque[0]],
        }
    }

    fn learn(&self, learned: Vec<Learned>, layers: &mut Vec<Layer>) {
        for one in learned {
            layers.push(match one {
                Learned::Started(info) => Layer::Tls(info),
                Learned::Inside(who, octets) => {
                    let end = if who == Side::Client { self.client } else { 1 - self.client };
                    Layer::Said(end, octets)
                }
            });
        }
    }

    /// A client begins TLS as its first words or after it asked for it; the other end follows.
    fn begins_tls(&self, end: usize, octets: &[u8]) -> bool {
        let me = &self.ends[end];
        if self.tls.is_some() {
            return tls::is_record(octets);
        }
        if !me.spoke {
            return tls::is_record(octets) && (tls::is_hello(octets) || !self.ends[1 - end].spoke);
        }
        tls::is_hello(octets) && asks_for_tls(&me.last)
    }
}

fn side(end: usize, client: usize) -> Side {
    if end == client { Side::Client } else { Side::Server }
}

/// Whether the last line asks for TLS: STARTTLS (RFC 3207), `a1 STARTTLS` (RFC 9051 §6.2.1), STLS (RFC 2595).
pub fn asks_for_tls(last: &[u8]) -> bool {
    let line = last.strip_suffix(b"\n").map(|l| l.rsplit(|b| *b == b'\n').next().unwrap_or(l));
    let words = line.map(|l| l.trim_ascii().rsplit(|b| *b == b' ').next().unwrap_or(l));
    words.is_some_and(|w| w.eq_ignore_ascii_case(b"STARTTLS") || w.eq_ignore_ascii_case(b"STLS"))
}
