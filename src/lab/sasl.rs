//! The server's side of SASL (RFC 4422): PLAIN (4616), LOGIN, CRAM-MD5 (2195), SCRAM-SHA-1 and SCRAM-SHA-256
//! (5802, 7677), each also with an initial response; and POP3's APOP beside them.
//!
//! ```text
//!  Server::start(mechanism, initial, …) ─▶ Step::Challenge ─answer─▶ … ─▶ Step::Done | Step::Failed
//! ```
//!
//! Messages come and go decoded; base64, `=` and `*` are the protocol's affair. All is pure: no socket, no
//! random source ([`Server::start`] is given a nonce), and whose password is what is asked of a closure.
//!
//! A name that nobody has fails at the same step, with the same challenges and after the same work as a wrong
//! password, and what is compared takes as long wherever the first difference is: from outside the two cannot
//! be told apart. Out of scope: channel binding (`-PLUS`), acting for somebody else, SASLprep.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::Sha256;

use crate::dialect::sasl::make::apop;
use crate::dialect::sasl::{decode, encode, read_plain};

/// Whose name that is: the account and its password.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<(String, String)>;

/// PBKDF2's rounds, as Dovecot asks for (RFC 7677 §4 wants that many at least).
const ROUNDS: u32 = 4096;

/// What comes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Say this, and go on with what the client answers. Empty where the client has the first word.
    Challenge(Vec<u8>),
    /// Logged in: the account.
    Done(String),
    /// Not logged in.
    Failed(Why),
}

/// Why nobody is logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The name or the password is wrong; nobody outside is told which.
    Credentials,
    /// The message is not what the mechanism prescribes.
    Malformed,
    /// The mechanism asks for something that there is not here: channel binding, another's identity.
    NotSupported,
}

/// Why a line of the client is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoMessage {
    /// `*`: the client gives up (RFC 4954 §4, 5034 §4, 9051 §6.2.2).
    Cancelled,
    /// It is not base64.
    NotBase64,
}

/// The initial response on a command's line; `=` is one of no octets (RFC 4954 §4, 5034 §4, 4959 §3).
///
/// # Errors
/// It is not base64.
pub fn initial_response(text: Option<&[u8]>) -> Result<Option<Vec<u8>>, NoMessage> {
    match text {
        None => Ok(None),
        Some(b"=") => Ok(Some(Vec::new())),
        Some(text) => decode(text).map(Some).ok_or(NoMessage::NotBase64),
    }
}

/// One exchange, from the server's side.
#[derive(Clone)]
pub struct Server {
    stage: Stage,
}

impl std::fmt::Debug for Server {
    /// Without what lets a password be guessed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Server")
    }
}

#[derive(Clone)]
enum Stage {
    Plain,
    LoginName,
    LoginPassword(String),
    Cram(String),
    ScramFirst(Hash, String),
    ScramFinal(Box<Proof>),
    /// The signature is out; what the client answers is empty (RFC 5802 §3).
    ScramAcknowledge(String),
    Over,
}

/// What SCRAM's last message of the client is measured by.
#[derive(Clone)]
struct Proof {
    hash: Hash,
    /// Whom it would log in; none for a name that nobody has.
    account: Option<String>,
    salted: Vec<u8>,
    gs2: String,
    nonce: String,
    /// client-first-message-bare and server-first-message, joined as RFC 5802 §3 joins them.
    messages: String,
}

impl Server {
    /// Begins an exchange; none if the mechanism is not spoken here. `nonce` is printable text without a comma
    /// that was never used before; `host` stands in CRAM-MD5's challenge.
    pub fn start(
        mechanism: &str,
        initial: Option<&[u8]>,
        nonce: &str,
        host: &str,
        lookup: Lookup<'_>,
    ) -> Option<(Server, Step)> {
        let (stage, first) = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => (Stage::Plain, Vec::new()),
            "LOGIN" => (Stage::LoginName, b"Username:".to_vec()),
            "CRAM-MD5" => {
                let challenge = format!("<{nonce}@{host}>");
                (Stage::Cram(challenge.clone()), challenge.into_bytes())
            }
            "SCRAM-SHA-1" => (Stage::ScramFirst(Hash::Sha1, nonce.to_owned()), Vec::new()),
            "SCRAM-SHA-256" => (Stage::ScramFirst(Hash::Sha256, nonce.to_owned()), Vec::new()),
            _ => return None,
        };
        // CRAM-MD5 has no initial response: the server's word comes first (RFC 4422 §5 2a).
        let refused = initial.is_some() && matches!(stage, Stage::Cram(_));
        let mut server = Server { stage };
        let step = match initial {
            _ if refused => server.fail(Why::Malformed),
            Some(message) => server.answer(message, lookup),
            None => Step::Challenge(first),
        };
        Some((server, step))
    }

    /// A line of the client, without its line end.
    ///
    /// # Errors
    /// [`NoMessage`] if there is no message in it; each protocol has its own words for that.
    pub fn line(&mut self, line: &[u8], lookup: Lookup<'_>) -> Result<Step, NoMessage> {
        if line == b"*" {
            return Err(NoMessage::Cancelled);
        }
        let message = decode(line).ok_or(NoMessage::NotBase64)?;
        Ok(self.answer(&message, lookup))
    }

    /// A message of the client.
    pub fn answer(&mut self, message: &[u8], lookup: Lookup<'_>) -> Step {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Plain => self.plain(message, lookup),
            Stage::LoginName => {
                self.stage = Stage::LoginPassword(String::from_utf8_lossy(message).into_owned());
                Step::Challenge(b"Password:".to_vec())
            }
            Stage::LoginPassword(name) => self.password(&name, message, lookup),
            Stage::Cram(challenge) => self.cram(&challenge, message, lookup),
            Stage::ScramFirst(hash, nonce) => self.scram_first(hash, &nonce, message, lookup),
            Stage::ScramFinal(proof) => self.scram_final(&proof, message),
            Stage::ScramAcknowledge(account) if message.is_empty() => Step::Done(account),
            Stage::ScramAcknowledge(_) | Stage::Over => self.fail(Why::Malformed),
        }
    }

    fn fail(&mut self, why: Why) -> Step {
        self.stage = Stage::Over;
        Step::Failed(why)
    }

    fn plain(&mut self, message: &[u8], lookup: Lookup<'_>) -> Step {
        let Some(plain) = read_plain(message) else { return self.fail(Why::Malformed) };
        if !plain.authzid.is_empty() && plain.authzid != plain.user {
            return self.fail(Why::NotSupported);
        }
        self.password(&plain.user, &plain.password, lookup)
    }

    fn password(&mut self, name: &str, password: &[u8], lookup: Lookup<'_>) -> Step {
        match check(name, password, lookup) {
            Some(account) => Step::Done(account),
            None => self.fail(Why::Credentials),
        }
    }

    /// RFC 2195 §2: the name, a blank, and the keyed MD5 of the challenge in hexadecimal. A name may have blanks.
    fn cram(&mut self, challenge: &str, message: &[u8], lookup: Lookup<'_>) -> Step {
        let text = String::from_utf8_lossy(message);
        let Some((name, digest)) = text.rsplit_once(' ') else { return self.fail(Why::Malformed) };
        let (account, password) = found(name, lookup);
        let right = hex(&keyed::<Hmac<Md5>>(password.as_bytes(), challenge.as_bytes()));
        let same = same(right.as_bytes(), digest.to_ascii_lowercase().as_bytes());
        match account.filter(|_| same) {
            Some(account) => Step::Done(account),
            None => self.fail(Why::Credentials),
        }
    }

    /// `n,,n=user,r=nonce` (RFC 5802 §7).
    fn scram_first(&mut self, hash: Hash, nonce: &str, message: &[u8], lookup: Lookup<'_>) -> Step {
        let Some(first) = std::str::from_utf8(message).ok().and_then(First::read) else {
            return self.fail(Why::Malformed);
        };
        if !first.supported || first.authzid.as_deref().is_some_and(|a| a != first.user) {
            return self.fail(Why::NotSupported);
        }
        let (account, password) = found(&first.user, lookup);
        // No secret and the same for every name, had by somebody or not: RFC 5802 §9 wants it unguessable only
        // where stored keys could be stolen, and here the passwords themselves are kept.
        let salt = &Sha256::digest(format!("ehlo lab {}", first.user))[..16];
        let nonce = format!("{}{nonce}", first.nonce);
        let reply = format!("r={nonce},s={},i={ROUNDS}", encode(salt));
        self.stage = Stage::ScramFinal(Box::new(Proof {
            hash,
            account,
            salted: hash.salted(password.as_bytes(), salt),
            gs2: first.gs2,
            nonce,
            messages: format!("{},{reply}", first.bare),
        }));
        Step::Challenge(reply.into_bytes())
    }

    /// `c=biws,r=nonce,p=proof` (RFC 5802 §3): the client has the key whose hash is StoredKey.
    fn scram_final(&mut self, proof: &Proof, message: &[u8]) -> Step {
        let text = String::from_utf8_lossy(message);
        let Some((without, sent)) = text.rsplit_once(",p=") else { return self.fail(Why::Malformed) };
        let binding = format!("c={},r={}", encode(proof.gs2.as_bytes()), proof.nonce);
        // Extensions may stand behind the nonce.
        if without != binding && !without.starts_with(&format!("{binding},")) {
            return self.fail(Why::Malformed);
        }
        let Some(sent) = decode(sent.as_bytes()) else { return self.fail(Why::Malformed) };
        let hash = proof.hash;
        let signed = format!("{},{without}", proof.messages);
        let stored = hash.digest(&hash.hmac(&proof.salted, b"Client Key"));
        let signature = hash.hmac(&stored, signed.as_bytes());
        let key: Vec<u8> = sent.iter().zip(&signature).map(|(s, k)| s ^ k).collect();
        let right = same(&hash.digest(&key), &stored) && sent.len() == signature.len();
        let Some(account) = proof.account.clone().filter(|_| right) else {
            return self.fail(Why::Credentials);
        };
        let server_key = hash.hmac(&proof.salted, b"Server Key");
        self.stage = Stage::ScramAcknowledge(account);
        Step::Challenge(format!("v={}", encode(&hash.hmac(&server_key, signed.as_bytes()))).into_bytes())
    }
}

/// A nonce of the system's random source: for [`Server::start`], and APOP's time stamp.
pub fn nonce() -> String {
    let mut random = [0; 18];
    // Without random octets nothing is unguessable; TLS would not begin either.
    let _ = rustls::crypto::ring::default_provider().secure_random.fill(&mut random);
    encode(&random)
}

/// A name and a password: whose they are.
pub fn check(name: &str, password: &[u8], lookup: Lookup<'_>) -> Option<String> {
    let (account, right) = found(name, lookup);
    let same = same(right.as_bytes(), password);
    account.filter(|_| same)
}

/// APOP's digest of the greeting's time stamp (RFC 1939 §7): whose it is.
pub fn check_apop(name: &str, stamp: &str, digest: &str, lookup: Lookup<'_>) -> Option<String> {
    let (account, password) = found(name, lookup);
    let right = apop(stamp, password.as_bytes());
    let same = same(right.as_bytes(), digest.to_ascii_lowercase().as_bytes());
    account.filter(|_| same)
}

/// The account and its password; for a name that nobody has, no account and a password to do the same work on.
fn found(name: &str, lookup: Lookup<'_>) -> (Option<String>, String) {
    match lookup(name) {
        Some((account, password)) => (Some(account), password),
        None => (None, "nobody has this name".to_owned()),
    }
}

/// Whether two texts are the same, in a time that tells nothing: of keyed digests, which have one length and
/// which nobody can choose.
fn same(one: &[u8], other: &[u8]) -> bool {
    let digest = |text: &[u8]| keyed::<Hmac<Sha256>>(b"compare", text);
    let differences = digest(one).iter().zip(digest(other)).fold(0, |sum, (a, b)| sum | (a ^ b));
    differences == 0
}

/// The client's first message of SCRAM, read.
struct First {
    gs2: String,
    /// Whether the client does without channel binding, and asks for no extension that must be understood.
    supported: bool,
    authzid: Option<String>,
    bare: String,
    user: String,
    nonce: String,
}

impl First {
    fn read(text: &str) -> Option<First> {
        let (flag, rest) = text.split_once(',')?;
        let (authzid, bare) = rest.split_once(',')?;
        let extension = bare.starts_with("m=");
        let mut fields = bare.split(',');
        let user = name(fields.next()?.strip_prefix("n=").or(extension.then_some(""))?)?;
        let nonce = fields.next()?.strip_prefix("r=").or(extension.then_some("-"))?;
        let authzid = match authzid {
            "" => None,
            other => Some(name(other.strip_prefix("a=")?)?),
        };
        let printable = |b: u8| (0x21..=0x7e).contains(&b);
        if nonce.is_empty()
            || !nonce.bytes().all(printable)
            || !(matches!(flag, "n" | "y") || flag.starts_with("p="))
        {
            return None;
        }
        Some(First {
            gs2: text[..text.len() - bare.len()].to_owned(),
            supported: !flag.starts_with("p=") && !extension,
            authzid,
            bare: bare.to_owned(),
            user,
            nonce: nonce.to_owned(),
        })
    }
}

/// A `saslname` (RFC 5802 §5.1): `=2C` is a comma, `=3D` an equals sign, and no other one may stand there.
fn name(text: &str) -> Option<String> {
    let plain = text.replace("=2C", ",").replace("=3D", "\0");
    (!plain.contains('=') && !text.contains('\0')).then(|| plain.replace('\0', "="))
}

/// SCRAM's hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha1,
    Sha256,
}

impl Hash {
    fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(data).to_vec(),
            Hash::Sha256 => Sha256::digest(data).to_vec(),
        }
    }

    fn hmac(self, key: &[u8], data: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => keyed::<Hmac<Sha1>>(key, data),
            Hash::Sha256 => keyed::<Hmac<Sha256>>(key, data),
        }
    }

    /// RFC 5802 §2.2, `Hi`.
    fn salted(self, password: &[u8], salt: &[u8]) -> Vec<u8> {
        let mut out = vec![0; if self == Hash::Sha1 { 20 } else { 32 }];
        match self {
            Hash::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, ROUNDS, &mut out),
            Hash::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, ROUNDS, &mut out),
        }
        out
    }
}

fn keyed<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Vec<u8> {
    // HMAC takes a key of any length, so this cannot fail.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests;
