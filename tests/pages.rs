//! The dialogues in the pages of `ehlo explain` are true: each is said to the lab, and what the page shows of the answers
//! is what was answered. A page may leave out lines and words (`...`); it may not make any up.
#![cfg(all(feature = "cli", unix))]

mod support;

use ehlo::explain::page::{Block, blocks};
use ehlo::i18n::Lang;
use ehlo::i18n::pages::{PAGES, page};
use support::lab::Home;

/// What no session brings about by itself, by page: another one's mail arrived.
const UNASKED: [(&str, &str); 1] = [("idle", "* 10 EXISTS")];

/// `AUTH PLAIN`'s message for each account, and the holes that stand for secrets in a page.
const SECRETS: [(&str, &str); 3] = [
    ("{{plain(\"alumnopop\", password)}}", "AGFsdW1ub3BvcABhbHVtbm9wb3BwYXNz"),
    ("{{plain(\"alumnoimap\", password)}}", "AGFsdW1ub2ltYXAAYWx1bW5vaW1hcHBhc3M="),
    ("LOGIN alumnoimap {{password}}", "LOGIN alumnoimap alumnoimappass"),
];

/// A line of one side, without its mark and without a remark behind it.
fn text<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let text = line.strip_prefix(mark)?;
    Some(text.strip_prefix(' ').unwrap_or(text).split("    ").next().unwrap_or_default())
}

/// The protocol, by what is said.
fn word(lines: &[String]) -> &'static str {
    let said = |line: &String, words: &[&str]| {
        let text = text(line, "C:").or(text(line, "S:")).unwrap_or_default();
        words.iter().any(|word| text.starts_with(word))
    };
    let any = |words: &[&str]| lines.iter().any(|line| said(line, words));
    match () {
        () if any(&["a1 ", "a2 ", "a3 ", "a4 ", "a5 ", "* "]) => "imap",
        () if any(&["+OK"]) => "pop",
        () => "smtp",
    }
}

/// What a client of the page types: no tag, which ehlo gives, and the real passwords.
fn typed(line: &str, word: &str) -> Option<String> {
    let mut line = text(line, "C:")?.to_owned();
    for (hole, secret) in SECRETS {
        line = line.replace(hole, secret);
    }
    line = line.replace("{{password}}", "alumnopoppass");
    let tagged =
        line.split_once(' ').filter(|(tag, _)| word == "imap" && tag.len() == 2 && tag.starts_with('a'));
    Some(tagged.map_or(line.clone(), |(_, rest)| rest.to_owned()))
}

/// The words of a line, bare: no tag's number, no marks, and of a number only what does not move from day to day.
fn words(line: &str) -> Vec<String> {
    let line = match line.as_bytes() {
        [a, b, c, b'-', ..] if [a, b, c].iter().all(|b| b.is_ascii_digit()) => line.replacen('-', " ", 1),
        _ => line.to_owned(),
    };
    let bare = |word: &str| {
        let word =
            word.trim_matches(|c: char| !c.is_alphanumeric() && !"*+".contains(c)).to_ascii_lowercase();
        let tag = word.len() == 2 && word.starts_with('a') && word.ends_with(|c: char| c.is_ascii_digit());
        let moves = word.len() >= 6 && word.bytes().any(|b| b.is_ascii_digit());
        if tag || moves { "#".to_owned() } else { word }
    };
    line.split([' ', '[', ']']).map(bare).filter(|word| !word.is_empty()).collect()
}

/// Whether a server's line has the words of a page's, in order.
fn shows(page: &str, real: &str) -> bool {
    let real = words(real);
    let mut left = real.iter();
    words(page).iter().all(|word| left.any(|real| real == word))
}

/// The lines that the lab answers to a dialogue.
fn answers(home: &Home, lines: &[String], name: &str) -> Vec<String> {
    home.run("lab stop");
    home.run("lab reset").code(0);
    let word = word(lines);
    let target = match word {
        "smtp" if lines.iter().any(|line| line.contains("AUTH")) => "lab:587",
        _ => "lab",
    };
    let said: Vec<String> = lines.iter().filter_map(|line| typed(line, word)).collect();
    let mut args = vec![word, target, "--notes", "none"];
    // A dialogue that begins later than the login.
    let user = match word {
        "imap" => "alumnoimap",
        _ => "alumnopop",
    };
    let logs_in = |line: &String| ["LOGIN", "AUTH", "USER"].iter().any(|verb| line.starts_with(verb));
    let mut input = String::new();
    if word != "smtp" && !said.iter().any(logs_in) {
        args.extend(["--user", user, "--auth", "plain"]);
        input.push_str(if word == "imap" { "SELECT INBOX\n" } else { "" });
    }
    input.extend(said.iter().map(|line| format!("{line}\n")));
    let run = home.args(args).env("EHLO_PASSWORD", format!("{user}pass")).stdin(input).run();
    let server = |line: &str| text(line, "S:").map(str::to_owned);
    let answers: Vec<String> = run.stdout.lines().filter_map(server).collect();
    assert!(!answers.is_empty(), "{name}: {}", run.stderr);
    answers
}

#[test]
fn the_lab_says_what_the_pages_show() {
    let home = Home::new();
    let (mut shown, mut bad) = (0, Vec::new());
    for (lang, name) in Lang::ALL.into_iter().flat_map(|lang| PAGES.iter().map(move |name| (lang, *name))) {
        let dialogues =
            blocks(page(lang, name).expect("a page")).into_iter().filter_map(|block| match block {
                Block::Fixed(lines) if lines.iter().any(|line| line.starts_with("C:")) => Some(lines),
                _ => None,
            });
        for lines in dialogues {
            let answers = answers(&home, &lines, name);
            let mut left = answers.iter();
            for page in lines.iter().filter_map(|line| text(line, "S:")) {
                let unasked = UNASKED.contains(&(name, page)) || page == "...";
                shown += usize::from(!unasked);
                if !unasked && !left.any(|real| shows(page, real)) {
                    bad.push(format!("{}/{name}: {page:?} is not in {answers:#?}", lang.code()));
                    break;
                }
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(shown > 80, "only {shown} lines of servers");
}

#[test]
fn a_line_that_is_made_up_is_found() {
    assert!(shows("250 SIZE 10240000", "250-SIZE 10240000"));
    assert!(shows("a1 OK Logged in.", "a2 OK [CAPABILITY IMAP4rev1] Logged in"));
    assert!(shows("250 2.0.0 Ok: queued as 4A1B2C3D", "250 2.0.0 Ok: queued as 16C5B33F"));
    assert!(!shows("+OK 9 6022", "+OK 9 7754"));
    assert!(!shows("250 2.1.0 Ok", "250 2.1.5 Ok"));
}
