//! The commands about messages: opening a mailbox, FETCH, STORE, SEARCH, COPY, MOVE, EXPUNGE, APPEND.

use std::collections::VecDeque;

use super::fetch::Replies;
use super::intake::Incoming;
use super::items::Item;
use super::keys::Search;
use super::line::{Line, Parser, Wrong};
use super::set::{self, Set};
use super::view::{Allow, View, fetch_flags};
use super::{Answer, Fail, ImapServant, command, missing, refusal, search};
use crate::lab::profile::Profile;
use crate::lab::servant::Outcome;
use crate::lab::store::{Delivery, FlagChange, Flags, StoreError, System};

/// Flags of words that were read as flags.
fn flags(words: &[String]) -> Flags {
    let mut flags = Flags::new();
    for word in words {
        flags.insert_word(word);
    }
    flags
}

impl ImapServant {
    fn view(&mut self) -> Result<&mut View, Fail> {
        self.view
            .as_mut()
            .ok_or_else(|| Fail::Bad(Wrong::all("no mailbox is open: SELECT or EXAMINE one first")))
    }

    /// The places of a set, which has to be of messages that there are.
    fn places(&mut self, set: &Set, uid: bool) -> Result<Vec<(usize, usize)>, Fail> {
        self.view()?.find(set, uid).map_err(|what| Fail::Bad(Wrong::all(what)))
    }

    pub(super) fn select(&mut self, name: &str, read_only: bool, out: &mut Outcome) -> Answer {
        let account = self.account.clone().unwrap_or_default();
        let sheet = self.profile() == Profile::Sheet;
        // RFC 9051 §6.3.2: whatever comes of it, the mailbox before is closed.
        if self.view.take().is_some() && self.profile() != Profile::Bare {
            out.text("* OK [CLOSED] Previous mailbox closed.\r\n");
        }
        let found = self.lab.store.mailbox(&account, name);
        let mailbox = found.map_err(|error| match error {
            // SELECT does not offer to make it: TRYCREATE is for what would put something there.
            StoreError::NoMailbox => Fail::No(missing(&error, name).replace("[TRYCREATE]", "[NONEXISTENT]")),
            error => Fail::from(error),
        })?;
        out.watch = Some(mailbox.watch());
        let view = View::open(mailbox, read_only)?;
        let mut said = Vec::new();
        view.flags(&mut said);
        let shown = &view.shown;
        let mut line = |text: String| said.extend_from_slice(format!("* {text}\r\n").as_bytes());
        line(format!("{} EXISTS", shown.len()));
        line(format!("{} RECENT", view.recent_count()));
        if let Some(at) = shown.iter().position(|e| !e.flags.has(System::Seen)) {
            line(format!("OK [UNSEEN {}] First unseen.", at + 1));
        }
        line(format!("OK [UIDVALIDITY {}] UIDs valid", view.mailbox.uid_validity()));
        line(format!("OK [UIDNEXT {}] Predicted next UID", view.mailbox.uid_next()));
        if sheet {
            line("OK [NOMODSEQ] No permanent modsequences".into());
        }
        out.bytes(said);
        self.view = Some(view);
        let (code, verb) = if read_only { ("READ-ONLY", "Examine") } else { ("READ-WRITE", "Select") };
        Ok(format!("[{code}] {verb} completed (0.000 secs)."))
    }

    pub(super) fn close(&mut self) -> Answer {
        if let Some(view) = self.view.take().filter(|v| !v.read_only) {
            let gone = deleted(&view.mailbox.snapshot());
            if !gone.is_empty() {
                view.mailbox.expunge(&gone)?;
            }
        }
        Ok("Close completed.".into())
    }

    pub(super) fn search(&mut self, tag: &str, search: Search, uid: bool, out: &mut Outcome) -> Answer {
        if search.bad_charset {
            let words = "[BADCHARSET (US-ASCII UTF-8)] This charset is not known here.";
            return Err(Fail::No(words.into()));
        }
        let now = self.lab.now();
        let view = self.view()?;
        let found = search::search(view, search.key, now)?;
        let number = |at: &usize| match uid {
            true => view.shown[*at].uid,
            false => u32::try_from(at + 1).unwrap_or(u32::MAX),
        };
        let numbers: Vec<u32> = found.iter().map(number).collect();
        let Some(returns) = search.returns else {
            let words: String = numbers.iter().map(|n| format!(" {n}")).collect();
            out.text(format!("* SEARCH{words}\r\n"));
            return Ok("Search completed.".into());
        };
        // RFC 4731 §3.1: what there is none of is left out, but for COUNT.
        let mut line = format!("* ESEARCH (TAG {})", super::say::string(tag.as_bytes()));
        if uid {
            line.push_str(" UID");
        }
        if let (Some(min), Some(max)) = (numbers.first(), numbers.last()) {
            if returns.min {
                line.push_str(&format!(" MIN {min}"));
            }
            if returns.max {
                line.push_str(&format!(" MAX {max}"));
            }
            if returns.all {
                line.push_str(&format!(" ALL {}", set::write(numbers.iter().copied())));
            }
        }
        if returns.count {
            line.push_str(&format!(" COUNT {}", numbers.len()));
        }
        out.text(line + "\r\n");
        Ok("Search completed.".into())
    }

    pub(super) fn fetch(
        &mut self,
        tag: &str,
        set: &Set,
        items: Vec<Item>,
        uid: bool,
        out: &mut Outcome,
    ) -> Answer {
        let places = self.places(set, uid)?;
        let cache = self.cache.clone();
        let view = self.view()?;
        let mut said = Vec::new();
        let reads = items.iter().any(|i| matches!(i, Item::Part(p) if !p.peek));
        let mut seen = Vec::new();
        if reads && !view.read_only {
            let unseen = |e: &&crate::lab::store::Entry| !e.flags.has(System::Seen);
            let entries = places.iter().flat_map(|(from, to)| view.shown[*from..*to].iter().filter(unseen));
            let uids: Vec<u32> = entries.map(|e| e.uid).collect();
            if !uids.is_empty() {
                seen = view.mailbox.change_flags(&uids, FlagChange::Add, &flags(&["\\Seen".into()]))?;
                seen.sort_unstable();
                view.sync(&mut said, Allow { expunge: false, known: &seen, uid });
            }
        }
        let shown = view.shown.clone();
        let recent = view.recent();
        let mut last = Vec::new();
        view.sync(&mut last, Allow { expunge: uid, uid, known: &[] });
        let end = |words: &str| [&last[..], format!("{tag} {words}\r\n").as_bytes()].concat();
        let gone = refusal(&StoreError::NoMessage);
        let end = (end("OK Fetch completed."), end(&format!("NO {gone}")));
        let mailbox = view.mailbox.clone();
        let places = VecDeque::from(places);
        let queue = VecDeque::new();
        if !said.is_empty() {
            out.bytes(said);
        }
        let missed = false;
        let run = Replies { mailbox, shown, places, items, uid, recent, seen, end, cache, queue, missed };
        out.body(Box::new(run));
        Err(Fail::Said)
    }

    pub(super) fn store(
        &mut self,
        set: &Set,
        change: &command::Change,
        uid: bool,
        out: &mut Outcome,
    ) -> Answer {
        let places = self.places(set, uid)?;
        let view = self.writable()?;
        let uids = view.uids(&places);
        if uids.is_empty() {
            return Ok("Store completed.".into());
        }
        let how = match change.sign {
            Some('+') => FlagChange::Add,
            Some(_) => FlagChange::Remove,
            None => FlagChange::Set,
        };
        let changed = view.mailbox.change_flags(&uids, how, &flags(&change.flags));
        changed.map_err(|error| match error {
            StoreError::Full => Fail::No("[LIMIT] This mailbox has as many keywords as it can have.".into()),
            error => error.into(),
        })?;
        let mut said = Vec::new();
        view.sync(&mut said, Allow { expunge: false, known: &uids, uid });
        if !change.silent {
            // RFC 9051 §6.4.6: the new value of each, changed or not.
            for (from, to) in &places {
                for (at, entry) in (*from..*to).zip(&view.shown[*from..*to]) {
                    fetch_flags(&mut said, at + 1, entry, view.is_recent(entry.uid), uid);
                }
            }
        }
        if !said.is_empty() {
            out.bytes(said);
        }
        Ok("Store completed.".into())
    }

    /// The view, if something may be changed in it.
    fn writable(&mut self) -> Result<&mut View, Fail> {
        let view = self.view()?;
        match view.read_only {
            true => Err(Fail::No("Mailbox is read-only: it was opened with EXAMINE.".into())),
            false => Ok(view),
        }
    }

    pub(super) fn copy(&mut self, set: &Set, to: &str, away: bool, uid: bool, out: &mut Outcome) -> Answer {
        let places = self.places(set, uid)?;
        let account = self.account.clone().unwrap_or_default();
        let other = self.lab.store.mailbox(&account, to).map_err(|e| Fail::No(missing(&e, to)))?;
        let codes = self.offer().has("UIDPLUS");
        let view = if away { self.writable()? } else { self.view()? };
        let uids = view.uids(&places);
        let verb = if away { "Move" } else { "Copy" };
        if uids.is_empty() {
            return Ok("No messages found.".into());
        }
        let pairs = match away {
            true => view.mailbox.move_to(&uids, &other)?,
            false => view.mailbox.copy_to(&uids, &other)?,
        };
        let from = set::write(pairs.iter().map(|(from, _)| *from));
        let there = set::write(pairs.iter().map(|(_, to)| *to));
        let code = match codes && !pairs.is_empty() {
            true => format!("[COPYUID {} {from} {there}] ", other.uid_validity()),
            false => String::new(),
        };
        if !away {
            return Ok(format!("{code}{verb} completed."));
        }
        // RFC 6851 §4.3: where they went comes before they go.
        if !code.is_empty() {
            out.text(format!("* OK {code}Moved UIDs.\r\n"));
        }
        Ok(format!("{verb} completed."))
    }

    pub(super) fn expunge(&mut self, set: Option<&Set>, _: &mut Outcome) -> Answer {
        let view = self.writable()?;
        let mut gone = deleted(&view.mailbox.snapshot());
        if let Some(set) = set {
            let ranges = set.ranges(view.shown.last().map_or(0, |e| e.uid));
            gone.retain(|uid| set::holds(&ranges, *uid));
        }
        if !gone.is_empty() {
            view.mailbox.expunge(&gone)?;
        }
        Ok("Expunge completed.".into())
    }

    /// APPEND's message has come, and the rest of the command.
    pub(super) fn end_append(&mut self, incoming: Incoming, line: &Line, out: &mut Outcome) {
        let Incoming { tag, to, draft, whole } = incoming;
        let mut parser = Parser::new(line);
        parser.pos = line.last_start();
        let last = match (parser.end(), whole) {
            (Err(wrong), _) => {
                out.text(super::bad_line(Some(&tag), "APPEND", &wrong.say(line)));
                return self.count_bad(out);
            }
            (_, false) => format!("{tag} BAD Error in IMAP command APPEND: the message did not come\r\n"),
            _ if draft.size() == 0 => format!("{tag} NO A message of no octets cannot be appended.\r\n"),
            _ => {
                let delivery = Delivery {
                    account: self.account.clone().unwrap_or_default(),
                    mailbox: to.mailbox.clone(),
                    prefix: Vec::new(),
                    flags: flags(&to.flags),
                    date: to.date.unwrap_or_else(|| self.lab.now()),
                };
                match draft.commit(&[delivery]) {
                    Ok(done) => {
                        let code = match done.first().filter(|_| self.offer().has("UIDPLUS")) {
                            Some(a) => format!("[APPENDUID {} {}] ", a.uid_validity, a.uid),
                            None => String::new(),
                        };
                        format!("{tag} OK {code}Append completed.\r\n")
                    }
                    Err(error) => format!("{tag} NO {}\r\n", missing(&error, &to.mailbox)),
                }
            }
        };
        self.finish(&last, true, false, out);
    }
}

/// The UIDs that are \Deleted.
fn deleted(entries: &[crate::lab::store::Entry]) -> Vec<u32> {
    entries.iter().filter(|e| e.flags.has(System::Deleted)).map(|e| e.uid).collect()
}
