//! What a run came to: one value, of which the errors on the terminal, JUnit, TAP and the summary are views.

use std::time::Duration;

use super::model::{Fault, Pos, SourceFile};
use crate::error::{Error, Exit};

/// A script's run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The script's name.
    pub name: String,
    /// Its files, for showing places.
    pub files: Vec<SourceFile>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Windows that went as expected.
    pub windows: usize,
    /// How long it took.
    pub took: Duration,
    /// What is better otherwise.
    pub lints: Vec<Fault>,
    /// Lines that came otherwise, for `--accept`: the place, and what came.
    pub differ: Vec<(Pos, String)>,
}

/// A step of a script; what stands before the first `@step` is one without a title.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Its title.
    pub title: String,
    /// Where it begins.
    pub pos: Pos,
    /// What became of it.
    pub state: State,
    /// How long it took.
    pub took: Duration,
}

/// What became of a step.
#[derive(Clone, Debug, Default)]
pub enum State {
    /// It was not come to.
    #[default]
    NotRun,
    /// All as expected.
    Passed,
    /// The server does not offer what it needs.
    Skipped(String),
    /// Something went otherwise.
    Failed(Box<Failure>),
}

/// Something that went otherwise than expected.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind of thing.
    pub kind: Kind,
    /// The line that was not met.
    pub pos: Pos,
    /// The client's line before it.
    pub provoked: Option<Pos>,
    /// The connection.
    pub conn: u32,
    /// The step's title.
    pub step: String,
    /// When, since the start.
    pub at: Duration,
    /// What was expected, in a word: `250`.
    pub expected: String,
    /// What came instead: the lines of the reply.
    pub got: Vec<String>,
    /// The other lines that are still open.
    pub open: Vec<Pos>,
    /// The time limit that applied, and where it was set.
    pub limit: Option<(Duration, Option<Pos>)>,
    /// What came and met nothing.
    pub unmatched: Vec<String>,
    /// The nearest of them.
    pub closest: Option<String>,
    /// What is known of the words in it: the word, and a text id.
    pub facts: Vec<(String, String, &'static str)>,
    /// Windows that were not run.
    pub not_run: usize,
    /// The connection was closed with this.
    pub farewell: Option<&'static str>,
    /// The fault behind it: of the network, of TLS, of a file.
    pub error: Option<Error>,
}

/// Kinds of failure. Each has its text id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Another answer came.
    Reply,
    /// The answer ended, and this line was not among it.
    Missing,
    /// Nothing came in time.
    Wait,
    /// The connection ended.
    Closed,
    /// It came, and must not.
    Forbidden,
    /// Under `@strict`: it came, and was not written.
    Unlisted,
    /// `@check` failed.
    Check,
    /// Lines in one go, and no PIPELINING.
    Batch,
    /// A secret would go in the clear after TLS was refused.
    Clear,
    /// `@tls`, and the server has not agreed.
    NoTls,
    /// A hole could not be filled.
    Hole,
    /// The network, TLS, a file: see [`Failure::error`].
    Error,
}

impl Kind {
    /// The word in brackets: `error[reply]`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Reply => "reply",
            Kind::Missing => "missing",
            Kind::Wait => "wait",
            Kind::Closed => "closed",
            Kind::Forbidden => "forbidden",
            Kind::Unlisted => "unlisted",
            Kind::Check => "check",
            Kind::Batch => "batch",
            Kind::Clear => "clear",
            Kind::NoTls => "no-tls",
            Kind::Hole => "hole",
            Kind::Error => "error",
        }
    }
}

impl Outcome {
    /// The failure, if there is one.
    pub fn failure(&self) -> Option<&Failure> {
        self.steps.iter().find_map(|step| match &step.state {
            State::Failed(failure) => Some(&**failure),
            _ => None,
        })
    }

    /// Why it was skipped, if it was.
    pub fn skipped(&self) -> Option<&str> {
        self.steps.iter().find_map(|step| match &step.state {
            State::Skipped(why) => Some(why.as_str()),
            _ => None,
        })
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self.failure() {
            None => Exit::Ok,
            Some(failure) => failure.error.as_ref().map_or(Exit::No, |error| error.exit),
        }
    }
}
