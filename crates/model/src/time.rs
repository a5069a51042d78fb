//! Points in time and spans between them, as the store keep them.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01 UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A span of time in whole seconds. Never so large that adding it to a [`Timestamp`] overflows:
/// arithmetic saturates.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seconds(i64);

const MICROSECONDS_PER_SECOND: i64 = 1_000_000;

impl Timestamp {
    /// Microseconds since 1970-01-01 UTC.
    pub const fn from_microseconds(microseconds: i64) -> Self {
        Self(microseconds)
    }

    /// Whole seconds since 1970-01-01 UTC; saturates.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROSECONDS_PER_SECOND))
    }

    /// Microseconds since 1970-01-01 UTC.
    pub const fn microseconds(self) -> i64 {
        self.0
    }

    /// Seconds since 1970-01-01 UTC, rounded down: a NumericDate (RFC 7519 §2).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROSECONDS_PER_SECOND)
    }
}

impl Seconds {
    /// So many seconds.
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// So many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// So many hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3_600))
    }

    /// So many days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self(days.saturating_mul(86_400))
    }

    /// The number of seconds.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl Add<Seconds> for Timestamp {
    type Output = Self;

    fn add(self, span: Seconds) -> Self {
        Self(self.0.saturating_add(span.0.saturating_mul(MICROSECONDS_PER_SECOND)))
    }
}

impl Sub<Seconds> for Timestamp {
    type Output = Self;

    fn sub(self, span: Seconds) -> Self {
        Self(self.0.saturating_sub(span.0.saturating_mul(MICROSECONDS_PER_SECOND)))
    }
}

impl Sub for Timestamp {
    type Output = Seconds;

    /// The span from `earlier` to `self`, rounded down to whole seconds.
    fn sub(self, earlier: Self) -> Seconds {
        Seconds(self.0.saturating_sub(earlier.0).div_euclid(MICROSECONDS_PER_SECOND))
    }
}

impl std::fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_at_the_ends_of_time() {
        // Adds to the last representable moment: a wrapped result would lie before it.
        let end = Timestamp::from_microseconds(i64::MAX);
        assert_eq!(end + Seconds::days(1), end);
        assert_eq!(Timestamp::from_seconds(i64::MAX), end);
    }

    #[test]
    fn a_span_is_rounded_down_to_whole_seconds() {
        // Takes two moments 1.9 s apart, in both orders.
        let early = Timestamp::from_microseconds(100_000);
        let late = Timestamp::from_microseconds(2_000_000);
        assert_eq!(late - early, Seconds::new(1));
        assert_eq!(early - late, Seconds::new(-2));
    }
}
