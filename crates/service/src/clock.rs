//! The one place that reads the clock and the random source, for everything that answers.

use std::time::{SystemTime, UNIX_EPOCH};

use model::{Fault, FaultKind, Timestamp};
use protocol::context::Entropy;

/// Now, by the machine's clock.
pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is the room that owns the clock")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_microseconds(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// A point in time as people and clients are shown it: `2026-01-01 00:00:00Z`.
pub fn shown(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    at.strftime("%F %TZ").to_string()
}

/// Fresh random bytes for one request.
///
/// # Errors
/// The system has none to give.
pub fn entropy() -> Result<Entropy, Fault> {
    let mut seed = [0; 32];
    #[expect(clippy::disallowed_methods, reason = "this is the room that owns the random source")]
    let filled = aws_lc_rs::rand::fill(&mut seed);
    filled.map_err(|_| Fault::because(FaultKind::Internal, "the system has no random bytes"))?;
    Ok(Entropy::new(seed))
}
