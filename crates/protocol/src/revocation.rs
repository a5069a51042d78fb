//! Token revocation (RFC 7009): revokes the grant of a token, and with it all tokens of the grant.

use catalogue::{Comparison, Difference, refusal};
use model::{
    Change, ClientId, CommitOutcome, Grant, GrantId, Revocation, RevocationReason, TenantStore,
};

use crate::{
    Checks, Error, TokenQuery, access_token,
    context::RuleContext,
    difference, inactive_token,
    keys::TenantKeys,
    sealed_token::{RefreshToken, mismatch},
};

/// The result of a revocation, for the request record only: the response is the same in any case.
#[derive(Debug, Default)]
pub struct RevocationResult {
    /// The grant of the token.
    pub grant: Option<GrantId>,
    /// Why nothing was revoked. Empty if the grant was revoked.
    pub no_effect: Vec<Comparison>,
}

/// Revokes the grant of a token. An unknown or expired token counts as revoked (§2.2): the call
/// succeeds and does nothing.
///
/// # Errors
/// The token was issued to another client (§2.1), or has no grant and cannot be revoked (§2.2.1);
/// or a fault.
pub async fn revoke(
    query: TokenQuery,
    store: TenantStore<'_>,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<RevocationResult, Error> {
    let (result, change) = decide(&query, store, keys, context).await?;
    let spent = query.one_time_values.spend(store).await?;
    spent.record(checks);
    match spent.commit(store, change.into_iter().collect()).await? {
        // A conflict means that the grant was revoked or deleted meanwhile.
        CommitOutcome::Committed | CommitOutcome::Conflict => Ok(result),
    }
}

/// Decides what is revoked, without an effect.
async fn decide(
    query: &TokenQuery,
    store: TenantStore<'_>,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
) -> Result<(RevocationResult, Option<Change>), Error> {
    let (tenant, caller) = (context.tenant.id(), &query.client);
    let (client, grant) = match find(&query.token, store, keys, context).await? {
        Ok(found) => found,
        Err(no_effect) => return Ok((RevocationResult { grant: None, no_effect }, None)),
    };
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
    let (grant, stored) = match grant {
        FoundGrant::Stored(stored) => (stored.id, Some(stored)),
        FoundGrant::Named(id) => (id, store.grant(id).await?.map(Box::new)),
    };
    let no_effect = inactive_token::inactive_grant(stored.as_deref(), context.now);
    let revocation = Revocation { at: context.now, reason: RevocationReason::ByClient };
    let change = Change::RevokeGrant { tenant, grant, revocation };
    let change = no_effect.is_empty().then_some(change);
    Ok((RevocationResult { grant: Some(grant), no_effect }, change))
}

/// The client of a token, and its grant, or the kind of a token without a grant.
type Found = (ClientId, Result<FoundGrant, &'static str>);

/// The grant of a token.
enum FoundGrant {
    /// The row of the grant. The client of a refresh token is read from it.
    Stored(Box<Grant>),
    /// The id. An access token also has the client.
    Named(GrantId),
}

/// Returns what a token belongs to, or the reasons why that is nothing.
async fn find(
    token: &str,
    store: TenantStore<'_>,
    keys: &TenantKeys,
    context: &RuleContext<'_>,
) -> Result<Result<Found, Vec<Comparison>>, Error> {
    match RefreshToken::open(token, context.tenant) {
        Ok(refresh_token) => {
            let grant = store.grant(refresh_token.grant).await?;
            let found = grant.map(|it| (it.client.clone(), Ok(FoundGrant::Stored(Box::new(it)))));
            return Ok(found.ok_or_else(inactive_token::without_grant));
        }
        Err(error) if RefreshToken::has_prefix(token) => {
            return Ok(Err(inactive_token::not_opened(token, error, context)));
        }
        Err(_) => {}
    }
    let Some(issued) = access_token::IssuedTokenInfo::from_token(token, keys) else {
        return Ok(Err(access_token::not_issued(token, context)));
    };
    if issued.grant.is_none() && issued.expires_at <= context.now {
        // An expired token without a grant counts as unknown.
        let expired = difference::expired(issued.expires_at, context.now);
        return Ok(Err(vec![Comparison::new("token").with_difference(expired)]));
    }
    let grant = issued.grant.map(FoundGrant::Named).ok_or(issued.kind);
    Ok(Ok((issued.client, grant)))
}
