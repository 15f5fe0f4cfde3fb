//! The connections of a script that runs: each made when its first line is come to, moved together, and parted with.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use super::super::live::output_error;
use super::conn::Conn;
use super::model::Pos;
use super::result::{Kind, Outcome};
use super::run::{Runner, Stop};
use crate::dialect::Turn;
use crate::error::{Error, Exit};
use crate::i18n::Catalog;

/// How long taking leave may take.
const LEAVE: Duration = Duration::from_secs(5);

impl Runner<'_> {
    /// The connection, made if it is not there.
    pub async fn connected(&mut self, number: u32, pos: Pos) -> Result<&mut Conn, Stop> {
        if !self.conns.contains_key(&number) {
            let Some((options, protocol)) = self.ways.get(&number).cloned() else {
                let error = Error::new(Exit::Bug, "error-runtime");
                return Err(self.broken(number, pos, error));
            };
            self.end_last();
            let views = self.paper.views(&options, number);
            let made = match views {
                Ok(views) => Conn::open(options, views, &self.setup.secrets, protocol).await,
                Err(error) => Err(error),
            };
            self.fresh.insert(number);
            let mut conn = made.map_err(|error| self.broken(number, pos, error))?;
            let above = std::mem::take(&mut self.above);
            let told = above.into_iter().try_for_each(|mark| conn.recorder.mark(mark, None));
            self.conns.insert(number, conn);
            told.map_err(|error| self.broken(number, pos, output_error(error)))?;
        }
        match self.conns.get_mut(&number) {
            Some(conn) => Ok(conn),
            None => Err(Stop::Skip(String::new())),
        }
    }

    /// `@tls`, and what documents say instead.
    pub(super) async fn tls(&mut self, number: u32, pos: Pos) -> Result<(), Stop> {
        self.settle_all().await?;
        self.connected(number, pos).await?.guarded = true;
        let deadline = Instant::now() + self.limit().0;
        let waits =
            |r: &Self| r.conns.get(&number).is_some_and(|c| c.turn() == Turn::Hold && c.over.is_none());
        while waits(self) && Instant::now() < deadline {
            self.pumped(deadline, number, pos).await?;
        }
        let Some(conn) = self.conns.get_mut(&number) else { return Ok(()) };
        if conn.turn() == Turn::Tls {
            let started = conn.start_tls().await;
            return started.map_err(|error| self.broken(number, pos, error));
        }
        if conn.recorder.state().tls {
            return Ok(());
        }
        let fault = conn.fault.take();
        match fault {
            Some(error) => Err(self.broken(number, pos, error)),
            None => Err(Stop::Fail(self.failure(Kind::NoTls, number, pos))),
        }
    }

    /// Moves bytes until there is enough or the time is up; whether there is. Where one connection is waited for, what the
    /// others bring stays where it is until the script comes to them, so that a record's order is the script's and not
    /// chance; what is still to be sent on them goes on.
    ///
    /// # Errors
    /// What an output says.
    pub async fn pump(
        &mut self,
        until: Instant,
        only: Option<u32>,
        enough: impl Fn(&BTreeMap<u32, Conn>) -> bool,
    ) -> Result<bool, Error> {
        loop {
            if enough(&self.conns) {
                return Ok(true);
            }
            let moved = {
                let open = self.conns.iter_mut().filter(|(number, conn)| {
                    let meant = only.is_none_or(|only| only == **number);
                    conn.over.is_none() && (meant || conn.channel.unsent() > 0)
                });
                let mut moves: Vec<_> = open
                    .map(|(number, Conn { channel, buffer, .. })| (*number, Box::pin(channel.step(buffer))))
                    .collect();
                let any = poll_fn(|cx| {
                    for (number, step) in &mut moves {
                        if let Poll::Ready(moved) = Pin::as_mut(step).poll(cx) {
                            return Poll::Ready((*number, moved));
                        }
                    }
                    Poll::Pending
                });
                tokio::time::timeout_at(until.into(), any).await.ok()
            };
            let Some((number, moved)) = moved else { return Ok(false) };
            if let Some(conn) = self.conns.get_mut(&number) {
                conn.moved(moved)?;
            }
        }
    }

    /// The same once, for a connection.
    pub async fn pumped(&mut self, until: Instant, number: u32, pos: Pos) -> Result<bool, Stop> {
        let seen = |conns: &BTreeMap<u32, Conn>| {
            let sum = |c: &Conn| {
                (
                    c.gather.units.len() + c.gather.dropped,
                    c.over.is_some(),
                    c.turn(),
                    c.recorder.expect().owed,
                )
            };
            conns.get(&number).map(sum)
        };
        let before = seen(&self.conns);
        let moved = self.pump(until, Some(number), |conns| seen(conns) != before).await;
        moved.map_err(|error| self.broken(number, pos, error))
    }

    /// Waits for the end of a connection that is due.
    pub async fn until_over(&mut self, number: u32) {
        let until = Instant::now() + LEAVE.min(self.limit().0);
        let _ =
            self.pump(until, Some(number), |conns| conns.get(&number).is_none_or(|c| c.over.is_some())).await;
    }

    /// Parts with a connection, with the protocol's farewell or without a word. Its record stays open until another
    /// begins, since the verdict may belong below it.
    pub(super) async fn part(&mut self, mut conn: Conn, polite: bool) {
        if polite {
            conn.goodbye(LEAVE.min(self.setup.timeout)).await;
        }
        // An output that fails here failed before, and was told.
        let _ = conn.close().await;
        self.end_last();
        self.last = Some(conn);
    }

    /// Ends the record of the connection that was closed last.
    pub(super) fn end_last(&mut self) {
        if let Some(mut conn) = self.last.take() {
            let _ = conn.recorder.end();
        }
    }

    pub(super) async fn leave(&mut self) {
        let conns = std::mem::take(&mut self.conns);
        for (_, mut conn) in conns {
            // What still comes belongs to the record.
            let until = Instant::now() + LEAVE.min(self.setup.timeout);
            while conn.over.is_none() && (conn.turn() == Turn::Over || !conn.ready()) {
                if !conn.step_until(until).await {
                    break;
                }
            }
            self.part(conn, true).await;
        }
    }

    /// The verdict, below the dialogue in the reports; the terminal has it from whoever started the run.
    pub(super) fn conclude(&mut self, outcome: &Outcome) {
        if let Some(conn) = &mut self.last
            && self.setup.verdict
        {
            let reports = self.paper.reports();
            let note = super::report::note(outcome, &Catalog::new(conn.options.output.lang));
            let _ = conn.recorder.say_some(&[note], |i| reports.contains(&i));
        }
        self.end_last();
    }
}
