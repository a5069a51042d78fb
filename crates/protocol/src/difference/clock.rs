//! How times that were claimed differ from ours, and whose clock is probably wrong.

use catalogue::Difference;
use model::{Seconds, Timestamp};
use serde_json::Value;

/// What lasts no longer than this is not kept on purpose.
const SHORT: Seconds = Seconds::minutes(15);
/// In seconds, this is the year 5138: whoever writes more writes milliseconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// Why a span of time that was claimed is not now.
pub(crate) fn outside(start: Option<Timestamp>, end: Timestamp, now: Timestamp) -> Difference {
    let ahead = start.map(|start| start - now).filter(|ahead| ahead.get() > 0);
    if let Some(ahead) = ahead {
        return Difference::of("clock_ahead").with("seconds", ahead);
    }
    let short = start.is_some_and(|start| end - start <= SHORT);
    if short {
        Difference::of("clock_behind").with("seconds", now - end)
    } else {
        super::expired(end, now)
    }
}

/// Why a moment that was claimed is not about now.
pub(crate) fn moment(claimed: Timestamp, now: Timestamp) -> Difference {
    let ahead = claimed - now;
    if ahead.get() > 0 {
        Difference::of("clock_ahead").with("seconds", ahead)
    } else {
        Difference::of("clock_behind").with("seconds", now - claimed)
    }
}

/// Why a claim is no time, or none of this age of the world.
pub(crate) fn unreadable(value: &Value) -> Difference {
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let is_milliseconds = number.is_some_and(|number| number > MILLISECONDS);
    Difference::of(if is_milliseconds { "milliseconds" } else { "not_a_number" })
}

#[cfg(test)]
mod tests {
    use catalogue::Fact;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_that_is_not_now_says_by_how_much_and_whose_clock_is_probably_wrong() {
        // Claims spans before and after now, and single moments.
        let at = Timestamp::from_seconds;
        let now = at(10_000);
        for (difference, kind, value) in [
            (outside(Some(at(10_090)), at(10_390), now), "clock_ahead", "90"),
            (outside(Some(at(9_500)), at(9_800), now), "clock_behind", "200"),
            (outside(Some(at(1_000)), at(9_800), now), "expired", "200 s"),
            (outside(None, at(9_800), now), "expired", "200 s"),
            (moment(at(10_300), now), "clock_ahead", "300"),
            (moment(at(9_700), now), "clock_behind", "300"),
        ] {
            let difference = Fact::about("exp").differing(difference).difference.expect("one");
            assert_eq!((difference.kind, &*difference.arguments[0].1), (kind, value));
        }
    }

    #[test]
    fn milliseconds_are_told_from_what_is_no_number() {
        // Writes one moment in milliseconds, as a number and as a text, and none.
        for value in [json!(1_790_000_000_000_i64), json!("1790000000000")] {
            assert_eq!(unreadable(&value).kind, "milliseconds");
        }
        assert_eq!(unreadable(&json!("tomorrow")).kind, "not_a_number");
    }
}
