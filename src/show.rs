//! How dialogues that others have are shown (the lab's clients, a mail program behind the tap): on the terminal, all
//! together; as JSON lines; and in logs, a file for each.
//!
//! Not here: where the dialogues come from, and what they are told of beside the bytes.

use std::fs::File;
use std::io::{self, BufWriter};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::annotate::redact::Secrets;
use crate::dialect;
use crate::dialogue::Protocol;
use crate::i18n::{Catalog, Lang};
use crate::recorder::Recorder;
use crate::view::files::{self, Form, Settings};
use crate::view::notes::Detail;
use crate::view::stage::{self, Part, Stage};
use crate::view::text::Look;
use crate::view::{Begin, View};

pub use crate::view::stage::Label;

/// How the dialogues are shown.
#[derive(Debug)]
pub struct Show {
    /// Where all of them are shown together; none is `--quiet`.
    pub stage: Option<Stage>,
    /// As JSON lines there.
    pub json: bool,
    /// As text there.
    pub look: Look,
    /// The language, and how much is written, there and to files.
    pub files: Settings,
    /// Where each has a file of its own.
    pub log: Option<Logs>,
}

impl Show {
    /// Shows nothing; faults are told in a language all the same.
    pub fn nothing(lang: Lang) -> Show {
        Show {
            stage: None,
            json: false,
            look: Look::log(Detail::Brief),
            files: Settings { lang, ..Settings::default() },
            log: None,
        }
    }

    /// A recorder for a dialogue, with its views. A log that cannot be made is the fault beside it.
    pub fn recorder(&self, visit: &Visit<'_>, label: &Label, secrets: Secrets) -> (Recorder, io::Result<()>) {
        let dialect = visit.protocol.map_or_else(dialect::unknown, dialect::of);
        let mut recorder = Recorder::new(dialect, secrets).watching();
        let begin = visit.begin();
        let mut result = Ok(());
        let mut add = |view: Box<dyn View>| recorder.add_view(view, &begin);
        if let Some(stage) = &self.stage {
            result = add(self.on_stage(stage, label));
        }
        if let Some(logs) = &self.log {
            let logged =
                logs.file(label.number(), visit.name).and_then(|file| add(self.in_log(file, logs.form)));
            result = result.and(logged);
        }
        recorder.ready();
        (recorder, result)
    }

    /// Whether some view wants the digests of all bytes.
    pub fn wants_digests(&self) -> bool {
        self.json && self.stage.is_some() || self.log.as_ref().is_some_and(|logs| logs.form == Form::Json)
    }

    fn on_stage(&self, stage: &Stage, label: &Label) -> Box<dyn View> {
        let Settings { lang, bodies, digests, .. } = self.files;
        let catalog = Catalog::new(lang);
        if self.json {
            return Box::new(stage::json(stage.clone(), label.number(), catalog, bodies, digests));
        }
        Box::new(Part::new(stage.clone(), label.clone(), catalog, self.look))
    }

    fn in_log(&self, file: File, form: Form) -> Box<dyn View> {
        files::on(BufWriter::with_capacity(16 * 1024, file), form, &self.files)
    }
}

/// What is known of a dialogue when it begins.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Who tells it: `lab`, `tap`.
    pub source: &'static str,
    /// What its log is called, behind the number: `imap`.
    pub name: &'a str,
    /// What is spoken; none where nobody knows.
    pub protocol: Option<Protocol>,
    /// Whether TLS comes first.
    pub tls: bool,
    /// The client's end.
    pub client: SocketAddr,
    /// The server, as people call it.
    pub server: &'a str,
}

impl Visit<'_> {
    fn begin(&self) -> Begin {
        let started = OffsetDateTime::now_utc().replace_nanosecond(0).ok();
        Begin {
            source: self.source,
            protocol: self.protocol,
            target: self.server.to_owned(),
            server: Some(self.server.to_owned()),
            client: Some(self.client.to_string()),
            tls: self.tls,
            started: started.and_then(|t| t.format(&Rfc3339).ok()),
        }
    }
}

/// A file for each dialogue: `3-imap.ehlo` in a folder, or beside a name that was given: of `out.ehlo`,
/// `out-3.ehlo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logs {
    folder: PathBuf,
    /// What the names begin with, of a name that was given.
    stem: Option<String>,
    form: Form,
}

impl Logs {
    /// By what the user wrote: a name whose extension is a form's, else a folder, which is made, for the notation.
    ///
    /// # Errors
    /// What the system says of the folder.
    pub fn of(path: &Path) -> io::Result<Logs> {
        if let (Some(form), false) = (Form::of(path), path.is_dir()) {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            return Ok(Logs { folder: folder.to_owned(), stem, form });
        }
        std::fs::create_dir_all(path)?;
        Ok(Logs { folder: path.to_owned(), stem: None, form: Form::Notation })
    }

    /// The highest number that a file there has: dialogues are numbered from after it, so that a second run
    /// writes over nothing.
    pub fn highest(&self) -> u32 {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return 0 };
        entries
            .flatten()
            .filter_map(|entry| self.number(&entry.file_name().to_string_lossy()))
            .max()
            .unwrap_or(0)
    }

    fn number(&self, name: &str) -> Option<u32> {
        let rest = match &self.stem {
            Some(stem) => name.strip_prefix(stem.as_str())?.strip_prefix('-')?,
            None => name,
        };
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        rest[..digits].parse().ok()
    }

    fn file(&self, number: u32, name: &str) -> io::Result<File> {
        let extension = self.form.extension();
        let name = match &self.stem {
            Some(stem) => format!("{stem}-{number}.{extension}"),
            None => format!("{number}-{name}.{extension}"),
        };
        files::create_new(&self.folder.join(name), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_goes_on_counting() {
        let folder = tempfile::tempdir().unwrap();
        let logs = Logs::of(folder.path()).unwrap();
        assert_eq!(logs.highest(), 0);
        logs.file(7, "imap").unwrap();
        assert_eq!(logs.highest(), 7);
        let named = Logs::of(&folder.path().join("out.json")).unwrap();
        assert_eq!(named.highest(), 0);
        named.file(2, "smtp").unwrap();
        assert!(folder.path().join("out-2.json").exists());
        assert_eq!((named.highest(), logs.highest()), (2, 7));
        assert!(named.file(2, "smtp").is_err());
    }
}
