//! The client that signs administrators in: in every tenant, in no directory, with a secret that
//! only this process knows.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use jose::digest;
use model::{
    Attempts, Change, Client, ClientCredential, ClientId, Consent, Digest, Directory,
    DirectoryChange, Fault, FaultKind, Grant, GrantId, Ledger, Mark, Outcome, Password, Platform,
    RedirectUri, Resource, Session, SessionId, SigningKeyRow, Store, SubjectType, Tenant, TenantId,
    Timestamp, User, UserId,
};

use crate::clock;

/// Its `client_id`, which no declared client may have.
pub const CLIENT_ID: &str = "admit-admin";
/// What the sign-in page calls it.
const NAME: &str = "Admit administration";

/// Store in which every tenant has the client of the administration pages.
pub(crate) struct WithAdministration {
    store: Arc<dyn Store>,
    redirect_uri: String,
    secret: OnceLock<String>,
}

impl WithAdministration {
    /// The store of a service at this origin.
    pub(crate) fn new(store: Arc<dyn Store>, origin: &str) -> Self {
        Self { store, redirect_uri: redirect_uri(origin), secret: OnceLock::new() }
    }

    /// What the client proves itself with. Another process makes another one: a code is redeemed
    /// by whichever process it comes back to.
    pub(crate) fn secret(&self) -> Result<&str, Fault> {
        if let Some(secret) = self.secret.get() {
            return Ok(secret);
        }
        let entropy = clock::entropy()?;
        let parts = [entropy.draw("secret"), entropy.draw("more of the secret")];
        Ok(self.secret.get_or_init(|| digest::base64url(parts.concat())))
    }

    fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Client, Fault> {
        let secret = ClientCredential::Secret {
            id: "in-memory".to_owned(),
            sha256: digest::sha256(self.secret()?.as_bytes()),
            expires: None,
        };
        let redirect_uri = RedirectUri { uri: self.redirect_uri.clone(), platform: Platform::Web };
        Ok(Client {
            tenant,
            id: id.clone(),
            name: NAME.to_owned(),
            enabled: true,
            public: false,
            redirect_uris: vec![redirect_uri],
            credentials: vec![secret],
            grant_types: vec!["authorization_code".to_owned()],
            permissions: Vec::new(),
            consent_granted: true,
            subject_type: SubjectType::Pairwise,
            id_token_alg: "ES256".to_owned(),
            refresh_token_rotation: None,
            dpop_required: false,
            rehearsal: false,
        })
    }
}

/// Where the client's answers go.
pub(super) fn redirect_uri(origin: &str) -> String {
    format!("{origin}/admin/signed-in")
}

#[async_trait]
impl Directory for WithAdministration {
    async fn foreign_version(&self) -> Result<u64, Fault> {
        self.store.foreign_version().await
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.store.tenants().await
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        self.store.tenant(name_or_id).await
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        self.store.clients(tenant).await
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        if id.as_str() == CLIENT_ID {
            return Ok(Some(Arc::new(Self::client(self, tenant, id)?)));
        }
        self.store.client(tenant, id).await
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        self.store.has_origin(tenant, origin).await
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        self.store.resources(tenant).await
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        self.store.users(tenant, limit).await
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.store.user(tenant, id).await
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        self.store.user_named(tenant, name).await
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        self.store.password(tenant, user).await
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        self.store.consents(tenant, user, client).await
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SigningKeyRow>>, Fault> {
        self.store.signing_keys(tenant).await
    }

    async fn apply(&self, changes: Vec<DirectoryChange>) -> Result<(), Fault> {
        let takes_its_id = |change: &DirectoryChange| match change {
            DirectoryChange::PutClient(put) => put.id.as_str() == CLIENT_ID,
            _ => false,
        };
        if changes.iter().any(takes_its_id) {
            let cause = "the client of the administration pages stands in no directory";
            return Err(Fault::because(FaultKind::Internal, cause));
        }
        self.store.apply(changes).await
    }
}

#[async_trait]
impl Ledger for WithAdministration {
    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.store.grant(tenant, id).await
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.store.session(tenant, id).await
    }

    async fn attempts(&self, tenant: TenantId, key: Digest) -> Result<Option<Attempts>, Fault> {
        self.store.attempts(tenant, key).await
    }

    async fn is_marked(&self, mark: &Mark) -> Result<bool, Fault> {
        self.store.is_marked(mark).await
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, Fault> {
        self.store.commit(changes).await
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.store.sweep(now, limit).await
    }
}
