//! The metrics options of the configuration file.

use std::net::SocketAddr;

use crate::toml_document::{Spanned, TableReader};

/// The address of metrics and health checks.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// The IP address and port of `/metrics`, `/healthz` and `/readyz`. They use plain HTTP without
    /// authentication, so the address must not be public. Without this option they are not served.
    ///
    /// Example: `address = "127.0.0.1:9464"`
    pub(crate) address: Option<Spanned<SocketAddr>>,
}

impl Metrics {
    pub(super) fn read(reader: &mut TableReader<'_>) -> Self {
        Self { address: reader.optional("address") }
    }
}
