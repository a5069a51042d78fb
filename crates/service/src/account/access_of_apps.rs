//! The access of apps to the account: consents, and grants as far as they are known.

use std::{collections::BTreeSet, sync::Arc};

use model::{Client, ClientId, Consent, Fault, Grant};

use super::context::AccountContext;
use crate::{logout, tenants::built_in_client::BuiltInClient};

/// Maximum number of consents that are read.
const CONSENTS_MAX: u32 = 500;
/// Maximum number of grants that are read: those that are kept longest.
const GRANTS_MAX: usize = 100;
/// Maximum number of apps of whose access nothing is known.
const POSSIBLE_MAX: usize = 100;

/// The access of one app.
pub(super) struct AppAccess {
    pub(super) client: Arc<Client>,
    /// The consents of the user. Empty if an administrator consented for all users.
    pub(super) consents: Vec<Consent>,
    /// The active grants.
    pub(super) grants: Vec<Grant>,
}

/// Returns the apps that may act for the user, by name.
pub(super) async fn all(account: &AccountContext<'_>) -> Result<Vec<AppAccess>, Fault> {
    let (store, user) = (account.user.store(&account.incoming.service), account.user.user().id);
    let mut consents = store.consents_of_user(user, CONSENTS_MAX).await?;
    consents.retain(|consent| !consent.scopes.is_empty());
    let grants = grants(account).await?;
    let of_consents = consents.iter().map(|consent| &consent.client);
    let ids: BTreeSet<&ClientId> =
        of_consents.chain(grants.iter().map(|grant| &grant.client)).collect();
    let mut all = Vec::new();
    for id in ids.into_iter().filter(|id| BuiltInClient::with_id(id.as_str()).is_none()) {
        let client = store.client(id).await?.filter(|client| client.enabled);
        let Some(client) = client else { continue };
        // Where an administrator consented, no rule reads those of the user.
        let of_user = consents.iter().filter(|it| it.client == *id && !client.admin_consent);
        let consents: Vec<Consent> = of_user.cloned().collect();
        let grants: Vec<Grant> = grants.iter().filter(|it| it.client == *id).cloned().collect();
        // Without a consent, the grants of an app are refused.
        let has_access =
            if client.admin_consent { !grants.is_empty() } else { !consents.is_empty() };
        if has_access {
            all.push(AppAccess { client, consents, grants });
        }
    }
    let tag = account.language.tag();
    all.sort_by_cached_key(|access| access.client.name_in(tag).to_lowercase());
    Ok(all)
}

/// Returns the apps that may have access without a trace, by name: an administrator consented for
/// all users, and no sign-out reaches a grant with `offline_access`, so no user finds it.
pub(super) async fn possible(
    account: &AccountContext<'_>,
    known: &[AppAccess],
) -> Result<Vec<Client>, Fault> {
    let store = account.user.store(&account.incoming.service);
    let mut possible = store.clients().await?;
    possible.retain(|client| {
        client.enabled
            && client.admin_consent
            && client.may_use("authorization_code")
            && client.may_use("refresh_token")
            && !client.takes_part_in_logout()
            && BuiltInClient::with_id(client.id.as_str()).is_none()
            && known.iter().all(|access| access.client.id != client.id)
    });
    let tag = account.language.tag();
    possible.sort_by_cached_key(|client| client.name_in(tag).to_lowercase());
    possible.truncate(POSSIBLE_MAX);
    Ok(possible)
}

/// Returns the active grants that are known by their sessions.
async fn grants(account: &AccountContext<'_>) -> Result<Vec<Grant>, Fault> {
    let (store, user) = (account.user.store(&account.incoming.service), account.user.user());
    let (now, row) = (account.incoming.context.now(), &account.user.tenant().row);
    let known = logout::grants_of_user(store, user.id).await?;
    let mut grants = Vec::new();
    for known in known.iter().rev().take(GRANTS_MAX) {
        grants.extend(store.grant(known.grant).await?);
    }
    grants.retain(|grant| {
        let is_accepted = user.accepts_grant(grant.session, grant.auth_time, grant.opened_at);
        is_accepted && grant.is_active(now) && grant.opened_at >= row.tokens_not_before
    });
    Ok(grants)
}
