//! Attributes request records to registered clients: to the client that the request names, or to
//! the one whose id it misspells.

use std::{collections::HashMap, time::Duration};

use catalogue::{Comparison, edit_distance};
use model::{ClientId, Fault, RequestRecord, Seconds, Store, TenantId, TenantStore, Timestamp};
use protocol::{
    difference::{self, suggestion},
    stored_comparison::stored_comparison,
};
use tokio::{task::yield_now, time::timeout};

use crate::{records::queue::PendingRecord, system};

/// Timeout of looking up the clients that a batch names.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(2);
/// Timeout of the search for misspelled clients. Later records of the batch are not attributed.
const GUESS_TIMEOUT: Duration = Duration::from_secs(1);
/// Maximum number of names that the searches of one batch compare: a fraction of a second of work.
/// Further records are not attributed.
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

/// Cached names of tenants or clients, with their ids.
struct NameCache<T> {
    names: Vec<(String, T)>,
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
        let mut budget = COMPARED_MAX;
        let guesses = async {
            for index in unknown {
                let Some(pending) = unattributed.get_mut(index) else { continue };
                if pending.record.number.is_some() && pending.record.client.is_some() {
                    let client = self.guess(pending, store, &mut budget).await.unwrap_or_default();
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
        budget: &mut usize,
    ) -> Result<Option<ClientId>, Fault> {
        let sent = pending.record.client.clone().unwrap_or_default();
        if let Some(tenant) = pending.record.tenant {
            let clients = self.clients(TenantStore::new(store, tenant)).await?;
            let client = clients.nearest(&sent, budget);
            if let Some(client) = &client {
                let comparison = suggestion("client_id", &sent, client.as_str());
                add_comparison(&mut pending.record, &comparison);
            }
            return Ok(client);
        }
        let Some(sent_tenant) = &pending.tenant else { return Ok(None) };
        let Some(tenant) = self.tenants(store).await?.nearest(sent_tenant, budget) else {
            return Ok(None);
        };
        let clients = self.clients(TenantStore::new(store, tenant)).await?;
        let client = clients.nearest(&sent, budget);
        if client.is_some() {
            pending.record.tenant = Some(tenant);
            let id = tenant.to_string();
            let row = store.tenant(&id).await?;
            let names = [id.as_str(), row.as_ref().map_or("", |row| row.name.as_str())];
            let name = difference::nearest(sent_tenant, names).unwrap_or(&id);
            add_comparison(&mut pending.record, &suggestion("tenant", sent_tenant, name));
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
            let clients = store.clients().await?.into_iter();
            let names = clients.map(|it| (it.id.as_str().to_ascii_lowercase(), it.id)).collect();
            self.clients.insert(tenant, NameCache::new(now, names));
        }
        Ok(self.clients.entry(tenant).or_insert_with(|| NameCache::new(now, Vec::new())))
    }
}

impl<T: PartialEq + Clone> NameCache<T> {
    fn new(now: Timestamp, names: Vec<(String, T)>) -> Self {
        let seconds = i64::try_from(1 + names.len() / NAMES_PER_SECOND).unwrap_or(i64::MAX);
        Self { until: now + Seconds::new(seconds), names, results: HashMap::new() }
    }

    /// Returns the one entry whose name the text misspells. Subtracts the names that it compares
    /// from the budget, or returns `None` if there are more.
    fn nearest(&mut self, text: &str, budget: &mut usize) -> Option<T> {
        if let Some(known) = self.results.get(text) {
            return known.clone();
        }
        *budget = budget.checked_sub(self.names.len())?;
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
fn add_comparison(record: &mut RequestRecord, comparison: &Comparison) {
    let Some(details) = &mut record.refusal_details else { return };
    details.comparisons.retain(|other| other.name != comparison.name);
    details.comparisons.insert(0, stored_comparison(comparison));
}

/// Returns the one entry whose name the text misspells. `None` if none or several are equally near.
///
/// Ignores case and surrounding white space. Allows at most two edits (a swap of neighbouring
/// characters is one), fewer in short names.
fn nearest<'a, T: PartialEq>(text: &str, names: &'a [(String, T)]) -> Option<&'a T> {
    let text = text.trim().to_ascii_lowercase();
    let mut best: Option<(usize, &T)> = None;
    let mut is_tied = false;
    for (name, value) in names {
        let Some(distance) = distance(text.as_bytes(), name.as_bytes()) else { continue };
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, other)) if distance == least => is_tied |= other != value,
            _ => (best, is_tied) = (Some((distance, value)), false),
        }
    }
    best.filter(|_| !is_tied).map(|(_, value)| value)
}

/// Returns the edit distance to a name, or `None` if it is too large for the name's length.
fn distance(text: &[u8], name: &[u8]) -> Option<usize> {
    let max = match name.len() {
        0..3 => 0,
        3..6 => 1,
        _ => 2,
    };
    edit_distance(text, name, max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, names: &[&str]) -> Option<String> {
        let names: Vec<_> = names.iter().map(|name| ((*name).to_owned(), *name)).collect();
        nearest(text, &names).map(|name| (*name).to_owned())
    }

    #[test]
    fn a_client_id_with_at_most_two_wrong_characters_is_recognized() {
        // Replaces, drops, doubles and swaps characters, one and two at a time; then three.
        for text in
            ["orders-web", "orders-wob", "order-web", "orderss-web", "orders-wbe", " ORDERS-WEB"]
        {
            assert_eq!(
                found(text, &["orders-web", "billing"]).as_deref(),
                Some("orders-web"),
                "{text}"
            );
        }
        for text in ["ords-wob", "orders", "orders-web-two", "", "billin-gs2"] {
            assert_eq!(found(text, &["orders-web", "billing"]), None, "{text}");
        }
    }

    #[test]
    fn search_for_a_text_is_made_once() {
        // Searches with a budget for one search: the same text again, then another one, which is
        // not searched for, then that again with a new budget.
        let mut cache = NameCache::new(Timestamp::default(), vec![("web".to_owned(), 7)]);
        let mut budget = 1;
        for _ in 0..3 {
            assert_eq!(cache.nearest("wep", &mut budget), Some(7));
        }
        assert_eq!(cache.nearest("wex", &mut budget), None);
        budget = 1;
        assert_eq!(cache.nearest("wex", &mut budget), Some(7));
        assert_eq!(budget, 0);
    }

    #[test]
    fn results_of_searches_are_bounded() {
        // Searches for ten times as many texts as there may be results.
        let mut cache = NameCache::new(Timestamp::default(), vec![("web".to_owned(), 7)]);
        let mut budget = RESULTS_MAX * 10;
        for text in 0..RESULTS_MAX * 10 {
            assert_eq!(cache.nearest(&text.to_string(), &mut budget), None);
        }
        assert!(cache.results.len() <= RESULTS_MAX);
    }

    #[test]
    fn a_short_client_id_allows_fewer_wrong_characters() {
        // One of three characters may differ, two may not.
        assert_eq!(found("wep", &["web"]).as_deref(), Some("web"));
        assert_eq!(found("wxy", &["web"]), None);
        assert_eq!(found("b", &["a"]), None);
    }

    #[test]
    fn an_ambiguous_client_id_is_not_attributed() {
        // A text that is equally near to two names; then two names that belong to the same value.
        assert_eq!(found("app-3", &["app-1", "app-2"]), None);
        assert_eq!(found("app-1", &["app-1", "app-2"]).as_deref(), Some("app-1"));
        let names = [("app-1".to_owned(), 7), ("app-2".to_owned(), 7)];
        assert_eq!(nearest("app-3", &names), Some(&7));
    }
}
