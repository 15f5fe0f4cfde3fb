//! What is masked, with what, and that nothing slips through a cut.

use proptest::prelude::*;

use super::*;
use crate::dialect::smtp::Smtp;
use crate::dialect::{Dialect, Stamp};
use crate::dialogue::text::Writer;

/// The notation of a dialogue (SMTP) after the redactor, its bytes cut into chunks of `cut`.
fn shown(secrets: &Secrets, dialogue: &str, cut: usize) -> String {
    let mut smtp = Smtp::new(false);
    let mut redactor = Redactor::new(secrets.clone());
    let mut writer = Writer::default();
    let mut lines = Vec::new();
    let mut sides = std::collections::HashMap::new();
    for line in dialogue.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
        let side = if line.starts_with('C') { Side::Client } else { Side::Server };
        for chunk in format!("{}\r\n", &line[3..]).as_bytes().chunks(cut) {
            smtp.push(side, &Wire::from(chunk), Stamp::default());
            while let Some(step) = smtp.next_step() {
                let mut out = Vec::new();
                redactor.step(step, &mut out);
                for step in out {
                    match step {
                        Step::Open(head) => {
                            sides.insert(head.n, head.side);
                        }
                        Step::Piece(p) => writer.push(sides[&p.n], &p.wire, &mut lines),
                        _ => {}
                    }
                }
            }
        }
    }
    writer.flush(&mut lines);
    lines.join("\n")
}

#[test]
fn logins_become_what_would_make_them() {
    let secrets = Secrets::default();
    let text = shown(
        &secrets,
        "S: 220 x
         C: AUTH PLAIN
         S: 334 
         C: AGFuYQBodW50ZXIyMjI=
         S: 535 5.7.8 no
         C: AUTH PLAIN AGFuYQBjb3JyZWN0IGhvcnNl
         S: 235 ok, correct horse
         C: AUTH LOGIN
         S: 334 VXNlcm5hbWU6
         C: YW5h
         S: 334 UGFzc3dvcmQ6
         C: aHVudGVyMjIy
         S: 235 ok
         C: AUTH X-ODD c29tZXRoaW5n",
        1000,
    );
    assert_eq!(
        text,
        r#"S: 220 x
C: AUTH PLAIN
S: 334 
C: {{plain("ana", password)}}
S: 535 5.7.8 no
C: AUTH PLAIN {{plain("ana", password2)}}
S: 235 ok, {{password2}}
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: YW5h
S: 334 UGFzc3dvcmQ6
C: {{b64(password)}}
S: 235 ok
C: AUTH X-ODD {{secret1}}"#
    );
}

#[test]
fn echoes_are_caught_raw_and_in_base64() {
    let secrets = Secrets::default();
    secrets.learn("password", b"hunter2222");
    for (echo, masked) in [
        ("S: 500 what is hunter2222?", "S: 500 what is {{password}}?"),
        ("S: 500 aHVudGVyMjIyMg==", "S: 500 {{b64(password)}}"),
        // "x:hunter2222" in base64: the alignment differs.
        ("S: 500 eDpodW50ZXIyMjIy", "S: 500 eDp{{part_of_password}}"),
    ] {
        let text = shown(&secrets, &format!("S: 220 x\nC: NOOP\n{echo}"), 1000);
        assert_eq!(text.lines().last().unwrap(), masked);
    }
}

#[test]
fn short_values_and_names_are_masked_by_position_only() {
    let secrets = Secrets::default();
    secrets.exempt("postmaster");
    secrets.learn("password", b"postmaster");
    secrets.learn("password", b"abc");
    let text = shown(&secrets, "S: 220 x\nC: VRFY postmaster\nS: 250 abc", 1000);
    assert!(text.contains("C: VRFY postmaster\nS: 250 abc"));
    assert_eq!(secrets.weak(), ["password", "password2"]);
}

proptest! {
    #[test]
    fn no_cut_lets_a_secret_through(cut in 1usize..9, before in 0usize..70_000) {
        let secrets = Secrets::default();
        secrets.learn("password", b"hunter2222");
        let text = format!("S: 220 x\nC: DATA\nS: 354 go\nC: {}hunter2222 and on\nC: .", "x".repeat(before));
        let shown = shown(&secrets, &text, if before > 1000 { cut * 1000 } else { cut });
        prop_assert!(!shown.contains("hunter"));
        // An overlong line is shown in pieces; where one ends is no matter.
        let joined = shown.replace("\nC-: ", "").replace("\nC: ", "");
        prop_assert!(joined.contains("{{password}} and on"));
    }
}
