//! Points in time and time spans, in the precision in which they are stored.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01 UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A span of time in whole seconds. Arithmetic saturates, so that adding it to a [`Timestamp`]
/// cannot overflow.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seconds(i64);

const MICROSECONDS_PER_SECOND: i64 = 1_000_000;
/// The largest step back of the time of the service: it follows the clock of the system once a
/// second.
const STEP_BACK_MAX: Seconds = Seconds::new(2);

impl Timestamp {
    /// Creates a timestamp from microseconds since 1970-01-01 UTC.
    pub const fn from_microseconds(microseconds: i64) -> Self {
        Self(microseconds)
    }

    /// Creates a timestamp from whole seconds since 1970-01-01 UTC. Saturates.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROSECONDS_PER_SECOND))
    }

    /// Returns the microseconds since 1970-01-01 UTC.
    pub const fn microseconds(self) -> i64 {
        self.0
    }

    /// Returns whether this time has not come yet, apart from [`STEP_BACK_MAX`]. What was issued,
    /// proven or opened then is not trusted: the clock was ahead, and no later revocation would be
    /// newer.
    pub fn is_future(self, now: Self) -> bool {
        self > now + STEP_BACK_MAX
    }

    /// Returns the seconds since 1970-01-01 UTC, rounded down: a NumericDate (RFC 7519 §2).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(MICROSECONDS_PER_SECOND)
    }

    /// Returns the seconds since 1970-01-01 UTC, rounded up.
    pub const fn seconds_rounded_up(self) -> i64 {
        let started = self.0.rem_euclid(MICROSECONDS_PER_SECOND) > 0;
        self.seconds().saturating_add(started as i64)
    }
}

impl Seconds {
    /// Creates a span of whole seconds.
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Creates a span of whole minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// Creates a span of whole hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours.saturating_mul(3_600))
    }

    /// Creates a span of days of 24 hours.
    pub const fn days(days: i64) -> Self {
        Self(days.saturating_mul(86_400))
    }

    /// Returns the number of seconds.
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

    /// Returns the span from `earlier` to `self`, rounded down to whole seconds.
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
    fn timestamp_arithmetic_saturates() {
        // Adds to the largest timestamp. A wrapped result would be smaller.
        let end = Timestamp::from_microseconds(i64::MAX);
        assert_eq!(end + Seconds::days(1), end);
        assert_eq!(Timestamp::from_seconds(i64::MAX), end);
    }

    #[test]
    fn seconds_of_a_timestamp_are_rounded_down_or_up() {
        // Rounds a whole second, one with a fraction, and one before 1970.
        for (microseconds, down, up) in [(2_000_000, 2, 2), (2_000_001, 2, 3), (-1, -1, 0)] {
            let at = Timestamp::from_microseconds(microseconds);
            assert_eq!((at.seconds(), at.seconds_rounded_up()), (down, up), "{microseconds}");
        }
    }

    #[test]
    fn difference_of_timestamps_is_rounded_down_to_seconds() {
        // Subtracts two timestamps that are 1.9 s apart, in both orders.
        let early = Timestamp::from_microseconds(100_000);
        let late = Timestamp::from_microseconds(2_000_000);
        assert_eq!(late - early, Seconds::new(1));
        assert_eq!(early - late, Seconds::new(-2));
    }
}
