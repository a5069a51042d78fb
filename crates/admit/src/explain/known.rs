//! What the store know, for what was pasted: read, and never written.

use std::sync::Arc;

use jose::{Compact, Jwk, Padding, VerifyingKey};
use model::{Client, ClientId, Fault, SigningKeyRow, Tenant, Timestamp};
use protocol::{
    Failure,
    context::{Context, Entropy, Realm},
    keys::TenantKeys,
};
use service::Service;

/// Longest name of a tenant that is looked up, in bytes.
const NAME_BYTES_MAX: usize = 128;

/// The store of an installation.
pub(crate) struct Known {
    service: Arc<Service>,
}

impl Known {
    /// Asks these store.
    pub(crate) const fn new(service: Arc<Service>) -> Self {
        Self { service }
    }

    /// The service over the store. It answers nobody.
    pub(crate) fn service(&self) -> &Service {
        &self.service
    }

    /// The tenant that a part of a text names: by name or id.
    pub(crate) async fn tenant(&self, name: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return Ok(None);
        }
        self.service.store.tenant(&name.to_ascii_lowercase()).await
    }

    /// The tenant in a URL of ours: an issuer, an audience, an endpoint.
    pub(crate) async fn tenant_of_url(&self, url: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        let Some(name) = tenant_name(url) else { return Ok(None) };
        self.tenant(name).await
    }

    /// Every tenant.
    pub(crate) async fn tenants(&self) -> Result<Vec<Arc<Tenant>>, Fault> {
        Ok(self.service.store.tenants().await?.into_iter().map(Arc::new).collect())
    }

    /// The tenant that is named, or the only one that there is.
    pub(crate) async fn only(&self, name: Option<&str>) -> Result<Option<Arc<Tenant>>, Fault> {
        if let Some(name) = name {
            return self.tenant(name).await;
        }
        let mut tenants = self.tenants().await?;
        Ok(if tenants.len() == 1 { tenants.pop() } else { None })
    }

    /// What follows from a tenant; nothing for one that is suspended.
    pub(crate) async fn realm(&self, tenant: &Tenant) -> Result<Option<Arc<Realm>>, Fault> {
        match self.service.realm(&tenant.id.to_string()).await {
            Ok(realm) => Ok(Some(realm)),
            Err(Failure::Refused(_)) => Ok(None),
            Err(Failure::Fault(fault)) => Err(fault),
        }
    }

    /// The tenant's signing keys as they were at a time.
    pub(crate) async fn keys(&self, realm: &Realm, at: Timestamp) -> Result<TenantKeys, Fault> {
        let rows = self.rows(&realm.tenant).await?;
        TenantKeys::new(&rows, &realm.seals.signing_keys, at)
    }

    /// The rows of the tenant's signing keys.
    pub(crate) async fn rows(&self, tenant: &Tenant) -> Result<Arc<Vec<SigningKeyRow>>, Fault> {
        self.service.store.signing_keys(tenant.id).await
    }

    /// A client, and the tenant that it is registered with.
    pub(crate) async fn client(
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
            if let Some(client) = self.service.store.client(tenant.id, &id).await? {
                return Ok(Some((tenant, client)));
            }
        }
        Ok(None)
    }
}

/// The surroundings of a rule that is asked what it would say. Nothing random is drawn for good.
pub(crate) const fn context(realm: &Realm, now: Timestamp) -> Context<'_> {
    Context { now, realm, entropy: Entropy::new([0; 32]) }
}

/// The part of a URL that names a tenant: the first one of its path.
pub(crate) fn tenant_name(url: &str) -> Option<&str> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    path.split(['?', '#']).next()?.split('/').nth(1).filter(|name| !name.is_empty())
}

/// Whether the key of this JWK made the signature of the token, by jose's own word.
pub(crate) fn verify(token: &str, jwk: &str) -> Result<(), String> {
    let jwk = Jwk::from_json(jwk.as_bytes()).map_err(|error| error.to_string())?;
    let key = VerifyingKey::new(&jwk).map_err(|error| error.to_string())?;
    let compact = Compact::parse(token, token.len(), Padding::Tolerated);
    let compact = compact.map_err(|error| error.to_string())?;
    compact.verify(&key).map(|_| ()).map_err(|error| error.to_string())
}
