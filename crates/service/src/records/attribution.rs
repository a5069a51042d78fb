//! Whose a record is: the client that was claimed, or the one that was all but named.

use std::{collections::HashMap, time::Duration};

use catalogue::Fact;
use model::{ClientId, Fault, Record, Seconds, Store, TenantId, Timestamp};
use protocol::difference::{self, meant};
use tokio::time::timeout;

use super::Left;
use crate::{clock, traces::comparison};

/// Looking up the clients that one batch names takes no longer.
const NAMING: Duration = Duration::from_secs(2);
/// Searching for those that it all but names takes no longer: the others stay nobody's.
const GUESSING: Duration = Duration::from_secs(1);
/// Tenants whose clients are kept to search among.
const TENANTS_MAX: usize = 16;
/// Names are read again no sooner than after a second, and one more for so many of them.
const NAMES_PER_SECOND: usize = 200;

/// What names are searched among, kept for a while.
#[derive(Default)]
pub(super) struct Owners {
    tenants: Option<Kept<(String, TenantId)>>,
    clients: HashMap<TenantId, Kept<(String, ClientId)>>,
}

/// Names, when they were read.
struct Kept<T> {
    names: Vec<T>,
    until: Timestamp,
}

impl Owners {
    /// Finds the owner of each record that has none yet and that claims a client: first all that
    /// are named, then who was all but named, so that nobody pays for the guesses about others.
    pub(super) async fn find(&mut self, left: &mut [Left], store: &dyn Store) {
        let mut ownerless: Vec<&mut Left> =
            left.iter_mut().filter(|it| it.record.owner.is_none()).collect();
        let (mut seen, mut unknown) = (0, Vec::new());
        let naming = async {
            for (place, one) in ownerless.iter_mut().enumerate() {
                match named(one, store).await {
                    Ok(Some(id)) => one.record.owner = Some(id),
                    Ok(None) => unknown.push(place),
                    Err(_) => one.record.owner = claimed(one),
                }
                seen = place + 1;
            }
        };
        // The store are away: whoever has this id will want to know of it.
        if timeout(NAMING, naming).await.is_err() {
            ownerless.iter_mut().skip(seen).for_each(|one| one.record.owner = claimed(one));
        }
        let guessing = async {
            for place in unknown {
                let Some(one) = ownerless.get_mut(place) else { continue };
                if one.record.number.is_some() && one.record.client.is_some() {
                    one.record.owner = self.near(one, store).await.unwrap_or_default();
                }
            }
        };
        // What is unknown by then stays so.
        timeout(GUESSING, guessing).await.unwrap_or_default();
    }

    /// The client that was all but named, if there is one.
    async fn near(
        &mut self,
        left: &mut Left,
        store: &dyn Store,
    ) -> Result<Option<ClientId>, Fault> {
        let sent = left.record.client.clone().unwrap_or_default();
        if let Some(tenant) = left.record.tenant {
            let owner = nearest(&sent, self.clients(tenant, store).await?).cloned();
            if let Some(owner) = &owner {
                tell(&mut left.record, &meant("client_id", &sent, owner.as_str()));
            }
            return Ok(owner);
        }
        let Some(named) = &left.tenant else { return Ok(None) };
        let Some(tenant) = nearest(named, self.tenants(store).await?).copied() else {
            return Ok(None);
        };
        let owner = nearest(&sent, self.clients(tenant, store).await?).cloned();
        if owner.is_some() {
            left.record.tenant = Some(tenant);
            let id = tenant.to_string();
            let known = store.tenant(&id).await?;
            let names = [id.as_str(), known.as_ref().map_or("", |known| known.name.as_str())];
            let name = difference::nearest(named, names).unwrap_or(&id);
            tell(&mut left.record, &meant("tenant", named, name));
        }
        Ok(owner)
    }

    async fn tenants(&mut self, store: &dyn Store) -> Result<&[(String, TenantId)], Fault> {
        let now = clock::now();
        if self.tenants.as_ref().is_none_or(|kept| kept.until <= now) {
            let both = |tenant: model::Tenant| {
                [(tenant.id.to_string(), tenant.id), (tenant.name.to_ascii_lowercase(), tenant.id)]
            };
            let names = store.tenants().await?.into_iter().flat_map(both).collect();
            self.tenants = Some(Kept::since(now, names));
        }
        Ok(self.tenants.as_ref().map_or(&[], |kept| kept.names.as_slice()))
    }

    async fn clients(
        &mut self,
        tenant: TenantId,
        store: &dyn Store,
    ) -> Result<&[(String, ClientId)], Fault> {
        let now = clock::now();
        self.clients.retain(|_, kept| kept.until > now);
        if !self.clients.contains_key(&tenant) {
            if self.clients.len() >= TENANTS_MAX {
                self.clients.clear();
            }
            let clients = store.clients(tenant).await?.into_iter();
            let names = clients.map(|it| (it.id.as_str().to_ascii_lowercase(), it.id)).collect();
            self.clients.insert(tenant, Kept::since(now, names));
        }
        Ok(self.clients.get(&tenant).map_or(&[], |kept| kept.names.as_slice()))
    }
}

impl<T> Kept<T> {
    fn since(now: Timestamp, names: Vec<T>) -> Self {
        let seconds = i64::try_from(1 + names.len() / NAMES_PER_SECOND).unwrap_or(i64::MAX);
        Self { until: now + Seconds::new(seconds), names }
    }
}

/// The client that a record claims, if it is there. A tenant that was not served may still be
/// there: a suspended one.
async fn named(left: &mut Left, store: &dyn Store) -> Result<Option<ClientId>, Fault> {
    if let (None, Some(name)) = (left.record.tenant, &left.tenant) {
        left.record.tenant = store.tenant(name).await?.map(|tenant| tenant.id);
    }
    let (Some(tenant), Some(id)) = (left.record.tenant, claimed(left)) else { return Ok(None) };
    Ok(store.client(tenant, &id).await?.map(|_| id))
}

fn claimed(left: &Left) -> Option<ClientId> {
    left.record.client.as_deref().and_then(ClientId::new)
}

/// Notes for the owner what was meant. Whoever sent it was not told: it may be somebody else.
fn tell(record: &mut Record, fact: &Fact) {
    let Some(reasoning) = &mut record.reasoning else { return };
    reasoning.comparisons.retain(|known| known.name != fact.name);
    reasoning.comparisons.insert(0, comparison(fact));
}

/// What stands under the one name that a text all but says: at most two characters differ, and
/// not in a name so short that they are half of it. Case and white space around do not count.
fn nearest<'a, T: PartialEq>(text: &str, names: &'a [(String, T)]) -> Option<&'a T> {
    let text = text.trim().to_ascii_lowercase();
    let mut best: Option<(usize, &T)> = None;
    let mut is_tied = false;
    for (name, known) in names {
        let Some(distance) = distance(text.as_bytes(), name.as_bytes()) else { continue };
        match best {
            Some((least, _)) if distance > least => {}
            Some((least, other)) if distance == least => is_tied |= other != known,
            _ => (best, is_tied) = (Some((distance, known)), false),
        }
    }
    best.filter(|_| !is_tied).map(|(_, known)| known)
}

/// How many characters have to be put in, taken out or replaced, if that is few.
fn distance(text: &[u8], name: &[u8]) -> Option<usize> {
    let most = match name.len() {
        0..3 => 0,
        3..6 => 1,
        _ => 2,
    };
    if text.len().abs_diff(name.len()) > most {
        return None;
    }
    edits(text, name, most)
}

/// The edits between two texts, if they are at most so many: where the texts part, each way on is
/// tried, which is at most nine ways for two edits.
fn edits(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
    let alike = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let (left, right) = (left.get(alike..)?, right.get(alike..)?);
    if left.is_empty() && right.is_empty() {
        return Some(0);
    }
    let most = most.checked_sub(1)?;
    let ways = [
        (left.get(1..), right.get(1..)),
        (left.get(1..), Some(right)),
        (Some(left), right.get(1..)),
    ];
    let ways = ways.into_iter().filter_map(|(left, right)| edits(left?, right?, most));
    ways.min().map(|edits| edits + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, names: &[&str]) -> Option<String> {
        let names: Vec<_> = names.iter().map(|name| ((*name).to_owned(), *name)).collect();
        nearest(text, &names).map(|name| (*name).to_owned())
    }

    #[test]
    fn a_name_is_all_but_said_with_at_most_two_wrong_characters() {
        // Replaces, drops, doubles and swaps characters, one at a time and two at once.
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
    fn a_short_name_needs_more_than_a_likeness() {
        // Two of three characters are another name.
        assert_eq!(found("wep", &["web"]).as_deref(), Some("web"));
        assert_eq!(found("wxy", &["web"]), None);
        assert_eq!(found("b", &["a"]), None);
    }

    #[test]
    fn what_could_be_either_is_neither() {
        // Lies between two names; beside the same thing under two names it is that thing.
        assert_eq!(found("app-3", &["app-1", "app-2"]), None);
        assert_eq!(found("app-1", &["app-1", "app-2"]).as_deref(), Some("app-1"));
        let names = [("app-1".to_owned(), 7), ("app-2".to_owned(), 7)];
        assert_eq!(nearest("app-3", &names), Some(&7));
    }
}
