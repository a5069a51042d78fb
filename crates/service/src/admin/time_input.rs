//! Times in forms of the administration pages, in the time zone of the reader, and the time buckets
//! of the chart.

use jiff::civil::{Date, DateTime};
use model::{Seconds, TimeZone, Timestamp};

/// Parses a date, or a date and a time of day, in a time zone; with a `Z` at its end, in UTC.
/// Accepts the formats of the pages. Returns `None` for anything else, including a time with an
/// offset.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    let (text, zone) = match text.strip_suffix(['Z', 'z']) {
        Some(text) => (text.trim_end(), &TimeZone::named(None)),
        None => (text, zone),
    };
    match (parse_local(text, zone), text.rsplit_once(' ')) {
        (None, Some((time, abbreviation))) => {
            parse_local(time, zone).filter(|at| zone.format_strftime(*at, "%Z") == abbreviation)
        }
        (at, _) => at,
    }
}

fn parse_local(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let is_plain = |byte: u8| byte.is_ascii_digit() || b"-: T".contains(&byte);
    if !text.bytes().all(is_plain) || text.len() < "2026-01-01".len() {
        return None;
    }
    let at: DateTime = match text.parse() {
        Ok(at) => at,
        Err(_) => text.parse::<Date>().ok()?.at(0, 0, 0, 0),
    };
    zone.timestamp(at)
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
    use crate::http::page_layout::page_time;

    #[test]
    fn time_is_parsed_as_pages_show_it() {
        // Parses both forms that pages show, a date alone, and the form with `T`.
        let utc = TimeZone::named(None);
        let at = Timestamp::from_seconds(1_795_305_600 + 14 * 3_600 + 30 * 60);
        for text in [&format_utc(at), &format_utc_minutes(at), " 2026-11-22 14:30:00Z "] {
            assert_eq!(parse(text, &utc), Some(at), "{text}");
        }
        assert_eq!(parse("2026-11-22T14:30", &utc), Some(at));
        assert_eq!(parse("2026-11-22", &utc), Some(Timestamp::from_seconds(1_795_305_600)));
    }

    #[test]
    fn time_without_an_offset_is_in_the_zone_of_the_tenant() {
        // Parses what the pages show in Jakarta, with and without the abbreviation, and in UTC.
        let zone = TimeZone::named(Some("Asia/Jakarta"));
        let at = Timestamp::from_seconds(1_795_305_600 + 14 * 3_600 + 30 * 60);
        let shown = page_time(at, &zone);
        assert_eq!(shown.text, "2026-11-22 21:30:00 WIB");
        for text in [&*shown.text, &*shown.utc, "2026-11-22 21:30", "2026-11-22 14:30Z"] {
            assert_eq!(parse(text, &zone), Some(at), "{text}");
        }
        assert_eq!(parse("2026-11-22 21:30:00 EST", &zone), None);
    }

    #[test]
    fn malformed_time_is_refused() {
        // Parses words, impossible dates, times with an offset or zone, and other date formats.
        let utc = TimeZone::named(None);
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
            assert_eq!(parse(text, &utc), None, "{text}");
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
