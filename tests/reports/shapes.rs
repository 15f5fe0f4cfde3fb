//! What is in a report: long bodies cut, answers that come later, steps, times.

use ehlo::dialogue::mark::{Mark, TlsInfo};
use ehlo::dialogue::{Protocol, What};
use ehlo::i18n::Lang;
use ehlo::source::transcript::Transcript;
use ehlo::source::{Found, Source};
use ehlo::view::files::{Form, Settings};
use sha2::Digest;

use crate::{Play, READ, exercise, settings};

fn message(lines: usize) -> String {
    (0..lines).map(|i| format!("line {i}\r\n")).collect()
}

fn fetched(lines: usize) -> Play {
    Play::new(Protocol::Pop3)
        .s("+OK\r\n")
        .c("RETR 1\r\n")
        .s("+OK\r\n")
        .s(format!("Subject: x\r\n\r\n{}.\r\n", message(lines)))
        .c("QUIT\r\n")
        .s("+OK\r\n")
}

#[test]
fn a_long_body_is_cut_with_its_octets_and_digest() {
    let body = format!("Subject: x\r\n\r\n{}", message(100));
    let digest: String = sha2::Sha256::digest(body.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    // Of 102 lines 40 are shown: up to line 37.
    let left: usize = (38..100).map(|i| format!("line {i}\r\n").len()).sum();
    for (form, shown) in fetched(100).reports(&READ, Lang::En) {
        assert!(shown.contains("line 37") && !shown.contains("line 38"), "{form:?}\n{shown}");
        let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [format!("62 more lines, {left} octets"), digest.clone()] {
            assert!(flat.contains(&part), "{form:?} {part}\n{shown}");
        }
        if form == Form::Markdown {
            // Put together again, the fences are a record that counts right.
            assert!(shown.contains(&format!("\n@gap {left}\n")), "{shown}");
        }
    }
    let whole = Settings { bodies: true, ..settings(Lang::En) };
    for form in READ {
        let shown = fetched(20_000).report(form, &whole);
        assert!(shown.contains("line 19999") && !shown.contains("more lines"), "{form:?}");
    }
}

#[test]
fn a_few_lines_more_are_not_worth_a_gap() {
    for (form, shown) in fetched(41).reports(&READ, Lang::Es) {
        assert!(shown.contains("line 40") && !shown.contains("líneas más"), "{form:?}\n{shown}");
    }
}

#[test]
fn a_reply_without_end_keeps_its_last_line_and_fills_no_memory() {
    let mut play = Play::new(Protocol::Smtp).s("220 x\r\n").c("EHLO a\r\n");
    for i in 0..500 {
        play = play.s(format!("250-X-{i} {}\r\n", "y".repeat(9000)));
    }
    for (form, shown) in play.s("250 END\r\n").reports(&READ, Lang::En) {
        assert!(shown.contains("X-39") && !shown.contains("X-40") && shown.contains("END"), "{form:?}");
        assert!(shown.len() < 600_000, "{form:?} {}", shown.len());
    }
}

#[test]
fn answers_that_come_later_say_what_they_answer() {
    let play = Play::new(Protocol::Smtp)
        .s("220 x\r\n")
        .c("EHLO a\r\n")
        .s("250-x\r\n250 PIPELINING\r\n")
        .c("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n")
        .s("250 2.1.0 ok\r\n550 5.1.1 no\r\n");
    for (form, shown) in play.reports(&READ, Lang::En) {
        assert_eq!(shown.matches("answers 2: MAIL FROM").count(), 1, "{form:?}\n{shown}");
        assert!(!shown.contains("answers 3"), "the last command's answer needs no word: {form:?}");
    }
}

#[test]
fn steps_are_headings_and_tls_is_said() {
    let tls = TlsInfo {
        version: "TLS 1.3".into(),
        cipher: "TLS_AES_256_GCM_SHA384".into(),
        server_name: "mail.example.org".into(),
        ..TlsInfo::default()
    };
    let play = Play::new(Protocol::Smtp)
        .s("220 x\r\n")
        .mark(Mark::Step("Start TLS".into()))
        .c("STARTTLS\r\n")
        .s("220 go\r\n")
        .mark(Mark::Tls(tls))
        .mark(Mark::Step("Leave".into()))
        .c("QUIT\r\n")
        .s("221 bye\r\n");
    for (form, shown) in play.reports(&READ, Lang::En) {
        let heading = match form {
            Form::Html => "<h2 class=\"step\">Start TLS</h2>",
            Form::Markdown => "\n## Start TLS\n",
            _ => "\nStart TLS\n---------\n",
        };
        assert!(shown.contains(heading), "{form:?}\n{shown}");
        let words = shown.replace('\\', "");
        assert!(words.contains("TLS 1.3 TLS_AES_256_GCM_SHA384"), "{form:?}\n{shown}");
        // Each line came a tenth of a second after the one before; the reply's line after its command's.
        assert!(shown.contains("100 ms"), "{form:?}\n{shown}");
    }
}

#[test]
fn what_is_decoded_stands_below() {
    let play = Play::new(Protocol::Pop3)
        .s("+OK\r\n")
        .c("RETR 1\r\n")
        .s("+OK\r\nSubject: =?utf-8?B?w4FyYm9s?=\r\n\r\nx\r\n.\r\n")
        .c("RETR 2\r\n")
        .s("+OK\r\nSubject: =?utf-8?Q?A=C3=B1o?=\r\n\r\nx\r\n.\r\n");
    for (form, shown) in play.reports(&READ, Lang::En) {
        assert!(shown.contains("decoded: Árbol") && shown.contains("decoded: Año"), "{form:?}\n{shown}");
    }
}

/// All that both sides said in a text in the notation.
fn said(text: &str) -> [Vec<u8>; 2] {
    let mut source = Transcript::new(text.as_bytes());
    let mut sides = [Vec::new(), Vec::new()];
    while let Some(found) = source.next_found().unwrap() {
        if let Found::Event(event) = found
            && let What::Chunk(side, wire) = event.what
        {
            sides[side as usize].extend_from_slice(&wire.bytes);
        }
    }
    sides
}

#[test]
fn the_fences_of_a_markdown_report_are_a_script() {
    for name in ["3c-smtp", "3f-pop", "3h-imap"] {
        let shown = exercise(name, Form::Markdown, &settings(Lang::En));
        let mut inside = false;
        let mut script = String::new();
        for line in shown.lines() {
            match line {
                "```ehlo" => inside = true,
                "```" => inside = false,
                line if inside => script += &format!("{line}\n"),
                _ => {}
            }
        }
        let path = format!("{}/transcripts/en/{name}.ehlo", env!("CARGO_MANIFEST_DIR"));
        let record = std::fs::read_to_string(path).unwrap();
        assert_eq!(said(&script), said(&record), "{name}\n{script}");
        // Titles are headings there.
        let directive = |line: &&str| line.starts_with('@') && !line.starts_with("@step ");
        let directives = |text: &str| text.lines().filter(directive).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(directives(&script), directives(&record), "{name}");
    }
}

#[test]
fn an_attachment_is_told_not_shown() {
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Q\r\n".repeat(60);
    let play = Play::new(Protocol::Pop3).s("+OK\r\n").c("RETR 1\r\n").s(format!(
        "+OK\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/png; name=dot.png\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{png}--b\r\n\r\nthe text after it\r\n--b--\r\n.\r\n"
    ));
    for (form, shown) in play.reports(&READ, Lang::En) {
        assert_eq!(shown.matches("iVBORw0KGgo").count(), 2, "{form:?}\n{shown}");
        assert!(shown.contains("the text after it"), "{form:?}\n{shown}");
        let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ").replace('\\', "");
        let said = format!("58 more lines of base64, {} octets (attachment: dot.png, image/png)", 58 * 66);
        assert!(flat.contains(&said), "{form:?} {said}\n{shown}");
        if form == Form::Markdown {
            assert!(shown.contains(&format!("\n@gap {}\n", 58 * 66)), "{shown}");
        }
    }
}
