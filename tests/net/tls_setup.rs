//! Files that TLS is set up from, and what can be wrong with them.

use std::path::PathBuf;

use ehlo::net::{TlsClient, TlsOptions, TlsSetupFault};

use crate::certs::{Authority, file};

fn fault(options: TlsOptions) -> TlsSetupFault {
    TlsClient::new(&options).err().expect("it should not be usable")
}

fn with_ca(ca: PathBuf) -> TlsOptions {
    TlsOptions { ca: Some(ca), ..TlsOptions::default() }
}

const NOT_A_CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nbm90IGFzbi4x\n-----END CERTIFICATE-----\n";

#[test]
fn a_ca_file_that_cannot_serve() {
    let missing = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("net-there-is-no-such-file");
    assert!(
        matches!(fault(with_ca(missing.clone())), TlsSetupFault::Unreadable(path, std::io::ErrorKind::NotFound, _) if path == missing)
    );

    let key = Authority::new("our CA").issue(|_| {}).key.serialize_pem();
    for (name, content) in [("empty", ""), ("text", "hello\n"), ("junk", NOT_A_CERTIFICATE), ("key", &key)] {
        let path = file(&format!("setup-{name}.pem"), content);
        assert_eq!(fault(with_ca(path.clone())), TlsSetupFault::NoCertificate(path), "{name}");
    }

    for (name, content) in [
        ("cut", "-----BEGIN CERTIFICATE-----\nbm90IGFzbi4x\n"),
        ("base64", "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"),
    ] {
        let path = file(&format!("setup-{name}.pem"), content);
        let fault = fault(with_ca(path.clone()));
        assert!(matches!(&fault, TlsSetupFault::Damaged(p, _) if *p == path), "{name}: {fault:?}");
    }
}

#[test]
fn a_client_certificate_that_cannot_serve() {
    let authority = Authority::new("our CA");
    let (ana, beto) = (authority.issue(|_| {}), authority.issue(|_| {}));
    let ca = Some(file("setup-ca.pem", &authority.certificate.pem()));
    let cert = file("setup-ana.pem", &ana.pem);
    let key = file("setup-beto.key", &beto.key.serialize_pem());
    let options = |cert: Option<&PathBuf>, key: Option<&PathBuf>| TlsOptions {
        ca: ca.clone(),
        cert: cert.cloned(),
        key: key.cloned(),
        ..TlsOptions::default()
    };

    assert_eq!(fault(options(None, Some(&key))), TlsSetupFault::KeyWithoutCertificate);
    assert_eq!(fault(options(Some(&cert), None)), TlsSetupFault::NoKey(cert.clone()));
    assert_eq!(fault(options(Some(&key), Some(&key))), TlsSetupFault::NoCertificate(key.clone()));
    let unfit = fault(options(Some(&cert), Some(&key)));
    assert!(matches!(unfit, TlsSetupFault::KeyDoesNotFit(_)), "{unfit:?}");
}
