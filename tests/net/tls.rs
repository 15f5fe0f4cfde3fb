//! TLS against servers with every kind of certificate, and against what is no TLS server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ehlo::net::{
    CertificateFault, Channel, ConnectOptions, EndKind, Stranger, TlsClient, TlsError, TlsFault, TlsInfo,
    TlsOptions, Verdict, sniff,
};
use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::certs::{Authority, Identity, Y2001, Y2090, expired, file, make_ca, only_for_clients, to_come};
use crate::servers::{dial, patient, receive, receive_all, serve};

type Version = &'static SupportedProtocolVersion;

fn config(identity: &Identity, version: Version) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    Arc::new(builder.with_no_client_auth().with_cert_resolver(identity.resolver()))
}

/// A TLS server that greets, and echoes until the client's end. A failed handshake ends it.
async fn echo(config: Arc<ServerConfig>) -> SocketAddr {
    let (address, _) = serve(move |stream| async move {
        let mut stream = TlsAcceptor::from(config).accept(stream).await?;
        stream.write_all(b"hello").await?;
        let (mut from, mut to) = tokio::io::split(&mut stream);
        tokio::io::copy(&mut from, &mut to).await?;
        stream.shutdown().await
    })
    .await;
    address
}

async fn start(address: SocketAddr, options: &TlsOptions) -> (Channel, Result<TlsInfo, TlsError>) {
    let mut channel = dial(address).await;
    let client = TlsClient::new(options).unwrap();
    let result = channel.start_tls("localhost", &client, &[]).await;
    (channel, result)
}

fn trusting(name: &str, authority: &Authority) -> TlsOptions {
    let ca = file(&format!("{name}-ca.pem"), &authority.certificate.pem());
    TlsOptions { ca: Some(ca), ..TlsOptions::default() }
}

#[tokio::test]
async fn a_sound_server_is_verified_and_described() {
    let authority = Authority::new("our CA");
    let identity = authority.issue(|_| {});
    for (version, name) in [(&TLS12, "TLS 1.2"), (&TLS13, "TLS 1.3")] {
        let address = echo(config(&identity, version)).await;
        let (mut channel, result) = start(address, &trusting("sound", &authority)).await;
        let info = result.unwrap();
        assert_eq!(info.version, name);
        assert!(info.cipher.starts_with("TLS_") && !info.cipher.contains("TLS13"), "{}", info.cipher);
        assert_eq!((info.server_name.as_str(), &info.verified), ("localhost", &Verdict::Verified));
        let certificate = info.certificate.clone().unwrap();
        assert_eq!((certificate.subject.as_str(), certificate.issuer.as_str()), ("CN=server", "CN=our CA"));
        assert_eq!(certificate.names, ["localhost", "127.0.0.1"]);
        assert!(!certificate.self_signed);
        assert_eq!(channel.tls(), Some(&info));

        assert_eq!(receive(&mut channel, 5).await, b"hello");
        channel.send(b"EHLO me\r\n");
        channel.shutdown().await;
        assert_eq!(receive_all(&mut channel).await, (b"EHLO me\r\n".to_vec(), EndKind::Clean));
    }
}

/// Each kind of certificate, and the checks it fails, in order.
fn hostile(authority: &Authority) -> Vec<(&'static str, Identity, Vec<CertificateFault>)> {
    use CertificateFault::*;
    let other =
        || CertificateFault::OtherName { wanted: "localhost".into(), names: vec!["other.test".into()] };
    let rename = |params: &mut rcgen::CertificateParams| {
        params.subject_alt_names = vec![rcgen::SanType::DnsName("other.test".try_into().unwrap())];
    };
    let strange = Authority::new("some CA");
    let namesake = Authority::new("our CA");
    let old = authority.delegate("old CA", expired);
    let junk =
        Identity { chain: vec![CertificateDer::from(b"no certificate".to_vec())], ..authority.issue(|_| {}) };
    let thief = Identity { chain: authority.issue(|_| {}).chain, ..authority.issue(|_| {}) };
    vec![
        ("expired", authority.issue(expired), vec![Expired { at: Y2001, issuer: false }]),
        ("to come", authority.issue(to_come), vec![NotYetValid { at: Y2090, issuer: false }]),
        ("other name", authority.issue(rename), vec![other()]),
        (
            "no name",
            authority.issue(|params| params.subject_alt_names.clear()),
            vec![OtherName { wanted: "localhost".into(), names: vec![] }],
        ),
        ("self-signed", Identity::self_signed(|_| {}), vec![SelfSigned]),
        ("self-signed CA", Identity::self_signed(make_ca), vec![SelfSigned, CaAsLeaf]),
        ("CA as leaf", authority.issue(make_ca), vec![CaAsLeaf]),
        (
            "unknown issuer",
            strange.issue(|_| {}),
            vec![UnknownIssuer { issuer: "CN=some CA".into(), sent: 1 }],
        ),
        (
            "unknown issuer, sent with it",
            strange.issue(|_| {}).below(&strange),
            vec![UnknownIssuer { issuer: "CN=some CA".into(), sent: 2 }],
        ),
        ("forged", namesake.issue(|_| {}), vec![BadSignature]),
        ("old issuer", old.issue(|_| {}).below(&old), vec![Expired { at: Y2001, issuer: true }]),
        ("junk", junk, vec![NotACertificate]),
        ("another's certificate", thief, vec![BadSignature]),
        ("a client's", authority.issue(only_for_clients), vec![WrongPurpose]),
        (
            "everything",
            Identity::self_signed(|params| {
                expired(params);
                rename(params);
            }),
            vec![Expired { at: Y2001, issuer: false }, SelfSigned, other()],
        ),
    ]
}

#[tokio::test]
async fn each_check_that_fails_is_told() {
    let authority = Authority::new("our CA");
    let options = trusting("hostile", &authority);
    for (name, identity, faults) in hostile(&authority) {
        for version in [&TLS12, &TLS13] {
            let address = echo(config(&identity, version)).await;
            let error = start(address, &options).await.1.expect_err(name);
            assert_eq!(error.fault, TlsFault::Certificate(faults.clone()), "{name} {version:?}");
            assert_eq!(error.certificate.is_some(), name != "junk", "{name}");
            assert!(error.detail.is_some());
        }
    }
}

#[tokio::test]
async fn insecure_goes_on_and_remembers() {
    let authority = Authority::new("our CA");
    let options = TlsOptions { insecure: true, ..trusting("insecure", &authority) };
    for (name, identity, faults) in hostile(&authority) {
        for version in [&TLS12, &TLS13] {
            let address = echo(config(&identity, version)).await;
            let (mut channel, result) = start(address, &options).await;
            assert_eq!(result.unwrap().verified, Verdict::Failed(faults.clone()), "{name} {version:?}");
            assert_eq!(receive(&mut channel, 5).await, b"hello");
        }
    }
    let address = echo(config(&authority.issue(|_| {}), &TLS13)).await;
    assert_eq!(start(address, &options).await.1.unwrap().verified, Verdict::Verified);
}

/// What `openssl req -x509` makes is CA:TRUE; named by `--ca`, it is trusted as itself, but for no other name.
#[tokio::test]
async fn a_certificate_named_by_the_user_is_trusted() {
    for change in [make_ca, |_: &mut rcgen::CertificateParams| {}] {
        let identity = Identity::self_signed(change);
        let ca = Some(file("named.pem", &identity.pem));
        for (name, sound) in [(None, true), (Some("other.test".to_owned()), false)] {
            let options = TlsOptions { ca: ca.clone(), name, ..TlsOptions::default() };
            let address = echo(config(&identity, &TLS13)).await;
            match start(address, &options).await.1 {
                Ok(info) => assert!(sound && info.verified == Verdict::Verified),
                Err(error) => {
                    assert!(!sound, "{error:?}");
                    let names = vec!["localhost".to_owned()];
                    let wanted = "other.test".to_owned();
                    assert_eq!(
                        error.fault,
                        TlsFault::Certificate(vec![CertificateFault::OtherName { wanted, names }])
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn the_name_may_be_an_address_or_end_in_a_dot() {
    let authority = Authority::new("our CA");
    let identity = authority.issue(|_| {});
    for (name, sent) in [("127.0.0.1", "127.0.0.1"), ("localhost.", "localhost"), ("LOCALHOST", "LOCALHOST")]
    {
        let address = echo(config(&identity, &TLS13)).await;
        let options = TlsOptions { name: Some(name.into()), ..trusting("names", &authority) };
        assert_eq!(start(address, &options).await.1.unwrap().server_name, sent);
    }
    for name in ["", "a b", "ñandú.example", "a..b"] {
        let (address, _server) = serve(|stream| async { stream }).await;
        let options = TlsOptions { name: Some(name.into()), ..trusting("names", &authority) };
        assert_eq!(start(address, &options).await.1.unwrap_err().fault, TlsFault::BadName(name.into()));
    }
}

/// A server that says these bytes in the clear, and then waits.
async fn says(bytes: &'static [u8]) -> (SocketAddr, JoinHandle<TcpStream>) {
    serve(move |mut stream| async move {
        stream.write_all(bytes).await.unwrap();
        stream
    })
    .await
}

#[tokio::test]
async fn what_is_no_tls_server_is_told_by_its_answer() {
    let hello_of_tls_1_1 = b"\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02\
        0123456789abcdef0123456789abcdef\x00\xc0\x13\x00";
    let plain = |bytes: &[u8]| TlsFault::PlainAnswer(bytes.to_vec());
    let table: Vec<(&'static [u8], TlsFault)> = vec![
        (b"220 mail.test ESMTP\r\n", plain(b"220 mail.test ESMTP\r\n")),
        (b"* OK ready\r\n", plain(b"* OK ready\r\n")),
        (b"+OK ready\r\n", plain(b"+OK ready\r\n")),
        (b"SSH-2.0-x\r\n", plain(b"SSH-2.0-x\r\n")),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", plain(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        (b"\x15\x03\x01\x00\x02\x02\x46", TlsFault::ProtocolVersion),
        (b"\x15\x03\x03\x00\x02\x02\x28", TlsFault::Alert("handshake_failure".into())),
        (b"\x15\x03\x03\x00\x02\x02\x70", TlsFault::Alert("unrecognised_name".into())),
        (b"\x15\x03\x03\x00\x02\x02\xc8", TlsFault::Alert("200".into())),
        (hello_of_tls_1_1, TlsFault::ProtocolVersion),
    ];
    let authority = Authority::new("our CA");
    let options = trusting("plain", &authority);
    for (bytes, fault) in table {
        let (address, server) = says(bytes).await;
        let (mut channel, result) = start(address, &options).await;
        assert_eq!(result.unwrap_err().fault, fault, "{}", bytes.escape_ascii());
        assert_eq!(receive_all(&mut channel).await, (Vec::new(), EndKind::Ours));
        drop(server);
    }
}

#[tokio::test]
async fn handshakes_that_do_not_end() {
    let authority = Authority::new("our CA");
    let options = trusting("unended", &authority);
    let hello = |mut stream: TcpStream| async move {
        stream.read_u8().await.unwrap();
        stream
    };

    let (address, _server) = serve(move |stream| async move {
        let mut stream = hello(stream).await;
        stream.shutdown().await.unwrap();
        stream
    })
    .await;
    assert_eq!(start(address, &options).await.1.unwrap_err().fault, TlsFault::Eof);

    let (address, _server) = serve(move |stream| async move {
        hello(stream).await.set_zero_linger().unwrap();
    })
    .await;
    assert_eq!(start(address, &options).await.1.unwrap_err().fault, TlsFault::Reset);

    let brief = ConnectOptions { timeout: Duration::from_millis(50), ..patient() };
    for (bytes, fault) in [
        (&b""[..], TlsFault::TimedOut),
        (b"\x16\x03\x03", TlsFault::TimedOut),
        (b"220", TlsFault::PlainAnswer(b"220".to_vec())),
    ] {
        let (address, server) = says(bytes).await;
        let mut channel = Channel::connect_to("localhost", &[address], &brief, &mut |_| {}).await.unwrap();
        let client = TlsClient::new(&options).unwrap();
        let error = channel.start_tls("localhost", &client, &[]).await.unwrap_err();
        assert_eq!(error.fault, fault, "{}", bytes.escape_ascii());
        drop(server);
    }
}

/// Records that look like TLS, and are not: neither plain text nor an alert, so only the library's words.
#[tokio::test]
async fn junk_within_the_handshake() {
    let authority = Authority::new("our CA");
    let options = trusting("junk", &authority);
    for bytes in [
        &b"\x16\x03\x03\x00\x04junk"[..],
        b"\x17\x03\x03\x00\x04junk",
        b"\x16\x03\x03\xff\xff",
        b"\x16\x03\x03\x00\x00",
        b"\x15\x03\x03\x00\x01\x02",
    ] {
        let (address, server) = says(bytes).await;
        let fault = start(address, &options).await.1.unwrap_err().fault;
        assert!(matches!(fault, TlsFault::Other(_)), "{} {fault:?}", bytes.escape_ascii());
        drop(server);
    }
}

/// Plain text to a TLS server: what comes back is recognised.
#[tokio::test]
async fn tls_on_a_plain_port_is_recognised() {
    let authority = Authority::new("our CA");
    let address = echo(config(&authority.issue(|_| {}), &TLS13)).await;
    let mut channel = dial(address).await;
    channel.send(b"EHLO me\r\n");
    let (said, _) = receive_all(&mut channel).await;
    assert!(matches!(sniff(&said), Some(Stranger::TlsAlert(Some(_)))), "{}", said.escape_ascii());
}

#[tokio::test]
async fn starttls_is_refused_after_injected_bytes_and_when_on_already() {
    let authority = Authority::new("our CA");
    let options = trusting("starttls", &authority);
    let client = TlsClient::new(&options).unwrap();

    let (address, _server) = serve(|stream| async { stream }).await;
    let mut channel = dial(address).await;
    let error = channel.start_tls("localhost", &client, b"250 injected\r\n").await.unwrap_err();
    assert_eq!(error.fault, TlsFault::BytesBefore(b"250 injected\r\n".to_vec()));
    assert_eq!(receive_all(&mut channel).await.1, EndKind::Ours);

    let address = echo(config(&authority.issue(|_| {}), &TLS13)).await;
    let (mut channel, result) = start(address, &options).await;
    result.unwrap();
    let error = channel.start_tls("localhost", &client, &[]).await.unwrap_err();
    assert_eq!(error.fault, TlsFault::NotPossible);
    assert_eq!(receive(&mut channel, 5).await, b"hello", "the connection lives on");
}

/// STARTTLS in the middle of a plain dialogue: nothing of it is lost, and nothing read too early.
#[tokio::test]
async fn upgraded_in_place() {
    let authority = Authority::new("our CA");
    let server = config(&authority.issue(|_| {}), &TLS13);
    let (address, _server) = serve(move |mut stream| async move {
        let mut line = [0; 10];
        stream.read_exact(&mut line).await?;
        stream.write_all(b"220 go\r\n").await?;
        let mut stream = TlsAcceptor::from(server).accept(stream).await?;
        stream.write_all(&line).await?;
        stream.shutdown().await
    })
    .await;
    let mut channel = dial(address).await;
    channel.send(b"STARTTLS\r\n");
    assert_eq!(receive(&mut channel, 8).await, b"220 go\r\n");
    let client = TlsClient::new(&trusting("inplace", &authority)).unwrap();
    channel.start_tls("localhost", &client, &[]).await.unwrap();
    assert_eq!(receive_all(&mut channel).await, (b"STARTTLS\r\n".to_vec(), EndKind::Clean));
}

#[tokio::test]
async fn an_end_without_close_notify() {
    let authority = Authority::new("our CA");
    let server = config(&authority.issue(|_| {}), &TLS13);
    let (address, _server) = serve(move |stream| async move {
        let mut stream = TlsAcceptor::from(server).accept(stream).await?;
        stream.write_all(b"cut").await?;
        stream.flush().await?;
        stream.get_mut().0.shutdown().await?;
        std::io::Result::Ok(stream)
    })
    .await;
    let (mut channel, result) = start(address, &trusting("cut", &authority)).await;
    result.unwrap();
    assert_eq!(receive_all(&mut channel).await, (b"cut".to_vec(), EndKind::WithoutCloseNotify));
}

/// The echo fills both directions unless the client reads while it sends.
#[tokio::test]
async fn much_both_ways_within_tls() {
    const LENGTH: usize = 8 * 1024 * 1024;
    let authority = Authority::new("our CA");
    let address = echo(config(&authority.issue(|_| {}), &TLS13)).await;
    let (mut channel, result) = start(address, &trusting("much", &authority)).await;
    result.unwrap();
    let sent: Vec<u8> = (0..LENGTH).map(|i| (i % 251) as u8).collect();
    channel.send(&sent);
    let got = tokio::time::timeout(crate::servers::HANG, receive(&mut channel, LENGTH + 5)).await.unwrap();
    assert!(got[..5] == *b"hello" && got[5..] == sent, "otherwise than sent");
}

fn demanding(identity: &Identity, authority: &Authority, version: Version) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate.der().clone()).unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().unwrap();
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[version]).unwrap();
    Arc::new(builder.with_client_cert_verifier(verifier).with_cert_resolver(identity.resolver()))
}

#[tokio::test]
async fn a_client_certificate() {
    let authority = Authority::new("our CA");
    let server = authority.issue(|_| {});
    let ana = authority.issue(only_for_clients);
    let cert = file("ana.pem", &ana.pem);
    let key = file("ana.key", &ana.key.serialize_pem());
    let both = file("ana-both.pem", &format!("{}{}", ana.pem, ana.key.serialize_pem()));
    let options = trusting("client", &authority);
    let with_key = TlsOptions { cert: Some(cert), key: Some(key), ..options.clone() };
    let with_both = TlsOptions { cert: Some(both), ..options.clone() };
    for version in [&TLS12, &TLS13] {
        for options in [&with_key, &with_both] {
            let address = echo(demanding(&server, &authority, version)).await;
            let (mut channel, result) = start(address, options).await;
            result.unwrap();
            assert_eq!(receive(&mut channel, 5).await, b"hello");
        }
    }
    // Under TLS 1.2 the handshake itself fails.
    let address = echo(demanding(&server, &authority, &TLS12)).await;
    let fault = start(address, &options).await.1.unwrap_err().fault;
    assert!(matches!(&fault, TlsFault::Alert(_)), "{fault:?}");
    // Under TLS 1.3 the client has finished before the server looks at it: the alert comes after.
    let address = echo(demanding(&server, &authority, &TLS13)).await;
    let (mut channel, result) = start(address, &options).await;
    result.unwrap();
    assert_eq!(receive_all(&mut channel).await.1, EndKind::Alert("certificate_required".into()));
}
