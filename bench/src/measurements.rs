//! Numbers per request.

/// Converts a count to a floating-point number.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2^52")]
pub(crate) const fn real(number: u64) -> f64 {
    number as f64
}

/// Returns a sum per item.
pub(crate) fn per(sum: f64, count: u64) -> f64 {
    sum / real(count.max(1))
}
