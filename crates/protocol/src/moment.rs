//! Points in time as refusals show them.

use model::Timestamp;

/// `2026-01-01 00:00:00Z`.
pub fn shown(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    at.strftime("%F %TZ").to_string()
}
