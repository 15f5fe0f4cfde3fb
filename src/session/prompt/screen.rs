//! The screen, which the view and the line editor share.
//!
//! While nobody is asked, what the view writes goes straight out. While a line is being typed it waits here,
//! and the editor's next repaint puts it above the prompt: the editor is woken by an external print that moves
//! nothing, so no text can be lost, or come out in another order, at the moment a line is accepted; and
//! nobody ever waits for the editor.

use std::io::{self, Write};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::terminal;

/// One up, and down again: an external print has to end a line.
pub const NUDGE: &str = "\x1b[A\n";

/// Octets after which the view's text is not held back any longer.
const ENOUGH: usize = 64 * 1024;

/// Who has the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// Nobody is asked: text goes straight out.
    #[default]
    Direct,
    /// The editor is at work.
    Editor,
    /// Somebody types without an editor.
    Plain,
    /// The session is over; the editor shall draw nothing more.
    Over,
}

#[derive(Debug, Default)]
struct Inner {
    mode: Mode,
    /// The prompt that is shown.
    prompt: String,
    /// The line being typed, as the editor drew it last, and the cursor in it.
    line: String,
    cursor: usize,
    /// Text waiting to come above the prompt.
    pending: String,
    /// How often text was put.
    count: u64,
    /// An accepted line's rows are still to be wiped; done with the next text, in one go.
    wipe: usize,
}

/// The screen, shared.
#[derive(Debug, Default)]
pub struct Screen {
    inner: Mutex<Inner>,
    waker: Mutex<Option<Sender<()>>>,
}

impl Screen {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where nudges for the editor go.
    pub fn wake_by(&self, waker: Sender<()>) {
        *self.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker);
    }

    /// Shows whole lines.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn put(&self, text: &str) -> io::Result<()> {
        let mut inner = self.lock();
        inner.count += 1;
        match inner.mode {
            Mode::Direct | Mode::Over => {
                let wipe = wiped(std::mem::take(&mut inner.wipe));
                write(&format!("{wipe}{text}"))
            }
            Mode::Plain => {
                let prompt = &inner.prompt;
                write(&format!("\n{text}{prompt}"))
            }
            Mode::Editor => {
                inner.pending.push_str(text);
                drop(inner);
                if let Some(waker) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
                    let _ = waker.send(());
                }
                Ok(())
            }
        }
    }

    /// The editor begins with a prompt.
    pub fn edit(&self, prompt: &str) {
        self.begin(Mode::Editor, prompt);
    }

    /// Somebody is asked without an editor: shows the prompt.
    pub fn ask(&self, prompt: &str) {
        self.begin(Mode::Plain, prompt);
        let _ = write(prompt);
    }

    fn begin(&self, mode: Mode, prompt: &str) {
        let mut inner = self.lock();
        if inner.mode == Mode::Over {
            return;
        }
        let wipe = wiped(std::mem::take(&mut inner.wipe));
        let _ = write(&wipe);
        inner.mode = mode;
        prompt.clone_into(&mut inner.prompt);
        inner.line.clear();
        inner.cursor = 0;
    }

    /// The line was accepted, and the cursor stands below it. With `wipe` its rows are wiped before the next
    /// text comes.
    pub fn accepted(&self, line: &str, wipe: bool) {
        let mut inner = self.lock();
        if inner.mode == Mode::Over {
            return;
        }
        inner.mode = Mode::Direct;
        let (columns, rows) = terminal::size();
        if wipe {
            let prompt = std::mem::take(&mut inner.prompt);
            inner.wipe = (terminal::rows_below(&format!("{prompt}{line}"), columns) + 1).min(rows - 1);
        }
        let pending = std::mem::take(&mut inner.pending);
        if !pending.is_empty() {
            // What the server said before Enter stands above the line.
            let wipe = wiped(std::mem::take(&mut inner.wipe));
            let _ = write(&format!("{wipe}{pending}"));
        }
    }

    /// How often text was put.
    pub fn count(&self) -> u64 {
        self.lock().count
    }

    /// Whether somebody may be typing.
    pub fn is_editing(&self) -> bool {
        self.lock().mode == Mode::Editor
    }

    /// The editor draws its prompt: what waits comes above it. None: it shall draw nothing.
    pub fn drawing_prompt(&self) -> Option<String> {
        let mut inner = self.lock();
        (inner.mode == Mode::Editor).then(|| std::mem::take(&mut inner.pending))
    }

    /// The editor draws the line; whether it may.
    pub fn drawing_line(&self, line: &str, cursor: usize) -> bool {
        let mut inner = self.lock();
        line.clone_into(&mut inner.line);
        inner.cursor = cursor;
        inner.mode == Mode::Editor
    }

    /// The session is over: a prompt that is still shown is wiped, and what waits comes out.
    pub fn close(&self) {
        let mut inner = self.lock();
        let mut last = wiped(std::mem::take(&mut inner.wipe));
        match inner.mode {
            Mode::Editor => {
                let (columns, _) = terminal::size();
                let typed = inner.line.get(..inner.cursor).unwrap_or_default();
                let up = terminal::rows_below(&format!("{}{typed}", inner.prompt), columns);
                last = match up {
                    0 => "\r\x1b[J".to_owned(),
                    n => format!("\x1b[{n}A\r\x1b[J"),
                };
            }
            Mode::Plain => last.push('\n'),
            Mode::Direct | Mode::Over => {}
        }
        inner.mode = Mode::Over;
        last.push_str(&std::mem::take(&mut inner.pending));
        let _ = write(&last);
    }

    /// A place for the view to write on.
    pub fn writer(self: &Arc<Self>) -> Box<dyn Write + Send> {
        Box::new(Writer { screen: self.clone(), buffer: Vec::new() })
    }
}

/// The escapes that wipe so many rows above the cursor.
fn wiped(rows: usize) -> String {
    if rows == 0 { String::new() } else { format!("\x1b[{rows}A\r\x1b[J") }
}

fn write(text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Gathers what the view writes into whole lines.
struct Writer {
    screen: Arc<Screen>,
    buffer: Vec<u8>,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() > ENOUGH {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(end) = memchr::memrchr(b'\n', &self.buffer) else { return Ok(()) };
        let rest = self.buffer.split_off(end + 1);
        let lines = std::mem::replace(&mut self.buffer, rest);
        self.screen.put(&String::from_utf8_lossy(&lines))
    }
}
