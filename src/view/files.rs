//! The one place that makes a view of a path: the form is the extension's (`.ehlo`, `.json`, `.md`, `.html`,
//! `.txt`, `.cast`), the file is the owner's alone, and one that exists is written over only if asked for.
//!
//! Live sessions, the lab, `annotate -o` and `replay --log` all come here, so that a report of one is a report
//! of all. A file with one dialogue is [`view`] (or [`on`], where it is open already); with several, [`document`],
//! which hands out a view for each.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::View;
use super::document::Document;
use super::notes::Detail;
use crate::error::{Error, Exit};
use crate::i18n::Lang;

/// The form of a file that a dialogue is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The notation, which is read back byte for byte.
    Notation,
    /// JSON lines.
    Json,
    /// Markdown.
    Markdown,
    /// HTML, one file.
    Html,
    /// Plain text, for people.
    Plain,
    /// An asciicast, version 2: a recording of a terminal.
    Cast,
}

/// The extensions, with their forms; the first one of a form is the one that is named.
pub const FORMS: [(&str, Form); 8] = [
    ("ehlo", Form::Notation),
    ("json", Form::Json),
    ("md", Form::Markdown),
    ("html", Form::Html),
    ("txt", Form::Plain),
    ("cast", Form::Cast),
    ("markdown", Form::Markdown),
    ("htm", Form::Html),
];

impl Form {
    /// By the extension of a path, in whatever case.
    pub fn of(path: &Path) -> Option<Form> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        FORMS.iter().find(|(name, _)| *name == extension).map(|(_, form)| *form)
    }

    /// The extension that is its own.
    pub fn extension(self) -> &'static str {
        FORMS.iter().find(|(_, form)| *form == self).map_or("", |(name, _)| name)
    }
}

/// What stands on a report beside the dialogue, and what is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paper {
    /// `--title`; else it is made of the protocol and the server.
    pub title: Option<String>,
    /// `--author`; nobody, if not given.
    pub author: Option<String>,
    /// `--reproducible`: no times, no version, no client's port, so that two runs give the same file as far as
    /// the server says the same.
    pub reproducible: bool,
}

/// How dialogues are written to files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The language of everything.
    pub lang: Lang,
    /// How much is said; nothing counts as brief, since a record is explained.
    pub detail: Detail,
    /// Bodies whole, however long.
    pub bodies: bool,
    /// In JSON: octets and digests even where something was masked.
    pub digests: bool,
    /// Write over what exists.
    pub force: bool,
    /// Title, author, and what is left out.
    pub paper: Paper,
}

/// A view that writes one dialogue to a file.
///
/// # Errors
/// As [`document`].
pub fn view(path: &Path, settings: &Settings) -> Result<Box<dyn View>, Error> {
    Ok(single(document(path, settings)?))
}

/// A view that writes one dialogue to an output.
pub fn on(out: impl Write + Send + 'static, form: Form, settings: &Settings) -> Box<dyn View> {
    single(Document::new(Box::new(out), form, settings.clone()))
}

fn single(document: Document) -> Box<dyn View> {
    let view = document.dialogue();
    document.seal();
    view
}

/// A file that takes several dialogues, one section each.
///
/// # Errors
/// [`Exit::Usage`] for an unknown extension, [`Exit::File`] where it cannot be written or exists already.
pub fn document(path: &Path, settings: &Settings) -> Result<Document, Error> {
    let (out, form) = open(path, settings.force)?;
    Ok(Document::new(out, form, settings.clone()))
}

/// Opens a file, and says what form it is to have.
///
/// # Errors
/// As [`document`].
pub fn open(path: &Path, force: bool) -> Result<(Box<dyn Write + Send>, Form), Error> {
    let Some(form) = Form::of(path) else {
        return Err(Error::new(Exit::Usage, "error-log-extension").with("file", path.display()));
    };
    let file = create_new(path, force).map_err(|e| unwritable(path, &e))?;
    Ok((Box::new(BufWriter::with_capacity(64 * 1024, file)), form))
}

/// Why a file that is to be new could not be made.
pub fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::unmade("error-log-exists", path.display(), error)
}

/// Creates a file that did not exist, readable by its owner alone.
///
/// # Errors
/// What the system says; `AlreadyExists` if it is there.
pub fn create_new(path: &Path, force: bool) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
