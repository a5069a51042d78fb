//! What is asked for at every request, kept in memory in front of the store.

mod shelf;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use model::{
    Attempts, Change, Client, ClientId, Consent, Digest, Directory, DirectoryChange, Fault,
    FaultKind, Grant, GrantId, Ledger, Mark, Outcome, Password, Resource, Session, SessionId,
    SigningKeyRow, Store, Tenant, TenantId, Timestamp, User, UserId,
};

use self::shelf::Shelf;

/// Store with a cache in front. Only what was found is kept, so that asking for what does not
/// exist fills nothing, and each kind of row has its own bound.
///
/// A change made through this value is seen by whoever asks after it was made. A change that
/// another process made is seen after the next [`refresh`](Self::refresh). Changes are made in
/// a task of tokio's.
#[derive(Clone)]
pub struct Cached(Arc<Shelves>);

struct Shelves {
    store: Arc<dyn Store>,
    /// What `foreign_version` answered last.
    version: AtomicU64,
    /// By name and by id.
    tenants: Shelf<String, Arc<Tenant>>,
    clients: Shelf<(TenantId, ClientId), Arc<Client>>,
    origins: Shelf<(TenantId, String), ()>,
    resources: Shelf<TenantId, Arc<Vec<Resource>>>,
    users: Shelf<(TenantId, UserId), Arc<User>>,
    signing_keys: Shelf<TenantId, Arc<Vec<SigningKeyRow>>>,
}

impl Cached {
    /// An empty cache in front of these store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Shelves {
            store,
            version: AtomicU64::new(0),
            tenants: Shelf::new(1_024),
            clients: Shelf::new(16_384),
            origins: Shelf::new(4_096),
            resources: Shelf::new(1_024),
            users: Shelf::new(8_192),
            signing_keys: Shelf::new(1_024),
        }))
    }

    /// Forgets everything if anyone else changed the directory since the last time. Call it
    /// twice a second or so.
    pub async fn refresh(&self) -> Result<(), Fault> {
        let version = self.0.store.foreign_version().await?;
        if self.0.version.swap(version, Ordering::Relaxed) != version {
            self.0.forget_all();
        }
        Ok(())
    }
}

impl Shelves {
    fn forget_all(&self) {
        self.tenants.forget_all();
        self.clients.forget_all();
        self.origins.forget_all();
        self.resources.forget_all();
        self.users.forget_all();
        self.signing_keys.forget_all();
    }

    fn forget(&self, change: &DirectoryChange) {
        match change {
            DirectoryChange::PutTenant(put) => self.tenants.forget_where(|_, row| row.id == put.id),
            DirectoryChange::PutClient(put) => {
                self.clients.forget(&(put.tenant, put.id.clone()));
                self.origins.forget_where(|(tenant, _), ()| *tenant == put.tenant);
            }
            DirectoryChange::PutResource(put) => self.resources.forget(&put.tenant),
            DirectoryChange::PutUser(put) => self.users.forget(&(put.tenant, put.id)),
            DirectoryChange::PutSigningKey(put) => self.signing_keys.forget(&put.tenant),
            DirectoryChange::RemoveSigningKey { tenant, .. } => self.signing_keys.forget(tenant),
            // Passwords and consents are not kept.
            DirectoryChange::PutPassword { .. } | DirectoryChange::PutConsent(_) => {}
        }
    }
}

#[async_trait]
impl Directory for Cached {
    async fn foreign_version(&self) -> Result<u64, Fault> {
        self.0.store.foreign_version().await
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.0.store.tenants().await
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        let key = name_or_id.to_owned();
        self.0.tenants.find(key, || self.0.store.tenant(name_or_id)).await
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        self.0.store.clients(tenant).await
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        self.0.clients.find((tenant, id.clone()), || self.0.store.client(tenant, id)).await
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        let ask = || async {
            let has = self.0.store.has_origin(tenant, origin).await?;
            Ok(has.then_some(()))
        };
        Ok(self.0.origins.find((tenant, origin.to_owned()), ask).await?.is_some())
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        let ask = || async {
            let rows = self.0.store.resources(tenant).await?;
            Ok(Some(rows).filter(|rows| !rows.is_empty()))
        };
        Ok(self.0.resources.find(tenant, ask).await?.unwrap_or_default())
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        self.0.store.users(tenant, limit).await
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.0.users.find((tenant, id), || self.0.store.user(tenant, id)).await
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        // Not kept: that a name is found faster the second time would tell that somebody has it.
        self.0.store.user_named(tenant, name).await
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        self.0.store.password(tenant, user).await
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        self.0.store.consents(tenant, user, client).await
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SigningKeyRow>>, Fault> {
        let ask = || async {
            let rows = self.0.store.signing_keys(tenant).await?;
            Ok(Some(rows).filter(|rows| !rows.is_empty()))
        };
        Ok(self.0.signing_keys.find(tenant, ask).await?.unwrap_or_default())
    }

    async fn apply(&self, changes: Vec<DirectoryChange>) -> Result<(), Fault> {
        let shelves = Arc::clone(&self.0);
        // In a task of its own: when the caller goes away meanwhile, the change is made all the
        // same, and what was kept must be forgotten after it.
        let applied = tokio::spawn(async move {
            let result = shelves.store.apply(changes.clone()).await;
            // After a failure too: whether it was made may be unknown.
            for change in &changes {
                shelves.forget(change);
            }
            result
        });
        applied.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }
}

#[async_trait]
impl Ledger for Cached {
    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.0.store.grant(tenant, id).await
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.0.store.session(tenant, id).await
    }

    async fn attempts(&self, tenant: TenantId, key: Digest) -> Result<Option<Attempts>, Fault> {
        self.0.store.attempts(tenant, key).await
    }

    async fn is_marked(&self, mark: &Mark) -> Result<bool, Fault> {
        self.0.store.is_marked(mark).await
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, Fault> {
        self.0.store.commit(changes).await
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.0.store.sweep(now, limit).await
    }
}
