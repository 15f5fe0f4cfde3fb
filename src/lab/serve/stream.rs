//! The byte stream of a connection: TCP, or TLS over it.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::dialogue::mark::TlsInfo;
use crate::net::agreed;

/// Octets read at once.
const PORTION: usize = 16 * 1024;

/// TCP, or TLS over it.
pub(super) enum Stream {
    /// In the clear.
    Plain(TcpStream),
    /// Encrypted.
    Tls(Box<TlsStream<TcpStream>>),
    /// A handshake failed, or it was dropped.
    Gone,
}

impl Stream {
    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Stream::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Stream::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
            Stream::Gone => Poll::Ready(Ok(())),
        }
    }

    /// Reads what there is; nothing at the end. The buffer is on the stack while something comes, so that a
    /// connection that is silent has none. Cancel-safe.
    pub async fn read(&mut self) -> io::Result<Vec<u8>> {
        poll_fn(|cx| {
            let mut room = [0; PORTION];
            let mut buf = ReadBuf::new(&mut room);
            ready!(self.poll_read(cx, &mut buf))?;
            Poll::Ready(Ok(buf.filled().to_vec()))
        })
        .await
    }

    /// Writes all of it.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Stream::Plain(tcp) => tcp.write_all(bytes).await,
            Stream::Tls(tls) => {
                tls.write_all(bytes).await?;
                tls.flush().await
            }
            Stream::Gone => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Says that no more will come: a close_notify, where there is TLS, and a FIN.
    pub async fn shutdown(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(tcp) => tcp.shutdown().await,
            Stream::Tls(tls) => tls.shutdown().await,
            Stream::Gone => Ok(()),
        }
    }

    /// Shakes hands as the server.
    pub async fn start_tls(&mut self, config: Arc<ServerConfig>) -> io::Result<TlsInfo> {
        let Stream::Plain(tcp) = std::mem::replace(self, Stream::Gone) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let tls = TlsAcceptor::from(config).accept(tcp).await?;
        let session = tls.get_ref().1;
        let (version, cipher) = agreed(session);
        let server_name = session.server_name().unwrap_or_default().to_owned();
        *self = Stream::Tls(Box::new(tls));
        Ok(TlsInfo { version, cipher, server_name, ..TlsInfo::default() })
    }
}
