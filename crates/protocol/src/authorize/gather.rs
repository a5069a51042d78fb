//! Gathers the inputs of the checks.

use std::sync::Arc;

use model::{Client, ClientId, Fault, Resource, TenantStore};

use crate::{keys::TenantKeys, parameters::Parameters};

/// The inputs of the checks of one authorization request.
#[derive(Clone)]
pub struct AuthorizationInputs {
    /// The client with the id in the request, if it exists.
    pub client: Option<Arc<Client>>,
    /// Every resource of the tenant.
    pub resources: Arc<Vec<Resource>>,
    /// The keys of the tenant, which verify `id_token_hint`.
    pub keys: Arc<TenantKeys>,
}

impl AuthorizationInputs {
    /// Reads the inputs from the store.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub async fn gather(
        encoded: &[u8],
        keys: Arc<TenantKeys>,
        store: TenantStore<'_>,
    ) -> Result<Self, Fault> {
        let client = match client_id(encoded) {
            Some(id) => store.client(&id).await?,
            None => None,
        };
        Ok(Self { client, resources: store.resources().await?, keys })
    }
}

/// Returns the client id of a request, even if other parameters are malformed.
fn client_id(encoded: &[u8]) -> Option<ClientId> {
    encoded
        .split(|byte| *byte == b'&')
        .filter_map(|pair| Parameters::parse(pair).ok())
        .find_map(|parameter| parameter.get("client_id").and_then(ClientId::new))
}
