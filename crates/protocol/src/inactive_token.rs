//! Describes why a token is inactive at introspection, or why a revocation has no effect. The
//! response never contains these reasons (RFC 7662 §2.2, RFC 7009 §2.2): they are for the request
//! record, which the developer of the asking client reads as far as the token is theirs.

use std::sync::Arc;

use catalogue::{Comparison, Difference, Refusal};
use model::{ClientId, Grant, Resource, Timestamp, User};

use crate::{
    Checks,
    access_token::{IssuedTokenInfo, ValidAccessToken},
    client_auth::AuthenticatedClient,
    context::RuleContext,
    difference, grant,
    sealed_token::{RefreshToken, SealedTokenError, mismatch},
};

/// Returns whether a client may ask about an access token: it is the client of the token, or a
/// client with which the API of the token introspects.
pub(crate) fn may_introspect(
    (client, audience): (&ClientId, Option<&str>),
    caller: &AuthenticatedClient,
    resources: &[Resource],
) -> bool {
    let caller = &caller.client().id;
    let of_audience = |resource: &&Resource| audience == Some(resource.identifier.as_str());
    let introspects = |resource: &Resource| resource.introspection_clients.contains(caller);
    client == caller || resources.iter().find(of_audience).is_some_and(introspects)
}

/// Describes a valid access token that the caller may not introspect.
pub(crate) fn not_introspectable(
    token: &ValidAccessToken,
    caller: &AuthenticatedClient,
) -> Vec<Comparison> {
    let (owner, caller) = (&token.client.id, &caller.client().id);
    let audience = Comparison::new("aud").received(&token.claims.aud).operator_only();
    vec![of_others(), mismatch::client("token", owner, caller), audience]
}

/// Restricts the reasons to the operator if the token is another client's.
pub(crate) fn restrict(
    reasons: Vec<Comparison>,
    issued: Option<&IssuedTokenInfo>,
    caller: &AuthenticatedClient,
    resources: &[Resource],
) -> Vec<Comparison> {
    let Some(issued) = issued else { return reasons };
    if may_introspect((&issued.client, issued.audience.as_deref()), caller, resources) {
        return reasons;
    }
    let reasons = reasons.into_iter().map(Comparison::operator_only);
    let owner = mismatch::client("token", &issued.client, &caller.client().id);
    std::iter::once(of_others()).chain(reasons).chain([owner]).collect()
}

/// Describes a text that is no refresh token of the tenant.
pub(crate) fn not_opened(
    text: &str,
    error: SealedTokenError,
    context: &RuleContext<'_>,
) -> Vec<Comparison> {
    match error {
        SealedTokenError::OtherTenant => vec![
            mismatch::of_another_tenant("token"),
            mismatch::tenant("token", text, context.tenant.id()),
        ],
        SealedTokenError::Malformed | SealedTokenError::NotAuthentic => {
            vec![mismatch::malformed("refresh_token", text, error)]
        }
    }
}

/// Describes a refresh token without a grant.
pub(crate) fn without_grant() -> Vec<Comparison> {
    vec![Comparison::new("token").with_difference(Difference::new("grant_not_found"))]
}

/// Describes why a grant is no longer active. Empty if it is active.
pub(crate) fn inactive_grant(grant: Option<&Grant>, now: Timestamp) -> Vec<Comparison> {
    match grant {
        None => without_grant(),
        Some(Grant { revoked: Some(earlier), .. }) => {
            vec![grant::revocation("token", *earlier, now)]
        }
        Some(grant) if grant.expires_at <= now => {
            let expired = difference::expired(grant.expires_at, now);
            vec![Comparison::new("token").with_difference(expired)]
        }
        Some(_) => Vec::new(),
    }
}

/// Describes a refresh token of another client.
pub(crate) fn of_another_client(grant: &Grant, caller: &AuthenticatedClient) -> Vec<Comparison> {
    vec![
        mismatch::of_another_client("token"),
        mismatch::client("token", &grant.client, &caller.client().id),
    ]
}

/// Returns the user of a refresh token of the caller, or the reasons why it is inactive.
pub(crate) fn check_refresh_token(
    presented: RefreshToken,
    (grant, user): (&Grant, Option<Arc<User>>),
    caller: &AuthenticatedClient,
    context: &RuleContext<'_>,
) -> Result<Arc<User>, Vec<Comparison>> {
    if grant.client != caller.client().id {
        return Err(of_another_client(grant, caller));
    }
    let reasons = |refusal: Refusal| refusal.comparisons().to_vec();
    grant::check_active(grant, caller.client(), context, &mut Checks::default())
        .map_err(reasons)?;
    if presented.generation != grant.generation {
        return Err(vec![grant::replaced(presented.generation, grant, context)]);
    }
    let times = (grant.auth_time, grant.opened_at);
    grant::check_user(user, grant.session, times, context.now).map_err(reasons)
}

fn of_others() -> Comparison {
    Comparison::new("token").with_difference(Difference::new("not_introspectable"))
}
