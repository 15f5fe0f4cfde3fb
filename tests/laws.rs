//! What holds for every record, at the waist: cutting the bytes otherwise changes nothing, no byte is lost, no
//! control reaches an output, and no secret reaches a view.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ehlo::annotate::redact::Secrets;
use ehlo::dialect;
use ehlo::dialogue::text::write::is_safe;
use ehlo::dialogue::text::{Item, read_line};
use ehlo::dialogue::{Event, Origin, Protocol, Side, What, Wire};
use ehlo::i18n::{Catalog, Lang};
use ehlo::recorder::Recorder;
use ehlo::view::Begin;
use ehlo::view::json::Json;
use ehlo::view::notes::Detail;
use ehlo::view::text::{Look, Text};
use proptest::prelude::*;

/// Who says what, in turn.
type Turns = Vec<(Side, Vec<u8>)>;

const PROTOCOLS: [Protocol; 4] = [Protocol::Smtp, Protocol::Lmtp, Protocol::Pop3, Protocol::Imap];

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic inside").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no panic inside").clone()).expect("views write UTF-8")
    }
}

/// The notation and the JSON of a dialogue whose turns come in chunks of so many octets.
fn record(protocol: Protocol, turns: &Turns, cut: usize) -> (String, String) {
    let (ehlo, json) = (Sink::default(), Sink::default());
    let mut recorder = Recorder::new(dialect::of(protocol), Secrets::default());
    let begin =
        Begin { source: "session", protocol: Some(protocol), target: "x:1".into(), ..Begin::default() };
    let look = Look { limit: None, ..Look::log(Detail::Full) };
    let catalog = || Catalog::new(Lang::Es);
    let text = Text::new(Box::new(ehlo.clone()), catalog(), look);
    recorder.add_view(Box::new(text), &begin).expect("a sink");
    let lines = Json::new(Box::new(json.clone()), catalog(), true, false);
    recorder.add_view(Box::new(lines), &begin).expect("a sink");
    for (side, bytes) in turns {
        for chunk in bytes.chunks(cut) {
            let what = What::Chunk(*side, Wire::from(chunk));
            let event = Event { stream: 1, at: None, origin: Origin::None, what };
            recorder.push(event, &mut |_, _| {}).expect("a sink");
        }
    }
    recorder.end().expect("a sink");
    (ehlo.text(), json.text())
}

/// The bytes of a side, read back.
fn read_back(ehlo: &str, wanted: Side) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in ehlo.lines() {
        if let Item::Line { side, mark, text, .. } = read_line(line).expect("the notation")
            && side == wanted
        {
            bytes.extend_from_slice(&text.bytes);
            bytes.extend_from_slice(if mark.is_none() { b"\r\n" } else { b"" });
        }
    }
    bytes
}

fn said(turns: &Turns, wanted: Side) -> Vec<u8> {
    turns.iter().filter(|(side, _)| *side == wanted).flat_map(|(_, bytes)| bytes.clone()).collect()
}

/// Words that a peer might well say, and some that it should not.
fn words(of: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(of).prop_map(|word| word.as_bytes().to_vec());
    let any = prop::collection::vec(any::<u8>(), 0..12);
    let piece = prop_oneof![4 => known, 1 => any];
    prop::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

const SERVER: &[&str] = &[
    "220 x\r\n",
    "250-x\r\n",
    "250 ",
    "354 go\r\n",
    "334 dGV4dA==\r\n",
    "535 5.7.8 ",
    "+OK x\r\n",
    "-ERR ",
    ".\r\n",
    "* OK x\r\n",
    "* 3 FETCH (BODY[] {5}\r\n",
    "abcde",
    ")\r\n",
    "+ go\r\n",
    "a1 OK ",
    "a1 NO\r\n",
    "* LIST () \"/\" ",
    "* CAPABILITY IMAP4rev1\r\n",
    "* BYE\r\n",
    "\r\n",
    "\n",
    "\r",
    "\x1b[2J",
    "\u{202e}",
    "\u{9b}",
    "{{",
    "}}",
    "...",
    "{4294967296}\r\n",
    "{-1}\r\n",
];
const CLIENT: &[&str] = &[
    "EHLO me\r\n",
    "MAIL FROM:<a@b>\r\n",
    "DATA\r\n",
    ".\r\n",
    "..x\r\n",
    "BDAT 4\r\n",
    "abcd",
    "NOOP\r\n",
    "QUIT\r\n",
    "RETR 1\r\n",
    "LIST\r\n",
    "CAPA\r\n",
    "a1 SELECT x\r\n",
    "a1 FETCH 1 BODY[]\r\n",
    "a2 IDLE\r\n",
    "DONE\r\n",
    "a1 APPEND x {4}\r\n",
    "a1 APPEND x {4+}\r\n",
    "\r\n",
    "\n",
    "\r",
    "{{",
    "\x1b]0;x\x07",
    "\u{2066}",
    "\0",
];

fn turns() -> impl Strategy<Value = Turns> {
    let turn = (words(CLIENT), words(SERVER));
    prop::collection::vec(turn, 1..6).prop_map(|turns| {
        let both = |(client, server)| [(Side::Client, client), (Side::Server, server)];
        turns.into_iter().flat_map(both).collect()
    })
}

fn is_login(client: &[u8]) -> bool {
    let upper = String::from_utf8_lossy(client).to_ascii_uppercase();
    ["PASS", "AUTH", "LOGIN", "APOP"].iter().any(|verb| upper.contains(verb))
}

/// A login in one of the protocols, and echoes of its password in each form.
fn logins(user: &str, password: &str, quoted: bool) -> Vec<(Protocol, Turns)> {
    let plain = STANDARD.encode(format!("\0{user}\0{password}"));
    let (coded, shifted) = (STANDARD.encode(password), STANDARD.encode(format!("x{password}")));
    let echo = format!("<{password}> {coded} {shifted} {plain}");
    let arg = if quoted { format!("\"{password}\"") } else { password.to_owned() };
    let (n, m) = (user.len(), password.len());
    let client = |text: String| (Side::Client, text.into_bytes());
    let server = |text: String| (Side::Server, text.into_bytes());
    let smtp = |auth: Vec<(Side, Vec<u8>)>| {
        let mut turns = vec![
            server("220 x\r\n".into()),
            client("EHLO me\r\n".into()),
            server("250-x\r\n250 AUTH PLAIN LOGIN\r\n".into()),
        ];
        turns.extend(auth);
        turns.push(server(format!("535-5.7.8 {echo}\r\n535 5.7.8 no\r\n")));
        turns.push(client("EHLO me\r\n".into()));
        turns.push(server(format!("250-x {echo}\r\n250 {password} {password}\r\n")));
        turns
    };
    let imap = |login: Vec<(Side, Vec<u8>)>| {
        let mut turns = vec![server("* OK x\r\n".into())];
        turns.extend(login);
        turns.push(server(format!("* OK [X {echo}] y\r\na1 NO {echo}\r\n* LIST () \"/\" \"{echo}\"\r\n")));
        turns
    };
    vec![
        (Protocol::Smtp, smtp(vec![client(format!("AUTH PLAIN {plain}\r\n"))])),
        (
            Protocol::Smtp,
            smtp(vec![
                client("AUTH LOGIN\r\n".into()),
                server("334 VXNlcm5hbWU6\r\n".into()),
                client(format!("{}\r\n", STANDARD.encode(user))),
                server("334 UGFzc3dvcmQ6\r\n".into()),
                client(format!("{coded}\r\n")),
            ]),
        ),
        (
            Protocol::Pop3,
            vec![
                server("+OK x\r\n".into()),
                client(format!("USER {user}\r\n")),
                server("+OK\r\n".into()),
                client(format!("PASS {password}\r\n")),
                server(format!("-ERR {echo}\r\n")),
                client("CAPA\r\n".into()),
                server(format!("+OK {echo}\r\n{echo}\r\n.\r\n")),
            ],
        ),
        (Protocol::Imap, imap(vec![client(format!("a1 LOGIN {user} {arg}\r\n"))])),
        (
            Protocol::Imap,
            imap(vec![
                client(format!("a1 LOGIN {{{n}}}\r\n")),
                server("+ go\r\n".into()),
                client(format!("{user} {{{m}}}\r\n")),
                server("+ go\r\n".into()),
                client(format!("{password}\r\n")),
            ]),
        ),
        (Protocol::Imap, imap(vec![client(format!("a1 LOGIN {user} {{{m}+}}\r\n{password}\r\n"))])),
        (
            Protocol::Imap,
            imap(vec![
                client("a1 AUTHENTICATE PLAIN\r\n".into()),
                server("+ \r\n".into()),
                client(format!("{plain}\r\n")),
            ]),
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cuts_change_nothing(turns in turns(), which in 0..PROTOCOLS.len(), cut in 1usize..7) {
        let whole = record(PROTOCOLS[which], &turns, usize::MAX);
        let pieces = record(PROTOCOLS[which], &turns, cut);
        prop_assert_eq!(whole.0, pieces.0);
        prop_assert_eq!(whole.1, pieces.1);
    }

    #[test]
    fn no_byte_is_lost_and_none_does_harm(turns in turns(), which in 0..PROTOCOLS.len()) {
        let (ehlo, json) = record(PROTOCOLS[which], &turns, usize::MAX);
        for text in [&ehlo, &json] {
            prop_assert!(text.chars().all(|c| c == '\n' || is_safe(c)), "{text:?}");
        }
        // What might be a login is masked.
        if !turns.iter().any(|(side, bytes)| *side == Side::Client && is_login(bytes)) {
            for side in [Side::Client, Side::Server] {
                prop_assert_eq!(read_back(&ehlo, side), said(&turns, side));
            }
        }
    }

    #[test]
    fn no_secret_is_in_any_view(
        user in "[a-z]{3,6}", password in "[A-Za-z0-9]{4}[A-Z0-9]{6,20}", quoted: bool, cut in 1usize..40,
        login in 0usize..7,
    ) {
        for (protocol, turns) in logins(&user, &password, quoted).into_iter().skip(login).take(1) {
            let whole = record(protocol, &turns, usize::MAX);
            let pieces = record(protocol, &turns, cut);
            prop_assert_eq!(&whole.0, &pieces.0);
            prop_assert_eq!(&whole.1, &pieces.1);
            let coded = STANDARD.encode(&password);
            for text in [&whole.0, &whole.1] {
                prop_assert!(!text.contains(&password), "{text}");
                prop_assert!(!text.contains(coded.trim_end_matches('=')), "{text}");
                prop_assert!(!text.contains(&format!("{{{}", password.len())), "{text}");
            }
        }
    }
}
