//! Describes how claimed times differ from the service's clock, and whether the sender's clock is
//! wrong.

use catalogue::Difference;
use model::{Seconds, Timestamp};
use serde_json::Value;

/// A validity period up to this length is not reused on purpose: if it is past, the sender's clock
/// is behind.
const SHORT_PERIOD: Seconds = Seconds::minutes(15);
/// Seconds until the year 5138. A larger number is a time in milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// Describes why a validity period does not include the current time.
pub(crate) fn outside(start: Option<Timestamp>, end: Timestamp, now: Timestamp) -> Difference {
    let ahead = start.map(|start| start - now).filter(|ahead| ahead.get() > 0);
    if let Some(ahead) = ahead {
        return Difference::new("clock_ahead").with("seconds", ahead);
    }
    let short = start.is_some_and(|start| end - start <= SHORT_PERIOD);
    if short {
        Difference::new("clock_behind").with("seconds", now - end)
    } else {
        super::expired(end, now)
    }
}

/// Returns by how much a claimed time is ahead of or behind the service's clock.
pub(crate) fn skew(claimed: Timestamp, now: Timestamp) -> Difference {
    let ahead = claimed - now;
    if ahead.get() > 0 {
        Difference::new("clock_ahead").with("seconds", ahead)
    } else {
        Difference::new("clock_behind").with("seconds", now - claimed)
    }
}

/// Describes why a claim is not a time in seconds.
pub(crate) fn unreadable(value: &Value) -> Difference {
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let is_milliseconds = number.is_some_and(|number| number > MILLISECONDS);
    Difference::new(if is_milliseconds { "milliseconds" } else { "not_a_number" })
}

#[cfg(test)]
mod tests {
    use catalogue::Comparison;
    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_time_is_described_by_its_offset_and_likely_cause() {
        // Passes future, past and long past periods, and single times on both sides of now.
        let at = Timestamp::from_seconds;
        let now = at(10_000);
        for (difference, kind, value) in [
            (outside(Some(at(10_090)), at(10_390), now), "clock_ahead", "90"),
            (outside(Some(at(9_500)), at(9_800), now), "clock_behind", "200"),
            (outside(Some(at(1_000)), at(9_800), now), "expired", "200 s"),
            (outside(None, at(9_800), now), "expired", "200 s"),
            (skew(at(10_300), now), "clock_ahead", "300"),
            (skew(at(9_700), now), "clock_behind", "300"),
        ] {
            let difference =
                Comparison::new("exp").with_difference(difference).difference.expect("one");
            assert_eq!((difference.kind, &*difference.arguments[0].1), (kind, value));
        }
    }

    #[test]
    fn milliseconds_are_distinguished_from_text_that_is_no_number() {
        // Passes a time in milliseconds as a number and as a string, and a word.
        for value in [json!(1_790_000_000_000_i64), json!("1790000000000")] {
            assert_eq!(unreadable(&value).kind, "milliseconds");
        }
        assert_eq!(unreadable(&json!("tomorrow")).kind, "not_a_number");
    }
}
