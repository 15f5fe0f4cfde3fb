//! What a certificate says, read from its DER form (RFC 5280).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::tls::Certificate;

impl Certificate {
    /// Reads a certificate; none, if the bytes are not one.
    pub fn read(der: &[u8]) -> Option<Certificate> {
        let (_, x509) = X509Certificate::from_der(der).ok()?;
        let alternatives = x509.subject_alternative_name().ok().flatten();
        let names = alternatives.map(|found| &found.value.general_names[..]).unwrap_or_default();
        Some(Certificate {
            subject: x509.subject().to_string(),
            names: names.iter().filter_map(server_name).collect(),
            issuer: x509.issuer().to_string(),
            not_before: x509.validity().not_before.timestamp(),
            not_after: x509.validity().not_after.timestamp(),
            self_signed: x509.subject().as_raw() == x509.issuer().as_raw(),
            der: der.to_vec(),
        })
    }

    /// Its public key with its kind: the subjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    pub fn public_key(&self) -> Option<Vec<u8>> {
        let (_, x509) = X509Certificate::from_der(&self.der).ok()?;
        Some(x509.public_key().raw.to_vec())
    }
}

/// The kinds of names that a server can be reached by; the others (mail address, URI) are left out.
fn server_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(octets) => address(octets).map(|address| address.to_string()),
        _ => None,
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(octets) {
        return Some(Ipv4Addr::from(octets).into());
    }
    <[u8; 16]>::try_from(octets).ok().map(|octets| Ipv6Addr::from(octets).into())
}
