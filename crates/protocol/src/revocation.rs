//! Token revocation (RFC 7009): ends the grant behind a token, and with it all its tokens.

use catalogue::{Difference, Fact, refusal};
use model::{Change, ClientId, GrantId, Outcome, Revocation, RevocationReason, Store};

use crate::{
    Failure, bearer,
    client_auth::AuthenticatedClient,
    context::Context,
    handle::{RefreshToken, nearest},
    keys::TenantKeys,
};

/// Revokes what the token belongs to. A token that is unknown or over already is as good as
/// revoked (§2.2): nothing happens, and nothing is said. Which grant it was is for the record.
///
/// # Errors
/// The token is another client's (§2.1), or good until its end whatever is done (§2.2.1); or a
/// fault.
pub async fn answer(
    token: &str,
    asker: &AuthenticatedClient,
    store: &dyn Store,
    keys: &TenantKeys,
    context: &Context<'_>,
) -> Result<Option<GrantId>, Failure> {
    let tenant = context.realm.tenant.id;
    let Some((client, grant)) = find(token, store, keys, context).await? else { return Ok(None) };
    if client != asker.client().id {
        let fact = nearest::client("token", &client, &asker.client().id);
        let said = nearest::of_another_client("token");
        return Err(refusal::token_of_another_client().with(said).with(fact).into());
    }
    let grant = grant.map_err(|kind| {
        let kind_sent = if kind == "id_token" { "id_token_sent" } else { "access_token_sent" };
        let fact = Fact::mismatch("token", "refresh_token", kind);
        refusal::token_type_not_supported(kind).with(fact.differing(Difference::of(kind_sent)))
    })?;
    let revocation = Revocation { at: context.now, reason: RevocationReason::ByClient };
    match store.commit(vec![Change::RevokeGrant { tenant, grant, revocation }]).await? {
        Outcome::Done | Outcome::Conflict => Ok(Some(grant)),
    }
}

/// Whose the token is, and the grant behind it, or what kind of token has none.
async fn find(
    token: &str,
    store: &dyn Store,
    keys: &TenantKeys,
    context: &Context<'_>,
) -> Result<Option<(ClientId, Result<GrantId, &'static str>)>, Failure> {
    if let Ok(refresh_token) = RefreshToken::open(token, context.realm) {
        let grant = store.grant(context.realm.tenant.id, refresh_token.grant).await?;
        return Ok(grant.map(|grant| (grant.client, Ok(grant.id))));
    }
    let origin = bearer::Origin::of(token, keys);
    // What ends by time alone is nobody's business once it is over.
    let origin = origin.filter(|it| it.grant.is_some() || context.now < it.expires_at);
    Ok(origin.map(|origin| (origin.client, origin.grant.ok_or(origin.kind))))
}
