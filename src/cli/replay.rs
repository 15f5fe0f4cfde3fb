//! `ehlo replay`: scripts are run and compared; also `--script` of a session.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clap::Args;

use super::asked::Asked;
use super::connection::{Connection, Tls};
use super::context::Context;
use super::help::Example;
use super::output::{OutputArgs, words};
use super::targets::{Role, Targets};
use crate::annotate::redact::Secrets;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::session;
use crate::session::options::{Input, Login, Options};
use crate::session::script::model::Do;
use crate::session::script::names::{Names, Scene};
use crate::session::script::{
    Level, Outcome, Paper, Script, Setup, Shown, Unread, accept, forms, play, report,
};

/// Shown in the help, to be copied.
pub const EXAMPLES: &[Example] = &[
    Example("example-replay", "ehlo replay 3c.ehlo --to lab"),
    Example("example-replay-allow", "ehlo replay 3c.ehlo --allow mail.redes.unlp.edu.ar"),
    Example("example-replay-user", "ehlo replay 3f.ehlo --to lab --user alumnopop"),
    Example("example-replay-all", "ehlo replay scripts/*.ehlo --to lab"),
    Example("example-replay-many", "ehlo replay lab1.ehlo lab2.ehlo --to lab --jobs 4 --junit report.xml"),
    Example("example-replay-set", "ehlo replay lab1.ehlo --to imap=127.0.0.1:2143 --set box=Lab3"),
];

/// The words of `--match`.
const LEVELS: [&str; 4] = Level::WORDS;

/// The arguments of `ehlo replay`.
#[derive(Args, Clone, Debug)]
pub struct Replay {
    /// The scripts.
    #[arg(value_name = "SCRIPT", required = true)]
    pub script: Vec<PathBuf>,
    /// What decides how they run.
    #[command(flatten)]
    pub run: RunArgs,
    /// How to reach the servers.
    #[command(flatten)]
    pub connection: Connection,
    /// TLS.
    #[command(flatten)]
    pub tls: Tls,
    /// How it is shown.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// How scripts run.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "script")]
pub struct RunArgs {
    /// `--to`.
    #[arg(long, value_name = "TARGET")]
    pub to: Vec<String>,
    /// `--allow`.
    #[arg(long, value_name = "HOST")]
    pub allow: Vec<String>,
    /// `--set`.
    #[arg(long, value_name = "NAME=TEXT", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// `--secret`.
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    pub secret: Vec<(String, String)>,
    /// `--user`.
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// `--password-file`.
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// `--match`.
    #[arg(long = "match", value_name = "status|code|text|octets", value_parser = words(&LEVELS, Level::parse))]
    pub level: Option<Level>,
    /// `--jobs`.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: u16,
    /// `--accept`.
    #[arg(long)]
    pub accept: bool,
    /// `--pause`.
    #[arg(long)]
    pub pause: bool,
    /// `--interactive`.
    #[arg(long)]
    pub interactive: bool,
    /// `--junit`.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// `--tap`.
    #[arg(long, conflicts_with = "json")]
    pub tap: bool,
}

fn pair(text: &str) -> Result<(String, String), Error> {
    let (name, value) = text.split_once('=').ok_or_else(|| Error::new(Exit::Usage, "usage-pair"))?;
    if !session::script::template::is_name(name) {
        return Err(Error::new(Exit::Usage, "usage-pair"));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// A script that can be run: read, and everything it needs at hand.
struct Ready {
    path: PathBuf,
    script: Script,
    setup: Setup,
    options: Option<Options>,
}

/// `ehlo smtp HOST --script FILE`: the same as a replay there that stays at the prompt, where there is one.
///
/// # Errors
/// As [`Replay::run`].
pub fn of_session(session: super::session::Session, context: &Context) -> Result<Exit, Error> {
    let super::session::Session { target, connection, tls, login, dialogue, output } = session;
    let port = target.port.map_or_else(String::new, |port| format!(":{port}"));
    let bare = target.host.parse::<std::net::Ipv6Addr>().is_ok() && !port.is_empty();
    let host = if bare { format!("[{}]", target.host) } else { target.host };
    let run = RunArgs {
        to: vec![format!("{host}{port}")],
        user: login.user,
        password_file: login.password_file,
        jobs: 1,
        interactive: context.terminal.stdin && context.terminal.stdout && !output.json,
        ..RunArgs::default()
    };
    Replay { script: dialogue.script.into_iter().collect(), run, connection, tls, output }.run(context)
}

impl Replay {
    /// Runs them.
    ///
    /// # Errors
    /// What cannot be meant so; files; a session that follows.
    pub fn run(self, context: &Context) -> Result<Exit, Error> {
        let count = self.script.len();
        let (run, terminal) = (&self.run, context.terminal);
        if (run.interactive || run.pause)
            && (count > 1 || !terminal.stdin || !terminal.stdout || self.output.json)
        {
            let option = if run.interactive { "--interactive" } else { "--pause" };
            return Err(Error::new(Exit::Usage, "usage-replay-terminal").with("option", option));
        }
        let catalog = Catalog::new(context.lang);
        let logs = self.output.log.clone();
        let force = self.output.force;
        // Here --force is about what `S>` saves, too.
        let wanted = OutputArgs { force: force && !logs.is_empty(), ..self.output.clone() };
        let mut output = wanted.output(context)?;
        output.logs = Vec::new();
        let base = Base {
            timeout: self.connection.timeout(),
            connect: self.connection.options()?,
            security: self.tls.security(),
            tls: self.tls.clone().options(),
            output,
        };
        let mut ready = Vec::new();
        let mut exit = Exit::Ok;
        let mut asked = Asked::new(run)?;
        let targets = Targets::new(&run.to, &run.allow)?;
        // All of them are read, and all that is missing asked for, before anything is sent.
        for path in &self.script {
            match prepare(path, run, &base, &targets, &mut asked, context) {
                Ok(one) => ready.push(one),
                Err(Wrong::Broken(text)) => {
                    exit = exit.worse(Exit::Usage);
                    let _ = io::stderr().lock().write_all(text.as_bytes());
                }
                Err(Wrong::Error(error)) => return Err(error),
            }
        }
        if exit != Exit::Ok {
            return Ok(exit);
        }
        for one in &mut ready {
            one.setup.force = force;
        }
        // Where the dialogues are on the terminal, they are the progress.
        let progress = count > 1 && terminal.stderr && (run.tap || !terminal.stdout);
        let outcomes = run_all(ready, run, (&logs, force), (&catalog, progress))?;
        finish(outcomes, run, &catalog)
    }
}

/// What all connections share.
struct Base {
    timeout: Duration,
    connect: crate::net::ConnectOptions,
    security: session::options::Security,
    tls: crate::net::TlsOptions,
    output: session::options::Output,
}

/// Why a script is not run.
enum Wrong {
    Broken(String),
    Error(Error),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Wrong {
        Wrong::Error(error)
    }
}

fn prepare(
    path: &Path,
    run: &RunArgs,
    base: &Base,
    targets: &Targets,
    asked: &mut Asked,
    context: &Context,
) -> Result<Ready, Wrong> {
    let catalog = Catalog::new(context.lang);
    let given: Vec<String> = run.set.iter().map(|(n, _)| n.clone()).chain(asked.given().cloned()).collect();
    let script = Script::read(path, &given, context.lang).map_err(|unread| match unread {
        Unread::File(error) => Wrong::Error(error),
        Unread::Broken(broken) => Wrong::Broken(report::broken(&broken, &catalog)),
    })?;
    let mut names = Names::default();
    if script.uses("user") && !run.set.iter().any(|(name, _)| name == "user") {
        names.set("user", asked.user(context)?);
    }
    for (name, value) in &run.set {
        names.set(name, value.as_bytes());
    }
    let user = user(&script, &names);
    let mut opens = BTreeMap::new();
    for (i, role) in Role::all(&script, &mut names, targets)? {
        let mut options = Options {
            protocol: Some(role.protocol),
            endpoint: role.endpoint.clone(),
            connect: base.connect.clone(),
            lab: None,
            security: if role.tls { session::options::Security::Implicit } else { base.security },
            tls: base.tls.clone(),
            timeout: base.timeout,
            login: Login { user: run.user.clone(), ..Login::default() },
            input: if run.interactive { Input::Prompt } else { Input::Lines(Vec::new()) },
            output: base.output.clone(),
            fail: false,
            tags: true,
        };
        super::lab::arrive(&mut options, context)?;
        targets.allowed(&role, &options, path, context)?;
        opens.insert(i, options);
    }
    let secrets = Secrets::default();
    // The lab's passwords are no secret to whoever can ask the lab; another machine is never offered one.
    let on_lab = opens.values().all(|options: &Options| options.lab.is_some());
    for name in script.secrets() {
        let value = asked.secret(&name, user.as_deref(), on_lab, context)?;
        secrets.learn_make(&name, &value);
        names.secret(&name, value);
    }
    let first = opens.values().next().cloned();
    if let Some(options) = &first {
        names.set("host", options.endpoint.host.as_bytes());
        names.set("port", options.endpoint.port.unwrap_or_default().to_string());
    }
    if let Some(user) = user {
        secrets.exempt(&user);
        user.split('@').for_each(|part| secrets.exempt(part));
    }
    let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let setup = Setup {
        opens,
        names,
        secrets,
        level: run.level,
        timeout: base.timeout,
        folder,
        force: false,
        pause: run.pause,
        verdict: true,
    };
    Ok(Ready { path: path.to_owned(), script, setup, options: first })
}

/// Who logs in: `user`, as the script sets it or the command line gives it.
fn user(script: &Script, names: &Names) -> Option<String> {
    let mut names = names.clone();
    for item in &script.items {
        if let Do::Set(name, value) = &item.what
            && let Ok(wire) = names.fill(value, &mut Scene::default(), None)
        {
            names.set(name, wire.bytes);
        }
    }
    names.get("user").map(|user| String::from_utf8_lossy(&user.bytes).into_owned())
}

/// Runs them, several at once if that is wanted; what each shows comes in the order of the command line.
fn run_all(
    ready: Vec<Ready>,
    run: &RunArgs,
    (logs, force): (&[PathBuf], bool),
    (catalog, progress): (&Catalog, bool),
) -> Result<Vec<(PathBuf, Outcome, Exit)>, Error> {
    let count = ready.len();
    let mut works = Vec::new();
    // The logs of all are opened before anything is sent.
    for (i, one) in ready.into_iter().enumerate() {
        let logs: Vec<PathBuf> = logs.iter().map(|log| numbered(log, i + 1, count)).collect();
        let shown = Shown::default();
        let buffered = run.jobs > 1 && count > 1;
        let out: Option<Box<dyn Write + Send>> = match (run.tap, buffered) {
            (true, _) => None,
            (false, true) => Some(Box::new(shown.clone())),
            (false, false) => Some(Paper::stdout()),
        };
        let paper = Paper::open(out, &logs, force)?;
        works.push(Mutex::new(Some((one, paper, shown))));
    }
    let lang = catalog.lang();
    let next = AtomicUsize::new(0);
    let done: Mutex<BTreeMap<usize, Done>> = Mutex::default();
    let jobs = usize::from(run.jobs).min(count);
    let stay = run.interactive;
    let progress = Progress { all: count, wanted: progress, lang };
    progress.show(0);
    let work = |told: &mut dyn FnMut()| {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(slot) = works.get(i) else { return };
            let Some((one, mut paper, shown)) = lock(slot).take() else { continue };
            let options = one.options.clone().filter(|_| stay);
            let catalog = Catalog::new(lang);
            let result = play(&one.script, one.setup, &mut paper, options, &mut |outcome| {
                if jobs == 1 {
                    progress.clear();
                    tell(outcome, &catalog);
                }
            });
            let so_far = {
                let mut done = lock(&done);
                done.insert(i, Done { path: one.path, result, shown });
                done.len()
            };
            told();
            progress.show(so_far);
        }
    };
    if jobs == 1 {
        work(&mut || {});
    } else {
        let printed = Mutex::new(0usize);
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                scope.spawn(|| {
                    work(&mut || {
                        let mut at = lock(&printed);
                        let catalog = Catalog::new(lang);
                        let done = lock(&done);
                        progress.clear();
                        while let Some(one) = done.get(&at) {
                            let mut stdout = io::stdout().lock();
                            let _ = stdout.write_all(&one.shown.take()).and_then(|()| stdout.flush());
                            if let Ok((outcome, _)) = &one.result {
                                tell(outcome, &catalog);
                            }
                            *at += 1;
                        }
                    });
                });
            }
        });
    }
    progress.clear();
    let done = done.into_inner().unwrap_or_default();
    done.into_values().map(|one| one.result.map(|(outcome, exit)| (one.path, outcome, exit))).collect()
}

/// The line that says how far several scripts are.
struct Progress {
    all: usize,
    wanted: bool,
    lang: crate::i18n::Lang,
}

impl Progress {
    fn show(&self, done: usize) {
        if self.wanted && done < self.all {
            let args = vec![("done", done.to_string()), ("all", self.all.to_string())];
            let said = Catalog::new(self.lang).say("replay-progress", &args);
            let _ = write!(io::stderr().lock(), "\r\x1b[K{said}");
        }
    }

    fn clear(&self) {
        if self.wanted {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}

struct Done {
    path: PathBuf,
    result: Result<(Outcome, Exit), Error>,
    shown: Shown,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// `out.ehlo`; where there are several scripts, `out-1.ehlo`.
fn numbered(log: &Path, number: usize, of: usize) -> PathBuf {
    if of == 1 {
        return log.to_owned();
    }
    let stem = log.file_stem().unwrap_or_default().to_string_lossy();
    let extension = log.extension().unwrap_or_default().to_string_lossy();
    log.with_file_name(format!("{stem}-{number}.{extension}"))
}

/// What a script came to, on standard error: standard output is the dialogue's.
fn tell(outcome: &Outcome, catalog: &Catalog) {
    let mut text = report::lints(outcome, catalog);
    text.push_str(&report::failure(outcome, catalog));
    text.push_str(&report::summary(outcome, catalog));
    text.push('\n');
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Reports, what is written back, the exit code.
fn finish(outcomes: Vec<(PathBuf, Outcome, Exit)>, run: &RunArgs, catalog: &Catalog) -> Result<Exit, Error> {
    let mut exit = Exit::Ok;
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (path, outcome, after) in &outcomes {
        exit = exit.worse(outcome.exit()).worse(*after);
        match (outcome.failure(), outcome.skipped()) {
            (Some(_), _) => failed += 1,
            (None, Some(_)) => skipped += 1,
            (None, None) => passed += 1,
        }
        if run.accept {
            accepted(path, outcome, catalog)?;
        }
    }
    let outcomes: Vec<Outcome> = outcomes.into_iter().map(|(_, outcome, _)| outcome).collect();
    if outcomes.len() > 1 {
        let _ = writeln!(io::stderr().lock(), "{}", report::total(passed, failed, skipped, catalog));
    }
    if run.tap {
        exit = exit.worse(super::print::out(&forms::tap(&outcomes, catalog)));
    }
    if let Some(path) = &run.junit {
        accept::replace(path, forms::junit(&outcomes, catalog).as_bytes())
            .map_err(|error| Error::unwritable(path.display(), &error))?;
    }
    Ok(exit)
}

/// `--accept`: the difference is shown, then written; after a failure nothing is.
fn accepted(path: &Path, outcome: &Outcome, catalog: &Catalog) -> Result<(), Error> {
    let name = path.display().to_string();
    let mut text = String::new();
    let args = |lines: usize| vec![("file", name.clone()), ("lines", lines.to_string())];
    if outcome.failure().is_some() || outcome.skipped().is_some() {
        text.push_str(&catalog.say("script-accept-refused", &args(0)));
    } else {
        let changes = accept::changes(outcome);
        text.push_str(&accept::diff(&changes));
        if changes.is_empty() {
            text.push_str(&catalog.say("script-accept-same", &args(0)));
        } else {
            accept::write(path, &changes).map_err(|error| Error::unwritable(&name, &error))?;
            text.push_str(&catalog.say("script-accept-written", &args(changes.len())));
        }
    }
    text.push('\n');
    let _ = io::stderr().lock().write_all(text.as_bytes());
    Ok(())
}
