//! Describes how an access token differs from a valid one. The token itself is never shown.

use catalogue::{Comparison, Difference, Refusal, refusal};
use jose::{CompactJws, Padding};
use model::{Grant, Timestamp};
use serde_json::Value;

use crate::{
    context::RuleContext,
    difference::{self, jws, kind_of},
    grant,
    keys::{AT_JWT, JWT, TOKEN_BYTES_MAX},
};

/// Refuses a text that is no JWT, a token of another issuer, or a modified token.
pub(super) fn unverified(token: &str, context: &RuleContext<'_>) -> Refusal {
    let refusal = if token.split('.').count() == 3 {
        refusal::access_token_signature_invalid()
    } else {
        refusal::access_token_malformed()
    };
    let comparison = Comparison::new("access_token");
    let compact = match CompactJws::parse(token, TOKEN_BYTES_MAX, Padding::Refused) {
        Ok(compact) => compact,
        Err(error) => {
            let instead = kind_of(token).filter(|kind| *kind != "signed_token_sent");
            let difference = instead.map_or_else(|| jws::malformed(&error), Difference::new);
            return refusal.with(comparison.with_difference(difference));
        }
    };
    let claims = jose::json::object(compact.unverified_payload()).unwrap_or_default();
    let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or("none");
    let expected = context.tenant.endpoints.issuer.as_str();
    if issuer != expected {
        let comparison = Comparison::mismatch("iss", expected, issuer);
        return refusal.with(comparison.with_difference(Difference::new("of_another_issuer")));
    }
    let kid = compact.header().kid.as_deref().unwrap_or("none");
    refusal.with(
        comparison
            .fingerprint(format!("kid {kid}"))
            .with_difference(Difference::new("changed_or_cut")),
    )
}

/// Refuses a token of this tenant that is no access token.
pub(super) fn not_an_access_token(typ: Option<&str>) -> Refusal {
    let comparison = Comparison::mismatch("typ", format!("{AT_JWT}, {JWT}"), typ.unwrap_or("none"));
    refusal::access_token_malformed()
        .with(comparison.with_difference(Difference::new("id_token_sent")))
}

/// Describes why a grant is no longer active: it is revoked or expired, or its user may not act.
pub(super) fn inactive(grant: &Grant, now: Timestamp) -> Comparison {
    match grant.revoked {
        Some(revocation) => grant::revocation("access_token", revocation, now),
        None if grant.expires_at <= now => Comparison::new("access_token")
            .with_difference(difference::expired(grant.expires_at, now)),
        None => unavailable("user", "account_unavailable"),
    }
}

/// Describes the deleted or disabled client or user of a token, for the operator only.
pub(super) fn unavailable(name: &'static str, kind: &'static str) -> Comparison {
    Comparison::new(name).with_difference(Difference::new(kind)).operator_only()
}
