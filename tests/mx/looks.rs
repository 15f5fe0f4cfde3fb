//! How it looks, in both languages; lists of names; what cannot be meant so.

use serde_json::Value;

use super::cases::{dns, mx};
use super::support::Test;

/// No line is wider than a terminal of 80 columns.
#[track_caller]
fn fits(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn the_page_has_the_plan_first_then_the_story_then_what_comes_next() {
    let port = dns().recursive;
    for (lang, words) in [
        (
            "en",
            ["5 exchanges", "five-in.mxlab.test", "How this was found", "ANSWER", "What would happen next"],
        ),
        ("es", ["5 servidores", "five-in.mxlab.test", "Cómo se averiguó", "ANSWER", "Qué pasaría después"]),
    ] {
        let output = mx(port).args(["someone@five.mxlab.test", "--lang", lang]).run().code(0);
        let places: Vec<_> = words.iter().map(|word| output.stdout.find(word)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{}", output.stdout);
        fits(&output.stdout);
    }
}

#[test]
fn additional_is_told_both_ways() {
    let dns = dns();
    mx(dns.authoritative)
        .arg("five.mxlab.test")
        .run()
        .code(0)
        .stdout_has("ADDITIONAL had brought 10 addresses");
    mx(dns.recursive).arg("five.mxlab.test").run().code(0).stdout_has("ADDITIONAL brought no addresses");
    let why = mx(dns.authoritative).args(["five.mxlab.test", "--explain"]).run().code(0);
    fits(&why.stdout);
    why.stdout_has("why:");
}

#[test]
fn short_is_for_scripts() {
    let port = dns().recursive;
    mx(port)
        .args(["--short", "five.mxlab.test"])
        .run()
        .code(0)
        .stdout_has("5 five-in.mxlab.test 203.0.113.10 2001:db8:5::10\n10 alt1.five-in.mxlab.test ");
    mx(port).args(["--short", "null.mxlab.test"]).run().code(1).stdout_is("").stderr_has("takes no mail");
    mx(port)
        .args(["--short", "null.mxlab.test", "zeropref.mxlab.test"])
        .run()
        .code(1)
        .stdout_is("null.mxlab.test - null-mx\nzeropref.mxlab.test 0 mx1.mxlab.test 192.0.2.1 2001:db8::1\n");
}

#[test]
fn many_names_come_back_in_their_order_and_the_worst_decides() {
    let port = dns().recursive;
    let names: Vec<&str> = ["five", "nope", "null", "single", "dangling", "implicit"].repeat(50);
    let list: String = names.iter().map(|name| format!("{name}.mxlab.test\r\n\n")).collect();
    let list = format!("# a remark\n{list}");
    let order = |output: &str| -> Vec<String> {
        let query =
            |line: &str| serde_json::from_str::<Value>(line).unwrap()["query"].as_str().unwrap().to_owned();
        output.lines().map(query).collect()
    };
    let expected: Vec<String> = names.iter().map(|name| format!("{name}.mxlab.test")).collect();
    let piped = mx(port).args(["--json", "--jobs", "8"]).stdin(&list).run().code(1);
    assert_eq!(order(&piped.stdout), expected);
    let filed = mx(port).args(["--json", "--file", "names.txt"]).file("names.txt", &list).run().code(1);
    assert_eq!(order(&filed.stdout), expected);
    let worst = format!("{list}x.broken.test\n192.0.2.1\n");
    mx(port).args(["--json", "--file", "-"]).stdin(&worst).run().code(2).stdout_has("\"status\":\"usage\"");
    mx(port).arg("--short").stdin(format!("{list}x.broken.test\n")).run().code(4);
    mx(port).args(["--file", "not-there"]).run().code(3);
}

#[test]
fn what_cannot_be_meant_is_said_and_nothing_asked() {
    let long = "a.".repeat(140);
    for (typed, en, es) in [
        ("192.0.2.1", "[192.0.2.1]", "[192.0.2.1]"),
        ("2001:db8::1", "[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"),
        ("[IPv6:zz]", "no address literal", "no es un literal"),
        ("a..b", "nothing between two of its dots", "nada entre dos de sus puntos"),
        (&long, "253", "253"),
        ("https://gmail.com/x", "gmail.com", "gmail.com"),
        ("gmail.com:25", "has a port", "lleva puerto"),
        ("a@b@gmail.com", "more than one @", "más de una @"),
        ("g mail.com", "blank", "espacio"),
        ("pepe@", "names no domain", "no nombra ningún dominio"),
        ("\u{1b}[31m.com", "cannot be", "no puede"),
    ] {
        for (lang, words) in [("en", en), ("es", es)] {
            let output = Test::new(["mx", "--server", "127.0.0.1:9", "--lang", lang, typed]).run().code(2);
            assert!(!output.stderr.contains('\u{1b}'));
            output.stdout_is("").stderr_has(words);
        }
    }
    Test::new(["mx", "gmail.com", "--jobs", "0"]).run().code(2);
    Test::new(["mx", "gmail.com", "--short", "--json"]).run().code(2);
}

#[test]
fn spf_is_told_term_by_term_in_both_languages() {
    let port = dns().recursive;
    for (lang, words) in [
        (
            "en",
            [
                "May 203.0.113.9 send with MAIL FROM:<pepe@spfi.mxlab.test>?",
                "include:_inc2.mxlab.test the answer is there",
                "ip4:192.0.2.99 no match",
                "fail in there is no match here",
                "include:_inc2.mxlab.test matches: pass",
                "Terms that asked the DNS: 3 of 10",
                "by asking for a login",
            ],
        ),
        (
            "es",
            [
                "¿203.0.113.9 puede enviar con MAIL FROM:<pepe@spfi.mxlab.test>?",
                "include:_inc2.mxlab.test la respuesta está ahí",
                "ip4:192.0.2.99 no coincide",
                "fail ahí dentro no es coincidencia aquí",
                "include:_inc2.mxlab.test coincide: pass",
                "Términos que preguntaron al DNS: 3 de 10",
                "pidiendo inicio de sesión",
            ],
        ),
    ] {
        let args = ["pepe@spfi.mxlab.test", "--policy", "--from-ip", "203.0.113.9", "--lang", lang];
        let page = mx(port).args(args).run().code(0);
        fits(&page.stdout);
        let flat = page.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        for words in words {
            assert!(flat.contains(words), "{words}\n{}", page.stdout);
        }
    }
    // A macro's name is shown filled in; what is wrong with a record is named.
    let args = ["--policy", "--from-ip", "203.0.113.9"];
    let page = mx(port).arg("strong-bad@spfe.mxlab.test").args(args).run().code(0);
    page.stdout_has("9.113.0.203.strong.list.spfe.mxlab.test").stdout_has("127.0.0.2");
    let page = mx(port).arg("spfb.mxlab.test").args(args).run().code(0);
    page.stdout_has("ipv4:203.0.113.9").stdout_has("no term of SPF").stdout_has("permerror:");
    for option in [["--from-ip", "203.0.113.9"], ["--dkim-selector", "x"]] {
        mx(port)
            .arg("five.mxlab.test")
            .args(option)
            .run()
            .code(2)
            .stderr_has(option[0])
            .stderr_has("--policy");
    }
    mx(port).args(["five.mxlab.test", "--policy", "--from-ip", "x"]).run().code(2).stderr_has("IPv4 or IPv6");
}
