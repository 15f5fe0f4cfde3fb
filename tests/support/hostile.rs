//! Servers made by hand, one step after the other, to do what no good server would.
//!
//! A [`Script`] listens on a free port of loopback, in a thread, and serves one connection (more with
//! [`Script::accept`]). What the client says is expected in the script; [`Server::finish`] fails with
//! the step at which the dialogue went otherwise. Where the script ends, the connection is closed well.

use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use socket2::SockRef;

use super::Wire;

/// As long as a program under test may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A port where nobody listens.
pub fn closed_port() -> u16 {
    listener().local_addr().expect("an address").port()
}

enum Step {
    Send(Vec<u8>),
    Drip(Vec<u8>, Duration),
    Flood(Vec<u8>, usize),
    Expect(String),
    ExpectBytes(Vec<u8>),
    ExpectUntil(String),
    ExpectEnd,
    Sleep(Duration),
    Tls(Arc<ServerConfig>),
    TlsRefused(Arc<ServerConfig>),
    HalfClose,
    Close,
    Cut,
    Reset,
    Accept,
}

/// What a server will do, in this order.
#[derive(Default)]
pub struct Script {
    steps: Vec<Step>,
}

impl Script {
    /// An empty one.
    pub fn new() -> Script {
        Script::default()
    }

    /// Sends bytes in one write; the CRLF is yours to give.
    pub fn send(self, bytes: impl AsRef<[u8]>) -> Script {
        self.step(Step::Send(bytes.as_ref().to_vec()))
    }

    /// Sends byte by byte, with a pause after each.
    pub fn drip(self, bytes: impl AsRef<[u8]>, pause: Duration) -> Script {
        self.step(Step::Drip(bytes.as_ref().to_vec(), pause))
    }

    /// Sends the same bytes many times.
    pub fn flood(self, bytes: impl AsRef<[u8]>, times: usize) -> Script {
        self.step(Step::Flood(bytes.as_ref().to_vec(), times))
    }

    /// Waits for a line that begins with this.
    pub fn expect(self, line: &str) -> Script {
        self.step(Step::Expect(line.to_owned()))
    }

    /// Waits for exactly these bytes, line ends included.
    pub fn expect_bytes(self, bytes: impl AsRef<[u8]>) -> Script {
        self.step(Step::ExpectBytes(bytes.as_ref().to_vec()))
    }

    /// Waits for a line that is this, passing over others: "." is the end of DATA.
    pub fn expect_until(self, line: &str) -> Script {
        self.step(Step::ExpectUntil(line.to_owned()))
    }

    /// Waits until the client has closed, without having said more.
    pub fn expect_end(self) -> Script {
        self.step(Step::ExpectEnd)
    }

    /// Does nothing for a while.
    pub fn sleep(self, time: Duration) -> Script {
        self.step(Step::Sleep(time))
    }

    /// Takes a TLS handshake, which has to succeed.
    pub fn tls(self, config: &Arc<ServerConfig>) -> Script {
        self.step(Step::Tls(config.clone()))
    }

    /// Takes a TLS handshake that the client has to break off.
    pub fn tls_refused(self, config: &Arc<ServerConfig>) -> Script {
        self.step(Step::TlsRefused(config.clone()))
    }

    /// Says that no more is coming, and goes on listening.
    pub fn half_close(self) -> Script {
        self.step(Step::HalfClose)
    }

    /// Closes as one should: half, then fully when the client has closed too.
    pub fn close(self) -> Script {
        self.step(Step::Close)
    }

    /// Closes at once, without close_notify (under TLS: a truncation).
    pub fn cut(self) -> Script {
        self.step(Step::Cut)
    }

    /// Closes with a TCP reset.
    pub fn reset(self) -> Script {
        self.step(Step::Reset)
    }

    /// Closes what is still open, and takes the next connection.
    pub fn accept(self) -> Script {
        self.step(Step::Accept)
    }

    /// Starts the server.
    pub fn listen(self) -> Server {
        let listener = listener();
        let port = listener.local_addr().expect("an address").port();
        let thread = thread::spawn(move || {
            let mut play = Play { listener, wire: None, heard: Vec::new() };
            let result = play.run(self.steps);
            (play.heard, result)
        });
        Server { port, thread }
    }

    fn step(mut self, step: Step) -> Script {
        self.steps.push(step);
        self
    }
}

/// A script that is being played.
pub struct Server {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    thread: JoinHandle<(Vec<String>, Result<(), String>)>,
}

impl Server {
    /// As `ehlo` takes it: 127.0.0.1:PORT.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Waits for the script's end; every line that the client said. Panics if it went otherwise.
    #[track_caller]
    pub fn finish(self) -> Vec<String> {
        match self.thread.join().expect("the script server does not panic") {
            (heard, Ok(())) => heard,
            (heard, Err(what)) => panic!("the client did not follow the script: {what}\nit said: {heard:#?}"),
        }
    }
}

struct Play {
    listener: TcpListener,
    wire: Option<Wire>,
    heard: Vec<String>,
}

impl Play {
    fn run(&mut self, steps: Vec<Step>) -> Result<(), String> {
        self.accept()?;
        let last = steps.len();
        for (n, step) in steps.into_iter().chain([Step::Close]).enumerate() {
            let at = |what: String| if n == last { what } else { format!("step {}: {what}", n + 1) };
            self.step(step).map_err(at)?;
        }
        Ok(())
    }

    fn step(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Send(bytes) => self.send(&bytes),
            Step::Drip(bytes, pause) => bytes.iter().try_for_each(|&byte| {
                thread::sleep(pause);
                self.send(&[byte])
            }),
            Step::Flood(bytes, times) => (0..times).try_for_each(|_| self.send(&bytes)),
            Step::Expect(begin) => {
                let line = self.hear(&begin)?;
                if line.starts_with(&begin) {
                    Ok(())
                } else {
                    Err(format!("expected {begin:?}, came {line:?}"))
                }
            }
            Step::ExpectBytes(bytes) => self.expect_bytes(&bytes),
            Step::ExpectUntil(end) => {
                while self.hear(&end)? != end {}
                Ok(())
            }
            Step::ExpectEnd => match self.read_line("the end")? {
                None => Ok(()),
                Some(line) => Err(format!("expected the end, came {line:?}")),
            },
            Step::Sleep(time) => {
                thread::sleep(time);
                Ok(())
            }
            Step::Tls(config) => self.wire()?.accept_tls(config).map_err(|e| format!("TLS handshake: {e}")),
            Step::TlsRefused(config) => match self.wire()?.accept_tls(config) {
                Ok(()) => Err("the client took a certificate that it had to refuse".to_owned()),
                Err(_) => Ok(()),
            },
            Step::HalfClose => {
                self.wire()?.half_close();
                Ok(())
            }
            Step::Close => {
                self.close();
                Ok(())
            }
            Step::Cut => {
                self.wire = None;
                Ok(())
            }
            Step::Reset => {
                let wire = self.wire.take().ok_or(CLOSED)?;
                // With no time to linger, close discards what is unsent and sends RST.
                SockRef::from(wire.tcp()).set_linger(Some(Duration::ZERO)).map_err(|e| e.to_string())
            }
            Step::Accept => {
                self.close();
                self.accept()
            }
        }
    }

    fn wire(&mut self) -> Result<&mut Wire, String> {
        self.wire.as_mut().ok_or_else(|| CLOSED.to_owned())
    }

    fn accept(&mut self) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        // Polled, for a test whose program never connects shall fail, not hang.
        self.listener.set_nonblocking(true).map_err(|e| e.to_string())?;
        loop {
            match self.listener.accept() {
                Ok((tcp, _)) => return self.take(tcp),
                Err(e) if e.kind() == ErrorKind::WouldBlock && Instant::now() < until => {
                    thread::sleep(Duration::from_millis(2));
                }
                Err(_) => return Err("nobody connected".to_owned()),
            }
        }
    }

    fn take(&mut self, tcp: TcpStream) -> Result<(), String> {
        tcp.set_nonblocking(false).map_err(|e| e.to_string())?;
        let wire = Wire::over(tcp);
        // A client that waits for its own timeout is silent for long.
        wire.tcp().set_read_timeout(Some(PATIENCE)).map_err(|e| e.to_string())?;
        self.wire = Some(wire);
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), String> {
        use std::io::Write;
        let wire = self.wire()?;
        wire.write_all(bytes).and_then(|()| wire.flush()).map_err(|e| format!("sending: {e}"))
    }

    /// The next line without its end; None at the end of the stream.
    fn read_line(&mut self, waiting_for: &str) -> Result<Option<String>, String> {
        let line = self.wire()?.read_line().map_err(|e| format!("waiting for {waiting_for:?}: {e}"))?;
        if line.is_empty() {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
        self.heard.push(line.clone());
        Ok(Some(line))
    }

    fn hear(&mut self, waiting_for: &str) -> Result<String, String> {
        self.read_line(waiting_for)?.ok_or_else(|| format!("expected {waiting_for:?}, came the end"))
    }

    fn expect_bytes(&mut self, bytes: &[u8]) -> Result<(), String> {
        let mut came = vec![0; bytes.len()];
        self.wire()?
            .read_exact(&mut came)
            .map_err(|e| format!("waiting for {}: {e}", bytes.escape_ascii()))?;
        self.heard.push(came.escape_ascii().to_string());
        if came == bytes {
            return Ok(());
        }
        Err(format!("expected {}, came {}", bytes.escape_ascii(), came.escape_ascii()))
    }

    /// Reads on until the client closes: with unread bytes, close would send RST instead of FIN.
    fn close(&mut self) {
        if let Some(mut wire) = self.wire.take() {
            wire.half_close();
            let mut rest = [0; 4096];
            while matches!(wire.read(&mut rest), Ok(n) if n > 0) {}
        }
    }
}

const CLOSED: &str = "the script has closed the connection before";

fn listener() -> TcpListener {
    TcpListener::bind(("127.0.0.1", 0)).expect("a port of loopback")
}
