//! The times of a token, held against a clock.

use jose::numeric_date;
use model::{Seconds, Timestamp};
use serde_json::{Map, Value};

use crate::explain::{
    report::{Check, Note},
    safe,
};

/// How a kind of token is held to its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// As this server takes back tokens of its own: `exp` only, to the second.
    Own,
    /// As this server takes assertions of others: all of them, clocks may differ by so much.
    Skewed(Seconds),
    /// Nothing need be there.
    Loose,
}

impl Strictness {
    const fn skew(self) -> Seconds {
        match self {
            Self::Skewed(skew) => skew,
            Self::Own | Self::Loose => Seconds::new(0),
        }
    }
}

/// The checks of `exp`, `nbf` and `iat`.
pub(super) fn all(
    claims: &Map<String, Value>,
    now: Timestamp,
    strictness: Strictness,
) -> Vec<Check> {
    let mut checks = Vec::new();
    match time(claims, "exp") {
        Some(Ok(exp)) => checks.push(end(exp, now, strictness)),
        Some(Err(check)) => checks.push(check),
        None if strictness != Strictness::Loose => checks.push(missing("exp")),
        None => {}
    }
    for claim in ["nbf", "iat"] {
        match time(claims, claim) {
            Some(Ok(start)) => checks.push(begin(claim, start, now, strictness)),
            Some(Err(check)) => checks.push(check),
            None => {}
        }
    }
    checks
}

/// A time among the claims; a check that failed where it is none.
pub(super) fn time(
    claims: &Map<String, Value>,
    claim: &'static str,
) -> Option<Result<Timestamp, Check>> {
    let value = claims.get(claim)?;
    let microseconds = numeric_date::microseconds(value);
    Some(microseconds.map(Timestamp::from_microseconds).map_err(|error| {
        let (value, error) = (value.to_string(), error.to_string());
        let note = Note::new("decode-time-malformed", [("value", &value), ("error", &error)]);
        Check::failed(claim, note)
    }))
}

/// A claim that has to be there and is not.
pub(super) fn missing(claim: &'static str) -> Check {
    Check::failed(claim, Note::plain("decode-claim-missing"))
}

fn end(exp: Timestamp, now: Timestamp, strictness: Strictness) -> Check {
    let (at, left) = (safe::moment(exp), safe::span(exp - now));
    let values = || [("at", at.as_str()), ("span", left.as_str())];
    Check::that(
        now < exp + strictness.skew(),
        "exp",
        (Note::new("decode-exp", values()), Note::new("decode-exp-over", values())),
    )
}

fn begin(claim: &'static str, start: Timestamp, now: Timestamp, strictness: Strictness) -> Check {
    let (at, span) = (safe::moment(start), safe::span(start - now));
    let values = || [("at", at.as_str()), ("span", span.as_str())];
    let begun = start <= now + strictness.skew();
    let (passed, failed) =
        (Note::new("decode-begun", values()), Note::new("decode-not-begun", values()));
    match strictness {
        // Nothing of ours is refused for a beginning, so it is worth a word and no more.
        Strictness::Own if !begun => Check::unknown(claim, failed),
        _ => Check::that(begun, claim, (passed, failed)),
    }
}
