//! Dialogues through a proxy: SOCKS 4, 4a and 5, HTTP's CONNECT.

use std::sync::Arc;

use ehlo::source::capture::{Kind, Settings};
use ehlo::source::tls::keys::KeyLog;

use crate::make::{Dialogue, file, frames, read, read_with};
use crate::talk::{CLIENT, SERVER, Talk};

/// What client and proxy say to each other before the dialogue.
type Negotiation = Vec<(usize, Vec<u8>)>;

fn socks5(answer: u8) -> Negotiation {
    vec![
        (CLIENT, vec![5, 2, 0, 2]),
        (SERVER, vec![5, 0]),
        (CLIENT, [&[5, 1, 0, 3, 16][..], b"mail.example.org", &[0, 25]].concat()),
        (SERVER, vec![5, answer, 0, 1, 0, 0, 0, 0, 0, 0]),
    ]
}

fn negotiations() -> Vec<(&'static str, &'static str, Negotiation)> {
    let login = vec![
        (CLIENT, vec![5, 1, 2]),
        (SERVER, vec![5, 2]),
        (CLIENT, b"\x01\x03ana\x0bclavesecret".to_vec()),
        (SERVER, vec![1, 0]),
        (CLIENT, [&[5, 1, 0, 4][..], &[0x20, 1, 0xd, 0xb8], &[0; 11], &[2, 0, 25]].concat()),
        (SERVER, [&[5, 0, 0, 3, 1][..], b"x\0\0"].concat()),
    ];
    let four =
        vec![(CLIENT, b"\x04\x01\0\x19\x0a\0\0\x09ana\0".to_vec()), (SERVER, vec![0, 90, 0, 0, 0, 0, 0, 0])];
    let named = b"\x04\x01\0\x19\0\0\0\x01\0mail.example.org\0".to_vec();
    let four_a = vec![(CLIENT, named), (SERVER, vec![0, 90, 0, 0, 0, 0, 0, 0])];
    let connect = vec![
        (CLIENT, b"CONNECT mail.example.org:25 HTTP/1.1\r\nHost: mail.example.org:25\r\n\r\n".to_vec()),
        (SERVER, b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n".to_vec()),
    ];
    vec![
        ("SOCKS5", "mail.example.org:25", socks5(0)),
        ("SOCKS5", "[2001:db8::2]:25", login),
        ("SOCKS4", "10.0.0.9:25", four),
        ("SOCKS4", "mail.example.org:25", four_a),
        ("HTTP CONNECT", "mail.example.org:25", connect),
    ]
}

/// Each part in segments of that size.
fn said(talk: &mut Talk, parts: &Negotiation, size: usize) {
    for (end, octets) in parts {
        octets.chunks(size).for_each(|part| talk.octets(*end, part));
    }
}

fn session(negotiation: &Negotiation, size: usize) -> Dialogue {
    let mut talk = Talk { ports: [40_000, 1080], ..Talk::new() };
    talk.handshake();
    said(&mut talk, negotiation, size);
    talk.server("220 mx ESMTP\r\n").client("EHLO a\r\n").server("250 mx\r\n").client("QUIT\r\n");
    talk.server("221 bye\r\n").close();
    talk.dialogue()
}

#[test]
fn what_comes_behind_a_proxy_is_read() {
    for (by, target, negotiation) in negotiations() {
        for size in [1000, 3, 1] {
            let dialogue = session(&negotiation, size);
            let tunnel = dialogue.marks("tunnel")[0];
            assert_eq!((&tunnel["by"], &tunnel["target"]), (&by.into(), &target.into()), "{size}");
            assert_eq!(tunnel["granted"], true);
            assert_eq!(dialogue.opening()["protocol"], "smtp");
            assert_eq!(dialogue.said("client", "command"), ["EHLO a", "QUIT"], "{by} {target} {size}");
            assert_eq!(dialogue.said("server", "greeting"), ["220 mx ESMTP"]);
            assert!(dialogue.warnings().is_empty(), "{:?}", dialogue.warnings());
            // The digests are those of what TCP carried, the negotiation with it.
            let octets = |end: usize| {
                negotiation.iter().filter(|(who, _)| *who == end).map(|(_, o)| o.len()).sum::<usize>()
            };
            assert_eq!(dialogue.end()["client"]["octets"], octets(CLIENT) + 14);
            assert_eq!(dialogue.end()["server"]["octets"], octets(SERVER) + 31);
            assert!(!dialogue.0.iter().any(|o| o.to_string().contains("clavesecret")));
        }
    }
}

#[test]
fn a_refusal_is_told_where_it_was_mail() {
    let mut talk = Talk { ports: [40_000, 1080], ..Talk::new() };
    talk.handshake();
    said(&mut talk, &socks5(5), 100);
    talk.close();
    let dialogue = talk.dialogue();
    assert_eq!(dialogue.marks("tunnel")[0]["granted"], false);
    assert_eq!(dialogue.marks("tunnel")[0]["notes"][0]["id"], "mark-tunnel-refused");
    assert_eq!(dialogue.said("client", "command").len(), 0);
    // Whoever asks for the web is nobody here.
    let mut web = Talk { ports: [40_000, 1080], ..Talk::new() };
    web.handshake();
    let asked = vec![(CLIENT, b"CONNECT a.example:80 HTTP/1.1\r\n\r\n".to_vec())];
    said(&mut web, &asked, 100);
    web.server("HTTP/1.1 200 OK\r\n\r\n")
        .client("GET / HTTP/1.1\r\n\r\n")
        .server("HTTP/1.1 200 OK\r\n\r\n")
        .close();
    let (dialogues, contents) = read(web.capture());
    assert_eq!((dialogues.len(), contents.others[&Kind::Http]), (0, 1));
}

/// What only looks like it, or is cut short, is left as it was.
#[test]
fn what_is_no_negotiation_is_said() {
    // One direction of POP3, and an IMAP tag.
    for (line, verb) in [("CAPA\r\nUSER ana\r\n", "CAPA"), ("CONNECT1 LOGOUT\r\n", "CONNECT1 LOGOUT")] {
        let mut talk = Talk::new();
        for octet in line.bytes() {
            talk.octets(CLIENT, &[octet]);
        }
        assert_eq!(talk.dialogue().said("client", "command")[0], verb);
    }
    // A hole in the negotiation: what follows it is a dialogue all the same.
    let mut talk = Talk::new();
    talk.handshake();
    said(&mut talk, &socks5(0), 100);
    talk.frames.remove(4);
    talk.server("220 mx ESMTP\r\n").client("EHLO a\r\n").server("250 mx\r\n");
    talk.client("MAIL FROM:<a@b>\r\n").server("250 2.1.0 Ok\r\n").close();
    let dialogue = talk.dialogue();
    assert!(dialogue.marks("tunnel").is_empty());
    assert_eq!(dialogue.opening()["protocol"], "smtp");
    assert!(!dialogue.marks("gap").is_empty());
}

/// A connection of `own-tls.pcap`, said again behind a proxy.
#[test]
fn tls_behind_a_proxy_is_read_with_its_keys() {
    let mut talk = Talk { ports: [40_000, 1080], ..Talk::new() };
    talk.handshake();
    said(&mut talk, &socks5(0), 100);
    let (mut seen, mut carried) = (Vec::new(), 0);
    for frame in frames(&file("own-tls.pcap")) {
        let ip = if frame.link == 1 { &frame.data[14..] } else { panic!("link {}", frame.link) };
        let tcp = &ip[usize::from(ip[0] & 15) * 4..usize::from(u16::from_be_bytes([ip[2], ip[3]]))];
        let ports = [&tcp[..2], &tcp[2..4]].map(|p| u16::from_be_bytes([p[0], p[1]]));
        let said = &tcp[usize::from(tcp[12] >> 4) * 4..];
        let place = (ports, tcp[4..8].to_vec());
        if !ports.contains(&2993) || said.is_empty() || seen.contains(&place) {
            continue;
        }
        // The first connection to that port.
        let first: [u16; 2] = seen.first().map_or(ports, |(p, _)| *p);
        if first.iter().all(|port| ports.contains(port)) {
            seen.push(place);
            carried += said.len();
            talk.octets(if ports[1] == 2993 { CLIENT } else { SERVER }, said);
        }
    }
    assert!(carried > 2000);
    talk.close();
    let mut keys = KeyLog::default();
    keys.add(&file("own-tls.keys"));
    let (dialogues, _) = read_with(talk.capture(), Settings { keys: Arc::new(keys), ..Settings::default() });
    assert_eq!(dialogues[0].marks("tunnel").len(), 1);
    assert_eq!(dialogues[0].opening()["protocol"], "imap");
    assert!(dialogues[0].marks("opaque").is_empty());
    assert!(dialogues[0].said("client", "command").len() > 2);
}
