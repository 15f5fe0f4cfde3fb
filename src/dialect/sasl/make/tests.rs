//! The RFCs' own examples, and servers that do not keep to them.

use super::*;

fn ana() -> Credentials {
    Credentials::password("ana", "secreto")
}

fn client(mechanism: &str, credentials: Credentials) -> Client {
    Client::new(mechanism, credentials, "fyko+d2lbbFgONRv9qkxdawL").unwrap()
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.clone()).unwrap()
}

#[test]
fn plain_is_what_rfc_4616_and_the_students_send() {
    let mut plain = client("plain", Credentials::password("alumnopop", "alumnopoppass"));
    let answer = plain.initial().unwrap();
    assert_eq!(answer.wire(), "AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz");
    assert_eq!(answer.make, r#"plain("alumnopop", password)"#);
    assert_eq!(show(&answer.parts), "NUL alumnopop NUL password");
    assert_eq!(plain.initial(), None, "given once");
    assert_eq!(plain.answer(b""), Err(Fault::Unexpected));
    let acting = Credentials::Password {
        user: "Kurt".into(),
        password: b"xipj3plmq".to_vec(),
        authzid: "Ursel".into(),
    };
    let answer = client("PLAIN", acting).initial().unwrap();
    assert_eq!(answer.bytes, b"Ursel\0Kurt\0xipj3plmq");
    assert_eq!(answer.make, r#"plain("Kurt", password, "Ursel")"#);
    assert_eq!(show(&answer.parts), "Ursel NUL Kurt NUL password");
}

#[test]
fn a_bare_auth_plain_is_answered_at_the_empty_challenge() {
    let mut plain = client("PLAIN", ana());
    assert_eq!(plain.answer(b"").unwrap().bytes, b"\0ana\0secreto");
    assert_eq!(plain.answer(b"again?"), Err(Fault::Unexpected));
}

#[test]
fn login_answers_two_prompts_and_only_the_second_is_secret() {
    let mut login = client("LOGIN", ana());
    assert_eq!(login.initial(), None);
    let user = login.answer(b"Username:").unwrap();
    assert_eq!((user.wire().as_str(), user.is_secret()), ("YW5h", false));
    let password = login.answer(b"Password:").unwrap();
    assert_eq!((text(&password).as_str(), password.make.as_str()), ("secreto", "b64(password)"));
    assert_eq!(login.answer(b"?"), Err(Fault::Unexpected));
    let mut asked_at_once = client("LOGIN", ana());
    assert_eq!(text(&asked_at_once.answer(b"Password:").unwrap()), "secreto");
}

#[test]
fn cram_md5_is_rfc_2195s_example() {
    let mut cram = client("CRAM-MD5", Credentials::password("tim", "tanstaaftanstaaf"));
    assert_eq!(cram.initial(), None);
    let answer = cram.answer(b"<1896.697170952@postoffice.reston.mci.net>").unwrap();
    assert_eq!(answer.wire(), "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
    assert_eq!(answer.make, r#"cram("tim", password)"#);
    assert_eq!(cram.answer(b"<x@y>"), Err(Fault::Unexpected));
}

#[test]
fn apop_is_rfc_1939s_example() {
    let digest = apop("<1896.697170952@dbc.mtview.ca.us>", b"tanstaaf");
    assert_eq!(digest, "c4c9334bac560ecc979e58001b3e22fb");
}

#[test]
fn scram_sha_1_is_rfc_5802_section_5() {
    let mut scram = client("SCRAM-SHA-1", Credentials::password("user", "pencil"));
    assert_eq!(text(&scram.initial().unwrap()), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    let first = b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
    let proof = scram.answer(first).unwrap();
    assert_eq!(
        text(&proof),
        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
    );
    assert_eq!(proof.make, r#"scram("user", password)"#);
    assert_eq!(scram.verified(), Some(false));
    let last = scram.answer(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=").unwrap();
    assert_eq!((last.bytes.len(), last.is_secret()), (0, false));
    assert_eq!(scram.verified(), Some(true));
    assert_eq!(scram.answer(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), Err(Fault::Unexpected));
}

#[test]
fn scram_sha_256_is_rfc_7677_section_3() {
    let who = Credentials::password("user", "pencil");
    let mut scram = Client::new("SCRAM-SHA-256", who, "rOprNGfwEbeRWgbNEkqO").unwrap();
    assert_eq!(text(&scram.answer(b"").unwrap()), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    let first = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    assert_eq!(
        text(&scram.answer(first).unwrap()),
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
         p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    );
    scram.answer(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").unwrap();
    assert_eq!(scram.verified(), Some(true));
}

#[test]
fn a_scram_server_that_cheats_or_errs_is_told_apart() {
    let good = "r=fyko+d2lbbFgONRv9qkxdawLxyz,s=QSXCR+Q6sek8bf92,i=1";
    let cases = [
        ("r=somebodyelse,s=QSXC,i=1", Fault::Nonce),
        ("r=fyko+d2lbbFgONRv9qkxdawL,s=QSXC,i=1", Fault::Nonce),
        ("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=10000001", Fault::Iterations(10_000_001)),
        ("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=99999999999999999999", Fault::Iterations(u64::MAX)),
        ("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=0", Fault::Malformed("i=")),
        ("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=-1", Fault::Malformed("i=")),
        ("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC", Fault::Malformed("i=")),
        ("r=fyko+d2lbbFgONRv9qkxdawLx,s=!!,i=1", Fault::Malformed("s=")),
        ("s=QSXC,i=1", Fault::Malformed("r=")),
        ("m=ext,r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXC,i=1", Fault::Extension),
        ("e=unknown-user", Fault::Refused("unknown-user".into())),
        ("", Fault::Malformed("r=")),
    ];
    for (challenge, fault) in cases {
        let mut scram = client("SCRAM-SHA-1", ana());
        scram.initial();
        assert_eq!(scram.answer(challenge.as_bytes()), Err(fault), "{challenge}");
        assert_eq!(scram.verified(), Some(false));
    }
    for (end, fault) in [
        ("v=AAAA", Fault::Signature),
        ("v=", Fault::Signature),
        ("", Fault::Malformed("v=")),
        ("e=invalid-proof", Fault::Refused("invalid-proof".into())),
    ] {
        let mut scram = client("SCRAM-SHA-256", ana());
        scram.initial();
        scram.answer(good.as_bytes()).unwrap();
        assert_eq!(scram.answer(end.as_bytes()), Err(fault), "{end}");
        assert_eq!(scram.verified(), Some(false));
    }
}

#[test]
fn names_with_commas_and_signs_survive_scram() {
    let who = Credentials::Password { user: "a,b=c".into(), password: vec![1], authzid: "x,y".into() };
    let first = client("SCRAM-SHA-256", who).initial().unwrap();
    assert_eq!(text(&first), "n,a=x=2Cy,n=a=2Cb=3Dc,r=fyko+d2lbbFgONRv9qkxdawL");
    assert!(Client::new("SCRAM-SHA-1", ana(), "a,b").is_none(), "a nonce has no comma");
    assert!(Client::new("SCRAM-SHA-1", ana(), "").is_none());
}

#[test]
fn oauthbearer_is_rfc_7628_section_4() {
    let who = Credentials::token("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    let mut bearer = client("OAUTHBEARER", who).at("server.example.com", 143);
    let answer = bearer.initial().unwrap();
    assert_eq!(
        answer.wire(),
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI\
         HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    );
    assert_eq!(answer.make, r#"oauthbearer("user@example.com", token, "server.example.com", "143")"#);
    let refusal = br#"{"status":"invalid_token"}"#;
    assert_eq!(bearer.answer(refusal).unwrap().bytes, b"\x01", "§3.2.3");
    assert_eq!(bearer.server_error(), Some(r#"{"status":"invalid_token"}"#));
}

#[test]
fn xoauth2_is_the_form_of_google_and_microsoft() {
    let mut xoauth2 = client("XOAUTH2", Credentials::token("ana@example.com", "ya29.x"));
    let answer = xoauth2.initial().unwrap();
    assert_eq!(answer.bytes, b"user=ana@example.com\x01auth=Bearer ya29.x\x01\x01");
    assert_eq!(show(&answer.parts), "user=ana@example.com ^A auth=Bearer token ^A ^A");
    assert_eq!(xoauth2.answer(b"{}").unwrap().bytes, b"");
    assert_eq!(xoauth2.answer(b"{}"), Err(Fault::Unexpected));
}

#[test]
fn external_and_anonymous_have_no_secret() {
    let mut external = client("EXTERNAL", Credentials::Name { user: String::new() });
    let answer = external.initial().unwrap();
    assert_eq!((answer.initial_wire().as_str(), answer.wire().as_str()), ("=", ""));
    let mut guest = client("ANONYMOUS", Credentials::Name { user: "sirhc".into() });
    assert_eq!(guest.initial().unwrap().wire(), "c2lyaGM=", "RFC 4505 §3");
}

#[test]
fn credentials_and_mechanism_must_fit() {
    let token = || Credentials::token("ana", "t");
    for m in MECHANISMS {
        let with_password = Client::new(m, ana(), "n").is_some();
        let with_token = Client::new(m, token(), "n").is_some();
        assert!(with_password || with_token, "{m} is spoken");
        assert_eq!(with_token && with_password, matches!(m, "EXTERNAL" | "ANONYMOUS"), "{m}");
    }
    assert!(Client::new("GSSAPI", ana(), "n").is_none());
}

#[test]
fn the_best_mechanism_gives_least_away() {
    let pick = |offered: &str, tls, token| {
        best(&offered.split(' ').map(str::to_owned).collect::<Vec<_>>(), tls, token)
    };
    let all = "LOGIN PLAIN CRAM-MD5 XOAUTH2 OAUTHBEARER SCRAM-SHA-1 SCRAM-SHA-256";
    assert_eq!(pick(all, false, false), Some("SCRAM-SHA-256"));
    assert_eq!(pick(all, true, false), Some("SCRAM-SHA-256"));
    assert_eq!(pick(all, true, true), Some("OAUTHBEARER"));
    assert_eq!(pick("plain login cram-md5", false, false), Some("CRAM-MD5"));
    assert_eq!(pick("plain login cram-md5", true, false), Some("PLAIN"));
    assert_eq!(pick("LOGIN GSSAPI", true, false), Some("LOGIN"));
    assert_eq!(pick("GSSAPI EXTERNAL ANONYMOUS", true, false), None);
    assert_eq!(pick("PLAIN", true, true), None, "a token is no password");
}

#[test]
fn nothing_prints_a_secret_by_accident() {
    let mut scram = client("SCRAM-SHA-1", ana());
    scram.initial();
    let plain = client("PLAIN", ana()).initial().unwrap();
    let printed = format!("{scram:?} {:?} {plain:?} {:?}", ana(), Credentials::token("ana", "secreto"));
    assert!(!printed.contains("secreto"), "{printed}");
    assert!(!printed.contains(&format!("{:?}", b"secreto")), "{printed}");
}
