//! A cache of the directory rows that every request needs, in front of the store.

mod client_ids;
mod client_key;
mod ledger;
mod refresh;
mod row_cache;
mod row_size;
mod version;

use std::sync::Arc;

use async_trait::async_trait;
use model::{
    Authenticators, Change, ChangedRow, Client, ClientId, Consent, Directory, DirectoryChange,
    DirectoryOutcome, DirectoryState, ExternalChanges, Fault, FaultKind, Password, Resource,
    SealedSigningKey, Store, StoredRow, Tenant, TenantId, Timestamp, User, UserId,
};

use parking_lot::Mutex;

use self::{
    client_ids::KnownClientIds, client_key::ClientKey, refresh::LastRefresh, row_cache::RowCache,
};

/// The unit of the memory of caches.
const MB: usize = 1_000_000;

/// A store with a cache in front of it.
///
/// Only rows that exist are cached, so that look-ups of missing rows cannot fill the cache. Each
/// kind of row has memory of its own, 41 MB in all. If requests name clients that do not exist, the
/// ids of those that do are kept, so that the requests read nothing.
///
/// A change through this value is visible to every read that begins after it. A change by another
/// process is visible after the next [`refresh`](Self::refresh). Changes are applied in a tokio
/// task of their own.
#[derive(Clone)]
pub struct CachedStore(Arc<Caches>);

struct Caches {
    store: Arc<dyn Store>,
    /// `None` before the first one.
    last_refresh: Mutex<Option<LastRefresh>>,
    /// Keyed by name and by id.
    tenants: RowCache<String, Arc<Tenant>>,
    clients: RowCache<(TenantId, ClientId), Arc<Client>>,
    client_ids: KnownClientIds,
    origins: RowCache<(TenantId, String), ()>,
    resources: RowCache<TenantId, Arc<Vec<Resource>>>,
    users: RowCache<(TenantId, UserId), Arc<User>>,
    signing_keys: RowCache<TenantId, Arc<Vec<SealedSigningKey>>>,
}

impl CachedStore {
    /// Creates an empty cache in front of a store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Caches {
            store,
            last_refresh: Mutex::new(None),
            tenants: RowCache::new(4 * MB, 16_000),
            clients: RowCache::new(16 * MB, 3_000),
            client_ids: KnownClientIds::default(),
            origins: RowCache::new(MB, 0),
            resources: RowCache::new(8 * MB, 32_000),
            users: RowCache::new(8 * MB, 3_000),
            signing_keys: RowCache::new(4 * MB, 2_000),
        }))
    }
}

impl Caches {
    /// Makes the ledger know the generation of the directory, so that an older directory is
    /// recognized. The directory goes first: a ledger that is behind recognizes a copy later, but
    /// one that is ahead would stop the service after a crash.
    async fn raise_known_generation(&self) -> Result<(), Fault> {
        let directory_generation = self.store.directory_state().await?.generation;
        let high_water = Timestamp::default();
        let raise = Change::RaiseLedgerState { high_water, directory_generation };
        self.store.commit(vec![raise]).await.map(drop)
    }
}

#[async_trait]
impl Directory for CachedStore {
    fn is_shared(&self) -> bool {
        self.0.store.is_shared()
    }

    async fn external_changes(&self, since: u64) -> Result<ExternalChanges, Fault> {
        self.0.store.external_changes(since).await
    }

    async fn directory_state(&self) -> Result<DirectoryState, Fault> {
        self.0.store.directory_state().await
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.0.store.tenants().await
    }

    async fn tenant_names(&self) -> Result<Vec<(TenantId, String)>, Fault> {
        self.0.store.tenant_names().await
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        self.0.tenants.get_or_load(name_or_id, || self.0.store.tenant(name_or_id)).await
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        self.0.store.clients(tenant).await
    }

    async fn client_ids(&self, tenant: TenantId) -> Result<Vec<ClientId>, Fault> {
        self.0.store.client_ids(tenant).await
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        if self.0.client_ids.exclude(tenant, id) {
            return Ok(None);
        }
        let load = || self.0.store.client(tenant, id);
        let client = self.0.clients.get_or_load(&(tenant, id.clone()), load).await?;
        if client.is_none() {
            self.0.client_ids.add_miss(tenant);
        }
        Ok(client)
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        let load = || async {
            let has = self.0.store.has_origin(tenant, origin).await?;
            Ok(has.then_some(()))
        };
        Ok(self.0.origins.get_or_load(&(tenant, origin.to_owned()), load).await?.is_some())
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        let load = || async {
            let rows = self.0.store.resources(tenant).await?;
            Ok(Some(rows).filter(|rows| !rows.is_empty()))
        };
        Ok(self.0.resources.get_or_load(&tenant, load).await?.unwrap_or_default())
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        self.0.store.users(tenant, limit).await
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.0.users.get_or_load(&(tenant, id), || self.0.store.user(tenant, id)).await
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        // Not cached: a faster second look-up would reveal that a user with this name exists.
        self.0.store.user_named(tenant, name).await
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        self.0.store.password(tenant, user).await
    }

    async fn authenticators(
        &self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Authenticators>, Fault> {
        self.0.store.authenticators(tenant, user).await
    }

    async fn authenticators_after(
        &self,
        tenant: TenantId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Authenticators>, Fault> {
        self.0.store.authenticators_after(tenant, after, limit).await
    }

    async fn unusual_hash_after(
        &self,
        tenant: TenantId,
        after: &str,
    ) -> Result<Option<String>, Fault> {
        self.0.store.unusual_hash_after(tenant, after).await
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        self.0.store.consents(tenant, user, client).await
    }

    async fn consents_of_user(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Consent>, Fault> {
        self.0.store.consents_of_user(tenant, user, limit).await
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SealedSigningKey>>, Fault> {
        let load = || async {
            let rows = self.0.store.signing_keys(tenant).await?;
            Ok(Some(rows).filter(|rows| !rows.is_empty()))
        };
        Ok(self.0.signing_keys.get_or_load(&tenant, load).await?.unwrap_or_default())
    }

    fn cached_tenant(&self, name_or_id: &str) -> Option<Arc<Tenant>> {
        self.0.tenants.get(name_or_id)
    }

    fn cached_client(&self, tenant: TenantId, id: &ClientId) -> Option<Arc<Client>> {
        self.0.clients.get(&ClientKey(tenant, id))
    }

    fn cached_resources(&self, tenant: TenantId) -> Option<Arc<Vec<Resource>>> {
        self.0.resources.get(&tenant)
    }

    fn cached_user(&self, tenant: TenantId, id: UserId) -> Option<Arc<User>> {
        self.0.users.get(&(tenant, id))
    }

    fn cached_signing_keys(&self, tenant: TenantId) -> Option<Arc<Vec<SealedSigningKey>>> {
        self.0.signing_keys.get(&tenant)
    }

    async fn apply_if_stored(
        &self,
        rows: Vec<StoredRow>,
        changes: Vec<DirectoryChange>,
    ) -> Result<DirectoryOutcome, Fault> {
        let caches = Arc::clone(&self.0);
        // In a task of its own: if the caller is dropped meanwhile, the change is applied all the
        // same, and the cached rows must be invalidated after it.
        let applied = tokio::spawn(async move {
            let result = caches.store.apply_if_stored(rows, changes.clone()).await;
            if let Ok(DirectoryOutcome::Conflict(_)) = &result {
                // Another process has changed rows, and more than this one may be outdated.
                caches.invalidate_all();
            }
            // Also after a failure: the change may have been applied all the same.
            for row in changes.iter().filter_map(ChangedRow::of) {
                caches.invalidate(&row);
            }
            let outcome = result?;
            if changes.iter().any(DirectoryChange::raises_generation) {
                // The change is applied. If the ledger fails, the service tries again in a minute.
                caches.raise_known_generation().await.ok();
            }
            Ok(outcome)
        });
        applied.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }
}
