//! The loop between the server and whoever types.
//!
//! Every line waits for what the protocol says must come first (lock-step): without a terminal for as long as
//! the server may take, at the prompt for a second, after which the user may go on typing. What the server
//! says is recorded, and so shown, the moment it comes.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::time::sleep_until;

use super::login::Login;
use super::observe::Observer;
use super::options::Options;
use super::prompt::{Now, Prompt};
use super::signals::{Hangup, Interrupt};
use super::source::{Lines, Typed};
use crate::dialect::imap::Tags;
use crate::dialect::{Phase, Turn};
use crate::dialogue::mark::Close;
use crate::dialogue::{Event, Level, Mark, Note, Origin, Protocol, Side, What, Wire};
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::net::{Channel, EndKind, Moved, TlsClient};
use crate::recorder::Recorder;
use crate::view::Control;

/// How long the prompt waits for an answer before it comes back.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a polite leave-taking may take.
const LEAVE: Duration = Duration::from_secs(10);
/// How long to look for lines that were not sent, when the server has gone.
const REST: Duration = Duration::from_millis(50);
/// Octets read at once.
const BUFFER: usize = 64 * 1024;
/// Octets queued before more of a file is read.
const QUEUE: usize = 256 * 1024;

/// A session under way.
pub(super) struct Live {
    pub options: Options,
    pub catalog: Catalog,
    pub recorder: Recorder,
    pub observer: Observer,
    pub channel: Channel,
    pub tls: Option<Rc<TlsClient>>,
    pub start: Instant,
    pub login: Login,
    pub tags: Tags,
    /// Lines that ehlo says of itself: `--starttls`, a login, the leave-taking.
    pub auto: VecDeque<Wire>,
    /// Content that `/attach` sends, waiting for its turn.
    pub upload: VecDeque<super::local::Upload>,
    pub source: Source,
    /// How the connection ended.
    pub over: Option<Close>,
    /// What the exit code is, apart from refusals.
    pub exit: Exit,
    /// The user has gone, or taken leave.
    pub leaving: bool,
    /// The user has said QUIT or LOGOUT.
    pub goodbye: bool,
    /// Since when the server owes an answer, or last spoke.
    quiet: Instant,
    told_quiet: bool,
    /// The server's first bytes, until they tell who is there.
    pub first: Option<Vec<u8>>,
    /// Whether the server has said anything yet.
    pub heard: bool,
    /// What waited to be sent when that was looked at last.
    unsent: usize,
    buffer: Vec<u8>,
    /// The terminal goes, or the system wants the session to end.
    pub hangup: Hangup,
    interrupt: Interrupt,
}

/// Where lines come from.
pub(super) enum Source {
    /// Standard input or `--send`.
    Lines(Lines),
    /// The prompt.
    Prompt(Box<Prompt>),
}

/// Runs a session: connects, talks, ends.
pub(super) async fn session(options: Options) -> Result<Exit, Error> {
    let mut live = super::arrive::arrive(options).await?;
    let result = live.talk().await;
    live.finish(result).await
}

impl Live {
    /// A session on a channel that stands.
    pub fn new(
        options: Options,
        recorder: Recorder,
        channel: Channel,
        tls: Option<Rc<TlsClient>>,
        source: Source,
        start: Instant,
    ) -> Self {
        Live {
            catalog: Catalog::new(options.output.lang),
            login: Login::new(&options),
            recorder,
            observer: Observer::default(),
            channel,
            tls,
            start,
            hangup: Hangup::of(matches!(source, Source::Prompt(_))),
            interrupt: Interrupt::of(matches!(source, Source::Prompt(_))),
            tags: Tags::default(),
            auto: VecDeque::new(),
            upload: VecDeque::new(),
            source,
            over: None,
            exit: Exit::Ok,
            leaving: false,
            goodbye: false,
            quiet: Instant::now(),
            told_quiet: false,
            first: Some(Vec::new()),
            heard: false,
            unsent: 0,
            buffer: vec![0; BUFFER],
            options,
        }
    }

    pub async fn talk(&mut self) -> Result<(), Error> {
        self.plan_start();
        if let Source::Prompt(prompt) = &self.source {
            prompt.take_terminal();
        }
        loop {
            if self.over.is_some() && !self.stays() {
                return Ok(());
            }
            if self.act().await? {
                continue;
            }
            let wanted = self.wants_input();
            self.ask(wanted);
            let deadline = self.deadline(wanted);
            let listening = !wanted || self.is_bare();
            let Live { channel, source, buffer, over, hangup, interrupt, .. } = self;
            tokio::select! {
                () = hangup.wait() => return self.hung_up(),
                moved = channel.step(buffer), if over.is_none() => self.moved(moved).await?,
                typed = source.next(), if wanted => self.typed(typed).await?,
                () = interrupt.wait() => if listening { self.interrupted() },
                () = sleep_until(deadline.into()) => self.waited()?,
            }
        }
    }

    /// Whether a prompt stays after the server has gone: what came can still be saved. Who said QUIT or LOGOUT
    /// has gone already.
    fn stays(&self) -> bool {
        let prompting = matches!(self.source, Source::Prompt(_));
        prompting && !self.leaving && !self.goodbye && self.observer.spool.kept().is_some()
    }

    /// Whether the next line may be sent: the server owes nothing that must come first.
    pub fn ready(&self) -> bool {
        let expect = self.recorder.expect();
        match expect.client {
            Turn::Hold | Turn::Tls => false,
            Turn::Data | Turn::Counted(_) | Turn::Sasl | Turn::Idle | Turn::Rest => true,
            Turn::Command | Turn::Over => expect.owed == 0,
        }
    }

    fn wants_input(&self) -> bool {
        let busy = !self.auto.is_empty() || !self.upload.is_empty();
        match &self.source {
            Source::Lines(_) => {
                // A server that does not read must not make us gather what it will never get.
                let flows = self.channel.unsent() < QUEUE;
                let ready = self.ready() && !self.taking_leave();
                !self.leaving && !busy && ready && self.over.is_none() && flows
            }
            Source::Prompt(prompt) => {
                let patient = prompt.is_pasting() || self.login.is_under_way();
                let enough = !patient && self.quiet.elapsed() >= PATIENCE;
                prompt.is_asked()
                    || (!self.leaving && !busy && (self.ready() && !self.goodbye || enough))
                    || self.over.is_some()
            }
        }
    }

    /// Whether the server is about to close, as it was asked to or as it says: what is sent now would be lost, or
    /// not, by chance.
    fn taking_leave(&self) -> bool {
        let asked = matches!(self.recorder.state().phase, Phase::Logout | Phase::Update);
        (asked || self.observer.closing) && self.quiet.elapsed() < PATIENCE
    }

    /// Whether somebody types without an editor, so that Ctrl-C comes as a signal.
    fn is_bare(&self) -> bool {
        matches!(&self.source, Source::Prompt(prompt) if prompt.is_bare())
    }

    fn ask(&mut self, wanted: bool) {
        if !wanted || !matches!(&self.source, Source::Prompt(prompt) if !prompt.is_asked()) {
            return;
        }
        let (columns, rows) = super::output::size();
        self.control(&Control::Width(columns));
        self.control(&Control::Fold(rows.saturating_sub(super::output::SPARE)));
        let Source::Prompt(prompt) = &mut self.source else { return };
        prompt.ask(&Now {
            state: self.recorder.state(),
            expect: self.recorder.expect(),
            protocol: self.recorder.protocol(),
            lang: self.catalog.lang(),
        });
    }

    fn deadline(&self, wanted: bool) -> Instant {
        let far = Instant::now() + Duration::from_secs(3600);
        let prompting = matches!(self.source, Source::Prompt(_));
        if self.leaving {
            return self.quiet + LEAVE.min(self.options.timeout);
        }
        if (prompting || self.taking_leave()) && !wanted && self.quiet.elapsed() < PATIENCE {
            return self.quiet + PATIENCE;
        }
        let owes = self.recorder.expect().owed > 0 || self.channel.unsent() > 0;
        if owes && !self.told_quiet {
            return self.quiet + self.options.timeout;
        }
        far
    }

    /// Nothing came for too long.
    fn waited(&mut self) -> Result<(), Error> {
        if !self.leaving && self.quiet.elapsed() < self.options.timeout {
            // The prompt may come back.
            return Ok(());
        }
        let unsent = self.channel.unsent();
        if unsent != std::mem::replace(&mut self.unsent, unsent) {
            // It reads, if slowly.
            self.quiet = Instant::now();
            return Ok(());
        }
        if self.recorder.expect().owed == 0 && unsent == 0 {
            if self.leaving {
                self.end(Close::Client)?;
            }
            return Ok(());
        }
        self.told_quiet = true;
        let patience = if self.leaving { LEAVE.min(self.options.timeout) } else { self.options.timeout };
        let partial = self.recorder.pending(Side::Server);
        let (id, octets) = match partial {
            _ if unsent > 0 => ("note-timeout-unsent", unsent),
            0 if !self.heard => ("note-timeout-greeting", 0),
            0 => ("note-timeout", 0),
            _ => ("note-timeout-partial", partial),
        };
        let note = Note::new(Level::Warn, id).with("seconds", patience.as_secs_f64());
        self.say(&[note.with("octets", octets)])?;
        if self.leaving {
            self.end(Close::TimedOut)?;
        }
        if let Source::Lines(_) = self.source {
            // Without somebody to decide, waiting on would be a hang.
            self.exit = self.exit.worse(Exit::Network);
            self.end(Close::TimedOut)?;
        }
        Ok(())
    }

    fn interrupted(&mut self) {
        // At the prompt Ctrl-C gives the prompt back at once; without one it ends the session.
        match &mut self.source {
            Source::Prompt(prompt) if !self.leaving => {
                prompt.interrupt();
                self.login.give_up();
                self.auto.clear();
                self.upload.clear();
                self.quiet = Instant::now().checked_sub(PATIENCE).unwrap_or(self.quiet);
            }
            _ => {
                self.leaving = true;
                self.exit = Exit::No;
                let _ = self.end(Close::Client);
            }
        }
    }

    /// The terminal has gone, or the system ends the session: nobody is asked any more.
    fn hung_up(&mut self) -> Result<(), Error> {
        self.leaving = true;
        self.exit = self.exit.worse(Exit::No);
        if let Source::Prompt(prompt) = &mut self.source {
            prompt.close();
        }
        self.end(Close::Client)
    }

    async fn moved(&mut self, moved: Moved) -> Result<(), Error> {
        match moved {
            Moved::Received(n) => {
                self.quiet = Instant::now();
                self.told_quiet = false;
                // Lent, not copied: half a gigabyte may pass here.
                let buffer = std::mem::take(&mut self.buffer);
                let received = self.received(&buffer[..n]).await;
                self.buffer = buffer;
                received
            }
            Moved::Sent => Ok(()),
            Moved::Ended(kind) => self.ended(kind),
        }
    }

    /// Records what the server said. While an answer to STARTTLS is awaited, a line at a time: what comes
    /// after it in plain text must be told apart.
    pub async fn received(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.heard = true;
        let stranger = self.who_is_there(bytes);
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.recorder.expect().client == Turn::Tls {
                return self.injected(rest);
            }
            let careful = self.recorder.expect().client == Turn::Hold;
            let end = match memchr::memchr(b'\n', rest) {
                Some(i) if careful => i + 1,
                _ => rest.len(),
            };
            self.record(Side::Server, Wire::from(&rest[..end]))?;
            rest = &rest[end..];
        }
        if let Some(stranger) = stranger {
            self.meet(stranger)?;
        }
        if let Some(error) = self.observer.spool.take_fault() {
            return Err(Error::new(Exit::File, "error-save").detail(error));
        }
        if let Some((path, octets)) = self.observer.spool.take_saved() {
            self.control(&Control::HideBodies(false));
            let note =
                Note::new(Level::State, "note-saved").with("file", path.display()).with("octets", octets);
            self.say(&[note])?;
        }
        Ok(())
    }

    pub fn ended(&mut self, kind: EndKind) -> Result<(), Error> {
        let expect = self.recorder.expect();
        let close = match kind {
            EndKind::Clean => Close::Server,
            EndKind::WithoutCloseNotify => Close::Unclean,
            EndKind::TimedOut => Close::TimedOut,
            EndKind::Ours => Close::Client,
            _ => Close::Reset,
        };
        // A server that says BYE or 421 of itself was not asked to.
        let over = matches!(self.recorder.state().phase, Phase::Logout | Phase::Update);
        let asked = self.leaving || (over && self.observer.farewell);
        let unsent = matches!(self.source, Source::Lines(_)) || expect.client != Turn::Command;
        if !asked && (expect.owed > 0 || close == Close::Reset || unsent) {
            self.exit = self.exit.worse(Exit::Network);
        }
        self.end(close)?;
        if let Source::Prompt(prompt) = &mut self.source
            && !self.goodbye
            && !self.leaving
        {
            prompt.server_gone(self.observer.spool.kept().is_some());
        }
        Ok(())
    }

    /// Records the end of the connection, once.
    pub fn end(&mut self, close: Close) -> Result<(), Error> {
        if self.over.is_none() {
            self.over = Some(close);
            let at = Some(self.start.elapsed());
            self.recorder.mark(Mark::Closed(close), at).map_err(output_error)?;
        }
        Ok(())
    }

    /// Records bytes of a side.
    pub fn record(&mut self, side: Side, wire: Wire) -> Result<(), Error> {
        let event = Event {
            stream: 1,
            at: Some(self.start.elapsed()),
            origin: Origin::None,
            what: What::Chunk(side, wire),
        };
        let Live { recorder, observer, .. } = self;
        recorder.push(event, &mut |step, state| observer.step(step, state)).map_err(output_error)
    }

    /// Sends bytes, recorded first: the command stands above its reply.
    pub fn send(&mut self, wire: Wire) -> Result<(), Error> {
        if self.over.is_some() {
            return self.say(&[Note::new(Level::Warn, "note-server-gone")]);
        }
        let bytes = wire.bytes.clone();
        self.quiet = Instant::now();
        self.told_quiet = false;
        self.record(Side::Client, wire)?;
        self.channel.send(&bytes);
        Ok(())
    }

    /// Notes that hang on no step.
    pub fn say(&mut self, notes: &[Note]) -> Result<(), Error> {
        self.recorder.say(notes).map_err(output_error)
    }

    /// Something changes about how the views show.
    pub fn control(&mut self, control: &Control) {
        self.recorder.views().for_each(|v| v.control(control));
    }

    /// What is due without anybody typing; whether there was something.
    async fn act(&mut self) -> Result<bool, Error> {
        if self.over.is_some() {
            return Ok(false);
        }
        if self.recorder.expect().client == Turn::Tls {
            self.start_tls().await?;
            return Ok(true);
        }
        if self.answer_challenge().await? {
            return Ok(true);
        }
        if !self.upload.is_empty() && self.feed_upload()? {
            return Ok(true);
        }
        self.check_upgrade()?;
        self.check_proof()?;
        if self.login_due().await? {
            return Ok(true);
        }
        if self.ready()
            && let Some(wire) = self.auto.pop_front()
        {
            self.send(wire)?;
            return Ok(true);
        }
        Ok(false)
    }

    async fn start_tls(&mut self) -> Result<(), Error> {
        let tls = match &self.tls {
            Some(tls) => tls.clone(),
            None => {
                let client = TlsClient::new(&self.options.tls).map_err(|f| super::faults::tls_setup(&f))?;
                self.tls.insert(Rc::new(client)).clone()
            }
        };
        let host = self.options.endpoint.host.clone();
        match self.channel.start_tls(&host, &tls, &[]).await {
            Ok(info) => {
                let at = Some(self.start.elapsed());
                self.quiet = Instant::now();
                self.recorder.mark(Mark::Tls(info), at).map_err(output_error)
            }
            Err(error) => {
                self.leaving = true;
                self.end(Close::Refused)?;
                Err(super::faults::tls_error(&error, &host))
            }
        }
    }

    /// Lines that the options ask for at the start: an EHLO before STARTTLS, then TLS.
    fn plan_start(&mut self) {
        use super::options::Security;
        let protocol = self.recorder.protocol();
        let me = self.me();
        let hello = |verb: &str| Wire::from(&*format!("{verb} {me}\r\n"));
        if self.options.security == Security::StartTls {
            match protocol {
                Protocol::Smtp => self.auto.extend([hello("EHLO"), Wire::from("STARTTLS\r\n")]),
                Protocol::Lmtp => self.auto.extend([hello("LHLO"), Wire::from("STARTTLS\r\n")]),
                Protocol::Pop3 => self.auto.push_back(Wire::from("STLS\r\n")),
                Protocol::Imap => {
                    let line = format!("{} STARTTLS\r\n", self.tags.next_tag());
                    self.auto.push_back(Wire::from(&*line));
                }
            }
        }
    }

    /// How this client names itself: its address, as RFC 5321 §4.1.3 has it for hosts without a name.
    pub fn me(&self) -> String {
        match self.channel.local().map(|a| a.ip().to_canonical()) {
            Some(std::net::IpAddr::V4(ip)) => format!("[{ip}]"),
            Some(std::net::IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
            None => "localhost".to_owned(),
        }
    }

    /// Feeds what `/attach` sends, a portion at a time; whether it did something.
    fn feed_upload(&mut self) -> Result<bool, Error> {
        if self.channel.unsent() > QUEUE {
            return Ok(false);
        }
        let turn = self.recorder.expect().client;
        let Some(upload) = self.upload.front_mut() else { return Ok(false) };
        match upload.next(turn, self.recorder.expect().owed)? {
            super::local::Portion::Wait => Ok(false),
            super::local::Portion::Bytes(bytes) => self.send(Wire::new(bytes)).map(|()| true),
            super::local::Portion::Done => {
                self.upload.pop_front();
                Ok(true)
            }
            super::local::Portion::Refused => {
                self.upload.pop_front();
                self.say(&[Note::new(Level::Warn, "note-attach-refused")]).map(|()| true)
            }
        }
    }

    /// What was meant to happen, and did not any more: lines that were not sent, a file that nothing came for.
    async fn leftovers(&mut self) -> Result<(), Error> {
        if let Source::Lines(lines) = &mut self.source
            && !self.leaving
            && let Ok(Some(_)) = tokio::time::timeout(REST, lines.peek()).await
        {
            let asked = matches!(self.recorder.state().phase, Phase::Logout | Phase::Update);
            // What stands behind a QUIT is a slip; anything else is a script that went otherwise.
            self.exit = self.exit.worse(if asked { Exit::Ok } else { Exit::No });
            self.say(&[Note::new(Level::Warn, "note-unsent")])?;
        }
        let Some(unused) = self.observer.spool.give_up() else { return Ok(()) };
        let id = if unused.begun { "note-saved-cut" } else { "note-save-unused" };
        let note = Note::new(Level::Warn, id).with("file", unused.path.display());
        self.say(&[note.with("octets", unused.octets)])
    }

    /// Ends the record: closes, says what there is to say, gives the exit code.
    pub async fn finish(&mut self, result: Result<(), Error>) -> Result<Exit, Error> {
        if self.over.is_none() {
            let _ = self.end(Close::Client);
        }
        let left = self.leftovers().await;
        let _ = tokio::time::timeout(Duration::from_millis(500), self.channel.shutdown()).await;
        if let Source::Prompt(prompt) = &mut self.source {
            prompt.close();
        }
        let ended = self.recorder.end().map_err(output_error);
        if let Source::Prompt(prompt) = &mut self.source {
            prompt.finish();
        }
        result?;
        left?;
        ended?;
        let exit = if self.options.fail && self.observer.refused { Exit::No } else { Exit::Ok };
        Ok(self.exit.worse(exit))
    }
}

impl Source {
    async fn next(&mut self) -> Typed {
        match self {
            Source::Lines(lines) => lines.next().await,
            Source::Prompt(prompt) => prompt.next().await,
        }
    }
}

/// What a view's output said.
pub(super) fn output_error(error: std::io::Error) -> Error {
    Error::new(Exit::File, "error-output").detail(error)
}
