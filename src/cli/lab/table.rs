//! What a lab says of itself: a page to copy from.

use std::fmt::Write;
use std::path::Path;

use colored::Colorize;
use unicode_width::UnicodeWidthStr;

use crate::i18n::Catalog;
use crate::lab::control::Running;
use crate::lab::home::shown;
use crate::lab::profile::Profile;
use crate::lab::run::{Begun, Ended};
use crate::lab::serve::Service;
use crate::view::notes::wrap;

/// A lab, as far as the page tells of it.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The servers' name.
    pub host: String,
    /// The domain.
    pub domain: String,
    /// Where it listens.
    pub addresses: Vec<String>,
    /// On which ports.
    pub ports: Vec<(Service, u16)>,
    /// The name server's port.
    pub dns: Option<u16>,
    /// Accounts and passwords.
    pub accounts: Vec<(String, String)>,
    /// The file of the mail.
    pub data: Option<String>,
    /// The authority's certificate.
    pub ca: String,
    /// What is offered.
    pub profile: Profile,
    /// Whether STARTTLS is, where the profile has it.
    pub starttls: bool,
    /// Whether others than this machine can come.
    pub open: bool,
}

impl Sheet {
    /// Of a lab that has begun here.
    pub fn of(begun: &Begun) -> Sheet {
        let settings = &begun.settings;
        Sheet {
            host: settings.host.clone(),
            domain: settings.domain.clone(),
            addresses: begun.facts.addresses.clone(),
            ports: begun.facts.ports.clone(),
            dns: begun.facts.dns.first().map(|(_, port)| *port),
            accounts: settings.accounts.iter().map(|a| (a.name.clone(), a.password.clone())).collect(),
            data: begun.facts.data.clone(),
            ca: begun.ca.display().to_string(),
            profile: settings.profile,
            starttls: settings.starttls,
            open: settings.is_open(),
        }
    }

    /// Of a lab that runs elsewhere.
    pub fn running(running: &Running) -> Sheet {
        let status = &running.status;
        let texts = |name: &str| -> Vec<String> {
            let list = status[name].as_array().into_iter().flatten();
            list.filter_map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let accounts = status["accounts"].as_object().into_iter().flatten();
        Sheet {
            host: running.text("host").to_owned(),
            domain: running.text("domain").to_owned(),
            addresses: texts("addresses"),
            ports: Service::ALL.iter().filter_map(|s| Some((*s, running.port(s.name())?))).collect(),
            dns: running.port("dns"),
            accounts: accounts
                .map(|(name, password)| (name.clone(), password.as_str().unwrap_or_default().to_owned()))
                .collect(),
            data: status["data"].as_str().map(str::to_owned),
            ca: running.text("ca").to_owned(),
            profile: Profile::parse(running.text("profile")).unwrap_or_default(),
            starttls: status["starttls"].as_bool().unwrap_or(true),
            open: status["open_to_others"].as_bool().unwrap_or(false),
        }
    }
}

/// Text for people.
pub struct Page<'a> {
    catalog: &'a Catalog,
    colour: bool,
    width: usize,
    text: String,
}

impl<'a> Page<'a> {
    /// An empty page.
    pub fn new(catalog: &'a Catalog, colour: bool, width: usize) -> Page<'a> {
        Page { catalog, colour, width, text: String::new() }
    }

    /// What was written.
    pub fn text(self) -> String {
        self.text
    }

    /// A paragraph.
    pub fn prose(&mut self, text: &str) {
        for line in text.lines().flat_map(|line| wrap(line, self.width, 0, 0)) {
            let _ = writeln!(self.text, "{}", line.trim_end());
        }
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A row of cells, each with its column's width; the last one is a command, or plain.
    pub fn row(&mut self, cells: &[(&str, usize)], last: &str, command: bool) {
        let mut line = String::from("  ");
        for (i, (cell, width)) in cells.iter().enumerate() {
            let pad = width.saturating_sub(cell.width()) + 2;
            let cell = if self.colour && i == 0 { cell.bold().to_string() } else { (*cell).to_owned() };
            line.push_str(&cell);
            line.push_str(&" ".repeat(pad));
        }
        line.push_str(&if self.colour && command { last.cyan().to_string() } else { last.to_owned() });
        let _ = writeln!(self.text, "{}", line.trim_end());
    }

    /// A sentence without arguments.
    pub fn word(&self, id: &str) -> String {
        self.catalog.word(id)
    }

    /// A sentence.
    pub fn say(&self, id: &str, args: &[(&'static str, &str)]) -> String {
        self.catalog.say(id, &args.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
    }
}

/// The page of a lab that has begun.
pub fn page(begun: &Begun, took_over: bool, catalog: &Catalog, colour: bool, width: usize) -> String {
    let mut page = Page::new(catalog, colour, width);
    if let Some(pid) = begun.crashed {
        page.prose(&page.say("lab-crashed", &[("pid", &pid.to_string())]));
        page.blank();
    }
    if took_over {
        page.prose(&page.word("lab-took-over"));
        page.blank();
    }
    let sheet = Sheet::of(begun);
    lay_out(&mut page, &sheet);
    page.blank();
    page.prose(&page.word("lab-follows"));
    page.blank();
    page.text()
}

/// The page's body.
pub fn lay_out(page: &mut Page<'_>, sheet: &Sheet) {
    let title = page.say("lab-title", &[("host", &sheet.host), ("domain", &sheet.domain)]);
    page.prose(&title);
    let addresses = sheet.addresses.join(", ");
    page.prose(&page.say("lab-where", &[("addresses", &addresses)]));
    if sheet.open {
        page.prose(&page.word("lab-open"));
    }
    page.blank();
    services(page, sheet);
    page.blank();
    let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
    let addresses: Vec<String> =
        sheet.accounts.iter().map(|(name, _)| format!("{name}@{}", sheet.domain)).collect();
    let column = widest(&mut addresses.iter().map(|address| address.width()));
    let password = page.word("lab-password");
    for (address, (_, secret)) in addresses.iter().zip(&sheet.accounts) {
        page.row(&[(address, column), (&password, password.width())], secret, false);
    }
    page.blank();
    let kept = match &sheet.data {
        Some(file) => shown(Path::new(file)),
        None => page.word("lab-memory"),
    };
    let rows = [
        (page.word("lab-kept"), kept, false),
        (page.word("lab-ca"), shown(Path::new(&sheet.ca)), false),
        (page.word("lab-program"), page.localised("ehlo lab thunderbird DIR"), true),
    ];
    let column = widest(&mut rows.iter().map(|(label, ..)| label.width()));
    for (label, text, command) in rows {
        page.row(&[(&label, column)], &text, command);
    }
}

impl Page<'_> {
    fn localised(&self, text: &str) -> String {
        super::super::help::localise(text, self.catalog)
    }
}

/// The table of services.
fn services(page: &mut Page<'_>, sheet: &Sheet) {
    let heads = ["lab-head-service", "lab-head-port", "lab-head-tls"].map(|id| page.word(id));
    let rows: Vec<(Service, u16, String)> = sheet
        .ports
        .iter()
        .map(|(service, port)| (*service, *port, page.word(encryption(*service, sheet))))
        .collect();
    let first = rows.iter().map(|(s, ..)| s.title().width()).chain([heads[0].width()]).max().unwrap_or(0);
    let third = rows.iter().map(|(.., text)| text.width()).chain([heads[2].width()]).max().unwrap_or(0);
    let second = heads[1].width().max(5);
    let mut head = format!(
        "  {}{}  {}{}  {}{}  {}",
        heads[0],
        " ".repeat(first - heads[0].width()),
        heads[1],
        " ".repeat(second - heads[1].width()),
        heads[2],
        " ".repeat(third - heads[2].width()),
        page.word("lab-head-command"),
    );
    if page.colour {
        head = head.dimmed().to_string();
    }
    let _ = writeln!(page.text, "{head}");
    for (service, port, text) in &rows {
        let port = port.to_string();
        page.row(&[(service.title(), first), (&port, second), (text, third)], &command(*service), true);
    }
    if let Some(port) = sheet.dns {
        let (port, none) = (port.to_string(), page.word("lab-tls-none"));
        page.row(&[("DNS", first), (&port, second), (&none, third)], "ehlo mx gmail.com --server lab", true);
    }
    let moved: Vec<_> = sheet
        .ports
        .iter()
        .filter(|(service, port)| *port != service.free_port() && *port != service.standard_port())
        .collect();
    if !moved.is_empty() {
        let ports: Vec<String> = moved.iter().map(|(service, _)| service.free_port().to_string()).collect();
        page.blank();
        let said =
            page.say("lab-moved", &[("ports", &ports.join(", ")), ("count", &ports.len().to_string())]);
        page.prose(&said);
    }
}

/// The command that talks with a service by hand.
fn command(service: Service) -> String {
    let verb = service.protocol().word();
    match service {
        Service::Submission => "ehlo smtp lab:587 --starttls".to_owned(),
        _ if service.tls() => format!("ehlo {verb} lab --tls"),
        _ => format!("ehlo {verb} lab"),
    }
}

/// What a service says of encryption and login: a text id.
fn encryption(service: Service, sheet: &Sheet) -> &'static str {
    let offered = |by_profile: bool| by_profile && sheet.starttls;
    match service {
        Service::Submission if offered(sheet.profile.smtp_starttls()) => "lab-tls-starttls-login",
        Service::Submission => "lab-tls-none-login",
        Service::Smtps => "lab-tls-first-login",
        Service::Pop3s | Service::Imaps => "lab-tls-first",
        Service::Smtp if offered(sheet.profile.smtp_starttls()) => "lab-tls-starttls",
        Service::Pop3 if offered(sheet.profile.pop_stls()) => "lab-tls-stls",
        Service::Imap if offered(sheet.profile.imap_starttls()) => "lab-tls-starttls",
        _ => "lab-tls-none",
    }
}

/// The page of a lab that runs elsewhere.
pub fn status(running: &Running, catalog: &Catalog, colour: bool, width: usize) -> String {
    let mut page = Page::new(catalog, colour, width);
    lay_out(&mut page, &Sheet::running(running));
    page.blank();
    let background = running.status["background"].as_bool() == Some(true);
    let id = if background { "lab-status-background" } else { "lab-status" };
    let [pid, open, served] = ["pid", "open", "served"].map(|name| running.number(name).to_string());
    page.prose(&page.say(id, &[("pid", &pid), ("open", &open), ("served", &served)]));
    page.text()
}

/// The last words.
pub fn farewell(ended: &Ended, catalog: &Catalog, colour: bool) -> String {
    let mut page = Page::new(catalog, colour, 80);
    page.blank();
    let (served, cut) = (ended.count.served.to_string(), ended.cut.to_string());
    let mut said = page.say("lab-farewell", &[("served", &served)]);
    if ended.cut > 0 {
        said.push(' ');
        said.push_str(&page.say("lab-farewell-cut", &[("cut", &cut)]));
    }
    page.prose(&said);
    if ended.count.turned_away > 0 {
        let count = ended.count.turned_away.to_string();
        page.prose(&page.say("lab-turned-away", &[("count", &count)]));
    }
    page.text()
}
