//! Store that fail when a test says so.

use std::{future::pending, sync::Arc};

use async_trait::async_trait;
use model::{
    Attempts, Change, Client, ClientId, Consent, Digest, Directory, DirectoryChange, Fault,
    FaultKind, Grant, GrantId, Ledger, Mark, Outcome, Password, Resource, Session, SessionId,
    SigningKeyRow, Store, Tenant, TenantId, Timestamp, User, UserId,
};
use std::sync::{Mutex, PoisonError};
use store::Memory;

/// What a panic quotes, as it might quote what a caller sent.
pub const PANIC: &str = "something-that-a-caller-sent";

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    None,
    /// Every call answers with a fault.
    Fault(FaultKind),
    /// Every commit answers with a fault, and nothing is written.
    Commits(FaultKind),
    /// Every commit finds that somebody was faster.
    Conflicts,
    /// Every call panics.
    Panic,
    /// Every look at failed attempts panics.
    AttemptsPanic,
    /// No call ever answers.
    Silence,
    /// No list of clients is ever answered.
    ListsSilence,
}

/// Store in memory, and what is wrong with them now.
pub struct Failing {
    store: Memory,
    trouble: Mutex<Trouble>,
    asked: Mutex<Vec<&'static str>>,
}

impl Failing {
    /// Store that work.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            store: Memory::new(),
            trouble: Mutex::new(Trouble::None),
            asked: Mutex::default(),
        })
    }

    /// From now on, this is wrong.
    pub fn set(&self, trouble: Trouble) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// What was asked of the store for a sign-in since the last time, in order.
    pub fn asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, what: &'static str) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(what);
    }

    /// As store.
    pub fn store(self: &Arc<Self>) -> Arc<dyn Store> {
        Arc::<Self>::clone(self)
    }

    async fn look(&self) -> Result<&Memory, Fault> {
        let trouble = *self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match trouble {
            Trouble::Fault(kind) => Err(Fault::because(kind, "the test says so")),
            Trouble::Panic => panic!("the test says so: {PANIC}"),
            Trouble::Silence => pending().await,
            Trouble::None
            | Trouble::Commits(_)
            | Trouble::Conflicts
            | Trouble::AttemptsPanic
            | Trouble::ListsSilence => Ok(&self.store),
        }
    }
}

#[async_trait]
impl Directory for Failing {
    async fn foreign_version(&self) -> Result<u64, Fault> {
        self.look().await?.foreign_version().await
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.look().await?.tenants().await
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        self.look().await?.tenant(name_or_id).await
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        if *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) == Trouble::ListsSilence {
            pending::<()>().await;
        }
        self.look().await?.clients(tenant).await
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        self.look().await?.client(tenant, id).await
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        self.look().await?.has_origin(tenant, origin).await
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        self.look().await?.resources(tenant).await
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        self.look().await?.users(tenant, limit).await
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.note("user");
        self.look().await?.user(tenant, id).await
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        self.note("user_named");
        self.look().await?.user_named(tenant, name).await
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        self.note("password");
        self.look().await?.password(tenant, user).await
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        self.look().await?.consents(tenant, user, client).await
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SigningKeyRow>>, Fault> {
        self.look().await?.signing_keys(tenant).await
    }

    async fn apply(&self, changes: Vec<DirectoryChange>) -> Result<(), Fault> {
        self.look().await?.apply(changes).await
    }
}

#[async_trait]
impl Ledger for Failing {
    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.look().await?.grant(tenant, id).await
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.look().await?.session(tenant, id).await
    }

    async fn attempts(&self, tenant: TenantId, key: Digest) -> Result<Option<Attempts>, Fault> {
        self.note("attempts");
        let trouble = *self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        assert_ne!(trouble, Trouble::AttemptsPanic, "the test says so: {PANIC}");
        self.look().await?.attempts(tenant, key).await
    }

    async fn is_marked(&self, mark: &Mark) -> Result<bool, Fault> {
        self.look().await?.is_marked(mark).await
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, Fault> {
        self.note("commit");
        let trouble = *self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        match trouble {
            Trouble::Commits(kind) => Err(Fault::because(kind, "the test says so")),
            Trouble::Conflicts => Ok(Outcome::Conflict),
            _ => self.look().await?.commit(changes).await,
        }
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.look().await?.sweep(now, limit).await
    }
}
