//! Times in forms of the administration pages, and the time buckets of the chart; all in UTC.

use jiff::civil::{Date, DateTime};
use model::{Seconds, Timestamp};

/// Parses a date, or a date and a time of day, in UTC. Accepts the formats of the pages.
/// Returns `None` for anything else, including a time with an offset or a zone.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
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

/// Returns the start of the time bucket that contains `at`. Buckets of length `bucket` start at
/// its multiples since 1970.
pub(super) fn bucket_start(at: Timestamp, bucket: Seconds) -> Timestamp {
    let seconds = bucket.get().max(1);
    Timestamp::from_seconds(at.seconds().div_euclid(seconds).saturating_mul(seconds))
}

#[cfg(test)]
mod tests {
    use model::{format_utc, format_utc_minutes};

    use super::*;

    #[test]
    fn time_is_parsed_as_pages_show_it() {
        // Parses both forms that pages show, a date alone, and the form with `T`.
        let at = Timestamp::from_seconds(1_795_305_600 + 14 * 3_600 + 30 * 60);
        for text in [&format_utc(at), &format_utc_minutes(at), " 2026-11-22 14:30:00Z "] {
            assert_eq!(parse(text), Some(at), "{text}");
        }
        assert_eq!(parse("2026-11-22T14:30"), Some(at));
        assert_eq!(parse("2026-11-22"), Some(Timestamp::from_seconds(1_795_305_600)));
    }

    #[test]
    fn malformed_time_is_refused() {
        // Parses words, impossible dates, times with an offset or zone, and other date formats.
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
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn time_bucket_starts_at_a_multiple_of_its_length() {
        // Takes a time within an hour, and one before 1970.
        let at = Timestamp::from_seconds(3_601);
        assert_eq!(bucket_start(at, Seconds::hours(1)), Timestamp::from_seconds(3_600));
        let at = Timestamp::from_seconds(-1);
        assert_eq!(bucket_start(at, Seconds::hours(1)), Timestamp::from_seconds(-3_600));
    }
}
