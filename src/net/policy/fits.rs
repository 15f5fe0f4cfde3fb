//! Whether the certificates that an exchange shows are those that its TLSA records bind it to (RFC 7672 §3).
//!
//! DANE-EE (usage 3) binds the server's own certificate or key: its name and its dates do not matter then
//! (RFC 7672 §3.1.1). DANE-TA (usage 2) binds one that vouches for it: signatures, dates and the name have to be
//! right (§3.1.2). The checks of the chain are the TLS library's own, with that certificate as the only root.

use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use sha2::{Digest, Sha256, Sha512};

use super::dane::{Record, Tlsa, holds};
use crate::net::{Certificate, TlsInfo};

/// What the comparison came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// This record fits: its usage, selector and matching type.
    Fits(u8, u8, u8),
    /// None does.
    Differs(Misfit),
}

/// Why none does: the nearest miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Misfit {
    /// No record is of a certificate that was sent.
    Record,
    /// One is of a certificate that does not vouch for the server's own.
    Chain,
    /// One is of a certificate that vouches for it, but a date is wrong.
    Date,
    /// The same, but the certificate is for other names.
    Name,
}

impl Misfit {
    /// Its word, for machines and text ids.
    pub fn word(self) -> &'static str {
        match self {
            Misfit::Record => "record",
            Misfit::Chain => "chain",
            Misfit::Date => "date",
            Misfit::Name => "name",
        }
    }
}

/// Compares. None, where no certificate was sent, or no record is of a kind that holds. `names`: whom the
/// certificate may be for, where DANE-TA asks.
pub fn fits(info: &TlsInfo, tlsa: &Tlsa, names: &[String]) -> Option<Fit> {
    let own = info.certificate.as_ref()?;
    let records: Vec<&Record> = tlsa.records.iter().filter(|record| holds(record)).collect();
    if records.is_empty() {
        return None;
    }
    let mut nearest = Misfit::Record;
    for record in records {
        let (usage, selector, matching, _) = *record;
        let result = match usage {
            3 if is_of(record, own) => Ok(()),
            3 => Err(Misfit::Record),
            _ => vouched(record, own, &info.chain, names),
        };
        match result {
            Ok(()) => return Some(Fit::Fits(usage, selector, matching)),
            Err(misfit) => nearest = nearest.max(misfit),
        }
    }
    Some(Fit::Differs(nearest))
}

/// Whether a record is of a certificate: its octets, or their digest (RFC 6698 §2.1.2, §2.1.3).
fn is_of((_, selector, matching, data): &Record, certificate: &Certificate) -> bool {
    let octets = match selector {
        0 => Some(certificate.der.clone()),
        _ => certificate.public_key(),
    };
    octets.is_some_and(|octets| match matching {
        0 => octets == *data,
        1 => Sha256::digest(&octets).as_slice() == data.as_slice(),
        _ => Sha512::digest(&octets).as_slice() == data.as_slice(),
    })
}

/// Whether a DANE-TA record's certificate vouches for the server's own. It stands in the chain; or, whole, in
/// the record itself (RFC 7671 §5.2).
fn vouched(
    record: &Record,
    own: &Certificate,
    chain: &[Certificate],
    names: &[String],
) -> Result<(), Misfit> {
    let sent = chain.iter().filter(|above| is_of(record, above)).map(|above| above.der.as_slice());
    let told = (record.1 == 0 && record.2 == 0).then_some(record.3.as_slice());
    let result = sent.chain(told).map(|anchor| below(anchor, own, chain, names));
    result
        .reduce(|first, second| first.or_else(|a| second.map_err(|b| a.max(b))))
        .unwrap_or(Err(Misfit::Record))
}

/// Whether signatures lead from the server's certificate to an anchor, today, and the name is right.
fn below(anchor: &[u8], own: &Certificate, chain: &[Certificate], names: &[String]) -> Result<(), Misfit> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(anchor)).map_err(|_| Misfit::Record)?;
    let own = CertificateDer::from(own.der.as_slice());
    let parsed = ParsedCertificate::try_from(&own).map_err(|_| Misfit::Chain)?;
    let chain: Vec<CertificateDer<'_>> = chain.iter().map(|above| above.der.as_slice().into()).collect();
    let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms.all;
    verify_server_cert_signed_by_trust_anchor(&parsed, &roots, &chain, UnixTime::now(), algorithms).map_err(
        |error| match error {
            Error::InvalidCertificate(
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. },
            ) => Misfit::Date,
            _ => Misfit::Chain,
        },
    )?;
    let right = names.iter().any(|name| {
        ServerName::try_from(name.as_str()).is_ok_and(|name| verify_server_name(&parsed, &name).is_ok())
    });
    if right { Ok(()) } else { Err(Misfit::Name) }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

    use super::*;
    use crate::net::policy::Dane;

    /// An authority: its certificate, and what signs.
    fn authority(
        name: &str,
        above: Option<&Issuer<'static, KeyPair>>,
    ) -> (Certificate, Issuer<'static, KeyPair>) {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let made = match above {
            Some(above) => params.signed_by(&key, above),
            None => params.self_signed(&key),
        };
        (Certificate::read(made.unwrap().der()).unwrap(), Issuer::new(params, key))
    }

    fn server(name: &str, year: i32, above: &Issuer<'static, KeyPair>) -> Certificate {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 1, 1);
        Certificate::read(params.signed_by(&KeyPair::generate().unwrap(), above).unwrap().der()).unwrap()
    }

    fn record(usage: u8, selector: u8, matching: u8, of: &Certificate) -> Record {
        let octets = if selector == 0 { of.der.clone() } else { of.public_key().unwrap() };
        let data = match matching {
            0 => octets,
            1 => Sha256::digest(&octets).to_vec(),
            _ => Sha512::digest(&octets).to_vec(),
        };
        (usage, selector, matching, data)
    }

    fn compare(own: &Certificate, chain: &[&Certificate], records: &[Record]) -> Option<Fit> {
        let chain = chain.iter().map(|one| (*one).clone()).collect();
        let info = TlsInfo { certificate: Some(own.clone()), chain, ..TlsInfo::default() };
        let tlsa = Tlsa {
            host: "mx.a.test".into(),
            owner: String::new(),
            records: records.to_vec(),
            secure: true,
            dane: Dane::Usable,
        };
        fits(&info, &tlsa, &["mx.a.test".to_owned(), "a.test".to_owned()])
    }

    #[test]
    fn every_selector_and_matching_type_of_both_usages() {
        let (root, issuer) = authority("root", None);
        let (middle, below) = authority("middle", Some(&issuer));
        let own = server("mx.a.test", 2090, &below);
        let chain = [&middle, &root];
        for selector in [0, 1] {
            for matching in [0, 1, 2] {
                for (usage, of) in [(3, &own), (2, &middle), (2, &root)] {
                    let records = [record(usage, selector, matching, of)];
                    let fit = compare(&own, &chain, &records);
                    assert_eq!(fit, Some(Fit::Fits(usage, selector, matching)), "{}", of.subject);
                }
                // The other usage's certificate: an issuer's as the server's own, and the reverse.
                let swapped = [
                    record(3, selector, matching, &root),
                    record(2, selector, matching, &server("x.test", 2090, &below)),
                ];
                assert_eq!(compare(&own, &chain, &swapped[..1]), Some(Fit::Differs(Misfit::Record)));
                assert!(matches!(compare(&own, &chain, &swapped[1..]), Some(Fit::Differs(_))));
            }
        }
    }

    #[test]
    fn an_issuer_has_to_vouch_today_and_for_the_name() {
        use Misfit::{Chain, Date, Name, Record};
        let (root, issuer) = authority("root", None);
        let (middle, below) = authority("middle", Some(&issuer));
        let (stranger, _) = authority("stranger", None);
        // As the true one by its name, but with a key of its own.
        let (_, impostor) = authority("root", None);
        let (good, domains) = (server("mx.a.test", 2090, &below), server("a.test", 2090, &below));
        let (other, old) = (server("mx.b.test", 2090, &below), server("mx.a.test", 2021, &below));
        let forged = server("mx.a.test", 2090, &impostor);
        let by_root = |of: &Certificate| vec![record(2, 0, 1, of)];
        for (own, chain, records, expected) in [
            (&good, vec![&middle, &root], by_root(&root), Ok(())),
            (&domains, vec![&middle, &root], by_root(&root), Ok(())),
            (&other, vec![&middle, &root], by_root(&root), Err(Name)),
            (&old, vec![&middle, &root], by_root(&root), Err(Date)),
            // The anchor was sent, and has nothing to do with the server's certificate.
            (&good, vec![&middle, &stranger], by_root(&stranger), Err(Chain)),
            (&forged, vec![&root], by_root(&root), Err(Chain)),
            // What would vouch was not sent: nothing to compare with, or a hole in the chain.
            (&good, vec![], by_root(&root), Err(Record)),
            (&good, vec![&root], by_root(&root), Err(Chain)),
            // The whole certificate in the record needs not be sent.
            (&good, vec![&middle], vec![record(2, 0, 0, &root)], Ok(())),
            (&good, vec![&middle], vec![(2, 0, 0, b"no certificate".to_vec())], Err(Record)),
            // Dates and name are nothing to DANE-EE.
            (&old, vec![], vec![record(3, 1, 2, &old)], Ok(())),
            (&other, vec![], vec![record(3, 0, 0, &other)], Ok(())),
            // The second record fits; of several that do not, the nearest miss is told.
            (&good, vec![&middle], vec![record(3, 1, 1, &root), record(3, 1, 1, &good)], Ok(())),
            (&other, vec![&middle, &root], vec![record(3, 1, 1, &good), record(2, 1, 1, &root)], Err(Name)),
        ] {
            let fit = compare(own, &chain, &records);
            let got = match fit {
                Some(Fit::Fits(..)) => Ok(()),
                Some(Fit::Differs(misfit)) => Err(misfit),
                None => panic!("not compared"),
            };
            assert_eq!(got, expected, "{} {records:?}", own.subject);
        }
    }

    #[test]
    fn what_does_not_hold_is_not_compared() {
        let (root, issuer) = authority("root", None);
        let own = server("mx.a.test", 2090, &issuer);
        for records in
            [vec![], vec![record(1, 0, 1, &own)], vec![record(0, 0, 1, &root)], vec![(3, 1, 1, vec![0; 20])]]
        {
            assert_eq!(compare(&own, &[&root], &records), None, "{records:?}");
        }
        let tlsa = Tlsa {
            host: String::new(),
            owner: String::new(),
            records: vec![record(3, 1, 1, &own)],
            secure: true,
            dane: Dane::Usable,
        };
        assert_eq!(fits(&TlsInfo::default(), &tlsa, &[]), None);
    }
}
