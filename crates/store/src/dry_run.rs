//! A store decorator for dry runs that never writes.

use std::sync::Arc;

use crate::change_order::is_current;
use async_trait::async_trait;
use model::{
    Authenticators, Change, Client, ClientId, CommitOutcome, Consent, Digest, Directory,
    DirectoryChange, DirectoryOutcome, DirectoryState, ExternalChanges, FailedSignIns, Fault,
    FaultKind, Grant, GrantId, Ledger, LedgerState, Password, PushedRequest, PushedRequestId,
    Resource, SealedSigningKey, Session, SessionGrant, SessionGrantQuery, SessionId, Store,
    StoredRow, Tenant, TenantId, Timestamp, UsedValue, User, UserId,
};

/// A store that reads from another one and never writes to it.
///
/// A commit returns the outcome that the other store would return, as far as reads can tell, and
/// discards the changes. Changes of the directory are refused.
pub struct DryRunStore<'a>(pub &'a dyn Store);

impl DryRunStore<'_> {
    /// Returns whether the condition of a change holds.
    async fn condition_holds(&self, change: &Change) -> Result<bool, Fault> {
        Ok(match change {
            Change::OpenGrant(grant) => self.0.grant(grant.tenant, grant.id).await?.is_none(),
            Change::RotateGrant { tenant, grant, generation, .. } => {
                let grant = self.0.grant(*tenant, *grant).await?;
                grant
                    .is_some_and(|grant| grant.generation == *generation && grant.revoked.is_none())
            }
            Change::MarkUsed(value) => !self.0.is_used(value).await?,
            Change::PushRequest(request) => {
                self.0.pushed_request(request.tenant, request.id).await?.is_none()
            }
            Change::OpenSession(session) => {
                self.0.session(session.tenant, session.id).await?.is_none()
            }
            Change::CountFailedSignIns { before, failed_sign_ins: row } => {
                let stored = self.0.failed_sign_ins(row.tenant, row.key).await?;
                is_current(stored.as_ref(), before.as_ref())
            }
            Change::IdentifyLedger { before, .. } => {
                let stored = self.0.ledger_state().await?.identity;
                stored.map(|identity| identity.id) == *before
            }
            Change::RevokeGrant { .. }
            | Change::AddSessionGrant(_)
            | Change::ExtendSession { .. }
            | Change::EndSession { .. }
            | Change::ClearFailedSignIns { .. }
            | Change::RaiseLedgerState { .. } => true,
        })
    }
}

#[async_trait]
impl Directory for DryRunStore<'_> {
    fn is_shared(&self) -> bool {
        self.0.is_shared()
    }

    async fn external_changes(&self, since: u64) -> Result<ExternalChanges, Fault> {
        self.0.external_changes(since).await
    }

    async fn directory_state(&self) -> Result<DirectoryState, Fault> {
        self.0.directory_state().await
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.0.tenants().await
    }

    async fn tenant_names(&self) -> Result<Vec<(TenantId, String)>, Fault> {
        self.0.tenant_names().await
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        self.0.tenant(name_or_id).await
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        self.0.clients(tenant).await
    }

    async fn client_ids(&self, tenant: TenantId) -> Result<Vec<ClientId>, Fault> {
        self.0.client_ids(tenant).await
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        self.0.client(tenant, id).await
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        self.0.has_origin(tenant, origin).await
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        self.0.resources(tenant).await
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        self.0.users(tenant, limit).await
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.0.user(tenant, id).await
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        self.0.user_named(tenant, name).await
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        self.0.password(tenant, user).await
    }

    async fn authenticators(
        &self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Authenticators>, Fault> {
        self.0.authenticators(tenant, user).await
    }

    async fn authenticators_after(
        &self,
        tenant: TenantId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Authenticators>, Fault> {
        self.0.authenticators_after(tenant, after, limit).await
    }

    async fn unusual_hash_after(
        &self,
        tenant: TenantId,
        after: &str,
    ) -> Result<Option<String>, Fault> {
        self.0.unusual_hash_after(tenant, after).await
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        self.0.consents(tenant, user, client).await
    }

    async fn consents_of_user(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Consent>, Fault> {
        self.0.consents_of_user(tenant, user, limit).await
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SealedSigningKey>>, Fault> {
        self.0.signing_keys(tenant).await
    }

    async fn apply_if_stored(
        &self,
        _rows: Vec<StoredRow>,
        _changes: Vec<DirectoryChange>,
    ) -> Result<DirectoryOutcome, Fault> {
        let message = "a dry run cannot change the directory";
        Err(Fault::from_message(FaultKind::Internal, message))
    }
}

#[async_trait]
impl Ledger for DryRunStore<'_> {
    async fn ledger_state(&self) -> Result<LedgerState, Fault> {
        self.0.ledger_state().await
    }

    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.0.grant(tenant, id).await
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.0.session(tenant, id).await
    }

    async fn sessions_of_user(
        &self,
        user: (TenantId, UserId),
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, Fault> {
        self.0.sessions_of_user(user, now, limit).await
    }

    async fn session_grants(&self, query: SessionGrantQuery) -> Result<Vec<SessionGrant>, Fault> {
        self.0.session_grants(query).await
    }

    async fn pushed_request(
        &self,
        tenant: TenantId,
        id: PushedRequestId,
    ) -> Result<Option<PushedRequest>, Fault> {
        self.0.pushed_request(tenant, id).await
    }

    async fn failed_sign_ins(
        &self,
        tenant: TenantId,
        key: Digest,
    ) -> Result<Option<FailedSignIns>, Fault> {
        self.0.failed_sign_ins(tenant, key).await
    }

    async fn is_used(&self, value: &UsedValue) -> Result<bool, Fault> {
        self.0.is_used(value).await
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        for change in &changes {
            if !self.condition_holds(change).await? {
                return Ok(CommitOutcome::Conflict);
            }
        }
        Ok(CommitOutcome::Committed)
    }

    fn database_for_new(&self, random: u8, began_at: Timestamp) -> u8 {
        self.0.database_for_new(random, began_at)
    }

    async fn sweep(&self, _now: Timestamp, _limit: u32) -> Result<u64, Fault> {
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use model::{Seconds, UsedValueKind};
    use uuid::Uuid;

    use super::*;
    use crate::MemoryStore;

    fn used_value() -> UsedValue {
        UsedValue {
            tenant: TenantId::new(Uuid::from_u128(1)),
            kind: UsedValueKind::DpopProof,
            digest: [7; 32],
            expires_at: Timestamp::from_seconds(1) + Seconds::days(1),
        }
    }

    #[tokio::test]
    async fn dry_run_commit_returns_the_outcome_without_writing() {
        // Uses a value in two dry runs, in one real commit, and in a third dry run.
        let store = MemoryStore::new();
        let changes = || vec![Change::MarkUsed(used_value())];
        for _ in 0..2 {
            let outcome = DryRunStore(&store).commit(changes()).await.expect("an outcome");
            assert_eq!(outcome, CommitOutcome::Committed);
            assert!(!store.is_used(&used_value()).await.expect("a store"));
        }
        assert_eq!(store.commit(changes()).await.expect("an outcome"), CommitOutcome::Committed);
        let outcome = DryRunStore(&store).commit(changes()).await.expect("an outcome");
        assert_eq!(outcome, CommitOutcome::Conflict);
    }

    #[tokio::test]
    async fn dry_run_refuses_directory_changes() {
        // Tries to insert a tenant and checks that there is none.
        let store = MemoryStore::new();
        let tenant = Tenant::new(used_value().tenant, "demo", [0; 32]);
        let put = vec![DirectoryChange::PutTenant(tenant)];
        assert!(DryRunStore(&store).apply(put).await.is_err());
        assert!(store.tenants().await.expect("a store").is_empty());
    }
}
