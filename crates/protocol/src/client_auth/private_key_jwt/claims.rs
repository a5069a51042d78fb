//! What an assertion claims: who made it, for whom, and for how long.

use catalogue::{Difference, Fact, Refusal, refusal};
use jose::{digest, numeric_date};
use model::{Client, Mark, MarkPurpose, Timestamp};
use serde_json::{Map, Value};

use super::{LIFETIME_MAX, SKEW, SKEW_LARGE, nearest};
use crate::{
    Once,
    context::Context,
    difference::{self, clock},
    moment,
};

/// RFC 7523 §3: the client speaks for itself.
pub(super) fn check_issuer(claims: &Map<String, Value>, client: &Client) -> Result<(), Refusal> {
    let issuer = text(claims, "iss").ok_or_else(|| missing("iss", claims))?;
    let expected = client.id.as_str();
    if issuer != expected {
        let fact = Fact::mismatch("iss", expected, issuer)
            .differing(difference::spelling(issuer, expected));
        return Err(refusal::assertion_subject_mismatch(issuer, &client.id).with(fact));
    }
    Ok(())
}

/// RFC 7523 §3: to us alone.
pub(super) fn check_audience(
    claims: &Map<String, Value>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let endpoints = &context.realm.endpoints;
    let accepted = [&endpoints.token, &endpoints.token_by_name, &endpoints.issuer];
    match claims.get("aud") {
        None => Err(missing("aud", claims)),
        // One audience as one text: an array would let a second server in (rfc7523bis).
        Some(Value::String(audience)) if accepted.contains(&audience) => Ok(()),
        Some(audience) => Err(refusal::assertion_audience_wrong(shown(audience), &endpoints.token)
            .with(nearest::audience(audience, endpoints))),
    }
}

/// RFC 7523 §3: not over, not to come, and not for longer than we like to remember `jti`.
pub(super) fn check_times(
    claims: &Map<String, Value>,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let expires = time(claims, "exp")?.ok_or_else(|| missing("exp", claims))?;
    let start = ["nbf", "iat"].map(|claim| time(claims, claim));
    let [not_before, issued] = start;
    let (not_before, issued) = (not_before?, issued?);
    let begins = if issued > not_before { "iat" } else { "nbf" };
    let start = not_before.max(issued);
    if expires + SKEW <= now || start.is_some_and(|start| start > now + SKEW) {
        let fact = nearest::validity((begins, start), expires, now);
        let start = start.map_or_else(|| "its making".to_owned(), moment::shown);
        let (end, now) = (moment::shown(expires), moment::shown(now));
        return Err(refusal::assertion_outside_validity(start, end, now).with(fact));
    }
    if expires > now + LIFETIME_MAX + SKEW {
        let fact = nearest::lifetime(expires - now, LIFETIME_MAX);
        return Err(refusal::assertion_lifetime_too_long(expires - now, LIFETIME_MAX).with(fact));
    }
    Ok(expires)
}

/// Seconds that the client's clock is surely ahead or behind, where that is more than it should
/// be: its assertion would not begin yet, or be over already.
pub(super) fn skew(
    claims: &Map<String, Value>,
    expires: Timestamp,
    now: Timestamp,
) -> Option<String> {
    let begins = ["nbf", "iat"].into_iter().filter_map(|claim| time(claims, claim).ok()?).max();
    let ahead = begins.map(|begins| begins - now).filter(|ahead| *ahead > SKEW_LARGE);
    let ahead = ahead.map(|ahead| format!("+{ahead}"));
    ahead.or_else(|| (now - expires > SKEW_LARGE).then(|| format!("-{}", now - expires)))
}

/// RFC 7523 §3: `jti` is remembered until the assertion is over anyway. Case counts.
pub(super) fn once(
    claims: &Map<String, Value>,
    client: &Client,
    context: &Context<'_>,
    expires: Timestamp,
) -> Result<Once, Refusal> {
    let jti = text(claims, "jti").filter(|jti| !jti.is_empty());
    let jti = jti.ok_or_else(|| missing("jti", claims))?;
    let unique = [client.id.as_str().as_bytes(), &[0], jti.as_bytes()].concat();
    let mark = Mark {
        tenant: context.realm.tenant.id,
        purpose: MarkPurpose::ClientAssertion,
        digest: digest::sha256(&unique),
        expires_at: expires + SKEW,
    };
    let used = Fact::about("jti").received(jti).differing(Difference::of("used_before"));
    Ok(Once { mark, replayed: refusal::assertion_replayed(jti).with(used) })
}

fn time(claims: &Map<String, Value>, claim: &'static str) -> Result<Option<Timestamp>, Refusal> {
    let Some(value) = claims.get(claim) else { return Ok(None) };
    let microseconds = numeric_date::microseconds(value);
    let microseconds = microseconds.map_err(|_| {
        let fact = Fact::about(claim).received(value).differing(clock::unreadable(value));
        refusal::assertion_claim_invalid(claim).with(fact)
    })?;
    Ok(Some(Timestamp::from_microseconds(microseconds)))
}

pub(super) fn text<'a>(claims: &'a Map<String, Value>, claim: &str) -> Option<&'a str> {
    claims.get(claim).and_then(Value::as_str)
}

/// A claim that is not there, and the one that may have been meant for it.
pub(super) fn missing(claim: &'static str, claims: &Map<String, Value>) -> Refusal {
    let known = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];
    let others = claims.keys().map(String::as_str).filter(|name| !known.contains(name));
    let alike = difference::nearest(claim, others);
    let fact = Fact::about(claim).differing(match alike {
        Some(sent) => Difference::of("almost_named").with("sent", sent),
        None => Difference::of("missing"),
    });
    refusal::assertion_claim_missing(claim).with(fact)
}

pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
