//! The record protection: keys out of secrets, and records opened. TLS 1.3 (RFC 8446 §5.2, §7.3) and TLS 1.2's AEAD
//! suites (RFC 5246 §6.3, RFC 5288, RFC 7905). The ciphers and HMAC are ring's.

use ring::aead::{
    AES_128_GCM, AES_256_GCM, Aad, Algorithm, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey,
};
use ring::hmac;

use crate::dialogue::Side;

/// A cipher suite that can be read here.
#[derive(Clone, Copy, Debug)]
pub struct Suite {
    aead: &'static Algorithm,
    hash: hmac::Algorithm,
    /// ChaCha20 in TLS 1.2 makes its nonces as TLS 1.3 does.
    counted: bool,
}

impl Suite {
    /// The suite of a number, if it is an AEAD suite known here.
    pub fn of(number: u16) -> Option<Suite> {
        let (aead, hash) = match number {
            0x1301 | 0x009c | 0x009e | 0xc02b | 0xc02f => (&AES_128_GCM, hmac::HMAC_SHA256),
            0x1302 | 0x009d | 0x009f | 0xc02c | 0xc030 => (&AES_256_GCM, hmac::HMAC_SHA384),
            0x1303 | 0xcca8..=0xccaa => (&CHACHA20_POLY1305, hmac::HMAC_SHA256),
            _ => return None,
        };
        Some(Suite { aead, hash, counted: number == 0x1303 || number >= 0xcca8 })
    }
}

/// A suite's name in the registry, or its number.
pub fn name(number: u16) -> String {
    let name = match number {
        0x0004 => "TLS_RSA_WITH_RC4_128_MD5",
        0x0005 => "TLS_RSA_WITH_RC4_128_SHA",
        0x000a => "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        0x002f => "TLS_RSA_WITH_AES_128_CBC_SHA",
        0x0033 => "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
        0x0035 => "TLS_RSA_WITH_AES_256_CBC_SHA",
        0x0039 => "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
        0x003c => "TLS_RSA_WITH_AES_128_CBC_SHA256",
        0x003d => "TLS_RSA_WITH_AES_256_CBC_SHA256",
        0x0067 => "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
        0x006b => "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
        0x009c => "TLS_RSA_WITH_AES_128_GCM_SHA256",
        0x009d => "TLS_RSA_WITH_AES_256_GCM_SHA384",
        0x009e => "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
        0x009f => "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
        0x1301 => "TLS_AES_128_GCM_SHA256",
        0x1302 => "TLS_AES_256_GCM_SHA384",
        0x1303 => "TLS_CHACHA20_POLY1305_SHA256",
        0x1304 => "TLS_AES_128_CCM_SHA256",
        0x1305 => "TLS_AES_128_CCM_8_SHA256",
        0xc007 => "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
        0xc009 => "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
        0xc00a => "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
        0xc011 => "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
        0xc012 => "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
        0xc013 => "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
        0xc014 => "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
        0xc023 => "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        0xc024 => "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
        0xc027 => "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        0xc028 => "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
        0xc02b => "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        0xc02c => "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        0xc02f => "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        0xc030 => "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        0xcca8 => "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        0xcca9 => "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        0xccaa => "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        _ => return format!("0x{number:04x}"),
    };
    name.to_owned()
}

/// One side's keys, and how many records it has sent under them.
#[derive(Debug)]
pub struct Cipher {
    key: LessSafeKey,
    iv: [u8; NONCE_LEN],
    sequence: u64,
    version_13: bool,
    /// The nonce is the sequence number over the iv; else the record brings its own eight octets.
    counted: bool,
}

impl Cipher {
    /// Of a TLS 1.3 secret (RFC 8446 §7.3).
    pub fn tls13(suite: Suite, secret: &[u8]) -> Option<Cipher> {
        let key = expand_label(suite.hash, secret, b"key", suite.aead.key_len());
        let iv = expand_label(suite.hash, secret, b"iv", NONCE_LEN);
        Cipher::new(suite, &key, &iv, true, true)
    }

    /// Of a TLS 1.2 master secret (RFC 5246 §6.3).
    pub fn tls12(suite: Suite, master: &[u8], client: &[u8], server: &[u8], side: Side) -> Option<Cipher> {
        let seed = [b"key expansion", server, client].concat();
        let (key, iv) = (suite.aead.key_len(), if suite.counted { NONCE_LEN } else { 4 });
        let block = expand_with(suite.hash, master, &seed, 2 * (key + iv));
        let (keys, ivs) = block.split_at(2 * key);
        let n = side as usize;
        Cipher::new(suite, &keys[n * key..][..key], &ivs[n * iv..][..iv], false, suite.counted)
    }

    fn new(suite: Suite, key: &[u8], iv: &[u8], version_13: bool, counted: bool) -> Option<Cipher> {
        let key = LessSafeKey::new(UnboundKey::new(suite.aead, key).ok()?);
        let mut whole = [0; NONCE_LEN];
        whole[..iv.len()].copy_from_slice(iv);
        Some(Cipher { key, iv: whole, sequence: 0, version_13, counted })
    }

    /// Opens a record (its head of five octets included): its type inside, and its octets. None, if it is not the
    /// next one under these keys; then nothing has changed.
    pub fn open(&mut self, record: &[u8]) -> Option<(u8, Vec<u8>)> {
        let (head, sealed) = record.split_at_checked(5)?;
        let sequence = self.sequence.to_be_bytes();
        let mut nonce = self.iv;
        let sealed = if self.counted {
            nonce[4..].iter_mut().zip(sequence).for_each(|(n, s)| *n ^= s);
            sealed
        } else {
            let (own, sealed) = sealed.split_at_checked(8)?;
            nonce[4..].copy_from_slice(own);
            sealed
        };
        let length = sealed.len().checked_sub(self.key.algorithm().tag_len())? as u16;
        let aad = match self.version_13 {
            true => head.to_vec(),
            false => [&sequence[..], &head[..3], &length.to_be_bytes()].concat(),
        };
        let mut octets = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let inside = self.key.open_in_place(nonce, Aad::from(aad), &mut octets).ok()?.len();
        octets.truncate(inside);
        self.sequence += 1;
        if !self.version_13 {
            return Some((head[0], octets));
        }
        // RFC 8446 §5.4: the type stands behind the octets, and zeros may stand behind it.
        let end = octets.iter().rposition(|b| *b != 0)?;
        let kind = octets[end];
        octets.truncate(end);
        Some((kind, octets))
    }
}

/// The secret after a KeyUpdate (RFC 8446 §7.2).
pub fn next_secret(suite: Suite, secret: &[u8]) -> Vec<u8> {
    let length = suite.hash.digest_algorithm().output_len();
    expand_label(suite.hash, secret, b"traffic upd", length)
}

/// HKDF-Expand-Label with an empty context (RFC 8446 §7.1, RFC 5869 §2.3).
fn expand_label(hash: hmac::Algorithm, secret: &[u8], label: &[u8], length: usize) -> Vec<u8> {
    let mut info = (length as u16).to_be_bytes().to_vec();
    info.push(6 + label.len() as u8);
    info.extend_from_slice(b"tls13 ");
    info.extend_from_slice(label);
    info.push(0);
    let key = hmac::Key::new(hash, secret);
    let (mut out, mut last, mut count) = (Vec::new(), Vec::new(), 1u8);
    while out.len() < length {
        last = hmac::sign(&key, &[&last[..], &info, &[count]].concat()).as_ref().to_vec();
        out.extend_from_slice(&last);
        count += 1;
    }
    out.truncate(length);
    out
}

/// TLS 1.2's P_hash (RFC 5246 §5); the label is in the seed.
fn expand_with(hash: hmac::Algorithm, secret: &[u8], seed: &[u8], length: usize) -> Vec<u8> {
    let key = hmac::Key::new(hash, secret);
    let (mut out, mut a) = (Vec::new(), seed.to_vec());
    while out.len() < length {
        a = hmac::sign(&key, &a).as_ref().to_vec();
        out.extend_from_slice(hmac::sign(&key, &[&a[..], seed].concat()).as_ref());
    }
    out.truncate(length);
    out
}
