//! Examples: small dialogues, wrong and then right, which the lab really answers as they say (`tests/examples.rs`
//! replays all of them). They are data, `src/knowledge/examples/`, in the notation, since the wire has no language:
//!
//! ```text
//! # about smtp-reply-503 phrase-need-mail
//! @smtp lab
//! C: EHLO redes
//! @step "wrong"
//! C: RCPT TO:<alumnopop@redes.unlp.edu.ar>
//! S: 503 5.5.1 Error: need MAIL command
//! @step "right"
//! …
//! ```
//!
//! What stands before the first step is said too, and not shown. `# fault rcpt 450 once` sets a fault of the lab's first;
//! `# user alumnopop` logs in; `# options --no-tags` are options of the session.

use crate::dialogue::Protocol;

/// All of them: the name of each file, and what is in it.
pub const FILES: [(&str, &str); 3] = [
    ("smtp", include_str!("../knowledge/examples/smtp.ehlo")),
    ("pop", include_str!("../knowledge/examples/pop.ehlo")),
    ("imap", include_str!("../knowledge/examples/imap.ehlo")),
];

/// An example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The rows it is about, by id.
    pub about: Vec<&'static str>,
    /// The protocol.
    pub protocol: Protocol,
    /// What goes wrong on purpose, as `ehlo lab fault` takes it.
    pub fault: Option<&'static str>,
    /// Who logs in.
    pub user: Option<&'static str>,
    /// Options of the session.
    pub options: Option<&'static str>,
    /// What comes before the first step.
    pub before: Vec<&'static str>,
    /// The steps: their word (`wrong`, `right`), and their lines.
    pub steps: Vec<(&'static str, Vec<&'static str>)>,
}

/// All examples, in the files' order.
pub fn all() -> impl Iterator<Item = Example> {
    FILES.into_iter().flat_map(|(_, text)| of(text))
}

/// The examples of one file.
pub fn of(text: &'static str) -> impl Iterator<Item = Example> {
    text.split("# about ").skip(1).map(read)
}

/// The examples about a row.
pub fn about(id: &str) -> impl Iterator<Item = Example> {
    all().filter(move |example| example.about.contains(&id))
}

fn read(text: &'static str) -> Example {
    let mut lines = text.lines();
    let about = lines.next().unwrap_or_default().split_whitespace().collect();
    let protocol = Protocol::Smtp;
    let mut example = Example {
        about,
        protocol,
        fault: None,
        user: None,
        options: None,
        before: Vec::new(),
        steps: Vec::new(),
    };
    for line in lines.filter(|line| !line.is_empty()) {
        if let Some(title) = line.strip_prefix("@step ") {
            example.steps.push((title.trim_matches('"'), Vec::new()));
        } else if let Some(fault) = line.strip_prefix("# fault ") {
            example.fault = Some(fault);
        } else if let Some(options) = line.strip_prefix("# options ") {
            example.options = Some(options);
        } else if let Some(user) = line.strip_prefix("# user ") {
            example.user = Some(user);
        } else if let Some(word) = line.strip_prefix('@') {
            example.protocol = match word.split(' ').next() {
                Some("pop") => Protocol::Pop3,
                Some("imap") => Protocol::Imap,
                _ => Protocol::Smtp,
            };
        } else if let Some((_, lines)) = example.steps.last_mut() {
            lines.push(line);
        } else {
            example.before.push(line);
        }
    }
    example
}
