//! DATA (RFC 5321 §4.1.1.4) and BDAT (RFC 3030): a message comes in, a piece at a time, straight into a draft of
//! the store.

use super::intake::Intake;
use super::verbs::words;
use super::{SmtpServant, deliver};
use crate::dialect::stuff::Unstuff;
use crate::dialogue::{Piece, TokenKind};
use crate::lab::fault::Point;
use crate::lab::servant::Outcome;
use crate::lab::store::{Draft, StoreError};

/// Postfix's `hopcount_limit` (RFC 5321 §6.3 wants 100 or so).
const MAX_HOPS: usize = 50;

/// A message under way.
pub(super) struct Incoming {
    /// None once it has failed.
    draft: Option<Draft>,
    intake: Intake,
    /// Takes the dots off; none after BDAT, where nothing is stuffed.
    unstuff: Option<Unstuff>,
    octets: u64,
    /// What will be said at its end instead of Ok.
    failed: Option<String>,
}

/// A chunk of BDAT.
pub(super) struct Chunk {
    size: u64,
    last: bool,
    /// What is said at its end, if it is not wanted.
    refused: Option<String>,
}

impl SmtpServant {
    pub(super) fn data(&mut self, argument: bool, out: &mut Outcome) {
        if self.incoming.is_some() {
            return self.reply("503 5.5.1 Error: DATA after BDAT", out);
        }
        if let Some(reply) = self.no_recipients() {
            return self.reply(reply, out);
        }
        if argument {
            return self.reply("501 5.5.4 Syntax: DATA", out);
        }
        self.incoming = Some(self.begin(Some(Unstuff::new())));
        out.text("354 End data with <CR><LF>.<CR><LF>\r\n");
    }

    fn no_recipients(&self) -> Option<&'static str> {
        match &self.mail {
            None => Some("503 5.5.1 Error: need RCPT command"),
            Some(mail) if mail.recipients.is_empty() => Some("554 5.5.1 Error: no valid recipients"),
            Some(_) => None,
        }
    }

    fn begin(&self, unstuff: Option<Unstuff>) -> Incoming {
        let draft = Some(self.lab.store.draft());
        Incoming { draft, intake: Intake::default(), unstuff, octets: 0, failed: None }
    }

    /// RFC 3030 §2: the octets follow at once, so what cannot be counted ends the connection.
    pub(super) fn bdat(&mut self, piece: &Piece, out: &mut Outcome) {
        if !self.offers("CHUNKING") {
            return self.reply("521 5.5.1 Error: command not implemented", out);
        }
        let number = piece.word(TokenKind::Number).filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
        let last = piece.word(TokenKind::Word);
        let known = last.as_deref().is_none_or(|w| w.eq_ignore_ascii_case("LAST")) && words(piece) <= 3;
        let Some(size) = number.and_then(|n| n.parse::<u64>().ok()).filter(|_| known) else {
            return self.reply("521 5.5.4 Syntax: BDAT count [LAST]", out);
        };
        let mut refused = self.no_recipients().map(str::to_owned);
        if refused.is_none() {
            let incoming = match self.incoming.take() {
                Some(incoming) => incoming,
                None => self.begin(None),
            };
            if incoming.octets.saturating_add(size) > self.lab.settings.limits.message {
                refused = Some("552 5.3.4 Chunk exceeds message size limit".into());
            }
            self.incoming = Some(incoming);
        }
        self.chunk = Some(Chunk { size, last: last.is_some(), refused });
        if size == 0 {
            self.end_of_content(out);
        }
    }

    /// The next octets of a message, or of a chunk.
    pub(super) fn content(&mut self, bytes: &[u8], out: &mut Outcome) {
        if self.chunk.as_ref().is_some_and(|c| c.refused.is_some()) {
            return;
        }
        let limit = self.lab.settings.limits.message;
        let Some(incoming) = &mut self.incoming else { return };
        incoming.octets += bytes.len() as u64;
        if self.breaks.is_some_and(|octets| incoming.octets > octets) {
            out.drop = true;
            return self.forget();
        }
        if incoming.octets > limit {
            incoming.fail("552 5.3.4 Error: message file too big");
        }
        if !incoming.write(bytes) {
            self.bare_lf(out);
        }
    }

    /// The final dot, or the end of a chunk.
    pub(super) fn end_of_content(&mut self, out: &mut Outcome) {
        let chunk = self.chunk.take();
        if let Some(reply) = chunk.as_ref().and_then(|c| c.refused.clone()) {
            // RFC 3030 §2: after a chunk that was refused the rest is of no use.
            self.reset();
            return self.reply(&reply, out);
        }
        if let Some(Chunk { size, last: false, .. }) = chunk {
            return match self.incoming.as_ref().and_then(|i| i.failed.clone()) {
                Some(reply) => {
                    self.reset();
                    self.reply(&reply, out);
                }
                None => self.reply(&format!("250 2.0.0 Ok: {size} bytes"), out),
            };
        }
        let (Some(incoming), Some(mail)) = (self.incoming.take(), self.mail.take()) else { return };
        if self.fails(Point::End, "", "", out) {
            return;
        }
        let octets = chunk.map(|_| incoming.octets);
        let done = incoming.finish().and_then(|draft| deliver::deliver(self, &mail, draft));
        if std::mem::take(&mut self.silent) {
            out.drop = true;
            return self.forget();
        }
        match (done, octets) {
            (Ok(id), octets) => {
                (self.errors, self.junk) = (0, 0);
                let octets = octets.map_or(String::new(), |n| format!("{n} bytes "));
                self.reply(&format!("250 2.0.0 Ok: {octets}queued as {id}"), out);
            }
            (Err(reply), _) => self.reply(&reply, out),
        }
    }
}

impl Incoming {
    fn fail(&mut self, reply: &str) {
        // The draft is dropped: what is not wanted takes no room.
        self.draft = None;
        self.failed.get_or_insert_with(|| reply.to_owned());
    }

    /// False if a bare LF is among the bytes.
    fn write(&mut self, bytes: &[u8]) -> bool {
        if self.draft.is_none() {
            return true;
        }
        let mut content = Vec::new();
        let mut bytes = bytes;
        if let Some(unstuff) = &mut self.unstuff
            && !unstuff.pass(bytes)
        {
            unstuff.feed(bytes, &mut content);
            bytes = &content;
        }
        let mut kept = Vec::with_capacity(bytes.len() + 2);
        if self.intake.feed(bytes, &mut kept).is_err() {
            return false;
        }
        self.put(&kept);
        true
    }

    fn put(&mut self, kept: &[u8]) {
        if let Some(Err(error)) = self.draft.as_mut().map(|draft| draft.write(kept)) {
            self.fail(refusal(&error));
        }
    }

    /// The draft, whole; or the reply that it was not to be.
    fn finish(mut self) -> Result<Draft, String> {
        let mut rest = Vec::new();
        self.intake.finish(&mut rest);
        self.put(&rest);
        if self.intake.hops > MAX_HOPS {
            self.fail("554 5.4.0 Error: too many hops");
        }
        match (self.draft, self.failed) {
            (Some(draft), None) => Ok(draft),
            (_, failed) => Err(failed.unwrap_or_else(|| WRITE_ERROR.to_owned())),
        }
    }
}

const WRITE_ERROR: &str = "451 4.3.0 Error: queue file write error";

/// What is said when the store cannot.
pub(super) fn refusal(error: &StoreError) -> &'static str {
    match error {
        StoreError::Full => "452 4.3.1 Insufficient system storage",
        _ => WRITE_ERROR,
    }
}
