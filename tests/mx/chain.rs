//! `--probe` and the certificates: the chain shown, the system's roots, DANE-EE and DANE-TA against a real
//! handshake. All exchanges are one server on 127.0.0.1, which shows each the same chain.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use super::cases::{dns, mx};

/// What the server shows, and the root above it.
struct Chain {
    /// The server's own, then the one above it.
    sent: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
    root: rcgen::Certificate,
}

fn authority(
    name: &str,
    above: Option<&Issuer<'static, KeyPair>>,
) -> (rcgen::Certificate, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let made = match above {
        Some(above) => params.signed_by(&key, above).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    (made, Issuer::new(params, key))
}

fn chain() -> &'static Chain {
    static CHAIN: OnceLock<Chain> = OnceLock::new();
    CHAIN.get_or_init(|| {
        let (root, issuer) = authority("the root", None);
        // A name that would clear the screen, and is longer than a line.
        let (middle, below) = authority(&format!("middle\u{1b}[2J{}", "x".repeat(300)), Some(&issuer));
        let mut params = CertificateParams::new(vec!["chainmx.signed.test".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "chainmx.signed.test");
        let key = KeyPair::generate().unwrap();
        let own = params.signed_by(&key, &below).unwrap();
        let sent = vec![own.der().clone(), middle.der().clone()];
        Chain { sent, key: key.serialize_der(), root }
    })
}

/// The lines of the zone: one domain with an exchange for each way to be bound.
pub fn lines() -> Vec<(String, String)> {
    let hex = |octets: &[u8]| octets.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (own, middle, root) = (hex(&chain().sent[0]), hex(&chain().sent[1]), hex(chain().root.der()));
    let zeros = "00".repeat(32);
    let mut lines = Vec::new();
    for (i, (host, tlsa)) in [
        ("chainmx", format!("2 0 0 {root}")),
        // Of the name that the certificate is not for: DANE-EE asks for none, DANE-TA does.
        ("eemx", format!("3 0 0 {own}")),
        ("namemx", format!("2 0 0 {middle}")),
        ("wrongmx", format!("3 1 1 {zeros}")),
    ]
    .into_iter()
    .enumerate()
    {
        lines.push(format!("bound IN MX {} {host}", 10 * (i + 1)));
        lines.push(format!("{host} IN A 127.0.0.1"));
        lines.push(format!("_25._tcp.{host} IN TLSA {tlsa}"));
    }
    lines.into_iter().map(|line| ("signed.test".to_owned(), line)).collect()
}

/// A mail server with STARTTLS, for any number of connections.
fn server() -> u16 {
    let key = PrivateKeyDer::try_from(chain().key.clone()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain().sent.clone(), key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let config = config.clone();
            thread::spawn(move || talk(stream, config));
        }
    });
    port
}

fn talk(mut stream: TcpStream, config: Arc<ServerConfig>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let _ = stream.write_all(b"220 me\r\n");
    let answers: [&[u8]; 2] = [b"250-me\r\n250 STARTTLS\r\n", b"220 go\r\n"];
    for answer in answers {
        assert!(lines.next().is_some_and(|line| line.starts_with("EHLO") || line == "STARTTLS"));
        let _ = stream.write_all(answer);
    }
    let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    let mut said = String::new();
    let _ = tls.read_to_string(&mut said);
    assert!(said.is_empty() || said == "QUIT\r\n", "{said}");
}

#[test]
fn the_chain_is_shown_and_dane_compared() {
    let port = server().to_string();
    let args = ["bound.signed.test", "--probe", "--policy", "--port", &port, "--timeout", "5"];
    let json = mx(dns().recursive).args(args).arg("--json").run().code(0);
    let got: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(got["dane"], "usable", "{}", json.stdout);
    let told: Vec<[&str; 3]> = got["probe"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            [&one["host"], &one["dane_record"], &one["dane_misfit"]].map(|v| v.as_str().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ["chainmx.signed.test", "2 0 0", "-"],
            ["eemx.signed.test", "3 0 0", "-"],
            ["namemx.signed.test", "-", "name"],
            ["wrongmx.signed.test", "-", "record"],
        ]
    );
    let tls = &got["probe"][0]["tls"];
    assert_eq!(tls["chain"][0]["subject"], "CN=chainmx.signed.test");
    assert_eq!(tls["chain"][0]["issuer"], tls["chain"][1]["subject"]);
    assert_eq!(tls["chain"][1]["issuer"], "CN=the root");
    assert!(tls["chain"][1]["days_left"].as_i64().unwrap() > 365 && tls["chain"][2].is_null());
    assert_eq!((&tls["rooted"], &tls["faults"]), (&false.into(), &serde_json::json!(["unknown-issuer"])));
    for (lang, words) in [
        (
            "en",
            ["signed by CN=the root;", "lead to no root of this system", "2 0 0 … fits", "for other names"],
        ),
        (
            "es",
            [
                "firmado por CN=the root;",
                "a ninguna raíz de este sistema",
                "registro TLSA 2 0 0",
                "para otros nombres",
            ],
        ),
    ] {
        let page = mx(dns().recursive).args(args).args(["--lang", lang]).run().code(0);
        assert!(!page.stdout.contains('\u{1b}'), "{}", page.stdout);
        let flat = page.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in words {
            assert!(flat.contains(words), "{words}: {}", page.stdout);
        }
    }
}

#[test]
fn a_root_of_the_system_is_found() {
    let port = server().to_string();
    let json = mx(dns().recursive)
        .args(["bound.signed.test", "--probe", "--port", &port, "--json"])
        .file("root.pem", chain().root.pem())
        .env("SSL_CERT_FILE", "root.pem")
        .run()
        .code(0);
    let got: Value = serde_json::from_str(&json.stdout).unwrap();
    // A name that does not fit is no fault of the chain.
    for (host, faults) in [(0, serde_json::json!([])), (1, serde_json::json!(["other-name"]))] {
        let tls = &got["probe"][host]["tls"];
        assert_eq!((&tls["rooted"], &tls["faults"]), (&true.into(), &faults), "{tls}");
        assert!(got["probe"][host]["dane"].is_null(), "without --policy nothing is compared");
    }
}
