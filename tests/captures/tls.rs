//! TLS in a capture: opaque without its keys, with what can still be known; read with them. `own-tls.pcap` has all
//! six AEAD suites of TLS 1.3 and 1.2 that matter, between OpenSSL and the lab (rustls).

use std::sync::Arc;

use ehlo::source::capture::Settings;
use ehlo::source::tls::keys::KeyLog;

use crate::make::{Dialogue, classic, file, frames, ng, read, read_with};

fn keys() -> Settings {
    let mut keys = KeyLog::default();
    assert!(keys.add(&file("own-tls.keys")) > 15);
    Settings { keys: Arc::new(keys), ..Settings::default() }
}

fn check(dialogues: &[Dialogue]) {
    let told: Vec<_> = dialogues
        .iter()
        .map(|d| {
            let tls = d.marks("tls")[0];
            let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
            (text(&d.opening()["protocol"]), text(&tls["version"]), text(&tls["cipher"]))
        })
        .collect();
    let wanted = [
        ("smtp", "TLS 1.3", "TLS_AES_256_GCM_SHA384"),
        ("smtp", "TLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        ("pop3", "TLS 1.2", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("pop3", "TLS 1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        ("imap", "TLS 1.3", "TLS_AES_256_GCM_SHA384"),
        ("smtp", "TLS 1.3", "TLS_CHACHA20_POLY1305_SHA256"),
        ("imap", "TLS 1.3", "TLS_AES_128_GCM_SHA256"),
    ];
    for (protocol, version, cipher) in wanted {
        let wanted = (protocol.to_owned(), version.to_owned(), cipher.to_owned());
        assert!(told.contains(&wanted), "{wanted:?} is not in {told:#?}");
    }
    assert_eq!(told.len(), wanted.len());
    for dialogue in dialogues {
        assert!(dialogue.marks("opaque").is_empty(), "{}", dialogue.stream());
        assert!(dialogue.said("server", "junk").is_empty() && dialogue.said("client", "junk").is_empty());
        // A secret that went inside TLS is one all the same.
        let text = dialogue.0.iter().map(ToString::to_string).collect::<String>();
        assert!(!text.contains("alumnopoppass") && !text.contains("alumnoimappass"));
    }
}

#[test]
fn with_its_keys_tls_is_read() {
    let (dialogues, _) = read_with(file("own-tls.pcap"), keys());
    check(&dialogues);
    let smtp = dialogues.iter().find(|d| d.opening()["server"] == "127.0.0.1:2587").unwrap();
    assert_eq!(smtp.said("client", "data").len(), 1);
    assert!(smtp.said("client", "data")[0].contains("Subject: TLS 1.3"));
    let named = dialogues.iter().find(|d| d.marks("tls")[0]["server_name"] != "").unwrap();
    assert_eq!(named.marks("tls")[0]["server_name"], "mail.redes.unlp.edu.ar");
    let names = named.marks("tls")[0]["certificate"]["names"].to_string();
    assert!(names.contains("mail.redes.unlp.edu.ar"), "{names}");
}

#[test]
fn a_capture_may_bring_its_secrets_along() {
    let frames = frames(&file("own-tls.pcap"));
    for big in [false, true] {
        let (dialogues, contents) = read(ng(&frames, big, Some(&file("own-tls.keys"))));
        assert!(contents.secrets > 15);
        check(&dialogues);
    }
}

#[test]
fn without_its_keys_what_can_be_known_is_told() {
    let (dialogues, contents) = read(file("own-tls.pcap"));
    // TLS from the start, on ports that nobody knows, may be anything.
    assert_eq!((dialogues.len(), contents.others.values().sum::<u32>()), (1, 6));
    let opaque: u64 = dialogues[0].marks("opaque").iter().map(|m| m["octets"].as_u64().unwrap()).sum();
    assert!(opaque > 2000);
    for (name, cipher, certificate) in [
        ("zeek-smtp-starttls.pcap", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "aspmx.l.google.com"),
        ("zeek-imap-starttls.pcap", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "imap.gmx.net"),
    ] {
        let (dialogues, _) = read(file(name));
        let tls = dialogues[0].marks("tls")[0];
        assert_eq!((tls["version"].as_str(), tls["cipher"].as_str()), (Some("TLS 1.2"), Some(cipher)));
        assert!(tls["certificate"]["names"].to_string().contains(certificate));
        let [client, server] = dialogues[0].marks("opaque")[..] else { panic!("two sides") };
        assert!(client["octets"].as_u64() < server["octets"].as_u64());
    }
}

/// A key that is wrong, or a record that was changed, leaves it opaque.
#[test]
fn wrong_keys_read_nothing() {
    let mut wrong = KeyLog::default();
    let text = String::from_utf8(file("own-tls.keys")).unwrap();
    let spoilt: String = text.lines().map(|l| format!("{}00\n", &l[..l.len() - 2])).collect();
    wrong.add(spoilt.as_bytes());
    let (dialogues, _) =
        read_with(file("own-tls.pcap"), Settings { keys: Arc::new(wrong), ..Settings::default() });
    assert_eq!(dialogues.len(), 1);
    // One octet of the last application record is another.
    let mut frames = frames(&file("own-tls.pcap"));
    let spoil = frames.iter().rposition(|f| f.data.len() > 200).unwrap();
    *frames[spoil].data.last_mut().unwrap() ^= 1;
    let (dialogues, _) = read_with(classic(&frames, false, true), keys());
    assert!(dialogues.iter().any(|d| !d.marks("opaque").is_empty()));
}
