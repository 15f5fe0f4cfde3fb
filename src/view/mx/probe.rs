//! What came of trying every address of a plan: a table, TLS of each, and which one a sender would have used.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::page::{Page, pad};
use crate::annotate::marks::fault_note;
use crate::dialogue::text::write::safe;
use crate::net::mx::probe::{Outcome, Probed, Tls};
use crate::net::policy::Fit;
use crate::net::{Certificate, CertificateFault, TlsInfo, Verdict};

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
            tell_tls(page, tls);
        }
        if let Some(fit) = &one.dane {
            let text = match fit {
                Fit::Fits(usage, selector, matching) => {
                    page.say("mx-probe-dane-fits", &[("record", format!("{usage} {selector} {matching}"))])
                }
                Fit::Differs(misfit) => page.word(&format!("mx-probe-dane-{}", misfit.word())),
            };
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

/// The version, each certificate that was sent, and what this system makes of them.
fn tell_tls(page: &mut Page<'_>, tls: &Tls) {
    let info = match tls {
        Tls::On(info) => info,
        Tls::NotOffered => return page.prose(6, &page.word("mx-probe-tls-none")),
        Tls::Failed(_) => return page.prose(6, &page.word("mx-probe-tls-failed")),
    };
    let version = ("version", info.version.clone());
    let Some(own) = &info.certificate else {
        return page.prose(6, &page.say("mx-probe-tls-unread", &[version]));
    };
    let names = if own.names.is_empty() { own.subject.clone() } else { own.names.join(", ") };
    page.prose(6, &page.say("mx-probe-tls", &[version, ("names", names)]));
    for (i, certificate) in sent(info).enumerate() {
        let left = days(certificate);
        let id = if left < 0 { "mx-probe-chain-expired" } else { "mx-probe-chain" };
        let text = page.say(
            id,
            &[
                ("subject", certificate.subject.clone()),
                ("issuer", certificate.issuer.clone()),
                ("days", left.unsigned_abs().to_string()),
            ],
        );
        page.hang(&format!("      {}  ", i + 1), 9, &text);
    }
    page.prose(6, &page.word(if rooted(info) { "mx-probe-rooted" } else { "mx-probe-unrooted" }));
    let faults = faults(info);
    if !faults.is_empty() {
        let said = faults.iter().map(|fault| {
            let note = fault_note(fault);
            page.say(&note.id, &note.args)
        });
        let said = said.collect::<Vec<_>>().join("; ");
        page.prose(6, &page.say("mx-probe-tls-untrusted", &[("faults", said)]));
    }
}

/// The certificates that were sent, the server's own first.
fn sent(info: &TlsInfo) -> impl Iterator<Item = &Certificate> {
    info.certificate.iter().chain(&info.chain)
}

/// Whether a root of this system vouches for the server's certificate.
fn rooted(info: &TlsInfo) -> bool {
    info.certificate.is_some() && !faults(info).iter().any(CertificateFault::is_of_chain)
}

fn faults(info: &TlsInfo) -> &[CertificateFault] {
    match &info.verified {
        Verdict::Failed(faults) => faults,
        Verdict::Verified | Verdict::Unknown => &[],
    }
}

/// Days that a certificate is still valid for; negative: since when it is not.
fn days(certificate: &Certificate) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    (certificate.not_after - i64::try_from(now).unwrap_or(i64::MAX)).div_euclid(86400)
}

/// A certificate that was sent.
fn link(certificate: &Certificate) -> Value {
    json!({
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "self_signed": certificate.self_signed,
        "days_left": days(certificate),
    })
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
                "chain": sent(info).map(link).collect::<Vec<Value>>(),
                "rooted": rooted(info),
                "faults": faults(info).iter().map(CertificateFault::name).collect::<Vec<_>>(),
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
            "dane": one.dane.as_ref().map(|fit| matches!(fit, Fit::Fits(..))),
            "dane_record": match &one.dane {
                Some(Fit::Fits(usage, selector, matching)) => Some(format!("{usage} {selector} {matching}")),
                _ => None,
            },
            "dane_misfit": match &one.dane {
                Some(Fit::Differs(misfit)) => Some(misfit.word()),
                _ => None,
            },
        })
    };
    probed.iter().map(one).collect()
}
