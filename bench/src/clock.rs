//! The clock of the measurements. Only this module reads it.

use std::time::Instant;

/// Returns the monotonic time.
pub(crate) fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    Instant::now()
}
