//! One place where requests are taken.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::path;
use crate::document::{At, Problem, Reader};

/// One place where requests are taken.
#[derive(Debug)]
pub(crate) struct Listener {
    /// The address and port to listen at; `[::]:443` and `0.0.0.0:443` mean every address of the
    /// machine.
    ///
    /// Example: `address = "0.0.0.0:443"`
    pub(crate) address: At<SocketAddr>,
    /// The certificate. Without it the listener speaks plain HTTP, which is allowed on a loopback
    /// address, or with `behind_proxies`.
    pub(crate) tls: Option<Tls>,
    /// Addresses of proxies that end TLS in front of this listener. Only from these is
    /// `X-Forwarded-For` believed; from anybody else it is ignored, as is every other header of
    /// that kind. Without `tls` and off loopback, connections from anybody else are closed at once.
    ///
    /// Example: `behind_proxies = ["10.0.0.1"]`
    pub(crate) behind_proxies: Vec<At<IpAddr>>,
}

/// A certificate with its key.
#[derive(Debug)]
pub(crate) struct Tls {
    /// The file with the certificate and those between it and its authority, in PEM, the
    /// server's own first. It is read again when it changes, and on SIGHUP.
    ///
    /// Example: `certificate = "/etc/admit/tls.crt"`
    pub(crate) certificate: At<PathBuf>,
    /// The file with the certificate's private key, in PEM.
    ///
    /// Example: `key = "/etc/admit/tls.key"`
    pub(crate) key: At<PathBuf>,
}

impl Listener {
    pub(super) fn read(reader: &mut Reader<'_>, directory: &Path) -> Option<Self> {
        let address: Option<At<SocketAddr>> = reader.required("address");
        let with_tls = reader.has("tls");
        let tls = reader.optional_table("tls", |reader| Tls::read(reader, directory));
        let behind_proxies: Vec<At<IpAddr>> = reader.list("behind_proxies");
        let address = address?;
        // An empty list names nobody.
        let open = !with_tls && behind_proxies.is_empty();
        if open && !address.ip().to_canonical().is_loopback() {
            let problem = Problem::new(
                address.span.clone(),
                "plain HTTP would be open to the network",
                "this is not a loopback address",
            );
            reader.problems().add(problem.allowed(
                "add `tls`, or `behind_proxies` with the addresses of the proxies that end TLS, \
                 or listen on 127.0.0.1 or [::1]",
            ));
        }
        if with_tls && tls.is_none() {
            return None;
        }
        Some(Self { address, tls, behind_proxies })
    }
}

impl Tls {
    fn read(reader: &mut Reader<'_>, directory: &Path) -> Option<Self> {
        let certificate = path(reader.required("certificate"), directory);
        let key = path(reader.required("key"), directory);
        Some(Self { certificate: certificate?, key: key? })
    }
}
