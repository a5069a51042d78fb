//! Checks of the time claims of a token.

use jose::numeric_date;
use model::{Seconds, Timestamp};
use serde_json::{Map, Value};

use crate::explain::{
    report::{Check, Message},
    sanitize,
};

/// The tolerance of the time checks for a kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClockTolerance {
    /// No tolerance: tokens of this server, of which it checks `exp` only.
    None,
    /// Clock skew: assertions of clients, of which this server checks all times.
    Skew(Seconds),
    /// Tokens of others, which may have no time claims.
    Unchecked,
}

impl ClockTolerance {
    const fn skew(self) -> Seconds {
        match self {
            Self::Skew(skew) => skew,
            Self::None | Self::Unchecked => Seconds::new(0),
        }
    }
}

/// Checks `exp`, `nbf` and `iat`.
pub(super) fn check_all(
    claims: &Map<String, Value>,
    now: Timestamp,
    tolerance: ClockTolerance,
) -> Vec<Check> {
    let mut checks = Vec::new();
    match time(claims, "exp") {
        Some(Ok(exp)) => checks.push(check_expiry(exp, now, tolerance)),
        Some(Err(check)) => checks.push(check),
        None if tolerance != ClockTolerance::Unchecked => checks.push(missing("exp")),
        None => {}
    }
    for claim in ["nbf", "iat"] {
        match time(claims, claim) {
            Some(Ok(start)) => checks.push(check_start(claim, start, now, tolerance)),
            Some(Err(check)) => checks.push(check),
            None => {}
        }
    }
    checks
}

/// Returns a time claim, or a failed check if the claim is malformed.
pub(super) fn time(
    claims: &Map<String, Value>,
    claim: &'static str,
) -> Option<Result<Timestamp, Check>> {
    let value = claims.get(claim)?;
    let microseconds = numeric_date::microseconds(value);
    Some(microseconds.map(Timestamp::from_microseconds).map_err(|error| {
        let (value, error) = (value.to_string(), error.to_string());
        let message =
            Message::with("decode-time-malformed", [("value", &value), ("error", &error)]);
        Check::failed(claim, message)
    }))
}

/// Creates the failed check of a missing claim.
pub(super) fn missing(claim: &'static str) -> Check {
    Check::failed(claim, Message::new("decode-claim-missing"))
}

fn check_expiry(exp: Timestamp, now: Timestamp, tolerance: ClockTolerance) -> Check {
    let (at, remaining) = (model::format_utc(exp), sanitize::span(exp - now));
    let values = || [("at", at.as_str()), ("span", remaining.as_str())];
    Check::from_bool(
        now < exp + tolerance.skew(),
        "exp",
        (Message::with("decode-exp", values()), Message::with("decode-exp-expired", values())),
    )
}

fn check_start(
    claim: &'static str,
    start: Timestamp,
    now: Timestamp,
    tolerance: ClockTolerance,
) -> Check {
    let (at, span) = (model::format_utc(start), sanitize::span(start - now));
    let values = || [("at", at.as_str()), ("span", span.as_str())];
    let has_started = start <= now + tolerance.skew();
    let (passed, failed) =
        (Message::with("decode-begun", values()), Message::with("decode-not-begun", values()));
    match tolerance {
        // This server does not refuse its own tokens for `nbf` or `iat`.
        ClockTolerance::None if !has_started => Check::unknown(claim, failed),
        _ => Check::from_bool(has_started, claim, (passed, failed)),
    }
}
