//! Mail programs as their users set them up: curl, mutt, mbsync, in the clear on any port of this machine.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Account;

/// Runs a client in a folder; its standard output.
#[track_caller]
pub fn client(folder: &Path, program: &str, args: &[&str], input: &str) -> String {
    let mut command = Command::new(program);
    command.args(args).current_dir(folder).env("HOME", folder).env("LC_ALL", "C.UTF-8");
    // OpenSSL's clients leave there what opens their TLS.
    command.env("SSLKEYLOGFILE", folder.join("keys"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|e| panic!("{program}: {e}; tests/run installs it"));
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("its end");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {args:?}: {}\n{out}\n{err}", output.status);
    out.into_owned()
}

/// curl with the account's login; `--ssl-reqd` and the like stand in `more`.
#[track_caller]
fn curl(folder: &Path, me: &Account, url: &str, more: &[&str], input: &str) -> String {
    let login = format!("{}:{}", me.user, me.password);
    client(folder, "curl", &[&["-sS", "--user", &login, url], more].concat(), input)
}

/// Sends a mail to oneself, after a login.
#[track_caller]
pub fn curl_sends(folder: &Path, port: u16, me: &Account, more: &[&str], subject: &str) {
    let mail = format!("From: {0}\r\nTo: {0}\r\nSubject: {subject}\r\n\r\nhola\r\n.punto\r\n", me.address);
    let send = ["--mail-from", &me.address, "--mail-rcpt", &me.address, "--upload-file", "-"];
    curl(folder, me, &format!("smtp://localhost:{port}"), &[&send, more].concat(), &mail);
}

/// The first mail, by POP3.
#[track_caller]
pub fn curl_retrieves(folder: &Path, port: u16, me: &Account, more: &[&str]) -> String {
    curl(folder, me, &format!("pop3://localhost:{port}/1"), more, "")
}

/// The first mail, by IMAP.
#[track_caller]
pub fn curl_fetches(folder: &Path, port: u16, me: &Account, more: &[&str]) -> String {
    curl(folder, me, &format!("imap://localhost:{port}/INBOX;MAILINDEX=1"), more, "")
}

/// Sends a mail to oneself without a login, and keeps a copy in Sent by IMAP.
#[track_caller]
pub fn mutt_sends(folder: &Path, [smtp, imap]: [u16; 2], me: &Account, subject: &str) {
    let Account { user, password, address } = me;
    let config = format!(
        "set smtp_url=\"smtp://localhost:{smtp}/\"\nset ssl_starttls=no\nset ssl_force_tls=no\n\
         set imap_user={user}\nset imap_pass={password}\nset folder=\"imap://localhost:{imap}/\"\n\
         set record=\"imap://localhost:{imap}/Sent\"\nset copy=yes\nset from={address}\n\
         set use_envelope_from=yes\n"
    );
    fs::write(folder.join("muttrc"), config).expect("a file");
    client(folder, "mutt", &["-n", "-F", "muttrc", "-s", subject, address], "hola\n");
}

/// Brings all mailboxes down; how many mails INBOX has then.
#[track_caller]
pub fn mbsync_fetches(folder: &Path, port: u16, me: &Account) -> usize {
    let Account { user, password, .. } = me;
    let near = folder.join("mail");
    fs::create_dir_all(&near).expect("a folder");
    let near = near.display();
    let config = format!(
        "IMAPAccount me\nHost localhost\nPort {port}\nUser {user}\nPass {password}\nSSLType None\n\
         AuthMechs LOGIN PLAIN\n\nIMAPStore far\nAccount me\n\nMaildirStore near\nPath {near}/\n\
         Inbox {near}/inbox\nSubFolders Verbatim\n\nChannel all\nFar :far:\nNear :near:\nPatterns *\n\
         Create Both\nSyncState *\n"
    );
    fs::write(folder.join("mbsyncrc"), config).expect("a file");
    client(folder, "mbsync", &["-c", "mbsyncrc", "-a"], "");
    let count = |name: &str| fs::read_dir(folder.join("mail/inbox").join(name)).map_or(0, Iterator::count);
    count("cur") + count("new")
}
