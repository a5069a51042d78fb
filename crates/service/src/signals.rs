//! What the service tells its operator: log lines, metrics, health.

mod field;
mod health;
mod layer;
mod line;
mod log;
mod metrics;
mod request_line;

pub use health::{NotReady, health_router};
pub(crate) use log::panicked_at;
pub use log::{Format, LogError, LogGuard, LogSettings, Output, start_log};
pub use metrics::{Metrics, metrics};
pub use request_line::{Details, RequestLine, emit};
