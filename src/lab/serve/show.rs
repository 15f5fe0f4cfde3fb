//! How the dialogues of a lab are shown: on the terminal, all together; as JSON lines; and in logs, a file for
//! each.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::service::Service;
use crate::annotate::redact::Secrets;
use crate::i18n::{Catalog, Lang};
use crate::lab::Lab;
use crate::recorder::Recorder;
use crate::view::json::Json;
use crate::view::notes::Detail;
use crate::view::stage::{self, Part, Stage};
use crate::view::text::{Look, Text};
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
    /// The language of the notes.
    pub lang: Lang,
    /// Bodies whole, in JSON and logs.
    pub bodies: bool,
    /// Octets and digests, even where something was masked.
    pub digests: bool,
    /// Where each has a file of its own.
    pub log: Option<Logs>,
}

impl Show {
    /// Shows nothing.
    pub fn nothing() -> Show {
        Show {
            stage: None,
            json: false,
            look: Look::log(Detail::Brief),
            lang: Lang::default(),
            bodies: false,
            digests: false,
            log: None,
        }
    }

    /// A recorder for a connection, with its views. A log that cannot be made is the fault beside it.
    pub(super) fn recorder(
        &self,
        lab: &Lab,
        service: Service,
        label: &Label,
        peer: SocketAddr,
        local: SocketAddr,
    ) -> (Recorder, io::Result<()>) {
        let secrets = Secrets::default();
        secrets.exempt(&lab.settings.host);
        secrets.exempt(&lab.settings.domain);
        let mut recorder = Recorder::new(super::connection::reader(service), secrets).watching();
        let begin = begin(service, peer, local);
        let mut result = Ok(());
        let mut add = |view: Box<dyn View>| recorder.add_view(view, &begin);
        if let Some(stage) = &self.stage {
            result = add(self.on_stage(stage, label));
        }
        if let Some(logs) = &self.log {
            let logged =
                logs.file(label.number(), service).and_then(|file| add(self.in_log(file, logs.json)));
            result = result.and(logged);
        }
        recorder.ready();
        (recorder, result)
    }

    fn on_stage(&self, stage: &Stage, label: &Label) -> Box<dyn View> {
        let catalog = Catalog::new(self.lang);
        if self.json {
            let json = stage::json(stage.clone(), label.number(), catalog, self.bodies, self.digests);
            return Box::new(json);
        }
        Box::new(Part::new(stage.clone(), label.clone(), catalog, self.look))
    }

    fn in_log(&self, file: File, json: bool) -> Box<dyn View> {
        let catalog = Catalog::new(self.lang);
        let out: Box<dyn Write + Send> = Box::new(BufWriter::with_capacity(16 * 1024, file));
        if json {
            return Box::new(Json::new(out, catalog, self.bodies, self.digests));
        }
        let mut look = Look::log(self.look.detail);
        look.limit = look.limit.filter(|_| !self.bodies);
        Box::new(Text::new(out, catalog, look))
    }
}

fn begin(service: Service, peer: SocketAddr, local: SocketAddr) -> Begin {
    let started = OffsetDateTime::now_utc().replace_nanosecond(0).ok();
    Begin {
        source: "lab",
        protocol: Some(service.protocol()),
        target: local.to_string(),
        server: Some(local.to_string()),
        client: Some(peer.to_string()),
        tls: service.tls(),
        started: started.and_then(|t| t.format(&Rfc3339).ok()),
    }
}

/// A file for each dialogue: `3-imap.ehlo` in a folder, or beside a name that was given: of `out.ehlo`,
/// `out-3.ehlo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logs {
    folder: PathBuf,
    /// What the names begin with, of a name that was given.
    stem: Option<String>,
    json: bool,
}

impl Logs {
    /// By what the user wrote: a name that ends in `.ehlo` or `.json`, else a folder, which is made.
    ///
    /// # Errors
    /// What the system says of the folder.
    pub fn of(path: &Path) -> io::Result<Logs> {
        let extension = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let form = extension.filter(|e| e == "ehlo" || e == "json");
        if let (Some(form), false) = (form, path.is_dir()) {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            return Ok(Logs { folder: folder.to_owned(), stem, json: form == "json" });
        }
        std::fs::create_dir_all(path)?;
        Ok(Logs { folder: path.to_owned(), stem: None, json: false })
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

    fn file(&self, number: u32, service: Service) -> io::Result<File> {
        let extension = if self.json { "json" } else { "ehlo" };
        let name = match &self.stem {
            Some(stem) => format!("{stem}-{number}.{extension}"),
            None => format!("{number}-{}.{extension}", service.name()),
        };
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.folder.join(name))
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
        logs.file(7, Service::Imap).unwrap();
        assert_eq!(logs.highest(), 7);
        let named = Logs::of(&folder.path().join("out.json")).unwrap();
        assert_eq!(named.highest(), 0);
        named.file(2, Service::Smtp).unwrap();
        assert!(folder.path().join("out-2.json").exists());
        assert_eq!((named.highest(), logs.highest()), (2, 7));
        assert!(named.file(2, Service::Smtp).is_err());
    }
}
