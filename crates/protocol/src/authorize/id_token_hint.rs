//! `id_token_hint` (OpenID Connect Core §3.1.2.1): an ID token of this tenant, which names the
//! expected user.

use catalogue::{Comparison, Difference, Refusal, refusal};
use jose::{CompactJws, Padding};
use model::Client;
use serde_json::Value;

use super::AuthorizationInputs;
use crate::{
    context::RuleContext,
    difference::{self, jws, kind_of},
    keys::{JWT, TOKEN_BYTES_MAX},
    parameters::Parameters,
};

/// Returns the `sub` of the ID token. An expired token is accepted (§3.1.2.1). A token for another
/// client is not, because its `sub` may be pairwise.
pub(super) fn check(
    parameters: &Parameters,
    client: &Client,
    inputs: &AuthorizationInputs,
    context: &RuleContext<'_>,
) -> Result<Option<String>, Refusal> {
    let Some(token) = parameters.get("id_token_hint") else { return Ok(None) };
    let verified = inputs.keys.verify(token).ok_or_else(|| unverified(token))?;
    let claims = verified.claims().map_err(|error| invalid(jws::detail(error)))?;
    let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
    // An access token has a `sub` too, but is known to APIs. Its `typ` or `aud` differs.
    let is_id_token = verified.header().typ.as_deref() == Some(JWT)
        && is("iss", &context.tenant.endpoints.issuer)
        && is("aud", client.id.as_str());
    match claims.get("sub") {
        Some(Value::String(subject)) if is_id_token => Ok(Some(subject.clone())),
        _ => {
            let claim = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or("none");
            let issuer = &context.tenant.endpoints.issuer;
            let refusal = refusal::id_token_hint_invalid();
            Err(refusal.with(if claims.contains_key("client_id") {
                about(Difference::new("access_token_sent"))
            } else if claim("iss") != issuer {
                Comparison::mismatch("iss", issuer, claim("iss"))
                    .with_difference(difference::url(claim("iss"), issuer))
            } else {
                Comparison::mismatch("aud", &client.id, claim("aud"))
                    .with_difference(Difference::new("of_another_client"))
            }))
        }
    }
}

fn unverified(token: &str) -> Refusal {
    let instead = kind_of(token).filter(|kind| *kind != "signed_token_sent");
    let parameters = CompactJws::parse(token, TOKEN_BYTES_MAX, Padding::Refused);
    invalid(match (instead, parameters) {
        (Some(kind), _) => Difference::new(kind),
        (None, Err(error)) => jws::malformed(&error),
        (None, Ok(_)) => Difference::new("signature_of_another"),
    })
}

fn invalid(difference: Difference) -> Refusal {
    refusal::id_token_hint_invalid().with(about(difference))
}

fn about(difference: Difference) -> Comparison {
    Comparison::new("id_token_hint").with_difference(difference)
}
