//! The directory in memory.

use std::sync::Arc;

use async_trait::async_trait;
use model::{
    Client, ClientId, Consent, Directory, DirectoryChange, Fault, Password, Resource,
    SigningKeyRow, Tenant, TenantId, User, UserId,
};

use super::{Memory, household::Household};
use crate::name::tenant_id;

#[async_trait]
impl Directory for Memory {
    async fn foreign_version(&self) -> Result<u64, Fault> {
        Ok(0)
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        Ok(self.directory.read().tenants().cloned().collect())
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        let rows = self.directory.read();
        let by_id = tenant_id(name_or_id).and_then(|id| rows.household(id));
        let household = by_id.or_else(|| rows.named(name_or_id));
        Ok(household.map(|household| Arc::clone(&household.tenant)))
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        Ok(self.read(tenant, |household| {
            household.clients.values().map(|client| (**client).clone()).collect()
        }))
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        Ok(self.read(tenant, |household| household.clients.get(id).cloned()))
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        Ok(self.read(tenant, |household| {
            household.clients.values().any(|client| client.enabled && client.has_origin(origin))
        }))
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        Ok(self.read(tenant, |household| Arc::clone(&household.resources)))
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        Ok(self.read(tenant, |household| {
            let users = household.usernames.values().filter_map(|id| household.users.get(id));
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            users.take(limit).map(|user| (**user).clone()).collect()
        }))
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        Ok(self.read(tenant, |household| household.users.get(&id).cloned()))
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        Ok(self.read(tenant, |household| household.user_named(name)))
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        Ok(self.read(tenant, |household| household.passwords.get(&user).cloned()))
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        Ok(self.read(tenant, |household| household.consents_of(user, client)))
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SigningKeyRow>>, Fault> {
        Ok(self.read(tenant, |household| Arc::clone(&household.signing_keys)))
    }

    async fn apply(&self, changes: Vec<DirectoryChange>) -> Result<(), Fault> {
        let mut rows = self.directory.write();
        if changes.len() < 2 {
            return changes.into_iter().try_for_each(|change| rows.make(change));
        }
        let mut copy = rows.clone();
        changes.into_iter().try_for_each(|change| copy.make(change))?;
        *rows = copy;
        Ok(())
    }
}

impl Memory {
    fn read<T: Default>(&self, tenant: TenantId, read: impl FnOnce(&Household) -> T) -> T {
        self.directory.read().household(tenant).map(read).unwrap_or_default()
    }
}
