//! From an endpoint to a connected socket: resolve, then try every address in turn, telling each attempt.
//!
//! The addresses come in the order of the system's resolver (RFC 6724) and are tried one after the other, as
//! telnet does, not raced against each other (RFC 8305): what the user sees is what happened, and whoever
//! wants another order says `-4` or `-6`. The time limit counts for the look-up and for each address anew.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::timeout;

/// Which addresses of a host may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// IPv4 and IPv6.
    #[default]
    Any,
    /// Only IPv4 (`-4`).
    V4,
    /// Only IPv6 (`-6`).
    V6,
}

/// How to connect.
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    /// Which addresses may be used.
    pub family: Family,
    /// The address of this machine to connect from (`--source`); it also decides the family.
    pub source: Option<IpAddr>,
    /// The limit for the look-up, for each address, and for a TLS handshake.
    pub timeout: Duration,
    /// A command to talk through instead of a socket (`--via`); `%h` and `%p` in it are the host and the
    /// port, `%%` is a percent sign.
    pub via: Option<String>,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        ConnectOptions { family: Family::Any, source: None, timeout: Duration::from_secs(30), via: None }
    }
}

/// What happens while connecting, told as it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The system's resolver is asked. Not told for an address, which needs no look-up.
    Resolving {
        /// The name asked for.
        host: String,
    },
    /// The resolver answered.
    Resolved {
        /// The name asked for.
        host: String,
        /// The addresses that will be tried, in this order.
        addresses: Vec<SocketAddr>,
    },
    /// An attempt begins.
    Trying {
        /// The address tried.
        address: SocketAddr,
    },
    /// An attempt failed; the next address, if any, follows.
    Failed {
        /// The address tried.
        address: SocketAddr,
        /// Why it failed.
        why: ConnectFault,
    },
    /// TCP is connected.
    Connected {
        /// The server's end.
        address: SocketAddr,
        /// This end.
        local: SocketAddr,
    },
    /// A command was started to talk through.
    Via {
        /// The command as it was given to the shell.
        command: String,
    },
}

/// Why one address could not be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectFault {
    /// The machine answered that nothing listens on the port.
    Refused,
    /// Nothing came back in time.
    TimedOut,
    /// There is no route to the network; for IPv6: none at all, usually.
    Unreachable,
    /// A router, or the system itself, reports that the machine cannot be reached.
    HostUnreachable,
    /// The system, usually its firewall, forbids it.
    PermissionDenied,
    /// The connection was reset while it was being made.
    Reset,
    /// Anything else, in the system's words.
    Other(String),
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetFault {
    /// The resolver says that the name does not exist, or has no address.
    NoSuchHost,
    /// The host has addresses, but none of the family asked for.
    NoAddressOfFamily,
    /// The resolver could not answer; the text is the system's.
    ResolverFailed(String),
    /// The resolver did not answer in time.
    ResolverTimedOut,
    /// Every address was tried: see [`NetError::attempts`].
    AllFailed,
    /// The source address is not one of this machine's, or of the other family than asked for.
    BadSource,
    /// The command could not be started; the text is the system's.
    ViaFailed(String),
    /// The host has a character that a shell would interpret, so it is not put into a command.
    HostNotSafeForVia,
}

/// There is no connection: why, and what was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetError {
    /// Why.
    pub kind: NetFault,
    /// The host as typed.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Each address that was tried, in order, and what came of it.
    pub attempts: Vec<(SocketAddr, ConnectFault)>,
    /// The system's own words for it, if it had some.
    pub detail: Option<String>,
}

impl ConnectFault {
    fn of(error: &io::Error) -> ConnectFault {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => ConnectFault::Refused,
            io::ErrorKind::TimedOut => ConnectFault::TimedOut,
            io::ErrorKind::NetworkUnreachable => ConnectFault::Unreachable,
            io::ErrorKind::HostUnreachable => ConnectFault::HostUnreachable,
            io::ErrorKind::PermissionDenied => ConnectFault::PermissionDenied,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => ConnectFault::Reset,
            _ => ConnectFault::Other(error.to_string()),
        }
    }
}

impl Family {
    /// Whether an address may be used.
    pub fn allows(self, address: IpAddr) -> bool {
        match self {
            Family::Any => true,
            Family::V4 => address.is_ipv4(),
            Family::V6 => address.is_ipv6(),
        }
    }
}

/// A failed look-up: the fault and the system's words.
type LookupFault = (NetFault, Option<String>);

/// The addresses of a host. A literal address asks nobody and tells nothing.
pub(super) async fn resolve(
    host: &str,
    port: u16,
    options: &ConnectOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Vec<SocketAddr>, LookupFault> {
    let family = effective_family(options)?;
    if let Ok(address) = host.parse::<IpAddr>() {
        return only(family, vec![SocketAddr::new(address, port)]);
    }
    progress(Progress::Resolving { host: host.to_owned() });
    let found = match timeout(options.timeout, lookup_host((host, port))).await {
        Err(_) => return Err((NetFault::ResolverTimedOut, None)),
        Ok(Err(error)) => return Err((lookup_fault(&error), Some(error.to_string()))),
        Ok(Ok(found)) => only(family, found.collect())?,
    };
    progress(Progress::Resolved { host: host.to_owned(), addresses: found.clone() });
    Ok(found)
}

/// The family asked for, which a source address narrows to its own.
fn effective_family(options: &ConnectOptions) -> Result<Family, LookupFault> {
    match options.source {
        Some(source) if !options.family.allows(source) => Err((NetFault::BadSource, None)),
        Some(IpAddr::V4(_)) => Ok(Family::V4),
        Some(IpAddr::V6(_)) => Ok(Family::V6),
        None => Ok(options.family),
    }
}

fn only(family: Family, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, LookupFault> {
    if found.is_empty() {
        return Err((NetFault::NoSuchHost, None));
    }
    let mut kept: Vec<SocketAddr> = Vec::with_capacity(found.len());
    for address in found {
        // A host listed twice in the hosts file comes twice.
        if family.allows(address.ip()) && !kept.contains(&address) {
            kept.push(address);
        }
    }
    if kept.is_empty() { Err((NetFault::NoAddressOfFamily, None)) } else { Ok(kept) }
}

/// The standard library keeps only getaddrinfo's text, so "there is no such name" is told from "the resolver
/// failed" by it. The texts are those of the C locale, in which this program runs: EAI_NONAME and EAI_NODATA
/// of glibc, musl, macOS and the BSDs; Windows has numbers (WSAHOST_NOT_FOUND, WSANO_DATA).
fn lookup_fault(error: &io::Error) -> NetFault {
    const NO_SUCH_NAME: [&str; 6] = [
        "Name or service not known",
        "No address associated with hostname",
        "Name does not resolve",
        "Name has no usable address",
        "nodename nor servname provided",
        "no address associated with name",
    ];
    let text = error.to_string();
    let no_such_name = matches!(error.raw_os_error(), Some(11001 | 11004)) && cfg!(windows)
        || NO_SUCH_NAME.iter().any(|known| text.contains(known));
    // A name that no resolver takes (too long a label, a NUL) cannot exist either.
    if no_such_name || error.kind() == io::ErrorKind::InvalidInput {
        NetFault::NoSuchHost
    } else {
        NetFault::ResolverFailed(text)
    }
}

/// What dialling ended with: the socket, or the fault with the attempts made.
pub(super) type Dialled =
    Result<(TcpStream, SocketAddr, SocketAddr), (NetFault, Vec<(SocketAddr, ConnectFault)>, Option<String>)>;

/// Tries each address in turn until one answers.
pub(super) async fn dial(
    addresses: &[SocketAddr],
    options: &ConnectOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Dialled {
    let mut attempts = Vec::new();
    let mut detail = None;
    for &address in addresses {
        progress(Progress::Trying { address });
        let error = match attempt(address, options).await {
            Ok((stream, local)) => {
                progress(Progress::Connected { address, local });
                return Ok((stream, address, local));
            }
            Err(Attempt::Source(error)) => {
                return Err((NetFault::BadSource, attempts, Some(error.to_string())));
            }
            Err(Attempt::Address(error)) => error,
        };
        let why = ConnectFault::of(&error);
        progress(Progress::Failed { address, why: why.clone() });
        attempts.push((address, why));
        detail = Some(error.to_string());
    }
    Err((NetFault::AllFailed, attempts, detail))
}

/// What an attempt failed at.
enum Attempt {
    /// At binding the source address: no other address would do better.
    Source(io::Error),
    /// At this address.
    Address(io::Error),
}

async fn attempt(address: SocketAddr, options: &ConnectOptions) -> Result<(TcpStream, SocketAddr), Attempt> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }
    .map_err(Attempt::Address)?;
    if let Some(source) = options.source {
        socket.bind(SocketAddr::new(source, 0)).map_err(Attempt::Source)?;
    }
    let connecting = async {
        let stream = socket.connect(address).await?;
        // A command is one small write that is waited on: Nagle's algorithm would only delay it.
        stream.set_nodelay(true)?;
        let local = stream.local_addr()?;
        Ok((stream, local))
    };
    match timeout(options.timeout, connecting).await {
        Ok(result) => result.map_err(Attempt::Address),
        Err(_) => Err(Attempt::Address(io::ErrorKind::TimedOut.into())),
    }
}
