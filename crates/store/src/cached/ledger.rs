//! The ledger of a cached store: none of its rows is cached.

use async_trait::async_trait;
use model::{
    Change, CommitOutcome, Digest, FailedSignIns, Fault, Grant, GrantId, Ledger, LedgerState,
    PushedRequest, PushedRequestId, Session, SessionGrant, SessionGrantQuery, SessionId, TenantId,
    Timestamp, UsedValue, UserId,
};

use super::CachedStore;

#[async_trait]
impl Ledger for CachedStore {
    async fn ledger_state(&self) -> Result<LedgerState, Fault> {
        self.0.store.ledger_state().await
    }

    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.0.store.grant(tenant, id).await
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.0.store.session(tenant, id).await
    }

    async fn sessions_of_user(
        &self,
        user: (TenantId, UserId),
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, Fault> {
        self.0.store.sessions_of_user(user, now, limit).await
    }

    async fn session_grants(&self, query: SessionGrantQuery) -> Result<Vec<SessionGrant>, Fault> {
        self.0.store.session_grants(query).await
    }

    async fn pushed_request(
        &self,
        tenant: TenantId,
        id: PushedRequestId,
    ) -> Result<Option<PushedRequest>, Fault> {
        self.0.store.pushed_request(tenant, id).await
    }

    async fn failed_sign_ins(
        &self,
        tenant: TenantId,
        key: Digest,
    ) -> Result<Option<FailedSignIns>, Fault> {
        self.0.store.failed_sign_ins(tenant, key).await
    }

    async fn is_used(&self, value: &UsedValue) -> Result<bool, Fault> {
        self.0.store.is_used(value).await
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        self.0.store.commit(changes).await
    }

    fn database_for_new(&self, random: u8, began_at: Timestamp) -> u8 {
        self.0.store.database_for_new(random, began_at)
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.0.store.sweep(now, limit).await
    }
}
