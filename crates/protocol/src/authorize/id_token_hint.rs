//! `id_token_hint` (OpenID Connect Core §3.1.2.1): an ID token of ours, which names who is meant.

use catalogue::{Difference, Fact, Refusal, refusal};
use jose::{Compact, Padding};
use model::Client;
use serde_json::Value;

use super::Facts;
use crate::{
    context::Context,
    difference::{self, jws, kind_of},
    form::Form,
    keys::{JWT, TOKEN_BYTES_MAX},
};

/// The `sub` of the ID token. That it is over is no flaw (§3.1.2.1); that we did not make it for
/// this client is: `sub` means nothing to another one.
pub(super) fn check(
    form: &Form,
    client: &Client,
    facts: &Facts,
    context: &Context<'_>,
) -> Result<Option<String>, Refusal> {
    let Some(token) = form.get("id_token_hint") else { return Ok(None) };
    let verified = facts.keys.verify(token).ok_or_else(|| unverified(token))?;
    let claims = verified.claims().map_err(|error| invalid(jws::detail(error)))?;
    let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
    // An access token has a subject too, and may be held by anybody: its `typ` or `aud` differs.
    let is_ours = verified.header().typ.as_deref() == Some(JWT)
        && is("iss", &context.realm.endpoints.issuer)
        && is("aud", client.id.as_str());
    match claims.get("sub") {
        Some(Value::String(subject)) if is_ours => Ok(Some(subject.clone())),
        _ => {
            let of = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or("none");
            let issuer = &context.realm.endpoints.issuer;
            let refusal = refusal::id_token_hint_invalid();
            Err(refusal.with(if claims.contains_key("client_id") {
                about(Difference::of("access_token_sent"))
            } else if of("iss") != issuer {
                Fact::mismatch("iss", issuer, of("iss"))
                    .differing(difference::url(of("iss"), issuer))
            } else {
                Fact::mismatch("aud", &client.id, of("aud"))
                    .differing(Difference::of("of_another_client"))
            }))
        }
    }
}

fn unverified(token: &str) -> Refusal {
    let instead = kind_of(token).filter(|kind| *kind != "signed_token_sent");
    let form = Compact::parse(token, TOKEN_BYTES_MAX, Padding::Refused);
    invalid(match (instead, form) {
        (Some(kind), _) => Difference::of(kind),
        (None, Err(error)) => jws::form(&error),
        (None, Ok(_)) => Difference::of("signature_of_another"),
    })
}

fn invalid(difference: Difference) -> Refusal {
    refusal::id_token_hint_invalid().with(about(difference))
}

fn about(difference: Difference) -> Fact {
    Fact::about("id_token_hint").differing(difference)
}
