//! The views of a session: the terminal or the pipe, and the logs.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::options::{Input, Options, Output};
use crate::error::Error;
use crate::i18n::Catalog;
use crate::view::files;
use crate::view::json::Json;
use crate::view::text::{Look, Text};
use crate::view::{Begin, View};

/// Columns where there is no terminal to ask.
pub const WIDTH: usize = 80;

/// Rows of a screen that a long body leaves free.
pub const SPARE: usize = 6;

/// The columns and rows of the terminal.
pub fn size() -> (usize, usize) {
    let size = terminal_size::terminal_size();
    size.map_or((WIDTH, 24), |(w, h)| (usize::from(w.0).clamp(40, 120), usize::from(h.0).max(10)))
}

/// Standard output, or what a prompt gives to write on.
pub fn paper(screen: Option<Box<dyn Write + Send>>) -> Box<dyn Write + Send> {
    screen.unwrap_or_else(|| Box::new(BufWriter::with_capacity(64 * 1024, Quiet(io::stdout()))))
}

/// Makes the view of standard output; `screen` is what a prompt gives to write on.
pub fn main_view(options: &Options, screen: Option<Box<dyn Write + Send>>) -> Box<dyn View> {
    view_on(options, paper(screen), 1)
}

/// The same on any output, for one connection of several.
pub fn view_on(options: &Options, out: Box<dyn Write + Send>, stream: u32) -> Box<dyn View> {
    let prompt = options.input == Input::Prompt;
    shown(out, &options.output, stream, prompt, options.output.show_secrets && prompt)
}

/// A view on standard output of a dialogue that was had elsewhere.
pub fn view(out: Box<dyn Write + Send>, output: &Output, stream: u32, terminal: bool) -> Box<dyn View> {
    shown(out, output, if output.json { stream } else { 1 }, terminal, false)
}

/// `looked_at`: somebody sits before it, so it is as wide as the terminal, and long bodies are folded.
fn shown(
    out: Box<dyn Write + Send>,
    output: &Output,
    stream: u32,
    looked_at: bool,
    secrets: bool,
) -> Box<dyn View> {
    let catalog = Catalog::new(output.lang);
    if output.json {
        return Box::new(Json::new(out, catalog, output.bodies, output.digests).stream(stream));
    }
    let (columns, rows) = size();
    let look = Look {
        colour: output.colour,
        plain: output.plain,
        width: if looked_at { columns } else { WIDTH },
        detail: output.detail,
        fold: looked_at.then(|| rows.saturating_sub(SPARE)),
        limit: None,
        secrets,
    };
    Box::new(Text::new(out, catalog, look).stream(stream))
}

/// Opens a log; its form is its extension's.
///
/// # Errors
/// As [`files::view`].
pub fn log_view(path: &Path, options: &Options) -> Result<Box<dyn View>, Error> {
    files::view(path, &options.output.files())
}

/// A log's view of one connection, in the notation or as JSON, where several write on one output by turns.
pub fn log_on(options: &Options, out: Box<dyn Write + Send>, json: bool, stream: u32) -> Box<dyn View> {
    let output = &options.output;
    let catalog = Catalog::new(output.lang);
    if json {
        return Box::new(Json::new(out, catalog, output.bodies, output.digests).stream(stream));
    }
    let mut look = Look::log(output.detail);
    look.limit = look.limit.filter(|_| !output.bodies);
    Box::new(Text::new(out, catalog, look).stream(stream))
}

/// Standard output, for dialogues that are over.
pub fn standard() -> Box<dyn Write + Send> {
    Box::new(BufWriter::with_capacity(64 * 1024, Quiet(io::stdout())))
}

/// What is known when the record begins.
pub fn begin(options: &Options, protocol: crate::dialogue::Protocol, port: u16, tls: bool) -> Begin {
    let host = &options.endpoint.host;
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    let target = options.lab.as_ref().map_or_else(|| format!("{host}:{port}"), |lab| lab.target.clone());
    let started = time::OffsetDateTime::now_utc().replace_nanosecond(0).ok();
    let started = started.and_then(|t| t.format(&time::format_description::well_known::Rfc3339).ok());
    Begin { source: "session", protocol: Some(protocol), target, tls, started, ..Begin::default() }
}

/// An output whose reader may have gone: a closed pipe ends quietly.
struct Quiet<W>(W);

impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            other => other,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
            other => other,
        }
    }
}
