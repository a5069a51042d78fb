//! NumericDate (RFC 7519 §2) in the forms that clients send, as microseconds since the epoch.

use serde_json::{Number, Value};

const MICROSECONDS: i64 = 1_000_000;

/// The largest accepted second, the last one of the year 9999. Its negative is the smallest.
pub const SECONDS_MAX: i64 = 253_402_300_799;

/// Converts an integer, a fraction, or a string of digits (MSAL.NET sends one) to microseconds
/// since the epoch.
pub fn microseconds(value: &Value) -> Result<i64, NumericDateError> {
    match value {
        Value::Number(number) => from_number(number),
        Value::String(text) => from_text(text),
        _ => Err(NumericDateError::NotANumber),
    }
}

/// The reason why a value is not an accepted NumericDate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumericDateError {
    /// Neither a number nor a string of decimal digits.
    #[error("not a number of seconds")]
    NotANumber,
    /// A number beyond the year 9999.
    #[error("out of range")]
    OutOfRange,
}

fn from_number(number: &Number) -> Result<i64, NumericDateError> {
    if let Some(seconds) = number.as_i64() {
        return from_parts(seconds, 0);
    }
    let seconds = number.as_f64().ok_or(NumericDateError::OutOfRange)?;
    let whole = seconds.trunc();
    // An f64 represents every integer up to 2^53, so the bound is exact.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let bound = SECONDS_MAX as f64;
    if !whole.is_finite() || whole.abs() > bound {
        return Err(NumericDateError::OutOfRange);
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
    let (whole, micros) = (whole as i64, (seconds.fract() * 1e6).round() as i64);
    from_parts(whole, micros)
}

fn from_text(text: &str) -> Result<i64, NumericDateError> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if text.len() > 40 || !all_digits(whole) || !all_digits(fraction) {
        return Err(NumericDateError::NotANumber);
    }
    let whole: i64 = whole.parse().map_err(|_| NumericDateError::OutOfRange)?;
    let micros = fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(6)
        .fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    if negative { from_parts(-whole, -micros) } else { from_parts(whole, micros) }
}

fn from_parts(seconds: i64, micros: i64) -> Result<i64, NumericDateError> {
    if !(-SECONDS_MAX..=SECONDS_MAX).contains(&seconds) {
        return Err(NumericDateError::OutOfRange);
    }
    seconds
        .checked_mul(MICROSECONDS)
        .and_then(|whole| whole.checked_add(micros))
        .ok_or(NumericDateError::OutOfRange)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numeric_date_accepts_integers_fractions_and_strings() {
        // Reads one second in each form that a client sends.
        let expected = Ok(1_700_000_000_000_000);
        for value in [
            json!(1_700_000_000),
            json!(1_700_000_000.0),
            json!("1700000000"),
            json!("1700000000.000000999"),
        ] {
            assert_eq!(microseconds(&value), expected, "{value}");
        }
        assert_eq!(microseconds(&json!(1_700_000_000.25)), Ok(1_700_000_000_250_000));
        assert_eq!(microseconds(&json!("1700000000.25")), Ok(1_700_000_000_250_000));
        assert_eq!(microseconds(&json!(-1.5)), Ok(-1_500_000));
        assert_eq!(microseconds(&json!("-1.5")), Ok(-1_500_000));
    }

    #[test]
    fn numeric_date_beyond_the_year_9999_is_out_of_range() {
        // Reads the bound, one past it, and the extremes of each type.
        assert_eq!(microseconds(&json!(SECONDS_MAX)), Ok(SECONDS_MAX * 1_000_000));
        for value in [
            json!(SECONDS_MAX + 1),
            json!(i64::MIN),
            json!(i64::MAX),
            json!(u64::MAX),
            json!(1e300),
            json!(-1e300),
            json!("9999999999999999999999"),
            json!("-9223372036854775808"),
        ] {
            assert_eq!(microseconds(&value), Err(NumericDateError::OutOfRange), "{value}");
        }
    }

    #[test]
    fn numeric_date_refuses_other_values() {
        // Reads other JSON values, and strings that lenient parsers accept.
        for value in [
            json!(null),
            json!(true),
            json!([1]),
            json!(""),
            json!("-"),
            json!("1e9"),
            json!("+1"),
            json!(" 1"),
            json!("1."),
            json!(".5"),
            json!("NaN"),
            json!("0x10"),
            json!("1".repeat(41)),
        ] {
            assert_eq!(microseconds(&value), Err(NumericDateError::NotANumber), "{value}");
        }
    }
}
