//! The prompt: a line editor on a thread of its own, which talks by channels.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tokio::sync::{mpsc, oneshot};

use super::options::Options;
use super::source::Typed;
use crate::dialect::imap::Tags;
use crate::dialect::{Expect, State};
use crate::dialogue::Protocol;
use crate::error::Error;

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

/// Asks at the terminal although standard input is none.
pub fn ask_terminal(question: Question, label: String) -> oneshot::Receiver<Option<String>> {
    let (sender, receiver) = oneshot::channel();
    std::thread::spawn(move || {
        let answer = match question {
            Question::User => rpassword::prompt_password(format!("#   {label} ")),
            _ => rpassword::prompt_password(format!("#   {label} ")),
        };
        let _ = sender.send(answer.ok());
    });
    receiver
}

/// The prompt, as the session sees it.
pub struct Prompt {
    asked: bool,
    asks: std::sync::mpsc::Sender<Ask>,
    answers: mpsc::UnboundedReceiver<Typed>,
    screen: Arc<Mutex<Vec<u8>>>,
}

enum Ask {
    Line(String),
    Question(Question, String, oneshot::Sender<Option<String>>),
}

impl Prompt {
    /// Starts the thread.
    pub fn start(_options: &Options) -> Result<Prompt, Error> {
        todo!()
    }
    /// Where the view writes.
    pub fn screen(&self) -> Box<dyn Write + Send> {
        todo!()
    }
    /// Whether a line is being typed.
    pub fn is_asked(&self) -> bool {
        self.asked
    }
    /// Shows the prompt.
    pub fn ask(&mut self, _state: &State, _expect: &Expect, _protocol: Protocol, _tags: &Tags) {
        self.asked = true;
        let _ = self.asks.send(Ask::Line("C: ".into()));
    }
    /// The next line. Cancel-safe.
    pub async fn next(&mut self) -> Typed {
        let typed = self.answers.recv().await.unwrap_or(Typed::End);
        self.asked = false;
        typed
    }
    /// Asks a question.
    pub fn question(&mut self, question: Question, label: &str) -> oneshot::Receiver<Option<String>> {
        let (sender, receiver) = oneshot::channel();
        let _ = self.asks.send(Ask::Question(question, label.to_owned(), sender));
        receiver
    }
    /// The server has closed.
    pub fn server_gone(&mut self, _kept: bool) {}
    /// The session is over: the terminal is as it was before.
    pub fn finish(&mut self) {}
}
