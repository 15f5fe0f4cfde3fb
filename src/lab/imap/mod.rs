//! The lab's IMAP server: IMAP4rev1 (RFC 3501) and what the profiles offer beside it, on top of the reader's
//! units. It has no socket and no thread: a step of the client's comes in, what there is to say goes out.
//!
//! ```text
//!  units ─ intake ─▶ Line ─ command ─▶ Command ─▶ login | boxes | messages | fetch, search ─▶ Outcome
//!           │ literals: `+`, refused, or a message into a draft        view: numbers, what others changed
//! ```
//!
//! - `line`, `command`, `names`, `items`, `keys`, `set`: how a command is read. A BAD says where it went wrong
//!   and what was expected there.
//! - `view`: a session's message numbers, and what it was told.
//! - `fetch`, `search`, `structure`, `header`: what is in messages.
//!
//! Not here: CONDSTORE, SORT, THREAD, quotas, ACLs, IMAP4rev2.

mod command;
mod date;
mod fetch;
mod header;
mod items;
mod keys;
mod line;
mod say;
mod search;
mod set;
mod structure;
mod view;

mod boxes;
mod intake;
mod login;
mod messages;
mod mishaps;
mod names;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use command::{Command, Offer, Parsed, Refused};
use intake::{Ended, Incoming, Intake, Mode};
use line::{Line, Parser, Wrong};
use view::{Allow, View};

use super::profile::Profile;
use super::sasl;
use super::servant::{Outcome, Servant};
use super::store::StoreError;
use super::{Lab, Limits};
use crate::dialect::State;
use crate::dialect::imap::lex::Announced;
use crate::dialogue::{Shape, Side, Step};

/// So many commands that are none end the connection, as Dovecot does it: somebody speaks another protocol.
const MOST_BAD: u32 = 20;
/// Octets of literals before login.
const STRANGER: u64 = 8192;

/// The server's side of an IMAP connection.
pub struct ImapServant {
    lab: Arc<Lab>,
    tls: bool,
    /// Who is logged in.
    account: Option<String>,
    view: Option<View>,
    intake: Intake,
    waiting: Waiting,
    /// Commands that were none, since the last that was one.
    bad: u32,
    /// When the client last said something.
    heard: Instant,
    cache: fetch::Cache,
}

/// What the client's next line is, if it is no command.
enum Waiting {
    Command,
    /// An answer of a SASL exchange.
    Sasl(String, Box<sasl::Server>),
    /// DONE.
    Idle(String),
    /// The TLS handshake.
    Tls,
    /// Nothing more is heard.
    Over,
}

/// How a command ends: its last line without the tag.
type Answer = Result<String, Fail>;

/// How a command fails.
enum Fail {
    /// NO, and why.
    No(String),
    /// BAD: what is wrong.
    Bad(Wrong),
    /// It has been answered, or will be.
    Said,
}

impl From<StoreError> for Fail {
    fn from(error: StoreError) -> Fail {
        Fail::No(refusal(&error))
    }
}

/// What the store's refusal is in IMAP's words (RFC 5530).
fn refusal(error: &StoreError) -> String {
    match error {
        StoreError::NoAccount => "[UNAVAILABLE] This account is not there any more.".into(),
        StoreError::NoMailbox => "[NONEXISTENT] Mailbox doesn't exist.".into(),
        StoreError::NoMessage => "[EXPUNGEISSUED] Some of the requested messages no longer exist.".into(),
        StoreError::Exists => "[ALREADYEXISTS] Mailbox already exists.".into(),
        StoreError::NotAllowed("inbox") => {
            "[CANNOT] INBOX is always there: it cannot be made or deleted.".into()
        }
        StoreError::NotAllowed("name-separator") => {
            "[CANNOT] A mailbox name has a level without a name: dots stand between levels, as in Work.2026."
                .into()
        }
        StoreError::NotAllowed("into-itself") => "[CANNOT] A mailbox cannot be moved below itself.".into(),
        StoreError::NotAllowed(_) => "[CANNOT] This mailbox name is not allowed.".into(),
        StoreError::Full => "[OVERQUOTA] A limit of this server is reached.".into(),
        _ => "[SERVERBUG] The server could not read or write what it keeps.".into(),
    }
}

impl ImapServant {
    /// For a connection to this lab.
    pub fn new(lab: &Arc<Lab>) -> ImapServant {
        ImapServant {
            lab: lab.clone(),
            tls: false,
            account: None,
            view: None,
            intake: Intake::default(),
            waiting: Waiting::Command,
            bad: 0,
            heard: Instant::now(),
            cache: fetch::Cache::default(),
        }
    }

    fn profile(&self) -> Profile {
        self.lab.settings.profile
    }

    fn limits(&self) -> &Limits {
        &self.lab.settings.limits
    }

    /// What is offered now.
    fn capabilities(&self) -> Vec<String> {
        let starttls = self.lab.settings.starttls && !self.tls;
        self.profile().imap_capabilities(self.account.is_some(), starttls)
    }

    /// What is offered, before and after login together.
    fn offer(&self) -> Offer {
        let starttls = self.lab.settings.starttls && !self.tls;
        let mut all = self.profile().imap_capabilities(false, starttls);
        all.extend(self.profile().imap_capabilities(true, starttls));
        Offer(all)
    }

    /// A literal is announced: whether it is taken.
    fn literal(&mut self, literal: Announced, at: usize, out: &mut Outcome) {
        match self.weigh(&literal, at) {
            Ok(()) => {
                self.intake.line.open_literal(at);
                if literal.waits {
                    out.text("+ OK\r\n");
                }
            }
            // What waits for a word is refused by it; what does not wait comes, and is thrown away.
            Err(reply) if literal.waits => {
                self.intake.reset();
                out.text(reply);
            }
            Err(reply) => {
                if literal.octets.is_none_or(|n| n > self.limits().message.saturating_mul(2)) {
                    return self.bye(out, "The literal is too big to be waited for.");
                }
                self.intake.line.open_literal(at);
                self.intake.mode = Mode::Refuse(reply);
            }
        }
    }

    /// Whether a literal can be taken; else what is answered.
    fn weigh(&mut self, literal: &Announced, at: usize) -> Result<(), String> {
        if let Mode::Refuse(reply) = &self.intake.mode {
            return Err(reply.clone());
        }
        let octets = literal.octets.unwrap_or(u64::MAX);
        let (tag, verb) = self.intake.named();
        let bad = |wrong: Wrong, line: &Line| bad_line(tag.as_deref(), &verb, &wrong.say(line));
        if let Some(wrong) = self.intake.odd(literal, at, &self.offer()) {
            return Err(bad(wrong, &self.intake.line));
        }
        if let Mode::Append(_) = self.intake.mode {
            let wrong = Wrong::all("one message at a time: this server does not offer MULTIAPPEND");
            return Err(bad(wrong, &self.intake.line));
        }
        if self.account.is_some() {
            let bad = |r: Refused| bad_line(r.tag.as_deref(), &r.verb, &r.wrong.say(&self.intake.line));
            if let Some((tag, to)) = self.intake.appends(at).map_err(bad)? {
                return self.begin_append(tag, to, octets);
            }
        }
        let limit = if self.account.is_some() { self.limits().literal as u64 } else { STRANGER };
        if octets.saturating_add(self.intake.line.bytes.len() as u64) > limit {
            let what = format!("a literal here has {limit} octets at most, with what is before it");
            return Err(bad(Wrong::at(at, what), &self.intake.line));
        }
        Ok(())
    }

    /// A message is announced: whether it can go where it shall.
    fn begin_append(&mut self, tag: String, to: command::Append, octets: u64) -> Result<(), String> {
        let account = self.account.clone().unwrap_or_default();
        if self.fails_to_append() {
            return Err(format!("{tag} NO [OVERQUOTA] Quota exceeded (mailbox for user is full)\r\n"));
        }
        if let Err(error) = self.lab.store.mailbox(&account, &to.mailbox) {
            return Err(format!("{tag} NO {}\r\n", missing(&error, &to.mailbox)));
        }
        let most = self.limits().message;
        if octets > most {
            return Err(format!("{tag} NO [TOOBIG] A message has {most} octets at most here.\r\n"));
        }
        let draft = self.lab.store.draft();
        self.intake.mode = Mode::Append(Box::new(Incoming { tag, to, draft, whole: false }));
        Ok(())
    }

    /// A piece of a literal that is a message.
    fn incoming(&mut self, bytes: &[u8]) {
        let Mode::Append(incoming) = &mut self.intake.mode else { return };
        if let Err(error) = incoming.draft.write(bytes) {
            let reply = format!("{} NO {}\r\n", incoming.tag, refusal(&error));
            self.intake.mode = Mode::Refuse(reply);
        }
    }

    /// A command is whole.
    fn command(&mut self, out: &mut Outcome) {
        let (line, mode) = self.intake.take();
        match (mode, std::mem::replace(&mut self.waiting, Waiting::Command)) {
            (Mode::Refuse(reply), _) => {
                out.text(reply);
                self.count_bad(out);
            }
            (Mode::Append(incoming), _) => self.end_append(*incoming, &line, out),
            (Mode::Collect, Waiting::Idle(tag)) => self.end_idle(&tag, &line, out),
            (Mode::Collect, Waiting::Sasl(tag, server)) => {
                self.waiting = Waiting::Sasl(tag, server);
                self.sasl_answer(&line.bytes, out);
            }
            (Mode::Collect, Waiting::Over) => self.waiting = Waiting::Over,
            (Mode::Collect, _) => self.run(&line, out),
        }
    }

    fn run(&mut self, line: &Line, out: &mut Outcome) {
        let mut parser = Parser::new(line);
        let parsed = match command::opening(&mut parser, line) {
            Ok(parsed) => parsed,
            Err(refused) => return self.refuse(&refused, line, out),
        };
        if self.fails(&parsed, out) {
            return;
        }
        let read = match self.too_early(&parsed.verb) {
            Some(why) => Err(Wrong::all(why)),
            None => command::arguments(&mut parser, &parsed, &self.offer()),
        };
        let Parsed { tag, verb, uid } = parsed;
        let answer = match read {
            Ok(command) => self.act(&tag, command, uid, out),
            Err(wrong) => Err(Fail::Bad(wrong)),
        };
        let expunge = uid || !matches!(verb.as_str(), "FETCH" | "STORE" | "SEARCH");
        match answer {
            Err(Fail::Said) => self.bad = 0,
            Err(Fail::Bad(wrong)) => {
                self.refuse(&Refused { tag: Some(tag), verb, wrong }, line, out);
            }
            Ok(words) => self.finish(&format!("{tag} OK {words}\r\n"), expunge, uid, out),
            Err(Fail::No(words)) => self.finish(&format!("{tag} NO {words}\r\n"), expunge, uid, out),
        }
    }

    /// Says what changed meanwhile, and the last line.
    fn finish(&mut self, last: &str, expunge: bool, uid: bool, out: &mut Outcome) {
        self.bad = 0;
        let mut said = Vec::new();
        if let Some(view) = &mut self.view {
            view.sync(&mut said, Allow { expunge, uid, known: &[] });
        }
        said.extend_from_slice(last.as_bytes());
        out.bytes(said);
    }

    fn refuse(&mut self, refused: &Refused, line: &Line, out: &mut Outcome) {
        if let (Some(tag), true) = (&refused.tag, refused.wrong.refused) {
            return self.finish(&format!("{tag} NO {}\r\n", refused.wrong.what), false, false, out);
        }
        out.text(bad_line(refused.tag.as_deref(), &refused.verb, &refused.wrong.say(line)));
        self.count_bad(out);
    }

    fn count_bad(&mut self, out: &mut Outcome) {
        self.bad += 1;
        if self.bad >= MOST_BAD {
            self.bye(out, "Too many invalid IMAP commands.");
        }
    }

    fn bye(&mut self, out: &mut Outcome, why: &str) {
        out.text(format!("* BYE {why}\r\n"));
        out.close = true;
        self.waiting = Waiting::Over;
    }

    /// Why a command cannot be given now (RFC 9051 §3).
    fn too_early(&self, verb: &str) -> Option<&'static str> {
        let before = ["STARTTLS", "AUTHENTICATE", "LOGIN"];
        let after = [
            "ENABLE",
            "SELECT",
            "EXAMINE",
            "CREATE",
            "DELETE",
            "RENAME",
            "SUBSCRIBE",
            "UNSUBSCRIBE",
            "LIST",
            "LSUB",
            "STATUS",
            "APPEND",
            "NAMESPACE",
            "IDLE",
        ];
        let selected = ["CHECK", "CLOSE", "UNSELECT", "EXPUNGE", "SEARCH", "FETCH", "STORE", "COPY", "MOVE"];
        if self.account.is_some() {
            if before.contains(&verb) {
                return Some("you are logged in already");
            }
            return (selected.contains(&verb) && self.view.is_none())
                .then_some("no mailbox is open: SELECT or EXAMINE one first");
        }
        (after.contains(&verb) || selected.contains(&verb))
            .then_some("log in first, with LOGIN or AUTHENTICATE")
    }

    fn act(&mut self, tag: &str, command: Command, uid: bool, out: &mut Outcome) -> Answer {
        match command {
            Command::Capability => {
                out.text(format!("* CAPABILITY {}\r\n", self.capabilities().join(" ")));
                Ok("Capability completed.".into())
            }
            Command::Noop => Ok("NOOP completed.".into()),
            Command::Check => Ok("Check completed.".into()),
            Command::Logout => self.logout(tag, out),
            Command::StartTls => self.start_tls(tag, out),
            Command::Authenticate(mechanism, first) => self.authenticate(tag, &mechanism, first, out),
            Command::Login(user, password) => self.login(&user, &password, out),
            Command::Id => Ok(self.id(out)),
            Command::Enable => {
                // Nothing here needs to be switched on; RFC 5161 §3.1 wants the reply all the same.
                out.text("* ENABLED\r\n");
                Ok("Enabled.".into())
            }
            Command::Idle => {
                let mut said = b"+ idling\r\n".to_vec();
                self.sync_all(&mut said);
                out.bytes(said);
                self.waiting = Waiting::Idle(tag.to_owned());
                Err(Fail::Said)
            }
            Command::Namespace => {
                out.text("* NAMESPACE ((\"\" \".\")) NIL NIL\r\n");
                Ok("Namespace completed.".into())
            }
            Command::Select(name, read_only) => self.select(&name, read_only, out),
            Command::Close => self.close(),
            Command::Unselect => {
                self.view = None;
                out.watch = None;
                Ok("Unselect completed.".into())
            }
            Command::Search(search) => self.search(tag, search, uid, out),
            Command::Fetch(set, items) => self.fetch(tag, &set, items, uid, out),
            Command::Store(set, change) => self.store(&set, &change, uid, out),
            Command::Copy(set, to, away) => self.copy(&set, &to, away, uid, out),
            Command::Expunge(set) => self.expunge(set.as_ref(), out),
            command => self.about_mailboxes(command, out),
        }
    }

    fn logout(&mut self, tag: &str, out: &mut Outcome) -> Answer {
        out.text(format!("* BYE Logging out\r\n{tag} OK Logout completed.\r\n"));
        out.close = true;
        self.waiting = Waiting::Over;
        self.view = None;
        Err(Fail::Said)
    }

    fn sync_all(&mut self, said: &mut Vec<u8>) {
        if let Some(view) = &mut self.view {
            view.sync(said, Allow { expunge: true, ..Allow::default() });
        }
    }

    fn end_idle(&mut self, tag: &str, line: &Line, out: &mut Outcome) {
        if line.bytes.trim_ascii().eq_ignore_ascii_case(b"DONE") {
            return self.finish(&format!("{tag} OK Idle completed.\r\n"), true, false, out);
        }
        out.text(bad_line(Some(tag), "IDLE", "column 1: expected DONE, which ends IDLE"));
        self.count_bad(out);
    }
}

/// A BAD: tagged where there is a tag.
fn bad_line(tag: Option<&str>, verb: &str, what: &str) -> String {
    let tag = tag.unwrap_or("*");
    let of = if verb.is_empty() { "received by server".to_owned() } else { line::shown(verb.as_bytes()) };
    format!("{tag} BAD Error in IMAP command {of}: {what}\r\n")
}

/// The words for a mailbox that something should go into (RFC 9051 §7.1, TRYCREATE).
fn missing(error: &StoreError, name: &str) -> String {
    match error {
        StoreError::NoMailbox => {
            let name = crate::dialect::imap::utf7::encode(name);
            format!("[TRYCREATE] Mailbox doesn't exist: {}", line::shown(name.as_bytes()))
        }
        error => refusal(error),
    }
}

impl Servant for ImapServant {
    fn greet(&mut self, out: &mut Outcome) {
        if self.fails_to_greet(out) {
            return;
        }
        let words = match self.profile() {
            Profile::Sheet => "Dovecot (Ubuntu) ready.",
            _ => "ehlo lab ready.",
        };
        out.text(format!("* OK [CAPABILITY {}] {words}\r\n", self.capabilities().join(" ")));
    }

    fn step(&mut self, step: &Step, _: &State, out: &mut Outcome) {
        match step {
            Step::Open(head) if head.side == Side::Client => {
                self.heard = Instant::now();
                self.intake.open(head.n, head.shape);
            }
            Step::Piece(piece) => match self.intake.piece(piece) {
                Some(Shape::Literal) => {
                    self.heard = Instant::now();
                    self.incoming(&piece.wire.bytes);
                }
                Some(_) if !matches!(self.waiting, Waiting::Over) && self.too_long() => {
                    self.intake.reset();
                    self.bye(out, "The command line is too long.");
                }
                _ => {}
            },
            Step::Close(end) => match self.intake.close(end.n, end.complete) {
                // What was said in clear behind STARTTLS is no command (CVE-2011-0411).
                _ if matches!(self.waiting, Waiting::Over | Waiting::Tls) => self.intake.reset(),
                Ended::Literal(literal, at) => self.literal(literal, at, out),
                Ended::Command => self.command(out),
                Ended::Sasl(line) => self.sasl_answer(&line, out),
                Ended::Junk => {
                    out.text(bad_line(None, "", "these bytes belong to no command"));
                    self.count_bad(out);
                }
                Ended::Nothing => {}
            },
            _ => {}
        }
    }

    fn tls_started(&mut self) {
        // RFC 9051 §6.2.1: what was said in clear does not count any more.
        self.tls = true;
        self.waiting = Waiting::Command;
        self.intake.reset();
    }

    fn poke(&mut self, out: &mut Outcome) {
        if matches!(self.waiting, Waiting::Over) {
            return;
        }
        if self.heard.elapsed() >= self.patience() {
            return self.bye(out, "Disconnected for inactivity.");
        }
        if let Waiting::Idle(_) = self.waiting {
            let mut said = Vec::new();
            self.sync_all(&mut said);
            if !said.is_empty() {
                out.bytes(said);
            }
        }
    }

    fn patience(&self) -> Duration {
        self.limits().idle
    }

    fn gone(&mut self) {
        self.waiting = Waiting::Over;
        self.intake.reset();
        self.view = None;
    }
}

impl ImapServant {
    fn too_long(&self) -> bool {
        self.intake.line.bytes.len() > self.limits().line + self.limits().literal
            || self.intake.line.line_octets() > self.limits().line
    }
}
