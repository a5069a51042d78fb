//! Timestamps as text, in UTC: for pages and messages, and for programs (RFC 3339).

use crate::Timestamp;

/// Formats a timestamp for pages and messages, to the second: `2026-01-01 00:00:00Z`.
pub fn format_utc(at: Timestamp) -> String {
    format_strftime(at, "%F %TZ")
}

/// Formats a timestamp for pages and messages, to the minute: `2026-01-01 00:00`.
pub fn format_utc_minutes(at: Timestamp) -> String {
    format_strftime(at, "%F %H:%M")
}

/// Formats a timestamp for programs, by RFC 3339: `2026-01-01T00:00:00.000001Z`. The fraction is
/// left out if it is zero.
pub fn format_rfc3339(at: Timestamp) -> String {
    calendar(at).to_string()
}

/// Formats a timestamp for programs, by RFC 3339, to the second: `2026-01-01T00:00:00Z`.
pub fn format_rfc3339_seconds(at: Timestamp) -> String {
    format!("{:.0}", calendar(at))
}

/// Formats a timestamp for programs, by RFC 3339, to the millisecond:
/// `2026-01-01T00:00:00.000Z`.
pub fn format_rfc3339_milliseconds(at: Timestamp) -> String {
    format!("{:.3}", calendar(at))
}

/// Formats a timestamp with a `strftime` pattern, in UTC.
pub fn format_strftime(at: Timestamp, pattern: &str) -> String {
    calendar(at).strftime(pattern).to_string()
}

/// Parses a time with its offset, by RFC 3339: `2026-01-01T00:00:00Z`. Returns `None` if the text
/// is malformed.
pub fn parse_rfc3339(text: &str) -> Option<Timestamp> {
    let parsed: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_microseconds(parsed.as_microsecond()))
}

/// Converts a timestamp. One outside the years -9999 to 9999 becomes their first or last moment.
fn calendar(at: Timestamp) -> jiff::Timestamp {
    let end = if at.seconds() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_microsecond(at.microseconds()).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamp_is_formatted_in_utc() {
        // Formats 1.5 s after midnight of a known day in each format.
        let at = Timestamp::from_microseconds(1_767_225_601_500_000);
        assert_eq!(format_utc(at), "2026-01-01 00:00:01Z");
        assert_eq!(format_utc_minutes(at), "2026-01-01 00:00");
        assert_eq!(format_rfc3339(at), "2026-01-01T00:00:01.5Z");
        assert_eq!(format_rfc3339_seconds(at), "2026-01-01T00:00:01Z");
        assert_eq!(format_rfc3339_milliseconds(at), "2026-01-01T00:00:01.500Z");
    }

    #[test]
    fn time_without_an_offset_is_refused() {
        // Parses one time in two offsets, then a time without an offset and a text.
        let at = Some(Timestamp::from_microseconds(1_767_225_601_500_000));
        assert_eq!(parse_rfc3339("2026-01-01T00:00:01.5Z"), at);
        assert_eq!(parse_rfc3339("2026-01-01T07:00:01.5+07:00"), at);
        assert_eq!(parse_rfc3339("2026-01-01T00:00:01"), None);
        assert_eq!(parse_rfc3339("tomorrow"), None);
    }

    #[test]
    fn timestamp_beyond_the_calendar_is_formatted_as_its_end() {
        // The largest and the smallest timestamp lie outside of the years that have a format.
        assert_eq!(format_utc(Timestamp::from_microseconds(i64::MAX)), "9999-12-30 22:00:00Z");
        assert_eq!(format_utc(Timestamp::from_microseconds(i64::MIN)), "-9999-01-02 01:59:59Z");
    }
}
