//! The clock of log lines.

use std::time::{SystemTime, UNIX_EPOCH};

/// Returns the current time in microseconds since 1970.
pub(crate) fn now_microseconds() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "every log line carries the current time")]
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX)
}
