//! Times and durations.

use model::{Seconds, Timestamp, format_rfc3339, parse_rfc3339};
use toml::de::DeValue;

use super::{FromValue, without_quotes};
use crate::toml_document::correction::{quoted, render};

impl FromValue for Timestamp {
    fn expected() -> String {
        "a time with its offset, such as 2027-01-31T00:00:00Z".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        let written = match (value.as_datetime(), value.as_str()) {
            (Some(time), _) => time.to_string(),
            (None, Some(text)) => text.to_owned(),
            (None, None) => return Err(String::new()),
        };
        let time = parse_rfc3339(&written)
            .ok_or_else(|| format!("`{written}` is not a time with its offset"))?;
        Ok(Self::from_seconds(time.seconds()))
    }

    fn correction(value: &DeValue<'_>) -> Option<String> {
        if let Some(seconds) = value.as_integer().and_then(|it| it.as_str().parse().ok()) {
            return Some(format_rfc3339(Self::from_seconds(seconds)));
        }
        let written = value.as_str().map_or_else(|| render(value), str::to_owned);
        let completed = [format!("{written}T00:00:00Z"), format!("{}Z", written.replace(' ', "T"))];
        completed.into_iter().find(|text| parse_rfc3339(text).is_some())
    }
}

/// A duration, written as a number and a unit: `"90d"`, `"24h"`, `"10m"`, `"30s"`.
impl FromValue for Seconds {
    fn expected() -> String {
        "a duration, such as \"90d\", \"24h\", \"10m\" or \"30s\"".to_owned()
    }

    fn from_value(value: &DeValue<'_>) -> Result<Self, String> {
        parse_duration(value.as_str().ok_or_else(String::new)?)
    }

    fn correction(value: &DeValue<'_>) -> Option<String> {
        let number = match value.as_integer() {
            Some(number) => number.as_str().to_owned(),
            None => without_quotes(value)?,
        };
        Some(quoted(&format!("{number}s")))
    }
}

/// Parses a number and a unit.
pub(crate) fn parse_duration(written: &str) -> Result<Seconds, String> {
    let invalid = || format!("`{written}`");
    let unit = written.chars().next_back().ok_or_else(invalid)?;
    let number = written.strip_suffix(unit).unwrap_or_default();
    let number: i64 = number.parse().map_err(|_| invalid())?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(invalid()),
    };
    match number.checked_mul(seconds) {
        Some(seconds @ 1..=315_360_000) => Ok(Seconds::new(seconds)),
        _ => Err(format!("`{written}` is not between one second and ten years")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        // Parses a duration with each unit, then malformed durations.
        let read = |text: &'static str| Seconds::from_value(&DeValue::String(text.into()));
        assert_eq!(read("90d"), Ok(Seconds::days(90)));
        assert_eq!(read("24h"), Ok(Seconds::hours(24)));
        assert_eq!(read("10m"), Ok(Seconds::minutes(10)));
        assert_eq!(read("30s"), Ok(Seconds::new(30)));
        for wrong in ["", "d", "10", "10 d", "-1d", "0s", "1y", "99999999999999999d", "€"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_without_an_offset_is_corrected() {
        // Corrects a date, a local time, seconds and a text; a time that is meant is read.
        let correct = |toml: &str| {
            let table = toml::de::DeTable::parse(toml).expect("TOML");
            let value = table.get_ref().get("x").expect("a value").get_ref().clone();
            (Timestamp::from_value(&value).is_ok(), Timestamp::correction(&value))
        };
        let end = Some("2027-12-31T00:00:00Z".to_owned());
        assert_eq!(correct("x = 2027-12-31"), (false, end.clone()));
        assert_eq!(correct("x = \"2027-12-31\""), (false, end.clone()));
        assert_eq!(correct("x = 2027-12-31T00:00:00"), (false, end.clone()));
        assert_eq!(correct("x = 2027-12-31 00:00:00"), (false, end.clone()));
        assert_eq!(correct("x = 1830211200"), (false, end));
        assert_eq!(correct("x = \"soon\""), (false, None));
        assert!(correct("x = 2027-12-31T00:00:00+07:00").0);
        assert!(correct("x = \"2027-12-31T00:00:00Z\"").0);
    }
}
