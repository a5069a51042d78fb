//! What the operator is told of other clients, where a value was mistaken for one of theirs.

use std::collections::HashMap;

use model::{Fault, Record, Seconds, Store, TenantId, Timestamp};
use protocol::neighbours::{Neighbour, of_client_id, of_redirect_uri};

use super::Left;
use crate::{clock, traces::comparison};

/// Searches in one batch: of the others nothing more is said.
const SEARCHES_MAX: usize = 64;
/// Tenants whose clients are kept to search among.
const TENANTS_MAX: usize = 4;
/// Clients are read again no sooner than after a second, and one more for so many of them.
const CLIENTS_PER_SECOND: usize = 200;

const CLIENT_UNKNOWN: u32 = 700_016;
const REDIRECT_URI_UNKNOWN: u32 = 50_011;

/// The clients that are searched among, kept for a while.
#[derive(Default)]
pub(super) struct Neighbours(HashMap<TenantId, Kept>);

struct Kept {
    clients: Vec<Neighbour>,
    until: Timestamp,
}

impl Neighbours {
    /// Notes for the operator what a value that was turned down means elsewhere in the tenant.
    pub(super) async fn tell(&mut self, left: &mut [Left], store: &dyn Store) {
        let mut searches = SEARCHES_MAX;
        for Left { record, .. } in left {
            let Some((tenant, name)) = mistaken(record) else { continue };
            if searches == 0 {
                return;
            }
            searches -= 1;
            // Without the store nothing more is said.
            let Ok(clients) = self.clients(tenant, store).await else { return };
            let asking = record.client.as_deref().unwrap_or_default();
            let fact = match received(record, name) {
                Some(sent) if name == "redirect_uri" => of_redirect_uri(&sent, asking, clients),
                _ => of_client_id(asking, clients),
            };
            if let (Some(fact), Some(reasoning)) = (fact, &mut record.reasoning) {
                reasoning.comparisons.push(comparison(&fact));
            }
        }
    }

    async fn clients(
        &mut self,
        tenant: TenantId,
        store: &dyn Store,
    ) -> Result<&[Neighbour], Fault> {
        let now = clock::now();
        self.0.retain(|_, kept| kept.until > now);
        if !self.0.contains_key(&tenant) {
            if self.0.len() >= TENANTS_MAX {
                self.0.clear();
            }
            let clients = store.clients(tenant).await?;
            let seconds = i64::try_from(1 + clients.len() / CLIENTS_PER_SECOND).unwrap_or(i64::MAX);
            let clients = clients.iter().map(Neighbour::of).collect();
            self.0.insert(tenant, Kept { clients, until: now + Seconds::new(seconds) });
        }
        Ok(self.0.get(&tenant).map_or(&[], |kept| kept.clients.as_slice()))
    }
}

/// Which value of a request may be another client's, if one may.
fn mistaken(record: &Record) -> Option<(TenantId, &'static str)> {
    let name = match record.number? {
        CLIENT_UNKNOWN => "client_id",
        REDIRECT_URI_UNKNOWN => "redirect_uri",
        _ => return None,
    };
    Some((record.tenant?, name))
}

fn received(record: &Record, name: &str) -> Option<String> {
    let comparisons = &record.reasoning.as_ref()?.comparisons;
    comparisons.iter().find(|it| it.name == name)?.received.clone()
}
