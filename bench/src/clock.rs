//! The clock that measures: the one place of this tool that reads it.

use std::time::Instant;

/// Now, on a clock that only goes forward.
pub(crate) fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "measuring how long things take is the job")]
    Instant::now()
}
