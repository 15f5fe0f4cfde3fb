//! A delivery plan as a page: whom to try and in which order; what is odd; how it was found; what would happen
//! next. Nothing here decides anything.

use colored::Colorize;
use unicode_width::UnicodeWidthStr;

use super::page::{Page, pad, right};
use super::{story, warning};
use crate::dialogue::text::write::safe;
use crate::i18n::Catalog;
use crate::net::mx::{Purpose, Report, Source, Status};

/// How it is to look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Colours.
    pub colour: bool,
    /// Columns.
    pub width: usize,
    /// Whether each step says why.
    pub explain: bool,
    /// Whether the lab was asked: its records are not the world's.
    pub lab: bool,
}

/// The page.
pub fn render(report: &Report, look: Look, catalog: &Catalog) -> String {
    let mut page = Page::new(catalog, look.colour, look.width);
    title(&mut page, report, look);
    plan(&mut page, report);
    skipped(&mut page, report);
    warnings(&mut page, report, catalog);
    story::tell(&mut page, report, look);
    if let Some(policy) = &report.policy {
        super::policy::tell(&mut page, policy);
    }
    if let Some(probed) = &report.probed {
        super::probe::tell(&mut page, probed);
    }
    next(&mut page, report, look);
    page.text()
}

/// The domain as people read it, and as the wire has it where that differs.
fn shown(report: &Report) -> String {
    match report.domain() {
        Some(domain) if domain.unicode != domain.wire => {
            format!("{} ({})", safe(&domain.unicode, 255), domain.wire)
        }
        Some(domain) => domain.wire.clone(),
        None => report.plan.iter().flat_map(|tier| &tier.hosts).map(|host| host.name.clone()).collect(),
    }
}

fn title(page: &mut Page<'_>, report: &Report, look: Look) {
    let count: usize = report.plan.iter().map(|tier| tier.hosts.len()).sum();
    let id = match (report.status, report.source) {
        (Status::Ok, Some(Source::Implicit)) => "mx-title-implicit".to_owned(),
        (Status::Ok, Some(Source::Literal)) => "mx-title-literal".to_owned(),
        (status, _) => format!("mx-title-{}", status.word()),
    };
    let said = page.say(&id, &[("domain", shown(report)), ("count", count.to_string())]);
    for (i, line) in crate::view::notes::wrap(&said, page.width, 0, 0).iter().enumerate() {
        let painted = match report.status {
            _ if !page.colour || i > 0 => line.clone(),
            Status::Ok => line.bold().to_string(),
            Status::DnsFailure => line.yellow().bold().to_string(),
            _ => line.red().bold().to_string(),
        };
        page.line(&painted);
    }
    if look.lab {
        let text = page.word("mx-lab");
        page.prose(0, &text);
    }
}

/// The table: a line for each host, its addresses side by side where there is room.
fn plan(page: &mut Page<'_>, report: &Report) {
    if report.plan.is_empty() {
        return;
    }
    let heads = ["mx-head-try", "mx-head-preference", "mx-head-exchange", "mx-head-addresses"]
        .map(|id| page.word(id));
    let hosts: Vec<_> =
        report.plan.iter().flat_map(|tier| tier.hosts.iter().map(move |h| (tier.preference, h))).collect();
    let widest = hosts.iter().map(|(_, host)| host.name.width()).max().unwrap_or(0).max(heads[2].width());
    let [first, second] = [heads[0].width().max(3), heads[1].width().max(5)];
    // A very long name has its addresses below it.
    let name = widest.min(page.width.saturating_sub(first + second + 6 + 16).max(20));
    let column = 2 + first + 2 + second + 2 + name + 2;
    page.blank();
    let head = format!(
        "  {}  {}  {}  {}",
        right(&heads[0], first),
        right(&heads[1], second),
        pad(&heads[2], name),
        heads[3]
    );
    page.line(&if page.colour { head.dimmed().to_string() } else { head });
    for (i, (preference, host)) in hosts.iter().enumerate() {
        let preference = preference.map_or("-".to_owned(), |p| p.to_string());
        let mut line = format!("  {}  {}  ", right(&(i + 1).to_string(), first), right(&preference, second));
        let cell = pad(&host.name, name);
        line.push_str(&if page.colour { cell.cyan().to_string() } else { cell });
        let wide = host.name.width() > name;
        let mut at = if wide { page.width } else { column };
        line.push_str("  ");
        for (n, address) in host.addresses.iter().map(ToString::to_string).enumerate() {
            let gap = if n == 0 && !wide { 0 } else { 2 };
            if at + gap + address.width() > page.width && (n > 0 || wide) {
                page.line(&line);
                line = " ".repeat(column);
                at = column;
            } else {
                line.push_str(&" ".repeat(gap));
                at += gap;
            }
            at += address.width();
            line.push_str(&address);
        }
        page.line(&line);
    }
    if report.plan.iter().any(|tier| tier.hosts.len() > 1) {
        page.blank();
        let text = page.word("mx-equal");
        page.prose(2, &text);
    }
}

/// Whom not, and why.
fn skipped(page: &mut Page<'_>, report: &Report) {
    if report.skipped.is_empty() {
        return;
    }
    page.heading("mx-skipped");
    let widest = report.skipped.iter().map(|s| s.name.width()).max().unwrap_or(0).min(40);
    for skipped in &report.skipped {
        let preference = skipped.preference.map_or(String::new(), |p| p.to_string());
        let front = format!("  {}  {}  ", right(&preference, 5), pad(&safe(&skipped.name, 255), widest));
        let text = page.word(&format!("mx-reason-{}", skipped.reason.word()));
        let columns = front.width().min(50);
        page.hang(&front, columns, &text);
    }
}

fn warnings(page: &mut Page<'_>, report: &Report, catalog: &Catalog) {
    if report.warnings.is_empty() {
        return;
    }
    page.blank();
    let word = format!("{} ", page.word("level-warn"));
    for found in &report.warnings {
        let front = if page.colour { word.yellow().to_string() } else { word.clone() };
        let text = format!("{}   {}", warning(found, catalog), found.cites().join(", "));
        page.hang_from(&front, word.width(), 4, &text);
    }
}

/// What would happen next.
fn next(page: &mut Page<'_>, report: &Report, look: Look) {
    page.heading("mx-next");
    let several = report.plan.iter().map(|tier| tier.hosts.len()).sum::<usize>() > 1
        || report.plan.iter().flat_map(|tier| &tier.hosts).any(|host| host.addresses.len() > 1);
    let enhanced = report.status.enhanced().unwrap_or_default().to_owned();
    let sentences: &[&str] = match report.status {
        Status::Ok if several => {
            &["mx-next-connect", "mx-next-down", "mx-next-refused", "mx-next-all-down", "mx-next-bounce"]
        }
        Status::Ok => {
            &["mx-next-connect", "mx-next-only", "mx-next-refused", "mx-next-all-down", "mx-next-bounce"]
        }
        Status::DnsFailure => &["mx-next-dns", "mx-next-bounce"],
        Status::NullMx => &["mx-next-permanent", "mx-next-null"],
        Status::Loop => &["mx-next-permanent", "mx-next-loop"],
        _ => &["mx-next-permanent"],
    };
    for id in sentences {
        let text = page.say(id, &[("enhanced", enhanced.clone())]);
        page.hang("  - ", 4, &text);
    }
    if look.explain && report.status == Status::Ok {
        page.why(4, "mx-why-port", &[]);
        page.why(4, "mx-why-queue", &[]);
    }
    if report.status == Status::NxDomain && report.asked(Purpose::Address).next().is_none() && look.explain {
        page.why(4, "mx-why-nxdomain", &[]);
    }
}
