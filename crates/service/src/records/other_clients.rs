//! Adds comparisons about other clients: a refused client id or redirect URI may belong to another
//! client. Operators and administrators see them, but no client developer.

use std::collections::HashMap;

use model::{Fault, RequestRecord, Seconds, Store, TenantId, TenantStore, Timestamp};
use protocol::{other_clients, stored_comparison::stored_comparison};

use crate::{records::queue::PendingRecord, system};

/// Maximum number of searches in one batch. Further records get no comparison.
const SEARCHES_MAX: usize = 64;
/// Maximum number of tenants whose clients are cached.
const TENANTS_MAX: usize = 4;
/// The cached clients of a tenant expire after one second, plus one for this many clients.
const CLIENTS_PER_SECOND: usize = 200;

const CLIENT_NOT_FOUND: u32 = 700_016;
const REDIRECT_URI_NOT_REGISTERED: u32 = 50_011;

/// The cached clients per tenant.
#[derive(Default)]
pub(super) struct OtherClients(HashMap<TenantId, CachedClients>);

struct CachedClients {
    clients: other_clients::OtherClients,
    until: Timestamp,
}

impl OtherClients {
    /// Adds a comparison to each record whose refused value belongs to another client of the
    /// tenant.
    pub(super) async fn add_comparisons(&mut self, batch: &mut [PendingRecord], store: &dyn Store) {
        let mut searches = SEARCHES_MAX;
        for PendingRecord { record, .. } in batch {
            let Some((tenant, name)) = confusable_value(record) else { continue };
            if searches == 0 {
                return;
            }
            searches -= 1;
            // If the store fails, the records get no comparison.
            let Ok(clients) = self.clients(TenantStore::new(store, tenant)).await else { return };
            let client = record.client.as_deref().unwrap_or_default();
            let comparison = match received(record, name) {
                Some(uri) if name == "redirect_uri" => clients.of_redirect_uri(&uri, client),
                _ => clients.of_client_id(client),
            };
            if let (Some(comparison), Some(details)) = (comparison, &mut record.refusal_details) {
                details.comparisons.push(stored_comparison(comparison));
            }
        }
    }

    async fn clients(
        &mut self,
        store: TenantStore<'_>,
    ) -> Result<&other_clients::OtherClients, Fault> {
        let (tenant, now) = (store.tenant(), system::now());
        self.0.retain(|_, cached| cached.until > now);
        if !self.0.contains_key(&tenant) {
            if self.0.len() >= TENANTS_MAX {
                self.0.clear();
            }
            let clients = store.clients().await?;
            let seconds = i64::try_from(1 + clients.len() / CLIENTS_PER_SECOND).unwrap_or(i64::MAX);
            let clients = other_clients::OtherClients::new(&clients);
            self.0.insert(tenant, CachedClients { clients, until: now + Seconds::new(seconds) });
        }
        let cached = self.0.entry(tenant).or_insert_with(|| CachedClients {
            clients: other_clients::OtherClients::default(),
            until: now,
        });
        Ok(&cached.clients)
    }
}

/// Returns the tenant and the name of the refused value, if that value can belong to another
/// client.
fn confusable_value(record: &RequestRecord) -> Option<(TenantId, &'static str)> {
    let name = match record.number? {
        CLIENT_NOT_FOUND => "client_id",
        REDIRECT_URI_NOT_REGISTERED => "redirect_uri",
        _ => return None,
    };
    Some((record.tenant?, name))
}

fn received(record: &RequestRecord, name: &str) -> Option<String> {
    let comparisons = &record.refusal_details.as_ref()?.comparisons;
    comparisons.iter().find(|comparison| comparison.name == name)?.received.clone()
}
