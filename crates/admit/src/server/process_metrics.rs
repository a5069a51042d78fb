//! The metrics of the process and of its connections.

use std::env::consts::{ARCH, OS};

use listener::ConnectionMetrics;
use telemetry::{metric_table as table, metrics};

/// Exposes the running build, the start of the process, and its connections.
pub(super) fn register(connections: &ConnectionMetrics) {
    let metrics = metrics();
    metrics.register_info(
        &table::BUILD_INFO,
        &[
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("commit", option_env!("ADMIT_COMMIT").unwrap_or("unknown").to_owned()),
            ("profile", if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned()),
            ("target", format!("{ARCH}-{OS}")),
        ],
    );
    let started_at = u64::try_from(service::now().seconds()).ok();
    metrics.register_gauge(&table::START_TIMESTAMP_SECONDS, move || started_at);
    metrics.register(&table::CONNECTIONS, connections.open.clone());
    metrics.register(&table::CONNECTIONS_REFUSED_TOTAL, connections.refused.clone());
    metrics.register(&table::CONNECTIONS_DISPLACED_TOTAL, connections.displaced.clone());
    metrics.register(&table::REQUESTS_REFUSED_TOTAL, connections.requests_refused.clone());
    metrics.register(&table::REQUESTS_DELAYED_TOTAL, connections.requests_delayed.clone());
    metrics.register(&table::CONNECTIONS_UNTRUSTED_TOTAL, connections.untrusted.clone());
    metrics.register(&table::FORWARDED_UNREADABLE_TOTAL, connections.forwarded_unreadable.clone());
    metrics.register(&table::TLS_HANDSHAKES_FAILED_TOTAL, connections.handshakes_failed.clone());
}
