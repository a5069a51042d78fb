//! The tenant of a request: its context, its keys, and the handle through which requests read and
//! change its rows.

use std::sync::Arc;

use model::{Fault, SharedTenantStore, Tenant, TenantId, TenantStore, Timestamp};
use protocol::{Error, context::TenantContext, keys::TenantKeys};
use store::DryRunStore;

use crate::state::Service;

impl Service {
    /// Returns the context of the tenant with this name or id.
    ///
    /// # Errors
    /// The name is malformed, unknown or shared, the tenant is suspended, or the store failed.
    pub async fn tenant_context(&self, tenant: &str) -> Result<Arc<TenantContext>, Error> {
        let version = self.cached_store.tenants_version();
        if let Some(known) = self.tenant_contexts.known(tenant, version) {
            return Ok(known);
        }
        let found = self.tenant_contexts.by_name(tenant, &*self.store).await?;
        self.tenant_contexts.remember(tenant, version, &found);
        Ok(found)
    }

    /// Returns the context of a tenant, which need not be stored yet.
    ///
    /// # Errors
    /// The keys of the tenant could not be derived.
    pub fn tenant_context_of(&self, tenant: Tenant) -> Result<Arc<TenantContext>, Fault> {
        self.tenant_contexts.for_tenant(Arc::new(tenant))
    }

    /// Returns the parsed signing keys of a tenant.
    ///
    /// # Errors
    /// The store failed, or a key could not be decrypted or parsed.
    pub async fn keys(&self, tenant: &TenantContext) -> Result<Arc<TenantKeys>, Fault> {
        self.keys_at(tenant, self.now()).await
    }

    /// Returns the parsed signing keys of a tenant at this time, which is about the present one.
    ///
    /// # Errors
    /// See [`Self::keys`].
    pub(crate) async fn keys_at(
        &self,
        tenant: &TenantContext,
        now: Timestamp,
    ) -> Result<Arc<TenantKeys>, Fault> {
        let version = self.cached_store.signing_keys_version();
        if let Some(known) = self.tenant_contexts.known_keys(tenant.id(), version, now) {
            return Ok(known);
        }
        self.tenant_contexts.keys(tenant, (version, now), &*self.store).await
    }

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
    pub fn store_of_id(&self, tenant: TenantId) -> TenantStore<'_> {
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
