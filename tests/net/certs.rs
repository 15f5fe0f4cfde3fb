//! Certificates, good and bad, made for one test.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

/// A certificate authority.
pub struct Authority {
    pub issuer: Issuer<'static, KeyPair>,
    pub certificate: rcgen::Certificate,
}

/// A certificate with what proves it: for a server or for a client.
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: KeyPair,
    pub pem: String,
}

impl Authority {
    pub fn new(name: &str) -> Authority {
        let key = KeyPair::generate().unwrap();
        let params = ca(params(&[], name));
        let certificate = params.self_signed(&key).unwrap();
        Authority { issuer: Issuer::new(params, key), certificate }
    }

    /// A sound certificate for `localhost` and 127.0.0.1, changed by `change`.
    pub fn issue(&self, change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = params(&["localhost", "127.0.0.1"], "server");
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Identity { chain: vec![certificate.der().clone()], key, pem: certificate.pem() }
    }

    /// An authority below this one.
    pub fn delegate(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Authority {
        let key = KeyPair::generate().unwrap();
        let mut params = ca(params(&[], name));
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Authority { issuer: Issuer::new(params, key), certificate }
    }
}

impl Identity {
    /// A certificate that only itself vouches for.
    pub fn self_signed(change: impl FnOnce(&mut CertificateParams)) -> Identity {
        let mut params = params(&["localhost"], "myself");
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Identity { chain: vec![certificate.der().clone()], key, pem: certificate.pem() }
    }

    pub fn below(mut self, authority: &Authority) -> Identity {
        self.chain.push(authority.certificate.der().clone());
        self
    }

    fn private_key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::try_from(self.key.serialize_der()).unwrap()
    }

    /// Shown to every client as it is, without the checks by which a real server would refuse to start.
    pub fn resolver(&self) -> Arc<dyn ResolvesServerCert> {
        let key = rustls::crypto::ring::sign::any_supported_type(&self.private_key()).unwrap();
        Arc::new(Always(Arc::new(CertifiedKey::new(self.chain.clone(), key))))
    }
}

#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }
}

fn params(names: &[&str], common_name: &str) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

fn ca(mut params: CertificateParams) -> CertificateParams {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

pub fn make_ca(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

pub fn only_for_clients(params: &mut CertificateParams) {
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
}

/// Past its time since 2001-01-01.
pub fn expired(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2000, 1, 1);
    params.not_after = date_time_ymd(2001, 1, 1);
}

/// 2001-01-01T00:00:00Z.
pub const Y2001: i64 = 978_307_200;

/// Not valid before 2090-01-01.
pub fn to_come(params: &mut CertificateParams) {
    params.not_before = date_time_ymd(2090, 1, 1);
    params.not_after = date_time_ymd(2091, 1, 1);
}

/// 2090-01-01T00:00:00Z.
pub const Y2090: i64 = 3_786_912_000;

/// A file in the tests' own directory; the name must be the test's own.
pub fn file(name: &str, content: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("net-{name}"));
    std::fs::write(&path, content).unwrap();
    path
}
