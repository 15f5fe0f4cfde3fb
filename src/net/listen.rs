//! Listening: on loopback, and on what else was asked for.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

/// Loopback of both families, where the machine has both, and what was asked for.
pub fn addresses(bind: Option<IpAddr>) -> Vec<IpAddr> {
    let mut addresses = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    if listen(&[IpAddr::V6(Ipv6Addr::LOCALHOST)], 0).is_ok() {
        addresses.push(IpAddr::V6(Ipv6Addr::LOCALHOST));
    }
    match bind {
        // All addresses of a family have its loopback among them.
        Some(all) if all.is_unspecified() => {
            addresses.retain(|a| a.is_ipv4() != all.is_ipv4());
            addresses.push(all);
        }
        Some(one) if !addresses.contains(&one) => addresses.push(one),
        _ => {}
    }
    addresses
}

/// Listens on a port of all addresses, or of none.
///
/// # Errors
/// What the system says of the first address that cannot be had.
pub fn listen(addresses: &[IpAddr], port: u16) -> io::Result<Vec<TcpListener>> {
    addresses.iter().map(|address| listen_on(SocketAddr::new(*address, port))).collect()
}

fn listen_on(address: SocketAddr) -> io::Result<TcpListener> {
    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    // On Unix: a port whose old connections are still dying can be had at once. On Windows the same option
    // would let two programs have one port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(512)?;
    TcpListener::from_std(socket.into())
}
