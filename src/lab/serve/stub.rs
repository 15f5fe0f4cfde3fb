//! A servant for the time until the servers are there: it greets, and knows STARTTLS and how to take leave.

use std::sync::Arc;
use std::time::Duration;

use super::service::Service;
use crate::dialect::State;
use crate::dialogue::{Protocol, Step, TokenKind};
use crate::lab::Lab;
use crate::lab::servant::{Outcome, Servant};

/// See above.
pub(super) struct Stub {
    host: String,
    protocol: Protocol,
    verb: String,
    tag: String,
}

impl Stub {
    pub(super) fn new(lab: &Arc<Lab>, service: Service) -> Stub {
        let (verb, tag) = (String::new(), String::new());
        Stub { host: lab.settings.host.clone(), protocol: service.protocol(), verb, tag }
    }

    fn answer(&self, out: &mut Outcome) {
        let (host, tag) = (&self.host, &self.tag);
        let text = match (self.protocol, self.verb.as_str()) {
            (Protocol::Smtp | Protocol::Lmtp, "EHLO") => format!("250-{host}\r\n250 STARTTLS\r\n"),
            (Protocol::Smtp | Protocol::Lmtp, "STARTTLS") => "220 2.0.0 Ready to start TLS\r\n".to_owned(),
            (Protocol::Smtp | Protocol::Lmtp, "QUIT") => "221 2.0.0 Bye\r\n".to_owned(),
            (Protocol::Smtp | Protocol::Lmtp, _) => "502 5.5.2 Error: command not recognized\r\n".to_owned(),
            (Protocol::Pop3, "QUIT") => "+OK Bye\r\n".to_owned(),
            (Protocol::Pop3, "STLS") => "+OK Begin TLS negotiation now.\r\n".to_owned(),
            (Protocol::Pop3, _) => "-ERR Unknown command.\r\n".to_owned(),
            (Protocol::Imap, "LOGOUT") => format!("* BYE Logging out\r\n{tag} OK Logout completed.\r\n"),
            (Protocol::Imap, "STARTTLS") => format!("{tag} OK Begin TLS negotiation now.\r\n"),
            (Protocol::Imap, "LOGIN") => {
                out.user = Some("alumnoimap".to_owned());
                format!("{tag} OK Logged in\r\n")
            }
            (Protocol::Imap, _) => format!("{tag} BAD Unknown command\r\n"),
        };
        out.text(text);
        out.close = matches!(self.verb.as_str(), "QUIT" | "LOGOUT");
        out.start_tls = matches!(self.verb.as_str(), "STARTTLS" | "STLS");
    }
}

impl Servant for Stub {
    fn greet(&mut self, out: &mut Outcome) {
        let host = &self.host;
        out.text(match self.protocol {
            Protocol::Smtp | Protocol::Lmtp => format!("220 {host} ESMTP Postfix\r\n"),
            Protocol::Pop3 => "+OK Dovecot ready.\r\n".to_owned(),
            Protocol::Imap => "* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n".to_owned(),
        });
    }

    fn step(&mut self, step: &Step, _state: &State, out: &mut Outcome) {
        match step {
            Step::Piece(piece) => {
                self.verb = piece.word(TokenKind::Verb).unwrap_or_default().to_ascii_uppercase();
                self.tag = piece.word(TokenKind::Tag).unwrap_or_default();
            }
            Step::Close(_) => self.answer(out),
            _ => {}
        }
    }

    fn tls_started(&mut self) {}

    fn poke(&mut self, _out: &mut Outcome) {}

    fn patience(&self) -> Duration {
        Duration::from_secs(300)
    }

    fn gone(&mut self) {}
}
