//! Where metrics and health are shown.

use std::net::SocketAddr;

use crate::document::{At, Reader};

/// Where metrics and health are shown.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// The address and port where `/metrics`, `/healthz` and `/readyz` are answered, in plain
    /// HTTP and to anybody who reaches it: keep it off the public network. Without it they are
    /// answered nowhere.
    ///
    /// Example: `address = "127.0.0.1:9464"`
    pub(crate) address: Option<At<SocketAddr>>,
}

impl Metrics {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { address: reader.optional("address") }
    }
}
