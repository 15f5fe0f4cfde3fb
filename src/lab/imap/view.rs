//! A session's view of the mailbox it has open: message numbers are the session's own. What others change is
//! told when a command allows it (RFC 9051 §5.2): a number means the same message until an EXPUNGE was said.

use std::sync::Arc;

use super::set::{Set, holds};
use crate::lab::store::{Entry, Flags, Mailbox, StoreError, System};

/// The view.
pub struct View {
    /// The mailbox, shared by all sessions.
    pub mailbox: Arc<Mailbox>,
    /// Whether nothing can be changed: EXAMINE.
    pub read_only: bool,
    /// The messages as the client knows them; number n is at n - 1.
    pub shown: Arc<Vec<Entry>>,
    /// The UIDs that are \Recent here, as ranges.
    recent: Vec<(u32, u32)>,
    /// The version that `shown` is of; none while something is still to be told.
    version: Option<u64>,
    /// How many keywords the client was told of.
    keywords: usize,
}

/// What a sync may say.
#[derive(Clone, Copy, Default)]
pub struct Allow<'a> {
    /// EXPUNGE.
    pub expunge: bool,
    /// Of these messages (ascending UIDs) flags are not news to the client.
    pub known: &'a [u32],
    /// UID goes with FETCH: the command was about UIDs.
    pub uid: bool,
}

impl View {
    /// Opens a view.
    ///
    /// # Errors
    /// The store's.
    pub fn open(mailbox: Arc<Mailbox>, read_only: bool) -> Result<View, StoreError> {
        let first = if read_only { mailbox.recent() } else { mailbox.take_recent()? };
        let (version, shown) = (mailbox.version(), mailbox.snapshot());
        let keywords = mailbox.keywords().len();
        let recent = shown.last().filter(|e| e.uid >= first).map(|e| (first, e.uid));
        let recent = recent.into_iter().collect();
        Ok(View { mailbox, read_only, shown, recent, version: Some(version), keywords })
    }

    /// Whether a message is \Recent here.
    pub fn is_recent(&self, uid: u32) -> bool {
        holds(&self.recent, uid)
    }

    /// The ranges of \Recent.
    pub fn recent(&self) -> Vec<(u32, u32)> {
        self.recent.clone()
    }

    /// How many messages are \Recent.
    pub fn recent_count(&self) -> usize {
        let at = |uid| self.shown.partition_point(|e| e.uid < uid);
        self.recent.iter().map(|(from, to)| at(to.saturating_add(1)) - at(*from)).sum()
    }

    /// The FLAGS line, and the one of PERMANENTFLAGS.
    pub fn flags(&self, out: &mut Vec<u8>) {
        let system = System::ALL.map(System::word).join(" ");
        let keywords: String = self.mailbox.keywords().iter().map(|k| format!(" {k}")).collect();
        let permanent = match self.read_only {
            true => "()] Read-only mailbox.".to_owned(),
            false => format!("({system}{keywords} \\*)] Flags permitted."),
        };
        out.extend_from_slice(format!("* FLAGS ({system}{keywords})\r\n").as_bytes());
        out.extend_from_slice(format!("* OK [PERMANENTFLAGS {permanent}\r\n").as_bytes());
    }

    /// Tells what has changed, as far as it may be told now.
    pub fn sync(&mut self, out: &mut Vec<u8>, allow: Allow<'_>) {
        let version = self.mailbox.version();
        if self.version == Some(version) {
            return;
        }
        if self.keywords != self.mailbox.keywords().len() {
            self.keywords = self.mailbox.keywords().len();
            self.flags(out);
        }
        let new = self.mailbox.snapshot();
        let old = std::mem::replace(&mut self.shown, new.clone());
        let gone = missing(&old, &new);
        if allow.expunge {
            // From the last to the first, so that no number changes what comes after it.
            for n in gone.iter().rev() {
                out.extend_from_slice(format!("* {} EXPUNGE\r\n", n + 1).as_bytes());
            }
        } else if !gone.is_empty() {
            self.shown = Arc::new(merged(&old, &new));
        }
        self.version = (allow.expunge || gone.is_empty()).then_some(version);
        let before = if allow.expunge { old.len() - gone.len() } else { old.len() };
        if self.shown.len() > before {
            self.arrived(before);
            let (all, recent) = (self.shown.len(), self.recent_count());
            out.extend_from_slice(format!("* {all} EXISTS\r\n* {recent} RECENT\r\n").as_bytes());
        }
        self.changed(out, &old, allow);
    }

    /// Messages have come: \Recent for the session that is told first.
    fn arrived(&mut self, before: usize) {
        let first = match self.read_only {
            true => Ok(self.mailbox.recent()),
            false => self.mailbox.take_recent(),
        };
        let (Ok(first), Some(last)) = (first, self.shown.last().map(|e| e.uid)) else { return };
        let first = first.max(self.shown.get(before).map_or(first, |e| e.uid));
        if first <= last {
            self.recent.push((first, last));
        }
    }

    fn changed(&self, out: &mut Vec<u8>, old: &[Entry], allow: Allow<'_>) {
        let mut before = old.iter().peekable();
        for (at, entry) in self.shown.iter().enumerate() {
            while before.next_if(|e| e.uid < entry.uid).is_some() {}
            let Some(was) = before.next_if(|e| e.uid == entry.uid) else { continue };
            if was.modseq != entry.modseq && allow.known.binary_search(&entry.uid).is_err() {
                fetch_flags(out, at + 1, entry, self.is_recent(entry.uid), allow.uid);
            }
        }
    }

    /// The messages of a set, as ranges of places in `shown`. The set is of numbers, or of UIDs.
    ///
    /// # Errors
    /// A number that no message has: it, and how many there are.
    pub fn find(&self, set: &Set, uid: bool) -> Result<Vec<(usize, usize)>, String> {
        let shown = &self.shown;
        let count = u32::try_from(shown.len()).unwrap_or(u32::MAX);
        if uid {
            let last = shown.last().map_or(0, |e| e.uid);
            let at = |uid: u32| shown.partition_point(|e| e.uid < uid);
            let place = |(from, to): (u32, u32)| (at(from), to.checked_add(1).map_or(shown.len(), at));
            let places = set.ranges(last).into_iter().map(place);
            return Ok(places.filter(|(from, to)| from < to).collect());
        }
        if let Some(n) = set.largest().filter(|n| *n > count) {
            let s = if count == 1 { "" } else { "s" };
            return Err(format!(
                "there is no message {n}, the mailbox has {count} message{s} (for UIDs there is UID FETCH, UID STORE \
                 and so on)"
            ));
        }
        // `1:*` of an empty mailbox is nothing, and `5:*` of three messages is the third.
        let place = |(from, to): (u32, u32)| (from.max(1) as usize - 1, to.min(count) as usize);
        Ok(set.ranges(count).into_iter().map(place).filter(|(from, to)| from < to).collect())
    }

    /// The UIDs at places.
    pub fn uids(&self, places: &[(usize, usize)]) -> Vec<u32> {
        places.iter().flat_map(|(from, to)| self.shown[*from..*to].iter().map(|e| e.uid)).collect()
    }
}

/// Writes `* n FETCH (FLAGS (...))`.
pub fn fetch_flags(out: &mut Vec<u8>, n: usize, entry: &Entry, recent: bool, uid: bool) {
    out.extend_from_slice(format!("* {n} FETCH (").as_bytes());
    if uid {
        out.extend_from_slice(format!("UID {} ", entry.uid).as_bytes());
    }
    push_flags(out, &entry.flags, recent);
    out.extend_from_slice(b")\r\n");
}

/// Writes `FLAGS (...)`.
pub fn push_flags(out: &mut Vec<u8>, flags: &Flags, recent: bool) {
    out.extend_from_slice(b"FLAGS (");
    let own = recent.then_some("\\Recent");
    let system = flags.words().filter(|w| w.starts_with('\\'));
    let keywords = flags.words().filter(|w| !w.starts_with('\\'));
    for (i, word) in system.chain(own).chain(keywords).enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word.as_bytes());
    }
    out.push(b')');
}

/// The places in `old` of messages that `new` does not have.
fn missing(old: &[Entry], new: &[Entry]) -> Vec<usize> {
    let mut rest = new.iter().peekable();
    let mut gone = Vec::new();
    for (at, entry) in old.iter().enumerate() {
        while rest.next_if(|e| e.uid < entry.uid).is_some() {}
        if rest.next_if(|e| e.uid == entry.uid).is_none() {
            gone.push(at);
        }
    }
    gone
}

/// `new`, with those that only `old` has at their places.
fn merged(old: &[Entry], new: &[Entry]) -> Vec<Entry> {
    let mut all = Vec::with_capacity(old.len().max(new.len()));
    let mut rest = new.iter().peekable();
    for entry in old {
        while let Some(before) = rest.next_if(|e| e.uid < entry.uid) {
            all.push(before.clone());
        }
        all.push(rest.next_if(|e| e.uid == entry.uid).unwrap_or(entry).clone());
    }
    all.extend(rest.cloned());
    all
}
