//! What fills the holes of a script: variables, secrets, captures, and the functions that make a login's answers.

use std::collections::HashMap;

use super::template::{Arg, Expr, Part, Template};
use crate::dialect::sasl::make::{Client, Credentials, apop, nonce, quoted};
use crate::dialect::sasl::{decode, encode};
use crate::dialogue::Wire;

/// The value of a name.
#[derive(Clone, PartialEq, Eq)]
pub struct Value {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether it, and all that is computed from it, is a secret.
    pub secret: bool,
}

/// The names of a run.
#[derive(Clone, Default)]
pub struct Names(HashMap<String, Value>);

impl std::fmt::Debug for Names {
    /// The names only: a debug print ends up in somebody's log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Names {
    /// Gives a name a value.
    pub fn set(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.0.insert(name.to_owned(), Value { bytes: bytes.into(), secret: false });
    }

    /// Gives a name a secret.
    pub fn secret(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.0.insert(name.to_owned(), Value { bytes: bytes.into(), secret: true });
    }

    /// A name's value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All names.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}

/// What the functions know of the connection.
#[derive(Debug, Default)]
pub struct Scene<'a> {
    /// The server's last challenge, decoded.
    pub challenge: Option<Vec<u8>>,
    /// The time stamp of a POP3 greeting.
    pub timestamp: Option<&'a str>,
    /// How this client calls itself.
    pub me: String,
    /// The SASL mechanism under way, or on the line that is being made.
    pub mechanism: String,
    /// What the client said last in the exchange.
    pub said: Vec<u8>,
    /// The SCRAM exchange under way.
    pub scram: Option<&'a mut Option<Client>>,
    /// The server's name and port.
    pub at: (String, u16),
}

/// Why a hole stays empty: a text id, and what it is about.
pub type Empty = (&'static str, String);

impl Names {
    /// A text with its holes filled; `count` is the octets of the literal that follows.
    ///
    /// # Errors
    /// What is missing.
    pub fn fill(&self, text: &Template, scene: &mut Scene<'_>, count: Option<u64>) -> Result<Wire, Empty> {
        let mut wire = Wire::default();
        for part in &text.parts {
            match part {
                Part::Text(bytes) => wire.push(bytes),
                Part::Count => match count {
                    Some(count) => wire.push(count.to_string().as_bytes()),
                    None => wire.push(b"n"),
                },
                Part::Value(expr) => {
                    let (value, make) = self.value(expr, scene)?;
                    if value.secret {
                        wire.push_secret(&value.bytes, make);
                    } else {
                        wire.push(&value.bytes);
                    }
                }
                _ => return Err(("script-wildcard-sent", String::new())),
            }
        }
        Ok(wire)
    }

    /// A hole's value, and what would make it again.
    fn value(&self, expr: &Expr, scene: &mut Scene<'_>) -> Result<(Value, String), Empty> {
        let (name, args) = match expr {
            Expr::Name(name) => {
                if name == "me" && self.get("me").is_none() {
                    return Ok((Value { bytes: scene.me.clone().into_bytes(), secret: false }, name.clone()));
                }
                let value = self.get(name).ok_or_else(|| ("script-empty", name.clone()))?;
                return Ok((value.clone(), name.clone()));
            }
            Expr::Call(name, args) => (name, args),
        };
        let mut values = Vec::new();
        let mut makes = Vec::new();
        for arg in args {
            let value = match arg {
                Arg::Text(text) => Value { bytes: text.clone().into_bytes(), secret: false },
                Arg::Name(name) => self.get(name).ok_or_else(|| ("script-empty", name.clone()))?.clone(),
            };
            // What is no secret is written as what it is: the record stands alone.
            makes.push(match arg {
                Arg::Name(name) if value.secret => name.clone(),
                _ => quoted(&String::from_utf8_lossy(&value.bytes)),
            });
            values.push(value);
        }
        let secret = values.iter().any(|value| value.secret);
        let bytes = call(name, &values, scene)?;
        Ok((Value { bytes, secret }, format!("{name}({})", makes.join(", "))))
    }
}

/// A function's value.
fn call(name: &str, values: &[Value], scene: &mut Scene<'_>) -> Result<Vec<u8>, Empty> {
    let text =
        |i: usize| values.get(i).map(|v| String::from_utf8_lossy(&v.bytes).into_owned()).unwrap_or_default();
    let bytes = |i: usize| values.get(i).map(|v| v.bytes.clone()).unwrap_or_default();
    let answer = |mechanism: &str, credentials, challenge: &[u8]| {
        let client = Client::new(mechanism, credentials, "");
        let answer = client.and_then(|mut client| client.answer(challenge).ok());
        answer
            .map(|answer| answer.wire().into_bytes())
            .ok_or_else(|| ("script-no-answer", mechanism.to_owned()))
    };
    let password = || Credentials::Password { user: text(0), password: bytes(1), authzid: text(2) };
    let challenge =
        |scene: &Scene<'_>| scene.challenge.clone().ok_or_else(|| ("script-no-challenge", name.to_owned()));
    match name {
        "plain" => answer("PLAIN", password(), b""),
        "b64" => Ok(encode(&bytes(0)).into_bytes()),
        "cram" => answer("CRAM-MD5", password(), &challenge(scene)?),
        "xoauth2" => answer("XOAUTH2", Credentials::token(text(0), text(1)), b""),
        "oauthbearer" => {
            let client = Client::new("OAUTHBEARER", Credentials::token(text(0), text(1)), "");
            let client = client.map(|client| client.at(&scene.at.0, scene.at.1));
            let answer = client.and_then(|mut client| client.initial());
            answer.map(|a| a.wire().into_bytes()).ok_or_else(|| ("script-no-answer", name.to_owned()))
        }
        "scram" => scram(password(), scene),
        "apop" => match scene.timestamp {
            Some(stamp) => Ok(apop(stamp, &bytes(0)).into_bytes()),
            None => Err(("script-no-timestamp", String::new())),
        },
        "quoted" => Ok(string(&bytes(0))),
        "now" => {
            let now = time::OffsetDateTime::now_utc().format(&time::format_description::well_known::Rfc2822);
            Ok(now.unwrap_or_default().into_bytes())
        }
        "uuid" => Ok(uuid().into_bytes()),
        _ => Err(("script-function", name.to_owned())),
    }
}

/// IMAP's string: quoted where that can hold it, else a literal that waits for no `+`.
fn string(value: &[u8]) -> Vec<u8> {
    if value.iter().all(|b| (b' '..0x7f).contains(b) || *b == b'\t') {
        return quoted(&String::from_utf8_lossy(value)).into_bytes();
    }
    let mut literal = format!("{{{}+}}\r\n", value.len()).into_bytes();
    literal.extend_from_slice(value);
    literal
}

/// SCRAM's message that is due. In a record the first one stands as it was sent, with its nonce, and the
/// second is made to go with it.
fn scram(credentials: Credentials, scene: &mut Scene<'_>) -> Result<Vec<u8>, Empty> {
    let failed = || ("script-no-answer", "SCRAM".to_owned());
    let mechanism = scene.mechanism.clone();
    let challenge = scene.challenge.clone().filter(|c| !c.is_empty());
    let Some(slot) = &mut scene.scram else { return Err(failed()) };
    if let (Some(client), Some(challenge)) = (slot.as_mut(), &challenge) {
        let answer = client.answer(challenge).map_err(|_| failed())?;
        return Ok(answer.wire().into_bytes());
    }
    let said = decode(&scene.said).unwrap_or_default();
    let said = String::from_utf8_lossy(&said).into_owned();
    let recorded = said.split(',').find_map(|field| field.strip_prefix("r=")).map(str::to_owned);
    let fresh = recorded.clone().unwrap_or_else(|| nonce(&random::<18>()));
    let mut client = Client::new(&mechanism, credentials, &fresh).ok_or_else(failed)?;
    let first = client.initial().ok_or_else(failed)?;
    let answer = match (recorded, &challenge) {
        (Some(_), Some(challenge)) => client.answer(challenge).map_err(|_| failed())?,
        _ => first,
    };
    **slot = Some(client);
    Ok(answer.wire().into_bytes())
}

fn random<const N: usize>() -> [u8; N] {
    let mut random = [0; N];
    // Without a random source TLS would not work either; a fixed name is then no worse.
    let _ = rustls::crypto::ring::default_provider().secure_random.fill(&mut random);
    random
}

/// A random UUID (RFC 9562 §5.4).
fn uuid() -> String {
    let mut b = random::<16>();
    b[6] = b[6] & 0x0f | 0x40;
    b[8] = b[8] & 0x3f | 0x80;
    let hex: String = b.iter().map(|b| format!("{b:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
