//! Sockets for queries over UDP, used again where that is safe: a socket of one's own for each query costs more
//! than the query.
//!
//! Each query that is under way has a socket, and so a port, to itself (RFC 5452 §9.2); a socket comes back only
//! after an undisturbed answer, and is given up after a number of queries, so that its port is no fixed mark.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::UdpSocket;

/// What is read of a datagram, whatever was agreed on.
const DATAGRAM: usize = 8192;
/// Queries that a socket is used for.
const QUERIES: u8 = 16;
/// Sockets that are kept.
const KEPT: usize = 256;

/// A socket that is connected to a server, with room for a datagram.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) socket: UdpSocket,
    pub(super) buffer: Vec<u8>,
    server: SocketAddr,
    used: u8,
}

impl Line {
    /// A new socket. Connected: only the server's datagrams come in, and a closed port is told at once.
    pub(super) async fn new(server: SocketAddr) -> io::Result<Line> {
        let any: IpAddr = match server {
            SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        let socket = UdpSocket::bind((any, 0)).await?;
        socket.connect(server).await?;
        Ok(Line { socket, buffer: vec![0; DATAGRAM], server, used: 0 })
    }
}

/// The sockets that wait for a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool(Arc<Mutex<Vec<Line>>>);

impl Pool {
    /// One that is connected to a server.
    pub(super) fn take(&self, server: SocketAddr) -> Option<Line> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = lines.iter().rposition(|line| line.server == server)?;
        Some(lines.swap_remove(at))
    }

    /// Gives one back after an answer.
    pub(super) fn give(&self, mut line: Line) {
        line.used += 1;
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if line.used < QUERIES && lines.len() < KEPT {
            lines.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_is_lent_to_one_and_given_up_in_the_end() {
        let server: SocketAddr = "127.0.0.1:53535".parse().unwrap();
        let pool = Pool::default();
        assert!(pool.take(server).is_none());
        let mut line = Line::new(server).await.unwrap();
        let port = line.socket.local_addr().unwrap().port();
        for _ in 1..QUERIES {
            pool.give(line);
            assert!(pool.take("127.0.0.1:53536".parse().unwrap()).is_none(), "another server's");
            line = pool.take(server).unwrap();
            assert_eq!(line.socket.local_addr().unwrap().port(), port);
            assert!(pool.take(server).is_none(), "lent already");
        }
        pool.give(line);
        assert!(pool.take(server).is_none(), "used up");
    }
}
