//! What a peer says is data: it breaks out of no form, no control of it is ever in one; and no form has a secret.

use ehlo::dialogue::Protocol;
use ehlo::dialogue::mark::Mark;
use ehlo::i18n::Lang;
use ehlo::view::files::{Form, Paper, Settings};
use ehlo::view::notes::Detail;

use crate::{ALL, Play, READ, html, settings};

const NASTY: &str = "\x1b]0;x\x07\x1b[2J<script>alert(1)</script>\" onload=\"x' & &amp; <meta http-equiv=refresh> \
    ``` ```` | *x* _y_ [l](http://x) <!-- --> {{password}} {{hex(00)}} \u{202e}\u{9b}31m \0 -->]]>";

fn nasty() -> Play {
    Play::new(Protocol::Smtp)
        .s(format!("220 {NASTY}\r\n"))
        .c(format!("EHLO {NASTY}\r\n"))
        .s(format!("250-{NASTY}\r\n250-{NASTY}\r\n250 AUTH {NASTY}\r\n"))
        .mark(Mark::Step(NASTY.to_owned()))
        .mark(Mark::Comment(NASTY.to_owned()))
        .noise(NASTY)
        .c(format!("{NASTY}\r\n"))
        .s(format!("550 5.1.1 {NASTY}\r\n"))
        .c("MAIL FROM:<a@b>\r\n")
        .s("250 ok\r\n")
        .c("RCPT TO:<c@d>\r\n")
        .s("250 ok\r\n")
        .c("DATA\r\n")
        .s("354 go\r\n")
        .c(format!("From: {NASTY}\r\nSubject: =?utf-8?q?=1b[2J=3Cscript=3E?=\r\n{NASTY}: x\r\n\r\n"))
        .c(format!("```\r\n~~~\r\n{NASTY}\r\n.\r\n"))
        .s(b"250 \xff\xfe\r\n".as_slice())
        .s("rubbish\nmore\n")
}

fn titled(lang: Lang, detail: Detail) -> Settings {
    let paper = Paper { title: Some(NASTY.to_owned()), author: Some(NASTY.to_owned()), reproducible: false };
    Settings { paper, detail, ..settings(lang) }
}

#[test]
fn no_control_and_no_markup_of_a_peer_is_in_a_report() {
    for lang in Lang::ALL {
        for detail in [Detail::Brief, Detail::Full] {
            for form in READ {
                let shown = nasty().report(form, &titled(lang, detail));
                let control = |c: char| c.is_control() && !['\n', '\t'].contains(&c) || c == '\u{202e}';
                assert!(!shown.contains(control), "{form:?}: {shown}");
                if form == Form::Html {
                    html::sound(&shown);
                    assert!(shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
                }
            }
        }
    }
}

/// The blocks of a Markdown text: whether each is in a fence, and its lines.
fn fences(text: &str) -> Vec<(bool, String)> {
    let (mut found, mut fence): (Vec<(bool, String)>, Option<usize>) = (Vec::new(), None);
    for line in text.lines() {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        match fence {
            None if ticks >= 3 => fence = Some(ticks),
            Some(n) if ticks >= n && line.len() == ticks => fence = None,
            inside => found.push((inside.is_some(), line.to_owned())),
        }
    }
    assert!(fence.is_none(), "a fence is not closed");
    found
}

#[test]
fn in_markdown_all_wire_lines_are_in_fences_and_nothing_else_is() {
    let shown = nasty().report(Form::Markdown, &titled(Lang::En, Detail::Full));
    for (inside, line) in fences(&shown) {
        let wire = ["C:", "C-:", "S:", "S-:", "@", "#   "].iter().any(|head| line.starts_with(head));
        assert_eq!(inside, wire, "{line}");
        if !inside {
            // What is left when code spans and escapes are taken away has no markup of the server's.
            let bare = line.replace("\\<", "").replace("<sub>", "").replace("</sub>", "");
            let spans: String = outside_of_code(&bare);
            assert!(!spans.contains('<'), "{line}");
        }
    }
}

/// A line without its code spans.
fn outside_of_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line.replace("\\\\", "").replace("\\`", "");
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let ticks = rest[at..].chars().take_while(|c| *c == '`').count();
        let after = rest[at + ticks..].to_owned();
        let mark = "`".repeat(ticks);
        let mut from = 0;
        let end = loop {
            let Some(found) = after[from..].find(&mark) else { panic!("a span is not closed: {line}") };
            let (start, stop) = (from + found, from + found + ticks);
            let longer = after[stop..].starts_with('`') || start > 0 && after[..start].ends_with('`');
            if !longer {
                break stop;
            }
            from = start + after[start..].chars().take_while(|c| *c == '`').count();
        };
        rest = after[end..].to_owned();
    }
    out + &rest
}

#[test]
fn an_asciicast_is_json_line_by_line_and_its_times_ascend() {
    let shown = nasty().report(Form::Cast, &titled(Lang::Es, Detail::Brief));
    let mut lines = shown.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).expect("JSON"));
    let head = lines.next().expect("a header");
    assert_eq!(head["version"], 2);
    assert_eq!(head["timestamp"], 1772457002);
    assert!(head.get("command").is_none() && head.get("env").is_none());
    assert!(head["idle_time_limit"].as_f64().is_some_and(|limit| limit > 0.0));
    let (mut last, mut markers, mut screen) = (0.0, 0, String::new());
    for event in lines {
        let at = event[0].as_f64().expect("a time");
        assert!(at >= last, "{event}");
        last = at;
        match event[1].as_str() {
            Some("o") => screen.push_str(event[2].as_str().unwrap()),
            Some("m") => markers += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!((1.0..3.0).contains(&last), "the times are the events': {last}");
    assert!(markers >= 6, "{markers}");
    // Our own colours are all the escapes there are.
    for escape in screen.split('\u{1b}').skip(1) {
        let colour = escape.strip_prefix('[').and_then(|e| e.split_once('m')).map(|(numbers, _)| numbers);
        assert!(colour.is_some_and(|n| n.chars().all(|c| c.is_ascii_digit() || c == ';')), "{escape}");
    }
    assert!(!screen.contains(|c: char| c.is_control() && !['\r', '\n', '\u{1b}', '\t'].contains(&c)));
}

#[test]
fn no_secret_is_in_any_form() {
    let plain = "AGFuYQBjb3JyZWN0IGhvcnNl"; // NUL ana NUL "correct horse"
    let smtp = Play::new(Protocol::Smtp)
        .s("220 x ESMTP\r\n")
        .c("EHLO a\r\n")
        .s("250-x\r\n250 AUTH PLAIN LOGIN\r\n")
        .c(format!("AUTH PLAIN {plain}\r\n"))
        .s(format!("535 5.7.8 not {plain}: correct horse\r\n"))
        .c("AUTH LOGIN\r\n")
        .s("334 VXNlcm5hbWU6\r\n")
        .c("YW5h\r\n")
        .s("334 UGFzc3dvcmQ6\r\n")
        .c("Y29ycmVjdCBob3JzZQ==\r\n")
        .s("235 2.7.0 welcome, correct horse\r\n")
        .c("VRFY correct horse\r\n")
        .s("252 =?utf-8?q?correct_horse?=\r\n");
    let pop = Play::new(Protocol::Pop3)
        .s("+OK\r\n")
        .c("USER ana\r\n")
        .s("+OK\r\n")
        .c("PASS correct horse\r\n")
        .s("-ERR correct horse is wrong\r\n");
    let imap = Play::new(Protocol::Imap)
        .s("* OK\r\n")
        .c("a LOGIN ana {13}\r\n")
        .s("+ go\r\n")
        .c("correct horse\r\n")
        .s("a NO correct horse\r\n")
        .c("b LOGIN ana \"correct horse\"\r\n")
        .s("b OK\r\n");
    for play in [smtp, pop, imap] {
        for (form, shown) in play.reports(&ALL, Lang::En) {
            for secret in ["correct horse", plain, "Y29ycmVjdCBob3JzZQ", "{13}"] {
                assert!(!shown.contains(secret), "{form:?} {secret}:\n{shown}");
            }
            assert!(shown.contains("password"), "{form:?}:\n{shown}");
            if READ.contains(&form) {
                // It is said by which rule, and how it is written.
                assert!(shown.contains("where the protocol has one"), "{form:?}:\n{shown}");
                assert!(shown.contains("What was left out"), "{form:?}");
            }
        }
    }
}
