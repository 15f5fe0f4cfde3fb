//! Every login that the client can make, on a real Dovecot, with the POP3 dialect looking on; and a message
//! read back octet for octet.

mod support;

use ehlo::annotate::message::MessageReader;
use ehlo::dialect::pop3::Pop3;
use ehlo::dialect::sasl::make::{Client, Credentials, MECHANISMS, apop, nonce};
use ehlo::dialect::{Dialect, Phase, Stamp, Turn, sasl};
use ehlo::dialogue::{Shape, Side, Step, TokenKind, Wire as Bytes};
use support::{Peers, Wire};

/// A session whose dialect hears every line.
struct Session {
    wire: Wire,
    pop: Pop3,
    steps: Vec<Step>,
}

impl Session {
    /// Connected, over TLS, greeted.
    fn open(peers: &Peers) -> Session {
        let wire = Wire::tls(peers.pop3s, &peers.ca);
        let mut session = Session { wire, pop: Pop3::new(), steps: Vec::new() };
        session.hear();
        session
    }

    fn note(&mut self, side: Side, bytes: &[u8]) {
        self.pop.push(side, &Bytes::new(bytes), Stamp::default());
        self.steps.extend(std::iter::from_fn(|| self.pop.next_step()));
    }

    fn say(&mut self, line: &str) {
        let line = format!("{line}\r\n");
        self.wire.send(line.as_bytes());
        self.note(Side::Client, line.as_bytes());
    }

    /// A line of the server's, without its end.
    fn hear(&mut self) -> String {
        let line = self.wire.read_line().expect("a line");
        self.note(Side::Server, &line);
        String::from_utf8_lossy(&line).trim_end().to_owned()
    }

    /// All that the protocol owes.
    fn hear_all(&mut self) {
        while self.pop.expect().owed > 0 {
            self.hear();
        }
    }

    /// Logs in, as the prompt will: what the dialect expects decides what is said.
    fn log_in(&mut self, mechanism: &str, mut client: Client, initial: bool) -> Option<bool> {
        let first = if initial { client.initial() } else { None };
        let first = first.map(|a| format!(" {}", a.initial_wire())).unwrap_or_default();
        self.say(&format!("AUTH {mechanism}{first}"));
        while self.pop.expect().owed > 0 {
            assert_eq!(self.pop.expect().client, Turn::Hold);
            let line = self.hear();
            if self.pop.expect().client == Turn::Sasl {
                let challenge = line.get(2..).unwrap_or_default();
                let challenge = sasl::decode(challenge.as_bytes()).expect("base64");
                let answer = client.answer(&challenge).expect("an answer");
                self.say(&answer.wire());
            }
        }
        client.verified()
    }
}

#[test]
fn every_mechanism_logs_in_and_is_read() {
    let peers = Peers::shared();
    let course = peers.course();
    for mechanism in MECHANISMS.into_iter().filter(|m| !matches!(*m, "EXTERNAL" | "ANONYMOUS")) {
        for initial in [true, false] {
            let who = match mechanism {
                "XOAUTH2" | "OAUTHBEARER" => Credentials::token("alumnopop", course.token_pop.as_str()),
                _ => Credentials::password("alumnopop", "alumnopoppass"),
            };
            let client = Client::new(mechanism, who, &nonce(b"not so random, here")).expect("spoken");
            let mut session = Session::open(peers);
            let verified = session.log_in(mechanism, client, initial);
            let state = session.pop.state();
            assert_eq!(state.phase, Phase::Transaction, "{mechanism} initial={initial}");
            assert_eq!(state.user.as_deref(), Some("alumnopop"), "{mechanism} initial={initial}");
            assert_eq!(verified, mechanism.starts_with("SCRAM-").then_some(true), "{mechanism}");
            session.say("QUIT");
            session.hear_all();
            let odd = session.steps.iter().any(|s| matches!(s, Step::Piece(p) if !p.faults.is_empty()));
            assert!(!odd, "{mechanism}: {:?}", session.steps);
        }
    }
}

#[test]
fn a_wrong_password_is_refused_and_the_session_goes_on() {
    let mut session = Session::open(Peers::shared());
    let client =
        Client::new("SCRAM-SHA-256", Credentials::password("alumnopop", "otra"), "abc").expect("spoken");
    session.say("AUTH SCRAM-SHA-256");
    let mut client = client;
    while session.pop.expect().owed > 0 {
        let line = session.hear();
        if session.pop.expect().client == Turn::Sasl {
            let challenge = sasl::decode(line.get(2..).unwrap_or_default().as_bytes()).expect("base64");
            match client.answer(&challenge) {
                Ok(answer) => session.say(&answer.wire()),
                Err(_) => session.say("*"),
            }
        }
    }
    assert_eq!((session.pop.state().phase, client.verified()), (Phase::Authorization, Some(false)));
    session.say("CAPA");
    session.hear_all();
    assert!(session.pop.state().offers("UIDL"));
}

#[test]
fn apop_logs_in_by_the_greetings_stamp() {
    let peers = Peers::shared();
    let _course = peers.course();
    let mut session = Session::open(peers);
    let stamp = session.pop.state().timestamp.clone().expect("Dovecot gives a stamp");
    session.say(&format!("APOP alumnopop {}", apop(&stamp, b"alumnopoppass")));
    session.hear_all();
    assert_eq!(session.pop.state().user.as_deref(), Some("alumnopop"));
}

#[test]
fn a_message_with_dots_comes_back_octet_for_octet() {
    let peers = Peers::shared();
    let me = peers.account();
    peers.deliver(&me.address, "From: a@b\nSubject: puntos\n\n.uno\n..dos\n.\nfin\n");
    let mut session = Session::open(peers);
    let client =
        Client::new("PLAIN", Credentials::password(&me.user, me.password.as_str()), "").expect("spoken");
    session.log_in("PLAIN", client, true);
    for command in ["STAT", "LIST", "UIDL", "CAPA", "RETR 1", "TOP 1 1", "DELE 1", "RSET", "NOOP", "RETR 7"] {
        session.say(command);
        session.hear_all();
    }
    assert_eq!((session.pop.state().messages, session.pop.state().deleted.len()), (Some(1), 0));
    session.say("QUIT");
    session.hear_all();
    assert_eq!(session.pop.state().phase, Phase::Logout);
    let mut reader = MessageReader::new(true);
    let (mut data, mut announced) = (None, None);
    for step in &session.steps {
        match step {
            Step::Open(head) if head.shape == Shape::Data => data = data.or(Some(head.n)),
            Step::Piece(p) if Some(p.n) == data && p.token(TokenKind::Dot).is_none() => {
                reader.feed(&p.wire.bytes);
            }
            Step::Piece(p) if data.is_none() => {
                announced = p.word(TokenKind::Number).and_then(|n| n.parse().ok()).or(announced);
            }
            _ => {}
        }
    }
    let message = reader.finish();
    assert_eq!(Some(message.octets), announced);
    assert_eq!((message.body_lines, message.stuffed_lines), (4, 3));
    assert_eq!(message.header("Subject").map(|h| h.value.as_str()), Some("puntos"));
}
