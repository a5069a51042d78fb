//! `id_token_hint` (OpenID Connect Core §3.1.2.1): an ID token of ours, which names who is meant.

use catalogue::{Refusal, refusal};
use facts::Client;
use serde_json::Value;

use super::Facts;
use crate::{context::Context, form::Form, keys::JWT};

/// The `sub` of the ID token. That it is over is no flaw (§3.1.2.1); that we did not make it for
/// this client is: `sub` means nothing to another one.
pub(super) fn check(
    form: &Form,
    client: &Client,
    facts: &Facts,
    context: &Context<'_>,
) -> Result<Option<String>, Refusal> {
    let Some(token) = form.get("id_token_hint") else { return Ok(None) };
    let verified = facts.keys.verify(token).ok_or_else(refusal::id_token_hint_invalid)?;
    let claims = verified.claims().map_err(|_| refusal::id_token_hint_invalid())?;
    let is = |name: &str, value: &str| claims.get(name).and_then(Value::as_str) == Some(value);
    // An access token has a subject too, and may be held by anybody: its `typ` or `aud` differs.
    let is_ours = verified.header().typ.as_deref() == Some(JWT)
        && is("iss", &context.realm.endpoints.issuer)
        && is("aud", client.id.as_str());
    match claims.get("sub") {
        Some(Value::String(subject)) if is_ours => Ok(Some(subject.clone())),
        _ => Err(refusal::id_token_hint_invalid()),
    }
}
