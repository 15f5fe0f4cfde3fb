//! TLS as a client: how it is set up, what a handshake found out, and the faults told apart.
//!
//! TLS 1.2 and 1.3 only (RFC 9325 §3.1.1). A certificate is checked against the system's roots, or against one
//! file's; `insecure` skips every check and still records which would have failed, so that a mark can say what
//! was accepted. Nothing is resumed: each session shows a whole handshake. No ALPN is sent, since SMTP has no
//! protocol name registered for it. Revocation is not checked: no lists are fetched.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{AlertDescription, ClientConfig, CommonState, PeerIncompatible, RootCertStore};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::sniff::{Stranger, sniff};
use super::transport::{Heard, Transport};
use super::verify::{Seen, Witness};

pub use crate::dialogue::mark::{Certificate, CertificateFault, TlsInfo, Verdict};

/// Why TLS was not started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsError {
    /// Why.
    pub fault: TlsFault,
    /// The server's own certificate, if it had been sent and could be read.
    pub certificate: Option<Certificate>,
    /// The library's or the system's own words.
    pub detail: Option<String>,
}

/// What stopped a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate failed these checks; never empty.
    Certificate(Vec<CertificateFault>),
    /// The server answered in plain text; its first bytes.
    PlainAnswer(Vec<u8>),
    /// There were server bytes between the reply to STARTTLS and the handshake: what an injection looks like
    /// (CVE-2011-0411). Nothing was sent.
    BytesBefore(Vec<u8>),
    /// The server ended the handshake with an alert; its name by RFC 8446 §6, or its number.
    Alert(String),
    /// There is no version of TLS that both sides accept.
    ProtocolVersion,
    /// The server closed the connection.
    Eof,
    /// The connection was reset.
    Reset,
    /// Nothing, or not enough, came in time.
    TimedOut,
    /// No certificate can be for such a name.
    BadName(String),
    /// TLS is on already, or the connection is gone.
    NotPossible,
    /// Anything else, in the library's words.
    Other(String),
}

/// Why TLS could not be set up, before anything was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsSetupFault {
    /// A file cannot be read; the text is the system's.
    Unreadable(PathBuf, io::ErrorKind, String),
    /// A file has no certificate in it, in PEM form.
    NoCertificate(PathBuf),
    /// A file has no private key in it, in PEM form.
    NoKey(PathBuf),
    /// A file is PEM, but broken.
    Damaged(PathBuf, String),
    /// A key without its certificate.
    KeyWithoutCertificate,
    /// Key and certificate do not belong together, or are of a kind not supported.
    KeyDoesNotFit(String),
    /// The system has no roots to trust, or they cannot be read.
    NoSystemRoots(String),
}

// Setting up.

/// What the user can say about TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// Trust only the certificates of this file (`--ca`).
    pub ca: Option<PathBuf>,
    /// Skip every check (`--insecure`).
    pub insecure: bool,
    /// Ask for this name and check it, instead of the host (`--tls-name`).
    pub name: Option<String>,
    /// The client's own certificate chain (`--cert`).
    pub cert: Option<PathBuf>,
    /// Its key (`--key`); without it, the certificate's file is searched.
    pub key: Option<PathBuf>,
}

/// TLS set up: files read, roots loaded. It can serve any number of handshakes.
pub struct TlsClient {
    provider: Arc<CryptoProvider>,
    roots: Arc<RootCertStore>,
    /// The certificates of the CA file as they stand there: see [`Witness`].
    trusted: Arc<Vec<CertificateDer<'static>>>,
    insecure: bool,
    name: Option<String>,
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
}

impl TlsClient {
    /// Reads the files and loads the roots, which takes some milliseconds; so when TLS is wanted, not before.
    pub fn new(options: &TlsOptions) -> Result<TlsClient, TlsSetupFault> {
        let (roots, trusted) = match &options.ca {
            Some(path) => {
                let trusted = read_certificates(path)?;
                (roots_of(trusted.iter().cloned()), trusted)
            }
            None => (system_roots(options.insecure)?, Vec::new()),
        };
        if let (Some(path), true) = (&options.ca, roots.is_empty() && !options.insecure) {
            return Err(TlsSetupFault::NoCertificate(path.clone()));
        }
        let identity = match (&options.cert, &options.key) {
            (Some(cert), key) => {
                let key = read_key(key.as_ref().unwrap_or(cert))?;
                Some((read_certificates(cert)?, key))
            }
            (None, Some(_)) => return Err(TlsSetupFault::KeyWithoutCertificate),
            (None, None) => None,
        };
        let client = TlsClient {
            provider: Arc::new(rustls::crypto::ring::default_provider()),
            roots: Arc::new(roots),
            trusted: Arc::new(trusted),
            insecure: options.insecure,
            name: options.name.clone(),
            identity,
        };
        // A key that does not fit is found now, not in the middle of a session.
        client.config(Arc::new(client.witness()))?;
        Ok(client)
    }

    fn witness(&self) -> Witness {
        let algorithms = self.provider.signature_verification_algorithms;
        Witness::new(self.roots.clone(), self.trusted.clone(), algorithms, self.insecure)
    }

    /// One configuration per handshake, because the witness remembers one server.
    fn config(&self, witness: Arc<Witness>) -> Result<ClientConfig, TlsSetupFault> {
        let unfit = |error: rustls::Error| TlsSetupFault::KeyDoesNotFit(error.to_string());
        let builder = ClientConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(unfit)?
            .dangerous()
            .with_custom_certificate_verifier(witness);
        let mut config = match &self.identity {
            Some((chain, key)) => {
                builder.with_client_auth_cert(chain.clone(), key.clone_key()).map_err(unfit)?
            }
            None => builder.with_no_client_auth(),
        };
        config.resumption = rustls::client::Resumption::disabled();
        Ok(config)
    }
}

fn roots_of(certificates: impl Iterator<Item = CertificateDer<'static>>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    roots
}

fn system_roots(may_be_missing: bool) -> Result<RootCertStore, TlsSetupFault> {
    let found = rustls_native_certs::load_native_certs();
    let roots = roots_of(found.certs.into_iter());
    if roots.is_empty() && !may_be_missing {
        let why: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        return Err(TlsSetupFault::NoSystemRoots(why.join("; ")));
    }
    Ok(roots)
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsSetupFault> {
    let fault = |error| pem_fault(path, error, TlsSetupFault::NoCertificate);
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).map_err(fault)?.collect();
    match found.map_err(fault)? {
        found if found.is_empty() => Err(TlsSetupFault::NoCertificate(path.to_owned())),
        found => Ok(found),
    }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsSetupFault> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| pem_fault(path, error, TlsSetupFault::NoKey))
}

fn pem_fault(path: &Path, error: pem::Error, missing: fn(PathBuf) -> TlsSetupFault) -> TlsSetupFault {
    match error {
        pem::Error::Io(error) => TlsSetupFault::Unreadable(path.to_owned(), error.kind(), error.to_string()),
        pem::Error::NoItemsFound => missing(path.to_owned()),
        other => TlsSetupFault::Damaged(path.to_owned(), other.to_string()),
    }
}

// The handshake.

impl TlsError {
    pub(super) fn new(fault: TlsFault) -> TlsError {
        TlsError { fault, certificate: None, detail: None }
    }
}

/// Shakes hands as the client. If it fails, the carrier is closed: RFC 8446 §6.2 leaves nothing to go on with.
pub(super) async fn handshake(
    mut transport: Transport,
    host: &str,
    client: &TlsClient,
    limit: Duration,
) -> Result<(TlsStream<Transport>, TlsInfo), TlsError> {
    let wanted = client.name.as_deref().unwrap_or(host);
    // RFC 6066 §3: the name is sent without the dot that ends a name in the DNS.
    let server_name = wanted.strip_suffix('.').unwrap_or(wanted).to_owned();
    let name = ServerName::try_from(server_name.clone())
        .map_err(|_| TlsError::new(TlsFault::BadName(server_name.clone())))?;
    let witness = Arc::new(client.witness());
    let config = client
        .config(witness.clone())
        .map_err(|fault| TlsError::new(TlsFault::Other(format!("{fault:?}"))))?;
    let heard = transport.listen();
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, transport);
    let result = timeout(limit, connecting).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    let Seen { certificate, chain, faults } = witness.testimony();
    match result {
        Ok(mut stream) => {
            stream.get_mut().0.forget();
            let verified = if faults.is_empty() { Verdict::Verified } else { Verdict::Failed(faults) };
            let (version, cipher) = agreed(stream.get_ref().1);
            Ok((stream, TlsInfo { version, cipher, server_name, certificate, chain, verified }))
        }
        Err(error) => Err(TlsError {
            fault: handshake_fault(&error, faults, &heard),
            certificate,
            detail: Some(error.to_string()),
        }),
    }
}

/// Shakes hands as the server. If it fails, the carrier is closed.
pub(super) async fn welcome(
    mut transport: Transport,
    config: Arc<rustls::ServerConfig>,
    limit: Duration,
) -> Result<(tokio_rustls::server::TlsStream<Transport>, TlsInfo), TlsError> {
    let heard = transport.listen();
    let accepting = tokio_rustls::TlsAcceptor::from(config).accept(transport);
    let result = timeout(limit, accepting).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
    match result {
        Ok(mut stream) => {
            stream.get_mut().0.forget();
            let session = stream.get_ref().1;
            let (version, cipher) = agreed(session);
            let server_name = session.server_name().unwrap_or_default().to_owned();
            Ok((stream, TlsInfo { version, cipher, server_name, ..TlsInfo::default() }))
        }
        Err(error) => Err(TlsError {
            fault: handshake_fault(&error, Vec::new(), &heard),
            certificate: None,
            detail: Some(error.to_string()),
        }),
    }
}

/// Version and cipher suite by their registered names.
pub(crate) fn agreed(session: &CommonState) -> (String, String) {
    let version = match session.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    };
    let suite = session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
    // The library marks the suites of TLS 1.3 by a prefix of its own.
    let cipher = suite.unwrap_or_default().replace("TLS13_", "TLS_");
    (version, cipher)
}

/// The TLS library's error inside an I/O error.
pub(super) fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn handshake_fault(error: &io::Error, faults: Vec<CertificateFault>, heard: &Heard) -> TlsFault {
    let heard = heard.lock().map(|heard| heard.clone()).unwrap_or_default();
    let is_tls = matches!(sniff(&heard), Some(Stranger::Tls | Stranger::TlsAlert(_)));
    if !heard.is_empty() && !is_tls {
        return TlsFault::PlainAnswer(heard);
    }
    match (tls_error(error), error.kind()) {
        (Some(rustls::Error::InvalidCertificate(_)), _) if !faults.is_empty() => {
            TlsFault::Certificate(faults)
        }
        (Some(rustls::Error::AlertReceived(AlertDescription::ProtocolVersion)), _) => {
            TlsFault::ProtocolVersion
        }
        (Some(rustls::Error::AlertReceived(alert)), _) => TlsFault::Alert(alert_name(*alert)),
        (Some(rustls::Error::PeerIncompatible(why)), _) if is_about_version(why) => TlsFault::ProtocolVersion,
        (Some(other), _) => TlsFault::Other(other.to_string()),
        (None, io::ErrorKind::TimedOut) => TlsFault::TimedOut,
        (None, io::ErrorKind::UnexpectedEof) => TlsFault::Eof,
        (
            None,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe,
        ) => TlsFault::Reset,
        (None, _) => TlsFault::Other(error.to_string()),
    }
}

fn is_about_version(why: &PeerIncompatible) -> bool {
    matches!(
        why,
        PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
    )
}

/// `HandshakeFailure` as RFC 8446 §6 writes it: `handshake_failure`. An alert without a name is its number.
pub(super) fn alert_name(alert: AlertDescription) -> String {
    let AlertDescription::Unknown(number) = alert else {
        let (mut name, mut capital) = (String::new(), false);
        for c in format!("{alert:?}").chars() {
            // `UnknownCA` is `unknown_ca`.
            if c.is_ascii_uppercase() && name.ends_with(|last: char| last.is_ascii_lowercase()) && !capital {
                name.push('_');
            }
            capital = c.is_ascii_uppercase();
            name.push(c.to_ascii_lowercase());
        }
        return name;
    };
    number.to_string()
}
