//! Reports, from fixed events: what they look like (golden files in their true extensions), that a hostile
//! server can break none of them, and that no secret is ever in one.
//!
//! `EHLO_GOLDEN=write` writes the golden files anew, to be read again.

mod hostile;
mod html;
mod several;
mod shapes;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::dialogue::{Event, Mark, Origin, Protocol, Side, What, Wire};
use ehlo::i18n::Lang;
use ehlo::recorder::Recorder;
use ehlo::source::transcript::Transcript;
use ehlo::source::{Found, Source};
use ehlo::view::files::{self, Form, Paper, Settings};
use ehlo::view::{Begin, View};

/// The forms that a person reads.
pub(crate) const READ: [Form; 3] = [Form::Html, Form::Markdown, Form::Plain];
/// All of them.
pub(crate) const ALL: [Form; 6] =
    [Form::Html, Form::Markdown, Form::Plain, Form::Cast, Form::Notation, Form::Json];

/// Where a report is written to.
#[derive(Clone, Default)]
pub(crate) struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).expect("a report is UTF-8")
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn settings(lang: Lang) -> Settings {
    colored::control::set_override(true);
    Settings { lang, ..Settings::default() }
}

/// A dialogue made up: events of a protocol, a tenth of a second apart.
pub(crate) struct Play {
    pub(crate) protocol: Protocol,
    pub(crate) events: Vec<What>,
}

impl Play {
    pub(crate) fn new(protocol: Protocol) -> Play {
        Play { protocol, events: Vec::new() }
    }

    pub(crate) fn s(mut self, text: impl AsRef<[u8]>) -> Play {
        self.events.push(What::Chunk(Side::Server, Wire::from(text.as_ref())));
        self
    }

    pub(crate) fn c(mut self, text: impl AsRef<[u8]>) -> Play {
        self.events.push(What::Chunk(Side::Client, Wire::from(text.as_ref())));
        self
    }

    pub(crate) fn mark(mut self, mark: Mark) -> Play {
        self.events.push(What::Mark(mark));
        self
    }

    pub(crate) fn noise(mut self, text: &str) -> Play {
        self.events.push(What::Noise(text.to_owned()));
        self
    }

    pub(crate) fn begin(&self) -> Begin {
        Begin {
            source: "session",
            protocol: Some(self.protocol),
            target: "mail.example.org:25".to_owned(),
            started: Some("2026-03-02T13:10:02Z".to_owned()),
            ..Begin::default()
        }
    }

    /// Shows it to a view.
    pub(crate) fn show(&self, view: Box<dyn View>, begin: &Begin) {
        let mut recorder = Recorder::new(dialect::of(self.protocol), Secrets::default());
        recorder.add_view(view, begin).unwrap();
        for (i, what) in self.events.iter().enumerate() {
            let at = Some(Duration::from_millis(100 * i as u64));
            let event = Event { stream: 1, at, origin: Origin::None, what: what.clone() };
            recorder.push(event, &mut |_, _| {}).unwrap();
        }
        recorder.end().unwrap();
    }

    /// Its report.
    pub(crate) fn report(&self, form: Form, settings: &Settings) -> String {
        let page = Page::default();
        self.show(files::on(page.clone(), form, settings), &self.begin());
        page.text()
    }

    pub(crate) fn reports(&self, forms: &[Form], lang: Lang) -> Vec<(Form, String)> {
        forms.iter().map(|form| (*form, self.report(*form, &settings(lang)))).collect()
    }
}

/// The report of a recorded exercise.
fn exercise(name: &str, form: Form, settings: &Settings) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("transcripts").join(settings.lang.code()).join(format!("{name}.ehlo"));
    let text = fs::read(path).unwrap();
    let mut source = Transcript::new(&text[..]);
    let page = Page::default();
    let mut recorder = None;
    while let Some(found) = source.next_found().unwrap() {
        match found {
            Found::Dialogue(opening) => {
                let protocol = opening.protocol.unwrap();
                let begin = Begin {
                    source: "transcript",
                    protocol: Some(protocol),
                    target: opening.target,
                    ..Begin::default()
                };
                let mut new = Recorder::new(dialect::of(protocol), Secrets::default());
                new.add_view(files::on(page.clone(), form, settings), &begin).unwrap();
                recorder = Some(new);
            }
            Found::Event(event) => {
                recorder.as_mut().expect("a dialogue").push(*event, &mut |_, _| {}).unwrap();
            }
            Found::End(_) => {}
        }
    }
    recorder.unwrap().end().unwrap();
    page.text()
}

#[track_caller]
fn golden(name: &str, shown: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports/golden").join(name);
    if std::env::var("EHLO_GOLDEN").is_ok_and(|v| v == "write") {
        fs::write(&path, shown).expect("the golden file");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let first = golden.lines().zip(shown.lines()).find(|(a, b)| a != b);
    assert!(golden == shown, "{name} is otherwise now ({first:?}); EHLO_GOLDEN=write writes it");
}

#[test]
fn exercises_in_both_languages() {
    for lang in Lang::ALL {
        let title = match lang {
            Lang::En => "Exercise 3",
            Lang::Es => "Ejercicio 3",
        };
        let paper = Paper {
            title: Some(title.to_owned()),
            author: Some("Ana <ana@example.org>".to_owned()),
            reproducible: true,
        };
        let settings = Settings { paper, ..settings(lang) };
        for form in READ {
            let name = format!("3c.{}.{}", lang.code(), form.extension());
            golden(&name, &exercise("3c-smtp", form, &settings));
            let name = format!("3f.{}.{}", lang.code(), form.extension());
            golden(
                &name,
                &exercise(
                    "3f-pop",
                    form,
                    &Settings { paper: Paper { reproducible: true, ..Paper::default() }, ..settings.clone() },
                ),
            );
        }
        let name = format!("3c.{}.cast", lang.code());
        golden(&name, &exercise("3c-smtp", Form::Cast, &settings));
    }
}

#[test]
fn a_reproducible_record_has_no_times_and_no_version() {
    let play = Play::new(Protocol::Smtp).s("220 x ESMTP\r\n").c("NOOP\r\n").s("250 ok\r\n");
    let paper = Paper { reproducible: true, ..Paper::default() };
    for form in ALL {
        let mut begin = play.begin();
        begin.client = Some("127.0.0.1:50123".to_owned());
        let write = |settings: &Settings| {
            let page = Page::default();
            play.show(files::on(page.clone(), form, settings), &begin);
            page.text()
        };
        let timed = write(&settings(Lang::En));
        let still = write(&Settings { paper: paper.clone(), ..settings(Lang::En) });
        assert_ne!(timed, still, "{form:?}");
        for word in ["2026-03-02", "1772", env!("CARGO_PKG_VERSION"), "50123"] {
            assert!(!still.contains(word), "{form:?} {word}:\n{still}");
        }
    }
}
