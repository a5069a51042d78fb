//! Checks the claims of an assertion: issuer, audience, times and id.

use catalogue::{Comparison, Difference, Refusal, refusal};
use jose::{digest, numeric_date};
use model::{Client, Timestamp, UsedValue, UsedValueKind, format_utc};
use serde_json::{Map, Value};

use super::{
    LIFETIME_MAX, SKEW, SKEW_WARNING,
    mismatch::{self, to_text},
};
use crate::{
    OneTimeValue,
    context::RuleContext,
    difference::{self, clock},
    lost_memory,
};

/// Checks that `iss` is the client itself (RFC 7523 §3).
pub(super) fn check_issuer(claims: &Map<String, Value>, client: &Client) -> Result<(), Refusal> {
    let issuer = text(claims, "iss").ok_or_else(|| missing("iss", claims))?;
    let expected = client.id.as_str();
    if issuer != expected {
        let comparison = Comparison::mismatch("iss", expected, issuer)
            .with_difference(difference::spelling(issuer, expected));
        return Err(refusal::assertion_subject_mismatch(issuer, &client.id).with(comparison));
    }
    Ok(())
}

/// Checks that `aud` is this tenant alone or, if the client may send an array, contains it
/// (RFC 7523 §3).
pub(super) fn check_audience(
    claims: &Map<String, Value>,
    client: &Client,
    context: &RuleContext<'_>,
) -> Result<(), Refusal> {
    let endpoints = &context.tenant.endpoints;
    let accepted = [&endpoints.token, &endpoints.token_by_other_form, &endpoints.issuer];
    match claims.get("aud") {
        None => Err(missing("aud", claims)),
        Some(Value::String(audience)) if accepted.contains(&audience) => Ok(()),
        // An array could name a second server, which could replay the assertion here
        // (rfc7523bis). It is accepted only from clients that are registered for it.
        Some(Value::Array(audiences))
            if client.assertion_audience_array && contains(audiences, accepted) =>
        {
            Ok(())
        }
        Some(audience) => {
            Err(refusal::assertion_audience_wrong(to_text(audience), &endpoints.token)
                .with(mismatch::audience(audience, endpoints)))
        }
    }
}

/// Checks `exp`, `nbf` and `iat` (RFC 7523 §3), and returns the expiry. The lifetime is limited
/// because `jti` is stored until the assertion expires.
pub(super) fn check_times(
    claims: &Map<String, Value>,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let expires = time(claims, "exp")?.ok_or_else(|| missing("exp", claims))?;
    let start = ["nbf", "iat"].map(|claim| time(claims, claim));
    let [not_before, issued] = start;
    let (not_before, issued) = (not_before?, issued?);
    let start_claim = if issued > not_before { "iat" } else { "nbf" };
    let start = not_before.max(issued);
    if expires + SKEW <= now || start.is_some_and(|start| start > now + SKEW) {
        let comparison = mismatch::validity((start_claim, start), expires, now);
        let start = start.map_or_else(|| "its creation".to_owned(), format_utc);
        let (end, now) = (format_utc(expires), format_utc(now));
        return Err(refusal::assertion_outside_validity(start, end, now).with(comparison));
    }
    if expires > now + LIFETIME_MAX + SKEW {
        let comparison = mismatch::lifetime(expires - now, LIFETIME_MAX);
        return Err(
            refusal::assertion_lifetime_too_long(expires - now, LIFETIME_MAX).with(comparison)
        );
    }
    Ok(expires)
}

/// Refuses an assertion that may have been used before the ledger began. The clock of the client
/// may be ahead, so `iat` must be later by the tolerated difference. Without `iat`, every assertion
/// is refused until none of that time is valid.
pub(super) fn check_remembered(
    claims: &Map<String, Value>,
    context: &RuleContext<'_>,
) -> Result<(), Refusal> {
    let since = context.tenant.remembered_since;
    if since == Timestamp::default() || context.now >= since + LIFETIME_MAX + SKEW + SKEW {
        return Ok(());
    }
    let issued = time(claims, "iat")?;
    if issued.is_some_and(|issued| issued >= since + SKEW) {
        return Ok(());
    }
    let comparison = lost_memory::comparison("iat", issued, since + SKEW);
    Err(refusal::assertion_from_before_memory_loss(format_utc(since)).with(comparison))
}

/// Returns the seconds by which the client's clock is certainly ahead or behind, if that is more
/// than [`SKEW_WARNING`]. By the service's clock, the assertion is not valid yet or has expired.
pub(super) fn clock_skew(
    claims: &Map<String, Value>,
    expires: Timestamp,
    now: Timestamp,
) -> Option<String> {
    let start = ["nbf", "iat"].into_iter().filter_map(|claim| time(claims, claim).ok()?).max();
    let ahead = start.map(|start| start - now).filter(|ahead| *ahead > SKEW_WARNING);
    let ahead = ahead.map(|ahead| format!("+{ahead}"));
    ahead.or_else(|| (now - expires > SKEW_WARNING).then(|| format!("-{}", now - expires)))
}

/// Returns `jti` as a one-time value, stored until the assertion expires (RFC 7523 §3). It is
/// case-sensitive.
pub(super) fn one_time_value(
    claims: &Map<String, Value>,
    client: &Client,
    context: &RuleContext<'_>,
    expires: Timestamp,
) -> Result<OneTimeValue, Refusal> {
    let jti = text(claims, "jti").filter(|jti| !jti.is_empty());
    let jti = jti.ok_or_else(|| missing("jti", claims))?;
    let unique = [client.id.as_str().as_bytes(), &[0], jti.as_bytes()].concat();
    let used_value = UsedValue {
        tenant: context.tenant.id(),
        kind: UsedValueKind::ClientAssertion,
        digest: digest::sha256(&unique),
        expires_at: expires + SKEW,
    };
    let comparison =
        Comparison::new("jti").received(jti).with_difference(Difference::new("used_before"));
    Ok(OneTimeValue { used_value, replayed: refusal::assertion_replayed(jti).with(comparison) })
}

/// Returns whether an array of texts contains an accepted one.
fn contains(audiences: &[Value], accepted: [&String; 3]) -> bool {
    let is_accepted = |audience: &Value| accepted.iter().any(|it| audience.as_str() == Some(it));
    audiences.iter().all(Value::is_string) && audiences.iter().any(is_accepted)
}

fn time(claims: &Map<String, Value>, claim: &'static str) -> Result<Option<Timestamp>, Refusal> {
    let Some(value) = claims.get(claim) else { return Ok(None) };
    let microseconds = numeric_date::microseconds(value);
    let microseconds = microseconds.map_err(|_| {
        let comparison =
            Comparison::new(claim).received(value).with_difference(clock::unreadable(value));
        refusal::assertion_claim_invalid(claim).with(comparison)
    })?;
    Ok(Some(Timestamp::from_microseconds(microseconds)))
}

pub(super) fn text<'a>(claims: &'a Map<String, Value>, claim: &str) -> Option<&'a str> {
    claims.get(claim).and_then(Value::as_str)
}

/// Refuses a missing claim, and names an unknown claim of a similar name.
pub(super) fn missing(claim: &'static str, claims: &Map<String, Value>) -> Refusal {
    let known = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
    let others = claims.keys().map(String::as_str).filter(|name| !known.contains(name));
    let similar = difference::nearest(claim, others);
    let comparison = Comparison::new(claim).with_difference(match similar {
        Some(sent) => Difference::new("almost_named").with("sent", sent),
        None => Difference::new("missing"),
    });
    refusal::assertion_claim_missing(claim).with(comparison)
}
