//! A certificate for each name that a client asks for (SNI, RFC 6066 §3), signed by the lab's authority: what lets
//! the tap stand where the server is expected. Only clients that were told to trust that authority take it.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::DnsName;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::dialogue::mark::Certificate;
use crate::lab::tls::{Authority, names};

/// Names that are kept; a client that asks for more waits for a fresh certificate each time.
const KEPT: usize = 256;

type Made = (Arc<CertifiedKey>, Option<Certificate>);

/// The certificates.
#[derive(Debug)]
pub struct Names {
    authority: Authority,
    /// For clients that ask for no name.
    default: Vec<String>,
    made: Mutex<HashMap<String, Made>>,
}

impl Names {
    /// None is made yet. Who asks for no name is shown the server's and those of this machine.
    pub fn new(authority: Authority, host: &str) -> Names {
        Names { authority, default: names(host.trim_end_matches('.'), None), made: Mutex::default() }
    }

    /// For handshakes as the server.
    ///
    /// # Errors
    /// What the library says.
    pub fn config(self: &Arc<Names>) -> io::Result<ServerConfig> {
        Ok(ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(self.clone()))
    }

    /// What the certificate says that was shown for a name; an empty one is none.
    pub fn certificate(&self, name: &str) -> Option<Certificate> {
        self.of(name)?.1
    }

    fn of(&self, name: &str) -> Option<Made> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(name) {
            return Some(known.clone());
        }
        let names = match name {
            "" => self.default.clone(),
            // The TLS library lets no other through; the one that makes certificates would.
            name => vec![DnsName::try_from(name).ok()?.as_ref().to_owned()],
        };
        let (key, certificate) = self.authority.certified(&names).ok()?;
        let fresh = (Arc::new(key), certificate);
        if made.len() < KEPT {
            made.insert(name.to_owned(), fresh.clone());
        }
        Some(fresh)
    }
}

impl ResolvesServerCert for Names {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.of(hello.server_name().unwrap_or_default()).map(|(key, _)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_its_own_certificate_and_their_number_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let names = Names::new(Authority::kept(folder.path()).unwrap(), "mail.example.org.");
        assert_eq!(names.certificate("a.example").unwrap().names, ["a.example"]);
        let kept = names.certificate("a.example").unwrap().der;
        assert_eq!(names.certificate("a.example").unwrap().der, kept);
        let default = names.certificate("").unwrap().names;
        assert!(
            default.contains(&"mail.example.org".to_owned()) && default.contains(&"localhost".to_owned())
        );
        assert!(names.certificate("no name at all \u{1b}").is_none());
        for n in 0..KEPT + 10 {
            assert!(names.certificate(&format!("n{n}.example")).is_some());
        }
        assert_eq!(names.made.lock().unwrap().len(), KEPT);
    }
}
