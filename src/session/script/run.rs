//! A script being run: item by item, window by window, on the connections that it names. A connection is made when
//! its first line is come to, so that `@need` and `@retry` cost nothing.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::super::live::output_error;
use super::super::options::Options;
use super::conn::Conn;
use super::model::{Do, Level, Pos, Script};
use super::names::{Names, Scene};
use super::paper::Paper;
use super::result::{Failure, Kind, Outcome, State, Step};
use super::want::Written;
use crate::annotate::redact::Secrets;
use crate::dialogue::text::write::safe;
use crate::dialogue::{Mark, Protocol};
use crate::error::Error;

/// What a script is run with, beside itself.
#[derive(Debug)]
pub struct Setup {
    /// How to connect, by the number of the `@smtp`, `@pop`, `@imap` item.
    pub opens: BTreeMap<usize, Options>,
    /// Variables and secrets.
    pub names: Names,
    /// The run's store of secrets.
    pub secrets: Secrets,
    /// `--match`: instead of the script's own levels.
    pub level: Option<Level>,
    /// How long a window may take.
    pub timeout: Duration,
    /// Where `S>` saves.
    pub folder: PathBuf,
    /// Whether files may be written over.
    pub force: bool,
    /// `--pause`: wait for Enter before each window.
    pub pause: bool,
    /// Whether reports say at their end how the script went.
    pub verdict: bool,
}

/// What stops a step.
pub enum Stop {
    /// Something went otherwise.
    Fail(Box<Failure>),
    /// The server lacks what the script needs.
    Skip(String),
}

/// A run under way.
pub struct Runner<'a> {
    pub script: &'a Script,
    pub setup: Setup,
    pub paper: &'a mut Paper,
    pub conns: BTreeMap<u32, Conn>,
    /// How to connect, by connection.
    pub ways: BTreeMap<u32, (Options, Protocol)>,
    pub level: Level,
    pub strict: bool,
    pub ordered: bool,
    timeout: Option<(Duration, Pos)>,
    pub within: Option<(Duration, Pos)>,
    pub needs: Vec<(u32, String)>,
    /// Titles and comments that stand above the first connection.
    pub above: Vec<Mark>,
    /// The connection that the last line was about.
    current: u32,
    pub step: String,
    pub windows: usize,
    pub differ: Vec<(Pos, String)>,
    pub start: Instant,
    /// Connections made in this step.
    pub fresh: HashSet<u32>,
    /// The connection that was closed last: its record ends when the next begins, or with the verdict.
    pub last: Option<Conn>,
}

/// Runs a script; the last connection that is open may be kept.
pub async fn run(script: &Script, setup: Setup, paper: &mut Paper, keep: bool) -> (Outcome, Option<Conn>) {
    let level = setup.level.unwrap_or_default();
    let mut runner = Runner {
        script,
        setup,
        paper,
        conns: BTreeMap::new(),
        ways: BTreeMap::new(),
        level,
        strict: false,
        ordered: false,
        timeout: None,
        within: None,
        needs: Vec::new(),
        above: Vec::new(),
        current: 1,
        step: String::new(),
        windows: 0,
        differ: Vec::new(),
        start: Instant::now(),
        fresh: HashSet::new(),
        last: None,
    };
    let steps = runner.all().await;
    let kept = if keep { runner.conns.remove(&1).filter(|conn| conn.over.is_none()) } else { None };
    runner.leave().await;
    let outcome = Outcome {
        name: script.name().to_owned(),
        files: script.files.clone(),
        steps,
        windows: runner.windows,
        took: runner.start.elapsed(),
        lints: script.lints.clone(),
        differ: std::mem::take(&mut runner.differ),
    };
    runner.conclude(&outcome);
    (outcome, kept)
}

/// The steps of a script: their titles, places and items. What stands before the first one belongs to none.
fn steps(script: &Script) -> Vec<(String, Pos, Range<usize>)> {
    let mut steps: Vec<(String, Pos, Range<usize>)> = Vec::new();
    for (i, item) in script.items.iter().enumerate() {
        let acts = matches!(item.what, Do::Send(_) | Do::Expect(_) | Do::Check(..) | Do::Tls);
        match &item.what {
            Do::Step(title) => steps.push((title.clone(), item.pos, i..i + 1)),
            _ if steps.is_empty() && acts => steps.push((String::new(), item.pos, 0..i + 1)),
            _ => {}
        }
        if let Some((.., range)) = steps.last_mut() {
            range.end = i + 1;
        }
    }
    // What is set up above the first title belongs to it.
    if let Some((.., range)) = steps.first_mut() {
        range.start = 0;
    }
    steps
}

impl Runner<'_> {
    async fn all(&mut self) -> Vec<Step> {
        let mut done = Vec::new();
        let mut stopped = false;
        for (title, pos, range) in steps(self.script) {
            let begun = Instant::now();
            let mut step = Step { title, pos, ..Step::default() };
            if !stopped {
                self.step = step.title.clone();
                step.state = match self.step(range).await {
                    Ok(()) => State::Passed,
                    Err(Stop::Skip(why)) => State::Skipped(why),
                    Err(Stop::Fail(failure)) => State::Failed(failure),
                };
                stopped = !matches!(step.state, State::Passed);
                step.took = begun.elapsed();
            }
            done.push(step);
        }
        done
    }

    /// A step, as often as `@retry` allows.
    async fn step(&mut self, range: Range<usize>) -> Result<(), Stop> {
        let retry = self.script.items[range.clone()].iter().find_map(|item| match item.what {
            Do::Retry(times, every) => Some((times, every)),
            _ => None,
        });
        let mut left = retry.map_or(1, |(times, _)| times);
        self.fresh.clear();
        loop {
            left -= 1;
            let result = self.items(range.clone()).await;
            let again = match &result {
                Err(Stop::Fail(failure)) => !matches!(failure.kind, Kind::Clear | Kind::Hole),
                _ => false,
            };
            let Some((_, every)) = retry.filter(|_| again && left > 0) else { return result };
            // A maildrop is a snapshot of the login (RFC 1939 §4): what was connected here connects anew.
            for number in std::mem::take(&mut self.fresh) {
                if let Some(conn) = self.conns.remove(&number) {
                    self.part(conn, true).await;
                }
            }
            for conn in self.conns.values_mut() {
                conn.written.clear();
            }
            let _ = self.pump(Instant::now() + every, None, |_| false).await;
        }
    }

    async fn items(&mut self, range: Range<usize>) -> Result<(), Stop> {
        for i in range {
            self.item(i).await?;
        }
        self.settle_all().await
    }

    async fn item(&mut self, i: usize) -> Result<(), Stop> {
        let script = self.script;
        let item = &script.items[i];
        let (pos, number) = (item.pos, item.conn);
        if matches!(item.what, Do::Send(_) | Do::Expect(_) | Do::Save(_)) && number != self.current {
            self.settle(self.current).await?;
            self.current = number;
        }
        match &item.what {
            Do::Send(send) => self.say(i, send).await,
            Do::Expect(expect) => {
                let level = self.level;
                let conn = self.connected(number, pos).await?;
                conn.written.push(Written { pos, expect: expect.clone(), level });
                Ok(())
            }
            Do::Save(path) => {
                self.settle(number).await?;
                self.save(number, path, pos)
            }
            Do::Open(open) => {
                self.settle_all().await?;
                if let Some(conn) = self.conns.remove(&number) {
                    self.part(conn, true).await;
                }
                if let Some(options) = self.setup.opens.get(&i) {
                    self.ways.insert(number, (options.clone(), open.protocol));
                }
                Ok(())
            }
            Do::Connect => {
                if let Some(way) = self.ways.get(&1).cloned() {
                    self.ways.insert(number, way);
                }
                Ok(())
            }
            Do::Close => {
                self.settle_all().await?;
                if let Some(conn) = self.conns.remove(&number) {
                    self.part(conn, false).await;
                }
                Ok(())
            }
            Do::Closed => {
                self.settle_all().await?;
                self.until_over(number).await;
                if let Some(conn) = self.conns.remove(&number) {
                    self.part(conn, false).await;
                }
                Ok(())
            }
            Do::Tls => self.tls(number, pos).await,
            Do::Set(name, value) => {
                let filled = self.setup.names.fill(value, &mut Scene::default(), None);
                let filled = filled.map_err(|empty| self.empty(number, pos, empty))?;
                if filled.holes.is_empty() {
                    self.setup.names.set(name, filled.bytes);
                } else {
                    self.setup.names.secret(name, filled.bytes);
                }
                Ok(())
            }
            Do::Need(caps) => {
                let conn = if number == 1 { self.current } else { number };
                self.needs.extend(caps.iter().map(|cap| (conn, cap.clone())));
                Ok(())
            }
            Do::Step(title) => self.mark(Mark::Step(title.clone()), pos),
            Do::Note(text) => self.mark(Mark::Comment(text.clone()), pos),
            Do::Match(level) => {
                self.level = self.setup.level.unwrap_or(*level);
                Ok(())
            }
            Do::Strict(on) => {
                self.strict = *on;
                Ok(())
            }
            Do::Ordered(on) => {
                self.ordered = *on;
                Ok(())
            }
            Do::Timeout(time) => {
                self.timeout = Some((*time, pos));
                Ok(())
            }
            Do::Within(time) => {
                self.settle_all().await?;
                self.within = Some((*time, pos));
                Ok(())
            }
            Do::Sleep(time) => {
                self.settle_all().await?;
                let _ = self.pump(Instant::now() + *time, None, |_| false).await;
                Ok(())
            }
            Do::Check(a, equal, b) => self.check((a, b), *equal, pos).await,
            Do::Secret(_) | Do::Retry(..) | Do::Gap(_) => Ok(()),
        }
    }

    async fn check(
        &mut self,
        (a, b): (&super::template::Template, &super::template::Template),
        equal: bool,
        pos: Pos,
    ) -> Result<(), Stop> {
        self.settle_all().await?;
        let fill = |text| self.setup.names.fill(text, &mut Scene::default(), None);
        let (a, b) = match (fill(a), fill(b)) {
            (Ok(a), Ok(b)) => (a, b),
            (Err(empty), _) | (_, Err(empty)) => return Err(self.empty(self.current, pos, empty)),
        };
        if (a.bytes == b.bytes) == equal {
            return Ok(());
        }
        let mut failure = self.failure(Kind::Check, self.current, pos);
        let secret = !a.holes.is_empty() || !b.holes.is_empty();
        let show = |wire: &crate::dialogue::Wire| {
            if secret { "…".to_owned() } else { safe(&wire.lossy(), super::fail::SHOWN) }
        };
        failure.got = vec![format!("{} {} {}", show(&a), if equal { "!=" } else { "==" }, show(&b))];
        Err(Stop::Fail(failure))
    }

    /// Tells the views of what is no wire: on the connection at hand, or, before there is one, on the first.
    fn mark(&mut self, mark: Mark, pos: Pos) -> Result<(), Stop> {
        let current = self.current;
        let Some(conn) = self.conns.get_mut(&current) else {
            self.above.push(mark);
            return Ok(());
        };
        let at = Some(conn.start.elapsed());
        let told = conn.recorder.mark(mark, at).map_err(output_error);
        told.map_err(|error| self.broken(current, pos, error))
    }

    fn save(&mut self, number: u32, path: &std::path::Path, pos: Pos) -> Result<(), Stop> {
        let whole = self.setup.folder.join(path);
        let force = self.setup.force;
        let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
        let saved = crate::view::files::create_new(&whole, force)
            .and_then(|mut file| conn.observer.spool.write_to(&mut file));
        saved.map(drop).map_err(|error| {
            let error = Error::unmade("error-script-save-exists", whole.display(), &error);
            self.broken(number, pos, error)
        })
    }

    /// The time limit of a window, and where it was set.
    pub fn limit(&self) -> (Duration, Option<Pos>) {
        match (self.within, self.timeout) {
            (Some((time, pos)), _) | (None, Some((time, pos))) => (time, Some(pos)),
            (None, None) => (self.setup.timeout, None),
        }
    }
}
