//! One message sent, as a script that is made and then replayed: the dialogue from the greeting to QUIT in the notation,
//! so that what was done can be shown, saved and run again.
//!
//! *Stages* are the places where a dialogue may be ended on purpose; the *envelope* is MAIL and RCPT, the *content* is
//! what DATA carries. [`message`] makes the content, [`verdict`] says what became of it.
//!
//! A script has no conditions, so nothing here depends on what a server offers. It is compared by `status`: what counts
//! is 2, 3, 4 or 5. Of several recipients each line is `S: {{rcpt1=*}}`, any answer: the one to DATA tells whether at
//! least one was taken (RFC 5321 §3.3 lets a server refuse DATA where none was).
//!
//! Not here: which server it is (the command line finds it), and the talking ([`super::script`]).

pub mod message;
pub mod verdict;

use std::fmt::Write as _;

use crate::dialogue::text::write::escape;
use crate::dialogue::{Side, Wire};
use crate::i18n::Catalog;

pub use message::{Attached, Letter};
pub use verdict::{Verdict, verdict};

/// The most octets of a script (16 MiB), which the content is a part of.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// Where a dialogue may be ended, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// After the greeting.
    Connect,
    /// After the answer to EHLO.
    Ehlo,
    /// When TLS is on; with TLS from the start, after the greeting.
    Tls,
    /// Logged in.
    Auth,
    /// After the answer to MAIL.
    Mail,
    /// After the answer to the last RCPT.
    Rcpt,
    /// After the answer to DATA, before the content.
    Data,
    /// After the answer to the content.
    Dot,
}

impl Stage {
    /// The words.
    pub const WORDS: [&'static str; 8] = ["connect", "ehlo", "tls", "auth", "mail", "rcpt", "data", "dot"];

    /// By its word.
    pub fn parse(word: &str) -> Option<Stage> {
        use Stage::{Auth, Connect, Data, Dot, Ehlo, Mail, Rcpt, Tls};
        let all = [Connect, Ehlo, Tls, Auth, Mail, Rcpt, Data, Dot];
        Stage::WORDS.iter().position(|known| *known == word).map(|i| all[i])
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Stage::WORDS[self as usize]
    }
}

/// When TLS begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cover {
    /// Never.
    #[default]
    None,
    /// Before the greeting (RFC 8314 §3).
    First,
    /// By STARTTLS (RFC 3207).
    StartTls,
}

/// How the dialogue ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// With QUIT, when all is done.
    #[default]
    Done,
    /// With QUIT, after a stage.
    Quit(Stage),
    /// By closing the connection, after a stage.
    Drop(Stage),
}

/// What is asked for; texts have no control characters in them.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// The server, `host:port`, as it stands in the script.
    pub target: String,
    /// When TLS begins.
    pub cover: Cover,
    /// The name for EHLO; none: the address literal of this end.
    pub helo: Option<String>,
    /// Who logs in, and by which mechanism.
    pub login: Option<(String, String)>,
    /// The reverse-path; empty for none (`<>`).
    pub from: String,
    /// The recipients; at least one.
    pub to: Vec<String>,
    /// The content's lines, in the notation.
    pub content: Vec<String>,
    /// Parameters of MAIL: `BODY=8BITMIME`, `SMTPUTF8`.
    pub parameters: Vec<&'static str>,
    /// MAIL, RCPT and DATA in one go, where the server offers PIPELINING (RFC 2920).
    pub pipeline: bool,
    /// How it ends.
    pub end: End,
}

impl Order {
    /// The stage after which nothing of the message comes any more.
    fn last(&self) -> Stage {
        match self.end {
            End::Done => Stage::Dot,
            End::Quit(stage) | End::Drop(stage) => stage,
        }
    }

    /// The script.
    pub fn script(&self, catalog: &Catalog) -> String {
        let mut script = Maker { text: String::new(), catalog };
        self.opening(&mut script);
        if self.last() >= Stage::Mail {
            self.envelope(&mut script);
        }
        if self.last() == Stage::Dot {
            script.line("C<<.");
            self.content.iter().for_each(|line| script.line(line));
            script.line(".");
            script.line("S: 250");
        }
        match self.end {
            End::Drop(_) => script.line("@close"),
            // Whoever took the message may hang up without a word.
            _ => script.lines(&["C: QUIT", "S?: 221"]),
        }
        script.text
    }

    /// Up to the login.
    fn opening(&self, script: &mut Maker<'_>) {
        let last = self.last();
        let first = self.cover == Cover::First;
        script.line(&format!("# {}", script.catalog.word("send-script")));
        script.line(&format!("@smtp {}{}", self.target, if first { " tls" } else { "" }));
        script.line("@match status");
        script.line("S: 220");
        if last == Stage::Connect || first && last == Stage::Tls {
            return;
        }
        let helo = self.helo.as_deref().map_or_else(|| "{{me}}".to_owned(), wire);
        let hello = format!("C: EHLO {helo}");
        script.lines(&[&hello, "S: 250"]);
        if last == Stage::Ehlo {
            return;
        }
        if self.cover == Cover::StartTls {
            script.step("send-step-tls");
            script.lines(&["C: STARTTLS", "S: 220", "@tls"]);
            if last == Stage::Tls {
                return;
            }
            // What was offered before counts no more (RFC 3207 §4.2).
            script.lines(&[&hello, "S: 250"]);
        }
        if let Some((user, mechanism)) = &self.login {
            script.step("send-step-login");
            script.line("@secret password");
            login(script, user, mechanism);
        }
    }

    /// MAIL, RCPT, DATA.
    fn envelope(&self, script: &mut Maker<'_>) {
        let last = self.last();
        let mut parameters = String::new();
        self.parameters.iter().for_each(|word| {
            let _ = write!(parameters, " {word}");
        });
        let mut pairs =
            vec![(format!("C: MAIL FROM:<{}>{parameters}", wire(&self.from)), "S: 250".to_owned())];
        if last >= Stage::Rcpt {
            pairs.extend(self.to.iter().enumerate().map(|(i, to)| {
                let answer = match self.to.len() {
                    1 => "S: 250".to_owned(),
                    _ => format!("S: {{{{rcpt{}=*}}}}", i + 1),
                };
                (format!("C: RCPT TO:<{}>", wire(to)), answer)
            }));
        }
        if last >= Stage::Data {
            pairs.push(("C: DATA".to_owned(), "S: 354".to_owned()));
        }
        script.step("send-step-envelope");
        if self.pipeline {
            pairs.iter().for_each(|(said, _)| script.line(said));
            pairs.iter().for_each(|(_, answer)| script.line(answer));
        } else {
            pairs.iter().for_each(|(said, answer)| script.lines(&[said, answer]));
        }
    }
}

/// The lines of a login (RFC 4954 §4).
fn login(script: &mut Maker<'_>, user: &str, mechanism: &str) {
    let user = quoted(user);
    let answer = |function: &str, secret: &str| format!("{{{{{function}({user}, {secret})}}}}");
    match mechanism {
        "LOGIN" => {
            script.lines(&["C: AUTH LOGIN", "S: 334"]);
            script.line(&format!("C: {{{{b64({user})}}}}"));
            script.lines(&["S: 334", "C: {{b64(password)}}"]);
        }
        "CRAM-MD5" => {
            script.lines(&["C: AUTH CRAM-MD5", "S: 334"]);
            script.line(&format!("C: {}", answer("cram", "password")));
        }
        "SCRAM-SHA-1" | "SCRAM-SHA-256" => {
            let scram = format!("C: {}", answer("scram", "password"));
            script.line(&format!("C: AUTH {mechanism}"));
            // Two messages, then an empty one for the server's proof (RFC 5802 §5).
            (0..3).for_each(|_| script.lines(&["S: 334", &scram]));
        }
        "XOAUTH2" | "OAUTHBEARER" => {
            let function = mechanism.to_ascii_lowercase();
            script.line(&format!("C: AUTH {mechanism} {}", answer(&function, "password")));
        }
        _ => script.line(&format!("C: AUTH PLAIN {}", answer("plain", "password"))),
    }
    script.line("S: 235");
}

/// The mechanisms that a script can be made for; the last is what is meant where none is named.
pub const MECHANISMS: [&str; 7] =
    ["LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER", "PLAIN"];

/// A text as an argument of a function.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text as it stands on a client's line.
fn wire(text: &str) -> String {
    escape(&Wire::from(text), Side::Client)
}

/// A script being written.
struct Maker<'a> {
    text: String,
    catalog: &'a Catalog,
}

impl Maker<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn lines(&mut self, lines: &[&str]) {
        lines.iter().for_each(|line| self.line(line));
    }

    fn step(&mut self, id: &str) {
        let title = self.catalog.word(id);
        self.line(&format!("@step \"{title}\""));
    }
}
