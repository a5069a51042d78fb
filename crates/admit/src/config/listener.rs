//! A listener of the configuration file.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use listener::{ForwardedHeader, TrustedProxy};
use toml::de::DeValue;

use super::path;
use crate::toml_document::{EnumOption, FromValue, Problem, Spanned, TableReader};

/// A listener: an address where requests are accepted.
#[derive(Debug)]
pub(crate) struct Listener {
    /// The IP address and port; `[::]:443` and `0.0.0.0:443` mean all addresses of the machine. Or
    /// a UNIX socket, `unix:` and its path: it gets mode 0660, so that a proxy in the group of the
    /// service can connect. Or a socket that systemd passes, `systemd:` and its position among the
    /// `ListenStream=` of the socket unit, from 0.
    ///
    /// Example: `address = "0.0.0.0:443"`
    pub(crate) address: Spanned<ListenAddress>,
    /// The TLS certificate. Without it the listener speaks plain HTTP, which is allowed on a
    /// loopback address, at a UNIX socket, or with `trusted_proxies`.
    pub(crate) tls: Option<Tls>,
    /// The proxies that terminate TLS in front of this listener: addresses, networks, or `unix` for
    /// every process that connects over a UNIX socket. Only these may name the sender of a request,
    /// in `X-Forwarded-For` or `Forwarded`; other forwarded headers are always ignored. A listener
    /// without `tls` that is not on a loopback address closes connections from all other addresses.
    ///
    /// Example: `trusted_proxies = ["10.0.0.1", "10.1.0.0/16", "2001:db8::/64", "unix"]`
    pub(crate) trusted_proxies: Vec<Spanned<TrustedProxy>>,
    /// The header with which the proxies name the sender: `x-forwarded-for` or `forwarded` (RFC
    /// 7239). The proxy must set it on every request. Set this option if the proxy passes on the
    /// other header as the client sent it.
    ///
    /// Default: `x-forwarded-for`, and `forwarded` for requests without it
    pub(crate) forwarded_header: Option<ForwardedHeader>,
}

/// The address of a listener.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ListenAddress {
    /// An IP address and a port.
    Tcp(SocketAddr),
    /// The path of a UNIX socket.
    Unix(PathBuf),
    /// The position of a socket that systemd passes.
    Activated(usize),
}

/// A TLS certificate with its private key.
#[derive(Debug)]
pub(crate) struct Tls {
    /// The file with the certificate chain in PEM, the server certificate first. It is reloaded
    /// when it changes, and on SIGHUP.
    ///
    /// Example: `certificate = "/etc/admit/tls.crt"`
    pub(crate) certificate: Spanned<PathBuf>,
    /// The file with the private key in PEM, with the permissions of `root_key_file`.
    ///
    /// Example: `key = "/etc/admit/tls.key"`
    pub(crate) key: Spanned<PathBuf>,
}

impl Listener {
    pub(super) fn read(reader: &mut TableReader<'_>, directory: &Path) -> Option<Self> {
        let address: Option<Spanned<ListenAddress>> = reader.required("address");
        let with_tls = reader.has("tls");
        let tls = reader.optional_table("tls", |reader| Tls::read(reader, directory));
        let trusted_proxies: Vec<Spanned<TrustedProxy>> = reader.list("trusted_proxies");
        let forwarded_header = reader.optional("forwarded_header").map(|header| header.value);
        let mut address = address?;
        // Without a proxy at an address, every client at an address is served.
        let has_proxy = trusted_proxies.iter().any(|proxy| proxy.value != TrustedProxy::Unix);
        if !with_tls && !has_proxy && !address.is_local() {
            let problem = Problem::new(
                address.span.clone(),
                "plain HTTP would be open to the network",
                "this is not a loopback address",
            );
            reader.problems().add(problem.allowed(
                "add `tls`, or `trusted_proxies` with the addresses of the proxies that terminate \
                 TLS, or listen on 127.0.0.1 or [::1]",
            ));
        }
        if with_tls && tls.is_none() {
            return None;
        }
        if let ListenAddress::Unix(file) = &mut address.value {
            *file = directory.join(&file);
        }
        Some(Self { address, tls, trusted_proxies, forwarded_header })
    }
}

impl ListenAddress {
    /// Returns whether only this machine can connect.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Tcp(address) => address.ip().to_canonical().is_loopback(),
            Self::Unix(_) => true,
            // The socket unit has the address.
            Self::Activated(_) => false,
        }
    }
}

impl Tls {
    fn read(reader: &mut TableReader<'_>, directory: &Path) -> Option<Self> {
        let certificate = path(reader.required("certificate"), directory);
        let key = path(reader.required("key"), directory);
        Some(Self { certificate: certificate?, key: key? })
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(formatter),
            Self::Unix(file) => write!(formatter, "unix:{}", file.display()),
            Self::Activated(position) => write!(formatter, "systemd:{position}"),
        }
    }
}

impl FromValue for ListenAddress {
    fn expected() -> String {
        format!("{}, or \"unix:/run/admit/admit.sock\"", SocketAddr::expected())
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let text = value.as_str().unwrap_or_default();
        if let Some(position) = text.strip_prefix("systemd:") {
            let position = position.parse().map_err(|_| "the position is not a number".to_owned());
            return position.map(Self::Activated);
        }
        match text.strip_prefix("unix:") {
            Some("") => Err("the UNIX socket has no path".to_owned()),
            Some(file) => Ok(Self::Unix(PathBuf::from(file))),
            None => SocketAddr::from_value(value).map(Self::Tcp),
        }
    }
}

impl FromValue for TrustedProxy {
    fn expected() -> String {
        "an IP address, a network such as \"10.0.0.0/8\", or \"unix\"".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = value.as_str().ok_or_else(String::new)?;
        written.parse().map_err(|error: listener::TrustedProxyError| error.to_string())
    }
}

impl EnumOption for ForwardedHeader {
    const NAMES: &'static [(&'static str, Self)] =
        &[("x-forwarded-for", Self::ForwardedFor), ("forwarded", Self::Forwarded)];
}
