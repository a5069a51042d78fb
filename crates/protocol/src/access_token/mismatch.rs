//! How an access token that is not taken differs from one that would be. The token itself is never
//! shown.

use catalogue::{Difference, Fact, Refusal, refusal};
use jose::{Compact, Padding};
use model::{Grant, Timestamp};
use serde_json::Value;

use crate::{
    context::Context,
    difference::{self, jws, kind_of},
    grant,
    keys::{AT_JWT, JWT, TOKEN_BYTES_MAX},
};

/// A text that is no token, told from a token that others made or that was changed.
pub(super) fn unverified(token: &str, context: &Context<'_>) -> Refusal {
    let refusal = if token.split('.').count() == 3 {
        refusal::access_token_signature_invalid()
    } else {
        refusal::access_token_malformed()
    };
    let fact = Fact::about("access_token");
    let compact = match Compact::parse(token, TOKEN_BYTES_MAX, Padding::Refused) {
        Ok(compact) => compact,
        Err(error) => {
            let instead = kind_of(token).filter(|kind| *kind != "signed_token_sent");
            let difference = instead.map_or_else(|| jws::form(&error), Difference::of);
            return refusal.with(fact.differing(difference));
        }
    };
    let claims = jose::json::object(compact.unverified_payload()).unwrap_or_default();
    let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or("none");
    let expected = context.realm.endpoints.issuer.as_str();
    if issuer != expected {
        let fact = Fact::mismatch("iss", expected, issuer);
        return refusal.with(fact.differing(Difference::of("of_another_issuer")));
    }
    let kid = compact.header().kid.as_deref().unwrap_or("none");
    refusal.with(fact.fingerprint(format!("kid {kid}")).differing(Difference::of("changed_or_cut")))
}

/// A token of ours that is no access token.
pub(super) fn not_one(typ: Option<&str>) -> Refusal {
    let fact = Fact::mismatch("typ", format!("{AT_JWT}, {JWT}"), typ.unwrap_or("none"));
    refusal::access_token_malformed().with(fact.differing(Difference::of("id_token_sent")))
}

/// Why a grant does not speak for its person any more.
pub(super) fn over(grant: &Grant, now: Timestamp) -> Fact {
    match grant.revoked {
        Some(revocation) => grant::revocation("access_token", revocation, now),
        None if grant.expires_at <= now => {
            Fact::about("access_token").differing(difference::expired(grant.expires_at, now))
        }
        None => gone("user", "account_withdrawn"),
    }
}

pub(super) fn gone(name: &'static str, kind: &'static str) -> Fact {
    Fact::about(name).differing(Difference::of(kind)).for_operators()
}
