//! Where a run is shown: standard output and the logs, shared by the run's connections; or a buffer, where several
//! scripts run at once.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::options::Options;
use super::super::output::{log_on, paper, view_on};
use crate::error::Error;
use crate::view::View;
use crate::view::document::Document;
use crate::view::files::{self, Form};

/// An output that several views write on, a line at a time.
#[derive(Clone)]
struct Shared(Arc<Mutex<Box<dyn Write + Send>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

/// A log.
struct Log {
    out: Shared,
    form: Form,
    /// Of a report: the connections' sections.
    document: Option<Document>,
}

/// Where a run is shown.
pub struct Paper {
    main: Option<Shared>,
    logs: Vec<Log>,
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Paper").field("logs", &self.logs.len()).finish_non_exhaustive()
    }
}

/// What a buffered run has shown.
#[derive(Clone, Debug, Default)]
pub struct Shown(Arc<Mutex<Vec<u8>>>);

impl Shown {
    /// Takes it.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Paper {
    /// On standard output (`None`: nowhere), and in these logs.
    ///
    /// # Errors
    /// A log that cannot be written.
    pub fn open(out: Option<Box<dyn Write + Send>>, logs: &[PathBuf], force: bool) -> Result<Paper, Error> {
        let share = |out: Box<dyn Write + Send>| Shared(Arc::new(Mutex::new(out)));
        let open = |path: &PathBuf| {
            files::open(path, force).map(|(out, form)| Log { out: share(out), form, document: None })
        };
        let logs = logs.iter().map(open).collect::<Result<_, _>>()?;
        Ok(Paper { main: out.map(share), logs })
    }

    /// Standard output.
    pub fn stdout() -> Box<dyn Write + Send> {
        paper(None)
    }

    /// From now on what went to standard output goes elsewhere: a prompt's screen.
    pub fn turn_to(&mut self, out: Box<dyn Write + Send>) {
        if let Some(main) = &self.main {
            *main.0.lock().unwrap_or_else(PoisonError::into_inner) = out;
        }
    }

    /// The views of a connection.
    ///
    /// # Errors
    /// None now; a connection's own log may come.
    pub fn views(&mut self, options: &Options, number: u32) -> Result<Vec<Box<dyn View>>, Error> {
        let mut views = Vec::new();
        if let Some(main) = &self.main {
            views.push(view_on(options, Box::new(main.clone()), number));
        }
        for log in &mut self.logs {
            let out = Box::new(log.out.clone());
            views.push(match log.form {
                Form::Notation | Form::Json => log_on(options, out, log.form == Form::Json, number),
                form => {
                    let new = || Document::new(out, form, options.output.files());
                    log.document.get_or_insert_with(new).dialogue()
                }
            });
        }
        Ok(views)
    }

    /// The views of a connection that are reports, by their number.
    pub fn reports(&self) -> Vec<usize> {
        let report = |form| !matches!(form, Form::Notation | Form::Json);
        let first = usize::from(self.main.is_some());
        let logs = self.logs.iter().enumerate();
        logs.filter(|(_, log)| report(log.form)).map(|(i, _)| first + i).collect()
    }
}
