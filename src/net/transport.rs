//! What carries the bytes beneath TLS: a TCP socket, or a command's standard input and output.
//!
//! A command stays in the terminal's foreground, so that `ssh` can ask for a password there; a Ctrl-C typed
//! while the terminal is not in raw mode therefore reaches it too.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::connect::NetFault;

/// How much of what a server says during a handshake is kept, to recognise plain text by.
const HEARD_LIMIT: usize = 1024;

/// The first bytes that a server sent during a handshake.
pub(super) type Heard = Arc<Mutex<Vec<u8>>>;

/// A carrier of bytes, which can keep a copy of the first ones it received.
pub(super) struct Transport {
    io: Io,
    heard: Option<Heard>,
}

enum Io {
    Tcp(TcpStream),
    Command { stdin: Option<ChildStdin>, stdout: ChildStdout },
}

impl Transport {
    pub(super) fn tcp(stream: TcpStream) -> Transport {
        Transport { io: Io::Tcp(stream), heard: None }
    }

    /// Starts a shell command; its standard error stays the terminal's, where it may ask for a password.
    pub(super) fn command(line: &str) -> Result<(Transport, Child), NetFault> {
        let failed = |error: io::Error| NetFault::ViaFailed(error.to_string());
        let mut child = shell(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .map_err(failed)?;
        match (child.stdin.take(), child.stdout.take()) {
            (stdin @ Some(_), Some(stdout)) => {
                Ok((Transport { io: Io::Command { stdin, stdout }, heard: None }, child))
            }
            _ => Err(failed(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// Closes so that the peer sees a reset.
    pub(super) fn reset(self) {
        if let Io::Tcp(stream) = self.io {
            // Where it cannot be had, it is closed all the same.
            let _ = socket2::SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO));
        }
    }

    /// Begins to keep a copy of what is received.
    pub(super) fn listen(&mut self) -> Heard {
        let heard = Heard::default();
        self.heard = Some(heard.clone());
        heard
    }

    /// Stops keeping a copy.
    pub(super) fn forget(&mut self) {
        self.heard = None;
    }
}

#[cfg(unix)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(line);
    command
}

#[cfg(windows)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("cmd");
    // With /S, cmd takes away exactly the outer quotes and leaves those inside alone.
    command.raw_arg("/S").raw_arg("/C").raw_arg(format!("\"{line}\""));
    command
}

/// Puts host and port into a command. A host that a shell would read as more than a word is refused: it may
/// come from a script or from the DNS, and must not become a command.
pub(super) fn fill(template: &str, host: &str, port: u16) -> Result<String, NetFault> {
    let mut filled = String::with_capacity(template.len() + host.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('%') {
        filled.push_str(before);
        let mut chars = after.chars();
        match chars.next() {
            Some('h') if !is_plain_word(host) => return Err(NetFault::HostNotSafeForVia),
            Some('h') => filled.push_str(host),
            Some('p') => filled.push_str(&port.to_string()),
            Some('%') => filled.push('%'),
            // Not ours: `%COMSPEC%` on Windows, `date +%s` in a shell.
            Some(other) => filled.extend(['%', other]),
            None => filled.push('%'),
        }
        rest = chars.as_str();
    }
    filled.push_str(rest);
    Ok(filled)
}

/// No character that sh or cmd interprets, and no leading `-`, which a program would take for an option.
fn is_plain_word(host: &str) -> bool {
    !host.starts_with('-') && host.chars().all(|c| c.is_alphanumeric() || "._:-".contains(c))
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = match &mut self.io {
            Io::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            Io::Command { stdout, .. } => Pin::new(stdout).poll_read(cx, buf),
        };
        if let Some(heard) = &self.heard {
            let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
            let new = &buf.filled()[before..];
            let room = HEARD_LIMIT.saturating_sub(heard.len());
            heard.extend_from_slice(&new[..new.len().min(room)]);
        }
        polled
    }
}

impl AsyncWrite for Transport {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
            Io::Command { stdin: Some(stdin), .. } => Pin::new(stdin).poll_write(cx, bytes),
            Io::Command { stdin: None, .. } => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Tcp(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Io::Command { stdin: Some(stdin), .. } => Pin::new(stdin).poll_write_vectored(cx, slices),
            Io::Command { stdin: None, .. } => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Tcp(stream) => stream.is_write_vectored(),
            Io::Command { stdin, .. } => stdin.as_ref().is_some_and(AsyncWrite::is_write_vectored),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Io::Command { stdin: Some(stdin), .. } => Pin::new(stdin).poll_flush(cx),
            Io::Command { stdin: None, .. } => Poll::Ready(Ok(())),
        }
    }

    /// A FIN, or the end of the command's standard input.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Io::Command { stdin, .. } => {
                let polled = match stdin {
                    Some(pipe) => Pin::new(pipe).poll_shutdown(cx),
                    None => Poll::Ready(Ok(())),
                };
                if polled.is_ready() {
                    // Only dropping it closes the pipe, which is how the command learns of the end.
                    *stdin = None;
                }
                polled
            }
        }
    }
}
