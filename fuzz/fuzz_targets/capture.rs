//! Any octets as a capture: read, put together, opened with keys that may fit, explained, masked and written as JSON.
//! What it finds is a panic, a hang, or memory without bound; that the words are right is for `tests/captures`.

#![no_main]

use std::io::{self, Cursor};
use std::sync::{Arc, LazyLock};

use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::i18n::{Catalog, Lang};
use ehlo::recorder::Recorder;
use ehlo::source::capture::{Capture, Settings};
use ehlo::source::tls::keys::KeyLog;
use ehlo::source::{Found, Source};
use ehlo::view::Begin;
use ehlo::view::json::Json;
use libfuzzer_sys::fuzz_target;

static KEYS: LazyLock<Arc<KeyLog>> = LazyLock::new(|| {
    let mut keys = KeyLog::default();
    keys.add(include_bytes!("../../tests/captures/own-tls.keys"));
    Arc::new(keys)
});

fuzz_target!(|octets: &[u8]| {
    let settings = Settings { keys: Arc::clone(&KEYS), ..Settings::default() };
    let input = Box::new(Cursor::new(octets.to_vec()));
    let Some(mut capture) = Capture::open(input, settings).expect("octets in memory") else { return };
    let mut open: Option<Recorder> = None;
    while let Some(found) = capture.next_found().expect("octets in memory") {
        match found {
            Found::Dialogue(opening) => {
                assert!(open.is_none(), "one dialogue inside another");
                let dialect = opening.protocol.map_or_else(dialect::unknown, dialect::of);
                let mut recorder = Recorder::new(dialect, Secrets::default()).watching();
                let view = Json::new(Box::new(io::sink()), Catalog::new(Lang::Es), true, true);
                let begin = Begin { source: "capture", protocol: opening.protocol, ..Begin::default() };
                recorder.add_view(Box::new(view.stream(opening.stream)), &begin).expect("a sink");
                open = Some(recorder);
            }
            Found::Event(event) => {
                let recorder = open.as_mut().expect("an open dialogue");
                recorder.push(*event, &mut |_, _| {}).expect("a sink");
            }
            Found::End(_) => drop(open.take().expect("an open dialogue").end().expect("a sink")),
        }
    }
});
