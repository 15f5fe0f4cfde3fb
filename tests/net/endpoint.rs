//! `HOST[:PORT] [PORT]`, as a table.

use ehlo::net::{Endpoint, EndpointFault};

fn parse(text: &str, port: Option<&str>) -> Result<(String, Option<u16>), EndpointFault> {
    Endpoint::parse(text, port).map(|endpoint| (endpoint.host, endpoint.port))
}

#[test]
fn what_is_an_endpoint() {
    let table: &[(&str, Option<&str>, &str, Option<u16>)] = &[
        ("mail.example.org", None, "mail.example.org", None),
        ("mail.example.org", Some("587"), "mail.example.org", Some(587)),
        ("mail.example.org:587", None, "mail.example.org", Some(587)),
        ("mail.example.org.", None, "mail.example.org.", None),
        ("mail.example.org.:25", None, "mail.example.org.", Some(25)),
        ("Mail.Example.ORG", None, "Mail.Example.ORG", None),
        ("localhost", Some("65535"), "localhost", Some(65535)),
        ("localhost", Some("025"), "localhost", Some(25)),
        ("ñandú.example", None, "ñandú.example", None),
        ("lab", None, "lab", None),
        ("lab.", None, "lab.", None),
        ("127.0.0.1:25", None, "127.0.0.1", Some(25)),
        ("::1", None, "::1", None),
        ("::1", Some("25"), "::1", Some(25)),
        ("2001:db8::25", None, "2001:db8::25", None),
        ("::ffff:192.0.2.1", None, "::ffff:192.0.2.1", None),
        ("fe80::1%eth0", None, "fe80::1%eth0", None),
        ("[::1]", None, "::1", None),
        ("[::1]", Some("25"), "::1", Some(25)),
        ("[::1]:25", None, "::1", Some(25)),
        ("[fe80::1%eth0]:25", None, "fe80::1%eth0", Some(25)),
    ];
    for (text, port, host, expected) in table {
        assert_eq!(parse(text, *port), Ok((host.to_string(), *expected)), "{text} {port:?}");
    }
}

#[test]
fn what_is_not() {
    use EndpointFault::*;
    let bad_port = |text: &str| BadPort(text.into());
    let bad_host = |text: &str| BadHost(text.into());
    let table: Vec<(&str, Option<&str>, EndpointFault)> = vec![
        ("", None, EmptyHost),
        (".", None, EmptyHost),
        (":25", None, EmptyHost),
        ("[]", None, EmptyHost),
        ("[]:25", None, EmptyHost),
        ("host:25", Some("25"), TwoPorts { inside: "25".into(), beside: "25".into() }),
        ("[::1]:25", Some("26"), TwoPorts { inside: "25".into(), beside: "26".into() }),
        ("host:0", None, bad_port("0")),
        ("host", Some("0"), bad_port("0")),
        ("host", Some("65536"), bad_port("65536")),
        ("host", Some("99999999999999999999"), bad_port("99999999999999999999")),
        ("host", Some("-1"), bad_port("-1")),
        ("host", Some("+25"), bad_port("+25")),
        ("host", Some("２５"), bad_port("２５")),
        ("host", Some(""), bad_port("")),
        ("host", Some("smtp"), bad_port("smtp")),
        ("host:", None, bad_port("")),
        ("host:25:25", None, bad_host("host:25:25")),
        ("smtp://host", None, bad_host("smtp://host")),
        ("ana@host", None, bad_host("ana@host")),
        ("ho st", None, bad_host("ho st")),
        ("host\n", None, bad_host("host\n")),
        ("::1]", None, bad_host("::1]")),
        ("fe80::1%", None, bad_host("fe80::1%")),
        ("[::1", None, BadBrackets("[::1".into())),
        ("[::1]25", None, BadBrackets("[::1]25".into())),
        ("[host]:25", None, NotIpv6("host".into())),
        ("[127.0.0.1]", None, NotIpv6("127.0.0.1".into())),
        ("[::1]:x", None, bad_port("x")),
    ];
    for (text, port, fault) in table {
        assert_eq!(parse(text, port), Err(fault), "{text} {port:?}");
    }
}

#[test]
fn shown_as_it_is_read() {
    for text in ["host", "host:25", "[::1]", "[::1]:25", "127.0.0.1:25", "[fe80::1%eth0]:25"] {
        assert_eq!(Endpoint::parse(text, None).unwrap().to_string(), text);
    }
}
