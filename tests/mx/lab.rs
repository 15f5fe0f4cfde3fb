//! Exercise 5 without a network: the lab's name server.

use serde_json::Value;

use super::support::{Output, Test, lab::Home};

fn ask(home: &Home, arguments: &[&str]) -> Output {
    home.args(["mx", "--server", "lab"]).args(arguments).run()
}

#[test]
fn exercise_5_is_answered_in_both_languages_and_both_ways() {
    let home = Home::new();
    for (lang, remark, again, needed) in [
        ("en", "the lab's records", "had brought 10", "brought no"),
        ("es", "los registros del laboratorio", "había traído 10", "no trajo"),
    ] {
        let page = ask(&home, &["pepe@gmail.com", "--explain", "--lang", lang]).code(0);
        assert!(page.stdout.lines().all(|line| line.chars().count() <= 80), "{}", page.stdout);
        page.stdout_has(remark).stdout_has("gmail-smtp-in.l.google.com").stdout_has(again);
        ask(&home, &["gmail.com", "--lab-additional", "no", "--lang", lang]).code(0).stdout_has(needed);
    }
    let got: Value = serde_json::from_str(&ask(&home, &["gmail.com", "--json"]).code(0).stdout).unwrap();
    let preferences: Vec<i64> =
        got["plan"].as_array().unwrap().iter().map(|tier| tier["preference"].as_i64().unwrap()).collect();
    assert_eq!(preferences, [5, 10, 20, 30, 40]);
    assert_eq!(got["lab"], true);
}

#[test]
fn every_rule_has_its_name_in_the_lab() {
    let home = Home::new();
    for (name, code, warning) in [
        ("redes.unlp.edu.ar", 0, Some("mx-target-loopback")),
        ("example.com", 0, None),
        ("equal.rules.test", 0, None),
        ("null.rules.test", 1, Some("null-mx")),
        ("null-and-more.rules.test", 0, Some("null-mx-not-alone")),
        ("implicit.rules.test", 0, Some("implicit-mx")),
        ("nothing.rules.test", 1, None),
        ("nope.rules.test", 1, Some("nxdomain")),
        ("alias.rules.test", 0, Some("owner-is-alias")),
        ("circle.rules.test", 4, Some("alias-loop")),
        ("alias-target.rules.test", 0, Some("mx-target-is-alias")),
        ("gone.rules.test", 0, Some("mx-target-nxdomain")),
        ("all-gone.rules.test", 1, Some("mx-target-nxdomain")),
        ("no-address.rules.test", 1, Some("mx-target-no-address")),
        ("ip.rules.test", 0, Some("mx-target-is-ip")),
        ("localhost.rules.test", 0, Some("mx-target-localhost")),
        ("private.rules.test", 0, Some("mx-target-private")),
        ("underscore.rules.test", 0, Some("mx-target-bad-hostname")),
        ("twice.rules.test", 0, Some("duplicate-target")),
        ("twins.rules.test", 0, Some("duplicate-address")),
        ("ipv6.rules.test", 0, Some("ipv6-only")),
        ("referral.rules.test", 4, Some("referral")),
        ("servfail.rules.test", 4, Some("servfail")),
        ("servfail-first.rules.test", 0, Some("mx-target-dns-failure")),
        ("big.rules.test", 0, Some("truncated-retried-over-tcp")),
        ("elsewhere.org", 4, Some("refused")),
        ("silence.rules.test", 4, Some("dns-timeout")),
    ] {
        let output = ask(&home, &[name, "--json", "--timeout", "1"]);
        let got: Value = serde_json::from_str(&output.stdout).unwrap();
        let ids: Vec<&str> = got["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|warning| warning["id"].as_str().unwrap())
            .collect();
        assert_eq!(output.code, code, "{name}: {}", output.stdout);
        match warning {
            Some(warning) => assert!(ids.contains(&warning), "{name}: {ids:?}"),
            None => assert!(ids.is_empty(), "{name}: {ids:?}"),
        }
    }
}

#[test]
fn the_labs_additional_is_the_labs() {
    Test::new(["mx", "gmail.com", "--lab-additional", "no"]).run().code(2).stderr_has("--server lab");
}
