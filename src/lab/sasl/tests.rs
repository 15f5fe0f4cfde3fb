//! The server's side against our own client's, message by message.

use proptest::prelude::*;

use super::*;
use crate::dialect::sasl::make::{Client, Credentials};

fn accounts(name: &str) -> Option<(String, String)> {
    let user = name.strip_suffix("@redes.unlp.edu.ar").unwrap_or(name);
    matches!(user, "alumnopop" | "a=b,c").then(|| (user.to_owned(), format!("{user}pass")))
}

/// Both sides to the end: what the server says last, and whether the client believes it.
fn login(mechanism: &str, user: &str, password: &str, initial: bool) -> (Step, Option<bool>, usize) {
    let mut client = Client::new(mechanism, Credentials::password(user, password), "clientnonce").unwrap();
    let first = if initial { client.initial().map(|a| a.bytes) } else { None };
    let started = Server::start(mechanism, first.as_deref(), "servernonce", "mail.example", &accounts);
    let (mut server, mut step) = started.unwrap();
    let mut rounds = 0;
    while let Step::Challenge(challenge) = &step {
        rounds += 1;
        let answer = client.answer(challenge).unwrap();
        step = server.answer(&answer.bytes, &accounts);
    }
    (step, client.verified(), rounds)
}

#[test]
fn our_own_client_logs_in_by_every_mechanism() {
    for mechanism in crate::lab::profile::MECHANISMS {
        for user in ["alumnopop", "alumnopop@redes.unlp.edu.ar", "a=b,c"] {
            for initial in [false, true] {
                let account = user.split('@').next().unwrap().to_owned();
                let (step, verified, _) = login(mechanism, user, &format!("{account}pass"), initial);
                assert_eq!(step, Step::Done(account), "{mechanism} {user} {initial}");
                assert_ne!(verified, Some(false), "{mechanism}");
            }
        }
    }
}

#[test]
fn nobody_s_name_fails_as_a_wrong_password_does() {
    for mechanism in crate::lab::profile::MECHANISMS {
        let wrong = login(mechanism, "alumnopop", "wrong", false);
        let nobody = login(mechanism, "nadie", "nobody has this name", false);
        assert_eq!(wrong.0, Step::Failed(Why::Credentials), "{mechanism}");
        assert_eq!(wrong, nobody, "{mechanism}");
    }
}

#[test]
fn what_no_mechanism_prescribes_is_told_apart() {
    let start = |mechanism: &str, message: &[u8]| {
        Server::start(mechanism, Some(message), "n", "h", &accounts).unwrap().1
    };
    for (mechanism, message, why) in [
        ("PLAIN", &b"alumnopop"[..], Why::Malformed),
        ("PLAIN", b"other\0alumnopop\0alumnopoppass", Why::NotSupported),
        ("CRAM-MD5", b"alumnopop x", Why::Malformed),
        ("SCRAM-SHA-1", b"n,,n=alumnopop", Why::Malformed),
        ("SCRAM-SHA-1", b"x,,n=alumnopop,r=n", Why::Malformed),
        ("SCRAM-SHA-1", b"n,,n=a=b,r=n", Why::Malformed),
        ("SCRAM-SHA-1", b"n,,n=alumnopop,r=", Why::Malformed),
        ("SCRAM-SHA-1", b"p=tls-unique,,n=alumnopop,r=n", Why::NotSupported),
        ("SCRAM-SHA-1", b"n,a=other,n=alumnopop,r=n", Why::NotSupported),
        ("SCRAM-SHA-1", b"n,,m=x,n=alumnopop,r=n", Why::NotSupported),
        ("SCRAM-SHA-1", b"\xff", Why::Malformed),
    ] {
        let text = String::from_utf8_lossy(message);
        assert_eq!(start(mechanism, message), Step::Failed(why), "{mechanism} {text}");
    }
    assert!(matches!(start("PLAIN", b"alumnopop\0alumnopop\0alumnopoppass"), Step::Done(_)));
    assert!(Server::start("GSSAPI", None, "n", "h", &accounts).is_none());
}

#[test]
fn an_exchange_that_is_over_stays_so() {
    let message = b"\0alumnopop\0alumnopoppass";
    let (mut server, step) = Server::start("PLAIN", Some(message), "n", "h", &accounts).unwrap();
    assert!(matches!(step, Step::Done(_)));
    assert_eq!(server.answer(message, &accounts), Step::Failed(Why::Malformed));
}

#[test]
fn apop_s_digest_is_the_rfc_s() {
    // RFC 1939 §7.
    let lookup = |name: &str| (name == "mrose").then(|| ("mrose".to_owned(), "tanstaaf".to_owned()));
    let stamp = "<1896.697170952@dbc.mtview.ca.us>";
    let digest = "c4c9334bac560ecc979e58001b3e22fb";
    assert_eq!(check_apop("mrose", stamp, digest, &lookup).as_deref(), Some("mrose"));
    assert_eq!(check_apop("mrose", stamp, &digest[1..], &lookup), None);
    assert_eq!(check_apop("rose", stamp, digest, &lookup), None);
}

proptest! {
    #[test]
    fn nothing_but_the_password_logs_in(mechanism in 0usize..5, messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..4)) {
        let mechanism = crate::lab::profile::MECHANISMS[mechanism];
        let (mut server, _) = Server::start(mechanism, None, "n", "h", &accounts).unwrap();
        for message in messages {
            prop_assert!(!matches!(server.answer(&message, &accounts), Step::Done(_)));
        }
    }
}

/// Only where time stands still do challenges come again, and even there none comes twice.
#[test]
fn challenges_are_new_unless_the_clock_stands_still() {
    let lab = |clock| {
        let settings = crate::lab::Settings { clock, ..Default::default() };
        crate::lab::Lab::on(crate::lab::store::Store::memory(), settings).unwrap()
    };
    let two = |clock| {
        let lab = lab(clock);
        (lab.nonce(), lab.nonce())
    };
    let fixed = || two(crate::lab::Clock::fixed(1_772_456_400));
    assert_eq!(fixed(), fixed());
    assert!(fixed().0 != fixed().1 && fixed() != two(crate::lab::Clock::fixed(0)));
    assert_ne!(two(crate::lab::Clock::system()), two(crate::lab::Clock::system()));
}
