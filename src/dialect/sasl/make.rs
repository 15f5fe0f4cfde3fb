//! Making the client's answers in a SASL exchange: PLAIN, LOGIN, CRAM-MD5, SCRAM, XOAUTH2, OAUTHBEARER,
//! EXTERNAL and ANONYMOUS; and POP3's APOP beside them.
//!
//! All is pure: no socket, no clock, no random source. [`Client`] takes decoded challenges and gives
//! [`Answer`]s: the message before base64, the notation that would make it again, and what it is made of.
//! Framing (the `=` of an empty initial response, the line's end) is the protocol's affair, except that
//! [`Answer::initial_wire`] knows the `=`, which SMTP, POP3 and IMAP share.
//!
//! Names and passwords go out as they were given: there is no SASLprep (RFC 4013) here. For ASCII and for
//! composed text, which is what keyboards make, it changes nothing, and the servers in use do not apply it
//! to what they store.

mod scram;

use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};

use super::encode;
pub use scram::MAX_ITERATIONS;
use scram::{Hash, Scram};

/// What there is to log in with.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A name alone: EXTERNAL's authorization identity (may be empty), ANONYMOUS's trace.
    Name {
        /// The name.
        user: String,
    },
    /// A name and a password.
    Password {
        /// Who logs in.
        user: String,
        /// The password's bytes; UTF-8 unless the user's file says otherwise.
        password: Vec<u8>,
        /// Whom to act as; nearly always empty, which means the user.
        authzid: String,
    },
    /// A name and an OAuth 2 bearer token.
    Token {
        /// Who logs in.
        user: String,
        /// The token.
        token: String,
    },
}

impl Credentials {
    /// A name and a password, acting as oneself.
    pub fn password(user: impl Into<String>, password: impl Into<Vec<u8>>) -> Self {
        Credentials::Password { user: user.into(), password: password.into(), authzid: String::new() }
    }

    /// A name and a token.
    pub fn token(user: impl Into<String>, token: impl Into<String>) -> Self {
        Credentials::Token { user: user.into(), token: token.into() }
    }

    /// Who logs in.
    pub fn user(&self) -> &str {
        match self {
            Credentials::Name { user }
            | Credentials::Password { user, .. }
            | Credentials::Token { user, .. } => user,
        }
    }
}

impl std::fmt::Debug for Credentials {
    /// Without the secret: a debug print ends up in somebody's log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self {
            Credentials::Name { .. } => "Name",
            Credentials::Password { .. } => "Password",
            Credentials::Token { .. } => "Token",
        };
        write!(f, "{kind}({:?})", self.user())
    }
}

/// A part of a message, for the note that says what the base64 is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The octet zero, which separates PLAIN's fields.
    Nul,
    /// The octet one, which separates OAuth's fields.
    Soh,
    /// Text that may be shown.
    Text(String),
    /// A secret, by its name in the notation: `password`, `token`, `digest`, `proof`.
    Secret(String),
}

/// Parts as words: `NUL ana NUL password`.
pub fn show(parts: &[Part]) -> String {
    let mut words = String::new();
    for part in parts {
        let word = match part {
            Part::Nul => "NUL",
            Part::Soh => "^A",
            Part::Text(text) => text,
            Part::Secret(name) => name,
        };
        if !words.is_empty() && !word.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

/// A message of the client.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The message, not yet base64.
    pub bytes: Vec<u8>,
    /// What makes its base64 again, in the notation: `plain("ana", password)`. Empty where the message has
    /// no secret: it may be sent, and recorded, as it is.
    pub make: String,
    /// What it is made of.
    pub parts: Vec<Part>,
}

impl Answer {
    fn open(text: impl Into<String>) -> Self {
        let text = text.into();
        let parts = if text.is_empty() { Vec::new() } else { vec![Part::Text(text.clone())] };
        Answer { bytes: text.into_bytes(), make: String::new(), parts }
    }

    fn secret(bytes: Vec<u8>, make: String, parts: Vec<Part>) -> Self {
        Answer { bytes, make, parts }
    }

    /// Whether it tells a secret, and so is recorded as a hole.
    pub fn is_secret(&self) -> bool {
        !self.make.is_empty()
    }

    /// The base64 that goes on the wire.
    pub fn wire(&self) -> String {
        encode(&self.bytes)
    }

    /// The base64 as an initial response: an empty message is `=` there (RFC 4954 §4, 5034 §4, 4959 §3).
    pub fn initial_wire(&self) -> String {
        if self.bytes.is_empty() { "=".to_owned() } else { self.wire() }
    }
}

impl std::fmt::Debug for Answer {
    /// Without the bytes, which may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("make", &self.make).field("parts", &self.parts).finish()
    }
}

/// Why there is no answer. The exchange is then given up with `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The mechanism has no more to say, and the server asks on.
    Unexpected,
    /// The challenge is not what the mechanism prescribes; which field is wrong.
    Malformed(&'static str),
    /// The server's nonce does not begin with ours: an old exchange, or somebody else's (RFC 5802 §5.1).
    Nonce,
    /// More rounds of PBKDF2 than [`MAX_ITERATIONS`]: it would keep this machine busy for nothing.
    Iterations(u64),
    /// An extension that must be understood, and is not (RFC 5802 §5.1, `m=`).
    Extension,
    /// The server's own word for what is wrong (RFC 5802 §7, `e=`).
    Refused(String),
    /// The server does not know the password: it is not the one it says it is (RFC 5802 §3).
    Signature,
}

impl Fault {
    /// The text id.
    pub fn id(&self) -> &'static str {
        match self {
            Fault::Unexpected => "sasl-fault-unexpected",
            Fault::Malformed(_) => "sasl-fault-malformed",
            Fault::Nonce => "sasl-fault-nonce",
            Fault::Iterations(_) => "sasl-fault-iterations",
            Fault::Extension => "sasl-fault-extension",
            Fault::Refused(_) => "sasl-fault-refused",
            Fault::Signature => "sasl-fault-signature",
        }
    }

    /// What the text's argument `detail` is; empty where there is none to tell.
    pub fn detail(&self) -> String {
        match self {
            Fault::Malformed(field) => (*field).to_owned(),
            Fault::Iterations(n) => n.to_string(),
            Fault::Refused(word) => word.clone(),
            _ => String::new(),
        }
    }
}

/// The mechanisms that are spoken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Login,
    CramMd5,
    Scram(Hash),
    Xoauth2,
    OauthBearer,
    External,
    Anonymous,
}

/// Every mechanism that [`Client`] speaks.
pub const MECHANISMS: [&str; 9] = [
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "CRAM-MD5",
    "PLAIN",
    "LOGIN",
    "OAUTHBEARER",
    "XOAUTH2",
    "EXTERNAL",
    "ANONYMOUS",
];

impl Kind {
    fn of(mechanism: &str) -> Option<Kind> {
        Some(match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => Kind::Plain,
            "LOGIN" => Kind::Login,
            "CRAM-MD5" => Kind::CramMd5,
            "SCRAM-SHA-1" => Kind::Scram(Hash::Sha1),
            "SCRAM-SHA-256" => Kind::Scram(Hash::Sha256),
            "XOAUTH2" => Kind::Xoauth2,
            "OAUTHBEARER" => Kind::OauthBearer,
            "EXTERNAL" => Kind::External,
            "ANONYMOUS" => Kind::Anonymous,
            _ => return None,
        })
    }

    /// Whether the client has the first word, so that an initial response makes sense.
    fn client_first(self) -> bool {
        !matches!(self, Kind::Login | Kind::CramMd5)
    }

    fn fits(self, credentials: &Credentials) -> bool {
        match self {
            Kind::Plain | Kind::Login | Kind::CramMd5 | Kind::Scram(_) => {
                matches!(credentials, Credentials::Password { .. })
            }
            Kind::Xoauth2 | Kind::OauthBearer => matches!(credentials, Credentials::Token { .. }),
            Kind::External | Kind::Anonymous => true,
        }
    }
}

/// The client's side of one exchange.
#[derive(Clone, Debug)]
pub struct Client {
    kind: Kind,
    who: Credentials,
    /// Messages sent so far.
    sent: usize,
    scram: Option<Scram>,
    host: Option<(String, u16)>,
    said: Option<String>,
}

impl Client {
    /// A client of that mechanism; none if it is not spoken here or does not go with such credentials.
    ///
    /// `nonce` is printable text without a comma that was never used before ([`nonce`] makes it of random
    /// octets); only SCRAM needs it.
    pub fn new(mechanism: &str, credentials: Credentials, nonce: &str) -> Option<Client> {
        let kind = Kind::of(mechanism)?;
        if !kind.fits(&credentials) {
            return None;
        }
        let scram = match (kind, &credentials) {
            (Kind::Scram(hash), Credentials::Password { user, password, authzid }) => {
                Some(Scram::new(hash, user, password, authzid, nonce)?)
            }
            _ => None,
        };
        Some(Client { kind, who: credentials, sent: 0, scram, host: None, said: None })
    }

    /// Tells the server's name and port, which OAUTHBEARER may send along (RFC 7628 §3.1).
    #[must_use]
    pub fn at(mut self, host: &str, port: u16) -> Self {
        self.host = Some((host.to_owned(), port));
        self
    }

    /// Whether the client speaks first, so that an initial response is possible.
    pub fn is_client_first(&self) -> bool {
        self.kind.client_first()
    }

    /// The initial response; none where the server speaks first, or when it has been given.
    pub fn initial(&mut self) -> Option<Answer> {
        if self.sent > 0 || !self.kind.client_first() {
            return None;
        }
        self.sent = 1;
        Some(match self.kind {
            Kind::Plain => self.plain(),
            Kind::Xoauth2 => self.xoauth2(),
            Kind::OauthBearer => self.oauthbearer(),
            Kind::External => Answer::open(match &self.who {
                Credentials::Password { authzid, .. } => authzid.clone(),
                who => who.user().to_owned(),
            }),
            Kind::Anonymous => Answer::open(self.who.user()),
            Kind::Login | Kind::CramMd5 | Kind::Scram(_) => {
                Answer::open(self.scram.as_ref().map(Scram::first).unwrap_or_default())
            }
        })
    }

    /// The answer to a challenge, decoded. To the first, empty challenge of a bare `AUTH PLAIN` it is the
    /// message that would have been the initial response.
    pub fn answer(&mut self, challenge: &[u8]) -> Result<Answer, Fault> {
        if let Some(first) = self.initial() {
            return Ok(first);
        }
        let step = self.sent;
        self.sent += 1;
        match (self.kind, step) {
            (Kind::Login, 0 | 1) => Ok(self.login(step, challenge)),
            (Kind::CramMd5, 0) => Ok(self.cram(challenge)),
            (Kind::Scram(_), _) => match &mut self.scram {
                Some(scram) => scram.answer(challenge),
                None => Err(Fault::Unexpected),
            },
            // The challenge is an error report; an empty answer lets the server end with its refusal
            // (RFC 7628 §3.2.3: one ^A; XOAUTH2: an empty line).
            (Kind::OauthBearer | Kind::Xoauth2, 1) => {
                self.said = Some(String::from_utf8_lossy(challenge).into_owned());
                let empty = if self.kind == Kind::OauthBearer { "\u{1}" } else { "" };
                Ok(Answer { bytes: empty.into(), make: String::new(), parts: vec![] })
            }
            _ => Err(Fault::Unexpected),
        }
    }

    /// Whether the server has proved that it knows the password too; none where the mechanism has no such
    /// proof. A SCRAM login that succeeds without it was answered by somebody else (RFC 5802 §3).
    pub fn verified(&self) -> Option<bool> {
        self.scram.as_ref().map(Scram::verified)
    }

    /// The error report of an OAuth server (JSON).
    pub fn server_error(&self) -> Option<&str> {
        self.said.as_deref()
    }

    fn plain(&self) -> Answer {
        let Credentials::Password { user, password, authzid } = &self.who else { return Answer::open("") };
        let mut bytes = authzid.clone().into_bytes();
        bytes.push(0);
        bytes.extend_from_slice(user.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(password);
        let acting = if authzid.is_empty() { String::new() } else { format!(", {}", quoted(authzid)) };
        Answer::secret(
            bytes,
            format!("plain({}, password{acting})", quoted(user)),
            plain_parts(authzid, user),
        )
    }

    fn login(&self, step: usize, challenge: &[u8]) -> Answer {
        let Credentials::Password { user, password, .. } = &self.who else { return Answer::open("") };
        // The user may have gone as an initial response; then the first prompt is the password's already.
        let asks_password = challenge.get(..4).is_some_and(|c| c.eq_ignore_ascii_case(b"pass"));
        if step == 0 && !asks_password {
            return Answer::open(user.clone());
        }
        Answer::secret(password.clone(), "b64(password)".to_owned(), vec![Part::Secret("password".into())])
    }

    /// RFC 2195 §2: the user, a blank, and the keyed MD5 of the challenge in hexadecimal.
    fn cram(&self, challenge: &[u8]) -> Answer {
        let Credentials::Password { user, password, .. } = &self.who else { return Answer::open("") };
        let mut bytes = user.clone().into_bytes();
        bytes.push(b' ');
        // HMAC takes a key of any length, so this cannot fail.
        if let Ok(mut mac) = Hmac::<Md5>::new_from_slice(password) {
            mac.update(challenge);
            bytes.extend_from_slice(hex(&mac.finalize().into_bytes()).as_bytes());
        }
        let parts = vec![Part::Text(user.clone()), Part::Secret("digest".into())];
        Answer::secret(bytes, format!("cram({}, password)", quoted(user)), parts)
    }

    fn xoauth2(&self) -> Answer {
        let Credentials::Token { user, token } = &self.who else { return Answer::open("") };
        let bytes = format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}").into_bytes();
        Answer::secret(bytes, format!("xoauth2({}, token)", quoted(user)), xoauth2_parts(user))
    }

    fn oauthbearer(&self) -> Answer {
        let Credentials::Token { user, token } = &self.who else { return Answer::open("") };
        let gs2 = format!("n,a={},", saslname(user));
        let (mut message, mut parts) = (format!("{gs2}\u{1}"), vec![Part::Text(gs2), Part::Soh]);
        let mut make = format!("oauthbearer({}, token", quoted(user));
        if let Some((host, port)) = &self.host {
            for field in [format!("host={host}"), format!("port={port}")] {
                message += &format!("{field}\u{1}");
                parts.extend([Part::Text(field), Part::Soh]);
            }
            make += &format!(", {}, {}", quoted(host), quoted(&port.to_string()));
        }
        message += &format!("auth=Bearer {token}\u{1}\u{1}");
        parts.extend([Part::Text("auth=Bearer".into()), Part::Secret("token".into()), Part::Soh, Part::Soh]);
        Answer::secret(message.into_bytes(), make + ")", parts)
    }
}

/// What PLAIN's message is made of (RFC 4616 §2).
pub fn plain_parts(authzid: &str, user: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    if !authzid.is_empty() {
        parts.push(Part::Text(authzid.to_owned()));
    }
    parts.extend([Part::Nul, Part::Text(user.to_owned()), Part::Nul, Part::Secret("password".into())]);
    parts
}

/// What XOAUTH2's message is made of.
pub fn xoauth2_parts(user: &str) -> Vec<Part> {
    vec![
        Part::Text(format!("user={user}")),
        Part::Soh,
        Part::Text("auth=Bearer".into()),
        Part::Secret("token".into()),
        Part::Soh,
        Part::Soh,
    ]
}

/// A quoted string of the notation: `"` and `\` with a backslash before them.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A name inside SCRAM's and GS2's comma-separated fields (RFC 5802 §5.1, `saslname`).
fn saslname(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

/// A SCRAM nonce of random octets; 18 of them make 24 characters.
pub fn nonce(random: &[u8]) -> String {
    encode(random)
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// APOP's digest: MD5 of the greeting's time stamp, brackets included, and the password (RFC 1939 §7).
pub fn apop(timestamp: &str, password: &[u8]) -> String {
    hex(&Md5::new().chain_update(timestamp).chain_update(password).finalize())
}

/// The best of the mechanisms on offer that can be spoken with what there is to log in with.
///
/// The order is by what a login gives away. SCRAM comes first always: neither a listener nor the server gets
/// the password, and the server proves itself. Without TLS, CRAM-MD5 follows, since it does not show the
/// password to listeners, then PLAIN and LOGIN, which do. Over TLS nobody listens, and PLAIN goes before
/// CRAM-MD5: that one needs the password readable on the server, where PLAIN lets it keep a hash (RFC 8314
/// and every provider of today go that way). LOGIN is PLAIN with more round trips, so it comes after it.
/// EXTERNAL and ANONYMOUS are never chosen unasked.
pub fn best(offered: &[String], tls: bool, has_token: bool) -> Option<&'static str> {
    let order: &[&'static str] = match (has_token, tls) {
        (true, _) => &["OAUTHBEARER", "XOAUTH2"],
        (false, true) => &["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "CRAM-MD5", "LOGIN"],
        (false, false) => &["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"],
    };
    order.iter().copied().find(|m| offered.iter().any(|o| o.eq_ignore_ascii_case(m)))
}

#[cfg(test)]
mod tests;
