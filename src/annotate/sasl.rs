//! Notes for the lines of a SASL exchange, in any protocol (RFC 4422): what the base64 is made of, and what it
//! hides, which is nothing.
//!
//! The pieces are redacted: a secret is a placeholder, and its make tells what it was. So nothing here can
//! say more than the make does.

use crate::dialect::sasl::make::{Part, plain_parts, show, xoauth2_parts};
use crate::dialect::sasl::{decode, user_of_make};
use crate::dialogue::{Level, Note, Piece, Token, TokenKind};

/// Fewer rounds than this are weak (RFC 7677 §4).
const FEW_ROUNDS: u64 = 4096;

/// What there is to say about a message of the client, its initial response included. `step` counts the
/// client's messages before it; `tls`: nobody on the way can read it.
pub fn client_note(mechanism: &str, step: usize, piece: &Piece, token: &Token, tls: bool) -> Vec<Note> {
    if let Some(make) = piece.hole(token) {
        return made(mechanism, make, tls);
    }
    let text = piece.text(token);
    let note = |level, id: &'static str| vec![Note::new(level, id)];
    match (text.as_str(), decode(text.as_bytes())) {
        ("*", _) => note(Level::Explain, "note-sasl-cancel"),
        ("" | "=", _) => note(Level::Explain, "note-sasl-empty-answer"),
        (_, None) => note(Level::Warn, "lint-sasl-not-base64"),
        // Not redacted, so not to be shown: nobody knows what it holds.
        _ if token.kind == TokenKind::Secret => note(Level::Explain, "note-sasl-secret"),
        (_, Some(message)) => open(mechanism, step, &String::from_utf8_lossy(&message)),
    }
}

/// A message without a secret in it.
fn open(mechanism: &str, step: usize, message: &str) -> Vec<Note> {
    let mechanism = mechanism.to_ascii_uppercase();
    let note = |id: &'static str| Note::new(Level::Explain, id);
    if mechanism == "LOGIN" && step == 0 {
        return vec![note("note-sasl-user").with("user", message)];
    }
    let field = |name: &str| message.split(',').find_map(|f| f.strip_prefix(name)).map(str::to_owned);
    if let (true, Some(user), Some(nonce)) = (mechanism.starts_with("SCRAM-"), field("n="), field("r=")) {
        // `n,,n=ana`: the first `n` is the channel binding flag, and has no `=`.
        let first = note("note-sasl-scram-first").with("user", user).with("nonce", nonce);
        return vec![first.cite("RFC 5802 §5.1")];
    }
    vec![note("note-sasl-decoded").with("text", message)]
}

/// A secret message, by what makes it.
fn made(mechanism: &str, make: &str, tls: bool) -> Vec<Note> {
    let call = make.split_once('(').map_or("", |(name, _)| name);
    let user = user_of_make(make);
    let parts = |parts: &[Part]| show(parts);
    let note = |level, id: &'static str| Note::new(level, id);
    // The third argument of plain() is whom to act as.
    let authzid = || make.rsplit_once(", \"").and_then(|(_, a)| user_of_make(&format!("x(\"{a}")));
    let (mut notes, readable) = match (call, user) {
        ("plain", Some(user)) => {
            let made = parts(&plain_parts(&authzid().unwrap_or_default(), &user));
            (vec![note(Level::Explain, "note-sasl-made").with("parts", made).cite("RFC 4616 §2")], true)
        }
        ("b64", None) => {
            let inside = make.trim_start_matches("b64(").trim_end_matches(')');
            (vec![note(Level::Explain, "note-sasl-made").with("parts", inside)], true)
        }
        ("cram", Some(user)) => {
            let made = parts(&[Part::Text(user), Part::Secret("digest".into())]);
            (vec![note(Level::Explain, "note-sasl-cram").with("parts", made).cite("RFC 2195 §2")], false)
        }
        ("scram", _) => (vec![note(Level::Explain, "note-sasl-scram-proof").cite("RFC 5802 §3")], false),
        ("xoauth2", Some(user)) => {
            (vec![note(Level::Explain, "note-sasl-made").with("parts", parts(&xoauth2_parts(&user)))], true)
        }
        ("oauthbearer", Some(user)) => {
            let made = parts(&[
                Part::Text(format!("n,a={user},")),
                Part::Soh,
                Part::Text("auth=Bearer".into()),
                Part::Secret("token".into()),
                Part::Soh,
                Part::Soh,
            ]);
            (vec![note(Level::Explain, "note-sasl-made").with("parts", made).cite("RFC 7628 §3.1")], true)
        }
        // The redactor reads PLAIN where it is well made; this was not.
        _ if mechanism.eq_ignore_ascii_case("PLAIN") => {
            (vec![note(Level::Hint, "lint-sasl-odd-plain").cite("RFC 4616 §2")], true)
        }
        _ => {
            let digest = mechanism.starts_with("SCRAM") || mechanism.starts_with("CRAM");
            (vec![note(Level::Explain, "note-sasl-secret")], !digest)
        }
    };
    if readable {
        notes.push(match tls {
            true => note(Level::Hint, "note-sasl-base64"),
            false => note(Level::Warn, "lint-sasl-clear"),
        });
    }
    notes
}

/// What there is to say about a challenge of the server; no token: an empty one.
pub fn server_note(mechanism: &str, piece: &Piece, token: Option<&Token>) -> Vec<Note> {
    let mechanism = mechanism.to_ascii_uppercase();
    let note = |level, id: &'static str| Note::new(level, id);
    let Some(token) = token else {
        return vec![note(Level::Explain, "note-sasl-empty-challenge").with("mechanism", mechanism)];
    };
    if token.kind == TokenKind::Secret || piece.hole(token).is_some() {
        return vec![note(Level::Explain, "note-sasl-scram-signature").cite("RFC 5802 §3")];
    }
    let wire = piece.text(token);
    let Some(challenge) = decode(wire.as_bytes()) else {
        return vec![note(Level::Hint, "lint-sasl-challenge-not-base64").with("text", wire)];
    };
    let text = String::from_utf8_lossy(&challenge).into_owned();
    match mechanism.as_str() {
        "LOGIN" => vec![note(Level::Explain, "note-sasl-prompt").with("text", text)],
        "CRAM-MD5" => {
            vec![note(Level::Explain, "note-sasl-cram-challenge").with("text", text).cite("RFC 2195 §2")]
        }
        "XOAUTH2" | "OAUTHBEARER" => {
            vec![note(Level::Warn, "note-sasl-oauth-error").with("text", text).cite("RFC 7628 §3.2.2")]
        }
        m if m.starts_with("SCRAM-") => scram_challenge(&text),
        _ => vec![note(Level::Explain, "note-sasl-decoded").with("text", text)],
    }
}

/// SCRAM's server-first message, or its error.
fn scram_challenge(text: &str) -> Vec<Note> {
    let field = |name: &str| text.split(',').find_map(|f| f.strip_prefix(name));
    let note = |level, id: &'static str| Note::new(level, id).cite("RFC 5802 §5.1");
    if let Some(error) = field("e=") {
        return vec![note(Level::Warn, "note-sasl-scram-error").with("error", error)];
    }
    let (Some(nonce), Some(salt), Some(rounds)) = (field("r="), field("s="), field("i=")) else {
        return vec![note(Level::Explain, "note-sasl-decoded").with("text", text)];
    };
    let challenge = note(Level::Explain, "note-sasl-scram-challenge");
    let mut notes = vec![challenge.with("nonce", nonce).with("salt", salt).with("rounds", rounds)];
    if rounds.parse().is_ok_and(|n: u64| n < FEW_ROUNDS) {
        notes.push(note(Level::Hint, "lint-sasl-few-rounds").with("rounds", rounds));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::sasl::encode;
    use crate::dialogue::Wire;

    fn piece(wire: Wire, kind: TokenKind) -> (Piece, Token) {
        let token = Token::new(kind, 0, wire.len());
        let tokens = vec![token.clone()];
        (Piece { n: 1, wire, tokens, faults: vec![], at: None, lines: vec![] }, token)
    }

    fn client(mechanism: &str, step: usize, wire: Wire, kind: TokenKind, tls: bool) -> Vec<String> {
        let (piece, token) = piece(wire, kind);
        ids(&client_note(mechanism, step, &piece, &token, tls))
    }

    fn ids(notes: &[Note]) -> Vec<String> {
        let words = |n: &Note| n.args.iter().map(|(_, v)| format!(" {v}")).collect::<String>();
        notes.iter().map(|n| format!("{}{}", n.id, words(n))).collect()
    }

    fn hole(make: &str) -> Wire {
        let mut wire = Wire::default();
        wire.push_placeholder(make);
        wire
    }

    #[test]
    fn what_a_secret_is_made_of_is_told_by_its_make() {
        use TokenKind::Secret;
        for (mechanism, make, tls, said) in [
            (
                "PLAIN",
                r#"plain("alumnopop", password)"#,
                false,
                &["note-sasl-made NUL alumnopop NUL password", "lint-sasl-clear"][..],
            ),
            (
                "plain",
                r#"plain("a", password)"#,
                true,
                &["note-sasl-made NUL a NUL password", "note-sasl-base64"],
            ),
            (
                "PLAIN",
                r#"plain("a", password, "b")"#,
                true,
                &["note-sasl-made b NUL a NUL password", "note-sasl-base64"],
            ),
            ("PLAIN", "secret1", false, &["lint-sasl-odd-plain", "lint-sasl-clear"]),
            ("LOGIN", "b64(password)", false, &["note-sasl-made password", "lint-sasl-clear"]),
            ("CRAM-MD5", r#"cram("ana", password)"#, false, &["note-sasl-cram ana digest"]),
            ("SCRAM-SHA-256", r#"scram("ana", password)"#, false, &["note-sasl-scram-proof"]),
            ("SCRAM-SHA-256", "secret1", false, &["note-sasl-secret"]),
            (
                "XOAUTH2",
                r#"xoauth2("a@b", token)"#,
                true,
                &["note-sasl-made user=a@b ^A auth=Bearer token ^A ^A", "note-sasl-base64"],
            ),
            ("NTLM", "secret1", false, &["note-sasl-secret", "lint-sasl-clear"]),
        ] {
            assert_eq!(client(mechanism, 0, hole(make), Secret, tls), said, "{make}");
        }
    }

    #[test]
    fn open_messages_are_decoded() {
        let b64 = |text: &str| Wire::new(encode(text.as_bytes()));
        use TokenKind::{Base64, Secret, Word};
        assert_eq!(client("LOGIN", 0, b64("ana"), Base64, false), ["note-sasl-user ana"]);
        assert_eq!(
            client("SCRAM-SHA-1", 0, b64("n,,n=ana,r=xyz"), Base64, false),
            ["note-sasl-scram-first ana xyz"]
        );
        assert_eq!(client("ANONYMOUS", 0, b64("guest"), Base64, false), ["note-sasl-decoded guest"]);
        assert_eq!(client("PLAIN", 0, Wire::from("*"), Word, false), ["note-sasl-cancel"]);
        assert_eq!(client("EXTERNAL", 0, Wire::from("="), Word, true), ["note-sasl-empty-answer"]);
        assert_eq!(client("PLAIN", 0, Wire::from("hola!"), Secret, true), ["lint-sasl-not-base64"]);
        assert_eq!(client("PLAIN", 0, b64("\0a\0b"), Secret, true), ["note-sasl-secret"], "not redacted");
    }

    #[test]
    fn challenges_are_decoded() {
        let server = |mechanism: &str, text: &str| {
            let (piece, token) = piece(Wire::new(encode(text.as_bytes())), TokenKind::Base64);
            ids(&server_note(mechanism, &piece, Some(&token)))
        };
        assert_eq!(server("LOGIN", "Username:"), ["note-sasl-prompt Username:"]);
        assert_eq!(server("CRAM-MD5", "<1@h>"), ["note-sasl-cram-challenge <1@h>"]);
        assert_eq!(server("SCRAM-SHA-256", "r=xy,s=QSXC,i=4096"), ["note-sasl-scram-challenge xy QSXC 4096"]);
        assert_eq!(
            server("SCRAM-SHA-256", "r=xy,s=QSXC,i=1"),
            ["note-sasl-scram-challenge xy QSXC 1", "lint-sasl-few-rounds 1"]
        );
        assert_eq!(server("SCRAM-SHA-1", "e=other-error"), ["note-sasl-scram-error other-error"]);
        assert_eq!(server("xoauth2", r#"{"status":"401"}"#), [r#"note-sasl-oauth-error {"status":"401"}"#]);
        let (empty, _) = piece(Wire::default(), TokenKind::Text);
        assert_eq!(ids(&server_note("PLAIN", &empty, None)), ["note-sasl-empty-challenge PLAIN"]);
        let (words, token) = piece(Wire::from("go on!"), TokenKind::Text);
        assert_eq!(
            ids(&server_note("PLAIN", &words, Some(&token))),
            ["lint-sasl-challenge-not-base64 go on!"]
        );
        let (proof, token) = piece(hole("secret1"), TokenKind::Secret);
        assert_eq!(ids(&server_note("SCRAM-SHA-1", &proof, Some(&token))), ["note-sasl-scram-signature"]);
    }
}
