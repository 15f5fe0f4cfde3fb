//! AUTH (RFC 4954), with the words that Postfix and Dovecot have for it together.

use super::SmtpServant;
use super::verbs::{printable, words};
use crate::dialect::sasl::encode;
use crate::dialogue::{Piece, TokenKind};
use crate::lab::sasl::{NoMessage, Server, Step, initial_response};
use crate::lab::servant::Outcome;

const BAD_BASE64: &str = "535 5.7.8 Error: authentication failed: Invalid base64 data in continued response";
const BAD_INITIAL: &str = "535 5.7.8 Error: authentication failed: Invalid base64 data in initial response";

impl SmtpServant {
    pub(super) fn auth(&mut self, piece: &Piece, out: &mut Outcome) {
        let offered = self.lab.settings.profile.smtp_mechanisms(self.service);
        if offered.is_empty() {
            return self.reply("503 5.5.1 Error: authentication not enabled", out);
        }
        if self.mail.is_some() {
            return self.reply("503 5.5.1 Error: MAIL transaction in progress", out);
        }
        if self.user.is_some() {
            return self.reply("503 5.5.1 Error: already authenticated", out);
        }
        let Some(mechanism) = piece.word(TokenKind::Mechanism).filter(|_| words(piece) <= 3) else {
            return self.reply("501 5.5.4 Syntax: AUTH mechanism", out);
        };
        if !offered.iter().any(|m| m.eq_ignore_ascii_case(&mechanism)) {
            return self
                .reply("535 5.7.8 Error: authentication failed: Invalid authentication mechanism", out);
        }
        let initial = piece.tokens.get(2).map(|t| &piece.wire.bytes[t.start..t.end]);
        let Ok(initial) = initial_response(initial) else { return self.reply(BAD_INITIAL, out) };
        let nonce = self.lab.nonce();
        let lab = self.lab.clone();
        let lookup = |name: &str| lab.login(name);
        let host = &lab.settings.host;
        let Some((server, step)) = Server::start(&mechanism, initial.as_deref(), &nonce, host, &lookup)
        else {
            return self
                .reply("535 5.7.8 Error: authentication failed: Invalid authentication mechanism", out);
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
            Err(NoMessage::Cancelled) => self.reply("501 5.7.0 Authentication aborted", out),
            Err(NoMessage::NotBase64) => self.reply(BAD_BASE64, out),
        }
    }

    fn sasl_step(&mut self, step: Step, out: &mut Outcome) {
        match step {
            Step::Challenge(challenge) => out.text(format!("334 {}\r\n", encode(&challenge))),
            Step::Done(account) => {
                self.sasl = None;
                out.user = Some(printable(&account));
                self.user = Some(account);
                self.reply("235 2.7.0 Authentication successful", out);
            }
            Step::Failed(_) => {
                self.sasl = None;
                self.reply("535 5.7.8 Error: authentication failed: (reason unavailable)", out);
            }
        }
    }
}
