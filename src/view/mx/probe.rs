//! What came of trying every address of a plan: a table, TLS of each, and which one a sender would have used.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::page::{Page, pad};
use crate::dialogue::text::write::safe;
use crate::net::mx::probe::{Outcome, Probed, Tls};
use crate::net::{Certificate, TlsInfo, Verdict};

/// For people.
pub(super) fn tell(page: &mut Page<'_>, probed: &[Probed]) {
    if probed.is_empty() {
        return;
    }
    page.heading("mx-probe");
    let widest = probed.iter().map(|p| p.address.to_string().width()).max().unwrap_or(0);
    for one in probed {
        let front = format!("  {}  ", pad(&one.address.to_string(), widest));
        let code = match &one.outcome {
            Outcome::Greeted(code) | Outcome::NoEhlo(code) => code.clone(),
            _ => String::new(),
        };
        let ms = one.took.as_millis().to_string();
        let said = page.say(&format!("mx-probe-{}", one.outcome.word()), &[("code", code), ("ms", ms)]);
        page.hang(&front, front.width(), &format!("{}: {said}", one.host));
        if let Some(greeting) = &one.greeting {
            page.prose(6, &safe(greeting, 200));
        }
        if !one.capabilities.is_empty() {
            page.prose(6, &safe(&one.capabilities.join(", "), 400));
        }
        if let Some(tls) = &one.tls {
            let text = tls_text(page, tls);
            page.prose(6, &text);
        }
        if let Some(fits) = one.dane {
            let text = page.word(if fits { "mx-probe-dane-fits" } else { "mx-probe-dane-differs" });
            page.prose(6, &text);
        }
    }
    page.blank();
    let text = match probed.iter().find(|one| one.outcome == Outcome::Took) {
        Some(one) => {
            page.say("mx-probe-used", &[("host", one.host.clone()), ("address", one.address.to_string())])
        }
        None if probed.iter().all(|one| one.outcome.word() == "timeout") => page.word("mx-probe-filtered"),
        None => page.word("mx-probe-nobody"),
    };
    page.prose(2, &text);
}

fn tls_text(page: &Page<'_>, tls: &Tls) -> String {
    match tls {
        Tls::NotOffered => page.word("mx-probe-tls-none"),
        Tls::Failed(_) => page.word("mx-probe-tls-failed"),
        Tls::On(info) => {
            let certificate = info.certificate.as_ref();
            let names = certificate.map_or(String::new(), |c| {
                if c.names.is_empty() { c.subject.clone() } else { c.names.join(", ") }
            });
            let text = page.say(
                "mx-probe-tls",
                &[
                    ("version", info.version.clone()),
                    ("names", names),
                    ("issuer", certificate.map_or(String::new(), |c| c.issuer.clone())),
                    ("days", certificate.map_or(0, days).to_string()),
                ],
            );
            let faults: Vec<&str> = faults(info);
            if faults.is_empty() {
                return text;
            }
            let said = page.say("mx-probe-tls-untrusted", &[("faults", faults.join(", "))]);
            format!("{text} {said}")
        }
    }
}

fn faults(info: &TlsInfo) -> Vec<&'static str> {
    match &info.verified {
        Verdict::Failed(faults) => faults.iter().map(crate::net::CertificateFault::name).collect(),
        Verdict::Verified | Verdict::Unknown => Vec::new(),
    }
}

/// Days that a certificate is still valid for; negative: since when it is not.
fn days(certificate: &Certificate) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    (certificate.not_after - i64::try_from(now).unwrap_or(i64::MAX)).div_euclid(86400)
}

/// For machines.
pub(super) fn json(probed: &[Probed]) -> Value {
    let one = |one: &Probed| {
        let tls = match &one.tls {
            None => Value::Null,
            Some(Tls::NotOffered) => json!({"offered": false}),
            Some(Tls::Failed(_)) => json!({"offered": true, "version": null}),
            Some(Tls::On(info)) => json!({
                "offered": true,
                "version": info.version,
                "cipher": info.cipher,
                "subject": info.certificate.as_ref().map(|c| c.subject.clone()),
                "names": info.certificate.as_ref().map(|c| c.names.clone()),
                "issuer": info.certificate.as_ref().map(|c| c.issuer.clone()),
                "days_left": info.certificate.as_ref().map(days),
                "faults": faults(info),
            }),
        };
        json!({
            "host": one.host,
            "address": one.address,
            "outcome": one.outcome.word(),
            "ms": u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX),
            "greeting": one.greeting,
            "capabilities": one.capabilities,
            "tls": tls,
            "dane": one.dane,
        })
    };
    probed.iter().map(one).collect()
}
