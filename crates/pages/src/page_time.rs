//! A time on a page: in the time zone of the reader, with UTC on hover and for programs.

use serde::Serialize;

/// A time as text, in UTC, and for programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageTime {
    /// The time in the time zone of the page, with the abbreviation of the zone.
    pub text: String,
    /// The time in UTC: `2026-01-01 00:00:00Z`.
    pub utc: String,
    /// The time for programs: `2026-01-01T00:00:00Z` (RFC 3339).
    pub datetime: String,
}

#[cfg(any(test, feature = "samples"))]
impl PageTime {
    /// Creates the time of an example: a time of day of one date, in UTC+7.
    pub(crate) fn sample(time: &str) -> Self {
        let (hour, rest) = time.split_once(':').unwrap_or(("0", "00:00"));
        let hour: u32 = hour.parse().unwrap_or_default();
        Self {
            text: format!("2026-11-22 {time} WIB"),
            utc: format!("2026-11-22 {:02}:{rest}Z", (hour + 17) % 24),
            datetime: format!("2026-11-22T{:02}:{rest}Z", (hour + 17) % 24),
        }
    }

    /// Creates a time with a hostile text in every field.
    #[cfg(test)]
    pub(crate) fn hostile(text: &str) -> Self {
        Self { text: text.to_owned(), utc: text.to_owned(), datetime: text.to_owned() }
    }
}
