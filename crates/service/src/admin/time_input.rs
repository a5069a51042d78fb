//! Points in time as the administration pages write and read them: in UTC, to the minute.

use jiff::civil::{Date, DateTime};
use model::{Seconds, Timestamp};

/// `2026-01-01 00:00:00Z`.
pub(super) fn to_the_second(at: Timestamp) -> String {
    written(at, "%F %TZ")
}

/// `2026-01-01 00:00`, which the search reads back.
pub(super) fn to_the_minute(at: Timestamp) -> String {
    written(at, "%F %H:%M")
}

/// A time in a format of `strftime`.
pub(super) fn written(at: Timestamp, format: &str) -> String {
    let at = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    at.strftime(format).to_string()
}

/// A date, or a date and a time of day, in UTC.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let text = text.strip_suffix(['Z', 'z']).unwrap_or(text).trim_end();
    let is_plain = |byte: u8| byte.is_ascii_digit() || b"-: T".contains(&byte);
    if !text.bytes().all(is_plain) || text.len() < "2026-01-01".len() {
        return None;
    }
    let at: DateTime = match text.parse() {
        Ok(at) => at,
        Err(_) => text.parse::<Date>().ok()?.at(0, 0, 0, 0),
    };
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_seconds(at.timestamp().as_second()))
}

/// The stretch of time that a moment lies in: when it begins.
pub(super) fn begin(at: Timestamp, step: Seconds) -> Timestamp {
    let step = step.get().max(1);
    Timestamp::from_seconds(at.seconds().div_euclid(step).saturating_mul(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        // Both forms that pages show, a date alone, and with a letter between.
        let at = Timestamp::from_seconds(1_795_305_600 + 14 * 3_600 + 30 * 60);
        assert_eq!(to_the_minute(at), "2026-11-22 14:30");
        assert_eq!(to_the_second(at), "2026-11-22 14:30:00Z");
        for text in ["2026-11-22 14:30", " 2026-11-22 14:30:00Z ", "2026-11-22T14:30"] {
            assert_eq!(read(text), Some(at), "{text}");
        }
        assert_eq!(read("2026-11-22"), Some(Timestamp::from_seconds(1_795_305_600)));
    }

    #[test]
    fn what_is_no_time_is_none() {
        // Words, impossible dates, zones of their own, and things that only look like one.
        let texts = [
            "",
            "now",
            "yesterday",
            "2026",
            "2026-13-01",
            "2026-02-30",
            "2026-11-22 25:00",
            "2026-11-22T14:30+07:00",
            "2026-11-22T14:30[Asia/Jakarta]",
            "22/11/2026",
        ];
        for text in texts {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_stretch_begins_at_a_whole_step() {
        // A moment inside of an hour, and before 1970.
        let at = Timestamp::from_seconds(3_601);
        assert_eq!(begin(at, Seconds::hours(1)), Timestamp::from_seconds(3_600));
        let at = Timestamp::from_seconds(-1);
        assert_eq!(begin(at, Seconds::hours(1)), Timestamp::from_seconds(-3_600));
    }
}
