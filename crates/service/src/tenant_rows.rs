//! The rows of a tenant: the handle through which requests read and change them.

use std::sync::Arc;

use model::{Fault, SharedTenantStore, Tenant, TenantId, TenantStore};
use protocol::context::TenantContext;
use store::DryRunStore;

use crate::state::Service;

impl Service {
    /// Returns every tenant, by name.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.store.tenants().await
    }

    /// Returns the rows of the tenant with this name or id, if there is one.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) async fn store_of_named(
        &self,
        name: &str,
    ) -> Result<Option<TenantStore<'_>>, Fault> {
        let tenant = self.store.tenant(name).await?;
        Ok(tenant.map(|tenant| self.store_of_id(tenant.id)))
    }

    /// Returns the rows of a tenant that an earlier request resolved.
    pub(crate) fn store_of_id(&self, tenant: TenantId) -> TenantStore<'_> {
        TenantStore::new(&*self.store, tenant)
    }

    /// Returns the rows of a tenant for a task that outlives the request.
    pub(crate) fn shared_store_of(&self, tenant: &TenantContext) -> SharedTenantStore {
        SharedTenantStore::new(Arc::clone(&self.store), tenant.id())
    }

    /// Returns the rows of a tenant.
    pub fn store_of(&self, tenant: &TenantContext) -> TenantStore<'_> {
        tenant.store_in(&*self.store)
    }

    /// Returns the store for dry runs, which writes nothing.
    pub(crate) fn dry_run_store(&self) -> DryRunStore<'_> {
        DryRunStore(&*self.store)
    }
}
