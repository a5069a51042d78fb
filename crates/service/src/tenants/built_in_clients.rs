//! The store with the clients of the service itself. They exist in every tenant without being
//! stored, and only this process knows their secret. For development, the store also opens the
//! other clients to loopback redirect URIs.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use catalogue::Language;
use jose::digest;
use model::{
    Authenticators, Change, Client, ClientCredential, ClientId, CommitOutcome, Consent, Digest,
    Directory, DirectoryChange, DirectoryOutcome, DirectoryState, ExternalChanges, FailedSignIns,
    Fault, FaultKind, Grant, GrantId, Ledger, LedgerState, LocalizedText, Password, Platform,
    PushedRequest, PushedRequestId, RedirectUri, Resource, SealedSigningKey, Session, SessionGrant,
    SessionGrantQuery, SessionId, Store, StoredRow, Tenant, TenantId, Timestamp, UsedValue, User,
    UserId, is_loopback_url,
};

use super::built_in_client::BuiltInClient;
use crate::{development::Development, settings::Settings, system};

/// The signature algorithm of their ID tokens, if the tenant signs with it.
const ID_TOKEN_ALG: &str = "ES256";

/// A store decorator that adds the built-in clients to every tenant, and opens
/// clients to loopback redirect URIs in a service for development.
pub(crate) struct BuiltInClientStore {
    store: Arc<dyn Store>,
    origin: String,
    secret: OnceLock<String>,
    development: Option<Development>,
}

impl BuiltInClientStore {
    /// Wraps the store of a service with these settings.
    pub(crate) fn new(store: Arc<dyn Store>, settings: &Settings) -> Self {
        let development = settings.development.clone();
        let origin = settings.origin.clone();
        Self { store, origin, secret: OnceLock::new(), development }
    }

    /// Returns the client secret, generated on first use. Each process has its own: the process
    /// that receives the code also redeems it.
    pub(crate) fn secret(&self) -> Result<&str, Fault> {
        if let Some(secret) = self.secret.get() {
            return Ok(secret);
        }
        let seed = system::seed()?;
        let parts = [seed.derive("secret"), seed.derive("more of the secret")];
        Ok(self.secret.get_or_init(|| digest::base64url(parts.concat())))
    }

    async fn built_in(&self, tenant: TenantId, client: BuiltInClient) -> Result<Client, Fault> {
        let secret = ClientCredential::Secret {
            id: "in-memory".to_owned(),
            sha256: digest::sha256(self.secret()?.as_bytes()),
            expires: None,
        };
        let unknown = || Fault::from_message(FaultKind::Internal, "not a client id");
        let id = ClientId::new(client.id()).ok_or_else(unknown)?;
        let names = Language::all().map(|it| (it.tag().to_owned(), client.name(it))).collect();
        let redirect_uri =
            RedirectUri { uri: client.redirect_uri(&self.origin), platform: Platform::Web };
        let row = self.store.tenant(&tenant.to_string()).await?;
        let id_token_alg = row.as_ref().map_or(ID_TOKEN_ALG, |row| row.signing_alg(ID_TOKEN_ALG));
        Ok(Client {
            redirect_uris: vec![redirect_uri],
            credentials: vec![secret],
            grant_types: vec!["authorization_code".to_owned()],
            admin_consent: true,
            id_token_alg: id_token_alg.to_owned(),
            display_name: LocalizedText::by_language(names),
            ..Client::new(tenant, id, &client.name(Language::ENGLISH))
        })
    }
}

#[async_trait]
impl Directory for BuiltInClientStore {
    fn is_shared(&self) -> bool {
        self.store.is_shared()
    }

    async fn external_changes(&self, since: u64) -> Result<ExternalChanges, Fault> {
        self.store.external_changes(since).await
    }

    async fn directory_state(&self) -> Result<DirectoryState, Fault> {
        self.store.directory_state().await
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.store.tenants().await
    }

    async fn tenant_names(&self) -> Result<Vec<(TenantId, String)>, Fault> {
        self.store.tenant_names().await
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        self.store.tenant(name_or_id).await
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        self.store.clients(tenant).await
    }

    async fn client_ids(&self, tenant: TenantId) -> Result<Vec<ClientId>, Fault> {
        self.store.client_ids(tenant).await
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        if let Some(client) = BuiltInClient::with_id(id.as_str()) {
            return Ok(Some(Arc::new(self.built_in(tenant, client).await?)));
        }
        let client = self.store.client(tenant, id).await?;
        Ok(match &self.development {
            Some(development) => client.map(|client| development.open_to_loopback(&client)),
            None => client,
        })
    }

    fn cached_tenant(&self, name_or_id: &str) -> Option<Arc<Tenant>> {
        self.store.cached_tenant(name_or_id)
    }

    fn cached_client(&self, tenant: TenantId, id: &ClientId) -> Option<Arc<Client>> {
        // In development, clients are read to be opened.
        let is_as_stored =
            self.development.is_none() && BuiltInClient::with_id(id.as_str()).is_none();
        is_as_stored.then(|| self.store.cached_client(tenant, id)).flatten()
    }

    fn cached_resources(&self, tenant: TenantId) -> Option<Arc<Vec<Resource>>> {
        self.store.cached_resources(tenant)
    }

    fn cached_user(&self, tenant: TenantId, id: UserId) -> Option<Arc<User>> {
        self.store.cached_user(tenant, id)
    }

    fn cached_signing_keys(&self, tenant: TenantId) -> Option<Arc<Vec<SealedSigningKey>>> {
        self.store.cached_signing_keys(tenant)
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        let is_open = self.development.is_some() && is_loopback_url(origin);
        Ok(is_open || self.store.has_origin(tenant, origin).await?)
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

    async fn authenticators(
        &self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Authenticators>, Fault> {
        self.store.authenticators(tenant, user).await
    }

    async fn authenticators_after(
        &self,
        tenant: TenantId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Authenticators>, Fault> {
        self.store.authenticators_after(tenant, after, limit).await
    }

    async fn unusual_hash_after(
        &self,
        tenant: TenantId,
        after: &str,
    ) -> Result<Option<String>, Fault> {
        self.store.unusual_hash_after(tenant, after).await
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        self.store.consents(tenant, user, client).await
    }

    async fn consents_of_user(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Consent>, Fault> {
        self.store.consents_of_user(tenant, user, limit).await
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SealedSigningKey>>, Fault> {
        self.store.signing_keys(tenant).await
    }

    async fn apply_if_stored(
        &self,
        rows: Vec<StoredRow>,
        changes: Vec<DirectoryChange>,
    ) -> Result<DirectoryOutcome, Fault> {
        let uses_reserved_id = |change: &DirectoryChange| match change {
            DirectoryChange::PutClient(put) => BuiltInClient::with_id(put.id.as_str()).is_some(),
            _ => false,
        };
        if changes.iter().any(uses_reserved_id) {
            let cause = "a built-in client cannot be stored";
            return Err(Fault::from_message(FaultKind::Internal, cause));
        }
        self.store.apply_if_stored(rows, changes).await
    }
}

#[async_trait]
impl Ledger for BuiltInClientStore {
    async fn ledger_state(&self) -> Result<LedgerState, Fault> {
        self.store.ledger_state().await
    }

    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.store.grant(tenant, id).await
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.store.session(tenant, id).await
    }

    async fn sessions_of_user(
        &self,
        user: (TenantId, UserId),
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, Fault> {
        self.store.sessions_of_user(user, now, limit).await
    }

    async fn session_grants(&self, query: SessionGrantQuery) -> Result<Vec<SessionGrant>, Fault> {
        self.store.session_grants(query).await
    }

    async fn pushed_request(
        &self,
        tenant: TenantId,
        id: PushedRequestId,
    ) -> Result<Option<PushedRequest>, Fault> {
        self.store.pushed_request(tenant, id).await
    }

    async fn failed_sign_ins(
        &self,
        tenant: TenantId,
        key: Digest,
    ) -> Result<Option<FailedSignIns>, Fault> {
        self.store.failed_sign_ins(tenant, key).await
    }

    async fn is_used(&self, value: &UsedValue) -> Result<bool, Fault> {
        self.store.is_used(value).await
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        self.store.commit(changes).await
    }

    fn database_for_new(&self, random: u8, began_at: Timestamp) -> u8 {
        self.store.database_for_new(random, began_at)
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.store.sweep(now, limit).await
    }
}
