//! Decides which typed user names a record keeps. Users type passwords into the field of the user
//! name by mistake, so a name that no user has is kept only if it resembles a user name.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use catalogue::edit_distance;
use model::{Fault, Seconds, Store, TenantId, TenantStore, Timestamp, TypedUsername, username_key};
use tokio::task::yield_now;

use crate::{records::queue::PendingRecord, system};

/// Maximum number of names that are compared for one batch. Further ones are not kept.
const COMPARISONS_MAX: usize = 64;
/// Maximum number of users of a tenant to which a name is compared, in the order of user names.
const USERS_MAX: u32 = 10_000;
/// Maximum number of tenants whose user names are cached.
const TENANTS_MAX: usize = 4;
/// The cached names of a tenant expire after five seconds, plus one for this many names.
const NAMES_PER_SECOND: usize = 200;
/// Maximum number of edits between a name that is kept and one of a user.
const EDITS_MAX: usize = 2;
/// A name may have one edit for this many characters of the name of a user. Otherwise every short
/// text would resemble a short name.
const CHARS_PER_EDIT: usize = 3;

/// The cached user names per tenant.
#[derive(Default)]
pub(super) struct TypedUsernames(HashMap<TenantId, KnownNames>);

/// The user names of a tenant, and the domains of its names and addresses.
#[derive(Default)]
struct KnownNames {
    names: Vec<Vec<char>>,
    domains: HashSet<String>,
    until: Timestamp,
}

/// Removes the texts of a batch. Returns the records that they belong to, by index.
pub(super) fn take_texts(batch: &mut [PendingRecord]) -> Vec<(usize, String)> {
    let text = |(index, pending): (usize, &mut PendingRecord)| {
        Some((index, typed_username(pending)?.text.take()?))
    };
    batch.iter_mut().enumerate().filter_map(text).collect()
}

impl TypedUsernames {
    /// Puts back those texts that resemble a user name of their tenant. If the store fails or the
    /// caller stops waiting, no further text is put back.
    pub(super) async fn keep(
        &mut self,
        batch: &mut [PendingRecord],
        texts: Vec<(usize, String)>,
        store: &dyn Store,
    ) {
        for (index, text) in texts.into_iter().take(COMPARISONS_MAX) {
            let Some(pending) = batch.get_mut(index) else { continue };
            let Some(tenant) = pending.record.tenant else { continue };
            let Ok(known) = self.known(TenantStore::new(store, tenant)).await else { return };
            if known.resembles(&text)
                && let Some(typed) = typed_username(pending)
            {
                typed.text = Some(text);
            }
            // Lets the timeout of the caller end the comparisons.
            yield_now().await;
        }
    }

    async fn known(&mut self, store: TenantStore<'_>) -> Result<&KnownNames, Fault> {
        let (tenant, now) = (store.tenant(), system::now());
        self.0.retain(|_, known| known.until > now);
        if !self.0.contains_key(&tenant) && self.0.len() >= TENANTS_MAX {
            self.0.clear();
        }
        Ok(match self.0.entry(tenant) {
            Entry::Occupied(cached) => cached.into_mut(),
            Entry::Vacant(empty) => empty.insert(KnownNames::read(store, now).await?),
        })
    }
}

impl KnownNames {
    async fn read(store: TenantStore<'_>, now: Timestamp) -> Result<Self, Fault> {
        let mut known = Self::default();
        for user in store.users(USERS_MAX).await? {
            known.add(&user.username, user.email.as_deref());
        }
        let seconds = 5 + known.names.len() / NAMES_PER_SECOND;
        known.until = now + Seconds::new(i64::try_from(seconds).unwrap_or(i64::MAX));
        Ok(known)
    }

    fn add(&mut self, username: &str, email: Option<&str>) {
        let username = username_key(username);
        self.names.push(username.chars().collect());
        let domains = [Some(username), email.map(str::to_lowercase)].into_iter().flatten();
        self.domains.extend(domains.filter_map(|name| Some(domain(&name)?.to_owned())));
    }

    /// Returns whether a text has a domain of the tenant, or is within two edits of a name.
    fn resembles(&self, text: &str) -> bool {
        if domain(text).is_some_and(|domain| self.domains.contains(domain)) {
            return true;
        }
        let typed: Vec<char> = text.chars().collect();
        self.names.iter().any(|name| {
            let edits = EDITS_MAX.min(name.len() / CHARS_PER_EDIT);
            edit_distance(&typed, name, edits).is_some()
        })
    }
}

fn typed_username(pending: &mut PendingRecord) -> Option<&mut TypedUsername> {
    pending.record.refusal_details.as_mut()?.typed_username.as_mut()
}

/// Returns the part after the last `@`.
fn domain(name: &str) -> Option<&str> {
    name.rsplit_once('@').map(|(_, domain)| domain).filter(|domain| !domain.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_text_that_resembles_a_user_name_is_kept() {
        // Compares texts with two names and an address: near, far, with each domain, and short.
        let mut known = KnownNames::default();
        known.add("Rina@demo.test", Some("rina@mail.test"));
        known.add("budi", None);
        for text in ["rinna@demo.tset", "nobody@demo.test", "x@mail.test", "bdi", "rina@demo.test"]
        {
            assert!(known.resembles(text), "{text}");
        }
        for text in ["hunter2", "bu", "rina", "rina@else.test", "correct horse", "p@ssword", "@"] {
            assert!(!known.resembles(text), "{text}");
        }
    }
}
