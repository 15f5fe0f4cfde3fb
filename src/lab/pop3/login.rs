//! Before the login: USER and PASS, APOP, AUTH, STLS, UTF8.

use super::maildrop::{Maildrop, NoMaildrop};
use super::{Pop3Servant, STRANGERS};
use crate::dialect::sasl::encode;
use crate::dialogue::{Piece, TokenKind};
use crate::lab::profile::Profile;
use crate::lab::sasl::{self, NoMessage, Server, Step};
use crate::lab::servant::Outcome;

/// RFC 3206 §5: the name or the password is wrong.
const WRONG: &str = "-ERR [AUTH] Authentication failed.";
const BAD_BASE64: &str = "-ERR [AUTH] Invalid base64 data in continued response";

impl Pop3Servant {
    pub(super) fn authorization(&mut self, verb: &str, piece: &Piece, out: &mut Outcome) {
        let profile = self.lab.settings.profile;
        match verb {
            "USER" => {
                self.named = piece.word(TokenKind::User);
                self.say("+OK", out);
            }
            "PASS" => self.pass(piece, out),
            "APOP" if self.stamp.is_some() => self.apop(piece, out),
            "AUTH" if !profile.pop_mechanisms().is_empty() => self.auth(piece, out),
            "STLS" if self.stls_offered() => {
                self.say("+OK Begin TLS negotiation now.", out);
                out.start_tls = true;
                self.forget();
            }
            "STLS" if self.tls && profile.pop_stls() => self.say("-ERR TLS is already active.", out),
            // RFC 6856 §2: all names and messages may have UTF-8 here at any time, so there is nothing to change.
            "UTF8" if profile == Profile::Modern => self.say("+OK UTF8 enabled", out),
            _ => self.stranger(out),
        }
    }

    fn stranger(&mut self, out: &mut Outcome) {
        self.say("-ERR Unknown command.", out);
        self.bad += 1;
        if self.bad >= STRANGERS {
            self.say("-ERR Too many invalid bad commands.", out);
            self.end(out);
        }
    }

    fn pass(&mut self, piece: &Piece, out: &mut Outcome) {
        let Some(name) = self.named.take() else { return self.say("-ERR No username given.", out) };
        let secret = piece.token(TokenKind::Secret).map(|t| piece.wire.bytes[t.start..t.end].to_vec());
        let lab = self.lab.clone();
        match sasl::check(&name, &secret.unwrap_or_default(), &|name| lab.login(name)) {
            Some(account) => self.enter(&account, out),
            None => self.say(WRONG, out),
        }
    }

    fn apop(&mut self, piece: &Piece, out: &mut Outcome) {
        let (name, digest) = (piece.word(TokenKind::User), piece.word(TokenKind::Secret));
        let (Some(stamp), Some(name), Some(digest)) = (&self.stamp, name, digest) else {
            return self.say("-ERR Invalid parameters.", out);
        };
        let lab = self.lab.clone();
        match sasl::check_apop(&name, stamp, &digest, &|name| lab.login(name)) {
            Some(account) => self.enter(&account, out),
            None => self.say(WRONG, out),
        }
    }

    fn auth(&mut self, piece: &Piece, out: &mut Outcome) {
        let offered = self.lab.settings.profile.pop_mechanisms();
        let Some(mechanism) = piece.word(TokenKind::Mechanism) else {
            // No RFC has it; servers listed their mechanisms so before CAPA, and the sheet's sessions ask.
            return self.list("+OK", offered.iter().map(|m| (*m).to_owned()), out);
        };
        let initial = piece.tokens.get(2).map(|t| &piece.wire.bytes[t.start..t.end]);
        let Ok(initial) = sasl::initial_response(initial) else { return self.say(BAD_BASE64, out) };
        let (lab, nonce) = (self.lab.clone(), self.lab.nonce());
        let lookup = |name: &str| lab.login(name);
        let known = offered.iter().any(|m| m.eq_ignore_ascii_case(&mechanism));
        let started = Server::start(&mechanism, initial.as_deref(), &nonce, &lab.settings.host, &lookup);
        let Some((server, step)) = started.filter(|_| known) else {
            return self.say("-ERR [AUTH] Unsupported authentication mechanism.", out);
        };
        self.sasl = Some(server);
        self.sasl_step(step, out);
    }

    pub(super) fn sasl_line(&mut self, piece: &Piece, out: &mut Outcome) {
        let Some(mut server) = self.sasl.take() else { return };
        let lab = self.lab.clone();
        match server.line(piece.wire.bytes.trim_ascii_end(), &|name| lab.login(name)) {
            Ok(step) => {
                self.sasl = Some(server);
                self.sasl_step(step, out);
            }
            Err(NoMessage::Cancelled) => self.say("-ERR Authentication aborted by client.", out),
            Err(NoMessage::NotBase64) => self.say(BAD_BASE64, out),
        }
    }

    fn sasl_step(&mut self, step: Step, out: &mut Outcome) {
        match step {
            Step::Challenge(challenge) => self.say(&format!("+ {}", encode(&challenge)), out),
            Step::Done(account) => {
                self.sasl = None;
                self.enter(&account, out);
            }
            Step::Failed(_) => {
                self.sasl = None;
                self.say(WRONG, out);
            }
        }
    }

    /// Takes the lock and the picture of the maildrop.
    fn enter(&mut self, account: &str, out: &mut Outcome) {
        match Maildrop::open(&self.lab.store, account) {
            Ok(maildrop) => {
                self.maildrop = Some(maildrop);
                self.bad = 0;
                out.user = Some(account.to_owned());
                self.say("+OK Logged in.", out);
            }
            // RFC 2449 §8.1.1.
            Err(NoMaildrop::Locked) => self.say("-ERR [IN-USE] Mailbox is locked by another session.", out),
            Err(NoMaildrop::Unopened) => self.say("-ERR [SYS/TEMP] The mailbox cannot be opened.", out),
        }
    }
}
