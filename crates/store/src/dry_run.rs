//! The store as they are, for a look at what would become of them: nothing is ever written.

use std::sync::Arc;

use async_trait::async_trait;
use model::{
    Attempts, Change, Client, ClientId, Consent, Digest, Directory, DirectoryChange, Fault,
    FaultKind, Grant, GrantId, Ledger, Mark, Outcome, Password, Resource, Session, SessionId,
    SigningKeyRow, Store, Tenant, TenantId, Timestamp, User, UserId,
};

/// Reads pass; a commit is answered as the store would answer it, as far as reading tells, and is
/// forgotten. A change of the directory is refused.
pub struct Uncommitted<'a>(pub &'a dyn Store);

impl Uncommitted<'_> {
    /// Whether the guard of a change holds.
    async fn holds(&self, change: &Change) -> Result<bool, Fault> {
        Ok(match change {
            Change::OpenGrant(grant) => self.0.grant(grant.tenant, grant.id).await?.is_none(),
            Change::RotateGrant { tenant, grant, generation, .. } => {
                let grant = self.0.grant(*tenant, *grant).await?;
                grant.is_some_and(|it| it.generation == *generation && it.revoked.is_none())
            }
            Change::MarkUsed(mark) => !self.0.is_marked(mark).await?,
            Change::OpenSession(session) => {
                self.0.session(session.tenant, session.id).await?.is_none()
            }
            Change::CountAttempts { failed_before, attempts } => {
                let stored = self.0.attempts(attempts.tenant, attempts.key).await?;
                stored.map_or(0, |stored| stored.failed) == *failed_before
            }
            Change::RevokeGrant { .. }
            | Change::ExtendSession { .. }
            | Change::EndSession { .. }
            | Change::ForgetAttempts { .. } => true,
        })
    }
}

#[async_trait]
impl Directory for Uncommitted<'_> {
    async fn foreign_version(&self) -> Result<u64, Fault> {
        self.0.foreign_version().await
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.0.tenants().await
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        self.0.tenant(name_or_id).await
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        self.0.clients(tenant).await
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

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        self.0.consents(tenant, user, client).await
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SigningKeyRow>>, Fault> {
        self.0.signing_keys(tenant).await
    }

    async fn apply(&self, _changes: Vec<DirectoryChange>) -> Result<(), Fault> {
        let cause = "the directory was to be changed where nothing may be";
        Err(Fault::because(FaultKind::Internal, cause))
    }
}

#[async_trait]
impl Ledger for Uncommitted<'_> {
    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.0.grant(tenant, id).await
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.0.session(tenant, id).await
    }

    async fn attempts(&self, tenant: TenantId, key: Digest) -> Result<Option<Attempts>, Fault> {
        self.0.attempts(tenant, key).await
    }

    async fn is_marked(&self, mark: &Mark) -> Result<bool, Fault> {
        self.0.is_marked(mark).await
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, Fault> {
        for change in &changes {
            if !self.holds(change).await? {
                return Ok(Outcome::Conflict);
            }
        }
        Ok(Outcome::Done)
    }

    async fn sweep(&self, _now: Timestamp, _limit: u32) -> Result<u64, Fault> {
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use model::{MarkPurpose, Seconds};
    use uuid::Uuid;

    use super::*;
    use crate::Memory;

    fn mark() -> Mark {
        Mark {
            tenant: TenantId::new(Uuid::from_u128(1)),
            purpose: MarkPurpose::DpopProof,
            digest: [7; 32],
            expires_at: Timestamp::from_seconds(1) + Seconds::days(1),
        }
    }

    #[tokio::test]
    async fn a_commit_is_answered_as_it_would_be_and_nothing_is_written() {
        // Marks a value twice without writing, once for real, and then once more without.
        let store = Memory::new();
        let used = || vec![Change::MarkUsed(mark())];
        for _ in 0..2 {
            let outcome = Uncommitted(&store).commit(used()).await.expect("an answer");
            assert_eq!(outcome, Outcome::Done);
            assert!(!store.is_marked(&mark()).await.expect("a book"));
        }
        assert_eq!(store.commit(used()).await.expect("an answer"), Outcome::Done);
        let outcome = Uncommitted(&store).commit(used()).await.expect("an answer");
        assert_eq!(outcome, Outcome::Conflict);
    }

    #[tokio::test]
    async fn the_directory_cannot_be_changed() {
        // Puts a tenant, and finds none.
        let store = Memory::new();
        let tenant = Tenant::new(mark().tenant, "demo", [0; 32]);
        let put = vec![DirectoryChange::PutTenant(tenant)];
        assert!(Uncommitted(&store).apply(put).await.is_err());
        assert!(store.tenants().await.expect("a book").is_empty());
    }
}
