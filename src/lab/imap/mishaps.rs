//! What goes wrong on purpose (see [`crate::lab::fault`]), as far as IMAP can show it.

use super::command::Parsed;
use super::{ImapServant, Waiting};
use crate::dialogue::Protocol;
use crate::lab::fault::{Act, Point};
use crate::lab::servant::Outcome;

impl ImapServant {
    /// Whether something goes wrong on purpose; then it has.
    pub(super) fn fails(&mut self, parsed: &Parsed, out: &mut Outcome) -> bool {
        let Parsed { tag, verb, uid } = parsed;
        let name = if *uid { format!("UID {verb}") } else { verb.clone() };
        let Some(act) = self.lab.faults.at(Protocol::Imap, Point::Command(&name), "") else { return false };
        let words = match act {
            Act::Wrong => return false,
            Act::Slow(time) => {
                out.delay = out.delay.max(Some(time));
                return false;
            }
            // Done and not answered, or not done: a client cannot tell (RFC 9051 §5.4 has no word for it).
            Act::Drop(_) | Act::Silent => {
                out.drop = true;
                self.waiting = Waiting::Over;
                return true;
            }
            Act::Bye(text) => {
                let text = text.unwrap_or_else(|| "Server shutting down.".into());
                self.bye(out, &plain(&text));
                return true;
            }
            Act::Full => "[OVERQUOTA] Quota exceeded (mailbox for user is full)".to_owned(),
            Act::Refuse(text) | Act::Reply(_, text) => {
                plain(&text.unwrap_or_else(|| "[UNAVAILABLE] Refused on purpose: a fault of the lab.".into()))
            }
            Act::Greylist => "[UNAVAILABLE] Come again later.".to_owned(),
        };
        out.text(format!("{tag} NO {words}\r\n"));
        true
    }

    /// The same of the greeting.
    pub(super) fn fails_to_greet(&mut self, out: &mut Outcome) -> bool {
        match self.lab.faults.at(Protocol::Imap, Point::Greeting, "") {
            None | Some(Act::Wrong) => return false,
            Some(Act::Slow(time)) => {
                out.delay = Some(time);
                return false;
            }
            Some(Act::Drop(_) | Act::Silent) => {
                out.drop = true;
                self.waiting = Waiting::Over;
            }
            Some(Act::Bye(Some(text)) | Act::Refuse(Some(text))) => self.bye(out, &plain(&text)),
            Some(_) => self.bye(out, "The server is not available now."),
        }
        true
    }

    /// The same of APPEND, which is refused before its message comes.
    pub(super) fn fails_to_append(&self) -> bool {
        let act = self.lab.faults.at(Protocol::Imap, Point::Command("APPEND"), "");
        matches!(act, Some(Act::Full | Act::Refuse(_) | Act::Reply(..)))
    }
}

/// A text that can stand on the wire: RFC 9051 §9 wants ASCII without line ends in `text`.
fn plain(text: &str) -> String {
    let safe = |c: char| if (' '..='~').contains(&c) { c } else { '?' };
    text.chars().map(safe).collect()
}
