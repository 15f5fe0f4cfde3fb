//! Logging in without pain: a bare `AUTH PLAIN` is sent as typed, and the challenge is answered; `/auth` and
//! `--auth` do it in one step, with the best mechanism that is offered.

use std::ffi::OsString;
use std::io::IsTerminal;

use super::live::{Live, Source};
use super::options::Options;
use super::prompt::Question;
use crate::dialect::sasl::make::{Answer, Client, Credentials, apop, best, nonce};
use crate::dialect::{Phase, Turn, sasl};
use crate::dialogue::{Level, Note, Protocol, Wire};
use crate::error::{Error, Exit};

/// Who logs in, and how far it has come.
#[derive(Debug)]
pub(super) struct Login {
    user: Option<String>,
    mechanism: Option<String>,
    /// A login is wanted as soon as the protocol allows.
    wanted: bool,
    /// A bare AUTH was typed: its challenges are answered.
    armed: Option<String>,
    client: Option<Client>,
    /// The name of the password in the notation.
    name: String,
    /// What was asked on the way: EHLO, CAPA, CAPABILITY.
    asked: bool,
}

impl Login {
    /// As the options have it.
    pub fn new(options: &Options) -> Self {
        Login {
            user: options.login.user.clone(),
            mechanism: options.login.mechanism.clone(),
            wanted: options.login.at_once,
            armed: None,
            client: None,
            name: "password".to_owned(),
            asked: false,
        }
    }

    /// Whether the server's part of a login is being waited for: the next line is not the user's.
    pub fn is_under_way(&self) -> bool {
        self.wanted || self.armed.is_some() || self.client.is_some()
    }

    /// The user would rather go on in person.
    pub fn give_up(&mut self) {
        self.wanted = false;
        self.armed = None;
        self.client = None;
    }

    /// The exchange is over: who led it, told once.
    pub fn ended(&mut self) -> Option<Client> {
        self.client.take()
    }

    /// A login is wanted (`/auth`).
    pub fn want(&mut self, mechanism: Option<String>) {
        self.mechanism = mechanism.or(self.mechanism.take());
        self.wanted = true;
        self.asked = false;
    }
}

/// The mechanism of a bare AUTH or AUTHENTICATE.
fn bare_auth(line: &str, protocol: Protocol) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mechanism = match (protocol, words.as_slice()) {
        (Protocol::Imap, [_, verb, mechanism]) if verb.eq_ignore_ascii_case("AUTHENTICATE") => mechanism,
        (Protocol::Imap, _) => return None,
        (_, [verb, mechanism]) if verb.eq_ignore_ascii_case("AUTH") => mechanism,
        _ => return None,
    };
    Some(mechanism.to_ascii_uppercase())
}

impl Live {
    /// Looks at a command before it is sent: arms the answers to a bare AUTH; fills in a bare APOP. Whether
    /// the line is still to be sent.
    pub(super) async fn prepare_login(&mut self, wire: &Wire) -> Result<bool, Error> {
        let line = wire.lossy().into_owned();
        let protocol = self.recorder.protocol();
        if protocol == Protocol::Pop3 && self.fill_apop(&line).await? {
            return Ok(false);
        }
        self.login.armed = None;
        self.login.client = None;
        let Some(mechanism) = bare_auth(&line, protocol) else { return Ok(true) };
        let known = Client::new(&mechanism, Credentials::password("", ""), "x").is_some()
            || Client::new(&mechanism, Credentials::token("", ""), "x").is_some();
        if !known {
            return Ok(true);
        }
        if !self.has_password() {
            // The script, or what was pasted, may bring its own answer.
            let own = match &mut self.source {
                Source::Lines(lines) => lines.peek().await.is_some_and(is_answer),
                Source::Prompt(prompt) => prompt.peek().is_some_and(|line| is_answer(line.as_bytes())),
            };
            if own {
                return Ok(true);
            }
            if matches!(self.source, Source::Lines(_)) && !terminal_at_hand() {
                return Err(Error::new(Exit::Usage, "error-no-password").with("mechanism", &mechanism));
            }
        }
        self.login.armed = Some(mechanism);
        Ok(true)
    }

    /// A line that has the password of EHLO_PASSWORD in it, wherever it stands: it is masked also where no
    /// protocol has a password.
    pub(super) fn recognise(&self, line: &[u8]) {
        let Some(password) = std::env::var_os("EHLO_PASSWORD").map(OsString::into_encoded_bytes) else {
            return;
        };
        if !password.is_empty() && memchr::memmem::find(line, &password).is_some() {
            self.recorder.secrets().learn("password", &password);
        }
    }

    fn has_password(&self) -> bool {
        let given = self.options.login.password_file.is_some() || std::env::var_os("EHLO_PASSWORD").is_some();
        given && self.login.user.is_some()
    }

    /// Answers a challenge, if one has come that is ours to answer; whether it did.
    pub(super) async fn answer_challenge(&mut self) -> Result<bool, Error> {
        if self.recorder.expect().client != Turn::Sasl || self.observer.challenge.is_none() {
            return Ok(false);
        }
        if self.login.client.is_none() {
            let Some(mechanism) = self.login.armed.take() else { return Ok(false) };
            let Some(credentials) = self.credentials(&mechanism).await? else { return Ok(false) };
            self.login.client = self.client(&mechanism, credentials);
        }
        let Some(client) = &mut self.login.client else { return Ok(false) };
        let challenge = self.observer.challenge.take().unwrap_or_default();
        let decoded = sasl::decode(&challenge).unwrap_or(challenge);
        match client.answer(&decoded) {
            Ok(answer) => {
                let mut wire = self.answer_wire(&answer, answer.wire());
                wire.push(b"\r\n");
                self.send(wire)?;
            }
            Err(fault) => {
                self.login.client = None;
                self.say(&[Note::new(Level::Warn, fault.id()).with("detail", fault.detail())])?;
                self.send(Wire::from("*\r\n"))?;
            }
        }
        Ok(true)
    }

    /// The wire form of an answer, its secret a hole with the right name.
    fn answer_wire(&self, answer: &Answer, base64: String) -> Wire {
        let mut wire = Wire::default();
        if answer.is_secret() {
            // The answer calls the secret by its usual name; a second password has another.
            let make = match answer.make.rfind("password") {
                Some(at) if self.login.name != "password" => {
                    format!("{}{}{}", &answer.make[..at], self.login.name, &answer.make[at + 8..])
                }
                _ => answer.make.clone(),
            };
            wire.push_secret(base64.as_bytes(), make);
        } else {
            wire.push(base64.as_bytes());
        }
        wire
    }

    fn client(&self, mechanism: &str, credentials: Credentials) -> Option<Client> {
        let mut random = [0; 18];
        let provider = rustls::crypto::ring::default_provider();
        provider.secure_random.fill(&mut random).ok()?;
        let port = self.channel.peer().map_or(0, |p| p.port());
        let client = Client::new(mechanism, credentials, &nonce(&random))?;
        Some(client.at(&self.options.endpoint.host, port))
    }

    /// Goes on with a login that is wanted: asks what is offered, then logs in; whether it did something.
    pub(super) async fn login_due(&mut self) -> Result<bool, Error> {
        let expect = self.recorder.expect();
        let free = expect.client == Turn::Command && expect.owed == 0 && self.auto.is_empty();
        if !self.login.wanted || !free || self.leaving {
            return Ok(false);
        }
        let state = self.recorder.state();
        if state.capabilities.is_none() && !self.login.asked {
            self.login.asked = true;
            let line = match self.recorder.protocol() {
                Protocol::Smtp => format!("EHLO {}\r\n", self.me()),
                Protocol::Lmtp => format!("LHLO {}\r\n", self.me()),
                Protocol::Pop3 => "CAPA\r\n".to_owned(),
                Protocol::Imap => format!("{} CAPABILITY\r\n", self.tags.next_tag()),
            };
            self.auto.push_back(Wire::from(&*line));
            return Ok(true);
        }
        self.login.wanted = false;
        self.log_in().await?;
        Ok(true)
    }

    /// Logs in with the mechanism asked for, or the best that is offered, or the protocol's own command.
    async fn log_in(&mut self) -> Result<(), Error> {
        let state = self.recorder.state();
        let phase = state.phase;
        if !matches!(phase, Phase::Authorization | Phase::NotAuthenticated | Phase::Ready) {
            return self.say(&[Note::new(Level::Warn, "note-login-not-now")]);
        }
        let offered = state.mechanisms();
        let stamp = state.timestamp.clone();
        let initial_allowed = match self.recorder.protocol() {
            Protocol::Imap => state.offers("SASL-IR"),
            _ => true,
        };
        let asked = self.login.mechanism.take();
        let chosen = asked.clone().or_else(|| best(&offered, state.tls, false).map(str::to_owned));
        let mechanism = match (chosen, self.recorder.protocol()) {
            (Some(m), Protocol::Pop3) if m == "APOP" => return self.apop(stamp).await,
            (Some(m), Protocol::Pop3 | Protocol::Imap)
                if m == "USER" || (m == "LOGIN" && offered.is_empty()) =>
            {
                return self.plain_login().await;
            }
            (Some(mechanism), _) => mechanism,
            (None, Protocol::Pop3 | Protocol::Imap) => return self.plain_login().await,
            (None, _) => return self.say(&[Note::new(Level::Warn, "note-no-mechanism")]),
        };
        let Some(credentials) = self.credentials(&mechanism).await? else { return Ok(()) };
        let Some(mut client) = self.client(&mechanism, credentials) else {
            let note = Note::new(Level::Warn, "note-mechanism-unknown").with("mechanism", &mechanism);
            return self.say(&[note]);
        };
        let verb = match self.recorder.protocol() {
            Protocol::Imap => format!("{} AUTHENTICATE {mechanism}", self.tags.next_tag()),
            _ => format!("AUTH {mechanism}"),
        };
        let mut wire = Wire::from(&*verb);
        if initial_allowed && let Some(answer) = client.initial() {
            wire.push(b" ");
            wire.append(&self.answer_wire(&answer, answer.initial_wire()));
        }
        wire.push(b"\r\n");
        self.login.client = Some(client);
        self.observer.challenge = None;
        self.send(wire)
    }

    /// USER and PASS, or LOGIN: where no mechanism is offered.
    async fn plain_login(&mut self) -> Result<(), Error> {
        let Some(Credentials::Password { user, password, .. }) = self.credentials("LOGIN").await? else {
            return Ok(());
        };
        let name = self.login.name.clone();
        if self.recorder.protocol() == Protocol::Pop3 {
            self.auto.push_back(Wire::from(&*format!("USER {user}\r\n")));
            let mut wire = Wire::from("PASS ");
            wire.push_secret(&password, name);
            wire.push(b"\r\n");
            self.auto.push_back(wire);
            return Ok(());
        }
        let text = String::from_utf8_lossy(&password);
        let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let mut wire = Wire::from(&*format!("{} LOGIN {user} ", self.tags.next_tag()));
        wire.push_secret(quoted.as_bytes(), format!("quoted({name})"));
        wire.push(b"\r\n");
        self.send(wire)
    }

    /// `APOP` alone, or with a user: the digest is made of the greeting's time stamp. Whether it was.
    async fn fill_apop(&mut self, line: &str) -> Result<bool, Error> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let stamp = self.recorder.state().timestamp.clone();
        match words.as_slice() {
            [verb] if verb.eq_ignore_ascii_case("APOP") && stamp.is_some() => {}
            [verb, user] if verb.eq_ignore_ascii_case("APOP") && stamp.is_some() => {
                self.login.user = Some((*user).to_owned());
            }
            _ => return Ok(false),
        }
        self.apop(stamp).await.map(|()| true)
    }

    async fn apop(&mut self, stamp: Option<String>) -> Result<(), Error> {
        let Some(stamp) = stamp else { return self.say(&[Note::new(Level::Warn, "note-no-timestamp")]) };
        let Some(Credentials::Password { user, password, .. }) = self.credentials("APOP").await? else {
            return Ok(());
        };
        let mut wire = Wire::from(&*format!("APOP {user} "));
        wire.push_secret(apop(&stamp, &password).as_bytes(), format!("apop({})", self.login.name));
        wire.push(b"\r\n");
        self.send(wire)
    }

    /// User and password: from the options, the file, the environment, or asked for. None: the user would
    /// rather answer in person.
    async fn credentials(&mut self, mechanism: &str) -> Result<Option<Credentials>, Error> {
        let token = matches!(mechanism, "XOAUTH2" | "OAUTHBEARER");
        if !self.has_password() && matches!(self.source, Source::Lines(_)) && !terminal_at_hand() {
            let named = matches!(mechanism, "ANONYMOUS" | "EXTERNAL") && self.login.user.is_some();
            if !named {
                return Err(Error::new(Exit::Usage, "error-no-password").with("mechanism", mechanism));
            }
        }
        let user = match self.login.user.clone() {
            Some(user) => user,
            None => match self.question(Question::User).await?.filter(|u| !u.is_empty()) {
                Some(user) => user,
                None => return Ok(None),
            },
        };
        self.recorder.secrets().exempt(&user);
        if let Some((local, domain)) = user.split_once('@') {
            self.recorder.secrets().exempt(local);
            self.recorder.secrets().exempt(domain);
        }
        if matches!(mechanism, "EXTERNAL" | "ANONYMOUS") {
            return Ok(Some(Credentials::Name { user }));
        }
        let base = if token { "token" } else { "password" };
        let Some(secret) = self.password(token).await? else { return Ok(None) };
        self.login.name = self.recorder.secrets().learn(base, &secret);
        Ok(Some(match token {
            true => Credentials::token(user, String::from_utf8_lossy(&secret).into_owned()),
            false => Credentials::password(user, secret),
        }))
    }

    async fn password(&mut self, token: bool) -> Result<Option<Vec<u8>>, Error> {
        if let Some(path) = &self.options.login.password_file {
            let mut bytes = std::fs::read(path).map_err(|e| Error::unreadable(path.display(), &e))?;
            for end in [b'\n', b'\r'] {
                if bytes.last() == Some(&end) {
                    bytes.pop();
                }
            }
            return Ok(Some(bytes));
        }
        if let Some(password) = std::env::var_os("EHLO_PASSWORD") {
            return Ok(Some(password.into_encoded_bytes()));
        }
        let question = if token { Question::Token } else { Question::Password };
        Ok(self.question(question).await?.map(String::into_bytes))
    }

    /// Asks the person; what the server says meanwhile is shown.
    async fn question(&mut self, question: Question) -> Result<Option<String>, Error> {
        let label = self.catalog.word(question.id());
        let mut asked = match &mut self.source {
            Source::Prompt(prompt) => prompt.question(question, &label),
            Source::Lines(_) => super::prompt::ask_terminal(question, &label),
        };
        let mut buffer = vec![0; 4096];
        loop {
            tokio::select! {
                answer = &mut asked => return Ok(answer.ok().flatten()),
                () = self.hangup.wait() => return Ok(None),
                moved = self.channel.step(&mut buffer), if self.over.is_none() => match moved {
                    crate::net::Moved::Received(n) => {
                        self.record(crate::dialogue::Side::Server, Wire::from(&buffer[..n]))?;
                    }
                    crate::net::Moved::Sent => {}
                    crate::net::Moved::Ended(kind) => self.ended(kind)?,
                },
            }
        }
    }
}

/// Whether a line is an answer to a challenge: base64, or the asterisk that gives up.
fn is_answer(line: &[u8]) -> bool {
    line == b"*" || !line.is_empty() && sasl::decode(line).is_some()
}

/// Whether somebody can be asked although standard input is a pipe.
fn terminal_at_hand() -> bool {
    #[cfg(unix)]
    let terminal = std::fs::File::open("/dev/tty").is_ok_and(|tty| tty.is_terminal());
    #[cfg(not(unix))]
    let terminal = std::io::stderr().is_terminal();
    terminal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_auth_is_answered() {
        for (line, protocol, mechanism) in [
            ("AUTH PLAIN\r\n", Protocol::Smtp, Some("PLAIN")),
            ("auth login", Protocol::Pop3, Some("LOGIN")),
            ("AUTH PLAIN AGEAYg==", Protocol::Smtp, None),
            ("AUTH", Protocol::Pop3, None),
            ("a1 authenticate plain", Protocol::Imap, Some("PLAIN")),
            ("AUTH PLAIN", Protocol::Imap, None),
        ] {
            assert_eq!(bare_auth(line, protocol).as_deref(), mechanism, "{line}");
        }
    }
}
