//! The lab with real clients: curl, Python's own libraries, swaks, msmtp, mbsync, mutt, neomutt, fetchmail, mpop,
//! offlineimap, imapfilter. `tests/run` installs them.
#![cfg(all(feature = "cli", unix))]

mod support;

use std::fs;
use std::path::PathBuf;

use support::clients;
use support::lab::Home;

/// A lab that runs, its ports, and a folder for what a client wants.
struct Lab {
    home: Home,
    folder: tempfile::TempDir,
}

impl Lab {
    #[track_caller]
    fn start() -> Lab {
        let home = Home::new();
        home.run("smtp lab --send QUIT").code(0);
        Lab { home, folder: tempfile::tempdir().expect("a folder") }
    }

    fn ca(&self) -> String {
        self.home.path("tls/ca.pem").display().to_string()
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path
    }

    /// Runs a client with an input; its standard output.
    #[track_caller]
    fn client(&self, program: &str, args: &[&str], input: &str) -> String {
        clients::client(self.folder.path(), program, args, input)
    }

    /// How many messages of a mailbox have that in their subject.
    #[track_caller]
    fn found(&self, account: &str, mailbox: &str, subject: &str) -> usize {
        self.search(account, mailbox, &format!("SUBJECT \"{subject}\""))
    }

    /// How many messages a mailbox has.
    #[track_caller]
    fn count(&self, account: &str, mailbox: &str) -> usize {
        self.search(account, mailbox, "ALL")
    }

    /// How many are flagged.
    #[track_caller]
    fn flagged(&self, account: &str, mailbox: &str) -> usize {
        self.search(account, mailbox, "FLAGGED")
    }

    #[track_caller]
    fn search(&self, account: &str, mailbox: &str, what: &str) -> usize {
        let test = self.home.test(&format!("imap lab --tls --user {account} --auth best --notes none"));
        let test = test.env("EHLO_PASSWORD", format!("{account}pass"));
        let lines = format!("SELECT {mailbox}\nSEARCH {what}\nLOGOUT\n");
        let said = test.stdin(lines).run().code(0).stdout;
        let line =
            said.lines().find(|line| line.starts_with("S: * SEARCH")).unwrap_or_else(|| panic!("{said}"));
        line.split(' ').skip(3).count()
    }
}

#[test]
fn curl_sends_and_fetches() {
    let lab = Lab::start();
    let mail = "From: alumnopop@redes.unlp.edu.ar\r\nSubject: de curl\r\n\r\nhola\r\n";
    let smtp = format!("smtp://localhost:{}", lab.home.port("submission"));
    let (ca, to) = (lab.ca(), "alumnoimap@redes.unlp.edu.ar");
    let from = "alumnopop@redes.unlp.edu.ar";
    let secure = ["--silent", "--show-error", "--ssl-reqd", "--cacert", &ca];
    let login = ["--user", "alumnopop:alumnopoppass"];
    let send = [&smtp, "--mail-from", from, "--mail-rcpt", to, "--upload-file", "-"];
    lab.client("curl", &[&secure[..], &login, &send].concat(), mail);
    assert_eq!(lab.found("alumnoimap", "INBOX", "de curl"), 1);

    let pop = format!("pop3://localhost:{}/", lab.home.port("pop3"));
    let listed = lab.client("curl", &[&["--silent", "--show-error"], &login[..], &[&pop]].concat(), "");
    assert!(listed.lines().count() >= 9, "{listed}");
    let pops = format!("pop3s://localhost:{}/1", lab.home.port("pop3s"));
    let first = lab.client("curl", &[&secure[..], &login, &[&pops]].concat(), "");
    assert!(first.starts_with("Return-Path: <"), "{first}");

    let login = ["--user", "alumnoimap:alumnoimappass"];
    let imaps = format!("imaps://localhost:{}", lab.home.port("imaps"));
    let fetch = format!("{imaps}/INBOX;UID=3");
    let first = lab.client("curl", &[&secure[..], &login, &[&fetch]].concat(), "");
    assert!(first.contains("Delivered-To: alumnoimap@redes.unlp.edu.ar"), "{first}");
    let folders = lab.client("curl", &[&secure[..], &login, &[&format!("{imaps}/")]].concat(), "");
    assert!(folders.contains("* LIST ") && folders.contains("INBOX"), "{folders}");
    let append = format!("{imaps}/Sent");
    // IMAP must know the size before; curl does of a file.
    let file = lab.file("mail.eml", mail).display().to_string();
    lab.client("curl", &[&secure[..], &login, &["--upload-file", &file, &append]].concat(), "");
    assert_eq!(lab.found("alumnoimap", "Sent", "de curl"), 1);
}

const PYTHON: &str = r#"
import imaplib, poplib, smtplib, ssl, sys
ca, submission, pop3, pop3s, imap, imaps = sys.argv[1], *map(int, sys.argv[2:])
tls = ssl.create_default_context(cafile=ca)
me, you = 'alumnopop@redes.unlp.edu.ar', 'alumnoimap@redes.unlp.edu.ar'
with smtplib.SMTP('localhost', submission) as smtp:
    smtp.starttls(context=tls)
    smtp.login('alumnopop', 'alumnopoppass')
    refused = smtp.sendmail(me, [you], 'Subject: de python\r\n\r\n.hola\r\n..\r\n')
    assert refused == {}, refused
    assert smtp.verify('alumnoimap')[0] in (250, 252)
for pop in (poplib.POP3('localhost', pop3), poplib.POP3_SSL('localhost', pop3s, context=tls)):
    pop.user('alumnopop'); pop.pass_('alumnopoppass')
    count, octets = pop.stat()
    assert count == len(pop.list()[1]) == len(pop.uidl()[1]) >= 9
    assert sum(int(l.split()[1]) for l in pop.list()[1]) == octets
    assert b'Subject' in b''.join(pop.top(1, 0)[1]) and pop.retr(1)[1]
    pop.dele(1); pop.rset(); pop.noop(); pop.capa(); pop.quit()
for m in (imaplib.IMAP4('localhost', imap), imaplib.IMAP4_SSL('localhost', imaps, ssl_context=tls)):
    m.login('alumnoimap', 'alumnoimappass')
    assert m.select('INBOX')[0] == 'OK'
    ok, found = m.search(None, 'SUBJECT', '"de python"')
    n = found[0].split()[-1].decode()
    body = m.fetch(n, '(UID FLAGS BODY.PEEK[])')[1][0][1]
    assert body.endswith(b'\r\n\r\n.hola\r\n..\r\n'), body
    assert m.store(n, '+FLAGS', r'(\Flagged)')[0] == 'OK'
    m.create('Pruebas'); m.subscribe('Pruebas')
    assert m.copy(n, 'Pruebas')[0] == 'OK'
    assert m.append('Pruebas', r'(\Seen)', None, b'Subject: x\r\n\r\ny\r\n')[0] == 'OK'
    assert b'Pruebas' in b''.join(m.lsub()[1])
    assert m.namespace()[0] == 'OK' and m.noop()[0] == 'OK'
    m.close(); m.delete('Pruebas'); m.logout()
print('bien')
"#;

#[test]
fn python_speaks_all_three() {
    let lab = Lab::start();
    let ports = ["submission", "pop3", "pop3s", "imap", "imaps"].map(|name| lab.home.port(name).to_string());
    let (script, ca) = (lab.file("all.py", PYTHON).display().to_string(), lab.ca());
    let mut args = vec![script.as_str(), ca.as_str()];
    args.extend(ports.iter().map(String::as_str));
    assert_eq!(lab.client("python3", &args, ""), "bien\n");
}

#[test]
fn swaks_and_msmtp_submit() {
    let lab = Lab::start();
    let (port, ca) = (lab.home.port("submission").to_string(), lab.ca());
    let to = "alumnoimap@redes.unlp.edu.ar";
    let server = format!("localhost:{port}");
    let swaks =
        ["--server", &server, "--to", to, "--from", "alumnopop@redes.unlp.edu.ar", "--h-Subject", "de swaks"];
    let login = ["--tls", "--auth", "PLAIN", "--auth-user", "alumnopop", "--auth-password", "alumnopoppass"];
    lab.client("swaks", &[&swaks[..], &login].concat(), "");
    assert_eq!(lab.found("alumnoimap", "INBOX", "de swaks"), 1);
    let port = format!("--port={port}");
    let trust = format!("--tls-trust-file={ca}");
    let msmtp = ["--host=localhost", &port, "--tls=on", &trust, "--auth=plain", "--user=alumnopop"];
    let rest = ["--passwordeval=echo alumnopoppass", "--from=alumnopop@redes.unlp.edu.ar", to];
    lab.client("msmtp", &[&msmtp[..], &rest].concat(), "Subject: de msmtp\n\n.hola\n");
    assert_eq!(lab.found("alumnoimap", "INBOX", "de msmtp"), 1);
}

#[test]
fn mbsync_brings_a_mailbox_down_and_changes_back_up() {
    let lab = Lab::start();
    let (folder, ca, port) = (lab.folder.path().display(), lab.ca(), lab.home.port("imaps"));
    let config = format!(
        "IMAPAccount lab\nHost localhost\nPort {port}\nUser alumnoimap\nPass alumnoimappass\nSSLType IMAPS\n\
         CertificateFile {ca}\n\nIMAPStore far\nAccount lab\n\nMaildirStore near\nPath {folder}/mail/\n\
         Inbox {folder}/inbox\nSubFolders Verbatim\n\nChannel all\nFar :far:\nNear :near:\nPatterns *\n\
         Create Both\nExpunge Both\nSyncState *\n"
    );
    fs::create_dir(lab.folder.path().join("mail")).expect("a folder");
    let config = lab.file("mbsyncrc", &config).display().to_string();
    lab.client("mbsync", &["-c", &config, "-a"], "");
    let inbox = lab.folder.path().join("inbox");
    let count = |name: &str| fs::read_dir(inbox.join(name)).map_or(0, Iterator::count);
    assert!(count("cur") + count("new") >= 9);
    // A mail put there by hand goes up; a second run finds nothing to do.
    fs::write(inbox.join("new/1.x.y"), "Subject: de mbsync\n\nhola\n").expect("a file");
    lab.client("mbsync", &["-c", &config, "-a"], "");
    assert_eq!(lab.found("alumnoimap", "INBOX", "de mbsync"), 1);
    lab.client("mbsync", &["-c", &config, "-a"], "");
    assert_eq!(lab.found("alumnoimap", "INBOX", "de mbsync"), 1);
}

/// Settings of mutt and neomutt.
fn muttrc(lab: &Lab) -> String {
    let (ca, smtp, imap) = (lab.ca(), lab.home.port("smtps"), lab.home.port("imaps"));
    format!(
        "set smtp_url=\"smtps://alumnoimap@localhost:{smtp}/\"\nset smtp_pass=alumnoimappass\n\
         set imap_pass=alumnoimappass\nset folder=\"imaps://alumnoimap@localhost:{imap}/\"\n\
         set record=\"imaps://alumnoimap@localhost:{imap}/Sent\"\nset copy=yes\n\
         set certificate_file={ca}\nset ssl_ca_certificates_file={ca}\nset ssl_usesystemcerts=no\n\
         set from=alumnoimap@redes.unlp.edu.ar\nset realname=Alumno\nset use_envelope_from=yes\n"
    )
}

#[test]
fn mutt_sends_and_keeps_a_copy_by_imap() {
    let lab = Lab::start();
    let config = lab.file("muttrc", &muttrc(&lab)).display().to_string();
    lab.client("mutt", &["-n", "-F", &config, "-s", "de mutt", "alumnopop@redes.unlp.edu.ar"], "hola\n");
    assert_eq!(lab.found("alumnopop", "INBOX", "de mutt"), 1);
    assert_eq!(lab.found("alumnoimap", "Sent", "de mutt"), 1);
}

#[test]
fn neomutt_sends_and_copies_into_a_mailbox_that_it_makes() {
    let lab = Lab::start();
    let quick = "unset copy\nunset confirmcreate\nunset confirmappend\nset quit=yes\n";
    let config = lab.file("neomuttrc", &(muttrc(&lab) + quick)).display().to_string();
    lab.client(
        "neomutt",
        &["-n", "-F", &config, "-s", "de neomutt", "alumnopop@redes.unlp.edu.ar"],
        "hola\n",
    );
    assert_eq!(lab.found("alumnopop", "INBOX", "de neomutt"), 1);
    // On a terminal, as people use it: `script` lends one.
    let keys = "<limit>~s 8bit<enter><copy-message>=Clase<enter><flag-message><sync-mailbox><quit>";
    let session = format!(
        "TERM=xterm neomutt -n -F {config} -f imaps://alumnoimap@localhost:{}/INBOX -e 'push \"{keys}\"'",
        lab.home.port("imaps")
    );
    lab.client("timeout", &["60", "script", "-qec", &session, "/dev/null"], "");
    assert_eq!(lab.found("alumnoimap", "Clase", "8bit"), 1);
    assert_eq!(lab.flagged("alumnoimap", "INBOX"), 1);
}

/// What another program delivers to: a file that grows.
fn mda(lab: &Lab) -> String {
    format!("cat >> {}", lab.folder.path().join("fetched").display())
}

#[test]
fn fetchmail_fetches_by_both_protocols() {
    let lab = Lab::start();
    let (ca, mda) = (lab.ca(), mda(&lab));
    for (protocol, user, service) in [("pop3", "alumnopop", "pop3s"), ("imap", "alumnoimap", "imaps")] {
        let port = lab.home.port(service);
        let config = format!(
            "poll localhost protocol {protocol} port {port} user \"{user}\" password \"{user}pass\" ssl \
             sslcertck sslcertfile {ca} fetchall nokeep\nmda \"{mda}\"\n"
        );
        let config = lab.file("fetchmailrc", &config);
        private(&config);
        lab.client("fetchmail", &["-f", &config.display().to_string(), "--nosyslog"], "");
        let fetched = fs::read_to_string(lab.folder.path().join("fetched")).expect("what came");
        assert!(fetched.contains(&format!("Delivered-To: {user}@redes.unlp.edu.ar")), "{fetched}");
        assert_eq!(lab.count(user, "INBOX"), 0, "they were deleted");
    }
}

/// A file that only its owner may read, as clients want it of one with a password.
fn private(file: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).expect("a file of one's own");
}

#[test]
fn mpop_fetches_and_leaves_or_takes() {
    let lab = Lab::start();
    let (port, trust) = (lab.home.port("pop3s"), lab.ca());
    let config = format!(
        "account lab\nhost localhost\nport {port}\nuser alumnopop\npassword alumnopoppass\ntls on\n\
         tls_starttls off\ntls_trust_file {trust}\ndelivery mbox {0}/fetched\nuidls_file {0}/uidls\n",
        lab.folder.path().display()
    );
    let config = lab.file("mpoprc", &config);
    private(&config);
    let config = format!("--file={}", config.display());
    let fetched = || {
        let all = fs::read_to_string(lab.folder.path().join("fetched")).expect("what came");
        all.matches("\nDelivered-To: ").count()
    };
    lab.client("mpop", &[&config, "--keep=on", "lab"], "");
    let first = fetched();
    assert!(first >= 9);
    // UIDL: what has come does not come again.
    lab.client("mpop", &[&config, "--keep=off", "lab"], "");
    assert_eq!((fetched(), lab.count("alumnopop", "INBOX")), (first, 0));
}

#[test]
fn offlineimap_goes_both_ways() {
    let lab = Lab::start();
    let (folder, ca, port) = (lab.folder.path().display(), lab.ca(), lab.home.port("imaps"));
    let config = format!(
        "[general]\naccounts = lab\nmetadata = {folder}/meta\nui = quiet\n[Account lab]\n\
         localrepository = near\nremoterepository = far\n[Repository near]\ntype = Maildir\n\
         localfolders = {folder}/mail\n[Repository far]\ntype = IMAP\nremotehost = localhost\n\
         remoteport = {port}\nremoteuser = alumnoimap\nremotepass = alumnoimappass\nssl = yes\n\
         sslcacertfile = {ca}\n"
    );
    let config = lab.file("offlineimaprc", &config).display().to_string();
    lab.client("offlineimap", &["-c", &config, "-o"], "");
    let inbox = lab.folder.path().join("mail/INBOX");
    let count = |name: &str| fs::read_dir(inbox.join(name)).map_or(0, Iterator::count);
    assert!(count("cur") + count("new") >= 9);
    fs::write(inbox.join("new/1.x.y"), "Subject: de offlineimap\n\nhola\n").expect("a file");
    for _ in 0..2 {
        lab.client("offlineimap", &["-c", &config, "-o"], "");
        assert_eq!(lab.found("alumnoimap", "INBOX", "de offlineimap"), 1);
    }
}

#[test]
fn imapfilter_sorts_into_mailboxes_that_it_makes() {
    let lab = Lab::start();
    let port = lab.home.port("imaps");
    let config = format!(
        "options.timeout = 20\noptions.create = true\noptions.subscribe = true\noptions.certificates = false\n\
         a = IMAP {{ server = 'localhost', port = {port}, username = 'alumnoimap', \
         password = 'alumnoimappass', ssl = 'auto' }}\n\
         found = a.INBOX:contain_subject('8bit') + a.INBOX:contain_subject('HTML')\nfound:mark_seen()\n\
         found:copy_messages(a['Clase'])\nfound:move_messages(a['Archivo.2026'])\n"
    );
    let config = lab.file("imapfilter.lua", &config).display().to_string();
    let all = lab.count("alumnoimap", "INBOX");
    let both = lab.found("alumnoimap", "INBOX", "8bit") + lab.found("alumnoimap", "INBOX", "HTML");
    assert!(both >= 2);
    lab.client("imapfilter", &["-c", &config, "-t", &lab.ca()], "");
    for (mailbox, many) in [("Clase", both), ("Archivo.2026", both), ("INBOX", all - both)] {
        assert_eq!(lab.count("alumnoimap", mailbox), many, "{mailbox}");
    }
}
