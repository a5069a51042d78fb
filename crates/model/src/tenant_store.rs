//! The store as one tenant sees it.

mod consents;

use std::sync::Arc;

use crate::{
    Authenticators, Change, ChangeEvent, Client, ClientId, CommitOutcome, Digest, DirectoryChange,
    DirectoryOutcome, FailedSignIns, Fault, FaultKind, Grant, GrantId, Password, PushedRequest,
    PushedRequestId, Resource, SealedSigningKey, Session, SessionGrant, SessionGrantQuery,
    SessionId, Store, StoredRow, Tenant, TenantId, Timestamp, UsedValue, User, UserId,
};

/// The rows of one tenant. It reads no row of another tenant, and refuses every change of one.
///
/// Rules and endpoints have this handle, so no tenant id stands beside the id of a row, and the two
/// cannot disagree.
#[derive(Clone, Copy)]
pub struct TenantStore<'a> {
    store: &'a dyn Store,
    tenant: TenantId,
}

/// A [`TenantStore`] for a task that outlives its request.
#[derive(Clone)]
pub struct SharedTenantStore {
    store: Arc<dyn Store>,
    tenant: TenantId,
}

impl SharedTenantStore {
    /// Binds a store to a tenant.
    pub const fn new(store: Arc<dyn Store>, tenant: TenantId) -> Self {
        Self { store, tenant }
    }

    /// Returns the rows of the tenant.
    pub fn borrow(&self) -> TenantStore<'_> {
        TenantStore::new(&*self.store, self.tenant)
    }
}

impl<'a> TenantStore<'a> {
    /// Binds a store to a tenant.
    pub const fn new(store: &'a dyn Store, tenant: TenantId) -> Self {
        Self { store, tenant }
    }

    /// Returns the id of the tenant.
    pub const fn tenant(self) -> TenantId {
        self.tenant
    }

    /// See [`Ledger::database_for_new`](crate::Ledger::database_for_new).
    pub fn database_for_new(self, random: u8, began_at: Timestamp) -> u8 {
        self.store.database_for_new(random, began_at)
    }

    /// Reads the row of the tenant itself.
    ///
    /// # Errors
    /// The store failed.
    pub async fn row(self) -> Result<Option<Arc<Tenant>>, Fault> {
        self.store.tenant(&self.tenant.to_string()).await
    }

    /// Returns every client, by id.
    ///
    /// # Errors
    /// The store failed.
    pub async fn clients(self) -> Result<Vec<Client>, Fault> {
        self.store.clients(self.tenant).await
    }

    /// Returns the id of every client, in order.
    ///
    /// # Errors
    /// The store failed.
    pub async fn client_ids(self) -> Result<Vec<ClientId>, Fault> {
        self.store.client_ids(self.tenant).await
    }

    /// Returns a client.
    ///
    /// # Errors
    /// The store failed.
    pub async fn client(self, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        match self.store.cached_client(self.tenant, id) {
            Some(row) => Ok(Some(row)),
            None => self.store.client(self.tenant, id).await,
        }
    }

    /// Returns whether an enabled client has a single-page redirect URI of this origin.
    ///
    /// # Errors
    /// The store failed.
    pub async fn has_origin(self, origin: &str) -> Result<bool, Fault> {
        self.store.has_origin(self.tenant, origin).await
    }

    /// Returns every resource, by identifier.
    ///
    /// # Errors
    /// The store failed.
    pub async fn resources(self) -> Result<Arc<Vec<Resource>>, Fault> {
        match self.store.cached_resources(self.tenant) {
            Some(row) => Ok(row),
            None => self.store.resources(self.tenant).await,
        }
    }

    /// Returns the first `limit` users, by user name.
    ///
    /// # Errors
    /// The store failed.
    pub async fn users(self, limit: u32) -> Result<Vec<User>, Fault> {
        self.store.users(self.tenant, limit).await
    }

    /// Returns a user.
    ///
    /// # Errors
    /// The store failed.
    pub async fn user(self, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        match self.store.cached_user(self.tenant, id) {
            Some(row) => Ok(Some(row)),
            None => self.store.user(self.tenant, id).await,
        }
    }

    /// Returns the user with this user name, compared in lower case.
    ///
    /// # Errors
    /// The store failed.
    pub async fn user_named(self, name: &str) -> Result<Option<Arc<User>>, Fault> {
        self.store.user_named(self.tenant, name).await
    }

    /// Returns a user's password.
    ///
    /// # Errors
    /// The store failed.
    pub async fn password(self, user: UserId) -> Result<Option<Password>, Fault> {
        self.store.password(self.tenant, user).await
    }

    /// Returns a user's authenticators besides the password.
    ///
    /// # Errors
    /// The store failed.
    pub async fn authenticators(self, user: UserId) -> Result<Option<Authenticators>, Fault> {
        self.store.authenticators(self.tenant, user).await
    }

    /// Returns the first hash greater than a text that is imported or has another cost.
    ///
    /// # Errors
    /// The store failed.
    pub async fn unusual_hash_after(self, after: &str) -> Result<Option<String>, Fault> {
        self.store.unusual_hash_after(self.tenant, after).await
    }

    /// Returns every signing key, oldest first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn signing_keys(self) -> Result<Arc<Vec<SealedSigningKey>>, Fault> {
        match self.store.cached_signing_keys(self.tenant) {
            Some(row) => Ok(row),
            None => self.store.signing_keys(self.tenant).await,
        }
    }

    /// Returns a grant, whether it is active or not.
    ///
    /// # Errors
    /// The store failed.
    pub async fn grant(self, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.store.grant(self.tenant, id).await
    }

    /// Returns a session, whether it is active or not.
    ///
    /// # Errors
    /// The store failed.
    pub async fn session(self, id: SessionId) -> Result<Option<Session>, Fault> {
        self.store.session(self.tenant, id).await
    }

    /// Returns the active sessions of a user, newest first. See
    /// [`Ledger::sessions_of_user`](crate::Ledger::sessions_of_user).
    ///
    /// # Errors
    /// The store failed.
    pub async fn sessions_of_user(
        self,
        user: UserId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, Fault> {
        self.store.sessions_of_user((self.tenant, user), now, limit).await
    }

    /// Returns the grants of sessions that match. See
    /// [`Ledger::session_grants`](crate::Ledger::session_grants).
    ///
    /// # Errors
    /// The query is for another tenant, or the store failed.
    pub async fn session_grants(
        self,
        query: SessionGrantQuery,
    ) -> Result<Vec<SessionGrant>, Fault> {
        self.check(Some(query.tenant))?;
        self.store.session_grants(query).await
    }

    /// Returns a pushed request, whether it has expired or not.
    ///
    /// # Errors
    /// The store failed.
    pub async fn pushed_request(self, id: PushedRequestId) -> Result<Option<PushedRequest>, Fault> {
        self.store.pushed_request(self.tenant, id).await
    }

    /// Returns the counter of failed sign-ins for one key.
    ///
    /// # Errors
    /// The store failed.
    pub async fn failed_sign_ins(self, key: Digest) -> Result<Option<FailedSignIns>, Fault> {
        self.store.failed_sign_ins(self.tenant, key).await
    }

    /// Returns whether a one-time value was used. For messages only: a commit enforces uniqueness.
    ///
    /// # Errors
    /// The value is one of another tenant, or the store failed.
    pub async fn is_used(self, value: &UsedValue) -> Result<bool, Fault> {
        self.check(Some(value.tenant))?;
        self.store.is_used(value).await
    }

    /// Applies all changes of the ledger, or none of them. See [`Ledger::commit`](crate::Ledger).
    ///
    /// # Errors
    /// A change is one of another tenant or of none, or the store failed.
    pub async fn commit(self, changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        changes.iter().try_for_each(|change| self.check(change.tenant()))?;
        self.store.commit(changes).await
    }

    /// Applies all changes of the directory, or none of them. See
    /// [`Directory::apply`](crate::Directory).
    ///
    /// # Errors
    /// A change is one of another tenant or of none, or the store failed.
    pub async fn apply(self, changes: Vec<DirectoryChange>) -> Result<(), Fault> {
        changes.iter().try_for_each(|change| self.check(change.tenant()))?;
        self.store.apply(changes).await
    }

    /// Applies all changes of the directory if every row is stored as it was read. See
    /// [`Directory::apply_if_stored`](crate::Directory).
    ///
    /// # Errors
    /// A change or a row is one of another tenant or of none, or the store failed.
    pub async fn apply_if_stored(
        self,
        rows: Vec<StoredRow>,
        changes: Vec<DirectoryChange>,
    ) -> Result<DirectoryOutcome, Fault> {
        rows.iter().try_for_each(|row| self.check(Some(row.tenant())))?;
        changes.iter().try_for_each(|change| self.check(change.tenant()))?;
        self.store.apply_if_stored(rows, changes).await
    }

    /// Returns the events of these changes, compared with the directory before them.
    ///
    /// # Errors
    /// A change is one of another tenant or of none, or the store failed.
    pub async fn events_of(
        self,
        changes: &[DirectoryChange],
        at: Timestamp,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        changes.iter().try_for_each(|change| self.check(change.tenant()))?;
        ChangeEvent::detect(changes, self.store, at).await
    }

    /// Refuses what does not belong to the tenant. This is a bug of the caller, so the request ends
    /// with a fault.
    fn check(self, tenant: Option<TenantId>) -> Result<(), Fault> {
        if tenant == Some(self.tenant) {
            return Ok(());
        }
        let message = "a change of another tenant was made with the handle of this one";
        Err(Fault::from_message(FaultKind::Internal, message))
    }
}
