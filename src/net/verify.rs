//! The check of a server's certificate, which remembers what it saw.
//!
//! The library stops at the first check that fails; a lesson wants all of them, since the certificate of a
//! practice server is usually self-signed, and expired, and for another name. So chain, dates and name are
//! each checked by the library's own functions, and every failure is kept. Who asked for no checks gets the
//! same list, and goes on.
//!
//! One thing is more lenient than the library: a certificate that stands itself in the user's `--ca` file is a
//! trust anchor, and an anchor is trusted as it is (RFC 5280), also when it is marked CA:TRUE, which
//! is what `openssl req -x509` makes. Its dates, its name and the handshake's signature are still checked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::tls::{Certificate, CertificateFault};

/// Checks one server's certificate, and can say afterwards what it saw.
#[derive(Debug)]
pub(super) struct Witness {
    roots: Arc<RootCertStore>,
    trusted: Arc<Vec<CertificateDer<'static>>>,
    algorithms: WebPkiSupportedAlgorithms,
    insecure: bool,
    seen: Mutex<Seen>,
}

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The server's certificate, if one was sent and could be read.
    pub(super) certificate: Option<Certificate>,
    /// Those that were sent with it, as far as they can be read.
    pub(super) chain: Vec<Certificate>,
    /// The checks it failed.
    pub(super) faults: Vec<CertificateFault>,
}

impl Witness {
    pub(super) fn new(
        roots: Arc<RootCertStore>,
        trusted: Arc<Vec<CertificateDer<'static>>>,
        algorithms: WebPkiSupportedAlgorithms,
        insecure: bool,
    ) -> Witness {
        Witness { roots, trusted, algorithms, insecure, seen: Mutex::default() }
    }

    /// What was seen; told once.
    pub(super) fn testimony(&self) -> Seen {
        std::mem::take(&mut *self.seen())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every check, each by itself. The first error is the one that the library would have stopped at.
    fn examine(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Vec<Error> {
        let parsed = match ParsedCertificate::try_from(leaf) {
            Ok(parsed) => parsed,
            Err(error) => return vec![error],
        };
        let mut errors = Vec::new();
        if let Err(error) = self.examine_chain(leaf, &parsed, chain, now) {
            // At a moment when the date was right, what else is wrong with the chain?
            let then = moment_of_validity(&error);
            errors.push(error);
            if let Some(Err(error)) = then.map(|then| self.examine_chain(leaf, &parsed, chain, then))
                && moment_of_validity(&error).is_none()
            {
                errors.push(error);
            }
        }
        errors.extend(verify_server_name(&parsed, name).err());
        errors
    }

    fn examine_chain(
        &self,
        leaf: &CertificateDer<'_>,
        parsed: &ParsedCertificate<'_>,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), Error> {
        let all = self.algorithms.all;
        match verify_server_cert_signed_by_trust_anchor(parsed, &self.roots, chain, now, all) {
            Err(error) if is_ca_as_leaf(&error) && self.trusted.iter().any(|t| t == leaf) => Ok(()),
            other => other,
        }
    }

    /// A failed signature over the handshake: remembered, and passed over if no checks are wanted.
    fn judge(
        &self,
        result: Result<HandshakeSignatureValid, Error>,
        certificate: &CertificateDer<'_>,
    ) -> Result<HandshakeSignatureValid, Error> {
        let Err(error) = result else { return result };
        let mut seen = self.seen();
        // A certificate that could not be read has been told; that its key cannot be used follows from it.
        if Certificate::read(certificate).is_some() {
            let fault = fault_of(&error, None, certificate, &[], "");
            seen.faults.push(fault);
        }
        if self.insecure { Ok(HandshakeSignatureValid::assertion()) } else { Err(error) }
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let certificate = Certificate::read(leaf);
        let errors = self.examine(leaf, chain, name, now);
        let wanted = name.to_str();
        let mut faults: Vec<CertificateFault> =
            errors.iter().map(|error| fault_of(error, certificate.as_ref(), leaf, chain, &wanted)).collect();
        if faults.contains(&CertificateFault::CaAsLeaf)
            && certificate.as_ref().is_some_and(|certificate| certificate.self_signed)
        {
            // The chain was not looked at, but nobody else vouches for it: that is what must be mended.
            faults.insert(0, CertificateFault::SelfSigned);
        }
        let chain = chain.iter().filter_map(|der| Certificate::read(der)).collect();
        *self.seen() = Seen { certificate, chain, faults };
        match errors.into_iter().next() {
            Some(error) if !self.insecure => Err(error),
            _ => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let result = verify_tls12_signature(message, certificate, signature, &self.algorithms);
        self.judge(result, certificate)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let result = verify_tls13_signature(message, certificate, signature, &self.algorithms);
        self.judge(result, certificate)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// If a date was wrong: a moment at which it was right.
fn moment_of_validity(error: &Error) -> Option<UnixTime> {
    match error {
        Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. }) => Some(*not_after),
        Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, .. }) => {
            Some(*not_before)
        }
        _ => None,
    }
}

/// The library has no variant of its own for this one, only the name of its parts' error.
fn is_ca_as_leaf(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(CertificateError::Other(other))
        if other.to_string() == "CaUsedAsEndEntity")
}

fn fault_of(
    error: &Error,
    certificate: Option<&Certificate>,
    leaf: &CertificateDer<'_>,
    chain: &[CertificateDer<'_>],
    wanted: &str,
) -> CertificateFault {
    use CertificateError as E;
    let seconds = |time: &UnixTime| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let Error::InvalidCertificate(kind) = error else {
        return CertificateFault::Other(error.to_string());
    };
    match kind {
        E::BadEncoding => CertificateFault::NotACertificate,
        E::ExpiredContext { not_after, .. } => {
            let at = seconds(not_after);
            CertificateFault::Expired { at, issuer: certificate.is_some_and(|c| c.not_after != at) }
        }
        E::NotValidYetContext { not_before, .. } => {
            let at = seconds(not_before);
            CertificateFault::NotYetValid { at, issuer: certificate.is_some_and(|c| c.not_before != at) }
        }
        E::NotValidForName | E::NotValidForNameContext { .. } => CertificateFault::OtherName {
            wanted: wanted.to_owned(),
            names: certificate.map(|certificate| certificate.names.clone()).unwrap_or_default(),
        },
        E::UnknownIssuer if certificate.is_some_and(|certificate| certificate.self_signed) => {
            CertificateFault::SelfSigned
        }
        E::UnknownIssuer => {
            let top = Certificate::read(chain.last().unwrap_or(leaf));
            let issuer = top.map(|top| top.issuer).unwrap_or_default();
            CertificateFault::UnknownIssuer { issuer, sent: 1 + chain.len() }
        }
        E::Revoked => CertificateFault::Revoked,
        E::BadSignature => CertificateFault::BadSignature,
        E::InvalidPurpose | E::InvalidPurposeContext { .. } => CertificateFault::WrongPurpose,
        E::UnsupportedSignatureAlgorithmContext { .. }
        | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => CertificateFault::WeakAlgorithm,
        _ if is_ca_as_leaf(error) => CertificateFault::CaAsLeaf,
        other => CertificateFault::Other(other.to_string()),
    }
}
