//! One object for each domain, in one line, with stable names.

use serde_json::{Map, Value, json};

use super::warning;
use crate::error::Error;
use crate::i18n::Catalog;
use crate::net::dns::{Lookup, Try};
use crate::net::mx::{PORT, Purpose, Report, Status};

/// A report.
pub fn render(report: &Report, lab: bool, catalog: &Catalog) -> Value {
    let domain = report.domain();
    let mut out = Map::new();
    out.insert("query".into(), report.query.clone().into());
    out.insert("domain".into(), domain.map(|d| d.wire.clone()).into());
    out.insert("domain_unicode".into(), domain.map(|d| d.unicode.clone()).into());
    out.insert("status".into(), report.status.word().into());
    out.insert("source".into(), report.source.map(crate::net::mx::Source::word).into());
    out.insert("plan".into(), plan(report));
    let skipped = report
        .skipped
        .iter()
        .map(|s| json!({"name": s.name, "reason": s.reason.word(), "preference": s.preference}));
    out.insert("skipped".into(), skipped.collect());
    let warnings =
        report.warnings.iter().map(|w| json!({"id": w.id, "text": warning(w, catalog), "cites": w.cites()}));
    out.insert("warnings".into(), warnings.collect());
    let tries =
        report.asked.iter().flat_map(|asked| asked.lookup.tries.iter().map(move |t| (asked.purpose, t)));
    out.insert("queries".into(), tries.map(|(purpose, attempt)| query(purpose, attempt)).collect());
    out.insert("additional_addresses".into(), report.volunteered.into());
    out.insert(
        "followup_queries".into(),
        report.asked(Purpose::Address).map(|l| l.tries.len()).sum::<usize>().into(),
    );
    out.insert("final_name".into(), report.final_name.clone().into());
    out.insert("alias_hops".into(), report.hops.into());
    out.insert("port".into(), PORT.into());
    out.insert("transport".into(), "tcp".into());
    out.insert("enhanced".into(), report.status.enhanced().into());
    if report.status == Status::NullMx {
        // RFC 7505 §4.1: what a server says that is asked to relay there.
        out.insert("reply".into(), "556 5.1.10".into());
    }
    let last = report.asked(Purpose::Exchanges).last().and_then(Lookup::reply);
    if let Some((code, _)) = last.and_then(crate::net::dns::Reply::extended_error) {
        out.insert("ede".into(), code.into());
    }
    out.insert("ad".into(), last.is_some_and(|reply| reply.message.metadata.authentic_data).into());
    if let Some(policy) = &report.policy {
        super::policy::json(policy, &mut out);
    }
    if let Some(probed) = &report.probed {
        out.insert("probe".into(), super::probe::json(probed));
    }
    out.insert("lab".into(), lab.into());
    Value::Object(out)
}

fn plan(report: &Report) -> Value {
    let tiers = report.plan.iter().map(|tier| {
        let host = |host: &crate::net::mx::Host| json!({"name": host.name, "addresses": host.addresses});
        let hosts: Vec<Value> = tier.hosts.iter().map(host).collect();
        json!({"preference": tier.preference, "hosts": hosts})
    });
    tiers.collect()
}

/// A query as it was made.
fn query(purpose: Purpose, attempt: &Try) -> Value {
    let purpose = match purpose {
        Purpose::Exchanges => "mx",
        Purpose::Address => "address",
        Purpose::Policy => "policy",
    };
    let mut out = json!({
        "name": attempt.name,
        "type": attempt.kind.to_string(),
        "for": purpose,
        "server": attempt.server.to_string(),
        "transport": attempt.transport.title().to_ascii_lowercase(),
        "sent": attempt.sent,
        "ms": (attempt.took.as_secs_f64() * 1e5).round() / 100.0,
    });
    let more = match &attempt.result {
        Ok(reply) => {
            let message = &reply.message;
            json!({
                "rcode": reply.rcode(),
                "flags": reply.flags(),
                "bytes": reply.bytes,
                "edns": message.edns.is_some(),
                "counts": {
                    "question": message.queries.len(),
                    "answer": message.answers.len(),
                    "authority": message.authorities.len(),
                    "additional": message.additionals.len(),
                },
                "ede": reply.extended_error().map(|(code, text)| json!({"code": code, "text": text})),
            })
        }
        Err(fault) => json!({
            "rcode": null, "flags": [], "bytes": 0, "edns": false,
            "counts": null, "ede": null, "fault": fault.word(),
        }),
    };
    if let (Value::Object(out), Value::Object(more)) = (&mut out, more) {
        out.extend(more);
    }
    out
}

/// What was typed and cannot be meant so: nothing was asked.
pub fn usage(query: &str, error: &Error, catalog: &Catalog) -> Value {
    json!({
        "query": query,
        "domain": null,
        "domain_unicode": null,
        "status": "usage",
        "source": null,
        "plan": [],
        "skipped": [],
        "warnings": [],
        "queries": [],
        "error": catalog.error(error, false),
    })
}
