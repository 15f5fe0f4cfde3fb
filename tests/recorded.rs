//! Captures that are recorded here and now: tcpdump on loopback, while curl, mutt and mbsync talk to Postfix and
//! Dovecot on ports that tell nothing; read while they are written, and again afterwards. A meter on the way knows to
//! the octet what was said.
#![cfg(all(feature = "cli", target_os = "linux"))]

mod support;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, PipeReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::{self, JoinHandle};

use serde_json::Value;
use support::clients;
use support::lab::{signal, wait_until};
use support::{Meter, Output, Peers, Running, Test};

/// tcpdump at work; what it writes goes into a file and through a pipe.
struct Recording {
    tcpdump: Child,
    said: BufReader<ChildStderr>,
    copying: JoinHandle<()>,
    file: PathBuf,
}

impl Recording {
    /// Begins to record some ports, and comes back when it does.
    #[track_caller]
    fn of(ports: &[u16], file: PathBuf) -> (Recording, PipeReader) {
        let filter: Vec<String> = ports.iter().map(|port| format!("tcp port {port}")).collect();
        let mut command = Command::new("tcpdump");
        // A buffer of 16 MB: the machine may have other things to do.
        command.args(["-i", "lo", "-B", "16384", "-U", "-w", "-", &filter.join(" or ")]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut tcpdump = command.spawn().unwrap_or_else(|e| panic!("tcpdump: {e}; tests/run installs it"));
        let mut said = BufReader::new(tcpdump.stderr.take().expect("a pipe"));
        let mut line = String::new();
        while !line.contains("listening on") {
            let n = said.read_line(&mut line).expect("text from tcpdump");
            assert!(n > 0, "tcpdump cannot record ({}); tests/run runs the tests as root", line.trim());
        }
        let (reader, mut pipe) = std::io::pipe().expect("a pipe");
        let mut from = tcpdump.stdout.take().expect("a pipe");
        let mut copy = File::create(&file).expect("a file");
        let copying = thread::spawn(move || {
            let mut buffer = [0; 64 * 1024];
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                copy.write_all(&buffer[..n]).expect("a file");
                pipe.write_all(&buffer[..n]).expect("a reader");
            }
        });
        (Recording { tcpdump, said, copying, file }, reader)
    }

    /// Ends it; where the capture is.
    #[track_caller]
    fn end(mut self) -> String {
        signal(self.tcpdump.id().into(), "INT");
        let mut said = String::new();
        self.said.read_to_string(&mut said).expect("text from tcpdump");
        assert!(self.tcpdump.wait().expect("its end").success(), "{said}");
        assert!(said.contains("\n0 packets dropped by kernel"), "not all was recorded: {said}");
        self.copying.join().expect("all was copied");
        self.file.display().to_string()
    }
}

/// Postfix and Dovecot of a test's own, since everything on their ports is recorded, behind meters.
struct Way {
    peers: Peers,
    meters: BTreeMap<&'static str, Meter>,
}

impl Way {
    fn new() -> Way {
        let peers = Peers::start(&[]);
        let services = [
            ("smtp", peers.smtp),
            ("submission", peers.submission),
            ("pop3", peers.pop3),
            ("imap", peers.imap),
        ];
        let meters = services.map(|(name, port)| (name, Meter::to(port))).into();
        Way { peers, meters }
    }

    fn ports(&self) -> [u16; 4] {
        [self.peers.smtp, self.peers.submission, self.peers.pop3, self.peers.imap]
    }

    fn port(&self, service: &str) -> u16 {
        self.meters[service].port
    }

    /// What passed, as the meters know it: the digests of each connection.
    fn digests(&self) -> Vec<[String; 2]> {
        let mut all: Vec<_> = self.meters.values().flat_map(Meter::digests).collect();
        all.sort();
        all
    }
}

/// The JSON objects that were printed.
fn objects(text: &str) -> impl Iterator<Item = Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
}

/// The digests of all dialogues that JSON tells of.
fn told(text: &str) -> Vec<[String; 2]> {
    let ends = objects(text).filter(|o| o["kind"] == "end");
    let digest = |end: &Value, side: &str| end[side]["sha256"].as_str().expect("a digest").to_owned();
    let mut all: Vec<_> = ends.map(|end| ["client", "server"].map(|side| digest(&end, side))).collect();
    all.sort();
    all
}

fn ends(live: &Running) -> usize {
    live.stdout().lines().filter(|line| line.contains("\"kind\":\"end\"")).count()
}

#[track_caller]
fn annotate(capture: &str, options: &[&str]) -> Output {
    Test::new(["annotate", capture, "--json", "--digests"]).args(options).run().code(0).stderr_is("")
}

/// The texts of the client's commands that begin so.
fn commands(text: &str, verb: &str) -> usize {
    let units = objects(text).filter(|o| o["shape"] == "command");
    units.filter(|o| o["text"].as_str().is_some_and(|t| t.split(' ').any(|word| word.trim() == verb))).count()
}

#[test]
fn what_is_recorded_is_read_while_it_is_written() {
    let way = Way::new();
    let me = way.peers.account();
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    for subject in ["uno", "dos"] {
        way.peers.deliver(&me.address, format!("Subject: {subject}\n\n.que\ntal\n"));
    }
    let (recording, pipe) = Recording::of(&way.ports(), here.join("mail.pcap"));
    let live = Test::new(["annotate", "-", "--json", "--digests"]).stdin_from(pipe).start();

    clients::curl_sends(here, way.port("submission"), &me, &[], "de curl");
    // It is told while tcpdump goes on.
    wait_until("the first dialogue", || ends(&live) == 1);
    let retrieved = clients::curl_retrieves(here, way.port("pop3"), &me, &[]);
    let fetched = clients::curl_fetches(here, way.port("imap"), &me, &[]);
    clients::mutt_sends(here, [way.port("smtp"), way.port("imap")], &me, "de mutt");
    assert!(clients::mbsync_fetches(here, way.port("imap"), &me) >= 2);

    let connections = way.digests().len();
    assert!(connections >= 6, "{connections}");
    wait_until("all dialogues", || ends(&live) >= connections);
    let (capture, passed) = (recording.end(), way.digests());
    let live = live.finish().code(0).stderr_is("");
    assert_eq!(told(&live.stdout), passed);
    let later = annotate(&capture, &["--save-messages", &here.join("saved").display().to_string()]);
    assert_eq!(told(&later.stdout), passed);
    for (verb, least) in [("DATA", 2), ("RETR", 1), ("FETCH", 3), ("APPEND", 1), ("AUTH", 1)] {
        assert!(commands(&later.stdout, verb) >= least, "{verb} in {}", later.stdout);
    }
    no_secret(&later.stdout, &me.password);

    let mails = saved(&here.join("saved"));
    let found = |mail: &str| mails.iter().filter(|saved| saved.as_str() == mail).count();
    assert!(found(&retrieved) >= 1 && found(&fetched) >= 1, "{mails:#?}\n{retrieved}\n{fetched}");
    let sent = format!("From: {0}\r\nTo: {0}\r\nSubject: de curl\r\n\r\nhola\r\n.punto\r\n", me.address);
    assert_eq!(found(&sent), 1, "{mails:#?}");
}

/// curl writes the secrets of its TLS into a file, as browsers do.
#[test]
fn what_is_encrypted_is_read_with_the_clients_keys() {
    let way = Way::new();
    let me = way.peers.account();
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    way.peers.deliver(&me.address, "Subject: uno\n\nque tal\n");
    let (recording, pipe) = Recording::of(&way.ports(), here.join("tls.pcap"));
    let live = Test::new(["annotate", "-", "--json", "--digests"]).stdin_from(pipe).start();
    let ca = way.peers.ca.display().to_string();
    for version in ["1.2", "1.3"] {
        let tls = ["--ssl-reqd", "--cacert", &ca, "--tls-max", version];
        clients::curl_sends(here, way.port("submission"), &me, &tls, "de curl");
        let mail = clients::curl_retrieves(here, way.port("pop3"), &me, &tls);
        assert!(mail.contains("que tal"), "{mail}");
        clients::curl_fetches(here, way.port("imap"), &me, &tls);
    }
    wait_until("all dialogues", || ends(&live) >= 6);
    let (capture, passed) = (recording.end(), way.digests());
    assert_eq!(passed.len(), 6);

    // Without keys, what a machine in the middle sees.
    let live = live.finish().code(0).stdout;
    assert_eq!(told(&live), passed);
    assert_eq!(objects(&live).filter(|o| o["what"] == "opaque").count(), 12);
    assert!(!live.contains("de curl") && commands(&live, "AUTH") == 0);
    // With them, all of it; the digests stay those of what TCP carried.
    let opened = annotate(&capture, &["--keylog", &here.join("keys").display().to_string()]).stdout;
    assert_eq!(told(&opened), passed);
    assert_eq!(objects(&opened).filter(|o| o["what"] == "opaque").count(), 0, "{opened}");
    for (verb, count) in [("DATA", 2), ("RETR", 2), ("FETCH", 2), ("STARTTLS", 4), ("STLS", 2)] {
        assert_eq!(commands(&opened, verb), count, "{verb} in {opened}");
    }
    no_secret(&opened, &me.password);
}

fn saved(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("a folder");
    files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("a mail")).collect()
}

#[track_caller]
fn no_secret(text: &str, password: &str) {
    assert!(!text.contains(password), "{password} in {text}");
}
