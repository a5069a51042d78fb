//! Token revocation (RFC 7009): ends the grant behind a token, and with it all its tokens.

use facts::{Books, Change, ClientId, Fault, GrantId, Outcome, Revocation, RevocationReason};

use crate::{
    bearer, client_auth::AuthenticatedClient, context::Context, handle::RefreshToken,
    keys::TenantKeys,
};

/// Revokes what the token belongs to. A token that is unknown, over already, or another client's
/// is as good as revoked for the asker (§2.2): nothing happens, and nothing is said.
///
/// # Errors
/// A fault.
pub async fn answer(
    token: &str,
    asker: &AuthenticatedClient,
    books: &dyn Books,
    keys: &TenantKeys,
    context: &Context<'_>,
) -> Result<(), Fault> {
    let tenant = context.realm.tenant.id;
    let behind = match RefreshToken::open(token, context.realm) {
        Ok(refresh_token) => owner(refresh_token.grant, books, context).await?,
        Err(_) => bearer::grant_behind(token, keys),
    };
    let Some((_, grant)) = behind.filter(|(client, _)| *client == asker.client().id) else {
        return Ok(());
    };
    let revocation = Revocation { at: context.now, reason: RevocationReason::ByClient };
    match books.commit(vec![Change::RevokeGrant { tenant, grant, revocation }]).await? {
        Outcome::Done | Outcome::Conflict => Ok(()),
    }
}

async fn owner(
    grant: GrantId,
    books: &dyn Books,
    context: &Context<'_>,
) -> Result<Option<(ClientId, GrantId)>, Fault> {
    let grant = books.grant(context.realm.tenant.id, grant).await?;
    Ok(grant.map(|grant| (grant.client, grant.id)))
}
