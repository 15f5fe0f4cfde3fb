//! After the login: a picture of the INBOX, and what is done with it (RFC 1939 §5).

use std::sync::Arc;

use super::body::{Breaking, Dotted};
use super::{MISTAKES, Pop3Servant};
use crate::dialogue::Piece;
use crate::lab::servant::Outcome;
use crate::lab::store::{Entry, FlagChange, Flags, Mailbox, MaildropLock, Store, StoreError, System};

/// A maildrop that is open.
pub(super) struct Maildrop {
    mailbox: Arc<Mailbox>,
    /// The messages as they stood at the login; number 1 is the first.
    messages: Arc<Vec<Entry>>,
    /// Which of them are marked.
    deleted: Vec<bool>,
    /// The lock: nobody else gets in while it lives.
    _lock: MaildropLock,
}

/// Why there is none.
pub(super) enum NoMaildrop {
    /// Another session has it.
    Locked,
    /// The store cannot open it.
    Unopened,
}

impl Maildrop {
    pub(super) fn open(store: &Store, account: &str) -> Result<Maildrop, NoMaildrop> {
        let lock = store.lock_maildrop(account).ok_or(NoMaildrop::Locked)?;
        let mailbox = store.mailbox(account, "INBOX").map_err(|_| NoMaildrop::Unopened)?;
        let messages = mailbox.snapshot();
        let deleted = vec![false; messages.len()];
        Ok(Maildrop { mailbox, messages, deleted, _lock: lock })
    }

    /// Deletes what is marked, and tells how many.
    pub(super) fn update(self) -> Result<usize, StoreError> {
        let marked = self.messages.iter().zip(&self.deleted).filter(|(_, deleted)| **deleted);
        let uids: Vec<u32> = marked.map(|(entry, _)| entry.uid).collect();
        if !uids.is_empty() {
            self.mailbox.expunge(&uids)?;
        }
        Ok(uids.len())
    }

    /// What is there: numbers, which a mark does not change, and messages.
    fn left(&self) -> impl Iterator<Item = (usize, &Entry)> {
        let unmarked =
            self.messages.iter().zip(&self.deleted).enumerate().filter(|(_, (_, deleted))| !**deleted);
        unmarked.map(|(i, (entry, _))| (i + 1, entry))
    }

    /// Dovecot's `pop3_uidl_format`, the sheet's: UID and UIDVALIDITY.
    fn unique_id(&self, entry: &Entry) -> String {
        format!("{:08x}{:08x}", entry.uid, self.mailbox.uid_validity())
    }

    /// The message of that number, as a word of the client.
    fn message(&self, word: &str) -> Result<(usize, &Entry), String> {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(format!("-ERR Invalid message number: {}", printable(word)));
        }
        if digits < word.len() {
            return Err(format!("-ERR Noise after message number: {}", printable(&word[digits..])));
        }
        let Ok(number) = word.parse::<u32>() else {
            return Err(format!("-ERR Message number too large: {}", printable(word)));
        };
        let index = (number as usize).wrapping_sub(1);
        match (self.messages.get(index), self.deleted.get(index)) {
            (Some(_), Some(true)) => Err("-ERR Message is deleted.".into()),
            (Some(entry), _) => Ok((index, entry)),
            _ => Err(format!("-ERR There's no message {number}.")),
        }
    }
}

impl Pop3Servant {
    pub(super) fn transaction(&mut self, verb: &str, piece: &Piece, out: &mut Outcome) {
        let words: Vec<String> = piece.tokens.iter().skip(1).map(|t| piece.text(t)).collect();
        let known = matches!(
            verb,
            "STAT" | "LIST" | "UIDL" | "RETR" | "TOP" | "DELE" | "RSET" | "NOOP" if self.has(verb)
        );
        if !known {
            return self.unknown(verb, out);
        }
        let done = match verb {
            "STAT" => self.stat(),
            "LIST" | "UIDL" if words.is_empty() => return self.listing(verb, out),
            "LIST" | "UIDL" => self.single(verb, &words),
            "RETR" => self.retr(&words, out),
            "TOP" => self.top(&words, out),
            "DELE" => self.dele(&words),
            "RSET" => {
                self.maildrop.iter_mut().for_each(|m| m.deleted.fill(false));
                Ok("+OK".to_owned())
            }
            _ => Ok("+OK".to_owned()),
        };
        match done {
            // Only mistakes without anything right between them are counted.
            Ok(line) => {
                self.bad = 0;
                if !line.is_empty() {
                    self.say(&line, out);
                }
            }
            Err(line) => {
                self.say(&line, out);
                self.mistake(out);
            }
        }
    }

    /// TOP and UIDL may be left out (RFC 1939 §7), and the bare server does.
    fn has(&self, verb: &str) -> bool {
        let optional = matches!(verb, "TOP" | "UIDL");
        let capabilities = self.lab.settings.profile.pop_capabilities(true, false);
        !optional || capabilities.is_some_and(|all| all.iter().any(|c| c == verb))
    }

    fn unknown(&mut self, verb: &str, out: &mut Outcome) {
        self.say(&format!("-ERR Unknown command: {}", printable(verb)), out);
        self.mistake(out);
    }

    fn mistake(&mut self, out: &mut Outcome) {
        self.bad += 1;
        if self.bad > MISTAKES {
            self.say("-ERR Too many bad commands.", out);
            self.end(out);
        }
    }

    fn drop_of(&self) -> Result<&Maildrop, String> {
        self.maildrop.as_ref().ok_or_else(|| "-ERR [SYS/PERM] Not logged in.".to_owned())
    }

    fn stat(&self) -> Result<String, String> {
        let maildrop = self.drop_of()?;
        let (count, octets) = maildrop.left().fold((0, 0), |(n, sum), (_, entry)| (n + 1, sum + entry.size));
        Ok(format!("+OK {count} {octets}"))
    }

    fn listing(&self, verb: &str, out: &mut Outcome) {
        let Some(maildrop) = &self.maildrop else { return };
        if verb == "UIDL" {
            let line = |(n, entry): (usize, &Entry)| format!("{n} {}", maildrop.unique_id(entry));
            return self.list("+OK", maildrop.left().map(line), out);
        }
        let first = format!("+OK {} messages:", maildrop.left().count());
        self.list(&first, maildrop.left().map(|(n, entry)| format!("{n} {}", entry.size)), out);
    }

    fn single(&self, verb: &str, words: &[String]) -> Result<String, String> {
        let maildrop = self.drop_of()?;
        let (index, entry) = maildrop.message(only(words)?)?;
        Ok(match verb {
            "UIDL" => format!("+OK {} {}", index + 1, maildrop.unique_id(entry)),
            _ => format!("+OK {} {}", index + 1, entry.size),
        })
    }

    fn dele(&mut self, words: &[String]) -> Result<String, String> {
        let (index, _) = self.drop_of()?.message(only(words)?)?;
        self.maildrop.iter_mut().for_each(|m| m.deleted[index] = true);
        Ok("+OK Marked to be deleted.".to_owned())
    }

    fn retr(&mut self, words: &[String], out: &mut Outcome) -> Result<String, String> {
        let breaks = self.breaks.take();
        let maildrop = self.drop_of()?;
        let (_, entry) = maildrop.message(only(words)?)?;
        let body = maildrop.mailbox.body(entry.message, 0, entry.size).map_err(gone)?;
        if !entry.flags.has(System::Seen) {
            // That the flag cannot be kept is no reason not to hand out the message.
            let seen = Flags::new().with(System::Seen);
            let _ = maildrop.mailbox.change_flags(&[entry.uid], FlagChange::Add, &seen);
        }
        out.text(format!("+OK {} octets\r\n", entry.size));
        out.body(Breaking::after(breaks, Box::new(Dotted::whole(body))));
        Ok(String::new())
    }

    fn top(&mut self, words: &[String], out: &mut Outcome) -> Result<String, String> {
        let breaks = self.breaks.take();
        let maildrop = self.drop_of()?;
        let number = words.first().map_or("", String::as_str);
        let (_, entry) = maildrop.message(number)?;
        let lines = match words {
            [_, lines] if lines.bytes().all(|b| b.is_ascii_digit()) => lines.parse().unwrap_or(u64::MAX),
            [_] => return Err("-ERR Noise after message number: ".into()),
            [_, _, rest @ ..] if !rest.is_empty() => {
                return Err(format!("-ERR Noise after size:  {}", printable(&rest.join(" "))));
            }
            _ => return Err(format!("-ERR Invalid size: {}", printable(words.last().map_or("", |w| w)))),
        };
        let body = maildrop.mailbox.body(entry.message, 0, entry.size).map_err(gone)?;
        self.say("+OK", out);
        out.body(Breaking::after(breaks, Box::new(Dotted::top(body, lines))));
        Ok(String::new())
    }
}

/// The one word there is.
fn only(words: &[String]) -> Result<&str, String> {
    match words {
        [] => Ok(""),
        [word] => Ok(word),
        [_, rest @ ..] => Err(format!("-ERR Noise after message number:  {}", printable(&rest.join(" ")))),
    }
}

/// Expunged by an IMAP session since the login; or the store's trouble.
fn gone(error: StoreError) -> String {
    match error {
        StoreError::NoMessage => "-ERR [SYS/TEMP] Message was deleted by another session.".into(),
        _ => "-ERR [SYS/TEMP] The message cannot be read.".into(),
    }
}

/// A client's word, as it may stand in a response (RFC 2449 §4: at most 512 octets).
fn printable(word: &str) -> String {
    word.chars().map(|c| if c.is_control() { '?' } else { c }).take(100).collect()
}
