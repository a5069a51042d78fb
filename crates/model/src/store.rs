//! The two store: what a store must be able to do.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    Attempts, Change, Client, ClientId, Consent, Digest, DirectoryChange, Fault, Grant, GrantId,
    Mark, Password, Resource, Session, SessionId, SigningKeyRow, Tenant, TenantId, Timestamp, User,
    UserId,
};

/// Both store.
pub trait Store: Directory + Ledger {}

impl<T: Directory + Ledger> Store for T {}

/// Who there is. Read-mostly.
#[async_trait]
pub trait Directory: Send + Sync {
    /// A number that differs after anyone else (another process, another node) changed the
    /// directory. What was kept in memory is read again then.
    async fn foreign_version(&self) -> Result<u64, Fault>;

    /// Every tenant, by name.
    async fn tenants(&self) -> Result<Vec<Tenant>, Fault>;

    /// The tenant with this name, or with this id in lower-case hyphenated form.
    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault>;

    /// Every client of a tenant, by id.
    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault>;

    /// One client.
    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault>;

    /// Whether any enabled client of the tenant has a single-page redirect URI of this origin.
    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault>;

    /// Every resource of a tenant, by identifier.
    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault>;

    /// Every user of a tenant, by user name, at most `limit`.
    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault>;

    /// One user.
    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault>;

    /// The user with this user name, compared in lower case.
    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault>;

    /// A user's password.
    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault>;

    /// What a user allowed a client, resource by resource.
    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault>;

    /// Every signing key of a tenant, oldest first.
    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SigningKeyRow>>, Fault>;

    /// Makes the changes, all or none, durably.
    async fn apply(&self, changes: Vec<DirectoryChange>) -> Result<(), Fault>;
}

/// What was given. Written on the hot path, reached only by key.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// One grant, over or not.
    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault>;

    /// One session, over or not.
    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault>;

    /// Failed attempts against one key.
    async fn attempts(&self, tenant: TenantId, key: Digest) -> Result<Option<Attempts>, Fault>;

    /// Whether a one-time value is remembered as used. Only to say so: what is used once is
    /// marked by a commit, never by reading first.
    async fn is_marked(&self, mark: &Mark) -> Result<bool, Fault>;

    /// Makes the changes, all or none, durably before it returns. At most one is guarded (more
    /// are refused) and it is made first; if its guard does not hold, nothing is changed and the
    /// answer is [`Outcome::Conflict`].
    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, Fault>;

    /// Removes at most `limit` rows that were over at `now`; returns how many. Only cleaning:
    /// rows that are over count for nothing anyway.
    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault>;
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// Done, and durable.
    Done,
    /// The state had moved on; nothing was changed.
    Conflict,
}
