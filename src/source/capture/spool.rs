//! Where the dialogues of a capture wait until they are whole: in memory while that is little, else in one
//! temporary file, in blocks that are used again when a dialogue is done. The file has no name, so it is gone with
//! the run whatever happens.
//!
//! A *track* is what one connection has written: records of who spoke, when, in which frame, and the octets.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

const BLOCK: usize = 4096;
/// What all tracks together may hold in memory before whole blocks go to the file.
const BUDGET: usize = 16 << 20;

/// One connection's records, in order.
#[derive(Debug, Default)]
pub struct Track {
    blocks: Vec<u64>,
    tail: Vec<u8>,
}

impl Track {
    /// How many octets were written.
    pub fn len(&self) -> u64 {
        (self.blocks.len() * BLOCK + self.tail.len()) as u64
    }
}

/// Memory and file of all tracks.
#[derive(Debug, Default)]
pub struct Spool {
    file: Option<File>,
    free: Vec<u64>,
    blocks: u64,
    held: usize,
}

impl Spool {
    /// Adds octets to a track.
    ///
    /// # Errors
    /// The temporary file cannot be made or written: the disk is full.
    pub fn write(&mut self, track: &mut Track, octets: &[u8]) -> io::Result<()> {
        track.tail.extend_from_slice(octets);
        self.held += octets.len();
        if self.held > BUDGET && track.tail.len() >= BLOCK {
            self.put_away(track)?;
        }
        Ok(())
    }

    fn put_away(&mut self, track: &mut Track) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        let whole = track.tail.len() / BLOCK * BLOCK;
        for block in track.tail[..whole].chunks(BLOCK) {
            let at = self.free.pop().unwrap_or_else(|| {
                self.blocks += 1;
                self.blocks - 1
            });
            file.seek(SeekFrom::Start(at * BLOCK as u64))?;
            file.write_all(block)?;
            track.blocks.push(at);
        }
        track.tail.drain(..whole);
        if track.tail.is_empty() {
            track.tail = Vec::new();
        }
        self.held = self.held.saturating_sub(whole);
        Ok(())
    }

    /// Reads octets of a track from a place on; they must have been written.
    ///
    /// # Errors
    /// What the temporary file says.
    pub fn read(&mut self, track: &Track, mut at: u64, mut into: &mut [u8]) -> io::Result<()> {
        while !into.is_empty() {
            let (block, inside) = ((at / BLOCK as u64) as usize, (at % BLOCK as u64) as usize);
            let n = match (track.blocks.get(block), &mut self.file) {
                (Some(place), Some(file)) => {
                    let n = into.len().min(BLOCK - inside);
                    file.seek(SeekFrom::Start(place * BLOCK as u64 + inside as u64))?;
                    file.read_exact(&mut into[..n])?;
                    n
                }
                _ => {
                    let from = (at as usize).saturating_sub(track.blocks.len() * BLOCK);
                    let rest = track.tail.get(from..).unwrap_or_default();
                    let n = rest.len().min(into.len());
                    if n == 0 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    into[..n].copy_from_slice(&rest[..n]);
                    n
                }
            };
            at += n as u64;
            into = &mut into[n..];
        }
        Ok(())
    }

    /// A track is done with.
    pub fn forget(&mut self, track: &mut Track) {
        self.held = self.held.saturating_sub(track.tail.len());
        self.free.append(&mut track.blocks);
        track.tail = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than the budget goes to the file, and comes back as it was; blocks are used again.
    #[test]
    fn what_was_written_is_read_back() {
        let mut spool = Spool::default();
        let mut tracks: Vec<Track> = (0..40).map(|_| Track::default()).collect();
        let octet = |track: usize, at: usize| (at * 31 + track * 7 + at / 4096) as u8;
        for step in 0..200 {
            for (n, track) in tracks.iter_mut().enumerate() {
                let part: Vec<u8> = (0..3000).map(|i| octet(n, step * 3000 + i)).collect();
                spool.write(track, &part).unwrap();
            }
        }
        assert!(spool.blocks > 0 && spool.held <= BUDGET + 40 * BLOCK);
        for (n, track) in tracks.iter().enumerate() {
            assert_eq!(track.len(), 600_000);
            let mut back = vec![0; 599_000];
            spool.read(track, 1000, &mut back).unwrap();
            assert!(back.iter().enumerate().all(|(i, b)| *b == octet(n, i + 1000)), "track {n}");
            assert!(spool.read(track, 600_000, &mut [0]).is_err());
        }
        let used = spool.blocks;
        let away = tracks.iter_mut().find(|t| !t.blocks.is_empty()).unwrap();
        let gone = away.blocks.len();
        spool.forget(away);
        let mut again = Track::default();
        spool.write(&mut again, &vec![1; gone * BLOCK]).unwrap();
        assert_eq!(spool.blocks, used);
    }
}
