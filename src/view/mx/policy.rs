//! What a domain says of its mail, each record with what it is for; and what becomes of a forged mail.

use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

use super::page::{Page, pad};
use crate::dialogue::text::write::safe;
use crate::net::policy::{Dane, Found, Kind, Policy};

/// The widest text of a record that is shown.
const TEXT: usize = 400;

/// For people.
pub(super) fn tell(page: &mut Page<'_>, policy: &Policy) {
    page.heading("mx-policy");
    for kind in Kind::ALL {
        let (title, cite) = kind.title();
        let front = format!("  {}  ", pad(title, 8));
        let columns = front.width();
        let Some(found) = policy.of(kind) else {
            if kind == Kind::Dkim {
                let text = page.word("mx-policy-dkim-unknown");
                page.hang(&front, columns, &text);
            }
            continue;
        };
        let text = match (found.text(), found.texts.len(), found.failed) {
            (Some(text), ..) => safe(text, TEXT),
            (None, 0, true) => page.word("mx-policy-failed"),
            (None, 0, false) => page.say("mx-policy-none", &[("owner", found.owner.clone())]),
            (None, count, _) => page.say("mx-policy-several", &[("count", count.to_string())]),
        };
        page.hang(&front, columns, &text);
        let meaning = meaning(page, found);
        page.hang(&" ".repeat(columns), columns, &format!("{meaning}   {cite}"));
    }
    for tlsa in policy.tlsa.iter().filter(|tlsa| tlsa.dane != Dane::None) {
        let front = format!("  {}  ", pad("TLSA", 8));
        let columns = front.width();
        let first = tlsa.records.first().map_or(String::new(), |(usage, selector, matching, _)| {
            format!("{} {usage} {selector} {matching} …", tlsa.owner)
        });
        page.hang(&front, columns, &first);
        let text = page.word(&format!("mx-policy-dane-{}", tlsa.dane.word()));
        page.hang(&" ".repeat(columns), columns, &format!("{text}   RFC 7672 §2.2"));
    }
    if policy.dane() == Dane::None {
        let text = page.word("mx-policy-dane-none");
        page.hang(&format!("  {}  ", pad("TLSA", 8)), 12, &text);
    }
    let trust = match (policy.trusted, policy.secure) {
        (false, _) => "mx-policy-untrusted",
        (true, true) => "mx-policy-secure",
        (true, false) => "mx-policy-insecure",
    };
    let text = page.word(trust);
    page.hang(&format!("  {}  ", pad("DNSSEC", 8)), 12, &text);
    if let Some(spf) = &policy.spf {
        super::spf::tell(page, spf);
    }
    page.blank();
    let text = page.word(&format!("mx-forgery-{}", policy.forgery().word()));
    page.prose(2, &text);
}

/// What a record means.
fn meaning(page: &Page<'_>, found: &Found) -> String {
    let id = match (found.kind, found.text()) {
        (kind, None) => format!("mx-policy-without-{}", kind.word()),
        (Kind::Spf, Some(text)) => {
            let terms: Vec<String> = text.split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
            let all = ["-all", "~all", "?all", "+all", "all"]
                .into_iter()
                .find(|all| terms.iter().any(|t| t == all));
            let word = match all {
                Some("-all") => "fail",
                Some("~all") => "softfail",
                Some("+all" | "all") => "pass",
                _ if terms.iter().any(|term| term.starts_with("redirect=")) => "redirect",
                _ => "neutral",
            };
            format!("mx-policy-spf-{word}")
        }
        (Kind::Dmarc, Some(_)) => {
            let p = found.tag("p").unwrap_or_default().to_ascii_lowercase();
            let word = ["reject", "quarantine", "none"].into_iter().find(|word| *word == p).unwrap_or("none");
            format!("mx-policy-dmarc-{word}")
        }
        (Kind::Dkim, Some(_)) if found.tag("p").is_some_and(str::is_empty) => {
            "mx-policy-dkim-revoked".to_owned()
        }
        (kind, Some(_)) => format!("mx-policy-with-{}", kind.word()),
    };
    page.word(&id)
}

/// For machines, into a report's object.
pub(super) fn json(policy: &Policy, out: &mut Map<String, Value>) {
    let text = |kind| policy.of(kind).and_then(Found::text);
    let mut records = json!({
        "spf": text(Kind::Spf),
        "dmarc": text(Kind::Dmarc),
        "mta_sts_id": policy.sts_id(),
        "tls_rpt": text(Kind::TlsRpt),
        "bimi": text(Kind::Bimi),
    });
    if let (Some(dkim), Value::Object(records)) = (policy.of(Kind::Dkim), &mut records) {
        records.insert("dkim".into(), dkim.text().into());
    }
    out.insert("records".into(), records);
    let sts = if policy.sts_id().is_some() { "present" } else { "none" };
    out.insert("mta_sts".into(), sts.into());
    out.insert("dane".into(), policy.dane().word().into());
    let with: Vec<_> = policy.tlsa.iter().filter(|tlsa| !tlsa.records.is_empty()).collect();
    out.insert("tlsa_owner".into(), with.first().map(|tlsa| tlsa.owner.clone()).into());
    let tlsa = with.iter().map(|tlsa| {
        let hex = |data: &[u8]| data.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let records = tlsa.records.iter().map(|(usage, selector, matching, data)| {
            json!({"usage": usage, "selector": selector, "matching": matching, "data": hex(data)})
        });
        json!({
            "host": tlsa.host,
            "owner": tlsa.owner,
            "secure": tlsa.secure,
            "dane": tlsa.dane.word(),
            "records": records.collect::<Vec<Value>>(),
        })
    });
    out.insert("tlsa".into(), tlsa.collect());
    if let Some(spf) = &policy.spf {
        out.insert("spf_result".into(), spf.verdict.word().into());
        out.insert("spf".into(), super::spf::json(spf));
    }
    out.insert("forged_mail".into(), policy.forgery().word().into());
}
