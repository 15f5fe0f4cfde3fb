//! HTML: tags are balanced, links lead somewhere, nothing runs and nothing is loaded.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use ehlo::dialogue::Protocol;
use ehlo::dialogue::mark::{Close, Mark};
use ehlo::i18n::Lang;
use ehlo::view::files::Form;
use sha2::Digest;

use crate::{Play, exercise, settings};

/// A tag: its name, its attributes, and whether it ends an element.
type Tag = (String, HashMap<String, String>, bool);

/// Reads the tags, as strictly as our own writing allows: every attribute quoted, no `<` elsewhere.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let (end, rest_of) = match rest.strip_prefix('/') {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let close = rest_of.find('>').expect("a tag ends");
        let inside = &rest_of[..close];
        rest = &rest_of[close + 1..];
        let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
        assert!(
            name == "!DOCTYPE" || !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()),
            "no tag: <{inside}>"
        );
        let mut known = HashMap::new();
        let mut attributes = attributes.trim();
        while !attributes.is_empty() && name != "!DOCTYPE" {
            let (key, after) = match attributes.find(['=', ' ']) {
                Some(at) if attributes[at..].starts_with('=') => (&attributes[..at], &attributes[at + 1..]),
                Some(at) => (&attributes[..at], &attributes[at..]),
                None => (attributes, ""),
            };
            let mut value = "";
            attributes = after;
            if let Some(quoted) = after.strip_prefix('"') {
                let end = quoted.find('"').expect("a quoted attribute");
                value = &quoted[..end];
                attributes = &quoted[end + 1..];
            }
            known.insert(key.to_owned(), value.to_owned());
            attributes = attributes.trim_start();
        }
        if name == "style" && !end {
            rest = &rest[rest.find("</style>").expect("a style ends")..];
        }
        found.push((name.to_owned(), known, end));
    }
    found
}

/// What must be so in every report.
#[track_caller]
pub fn sound(html: &str) {
    let mut open: Vec<String> = Vec::new();
    let (mut ids, mut links) = (HashSet::new(), HashSet::new());
    for (name, attributes, end) in tags(html) {
        assert!(
            !["script", "iframe", "object", "link", "img", "base", "form"].contains(&name.as_str()),
            "<{name}>"
        );
        for (key, value) in &attributes {
            assert!(!key.starts_with("on") && key != "style", "{key} of <{name}>");
            match key.as_str() {
                "id" => assert!(ids.insert(value.clone()), "two of #{value}"),
                "href" => {
                    let anchor = value.strip_prefix('#').unwrap_or_else(|| panic!("a link out: {value}"));
                    links.insert(anchor.to_owned());
                }
                "http-equiv" => assert_eq!(value, "Content-Security-Policy"),
                _ => assert!(!["src", "srcset", "action"].contains(&key.as_str()), "{key} of <{name}>"),
            }
        }
        match (name.as_str(), end) {
            ("!DOCTYPE" | "meta", _) => {}
            (_, false) => open.push(name),
            (_, true) => assert_eq!(open.pop().as_deref(), Some(name.as_str())),
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    let lost: Vec<_> = links.difference(&ids).collect();
    assert!(lost.is_empty(), "links to nowhere: {lost:?}");
    let forbidden =
        |c: char| (c.is_control() && !['\n', '\t'].contains(&c)) || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!html.contains(forbidden), "{:?}", html.chars().find(|c| forbidden(*c)));
}

#[test]
fn the_policy_lets_in_this_style_sheet_alone() {
    let html = exercise("3h-imap", Form::Html, &settings(Lang::Es));
    sound(&html);
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"es\">\n"));
    let style = html.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("a style");
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style.as_bytes()));
    let policy = format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'; \
         base-uri 'none'; form-action 'none'\">"
    );
    assert!(html.contains(&policy), "{policy}");
    for word in ["url(", "@import", "http://", "https://"] {
        assert!(!style.contains(word), "{word} in the style sheet");
    }
}

#[test]
fn a_command_and_its_replies_are_linked_and_what_is_not_answered_too() {
    let html = Play::new(Protocol::Smtp)
        .s("220 x ESMTP\r\n")
        .c("EHLO a\r\n")
        .s("250-x\r\n250 PIPELINING\r\n")
        .c("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nNOOP\r\n")
        .s("250 ok\r\n550 no\r\n")
        .mark(Mark::Closed(Close::Reset))
        .report(Form::Html, &settings(Lang::En));
    sound(&html);
    for part in [
        "id=\"x2\" href=\"#r2\"",
        "id=\"r2\" href=\"#x2\"",
        "answers 2: MAIL FROM:&lt;a@b&gt;",
        // NOOP has no reply: its row is where the link leads.
        "<tr id=\"r4\">",
        "<div class=\"unit s no\">",
        "<strong class=\"refused\">refused</strong>",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
}
