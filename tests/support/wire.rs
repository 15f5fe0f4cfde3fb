//! A connection by hand: lines and bytes over TCP or TLS, from either end.
//!
//! It reads byte by byte, so that not one byte after a line is taken before TLS begins, and gives up
//! on a silent peer after ten seconds. No protocol is known here beyond where a response ends.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned};

const SILENCE: Duration = Duration::from_secs(10);

/// One end of a connection.
pub struct Wire {
    tcp: TcpStream,
    tls: Option<Tls>,
}

enum Tls {
    Client(Box<StreamOwned<ClientConnection, TcpStream>>),
    Server(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    /// Connects to a port of loopback.
    pub fn plain(port: u16) -> Wire {
        let tcp = TcpStream::connect(("127.0.0.1", port)).unwrap_or_else(|e| panic!("127.0.0.1:{port}: {e}"));
        Wire::over(tcp)
    }

    /// Connects, and begins with TLS, trusting the CA in this file alone.
    pub fn tls(port: u16, ca: &Path) -> Wire {
        Wire::plain(port).start_tls("127.0.0.1", ca).unwrap_or_else(|e| panic!("TLS on {port}: {e}"))
    }

    /// An end that is already connected.
    pub fn over(tcp: TcpStream) -> Wire {
        tcp.set_read_timeout(Some(SILENCE)).expect("a timeout");
        tcp.set_write_timeout(Some(SILENCE)).expect("a timeout");
        Wire { tcp, tls: None }
    }

    /// The TCP connection under whatever there is.
    pub fn tcp(&self) -> &TcpStream {
        &self.tcp
    }

    /// The client's handshake, finished.
    pub fn start_tls(mut self, name: &str, ca: &Path) -> io::Result<Wire> {
        let mut roots = RootCertStore::empty();
        let ca = CertificateDer::from_pem_file(ca).map_err(io::Error::other)?;
        roots.add(ca).map_err(io::Error::other)?;
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).map_err(io::Error::other)?;
        let client = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(client, self.tcp.try_clone()?);
        stream.conn.complete_io(&mut stream.sock)?;
        self.tls = Some(Tls::Client(Box::new(stream)));
        Ok(self)
    }

    /// The server's handshake, finished; what the client thinks of the certificate shows here.
    pub fn accept_tls(&mut self, config: Arc<ServerConfig>) -> io::Result<()> {
        let server = ServerConnection::new(config).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(server, self.tcp.try_clone()?);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        self.tls = Some(Tls::Server(Box::new(stream)));
        Ok(())
    }

    /// Says that nothing more is coming: close_notify under TLS, then the end of the TCP stream.
    pub fn half_close(&mut self) {
        match &mut self.tls {
            Some(Tls::Client(stream)) => stream.conn.send_close_notify(),
            Some(Tls::Server(stream)) => stream.conn.send_close_notify(),
            None => {}
        }
        let _ = self.flush();
        let _ = self.tcp.shutdown(Shutdown::Write);
    }

    /// Reads one line, LF included; less at the end of the stream, where nothing is left at last.
    pub fn read_line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        let mut byte = [0];
        while !line.ends_with(b"\n") && self.read(&mut byte)? == 1 {
            line.push(byte[0]);
        }
        Ok(line)
    }

    /// The next line, without its end.
    #[track_caller]
    pub fn line(&mut self) -> String {
        let line = self.read_line().unwrap_or_else(|e| panic!("waiting for a line: {e}"));
        assert!(!line.is_empty(), "waiting for a line: the connection is closed");
        String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()
    }

    /// Sends bytes as they are.
    #[track_caller]
    pub fn send(&mut self, bytes: &[u8]) {
        self.write_all(bytes).and_then(|()| self.flush()).unwrap_or_else(|e| panic!("sending: {e}"));
    }

    /// Sends a line, and CRLF.
    #[track_caller]
    pub fn say(&mut self, line: &str) {
        self.send(format!("{line}\r\n").as_bytes());
    }

    /// Sends an SMTP or LMTP command; the whole reply.
    #[track_caller]
    pub fn smtp(&mut self, command: &str) -> Vec<String> {
        self.say(command);
        self.lines_until(|line| line.as_bytes().get(3) != Some(&b'-'))
    }

    /// Sends a POP3 command that has a multi-line response; all of it, but for the lone dot.
    #[track_caller]
    pub fn pop(&mut self, command: &str) -> Vec<String> {
        self.say(command);
        let mut lines = self.lines_until(|line| line == "." || line.starts_with("-ERR"));
        lines.pop_if(|line| line == ".");
        lines
    }

    /// Sends an IMAP command, given its tag; every line up to the tagged one.
    #[track_caller]
    pub fn imap(&mut self, tag: &str, command: &str) -> Vec<String> {
        self.say(&format!("{tag} {command}"));
        self.lines_until(|line| line.starts_with(&format!("{tag} ")))
    }

    #[track_caller]
    fn lines_until(&mut self, last: impl Fn(&str) -> bool) -> Vec<String> {
        let mut lines = vec![self.line()];
        while !last(lines.last().expect("a line")) {
            lines.push(self.line());
        }
        lines
    }
}

impl Read for Wire {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match &mut self.tls {
            Some(Tls::Client(stream)) => stream.read(buf),
            Some(Tls::Server(stream)) => stream.read(buf),
            None => self.tcp.read(buf),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        match &mut self.tls {
            Some(Tls::Client(stream)) => stream.write(buf),
            Some(Tls::Server(stream)) => stream.write(buf),
            None => self.tcp.write(buf),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.tls {
            Some(Tls::Client(stream)) => stream.flush(),
            Some(Tls::Server(stream)) => stream.flush(),
            None => self.tcp.flush(),
        }
    }
}
