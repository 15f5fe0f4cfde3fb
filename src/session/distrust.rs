//! What a session does not take on trust: that a mail server is there, that TLS was agreed on, that what came
//! before it is of the server, and that who took a SCRAM proof knows the password too.

use super::live::{Live, Source};
use super::options::Security;
use crate::dialect::Turn;
use crate::dialogue::mark::Close;
use crate::dialogue::{Level, Note, Protocol};
use crate::error::{Error, Exit};
use crate::net::{Stranger, TlsError, TlsFault, sniff};

/// First bytes that are looked at without a line end among them.
const ENOUGH: usize = 256;

impl Live {
    /// Looks at the first bytes of the server, however they are cut: is it a mail server, and of this protocol?
    /// None while that is open, or if it is.
    pub(super) fn who_is_there(&mut self, bytes: &[u8]) -> Option<Stranger> {
        let first = self.first.as_mut()?;
        first.extend_from_slice(&bytes[..bytes.len().min(ENOUGH)]);
        let binary = first.first().is_some_and(|b| !(b' '..0x7f).contains(b));
        let told = first.contains(&b'\n') || first.len() >= if binary { 7 } else { ENOUGH };
        told.then(|| self.first.take()).flatten().and_then(|first| sniff(&first))
    }

    /// Says who is there, if that is not who was looked for. Where nobody can decide, the session ends, unless
    /// the server's greeting was one: the guess may be wrong.
    pub(super) fn meet(&mut self, stranger: Stranger) -> Result<(), Error> {
        let ours = self.recorder.protocol();
        let (found, verb) = match stranger {
            Stranger::Smtp => ("SMTP", "smtp"),
            Stranger::Pop3 => ("POP3", "pop"),
            Stranger::Imap => ("IMAP", "imap"),
            other => return self.no_mail_server(other),
        };
        if ours.title() == found || (ours == Protocol::Lmtp && found == "SMTP") {
            return Ok(());
        }
        let note = Note::new(Level::Warn, "note-wrong-protocol").with("found", found).with("verb", verb);
        self.say(&[note])?;
        self.turn_away()
    }

    fn no_mail_server(&mut self, stranger: Stranger) -> Result<(), Error> {
        let port = self.channel.peer().map_or(0, |p| p.port());
        let Some(error) = super::faults::stranger(stranger, &self.options.endpoint.host, port) else {
            return Ok(());
        };
        let mut note = Note::new(Level::Warn, error.id);
        note.args = error.args;
        self.say(&[note])?;
        self.exit = self.exit.worse(error.exit);
        let speaks_smtp = matches!(self.recorder.protocol(), Protocol::Smtp | Protocol::Lmtp);
        let greeted = self.recorder.expect().client == Turn::Command && speaks_smtp;
        if greeted { Ok(()) } else { self.turn_away() }
    }

    /// What was to be sent is not for this server: it may hold a password.
    fn turn_away(&mut self) -> Result<(), Error> {
        if let Source::Lines(_) = self.source {
            self.exit = self.exit.worse(Exit::Network);
            self.leaving = true;
            self.end(Close::Client)?;
        }
        Ok(())
    }

    /// Plain text between the reply to STARTTLS and the handshake is what an attack looks like
    /// (CVE-2011-0411): told, discarded, closed.
    pub(super) fn injected(&mut self, rest: &[u8]) -> Result<(), Error> {
        self.leaving = true;
        self.end(Close::Refused)?;
        let fault = TlsError { fault: TlsFault::BytesBefore(rest.to_vec()), certificate: None, detail: None };
        Err(super::faults::tls_error(&fault, &self.options.endpoint.host))
    }

    /// `--starttls` was given and the server will not: whoever asked for encryption must not go on without, for
    /// that is what an attacker who strips STARTTLS wants (RFC 3207 §6).
    pub(super) fn check_upgrade(&mut self) -> Result<(), Error> {
        let wanted = self.options.security == Security::StartTls && !self.recorder.state().tls;
        if !wanted || !self.auto.is_empty() || !self.ready() || self.leaving {
            return Ok(());
        }
        self.leaving = true;
        self.end(Close::Refused)?;
        Err(Error::new(Exit::Network, "error-starttls-refused").with("host", &self.options.endpoint.host))
    }

    /// A SCRAM login that succeeds without the server's signature was answered by somebody who need not know
    /// the password (RFC 5802 §3).
    pub(super) fn check_proof(&mut self) -> Result<(), Error> {
        let expect = self.recorder.expect();
        if expect.client != Turn::Command || expect.owed > 0 {
            return Ok(());
        }
        let unproven = self.login.ended().is_some_and(|client| client.verified() == Some(false));
        if unproven && !self.observer.last_refused {
            self.say(&[Note::new(Level::Warn, "note-sasl-unproven").cite("RFC 5802 §3")])?;
        }
        Ok(())
    }
}
