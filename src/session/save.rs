//! The last message or reply, kept exact for `/save` and `/show`: in memory while it is small, else in a
//! temporary file; or streamed into a file that `/save` named before it came.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::dialect::stuff::Unstuff;
use crate::dialogue::Shape;

/// Octets kept in memory.
const MEMORY: usize = 1024 * 1024;

/// Keeps what the server said last.
#[derive(Debug, Default)]
pub struct Spool {
    /// A body (message, literal), or else the lines of a reply.
    memory: Vec<u8>,
    file: Option<File>,
    octets: u64,
    body: bool,
    /// The file that the next body goes to.
    next: Option<(PathBuf, File)>,
    streaming: bool,
    unstuff: Option<Unstuff>,
    /// What has been saved by streaming since it was asked for last.
    saved: Option<(PathBuf, u64)>,
    fault: Option<io::Error>,
    shape: Option<Shape>,
}

/// A file of `/save FILE next` at the end of a session that did not fill it.
#[derive(Debug)]
pub struct Unused {
    /// The file.
    pub path: PathBuf,
    /// Whether anything had come for it.
    pub begun: bool,
    /// How much.
    pub octets: u64,
}

impl Spool {
    /// A unit of the server begins.
    pub fn open(&mut self, shape: Shape) {
        self.shape = Some(shape);
        let body = shape.is_body();
        // A body is worth more than the reply around it: it stays until the next body, or the next reply
        // that stands alone.
        if body || (shape == Shape::Response && !self.body) || shape == Shape::Greeting {
            self.memory.clear();
            self.file = None;
            self.octets = 0;
            self.body = body;
            self.unstuff = (shape == Shape::Data).then(Unstuff::default);
            self.streaming = body && self.next.is_some();
        } else if shape == Shape::Response {
            // A later reply may take its place when it is asked for; until then the body is kept.
            self.shape = None;
        }
    }

    /// Bytes of the open unit.
    pub fn piece(&mut self, bytes: &[u8], dot: bool) {
        let Some(shape) = self.shape else { return };
        if self.body != shape.is_body() || dot {
            return;
        }
        let mut content = Vec::new();
        let bytes = match &mut self.unstuff {
            Some(unstuff) => {
                unstuff.feed(bytes, &mut content);
                &content[..]
            }
            None => bytes,
        };
        self.octets += bytes.len() as u64;
        let result = match (&mut self.next, self.streaming) {
            (Some((_, file)), true) => file.write_all(bytes),
            _ => self.keep(bytes),
        };
        if let Err(error) = result {
            self.fault.get_or_insert(error);
        }
    }

    fn keep(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() && self.memory.len() + bytes.len() > MEMORY {
            let mut file = tempfile::tempfile()?;
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => {
                self.memory.extend_from_slice(bytes);
                Ok(())
            }
        }
    }

    /// The open unit ends.
    pub fn close(&mut self) {
        if self.shape.is_some_and(|s| s.is_body())
            && self.streaming
            && let Some((path, mut file)) = self.next.take()
        {
            self.streaming = false;
            if let Err(error) = file.flush() {
                self.fault.get_or_insert(error);
            }
            self.saved = Some((path, self.octets));
        }
        self.shape = None;
    }

    /// The next body goes to this file as it comes.
    pub fn save_next(&mut self, path: PathBuf, file: File) {
        self.next = Some((path, file));
    }

    /// At the end: the file that was named and has not got all it should. An empty one is removed.
    pub fn give_up(&mut self) -> Option<Unused> {
        let (path, file) = self.next.take()?;
        drop(file);
        if !self.streaming {
            let _ = std::fs::remove_file(&path);
        }
        Some(Unused { path, begun: self.streaming, octets: if self.streaming { self.octets } else { 0 } })
    }

    /// What was saved by streaming, told once.
    pub fn take_saved(&mut self) -> Option<(PathBuf, u64)> {
        self.saved.take()
    }

    /// A fault of a file, told once.
    pub fn take_fault(&mut self) -> Option<io::Error> {
        self.fault.take()
    }

    /// How many octets are kept; none if nothing is.
    pub fn kept(&self) -> Option<u64> {
        let somewhere = self.file.is_some() || !self.memory.is_empty();
        somewhere.then_some(self.octets)
    }

    /// Writes what is kept.
    ///
    /// # Errors
    /// What either file says.
    pub fn write_to(&mut self, out: &mut dyn Write) -> io::Result<u64> {
        match &mut self.file {
            Some(file) => {
                file.seek(SeekFrom::Start(0))?;
                let copied = io::copy(&mut Read::take(&mut *file, self.octets), out)?;
                file.seek(SeekFrom::End(0))?;
                Ok(copied)
            }
            None => out.write_all(&self.memory).map(|()| self.memory.len() as u64),
        }
    }
}
