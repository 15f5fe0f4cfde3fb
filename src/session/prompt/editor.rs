//! The thread on which lines are typed: with the line editor, or without it where the terminal knows no escape
//! sequences. It is told what to ask for, one thing after the other.

use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver};

use rustyline::config::BellStyle;
use rustyline::error::ReadlineError;
use rustyline::history::{History, MemHistory};
use rustyline::{ColorMode, Config, Editor, Event, EventHandler, ExternalPrinter};
use tokio::sync::{mpsc as channel, oneshot};

use super::history;
use super::keys::{Keyboard, Keys, Shared};
use super::scene::Kind;
use super::screen::NUDGE;
use super::terminal::{self, Keys as Mode};

/// What the thread is told.
pub enum Ask {
    /// A line of the dialogue, behind this prompt.
    Line(String),
    /// An answer, behind this label, seen or not.
    Question(String, Kind, oneshot::Sender<Option<String>>),
    /// A line for the history.
    Remember(String),
}

/// What came of asking for a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// What was typed or pasted: one line, or several with LF between.
    Text(String),
    /// Ctrl-D on an empty line, or the terminal has gone.
    End,
}

/// Starts the thread. It ends when nobody can ask any more.
pub fn start(shared: Arc<Shared>, asks: Receiver<Ask>, answers: channel::UnboundedSender<Answer>) {
    std::thread::spawn(move || {
        let typist = match terminal::is_dumb() {
            true => None,
            false => Typist::new(shared.clone()).ok(),
        };
        match typist {
            Some(typist) => typist.run(&asks, &answers),
            None => without_editor(&shared, &asks, &answers),
        }
    });
}

type Line = Editor<Keyboard, MemHistory>;

/// The line editor at work.
struct Typist {
    shared: Arc<Shared>,
    editor: Line,
}

impl Typist {
    fn new(shared: Arc<Shared>) -> rustyline::Result<Self> {
        let config = Config::builder()
            .max_history_size(history::KEPT)?
            .history_ignore_dups(true)?
            // What has colours and what has none is decided in the helper, which has to be asked always.
            .color_mode(ColorMode::Forced)
            .bell_style(BellStyle::None)
            .auto_add_history(false)
            .build();
        let mut editor = Editor::with_history(config.clone(), MemHistory::with_config(&config))?;
        editor.set_helper(Some(Keyboard(shared.clone())));
        editor.bind_sequence(Event::Any, EventHandler::Conditional(Box::new(Keys::new(shared.clone()))));
        let printer = editor.create_external_printer()?;
        nudge_by(printer, &shared);
        Ok(Typist { shared, editor })
    }

    fn run(mut self, asks: &Receiver<Ask>, answers: &channel::UnboundedSender<Answer>) {
        let mut known = None;
        while let Ok(ask) = asks.recv() {
            match ask {
                Ask::Line(prompt) => {
                    let protocol = self.shared.scene().protocol;
                    if known.replace(protocol) != Some(protocol) {
                        self.load();
                    }
                    if answers.send(self.line(&prompt)).is_err() {
                        return;
                    }
                }
                Ask::Question(label, kind, answer) => {
                    let _ = answer.send(self.question(&label, kind));
                }
                Ask::Remember(line) => {
                    let _ = self.editor.add_history_entry(line);
                }
            }
        }
    }

    /// Brings the lines of earlier sessions.
    fn load(&mut self) {
        let protocol = self.shared.scene().protocol;
        let _ = self.editor.history_mut().clear();
        let Some(path) = history::path(protocol) else { return };
        let lines = history::load(&path);
        let mut scene = self.shared.scene();
        for line in lines {
            for address in history::addresses(&line) {
                note_address(&mut scene.addresses, address);
            }
            let _ = self.editor.history_mut().add(&line);
        }
    }

    fn line(&mut self, prompt: &str) -> Answer {
        let screen = self.shared.screen.clone();
        loop {
            screen.edit(prompt);
            let result = self.editor.readline(prompt);
            let wipe = !self.shared.plain;
            match result {
                Ok(text) => {
                    screen.accepted(&text, wipe);
                    let block = self.shared.block().take().unwrap_or_default();
                    return Answer::Text(text + &block);
                }
                // A signal from elsewhere, or bytes that are no text: asked anew.
                Err(ReadlineError::Interrupted) => screen.accepted("", wipe),
                Err(ReadlineError::Io(e)) if e.kind() == io::ErrorKind::InvalidData => {
                    screen.accepted("", wipe);
                }
                Err(_) => {
                    screen.accepted("", wipe);
                    return Answer::End;
                }
            }
        }
    }

    /// Asks for an answer; none where it was refused (Ctrl-C, Ctrl-D).
    fn question(&mut self, label: &str, kind: Kind) -> Option<String> {
        let screen = self.shared.screen.clone();
        self.shared.scene().kind = kind;
        let result = loop {
            screen.edit(label);
            let hidden = (kind == Kind::Secret).then(|| self.editor.set_cursor_visibility(false));
            let result = self.editor.readline(label);
            drop(hidden);
            let again = self.shared.again.swap(false, Ordering::Relaxed);
            screen.accepted("", again);
            if !again {
                break result;
            }
        };
        self.shared.scene().kind = Kind::Line;
        // A pasted answer may bring its line end.
        result.ok().map(|text| text.split('\n').next().unwrap_or_default().to_owned())
    }
}

/// A thread that wakes the editor: whoever has text to show must never wait for it.
fn nudge_by(mut printer: impl ExternalPrinter + Send + 'static, shared: &Arc<Shared>) {
    let (wake, woken) = mpsc::channel();
    shared.screen.wake_by(wake);
    let screen = shared.screen.clone();
    std::thread::spawn(move || {
        while woken.recv().is_ok() {
            while woken.try_recv().is_ok() {}
            if screen.is_editing() && printer.print(NUDGE.to_owned()).is_err() {
                return;
            }
        }
    });
}

/// Puts an address in front of those used before.
pub fn note_address(addresses: &mut Vec<String>, address: &str) {
    if !address.is_empty() {
        addresses.retain(|a| a != address);
        addresses.insert(0, address.to_owned());
        addresses.truncate(20);
    }
}

/// Lines as the system itself edits them.
fn without_editor(shared: &Shared, asks: &Receiver<Ask>, answers: &channel::UnboundedSender<Answer>) {
    while let Ok(ask) = asks.recv() {
        match ask {
            Ask::Line(prompt) => {
                let answer = plain_line(shared, &prompt, Mode::Echoed).map_or(Answer::End, Answer::Text);
                if answers.send(answer).is_err() {
                    return;
                }
            }
            Ask::Question(label, kind, answer) => {
                let mode = if kind == Kind::Secret { Mode::Unseen } else { Mode::Echoed };
                let _ = answer.send(plain_line(shared, &label, mode));
            }
            Ask::Remember(_) => {}
        }
    }
}

fn plain_line(shared: &Shared, prompt: &str, mode: Mode) -> Option<String> {
    terminal::set(mode);
    shared.screen.ask(prompt);
    let mut line = Vec::new();
    let read = io::stdin().lock().read_until(b'\n', &mut line);
    terminal::set(Mode::Unseen);
    shared.screen.accepted("", false);
    if mode == Mode::Unseen || !line.ends_with(b"\n") {
        // What was not echoed includes the line's end.
        let _ = shared.screen.put("\n");
    }
    if matches!(read, Ok(0) | Err(_)) {
        return None;
    }
    let line = String::from_utf8_lossy(&line);
    Some(line.trim_end_matches(['\r', '\n']).to_owned())
}
