//! The clock of the measurements. Only this module reads it.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Returns the monotonic time.
pub(crate) fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a load test measures time")]
    Instant::now()
}

/// Returns the seconds since 1970, which clients put into assertions and proofs.
pub(crate) fn unix_seconds() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "a client has a clock of its own")]
    let time = SystemTime::now();
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
