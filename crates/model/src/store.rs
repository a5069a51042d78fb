//! The store traits, which every storage backend implements.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    Authenticators, Change, Client, ClientId, Consent, Digest, DirectoryChange, DirectoryState,
    ExternalChanges, FailedSignIns, Fault, FaultKind, Grant, GrantId, LedgerState, Password,
    PushedRequest, PushedRequestId, Resource, SealedSigningKey, Session, SessionGrant,
    SessionGrantQuery, SessionId, StoredRow, Tenant, TenantId, Timestamp, UsedValue, User, UserId,
};

/// The store: a directory and a ledger.
pub trait Store: Directory + Ledger {}

impl<T: Directory + Ledger> Store for T {}

/// Tenants, clients, resources, users, consents and signing keys. Read-mostly.
#[async_trait]
pub trait Directory: Send + Sync {
    /// Returns the rows that other processes have changed since a version, and the version of now.
    /// A caller without a version passes 0. Changes of this process may be among them.
    async fn external_changes(&self, since: u64) -> Result<ExternalChanges, Fault>;

    /// Returns whether other nodes reach the directory when this one does not. Rows that were read
    /// before may then have changed.
    fn is_shared(&self) -> bool {
        false
    }

    /// Returns what the directory stores about itself and its ledger. Each call of [`Self::apply`]
    /// with a change that [raises the generation](DirectoryChange::raises_generation) raises it by
    /// one.
    async fn directory_state(&self) -> Result<DirectoryState, Fault>;

    /// Returns every tenant, by name.
    async fn tenants(&self) -> Result<Vec<Tenant>, Fault>;

    /// Returns id and name of every tenant, by name. Reads no logos, which most of a row can be.
    async fn tenant_names(&self) -> Result<Vec<(TenantId, String)>, Fault>;

    /// Returns the tenant with this name, or with this id in lower-case hyphenated form.
    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault>;

    /// Returns every client of a tenant, by id.
    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault>;

    /// Returns the id of every client of a tenant, in order.
    async fn client_ids(&self, tenant: TenantId) -> Result<Vec<ClientId>, Fault>;

    /// Returns a client.
    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault>;

    /// Returns whether an enabled client of the tenant has a single-page redirect URI of this
    /// origin.
    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault>;

    /// Returns every resource of a tenant, by identifier.
    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault>;

    /// Returns the first `limit` users of a tenant, by user name.
    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault>;

    /// Returns a user.
    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault>;

    /// Returns the user with this user name, compared in lower case.
    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault>;

    /// Returns a user's password.
    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault>;

    /// Returns a user's authenticators besides the password.
    async fn authenticators(
        &self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Authenticators>, Fault>;

    /// Returns at most `limit` rows of authenticators of a tenant, by user, from the first user
    /// after `after` on.
    async fn authenticators_after(
        &self,
        tenant: TenantId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Authenticators>, Fault>;

    /// Returns the first hash of a password of the tenant that is greater than a text, in the order
    /// of bytes, among those that do not begin with [`Password::USUAL_BEGINNING`]: imported hashes,
    /// and those of another cost.
    async fn unusual_hash_after(
        &self,
        tenant: TenantId,
        after: &str,
    ) -> Result<Option<String>, Fault>;

    /// Returns the consents of a user to a client, one for each resource.
    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault>;

    /// Returns the first `limit` consents of a user to all clients, by client and resource.
    async fn consents_of_user(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Consent>, Fault>;

    /// Returns every signing key of a tenant, oldest first.
    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SealedSigningKey>>, Fault>;

    /// Returns what [`Self::tenant`] returns, if it is in memory. `None` if it must be read. Waits
    /// for nothing, so it costs less than a future, as the following methods do.
    fn cached_tenant(&self, _name_or_id: &str) -> Option<Arc<Tenant>> {
        None
    }

    /// Returns what [`Self::client`] returns, if it is in memory.
    fn cached_client(&self, _tenant: TenantId, _id: &ClientId) -> Option<Arc<Client>> {
        None
    }

    /// Returns what [`Self::resources`] returns, if it is in memory.
    fn cached_resources(&self, _tenant: TenantId) -> Option<Arc<Vec<Resource>>> {
        None
    }

    /// Returns what [`Self::user`] returns, if it is in memory.
    fn cached_user(&self, _tenant: TenantId, _id: UserId) -> Option<Arc<User>> {
        None
    }

    /// Returns what [`Self::signing_keys`] returns, if it is in memory.
    fn cached_signing_keys(&self, _tenant: TenantId) -> Option<Arc<Vec<SealedSigningKey>>> {
        None
    }

    /// Applies all changes in one transaction, or none of them. They are durable on return.
    async fn apply(&self, changes: Vec<DirectoryChange>) -> Result<(), Fault> {
        match self.apply_if_stored(Vec::new(), changes).await? {
            DirectoryOutcome::Applied => Ok(()),
            DirectoryOutcome::Conflict(_) => {
                let message = "a change without conditions has a conflict";
                Err(Fault::from_message(FaultKind::Internal, message))
            }
        }
    }

    /// Applies all changes in one transaction if every row is stored as it was read, or none of
    /// them. They are durable on return. If the connection to the database is lost, the result can
    /// be a fault although they are applied.
    async fn apply_if_stored(
        &self,
        rows: Vec<StoredRow>,
        changes: Vec<DirectoryChange>,
    ) -> Result<DirectoryOutcome, Fault>;
}

/// Grants, sessions, pushed requests, used values and failed sign-ins: the operational state. It is
/// written on the hot path and reached by key only, apart from the sessions of a user.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Returns what the ledger stores about itself and its directory.
    async fn ledger_state(&self) -> Result<LedgerState, Fault>;

    /// Returns a grant, whether it is active or not.
    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault>;

    /// Returns a session, whether it is active or not.
    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault>;

    /// Returns at most `limit` sessions of a user that are neither ended nor expired at `now`, with
    /// the latest `auth_time` first. Those without an origin are missing.
    async fn sessions_of_user(
        &self,
        user: (TenantId, UserId),
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, Fault>;

    /// Returns the grants of sessions that match, in the order of sessions and grants. Some may be
    /// revoked or expired.
    async fn session_grants(&self, query: SessionGrantQuery) -> Result<Vec<SessionGrant>, Fault>;

    /// Returns a pushed request, whether it has expired or not.
    async fn pushed_request(
        &self,
        tenant: TenantId,
        id: PushedRequestId,
    ) -> Result<Option<PushedRequest>, Fault>;

    /// Returns the counter of failed sign-ins for one key.
    async fn failed_sign_ins(
        &self,
        tenant: TenantId,
        key: Digest,
    ) -> Result<Option<FailedSignIns>, Fault>;

    /// Returns whether a one-time value was used. For error messages only: [`Self::commit`]
    /// enforces uniqueness.
    async fn is_used(&self, value: &UsedValue) -> Result<bool, Fault>;

    /// Applies all changes, which are then durable, or none of them. A ledger on several databases
    /// applies the guarded change first, and with it those of the same database; after a failure of
    /// another database, some of the others may be missing. They may be repeated.
    ///
    /// At most one change may be guarded; more are refused. If its condition does not hold, nothing
    /// is changed and the result is [`CommitOutcome::Conflict`].
    async fn commit(&self, changes: Vec<Change>) -> Result<CommitOutcome, Fault>;

    /// Returns the number of the database for the row of a grant or session whose sign-in began at
    /// a time. Depends on the arguments and the configuration only.
    fn database_for_new(&self, _random: u8, _began_at: Timestamp) -> u8 {
        0
    }

    /// Deletes at most `limit` rows that had expired at `now`, and returns their number; fewer only
    /// if no more had expired. Other commits wait for some milliseconds at most, and many rows of
    /// one kind do not keep those of another. This only frees space: expired rows have no effect.
    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault>;
}

/// The result of a guarded change of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum DirectoryOutcome {
    /// All changes are applied and durable.
    Applied,
    /// This row is no longer stored as it was read. Nothing was changed.
    Conflict(Box<StoredRow>),
}

/// The result of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum CommitOutcome {
    /// All changes are applied and durable.
    Committed,
    /// The condition of the guarded change did not hold. Nothing was changed.
    Conflict,
}
