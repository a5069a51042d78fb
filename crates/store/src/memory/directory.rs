//! The directory in memory.

use std::{ops::Bound, sync::Arc};

use async_trait::async_trait;
use model::{
    Authenticators, Client, ClientId, Consent, Directory, DirectoryChange, DirectoryOutcome,
    DirectoryState, ExternalChanges, Fault, Password, Resource, SealedSigningKey, StoredRow,
    Tenant, TenantId, User, UserId,
};

use super::{MemoryStore, tenant_rows::TenantRows};
use crate::normalize::tenant_id;

#[async_trait]
impl Directory for MemoryStore {
    async fn external_changes(&self, since: u64) -> Result<ExternalChanges, Fault> {
        Ok(ExternalChanges::of_version(0, since))
    }

    async fn directory_state(&self) -> Result<DirectoryState, Fault> {
        Ok(self.directory.read().state)
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        Ok(self.directory.read().tenants().cloned().collect())
    }

    async fn tenant_names(&self) -> Result<Vec<(TenantId, String)>, Fault> {
        let rows = self.directory.read();
        Ok(rows.tenants().map(|tenant| (tenant.id, tenant.name.clone())).collect())
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        let rows = self.directory.read();
        let by_id = tenant_id(name_or_id).and_then(|id| rows.tenant(id));
        let found = by_id.or_else(|| rows.tenant_named(name_or_id));
        Ok(found.map(|rows| Arc::clone(&rows.tenant)))
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        Ok(self
            .read(tenant, |rows| rows.clients.values().map(|client| (**client).clone()).collect()))
    }

    async fn client_ids(&self, tenant: TenantId) -> Result<Vec<ClientId>, Fault> {
        Ok(self.read(tenant, |rows| rows.clients.keys().cloned().collect()))
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        Ok(self.read(tenant, |rows| rows.clients.get(id).cloned()))
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        Ok(self.read(tenant, |rows| {
            rows.clients.values().any(|client| client.enabled && client.has_origin(origin))
        }))
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        Ok(self.read(tenant, |rows| Arc::clone(&rows.resources)))
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        Ok(self.read(tenant, |rows| {
            let users = rows.usernames.values().filter_map(|id| rows.users.get(id));
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            users.take(limit).map(|user| (**user).clone()).collect()
        }))
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        Ok(self.read(tenant, |rows| rows.users.get(&id).cloned()))
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        Ok(self.read(tenant, |rows| rows.user_named(name)))
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        Ok(self.read(tenant, |rows| rows.passwords.get(&user).cloned()))
    }

    async fn authenticators(
        &self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Authenticators>, Fault> {
        Ok(self.read(tenant, |rows| rows.authenticators.get(&user).cloned()))
    }

    async fn authenticators_after(
        &self,
        tenant: TenantId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Authenticators>, Fault> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let read = |rows: &TenantRows| {
            let found = rows.authenticators.range((from, Bound::Unbounded));
            found.take(limit as usize).map(|(_, row)| row.clone()).collect()
        };
        Ok(self.read(tenant, read))
    }

    async fn unusual_hash_after(
        &self,
        tenant: TenantId,
        after: &str,
    ) -> Result<Option<String>, Fault> {
        let is_found = |hash: &&str| *hash > after && !hash.starts_with(Password::USUAL_BEGINNING);
        Ok(self.read(tenant, |rows| {
            let hashes = rows.passwords.values().map(|password| password.hash.as_str());
            hashes.filter(is_found).min().map(str::to_owned)
        }))
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        Ok(self.read(tenant, |rows| rows.consents(user, client)))
    }

    async fn consents_of_user(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Consent>, Fault> {
        Ok(self.read(tenant, |rows| rows.consents_of_user(user, limit)))
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SealedSigningKey>>, Fault> {
        Ok(self.read(tenant, |rows| Arc::clone(&rows.signing_keys)))
    }

    async fn apply_if_stored(
        &self,
        expected: Vec<StoredRow>,
        changes: Vec<DirectoryChange>,
    ) -> Result<DirectoryOutcome, Fault> {
        let mut rows = self.directory.write();
        if let Some(changed) = expected.into_iter().find(|row| !rows.is_stored(row)) {
            return Ok(DirectoryOutcome::Conflict(Box::new(changed)));
        }
        let raised = u64::from(changes.iter().any(DirectoryChange::raises_generation));
        if changes.len() < 2 {
            changes.into_iter().try_for_each(|change| rows.apply(change))?;
        } else {
            let mut copy = rows.clone();
            changes.into_iter().try_for_each(|change| copy.apply(change))?;
            *rows = copy;
        }
        rows.state.generation += raised;
        Ok(DirectoryOutcome::Applied)
    }
}

impl MemoryStore {
    fn read<T: Default>(&self, tenant: TenantId, read: impl FnOnce(&TenantRows) -> T) -> T {
        self.directory.read().tenant(tenant).map(read).unwrap_or_default()
    }
}
