//! Attributes request records to registered clients: to the client that the request names, or to
//! the one whose id it misspells.

mod similar_name;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use catalogue::Comparison;
use model::{ClientId, Fault, RequestRecord, Seconds, Store, TenantId, TenantStore, Timestamp};
use protocol::{
    difference::{self, suggestion},
    stored_comparison::stored_comparison,
};
use tokio::{task::yield_now, time::timeout};

use self::similar_name::{Name, nearest};
use crate::{records::queue::PendingRecord, system};

/// Timeout of looking up the clients that a batch names.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(2);
/// Timeout of the search for misspelled clients. Later records of the batch are not attributed.
const GUESS_TIMEOUT: Duration = Duration::from_secs(1);
/// Maximum number of names that the searches of one batch compare: a fraction of a second of work.
/// Its tenants have equal parts, and one search each at least. Further records are not attributed.
const COMPARED_MAX: usize = 250_000;
/// Maximum number of searches of one cache whose results are kept. An app with a misspelled client
/// id repeats its request.
const RESULTS_MAX: usize = 256;
/// Maximum number of tenants whose client ids are cached.
const TENANTS_MAX: usize = 16;
/// Cached names expire after one second, plus one for this many names.
const NAMES_PER_SECOND: usize = 200;

/// The attribution of records, with cached names of tenants and clients.
#[derive(Default)]
pub(super) struct ClientAttribution {
    tenants: Option<NameCache<TenantId>>,
    clients: HashMap<TenantId, NameCache<ClientId>>,
}

/// The part of a tenant of the comparisons of a batch.
struct Part {
    left: usize,
    is_unused: bool,
}

/// The parts of the tenants of a batch.
struct Parts {
    size: usize,
    /// Of records without a known tenant: by `None`.
    of_tenants: HashMap<Option<TenantId>, Part>,
}

/// Cached names of tenants or clients, with their ids.
struct NameCache<T> {
    names: Vec<(Name, T)>,
    until: Timestamp,
    /// The results of the last searches, by the text.
    results: HashMap<String, Option<T>>,
}

impl ClientAttribution {
    /// Attributes the records that name a client and are not attributed yet.
    ///
    /// Looks up all exact names first, so that slow guesses do not delay them.
    pub(super) async fn attribute(&mut self, batch: &mut [PendingRecord], store: &dyn Store) {
        let mut unattributed: Vec<&mut PendingRecord> =
            batch.iter_mut().filter(|pending| pending.record.attributed_client.is_none()).collect();
        let (mut looked_up, mut unknown) = (0, Vec::new());
        let lookup = async {
            for (index, pending) in unattributed.iter_mut().enumerate() {
                match find_client(pending, store).await {
                    Ok(Some(id)) => pending.record.attributed_client = Some(id),
                    Ok(None) => unknown.push(index),
                    Err(_) => pending.record.attributed_client = claimed_client(pending),
                }
                looked_up = index + 1;
            }
        };
        // Without the store, the record is attributed to the claimed client: its developer needs
        // it.
        if timeout(LOOKUP_TIMEOUT, lookup).await.is_err() {
            for pending in unattributed.iter_mut().skip(looked_up) {
                pending.record.attributed_client = claimed_client(pending);
            }
        }
        let tenants = unknown.iter().filter_map(|index| unattributed.get(*index));
        let tenants: HashSet<_> = tenants.map(|pending| pending.record.tenant).collect();
        let mut parts = Parts::new(tenants.len());
        let guesses = async {
            for index in unknown {
                let Some(pending) = unattributed.get_mut(index) else { continue };
                if pending.record.number.is_some() && pending.record.client.is_some() {
                    let client = self.guess(pending, store, &mut parts).await.unwrap_or_default();
                    pending.record.attributed_client = client;
                    // Lets the timeout end the guesses: with cached names nothing else waits.
                    yield_now().await;
                }
            }
        };
        timeout(GUESS_TIMEOUT, guesses).await.unwrap_or_default();
    }

    /// Returns the client whose id the record misspells. If the path misspells the tenant too, sets
    /// the tenant of the record.
    async fn guess(
        &mut self,
        pending: &mut PendingRecord,
        store: &dyn Store,
        parts: &mut Parts,
    ) -> Result<Option<ClientId>, Fault> {
        let sent = pending.record.client.clone().unwrap_or_default();
        if let Some(tenant) = pending.record.tenant {
            let clients = self.clients(TenantStore::new(store, tenant)).await?;
            let client = clients.nearest(&sent, parts.of(Some(tenant)));
            if let Some(client) = &client {
                let comparison = suggestion("client_id", &sent, client.as_str());
                add_comparison(&mut pending.record, comparison);
            }
            return Ok(client);
        }
        let Some(sent_tenant) = &pending.tenant else { return Ok(None) };
        let tenants = self.tenants(store).await?;
        let Some(tenant) = tenants.nearest(sent_tenant, parts.of(None)) else {
            return Ok(None);
        };
        let clients = self.clients(TenantStore::new(store, tenant)).await?;
        let client = clients.nearest(&sent, parts.of(Some(tenant)));
        if client.is_some() {
            pending.record.tenant = Some(tenant);
            let id = tenant.to_string();
            let row = store.tenant(&id).await?;
            let names = [id.as_str(), row.as_ref().map_or("", |row| row.name.as_str())];
            let name = difference::nearest(sent_tenant, names).unwrap_or(&id);
            add_comparison(&mut pending.record, suggestion("tenant", sent_tenant, name));
        }
        Ok(client)
    }

    async fn tenants(&mut self, store: &dyn Store) -> Result<&mut NameCache<TenantId>, Fault> {
        let now = system::now();
        if self.tenants.as_ref().is_none_or(|cache| cache.until <= now) {
            let id_and_name = |(id, name): (TenantId, String)| {
                [(id.to_string(), id), (name.to_ascii_lowercase(), id)]
            };
            let names = store.tenant_names().await?.into_iter().flat_map(id_and_name).collect();
            self.tenants = Some(NameCache::new(now, names));
        }
        Ok(self.tenants.get_or_insert_with(|| NameCache::new(now, Vec::new())))
    }

    async fn clients(&mut self, store: TenantStore<'_>) -> Result<&mut NameCache<ClientId>, Fault> {
        let (tenant, now) = (store.tenant(), system::now());
        self.clients.retain(|_, cache| cache.until > now);
        if !self.clients.contains_key(&tenant) {
            if self.clients.len() >= TENANTS_MAX {
                self.clients.clear();
            }
            let ids = store.client_ids().await?.into_iter();
            let names = ids.map(|id| (id.as_str().to_ascii_lowercase(), id)).collect();
            self.clients.insert(tenant, NameCache::new(now, names));
        }
        Ok(self.clients.entry(tenant).or_insert_with(|| NameCache::new(now, Vec::new())))
    }
}

impl Parts {
    fn new(tenants: usize) -> Self {
        Self { size: COMPARED_MAX / tenants.max(1), of_tenants: HashMap::new() }
    }

    fn of(&mut self, tenant: Option<TenantId>) -> &mut Part {
        self.of_tenants.entry(tenant).or_insert(Part { left: self.size, is_unused: true })
    }
}

impl Part {
    /// Takes a number of comparisons. Returns `false` if fewer are left, but for the first search.
    fn take(&mut self, comparisons: usize) -> bool {
        let is_first = std::mem::take(&mut self.is_unused);
        let is_enough = comparisons <= self.left;
        self.left = self.left.saturating_sub(comparisons);
        is_enough || is_first
    }
}

impl<T: PartialEq + Clone> NameCache<T> {
    fn new(now: Timestamp, names: Vec<(String, T)>) -> Self {
        let names: Vec<_> = names.into_iter().map(|(name, id)| (Name::new(name), id)).collect();
        let seconds = i64::try_from(1 + names.len() / NAMES_PER_SECOND).unwrap_or(i64::MAX);
        Self { until: now + Seconds::new(seconds), names, results: HashMap::new() }
    }

    /// Returns the one entry whose name the text misspells. `None` also if too many comparisons
    /// were made.
    fn nearest(&mut self, text: &str, part: &mut Part) -> Option<T> {
        if let Some(known) = self.results.get(text) {
            return known.clone();
        }
        if !part.take(self.names.len()) {
            return None;
        }
        if self.results.len() >= RESULTS_MAX {
            self.results.clear();
        }
        let found = nearest(text, &self.names).cloned();
        self.results.insert(text.to_owned(), found.clone());
        found
    }
}

/// Returns the client that the record names, if it is registered. Sets the tenant of a record that
/// was refused before its tenant was known, such as for a suspended tenant.
async fn find_client(
    pending: &mut PendingRecord,
    store: &dyn Store,
) -> Result<Option<ClientId>, Fault> {
    if let (None, Some(name)) = (pending.record.tenant, &pending.tenant) {
        pending.record.tenant = store.tenant(name).await?.map(|tenant| tenant.id);
    }
    if pending.client_is_unknown {
        return Ok(None);
    }
    let (Some(tenant), Some(id)) = (pending.record.tenant, claimed_client(pending)) else {
        return Ok(None);
    };
    Ok(TenantStore::new(store, tenant).client(&id).await?.map(|_| id))
}

fn claimed_client(pending: &PendingRecord) -> Option<ClientId> {
    pending.record.client.as_deref().and_then(ClientId::new)
}

/// Replaces the comparison of this name by one with the guess, for the client's developer. The
/// response did not contain the guess: anyone may have sent the request.
fn add_comparison(record: &mut RequestRecord, comparison: Comparison) {
    let Some(details) = &mut record.refusal_details else { return };
    details.comparisons.retain(|other| other.name != comparison.name);
    details.comparisons.insert(0, stored_comparison(comparison));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_for_a_text_is_made_once() {
        // Searches with a part for one search: the same text again, then another one, which is
        // not searched for, then that again with a new part.
        let mut cache = NameCache::new(Timestamp::default(), vec![("web".to_owned(), 7)]);
        let mut part = Part { left: 1, is_unused: true };
        for _ in 0..3 {
            assert_eq!(cache.nearest("wep", &mut part), Some(7));
        }
        assert_eq!(cache.nearest("wex", &mut part), None);
        part = Part { left: 1, is_unused: true };
        assert_eq!(cache.nearest("wex", &mut part), Some(7));
        assert_eq!(part.left, 0);
    }

    #[test]
    fn tenants_of_a_batch_have_equal_parts_of_its_comparisons() {
        // Two tenants: one takes all of its part, and one has more names than its part. A third
        // one, which was misspelled too, has a part as well.
        let mut parts = Parts::new(2);
        let [first, second, third] = [1, 2, 3].map(|end| Some(TenantId::from_bytes([end; 16])));
        assert!(parts.of(first).take(COMPARED_MAX / 2));
        assert!(!parts.of(first).take(1));
        assert!(parts.of(second).take(COMPARED_MAX) && !parts.of(second).take(1));
        assert!(parts.of(third).take(1) && parts.of(third).take(1));
    }

    #[test]
    fn results_of_searches_are_bounded() {
        // Searches for ten times as many texts as there may be results.
        let mut cache = NameCache::new(Timestamp::default(), vec![("web".to_owned(), 7)]);
        let mut part = Part { left: RESULTS_MAX * 10, is_unused: true };
        for text in 0..RESULTS_MAX * 10 {
            assert_eq!(cache.nearest(&text.to_string(), &mut part), None);
        }
        assert!(cache.results.len() <= RESULTS_MAX);
    }
}
