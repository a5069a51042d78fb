//! Advice about stored clients that need not use PKCE.

use std::fmt::Write;

use model::{Client, Fault, RecordQuery, Tenant};
use service::Service;

use super::StoredData;

/// Maximum number of requests of each client that are searched, the newest ones.
const REQUESTS_MAX: u32 = 1_000;

/// Returns a piece of advice for each client without mandatory PKCE. None if clients cannot be
/// read: the check of the root key reports that.
pub(crate) fn advice(stored: &StoredData) -> Vec<String> {
    stored.read(of_service(&stored.service)).unwrap_or_default()
}

async fn of_service(service: &Service) -> Result<Vec<String>, Fault> {
    let mut advice = Vec::new();
    for tenant in service.store.tenants().await? {
        for client in service.store.clients(tenant.id).await? {
            if client.enabled && !client.requires_pkce() {
                let unbound = unbound_requests(service, &client).await;
                advice.push(of_client(&tenant, &client, unbound));
            }
        }
    }
    Ok(advice)
}

/// Returns how many of the newest requests of a client had neither `code_challenge` nor `nonce`.
/// Without the history, there are none.
async fn unbound_requests(service: &Service, client: &Client) -> usize {
    let query = RecordQuery {
        tenant: Some(client.tenant),
        attributed_client: Some(client.id.clone()),
        limit: REQUESTS_MAX,
        ..RecordQuery::default()
    };
    let records = service.history.find(query).await.unwrap_or_default();
    let is_unbound = |record: &&model::RequestRecord| {
        record.warnings.iter().any(|warning| warning.kind == "code_not_bound")
    };
    records.iter().filter(is_unbound).count()
}

fn of_client(tenant: &Tenant, client: &Client, unbound: usize) -> String {
    let mut advice = format!(
        "the client {} ({}) of the tenant {} has `pkce = \"optional\"`: a stolen authorization \
         code is protected by the client's credential alone, and a code of another browser can be \
         injected unless the client sends and checks `nonce`. Set `pkce = \"required\"` as soon as \
         its library sends a code_challenge.",
        client.name, client.id, tenant.name
    );
    if unbound > 0 {
        // Writing to a String cannot fail.
        write!(
            advice,
            " {unbound} of its newest {REQUESTS_MAX} requests had neither code_challenge nor nonce."
        )
        .unwrap_or_default();
    }
    advice
}
