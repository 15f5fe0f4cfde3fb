//! The system's name servers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The port of the DNS.
pub const PORT: u16 = 53;
/// Servers of the list that are asked, as the system's own resolver has it (`MAXNS`).
const MOST: usize = 3;

/// The servers that the system is told to ask; where it names none, this machine, as resolv.conf(5) says.
pub fn system() -> Vec<SocketAddr> {
    let found = hickory_resolver::system_conf::read_system_conf();
    let listed = found.map(|(config, _)| config.name_servers).unwrap_or_default();
    let servers: Vec<SocketAddr> =
        listed.iter().take(MOST).map(|server| SocketAddr::new(server.ip, PORT)).collect();
    if servers.is_empty() { vec![SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), PORT)] } else { servers }
}
