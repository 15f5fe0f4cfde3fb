//! TCP connections made by hand, segment by segment, so that a test can lose, double and shuffle them.

use crate::make::{Dialogue, Frame, classic, read};

/// A connection that is being made: raw IP frames.
pub struct Talk {
    pub frames: Vec<Frame>,
    /// The next number of the client and the server.
    pub next: [u32; 2],
    pub ports: [u16; 2],
    pub six: bool,
    pub time: u64,
}

impl std::fmt::Debug for Talk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for frame in &self.frames {
            write!(f, "\n{} {:?}", frame.time % 1_000_000_000, String::from_utf8_lossy(&frame.data[40..]))?;
        }
        Ok(())
    }
}

pub const CLIENT: usize = 0;
pub const SERVER: usize = 1;
const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

impl Talk {
    /// A connection before its handshake; the numbers wrap soon.
    pub fn new() -> Self {
        let next = [u32::MAX - 20, u32::MAX - 40];
        Talk {
            frames: Vec::new(),
            next,
            ports: [40_000, 31_025],
            six: false,
            time: 1_700_000_000_000_000_000,
        }
    }

    pub fn handshake(&mut self) -> &mut Self {
        self.segment(CLIENT, SYN, b"");
        self.segment(SERVER, SYN | ACK, b"");
        self.segment(CLIENT, ACK, b"");
        self
    }

    pub fn client(&mut self, said: &str) -> &mut Self {
        self.segment(CLIENT, ACK, said.as_bytes());
        self
    }

    pub fn server(&mut self, said: &str) -> &mut Self {
        self.segment(SERVER, ACK, said.as_bytes());
        self
    }

    pub fn octets(&mut self, end: usize, said: &[u8]) {
        self.segment(end, ACK, said);
    }

    pub fn fin(&mut self, end: usize) -> &mut Self {
        self.segment(end, FIN | ACK, b"");
        self
    }

    pub fn reset(&mut self, end: usize) -> &mut Self {
        self.segment(end, RST | ACK, b"");
        self
    }

    /// Both sides take leave.
    pub fn close(&mut self) -> &mut Self {
        self.fin(CLIENT).fin(SERVER)
    }

    fn segment(&mut self, end: usize, flags: u8, said: &[u8]) {
        let ack = if flags & ACK == 0 { 0 } else { self.next[1 - end] };
        let frame = self.frame(end, self.next[end], ack, flags, said);
        self.frames.push(frame);
        let counts = said.len() as u32 + u32::from(flags & (SYN | FIN) != 0);
        self.next[end] = self.next[end].wrapping_add(counts);
    }

    /// One segment of any numbers.
    pub fn frame(&mut self, end: usize, seq: u32, ack: u32, flags: u8, said: &[u8]) -> Frame {
        self.time += 1_000_000;
        let mut tcp = Vec::new();
        tcp.extend(self.ports[end].to_be_bytes());
        tcp.extend(self.ports[1 - end].to_be_bytes());
        tcp.extend(seq.to_be_bytes());
        tcp.extend(ack.to_be_bytes());
        tcp.extend([5 << 4, flags, 0xff, 0xff, 0, 0, 0, 0]);
        tcp.extend(said);
        let data = if self.six { ip6(end, &[], 6, &tcp) } else { ip4(end, 7, 0, false, &tcp) };
        Frame { time: self.time, link: 101, length: data.len() as u32, data }
    }

    pub fn capture(&self) -> Vec<u8> {
        classic(&self.frames, false, true)
    }

    /// The only dialogue in it.
    pub fn dialogue(&self) -> Dialogue {
        let (mut dialogues, contents) = read(self.capture());
        assert_eq!(dialogues.len(), 1, "{contents:?}");
        dialogues.remove(0)
    }
}

pub fn ip4(end: usize, id: u16, offset: u16, more: bool, payload: &[u8]) -> Vec<u8> {
    let addresses = [[10, 0, 0, 1], [10, 0, 0, 2]];
    let mut out = vec![0x45, 0];
    out.extend((20 + payload.len() as u16).to_be_bytes());
    out.extend(id.to_be_bytes());
    out.extend(((offset / 8) | if more { 0x2000 } else { 0 }).to_be_bytes());
    out.extend([64, 6, 0, 0]);
    out.extend(addresses[end]);
    out.extend(addresses[1 - end]);
    out.extend(payload);
    out
}

/// `extensions` stand before the payload; `kind` is the first of them, or TCP.
pub fn ip6(end: usize, extensions: &[u8], kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x60, 0, 0, 0];
    out.extend(((extensions.len() + payload.len()) as u16).to_be_bytes());
    out.extend([kind, 64]);
    for one in [end, 1 - end] {
        out.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, one as u8 + 1]);
    }
    out.extend(extensions);
    out.extend(payload);
    out
}

/// A whole small session.
pub fn session() -> Talk {
    let mut talk = Talk::new();
    talk.handshake().server("220 mx.example.org ESMTP\r\n");
    talk.client("EHLO a\r\n").server("250-mx.example.org\r\n250 PIPELINING\r\n");
    talk.client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n");
    talk.server("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 go\r\n");
    talk.client("Subject: x\r\n\r\n").client("one\r\ntwo\r\n").client(".\r\n").server("250 2.0.0 Ok\r\n");
    talk.client("QUIT\r\n").server("221 Bye\r\n").close();
    talk
}
