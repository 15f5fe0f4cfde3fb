//! Every fault of the network floor has words, in both languages, and an exit code.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::{endpoint, net_error, stranger, tls_error, tls_setup};
use crate::error::{Error, Exit};
use crate::i18n::{Catalog, Lang};
use crate::net::{
    Certificate, CertificateFault, ConnectFault, Endpoint, NetError, NetFault, Stranger, TlsError, TlsFault,
    TlsSetupFault,
};

/// One to three lines, all of it words: no id, nothing that was not filled in.
#[track_caller]
fn said(error: &Error) -> [String; 2] {
    Lang::ALL.map(|lang| {
        let text = Catalog::new(lang).error(error, true);
        let without_detail = Catalog::new(lang).error(error, false);
        assert_ne!(without_detail, error.id, "{lang:?} has no words for {}", error.id);
        assert!((1..=3).contains(&without_detail.lines().count()), "{lang:?}: {without_detail}");
        assert!(!text.contains("{$") && !text.contains("{ $"), "{lang:?}: {text}");
        text
    })
}

fn net(kind: NetFault, host: &str, port: u16, attempts: &[ConnectFault]) -> Error {
    let address: SocketAddr = "192.0.2.1:25".parse().expect("an address");
    let attempts = attempts.iter().map(|fault| (address, fault.clone())).collect();
    let detail = Some("os error 111".to_owned());
    net_error(&NetError { kind, host: host.into(), port, attempts, detail })
}

#[test]
fn a_host_is_told_from_what_is_none() {
    for (host, port, word) in [
        ("", None, "empty"),
        ("https://a.example/x", None, "a.example"),
        ("ana@b.example", None, "ehlo mx b.example"),
        ("a b", None, "neither"),
        ("h:0", None, "65535"),
        ("h:25", Some("26"), "25 behind"),
        ("[::1", None, "[::1]:25"),
        ("[h]", None, "IPv6"),
    ] {
        let fault = Endpoint::parse(host, port).expect_err(host);
        let error = endpoint(&fault);
        assert_eq!(error.exit, Exit::Usage, "{host}");
        let [en, _] = said(&error);
        assert!(en.contains(word), "{host}: {en}");
    }
}

#[test]
fn a_connection_that_fails_says_what_to_try() {
    let all = NetFault::AllFailed;
    for (error, word) in [
        (net(NetFault::NoSuchHost, "mail.example", 25, &[]), "no such host"),
        (net(NetFault::NoSuchHost, "mail.redes.unlp.edu.ar.", 25, &[]), "ehlo smtp lab"),
        (net(NetFault::NoSuchHost, "UNLP.edu.ar", 25, &[]), "course"),
        (net(NetFault::NoSuchHost, "notunlp.edu.ar", 25, &[]), "spelled"),
        (net(NetFault::NoSuchHost, "lab.", 25, &[]), "Without the dot"),
        (net(NetFault::NoAddressOfFamily, "h", 25, &[]), "family"),
        (net(NetFault::ResolverFailed("try again".into()), "h", 25, &[]), "try again"),
        (net(NetFault::ResolverTimedOut, "h", 25, &[]), "in time"),
        (net(NetFault::BadSource, "h", 25, &[]), "--source"),
        (net(NetFault::ViaFailed("not found".into()), "h", 25, &[]), "--via"),
        (net(all.clone(), "h", 25, &[ConnectFault::Refused]), "587 or 465"),
        (net(all.clone(), "h", 110, &[ConnectFault::Refused]), "995"),
        (net(all.clone(), "h", 143, &[ConnectFault::Refused]), "993"),
        (net(all.clone(), "h", 12345, &[ConnectFault::Refused]), "port 12345"),
        (net(all.clone(), "h", 25, &[ConnectFault::TimedOut]), "ehlo smtp h:587"),
        (net(all.clone(), "h", 110, &[ConnectFault::TimedOut]), "--timeout"),
        (net(all.clone(), "h", 25, &[ConnectFault::Unreachable]), "-4"),
        (net(all.clone(), "h", 25, &[ConnectFault::HostUnreachable]), "192.0.2.1"),
        (net(all.clone(), "h", 25, &[ConnectFault::PermissionDenied]), "firewall"),
        (net(all.clone(), "h", 25, &[ConnectFault::Reset]), "broke off"),
        (net(all.clone(), "h", 25, &[ConnectFault::Other("x".into())]), "os error 111"),
        // No IPv6 here, and nobody listening there: the latter tells more.
        (net(all.clone(), "h", 25, &[ConnectFault::Unreachable, ConnectFault::Refused]), "refused"),
    ] {
        assert_eq!(error.exit, Exit::Network, "{}", error.id);
        let [en, _] = said(&error);
        assert!(en.contains(word), "{}: {en}", error.id);
    }
    let unsafe_host = net(NetFault::HostNotSafeForVia, "a;b", 25, &[]);
    assert_eq!(unsafe_host.exit, Exit::Usage);
    said(&unsafe_host);
}

#[test]
fn tls_that_cannot_be_set_up_names_the_file() {
    let file = PathBuf::from("ca.pem");
    for (fault, exit) in [
        (
            TlsSetupFault::Unreadable(file.clone(), std::io::ErrorKind::NotFound, "no such file".into()),
            Exit::File,
        ),
        (TlsSetupFault::NoCertificate(file.clone()), Exit::File),
        (TlsSetupFault::NoKey(file.clone()), Exit::File),
        (TlsSetupFault::Damaged(file, "base64".into()), Exit::File),
        (TlsSetupFault::KeyWithoutCertificate, Exit::Usage),
        (TlsSetupFault::KeyDoesNotFit("x".into()), Exit::File),
        (TlsSetupFault::NoSystemRoots("none".into()), Exit::Network),
    ] {
        let error = tls_setup(&fault);
        assert_eq!(error.exit, exit, "{fault:?}");
        let named = error.args.is_empty() || said(&error).iter().all(|text| text.contains("ca.pem"));
        assert!(named, "{fault:?}");
    }
}

fn tls(fault: TlsFault) -> Error {
    let certificate = Certificate {
        subject: "CN=mail".into(),
        names: vec!["mail".into()],
        issuer: "CN=mail".into(),
        not_before: 0,
        not_after: 0,
        self_signed: true,
        der: Vec::new(),
    };
    tls_error(&TlsError { fault, certificate: Some(certificate), detail: None }, "h.example")
}

#[test]
fn a_certificate_that_fails_says_which_check_and_which_option() {
    let names = (0..7).map(|i| format!("n{i}")).collect();
    let other_name = CertificateFault::OtherName { wanted: "h.example".into(), names };
    let expired = CertificateFault::Expired { at: 1_700_000_000, issuer: false };
    let unknown = |sent| CertificateFault::UnknownIssuer { issuer: "CN=ca".into(), sent };
    for (faults, words) in [
        (vec![expired.clone()], &["expired on 2023-11-14.", "--insecure"][..]),
        (vec![CertificateFault::Expired { at: 0, issuer: true }], &["authority", "1970-01-01"]),
        (vec![CertificateFault::NotYetValid { at: 4_000_000_000, issuer: false }], &["2096-10-02", "clock"]),
        (vec![other_name.clone()], &["n3, … (+3)", "--tls-name"]),
        (vec![unknown(1)], &["CN=ca", "forgotten", "--ca"]),
        (vec![unknown(3)], &["3 certificates", "--ca"]),
        (vec![expired, CertificateFault::SelfSigned], &["CN=mail", "Another check", "--ca"]),
        (vec![CertificateFault::SelfSigned, CertificateFault::CaAsLeaf], &["vouches for it.\n"]),
        (vec![other_name.clone(), CertificateFault::SelfSigned, unknown(2)], &["2 other checks"]),
        (vec![CertificateFault::Revoked], &["revoked"]),
        (vec![CertificateFault::NotACertificate], &["none"]),
        (vec![CertificateFault::CaAsLeaf], &["authority's"]),
        (vec![CertificateFault::BadSignature], &["signature"]),
        (vec![CertificateFault::WrongPurpose], &["servers"]),
        (vec![CertificateFault::WeakAlgorithm], &["SHA-1"]),
        (vec![CertificateFault::Other("odd".into())], &["odd"]),
    ] {
        let [en, es] = said(&tls(TlsFault::Certificate(faults)));
        for word in words {
            assert!(en.contains(word), "{word}: {en}");
        }
        assert!(en.contains("--insecure") == es.contains("--insecure"), "{es}");
    }
}

#[test]
fn a_handshake_that_fails_says_why() {
    for (fault, word) in [
        (TlsFault::PlainAnswer(b"220 mail ESMTP\r\n".to_vec()), "--starttls"),
        (TlsFault::PlainAnswer(b"HTTP/1.1 400 Bad Request\r\n".to_vec()), "web server"),
        (TlsFault::PlainAnswer(b"\x1b[2Jwhat?\r\n".to_vec()), "what?"),
        (TlsFault::BytesBefore(b"250 injected\r\n".to_vec()), "CVE-2011-0411"),
        (TlsFault::Alert("handshake_failure".into()), "ciphers"),
        (TlsFault::Alert("unrecognized_name".into()), "--tls-name"),
        (TlsFault::Alert("certificate_required".into()), "--cert"),
        (TlsFault::Alert("unknown_ca".into()), "--cert"),
        (TlsFault::Alert("internal_error".into()), "internal_error"),
        (TlsFault::ProtocolVersion, "TLS 1.2"),
        (TlsFault::Eof, "--starttls"),
        (TlsFault::Reset, "broke off"),
        (TlsFault::TimedOut, "in time"),
        (TlsFault::BadName("a b".into()), "a b"),
        (TlsFault::NotPossible, "on already"),
        (TlsFault::Other("odd".into()), "odd"),
    ] {
        let error = tls(fault);
        assert_eq!(error.exit, Exit::Network, "{}", error.id);
        let [en, _] = said(&error);
        assert!(en.contains(word) && !en.contains('\x1b'), "{}: {en}", error.id);
    }
}

#[test]
fn a_stranger_is_named() {
    for kind in [
        Stranger::Tls,
        Stranger::TlsAlert(None),
        Stranger::Http,
        Stranger::Ssh,
        Stranger::Ftp,
        Stranger::Telnet,
    ] {
        said(&stranger(kind, "h", 25).expect("a stranger"));
    }
    assert_eq!(stranger(Stranger::Smtp, "h", 25), None);
}
