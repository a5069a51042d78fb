//! Metrics of connections.

use prometheus_client::metrics::{counter::Counter, gauge::Gauge};

/// Metrics of the connections of one or more listeners. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct ConnectionMetrics {
    /// Open connections.
    pub open: Gauge,
    /// New connections closed at once because too many were open, and no other could be closed.
    pub refused: Counter,
    /// Connections closed for new ones, because all or the share of an address were in use.
    pub displaced: Counter,
    /// Requests refused because too many of their network, or of all, were running or waiting.
    pub requests_refused: Counter,
    /// Requests that waited because their network used its share of the worker threads.
    pub requests_delayed: Counter,
    /// Plain HTTP connections closed because the peer is not a trusted proxy.
    pub untrusted: Counter,
    /// Requests in which a trusted proxy named a sender that cannot be read.
    pub forwarded_unreadable: Counter,
    /// TLS handshakes that failed or timed out.
    pub handshakes_failed: Counter,
}

impl ConnectionMetrics {
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
