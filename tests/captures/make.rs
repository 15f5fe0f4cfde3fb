//! Captures for tests: read into JSON, taken apart and written again in other forms.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::i18n::{Catalog, Lang};
use ehlo::recorder::Recorder;
use ehlo::source::capture::{Capture, Contents, Settings};
use ehlo::source::{Found, Source};
use ehlo::view::Begin;
use ehlo::view::json::Json;
use serde_json::Value;

/// A capture of `tests/captures`.
pub fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures").join(name)).unwrap()
}

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One dialogue as JSON objects.
#[derive(Debug)]
pub struct Dialogue(pub Vec<Value>);

impl Dialogue {
    pub fn stream(&self) -> u64 {
        self.0[0]["stream"].as_u64().unwrap()
    }

    pub fn opening(&self) -> &Value {
        &self.0[0]
    }

    pub fn end(&self) -> &Value {
        self.0.last().unwrap()
    }

    /// The texts of one side's units of a shape.
    pub fn said(&self, side: &str, shape: &str) -> Vec<&str> {
        let units = self.0.iter().filter(|o| o["kind"] == "unit" && o["side"] == side && o["shape"] == shape);
        units.map(|o| o["text"].as_str().unwrap_or("?").trim_end()).collect()
    }

    pub fn marks(&self, what: &str) -> Vec<&Value> {
        self.0.iter().filter(|o| o["kind"] == "mark" && o["what"] == what).collect()
    }

    /// The ids of all warnings.
    pub fn warnings(&self) -> Vec<&str> {
        let notes = self.0.iter().flat_map(|o| o["notes"].as_array().into_iter().flatten());
        notes.filter(|n| n["level"] == "warn").map(|n| n["id"].as_str().unwrap()).collect()
    }
}

/// All dialogues of a capture, in the order in which they come, and what it held.
pub fn read_with(capture: Vec<u8>, settings: Settings) -> (Vec<Dialogue>, Contents) {
    let input = io::Cursor::new(capture);
    let mut capture = Capture::open(Box::new(input), settings).unwrap().expect("a capture");
    let mut dialogues = Vec::new();
    let mut open: Option<(u32, Recorder, Paper)> = None;
    while let Some(found) = capture.next_found().unwrap() {
        match found {
            Found::Dialogue(opening) => {
                assert!(open.is_none(), "one dialogue inside another");
                let paper = Paper::default();
                let dialect = opening.protocol.map_or_else(dialect::unknown, dialect::of);
                let mut recorder = Recorder::new(dialect, Secrets::default()).watching();
                let view = Json::new(Box::new(paper.clone()), Catalog::new(Lang::En), false, true);
                let begin = Begin {
                    source: "capture",
                    protocol: opening.protocol,
                    target: opening.target,
                    server: opening.server,
                    client: opening.client,
                    tls: opening.tls,
                    started: opening.started,
                };
                recorder.add_view(Box::new(view.stream(opening.stream)), &begin).unwrap();
                open = Some((opening.stream, recorder, paper));
            }
            Found::Event(event) => {
                let (stream, recorder, _) = open.as_mut().expect("an open dialogue");
                assert_eq!(*stream, event.stream);
                recorder.push(*event, &mut |_, _| {}).unwrap();
            }
            Found::End(ended) => {
                let (stream, mut recorder, paper) = open.take().expect("an open dialogue");
                assert_eq!(stream, ended);
                recorder.end().unwrap();
                let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
                dialogues.push(Dialogue(text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()));
            }
        }
    }
    assert!(open.is_none(), "a dialogue without end");
    (dialogues, capture.contents())
}

pub fn read(capture: Vec<u8>) -> (Vec<Dialogue>, Contents) {
    read_with(capture, Settings::default())
}

/// A frame taken out of a capture.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Nanoseconds since 1970.
    pub time: u64,
    pub link: u16,
    pub data: Vec<u8>,
    pub length: u32,
}

impl Frame {
    /// Where IP begins.
    fn ip(&self) -> usize {
        match self.link {
            1 => 14,
            0 | 108 => 4,
            113 => 16,
            276 => 20,
            _ => 0,
        }
    }

    /// The same under another link layer.
    pub fn under(&self, link: u16) -> Frame {
        let ip = &self.data[self.ip()..];
        let six = ip[0] >> 4 == 6;
        let kind: [u8; 2] = if six { [0x86, 0xdd] } else { [8, 0] };
        let head: Vec<u8> = match link {
            1 => [&[2; 12][..], &kind].concat(),
            // Two tags: 802.1ad, then 802.1Q. Not a link type, but a form of Ethernet.
            1001 => [&[2; 12][..], &[0x88, 0xa8, 0, 7, 0x81, 0, 0, 9], &kind].concat(),
            0 => vec![if six { 30 } else { 2 }, 0, 0, 0],
            108 => vec![0, 0, 0, if six { 30 } else { 2 }],
            113 => [&[0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0][..], &kind].concat(),
            276 => [&kind[..], &[0; 18]].concat(),
            _ => Vec::new(),
        };
        let data = [&head[..], ip].concat();
        let length = self.length - self.ip() as u32 + head.len() as u32;
        Frame { time: self.time, link: if link == 1001 { 1 } else { link }, data, length }
    }
}

/// The frames of a classic little-endian file, which all files of the tests are.
pub fn frames(capture: &[u8]) -> Vec<Frame> {
    let number = |at: usize| u32::from_le_bytes(capture[at..at + 4].try_into().unwrap());
    let nano = match number(0) {
        0xa1b2_c3d4 => 1000,
        0xa1b2_3c4d => 1,
        magic => panic!("another form: {magic:x}"),
    };
    let link = number(20) as u16;
    let (mut at, mut frames) = (24, Vec::new());
    while at < capture.len() {
        let time = u64::from(number(at)) * 1_000_000_000 + u64::from(number(at + 4)) * nano;
        let (kept, length) = (number(at + 8) as usize, number(at + 12));
        frames.push(Frame { time, link, data: capture[at + 16..at + 16 + kept].to_vec(), length });
        at += 16 + kept;
    }
    frames
}

/// Numbers in either order of octets.
#[derive(Clone, Copy)]
pub struct Order {
    pub big: bool,
}

impl Order {
    pub fn u16(self, n: u16) -> [u8; 2] {
        if self.big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    pub fn u32(self, n: u32) -> [u8; 4] {
        if self.big { n.to_be_bytes() } else { n.to_le_bytes() }
    }
}

/// A classic file.
pub fn classic(frames: &[Frame], big: bool, nano: bool) -> Vec<u8> {
    let order = Order { big };
    let magic = if nano { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
    let mut out = Vec::new();
    out.extend(order.u32(magic));
    out.extend([order.u16(2), order.u16(4)].concat());
    for n in [0, 0, 262_144, u32::from(frames.first().map_or(1, |f| f.link))] {
        out.extend(order.u32(n));
    }
    for frame in frames {
        let rest = frame.time % 1_000_000_000;
        out.extend(order.u32((frame.time / 1_000_000_000) as u32));
        out.extend(order.u32((if nano { rest } else { rest / 1000 }) as u32));
        out.extend(order.u32(frame.data.len() as u32));
        out.extend(order.u32(frame.length));
        out.extend(&frame.data);
    }
    out
}

/// A block of a pcapng file.
pub fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let mut body = body.to_vec();
    body.resize(body.len().next_multiple_of(4), 0);
    let length = order.u32(body.len() as u32 + 12);
    [&order.u32(kind)[..], &length, &body, &length].concat()
}

/// A pcapng file with nanoseconds; a second section, if there are frames enough, is in the other order of octets.
pub fn ng(frames: &[Frame], big: bool, secrets: Option<&[u8]>) -> Vec<u8> {
    let middle = if frames.len() > 20 { frames.len() / 2 } else { frames.len() };
    let (one, two) = frames.split_at(middle);
    let mut out = section(one, Order { big }, secrets);
    if !two.is_empty() {
        out.extend(section(two, Order { big: !big }, None));
    }
    out
}

fn section(frames: &[Frame], order: Order, secrets: Option<&[u8]>) -> Vec<u8> {
    let head = [&order.u32(0x1a2b_3c4d)[..], &order.u16(1), &order.u16(0), &[0xff; 8]].concat();
    let mut out = block(order, 0x0a0d_0d0a, &head);
    // The first interface is nobody's.
    for (link, nano) in [(147, false), (frames[0].link, true)] {
        let mut body = [order.u16(link), order.u16(0)].concat();
        body.extend(order.u32(262_144));
        if nano {
            body.extend([&order.u16(9)[..], &order.u16(1), &[9, 0, 0, 0], &[0; 4]].concat());
        }
        out.extend(block(order, 1, &body));
    }
    if let Some(secrets) = secrets {
        let body = [&order.u32(0x544c_534b)[..], &order.u32(secrets.len() as u32), secrets].concat();
        out.extend(block(order, 0x0a, &body));
    }
    // A block of a kind that nobody knows, and interface statistics.
    out.extend(block(order, 0x0bad_cafe, &[7; 21]));
    out.extend(block(order, 5, &[0; 12]));
    for frame in frames {
        let mut body = Vec::new();
        for n in [1, (frame.time >> 32) as u32, frame.time as u32, frame.data.len() as u32, frame.length] {
            body.extend(order.u32(n));
        }
        body.extend(&frame.data);
        out.extend(block(order, 6, &body));
    }
    out
}

pub fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(octets).unwrap();
    out.finish().unwrap()
}
