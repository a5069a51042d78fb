//! Accepts a directory that is older than what was known of it: nothing of its time comes back
//! unnoticed.

use std::sync::Arc;

use model::{ChangeEvent, DirectoryChange, Fault, History, Tenant, Timestamp, after_revocations};

use crate::{
    state::Service,
    tenants::key_rotation::{Activation, algorithms, retire_others, rotate},
};

/// The kinds of events whose effect an older directory undoes: what was removed, disabled or
/// replaced is valid again.
const UNDONE: [&str; 30] = [
    "tenant_suspended",
    "tokens_revoked",
    "client_disabled",
    "client_removed",
    "client_tokens_revoked",
    "secret_removed",
    "client_key_removed",
    "redirect_uri_removed",
    "grant_type_removed",
    "permission_removed",
    "resource_disabled",
    "resource_removed",
    "resource_tokens_revoked",
    "scope_removed",
    "role_removed",
    "user_disabled",
    "user_expiry_set",
    "user_removed",
    "user_tokens_revoked",
    "password_set",
    "administrator_removed",
    "password_reset_forbidden",
    "user_role_removed",
    "username_changed",
    "consent_withdrawn",
    "grant_revoked",
    "session_ended",
    "signing_key_revoked",
    "client_changed",
    "tenant_changed",
];

/// Maximum number of events that are searched.
const EVENTS_MAX: u32 = 100_000;

impl Service {
    /// Accepts the directory as it is. Ends every session, revokes every grant and replaces every
    /// signing key, because those of its time may have been ended, revoked or withdrawn since.
    ///
    /// The new ledger comes last: until then, no service starts on the directory.
    ///
    /// # Errors
    /// The store failed, or a key could not be created.
    pub async fn accept_restored_directory(&self) -> Result<(), Fault> {
        let stored = self.store.ledger_state().await?.high_water;
        self.clock.start(stored);
        for tenant in self.store.tenants().await? {
            let clients = self.store.clients(tenant.id).await?;
            let earlier = clients.iter().map(|client| client.tokens_not_before);
            let resources = self.store.resources(tenant.id).await?;
            let earlier = earlier.chain(resources.iter().map(|it| it.tokens_not_before));
            let earlier = earlier.chain([tenant.tokens_not_before]);
            let tokens_not_before = after_revocations(self.now(), earlier);
            let tenant = Tenant { tokens_not_before, ..tenant };
            let changes = vec![DirectoryChange::PutTenant(tenant.clone())];
            let events = ChangeEvent::detect(&changes, &*self.store, self.now()).await?;
            self.store.apply(changes).await?;
            self.record_events(events).await;
            self.replace_signing_keys(tenant).await?;
        }
        self.begin_new_ledger().await.map(drop)
    }

    async fn replace_signing_keys(&self, tenant: Tenant) -> Result<(), Fault> {
        let tenant = self.tenant_contexts.for_tenant(Arc::new(tenant))?;
        let activation = Activation::ImmediateRevokeOld;
        for algorithm in algorithms(&tenant.row) {
            let rotated = rotate(&*self.store, &tenant, algorithm, activation, self.now()).await?;
            self.record_events(rotated.events).await;
        }
        let retired = retire_others(&*self.store, &tenant, activation, self.now()).await?;
        self.record_events(retired).await;
        Ok(())
    }
}

/// Returns the events since a time whose effect an older directory undoes, oldest first.
///
/// # Errors
/// The history failed.
pub async fn undone_since(
    history: &dyn History,
    since: Timestamp,
) -> Result<Vec<ChangeEvent>, Fault> {
    let until = Timestamp::from_microseconds(i64::MAX);
    let mut events = history.events(None, (since, until), EVENTS_MAX).await?;
    events.retain(|event| UNDONE.contains(&&*event.kind));
    events.sort_by_key(|event| event.at);
    Ok(events)
}
