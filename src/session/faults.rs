//! From the faults of the network floor, which are values, to errors, which have words in the catalogs: what was
//! tried, what came back, what to try next.

use std::path::Path;

use time::OffsetDateTime;

use crate::error::{Error, Exit};
use crate::net::{
    CertificateFault, ConnectFault, EndpointFault, NetError, NetFault, Stranger, TlsError, TlsFault,
    TlsSetupFault, sniff,
};

/// The course's domain: its server answers in the course's network only.
const PRACTICE: &str = "unlp.edu.ar";

/// What cannot be a server's name.
pub fn endpoint(fault: &EndpointFault) -> Error {
    let error = |id| Error::new(Exit::Usage, id);
    match fault {
        EndpointFault::EmptyHost => error("usage-host-empty"),
        EndpointFault::BadHost(host) => {
            let (id, meant) = match (host.split_once("://"), host.rsplit_once('@')) {
                (Some((_, rest)), _) => ("usage-host-url", rest.split('/').next().unwrap_or(rest)),
                (None, Some((_, domain))) => ("usage-host-address", domain),
                (None, None) => ("usage-host-bad", ""),
            };
            error(id).with("host", host).with("meant", meant)
        }
        EndpointFault::BadPort(port) => error("usage-port-bad").with("port", port),
        EndpointFault::TwoPorts { inside, beside } => {
            error("usage-port-twice").with("inside", inside).with("beside", beside)
        }
        EndpointFault::BadBrackets(host) => error("usage-brackets").with("host", host),
        EndpointFault::NotIpv6(host) => error("usage-brackets-ipv6").with("host", host),
    }
}

/// Why there is no connection.
pub fn net_error(fault: &NetError) -> Error {
    let (exit, id) = match &fault.kind {
        NetFault::NoSuchHost => (Exit::Network, no_such_host(&fault.host)),
        NetFault::NoAddressOfFamily => (Exit::Network, "error-net-family"),
        NetFault::ResolverFailed(_) => (Exit::Network, "error-net-resolver"),
        NetFault::ResolverTimedOut => (Exit::Network, "error-net-resolver-timeout"),
        NetFault::AllFailed => (Exit::Network, attempts(&fault.attempts)),
        NetFault::BadSource => (Exit::Network, "error-net-source"),
        NetFault::ViaFailed(_) => (Exit::Network, "error-net-via"),
        NetFault::HostNotSafeForVia => (Exit::Usage, "error-net-via-host"),
    };
    let tried: Vec<String> = fault.attempts.iter().map(|(address, _)| address.ip().to_string()).collect();
    let error = Error::new(exit, id).with("host", &fault.host).with("port", fault.port);
    let error = error.with("addresses", tried.join(", ")).with("tried", tried.len());
    let words = match &fault.kind {
        NetFault::ResolverFailed(words) | NetFault::ViaFailed(words) => Some(words),
        _ => fault.detail.as_ref(),
    };
    match words {
        Some(words) => error.detail(words),
        None => error,
    }
}

fn no_such_host(host: &str) -> &'static str {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let within =
        |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    match host.as_str() {
        "lab" => "error-net-no-such-host-lab",
        _ if within(PRACTICE) => "error-net-no-such-host-practice",
        _ => "error-net-no-such-host",
    }
}

/// One text for all attempts: that of the one that tells most. Each was told when it was made.
fn attempts(attempts: &[(std::net::SocketAddr, ConnectFault)]) -> &'static str {
    let rank = |fault: &ConnectFault| match fault {
        ConnectFault::Refused => (0, "error-net-refused"),
        ConnectFault::Reset => (1, "error-net-reset"),
        ConnectFault::PermissionDenied => (2, "error-net-forbidden"),
        ConnectFault::TimedOut => (3, "error-net-timeout"),
        ConnectFault::HostUnreachable => (4, "error-net-host-unreachable"),
        ConnectFault::Unreachable => (5, "error-net-unreachable"),
        ConnectFault::Other(_) => (6, "error-net-other"),
    };
    attempts.iter().map(|(_, fault)| rank(fault)).min().map_or("error-net-other", |(_, id)| id)
}

/// Why TLS could not be set up: nothing was sent yet.
pub fn tls_setup(fault: &TlsSetupFault) -> Error {
    let of_file = |id, path: &Path| Error::new(Exit::File, id).with("file", path.display());
    match fault {
        TlsSetupFault::Unreadable(path, why, words) => {
            Error::of_file("error-file-read", path.display(), *why).detail(words)
        }
        TlsSetupFault::NoCertificate(path) => of_file("error-tls-no-certificate", path),
        TlsSetupFault::NoKey(path) => of_file("error-tls-no-key", path),
        TlsSetupFault::Damaged(path, words) => of_file("error-tls-damaged", path).detail(words),
        TlsSetupFault::KeyWithoutCertificate => Error::new(Exit::Usage, "error-tls-key-alone"),
        TlsSetupFault::KeyDoesNotFit(words) => Error::new(Exit::File, "error-tls-key-unfit").detail(words),
        TlsSetupFault::NoSystemRoots(words) => Error::new(Exit::Network, "error-tls-no-roots").detail(words),
    }
}

/// Why TLS was not started with a host.
pub fn tls_error(fault: &TlsError, host: &str) -> Error {
    let error = |id| Error::new(Exit::Network, id).with("host", host);
    let said = match &fault.fault {
        TlsFault::Certificate(faults) => certificate(faults, fault, host),
        TlsFault::PlainAnswer(bytes) => plain_answer(bytes).with("host", host),
        TlsFault::BytesBefore(bytes) => {
            error("error-tls-bytes-before").with("octets", bytes.len()).with("answer", first_line(bytes))
        }
        TlsFault::Alert(alert) => error(alert_id(alert)).with("alert", alert),
        TlsFault::ProtocolVersion => error("error-tls-version"),
        TlsFault::Eof => error("error-tls-closed"),
        TlsFault::Reset => error("error-tls-reset"),
        TlsFault::TimedOut => error("error-tls-timeout"),
        TlsFault::BadName(name) => error("error-tls-bad-name").with("name", name),
        TlsFault::NotPossible => error("error-tls-not-possible"),
        TlsFault::Other(words) => error("error-tls-other").detail(words),
    };
    match &fault.detail {
        Some(words) => said.detail(words),
        None => said,
    }
}

/// The alerts that say what to do (RFC 8446 §6.2); of the others, the name alone.
fn alert_id(alert: &str) -> &'static str {
    match alert {
        "handshake_failure" | "insufficient_security" => "error-tls-alert-handshake",
        "unrecognized_name" => "error-tls-alert-name",
        "certificate_required" => "error-tls-alert-certificate",
        "bad_certificate"
        | "unsupported_certificate"
        | "certificate_unknown"
        | "certificate_expired"
        | "certificate_revoked"
        | "unknown_ca"
        | "access_denied" => "error-tls-alert-ours",
        _ => "error-tls-alert",
    }
}

/// TLS was wanted and something else answered.
fn plain_answer(bytes: &[u8]) -> Error {
    let id = match sniff(bytes) {
        Some(Stranger::Smtp | Stranger::Pop3 | Stranger::Imap) => "error-tls-plain-mail",
        Some(Stranger::Http) => "error-stranger-http",
        Some(Stranger::Ssh) => "error-stranger-ssh",
        _ => "error-tls-plain",
    };
    Error::new(Exit::Network, id).with("answer", first_line(bytes))
}

/// What is at the other end is no mail server, or wants TLS at once; none, if it is one.
pub fn stranger(kind: Stranger, host: &str, port: u16) -> Option<Error> {
    let id = match kind {
        Stranger::Tls | Stranger::TlsAlert(_) => "error-stranger-tls",
        Stranger::Http => "error-stranger-http",
        Stranger::Ssh => "error-stranger-ssh",
        Stranger::Ftp => "error-stranger-ftp",
        Stranger::Sieve => "error-stranger-sieve",
        Stranger::Telnet => "error-stranger-telnet",
        Stranger::Smtp | Stranger::Pop3 | Stranger::Imap => return None,
    };
    Some(Error::new(Exit::Network, id).with("host", host).with("port", port))
}

/// The first line of an answer, as text.
fn first_line(bytes: &[u8]) -> String {
    let line = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).find(|line| !line.is_empty());
    String::from_utf8_lossy(line.unwrap_or_default()).into_owned()
}

/// A certificate that failed checks: the one that weighs most is told, and how many others there are.
fn certificate(faults: &[CertificateFault], fault: &TlsError, host: &str) -> Error {
    let worst = faults.iter().min_by_key(|fault| weight(fault));
    // Whoever signs for himself is an authority of his own: not a second thing to mend.
    let implied = |fault: &&CertificateFault| {
        **fault == CertificateFault::CaAsLeaf && worst == Some(&CertificateFault::SelfSigned)
    };
    let others = faults.len() - worst.map_or(0, |_| 1) - faults.iter().filter(implied).count();
    let error = |id| Error::new(Exit::Network, id).with("host", host).with("others", others);
    let who = |issuer: bool| if issuer { "issuer" } else { "server" };
    match worst {
        Some(CertificateFault::Expired { at, issuer }) => {
            error("error-tls-expired").with("date", date(*at)).with("whose", who(*issuer))
        }
        Some(CertificateFault::NotYetValid { at, issuer }) => {
            error("error-tls-not-yet-valid").with("date", date(*at)).with("whose", who(*issuer))
        }
        Some(CertificateFault::OtherName { wanted, names }) => {
            error("error-tls-other-name").with("wanted", wanted).with("names", some_names(names))
        }
        Some(CertificateFault::UnknownIssuer { issuer, sent }) => {
            error("error-tls-unknown-issuer").with("issuer", issuer).with("sent", sent)
        }
        Some(CertificateFault::SelfSigned) => {
            let subject = fault.certificate.as_ref().map(|certificate| certificate.subject.clone());
            error("error-tls-self-signed").with("subject", subject.unwrap_or_default())
        }
        Some(CertificateFault::Revoked) => error("error-tls-revoked"),
        Some(CertificateFault::NotACertificate) => error("error-tls-not-a-certificate"),
        Some(CertificateFault::CaAsLeaf) => error("error-tls-ca-as-leaf"),
        Some(CertificateFault::BadSignature) => error("error-tls-bad-signature"),
        Some(CertificateFault::WrongPurpose) => error("error-tls-wrong-purpose"),
        Some(CertificateFault::WeakAlgorithm) => error("error-tls-weak"),
        Some(CertificateFault::Other(words)) => error("error-tls-certificate").detail(words),
        None => error("error-tls-certificate"),
    }
}

/// What weighs most comes first: what no option of ours but `--insecure` mends, then who vouches, then for whom,
/// then when.
fn weight(fault: &CertificateFault) -> u8 {
    match fault {
        CertificateFault::NotACertificate => 0,
        CertificateFault::Revoked => 1,
        CertificateFault::BadSignature => 2,
        CertificateFault::SelfSigned => 3,
        CertificateFault::UnknownIssuer { .. } => 4,
        CertificateFault::OtherName { .. } => 5,
        CertificateFault::Expired { .. } => 6,
        CertificateFault::NotYetValid { .. } => 7,
        _ => 8,
    }
}

/// A few names, and how many more.
fn some_names(names: &[String]) -> String {
    const SHOWN: usize = 4;
    let mut text = names[..names.len().min(SHOWN)].join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(", … (+{})", names.len() - SHOWN));
    }
    text
}

/// ISO 8601.
fn date(at: i64) -> String {
    OffsetDateTime::from_unix_timestamp(at).map_or_else(|_| at.to_string(), |time| time.date().to_string())
}

#[cfg(test)]
mod tests;
