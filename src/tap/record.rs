//! What is told of a connection through the tap: bytes in the clear as a dialogue, TLS as an onlooker sees it, and
//! what is inside where TLS ends here.
//!
//! The protocol may not be known before somebody has spoken: what comes until then waits, and is told then.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::Hub;
use crate::annotate::redact::Secrets;
use crate::dialect::Turn;
use crate::dialogue::event::Carried;
use crate::dialogue::mark::{CertificateFault, Close, TlsInfo, Verdict};
use crate::dialogue::{Event, Level, Mark, Note, Origin, Protocol, Side, What, Wire};
use crate::error::Error;
use crate::net::{Stranger, sniff};
use crate::recorder::Recorder;
use crate::show::{Label, Visit};
use crate::source::capture::layers::{Layer, Layers};
use crate::source::guess::{Hints, guess};

/// Octets of a side that may tell the protocol.
const FIRST: usize = 4096;

/// What is told of one connection.
pub(super) struct Record {
    hub: Arc<Hub>,
    label: Label,
    peer: SocketAddr,
    start: Instant,
    told: Told,
    /// What the octets are; none, where TLS has ended here.
    layers: Option<Layers>,
    /// All octets as they came, for the digests.
    carried: [(u64, Sha256); 2],
    digests: bool,
    /// Who has spoken in the clear.
    spoke: [bool; 2],
    warned: bool,
    user: Option<String>,
}

/// Where it is told.
enum Told {
    /// The protocol is known, or given up.
    To(Box<Recorder>),
    /// Not yet: what waits, and the first octets of both sides.
    Later(Vec<Waiting>, [Vec<u8>; 2]),
}

enum Waiting {
    What(Box<What>, Duration),
    Notes(Vec<Note>),
}

impl Record {
    /// A client has come.
    pub fn new(hub: Arc<Hub>, label: Label, peer: SocketAddr, local: SocketAddr) -> Record {
        let tls = hub.server.tls;
        let digests = hub.show.wants_digests();
        let protocol = hub.server.protocol;
        let mut record = Record {
            hub,
            label,
            peer,
            start: Instant::now(),
            told: Told::Later(Vec::new(), [Vec::new(), Vec::new()]),
            layers: Some(Layers::new(Arc::default(), Some(Side::Client as usize))),
            carried: [(0, Sha256::new()), (0, Sha256::new())],
            digests,
            spoke: [false, false],
            warned: false,
            user: None,
        };
        if protocol.is_some() {
            record.decide(protocol);
        }
        record.mark(Mark::Connected {
            address: peer.to_string(),
            port: local.port(),
            local: Some(local.to_string()),
            tls,
        });
        record
    }

    /// Octets of a side, as they were on the wire, or as they were inside TLS that ends here.
    pub fn octets(&mut self, side: Side, octets: &[u8]) {
        let (count, digest) = &mut self.carried[side as usize];
        *count += octets.len() as u64;
        if self.digests {
            digest.update(octets);
        }
        let Some(layers) = &mut self.layers else { return self.said(side, octets.to_vec()) };
        let mut found = Vec::new();
        layers.push(side as usize, octets.to_vec(), &mut found);
        self.found(found);
        self.strangers();
    }

    fn found(&mut self, found: Vec<Layer>) {
        for layer in found {
            match layer {
                Layer::Said(end, octets) => {
                    self.spoke[end] = true;
                    self.said(if end == Side::Client as usize { Side::Client } else { Side::Server }, octets);
                }
                Layer::Tls(info) => self.mark(Mark::Tls(*info)),
                // The tap's own layers look for none.
                Layer::Tunnel(..) => {}
            }
        }
    }

    /// Somebody speaks TLS where the other does not, or the other way round: they may wait for each other for ever.
    fn strangers(&mut self) {
        let Some(layers) = &self.layers else { return };
        let [client, server] = self.spoke;
        let id = match (self.hub.server.tls, layers.has_tls()) {
            (false, true) if !client && server => "note-tap-client-speaks-tls",
            (true, _) if server => "note-tap-server-in-clear",
            (true, false) if client => "note-tap-client-in-clear",
            _ => return,
        };
        if !std::mem::replace(&mut self.warned, true) {
            self.say(vec![Note::new(Level::Warn, id)]);
        }
    }

    /// TLS stands on both sides: what the client sees, and what the server has shown.
    pub fn tls(&mut self, seen: TlsInfo, server: &TlsInfo, early: usize) {
        self.layers = None;
        let mut notes = Vec::new();
        if early > 0 {
            notes.push(Note::new(Level::Warn, "note-tap-early").with("octets", early));
        }
        let note = Note::new(Level::State, "note-tap-tls-server").label(server.version.clone());
        notes.push(note.with("cipher", &server.cipher));
        notes.push(match &server.verified {
            Verdict::Failed(faults) => {
                let names: Vec<&str> = faults.iter().map(CertificateFault::name).collect();
                let note =
                    Note::new(Level::Warn, "note-tap-tls-unverified").with("name", &server.server_name);
                note.with("faults", names.join(", ")).inner()
            }
            _ => {
                let issuer = server.certificate.as_ref().map(|c| c.issuer.clone()).unwrap_or_default();
                let note = Note::new(Level::State, "note-tap-tls-verified").with("name", &server.server_name);
                note.with("issuer", issuer).inner()
            }
        });
        notes.push(Note::new(Level::Warn, "note-tap-tls-middle"));
        self.say(notes);
        self.mark(Mark::Tls(seen));
    }

    /// Whose turn it is, as far as the dialogue was read.
    pub fn turn(&self) -> Turn {
        match &self.told {
            Told::To(recorder) => recorder.expect().client,
            Told::Later(..) => Turn::Command,
        }
    }

    /// An error, told where the dialogue is.
    pub fn fault(&mut self, error: &Error) {
        let mut note = Note::new(Level::Warn, error.id);
        note.args = error.args.clone();
        self.say(vec![note]);
        self.hub.saw(|seen| seen.vain += 1);
    }

    /// Notes that hang on no unit.
    pub fn say(&mut self, notes: Vec<Note>) {
        match &mut self.told {
            Told::To(recorder) => {
                let written = recorder.say(&notes);
                self.hub.written(written);
            }
            Told::Later(waiting, _) => waiting.push(Waiting::Notes(notes)),
        }
    }

    fn said(&mut self, side: Side, octets: Vec<u8>) {
        if let Told::Later(_, first) = &mut self.told {
            let room = FIRST.saturating_sub(first[side as usize].len());
            first[side as usize].extend_from_slice(&octets[..octets.len().min(room)]);
        }
        self.tell(What::Chunk(side, Wire::new(octets)));
        self.judge();
        if let Told::To(recorder) = &self.told
            && recorder.state().user != self.user
        {
            self.user.clone_from(&recorder.state().user);
            if let Some(user) = &self.user {
                self.label.user(user);
                recorder.secrets().exempt(user);
            }
        }
    }

    fn mark(&mut self, mark: Mark) {
        let tls = matches!(mark, Mark::Tls(_));
        self.tell(What::Mark(mark));
        if tls && self.layers.is_some() && matches!(self.told, Told::Later(..)) {
            // Nothing more will be heard that could tell.
            self.decide(None);
        }
    }

    fn tell(&mut self, what: What) {
        let at = self.start.elapsed();
        match &mut self.told {
            Told::To(recorder) => {
                let written = recorder.push(event(what, at), &mut |_, _| {});
                self.hub.written(written);
            }
            Told::Later(waiting, _) => waiting.push(Waiting::What(Box::new(what), at)),
        }
    }

    /// Looks whether what was said tells the protocol.
    fn judge(&mut self) {
        let Told::Later(_, [client, server]) = &self.told else { return };
        let protocol = match sniff(server) {
            Some(Stranger::Smtp) if server.contains(&b'\n') => Some(Protocol::Smtp),
            Some(Stranger::Pop3) => Some(Protocol::Pop3),
            Some(Stranger::Imap) => Some(Protocol::Imap),
            _ => {
                let hints = Hints { server: Some(1), ports: [0, self.hub.server.endpoint.port.unwrap_or(0)] };
                guess([client, server], hints).map(|guess| guess.protocol)
            }
        };
        if protocol.is_some() || client.len().max(server.len()) >= FIRST {
            self.decide(protocol);
        }
    }

    /// The protocol is known, or will not be: what waited is told.
    fn decide(&mut self, protocol: Option<Protocol>) {
        let server = self.hub.server.endpoint.clone();
        let secrets = Secrets::default();
        secrets.exempt(&server.host);
        if let Some((_, domain)) = server.host.split_once('.') {
            secrets.exempt(domain);
        }
        let visit = Visit {
            source: "tap",
            name: protocol.map_or("unknown", Protocol::word),
            protocol,
            tls: self.hub.server.tls,
            client: self.peer,
            server: &server.to_string(),
        };
        let (mut recorder, written) = self.hub.show.recorder(&visit, &self.label, secrets);
        self.hub.written(written);
        if let Told::Later(waiting, _) = &mut self.told {
            for waiting in std::mem::take(waiting) {
                let written = match waiting {
                    Waiting::What(what, at) => recorder.push(event(*what, at), &mut |_, _| {}),
                    Waiting::Notes(notes) => recorder.say(&notes),
                };
                self.hub.written(written);
            }
        }
        self.told = Told::To(Box::new(recorder));
    }

    /// The connection has ended.
    pub fn end(mut self, close: Close) {
        if let Some(mut layers) = self.layers.take() {
            let mut found = Vec::new();
            let opaque = layers.finish(&mut found);
            self.found(found);
            for (side, octets) in [(Side::Client, opaque[0]), (Side::Server, opaque[1])] {
                if octets > 0 {
                    self.mark(Mark::Opaque { side, octets });
                }
            }
            if layers.has_tls() {
                self.hub.saw(|seen| seen.opaque += 1);
                let carried = self
                    .carried
                    .clone()
                    .map(|(octets, digest)| Carried { octets, sha256: digest.finalize().into() });
                self.tell(What::Carried(Box::new(carried)));
            }
        }
        self.mark(Mark::Closed(close));
        if matches!(self.told, Told::Later(..)) {
            self.decide(None);
        }
        let Told::To(mut recorder) = self.told else { return };
        let ended = recorder.end();
        if let Ok(summary) = &ended {
            self.hub.saw(|seen| {
                seen.commands += summary.commands;
                seen.warnings += summary.warnings;
            });
        }
        self.hub.written(ended.map(drop));
    }
}

fn event(what: What, at: Duration) -> Event {
    Event { stream: 1, at: Some(at), origin: Origin::None, what }
}
