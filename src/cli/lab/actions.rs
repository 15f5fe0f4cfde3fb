//! What can be asked of a lab: of the one that runs, or, where none does, of what it keeps.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};

use super::super::context::Context;
use super::super::{output::When, print};
use super::table::{self, Page, Sheet};
use super::{Lab, ServerArgs, Servers, settings};
use crate::error::{Error, Exit};
use crate::i18n::Catalog;
use crate::lab::acts;
use crate::lab::control::Running;
use crate::lab::home::{Home, shown};
use crate::lab::serve::Service;
use crate::lab::thunderbird;

/// Does what was asked.
///
/// # Errors
/// What cannot be meant so; what the lab cannot do.
pub fn run(action: &str, lab: &Lab, home: &Home, context: &Context) -> Result<Exit, Error> {
    let catalog = Catalog::new(context.lang);
    let asked = Asked { lab, home, context, catalog };
    match action {
        "status" => asked.none().and_then(|()| asked.status()),
        "stop" => asked.none().and_then(|()| asked.stop()),
        "reset" => asked.none().and_then(|()| asked.reset()),
        "export" => asked.export(),
        "import" => asked.import(),
        "fault" => asked.fault(),
        _ => asked.thunderbird(),
    }
}

/// The file of the mail; none is in memory.
///
/// # Errors
/// A folder that cannot be made.
pub fn data(args: &ServerArgs, home: &Home) -> Result<Option<PathBuf>, Error> {
    let Some(folder) = &args.data else { return Ok((!args.memory).then(|| home.mail())) };
    std::fs::create_dir_all(folder).map_err(|error| Error::unwritable(folder.display(), &error))?;
    Ok(Some(absolute(folder).join("mail.redb")))
}

/// For another process, which is in another folder.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

struct Asked<'a> {
    lab: &'a Lab,
    home: &'a Home,
    context: &'a Context,
    catalog: Catalog,
}

impl Asked<'_> {
    /// An action that is about nothing.
    fn none(&self) -> Result<(), Error> {
        match self.lab.what.first() {
            Some(what) => {
                Err(Error::new(Exit::Usage, "usage-argument").with("argument", what.to_string_lossy()))
            }
            None => Ok(()),
        }
    }

    fn what(&self, name: &'static str) -> Result<Vec<PathBuf>, Error> {
        if self.lab.what.is_empty() {
            let name = super::super::help::localise(name, &self.catalog);
            return Err(Error::new(Exit::Usage, "usage-missing").with("name", name));
        }
        Ok(self.lab.what.iter().map(PathBuf::from).collect())
    }

    fn one(&self, name: &'static str) -> Result<PathBuf, Error> {
        let mut what = self.what(name)?.into_iter();
        let first = what.next().unwrap_or_default();
        match what.next() {
            Some(more) => Err(Error::new(Exit::Usage, "usage-argument").with("argument", more.display())),
            None => Ok(first),
        }
    }

    fn say(&self, id: &str, args: &[(&'static str, String)]) -> Exit {
        let mut page = Page::new(&self.catalog, false, print::width());
        page.prose(&self.catalog.say(id, &args.to_vec()));
        print::out(&page.text())
    }

    fn colour(&self) -> bool {
        let wanted = self.lab.output.color.or(self.context.config.color).unwrap_or(When::Auto);
        self.context.terminal.colour(wanted, self.context.terminal.stdout)
    }

    fn status(&self) -> Result<Exit, Error> {
        let running = Running::find(self.home);
        if self.lab.output.json {
            let status = running.as_ref().map_or(Value::Null, |running| running.status.clone());
            print::out(&format!("{status}\n"));
        } else {
            match &running {
                Some(running) => {
                    print::out(&table::status(running, &self.catalog, self.colour(), print::width()))
                }
                None => self.say("lab-none", &[]),
            };
        }
        Ok(if running.is_some() { Exit::Ok } else { Exit::No })
    }

    fn stop(&self) -> Result<Exit, Error> {
        let Some(running) = Running::find(self.home) else {
            self.say("lab-none", &[]);
            return Ok(Exit::No);
        };
        running.stop(self.home)?;
        Ok(self.say("lab-stopped", &[("pid", running.number("pid").to_string())]))
    }

    /// Everything as on the first day. A lab in the background makes room; one that somebody watches does not.
    fn reset(&self) -> Result<Exit, Error> {
        if let Some(running) = Running::find(self.home) {
            if running.status["background"].as_bool() != Some(true) {
                let pid = running.number("pid");
                return Err(Error::new(Exit::No, "error-lab-reset-runs").with("pid", pid));
            }
            let open = running.number("open");
            if open > 0 {
                return Err(Error::new(Exit::No, "error-lab-reset-open").with("open", open));
            }
            running.stop(self.home)?;
        }
        let Some(file) = data(&self.lab.servers, self.home)? else {
            return Ok(self.say("lab-reset", &[]));
        };
        self.home.prepare()?;
        let _held = self.home.hold()?.ok_or_else(|| Error::new(Exit::No, "error-lab-runs"))?;
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::unwritable(file.display(), &error))
            }
            _ => Ok(self.say("lab-reset", &[])),
        }
    }

    /// Asks the lab that runs; else does it on what is kept.
    fn act(&self, wanted: &Value) -> Result<Value, Error> {
        if let Some(running) = Running::find(self.home) {
            return running.ask(wanted);
        }
        self.home.prepare()?;
        let _held = self.home.hold()?.ok_or_else(|| Error::new(Exit::No, "error-lab-runs"))?;
        let settings = settings::of(&self.lab.servers, self.home)?;
        let file = data(&self.lab.servers, self.home)?;
        let lab = Arc::new(Servers::open(settings, file.as_deref())?);
        acts::act(&lab, wanted)
    }

    fn export(&self) -> Result<Exit, Error> {
        let folder = absolute(&self.one("DIR")?);
        let done = self.act(&json!({"do": "export", "folder": folder, "lang": self.context.lang.code()}))?;
        let count = done["count"].as_u64().unwrap_or_default().to_string();
        Ok(self.say("lab-exported", &[("count", count), ("folder", shown(&folder))]))
    }

    fn import(&self) -> Result<Exit, Error> {
        let files: Vec<PathBuf> = self.what("FILE")?.iter().map(|path| absolute(path)).collect();
        // An account may stand in front; the lab knows which it has.
        let first = self.lab.what.first().map(|word| word.to_string_lossy());
        let wanted =
            json!({"do": "import", "files": files, "first": first, "lang": self.context.lang.code()});
        let done = self.act(&wanted)?;
        let count = done["count"].as_u64().unwrap_or_default().to_string();
        let account = done["account"].as_str().unwrap_or_default().to_owned();
        Ok(self.say("lab-imported", &[("count", count), ("account", account)]))
    }

    /// Faults of a lab that runs: those there are, or more of them.
    fn fault(&self) -> Result<Exit, Error> {
        let Some(running) = Running::find(self.home) else {
            return Err(Error::new(Exit::No, "error-lab-none"));
        };
        let mut rules: Vec<_> =
            self.lab.what.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        // Without quotes, the shell has taken one rule apart.
        if rules.len() > 1 && !rules.iter().any(|rule| rule.contains(' ')) {
            rules = vec![rules.join(" ")];
        }
        let done = running.ask(&json!({"do": "fault", "rules": rules, "lang": self.context.lang.code()}))?;
        let faults: Vec<&str> =
            done["faults"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if faults.is_empty() {
            return Ok(self.say("lab-fault-none", &[]));
        }
        Ok(print::out(&faults.iter().map(|fault| format!("{fault}\n")).collect::<String>()))
    }

    /// A profile with the lab's accounts, all or those named.
    fn thunderbird(&self) -> Result<Exit, Error> {
        let mut what = self.what("DIR")?.into_iter();
        let folder = absolute(&what.next().unwrap_or_default());
        let names: Vec<String> = what.map(|name| name.to_string_lossy().into_owned()).collect();
        let running = Running::find(self.home);
        let sheet = match &running {
            Some(running) => Sheet::running(running),
            None => {
                let settings = settings::of(&self.lab.servers, self.home)?;
                Sheet {
                    accounts: settings.accounts.into_iter().map(|a| (a.name, a.password)).collect(),
                    domain: settings.domain,
                    ports: Service::ALL.map(|service| (service, service.free_port())).to_vec(),
                    ..Sheet::default()
                }
            }
        };
        let wanted = |name: &str| names.is_empty() || names.iter().any(|n| n.eq_ignore_ascii_case(name));
        if let Some(unknown) =
            names.iter().find(|n| !sheet.accounts.iter().any(|(a, _)| a.eq_ignore_ascii_case(n)))
        {
            let known: Vec<&str> = sheet.accounts.iter().map(|(name, _)| name.as_str()).collect();
            let error = Error::new(Exit::Usage, "usage-lab-no-account").with("name", unknown);
            return Err(error.with("known", known.join(", ")));
        }
        let accounts: Vec<String> =
            sheet.accounts.iter().filter(|(name, _)| wanted(name)).map(|(name, _)| name.clone()).collect();
        let port = |service: Service| {
            sheet.ports.iter().find(|(s, _)| *s == service).map_or(service.free_port(), |(_, port)| *port)
        };
        let ports = thunderbird::Ports {
            smtp: port(Service::Smtp),
            pop: port(Service::Pop3),
            imap: port(Service::Imap),
        };
        thunderbird::write(&folder, &accounts, &sheet.domain, ports)?;
        let mut said = vec![("folder", folder.display().to_string())];
        let passwords: Vec<String> = sheet
            .accounts
            .iter()
            .filter(|(name, _)| wanted(name))
            .map(|(name, password)| format!("{name}: {password}"))
            .collect();
        said.push(("passwords", passwords.join(", ")));
        let id = if running.is_some() { "lab-thunderbird" } else { "lab-thunderbird-first" };
        self.say(id, &said);
        Ok(print::out(&format!("  thunderbird --no-remote --profile {}\n", quoted(&folder))))
    }
}

/// As a shell wants it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.chars().all(|c| c.is_alphanumeric() || "/._-:\\".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
