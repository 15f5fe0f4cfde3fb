//! Coming in: LOGIN, AUTHENTICATE, STARTTLS; and ID.

use super::{Answer, Fail, ImapServant, Waiting, bad_line};
use crate::dialect::sasl::encode;
use crate::lab::profile::Profile;
use crate::lab::sasl::{self, NoMessage, Server, Step, Why};
use crate::lab::servant::Outcome;

impl ImapServant {
    fn lookup(&self) -> impl Fn(&str) -> Option<(String, String)> + use<> {
        let store = self.lab.store.clone();
        move |name: &str| {
            let account = store.account_of(name)?;
            let password = store.password(&account)?;
            Some((account, password))
        }
    }

    fn logged_in(&mut self, account: String, out: &mut Outcome) -> String {
        out.user = Some(account.clone());
        self.account = Some(account);
        // A client that is told need not ask.
        format!("[CAPABILITY {}] Logged in", self.capabilities().join(" "))
    }

    pub(super) fn login(&mut self, user: &[u8], password: &[u8], out: &mut Outcome) -> Answer {
        let name = String::from_utf8_lossy(user).into_owned();
        match sasl::check(&name, password, &self.lookup()) {
            Some(account) => Ok(self.logged_in(account, out)),
            None => Err(Fail::No("[AUTHENTICATIONFAILED] Authentication failed.".into())),
        }
    }

    pub(super) fn authenticate(
        &mut self,
        tag: &str,
        mechanism: &str,
        first: Option<String>,
        out: &mut Outcome,
    ) -> Answer {
        let offered = self.profile().imap_mechanisms();
        if !offered.contains(&mechanism) {
            let names = if offered.is_empty() { "none: use LOGIN".to_owned() } else { offered.join(" ") };
            let words = format!("[CANNOT] Unsupported authentication mechanism. There is {names}");
            return Err(Fail::No(words));
        }
        let Ok(first) = sasl::initial_response(first.as_deref().map(str::as_bytes)) else {
            return Err(Fail::Bad(super::Wrong::all("the initial response is not base64")));
        };
        let host = &self.lab.settings.host;
        let started = Server::start(mechanism, first.as_deref(), &self.lab.nonce(), host, &self.lookup());
        let Some((server, step)) = started else {
            return Err(Fail::No("[CANNOT] Unsupported authentication mechanism.".into()));
        };
        let last = self.sasl_step(tag, server, step, out);
        if let Some(last) = last {
            self.finish(&last, true, false, out);
        }
        Err(Fail::Said)
    }

    /// Says what a step wants said; the last line, if the exchange is over.
    fn sasl_step(&mut self, tag: &str, server: Server, step: Step, out: &mut Outcome) -> Option<String> {
        match step {
            Step::Challenge(bytes) => {
                out.text(format!("+ {}\r\n", encode(&bytes)));
                self.waiting = Waiting::Sasl(tag.to_owned(), Box::new(server));
                None
            }
            Step::Done(account) => Some(format!("{tag} OK {}\r\n", self.logged_in(account, out))),
            Step::Failed(why) => {
                let words = match why {
                    Why::Credentials => "[AUTHENTICATIONFAILED] Authentication failed.",
                    Why::Malformed => "[AUTHENTICATIONFAILED] That is not what the mechanism prescribes.",
                    Why::NotSupported => {
                        "[AUTHORIZATIONFAILED] Acting for somebody else is not possible here."
                    }
                };
                Some(format!("{tag} NO {words}\r\n"))
            }
        }
    }

    /// A line of the exchange.
    pub(super) fn sasl_answer(&mut self, line: &[u8], out: &mut Outcome) {
        let (tag, mut server) = match std::mem::replace(&mut self.waiting, Waiting::Command) {
            Waiting::Sasl(tag, server) => (tag, server),
            other => {
                self.waiting = other;
                out.text(bad_line(None, "", "nobody asked for this line"));
                return self.count_bad(out);
            }
        };
        let step = match server.line(line, &self.lookup()) {
            Ok(step) => step,
            // RFC 9051 §6.2.2: the client gives up, and that is answered by BAD.
            Err(NoMessage::Cancelled) => {
                return out.text(format!("{tag} BAD Authentication cancelled, as you asked.\r\n"));
            }
            Err(NoMessage::NotBase64) => {
                let wrong = "expected one line of base64, or * to give up";
                out.text(bad_line(Some(&tag), "AUTHENTICATE", wrong));
                return self.count_bad(out);
            }
        };
        if let Some(last) = self.sasl_step(&tag, *server, step, out) {
            self.finish(&last, true, false, out);
        }
    }

    pub(super) fn start_tls(&mut self, tag: &str, out: &mut Outcome) -> Answer {
        out.text(format!("{tag} OK Begin TLS negotiation now.\r\n"));
        out.start_tls = true;
        self.waiting = Waiting::Tls;
        Err(Fail::Said)
    }

    pub(super) fn id(&self, out: &mut Outcome) -> String {
        let name = match self.profile() {
            Profile::Sheet => "\"name\" \"Dovecot\"".to_owned(),
            _ => format!("\"name\" \"ehlo lab\" \"version\" \"{}\"", env!("CARGO_PKG_VERSION")),
        };
        out.text(format!("* ID ({name})\r\n"));
        "ID completed.".into()
    }
}
