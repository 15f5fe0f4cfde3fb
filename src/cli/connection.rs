//! Which server, and how to reach it: the positional arguments, the options of the connection and those of TLS.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::error::{Error, Exit};
use crate::net::{ConnectOptions, Family, TlsOptions};
use crate::session::options::Security;

/// How long to wait, where `--timeout` does not say it.
const TIMEOUT: Duration = Duration::from_secs(30);

/// More than a day is a slip of the pen.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// The server.
#[derive(Args, Clone, Debug)]
pub struct Target {
    /// `HOST[:PORT]`.
    #[arg(value_name = "HOST")]
    pub host: String,
    /// The port beside it, telnet's way.
    #[arg(value_name = "PORT")]
    pub port: Option<String>,
}

/// How to reach it.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "connection")]
pub struct Connection {
    /// `-4`.
    #[arg(short = '4', conflicts_with_all = ["ipv6", "via"])]
    pub ipv4: bool,
    /// `-6`.
    #[arg(short = '6', conflicts_with = "via")]
    pub ipv6: bool,
    /// `--source`.
    #[arg(long, value_name = "ADDRESS", value_parser = address, conflicts_with = "via")]
    pub source: Option<IpAddr>,
    /// `--via`.
    #[arg(long, value_name = "COMMAND")]
    pub via: Option<String>,
    /// `--timeout`.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub timeout: Option<Duration>,
}

/// When TLS begins, and how it is verified.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "tls")]
pub struct Tls {
    /// `--tls`.
    #[arg(long, conflicts_with_all = ["starttls", "plaintext"])]
    pub tls: bool,
    /// `--starttls`.
    #[arg(long, conflicts_with = "plaintext")]
    pub starttls: bool,
    /// `--plaintext`.
    #[arg(long)]
    pub plaintext: bool,
    /// `--ca`.
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// `--tls-name`.
    #[arg(long, value_name = "NAME")]
    pub tls_name: Option<String>,
    /// `--insecure`.
    #[arg(long)]
    pub insecure: bool,
    /// `--cert`.
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// `--key`.
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub key: Option<PathBuf>,
}

impl Connection {
    /// How long to wait.
    pub fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(TIMEOUT)
    }

    /// How to connect.
    ///
    /// # Errors
    /// An address of ours that is not of the family asked for.
    pub fn options(&self) -> Result<ConnectOptions, Error> {
        let family = match (self.ipv4, self.ipv6) {
            (true, _) => Family::V4,
            (_, true) => Family::V6,
            _ => Family::Any,
        };
        if let Some(source) = self.source.filter(|source| !family.allows(*source)) {
            let option = if self.ipv4 { "-4" } else { "-6" };
            let error = Error::new(Exit::Usage, "usage-source-family");
            return Err(error.with("address", source).with("option", option));
        }
        Ok(ConnectOptions { family, source: self.source, timeout: self.timeout(), via: self.via.clone() })
    }
}

impl Tls {
    /// When TLS begins.
    pub fn security(&self) -> Security {
        match (self.tls, self.starttls, self.plaintext) {
            (true, ..) => Security::Implicit,
            (_, true, _) => Security::StartTls,
            (_, _, true) => Security::Plain,
            _ => Security::ByPort,
        }
    }

    /// How it is verified.
    pub fn options(self) -> TlsOptions {
        let Tls { ca, insecure, tls_name: name, cert, key, .. } = self;
        TlsOptions { ca, insecure, name, cert, key }
    }
}

/// `10`, `10s`, `500ms`, `2m`.
pub(super) fn time(text: &str) -> Result<Duration, Error> {
    let fault = || Error::new(Exit::Usage, "usage-time");
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| fault())?;
    let time = match unit {
        "" | "s" => Duration::from_secs(number),
        "ms" => Duration::from_millis(number),
        "m" => Duration::from_secs(number.checked_mul(60).ok_or_else(fault)?),
        _ => return Err(fault()),
    };
    if time.is_zero() || time > LONGEST { Err(fault()) } else { Ok(time) }
}

/// Reads an address.
pub fn address(text: &str) -> Result<IpAddr, Error> {
    text.parse().map_err(|_| Error::new(Exit::Usage, "usage-address"))
}
