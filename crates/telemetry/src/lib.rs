//! Telemetry for operators: log, access log, metrics and health checks.

mod clock;
mod escape;
mod health;
mod log;
mod log_buffer;
mod log_layer;
mod log_line;
mod metric_description;
pub mod metric_table;
mod metrics;
mod request_log_entry;

pub use health::{NotReady, health_router};
pub use log::{LogError, LogGuard, LogSettings, Output, start_log, take_panic_location};
pub use log_line::Format;
pub use metric_description::{MetricDescription, MetricKind};
pub use metrics::{EndpointMetrics, Metrics, metrics};
pub use request_log_entry::{RequestLogDetails, RequestLogEntry, log_request};
