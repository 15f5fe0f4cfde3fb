//! The prompt: a line editor on a thread of its own, which talks by channels.
//!
//! - [`editor`]: the thread; [`keys`]: what its editor asks of us; [`scene`]: what it knows of the session.
//! - [`screen`]: who writes on the terminal when; [`terminal`]: its modes.
//! - [`complete`] and [`hint`]: what is legal, and how it is written; [`history`]: earlier lines.
//!
//! It does not send, and knows nothing of the network: lines go out by [`Prompt::next`].

mod complete;
mod editor;
mod hint;
mod history;
mod keys;
mod scene;
mod screen;
mod terminal;

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Write};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use tokio::sync::{mpsc, oneshot};

use self::editor::{Answer, Ask};
use self::keys::Shared;
use self::scene::Kind;
use super::options::Options;
use super::source::Typed;
use crate::dialect::{Expect, State, Turn};
use crate::dialogue::Protocol;
use crate::dialogue::text::write::safe;
use crate::i18n::{Catalog, Lang};

/// What a person is asked beside the dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Who logs in.
    User,
    /// The password, without echo.
    Password,
    /// An OAuth token, without echo.
    Token,
}

impl Question {
    /// The text id of the label.
    pub fn id(self) -> &'static str {
        match self {
            Question::User => "ask-user",
            Question::Password => "ask-password",
            Question::Token => "ask-token",
        }
    }
}

/// How a question looks: a `#` line of the notation.
fn labelled(label: &str) -> String {
    format!("#   {label} ")
}

/// Asks at the terminal although standard input is none.
pub fn ask_terminal(question: Question, label: &str) -> oneshot::Receiver<Option<String>> {
    let (sender, receiver) = oneshot::channel();
    let label = labelled(label);
    std::thread::spawn(move || {
        let answer = match question {
            Question::User => ask_openly(&label),
            Question::Password | Question::Token => rpassword::prompt_password(&label),
        };
        let _ = sender.send(answer.ok());
    });
    receiver
}

/// A line from the terminal, echoed by it.
fn ask_openly(label: &str) -> io::Result<String> {
    let names = if cfg!(windows) { ["CONIN$", "CONOUT$"] } else { ["/dev/tty", "/dev/tty"] };
    let mut out = std::fs::OpenOptions::new().write(true).open(names[1])?;
    out.write_all(label.as_bytes())?;
    out.flush()?;
    let mut line = String::new();
    let input = std::fs::OpenOptions::new().read(true).open(names[0])?;
    if BufReader::new(input).read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Where the dialogue stands when a line is asked for.
#[derive(Debug)]
pub struct Now<'a> {
    /// The state.
    pub state: &'a State,
    /// Whose turn it is.
    pub expect: Expect,
    /// The protocol.
    pub protocol: Protocol,
    /// The language.
    pub lang: Lang,
}

/// The prompt, as the session sees it.
pub struct Prompt {
    shared: Arc<Shared>,
    asks: Sender<Ask>,
    answers: mpsc::UnboundedReceiver<Answer>,
    /// Whether a line has been asked for and has not come yet.
    asked: bool,
    /// Lines of a pasted block, still to be sent.
    queue: VecDeque<String>,
    /// The line that stands on the screen as it was typed.
    shown: Option<String>,
    /// Whether the last line was a command, for the history.
    command: bool,
    told: Option<Turn>,
}

impl Prompt {
    /// Starts the thread. The terminal stays as it is until [`Prompt::take_terminal`].
    pub fn start(options: &Options) -> Prompt {
        let output = &options.output;
        let plain = output.plain || terminal::is_dumb();
        let shared = Arc::new(Shared::new(output.colour, plain));
        shared.scene().catalog = Catalog::new(output.lang);
        let (asks, told) = std::sync::mpsc::channel();
        let (said, answers) = mpsc::unbounded_channel();
        editor::start(shared.clone(), told, said);
        Prompt {
            shared,
            asks,
            answers,
            asked: false,
            queue: VecDeque::new(),
            shown: None,
            command: false,
            told: None,
        }
    }

    /// From here on keys are kept and not echoed while nobody is asked; Ctrl-C has to be listened for.
    pub fn take_terminal(&self) {
        terminal::take();
        terminal::set(match terminal::is_dumb() {
            true => terminal::Keys::Unseen,
            false => terminal::Keys::Kept,
        });
    }

    /// Where the view writes.
    pub fn screen(&self) -> Box<dyn Write + Send> {
        self.shared.screen.writer()
    }

    /// Whether a line is being typed.
    pub fn is_asked(&self) -> bool {
        self.asked
    }

    /// Whether lines of a pasted block are still to be sent: each waits for what must come first, however
    /// long that takes.
    pub fn is_pasting(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Shows the prompt, unless a pasted line comes next.
    pub fn ask(&mut self, now: &Now<'_>) {
        self.asked = true;
        let turn = now.expect.client;
        self.command = matches!(turn, Turn::Command | Turn::Over);
        let prompt = self.set_scene(now);
        if !self.queue.is_empty() {
            return;
        }
        self.tell_turn(turn);
        let _ = self.asks.send(Ask::Line(prompt));
    }

    /// Tells the editor where the dialogue stands; the words of the prompt.
    fn set_scene(&mut self, now: &Now<'_>) -> String {
        let mut scene = self.shared.scene();
        if scene.catalog.lang() != now.lang {
            scene.catalog = Catalog::new(now.lang);
        }
        scene.protocol = now.protocol;
        scene.state.clone_from(now.state);
        let data = now.expect.client == Turn::Data;
        if data && scene.turn != Turn::Data {
            scene.header = true;
        }
        scene.turn = now.expect.client;
        // Spelled out as the view does it, where it does.
        match self.shared.plain {
            true => format!("{}: ", scene.catalog.word("side-client")),
            false => "C: ".to_owned(),
        }
    }

    /// Without ghost text, what is expected is said once, as a `#` line.
    fn tell_turn(&mut self, turn: Turn) {
        let kind = match turn {
            Turn::Counted(_) => Turn::Counted(0),
            turn => turn,
        };
        if !self.shared.plain || self.told == Some(kind) {
            return;
        }
        self.told = Some(kind);
        let ghost = self.shared.scene().ghost().filter(|_| turn != Turn::Command);
        if let Some(text) = ghost {
            self.shared.remark(&text);
        }
    }

    /// The next line. Cancel-safe.
    pub async fn next(&mut self) -> Typed {
        self.shown = None;
        if self.queue.is_empty() {
            match self.answers.recv().await {
                Some(Answer::Text(text)) => self.take(&text),
                Some(Answer::End) | None => {
                    self.asked = false;
                    return Typed::End;
                }
            }
        }
        self.asked = false;
        let line = self.queue.pop_front().unwrap_or_default();
        self.note(&line);
        Typed::Line(line.into_bytes())
    }

    /// Takes what was typed, or pasted: a block of several lines.
    fn take(&mut self, text: &str) {
        let text = if text.contains('\n') { text.strip_suffix('\n').unwrap_or(text) } else { text };
        self.queue.extend(text.split('\n').map(str::to_owned));
        if self.queue.len() == 1 && self.shared.plain {
            self.shown = self.queue.front().cloned();
        }
    }

    /// Learns from a line that is on its way.
    fn note(&mut self, line: &str) {
        let mut scene = self.shared.scene();
        scene.fresh = false;
        if scene.turn == Turn::Data && line.is_empty() {
            scene.header = false;
        }
        if self.command {
            for address in history::addresses(line) {
                editor::note_address(&mut scene.addresses, address);
            }
        }
    }

    /// Keeps a command for later sessions; never one with a secret in it, which the caller may know better.
    pub fn remember(&mut self, line: &str) {
        let blank = line.trim().is_empty() || line.chars().any(char::is_control);
        if blank || !self.command || history::is_secret(line) {
            return;
        }
        let protocol = self.shared.scene().protocol;
        if let Some(path) = history::path(protocol) {
            history::add(&path, line);
        }
        let _ = self.asks.send(Ask::Remember(line.to_owned()));
    }

    /// The line as the view would write it, if it is on the screen already.
    pub fn shown(&mut self) -> Option<String> {
        let line = self.shown.take()?;
        Some(if line.is_empty() { "C:".to_owned() } else { format!("C: {line}") })
    }

    /// Shows a line that was typed and not sent: a local command.
    pub fn show_local(&mut self, line: &str) {
        if self.shown.take().is_none() {
            let text = format!("# {}\n", safe(line, 400));
            let _ = self.shared.screen.put(&self.shared.styled("2", &text));
        }
    }

    /// The next line of a pasted block.
    pub fn peek(&self) -> Option<&str> {
        self.queue.front().map(String::as_str)
    }

    /// Asks a question.
    pub fn question(&mut self, question: Question, label: &str) -> oneshot::Receiver<Option<String>> {
        let (sender, receiver) = oneshot::channel();
        let kind = if question == Question::User { Kind::Open } else { Kind::Secret };
        let _ = self.asks.send(Ask::Question(labelled(label), kind, sender));
        receiver
    }

    /// Whether lines are typed without an editor.
    pub fn is_bare(&self) -> bool {
        terminal::is_dumb()
    }

    /// Ctrl-C while the server is waited for: what was pasted is not sent. Without an editor, the system has
    /// thrown away what was typed, and the prompt is shown again.
    pub fn interrupt(&mut self) {
        if self.asked && self.is_bare() {
            let _ = self.shared.screen.put("");
            return;
        }
        let count = self.queue.len();
        self.queue.clear();
        if count > 0 {
            let args = vec![("count", count.to_string())];
            let text = self.shared.scene().catalog.say("prompt-dropped", &args);
            self.shared.remark(&text);
        }
    }

    /// The server has closed; `kept`: what came last can still be saved.
    pub fn server_gone(&mut self, kept: bool) {
        self.interrupt();
        let mut scene = self.shared.scene();
        scene.gone = Some(kept);
        let text = scene.ghost().unwrap_or_default();
        drop(scene);
        if self.asked || self.shared.plain {
            self.shared.remark(&text);
        }
    }

    /// No more is asked: the prompt goes, and what is written comes straight out.
    pub fn close(&mut self) {
        self.shared.screen.close();
    }

    /// The session is over: the terminal is as it was before.
    pub fn finish(&mut self) {
        self.shared.screen.close();
        terminal::give_back();
    }
}

impl Drop for Prompt {
    fn drop(&mut self) {
        self.finish();
    }
}
