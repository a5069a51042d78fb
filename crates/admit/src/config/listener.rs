//! A listener of the configuration file.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::path;
use crate::toml_document::{Problem, Spanned, TableReader};

/// A listener: an address where requests are accepted.
#[derive(Debug)]
pub(crate) struct Listener {
    /// The IP address and port; `[::]:443` and `0.0.0.0:443` mean all addresses of the machine.
    ///
    /// Example: `address = "0.0.0.0:443"`
    pub(crate) address: Spanned<SocketAddr>,
    /// The TLS certificate. Without it the listener speaks plain HTTP, which is allowed on a
    /// loopback address, or with `trusted_proxies`.
    pub(crate) tls: Option<Tls>,
    /// The addresses of proxies that terminate TLS in front of this listener. `X-Forwarded-For` is
    /// read from these only; other forwarded headers are always ignored. A listener without `tls`
    /// that is not on a loopback address closes connections from all other addresses.
    ///
    /// Example: `trusted_proxies = ["10.0.0.1"]`
    pub(crate) trusted_proxies: Vec<Spanned<IpAddr>>,
}

/// A TLS certificate with its private key.
#[derive(Debug)]
pub(crate) struct Tls {
    /// The file with the certificate chain in PEM, the server certificate first. It is reloaded
    /// when it changes, and on SIGHUP.
    ///
    /// Example: `certificate = "/etc/admit/tls.crt"`
    pub(crate) certificate: Spanned<PathBuf>,
    /// The file with the private key in PEM.
    ///
    /// Example: `key = "/etc/admit/tls.key"`
    pub(crate) key: Spanned<PathBuf>,
}

impl Listener {
    pub(super) fn read(reader: &mut TableReader<'_>, directory: &Path) -> Option<Self> {
        let address: Option<Spanned<SocketAddr>> = reader.required("address");
        let with_tls = reader.has("tls");
        let tls = reader.optional_table("tls", |reader| Tls::read(reader, directory));
        let trusted_proxies: Vec<Spanned<IpAddr>> = reader.list("trusted_proxies");
        let address = address?;
        // An empty list trusts no proxy.
        let is_open = !with_tls && trusted_proxies.is_empty();
        if is_open && !address.ip().to_canonical().is_loopback() {
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
        Some(Self { address, tls, trusted_proxies })
    }
}

impl Tls {
    fn read(reader: &mut TableReader<'_>, directory: &Path) -> Option<Self> {
        let certificate = path(reader.required("certificate"), directory);
        let key = path(reader.required("key"), directory);
        Some(Self { certificate: certificate?, key: key? })
    }
}
