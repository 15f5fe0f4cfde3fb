//! SASL as an observer sees it (RFC 4422): which lines of an exchange are secret, who logs in, and what a
//! line of base64 is made of. Making the client's answers is in [`make`].

pub mod make;

use base64::Engine;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{GeneralPurposeConfig, STANDARD};

use crate::dialogue::{TokenKind, Wire};

/// What PLAIN's one message says (RFC 4616): authzid NUL authcid NUL passwd.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// Whom to act as; nearly always empty.
    pub authzid: String,
    /// Who logs in.
    pub user: String,
    /// The password.
    pub password: Vec<u8>,
}

/// Decodes base64 as it stands on the wire; padding may be missing, since pastes lose it.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    const LAX: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent)
            .with_decode_allow_trailing_bits(true),
    );
    LAX.decode(text).ok()
}

/// Encodes as base64 with padding (RFC 4648 §4).
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads PLAIN's decoded message.
pub fn read_plain(message: &[u8]) -> Option<Plain> {
    let mut parts = message.split(|&b| b == 0);
    let (authzid, user, password) = (parts.next()?, parts.next()?, parts.next()?);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    parts.next().is_none().then(|| Plain {
        authzid: text(authzid),
        user: text(user),
        password: password.to_vec(),
    })
}

/// An exchange under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The mechanism, upper case.
    pub mechanism: String,
    /// Messages of the client so far.
    steps: usize,
    user: Option<String>,
}

impl Exchange {
    /// After `AUTH mechanism`.
    pub fn new(mechanism: &str) -> Self {
        Exchange { mechanism: mechanism.to_ascii_uppercase(), steps: 0, user: None }
    }

    /// Who logs in, as far as the exchange has told.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// How many messages the client has sent.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// A message of the client, `wire[start..end]`: what kind of token it is.
    pub fn client(&mut self, wire: &Wire, start: usize, end: usize) -> TokenKind {
        let bytes = &wire.bytes[start..end];
        if bytes == b"*" || bytes == b"=" || bytes.is_empty() {
            // `*` gives up (RFC 4954 §4), `=` is an empty message.
            return TokenKind::Word;
        }
        let step = self.steps;
        self.steps += 1;
        if let Some(hole) = wire.hole_in(start, end) {
            if let Some(user) = user_of_make(&hole.make) {
                self.user = Some(user);
            }
            if step == 0 || !wire.is_placeholder(hole) {
                self.learn(step, bytes);
            }
            return TokenKind::Secret;
        }
        self.learn(step, bytes);
        match (self.mechanism.as_str(), step) {
            ("LOGIN" | "EXTERNAL" | "ANONYMOUS", 0) => TokenKind::Base64,
            // The client's first message has a name and a nonce; the proof comes second (RFC 5802 §5).
            (m, 0) if m.starts_with("SCRAM-") => TokenKind::Base64,
            _ => TokenKind::Secret,
        }
    }

    fn learn(&mut self, step: usize, bytes: &[u8]) {
        let Some(message) = decode(bytes) else { return };
        let text = String::from_utf8_lossy(&message);
        let user = match (self.mechanism.as_str(), step) {
            ("PLAIN", 0) => read_plain(&message).map(|p| p.user),
            ("LOGIN", 0) => Some(text.into_owned()),
            ("CRAM-MD5", 0) => text.rsplit_once(' ').map(|(user, _)| user.to_owned()),
            ("XOAUTH2", 0) => field(&text, "user="),
            ("OAUTHBEARER", 0) => text.split(',').find_map(|f| f.strip_prefix("a=")).map(str::to_owned),
            (m, 0) if m.starts_with("SCRAM-") => text
                .split(',')
                .find_map(|f| f.strip_prefix("n="))
                .map(|n| n.replace("=2C", ",").replace("=3D", "=")),
            _ => None,
        };
        self.user = user.or(self.user.take());
    }

    /// A challenge of the server: what kind of token it is. SCRAM's last one lets the password be guessed at
    /// leisure, so it is secret like the client's proof.
    pub fn server(&self, challenge: &[u8]) -> TokenKind {
        if challenge.is_empty() {
            return TokenKind::Text;
        }
        match decode(challenge) {
            Some(m) if self.mechanism.starts_with("SCRAM-") && m.starts_with(b"v=") => TokenKind::Secret,
            Some(_) => TokenKind::Base64,
            None => TokenKind::Text,
        }
    }
}

fn field(text: &str, name: &str) -> Option<String> {
    text.split('\u{1}').find_map(|f| f.strip_prefix(name)).map(str::to_owned)
}

/// The user in `plain("ana", password)` or `cram("ana", password)`.
pub fn user_of_make(make: &str) -> Option<String> {
    let (_, args) = make.split_once('(')?;
    let rest = args.strip_prefix('"')?;
    let mut user = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '\\' => user.push(chars.next()?),
            '"' => return Some(user),
            c => user.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_is_read_as_the_students_make_it() {
        let plain = read_plain(&decode(b"AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz").unwrap()).unwrap();
        assert_eq!((plain.user.as_str(), plain.password.as_slice()), ("alumnopop", &b"alumnopoppass"[..]));
        assert_eq!(read_plain(b"ana\0secret"), None, "one NUL only");
    }

    #[test]
    fn only_what_tells_a_password_is_secret() {
        let line = |mechanism: &str, messages: &[&[u8]]| -> Vec<TokenKind> {
            let mut exchange = Exchange::new(mechanism);
            messages
                .iter()
                .map(|m| {
                    let wire = Wire::new(encode(m).into_bytes());
                    exchange.client(&wire, 0, wire.len())
                })
                .collect()
        };
        use TokenKind::{Base64, Secret};
        assert_eq!(line("plain", &[b"\0ana\0secret"]), [Secret]);
        assert_eq!(line("LOGIN", &[b"ana", b"secret"]), [Base64, Secret]);
        assert_eq!(line("SCRAM-SHA-256", &[b"n,,n=ana,r=x", b"c=biws,r=xy,p=abc"]), [Base64, Secret]);
        assert_eq!(line("X-UNKNOWN", &[b"anything"]), [Secret]);
    }

    #[test]
    fn a_placeholder_still_tells_its_user() {
        assert_eq!(user_of_make(r#"plain("a\"b", password)"#).as_deref(), Some("a\"b"));
        assert_eq!(user_of_make("password"), None);
    }
}
