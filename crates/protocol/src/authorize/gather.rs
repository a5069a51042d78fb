//! What the steps must know besides the request.

use std::sync::Arc;

use model::{Client, ClientId, Fault, Resource, Store};

use crate::{context::Context, form::Form, keys::TenantKeys};

/// The facts of one authorization request.
#[derive(Clone)]
pub struct Facts {
    /// The client that the request names, if there is one.
    pub client: Option<Arc<Client>>,
    /// Every resource of the tenant.
    pub resources: Arc<Vec<Resource>>,
    /// The tenant's own keys, for an ID token that is shown back to us.
    pub keys: Arc<TenantKeys>,
}

impl Facts {
    /// Reads them. A request that cannot be read names no client.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub async fn gather(
        encoded: &[u8],
        keys: Arc<TenantKeys>,
        store: &dyn Store,
        context: &Context<'_>,
    ) -> Result<Self, Fault> {
        let tenant = context.realm.tenant.id;
        let client = match client_id(encoded) {
            Some(id) => store.client(tenant, &id).await?,
            None => None,
        };
        Ok(Self { client, resources: store.resources(tenant).await?, keys })
    }
}

/// The client that a request names, whatever its other parameters are like.
fn client_id(encoded: &[u8]) -> Option<ClientId> {
    encoded
        .split(|byte| *byte == b'&')
        .filter_map(|pair| Form::parse(pair).ok())
        .find_map(|one| one.get("client_id").and_then(ClientId::new))
}
