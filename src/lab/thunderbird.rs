//! A profile for Thunderbird with the lab's accounts in it: what somebody would else type into its dialogs.
//!
//! In the clear and without a login for sending, as the practice's server has it: then the dialogues can be
//! read. Names of preferences as Thunderbird 115 to 153 know them.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::error::{Error, Exit};

/// The lab's ports without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// Where mail is sent.
    pub smtp: u16,
    /// POP3.
    pub pop: u16,
    /// IMAP.
    pub imap: u16,
}

/// Writes the profile into a folder, which is made if it is not there. A profile that is there already stays.
///
/// # Errors
/// A folder that has a profile; what the system says.
pub fn write(folder: &Path, accounts: &[String], domain: &str, ports: Ports) -> Result<(), Error> {
    let file = folder.join("prefs.js");
    let fault = |error| Error::unwritable(file.display(), &error);
    if file.exists() {
        return Err(Error::new(Exit::File, "error-lab-profile").with("folder", folder.display()));
    }
    fs::create_dir_all(folder).map_err(fault)?;
    fs::write(&file, preferences(accounts, domain, ports)).map_err(fault)
}

/// The preferences: one POP3 or IMAP account each, one server for sending.
fn preferences(accounts: &[String], domain: &str, ports: Ports) -> String {
    let mut prefs = Preferences(String::new());
    prefs.quiet();
    let local = accounts.len() + 1;
    let all: Vec<String> = (1..=local).map(|i| format!("account{i}")).collect();
    prefs.text("mail.accountmanager.accounts", &all.join(","));
    prefs.text("mail.accountmanager.defaultaccount", "account1");
    prefs.text("mail.accountmanager.localfoldersserver", &format!("server{local}"));
    for (i, name) in accounts.iter().enumerate() {
        prefs.account(i + 1, name, domain, ports);
    }
    prefs.text(&format!("mail.account.account{local}.server"), &format!("server{local}"));
    let server = format!("mail.server.server{local}");
    for (key, value) in [
        ("type", "none"),
        ("hostname", "Local Folders"),
        ("name", "Local Folders"),
        ("userName", "nobody"),
        ("directory-rel", "[ProfD]Mail/Local Folders"),
    ] {
        prefs.text(&format!("{server}.{key}"), value);
    }
    prefs.text("mail.smtpservers", "smtp1");
    prefs.text("mail.smtp.defaultserver", "smtp1");
    prefs.text("mail.smtpserver.smtp1.hostname", "127.0.0.1");
    prefs.text("mail.smtpserver.smtp1.description", "ehlo lab");
    prefs.number("mail.smtpserver.smtp1.port", ports.smtp.into());
    // 0: not encrypted; 1: no login.
    prefs.number("mail.smtpserver.smtp1.try_ssl", 0);
    prefs.number("mail.smtpserver.smtp1.authMethod", 1);
    prefs.0
}

struct Preferences(String);

impl Preferences {
    fn text(&mut self, name: &str, value: &str) {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        let _ = writeln!(self.0, "user_pref(\"{name}\", \"{value}\");");
    }

    fn number(&mut self, name: &str, value: i64) {
        let _ = writeln!(self.0, "user_pref(\"{name}\", {value});");
    }

    fn on(&mut self, name: &str, value: bool) {
        let _ = writeln!(self.0, "user_pref(\"{name}\", {value});");
    }

    /// No questions, no news, no telemetry: a fresh profile would ask them all.
    fn quiet(&mut self) {
        for (name, value) in [
            ("app.update.auto", false),
            ("datareporting.healthreport.uploadEnabled", false),
            ("datareporting.policy.dataSubmissionPolicyBypassNotification", true),
            ("mail.provider.suppress_dialog_on_startup", true),
            ("mail.shell.checkDefaultClient", false),
            ("mail.spotlight.firstRunDone", true),
            ("mailnews.start_page.enabled", false),
            ("toolkit.telemetry.enabled", false),
        ] {
            self.on(name, value);
        }
        self.number("mail.rights.version", 1);
    }

    fn account(&mut self, i: usize, name: &str, domain: &str, ports: Ports) {
        let address = format!("{name}@{domain}");
        // The practice's two are called after what they are for.
        let pop = name.contains("pop");
        let (kind, port, folder) =
            if pop { ("pop3", ports.pop, "Mail") } else { ("imap", ports.imap, "ImapMail") };
        self.text(&format!("mail.account.account{i}.identities"), &format!("id{i}"));
        self.text(&format!("mail.account.account{i}.server"), &format!("server{i}"));
        let identity = format!("mail.identity.id{i}");
        self.text(&format!("{identity}.fullName"), name);
        self.text(&format!("{identity}.useremail"), &address);
        self.text(&format!("{identity}.smtpServer"), "smtp1");
        self.on(&format!("{identity}.compose_html"), false);
        self.on(&format!("{identity}.valid"), true);
        let server = format!("mail.server.server{i}");
        self.text(&format!("{server}.type"), kind);
        self.text(&format!("{server}.hostname"), "127.0.0.1");
        self.number(&format!("{server}.port"), port.into());
        self.text(&format!("{server}.userName"), name);
        self.text(&format!("{server}.name"), &address);
        // 0: not encrypted; 3: the password as it is.
        self.number(&format!("{server}.socketType"), 0);
        self.number(&format!("{server}.authMethod"), 3);
        self.on(&format!("{server}.login_at_startup"), true);
        self.on(&format!("{server}.check_new_mail"), true);
        self.text(&format!("{server}.directory-rel"), &format!("[ProfD]{folder}/lab-{name}"));
        if pop {
            self.on(&format!("{server}.leave_on_server"), true);
            // Otherwise it only looks at the start whether there is mail, and shows an empty inbox.
            self.on(&format!("{server}.download_on_biff"), true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_has_what_was_asked_for_and_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let profile = folder.path().join("profile");
        let ports = Ports { smtp: 1, pop: 2, imap: 3 };
        let accounts = ["alumnopop".to_owned(), "alumnoimap".to_owned()];
        write(&profile, &accounts, "example.org", ports).unwrap();
        let prefs = fs::read_to_string(profile.join("prefs.js")).unwrap();
        for line in [
            r#"user_pref("mail.accountmanager.accounts", "account1,account2,account3");"#,
            r#"user_pref("mail.server.server1.type", "pop3");"#,
            r#"user_pref("mail.server.server1.port", 2);"#,
            r#"user_pref("mail.server.server1.download_on_biff", true);"#,
            r#"user_pref("mail.server.server2.type", "imap");"#,
            r#"user_pref("mail.identity.id2.useremail", "alumnoimap@example.org");"#,
        ] {
            assert!(prefs.lines().any(|l| l == line), "{line}\n{prefs}");
        }
        assert_eq!(write(&profile, &accounts, "example.org", ports).unwrap_err().id, "error-lab-profile");
    }
}
