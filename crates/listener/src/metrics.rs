//! Metrics of connections.

use prometheus_client::metrics::{counter::Counter, gauge::Gauge};
use prometheus_client::registry::Registry;

/// Metrics of the connections of one or more listeners. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct ConnectionMetrics {
    open: Gauge,
    /// Connections closed because too many were open.
    pub(crate) refused: Counter,
    /// Plain HTTP connections closed because the peer is not a trusted proxy.
    pub(crate) untrusted: Counter,
    /// Requests in which a trusted proxy named a sender that cannot be read.
    pub(crate) forwarded_unreadable: Counter,
    /// TLS handshakes that failed or timed out.
    pub(crate) handshakes_failed: Counter,
}

impl ConnectionMetrics {
    /// Adds these metrics to a registry.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("connections", "Open connections", self.open.clone());
        registry.register(
            "connections_refused",
            "Connections closed at once because too many were open",
            self.refused.clone(),
        );
        registry.register(
            "connections_untrusted",
            "Plain HTTP connections closed at once because the peer is not a trusted proxy",
            self.untrusted.clone(),
        );
        registry.register(
            "forwarded_unreadable",
            "Requests in which a trusted proxy named a sender that cannot be read",
            self.forwarded_unreadable.clone(),
        );
        registry.register(
            "tls_handshakes_failed",
            "TLS handshakes that failed or timed out",
            self.handshakes_failed.clone(),
        );
    }

    /// Counts a connection as open until the returned guard is dropped.
    pub(crate) fn connection_opened(&self) -> OpenConnection {
        self.open.inc();
        OpenConnection(self.open.clone())
    }
}

/// Guard of one open connection in the metrics.
pub(crate) struct OpenConnection(Gauge);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.dec();
    }
}
