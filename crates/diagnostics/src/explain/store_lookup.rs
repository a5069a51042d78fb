//! Read access to the store for explanations.

use std::sync::Arc;

use jose::{CompactJws, Jwk, Padding, VerifyingKey};
use model::{
    Client, ClientId, Fault, History, SealedSigningKey, Store, Tenant, Timestamp, can_name_tenant,
};
use protocol::{
    Error,
    context::{RequestSeed, RuleContext, Sender, TenantContext},
    keys::TenantKeys,
};

use crate::Installation;

/// Look-ups in the store of an installation. Nothing is written.
pub struct StoreLookup {
    installation: Arc<dyn Installation>,
}

impl StoreLookup {
    /// Creates look-ups in this installation.
    pub fn new(installation: Arc<dyn Installation>) -> Self {
        Self { installation }
    }

    /// Returns the installation that is read.
    pub(super) fn installation(&self) -> &dyn Installation {
        &*self.installation
    }

    /// Returns the store.
    pub(super) fn store(&self) -> &dyn Store {
        self.installation.store()
    }

    /// Returns the history.
    pub(super) fn history(&self) -> &dyn History {
        self.installation.history()
    }

    /// Returns the tenant with this name or id.
    pub(super) async fn tenant(&self, name: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        if !can_name_tenant(name) {
            return Ok(None);
        }
        self.store().tenant(&name.to_ascii_lowercase()).await
    }

    /// Returns the tenant that a URL of this service names: an issuer, audience or endpoint.
    pub(super) async fn tenant_of_url(&self, url: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        let Some(name) = tenant_name(url) else { return Ok(None) };
        self.tenant(name).await
    }

    /// Returns all tenants.
    pub(super) async fn tenants(&self) -> Result<Vec<Arc<Tenant>>, Fault> {
        Ok(self.store().tenants().await?.into_iter().map(Arc::new).collect())
    }

    /// Returns the named tenant. Without a name, returns the only tenant, if there is exactly one.
    pub(super) async fn single_tenant(
        &self,
        name: Option<&str>,
    ) -> Result<Option<Arc<Tenant>>, Fault> {
        if let Some(name) = name {
            return self.tenant(name).await;
        }
        let mut tenants = self.tenants().await?;
        Ok(if tenants.len() == 1 { tenants.pop() } else { None })
    }

    /// Returns the context of a tenant, or `None` if the tenant is suspended.
    pub(super) async fn tenant_context(
        &self,
        tenant: &Tenant,
    ) -> Result<Option<Arc<TenantContext>>, Fault> {
        match self.installation.tenant_context(&tenant.id.to_string()).await {
            Ok(tenant) => Ok(Some(tenant)),
            Err(Error::Refused(_)) => Ok(None),
            Err(Error::Fault(fault)) => Err(fault),
        }
    }

    /// Returns the signing keys of a tenant as they were at a time.
    pub(super) async fn keys(
        &self,
        tenant: &TenantContext,
        at: Timestamp,
    ) -> Result<TenantKeys, Fault> {
        let rows = self.signing_keys(&tenant.row).await?;
        TenantKeys::new(&rows, tenant, at)
    }

    /// Returns the stored signing keys of a tenant.
    pub(super) async fn signing_keys(
        &self,
        tenant: &Tenant,
    ) -> Result<Arc<Vec<SealedSigningKey>>, Fault> {
        self.store().signing_keys(tenant.id).await
    }

    /// Returns a client with its tenant. Without a tenant, searches all tenants.
    pub(super) async fn client(
        &self,
        id: &str,
        tenant: Option<&Arc<Tenant>>,
    ) -> Result<Option<(Arc<Tenant>, Arc<Client>)>, Fault> {
        let Some(id) = ClientId::new(id) else { return Ok(None) };
        let tenants = match tenant {
            Some(tenant) => vec![Arc::clone(tenant)],
            None => self.tenants().await?,
        };
        for tenant in tenants {
            if let Some(client) = self.store().client(tenant.id, &id).await? {
                return Ok(Some((tenant, client)));
            }
        }
        Ok(None)
    }
}

/// Returns the context of a rule in a dry run. The constant seed is harmless: nothing that is
/// derived from it is stored or sent.
pub(super) const fn rule_context(tenant: &TenantContext, now: Timestamp) -> RuleContext<'_> {
    RuleContext { now, tenant, seed: RequestSeed::new([0; 32]), sender: Sender::DryRun }
}

/// Returns the tenant in a URL: the first segment of the path.
pub(super) fn tenant_name(url: &str) -> Option<&str> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    path.split(['?', '#']).next()?.split('/').nth(1).filter(|name| !name.is_empty())
}

/// Verifies the signature of a token with the key of a JWK. The error is the one of `jose`.
pub(super) fn verify_signature(token: &str, jwk: &str) -> Result<(), String> {
    let jwk = Jwk::from_json(jwk.as_bytes()).map_err(|error| error.to_string())?;
    let key = VerifyingKey::new(&jwk).map_err(|error| error.to_string())?;
    let compact = CompactJws::parse(token, token.len(), Padding::Tolerated);
    let compact = compact.map_err(|error| error.to_string())?;
    compact.verify(&key).map(|_| ()).map_err(|error| error.to_string())
}
