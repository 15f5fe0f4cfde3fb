//! How a plan was found: each query for the exchanges with its sections, then the queries for addresses.

use std::time::Duration;

use super::page::{Page, pad, right};
use super::text::Look;
use crate::net::dns::{Lookup, Meaning, RData, RecordType, Reply, Try, read};
use crate::net::mx::{Purpose, Report};

/// Tells it.
pub(super) fn tell(page: &mut Page<'_>, report: &Report, look: Look) {
    page.heading("mx-story");
    if report.asked.is_empty() {
        let text = page.word("mx-story-literal");
        page.prose(2, &text);
        return;
    }
    let mut step = 0;
    for lookup in report.asked(Purpose::Exchanges) {
        for (i, attempt) in lookup.tries.iter().enumerate() {
            step += 1;
            one(page, attempt, step);
            if let Ok(reply) = &attempt.result {
                let cut = reply.message.metadata.truncation;
                if cut && i + 1 < lookup.tries.len() {
                    let text = page.word("mx-story-truncated");
                    page.prose(5, &text);
                } else {
                    sections(page, reply, report.volunteered, look);
                    meaning(page, lookup, attempt);
                }
            }
        }
    }
    if look.explain {
        page.why(5, "mx-why-first", &[]);
    }
    addresses(page, report, step + 1, look);
}

/// `  1  MX gmail.com   127.0.0.1:53, UDP, 12 ms, 187 octets: NOERROR`.
fn one(page: &mut Page<'_>, attempt: &Try, step: usize) {
    let args = [
        ("kind", attempt.kind.to_string()),
        ("name", attempt.name.clone()),
        ("server", attempt.server.to_string()),
        ("transport", attempt.transport.title().to_owned()),
        ("time", time(attempt.took)),
    ];
    let text = match &attempt.result {
        Ok(reply) => {
            let mut args = args.to_vec();
            args.extend([
                ("bytes", reply.bytes.to_string()),
                ("rcode", reply.rcode()),
                ("flags", reply.flags().join(" ")),
            ]);
            page.say("mx-story-query", &args)
        }
        Err(fault) => {
            let said = page.word(&format!("mx-fault-{}", fault.word()));
            let mut args = args.to_vec();
            args.push(("fault", said));
            page.say("mx-story-failed", &args)
        }
    };
    page.hang(&format!("  {}  ", right(&step.to_string(), 1)), 5, &text);
}

/// Milliseconds, as many digits as mean something.
fn time(took: Duration) -> String {
    let ms = took.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.1} ms") } else { format!("{ms:.0} ms") }
}

/// The three sections, each with what it is.
fn sections(page: &mut Page<'_>, reply: &Reply, volunteered: usize, look: Look) {
    let message = &reply.message;
    let count = |section: &[crate::net::dns::Record], kinds: &[RecordType]| {
        section.iter().filter(|r| kinds.contains(&r.record_type())).count()
    };
    let ttl = message.answers.iter().map(|r| r.ttl).min();
    let servers = count(&message.authorities, &[RecordType::NS]);
    let soa = count(&message.authorities, &[RecordType::SOA]);
    let aliases = count(&message.answers, &[RecordType::CNAME]);
    let targets = message.answers.iter().any(|r| matches!(&r.data, RData::MX(mx) if !mx.exchange.is_root()));
    let answer = match (message.answers.len(), aliases) {
        (all, some) if all > 0 && all == some => page.word("mx-section-answer-alias-only"),
        (0, _) => page.word("mx-section-answer-none"),
        (_, 0) => page.say("mx-section-answer", &[("ttl", ttl.unwrap_or(0).to_string())]),
        _ => page.say(
            "mx-section-answer-alias",
            &[("ttl", ttl.unwrap_or(0).to_string()), ("count", aliases.to_string())],
        ),
    };
    let authority = match (servers, soa) {
        (0, 0) => String::new(),
        (0, _) => page.word("mx-section-authority-soa"),
        _ => page.word("mx-section-authority-ns"),
    };
    let additional = match (volunteered, targets) {
        (0, false) => String::new(),
        (0, true) => page.word("mx-section-additional-none"),
        _ => page.say("mx-section-additional", &[("count", volunteered.to_string())]),
    };
    for (name, count, text) in [
        ("ANSWER", message.answers.len(), answer),
        ("AUTHORITY", message.authorities.len(), authority),
        ("ADDITIONAL", message.additionals.len(), additional),
    ] {
        let front = format!("     {} {}  ", pad(name, 10), right(&count.to_string(), 2));
        page.hang(&front, 20, &text);
    }
    if look.explain {
        if message.answers.iter().any(|r| matches!(r.data, RData::MX(_))) {
            page.why(5, "mx-why-order", &[]);
        }
        page.why(5, "mx-why-sections", &[]);
    }
}

/// What the answer means, where it is not simply records.
fn meaning(page: &mut Page<'_>, lookup: &Lookup, attempt: &Try) {
    let Some(question) = lookup.reply().and_then(|r| r.message.queries.first()) else { return };
    let found = read(lookup, question.name(), attempt.kind);
    let id = match found.meaning {
        Meaning::Records | Meaning::None => return,
        Meaning::NoData => "mx-meaning-nodata",
        Meaning::NxDomain => "mx-meaning-nxdomain",
        Meaning::Referral => "mx-meaning-referral",
        Meaning::AliasLoop => "mx-meaning-alias-loop",
        Meaning::AliasOpen => "mx-meaning-alias-open",
        Meaning::ServFail => "mx-meaning-servfail",
        Meaning::Refused => "mx-meaning-refused",
        Meaning::Other => "mx-meaning-other",
    };
    let mut text = page.say(id, &[("name", crate::net::dns::plain(&found.name))]);
    if let Some((code, words)) = lookup.reply().and_then(Reply::extended_error) {
        let more = page.say("mx-meaning-extended", &[("code", code.to_string()), ("words", words)]);
        text.push(' ');
        text.push_str(&more);
    }
    page.prose(5, &text);
}

/// The queries for addresses: together, and those that failed each.
fn addresses(page: &mut Page<'_>, report: &Report, step: usize, look: Look) {
    let tries: Vec<&Try> = report.asked(Purpose::Address).flat_map(|lookup| &lookup.tries).collect();
    let Some(first) = tries.first() else { return };
    let longest = tries.iter().map(|t| t.took).max().unwrap_or_default();
    let mut transports: Vec<&str> = tries.iter().map(|t| t.transport.title()).collect();
    transports.sort_unstable();
    transports.dedup();
    let ttl = tries
        .iter()
        .filter_map(|t| t.result.as_ref().ok())
        .flat_map(|r| &r.message.answers)
        .map(|r| r.ttl)
        .min();
    let text = page.say(
        "mx-story-addresses",
        &[
            ("count", tries.len().to_string()),
            ("server", first.server.to_string()),
            ("transport", transports.join("+")),
            ("time", time(longest)),
            ("ttl", ttl.map_or("-".to_owned(), |ttl| ttl.to_string())),
        ],
    );
    page.hang(&format!("  {step}  "), 5, &text);
    let implicit = report
        .asked(Purpose::Exchanges)
        .last()
        .and_then(Lookup::reply)
        .is_some_and(|r| !r.message.answers.iter().any(|r| r.record_type() == RecordType::MX));
    let id = match (implicit, report.volunteered) {
        (true, _) => "mx-story-implicit",
        (false, 0) => "mx-story-needed",
        (false, _) => "mx-story-again",
    };
    let text = page.say(id, &[("count", report.volunteered.to_string())]);
    page.prose(5, &text);
    if look.explain && report.volunteered > 0 {
        page.why(5, "mx-why-again", &[]);
    }
    for attempt in tries {
        let (rcode, fault) = match &attempt.result {
            Ok(reply) if reply.rcode() == "NOERROR" => continue,
            Ok(reply) => (reply.rcode(), None),
            Err(fault) => (String::new(), Some(page.word(&format!("mx-fault-{}", fault.word())))),
        };
        let said = fault.unwrap_or(rcode);
        page.prose(5, &format!("{} {}: {said}", attempt.kind, attempt.name));
    }
}
