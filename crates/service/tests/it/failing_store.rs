//! A store in memory that fails on request.

use std::{future::pending, sync::Arc};

use async_trait::async_trait;
use model::{
    Authenticators, Change, Client, ClientId, CommitOutcome, Consent, Digest, Directory,
    DirectoryChange, DirectoryOutcome, DirectoryState, ExternalChanges, FailedSignIns, Fault,
    FaultKind, Grant, GrantId, Ledger, LedgerState, Password, PushedRequest, PushedRequestId,
    Resource, SealedSigningKey, Session, SessionGrant, SessionGrantQuery, SessionId, Store,
    StoredRow, Tenant, TenantId, Timestamp, UsedValue, UsedValueKind, User, UserId,
};
use std::sync::{Mutex, PoisonError};
use store::MemoryStore;
use tokio::sync::Notify;

/// A panic message that quotes a value of the request.
pub const PANIC: &str = "something-that-a-caller-sent";

/// The way in which the store fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFailure {
    /// The store works.
    None,
    /// Every call returns a fault.
    Fault(FaultKind),
    /// Every commit returns a fault and writes nothing.
    CommitFault(FaultKind),
    /// Every commit returns a fault and writes nothing, unless it only stores a used value.
    EffectFault(FaultKind),
    /// Every commit reports a conflict with another writer.
    CommitConflict,
    /// Every commit waits until the store fails in another way, or works.
    CommitHeld,
    /// The end of a sign-in flow is reported as stored and is not.
    UsedFlowLost,
    /// Every call panics.
    Panic,
    /// Every look-up of failed sign-ins panics.
    FailedSignInsPanic,
    /// No call ever returns.
    Hang,
    /// The list of clients never returns.
    ClientListHang,
}

/// A store in memory and the way in which it fails now.
pub struct FailingStore {
    store: MemoryStore,
    failure: Mutex<StoreFailure>,
    /// Wakes the commits that are held.
    changed: Notify,
    calls: Mutex<Vec<&'static str>>,
}

impl FailingStore {
    /// Returns a store that works.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            store: MemoryStore::new(),
            failure: Mutex::new(StoreFailure::None),
            changed: Notify::new(),
            calls: Mutex::default(),
        })
    }

    /// Makes the store fail in this way from now on.
    pub fn set_failure(&self, failure: StoreFailure) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
        self.changed.notify_waiters();
    }

    fn failure(&self) -> StoreFailure {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn released(&self) {
        loop {
            let changed = self.changed.notified();
            if self.failure() != StoreFailure::CommitHeld {
                return;
            }
            changed.await;
        }
    }

    /// Returns the sign-in calls since the last time, in order.
    pub fn take_calls(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn record_call(&self, call: &'static str) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    }

    /// Returns it as a trait object.
    pub fn store(self: &Arc<Self>) -> Arc<dyn Store> {
        Arc::<Self>::clone(self)
    }

    async fn working_store(&self) -> Result<&MemoryStore, Fault> {
        let failure = *self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            StoreFailure::Fault(kind) => Err(Fault::from_message(kind, "the test says so")),
            StoreFailure::Panic => panic!("the test says so: {PANIC}"),
            StoreFailure::Hang => pending().await,
            StoreFailure::None
            | StoreFailure::CommitFault(_)
            | StoreFailure::EffectFault(_)
            | StoreFailure::CommitConflict
            | StoreFailure::CommitHeld
            | StoreFailure::UsedFlowLost
            | StoreFailure::FailedSignInsPanic
            | StoreFailure::ClientListHang => Ok(&self.store),
        }
    }
}

#[async_trait]
impl Directory for FailingStore {
    async fn external_changes(&self, since: u64) -> Result<ExternalChanges, Fault> {
        self.working_store().await?.external_changes(since).await
    }

    async fn directory_state(&self) -> Result<DirectoryState, Fault> {
        self.working_store().await?.directory_state().await
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.working_store().await?.tenants().await
    }

    async fn tenant_names(&self) -> Result<Vec<(TenantId, String)>, Fault> {
        self.working_store().await?.tenant_names().await
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        self.working_store().await?.tenant(name_or_id).await
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        if *self.failure.lock().unwrap_or_else(PoisonError::into_inner)
            == StoreFailure::ClientListHang
        {
            pending::<()>().await;
        }
        self.working_store().await?.clients(tenant).await
    }

    async fn client_ids(&self, tenant: TenantId) -> Result<Vec<ClientId>, Fault> {
        if *self.failure.lock().unwrap_or_else(PoisonError::into_inner)
            == StoreFailure::ClientListHang
        {
            pending::<()>().await;
        }
        self.working_store().await?.client_ids(tenant).await
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        self.working_store().await?.client(tenant, id).await
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        self.working_store().await?.has_origin(tenant, origin).await
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        self.working_store().await?.resources(tenant).await
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        self.working_store().await?.users(tenant, limit).await
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.record_call("user");
        self.working_store().await?.user(tenant, id).await
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        self.record_call("user_named");
        self.working_store().await?.user_named(tenant, name).await
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        self.record_call("password");
        self.working_store().await?.password(tenant, user).await
    }

    async fn authenticators(
        &self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Authenticators>, Fault> {
        self.record_call("authenticators");
        self.working_store().await?.authenticators(tenant, user).await
    }

    async fn authenticators_after(
        &self,
        tenant: TenantId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Authenticators>, Fault> {
        self.working_store().await?.authenticators_after(tenant, after, limit).await
    }

    async fn unusual_hash_after(
        &self,
        tenant: TenantId,
        after: &str,
    ) -> Result<Option<String>, Fault> {
        self.working_store().await?.unusual_hash_after(tenant, after).await
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        self.working_store().await?.consents(tenant, user, client).await
    }

    async fn consents_of_user(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Consent>, Fault> {
        self.working_store().await?.consents_of_user(tenant, user, limit).await
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SealedSigningKey>>, Fault> {
        self.working_store().await?.signing_keys(tenant).await
    }

    async fn apply_if_stored(
        &self,
        rows: Vec<StoredRow>,
        changes: Vec<DirectoryChange>,
    ) -> Result<DirectoryOutcome, Fault> {
        self.working_store().await?.apply_if_stored(rows, changes).await
    }
}

#[async_trait]
impl Ledger for FailingStore {
    async fn ledger_state(&self) -> Result<LedgerState, Fault> {
        self.working_store().await?.ledger_state().await
    }

    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.working_store().await?.grant(tenant, id).await
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.working_store().await?.session(tenant, id).await
    }

    async fn sessions_of_user(
        &self,
        user: (TenantId, UserId),
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, Fault> {
        self.working_store().await?.sessions_of_user(user, now, limit).await
    }

    async fn session_grants(&self, query: SessionGrantQuery) -> Result<Vec<SessionGrant>, Fault> {
        self.working_store().await?.session_grants(query).await
    }

    async fn pushed_request(
        &self,
        tenant: TenantId,
        id: PushedRequestId,
    ) -> Result<Option<PushedRequest>, Fault> {
        self.working_store().await?.pushed_request(tenant, id).await
    }

    async fn failed_sign_ins(
        &self,
        tenant: TenantId,
        key: Digest,
    ) -> Result<Option<FailedSignIns>, Fault> {
        self.record_call("failed_sign_ins");
        let failure = *self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        assert_ne!(failure, StoreFailure::FailedSignInsPanic, "the test says so: {PANIC}");
        self.working_store().await?.failed_sign_ins(tenant, key).await
    }

    async fn is_used(&self, mark: &UsedValue) -> Result<bool, Fault> {
        self.working_store().await?.is_used(mark).await
    }

    async fn commit(&self, mut changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        self.record_call("commit");
        self.released().await;
        match self.failure() {
            StoreFailure::CommitFault(kind) => Err(Fault::from_message(kind, "the test says so")),
            StoreFailure::EffectFault(kind) if !matches!(changes[..], [Change::MarkUsed(_)]) => {
                Err(Fault::from_message(kind, "the test says so"))
            }
            StoreFailure::CommitConflict => Ok(CommitOutcome::Conflict),
            StoreFailure::UsedFlowLost => {
                changes.retain(|change| !is_end_of_flow(change));
                self.store.commit(changes).await
            }
            _ => self.working_store().await?.commit(changes).await,
        }
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.working_store().await?.sweep(now, limit).await
    }
}

fn is_end_of_flow(change: &Change) -> bool {
    matches!(change, Change::MarkUsed(used) if used.kind == UsedValueKind::SignInFlow)
}
