//! In short, for scripts: a line for each exchange, in the order in which they are tried.

use std::fmt::Write;

use crate::dialogue::text::write::safe;
use crate::net::mx::Report;

/// The lines. Of several domains each line begins with its domain; one without a plan has `-` and its status.
pub fn render(report: &Report, several: bool) -> String {
    let mut out = String::new();
    let domain = report.domain().map_or(report.query.as_str(), |domain| domain.wire.as_str());
    let domain = if several { format!("{} ", safe(domain, 255)) } else { String::new() };
    for tier in &report.plan {
        for host in &tier.hosts {
            let preference = tier.preference.unwrap_or(0);
            let _ = write!(out, "{domain}{preference} {}", host.name);
            for address in &host.addresses {
                let _ = write!(out, " {address}");
            }
            out.push('\n');
        }
    }
    if report.plan.is_empty() && several {
        let _ = writeln!(out, "{domain}- {}", report.status.word());
    }
    out
}
