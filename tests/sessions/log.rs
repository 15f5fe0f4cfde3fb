//! `--log` and `--json`: the notation is what the pipe shows, the JSON has what its description says.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{Output, Peers, Test};
use crate::{Told, imap, of};

/// The objects of a JSON log.
fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

fn of_kind<'a>(objects: &'a [Value], kind: &str) -> Vec<&'a Value> {
    objects.iter().filter(|o| o["kind"] == kind).collect()
}

/// The bytes of a unit.
fn bytes(unit: &Value) -> Vec<u8> {
    use base64::Engine;
    match (&unit["text"], &unit["base64"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::String(b64)) => base64::engine::general_purpose::STANDARD.decode(b64).expect("base64"),
        _ => panic!("neither text nor base64: {unit}"),
    }
}

#[test]
fn the_log_is_the_piped_output() {
    let peers = Peers::shared();
    let me = peers.account();
    let lines = "EHLO me\nAUTH PLAIN\nRCPT TO:<x@y.z>\n/state\nVRFY alumnopop\n/bytes\nNOOP\nQUIT\n";
    for detail in ["brief", "full"] {
        for lang in ["en", "es"] {
            let test =
                of(Test::smtp(peers), &me).args(["--log", "x.ehlo", "--notes", detail, "--lang", lang]);
            let out = test.stdin(lines).run().code(0);
            assert_eq!(out.file("x.ehlo"), out.stdout, "{detail} {lang}");
        }
    }
    let out = Test::smtp(peers).args(["--log", "x.ehlo", "--notes", "none"]).stdin("NOOP\n").run().code(0);
    // Notes are always in a log.
    assert!(
        !out.stdout.contains('#') && out.file("x.ehlo").contains("#   250 2.0.0  still here"),
        "{}",
        out.stdout
    );
}

#[test]
fn an_existing_log_wants_force_and_is_ones_own() {
    let peers = Peers::shared();
    let test = || {
        Test::smtp(peers)
            .file("x.ehlo", "keep\n")
            .args(["--log", "x.ehlo", "--log", "y.json"])
            .stdin("QUIT\n")
    };
    let out = test().run().code(3).stdout_is("");
    assert_eq!(out.file("x.ehlo"), "keep\n");
    assert!(!out.dir().join("y.json").exists());
    let out = test().arg("--force").run().code(0);
    assert!(out.file("x.ehlo").starts_with("@smtp "));
    let out = Test::smtp(peers).args(["--log", "x.doc"]).stdin("QUIT\n").run().code(2).stdout_is("");
    assert!(out.stderr.contains("x.doc"), "{}", out.stderr);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let out =
            Test::smtp(peers).args(["--log", "x.ehlo", "--log", "y.json"]).stdin("QUIT\n").run().code(0);
        for name in ["x.ehlo", "y.json"] {
            let mode = std::fs::metadata(out.dir().join(name)).expect("a log").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

#[test]
fn a_log_grows_while_the_dialogue_goes_on() {
    let mut run = Test::smtp(Peers::shared()).args(["--log", "x.ehlo", "--log", "x.json"]).start();
    run.say("EHLO me");
    run.wait_for("CHUNKING");
    run.wait_for("hardly any server");
    // The logs are written after the screen.
    std::thread::sleep(std::time::Duration::from_millis(300));
    let text = std::fs::read_to_string(run.dir().join("x.ehlo")).expect("a log");
    assert!(text.contains("S: 250 CHUNKING\n") && text.ends_with('\n'), "{text}");
    let json = std::fs::read_to_string(run.dir().join("x.json")).expect("a log");
    assert!(json.ends_with('\n') && objects(&json).iter().any(|o| o["shape"] == "response"), "{json}");
    run.finish().code(0);
}

/// A mail over SMTP, nothing masked in it.
fn plain_session(options: &[&str]) -> Output {
    let peers = Peers::shared();
    let lines = format!(
        "EHLO me\nMAIL FROM:<a@b.example>\nRCPT TO:<{}>\nRCPT TO:<x@y.z>\nDATA\nSubject: ñ\n\n..hola\n.\nQUIT\n",
        peers.account().address
    );
    Test::smtp(peers).args(["--log", "x.json"]).args(options).stdin(lines).run().code(0)
}

#[test]
fn json_has_every_field_of_its_description() {
    let out = plain_session(&[]);
    let all = objects(&out.file("x.json"));
    assert!(all.iter().all(|o| o["stream"] == 1));
    let begin = &all[0];
    assert_eq!(begin["kind"], "dialogue");
    assert_eq!(
        (&begin["version"], &begin["protocol"], &begin["source"]),
        (&1.into(), &"smtp".into(), &"session".into())
    );
    for name in ["client", "server", "started", "ehlo"] {
        assert!(begin[name].is_string(), "{name}: {begin}");
    }
    assert!(begin["digests"].is_null());
    let units = of_kind(&all, "unit");
    for (i, unit) in units.iter().enumerate() {
        assert_eq!(unit["n"], (i + 1) as u64, "{unit}");
        assert!(unit["exchange"].is_u64() || unit["shape"] == "greeting", "{unit}");
        assert!(["client", "server"].contains(&unit["side"].as_str().expect("a side")), "{unit}");
        assert!(unit["at"].is_f64() && unit["tls"] == false && unit["octets"].is_u64(), "{unit}");
        assert!(unit["tokens"].is_array() && unit["notes"].is_array(), "{unit}");
        assert_eq!(bytes(unit).len() as u64, unit["octets"], "{unit}");
        for token in unit["tokens"].as_array().expect("tokens") {
            let (from, to) =
                (token["span"][0].as_u64().expect("from"), token["span"][1].as_u64().expect("to"));
            assert!(
                from <= to && to <= unit["octets"].as_u64().expect("octets") && token["type"].is_string(),
                "{unit}"
            );
        }
        for note in unit["notes"].as_array().expect("notes") {
            assert!(note["id"].is_string() && note["text"].is_string() && note["cites"].is_array(), "{note}");
            let level = note["level"].as_str().expect("a level");
            assert!(
                ["explain", "hint", "warn", "state"].contains(&level) && note["about"].is_array(),
                "{note}"
            );
        }
    }
    let shapes: Vec<&str> = units.iter().map(|u| u["shape"].as_str().expect("a shape")).collect();
    assert_eq!(shapes[..3], ["greeting", "command", "response"]);
    assert!(shapes.contains(&"continuation") && shapes.contains(&"data"), "{shapes:?}");
    let marks: Vec<&str> = of_kind(&all, "mark").iter().map(|m| m["what"].as_str().expect("what")).collect();
    assert_eq!(marks, ["trying", "connected", "closed"]);
    assert!(of_kind(&all, "mark").iter().all(|m| m["at"].is_f64() && m["notes"].is_array()));
    assert_eq!(all.last().expect("an end")["kind"], "end");
}

#[test]
fn sums_and_digests_are_right_where_nothing_was_masked() {
    let out = plain_session(&[]);
    let all = objects(&out.file("x.json"));
    let end = all.last().expect("an end");
    for side in ["client", "server"] {
        let whole: Vec<u8> =
            of_kind(&all, "unit").into_iter().filter(|u| u["side"] == side).flat_map(bytes).collect();
        assert_eq!(end[side]["octets"], whole.len() as u64, "{side}");
        let digest: String = Sha256::digest(&whole).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(end[side]["sha256"], digest, "{side}");
    }
    assert_eq!((&end["commands"], &end["round_trips"], &end["exchanges"]), (&6.into(), &7.into(), &6.into()));
    let warned = of_kind(&all, "unit").into_iter().flat_map(|u| u["notes"].as_array().expect("notes"));
    assert_eq!(end["warnings"], warned.filter(|n| n["level"] == "warn").count() as u64);
    assert!(end["seconds"].as_f64().expect("seconds") > 0.0);
    // The text says the same figures.
    out.says("6 commands, 7 round trips")
        .says(&format!("{} octets sent, {} received", end["client"]["octets"], end["server"]["octets"]));
}

#[test]
fn what_was_masked_has_no_octets_and_no_digest() {
    let peers = Peers::shared();
    let me = peers.account();
    let session = |options: &[&str]| {
        let test = of(Test::smtp(peers), &me).args(["--log", "x.json"]).args(options);
        let out = test.stdin("EHLO me\nAUTH PLAIN\nQUIT\n").run().code(0);
        (objects(&out.file("x.json")), out)
    };
    let (all, out) = session(&[]);
    let end = all.last().expect("an end");
    assert_eq!(end["client"], serde_json::json!({}));
    assert!(end["server"]["octets"].is_u64() && end["server"]["sha256"].is_string(), "{end}");
    let masked: Vec<&Value> = of_kind(&all, "unit").into_iter().filter(|u| u["redacted"] == true).collect();
    assert_eq!(masked.len(), 1);
    assert!(masked[0]["octets"].is_null() && masked[0]["shape"] == "sasl", "{}", masked[0]);
    let secret = masked[0]["tokens"].as_array().expect("tokens").iter().find(|t| t["type"] == "secret");
    let hole = format!("plain(\"{}\", password)", me.user);
    assert_eq!(secret.expect("a secret")["hole"], hole.as_str());
    assert!(!out.file("x.json").contains(&me.password));
    let (all, out) = session(&["--digests"]);
    assert_eq!(all[0]["digests"], true);
    let end = all.last().expect("an end");
    assert!(end["client"]["octets"].is_u64() && end["client"]["sha256"].is_string(), "{end}");
    assert!(of_kind(&all, "unit").iter().all(|u| u["octets"].is_u64()));
    assert!(!out.file("x.json").contains(&me.password));
}

#[test]
fn long_bodies_are_shortened_and_whole_on_request() {
    let peers = Peers::shared();
    let me = peers.account();
    let mail = format!("Subject: largo\r\n\r\n{}", "0123456789 ñandú 0123456789\r\n".repeat(8000));
    peers.deliver(&me.address, &mail);
    let session = |options: &[&str]| {
        let test = imap(&me).args(["--log", "x.json", "--log", "x.ehlo"]).args(options);
        let out = test.stdin("SELECT INBOX\nFETCH 1 BODY.PEEK[]\n").run().code(0);
        (objects(&out.file("x.json")), out.file("x.ehlo"))
    };
    let (all, text) = session(&[]);
    let literal = *of_kind(&all, "unit").iter().find(|u| u["shape"] == "literal").expect("a literal");
    let shown = bytes(literal).len() as u64;
    assert_eq!(literal["shortened"].as_u64().expect("shortened") + shown, literal["octets"]);
    assert!(of_kind(&all, "piece").is_empty() && text.contains("\n@gap "));
    let (all, text) = session(&["--bodies"]);
    let literal = *of_kind(&all, "unit").iter().find(|u| u["shape"] == "literal").expect("a literal");
    let mut rest: Vec<u8> = of_kind(&all, "piece").into_iter().flat_map(bytes).collect();
    let mut whole = bytes(literal);
    whole.append(&mut rest);
    assert!(whole.ends_with(mail.as_bytes()), "{} octets", whole.len());
    assert_eq!(whole.len() as u64, literal["octets"]);
    assert!(!text.contains("@gap") && text.len() > mail.len());
}

#[test]
fn json_takes_the_place_of_the_text() {
    let out = Test::smtp(Peers::shared()).args(["--json"]).stdin("NOOP\nQUIT\n").run().code(0).stderr_is("");
    let all = objects(&out.stdout);
    assert_eq!(all[0]["kind"], "dialogue");
    assert_eq!(all.last().expect("an end")["commands"], 2);
}

#[test]
fn tls_and_its_certificate_are_in_the_json() {
    let peers = Peers::shared();
    let out = Test::smtp(peers).args(["--starttls", "--json"]).stdin("QUIT\n").run().code(0);
    let all = objects(&out.stdout);
    let tls = *of_kind(&all, "mark").iter().find(|m| m["what"] == "tls").expect("a mark");
    assert_eq!((&tls["version"], &tls["verified"]), (&"TLS 1.3".into(), &"verified".into()));
    let names = tls["certificate"]["names"].as_array().expect("names");
    assert!(tls["cipher"].is_string() && names.iter().any(|n| n == "mail.redes.unlp.edu.ar"), "{tls}");
    let encrypted: Vec<bool> = of_kind(&all, "unit").iter().map(|u| u["tls"] == true).collect();
    assert!(!encrypted[0] && *encrypted.last().expect("units"));
}

#[test]
fn a_session_can_be_handed_in_as_a_report() {
    let peers = Peers::shared();
    let me = peers.account();
    let lines = "EHLO me\nAUTH PLAIN\nRCPT TO:<x@y.z>\nQUIT\n";
    let logs = ["--log", "x.html", "--log", "x.md", "--log", "x.txt", "--log", "x.cast"];
    let test = of(Test::smtp(peers), &me).args(logs).args([
        "--title",
        "Práctica",
        "--author",
        "Ana",
        "--lang",
        "es",
    ]);
    let out = test.stdin(lines).run().code(0);
    for name in ["x.html", "x.md", "x.txt", "x.cast"] {
        let text = out.file(name);
        assert!(text.contains("Práctica") && text.contains("RCPT"), "{name}:\n{text}");
        assert!(!text.contains(&me.password), "{name}:\n{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(out.dir().join(name)).expect("a log").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
    assert!(out.file("x.md").contains("1 secreto, calculado"), "{}", out.file("x.md"));
    assert!(out.file("x.html").contains("<p class=\"author\">por Ana</p>"));
}
