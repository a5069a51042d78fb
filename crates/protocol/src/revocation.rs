//! Token revocation (RFC 7009): revokes the grant of a token, and with it all tokens of the grant.

use catalogue::{Comparison, Difference, refusal};
use model::{Change, ClientId, CommitOutcome, GrantId, Revocation, RevocationReason, Store};

use crate::{
    Error, access_token,
    client_auth::AuthenticatedClient,
    context::RuleContext,
    keys::TenantKeys,
    sealed_token::{RefreshToken, mismatch},
};

/// Revokes the grant of a token. An unknown or expired token counts as revoked (§2.2): the call
/// succeeds and does nothing. Returns the grant, for the request record.
///
/// # Errors
/// The token was issued to another client (§2.1), or has no grant and cannot be revoked (§2.2.1);
/// or a fault.
pub async fn revoke(
    token: &str,
    caller: &AuthenticatedClient,
    store: &dyn Store,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
) -> Result<Option<GrantId>, Error> {
    let tenant = context.tenant.id();
    let Some((client, grant)) = find(token, store, keys, context).await? else { return Ok(None) };
    if client != caller.client().id {
        return Err(refusal::token_of_another_client()
            .with(mismatch::of_another_client("token"))
            .with(mismatch::client("token", &client, &caller.client().id))
            .into());
    }
    let grant = grant.map_err(|kind| {
        let kind_sent = if kind == "id_token" { "id_token_sent" } else { "access_token_sent" };
        let comparison = Comparison::mismatch("token", "refresh_token", kind);
        refusal::token_type_not_supported(kind)
            .with(comparison.with_difference(Difference::new(kind_sent)))
    })?;
    let revocation = Revocation { at: context.now, reason: RevocationReason::ByClient };
    match store.commit(vec![Change::RevokeGrant { tenant, grant, revocation }]).await? {
        CommitOutcome::Committed | CommitOutcome::Conflict => Ok(Some(grant)),
    }
}

/// Returns the client of a token, and its grant, or the kind of a token without a grant.
async fn find(
    token: &str,
    store: &dyn Store,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
) -> Result<Option<(ClientId, Result<GrantId, &'static str>)>, Error> {
    if let Ok(refresh_token) = RefreshToken::open(token, context.tenant) {
        let grant = store.grant(context.tenant.id(), refresh_token.grant).await?;
        return Ok(grant.map(|grant| (grant.client, Ok(grant.id))));
    }
    let issued = access_token::IssuedTokenInfo::from_token(token, keys);
    // An expired token without a grant counts as unknown.
    let issued = issued.filter(|it| it.grant.is_some() || context.now < it.expires_at);
    Ok(issued.map(|it| (it.client, it.grant.ok_or(it.kind))))
}
