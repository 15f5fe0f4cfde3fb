//! SCRAM (RFC 5802, 7677): the client proves that it knows the password without sending it, and the server
//! proves that it knows it too. Without channel binding: no `-PLUS`.
//!
//! ```text
//! C: n,,n=user,r=NONCE                       client-first
//! S: r=NONCEmore,s=SALT,i=4096               server-first
//! C: c=biws,r=NONCEmore,p=PROOF              client-final
//! S: v=SIGNATURE                             server-final
//! C: (empty)                                 acknowledges it
//! ```

use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::Sha256;

use super::super::{decode, encode};
use super::{Answer, Fault, Part, quoted, saslname};

/// The most rounds of PBKDF2 that a server may ask for: some seconds of work. Servers use 4096 to 600000.
pub const MAX_ITERATIONS: u64 = 10_000_000;

/// SCRAM's hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    /// SCRAM-SHA-1.
    Sha1,
    /// SCRAM-SHA-256.
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
        fn run<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Vec<u8> {
            // HMAC takes a key of any length, so this cannot fail.
            let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
            mac.update(data);
            mac.finalize().into_bytes().to_vec()
        }
        match self {
            Hash::Sha1 => run::<Hmac<Sha1>>(key, data),
            Hash::Sha256 => run::<Hmac<Sha256>>(key, data),
        }
    }

    /// RFC 5802 §2.2, `Hi`: PBKDF2 with HMAC, one block long.
    fn salted(self, password: &[u8], salt: &[u8], rounds: u32) -> Vec<u8> {
        match self {
            Hash::Sha1 => {
                let mut out = vec![0; 20];
                pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, rounds, &mut out);
                out
            }
            Hash::Sha256 => {
                let mut out = vec![0; 32];
                pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, &mut out);
                out
            }
        }
    }
}

/// Where the exchange stands.
#[derive(Clone, PartialEq, Eq)]
enum Stage {
    First,
    /// The proof is out; the signature that the server owes.
    Final(Vec<u8>),
    Verified,
}

/// The client's side of a SCRAM exchange.
#[derive(Clone)]
pub(super) struct Scram {
    hash: Hash,
    user: String,
    password: Vec<u8>,
    authzid: String,
    nonce: String,
    stage: Stage,
}

impl std::fmt::Debug for Scram {
    /// Without the password and the signature.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Scram({:?}, {:?})", self.hash, self.user)
    }
}

impl Scram {
    /// None if the nonce is not printable ASCII without comma (RFC 5802 §5.1, `r`).
    pub(super) fn new(hash: Hash, user: &str, password: &[u8], authzid: &str, nonce: &str) -> Option<Self> {
        let printable = |b: u8| (0x21..=0x7e).contains(&b) && b != b',';
        (!nonce.is_empty() && nonce.bytes().all(printable)).then(|| Scram {
            hash,
            user: user.to_owned(),
            password: password.to_owned(),
            authzid: authzid.to_owned(),
            nonce: nonce.to_owned(),
            stage: Stage::First,
        })
    }

    /// `n`: the client knows no channel binding; and whom to act as.
    fn gs2(&self) -> String {
        match self.authzid.as_str() {
            "" => "n,,".to_owned(),
            other => format!("n,a={},", saslname(other)),
        }
    }

    fn bare(&self) -> String {
        format!("n={},r={}", saslname(&self.user), self.nonce)
    }

    /// The client-first message.
    pub(super) fn first(&self) -> String {
        self.gs2() + &self.bare()
    }

    pub(super) fn verified(&self) -> bool {
        self.stage == Stage::Verified
    }

    pub(super) fn answer(&mut self, challenge: &[u8]) -> Result<Answer, Fault> {
        let text = std::str::from_utf8(challenge).map_err(|_| Fault::Malformed("UTF-8"))?;
        match &self.stage {
            Stage::First => self.prove(text),
            Stage::Final(signature) => {
                if let Some(word) = field(text, "e=") {
                    return Err(Fault::Refused(word.to_owned()));
                }
                let theirs = field(text, "v=").and_then(|v| decode(v.as_bytes()));
                if !theirs.ok_or(Fault::Malformed("v="))?.eq(signature) {
                    return Err(Fault::Signature);
                }
                self.stage = Stage::Verified;
                Ok(Answer::open(""))
            }
            Stage::Verified => Err(Fault::Unexpected),
        }
    }

    /// The client-final message (RFC 5802 §3).
    fn prove(&mut self, server_first: &str) -> Result<Answer, Fault> {
        if let Some(word) = field(server_first, "e=") {
            return Err(Fault::Refused(word.to_owned()));
        }
        let (nonce, salt, rounds) = self.read_first(server_first)?;
        let without_proof = format!("c={},r={nonce}", encode(self.gs2().as_bytes()));
        let message = format!("{},{server_first},{without_proof}", self.bare());
        let salted = self.hash.salted(&self.password, &salt, rounds);
        let client_key = self.hash.hmac(&salted, b"Client Key");
        let signature = self.hash.hmac(&self.hash.digest(&client_key), message.as_bytes());
        let proof: Vec<u8> = client_key.iter().zip(&signature).map(|(k, s)| k ^ s).collect();
        let server_key = self.hash.hmac(&salted, b"Server Key");
        self.stage = Stage::Final(self.hash.hmac(&server_key, message.as_bytes()));
        Ok(Answer {
            bytes: format!("{without_proof},p={}", encode(&proof)).into_bytes(),
            make: format!("scram({}, password)", quoted(&self.user)),
            parts: vec![Part::Text(format!("{without_proof},p=")), Part::Secret("proof".into())],
        })
    }

    /// Nonce, salt and rounds of the server-first message.
    fn read_first<'a>(&self, text: &'a str) -> Result<(&'a str, Vec<u8>, u32), Fault> {
        if field(text, "m=").is_some() {
            return Err(Fault::Extension);
        }
        let nonce = field(text, "r=").ok_or(Fault::Malformed("r="))?;
        if nonce.len() <= self.nonce.len() || !nonce.starts_with(&self.nonce) {
            return Err(Fault::Nonce);
        }
        let salt = field(text, "s=").and_then(|s| decode(s.as_bytes())).ok_or(Fault::Malformed("s="))?;
        let digits = field(text, "i=").ok_or(Fault::Malformed("i="))?;
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Fault::Malformed("i="));
        }
        // More digits than u64 holds is more than the limit as well.
        match digits.parse().unwrap_or(u64::MAX) {
            0 => Err(Fault::Malformed("i=")),
            n if n > MAX_ITERATIONS => Err(Fault::Iterations(n)),
            n => Ok((nonce, salt, n as u32)),
        }
    }
}

/// A field of a SCRAM message: the rest of the comma-separated part that begins with `name=`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split(',').find_map(|part| part.strip_prefix(name))
}
