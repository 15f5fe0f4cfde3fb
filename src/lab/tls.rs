//! TLS as the lab's servers speak it: an authority (CA) and a certificate of the lab's own, made once, kept,
//! and exported, so that a client can trust them as it trusts any other.
//!
//! The authority's subject is not the certificate's: a certificate whose issuer is called as itself counts as
//! self-signed, and is refused. A part of the authority's key stands in its name, so that two labs on one
//! machine have two names.

use std::fs;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData,
};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use crate::dialogue::mark::Certificate;

/// The authority's certificate, for clients to trust.
pub const CA: &str = "ca.pem";
const CA_KEY: &str = "ca-key.pem";
const LEAF: &str = "server.pem";
const LEAF_KEY: &str = "server-key.pem";

/// A new one is made when the old one has less than that left.
const RENEW: Duration = Duration::days(30);
/// How long a certificate is good; some clients refuse longer ones.
const GOOD: Duration = Duration::days(397);
const CA_GOOD: Duration = Duration::days(3650);

/// What the servers show, and what proves that it is theirs.
#[derive(Clone, Debug)]
pub struct Identity {
    /// For the handshakes.
    pub config: Arc<ServerConfig>,
    /// What the certificate says.
    pub certificate: Option<Certificate>,
    /// The authority's certificate, as a file.
    pub ca: PathBuf,
}

/// What can be wrong with a certificate on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is past its time.
    Expired,
    /// It is for another host.
    OtherName,
    /// Nobody but itself vouches for it.
    SelfSigned,
}

/// The names a lab is reached by, beside its host.
pub fn names(host: &str, bind: Option<IpAddr>) -> Vec<String> {
    let mut names = vec![host.to_owned()];
    names.extend(["lab", "localhost", "127.0.0.1", "::1"].map(str::to_owned));
    names.extend(bind.filter(|address| !address.is_unspecified()).map(|address| address.to_string()));
    names
}

impl Identity {
    /// The identity that is kept in a folder; what is missing there, or too old, or for other names, is made.
    ///
    /// # Errors
    /// What the system says of the files; what the library says of names that cannot be in a certificate.
    pub fn kept(folder: &Path, names: &[String]) -> io::Result<Identity> {
        let authority = Authority::kept(folder)?;
        let (leaf, key) = match kept_leaf(folder, names) {
            Some(kept) => kept,
            None => {
                let (leaf, key) = authority.sign(leaf(names)?)?;
                write(&folder.join(LEAF_KEY), &key, true)?;
                write(&folder.join(LEAF), &leaf, false)?;
                (leaf, key)
            }
        };
        identity(&leaf, &key, folder.join(CA))
    }

    /// One that a client should refuse; the authority is the same, and so is its file.
    ///
    /// # Errors
    /// As [`Identity::kept`].
    pub fn wrong(folder: &Path, names: &[String], wrong: Wrong) -> io::Result<Identity> {
        let authority = Authority::kept(folder)?;
        let names = match wrong {
            Wrong::OtherName => vec!["other.example".to_owned()],
            _ => names.to_vec(),
        };
        let mut params = leaf(&names)?;
        if wrong == Wrong::Expired {
            params.not_after = OffsetDateTime::now_utc() - Duration::days(1);
            params.not_before = params.not_after - GOOD;
        }
        let (leaf, key) = match wrong {
            Wrong::SelfSigned => {
                let key = KeyPair::generate().map_err(unmade)?;
                (params.self_signed(&key).map_err(unmade)?.pem(), key.serialize_pem())
            }
            _ => authority.sign(params)?,
        };
        identity(&leaf, &key, folder.join(CA))
    }
}

fn from_pem(leaf: &str, key: &str) -> io::Result<(CertificateDer<'static>, PrivateKeyDer<'static>)> {
    let damaged = |_| io::Error::from(io::ErrorKind::InvalidData);
    let chain = CertificateDer::from_pem_slice(leaf.as_bytes()).map_err(damaged)?;
    Ok((chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(damaged)?))
}

fn identity(leaf: &str, key: &str, ca: PathBuf) -> io::Result<Identity> {
    let (chain, key) = from_pem(leaf, key)?;
    let certificate = Certificate::read(&chain);
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .map_err(io::Error::other)?;
    Ok(Identity { config: Arc::new(config), certificate, ca })
}

/// The certificate that is there, if it is for these names, goes on for a while, and is the authority's.
fn kept_leaf(folder: &Path, names: &[String]) -> Option<(String, String)> {
    let leaf = fs::read_to_string(folder.join(LEAF)).ok()?;
    let key = fs::read_to_string(folder.join(LEAF_KEY)).ok()?;
    let read = |pem: &str| Certificate::read(&CertificateDer::from_pem_slice(pem.as_bytes()).ok()?);
    let (says, ca) = (read(&leaf)?, read(&fs::read_to_string(folder.join(CA)).ok()?)?);
    let until = OffsetDateTime::from_unix_timestamp(says.not_after).ok()?;
    let fits = names.iter().all(|name| says.names.contains(name)) && says.issuer == ca.subject;
    (fits && until - OffsetDateTime::now_utc() > RENEW).then_some((leaf, key))
}

fn leaf(names: &[String]) -> io::Result<CertificateParams> {
    let mut params = CertificateParams::new(names.to_vec()).map_err(unmade)?;
    if let Some(host) = names.first() {
        params.distinguished_name.push(DnType::CommonName, host.as_str());
    }
    params.not_before = OffsetDateTime::now_utc() - Duration::days(1);
    params.not_after = params.not_before + GOOD;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Who vouches for the lab's certificates.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// The one that is kept in a folder, or a new one.
    ///
    /// # Errors
    /// What the system says of the files.
    pub fn kept(folder: &Path) -> io::Result<Authority> {
        let (key_file, file) = (folder.join(CA_KEY), folder.join(CA));
        if let (Ok(key), true) = (fs::read_to_string(&key_file), file.exists()) {
            let key = KeyPair::from_pem(&key).map_err(unmade)?;
            return Ok(Authority { issuer: Issuer::new(authority(&key), key) });
        }
        let key = KeyPair::generate().map_err(unmade)?;
        let params = authority(&key);
        let pem = params.self_signed(&key).map_err(unmade)?.pem();
        // The key first: a certificate that is there has its key.
        write(&key_file, &key.serialize_pem(), true)?;
        write(&file, &pem, false)?;
        Ok(Authority { issuer: Issuer::new(params, key) })
    }

    /// A fresh certificate for names, and its key: for the tap, which shows each client the name it asks for.
    ///
    /// # Errors
    /// Names that cannot be in a certificate.
    pub fn certified(&self, names: &[String]) -> io::Result<(CertifiedKey, Option<Certificate>)> {
        let (chain, key) = self.sign(leaf(names)?)?;
        let (chain, key) = from_pem(&chain, &key)?;
        let certificate = Certificate::read(&chain);
        let key = rustls::crypto::ring::sign::any_supported_type(&key).map_err(io::Error::other)?;
        Ok((CertifiedKey::new(vec![chain], key), certificate))
    }

    /// A certificate and its key, PEM.
    fn sign(&self, params: CertificateParams) -> io::Result<(String, String)> {
        let key = KeyPair::generate().map_err(unmade)?;
        let pem = params.signed_by(&key, &self.issuer).map_err(unmade)?.pem();
        Ok((pem, key.serialize_pem()))
    }
}

/// What the authority says of itself: the same each time for the same key.
fn authority(key: &KeyPair) -> CertificateParams {
    let digest = Sha256::digest(key.der_bytes());
    let id: String = digest[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("ehlo lab authority {id}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = OffsetDateTime::now_utc() - Duration::days(1);
    params.not_after = params.not_before + CA_GOOD;
    params
}

fn unmade(error: rcgen::Error) -> io::Error {
    io::Error::other(error)
}

/// Writes a file whole or not at all; a secret one is its owner's alone.
pub(super) fn write(path: &Path, text: &str, secret: bool) -> io::Result<()> {
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if secret { 0o600 } else { 0o644 });
    #[cfg(not(unix))]
    let _ = secret;
    let mut file = options.open(&new)?;
    file.write_all(text.as_bytes())?;
    drop(file);
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_made_once_and_again_for_other_names() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        let all = names("mail.example.org", None);
        let first = Identity::kept(folder.path(), &all).unwrap();
        let says = first.certificate.unwrap();
        assert_eq!(says.names, all);
        assert!(!says.self_signed && says.issuer.starts_with("CN=ehlo lab authority "), "{says:?}");
        let (ca, leaf) = (read(CA), read(LEAF));
        Identity::kept(folder.path(), &all).unwrap();
        assert_eq!((read(CA), read(LEAF)), (ca.clone(), leaf.clone()));
        let other = Identity::kept(folder.path(), &names("mx.example.net", None)).unwrap();
        assert_eq!(other.certificate.unwrap().names[0], "mx.example.net");
        assert_eq!(read(CA), ca);
        assert_ne!(read(LEAF), leaf);
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_their_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Identity::kept(folder.path(), &names("mail.example.org", None)).unwrap();
        for key in [CA_KEY, LEAF_KEY] {
            let mode = folder.path().join(key).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{key}");
        }
    }

    #[test]
    fn what_is_wrong_on_purpose_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let all = names("mail.example.org", None);
        let of = |wrong| Identity::wrong(folder.path(), &all, wrong).unwrap().certificate.unwrap();
        assert!(of(Wrong::SelfSigned).self_signed);
        assert_eq!(of(Wrong::OtherName).names, ["other.example"]);
        let expired = of(Wrong::Expired);
        assert!(expired.not_after < OffsetDateTime::now_utc().unix_timestamp());
    }
}
