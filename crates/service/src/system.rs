//! Reads the system clock and the random source, for all request handling.

use std::time::{SystemTime, UNIX_EPOCH};

use model::{Fault, FaultKind, Timestamp};
use protocol::context::RequestSeed;

/// Returns the current time.
pub fn now() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock for requests"
    )]
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_microseconds(i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX))
}

/// Returns a fresh random seed for one request.
///
/// # Errors
/// The random source of the system failed.
pub fn seed() -> Result<RequestSeed, Fault> {
    let mut seed = [0; 32];
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the random source")]
    let result = aws_lc_rs::rand::fill(&mut seed);
    result.map_err(|_| Fault::from_message(FaultKind::Internal, "the random source failed"))?;
    Ok(RequestSeed::new(seed))
}
