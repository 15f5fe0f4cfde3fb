//! Certificates made on the spot: one that is right, and the wrong ones that servers show.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tempfile::TempDir;

/// A server's certificate and what belongs to it.
pub struct Cert {
    /// For [`Script::tls`](super::Script::tls), and for any rustls server.
    pub config: Arc<ServerConfig>,
    /// For `--ca`: the CA that signed it (of a self-signed one: a CA that did not).
    pub ca: PathBuf,
    /// The certificate itself, PEM.
    pub pem: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
    _dir: TempDir,
}

/// Right in every way, for localhost and 127.0.0.1.
pub fn cert_valid() -> Cert {
    Cert::signed(leaf(&["localhost", "127.0.0.1"]))
}

/// The same, but it ended with the year 2020.
pub fn cert_expired() -> Cert {
    let mut params = leaf(&["localhost", "127.0.0.1"]);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2020, 12, 31);
    Cert::signed(params)
}

/// Signed as it should be, for another host: other.example.
pub fn cert_other_name() -> Cert {
    Cert::signed(leaf(&["other.example"]))
}

/// Signed by nobody but itself.
pub fn cert_self_signed() -> Cert {
    let key = KeyPair::generate().expect("a key");
    let cert = leaf(&["localhost", "127.0.0.1"]).self_signed(&key).expect("a certificate");
    Cert::new(&authority().0, &cert.pem(), &key)
}

impl Cert {
    fn signed(params: CertificateParams) -> Cert {
        let (ca, issuer) = authority();
        let key = KeyPair::generate().expect("a key");
        let cert = params.signed_by(&key, &issuer).expect("a certificate");
        Cert::new(&ca, &cert.pem(), &key)
    }

    fn new(ca: &str, pem: &str, key: &KeyPair) -> Cert {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let file = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::write(&path, text).expect("a file in it");
            path
        };
        let chain = CertificateDer::from_pem_slice(pem.as_bytes()).expect("our own PEM");
        let private = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).expect("our own PEM");
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![chain], private)
            .expect("a key that fits");
        Cert {
            config: Arc::new(config),
            ca: file("ca.pem", ca),
            pem: file("cert.pem", pem),
            key: file("key.pem", &key.serialize_pem()),
            _dir: dir,
        }
    }
}

/// A CA of its own for each certificate: its PEM, and itself.
fn authority() -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::default();
    // Not rcgen's default name: a leaf whose issuer is called as itself counts as self-signed.
    params.distinguished_name.push(DnType::CommonName, "ehlo tests CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().expect("a key");
    let cert = params.self_signed(&key).expect("a CA");
    (cert.pem(), Issuer::new(params, key))
}

fn leaf(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let common = names[0].clone();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name.push(DnType::CommonName, common);
    params
}
