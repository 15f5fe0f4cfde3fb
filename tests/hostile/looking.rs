//! Looking at what a run left: the bytes that its logs give back, controls on its output, the memory it took.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ehlo::dialogue::Side;
use ehlo::dialogue::text::write::is_safe;
use ehlo::dialogue::text::{Item, read_line};
use serde_json::Value;
use std::collections::HashMap;
use std::thread::JoinHandle;
use std::time::Duration;
use std::{fs, thread};

use super::{Output, Test};

/// The memory that a session may take, whatever the server sends, in KiB. A debug build begins at about 20 MB.
pub const MOST_MEMORY: u64 = 64 * 1024;

/// What a run left.
pub struct Seen {
    /// What it answered.
    pub output: Output,
    /// The notation.
    pub ehlo: String,
    /// The JSON lines.
    pub json: Vec<Value>,
    /// The JSON as it stands in the file.
    pub json_text: String,
    /// The highest resident memory, in KiB.
    pub peak: u64,
}

/// Runs a test with both logs, bodies whole.
#[track_caller]
pub fn look(test: Test) -> Seen {
    let running = test.args(["--log", "x.ehlo", "--log", "y.json", "--bodies"]).start();
    let watch = watch(running.id());
    let output = running.finish();
    let peak = watch.join().expect("no panic inside");
    let (ehlo, json_text) = (output.file("x.ehlo"), output.file("y.json"));
    let json = json_text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let seen = Seen { output, ehlo, json, json_text, peak };
    assert!(!seen.output.stderr.contains("panicked"), "{}", seen.output.stderr);
    assert!(peak < MOST_MEMORY, "{peak} KiB of memory");
    no_raw_control("stdout", &seen.output.stdout_bytes);
    no_raw_control("stderr", seen.output.stderr.as_bytes());
    no_raw_control("x.ehlo", seen.ehlo.as_bytes());
    no_raw_control("y.json", seen.json_text.as_bytes());
    seen
}

/// Reads the memory of a process until it ends: its highest, in KiB.
pub fn watch(id: u32) -> JoinHandle<u64> {
    thread::spawn(move || {
        let mut peak = 0;
        // The high-water mark only rises, so the last one read is the one that counts.
        while let Some(now) = high_water(id) {
            peak = now.max(peak);
            thread::sleep(Duration::from_millis(10));
        }
        peak
    })
}

/// None once the process has ended: a zombie has no memory.
fn high_water(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The SGR sequences of ehlo's own palette; another in the output is the server's.
const OURS: [&str; 12] = [
    "\x1b[0m",
    "\x1b[1m",
    "\x1b[2m",
    "\x1b[31m",
    "\x1b[32m",
    "\x1b[36m",
    "\x1b[94m",
    "\x1b[1;31m",
    "\x1b[1;32m",
    "\x1b[1;94m",
    "\x1b[1;35m",
    "\x1b[1;36m",
];

/// Nothing but text, line ends, tabs, and ehlo's own colours.
#[track_caller]
pub fn no_raw_control(what: &str, bytes: &[u8]) {
    let mut text = String::from_utf8(bytes.to_vec()).unwrap_or_else(|e| panic!("{what}: {e}"));
    if text.contains('\x1b') {
        for sgr in OURS {
            text = text.replace(sgr, "");
        }
    }
    if let Some(at) = text.find(|c| c != '\n' && !is_safe(c)) {
        let near: String = text[at..].chars().take(20).collect();
        panic!("{what} has {:?}", near);
    }
}

impl Seen {
    /// The bytes of a side, read back from the notation.
    #[track_caller]
    pub fn from_ehlo(&self, wanted: Side) -> Vec<u8> {
        let mut bytes = Vec::new();
        for line in self.ehlo.lines() {
            let item = read_line(line).unwrap_or_else(|e| panic!("{e:?} in {line}"));
            if let Item::Line { side, mark, text, .. } = item
                && side == wanted
            {
                bytes.extend_from_slice(&text.bytes);
                bytes.extend_from_slice(if mark.is_none() { b"\r\n" } else { b"" });
            }
        }
        bytes
    }

    /// The bytes of a side, read back from JSON.
    #[track_caller]
    pub fn from_json(&self, wanted: Side) -> Vec<u8> {
        let bytes_of = |object: &Value| match (object["text"].as_str(), object["base64"].as_str()) {
            (Some(text), _) => text.as_bytes().to_vec(),
            (_, Some(coded)) => STANDARD.decode(coded).expect("base64"),
            _ => panic!("neither text nor base64: {object}"),
        };
        // The rest of a long unit comes before it, since a unit is written when it ends.
        let (mut bytes, mut rest) = (Vec::new(), HashMap::<u64, Vec<u8>>::new());
        for object in &self.json {
            let n = object["n"].as_u64().unwrap_or(0);
            if object["kind"] == "piece" {
                rest.entry(n).or_default().extend(bytes_of(object));
            } else if object["kind"] == "unit" && object["side"] == wanted.name() {
                bytes.extend(bytes_of(object));
                bytes.extend(rest.remove(&n).unwrap_or_default());
            }
        }
        bytes
    }

    /// Both logs give back what the server sent.
    #[track_caller]
    pub fn exact(self, sent: &[u8]) -> Seen {
        for (log, came) in
            [("x.ehlo", self.from_ehlo(Side::Server)), ("y.json", self.from_json(Side::Server))]
        {
            if came != sent {
                let at = came.iter().zip(sent).take_while(|(a, b)| a == b).count();
                let near = |b: &[u8]| b[at.min(b.len())..(at + 60).min(b.len())].escape_ascii().to_string();
                let (is, was) = (near(&came), near(sent));
                panic!("{log} has {} octets, {} were sent; at {at}: {is} for {was}", came.len(), sent.len());
            }
        }
        self
    }

    /// The exit code.
    #[track_caller]
    pub fn code(mut self, code: i32) -> Seen {
        self.output = self.output.code(code);
        self
    }

    /// A note or a wire line.
    #[track_caller]
    pub fn says(mut self, text: &str) -> Seen {
        self.output = self.output.stdout_has(text);
        self
    }

    /// An error.
    #[track_caller]
    pub fn fails(mut self, text: &str) -> Seen {
        self.output = self.output.stderr_has(text);
        self
    }

    /// The ids of all notes in the JSON.
    pub fn notes(&self) -> Vec<String> {
        let of = |object: &Value| -> Vec<String> {
            let inside = object["notes"].as_array().cloned().unwrap_or_default();
            let own = (object["kind"] == "note").then(|| object.clone());
            inside.iter().chain(&own).filter_map(|n| n["id"].as_str().map(str::to_owned)).collect()
        };
        self.json.iter().flat_map(of).collect()
    }

    /// A note of that id was said.
    #[track_caller]
    pub fn notes_id(self, id: &str) -> Seen {
        assert!(
            self.notes().iter().any(|n| n == id),
            "no {id} in {:#?}\n{}",
            self.notes(),
            self.output.stdout
        );
        self
    }

    /// Nowhere does this stand.
    #[track_caller]
    pub fn never(self, text: &str) -> Seen {
        for (what, where_) in [
            ("stdout", &self.output.stdout),
            ("stderr", &self.output.stderr),
            ("x.ehlo", &self.ehlo),
            ("y.json", &self.json_text),
        ] {
            assert!(!where_.contains(text), "{what} has {text:?}:\n{where_}");
        }
        self
    }
}
