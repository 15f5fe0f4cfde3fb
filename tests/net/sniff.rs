//! Who is at the other end, as a table of first bytes.

use ehlo::net::Stranger::{self, *};
use ehlo::net::{Certificate, Endpoint, sniff};
use proptest::prelude::*;

#[test]
fn recognised() {
    let table: &[(&[u8], Stranger)] = &[
        (b"220 mail.example.org ESMTP Postfix\r\n", Smtp),
        (b"220-mail.example.org\r\n220 ready\r\n", Smtp),
        (b"220 mail.example.org\r\n", Smtp),
        (b"220 ftp.example.org ESMTP\r\n", Smtp),
        (b"220 mail.example.org LMTP\r\n", Smtp),
        (b"421 4.3.2 too many connections\r\n", Smtp),
        (b"554 5.7.1 no\r\n", Smtp),
        (b"220 (vsFTPd 3.0.3)\r\n", Ftp),
        (b"220---------- Welcome to Pure-FTPd ----------\r\n", Ftp),
        (b"220-FileZilla Server 1.8.0\r\n", Ftp),
        (b"+OK Dovecot ready.\r\n", Pop3),
        (b"+OK\r\n", Pop3),
        (b"+ok ready\r\n", Pop3),
        (b"-ERR [SYS/TEMP] busy\r\n", Pop3),
        (b"* OK [CAPABILITY IMAP4rev1] ready\r\n", Imap),
        (b"* PREAUTH ready\r\n", Imap),
        (b"* bye too many\r\n", Imap),
        (b"\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n", Sieve),
        (b"SSH-2.0-OpenSSH_9.6\r\n", Ssh),
        (b"Welcome\r\nSSH-2.0-x\r\n", Ssh),
        (b"HTTP/1.1 400 Bad Request\r\n", Http),
        (b"<html><head>", Http),
        (b"\r\n<!DOCTYPE HTML PUBLIC", Http),
        (b"\x16\x03\x03\x00\x7a\x02", Tls),
        (b"\x16\x03\x01", Tls),
        (b"\x17\x03\x03\x00\x20", Tls),
        (b"\x15\x03\x01\x00\x02\x02\x46", TlsAlert(Some(70))),
        (b"\x15\x03\x03\x00\x02\x01\x00", TlsAlert(Some(0))),
        (b"\x15\x03\x03\x00\x02\x02", TlsAlert(None)),
        (b"\x15\x03\x03", TlsAlert(None)),
        (b"\x15\x03\x03\x00\x1a\xde\xad", Tls),
        (b"\xff\xfd\x18\xff\xfd\x20", Telnet),
    ];
    for (bytes, expected) in table {
        assert_eq!(sniff(bytes), Some(*expected), "{}", bytes.escape_ascii());
    }
}

#[test]
fn not_recognised() {
    let table: &[&[u8]] = &[
        b"",
        b"2",
        b"220",
        b"220 ",
        b"2200 x",
        b"200 news.example.org InterNetNews\r\n",
        b"250 ok\r\n",
        b"999 x\r\n",
        b"+OKAY",
        b"-ERROR",
        b"* OKAY",
        b"* 3 EXISTS\r\n",
        b"hello\r\n",
        b"SSH",
        b"\x16\x03",
        b"\x16\x04\x00",
        b"\x16\x16\x16",
        b"\xff\xff\xff",
        b"\xff",
        b"J\x00\x00\x00\x0a5.7.42",
    ];
    for bytes in table {
        assert_eq!(sniff(bytes), None, "{}", bytes.escape_ascii());
    }
}

/// A greeting that comes in pieces is never taken for something else on the way.
#[test]
fn a_beginning_is_not_misread() {
    let greetings: &[(&[u8], Stranger)] = &[
        (b"* OK ready\r\n", Imap),
        (b"+OK ready\r\n", Pop3),
        (b"SSH-2.0-x\r\n", Ssh),
        (b"HTTP/1.1 400\r\n", Http),
        (b"\x16\x03\x03\x00\x7a\x02", Tls),
    ];
    for (bytes, expected) in greetings {
        for end in 0..=bytes.len() {
            let guess = sniff(&bytes[..end]);
            assert!(guess.is_none() || guess == Some(*expected), "{}", bytes[..end].escape_ascii());
        }
    }
}

proptest! {
    /// Whatever comes from a peer or a user, reading it does not panic.
    #[test]
    fn no_input_panics(bytes in any::<Vec<u8>>(), text in ".*", port in proptest::option::of(".*")) {
        let _ = sniff(&bytes);
        let _ = Certificate::read(&bytes);
        let _ = Endpoint::parse(&text, port.as_deref());
    }

    /// What is shown of an endpoint reads back as the same.
    #[test]
    fn an_endpoint_reads_back(text in "[\\[\\]a-f0-9:.%]{1,12}") {
        if let Ok(endpoint) = Endpoint::parse(&text, None) {
            prop_assert_eq!(Endpoint::parse(&endpoint.to_string(), None), Ok(endpoint));
        }
    }
}
