//! Real name servers on loopback: nsd with the zones of the tests, and unbound in front of it as a resolver.
//! Nothing leaves the machine: all that is not theirs is forwarded to a port where nobody listens.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The two servers.
pub struct Dns {
    /// nsd: it volunteers addresses in ADDITIONAL.
    pub authoritative: u16,
    /// unbound: it does not.
    pub recursive: u16,
    // Its standard input is the life line, as with the mail servers.
    _script: Child,
    _dir: TempDir,
}

/// A port that is free for UDP and TCP on 127.0.0.1.
fn free() -> u16 {
    for _ in 0..50 {
        let tcp = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = tcp.local_addr().expect("its number").port();
        if UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free for both UDP and TCP");
}

impl Dns {
    /// The pair that all tests of a binary share, with these lines of zones: `(zone, line)`.
    pub fn shared(lines: fn() -> Vec<(String, String)>) -> &'static Dns {
        static DNS: OnceLock<Dns> = OnceLock::new();
        DNS.get_or_init(|| Dns::start(&lines()))
    }

    fn start(lines: &[(String, String)]) -> Dns {
        let dir = tempfile::tempdir().expect("a folder");
        let (authoritative, recursive, closed) = (free(), free(), super::hostile::closed_port());
        for zone in ["mxlab.test", "signed.test"] {
            let mut text = format!(
                "$ORIGIN {zone}.\n$TTL 300\n@ IN SOA ns hostmaster 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n"
            );
            for (_, line) in lines.iter().filter(|(of, _)| of == zone) {
                text.push_str(line);
                text.push('\n');
            }
            fs::write(dir.path().join(format!("{zone}.zone")), text).expect("a zone");
        }
        sign(dir.path());
        fs::write(dir.path().join("nsd.conf"), nsd(dir.path(), authoritative)).expect("nsd.conf");
        let conf = unbound(dir.path(), recursive, authoritative, closed);
        fs::write(dir.path().join("unbound.conf"), conf).expect("unbound.conf");
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/support/dns-up");
        let script = Command::new(script).arg(dir.path()).stdin(Stdio::piped()).spawn().expect("dns-up");
        for (port, name) in [(authoritative, "five.mxlab.test"), (recursive, "five.mxlab.test")] {
            wait(dir.path(), port, name);
        }
        Dns { authoritative, recursive, _script: script, _dir: dir }
    }
}

/// Waits until a server answers for a name.
fn wait(dir: &Path, port: u16, name: &str) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        let dig = Command::new("dig")
            .args([
                "+tries=1",
                "+time=1",
                "+noall",
                "+comments",
                "-p",
                &port.to_string(),
                "@127.0.0.1",
                "MX",
                name,
            ])
            .output()
            .expect("dig: tests/run installs it");
        if String::from_utf8_lossy(&dig.stdout).contains("status: NOERROR") {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let said = |file: &str| fs::read_to_string(dir.join(file)).unwrap_or_default();
    panic!("no name server at port {port}\n{}{}", said("nsd.out"), said("unbound.out"));
}

/// Signs signed.test; its key is what unbound trusts.
fn sign(dir: &Path) {
    let run = |command: &mut Command| {
        let done = command.current_dir(dir).output().expect("ldnsutils: tests/run installs them");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    };
    let key = run(Command::new("ldns-keygen").args(["-k", "-a", "ECDSAP256SHA256", "signed.test"]));
    run(Command::new("ldns-signzone").args(["-f", "signed.test.signed", "signed.test.zone", &key]));
    fs::copy(dir.join(format!("{key}.key")), dir.join("anchor.key")).expect("the zone's key");
}

fn nsd(dir: &Path, port: u16) -> String {
    let dir = dir.display();
    format!(
        r#"server:
  ip-address: 127.0.0.1@{port}
  username: ""
  chroot: ""
  zonesdir: "{dir}"
  pidfile: "{dir}/nsd.pid"
  xfrdfile: "{dir}/xfrd.state"
  zonelistfile: "{dir}/zone.list"
  xfrdir: "{dir}"
  database: ""
  logfile: "{dir}/nsd.log"
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: mxlab.test
  zonefile: mxlab.test.zone
zone:
  name: signed.test
  zonefile: signed.test.signed
zone:
  name: broken.test
  zonefile: not-there.zone
"#
    )
}

fn unbound(dir: &Path, port: u16, behind: u16, closed: u16) -> String {
    let dir = dir.display();
    let stubs: String = ["mxlab.test", "signed.test", "broken.test"]
        .map(|zone| format!("stub-zone:\n  name: {zone}\n  stub-addr: 127.0.0.1@{behind}\n"))
        .concat();
    format!(
        r#"server:
  interface: 127.0.0.1@{port}
  access-control: 127.0.0.0/8 allow
  username: ""
  chroot: ""
  directory: "{dir}"
  pidfile: "{dir}/unbound.pid"
  logfile: "{dir}/unbound.log"
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  do-not-query-localhost: no
  local-zone: "test." nodefault
  domain-insecure: mxlab.test
  domain-insecure: broken.test
  trust-anchor-file: "{dir}/anchor.key"
  ede: yes
remote-control:
  control-enable: no
{stubs}forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{closed}
"#
    )
}

impl Drop for Dns {
    fn drop(&mut self) {
        if let Some(mut line) = self._script.stdin.take() {
            let _ = line.flush();
        }
        let _ = self._script.wait();
    }
}
