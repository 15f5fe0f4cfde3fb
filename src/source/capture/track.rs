//! The records of a connection, on its way to and from the spool: who, when, which frame, what.

use std::io;
use std::time::Duration;

use super::spool::{Spool, Track};
use super::tcp::{Delivery, Moment};

/// Kind and end, time, frame, length.
const HEAD: usize = 1 + 8 + 8 + 8;
const BUFFER: usize = 64 * 1024;
/// What came from one end within this time, and with nothing of the other end between, is one chunk.
const TOGETHER: Duration = Duration::from_millis(10);
/// Octets of such a chunk.
const MOST: usize = 64 * 1024;

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Octets.
    Bytes(Vec<u8>),
    /// So many are missing.
    Gap(u64),
    /// Octets came again, and were others.
    Differs,
    /// The end has said all.
    Fin,
    /// The end has broken off.
    Reset,
}

/// A record, or several whose octets belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which end.
    pub end: usize,
    /// When the last of it came, since the connection's beginning.
    pub at: Duration,
    /// The first and the last frame it stands in.
    pub frames: (u64, u64),
    /// What.
    pub entry: Entry,
}

/// Writes a delivery; `at` since the connection's beginning.
///
/// # Errors
/// What the temporary file says.
pub fn write(
    spool: &mut Spool,
    track: &mut Track,
    end: usize,
    at: Duration,
    moment: Moment,
    what: Delivery<'_>,
) -> io::Result<()> {
    let (kind, length, octets): (u8, u64, &[u8]) = match what {
        Delivery::Bytes(octets) => (0, octets.len() as u64, octets),
        Delivery::Gap(n) => (1, n, &[]),
        Delivery::Differs => (2, 0, &[]),
        Delivery::Fin => (3, 0, &[]),
        Delivery::Reset => (4, 0, &[]),
    };
    let mut head = [0; HEAD];
    head[0] = kind << 1 | end as u8;
    head[1..9].copy_from_slice(&(at.as_nanos() as u64).to_le_bytes());
    head[9..17].copy_from_slice(&moment.frame.to_le_bytes());
    head[17..].copy_from_slice(&length.to_le_bytes());
    spool.write(track, &head)?;
    spool.write(track, octets)
}

/// Reads a track from its beginning.
#[derive(Debug, Default)]
pub struct Reader {
    at: u64,
    buffer: Vec<u8>,
    head: usize,
    next: Option<Record>,
}

impl Reader {
    /// The next record, with what belongs together joined; none at the track's end.
    ///
    /// # Errors
    /// What the temporary file says.
    pub fn next_record(&mut self, spool: &mut Spool, track: &Track) -> io::Result<Option<Record>> {
        let Some(mut record) = (match self.next.take() {
            Some(record) => Some(record),
            None => self.one(spool, track)?,
        }) else {
            return Ok(None);
        };
        while let Entry::Bytes(octets) = &mut record.entry {
            let Some(next) = self.one(spool, track)? else { break };
            match &next.entry {
                Entry::Bytes(more)
                    if next.end == record.end
                        && next.at.saturating_sub(record.at) <= TOGETHER
                        && octets.len() + more.len() <= MOST =>
                {
                    octets.extend_from_slice(more);
                    record.at = next.at;
                    record.frames.1 = next.frames.1;
                }
                _ => {
                    self.next = Some(next);
                    break;
                }
            }
        }
        Ok(Some(record))
    }

    fn one(&mut self, spool: &mut Spool, track: &Track) -> io::Result<Option<Record>> {
        if !self.fill(HEAD, spool, track)? {
            return Ok(None);
        }
        let head: [u8; HEAD] = self.take(HEAD).try_into().unwrap_or([0; HEAD]);
        let number =
            |from: usize| head[from..from + 8].iter().rev().fold(0u64, |n, b| n << 8 | u64::from(*b));
        let (at, frame, length) = (number(1), number(9), number(17));
        let entry = match head[0] >> 1 {
            0 => {
                if !self.fill(length as usize, spool, track)? {
                    return Ok(None);
                }
                Entry::Bytes(self.take(length as usize).to_vec())
            }
            1 => Entry::Gap(length),
            2 => Entry::Differs,
            3 => Entry::Fin,
            _ => Entry::Reset,
        };
        let end = usize::from(head[0] & 1);
        Ok(Some(Record { end, at: Duration::from_nanos(at), frames: (frame, frame), entry }))
    }

    fn fill(&mut self, n: usize, spool: &mut Spool, track: &Track) -> io::Result<bool> {
        let held = self.buffer.len() - self.head;
        if held >= n {
            return Ok(true);
        }
        self.buffer.drain(..self.head);
        self.head = 0;
        let left = track.len() - self.at;
        let more = (BUFFER.max(n) as u64).min(left) as usize;
        self.buffer.resize(held + more, 0);
        spool.read(track, self.at, &mut self.buffer[held..])?;
        self.at += more as u64;
        Ok(held + more >= n)
    }

    fn take(&mut self, n: usize) -> &[u8] {
        let from = self.head;
        self.head += n;
        &self.buffer[from..from + n]
    }
}
