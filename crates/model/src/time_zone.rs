//! The time zone of a tenant: times on pages and in their forms.

use jiff::civil::DateTime;
use jiff::tz;

use crate::Timestamp;

/// A time zone of the IANA database, which is part of the binary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone(tz::TimeZone);

impl TimeZone {
    /// Returns the time zone with a name such as `Asia/Jakarta`, or `None` if there is none.
    pub fn find(name: &str) -> Option<Self> {
        tz::TimeZone::get(name).ok().map(Self)
    }

    /// Returns the time zone with a name; UTC without a name, or if a later database lost it.
    pub fn named(name: Option<&str>) -> Self {
        name.and_then(Self::find).unwrap_or(Self(tz::TimeZone::UTC))
    }

    /// Returns the name of every time zone, in alphabetical order.
    pub fn names() -> Vec<String> {
        let is_place = |name: &String| name.contains('/') || name == "UTC";
        let names = tz::db().available().map(|name| name.to_string());
        let mut names: Vec<String> = names.filter(is_place).collect();
        names.sort();
        names
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Formats a timestamp to the second, with the abbreviation of the zone:
    /// `2026-01-01 07:00:00 WIB`, or `2026-01-01 00:00:00Z`.
    pub fn format(&self, at: Timestamp) -> String {
        self.format_strftime(at, if self.is_utc() { "%F %TZ" } else { "%F %T %Z" })
    }

    /// Formats a timestamp with a `strftime` pattern.
    pub fn format_strftime(&self, at: Timestamp, pattern: &str) -> String {
        let end = if at.seconds() < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        let at = jiff::Timestamp::from_microsecond(at.microseconds()).unwrap_or(end);
        at.to_zoned(self.0.clone()).strftime(pattern).to_string()
    }

    /// Returns the timestamp of a time in this zone. The first one of two, where clocks went back.
    pub fn timestamp(&self, local: DateTime) -> Option<Timestamp> {
        let at = local.to_zoned(self.0.clone()).ok()?.timestamp();
        Some(Timestamp::from_microseconds(at.as_microsecond()))
    }

    fn is_utc(&self) -> bool {
        self.0 == tz::TimeZone::UTC || self.name() == "UTC"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_formatted_and_read_in_the_zone() {
        // One moment in UTC, in Jakarta and in Berlin in winter and summer; then read again.
        let at = Timestamp::from_seconds(1_767_225_600);
        let zone = |name| TimeZone::find(name).unwrap();
        assert_eq!(TimeZone::named(None).format(at), "2026-01-01 00:00:00Z");
        assert_eq!(zone("UTC").format(at), "2026-01-01 00:00:00Z");
        assert_eq!(zone("Asia/Jakarta").format(at), "2026-01-01 07:00:00 WIB");
        assert_eq!(zone("Europe/Berlin").format(at), "2026-01-01 01:00:00 CET");
        let summer = Timestamp::from_seconds(1_782_864_000);
        assert_eq!(zone("Europe/Berlin").format(summer), "2026-07-01 02:00:00 CEST");
        let local = DateTime::constant(2026, 1, 1, 7, 0, 0, 0);
        assert_eq!(zone("Asia/Jakarta").timestamp(local), Some(at));
    }

    #[test]
    fn unknown_time_zone_is_not_found() {
        // Looks up names that are no zones; a stored name that is gone becomes UTC.
        for name in ["", "Jakarta", "Asia/Atlantis", "../etc/passwd", "WIB", "+07:00"] {
            assert_eq!(TimeZone::find(name), None, "{name}");
        }
        assert_eq!(TimeZone::named(Some("Asia/Atlantis")).name(), "UTC");
    }
}
