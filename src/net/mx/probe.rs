//! Goes to every address of a plan, as a sender would, but no further than EHLO and STARTTLS: it never names a
//! recipient. What is found: who greets, what is offered, TLS, the certificate, whether DANE fits.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use super::Report;
use crate::net::policy::{Fit, Tlsa, fits};
use crate::net::{Channel, ConnectFault, ConnectOptions, Moved, NetFault, TlsClient, TlsFault, TlsInfo};

/// Connections at once.
const AT_ONCE: usize = 8;
/// Octets of a reply that are read, at most.
const REPLY: usize = 16 * 1024;
/// Addresses, at most.
const MOST: usize = 60;

/// What came of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It greets, and answers EHLO: a sender would stay.
    Took,
    /// No connection.
    NoConnection(ConnectFault),
    /// It took the connection and said nothing in time.
    Silent,
    /// It ended the connection without a word.
    Closed,
    /// What it says is not SMTP.
    NotSmtp,
    /// It greets with another code than 220.
    Greeted(String),
    /// It refuses EHLO.
    NoEhlo(String),
}

impl Outcome {
    /// Its word, for machines and text ids.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Took => "took",
            Outcome::NoConnection(ConnectFault::Refused) => "refused",
            Outcome::NoConnection(ConnectFault::TimedOut) => "timeout",
            Outcome::NoConnection(ConnectFault::Unreachable | ConnectFault::HostUnreachable) => "unreachable",
            Outcome::NoConnection(_) => "no-connection",
            Outcome::Silent => "silent",
            Outcome::Closed => "closed",
            Outcome::NotSmtp => "not-smtp",
            Outcome::Greeted(_) => "greeted",
            Outcome::NoEhlo(_) => "no-ehlo",
        }
    }
}

/// TLS with an exchange.
#[derive(Clone, Debug)]
pub enum Tls {
    /// It does not offer STARTTLS.
    NotOffered,
    /// It offers it, and then refuses it, or the handshake fails.
    Failed(Option<TlsFault>),
    /// It is on.
    On(Box<TlsInfo>),
}

/// One address, tried.
#[derive(Clone, Debug)]
pub struct Probed {
    /// The exchange.
    pub host: String,
    /// Its address.
    pub address: IpAddr,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took, up to the answer to EHLO.
    pub took: Duration,
    /// The greeting, as it was said.
    pub greeting: Option<String>,
    /// What EHLO's answer offers.
    pub capabilities: Vec<String>,
    /// TLS, where it came so far.
    pub tls: Option<Tls>,
    /// Whether a TLSA record fits the certificates; none, if there is none to compare.
    pub dane: Option<Fit>,
}

/// How to try.
#[derive(Clone)]
pub struct Probe {
    /// The port; 25 but for a try.
    pub port: u16,
    /// For each connection, and each answer.
    pub timeout: Duration,
    /// For handshakes: it must not insist on trust, since mail servers do not (RFC 7435).
    pub tls: Arc<TlsClient>,
}

/// What the DNS binds an exchange to, and the names that its certificate may be for.
struct Bound {
    tlsa: Tlsa,
    names: Vec<String>,
}

/// RFC 7672 §3.2.2: the exchange's name, and the domain's, before and after its aliases.
fn names(report: &Report, host: &str) -> Vec<String> {
    let domain = report.domain().map(|domain| domain.wire.clone());
    std::iter::once(host.to_owned()).chain(domain).chain(report.final_name.clone()).collect()
}

impl Probe {
    /// Tries all addresses of a plan, several at a time, and lists them in the plan's order. Within a `LocalSet`
    /// only: a channel tells its progress to whoever connects, and stays with that thread.
    pub async fn all(&self, report: &Report) -> Vec<Probed> {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut tasks = JoinSet::new();
        let hosts = report.plan.iter().flat_map(|tier| &tier.hosts);
        let all = hosts.flat_map(|host| host.addresses.iter().map(|address| (host.name.clone(), *address)));
        for (i, (host, address)) in all.take(MOST).enumerate() {
            let (probe, places) = (self.clone(), places.clone());
            let tlsa = report.policy.as_ref().and_then(|p| p.tlsa.iter().find(|tlsa| tlsa.host == host));
            let bound = tlsa.map(|tlsa| Bound { tlsa: tlsa.clone(), names: names(report, &host) });
            tasks.spawn_local(async move {
                let _place = places.acquire().await;
                (i, probe.one(host, address, bound.as_ref()).await)
            });
        }
        let mut done = Vec::new();
        while let Some(joined) = tasks.join_next().await {
            done.extend(joined);
        }
        done.sort_by_key(|(i, _)| *i);
        done.into_iter().map(|(_, probed)| probed).collect()
    }

    async fn one(&self, host: String, address: IpAddr, bound: Option<&Bound>) -> Probed {
        let start = Instant::now();
        let mut probed = Probed {
            host,
            address,
            outcome: Outcome::Took,
            took: Duration::ZERO,
            greeting: None,
            capabilities: Vec::new(),
            tls: None,
            dane: None,
        };
        let options = ConnectOptions { timeout: self.timeout, ..ConnectOptions::default() };
        let to = [SocketAddr::new(address, self.port)];
        let mut channel = match Channel::connect_to(&probed.host, &to, &options, &mut |_| {}).await {
            Ok(channel) => channel,
            Err(error) => {
                let why = error.attempts.into_iter().next().map(|(_, why)| why);
                let other = match error.kind {
                    NetFault::ResolverFailed(words) => words,
                    _ => String::new(),
                };
                probed.outcome = Outcome::NoConnection(why.unwrap_or(ConnectFault::Other(other)));
                probed.took = start.elapsed();
                return probed;
            }
        };
        let said = self.talk(&mut channel, &mut probed).await;
        probed.took = start.elapsed();
        match said {
            Err(outcome) => probed.outcome = outcome,
            Ok(()) => self.encrypt(&mut channel, &mut probed, bound).await,
        }
        channel.send(b"QUIT\r\n");
        let _ = timeout_at(Instant::now() + Duration::from_millis(200), channel.flush()).await;
        probed
    }

    /// Greeting and EHLO.
    async fn talk(&self, channel: &mut Channel, probed: &mut Probed) -> Result<(), Outcome> {
        let (greeting, _) = self.reply(channel).await?;
        probed.greeting = greeting.first().cloned();
        let code =
            |lines: &[String]| lines.first().and_then(|line| line.get(..3)).unwrap_or_default().to_owned();
        if code(&greeting) != "220" {
            return Err(Outcome::Greeted(code(&greeting)));
        }
        // A client without a name of its own says its address (RFC 5321 §4.1.4).
        let own = match channel.local().map(|local| local.ip()) {
            Some(IpAddr::V6(v6)) => format!("[IPv6:{v6}]"),
            Some(IpAddr::V4(v4)) => format!("[{v4}]"),
            None => "[127.0.0.1]".to_owned(),
        };
        channel.send(format!("EHLO {own}\r\n").as_bytes());
        let (offers, _) = self.reply(channel).await?;
        if code(&offers) != "250" {
            return Err(Outcome::NoEhlo(code(&offers)));
        }
        probed.capabilities =
            offers.iter().skip(1).filter_map(|line| line.get(4..)).map(str::to_owned).collect();
        Ok(())
    }

    async fn encrypt(&self, channel: &mut Channel, probed: &mut Probed, bound: Option<&Bound>) {
        let offered =
            |line: &String| line.split(' ').next().is_some_and(|w| w.eq_ignore_ascii_case("STARTTLS"));
        if !probed.capabilities.iter().any(offered) {
            probed.tls = Some(Tls::NotOffered);
            return;
        }
        channel.send(b"STARTTLS\r\n");
        let ready = match self.reply(channel).await {
            Ok((lines, rest)) if lines.first().is_some_and(|line| line.starts_with("220")) => rest,
            _ => {
                probed.tls = Some(Tls::Failed(None));
                return;
            }
        };
        probed.tls = Some(match channel.start_tls(&probed.host, &self.tls, &ready).await {
            Ok(info) => {
                probed.dane = bound.and_then(|bound| fits(&info, &bound.tlsa, &bound.names));
                Tls::On(Box::new(info))
            }
            Err(error) => Tls::Failed(Some(error.fault)),
        });
    }

    /// A reply's lines, and what came after it.
    async fn reply(&self, channel: &mut Channel) -> Result<(Vec<String>, Vec<u8>), Outcome> {
        let until = Instant::now() + self.timeout;
        let (mut got, mut buffer) = (Vec::new(), vec![0; 4096]);
        loop {
            if let Some(end) = end_of_reply(&got) {
                let text = String::from_utf8_lossy(&got[..end]).into_owned();
                return Ok((text.lines().map(str::to_owned).collect(), got[end..].to_vec()));
            }
            if got.len() > REPLY || not_smtp(&got) {
                return Err(Outcome::NotSmtp);
            }
            match timeout_at(until, channel.step(&mut buffer)).await {
                Err(_) => return Err(Outcome::Silent),
                Ok(Moved::Sent) => {}
                Ok(Moved::Received(n)) => got.extend_from_slice(&buffer[..n]),
                Ok(Moved::Ended(_)) => return Err(Outcome::Closed),
            }
        }
    }
}

/// Where a reply ends: after the first line whose code is not followed by a hyphen.
fn end_of_reply(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let end = from + bytes[from..].iter().position(|b| *b == b'\n')? + 1;
        if bytes.get(from + 3) != Some(&b'-') {
            return Some(end).filter(|_| !not_smtp(bytes));
        }
        from = end;
    }
}

/// Whether octets cannot be a reply's beginning.
fn not_smtp(bytes: &[u8]) -> bool {
    !bytes.iter().take(3).all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_ends_with_its_last_line() {
        for (bytes, end) in [
            (&b"220 hello\r\n"[..], Some(11)),
            (b"220 hello\r\nxyz", Some(11)),
            (b"250-a\r\n250 b\r\n", Some(14)),
            (b"250-a\r\n250-b\r\n", None),
            (b"250-a\r\n25", None),
            (b"220 hel", None),
            (b"", None),
            (b"HTTP/1.1 400\r\n", None),
        ] {
            assert_eq!(end_of_reply(bytes), end, "{}", String::from_utf8_lossy(bytes));
        }
        assert!(not_smtp(b"HT") && !not_smtp(b"22") && !not_smtp(b""));
    }
}
